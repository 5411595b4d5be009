/*
 * scenario.h - what a scenario says of the machine.
 *
 * The core's own fields of "computer" and "system", and the lists it reads.
 * What parts and policies add stands beside them, in records of their own:
 * each `parts` is an array with a place for each part (part.h).
 */
#ifndef TS_MODELS_SCENARIO_H
#define TS_MODELS_SCENARIO_H

#include "sim/scenario/field.h"

typedef struct ts_computer {
    ts_rational clock;
    int64_t processors; /* 0: as many as the parts say */
    void **parts;
} ts_computer;

typedef struct ts_switch_record {
    ts_duration cost, save, restore;
    int charge; /* ts_switch_charge */
    bool first;
} ts_switch_record;

typedef enum ts_queues {
    TS_QUEUES_USUAL, /* what the policy is made for */
    TS_QUEUES_CENTRAL,
    TS_QUEUES_EACH
} ts_queues;

typedef struct ts_system {
    ts_variant policy;
    ts_switch_record *switching;
    ts_time timer_slack;
    double jitter;
    int queues;   /* ts_queues */
    int64_t room; /* most threads at once; 0: any number */
    struct ts_balance_record *balance;
    void **parts;
} ts_system;

typedef struct ts_machine_record {
    struct ts_conventions *conventions;
    ts_computer *computer;
    ts_system *system;
    ts_list threads; /* of ts_task_record */
    void **parts;
} ts_machine_record;

extern const ts_shape ts_computer_shape, ts_system_shape;

/* How many processors it has. */
int ts_computer_processors(const ts_computer *computer);

/* The tables that parts, and for threads policies, add: see ts_shape.beside;
 * in models/world/parts.c. */
const ts_shape *ts_tables_scenario(int i);
const ts_shape *ts_tables_computer(int i);
const ts_shape *ts_tables_system(int i);
const ts_shape *ts_tables_thread(int i);

#endif
