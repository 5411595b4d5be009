/*
 * kind_priority.c - fixed priorities, with and without pre-emption.
 */
#include "sim/exercise/kinds.h"

#include "sim/scenario/field.h"

static void say_priority(ts_draft *draft, int job, void *context)
{
    const int *priorities = context;

    ts_say(draft, ", `priority`: %d", priorities[job]);
}

static void draw_priority(ts_draft *draft, bool preempt)
{
    ts_draft_jobs jobs;
    bool larger = ts_draw(draft, 0, 1) == 1;
    int priorities[TS_DRAFT_JOBS];

    ts_draw_jobs(draft, &jobs, 7);
    for (int i = 0; i < jobs.count; i++)
        priorities[i] = draft->level == 1 ? i + 1 : ts_draw(draft, 1, 5);
    ts_draw_order(draft, priorities, jobs.count);
    ts_say(draft,
           "{`title`: `Priorities %s pre-emption`, `unit`: `1ms`, "
           "`conventions`: {`ties`: `arrival`, `priority`: `%s`}, `system`: "
           "{`policy`: `priority`, `preempt`: %s}, ",
           preempt ? "with" : "without",
           larger ? "larger-is-higher" : "smaller-is-higher",
           preempt ? "true" : "false");
    ts_say_jobs(draft, &jobs, say_priority, priorities);
    ts_say(draft, ", ");
    ts_say_ask(
        draft,
        preempt ? "the job with the highest priority runs, and a higher one "
                  "takes the processor"
                : "when the processor is free the job with the highest "
                  "priority runs, to its end",
        ts_arena_format(
            draft->arena,
            "One processor runs these jobs by fixed priorities; a %s number is "
            "a higher priority. %s",
            larger ? "larger" : "smaller",
            preempt ? "A job that arrives takes the processor at once from one "
                      "of lower priority; from one of equal priority it does "
                      "not. One that was pre-empted goes on where it stopped."
                    : "Whenever the processor is free it takes the job of the "
                      "highest priority and runs it to its end: nobody is "
                      "pre-empted."));
    ts_say(draft, "}");
}

static void draw_preemptive(ts_draft *draft)
{
    draw_priority(draft, true);
}

static void draw_cooperative(ts_draft *draft)
{
    draw_priority(draft, false);
}

const ts_kind ts_kind_priority = {
    .name = "priority",
    .help = "fixed priorities, with pre-emption",
    .draw = draw_preemptive,
    .unlike = TS_NAMES("fcfs", "no-preemption", "reversed"),
};

const ts_kind ts_kind_priority_np = {
    .name = "priority-np",
    .help = "fixed priorities, without pre-emption",
    .draw = draw_cooperative,
    .unlike = TS_NAMES("fcfs", "no-preemption", "reversed"),
};
