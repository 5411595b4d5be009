/*
 * runs.h - questions about the runs of a database, each a named one.
 *
 *   ts_query q = ts_runs(store);
 *   while (ts_query_next(&q))
 *       ... ts_query_int(&q, TS_RUN_ID) ...
 *   return ts_query_end(&q, error);
 *
 * Rows come in an order that depends on the runs alone. Patterns are those of
 * GLOB: "threads.*".
 */
#ifndef TS_RESULTS_RUNS_H
#define TS_RESULTS_RUNS_H

#include "sim/results/query.h"

/* --- all runs --- */

/* How many there are, and the highest number of a replication. */
bool ts_runs_count(ts_store *store, int64_t *count, int64_t *replications,
                   ts_error *error);

enum {
    TS_RUN_ID,
    TS_RUN_SCENARIO, /* the file's name */
    TS_RUN_REPLICATION,
    TS_RUN_FAILED,
    TS_RUN_JUDGED, /* expectations */
    TS_RUN_HELD    /* of these */
};
ts_query ts_runs(ts_store *store);
/* run, scenario, point, replication, seed, version, digest, reported, end_ps,
 * events, failed; the names of the columns are for programs. */
ts_query ts_runs_data(ts_store *store);
/* Of those that kept a trace: their ids. */
ts_query ts_runs_traced(ts_store *store);
/* Of all runs: pointers of parameters, in their order, at most `limit`. */
ts_query ts_runs_parameters(ts_store *store, int64_t limit);
/* Of all runs: names of metrics that match, at most `limit`. */
ts_query ts_runs_metrics(ts_store *store, const char *pattern, int64_t limit);
/* The same of those that are expected to be something, and of those that most
 * scenarios are about. */
ts_query ts_runs_metrics_expected(ts_store *store, int64_t limit);
ts_query ts_runs_metrics_usual(ts_store *store, int64_t limit);
/* Names with their units: "run.makespan [ps]". */
ts_query ts_runs_metrics_data(ts_store *store, const char *pattern);

/* --- one run --- */

enum {
    TS_HEAD_TITLE, /* the file's name where there is none */
    TS_HEAD_NAME,
    TS_HEAD_SEED,
    TS_HEAD_VERSION,
    TS_HEAD_DIGEST,
    TS_HEAD_END, /* ps */
    TS_HEAD_REASON,
    TS_HEAD_EVENTS,
    TS_HEAD_FAILED,
    TS_HEAD_REPLICATION
};
ts_query ts_run_head(ts_store *store, int64_t run);
/* scenario, title, scenario_sha256, document_sha256, point, replication, seed,
 * version, digest, reported, end_ps, events, reason, failed */
ts_query ts_run_data(ts_store *store, int64_t run);

/* pointer, value as people write it, value as JSON */
ts_query ts_run_parameters(ts_store *store, int64_t run);
/* The value of one, as people write it and as JSON. */
ts_query ts_run_parameter(ts_store *store, int64_t run, const char *pointer);
/* The values of all parameters of any run, in the order of
 * ts_runs_parameters(); NULL where this run has none. */
ts_query ts_run_parameter_row(ts_store *store, int64_t run);

enum {
    TS_METRIC_NAME,
    TS_METRIC_UNIT,
    TS_METRIC_VALUE, /* real */
    TS_METRIC_WHOLE  /* NULL: it is not exact */
};
ts_query ts_run_metrics(ts_store *store, int64_t run, const char *pattern);
ts_query ts_run_metric(ts_store *store, int64_t run, const char *name);
/* metric, unit, value: exact where it can be */
ts_query ts_run_metrics_data(ts_store *store, int64_t run, const char *pattern);
/* The values of all metrics of any run that match, in the order of
 * ts_runs_metrics_data(); NULL where this run has none. */
ts_query ts_run_metric_row(ts_store *store, int64_t run, const char *pattern);

/* id, name, task, job, arrival_ps, first_run_ps, finish_ps, deadline_ps,
 * processor_ps, ready_ps, blocked_ps, dispatches, preemptions, migrations */
enum {
    TS_THREAD_ID,
    TS_THREAD_NAME,
    TS_THREAD_TASK,
    TS_THREAD_JOB,
    TS_THREAD_ARRIVAL,
    TS_THREAD_FIRST_RUN,
    TS_THREAD_FINISH,
    TS_THREAD_DEADLINE,
    TS_THREAD_PROCESSOR,
    TS_THREAD_READY,
    TS_THREAD_BLOCKED,
    TS_THREAD_DISPATCHES,
    TS_THREAD_PREEMPTIONS,
    TS_THREAD_MIGRATIONS
};
ts_query ts_run_threads(ts_store *store, int64_t run);
/* What became of each thread that there is a row of, and on average of all
 * those of each task. The first column is a name, the others are numbers whose names are for people but for
 * the "_ps" of times. */
ts_query ts_run_stays(ts_store *store, int64_t run);
ts_query ts_run_tasks(ts_store *store, int64_t run);
bool ts_run_thread_count(ts_store *store, int64_t run, int64_t *count,
                         ts_error *error);
ts_query ts_run_conventions(ts_store *store, int64_t run); /* name, value */
/* metric, about, text, holds, expected */
enum {
    TS_VERDICT_METRIC,
    TS_VERDICT_ABOUT,
    TS_VERDICT_TEXT,
    TS_VERDICT_HOLDS,
    TS_VERDICT_EXPECTED
};
ts_query ts_run_verdicts(ts_store *store, int64_t run);

/* from_ps, to_ps, place, kind, thread, detail; in the order of time */
enum { TS_SPAN_FROM, TS_SPAN_TO, TS_SPAN_PLACE, TS_SPAN_KIND, TS_SPAN_THREAD };
ts_query ts_run_timeline(ts_store *store, int64_t run);
/* at_ps, place, kind, thread, detail; as they happened */
ts_query ts_run_instants(ts_store *store, int64_t run);
/* at_ps, series, value; in the order of time */
ts_query ts_run_levels(ts_store *store, int64_t run);
/* at_ps, place, thread, text; as they were written down */
enum { TS_NOTE_AT, TS_NOTE_PLACE, TS_NOTE_THREAD, TS_NOTE_TEXT };
ts_query ts_run_notes(ts_store *store, int64_t run);
/* Are there any? */
bool ts_run_has_spans(ts_store *store, int64_t run, bool *some,
                      ts_error *error);
bool ts_run_has_notes(ts_store *store, int64_t run, bool *some,
                      ts_error *error);
/* Are the turns of its threads there? */
bool ts_run_has_turns(ts_store *store, int64_t run, bool *some,
                      ts_error *error);
/* Was anything of the run traced? */
bool ts_run_traced(ts_store *store, int64_t run, bool *traced, ts_error *error);

#endif
