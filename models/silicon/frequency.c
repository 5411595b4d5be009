/*
 * frequency.c - the clock that cores run at, what they draw, and how warm
 * that makes them.
 *
 * A core at work draws C f V^2 and what it leaks, V being a straight line over
 * f. A package (a socket) may draw a burst for a short time and its limit in
 * the long run: an average with a time constant is held below that, as RAPL's
 * is. Its temperature goes to ambient + resistance x power with a time
 * constant of its own, and is held below a limit in the same way. Of the
 * frequencies up to the one that turbo allows for so many cores at work,
 * firmware takes the highest after which neither would be above its limit at
 * its next look; it goes to and fro between two steps where the limit lies
 * between. The governor may ask for less, for each core.
 *
 * Firmware and governor look at fixed intervals, for they are a control loop
 * whose interval is felt, but only while something runs: what passed since the
 * last look is computed when a package wakes. Between two looks only energy is
 * counted. A core that wakes has the frequency it had, also where that is more
 * than turbo allows, until the next look.
 *
 * Left out: one voltage for a package, the price of a change, leakage that grows
 * with heat, caches clocked with the core (stalls take as long at any clock).
 */
#include "models/silicon/frequency.h"
#include "models/silicon/topology.h"

#define EACH_LIMIT 64 /* processors that are reported one by one */

typedef struct core {
    const int *cpu; /* its hardware threads ... */
    int width;
    int package;
    int busy;    /* ... how many of them are not idle ... */
    int working; /* ... and how many of these do not wait for memory */
    int64_t f;   /* its frequency, in units */
    double watts;
    ts_time since;   /* when that was last counted */
    double joules;   /* until then */
    ts_i128 clocked; /* units x ps at work ... */
    ts_time worked;  /* ... in so many ps */
} core;

typedef struct processor {
    int core;
    ts_mode mode;    /* what it was at when last counted */
    double joules;   /* until then */
    ts_time used;    /* time not idle, since the last look */
    double utilised; /* schedutil's share of the highest frequency */
} processor;

typedef struct package {
    struct frequency *all;
    core *core; /* its cores */
    int cores;
    ts_event event; /* the next look; none while all sleep */
    bool dirty;     /* something woke: a look is due in this instant */
    ts_time looked;
    double joules;           /* of its cores, when last looked */
    double average, degrees; /* W over tau; of now */
    double watts_max, degrees_max;
    ts_held held;
    ts_time spent;         /* when the limit first held it; TS_NEVER: not yet */
    ts_time time[TS_HELD]; /* with which limit holding it back */
    int series[3];         /* in the trace: clock, power, heat */
} package;

typedef struct frequency {
    int factor; /* of the processors' speeds */
    ts_machine *machine;
    const ts_power_record *power;
    ts_governor governor;
    ts_steps steps;
    ts_time every;
    core *core;
    int *sibling; /* processors, core by core */
    int cores, packages;
    package *package;
    int hook;
    processor *processor;
    double spent[TS_MODES];
} frequency;

extern const int ts_slot_frequency;

/* --- power --- */

static double seconds(ts_time time)
{
    return (double)time / (double)TS_S;
}

/* What the core draws at what it does now, were its frequency f. */
static double draw(const frequency *all, const core *c, int64_t f)
{
    const ts_power_record *power = all->power;
    double volts = ts_power_volts(power, ts_steps_position(&all->steps, f)) /
                   ts_power_volts(power, ts_steps_position(&all->steps,
                                                           all->steps.nominal));

    if (c->busy == 0)
        return power->idle;
    return ts_power_core(power, c->working > 0,
                         (double)f / (double)all->steps.nominal, volts);
}

/* Counts what the core drew until now, for those who were at work on it, or
 * for all that idled. */
static void count(frequency *all, core *c)
{
    ts_time now = ts_engine_now(all->machine->engine), dt = now - c->since;
    double joules = c->watts * seconds(dt);
    int sharing = c->busy > 0 ? c->busy : c->width;

    assert(dt >= 0 && c->busy >= c->working && c->busy <= c->width);
    if (dt == 0)
        return;
    c->since = now;
    c->joules += joules;
    for (int i = 0; i < c->width; i++) {
        int cpu = c->cpu[i];

        if (c->busy > 0 && all->processor[cpu].mode == TS_MODE_IDLE)
            continue;
        all->processor[cpu].joules += joules / sharing;
        all->spent[all->processor[cpu].mode] += joules / sharing;
        all->processor[cpu].used += c->busy > 0 ? dt : 0;
    }
    if (c->busy > 0) {
        c->clocked += (ts_i128)c->f * dt;
        c->worked += dt;
    }
}

/* What the cores of a package have drawn until now. */
static double joules_of(frequency *all, package *p)
{
    double sum = 0;

    for (int i = 0; i < p->cores; i++) {
        count(all, &p->core[i]);
        sum += p->core[i].joules;
    }
    return sum;
}

/* What the governor asks for: what its busiest hardware thread needs. */
static int64_t wanted(const frequency *all, const core *c)
{
    double most = 0;

    for (int i = 0; i < c->width; i++) {
        double utilised = all->processor[c->cpu[i]].utilised;

        most = utilised > most ? utilised : most;
    }
    return ts_governor_wants(all->governor, most, all->steps.lowest,
                             all->steps.step, ts_steps_top(&all->steps, 1));
}

static int at_work(const package *p)
{
    int active = 0;

    for (int i = 0; i < p->cores; i++)
        active += p->core[i].busy > 0;
    return active;
}

/* What the package would draw if no core ran faster than f. */
static double draw_at(const frequency *all, const package *p, int64_t f)
{
    double sum = all->power->rest;

    for (int i = 0; i < p->cores; i++) {
        int64_t want = wanted(all, &p->core[i]);

        sum += draw(all, &p->core[i], want < f ? want : f);
    }
    return sum;
}

/* The highest frequency at which the package stays within its limits. */
static int64_t ceiling(const frequency *all, package *p)
{
    int64_t top = ts_steps_top(&all->steps, at_work(p));
    int64_t low = 0, high = (top - all->steps.lowest + all->steps.step - 1) /
                            all->steps.step;
    ts_held by;
    double most =
        ts_power_allowed(all->power, p->average, p->degrees, all->every, &by);

    p->held = TS_HELD_NOT;
    if (draw_at(all, p, top) <= most)
        return top;
    p->held = by;
    if (by == TS_HELD_BY_LIMIT && p->spent == TS_NEVER)
        p->spent = p->looked;
    while (high - low > 1) { /* at `low` it does, or nothing does */
        int64_t middle = low + (high - low) / 2;

        if (draw_at(all, p, all->steps.lowest + middle * all->steps.step) <=
            most)
            low = middle;
        else
            high = middle;
    }
    return all->steps.lowest + low * all->steps.step;
}

static void set_frequency(frequency *all, core *c, int64_t f)
{
    assert(f >= all->steps.lowest &&
           c->since == ts_engine_now(all->machine->engine));
    if (c->f != f) {
        c->f = f;
        for (int i = 0; i < c->width; i++)
            ts_cpu_set_factor(&all->machine->cpus[c->cpu[i]], all->factor, f,
                              all->steps.nominal);
    }
    c->watts = draw(all, c, f);
}

/* --- looks --- */

/* The share of the highest frequency that each processor used since the last
 * look, beside what it used before. */
static void note_use(frequency *all, const core *c, ts_time dt)
{
    double part = (double)c->f / (double)ts_steps_top(&all->steps, 1);

    for (int i = 0; i < c->width; i++) {
        int cpu = c->cpu[i];
        double used = part * (double)all->processor[cpu].used / (double)dt;

        all->processor[cpu].utilised =
            ts_governor_use(all->processor[cpu].utilised, used, dt);
        all->processor[cpu].used = 0;
    }
}

static void catch_up(frequency *all, package *p)
{
    const ts_heat_record *heat = all->power->heat;
    ts_time now = ts_engine_now(all->machine->engine), dt = now - p->looked;
    double joules = joules_of(all, p), watts;

    if (dt == 0)
        return;
    watts = (joules - p->joules) / seconds(dt) + all->power->rest;
    p->joules = joules;
    p->looked = now;
    p->time[p->held] += dt;
    p->average = ts_approach(p->average, watts, dt, all->power->tau);
    p->watts_max = watts > p->watts_max ? watts : p->watts_max;
    if (heat != NULL)
        p->degrees =
            ts_approach(p->degrees, heat->ambient + heat->resistance * watts,
                        dt, heat->time);
    p->degrees_max = p->degrees > p->degrees_max ? p->degrees : p->degrees_max;
    for (int i = 0; i < p->cores; i++)
        note_use(all, &p->core[i], dt);
    ts_trace_sample(all->machine->trace, now, p->series[1],
                    (int64_t)(watts + 0.5));
    if (heat != NULL)
        ts_trace_sample(all->machine->trace, now, p->series[2],
                        (int64_t)p->degrees);
}

static void look(frequency *all, package *p)
{
    ts_time now = ts_engine_now(all->machine->engine);
    int64_t most;

    p->dirty = false;
    catch_up(all, p);
    most = ceiling(all, p);
    for (int i = 0; i < p->cores; i++) {
        int64_t want = wanted(all, &p->core[i]);

        set_frequency(all, &p->core[i], want < most ? want : most);
    }
    ts_trace_sample(all->machine->trace, now, p->series[0],
                    most / all->steps.units / 1000000);
    if (at_work(p) > 0)
        ts_event_at(all->machine->engine, &p->event,
                    ts_time_add(now, all->every));
}

static void looks(ts_engine *engine, ts_event *event)
{
    package *p = TS_CONTAINER(event, package, event);

    (void)engine;
    look(p->all, p);
}

static void settle(ts_engine *engine, void *context)
{
    frequency *all = context;

    (void)engine;
    for (int i = 0; i < all->packages; i++)
        if (all->package[i].dirty)
            look(all, &all->package[i]);
}

/* The processor does something else from here on. */
static void mode(void *state, ts_cpu *cpu)
{
    frequency *all = state;
    core *c = &all->core[all->processor[cpu->id].core];
    package *p = &all->package[c->package];
    ts_mode was = all->processor[cpu->id].mode, is = cpu->mode;

    if (was == is)
        return;
    count(all, c);
    all->processor[cpu->id].mode = is;
    c->busy += (is != TS_MODE_IDLE) - (was != TS_MODE_IDLE);
    c->working += (is != TS_MODE_IDLE && is != TS_MODE_STALL) -
                  (was != TS_MODE_IDLE && was != TS_MODE_STALL);
    c->watts = draw(all, c, c->f);
    if (is == TS_MODE_IDLE || p->event.pending || p->dirty)
        return;
    p->dirty = true;
    ts_engine_settle(all->machine->engine, all->hook);
}

/* --- the part --- */

static const ts_frequency_computer *said(const ts_machine *machine)
{
    return ts_part_computer(machine->record, ts_slot_frequency);
}

static bool asked(const ts_machine *machine)
{
    return said(machine)->frequency != NULL || said(machine)->power != NULL;
}

static bool make_arrays(ts_machine *machine, frequency *all)
{
    ts_arena *arena = machine->arena;
    size_t cpus = (size_t)machine->cpu_count;
    const ts_topology *topology = ts_topology_of(machine);

    all->cores = topology->count[TS_SCOPE_CORE];
    all->packages = topology->count[TS_SCOPE_SOCKET];
    all->core = ts_arena_array(arena, (size_t)all->cores, sizeof *all->core);
    all->package =
        ts_arena_array(arena, (size_t)all->packages, sizeof *all->package);
    all->sibling = ts_arena_array(arena, cpus, sizeof *all->sibling);
    all->processor = ts_arena_array(arena, cpus, sizeof *all->processor);
    return all->core != NULL && all->package != NULL && all->sibling != NULL &&
           all->processor != NULL;
}

/* The processors of each core stand in a row. */
static void make_cores(ts_machine *machine, frequency *all)
{
    const ts_topology *topology = ts_topology_of(machine);
    int at = 0;

    for (int i = 0; i < machine->cpu_count; i++)
        all->core[topology->unit[TS_SCOPE_CORE][i]].width++;
    for (int i = 0; i < all->cores; i++) {
        all->core[i].cpu = &all->sibling[at];
        at += all->core[i].width;
        all->core[i].width = 0;
    }
    assert(at == machine->cpu_count);
    for (int i = 0; i < machine->cpu_count; i++) {
        core *c = &all->core[topology->unit[TS_SCOPE_CORE][i]];

        all->processor[i].core = topology->unit[TS_SCOPE_CORE][i];
        all->processor[i].mode = TS_MODE_IDLE;
        all->sibling[c->cpu - all->sibling + c->width++] = i;
        c->package = topology->unit[TS_SCOPE_SOCKET][i];
    }
    for (int i = 0; i < all->cores; i++) {
        all->core[i].f = all->steps.nominal;
        set_frequency(all, &all->core[i], all->steps.lowest);
    }
}

static int series(ts_machine *machine, const frequency *all, int i,
                  const char *what)
{
    const char *name =
        all->packages == 1
            ? what
            : ts_arena_format(machine->arena, "socket %d: %s", i, what);

    return ts_trace_name(machine->trace, TS_SERIES, name);
}

static void make_packages(ts_machine *machine, frequency *all)
{
    const ts_power_record *power = all->power;
    core *next = all->core; /* they stand in the order of their sockets */

    for (int i = 0; i < all->packages; i++) {
        package *p = &all->package[i];

        p->all = all;
        p->core = next;
        while (next < all->core + all->cores && next->package == i)
            next++;
        p->cores = (int)(next - p->core);
        p->spent = TS_NEVER;
        p->average = draw_at(all, p, all->steps.lowest);
        p->degrees = power->heat != NULL ? power->heat->ambient : 0;
        p->degrees_max = p->degrees;
        p->series[0] = series(machine, all, i, "clock, MHz");
        p->series[1] = series(machine, all, i, "power, W");
        p->series[2] = series(machine, all, i, "degrees");
        ts_event_init_slot(machine->engine, &p->event, TS_CLASS_TIMER, looks,
                           "frequency");
    }
}

static bool create(ts_machine *machine, void *state, ts_error *error)
{
    static const ts_power_record none = {.stalled = 1, .tau = TS_S};
    static const ts_frequency_record fixed = {.step = {25000000, 1},
                                              .every = TS_MS};
    const ts_frequency_record *firmware =
        said(machine)->frequency != NULL ? said(machine)->frequency : &fixed;
    const ts_frequency_system *system =
        ts_part_system(machine->record, ts_slot_frequency);
    frequency *all = state;

    all->machine = machine;
    all->factor = ts_machine_claim_factor(machine, TS_FELT_AT_WORK);
    all->power = said(machine)->power != NULL ? said(machine)->power : &none;
    all->governor = (ts_governor)system->governor;
    all->every = firmware->every;
    if (!ts_steps_init(&all->steps, machine->arena,
                       machine->record->computer->clock, firmware, error))
        return false;
    if (!make_arrays(machine, all))
        return ts_fail(error, "out of memory for %d processors",
                       machine->cpu_count);
    all->hook = ts_engine_add_settle(machine->engine, settle, all);
    make_cores(machine, all);
    make_packages(machine, all);
    return true;
}

static void report_cores(ts_machine *machine, const frequency *all,
                         ts_report *report)
{
    ts_i128 clocked = 0, worked = 0;
    double elapsed = seconds(ts_engine_now(machine->engine));
    double rest = all->power->rest * all->packages * elapsed, sum = rest;

    for (int i = 0; i < all->cores; i++) {
        sum += all->core[i].joules;
        clocked += all->core[i].clocked;
        worked += all->core[i].worked;
    }
    if (worked > 0)
        ts_report_value(report, TS_UNIT_RATE,
                        (double)clocked / (double)worked /
                            (double)all->steps.units,
                        "frequency.mean");
    ts_report_value(report, TS_UNIT_NUMBER, sum, "energy.total");
    ts_report_value(report, TS_UNIT_NUMBER, rest, "energy.rest");
    for (int i = 0; i < TS_MODES; i++)
        ts_report_value(report, TS_UNIT_NUMBER, all->spent[i], "energy.%s",
                        ts_mode_shares[i]);
    for (int i = 0; i < machine->cpu_count && i < EACH_LIMIT; i++)
        ts_report_value(report, TS_UNIT_NUMBER, all->processor[i].joules,
                        "energy.processor.%d", i);
    if (elapsed > 0)
        ts_report_value(report, TS_UNIT_NUMBER, sum / elapsed, "power.mean");
}

static void report(ts_machine *machine, void *state, ts_report *report)
{
    frequency *all = state;
    ts_i128 whole = (ts_i128)ts_engine_now(machine->engine) * all->packages;
    ts_i128 time[TS_HELD] = {0};
    ts_time spent = TS_NEVER;
    double watts = 0, degrees = -300, now = -300;

    for (int i = 0; i < all->packages; i++) {
        package *p = &all->package[i];

        catch_up(all, p);
        for (int h = 0; h < TS_HELD; h++)
            time[h] += p->time[h];
        spent = p->spent < spent ? p->spent : spent;
        watts = p->watts_max > watts ? p->watts_max : watts;
        degrees = p->degrees_max > degrees ? p->degrees_max : degrees;
        now = p->degrees > now ? p->degrees : now;
    }
    report_cores(machine, all, report);
    ts_report_value(report, TS_UNIT_NUMBER, watts, "power.max");
    ts_report_ratio(report, time[TS_HELD_BY_BURST] + time[TS_HELD_BY_LIMIT],
                    whole, "power.held");
    if (spent != TS_NEVER)
        ts_report_time(report, spent, "power.burst");
    if (all->power->heat == NULL)
        return;
    ts_report_ratio(report, time[TS_HELD_BY_HEAT], whole, "heat.held");
    ts_report_value(report, TS_UNIT_NUMBER, degrees, "heat.max");
    ts_report_value(report, TS_UNIT_NUMBER, now, "heat.end");
}

static const ts_metric_kind metrics[] = {
    {"energy.total", TS_UNIT_NUMBER, false, "joules of the whole computer"},
    {"energy.rest", TS_UNIT_NUMBER, false, "joules of what is no core"},
    {"energy.useful", TS_UNIT_NUMBER, false,
     "joules of cores at threads' own work"},
    {"energy.kernel", TS_UNIT_NUMBER, false, "joules in the kernel"},
    {"energy.spinning", TS_UNIT_NUMBER, false,
     "joules of waiting for a lock in a loop"},
    {"energy.stalled", TS_UNIT_NUMBER, false, "joules of waiting for memory"},
    {"energy.switching", TS_UNIT_NUMBER, false,
     "joules of saving, restoring and reloading"},
    {"energy.interrupts", TS_UNIT_NUMBER, false, "joules in interrupts"},
    {"energy.idle", TS_UNIT_NUMBER, false, "joules of cores that idled"},
    {"energy.processor.<n>", TS_UNIT_NUMBER, false, "joules of one processor"},
    {"power.mean", TS_UNIT_NUMBER, false, "watts, on average"},
    {"power.max", TS_UNIT_NUMBER, false,
     "the most watts of a package, on average between two looks"},
    {"power.held", TS_UNIT_RATIO, false,
     "the time in which power held the frequency back"},
    {"power.burst", TS_UNIT_TIME, false,
     "how long it took until the limit of the long run held it back first"},
    {"heat.held", TS_UNIT_RATIO, false,
     "the time in which heat held the frequency back"},
    {"heat.max", TS_UNIT_NUMBER, false, "degrees of the warmest package"},
    {"heat.end", TS_UNIT_NUMBER, false, "the same at the end of the run"},
    {"frequency.mean", TS_UNIT_RATE, false,
     "hertz of cores at work, on average"},
};

const ts_part ts_part_frequency = {.name = "frequency",
                                   .computer = &ts_frequency_in_computer,
                                   .system = &ts_frequency_in_system,
                                   .state = sizeof(frequency),
                                   .asked = asked,
                                   .create = create,
                                   .mode = mode,
                                   .report = report,
                                   TS_METRICS(metrics)};
