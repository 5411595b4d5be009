/*
 * analysis.h - what can be computed about a scenario without playing it.
 *
 * An analysis is a file with one ts_entry and a line in analyses.c. It reads
 * its own fields, or, where they are not given, the scenario's threads, and
 * finds figures and verdicts. A scenario that names analyses ("analyze") has
 * them among the metrics of each run, as analysis.NAME.FIGURE, so that they can
 * be expected, swept and drawn; `timeslice analyze` prints them beside what a
 * run of the same scenario measures.
 *
 * Nothing here is simulated, and nothing in a simulation uses it to find a
 * time.
 */
#ifndef TS_MODELS_ANALYSIS_H
#define TS_MODELS_ANALYSIS_H

#include "models/machine/scenario.h"
#include "sim/report/report.h"

typedef enum ts_finding_kind {
    TS_FINDING_VALUE,
    TS_FINDING_VERDICT, /* holds, or not */
    TS_FINDING_TEXT     /* a sentence */
} ts_finding_kind;

typedef struct ts_finding {
    const char *analysis; /* the entry's name, ".2" at its second use */
    const char *name;     /* dotted; NULL: a sentence */
    ts_finding_kind kind;
    ts_unit unit;
    bool exact; /* `whole` holds it */
    int64_t whole;
    double value;       /* VERDICT: 1 or 0 */
    const char *text;   /* TEXT; why a verdict is so; a value as a fraction */
    const char *metric; /* what a run measures in its place; NULL */
} ts_finding;

typedef struct ts_findings {
    ts_arena *arena;
    const char *analysis; /* whose findings are being added */
    ts_finding *items;
    int count, room;
} ts_findings;

typedef struct ts_analysis {
    /* `fields` NULL: of the scenario's threads. */
    void (*evaluate)(const ts_machine_record *root, const void *fields,
                     ts_findings *findings);
    /* Whether it has something to say about the scenario's threads when
     * nothing is asked for. NULL: never. */
    bool (*applies)(const ts_machine_record *root);
} ts_analysis;

extern const ts_registry ts_analyses;
/* Those that the scenario asks for: of ts_variant. */
const ts_list *ts_analyses_said(const ts_machine_record *root);

/* All that the scenario asks for or, when it asks for nothing, all that
 * applies to it. */
void ts_analyze(const ts_machine_record *root, ts_findings *findings);

/* --- for analyses: `metric` may be NULL, names are formatted --- */

void ts_find_time(ts_findings *findings, int64_t ps, const char *metric,
                  const char *name, ...) __attribute__((format(printf, 4, 5)));
void ts_find_count(ts_findings *findings, int64_t count, const char *metric,
                   const char *name, ...) __attribute__((format(printf, 4, 5)));
/* One that is infinite or no number becomes a sentence that says so. */
void ts_find_value(ts_findings *findings, ts_unit unit, double value,
                   const char *metric, const char *name, ...)
    __attribute__((format(printf, 5, 6)));
/* `why` NULL: nothing to add. */
void ts_find_verdict(ts_findings *findings, bool holds, const char *why,
                     const char *name, ...)
    __attribute__((format(printf, 4, 5)));
void ts_find_text(ts_findings *findings, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
/* For checks: refuses names of the list `field` that are given twice. They are
 * at `offset` in items of `size` bytes; one without is called by its number. */
void ts_check_names(ts_check *check, const char *field, const ts_list *list,
                    size_t size, size_t offset);
/* The last finding, also as an exact fraction. */
void ts_find_fraction(ts_findings *findings, ts_i128 num, ts_i128 den);

#endif
