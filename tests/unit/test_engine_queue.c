/*
 * test_engine_queue.c - the order of events, against a model that is too
 * simple to be wrong: an array of what is pending, searched for its least
 * (time, rank, sequence).
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "sim/engine/engine.h"
#include "sim/engine/random.h"

#include <stdlib.h>

#define EVENTS_MAX 400

typedef struct node {
    ts_event event;
    /* what the model knows of it */
    bool pending;
    ts_time time;
    int rank;
    uint64_t sequence;
} node;

typedef struct world {
    ts_engine *engine;
    ts_random random;
    node nodes[EVENTS_MAX];
    int count;
    uint64_t sequence;
    uint64_t left;  /* operations to go */
    ts_time spread; /* how far ahead events are put */
    int settle;
    uint64_t fired;
    int settled;
} world;

static world *the_world(ts_event *event)
{
    node *n = TS_CONTAINER(event, node, event);

    return (world *)(uintptr_t)n->event.source; /* smuggled in */
}

static node *model_first(world *w)
{
    node *best = NULL;

    for (int i = 0; i < w->count; i++) {
        node *n = &w->nodes[i];

        if (n->pending &&
            (best == NULL || n->time < best->time ||
             (n->time == best->time &&
              (n->rank < best->rank ||
               (n->rank == best->rank && n->sequence < best->sequence)))))
            best = n;
    }
    return best;
}

static ts_time random_time(world *w)
{
    ts_time now = ts_engine_now(w->engine);

    switch (ts_random_below(&w->random, 8)) {
    case 0:
        return now;
    case 1:
        return now + 1;
    case 2: /* far, in another power of two each time */
        return now + (ts_time)((uint64_t)1 << ts_random_below(&w->random, 56));
    case 3: /* a multiple: many ties */
        return (now / 64 + 1 + (ts_time)ts_random_below(&w->random, 4)) * 64;
    default:
        return now + (ts_time)ts_random_below(&w->random, (uint64_t)w->spread);
    }
}

static void do_schedule(world *w, node *n)
{
    ts_time when = random_time(w);

    n->time = when;
    n->sequence = w->sequence++;
    n->pending = true;
    if (ts_random_below(&w->random, 4) == 0) {
        ts_class kind = (ts_class)ts_random_below(&w->random, TS_CLASSES);

        n->rank = ts_engine_rank(w->engine, kind);
        ts_event_at_class(w->engine, &n->event, when, kind);
    } else {
        ts_event_at(w->engine, &n->event, when);
    }
    assert_true(n->event.pending);
    assert_int_equal(n->event.time, when);
}

static void do_cancel(world *w, node *n)
{
    n->pending = false;
    if (ts_random_below(&w->random, 2) == 0)
        ts_event_cancel(w->engine, &n->event);
    else
        ts_event_at(w->engine, &n->event, TS_NEVER);
    assert_false(n->event.pending);
}

static void operate(world *w, node *self)
{
    /* Most handlers put themselves back, as models do. */
    if (w->left > 0 && ts_random_below(&w->random, 4) != 0)
        do_schedule(w, self);
    for (uint64_t i = ts_random_below(&w->random, 4); i > 0 && w->left > 0;
         i--) {
        node *n = &w->nodes[ts_random_below(&w->random, (uint64_t)w->count)];

        w->left--;
        if (ts_random_below(&w->random, 3) == 0)
            do_cancel(w, n);
        else
            do_schedule(w, n);
    }
    if (ts_random_below(&w->random, 8) == 0)
        ts_engine_settle(w->engine, w->settle);
}

static void fire(ts_engine *engine, ts_event *event)
{
    world *w = the_world(event);
    node *n = TS_CONTAINER(event, node, event);

    assert_ptr_equal(model_first(w), n);
    assert_int_equal(ts_engine_now(engine), n->time);
    assert_false(event->pending);
    n->pending = false;
    w->fired++;
    operate(w, n);
}

static void settle(ts_engine *engine, void *context)
{
    world *w = context;
    node *first = model_first(w);

    /* Nothing is left at this instant ... */
    assert_true(first == NULL || first->time > ts_engine_now(engine));
    w->settled++;
    if (w->left > 0 && ts_random_below(&w->random, 2) == 0) {
        w->left--; /* ... unless we put something there */
        do_schedule(w,
                    &w->nodes[ts_random_below(&w->random, (uint64_t)w->count)]);
    }
}

/* One run; `loose` of 8 events are loose. `step` > 0: in pieces, scheduling
 * between them. Returns how many events fired. */
static uint64_t play(uint64_t seed, int count, int loose, ts_time spread,
                     uint64_t operations, ts_time step)
{
    ts_engine_options options = {.seed = seed};
    world *w = calloc(1, sizeof *w);
    ts_stop why;

    assert_non_null(w);
    ts_random_init(&w->random, seed, "queue test");
    if (ts_random_below(&w->random, 2) == 0) /* permute the classes */
        for (int i = 0; i < TS_CLASSES; i++)
            options.rank[i] = (uint8_t)(TS_CLASSES - 1 - i);
    w->engine = ts_engine_create(&options, NULL);
    w->count = count;
    w->left = operations;
    w->spread = spread;
    w->settle = ts_engine_add_settle(w->engine, settle, w);
    for (int i = 0; i < count; i++) {
        node *n = &w->nodes[i];
        ts_class kind = (ts_class)ts_random_below(&w->random, TS_CLASSES);
        const char *source = (const char *)(void *)w;

        n->rank = ts_engine_rank(w->engine, kind);
        if (ts_random_below(&w->random, 8) < (uint64_t)loose)
            ts_event_init_loose(&n->event, kind, fire, source);
        else
            ts_event_init_slot(w->engine, &n->event, kind, fire, source);
        do_schedule(w, n);
    }
    for (;;) {
        ts_time until =
            step == 0 ? TS_NEVER : ts_time_add(ts_engine_now(w->engine), step);

        why = ts_engine_run(w->engine, until);
        if (why != TS_STOP_TIME)
            break;
        assert_int_equal(ts_engine_now(w->engine), until);
        assert_true(model_first(w)->time > until);
        do_schedule(w,
                    &w->nodes[ts_random_below(&w->random, (uint64_t)w->count)]);
        step = step > INT64_MAX / 4 ? step : step * 2;
    }
    assert_int_equal(why, TS_STOP_IDLE);
    assert_null(model_first(w));
    assert_int_equal(w->fired, ts_engine_events(w->engine));
    operations = w->fired;
    ts_engine_destroy(w->engine);
    free(w);
    return operations;
}

static void test_slots_only(void **state)
{
    uint64_t fired = 0;

    (void)state;
    for (uint64_t seed = 0; seed < 1000; seed++) {
        fired += play(seed, 1 + (int)(seed % 40), 0,
                      1 + (ts_time)(seed % 7) * 100, 200, 0);
    }
    assert_true(fired > 50000);
}

static void test_loose_only(void **state)
{
    uint64_t fired = 0;

    (void)state;
    for (uint64_t seed = 0; seed < 1000; seed++) {
        fired += play(seed, 1 + (int)(seed % 40), 8,
                      1 + (ts_time)(seed % 7) * 100, 200, 0);
    }
    assert_true(fired > 50000);
}

static void test_both_tiers(void **state)
{
    uint64_t fired = 0;

    (void)state;
    for (uint64_t seed = 0; seed < 3000; seed++) {
        fired +=
            play(seed, 1 + (int)(seed % 60), 1 + (int)(seed % 7),
                 1 + (ts_time)(seed % 11) * (ts_time)(seed % 11) * 37, 200, 0);
    }
    assert_true(fired > 50000);
}

static void test_run_in_pieces(void **state)
{
    uint64_t fired = 0;

    (void)state;
    for (uint64_t seed = 0; seed < 1000; seed++) {
        fired += play(seed, 1 + (int)(seed % 60), (int)(seed % 9), 500, 200,
                      1 + (ts_time)(seed % 200));
    }
    assert_true(fired > 50000);
}

static void test_many(void **state)
{
    uint64_t fired = 0;

    (void)state;
    for (uint64_t seed = 0; seed < 8; seed++)
        fired += play(seed, EVENTS_MAX, (int)seed + 1, 10000, 20000, 0);
    assert_true(fired > 50000);
}

/* --- leftovers in the radix heap are swept, and memory stays bounded --- */

static uint64_t fired_in_order;

static void count_fire(ts_engine *engine, ts_event *event)
{
    (void)engine;
    (void)event;
    fired_in_order++;
}

static void test_rescheduling_is_bounded(void **state)
{
    enum { TIMERS = 1000 };
    ts_engine *engine = ts_engine_create(NULL, NULL);
    ts_event *timers = calloc(TIMERS, sizeof *timers);
    size_t warm = 0;

    (void)state;
    assert_non_null(timers);
    for (int i = 0; i < TIMERS; i++)
        ts_event_init_loose(&timers[i], TS_CLASS_TIMER, count_fire, "timer");
    /* Timeouts that are always put off: the case that leaves leftovers. */
    for (int round = 0; round < 1000; round++) {
        for (int i = 0; i < TIMERS; i++)
            ts_event_at(engine, &timers[i], 1000000 + round * 7 + i);
        if (round == 20)
            warm = ts_engine_arena(engine)->used;
    }
    assert_int_equal(ts_engine_arena(engine)->used, warm);
    fired_in_order = 0;
    assert_int_equal(ts_engine_run(engine, TS_NEVER), TS_STOP_IDLE);
    assert_int_equal(fired_in_order, TIMERS);
    assert_int_equal(ts_engine_now(engine), 1000000 + 999 * 7 + TIMERS - 1);
    ts_engine_destroy(engine);
    free(timers);
}

/* --- nothing is allocated per event once warm --- */

static void hop(ts_engine *engine, ts_event *event)
{
    ts_event_at(engine, event,
                ts_engine_now(engine) + 1000 +
                    (ts_time)(ts_engine_events(engine) * 7919 % 50021));
}

static void test_warm_allocates_nothing(void **state)
{
    enum { HOPPERS = 5000 };
    ts_engine *engine = ts_engine_create(NULL, NULL);
    ts_event *events = calloc(HOPPERS, sizeof *events);
    size_t warm;

    (void)state;
    assert_non_null(events);
    for (int i = 0; i < HOPPERS; i++) {
        if (i % 2 == 0) {
            ts_event_init_loose(&events[i], TS_CLASS_WAKE, hop, "hopper");
        } else {
            ts_event_init_slot(engine, &events[i], TS_CLASS_WAKE, hop,
                               "hopper");
        }
        ts_event_at(engine, &events[i], i);
    }
    assert_int_equal(ts_engine_run(engine, 2000000), TS_STOP_TIME);
    warm = ts_engine_arena(engine)->used;
    assert_int_equal(ts_engine_run(engine, 10000000), TS_STOP_TIME);
    assert_true(ts_engine_events(engine) > 1000000);
    /* A first chunk for a power of two of time not met before is all. */
    assert_true(ts_engine_arena(engine)->used - warm < 16 * 1024);
    ts_engine_destroy(engine);
    free(events);
}

/* A loose event's memory may go as soon as it is taken back. */
static void test_loose_memory_is_not_kept(void **state)
{
    ts_engine *engine = ts_engine_create(NULL, NULL);
    ts_event stays;

    (void)state;
    ts_event_init_loose(&stays, TS_CLASS_WAKE, count_fire, "stays");
    ts_event_at(engine, &stays, 500);
    for (int i = 0; i < 5000; i++) {
        ts_event *gone = malloc(sizeof *gone);

        assert_non_null(gone);
        ts_event_init_loose(gone, TS_CLASS_WAKE, count_fire, "gone");
        ts_event_at(engine, gone, i);
        ts_event_cancel(engine, gone);
        free(gone);
    }
    fired_in_order = 0;
    assert_int_equal(ts_engine_run(engine, TS_NEVER), TS_STOP_IDLE);
    assert_int_equal(fired_in_order, 1);
    assert_int_equal(ts_engine_now(engine), 500);
    ts_engine_destroy(engine);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_slots_only),
        cmocka_unit_test(test_loose_only),
        cmocka_unit_test(test_both_tiers),
        cmocka_unit_test(test_run_in_pieces),
        cmocka_unit_test(test_many),
        cmocka_unit_test(test_rescheduling_is_bounded),
        cmocka_unit_test(test_warm_allocates_nothing),
        cmocka_unit_test(test_loose_memory_is_not_kept),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
