/*
 * urgent.c - see urgent.h.
 */
#include <string.h>

#include "models/policy/urgent.h"
#include "models/machine/task.h"

static const ts_field fields[] = {
    {.name = "preemptive",
     .kind = TS_FIELD_BOOL,
     .fallback = "true",
     .offset = TS_AT(ts_urgent_record, preemptive),
     .help = "whether a more urgent job takes the processor at once"},
    {.name = "placement",
     .kind = TS_FIELD_OBJECT,
     .shape = &ts_placement_shape,
     .fallback = "{}",
     .offset = TS_AT(ts_urgent_record, placement),
     .help = "on several processors: whether tasks belong to one each"},
};

const ts_shape ts_urgent_shape = {.name = "real-time policy",
                                  .help = "Options of fixed urgencies",
                                  .size = sizeof(ts_urgent_record),
                                  TS_FIELDS(fields)};

int ts_urgent_compare(const ts_thread *a, const ts_thread *b)
{
    return (a->urgency < b->urgency) - (a->urgency > b->urgency);
}

bool ts_urgent_init(ts_runqueue *queue, ts_error *error)
{
    const ts_urgent_record *options = queue->options;
    ts_urgent *state = queue->state;

    (void)error;
    state->ready.compare = ts_urgent_compare;
    state->preemptive = options->preemptive;
    return true;
}

bool ts_urgent_place(ts_machine *machine, ts_error *error)
{
    const ts_urgent_record *options = machine->queues[0].options;

    return ts_place_tasks(machine, options->placement, false, error);
}

void ts_urgent_put(ts_runqueue *queue, ts_thread *thread, ts_why why)
{
    ts_urgent *state = queue->state;

    (void)why;
    ts_heap_push(&state->ready, queue->machine, thread);
}

void ts_urgent_remove(ts_runqueue *queue, ts_thread *thread)
{
    ts_urgent *state = queue->state;

    ts_heap_remove(&state->ready, thread);
}

ts_thread *ts_urgent_challenger(ts_runqueue *queue)
{
    const ts_urgent *state = queue->state;

    return ts_heap_top(&state->ready);
}

ts_thread *ts_urgent_pick(ts_runqueue *queue, ts_cpu *cpu)
{
    ts_urgent *state = queue->state;

    (void)cpu;
    return ts_heap_pop(&state->ready);
}

bool ts_urgent_before(const ts_runqueue *queue, const ts_thread *challenger,
                      const ts_thread *running)
{
    const ts_urgent *state = queue->state;

    return state->preemptive && challenger->urgency > running->urgency;
}

bool ts_urgent_preempts(const ts_entry *entry, const void *options)
{
    const ts_policy *policy = entry->model;
    const ts_field *field = entry->shape != NULL ? entry->shape->fields : NULL;
    int left = entry->shape != NULL ? entry->shape->field_count : 0;

    if (policy->before == NULL)
        return false;
    for (; left > 0; left--, field++)
        if (strcmp(field->name, "preemptive") == 0)
            return *(const bool *)(const void *)((const char *)options +
                                                 field->offset);
    return true;
}

void ts_urgent_deadlines(const ts_runqueue *queue, ts_report *report)
{
    const ts_machine *machine = queue->machine;

    if (queue != &machine->queues[0] || machine->task_count < 2)
        return;
    for (int i = 0; i < machine->task_count; i++)
        if (machine->tasks[i].record->deadline < TS_TIME_LIMIT)
            return;
    ts_report_remark(report,
                     "no thread has a deadline, by which the policy decides, "
                     "so they came in order of their ties; say \"deadline\" "
                     "for each, such as its period");
}
