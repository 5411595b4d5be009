/*
 * wake.c - the time a processor needs to come back from idling.
 *
 * A processor falls asleep as soon as it has nothing to run, and whoever is
 * dispatched on a sleeping one waits until it is awake: the set-up time of
 * queueing theory, the exit latency of an idle state. Those that come
 * meanwhile wait behind. It is counted as switching.
 */
#include "models/machine/part.h"
#include "models/machine/system.h"
#include "models/world/root.h"

static bool create(ts_machine *machine, ts_error *error)
{
    const ts_computer *computer = machine->root->computer;

    if (!computer->wake.given)
        return true;
    if (computer->wake.cycles)
        return ts_fail(error, "computer.wake must be a time: a processor that "
                              "sleeps has no cycles");
    machine->wake = ts_arena_array(machine->arena, (size_t)machine->cpu_count,
                                   sizeof *machine->wake);
    if (!machine->wake)
        return ts_fail(error, "out of memory for %d processors",
                       machine->cpu_count);
    for (int i = 0; i < machine->cpu_count; i++)
        ts_random_init(&machine->wake[i], ts_engine_seed(machine->engine),
                       ts_arena_format(machine->arena, "processor/%d/wake", i));
    return true;
}

static ts_fine enter(ts_machine *machine, ts_cpu *cpu, ts_thread *thread)
{
    const ts_computer *computer = machine->root->computer;
    ts_time now = ts_engine_now(machine->engine);

    (void)thread;
    if (!machine->wake || (cpu->previous >= 0 && cpu->released == now))
        return 0;
    return ts_fine_make(
        ts_distribution_whole(&computer->wake.amount, &machine->wake[cpu->id]));
}

const ts_part ts_part_wake = {.name = "wake", .create = create, .enter = enter};
