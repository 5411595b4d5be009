/*
 * options.h - from words to a command with its values.
 *
 *   return ts_cli_main(argc, argv);
 */
#ifndef TS_CLI_OPTIONS_H
#define TS_CLI_OPTIONS_H

#include "sim/cli/command.h"

/* No command has more options than this. */
#define TS_OPTIONS_MAX 24

/* Finds the command, parses its options and runs it. argv is permuted. */
int ts_cli_main(int argc, char **argv);

/* Calls `each` with every argument of a repeated option (see command.h), in
 * order, until one returns false; `text` is NUL-terminated and valid for the
 * call. Returns whether all were visited. */
bool ts_option_each(const char *value,
                    bool (*each)(void *context, const char *text),
                    void *context);

/* A whole number in `low` .. `high`, in decimal or with 0x. */
bool ts_option_whole(const char *text, uint64_t low, uint64_t high,
                     uint64_t *number);

#endif
