/*
 * store.h - the results database.
 *
 * One SQLite file; a run is a row with everything that hangs on it, written in
 * one transaction, so that a killed process leaves whole runs and nothing
 * else. Wall-clock facts stand in a table of their own: two databases of the
 * same scenario compare equal without it.
 *
 *   store = ts_store_open("results.db", TS_STORE_CREATE, &error)
 *   id = ts_store_write(store, &facts, report, &error)
 *   ts_store_close(store)
 *
 * The content is a function of the runs and of the order in which they were
 * written: ids count from 1, and nothing but the table `wall` knows a clock.
 * Several processes may write to one file; each waits its turn.
 */
#ifndef TS_RESULTS_STORE_H
#define TS_RESULTS_STORE_H

#include "sim/report/report.h"
#include "sim/scenario/expect.h"

typedef struct ts_store ts_store;
struct sqlite3;

typedef enum ts_store_mode {
    TS_STORE_READ,  /* must exist; nothing is written */
    TS_STORE_CREATE /* made when missing, opened when it is there */
} ts_store_mode;

typedef struct ts_parameter {
    const char *pointer; /* JSON Pointer */
    const char *value;   /* JSON text */
} ts_parameter;

/* An expectation as it was judged. Its text is what is expected, ": " and what
 * came out. */
typedef struct ts_verdict {
    int number; /* the expectation's place in its scenario's list, from 0 */
    const char *metric, *about; /* borrowed from the expectation */
    char text[256]; /* "processor.useful is 83.3 % within 0.5 %: 83.33 %" */
    bool holds;
    bool has_expected; /* it was `is` or `reference`, and the metric is there */
    double expected;   /* in the metric's base unit: drawn beside the curve */
} ts_verdict;

/* What is known of a run besides its report. All text is borrowed. */
typedef struct ts_run_facts {
    const char *scenario_name; /* file name without directory */
    const char *title;
    const char *text;      /* the file as it was read */
    const char *canonical; /* the document as it was run: its identity */
    const ts_parameter *parameters; /* what the sweep varies */
    int parameter_count;
    const ts_parameter *settings; /* what was set from outside */
    int setting_count;
    /* What expectations speak of and the sweep does not vary, since it was
     * narrowed: the values all of its points have. Not stored. */
    const ts_parameter *fixed;
    int fixed_count;
    int64_t points;      /* of the plan; 0: not known */
    int64_t point;       /* index in the sweep's plan, 0 */
    int64_t replication; /* 0 */
    int64_t round;       /* of a sweep with `until`; 0 */
    uint64_t seed;
    const ts_verdict *verdicts;
    int verdict_count;
    int64_t wall_started_us; /* since 1970; kept apart */
    int64_t wall_us;
} ts_run_facts;

/* "tslc" in the database's header, and the version of the schema. */
#define TS_STORE_APPLICATION 0x74736c63
#define TS_STORE_VERSION 6

/* NULL with a message that says what to do: no such file, not a database, of
 * a newer version, not ours, changed by a stranger, locked, read-only, disk full,
 * damaged ... The path NULL is a database in memory, which goes with the store.
 * A store belongs to one thread at a time. */
TS_MUST_USE
ts_store *ts_store_open(const char *path, ts_store_mode mode, ts_error *error);
void ts_store_close(ts_store *store); /* NULL is allowed */
/* The version of SQLite in use: "3.40.1". */
const char *ts_store_library(void);
/* How long to wait for another process that is writing; 30 s unless told. */
void ts_store_patience(ts_store *store, int milliseconds);
/* The id of the new run, or -1 with a message and nothing written. A metric
 * that is no finite number is refused: SQLite would make it a NULL. */
TS_MUST_USE
int64_t ts_store_write(ts_store *store, const ts_run_facts *facts,
                       const ts_report *report, ts_error *error);
/* Writes a record (see record.h): its run's id, or -1 with a message and
 * nothing written. */
TS_MUST_USE
int64_t ts_store_play(ts_store *store, const char *bytes, size_t length,
                      ts_error *error);
/* A run costs a wait for the disk. Between these two, many short runs share
 * one; should the process die, all or none of them are there. */
TS_MUST_USE
bool ts_store_begin(ts_store *store, ts_error *error);
TS_MUST_USE
bool ts_store_commit(ts_store *store, ts_error *error);
/* The run of this very document, seed, point, replication and version of the
 * program (what a resumed sweep need not run again); 0: none, -1: an error. */
TS_MUST_USE
int64_t ts_store_find(ts_store *store, const ts_run_facts *facts,
                      ts_error *error);
/* Copies one run with all that hangs on it from another store, for merging
 * shards: its id here, or -1 with a message and nothing written. */
TS_MUST_USE
int64_t ts_store_copy(ts_store *store, ts_store *from, int64_t run,
                      ts_error *error);
/* Takes a run out with all that hangs on it. */
TS_MUST_USE
bool ts_store_drop(ts_store *store, int64_t run, ts_error *error);
/* For queries. */
struct sqlite3 *ts_store_handle(ts_store *store);
const char *ts_store_path(const ts_store *store);
/* Words for what SQLite just refused on this store; returns false. `doing` is
 * "writing", "reading" ... */
bool ts_store_fail(ts_store *store, const char *doing, ts_error *error);

#endif
