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
#include "models/machine/part.h"
#include "models/machine/system.h"
#include "models/machine/task.h"
#include "models/world/root.h"

/* --- footprints ---------------------------------------------------------- */

static ts_footprint *take_footprint(ts_memory *memory)
{
    ts_footprint *footprint = memory->spare;

    if (footprint) {
        memory->spare = footprint->next;
        return footprint;
    }
    footprint = ts_arena_alloc(memory->machine->arena, sizeof *footprint);
    if (footprint)
        footprint->pages =
            ts_arena_array(memory->machine->arena, (size_t)memory->nodes,
                           sizeof(int64_t));
    return footprint && footprint->pages ? footprint : NULL;
}

ts_footprint *ts_memory_footprint(ts_memory *memory, ts_thread *thread)
{
    ts_footprint *footprint = thread->own[TS_OWN_MEMORY], kept;
    const ts_footprint_record *record = thread->task->record->memory;

    if (footprint)
        return footprint;
    footprint = take_footprint(memory);
    if (!footprint) {
        ts_machine_memory(memory->machine);
        return NULL;
    }
    kept = *footprint;
    *footprint = (ts_footprint){
        .record = record,
        .id = thread->id,
        .lines = record ? (record->size + memory->record->line - 1) /
                              memory->record->line
                        : 0,
        .pages = kept.pages,
    };
    for (int l = 0; l < TS_CACHE_LEVELS; l++)
        footprint->sets[l] = kept.sets[l];
    thread->own[TS_OWN_MEMORY] = footprint;
    ts_memory_settle(memory, footprint, thread->cpu);
    return footprint;
}

/* --- costs --------------------------------------------------------------- */

ts_fine ts_memory_transfer(const ts_memory *memory, int from, int to)
{
    return memory
        ->transfer[ts_topology_common(memory->machine->topology, from, to)];
}

/* Lines of it in the caches of the processor it ran on last, which are not
 * those of `cpu`. */
static int64_t left_behind(const ts_memory *memory,
                           const ts_footprint *footprint, const ts_cpu *cpu)
{
    const ts_caches *caches = &memory->caches;
    int64_t most = 0;

    if (!footprint->cpu || footprint->cpu == cpu)
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
        if (l == caches->levels - 1 && !cache->way)
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
    double mlp = footprint->record && footprint->record->mlp > 0
                     ? footprint->record->mlp
                     : memory->record->mlp;

    return cost * 1000 / (int64_t)(mlp * 1000 + 0.5);
}

/* --- dispatches ---------------------------------------------------------- */

static ts_fine enter(ts_machine *machine, ts_cpu *cpu, ts_thread *thread)
{
    ts_memory *memory = machine->memory;
    ts_footprint *footprint = thread->own[TS_OWN_MEMORY];
    ts_memory_tally *tally;
    int64_t lines = 0;
    ts_fine cost;

    if (!footprint && thread->task->record->memory)
        footprint = ts_memory_footprint(memory, thread);
    if (!footprint)
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

static void leave(ts_machine *machine, ts_cpu *cpu, ts_thread *thread)
{
    ts_memory *memory = machine->memory;
    ts_footprint *footprint = thread->own[TS_OWN_MEMORY];

    if (!footprint)
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
static void ended(ts_machine *machine, ts_thread *thread)
{
    ts_memory *memory = machine->memory;
    ts_footprint *footprint = thread->own[TS_OWN_MEMORY];

    if (!footprint)
        return;
    ts_caches_abandon(&memory->caches, footprint);
    footprint->next = memory->spare;
    memory->spare = footprint;
    thread->own[TS_OWN_MEMORY] = NULL;
}

/* --- making -------------------------------------------------------------- */

/* Distances that are not given are those of the next larger scope, and in the
 * end RAM's. */
static void set_transfers(ts_memory *memory, const ts_transfer_record *record)
{
    static const ts_transfer_record none;
    const ts_transfer_record *r = record ? record : &none;
    const ts_duration *given[TS_SCOPES] = {NULL,        &r->core, &r->complex,
                                           &r->chiplet, &r->node, &r->socket,
                                           &r->machine};
    ts_fine last = memory->latency[2];

    for (int scope = TS_SCOPE_MACHINE; scope > TS_SCOPE_THREAD; scope--) {
        if (given[scope]->given)
            last = ts_machine_fine(memory->machine, given[scope]);
        memory->transfer[scope] = last;
    }
    memory->transfer[TS_SCOPE_THREAD] = 0;
    memory->away = r->away.given ? ts_machine_fine(memory->machine, &r->away)
                                 : memory->transfer[TS_SCOPE_MACHINE];
}

static void set_latencies(ts_memory *memory)
{
    const ts_memory_record *record = memory->record;

    memory->latency[0] = ts_machine_fine(memory->machine, &record->latency);
    memory->latency[1] =
        record->remote_node.given
            ? ts_machine_fine(memory->machine, &record->remote_node)
            : memory->latency[0];
    memory->latency[2] =
        record->remote_socket.given
            ? ts_machine_fine(memory->machine, &record->remote_socket)
            : memory->latency[1];
    memory->slope = ts_machine_fine(memory->machine, &record->slope);
    if (record->capacity.den > 0)
        memory->capacity = record->capacity.num / record->capacity.den;
    if (record->remote_capacity.den > 0)
        memory->remote_capacity =
            record->remote_capacity.num / record->remote_capacity.den;
}

static void set_follow(ts_memory *memory)
{
    const ts_follow_record *record =
        memory->machine->root->system->numa_balancing;
    int64_t line = memory->record->line;

    if (!record)
        return;
    memory->follow =
        (ts_follow){.every = record->every,
                    .most = (record->most + line - 1) / line,
                    .page = (record->page + line - 1) / line,
                    .cost = ts_machine_fine(memory->machine, &record->cost)};
}

static bool check_nodes(const ts_memory *memory, ts_error *error)
{
    const ts_root *root = memory->machine->root;
    const ts_task_record *task;
    const char *name;

    for (int i = 0; (task = ts_root_task(root, i, &name)) != NULL; i++) {
        const ts_footprint_record *m = task->memory;

        if (m && m->placement == TS_PLACE_NODE && m->node >= memory->nodes)
            return ts_fail(error,
                           "the memory of %s is on node %lld, and the "
                           "computer has %d, counted from 0",
                           name, (long long)m->node, memory->nodes);
    }
    return true;
}

static bool is_asked_for(const ts_root *root)
{
    bool asked = root->computer->memory || root->computer->caches.count > 0;
    const ts_task_record *task;
    const char *name;

    for (int i = 0; (task = ts_root_task(root, i, &name)) != NULL; i++)
        asked |= task->memory != NULL;
    return asked;
}

static size_t count_tasks(const ts_root *root)
{
    const char *name;
    int count = 0;

    while (ts_root_task(root, count, &name))
        count++;
    return (size_t)count;
}

static bool create(ts_machine *machine, ts_error *error)
{
    static const ts_memory_record plain = {.line = 64, .mlp = 4};
    const ts_computer *computer = machine->root->computer;
    ts_memory *memory;

    if (!is_asked_for(machine->root))
        return true;
    memory = ts_arena_alloc(machine->arena, sizeof *memory);
    if (!memory)
        return ts_fail(error, "out of memory for memory");
    memory->machine = machine;
    memory->record = computer->memory ? computer->memory : &plain;
    memory->nodes = machine->topology->count[TS_SCOPE_NODE];
    ts_random_init(&memory->random, ts_engine_seed(machine->engine),
                   "memory/placement");
    memory->node = ts_arena_array(machine->arena, (size_t)memory->nodes,
                                  sizeof *memory->node);
    memory->tally =
        ts_arena_array(machine->arena, count_tasks(machine->root) + 1,
                       sizeof *memory->tally);
    if (!memory->node || !memory->tally)
        return ts_fail(error, "out of memory for memory");
    set_latencies(memory);
    set_transfers(memory, memory->record->transfer);
    machine->memory = memory;
    machine->keeps = true;
    set_follow(memory);
    return check_nodes(memory, error) &&
           ts_caches_create(&memory->caches, machine, &computer->caches,
                            memory->record->line, error);
}

static void report(ts_machine *machine, ts_report *report)
{
    ts_memory *memory = machine->memory;

    for (int i = 0; memory && i < machine->task_count; i++) {
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

const ts_part ts_part_memory = {.name = "memory",
                                .keeps = offsetof(ts_machine, memory),
                                .create = create,
                                .enter = enter,
                                .leave = leave,
                                .ended = ended,
                                .report = report};
