/*
 * lives.c - the events of a kernel's trace as programs of threads.
 *
 * Time is kept relative to `origin`, a multiple of 20 ms of the trace's clock:
 * ticks, which are at multiples of 1, 4 or 10 ms, fall where they fell.
 *
 * A thread that is first seen running, or leaving a processor, was there from
 * the beginning; one that is first woken was blocked until then, and one that is
 * first switched to was ready. Lost events leave gaps: a switch from a thread
 * that was not there is believed, and counted.
 */
#include "sim/exchange/lives.h"

#include <stdlib.h>
#include <string.h>

#define GRID (20 * TS_MS)

void ts_lives_init(ts_lives *lives)
{
    *lives = (ts_lives){.first = TS_NEVER, .last = TS_NEVER};
}

void ts_lives_fini(ts_lives *lives)
{
    for (int32_t i = 0; i < lives->count; i++)
        free(lives->list[i].deeds);
    free(lives->list);
    free(lives->index);
    free(lives->on);
    *lives = (ts_lives){.failed = lives->failed};
}

/* --- finding threads --- */

static uint32_t place_of(const ts_lives *lives, int32_t pid)
{
    uint32_t mask = lives->index_room - 1;
    uint32_t at = (uint32_t)pid * UINT32_C(2654435769) & mask;

    while (lives->index[at] != 0 &&
           lives->list[lives->index[at] - 1].pid != pid)
        at = (at + 1) & mask;
    return at;
}

static bool grow(ts_lives *lives)
{
    int32_t room = lives->room == 0 ? 64 : 2 * lives->room;
    ts_life *list = realloc(lives->list, (size_t)room * sizeof *list);
    int32_t *index = calloc(2 * (size_t)room, sizeof *index);

    if (list != NULL)
        lives->list = list;
    if (list == NULL || index == NULL) {
        free(index);
        return false;
    }
    free(lives->index);
    lives->index = index;
    lives->index_room = 2 * (uint32_t)room;
    lives->room = room;
    /* The last of a pid that was used again is the one that lives. */
    for (int32_t i = 0; i < lives->count; i++)
        lives->index[place_of(lives, list[i].pid)] = i + 1;
    return true;
}

/* NULL: memory ended. `fresh`: a new thread, even if the pid was there. */
static ts_life *find(ts_lives *lives, int32_t pid, bool fresh, bool *made)
{
    uint32_t at;

    *made = false;
    if (lives->count == lives->room && !grow(lives)) {
        lives->failed = true;
        return NULL;
    }
    at = place_of(lives, pid);
    if (lives->index[at] != 0 && !fresh)
        return &lives->list[lives->index[at] - 1];
    *made = true;
    lives->index[at] = ++lives->count;
    lives->list[lives->count - 1] = (ts_life){.pid = pid, .priority = -1};
    return &lives->list[lives->count - 1];
}

static void name(ts_life *life, ts_seen_name name, int32_t priority)
{
    size_t length = name.length < 15 ? name.length : 15;

    if (length > 0) {
        memcpy(life->name, name.text, length);
        life->name[length] = '\0';
    }
    /* What inheritance lent it is not its own. */
    if (priority >= 0 && life->priority < 0)
        life->priority = priority;
}

/* --- writing programs --- */

static void add(ts_lives *lives, ts_life *life, ts_deed_kind kind,
                int64_t value)
{
    if (life->count == life->room) {
        size_t room = life->room == 0 ? 16 : 2 * life->room;
        ts_deed *grown = realloc(life->deeds, room * sizeof *grown);

        if (grown == NULL) {
            lives->failed = true;
            return;
        }
        life->deeds = grown;
        life->room = room;
    }
    life->deeds[life->count++] = (ts_deed){value, kind};
}

/* What it has run up to `now` and not been given credit for. */
static void credit(ts_life *life, ts_time now)
{
    if (life->state == TS_LIFE_RUNS) {
        life->ran += now - life->since;
        life->since = now;
    }
}

static void write_run(ts_lives *lives, ts_life *life)
{
    if (life->ran > 0)
        add(lives, life, TS_DEED_RUN, life->ran);
    life->ran = 0;
}

static void enter(ts_life *life, ts_life_state state, ts_time now)
{
    life->state = state;
    life->since = now;
}

/* --- events --- */

static int32_t *slot_of(ts_lives *lives, int32_t cpu)
{
    if (cpu >= lives->on_room) {
        int room = cpu + 16;
        int32_t *grown = realloc(lives->on, (size_t)room * sizeof *grown);

        if (grown == NULL) {
            lives->failed = true;
            return NULL;
        }
        for (int i = lives->on_room; i < room; i++)
            grown[i] = -1;
        lives->on = grown;
        lives->on_room = room;
    }
    if (cpu >= lives->processors)
        lives->processors = cpu + 1;
    return &lives->on[cpu];
}

/* It was blocked, and is ready: why it was is known now. */
static void wake(ts_lives *lives, ts_life *life, ts_life *waker, ts_time now)
{
    ts_deed_kind kind = life->device ? TS_DEED_DEVICE : TS_DEED_SLEEP;

    if (waker != NULL) {
        credit(waker, now);
        write_run(lives, waker);
        add(lives, waker, TS_DEED_POST, life - lives->list);
        life->waits = true;
        kind = TS_DEED_WAIT;
    }
    if (life->count == 0 && waker == NULL)
        life->arrival = now; /* nothing is known of it before */
    else
        add(lives, life, kind, now - life->since);
    enter(life, TS_LIFE_READY, now);
}

/* The thread that does it: it has the processor, and no handler has. */
static ts_life *waker_of(ts_lives *lives, const ts_seen *seen)
{
    const int32_t *slot = slot_of(lives, seen->cpu);
    ts_life *life;

    if (slot == NULL || *slot <= 0 || seen->interrupt)
        return NULL;
    life = &lives->list[*slot - 1];
    return life->state == TS_LIFE_RUNS && life->pid == seen->current &&
                   life->pid != seen->pid
               ? life
               : NULL;
}

static void take_wake(ts_lives *lives, const ts_seen *seen, ts_time now)
{
    bool made;
    ts_life *life = find(lives, seen->pid, false, &made);

    if (life == NULL || seen->pid == 0)
        return;
    name(life, seen->name, seen->priority);
    if (made) {
        life->arrival = lives->first;
        enter(life, TS_LIFE_BLOCKED, lives->first);
    }
    if (life->state != TS_LIFE_BLOCKED)
        return; /* told twice, or it was about to sleep */
    lives->guessed += !seen->context;
    wake(lives, life, waker_of(lives, seen), now);
}

static void take_new(ts_lives *lives, const ts_seen *seen, ts_time now)
{
    bool made;
    ts_life *life = find(lives, seen->pid, true, &made);

    if (life == NULL)
        return;
    name(life, seen->name, seen->priority);
    life->arrival = now;
    enter(life, TS_LIFE_READY, now);
}

static void take_exit(ts_lives *lives, const ts_seen *seen, ts_time now)
{
    bool made;
    ts_life *life = find(lives, seen->pid, false, &made);

    if (life == NULL || seen->pid == 0)
        return;
    name(life, seen->name, seen->priority);
    if (life->state == TS_LIFE_BLOCKED && !made)
        wake(lives, life, NULL, now);
    life->ended = true;
}

/* It leaves its processor as what `state` says. */
static void leaves(ts_lives *lives, const ts_seen *seen, const int32_t *slot,
                   ts_time now)
{
    bool made;
    ts_life *life = find(lives, seen->pid, false, &made);
    char state = seen->state;

    if (life == NULL)
        return;
    name(life, seen->name, seen->priority);
    if (made) {
        life->arrival = lives->first;
        enter(life, TS_LIFE_RUNS, lives->first);
    } else if (life->state != TS_LIFE_RUNS ||
               *slot != (int32_t)(life - lives->list) + 1) {
        lives->gaps++;
        if (life->state == TS_LIFE_BLOCKED)
            wake(lives, life, NULL, now);
        enter(life, TS_LIFE_RUNS, now);
    }
    credit(life, now);
    if (state == 'R') {
        enter(life, TS_LIFE_READY, now);
        return;
    }
    write_run(lives, life);
    life->device = state == 'D';
    life->ended |= state == 'X' || state == 'Z';
    enter(life, TS_LIFE_BLOCKED, now);
}

static int32_t comes(ts_lives *lives, const ts_seen *seen, ts_time now)
{
    bool made;
    ts_life *life = find(lives, seen->next, false, &made);

    if (life == NULL)
        return -1;
    name(life, seen->next_name, seen->next_priority);
    if (made)
        life->arrival = lives->first;
    if (life->state == TS_LIFE_BLOCKED && !made) {
        lives->gaps++;
        wake(lives, life, NULL, now);
    }
    enter(life, TS_LIFE_RUNS, now);
    life->cpu = seen->cpu;
    return (int32_t)(life - lives->list) + 1;
}

static void take_switch(ts_lives *lives, const ts_seen *seen, ts_time now)
{
    int32_t *slot = slot_of(lives, seen->cpu);

    if (slot == NULL)
        return;
    if (seen->pid != 0)
        leaves(lives, seen, slot, now);
    *slot = 0;
    if (seen->next != 0)
        *slot = comes(lives, seen, now);
}

void ts_lives_take(ts_lives *lives, const ts_seen *seen)
{
    ts_time now;

    if (seen->event == TS_SEEN_OTHER || lives->failed)
        return;
    if (lives->first == TS_NEVER) {
        lives->origin = seen->at / GRID * GRID;
        lives->first = lives->last = seen->at - lives->origin;
    }
    now = seen->at - lives->origin;
    if (now < lives->last) { /* buffers that were put together out of order */
        lives->backward++;
        now = lives->last;
    }
    lives->last = now;
    lives->events++;
    switch (seen->event) {
    case TS_SEEN_SWITCH:
        take_switch(lives, seen, now);
        break;
    case TS_SEEN_WAKE:
        take_wake(lives, seen, now);
        break;
    case TS_SEEN_NEW:
        take_new(lives, seen, now);
        break;
    case TS_SEEN_EXIT:
        take_exit(lives, seen, now);
        break;
    case TS_SEEN_IRQ:
        lives->handlers++;
        break;
    case TS_SEEN_MIGRATE:
    case TS_SEEN_OTHER:
    case TS_SEEN_EVENTS:
        break;
    }
    (void)slot_of(lives, seen->cpu);
}

void ts_lives_end(ts_lives *lives)
{
    for (int32_t i = 0; i < lives->count; i++) {
        ts_life *life = &lives->list[i];

        credit(life, lives->last);
        write_run(lives, life);
    }
}
