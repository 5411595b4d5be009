/*
 * boxcar.c - a cyclic executive: a table of fixed slots, again and again.
 *
 * Every slot of the major frame belongs to one task. In its slot a task's jobs
 * run, and nobody else; what a task does not use is idle time. When a job is
 * not done at the end of its slot:
 *
 *   cut    it is stopped and goes on in its next slot
 *   over   it runs on to its end; the slots after it begin late and are so much
 *          shorter
 *   skip   it runs on to its end; a slot that should have begun meanwhile is
 *          left out
 *   stop   the run ends: the executive has failed
 *
 * Source: Baker and Shaw, The Cyclic Executive Model and Ada, Real-Time
 * Systems 1(1), 1989. "Boxcar" is what the Apollo programmers called it.
 */
#include <stdio.h>

#include "models/policy/list.h"
#include "models/machine/policy.h"
#include "models/machine/task.h"

typedef struct slot_record {
    ts_ref thread;
    ts_time at, length;
} slot_record;

typedef struct boxcar_record {
    ts_time frame;
    ts_list slots; /* of slot_record */
    int overrun;
} boxcar_record;

typedef enum overrun { CUT, OVER, SKIP, STOP } overrun;

typedef struct boxcar {
    const boxcar_record *record;
    ts_runqueue *queue;
    ts_threads ready; /* in order of becoming ready */
    ts_time skipped;  /* the beginning of a slot that is left out */
    ts_event timer;   /* the next edge of a slot */
    int overrun_kind;
} boxcar;

static const char *const overruns[] = {"cut", "over", "skip", "stop", NULL};

static const ts_field slot_fields[] = {
    {.name = "thread",
     .kind = TS_FIELD_REF,
     .collection = "thread",
     .required = true,
     .offset = TS_AT(slot_record, thread),
     .help = "whose slot it is"},
    {.name = "at",
     .kind = TS_FIELD_TIME,
     .required = true,
     .offset = TS_AT(slot_record, at),
     .help = "from the start of the frame"},
    {.name = "length",
     .kind = TS_FIELD_TIME,
     .required = true,
     .min = 1,
     .offset = TS_AT(slot_record, length),
     .help = "how long it is"},
};
static const ts_shape slot_shape = {.name = "slot",
                                    .help = "A slot of a cyclic executive",
                                    .size = sizeof(slot_record),
                                    TS_FIELDS(slot_fields)};
static const ts_field slot_item = {.name = "slot",
                                   .kind = TS_FIELD_OBJECT,
                                   .shape = &slot_shape,
                                   .help = "a slot"};
static const ts_field fields[] = {
    {.name = "frame",
     .kind = TS_FIELD_TIME,
     .required = true,
     .min = 1,
     .offset = TS_AT(boxcar_record, frame),
     .help = "the major frame: when the table begins again"},
    {.name = "slots",
     .kind = TS_FIELD_LIST,
     .item = &slot_item,
     .required = true,
     .min = 1,
     .limit = 4096,
     .offset = TS_AT(boxcar_record, slots),
     .help = "the slots, in order, none into the next"},
    {.name = "overrun",
     .kind = TS_FIELD_CHOICE,
     .choices = overruns,
     .fallback = "cut",
     .offset = TS_AT(boxcar_record, overrun),
     .help = "what happens to a job that is not done when its slot ends: it is "
             "cut off, runs over, makes the slots it runs into be skipped, or "
             "stops the run"},
};

static void check(ts_check *check, const void *record)
{
    const boxcar_record *table = record;
    const slot_record *slots = table->slots.items;
    ts_time end = 0;

    for (int i = 0; i < table->slots.count; i++) {
        if (slots[i].at < end)
            ts_check_error(check, "slots",
                           "slot %d begins before the one before it ends",
                           i + 1);
        end = ts_time_add(slots[i].at, slots[i].length);
    }
    if (end > table->frame)
        ts_check_error(check, "slots", "the last slot ends after the frame");
}

static const ts_shape shape = {.name = "boxcar",
                               .help = "The table of a cyclic executive",
                               .size = sizeof(boxcar_record),
                               TS_FIELDS(fields),
                               .check = check};

/* The slot of this instant, and when it began; NULL: none. */
static const slot_record *slot_at(const boxcar *state, ts_time now,
                                  ts_time *began)
{
    const slot_record *slots = state->record->slots.items;
    ts_time phase = now % state->record->frame;

    for (int i = 0; i < state->record->slots.count; i++) {
        if (phase < slots[i].at || phase >= slots[i].at + slots[i].length)
            continue;
        *began = now - phase + slots[i].at;
        return &slots[i];
    }
    return NULL;
}

/* The next instant at which a slot begins or ends. */
static ts_time next_edge(const boxcar *state, ts_time now)
{
    const slot_record *slots = state->record->slots.items;
    ts_time frame = now - now % state->record->frame;

    for (int i = 0; i < state->record->slots.count; i++) {
        ts_time begins = ts_time_add(frame, slots[i].at);
        ts_time ends = ts_time_add(begins, slots[i].length);

        if (begins > now)
            return begins;
        if (ends > now)
            return ends;
    }
    return ts_time_add(frame, ts_time_add(state->record->frame, slots[0].at));
}

/* A slot begins or has ended. Who runs now, if anybody, runs over. */
static void edge(ts_engine *engine, ts_event *event)
{
    boxcar *state = TS_CONTAINER(event, boxcar, timer);
    ts_machine *machine = state->queue->machine;
    ts_cpu *cpu = &machine->cpus[state->queue->first];
    ts_time now = ts_engine_now(engine), began = TS_NEVER;
    const slot_record *slot = slot_at(state, now, &began);

    ts_queue_dirty(state->queue);
    if (cpu->current == NULL ||
        (slot != NULL && slot->thread.index == cpu->current->task->index))
        return;
    if (state->record->overrun == CUT) {
        /* Interrupts took a part of the slot: it ends all the same. */
        ts_cpu_end_slice(cpu);
        return;
    }
    ts_trace_instant(machine->trace, now, cpu->place, state->overrun_kind,
                     cpu->current->id, 0);
    if (state->record->overrun == SKIP)
        state->skipped = began;
    if (state->record->overrun == STOP)
        ts_engine_stop(engine,
                       ts_arena_format(machine->arena,
                                       "%s is not done at the end of its slot",
                                       ts_task_name(cpu->current->task)));
}

static bool init(ts_runqueue *queue, ts_error *error)
{
    boxcar *state = queue->state;

    if (queue->machine->cpu_count > 1)
        return ts_fail(error, "a cyclic executive has one processor, not %d",
                       queue->machine->cpu_count);
    state->record = queue->options;
    state->queue = queue;
    state->skipped = TS_NEVER;
    state->overrun_kind =
        ts_trace_name(queue->machine->trace, TS_KINDS, "overrun");
    ts_event_init_slot(queue->machine->engine, &state->timer, TS_CLASS_TIMER,
                       edge, "the cyclic executive");
    return true;
}

static bool check_slots(ts_machine *machine, ts_error *error)
{
    const boxcar *state = machine->queues[0].state;
    const slot_record *slots = state->record->slots.items;

    for (int i = 0; i < machine->task_count; i++) {
        bool has = false;

        for (int s = 0; s < state->record->slots.count; s++)
            has |= slots[s].thread.index == i;
        if (!has)
            return ts_fail(error, "%s has no slot in the table",
                           ts_task_name(&machine->tasks[i]));
    }
    return true;
}

static void put(ts_runqueue *queue, ts_thread *thread, ts_why why)
{
    boxcar *state = queue->state;

    /* A job that was cut off comes before later ones of its task. */
    if (why == TS_WHY_EXPIRED)
        ts_threads_prepend(&state->ready, thread);
    else
        ts_threads_append(&state->ready, thread);
}

static void take_out(ts_runqueue *queue, ts_thread *thread)
{
    boxcar *state = queue->state;

    ts_threads_remove(&state->ready, thread);
}

static ts_thread *pick(ts_runqueue *queue, ts_cpu *cpu)
{
    boxcar *state = queue->state;
    ts_time began = TS_NEVER;
    const slot_record *slot =
        slot_at(state, ts_engine_now(queue->machine->engine), &began);
    ts_thread *thread = state->ready.first;

    (void)cpu;
    if (slot == NULL || began == state->skipped)
        return NULL;
    while (thread != NULL && thread->task->index != slot->thread.index)
        thread = thread->next;
    if (thread != NULL)
        ts_threads_remove(&state->ready, thread);
    return thread;
}

static ts_fine slice(ts_runqueue *queue, ts_cpu *cpu, ts_thread *thread)
{
    const boxcar *state = queue->state;
    ts_time now = ts_engine_now(queue->machine->engine), began = TS_NEVER;
    const slot_record *slot = slot_at(state, now, &began);

    (void)cpu;
    (void)thread;
    if (state->record->overrun != CUT || slot == NULL)
        return TS_FINE_NEVER;
    return ts_fine_make(began + slot->length - now);
}

/* Slots are watched while there is somebody to run in them. */
static void decided(ts_runqueue *queue)
{
    boxcar *state = queue->state;
    ts_engine *engine = queue->machine->engine;
    bool busy =
        queue->ready > 0 || queue->machine->cpus[queue->first].current != NULL;

    ts_event_at(engine, &state->timer,
                busy ? next_edge(state, ts_engine_now(engine)) : TS_NEVER);
}

static void key(const ts_runqueue *queue, const ts_thread *thread, char *buffer,
                size_t size)
{
    const boxcar *state = queue->state;
    ts_time now = ts_engine_now(queue->machine->engine), began = 0;
    const slot_record *slot = slot_at(state, now, &began);

    if (slot != NULL && slot->thread.index == thread->task->index)
        ts_key_time(buffer, size, "its slot began at", began);
    else
        snprintf(buffer, size, "not its slot");
}

static const ts_policy policy = {
    .queue_size = sizeof(boxcar),
    .rule = "it is its slot",
    .init = init,
    .place = check_slots,
    .put = put,
    .remove = take_out,
    .pick = pick,
    .slice = slice,
    .decided = decided,
    .key = key,
};

const ts_entry ts_policy_boxcar = {
    .name = "boxcar",
    .help = "a cyclic executive: fixed slots in a table, again and again",
    .about = "Baker and Shaw (1989). One processor.",
    .shape = &shape,
    .model = &policy,
};
