/*
 * interrupts.c - the ten interrupts and the autopilot.
 *
 * Smaller vectors come first; nothing nests; what cannot be served is latched
 * once (Luminary 099, INTERRUPT LEAD INS). T5RUPT starts the digital autopilot
 * and resumes into the JASK, a pseudo-job above all jobs that every interrupt
 * may interrupt: an open handler. If it is not done when the next T5RUPT
 * comes: alarm 2000.
 */
#include "models/apollo/apollo.h"

#define LEVEL_T5 1
#define LEVEL_JASK 100

/* --- interrupts that come by themselves --- */

static void beat(ts_engine *engine, ts_event *event)
{
    ts_apollo_beat *it = TS_CONTAINER(event, ts_apollo_beat, event);
    ts_fine cost = ts_apollo_cost_now(it->apollo, it->source->cost);

    ts_event_at(engine, event, ts_time_add(event->time, it->source->every));
    if (cost == 0)
        return;
    it->interrupt.cost = cost;
    ts_cpu_interrupt(it->apollo->cpu, &it->interrupt);
}

/* Only what was served counts: one that waits is latched once, however often it
 * asks. */
static void beat_over(ts_machine *machine, ts_cpu *cpu, ts_interrupt *interrupt)
{
    ts_apollo_beat *it = TS_CONTAINER(interrupt, ts_apollo_beat, interrupt);

    (void)cpu;
    ts_apollo_rupt_over(ts_apollo_of(machine));
    assert(interrupt->served <= interrupt->raised); /* once each */
    it->mct += ts_apollo_mct_now(it->apollo, it->source->cost);
}

static bool create_beats(ts_apollo *apollo, ts_error *error)
{
    ts_engine *engine = apollo->machine->engine;
    const ts_apollo_source *sources = apollo->record->interrupts.items;
    int count = apollo->record->interrupts.count;

    apollo->beat_count = count;
    apollo->beats = ts_arena_array(apollo->machine->arena, (size_t)count,
                                   sizeof *apollo->beats);
    if (apollo->beats == NULL && count > 0)
        return ts_fail(error, "out of memory for interrupts");
    for (int i = 0; i < count; i++) {
        ts_apollo_beat *it = &apollo->beats[i];

        it->apollo = apollo;
        it->source = &sources[i];
        it->interrupt = (ts_interrupt){.name = sources[i].name,
                                       .level = sources[i].rupt,
                                       .done = beat_over};
        if (!ts_apollo_resolve_cost(apollo->machine, sources[i].cost,
                                    sources[i].name, error))
            return false;
        ts_event_init_slot(engine, &it->event, TS_CLASS_INTERRUPT, beat,
                           sources[i].name);
        ts_event_at(engine, &it->event, sources[i].first);
    }
    return true;
}

/* --- the autopilot --- */

static bool is_flying(const ts_apollo *apollo)
{
    const ts_cpu *cpu = apollo->cpu;

    return apollo->jask.pending || cpu->serving == &apollo->jask ||
           cpu->suspended == &apollo->jask || apollo->t5rupt.pending ||
           cpu->serving == &apollo->t5rupt;
}

static void fly(ts_engine *engine, ts_event *event)
{
    ts_apollo *apollo = TS_CONTAINER(event, ts_apollo, pilot_event);
    const ts_apollo_pilot *pilot = apollo->record->pilot;

    ts_event_at(engine, event, ts_time_add(event->time, pilot->every));
    if (apollo->restarting)
        return;
    if (is_flying(apollo)) {
        ts_apollo_raise_alarm(apollo, 2000);
        return;
    }
    ts_cpu_interrupt(apollo->cpu, &apollo->t5rupt);
}

static void resume_into_jask(ts_machine *machine, ts_cpu *cpu,
                             ts_interrupt *interrupt)
{
    ts_apollo *apollo = ts_apollo_of(machine);
    const ts_apollo_pilot *pilot = apollo->record->pilot;

    (void)interrupt;
    ts_apollo_rupt_over(apollo);
    assert(pilot != NULL && cpu->serving != &apollo->jask);
    apollo->jask.cost = ts_apollo_cost_now(apollo, pilot->job);
    apollo->pilot_mct += pilot->interrupt;
    if (apollo->jask.cost > 0 && !apollo->restarting)
        ts_cpu_interrupt(cpu, &apollo->jask);
}

static void jask_over(ts_machine *machine, ts_cpu *cpu, ts_interrupt *interrupt)
{
    ts_apollo *apollo = ts_apollo_of(machine);

    (void)cpu;
    (void)interrupt;
    apollo->pilot_mct += ts_apollo_mct_now(apollo, apollo->record->pilot->job);
}

static bool create_pilot(ts_apollo *apollo, ts_error *error)
{
    const ts_apollo_pilot *pilot = apollo->record->pilot;
    ts_engine *engine = apollo->machine->engine;

    ts_event_init_slot(engine, &apollo->pilot_event, TS_CLASS_INTERRUPT, fly,
                       "T5RUPT");
    if (pilot == NULL)
        return true;
    if (!ts_apollo_resolve_cost(apollo->machine, pilot->job, "the autopilot",
                                error))
        return false;
    apollo->t5rupt =
        (ts_interrupt){.name = "T5RUPT",
                       .level = LEVEL_T5,
                       .done = resume_into_jask,
                       .cost = ts_apollo_fine(apollo, pilot->interrupt)};
    apollo->jask = (ts_interrupt){.name = "JASK",
                                  .level = LEVEL_JASK,
                                  .open = true,
                                  .done = jask_over,
                                  .kind = ts_trace_name(apollo->machine->trace,
                                                        TS_KINDS, "autopilot")};
    ts_event_at(engine, &apollo->pilot_event, pilot->first);
    return true;
}

bool ts_apollo_interrupts_create(ts_apollo *apollo, ts_error *error)
{
    return create_beats(apollo, error) && create_pilot(apollo, error);
}
