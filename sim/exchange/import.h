/*
 * import.h - scenarios from what other programs know: traces of a kernel's
 * scheduler, as text (seen.h), and descriptions of workloads for rt-app.
 */
#ifndef TS_EXCHANGE_IMPORT_H
#define TS_EXCHANGE_IMPORT_H

#include <stdio.h>

#include "sim/engine/base.h"
#include "sim/scenario/buffer.h"

typedef struct ts_import_options {
    const char *name;    /* of the file, for titles and messages */
    const char *policy;  /* NULL: eevdf */
    const char *release; /* of the kernel, for the policy linux; NULL: that of
                            the policy itself */
    bool fit;            /* durations as distributions, where a program goes in
                           a circle */
    int processors;      /* 0: as many as the file says */
} ts_import_options;

typedef struct ts_import {
    ts_buffer scenario; /* JSON */
    ts_buffer remarks;  /* what was left out, and how well it fits: lines */
} ts_import;

/* Reads all of `in` and writes a scenario; false with a message that has a
 * line. Both texts are the caller's: ts_import_fini(). */
bool ts_import_read(ts_import *import, FILE *in,
                    const ts_import_options *options, ts_error *error);
void ts_import_fini(ts_import *import);

/* --- the two forms --- */

/* "system": {...}, and conventions where some threads are of real time: kernels
 * have those classes above the fair one. */
void ts_import_system(ts_buffer *out, const ts_import_options *options,
                      bool real_time);

struct ts_lines;
/* `text` is the whole file. */
bool ts_import_rt_app(ts_import *import, const char *text,
                      const ts_import_options *options, ts_error *error);
bool ts_import_trace(ts_import *import, struct ts_lines *lines,
                     const ts_import_options *options, ts_error *error);

#endif
