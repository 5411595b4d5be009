/*
 * validity.h - what the validation of a trace (`run --validate`) finds, told.
 */
#ifndef TS_CLI_VALIDITY_H
#define TS_CLI_VALIDITY_H

#include "sim/cli/command.h"
#include "sim/report/report.h"

/* false: the run's trace contradicts itself, as an error has told. A trace that
 * is not whole is a warning. With `shown`, tells what was looked at and what
 * could not be. */
bool ts_cli_validate(const char *file, const ts_report *report, bool shown);

#endif
