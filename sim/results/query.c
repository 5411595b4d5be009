/*
 * query.c - reading runs back.
 */
#include "sim/results/query.h"

#include <inttypes.h>
#include <sqlite3.h>
#include <string.h>

/* What SQLite could not do ends the query: ts_query_end() tells. */
static void check(ts_query *q, int code)
{
    if (code == SQLITE_OK || q->failed)
        return;
    q->failed = true;
    ts_store_fail(q->store, "reading", &q->error);
}

/* A text that is NULL where there is one: memory ended. */
static const char *check_text(ts_query *q, const char *text)
{
    if (text == NULL)
        check(q, sqlite3_errcode(ts_store_handle(q->store)) == SQLITE_NOMEM
                     ? SQLITE_NOMEM
                     : SQLITE_OK);
    return text != NULL ? text : "";
}

ts_query ts_query_start(ts_store *store, const char *sql, int64_t number,
                        const char *text)
{
    ts_query q = {.store = store};
    int count;

    check(&q, sqlite3_prepare_v2(ts_store_handle(store), sql, -1, &q.statement,
                                 NULL));
    count = sqlite3_bind_parameter_count(q.statement); /* 0 where it failed */
    if (count >= 1)
        ts_query_bind(&q, 1, number);
    if (count >= 2)
        ts_query_bind_text(&q, 2, text);
    return q;
}

void ts_query_bind(ts_query *q, int place, int64_t number)
{
    assert(place >= 1);
    if (!q->failed)
        check(q, sqlite3_bind_int64(q->statement, place, number));
}

void ts_query_bind_text(ts_query *q, int place, const char *text)
{
    if (!q->failed)
        check(q, sqlite3_bind_text(q->statement, place, text, -1,
                                   SQLITE_TRANSIENT));
}

bool ts_query_next(ts_query *q)
{
    int code;

    if (q->failed)
        return false;
    assert(q->statement != NULL); /* start, next ..., end */
    code = sqlite3_step(q->statement);
    check(q, code == SQLITE_ROW || code == SQLITE_DONE ? SQLITE_OK : code);
    return code == SQLITE_ROW;
}

bool ts_query_end(ts_query *q, ts_error *error)
{
    sqlite3_finalize(q->statement);
    q->statement = NULL;
    return !q->failed || ts_fail(error, "%s", q->error.text);
}

int ts_query_columns(ts_query *q)
{
    return sqlite3_column_count(q->statement); /* 0 where it failed */
}

const char *ts_query_name(ts_query *q, int column)
{
    return check_text(q, sqlite3_column_name(q->statement, column));
}

ts_query_type ts_query_type_of(ts_query *q, int column)
{
    switch (sqlite3_column_type(q->statement, column)) {
    case SQLITE_NULL:
        return TS_QUERY_NULL;
    case SQLITE_INTEGER:
        return TS_QUERY_INT;
    case SQLITE_FLOAT:
        return TS_QUERY_REAL;
    default:
        return TS_QUERY_TEXT;
    }
}

bool ts_query_null(ts_query *q, int column)
{
    return sqlite3_column_type(q->statement, column) == SQLITE_NULL;
}

int64_t ts_query_int(ts_query *q, int column)
{
    return sqlite3_column_int64(q->statement, column);
}

double ts_query_real(ts_query *q, int column)
{
    return sqlite3_column_double(q->statement, column);
}

const char *ts_query_text(ts_query *q, int column)
{
    return check_text(q,
                      (const char *)sqlite3_column_text(q->statement, column));
}

ts_time ts_query_time(ts_query *q, int column)
{
    return ts_query_null(q, column) ? TS_NEVER : ts_query_int(q, column);
}

ts_unit ts_query_unit(const char *name)
{
    static const struct {
        const char *name;
        ts_unit unit;
    } units[] = {{"ps", TS_UNIT_TIME},
                 {"ratio", TS_UNIT_RATIO},
                 {"count", TS_UNIT_COUNT},
                 {"rate", TS_UNIT_RATE},
                 {"bytes", TS_UNIT_BYTES}};

    for (size_t i = 0; i < TS_COUNT_OF(units); i++)
        if (strcmp(units[i].name, name) == 0)
            return units[i].unit;
    return TS_UNIT_NUMBER;
}

bool ts_query_run_exists(ts_store *store, int64_t run, ts_error *error)
{
    ts_query q = ts_query_start(store,
                                "SELECT sum(id = ?1), count(*), min(id), "
                                "max(id) FROM runs",
                                run, NULL);
    int64_t found = 0, count = 0, least = 0, greatest = 0;

    if (ts_query_next(&q)) {
        found = ts_query_int(&q, 0);
        count = ts_query_int(&q, 1);
        least = ts_query_int(&q, 2);
        greatest = ts_query_int(&q, 3);
    }
    if (!ts_query_end(&q, error))
        return false;
    if (found > 0)
        return true;
    if (count == 0)
        return ts_fail(error, "%s: holds no runs yet", ts_store_path(store));
    return ts_fail(error,
                   "%s: has no run %" PRId64 "; its runs go from %" PRId64
                   " to %" PRId64,
                   ts_store_path(store), run, least, greatest);
}

/* A list that the arena had no room for is none. */
static bool end_list(ts_query *q, const ts_arena *arena, ts_error *error)
{
    return ts_query_end(q, error) &&
           (!arena->exhausted || ts_fail_memory(error));
}

/* The names of a table by their numbers, which count from 0. */
static bool read_names(ts_store *store, const char *sql, int64_t run,
                       ts_arena *arena, const char *const **names, int *count,
                       ts_error *error)
{
    ts_query q = ts_query_start(store, sql, run, NULL);
    const char **list = NULL;

    *count = 0;
    while (ts_query_next(&q)) {
        int number = (int)ts_query_int(&q, 0), total = (int)ts_query_int(&q, 2);

        if (list == NULL)
            list = ts_arena_array(arena, (size_t)total, sizeof *list);
        if (list == NULL || number < 0 || number >= total)
            break;
        list[number] = ts_arena_text(arena, ts_query_text(&q, 1));
        *count = total;
    }
    *names = list;
    return end_list(&q, arena, error);
}

void *ts_query_list(ts_store *store, const ts_query_rows *rows, int64_t number,
                    ts_arena *arena, void *context, size_t *count,
                    ts_error *error)
{
    ts_query q = ts_query_start(store, rows->sql, number, NULL);
    size_t total = 0, taken = 0;
    char *list = NULL;

    while (ts_query_next(&q)) {
        if (list == NULL) {
            total = (size_t)ts_query_int(&q, ts_query_columns(&q) - 1);
            list = ts_arena_array(arena, total, rows->size);
        }
        if (list == NULL)
            break;
        assert(taken < total);
        rows->take(context, &q, list + taken++ * rows->size);
    }
    assert(arena->exhausted || q.failed || taken == total);
    *count = taken;
    if (list == NULL)
        list = ts_arena_alloc(arena, 1);
    return end_list(&q, arena, error) ? list : NULL;
}

static void take_thread(void *arena, ts_query *q, void *item)
{
    ts_thread_row *thread = item;

    thread->id = (int32_t)ts_query_int(q, 0);
    thread->name = ts_arena_text(arena, ts_query_text(q, 1));
    thread->task = ts_arena_text(arena, ts_query_text(q, 2));
    thread->arrival = ts_query_time(q, 3);
}

static const ts_query_rows thread_rows = {
    "SELECT id, name, coalesce(task, name), arrival_ps, (SELECT count(*) FROM "
    "threads WHERE run = ?1) FROM threads WHERE run = ?1 ORDER BY id",
    sizeof(ts_thread_row), take_thread};

static void take_span(void *context, ts_query *q, void *item)
{
    (void)context;
    *(ts_span *)item = (ts_span){
        .from = ts_query_int(q, 0),
        .to = ts_query_int(q, 1),
        .place = (int32_t)ts_query_int(q, 2),
        .kind = (int32_t)ts_query_int(q, 3),
        .who = ts_query_null(q, 4) ? -1 : (int32_t)ts_query_int(q, 4),
        .detail = (int32_t)ts_query_int(q, 5),
    };
}

static const ts_query_rows span_rows = {
    "SELECT from_ps, to_ps, place, kind, who, detail, (SELECT count(*) FROM "
    "spans WHERE run = ?1) FROM spans WHERE run = ?1 ORDER BY rowid",
    sizeof(ts_span), take_span};

static void take_reason(void *arena, ts_query *q, void *item)
{
    *(const char **)item =
        ts_query_null(q, 0) ? NULL : ts_arena_text(arena, ts_query_text(q, 0));
}

static const ts_query_rows reason_rows = {
    "SELECT reason, 1 FROM runs WHERE id = ?1", sizeof(char *), take_reason};

static bool read_reason(ts_store *store, int64_t run, ts_arena *arena,
                        ts_run_spans *out, ts_error *error)
{
    size_t count;
    const char *const *found =
        ts_query_list(store, &reason_rows, run, arena, arena, &count, error);

    if (found == NULL)
        return false;
    out->reason = count > 0 ? found[0] : NULL;
    return true;
}

bool ts_query_spans(ts_store *store, int64_t run, ts_arena *arena,
                    ts_run_spans *out, ts_error *error)
{
    *out = (ts_run_spans){.spans = NULL};
    return read_reason(store, run, arena, out, error) &&
           read_names(store,
                      "SELECT number, name, (SELECT max(number) + 1 FROM "
                      "places WHERE run = ?1) FROM places WHERE run = ?1",
                      run, arena, &out->places, &out->place_count, error) &&
           read_names(store,
                      "SELECT number, name, (SELECT max(number) + 1 FROM "
                      "kinds WHERE run = ?1) FROM kinds WHERE run = ?1",
                      run, arena, &out->kinds, &out->kind_count, error) &&
           (out->threads = ts_query_list(store, &thread_rows, run, arena, arena,
                                         &out->thread_count, error)) != NULL &&
           (out->spans = ts_query_list(store, &span_rows, run, arena, NULL,
                                       &out->span_count, error)) != NULL;
}

ts_turn_to ts_query_turn_to(const char *word)
{
    return strcmp(word, "ready") == 0    ? TS_TURN_READY
           : strcmp(word, "runs") == 0   ? TS_TURN_RUNS
           : strcmp(word, "blocks") == 0 ? TS_TURN_BLOCKS
                                         : TS_TURN_ENDS;
}

static void take_turn(void *context, ts_query *q, void *item)
{
    (void)context;
    *(ts_turn *)item = (ts_turn){
        .at = ts_query_int(q, 0),
        .who = (int32_t)ts_query_int(q, 1),
        .place = ts_query_null(q, 2) ? -1 : (int32_t)ts_query_int(q, 2),
        .waker = -1,
        .to = (int16_t)ts_query_turn_to(ts_query_text(q, 3)),
        .cause = (int16_t)ts_query_int(q, 4),
    };
}

static const ts_query_rows turn_rows = {
    "SELECT at_ps, who, place, turn, iif(cause = 'preempted', 0, -1), (SELECT "
    "count(*) FROM turns WHERE run = ?1) FROM turns WHERE run = ?1 ORDER BY "
    "rowid",
    sizeof(ts_turn), take_turn};

bool ts_query_turns(ts_store *store, int64_t run, ts_arena *arena,
                    ts_run_spans *out, ts_error *error)
{
    out->preempted = 0;
    out->turns = ts_query_list(store, &turn_rows, run, arena, NULL,
                               &out->turn_count, error);
    return out->turns != NULL;
}

/* The number of a cause; -1: no turn has it. */
static int cause_number(const ts_trace *trace, const char *cause)
{
    for (int i = 0; i < trace->name_count[TS_CAUSES]; i++)
        if (strcmp(trace->names[TS_CAUSES][i], cause) == 0)
            return i;
    return -1;
}

void ts_report_spans(const ts_report *report, ts_run_spans *out)
{
    const ts_trace *trace = report->trace;

    assert(trace->level != TS_TRACE_OFF || trace->span_count == 0);
    *out = (ts_run_spans){
        .spans = trace->spans,
        .span_count = trace->span_count,
        .places = (const char *const *)trace->names[TS_PLACES],
        .kinds = (const char *const *)trace->names[TS_KINDS],
        .place_count = trace->name_count[TS_PLACES],
        .kind_count = trace->name_count[TS_KINDS],
        .threads = report->threads,
        .thread_count = report->thread_count,
        .turns = trace->turns,
        .turn_count = trace->turn_count,
        .preempted = cause_number(trace, "preempted"),
        .reason = report->reason,
    };
}
