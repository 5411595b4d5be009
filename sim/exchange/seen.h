/*
 * seen.h - a line of a kernel's trace, as text, and what it tells of the
 * scheduler.
 *
 * Read are the lines of tracefs, `trace-cmd report` (also its short forms) and
 * `perf script`:
 *
 *   comm-12 [003] d..2. 100.000123: sched_switch: prev_comm=... ==> ...
 *   comm 12 [003] 100.000123456: sched:sched_switch: a:12 [120] S ==> b:9 [120]
 */
#ifndef TS_EXCHANGE_SEEN_H
#define TS_EXCHANGE_SEEN_H

#include "sim/engine/base.h"

typedef enum ts_seen_event {
    TS_SEEN_SWITCH,
    TS_SEEN_WAKE, /* sched_waking or sched_wakeup */
    TS_SEEN_NEW,  /* sched_wakeup_new */
    TS_SEEN_EXIT,
    TS_SEEN_MIGRATE,
    TS_SEEN_IRQ,   /* a handler begins or ends */
    TS_SEEN_YIELD, /* who has the processor calls sched_yield() */
    TS_SEEN_OTHER, /* an event of something else */
    TS_SEEN_EVENTS
} ts_seen_event;

/* Priorities are the kernel's: 100 .. 139 are nice -20 .. 19, 0 .. 99 real time,
 * 0 the highest, and -1 is of the deadline class. */
#define TS_SEEN_UNSAID (-2)

/* A name in the line: not ended by a NUL. */
typedef struct ts_seen_name {
    const char *text;
    size_t length;
} ts_seen_name;

typedef struct ts_seen {
    ts_seen_event event;
    ts_time at; /* picoseconds of the trace's own clock */
    int32_t cpu;
    int32_t current; /* pid of whoever had the processor; 0: nobody */
    bool interrupt;  /* it happened in a handler ... */
    bool context;    /* ... as the line says: without, nothing is known */
    int32_t pid;     /* of whom it tells: for a switch, who leaves */
    int32_t next;    /* switch: who comes */
    int32_t priority, next_priority; /* -1 .. 139, or TS_SEEN_UNSAID */
    ts_seen_name name, next_name;
    char state; /* switch: R, S, D, X, Z, I, T, t, P; of pid */
} ts_seen;

typedef enum ts_seen_what {
    TS_SEEN_LINE,  /* it is in *seen */
    TS_SEEN_EMPTY, /* a comment, or nothing */
    TS_SEEN_LOST, /* the kernel's word that events are missing: *lost of them */
    TS_SEEN_BROKEN /* neither */
} ts_seen_what;

ts_seen_what ts_seen_read(const char *line, size_t length, ts_seen *seen,
                          int64_t *lost);

#endif
