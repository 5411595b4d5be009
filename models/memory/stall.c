/*
 * stall.c - waiting for memory, as a time that the program is known to wait.
 *
 * The thread keeps its hardware thread; only the core's other hardware
 * threads gain by it. The operating system sees a busy processor.
 */
#include "models/machine/task.h"
#include "models/machine/program.h"

typedef struct stall_record {
    ts_duration span;
} stall_record;

static const ts_field stall_fields[] = {
    {.name = "for",
     .kind = TS_FIELD_DURATION,
     .random = true,
     .required = true,
     .offset = TS_AT(stall_record, span),
     .help = "how long: a time, or cycles of the processor's clock"},
};

static const ts_shape stall_shape = {
    .name = "stall",
    .help = "Waits for memory without leaving the processor",
    .size = sizeof(stall_record),
    TS_FIELDS(stall_fields),
    .shorthand = "for"};

static ts_step stall_step(ts_machine *machine, ts_thread *thread,
                          ts_frame *frame)
{
    const stall_record *record = frame->fields;

    (void)machine;
    if (frame->phase++ > 0)
        return TS_STEP_DONE;
    ts_thread_work(thread, ts_thread_span(thread, &record->span),
                   TS_MODE_STALL);
    return TS_STEP_RUN;
}

static const ts_operation stall_operation = {.step = stall_step,
                                             .control = true};

const ts_entry ts_operation_stall = {
    .name = "stall",
    .help = "wait for memory on the processor: its SMT siblings run meanwhile",
    .shape = &stall_shape,
    .model = &stall_operation};
