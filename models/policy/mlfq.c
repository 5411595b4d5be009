/*
 * mlfq.c - the multi-level feedback queue, with the rules of OSTEP's chapter
 * and of its program.
 *
 * 1 A higher level runs before a lower one, at once.
 * 2 Threads of a level take turns of a slice; one that is pre-empted keeps
 *   its place at the head and the rest of its slice.
 * 3 A newcomer enters the top level.
 * 4 One that has used up its allotment of slices at a level goes down, whatever
 *   it gave up in between; with "stay" it gets both anew when it blocks, which
 *   is the rule that can be gamed.
 * 5 After every boost period all go to the top with everything new, those from
 *   the lowest level first behind those that are there.
 * With "iobump" one whose I/O is over goes to the head of its level and takes
 * the processor from its equals.
 *
 * Nothing ticks: a slice end, a block and a boost are events. A boost touches
 * no thread but the running ones; the others find out by its number when they
 * are looked at next.
 */
#include <stdio.h>

#include "models/policy/levels.h"
#include "models/machine/policy.h"

typedef struct mlfq_record {
    int64_t levels;
    ts_list slice;     /* of ts_duration, top first */
    ts_list allotment; /* of int64_t, top first */
    ts_duration boost;
    bool stay, iobump;
} mlfq_record;

static const ts_field slice_item = {.name = "slice",
                                    .kind = TS_FIELD_DURATION,
                                    .positive = true,
                                    .help = "a level's slice"};
static const ts_field allotment_item = {.name = "allotment",
                                        .kind = TS_FIELD_INT,
                                        .min = 1,
                                        .max = 1e9,
                                        .help = "a level's allotment"};

static const ts_field fields[] = {
    {.name = "levels",
     .kind = TS_FIELD_INT,
     .fallback = "3",
     .min = 1,
     .max = TS_LEVELS,
     .source = "OSTEP, mlfq.py",
     .offset = TS_AT(mlfq_record, levels),
     .help = "how many"},
    {.name = "slice",
     .kind = TS_FIELD_LIST,
     .item = &slice_item,
     .one = true,
     .required = true,
     .min = 1,
     .limit = TS_LEVELS,
     .offset = TS_AT(mlfq_record, slice),
     .help = "the slice of all levels, or of each, the top one first"},
    {.name = "allotment",
     .kind = TS_FIELD_LIST,
     .item = &allotment_item,
     .one = true,
     .fallback = "1",
     .min = 1,
     .limit = TS_LEVELS,
     .source = "OSTEP, mlfq.py",
     .offset = TS_AT(mlfq_record, allotment),
     .help = "how many slices a thread may use at a level before it goes "
             "down; of all levels, or of each, the top one first"},
    {.name = "boost",
     .kind = TS_FIELD_DURATION,
     .positive = true,
     .offset = TS_AT(mlfq_record, boost),
     .help = "every so often all threads go to the top; never without it"},
    {.name = "stay",
     .kind = TS_FIELD_BOOL,
     .fallback = "false",
     .offset = TS_AT(mlfq_record, stay),
     .help = "whether one that blocks gets its slice and allotment anew"},
    {.name = "iobump",
     .kind = TS_FIELD_BOOL,
     .fallback = "false",
     .offset = TS_AT(mlfq_record, iobump),
     .help = "whether one that wakes goes to the head of its level"},
};

static void check(ts_check *check, const void *record)
{
    const mlfq_record *options = record;

    if (options->slice.count != 1 && options->slice.count != options->levels)
        ts_check_error(check, "slice", "has %d values for %lld levels",
                       options->slice.count, (long long)options->levels);
    if (options->allotment.count != 1 &&
        options->allotment.count != options->levels)
        ts_check_error(check, "allotment", "has %d values for %lld levels",
                       options->allotment.count, (long long)options->levels);
}

static const ts_shape shape = {.name = "mlfq",
                               .help =
                                   "Options of the multi-level feedback queue",
                               .size = sizeof(mlfq_record),
                               TS_FIELDS(fields),
                               .check = check};

typedef struct mlfq {
    ts_levels ready;
    ts_runqueue *queue;
    ts_fine slice[TS_LEVELS];
    int64_t allotment[TS_LEVELS];
    int last;      /* level */
    ts_time boost; /* 0: none */
    ts_event boosting;
    int64_t boosts, bumps;
} mlfq;

typedef struct standing {
    int level;
    int64_t allotment; /* slices left at this level */
    ts_fine slice;     /* left of the present one */
    int64_t boosts;    /* the boost that this belongs to */
    int64_t bump;      /* number of its last bump to the head; 0: none */
} standing;

static void enter(const mlfq *state, standing *mine, int level)
{
    assert(level >= 0 && level <= state->last);
    mine->level = level;
    mine->slice = state->slice[level];
    mine->allotment = state->allotment[level];
}

/* What a boost did to a thread that was not looked at since. */
static standing *standing_of(const mlfq *state, ts_thread *thread)
{
    standing *mine = thread->entity;

    if (mine->boosts != state->boosts) {
        enter(state, mine, 0);
        mine->boosts = state->boosts;
        mine->bump = 0;
    }
    return mine;
}

/* A slice is used up. */
static void use_up(const mlfq *state, const ts_thread *thread, standing *mine)
{
    assert(mine->allotment > 0); /* or it would have gone down before */
    mine->slice = state->slice[mine->level];
    if (--mine->allotment > 0)
        return;
    if (mine->level < state->last)
        ts_thread_note(thread,
                       "has used up its allotment: from level %d to level %d",
                       mine->level + 1, mine->level + 2);
    enter(state, mine,
          mine->level < state->last ? mine->level + 1 : mine->level);
}

/* --- boosts --- */

/* Boosts happen at the multiples of their period. Where nobody is there to be
 * boosted, none is scheduled: whoever comes or wakes then was last looked at
 * before a boost that made everything new, and has used nothing since. */
static void wind(mlfq *state)
{
    ts_engine *engine = state->queue->machine->engine;

    if (state->boost > 0 && !state->boosting.pending)
        ts_event_at(engine, &state->boosting,
                    ts_time_next(ts_engine_now(engine), state->boost));
}

static void boost(ts_engine *engine, ts_event *event)
{
    mlfq *state = TS_CONTAINER(event, mlfq, boosting);
    ts_runqueue *queue = state->queue;
    ts_levels *ready = &state->ready;
    bool anyone = queue->ready > 0;

    if (queue->machine->trace->level >= TS_TRACE_WHY)
        ts_trace_note(queue->machine->trace, ts_engine_now(engine),
                      queue->machine->cpus[queue->first].place, -1,
                      "boost: all go to level 1, with new allotments");
    /* The running ones stand at the heads of their levels. */
    for (int id = queue->first + queue->count - 1; id >= queue->first; id--) {
        ts_cpu *cpu = &queue->machine->cpus[id];

        if (cpu->current != NULL) {
            anyone = true;
            ts_cpu_preempt(cpu, TS_WHY_PREEMPTED);
        }
    }
    for (int level = state->last; level > 0; level--)
        ts_levels_join(ready, 0, level);
    assert(ready->occupied >> 1 == 0); /* all are at the first level now */
    state->boosts++;
    for (const ts_thread *t = ready->level[0].first; t != NULL; t = t->next)
        ts_thread_stands(t);
    if (anyone)
        wind(state);
}

/* --- the policy --- */

static bool init(ts_runqueue *queue, ts_error *error)
{
    const mlfq_record *options = queue->options;
    const ts_duration *slices = options->slice.items;
    const int64_t *allotments = options->allotment.items;
    mlfq *state = queue->state;

    (void)error;
    state->queue = queue;
    state->last = (int)options->levels - 1;
    for (int i = 0; i <= state->last; i++) {
        int at = options->slice.count == 1 ? 0 : i;

        state->slice[i] = ts_machine_fine(queue->machine, &slices[at]);
        at = options->allotment.count == 1 ? 0 : i;
        state->allotment[i] = allotments[at];
    }
    if (options->boost.given)
        state->boost =
            ts_fine_floor(ts_machine_fine(queue->machine, &options->boost));
    ts_event_init_slot(queue->machine->engine, &state->boosting, TS_CLASS_TIMER,
                       boost, "boost");
    return true;
}

static void join(ts_runqueue *queue, ts_thread *thread)
{
    mlfq *state = queue->state;
    standing *mine = thread->entity;

    wind(state);
    enter(state, mine, 0);
    mine->boosts = state->boosts;
}

/* Behind those that were bumped to the head since it stood there. */
static void put_back(mlfq *state, ts_thread *thread, const standing *mine)
{
    ts_thread *at = state->ready.level[mine->level].first;

    while (at != NULL && standing_of(state, at)->bump > mine->bump)
        at = at->next;
    ts_levels_insert(&state->ready, mine->level, at, thread);
}

static void put(ts_runqueue *queue, ts_thread *thread, ts_why why)
{
    const mlfq_record *options = queue->options;
    mlfq *state = queue->state;
    standing *mine;

    wind(state);
    mine = standing_of(state, thread);
    assert(mine->boosts == state->boosts && mine->bump <= state->bumps);
    switch (why) {
    case TS_WHY_PREEMPTED:
        mine->slice = thread->slice_left;
        put_back(state, thread, mine);
        return;
    case TS_WHY_WOKEN:
        if (options->iobump) {
            mine->bump = ++state->bumps;
            ts_levels_prepend(&state->ready, mine->level, thread);
            return;
        }
        break;
    case TS_WHY_YIELDED:
        mine->slice = thread->slice_left;
        break;
    case TS_WHY_ARRIVED:
    case TS_WHY_EXPIRED:
    case TS_WHY_MOVED:
        break;
    }
    mine->bump = 0;
    ts_levels_append(&state->ready, mine->level, thread);
}

/* Where it is in the lists: as of its standing, unless a boost moved it. */
static int listed(const mlfq *state, const ts_thread *thread)
{
    const standing *mine = thread->entity;

    return mine->boosts == state->boosts ? mine->level : 0;
}

static void take_out(ts_runqueue *queue, ts_thread *thread)
{
    mlfq *state = queue->state;

    ts_levels_remove(&state->ready, listed(state, thread), thread);
}

static ts_thread *peek(ts_runqueue *queue)
{
    const mlfq *state = queue->state;

    return ts_levels_first(&state->ready);
}

static ts_thread *pick(ts_runqueue *queue, ts_cpu *cpu)
{
    mlfq *state = queue->state;

    (void)cpu;
    return ts_levels_shift(&state->ready);
}

static bool before(const ts_runqueue *queue, const ts_thread *challenger,
                   const ts_thread *running)
{
    const mlfq_record *options = queue->options;
    const mlfq *state = queue->state;
    const standing *theirs = challenger->entity, *mine = running->entity;
    int level = listed(state, challenger), against = listed(state, running);

    if (level != against)
        return level < against;
    return options->iobump && theirs->boosts == state->boosts &&
           theirs->bump > (mine->boosts == state->boosts ? mine->bump : 0);
}

static ts_fine slice(ts_runqueue *queue, ts_cpu *cpu, ts_thread *thread)
{
    const mlfq *state = queue->state;

    (void)cpu;
    return standing_of(state, thread)->slice;
}

static bool expired(ts_runqueue *queue, ts_thread *thread)
{
    const mlfq *state = queue->state;

    use_up(state, thread, standing_of(state, thread));
    return true;
}

static void blocked(ts_runqueue *queue, ts_thread *thread)
{
    const mlfq_record *options = queue->options;
    const mlfq *state = queue->state;
    standing *mine = standing_of(state, thread);

    mine->slice = thread->slice_left;
    if (options->stay)
        enter(state, mine, mine->level);
    if (thread->slice_left <= TS_FINE_GUARD)
        use_up(state, thread, mine);
}

static const char *stands(const ts_thread *thread, int64_t *value)
{
    *value = listed(thread->queue->state, thread) + 1;
    return "level";
}

static void key(const ts_runqueue *queue, const ts_thread *thread, char *buffer,
                size_t size)
{
    const mlfq *state = queue->state;

    snprintf(buffer, size, "level %d of %d", listed(state, thread) + 1,
             state->last + 1);
}

static const ts_policy policy = {
    .entity_size = sizeof(standing),
    .queue_size = sizeof(mlfq),
    .conserving = true,
    .lines = true,
    .rule = "it heads the highest level that is not empty",
    .init = init,
    .join = join,
    .put = put,
    .remove = take_out,
    .challenger = peek,
    .pick = pick,
    .before = before,
    .slice = slice,
    .expired = expired,
    .blocked = blocked,
    .stands = stands,
    .key = key,
};

const ts_entry ts_policy_mlfq = {
    .name = "mlfq",
    .help = "levels with slices and allotments; boosts against starving",
    .about = "OSTEP's multi-level feedback queue. Its program orders one "
             "instant differently from the default here: say \"conventions\": "
             "{\"order\": [\"completion\", \"slice\", \"timer\", \"arrival\", "
             "\"wake\"]} to follow it to the tick.",
    .shape = &shape,
    .model = &policy,
};
