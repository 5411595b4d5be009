/*
 * cache.h - footprints in caches.
 *
 * A cache does not hold addresses; it holds groups: so many lines of this
 * footprint, so many of that. A footprint is one thread's working set, which
 * the thread touches all over whenever it runs (Thiebaut and Stone, TOCS
 * 1987). Groups of running threads share the cache by their sizes; what is
 * left goes to the groups of threads that do not run, the last one used first.
 */
#ifndef TS_MODELS_CACHE_H
#define TS_MODELS_CACHE_H

#include "models/silicon/topology.h"

#define TS_CACHE_LEVELS 4

typedef enum ts_replacement {
    TS_REPLACE_LRU,   /* fully associative, the longest unused group first */
    TS_REPLACE_RANDOM /* fully associative, any line */
} ts_replacement;

typedef struct ts_cache_record {
    const char *name;
    int64_t size;
    int per;             /* ts_scope that has one each */
    ts_duration latency; /* load to use when a line is found here */
    int replacement;     /* ts_replacement */
    int64_t ways;        /* 0: fully associative */
    int mapping;         /* ts_mapping */
} ts_cache_record;

/* How the lines of a footprint fall on the sets of a set-associative cache. */
typedef enum ts_mapping {
    TS_MAPPING_INDEPENDENT, /* each line on a set of its own drawing */
    TS_MAPPING_SPREAD       /* over different sets as long as there are any */
} ts_mapping;

extern const ts_shape ts_cache_shape;

typedef struct ts_footprint ts_footprint;
typedef struct ts_line_group ts_line_group;

/* So many lines of one footprint in one cache. */
struct ts_line_group {
    struct ts_cache *cache;
    ts_footprint *owner; /* NULL: left behind by a thread that ended */
    int64_t lines;
    bool active;                   /* its thread runs under this cache */
    ts_line_group *next, *prev;    /* in the cache: running, or by last use */
    ts_line_group *other, *before; /* in the owner: its groups elsewhere */
};

typedef struct ts_cache {
    struct ts_cache_level *level_of;
    int64_t capacity, used; /* lines */
    int64_t wanted;         /* sum of the footprints of running threads */
    ts_line_group running;  /* list heads; running.next is one of them, */
    ts_line_group idle;     /* idle.next was used last, idle.prev longest
                                 ago */
    int32_t *way;           /* set-associative: sets x ways of thread ids
                                 + 1, the last one used first in each set */
    int first;              /* the lowest processor under it */
} ts_cache;

/* One level of the hierarchy, from the processor outwards. */
typedef struct ts_cache_level {
    const ts_cache_record *record;
    ts_fine latency;
    int sets, ways; /* 0: fully associative */
    int count;
    ts_cache *cache;
    int32_t *spare_ways; /* scratch for one set */
} ts_cache_level;

/* An operation on memory that is under way. */
typedef struct ts_access {
    enum { TS_ACCESS_NONE, TS_ACCESS_CHASE, TS_ACCESS_STREAM } kind;
    int64_t rate;              /* stream: bytes a second that it asks for */
    ts_fine unloaded;          /* chase: how long it takes on an idle memory */
    int64_t misses;            /* chase: loads one after another from RAM */
    ts_footprint *next, *prev; /* among those under way on a processor */
} ts_access;

struct ts_footprint {
    const struct ts_footprint_record *record;
    int32_t id; /* of its thread */
    int64_t lines;
    ts_line_group *groups; /* its lines in caches */
    bool entered;          /* it has run before */
    ts_cpu *cpu;           /* where it runs or ran last; NULL: nowhere */
    bool running;
    uint8_t *sets[TS_CACHE_LEVELS]; /* lines of it in each set ... */
    bool drawn[TS_CACHE_LEVELS];    /* ... once they are drawn */
    int64_t *pages;                 /* its parts at the memory nodes ... */
    int64_t parts;                  /* ... of so many */
    int looked_node;                /* where its thread ran at the last look */
    ts_time looked;                 /* ... when it had used so much */
    ts_access access;               /* what it is doing with memory */
    ts_footprint *next;             /* in the pool */
};

typedef struct ts_caches {
    ts_machine *machine;
    int levels;
    ts_cache_level level[TS_CACHE_LEVELS];
    ts_cache **path; /* levels of each processor, inner first */
    ts_line_group *spare;
    ts_random random;
} ts_caches;

static inline ts_cache *ts_caches_at(const ts_caches *caches, const ts_cpu *cpu,
                                     int level)
{
    return caches->path[cpu->id * caches->levels + level];
}

/* Makes the caches of `records` (of ts_cache_record, inner first) with lines
 * of `line` bytes. */
bool ts_caches_create(ts_caches *caches, ts_machine *machine,
                      const ts_list *records, int64_t line, ts_error *error);
/* How many lines of the footprint are in `cache`. */
int64_t ts_cache_holds(const ts_cache *cache, const ts_footprint *footprint);
/* Its thread begins to run under `cache` and touches its whole footprint;
 * returns how many lines had to be fetched, and in *held how many were there
 * already. */
int64_t ts_cache_enter(ts_caches *caches, ts_cache *cache,
                       ts_footprint *footprint, int64_t *held);
/* It touches it once more: a neighbour may have taken lines or left room. */
int64_t ts_cache_touch(ts_caches *caches, ts_cache *cache,
                       ts_footprint *footprint);
/* It ends to run under `cache`. */
void ts_cache_leave(ts_caches *caches, ts_cache *cache,
                    ts_footprint *footprint);
/* `lines` that will not be used again pass through. */
void ts_cache_stream(ts_caches *caches, ts_cache *cache, int64_t lines);
/* Its thread has ended: what it had stays until it is pushed out. */
void ts_caches_abandon(ts_caches *caches, ts_footprint *footprint);
#endif
