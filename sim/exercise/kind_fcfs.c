/*
 * kind_fcfs.c - first come, first served.
 */
#include "sim/exercise/kinds.h"

#include "sim/scenario/field.h"

static void draw(ts_draft *draft)
{
    ts_draft_jobs jobs;

    ts_draw_jobs(draft, &jobs, 8);
    ts_say(draft, "{`title`: `First come, first served`, `unit`: `1ms`, "
                  "`system`: {`policy`: `fifo`}, ");
    ts_say_jobs(draft, &jobs, NULL, NULL);
    ts_say(draft, ", ");
    ts_say_ask(draft, "the job that came first runs, to its end",
               "One processor runs these jobs first come, first served: each "
               "runs to its end. Draw who has the processor when, and fill in "
               "the table.");
    ts_say(draft, "}");
}

const ts_kind ts_kind_fcfs = {
    .name = "fcfs",
    .help = "first come, first served",
    .draw = draw,
    .unlike = TS_NAMES("list", "sjf"),
};
