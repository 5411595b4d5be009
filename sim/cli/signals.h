/*
 * signals.h - Ctrl-C and SIGTERM, answered within a second.
 *
 * A signal asks: whoever plays, writes or waits looks at the number and ends
 * in good order. Whoever cannot look (a disk that does not answer, memory that
 * the system takes back) is not waited for: the process ends, and nothing is
 * lost but what was under way, because whatever was finished is committed. A
 * second signal ends it at once.
 */
#ifndef TS_CLI_SIGNALS_H
#define TS_CLI_SIGNALS_H

#include <signal.h>

/* Begins to listen. What it returns is the signal's number once there was
 * one, until then 0. */
const volatile sig_atomic_t *ts_signals_catch(void);

/* The signal that has come, or 0. */
int ts_signals_raised(void);

#endif
