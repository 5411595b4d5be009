/*
 * history.h - all that was kept of one run, in memory: what is exported, and
 * what two runs are compared by.
 *
 *   ts_history_load(&history, store, run, &arena, &error)
 *
 * Everything lives in the arena. Times are whole picoseconds.
 */
#ifndef TS_RESULTS_HISTORY_H
#define TS_RESULTS_HISTORY_H

#include "sim/results/query.h"

typedef struct ts_history_thread {
    const char *name; /* "program.2"; NULL: the run has no row of it */
    int task;         /* into tasks; -1: none */
    int64_t job;
    ts_time arrival, finish, deadline; /* TS_NEVER: not */
    ts_time processor, ready, blocked; /* time spent so */
} ts_history_thread;

/* What the scenario says of a task and other machines' schedulers know. */
typedef struct ts_history_task {
    const char *name;
    bool fair;     /* it has a nice value, or no priority */
    bool realtime; /* fifo or rr: larger priorities are higher, as in POSIX */
    int64_t nice, priority;
    int32_t first; /* of its threads */
} ts_history_task;

typedef struct ts_history {
    int64_t run;
    const char *title, *scenario, *version, *seed, *digest, *document;
    ts_time end;
    int64_t dropped;  /* records that the trace had no room for */
    bool traced, why; /* it kept stretches; it kept reasons */
    bool larger;      /* larger priorities are higher */

    ts_run_spans is; /* stretches, places, kinds; threads by row */
    const ts_instant *instants;
    size_t instant_count;
    const ts_sample *samples;
    size_t sample_count;
    const char *const *series; /* by number */
    size_t series_count;
    const ts_note *notes;
    size_t note_count;
    const ts_turn *turns; /* `cause` is a number in causes */
    size_t turn_count;
    const ts_attempt *attempts; /* in the order in which they were sent; servers
                                   and outcomes are numbers in causes */
    size_t attempt_count;
    const char *const *causes;
    size_t cause_count;

    const ts_history_thread *threads; /* by id: threads[0 .. thread_count) */
    int32_t thread_count;
    const ts_history_task *tasks;
    size_t task_count;
    const int *processor; /* by place: the number of the processor; -1: it is
                             none */
    int processors;
} ts_history;

/* false with a message: there is no such run, it kept no trace, or the
 * database cannot be read. */
bool ts_history_load(ts_history *history, ts_store *store, int64_t run,
                     ts_arena *arena, ts_error *error);

/* "thread 7" where the run has no name for it. */
const char *ts_history_name(const ts_history *history, int32_t thread);
/* A cause by its number; "": none. */
const char *ts_history_word(const ts_history *history, int16_t cause);
/* The cause of a turn; "": none. */
const char *ts_history_cause(const ts_history *history, const ts_turn *turn);

#endif
