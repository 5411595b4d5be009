/*
 * course.h - what a job's time went to, from its arrival to its end.
 *
 *   ts_course_find(&course, history, thread, &error)
 *   ... course.legs[i] ...
 *   ts_course_fini(&course)
 *
 * Its own work; waits for a processor, behind whoever had it; and waits for
 * something, of which those that another thread ended are what that one did
 * meanwhile: its work, its waits, and so on. The times of the legs add up to the
 * whole: to make it shorter one of them has to be.
 */
#ifndef TS_RESULTS_COURSE_H
#define TS_RESULTS_COURSE_H

#include "sim/results/history.h"

typedef enum ts_leg_kind {
    TS_LEG_RUNS,   /* `who` runs */
    TS_LEG_READY,  /* `who` is ready, and `behind` has the processor; -1: nobody
                      has, or a handler */
    TS_LEG_BLOCKED /* `who` waits for `cause`, which no thread ends */
} ts_leg_kind;

typedef struct ts_leg {
    ts_leg_kind kind;
    int32_t who, behind;
    const char *cause; /* BLOCKED; "" elsewhere */
    ts_time time;
} ts_leg;

typedef struct ts_course {
    int32_t thread;
    ts_time whole;
    ts_leg *legs; /* owned; the longest first */
    size_t count, room;
    bool failed;
} ts_course;

/* false: memory ended. A thread that did not end has an empty course. */
bool ts_course_find(ts_course *course, const ts_history *history,
                    int32_t thread, ts_error *error);
void ts_course_fini(ts_course *course);

/* The job of the task that took longest from its arrival to its end; of one whose
 * deadline counts (`late`), the one that ended the farthest after it. `task`:
 * its name; NULL: of all. -1: none ended. */
int32_t ts_course_worst(const ts_history *history, const char *task, bool late);

#endif
