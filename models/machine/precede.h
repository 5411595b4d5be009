/* precede.h - see precede.c. */
#ifndef TS_MODELS_PRECEDE_H
#define TS_MODELS_PRECEDE_H

#include "models/machine/task.h"

/* Connects the tasks of a machine; false where they wait in a circle. */
bool ts_precede_create(ts_machine *machine, ts_error *error);
/* To be asked whenever the task may have come to its end. */
void ts_precede_ended(ts_task *task);

#endif
