/* dsky.h - see dsky.c. */
#ifndef TS_CLI_DSKY_H
#define TS_CLI_DSKY_H

#include <signal.h>
#include <stdio.h>

#include "sim/report/report.h"

/* Shows what the display and keyboard of an Apollo computer showed in a run
 * that kept its trace, at `speed` simulated seconds a second; 0: without
 * waiting. On a terminal in place, else a line a change. false: the run had
 * no such display. Ends early when *interrupt is not 0. */
bool ts_dsky_play(const ts_report *report, double speed,
                  const volatile sig_atomic_t *interrupt, FILE *out);

#endif
