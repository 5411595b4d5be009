/*
 * starve.h - a thread that the run waits for and that gets nowhere.
 *
 * Such a run has an answer, "never", and would play on to its time to stop
 * without it. A thread starves that has waited for a processor or for a lock,
 * and for nothing else, for as long as the scenario says (stop.starved).
 */
#ifndef TS_MODELS_STARVE_H
#define TS_MODELS_STARVE_H

#include "models/machine/machine.h"

/* Says of one foreground thread that has waited for so long what it waits for
 * and since when, in the machine's arena; NULL: there is none. */
const char *ts_starving(const ts_machine *machine, ts_time longest);

#endif
