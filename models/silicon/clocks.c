/*
 * clocks.c - clock domains beside the processor's.
 *
 * A clock is an exact frequency and a phase. Programs meet it in the operation
 * `edge`: they wait, on the processor, for its next edge, for several edges, or
 * for as many as a synchroniser has stages. Positions are fine time, so that
 * two clocks whose edges coincide do so here, however long they have run, and
 * a wait of 5/18 ns is that and not 278 ps. A clock may be made from another
 * one by a multiplier and a divider: then it goes with it.
 */
#include "models/silicon/clocks.h"
#include "models/machine/part.h"
#include "models/machine/task.h"
#include "models/machine/program.h"

static const ts_field clock_fields[] = {
    {.name = "name",
     .kind = TS_FIELD_NAME,
     .collection = "clock",
     .required = true,
     .offset = TS_AT(ts_clock_record, name),
     .help = "what programs call it"},
    {.name = "frequency",
     .kind = TS_FIELD_FREQUENCY,
     .max = 1e12,
     .positive = true,
     .offset = TS_AT(ts_clock_record, frequency),
     .help = "exactly: \"4000/3MHz\""},
    {.name = "of",
     .kind = TS_FIELD_REF,
     .collection = "clock",
     .offset = TS_AT(ts_clock_record, of),
     .help = "the clock above it that it is made from, instead of a frequency"},
    {.name = "times",
     .kind = TS_FIELD_INT,
     .fallback = "1",
     .min = 1,
     .max = 1000,
     .goes_with = TS_NAMES("of"),
     .offset = TS_AT(ts_clock_record, times),
     .help = "its multiplier"},
    {.name = "over",
     .kind = TS_FIELD_INT,
     .fallback = "1",
     .min = 1,
     .max = 1000,
     .goes_with = TS_NAMES("of"),
     .offset = TS_AT(ts_clock_record, over),
     .help = "its divider"},
    {.name = "phase",
     .kind = TS_FIELD_TIME,
     .fallback = "0ns",
     .offset = TS_AT(ts_clock_record, phase),
     .help = "when edge 0 is"},
};

const ts_shape ts_clock_shape = {.name = "clock",
                                 .help = "A clock domain",
                                 .size = sizeof(ts_clock_record),
                                 TS_FIELDS(clock_fields),
                                 .one_of = TS_NAMES("frequency", "of")};

typedef struct clock_domain {
    const ts_clock_record *record;
    ts_clock clock;
    int64_t crossings, edges;
    ts_fine waited, least, most;
} clock_domain;

extern const int ts_slot_clocks;

typedef struct ts_clocks {
    int count;
    clock_domain *domain;
} ts_clocks;

static ts_clocks *clocks_of(const ts_machine *machine)
{
    return machine->part[ts_slot_clocks].state;
}

/* --- the part --- */

static const ts_field section_item = {.name = "clock",
                                      .kind = TS_FIELD_OBJECT,
                                      .shape = &ts_clock_shape,
                                      .help = "a clock domain"};

static const ts_field section_fields[] = {
    {.name = "clocks",
     .kind = TS_FIELD_LIST,
     .item = &section_item,
     .limit = 4096,
     .offset = 0,
     .help = "clock domains that programs wait for"},
};

static const ts_shape section = {.name = "scenario",
                                 .help = "clocks",
                                 .size = sizeof(ts_list),
                                 TS_FIELDS(section_fields)};

static const ts_list *said(const ts_machine *machine)
{
    return ts_part_scenario(machine->record, ts_slot_clocks);
}

static bool asked(const ts_machine *machine)
{
    return said(machine)->count > 0;
}

/* Its frequency, its own or that of one above it turned up or down. */
static bool make_clock(ts_clocks *clocks, int i, ts_error *error)
{
    clock_domain *domain = &clocks->domain[i];
    const ts_clock_record *record = domain->record;
    const ts_clock *of;

    if (record->of.name == NULL) {
        domain->clock = ts_clock_make(record->frequency.num,
                                      record->frequency.den, record->phase);
        return true;
    }
    if (record->of.index >= i)
        return ts_fail(
            error, "clock %s is made from %s, which does not stand above it",
            record->name, record->of.name);
    of = &clocks->domain[record->of.index].clock;
    if (of->num > INT64_MAX / record->times ||
        of->den > INT64_MAX / record->over)
        return ts_fail(error, "clock %s cannot be told exactly", record->name);
    domain->clock = ts_clock_make(of->num * record->times,
                                  of->den * record->over, record->phase);
    return true;
}

ts_fine ts_clocks_span(const ts_machine *machine, int index, int64_t cycles)
{
    return ts_clock_fine(&clocks_of(machine)->domain[index].clock, cycles);
}

static bool create(ts_machine *machine, void *state, ts_error *error)
{
    const ts_clock_record *records = said(machine)->items;
    int count = said(machine)->count;
    ts_clocks *clocks = state;

    clocks->domain =
        ts_arena_array(machine->arena, (size_t)count, sizeof *clocks->domain);
    if (clocks->domain == NULL)
        return ts_fail(error, "out of memory for clocks");
    clocks->count = count;
    for (int i = 0; i < count; i++) {
        clocks->domain[i].record = &records[i];
        if (!make_clock(clocks, i, error))
            return false;
    }
    return true;
}

/* --- edge --- */

typedef struct edge_record {
    ts_ref clock;
    int64_t count;
    bool after;
} edge_record;

static ts_fine edge_at(const ts_clock *clock, int64_t k)
{
    return ts_clock_fine(clock, k) + ts_fine_make(clock->phase);
}

/* The first edge at or after the fine time `now`; with `after`, strictly
 * after. Edges within the guard of `now` are at `now`. */
static int64_t next_edge(const ts_clock *clock, ts_fine now, bool after)
{
    int64_t k = ts_clock_last(clock, (ts_time)(now >> TS_FINE_BITS)) - 1;

    k = k < 0 ? 0 : k;
    while (after ? edge_at(clock, k) <= now + TS_FINE_GUARD
                 : edge_at(clock, k) < now - TS_FINE_GUARD)
        k++;
    /* None before it would do, and this one does. */
    assert(k == 0 || edge_at(clock, k - 1) <= now + TS_FINE_GUARD);
    assert(edge_at(clock, k) >= now - TS_FINE_GUARD);
    return k;
}

static ts_step edge_step(ts_machine *machine, ts_thread *thread,
                         ts_frame *frame)
{
    const edge_record *record = frame->fields;
    clock_domain *domain = &clocks_of(machine)->domain[record->clock.index];
    ts_fine now = thread->cpu->at, wait;
    int64_t k;

    if (frame->phase++ > 0) {
        domain->edges += record->count;
        return TS_STEP_DONE;
    }
    /* A stretch may begin on an event that came from elsewhere: then the
     * processor stands at a whole picosecond. */
    if (ts_fine_floor(now) < ts_engine_now(machine->engine))
        now = ts_fine_make(ts_engine_now(machine->engine));
    k = next_edge(&domain->clock, now, record->after) + record->count - 1;
    wait = edge_at(&domain->clock, k) - now;
    wait = wait < 0 ? 0 : wait;
    domain->least =
        domain->crossings == 0 || wait < domain->least ? wait : domain->least;
    domain->most = wait > domain->most ? wait : domain->most;
    domain->waited += wait;
    domain->crossings++;
    ts_thread_work(thread, wait, TS_MODE_STALL);
    return TS_STEP_RUN;
}

static const ts_field edge_fields[] = {
    {.name = "clock",
     .kind = TS_FIELD_REF,
     .collection = "clock",
     .required = true,
     .offset = TS_AT(edge_record, clock),
     .help = "the clock whose edge is waited for"},
    {.name = "count",
     .kind = TS_FIELD_INT,
     .fallback = "1",
     .min = 1,
     .max = 1e18,
     .offset = TS_AT(edge_record, count),
     .help = "how many edges: the stages of a synchroniser"},
    {.name = "after",
     .kind = TS_FIELD_BOOL,
     .fallback = "false",
     .offset = TS_AT(edge_record, after),
     .help = "an edge at this very instant does not count"},
};

static const ts_shape edge_shape = {.name = "edge",
                                    .help = "Waits for an edge of a clock",
                                    .size = sizeof(edge_record),
                                    TS_FIELDS(edge_fields),
                                    .shorthand = "clock"};

static const ts_operation edge_operation = {.step = edge_step};

const ts_entry ts_operation_edge = {
    .name = "edge",
    .help = "wait, on the processor, for an edge of a clock",
    .shape = &edge_shape,
    .model = &edge_operation};

static double picoseconds(ts_fine fine)
{
    return (double)fine / (double)((ts_fine)1 << TS_FINE_BITS);
}

static void report(ts_machine *machine, void *state, ts_report *report)
{
    const ts_clocks *clocks = state;

    (void)machine;
    for (int i = 0; i < clocks->count; i++) {
        const clock_domain *domain = &clocks->domain[i];
        const char *name = domain->record->name;

        ts_report_count(report, domain->edges, "clocks.%s.edges", name);
        if (domain->crossings == 0)
            continue;
        ts_report_value(report, TS_UNIT_TIME,
                        picoseconds(domain->waited) / (double)domain->crossings,
                        "clocks.%s.wait.mean", name);
        ts_report_value(report, TS_UNIT_TIME, picoseconds(domain->least),
                        "clocks.%s.wait.min", name);
        ts_report_value(report, TS_UNIT_TIME, picoseconds(domain->most),
                        "clocks.%s.wait.max", name);
    }
}

static const ts_metric_kind metrics[] = {
    {"clocks.<clock>.edges", TS_UNIT_COUNT, false, "edges in the run"},
    {"clocks.<clock>.wait", TS_UNIT_TIME, true, "waiting for an edge"},
};

const ts_part ts_part_clocks = {.name = "clocks",
                                .scenario = &section,
                                .state = sizeof(ts_clocks),
                                .asked = asked,
                                .create = create,
                                .report = report,
                                TS_METRICS(metrics)};
