/*
 * program.h - programs and their operations.
 *
 * A program is a list of operations. Each operation is a file with one
 * ts_entry whose model is a ts_operation, and one line in operations.c.
 */
#ifndef TS_MODELS_PROGRAM_H
#define TS_MODELS_PROGRAM_H

#include "models/processor/machine.h"
#include "sim/scenario/field.h"

/* Frames beyond the program's own nesting that models may push (taking a
 * lock inside a call inside a runtime ...). */
#define TS_PROGRAM_SPARE 8

extern const ts_registry ts_operations;

/* Prepares each operation of `program` (of ts_variant). Returns the depth of
 * frames it needs, or -1 with a message. */
int ts_program_prepare(ts_machine *machine, ts_task *task,
                       const ts_list *program, ts_error *error);

/* Runs the ts_list in frame->fields once; frame->count is the position. */
extern const ts_operation ts_sequence_operation;

#endif
