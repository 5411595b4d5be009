/*
 * commands.c - the one list of commands, in the order of the overview. To add
 * one, write a file that defines ts_command_NAME and add its line here.
 */
#include "sim/cli/command.h"

#define COMMANDS(X)                                                            \
    X(run)                                                                     \
    X(sweep)                                                                   \
    X(merge)                                                                   \
    X(report)                                                                  \
    X(submit)                                                                  \
    X(test)                                                                    \
    X(check)                                                                   \
    X(analyze)                                                                 \
    X(show)                                                                    \
    X(plot)                                                                    \
    X(list)                                                                    \
    X(explain)                                                                 \
    X(schema)                                                                  \
    X(digest)                                                                  \
    X(completion)                                                              \
    X(help)                                                                    \
    X(compare)                                                                 \
    X(export)                                                                  \
    X(exercise)                                                                \
    X(answer)                                                                  \
    X(page)                                                                    \
    X(measure)

#define DECLARE(name) extern const ts_command ts_command_##name;
COMMANDS(DECLARE)

#define ADDRESS(name) &ts_command_##name,
const ts_command *const ts_commands[] = {COMMANDS(ADDRESS)};

const int ts_command_count = (int)(sizeof ts_commands / sizeof *ts_commands);
