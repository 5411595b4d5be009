/*
 * words.h - the lists that stand in folders and not in tables: pictures,
 * profiles, scenarios; and what there may be measured.
 */
#ifndef TS_CLI_WORDS_H
#define TS_CLI_WORDS_H

#include "sim/scenario/reader.h"

/* "plots", "profiles", "scenarios", "metrics": for the reader, and for the schema. */
extern const ts_words ts_cli_words;

/* Visits NAME of each NAME.json in a folder of the data, in order; false: it
 * cannot be read. */
bool ts_cli_files(const char *folder,
                  void (*visit)(void *context, const char *name,
                                const char *path),
                  void *context);

#endif
