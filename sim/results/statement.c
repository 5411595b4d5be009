/*
 * statement.c - the statements that write a run.
 */
#include <stdio.h>

#include "sim/results/store_inside.h"

/* Those of the tables of a run are made from ts_row_tables. */
const char *const ts_statement_sql[STATEMENTS] = {
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

sqlite3_stmt *ts_statement_of(ts_store *store, int which, ts_error *error)
{
    sqlite3_stmt **statement = &store->statements[which];
    const char *sql = ts_statement_sql[which];
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
bool ts_statement_step(ts_store *store, sqlite3_stmt *statement,
                       int64_t *answer, ts_error *error)
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
bool ts_statement_perform(ts_store *store, int which, ts_error *error)
{
    sqlite3_stmt *statement = ts_statement_of(store, which, error);
    int64_t ignored;

    return statement != NULL &&
           ts_statement_step(store, statement, &ignored, error);
}
