/*
 * change.h - what is changed of a thread during a run: its nice value, class,
 * slice, priority and processors; see change.c.
 */
#ifndef TS_MODELS_POLICY_CHANGE_H
#define TS_MODELS_POLICY_CHANGE_H

#include "models/policy/fair.h"

/* What stands instead of what the thread's task says: ts_thread.changed. */
typedef struct ts_changed {
    int nice;
    ts_class_of_thread class_of;
    ts_time slice;
} ts_changed;

#endif
