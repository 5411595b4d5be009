/*
 * system.h - the fields of "computer" and "system".
 */
#ifndef TS_MODELS_SYSTEM_H
#define TS_MODELS_SYSTEM_H

#include "models/machine/machine.h"

typedef struct ts_computer {
    ts_rational clock;
    int64_t processors; /* 0: as many as the topology has */
    ts_duration wake;   /* from idling to running; not given: none */
    struct ts_topology_record *topology; /* NULL: a core each, in a row */
    struct ts_smt_record *smt;
    ts_list caches; /* of ts_cache_record, inner first */
    struct ts_memory_record *memory;
} ts_computer;

typedef struct ts_switch_record {
    ts_duration cost, save, restore;
    int charge; /* ts_switch_charge */
    bool first;
} ts_switch_record;

/* What using locks costs the thread that does. */
typedef struct ts_locking_record {
    ts_duration take, give, wait, wake;
} ts_locking_record;

typedef enum ts_queues {
    TS_QUEUES_USUAL, /* what the policy is made for */
    TS_QUEUES_CENTRAL,
    TS_QUEUES_EACH
} ts_queues;

typedef struct ts_system {
    ts_variant policy;
    ts_switch_record *switching;
    struct ts_kernel_record *kernel; /* NULL: free */
    ts_locking_record *locking;
    ts_time timer_slack;
    int queues;   /* ts_queues */
    int64_t room; /* most threads at once; 0: any number */
    struct ts_balance_record *balance;
    struct ts_follow_record *numa_balancing; /* NULL: pages stay */
} ts_system;

extern const ts_shape ts_computer_shape, ts_system_shape;

/* How many hardware threads it has. */
int ts_computer_processors(const ts_computer *computer);
/* Assembles the machine of a scenario. */
bool ts_machine_create(ts_machine *machine, ts_error *error);
/* Adds all that it knows after the run. */
void ts_machine_report(ts_machine *machine, ts_report *report);

#endif
