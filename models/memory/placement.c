/*
 * placement.c - on which memory nodes a working set lies, and how far that is.
 *
 * A set is divided into as many parts as it has lines; how many of them each
 * node has is all that is known of it. Where they go is decided when its
 * thread first runs. Under NUMA balancing they go after it: nothing ticks, what
 * has become due meanwhile is done at the next look.
 */
#include "models/memory/access.h"
#include "models/machine/task.h"

static void spread(ts_memory *memory, ts_footprint *footprint, int home)
{
    const ts_footprint_record *record = footprint->record;
    int64_t others = memory->nodes - 1, away;

    if (record != NULL && record->placement == TS_PLACE_INTERLEAVE) {
        for (int n = 0; n < memory->nodes; n++)
            footprint->pages[n] = footprint->parts / memory->nodes +
                                  (n < footprint->parts % memory->nodes);
        return;
    }
    away = record != NULL && others > 0
               ? (int64_t)((double)footprint->parts * record->remote + 0.5)
               : 0;
    for (int n = 0, other = 0; n < memory->nodes; n++) {
        footprint->pages[n] = footprint->parts - away;
        if (n != home)
            footprint->pages[n] = away / others + (other++ < away % others);
    }
}

void ts_memory_settle(ts_memory *memory, ts_footprint *footprint,
                      const ts_cpu *cpu)
{
    const ts_footprint_record *record = footprint->record;
    int home =
        ts_topology_unit(ts_topology_of(memory->machine), TS_SCOPE_NODE, cpu);
    int placement = record != NULL ? record->placement : TS_PLACE_FIRST_TOUCH;

    if (placement == TS_PLACE_NODE)
        home = (int)record->node;
    if (placement == TS_PLACE_ANYWHERE) {
        ts_random random = memory->random;

        ts_random_select(&random, (uint64_t)footprint->id);
        home = (int)ts_random_below(&random, (uint64_t)memory->nodes);
    }
    footprint->parts = footprint->lines > 0 ? footprint->lines : 1 << 20;
    footprint->looked_node =
        ts_topology_unit(ts_topology_of(memory->machine), TS_SCOPE_NODE, cpu);
    spread(memory, footprint, home);
}

/* At most `due` parts come to node `here` from others, the first ones first;
 * returns how many. */
static int64_t fetch_parts(const ts_memory *memory, ts_footprint *footprint,
                           int here, int64_t due)
{
    int64_t moved = 0;

    for (int n = 0; n < memory->nodes && moved < due; n++) {
        int64_t part = footprint->pages[n];

        if (n == here)
            continue;
        part = part < due - moved ? part : due - moved;
        footprint->pages[n] -= part;
        moved += part;
    }
    assert(moved >= 0 && moved <= footprint->parts);
    assert(footprint->pages[here] + moved <= footprint->parts);
    footprint->pages[here] += moved;
    return moved;
}

static bool may_follow(const ts_memory *memory, const ts_footprint *footprint)
{
    const ts_footprint_record *record = footprint->record;

    return memory->follow.every > 0 && memory->nodes > 1 && record != NULL &&
           footprint->lines > 0 &&
           (record->placement == TS_PLACE_FIRST_TOUCH ||
            record->placement == TS_PLACE_ANYWHERE);
}

ts_fine ts_memory_follow(ts_memory *memory, ts_footprint *footprint,
                         const ts_thread *thread, const ts_cpu *cpu)
{
    const ts_follow *follow = &memory->follow;
    int here;
    int64_t looks, moved;

    if (!may_follow(memory, footprint))
        return 0;
    here =
        ts_topology_unit(ts_topology_of(memory->machine), TS_SCOPE_NODE, cpu);
    if (here != footprint->looked_node) {
        footprint->looked_node = here;
        footprint->looked = thread->used;
    }
    looks = (thread->used - footprint->looked) / follow->every;
    if (looks == 0)
        return 0;
    footprint->looked += looks * follow->every;
    looks = looks < footprint->lines ? looks : footprint->lines;
    moved = follow->most > footprint->lines / looks ? footprint->lines
                                                    : looks * follow->most;
    moved = fetch_parts(memory, footprint, here, moved);
    memory->tally[thread->task->index].moved += moved;
    return (moved + follow->page - 1) / follow->page * follow->cost;
}

ts_fine ts_memory_ram(const ts_memory *memory, const ts_footprint *footprint,
                      const ts_cpu *cpu)
{
    const ts_topology *topology = ts_topology_of(memory->machine);
    int here = ts_topology_unit(topology, TS_SCOPE_NODE, cpu);
    ts_i128 sum = 0;

    assert(memory->nodes == 1 || footprint->parts > 0);
    if (memory->nodes == 1)
        return memory->latency[0];
    for (int n = 0; n < memory->nodes; n++) {
        int distance = ts_memory_distance(memory, here, n);

        if (footprint->pages[n] > 0)
            sum += footprint->pages[n] * memory->latency[distance];
    }
    return sum / footprint->parts;
}

ts_fine ts_memory_wait(const ts_memory *memory, const ts_footprint *footprint)
{
    ts_i128 sum = 0;

    if (memory->nodes == 1)
        return memory->node[0].wait;
    for (int n = 0; n < memory->nodes; n++)
        sum += footprint->pages[n] * memory->node[n].wait;
    return sum / footprint->parts;
}
