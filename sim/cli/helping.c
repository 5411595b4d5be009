/*
 * helping.c - `timeslice help` and `timeslice completion`.
 */
#include <string.h>

#include "sim/cli/help.h"

static const ts_option help_options[] = {
    {.name = "man", .help = "the whole manual page, as roff"},
};

static int help(int argc, char **argv, const char *const *values)
{
    const ts_command *command;

    if (values[0] != NULL) {
        ts_help_man(stdout);
        return TS_EXIT_OK;
    }
    if (argc < 2) {
        ts_help_overview(stdout);
        return TS_EXIT_OK;
    }
    for (int i = 1; i < argc; i++) {
        command = ts_command_find(argv[i]);
        if (command == NULL)
            return ts_cli_fail(TS_EXIT_USAGE, "there is no command \"%s\"",
                               argv[i]);
        if (i > 1)
            putchar('\n');
        ts_help_command(command, stdout);
    }
    return TS_EXIT_OK;
}

const ts_command ts_command_help = {
    .name = "help",
    .arguments = "[COMMAND...]",
    .summary = "how a command is used, with an example",
    .about = "Says how a command is used; without a word, which commands there "
             "are.",
    .example = "timeslice help run",
    .options = help_options,
    .option_count = 1,
    .complete = "command",
    .run = help,
};

static int completion(int argc, char **argv, const char *const *values)
{
    static const struct {
        const char *shell;
        void (*write)(FILE *out);
    } shells[] = {{"bash", ts_help_bash},
                  {"zsh", ts_help_zsh},
                  {"fish", ts_help_fish}};

    (void)values;
    for (size_t i = 0; argc == 2 && i < sizeof shells / sizeof *shells; i++) {
        if (strcmp(argv[1], shells[i].shell) != 0)
            continue;
        shells[i].write(stdout);
        return TS_EXIT_OK;
    }
    return ts_cli_fail(TS_EXIT_USAGE,
                       "completion is made for bash, zsh and fish: `timeslice "
                       "completion bash`");
}

const ts_command ts_command_completion = {
    .name = "completion",
    .arguments = "bash|zsh|fish",
    .summary = "completion of the command line, for a shell",
    .about = "Writes a script that lets a shell complete commands, options and "
             "words. An installed timeslice has all three in place already.",
    .example = "timeslice completion bash > timeslice.bash",
    .run = completion,
};
