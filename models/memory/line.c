/*
 * line.c - one cache line that several threads write.
 *
 * Whoever writes it needs it alone: it comes from the processor that wrote it
 * last, as far as that is, and requests for it are served one after the other.
 * Two complexes of a socket that fight for a line whose home is another socket
 * ask there each time, which takes about as long as a line from there: the
 * distance "away". No states and no readers: every update is a write.
 */
#include "models/memory/access.h"
#include "models/machine/part.h"
#include "models/machine/task.h"
#include "models/machine/program.h"

static const ts_field line_fields[] = {
    {.name = "name",
     .kind = TS_FIELD_NAME,
     .collection = "line",
     .required = true,
     .offset = TS_AT(ts_line_record, name),
     .help = "what programs call it"},
    {.name = "home",
     .kind = TS_FIELD_INT,
     .fallback = "0",
     .max = 4095,
     .offset = TS_AT(ts_line_record, home),
     .help = "the memory node that it belongs to"},
};

const ts_shape ts_line_shape = {.name = "line",
                                .help = "A cache line that threads share",
                                .size = sizeof(ts_line_record),
                                TS_FIELDS(line_fields),
                                .shorthand = "name"};

typedef struct shared_line {
    const ts_line_record *record;
    int owner;    /* the processor that wrote it last; -1: in memory */
    ts_time free; /* when the last request for it is served */
    int64_t updates, moves;
    ts_tally took;
} shared_line;

extern const int ts_slot_lines;

typedef struct ts_lines {
    int count;
    shared_line *line;
} ts_lines;

static ts_lines *lines_of(const ts_machine *machine)
{
    return machine->part[ts_slot_lines].state;
}

/* --- the part --- */

static const ts_field section_item = {.name = "line",
                                      .kind = TS_FIELD_OBJECT,
                                      .shape = &ts_line_shape,
                                      .help =
                                          "a cache line that threads share"};

static const ts_field section_fields[] = {
    {.name = "lines",
     .kind = TS_FIELD_LIST,
     .item = &section_item,
     .limit = 65536,
     .offset = 0,
     .help = "cache lines that threads fight for"},
};

static const ts_shape section = {.name = "scenario",
                                 .help = "lines",
                                 .size = sizeof(ts_list),
                                 TS_FIELDS(section_fields)};

static const ts_list *said(const ts_machine *machine)
{
    return ts_part_scenario(machine->record, ts_slot_lines);
}

static bool asked(const ts_machine *machine)
{
    return said(machine)->count > 0;
}

static bool create(ts_machine *machine, void *state, ts_error *error)
{
    const ts_line_record *records = said(machine)->items;
    int count = said(machine)->count;
    ts_lines *lines = state;

    if (ts_memory_of(machine) == NULL)
        return ts_fail(error, "shared lines need a computer with a \"memory\"");
    lines->line =
        ts_arena_array(machine->arena, (size_t)count, sizeof *lines->line);
    if (lines->line == NULL)
        return ts_fail(error, "out of memory for lines");
    lines->count = count;
    for (int i = 0; i < count; i++) {
        lines->line[i].record = &records[i];
        lines->line[i].owner = -1;
        if (records[i].home >= ts_memory_of(machine)->nodes)
            return ts_fail(error,
                           "the home of line %s is node %lld, and the "
                           "computer has %d, counted from 0",
                           records[i].name, (long long)records[i].home,
                           ts_memory_of(machine)->nodes);
    }
    return true;
}

/* How long it takes to come to `cpu`. */
static ts_fine distance(const ts_memory *memory, const shared_line *line,
                        const ts_cpu *cpu)
{
    const ts_topology *topology = ts_topology_of(memory->machine);
    int here = ts_topology_unit(topology, TS_SCOPE_NODE, cpu);
    int far = ts_memory_distance(memory, here, (int)line->record->home);
    ts_scope scope;

    if (line->owner < 0)
        return memory->latency[far];
    scope = ts_topology_common(topology, line->owner, cpu->id);
    if (scope == TS_SCOPE_THREAD)
        return memory->caches.levels > 0 ? memory->caches.level[0].latency : 0;
    if (scope > TS_SCOPE_COMPLEX && scope < TS_SCOPE_MACHINE && far == 2)
        return memory->away;
    return memory->transfer[scope];
}

typedef struct update_record {
    ts_ref line;
} update_record;

static ts_step update_step(ts_machine *machine, ts_thread *thread,
                           ts_frame *frame)
{
    const update_record *record = frame->fields;
    shared_line *line = &lines_of(machine)->line[record->line.index];
    ts_time now = ts_engine_now(machine->engine);
    ts_time begins = line->free > now ? line->free : now;

    if (frame->phase++ > 0) {
        ts_tally_add(&line->took, now - frame->count);
        return TS_STEP_DONE;
    }
    frame->count = now;
    line->free = begins + ts_fine_floor(distance(ts_memory_of(machine), line,
                                                 thread->cpu));
    assert(line->free >= begins && begins >= now); /* one after the other */
    line->moves += line->owner != thread->cpu->id;
    line->updates++;
    line->owner = thread->cpu->id;
    ts_thread_work(thread, ts_fine_make(line->free - now), TS_MODE_STALL);
    return TS_STEP_RUN;
}

static const ts_field update_fields[] = {
    {.name = "line",
     .kind = TS_FIELD_REF,
     .collection = "line",
     .required = true,
     .offset = TS_AT(update_record, line),
     .help = "which one"},
};

static const ts_shape update_shape = {.name = "update",
                                      .help = "Writes a shared line",
                                      .size = sizeof(update_record),
                                      TS_FIELDS(update_fields),
                                      .shorthand = "line"};

static const ts_operation update_operation = {.step = update_step};

const ts_entry ts_operation_update = {
    .name = "update",
    .help = "write a shared line, fetching it from who wrote it last",
    .shape = &update_shape,
    .model = &update_operation};

static void report(ts_machine *machine, void *state, ts_report *report)
{
    const ts_lines *lines = state;

    for (int i = 0; i < lines->count; i++) {
        const shared_line *line = &lines->line[i];
        const char *name = line->record->name;

        (void)TS_ENSURE(machine->engine, line->moves <= line->updates);
        (void)TS_ENSURE(machine->engine,
                        (int64_t)line->took.count <= line->updates);
        ts_report_count(report, line->updates, "lines.%s.updates", name);
        ts_report_count(report, line->moves, "lines.%s.moves", name);
        if (line->took.count > 0)
            ts_report_tally(report, TS_UNIT_TIME, &line->took, NULL,
                            "lines.%s.update", name);
    }
}

static const ts_metric_kind metrics[] = {
    {"lines.<line>.updates", TS_UNIT_COUNT, false, "changes of it"},
    {"lines.<line>.moves", TS_UNIT_COUNT, false, "how often a core fetched it"},
    {"lines.<line>.update", TS_UNIT_TIME, true, "how long a change took"},
};

const ts_part ts_part_lines = {.name = "lines",
                               .scenario = &section,
                               .state = sizeof(ts_lines),
                               .asked = asked,
                               .create = create,
                               .report = report,
                               TS_METRICS(metrics)};
