/*
 * The checker of traces must find what is wrong: each test makes a small report
 * that is right, bends one thing, and looks for the complaint.
 */
#include "sim/results/validate.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

typedef struct bench {
    ts_arena arena;
    ts_trace trace;
    ts_report report;
    int place[2], run, swap;
} bench;

static void set_up(bench *b)
{
    ts_arena_init(&b->arena, 0);
    ts_trace_init(&b->trace, TS_TRACE_SPANS);
    ts_report_init(&b->report, &b->arena, &b->trace);
    b->run = ts_trace_name(&b->trace, TS_KINDS, "run");
    b->swap = ts_trace_name(&b->trace, TS_KINDS, "switch");
    b->place[0] = ts_trace_name(&b->trace, TS_PLACES, "processor 0");
    b->place[1] = ts_trace_name(&b->trace, TS_PLACES, "processor 1");
    b->report.end = 10;
}

static void tear_down(bench *b)
{
    ts_trace_fini(&b->trace);
    ts_arena_fini(&b->arena);
}

static void add_row(bench *b, int id, ts_time arrival, ts_time finish,
                    ts_time processor, ts_time ready, ts_time blocked)
{
    ts_thread_row row = {
        .id = id,
        .name = id == 0 ? "a" : "b",
        .task = "t",
        .arrival = arrival,
        .first_run = arrival,
        .finish = finish,
        .deadline = TS_NEVER,
        .processor = processor,
        .ready = ready,
        .blocked = blocked,
    };

    ts_report_thread(&b->report, &row);
}

/* Two threads, two processors: a on 0 for 10, b on 1 for 6 and asleep for 4. */
static void make_right(bench *b)
{
    set_up(b);
    ts_trace_span(&b->trace, 0, 10, b->place[0], b->run, 0, 0);
    ts_trace_span(&b->trace, 0, 6, b->place[1], b->run, 1, 0);
    add_row(b, 0, 0, 10, 10, 0, 0);
    add_row(b, 1, 0, 10, 6, 0, 4);
    b->report.conserving = true;
    b->report.cooperative = true;
}

static void expect_wrong(bench *b, const char *word)
{
    ts_error error = {.text = ""};

    assert_false(ts_validate(&b->report, NULL, &error));
    if (strstr(error.text, word) == NULL)
        fail_msg("\"%s\" does not say \"%s\"", error.text, word);
    tear_down(b);
}

static void test_right(void **state)
{
    ts_error error = {.text = ""};
    ts_validation found;
    bench b;

    (void)state;
    make_right(&b);
    if (!ts_validate(&b.report, &found, &error))
        fail_msg("%s", error.text);
    assert_int_equal(found.spans, 2);
    assert_int_equal(found.threads, 2);
    assert_true(found.conserving);
    assert_true(found.cooperative);
    tear_down(&b);
}

/* A trace that has left out reasons has all its stretches. */
static void test_without_reasons(void **state)
{
    bench b;

    (void)state;
    make_right(&b);
    b.trace.dropped = 7;
    assert_true(ts_validate(&b.report, NULL, NULL));
    tear_down(&b);
}

static void test_nothing_to_look_at(void **state)
{
    bench b;

    (void)state;
    set_up(&b);
    b.trace.level = TS_TRACE_OFF;
    expect_wrong(&b, "no spans");
    make_right(&b);
    b.trace.dropped_spans = 1;
    expect_wrong(&b, "not complete");
}

/* A traced run of threads that only wait has no stretch, and is in order. */
static void test_nothing_ran(void **state)
{
    bench b;

    (void)state;
    set_up(&b);
    add_row(&b, 0, 0, 10, 0, 0, 10);
    b.report.conserving = true;
    assert_true(ts_validate(&b.report, NULL, NULL));
    tear_down(&b);
}

static void test_two_things_at_once(void **state)
{
    bench b;

    (void)state;
    make_right(&b);
    ts_trace_span(&b.trace, 5, 6, b.place[0], b.run, 1, 0);
    expect_wrong(&b, "two things");
}

static void test_two_processors(void **state)
{
    bench b;

    (void)state;
    make_right(&b);
    ts_trace_span(&b.trace, 7, 9, b.place[1], b.run, 0, 0);
    expect_wrong(&b, "two processors");
}

static void test_before_arrival_and_after_the_end(void **state)
{
    bench b;

    (void)state;
    make_right(&b);
    b.report.threads[0].arrival = 1;
    expect_wrong(&b, "before its arrival");
    make_right(&b);
    b.report.threads[0].finish = 9;
    expect_wrong(&b, "after its end");
}

static void test_time_lost(void **state)
{
    bench b;

    (void)state;
    make_right(&b);
    b.report.threads[0].processor = 9;
    expect_wrong(&b, "stretches are");
    make_right(&b);
    b.report.threads[1].blocked = 3;
    expect_wrong(&b, "lived");
    make_right(&b);
    b.report.threads[1].blocked = 3;
    b.report.suspends = true; /* then a life may have gaps */
    assert_true(ts_validate(&b.report, NULL, NULL));
    tear_down(&b);
}

static void test_idle_while_ready(void **state)
{
    bench b;

    (void)state;
    make_right(&b);
    b.report.threads[1].blocked = 0;
    b.report.threads[1].ready = 4;
    b.report.threads[1].finish = 10;
    expect_wrong(&b, "processors idle");
}

static void test_taken_off(void **state)
{
    bench b;

    (void)state;
    set_up(&b);
    ts_trace_span(&b.trace, 0, 4, b.place[0], b.run, 0, 0);
    ts_trace_span(&b.trace, 4, 6, b.place[0], b.run, 1, 0);
    ts_trace_span(&b.trace, 6, 10, b.place[0], b.run, 0, 0);
    add_row(&b, 0, 0, 10, 8, 2, 0);
    add_row(&b, 1, 4, 6, 2, 0, 0);
    assert_true(ts_validate(&b.report, NULL, NULL));
    b.report.cooperative = true;
    expect_wrong(&b, "taken off");
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_right),
        cmocka_unit_test(test_without_reasons),
        cmocka_unit_test(test_nothing_to_look_at),
        cmocka_unit_test(test_nothing_ran),
        cmocka_unit_test(test_two_things_at_once),
        cmocka_unit_test(test_two_processors),
        cmocka_unit_test(test_before_arrival_and_after_the_end),
        cmocka_unit_test(test_time_lost),
        cmocka_unit_test(test_idle_while_ready),
        cmocka_unit_test(test_taken_off),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
