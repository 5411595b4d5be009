/*
 * outcome.c - what a database's runs were expected to do and did, for CI.
 *
 * JUnit XML as Jenkins, GitLab and GitHub's reporters read it; TAP version 13
 * (testanything.org).
 */
#include "sim/cli/outcome.h"

#include <errno.h>
#include <string.h>

#include "sim/results/query.h"

bool ts_outcome_count(ts_store *store, ts_outcome *outcome, ts_error *error)
{
    ts_query q = ts_query_start(
        store,
        "SELECT (SELECT count(*) FROM runs), (SELECT count(*) FROM runs WHERE "
        "failed), (SELECT count(*) FROM verdicts), (SELECT count(*) FROM "
        "verdicts WHERE NOT holds)",
        0, NULL);

    if (ts_query_next(&q))
        *outcome = (ts_outcome){.runs = ts_query_int(&q, 0),
                                .failed = ts_query_int(&q, 1),
                                .judged = ts_query_int(&q, 2),
                                .missed = ts_query_int(&q, 3)};
    return ts_query_end(&q, error);
}

void ts_outcome_xml(FILE *out, const char *text)
{
    for (; *text != '\0'; text++) {
        switch (*text) {
        case '<':
            fputs("&lt;", out);
            break;
        case '>':
            fputs("&gt;", out);
            break;
        case '&':
            fputs("&amp;", out);
            break;
        case '"':
            fputs("&quot;", out);
            break;
        default:
            /* XML 1.0 has no words for control characters. */
            fputc((unsigned char)*text < ' ' ? ' ' : *text, out);
        }
    }
}

/* A # would begin a directive. */
void ts_outcome_tap(FILE *out, const char *text)
{
    for (; *text != '\0'; text++) {
        if (*text == '#' || *text == '\\')
            fputc('\\', out);
        fputc((unsigned char)*text < ' ' ? ' ' : *text, out);
    }
}

/* An expectation at a point over its replications, or a run that failed. */
static const char cases_sql[] =
    "SELECT s.name, r.scenario, coalesce((SELECT group_concat(p.pointer || "
    "' = ' || p.value, ', ') FROM parameters p WHERE p.run = min(r.id)), '') "
    "AS place, coalesce(v.about, v.metric) AS about, count(*), "
    "sum(NOT v.holds), (SELECT w.text FROM verdicts w JOIN runs o ON o.id = "
    "w.run WHERE o.scenario = r.scenario AND o.point = r.point AND w.number = "
    "v.number ORDER BY w.holds, o.replication LIMIT 1), r.point AS point, "
    "v.number AS number FROM verdicts v JOIN runs r ON r.id = v.run "
    "JOIN scenarios s ON s.id = r.scenario GROUP BY r.scenario, r.point, "
    "v.number "
    "UNION ALL SELECT s.name, r.scenario, coalesce((SELECT group_concat("
    "p.pointer || ' = ' || p.value, ', ') FROM parameters p WHERE p.run = "
    "r.id), ''), 'replication ' || r.replication || ' runs', 1, 1, r.reason, "
    "r.point, -1 FROM runs r JOIN scenarios s ON s.id = r.scenario WHERE "
    "r.failed ORDER BY 2, point, number";

typedef struct outcome_writer {
    FILE *out;
    ts_outcome_form form;
    int64_t scenario, number;
} outcome_writer;

static void begin_suite(outcome_writer *w, const char *name)
{
    if (w->form == TS_OUTCOME_TAP)
        return;
    if (w->scenario != 0)
        fputs("  </testsuite>\n", w->out);
    fputs("  <testsuite name=\"", w->out);
    ts_outcome_xml(w->out, name);
    fputs("\">\n", w->out);
}

static void write_name(outcome_writer *w, ts_query *q)
{
    const char *place = ts_query_text(q, 2);
    void (*put)(FILE *, const char *) =
        w->form == TS_OUTCOME_TAP ? ts_outcome_tap : ts_outcome_xml;

    put(w->out, ts_query_text(q, 3));
    if (place[0] != '\0') {
        put(w->out, " at ");
        put(w->out, ts_query_text(q, 2));
    }
}

static void write_case(outcome_writer *w, ts_query *q)
{
    long long count = (long long)ts_query_int(q, 4);
    long long missed = (long long)ts_query_int(q, 5);

    w->number++;
    if (w->form == TS_OUTCOME_TAP) {
        fprintf(w->out, "%sok %lld - ", missed > 0 ? "not " : "",
                (long long)w->number);
        ts_outcome_tap(w->out, ts_query_text(q, 0));
        fputs(": ", w->out);
        write_name(w, q);
        fputc('\n', w->out);
        if (missed > 0) {
            fprintf(w->out, "# %lld of %lld: ", missed, count);
            ts_outcome_tap(w->out, ts_query_text(q, 6));
            fputc('\n', w->out);
        }
        return;
    }
    fputs("    <testcase classname=\"", w->out);
    ts_outcome_xml(w->out, ts_query_text(q, 0));
    fputs("\" name=\"", w->out);
    write_name(w, q);
    if (missed == 0) {
        fputs("\"/>\n", w->out);
        return;
    }
    fprintf(w->out, "\"><failure message=\"%lld of %lld: ", missed, count);
    ts_outcome_xml(w->out, ts_query_text(q, 6));
    fputs("\"/></testcase>\n", w->out);
}

static bool write_cases(outcome_writer *w, ts_store *store, ts_error *error)
{
    ts_query q = ts_query_start(store, cases_sql, 0, NULL);

    while (ts_query_next(&q)) {
        if (ts_query_int(&q, 1) != w->scenario)
            begin_suite(w, ts_query_text(&q, 0));
        w->scenario = ts_query_int(&q, 1);
        write_case(w, &q);
    }
    return ts_query_end(&q, error);
}

bool ts_outcome_write(ts_store *store, ts_outcome_form form, const char *file,
                      ts_error *error)
{
    bool own = strcmp(file, "-") != 0, fine;
    outcome_writer w = {.form = form, .out = own ? fopen(file, "w") : stdout};

    if (w.out == NULL)
        return ts_fail(error, "cannot write %s: %s", file, strerror(errno));
    fputs(form == TS_OUTCOME_TAP
              ? "TAP version 13\n"
              : "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>\n",
          w.out);
    fine = write_cases(&w, store, error);
    if (form == TS_OUTCOME_TAP)
        fprintf(w.out, "1..%lld\n", (long long)w.number);
    else
        fprintf(w.out, "%s</testsuites>\n",
                w.scenario != 0 ? "  </testsuite>\n" : "");
    if (own && (ferror(w.out) | fclose(w.out)) != 0)
        return ts_fail(error, "cannot write %s: %s", file, strerror(errno));
    return fine;
}
