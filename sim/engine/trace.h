/*
 * trace.h - what happened: spans, instants, samples and notes, and the digest.
 *
 * Whatever the level, every record is folded into a 64-bit digest, so that
 * two runs can be compared without keeping anything, and so that switching
 * the trace on cannot change the digest. At TS_TRACE_OFF nothing is kept.
 *
 * Records are kept in growing arrays on the heap, up to `limit` records of
 * each kind; then the oldest stay and `dropped` counts the rest.
 */
#ifndef TS_ENGINE_TRACE_H
#define TS_ENGINE_TRACE_H

#include "sim/engine/base.h"

typedef enum ts_trace_level {
    TS_TRACE_OFF,   /* digest only */
    TS_TRACE_SPANS, /* spans, instants and samples */
    TS_TRACE_WHY    /* and the reason for every decision */
} ts_trace_level;

/* A place is where something can be: "processor 0", "disk", "lock L".
 * A kind says what it was doing there. Both are small numbers given out by
 * the trace in the order of registration; `who` is a thread's id, or -1. */
typedef struct ts_span {
    ts_time from, to; /* from < to */
    int32_t place, kind, who;
    int32_t detail;   /* the kind's own: a level, a lock ... */
} ts_span;

typedef struct ts_instant {
    ts_time at;
    int32_t place, kind, who, detail;
} ts_instant;

typedef struct ts_sample {
    ts_time at;
    int32_t series;
    int64_t value;
} ts_sample;

typedef struct ts_note {
    ts_time at;
    int32_t place, who;
    char *text; /* owned by the trace */
} ts_note;

typedef struct ts_trace {
    ts_trace_level level;
    uint64_t digest;
    size_t limit; /* records of each sort */
    uint64_t dropped;
    ts_span *spans;
    size_t span_count, span_room;
    ts_instant *instants;
    size_t instant_count, instant_room;
    ts_sample *samples;
    size_t sample_count, sample_room;
    ts_note *notes;
    size_t note_count, note_room;
    char **names[3]; /* places, kinds, series; owned */
    int name_count[3];
    uint32_t *name_index[3]; /* open hash of names: number + 1, 0: free */
    uint32_t name_room[3];   /* its size, a power of two */
} ts_trace;

typedef enum ts_trace_table { TS_PLACES, TS_KINDS, TS_SERIES } ts_trace_table;

#define TS_TRACE_LIMIT ((size_t)1 << 20) /* the limit ts_trace_init() sets */

void ts_trace_init(ts_trace *trace, ts_trace_level level);
void ts_trace_fini(ts_trace *trace);

/* The number of a name, which is registered if it is new; -1 when memory is
 * out. The order of registration is part of the digest. */
int ts_trace_name(ts_trace *trace, ts_trace_table table, const char *name);

/* Empty spans (from == to) are not recorded. */
void ts_trace_span(ts_trace *trace, ts_time from, ts_time to, int place,
                   int kind, int who, int detail);
void ts_trace_instant(ts_trace *trace, ts_time at, int place, int kind,
                      int who, int detail);
void ts_trace_sample(ts_trace *trace, ts_time at, int series, int64_t value);
/* Only at TS_TRACE_WHY; not part of the digest. */
void ts_trace_note(ts_trace *trace, ts_time at, int place, int who,
                   const char *format, ...)
    __attribute__((format(printf, 5, 6)));
/* Folds any number into the digest. */
void ts_trace_fold(ts_trace *trace, uint64_t value);

#endif
