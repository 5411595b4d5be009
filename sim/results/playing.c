/*
 * playing.c - a record, played into the database row by row.
 */
#include <stdio.h>
#include <string.h>

#include "sim/results/store_inside.h"

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
    sqlite3_stmt *add = ts_statement_of(p->store, ADD_SHARED + slot, p->error);
    bool unfold = ts_statement_sql[UNFOLD_SHARED + slot] != NULL;
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
    if (!ts_statement_step(p->store, add, &p->store->ids[slot], p->error))
        return false;
    if (!unfold)
        return true;
    add = ts_statement_of(p->store, UNFOLD_SHARED + slot, p->error);
    if (add == NULL)
        return false;
    sqlite3_bind_int64(add, 1, p->store->ids[slot]);
    take_value(p, add, 2);
    return ts_statement_step(p->store, add, &ignored, p->error);
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
        find = ts_statement_of(store, FIND_SHARED + slot, p->error);
        if (find == NULL)
            return false;
        sqlite3_bind_text(find, 1, hash, -1, SQLITE_STATIC);
        if (!ts_statement_step(store, find, &store->ids[slot], p->error))
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
    sqlite3_stmt *drop = ts_statement_of(p->store, DROP_PARAMETERS, p->error);
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
    return ts_statement_step(p->store, adopt, &ignored, p->error) &&
           ts_statement_step(p->store, drop, &ignored, p->error);
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
    statement = ts_statement_of(p->store, ADD_ROW + row, p->error);
    if (statement == NULL)
        return false;
    if (row == TS_ROW_ADOPT)
        return play_adoption(p, statement);
    count = row == TS_ROW_RUN ? sqlite3_bind_parameter_count(statement)
                              : ts_row_tables[row].columns;
    for (int i = 1; i <= count; i++)
        take_value(p, statement, i);
    if (p->broken || !ts_statement_step(p->store, statement, &id, p->error))
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
    bool fine = ts_store_run_begin(store, error);

    if (!fine)
        return -1;
    while (fine && p.at < p.end)
        fine = play_row(&p) && !p.broken;
    if (!fine)
        ts_fail(error, "%s", why.text);
    return ts_store_run_end(store, fine, error) ? store->ids[TS_SLOT_RUN] : -1;
}
