/*
 * parts.c - the list of parts, in the order of their creation: what comes later
 * may rely on what stands above it.
 */
#include "models/machine/part.h"

extern const ts_part ts_part_measure;
extern const ts_part ts_part_balance;
extern const ts_part ts_part_ostep_multi;
extern const ts_part ts_part_apollo;
extern const ts_part ts_part_smt;
extern const ts_part ts_part_kernel;
extern const ts_part ts_part_clocks;
extern const ts_part ts_part_memory;
extern const ts_part ts_part_dram;
extern const ts_part ts_part_wake;
extern const ts_part ts_part_lines;
extern const ts_part ts_part_locks;
extern const ts_part ts_part_devices;
extern const ts_part ts_part_interpreters;
extern const ts_part ts_part_network;
extern const ts_part ts_part_servers;
extern const ts_part ts_part_inputs;
extern const ts_part ts_part_tasks;
extern const ts_part ts_part_clients;
extern const ts_part ts_part_faults;
extern const ts_part ts_part_analysis;

static const ts_part *const parts[] = {
    &ts_part_measure, /* the others offer it what they tally */
    &ts_part_balance, &ts_part_ostep_multi, &ts_part_smt,
    &ts_part_kernel,  &ts_part_clocks,      &ts_part_memory,
    &ts_part_dram,    &ts_part_wake,        &ts_part_lines,
    &ts_part_locks,   &ts_part_devices,     &ts_part_interpreters,
    &ts_part_network, &ts_part_servers, /* makes tasks */
    &ts_part_inputs,  &ts_part_tasks,   /* programs refer to everything above */
    &ts_part_clients, &ts_part_faults,      &ts_part_analysis,
    &ts_part_apollo, /* its jobs are threads */
};

#define PART_COUNT ((int)TS_COUNT_OF(parts))

bool ts_parts_create(ts_machine *machine, ts_error *error)
{
    for (int i = 0; i < PART_COUNT; i++) {
        if (!parts[i]->create(machine, error))
            return false;
        if (parts[i]->keeps > 0 &&
            *(void **)(void *)((char *)machine + parts[i]->keeps) == NULL)
            continue;
        /* Only those that take part in dispatches are asked at each one. */
        if (parts[i]->enter)
            machine->entering[machine->entering_count++] = parts[i];
        if (parts[i]->leave)
            machine->leaving[machine->leaving_count++] = parts[i];
        if (parts[i]->ended)
            machine->ending[machine->ending_count++] = parts[i];
    }
    return true;
}

ts_fine ts_parts_enter(ts_machine *machine, ts_cpu *cpu, ts_thread *thread)
{
    ts_fine cost = 0;

    for (int i = 0; i < machine->entering_count; i++)
        cost += machine->entering[i]->enter(machine, cpu, thread);
    return cost;
}

void ts_parts_leave(ts_machine *machine, ts_cpu *cpu, ts_thread *thread)
{
    for (int i = 0; i < machine->leaving_count; i++)
        machine->leaving[i]->leave(machine, cpu, thread);
}

void ts_parts_ended(ts_machine *machine, ts_thread *thread)
{
    for (int i = 0; i < machine->ending_count; i++)
        machine->ending[i]->ended(machine, thread);
}

void ts_parts_report(ts_machine *machine, ts_report *report)
{
    for (int i = 0; i < PART_COUNT; i++)
        if (parts[i]->report)
            parts[i]->report(machine, report);
}
