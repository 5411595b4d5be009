/*
 * wake.c - the time a processor needs to come back from idling.
 *
 * A processor falls asleep as soon as it has nothing to run, and whoever is
 * dispatched on a sleeping one waits until it is awake: the set-up time of
 * queueing theory, the exit latency of an idle state. Those that come
 * meanwhile wait behind. It is counted as switching.
 */
#include "models/machine/part.h"

/* What the part says in "computer". */
typedef struct wake_computer {
    ts_duration wake; /* from idling to running; not given: none */
} wake_computer;

static const ts_field computer_fields[] = {
    {.name = "wake",
     .kind = TS_FIELD_DURATION,
     .random = true,
     .no_cycles = true, /* a processor that sleeps has none */
     .offset = TS_AT(wake_computer, wake),
     .help = "what an idle processor needs before it can run a thread; none "
             "when not given"},
};

static const ts_shape computer_table = {.name = "computer",
                                        .help = "How its processors wake",
                                        .size = sizeof(wake_computer),
                                        TS_FIELDS(computer_fields)};

extern const int ts_slot_wake;

typedef struct wake {
    const ts_distribution *amount;
    ts_random *random; /* by processor */
} wake;

static const ts_duration *said(const ts_machine *machine)
{
    const wake_computer *computer =
        ts_part_computer(machine->record, ts_slot_wake);

    return &computer->wake;
}

static bool asked(const ts_machine *machine)
{
    return said(machine)->given;
}

static bool create(ts_machine *machine, void *state, ts_error *error)
{
    wake *mine = state;

    mine->amount = &said(machine)->amount;
    mine->random = ts_arena_array(machine->arena, (size_t)machine->cpu_count,
                                  sizeof *mine->random);
    if (mine->random == NULL)
        return ts_fail(error, "out of memory for %d processors",
                       machine->cpu_count);
    for (int i = 0; i < machine->cpu_count; i++)
        ts_random_init(&mine->random[i], ts_engine_seed(machine->engine),
                       ts_arena_format(machine->arena, "processor/%d/wake", i));
    return true;
}

static ts_fine enter(void *state, ts_cpu *cpu, ts_thread *thread)
{
    wake *mine = state;
    ts_time now = ts_engine_now(cpu->machine->engine);

    (void)thread;
    assert(cpu->previous < 0 || cpu->released <= now);
    if (cpu->previous >= 0 && cpu->released == now)
        return 0;
    return ts_fine_make(
        ts_distribution_whole(mine->amount, &mine->random[cpu->id]));
}

const ts_part ts_part_wake = {.name = "wake",
                              .computer = &computer_table,
                              .state = sizeof(wake),
                              .asked = asked,
                              .create = create,
                              .enter = enter};
