/*
 * kinds.c - the list of kinds of exercises.
 */
#include "sim/exercise/kinds.h"

#include <string.h>

extern const ts_kind ts_kind_fcfs, ts_kind_sjf, ts_kind_srtf, ts_kind_hrrn,
    ts_kind_rr, ts_kind_priority, ts_kind_priority_np;

const ts_kind *const ts_kinds[] = {
    &ts_kind_fcfs, &ts_kind_sjf,      &ts_kind_srtf,        &ts_kind_hrrn,
    &ts_kind_rr,   &ts_kind_priority, &ts_kind_priority_np,
};

const int ts_kind_count = (int)TS_COUNT_OF(ts_kinds);

const ts_kind *ts_kind_find(const char *name)
{
    for (int i = 0; i < ts_kind_count; i++)
        if (strcmp(ts_kinds[i]->name, name) == 0)
            return ts_kinds[i];
    return NULL;
}
