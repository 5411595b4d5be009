/*
 * machine.h - processors, threads and what connects them.
 *
 * A machine is an array of processors (hardware threads as the operating
 * system counts them), run queues that feed them, and threads. A thread runs
 * a program, a list of operations; it is a state machine over that program,
 * not a stack, so that a million of them fit in memory.
 *
 * Division of labour, one file each:
 *   processor.c  one processor's timeline: switching, running, interrupts
 *   dispatch.c   who runs where: the decision at the end of each instant
 *   thread.c     a thread's life: arrival, ready, blocked, exit; its program
 *   task.c       where threads come from: arrivals, and their statistics;
 *                task_fields.c has what a scenario says of them
 *   account.c    what the run reports
 */
#ifndef TS_MODELS_MACHINE_H
#define TS_MODELS_MACHINE_H

#include "sim/engine/clock.h"
#include "sim/engine/engine.h"
#include "sim/report/report.h"
#include "sim/engine/stats.h"
#include "sim/scenario/field.h"

typedef struct ts_machine ts_machine;
typedef struct ts_cpu ts_cpu;
typedef struct ts_thread ts_thread;
typedef struct ts_task ts_task;
typedef struct ts_runqueue ts_runqueue;
typedef struct ts_frame ts_frame;
typedef struct ts_operation ts_operation;
typedef struct ts_interrupt ts_interrupt;
struct ts_policy;
struct ts_part;
struct ts_outline;
struct ts_machine_record;

/* Why a thread enters a run queue. */
typedef enum ts_why {
    TS_WHY_ARRIVED,
    TS_WHY_WOKEN,
    TS_WHY_PREEMPTED, /* lost its processor before its slice was over */
    TS_WHY_EXPIRED,   /* used its slice up */
    TS_WHY_YIELDED,
    TS_WHY_MOVED /* from another queue, or its priority changed */
} ts_why;

/* --- programs ------------------------------------------------------------ */

/* What a step of an operation asks for. */
typedef enum ts_step {
    TS_STEP_DONE,  /* over; the next operation */
    TS_STEP_AGAIN, /* it pushed a frame, or wants to be called again */
    TS_STEP_RUN,   /* processor time: ts_thread_work() was called; step again
                      when it is used up */
    TS_STEP_WAIT,  /* block; the operation is over when the thread is woken */
    TS_STEP_BLOCK, /* block; step again on a processor after the wake-up */
    TS_STEP_YIELD, /* over; back to the run queue */
    TS_STEP_PAUSE, /* step again when the decisions of this instant have been
                      taken, if it still has the processor then */
    TS_STEP_EXIT   /* the thread ends */
} ts_step;

/* What processor time is spent on; also the kinds of spans. */
typedef enum ts_mode {
    TS_MODE_USER,   /* the program's own work: "run" */
    TS_MODE_KERNEL, /* system calls, wake-ups, lock handling: "kernel" */
    TS_MODE_SPIN,   /* busy waiting: "spin" */
    TS_MODE_STALL, /* occupies the hardware thread, waits for memory: "stall" */
    TS_MODE_SWITCH,    /* context switch: "switch" */
    TS_MODE_INTERRUPT, /* "interrupt" */
    TS_MODE_IDLE,
    TS_MODES
} ts_mode;

/*
 * An operation of a program, behind an entry of ts_operations. step() is
 * called with the thread on its processor, except that operations marked
 * `control` may also be stepped when the thread becomes ready: they need no
 * processor and touch nothing but the thread.
 */
struct ts_operation {
    ts_step (*step)(ts_machine *machine, ts_thread *thread, ts_frame *frame);
    bool control;
    bool waits; /* it may wait off the processor: an interpreter gives its lock
                   back around it */
    /* Checks and resolves the operation's fields once, when the machine is
     * built; calls ts_program_prepare() for programs inside it. Returns how
     * deep its frames may nest below it, or -1 with a message. May be NULL. */
    int (*prepare)(ts_machine *machine, ts_task *task, void *fields,
                   ts_error *error);
    /* Adds what it will do to an outline of the program (program.h). NULL: an
     * outline cannot say. */
    void (*outline)(const void *fields, struct ts_outline *outline);
};

/* A random stream of something small: what it draws depends on its number
 * only, never on when it was let draw. */
typedef struct ts_dice {
    uint64_t key, index;
    uint64_t draws; /* random blocks used so far */
} ts_dice;

struct ts_frame {
    const ts_operation *op;
    const void *fields; /* the operation's record */
    int64_t count;      /* the operation's own state ... */
    void *pointer;      /* ... */
    int32_t phase;      /* ... 0 at first */
};

/* --- threads ------------------------------------------------------------- */

/*
 * Calls: an operation that a thread is made to do in the middle of its own
 * work, at its next check, and goes on afterwards: what an interpreter does
 * when it looks between two instructions, or a signal handler. Checks come
 * after every `tick` of the thread's own work (TS_MODE_USER) while it is
 * `open`; they cost no event as long as nothing is asked for.
 */
typedef struct ts_calls {
    ts_fine tick;   /* work from one check to the next */
    ts_fine ticked; /* since the last one, before the work in hand */
    bool open;
    const ts_operation *asked; /* what to do at the next check; NULL */
    const void *fields;
    /* the work that is interrupted by the call that is on */
    ts_fine left, amount, check;
    int depth;     /* of the call's frame; 0: none is on */
    ts_time since; /* the caller's own ... */
    bool wants;    /* ... and this */
} ts_calls;

typedef enum ts_thread_state {
    TS_THREAD_NEW,
    TS_THREAD_READY,
    TS_THREAD_RUNNING, /* has a processor (also while switching to it) */
    TS_THREAD_BLOCKED,
    TS_THREAD_EXITED
} ts_thread_state;

/* What only threads need that sleep, made at their first time. */
typedef struct ts_timer {
    ts_event event;
    ts_thread *thread;
} ts_timer;

/* What threads are blocked on, embedded in it: `kind`, a constant of its owner,
 * tells what it is, and with that where it lies. */
typedef struct ts_obstacle_kind {
    const char *name; /* "lock" */
} ts_obstacle_kind;

typedef struct ts_obstacle {
    const ts_obstacle_kind *kind;
} ts_obstacle;

struct ts_thread {
    ts_machine *machine;
    ts_task *task;
    int64_t job; /* number in its task, from 0 */
    int32_t id;  /* unique in the run, from 0 in order of arrival */
    ts_thread_state state;
    ts_cpu *cpu;             /* the processor it has; NULL: none */
    ts_cpu *last;            /* the one it had last; NULL: none yet */
    ts_runqueue *queue;      /* the run queue it belongs to */
    const uint64_t *allowed; /* bit set of the processors it may have; NULL:
                                any */
    void *entity;            /* the policy's own */

    /* program */
    ts_frame *frames; /* frames[depth - 1] is the current one */
    ts_calls *calls;  /* NULL: it makes no checks */
    ts_dice dice;     /* its random stream; a runtime lends it that of the
                            request it works on */
    ts_fine left;     /* processor time the current operation still needs,
                            at the processor's nominal rate */
    ts_fine amount;   /* all that it asked for */
    ts_fine check;    /* see ts_thread_checks() */
    int32_t depth;    /* of frames */
    ts_mode mode;     /* what the time left is */
    ts_why why;       /* of the last put() */
    bool working;     /* `left` is to be run before the next step */
    bool awoken;      /* woken, and has not had a processor since */

    /* what policies order by */
    int64_t priority;    /* as the scenario says it */
    int64_t urgency;     /* larger runs first, whatever the scenario's
                            direction: the larger of the next two */
    int64_t own_urgency; /* its own */
    int64_t inherited;   /* from protocols of locks; INT64_MIN: nothing */
    ts_fine burst;       /* length of the current burst, known when ready */
    ts_fine slice_left;
    ts_time deadline;       /* absolute; TS_NEVER: none */
    uint64_t order;         /* of the last put(), in the whole run */
    ts_thread *next, *prev; /* for the policy's lists */
    int32_t place;          /* for the policy's heap */

    ts_timer *timer; /* of sleeps and time-outs; NULL: it had none yet */
    void *own;       /* the bytes of the parts in it: part.h */
    ts_obstacle *waiting_for; /* what it is blocked on; NULL: unsaid */
    ts_thread *wait_next;     /* for the queue of what it waits for */

    /* account */
    ts_time arrival, first_run, since; /* since: of the current state */
    ts_time used, ready, blocked;
    int64_t dispatches, preemptions, migrations;
    int64_t given_up; /* how often it blocked, or yielded */
    ts_thread *live_next, *live_prev;
};

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
/* What `work` of the program's own takes: longer in a slow language. */
ts_fine ts_thread_own_work(const ts_thread *thread, ts_fine work);
/* Cooperative pre-emption: the work just asked for looks only after every
 * `interval` of its own processor time, from its beginning on, whether
 * somebody else should run (an interpreter between two instructions, say).
 * Until then a request waits, as does the end of its slice, and costs no event
 * when there is none. 0: it can be pre-empted anywhere; TS_FINE_NEVER: nowhere. Follows ts_thread_work(),
 * which sets it to what the thread's table says. */
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
/* Pushes a frame for `op`; returns it. Depth was checked when the program was
 * prepared. */
ts_frame *ts_thread_push(ts_thread *thread, const ts_operation *op,
                         const void *fields);
/* Ends the thread where it stands, as if it had never been: ready, blocked or
 * on its processor. It is not counted as finished, but as killed. Not to be
 * called while an operation of the thread runs. */
void ts_thread_kill(ts_thread *thread);
/* Lets a thread that has not run yet begin at operation `position` of its
 * program, counted from 0. */
void ts_thread_seek(ts_thread *thread, int position);
/* A blocked thread becomes ready. Nothing happens unless it is blocked. */
void ts_thread_wake(ts_thread *thread);
/* Changes what it is worth to its policy, wherever the thread is: its own
 * urgency, or what it inherits (INT64_MIN: nothing). */
void ts_thread_set_urgency(ts_thread *thread, int64_t own);
void ts_thread_inherit(ts_thread *thread, int64_t inherited);
/* Wakes the thread at `when` unless something else does. */
void ts_thread_wake_at(ts_thread *thread, ts_time when);

/* Whether it may run there. */
static inline bool ts_thread_allowed(const ts_thread *thread, int processor)
{
    return !thread->allowed ||
           (thread->allowed[processor / 64] >> (processor % 64) & 1);
}

/* Its name for people: its task's, with ".2" when the task has several. */
const char *ts_task_name(const ts_task *task);

/* The dispatcher's side (dispatch.c, processor.c). */
void ts_thread_ready(ts_thread *thread, ts_why why);
void ts_thread_block(ts_thread *thread);
void ts_thread_exit(ts_thread *thread);
/* Steps control operations that need no processor, so that the policy sees
 * the length of the next burst. false: the program is over. */
bool ts_thread_prefetch(ts_thread *thread);

/* --- processors ---------------------------------------------------------- */

/* What makes a processor faster or slower than nominal; each has one owner. */
typedef enum ts_factor {
    TS_FACTOR_CORE,   /* this kind of core against the nominal one; not in
                         stalls */
    TS_FACTOR_SHARE,  /* SMT siblings; not in stalls */
    TS_FACTOR_STOLEN, /* cycles stolen by counters, a hypervisor ... */
    TS_FACTOR_MEMORY, /* how far memory keeps up; in stalls only */
    TS_FACTOR_FAULT,  /* throttled or stopped by a fault */
    TS_FACTOR_FLUID,  /* the part that ideal policies give a thread */
    TS_FACTORS
} ts_factor;

struct ts_interrupt {
    ts_fine cost; /* processor time of the handler */
    int level;    /* smaller is served first; no nesting ... */
    bool open;    /* ... but this handler runs with interrupts on:
                               those that are not open suspend it (bottom
                               halves, autopilots). Its level must be larger
                               than all of theirs */
    /* Called when the handler is over, before anything resumes. */
    void (*done)(ts_machine *machine, ts_cpu *cpu, ts_interrupt *interrupt);
    void *context;
    const char *name;
    int kind;           /* of its spans; 0: "interrupt" */
    ts_interrupt *next; /* pending list; a pending one is latched, and
                               raising it again does nothing */
    bool pending;
    ts_fine left; /* what is left of the cost, once it is served */
    int64_t raised, served;
};

struct ts_cpu {
    ts_machine *machine;
    int id;
    ts_runqueue *queue;
    ts_event event;             /* its next completion or slice end */
    ts_clock clock;             /* num 0: none */
    int64_t rate_num, rate_den; /* speed against nominal: the product of ... */
    int64_t stall_num, stall_den; /* the same while it stalls: memory is no
                                     slower for a slow or a shared core */
    int64_t factor_num[TS_FACTORS], factor_den[TS_FACTORS];
    ts_thread *current;
    int32_t previous;    /* id of the thread that ran last; -1: none yet */
    bool previous_lives; /* it had not ended when it left */
    ts_time released;    /* when it left */
    ts_mode mode;        /* what it is doing */
    bool vacant;         /* no current thread: in the machine's set */
    bool resched;        /* a decision is due when the switch is over */
    bool paused;         /* its thread waits for this instant's decisions */
    bool fresh;          /* its thread has not been given a slice yet */
    uint64_t sliced;     /* changes of its queue when the slice was given */
    ts_fine at;          /* exact beginning of the current stretch */
    ts_fine end;         /* exact end that `event` stands for */
    ts_time since;       /* the same beginning, as the event saw it */
    ts_fine switch_left; /* of an interrupted context switch */
    ts_interrupt *serving, *pending;
    ts_interrupt *suspended; /* the open one that others interrupted */
    int masked;              /* > 0: interrupts wait */
    bool stepping;           /* an operation is being stepped: they wait, too */
    bool asked;              /* its thread is to make room at its next check */
    bool looks;              /* ... which is what `event` stands for */
    ts_time checked;         /* when it looked last */
    bool calls;              /* `event` stands for a check at which its thread
                             makes a call */
    ts_time spent[TS_MODES];
    int64_t dispatches, switches, preemptions, migrations;
    int place; /* in the trace */
    /* the open span, so that contiguous stretches make one */
    ts_time span_from;
    int span_kind, span_who;
};

/* Raises an interrupt: its handler runs at once or after the ones before it. */
void ts_cpu_interrupt(ts_cpu *cpu, ts_interrupt *interrupt);
/* Blocks (+1) and unblocks (-1) interrupts. */
void ts_cpu_mask(ts_cpu *cpu, int change);
/* Drops what is being served, suspended and pending, and unblocks: a reset.
 * Not to be called while a thread's operation or a handler's done() runs. */
void ts_cpu_reset_interrupts(ts_cpu *cpu);
/* Changes one factor of the speed from now on, num/den with num >= 0 (0:
 * halted) and den > 0. What was done until now was done at the old speed. */
void ts_cpu_set_factor(ts_cpu *cpu, ts_factor which, int64_t num, int64_t den);
/* Brings the account of the running thread up to now. */
void ts_cpu_sync(ts_cpu *cpu);
/* The running thread may have to stop earlier than it was to. */
void ts_cpu_replan(ts_cpu *cpu);

/* dispatch.c's side */
void ts_cpu_assign(ts_cpu *cpu, ts_thread *thread);
/* Asks the policy for the running thread's slice again, if who is ready has
 * changed since it was given. */
void ts_cpu_reslice(ts_cpu *cpu);
/* Takes the running thread off and back into its queue. false: not possible
 * now (switching); it is asked again when it is. */
bool ts_cpu_preempt(ts_cpu *cpu, ts_why why);
/* The running thread's slice is over now, however much of it is left: for
 * policies whose slices end at times of the clock. */
void ts_cpu_end_slice(ts_cpu *cpu);
/* Takes the running thread off, whatever the processor is at; it belongs
 * nowhere then. */
void ts_cpu_take(ts_cpu *cpu);
void ts_cpu_init(ts_machine *machine, ts_cpu *cpu, int id);
/* Closes what is open at the end of the run. */
void ts_cpu_finish(ts_cpu *cpu);
/* Goes on with the program of a thread that paused. */
void ts_cpu_resume(ts_cpu *cpu);

/* --- run queues and the machine ------------------------------------------ */

struct ts_runqueue {
    ts_machine *machine;
    const struct ts_policy *policy;
    const void *options; /* the policy's record */
    void *state;         /* the policy's own */
    int id;
    int first, count; /* its processors: cpus[first .. first+count-1] */
    int64_t ready;    /* threads in it */
    uint64_t changes; /* of what is in it, so far */
    bool dirty;       /* a decision is due */
    int32_t *weakest; /* see dispatch.c; NULL: none */
    uint64_t *stale;  /* bit set: whose thread has changed since */
    int room;         /* of weakest */
};

typedef enum ts_switch_charge {
    TS_CHARGE_CHANGE, /* only when another thread than the last is dispatched */
    TS_CHARGE_EVERY   /* every dispatch, also of the same thread */
} ts_switch_charge;

struct ts_conventions;

/* What happens to a thread or a processor that parts may hear of: part.h. */
typedef enum ts_hook {
    TS_HOOK_TASK,
    TS_HOOK_BEGINS,
    TS_HOOK_ENTER,
    TS_HOOK_LEAVE,
    TS_HOOK_MODE,
    TS_HOOK_EXITS,
    TS_HOOK_ENDED,
    TS_HOOK_KILLED,
    TS_HOOKS
} ts_hook;

/* Those who hear of one of them, in the order of the parts. */
typedef struct ts_hooks {
    int count;
    const struct ts_part **part;
    void **state;
} ts_hooks;

typedef struct ts_part_place {
    bool asked;  /* the scenario asks for it */
    void *state; /* what it keeps in the machine */
    size_t own;  /* where its bytes in a thread begin */
} ts_part_place;

struct ts_machine {
    ts_engine *engine;
    ts_arena *arena;
    ts_trace *trace;
    const struct ts_machine_record *record;
    const struct ts_conventions *conventions;
    const ts_entry *policy_entry;
    int ties; /* ts_ties, see conventions.h: what the policy obeys */

    ts_cpu *cpus;
    int cpu_count;
    uint64_t *vacant; /* bit set of processors without a thread */
    ts_runqueue *queues;
    int queue_count;
    int64_t ready;              /* threads in all of them */
    bool affine;                /* some threads may not run everywhere */
    const ts_operation *around; /* stands around operations that wait, in
                                   threads that make calls: an interpreter
                                   gives its lock back; NULL: nothing does */
    bool holds;    /* threads may hold others back: there are locks */
    int settle;    /* hook of the dispatcher */
    bool dirty;    /* some queue waits for a decision ... */
    uint64_t *due; /* ... bit set: which */
    bool deciding; /* the dispatcher is at work */
    int paused;    /* processors whose thread waits for that */

    ts_fine switch_save, switch_restore;
    ts_switch_charge switch_charge;
    ts_fine migration_cost; /* of coming to another processor than the last */
    ts_time timer_slack;    /* timers go off late, by as much at most */
    bool switch_first;      /* the first dispatch on a processor is charged */

    ts_task *tasks;
    int task_count;
    struct ts_balance *balance; /* between run queues; NULL: there is one */

    struct ts_task_added *added; /* tasks that parts made; see task.h */

    ts_part_place *part;      /* by slot: part.h */
    size_t own_size;          /* bytes of all parts in a thread */
    ts_hooks hooks[TS_HOOKS]; /* who is to be called, and when */

    ts_thread *live; /* all that have not ended */
    int64_t live_count, foreground_left;
    bool has_foreground;
    int sources_left; /* foreground tasks that will release more */
    int32_t next_id;
    uint64_t next_order;
    int kinds[TS_MODES]; /* of spans */
    int mark_kind;
    int64_t room;           /* most threads alive at once; 0: any number */
    int share_kind;         /* spans of all the threads of an ideal policy */
    int64_t wakeups, steps; /* steps: at this instant, against loops that
                               take no time */
    ts_time steps_at;
    ts_time last_finish;
    const char *deadlock; /* who waits for whom in a circle; NULL: nobody */
    ts_tally turnaround, response, wait; /* over all foreground threads */
    ts_report *report; /* rows of ended threads go here; NULL: none */
    size_t row_limit;
};

/* The end of a chain of allocations that failed: ends the run. */
bool ts_machine_memory(ts_machine *machine);
/* Whether decisions of this instant are still to be taken: what a thread takes
 * from others (a lock, say) it must not take before them. */
static inline bool ts_machine_unsettled(const ts_machine *machine)
{
    return machine->dirty || !machine->deciding;
}
/* A thread came to (+1) or went from (-1) the queue. */
static inline void ts_queue_count(ts_runqueue *queue, int change)
{
    queue->ready += change;
    queue->machine->ready += change;
    queue->changes++;
}
/* The processor's thread is another one, or worth something else now. */
static inline void ts_queue_runner(ts_cpu *cpu)
{
    ts_runqueue *queue = cpu->queue;
    int i = cpu->id - queue->first;

    if (queue->stale)
        queue->stale[i / 64] |= UINT64_C(1) << (i % 64);
}
/* Takes a ready thread to another run queue. */
void ts_thread_move(ts_thread *thread, ts_runqueue *to);
/* Asks for a decision about the queue at the end of this instant. */
void ts_queue_dirty(ts_runqueue *queue);
/* A constant duration on the machine's clock; cycles need one. */
ts_fine ts_machine_fine(const ts_machine *machine, const ts_duration *duration);
/* Which urgency a priority of the scenario is. */
int64_t ts_machine_urgency(const ts_machine *machine, int64_t priority);

#endif
