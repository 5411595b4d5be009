/*
 * command.h - one table of subcommands; help, completion and the man page are
 * made from it.
 */
#ifndef TS_CLI_COMMAND_H
#define TS_CLI_COMMAND_H

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>

/* Exit statuses, as documented in the README and the man page. A command that
 * a signal ended has 128 + the signal's number: 130, 143. */
enum {
    TS_EXIT_OK = 0,
    TS_EXIT_EXPECTATION = 1, /* an expectation failed */
    TS_EXIT_USAGE = 2,       /* wrong words, or a scenario that cannot run */
    TS_EXIT_IO = 3,          /* a file or the database */
    TS_EXIT_DIFFERENT = 4,   /* two runs that must be equal are not */
    TS_EXIT_LIMIT = 5        /* a run came to a limit and was given up */
};

/* One option of a command, parsed with getopt_long. */
typedef struct ts_option {
    const char *name;     /* long: "db" */
    char letter;          /* short: 'd', or 0 */
    bool repeat;          /* may be given more than once */
    bool written;         /* its argument is a file, or a directory for files,
                             that is written: see files.h */
    const char *argument; /* "FILE", or NULL: a switch */
    const char *help;
} ts_option;

typedef struct ts_command {
    const char *name;
    const char *arguments; /* "FILE..." */
    const char *summary;   /* one line */
    const char *about;     /* a few paragraphs */
    const char *example;   /* one or more lines that work as they stand */
    const ts_option *options;
    int option_count;
    const char *complete; /* what its words are, for completion: some of
                             "scenario", "database", "picture", "registry",
                             "policy", "exercise" and "command", with a space
                             between */
    bool reads_words;     /* they name files that are read */
    bool hidden;          /* not in the overview */
    /* argv[0] is the command's name; options are already parsed into
     * `values` (NULL: not given; "" for a switch; one that repeats: all its
     * arguments, see ts_option_each()) in the order of the table, the
     * words follow in argv. */
    int (*run)(int argc, char **argv, const char *const *values);
} ts_command;

extern const ts_command *const ts_commands[];
extern const int ts_command_count;
const ts_command *ts_command_find(const char *name);

/* Whether `stream` is a terminal on which colour and progress are welcome
 * (NO_COLOR, CLICOLOR_FORCE and TERM=dumb are honoured). */
bool ts_cli_colour(FILE *stream);
bool ts_cli_terminal(FILE *stream);
/* "timeslice: " and the message on stderr; returns `status`. */
int ts_cli_fail(int status, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
/* Where scenarios, profiles and plot scripts are: TIMESLICE_DATA, or what is
 * found from where the program is: the share directory it was installed with, or
 * the source tree. Never NULL. */
const char *ts_cli_data(void);
/* The page that `timeslice page` fills in: beside the data where it was
 * installed, else in the build tree of the program. NULL: it was not built. */
const char *ts_cli_page(void);
/* The folders of the plot scripts and of the profiles below it. */
const char *ts_cli_plots(void);
const char *ts_cli_profiles(void);

#endif
