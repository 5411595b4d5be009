/*
 * test_sweep.c - plans: which points there are, in which order, with which
 * values and seeds.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/sweep/plan.h"
#include "sim/sweep/split.h"

#define THREADS                                                                \
    "\"threads\": [{\"name\": \"a\", \"program\": [{\"run\": \"1ms\"}]}]"

static ts_document *parse(const char *text)
{
    ts_diagnostics diagnostics;
    ts_document *document;

    ts_diagnostics_init(&diagnostics);
    document =
        ts_document_parse("t.json", text, strlen(text), NULL, &diagnostics);
    ts_diagnostics_print(&diagnostics, stderr, false);
    ts_diagnostics_fini(&diagnostics);
    assert_non_null(document);
    return document;
}

static ts_points *plan(const ts_document *document)
{
    ts_diagnostics diagnostics;
    ts_points *points;

    ts_diagnostics_init(&diagnostics);
    points = ts_points_create(document, &diagnostics);
    ts_diagnostics_print(&diagnostics, stderr, false);
    ts_diagnostics_fini(&diagnostics);
    assert_non_null(points);
    return points;
}

static void check_split(const char *list, int count, const char *const *wanted)
{
    ts_arena arena;
    char **items;

    ts_arena_init(&arena, 0);
    assert_int_equal(ts_split_list(&arena, list, &items), count);
    for (int i = 0; i < count; i++)
        assert_string_equal(items[i], wanted[i]);
    ts_arena_fini(&arena);
}

static void test_split_keeps_what_is_written(void **state)
{
    (void)state;
    check_split("[]", 0, NULL);
    check_split(" [ ] ", 0, NULL);
    check_split("5", -1, NULL);
    check_split("[1]", 1, (const char *const[]){"1"});
    check_split("[ 9007199254740993 ,1.50, \"a,]b\\\"\" ]", 3,
                (const char *const[]){"9007199254740993", "1.50",
                                      "\"a,]b\\\"\""});
    check_split("[[1,[2]],{\"a\":[3,4]},null,\"\\\\\"]", 4,
                (const char *const[]){"[1,[2]]", "{\"a\":[3,4]}", "null",
                                      "\"\\\\\""});
}

static void check_point(const ts_points *points, int64_t point,
                        const char *const *wanted)
{
    ts_arena arena;
    const ts_parameter *chosen;

    ts_arena_init(&arena, 0);
    chosen = ts_points_choose(points, point, &arena);
    assert_non_null(chosen);
    for (int i = 0; i < points->axis_count; i++)
        assert_string_equal(chosen[i].value, wanted[i]);
    ts_arena_fini(&arena);
}

static void test_no_sweep_is_one_point(void **state)
{
    ts_document *document = parse("{\"title\": \"t\", " THREADS "}");
    ts_points *points = plan(document);

    (void)state;
    assert_int_equal(ts_points_count(points), 1);
    assert_int_equal(points->axis_count, 0);
    ts_points_destroy(points);
    ts_document_free(document);
}

static void test_the_last_parameter_is_the_fastest(void **state)
{
    ts_document *document =
        parse("{\"title\": \"t\", " THREADS ", \"sweep\": {\"vary\": {"
              "\"/seed\": [1, 2], \"/threads/0/count\": [3, 4, 5]},"
              "\"replications\": 10}}");
    ts_points *points = plan(document);

    (void)state;
    assert_int_equal(ts_points_count(points), 60);
    check_point(points, 0, (const char *const[]){"1", "3"});
    check_point(points, 1, (const char *const[]){"1", "4"});
    check_point(points, 2, (const char *const[]){"1", "5"});
    check_point(points, 3, (const char *const[]){"2", "3"});
    check_point(points, 5, (const char *const[]){"2", "5"});
    ts_points_destroy(points);
    ts_document_free(document);
}

static void test_parameters_in_step_go_together(void **state)
{
    ts_document *document = parse(
        "{\"title\": \"t\", " THREADS ", \"sweep\": {"
        "\"zip\": {\"/threads/0/count\": [3, 4, 5], "
        "\"/threads/0/nice\": [6, 7, 8]}, \"vary\": {\"/seed\": [1, 2]}}}");
    ts_points *points = plan(document);

    (void)state;
    assert_int_equal(ts_points_count(points), 6);
    check_point(points, 0, (const char *const[]){"1", "3", "6"});
    check_point(points, 2, (const char *const[]){"1", "5", "8"});
    check_point(points, 3, (const char *const[]){"2", "3", "6"});
    check_point(points, 5, (const char *const[]){"2", "5", "8"});
    ts_points_destroy(points);
    ts_document_free(document);
}

/* The first and last values of the first parameter, and how many there are. */
static void check_range(const char *range, int64_t count, const char *first,
                        const char *second, const char *last)
{
    char text[512];
    ts_document *document;
    ts_points *points;

    snprintf(text, sizeof text,
             "{\"title\": \"t\", " THREADS ", \"sweep\": {\"vary\": "
             "{\"/stop/at\": %s}}}",
             range);
    document = parse(text);
    points = plan(document);
    assert_int_equal(ts_points_count(points), count);
    check_point(points, 0, (const char *const[]){first});
    check_point(points, 1, (const char *const[]){second});
    check_point(points, count - 1, (const char *const[]){last});
    ts_points_destroy(points);
    ts_document_free(document);
}

static void test_ranges_are_what_one_would_write(void **state)
{
    (void)state;
    check_range("{\"from\": \"1ms\", \"to\": \"10ms\", \"step\": \"3ms\"}", 4,
                "\"1ms\"", "\"4ms\"", "\"10ms\"");
    check_range("{\"from\": \"0.3s\", \"to\": \"0.1s\", \"step\": \"0.1s\"}", 3,
                "\"0.3s\"", "\"0.2s\"", "\"0.1s\"");
    check_range("{\"from\": 0.1, \"to\": 0.8, \"count\": 8}", 8, "0.1", "0.2",
                "0.8");
    check_range("{\"from\": 1, \"to\": 10, \"count\": 4}", 4, "1", "4", "10");
    check_range("{\"from\": 0.0, \"to\": 1, \"count\": 5}", 5, "0", "0.25",
                "1");
    check_range("{\"from\": \"1ns\", \"to\": \"2ns\", \"count\": 4}", 4,
                "\"1ns\"", "\"1.333ns\"", "\"2ns\"");
    check_range("{\"from\": 1, \"to\": 1000, \"count\": 4, \"scale\": "
                "\"log\", \"whole\": true}",
                4, "1", "10", "1000");
    check_range("{\"from\": \"1us\", \"to\": \"10us\", \"count\": 3, "
                "\"scale\": \"log\"}",
                3, "\"1us\"", "\"3.16228us\"", "\"10us\"");
    check_range("{\"from\": -2, \"to\": 2, \"step\": 1}", 5, "-2", "-1", "2");
}

/* Each parameter once in each of as many strata as there are points. */
static void test_latin_squares_fill_their_ranges(void **state)
{
    ts_document *document =
        parse("{\"title\": \"t\", " THREADS ", \"sweep\": {\"sample\": {"
              "\"points\": 50, \"of\": {\"/a\": {\"from\": 0.0, \"to\": 50}, "
              "\"/b\": {\"from\": 0, \"to\": 49, \"whole\": true}}}}}");
    ts_points *points = plan(document);
    bool seen[2][50] = {{false}};
    ts_arena arena;

    (void)state;
    ts_arena_init(&arena, 0);
    assert_int_equal(ts_points_count(points), 50);
    for (int64_t i = 0; i < 50; i++) {
        const ts_parameter *chosen = ts_points_choose(points, i, &arena);

        for (int axis = 0; axis < 2; axis++) {
            int stratum = atoi(chosen[axis].value);

            assert_in_range(stratum, 0, 49);
            assert_false(seen[axis][stratum]);
            seen[axis][stratum] = true;
        }
    }
    ts_arena_fini(&arena);
    ts_points_destroy(points);
    ts_document_free(document);
}

/* More random points leave the first ones as they were. */
static void test_random_points_can_be_added(void **state)
{
    const char *text =
        "{\"title\": \"t\", " THREADS ", \"sweep\": {\"sample\": {"
        "\"points\": %d, \"method\": \"random\", \"of\": {\"/a\": {\"from\": "
        "0.0, \"to\": 1}, \"/b\": [\"x\", \"y\", \"z\"]}}}}";
    char values[2][20][2][32] = {{{{0}}}};
    int b[3] = {0};

    (void)state;
    for (int round = 0; round < 2; round++) {
        char filled[512];
        ts_document *document;
        ts_points *points;
        ts_arena arena;

        snprintf(filled, sizeof filled, text, round == 0 ? 20 : 300);
        document = parse(filled);
        points = plan(document);
        ts_arena_init(&arena, 0);
        for (int i = 0; i < (round == 0 ? 20 : 300); i++) {
            const ts_parameter *p = ts_points_choose(points, i, &arena);

            if (round == 1)
                b[p[1].value[1] - 'x']++;
            for (int axis = 0; i < 20 && axis < 2; axis++)
                snprintf(values[round][i][axis], 32, "%s", p[axis].value);
        }
        ts_arena_fini(&arena);
        ts_points_destroy(points);
        ts_document_free(document);
    }
    assert_memory_equal(values[0], values[1], sizeof(values[0]));
    /* 100 each, give or take four standard deviations of 8.2. */
    for (int i = 0; i < 3; i++)
        assert_in_range(b[i], 67, 133);
}

static void play(const ts_points *points, int64_t index, ts_point_run *run)
{
    ts_point_options options = {.trace = TS_TRACE_OFF};
    ts_diagnostics diagnostics;
    ts_error error = {.text = ""};

    ts_diagnostics_init(&diagnostics);
    assert_true(
        ts_point_play(points, index, &options, run, &diagnostics, &error));
    assert_int_equal(diagnostics.count, 0);
    assert_string_equal(error.text, "");
    ts_diagnostics_fini(&diagnostics);
}

static void test_a_run_outlives_its_plan(void **state)
{
    ts_document *document =
        parse("{\"title\": \"t\", " THREADS ", \"sweep\": {\"vary\": {"
              "\"/threads/0/count\": [3, 4]}, \"replications\": 2},"
              "\"expect\": [{\"metric\": \"run.time\", "
              "\"reference\": [\"3ms\", \"4ms\"]}]}");
    ts_points *points = plan(document);
    ts_point_run run;

    (void)state;
    play(points, 3, &run);
    ts_points_destroy(points);
    ts_document_free(document);
    assert_int_equal(run.facts.point, 1);
    assert_int_equal(run.facts.replication, 1);
    assert_int_equal(run.facts.parameter_count, 1);
    assert_string_equal(run.facts.parameters[0].pointer, "/threads/0/count");
    assert_string_equal(run.facts.parameters[0].value, "4");
    assert_string_equal(run.facts.scenario_name, "t.json");
    assert_non_null(strstr(run.facts.canonical, "\"count\":4"));
    assert_int_equal(run.report->end, 4 * TS_MS);
    assert_int_equal(run.facts.verdict_count, 1);
    assert_true(run.facts.verdicts[0].holds);
    ts_point_fini(&run);
}

/* Any run of a plan may be played alone and comes out the same. */
static void test_order_of_playing_does_not_matter(void **state)
{
    ts_document *document =
        parse("{\"title\": \"t\", \"threads\": [{\"name\": \"a\", \"program\": "
              "[{\"run\": {\"exponential\": \"1ms\"}}]}],"
              "\"sweep\": {\"vary\": {\"/threads/0/count\": [1, 5]}, "
              "\"replications\": 3}}");
    ts_points *points = plan(document);
    uint64_t digests[6];
    ts_point_run run;

    (void)state;
    for (int64_t i = 0; i < 6; i++) {
        play(points, i, &run);
        digests[i] = run.report->digest;
        ts_point_fini(&run);
    }
    assert_int_not_equal(digests[0], digests[1]);
    for (int64_t i = 5; i >= 0; i--) {
        play(points, i, &run);
        assert_int_equal(run.report->digest, digests[i]);
        ts_point_fini(&run);
    }
    ts_points_destroy(points);
    ts_document_free(document);
}

static void test_replications_have_seeds_of_their_own(void **state)
{
    uint64_t seeds[1000];

    (void)state;
    assert_int_equal(ts_replication_seed(7, 0), 7);
    for (int i = 0; i < 1000; i++) {
        seeds[i] = ts_replication_seed(7, i);
        for (int j = 0; j < i; j++)
            assert_int_not_equal(seeds[i], seeds[j]);
    }
    assert_int_not_equal(ts_replication_seed(8, 1), seeds[1]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_split_keeps_what_is_written),
        cmocka_unit_test(test_no_sweep_is_one_point),
        cmocka_unit_test(test_the_last_parameter_is_the_fastest),
        cmocka_unit_test(test_parameters_in_step_go_together),
        cmocka_unit_test(test_ranges_are_what_one_would_write),
        cmocka_unit_test(test_latin_squares_fill_their_ranges),
        cmocka_unit_test(test_random_points_can_be_added),
        cmocka_unit_test(test_a_run_outlives_its_plan),
        cmocka_unit_test(test_order_of_playing_does_not_matter),
        cmocka_unit_test(test_replications_have_seeds_of_their_own),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
