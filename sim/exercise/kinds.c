/*
 * kinds.c - the list of kinds of exercises.
 */
#include "sim/exercise/kinds.h"

#include <string.h>

extern const ts_kind ts_kind_fcfs, ts_kind_sjf, ts_kind_srtf, ts_kind_hrrn,
    ts_kind_rr, ts_kind_priority, ts_kind_priority_np, ts_kind_mlfq,
    ts_kind_multilevel, ts_kind_lottery, ts_kind_stride, ts_kind_cfs,
    ts_kind_rm, ts_kind_dm, ts_kind_edf, ts_kind_llf, ts_kind_io,
    ts_kind_switch, ts_kind_affinity, ts_kind_locks, ts_kind_ceiling,
    ts_kind_deadlock, ts_kind_rta, ts_kind_bounds, ts_kind_disk,
    ts_kind_overload, ts_kind_coresets, ts_kind_slowdown, ts_kind_memory,
    ts_kind_queueing, ts_kind_gil;

const ts_kind *const ts_kinds[] = {
    &ts_kind_fcfs,        &ts_kind_sjf,      &ts_kind_srtf,
    &ts_kind_hrrn,        &ts_kind_rr,       &ts_kind_priority,
    &ts_kind_priority_np, &ts_kind_mlfq,     &ts_kind_multilevel,
    &ts_kind_lottery,     &ts_kind_stride,   &ts_kind_cfs,
    &ts_kind_rm,          &ts_kind_dm,       &ts_kind_edf,
    &ts_kind_llf,         &ts_kind_io,       &ts_kind_switch,
    &ts_kind_affinity,    &ts_kind_locks,    &ts_kind_ceiling,
    &ts_kind_deadlock,    &ts_kind_rta,      &ts_kind_bounds,
    &ts_kind_disk,        &ts_kind_overload, &ts_kind_coresets,
    &ts_kind_slowdown,    &ts_kind_memory,   &ts_kind_queueing,
    &ts_kind_gil,
};

const int ts_kind_count = (int)TS_COUNT_OF(ts_kinds);

const ts_kind *ts_kind_find(const char *name)
{
    for (int i = 0; i < ts_kind_count; i++)
        if (strcmp(ts_kinds[i]->name, name) == 0)
            return ts_kinds[i];
    return NULL;
}
