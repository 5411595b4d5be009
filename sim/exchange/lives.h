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
 * or nobody, and then it slept. Who was preempted (R, R+) goes on. In this way a
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
    TS_DEED_POST    /* to thread `value` */
} ts_deed_kind;

typedef struct ts_deed {
    int64_t value; /* picoseconds, or whose */
    ts_deed_kind kind;
} ts_deed;

typedef enum ts_life_state {
    TS_LIFE_READY,
    TS_LIFE_RUNS,
    TS_LIFE_BLOCKED
} ts_life_state;

typedef struct ts_life {
    int32_t pid;
    char name[16];    /* as the trace had it last */
    int32_t priority; /* 0 .. 139; -1: never said */
    ts_time arrival;  /* since the beginning of the trace */
    ts_deed *deeds;   /* owned */
    size_t count, room;
    bool waits; /* somebody posts to it */
    bool ended; /* it exited */

    /* while the trace is read */
    ts_life_state state;
    bool device;   /* blocked in D */
    ts_time since; /* of the state */
    ts_time ran;   /* of the run that is not written down yet */
    int cpu;       /* while it runs */
} ts_life;

typedef struct ts_lives {
    ts_life *list; /* owned */
    int32_t count, room;
    int32_t *index; /* owned: by pid, number + 1; 0: free */
    uint32_t index_room;
    int32_t *on; /* owned: by processor, its thread + 1; 0: idle, -1: unknown */
    int processors, on_room;
    ts_time origin;      /* of the trace's clock */
    ts_time first, last; /* times of events; TS_NEVER: none yet */
    int64_t events, backward, gaps, handlers;
    int64_t guessed; /* wake-ups in a line without a context */
    bool failed;     /* memory ended */
} ts_lives;

void ts_lives_init(ts_lives *lives);
void ts_lives_take(ts_lives *lives, const ts_seen *seen);
void ts_lives_end(ts_lives *lives);
void ts_lives_fini(ts_lives *lives);

#endif
