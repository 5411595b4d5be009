/*
 * table.h - a sweep on the terminal: a row a point, its parameters and the
 * metrics that the scenario is about.
 *
 * These are the metrics that are expected of it, with what is expected beside
 * them, then those that its pictures draw, then a server's; where the scenario
 * names none, those of the usual ones that are not the same at all points.
 */
#ifndef TS_CLI_TABLE_H
#define TS_CLI_TABLE_H

#include <stdio.h>

#include "sim/sweep/point.h"

typedef struct ts_table ts_table;

ts_table *ts_table_create(void);
void ts_table_destroy(ts_table *table); /* NULL is allowed */
/* One row a point is enough to see where it goes: replications after the first
 * are left out. false: out of memory. */
bool ts_table_add(ts_table *table, const ts_point_run *run);
/* In a sentence, at which points the first of the metrics is least and most;
 * nothing where it is the same everywhere. */
void ts_table_answer(const ts_table *table, FILE *out);
/* Points in the order of their parameters, where these are quantities. false:
 * memory had no room for all of it. */
bool ts_table_print(ts_table *table, FILE *out, ts_error *error);

#endif
