/*
 * machine.h - the machine as a whole: processors, run queues that feed them,
 * and threads.
 *
 * How an instant passes
 *
 *   event     The engine takes the next event (sim/engine): a stretch of a
 *             processor ends, a job arrives, a timer goes off, a device is
 *             done. Whoever owns the event does at once what follows from it
 *             and needs no decision: it steps the program of the thread that
 *             has the processor (processor.c), makes threads ready (thread.c),
 *             raises interrupts. What needs a decision is only noted:
 *             ts_queue_dirty().
 *   settle    When no event of this instant is left, the engine settles: each
 *             part that asked for it, and the dispatcher. So all that happens
 *             at one time is known before anything is decided, in whatever
 *             order it came.
 *   dispatch  For each queue that waits for a decision (dispatch.c): does one
 *             that is ready take a processor from a thread that runs? Then the
 *             vacant processors are filled, each with what the policy picks.
 *             The policy answers questions (policy.h) and does nothing itself.
 *   step      A thread that got a processor pays for the switch, and begins or
 *             goes on: its operations are stepped until one needs time. Its end
 *             is the processor's next event. Steps may make others ready, and
 *             then decisions are taken again, still at the same instant.
 *
 * One file each:
 *   processor.c  one processor's timeline, made of stretches (stretch.c) of
 *                switching, running (step.c steps the program) and interrupts
 *                (interrupts.c), at the processor's speed (speed.c)
 *   dispatch.c   who runs where
 *   balance.c    threads between run queues: where they are put
 *                (balance_place.c), and who pulls (balance_pull.c)
 *   thread.c     a thread's life: ready, blocked, woken, ended
 *   task.c       where threads come from: arrivals, and their statistics;
 *                arrive.c has the times, task_fields.c what a scenario says of
 *                them, precede.c those that come after others
 *   program.c    lists of operations; basic.c, control.c, timer.c: the first of
 *                them
 *   part.c       who else hears of it: the parts, whom the machine does not
 *                know by name
 *   account.c    what the run reports; measure.c: means of one long run
 *   system.c     the assembly of a machine
 * What only these call among themselves is in inside.h and timeline.h, and in
 * which order it may happen in order.h.
 */
#ifndef TS_MODELS_MACHINE_H
#define TS_MODELS_MACHINE_H

#include "models/machine/cpu.h"
#include "models/machine/hook.h"
#include "models/machine/queue.h"
#include "models/machine/thread.h"
#include "sim/engine/stats.h"
#include "sim/report/report.h"

struct ts_policy;
struct ts_part;
struct ts_machine_record;

typedef enum ts_switch_charge {
    TS_CHARGE_CHANGE, /* only when another thread than the last is dispatched */
    TS_CHARGE_EVERY   /* every dispatch, also of the same thread */
} ts_switch_charge;

struct ts_conventions;

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
    bool holds;             /* threads may hold others back: there are locks */
    int settle;             /* hook of the dispatcher */
    bool dirty;             /* some queue waits for a decision ... */
    uint64_t *due;          /* ... bit set: which */
    bool deciding;          /* the dispatcher is at work */
    int paused;             /* processors whose thread waits for that */
    const ts_thread *actor; /* whose program is being stepped; NULL: nobody's */

    ts_fine switch_save, switch_restore;
    ts_switch_charge switch_charge;
    ts_fine migration_cost; /* of coming to another processor than the last */
    ts_fine entry_cost;     /* besides, of each entry into the kernel ... */
    int64_t entries;        /* ... of which there were so many */
    ts_time timer_slack;    /* timers go off late, by as much at most */
    int64_t jitter; /* programs' constant times are off by as much at most,
                       in millionths */
    bool charges_handlers; /* policies by the clock charge a thread for
                              interrupts over it */
    bool switch_first;     /* the first dispatch on a processor is charged */

    ts_task *tasks;
    int task_count;
    struct ts_balance *balance; /* between run queues; NULL: there is one */

    struct ts_task_added *added; /* tasks that parts made; see task.h */

    ts_part_place *part; /* by slot: part.h */
    size_t own_size;     /* bytes of all parts in a thread */
    int factor_count;    /* of the processors' speeds, claimed: cpu.h */
    uint8_t felt[TS_FACTORS_MOST]; /* ts_felt, each */
    int fluid; /* the factor that an ideal policy gives a thread */
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
    ts_tally turnaround, response, wait; /* over all foreground threads: merged
                                            when the run is over */
    ts_report *report; /* rows of ended threads go here; NULL: none */
    size_t row_limit;
};

/* The kernel is entered from a program's own code: counts it, and returns what
 * that costs besides what is done there. */
static inline ts_fine ts_machine_enter(ts_machine *machine)
{
    machine->entries++;
    return machine->entry_cost;
}
/* The end of a chain of allocations that failed: ends the run. */
bool ts_machine_memory(ts_machine *machine);
/* Whether decisions of this instant are still to be taken: what a thread takes
 * from others (a lock, say) it must not take before them. */
static inline bool ts_machine_unsettled(const ts_machine *machine)
{
    return machine->dirty || !machine->deciding;
}
/* A constant duration on the machine's clock; cycles need one. */
ts_fine ts_machine_fine(const ts_machine *machine, const ts_duration *duration);

#endif
