/*
 * kind_tests.c - whether periodic tasks meet their deadlines: response times,
 * and bounds on the load.
 */
#include "sim/exercise/kinds.h"

#include "sim/scenario/field.h"

/* Shorter periods first: by that order they have their priorities. */
static void draw_tasks(ts_draft *draft, ts_draft_tasks *t)
{
    static const int steps[] = {1, 2, 3, 5};
    int period = 4 + ts_draw(draft, 0, 4);

    t->count = draft->level + 1;
    for (int i = 0; i < t->count; i++) {
        t->periods[i] = t->deadlines[i] = period;
        t->costs[i] = 1 + ts_draw(draft, 0, period / t->count);
        period += steps[ts_draw(draft, 0, 3)] * ts_draw(draft, 1, 4);
    }
}

static const char *tell_tasks(ts_draft *draft, const ts_draft_tasks *t,
                              const char *analysis, const char *title)
{
    const char *told = "";

    ts_say(draft,
           "{`title`: `%s`, `unit`: `1ms`, `stop`: 1, `system`: {`policy`: "
           "`rate-monotonic`}, `analyze`: [{`%s`: {}}], ",
           title, analysis);
    ts_say_tasks(draft, t);
    for (int i = 0; i < t->count; i++)
        told = ts_arena_format(draft->arena, "%s%s%c: C = %d, T = %d", told,
                               i > 0 ? "; " : "", 'A' + i, t->costs[i],
                               t->periods[i]);
    return told;
}

/* --- response times --- */

/* The first job's; 0: not within a thousand periods. */
static int response(const ts_draft_tasks *t, int task)
{
    int is = t->costs[task], was = 0;

    for (int i = 0; i < 200 && is != was && is <= t->periods[task]; i++) {
        was = is;
        is = t->costs[task];
        for (int k = 0; k < task; k++)
            is += (was + t->periods[k] - 1) / t->periods[k] * t->costs[k];
    }
    return is;
}

/* The one step that those make who stop too early. */
static int first_step(const ts_draft_tasks *t, int task)
{
    int sum = 0;

    for (int k = 0; k <= task; k++)
        sum += t->costs[k];
    return sum;
}

static void ask_response(ts_draft *draft, const ts_draft_tasks *t, int i)
{
    const char *about =
        ts_arena_format(draft->arena, "the longest response time of %c, in ms",
                        'A' + i);
    int sum = 0;

    ts_want_value(draft, ts_arena_format(draft->arena, "response %c", 'A' + i),
                  about,
                  ts_arena_format(draft->arena,
                                  "analysis.response-time.%c.response",
                                  'A' + i),
                  ts_say_quotient(draft, response(t, i), 1));
    ts_want_wrong(draft, ts_say_quotient(draft, first_step(t, i), 1),
                  "this is the sum of the costs: the tasks above may come more "
                  "than once; go on until nothing changes.");
    ts_want_wrong(draft, ts_say_quotient(draft, t->costs[i], 1),
                  "this is its own cost: the tasks above come first.");
    for (int k = 0; k < t->count; k++)
        sum +=
            (t->periods[i] + t->periods[k] - 1) / t->periods[k] * t->costs[k];
    ts_want_wrong(draft, ts_say_quotient(draft, sum, 1),
                  "all tasks are counted here, over a whole period; only those "
                  "above it hold it up.");
}

static void draw_rta(ts_draft *draft)
{
    ts_draft_tasks t;
    const char *told;

    draw_tasks(draft, &t);
    told = tell_tasks(draft, &t, "response-time", "Response-time analysis");
    ts_want_begin(draft, ts_arena_format(
                             draft->arena,
                             "Periodic tasks with cost C and period T, in ms, "
                             "rate monotonic with pre-emption on one "
                             "processor, deadlines at the ends of the periods: "
                             "%s.",
                             told));
    for (int i = 0; i < t.count; i++)
        ask_response(draft, &t, i);
    ts_want_end(draft);
    ts_say(draft, "}");
}

/* A sum of the costs would not do. */
static bool takes_steps(const ts_report *report)
{
    static const char *const names[] = {"analysis.response-time.A.steps",
                                        "analysis.response-time.B.steps",
                                        "analysis.response-time.C.steps",
                                        "analysis.response-time.D.steps"};
    double most = 0;

    for (size_t i = 0; i < TS_COUNT_OF(names); i++) {
        const ts_metric *metric = ts_report_find(report, names[i]);

        if (metric != NULL && metric->value > most)
            most = metric->value;
    }
    return most >= 3;
}

/* Deadlines are met: what comes after a miss is another question. */
static bool is_schedulable(const ts_report *report)
{
    const ts_metric *metric =
        ts_report_find(report, "analysis.response-time.schedulable");

    return metric != NULL && metric->value == 1 && takes_steps(report);
}

/* --- bounds --- */

/* Liu and Layland's n (2^(1/n) - 1) in thousandths, below and above. */
static const int bounds[TS_DRAFT_TASKS + 1] = {0, 1000, 828, 779, 756};

static void ask_load(ts_draft *draft, const ts_draft_tasks *t, int64_t over,
                     int64_t under)
{
    int64_t product = 1, of = 1;

    for (int i = 0; i < t->count; i++) {
        product *= t->periods[i] + t->costs[i];
        of *= t->periods[i];
    }
    ts_want_value(draft, "load",
                  "the load U, as a fraction or with three "
                  "decimals",
                  "analysis.utilization.load",
                  ts_say_quotient(draft, over, under));
    ts_want_value(draft, "product",
                  "the product of all (C/T + 1), for the hyperbolic bound",
                  "analysis.utilization.product",
                  ts_say_quotient(draft, product, of));
    ts_want_wrong(draft, ts_say_quotient(draft, over + under, under),
                  "this is the sum with 1 added once, not the product.");
}

static void ask_verdicts(ts_draft *draft, int64_t over, int64_t under, int n,
                         bool hyperbolic)
{
    bool below = over * 1000 <= (int64_t)bounds[n] * under;
    bool fits = over <= under;

    ts_want_choice(draft, "Liu and Layland",
                   "what does the bound n (2^(1/n) - 1) say of rate monotonic "
                   "priorities?",
                   "all deadlines are met|nothing for certain",
                   below ? "all deadlines are met" : "nothing for certain");
    if (!below)
        ts_want_wrong(
            draft, "all deadlines are met",
            "the load is above the bound; that is no proof of either.");
    ts_want_choice(draft, "hyperbolic",
                   "what does the hyperbolic bound (the product is at most 2) "
                   "say of rate monotonic priorities?",
                   "all deadlines are met|nothing for certain",
                   hyperbolic ? "all deadlines are met"
                              : "nothing for certain");
    ts_want_choice(draft, "EDF",
                   "does earliest deadline first meet all "
                   "deadlines?",
                   "yes|no", fits ? "yes" : "no");
    if (fits)
        ts_want_wrong(draft, "no", "up to a load of 1 it does.");
}

static void draw_bounds(ts_draft *draft)
{
    ts_draft_tasks t;
    const char *told;
    int64_t over = 0, under = 1, product = 1, of = 1;

    draw_tasks(draft, &t);
    for (int i = 0; i < t.count; i++) {
        over = over * t.periods[i] + t.costs[i] * under;
        under *= t.periods[i];
        product *= t.periods[i] + t.costs[i];
        of *= t.periods[i];
    }
    told = tell_tasks(draft, &t, "utilization", "Bounds on the load");
    ts_want_begin(draft,
                  ts_arena_format(draft->arena,
                                  "Periodic tasks with cost C and period "
                                  "T, in ms, on one processor, deadlines "
                                  "at the ends of the periods: %s.",
                                  told));
    ask_load(draft, &t, over, under);
    ask_verdicts(draft, over, under, t.count, product <= 2 * of);
    ts_want_end(draft);
    ts_say(draft, "}");
}

/* Not so near to a bound that rounding would decide. */
static bool is_clear(const ts_report *report)
{
    const ts_metric *load = ts_report_find(report, "analysis.utilization.load");
    const ts_metric *bound =
        ts_report_find(report, "analysis.utilization.bound");

    return load != NULL && bound != NULL && load->value < 1.3 &&
           (load->value < bound->value - 0.01 ||
            load->value > bound->value + 0.01);
}

const ts_kind ts_kind_rta = {
    .name = "rta",
    .help = "response-time analysis",
    .draw = draw_rta,
    .good = is_schedulable,
};

const ts_kind ts_kind_bounds = {
    .name = "bounds",
    .help = "bounds on the load: Liu and Layland, hyperbolic, EDF",
    .draw = draw_bounds,
    .good = is_clear,
};
