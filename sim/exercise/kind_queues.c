/*
 * kind_queues.c - several queues: those that jobs move between, and those that
 * they belong to.
 */
#include "sim/exercise/kinds.h"

#include "sim/scenario/field.h"

/* --- the feedback queue --- */

static const char *boost_words(ts_draft *draft, int boost)
{
    if (boost == 0)
        return "";
    return ts_arena_format(
        draft->arena,
        " At %d, %d, %d ms and so on the running job goes back to the head of "
        "its level, and then all jobs go to the tail of the top one, those of "
        "the lowest level first, each with a new slice.",
        boost, 2 * boost, 3 * boost);
}

static void say_boost(ts_draft *draft, int boost)
{
    if (boost > 0)
        ts_say(draft, ", `boost`: %d", boost);
}

static void draw_mlfq(ts_draft *draft)
{
    ts_draft_jobs jobs;
    int first = ts_draw(draft, 1, 2), boost = 0;

    if (draft->level > 1)
        boost = ts_draw(draft, 8, 12);
    ts_draw_jobs(draft, &jobs, 8);
    ts_say(draft,
           "{`title`: `A multi-level feedback queue`, `unit`: `1ms`, "
           "`system`: {`policy`: `mlfq`, `levels`: 3, `slice`: [%d, %d, %d]",
           first, first * 2, first * 4);
    say_boost(draft, boost);
    ts_say(draft, "}, ");
    ts_say_jobs(draft, &jobs, NULL, NULL);
    ts_say(draft, ", ");
    ts_say_ask(
        draft,
        "the first job of the highest level that has one runs, and goes down "
        "when its slice is used up",
        ts_arena_format(
            draft->arena,
            "One processor, three levels with slices of %d, %d and %d ms. A "
            "job begins at the top; the first job of the highest level that "
            "has one runs. When its slice is used up it goes to the tail of "
            "the next lower level, at the lowest to the tail of that. A job "
            "that comes above it takes the processor at once; it then stays "
            "at the head of its level with the rest of its slice.%s",
            first, first * 2, first * 4, boost_words(draft, boost)));
    ts_say(draft, "}");
}

/* --- fixed queues --- */

static void say_queue(ts_draft *draft, int job, void *context)
{
    const int *queues = context;

    ts_say(draft, ", `priority`: %d", queues[job]);
}

static void draw_multilevel(ts_draft *draft)
{
    ts_draft_jobs jobs;
    int queues[TS_DRAFT_JOBS];
    int slice = ts_draw(draft, 1, 3);

    ts_draw_jobs(draft, &jobs, 6);
    for (int i = 0; i < jobs.count; i++)
        queues[i] = i % 2;
    ts_draw_order(draft, queues, jobs.count);
    ts_say(draft,
           "{`title`: `Foreground and background`, `unit`: `1ms`, `system`: "
           "{`policy`: `multilevel`, `ranks`: [{`slice`: %d}, {}]}, ",
           slice);
    ts_say_jobs(draft, &jobs, say_queue, queues);
    ts_say(draft, ", ");
    ts_say_ask(
        draft,
        "the foreground runs in turns, and the background only while nobody "
        "of the foreground is there",
        ts_arena_format(
            draft->arena,
            "One processor, two queues: jobs of priority 0 are the "
            "foreground, round robin with a slice of %d ms; those of priority "
            "1 are the background, first come, first served. The background "
            "runs only while nobody of the foreground is there, and a job of "
            "the foreground that arrives takes the processor from it at once; "
            "the one that was pre-empted stays at the head.",
            slice));
    ts_say(draft, "}");
}

const ts_kind ts_kind_mlfq = {
    .name = "mlfq",
    .help = "a multi-level feedback queue, with boosts from level normal on",
    .draw = draw_mlfq,
    .unlike = TS_NAMES("fcfs", "rr", "no-boost"),
};

const ts_kind ts_kind_multilevel = {
    .name = "multilevel",
    .help = "two queues: foreground in turns, background first come",
    .draw = draw_multilevel,
    .unlike = TS_NAMES("fcfs", "rr", "reversed"),
};
