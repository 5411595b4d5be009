/*
 * kernel.c - what it costs to enter the kernel.
 *
 * A system call pays the entry and, where the processor needs it, the tax of
 * the mitigations (KPTI changes page tables on the way in and out). The tax is
 * paid wherever the kernel is entered from a program's own code, and the
 * machine says where that is (ts_machine_enter): system calls, those of servers
 * and of who wakes another by a lock too; each time a thread goes on that had
 * waited there for a device, a lock or the time, or that was taken off its
 * processor; and each interrupt that finds a program at work. A lock that nobody
 * waits for is taken and given without the kernel. What the entry itself takes
 * is part of the costs of all but the operation syscall, and is not paid twice.
 * Another tax may lie on every context switch.
 *
 * Left out: what programs lose to mitigations in their own code (retpolines in
 * what they call, TLB entries that are gone).
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
     .help = "what mitigations add to every entry into the kernel, also by "
             "servers, locks that wait, I/O, interrupts and preemption: about "
             "400 ns with KPTI"},
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
    mine->entry = ts_machine_fine(machine, &record->entry);
    machine->entry_cost = ts_machine_fine(machine, &record->mitigation);
    machine->switch_restore += ts_machine_fine(machine, &record->switching);
    return true;
}

static void report(ts_machine *machine, void *state, ts_report *report)
{
    ts_i128 paid = machine->entries * (machine->entry_cost >> TS_FINE_BITS);

    (void)state;
    ts_report_count(report, machine->entries, "kernel.entries");
    ts_report_ratio(report, paid,
                    (ts_i128)ts_engine_now(machine->engine) *
                        machine->cpu_count,
                    "kernel.mitigations");
}

static const ts_metric_kind metrics[] = {
    {"kernel.entries", TS_UNIT_COUNT, false,
     "how often programs' own code was left for the kernel"},
    {"kernel.mitigations", TS_UNIT_RATIO, false,
     "the time that mitigations took of all processors', at their nominal "
     "speed"},
};

const ts_part ts_part_kernel = {.name = "kernel",
                                .system = &system_table,
                                .state = sizeof(kernel),
                                .asked = asked,
                                .create = create,
                                .report = report,
                                TS_METRICS(metrics)};

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
    thread->inside = false; /* whatever it waited for, this is another call */
    ts_thread_syscall(thread, (mine != NULL ? mine->entry : 0) +
                                  ts_thread_span(thread, &record->work));
    return TS_STEP_RUN;
}

static const ts_operation syscall_operation = {.step = syscall_step};

const ts_entry ts_operation_syscall = {
    .name = "syscall",
    .help = "enter the kernel, work there, come back",
    .shape = &syscall_shape,
    .model = &syscall_operation};
