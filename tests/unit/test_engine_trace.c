/*
 * test_engine_trace.c - the digest says the same at every level and notices
 * every difference; records are kept up to the limit; reports find, fold and
 * complain.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "sim/engine/random.h"
#include "sim/report/report.h"
#include "sim/engine/trace.h"

#include <math.h>
#include <stdio.h>
#include <string.h>

static void some_work(ts_trace *trace, uint64_t seed, int records)
{
    ts_random random;
    char name[20];
    int series = ts_trace_name(trace, TS_SERIES, "queue");

    ts_random_init(&random, seed, "trace");
    for (int i = 0; i < records; i++) {
        ts_time at = (ts_time)ts_random_below(&random, 1000000);
        int place, kind;

        (void)snprintf(name, sizeof name, "processor %d", i % 50);
        place = ts_trace_name(trace, TS_PLACES, name);
        assert_int_equal(place, i % 50);
        kind = ts_trace_name(trace, TS_KINDS, i % 2 == 0 ? "run" : "switch");
        ts_trace_span(trace, at, at + i % 3, place, kind, i, 0);
        ts_trace_instant(trace, at, place, kind, i, -1);
        ts_trace_sample(trace, at, series, i);
        ts_trace_note(trace, at, place, i, "because of %d", i);
        ts_trace_fold(trace, (uint64_t)i);
        for (int turn = 0; turn < 3; turn++)
            ts_trace_turn(trace,
                          &(ts_turn){.at = at, .who = i, .place = place});
        (void)ts_trace_name(trace, TS_CAUSES, name);
    }
}

static void test_level_does_not_change_the_digest(void **state)
{
    ts_trace off, spans, why, limited;

    (void)state;
    ts_trace_init(&off, TS_TRACE_OFF);
    ts_trace_init(&spans, TS_TRACE_SPANS);
    ts_trace_init(&why, TS_TRACE_WHY);
    ts_trace_init(&limited, TS_TRACE_WHY);
    limited.limit = 1500;
    assert_int_equal(off.digest, why.digest);
    some_work(&off, 1, 3000);
    some_work(&spans, 1, 3000);
    some_work(&why, 1, 3000);
    some_work(&limited, 1, 3000);
    assert_int_equal(off.digest, spans.digest);
    assert_int_equal(off.digest, why.digest);
    assert_int_equal(off.digest, limited.digest);

    assert_int_equal(off.span_count + off.instant_count + off.sample_count +
                         off.note_count + off.turn_count + off.dropped,
                     0);
    assert_int_equal(spans.span_count, 2000); /* empty ones are none */
    assert_int_equal(spans.instant_count, 3000);
    assert_int_equal(spans.sample_count, 3000);
    assert_int_equal(spans.note_count, 0);
    assert_int_equal(spans.turn_count, 9000);
    assert_int_equal(why.note_count, 3000);
    assert_string_equal(why.notes[2999].text, "because of 2999");
    assert_int_equal(limited.span_count, 1500);
    assert_int_equal(limited.turn_count, 4 * 1500);
    assert_int_equal(limited.dropped, 500 + 3 * 1500 + 3000);
    assert_int_equal(limited.instants[0].who, 0); /* the oldest stay */
    assert_string_equal(why.names[TS_PLACES][49], "processor 49");
    assert_int_equal(why.name_count[TS_KINDS], 2);
    ts_trace_fini(&off);
    ts_trace_fini(&spans);
    ts_trace_fini(&why);
    ts_trace_fini(&limited);
}

static void test_golden_digest(void **state)
{
    ts_trace trace;

    (void)state;
    ts_trace_init(&trace, TS_TRACE_OFF);
    some_work(&trace, 1, 3000);
    /* the same on every processor and compiler */
    assert_int_equal(trace.digest, UINT64_C(0x0b55490d2b178445));
    ts_trace_fini(&trace);
}

static void one_record(ts_trace *trace, int which)
{
    static const int fields[][6] = {{5, 9, 1, 2, 3, 4}, {6, 9, 1, 2, 3, 4},
                                    {5, 8, 1, 2, 3, 4}, {5, 9, 2, 2, 3, 4},
                                    {5, 9, 1, 3, 3, 4}, {5, 9, 1, 2, 4, 4},
                                    {5, 9, 1, 2, 3, 5}, {5, 9, 2, 1, 3, 4},
                                    {5, 9, 1, 2, 4, 3}, {5, 9, 1, 2, -1, 4}};
    const int *f = fields[which % 10];

    if (which < 10) {
        ts_trace_span(trace, f[0], f[1], f[2], f[3], f[4], f[5]);
    } else if (which < 20) {
        ts_trace_instant(trace, f[0], f[1], f[2], f[3], f[4]);
    } else if (which < 23) {
        ts_trace_sample(trace, f[0], f[1], f[2]);
    } else if (which == 23) {
        ts_trace_fold(trace, 5);
    } else if (which == 24) {
        ts_trace_span(trace, 5, 9, 1, 2, 3, 4);
        ts_trace_span(trace, 6, 9, 1, 2, 3, 4);
    } else if (which == 25) { /* the order counts */
        ts_trace_span(trace, 6, 9, 1, 2, 3, 4);
        ts_trace_span(trace, 5, 9, 1, 2, 3, 4);
    } else {
        (void)ts_trace_name(trace, (ts_trace_table)(which - 26), "name");
    }
}

static void test_digest_notices(void **state)
{
    enum { CHANGES = 29 };
    uint64_t seen[CHANGES];

    (void)state;
    for (int i = 0; i < CHANGES; i++) {
        ts_trace trace;

        ts_trace_init(&trace, TS_TRACE_OFF);
        seen[i] = trace.digest;
        one_record(&trace, i);
        assert_int_not_equal(trace.digest, seen[i]);
        seen[i] = trace.digest;
        for (int k = 0; k < i; k++) {
            /* instants have no sixth field: two pairs of them are equal */
            if (!(i == 16 && k == 10) && !(i == 18 && k == 15))
                assert_int_not_equal(seen[i], seen[k]);
        }
        ts_trace_fini(&trace);
    }
}

/* --- reports --- */

static uint64_t report_digest(int variant)
{
    ts_arena arena;
    ts_trace trace;
    ts_report report;
    double nan_value = variant == 4 ? -NAN : NAN;

    ts_arena_init(&arena, 0);
    ts_trace_init(&trace, TS_TRACE_OFF);
    ts_report_init(&report, &arena, &trace);
    if (variant == 1) { /* another order of reporting */
        ts_report_count(&report, 5, "thread.%d.runs", 2);
        ts_report_time(&report, 3 * TS_S, "end");
    } else {
        ts_report_time(&report, 3 * TS_S + (variant == 2), "end");
        ts_report_count(&report, 5, "thread.%d.runs", variant == 3 ? 3 : 2);
    }
    ts_report_value(&report, TS_UNIT_NUMBER, nan_value, "nothing");
    ts_report_value(&report, TS_UNIT_NUMBER, variant == 4 ? -0.0 : 0.0, "zero");
    ts_report_seal(&report);
    assert_false(report.failed);
    assert_int_equal(report.digest, trace.digest); /* of behaviour alone */
    ts_arena_fini(&arena);
    return report.reported;
}

static void test_report_digest(void **state)
{
    uint64_t plain = report_digest(0);

    (void)state;
    assert_int_equal(report_digest(1), plain);
    assert_int_not_equal(report_digest(2), plain);
    assert_int_not_equal(report_digest(3), plain);
    assert_int_equal(report_digest(4), plain); /* -0 is 0, NaN is NaN */
}

static void test_report_metrics(void **state)
{
    ts_arena arena;
    ts_trace trace;
    ts_report report;
    ts_tally tally = {0}, empty = {0};
    ts_histogram histogram;
    ts_thread_row row = {.id = 1, .name = "program.1"};
    const ts_metric *metric;

    (void)state;
    ts_arena_init(&arena, 0);
    ts_trace_init(&trace, TS_TRACE_OFF);
    ts_report_init(&report, &arena, &trace);
    assert_null(ts_report_find(&report, "end"));
    ts_histogram_init(&histogram, &arena);
    for (int64_t i = 1; i <= 1000; i++) {
        ts_tally_add(&tally, i);
        ts_histogram_add(&histogram, i);
    }
    ts_report_tally(&report, TS_UNIT_TIME, &tally, &histogram, "wait.%s", "a");
    ts_report_tally(&report, TS_UNIT_BYTES, &empty, NULL, "wait.b");
    ts_report_ratio(&report, 5, 6, "useful");
    ts_report_ratio(&report, 5, 0, "of nothing");
    for (int i = 0; i < 100; i++) {
        ts_report_count(&report, i, "metric.%d", i);
        ts_report_thread(&report, &row);
    }
    ts_report_convention(&report, "order", "completions first");
    for (int sealed = 0; sealed < 2; sealed++) {
        metric = ts_report_find(&report, "wait.a.p95");
        assert_non_null(metric);
        assert_true(metric->exact && metric->whole == 950);
        assert_int_equal(metric->unit, TS_UNIT_TIME);
        assert_int_equal(ts_report_find(&report, "wait.a.p999")->whole, 999);
        assert_true(ts_report_find(&report, "wait.a.mean")->value == 500.5);
        assert_int_equal(ts_report_find(&report, "wait.a.count")->whole, 1000);
        assert_int_equal(ts_report_find(&report, "wait.b.count")->whole, 0);
        assert_null(ts_report_find(&report, "wait.b.p95"));
        assert_true(ts_report_find(&report, "useful")->value == 5.0 / 6);
        assert_true(ts_report_find(&report, "of nothing")->value == 0);
        assert_int_equal(ts_report_find(&report, "metric.73")->whole, 73);
        assert_null(ts_report_find(&report, "metric.100"));
        if (sealed == 0)
            ts_report_seal(&report);
    }
    assert_int_equal(report.thread_count, 100);
    assert_int_equal(report.histogram_count, 1);
    assert_string_equal(report.histograms[0].name, "wait.a");
    assert_int_equal(report.convention_count, 1);
    assert_false(report.failed);
    ts_arena_fini(&arena);
}

static void test_report_twice(void **state)
{
    ts_arena arena;
    ts_trace trace;
    ts_report report;

    (void)state;
    ts_arena_init(&arena, 0);
    ts_trace_init(&trace, TS_TRACE_OFF);
    ts_report_init(&report, &arena, &trace);
    ts_report_count(&report, 1, "processor.%d", 1);
    ts_report_count(&report, 1, "other");
    ts_report_count(&report, 2, "processor.1");
    ts_report_seal(&report);
    assert_true(report.failed);
    assert_non_null(strstr(report.reason, "processor.1"));
    ts_arena_fini(&arena);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_level_does_not_change_the_digest),
        cmocka_unit_test(test_golden_digest),
        cmocka_unit_test(test_digest_notices),
        cmocka_unit_test(test_report_digest),
        cmocka_unit_test(test_report_metrics),
        cmocka_unit_test(test_report_twice),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
