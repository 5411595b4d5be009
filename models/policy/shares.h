/*
 * shares.h - what a thread's share of the processor is measured by: tables of
 * fields of threads that several policies have in common (ts_policy.thread).
 */
#ifndef TS_MODELS_POLICY_SHARES_H
#define TS_MODELS_POLICY_SHARES_H

#include "models/machine/task.h"

/* "tickets": lottery and stride. */
extern const ts_shape ts_tickets_table;
int64_t ts_tickets_of(const ts_thread *thread);

/* "weight": fluid shares. */
extern const ts_shape ts_weight_table;
int64_t ts_weight_of(const ts_thread *thread);

/* "slice": EEVDF's, and that of its ideal; 0: the policy's. */
extern const ts_shape ts_slice_table;
ts_time ts_slice_said(const ts_task *task);
ts_time ts_slice_of(const ts_thread *thread);

#endif
