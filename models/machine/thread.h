/*
 * thread.h - a thread, and what may be done with it.
 *
 * It arrives as a job of its task, is ready, has a processor, blocks, and ends.
 * Threads are state machines over their program, not stacks, so that a million
 * of them fit in memory.
 */
#ifndef TS_MODELS_THREAD_H
#define TS_MODELS_THREAD_H

#include "models/machine/state.h"

/*
 * What each turn on a processor reads or writes stands first, in four lines of
 * the cache and in the order in which a turn comes to it; then what only some
 * turns ask for. With threads by the ten thousand that is what a decision costs.
 */
struct ts_thread {
    ts_machine *machine;
    ts_task *task;
    ts_cpu *cpu;             /* the processor it has; NULL: none */
    ts_cpu *last;            /* the one it had last; NULL: none yet */
    ts_runqueue *queue;      /* the run queue it belongs to */
    const uint64_t *allowed; /* bit set of the processors it may have; NULL:
                                any */
    void *entity;            /* the policy's own */
    int32_t id;              /* unique in the run, from 0 in order of arrival */
    ts_thread_state state;

    ts_fine left;   /* processor time the current operation still needs, at
                       the processor's nominal rate */
    ts_fine amount; /* all that it asked for */
    ts_fine check;  /* see ts_thread_checks() */
    ts_fine slice_left;

    ts_thread *next, *prev; /* for the policy's lists */
    uint64_t order;         /* of the last put(), in the whole run */
    ts_time since;          /* of the current state */
    ts_time used, ready;    /* account: time on processors, in queues */
    ts_time first_run;      /* TS_NEVER: not yet */
    int64_t dispatches;

    ts_frame *frames; /* frames[depth - 1] is the current one */
    ts_calls *calls;  /* NULL: it makes no checks */
    int32_t depth;    /* of frames */
    ts_mode mode;     /* what the time left is */
    ts_why why;       /* of the last put() */
    bool working;     /* `left` is to be run before the next step */
    bool awoken;      /* woken, and has not had a processor since */
    bool inside;      /* it woke in the kernel, where it waited, and has not
                         worked since: a call is still the same one */
    uint8_t standing; /* ts_standing */
    uint8_t class_of; /* its policy's own, of policies that are several */
    int32_t place;    /* for the policy's heap */
    int64_t urgency;  /* larger runs first, whatever the scenario's direction:
                         the larger of own_urgency and inherited */
    int64_t preemptions;
    ts_time arrival;

    /* what policies order by */
    ts_fine burst;       /* length of the current burst, known when ready */
    int64_t priority;    /* as the scenario says it */
    int64_t own_urgency; /* its own */
    int64_t inherited;   /* from protocols of locks; INT64_MIN: nothing */
    ts_time deadline;    /* absolute; TS_NEVER: none */

    int64_t job;     /* number in its task, from 0 */
    ts_dice dice;    /* its random stream; a runtime lends it that of the
                        request it works on */
    void *changed;   /* what a run has changed of what its task says for the
                      policy; NULL: nothing. The policies' own */
    ts_timer *timer; /* of sleeps and time-outs; NULL: it had none yet */
    void *own;       /* the bytes of the parts in it: part.h */
    ts_obstacle *waiting_for; /* what it is blocked on; NULL: unsaid */
    ts_thread *wait_next;     /* for the queue of what it waits for */

    ts_time blocked;
    int64_t migrations;
    int64_t given_up; /* how often it blocked, or yielded */
    ts_thread *live_next, *live_prev;
};

/* Writes down where it stands with its policy, in runs that keep a trace; for
 * policies that move more threads than the one they are asked about. */
void ts_thread_stands(const ts_thread *thread);
/* --why: a sentence about the thread, without its name, at the processor that
 * it has or had. Nothing is formatted where reasons are not kept. */
void ts_thread_note(const ts_thread *thread, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* A stream continued where its last draw ended; hand it back with
 * ts_dice_drawn(). */
void ts_dice_draw(const ts_machine *machine, const ts_dice *dice,
                  ts_random *random);
static inline void ts_dice_drawn(ts_dice *dice, const ts_random *random)
{
    dice->draws = random->counter;
}
/* The same for the thread's own dice. */
void ts_thread_draw(ts_thread *thread, ts_random *random);
void ts_thread_drawn(ts_thread *thread, const ts_random *random);

/* Processor time: what the current step wants to run, in `mode`. */
void ts_thread_work(ts_thread *thread, ts_fine amount, ts_mode mode);
/* The same for a system call: what it works in the kernel; the entry is added,
 * unless the thread has only just woken from waiting there. */
void ts_thread_syscall(ts_thread *thread, ts_fine amount);
/* What `work` of the program's own takes: longer in a slow language. */
ts_fine ts_thread_own_work(const ts_thread *thread, ts_fine work);
/* Cooperative pre-emption: the work just asked for looks only after every
 * `interval` of its own processor time, from its beginning on, whether
 * somebody else should run (an interpreter between two instructions, say).
 * Until then a request waits, as does the end of its slice, and costs no event
 * when there is none. 0: it can be pre-empted anywhere; TS_FINE_NEVER: nowhere.
 * Follows ts_thread_work(), which sets it to what the thread's table says. */
void ts_thread_checks(ts_thread *thread, ts_fine interval);
/* Makes the thread do `op` at its next check; it must have calls. The last one
 * asked for counts. A call ends with TS_STEP_DONE, and is not interrupted by
 * another one. */
void ts_thread_call(ts_thread *thread, const ts_operation *op,
                    const void *fields);
/* What it works on ends now, whatever is left of it: the end of a spin. */
void ts_thread_cut(ts_thread *thread);
/* A duration of the scenario as processor time of `thread`: cycles count at
 * the clock of the machine. Draws when it is random. */
ts_fine ts_thread_span(ts_thread *thread, const ts_duration *duration);
/* Ends the thread where it stands, as if it had never been: ready, blocked or
 * on its processor. It is not counted as finished, but as killed. Not to be
 * called while an operation of the thread runs. */
void ts_thread_kill(ts_thread *thread);
/* Lets a thread that has not run yet begin at operation `position` of its
 * program, counted from 0. */
void ts_thread_seek(ts_thread *thread, int position);
/* A blocked thread becomes ready. Nothing happens unless it is blocked. */
void ts_thread_wake(ts_thread *thread);
/* Whether the waker, which is on a processor, has to tell another one of it:
 * the thread ran elsewhere last. */
static inline bool ts_thread_is_across(const ts_thread *waker,
                                       const ts_thread *thread)
{
    return waker->cpu != NULL && thread->last != NULL &&
           thread->last != waker->cpu;
}
/* Something that its policy goes by changes: it is taken out of its queue, if it
 * is in one, `apply` changes it, and the policy hears of it (changed()). */
void ts_thread_change(ts_thread *thread,
                      void (*apply)(ts_thread *thread, const void *what),
                      const void *what);
/* It may have other processors from now on: a bit set that lasts, NULL for any.
 * One that waits for or has a processor that is not among them is taken there.
 * false: it cannot leave its processor now. */
bool ts_thread_allow(ts_thread *thread, const uint64_t *allowed);
/* Changes what it is worth to its policy, wherever the thread is: its own
 * urgency, or what it inherits (INT64_MIN: nothing). */
void ts_thread_set_urgency(ts_thread *thread, int64_t own);
void ts_thread_inherit(ts_thread *thread, int64_t inherited);
/* Its own, by a priority as the scenario says it. */
void ts_thread_set_priority(ts_thread *thread, int64_t priority);
/* Wakes the thread at `when` unless something else does. */
void ts_thread_wake_at(ts_thread *thread, ts_time when);

/* It will soon have a turn: what a turn touches is fetched meanwhile, which with
 * threads by the thousand lies far away. */
static inline void ts_thread_soon(const ts_thread *thread)
{
    for (size_t at = 0; at < offsetof(ts_thread, place); at += 64)
        __builtin_prefetch((const char *)thread + at, 1);
}

/* Whether it may run there. */
static inline bool ts_thread_allowed(const ts_thread *thread, int processor)
{
    return thread->allowed == NULL || ts_bits_has(thread->allowed, processor);
}

/* Its name for people: its task's, with ".2" when the task has several. */
const char *ts_task_name(const ts_task *task);

#endif
