/*
 * files.h - no command writes over what it reads, nor twice into one file.
 *
 * The table of a command says which of its options name files that are
 * written, and that its words name files that are read; this compares all of
 * them, by what they are and not by how they are spelt.
 */
#ifndef TS_CLI_FILES_H
#define TS_CLI_FILES_H

#include "sim/cli/command.h"

/* TS_EXIT_OK, or TS_EXIT_USAGE after a message. `words` are what the command
 * reads, if it says that its words are files. */
int ts_files_check(const ts_command *command, const char *const *values,
                   char *const *words, int count);

#endif
