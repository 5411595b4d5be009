/*
 * test_policy_order.c - a policy that answers with what is not in its queue:
 * the run ends with an internal error, and reports nothing.
 *
 * The policies here are fifo with one fault each. They are put into a scenario
 * that was read with the real one.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <string.h>

#include "models/machine/policy.h"
#include "models/policy/list.h"
#include "models/world/simulation.h"
#include "sim/scenario/reader.h"

typedef struct state {
    ts_threads list;
    ts_thread *last; /* that was picked */
    int picks;
} state;

static void put(ts_runqueue *queue, ts_thread *thread, ts_why why)
{
    (void)why;
    ts_threads_put(&((state *)queue->state)->list, thread);
}

static void take_out(ts_runqueue *queue, ts_thread *thread)
{
    ts_threads_remove(&((state *)queue->state)->list, thread);
}

static ts_thread *pick(ts_runqueue *queue, ts_cpu *cpu)
{
    state *s = queue->state;

    (void)cpu;
    s->picks++;
    s->last = ts_threads_shift(&s->list);
    return s->last;
}

/* How often any queue was asked. */
static int64_t asked;

static ts_thread *pick_and_count(ts_runqueue *queue, ts_cpu *cpu)
{
    asked++;
    return pick(queue, cpu);
}

/* One thread on two processors. */
static ts_thread *pick_twice(ts_runqueue *queue, ts_cpu *cpu)
{
    state *s = queue->state;

    return s->picks == 1 ? (s->picks++, s->last) : pick(queue, cpu);
}

/* A thread that is on a processor already wants one. */
static ts_thread *last_again(ts_runqueue *queue)
{
    return ((state *)queue->state)->last;
}

static bool always(const ts_runqueue *queue, const ts_thread *challenger,
                   const ts_thread *running)
{
    (void)queue;
    return challenger != running;
}

static const char text[] =
    "{\"title\": \"t\", \"computer\": {\"processors\": 2}, "
    "\"system\": {\"policy\": \"fifo\"}, \"threads\": [{\"name\": \"a\", "
    "\"count\": 4, \"program\": [{\"run\": \"1ms\"}]}]}";

/* Three processors have nothing to do, and may not have what is ready. */
static const char pinned[] =
    "{\"title\": \"t\", \"computer\": {\"processors\": 4}, "
    "\"system\": {\"policy\": \"fifo\"}, \"threads\": [{\"name\": \"a\", "
    "\"count\": 500, \"affinity\": [1], \"program\": [{\"run\": \"1ms\"}]}]}";

static ts_root *read(const char *scenario, ts_document **document,
                     ts_arena *arena)
{
    ts_diagnostics diagnostics;
    ts_root *root = NULL;

    ts_diagnostics_init(&diagnostics);
    *document =
        ts_document_parse("t", scenario, strlen(scenario), NULL, &diagnostics);
    assert_non_null(*document);
    ts_arena_init(arena, 0);
    root = ts_document_read(*document, &ts_root_shape, arena, &diagnostics);
    assert_non_null(root);
    assert_int_equal(diagnostics.count, 0);
    ts_diagnostics_fini(&diagnostics);
    return root;
}

/* What the run says that ended with the policy; NULL: it was whole. */
static bool plays(const char *scenario, const ts_policy *policy, char *why,
                  size_t size)
{
    ts_entry entry;
    ts_arena arena;
    ts_document *document;
    ts_root *root = read(scenario, &document, &arena);
    ts_engine_options options = {.seed = 1};
    ts_error error = {.text = ""};
    ts_simulation *simulation;
    const ts_report *report;
    bool good;

    entry = *root->machine.system->policy.entry;
    entry.model = policy;
    root->machine.system->policy.entry = &entry;
    simulation = ts_simulation_create(root, root->limits, &options, &error);
    assert_string_equal(error.text, "");
    report = ts_simulation_run(simulation);
    good = !report->failed;
    strncpy(why, report->reason, size - 1);
    why[size - 1] = '\0';
    /* Of a run that is not to be believed no number is left to be stored. */
    assert_true(good == (report->metric_count > 0));
    assert_true(good == (report->thread_count > 0));
    assert_true(report->sealed);
    ts_simulation_destroy(simulation);
    ts_arena_fini(&arena);
    ts_document_free(document);
    return good;
}

static bool holds(const ts_policy *policy, char *why, size_t size)
{
    return plays(text, policy, why, size);
}

static void test_right(void **context)
{
    const ts_policy policy = {.queue_size = sizeof(state),
                              .rule = "it is first",
                              .put = put,
                              .remove = take_out,
                              .pick = pick};
    char why[512];

    (void)context;
    assert_true(holds(&policy, why, sizeof why));
}

/* A decision does not look at all that are bound to another processor. */
static void test_asks_for_those_that_may(void **context)
{
    const ts_policy policy = {.queue_size = sizeof(state),
                              .rule = "it is first",
                              .put = put,
                              .remove = take_out,
                              .pick = pick_and_count};
    char why[512];

    (void)context;
    asked = 0;
    assert_true(plays(pinned, &policy, why, sizeof why));
    assert_int_equal(asked, 500);
}

static void test_picked_twice(void **context)
{
    const ts_policy policy = {.queue_size = sizeof(state),
                              .rule = "it is first",
                              .put = put,
                              .remove = take_out,
                              .pick = pick_twice};
    char why[512];

    (void)context;
    assert_false(holds(&policy, why, sizeof why));
    assert_ptr_equal(strstr(why, "internal error: models/machine/"), why);
    assert_non_null(strstr(why, "TS_STANDS_QUEUED"));
}

static void test_challenged_by_a_runner(void **context)
{
    const ts_policy policy = {.queue_size = sizeof(state),
                              .rule = "it is first",
                              .put = put,
                              .remove = take_out,
                              .pick = pick,
                              .challenger = last_again,
                              .before = always};
    char why[512];

    (void)context;
    assert_false(holds(&policy, why, sizeof why));
    assert_non_null(strstr(why, "challenger->standing == TS_STANDS_QUEUED"));
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_right),
        cmocka_unit_test(test_asks_for_those_that_may),
        cmocka_unit_test(test_picked_twice),
        cmocka_unit_test(test_challenged_by_a_runner),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
