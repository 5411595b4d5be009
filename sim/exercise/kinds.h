/*
 * kinds.h - the list of kinds of exercises. To add one: a file kind_NAME.c with
 * a ts_kind, and a line in kinds.c.
 */
#ifndef TS_EXERCISE_KINDS_H
#define TS_EXERCISE_KINDS_H

#include "sim/exercise/draft.h"
#include "sim/report/report.h"

typedef struct ts_kind {
    const char *name; /* "rr" */
    const char *help; /* one line */
    /* Draws from draft->random and writes a scenario with "ask". What it
     * writes is played, and drawn anew where it does not run, where its chart
     * is too long, or where `unlike` has the same one. */
    void (*draw)(ts_draft *draft);
    const char *const *unlike; /* TS_NAMES() of rivals (rivals.h) whose chart
                                  must be another; NULL: none */
    int longest;               /* slots of the chart; 0: 40 */
    /* Whether what is drawn is worth asking. NULL: always. */
    bool (*good)(const ts_report *report);
} ts_kind;

extern const ts_kind *const ts_kinds[];
extern const int ts_kind_count;
/* NULL: there is none of that name. */
const ts_kind *ts_kind_find(const char *name);

#endif
