/*
 * arrive.c - when jobs and events come: "arrive", of threads and of inputs.
 */
#include <stdlib.h>
#include <string.h>

#include "models/machine/task.h"

static int compare_times(const void *a, const void *b)
{
    ts_time x = *(const ts_time *)a, y = *(const ts_time *)b;

    return (x > y) - (x < y);
}

ts_time *ts_arrive_sorted(const ts_arrive_record *arrive, ts_arena *arena)
{
    size_t count = (size_t)arrive->at.count;
    ts_time *at = ts_arena_array(arena, count, sizeof *at);

    if (at != NULL) {
        memcpy(at, arrive->at.items, count * sizeof *at);
        qsort(at, count, sizeof *at, compare_times);
    }
    return at;
}

ts_time ts_arrive_next(const ts_arrive_record *arrive, const ts_time *at,
                       int64_t count, ts_time last, ts_random *random)
{
    ts_time next;

    if (arrive->limit > 0 && count >= arrive->limit)
        return TS_NEVER;
    if (arrive->at.count > 0)
        return count < arrive->at.count ? at[count] : TS_NEVER;
    if (arrive->rate.den > 0) {
        double mean =
            (double)TS_S * (double)arrive->rate.den / (double)arrive->rate.num;
        double gap = ts_random_exponential(random) * mean;

        next = gap < (double)TS_TIME_LIMIT ? (ts_time)(gap + 0.5) : TS_NEVER;
        next = ts_time_add(count ? last : arrive->first, next);
    } else if (arrive->every.amount.kind == TS_DIST_CONSTANT) {
        next = count == 0 ? arrive->first
                          : ts_time_add(last, arrive->every.amount.whole);
    } else {
        next =
            ts_time_add(count ? last : arrive->first,
                        ts_distribution_whole(&arrive->every.amount, random));
    }
    return next < arrive->until ? next : TS_NEVER;
}
