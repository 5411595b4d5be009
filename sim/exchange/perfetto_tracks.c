/*
 * perfetto_tracks.c - what stands beside the scheduler: on each thread's track
 * what it waits for and what its processor does for it besides its own work; on
 * tracks of their own locks, devices, links and loads; levels as counters;
 * alarms and marks as instants; the reasons of --why at each processor.
 *
 * Slices of one track must lie in each other or beside each other. Where
 * several overlap (a device with many servers) each goes to the first of the
 * place's lanes that is free.
 *
 * A request is an arrow from the thread that waits for it to the device.
 */
#include "sim/exchange/perfetto.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "sim/exchange/switches.h"

/* --- threads --- */

/* "io disk": a device serves it. */
static bool is_request(const char *cause)
{
    return strncmp(cause, "io ", 3) == 0;
}

static void write_thread_track(ts_perfetto *p, int32_t thread)
{
    ts_buffer *b = ts_perfetto_open(p, 0);
    size_t at = ts_proto_open(b, PACKET_TRACK), inner;

    ts_proto_number(b, TRACK_UUID, ts_perfetto_track(OF_THREAD, thread));
    inner = ts_proto_open(b, TRACK_THREAD);
    ts_proto_number(b, THREAD_PID, ts_export_process(p->h, thread));
    ts_proto_number(b, THREAD_TID, ts_export_pid(thread));
    ts_proto_text(b, THREAD_NAME, ts_history_name(p->h, thread));
    ts_proto_close(b, inner);
    ts_proto_close(b, at);
    ts_perfetto_close(p);
}

/* Slices of threads' tracks. */
typedef struct slices {
    ts_slice *list; /* owned; room for all turns and stretches */
    size_t count;
} slices;

static void end_block(slices *all, ts_blocked *b, int32_t thread, ts_time at)
{
    if (b->from != TS_NEVER && b->cause[0] != '\0')
        all->list[all->count++] =
            (ts_slice){.from = b->from,
                       .to = at,
                       .track = ts_perfetto_track(OF_THREAD, thread),
                       .category = "blocked",
                       .name = b->cause,
                       .flow = b->flow};
    b->from = TS_NEVER;
}

static void add_blocked(ts_perfetto *p, slices *all, ts_blocked *list)
{
    const ts_history *h = p->h;

    for (size_t i = 0; i < h->turn_count; i++) {
        const ts_turn *t = &h->turns[i];
        ts_blocked *b = &list[t->who];

        end_block(all, b, t->who, t->at);
        if (t->to != TS_TURN_BLOCKS)
            continue;
        b->from = t->at;
        b->cause = ts_history_cause(h, t);
        b->flow = is_request(b->cause) ? ++p->flows : 0;
    }
    for (int32_t i = 0; i < h->thread_count; i++)
        end_block(all, &list[i], i, h->end);
}

/* "kernel", "spin", "switch": all but its own work. */
static void add_modes(const ts_perfetto *p, slices *all)
{
    const ts_history *h = p->h;

    for (size_t i = 0; i < h->is.span_count; i++) {
        const ts_span *s = &h->is.spans[i];

        if (h->processor[s->place] >= 0 && s->who >= 0 &&
            strcmp(h->is.kinds[s->kind], "run") != 0)
            all->list[all->count++] =
                (ts_slice){.from = s->from,
                           .to = s->to,
                           .track = ts_perfetto_track(OF_THREAD, s->who),
                           .category = "processor",
                           .name = h->is.kinds[s->kind]};
    }
}

/* One after the other on each track: an end closes what was begun last. */
static int by_track(const void *a, const void *b)
{
    const ts_slice *x = a, *y = b;

    if (x->track != y->track)
        return x->track < y->track ? -1 : 1;
    if (x->from != y->from)
        return x->from < y->from ? -1 : 1;
    return x->to < y->to ? -1 : x->to > y->to;
}

static bool write_threads(ts_perfetto *p, ts_blocked *list, ts_error *error)
{
    const ts_history *h = p->h;
    slices all = {.list = malloc((h->turn_count + h->is.span_count + 1) *
                                 sizeof *all.list)};

    if (all.list == NULL)
        return ts_fail(error, "out of memory");
    for (int32_t i = 0; i < h->thread_count; i++)
        write_thread_track(p, i);
    add_blocked(p, &all, list);
    add_modes(p, &all);
    qsort(all.list, all.count, sizeof *all.list, by_track);
    for (size_t i = 0; i < all.count; i++)
        ts_perfetto_slice(p, &all.list[i]);
    free(all.list);
    return true;
}

/* --- places --- */

typedef struct placed {
    ts_span span;
    int64_t flow;
} placed;

static int by_place(const void *a, const void *b)
{
    const placed *x = a, *y = b;

    if (x->span.place != y->span.place)
        return x->span.place - y->span.place;
    if (x->span.from != y->span.from)
        return x->span.from < y->span.from ? -1 : 1;
    return x->span.to < y->span.to ? -1 : x->span.to > y->span.to;
}

static void write_placed(ts_perfetto *p, const placed *list, size_t count)
{
    ts_lanes lanes = {.count = 0};
    int place = -1;

    for (size_t i = 0; i < count; i++) {
        const ts_span *s = &list[i].span;
        const char *kind = p->h->is.kinds[s->kind];
        int64_t track;

        if (s->place != place)
            lanes.count = 0;
        place = s->place;
        track = ts_perfetto_lane(p, &lanes, OF_LANE, place,
                                 p->h->is.places[place], s->from, s->to);
        if (track == 0)
            continue; /* as many at once as nobody looks at */
        ts_perfetto_slice(p, &(ts_slice){.from = s->from,
                                         .to = s->to,
                                         .track = track,
                                         .category = kind,
                                         .name =
                                             s->who >= 0
                                                 ? ts_history_name(p->h, s->who)
                                                 : kind,
                                         .detail = s->detail,
                                         .flow = list[i].flow});
    }
}

/* Which request a stretch at a device is: that of the block of its thread in
 * which it ends. */
typedef struct request {
    ts_time to;
    int64_t flow;
    int32_t who;
} request;

static int by_end(const void *a, const void *b)
{
    const request *x = a, *y = b;

    if (x->who != y->who)
        return x->who < y->who ? -1 : 1;
    return x->to < y->to ? -1 : x->to > y->to;
}

static int64_t find_flow(const request *list, size_t count, const ts_span *s)
{
    const request key = {.who = s->who, .to = s->to};
    const request *found = bsearch(&key, list, count, sizeof *list, by_end);

    return found != NULL ? found->flow : 0;
}

/* In the order in which add_blocked() numbers them. */
static size_t list_requests(const ts_perfetto *p, int64_t first,
                            ts_blocked *open, request *list)
{
    const ts_history *h = p->h;
    size_t count = 0;

    for (int32_t i = 0; i <= h->thread_count; i++)
        open[i].from = TS_NEVER;
    for (size_t i = 0; i < h->turn_count; i++) {
        const ts_turn *t = &h->turns[i];
        ts_blocked *b = &open[t->who];

        if (b->from != TS_NEVER)
            list[count++] =
                (request){.to = t->at, .flow = b->flow, .who = t->who};
        b->from = TS_NEVER;
        if (t->to == TS_TURN_BLOCKS && is_request(ts_history_cause(h, t))) {
            b->from = t->at;
            b->flow = ++first;
        }
    }
    qsort(list, count, sizeof *list, by_end);
    return count;
}

static bool write_places(ts_perfetto *p, int64_t first, ts_blocked *open,
                         ts_error *error)
{
    const ts_history *h = p->h;
    placed *list = malloc((h->is.span_count + 1) * sizeof *list);
    request *requests = malloc((h->turn_count + 1) * sizeof *requests);
    size_t count = 0, known;

    if (list == NULL || requests == NULL) {
        free(list);
        free(requests);
        return ts_fail(error, "out of memory");
    }
    known = list_requests(p, first, open, requests);
    for (size_t i = 0; i < h->is.span_count; i++)
        if (h->processor[h->is.spans[i].place] < 0)
            list[count++] =
                (placed){.span = h->is.spans[i],
                         .flow = find_flow(requests, known, &h->is.spans[i])};
    qsort(list, count, sizeof *list, by_place);
    write_placed(p, list, count);
    free(list);
    free(requests);
    return true;
}

/* --- levels --- */

static void write_level(ts_perfetto *p, ts_time at, int64_t track,
                        int64_t value)
{
    size_t event;
    ts_buffer *b = ts_perfetto_event(p, at, EVENT_LEVEL, track, &event);

    ts_proto_number(b, EVENT_COUNTER, value);
    ts_perfetto_event_end(p, event);
}

static void write_series(ts_perfetto *p)
{
    const ts_history *h = p->h;

    for (int i = 0; i < (int)h->series_count; i++)
        ts_perfetto_named(p, ts_perfetto_track(OF_SERIES, i), h->series[i],
                          true);
    for (size_t i = 0; i < h->sample_count; i++)
        write_level(p, h->samples[i].at,
                    ts_perfetto_track(OF_SERIES, h->samples[i].series),
                    h->samples[i].value);
}

/* How many wait for a processor, at the end of each instant. */
static void write_ready(ts_perfetto *p, ts_blocked *states)
{
    const ts_history *h = p->h;
    int64_t track = ts_perfetto_track(OF_READY, 0), ready = 0, told = -1;

    for (int32_t i = 0; i <= h->thread_count; i++)
        states[i].flow = 0; /* 1: it is ready */
    ts_perfetto_named(p, track, "threads ready", true);
    for (size_t i = 0; i < h->turn_count; i++) {
        const ts_turn *t = &h->turns[i];
        int64_t is = t->to == TS_TURN_READY;

        ready += is - states[t->who].flow;
        states[t->who].flow = is;
        if (i + 1 < h->turn_count && h->turns[i + 1].at == t->at)
            continue;
        if (ready != told)
            write_level(p, t->at, track, ready);
        told = ready;
    }
}

/* --- instants --- */

static void write_instants(ts_perfetto *p, bool *named)
{
    const ts_history *h = p->h;

    for (size_t i = 0; i < h->instant_count; i++) {
        const ts_instant *at = &h->instants[i];
        int64_t track = ts_perfetto_track(OF_INSTANTS, at->place);
        size_t event;
        ts_buffer *b;

        if (!named[at->place])
            ts_perfetto_named(p, track, h->is.places[at->place], false);
        named[at->place] = true;
        b = ts_perfetto_event(p, at->at, EVENT_INSTANT, track, &event);
        ts_proto_text(b, EVENT_CATEGORY, h->is.places[at->place]);
        ts_proto_text(b, EVENT_NAME, h->is.kinds[at->kind]);
        if (at->who >= 0)
            ts_perfetto_text(b, "thread", ts_history_name(h, at->who));
        ts_perfetto_number(b, "detail", at->detail);
        ts_perfetto_event_end(p, event);
    }
}

/* "dispatches a.0", and the whole reason beside it. */
static void write_reasons(ts_perfetto *p, bool *named)
{
    const ts_history *h = p->h;

    for (size_t i = 0; i < h->note_count; i++) {
        const ts_note *n = &h->notes[i];
        int place = n->place >= 0 ? n->place : h->is.place_count;
        int64_t track = ts_perfetto_track(OF_REASONS, place);
        size_t event, length = strcspn(n->text, "(:");
        char name[64];
        ts_buffer *b;

        if (!named[place]) {
            snprintf(name, sizeof name, "decisions, %s",
                     n->place >= 0 ? h->is.places[n->place] : "elsewhere");
            ts_perfetto_named(p, track, name, false);
        }
        named[place] = true;
        length -= length > 0 && n->text[length - 1] == ' ';
        snprintf(name, sizeof name, "%.*s", (int)(length < 63 ? length : 63),
                 n->text);
        b = ts_perfetto_event(p, n->at, EVENT_INSTANT, track, &event);
        ts_proto_text(b, EVENT_CATEGORY, "why");
        ts_proto_text(b, EVENT_NAME, name);
        ts_perfetto_text(b, "why", n->text);
        ts_perfetto_event_end(p, event);
    }
}

bool ts_perfetto_tracks(ts_perfetto *p, ts_error *error)
{
    const ts_history *h = p->h;
    size_t places = (size_t)h->is.place_count + 1;
    ts_blocked *threads =
        malloc(((size_t)h->thread_count + 1) * sizeof *threads);
    bool *named = calloc(2 * places, sizeof *named);
    int64_t first = p->flows;
    bool fine =
        (threads != NULL && named != NULL) || ts_fail(error, "out of memory");

    if (fine) {
        for (int32_t i = 0; i <= h->thread_count; i++)
            threads[i] = (ts_blocked){.from = TS_NEVER};
        fine = write_threads(p, threads, error) &&
               write_places(p, first, threads, error);
    }
    if (fine) {
        write_series(p);
        write_ready(p, threads);
        write_instants(p, named);
        write_reasons(p, named + places);
        ts_perfetto_hand_overs(p, threads);
        ts_perfetto_mark(p);
        fine = ts_perfetto_requests(p, error);
    }
    free(threads);
    free(named);
    return fine;
}
