/*
 * runs.c - questions about the runs of a database.
 */
#include "sim/results/runs.h"

/* The first column of the first row; 0: there is none. */
static bool answer(ts_query q, int64_t *number, ts_error *error)
{
    *number = ts_query_next(&q) ? ts_query_int(&q, 0) : 0;
    return ts_query_end(&q, error);
}

/* --- all runs --- */

bool ts_runs_count(ts_store *store, int64_t *count, int64_t *replications,
                   ts_error *error)
{
    ts_query q =
        ts_query_start(store, "SELECT count(*), max(replication) FROM runs", 0,
                       NULL);

    *count = *replications = 0;
    if (ts_query_next(&q)) {
        *count = ts_query_int(&q, 0);
        *replications = ts_query_int(&q, 1);
    }
    return ts_query_end(&q, error);
}

ts_query ts_runs(ts_store *store)
{
    return ts_query_start(
        store,
        "SELECT r.id, s.name, r.replication, r.failed, (SELECT count(*) FROM "
        "verdicts v WHERE v.run = r.id), (SELECT sum(holds) FROM verdicts v "
        "WHERE v.run = r.id) FROM runs r JOIN scenarios s ON s.id = "
        "r.scenario ORDER BY r.id",
        0, NULL);
}

ts_query ts_runs_data(ts_store *store)
{
    return ts_query_start(
        store,
        "SELECT r.id AS run, s.name AS scenario, r.point, r.replication, "
        "r.seed, r.version, r.digest, r.reported, r.end_ps, r.events, "
        "r.failed FROM runs r JOIN scenarios s ON s.id = r.scenario ORDER BY "
        "r.id",
        0, NULL);
}

ts_query ts_runs_traced(ts_store *store)
{
    return ts_query_start(
        store, "SELECT id FROM runs WHERE trace <> 'off' ORDER BY id", 0, NULL);
}

ts_query ts_runs_parameters(ts_store *store, int64_t limit)
{
    return ts_query_start(
        store,
        "SELECT pointer FROM parameters GROUP BY pointer ORDER BY min(number), "
        "pointer LIMIT ?1",
        limit, NULL);
}

ts_query ts_runs_metrics(ts_store *store, const char *pattern, int64_t limit)
{
    return ts_query_start(store,
                          "SELECT DISTINCT name FROM metrics WHERE name GLOB "
                          "?2 ORDER BY name LIMIT ?1",
                          limit, pattern);
}

ts_query ts_runs_metrics_expected(ts_store *store, int64_t limit)
{
    return ts_query_start(
        store,
        "SELECT DISTINCT metric FROM verdicts WHERE metric IN (SELECT name "
        "FROM metrics) ORDER BY metric LIMIT ?1",
        limit, NULL);
}

ts_query ts_runs_metrics_usual(ts_store *store, int64_t limit)
{
    return ts_query_start(
        store,
        "SELECT DISTINCT name FROM metrics WHERE name IN ('processor.useful', "
        "'processor.switching', 'processor.switches') OR name GLOB "
        "'threads.*.turnaround.mean' ORDER BY name LIMIT ?1",
        limit, NULL);
}

ts_query ts_runs_metrics_data(ts_store *store, const char *pattern)
{
    return ts_query_start(
        store,
        "SELECT name || ' [' || unit || ']' FROM metrics WHERE ?1 = ?1 AND "
        "name GLOB ?2 GROUP BY name ORDER BY name",
        0, pattern);
}

/* --- one run --- */

ts_query ts_run_head(ts_store *store, int64_t run)
{
    return ts_query_start(
        store,
        "SELECT coalesce(s.title, s.name), s.name, r.seed, r.version, "
        "r.digest, r.end_ps, r.reason, r.events, r.failed, r.replication "
        "FROM runs r JOIN scenarios s ON s.id = r.scenario WHERE r.id = ?1",
        run, NULL);
}

ts_query ts_run_data(ts_store *store, int64_t run)
{
    return ts_query_start(
        store,
        "SELECT s.name AS scenario, s.title, s.sha256 AS scenario_sha256, "
        "d.sha256 AS document_sha256, r.point, r.replication, r.seed, "
        "r.version, r.digest, r.reported, r.end_ps, r.events, r.reason, "
        "r.failed FROM runs r JOIN scenarios s ON s.id = r.scenario JOIN "
        "documents d ON d.id = r.document WHERE r.id = ?1",
        run, NULL);
}

ts_query ts_run_parameters(ts_store *store, int64_t run)
{
    return ts_query_start(store,
                          "SELECT pointer, trim(value, '\"'), value FROM "
                          "parameters WHERE run = ?1 ORDER BY number",
                          run, NULL);
}

ts_query ts_run_parameter(ts_store *store, int64_t run, const char *pointer)
{
    return ts_query_start(store,
                          "SELECT trim(value, '\"'), value FROM parameters "
                          "WHERE run = ?1 AND pointer = ?2",
                          run, pointer);
}

ts_query ts_run_parameter_row(ts_store *store, int64_t run)
{
    return ts_query_start(
        store,
        "SELECT (SELECT trim(value, '\"') FROM parameters v WHERE v.run = ?1 "
        "AND v.pointer = a.pointer) FROM (SELECT pointer, min(number) AS n "
        "FROM parameters GROUP BY pointer) a ORDER BY n, pointer",
        run, NULL);
}

ts_query ts_run_metrics(ts_store *store, int64_t run, const char *pattern)
{
    return ts_query_start(store,
                          "SELECT name, unit, value, whole FROM metrics WHERE "
                          "run = ?1 AND name GLOB ?2 ORDER BY name",
                          run, pattern);
}

ts_query ts_run_metric(ts_store *store, int64_t run, const char *name)
{
    return ts_query_start(store,
                          "SELECT name, unit, value, whole FROM metrics WHERE "
                          "run = ?1 AND name = ?2",
                          run, name);
}

ts_query ts_run_metrics_data(ts_store *store, int64_t run, const char *pattern)
{
    return ts_query_start(
        store,
        "SELECT name AS metric, unit, coalesce(whole, value) AS value FROM "
        "metrics WHERE run = ?1 AND name GLOB ?2 ORDER BY name",
        run, pattern);
}

ts_query ts_run_metric_row(ts_store *store, int64_t run, const char *pattern)
{
    return ts_query_start(
        store,
        "SELECT (SELECT coalesce(whole, value) FROM metrics v WHERE v.run = ?1 "
        "AND v.name = a.name) FROM (SELECT DISTINCT name FROM metrics WHERE "
        "name GLOB ?2) a ORDER BY name",
        run, pattern);
}

ts_query ts_run_threads(ts_store *store, int64_t run)
{
    return ts_query_start(
        store,
        "SELECT id, name, task, job, arrival_ps, first_run_ps, finish_ps, "
        "deadline_ps, processor_ps, ready_ps, blocked_ps, dispatches, "
        "preemptions, migrations FROM threads WHERE run = ?1 ORDER BY id",
        run, NULL);
}

ts_query ts_run_stays(ts_store *store, int64_t run)
{
    return ts_query_start(
        store,
        "SELECT name AS thread, arrival_ps AS arrived_ps, first_run_ps AS "
        "'first ran_ps', finish_ps AS ended_ps, finish_ps - arrival_ps AS "
        "turnaround_ps, processor_ps, ready_ps, blocked_ps, deadline_ps, "
        "coalesce(finish_ps, (SELECT end_ps FROM runs WHERE id = ?1)) > "
        "deadline_ps AS missed, dispatches, preemptions, migrations FROM "
        "threads WHERE run = "
        "?1 ORDER BY id",
        run, NULL);
}

/* By the metrics: a run keeps rows of no more than its first threads. */
ts_query ts_run_tasks(ts_store *store, int64_t run)
{
    return ts_query_start(
        store,
        "WITH told AS MATERIALIZED (SELECT name, value FROM metrics WHERE run "
        "= ?1 AND name GLOB 'threads.*'), tasks AS (SELECT substr(name, 9, "
        "length(name) - 17) AS task FROM told WHERE name GLOB '*.finished'), "
        "parts AS (SELECT task, substr(name, 10 + length(task)) AS metric, "
        "value FROM tasks JOIN told ON substr(name, 1, 9 + length(task)) = "
        "'threads.' || task || '.') "
        "SELECT task AS 'threads of', "
        "max(value) FILTER (WHERE metric = 'arrived') AS arrived, "
        "max(value) FILTER (WHERE metric = 'finished') AS ended, "
        "max(value) FILTER (WHERE metric = 'turnaround.mean') AS "
        "'turnaround (mean)_ps', "
        "max(value) FILTER (WHERE metric = 'response.mean') AS "
        "'response (mean)_ps', "
        "max(value) FILTER (WHERE metric = 'processor.mean') AS "
        "'processor (mean)_ps', "
        "max(value) FILTER (WHERE metric = 'wait.mean') AS 'ready (mean)_ps', "
        "max(value) FILTER (WHERE metric = 'lock_wait.mean') AS "
        "'for locks (mean)_ps', "
        "max(value) FILTER (WHERE metric = 'missed') AS missed, "
        "max(value) FILTER (WHERE metric = 'preemptions') AS preemptions, "
        "max(value) FILTER (WHERE metric = 'migrations') AS migrations "
        "FROM parts GROUP BY task ORDER BY task",
        run, NULL);
}

bool ts_run_thread_count(ts_store *store, int64_t run, int64_t *count,
                         ts_error *error)
{
    return answer(ts_query_start(store,
                                 "SELECT count(*) FROM threads WHERE run = ?1",
                                 run, NULL),
                  count, error);
}

ts_query ts_run_conventions(ts_store *store, int64_t run)
{
    return ts_query_start(
        store,
        "SELECT name, value FROM conventions WHERE run = ?1 ORDER BY number",
        run, NULL);
}

ts_query ts_run_verdicts(ts_store *store, int64_t run)
{
    return ts_query_start(store,
                          "SELECT metric, about, text, holds, expected FROM "
                          "verdicts WHERE run = ?1 ORDER BY number",
                          run, NULL);
}

ts_query ts_run_timeline(ts_store *store, int64_t run)
{
    return ts_query_start(
        store,
        "SELECT from_ps, to_ps, place, kind, thread, detail FROM gantt WHERE "
        "run = ?1 ORDER BY from_ps, place_number, to_ps",
        run, NULL);
}

ts_query ts_run_instants(ts_store *store, int64_t run)
{
    return ts_query_start(
        store,
        "SELECT i.at_ps, p.name AS place, k.name AS kind, t.name AS thread, "
        "i.detail FROM instants i JOIN places p ON p.run = i.run AND p.number "
        "= "
        "i.place JOIN kinds k ON k.run = i.run AND k.number = i.kind LEFT JOIN "
        "threads t ON t.run = i.run AND t.id = i.who WHERE i.run = ?1 ORDER BY "
        "i.rowid",
        run, NULL);
}

ts_query ts_run_levels(ts_store *store, int64_t run)
{
    return ts_query_start(store,
                          "SELECT at_ps, series, value FROM series WHERE run = "
                          "?1 ORDER BY at_ps, series",
                          run, NULL);
}

ts_query ts_run_notes(ts_store *store, int64_t run)
{
    return ts_query_start(
        store,
        "SELECT n.at_ps, p.name AS place, t.name AS thread, n.text FROM notes "
        "n LEFT JOIN places p ON p.run = n.run AND p.number = n.place LEFT "
        "JOIN threads t ON t.run = n.run AND t.id = n.who WHERE n.run = ?1 "
        "ORDER BY n.rowid",
        run, NULL);
}

static bool exists(ts_store *store, const char *sql, int64_t run, bool *some,
                   ts_error *error)
{
    int64_t number;
    bool fine = answer(ts_query_start(store, sql, run, NULL), &number, error);

    *some = number != 0;
    return fine;
}

bool ts_run_has_spans(ts_store *store, int64_t run, bool *some, ts_error *error)
{
    return exists(store, "SELECT EXISTS (SELECT 1 FROM spans WHERE run = ?1)",
                  run, some, error);
}

bool ts_run_has_notes(ts_store *store, int64_t run, bool *some, ts_error *error)
{
    return exists(store, "SELECT EXISTS (SELECT 1 FROM notes WHERE run = ?1)",
                  run, some, error);
}

bool ts_run_has_turns(ts_store *store, int64_t run, bool *some, ts_error *error)
{
    return exists(store, "SELECT EXISTS (SELECT 1 FROM turns WHERE run = ?1)",
                  run, some, error);
}

bool ts_run_traced(ts_store *store, int64_t run, bool *traced, ts_error *error)
{
    return exists(store, "SELECT trace <> 'off' FROM runs WHERE id = ?1", run,
                  traced, error);
}
