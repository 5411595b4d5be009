/*
 * schedulability.c - do all tasks meet their deadlines? Three tests.
 *
 * utilization    quick bounds: Liu and Layland's, the hyperbolic one, EDF's
 * response-time  exact, for fixed priorities, with blocking and jitter
 * demand         exact, for EDF
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "models/sync/lock.h"
#include "models/analysis/taskset.h"

/* --- utilization --- */

typedef struct utilization_record {
    ts_taskset_record set;
    int64_t n;
} utilization_record;

static const ts_field utilization_fields[] = {
    {.name = "tasks",
     .kind = TS_FIELD_LIST,
     .item = &ts_taskset_item,
     .limit = 4096,
     .offset = TS_AT(utilization_record, set.tasks),
     .help = "the tasks, highest priority first; the scenario's threads when "
             "not given"},
    {.name = "n",
     .kind = TS_FIELD_INT,
     .fallback = "-1",
     .is_signed = true,
     .min = -1,
     .max = 1e9,
     .offset = TS_AT(utilization_record, n),
     .help = "only the bound for so many tasks; 0: for any number"},
};

/* Whether the tasks stand in rate-monotonic order, with deadlines at the
 * ends of periods: what the bounds are about. */
static bool bounds_apply(const ts_taskset *set)
{
    for (int i = 0; i < set->count; i++)
        if (set->tasks[i].deadline != set->tasks[i].period ||
            (i > 0 && set->tasks[i].period < set->tasks[i - 1].period))
            return false;
    return true;
}

static int by_period(const void *a, const void *b)
{
    const ts_rt_task *x = a, *y = b;

    if (x->period != y->period)
        return x->period < y->period ? -1 : 1;
    return strcmp(x->name, y->name);
}

static bool all_respond(const ts_taskset *set)
{
    for (int i = 0; i < set->count; i++) {
        ts_rt_response r = ts_rt_respond(set->tasks, i);

        if (r.response == TS_RT_OPEN || r.response > set->tasks[i].deadline)
            return false;
    }
    return true;
}

static void utilization(const ts_machine_record *root, const void *fields,
                        ts_findings *out)
{
    const utilization_record *record = fields;
    ts_fraction load, product;
    ts_taskset set;
    double bound;

    if (record != NULL && record->n >= 0) {
        ts_find_value(out, TS_UNIT_RATIO, ts_rt_bound((int)record->n), NULL,
                      "bound");
        return;
    }
    set = ts_taskset_of(root, fields, out);
    if (!set.given) /* whatever the policy: rate-monotonic order */
        qsort(set.tasks, (size_t)set.count, sizeof *set.tasks, by_period);
    load = ts_rt_utilization(set.tasks, set.count);
    product = ts_rt_hyperbolic(set.tasks, set.count);
    bound = ts_rt_bound(set.count);
    ts_find_value(out, TS_UNIT_RATIO, load.value,
                  set.given ? NULL : "processor.useful", "load");
    if (load.exact)
        ts_find_fraction(out, load.num, load.den);
    ts_find_value(out, TS_UNIT_RATIO, bound, NULL, "bound");
    ts_find_value(out, TS_UNIT_NUMBER, product.value, NULL, "product");
    if (product.exact)
        ts_find_fraction(out, product.num, product.den);
    if (bounds_apply(&set)) {
        ts_find_verdict(out, load.value <= bound,
                        load.value <= bound
                            ? "all deadlines are met under rate-monotonic "
                              "priorities"
                            : "says nothing: the bound is sufficient, not "
                              "necessary",
                        "liu_layland");
        ts_find_verdict(out,
                        ts_fraction_compare(product, ts_fraction_of(2, 1)) <= 0,
                        "product of (1 + utilization) at most 2; sufficient",
                        "hyperbolic");
        ts_find_verdict(out, all_respond(&set), "response times, exact",
                        "rate_monotonic");
    }
    ts_find_verdict(out, ts_fraction_compare(load, ts_fraction_of(1, 1)) <= 0,
                    "load at most 1: necessary, and with deadlines at the "
                    "ends of periods sufficient",
                    "edf");
}

static void check_utilization(ts_check *check, const void *record)
{
    const utilization_record *u = record;

    ts_taskset_check(check, &u->set);
}

static const ts_shape utilization_shape = {.name = "utilization",
                                           .help = "Which tasks, or how many",
                                           .size = sizeof(utilization_record),
                                           TS_FIELDS(utilization_fields),
                                           .check = check_utilization};
static const ts_analysis utilization_analysis = {.evaluate = utilization,
                                                 .applies = ts_taskset_applies};
const ts_entry ts_analysis_utilization = {
    .name = "utilization",
    .help = "quick bounds on the load: Liu and Layland, hyperbolic, EDF",
    .about = "Liu and Layland (1973); Bini, Buttazzo and Buttazzo (2003). For "
             "independent tasks with deadlines at the ends of their periods.",
    .shape = &utilization_shape,
    .model = &utilization_analysis};

/* --- response times --- */

static bool fixed_applies(const ts_machine_record *root)
{
    ts_findings none = {0};
    ts_arena arena;
    ts_taskset set;

    if (!ts_taskset_applies(root))
        return false;
    ts_arena_init(&arena, 0);
    none.arena = &arena;
    set = ts_taskset_of(root, NULL, &none);
    ts_arena_fini(&arena);
    return set.order == TS_ORDER_FIXED;
}

static bool deadline_applies(const ts_machine_record *root)
{
    return ts_taskset_applies(root) && !fixed_applies(root);
}

static const char *simulated(const ts_taskset *set, ts_findings *out,
                             const char *task, const char *what)
{
    return set->given
               ? NULL
               : ts_arena_format(out->arena, "threads.%s.%s", task, what);
}

static void explain(const ts_rt_task *task, const ts_rt_response *r,
                    bool held_above, char *why, size_t size)
{
    if (task->blocking == TS_RT_OPEN)
        snprintf(why, size,
                 "it waits at a lock without a protocol: tasks between it and "
                 "the holder can take as long as they like");
    else if (r->response == TS_RT_OPEN && held_above)
        snprintf(why, size,
                 "a task above it is held up without a bound, and then comes "
                 "in crowds");
    else if (r->response == TS_RT_OPEN)
        snprintf(why, size,
                 "it and what stands above it ask for more than the "
                 "processor has");
    else if (r->response <= task->deadline)
        snprintf(why, size,
                 "job %lld of its busy period is the slowest; %.3g "
                 "%% of the deadline are to spare",
                 (long long)r->job,
                 100 * (double)(task->deadline - r->response) /
                     (double)task->deadline);
    else
        snprintf(why, size,
                 "job %lld of its busy period is late by %.3g %% of "
                 "the deadline",
                 (long long)r->job,
                 100 * (double)(r->response - task->deadline) /
                     (double)task->deadline);
}

static void response_time(const ts_machine_record *root, const void *fields,
                          ts_findings *out)
{
    ts_taskset set = ts_taskset_of(root, fields, out);
    bool all = true, held = false;

    for (int i = 0; i < set.count; i++) {
        const ts_rt_task *task = &set.tasks[i];
        ts_rt_response r = ts_rt_respond(set.tasks, i);
        bool meets = r.response != TS_RT_OPEN && r.response <= task->deadline;
        char why[160];

        if (r.response != TS_RT_OPEN) {
            ts_find_time(out, r.response,
                         simulated(&set, out, task->name, "turnaround.max"),
                         "%s.response", task->name);
            ts_find_count(out, r.jobs, NULL, "%s.jobs", task->name);
            ts_find_count(out, r.trail_count, NULL, "%s.steps", task->name);
        }
        for (int k = 0; set.given && k < r.trail_count && k < TS_RT_TRAIL; k++)
            ts_find_time(out, r.trail[k], NULL, "%s.step.%d", task->name, k);
        if (task->blocking > 0)
            ts_find_time(out, task->blocking, NULL, "%s.blocking", task->name);
        explain(task, &r, held, why, sizeof why);
        held |= task->blocking == TS_RT_OPEN;
        ts_find_verdict(out, meets, why, "%s.meets", task->name);
        all &= meets;
    }
    if (!set.preemptive)
        ts_find_text(out, "without pre-emption these are upper bounds: a lower "
                          "job may be in the way, and a job that runs is not "
                          "interrupted");
    ts_find_verdict(out, all, all ? "every task meets its deadlines" : NULL,
                    "schedulable");
}

static const ts_analysis response_analysis = {.evaluate = response_time,
                                              .applies = fixed_applies};
const ts_entry ts_analysis_response_time = {
    .name = "response-time",
    .help = "worst response times under fixed priorities, exactly",
    .about = "w = B + (q+1) C + sum over higher tasks of ceil((w+J)/T) C; the "
             "worst over all jobs of the busy period. Joseph and Pandya "
             "(1986), Lehoczky (1990), Tindell, Burns and Wellings (1994).",
    .shape = &ts_taskset_shape,
    .model = &response_analysis};

/* --- demand --- */

typedef struct visitor {
    ts_findings *out;
    int count;
} visitor;

#define DEADLINES_SHOWN 60

static void visit(void *context, int64_t deadline, int64_t demand)
{
    visitor *v = context;

    if (v->count < DEADLINES_SHOWN) {
        ts_find_time(v->out, deadline, NULL, "deadline.%d", v->count);
        ts_find_time(v->out, demand, NULL, "demand.%d", v->count);
    }
    v->count++;
}

static void demand(const ts_machine_record *root, const void *fields,
                   ts_findings *out)
{
    ts_taskset set = ts_taskset_of(root, fields, out);
    visitor v = {.out = out};
    ts_rt_demand d =
        ts_rt_demand_test(set.tasks, set.count, set.given ? visit : NULL, &v);
    char why[200] = "demand exceeds no deadline of the busy period";

    if (!set.given && ts_locks_said(root)->count > 0)
        ts_find_text(out, "what tasks hold each other up by at locks is left "
                          "out of this test");
    ts_find_value(out, TS_UNIT_RATIO, d.utilization.value,
                  set.given ? NULL : "processor.useful", "load");
    if (d.utilization.exact)
        ts_find_fraction(out, d.utilization.num, d.utilization.den);
    if (d.busy_period != TS_RT_OPEN)
        ts_find_time(out, d.busy_period, NULL, "busy_period");
    if (d.la >= 0)
        ts_find_value(out, TS_UNIT_TIME, d.la, NULL, "la");
    if (d.violated != TS_RT_OPEN) {
        ts_find_time(out, d.violated, NULL, "violated");
        ts_find_time(out, d.violated_by, NULL, "violated_by");
        snprintf(why, sizeof why, "jobs due by %.9g s ask for %.9g s",
                 (double)d.violated / 1e12, (double)d.violated_by / 1e12);
    } else if (!d.feasible) {
        snprintf(why, sizeof why, "the load is above 1");
    }
    ts_find_verdict(out, d.feasible, why, "schedulable");
    for (int i = 0; !set.given && i < set.count; i++)
        ts_find_verdict(out, d.feasible, NULL, "%s.meets", set.tasks[i].name);
}

static const ts_analysis demand_analysis = {.evaluate = demand,
                                            .applies = deadline_applies};
const ts_entry ts_analysis_demand = {
    .name = "demand",
    .help = "whether EDF meets all deadlines: the processor demand test",
    .about = "Demand up to each deadline of the synchronous busy period is at "
             "most the time there is: Baruah, Rosier and Howell (1990).",
    .shape = &ts_taskset_shape,
    .model = &demand_analysis};
