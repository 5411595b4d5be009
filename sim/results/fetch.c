/*
 * fetch.c - the record of a run that is already in a database.
 */
#include <inttypes.h>
#include <sqlite3.h>
#include <stdio.h>

#include "sim/results/recorder.h"

static void put_column(ts_buffer *out, sqlite3_stmt *in, int column)
{
    switch (sqlite3_column_type(in, column)) {
    case SQLITE_NULL:
        ts_put_null(out);
        break;
    case SQLITE_INTEGER:
        ts_put_int(out, sqlite3_column_int64(in, column));
        break;
    case SQLITE_FLOAT:
        ts_put_real(out, sqlite3_column_double(in, column));
        break;
    default:
        ts_put_bytes(out, (const char *)sqlite3_column_text(in, column),
                     (size_t)sqlite3_column_bytes(in, column));
    }
}

/* The hash and the texts of what is shared, by its id. */
static const char *const shared_sql[TS_SLOTS] = {
    [TS_SLOT_SCENARIO] =
        "SELECT sha256, name, title, text FROM scenarios WHERE id = ?",
    [TS_SLOT_DOCUMENT] = "SELECT sha256, text FROM documents WHERE id = ?",
    [TS_SLOT_METRICS] =
        "SELECT sha256, (SELECT json_group_array(json_array(name, unit)) FROM "
        "(SELECT name, unit FROM metric_names WHERE metric_set = ?1 ORDER BY "
        "number)) FROM metric_sets WHERE id = ?1",
    [TS_SLOT_CONVENTIONS] =
        "SELECT sha256, (SELECT json_group_array(json_array(name, value)) "
        "FROM (SELECT name, value FROM convention_texts WHERE convention_set "
        "= ?1 ORDER BY number)) FROM convention_sets WHERE id = ?1",
};

static bool fetch_shared(ts_recorder *r, ts_store *from, enum ts_slot slot,
                         int64_t id, ts_buffer *out, ts_error *error)
{
    struct ts_shared *s = &r->shared[slot];
    char head[3] = {TS_ROW_SHARED, (char)slot, 0};
    sqlite3_stmt *in = NULL;
    bool fine = true;

    if (s->id == id && s->from == from) {
        ts_buffer_add(out, head, sizeof head);
        ts_buffer_add(out, s->hash, TS_HASH_TEXT);
        return true;
    }
    if (sqlite3_prepare_v2(ts_store_handle(from), shared_sql[slot], -1, &in,
                           NULL) != SQLITE_OK ||
        sqlite3_bind_int64(in, 1, id) != SQLITE_OK ||
        sqlite3_step(in) != SQLITE_ROW) {
        fine = ts_store_fail(from, "reading", error);
    } else {
        head[2] = (char)(sqlite3_column_count(in) - 1);
        snprintf(s->hash, sizeof s->hash, "%s",
                 (const char *)sqlite3_column_text(in, 0));
        ts_buffer_add(out, head, sizeof head);
        ts_buffer_add(out, s->hash, TS_HASH_TEXT);
        for (int i = 1; i < sqlite3_column_count(in); i++)
            put_column(out, in, i);
        s->id = r->brief ? id : 0;
        s->from = from;
    }
    sqlite3_finalize(in);
    return fine;
}

void ts_fetch_forget(ts_recorder *r)
{
    for (int i = 0; i < TS_ROWS; i++) {
        sqlite3_finalize(r->fetch[i]);
        r->fetch[i] = NULL;
    }
}

static sqlite3_stmt *fetch_statement(ts_recorder *r, enum ts_row row,
                                     const char *sql, int64_t run,
                                     ts_error *error)
{
    sqlite3_stmt **in = &r->fetch[row];

    assert(row < TS_ROWS && r->from != NULL);
    if (*in == NULL &&
        sqlite3_prepare_v3(ts_store_handle(r->from), sql, -1,
                           SQLITE_PREPARE_PERSISTENT, in, NULL) != SQLITE_OK) {
        ts_store_fail(r->from, "reading", error);
        return NULL;
    }
    sqlite3_bind_int64(*in, 1, run);
    return *in;
}

/* The run's own row: ids of what it shares, then what it has by itself. */
static bool fetch_run(ts_recorder *r, int64_t run, ts_buffer *out,
                      ts_error *error)
{
    static const enum ts_slot slots[] = {TS_SLOT_SCENARIO, TS_SLOT_DOCUMENT,
                                         TS_SLOT_CONVENTIONS, TS_SLOT_METRICS};
    sqlite3_stmt *in = fetch_statement(
        r, TS_ROW_RUN,
        "SELECT scenario, document, convention_set, metric_set, seed, point, "
        "replication, round, version, digest, reported, end_ps, events, "
        "reason, "
        "failed, trace, dropped FROM runs LEFT JOIN amounts ON amounts.run = "
        "runs.id "
        "WHERE id = ?",
        run, error);
    bool fine = in != NULL;
    int code = fine ? sqlite3_step(in) : SQLITE_ERROR;

    if (fine && code != SQLITE_ROW)
        fine = code == SQLITE_DONE ? ts_fail(error, "%s: has no run %" PRId64,
                                             ts_store_path(r->from), run)
                                   : ts_store_fail(r->from, "reading", error);
    for (int i = 0; fine && i < 4; i++)
        if (sqlite3_column_type(in, i) != SQLITE_NULL)
            fine = fetch_shared(r, r->from, slots[i],
                                sqlite3_column_int64(in, i), out, error);
    if (fine) {
        ts_put_row(out, TS_ROW_RUN);
        ts_put_slot(out, TS_SLOT_SCENARIO);
        ts_put_slot(out, TS_SLOT_DOCUMENT);
        for (int i = 4; i < sqlite3_column_count(in); i++)
            put_column(out, in, i);
        ts_put_slot(out, TS_SLOT_CONVENTIONS);
    }
    sqlite3_reset(in);
    return fine;
}

static bool fetch_rows(ts_recorder *r, enum ts_row row, int64_t run,
                       ts_buffer *out, ts_error *error)
{
    char sql[96];
    sqlite3_stmt *in;
    int code;

    assert(ts_row_tables[row].name != NULL); /* it has a table of its own */
    /* A table without a key of its own is read in the order of its writing. */
    snprintf(sql, sizeof sql, "SELECT * FROM %s WHERE run = ?",
             ts_row_tables[row].name);
    in = fetch_statement(r, row, sql, run, error);
    if (in == NULL)
        return false;
    while ((code = sqlite3_step(in)) == SQLITE_ROW) {
        ts_put_row(out, row);
        ts_put_slot(out, TS_SLOT_RUN);
        for (int i = 1; i < ts_row_tables[row].columns; i++)
            if (row == TS_ROW_AMOUNTS && i == 1)
                ts_put_slot(out, TS_SLOT_METRICS);
            else
                put_column(out, in, i);
    }
    sqlite3_reset(in);
    return code == SQLITE_DONE || ts_store_fail(r->from, "reading", error);
}

bool ts_recorder_fetch(ts_recorder *recorder, ts_store *from, int64_t run,
                       ts_buffer *bytes, ts_error *error)
{
    bool fine;

    if (recorder->from != from)
        ts_fetch_forget(recorder);
    recorder->from = from;
    fine = fetch_run(recorder, run, bytes, error);
    for (int row = TS_ROW_PARAMETER; fine && row < TS_ROWS; row++)
        fine = fetch_rows(recorder, (enum ts_row)row, run, bytes, error);
    return fine && ts_record_end(bytes, error);
}
