/*
 * help.c - what is written from the table of commands.
 */
#include "sim/cli/help.h"

#include <string.h>

#include "sim/scenario/escape.h"
#include "timeslice/timeslice.h"

/* The statuses of command.h, for people. */
static const char *const statuses[][2] = {
    {"0", "all is well"},
    {"1", "an expectation failed"},
    {"2", "wrong words on the command line, or a scenario that cannot run"},
    {"3", "a file or the database could not be read or written"},
    {"4", "two runs that must be equal are not"},
    {"5", "a run came to a limit (--max-events and the like) and was given up"},
    {"130, 143", "ended by Ctrl-C or SIGTERM; finished runs are kept"},
};

static const char *const common[][2] = {
    {"--color WHEN", "auto, always or never; auto is on a terminal"},
    {"-h, --help", "how the command is used"},
};

/* Variables of the environment. */
static const char *const variables[][2] = {
    {"TIMESLICE_DATA", "where scenarios/, scenarios/profiles/ and plots/ are"},
    {"NO_COLOR", "no colours, whatever the terminal; as --color=never"},
    {"CLICOLOR_FORCE", "colours, whatever the output; as --color=always"},
    {"GITHUB_ACTIONS", "errors are also written as ::error annotations"},
};

static int widest_name(void)
{
    int widest = 0;

    for (int i = 0; i < ts_command_count; i++)
        if (!ts_commands[i]->hidden &&
            (int)strlen(ts_commands[i]->name) > widest)
            widest = (int)strlen(ts_commands[i]->name);
    return widest;
}

void ts_help_overview(FILE *out)
{
    int width = widest_name();

    fprintf(out,
            "timeslice - simulates scheduling and I/O on computers that you "
            "describe,\nand gives the same answer everywhere\n"
            "\n"
            "Usage: timeslice COMMAND [OPTIONS] [WORDS]\n"
            "       timeslice --help | --version\n"
            "\nCommands:\n");
    for (int i = 0; i < ts_command_count; i++)
        if (!ts_commands[i]->hidden)
            fprintf(out, "  %-*s  %s\n", width, ts_commands[i]->name,
                    ts_commands[i]->summary);
    fprintf(out, "\n`timeslice help COMMAND` tells more and gives an "
                 "example.\n"
                 "\nTo begin with:\n"
                 "  timeslice run slices                  a scenario that "
                 "comes with it\n"
                 "  timeslice try rr 24 3 3 --slice 4     an exercise\n"
                 "  timeslice new policies > mine.json    one to be changed\n"
                 "  timeslice list scenarios              the others\n");
}

/* "-o, --out DIR" without padding; returns its length. */
static int option_words(char *buffer, size_t size, const ts_option *o)
{
    int n = 0;

    if (o->letter != 0)
        n += snprintf(buffer, size, "-%c, ", o->letter);
    else
        n += snprintf(buffer, size, "    ");
    n += snprintf(buffer + n, size - (size_t)n, "--%s", o->name);
    if (o->argument != NULL)
        n += snprintf(buffer + n, size - (size_t)n, " %s", o->argument);
    return n;
}

void ts_help_wrapped(FILE *out, const char *text, int indent)
{
    int column = indent;

    while (*text != '\0') {
        int word = (int)strcspn(text, " \n");

        if (column > indent && column + 1 + word > 78) {
            fprintf(out, "\n%*s", indent, "");
            column = indent;
        } else if (column > indent) {
            fputc(' ', out);
            column++;
        }
        /* It may come to stand at the beginning of a line, where somebody
         * else's could be a command to GitHub. */
        ts_escape_part(out, TS_ESCAPE_LINE, text, (size_t)word);
        column += word;
        text += word;
        if (*text == '\n') {
            fprintf(out, "\n%*s", text[1] == '\n' ? 0 : indent, "");
            column = indent;
            text++;
        } else {
            text += strspn(text, " ");
        }
    }
    fputc('\n', out);
}

static void example(FILE *out, const char *lines, const char *before)
{
    while (*lines != '\0') {
        int length = (int)strcspn(lines, "\n");

        fprintf(out, "%s%.*s\n", before, length, lines);
        lines += length;
        lines += *lines == '\n';
    }
}

static void options(FILE *out, const ts_command *command)
{
    char words[128];
    int widest = (int)strlen("    --color WHEN");

    for (int i = 0; i < command->option_count; i++) {
        int n = option_words(words, sizeof words, &command->options[i]);

        widest = n > widest ? n : widest;
    }
    fputs("\nOptions:\n", out);
    for (int i = 0; i < command->option_count; i++) {
        option_words(words, sizeof words, &command->options[i]);
        fprintf(out, "  %-*s  ", widest, words);
        ts_help_wrapped(out, command->options[i].help, widest + 4);
    }
    fprintf(out, "  %-*s  auto, always or never (auto: on a terminal)\n",
            widest, "    --color WHEN");
    fprintf(out, "  %-*s  this text\n", widest, "-h, --help");
}

void ts_help_command(const ts_command *command, FILE *out)
{
    fprintf(out, "timeslice %s - %s\n\nUsage: timeslice %s%s%s%s\n\n",
            command->name, command->summary, command->name,
            command->option_count > 0 ? " [OPTIONS]" : "",
            command->arguments[0] != '\0' ? " " : "", command->arguments);
    ts_help_wrapped(out, command->about, 0);
    options(out, command);
    fputs("\nExample:\n", out);
    example(out, command->example, "  ");
}

/* --- the man page --- */

/* Text for roff: no line may begin with a dot, backslashes and hyphens are
 * escaped. */
static void roff(FILE *out, const char *text)
{
    bool start = true;

    for (; *text != '\0'; text++) {
        if (start && (*text == '.' || *text == '\''))
            fputs("\\&", out);
        if (*text == '\n' && text[1] == '\n') {
            fputs("\n.PP", out);
            continue;
        }
        if (*text == '\\')
            fputs("\\e", out);
        else if (*text == '-')
            fputs("\\-", out);
        else
            fputc(*text, out);
        start = *text == '\n';
    }
}

static void man_command(FILE *out, const ts_command *command)
{
    fprintf(out, ".SS timeslice %s %s\n", command->name, command->arguments);
    roff(out, command->about);
    fputc('\n', out);
    for (int i = 0; i < command->option_count; i++) {
        const ts_option *o = &command->options[i];

        fputs(".TP\n", out);
        if (o->letter != 0)
            fprintf(out, "\\fB\\-%c\\fR, ", o->letter);
        fputs("\\fB\\-\\-", out);
        roff(out, o->name);
        fprintf(out, "\\fR%s%s\n", o->argument != NULL ? " " : "",
                o->argument != NULL ? o->argument : "");
        roff(out, o->help);
        fputc('\n', out);
    }
    fputs(".PP\nExample:\n.PP\n.nf\n", out);
    roff(out, command->example);
    fputs("\n.fi\n", out);
}

static void man_list(FILE *out, const char *title,
                     const char *const (*pairs)[2], size_t count)
{
    fprintf(out, ".SH %s\n", title);
    for (size_t i = 0; i < count; i++) {
        fprintf(out, ".TP\n\\fB%s\\fR\n", pairs[i][0]);
        roff(out, pairs[i][1]);
        fputc('\n', out);
    }
}

void ts_help_man(FILE *out)
{
    fprintf(out,
            ".TH TIMESLICE 1 \"\" \"timeslice %s\" \"User Commands\"\n"
            ".SH NAME\n"
            "timeslice \\- a simulator of scheduling and I/O: a laboratory for "
            "time on computers\n"
            ".SH SYNOPSIS\n"
            "\\fBtimeslice\\fR \\fICOMMAND\\fR [\\fIOPTIONS\\fR] "
            "[\\fIWORDS\\fR]\n"
            ".br\n"
            "\\fBtimeslice\\fR \\fB\\-\\-help\\fR | \\fB\\-\\-version\\fR\n"
            ".SH DESCRIPTION\n"
            "timeslice plays a computer that is described in JSON out on a\n"
            "simulated clock, keeps what happened in SQLite, and draws it.\n"
            "The result goes to standard output, all else to standard\n"
            "error.\n"
            ".SH COMMANDS\n",
            ts_version());
    for (int i = 0; i < ts_command_count; i++)
        if (!ts_commands[i]->hidden)
            man_command(out, ts_commands[i]);
    man_list(out, "OPTIONS OF ALL COMMANDS", common,
             sizeof common / sizeof *common);
    man_list(out, "EXIT STATUS", statuses, sizeof statuses / sizeof *statuses);
    man_list(out, "ENVIRONMENT", variables,
             sizeof variables / sizeof *variables);
}

/* --- completion for bash --- */

/* How the words of a command are completed, by the words of `complete` in its
 * table. */
static const char *const completions[][2] = {
    {"scenario", "COMPREPLY+=($(compgen -f -X '!*.json' -- \"$word\") "
                 "$(compgen -d -- \"$word\") $(compgen -W \"$(timeslice "
                 "list scenarios --names 2>/dev/null)\" -- \"$word\"))"},
    {"database", "COMPREPLY+=($(compgen -f -X '!*.db' -- \"$word\") "
                 "$(compgen -d -- \"$word\"))"},
    {"picture", "COMPREPLY+=($(compgen -W \"$(timeslice list plots --names "
                "2>/dev/null)\" -- \"$word\"))"},
    {"registry", "COMPREPLY+=($(compgen -W \"$(timeslice list --names "
                 "2>/dev/null)\" -- \"$word\"))"},
    {"exercise", "COMPREPLY+=($(compgen -W \"$(timeslice list exercises "
                 "--names 2>/dev/null)\" -- \"$word\"))"},
    {"command", "COMPREPLY+=($(compgen -W \"$commands\" -- \"$word\"))"},
    {"policy", "COMPREPLY+=($(compgen -W \"$(timeslice list policies --names "
               "2>/dev/null)\" -- \"$word\"))"},
};

bool ts_help_has_word(const char *words, const char *word)
{
    size_t length = strlen(word);

    while (words != NULL && *words != '\0') {
        size_t n = strcspn(words, " ");

        if (n == length && strncmp(words, word, n) == 0)
            return true;
        words += n + strspn(words + n, " ");
    }
    return false;
}

static void bash_case(FILE *out, const ts_command *command)
{
    fprintf(out, "    %s)\n        options=\"--help --color", command->name);
    for (int i = 0; i < command->option_count; i++)
        fprintf(out, " --%s", command->options[i].name);
    fputs("\"\n        files=\"", out);
    for (int i = 0; i < command->option_count; i++) {
        const ts_option *o = &command->options[i];

        if (o->argument == NULL || (strcmp(o->argument, "FILE") != 0 &&
                                    strcmp(o->argument, "DIR") != 0))
            continue;
        fprintf(out, " --%s", o->name);
        if (o->letter != 0)
            fprintf(out, " -%c", o->letter);
    }
    fputs(" \"\n", out);
    for (size_t i = 0; i < sizeof completions / sizeof *completions; i++)
        if (ts_help_has_word(command->complete, completions[i][0]))
            fprintf(out, "        [[ $word == -* ]] || %s\n",
                    completions[i][1]);
    fputs("        ;;\n", out);
}

void ts_help_bash(FILE *out)
{
    fputs("# bash completion for timeslice, made by `timeslice completion "
          "bash`\n"
          "_timeslice() {\n"
          "    local word=${COMP_WORDS[COMP_CWORD]} options= files=\n"
          "    local commands=\"",
          out);
    for (int i = 0; i < ts_command_count; i++)
        if (!ts_commands[i]->hidden)
            fprintf(out, "%s%s", i > 0 ? " " : "", ts_commands[i]->name);
    fputs("\"\n"
          "    COMPREPLY=()\n"
          "    if [[ $COMP_CWORD -eq 1 ]]; then\n"
          "        COMPREPLY=($(compgen -W \"$commands --help --version\" "
          "-- \"$word\"))\n"
          "        return\n"
          "    fi\n"
          "    case ${COMP_WORDS[1]} in\n",
          out);
    for (int i = 0; i < ts_command_count; i++)
        if (!ts_commands[i]->hidden)
            bash_case(out, ts_commands[i]);
    fputs("    esac\n"
          "    # The argument of an option is a file, whatever the words are.\n"
          "    if [[ $files == *\" ${COMP_WORDS[COMP_CWORD-1]} \"* ]]; then\n"
          "        COMPREPLY=($(compgen -f -- \"$word\"))\n"
          "        return\n"
          "    fi\n"
          "    [[ $word != -* ]] || COMPREPLY+=($(compgen -W \"$options\" "
          "-- \"$word\"))\n"
          "}\n"
          "complete -o filenames -F _timeslice timeslice\n",
          out);
}
