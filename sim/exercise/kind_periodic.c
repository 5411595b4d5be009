/*
 * kind_periodic.c - periodic tasks: rate and deadline monotonic, earliest
 * deadline first, least laxity first.
 */
#include "sim/exercise/kinds.h"

#include "sim/scenario/field.h"

#define HYPERPERIOD 24

/* Periods whose common multiple is short. */
static void draw_tasks(ts_draft *draft, ts_draft_tasks *t, bool constrained)
{
    static const int periods[] = {4, 6, 8, 12, 24};
    int order[] = {0, 1, 2, 3, 4};

    t->count =
        draft->level + 1 < TS_DRAFT_TASKS ? draft->level + 1 : TS_DRAFT_TASKS;
    ts_draw_order(draft, order, 5);
    for (int i = 0; i < t->count; i++) {
        int period = periods[order[i]];
        int most = period * 3 / 4 < 8 ? period * 3 / 4 : 8;

        t->periods[i] = period;
        t->costs[i] = ts_draw(draft, 1, most / t->count + 1);
        t->deadlines[i] =
            constrained ? ts_draw(draft, t->costs[i] + 1, period) : period;
    }
}

static void say_system(ts_draft *draft, const char *title, const char *policy)
{
    ts_say(draft,
           "{`title`: `%s`, `unit`: `1ms`, `stop`: %d, `conventions`: {`ties`: "
           "`listed`}, `system`: {%s}, ",
           title, HYPERPERIOD, policy);
}

static void ask_tasks(ts_draft *draft, const ts_draft_tasks *t,
                      const char *rule, const char *text)
{
    ts_say(draft,
           "`ask`: {`chart`: true, `until`: %d, `rule`: `%s`, `text`: "
           "`%s Jobs arrive from 0 on, each task's at its period, and "
           "deadlines count from the arrival; a job that misses its deadline "
           "goes on. Draw the first %d ms, and say how many jobs of each task "
           "are not done at their deadlines.`, `values`: [",
           HYPERPERIOD, rule, text, HYPERPERIOD);
    for (int i = 0; i < t->count; i++)
        ts_say(draft,
               "%s{`name`: `missed %c`, `about`: `how many deadlines up to %d "
               "ms does %c miss?`, `metric`: `threads.%c.missed`}",
               i > 0 ? ", " : "", 'A' + i, HYPERPERIOD, 'A' + i, 'A' + i);
    ts_say(draft, "]}}");
}

static void draw(ts_draft *draft, const char *title, const char *policy,
                 bool constrained, const char *rule, const char *text)
{
    ts_draft_tasks t;

    draw_tasks(draft, &t, constrained);
    say_system(draft, title, policy);
    ts_say_tasks(draft, &t);
    ask_tasks(draft, &t, rule, text);
}

static void draw_rm(ts_draft *draft)
{
    draw(draft, "Rate monotonic", "`policy`: `rate-monotonic`", false,
         "the task with the shortest period runs",
         "One processor runs these periodic tasks rate monotonically: the "
         "shorter the period, the higher the priority, with pre-emption.");
}

static void draw_dm(ts_draft *draft)
{
    draw(draft, "Deadline monotonic", "`policy`: `deadline-monotonic`", true,
         "the task with the shortest relative deadline runs",
         "One processor runs these periodic tasks deadline monotonically: the "
         "shorter the relative deadline, the higher the priority, with "
         "pre-emption.");
}

static void draw_edf(ts_draft *draft)
{
    draw(draft, "Earliest deadline first", "`policy`: `edf`", true,
         "the job with the earliest deadline runs",
         "One processor runs these periodic tasks earliest deadline first, "
         "with pre-emption; of equal deadlines the running job's is first.");
}

static void draw_llf(ts_draft *draft)
{
    draw(draft, "Least laxity first", "`policy`: `llf`, `slice`: 1, `every`: 1",
         false, "the job with the least laxity runs",
         "One processor runs these periodic tasks least laxity first: at every "
         "whole ms the job runs whose laxity (time to its deadline, less what "
         "it still needs) is least; a running job that has as little as "
         "another one goes on.");
}

const ts_kind ts_kind_rm = {
    .name = "rm",
    .help = "periodic tasks, rate monotonic",
    .draw = draw_rm,
    .unlike = TS_NAMES("fcfs", "edf"),
};

const ts_kind ts_kind_dm = {
    .name = "dm",
    .help = "periodic tasks, deadline monotonic",
    .draw = draw_dm,
    .unlike = TS_NAMES("fcfs", "rm"),
};

const ts_kind ts_kind_edf = {
    .name = "edf",
    .help = "periodic tasks, earliest deadline first",
    .draw = draw_edf,
    .unlike = TS_NAMES("fcfs", "dm"),
};

const ts_kind ts_kind_llf = {
    .name = "llf",
    .help = "periodic tasks, least laxity first",
    .draw = draw_llf,
    .unlike = TS_NAMES("fcfs", "rm", "edf"),
};
