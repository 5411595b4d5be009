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

/* Whatever goes wrong between start and end, memory that ends too, is kept, and
 * ts_query_end() answers for it; until then columns are 0 and "".
 * Binds ?1 to `number` and ?2 to `text` where the query has them. */
ts_query ts_query_start(ts_store *store, const char *sql, int64_t number,
                        const char *text);
/* Where it has more: the value of ?place. */
void ts_query_bind(ts_query *query, int place, int64_t number);
void ts_query_bind_text(ts_query *query, int place, const char *text);
bool ts_query_next(ts_query *query); /* false: no more rows, or an error */
bool ts_query_end(ts_query *query, ts_error *error);

bool ts_query_null(ts_query *query, int column);
int64_t ts_query_int(ts_query *query, int column);
double ts_query_real(ts_query *query, int column);
const char *ts_query_text(ts_query *query, int column); /* "" for NULL */
ts_time ts_query_time(ts_query *query, int column);     /* TS_NEVER for NULL */

/* Rows that become a list: what is asked, with how many rows there are in the
 * last column, and how one of them becomes an item of so many bytes. */
typedef struct ts_query_rows {
    const char *sql;
    size_t size;
    void (*take)(void *context, ts_query *query, void *item);
} ts_query_rows;

/* All of them in the arena, where ?1 is `number`; NULL with a message. A list
 * of none is no NULL. */
TS_MUST_USE
void *ts_query_list(ts_store *store, const ts_query_rows *rows, int64_t number,
                    ts_arena *arena, void *context, size_t *count,
                    ts_error *error);

/* What the columns are, for those who write any query's rows. */
typedef enum ts_query_type {
    TS_QUERY_NULL,
    TS_QUERY_INT,
    TS_QUERY_REAL,
    TS_QUERY_TEXT
} ts_query_type;

int ts_query_columns(ts_query *query);
const char *ts_query_name(ts_query *query, int column);
ts_query_type ts_query_type_of(ts_query *query, int column); /* in this row */

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
    const ts_thread_row *threads; /* id, name, task and arrival only,
                                     by id */
    size_t thread_count;
    const ts_turn *turns; /* NULL: none are known */
    size_t turn_count;
    int preempted; /* the cause of those that took a thread off for another */
    const char *reason; /* why the run ended; NULL: unsaid */
} ts_run_spans;

bool ts_query_spans(ts_store *store, int64_t run, ts_arena *arena,
                    ts_run_spans *spans, ts_error *error);
/* What the table `turns` calls it. */
ts_turn_to ts_query_turn_to(const char *word);
/* Adds the turns of the run, of whose causes none but `preempted` has a number.
 */
bool ts_query_turns(ts_store *store, int64_t run, ts_arena *arena,
                    ts_run_spans *spans, ts_error *error);
/* The same, turns and all, from a report that is still in memory; borrows all of it. */
void ts_report_spans(const ts_report *report, ts_run_spans *spans);

#endif
