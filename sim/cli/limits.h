/*
 * limits.h - the options --max-events, --max-time, --max-wall and --max-memory.
 *
 *   enum { ..., TS_LIMIT_ENUM(MAX), OPTIONS };
 *   static const ts_option options[OPTIONS] = { ..., TS_LIMIT_OPTIONS(MAX) };
 *   status = ts_cli_limits(values + MAX_EVENTS, workers, &point_options);
 */
#ifndef TS_CLI_LIMITS_H
#define TS_CLI_LIMITS_H

#include "sim/cli/command.h"
#include "sim/sweep/point.h"

#define TS_LIMIT_ENUM(prefix)                                                  \
    prefix##_EVENTS, prefix##_TIME, prefix##_WALL, prefix##_MEMORY

#define TS_LIMIT_OPTIONS(prefix)                                               \
    [prefix##_EVENTS] =                                                        \
        {.name = "max-events",                                                 \
         .argument = "N",                                                      \
         .help = "give a run up after so many events (limits.events, or "      \
                 "10^12)"},                                                    \
    [prefix##_TIME] = {.name = "max-time",                                     \
                       .argument = "TIME",                                     \
                       .help = "... at this simulated time (limits.time, or "  \
                               "2400h)"},                                      \
    [prefix##_WALL] = {.name = "max-wall",                                     \
                       .argument = "TIME",                                     \
                       .help = "... after so long on the wall, as in 30s "     \
                               "(limits.wall, or 168h)"},                      \
    [prefix##_MEMORY] = {                                                      \
        .name = "max-memory",                                                  \
        .argument = "SIZE",                                                    \
        .help = "... at so much memory, as in 2GiB (limits.memory, or 16GiB; " \
                "never more than seven eighths of what there is)"}

/* Reads the four options into the point's, with what the machine has of
 * memory for each of `workers` runs at once. The exit status; what is wrong
 * has been said. */
int ts_cli_limits(const char *const *values, int workers,
                  ts_point_options *options);

#endif
