/*
 * host.h - what the machine that we run on takes for the things that scenarios
 * have numbers for.
 *
 *   ts_host *host = ts_host_create(&options);
 *   ts_host_measure(host, &error);
 *   for (i = 0; (reading = ts_host_reading(host, i)) != NULL; i++) ...
 *   ts_host_destroy(host);
 *
 * A probe is one function in one file and one line in probes.c. It takes
 * samples, each the mean of a few thousand operations; the median of a
 * round's samples is the round's value, and the median of the rounds is the
 * reading's. Rounds follow each other through the whole list of probes, so
 * that what changes slowly (a neighbour, the clock) shows between them: the
 * interval says where another measurement as long as this would fall.
 *
 * Linux only, and nothing here needs a privilege. Nothing of it is in the
 * library: simulations see no clock of the host's.
 */
#ifndef TS_HOST_HOST_H
#define TS_HOST_HOST_H

#include <stdbool.h>
#include <stddef.h>

#include "sim/engine/arena.h"

typedef struct ts_host ts_host;

typedef struct ts_host_options {
    int rounds;  /* 2 .. 20 */
    int samples; /* of a round, 3 .. 1000 */
    /* Called before each probe; NULL: nobody asks. */
    void (*progress)(void *context, const char *probe, int round);
    void *context;
    const volatile int *interrupted; /* not 0: give up; NULL: never */
} ts_host_options;

typedef struct ts_reading {
    const char *name;  /* "switch.yield" */
    const char *field; /* "/system/switch/cost", or several with spaces
                          between; NULL: no field takes it */
    const char *what;  /* what was done */
    const char *unit;  /* of the value: "ns", "GHz", ... */
    double value;      /* median of the rounds */
    double half;       /* half of the 95 % interval of another measurement */
    bool sure;         /* false: the half is over a tenth of the value */
} ts_reading;

/* NULL: out of memory. */
ts_host *ts_host_create(const ts_host_options *options);
void ts_host_destroy(ts_host *host);
/* Plays all probes, round by round. */
bool ts_host_measure(ts_host *host, ts_error *error);
/* The i-th, in the order of the probes; NULL: there are no more. */
const ts_reading *ts_host_reading(const ts_host *host, size_t i);
/* By its name; NULL: it could not be taken here. */
const ts_reading *ts_host_find(const ts_host *host, const char *name);
/* Of the processor time since the measurement began, what the hypervisor gave
 * to others and what other processes here took, 0..1. */
double ts_host_stolen(const ts_host *host);
double ts_host_others(const ts_host *host);

/* The fair scheduler of a kernel, as scenarios call it, by its release. */
const char *ts_host_policy(const char *release);

/* --- for probes --- */

typedef struct ts_probe {
    const char *name;
    void (*run)(ts_host *host);
} ts_probe;

extern const ts_probe *const ts_probes[];
extern const int ts_probe_count;

/* A sample: its value in the reading's unit; below 0: it could not be taken. */
typedef double ts_sample_fn(void *context);

/* Takes a round's samples of what `reading` names; texts of it must last. */
void ts_host_sample(ts_host *host, const ts_reading *reading,
                    ts_sample_fn *sample, void *context);
/* One value of a round that needs no median. */
void ts_host_note(ts_host *host, const ts_reading *reading, double value);
/* The middle one of `values`, which are put in order; of two their mean. */
double ts_host_median(double *values, int count);
/* For texts of readings. */
ts_arena *ts_host_arena(ts_host *host);

/* Seconds that all processors together have spent since the machine began: all,
 * idle, stolen by a hypervisor; false: unknown. */
bool ts_host_spent(double *total, double *idle, double *steal);
/* Nanoseconds of the monotonic clock. */
double ts_host_now(void);
/* Keeps the calling thread on the i-th processor that it may use; false: there
 * is none. */
bool ts_host_pin(int i);
/* Lets it have all again. */
void ts_host_unpin(void);

#endif
