/*
 * test_results_store.c - the results database: what is written is read back,
 * the content depends on the runs alone, and every way it can go wrong is
 * said in words.
 */
#include "tests/unit/results_fixture.h"

#include <math.h>
#include <sqlite3.h>
#include <sys/stat.h>
#include <sys/wait.h>

#include "sim/results/quantity.h"
#include "sim/results/query.h"
#include "sim/results/record.h"
#include "sim/results/rows.h"

static int64_t ask(ts_store *store, const char *sql)
{
    ts_query q = ts_query_start(store, sql, 0, NULL);
    ts_error error = {.text = ""};
    int64_t answer = -12345;

    if (ts_query_next(&q))
        answer = ts_query_int(&q, 0);
    assert_true(ts_query_end(&q, &error));
    return answer;
}

static void assert_text(ts_store *store, const char *sql, const char *expected)
{
    ts_query q = ts_query_start(store, sql, 0, NULL);
    ts_error error = {.text = ""};

    assert_true(ts_query_next(&q));
    assert_string_equal(ts_query_text(&q, 0), expected);
    assert_true(ts_query_end(&q, &error));
}

static ts_store *open_memory(void)
{
    ts_error error = {.text = ""};
    ts_store *store = ts_store_open(NULL, TS_STORE_CREATE, &error);

    assert_non_null(store);
    return store;
}

static int64_t write_slices(ts_store *store, const ts_run_facts *facts)
{
    ts_error error = {.text = ""};
    int64_t id;
    fixture f;

    fixture_slices(&f, TS_TRACE_WHY);
    id = ts_store_write(store, facts, &f.report, &error);
    fixture_end(&f);
    assert_string_equal(error.text, "");
    return id;
}

static void reads_back_what_was_written(void **state)
{
    ts_verdict verdicts[] = {
        {.metric = "processor.useful",
         .text = "fine",
         .holds = true,
         .has_expected = true,
         .expected = 0.9},
        {.number = 3, .metric = "x", .about = "why", .text = "no"}};
    ts_parameter parameters[] = {{"/system/slice", "\"5ms\""},
                                 {"/system/policy", "\"fifo\""}};
    ts_run_facts facts = fixture_facts;
    ts_store *store = open_memory();

    (void)state;
    facts.verdicts = verdicts;
    facts.verdict_count = 2;
    facts.parameters = parameters;
    facts.parameter_count = 2;
    assert_int_equal(write_slices(store, &facts), 1);
    assert_text(store, "SELECT seed FROM runs", "18446744073709551615");
    assert_int_equal(ask(store, "SELECT end_ps FROM runs"), 60 * TS_US);
    assert_int_equal(ask(store, "SELECT length(digest) FROM runs"), 16);
    assert_int_equal(ask(store, "SELECT count(*) FROM spans"), 11);
    assert_int_equal(ask(store, "SELECT count(*) FROM instants WHERE "
                                "who IS NULL AND detail = 7"),
                     6);
    assert_int_equal(ask(store, "SELECT count(*) FROM samples"), 6);
    assert_int_equal(ask(store, "SELECT count(*) FROM notes"), 6);
    assert_int_equal(ask(store, "SELECT count(*) FROM threads"), 3);
    assert_int_equal(ask(store, "SELECT finish_ps IS NULL FROM threads "
                                "WHERE id = 1"),
                     1);
    assert_int_equal(ask(store, "SELECT whole FROM metrics WHERE "
                                "name = 'processor.switches'"),
                     5);
    assert_int_equal(ask(store, "SELECT whole IS NULL FROM metrics WHERE "
                                "name = 'processor.useful'"),
                     1);
    assert_int_equal(ask(store, "SELECT sum(count) FROM buckets"), 3);
    assert_text(store, "SELECT name FROM histograms",
                "threads.program.turnaround");
    assert_int_equal(ask(store, "SELECT quantity FROM parameters WHERE "
                                "pointer = '/system/slice'"),
                     5 * TS_MS);
    assert_int_equal(ask(store, "SELECT unit IS NULL FROM parameters WHERE "
                                "pointer = '/system/policy'"),
                     1);
    assert_int_equal(ask(store, "SELECT count(*) FROM verdicts WHERE "
                                "expected = 0.9 AND holds = 1"),
                     1);
    assert_int_equal(ask(store, "SELECT expected IS NULL FROM verdicts WHERE "
                                "number = 3"),
                     1);
    assert_int_equal(ask(store, "SELECT took_us FROM wall"), 1234);
    assert_int_equal(ask(store,
                         "SELECT count(*) FROM gantt WHERE "
                         "place = 'processor 0' AND thread = 'program.1'"),
                     4);
    assert_int_equal(ask(store, "SELECT count(*) FROM series"), 6);
    assert_int_equal(ask(store, "SELECT count(*) FROM curve"), 2 * 12);
    assert_int_equal(ask(store, "PRAGMA application_id"), TS_STORE_APPLICATION);
    assert_int_equal(ask(store, "PRAGMA user_version"), TS_STORE_VERSION);
    assert_text(store, "PRAGMA integrity_check", "ok");
    ts_store_close(store);
}

static void keeps_each_text_once(void **state)
{
    ts_run_facts facts = fixture_facts;
    ts_store *store = open_memory();

    (void)state;
    write_slices(store, &facts);
    facts.canonical = "{\"other\":1}";
    facts.point = 1;
    write_slices(store, &facts);
    write_slices(store, &facts);
    assert_int_equal(ask(store, "SELECT count(*) FROM runs"), 3);
    assert_int_equal(ask(store, "SELECT count(*) FROM scenarios"), 1);
    assert_int_equal(ask(store, "SELECT count(*) FROM documents"), 2);
    /* `printf '{"other":1}' | sha256sum` */
    assert_text(store, "SELECT sha256 FROM documents WHERE id = 2",
                "8b0bb7512fb6d1595c87b3604b48935021ab88233ea853246f5c244600a4"
                "0929");
    ts_store_close(store);
}

/* Everything but `wall`, as one text. */
static char *dump(ts_store *store)
{
    static const char *const tables[] = {
        "scenarios", "documents",   "runs",    "parameters",   "metrics",
        "threads",   "places",      "kinds",   "series_names", "spans",
        "instants",  "samples",     "notes",   "turns",        "histograms",
        "buckets",   "conventions", "verdicts"};
    char *text = NULL, sql[64];
    size_t length = 0;
    FILE *out = open_memstream(&text, &length);

    for (size_t i = 0; i < TS_COUNT_OF(tables); i++) {
        sqlite3_stmt *s;

        snprintf(sql, sizeof sql, "SELECT * FROM %s", tables[i]);
        assert_int_equal(sqlite3_prepare_v2(ts_store_handle(store), sql, -1, &s,
                                            NULL),
                         SQLITE_OK);
        while (sqlite3_step(s) == SQLITE_ROW)
            for (int c = 0; c < sqlite3_column_count(s); c++) {
                const unsigned char *value = sqlite3_column_text(s, c);

                fprintf(out, "%s|", value != NULL ? (const char *)value : "");
            }
        sqlite3_finalize(s);
    }
    fclose(out);
    return text;
}

static void content_is_a_function_of_the_runs(void **state)
{
    ts_run_facts facts = fixture_facts;
    ts_store *a = open_memory(), *b = open_memory();
    char *x, *y;

    (void)state;
    write_slices(a, &facts);
    facts.wall_started_us = 1;
    facts.wall_us = 2;
    write_slices(b, &facts);
    x = dump(a);
    y = dump(b);
    assert_string_equal(x, y);
    free(x);
    free(y);
    ts_store_close(a);
    ts_store_close(b);
}

static void copies_are_like_originals(void **state)
{
    ts_store *one = open_memory(), *shards[2] = {open_memory(), open_memory()};
    ts_store *merged = open_memory();
    ts_error error = {.text = ""};
    char *x, *y;

    (void)state;
    for (int point = 0; point < 4; point++) {
        char canonical[32];
        ts_parameter parameter = {"/n", canonical};
        ts_run_facts facts = fixture_facts;

        snprintf(canonical, sizeof canonical, "%d", point);
        facts.canonical = canonical;
        facts.parameters = &parameter;
        facts.parameter_count = 1;
        facts.point = point;
        write_slices(one, &facts);
        write_slices(shards[point % 2], &facts);
    }
    for (int point = 0; point < 4; point++)
        assert_int_equal(ts_store_copy(merged, shards[point % 2], point / 2 + 1,
                                       &error),
                         point + 1);
    x = dump(one);
    y = dump(merged);
    assert_string_equal(x, y);
    free(x);
    free(y);
    assert_int_equal(ts_store_copy(merged, one, 99, &error), -1);
    assert_non_null(strstr(error.text, "no run 99"));
    assert_int_equal(ask(merged, "SELECT count(*) FROM runs"), 4);
    ts_store_close(one);
    ts_store_close(shards[0]);
    ts_store_close(shards[1]);
    ts_store_close(merged);
}

static void finds_what_need_not_run_again(void **state)
{
    ts_run_facts facts = fixture_facts;
    ts_store *store = open_memory();
    ts_error error = {.text = ""};

    (void)state;
    assert_int_equal(ts_store_find(store, &facts, &error), 0);
    write_slices(store, &facts);
    assert_int_equal(ts_store_find(store, &facts, &error), 1);
    facts.replication = 1;
    assert_int_equal(ts_store_find(store, &facts, &error), 0);
    facts.replication = 0;
    facts.seed = 3;
    assert_int_equal(ts_store_find(store, &facts, &error), 0);
    ts_store_close(store);
}

static void refuses_what_is_no_number(void **state)
{
    static const double bad[] = {NAN, INFINITY, -INFINITY};

    (void)state;
    for (size_t i = 0; i < TS_COUNT_OF(bad); i++) {
        ts_store *store = open_memory();
        ts_error error = {.text = ""};
        fixture f;

        fixture_begin(&f, TS_TRACE_OFF);
        ts_report_value(&f.report, TS_UNIT_NUMBER, 1, "good");
        ts_report_seal(&f.report);
        f.report.metrics[0].value = bad[i];
        assert_int_equal(ts_store_write(store, &fixture_facts, &f.report,
                                        &error),
                         -1);
        assert_non_null(strstr(error.text, "\"good\" is no finite number"));
        assert_int_equal(ask(store, "SELECT count(*) FROM runs"), 0);
        assert_int_equal(ask(store, "SELECT count(*) FROM scenarios"), 0);
        fixture_end(&f);
        /* and the store goes on */
        assert_int_equal(write_slices(store, &fixture_facts), 1);
        ts_store_close(store);
    }
}

/* What no run can have is not stored, and the words say what it was. */
static void refuses_what_cannot_be(void **state)
{
    ts_store *store = open_memory();
    ts_error error = {.text = ""};
    fixture f;

    (void)state;
    fixture_slices(&f, TS_TRACE_WHY);
    f.report.threads[0].finish = f.report.threads[0].arrival - 1;
    assert_int_equal(ts_store_write(store, &fixture_facts, &f.report, &error),
                     -1);
    assert_ptr_equal(strstr(error.text, "internal error: sim/results/record.c"),
                     error.text);
    assert_non_null(strstr(error.text, "t->finish >= t->arrival"));
    fixture_end(&f);
    fixture_slices(&f, TS_TRACE_WHY);
    f.trace.spans[1].to = f.trace.spans[1].from;
    error.text[0] = '\0';
    assert_int_equal(ts_store_write(store, &fixture_facts, &f.report, &error),
                     -1);
    assert_non_null(strstr(error.text, "s->from < s->to"));
    fixture_end(&f);
    assert_int_equal(ask(store, "SELECT count(*) FROM runs"), 0);
    assert_int_equal(write_slices(store, &fixture_facts), 1);
    ts_store_close(store);
}

/* Bytes that are no record, and a record that ends anywhere: nothing of it is
 * stored, wherever that is. */
static void refuses_what_is_no_record(void **state)
{
    static const char unknown[] = {TS_ROWS, 0};
    ts_store *store = open_memory();
    ts_recorder *recorder = ts_recorder_create(false);
    ts_buffer record = TS_BUFFER_EMPTY;
    ts_error error = {.text = ""};
    size_t refused = 0;
    fixture f;

    (void)state;
    assert_int_equal(ts_store_play(store, unknown, 1, &error), -1);
    assert_ptr_equal(strstr(error.text,
                            "internal error: sim/results/playing.c"),
                     error.text);
    fixture_slices(&f, TS_TRACE_WHY);
    error.text[0] = '\0';
    assert_true(
        ts_recorder_run(recorder, &fixture_facts, &f.report, &record, &error));
    for (size_t length = 1; length < record.length; length++) {
        char *copy = malloc(length); /* so that no byte behind it is read */

        memcpy(copy, record.data, length);
        error.text[0] = '\0';
        assert_true(ts_store_begin(store, &error));
        if (ts_store_play(store, copy, length, &error) < 0)
            refused++;
        (void)sqlite3_exec(ts_store_handle(store), "ROLLBACK", NULL, NULL,
                           NULL);
        assert_false(ts_store_commit(store, NULL)); /* there is none */
        free(copy);
    }
    /* Only where a row ends can a record end. */
    assert_true(refused > record.length * 9 / 10);
    error.text[0] = '\0';
    assert_true(ts_store_play(store, record.data, record.length, &error) > 0);
    fixture_end(&f);
    ts_buffer_fini(&record);
    ts_recorder_destroy(recorder);
    ts_store_close(store);
}

static void batches_are_whole_or_nothing(void **state)
{
    char path[256];
    ts_error error = {.text = ""};
    ts_store *store = ts_store_open(fixture_path(path, sizeof path, "b.db"),
                                    TS_STORE_CREATE, &error);

    (void)state;
    assert_true(ts_store_begin(store, &error));
    write_slices(store, &fixture_facts);
    write_slices(store, &fixture_facts);
    assert_true(ts_store_commit(store, &error));
    assert_true(ts_store_begin(store, &error));
    write_slices(store, &fixture_facts);
    ts_store_close(store); /* as if the process had died */
    store = ts_store_open(path, TS_STORE_READ, &error);
    assert_int_equal(ask(store, "SELECT count(*) FROM runs"), 2);
    ts_store_close(store);
    fixture_remove(path);
}

/* --- what can go wrong --- */

static void assert_refused(const char *path, ts_store_mode mode,
                           const char *words)
{
    ts_error error = {.text = ""};
    ts_store *store = ts_store_open(path, mode, &error);

    if (strstr(error.text, words) == NULL)
        fail_msg("\"%s\" does not say \"%s\"", error.text, words);
    assert_null(store);
    assert_non_null(strstr(error.text, path));
}

static void write_file(const char *path, const char *text, size_t length)
{
    FILE *file = fopen(path, "wb");

    assert_non_null(file);
    fwrite(text, 1, length, file);
    fclose(file);
}

static void says_what_is_wrong_with_a_file(void **state)
{
    static const char prose[] = "This is not a database at all, but a page "
                                "of prose that is long enough to be one.....";
    char path[256], elsewhere[300];

    (void)state;
    fixture_path(path, sizeof path, "r.db");
    assert_refused(path, TS_STORE_READ, "there is no such file");
    assert_refused("/tmp", TS_STORE_CREATE, "is a directory");
    assert_refused("", TS_STORE_CREATE, "names no file");
    assert_refused(":memory:", TS_STORE_CREATE, "names no file");
    assert_refused("file:r.db", TS_STORE_CREATE, "write ./file:r.db");
    write_file(path, "", 0);
    assert_refused(path, TS_STORE_READ, "is empty");
    write_file(path, prose, sizeof prose);
    assert_refused(path, TS_STORE_READ, "is not a database");
    assert_refused(path, TS_STORE_CREATE, "is not a database");
    snprintf(elsewhere, sizeof elsewhere, "%s-nowhere/r.db", path);
    assert_refused(elsewhere, TS_STORE_CREATE, "cannot be opened");
    fixture_remove(path);
}

static void edit(const char *path, const char *sql)
{
    sqlite3 *db;

    assert_int_equal(sqlite3_open(path, &db), SQLITE_OK);
    assert_int_equal(sqlite3_exec(db, sql, NULL, NULL, NULL), SQLITE_OK);
    sqlite3_close(db);
}

static void says_whose_database_it_is(void **state)
{
    char path[256];
    ts_error error = {.text = ""};

    (void)state;
    fixture_path(path, sizeof path, "r.db");
    edit(path, "CREATE TABLE t (x)");
    assert_refused(path, TS_STORE_CREATE, "not one of timeslice");
    unlink(path);
    ts_store_close(ts_store_open(path, TS_STORE_CREATE, &error));
    edit(path, "PRAGMA user_version = 7");
    assert_refused(path, TS_STORE_READ, "has schema version 7");
    assert_refused(path, TS_STORE_CREATE, "has schema version 7");
    edit(path, "PRAGMA user_version = 0");
    assert_refused(path, TS_STORE_READ, "has schema version 0");
    fixture_remove(path);
}

/* A stranger's file may look like ours and act. Views of one's own may stay. */
static void refuses_what_would_act(void **state)
{
    static const char *const acts[][2] = {
        {"CREATE TRIGGER \"a\x1b[1m\" AFTER INSERT ON runs BEGIN DELETE FROM "
         "runs; END",
         "a trigger, 'a?[1m'"},
        {"DROP VIEW curve; CREATE VIEW curve AS SELECT randomblob(1000000000)",
         "1 of its"},
        {"DROP VIEW curve; CREATE TABLE curve (x)", "1 of its"},
        {"DROP INDEX spans_by_run", "1 of its"},
    };
    char path[256];
    ts_error error = {.text = ""};
    ts_store *store;

    (void)state;
    for (size_t i = 0; i < sizeof acts / sizeof acts[0]; i++) {
        fixture_path(path, sizeof path, "r.db");
        ts_store_close(ts_store_open(path, TS_STORE_CREATE, &error));
        edit(path, "CREATE VIEW mine AS SELECT * FROM runs");
        store = ts_store_open(path, TS_STORE_READ, &error);
        assert_non_null(store);
        ts_store_close(store);
        edit(path, acts[i][0]);
        assert_refused(path, TS_STORE_READ, acts[i][1]);
        assert_refused(path, TS_STORE_CREATE, acts[i][1]);
        fixture_remove(path);
    }
}

static void empty_files_become_databases(void **state)
{
    char path[256];
    ts_error error = {.text = ""};
    ts_store *store;

    (void)state;
    write_file(fixture_path(path, sizeof path, "r.db"), "", 0);
    store = ts_store_open(path, TS_STORE_CREATE, &error);
    assert_non_null(store);
    assert_int_equal(write_slices(store, &fixture_facts), 1);
    ts_store_close(store);
    store = ts_store_open(path, TS_STORE_CREATE, &error);
    assert_int_equal(write_slices(store, &fixture_facts), 2);
    ts_store_close(store);
    fixture_remove(path);
}

static int64_t try_write(ts_store *store, ts_error *error)
{
    int64_t id;
    fixture f;

    fixture_slices(&f, TS_TRACE_SPANS);
    id = ts_store_write(store, &fixture_facts, &f.report, error);
    fixture_end(&f);
    return id;
}

static void says_that_it_is_locked(void **state)
{
    char path[256];
    ts_error error = {.text = ""};
    ts_store *store = ts_store_open(fixture_path(path, sizeof path, "r.db"),
                                    TS_STORE_CREATE, &error);
    sqlite3 *other;

    (void)state;
    assert_int_equal(sqlite3_open(path, &other), SQLITE_OK);
    sqlite3_exec(other, "BEGIN IMMEDIATE", NULL, NULL, NULL);
    ts_store_patience(store, 50);
    assert_int_equal(try_write(store, &error), -1);
    assert_non_null(strstr(error.text, "another process is writing"));
    sqlite3_exec(other, "ROLLBACK", NULL, NULL, NULL);
    sqlite3_close(other);
    error.text[0] = '\0';
    assert_int_equal(try_write(store, &error), 1);
    ts_store_close(store);
    fixture_remove(path);
}

static void says_that_the_disk_is_full(void **state)
{
    char path[256];
    ts_error error = {.text = ""};
    ts_store *store = ts_store_open(fixture_path(path, sizeof path, "r.db"),
                                    TS_STORE_CREATE, &error);
    int64_t id = 0;

    (void)state;
    sqlite3_exec(ts_store_handle(store), "PRAGMA max_page_count = 60", NULL,
                 NULL, NULL);
    for (int i = 0; i < 200 && id >= 0; i++)
        id = try_write(store, &error);
    assert_int_equal(id, -1);
    assert_non_null(strstr(error.text, "the disk is full"));
    /* In a batch the transaction is lost, and commit says so. */
    error.text[0] = '\0';
    if (ts_store_begin(store, &error)) {
        for (id = 0; id >= 0;)
            id = try_write(store, &error);
        assert_false(ts_store_commit(store, &error));
    }
    assert_text(store, "PRAGMA integrity_check", "ok");
    ts_store_close(store);
    fixture_remove(path);
}

static void says_that_it_is_damaged(void **state)
{
    char path[256], noise[4096];
    ts_error error = {.text = ""};
    ts_store *store = ts_store_open(fixture_path(path, sizeof path, "r.db"),
                                    TS_STORE_CREATE, &error);
    FILE *file;

    (void)state;
    assert_int_equal(try_write(store, &error), 1);
    ts_store_close(store);
    memset(noise, 0x5a, sizeof noise);
    file = fopen(path, "r+b");
    for (long at = 4096; at < 40 * 4096L; at += 4096) {
        fseek(file, at, SEEK_SET);
        fwrite(noise, 1, sizeof noise, file);
    }
    fclose(file);
    store = ts_store_open(path, TS_STORE_CREATE, &error);
    if (store != NULL)
        assert_int_equal(try_write(store, &error), -1);
    assert_non_null(strstr(error.text, "is damaged"));
    assert_non_null(strstr(error.text, ".recover"));
    ts_store_close(store);
    fixture_remove(path);
}

/* The superuser may write everywhere, so a child gives that up first. */
static int as_nobody(const char *path, const char *words)
{
    ts_error error = {.text = ""};
    ts_store *store;
    int64_t id = 0;

    if (geteuid() == 0 && seteuid(65534) != 0)
        return 77;
    store = ts_store_open(path, TS_STORE_CREATE, &error);
    if (store != NULL)
        id = try_write(store, &error);
    ts_store_close(store);
    if ((store == NULL || id == -1) && strstr(error.text, words) != NULL)
        return 0;
    fprintf(stderr, "\"%s\" does not say \"%s\"\n", error.text, words);
    return 1;
}

static void assert_as_nobody(const char *path, const char *words)
{
    pid_t child = fork();
    int status;

    if (child == 0)
        _exit(as_nobody(path, words));
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_true(WIFEXITED(status));
    assert_int_equal(WEXITSTATUS(status), 0);
}

static void says_that_it_may_not_be_written(void **state)
{
    char path[256], directory[256];
    ts_error error = {.text = ""};

    (void)state;
    fixture_path(path, sizeof path, "r.db");
    snprintf(directory, sizeof directory, "%.*s",
             (int)(strrchr(path, '/') - path), path);
    chmod(directory, 0555);
    assert_as_nobody(path, "cannot be opened");
    chmod(directory, 0755);
    ts_store_close(ts_store_open(path, TS_STORE_CREATE, &error));
    chmod(path, 0444);
    assert_as_nobody(path, "the file is read-only");
    chmod(path, 0666);
    chmod(directory, 0555);
    assert_as_nobody(path, "check");
    chmod(directory, 0755);
    fixture_remove(path);
}

/* A process is killed in the middle of a run: the others are whole, and the
 * next reader puts the file right. */
static void a_killed_writer_leaves_whole_runs(void **state)
{
    char path[256], journal[300];
    ts_error error = {.text = ""};
    ts_store *store;
    pid_t child;
    int status;

    (void)state;
    fixture_path(path, sizeof path, "r.db");
    store = ts_store_open(path, TS_STORE_CREATE, &error);
    assert_int_equal(try_write(store, &error), 1);
    ts_store_close(store);
    child = fork();
    if (child == 0) {
        store = ts_store_open(path, TS_STORE_CREATE, &error);
        sqlite3_exec(ts_store_handle(store), "PRAGMA cache_size = 2", NULL,
                     NULL, NULL);
        if (!ts_store_begin(store, &error))
            _exit(1);
        for (int i = 0; i < 100; i++)
            try_write(store, &error);
        _exit(7); /* without a word to the database */
    }
    assert_int_equal(waitpid(child, &status, 0), child);
    assert_int_equal(WEXITSTATUS(status), 7);
    snprintf(journal, sizeof journal, "%s-journal", path);
    assert_int_equal(access(journal, F_OK), 0);
    store = ts_store_open(path, TS_STORE_READ, &error);
    assert_non_null(store);
    assert_int_equal(ask(store, "SELECT count(*) FROM runs"), 1);
    assert_text(store, "PRAGMA integrity_check", "ok");
    ts_store_close(store);
    unlink(journal);
    fixture_remove(path);
}

static void quantities_have_their_units(void **state)
{
    static const struct {
        const char *json, *unit;
        double value;
    } cases[] = {
        {"5", "number", 5},
        {"0.5", "number", 0.5},
        {"\"5ms\"", "ps", 5e9},
        {"\"5 ms\"", "ps", 5e9},
        {"\"16MiB\"", "bytes", 16777216},
        {"\"3.6GHz\"", "Hz", 3.6e9},
        {"\"85%\"", "ratio", 0.85},
        {"\"12800/s\"", "rate", 12800},
        {"\"300 cycles\"", "cycles", 300},
        {"\"4/2GHz\"", "Hz", 2e9},
        {"-3", "number", -3},
        {"\"fifo\"", NULL, 0},
        {"true", NULL, 0},
        {"[1]", NULL, 0},
        {"\"\"", NULL, 0},
        {"\"0x10\"", NULL, 0},
        {"\"5 hours\"", NULL, 0},
        {"null", NULL, 0},
    };

    (void)state;
    for (size_t i = 0; i < TS_COUNT_OF(cases); i++) {
        const char *unit = NULL;
        double value = 0;
        bool quantity = ts_quantity(cases[i].json, &unit, &value);

        assert_int_equal(quantity, cases[i].unit != NULL);
        if (!quantity)
            continue;
        assert_string_equal(unit, cases[i].unit);
        assert_true(fabs(value - cases[i].value) <=
                    1e-12 * fabs(cases[i].value));
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(reads_back_what_was_written),
        cmocka_unit_test(keeps_each_text_once),
        cmocka_unit_test(content_is_a_function_of_the_runs),
        cmocka_unit_test(copies_are_like_originals),
        cmocka_unit_test(finds_what_need_not_run_again),
        cmocka_unit_test(refuses_what_is_no_number),
        cmocka_unit_test(refuses_what_cannot_be),
        cmocka_unit_test(refuses_what_is_no_record),
        cmocka_unit_test(batches_are_whole_or_nothing),
        cmocka_unit_test(says_what_is_wrong_with_a_file),
        cmocka_unit_test(says_whose_database_it_is),
        cmocka_unit_test(refuses_what_would_act),
        cmocka_unit_test(empty_files_become_databases),
        cmocka_unit_test(says_that_it_is_locked),
        cmocka_unit_test(says_that_the_disk_is_full),
        cmocka_unit_test(says_that_it_is_damaged),
        cmocka_unit_test(says_that_it_may_not_be_written),
        cmocka_unit_test(a_killed_writer_leaves_whole_runs),
        cmocka_unit_test(quantities_have_their_units),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
