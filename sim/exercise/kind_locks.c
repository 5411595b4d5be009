/*
 * kind_locks.c - a lock between priorities, under each protocol; and two locks
 * taken in two orders.
 */
#include "sim/exercise/kinds.h"

#include "sim/scenario/field.h"

/* --- inversion --- */

static const struct {
    const char *name, *title, *text;
} protocols[] = {
    {"none", "no protocol",
     "The lock has no protocol: whoever holds it keeps its own priority."},
    {"inherit", "priority inheritance",
     "The lock has priority inheritance: while a job of higher priority waits "
     "for it, its holder has that job's priority."},
    {"immediate", "the immediate priority ceiling",
     "The lock has the immediate priority ceiling: whoever holds it has the "
     "highest priority of all jobs that use it, from the moment it takes it."},
};

/* A program with the lock: before, inside, after it. */
static void say_user(ts_draft *draft, const char *name, int arrival,
                     int priority, int inside)
{
    int before = ts_draw(draft, 1, 2);

    ts_say(draft,
           "{`name`: `%s`, `arrive`: %d, `priority`: %d, `program`: [{`run`: "
           "%d}, {`lock`: `R`}, {`run`: %d}, {`unlock`: `R`}, {`run`: 1}]}",
           name, arrival, priority, before, inside);
}

static void say_others(ts_draft *draft, int at, int count)
{
    for (int i = 0; i < count; i++) {
        at += ts_draw(draft, 1, 2);
        ts_say(draft,
               ", {`name`: `%c`, `arrive`: %d, `priority`: %d, `program`: "
               "[{`run`: %d}]}",
               'M' + i, at, 2 + i, ts_draw(draft, 2, 6));
    }
}

static void draw_inversion(ts_draft *draft)
{
    int protocol = ts_draw(draft, 0, 2), inside = ts_draw(draft, 3, 6);
    int high = ts_draw(draft, 3, 4), part = ts_draw(draft, 1, 3);

    ts_say(draft,
           "{`title`: `A lock between priorities: %s`, `unit`: `1ms`, "
           "`conventions`: {`ties`: `arrival`}, `system`: {`policy`: "
           "`priority`}, `locks`: [{`name`: `R`, `protocol`: `%s`, `grant`: "
           "`highest`}], `threads`: [",
           protocols[protocol].title, protocols[protocol].name);
    say_user(draft, "L", 0, 9, inside);
    ts_say(draft, ", ");
    say_user(draft, "H", high, 1, part);
    say_others(draft, high, draft->level);
    ts_say(draft, "], ");
    ts_say(draft,
           "`ask`: {`chart`: true, `table`: [`finish`, `turnaround`], `rule`: "
           "`of those who are ready and wait for no lock the one with the "
           "highest priority runs`, `text`: `One processor, priorities with "
           "pre-emption: a smaller number is a higher priority. Taking and "
           "giving back a lock takes no time; when it is given back it goes "
           "to the waiting job of the highest priority. %s`}}",
           protocols[protocol].text);
}

/* The question is worth asking where somebody waits for the lock. */
static bool somebody_waits(const ts_report *report)
{
    for (size_t i = 0; i < report->thread_count; i++)
        if (report->threads[i].blocked > 0)
            return true;
    return false;
}

/* --- the original ceiling --- */

/* What can be told from inheritance: N asks for a lock that is free, while L
 * has one of which H is a user. */
static void say_ceiling_users(ts_draft *draft)
{
    int before = ts_draw(draft, 1, 2), inside = ts_draw(draft, 4, 6);
    int middle = before + ts_draw(draft, 1, 2);
    int wish = ts_draw(draft, 2, 4), high = middle + ts_draw(draft, 1, 3);
    int first = ts_draw(draft, 1, 2), second = ts_draw(draft, 1, 2);

    ts_say(draft,
           "{`name`: `L`, `arrive`: 0, `priority`: 9, `program`: [{`run`: %d}, "
           "{`lock`: `R`}, {`run`: %d}, {`unlock`: `R`}, {`run`: 1}]}, "
           "{`name`: `N`, `arrive`: %d, `priority`: 2, `program`: [{`run`: 1}, "
           "{`lock`: `S`}, {`run`: %d}, {`unlock`: `S`}, {`run`: 1}]}, ",
           before, inside, middle, wish);
    ts_say(draft,
           "{`name`: `H`, `arrive`: %d, `priority`: 1, `program`: [{`run`: 1}, "
           "{`lock`: `S`}, {`run`: %d}, {`unlock`: `S`}, {`lock`: `R`}, "
           "{`run`: %d}, {`unlock`: `R`}, {`run`: 1}]}",
           high, first, second);
    if (draft->level > 1)
        ts_say(draft,
               ", {`name`: `M`, `arrive`: %d, `priority`: 3, `program`: "
               "[{`run`: %d}]}",
               high, draft->level + 1);
}

static void draw_ceiling(ts_draft *draft)
{
    ts_say(draft,
           "{`title`: `Two locks under the original priority ceiling`, "
           "`unit`: `1ms`, `conventions`: {`ties`: `arrival`}, `system`: "
           "{`policy`: `priority`}, `locks`: [{`name`: `R`, `protocol`: "
           "`ceiling`, `grant`: `highest`}, {`name`: `S`, `protocol`: "
           "`ceiling`, `grant`: `highest`}], `threads`: [");
    say_ceiling_users(draft);
    ts_say(draft,
           "], `ask`: {`chart`: true, `table`: [`finish`, `turnaround`], "
           "`rule`: `of those who are ready and wait for no lock the one with "
           "the highest priority runs`, `text`: `One processor, priorities "
           "with pre-emption: a smaller number is a higher priority. Taking "
           "and giving back a lock takes no time. The locks have the original "
           "priority ceiling: a lock's ceiling is the highest priority of the "
           "jobs that use it, and a job gets a lock, even a free one, only "
           "while its priority is higher than the ceilings of all locks that "
           "others hold. Else it waits, and whoever holds the lock that keeps "
           "it waiting has its priority.`}}");
}

/* --- deadlock --- */

static void say_taker(ts_draft *draft, const char *name, int arrival,
                      const char *first, const char *second)
{
    int before = ts_draw(draft, 1, 3), between = ts_draw(draft, 1, 4);
    int after = ts_draw(draft, 1, 2);

    ts_say(draft,
           "{`name`: `%s`, `arrive`: %d, `program`: [{`run`: %d}, {`lock`: "
           "`%s`}, {`run`: %d}, {`lock`: `%s`}, {`run`: %d}, {`unlock`: "
           "`%s`}, {`unlock`: `%s`}]}",
           name, arrival, before, first, between, second, after, second, first);
}

static void ask_deadlock(ts_draft *draft, bool dead, int slice)
{
    const char *in_a = dead ? "S" : "none", *in_b = dead ? "R" : "none";

    ts_say(draft,
           "`ask`: {`chart`: true, `rule`: `of those who wait for no lock the "
           "one at the head of the queue runs`, `text`: `One processor, round "
           "robin with a slice of %d ms. A job that asks for a lock which "
           "another one holds waits, and gives the processor up; when it gets "
           "the lock it goes to the tail of the queue with a new slice. Taking "
           "and giving back takes no time. Draw who runs until all are done "
           "or nobody can go on.`, `values`: [{`name`: `deadlocks`, `about`: "
           "`how many deadlocks are there, 0 or 1?`, `metric`: "
           "`locks.deadlocks`, `is`: %d}, {`name`: `A waits`, `about`: `for "
           "which lock does A wait in the end?`, `choices`: [`R`, `S`, "
           "`none`], `is`: `%s`}, {`name`: `B waits`, `about`: `for which "
           "lock does B wait in the end?`, `choices`: [`R`, `S`, `none`], "
           "`is`: `%s`}]}}",
           slice, dead, in_a, in_b);
}

/* Which of the two comes of it is found by playing: what says the other is
 * drawn anew. */
static void draw_deadlock(ts_draft *draft)
{
    int slice = ts_draw(draft, 1, 3), late = ts_draw(draft, 0, 3);
    bool dead = ts_draw(draft, 0, 1) == 1;

    ts_say(draft,
           "{`title`: `Two locks in two orders`, `unit`: `1ms`, `system`: "
           "{`policy`: `round-robin`, `slice`: %d}, `locks`: [{`name`: `R`}, "
           "{`name`: `S`}], `threads`: [",
           slice);
    say_taker(draft, "A", 0, "R", "S");
    ts_say(draft, ", ");
    say_taker(draft, "B", late, "S", "R");
    if (draft->level > 1)
        ts_say(draft, ", {`name`: `C`, `arrive`: %d, `program`: [{`run`: %d}]}",
               late + 1, draft->level);
    ts_say(draft, "], ");
    ask_deadlock(draft, dead, slice);
}

const ts_kind ts_kind_locks = {
    .name = "locks",
    .help = "a lock between priorities: inversion, inheritance, immediate "
            "ceiling",
    .draw = draw_inversion,
    .good = somebody_waits,
    .unlike = TS_NAMES("no-locks", "fcfs"),
};

const ts_kind ts_kind_ceiling = {
    .name = "ceiling",
    .help = "two locks under the original priority ceiling",
    .draw = draw_ceiling,
    .good = somebody_waits,
    .unlike = TS_NAMES("no-locks", "protocol-none", "protocol-inherit"),
};

const ts_kind ts_kind_deadlock = {
    .name = "deadlock",
    .help = "two locks in two orders: is it a deadlock, when, who waits",
    .draw = draw_deadlock,
    .good = somebody_waits,
};
