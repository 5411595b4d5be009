/*
 * word.h - the Executive's PRIORITY word.
 *
 * Bits 14-10 hold the priority, 00 to 37 octal; the low nine hold the address
 * of the job's VAC area, or 0110 for a job without one (Luminary 099,
 * EXECUTIVE: FINDVAC adds the area's address to NEWPRIO, NOVAC adds FAKEPRET).
 */
#ifndef TS_MODELS_APOLLO_WORD_H
#define TS_MODELS_APOLLO_WORD_H

#include "models/machine/machine.h"

#define TS_WORD_PRIORITY 512 /* one step of the priority */
#define TS_WORD_NOVAC 0110

typedef struct ts_apollo_job ts_apollo_job;

static inline int64_t ts_word_make(int64_t priority, int64_t low)
{
    return priority * TS_WORD_PRIORITY + low;
}

/* The word of the job that `thread` is. Threads that no FINDVAC or NOVAC made
 * count as jobs without a VAC area, with their urgency as the priority. */
int64_t ts_apollo_word(const ts_thread *thread);

#endif
