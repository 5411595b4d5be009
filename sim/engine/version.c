/*
 * version.c - which timeslice this is. Results are a function of (scenario,
 * seed, version), so every room may ask.
 */
#include "timeslice/timeslice.h"

const char *ts_version(void)
{
    return TS_VERSION;
}
