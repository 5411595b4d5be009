/*
 * test_results_judge.c - expectations against a report made by hand: what
 * holds, what does not, and the words for it.
 */
#include "sim/results/judge.h"
#include "tests/unit/results_fixture.h"

#define TIME(ps)                                                               \
    {                                                                          \
        TS_UNIT_TIME, true, (ps), (double)(ps), true, false, 0                 \
    }
#define NUMBER(n)                                                              \
    {                                                                          \
        TS_UNIT_NUMBER, true, (n), (double)(n), true, false, 0                 \
    }
#define REAL(x)                                                                \
    {                                                                          \
        TS_UNIT_NUMBER, false, 0, (x), true, false, 0                          \
    }
#define RATIO(x)                                                               \
    {                                                                          \
        TS_UNIT_RATIO, false, 0, (x), true, false, 0                           \
    }
/* A bare number where the scenario's unit is the millisecond. */
#define BARE(n)                                                                \
    {                                                                          \
        TS_UNIT_NUMBER, true, (n), (double)(n), true, true, (n)*TS_MS          \
    }
#define RATE(x)                                                                \
    {                                                                          \
        TS_UNIT_RATE, false, 0, (x), true, false, 0                            \
    }
#define BYTES(n)                                                               \
    {                                                                          \
        TS_UNIT_BYTES, true, (n), (double)(n), true, false, 0                  \
    }

static void begin(fixture *f)
{
    fixture_begin(f, TS_TRACE_OFF);
    ts_report_time(&f->report, 5 * TS_MS, "latency.max");
    ts_report_value(&f->report, TS_UNIT_TIME, 2.5e9, "latency.mean");
    ts_report_ratio(&f->report, 5, 6, "processor.useful");
    ts_report_ratio(&f->report, 3, 10, "processor.idle");
    ts_report_count(&f->report, 42, "switches");
    ts_report_count(&f->report, INT64_MAX, "great");
    ts_report_value(&f->report, TS_UNIT_RATE, 12800, "rate");
    ts_report_value(&f->report, TS_UNIT_BYTES, 4096, "memory");
    ts_report_value(&f->report, TS_UNIT_NUMBER, 1.5, "factor");
    ts_report_seal(&f->report);
}

typedef struct judgement {
    ts_expectation expectation;
    bool holds;
    const char *words; /* part of the text */
} judgement;

static void judges_as_the_table_says(void **state)
{
    static ts_scalar low_high[] = {TIME(4 * TS_MS), TIME(6 * TS_MS)};
    static ts_scalar above[] = {TIME(6 * TS_MS), TIME(7 * TS_MS)};
    static ts_scalar mixed[] = {TIME(4 * TS_MS), RATIO(0.5)};
    const judgement table[] = {
        /* exactly */
        {{.metric = "latency.max", .is = TIME(5 * TS_MS)},
         true,
         "latency.max is 5 ms: 5 ms"},
        {{.metric = "latency.max", .is = TIME(5 * TS_MS + 1)},
         false,
         "5 ms (off by 1 ps)"},
        {{.metric = "switches", .is = NUMBER(42)}, true, "switches is 42: 42"},
        {{.metric = "switches", .is = NUMBER(41)}, false, "is 41: 42"},
        {{.metric = "great", .is = NUMBER(INT64_MAX)}, true, "great"},
        {{.metric = "great", .is = NUMBER(INT64_MAX - 1)}, false, "off by 1)"},
        {{.metric = "processor.idle", .is = RATIO(0.3)}, true, "30 %"},
        {{.metric = "processor.useful", .is = RATIO(0.8333)}, false, "off by"},
        {{.metric = "factor", .is = REAL(1.5)}, true, "is 1.5: 1.5"},
        /* within a share, within an amount */
        {{.metric = "processor.useful",
          .is = RATIO(0.833),
          .within = RATIO(0.005)},
         true,
         "processor.useful is 83.3 % within 0.5 %: 83.33 %"},
        {{.metric = "processor.useful",
          .is = RATIO(0.82),
          .within = RATIO(0.005)},
         false,
         "is 82 % within 0.5 %: 83.33 %"},
        {{.metric = "latency.max",
          .is = TIME(4 * TS_MS),
          .within = TIME(TS_MS)},
         true,
         "within 1 ms"},
        {{.metric = "latency.max",
          .is = TIME(4 * TS_MS),
          .within = TIME(TS_MS - 1)},
         false,
         "is 4 ms within"},
        {{.metric = "latency.max",
          .is = TIME(4 * TS_MS),
          .within = RATIO(0.25)},
         true,
         "within 25 %"},
        {{.metric = "latency.mean",
          .is = TIME(2 * TS_MS),
          .within = TIME(500 * TS_US)},
         true,
         "2.5 ms"},
        {{.metric = "switches", .is = NUMBER(40), .within = NUMBER(2)},
         true,
         "is 40 within 2: 42"},
        {{.metric = "switches", .is = NUMBER(40), .within = RATIO(0.05)},
         true,
         "within 5 %"},
        /* limits, which are allowed themselves */
        {{.metric = "latency.max", .at_least = TIME(5 * TS_MS)},
         true,
         "latency.max is at least 5 ms: 5 ms"},
        {{.metric = "latency.max", .at_least = TIME(5 * TS_MS + 1)},
         false,
         "off by 1 ps"},
        {{.metric = "latency.max", .at_most = TIME(5 * TS_MS)},
         true,
         "is at most 5 ms"},
        {{.metric = "latency.max", .at_most = TIME(4 * TS_MS)},
         false,
         "is at most 4 ms: 5 ms"},
        {{.metric = "latency.max", .between = {low_high, 2}},
         true,
         "latency.max is between 4 ms and 6 ms: 5 ms"},
        {{.metric = "latency.max", .between = {above, 2}},
         false,
         "between 6 ms and 7 ms: 5 ms"},
        {{.metric = "processor.idle", .at_most = RATIO(0.3)}, true, "30 %"},
        /* bare numbers under "unit" are times beside times only */
        {{.metric = "latency.max", .is = BARE(5)},
         true,
         "latency.max is 5: 5 ms"},
        {{.metric = "latency.max", .is = BARE(4), .within = BARE(1)},
         true,
         "is 4 within 1: 5 ms"},
        {{.metric = "latency.max", .at_most = BARE(4)},
         false,
         "is at most 4: 5 ms"},
        {{.metric = "switches", .is = BARE(42)}, true, "is 42: 42"},
        {{.metric = "latency.max", .is = NUMBER(5)}, false, "write a unit"},
        /* units */
        {{.metric = "latency.max", .is = RATIO(0.5)},
         false,
         "latency.max is 50 %: it is a time, which cannot be compared to a "
         "ratio"},
        {{.metric = "latency.max", .is = NUMBER(5)},
         false,
         "cannot be compared to a number: write a unit, as in \"5ms\""},
        {{.metric = "latency.max", .at_least = NUMBER(0)}, true, "at least 0"},
        {{.metric = "switches", .is = TIME(42)}, false, "it is a count"},
        {{.metric = "switches", .is = RATIO(42)}, false, "to a ratio"},
        {{.metric = "latency.max", .between = {mixed, 2}}, false, "a ratio"},
        {{.metric = "latency.max", .is = TIME(5 * TS_MS), .within = NUMBER(3)},
         false,
         "write a unit"},
        {{.metric = "processor.idle", .is = REAL(0.3)}, true, "is 0.3: 30 %"},
        {{.metric = "rate", .is = RATE(12800)}, true, "12800/s"},
        {{.metric = "rate", .is = NUMBER(12800)}, true, "12800/s"},
        {{.metric = "memory", .is = BYTES(4096)}, true, "4 KiB"},
        {{.metric = "memory", .is = RATE(4096)}, false, "a number of bytes"},
        /* names */
        {{.metric = "latency", .is = TIME(1)},
         false,
         "latency is 1 ps: there is no such metric; there is \"latency.max\", "
         "\"latency.mean\""},
        {{.metric = "swiches", .is = NUMBER(1)},
         false,
         "nearest is \"switches\""},
        {{.metric = "qqqqqqqqqqqqqq", .is = NUMBER(1)},
         false,
         "`timeslice show` lists them"},
    };
    fixture f;

    (void)state;
    begin(&f);
    for (size_t i = 0; i < TS_COUNT_OF(table); i++) {
        ts_verdict verdict;

        assert_true(ts_judge(&table[i].expectation, &fixture_facts, &f.report,
                             &verdict));
        if (verdict.holds != table[i].holds ||
            strstr(verdict.text, table[i].words) == NULL)
            fail_msg("line %zu of the table: %s \"%s\", not \"%s\"", i + 1,
                     verdict.holds ? "holds" : "fails", verdict.text,
                     table[i].words);
    }
    fixture_end(&f);
}

static void references_go_by_the_point(void **state)
{
    static ts_scalar values[] = {NUMBER(10), NUMBER(42), NUMBER(50)};
    const ts_expectation e = {.metric = "switches", .reference = {values, 3}};
    ts_run_facts facts = fixture_facts;
    ts_verdict verdict;
    fixture f;

    (void)state;
    begin(&f);
    assert_true(ts_judge(&e, &facts, &f.report, &verdict));
    assert_false(verdict.holds);
    assert_true(verdict.has_expected);
    assert_true(verdict.expected == 10);
    facts.point = 1;
    assert_true(ts_judge(&e, &facts, &f.report, &verdict));
    assert_true(verdict.holds);
    facts.point = 3;
    assert_true(ts_judge(&e, &facts, &f.report, &verdict));
    assert_false(verdict.holds);
    assert_false(verdict.has_expected);
    assert_string_equal(verdict.text,
                        "switches is what `reference` says: the reference has "
                        "3 values, and this is point number 4");
    fixture_end(&f);
}

static bool applies_with(const char *wanted, const char *value,
                         ts_verdict *verdict)
{
    ts_map_item item = {"/n", &wanted};
    ts_expectation e = {.metric = "switches",
                        .is = NUMBER(42),
                        .where = {&item, 1}};
    ts_parameter parameter = {"/n", value};
    ts_run_facts facts = fixture_facts;
    bool applies;
    fixture f;

    facts.parameters = &parameter;
    facts.parameter_count = 1;
    begin(&f);
    applies = ts_judge(&e, &facts, &f.report, verdict);
    fixture_end(&f);
    return applies;
}

static void where_compares_json(void **state)
{
    ts_verdict verdict;

    (void)state;
    assert_true(applies_with("5", "5", &verdict));
    assert_true(applies_with("5", "5.0", &verdict));
    assert_true(applies_with("\"5ms\"", "\"5ms\"", &verdict));
    assert_true(applies_with("true", "true", &verdict));
    assert_true(applies_with("[1, 2]", "[1,2]", &verdict));
    assert_false(applies_with("5", "6", &verdict));
    assert_false(applies_with("5", "\"5\"", &verdict));
    assert_false(applies_with("\"fifo\"", "\"Fifo\"", &verdict));
    assert_false(applies_with("true", "false", &verdict));
}

static void where_must_name_a_parameter(void **state)
{
    const char *wanted = "1";
    ts_map_item item = {"/nowhere", &wanted};
    const ts_expectation e = {.metric = "switches",
                              .is = NUMBER(42),
                              .where = {&item, 1}};
    ts_verdict verdict;
    fixture f;

    (void)state;
    begin(&f);
    assert_true(ts_judge(&e, &fixture_facts, &f.report, &verdict));
    assert_false(verdict.holds);
    assert_non_null(strstr(verdict.text, "/nowhere"));
    fixture_end(&f);
}

static void nothing_holds_of_a_failed_run(void **state)
{
    const ts_expectation e = {.metric = "switches", .is = NUMBER(42)};
    ts_verdict verdict;
    fixture f;

    (void)state;
    begin(&f);
    f.report.failed = true;
    f.report.reason = "deadlock";
    assert_true(ts_judge(&e, &fixture_facts, &f.report, &verdict));
    assert_false(verdict.holds);
    assert_non_null(strstr(verdict.text, "ended with an error: deadlock"));
    fixture_end(&f);
}

/* A case has one name, whatever becomes of it. */
static void a_claim_does_not_know_what_comes_out(void **state)
{
    static ts_scalar low_high[] = {TIME(4 * TS_MS), TIME(6 * TS_MS)};
    static ts_scalar list[] = {NUMBER(7)};
    const ts_expectation table[] = {
        {.metric = "switches", .is = NUMBER(42)},
        {.metric = "processor.idle", .is = REAL(0.3), .within = RATIO(0.1)},
        {.metric = "latency.max", .at_least = TIME(5)},
        {.metric = "latency.max", .between = {low_high, 2}},
        {.metric = "switches", .at_most = RATIO(1)},
        {.metric = "switches", .reference = {list, 1}},
        {.metric = "not.there", .is = NUMBER(1)},
    };
    ts_verdict good, bad;
    fixture f;

    (void)state;
    begin(&f);
    for (size_t i = 0; i < TS_COUNT_OF(table); i++) {
        const char *metric = table[i].metric;
        size_t length;

        f.report.failed = false;
        assert_true(ts_judge(&table[i], &fixture_facts, &f.report, &good));
        f.report.failed = true;
        assert_true(ts_judge(&table[i], &fixture_facts, &f.report, &bad));
        length = ts_verdict_claim(metric, good.text);
        assert_true(length > strlen(metric));
        assert_true(length < strlen(good.text));
        assert_int_equal(ts_verdict_claim(metric, bad.text), length);
        assert_memory_equal(good.text, bad.text, length);
    }
    fixture_end(&f);
}

static void long_names_do_not_overflow(void **state)
{
    char name[600];
    ts_expectation e = {.metric = name, .is = NUMBER(42)};
    ts_verdict verdict;
    fixture f;

    (void)state;
    memset(name, 'x', sizeof name - 1);
    name[sizeof name - 1] = '\0';
    begin(&f);
    assert_true(ts_judge(&e, &fixture_facts, &f.report, &verdict));
    assert_false(verdict.holds);
    assert_true(strlen(verdict.text) < sizeof(verdict.text));
    fixture_end(&f);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(judges_as_the_table_says),
        cmocka_unit_test(references_go_by_the_point),
        cmocka_unit_test(where_compares_json),
        cmocka_unit_test(where_must_name_a_parameter),
        cmocka_unit_test(nothing_holds_of_a_failed_run),
        cmocka_unit_test(a_claim_does_not_know_what_comes_out),
        cmocka_unit_test(long_names_do_not_overflow),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
