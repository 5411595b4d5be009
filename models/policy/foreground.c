/*
 * foreground.c - least attained service: who has had least runs; ties share.
 *
 * Also called foreground-background (FB). It needs to know nothing about jobs:
 * short ones are over before they have had much. L. Kleinrock, Queueing
 * Systems II, 1976; Nuyens and Wierman, "The Foreground-Background Queue: A
 * Survey", 2008.
 *
 * Threads that have had equally much form a group; the group that has had
 * least shares the processor, until one of it is done, until it has caught up
 * with the next group and becomes one with it, or until a newcomer makes a
 * group of its own. Groups are few and stand in a list; inside, the threads
 * are a pairing heap by what they will have had when they are done, so that
 * two groups become one in no time (Fredman, Sedgewick, Sleator and Tarjan
 * 1986). A thread knows the group it came to and finds from there the one that
 * it has become part of. All of it is exact, and nothing ticks.
 */
#include <string.h>

#include "models/machine/policy.h"

typedef struct group {
    ts_fine level;      /* what each of them has had */
    ts_thread *root;    /* of those not picked */
    int64_t members;    /* the picked one included */
    struct group *next; /* with the next higher level */
    struct group *into; /* which it has become one with; NULL: it is one */
    int64_t known;      /* to so many threads, groups, and the list */
} group;

typedef struct attained {
    ts_fine had, target; /* now, unless in a group; when the burst is done */
    ts_thread *child;    /* heap; siblings are thread->next and ->prev */
    group *of;           /* or one that went into it: group_of() */
    uint64_t tie;        /* in the heap: its place among equals */
    bool in;
} attained;

typedef struct foreground {
    group *first;  /* has had least */
    group *picked; /* of the picked thread */
    group *spare;
    bool joined; /* somebody joined the picked one's group */
} foreground;

static attained *of(const ts_thread *thread)
{
    return thread->entity;
}

/* --- heap --- */

static bool is_first(const ts_thread *a, const ts_thread *b)
{
    const attained *x = of(a), *y = of(b);

    return x->target != y->target ? x->target < y->target : x->tie < y->tie;
}

static ts_thread *meld(ts_thread *a, ts_thread *b)
{
    ts_thread *child;

    if (a == NULL || b == NULL)
        return a != NULL ? a : b;
    if (!is_first(a, b)) {
        child = a;
        a = b;
        b = child;
    }
    child = of(a)->child;
    b->next = child;
    if (child != NULL)
        child->prev = b;
    b->prev = a; /* a first child's prev is its parent */
    of(a)->child = b;
    a->next = a->prev = NULL;
    return a;
}

/* Two passes over the children of what was taken out. */
static ts_thread *meld_all(ts_thread *list)
{
    ts_thread *pairs = NULL, *root = NULL;

    while (list != NULL) {
        ts_thread *a = list, *b = list->next,
                  *rest = b != NULL ? b->next : NULL;

        a->next = a->prev = NULL;
        if (b != NULL)
            b->next = b->prev = NULL;
        a = meld(a, b);
        a->next = pairs;
        pairs = a;
        list = rest;
    }
    while (pairs != NULL) {
        ts_thread *rest = pairs->next;

        pairs->next = NULL;
        root = meld(root, pairs);
        pairs = rest;
    }
    return root;
}

static void push(group *at, ts_thread *thread)
{
    thread->next = thread->prev = NULL;
    of(thread)->child = NULL;
    of(thread)->tie = ts_tie(thread->machine->ties, thread);
    at->root = meld(at->root, thread);
}

static void take_from(group *at, ts_thread *thread)
{
    ts_thread *rest = meld_all(of(thread)->child);

    of(thread)->child = NULL;
    if (at->root == thread) {
        at->root = rest;
        return;
    }
    if (of(thread->prev)->child == thread)
        of(thread->prev)->child = thread->next;
    else
        thread->prev->next = thread->next;
    if (thread->next != NULL)
        thread->next->prev = thread->prev;
    thread->next = thread->prev = NULL;
    at->root = meld(at->root, rest);
}

/* --- groups --- */

static void spare(foreground *state, group *at)
{
    at->next = state->spare;
    state->spare = at;
}

/* Somebody who knew the group does no more; what nobody knows is used again. */
static void forget(foreground *state, group *at)
{
    while (at != NULL && --at->known == 0) {
        group *into = at->into;

        spare(state, at);
        at = into;
    }
}

/* The group that the thread is in: the end of a chain of those that became one.
 * Whoever stood on the way knows the end at first hand afterwards, so that the
 * way is short for the next one (Tarjan 1975). */
static group *group_of(foreground *state, const ts_thread *thread)
{
    group *at = of(thread)->of, *end = at, *into;

    while (end->into != NULL)
        end = end->into;
    of(thread)->of = end;
    end->known++;
    for (; at != end; at = into) {
        into = at->into;
        if (--at->known == 0) {
            spare(state, at);
        } else {
            at->into = end;
            end->known++;
        }
    }
    end->known--; /* by the last on the way, or by the thread, as before */
    assert(end->known > 0 && end->members > 0);
    return end;
}

static void drop_empty(foreground *state, group *at)
{
    group **link = &state->first;

    assert(at->members >= 0 && (at->members > 0 || at->root == NULL));
    if (at->members > 0)
        return;
    while (*link != at)
        link = &(*link)->next;
    *link = at->next;
    forget(state, at);
}

/* The group of those that have had `level`; made if there is none. */
static group *find(ts_runqueue *queue, ts_fine level)
{
    foreground *state = queue->state;
    group **link = &state->first, *at;

    while (*link != NULL && (*link)->level < level)
        link = &(*link)->next;
    if (*link != NULL && (*link)->level == level)
        return *link;
    at = state->spare;
    if (at != NULL)
        state->spare = at->next;
    else
        at = ts_arena_alloc(queue->machine->arena, sizeof *at);
    if (at == NULL) {
        ts_machine_memory(queue->machine);
        return NULL;
    }
    *at = (group){.level = level, .next = *link, .known = 1};
    *link = at;
    return at;
}

/* `at` has caught up with the next group: they are one now. */
static void join_next(foreground *state, group *at)
{
    group *next = at->next;

    assert(next != NULL && at->members >= 0 && next->members > 0);
    at->level = next->level;
    at->members += next->members;
    at->root = meld(at->root, next->root);
    next->root = NULL;
    next->members = 0;
    next->into = at;
    at->known++;
    drop_empty(state, next);
}

/* What is left of the picked thread tells what its group has had. */
static void catch_up(foreground *state, const ts_thread *thread)
{
    if (state->picked != NULL)
        state->picked->level = of(thread)->target - thread->left;
}

static void enter(group *at, ts_thread *thread)
{
    of(thread)->in = true;
    of(thread)->of = at;
    at->known++;
    at->members++;
}

static void leave(foreground *state, group *at, ts_thread *thread)
{
    of(thread)->in = false;
    at->members--;
    forget(state, of(thread)->of);
}

static void quit(foreground *state, ts_thread *thread, ts_fine had)
{
    attained *mine = of(thread);
    group *at = state->picked;

    if (!mine->in || at == NULL)
        return;
    thread->used += ts_fine_floor(had) - ts_fine_floor(mine->had);
    mine->had = at->level = had;
    leave(state, at, thread);
    state->picked = NULL;
    if (at->next != NULL && at->level >= at->next->level)
        join_next(state, at);
    drop_empty(state, at);
}

/* --- the policy --- */

static bool init(ts_runqueue *queue, ts_error *error)
{
    return queue->count == 1 ||
           ts_fail(error, "least attained service shares one processor: with "
                          "several, say \"queues\": \"per-processor\"");
}

static void put(ts_runqueue *queue, ts_thread *thread, ts_why why)
{
    foreground *state = queue->state;
    attained *mine = of(thread);
    group *at;

    if (mine->in && why != TS_WHY_YIELDED) {
        /* Picked and put back: in the group it was in. */
        push(group_of(state, thread), thread);
        return;
    }
    quit(state, thread, mine->target);
    at = find(queue, mine->had);
    if (at == NULL)
        return;
    enter(at, thread);
    mine->target = mine->had + thread->left;
    assert(at->level == mine->had && mine->target >= at->level);
    push(at, thread);
    state->joined |= at == state->picked;
    if (thread->first_run == TS_NEVER)
        thread->first_run = ts_engine_now(queue->machine->engine);
}

/* A ready thread that is taken out takes what it has had along. */
static void take_out(ts_runqueue *queue, ts_thread *thread)
{
    foreground *state = queue->state;
    attained *mine = of(thread);
    group *at = group_of(state, thread);

    take_from(at, thread);
    thread->used += ts_fine_floor(at->level) - ts_fine_floor(mine->had);
    thread->left = mine->target - at->level;
    mine->had = at->level;
    leave(state, at, thread);
    state->joined = true;
    drop_empty(state, at);
}

static ts_thread *peek(ts_runqueue *queue)
{
    const foreground *state = queue->state;

    return state->first != NULL ? state->first->root : NULL;
}

static ts_thread *pick(ts_runqueue *queue, ts_cpu *cpu)
{
    foreground *state = queue->state;
    group *at = state->first;
    ts_thread *thread = at != NULL ? at->root : NULL;

    (void)cpu;
    if (thread == NULL)
        return NULL;
    take_from(at, thread);
    state->picked = at;
    state->joined = false;
    thread->left = of(thread)->target - at->level;
    return thread;
}

static bool before(const ts_runqueue *queue, const ts_thread *challenger,
                   const ts_thread *running)
{
    const foreground *state = queue->state;

    (void)challenger;
    (void)running;
    return state->joined || state->first != state->picked;
}

static ts_fine slice(ts_runqueue *queue, ts_cpu *cpu, ts_thread *thread)
{
    const foreground *state = queue->state;
    const group *at = state->picked;

    (void)cpu;
    (void)thread;
    return at->next != NULL ? (at->next->level - at->level) * at->members
                            : TS_FINE_NEVER;
}

static bool expired(ts_runqueue *queue, ts_thread *thread)
{
    foreground *state = queue->state;

    (void)thread;
    join_next(state, state->picked);
    return true;
}

static void charge(ts_runqueue *queue, ts_thread *thread, ts_time ran)
{
    (void)ran;
    catch_up(queue->state, thread);
}

static void blocked(ts_runqueue *queue, ts_thread *thread)
{
    quit(queue->state, thread, of(thread)->target - thread->left);
}

static void rate(const ts_runqueue *queue, const ts_thread *thread,
                 int64_t *num, int64_t *den)
{
    const foreground *state = queue->state;

    (void)thread;
    *num = 1;
    *den = state->picked->members;
}

static void settle(ts_runqueue *queue, ts_thread *thread)
{
    attained *mine = of(thread);
    ts_fine level;

    if (!mine->in)
        return;
    level = group_of(queue->state, thread)->level;
    thread->used += ts_fine_floor(level) - ts_fine_floor(mine->had);
    thread->left = mine->target - level;
    mine->had = level;
}

static void key(const ts_runqueue *queue, const ts_thread *thread, char *buffer,
                size_t size)
{
    const group *at = group_of(queue->state, thread);
    char target[64];

    ts_key_time(buffer, size, "has had", ts_fine_floor(at->level));
    ts_key_time(target, sizeof target, ", done when it has had",
                ts_fine_floor(of(thread)->target));
    strncat(buffer, target, size - strlen(buffer) - 1);
}

static const ts_policy policy = {
    .entity_size = sizeof(attained),
    .queue_size = sizeof(foreground),
    .conserving = true,
    .adapts = true, /* a newcomer may make a group in between */
    .ties = TS_TIES_ARRIVAL,
    .rule = "of those that have had least it will be done first",
    .init = init,
    .leave = blocked,
    .put = put,
    .remove = take_out,
    .challenger = peek,
    .pick = pick,
    .before = before,
    .slice = slice,
    .expired = expired,
    .charge = charge,
    .blocked = blocked,
    .rate = rate,
    .settle = settle,
    .key = key,
};

const ts_entry ts_policy_foreground = {
    .name = "least-attained",
    .help = "who has had least processor time runs; equals share",
    .about =
        "An ideal, like processor-sharing: foreground-background without a "
        "slice. One processor a run queue.",
    .model = &policy,
};
