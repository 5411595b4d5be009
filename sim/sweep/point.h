/*
 * point.h - one run, from a document to a report and its verdicts.
 */
#ifndef TS_SWEEP_POINT_H
#define TS_SWEEP_POINT_H

#include "models/world/simulation.h"
#include "sim/results/store.h"
#include "sim/scenario/reader.h"

/* A plan played out: points x replications, in a fixed order: replications
 * follow each other, then points that are sampled, then those parameters that go
 * in step (`zip`) move on, then the last one of `vary`, and the first one of
 * `vary` last of all. */
typedef struct ts_points ts_points;

/* The points of the document's `sweep`, or the single one of a document
 * without; NULL with diagnostics. The document is borrowed. */
TS_MUST_USE
ts_points *ts_points_create(const ts_document *document,
                            ts_diagnostics *diagnostics);
void ts_points_destroy(ts_points *points);
int64_t ts_points_count(const ts_points *points); /* points x replications */
/* The scenario as it stands in the file, before anything is varied. */
const ts_root *ts_points_root(const ts_points *points);

/* Was the sweep changed from outside? Then what the scenario expects of other
 * points is not judged. */
bool ts_points_narrowed(const ts_points *points);
/* Does expectation `index` apply to no point of a narrowed sweep? Says why. */
bool ts_points_skips(const ts_points *points, int index, char *why,
                     size_t size);

/* A plan has at most this many runs. */
#define TS_LIMIT_RUNS 10000000

typedef struct ts_point_options {
    ts_trace_level trace;
    bool has_seed;
    uint64_t seed;       /* instead of the scenario's */
    ts_limits limits;    /* instead of the scenario's; 0: the scenario's */
    int64_t memory_most; /* whatever the limit is, no more than this; 0: none */
    const volatile sig_atomic_t *interrupt;
    void (*progress)(void *context, ts_time now, uint64_t events,
                     uint64_t made);
    void *progress_context;
} ts_point_options;

/* Which run of a plan: beyond the plan's replications where it has `until`. */
typedef struct ts_place {
    int64_t point, replication, round;
} ts_place;

/* Number `index` of the plan's runs, in order. */
ts_place ts_points_place(const ts_points *points, int64_t index);
int64_t ts_points_replications(const ts_points *points);

/* The values of a point's parameters, in the arena; NULL: out of memory. */
const ts_parameter *ts_points_choose(const ts_points *points, int64_t point,
                                     ts_arena *arena);
/* What the scenario is stored as: the file's name without its directory, and
 * its text. */
const char *ts_points_name(const ts_points *points);
const char *ts_points_text(const ts_points *points);
int ts_points_axes(const ts_points *points); /* how many parameters */

/* A finished run with all it borrows from. */
typedef struct ts_point_run {
    ts_document *document; /* owned */
    ts_arena arena;        /* owned: the record */
    const ts_root *root;
    ts_simulation *simulation; /* owned */
    const ts_report *report;   /* NULL: not run */
    ts_run_facts facts;        /* its texts are in the arena and document */
    int64_t patience_us;       /* when the run has taken too long */
    bool interrupted;          /* the report is of a part of the run */
    ts_report broken;          /* of a run that never was */
} ts_point_run;

/*
 * A run in three steps, each of which may end it:
 *
 *   ts_point_read()    what it is: facts, parameters, the document
 *   ts_point_create()  the machine
 *   ts_point_finish()  runs it and judges; one that ends with an error is true
 *                      with report->failed
 *
 * false: diagnostics, or an error. Whatever came of it, ts_point_fini() ends
 * the run, which stays where it is in memory until then.
 */
bool ts_point_read(const ts_points *points, const ts_place *place,
                   const ts_point_options *options, ts_point_run *run,
                   ts_diagnostics *diagnostics, ts_error *error);
TS_MUST_USE
bool ts_point_create(const ts_point_options *options, ts_point_run *run,
                     ts_error *error);
TS_MUST_USE
bool ts_point_finish(const ts_point_options *options, ts_point_run *run,
                     ts_error *error);
/* After a step that failed: gives the run a report that says why, so that it
 * can be stored and no one waits for it. false: out of memory. */
bool ts_point_break(const ts_points *points, const ts_place *place,
                    const ts_point_options *options, const char *why,
                    ts_point_run *run);

/* Reads and builds number `index` without running it. false: the point could
 * not be read (diagnostics) or built (error), and there is nothing to free. */
TS_MUST_USE
bool ts_point_build(const ts_points *points, int64_t index,
                    const ts_point_options *options, ts_point_run *run,
                    ts_diagnostics *diagnostics, ts_error *error);
/* The same, and runs it. A run that ends with an error is true with
 * report->failed. */
TS_MUST_USE
bool ts_point_play(const ts_points *points, int64_t index,
                   const ts_point_options *options, ts_point_run *run,
                   ts_diagnostics *diagnostics, ts_error *error);
void ts_point_fini(ts_point_run *run);

/* The seed of replication r of a scenario with seed s: s itself for r = 0,
 * else a Philox draw, so that replications never share streams. */
uint64_t ts_replication_seed(uint64_t seed, int64_t replication);

#endif
