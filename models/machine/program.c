/*
 * program.c - a list of operations, played in order.
 */
#include "models/machine/program.h"

static ts_step sequence_step(ts_machine *machine, ts_thread *thread,
                             ts_frame *frame)
{
    const ts_list *program = frame->fields;
    const ts_variant *operations = program->items;
    const ts_operation *operation;
    const ts_variant *next;

    if (frame->count >= program->count)
        return TS_STEP_DONE;
    next = &operations[frame->count++];
    operation = next->entry->model;
    if (operation->waits && thread->calls != NULL)
        ts_thread_push(thread, machine->around, next);
    else
        ts_thread_push(thread, operation, next->fields);
    return TS_STEP_AGAIN;
}

const ts_operation ts_sequence_operation = {.step = sequence_step,
                                            .control = true};

int ts_program_prepare(ts_machine *machine, ts_task *task,
                       const ts_list *program, ts_error *error)
{
    const ts_variant *operations = program->items;
    int deepest = 0;

    for (int i = 0; i < program->count; i++) {
        const ts_operation *operation = operations[i].entry->model;
        int depth = 0;

        if (operation->prepare != NULL)
            depth =
                operation->prepare(machine, task, operations[i].fields, error);
        if (depth < 0)
            return -1;
        if (operation->waits && machine->around != NULL)
            depth++; /* which stands between */
        if (depth > deepest)
            deepest = depth;
    }
    return deepest + 1;
}

const char *ts_program_at(const ts_thread *thread)
{
    for (int i = thread->depth - 1; i >= 0; i--) {
        const ts_frame *frame = &thread->frames[i];
        const ts_list *program = frame->fields;
        const ts_variant *operations;

        if (frame->op != &ts_sequence_operation || frame->count == 0)
            continue;
        operations = program->items;
        return operations[frame->count - 1].entry->name;
    }
    return NULL;
}

/* --- outlines --- */

void ts_program_outline(const ts_list *program, ts_outline *outline)
{
    const ts_variant *operations = program->items;

    for (int i = 0; i < program->count; i++) {
        const ts_operation *operation = operations[i].entry->model;

        if (operation->outline != NULL)
            operation->outline(operations[i].fields, outline);
        else
            outline->opaque = true;
    }
}

void ts_outline_work(ts_outline *outline, const ts_duration *span)
{
    const ts_distribution *d = &span->amount;
    double amount = ts_distribution_mean(d);
    ts_time work;

    if (d->kind == TS_DIST_UNIFORM)
        amount = d->b;
    else if (d->kind != TS_DIST_CONSTANT)
        outline->bounded = false;
    work = d->kind == TS_DIST_CONSTANT      ? d->whole
           : amount < (double)TS_TIME_LIMIT ? (ts_time)(amount + 0.5)
                                            : TS_TIME_LIMIT;
    if (span->cycles && outline->clock.den > 0)
        work = (ts_time)((double)work * 1e12 * (double)outline->clock.den /
                             (double)outline->clock.num +
                         0.5);
    outline->work = ts_time_add(outline->work, work);
}
