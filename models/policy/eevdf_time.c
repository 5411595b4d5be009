/*
 * eevdf_time.c - virtual times under EEVDF: the average, lags, deadlines, and
 * what the kernel sees of them when it looks. See eevdf.h.
 */
#include "models/machine/policy.h"
#include "models/policy/eevdf.h"

#include <string.h>

int64_t ts_eevdf_average(const ts_eevdf *state)
{
    ts_i128 v;

    if (state->weight == 0)
        return 0;
    v = state->moment / state->weight;
    return (int64_t)(v - (state->moment % state->weight < 0));
}

bool ts_eevdf_is_eligible(const void *context, const ts_thread *thread)
{
    const ts_eevdf *state = context;
    const ts_eevdf_entity *e = thread->entity;

    return state->moment >= (ts_i128)e->vruntime * state->weight;
}

void ts_eevdf_count(ts_eevdf *state, ts_eevdf_entity *e, bool on)
{
    ts_i128 moment = (ts_i128)e->load.weight * e->vruntime;

    state->count += on ? 1 : -1;
    state->weight += on ? e->load.weight : -e->load.weight;
    state->moment += on ? moment : -moment;
    e->on = on;
    assert(state->count >= 0 && state->weight >= 0);
    assert((state->count == 0) == (state->weight == 0));
    assert(state->count > 0 || state->moment == 0);
}

int64_t ts_eevdf_lag(const ts_eevdf *state, const ts_eevdf_entity *e)
{
    int64_t most =
        2 * e->slice > state->tick / TS_NS ? 2 * e->slice : state->tick / TS_NS;
    int64_t limit = ts_fair_pass(most, e->load);
    int64_t lag = ts_eevdf_average(state) - e->vruntime;

    return lag > limit ? limit : lag < -limit ? -limit : lag;
}

void ts_eevdf_place(ts_eevdf *state, ts_eevdf_entity *e)
{
    int64_t slice = ts_fair_pass(e->slice, e->load);
    int64_t lag = 0;

    if (state->keep_lag && state->count > 0)
        lag = (int64_t)((ts_i128)e->lag * (state->weight + e->load.weight) /
                        state->weight);
    e->vruntime = ts_eevdf_average(state) - lag;
    if (!e->was && state->initial)
        slice /= 2;
    e->deadline = e->kept ? e->vruntime + e->deadline : e->vruntime + slice;
    e->was = true;
    e->kept = false;
    ts_eevdf_count(state, e, true);
}

int64_t ts_eevdf_unseen(const ts_eevdf *state)
{
    ts_time now = ts_engine_now(state->machine->engine), last;
    const ts_eevdf_entity *e;

    if (state->current == NULL)
        return 0;
    e = state->current->entity;
    last = now / state->tick * state->tick;
    last = e->seen > last ? e->seen : last;
    return ts_fair_pass((now - last) / TS_NS, e->load);
}

void ts_eevdf_run(ts_eevdf *state, int64_t grown)
{
    ts_eevdf_entity *e = state->current != NULL ? state->current->entity : NULL;

    if (e == NULL)
        return;
    e->vruntime += grown;
    state->moment += (ts_i128)e->load.weight * grown;
}

/* A thread that is alone goes on over its deadlines: each tick from one on
 * gives it the next (entity_tick()). Nobody looked at those ticks; the last
 * that did is found from their numbers. One that is not alone is due at the
 * first. */
static void renew_at_ticks(ts_eevdf *state, ts_eevdf_entity *e, ts_time now)
{
    int64_t slice = ts_fair_pass(e->slice, e->load);
    int64_t ran = ts_fair_pass((now - e->seen) / TS_NS, e->load);
    int64_t left = ts_fair_wall(e->deadline - (e->vruntime - ran), e->load);
    ts_time first = ts_fair_tick(e->seen, left, state->tick), step;

    if (first >= now)
        return;
    state->due = state->count > 1;
    step = ts_fair_tick(0, ts_fair_wall(slice, e->load), state->tick);
    first += (now - 1 - first) / step * step;
    e->deadline =
        e->vruntime - ts_fair_pass((now - first) / TS_NS, e->load) + slice;
}

bool ts_eevdf_is_open(const ts_eevdf *state, const ts_eevdf_entity *e)
{
    return state->later && state->parity && e->deadline != e->picked;
}

void ts_eevdf_look(ts_eevdf *state)
{
    ts_time now = ts_engine_now(state->machine->engine);
    ts_eevdf_entity *e;

    if (state->current == NULL)
        return;
    e = state->current->entity;
    if (!state->hrtick)
        renew_at_ticks(state, e, now);
    e->seen = now;
    if (e->vruntime >= e->deadline) {
        e->deadline = e->vruntime + ts_fair_pass(e->slice, e->load);
        state->due = state->count > 1;
    } else if (ts_eevdf_is_open(state, e) && state->count > 1 &&
               !ts_eevdf_is_eligible(state, state->current)) {
        state->due = true;
    }
}

void ts_eevdf_key(const ts_runqueue *queue, const ts_thread *thread,
                  char *buffer, size_t size)
{
    const ts_eevdf *state = queue->state;
    const ts_eevdf_entity *e = thread->entity;
    int64_t v = ts_eevdf_average(state);
    int64_t ahead = e->deadline - v;
    char deadline[64];

    ts_key_time(buffer, size, "lag", (v - e->vruntime) * TS_NS);
    ts_key_time(deadline, sizeof deadline,
                ahead < 0 ? ", virtual deadline past by"
                          : ", virtual deadline in",
                (ahead < 0 ? -ahead : ahead) * TS_NS);
    strncat(buffer, deadline, size - strlen(buffer) - 1);
}
