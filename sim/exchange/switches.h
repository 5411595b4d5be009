/*
 * switches.h - what happened to threads and processors, told as a kernel's
 * scheduler tells it: who was switched to, woken, moved, ended.
 *
 *   ts_switches_begin(&s, &history)
 *   while ((event = ts_switches_next(&s)) != NULL)
 *       ...
 *   ts_switches_end(&s)
 *
 * Events come in the order of time, and within an instant in the order in which
 * they happened. A thread that leaves its processor and gets it back at the
 * same instant has not been switched.
 */
#ifndef TS_EXCHANGE_SWITCHES_H
#define TS_EXCHANGE_SWITCHES_H

#include "sim/results/history.h"

typedef enum ts_switch_event {
    TS_EVENT_NEW,     /* `thread` arrives */
    TS_EVENT_WAKING,  /* `thread` is woken */
    TS_EVENT_SWITCH,  /* from `thread` to `next`; -1: idle */
    TS_EVENT_MIGRATE, /* `thread`, from `other` to `cpu` */
    TS_EVENT_EXIT,    /* of `thread` */
    TS_EVENT_IRQ_ENTRY,
    TS_EVENT_IRQ_EXIT /* the handler `thread`: the number of a kind */
} ts_switch_event;

/* What the thread that is switched from is from then on. */
typedef enum ts_switch_state {
    TS_SWITCH_PREEMPTED, /* R+ */
    TS_SWITCH_READY,     /* R: it gave way */
    TS_SWITCH_ASLEEP,    /* S */
    TS_SWITCH_DEVICE,    /* D: waits for a device */
    TS_SWITCH_GONE       /* X */
} ts_switch_state;

typedef struct ts_switched {
    ts_time at;
    ts_switch_event event;
    int cpu;               /* where it happens */
    int other;             /* WAKING, MIGRATE: the thread's last processor */
    int32_t thread, next;  /* -1: nobody, the idle thread */
    int32_t current;       /* who has `cpu` meanwhile; -1: nobody */
    ts_switch_state state; /* SWITCH: of `thread` */
    bool interrupts;       /* WAKING: no thread's doing */
    const ts_turn *turn;   /* the turn it comes from; NULL: none */
} ts_switched;

typedef struct ts_switches {
    const ts_history *history;
    size_t turn;                /* the next one */
    struct ts_switch_cpu *cpus; /* owned */
    int *last; /* by thread: its last processor; -1: none; owned */
    struct ts_switch_irq *irqs; /* owned: ends and beginnings of handlers */
    size_t irq, irq_count;
    ts_switched *due; /* owned: of this turn, not handed out yet */
    int due_count, due_next, due_room;
    ts_time now;
    bool failed; /* memory ended */
} ts_switches;

bool ts_switches_begin(ts_switches *s, const ts_history *history,
                       ts_error *error);
/* Valid until the next call; NULL: there are no more. */
const ts_switched *ts_switches_next(ts_switches *s);
void ts_switches_end(ts_switches *s);

/* "S", as sched_switch has it. */
const char *ts_switch_state_text(ts_switch_state state);
/* The kernel's priority of a thread: 120 and its nice value, or 0 .. 99. */
int ts_switch_priority(const ts_history *history, int32_t thread);

#endif
