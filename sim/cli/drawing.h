/*
 * drawing.h - the pictures of a scenario, drawn and told of.
 */
#ifndef TS_CLI_DRAWING_H
#define TS_CLI_DRAWING_H

#include <signal.h>

#include "sim/pictures/draw.h"

/* Draws all pictures that the scenario names and says where they are. One that
 * cannot be drawn is a warning: it is no result, and without gnuplot the run
 * is still good. Returns the exit status: 3 when one could not be written. Ends
 * early when `interrupted` is set. */
int ts_cli_draw(const ts_drawing *drawing, const ts_root *root, bool quiet,
                const volatile sig_atomic_t *interrupted);

#endif
