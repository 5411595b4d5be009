/*
 * exchange.h - traces for other programs, and from them.
 *
 * A format is a file with one ts_export and a line in exports.c; importers are
 * in import.h.
 */
#ifndef TS_EXCHANGE_EXCHANGE_H
#define TS_EXCHANGE_EXCHANGE_H

#include <stdio.h>

#include "sim/results/history.h"

typedef struct ts_export {
    const char *name;       /* "perfetto" */
    const char *help;       /* a line: for whom it is */
    int runs_min, runs_max; /* at a time; 0: any number */
    /* Writes the runs; false with a message when memory ends. What the file
     * could not take is seen by whoever closes it. */
    bool (*write)(const ts_history *const *runs, int count, FILE *out,
                  ts_error *error);
} ts_export;

extern const ts_export *const ts_exports[];
extern const int ts_export_count;
/* NULL: there is none of that name. */
const ts_export *ts_export_find(const char *name);

/* Loads the runs and writes them; false with a message. */
bool ts_export_runs(const ts_export *format, ts_store *store,
                    const int64_t *runs, int count, FILE *out, ts_error *error);

/* --- for the formats --- */

/* The pid that a thread has in a trace; its task's process is called by the
 * first of its threads. */
static inline int64_t ts_export_pid(int32_t thread)
{
    return (int64_t)thread + 1;
}

static inline int64_t ts_export_process(const ts_history *history,
                                        int32_t thread)
{
    int task = history->threads[thread].task;

    return ts_export_pid(task >= 0 ? history->tasks[task].first : thread);
}

/* Nanoseconds, rounded down. */
static inline int64_t ts_export_ns(ts_time time)
{
    return time / TS_NS;
}
/* A name of at most 15 bytes without spaces, as a kernel's comm: `text` has
 * room for 16. Whether it is the whole name. */
bool ts_export_comm(const char *name, char text[16]);

#endif
