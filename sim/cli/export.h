/*
 * export.h - runs of a database into a file for another program.
 */
#ifndef TS_CLI_EXPORT_H
#define TS_CLI_EXPORT_H

#include "sim/results/store.h"

/* Writes runs to `path` ("-": standard output); `format` may be NULL: what the
 * file's ending says, Perfetto's where it says nothing. An exit status, after a
 * message. */
int ts_cli_export(ts_store *store, const int64_t *runs, int count,
                  const char *format, const char *path);

#endif
