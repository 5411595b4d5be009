/*
 * outcome.c - what runs were expected to do and did, for CI.
 *
 * JUnit XML as Ant's schema has it, which is the strictest of those that are in
 * use: Jenkins, GitLab and GitHub's reporters read the same and more. It wants
 * counts before the cases, so a suite is kept until it is whole. TAP version 13
 * (testanything.org).
 */
#include "sim/cli/outcome.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "sim/results/judge.h"
#include "sim/results/outcomes.h"
#include "sim/scenario/buffer.h"
#include "sim/scenario/escape.h"

bool ts_outcome_count(ts_store *store, ts_score *score, ts_error *error)
{
    ts_query q = ts_outcomes_count(store);

    if (ts_query_next(&q))
        *score = (ts_score){.runs = ts_query_int(&q, TS_COUNT_RUNS),
                            .failed = ts_query_int(&q, TS_COUNT_BROKEN),
                            .judged = ts_query_int(&q, TS_COUNT_JUDGED),
                            .missed = ts_query_int(&q, TS_COUNT_MISSED)};
    return ts_query_end(&q, error);
}

/* --- a suite --- */

bool ts_outcome_open(ts_outcome_file *f, ts_outcome_form form, const char *path,
                     ts_error *error)
{
    *f = (ts_outcome_file){.form = form};
    f->open = ts_output_open(&f->output, path, error);
    if (f->open)
        fputs(form == TS_OUTCOME_TAP
                  ? "TAP version 13\n"
                  : "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n"
                    "<testsuites>\n",
              f->output.file);
    return f->open;
}

static void attribute(FILE *out, const char *name, const char *value)
{
    fprintf(out, " %s=\"", name);
    ts_escape_print(out, TS_ESCAPE_XML, value);
    fputc('"', out);
}

static void write_suite(ts_outcome_file *f)
{
    FILE *out = f->output.file;
    time_t since = (time_t)f->since;
    struct tm when;
    char stamp[32] = "1970-01-01T00:00:00";
    int64_t tests = 0;

    for (int i = 0; i <= TS_CASE_SKIPPED; i++)
        tests += f->states[i];
    if (gmtime_r(&since, &when) != NULL)
        strftime(stamp, sizeof stamp, "%Y-%m-%dT%H:%M:%S", &when);
    fputs("  <testsuite", out);
    attribute(out, "name", f->suite);
    fprintf(out,
            " package=\"timeslice\" id=\"%lld\" timestamp=\"%s\" "
            "hostname=\"localhost\" tests=\"%lld\" failures=\"%lld\" "
            "errors=\"%lld\" skipped=\"%lld\" time=\"%.3f\">\n"
            "    <properties/>\n",
            (long long)f->suites, stamp, (long long)tests,
            (long long)f->states[TS_CASE_FAILED],
            (long long)f->states[TS_CASE_BROKEN],
            (long long)f->states[TS_CASE_SKIPPED], f->seconds);
    fwrite(f->text, 1, f->length, out);
    fputs("    <system-out/>\n    <system-err/>\n  </testsuite>\n", out);
}

static void end_suite(ts_outcome_file *f)
{
    if (f->body != NULL && fclose(f->body) == 0 && f->text != NULL)
        write_suite(f);
    else if (f->body != NULL)
        f->broken = true;
    free(f->text);
    free(f->suite);
    free(f->place);
    free(f->names);
    f->body = NULL;
    f->text = f->suite = f->place = f->names = NULL;
    f->names_length = 0;
    f->seconds = 0;
    memset(f->states, 0, sizeof f->states);
}

void ts_outcome_suite(ts_outcome_file *f, const char *name, int64_t since)
{
    if (!f->open)
        return;
    if (f->suite != NULL) {
        end_suite(f);
        f->suites++;
    }
    f->since = since;
    f->suite = strdup(name);
    if (f->form == TS_OUTCOME_JUNIT)
        f->body = open_memstream(&f->text, &f->length);
    f->broken |=
        f->suite == NULL || (f->form == TS_OUTCOME_JUNIT && f->body == NULL);
}

/* --- a case --- */

/* How many cases at this place have the name already. */
static int count_names(ts_outcome_file *f, const char *name, const char *place)
{
    int count = 0;

    if (f->place == NULL || strcmp(f->place, place) != 0) {
        free(f->place);
        f->place = strdup(place);
        f->names_length = 0;
    }
    for (size_t at = 0; at < f->names_length; at += strlen(f->names + at) + 1)
        count += strcmp(f->names + at, name) == 0;
    return count;
}

static bool keep_name(ts_outcome_file *f, const char *name)
{
    size_t length = strlen(name) + 1;
    char *names = realloc(f->names, f->names_length + length);

    if (names == NULL)
        return false;
    memcpy(names + f->names_length, name, length);
    f->names = names;
    f->names_length += length;
    return f->place != NULL;
}

/* NULL: out of memory; else freed by the caller. */
static char *name_case(ts_outcome_file *f, const ts_case *one)
{
    ts_buffer name = TS_BUFFER_EMPTY;
    int same;

    if (one->about != NULL && one->about[0] != '\0')
        ts_buffer_format(&name, "%s: ", one->about);
    ts_buffer_text(&name, one->claim);
    if (one->place[0] != '\0')
        ts_buffer_format(&name, " at %s", one->place);
    if (name.failed)
        return ts_buffer_take(&name);
    same = count_names(f, name.data, one->place);
    if (!keep_name(f, name.data))
        name.failed = true;
    if (same > 0)
        ts_buffer_format(&name, " (%d)", same + 1);
    return ts_buffer_take(&name);
}

/* A # would begin a directive. */
static void put_tap(ts_outcome_file *f, const char *text)
{
    ts_buffer safe = TS_BUFFER_EMPTY;
    FILE *out = f->output.file;

    ts_escape(&safe, TS_ESCAPE_LINE, text);
    for (const char *at = safe.data; at != NULL && *at != '\0'; at++) {
        if (*at == '#' || *at == '\\')
            fputc('\\', out);
        fputc(*at, out);
    }
    f->broken |= safe.failed;
    ts_buffer_fini(&safe);
}

/* Line by line, since a form of text knows no lines. */
static void put_lines(FILE *out, ts_escape_form form, const char *before,
                      const char *text)
{
    while (*text != '\0') {
        size_t length = strcspn(text, "\n");

        fputs(before, out);
        ts_escape_part(out, form, text, length);
        fputc('\n', out);
        text += length + (text[length] != '\0');
    }
}

static void put_point(ts_outcome_file *f, const ts_case *one, const char *name)
{
    FILE *out = f->output.file;
    bool bad = one->state == TS_CASE_FAILED || one->state == TS_CASE_BROKEN;

    fprintf(out, "%sok %lld - ", bad ? "not " : "", (long long)f->number);
    put_tap(f, f->suite);
    fputs(": ", out);
    put_tap(f, name);
    if (one->state == TS_CASE_SKIPPED) {
        fputs(" # SKIP ", out);
        put_tap(f, one->message);
    }
    fputc('\n', out);
    if (bad)
        put_lines(out, TS_ESCAPE_LINE, "# ", one->message);
    if (bad && one->details != NULL)
        put_lines(out, TS_ESCAPE_LINE, "# ", one->details);
    fflush(out);
}

static void put_element(ts_outcome_file *f, const ts_case *one,
                        const char *name)
{
    static const char *const elements[] = {[TS_CASE_FAILED] = "failure",
                                           [TS_CASE_BROKEN] = "error",
                                           [TS_CASE_SKIPPED] = "skipped"};
    FILE *out = f->body;

    fputs("    <testcase", out);
    attribute(out, "classname", f->suite);
    attribute(out, "name", name);
    fprintf(out, " time=\"%.3f\"", one->seconds);
    if (one->state == TS_CASE_FINE) {
        fputs("/>\n", out);
        return;
    }
    fprintf(out, ">\n      <%s", elements[one->state]);
    if (one->state != TS_CASE_SKIPPED)
        attribute(out, "type",
                  one->state == TS_CASE_FAILED ? "expectation" : "error");
    attribute(out, "message", one->message);
    fputc('>', out);
    if (one->details != NULL)
        put_lines(out, TS_ESCAPE_XML, "", one->details);
    fprintf(out, "</%s>\n    </testcase>\n", elements[one->state]);
}

void ts_outcome_case(ts_outcome_file *f, const ts_case *one)
{
    char *name;

    if (!f->open || f->broken)
        return;
    name = name_case(f, one);
    if (name == NULL) {
        f->broken = true;
        return;
    }
    f->number++;
    f->states[one->state]++;
    f->seconds += one->seconds;
    if (f->form == TS_OUTCOME_TAP)
        put_point(f, one, name);
    else
        put_element(f, one, name);
    free(name);
}

bool ts_outcome_close(ts_outcome_file *f, ts_error *error)
{
    if (!f->open)
        return true;
    f->open = false;
    end_suite(f);
    if (f->broken) {
        ts_output_abandon(&f->output);
        return ts_fail(error, "cannot write %s: out of memory", f->output.path);
    }
    if (f->form == TS_OUTCOME_TAP)
        fprintf(f->output.file, "1..%lld\n", (long long)f->number);
    else
        fputs("</testsuites>\n", f->output.file);
    return ts_output_close(&f->output, error);
}

/* --- those of a database --- */

static void write_case(ts_outcome_file *f, ts_query *q)
{
    const char *text = ts_query_text(q, TS_CASE_TEXT);
    long long count = (long long)ts_query_int(q, TS_CASE_COUNT);
    long long missed = (long long)ts_query_int(q, TS_CASE_MISSED);
    size_t length = ts_verdict_claim(ts_query_text(q, TS_CASE_METRIC), text);
    char *claim = ts_text_copy(text, length);
    char failure[512];

    if (count > 1)
        snprintf(failure, sizeof failure, "%lld of %lld: %s", missed, count,
                 text);
    else
        snprintf(failure, sizeof failure, "%s", text);
    if (claim != NULL)
        ts_outcome_case(f, &(ts_case){.state = missed > 0 ? TS_CASE_FAILED
                                                          : TS_CASE_FINE,
                                      .about = ts_query_text(q, TS_CASE_ABOUT),
                                      .claim = claim,
                                      .place = ts_query_text(q, TS_CASE_PLACE),
                                      .message = failure,
                                      .seconds =
                                          ts_query_real(q, TS_CASE_SECONDS)});
    f->broken |= claim == NULL;
    free(claim);
}

/* Why the first of a scenario's runs failed, and where. */
static bool tell_failure(ts_store *store, int64_t run, ts_buffer *message,
                         ts_error *error)
{
    ts_query q = ts_outcomes_failure(store, run);

    while (ts_query_next(&q)) {
        const char *place = ts_query_text(&q, TS_FAILURE_PLACE);

        ts_buffer_format(message, "%s%s, replication %lld: %s",
                         place[0] != '\0' ? "at " : "the first", place,
                         (long long)ts_query_int(&q, TS_FAILURE_REPLICATION),
                         ts_query_text(&q, TS_FAILURE_REASON));
    }
    return ts_query_end(&q, error);
}

static bool write_runs(ts_outcome_file *f, ts_store *store, ts_query *q,
                       ts_error *error)
{
    int64_t failed = ts_query_int(q, TS_SUITE_BROKEN);
    ts_buffer message = TS_BUFFER_EMPTY;
    bool fine = true;
    char *text;

    if (failed > 0) {
        ts_buffer_format(&message, "%lld of %lld ended with an error: ",
                         (long long)failed,
                         (long long)ts_query_int(q, TS_SUITE_RUNS));
        fine = tell_failure(store, ts_query_int(q, TS_SUITE_FIRST_BROKEN),
                            &message, error);
    }
    text = ts_buffer_take(&message);
    f->broken |= text == NULL;
    if (text != NULL)
        ts_outcome_case(f, &(ts_case){.state = failed > 0 ? TS_CASE_BROKEN
                                                          : TS_CASE_FINE,
                                      .claim = TS_CASE_RUNS,
                                      .place = "",
                                      .message = text,
                                      .seconds =
                                          ts_query_real(q, TS_SUITE_SECONDS)});
    free(text);
    return fine;
}

static bool write_scenario(ts_outcome_file *f, ts_store *store, ts_query *q,
                           ts_error *error)
{
    ts_query cases =
        ts_outcomes_cases(store, ts_query_int(q, TS_SUITE_SCENARIO));
    int64_t same = ts_query_int(q, TS_SUITE_SAME);
    char name[512];

    snprintf(name, sizeof name, "%s", ts_query_text(q, TS_SUITE_NAME));
    if (same > 0)
        snprintf(name, sizeof name, "%.400s (%lld)",
                 ts_query_text(q, TS_SUITE_NAME), (long long)same + 1);
    ts_outcome_suite(f, name[0] != '\0' ? name : "-",
                     ts_query_int(q, TS_SUITE_SINCE));
    while (ts_query_next(&cases))
        write_case(f, &cases);
    return ts_query_end(&cases, error) && write_runs(f, store, q, error);
}

bool ts_outcome_write(ts_store *store, ts_outcome_form form, const char *path,
                      const char *trouble, ts_error *error)
{
    ts_outcome_file f;
    bool fine = true;
    ts_query q;

    if (!ts_outcome_open(&f, form, path, error))
        return false;
    q = ts_outcomes_suites(store);
    while (fine && ts_query_next(&q))
        fine = write_scenario(&f, store, &q, error);
    fine = ts_query_end(&q, error) && fine;
    if (trouble != NULL) {
        ts_outcome_suite(&f, "timeslice", 0);
        ts_outcome_case(&f, &(ts_case){.state = TS_CASE_BROKEN,
                                       .claim = "all runs are played",
                                       .place = "",
                                       .message = trouble});
    }
    f.broken |= !fine;
    return ts_outcome_close(&f, error) && fine;
}
