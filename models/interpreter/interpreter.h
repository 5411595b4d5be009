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
/* Frames that an interpreted thread needs besides its program's: its whole
 * life, and at the deepest place a check that takes the lock, which has a
 * mutex of its own. */
#define TS_INTERPRETER_FRAMES 4

/* Does one operation (fields: its ts_variant) without the lock. */
extern const ts_operation ts_away_operation;

ts_interpreter *ts_interpreter_at(const ts_machine *machine, int index);
/* Threads called `user`, of so many processes, will run in it. false: whose
 * lock they share with others cannot be said. */
bool ts_interpreter_join(ts_machine *machine, ts_interpreter *interpreter,
                         const char *user, int processes, ts_error *error);
/* Lets a new thread begin its program in the interpreter, in the copy that
 * `number` is dealt to. */
void ts_interpreter_start(ts_interpreter *interpreter, ts_thread *thread,
                          int64_t number);
/* What the thread's own work takes: longer in a slow language. */
ts_fine ts_interpreter_work(const ts_thread *thread, ts_fine work);
/* The thread is killed. */
void ts_interpreter_abandon(ts_thread *thread);

#endif
