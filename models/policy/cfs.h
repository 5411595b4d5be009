/*
 * cfs.h - CFS's options: see cfs_fields.c. The policy is cfs.c.
 */
#ifndef TS_MODELS_POLICY_CFS_H
#define TS_MODELS_POLICY_CFS_H

#include "models/policy/fair.h"

typedef struct ts_cfs_record {
    ts_time latency, min_granularity, wakeup_granularity;
    ts_rational hz;
    bool scaling, grow, at_least, sleepers, gentle, debit, hrtick;
} ts_cfs_record;

extern const ts_shape ts_cfs_shape;

#endif
