/*
 * store.c - the results database: opening, writing, copying.
 *
 * A rollback journal, not a write-ahead log: a log does not work on the
 * network file systems where shards are gathered, and leaves two more files
 * beside the one that people copy. With it goes synchronous=FULL: one file
 * may hold weeks of other runs, and under NORMAL a power cut at the wrong
 * moment can damage all of them, on some file systems. The price is a few
 * waits for the disk per transaction, and ts_store_begin() shares them.
 *
 * A transaction that will write begins with BEGIN IMMEDIATE. Begun plainly,
 * two writers that both hold a read lock can only fail; begun like this, the
 * second waits its turn (`busy_timeout`).
 */
#include "sim/results/store.h"

#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/types.h>

#include <sha256.h>

#include "sim/results/quantity.h"
#include "sim/results/schema.h"
#include "timeslice/timeslice.h"

#define PATIENCE_MS 30000

enum statement {
    FIND_SCENARIO,
    ADD_SCENARIO,
    FIND_DOCUMENT,
    ADD_DOCUMENT,
    FIND_RUN,
    ADD_RUN,
    ADD_PARAMETER,
    ADD_METRIC,
    ADD_THREAD,
    ADD_PLACE,
    ADD_KIND,
    ADD_SERIES,
    ADD_SPAN,
    ADD_INSTANT,
    ADD_SAMPLE,
    ADD_NOTE,
    ADD_HISTOGRAM,
    ADD_BUCKET,
    ADD_CONVENTION,
    ADD_VERDICT,
    ADD_WALL,
    STATEMENTS
};

static const char *const statement_sql[STATEMENTS] = {
    [FIND_SCENARIO] = "SELECT id FROM scenarios WHERE sha256 = ?",
    [ADD_SCENARIO] = "INSERT INTO scenarios (sha256, name, title, text) "
                     "VALUES (?, ?, ?, ?)",
    [FIND_DOCUMENT] = "SELECT id FROM documents WHERE sha256 = ?",
    [ADD_DOCUMENT] = "INSERT INTO documents (sha256, text) VALUES (?, ?)",
    [FIND_RUN] = "SELECT min(id) FROM runs WHERE document = (SELECT id FROM "
                 "documents WHERE sha256 = ?) AND point = ? AND "
                 "replication = ? AND seed = ? AND version = ?",
    [ADD_RUN] = "INSERT INTO runs (scenario, document, seed, point, "
                "replication, version, digest, end_ps, events, reason, "
                "failed, trace, dropped) "
                "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
    [ADD_PARAMETER] = "INSERT INTO parameters VALUES (?, ?, ?, ?, ?, ?)",
    [ADD_METRIC] = "INSERT INTO metrics VALUES (?, ?, ?, ?, ?)",
    [ADD_THREAD] = "INSERT INTO threads VALUES "
                   "(?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
    [ADD_PLACE] = "INSERT INTO places VALUES (?, ?, ?)",
    [ADD_KIND] = "INSERT INTO kinds VALUES (?, ?, ?)",
    [ADD_SERIES] = "INSERT INTO series_names VALUES (?, ?, ?)",
    [ADD_SPAN] = "INSERT INTO spans VALUES (?, ?, ?, ?, ?, ?, ?)",
    [ADD_INSTANT] = "INSERT INTO instants VALUES (?, ?, ?, ?, ?, ?)",
    [ADD_SAMPLE] = "INSERT INTO samples VALUES (?, ?, ?, ?)",
    [ADD_NOTE] = "INSERT INTO notes VALUES (?, ?, ?, ?, ?)",
    [ADD_HISTOGRAM] = "INSERT INTO histograms VALUES (?, ?, ?, ?)",
    [ADD_BUCKET] = "INSERT INTO buckets VALUES (?, ?, ?, ?)",
    [ADD_CONVENTION] = "INSERT INTO conventions VALUES (?, ?, ?, ?)",
    [ADD_VERDICT] = "INSERT INTO verdicts VALUES (?, ?, ?, ?, ?, ?, ?)",
    [ADD_WALL] = "INSERT INTO wall VALUES (?, ?, ?)",
};

struct ts_store {
    sqlite3 *db;
    char *path;
    bool batch; /* between ts_store_begin() and ts_store_commit() */
    sqlite3_stmt *statements[STATEMENTS]; /* prepared when first used */
};

static const char *const unit_names[] = {
    [TS_UNIT_TIME] = "ps",      [TS_UNIT_RATIO] = "ratio",
    [TS_UNIT_COUNT] = "count",  [TS_UNIT_RATE] = "rate",
    [TS_UNIT_BYTES] = "bytes",  [TS_UNIT_NUMBER] = "number",
};

static const char *const trace_names[] = {
    [TS_TRACE_OFF] = "off", [TS_TRACE_SPANS] = "spans", [TS_TRACE_WHY] = "why"};

/* --- errors --- */

static bool fail_with(const char *path, const char *doing, int code,
                      const char *words, ts_error *error)
{
    switch (code & 0xff) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
        return ts_fail(error, "%s: another process is writing to it and did "
                       "not finish in time; wait for it, or write to a "
                       "database of your own and merge them later", path);
    case SQLITE_NOTADB:
        return ts_fail(error, "%s: is not a database; name a file that "
                       "`timeslice run --db` wrote, or a new one", path);
    case SQLITE_CORRUPT:
        return ts_fail(error, "%s: is damaged (%s); the runs can be made "
                       "again in a new file, or saved as far as they can be "
                       "read: sqlite3 '%s' .recover", path, words, path);
    case SQLITE_FULL:
        return ts_fail(error, "%s: the disk is full; nothing of this run was "
                       "written. Make room, or choose another place", path);
    case SQLITE_READONLY:
        return ts_fail(error, "%s: cannot be written (%s); check the rights "
                       "of the file and of its directory, where the journal "
                       "goes, or choose another place", path, words);
    case SQLITE_CANTOPEN:
    case SQLITE_PERM:
        return ts_fail(error, "%s: cannot be opened (%s); check that its "
                       "directory exists and that you may write there", path,
                       words);
    case SQLITE_IOERR:
        return ts_fail(error, "%s: %s the disk failed (%s)", path, doing,
                       words);
    case SQLITE_NOMEM:
        return ts_fail(error, "%s: out of memory while %s", path, doing);
    default:
        return ts_fail(error, "%s: %s failed: %s", path, doing, words);
    }
}

bool ts_store_fail(ts_store *store, const char *doing, ts_error *error)
{
    return fail_with(store->path, doing, sqlite3_extended_errcode(store->db),
                     sqlite3_errmsg(store->db), error);
}

static bool execute(ts_store *store, const char *sql, ts_error *error)
{
    if (sqlite3_exec(store->db, sql, NULL, NULL, NULL) != SQLITE_OK)
        return ts_store_fail(store, "writing", error);
    return true;
}

/* --- opening --- */

/* The single integer that `sql` answers. */
static bool ask(ts_store *store, const char *sql, int64_t *answer,
                ts_error *error)
{
    sqlite3_stmt *statement;
    bool fine = false;

    if (sqlite3_prepare_v2(store->db, sql, -1, &statement, NULL) == SQLITE_OK &&
        sqlite3_step(statement) == SQLITE_ROW) {
        *answer = sqlite3_column_int64(statement, 0);
        fine = true;
    } else {
        ts_store_fail(store, "reading", error);
    }
    sqlite3_finalize(statement);
    return fine;
}

typedef struct identity {
    int64_t application, version, objects;
} identity;

static bool identify(ts_store *store, identity *who, ts_error *error)
{
    return ask(store, "PRAGMA application_id", &who->application, error) &&
           ask(store, "PRAGMA user_version", &who->version, error) &&
           ask(store, "SELECT count(*) FROM sqlite_schema", &who->objects,
               error);
}

/* Is this a database of ours, and one that we understand? */
static bool check_identity(const ts_store *store, const identity *who,
                           ts_error *error)
{
    if (who->application != TS_STORE_APPLICATION)
        return ts_fail(error, "%s: is a SQLite database, but not one of "
                       "timeslice; name another file", store->path);
    if (who->version > TS_STORE_VERSION)
        return ts_fail(error, "%s: has schema version %" PRId64
                       ", and this timeslice %s knows versions up to %d; use "
                       "the newer timeslice that wrote it", store->path,
                       who->version, ts_version(), TS_STORE_VERSION);
    if (who->version < TS_STORE_VERSION)
        return ts_fail(error, "%s: has schema version %" PRId64
                       ", which no timeslice ever wrote; make the runs again "
                       "in a new file", store->path, who->version);
    return true;
}

/* Another process may be doing the same: look again once we hold the lock. */
static bool make_schema(ts_store *store, ts_error *error)
{
    char header[96];
    identity who;
    bool fine;

    if (!execute(store, "BEGIN IMMEDIATE", error))
        return false;
    fine = identify(store, &who, error);
    if (fine && who.objects > 0) {
        fine = check_identity(store, &who, error);
    } else if (fine) {
        for (int i = 0; fine && ts_schema_sql[i] != NULL; i++)
            fine = execute(store, ts_schema_sql[i], error);
        snprintf(header, sizeof(header),
                 "PRAGMA application_id = %d; PRAGMA user_version = %d",
                 TS_STORE_APPLICATION, TS_STORE_VERSION);
        fine = fine && execute(store, header, error);
    }
    fine = fine && execute(store, "COMMIT", error);
    if (!fine)
        sqlite3_exec(store->db, "ROLLBACK", NULL, NULL, NULL);
    return fine;
}

static bool check_path(const char *path, ts_store_mode mode, ts_error *error)
{
    struct stat status;

    if (strcmp(path, ":memory:") == 0)
        return true;
    if (stat(path, &status) != 0) {
        if (errno == ENOENT && mode == TS_STORE_READ)
            return ts_fail(error, "%s: there is no such file; `timeslice run "
                           "SCENARIO --db %s` makes one", path, path);
        return true; /* SQLite will make it, or say why it cannot */
    }
    if (S_ISDIR(status.st_mode))
        return ts_fail(error, "%s: is a directory; name a file in it", path);
    if (status.st_size == 0 && mode == TS_STORE_READ)
        return ts_fail(error, "%s: is empty; `timeslice run SCENARIO --db %s` "
                       "writes results to it", path, path);
    return true;
}

static bool open_database(ts_store *store, ts_store_mode mode, ts_error *error)
{
    /* Reading opens for writing too, where that is allowed: a process that
     * was killed leaves a journal that must be rolled back first. */
    int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_EXRESCODE |
                (mode == TS_STORE_CREATE ? SQLITE_OPEN_CREATE : 0);
    identity who;
    int code = sqlite3_open_v2(store->path, &store->db, flags, NULL);

    if (code != SQLITE_OK)
        return fail_with(store->path, "opening", code,
                         store->db != NULL ? sqlite3_errmsg(store->db)
                                           : "out of memory", error);
    sqlite3_busy_timeout(store->db, PATIENCE_MS);
    if (!execute(store, "PRAGMA foreign_keys = ON; PRAGMA trusted_schema = "
                 "OFF; PRAGMA synchronous = FULL", error) ||
        !identify(store, &who, error))
        return false;
    if (who.application == 0 && who.version == 0 && who.objects == 0) {
        if (mode == TS_STORE_READ)
            return ts_fail(error, "%s: holds no results yet", store->path);
        return make_schema(store, error);
    }
    if (!check_identity(store, &who, error))
        return false;
    if (mode == TS_STORE_READ)
        return execute(store, "PRAGMA query_only = ON", error);
    if (sqlite3_db_readonly(store->db, "main") == 1)
        return fail_with(store->path, "opening", SQLITE_READONLY,
                         "the file is read-only", error);
    return true;
}

ts_store *ts_store_open(const char *path, ts_store_mode mode, ts_error *error)
{
    ts_store *store;

    if (!check_path(path, mode, error))
        return NULL;
    store = calloc(1, sizeof(*store));
    if (store != NULL)
        store->path = malloc(strlen(path) + 1);
    if (store == NULL || store->path == NULL) {
        free(store);
        ts_fail(error, "%s: out of memory", path);
        return NULL;
    }
    strcpy(store->path, path);
    if (!open_database(store, mode, error)) {
        ts_store_close(store);
        return NULL;
    }
    return store;
}

void ts_store_close(ts_store *store)
{
    if (store == NULL)
        return;
    for (int i = 0; i < STATEMENTS; i++)
        sqlite3_finalize(store->statements[i]);
    sqlite3_close(store->db);
    free(store->path);
    free(store);
}

void ts_store_patience(ts_store *store, int milliseconds)
{
    sqlite3_busy_timeout(store->db, milliseconds);
}

struct sqlite3 *ts_store_handle(ts_store *store)
{
    return store->db;
}

const char *ts_store_path(const ts_store *store)
{
    return store->path;
}

/* --- transactions --- */

bool ts_store_begin(ts_store *store, ts_error *error)
{
    assert(!store->batch);
    store->batch = execute(store, "BEGIN IMMEDIATE", error);
    return store->batch;
}

bool ts_store_commit(ts_store *store, ts_error *error)
{
    bool fine;

    assert(store->batch);
    /* A full disk ends the transaction without being asked. */
    if (sqlite3_get_autocommit(store->db))
        fine = ts_fail(error, "%s: the transaction was given up after an "
                       "error; nothing of it was written", store->path);
    else
        fine = execute(store, "COMMIT", error);
    if (!fine)
        sqlite3_exec(store->db, "ROLLBACK", NULL, NULL, NULL);
    store->batch = false;
    return fine;
}

static bool run_begin(ts_store *store, ts_error *error)
{
    return execute(store, store->batch ? "SAVEPOINT run" : "BEGIN IMMEDIATE",
                   error);
}

static bool run_end(ts_store *store, bool fine, ts_error *error)
{
    fine = fine &&
           execute(store, store->batch ? "RELEASE run" : "COMMIT", error);
    if (!fine)
        sqlite3_exec(store->db, store->batch ? "ROLLBACK TO run; RELEASE run"
                                             : "ROLLBACK", NULL, NULL, NULL);
    return fine;
}

/* --- rows --- */

/*
 * A row on its way: row_start(), a value for each column in order, row_end().
 * After the first failure the rest does nothing, so that a row reads as one
 * sentence and is checked once.
 */
typedef struct row {
    ts_store *store;
    sqlite3_stmt *statement;
    int column;
    bool ok;
    ts_error *error;
} row;

static void row_start(row *r, enum statement which)
{
    sqlite3_stmt **statement = &r->store->statements[which];

    r->column = 0;
    if (!r->ok)
        return;
    if (*statement == NULL &&
        sqlite3_prepare_v3(r->store->db, statement_sql[which], -1,
                           SQLITE_PREPARE_PERSISTENT, statement,
                           NULL) != SQLITE_OK)
        r->ok = ts_store_fail(r->store, "preparing", r->error);
    r->statement = *statement;
}

static void put_null(row *r)
{
    if (r->ok)
        sqlite3_bind_null(r->statement, ++r->column);
}

static void put_int(row *r, int64_t value)
{
    if (r->ok)
        sqlite3_bind_int64(r->statement, ++r->column, value);
}

/* A time that may not have come. */
static void put_time(row *r, ts_time value)
{
    if (value == TS_NEVER)
        put_null(r);
    else
        put_int(r, value);
}

/* A number of a place or a thread that may be nowhere or nobody. */
static void put_number(row *r, int32_t value)
{
    if (value < 0)
        put_null(r);
    else
        put_int(r, value);
}

static void put_real(row *r, double value, const char *what)
{
    if (r->ok && !isfinite(value))
        r->ok = ts_fail(r->error, "the metric \"%s\" is no finite number; this "
                        "is an error in a model. Nothing of this run was "
                        "written", what);
    if (r->ok)
        sqlite3_bind_double(r->statement, ++r->column, value);
}

/* NULL is SQL's NULL. The text must live until row_end(). */
static void put_text(row *r, const char *text)
{
    if (r->ok &&
        sqlite3_bind_text(r->statement, ++r->column, text, -1, SQLITE_STATIC) !=
            SQLITE_OK)
        r->ok = ts_store_fail(r->store, "writing", r->error);
}

/* Steps a query or an insertion; `*answer` is its first column, or the new
 * row's id, or 0 for a query without an answer. */
static bool row_end(row *r, int64_t *answer)
{
    int code;

    if (!r->ok)
        return false;
    code = sqlite3_step(r->statement);
    if (code != SQLITE_ROW && code != SQLITE_DONE)
        r->ok = ts_store_fail(r->store, "writing", r->error);
    else if (answer != NULL && !sqlite3_stmt_readonly(r->statement))
        *answer = sqlite3_last_insert_rowid(r->store->db);
    else if (answer != NULL)
        *answer = code == SQLITE_ROW ? sqlite3_column_int64(r->statement, 0)
                                     : 0;
    sqlite3_reset(r->statement);
    sqlite3_clear_bindings(r->statement);
    return r->ok;
}

/* --- what a run is made of --- */

typedef char sha256_text[SHA256_DIGEST_STRING_LENGTH];

static void hash_text(sha256_text hash, const char *const *parts, int count)
{
    SHA2_CTX context;

    SHA256Init(&context);
    for (int i = 0; i < count; i++) {
        if (i > 0) /* a NUL between, so that no two lists join to the same */
            SHA256Update(&context, (const uint8_t *)"", 1);
        SHA256Update(&context, (const uint8_t *)parts[i], strlen(parts[i]));
    }
    SHA256End(&context, hash);
}

static const char *or_empty(const char *text)
{
    return text != NULL ? text : "";
}

static int64_t write_scenario(row *r, const ts_run_facts *facts)
{
    const char *parts[] = {or_empty(facts->scenario_name),
                           or_empty(facts->title), or_empty(facts->text)};
    sha256_text hash;
    int64_t id = 0;

    hash_text(hash, parts, 3);
    row_start(r, FIND_SCENARIO);
    put_text(r, hash);
    if (!row_end(r, &id) || id != 0)
        return id;
    row_start(r, ADD_SCENARIO);
    put_text(r, hash);
    put_text(r, parts[0]);
    put_text(r, facts->title);
    put_text(r, parts[2]);
    row_end(r, &id);
    return id;
}

static const char *identity_of(const ts_run_facts *facts)
{
    return or_empty(facts->canonical != NULL ? facts->canonical : facts->text);
}

static int64_t write_document(row *r, const ts_run_facts *facts)
{
    const char *text = identity_of(facts);
    sha256_text hash;
    int64_t id = 0;

    hash_text(hash, &text, 1);
    row_start(r, FIND_DOCUMENT);
    put_text(r, hash);
    if (!row_end(r, &id) || id != 0)
        return id;
    row_start(r, ADD_DOCUMENT);
    put_text(r, hash);
    put_text(r, text);
    row_end(r, &id);
    return id;
}

static int64_t write_run(row *r, const ts_run_facts *facts,
                         const ts_report *report)
{
    int64_t scenario = write_scenario(r, facts);
    int64_t document = write_document(r, facts);
    char seed[24], digest[20];
    int64_t id = 0;

    snprintf(seed, sizeof(seed), "%" PRIu64, facts->seed);
    snprintf(digest, sizeof(digest), "%016" PRIx64, report->digest);
    row_start(r, ADD_RUN);
    put_int(r, scenario);
    put_int(r, document);
    put_text(r, seed);
    put_int(r, facts->point);
    put_int(r, facts->replication);
    put_text(r, ts_version());
    put_text(r, digest);
    put_int(r, report->end);
    put_int(r, (int64_t)report->events);
    put_text(r, or_empty(report->reason));
    put_int(r, report->failed);
    put_text(r, trace_names[report->trace->level]);
    put_int(r, (int64_t)report->trace->dropped);
    row_end(r, &id);
    return id;
}

static void write_parameters(row *r, int64_t run, const ts_run_facts *facts)
{
    for (int i = 0; r->ok && i < facts->parameter_count; i++) {
        const ts_parameter *p = &facts->parameters[i];
        const char *unit = NULL;
        double value = 0;
        bool quantity = ts_quantity(p->value, &unit, &value);

        row_start(r, ADD_PARAMETER);
        put_int(r, run);
        put_int(r, i);
        put_text(r, p->pointer);
        put_text(r, p->value);
        put_text(r, quantity ? unit : NULL);
        if (quantity)
            put_real(r, value, p->pointer);
        else
            put_null(r);
        row_end(r, NULL);
    }
}

static void write_metrics(row *r, int64_t run, const ts_report *report)
{
    for (size_t i = 0; r->ok && i < report->metric_count; i++) {
        const ts_metric *m = &report->metrics[i];

        row_start(r, ADD_METRIC);
        put_int(r, run);
        put_text(r, m->name);
        put_text(r, unit_names[m->unit]);
        if (m->exact)
            put_int(r, m->whole);
        else
            put_null(r);
        put_real(r, m->value, m->name);
        row_end(r, NULL);
    }
}

static void write_threads(row *r, int64_t run, const ts_report *report)
{
    for (size_t i = 0; r->ok && i < report->thread_count; i++) {
        const ts_thread_row *t = &report->threads[i];

        row_start(r, ADD_THREAD);
        put_int(r, run);
        put_int(r, t->id);
        put_text(r, or_empty(t->name));
        put_text(r, t->task);
        put_int(r, t->job);
        put_time(r, t->arrival);
        put_time(r, t->first_run);
        put_time(r, t->finish);
        put_time(r, t->deadline);
        put_int(r, t->processor);
        put_int(r, t->ready);
        put_int(r, t->blocked);
        put_int(r, t->dispatches);
        put_int(r, t->preemptions);
        put_int(r, t->migrations);
        row_end(r, NULL);
    }
}

static void write_names(row *r, int64_t run, const ts_trace *trace)
{
    static const enum statement add[] = {[TS_PLACES] = ADD_PLACE,
                                         [TS_KINDS] = ADD_KIND,
                                         [TS_SERIES] = ADD_SERIES};

    for (int table = 0; table < 3; table++) {
        for (int i = 0; r->ok && i < trace->name_count[table]; i++) {
            row_start(r, add[table]);
            put_int(r, run);
            put_int(r, i);
            put_text(r, trace->names[table][i]);
            row_end(r, NULL);
        }
    }
}

static void write_spans(row *r, int64_t run, const ts_trace *trace)
{
    for (size_t i = 0; r->ok && i < trace->span_count; i++) {
        const ts_span *s = &trace->spans[i];

        row_start(r, ADD_SPAN);
        put_int(r, run);
        put_int(r, s->from);
        put_int(r, s->to);
        put_int(r, s->place);
        put_int(r, s->kind);
        put_number(r, s->who);
        put_int(r, s->detail);
        row_end(r, NULL);
    }
    for (size_t i = 0; r->ok && i < trace->instant_count; i++) {
        const ts_instant *at = &trace->instants[i];

        row_start(r, ADD_INSTANT);
        put_int(r, run);
        put_int(r, at->at);
        put_int(r, at->place);
        put_int(r, at->kind);
        put_number(r, at->who);
        put_int(r, at->detail);
        row_end(r, NULL);
    }
}

static void write_samples(row *r, int64_t run, const ts_trace *trace)
{
    for (size_t i = 0; r->ok && i < trace->sample_count; i++) {
        const ts_sample *s = &trace->samples[i];

        row_start(r, ADD_SAMPLE);
        put_int(r, run);
        put_int(r, s->at);
        put_int(r, s->series);
        put_int(r, s->value);
        row_end(r, NULL);
    }
    for (size_t i = 0; r->ok && i < trace->note_count; i++) {
        const ts_note *n = &trace->notes[i];

        row_start(r, ADD_NOTE);
        put_int(r, run);
        put_int(r, n->at);
        put_number(r, n->place);
        put_number(r, n->who);
        put_text(r, n->text);
        row_end(r, NULL);
    }
}

typedef struct bucket_writer {
    row *r;
    int64_t run, histogram;
} bucket_writer;

static bool write_bucket(void *context, int64_t upper, uint64_t count)
{
    const bucket_writer *w = context;

    row_start(w->r, ADD_BUCKET);
    put_int(w->r, w->run);
    put_int(w->r, w->histogram);
    put_int(w->r, upper);
    put_int(w->r, (int64_t)count);
    return row_end(w->r, NULL);
}

static void write_histograms(row *r, int64_t run, const ts_report *report)
{
    for (size_t i = 0; r->ok && i < report->histogram_count; i++) {
        const ts_report_histogram *h = &report->histograms[i];
        bucket_writer w = {.r = r, .run = run, .histogram = (int64_t)i};

        row_start(r, ADD_HISTOGRAM);
        put_int(r, run);
        put_int(r, (int64_t)i);
        put_text(r, h->name);
        put_text(r, unit_names[h->unit]);
        if (row_end(r, NULL))
            ts_histogram_each(h->histogram, write_bucket, &w);
    }
}

static void write_conventions(row *r, int64_t run, const ts_report *report)
{
    for (size_t i = 0; r->ok && i < report->convention_count; i++) {
        row_start(r, ADD_CONVENTION);
        put_int(r, run);
        put_int(r, (int64_t)i);
        put_text(r, report->conventions[i].name);
        put_text(r, report->conventions[i].value);
        row_end(r, NULL);
    }
}

static void write_verdicts(row *r, int64_t run, const ts_run_facts *facts)
{
    for (int i = 0; r->ok && i < facts->verdict_count; i++) {
        const ts_verdict *v = &facts->verdicts[i];

        row_start(r, ADD_VERDICT);
        put_int(r, run);
        put_int(r, i);
        put_text(r, or_empty(v->metric));
        put_text(r, v->about);
        put_text(r, v->text);
        put_int(r, v->holds);
        if (v->has_expected)
            put_real(r, v->expected, v->metric);
        else
            put_null(r);
        row_end(r, NULL);
    }
}

static void write_wall(row *r, int64_t run, const ts_run_facts *facts)
{
    row_start(r, ADD_WALL);
    put_int(r, run);
    put_int(r, facts->wall_started_us);
    put_int(r, facts->wall_us);
    row_end(r, NULL);
}

int64_t ts_store_write(ts_store *store, const ts_run_facts *facts,
                       const ts_report *report, ts_error *error)
{
    row r = {.store = store, .ok = true, .error = error};
    int64_t run;

    if (!run_begin(store, error))
        return -1;
    run = write_run(&r, facts, report);
    write_parameters(&r, run, facts);
    write_metrics(&r, run, report);
    write_threads(&r, run, report);
    write_names(&r, run, report->trace);
    write_spans(&r, run, report->trace);
    write_samples(&r, run, report->trace);
    write_histograms(&r, run, report);
    write_conventions(&r, run, report);
    write_verdicts(&r, run, facts);
    write_wall(&r, run, facts);
    return run_end(store, r.ok, error) ? run : -1;
}

int64_t ts_store_find(ts_store *store, const ts_run_facts *facts,
                      ts_error *error)
{
    row r = {.store = store, .ok = true, .error = error};
    const char *text = identity_of(facts);
    sha256_text hash;
    char seed[24];
    int64_t id = 0;

    hash_text(hash, &text, 1);
    snprintf(seed, sizeof(seed), "%" PRIu64, facts->seed);
    row_start(&r, FIND_RUN);
    put_text(&r, hash);
    put_int(&r, facts->point);
    put_int(&r, facts->replication);
    put_text(&r, seed);
    put_text(&r, ts_version());
    return row_end(&r, &id) ? id : -1;
}

/* --- copying --- */

/* Inserts what `select` yields for `key` in `from`, each row preceded by the
 * `values`. */
static bool copy_rows(ts_store *store, ts_store *from, const char *select,
                      int64_t key, const char *insert, const int64_t *values,
                      int value_count, ts_error *error)
{
    sqlite3_stmt *in = NULL, *out = NULL;
    bool fine = true;
    int code;

    if (sqlite3_prepare_v2(from->db, select, -1, &in, NULL) != SQLITE_OK ||
        sqlite3_bind_int64(in, 1, key) != SQLITE_OK)
        fine = ts_store_fail(from, "reading", error);
    if (fine && sqlite3_prepare_v2(store->db, insert, -1, &out, NULL) !=
                    SQLITE_OK)
        fine = ts_store_fail(store, "writing", error);
    while (fine && (code = sqlite3_step(in)) != SQLITE_DONE) {
        if (code != SQLITE_ROW) {
            fine = ts_store_fail(from, "reading", error);
            break;
        }
        for (int i = 0; i < value_count; i++)
            sqlite3_bind_int64(out, i + 1, values[i]);
        for (int i = 0; i < sqlite3_column_count(in); i++)
            sqlite3_bind_value(out, value_count + i + 1,
                               sqlite3_column_value(in, i));
        if (sqlite3_step(out) != SQLITE_DONE)
            fine = ts_store_fail(store, "writing", error);
        sqlite3_reset(out);
    }
    sqlite3_finalize(in);
    sqlite3_finalize(out);
    return fine;
}

/* For the tables that keep each text once: makes sure that the text of `run` is
 * here, and finds its id. */
static bool copy_text(ts_store *store, ts_store *from, int64_t run,
                      const char *select, const char *insert,
                      const char *find, int64_t *id, ts_error *error)
{
    sqlite3_stmt *in = NULL, *out = NULL;
    bool fine = copy_rows(store, from, select, run, insert, NULL, 0, error);

    if (!fine)
        return false;
    if (sqlite3_prepare_v2(from->db, select, -1, &in, NULL) != SQLITE_OK ||
        sqlite3_bind_int64(in, 1, run) != SQLITE_OK ||
        sqlite3_step(in) != SQLITE_ROW)
        fine = ts_fail(error, "%s: has no run %" PRId64, from->path, run);
    else if (sqlite3_prepare_v2(store->db, find, -1, &out, NULL) != SQLITE_OK ||
             sqlite3_bind_value(out, 1, sqlite3_column_value(in, 0)) !=
                 SQLITE_OK ||
             sqlite3_step(out) != SQLITE_ROW)
        fine = ts_store_fail(store, "writing", error);
    else
        *id = sqlite3_column_int64(out, 0);
    sqlite3_finalize(in);
    sqlite3_finalize(out);
    return fine;
}

/* All tables of a run begin with the column `run`, which is given anew; the
 * rest of the columns is copied, however many there are. */
static bool copy_table(ts_store *store, ts_store *from, const char *table,
                       int64_t old_run, int64_t new_run, ts_error *error)
{
    char columns[512], sql[64], select[640], insert[256];
    sqlite3_stmt *statement = NULL;
    size_t length = 0, marks = 0;

    snprintf(sql, sizeof(sql), "SELECT * FROM %s LIMIT 0", table);
    if (sqlite3_prepare_v2(store->db, sql, -1, &statement, NULL) != SQLITE_OK)
        return ts_store_fail(store, "writing", error);
    columns[0] = '\0';
    marks = (size_t)snprintf(insert, sizeof(insert),
                             "INSERT INTO %s VALUES (?", table);
    for (int i = 1; i < sqlite3_column_count(statement); i++) {
        length += (size_t)snprintf(columns + length, sizeof(columns) - length,
                                   "%s%s", i > 1 ? ", " : "",
                                   sqlite3_column_name(statement, i));
        marks += (size_t)snprintf(insert + marks, sizeof(insert) - marks,
                                  ", ?");
        assert(length < sizeof(columns) && marks < sizeof(insert));
    }
    sqlite3_finalize(statement);
    snprintf(insert + marks, sizeof(insert) - marks, ")");
    /* A table without a key of its own is read in the order of its writing. */
    snprintf(select, sizeof(select), "SELECT %s FROM %s WHERE run = ?", columns,
             table);
    return copy_rows(store, from, select, old_run, insert, &new_run, 1, error);
}

int64_t ts_store_copy(ts_store *store, ts_store *from, int64_t run,
                      ts_error *error)
{
    int64_t ids[2] = {0, 0}, new_run = 0;
    bool fine;

    if (!run_begin(store, error))
        return -1;
    fine = copy_text(store, from, run,
                     "SELECT sha256, name, title, text FROM scenarios WHERE "
                     "id = (SELECT scenario FROM runs WHERE id = ?)",
                     "INSERT INTO scenarios (sha256, name, title, text) "
                     "VALUES (?, ?, ?, ?) ON CONFLICT (sha256) DO NOTHING",
                     "SELECT id FROM scenarios WHERE sha256 = ?", &ids[0],
                     error) &&
           copy_text(store, from, run,
                     "SELECT sha256, text FROM documents WHERE "
                     "id = (SELECT document FROM runs WHERE id = ?)",
                     "INSERT INTO documents (sha256, text) VALUES (?, ?) "
                     "ON CONFLICT (sha256) DO NOTHING",
                     "SELECT id FROM documents WHERE sha256 = ?", &ids[1],
                     error) &&
           copy_rows(store, from,
                     "SELECT seed, point, replication, version, digest, "
                     "end_ps, events, reason, failed, trace, dropped "
                     "FROM runs WHERE id = ?", run,
                     "INSERT INTO runs (scenario, document, seed, point, "
                     "replication, version, digest, end_ps, events, reason, "
                     "failed, trace, dropped) "
                     "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)", ids, 2,
                     error);
    new_run = sqlite3_last_insert_rowid(store->db);
    for (int i = 0; fine && ts_schema_run_tables[i] != NULL; i++)
        fine = copy_table(store, from, ts_schema_run_tables[i], run, new_run,
                          error);
    return run_end(store, fine, error) ? new_run : -1;
}
