/*
 * program.c - a list of operations, played in order.
 */
#include "models/program/program.h"
#include "models/runtime/interpreter.h"

static ts_step sequence_step(ts_machine *machine, ts_thread *thread,
                             ts_frame *frame)
{
    const ts_list *program = frame->fields;
    const ts_variant *operations = program->items;
    const ts_operation *operation;
    const ts_variant *next;

    (void)machine;
    if (frame->count >= program->count)
        return TS_STEP_DONE;
    next = &operations[frame->count++];
    operation = next->entry->model;
    if (operation->waits && thread->calls)
        ts_thread_push(thread, &ts_away_operation, next);
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

        if (operation->prepare)
            depth = operation->prepare(machine, task, operations[i].fields,
                                       error);
        if (depth < 0)
            return -1;
        if (depth > deepest)
            deepest = depth;
    }
    return deepest + 1;
}
