/*
 * kind_shares.c - shares by tickets and weights.
 */
#include "sim/exercise/kinds.h"

#include "sim/scenario/field.h"

static void say_tickets(ts_draft *draft, int job, void *context)
{
    const int *tickets = context;

    ts_say(draft, ", `tickets`: %d", tickets[job]);
}

/* Jobs that are all there from the start, of whole slices. */
static void draw_batch(ts_draft *draft, ts_draft_jobs *jobs, int slice)
{
    jobs->count = draft->level + 1;
    for (int i = 0; i < jobs->count; i++) {
        jobs->arrivals[i] = 0;
        jobs->bursts[i] = slice * ts_draw(draft, 2, 5);
    }
}

/* --- lottery --- */

static void draw_lottery(ts_draft *draft)
{
    ts_draft_jobs jobs;
    int tickets[TS_DRAFT_JOBS], slice = ts_draw(draft, 1, 3), count = 0;
    const char *draws = "";

    draw_batch(draft, &jobs, slice);
    for (int i = 0; i < jobs.count; i++) {
        tickets[i] = 10 * ts_draw(draft, 1, 9);
        count += jobs.bursts[i] / slice;
    }
    for (int i = 0; i < count; i++)
        draws = ts_arena_format(draft->arena, "%s%s%d", draws,
                                i > 0 ? ", " : "", ts_draw(draft, 0, 999));
    ts_say(draft,
           "{`title`: `A lottery`, `unit`: `1ms`, `system`: {`policy`: "
           "`lottery`, `slice`: %d, `draws`: [%s]}, ",
           slice, draws);
    ts_say_jobs(draft, &jobs, say_tickets, tickets);
    ts_say(draft, ", ");
    ts_say_ask(
        draft, "whoever holds the ticket that was drawn runs for a slice",
        ts_arena_format(
            draft->arena,
            "One processor, slices of %d ms. Before each slice the next of "
            "these numbers is drawn: %s. Divided by the sum of the tickets of "
            "all jobs that are not done it leaves a remainder, and that is the "
            "winning ticket. Tickets are numbered from 0 in the order of the "
            "list: the first job has the first ones, the next job the next. "
            "When a job is done, its tickets are gone.",
            slice, draws));
    ts_say(draft, "}");
}

/* --- stride --- */

static void draw_stride(ts_draft *draft)
{
    static const int choices[] = {60, 30, 20, 12, 10, 15};
    ts_draft_jobs jobs;
    int tickets[TS_DRAFT_JOBS], order[] = {0, 1, 2, 3, 4, 5};
    int slice = ts_draw(draft, 1, 2);

    draw_batch(draft, &jobs, slice);
    ts_draw_order(draft, order, 6);
    for (int i = 0; i < jobs.count; i++)
        tickets[i] = choices[order[i]];
    ts_say(draft,
           "{`title`: `Stride scheduling`, `unit`: `1ms`, `conventions`: "
           "{`ties`: `listed`}, `system`: {`policy`: `stride`, `slice`: %d}, ",
           slice);
    ts_say_jobs(draft, &jobs, say_tickets, tickets);
    ts_say(draft, ", ");
    ts_say_ask(draft, "the job with the smallest pass runs for a slice",
               ts_arena_format(
                   draft->arena,
                   "One processor, slices of %d ms. Each job has a pass, 0 at "
                   "first, and a stride of 600 divided by its tickets. The job "
                   "with the smallest pass runs for a slice, and then its "
                   "stride is added to its pass.",
                   slice));
    ts_say(draft, "}");
}

/* --- CFS --- */

/* Weights of the kernel's table (sched_prio_to_weight) for nice 0, 5, -5 and
 * 10. */
static const int nices[] = {0, 5, -5, 10};
static const int weights[] = {1024, 335, 3121, 110};

static void ask_cfs(ts_draft *draft, const int *chosen, int count, int latency,
                    int ran)
{
    int sum = 0;

    for (int i = 0; i < count; i++)
        sum += weights[chosen[i]];
    for (int i = 0; i < count; i++) {
        int weight = weights[chosen[i]];

        ts_want_value(draft, ts_arena_format(draft->arena, "slice %c", 'A' + i),
                      ts_arena_format(draft->arena,
                                      "how long is %c's slice, in ms?",
                                      'A' + i),
                      ts_arena_format(draft->arena, "analysis.cfs.%d.slice", i),
                      ts_say_quotient(draft, (int64_t)latency * weight, sum));
        ts_want_wrong(draft, ts_say_quotient(draft, latency, count),
                      "all slices are equal here: the weights are forgotten.");
        ts_want_wrong(draft, ts_say_quotient(draft, weight, sum),
                      "this is its share, not yet a time.");
        ts_want_value(
            draft, ts_arena_format(draft->arena, "vruntime %c", 'A' + i),
            ts_arena_format(draft->arena,
                            "by how many ms does %c's virtual run time grow "
                            "while it runs for %d ms?",
                            'A' + i, ran),
            NULL, ts_say_quotient(draft, (int64_t)ran * 1024, weight));
        ts_want_wrong(draft,
                      ts_say_quotient(draft, (int64_t)ran * weight, 1024),
                      "weight and 1024 have changed places: a heavier thread's "
                      "clock goes slower.");
        ts_want_wrong(draft, ts_say_quotient(draft, ran, 1),
                      "this is the real time: the weight is forgotten.");
    }
}

static void draw_cfs(ts_draft *draft)
{
    int chosen[] = {0, 1, 2, 3}, count = draft->level + 1;
    int latency = 6 * ts_draw(draft, 2, 8), ran = ts_draw(draft, 1, 6);
    const char *list = "", *told = "";

    ts_draw_order(draft, chosen, 4);
    for (int i = 0; i < count; i++) {
        list = ts_arena_format(draft->arena, "%s%s%d", list, i > 0 ? ", " : "",
                               nices[chosen[i]]);
        told = ts_arena_format(draft->arena, "%s%s%c %d", told,
                               i > 0 ? ", " : "", 'A' + i, weights[chosen[i]]);
    }
    ts_say(draft,
           "{`title`: `Slices and virtual run times under CFS`, `unit`: `1ms`, "
           "`analyze`: [{`cfs`: {`latency`: `%dms`, `granularity`: `1us`, "
           "`nice`: [%s]}}], ",
           latency, list);
    ts_want_begin(
        draft, ts_arena_format(
                   draft->arena,
                   "Under CFS threads with these weights want to run: %s. "
                   "Each is to have its turn once in %d ms, for a slice that "
                   "is its weight's part of that. Virtual run time grows as "
                   "fast as time for weight 1024, and inversely to the "
                   "weight for others.",
                   told, latency));
    ask_cfs(draft, chosen, count, latency, ran);
    ts_want_end(draft);
    ts_say(draft, "}");
}

const ts_kind ts_kind_lottery = {
    .name = "lottery",
    .help = "a lottery with given draws",
    .draw = draw_lottery,
    .unlike = TS_NAMES("fcfs", "rr", "equal-tickets"),
};

const ts_kind ts_kind_stride = {
    .name = "stride",
    .help = "stride scheduling",
    .draw = draw_stride,
    .unlike = TS_NAMES("fcfs", "rr", "equal-tickets"),
};

const ts_kind ts_kind_cfs = {
    .name = "cfs",
    .help = "slices and virtual run times under CFS",
    .draw = draw_cfs,
};
