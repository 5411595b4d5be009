/*
 * perfetto_flows.c - what goes from one to another: who lets whom go on, requests
 * on their way through servers, and where a run parts from another one.
 *
 * Flows tie events together in the order of their times. A hand-over is an
 * instant of who does it and one of who gets it. A request is an instant of
 * whoever sends it, a slice of its server, an instant of the thread that begins
 * it, and one where its answer is.
 */
#include "sim/exchange/perfetto.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

/* --- hand-overs --- */

static void write_hand_over(ts_perfetto *p, const ts_turn *t, const char *cause)
{
    const ts_history *h = p->h;
    ts_slice s = {.from = t->at, .category = "hand-over", .name = cause};

    s.flow = ++p->flows;
    s.track = ts_perfetto_track(OF_THREAD, t->waker);
    s.thread = ts_history_name(h, t->who);
    ts_perfetto_instant(p, &s);
    s.track = ts_perfetto_track(OF_THREAD, t->who);
    s.thread = ts_history_name(h, t->waker);
    ts_perfetto_instant(p, &s);
}

void ts_perfetto_hand_overs(ts_perfetto *p, ts_blocked *states)
{
    const ts_history *h = p->h;

    for (int32_t i = 0; i <= h->thread_count; i++)
        states[i].cause = "";
    for (size_t i = 0; i < h->turn_count; i++) {
        const ts_turn *t = &h->turns[i];
        const char *cause = states[t->who].cause;

        states[t->who].cause =
            t->to == TS_TURN_BLOCKS ? ts_history_cause(h, t) : "";
        if (t->waker >= 0 && cause[0] != '\0')
            write_hand_over(p, t, cause);
    }
}

/* --- requests --- */

typedef struct asked {
    const ts_attempt *attempt;
    int64_t number;
} asked;

/* By server, as they come to it; those that never did are last. */
static int by_server(const void *a, const void *b)
{
    const ts_attempt *x = ((const asked *)a)->attempt;
    const ts_attempt *y = ((const asked *)b)->attempt;

    if (x->to != y->to)
        return x->to - y->to;
    if (x->arrived != y->arrived)
        return x->arrived < y->arrived ? -1 : 1;
    return x < y ? -1 : x > y;
}

static int64_t track_of(int32_t thread)
{
    return thread >= 0 ? ts_perfetto_track(OF_THREAD, thread)
                       : ts_perfetto_track(OF_CLIENTS, 0);
}

/* It is somewhere else, on the track of a thread or of clients. */
static void write_station(ts_perfetto *p, const ts_slice *like, int32_t who,
                          ts_time at)
{
    ts_slice s = *like;

    s.track = track_of(who);
    s.from = at;
    if (at != TS_NEVER)
        ts_perfetto_instant(p, &s);
}

static void annotate(ts_perfetto *p, ts_buffer *b, const asked *r)
{
    const ts_attempt *a = r->attempt;

    ts_perfetto_number(b, "request", r->number);
    if (a->parent > 0)
        ts_perfetto_number(b, "for request", a->parent);
    ts_perfetto_text(b, "from",
                     a->sender >= 0 ? ts_history_name(p->h, a->sender)
                                    : "clients");
    if (a->server >= 0)
        ts_perfetto_text(b, "by", ts_history_name(p->h, a->server));
    if (a->outcome >= 0)
        ts_perfetto_text(b, "outcome", ts_history_word(p->h, a->outcome));
}

/* At its server: the whole time there, and in it the wait for somebody. */
static void write_stay(ts_perfetto *p, const asked *r, const ts_slice *like,
                       ts_time left)
{
    const ts_attempt *a = r->attempt;
    size_t event;
    ts_buffer *b =
        ts_perfetto_event(p, a->arrived, EVENT_BEGIN, like->track, &event);

    ts_proto_text(b, EVENT_CATEGORY, like->category);
    ts_proto_text(b, EVENT_NAME, like->name);
    annotate(p, b, r);
    ts_proto_fixed64(b, EVENT_FLOW, (uint64_t)like->flow);
    ts_perfetto_event_end(p, event);
    if (a->begun != TS_NEVER && a->begun > a->arrived)
        ts_perfetto_slice(p, &(ts_slice){.from = a->arrived,
                                         .to = a->begun,
                                         .track = like->track,
                                         .category = like->category,
                                         .name = "waits"});
    ts_perfetto_event(p, left, EVENT_END, like->track, &event);
    ts_perfetto_event_end(p, event);
}

static void write_request(ts_perfetto *p, const asked *r, ts_lanes *lanes)
{
    const ts_attempt *a = r->attempt;
    ts_time left = a->left != TS_NEVER ? a->left : p->h->end;
    char name[96];
    ts_slice s = {.category = "attempt", .name = name, .flow = ++p->flows};

    snprintf(name, sizeof name, "request %" PRId64 " to %.60s", r->number,
             ts_history_word(p->h, a->to));
    if (a->arrived != TS_NEVER)
        s.track =
            ts_perfetto_lane(p, lanes, OF_SERVER, a->to,
                             ts_history_word(p->h, a->to), a->arrived, left);
    write_station(p, &s, a->sender, a->sent);
    if (s.track != 0)
        write_stay(p, r, &s, left);
    if (a->server >= 0)
        write_station(p, &s, a->server, a->begun);
    write_station(p, &s, a->sender, a->over);
}

bool ts_perfetto_requests(ts_perfetto *p, ts_error *error)
{
    const ts_history *h = p->h;
    asked *list = malloc((h->attempt_count + 1) * sizeof *list);
    ts_lanes lanes = {.count = 0};

    if (list == NULL)
        return ts_fail(error, "out of memory");
    for (size_t i = 0; i < h->attempt_count; i++)
        list[i] = (asked){&h->attempts[i], (int64_t)i + 1};
    qsort(list, h->attempt_count, sizeof *list, by_server);
    if (h->attempt_count > 0)
        ts_perfetto_named(p, track_of(-1), "clients", false);
    for (size_t i = 0; i < h->attempt_count; i++) {
        if (i > 0 && list[i].attempt->to != list[i - 1].attempt->to)
            lanes.count = 0;
        write_request(p, &list[i], &lanes);
    }
    free(list);
    return true;
}

/* --- where two runs part --- */

void ts_perfetto_mark(ts_perfetto *p)
{
    const ts_parting *parting = p->parting;
    int64_t track = ts_perfetto_track(OF_PARTING, 0);
    ts_buffer text = TS_BUFFER_EMPTY;
    size_t event;
    ts_buffer *b;

    if (parting == NULL || parting->kind == TS_PARTING_NONE)
        return;
    ts_perfetto_named(p, track, "where the runs part", false);
    b = ts_perfetto_event(p, parting->at, EVENT_INSTANT, track, &event);
    ts_proto_text(b, EVENT_CATEGORY, "compare");
    ts_proto_text(b, EVENT_NAME, ts_parting_title(parting->kind));
    for (int k = 0; k < 2; k++) {
        const char *why = ts_parting_why(parting, k);

        text.length = 0;
        ts_parting_say(parting, k, &text);
        ts_perfetto_text(b, k == p->side ? "here" : "there",
                         text.failed ? "" : text.data);
        if (why != NULL)
            ts_perfetto_text(b, k == p->side ? "why here" : "why there", why);
    }
    ts_perfetto_event_end(p, event);
    ts_buffer_fini(&text);
}
