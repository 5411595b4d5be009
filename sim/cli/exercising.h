/*
 * exercising.h - what `exercise` and `answer` have in common.
 */
#ifndef TS_CLI_EXERCISING_H
#define TS_CLI_EXERCISING_H

#include "sim/exercise/mark.h"

/* The text of a file ("-": standard input); the caller frees it. Else it has
 * been said what is wrong, and the status is returned. */
int ts_cli_text(const char *file, char **text, size_t *length);
/* The exercise that a scenario is; NULL: it has been said why, and *status is
 * what to end with. */
ts_exercise *ts_cli_exercise(const char *file, int *status);
/* Asks in the terminal and marks what is answered. */
int ts_cli_ask(const ts_exercise *exercise);

#endif
