/*
 * state.h - what a thread can be, why it comes to a run queue, and what may be in
 * its way.
 */
#ifndef TS_MODELS_STATE_H
#define TS_MODELS_STATE_H

#include "models/machine/operation.h"

/* Why a thread enters a run queue. */
typedef enum ts_why {
    TS_WHY_ARRIVED,
    TS_WHY_WOKEN,
    TS_WHY_PREEMPTED, /* lost its processor before its slice was over */
    TS_WHY_EXPIRED,   /* used its slice up */
    TS_WHY_YIELDED,
    TS_WHY_MOVED /* from another queue, or its priority changed */
} ts_why;

typedef enum ts_thread_state {
    TS_THREAD_NEW,
    TS_THREAD_READY,
    TS_THREAD_RUNNING, /* has a processor (also while switching to it) */
    TS_THREAD_BLOCKED,
    TS_THREAD_EXITED
} ts_thread_state;

/* Where it stands with its policy, between the calls of policy.h. */
typedef enum ts_standing {
    TS_STANDS_NOWHERE, /* before join(), and after leave() */
    TS_STANDS_ASIDE,   /* the policy knows it, and put() is next */
    TS_STANDS_QUEUED,  /* in the queue: after put() */
    TS_STANDS_PICKED   /* it runs or is blocked: after pick() */
} ts_standing;

/* What only threads need that sleep, made at their first time. */
typedef struct ts_timer {
    ts_event event;
    ts_thread *thread;
} ts_timer;

/* What threads are blocked on, embedded in it: `kind`, a constant of its owner,
 * tells what it is, and with that where it lies. */
typedef struct ts_obstacle ts_obstacle;

typedef struct ts_obstacle_kind {
    const char *name; /* "lock" */
    /* Who is in the way; NULL, or a function that returns it: nobody. */
    const ts_thread *(*holder)(const ts_obstacle *obstacle);
} ts_obstacle_kind;

struct ts_obstacle {
    const ts_obstacle_kind *kind;
    int place; /* where it is in the trace */
};

#endif
