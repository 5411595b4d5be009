/*
 * shells.c - completion for zsh and fish, from the table of commands.
 */
#include <string.h>

#include "sim/cli/help.h"

/* What is asked for a word of `complete` (command.h). */
static const struct {
    const char *word, *zsh, *fish;
} kinds[] = {
    {"scenario",
     "_files -g \"*.json(-.)\"; compadd -- "
     "${(f)\"$(timeslice list scenarios --names 2>/dev/null)\"}",
     "(timeslice list scenarios --names 2>/dev/null)"},
    {"database", "_files -g \"*.db(-.)\"", NULL},
    {"picture",
     "compadd -- ${(f)\"$(timeslice list plots --names 2>/dev/null)\"}",
     "(timeslice list plots --names 2>/dev/null)"},
    {"registry", "compadd -- ${(f)\"$(timeslice list --names 2>/dev/null)\"}",
     "(timeslice list --names 2>/dev/null)"},
    {"policy",
     "compadd -- ${(f)\"$(timeslice list policies --names 2>/dev/null)\"}",
     "(timeslice list policies --names 2>/dev/null)"},
    {"exercise",
     "compadd -- ${(f)\"$(timeslice list exercises --names 2>/dev/null)\"}",
     "(timeslice list exercises --names 2>/dev/null)"},
    {"command",
     "compadd -- ${(f)\"$(timeslice list commands --names 2>/dev/null)\"}",
     "(timeslice list commands --names 2>/dev/null)"},
};

enum { KINDS = sizeof kinds / sizeof *kinds };

static bool takes_file(const ts_option *option)
{
    return option->argument != NULL && (strcmp(option->argument, "FILE") == 0 ||
                                        strcmp(option->argument, "DIR") == 0);
}

/* Text between single quotes, where `special` are escaped with a backslash. */
static void quoted(FILE *out, const char *text, const char *special,
                   const char *quote)
{
    for (; *text != '\0'; text++) {
        if (*text == '\'')
            fputs(quote, out);
        else if (strchr(special, *text) != NULL)
            fprintf(out, "\\%c", *text);
        else
            fputc(*text, out);
    }
}

static void zsh_option(FILE *out, const ts_option *option)
{
    fprintf(out, "            '%s--%s%s[", option->repeat ? "*" : "",
            option->name, option->argument != NULL ? "=" : "");
    quoted(out, option->help, "[]:\\", "'\\''");
    fputc(']', out);
    if (option->argument != NULL)
        fprintf(out, ":%s:%s", option->argument,
                takes_file(option) ? "_files" : "");
    fputs("' \\\n", out);
}

static void zsh_words(FILE *out, const ts_command *command)
{
    fputs("            '*:word:{", out);
    for (int i = 0; i < KINDS; i++)
        if (ts_help_has_word(command->complete, kinds[i].word))
            fprintf(out, "%s; ", kinds[i].zsh);
    fputs("}'\n        ;;\n", out);
}

void ts_help_zsh(FILE *out)
{
    fputs("#compdef timeslice\n"
          "# zsh completion for timeslice, made by `timeslice completion "
          "zsh`\n"
          "_timeslice() {\n"
          "    local -a commands=(\n",
          out);
    for (int i = 0; i < ts_command_count; i++) {
        if (ts_commands[i]->hidden)
            continue;
        fprintf(out, "        '%s:", ts_commands[i]->name);
        quoted(out, ts_commands[i]->summary, ":", "'\\''");
        fputs("'\n", out);
    }
    fputs("    )\n"
          "    if (( CURRENT == 2 )); then\n"
          "        _describe command commands\n"
          "        return\n"
          "    fi\n"
          "    local command=$words[2]\n"
          "    shift words\n"
          "    (( CURRENT-- ))\n"
          "    case $command in\n",
          out);
    for (int i = 0; i < ts_command_count; i++) {
        const ts_command *command = ts_commands[i];

        if (command->hidden)
            continue;
        fprintf(out,
                "    %s)\n        _arguments '--help[how it is used]' \\\n"
                "            '--color=[colour]:when:(auto always never)' \\\n",
                command->name);
        for (int j = 0; j < command->option_count; j++)
            zsh_option(out, &command->options[j]);
        zsh_words(out, command);
    }
    fputs("    esac\n}\n_timeslice \"$@\"\n", out);
}

static void fish_option(FILE *out, const char *command, const ts_option *option)
{
    fprintf(out, "complete -c timeslice -n '__fish_seen_subcommand_from %s' ",
            command);
    fprintf(out, "-l %s", option->name);
    if (option->letter != 0)
        fprintf(out, " -s %c", option->letter);
    if (option->argument != NULL)
        fputs(takes_file(option) ? " -rF" : " -x", out);
    fputs(" -d '", out);
    quoted(out, option->help, "\\", "\\'");
    fputs("'\n", out);
}

void ts_help_fish(FILE *out)
{
    fputs("# fish completion for timeslice, made by `timeslice completion "
          "fish`\n"
          "complete -c timeslice -n __fish_use_subcommand -l version -d "
          "'which one it is'\n"
          "complete -c timeslice -l help -s h -d 'how it is used'\n"
          "complete -c timeslice -l color -x -a 'auto always never' -d "
          "colour\n",
          out);
    for (int i = 0; i < ts_command_count; i++) {
        const ts_command *command = ts_commands[i];

        if (command->hidden)
            continue;
        fprintf(out,
                "complete -c timeslice -f -n __fish_use_subcommand -a %s -d '",
                command->name);
        quoted(out, command->summary, "\\", "\\'");
        fputs("'\n", out);
        for (int j = 0; j < command->option_count; j++)
            fish_option(out, command->name, &command->options[j]);
        for (int j = 0; j < KINDS; j++)
            if (kinds[j].fish != NULL &&
                ts_help_has_word(command->complete, kinds[j].word))
                fprintf(out,
                        "complete -c timeslice -n '__fish_seen_subcommand_from "
                        "%s' -a '%s'\n",
                        command->name, kinds[j].fish);
    }
}
