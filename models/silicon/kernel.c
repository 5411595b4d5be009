/*
 * kernel.c - what it costs to enter the kernel.
 *
 * A system call pays the entry and, where the processor needs it, the tax of
 * the mitigations (KPTI changes page tables on the way in and out). The same
 * tax, or another, may lie on every context switch.
 */
#include "models/machine/part.h"
#include "models/silicon/kernel.h"
#include "models/machine/system.h"
#include "models/machine/task.h"
#include "models/machine/program.h"
#include "models/world/root.h"

static const ts_field kernel_fields[] = {
    {.name = "entry",
     .kind = TS_FIELD_DURATION,
     .fallback = "0ns",
     .offset = TS_AT(ts_kernel_record, entry),
     .help = "of every system call, there and back"},
    {.name = "mitigation",
     .kind = TS_FIELD_DURATION,
     .fallback = "0ns",
     .offset = TS_AT(ts_kernel_record, mitigation),
     .help = "what mitigations add to that: about 400 ns with KPTI"},
    {.name = "switch",
     .kind = TS_FIELD_DURATION,
     .fallback = "0ns",
     .offset = TS_AT(ts_kernel_record, switching),
     .help = "what they add to every context switch"},
};

const ts_shape ts_kernel_shape = {.name = "kernel",
                                  .help = "The cost of entering the kernel",
                                  .size = sizeof(ts_kernel_record),
                                  TS_FIELDS(kernel_fields),
                                  .shorthand = "entry"};

static bool create(ts_machine *machine, ts_error *error)
{
    const ts_kernel_record *record = machine->root->system->kernel;

    (void)error;
    if (!record)
        return true;
    machine->kernel_entry = ts_machine_fine(machine, &record->entry) +
                            ts_machine_fine(machine, &record->mitigation);
    machine->switch_restore += ts_machine_fine(machine, &record->switching);
    return true;
}

const ts_part ts_part_kernel = {.name = "kernel", .create = create};

/* --- syscall ------------------------------------------------------------- */

typedef struct syscall_record {
    ts_duration work;
} syscall_record;

static const ts_field syscall_fields[] = {
    {.name = "work",
     .kind = TS_FIELD_DURATION,
     .random = true,
     .fallback = "0ns",
     .offset = TS_AT(syscall_record, work),
     .help = "processor time in the kernel, besides the entry"},
};

static const ts_shape syscall_shape = {
    .name = "syscall",
    .help = "Enters the kernel and does something there",
    .size = sizeof(syscall_record),
    TS_FIELDS(syscall_fields),
    .shorthand = "work"};

static ts_step syscall_step(ts_machine *machine, ts_thread *thread,
                            ts_frame *frame)
{
    const syscall_record *record = frame->fields;

    if (frame->phase++ > 0)
        return TS_STEP_DONE;
    ts_thread_work(thread,
                   machine->kernel_entry +
                       ts_thread_span(thread, &record->work),
                   TS_MODE_KERNEL);
    return TS_STEP_RUN;
}

static const ts_operation syscall_operation = {.step = syscall_step};

const ts_entry ts_operation_syscall = {
    .name = "syscall",
    .help = "enter the kernel, work there, come back",
    .shape = &syscall_shape,
    .model = &syscall_operation};
