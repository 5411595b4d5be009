/*
 * topology.h - where the hardware threads stand.
 *
 * A machine is sockets of chiplets of core complexes of cores of hardware
 * threads; a socket's complexes are spread over one or more memory nodes. Two
 * hardware threads are as far apart as the smallest thing they share: its
 * scope. Distances (core to core, caches, memory) are given by scope.
 */
#ifndef TS_MODELS_TOPOLOGY_H
#define TS_MODELS_TOPOLOGY_H

#include "models/machine/part.h"

/* From the smallest to the largest; what is shared at a smaller scope is also
 * shared at every larger one. */
/* Hardware threads of one core: what there is has 8, and models of barrel
 * processors and GPUs have more. */
#define TS_SIBLINGS_MAX 64

typedef enum ts_scope {
    TS_SCOPE_THREAD, /* the hardware thread itself */
    TS_SCOPE_CORE,
    TS_SCOPE_COMPLEX,
    TS_SCOPE_CHIPLET,
    TS_SCOPE_NODE, /* a part of a socket with memory of its own */
    TS_SCOPE_SOCKET,
    TS_SCOPE_MACHINE,
    TS_SCOPES
} ts_scope;

typedef struct ts_topology {
    int count[TS_SCOPES];     /* units of each scope */
    int32_t *unit[TS_SCOPES]; /* unit[scope][processor] */
    int *width;               /* hardware threads of each core */
    int factor;               /* of the processors' speeds: kinds of cores */
} ts_topology;

/* A group of equal cores in a core complex. */
typedef struct ts_cores_record {
    int64_t count, threads;
    double speed;     /* against the nominal processor */
    const char *name; /* "P"; NULL */
} ts_cores_record;

typedef enum ts_siblings { TS_SIBLINGS_LAST, TS_SIBLINGS_ADJACENT } ts_siblings;

typedef struct ts_topology_record {
    int64_t sockets, nodes, chiplets, complexes;
    ts_list cores; /* of ts_cores_record */
    int siblings;  /* ts_siblings */
} ts_topology_record;

extern const ts_shape ts_topology_shape;
/* The names of the scopes, NULL-ended: for tables. */
extern const char *const ts_scope_names[];

/* How many hardware threads the record describes. */
int64_t ts_topology_threads(const ts_topology_record *record);
extern const int ts_slot_topology;

static inline ts_topology *ts_topology_of(const ts_machine *machine)
{
    return machine->part[ts_slot_topology].state;
}

/* The smallest scope that both are in. */
ts_scope ts_topology_common(const ts_topology *topology, int a, int b);

static inline int ts_topology_unit(const ts_topology *topology, ts_scope scope,
                                   const ts_cpu *cpu)
{
    return topology->unit[scope][cpu->id];
}

#endif
