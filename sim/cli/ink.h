/*
 * ink.h - colour on a terminal, and nothing anywhere else.
 *
 * `--color=always` and `--color=never` decide for all streams; they are kept
 * in the environment (CLICOLOR_FORCE, NO_COLOR), which programs that are
 * started see as well.
 */
#ifndef TS_CLI_INK_H
#define TS_CLI_INK_H

#include <stdbool.h>
#include <stdio.h>

typedef enum ts_ink {
    TS_INK_NONE, /* ends any other */
    TS_INK_STRONG,
    TS_INK_FAINT,
    TS_INK_GOOD,
    TS_INK_BAD
} ts_ink;

/* The sequence to print, or "" where `out` takes no colour. */
const char *ts_ink_of(FILE *out, ts_ink ink);
/* Obeys "always", "never" or "auto"; false: it is none of them. */
bool ts_ink_choose(const char *when);

#endif
