/*
 * memory.c - the part that makes memory cost time.
 *
 * A thread with a working set touches all of it when it gets a processor:
 * what its caches have lost meanwhile is fetched then, from the next cache
 * that has it, from the caches of the processor it ran on last, or from RAM,
 * several misses at a time (memory parallelism). That is the indirect cost of
 * a context switch and, with other places to fetch from, of a migration. Its
 * direct cost is the system's.
 *
 * That is paid at each dispatch, whatever the program does next. The operation
 * run is processor time besides, as it is with warm caches; chase and stream
 * (access.c) take what the hierarchy makes of them. An event each, not one an
 * access.
 */
#include "models/memory/access.h"
#include "models/silicon/clocks.h"
#include "models/machine/part.h"
#include "models/machine/task.h"

/* --- footprints --- */

static ts_footprint *take_footprint(ts_memory *memory)
{
    ts_footprint *footprint = memory->spare;

    if (footprint != NULL) {
        memory->spare = footprint->next;
        return footprint;
    }
    footprint = ts_arena_alloc(memory->machine->arena, sizeof *footprint);
    if (footprint != NULL)
        footprint->pages =
            ts_arena_array(memory->machine->arena, (size_t)memory->nodes,
                           sizeof(int64_t));
    return footprint != NULL && footprint->pages != NULL ? footprint : NULL;
}

ts_footprint *ts_memory_footprint(ts_memory *memory, ts_thread *thread)
{
    ts_footprint *footprint = *ts_footprint_own(thread), kept;
    const ts_footprint_record *record = ts_footprint_said(thread->task->record);

    if (footprint != NULL)
        return footprint;
    footprint = take_footprint(memory);
    if (footprint == NULL) {
        ts_machine_memory(memory->machine);
        return NULL;
    }
    kept = *footprint;
    *footprint = (ts_footprint){
        .record = record,
        .id = thread->id,
        .lines = record != NULL ? (record->size + memory->record->line - 1) /
                                      memory->record->line
                                : 0,
        .pages = kept.pages,
    };
    for (int l = 0; l < TS_CACHE_LEVELS; l++)
        footprint->sets[l] = kept.sets[l];
    *ts_footprint_own(thread) = footprint;
    ts_memory_settle(memory, footprint, thread->cpu);
    return footprint;
}

/* --- costs --- */

ts_fine ts_memory_transfer(const ts_memory *memory, int from, int to)
{
    return memory->transfer[ts_topology_common(ts_topology_of(memory->machine),
                                               from, to)];
}

/* Lines of it in the caches of the processor it ran on last, which are not
 * those of `cpu`. */
static int64_t left_behind(const ts_memory *memory,
                           const ts_footprint *footprint, const ts_cpu *cpu)
{
    const ts_caches *caches = &memory->caches;
    int64_t most = 0;

    if (footprint->cpu == NULL || footprint->cpu == cpu)
        return 0;
    for (int l = 0; l < caches->levels; l++) {
        const ts_cache *cache = ts_caches_at(caches, footprint->cpu, l);
        int64_t lines;

        if (cache == ts_caches_at(caches, cpu, l))
            continue;
        lines = ts_cache_holds(cache, footprint);
        most = lines > most ? lines : most;
    }
    return most;
}

/* What has to be fetched, and from where: level l gets from level l + 1 what
 * is there and should be here, the last one gets the rest from the last
 * processor's caches or from RAM. */
static ts_fine reload(ts_memory *memory, ts_footprint *footprint, ts_cpu *cpu,
                      int64_t *lines)
{
    ts_caches *caches = &memory->caches;
    int64_t behind = left_behind(memory, footprint, cpu), have = 0, want = 0;
    int64_t peer;
    ts_fine cost = 0;

    *lines = 0;
    for (int l = 0; l < caches->levels; l++) {
        ts_cache *cache = ts_caches_at(caches, cpu, l);
        int64_t held, fetched = ts_cache_enter(caches, cache, footprint, &held);
        int64_t here = held < want ? held : want;

        if (here > have) {
            cost += (here - have) * caches->level[l].latency;
            *lines += here - have;
        }
        have = held > have ? held : have;
        want = held + fetched > want ? held + fetched : want;
        /* The outermost cache is passed by what it has no room for. */
        if (l == caches->levels - 1 && cache->way == NULL)
            want = footprint->lines;
    }
    if (want <= have)
        return cost;
    *lines += want - have;
    peer = behind - have;
    peer = peer < 0 ? 0 : peer < want - have ? peer : want - have;
    if (peer > 0)
        cost += peer * ts_memory_transfer(memory, footprint->cpu->id, cpu->id);
    return cost +
           (want - have - peer) * (ts_memory_ram(memory, footprint, cpu) +
                                   ts_memory_wait(memory, footprint));
}

ts_fine ts_memory_overlap(const ts_memory *memory,
                          const ts_footprint *footprint, ts_fine cost)
{
    double mlp = footprint->record != NULL && footprint->record->mlp > 0
                     ? footprint->record->mlp
                     : memory->record->mlp;

    return cost * 1000 / (int64_t)(mlp * 1000 + 0.5);
}

/* --- dispatches --- */

static ts_fine enter(void *state, ts_cpu *cpu, ts_thread *thread)
{
    ts_memory *memory = state;
    ts_footprint *footprint = *ts_footprint_own(thread);
    ts_memory_tally *tally;
    int64_t lines = 0;
    ts_fine cost;

    if (footprint == NULL && ts_footprint_said(thread->task->record) != NULL)
        footprint = ts_memory_footprint(memory, thread);
    if (footprint == NULL)
        return 0;
    cost = footprint->lines > 0
               ? ts_memory_overlap(memory, footprint,
                                   reload(memory, footprint, cpu, &lines))
               : 0;
    cost += ts_memory_follow(memory, footprint, thread, cpu);
    footprint->cpu = cpu;
    if (footprint->access.kind != TS_ACCESS_NONE)
        ts_access_begin(memory, footprint, cpu);
    if (footprint->lines == 0)
        return 0;
    footprint->running = true;
    tally = &memory->tally[thread->task->index];
    if (footprint->entered) {
        ts_tally_add(&tally->reload, lines);
        ts_tally_add(&tally->reload_time, ts_fine_floor(cost));
    } else {
        ts_tally_add(&tally->cold, lines);
    }
    footprint->entered = true;
    return cost;
}

static void leave(void *state, ts_cpu *cpu, ts_thread *thread)
{
    ts_memory *memory = state;
    ts_footprint *footprint = *ts_footprint_own(thread);

    if (footprint == NULL)
        return;
    if (footprint->access.kind != TS_ACCESS_NONE)
        ts_access_end(memory, footprint, cpu);
    if (footprint->running)
        for (int l = 0; l < memory->caches.levels; l++)
            ts_cache_leave(&memory->caches,
                           ts_caches_at(&memory->caches, cpu, l), footprint);
    footprint->running = false;
}

/* Its thread has ended. */
static void ended(void *state, ts_thread *thread)
{
    ts_memory *memory = state;
    ts_footprint *footprint = *ts_footprint_own(thread);

    if (footprint == NULL)
        return;
    ts_caches_abandon(&memory->caches, footprint);
    footprint->next = memory->spare;
    memory->spare = footprint;
    *ts_footprint_own(thread) = NULL;
}

/* --- making --- */

/* A way's time where it is said: by its parts, or in one. */
static bool is_said(const ts_memory *memory, const ts_list *parts,
                    const ts_duration *time, ts_fine *span)
{
    const ts_way_record *part = parts->items;

    if (parts->count == 0) {
        if (time->given)
            *span = ts_machine_fine(memory->machine, time);
        return time->given;
    }
    *span = 0;
    for (int i = 0; i < parts->count; i++)
        *span += ts_clocks_span(memory->machine, part[i].clock.index,
                                part[i].cycles);
    return true;
}

static const ts_path_record *path_of(const ts_memory *memory)
{
    static const ts_path_record none;

    return memory->record->path != NULL ? memory->record->path : &none;
}

/* Distances that are not given are those of the next larger scope, and in the
 * end RAM's. */
static void set_transfers(ts_memory *memory, const ts_transfer_record *record)
{
    static const ts_transfer_record none;
    static const ts_list nothing;
    const ts_path_record *path = path_of(memory);
    const ts_transfer_record *r = record != NULL ? record : &none;
    const ts_duration *given[TS_SCOPES] = {NULL,        &r->core, &r->complex,
                                           &r->chiplet, &r->node, &r->socket,
                                           &r->machine};
    const ts_list *parts[TS_SCOPES] = {NULL,           &nothing,
                                       &path->complex, &path->chiplet,
                                       &path->node,    &path->socket,
                                       &path->machine};
    ts_fine last = memory->latency[2];

    for (int scope = TS_SCOPE_MACHINE; scope > TS_SCOPE_THREAD; scope--) {
        (void)is_said(memory, parts[scope], given[scope], &last);
        memory->transfer[scope] = last;
    }
    memory->transfer[TS_SCOPE_THREAD] = 0;
    memory->away = r->away.given ? ts_machine_fine(memory->machine, &r->away)
                                 : memory->transfer[TS_SCOPE_MACHINE];
}

static void set_latencies(ts_memory *memory)
{
    const ts_memory_record *record = memory->record;
    const ts_path_record *path = path_of(memory);
    ts_fine *latency = memory->latency;

    (void)is_said(memory, &path->latency, &record->latency, &latency[0]);
    if (!is_said(memory, &path->remote_node, &record->remote_node, &latency[1]))
        latency[1] = latency[0];
    if (!is_said(memory, &path->remote_socket, &record->remote_socket,
                 &latency[2]))
        latency[2] = latency[1];
    memory->slope = ts_machine_fine(memory->machine, &record->slope);
    if (record->capacity.den > 0)
        memory->capacity = record->capacity.num / record->capacity.den;
    if (record->remote_capacity.den > 0)
        memory->remote_capacity =
            record->remote_capacity.num / record->remote_capacity.den;
}

static void set_follow(ts_memory *memory)
{
    const ts_memory_system *system =
        ts_part_system(memory->machine->record, ts_slot_memory);
    const ts_follow_record *record = system->numa_balancing;
    int64_t line = memory->record->line;

    if (record == NULL)
        return;
    memory->follow =
        (ts_follow){.every = record->every,
                    .most = (record->most + line - 1) / line,
                    .page = (record->page + line - 1) / line,
                    .cost = ts_machine_fine(memory->machine, &record->cost)};
}

static bool check_nodes(const ts_memory *memory, ts_error *error)
{
    const ts_machine_record *record = memory->machine->record;
    const ts_task_record *task;
    const char *name;

    for (int i = 0; (task = ts_task_said(record, i, &name)) != NULL; i++) {
        const ts_footprint_record *m = ts_footprint_said(task);

        if (m != NULL && m->placement == TS_PLACE_NODE &&
            m->node >= memory->nodes)
            return ts_fail(error,
                           "the memory of %s is on node %lld, and the "
                           "computer has %d, counted from 0",
                           name, (long long)m->node, memory->nodes);
    }
    return true;
}

static const ts_memory_computer *said(const ts_machine *machine)
{
    return ts_part_computer(machine->record, ts_slot_memory);
}

const ts_footprint_record *ts_footprint_said(const ts_task_record *task)
{
    const ts_memory_thread *thread = ts_task_part(task, ts_slot_memory);

    return thread->memory;
}

static bool asked(const ts_machine *machine)
{
    bool asked =
        said(machine)->memory != NULL || said(machine)->caches.count > 0;
    const ts_task_record *task;
    const char *name;

    for (int i = 0; (task = ts_task_said(machine->record, i, &name)) != NULL;
         i++)
        asked |= ts_footprint_said(task) != NULL;
    return asked;
}

static bool create(ts_machine *machine, void *state, ts_error *error)
{
    static const ts_memory_record plain = {.line = 64, .mlp = 4};
    const ts_memory_computer *computer = said(machine);
    ts_memory *memory = state;

    memory->machine = machine;
    memory->factor = ts_machine_claim_factor(machine, TS_FELT_IN_STALLS);
    memory->record = computer->memory != NULL ? computer->memory : &plain;
    memory->nodes = ts_topology_of(machine)->count[TS_SCOPE_NODE];
    ts_random_init(&memory->random, ts_engine_seed(machine->engine),
                   "memory/placement");
    memory->node = ts_arena_array(machine->arena, (size_t)memory->nodes,
                                  sizeof *memory->node);
    if (memory->node == NULL)
        return ts_fail(error, "out of memory for memory");
    set_latencies(memory);
    set_transfers(memory, memory->record->transfer);
    set_follow(memory);
    return check_nodes(memory, error) &&
           ts_caches_create(&memory->caches, machine, &computer->caches,
                            memory->record->line, error);
}

/* All tasks are counted by now, those of servers, too. */
static bool make_task(void *state, ts_task *task, ts_error *error)
{
    ts_memory *memory = state;

    if (memory->tally == NULL)
        memory->tally = ts_arena_array(memory->machine->arena,
                                       (size_t)memory->machine->task_count,
                                       sizeof *memory->tally);
    (void)task;
    return memory->tally != NULL || ts_fail(error, "out of memory for memory");
}

static void report(ts_machine *machine, void *state, ts_report *report)
{
    ts_memory *memory = state;

    for (int i = 0; i < machine->task_count; i++) {
        const char *name = machine->tasks[i].record->name;
        const ts_memory_tally *tally = &memory->tally[i];

        if (tally->cold.count > 0)
            ts_report_tally(report, TS_UNIT_COUNT, &tally->cold, NULL,
                            "memory.%s.cold_lines", name);
        if (tally->reload.count > 0) {
            ts_report_tally(report, TS_UNIT_COUNT, &tally->reload, NULL,
                            "memory.%s.reload_lines", name);
            ts_report_tally(report, TS_UNIT_TIME, &tally->reload_time, NULL,
                            "memory.%s.reload", name);
        }
        if (tally->moved > 0)
            ts_report_count(report, tally->moved, "memory.%s.moved_lines",
                            name);
        if (tally->accesses > 0)
            ts_report_value(report, TS_UNIT_TIME,
                            (double)tally->chased / (double)tally->accesses,
                            "memory.%s.latency", name);
        if (tally->streamed > 0 && tally->streaming > 0)
            ts_report_value(report, TS_UNIT_NUMBER,
                            (double)tally->streamed * 1000 /
                                (double)tally->streaming,
                            "memory.%s.gigabytes_per_second", name);
    }
}

static const ts_metric_kind metrics[] = {
    {"memory.<name>.cold_lines", TS_UNIT_COUNT, true,
     "lines that a thread found nowhere, by dispatch"},
    {"memory.<name>.reload_lines", TS_UNIT_COUNT, true,
     "lines that others had driven out, by dispatch"},
    {"memory.<name>.reload", TS_UNIT_TIME, true, "how long fetching them took"},
    {"memory.<name>.moved_lines", TS_UNIT_COUNT, false,
     "lines fetched after moving to another processor"},
    {"memory.<name>.latency", TS_UNIT_TIME, false, "of an access, on average"},
    {"memory.<name>.gigabytes_per_second", TS_UNIT_NUMBER, false,
     "how fast it read in a row"},
};

const ts_part ts_part_memory = {.name = "memory",
                                .computer = &ts_memory_in_computer,
                                .system = &ts_memory_in_system,
                                .thread = &ts_memory_in_thread,
                                .state = sizeof(ts_memory),
                                .own = sizeof(ts_footprint *),
                                .asked = asked,
                                .create = create,
                                .task = make_task,
                                .enter = enter,
                                .leave = leave,
                                .ended = ended,
                                .report = report,
                                TS_METRICS(metrics)};
