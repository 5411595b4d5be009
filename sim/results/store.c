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
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/types.h>

#include <sha256.h>

#include "sim/results/record.h"
#include "sim/results/rows.h"
#include "sim/results/schema.h"
#include "sim/results/wording.h"
#include "timeslice/timeslice.h"

#define PATIENCE_MS 30000
#define RECORD_KEPT ((size_t)4 << 20) /* bytes */

enum statement {
    FIND_RUN,
    FIND_SHARED,
    ADD_SHARED = FIND_SHARED + TS_SLOTS,
    UNFOLD_SHARED = ADD_SHARED + TS_SLOTS,
    DROP_PARAMETERS = UNFOLD_SHARED + TS_SLOTS,
    DROP_RUN,
    SAVE,
    RELEASE,
    ADD_ROW,
    STATEMENTS = ADD_ROW + TS_ROWS
};

/* Those of the tables of a run are made from ts_row_tables. */
static const char *const statement_sql[STATEMENTS] = {
    [FIND_RUN] = "SELECT min(id) FROM runs WHERE document = (SELECT id FROM "
                 "documents WHERE sha256 = ?) AND point = ? AND "
                 "replication = ? AND seed = ? AND version = ?",
    [FIND_SHARED + TS_SLOT_SCENARIO] =
        "SELECT id FROM scenarios WHERE sha256 = ?",
    [FIND_SHARED + TS_SLOT_DOCUMENT] =
        "SELECT id FROM documents WHERE sha256 = ?",
    [FIND_SHARED + TS_SLOT_METRICS] =
        "SELECT id FROM metric_sets WHERE sha256 = ?",
    [FIND_SHARED + TS_SLOT_CONVENTIONS] =
        "SELECT id FROM convention_sets WHERE sha256 = ?",
    [ADD_SHARED + TS_SLOT_SCENARIO] =
        "INSERT INTO scenarios (sha256, name, title, text) "
        "VALUES (?, ?, ?, ?)",
    [ADD_SHARED + TS_SLOT_DOCUMENT] =
        "INSERT INTO documents (sha256, text) VALUES (?, ?)",
    [ADD_SHARED + TS_SLOT_METRICS] =
        "INSERT INTO metric_sets (sha256) VALUES (?1)",
    [ADD_SHARED + TS_SLOT_CONVENTIONS] =
        "INSERT INTO convention_sets (sha256) VALUES (?1)",
    /* ?1 is the new id, ?2 a JSON list of pairs. */
    [UNFOLD_SHARED + TS_SLOT_METRICS] =
        "INSERT INTO metric_names SELECT ?1, key, json_extract(value, '$[0]'), "
        "json_extract(value, '$[1]') FROM json_each(?2)",
    [UNFOLD_SHARED + TS_SLOT_CONVENTIONS] =
        "INSERT INTO convention_texts SELECT ?1, key, "
        "json_extract(value, '$[0]'), json_extract(value, '$[1]') "
        "FROM json_each(?2)",
    [SAVE] = "SAVEPOINT run",
    [RELEASE] = "RELEASE run",
    [DROP_RUN] = "DELETE FROM runs WHERE id = ?",
    [DROP_PARAMETERS] = "DELETE FROM parameters WHERE run = ?",
    [ADD_ROW + TS_ROW_RUN] =
        "INSERT INTO runs (scenario, document, seed, point, replication, "
        "round, version, digest, reported, end_ps, events, reason, failed, "
        "trace, dropped, convention_set) "
        "VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?, ?)",
    [ADD_ROW + TS_ROW_ADOPT] =
        "UPDATE runs SET scenario = ?, point = ?, round = ? WHERE id = ?",
};

static_assert(SAVE == DROP_RUN + 1 && STATEMENTS == ADD_ROW + TS_ROWS,
              "each slot and row has its statement");

struct ts_store {
    sqlite3 *db;
    char *path;
    bool batch; /* between ts_store_begin() and ts_store_commit() */
    sqlite3_stmt *statements[STATEMENTS]; /* prepared when first used */
    /* What was last found in each slot; forgotten when it may be undone. */
    char hashes[TS_SLOTS][TS_HASH_TEXT];
    int64_t ids[TS_SLOTS];
    ts_recorder *recorder; /* of ts_store_write() */
    ts_buffer record;
};

/* --- errors --- */

static bool fail_with(const char *path, const char *doing, int code,
                      const char *words, ts_error *error)
{
    switch (code & 0xff) {
    case SQLITE_BUSY:
    case SQLITE_LOCKED:
        return ts_fail(error,
                       "%s: another process is writing to it and did "
                       "not finish in time; wait for it, or write to a "
                       "database of your own and merge them later",
                       path);
    case SQLITE_NOTADB:
        return ts_fail(error,
                       "%s: is not a database; name a file that "
                       "`timeslice run --db` wrote, or a new one",
                       path);
    case SQLITE_CORRUPT:
        return ts_fail(error,
                       "%s: is damaged (%s); the runs can be made "
                       "again in a new file, or saved as far as they can be "
                       "read: sqlite3 '%s' .recover",
                       path, words, path);
    case SQLITE_FULL:
        return ts_fail(error,
                       "%s: the disk is full; nothing of this run was "
                       "written. Make room, or choose another place",
                       path);
    case SQLITE_READONLY:
        return ts_fail(error,
                       "%s: cannot be written (%s); check the rights "
                       "of the file and of its directory, where the journal "
                       "goes, or choose another place",
                       path, words);
    case SQLITE_CANTOPEN:
    case SQLITE_PERM:
        return ts_fail(error,
                       "%s: cannot be opened (%s); check that its "
                       "directory exists and that you may write there",
                       path, words);
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

typedef struct identity {
    int64_t application, version, objects;
} identity;

/* In one statement, which sees one state: another process may be making the
 * schema, and half of what it was and half of what it is fits nothing. */
static bool identify(ts_store *store, identity *who, ts_error *error)
{
    static const char sql[] =
        "SELECT (SELECT count(*) FROM sqlite_schema), "
        "(SELECT application_id FROM pragma_application_id), "
        "(SELECT user_version FROM pragma_user_version)";
    sqlite3_stmt *statement;
    bool fine = false;

    if (sqlite3_prepare_v2(store->db, sql, -1, &statement, NULL) == SQLITE_OK &&
        sqlite3_step(statement) == SQLITE_ROW) {
        who->objects = sqlite3_column_int64(statement, 0);
        who->application = sqlite3_column_int64(statement, 1);
        who->version = sqlite3_column_int64(statement, 2);
        fine = true;
    } else {
        ts_store_fail(store, "reading", error);
    }
    sqlite3_finalize(statement);
    return fine;
}

/* Is this a database of ours, and one that we understand? */
static bool check_identity(const ts_store *store, const identity *who,
                           ts_error *error)
{
    if (who->application != TS_STORE_APPLICATION)
        return ts_fail(error,
                       "%s: is a SQLite database, but not one of "
                       "timeslice; name another file",
                       store->path);
    if (who->version > TS_STORE_VERSION)
        return ts_fail(error,
                       "%s: has schema version %" PRId64
                       ", and this timeslice %s knows versions up to %d; use "
                       "the newer timeslice that wrote it",
                       store->path, who->version, ts_version(),
                       TS_STORE_VERSION);
    if (who->version < TS_STORE_VERSION)
        return ts_fail(error,
                       "%s: has schema version %" PRId64
                       " of an older timeslice; make the runs again in "
                       "a new file",
                       store->path, who->version);
    return true;
}

/* What stands in a message comes from a stranger's file. */
static const char *readable(const char *name, char *buffer, size_t size)
{
    snprintf(buffer, size, "%s", name != NULL ? name : "");
    for (char *c = buffer; *c != '\0'; c++)
        if (*c < ' ' || *c > '~' || *c == '\'')
            *c = '?';
    return buffer;
}

static bool is_ours(const char *sql)
{
    for (int i = 0; ts_schema_sql[i] != NULL; i++)
        if (strcmp(ts_schema_sql[i], sql) == 0)
            return true;
    return false;
}

static int schema_count(void)
{
    int count = 0;

    while (ts_schema_sql[count] != NULL)
        count++;
    return count;
}

/* Somebody else's database may hold triggers that act on every row, and views
 * and tables that are called like ours. Each of ours must be as we made it;
 * what else people keep there (views of their own, for one) is never asked. */
static bool check_schema(ts_store *store, ts_error *error)
{
    sqlite3_stmt *statement;
    char name[64];
    int code, ours = 0;
    bool fine = true;

    if (sqlite3_prepare_v2(store->db,
                           "SELECT type, name, sql FROM sqlite_schema "
                           "WHERE sql IS NOT NULL",
                           -1, &statement, NULL) != SQLITE_OK)
        return ts_store_fail(store, "reading", error);
    while (fine && (code = sqlite3_step(statement)) == SQLITE_ROW) {
        const char *type = (const char *)sqlite3_column_text(statement, 0);
        const char *sql = (const char *)sqlite3_column_text(statement, 2);

        readable((const char *)sqlite3_column_text(statement, 1), name,
                 sizeof name);
        ours += sql != NULL && is_ours(sql);
        if (type != NULL && strcmp(type, "trigger") == 0)
            fine = ts_fail(error,
                           "%s: holds a trigger, '%s', which timeslice did not "
                           "make and which would act on what is read and "
                           "written; if you trust the rest, drop it with "
                           "sqlite3, or make the runs again in a new file",
                           store->path, name);
    }
    if (fine && code != SQLITE_DONE)
        fine = ts_store_fail(store, "reading", error);
    sqlite3_finalize(statement);
    return fine &&
           (ours == schema_count() ||
            ts_fail(error,
                    "%s: %d of its %d tables, indexes and views are not as "
                    "timeslice made them, so nothing in it can be trusted; "
                    "make the runs again in a new file",
                    store->path, schema_count() - ours, schema_count()));
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
        fine = check_identity(store, &who, error) && check_schema(store, error);
    } else if (fine) {
        for (int i = 0; fine && ts_schema_sql[i] != NULL; i++)
            fine = execute(store, ts_schema_sql[i], error);
        snprintf(header, sizeof header,
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

    if (path[0] == '\0' || strcmp(path, ":memory:") == 0)
        return ts_fail(error,
                       "\"%s\" names no file, and all would be lost; name "
                       "one, as in --db results.db (--no-db keeps nothing)",
                       path);
    if (strncmp(path, "file:", 5) == 0)
        return ts_fail(error,
                       "%s: a database is named by its path, not by a URI; "
                       "write ./%s if the file is called so",
                       path, path);
    if (stat(path, &status) != 0) {
        if (errno == ENOENT && mode == TS_STORE_READ)
            return ts_fail(error,
                           "%s: there is no such file; `timeslice run "
                           "SCENARIO --db %s` makes one",
                           path, path);
        return true; /* SQLite will make it, or say why it cannot */
    }
    if (S_ISDIR(status.st_mode))
        return ts_fail(error, "%s: is a directory; name a file in it", path);
    if (status.st_size == 0 && mode == TS_STORE_READ)
        return ts_fail(error,
                       "%s: is empty; `timeslice run SCENARIO --db %s` "
                       "writes results to it",
                       path, path);
    return true;
}

/* Each run is a savepoint, and pages as they were before it go to a journal of
 * their own until it is released. They are few, those at the ends of the
 * tables: in memory they save a run more writes than its rows cost. */
static bool prepare_to_write(ts_store *store, ts_error *error)
{
    return execute(store, "PRAGMA temp_store = MEMORY", error);
}

static bool open_database(ts_store *store, const char *path, ts_store_mode mode,
                          ts_error *error)
{
    /* Reading opens for writing too, where that is allowed: a process that
     * was killed leaves a journal that must be rolled back first. A store
     * belongs to one thread at a time and needs no locks of its own. */
    int flags = SQLITE_OPEN_READWRITE | SQLITE_OPEN_EXRESCODE |
                SQLITE_OPEN_NOMUTEX |
                (mode == TS_STORE_CREATE ? SQLITE_OPEN_CREATE : 0);
    identity who;
    int code = sqlite3_open_v2(path, &store->db, flags, NULL);

    if (code != SQLITE_OK)
        return fail_with(store->path, "opening", code,
                         store->db != NULL ? sqlite3_errmsg(store->db)
                                           : "out of memory",
                         error);
    sqlite3_busy_timeout(store->db, PATIENCE_MS);
    sqlite3_db_config(store->db, SQLITE_DBCONFIG_DEFENSIVE, 1, NULL);
    if (!ts_wording_register(store->db))
        return fail_with(store->path, "opening", SQLITE_NOMEM, "out of memory",
                         error);
    /* Not trusted_schema = OFF: SQLite 3.40 then takes the JSON functions of
     * the views for dangerous. */
    if (!execute(store, "PRAGMA foreign_keys = ON; PRAGMA synchronous = FULL",
                 error) ||
        !identify(store, &who, error))
        return false;
    if (who.application == 0 && who.version == 0 && who.objects == 0) {
        if (mode == TS_STORE_READ)
            return ts_fail(error, "%s: holds no results yet", store->path);
        return prepare_to_write(store, error) && make_schema(store, error);
    }
    if (!check_identity(store, &who, error) || !check_schema(store, error))
        return false;
    if (mode == TS_STORE_READ)
        return execute(store, "PRAGMA query_only = ON", error);
    if (sqlite3_db_readonly(store->db, "main") == 1)
        return fail_with(store->path, "opening", SQLITE_READONLY,
                         "the file is read-only", error);
    return prepare_to_write(store, error);
}

const char *ts_store_library(void)
{
    return sqlite3_libversion();
}

ts_store *ts_store_open(const char *path, ts_store_mode mode, ts_error *error)
{
    ts_store *store;

    if (path != NULL && !check_path(path, mode, error))
        return NULL;
    store = calloc(1, sizeof *store);
    if (store != NULL)
        store->path = strdup(path != NULL ? path : "memory");
    if (store == NULL || store->path == NULL) {
        free(store);
        ts_fail(error, "%s: out of memory", path != NULL ? path : "memory");
        return NULL;
    }
    if (!open_database(store, path != NULL ? path : ":memory:", mode, error)) {
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
    ts_recorder_destroy(store->recorder);
    ts_buffer_fini(&store->record);
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

/* What was found or added may be undone. */
static void forget_ids(ts_store *store)
{
    memset(store->ids, 0, sizeof store->ids);
}

bool ts_store_begin(ts_store *store, ts_error *error)
{
    assert(!store->batch);
    store->batch = execute(store, "BEGIN IMMEDIATE", error);
    return store->batch;
}

bool ts_store_commit(ts_store *store, ts_error *error)
{
    bool fine;

    assert(store->batch); /* begin, commit, begin ... */
    /* A full disk ends the transaction without being asked. */
    if (sqlite3_get_autocommit(store->db))
        fine = ts_fail(error,
                       "%s: the transaction was given up after an "
                       "error; nothing of it was written",
                       store->path);
    else
        fine = execute(store, "COMMIT", error);
    if (!fine) {
        sqlite3_exec(store->db, "ROLLBACK", NULL, NULL, NULL);
        forget_ids(store);
    }
    store->batch = false;
    return fine;
}

static sqlite3_stmt *statement_of(ts_store *store, int which, ts_error *error)
{
    sqlite3_stmt **statement = &store->statements[which];
    const char *sql = statement_sql[which];
    char made[160];

    assert(which >= 0 && which < STATEMENTS);
    if (*statement != NULL)
        return *statement;
    if (sql == NULL) {
        const struct ts_row_table *t = &ts_row_tables[which - ADD_ROW];
        size_t used = (size_t)snprintf(made, sizeof made,
                                       "INSERT INTO %s VALUES (?", t->name);

        assert(which >= ADD_ROW && t->name != NULL && t->columns > 0);
        for (int i = 1; i < t->columns; i++)
            used += (size_t)snprintf(made + used, sizeof made - used, ", ?");
        snprintf(made + used, sizeof made - used, ")");
        assert(used + 1 < sizeof(made)); /* the text is whole */
        sql = made;
    }
    if (sqlite3_prepare_v3(store->db, sql, -1, SQLITE_PREPARE_PERSISTENT,
                           statement, NULL) != SQLITE_OK) {
        ts_store_fail(store, "preparing", error);
        return NULL;
    }
    return *statement;
}

/* Steps a statement that has all its values. `*answer` is the first column of
 * a query, 0 without a row, or the id of what was inserted. */
static bool step(ts_store *store, sqlite3_stmt *statement, int64_t *answer,
                 ts_error *error)
{
    int code = sqlite3_step(statement);
    bool fine = code == SQLITE_ROW || code == SQLITE_DONE;

    if (!fine)
        ts_store_fail(store, "writing", error);
    else if (code == SQLITE_ROW)
        *answer = sqlite3_column_int64(statement, 0);
    else
        *answer = sqlite3_stmt_readonly(statement)
                      ? 0
                      : sqlite3_last_insert_rowid(store->db);
    sqlite3_reset(statement);
    return fine;
}

/* A statement without values. */
static bool perform(ts_store *store, int which, ts_error *error)
{
    sqlite3_stmt *statement = statement_of(store, which, error);
    int64_t ignored;

    return statement != NULL && step(store, statement, &ignored, error);
}

static bool run_begin(ts_store *store, ts_error *error)
{
    return store->batch ? perform(store, SAVE, error)
                        : execute(store, "BEGIN IMMEDIATE", error);
}

static bool run_end(ts_store *store, bool fine, ts_error *error)
{
    if (fine)
        fine = store->batch ? perform(store, RELEASE, error)
                            : execute(store, "COMMIT", error);
    if (!fine) {
        sqlite3_exec(store->db,
                     store->batch ? "ROLLBACK TO run; RELEASE run" : "ROLLBACK",
                     NULL, NULL, NULL);
        forget_ids(store);
    }
    return fine;
}

/* --- playing records --- */

/* What is left of a record. It came through a pipe: where it ends too early
 * or names what there is not, nothing of it is stored. */
typedef struct player {
    ts_store *store;
    const char *at, *end;
    ts_error *error;
    bool broken; /* the record is not what this program writes */
} player;

/* Whether so many bytes are left. */
static bool has_bytes(player *p, int64_t count)
{
    if (!p->broken &&
        !TS_ENSURE(p->error, count >= 0 && p->end - p->at >= count))
        p->broken = true;
    return !p->broken;
}

static int64_t take_number(player *p)
{
    int64_t number;

    if (!has_bytes(p, sizeof number))
        return 0;
    memcpy(&number, p->at, sizeof number);
    p->at += sizeof number;
    return number;
}

/* Binds the next value. Texts are borrowed from the record. */
static void take_value(player *p, sqlite3_stmt *statement, int column)
{
    int64_t length, id;
    double real;

    if (!has_bytes(p, 1))
        return;
    switch (*p->at++) {
    case TS_TAG_INT:
        sqlite3_bind_int64(statement, column, take_number(p));
        break;
    case TS_TAG_REAL:
        length = take_number(p);
        memcpy(&real, &length, sizeof real);
        sqlite3_bind_double(statement, column, real);
        break;
    case TS_TAG_TEXT:
        length = take_number(p);
        if (!has_bytes(p, length) || !has_bytes(p, length + 1))
            return;
        sqlite3_bind_text64(statement, column, p->at, (sqlite3_uint64)length,
                            SQLITE_STATIC, SQLITE_UTF8);
        p->at += length + 1;
        break;
    case TS_TAG_SLOT:
        if (!has_bytes(p, 1) ||
            !TS_ENSURE(p->error, (unsigned char)*p->at < TS_SLOTS)) {
            p->broken = true;
            return;
        }
        id = p->store->ids[(int)*p->at++];
        p->broken |= !TS_ENSURE(p->error, id > 0); /* told before */
        sqlite3_bind_int64(statement, column, id);
        break;
    default:
        sqlite3_bind_null(statement, column);
    }
}

/* Adds what is shared and not there yet; its texts are next in the record. */
static bool add_shared(player *p, int slot, int count, const char *hash)
{
    sqlite3_stmt *add = statement_of(p->store, ADD_SHARED + slot, p->error);
    bool unfold = statement_sql[UNFOLD_SHARED + slot] != NULL;
    int64_t ignored;

    if (count == 0)
        return ts_fail(p->error,
                       "%s: a record refers to what was never told; "
                       "this is an error in timeslice",
                       p->store->path);
    if (add == NULL)
        return false;
    sqlite3_bind_text(add, 1, hash, -1, SQLITE_STATIC);
    for (int i = 0; !unfold && i < count; i++)
        take_value(p, add, i + 2);
    if (!step(p->store, add, &p->store->ids[slot], p->error))
        return false;
    if (!unfold)
        return true;
    add = statement_of(p->store, UNFOLD_SHARED + slot, p->error);
    if (add == NULL)
        return false;
    sqlite3_bind_int64(add, 1, p->store->ids[slot]);
    take_value(p, add, 2);
    return step(p->store, add, &ignored, p->error);
}

static void skip_values(player *p, int count)
{
    for (int i = 0; i < count && has_bytes(p, 1); i++) {
        int64_t length;

        if (*p->at++ != TS_TAG_TEXT)
            continue;
        length = take_number(p);
        if (has_bytes(p, length) && has_bytes(p, length + 1))
            p->at += length + 1;
    }
}

/* Finds or adds what runs share. */
static bool play_shared(player *p)
{
    ts_store *store = p->store;
    const char *hash = p->at + 2;
    sqlite3_stmt *find;
    int slot, count;

    if (!has_bytes(p, 2 + TS_HASH_TEXT))
        return false;
    slot = p->at[0];
    count = p->at[1];
    if (!TS_ENSURE(p->error, slot >= 0 && slot < TS_SLOT_RUN && count >= 0) ||
        !TS_ENSURE(p->error, hash[TS_HASH_TEXT - 1] == '\0'))
        return false;
    p->at += 2 + TS_HASH_TEXT;
    if (store->ids[slot] == 0 || strcmp(store->hashes[slot], hash) != 0) {
        find = statement_of(store, FIND_SHARED + slot, p->error);
        if (find == NULL)
            return false;
        sqlite3_bind_text(find, 1, hash, -1, SQLITE_STATIC);
        if (!step(store, find, &store->ids[slot], p->error))
            return false;
        snprintf(store->hashes[slot], TS_HASH_TEXT, "%s", hash);
        if (store->ids[slot] == 0)
            return add_shared(p, slot, count, hash);
    }
    skip_values(p, count);
    return true;
}

/* A run that is there takes the place that the plan has for it now; its
 * parameters follow. */
static bool play_adoption(player *p, sqlite3_stmt *adopt)
{
    sqlite3_stmt *drop = statement_of(p->store, DROP_PARAMETERS, p->error);
    int64_t run, ignored;

    if (drop == NULL)
        return false;
    for (int i = 1; i <= 3; i++)
        take_value(p, adopt, i);
    if (!has_bytes(p, 1) || !TS_ENSURE(p->error, *p->at == TS_TAG_INT))
        return false;
    p->at++;
    run = take_number(p);
    if (p->broken)
        return false;
    p->store->ids[TS_SLOT_RUN] = run;
    sqlite3_bind_int64(adopt, 4, run);
    sqlite3_bind_int64(drop, 1, run);
    return step(p->store, adopt, &ignored, p->error) &&
           step(p->store, drop, &ignored, p->error);
}

static bool play_row(player *p)
{
    int row = *p->at++;
    sqlite3_stmt *statement;
    int64_t id;
    int count;

    if (!TS_ENSURE(p->error, row >= 0 && row < TS_ROWS))
        return false;
    if (row == TS_ROW_SHARED)
        return play_shared(p);
    statement = statement_of(p->store, ADD_ROW + row, p->error);
    if (statement == NULL)
        return false;
    if (row == TS_ROW_ADOPT)
        return play_adoption(p, statement);
    count = row == TS_ROW_RUN ? sqlite3_bind_parameter_count(statement)
                              : ts_row_tables[row].columns;
    for (int i = 1; i <= count; i++)
        take_value(p, statement, i);
    if (p->broken || !step(p->store, statement, &id, p->error))
        return false;
    if (row == TS_ROW_RUN)
        p->store->ids[TS_SLOT_RUN] = id;
    return true;
}

int64_t ts_store_play(ts_store *store, const char *bytes, size_t length,
                      ts_error *error)
{
    ts_error why = {.text = ""};
    player p = {.store = store,
                .at = bytes,
                .end = bytes + length,
                .error = &why};
    bool fine = run_begin(store, error);

    if (!fine)
        return -1;
    while (fine && p.at < p.end)
        fine = play_row(&p) && !p.broken;
    if (!fine)
        ts_fail(error, "%s", why.text);
    return run_end(store, fine, error) ? store->ids[TS_SLOT_RUN] : -1;
}

/* --- writing, finding, copying --- */

static int64_t play_record(ts_store *store, bool recorded, ts_error *error)
{
    int64_t run = -1;

    if (recorded)
        run = ts_store_play(store, store->record.data, store->record.length,
                            error);
    store->record.length = 0;
    /* One large trace is no reason to keep the room for ever. */
    if (store->record.room > RECORD_KEPT || store->record.failed)
        ts_buffer_fini(&store->record);
    return run;
}

static bool has_recorder(ts_store *store, ts_error *error)
{
    if (store->recorder == NULL)
        store->recorder = ts_recorder_create(false);
    return store->recorder != NULL || ts_fail_memory(error);
}

int64_t ts_store_write(ts_store *store, const ts_run_facts *facts,
                       const ts_report *report, ts_error *error)
{
    return has_recorder(store, error)
               ? play_record(store,
                             ts_recorder_run(store->recorder, facts, report,
                                             &store->record, error),
                             error)
               : -1;
}

int64_t ts_store_copy(ts_store *store, ts_store *from, int64_t run,
                      ts_error *error)
{
    ts_recorder *recorder = ts_recorder_create(false);
    bool fine = recorder != NULL || ts_fail_memory(error);
    int64_t id;

    assert(store != from);
    fine =
        fine && ts_recorder_fetch(recorder, from, run, &store->record, error);
    id = play_record(store, fine, error);
    ts_recorder_destroy(recorder);
    return id;
}

bool ts_store_drop(ts_store *store, int64_t run, ts_error *error)
{
    sqlite3_stmt *drop = statement_of(store, DROP_RUN, error);
    int64_t ignored;

    assert(run > 0);
    if (drop == NULL)
        return false;
    sqlite3_bind_int64(drop, 1, run);
    return step(store, drop, &ignored, error);
}

int64_t ts_store_find(ts_store *store, const ts_run_facts *facts,
                      ts_error *error)
{
    sqlite3_stmt *find = statement_of(store, FIND_RUN, error);
    const char *text =
        facts->canonical != NULL ? facts->canonical : facts->text;
    char hash[TS_HASH_TEXT], seed[24];
    int64_t id = 0;

    if (find == NULL)
        return -1;
    SHA256Data((const uint8_t *)text, strlen(text), hash);
    snprintf(seed, sizeof seed, "%" PRIu64, facts->seed);
    sqlite3_bind_text(find, 1, hash, -1, SQLITE_STATIC);
    sqlite3_bind_int64(find, 2, facts->point);
    sqlite3_bind_int64(find, 3, facts->replication);
    sqlite3_bind_text(find, 4, seed, -1, SQLITE_STATIC);
    sqlite3_bind_text(find, 5, ts_version(), -1, SQLITE_STATIC);
    return step(store, find, &id, error) ? id : -1;
}
