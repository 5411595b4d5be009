/*
 * Exercises: of every kind, for one seed after another, the question has one
 * answer under all conventions that it does not state, that answer gets all
 * points in every form of sheet, and the question does not contain it.
 */
#include "sim/exercise/conventions.h"
#include "sim/exercise/kinds.h"
#include "sim/exercise/mark.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* TS_LONG: as many as a class could ever need; TS_SEEDS: so many. */
static int seeds(void)
{
    const char *asked = getenv("TS_SEEDS");

    if (asked != NULL)
        return atoi(asked);
    return getenv("TS_LONG") != NULL ? 1000 : 6;
}

static ts_exercise *draw(const ts_kind *kind, int seed)
{
    ts_error error = {.text = ""};
    ts_exercise *exercise = ts_exercise_draw(kind->name, (uint64_t)seed,
                                             seed % TS_LEVELS + 1, &error);

    if (exercise == NULL)
        fail_msg("%s", error.text);
    return exercise;
}

/* --- sheets --- */

static int earned(const ts_exercise *exercise, const char *text)
{
    ts_diagnostics diagnostics;
    ts_arena arena;
    ts_sheet sheet;
    ts_reply *answers;
    ts_marking marking;

    ts_diagnostics_init(&diagnostics);
    ts_arena_init(&arena, 0);
    ts_sheet_read(&sheet, "sheet", text, strlen(text), &arena, &diagnostics);
    answers = ts_replies_read(&sheet, exercise, &arena, &diagnostics);
    if (answers == NULL)
        fail_msg("%s\n%s", diagnostics.items[0].message, text);
    assert_true(ts_mark(exercise, answers, &arena, &marking));
    if (marking.earned == marking.most && marking.says_count > 0)
        fail_msg("%s\n%s", marking.says[0], text);
    ts_diagnostics_fini(&diagnostics);
    ts_arena_fini(&arena);
    return marking.most - marking.earned;
}

static void check_text(const ts_exercise *exercise)
{
    ts_buffer out = TS_BUFFER_EMPTY;

    ts_sheet_write(&(ts_variant_of){exercise, NULL}, true, &out);
    assert_int_equal(earned(exercise, out.data), 0);
    ts_buffer_fini(&out);
}

static void check_csv(const ts_exercise *exercise)
{
    ts_buffer out = TS_BUFFER_EMPTY;

    ts_buffer_format(&out, "exercise,%s\r\n", exercise->kind);
    for (int i = 0; i < exercise->question.part_count; i++)
        ts_buffer_format(&out, "\"%s\",\"%s\"\r\n",
                         exercise->question.parts[i].name,
                         exercise->question.parts[i].answer);
    assert_int_equal(earned(exercise, out.data), 0);
    ts_buffer_fini(&out);
}

/* A chart as intervals. */
static void say_intervals(ts_buffer *out, const char *lane)
{
    bool any = false;

    ts_buffer_char(out, '[');
    for (int at = 0, from; lane[at] != '\0';) {
        for (from = at; lane[at] == lane[from]; at++)
            ;
        if (lane[from] != TS_IDLE)
            ts_buffer_format(out, "%s[\"%c\", %d, %d]", any ? ", " : "",
                             lane[from], from, at);
        any |= lane[from] != TS_IDLE;
    }
    ts_buffer_char(out, ']');
}

static void check_json(const ts_exercise *exercise)
{
    ts_buffer out = TS_BUFFER_EMPTY;

    ts_buffer_format(&out, "{\"exercise\": \"%s\", \"answers\": {",
                     exercise->kind);
    for (int i = 0; i < exercise->question.part_count; i++) {
        const ts_asked *part = &exercise->question.parts[i];

        ts_buffer_format(&out, "%s\"%s\": ", i > 0 ? ", " : "", part->name);
        if (part->kind == TS_PART_CHART)
            say_intervals(&out, part->answer);
        else
            ts_buffer_format(&out, "\"%s\"", part->answer);
    }
    ts_buffer_text(&out, "}}");
    assert_int_equal(earned(exercise, out.data), 0);
    ts_buffer_fini(&out);
}

/* --- one answer --- */

static bool is_stated(const ts_exercise *exercise, int axis, int choice)
{
    for (int i = 0; i < exercise->stated_count; i++)
        if (strcmp(exercise->stated[i],
                   ts_axis_sentence((ts_axis)axis, choice)) == 0)
            return true;
    return false;
}

/* Two choices at a time are made otherwise, of those that are not stated. */
static void check_one(const ts_exercise *exercise)
{
    cJSON *scenario = cJSON_Parse(exercise->scenario);
    ts_choices base = ts_choices_of(scenario);

    for (int a = 0; a < TS_AXES; a++)
        for (int b = 0; b < TS_AXES; b++) {
            ts_choices tried = base;
            ts_arena arena;
            const ts_schedule *schedule;
            bool stated = false;

            tried.at[a] =
                (base.at[a] + 1) % ts_axis_count(exercise, (ts_axis)a);
            tried.at[b] =
                (tried.at[b] + 1) % ts_axis_count(exercise, (ts_axis)b);
            for (int axis = 0; axis < TS_AXES; axis++)
                for (int i = 0; i < 3; i++)
                    stated |= ts_axis_sentence((ts_axis)axis, i) != NULL &&
                              tried.at[axis] != i &&
                              is_stated(exercise, axis, i);
            if (stated)
                continue;
            ts_arena_init(&arena, 0);
            assert_true(ts_choices_put(scenario, &tried));
            schedule = ts_variant_play(exercise, scenario, &arena);
            if (schedule == NULL ||
                !ts_schedule_equal(schedule, exercise->schedule))
                fail_msg("%s, seed %d: two answers\n%s", exercise->kind,
                         (int)exercise->seed, exercise->scenario);
            ts_arena_fini(&arena);
        }
    cJSON_Delete(scenario);
}

/* --- no answer in the question --- */

static bool keep(void *context, const char *path, const char *bytes,
                 size_t length)
{
    (void)path;
    ts_buffer_add(context, bytes, length);
    return true;
}

static void check_hidden(const ts_exercise *exercise)
{
    for (int i = 0; i < ts_writer_count; i++) {
        ts_buffer out = TS_BUFFER_EMPTY;

        if (ts_writers[i]->solved)
            continue;
        assert_true(ts_writers[i]->write(
            &(ts_variants){&(ts_variant_of){exercise, NULL}, 1}, keep, &out));
        for (int k = 0; k < exercise->question.part_count; k++) {
            const ts_asked *part = &exercise->question.parts[k];

            if (part->kind == TS_PART_CHART && strlen(part->answer) > 4 &&
                strstr(out.data, part->answer) != NULL)
                fail_msg("%s: the chart stands in the question",
                         exercise->kind);
            if (part->kind == TS_PART_ORDER)
                assert_null(strstr(out.data, part->answer));
        }
        ts_buffer_fini(&out);
    }
}

static void test_every_kind(void **state)
{
    (void)state;
    for (int i = 0; i < ts_kind_count; i++) {
        int stated = 0;

        for (int seed = 0; seed < seeds(); seed++) {
            ts_exercise *exercise = draw(ts_kinds[i], seed);

            check_text(exercise);
            check_csv(exercise);
            check_json(exercise);
            check_hidden(exercise);
            if (exercise->schedule != NULL)
                check_one(exercise);
            stated += exercise->stated_count > 0;
            ts_exercise_free(exercise);
        }
        printf("%-16s %4d seeds, %4d with a stated convention\n",
               ts_kinds[i]->name, seeds(), stated);
    }
}

/* The same seed is the same exercise; another one is another. */
static void test_seeds(void **state)
{
    uint64_t jane = ts_exercise_seed("rr", "jane");

    (void)state;
    assert_int_equal(jane, ts_exercise_seed("rr", "jane"));
    assert_int_not_equal(jane, ts_exercise_seed("rr", "john"));
    assert_int_not_equal(jane, ts_exercise_seed("srtf", "jane"));
    for (int i = 0; i < ts_kind_count; i++) {
        ts_exercise *a = draw(ts_kinds[i], 2), *b = draw(ts_kinds[i], 2);
        ts_exercise *c = draw(ts_kinds[i], 5);

        assert_string_equal(a->scenario, b->scenario);
        assert_string_not_equal(a->scenario, c->scenario);
        ts_exercise_free(a);
        ts_exercise_free(b);
        ts_exercise_free(c);
    }
}

/* --- numbers --- */

static void test_numbers(void **state)
{
    static const struct {
        const char *text;
        int over, under; /* under 0: no number */
    } numbers[] = {
        {"7", 7, 1},      {" 5.6 ", 28, 5}, {"28/5", 28, 5},
        {"5 3/5", 28, 5}, {"5,6", 28, 5},   {"-3/6", -1, 2},
        {"40%", 2, 5},    {"7 ms", 7, 1},   {"7ms", 7, 1},
        {"1/0", 0, 0},    {"", 0, 0},       {"seven", 0, 0},
        {"7 s", 0, 0},    {"1.2.3", 0, 0},  {"--1", 0, 0},
        {"1/2/3", 0, 0},  {"1e5", 0, 0},    {"99999999999999999999", 0, 0},
    };

    (void)state;
    for (size_t i = 0; i < TS_COUNT_OF(numbers); i++) {
        ts_quotient value;
        bool read = ts_quotient_read(numbers[i].text, "ms", &value);

        if (read != (numbers[i].under != 0))
            fail_msg("\"%s\"", numbers[i].text);
        if (read) {
            assert_int_equal(value.over, numbers[i].over);
            assert_int_equal(value.under, numbers[i].under);
        }
    }
}

/* --- through the public interface --- */

static void test_interface(void **state)
{
    char *message = NULL, *text;
    ts_exercise *exercise = ts_exercise_of_kind("rr", 7, 2, &message);

    (void)state;
    assert_non_null(exercise);
    assert_string_equal(ts_exercise_kind_at(0), "fcfs");
    assert_string_equal(ts_exercise_kind_about(0), "first come, first served");
    assert_null(ts_exercise_kind_at(1000));
    assert_null(ts_exercise_kind_about(1000));
    text = ts_exercise_told(exercise, "key", &message);
    assert_non_null(text);
    ts_message_free(
        ts_exercise_marked(exercise, "chart: Z", 8, "text", &message));
    assert_non_null(strstr(message, "sheet:1"));
    ts_message_free(message);
    message = ts_exercise_marked(exercise, text, strlen(text), "json", NULL);
    assert_non_null(strstr(message, "{\"points\": 30, \"of\": 30"));
    ts_message_free(message);
    ts_message_free(text);
    text = ts_exercise_revealed(exercise, NULL);
    assert_non_null(strstr(text, "Why:"));
    ts_message_free(text);
    assert_null(ts_exercise_told(exercise, "nonesuch", &message));
    ts_message_free(message);
    assert_null(ts_exercise_of_kind("nonesuch", 1, 1, &message));
    ts_message_free(message);
    assert_null(ts_exercise_of_scenario("own", "{}", 2, NULL, &message));
    ts_message_free(message);
    ts_exercise_free(exercise);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_every_kind),
        cmocka_unit_test(test_seeds),
        cmocka_unit_test(test_numbers),
        cmocka_unit_test(test_interface),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
