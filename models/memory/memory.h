/*
 * memory.h - what memory costs a thread: caches, RAM, distance, load.
 */
#ifndef TS_MODELS_MEMORY_H
#define TS_MODELS_MEMORY_H

#include "models/machine/part.h"
#include "models/machine/task.h"
#include "models/memory/cache.h"

/* From core to core: what it takes to get a line that another one has. */
typedef struct ts_transfer_record {
    ts_duration core, complex, chiplet, node, socket, machine;
    ts_duration away; /* within a socket, of a line whose home is not there */
} ts_transfer_record;

/* A part of a line's way: cycles of a clock. */
typedef struct ts_way_record {
    ts_ref clock;
    int64_t cycles;
} ts_way_record;

/* What lines go through, instead of times; lists of ts_way_record, empty: the
 * time counts. */
typedef struct ts_path_record {
    ts_list latency, remote_node, remote_socket;
    ts_list complex, chiplet, node, socket, machine;
} ts_path_record;

typedef struct ts_memory_record {
    ts_duration latency;       /* load to use, from memory of the same node */
    ts_duration remote_node;   /* ... of another node of the socket */
    ts_duration remote_socket; /* ... of another socket */
    int64_t line;
    double mlp;
    ts_rational capacity;        /* of each node; den 0: no limit */
    ts_rational remote_capacity; /* what a node gives to others */
    ts_duration slope;           /* the s of L0 + s u / (2 (1 - u)) */
    ts_transfer_record *transfer;
    ts_path_record *path;
    struct ts_dram_record *dram;
} ts_memory_record;

typedef enum ts_page_placement {
    TS_PLACE_FIRST_TOUCH,
    TS_PLACE_INTERLEAVE,
    TS_PLACE_ANYWHERE,
    TS_PLACE_NODE
} ts_page_placement;

/* A thread's working set: "memory" of a task. */
typedef struct ts_footprint_record {
    int64_t size;
    double mlp;    /* 0: the computer's */
    int placement; /* ts_page_placement */
    int64_t node;
    double remote;
} ts_footprint_record;

/* A cache line that threads share: "lines". */
typedef struct ts_line_record {
    const char *name;
    int64_t home; /* memory node */
} ts_line_record;

/* Pages that go after their thread: "numa_balancing" of the system. */
typedef struct ts_follow_record {
    ts_time every;
    int64_t most, page; /* bytes */
    ts_duration cost;
} ts_follow_record;

/* What the part says in "computer", in "system" and in each of "threads". */
typedef struct ts_memory_computer {
    ts_list caches; /* of ts_cache_record, inner first */
    ts_memory_record *memory;
} ts_memory_computer;

typedef struct ts_memory_system {
    ts_follow_record *numa_balancing; /* NULL: pages stay */
} ts_memory_system;

typedef struct ts_memory_thread {
    ts_footprint_record *memory; /* its working set; NULL: none */
} ts_memory_thread;

extern const ts_shape ts_memory_in_computer, ts_memory_in_system;
extern const ts_shape ts_memory_in_thread;
extern const ts_shape ts_memory_shape, ts_footprint_shape, ts_line_shape;
extern const ts_shape ts_follow_shape;

typedef struct ts_memory ts_memory;

extern const int ts_slot_memory;

/* NULL: the scenario says nothing of memory. */
static inline ts_memory *ts_memory_of(const ts_machine *machine)
{
    return machine->part[ts_slot_memory].state;
}
/* The working set of a task's threads; NULL: none. */
const ts_footprint_record *ts_footprint_said(const ts_task_record *task);

/* How long a line takes from processor `from` to processor `to`. */
ts_fine ts_memory_transfer(const ts_memory *memory, int from, int to);

#endif
