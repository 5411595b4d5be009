/*
 * report.h - what the runs of a database say together.
 */
#ifndef TS_PAPER_REPORT_H
#define TS_PAPER_REPORT_H

#include "sim/paper/paper.h"
#include "sim/results/store.h"

/* What is to be told, and how. All is borrowed. */
typedef struct ts_paper_order {
    ts_store *store;
    ts_paper_form form;
    const char *pattern; /* of metrics, as GLOB has it; NULL: those that are
                            expected to be something */
    double confidence;   /* of intervals: 0.95 */
    int64_t baseline;    /* the point that others are compared with; -1: none */
    int64_t rows_max;    /* of a table */
    const char *plots, *profiles; /* folders: of pictures, of profiles */
    /* A picture that could not be drawn, and why. */
    void (*warn)(const char *picture, const char *why);
} ts_paper_order;

/* Tells of each scenario what it asks and what came out. false with a message:
 * what there is was written, and is not whole. */
bool ts_paper_report(const ts_paper_order *order, FILE *out, ts_error *error);

#endif
