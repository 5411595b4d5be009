/*
 * lives.h - the events of a kernel's trace as programs of threads.
 *
 *   ts_lives_init(&lives)
 *   ts_lives_take(&lives, &seen)      an event, in the order of the trace
 *   ts_lives_end(&lives)              no more come
 *   ... lives.list[i] ...
 *   ts_lives_fini(&lives)
 *
 * A thread runs, whoever comes between, until it blocks. What it blocked for is
 * told by who wakes it: another thread, which then posts and the first waits;
 * or nobody, and then it slept. Who was preempted (R, R+) goes on, but for the
 * deadline class: it waits there for its next budget. In this way a
 * program is what a thread wanted, and not what the scheduler made of it.
 */
#ifndef TS_EXCHANGE_LIVES_H
#define TS_EXCHANGE_LIVES_H

#include "sim/exchange/seen.h"

typedef enum ts_deed_kind {
    TS_DEED_RUN,
    TS_DEED_SLEEP,
    TS_DEED_DEVICE, /* a sleep in state D */
    TS_DEED_WAIT,   /* until it is posted */
    TS_DEED_POST,   /* to thread `who` */
    TS_DEED_LOCK,   /* the lock that `who` waited for, which inherits */
    TS_DEED_UNLOCK, /* the same */
    TS_DEED_YIELD
} ts_deed_kind;

typedef struct ts_deed {
    int64_t value; /* picoseconds; 0 of those that take no time */
    int32_t who;   /* POST: to whom; WAIT: who posted; else -1 */
    ts_deed_kind kind;
} ts_deed;

/* How long a thread ran with a priority: inheritance lends it others, and before
 * its maker gave it its own it had its maker's. */
#define TS_LIFE_PRIORITIES 4
typedef struct ts_had {
    int32_t priority;
    ts_time time;
} ts_had;

typedef enum ts_life_state {
    TS_LIFE_READY,
    TS_LIFE_RUNS,
    TS_LIFE_BLOCKED
} ts_life_state;

typedef struct ts_life {
    int32_t pid;
    char name[16];    /* as the trace had it last */
    int32_t priority; /* as ts_seen's, its own */
    int32_t made;     /* the one it was made with, or TS_SEEN_UNSAID */
    bool round; /* of real time, and takes turns with others of its priority */
    ts_time arrival; /* since the beginning of the trace */
    ts_deed *deeds;  /* owned */
    size_t count, room;
    int64_t waits; /* for somebody who posts to it */
    bool locks;    /* it waited for a lock that inherits */
    bool ended;    /* it exited */

    /* while the trace is read */
    ts_life_state state;
    bool device; /* blocked in D */
    bool spent;  /* blocked for a budget that is spent */
    int32_t now; /* its priority at present */
    ts_had had[TS_LIFE_PRIORITIES];
    ts_time since; /* of the state */
    ts_time ran;   /* of the run that is not written down yet */
    int cpu;       /* while it runs */
} ts_life;

/* A processor of the trace. */
typedef struct ts_seat {
    int32_t who;      /* its thread + 1; 0: idle, -1: unknown */
    ts_time switched; /* the last time */
    ts_time woken;    /* the first wake-up by a handler since; TS_NEVER: none */
} ts_seat;

typedef struct ts_lives {
    ts_life *list; /* owned */
    int32_t count, room;
    int32_t *index; /* owned: by pid, number + 1; 0: free */
    uint32_t index_room;
    ts_seat *on; /* owned: by processor */
    int processors, on_room;
    ts_time origin;      /* of the trace's clock */
    ts_time first, last; /* times of events; TS_NEVER: none yet */
    int64_t events, backward, gaps, handlers;
    int64_t guessed; /* wake-ups in a line without a context */
    int64_t hidden;  /* waits that were over before they began: tokens.c */
    bool late;       /* a switch came some time after what it came of */
    bool failed;     /* memory ended */
} ts_lives;

void ts_lives_init(ts_lives *lives);
void ts_lives_take(ts_lives *lives, const ts_seen *seen);
void ts_lives_end(ts_lives *lives);
void ts_lives_fini(ts_lives *lives);

/* Adds a deed to a life; where memory ends, `lives->failed` says so. */
void ts_lives_add(ts_lives *lives, ts_life *life, ts_deed deed);
/* tokens.c: puts in what two threads that answer each other did without anybody
 * having to wait for it. */
void ts_lives_converse(ts_lives *lives);

#endif
