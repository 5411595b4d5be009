/*
 * test_sweep.c - plans: which points there are, in which order, with which
 * values and seeds.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

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
        cmocka_unit_test(test_a_run_outlives_its_plan),
        cmocka_unit_test(test_order_of_playing_does_not_matter),
        cmocka_unit_test(test_replications_have_seeds_of_their_own),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
