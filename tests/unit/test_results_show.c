/*
 * test_results_show.c - what `timeslice show` and the Gantt in letters print.
 */
#include "tests/unit/results_fixture.h"

#include <cjson/cJSON.h>

#include "sim/pictures/gantt_text.h"
#include "sim/cli/show.h"

static ts_store *make_store(ts_trace_level level)
{
    static const ts_verdict verdict = {
        .metric = "processor.useful",
        .about = "little is lost",
        .text = "processor.useful is at least 90 %: 91.67 %",
        .holds = true};
    static const ts_parameter parameters[] = {{"/system/slice", "\"10us\""},
                                              {"/system/policy",
                                               "\"round, robin\""}};
    ts_run_facts facts = fixture_facts;
    ts_error error = {.text = ""};
    ts_store *store = ts_store_open(NULL, TS_STORE_CREATE, &error);
    fixture f;

    facts.parameters = parameters;
    facts.parameter_count = 2;
    facts.verdicts = &verdict;
    facts.verdict_count = 1;
    for (int i = 0; i < 2; i++) {
        fixture_slices(&f, level);
        facts.replication = i;
        assert_int_equal(ts_store_write(store, &facts, &f.report, &error),
                         i + 1);
        fixture_end(&f);
    }
    return store;
}

typedef bool show_function(ts_store *store, int64_t run,
                           const ts_show_options *options, FILE *out,
                           ts_error *error);

static char *show(show_function *function, ts_store *store,
                  const ts_show_options *options)
{
    ts_error error = {.text = ""};
    char *text = NULL;
    size_t length;
    FILE *out = open_memstream(&text, &length);
    bool fine = function != NULL ? function(store, 1, options, out, &error)
                                 : ts_show_runs(store, options, out, &error);

    fclose(out);
    assert_string_equal(error.text, "");
    assert_true(fine);
    return text;
}

static void assert_shown(char *text, const char *expected)
{
    assert_string_equal(text, expected);
    free(text);
}

static void lists_the_runs(void **state)
{
    ts_store *store = make_store(TS_TRACE_OFF);
    ts_show_options options = {.form = TS_SHOW_TEXT};

    (void)state;
    assert_shown(
        show(NULL, store, &options),
        "run  scenario     /system/slice  /system/policy  replication  "
        "processor.useful  expectations\n"
        "  1  slices.json           10us    round, robin            0  "
        "         91.67 %  1 holds\n"
        "  2  slices.json           10us    round, robin            1  "
        "         91.67 %  1 holds\n");
    options.metric = "processor.s*";
    assert_shown(
        show(NULL, store, &options),
        "run  scenario     /system/slice  /system/policy  replication  "
        "processor.switches  expectations\n"
        "  1  slices.json           10us    round, robin            0  "
        "                 5  1 holds\n"
        "  2  slices.json           10us    round, robin            1  "
        "                 5  1 holds\n");
    ts_store_close(store);
}

static void tells_of_one_run(void **state)
{
    ts_store *store = make_store(TS_TRACE_SPANS);
    ts_show_options options = {.form = TS_SHOW_TEXT, .width = 80};
    char *text = show(ts_show_run, store, &options);

    (void)state;
    assert_non_null(strstr(text, "Three threads, three slices\n"
                                 "run 1 of slices.json, seed "
                                 "18446744073709551615, timeslice "));
    assert_non_null(strstr(text, "ended at 60 us after 17 events: all threads "
                                 "finished\n"));
    assert_non_null(strstr(text, "\nparameters\n"
                                 "  /system/slice   10us\n"
                                 "  /system/policy  round, robin\n"));
    assert_non_null(strstr(text, "\n  processor.useful                   "
                                 "91.67 %\n"));
    assert_non_null(strstr(text, "  program.1      0 s      11 us   never  "
                                 "     never      20 us  23 us      0 s"));
    assert_non_null(strstr(text, "\nwho ran when\n  processor 0  aaaa"));
    assert_non_null(strstr(text, "\nconventions\n"
                                 "  ties  first come, first served\n"));
    assert_non_null(strstr(text,
                           "\nexpectations\n"
                           "  holds  little is lost (processor.useful is at "
                           "least 90 %: 91.67 %)\n"));
    free(text);
    ts_store_close(store);
}

static void gives_programs_exact_numbers(void **state)
{
    ts_store *store = make_store(TS_TRACE_WHY);
    ts_show_options json = {.form = TS_SHOW_JSON};
    ts_show_options csv = {.form = TS_SHOW_CSV, .metric = "processor.*"};
    char *text = show(ts_show_run, store, &json);
    cJSON *run = cJSON_Parse(text), *metric;

    (void)state;
    assert_non_null(run);
    assert_string_equal(cJSON_GetObjectItem(run, "seed")->valuestring,
                        "18446744073709551615");
    assert_int_equal(cJSON_GetArraySize(cJSON_GetObjectItem(run, "threads")),
                     3);
    assert_non_null(strstr(text, "\"end_ps\": 60000000, \"end_s\": 6e-05"));
    assert_non_null(strstr(text, "\"finish_ps\": null"));
    assert_non_null(strstr(text, "\"holds\": true"));
    metric = cJSON_GetObjectItem(cJSON_GetObjectItem(run, "metrics"),
                                 "threads.program.turnaround.max");
    assert_true(cJSON_GetObjectItem(metric, "value")->valuedouble == 61e6);
    assert_true(cJSON_GetObjectItem(metric, "seconds")->valuedouble == 61e-6);
    cJSON_Delete(run);
    free(text);
    text = show(NULL, store, &json);
    run = cJSON_Parse(text);
    assert_int_equal(cJSON_GetArraySize(run), 2);
    cJSON_Delete(run);
    free(text);
    assert_shown(show(ts_show_run, store, &csv),
                 "metric,unit,value\n"
                 "processor.switches,count,5\n"
                 "processor.useful,ratio,0.9166666666666666\n");
    text = show(NULL, store, &csv);
    assert_non_null(strstr(text, ",failed,/system/slice,/system/policy,"
                                 "processor.switches [count],processor.useful "
                                 "[ratio]\n"));
    assert_non_null(strstr(text, ",60000000,17,0,10us,\"round, robin\",5,"
                                 "0.9166666666666666\n"));
    free(text);
    ts_store_close(store);
}

static void says_why(void **state)
{
    ts_store *store = make_store(TS_TRACE_WHY);
    ts_show_options options = {.form = TS_SHOW_TEXT};
    char *text = show(ts_show_why, store, &options);

    (void)state;
    assert_non_null(strstr(text, "at 0 s processor 0: program.0 is first in "
                                 "the queue\nat 11 us processor 0: program.1"));
    free(text);
    text = show(ts_show_spans, store, &options);
    assert_non_null(strstr(text, " from     to    for  place        kind    "
                                 "thread\n"));
    assert_non_null(strstr(text, "10 us  11 us   1 us  processor 0  switch  "
                                 "program.1\n"));
    free(text);
    ts_store_close(store);
}

static void says_what_is_missing(void **state)
{
    ts_store *store = make_store(TS_TRACE_OFF);
    ts_show_options options = {.form = TS_SHOW_TEXT};
    ts_error error = {.text = ""};

    (void)state;
    assert_false(ts_show_why(store, 1, &options, stdout, &error));
    assert_non_null(strstr(error.text, "kept no reasons"));
    assert_non_null(strstr(error.text, "--why"));
    error.text[0] = '\0';
    assert_false(ts_show_spans(store, 1, &options, stdout, &error));
    assert_non_null(strstr(error.text, "--trace"));
    error.text[0] = '\0';
    assert_false(ts_show_run(store, 9, &options, stdout, &error));
    assert_non_null(strstr(error.text, "no run 9; its runs go from 1 to 2"));
    error.text[0] = '\0';
    options.metric = "nix";
    assert_false(ts_show_runs(store, &options, stdout, &error));
    assert_non_null(strstr(error.text, "no metric matches \"nix\""));
    ts_store_close(store);
}

static char *chart(fixture *f, int width)
{
    ts_run_spans spans;
    ts_gantt_order order = {.runs = {&spans},
                            .run_count = 1,
                            .heading = "",
                            .width = width};
    char *text = NULL;
    size_t length;
    FILE *out = open_memstream(&text, &length);
    bool drawn;

    ts_report_spans(&f->report, &spans);
    drawn = ts_gantt_text(&order, out) == TS_GANTT_DRAWN;
    fclose(out);
    if (drawn)
        return text;
    assert_string_equal(text, "");
    free(text);
    return NULL;
}

static void draws_in_letters(void **state)
{
    fixture f;

    (void)state;
    fixture_slices(&f, TS_TRACE_SPANS);
    assert_shown(
        chart(&f, 73),
        "processor 0  aaaaaaaaaa/bbbbbbbbbb/cccccccccc/aaaaaaaaaa/bbbbbbbbbb"
        "/ccccc\n"
        "             |                   |                   |\n"
        "             0                   20                  40 us\n"
        "a program.0  b program.1  c program.2  / switch  . idle\n");
    fixture_end(&f);
}

/* A thread runs for 1 of every 10 ms between stays at the disk: none of the
 * letters is as short, and none of its runs nor of the disk's breaks is lost. */
static void marks_what_is_too_short(void **state)
{
    fixture f;
    char *text;
    int marks = 0;

    (void)state;
    fixture_begin(&f, TS_TRACE_SPANS);
    for (int i = 0; i < 20; i++) {
        ts_trace_span(&f.trace, i * 10 * TS_MS, (i * 10 + 1) * TS_MS,
                      ts_trace_name(&f.trace, TS_PLACES, "processor 0"),
                      ts_trace_name(&f.trace, TS_KINDS, "run"), 0, 0);
        ts_trace_span(&f.trace, (i * 10 + 1) * TS_MS, (i + 1) * 10 * TS_MS,
                      ts_trace_name(&f.trace, TS_PLACES, "disk"),
                      ts_trace_name(&f.trace, TS_KINDS, "serve"), 0, 0);
    }
    text = chart(&f, 73);
    assert_non_null(text);
    for (int i = 0; text[i] != '\n'; i++) /* the processor's lane */
        marks += text[i] == '+' || (i > 12 && text[i] == 'a');
    assert_int_equal(marks, 20);
    marks = 0;
    for (const char *at = strstr(text, "disk"); *at != '\n'; at++)
        marks += *at == '+' || (*at == '.' && at[-1] != '.');
    assert_int_equal(marks, 20);
    assert_non_null(strstr(text, "+ more than there is room for"));
    free(text);
    fixture_end(&f);
}

static void draws_nothing_that_does_not_fit(void **state)
{
    fixture f;
    int place, kind;

    (void)state;
    fixture_slices(&f, TS_TRACE_SPANS);
    assert_null(chart(&f, 30));
    fixture_end(&f);
    fixture_begin(&f, TS_TRACE_SPANS);
    assert_null(chart(&f, 80));
    place = ts_trace_name(&f.trace, TS_PLACES, "processor 0");
    kind = ts_trace_name(&f.trace, TS_KINDS, "run");
    for (int i = 0; i < 1000; i++)
        ts_trace_span(&f.trace, i * TS_MS, (i + 1) * TS_MS, place, kind, i % 2,
                      0);
    assert_null(chart(&f, 80));
    fixture_end(&f);
}

/* Whatever the width and the length, lines stay within the width. */
static void never_draws_too_wide(void **state)
{
    (void)state;
    for (int width = 40; width < 200; width += 7) {
        for (ts_time end = 3; end < TS_TIME_LIMIT / 7; end = end * 7 + 1) {
            fixture f;
            char *text;

            fixture_begin(&f, TS_TRACE_SPANS);
            ts_trace_span(&f.trace, 0, end,
                          ts_trace_name(&f.trace, TS_PLACES, "disk"),
                          ts_trace_name(&f.trace, TS_KINDS, "serve"), -1, 0);
            text = chart(&f, width);
            assert_non_null(text);
            for (const char *line = text; *line != '\0';) {
                size_t length = strcspn(line, "\n");

                if (length > (size_t)width)
                    fail_msg("%zu columns of %d: %.*s", length, width,
                             (int)length, line);
                line += length + 1;
            }
            free(text);
            fixture_end(&f);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lists_the_runs),
        cmocka_unit_test(tells_of_one_run),
        cmocka_unit_test(gives_programs_exact_numbers),
        cmocka_unit_test(says_why),
        cmocka_unit_test(says_what_is_missing),
        cmocka_unit_test(draws_in_letters),
        cmocka_unit_test(marks_what_is_too_short),
        cmocka_unit_test(draws_nothing_that_does_not_fit),
        cmocka_unit_test(never_draws_too_wide),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
