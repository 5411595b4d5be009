/*
 * kind_formulas.c - a ladder of memories, and a queue.
 */
#include "sim/exercise/kinds.h"

#include "sim/scenario/field.h"

/* --- memory --- */

/* Scenarios need something that runs; the answers are arithmetic. */
static void say_nothing(ts_draft *draft, const char *title)
{
    ts_say(draft,
           "{`title`: `%s`, `unit`: `1ms`, `system`: {`policy`: `fifo`}, "
           "`threads`: [{`name`: `x`, `program`: [{`run`: 1}]}], ",
           title);
}

static void draw_memory(ts_draft *draft)
{
    int first = ts_draw(draft, 1, 4), second = ts_draw(draft, 8, 16);
    int ram = 10 * ts_draw(draft, 8, 30);
    int hit1 = 5 * ts_draw(draft, 15, 19), hit2 = 10 * ts_draw(draft, 5, 9);
    int64_t miss1 = 100 - hit1, miss2 = 100 - hit2;
    int64_t over =
        (int64_t)first * 10000 + miss1 * second * 100 + miss1 * miss2 * ram;

    say_nothing(draft, "A ladder of memories");
    ts_want_begin(
        draft,
        ts_arena_format(
            draft->arena,
            "A load looks in L1 for %d cycles; %d %% of all loads hit there. "
            "The others look in L2 for %d cycles more; of those %d %% hit. The "
            "rest goes to memory for %d cycles more.",
            first, hit1, second, hit2, ram));
    ts_want_value(draft, "L2 loads", "what part of all loads hits in L2?", NULL,
                  ts_say_quotient(draft, miss1 * hit2, 10000));
    ts_want_wrong(draft, ts_say_quotient(draft, hit2, 100),
                  "this is the part of those that come to L2, not of all.");
    ts_want_value(draft, "memory loads",
                  "what part of all loads goes to memory?", NULL,
                  ts_say_quotient(draft, miss1 * miss2, 10000));
    ts_want_wrong(draft, ts_say_quotient(draft, miss2, 100),
                  "this is the part of those that come to L2, not of all.");
    ts_want_value(draft, "average", "the average time of a load, in cycles",
                  NULL, ts_say_quotient(draft, over, 10000));
    ts_want_wrong(draft,
                  ts_say_quotient(draft,
                                  (int64_t)first * 10000 +
                                      miss1 * second * 100 + miss2 * 100 * ram,
                                  10000),
                  "the misses of L2 are taken as a part of all loads.");
    ts_want_end(draft);
    ts_say(draft, "}");
}

/* --- a queue --- */

static void draw_queueing(ts_draft *draft)
{
    int service = 5 * ts_draw(draft, 2, 8);
    int arrivals = service - ts_draw(draft, 1, service / 2);
    int gap = service - arrivals;

    ts_say(draft,
           "{`title`: `One queue, one server (M/M/1)`, `unit`: `1ms`, "
           "`analyze`: [{`mm1`: {`arrivals`: `%d/s`, `service`: `%d/s`}}], ",
           arrivals, service);
    ts_want_begin(
        draft,
        ts_arena_format(
            draft->arena,
            "Requests arrive at random (a Poisson stream), %d a second. One "
            "server answers them first come, first served; it can do %d a "
            "second, and its times are exponential.",
            arrivals, service));
    ts_want_value(draft, "utilisation", "what part of the time is it busy?",
                  "analysis.mm1.rho",
                  ts_say_quotient(draft, arrivals, service));
    ts_want_value(draft, "in system",
                  "how many requests are there on average, "
                  "waiting and in service?",
                  "analysis.mm1.l", ts_say_quotient(draft, arrivals, gap));
    ts_want_wrong(draft,
                  ts_say_quotient(draft, (int64_t)arrivals * arrivals,
                                  (int64_t)service * gap),
                  "these are those that wait: the one in service is missing.");
    ts_want_value(draft, "stay",
                  "how many ms does a request stay on average, "
                  "waiting and in service?",
                  NULL, ts_say_quotient(draft, 1000, gap));
    ts_want_wrong(draft, ts_say_quotient(draft, 1000, service),
                  "this is the service alone: it waits, too.");
    ts_want_wrong(draft, ts_say_quotient(draft, 1, gap), "this is in seconds.");
    ts_want_wrong(draft,
                  ts_say_quotient(draft, (int64_t)1000 * arrivals,
                                  (int64_t)service * gap),
                  "this is the wait alone: the service is missing.");
    ts_want_value(draft, "wait", "how many ms of that does it wait?", NULL,
                  ts_say_quotient(draft, (int64_t)1000 * arrivals,
                                  (int64_t)service * gap));
    ts_want_wrong(draft, ts_say_quotient(draft, 1000, gap),
                  "this is the whole stay.");
    ts_want_end(draft);
    ts_say(draft, "}");
}

const ts_kind ts_kind_memory = {
    .name = "memory",
    .help = "the average time of a load through caches",
    .draw = draw_memory,
};

const ts_kind ts_kind_queueing = {
    .name = "queueing",
    .help = "M/M/1: utilisation, numbers, times",
    .draw = draw_queueing,
};
