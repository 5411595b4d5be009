/*
 * schedules.h - what the families of schedules have in common: a list of jobs,
 * what became of each, and who had a processor from when to when.
 *
 * Jobs have ids, numbers or text; in scenarios they are j0, j1 ... in the
 * order of the list.
 */
#ifndef TESTS_CASES_SCHEDULES_H
#define TESTS_CASES_SCHEDULES_H

#include "harness.h"

/* The unit of the case, and how a scenario begins. */
void say_head(family *f);
/* A comma where `n` others stand before. */
const char *comma(int n);
/* "name": [1, 2, 3], the numbers of a list as times or as they are. */
void say_times(family *f, const char *name, const cJSON *list);
void say_wholes(family *f, const char *name, const cJSON *list);
/* What makes whole numbers of the weights of all rows, of which only the
 * proportions matter: 2 for 0.5 and 3. */
double whole_weights(family *f, const cJSON *rows);
/* The jobs as threads that each run once. */
void say_jobs(family *f, const cJSON *jobs);

/* The place in the list of the job with that id; fails the case and gives -1
 * if there is none. */
int job_number(family *f, const cJSON *jobs, const cJSON *id);
int job_called(family *f, const cJSON *jobs, const char *id);
/* The thread of job `n`. */
bool job_times(family *f, int n, ts_thread_times *t);
/* The number of the job that has the stretch. */
int owner(family *f, const ts_stretch *stretch);

/* A timeline of rows [id, from, to ...] is what `place` did: neighbours of one
 * job are one, and a row whose id is null is idle time between the others. The
 * times stand at `at`, and `shift` is added to the first. Without `jobs` an id
 * is a place in the list. */
void expect_rows(family *f, const char *place, const cJSON *jobs,
                 const cJSON *expected, int at, double shift);

/* "response", "turnaround", "wait", "finish", "normalized_turnaround" ... of
 * every row of `expected`, and their means in whatever form the case has. */
void expect_jobs(family *f, const cJSON *jobs, const cJSON *expected);
/* One mean: avg.NAME, avg_exact.NAME, printed_avg.NAME, avg_NAME and
 * avg_NAME_exact. */
void expect_mean(family *f, const char *name, int64_t sum_ps, int64_t n);
/* A share of the run's time is `units` long. */
void expect_busy(family *f, const char *what, double units, const char *share);
/* `key` of expected, where there is one, is a time of the run. */
void expect_end(family *f, const char *key, const char *name);

#endif
