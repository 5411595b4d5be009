/*
 * crew.h - worker processes that play runs.
 *
 *   crew = ts_crew_create(points, options, workers, &error)
 *   ts_crew_give(crew, &task)              while it has room
 *   ts_crew_wait(crew, milliseconds, head, take, context)
 *   ts_crew_destroy(crew)
 *
 * Processes, not threads: a run that is killed for its memory or crashes takes
 * nothing with it but itself, and the JSON reader keeps a global variable. A
 * worker knows the plan from birth, is told places in it through one pipe, and
 * sends records (sim/results/record.h) through another. It never opens the
 * database.
 */
#ifndef TS_SWEEP_CREW_H
#define TS_SWEEP_CREW_H

#include "sim/sweep/point.h"

#define TS_CREW_MAX 256

typedef struct ts_crew ts_crew;

typedef struct ts_task_item {
    int64_t sequence; /* in the order of writing */
    ts_place place;
} ts_task_item;

/* What came of a run. Its texts are borrowed for the call. */
typedef struct ts_crew_result {
    int64_t sequence;
    const char *record;
    size_t length;
    uint64_t events;
    double value; /* of the metric of `until` */
    bool has_value, failed;
    int judged, missed; /* expectations */
    const char *words;  /* why it failed, or the first that was missed */
    size_t words_length;
    const char *warning; /* the first of ts_warnings() */
    size_t warning_length;
} ts_crew_result;

typedef bool ts_crew_take(void *context, const ts_crew_result *result,
                          ts_error *error);

/* The plan and the options are borrowed. `metric`: see above; NULL: none. */
TS_MUST_USE
ts_crew *ts_crew_create(const ts_points *points,
                        const ts_point_options *options, const char *metric,
                        int workers, ts_error *error);
void ts_crew_destroy(ts_crew *crew); /* ends the workers wherever they are */
/* Says how long the caller may be away, waiting for a disk: workers are given
 * enough to do meanwhile. */
void ts_crew_expect_pause(ts_crew *crew, int milliseconds);
/* Whether a worker could begin soon. */
bool ts_crew_has_room(const ts_crew *crew);
TS_MUST_USE
bool ts_crew_give(ts_crew *crew, const ts_task_item *task, ts_error *error);
bool ts_crew_idle(const ts_crew *crew); /* nobody has anything to do */
/* Waits for results, at most so long, and hands over what there is; a signal
 * ends the wait. With head >= 0 listens only to the worker who has that
 * sequence: the others are too far ahead. */
TS_MUST_USE
bool ts_crew_wait(ts_crew *crew, int milliseconds, int64_t head,
                  ts_crew_take *take, void *context, ts_error *error);

#endif
