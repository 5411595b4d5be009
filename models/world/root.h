/*
 * root.h - the record of a whole scenario.
 *
 * The top of the scenario language: one field a subsystem. Each subsystem
 * declares its own shape in its own folder; here they are only put together.
 */
#ifndef TS_MODELS_ROOT_H
#define TS_MODELS_ROOT_H

#include "sim/scenario/expect.h"
#include "sim/scenario/field.h"

typedef struct ts_root {
    const char *title;
    const char *question; /* what the scenario asks; NULL */
    int64_t seed;
    struct ts_stop_record *stop;
    struct ts_limits *limits;
    struct ts_conventions *conventions;
    struct ts_computer *computer;
    struct ts_system *system;
    ts_list locks;                   /* of ts_lock_record */
    ts_list interpreters;            /* of ts_interpreter_record */
    ts_list devices;                 /* of ts_device_record */
    struct ts_apollo_record *apollo; /* NULL: none */
    ts_list links;                   /* of ts_link_record */
    ts_list servers;                 /* of ts_server_record */
    ts_list clients;                 /* of ts_clients_record */
    ts_list faults;                  /* of ts_fault_record */
    ts_list clocks;                  /* of ts_clock_record */
    ts_list lines;                   /* of ts_line_record */
    ts_list inputs;                  /* of ts_input_record */
    ts_list threads;                 /* of ts_task_record */
    ts_list measure;                 /* of ts_measure_record */
    ts_list analyze;                 /* of ts_variant in ts_analyses */
    ts_list expect;                  /* of ts_expectation */
    ts_plan *sweep;
    ts_list pictures; /* of ts_picture_record */
} ts_root;

/* A picture that `run` draws when the scenario is done. */
typedef struct ts_picture_record {
    const char *picture; /* the name of a script in plots/ */
    const char *file;    /* file name without directory; NULL: made up from the
                            scenario and the picture */
    ts_list with;        /* of ts_map_item (TEXT): settings for the script */
} ts_picture_record;

extern const ts_shape ts_root_shape;

/* Number i of all that say what threads are: the entries of "threads", then
 * the servers' own, which are called as the server. NULL: there are no more. */
const struct ts_task_record *ts_root_task(const ts_root *root, int i,
                                          const char **name);

#endif
