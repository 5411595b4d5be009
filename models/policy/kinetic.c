/*
 * kinetic.c - see kinetic.h. thread->since is when the wait began,
 * thread->burst its divisor; both, and its place among equals, stay as they are
 * while a thread is here.
 */
#include <string.h>

#include "models/policy/kinetic.h"
#include "models/machine/conventions.h"

static ts_kinetic_seat seat_of(ts_thread *thread)
{
    ts_time whole = ts_fine_floor(thread->burst);

    return (ts_kinetic_seat){.thread = thread,
                             .since = thread->since,
                             .burst = whole > 0 ? whole : 1,
                             .tie = ts_tie(thread->machine->ties, thread)};
}

/* Whether a's ratio is larger than b's at `now`, ties included. */
static bool leads(const ts_kinetic_seat *a, const ts_kinetic_seat *b,
                  ts_time now)
{
    ts_i128 x = (ts_i128)(now - a->since) * b->burst;
    ts_i128 y = (ts_i128)(now - b->since) * a->burst;

    return x != y ? x > y : a->tie < b->tie;
}

/* The first instant at which `behind` leads, which it does not now. Ratios grow
 * as lines, 1 / burst a picosecond: of two waiting threads the order changes
 * once and no more, and only the shorter burst can overtake. That instant is
 * rounded up to the picosecond after it, or is the very one at which they are
 * equal where the tie goes to `behind`. */
static ts_time overtakes(const ts_kinetic_seat *behind,
                         const ts_kinetic_seat *ahead)
{
    ts_time steep = behind->burst, flat = ahead->burst;
    ts_i128 num, at;

    if (steep >= flat)
        return TS_NEVER;
    num = (ts_i128)behind->since * flat - (ts_i128)ahead->since * steep;
    at = num / (flat - steep); /* num >= 0: the lines cross after now */
    if (at * (flat - steep) != num || behind->tie >= ahead->tie)
        at++;
    return at < TS_NEVER ? (ts_time)at : TS_NEVER;
}

static void play(ts_kinetic *kinetic, int32_t node, ts_time now)
{
    const ts_match *left = &kinetic->match[2 * node];
    const ts_match *right = &kinetic->match[2 * node + 1];
    ts_match *match = &kinetic->match[node];

    match->until = left->until < right->until ? left->until : right->until;
    if (left->winner < 0 || right->winner < 0) {
        match->winner = left->winner < 0 ? right->winner : left->winner;
        return;
    }
    const ts_kinetic_seat *a = &kinetic->seat[left->winner];
    const ts_kinetic_seat *b = &kinetic->seat[right->winner];
    bool first = leads(a, b, now);
    ts_time until = first ? overtakes(b, a) : overtakes(a, b);

    match->winner = first ? left->winner : right->winner;
    if (until < match->until)
        match->until = until;
}

/* Plays what is out of date below `node`; a subtree is left when nothing in it
 * can have changed. The stack is as deep as the tree. */
static void refresh(ts_kinetic *kinetic, ts_time now)
{
    int32_t stack[64], depth = 0;
    bool back[64];

    if (kinetic->match[1].until > now)
        return;
    stack[0] = 1;
    back[0] = false;
    depth = 1;
    while (depth > 0) {
        int32_t node = stack[depth - 1];

        if (back[depth - 1] || kinetic->match[node].until > now ||
            node >= kinetic->room) {
            if (back[depth - 1])
                play(kinetic, node, now);
            depth--;
            continue;
        }
        assert(depth + 2 <= (int32_t)TS_COUNT_OF(stack));
        back[depth - 1] = true;
        stack[depth] = 2 * node;
        stack[depth + 1] = 2 * node + 1;
        back[depth] = back[depth + 1] = false;
        depth += 2;
    }
    assert(kinetic->match[1].until > now);
}

static void replay(ts_kinetic *kinetic, int32_t seat, ts_time now)
{
    for (int32_t node = (kinetic->room + seat) / 2; node > 0; node /= 2)
        play(kinetic, node, now);
}

static bool grow(ts_kinetic *kinetic, ts_machine *machine)
{
    int32_t old = kinetic->room, room = old ? old * 2 : 32;
    ts_kinetic_seat *seat =
        ts_arena_array(machine->arena, (size_t)room, sizeof *seat);
    ts_match *match =
        ts_arena_array(machine->arena, (size_t)room * 2, sizeof *match);
    int32_t *spare =
        ts_arena_array(machine->arena, (size_t)room, sizeof *spare);

    if (seat == NULL || match == NULL || spare == NULL)
        return ts_machine_memory(machine);
    for (int32_t i = 0; i < room; i++) {
        seat[i] =
            i < old ? kinetic->seat[i] : (ts_kinetic_seat){.thread = NULL};
        match[room + i] = (ts_match){i < old ? i : -1, TS_NEVER};
    }
    assert(kinetic->spares == 0); /* every seat is taken */
    for (int32_t i = room - 1; i >= old; i--)
        spare[kinetic->spares++] = i;
    kinetic->seat = seat;
    kinetic->match = match;
    kinetic->spare = spare;
    kinetic->room = room;
    for (int32_t node = room - 1; node > 0; node--)
        play(kinetic, node, ts_engine_now(machine->engine));
    return true;
}

void ts_kinetic_put(ts_kinetic *kinetic, ts_machine *machine, ts_thread *thread)
{
    int32_t seat;

    if (kinetic->spares == 0 && !grow(kinetic, machine))
        return;
    seat = kinetic->spare[--kinetic->spares];
    assert(seat >= 0 && seat < kinetic->room &&
           kinetic->seat[seat].thread == NULL);
    kinetic->seat[seat] = seat_of(thread);
    thread->place = seat;
    kinetic->match[kinetic->room + seat].winner = seat;
    refresh(kinetic, ts_engine_now(machine->engine));
    replay(kinetic, seat, ts_engine_now(machine->engine));
}

void ts_kinetic_remove(ts_kinetic *kinetic, ts_thread *thread, ts_time now)
{
    int32_t seat = thread->place;

    assert(kinetic->seat[seat].thread == thread &&
           kinetic->spares < kinetic->room);
    kinetic->seat[seat].thread = NULL;
    kinetic->match[kinetic->room + seat].winner = -1;
    kinetic->spare[kinetic->spares++] = seat;
    thread->place = -1;
    replay(kinetic, seat, now);
}

ts_thread *ts_kinetic_first(ts_kinetic *kinetic, ts_time now)
{
    if (kinetic->room == 0)
        return NULL;
    refresh(kinetic, now);
    return kinetic->match[1].winner < 0
               ? NULL
               : kinetic->seat[kinetic->match[1].winner].thread;
}
