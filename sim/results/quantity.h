/*
 * quantity.h - a parameter's value as a number, for axes and tables.
 *
 * The scenario reader is the authority on units; by the time a value comes
 * here it has been checked. This only places "5ms" on an axis.
 */
#ifndef TS_RESULTS_QUANTITY_H
#define TS_RESULTS_QUANTITY_H

#include <stdbool.h>

/* The number in JSON text (5, 0.5, "5ms", "16 MiB", "85%") and its base unit:
 * ps, ratio, rate (per second), Hz, bytes, cycles or number. false: not a
 * quantity ("round-robin", true, a list). */
bool ts_quantity(const char *json, const char **unit, double *value);

#endif
