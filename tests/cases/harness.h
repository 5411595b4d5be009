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
 *   failed += family_play("scheduling/ostep_rr", play_case, NULL);
 *
 * Four variables of the environment make more of the same programs:
 *
 *   TS_CASES=FOLDER   the cases are those of FOLDER, with the same folders and
 *                     names below it, and each says on a line of its own
 *                     whether it passed, and if not why
 *   TS_CHANGE=1       every value that a case expects is changed in its turn,
 *                     and the program must notice each ("given": unless
 *                     TS_CASES is set)
 *   TS_MADE=FOLDER    the cases that are made from seeds are written there
 *   TS_LONG=1         more seeds, more points, longer runs: is_long()
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
    bool made;          /* from seeds: played, and no more */
    /* the case in hand */
    int index;
    const cJSON *item, *inputs, *expected;
    const char *label;
    bool wrong;    /* something of it failed */
    bool quiet;    /* and is not printed */
    char why[400]; /* the first thing that did */
    char but[400]; /* what was judged by less than its value */
    int64_t unit;  /* picoseconds of a unit of the case: UNIT, or scale()'s */
    int64_t parts; /* of which the times of the inputs are whole; 0: of none */
    bool rounded;  /* some numbers are no whole picoseconds all the same */
    bool reasons;  /* play() is to keep the reason for every decision */
    char *text;    /* the scenario */
    size_t length, room;
    ts_result *result;
    bool keep; /* results are kept, for comparing them more than once */
    struct kept *kept;
    ts_stretch *stretches; /* of lane() */
} family;

/* Whether the tests are to take minutes (label "long"). */
bool is_long(void);

/* What may be said of a family beside how it is played. */
typedef struct family_rules {
    /* Paths of the case ("expected.avg"), NULL at the end: what this program
     * leaves to another, or what says nothing that could be compared. All
     * else of `inputs` and `expected` must be read. */
    const char *const *aside;
    /* By what part an expected value is changed under TS_CHANGE; 0: by 1 if it
     * is whole, by a millionth if not. */
    double change;
    /* What made cases have for a "tolerance", as a file would say it. */
    const char *tolerance;
} family_rules;

/* Plays every case of NAME.json with `play_case`, prints the family's row of
 * the table (name, cases, passed) and returns how many cases failed. A case
 * that holds something which `play_case` does not read fails. */
int family_play(const char *name, void (*play_case)(family *f),
                const family_rules *rules);
/* The same where what is not read passes. */
int family_run(const char *name, void (*play_case)(family *f));
/* Plays `count` cases that `make` fills in, from the number of each: inputs,
 * and what is expected of them, computed by other means. */
int family_made(const char *name, int count,
                void (*make)(cJSON *inputs, cJSON *expected, int number),
                void (*play_case)(family *f), const family_rules *rules);
/* Cases of somebody's own are played (TS_CASES), and nothing else. */
bool family_elsewhere(void);
/* The same means for parameters that no case has: between the two, say what
 * there is to say. family_end() returns whether all of it held. */
family *family_begin(const char *label);
bool family_end(family *f);

/* Appends to the scenario. */
void say(family *f, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
/* Starts on a case. */
void family_case(family *f, const cJSON *item, int index);
/* Starts the scenario again, for a case that needs several runs. */
void fresh(family *f);
/* Plays what was said, with trace; a scenario that is refused fails the case
 * and is printed. */
bool play(family *f);
/* The same without trace and with another seed. */
bool play_seed(family *f, uint64_t seed);
/* With trace and with another seed, without looking whether it is valid. */
bool play_traced(family *f, uint64_t seed);
/* Marks the case as failed and says why (printed with family and case). */
void wrong(family *f, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* Says with the case's outcome of what less was judged than its value, and
 * what: "of var_Wq only ...". */
void remark(family *f, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* --- reading a case --- */

/* What is read through these counts as understood (family_play()). What is
 * missing or of another kind fails the case and gives 0, "" or false. */

/* Part of a case; NULL if there is none. */
const cJSON *part(const cJSON *object, const char *key);
/* A number: as JSON has them, or in text: "1/3", "0.25". */
double value(family *f, const cJSON *item);
double number(family *f, const cJSON *object, const char *key);
/* The same, and it must be whole. */
int64_t whole_of(family *f, const cJSON *item);
int64_t whole(family *f, const cJSON *object, const char *key);
const char *word_of(family *f, const cJSON *item);
const char *word(family *f, const cJSON *object, const char *key);
/* Missing is false. */
bool flag(family *f, const cJSON *object, const char *key);
bool is(const cJSON *object, const char *key, const char *text);
bool has(const cJSON *object, const char *key);
/* Element `i` of the list `key`. */
double element(family *f, const cJSON *object, const char *key, int i);
/* Element `i` of a list itself, that of a row of a timeline say. */
double column(family *f, const cJSON *row, int i);
int length(const cJSON *object, const char *key);
/* Everything below has been read, by other means. */
void understood(const cJSON *item);

/* --- comparing --- */

/* Times: scenarios made here use "unit": "1us", so that one unit of a case is
 * `UNIT` picoseconds and fractions have room, or say_time() after scale(),
 * which makes the unit such that every number of the inputs, "1/3" and 0.7 and
 * 0.3333333333333333 alike, is a whole number of picoseconds. */
#define UNIT INT64_C(1000000)
void scale(family *f);
/* `units`, which no input says but which follows from them, is whole too. */
void scale_for(family *f, double units);
/* "1234567ps", with quotes. */
void say_time(family *f, double units);
/* A time of the run in units of the case. */
double in_units(const family *f, int64_t ps);

/* actual (picoseconds) is exactly `units` units, or within 1e-9 where `units`
 * is no whole number of picoseconds. */
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
/* How far from `expected` that tolerance lets a value be; below 0 if the case
 * gives none. */
double allowed(const family *f, const char *key, double expected);
/* `key` of `expected`, a number with so many decimals in text, is `actual`
 * printed so. */
void expect_printed(family *f, const char *key, const cJSON *expected,
                    double actual);

/* --- the run --- */

/* What the played run says. A missing metric fails the case. */
double metric(family *f, const char *name, ...)
    __attribute__((format(printf, 2, 3)));
/* The thread of that task and job; fails the case when there is none. */
bool thread_of(family *f, const char *task, int64_t job, ts_thread_times *t);

/* One place's stretches of one kind, in order, neighbours of the same thread
 * merged. Returns how many; at most `room` are written. */
int timeline(family *f, const char *place, const char *kind,
             ts_stretch *stretches, int room);
/* The same, all of them: valid until the next call, scenario or case. */
const ts_stretch *lane(family *f, const char *place, const char *kind,
                       int *count);
/* The task that a thread's id belongs to. */
const char *task_of(family *f, int32_t id, int64_t *job);

#endif
