/*
 * options.c - from words to a command with its values.
 */
#include "sim/cli/options.h"

#include <errno.h>
#include <getopt.h>
#include <stdlib.h>
#include <string.h>

#include "timeslice/timeslice.h"
#include "sim/cli/files.h"
#include "sim/cli/help.h"
#include "sim/cli/ink.h"
#include "sim/scenario/reader.h"

/* Ends each argument of a repeated option: a character that no command line
 * and no JSON text holds. */
#define SEPARATOR '\x1e'

/* What the parser works on. */
typedef struct parse {
    const ts_command *command;
    struct option options[TS_OPTIONS_MAX + 3];
    char letters[2 * TS_OPTIONS_MAX + 3];
    const char *values[TS_OPTIONS_MAX];
    char *joined[TS_OPTIONS_MAX]; /* owned: of options that repeat */
    bool help;
} parse;

enum { LONG_BASE = 256, HELP = LONG_BASE + TS_OPTIONS_MAX, COLOR };

const ts_command *ts_command_find(const char *name)
{
    for (int i = 0; i < ts_command_count; i++)
        if (strcmp(ts_commands[i]->name, name) == 0)
            return ts_commands[i];
    return NULL;
}

static int unknown_command(const char *word)
{
    const char *names[64];
    int count = 0;
    const char *nearest;

    for (int i = 0; i < ts_command_count && count < 64; i++)
        names[count++] = ts_commands[i]->name;
    nearest = ts_nearest(word, names, count);
    if (nearest != NULL)
        return ts_cli_fail(TS_EXIT_USAGE,
                           "there is no command \"%s\"; did you mean \"%s\"?",
                           word, nearest);
    return ts_cli_fail(TS_EXIT_USAGE,
                       "there is no command \"%s\"; `timeslice help` lists "
                       "them",
                       word);
}

static void lay_out(parse *p)
{
    char *letter = p->letters;
    int count = p->command->option_count;

    /* ':' first: getopt then tells a missing argument from a wrong option. */
    *letter++ = ':';
    *letter++ = 'h';
    for (int i = 0; i < count; i++) {
        const ts_option *o = &p->command->options[i];

        p->options[i] = (struct option){
            .name = o->name,
            .has_arg = o->argument != NULL ? required_argument : no_argument,
            .val = LONG_BASE + i,
        };
        if (o->letter == 0)
            continue;
        *letter++ = o->letter;
        if (o->argument != NULL)
            *letter++ = ':';
    }
    p->options[count] = (struct option){.name = "help", .val = HELP};
    p->options[count + 1] = (struct option){.name = "color",
                                            .has_arg = required_argument,
                                            .val = COLOR};
    *letter = '\0';
}

/* The option's place in the table; -1: none of the table's. */
static int option_index(const ts_command *command, int found)
{
    if (found >= LONG_BASE && found < LONG_BASE + command->option_count)
        return found - LONG_BASE;
    for (int i = 0; i < command->option_count; i++)
        if (command->options[i].letter == found)
            return i;
    return -1;
}

static int unknown_option(const parse *p, const char *word)
{
    const char *names[TS_OPTIONS_MAX + 2];
    int count = 0;
    char name[128];
    const char *nearest = NULL;

    if (strncmp(word, "--", 2) == 0) {
        for (int i = 0; i < p->command->option_count; i++)
            names[count++] = p->command->options[i].name;
        names[count++] = "help";
        names[count++] = "color";
        snprintf(name, sizeof name, "%.*s", (int)strcspn(word + 2, "="),
                 word + 2);
        nearest = ts_nearest(name, names, count);
    }
    if (nearest != NULL)
        return ts_cli_fail(TS_EXIT_USAGE,
                           "%s has no option %.*s; did you mean --%s?",
                           p->command->name, (int)strcspn(word, "="), word,
                           nearest);
    return ts_cli_fail(TS_EXIT_USAGE,
                       "%s has no option %s; `timeslice help %s` lists them",
                       p->command->name, word, p->command->name);
}

static int complain(const parse *p, int found, char **argv)
{
    char letter[3] = {'-', (char)optopt, '\0'};
    int index;

    /* 0 for an unknown long option, its value for one with a wrong argument,
     * a character for a short one. */
    if (optopt == 0)
        return unknown_option(p, argv[optind - 1]);
    if (optopt == COLOR)
        return ts_cli_fail(TS_EXIT_USAGE,
                           "--color takes auto, always or never");
    index = option_index(p->command, optopt);
    if (index < 0)
        return unknown_option(p, optopt == HELP ? argv[optind - 1] : letter);
    if (found == ':')
        return ts_cli_fail(TS_EXIT_USAGE, "--%s takes an argument: --%s %s",
                           p->command->options[index].name,
                           p->command->options[index].name,
                           p->command->options[index].argument);
    return ts_cli_fail(TS_EXIT_USAGE, "--%s takes no argument",
                       p->command->options[index].name);
}

static bool take(parse *p, int index, const char *argument)
{
    const ts_option *o = &p->command->options[index];
    const char *text = argument != NULL ? argument : "";
    size_t before, more;
    char *joined;

    if (!o->repeat) {
        p->values[index] = text;
        return true;
    }
    before = p->joined[index] != NULL ? strlen(p->joined[index]) : 0;
    more = strlen(text);
    joined = realloc(p->joined[index], before + more + 2);
    if (joined == NULL)
        return false;
    memcpy(joined + before, text, more);
    joined[before + more] = SEPARATOR;
    joined[before + more + 1] = '\0';
    p->joined[index] = joined;
    p->values[index] = joined;
    return true;
}

/* TS_EXIT_OK, or the status to end with. */
static int parse_options(parse *p, int argc, char **argv)
{
    int found;

    optind = 0; /* GNU: start afresh */
    opterr = 0;
    while ((found = getopt_long(argc, argv, p->letters, p->options, NULL)) !=
           -1) {
        if (found == 'h' || found == HELP) {
            p->help = true;
            return TS_EXIT_OK;
        }
        if (found == COLOR) {
            if (!ts_ink_choose(optarg))
                return ts_cli_fail(TS_EXIT_USAGE,
                                   "--color %s: takes auto, always or never",
                                   optarg);
            continue;
        }
        if (optarg != NULL && optarg[0] == '\0' && found != '?') {
            optopt = found;
            found = ':';
        }
        if (found == '?' || found == ':')
            return complain(p, found, argv);
        if (!take(p, option_index(p->command, found), optarg))
            return ts_cli_fail(TS_EXIT_IO, "out of memory");
    }
    return TS_EXIT_OK;
}

static int run_command(const ts_command *command, int argc, char **argv)
{
    parse p = {.command = command};
    int status;

    lay_out(&p);
    status = parse_options(&p, argc, argv);
    if (status == TS_EXIT_OK && p.help) {
        ts_help_command(command, stdout);
    } else if (status == TS_EXIT_OK) {
        /* The command sees its name and its words. */
        argv[optind - 1] = argv[0];
        argv += optind - 1;
        argc -= optind - 1;
        status = ts_files_check(command, p.values, argv + 1, argc - 1);
        if (status == TS_EXIT_OK)
            status = command->run(argc, argv, p.values);
    }
    for (int i = 0; i < command->option_count; i++)
        free(p.joined[i]);
    return status;
}

/* A full disk or a closed pipe must not pass for success. */
static int flush_output(int status)
{
    if (fflush(stdout) == 0 && !ferror(stdout))
        return status;
    if (errno == EPIPE)
        return status;
    return ts_cli_fail(TS_EXIT_IO, "could not write the output: %s",
                       strerror(errno));
}

int ts_cli_main(int argc, char **argv)
{
    const ts_command *command;

    if (argc < 2) {
        ts_help_overview(stderr);
        return TS_EXIT_USAGE;
    }
    if (strcmp(argv[1], "--version") == 0 || strcmp(argv[1], "-V") == 0) {
        ts_cli_version(stdout);
        return flush_output(TS_EXIT_OK);
    }
    if (strcmp(argv[1], "--help") == 0 || strcmp(argv[1], "-h") == 0) {
        ts_help_overview(stdout);
        return flush_output(TS_EXIT_OK);
    }
    command = ts_command_find(argv[1]);
    if (command == NULL && argv[1][0] == '-')
        return ts_cli_fail(TS_EXIT_USAGE,
                           "options follow a command; %s stands alone and is "
                           "none of --help and --version",
                           argv[1]);
    if (command == NULL)
        return unknown_command(argv[1]);
    return flush_output(run_command(command, argc - 1, argv + 1));
}

bool ts_option_each(const char *value,
                    bool (*each)(void *context, const char *text),
                    void *context)
{
    bool all = true;

    while (all && value != NULL && *value != '\0') {
        const char *end = strchr(value, SEPARATOR);
        char *text = strndup(value, (size_t)(end - value));

        if (text == NULL)
            return false;
        all = each(context, text);
        free(text);
        value = end + 1;
    }
    return all;
}

bool ts_option_whole(const char *text, uint64_t low, uint64_t high,
                     uint64_t *number)
{
    char *end;
    unsigned long long parsed;

    if (text[0] < '0' || text[0] > '9')
        return false;
    errno = 0;
    parsed =
        strtoull(text, &end, text[0] == '0' && (text[1] | 32) == 'x' ? 16 : 10);
    if (errno != 0 || *end != '\0' || parsed < low || parsed > high)
        return false;
    *number = parsed;
    return true;
}
