/*
 * schedule.h - what a scenario comes to, as people draw it: lanes of slots.
 *
 *   plan = ts_plan_read(text, slot, arena, &error)     who there is
 *   schedule = ts_schedule_play(text, plan, arena, &error)
 *
 * A lane is a processor, a letter a slot: a thread's, '.' where nobody runs,
 * '/' while the processor changes from one thread to another.
 */
#ifndef TS_EXERCISE_SCHEDULE_H
#define TS_EXERCISE_SCHEDULE_H

#include "models/world/root.h"
#include "sim/sweep/point.h"

#define TS_IDLE '.'
#define TS_CHANGE '/'
#define TS_LANES_MAX 8
#define TS_SLOTS_MAX 400 /* of a lane */
#define TS_JOBS_MAX 26   /* threads in a chart */

/* A piece of a program: so many slots on a processor, then so many away. */
typedef struct ts_burst {
    int run, away;
} ts_burst;

/* An entry of the scenario's "threads". */
typedef struct ts_job {
    const char *name;
    char letter;
    int arrival; /* of the first job, in slots */
    int every;   /* from one job to the next; 0: there is one */
    int work;    /* slots on a processor, of each job */
    ts_burst *bursts;
    int burst_count; /* 0: the program is more than runs and waits */
    bool whole;      /* all its times are whole slots */
} ts_job;

typedef struct ts_jobs {
    ts_job *items;
    int count;
    int processors;
    const char *of; /* whose holders have the one lane; NULL: processors */
    ts_time slot;
    ts_time until; /* TS_TIME_LIMIT: the end of the run */
} ts_jobs;

/* What became of an entry's jobs, in slots; -1: it has not happened. */
typedef struct ts_figures {
    int arrival, first, finish; /* of the first job, and the last one's end */
    int ran, away;
} ts_figures;

typedef struct ts_schedule {
    char *lanes[TS_LANES_MAX]; /* NUL-ended, all of one length */
    int lane_count, length;
    ts_figures *outcomes; /* one a job of the plan */
} ts_schedule;

/* Who there is in the scenario. NULL with an error: it cannot be drawn. */
const ts_jobs *ts_jobs_read(const char *scenario, const ts_ask *ask,
                            ts_arena *arena, ts_error *error);
/* Plays it. NULL with an error: it does not run, or not in whole slots. */
const ts_schedule *ts_schedule_play(const char *scenario, const ts_jobs *jobs,
                                    ts_arena *arena, ts_error *error);
/* The same of a run that is there. */
const ts_schedule *ts_schedule_read(const ts_report *report,
                                    const ts_jobs *jobs, ts_arena *arena,
                                    ts_error *error);
/* What a chart says of each job: how it came out by it. */
ts_figures *ts_schedule_outcomes(char *const *lanes, int lane_count,
                                 const ts_jobs *jobs, ts_arena *arena);
/* One of ts_ask_figures; -1 where it has not happened. */
int ts_figure_of(const ts_figures *outcome, int figure);
bool ts_schedule_equal(const ts_schedule *a, const ts_schedule *b);
/* Whether changing from one thread to another takes slots. */
bool ts_schedule_changes(const ts_schedule *schedule);
/* Slots of an empty chart that is to be filled in: its end is not given away. */
int ts_schedule_room(const ts_schedule *schedule);

/* --- a scenario's run --- */

typedef struct ts_played {
    ts_document *document;
    ts_points *points;
    ts_point_run run;
} ts_played;

/* Plays the scenario's first run. false with an error, and nothing to end. */
bool ts_played_init(ts_played *played, const char *name, const char *scenario,
                    const char *profiles, ts_trace_level level,
                    ts_error *error);
void ts_played_fini(ts_played *played);

#endif
