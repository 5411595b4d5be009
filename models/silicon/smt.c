/*
 * smt.c - simultaneous multithreading.
 *
 * A hardware thread competes for its core while it is busy with anything but
 * a stall. k of them share the core's total rate r(k): r(1) = 1, and r(2),
 * r(3) ... are the sharing gain (1: they only take turns; 1.5: together they
 * do half as much again). A stalled thread leaves the core to the others:
 * that is where most of the gain of real machines comes from, and it comes
 * out here without being put in (Saavedra-Barrera, Culler, von Eicken 1990).
 *
 * Who competes is noted at once; the rates are set when the instant has
 * settled, so that a thread that goes and one that comes at the same time
 * cost their siblings one change and not two. Switches and interrupts compete
 * and are shared like work.
 */
#include "models/machine/part.h"
#include "models/silicon/smt.h"
#include "models/machine/system.h"
#include "models/silicon/topology.h"
#include "models/world/root.h"

#define CORE_REPORT_MAX 64
/* Gains are kept in thousandths, and where one is finer in these. */
#define THOUSANDTHS 1000
#define FINE_PARTS 100000

/* --- fields -------------------------------------------------------------- */

static const char *const sharings[] = {"equal", "first-come", "slots", NULL};

static const ts_field gain_item = {.name = "gain",
                                   .kind = TS_FIELD_REAL,
                                   .min = 0.001,
                                   .max = 8,
                                   .help = "total speed, to five decimals"};

static const ts_field smt_fields[] = {
    {.name = "sharing",
     .kind = TS_FIELD_CHOICE,
     .choices = sharings,
     .fallback = "equal",
     .offset = TS_AT(ts_smt_record, sharing),
     .help = "equal: all that can run share the core; first-come: one runs "
             "until it stalls; slots: each spends its time whether or not "
             "the core served it"},
    {.name = "gain",
     .kind = TS_FIELD_LIST,
     .item = &gain_item,
     .one = true,
     .limit = TS_SIBLINGS_MAX,
     .offset = TS_AT(ts_smt_record, gain),
     .help = "total speed of a core on which two (three ...) hardware threads "
             "run, against one; 1 when not given: sharing gains nothing but "
             "the other's stalls"},
    {.name = "swap",
     .kind = TS_FIELD_DURATION,
     .fallback = "0ns",
     .offset = TS_AT(ts_smt_record, swap),
     .help = "first-come: time lost when another hardware thread than the "
             "last takes the core"},
};

const ts_shape ts_smt_shape = {
    .name = "smt",
    .help = "How the hardware threads of a core share it",
    .size = sizeof(ts_smt_record),
    TS_FIELDS(smt_fields),
    .shorthand = "gain"};

/* --- cores --------------------------------------------------------------- */

struct ts_core {
    struct ts_smt *smt;
    ts_cpu *cpu[TS_SIBLINGS_MAX]; /* its hardware threads */
    int width;
    int active; /* how many compete ... */
    ts_cpu
        *queue[TS_SIBLINGS_MAX]; /* ... in the order in which they began to */
    int counted;                 /* `active` as it was when last settled ... */
    ts_time since;               /* ... which was then */
    ts_time at[TS_SIBLINGS_MAX + 1]; /* time with so many competing */
    ts_time lost;                    /* first-come: time in swaps */
    ts_cpu *holder; /* first-come: who had the core last; NULL: none */
    bool swapping;
    ts_event event; /* first-come: the end of the swap */
    bool dirty;
    ts_core *next_dirty;
};

struct ts_smt {
    ts_core *core;
    int count;
    ts_sharing sharing;
    int64_t parts;                     /* a lone thread's speed */
    int64_t gain[TS_SIBLINGS_MAX + 1]; /* r(k) in parts */
    /* ... and what each of k has of it, r(k) / k, in lowest terms: the factors
     * of a rate are multiplied. */
    int64_t share_num[TS_SIBLINGS_MAX + 1], share_den[TS_SIBLINGS_MAX + 1];
    ts_time swap;
    ts_core *dirty;
    int hook;
};

static void count_time(ts_core *core, ts_time now)
{
    core->at[core->counted] += now - core->since;
    if (core->swapping)
        core->lost += now - core->since;
    core->since = now;
    core->counted = core->active;
}

static void share_equally(ts_core *core)
{
    int64_t num = core->smt->share_num[core->active];
    int64_t den = core->smt->share_den[core->active];

    for (int i = 0; i < core->width; i++) {
        ts_cpu *cpu = core->cpu[i];

        if (cpu->competes)
            ts_cpu_set_factor(cpu, TS_FACTOR_SHARE, num, den);
        else
            ts_cpu_set_factor(cpu, TS_FACTOR_SHARE, 1, 1);
    }
}

/* Only the holder runs, and nobody while the core changes hands. */
static void hand_out(ts_core *core)
{
    for (int i = 0; i < core->width; i++) {
        ts_cpu *cpu = core->cpu[i];
        bool runs = !cpu->competes || (cpu == core->holder && !core->swapping);

        ts_cpu_set_factor(cpu, TS_FACTOR_SHARE, runs, 1);
    }
}

static void swapped(ts_engine *engine, ts_event *event)
{
    ts_core *core = TS_CONTAINER(event, ts_core, event);

    count_time(core, ts_engine_now(engine));
    core->swapping = false;
    hand_out(core);
}

static void take_turns(ts_core *core, ts_engine *engine)
{
    ts_cpu *first = core->active > 0 ? core->queue[0] : NULL;

    if (first && first != core->holder) {
        core->swapping = core->holder && core->smt->swap > 0;
        core->holder = first;
        if (core->swapping)
            ts_event_at(engine, &core->event,
                        ts_engine_now(engine) + core->smt->swap);
    }
    if (!core->swapping)
        ts_event_cancel(engine, &core->event);
    hand_out(core);
}

static void settle(ts_engine *engine, void *context)
{
    struct ts_smt *smt = context;
    ts_core *next;

    for (ts_core *core = smt->dirty; core; core = next) {
        next = core->next_dirty;
        core->dirty = false;
        count_time(core, ts_engine_now(engine));
        if (smt->sharing == TS_SHARING_EQUAL)
            share_equally(core);
        else if (smt->sharing == TS_SHARING_TURNS)
            take_turns(core, engine);
    }
    smt->dirty = NULL;
}

static void leave_queue(ts_core *core, const ts_cpu *cpu)
{
    int i = 0;

    while (core->queue[i] != cpu)
        i++;
    for (core->active--; i < core->active; i++)
        core->queue[i] = core->queue[i + 1];
}

void ts_smt_changed(ts_cpu *cpu, bool competes)
{
    ts_core *core = cpu->core;
    struct ts_smt *smt = core->smt;

    cpu->competes = competes;
    if (competes)
        core->queue[core->active++] = cpu;
    else
        leave_queue(core, cpu);
    if (core->dirty)
        return;
    core->dirty = true;
    core->next_dirty = smt->dirty;
    smt->dirty = core;
    ts_engine_settle(cpu->machine->engine, smt->hook);
}

/* --- the part ------------------------------------------------------------ */

static int64_t common_divisor(int64_t a, int64_t b)
{
    while (b != 0) {
        int64_t rest = a % b;

        a = b;
        b = rest;
    }
    return a;
}

static int64_t in_parts(double gain, int64_t parts)
{
    return (int64_t)(gain * (double)parts + 0.5);
}

static int64_t parts_for(const ts_smt_record *record)
{
    const double *gain = record->gain.items;

    for (int i = 0; i < record->gain.count; i++)
        if (in_parts(gain[i], FINE_PARTS) !=
            in_parts(gain[i], THOUSANDTHS) * (FINE_PARTS / THOUSANDTHS))
            return FINE_PARTS;
    return THOUSANDTHS;
}

static void set_one_gain(struct ts_smt *smt, int k, int64_t gain)
{
    int64_t divisor = common_divisor(gain, smt->parts * k);

    smt->gain[k] = gain;
    smt->share_num[k] = gain / divisor;
    smt->share_den[k] = smt->parts * k / divisor;
}

static void set_gain(struct ts_smt *smt, const ts_smt_record *record)
{
    const double *gain = record->gain.items;

    smt->parts = parts_for(record);
    set_one_gain(smt, 1, smt->parts);
    for (int k = 2; k <= TS_SIBLINGS_MAX; k++) {
        int i = k - 2 < record->gain.count ? k - 2 : record->gain.count - 1;

        set_one_gain(smt, k,
                     i < 0 ? smt->parts : in_parts(gain[i], smt->parts));
    }
}

static bool create_cores(ts_machine *machine, struct ts_smt *smt)
{
    const ts_topology *topology = machine->topology;

    smt->count = topology->count[TS_SCOPE_CORE];
    smt->core =
        ts_arena_array(machine->arena, (size_t)smt->count, sizeof *smt->core);
    if (!smt->core)
        return false;
    for (int i = 0; i < machine->cpu_count; i++) {
        ts_cpu *cpu = &machine->cpus[i];
        ts_core *core =
            &smt->core[ts_topology_unit(topology, TS_SCOPE_CORE, cpu)];

        core->cpu[core->width++] = cpu;
        cpu->core = core;
    }
    for (int i = 0; i < smt->count; i++) {
        ts_core *core = &smt->core[i];

        core->smt = smt;
        if (core->width > 1 && smt->sharing == TS_SHARING_TURNS)
            ts_event_init_slot(machine->engine, &core->event,
                               TS_CLASS_COMPLETION, swapped, "core");
        if (core->width == 1)
            core->cpu[0]->core = NULL;
    }
    return true;
}

static bool create(ts_machine *machine, ts_error *error)
{
    static const ts_smt_record plain = {.sharing = TS_SHARING_EQUAL};
    const ts_smt_record *record = machine->root->computer->smt;
    const ts_topology *topology = machine->topology;
    struct ts_smt *smt;

    if (topology->count[TS_SCOPE_CORE] == machine->cpu_count)
        return true;
    if (!record)
        record = &plain;
    smt = ts_arena_alloc(machine->arena, sizeof *smt);
    if (!smt)
        return ts_fail(error, "out of memory for cores");
    smt->sharing = (ts_sharing)record->sharing;
    smt->swap = ts_fine_floor(ts_machine_fine(machine, &record->swap));
    set_gain(smt, record);
    smt->hook = ts_engine_add_settle(machine->engine, settle, smt);
    machine->smt = smt;
    if (!create_cores(machine, smt))
        return ts_fail(error, "out of memory for cores");
    return true;
}

/* Work done by a core, in parts of a picosecond of a lone thread's. */
static ts_i128 work_of(const ts_core *core)
{
    ts_i128 work = 0;

    for (int k = 1; k <= core->width; k++)
        work += (ts_i128)core->at[k] * (core->smt->sharing == TS_SHARING_EQUAL
                                            ? core->smt->gain[k]
                                            : core->smt->parts);
    return work - (ts_i128)core->lost * core->smt->parts;
}

static void report(ts_machine *machine, ts_report *report)
{
    struct ts_smt *smt = machine->smt;
    ts_time now = ts_engine_now(machine->engine);
    double elapsed;
    ts_i128 work = 0, busy = 0, lost = 0;

    if (!smt)
        return;
    elapsed = (double)smt->parts * (double)(now > 0 ? now : 1);
    for (int i = 0; i < smt->count; i++) {
        ts_core *core = &smt->core[i];

        count_time(core, now);
        work += work_of(core);
        busy += now - core->at[0];
        lost += core->lost;
        if (smt->count > 1 && i < CORE_REPORT_MAX)
            ts_report_value(report, TS_UNIT_NUMBER,
                            (double)work_of(core) / elapsed,
                            "cores.%d.work_rate", i);
    }
    ts_report_value(report, TS_UNIT_NUMBER, (double)work / elapsed / smt->count,
                    "cores.work_rate");
    ts_report_ratio(report, busy, (ts_i128)now * smt->count, "cores.busy");
    ts_report_ratio(report, lost, (ts_i128)now * smt->count, "cores.swapping");
}

const ts_part ts_part_smt = {.name = "smt", .create = create, .report = report};
