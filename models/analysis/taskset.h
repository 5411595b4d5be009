/*
 * taskset.h - the periodic tasks of a scenario, as analyses see them.
 */
#ifndef TS_MODELS_ANALYSIS_TASKSET_H
#define TS_MODELS_ANALYSIS_TASKSET_H

#include "models/analysis/analysis.h"
#include "models/policy/realtime.h"

typedef enum ts_order {
    TS_ORDER_GIVEN,
    TS_ORDER_FIXED,
    TS_ORDER_DEADLINE
} ts_order;

typedef struct ts_taskset {
    ts_rt_task *tasks; /* highest priority first */
    int count;
    ts_order order; /* TS_ORDER_GIVEN: a list; FIXED, DEADLINE: threads under
                          such a policy */
    bool given;     /* from a list, not from threads */
    bool preemptive;
} ts_taskset;

/* The table of an analysis of tasks: {"tasks": [...]}. */
typedef struct ts_taskset_record {
    ts_list tasks; /* of ts_rt_record */
} ts_taskset_record;

extern const ts_shape ts_taskset_shape;
void ts_taskset_check(ts_check *check, const void *record); /* the shape's */
extern const ts_field ts_taskset_item;                      /* of "tasks" */

/* From `fields` (ts_taskset_record) or, when that is NULL or without tasks,
 * from the scenario's threads; says so in the findings where something about
 * them makes the analysis less than exact. */
ts_taskset ts_taskset_of(const ts_machine_record *root, const void *fields,
                         ts_findings *findings);
/* Whether the scenario has periodic threads under a real-time policy, on one
 * processor. */
bool ts_taskset_applies(const ts_machine_record *root);

#endif
