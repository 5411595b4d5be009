/*
 * scenario.h - what all commands that read scenarios do alike.
 */
#ifndef TS_CLI_SCENARIO_H
#define TS_CLI_SCENARIO_H

#include "sim/cli/command.h"
#include "sim/scenario/reader.h"
#include "sim/sweep/point.h"

/* Opens a scenario ("-": standard input), with profiles from the data
 * directory, and sets the values of --set ("/pointer=value", a repeated
 * option; NULL: none). NULL when something is wrong: it has been printed, and
 * *status is what to end with. Freed with ts_document_free(). */
ts_document *ts_cli_open(const char *file, const char *settings, int *status);

/* The same of a document as a database keeps it, with profiles put in: `name`
 * stands in messages. */
ts_document *ts_cli_parse(const char *name, const char *text,
                          const char *settings, int *status);

/* The file that a word names: a path, or, where there is no such file, the
 * scenario of that name that comes with the program, whose path is written to
 * `path`. */
const char *ts_cli_locate(const char *word, char *path, size_t size);

/* The policy of that name, or of one that textbooks have for it ("RR", "STCF");
 * NULL: there is none, and that has been said. */
const struct ts_entry *ts_cli_policy(const char *name);

/* Prints diagnostics and, when there is one, an error about `file` to standard
 * error, as annotations too where a workflow of GitHub reads along; ends the
 * diagnostics. Returns TS_EXIT_USAGE, or TS_EXIT_IO when it was memory that
 * failed. */
int ts_cli_complain(const char *file, ts_diagnostics *diagnostics,
                    const ts_error *error);

/* "::error file=...,line=...::..." on standard error, under GITHUB_ACTIONS. */
void ts_cli_annotate(const char *file, int line, int column, const char *path,
                     const char *message);

/* Says on standard error what a run warns of, which for a scenario is done a few
 * times: `count` are those so far. false: it was not said. */
bool ts_cli_warn(const char *file, const char *text, int64_t *count);

/* Says on standard error which expectations a narrowed sweep leaves out. */
void ts_cli_say_skipped(const char *file, const ts_points *points);

/* The worse of two exit statuses. */
int ts_cli_worse(int a, int b);

#endif
