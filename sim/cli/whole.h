/*
 * whole.h - a database that appears when it is whole.
 *
 * A shard may be played twice at once: a cluster gives the task of a node that
 * was lost to another, while the first goes on unseen. Each writes to a name of
 * its own, and gives it the common name at the end; what is in them is the
 * same, so either may win.
 */
#ifndef TS_CLI_WHOLE_H
#define TS_CLI_WHOLE_H

#include "sim/results/store.h"

typedef struct ts_whole {
    const char *target; /* borrowed */
    char path[4096];    /* what is written to */
    bool apart;         /* it is not the target itself */
} ts_whole;

/* Without `wanted`, path is the target. With `copy`, what is there already is
 * what is begun with. */
bool ts_whole_begin(ts_whole *whole, const char *target, bool wanted, bool copy,
                    ts_error *error);
bool ts_whole_end(ts_whole *whole, ts_error *error); /* syncs and renames */
void ts_whole_abandon(ts_whole *whole);

#endif
