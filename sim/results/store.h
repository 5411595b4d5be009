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
 */
#ifndef TS_RESULTS_STORE_H
#define TS_RESULTS_STORE_H

#include "sim/engine/report.h"
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

/* An expectation as it was judged. */
typedef struct ts_verdict {
    const char *metric, *about;
    char text[256];  /* "processor.useful is 83.3 % within 0.5 %: 83.33 %" */
    bool holds;
} ts_verdict;

/* What is known of a run besides its report. All text is borrowed. */
typedef struct ts_run_facts {
    const char *scenario_name; /* file name without directory */
    const char *title;
    const char *text;          /* the file as it was read */
    const char *canonical;     /* the document as it was run: its identity */
    const ts_parameter *parameters;
    int parameter_count;
    int64_t point;             /* index in the sweep's plan, 0 */
    int64_t replication;       /* 0 */
    uint64_t seed;
    const ts_verdict *verdicts;
    int verdict_count;
    int64_t wall_started_us;   /* since 1970; kept apart */
    int64_t wall_us;
} ts_run_facts;

/* NULL with a message: no such file, not a database, of a newer version, not
 * ours, locked, read-only, disk full ... */
ts_store *ts_store_open(const char *path, ts_store_mode mode, ts_error *error);
void ts_store_close(ts_store *store);
/* The id of the new run, or -1 with a message and nothing written. */
int64_t ts_store_write(ts_store *store, const ts_run_facts *facts,
                       const ts_report *report, ts_error *error);
/* For queries. */
struct sqlite3 *ts_store_handle(ts_store *store);

/* Judges `expectation` against a report: the point's index (for `reference`)
 * and parameters (for `where`) are in `facts`. Returns false when it does not
 * apply to this point. */
bool ts_judge(const ts_expectation *expectation, const ts_run_facts *facts,
              const ts_report *report, ts_verdict *verdict);

#endif
