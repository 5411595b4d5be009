/*
 * kind_sjf.c - shortest job first, without and with pre-emption, and by the
 * response ratio.
 */
#include "sim/exercise/kinds.h"

#include "sim/scenario/field.h"

static void draw_shortest(ts_draft *draft, const char *title,
                          const char *policy, const char *rule,
                          const char *text)
{
    ts_draft_jobs jobs;

    ts_draw_jobs(draft, &jobs, 8);
    ts_say(draft,
           "{`title`: `%s`, `unit`: `1ms`, `conventions`: {`ties`: "
           "`arrival`}, `system`: {`policy`: `%s`}, ",
           title, policy);
    ts_say_jobs(draft, &jobs, NULL, NULL);
    ts_say(draft, ", ");
    ts_say_ask(draft, rule, text);
    ts_say(draft, "}");
}

static void draw_sjf(ts_draft *draft)
{
    draw_shortest(draft, "Shortest job first", "sjf",
                  "when the processor is free the shortest job there runs, to "
                  "its end",
                  "One processor runs these jobs shortest job first, without "
                  "pre-emption: whenever it is free it takes the shortest of "
                  "those that are there, and runs it to its end.");
}

static void draw_srtf(ts_draft *draft)
{
    draw_shortest(draft, "Shortest remaining time first", "srtf",
                  "the job with the least left to do runs, and an arrival with "
                  "less takes the processor",
                  "One processor runs these jobs shortest remaining time first "
                  "(SRTF, also STCF): a job that arrives takes the processor "
                  "at once when it needs less than the running one still "
                  "does; when it needs as much, the running one goes on.");
}

/* Of three jobs it hardly ever differs from both of the others. */
static void draw_hrrn(ts_draft *draft)
{
    draft->level++;
    draw_shortest(draft, "Highest response ratio next", "hrrn",
                  "when the processor is free the job with the highest "
                  "response ratio runs, to its end",
                  "One processor runs these jobs highest response ratio next: "
                  "whenever it is free it takes the one whose (waiting time + "
                  "length) / length is highest, and runs it to its end.");
}

const ts_kind ts_kind_sjf = {
    .name = "sjf",
    .help = "shortest job first, without pre-emption",
    .draw = draw_sjf,
    .unlike = TS_NAMES("fcfs", "srtf"),
};

const ts_kind ts_kind_srtf = {
    .name = "srtf",
    .help = "shortest remaining time first, with pre-emption",
    .draw = draw_srtf,
    .unlike = TS_NAMES("fcfs", "sjf"),
};

const ts_kind ts_kind_hrrn = {
    .name = "hrrn",
    .help = "highest response ratio next",
    .draw = draw_hrrn,
    .unlike = TS_NAMES("fcfs", "sjf"),
};
