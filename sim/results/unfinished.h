/*
 * unfinished.h - threads that a run waits for and that had not ended with it.
 *
 * A task of which no thread ever ended has no turnaround and no response: what
 * is asked of it is not there. Here is why, in words.
 */
#ifndef TS_RESULTS_UNFINISHED_H
#define TS_RESULTS_UNFINISHED_H

#include "sim/report/report.h"

/* A thread of the foreground that had not ended, of a task of which none had:
 * the first of each such task, in order, after `last` (NULL: from the start);
 * NULL: there is no more. Only threads of which there is a row are known. */
const ts_thread_row *ts_unfinished_next(const ts_report *report,
                                        const ts_thread_row *last);
/* Why a run has no metric of that name: the task which it is about, or where it
 * is about all threads any, never finished. false: that is not why. */
bool ts_unfinished_why(const ts_report *report, const char *metric, char *text,
                       size_t size);
/* "active never finished: it had 300 ms of the 1.3 s that it wanted, and has
 * waited for a processor since 2 s". */
void ts_unfinished_tell(const ts_thread_row *row, char *text, size_t size);
/* It has waited for a processor for more than half of the time that it was
 * there: nobody else's stay is to be explained. */
bool ts_unfinished_starves(const ts_report *report, const ts_thread_row *row);

#endif
