/*
 * test_engine_run.c - how a run begins, settles, stops and fails.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "sim/engine/engine.h"

#include <stdio.h>
#include <string.h>

/* A machine that writes down what happens, one letter a happening. */
typedef struct machine {
    ts_engine *engine;
    ts_event event, other;
    char log[200];
    int settle, second;
    int budget; /* of whatever the test counts */
    volatile sig_atomic_t interrupt;
} machine;

static machine *at_event(ts_event *event)
{
    return TS_CONTAINER(event, machine, event);
}

static void say(machine *m, char letter)
{
    size_t length = strlen(m->log);

    if (length + 1 < sizeof m->log)
        m->log[length] = letter;
}

static void fire_once(ts_engine *engine, ts_event *event)
{
    (void)engine;
    say(at_event(event), 'e');
}

static void fire_other(ts_engine *engine, ts_event *event)
{
    (void)engine;
    say(TS_CONTAINER(event, machine, other), 'o');
}

static void on_settle(ts_engine *engine, void *context)
{
    machine *m = context;

    (void)engine;
    say(m, 's');
}

static void on_second(ts_engine *engine, void *context)
{
    machine *m = context;

    (void)engine;
    say(m, 't');
}

static void machine_init(machine *m, const ts_engine_options *options,
                         ts_event_fn *fire)
{
    *m = (machine){.engine = ts_engine_create(options, NULL)};
    assert_non_null(m->engine);
    m->settle = ts_engine_add_settle(m->engine, on_settle, m);
    m->second = ts_engine_add_settle(m->engine, on_second, m);
    ts_event_init_slot(m->engine, &m->event, TS_CLASS_COMPLETION, fire,
                       "the machine");
    ts_event_init_loose(&m->other, TS_CLASS_ARRIVAL, fire_other, "the other");
}

static void test_idle_and_time(void **state)
{
    machine m;

    (void)state;
    machine_init(&m, NULL, fire_once);
    assert_int_equal(ts_engine_run(m.engine, TS_NEVER), TS_STOP_IDLE);
    assert_int_equal(ts_engine_now(m.engine), 0);
    ts_event_at(m.engine, &m.event, 100);
    ts_event_at(m.engine, &m.other, 300);
    assert_int_equal(ts_engine_run(m.engine, 99), TS_STOP_TIME);
    assert_int_equal(ts_engine_now(m.engine), 99);
    assert_string_equal(m.log, "");
    assert_int_equal(ts_engine_run(m.engine, 50), TS_STOP_TIME);
    assert_int_equal(ts_engine_now(m.engine), 99); /* never backward */
    assert_int_equal(ts_engine_run(m.engine, 100), TS_STOP_TIME);
    assert_string_equal(m.log, "e"); /* events at `until` fire */
    assert_int_equal(ts_engine_run(m.engine, TS_NEVER), TS_STOP_IDLE);
    assert_string_equal(m.log, "eo");
    assert_int_equal(ts_engine_now(m.engine), 300);
    assert_int_equal(ts_engine_events(m.engine), 2);
    assert_null(ts_engine_reason(m.engine));
    assert_string_equal(ts_engine_error(m.engine), "");
    ts_engine_destroy(m.engine);
}

/* An event after `until` and an earlier one scheduled in the pause: the
 * radix heap must not have run ahead. */
static void test_scheduling_in_a_pause(void **state)
{
    machine m;

    (void)state;
    machine_init(&m, NULL, fire_once);
    ts_event_at(m.engine, &m.other, 1000);
    assert_int_equal(ts_engine_run(m.engine, 10), TS_STOP_TIME);
    ts_event_at(m.engine, &m.event, 20);
    assert_int_equal(ts_engine_run(m.engine, 30), TS_STOP_TIME);
    ts_event_at(m.engine, &m.other, 40);
    assert_int_equal(ts_engine_run(m.engine, 50), TS_STOP_IDLE);
    assert_string_equal(m.log, "eo");
    assert_int_equal(ts_engine_now(m.engine), 40);
    ts_engine_destroy(m.engine);
}

static void test_settle_at_the_start(void **state)
{
    machine m;

    (void)state;
    machine_init(&m, NULL, fire_once);
    ts_event_at(m.engine, &m.event, 5);
    ts_engine_settle(m.engine, m.second);
    ts_engine_settle(m.engine, m.settle);
    ts_engine_settle(m.engine, m.settle); /* asking twice is asking once */
    assert_int_equal(ts_engine_run(m.engine, TS_NEVER), TS_STOP_IDLE);
    assert_string_equal(m.log, "ste");
    ts_engine_destroy(m.engine);
}

static void fire_and_stop(ts_engine *engine, ts_event *event)
{
    machine *m = at_event(event);

    say(m, 'e');
    ts_event_at(engine, &m->other, ts_engine_now(engine));
    ts_engine_settle(engine, m->settle);
    ts_engine_stop(engine, "enough");
    ts_event_at(engine, event, ts_engine_now(engine) + 1);
}

static void test_stop_settles_the_instant(void **state)
{
    machine m;

    (void)state;
    machine_init(&m, NULL, fire_and_stop);
    ts_event_at(m.engine, &m.event, 7);
    assert_int_equal(ts_engine_run(m.engine, TS_NEVER), TS_STOP_CONDITION);
    assert_string_equal(m.log, "eos");
    assert_string_equal(ts_engine_reason(m.engine), "enough");
    assert_int_equal(ts_engine_now(m.engine), 7);
    assert_true(m.event.pending); /* and the run can go on */
    assert_int_equal(ts_engine_run(m.engine, TS_NEVER), TS_STOP_CONDITION);
    assert_string_equal(m.log, "eoseos");
    assert_int_equal(ts_engine_now(m.engine), 8);
    ts_engine_destroy(m.engine);
}

/* A hook that puts an event at the same instant runs again after it. */
static void hook_with_event(ts_engine *engine, void *context)
{
    machine *m = context;

    say(m, 'h');
    if (m->budget-- > 0) {
        ts_event_at(engine, &m->other, ts_engine_now(engine));
        ts_engine_settle(engine, 2);
    }
}

static void test_settle_rounds(void **state)
{
    machine m;

    (void)state;
    machine_init(&m, NULL, fire_once);
    assert_int_equal(ts_engine_add_settle(m.engine, hook_with_event, &m), 2);
    m.budget = 3;
    ts_event_at(m.engine, &m.event, 5);
    ts_engine_settle(m.engine, 2);
    assert_int_equal(ts_engine_run(m.engine, TS_NEVER), TS_STOP_IDLE);
    assert_string_equal(m.log, "hohohohe");
    ts_engine_destroy(m.engine);
}

static void test_too_many_hooks(void **state)
{
    machine m;

    (void)state;
    machine_init(&m, NULL, fire_once);
    for (int i = 2; i < TS_SETTLE_MAX; i++)
        assert_int_equal(ts_engine_add_settle(m.engine, on_settle, &m), i);
    (void)ts_engine_add_settle(m.engine, on_settle, &m);
    assert_int_equal(ts_engine_run(m.engine, TS_NEVER), TS_STOP_ERROR);
    ts_engine_destroy(m.engine);
}

/* --- classes --- */

static void test_classes_at_one_instant(void **state)
{
    machine m;
    ts_engine_options options = {.rank = {0}};

    (void)state;
    machine_init(&m, NULL, fire_once);
    ts_event_at(m.engine, &m.other, 5); /* an arrival, scheduled first ... */
    ts_event_at(m.engine, &m.event, 5); /* ... after a completion */
    (void)ts_engine_run(m.engine, TS_NEVER);
    assert_string_equal(m.log, "eo");
    ts_engine_destroy(m.engine);

    for (int i = 0; i < TS_CLASSES; i++) /* the other way round */
        options.rank[i] = (uint8_t)(TS_CLASSES - 1 - i);
    machine_init(&m, &options, fire_once);
    assert_int_equal(ts_engine_rank(m.engine, TS_CLASS_FAULT), TS_CLASSES - 1);
    ts_event_at(m.engine, &m.other, 5);
    ts_event_at(m.engine, &m.event, 5);
    (void)ts_engine_run(m.engine, TS_NEVER);
    assert_string_equal(m.log, "oe");
    ts_engine_destroy(m.engine);
}

static void test_bad_ranks(void **state)
{
    ts_engine_options options = {.rank = {0, 1, 2, 3, 4, 5, 6, 6}};
    ts_error error = {.text = ""};

    (void)state;
    assert_null(ts_engine_create(&options, &error));
    assert_non_null(strstr(error.text, "permutation"));
}

/* --- failing --- */

static void fire_and_fail(ts_engine *engine, ts_event *event)
{
    say(at_event(event), 'e');
    ts_event_at(engine, event, ts_engine_now(engine));
    ts_engine_fail(engine, "thread %d is on two processors", 3);
    ts_engine_fail(engine, "a later one");
}

static void test_failure_ends_at_once(void **state)
{
    machine m;

    (void)state;
    machine_init(&m, NULL, fire_and_fail);
    ts_event_at(m.engine, &m.event, 5);
    ts_engine_settle(m.engine, m.settle);
    assert_int_equal(ts_engine_run(m.engine, TS_NEVER), TS_STOP_ERROR);
    assert_string_equal(m.log, "se");
    assert_string_equal(ts_engine_error(m.engine),
                        "thread 3 is on two processors");
    assert_int_equal(ts_engine_run(m.engine, TS_NEVER), TS_STOP_ERROR);
    assert_string_equal(m.log, "se");
    ts_engine_destroy(m.engine);
}

/* A condition that a release asks, too: the run ends with its words and its
 * place, nothing is ended but the run, and what is told of first stays. */
static void fire_and_break(ts_engine *engine, ts_event *event)
{
    say(at_event(event), 'e');
    assert_true(TS_ENSURE(engine, event->time == 5));
    assert_false(TS_ENSURE(engine, event->time == 6));
    assert_false(TS_ENSURE(engine, event->time == 7));
    ts_event_at(engine, event, ts_engine_now(engine));
}

static void test_broken_state_ends_the_run(void **state)
{
    const char *error;
    machine m;

    (void)state;
    machine_init(&m, NULL, fire_and_break);
    ts_event_at(m.engine, &m.event, 5);
    assert_false(ts_engine_is_broken(m.engine));
    assert_int_equal(ts_engine_run(m.engine, TS_NEVER), TS_STOP_ERROR);
    assert_string_equal(m.log, "e");
    assert_true(ts_engine_is_broken(m.engine));
    error = ts_engine_error(m.engine);
    assert_ptr_equal(strstr(error, "internal error: tests/unit/"), error);
    assert_non_null(strstr(error, "\"event->time == 6\" does not hold"));
    assert_non_null(strstr(error, "it was 5 ps, event 1, of the machine"));
    ts_engine_destroy(m.engine);
}

static void test_broken_state_is_an_error(void **state)
{
    ts_error error = {.text = ""};
    int row = 3;

    (void)state;
    assert_true(TS_ENSURE(&error, row < 4));
    assert_string_equal(error.text, "");
    assert_false(TS_ENSURE(&error, row < 3));
    assert_non_null(strstr(error.text, "\"row < 3\" does not hold"));
    assert_non_null(strstr(error.text, "test_engine_run.c:"));
}

/* Time that is turned back behind the engine's back is found by the loop. */
static void fire_and_turn_back(ts_engine *engine, ts_event *event)
{
    say(at_event(event), 'e');
    ts_event_at(engine, event, 9);
    event->time = 2;
}

static void test_time_goes_forward(void **state)
{
    machine m;

    (void)state;
    machine_init(&m, NULL, fire_and_turn_back);
    ts_event_at(m.engine, &m.event, 5);
#ifdef NDEBUG /* an assertion of the dearer grade finds it first */
    assert_int_equal(ts_engine_run(m.engine, TS_NEVER), TS_STOP_ERROR);
    assert_string_equal(m.log, "e");
    assert_non_null(strstr(ts_engine_error(m.engine),
                           "\"event->time > engine->now\" does not hold"));
#endif
    ts_engine_destroy(m.engine);
}

static void fire_into_the_past(ts_engine *engine, ts_event *event)
{
    ts_event_at(engine, &at_event(event)->other, ts_engine_now(engine) - 1);
}

static void test_the_past_is_closed(void **state)
{
    machine m;

    (void)state;
    machine_init(&m, NULL, fire_into_the_past);
    ts_event_at(m.engine, &m.event, 5);
    assert_int_equal(ts_engine_run(m.engine, TS_NEVER), TS_STOP_ERROR);
    assert_non_null(strstr(ts_engine_error(m.engine), "the other"));
    assert_false(m.other.pending);
    ts_engine_destroy(m.engine);
}

static void fire_forever(ts_engine *engine, ts_event *event)
{
    at_event(event)->budget++;
    ts_event_at(engine, event, ts_engine_now(engine));
}

static void test_no_progress(void **state)
{
    ts_engine_options options = {.stall_limit = 1000};
    machine m;

    (void)state;
    machine_init(&m, &options, fire_forever);
    ts_event_at(m.engine, &m.event, 12345);
    assert_int_equal(ts_engine_run(m.engine, TS_NEVER), TS_STOP_ERROR);
    assert_non_null(strstr(ts_engine_error(m.engine), "the machine"));
    assert_int_equal(ts_engine_now(m.engine), 12345);
    assert_in_range(m.budget, 1000, 1002);
    ts_engine_destroy(m.engine);
}

static void settle_forever(ts_engine *engine, void *context)
{
    machine *m = context;

    m->budget++;
    ts_engine_settle(engine, 2);
}

static void test_no_progress_in_settling(void **state)
{
    ts_engine_options options = {.stall_limit = 1000};
    machine m;

    (void)state;
    machine_init(&m, &options, fire_once);
    (void)ts_engine_add_settle(m.engine, settle_forever, &m);
    ts_engine_settle(m.engine, 2);
    assert_int_equal(ts_engine_run(m.engine, TS_NEVER), TS_STOP_ERROR);
    assert_in_range(m.budget, 1000, 1002);
    ts_engine_destroy(m.engine);
}

/* Many events, each at its own time, are progress whatever their number. */
static void fire_on_and_on(ts_engine *engine, ts_event *event)
{
    machine *m = at_event(event);

    if (m->budget-- > 0) {
        ts_event_at(engine, event,
                    ts_engine_now(engine) + (m->budget % 900 == 0));
    }
    if (m->budget == 5000)
        m->interrupt = 1;
}

static void test_progress_is_progress(void **state)
{
    ts_engine_options options = {.stall_limit = 1000};
    machine m;

    (void)state;
    machine_init(&m, &options, fire_on_and_on);
    m.budget = 100000;
    ts_event_at(m.engine, &m.event, 0);
    assert_int_equal(ts_engine_run(m.engine, TS_NEVER), TS_STOP_IDLE);
    assert_int_equal(ts_engine_events(m.engine), 100001);
    ts_engine_destroy(m.engine);
}

static int progress_lines;

static void count_progress(void *context, ts_time now, uint64_t events,
                           uint64_t made)
{
    (void)context;
    assert_true(made == 0);
    assert_true(now >= 0 && events >= 1000000);
    progress_lines++;
}

static void test_interrupt_and_progress(void **state)
{
    ts_engine_options options = {.progress = count_progress};
    static machine m; /* the interrupt must not move */

    (void)state;
    options.interrupt = &m.interrupt;
    machine_init(&m, &options, fire_on_and_on);
    m.budget = 2600000;
    progress_lines = 0;
    ts_event_at(m.engine, &m.event, 0);
    assert_int_equal(ts_engine_run(m.engine, TS_NEVER), TS_STOP_INTERRUPTED);
    assert_true(m.budget > 0 && m.budget < 5000);
    assert_int_equal(progress_lines, 2);
    m.interrupt = 0;
    assert_int_equal(ts_engine_run(m.engine, TS_NEVER), TS_STOP_IDLE);
    ts_engine_destroy(m.engine);
}

/* To the event, and no event is one too many: where there are as many as the
 * limit, it is not reached. */
static void test_event_limit(void **state)
{
    (void)state;
    for (int limit = 99; limit <= 102; limit++) {
        ts_engine_options options = {.event_limit = (uint64_t)limit};
        machine m;

        machine_init(&m, &options, fire_on_and_on);
        m.budget = 100;
        ts_event_at(m.engine, &m.event, 0);
        assert_int_equal(ts_engine_run(m.engine, TS_NEVER),
                         limit < 101 ? TS_STOP_LIMIT : TS_STOP_IDLE);
        assert_int_equal(ts_engine_limit(m.engine),
                         limit < 101 ? TS_LIMIT_EVENTS : TS_LIMIT_NONE);
        assert_int_equal(ts_engine_events(m.engine), limit < 101 ? limit : 101);
        ts_engine_destroy(m.engine);
    }
}

static bool is_enough(void *context)
{
    int *left = context;

    *left -= *left > 0;
    return *left == 0;
}

/* Plays `fire` from the beginning until `looks` looks have found that it is
 * enough; returns what is left of the budget. */
static int left_after(void (*fire)(ts_engine *, ts_event *), int budget,
                      int looks)
{
    ts_engine_options options = {.enough = is_enough, .enough_context = &looks};
    machine m;

    machine_init(&m, &options, fire);
    m.budget = budget;
    ts_event_at(m.engine, &m.event, 0);
    assert_int_equal(ts_engine_run(m.engine, TS_NEVER), TS_STOP_LIMIT);
    assert_int_equal(ts_engine_limit(m.engine), TS_LIMIT_PATIENCE);
    ts_engine_destroy(m.engine);
    return m.budget;
}

static void test_patience(void **state)
{
    (void)state;
    assert_true(left_after(fire_on_and_on, 1000000, 10) > 0);
}

/* A long loop within one event looks up, too. */
static void fire_and_make(ts_engine *engine, ts_event *event)
{
    machine *m = TS_CONTAINER(event, machine, event);

    while (m->budget > 0 && ts_engine_look(engine, 0))
        m->budget--;
}

static void test_look(void **state)
{
    (void)state;
    assert_true(left_after(fire_and_make, 1000000, 10) > 999000);
}

/* Work that no event is made for counts like events. */
static void fire_and_toil(ts_engine *engine, ts_event *event)
{
    machine *m = TS_CONTAINER(event, machine, event);

    m->budget--;
    ts_event_at(engine, event, ts_engine_now(engine) + 1);
    for (int i = 0; i < 1000; i++)
        ts_engine_toil(engine);
}

static void test_toil(void **state)
{
    (void)state;
    /* Two looks more than the first, each after five events. */
    assert_true(left_after(fire_and_toil, 1000, 3) > 980);
}

static void fire_and_eat(ts_engine *engine, ts_event *event)
{
    ts_event_at(engine, event, ts_engine_now(engine) + 1);
    if (ts_arena_alloc(ts_engine_arena(engine), 1024) == NULL)
        assert_true(ts_engine_arena(engine)->limited);
}

static void test_memory_limit(void **state)
{
    ts_engine_options options = {.memory_limit = 1 << 20};
    machine m;

    (void)state;
    machine_init(&m, &options, fire_and_eat);
    ts_event_at(m.engine, &m.event, 0);
    assert_int_equal(ts_engine_run(m.engine, TS_NEVER), TS_STOP_LIMIT);
    assert_int_equal(ts_engine_limit(m.engine), TS_LIMIT_MEMORY);
    /* From then on nothing is to be had, until there is more. */
    assert_null(ts_arena_alloc(ts_engine_arena(m.engine), 1));
    ts_arena_extend(ts_engine_arena(m.engine), 4096);
    assert_non_null(ts_arena_alloc(ts_engine_arena(m.engine), 4096));
    assert_null(ts_arena_alloc(ts_engine_arena(m.engine), 4096));
    ts_engine_destroy(m.engine);
}

/* There is room for last words, too, where the limit is near and not reached. */
static void test_memory_near_the_limit(void **state)
{
    ts_arena arena;

    (void)state;
    ts_arena_init(&arena, 1 << 20);
    assert_non_null(ts_arena_alloc(&arena, 1000000));
    ts_arena_extend(&arena, 1 << 20);
    assert_non_null(ts_arena_alloc(&arena, 900000));
    assert_null(ts_arena_alloc(&arena, 900000));
    ts_arena_fini(&arena);
}

static void test_no_memory_for_slots(void **state)
{
    ts_engine_options options = {.memory_limit = 8192};
    static ts_event events[4000];
    ts_engine *engine = ts_engine_create(&options, NULL);

    (void)state;
    for (size_t i = 0; i < TS_COUNT_OF(events); i++) {
        ts_event_init_slot(engine, &events[i], TS_CLASS_WAKE, fire_once,
                           "one of many");
        ts_event_at(engine, &events[i], (ts_time)i);
    }
    assert_int_equal(ts_engine_run(engine, TS_NEVER), TS_STOP_LIMIT);
    assert_int_equal(ts_engine_limit(engine), TS_LIMIT_MEMORY);
    ts_engine_destroy(engine);
}

/* Two engines do not see each other. */
static void test_engines_are_separate(void **state)
{
    machine a, b;

    (void)state;
    machine_init(&a, NULL, fire_once);
    machine_init(&b, NULL, fire_and_fail);
    ts_event_at(a.engine, &a.event, 10);
    ts_event_at(b.engine, &b.event, 5);
    assert_int_equal(ts_engine_run(b.engine, TS_NEVER), TS_STOP_ERROR);
    assert_int_equal(ts_engine_run(a.engine, TS_NEVER), TS_STOP_IDLE);
    assert_string_equal(a.log, "e");
    ts_engine_destroy(a.engine);
    ts_engine_destroy(b.engine);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_idle_and_time),
        cmocka_unit_test(test_scheduling_in_a_pause),
        cmocka_unit_test(test_settle_at_the_start),
        cmocka_unit_test(test_stop_settles_the_instant),
        cmocka_unit_test(test_settle_rounds),
        cmocka_unit_test(test_too_many_hooks),
        cmocka_unit_test(test_classes_at_one_instant),
        cmocka_unit_test(test_bad_ranks),
        cmocka_unit_test(test_failure_ends_at_once),
        cmocka_unit_test(test_broken_state_ends_the_run),
        cmocka_unit_test(test_broken_state_is_an_error),
        cmocka_unit_test(test_time_goes_forward),
        cmocka_unit_test(test_the_past_is_closed),
        cmocka_unit_test(test_no_progress),
        cmocka_unit_test(test_no_progress_in_settling),
        cmocka_unit_test(test_progress_is_progress),
        cmocka_unit_test(test_interrupt_and_progress),
        cmocka_unit_test(test_event_limit),
        cmocka_unit_test(test_patience),
        cmocka_unit_test(test_look),
        cmocka_unit_test(test_toil),
        cmocka_unit_test(test_memory_limit),
        cmocka_unit_test(test_memory_near_the_limit),
        cmocka_unit_test(test_no_memory_for_slots),
        cmocka_unit_test(test_engines_are_separate),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
