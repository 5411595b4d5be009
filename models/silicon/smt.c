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
 *
 * Siblings whose times are constant fall into step: once they stall at the same
 * instants they do so for good, and gain what no real pair does. A run in which
 * most changes come together with a sibling's says so.
 */
#include "models/machine/part.h"
#include "models/silicon/topology.h"

#define CORE_REPORT_MAX 64
/* Gains are kept in thousandths, and where one is finer in these. */
#define THOUSANDTHS 1000
#define FINE_PARTS 100000

typedef struct ts_smt_record {
    int sharing;      /* ts_sharing */
    ts_list gain;     /* of double: r(2), r(3) ...; the last one stands for
                          all that follow */
    ts_duration swap; /* first-come: to another hardware thread */
} ts_smt_record;

typedef enum ts_sharing {
    TS_SHARING_EQUAL, /* processor sharing: all that compete, at once */
    TS_SHARING_TURNS, /* one at a time, until it stalls */
    TS_SHARING_SLOTS  /* a time slot is spent whether or not it was won */
} ts_sharing;

/* --- fields --- */

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

static const ts_shape smt_shape = {
    .name = "smt",
    .help = "How the hardware threads of a core share it",
    .size = sizeof(ts_smt_record),
    TS_FIELDS(smt_fields),
    .shorthand = "gain"};

/* --- cores --- */

typedef struct ts_core ts_core;

struct ts_core {
    struct smt *smt;
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
    ts_event event;   /* first-come: the end of the swap */
    uint64_t changed; /* bit set of siblings: who changed in this instant */
    ts_unison unison; /* ... and how many of them did with another */
    bool dirty;
    ts_core *next_dirty;
};

/* The part's state. */
typedef struct smt {
    ts_core *core;
    ts_core **of;   /* by processor: the core that it shares with siblings;
                       NULL: its own */
    bool *competes; /* by processor: for that core: busy, and not stalled */
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
    int factor; /* of the processors' speeds */
} smt;

static void count_time(ts_core *core, ts_time now)
{
    assert(now >= core->since);
    assert(core->counted >= 0 && core->counted <= core->width);
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

        if (core->smt->competes[cpu->id])
            ts_cpu_set_factor(cpu, core->smt->factor, num, den);
        else
            ts_cpu_set_factor(cpu, core->smt->factor, 1, 1);
    }
}

/* Only the holder runs, and nobody while the core changes hands. */
static void hand_out(ts_core *core)
{
    for (int i = 0; i < core->width; i++) {
        ts_cpu *cpu = core->cpu[i];
        bool runs = !core->smt->competes[cpu->id] ||
                    (cpu == core->holder && !core->swapping);

        ts_cpu_set_factor(cpu, core->smt->factor, runs, 1);
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

    if (first != NULL && first != core->holder) {
        core->swapping = core->holder != NULL && core->smt->swap > 0;
        core->holder = first;
        if (core->swapping)
            ts_event_at(engine, &core->event,
                        ts_time_add(ts_engine_now(engine), core->smt->swap));
    }
    if (!core->swapping)
        ts_event_cancel(engine, &core->event);
    hand_out(core);
}

static void settle(ts_engine *engine, void *context)
{
    smt *all = context;
    ts_core *next;

    for (ts_core *core = all->dirty; core != NULL; core = next) {
        next = core->next_dirty;
        core->dirty = false;
        count_time(core, ts_engine_now(engine));
        ts_unison_add(&core->unison, core->since,
                      __builtin_popcountll(core->changed));
        core->changed = 0;
        if (all->sharing == TS_SHARING_EQUAL)
            share_equally(core);
        else if (all->sharing == TS_SHARING_TURNS)
            take_turns(core, engine);
    }
    all->dirty = NULL;
}

static void leave_queue(ts_core *core, const ts_cpu *cpu)
{
    int i = 0;

    while (core->queue[i] != cpu) {
        i++;
        assert(i < core->active); /* it competed */
    }
    for (core->active--; i < core->active; i++)
        core->queue[i] = core->queue[i + 1];
}

static int place_in(const ts_core *core, const ts_cpu *cpu)
{
    int i = 0;

    while (core->cpu[i] != cpu)
        i++;
    return i;
}

/* The hardware thread does something else from here on. */
static void mode(void *state, ts_cpu *cpu)
{
    smt *all = state;
    ts_core *core = all->of[cpu->id];
    bool competes = cpu->mode != TS_MODE_IDLE && cpu->mode != TS_MODE_STALL;

    if (core == NULL || all->competes[cpu->id] == competes)
        return;
    assert(competes ? core->active < core->width : core->active > 0);
    all->competes[cpu->id] = competes;
    core->changed ^= UINT64_C(1) << place_in(core, cpu);
    if (competes)
        core->queue[core->active++] = cpu;
    else
        leave_queue(core, cpu);
    if (core->dirty)
        return;
    core->dirty = true;
    core->next_dirty = all->dirty;
    all->dirty = core;
    ts_engine_settle(cpu->machine->engine, all->hook);
}

/* --- the part --- */

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

static void set_one_gain(smt *all, int k, int64_t gain)
{
    int64_t divisor = common_divisor(gain, all->parts * k);

    all->gain[k] = gain;
    all->share_num[k] = gain / divisor;
    all->share_den[k] = all->parts * k / divisor;
}

static void set_gain(smt *all, const ts_smt_record *record)
{
    const double *gain = record->gain.items;

    all->parts = parts_for(record);
    set_one_gain(all, 1, all->parts);
    for (int k = 2; k <= TS_SIBLINGS_MAX; k++) {
        int i = k - 2 < record->gain.count ? k - 2 : record->gain.count - 1;

        set_one_gain(all, k,
                     i < 0 ? all->parts : in_parts(gain[i], all->parts));
    }
}

static bool create_cores(ts_machine *machine, smt *all)
{
    const ts_topology *topology = ts_topology_of(machine);
    size_t cpus = (size_t)machine->cpu_count;

    all->count = topology->count[TS_SCOPE_CORE];
    all->core =
        ts_arena_array(machine->arena, (size_t)all->count, sizeof *all->core);
    all->of = ts_arena_array(machine->arena, cpus, sizeof *all->of);
    all->competes = ts_arena_array(machine->arena, cpus, sizeof(bool));
    if (all->core == NULL || all->of == NULL || all->competes == NULL)
        return false;
    for (int i = 0; i < machine->cpu_count; i++) {
        ts_cpu *cpu = &machine->cpus[i];
        ts_core *core =
            &all->core[ts_topology_unit(topology, TS_SCOPE_CORE, cpu)];

        assert(core->width < TS_SIBLINGS_MAX);
        core->cpu[core->width++] = cpu;
        all->of[i] = core;
    }
    for (int i = 0; i < all->count; i++) {
        ts_core *core = &all->core[i];

        core->smt = all;
        if (core->width > 1 && all->sharing == TS_SHARING_TURNS)
            ts_event_init_slot(machine->engine, &core->event,
                               TS_CLASS_COMPLETION, swapped, "core");
        if (core->width == 1)
            all->of[core->cpu[0]->id] = NULL;
    }
    return true;
}

/* What the part says in "computer". */
typedef struct smt_computer {
    ts_smt_record *smt;
} smt_computer;

static const ts_field computer_fields[] = {
    {.name = "smt",
     .kind = TS_FIELD_OBJECT,
     .shape = &smt_shape,
     .offset = TS_AT(smt_computer, smt),
     .help = "how the hardware threads of a core share it"},
};

static const ts_shape computer_table = {.name = "computer",
                                        .help = "How its cores are shared",
                                        .size = sizeof(smt_computer),
                                        TS_FIELDS(computer_fields)};

extern const int ts_slot_smt;

/* Where some core has several hardware threads, whether it says how they share
 * it or not. */
static bool asked(const ts_machine *machine)
{
    return ts_topology_of(machine)->count[TS_SCOPE_CORE] < machine->cpu_count;
}

static bool create(ts_machine *machine, void *state, ts_error *error)
{
    static const ts_smt_record plain = {.sharing = TS_SHARING_EQUAL};
    const smt_computer *computer =
        ts_part_computer(machine->record, ts_slot_smt);
    const ts_smt_record *record =
        computer->smt != NULL ? computer->smt : &plain;
    smt *all = state;

    all->factor = ts_machine_claim_factor(machine, TS_FELT_AT_WORK);
    all->sharing = (ts_sharing)record->sharing;
    all->swap = ts_fine_floor(ts_machine_fine(machine, &record->swap));
    set_gain(all, record);
    all->hook = ts_engine_add_settle(machine->engine, settle, all);
    return create_cores(machine, all) ||
           ts_fail(error, "out of memory for cores");
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

/* Of all cores: no two siblings are on different ones. */
static void tell_of_step(const smt *all, ts_report *report)
{
    ts_unison sum = {0};

    for (int i = 0; i < all->count; i++) {
        sum.count += all->core[i].unison.count;
        sum.together += all->core[i].unison.together;
    }
    if (ts_unison_percent(&sum) == 0)
        return;
    ts_report_remark(
        report, ts_arena_format(
                    report->arena,
                    "hardware threads of a core are in step: %d %% of the "
                    "times at which one stalls or goes on are its sibling's, "
                    "too, so they gain less than they would; draw their "
                    "times, or set system.jitter to 10%%",
                    ts_unison_percent(&sum)));
}

static void report(ts_machine *machine, void *state, ts_report *report)
{
    smt *all = state;
    ts_time now = ts_engine_now(machine->engine);
    double elapsed = (double)all->parts * (double)(now > 0 ? now : 1);
    ts_i128 work = 0, busy = 0, lost = 0;

    for (int i = 0; i < all->count; i++) {
        ts_core *core = &all->core[i];

        count_time(core, now);
        work += work_of(core);
        busy += now - core->at[0];
        lost += core->lost;
        if (all->count > 1 && i < CORE_REPORT_MAX)
            ts_report_value(report, TS_UNIT_NUMBER,
                            (double)work_of(core) / elapsed,
                            "cores.%d.work_rate", i);
    }
    ts_report_value(report, TS_UNIT_NUMBER, (double)work / elapsed / all->count,
                    "cores.work_rate");
    ts_report_ratio(report, busy, (ts_i128)now * all->count, "cores.busy");
    ts_report_ratio(report, lost, (ts_i128)now * all->count, "cores.swapping");
    tell_of_step(all, report);
}

static const ts_metric_kind metrics[] = {
    {"cores.<n>.work_rate", TS_UNIT_NUMBER, false,
     "work of one core, in those of a thread alone on it"},
    {"cores.work_rate", TS_UNIT_NUMBER, false,
     "work of a core, in those of a thread alone on it, on average"},
    {"cores.busy", TS_UNIT_RATIO, false, "the time with a thread on a core"},
    {"cores.swapping", TS_UNIT_RATIO, false,
     "the time that cores lost on changing between threads"},
};

const ts_part ts_part_smt = {.name = "smt",
                             .computer = &computer_table,
                             .state = sizeof(smt),
                             .asked = asked,
                             .create = create,
                             .mode = mode,
                             .report = report,
                             TS_METRICS(metrics)};
