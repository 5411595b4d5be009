/*
 * records.h - the records of a run as they lie in memory.
 *
 * What the engine writes down and what timeslice.h hands out are the same
 * records: a caller reads whole arrays of them without a call for each. Every
 * field stands where its size puts it, 64 bits before 32, and there is no
 * padding but before a pointer's end.
 *
 * A place is where something can be: "processor 0", "disk", a lock. A kind says
 * what it was doing there: "run", "switch", "hold". Both are numbers of names,
 * from 0; `who` is the id of a thread, or -1. Times are picoseconds since the
 * start of the run.
 */
#ifndef TIMESLICE_RECORDS_H
#define TIMESLICE_RECORDS_H

#include <stdbool.h>
#include <stdint.h>

#ifdef __cplusplus
extern "C" {
#endif

/* A stretch of time in which something was somewhere. 32 bytes. */
typedef struct ts_span {
    int64_t from, to; /* from < to */
    int32_t place, kind, who;
    int32_t detail; /* the kind's own: a level, a lock ... */
} ts_span;

/* Something that took no time. 24 bytes. */
typedef struct ts_instant {
    int64_t at;
    int32_t place, kind, who, detail;
} ts_instant;

/* What a quantity was from here on. 24 bytes, four of them unused. */
typedef struct ts_sample {
    int64_t at;
    int32_t series; /* the number of a name, from 0 */
    int64_t value;
} ts_sample;

/* Why something was decided. 24 bytes with a pointer of 32 bits or of 64. */
typedef struct ts_note {
    int64_t at;
    int32_t place, who;
    char *text; /* the trace's */
} ts_note;

/* A turn in a thread's life: what it is from here to its next one. Which turns
 * there are follows from all that is in the digest; they are no part of it. 24
 * bytes each. */
typedef enum ts_turn_to {
    TS_TURN_READY,  /* waits for a processor: `cause` is why */
    TS_TURN_RUNS,   /* has `place`, from the switch to it on */
    TS_TURN_BLOCKS, /* waits for something: `cause` is what for */
    TS_TURN_ENDS
} ts_turn_to;

typedef struct ts_turn {
    int64_t at;
    int32_t who;
    int32_t place; /* the processor that it gets, or last had; -1: none yet */
    int32_t waker; /* the thread whose doing it is; -1: a timer's, a device's,
                      the scheduler's or its own */
    int16_t to;    /* ts_turn_to */
    int16_t cause; /* the number of a name, from 0; -1: unsaid */
} ts_turn;

/* Where a thread stands with the policy from here on: its level, its priority;
 * what is called "... in ns" is a time. Like turns they are no part of the
 * digest. 24 bytes each. */
typedef struct ts_stand {
    int64_t at;
    int64_t value;
    int32_t who;
    int16_t what; /* the number of a cause: its name */
    int16_t unused;
} ts_stand;

/* An attempt to have a request served, as far as it came: times are INT64_MAX
 * where it did not come to that. Like turns they are no part of the digest. 64
 * bytes. */
typedef struct ts_attempt {
    int64_t sent, arrived; /* by whoever wants it; at the server */
    int64_t begun, left;   /* its service; its answer goes home */
    int64_t over;          /* the answer is there, or was given up */
    int64_t parent;  /* of the attempt in whose service it was sent: its number,
                       from 1 in their order; 0: none */
    int32_t sender;  /* the thread that sent it; -1: clients */
    int32_t server;  /* the thread that began it; -1: none of this machine's */
    int16_t to;      /* the number of a cause: the server's name */
    int16_t outcome; /* the number of a cause; -1: none yet */
} ts_attempt;

/* What a metric's value counts. */
typedef enum ts_unit {
    TS_UNIT_TIME,  /* picoseconds, or a mean of them */
    TS_UNIT_RATIO, /* 0.833 is printed as 83.3 % */
    TS_UNIT_COUNT,
    TS_UNIT_RATE, /* per second */
    TS_UNIT_BYTES,
    TS_UNIT_NUMBER /* anything else */
} ts_unit;

typedef struct ts_metric {
    const char *name; /* dotted: "processor.useful" */
    ts_unit unit;
    bool exact; /* `whole` holds it; else `value` */
    int64_t whole;
    double value; /* always set */
} ts_metric;

#ifdef __cplusplus
}
#endif

#endif
