/*
 * outcomes.c - what was expected of the runs of a database and came out.
 */
#include "sim/results/outcomes.h"

/* clang-format off */
#define PLACE(run)                                                             \
    "coalesce((SELECT group_concat(p.pointer || ' = ' || p.value, ', ') "      \
    "FROM parameters p WHERE p.run = " run "), '')"

/* Scenarios with the runs that they have: how many, how many of these failed,
 * the first that did, when they began, and how long those took that nothing is
 * expected of. Scenarios of the same name are told apart. */
static const char suites_sql[] =
    "SELECT s.id, s.name, (SELECT count(*) FROM scenarios e "
    "WHERE e.name = s.name AND e.id < s.id), count(*), sum(r.failed), "
    "min(CASE WHEN r.failed THEN r.id END), "
    "coalesce(min(w.started_us), 0) / 1000000, "
    "sum(CASE WHEN EXISTS (SELECT 1 FROM verdicts v WHERE v.run = r.id) "
    "THEN 0 ELSE coalesce(w.took_us, 0) END) * 1e-6 "
    "FROM scenarios s JOIN runs r ON r.scenario = s.id "
    "LEFT JOIN wall w ON w.run = r.id GROUP BY s.id ORDER BY s.id";

/* The expectations of a scenario at its points, each over the replications. A
 * run's time is shared among them. Of several texts SQLite takes that of the
 * row with the minimum: the first that does not hold. */
static const char cases_sql[] =
    "SELECT v.about, v.metric, v.text, " PLACE("r.id") ", count(*), "
    "sum(NOT v.holds), min((v.holds << 40) + r.replication), "
    "sum(coalesce(w.took_us, 0) * 1e-6 / "
    "(SELECT count(*) FROM verdicts x WHERE x.run = r.id)) "
    "FROM runs r JOIN verdicts v ON v.run = r.id "
    "LEFT JOIN wall w ON w.run = r.id WHERE r.scenario = ? "
    "GROUP BY r.point, v.number ORDER BY r.point, v.number";

static const char failure_sql[] =
    "SELECT r.reason, r.replication, " PLACE("r.id")
    " FROM runs r WHERE r.id = ?";
/* clang-format on */

ts_query ts_outcomes_count(ts_store *store)
{
    return ts_query_start(
        store,
        "SELECT (SELECT count(*) FROM runs), (SELECT count(*) FROM runs WHERE "
        "failed), (SELECT count(*) FROM verdicts), (SELECT count(*) FROM "
        "verdicts WHERE NOT holds)",
        0, NULL);
}

ts_query ts_outcomes_suites(ts_store *store)
{
    return ts_query_start(store, suites_sql, 0, NULL);
}

ts_query ts_outcomes_cases(ts_store *store, int64_t scenario)
{
    return ts_query_start(store, cases_sql, scenario, NULL);
}

ts_query ts_outcomes_failure(ts_store *store, int64_t run)
{
    return ts_query_start(store, failure_sql, run, NULL);
}
