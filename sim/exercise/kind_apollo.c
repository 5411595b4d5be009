/*
 * kind_apollo.c - more work than there is time for, as on Apollo 11's descent,
 * and the core sets that run out of it.
 */
#include "sim/exercise/kinds.h"

#include "sim/scenario/field.h"

/* --- 85 + 13 + 5 --- */

/* Work of 5 % in a period of 2 s is 100 ms. */
static void draw_overload(ts_draft *draft)
{
    int guidance = ts_draw(draft, 78, 84), radar = ts_draw(draft, 9, 13);
    int left = 100 - guidance - radar, display = left + ts_draw(draft, 1, 4);
    int seconds = 20 * ts_draw(draft, 1, 3), sum = 100 - left + display;

    ts_say(draft,
           "{`title`: `%d %% + %d %% + %d %%`, `unit`: `1ms`, `stop`: `%ds`, "
           "`system`: {`policy`: `priority`}, `threads`: ["
           "{`name`: `radar`, `priority`: 1, `arrive`: {`every`: 10}, "
           "`program`: [{`run`: `%dus`}]}, "
           "{`name`: `guidance`, `priority`: 2, `arrive`: {`every`: 2000}, "
           "`program`: [{`run`: %d}]}, "
           "{`name`: `display`, `priority`: 3, `arrive`: {`every`: 2000, "
           "`until`: `%ds`}, `program`: [{`run`: %d}]}], ",
           guidance, radar, display, seconds, radar * 100, guidance * 20,
           seconds, display * 20);
    ts_want_begin(
        draft,
        ts_arena_format(
            draft->arena,
            "A computer is asked for three things: a radar interface takes "
            "%d %% of its time in small pieces and comes first; guidance "
            "takes %d %%, once in 2 s; a display takes %d %%, once in 2 s, and "
            "comes last. What is not done stays and is done later. (Apollo 11 "
            "had 13, 85 and 5 in a well-known account.)",
            radar, guidance, display));
    ts_want_value(draft, "load",
                  "how much is asked for, in all, as a part of "
                  "the time there is (1.03 is 103 %)?",
                  NULL, ts_say_quotient(draft, sum, 100));
    ts_want_value(draft, "left for display",
                  "what part of the time is left for the display?", NULL,
                  ts_say_quotient(draft, left, 100));
    ts_want_wrong(draft, ts_say_quotient(draft, display, 100),
                  "this is what it wants, not what it gets.");
    ts_want_value(draft, "displays done",
                  ts_arena_format(draft->arena,
                                  "how many displays are done after %d s?",
                                  seconds),
                  "threads.display.finished",
                  ts_say_quotient(draft, seconds * left / (2 * display), 1));
    ts_want_value(draft, "displays left",
                  ts_arena_format(draft->arena,
                                  "how many are not done after %d s?", seconds),
                  "threads.display.left",
                  ts_say_quotient(draft,
                                  seconds / 2 - seconds * left / (2 * display),
                                  1));
    ts_want_wrong(draft, "0", "more comes in than is done: some must be left.");
    ts_want_end(draft);
    ts_say(draft, "}");
}

/* --- core sets --- */

/* A job that never gives its core set back takes one a period. */
static void draw_coresets(ts_draft *draft)
{
    int sets = ts_draw(draft, 7, 8), used = ts_draw(draft, 2, 4);
    int needs = ts_draw(draft, 1, 2), period = ts_draw(draft, 1, 4);
    int free_sets = sets - used, fit = free_sets / needs;

    ts_say(draft, "{`title`: `Core sets`, `unit`: `1ms`, `system`: {`policy`: "
                  "`fifo`}, `threads`: [{`name`: `x`, `program`: [{`run`: "
                  "1}]}], ");
    ts_want_begin(
        draft,
        ts_arena_format(
            draft->arena,
            "The Executive of Apollo's computer has %d core sets, and each job "
            "takes one until it ends. %d are in use all the time. From 0 on %d "
            "job%s started every %d s, but the computer is so busy that none "
            "of them ends. One that finds no core set raises alarm 1202.",
            sets, used, needs, needs > 1 ? "s are" : " is", period));
    ts_want_value(draft, "free", "how many core sets are free before 0?", NULL,
                  ts_say_quotient(draft, free_sets, 1));
    ts_want_value(draft, "started",
                  "how many of the jobs get a core set before the alarm?", NULL,
                  ts_say_quotient(draft, free_sets, 1));
    ts_want_wrong(draft, ts_say_quotient(draft, sets, 1),
                  "some sets are in use before 0.");
    ts_want_value(draft, "alarm", "at how many seconds is the first alarm?",
                  NULL, ts_say_quotient(draft, fit * period, 1));
    ts_want_wrong(draft, ts_say_quotient(draft, (fit + 1) * period, 1),
                  "the first start is at 0, not after a period.");
    ts_want_wrong(draft, ts_say_quotient(draft, (fit - 1) * period, 1),
                  "at that time there still is a core set for each.");
    ts_want_end(draft);
    ts_say(draft, "}");
}

const ts_kind ts_kind_overload = {
    .name = "overload",
    .help = "85 + 13 + 5: more work than time",
    .draw = draw_overload,
};

const ts_kind ts_kind_coresets = {
    .name = "core-sets",
    .help = "Apollo's core sets: when comes alarm 1202",
    .draw = draw_coresets,
};
