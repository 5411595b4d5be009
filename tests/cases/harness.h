/*
 * harness.h - reference cases, played through the public interface.
 *
 * A family is a file of cases in tests/cases/ as it was published to us: its
 * rules, inputs and expected numbers are data and are not edited. A test turns
 * each case's inputs into a scenario (text), plays it, and compares. Nothing
 * here knows a model.
 *
 *   static void play_case(family *f)
 *   {
 *       say(f, "{...}");           how the case in hand becomes a scenario
 *       if (play(f))
 *           expect_...(f, ...);    what of it is compared
 *   }
 *   failed += family_run("scheduling/ostep_rr", play_case);
 */
#ifndef TESTS_CASES_HARNESS_H
#define TESTS_CASES_HARNESS_H

#include <cjson/cJSON.h>
#include <stdbool.h>
#include <stdint.h>

#include "timeslice/timeslice.h"

typedef struct family {
    const char *name;   /* "scheduling/ostep_rr" */
    cJSON *root;        /* the whole file */
    int count;          /* cases in it */
    int passed, failed; /* cases */
    /* the case in hand */
    int index;
    const cJSON *item, *inputs, *expected;
    const char *label;
    bool wrong; /* something of it failed */
    char *text; /* the scenario */
    size_t length, room;
    ts_result *result;
} family;

/* Plays every case of tests/cases/NAME.json with `play_case`, prints the
 * family's row of the table (name, cases, passed) and returns how many cases
 * failed. Ends the program with a message if there is no such file. */
int family_run(const char *name, void (*play_case)(family *f));
/* The same means for parameters that no case has: between the two, say what
 * there is to say. family_end() returns whether all of it held. */
family *family_begin(const char *label);
bool family_end(family *f);

/* Appends to the scenario. */
void say(family *f, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
/* Starts the scenario again, for a case that needs several runs. */
void fresh(family *f);
/* Plays what was said, with trace; a scenario that is refused fails the case
 * and is printed. */
bool play(family *f);
/* The same without trace and with another seed. */
bool play_seed(family *f, uint64_t seed);
/* Marks the case as failed and says why (printed with family and case). */
void wrong(family *f, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Numbers of the case. A missing one fails the case and gives 0. */
double number(family *f, const cJSON *object, const char *key);
bool has(const cJSON *object, const char *key);

/* Times: scenarios made here use "unit": "1us", so that one unit of a case is
 * `UNIT` picoseconds and fractions have room. */
#define UNIT INT64_C(1000000)

/* actual (picoseconds) is exactly `units` units; `units` may be a fraction
 * with at most six decimals, or within 1e-9 where it has more. */
void expect_units(family *f, const char *what, double units, int64_t actual);
/* actual is "p/q" units exactly: sum of `n` times divided by n, say. */
void expect_rational(family *f, const char *what, const char *exact,
                     int64_t sum_ps, int64_t n);
void expect_count(family *f, const char *what, int64_t expected,
                  int64_t actual);
/* |actual - expected| <= max(rel * |expected|, abs). */
void expect_near(family *f, const char *what, double expected, double actual,
                 double rel, double abs);

/* The same with the tolerance that the case itself gives for `key` (or for
 * "*"); `what` may be `key` or say more. */
void expect_case(family *f, const char *key, const char *what, double expected,
                 double actual);
/* Element `i` of the list `key`; a missing one fails the case and gives 0. */
double element(family *f, const cJSON *object, const char *key, int i);
int length(const cJSON *object, const char *key);

/* What the played run says. A missing metric fails the case. */
double metric(family *f, const char *name, ...)
    __attribute__((format(printf, 2, 3)));
/* The thread of that task and job; fails the case when there is none. */
bool thread_of(family *f, const char *task, int64_t job, ts_thread_times *t);

/* One place's stretches of one kind, in order, neighbours of the same thread
 * merged. Returns how many; at most `room` are written. */
int timeline(family *f, const char *place, const char *kind,
             ts_stretch *stretches, int room);
/* The task that a thread's id belongs to. */
const char *task_of(family *f, int32_t id, int64_t *job);

#endif
