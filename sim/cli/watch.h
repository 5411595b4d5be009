/*
 * watch.h - waits until somebody saves a file.
 */
#ifndef TS_CLI_WATCH_H
#define TS_CLI_WATCH_H

#include <signal.h>
#include <stdint.h>

/* What the files are now; changes when one is saved, comes or goes. */
uint64_t ts_watch_look(char *const *words, int count);
/* Returns when they are no longer what they were, or after a signal. */
void ts_watch_wait(char *const *words, int count, uint64_t before,
                   const volatile sig_atomic_t *interrupt);

#endif
