/*
 * perfetto_events.c - tracks, and events on them.
 */
#include "sim/exchange/perfetto.h"

void ts_perfetto_named(ts_perfetto *p, int64_t track, const char *name,
                       bool counts)
{
    ts_buffer *b = ts_perfetto_open(p, 0);
    size_t at = ts_proto_open(b, PACKET_TRACK);

    ts_proto_number(b, TRACK_UUID, track);
    ts_proto_text(b, TRACK_NAME, name);
    if (counts)
        ts_proto_close(b, ts_proto_open(b, TRACK_COUNTER));
    ts_proto_close(b, at);
    ts_perfetto_close(p);
}

ts_buffer *ts_perfetto_event(ts_perfetto *p, ts_time at, int type,
                             int64_t track, size_t *event)
{
    ts_buffer *b = ts_perfetto_open(p, at);

    if (!p->begun)
        ts_proto_number(b, PACKET_FLAGS, 1); /* nothing came before */
    p->begun = true;
    *event = ts_proto_open(b, PACKET_EVENT);
    ts_proto_number(b, EVENT_TYPE, type);
    ts_proto_number(b, EVENT_TRACK, track);
    return b;
}

void ts_perfetto_event_end(ts_perfetto *p, size_t event)
{
    ts_proto_close(&p->packet, event);
    ts_perfetto_close(p);
}

void ts_perfetto_text(ts_buffer *b, const char *name, const char *text)
{
    size_t at = ts_proto_open(b, EVENT_ANNOTATION);

    ts_proto_text(b, ANNOTATION_NAME, name);
    ts_proto_text(b, ANNOTATION_TEXT, text);
    ts_proto_close(b, at);
}

void ts_perfetto_number(ts_buffer *b, const char *name, int64_t number)
{
    size_t at = ts_proto_open(b, EVENT_ANNOTATION);

    ts_proto_text(b, ANNOTATION_NAME, name);
    ts_proto_number(b, ANNOTATION_INT, number);
    ts_proto_close(b, at);
}

static void write_beginning(ts_perfetto *p, const ts_slice *s, int type)
{
    size_t event;
    ts_buffer *b = ts_perfetto_event(p, s->from, type, s->track, &event);

    ts_proto_text(b, EVENT_CATEGORY, s->category);
    ts_proto_text(b, EVENT_NAME, s->name);
    if (s->thread != NULL)
        ts_perfetto_text(b, "thread", s->thread);
    if (s->detail != 0)
        ts_perfetto_number(b, "detail", s->detail);
    if (s->flow != 0)
        ts_proto_fixed64(b, EVENT_FLOW, (uint64_t)s->flow);
    ts_perfetto_event_end(p, event);
}

void ts_perfetto_instant(ts_perfetto *p, const ts_slice *s)
{
    write_beginning(p, s, EVENT_INSTANT);
}

void ts_perfetto_slice(ts_perfetto *p, const ts_slice *s)
{
    size_t event;

    write_beginning(p, s, EVENT_BEGIN);
    ts_perfetto_event(p, s->to, EVENT_END, s->track, &event);
    ts_perfetto_event_end(p, event);
}

int64_t ts_perfetto_lane(ts_perfetto *p, ts_lanes *lanes, ts_track_of of,
                         int64_t number, const char *name, ts_time from,
                         ts_time to)
{
    int64_t track;
    int lane = 0;

    while (lane < lanes->count && lanes->until[lane] > from)
        lane++;
    if (lane == TS_LANES_MAX)
        return 0;
    track = ts_perfetto_track(of, number * TS_LANES_MAX + lane);
    if (lane == lanes->count) {
        lanes->count++;
        ts_perfetto_named(p, track, name, false);
    }
    lanes->until[lane] = to;
    return track;
}
