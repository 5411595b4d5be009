/*
 * compare_runs.h - two runs of the same jobs: the first decision that differs,
 * what came of it, and who gained or lost by it.
 */
#ifndef TS_CLI_COMPARE_RUNS_H
#define TS_CLI_COMPARE_RUNS_H

/* `databases` and the numbers of their runs, as text; where `directory` is not
 * NULL both, which are of one database then, are drawn there where they part.
 * Returns the exit status: 0 when every turn is the same, 1 when not. */
int ts_compare_runs(const char *const databases[2],
                    const char *const numbers[2], const char *directory);

#endif
