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
 *
 * Between the decision for a thread and the switch to it a kernel works for some
 * microseconds. Models decide and switch at once, and a sleep that is counted
 * from a run which began too early would end too early, a little more each time:
 * where one thread takes the processor from another, or from nobody, the
 * kernel's work is the first one's, and its run is counted from the decision: the
 * wake-up just before, or else the tick.
 */
#include "sim/exchange/lives.h"

#include <stdlib.h>
#include <string.h>

#define GRID (20 * TS_MS)
#define TOLD (20 * TS_US) /* from a wake-up to a switch that comes of it */
#define TICK TS_MS        /* those of 100, 250 and 1000 Hz are at multiples */
#define OWN_PART 20       /* of its time a thread runs with its own priority */

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

/* NULL: there is none yet. */
static const ts_life *known(const ts_lives *lives, int32_t pid)
{
    uint32_t at;

    if (pid == 0 || lives->index_room == 0)
        return NULL;
    at = place_of(lives, pid);
    return lives->index[at] != 0 ? &lives->list[lives->index[at] - 1] : NULL;
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
    lives->list[lives->count - 1] =
        (ts_life){.pid = pid, .now = TS_SEEN_UNSAID, .made = TS_SEEN_UNSAID};
    return &lives->list[lives->count - 1];
}

static void name(ts_life *life, ts_seen_name name, int32_t priority)
{
    size_t length = name.length < 15 ? name.length : 15;

    if (length > 0) {
        memcpy(life->name, name.text, length);
        life->name[length] = '\0';
    }
    if (priority != TS_SEEN_UNSAID)
        life->now = priority;
}

/* --- priorities --- */

/* Where its time at its present priority is kept; the shortest gives way. */
static ts_had *had_of(ts_life *life)
{
    ts_had *least = &life->had[0];

    for (int i = 0; i < TS_LIFE_PRIORITIES; i++) {
        ts_had *had = &life->had[i];

        if (had->time > 0 && had->priority == life->now)
            return had;
        if (had->time < least->time)
            least = had;
    }
    *least = (ts_had){.priority = life->now};
    return least;
}

/* Inheritance lends it only higher ones: of those with which it ran for some of
 * its time, its own is the lowest. */
static int32_t own_priority(const ts_life *life)
{
    const ts_had *own = NULL;
    ts_time all = 0;

    for (int i = 0; i < TS_LIFE_PRIORITIES; i++)
        all += life->had[i].time;
    for (int i = 0; i < TS_LIFE_PRIORITIES; i++)
        if (life->had[i].time > all / OWN_PART &&
            (own == NULL || life->had[i].priority > own->priority))
            own = &life->had[i];
    return own != NULL ? own->priority : life->now;
}

/* --- writing programs --- */

void ts_lives_add(ts_lives *lives, ts_life *life, ts_deed deed)
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
    life->deeds[life->count++] = deed;
}

static void add(ts_lives *lives, ts_life *life, ts_deed_kind kind,
                int64_t value, int32_t who)
{
    ts_lives_add(lives, life, (ts_deed){value, who, kind});
}

/* What it has run up to `now` and not been given credit for. */
static void credit(ts_life *life, ts_time now)
{
    if (life->state == TS_LIFE_RUNS) {
        life->ran += now - life->since;
        had_of(life)->time += now - life->since;
        life->since = now;
    }
}

static void write_run(ts_lives *lives, ts_life *life)
{
    if (life->ran > 0)
        add(lives, life, TS_DEED_RUN, life->ran, -1);
    life->ran = 0;
}

static void enter(ts_life *life, ts_life_state state, ts_time now)
{
    life->state = state;
    life->since = now;
}

/* --- events --- */

static ts_seat *seat_of(ts_lives *lives, int32_t cpu)
{
    if (cpu >= lives->on_room) {
        int room = cpu + 16;
        ts_seat *grown = realloc(lives->on, (size_t)room * sizeof *grown);

        if (grown == NULL) {
            lives->failed = true;
            return NULL;
        }
        for (int i = lives->on_room; i < room; i++)
            grown[i] = (ts_seat){.who = -1, .woken = TS_NEVER};
        lives->on = grown;
        lives->on_room = room;
    }
    if (cpu >= lives->processors)
        lives->processors = cpu + 1;
    return &lives->on[cpu];
}

static ts_time last_tick(const ts_lives *lives, ts_time now)
{
    return now - (lives->origin + now) % TICK;
}

/* When whom a handler wakes at `now` became ready for the decision: with those
 * that handlers have woken just before, and with the tick whose handler it is. */
static ts_time woken_at(const ts_lives *lives, ts_seat *seat, ts_time now)
{
    ts_time tick = last_tick(lives, now);

    if (!lives->late)
        return now;
    if (seat->woken == TS_NEVER || now - seat->woken > TOLD)
        seat->woken = now - tick <= TOLD && tick > seat->switched ? tick : now;
    return seat->woken;
}

/* It was blocked, and is ready: why it was is known now. */
static void wake(ts_lives *lives, ts_life *life, ts_life *waker, ts_time now)
{
    ts_deed_kind kind = life->device ? TS_DEED_DEVICE : TS_DEED_SLEEP;

    if (waker != NULL) {
        credit(waker, now);
        write_run(lives, waker);
        add(lives, waker, TS_DEED_POST, 0, (int32_t)(life - lives->list));
        life->waits++;
        kind = TS_DEED_WAIT;
    }
    if (life->count == 0 && waker == NULL)
        life->arrival = now; /* nothing is known of it before */
    else
        add(lives, life, kind, now - life->since,
            waker != NULL ? (int32_t)(waker - lives->list) : -1);
    life->spent = false;
    enter(life, TS_LIFE_READY, now);
}

/* The thread that does it: it has the processor, and no handler has. */
static ts_life *waker_of(ts_lives *lives, const ts_seen *seen,
                         const ts_seat *seat)
{
    ts_life *life;

    if (seat->who <= 0 || seen->interrupt)
        return NULL;
    life = &lives->list[seat->who - 1];
    return life->state == TS_LIFE_RUNS && life->pid == seen->current &&
                   life->pid != seen->pid
               ? life
               : NULL;
}

static void take_wake(ts_lives *lives, const ts_seen *seen, ts_time now)
{
    bool made;
    ts_life *life = find(lives, seen->pid, false, &made), *waker;
    ts_seat *seat = seat_of(lives, seen->cpu);

    if (life == NULL || seat == NULL || seen->pid == 0)
        return;
    name(life, seen->name, seen->priority);
    if (made) {
        life->arrival = lives->first;
        enter(life, TS_LIFE_BLOCKED, lives->first);
    }
    if (life->state != TS_LIFE_BLOCKED)
        return; /* told twice, or it was about to sleep */
    lives->guessed += !seen->context;
    waker = waker_of(lives, seen, seat);
    if (waker == NULL)
        now = woken_at(lives, seat, now);
    if (now < life->since)
        now = life->since;
    wake(lives, life, waker, now);
}

static void take_new(ts_lives *lives, const ts_seen *seen, ts_time now)
{
    bool made;
    ts_life *life = find(lives, seen->pid, true, &made);

    if (life == NULL)
        return;
    name(life, seen->name, seen->priority);
    life->made = life->now;
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

/* It could run, and somebody does who comes after it: its budget is spent. Real
 * time has one, too, which its policy keeps here as there. */
static bool is_spent(const ts_seen *seen)
{
    return seen->state == 'R' && seen->priority == -1 &&
           (seen->next == 0 || seen->next_priority >= 0);
}

/* Of two of one priority fifo lets the first go on. */
static void note_round(ts_life *life, const ts_seen *seen)
{
    life->round |= seen->state == 'R' && seen->priority >= 0 &&
                   seen->priority < 100 &&
                   seen->priority == seen->next_priority;
}

/* Its last deed was to wake one whose priority it had, and now it has less: that
 * was lent to it for a lock, which it had since its work before that began. What
 * the other does with the lock is not told, and takes it no time. */
static void note_lock(ts_lives *lives, ts_life *life, int32_t before,
                      int32_t after)
{
    ts_deed *last = life->count > 1 ? &life->deeds[life->count - 1] : NULL;
    ts_life *waiter;
    ts_deed *wait;
    int32_t who;

    if (last == NULL || last->kind != TS_DEED_POST || after <= before ||
        life->ran > TOLD || last[-1].kind != TS_DEED_RUN)
        return;
    who = last->who;
    waiter = &lives->list[who];
    wait = waiter->count > 0 ? &waiter->deeds[waiter->count - 1] : NULL;
    if (waiter->now != before || wait == NULL || wait->kind != TS_DEED_WAIT)
        return;
    *wait = (ts_deed){0, who, TS_DEED_LOCK};
    add(lives, waiter, TS_DEED_UNLOCK, 0, who);
    waiter->waits--;
    waiter->locks = true;
    *last = last[-1];
    last[-1] = (ts_deed){0, who, TS_DEED_LOCK};
    add(lives, life, TS_DEED_UNLOCK, 0, who);
}

/* Whether it called for somebody else itself: it blocks, or has just yielded. */
static bool gives_up(const ts_life *life, const ts_seen *seen, ts_time now)
{
    const ts_deed *last =
        life->count > 0 ? &life->deeds[life->count - 1] : NULL;

    return seen->state != 'R' || (last != NULL && last->kind == TS_DEED_YIELD &&
                                  life->ran + now - life->since <= TOLD);
}

/* When it was decided to let in who comes at `now`. Ticks are told from chance
 * only in the trace of a kernel: there a switch takes time. */
static ts_time decided(ts_lives *lives, const ts_seen *seen, ts_time now)
{
    const ts_life *from = known(lives, seen->pid),
                  *to = known(lives, seen->next);
    ts_time when = now, tick = last_tick(lives, now);

    if (to == NULL || (seen->pid != 0 && from == NULL))
        return now;
    if (seen->pid != 0 &&
        (from->state != TS_LIFE_RUNS || gives_up(from, seen, now)))
        return now;
    if (to->state == TS_LIFE_READY && now - to->since <= 2 * TOLD) {
        when = to->since;
        lives->late |= when < now;
    } else if (seen->pid != 0 && lives->late && now - tick <= TOLD) {
        when = tick;
    }
    return seen->pid == 0 || when >= from->since ? when : now;
}

/* It leaves its processor as what `state` says. */
static void leaves(ts_lives *lives, const ts_seen *seen, const ts_seat *seat,
                   ts_time now)
{
    bool made;
    ts_life *life = find(lives, seen->pid, false, &made);
    char state = seen->state;
    int32_t before;

    if (life == NULL)
        return;
    before = life->now;
    name(life, seen->name, seen->priority);
    if (made) {
        life->arrival = lives->first;
        enter(life, TS_LIFE_RUNS, lives->first);
    } else if (life->state != TS_LIFE_RUNS ||
               seat->who != (int32_t)(life - lives->list) + 1) {
        lives->gaps++;
        if (life->state == TS_LIFE_BLOCKED)
            wake(lives, life, NULL, now);
        enter(life, TS_LIFE_RUNS, now);
    }
    credit(life, now);
    note_lock(lives, life, before, life->now);
    note_round(life, seen);
    life->spent = is_spent(seen);
    if (state == 'R' && !life->spent) {
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
        lives->gaps += !life->spent;
        wake(lives, life, NULL, now);
    }
    enter(life, TS_LIFE_RUNS, now);
    life->cpu = seen->cpu;
    return (int32_t)(life - lives->list) + 1;
}

static void take_yield(ts_lives *lives, const ts_seen *seen, ts_time now)
{
    const ts_seat *seat = seat_of(lives, seen->cpu);
    ts_life *life =
        seat != NULL && seat->who > 0 ? &lives->list[seat->who - 1] : NULL;

    if (life == NULL || life->pid != seen->current)
        return;
    credit(life, now);
    write_run(lives, life);
    add(lives, life, TS_DEED_YIELD, 0, -1);
}

static void take_switch(ts_lives *lives, const ts_seen *seen, ts_time now)
{
    ts_seat *seat = seat_of(lives, seen->cpu);

    if (seat == NULL)
        return;
    seat->switched = now;
    seat->woken = TS_NEVER;
    now = decided(lives, seen, now);
    if (seen->pid != 0)
        leaves(lives, seen, seat, now);
    seat->who = 0;
    if (seen->next != 0)
        seat->who = comes(lives, seen, now);
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
    case TS_SEEN_YIELD:
        take_yield(lives, seen, now);
        break;
    case TS_SEEN_MIGRATE:
    case TS_SEEN_OTHER:
    case TS_SEEN_EVENTS:
        break;
    }
    (void)seat_of(lives, seen->cpu);
}

void ts_lives_end(ts_lives *lives)
{
    for (int32_t i = 0; i < lives->count; i++) {
        ts_life *life = &lives->list[i];

        credit(life, lives->last);
        write_run(lives, life);
        life->priority = own_priority(life);
        life->round &= life->priority >= 0 && life->priority < 100;
    }
    ts_lives_converse(lives);
}
