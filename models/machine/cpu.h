/*
 * cpu.h - a processor's timeline, and what may be done with it.
 *
 * A processor is always in one stretch: idle, switching to its current thread,
 * running it, or serving an interrupt. Only the end of the stretch is an event.
 */
#ifndef TS_MODELS_CPU_H
#define TS_MODELS_CPU_H

#include "models/machine/thread.h"
#include "sim/engine/clock.h"

typedef struct ts_interrupt ts_interrupt;

/* When a factor of the speed counts. */
typedef enum ts_felt {
    TS_FELT_AT_WORK = 1,
    TS_FELT_IN_STALLS = 2,
    TS_FELT_ALWAYS = TS_FELT_AT_WORK | TS_FELT_IN_STALLS
} ts_felt;

#define TS_FACTORS_MOST 16 /* that may be claimed */

struct ts_interrupt {
    ts_fine cost; /* processor time of the handler */
    int level;    /* smaller is served first; no nesting ... */
    bool open;    /* ... but this handler runs with interrupts on:
                               those that are not open suspend it (bottom
                               halves, autopilots). Its level must be larger
                               than all of theirs */
    bool beneath; /* nothing here hears of it: no kernel is entered */
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
    int64_t factor_num[TS_FACTORS_MOST], factor_den[TS_FACTORS_MOST];
};

/* Raises an interrupt: its handler runs at once or after the ones before it. */
void ts_cpu_interrupt(ts_cpu *cpu, ts_interrupt *interrupt);
/* Blocks (+1) and unblocks (-1) interrupts. */
void ts_cpu_mask(ts_cpu *cpu, int change);
/* Drops what is being served, suspended and pending, and unblocks: a reset.
 * Not to be called while a thread's operation or a handler's done() runs. */
void ts_cpu_reset_interrupts(ts_cpu *cpu);
/* Who makes processors faster or slower than nominal (a sibling, a heat, stolen
 * cycles) owns a factor of their speeds, which is 1 until it is set. It is
 * claimed when the machine is made, by its parts; returns its number. */
int ts_machine_claim_factor(ts_machine *machine, ts_felt felt);
/* Changes one factor of the speed from now on, num/den with num >= 0 (0:
 * halted) and den > 0. What was done until now was done at the old speed. */
void ts_cpu_set_factor(ts_cpu *cpu, int factor, int64_t num, int64_t den);
/* The work that a handler does in so much time, at the speed of now. */
ts_fine ts_cpu_work_of(const ts_cpu *cpu, ts_fine time);
/* Brings the account of the running thread up to now. */
void ts_cpu_sync(ts_cpu *cpu);
/* The running thread's slice is over now, however much of it is left: for
 * policies whose slices end at times of the clock. */
void ts_cpu_end_slice(ts_cpu *cpu);
/* Takes the running thread off and back into its queue. false: not possible
 * now (switching); it is asked again when it is. */
bool ts_cpu_preempt(ts_cpu *cpu, ts_why why);

#endif
