/*
 * trace.h - what happened: spans, instants, samples and notes, and the digest.
 *
 * Whatever the level, every record is folded into a 64-bit digest, so that
 * two runs can be compared without keeping anything, and so that switching
 * the trace on cannot change the digest. At TS_TRACE_OFF nothing is kept.
 *
 * The records are those of timeslice/records.h, which a caller of the library
 * reads where they lie. Names of places and kinds get small numbers in the order
 * of registration.
 *
 * Records are kept in growing arrays on the heap, up to `limit` records of
 * each kind, and four times as many turns; then the oldest stay and `dropped`
 * counts the rest.
 */
#ifndef TS_ENGINE_TRACE_H
#define TS_ENGINE_TRACE_H

#include "sim/engine/base.h"
#include "sim/engine/hash.h"
#include "timeslice/records.h"

typedef enum ts_trace_level {
    TS_TRACE_OFF,   /* digest only */
    TS_TRACE_SPANS, /* spans, instants and samples */
    TS_TRACE_WHY    /* and the reason for every decision */
} ts_trace_level;

typedef enum ts_trace_table {
    TS_PLACES,
    TS_KINDS,
    TS_SERIES,
    TS_CAUSES, /* of turns; servers and outcomes of attempts */
    TS_TRACE_TABLES
} ts_trace_table;

typedef struct ts_trace {
    ts_trace_level level;
    uint64_t digest;
    size_t limit;           /* records of each sort */
    uint64_t dropped;       /* records of all sorts */
    uint64_t dropped_spans; /* of these */
    size_t held;            /* bytes of the records */
    bool exhausted;         /* a name or a record found no memory: digest and
                               records are not the run's, and the engine ends
                               it */
    ts_span *spans;
    size_t span_count, span_room;
    ts_instant *instants;
    size_t instant_count, instant_room;
    ts_sample *samples;
    size_t sample_count, sample_room;
    ts_note *notes;
    size_t note_count, note_room;
    ts_turn *turns;
    size_t turn_count, turn_room;
    ts_stand *standings;
    size_t standing_count, standing_room;
    ts_attempt *attempts;
    size_t attempt_count, attempt_room;
    char **names[TS_TRACE_TABLES]; /* owned */
    int name_count[TS_TRACE_TABLES];
    uint32_t *name_index[TS_TRACE_TABLES]; /* open hash of names: number + 1, 0:
                                              free */
    uint32_t name_room[TS_TRACE_TABLES];   /* its size, a power of two */
} ts_trace;

#define TS_TRACE_LIMIT ((size_t)1 << 20) /* the limit ts_trace_init() sets */

void ts_trace_init(ts_trace *trace, ts_trace_level level);
void ts_trace_fini(ts_trace *trace);

/* The number of a name, which is registered if it is new; -1 when memory is
 * out, or was out when the name was made (NULL). The order of registration is part
 * of the digest, but for causes. */
int ts_trace_name(ts_trace *trace, ts_trace_table table, const char *name);

/*
 * Each record goes into the digest as one word made of all its fields
 * (ts_hash_record), the time marked with what sort of record it is, so that
 * one sort cannot stand for another: values that no time takes.
 */
#define TS_TAG_SPAN UINT64_C(0xa000000000000002)
#define TS_TAG_INSTANT UINT64_C(0xa000000000000003)
#define TS_TAG_SAMPLE UINT64_C(0xa000000000000004)

/* Two 32-bit fields as one word. */
static inline uint64_t ts_trace_pair(int32_t high, int32_t low)
{
    return (uint64_t)(uint32_t)high << 32 | (uint32_t)low;
}

/* trace.c: keep a record, when there is room. */
void ts_trace_keep_span(ts_trace *trace, const ts_span *span);
void ts_trace_keep_instant(ts_trace *trace, const ts_instant *instant);
void ts_trace_keep_sample(ts_trace *trace, const ts_sample *sample);

/* Empty spans (from == to) are not recorded. */
static inline void ts_trace_span(ts_trace *trace, ts_time from, ts_time to,
                                 int place, int kind, int who, int detail)
{
    uint64_t word;

    if (from == to)
        return;
    assert(from < to);
    word =
        ts_hash_record(TS_TAG_SPAN ^ (uint64_t)from, ts_trace_pair(place, kind),
                       ts_trace_pair(who, detail));
    trace->digest = ts_hash_fold(trace->digest, word);
    trace->digest = ts_hash_fold(trace->digest, (uint64_t)to);
    if (__builtin_expect(trace->level >= TS_TRACE_SPANS, 0)) {
        ts_trace_keep_span(trace,
                           &(ts_span){from, to, place, kind, who, detail});
    }
}

static inline void ts_trace_instant(ts_trace *trace, ts_time at, int place,
                                    int kind, int who, int detail)
{
    uint64_t word =
        ts_hash_record(TS_TAG_INSTANT ^ (uint64_t)at,
                       ts_trace_pair(place, kind), ts_trace_pair(who, detail));

    trace->digest = ts_hash_fold(trace->digest, word);
    if (__builtin_expect(trace->level >= TS_TRACE_SPANS, 0)) {
        ts_trace_keep_instant(trace,
                              &(ts_instant){at, place, kind, who, detail});
    }
}

static inline void ts_trace_sample(ts_trace *trace, ts_time at, int series,
                                   int64_t value)
{
    uint64_t word = ts_hash_record(TS_TAG_SAMPLE ^ (uint64_t)at,
                                   (uint64_t)(int64_t)series, (uint64_t)value);

    trace->digest = ts_hash_fold(trace->digest, word);
    if (__builtin_expect(trace->level >= TS_TRACE_SPANS, 0))
        ts_trace_keep_sample(trace, &(ts_sample){at, series, value});
}

/* Kept at TS_TRACE_SPANS; the caller asks for the level, and spares itself the
 * name of the cause. */
void ts_trace_turn(ts_trace *trace, const ts_turn *turn);
void ts_trace_standing(ts_trace *trace, const ts_stand *standing);
/* Kept at TS_TRACE_SPANS: an attempt is begun, and its number, from 1, is by what
 * the rest of it is told. 0: it was not kept. */
int64_t ts_trace_attempt(ts_trace *trace, const ts_attempt *attempt);
/* NULL for the number 0. */
static inline ts_attempt *ts_trace_attempted(ts_trace *trace, int64_t number)
{
    return number > 0 ? &trace->attempts[number - 1] : NULL;
}
/* Only at TS_TRACE_WHY; not part of the digest. */
void ts_trace_note(ts_trace *trace, ts_time at, int place, int who,
                   const char *format, ...)
    __attribute__((format(printf, 5, 6)));
/* Folds any number into the digest. */
void ts_trace_fold(ts_trace *trace, uint64_t value);

#endif
