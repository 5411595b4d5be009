/*
 * scenarios.c - questions about a scenario and all its runs.
 */
#include "sim/results/scenarios.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/scenario/buffer.h"

/* ?1 is the scenario, ?2 the version. */
static ts_query ask(ts_store *store, const ts_family *family, const char *sql)
{
    return ts_query_start(store, sql, family->scenario, family->version);
}

/* --- which there are --- */

ts_query ts_scenarios(ts_store *store)
{
    return ts_query_start(
        store,
        "SELECT r.scenario, r.version, s.name, s.title, s.text FROM runs r "
        "JOIN scenarios s ON s.id = r.scenario GROUP BY r.scenario, r.version "
        "ORDER BY min(r.id)",
        0, NULL);
}

ts_query ts_scenario_names(ts_store *store)
{
    return ts_query_start(
        store,
        "SELECT DISTINCT s.name FROM scenarios s JOIN runs r ON r.scenario = "
        "s.id ORDER BY s.name",
        0, NULL);
}

bool ts_family_of(ts_store *store, int64_t run, ts_family *family,
                  ts_error *error)
{
    ts_query q =
        ts_query_start(store,
                       "SELECT scenario, version FROM runs WHERE id = ?1", run,
                       NULL);

    *family = (ts_family){.scenario = 0};
    if (ts_query_next(&q)) {
        family->scenario = ts_query_int(&q, 0);
        snprintf(family->version, sizeof family->version, "%s",
                 ts_query_text(&q, 1));
    }
    return ts_query_end(&q, error);
}

bool ts_scenario_latest(ts_store *store, const char *name, ts_latest *latest,
                        bool *found, ts_error *error)
{
    ts_query q = ts_query_start(
        store,
        "SELECT r.scenario, r.version, s.sha256, (SELECT count(*) FROM runs o "
        "WHERE o.scenario = r.scenario AND o.version = r.version) FROM runs r "
        "JOIN scenarios s ON s.id = r.scenario WHERE s.name = ?2 ORDER BY r.id "
        "DESC LIMIT 1",
        0, name);

    *found = ts_query_next(&q);
    if (*found) {
        latest->family.scenario = ts_query_int(&q, 0);
        snprintf(latest->family.version, sizeof latest->family.version, "%s",
                 ts_query_text(&q, 1));
        snprintf(latest->hash, sizeof latest->hash, "%s", ts_query_text(&q, 2));
        latest->runs = ts_query_int(&q, 3);
    }
    return ts_query_end(&q, error);
}

bool ts_scenario_find(ts_store *store, const char *name, const char *text,
                      int64_t *scenario, ts_error *error)
{
    ts_query q =
        ts_query_start(store, "SELECT id, name FROM scenarios WHERE text = ?2",
                       0, text);

    *scenario = 0;
    while (ts_query_next(&q))
        if (strcmp(ts_query_text(&q, 1), name) == 0)
            *scenario = ts_query_int(&q, 0);
    return ts_query_end(&q, error);
}

bool ts_run_latest(ts_store *store, const ts_family *family, int64_t asked,
                   const char *table, int64_t *having, int64_t *any,
                   ts_error *error)
{
    char sql[512];
    ts_query q;

    snprintf(sql, sizeof sql,
             "WITH these AS (SELECT id FROM runs WHERE ?1 IN (0, id) AND (?2 "
             "IS NULL OR (version = ?2 AND scenario = ?3))) SELECT (SELECT "
             "max(id) FROM these%s%s%s), (SELECT max(id) FROM these)",
             table != NULL ? " WHERE EXISTS (SELECT 1 FROM " : "",
             table != NULL ? table : "",
             table != NULL ? " WHERE run = these.id)" : "");
    q = ts_query_start(store, sql, asked,
                       family != NULL ? family->version : NULL);
    ts_query_bind(&q, 3, family != NULL ? family->scenario : 0);
    *having = *any = 0; /* what NULL is as a number, too */
    if (ts_query_next(&q)) {
        *having = ts_query_int(&q, 0);
        *any = ts_query_int(&q, 1);
    }
    return ts_query_end(&q, error);
}

/* --- a family --- */

/* A run that another one is already: the program played it again. */
#define AGAIN                                                                  \
    "EXISTS (SELECT 1 FROM runs o WHERE o.document = r.document AND o.point "  \
    "= "                                                                       \
    "r.point AND o.replication = r.replication AND o.seed = r.seed AND "       \
    "o.scenario = r.scenario AND o.version = r.version AND o.id < r.id)"

bool ts_family_count(ts_store *store, const ts_family *family,
                     ts_family_counts *counts, ts_error *error)
{
    ts_query q = ask(
        store, family,
        "SELECT count(*), count(DISTINCT point), count(DISTINCT replication), "
        "sum(failed), sum(events), sum(" AGAIN ") FROM runs r WHERE scenario = "
        "?1 AND version = ?2");

    if (ts_query_next(&q))
        *counts = (ts_family_counts){.runs = ts_query_int(&q, 0),
                                     .points = ts_query_int(&q, 1),
                                     .replications = ts_query_int(&q, 2),
                                     .failed = ts_query_int(&q, 3),
                                     .events = ts_query_real(&q, 4),
                                     .again = ts_query_int(&q, 5)};
    return ts_query_end(&q, error);
}

ts_query ts_family_failures(ts_store *store, const ts_family *family,
                            int64_t limit)
{
    ts_query q = ask(store, family,
                     "SELECT id, reason FROM runs WHERE failed AND scenario = "
                     "?1 AND version = ?2 ORDER BY point, replication LIMIT "
                     "?3");

    ts_query_bind(&q, 3, limit);
    return q;
}

ts_query ts_family_runs(ts_store *store, const ts_family *family, int64_t limit)
{
    ts_query q =
        ask(store, family,
            "SELECT id, replication, seed, end_ps, reason, events, digest, "
            "reported FROM runs WHERE scenario = ?1 AND version = ?2 ORDER BY "
            "point, replication, id LIMIT ?3");

    ts_query_bind(&q, 3, limit);
    return q;
}

ts_query ts_family_value(ts_store *store, const ts_family *family,
                         const char *metric, int64_t point)
{
    ts_query q =
        ask(store, family,
            "SELECT m.unit, m.value FROM runs r JOIN metrics m ON m.run = "
            "r.id WHERE r.scenario = ?1 AND r.version = ?2 AND m.name = ?3 AND "
            "(?4 < 0 OR r.point = ?4) AND r.replication = 0 ORDER BY r.point, "
            "r.id LIMIT 1");

    ts_query_bind_text(&q, 3, metric);
    ts_query_bind(&q, 4, point);
    return q;
}

ts_query ts_family_points(ts_store *store, const ts_family *family)
{
    return ask(store, family,
               "WITH points AS (SELECT point, min(id) AS id FROM runs WHERE "
               "scenario = ?1 AND version = ?2 GROUP BY point) SELECT point, "
               "id FROM points ORDER BY (SELECT quantity FROM parameters "
               "WHERE run = id ORDER BY number LIMIT 1), iif((SELECT quantity "
               "FROM parameters WHERE run = id ORDER BY number LIMIT 1) IS "
               "NULL, point, NULL), (SELECT quantity FROM parameters WHERE "
               "run = id ORDER BY number LIMIT 1 OFFSET 1), point");
}

bool ts_family_judge(ts_store *store, const ts_family *family,
                     ts_family_score *score, ts_error *error)
{
    ts_query q = ask(store, family,
                     "SELECT count(*), sum(v.holds) FROM verdicts v JOIN runs "
                     "r ON r.id = v.run WHERE r.scenario = ?1 AND r.version = "
                     "?2");

    if (ts_query_next(&q))
        *score = (ts_family_score){ts_query_int(&q, 0), ts_query_int(&q, 1)};
    return ts_query_end(&q, error);
}

/* An expectation is known by its place in the scenario's list, and by what it
 * says: older databases number them anew in each run, so that two may have one
 * number. */
ts_query ts_family_expectations(ts_store *store, const ts_family *family)
{
    return ask(
        store, family,
        "WITH judged AS (SELECT v.number, v.metric, coalesce(v.about, "
        "v.metric) AS about, v.holds, v.text, v.run FROM verdicts v JOIN runs "
        "r ON r.id = v.run WHERE r.scenario = ?1 AND r.version = ?2) "
        "SELECT about, count(*), sum(holds), (SELECT w.text FROM judged w "
        "WHERE w.number = j.number AND w.metric = j.metric AND w.about = "
        "j.about ORDER BY w.holds, w.run LIMIT 1) FROM judged j GROUP BY "
        "number, metric, about ORDER BY number, min(run), about");
}

ts_query ts_family_judged(ts_store *store, const ts_family *family)
{
    return ask(
        store, family,
        "WITH judged AS (SELECT v.*, r.point, r.id, m.unit, m.value FROM "
        "verdicts v JOIN runs r ON r.id = v.run LEFT JOIN metrics m ON m.run = "
        "v.run AND m.name = v.metric WHERE r.scenario = ?1 AND r.version = "
        "?2) SELECT number, metric, about, min(id), count(*), sum(holds), "
        "(SELECT w.text FROM judged w WHERE w.number = j.number AND w.metric = "
        "j.metric AND w.about IS j.about AND w.point = j.point ORDER BY "
        "w.holds, w.run LIMIT 1), min(expected), min(unit), avg(value) FROM "
        "judged j GROUP BY number, metric, about, point ORDER BY number, "
        "point, min(id)");
}

ts_query ts_family_parameters(ts_store *store, const ts_family *family)
{
    return ask(
        store, family,
        "SELECT p.pointer FROM parameters p JOIN runs r ON r.id = p.run WHERE "
        "r.scenario = ?1 AND r.version = ?2 GROUP BY p.pointer ORDER BY "
        "min(p.number)");
}

#define METRICS_OF_FAMILY                                                      \
    "n.metric_set IN (SELECT a.metric_set FROM amounts a JOIN runs r ON r.id " \
    "= a.run WHERE r.scenario = ?1 AND r.version = ?2)"
#define EXPECTED_OF_FAMILY                                                     \
    "SELECT v.metric FROM verdicts v JOIN runs r ON r.id = v.run WHERE "       \
    "r.scenario = ?1 AND r.version = ?2"
#define USUAL                                                                  \
    "(n.name IN ('processor.useful', 'turnaround.mean', 'response.mean', "     \
    "'run.makespan') OR n.name GLOB '*.steady.mean')"

ts_query ts_family_metrics(ts_store *store, const ts_family *family,
                           const char *pattern)
{
    ts_query q = ask(store, family,
                     "SELECT DISTINCT n.name FROM metric_names n WHERE n.name "
                     "GLOB ?3 AND " METRICS_OF_FAMILY " ORDER BY n.name");

    ts_query_bind_text(&q, 3, pattern);
    return q;
}

ts_query ts_family_metrics_expected(ts_store *store, const ts_family *family)
{
    return ask(store, family,
               "SELECT DISTINCT metric FROM (" EXPECTED_OF_FAMILY
               " ORDER BY v.number)");
}

ts_query ts_family_metrics_usual(ts_store *store, const ts_family *family)
{
    return ask(store, family,
               "SELECT DISTINCT n.name FROM metric_names n WHERE " USUAL
               " AND " METRICS_OF_FAMILY " ORDER BY n.name");
}

ts_query ts_family_metrics_telling(ts_store *store, const ts_family *family)
{
    return ask(store, family,
               "SELECT DISTINCT n.name FROM metric_names n WHERE (n.name IN "
               "(" EXPECTED_OF_FAMILY ") OR " USUAL ") AND " METRICS_OF_FAMILY
               " ORDER BY n.name");
}

/* --- points and documents --- */

char *ts_run_point(ts_store *store, int64_t run, ts_error *error)
{
    ts_query q = ts_query_start(
        store,
        "SELECT coalesce(group_concat(pointer || ' = ' || trim(value, '\"'), "
        "', '), '') FROM (SELECT pointer, value FROM varied WHERE run = ?1 "
        "ORDER BY pointer)",
        run, NULL);
    const char *found = ts_query_next(&q) ? ts_query_text(&q, 0) : "";
    char *text = ts_text_copy(found, strlen(found));

    if (ts_query_end(&q, error) && text != NULL)
        return text;
    free(text);
    ts_fail_memory(error);
    return NULL;
}

ts_query ts_run_varied(ts_store *store, int64_t run)
{
    return ts_query_start(
        store,
        "SELECT coalesce(group_concat(word, ', '), '') FROM (SELECT "
        "word_pointer(p.pointer, d.text) || ' = ' || word_value(p.value) AS "
        "word FROM parameters p JOIN runs r ON r.id = p.run JOIN documents d "
        "ON d.id = r.document WHERE p.run = ?1 ORDER BY p.number)",
        run, NULL);
}

ts_query ts_run_document(ts_store *store, int64_t run)
{
    return ts_query_start(store,
                          "SELECT d.text FROM runs r JOIN documents d ON d.id "
                          "= r.document WHERE r.id = ?1",
                          run, NULL);
}

ts_query ts_run_changes(ts_store *store, int64_t run, const char *document)
{
    return ts_query_start(
        store,
        "WITH leaves(side, k, v) AS ("
        "SELECT 0, fullkey, CASE WHEN type IN ('true', 'false', 'null') THEN "
        "type ELSE json_quote(atom) END FROM json_tree(?2) WHERE type NOT IN "
        "('object', 'array') UNION ALL "
        "SELECT 1, t.fullkey, CASE WHEN t.type IN ('true', 'false', 'null') "
        "THEN t.type ELSE json_quote(t.atom) END FROM runs r JOIN documents d "
        "ON d.id = r.document JOIN json_tree(d.text) t WHERE r.id = ?1 AND "
        "t.type NOT IN ('object', 'array')) "
        "SELECT k, max(CASE side WHEN 0 THEN v END) AS b, max(CASE side WHEN 1 "
        "THEN v END) AS a FROM leaves GROUP BY k HAVING b IS NOT a "
        "ORDER BY k",
        run, document);
}
