/*
 * store_inside.h - the store's own files (private to sim/results).
 *
 *   store.c      transactions; writing, finding, copying
 *   opening.c    is this a database, is it ours, is it whole
 *   statement.c  the statements that write
 *   playing.c    records, row by row
 */
#ifndef TS_RESULTS_STORE_INSIDE_H
#define TS_RESULTS_STORE_INSIDE_H

#include <sqlite3.h>

#include "sim/results/record.h"
#include "sim/results/rows.h"

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

/* --- store.c --- */

/* Words for a code of SQLite's; returns false. */
bool ts_store_fail_with(const char *path, const char *doing, int code,
                        const char *words, ts_error *error);
bool ts_store_execute(ts_store *store, const char *sql, ts_error *error);
/* A run in a transaction of its own, or a savepoint of that which is open. */
bool ts_store_run_begin(ts_store *store, ts_error *error);
bool ts_store_run_end(ts_store *store, bool fine, ts_error *error);

/* --- opening.c --- */

/* What can be said of a path before SQLite sees it. */
bool ts_store_check_path(const char *path, ts_store_mode mode, ts_error *error);
bool ts_store_open_file(ts_store *store, const char *path, ts_store_mode mode,
                        ts_error *error);

/* --- statement.c --- */

/* Those of the tables of a run are made from ts_row_tables: NULL here. */
extern const char *const ts_statement_sql[STATEMENTS];

/* Prepared when first used; NULL with a message. */
sqlite3_stmt *ts_statement_of(ts_store *store, int which, ts_error *error);
/* Steps a statement that has all its values. `*answer` is the first column of
 * a query, 0 without a row, or the id of what was inserted. */
bool ts_statement_step(ts_store *store, sqlite3_stmt *statement,
                       int64_t *answer, ts_error *error);
/* A statement without values. */
bool ts_statement_perform(ts_store *store, int which, ts_error *error);

#endif
