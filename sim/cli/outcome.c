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

/* XML 1.0 has no words for control characters. */
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
            fputc((unsigned char)*text < ' ' ? ' ' : *text, out);
        }
    }
}

/* A # would begin a directive. */
static void put_tap(FILE *out, const char *text)
{
    for (; *text != '\0'; text++) {
        if (*text == '#' || *text == '\\')
            fputc('\\', out);
        fputc((unsigned char)*text < ' ' ? ' ' : *text, out);
    }
}

/* --- a file of cases --- */

bool ts_outcome_open(ts_outcome_file *f, ts_outcome_form form, const char *path,
                     ts_error *error)
{
    bool standard = strcmp(path, "-") == 0;

    *f = (ts_outcome_file){.form = form,
                           .path = path,
                           .out = standard ? stdout : fopen(path, "w")};
    if (f->out == NULL)
        return ts_fail(error, "cannot write %s: %s", path, strerror(errno));
    fputs(form == TS_OUTCOME_TAP
              ? "TAP version 13\n"
              : "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<testsuites>\n",
          f->out);
    return true;
}

static void end_suite(ts_outcome_file *f)
{
    if (f->suite[0] != '\0' && f->form == TS_OUTCOME_JUNIT)
        fputs("  </testsuite>\n", f->out);
    f->suite[0] = '\0';
}

void ts_outcome_suite(ts_outcome_file *f, const char *name)
{
    if (f->out == NULL)
        return;
    end_suite(f);
    snprintf(f->suite, sizeof(f->suite), "%s", name);
    if (f->form == TS_OUTCOME_TAP)
        return;
    fputs("  <testsuite name=\"", f->out);
    ts_outcome_xml(f->out, name);
    fputs("\">\n", f->out);
}

void ts_outcome_case(ts_outcome_file *f, const char *name, const char *failure)
{
    if (f->out == NULL)
        return;
    f->number++;
    if (f->form == TS_OUTCOME_TAP) {
        fprintf(f->out, "%sok %lld - ", failure != NULL ? "not " : "",
                (long long)f->number);
        put_tap(f->out, f->suite);
        fputs(": ", f->out);
        put_tap(f->out, name);
        fputc('\n', f->out);
        if (failure != NULL) {
            fputs("# ", f->out);
            put_tap(f->out, failure);
            fputc('\n', f->out);
        }
        return;
    }
    fputs("    <testcase classname=\"", f->out);
    ts_outcome_xml(f->out, f->suite);
    fputs("\" name=\"", f->out);
    ts_outcome_xml(f->out, name);
    if (failure == NULL) {
        fputs("\"/>\n", f->out);
        return;
    }
    fputs("\"><failure message=\"", f->out);
    ts_outcome_xml(f->out, failure);
    fputs("\"/></testcase>\n", f->out);
}

bool ts_outcome_close(ts_outcome_file *f, ts_error *error)
{
    FILE *out = f->out;
    bool bad;

    if (out == NULL)
        return true;
    end_suite(f);
    if (f->form == TS_OUTCOME_TAP)
        fprintf(out, "1..%lld\n", (long long)f->number);
    else
        fputs("</testsuites>\n", out);
    f->out = NULL;
    bad = ferror(out) != 0;
    bad |= (out == stdout ? fflush(out) : fclose(out)) != 0;
    return !bad ||
           ts_fail(error, "cannot write %s: %s", f->path, strerror(errno));
}

/* --- those of a database --- */

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

static void write_case(ts_outcome_file *f, ts_query *q)
{
    const char *place = ts_query_text(q, 2);
    long long count = (long long)ts_query_int(q, 4);
    long long missed = (long long)ts_query_int(q, 5);
    char name[1024], failure[1024];

    snprintf(name, sizeof(name), "%s%s%s", ts_query_text(q, 3),
             place[0] != '\0' ? " at " : "", place);
    snprintf(failure, sizeof(failure), "%lld of %lld: %s", missed, count,
             ts_query_text(q, 6));
    ts_outcome_case(f, name, missed > 0 ? failure : NULL);
}

bool ts_outcome_write(ts_store *store, ts_outcome_form form, const char *path,
                      ts_error *error)
{
    ts_outcome_file f;
    int64_t scenario = 0;
    bool fine;
    ts_query q;

    if (!ts_outcome_open(&f, form, path, error))
        return false;
    q = ts_query_start(store, cases_sql, 0, NULL);
    while (ts_query_next(&q)) {
        if (ts_query_int(&q, 1) != scenario)
            ts_outcome_suite(&f, ts_query_text(&q, 0));
        scenario = ts_query_int(&q, 1);
        write_case(&f, &q);
    }
    fine = ts_query_end(&q, error);
    return ts_outcome_close(&f, error) && fine;
}
