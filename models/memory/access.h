/*
 * access.h - the inside of memory: shared by memory.c and access.c.
 */
#ifndef TS_MODELS_ACCESS_H
#define TS_MODELS_ACCESS_H

#include "models/memory/memory.h"

/* A memory node. */
typedef struct ts_node {
    int64_t demand, remote; /* bytes a second asked of it, and by others */
    ts_fine wait;           /* what that adds to each load's latency */
} ts_node;

/* Pages that go after their thread; every 0: they stay. */
typedef struct ts_follow {
    ts_time every;
    int64_t most, page; /* lines */
    ts_fine cost;       /* of a page */
} ts_follow;

/* What a task's threads had to do with memory. */
typedef struct ts_memory_tally {
    ts_tally cold, reload; /* lines, at the first dispatch and at later ones */
    ts_tally reload_time;
    int64_t accesses;  /* of chases ... */
    ts_time chased;    /* ... and the time they took */
    int64_t moved;     /* lines that went after their thread */
    int64_t streamed;  /* bytes ... */
    ts_time streaming; /* ... and the time that took */
} ts_memory_tally;

struct ts_memory {
    ts_machine *machine;
    const ts_memory_record *record;
    ts_caches caches;
    ts_fine latency[3]; /* own node, own socket, another socket */
    ts_fine slope;
    int64_t capacity, remote_capacity; /* bytes a second; 0: no limit */
    ts_fine transfer[TS_SCOPES];
    ts_fine away;
    int nodes;
    int factor; /* of the processors' speeds: how far memory keeps up */
    ts_follow follow;
    ts_node *node;
    ts_footprint *accessing; /* accesses under way on processors */
    ts_footprint *spare;
    ts_random random;
    ts_memory_tally *tally; /* by task */
};

/* 0: the same node, 1: of the same socket, 2: of another. */
static inline int ts_memory_distance(const ts_memory *memory, int a, int b)
{
    const ts_topology *topology = ts_topology_of(memory->machine);
    int each =
        topology->count[TS_SCOPE_NODE] / topology->count[TS_SCOPE_SOCKET];

    return a == b ? 0 : a / each == b / each ? 1 : 2;
}

/* Where the thread's footprint is kept; *it is NULL while it has none. */
static inline ts_footprint **ts_footprint_own(const ts_thread *thread)
{
    return ts_part_own(thread, ts_slot_memory);
}
/* The thread's footprint, made when it has none; NULL: memory is out. The
 * thread has a processor. */
ts_footprint *ts_memory_footprint(ts_memory *memory, ts_thread *thread);
/* Where its memory lies, decided when it first runs on `cpu`. */
void ts_memory_settle(ts_memory *memory, ts_footprint *footprint,
                      const ts_cpu *cpu);
/* What is due of its memory goes to the node of `cpu`; returns what that costs
 * the thread. */
ts_fine ts_memory_follow(ts_memory *memory, ts_footprint *footprint,
                         const ts_thread *thread, const ts_cpu *cpu);
/* Mean latency from `cpu` to the footprint's memory without load, and what the
 * load adds to it. */
ts_fine ts_memory_ram(const ts_memory *memory, const ts_footprint *footprint,
                      const ts_cpu *cpu);
ts_fine ts_memory_wait(const ts_memory *memory, const ts_footprint *footprint);
/* A cost with several misses at a time. */
ts_fine ts_memory_overlap(const ts_memory *memory,
                          const ts_footprint *footprint, ts_fine cost);

/* The access goes on, or is interrupted, on `cpu`. */
void ts_access_begin(ts_memory *memory, ts_footprint *footprint, ts_cpu *cpu);
void ts_access_end(ts_memory *memory, ts_footprint *footprint, ts_cpu *cpu);

#endif
