/*
 * kernel.c - what it costs to enter the kernel.
 *
 * A system call pays the entry and, where the processor needs it, the tax of
 * the mitigations (KPTI changes page tables on the way in and out). The same
 * tax, or another, may lie on every context switch.
 */
#include "models/machine/part.h"
#include "models/machine/program.h"

typedef struct ts_kernel_record {
    ts_duration entry, mitigation, switching;
} ts_kernel_record;

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

static const ts_shape kernel_shape = {.name = "kernel",
                                      .help = "The cost of entering the kernel",
                                      .size = sizeof(ts_kernel_record),
                                      TS_FIELDS(kernel_fields),
                                      .shorthand = "entry"};

/* What the part says in "system". */
typedef struct kernel_system {
    ts_kernel_record *kernel;
} kernel_system;

static const ts_field system_fields[] = {
    {.name = "kernel",
     .kind = TS_FIELD_OBJECT,
     .shape = &kernel_shape,
     .offset = TS_AT(kernel_system, kernel),
     .help = "what entering the kernel costs; nothing when not given"},
};

static const ts_shape system_table = {.name = "system",
                                      .help = "What its kernel costs",
                                      .size = sizeof(kernel_system),
                                      TS_FIELDS(system_fields)};

/* --- the part --- */

typedef struct kernel {
    ts_fine entry; /* of a system call */
} kernel;

extern const int ts_slot_kernel;

static const ts_kernel_record *said(const ts_machine *machine)
{
    const kernel_system *system =
        ts_part_system(machine->record, ts_slot_kernel);

    return system->kernel;
}

static bool asked(const ts_machine *machine)
{
    return said(machine) != NULL;
}

static bool create(ts_machine *machine, void *state, ts_error *error)
{
    const ts_kernel_record *record = said(machine);
    kernel *mine = state;

    (void)error;
    mine->entry = ts_machine_fine(machine, &record->entry) +
                  ts_machine_fine(machine, &record->mitigation);
    machine->switch_restore += ts_machine_fine(machine, &record->switching);
    return true;
}

const ts_part ts_part_kernel = {.name = "kernel",
                                .system = &system_table,
                                .state = sizeof(kernel),
                                .asked = asked,
                                .create = create};

/* --- syscall --- */

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
    const kernel *mine = machine->part[ts_slot_kernel].state;

    if (frame->phase++ > 0)
        return TS_STEP_DONE;
    ts_thread_work(thread,
                   (mine != NULL ? mine->entry : 0) +
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
