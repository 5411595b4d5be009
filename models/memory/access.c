/*
 * access.c - the operations on memory: chase and stream.
 *
 * Both keep the hardware thread and stall it. A chase's loads hit each level
 * of the hierarchy in proportion to the lines of the working set that it
 * holds; how many that are is the caches' state, not a formula. Streams load
 * the memory nodes they read; load makes everybody's misses wait, as a queue
 * with a constant service would (s u / 2(1 - u)), and streams that ask for
 * more than there is share it. What changes while an operation is under way
 * changes its speed: one event a change, none an access.
 */
#include "models/memory/access.h"
#include "models/machine/task.h"
#include "models/machine/program.h"

#define MISS_BITS 20  /* binary digits after the point of counts of misses */
#define SPEED_BITS 24 /* and of speeds */
#define LOAD_MAX 99   /* percent: the queue has no end at 100 */

/* --- load --- */

static void count_demand(ts_memory *memory)
{
    const ts_topology *topology = ts_topology_of(memory->machine);

    for (int n = 0; n < memory->nodes; n++)
        memory->node[n].demand = memory->node[n].remote = 0;
    for (ts_footprint *f = memory->accessing; f != NULL; f = f->access.next) {
        int here = ts_topology_unit(topology, TS_SCOPE_NODE, f->cpu);

        if (f->access.kind != TS_ACCESS_STREAM)
            continue;
        for (int n = 0; n < memory->nodes; n++) {
            int64_t part =
                (int64_t)((ts_i128)f->access.rate * f->pages[n] / f->parts);

            memory->node[n].demand += part;
            memory->node[n].remote += n == here ? 0 : part;
        }
    }
    for (int n = 0; n < memory->nodes && memory->capacity > 0; n++) {
        int64_t most = memory->capacity / 100 * LOAD_MAX;
        int64_t load = memory->node[n].demand;

        load = load < most ? load : most;
        memory->node[n].wait =
            memory->slope * load / (2 * (memory->capacity - load));
    }
}

/* The larger of 1 and demand / capacity, in 2^-SPEED_BITS. */
static ts_i128 stretch(int64_t demand, int64_t capacity)
{
    ts_i128 one = (ts_i128)1 << SPEED_BITS;

    return capacity > 0 && demand > capacity ? one * demand / capacity : one;
}

/* How much longer than unhindered the access takes, in 2^-SPEED_BITS. */
static ts_i128 slowdown(const ts_memory *memory, const ts_footprint *f)
{
    int here = ts_topology_unit(ts_topology_of(memory->machine), TS_SCOPE_NODE,
                                f->cpu);
    ts_i128 one = (ts_i128)1 << SPEED_BITS, sum = 0;

    if (f->access.kind == TS_ACCESS_CHASE) {
        ts_fine wait =
            (ts_memory_wait(memory, f) >> MISS_BITS) * f->access.misses;

        return f->access.unloaded > 0
                   ? one + (wait >> 6) * one / (f->access.unloaded >> 6)
                   : one;
    }
    for (int n = 0; n < memory->nodes; n++) {
        const ts_node *node = &memory->node[n];
        ts_i128 all = stretch(node->demand, memory->capacity);
        ts_i128 far = stretch(node->remote, memory->remote_capacity);

        sum += f->pages[n] * (n != here && far > all ? far : all);
    }
    return sum / f->parts;
}

static void set_speeds(ts_memory *memory)
{
    count_demand(memory);
    for (ts_footprint *f = memory->accessing; f != NULL; f = f->access.next) {
        ts_i128 one = (ts_i128)1 << SPEED_BITS;
        ts_i128 slow = slowdown(memory, f);

        if (slow <= one)
            ts_cpu_set_factor(f->cpu, memory->factor, 1, 1);
        else
            ts_cpu_set_factor(f->cpu, memory->factor,
                              (int64_t)(one * one / slow), (int64_t)one);
    }
}

void ts_access_begin(ts_memory *memory, ts_footprint *footprint, ts_cpu *cpu)
{
    ts_access *access = &footprint->access;

    footprint->cpu = cpu;
    access->prev = NULL;
    access->next = memory->accessing;
    if (access->next != NULL)
        access->next->access.prev = footprint;
    memory->accessing = footprint;
    set_speeds(memory);
}

void ts_access_end(ts_memory *memory, ts_footprint *footprint, ts_cpu *cpu)
{
    ts_access *access = &footprint->access;

    if (access->prev != NULL)
        access->prev->access.next = access->next;
    else
        memory->accessing = access->next;
    if (access->next != NULL)
        access->next->access.prev = access->prev;
    ts_cpu_set_factor(cpu, memory->factor, 1, 1);
    if (access->kind == TS_ACCESS_STREAM)
        set_speeds(memory);
}

/* The thread's own use of a processor up to now is in thread->used, because
 * steps are called between stretches. */
static void start(ts_memory *memory, ts_thread *thread, ts_frame *frame,
                  ts_fine amount)
{
    frame->phase = 1;
    frame->count = thread->used;
    ts_access_begin(memory, *ts_footprint_own(thread), thread->cpu);
    ts_thread_work(thread, amount, TS_MODE_STALL);
}

static ts_memory_tally *stop(ts_memory *memory, ts_thread *thread)
{
    ts_footprint *footprint = *ts_footprint_own(thread);

    ts_access_end(memory, footprint, thread->cpu);
    footprint->access.kind = TS_ACCESS_NONE;
    return &memory->tally[thread->task->index];
}

/* --- chase --- */

typedef struct chase_record {
    int64_t accesses;
    double mlp;
} chase_record;

/* Before a chase, what neighbours took since the dispatch is fetched again;
 * returns what that takes. */
static ts_fine refresh(ts_memory *memory, ts_footprint *footprint,
                       const ts_cpu *cpu)
{
    ts_caches *caches = &memory->caches;
    int64_t outer = 0;
    ts_fine cost = 0;

    for (int l = caches->levels - 1; l >= 0; l--) {
        int64_t fetched =
            ts_cache_touch(caches, ts_caches_at(caches, cpu, l), footprint);

        if (l == caches->levels - 1)
            cost += fetched * ts_memory_ram(memory, footprint, cpu);
        else if (fetched > outer)
            cost += (fetched - outer) * caches->level[l + 1].latency;
        outer = fetched > outer ? fetched : outer;
    }
    return ts_memory_overlap(memory, footprint, cost);
}

/* The sum of the latencies of one load of each line, without load, and how
 * many of them come from RAM. */
static ts_fine one_each(const ts_memory *memory, const ts_footprint *footprint,
                        const ts_cpu *cpu, int64_t *misses)
{
    const ts_caches *caches = &memory->caches;
    int64_t found = 0;
    ts_fine sum = 0;

    for (int l = 0; l < caches->levels; l++) {
        int64_t lines = ts_cache_holds(ts_caches_at(caches, cpu, l), footprint);

        if (lines > found) {
            sum += (lines - found) * caches->level[l].latency;
            found = lines;
        }
    }
    *misses = footprint->lines - found;
    return sum + *misses * ts_memory_ram(memory, footprint, cpu);
}

static ts_step chase_step(ts_machine *machine, ts_thread *thread,
                          ts_frame *frame)
{
    const chase_record *record = frame->fields;
    ts_memory *memory = ts_memory_of(machine);
    ts_footprint *footprint = *ts_footprint_own(thread);
    ts_access *access = &footprint->access;
    int64_t mlp = (int64_t)(record->mlp * 1000 + 0.5), misses;
    ts_fine amount, sum, again;

    if (frame->phase > 0) {
        ts_memory_tally *tally = stop(memory, thread);

        tally->accesses += record->accesses;
        tally->chased += thread->used - frame->count;
        return TS_STEP_DONE;
    }
    again = ts_memory_follow(memory, footprint, thread, thread->cpu);
    again += refresh(memory, footprint, thread->cpu);
    sum = one_each(memory, footprint, thread->cpu, &misses);
    /* accesses x sum / lines, in two steps that do not overflow */
    amount = record->accesses * (sum / footprint->lines) +
             record->accesses * (sum % footprint->lines) / footprint->lines;
    access->kind = TS_ACCESS_CHASE;
    access->unloaded = again + amount * 1000 / mlp;
    access->misses =
        (int64_t)(((ts_i128)record->accesses * misses * 1000 << MISS_BITS) /
                  footprint->lines / mlp);
    start(memory, thread, frame, access->unloaded);
    return TS_STEP_RUN;
}

static int chase_prepare(ts_machine *machine, ts_task *task, void *fields,
                         ts_error *error)
{
    const ts_footprint_record *footprint = ts_footprint_said(task->record);

    (void)machine;
    (void)fields;
    if (footprint == NULL || footprint->size < 1) {
        ts_fail(error,
                "%s chases through its memory and has none; give it a "
                "\"memory\"",
                ts_task_name(task));
        return -1;
    }
    return 0;
}

static const ts_field chase_fields[] = {
    {.name = "accesses",
     .kind = TS_FIELD_INT,
     .required = true,
     .min = 1,
     .max = 1e12,
     .offset = TS_AT(chase_record, accesses),
     .help = "loads, each from a random line of the working set"},
    {.name = "mlp",
     .kind = TS_FIELD_REAL,
     .fallback = "1",
     .min = 1,
     .max = 1000,
     .offset = TS_AT(chase_record, mlp),
     .help = "how many are under way at a time; 1: each needs the one before"},
};

static const ts_shape chase_shape = {.name = "chase",
                                     .help =
                                         "Random loads from the working set",
                                     .size = sizeof(chase_record),
                                     TS_FIELDS(chase_fields),
                                     .shorthand = "accesses"};

static const ts_operation chase_operation = {.step = chase_step,
                                             .prepare = chase_prepare};

const ts_entry ts_operation_chase = {.name = "chase",
                                     .help =
                                         "load random lines of the working set",
                                     .shape = &chase_shape,
                                     .model = &chase_operation};

/* --- stream --- */

typedef struct stream_record {
    int64_t bytes;
    ts_rational rate;
} stream_record;

static int64_t rate_of(const ts_memory *memory, const stream_record *record,
                       const ts_footprint *footprint, const ts_cpu *cpu)
{
    ts_fine line;

    if (record->rate.den > 0)
        return record->rate.num / record->rate.den;
    line = ts_memory_overlap(memory, footprint,
                             ts_memory_ram(memory, footprint, cpu));
    return (int64_t)(ts_fine_make(memory->record->line * TS_S) / line);
}

static ts_step stream_step(ts_machine *machine, ts_thread *thread,
                           ts_frame *frame)
{
    const stream_record *record = frame->fields;
    ts_memory *memory = ts_memory_of(machine);
    ts_footprint *footprint;
    ts_fine moving;
    int64_t lines =
        (record->bytes + memory->record->line - 1) / memory->record->line;

    if (frame->phase > 0) {
        ts_memory_tally *tally = stop(memory, thread);

        tally->streamed += record->bytes;
        tally->streaming += thread->used - frame->count;
        return TS_STEP_DONE;
    }
    footprint = ts_memory_footprint(memory, thread);
    if (footprint == NULL)
        return TS_STEP_EXIT;
    moving = ts_memory_follow(memory, footprint, thread, thread->cpu);
    footprint->cpu = thread->cpu;
    for (int l = 0; l < memory->caches.levels; l++)
        ts_cache_stream(&memory->caches,
                        ts_caches_at(&memory->caches, thread->cpu, l), lines);
    footprint->access.kind = TS_ACCESS_STREAM;
    footprint->access.rate = rate_of(memory, record, footprint, thread->cpu);
    start(memory, thread, frame,
          moving + ts_fine_at_rate(record->bytes, footprint->access.rate, 1));
    return TS_STEP_RUN;
}

static int stream_prepare(ts_machine *machine, ts_task *task, void *fields,
                          ts_error *error)
{
    const stream_record *record = fields;
    const ts_memory *memory = ts_memory_of(machine);

    if (memory == NULL) {
        ts_fail(error,
                "%s streams from memory; give the computer a "
                "\"memory\"",
                ts_task_name(task));
        return -1;
    }
    if (record->rate.den == 0 && memory->latency[0] == 0) {
        ts_fail(error,
                "%s streams from memory; give the stream a rate, or "
                "the computer's memory a latency",
                ts_task_name(task));
        return -1;
    }
    return 0;
}

static const ts_field stream_fields[] = {
    {.name = "bytes",
     .kind = TS_FIELD_SIZE,
     .required = true,
     .min = 1,
     .max = 1e17,
     .offset = TS_AT(stream_record, bytes),
     .help = "how much is read once, in order"},
    {.name = "rate",
     .kind = TS_FIELD_RATE,
     .bytes = true,
     .min = 1,
     .max = 1e15,
     .offset = TS_AT(stream_record, rate),
     .help = "bytes a second that the core can take; a line a latency times "
             "mlp when not given"},
};

static const ts_shape stream_shape = {.name = "stream",
                                      .help = "Reads memory once, in order",
                                      .size = sizeof(stream_record),
                                      TS_FIELDS(stream_fields),
                                      .shorthand = "bytes"};

static const ts_operation stream_operation = {.step = stream_step,
                                              .prepare = stream_prepare};

const ts_entry ts_operation_stream = {
    .name = "stream",
    .help = "read memory once, in order: loads it, and pushes out what caches "
            "hold",
    .shape = &stream_shape,
    .model = &stream_operation};
