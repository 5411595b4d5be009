/*
 * theirs.h - what others found beside what the run found.
 */
#ifndef TS_CLI_THEIRS_H
#define TS_CLI_THEIRS_H

#include <stdio.h>

#include "sim/sweep/point.h"

/* A table with a row a metric and a column an origin (`whose`); nothing where
 * the scenario's expectations are all its own. false: out of memory. */
bool ts_theirs_print(const ts_point_run *run, FILE *out, ts_error *error);

#endif
