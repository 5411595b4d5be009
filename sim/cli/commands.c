/*
 * commands.c - the one list of commands, in the order of the overview, which
 * is that of use. To add one, write a file that defines ts_command_NAME and add
 * its line here.
 */
#include "sim/cli/command.h"

#define COMMANDS(X)                                                            \
    X(run)                                                                     \
    X(try)                                                                     \
    X(new)                                                                     \
    X(exercise)                                                                \
    X(answer)                                                                  \
    X(page)                                                                    \
    X(check)                                                                   \
    X(test)                                                                    \
    X(explain)                                                                 \
    X(list)                                                                    \
    X(compare)                                                                 \
    X(blame)                                                                   \
    X(analyze)                                                                 \
    X(bench)                                                                   \
    X(measure)                                                                 \
    X(observe)                                                                 \
    X(calibrate)                                                               \
    X(show)                                                                    \
    X(plot)                                                                    \
    X(report)                                                                  \
    X(export)                                                                  \
    X(import)                                                                  \
    X(sweep)                                                                   \
    X(merge)                                                                   \
    X(submit)                                                                  \
    X(schema)                                                                  \
    X(digest)                                                                  \
    X(completion)                                                              \
    X(help)

#define DECLARE(name) extern const ts_command ts_command_##name;
COMMANDS(DECLARE)

#define ADDRESS(name) &ts_command_##name,
const ts_command *const ts_commands[] = {COMMANDS(ADDRESS)};

const int ts_command_count = (int)(sizeof ts_commands / sizeof *ts_commands);
