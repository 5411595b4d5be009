/*
 * summary.h - a run on the terminal: its title, what it measured, whether it
 * bore its expectations out.
 */
#ifndef TS_CLI_SUMMARY_H
#define TS_CLI_SUMMARY_H

#include "sim/cli/command.h"
#include "sim/sweep/point.h"

/* Title and question. */
void ts_summary_title(const ts_root *root, FILE *out);
/* The metrics that matter, one a line, and a table of the kinds of threads.
 * false: memory had no room for all of it. */
TS_MUST_USE
bool ts_summary_metrics(const ts_point_run *run, FILE *out, ts_error *error);
/* The threads that it waited for in vain, a line each. */
void ts_summary_unfinished(const ts_report *report, FILE *out);
/* The conventions it followed: all of them, or in a line. */
void ts_summary_conventions(const ts_report *report, bool all, FILE *out);
/* Which point of a sweep it is, in a line; nothing for a single run. */
void ts_summary_point(const ts_run_facts *facts, FILE *out);
/* One line a verdict; only those that fail when `failures` is set. Returns
 * how many fail. */
int ts_summary_verdicts(const ts_run_facts *facts, bool failures, FILE *out);
/* The reasons for decisions, one a line. */
void ts_summary_notes(const ts_report *report, FILE *out);

#endif
