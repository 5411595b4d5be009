/*
 * store.c - the results database: transactions, writing, copying.
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

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <sha256.h>

#include "sim/results/store_inside.h"
#include "timeslice/timeslice.h"

#define RECORD_KEPT ((size_t)4 << 20) /* bytes */

/* --- errors --- */

bool ts_store_fail_with(const char *path, const char *doing, int code,
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
    return ts_store_fail_with(store->path, doing,
                              sqlite3_extended_errcode(store->db),
                              sqlite3_errmsg(store->db), error);
}

bool ts_store_execute(ts_store *store, const char *sql, ts_error *error)
{
    if (sqlite3_exec(store->db, sql, NULL, NULL, NULL) != SQLITE_OK)
        return ts_store_fail(store, "writing", error);
    return true;
}

/* --- stores --- */

const char *ts_store_library(void)
{
    return sqlite3_libversion();
}

ts_store *ts_store_open(const char *path, ts_store_mode mode, ts_error *error)
{
    ts_store *store;

    if (path != NULL && !ts_store_check_path(path, mode, error))
        return NULL;
    store = calloc(1, sizeof *store);
    if (store != NULL)
        store->path = strdup(path != NULL ? path : "memory");
    if (store == NULL || store->path == NULL) {
        free(store);
        ts_fail(error, "%s: out of memory", path != NULL ? path : "memory");
        return NULL;
    }
    if (!ts_store_open_file(store, path != NULL ? path : ":memory:", mode,
                            error)) {
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
    store->batch = ts_store_execute(store, "BEGIN IMMEDIATE", error);
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
        fine = ts_store_execute(store, "COMMIT", error);
    if (!fine) {
        sqlite3_exec(store->db, "ROLLBACK", NULL, NULL, NULL);
        forget_ids(store);
    }
    store->batch = false;
    return fine;
}

bool ts_store_run_begin(ts_store *store, ts_error *error)
{
    return store->batch ? ts_statement_perform(store, SAVE, error)
                        : ts_store_execute(store, "BEGIN IMMEDIATE", error);
}

bool ts_store_run_end(ts_store *store, bool fine, ts_error *error)
{
    if (fine)
        fine = store->batch ? ts_statement_perform(store, RELEASE, error)
                            : ts_store_execute(store, "COMMIT", error);
    if (!fine) {
        sqlite3_exec(store->db,
                     store->batch ? "ROLLBACK TO run; RELEASE run" : "ROLLBACK",
                     NULL, NULL, NULL);
        forget_ids(store);
    }
    return fine;
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
    sqlite3_stmt *drop = ts_statement_of(store, DROP_RUN, error);
    int64_t ignored;

    assert(run > 0);
    if (drop == NULL)
        return false;
    sqlite3_bind_int64(drop, 1, run);
    return ts_statement_step(store, drop, &ignored, error);
}

int64_t ts_store_find(ts_store *store, const ts_run_facts *facts,
                      ts_error *error)
{
    sqlite3_stmt *find = ts_statement_of(store, FIND_RUN, error);
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
    return ts_statement_step(store, find, &id, error) ? id : -1;
}
