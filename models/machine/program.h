/*
 * program.h - programs and their operations.
 *
 * A program is a list of operations. Each operation is a file with one
 * ts_entry whose model is a ts_operation, and one line in operations.c.
 */
#ifndef TS_MODELS_PROGRAM_H
#define TS_MODELS_PROGRAM_H

#include "models/machine/task.h"
#include "sim/scenario/field.h"

extern const ts_registry ts_operations;
/* One of them, as an item of a list: what programs are made of. */
extern const ts_field ts_program_item;

/* Prepares each operation of `program` (of ts_variant). Returns the depth of
 * frames it needs below its own, or -1 with a message: with those that take an
 * operation off an interpreter's lock, where the machine has interpreters. */
int ts_program_prepare(ts_machine *machine, ts_task *task,
                       const ts_list *program, ts_error *error);

/*
 * What a program will do at worst, without playing it: for analyses and for
 * policies that must know how long a job may run.
 */
#define TS_OUTLINE_NESTING 32

typedef struct ts_outline {
    ts_rational clock; /* what cycles count at; den 0: none */
    ts_time work;      /* processor time at worst; the mean of what is drawn
                           without a largest value */
    bool bounded;      /* it is a bound */
    bool suspends;     /* it may leave the processor by itself */
    bool opaque;       /* some operation cannot be foreseen */
    struct {
        int lock;
        ts_time from;
    } open[TS_OUTLINE_NESTING]; /* critical sections it is in */
    int depth;
    /* Called at the end of each critical section; may be NULL. */
    void (*section)(void *context, int lock, ts_time length);
    void *context;
} ts_outline;

void ts_program_outline(const ts_list *program, ts_outline *outline);
/* How long a "run" runs; NULL: the operation is another one. */
const ts_duration *ts_program_run_span(const ts_variant *operation);
/* Adds processor time. */
void ts_outline_work(ts_outline *outline, const ts_duration *span);

/* The operation of its program at which a thread stands: "lock"; NULL: none. */
const char *ts_program_at(const ts_thread *thread);

/* Runs the ts_list in frame->fields once; frame->count is the position. */
extern const ts_operation ts_sequence_operation;

#endif
