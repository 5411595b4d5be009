/*
 * kind_rr.c - round robin.
 */
#include "sim/exercise/kinds.h"

#include "sim/scenario/field.h"

static void draw(ts_draft *draft)
{
    ts_draft_jobs jobs;
    int slice = ts_draw(draft, 2, 4);

    ts_draw_jobs(draft, &jobs, 8);
    ts_say(draft,
           "{`title`: `Round robin`, `unit`: `1ms`, `system`: {`policy`: "
           "`round-robin`, `slice`: %d}, ",
           slice);
    ts_say_jobs(draft, &jobs, NULL, NULL);
    ts_say(draft, ", ");
    ts_say_ask(
        draft,
        "the job at the head of the queue runs for a slice and goes to "
        "the tail",
        ts_arena_format(
            draft->arena,
            "One processor runs these jobs round robin with a slice "
            "(quantum) of %d ms: the job at the head of the queue runs "
            "until it ends or its slice is over, then it goes to the "
            "tail. A job that ends early gives up the rest of its slice.",
            slice));
    ts_say(draft, "}");
}

const ts_kind ts_kind_rr = {
    .name = "rr",
    .help = "round robin",
    .draw = draw,
    .unlike = TS_NAMES("fcfs"),
};
