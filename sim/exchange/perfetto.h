/*
 * perfetto.h - between the files that write Perfetto's protobuf.
 *
 * Fields are those of perfetto's protos/perfetto/trace (v58); the numbers that
 * are used stand here, each under its message's name.
 */
#ifndef TS_EXCHANGE_PERFETTO_H
#define TS_EXCHANGE_PERFETTO_H

#include "sim/exchange/exchange.h"
#include "sim/exchange/proto.h"
#include "sim/results/parting.h"

enum {
    TRACE_PACKET = 1,

    PACKET_FTRACE = 1,
    PACKET_PROCESSES = 2,
    PACKET_CLOCKS = 6,
    PACKET_TIMESTAMP = 8,
    PACKET_SEQUENCE = 10,
    PACKET_EVENT = 11,
    PACKET_FLAGS = 13,
    PACKET_SYSTEM = 45,
    PACKET_TRACK = 60,

    TRACK_UUID = 1,
    TRACK_NAME = 2,
    TRACK_THREAD = 4,
    TRACK_PARENT = 5,
    TRACK_COUNTER = 8,

    THREAD_PID = 1,
    THREAD_TID = 2,
    THREAD_NAME = 5,

    EVENT_ANNOTATION = 4,
    EVENT_TYPE = 9,
    EVENT_TRACK = 11,
    EVENT_CATEGORY = 22,
    EVENT_NAME = 23,
    EVENT_COUNTER = 30,
    EVENT_FLOW = 47,

    EVENT_BEGIN = 1, /* of EVENT_TYPE */
    EVENT_END = 2,
    EVENT_INSTANT = 3,
    EVENT_LEVEL = 4,

    ANNOTATION_INT = 4,
    ANNOTATION_TEXT = 6,
    ANNOTATION_NAME = 10
};

/* One run on its way into a file. */
typedef struct ts_perfetto {
    const ts_history *h;
    const ts_parting *parting; /* from another run; NULL: none */
    int side;                  /* of it: 0 or 1 */
    FILE *out;
    ts_buffer packet; /* the one being written */
    size_t open;      /* where it begins in it */
    int64_t flows;    /* given out so far */
    bool begun;       /* the sequence of track events */
} ts_perfetto;

/* Opens a packet at `at`, in picoseconds, and closes and writes it. */
ts_buffer *ts_perfetto_open(ts_perfetto *p, ts_time at);
void ts_perfetto_close(ts_perfetto *p);

/* --- perfetto_events.c: tracks and what stands on them --- */

/* What a track is of. */
typedef enum ts_track_of {
    OF_THREAD = 1,
    OF_LANE,
    OF_SERIES,
    OF_INSTANTS,
    OF_REASONS,
    OF_READY,
    OF_SERVER,
    OF_CLIENTS,
    OF_PARTING
} ts_track_of;

static inline int64_t ts_perfetto_track(ts_track_of of, int64_t number)
{
    return (int64_t)1 << 48 | (int64_t)of << 40 | number;
}

/* Writes that there is a track, or one of levels. */
void ts_perfetto_named(ts_perfetto *p, int64_t track, const char *name,
                       bool counts);
/* An event of EVENT_TYPE, to be ended. */
ts_buffer *ts_perfetto_event(ts_perfetto *p, ts_time at, int type,
                             int64_t track, size_t *event);
void ts_perfetto_event_end(ts_perfetto *p, size_t event);
/* Annotations of the event that is open. */
void ts_perfetto_text(ts_buffer *b, const char *name, const char *text);
void ts_perfetto_number(ts_buffer *b, const char *name, int64_t number);

typedef struct ts_slice {
    ts_time from, to;
    int64_t track;
    const char *category, *name;
    const char *thread; /* whose it is; NULL: the track says */
    int64_t detail;     /* 0: unsaid */
    int64_t flow;       /* 0: none */
} ts_slice;

void ts_perfetto_slice(ts_perfetto *p, const ts_slice *s);
/* The same at `from` alone. */
void ts_perfetto_instant(ts_perfetto *p, const ts_slice *s);

/* Slices that overlap have tracks of the same name beside each other. They come
 * in the order of their beginnings. */
#define TS_LANES_MAX 4096
typedef struct ts_lanes {
    ts_time until[TS_LANES_MAX];
    int count;
} ts_lanes;

/* The track of the first lane that is free; a new one where none is. 0: there are
 * as many as may be. `number` tells the lanes' owner from others of its kind. */
int64_t ts_perfetto_lane(ts_perfetto *p, ts_lanes *lanes, ts_track_of of,
                         int64_t number, const char *name, ts_time from,
                         ts_time to);

/* --- the rest of a run --- */

/* By thread, what it is blocked on. */
typedef struct ts_blocked {
    ts_time from; /* TS_NEVER: it is not */
    const char *cause;
    int64_t flow; /* of the last request that it waited for */
} ts_blocked;

/* perfetto_tracks.c: slices, flows, counters, instants. */
bool ts_perfetto_tracks(ts_perfetto *p, ts_error *error);
/* perfetto_flows.c: who woke whom out of what; `states` has room for all threads
 * and one. Attempts of requests. Where it parts from another run. */
void ts_perfetto_hand_overs(ts_perfetto *p, ts_blocked *states);
bool ts_perfetto_requests(ts_perfetto *p, ts_error *error);
void ts_perfetto_mark(ts_perfetto *p);

#endif
