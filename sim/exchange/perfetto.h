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
    PACKET_MACHINE = 98,

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

/* One run on its way into the file; several are several machines. */
typedef struct ts_perfetto {
    const ts_history *h;
    FILE *out;
    int machine;      /* 0: the first run */
    ts_buffer packet; /* the one being written */
    size_t open;      /* where it begins in it */
    int64_t flows;    /* given out so far */
    bool begun;       /* the sequence of track events */
} ts_perfetto;

/* Opens a packet at `at`, in picoseconds, and closes and writes it. */
ts_buffer *ts_perfetto_open(ts_perfetto *p, ts_time at);
void ts_perfetto_close(ts_perfetto *p);

/* perfetto_tracks.c: slices, flows, counters, instants. */
bool ts_perfetto_tracks(ts_perfetto *p, ts_error *error);

#endif
