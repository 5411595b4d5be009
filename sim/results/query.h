/*
 * query.h - reading runs back.
 *
 *   ts_query q = ts_query_start(store, "SELECT ... WHERE run = ?1", run, NULL);
 *   while (ts_query_next(&q))
 *       ... ts_query_int(&q, 0), ts_query_text(&q, 1) ...
 *   return ts_query_end(&q, error);
 *
 * Text that is handed out lives until the next row.
 */
#ifndef TS_RESULTS_QUERY_H
#define TS_RESULTS_QUERY_H

#include "sim/results/store.h"

struct sqlite3_stmt;

typedef struct ts_query {
    ts_store *store;
    struct sqlite3_stmt *statement;
    bool failed;
    ts_error error;
} ts_query;

/* Binds ?1 to `number` and ?2 to `text` where the query has them. */
ts_query ts_query_start(ts_store *store, const char *sql, int64_t number,
                        const char *text);
bool ts_query_next(ts_query *query); /* false: no more rows, or an error */
bool ts_query_end(ts_query *query, ts_error *error);

bool ts_query_null(ts_query *query, int column);
int64_t ts_query_int(ts_query *query, int column);
double ts_query_real(ts_query *query, int column);
const char *ts_query_text(ts_query *query, int column); /* "" for NULL */
ts_time ts_query_time(ts_query *query, int column);     /* TS_NEVER for NULL */

/* The unit of a metric by its name in the database. */
ts_unit ts_query_unit(const char *name);
/* Whether there is such a run; a message that says what there is, if not. */
bool ts_query_run_exists(ts_store *store, int64_t run, ts_error *error);

/* The spans of a run with the names that belong to them, all in the arena. */
typedef struct ts_run_spans {
    const ts_span *spans;
    size_t span_count;
    const char *const *places, *const *kinds; /* by number */
    int place_count, kind_count;
    const ts_thread_row *threads; /* id and name only, by id */
    size_t thread_count;
} ts_run_spans;

bool ts_query_spans(ts_store *store, int64_t run, ts_arena *arena,
                    ts_run_spans *spans, ts_error *error);
/* The same from a report that is still in memory; borrows all of it. */
void ts_report_spans(const ts_report *report, ts_run_spans *spans);

#endif
