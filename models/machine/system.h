/* system.h - see system.c. */
#ifndef TS_MODELS_SYSTEM_H
#define TS_MODELS_SYSTEM_H

#include "models/machine/machine.h"
#include "models/machine/scenario.h"

/* Assembles the machine of a scenario. */
bool ts_machine_create(ts_machine *machine, ts_error *error);
/* Adds all that it knows after the run. */
void ts_machine_report(ts_machine *machine, ts_report *report);

#endif
