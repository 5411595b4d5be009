/*
 * apollo.c - the computer as a whole: phases, stolen cycles, the account.
 *
 * Counter increments take single cycles wherever they come due, so that what
 * is left of the machine runs at a rational speed: 1 - (increments a second) /
 * 85333.33. The model steals at that rate evenly; against single cycles at
 * their instants nothing is ever off by more than the few increments that can
 * be pending at once (one a counter, 11.7 us each).
 */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "models/apollo/apollo.h"
#include "models/machine/part.h"

/* A share of the machine is counted in this many parts: 1.024 MHz times 1000,
 * so that thousandths of pulses a second are whole. */
#define PARTS ((int64_t)TS_APOLLO_HERTZ * 1000)

ts_fine ts_apollo_fine(const ts_apollo *apollo, int64_t mct)
{
    return ts_clock_fine(&apollo->clock, mct * 12);
}

int64_t ts_apollo_mct_now(const ts_apollo *apollo, const ts_apollo_cost *cost)
{
    const ts_apollo_phase *phases = apollo->record->phases.items;
    const ts_map_item *in = cost->in.items;

    for (int i = 0; i < cost->in.count; i++)
        if (strcmp(in[i].key, phases[apollo->phase].name) == 0)
            return *(const int64_t *)in[i].value;
    return cost->mct;
}

int64_t ts_apollo_octal(const char *text)
{
    int64_t value = 0;

    if (text == NULL || !text[0])
        return -1;
    for (; *text; text++) {
        if (*text < '0' || *text > '7' || value > 037)
            return -1;
        value = value * 8 + (*text - '0');
    }
    return value <= 037 ? value : -1;
}

/* --- phases --- */

static int find_phase(const ts_machine *machine, const char *name)
{
    const ts_apollo_record *record = ts_apollo_said(machine);
    const ts_apollo_phase *phases = record->phases.items;

    for (int i = 0; i < record->phases.count; i++)
        if (strcmp(phases[i].name, name) == 0)
            return i;
    return -1;
}

static bool no_phase(const char *name, const char *what, ts_error *error)
{
    return ts_fail(error,
                   "%s names the phase \"%s\", and apollo.phases has "
                   "none of that name",
                   what, name);
}

bool ts_apollo_resolve_cost(const ts_machine *machine, ts_apollo_cost *cost,
                            const char *what, ts_error *error)
{
    const ts_clock clock = ts_clock_make(TS_APOLLO_HERTZ, 1, 0);
    const ts_map_item *in = cost->in.items;

    for (int i = 0; i < TS_APOLLO_PHASES; i++)
        cost->resolved[i] = ts_clock_fine(&clock, cost->mct * 12);
    for (int i = 0; i < cost->in.count; i++) {
        int phase = find_phase(machine, in[i].key);

        if (phase < 0)
            return no_phase(in[i].key, what, error);
        cost->resolved[phase] =
            ts_clock_fine(&clock, *(const int64_t *)in[i].value * 12);
    }
    return true;
}

bool ts_apollo_resolve_if(const ts_machine *machine, ts_apollo_if *only,
                          const char *what, ts_error *error)
{
    const char *const *names = only->in.items;

    only->mask = only->in.count == 0 ? ~UINT32_C(0) : 0;
    for (int i = 0; i < only->in.count; i++) {
        int phase = find_phase(machine, names[i]);

        if (phase < 0)
            return no_phase(names[i], what, error);
        assert(phase < TS_APOLLO_PHASES);
        only->mask |= UINT32_C(1) << phase;
    }
    return true;
}

bool ts_apollo_when_holds(const ts_apollo *apollo, int when)
{
    switch ((ts_apollo_when)when) {
    case TS_APOLLO_ALWAYS:
        return true;
    case TS_APOLLO_MONITOR:
        return apollo->monitor;
    case TS_APOLLO_NO_MONITOR:
        return !apollo->monitor;
    case TS_APOLLO_FLASHING:
        return apollo->flashing;
    case TS_APOLLO_STEADY:
        return !apollo->flashing;
    }
    return true;
}

bool ts_apollo_holds(const ts_apollo *apollo, const ts_apollo_if *only)
{
    return (only->mask >> apollo->phase & 1) != 0 &&
           ts_apollo_when_holds(apollo, only->when);
}

void ts_apollo_show(ts_apollo *apollo, const char *format, ...)
{
    ts_trace *trace = apollo->machine->trace;
    char text[64];
    va_list arguments;

    va_start(arguments, format);
    vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    ts_trace_instant(trace, ts_engine_now(apollo->machine->engine),
                     apollo->place_dsky, ts_trace_name(trace, TS_KINDS, text),
                     -1, 0);
}

/* --- stolen cycles --- */

/* Idle time of the processor up to now. */
static ts_time idle_time(const ts_apollo *apollo)
{
    const ts_cpu *cpu = apollo->cpu;
    ts_time idle = cpu->spent[TS_MODE_IDLE];

    if (cpu->mode == TS_MODE_IDLE)
        idle += ts_engine_now(apollo->machine->engine) - cpu->since;
    return idle;
}

void ts_apollo_look(ts_apollo *apollo)
{
    const ts_cpu *cpu = apollo->cpu;
    ts_time now = ts_engine_now(apollo->machine->engine);
    ts_time idle = idle_time(apollo);
    ts_time took = now - apollo->looked_at;
    int64_t num = cpu->factor_num[apollo->factor];
    int64_t den = cpu->factor_den[apollo->factor];
    ts_fine left = ts_fine_make(idle - apollo->idle_seen) * num / den;

    assert(num >= 0 && num <= den && idle - apollo->idle_seen <= took);
    assert(took >= 0 && idle >= apollo->idle_seen);
    apollo->idle_cycles += left;
    apollo->phase_idle[apollo->phase] += left;
    apollo->phase_time[apollo->phase] += took;
    apollo->stolen_cycles += ts_fine_make(took) * (den - num) / den;
    apollo->idle_seen = idle;
    apollo->looked_at = now;
}

void ts_apollo_steal(ts_apollo *apollo)
{
    const ts_apollo_phase *phases = apollo->record->phases.items;
    const ts_apollo_radar *radar = apollo->record->radar;
    int64_t taken =
        (int64_t)(phases[apollo->phase].counters * (double)PARTS + 0.5);

    ts_apollo_look(apollo);
    if (radar != NULL)
        taken += apollo->pulses * radar->counters * 12;
    if (taken > PARTS)
        taken = PARTS;
    assert(taken >= 0);
    ts_cpu_set_factor(apollo->cpu, apollo->factor, PARTS - taken, PARTS);
}

static void begin_phase(ts_apollo *apollo)
{
    const ts_apollo_phase *phase =
        (const ts_apollo_phase *)apollo->record->phases.items + apollo->phase;
    ts_trace *trace = apollo->machine->trace;

    apollo->flashing = phase->flashing;
    ts_trace_instant(trace, ts_engine_now(apollo->machine->engine),
                     apollo->place_phase,
                     ts_trace_name(trace, TS_KINDS, phase->name), -1, 0);
    ts_apollo_show(apollo, "PROG %02d", (int)phase->program);
    if (phase->display != NULL)
        ts_apollo_show(apollo, "%s%s", phase->display,
                       phase->flashing ? " flashing" : "");
}

static void next_phase(ts_engine *engine, ts_event *event)
{
    ts_apollo *apollo = TS_CONTAINER(event, ts_apollo, phase_event);
    const ts_apollo_phase *phases = apollo->record->phases.items;

    assert(apollo->phase + 1 < apollo->record->phases.count);
    assert(phases[apollo->phase].at <= event->time);
    ts_apollo_look(apollo);
    apollo->phase++;
    begin_phase(apollo);
    ts_apollo_steal(apollo);
    if (apollo->phase + 1 < apollo->record->phases.count)
        ts_event_at(engine, event, phases[apollo->phase + 1].at);
}

/* --- samples --- */

/* The load of the last two seconds, in millionths of all cycles. */
static void sample(ts_engine *engine, ts_event *event)
{
    ts_apollo *apollo = TS_CONTAINER(event, ts_apollo, sample_event);
    ts_time now = ts_engine_now(engine);
    ts_fine all = ts_fine_make(now - apollo->sampled_at), idle;

    ts_apollo_look(apollo);
    idle = apollo->idle_cycles - apollo->idle_sampled;
    assert(idle >= 0 && idle <= all);
    if (all > 0)
        ts_trace_sample(apollo->machine->trace, now, apollo->series_load,
                        (int64_t)((all - idle) * 1000000 / all));
    apollo->idle_sampled = apollo->idle_cycles;
    apollo->sampled_at = now;
    ts_event_at(engine, event, now + 2 * TS_S);
}

/* --- making --- */

static const ts_apollo_phase only_phase = {.name = "all"};

/* Where the phases begin, and whether they end. */
static bool set_phase(ts_apollo *apollo, ts_error *error)
{
    const ts_apollo_record *record = apollo->record;

    ts_event_init_slot(apollo->machine->engine, &apollo->phase_event,
                       TS_CLASS_FAULT, next_phase, "phases");
    if (record->phase != NULL) {
        apollo->phase = find_phase(apollo->machine, record->phase);
        return apollo->phase >= 0 ||
               no_phase(record->phase, "apollo.phase", error);
    }
    if (record->phases.count > 1)
        ts_event_at(apollo->machine->engine, &apollo->phase_event,
                    ((const ts_apollo_phase *)record->phases.items)[1].at);
    return true;
}

static void name_places(ts_apollo *apollo)
{
    ts_trace *trace = apollo->machine->trace;

    apollo->place_alarm = ts_trace_name(trace, TS_PLACES, "alarms");
    apollo->place_crew = ts_trace_name(trace, TS_PLACES, "crew");
    apollo->place_dsky = ts_trace_name(trace, TS_PLACES, "dsky");
    apollo->place_phase = ts_trace_name(trace, TS_PLACES, "phases");
    apollo->series_load = ts_trace_name(trace, TS_SERIES, "load");
    apollo->series_sets = ts_trace_name(trace, TS_SERIES, "core sets");
    apollo->series_vacs = ts_trace_name(trace, TS_SERIES, "VAC areas");
}

static bool check_computer(const ts_machine *machine, ts_error *error)
{
    const ts_clock *clock = &machine->cpus[0].clock;

    if (machine->cpu_count != 1)
        return ts_fail(error,
                       "the Apollo Guidance Computer has one "
                       "processor, not %d",
                       machine->cpu_count);
    if (clock->num != TS_APOLLO_HERTZ || clock->den != 1)
        return ts_fail(error, "the section apollo counts in cycles of 12 / "
                              "1.024 MHz; say \"computer\": {\"clock\": "
                              "\"1.024MHz\"}");
    return true;
}

typedef struct apollo_section {
    ts_apollo_record *apollo; /* NULL: none */
} apollo_section;

static const ts_field section_fields[] = {
    {.name = "apollo",
     .kind = TS_FIELD_OBJECT,
     .shape = &ts_apollo_shape,
     .offset = TS_AT(apollo_section, apollo),
     .help = "the Apollo Guidance Computer's own parts"},
};

static const ts_shape section = {.name = "scenario",
                                 .help = "The Apollo Guidance Computer",
                                 .size = sizeof(apollo_section),
                                 TS_FIELDS(section_fields)};

ts_apollo_record *ts_apollo_said(const ts_machine *machine)
{
    const apollo_section *said =
        ts_part_scenario(machine->record, ts_slot_apollo);

    return said->apollo;
}

bool ts_apollo_is_said(const ts_machine_record *record)
{
    const apollo_section *said = ts_part_scenario(record, ts_slot_apollo);

    return said->apollo != NULL;
}

static bool asked(const ts_machine *machine)
{
    return ts_apollo_said(machine) != NULL;
}

/*
 * Builds what runs beside the common processor. Events of one class that fall on
 * one instant come in the order in which they were scheduled, so the order of
 * these calls is part of the model: T3RUPT before the ten interrupts, those
 * before the restart button, the radar and the crew. What is stolen from the
 * processor is told last, when the phase is known and the radar has said what
 * its counters take: it is a factor on the processor's speed, made of both.
 *
 * A scenario without phases gets one that is called "all": no place has to ask
 * whether there are any. One that names a phase ("phase": "P64") stays in it for
 * ever, from time 0 on; that is how a steady load is measured.
 */
static bool create(ts_machine *machine, void *state, ts_error *error)
{
    ts_apollo_record *record = ts_apollo_said(machine);
    ts_apollo *apollo = state;

    if (!check_computer(machine, error))
        return false;
    if (record->phases.count == 0) {
        record->phases.items = (void *)(uintptr_t)&only_phase;
        record->phases.count = 1;
    }
    *apollo =
        (ts_apollo){.machine = machine,
                    .cpu = &machine->cpus[0],
                    .record = record,
                    .factor = ts_machine_claim_factor(machine, TS_FELT_ALWAYS),
                    .long_task = -1};
    apollo->clock = ts_clock_make(TS_APOLLO_HERTZ, 1, 0);
    apollo->task_mct =
        ts_arena_array(machine->arena, (size_t)record->tasks.count + 1,
                       sizeof *apollo->task_mct);
    apollo->task_runs =
        ts_arena_array(machine->arena, (size_t)record->tasks.count + 1,
                       sizeof *apollo->task_runs);
    apollo->job_mct =
        ts_arena_array(machine->arena, (size_t)machine->task_count + 1,
                       sizeof *apollo->job_mct);
    apollo->job_calls =
        ts_arena_array(machine->arena, (size_t)machine->task_count + 1,
                       sizeof *apollo->job_calls);
    apollo->is_protected =
        ts_arena_array(machine->arena, (size_t)machine->task_count + 1,
                       sizeof *apollo->is_protected);
    if (apollo->task_mct == NULL || apollo->task_runs == NULL ||
        apollo->job_mct == NULL || apollo->job_calls == NULL ||
        apollo->is_protected == NULL)
        return ts_fail(error, "out of memory for the Apollo computer");
    name_places(apollo);
    ts_apollo_watchdogs_create(apollo);
    if (!set_phase(apollo, error) || !ts_waitlist_create(apollo, error) ||
        !ts_apollo_interrupts_create(apollo, error) ||
        !ts_apollo_restart_create(apollo, error) ||
        !ts_apollo_radar_create(apollo, error) ||
        !ts_apollo_crew_create(apollo, error))
        return false;
    ts_event_init_slot(machine->engine, &apollo->sample_event, TS_CLASS_LATE,
                       sample, "load");
    begin_phase(apollo);
    ts_apollo_steal(apollo);
    ts_apollo_sample_sets(apollo);
    ts_event_at(machine->engine, &apollo->sample_event, 2 * TS_S);
    return true;
}

/* --- dispatches --- */

static ts_fine enter(void *state, ts_cpu *cpu, ts_thread *thread)
{
    ts_apollo *apollo = state;
    ts_apollo_job *job = ts_apollo_job_of(thread);

    (void)cpu;
    ts_apollo_touch(apollo);
    return job != NULL ? ts_apollo_enter(apollo, job) : 0;
}

static void leave(void *state, ts_cpu *cpu, ts_thread *thread)
{
    ts_apollo *apollo = state;
    ts_apollo_job *job = ts_apollo_job_of(thread);

    (void)cpu;
    ts_apollo_touch(apollo);
    if (thread->state == TS_THREAD_EXITED && job != NULL)
        ts_apollo_end_job(apollo, job);
}

/* --- the report --- */

static double part(ts_fine some, ts_time all)
{
    return all > 0 ? (double)(some >> 10) / (double)(ts_fine_make(all) >> 10)
                   : 0;
}

static void report_alarms(const ts_apollo *apollo, ts_report *report)
{
    static const int codes[] = {1107, 1201, 1202, 1203, 2000};

    ts_report_count(report, apollo->alarm_count, "apollo.alarms");
    for (size_t c = 0; c < TS_COUNT_OF(codes); c++) {
        int64_t count = 0;

        for (int64_t i = 0; i < apollo->alarm_count && i < TS_APOLLO_ALARMS;
             i++)
            count += apollo->alarms[i].code == codes[c];
        ts_report_count(report, count, "apollo.alarms.%d", codes[c]);
    }
    for (int i = 0; i < apollo->alarm_count && i < TS_APOLLO_ALARMS; i++) {
        const ts_apollo_alarm *alarm = &apollo->alarms[i];

        ts_report_time(report, alarm->at, "apollo.alarm.%d.at", i + 1);
        ts_report_count(report, alarm->code, "apollo.alarm.%d.code", i + 1);
        ts_report_count(report, alarm->sets, "apollo.alarm.%d.core_sets",
                        i + 1);
        ts_report_count(report, alarm->vacs, "apollo.alarm.%d.vac_areas",
                        i + 1);
    }
}

static void report_shares(const ts_apollo *apollo, ts_report *report)
{
    const ts_apollo_task *tasks = apollo->record->tasks.items;
    ts_time end = ts_engine_now(apollo->machine->engine);
    double all = (double)end / (double)TS_S * TS_APOLLO_HERTZ / 12;

    if (end == 0)
        return;
    for (int i = 0; i < apollo->machine->task_count; i++)
        if (apollo->job_calls[i] > 0)
            ts_report_value(report, TS_UNIT_RATIO,
                            (double)apollo->job_mct[i] / all, "apollo.share.%s",
                            ts_task_name(&apollo->machine->tasks[i]));
    for (int i = 0; i < apollo->record->tasks.count; i++)
        if (apollo->task_runs[i] > 0)
            ts_report_value(report, TS_UNIT_RATIO,
                            (double)apollo->task_mct[i] / all,
                            "apollo.share.task.%s", tasks[i].name);
    for (int i = 0; i < apollo->beat_count; i++)
        if (apollo->beats[i].mct > 0)
            ts_report_value(report, TS_UNIT_RATIO,
                            (double)apollo->beats[i].mct / all,
                            "apollo.share.interrupt.%s",
                            apollo->beats[i].source->name);
    ts_report_value(report, TS_UNIT_RATIO, (double)apollo->pilot_mct / all,
                    "apollo.share.autopilot");
    ts_report_value(report, TS_UNIT_RATIO, (double)apollo->dispatch_mct / all,
                    "apollo.share.T3RUPT");
    if (apollo->key_mct > 0)
        ts_report_value(report, TS_UNIT_RATIO, (double)apollo->key_mct / all,
                        "apollo.share.KEYRUPT1");
}

static void report(ts_machine *machine, void *state, ts_report *report)
{
    ts_apollo *apollo = state;
    const ts_apollo_phase *phases;
    ts_time end = ts_engine_now(machine->engine);

    ts_apollo_look(apollo);
    phases = apollo->record->phases.items;
    ts_report_value(report, TS_UNIT_RATIO, part(apollo->idle_cycles, end),
                    "apollo.idle");
    ts_report_value(report, TS_UNIT_RATIO,
                    end > 0 ? 1 - part(apollo->idle_cycles, end) : 0,
                    "apollo.busy");
    ts_report_value(report, TS_UNIT_RATIO, part(apollo->stolen_cycles, end),
                    "apollo.stolen");
    for (int i = 0; i < apollo->record->phases.count; i++)
        if (apollo->phase_time[i] > 0)
            ts_report_value(report, TS_UNIT_RATIO,
                            part(apollo->phase_idle[i], apollo->phase_time[i]),
                            "apollo.idle.%s", phases[i].name);
    report_alarms(apollo, report);
    report_shares(apollo, report);
    ts_apollo_watchdogs_report(apollo, report);
    ts_report_count(report, apollo->restarts, "apollo.restarts");
    ts_report_count(report, apollo->jobs_lost, "apollo.restart.jobs_lost");
    ts_report_count(report, apollo->fresh_starts, "apollo.fresh_starts");
    if (apollo->restarts > 0)
        ts_report_time(report, apollo->back_after_most,
                       "apollo.restart.back_after_max");
    ts_report_count(report, apollo->sets_most, "apollo.core_sets.max");
    ts_report_count(report, apollo->vacs_most, "apollo.vac_areas.max");
    ts_report_count(report, apollo->waiting_most, "apollo.waitlist.max");
    if (apollo->record->radar != NULL)
        ts_report_value(report, TS_UNIT_RATE, (double)apollo->pulses / 1000,
                        "apollo.radar.pulses");
}

static const ts_metric_kind metrics[] = {
    {"apollo.alarms", TS_UNIT_COUNT, false, "program alarms"},
    {"apollo.alarms.<n>", TS_UNIT_COUNT, false, "alarms of one code"},
    {"apollo.alarm.<n>.at", TS_UNIT_TIME, false, "when the n-th alarm came"},
    {"apollo.alarm.<n>.code", TS_UNIT_COUNT, false, "its code"},
    {"apollo.alarm.<n>.core_sets", TS_UNIT_COUNT, false,
     "core sets in use then"},
    {"apollo.alarm.<n>.vac_areas", TS_UNIT_COUNT, false,
     "VAC areas in use then"},
    {"apollo.share.task.<name>", TS_UNIT_RATIO, false,
     "the time of a Waitlist task"},
    {"apollo.share.interrupt.<name>", TS_UNIT_RATIO, false,
     "the time of an interrupt"},
    {"apollo.share.<name>", TS_UNIT_RATIO, false, "the time of a job"},
    {"apollo.idle.<name>", TS_UNIT_RATIO, false, "the idle time of a phase"},
    {"apollo.idle", TS_UNIT_RATIO, false, "the time with no job to run"},
    {"apollo.busy", TS_UNIT_RATIO, false, "the time with something to do"},
    {"apollo.stolen", TS_UNIT_RATIO, false, "the time that counters took"},
    {"apollo.restarts", TS_UNIT_COUNT, false, "restarts"},
    {"apollo.restart.jobs_lost", TS_UNIT_COUNT, false,
     "jobs that restarts dropped"},
    {"apollo.restart.back_after_max", TS_UNIT_TIME, false,
     "the longest time until all was back after a restart"},
    {"apollo.fresh_starts", TS_UNIT_COUNT, false, "starts from the beginning"},
    {"apollo.core_sets.max", TS_UNIT_COUNT, false, "most core sets in use"},
    {"apollo.vac_areas.max", TS_UNIT_COUNT, false, "most VAC areas in use"},
    {"apollo.waitlist.max", TS_UNIT_COUNT, false, "most tasks in the Waitlist"},
    {"apollo.radar.pulses", TS_UNIT_RATE, false,
     "pulses into each counter of the rendezvous radar, a second"},
    {"apollo.gojam.<name>", TS_UNIT_COUNT, false,
     "hardware restarts by one watchdog"},
};

const ts_part ts_part_apollo = {.name = "apollo",
                                .scenario = &section,
                                .state = sizeof(ts_apollo),
                                .own = sizeof(ts_apollo_job *),
                                .asked = asked,
                                .create = create,
                                .enter = enter,
                                .leave = leave,
                                .report = report,
                                TS_METRICS(metrics)};
