/*
 * draft.h - a scenario that a kind of exercise draws and writes.
 *
 *   ts_say(draft, "{`title`: `Round robin`, ...")    ` stands for "
 *   int burst = ts_draw(draft, 1, 6);                1 to 6, both included
 */
#ifndef TS_EXERCISE_DRAFT_H
#define TS_EXERCISE_DRAFT_H

#include "sim/engine/random.h"
#include "sim/exercise/quotient.h"
#include "sim/scenario/buffer.h"

#define TS_DRAFT_ANSWERS 12

typedef struct ts_draft {
    ts_buffer text;
    ts_random random;
    ts_arena *arena;
    int level; /* 1 .. TS_LEVELS */
    /* Of the value that is being asked for: */
    int values;
    const char *answers[TS_DRAFT_ANSWERS]; /* the right one first */
    int answer_count;
} ts_draft;

/* Whole numbers from `low` to `high`. */
int ts_draw(ts_draft *draft, int low, int high);
/* Puts `count` numbers in any order. */
void ts_draw_order(ts_draft *draft, int *numbers, int count);
void ts_say(ts_draft *draft, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
/* A fraction as an answer: in the draft's arena. */
const char *ts_say_quotient(ts_draft *draft, int64_t over, int64_t under);

/* Jobs of a textbook: some arrive at once, some later, so that `count` of them
 * fill the processor, most of the time without a break. */
#define TS_DRAFT_JOBS 8
typedef struct ts_draft_jobs {
    int count;
    int arrivals[TS_DRAFT_JOBS], bursts[TS_DRAFT_JOBS];
} ts_draft_jobs;

/* `longest`: of the bursts. */
void ts_draw_jobs(ts_draft *draft, ts_draft_jobs *jobs, int longest);
/* "threads": [...], with `more(draft, i)` writing what else stands in a thread
 * (", `priority`: 3"); NULL: nothing. */
void ts_say_jobs(ts_draft *draft, const ts_draft_jobs *jobs,
                 void (*more)(ts_draft *draft, int job, void *context),
                 void *context);

/* Periodic tasks of a textbook: A, B, ... in the order of the arrays. */
#define TS_DRAFT_TASKS 4
typedef struct ts_draft_tasks {
    int count;
    int periods[TS_DRAFT_TASKS], deadlines[TS_DRAFT_TASKS];
    int costs[TS_DRAFT_TASKS];
} ts_draft_tasks;

/* "threads": [...], */
void ts_say_tasks(ts_draft *draft, const ts_draft_tasks *tasks);

/* What charts and tables of all textbooks' kinds ask for. `text` and `rule`
 * tell the machine. */
void ts_say_ask(ts_draft *draft, const char *rule, const char *text);

/*
 * Single values:
 *
 *   ts_want_begin(draft, "what is told")        after a comma
 *   ts_want_value(draft, "load", "what part of the processor is asked for?",
 *                "analysis.utilization.load", ts_say_quotient(draft, 3, 4))
 *   ts_want_wrong(draft, "1.5", "...")           what a mistake leads to
 *   ts_want_end(draft)
 */
void ts_want_begin(ts_draft *draft, const char *text);
/* `metric` NULL: `is` alone has it. A time is asked for in ms. */
void ts_want_value(ts_draft *draft, const char *name, const char *about,
                   const char *metric, const char *is);
/* The same, of a few words, "yes|no". */
void ts_want_choice(ts_draft *draft, const char *name, const char *about,
                    const char *choices, const char *is);
/* Left out where it is the right answer, or another mistake's. */
void ts_want_wrong(ts_draft *draft, const char *answer, const char *says);
void ts_want_end(ts_draft *draft);

#endif
