/*
 * ticks.c - what a kernel's clock costs: its ticks, and the interrupts of its
 * timers.
 *
 * A processor that is at something is interrupted at every tick; an idle one is
 * not (NOHZ). A sleep ends with an interrupt of the processor on which the
 * thread went to sleep: the thread is ready when the handler is over, and
 * timers that go off together are served one after the other. Either delays
 * whoever runs there, and no more: what the kernel decides at its ticks is the
 * policies' to say.
 */
#include "models/machine/part.h"
#include "models/policy/fair.h"

typedef struct ticks_record {
    ts_rational hz;
    ts_duration tick, timer;
    bool charged;
} ticks_record;

static const ts_field fields[] = {
    TS_HZ_FIELD(ticks_record,
                "how many there are; they stand at its multiples"),
    {.name = "cost",
     .kind = TS_FIELD_DURATION,
     .fallback = "0ns",
     .offset = TS_AT(ticks_record, tick),
     .help = "processor time of each, where the processor is not idle"},
    {.name = "timer",
     .kind = TS_FIELD_DURATION,
     .fallback = "0ns",
     .offset = TS_AT(ticks_record, timer),
     .help = "of the interrupt that ends a sleep"},
    {.name = "charged",
     .kind = TS_FIELD_BOOL,
     .fallback = "true",
     .source = "CONFIG_IRQ_TIME_ACCOUNTING, which is off where this is true",
     .offset = TS_AT(ticks_record, charged),
     .help = "Linux's classes charge a thread for interrupts over it, whoever "
             "they are for"},
};

static const ts_shape shape = {.name = "tick-costs",
                               .help = "What the kernel's clock costs",
                               .size = sizeof(ticks_record),
                               TS_FIELDS(fields),
                               .shorthand = "cost"};

/* What the part says in "system". */
typedef struct ticks_system {
    ticks_record *ticks;
} ticks_system;

static const ts_field system_fields[] = {
    {.name = "ticks",
     .kind = TS_FIELD_OBJECT,
     .shape = &shape,
     .offset = TS_AT(ticks_system, ticks),
     .help = "what the kernel's ticks and timers cost; nothing when not given"},
};

static const ts_shape system_table = {.name = "system",
                                      .help = "What its clock costs",
                                      .size = sizeof(ticks_system),
                                      TS_FIELDS(system_fields)};

/* --- the part --- */

extern const int ts_slot_ticks;

typedef struct clockwork {
    ts_event event; /* the next tick; pending only while it is not idle */
    ts_interrupt tick, timer;
    ts_thread *first, *last; /* whose timers have gone off */
} clockwork;

typedef struct ticks {
    ts_time period;
    clockwork *clocks; /* by processor */
} ticks;

/* What is the part's own in a thread whose timer has gone off. */
typedef struct ringing {
    ts_thread *next;
    ts_time since;    /* of the sleep that is over */
    clockwork *clock; /* where it rings; NULL: nowhere */
} ringing;

static const ticks_record *said(const ts_machine *machine)
{
    const ticks_system *system = ts_part_system(machine->record, ts_slot_ticks);

    return system->ticks;
}

static bool asked(const ts_machine *machine)
{
    return said(machine) != NULL;
}

static void tick(ts_engine *engine, ts_event *event)
{
    clockwork *clock = TS_CONTAINER(event, clockwork, event);
    ts_cpu *cpu = clock->tick.context;
    const ticks *mine = cpu->machine->part[ts_slot_ticks].state;

    if (cpu->mode == TS_MODE_IDLE)
        return;
    ts_event_at(engine, event, ts_engine_now(engine) + mine->period);
    ts_cpu_interrupt(cpu, &clock->tick);
}

/* The processor has begun something: its ticks go on. */
static void mode(void *state, ts_cpu *cpu)
{
    ticks *mine = state;
    clockwork *clock = &mine->clocks[cpu->id];
    ts_time now = ts_engine_now(cpu->machine->engine);

    if (cpu->mode != TS_MODE_IDLE && clock->tick.cost > 0 &&
        !clock->event.pending)
        ts_event_at(cpu->machine->engine, &clock->event,
                    ts_fair_tick(now, 0, mine->period));
}

/* --- timers --- */

static void take_first(clockwork *clock)
{
    ringing *own = ts_part_own(clock->first, ts_slot_ticks);

    clock->first = own->next;
    if (clock->first == NULL)
        clock->last = NULL;
    *own = (ringing){0};
}

/* Nobody is woken out of another sleep than the one that is over. */
static void rung(ts_machine *machine, ts_cpu *cpu, ts_interrupt *interrupt)
{
    clockwork *clock = TS_CONTAINER(interrupt, clockwork, timer);
    ts_thread *thread = clock->first;
    ts_time since;

    (void)machine;
    if (thread == NULL)
        return;
    since = ((const ringing *)ts_part_own(thread, ts_slot_ticks))->since;
    take_first(clock);
    if (clock->first != NULL)
        ts_cpu_interrupt(cpu, interrupt);
    if (thread->since == since)
        ts_thread_wake(thread);
}

static bool rings(void *state, ts_thread *thread)
{
    const ticks *mine = state;
    ringing *own = ts_part_own(thread, ts_slot_ticks);
    clockwork *clock;

    if (thread->last == NULL)
        return false;
    clock = &mine->clocks[thread->last->id];
    if (clock->timer.cost == 0 || own->clock != NULL)
        return clock->timer.cost > 0;
    own->clock = clock;
    own->since = thread->since;
    if (clock->last != NULL)
        ((ringing *)ts_part_own(clock->last, ts_slot_ticks))->next = thread;
    else
        clock->first = thread;
    clock->last = thread;
    ts_cpu_interrupt(thread->last, &clock->timer);
    return true;
}

/* The thread is no more. */
static void forget(void *state, ts_thread *thread)
{
    ringing *own = ts_part_own(thread, ts_slot_ticks);
    ts_thread *before;

    (void)state;
    if (own->clock == NULL)
        return;
    if (own->clock->first == thread) {
        take_first(own->clock);
        return;
    }
    before = own->clock->first;
    while (((ringing *)ts_part_own(before, ts_slot_ticks))->next != thread)
        before = ((ringing *)ts_part_own(before, ts_slot_ticks))->next;
    ((ringing *)ts_part_own(before, ts_slot_ticks))->next = own->next;
    if (own->clock->last == thread)
        own->clock->last = before;
    *own = (ringing){0};
}

static void make_clock(ts_machine *machine, clockwork *clock, ts_cpu *cpu)
{
    const ticks_record *record = said(machine);

    clock->tick =
        (ts_interrupt){.cost = ts_machine_fine(machine, &record->tick),
                       .context = cpu,
                       .name = "tick"};
    clock->timer =
        (ts_interrupt){.cost = ts_machine_fine(machine, &record->timer),
                       .done = rung,
                       .context = cpu,
                       .name = "timer"};
    ts_event_init_slot(machine->engine, &clock->event, TS_CLASS_INTERRUPT, tick,
                       "tick");
}

static bool create(ts_machine *machine, void *state, ts_error *error)
{
    ticks *mine = state;

    machine->charges_handlers = said(machine)->charged;
    mine->period = ts_fair_period(said(machine)->hz);
    mine->clocks = ts_arena_array(machine->arena, (size_t)machine->cpu_count,
                                  sizeof *mine->clocks);
    if (mine->clocks == NULL)
        return ts_fail(error, "out of memory for %d clocks",
                       machine->cpu_count);
    for (int i = 0; i < machine->cpu_count; i++)
        make_clock(machine, &mine->clocks[i], &machine->cpus[i]);
    return true;
}

const ts_part ts_part_ticks = {.name = "ticks",
                               .system = &system_table,
                               .state = sizeof(ticks),
                               .own = sizeof(ringing),
                               .asked = asked,
                               .create = create,
                               .mode = mode,
                               .rings = rings,
                               .ended = forget,
                               .killed = forget};
