/*
 * recording.h - what a real kernel did with a workload, and what timeslice does
 * with the same.
 *
 * A recording is a file in tests/cases/kernel; its README says what is in it.
 * It is turned into the scenario that somebody would write who knows the
 * workload and the kernel's parameters, played, and held against what was
 * recorded. Nothing but the parameters comes from the recording.
 */
#ifndef TESTS_CASES_RECORDING_H
#define TESTS_CASES_RECORDING_H

#include "harness.h"

/* One figure of both, and how far the kernel was from itself in other boots:
 * -1 where there was no other, or it is not known. */
typedef struct figure {
    double kernel, ours, self;
    char who[16]; /* the thread it is about; "" for all */
    bool known;   /* the kernel has such a figure */
} figure;

typedef struct recording {
    char label[64]; /* "6.12-sleeper-1-hog" */
    cJSON *root;
    const cJSON *boots; /* of the same workload; NULL: none */
    const char *kernel, *name;
    int processors;
    double begin, end; /* us */
} recording;

/* `who` of the last four: the thread whose figure is the furthest off. */
typedef struct comparison {
    bool played;
    figure order; /* edit distance: kernel is 0 */
    figure changes, share, mean, p95, most;
    figure migrations; /* of more processors than one */
} comparison;

/* A whole file; NULL: it cannot be read. The caller's. */
char *read_text(const char *path);
/* The same as JSON; NULL with a line on stderr. */
cJSON *read_json(const char *path);

/* false with a line on stderr: there is no recording in that file. `spread`
 * holds what the same workloads did in other boots; it may be NULL. */
bool recording_open(recording *r, const char *folder, const char *file,
                    const cJSON *spread);
void recording_close(recording *r);

/* What the figures are when timeslice plays it. */
comparison recording_compare(const recording *r);

/* Whether a figure is as near to the kernel's as is asked for: no further than
 * the kernel is from itself, and beyond that 2 % of changes, half a point of
 * shares, 20 us or 10 % of latencies; on two processors 5 points, 20 % of all
 * others. */
bool order_is_near(const recording *r, const figure *f);
bool changes_are_near(const recording *r, const figure *f);
bool share_is_near(const recording *r, const figure *f);
bool latency_is_near(const recording *r, const figure *f);
bool migrations_are_near(const recording *r, const figure *f);

#endif
