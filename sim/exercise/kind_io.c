/*
 * kind_io.c - what a textbook's jobs leave out: I/O, what a switch costs, and a
 * second processor.
 */
#include "sim/exercise/kinds.h"

#include "sim/scenario/field.h"

/* --- I/O --- */

static void say_bursts(ts_draft *draft, int job, int at)
{
    int bursts = draft->level > 2 ? 3 : 2;

    ts_say(draft, "%s{`name`: `%c`, `arrive`: %d, `program`: [",
           job > 0 ? ", " : "", 'A' + job, at);
    for (int i = 0; i < bursts; i++) {
        ts_say(draft, "%s{`run`: %d}", i > 0 ? ", " : "", ts_draw(draft, 1, 5));
        if (i + 1 < bursts)
            ts_say(draft, ", {`io`: %d}", ts_draw(draft, 1, 6));
    }
    ts_say(draft, "]}");
}

static void draw_io(ts_draft *draft)
{
    int count = draft->level + 1, at = 0, slice = ts_draw(draft, 2, 3);

    ts_say(draft,
           "{`title`: `Bursts and I/O`, `unit`: `1ms`, `system`: {`policy`: "
           "`round-robin`, `slice`: %d}, `threads`: [",
           slice);
    for (int i = 0; i < count; i++) {
        say_bursts(draft, i, at);
        at += ts_draw(draft, 0, 2);
    }
    ts_say(draft, "], ");
    ts_say_ask(
        draft, "the job at the head of the queue runs for a slice",
        ts_arena_format(
            draft->arena,
            "One processor runs these jobs round robin with a slice of %d ms. "
            "Between its bursts a job is in I/O for the time that is given, "
            "each on a device of its own, and then goes to the tail of the "
            "queue with a new slice.",
            slice));
    ts_say(draft, "}");
}

/* --- switches --- */

static void draw_switch(ts_draft *draft)
{
    ts_draft_jobs jobs;
    int slice = ts_draw(draft, 2, 4);

    ts_draw_jobs(draft, &jobs, 6);
    ts_say(draft,
           "{`title`: `Round robin with switches that cost time`, `unit`: "
           "`1ms`, `system`: {`policy`: `round-robin`, `slice`: %d, `switch`: "
           "{`cost`: `1ms`}}, ",
           slice);
    ts_say_jobs(draft, &jobs, NULL, NULL);
    ts_say(draft, ", ");
    ts_say_ask(
        draft, "the job at the head of the queue runs for a slice",
        ts_arena_format(
            draft->arena,
            "One processor runs these jobs round robin with a slice of %d ms. "
            "When another job than the last one comes to run, and before the "
            "very first one, the processor is busy with the switch for 1 ms; "
            "the slice begins after it. Who runs next is decided before the "
            "switch. The time of a switch is waiting for the job that it "
            "leads to.",
            slice));
    ts_say(draft, "}");
}

/* --- two processors --- */

static void say_affinity(ts_draft *draft, int job, void *context)
{
    const int *homes = context;

    if (homes[job] >= 0)
        ts_say(draft, ", `affinity`: [%d]", homes[job]);
    else
        ts_say(draft, ", `affinity`: [0, 1]");
}

static void draw_affinity(ts_draft *draft)
{
    ts_draft_jobs jobs;
    int homes[TS_DRAFT_JOBS];

    ts_draw_jobs(draft, &jobs, 6);
    for (int i = 0; i < jobs.count; i++)
        homes[i] = i < 3 ? i - 1 : ts_draw(draft, -1, 1);
    ts_draw_order(draft, homes, jobs.count);
    ts_say(draft, "{`title`: `Two processors`, `unit`: `1ms`, `computer`: "
                  "{`processors`: 2}, `system`: {`policy`: `fifo`}, ");
    ts_say_jobs(draft, &jobs, say_affinity, homes);
    ts_say(draft, ", ");
    ts_say_ask(draft, "whoever came first and may run there runs, to its end",
               "Two processors, 0 and 1, and one queue, first come, first "
               "served. Each job may run on the processors that stand beside "
               "it. A processor that is free takes the first job of the queue "
               "that may run there, and runs it to its end; if both are free, "
               "processor 0 takes first.");
    ts_say(draft, "}");
}

const ts_kind ts_kind_io = {
    .name = "io",
    .help = "round robin, with I/O between bursts",
    .draw = draw_io,
    .unlike = TS_NAMES("fcfs", "busy-io", "no-io"),
};

const ts_kind ts_kind_switch = {
    .name = "switch",
    .help = "round robin, with switches that cost time",
    .draw = draw_switch,
    .unlike = TS_NAMES("no-switch", "fcfs"),
    .longest = 50,
};

const ts_kind ts_kind_affinity = {
    .name = "affinity",
    .help = "two processors, and jobs that may not run on both",
    .draw = draw_affinity,
    .unlike = TS_NAMES("no-affinity"),
};
