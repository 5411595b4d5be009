/*
 * demand.h - what real-time policies and analyses must know of a task besides
 * its deadline: how often its jobs come, and how long one takes at worst. A
 * policy that uses it names the table (ts_policy.thread).
 */
#ifndef TS_MODELS_POLICY_DEMAND_H
#define TS_MODELS_POLICY_DEMAND_H

#include "models/machine/task.h"

/* "period" and "estimate". */
extern const ts_shape ts_demand_table;

/* Of a task of a policy that names the table; quick enough for every job. */
void ts_demand_of(const ts_task *task, ts_time *period, ts_time *estimate);

/* Of any record, with a search among all tables: when tasks are made. */

/* The least time between two releases: the period, or that of constant
 * arrivals; TS_TIME_LIMIT: none. */
ts_time ts_demand_period(const ts_task_record *record);
/* A job's processor time at worst, as the scenario says it; TS_TIME_LIMIT: it
 * does not. */
ts_time ts_demand_estimate(const ts_task_record *record);
/* The same, or what the task's program says; false: it cannot say, and `cost`
 * is what it takes in the mean. */
bool ts_demand_cost(const ts_task *task, ts_time *cost);

#endif
