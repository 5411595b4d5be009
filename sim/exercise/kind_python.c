/*
 * kind_python.c - a thread beside idle ones that are not idle, and the
 * interpreter's lock.
 */
#include "sim/exercise/kinds.h"

#include "sim/scenario/field.h"

/* --- slowed down --- */

/* Every wake-up takes a piece first; the thread has what is left. */
static void draw_slowdown(ts_draft *draft)
{
    int idle = 10 * ts_draw(draft, 1, 8), work = ts_draw(draft, 1, 9);
    int each = ts_draw(draft, 4, 10); /* tenths of a ms, each 100 ms */
    int taken = idle * each;          /* of 1000 */

    ts_say(draft,
           "{`title`: `One thread beside %d idle ones`, `unit`: `1ms`, "
           "`system`: {`policy`: `priority`}, `threads`: [{`name`: `active`, "
           "`priority`: 2, `program`: [{`run`: `%ds`}]}, {`name`: `idle`, "
           "`count`: 1, `priority`: 1, `background`: true, `arrive`: {`every`: "
           "100}, `program`: [{`run`: `%dus`}]}], ",
           idle, work * (1000 - taken > 0 ? 1 : 0) + 1, taken * 100);
    ts_want_begin(
        draft,
        ts_arena_format(
            draft->arena,
            "A thread needs %d s of a processor. Beside it are %d threads that "
            "do nothing, but each wakes up every 100 ms for %s ms, before "
            "everything else.",
            work, idle, ts_say_quotient(draft, each, 10)));
    ts_want_value(draft, "taken",
                  "what part of the processor do the idle "
                  "threads take?",
                  NULL, ts_say_quotient(draft, taken, 1000));
    ts_want_value(draft, "run time", "how many seconds does the thread take?",
                  NULL, ts_say_quotient(draft, work * 1000, 1000 - taken));
    ts_want_wrong(
        draft, ts_say_quotient(draft, work * (1000 + taken), 1000),
        "what is taken is a part of all the time, not of the thread's "
        "own: divide by what is left.");
    ts_want_value(draft, "idle threads",
                  "with how many idle threads would it take twice as long as "
                  "alone?",
                  NULL, ts_say_quotient(draft, 500, each));
    ts_want_wrong(draft, ts_say_quotient(draft, 1000, each),
                  "with so many nothing would be left at all.");
    ts_want_end(draft);
    ts_say(draft, "}");
}

/* --- the interpreter's lock --- */

static void draw_gil(ts_draft *draft)
{
    int interval = ts_draw(draft, 2, 5), count = draft->level + 1;

    ts_say(draft,
           "{`title`: `The lock of an interpreter`, `unit`: `1ms`, "
           "`interpreters`: [{`name`: `python`, `lock`: `interval`, "
           "`interval`: `%d.5ms`, `check`: `1ms`}], `computer`: "
           "{`processors`: %d}, `system`: {`policy`: `fifo`}, `threads`: [",
           interval, count);
    for (int i = 0; i < count; i++)
        ts_say(draft,
               "%s{`name`: `%c`, `interpreter`: `python`, `program`: "
               "[{`run`: %d}]}",
               i > 0 ? ", " : "", 'A' + i, ts_draw(draft, 3, 12));
    ts_say(draft,
           "], `ask`: {`chart`: true, `of`: `python`, `table`: [`finish`], "
           "`rule`: `whoever "
           "has the lock runs, until it is done or another one has waited for "
           "an interval`, `text`: `An interpreter has one lock, which its %d "
           "threads "
           "take turns at. All are there at 0, and A takes it. A thread that "
           "has waited for %d.5 ms for the one that has the lock now asks for "
           "it. The holder looks for requests after every ms of its work; then "
           "it gives the lock to the one that has waited longest, and waits "
           "itself. Whoever ends gives the lock on at once. Nothing else takes "
           "time. Which thread has the lock when?`}}",
           count, interval);
}

const ts_kind ts_kind_slowdown = {
    .name = "slowdown",
    .help = "one thread beside idle ones that wake up",
    .draw = draw_slowdown,
};

const ts_kind ts_kind_gil = {
    .name = "gil",
    .help = "threads that take turns at an interpreter's lock",
    .draw = draw_gil,
};
