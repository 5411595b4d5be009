/*
 * power.c - a part that the machine does not have: joules by processor mode.
 *
 * It is here to show that a part is one file and one line. Nothing of the core
 * was compiled for it: it has fields of its own in "computer", "system" and
 * "threads", state, bytes in each thread, hooks and metrics, and the test
 * beside it (play.c) plays it on the library as it is.
 */
#include "models/machine/part.h"

extern const int ts_slot_power;
extern const ts_part ts_part_power;

/* --- what it says --- */

typedef struct power_computer {
    int64_t busy, idle; /* mW of a processor */
} power_computer;

typedef struct power_system {
    bool metered;
} power_system;

typedef struct power_thread {
    double intensity;
} power_thread;

static const ts_field computer_fields[] = {
    {.name = "busy_mw",
     .kind = TS_FIELD_INT,
     .fallback = "2000",
     .offset = TS_AT(power_computer, busy),
     .help = "milliwatts of a processor that computes"},
    {.name = "idle_mw",
     .kind = TS_FIELD_INT,
     .fallback = "500",
     .offset = TS_AT(power_computer, idle),
     .help = "milliwatts of a processor that does not"},
};

static const ts_field system_fields[] = {
    {.name = "metered",
     .kind = TS_FIELD_BOOL,
     .fallback = "false",
     .offset = TS_AT(power_system, metered),
     .help = "whether joules are counted"},
};

static const ts_field thread_fields[] = {
    {.name = "intensity",
     .kind = TS_FIELD_RATIO,
     .fallback = "100%",
     .max = 1,
     .offset = TS_AT(power_thread, intensity),
     .help = "the part of a busy processor's power that their work draws"},
};

static const ts_shape computer_table = {.name = "computer",
                                        .help = "What its processors draw",
                                        .size = sizeof(power_computer),
                                        TS_FIELDS(computer_fields)};
static const ts_shape system_table = {.name = "system",
                                      .help = "Whether power is metered",
                                      .size = sizeof(power_system),
                                      TS_FIELDS(system_fields)};
static const ts_shape thread_table = {.name = "thread",
                                      .help = "What threads draw",
                                      .size = sizeof(power_thread),
                                      TS_FIELDS(thread_fields)};

/* --- what it keeps --- */

/* One processor's draw since `since`: what it is at, and for whom. */
typedef struct meter {
    ts_time since;
    double mw;
    ts_thread *who; /* NULL: nobody */
} meter;

typedef struct power {
    const power_computer *said;
    meter *meter;      /* of each processor */
    double busy, idle; /* joules */
    int64_t begun, ended, killed;
} power;

/* In each thread. */
typedef struct own {
    double intensity, joules;
} own;

static own *own_of(const ts_thread *thread)
{
    return ts_part_own(thread, ts_slot_power);
}

static bool asked(const ts_machine *machine)
{
    const power_system *said = ts_part_system(machine->record, ts_slot_power);

    return said->metered;
}

static bool create(ts_machine *machine, void *state, ts_error *error)
{
    power *mine = state;

    mine->said = ts_part_computer(machine->record, ts_slot_power);
    mine->meter = ts_arena_array(machine->arena, (size_t)machine->cpu_count,
                                 sizeof *mine->meter);
    if (mine->meter == NULL)
        return ts_fail(error, "out of memory for meters");
    for (int i = 0; i < machine->cpu_count; i++)
        mine->meter[i].mw = (double)mine->said->idle;
    return true;
}

/* --- what it hears --- */

/* The processor draws something else from now on. */
static void draw(power *mine, ts_cpu *cpu, double mw, ts_thread *who)
{
    meter *m = &mine->meter[cpu->id];
    ts_time now = ts_engine_now(cpu->machine->engine);
    double joules = m->mw / 1e3 * (double)(now - m->since) / (double)TS_S;

    assert(now >= m->since);
    if (m->who != NULL) {
        mine->busy += joules;
        own_of(m->who)->joules += joules;
    } else {
        mine->idle += joules;
    }
    *m = (meter){.since = now, .mw = mw, .who = who};
}

static void begins(void *state, ts_thread *thread, int64_t number)
{
    const power_thread *said =
        ts_task_part(thread->task->record, ts_slot_power);

    (void)number;
    ((power *)state)->begun++;
    assert(own_of(thread)->joules <= 0); /* zeroed, also when used again */
    own_of(thread)->intensity = said->intensity;
}

static void mode(void *state, ts_cpu *cpu)
{
    power *mine = state;
    ts_thread *thread = cpu->mode == TS_MODE_IDLE ? NULL : cpu->current;

    if (thread == NULL)
        draw(mine, cpu, (double)mine->said->idle, NULL);
    else
        draw(mine, cpu, (double)mine->said->busy * own_of(thread)->intensity,
             thread);
}

static void leave(void *state, ts_cpu *cpu, ts_thread *thread)
{
    power *mine = state;

    (void)thread;
    draw(mine, cpu, (double)mine->said->idle, NULL);
}

static void ended(void *state, ts_thread *thread)
{
    (void)thread;
    ((power *)state)->ended++;
}

static void killed(void *state, ts_thread *thread)
{
    (void)thread;
    ((power *)state)->killed++;
}

/* --- what it reports --- */

static void report(ts_machine *machine, void *state, ts_report *report)
{
    power *mine = state;

    for (int i = 0; i < machine->cpu_count; i++)
        draw(mine, &machine->cpus[i], 0, NULL);
    ts_report_value(report, TS_UNIT_NUMBER, mine->busy, "power.busy");
    ts_report_value(report, TS_UNIT_NUMBER, mine->idle, "power.idle");
    ts_report_count(report, mine->begun, "power.begun");
    ts_report_count(report, mine->ended, "power.ended");
    ts_report_count(report, mine->killed, "power.killed");
    for (const ts_thread *t = machine->live; t != NULL; t = t->live_next)
        ts_report_value(report, TS_UNIT_NUMBER, own_of(t)->joules,
                        "power.live.%s", ts_task_name(t->task));
}

static const ts_metric_kind metrics[] = {
    {"power.busy", TS_UNIT_NUMBER, false, "joules of processors at work"},
    {"power.idle", TS_UNIT_NUMBER, false, "joules of idle processors"},
    {"power.begun", TS_UNIT_COUNT, false, "threads that began"},
    {"power.ended", TS_UNIT_COUNT, false, "threads that ended"},
    {"power.killed", TS_UNIT_COUNT, false, "threads that were killed"},
    {"power.live.<name>", TS_UNIT_NUMBER, false,
     "joules of a thread that has not ended"},
};

const ts_part ts_part_power = {.name = "power",
                               .computer = &computer_table,
                               .system = &system_table,
                               .thread = &thread_table,
                               .state = sizeof(power),
                               .own = sizeof(own),
                               .asked = asked,
                               .create = create,
                               .begins = begins,
                               .mode = mode,
                               .leave = leave,
                               .ended = ended,
                               .killed = killed,
                               .report = report,
                               TS_METRICS(metrics)};
