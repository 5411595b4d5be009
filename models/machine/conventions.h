/*
 * conventions.h - the rules that textbooks leave unsaid.
 *
 * Two correct simulators with different rules at ties give different numbers.
 * Here every such rule is a field with a default and is printed with every
 * result.
 */
#ifndef TS_MODELS_CONVENTIONS_H
#define TS_MODELS_CONVENTIONS_H

#include "models/machine/machine.h"
#include "sim/report/report.h"

typedef enum ts_priority_direction {
    TS_SMALLER_IS_HIGHER,
    TS_LARGER_IS_HIGHER
} ts_priority_direction;

typedef enum ts_response {
    TS_RESPONSE_FIRST_RUN, /* from arrival to the first instant on a processor */
    TS_RESPONSE_FINISH     /* from release to the end: real-time usage */
} ts_response;

/* Which of two threads with equal keys is first. Policies whose rules say that
 * themselves (first come first served, turns, levels, those of a kernel) follow
 * theirs, whatever a scenario says (ts_policy.ties). */
typedef enum ts_ties {
    TS_TIES_USUAL,   /* as the policy's source has it */
    TS_TIES_READY,   /* the one that became ready, or was put back, earlier */
    TS_TIES_ARRIVAL, /* the one that arrived earlier; then the list's order */
    TS_TIES_NEWEST,  /* the one that became ready, or was put back, later */
    TS_TIES_LISTED   /* the one that stands first in "threads"; of one entry,
                        the earlier job */
} ts_ties;

/* Which of several running threads that deserve their processors equally gives
 * way to one that deserves one more. */
typedef enum ts_victim {
    TS_VICTIM_LOWEST, /* the one on the lowest processor */
    TS_VICTIM_LAST    /* the one that ties put last */
} ts_victim;

typedef struct ts_conventions {
    ts_list order; /* of int: classes of events in their order at one
                            instant; those not named follow in theirs */
    int priority;  /* ts_priority_direction */
    int response;  /* ts_response */
    int ties;      /* ts_ties */
    int gives_way; /* ts_victim */
} ts_conventions;

extern const ts_shape ts_conventions_shape;

/* Fills rank[] from the convention; false when a class is named twice. */
bool ts_conventions_rank(const struct ts_conventions *conventions,
                         uint8_t rank[TS_CLASSES], ts_error *error);
/* The order of equals that `policy` follows; TS_TIES_USUAL: its own rules'. */
int ts_conventions_ties(const struct ts_conventions *conventions,
                        const struct ts_policy *policy, const void *options);
/* By what ties are broken, everywhere: the thread with the smaller number is
 * first. Under TS_TIES_USUAL, whoever was put into a queue earlier. */
uint64_t ts_tie(int ties, const ts_thread *thread);
/* Writes those that the machine obeys into the report. */
void ts_conventions_report(const ts_machine *machine, ts_report *report);

#endif
