/*
 * help.h - what is written from the table of commands: help, man page,
 * completion.
 */
#ifndef TS_CLI_HELP_H
#define TS_CLI_HELP_H

#include "sim/cli/command.h"

void ts_help_overview(FILE *out);
void ts_help_command(const ts_command *command, FILE *out);
void ts_help_man(FILE *out);
void ts_help_bash(FILE *out);
/* Version, commit, compiler and libraries, a line each. */
void ts_cli_version(FILE *out);
void ts_help_zsh(FILE *out);
void ts_help_fish(FILE *out);
/* Whether `word` is one of the words of `words`, with blanks between; NULL: there
 * are none. */
bool ts_help_has_word(const char *words, const char *word);
/* `text` wrapped to 78 columns, its further lines indented by `indent`, where
 * the cursor stands; ends the line. */
void ts_help_wrapped(FILE *out, const char *text, int indent);

#endif
