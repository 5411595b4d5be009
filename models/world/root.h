/*
 * root.h - the record of a whole scenario.
 *
 * The top of the scenario language: what the machine's core reads, what the
 * later rooms read, and what each part adds in a table of its own.
 */
#ifndef TS_MODELS_ROOT_H
#define TS_MODELS_ROOT_H

#include "models/machine/scenario.h"
#include "sim/scenario/ask.h"
#include "sim/scenario/expect.h"

typedef struct ts_root {
    ts_machine_record machine;
    const char *title;
    const char *question; /* what the scenario asks; NULL */
    const char *answer;   /* what came out, with "{metric}" for numbers; NULL */
    const char *fitted;   /* what was chosen to make it agree; NULL */
    int64_t seed;
    struct ts_stop_record *stop;
    struct ts_limits *limits;
    ts_list expect; /* of ts_expectation */
    ts_ask *ask;    /* NULL: it asks nothing */
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

#endif
