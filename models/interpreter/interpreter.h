/*
 * interpreter.h - interpreters that run programs.
 *
 * An entry of the scenario's "interpreters" says how fast its language is and
 * how its threads take turns (models/sync/gil.h). A thread with "interpreter"
 * holds that interpreter's lock while it runs its own work, gives it back
 * around every operation that may wait, and around what its program does
 * "outside". With `copies` there are several interpreters of the same kind,
 * each with a lock of its own (processes, subinterpreters); a task's jobs are
 * dealt to them in turn. Processes of a server never share a lock: where the
 * scenario says one copy there are as many as processes.
 */
#ifndef TS_MODELS_INTERPRETER_H
#define TS_MODELS_INTERPRETER_H

#include "models/machine/machine.h"
#include "models/interpreter/gil.h"

typedef struct ts_interpreter_record {
    const char *name;
    ts_variant lock; /* of ts_gil_kinds */
    double speed;
    int64_t copies;
    ts_duration start;
} ts_interpreter_record;

typedef struct ts_interpreter {
    const ts_interpreter_record *record;
    int64_t pace;  /* processor time a unit of work takes, in millionths */
    ts_fine start; /* work before a thread's program begins */
    int64_t copies;
    ts_gil *gil;      /* one a copy */
    const char *user; /* of those that run in it, the first; NULL: nobody */
    bool own;         /* it has a copy for each process of that one */
} ts_interpreter;

extern const ts_shape ts_interpreter_shape;
/* Does one operation (fields: its ts_variant) without the lock. */
extern const ts_operation ts_away_operation;

#endif
