/*
 * timeslice.h - run scenarios from a program of your own.
 *
 *   ts_scenario *scenario = ts_scenario_open("slices.json", NULL, &message);
 *   ts_scenario_set(scenario, "/threads/0/count", "5", &message);
 *   ts_result *result = ts_scenario_run(scenario, 0, NULL, &message);
 *   ts_result_metric(result, "processor.useful", &value);
 *   ts_result_free(result);
 *   ts_scenario_free(scenario);
 *
 * A result is a function of the scenario's content, the seed and the version
 * of the library: the same everywhere, to the last bit.
 *
 * Errors are values. A function that fails returns NULL or false and, where it
 * takes a `message`, sets *message to text that says what is wrong and where;
 * it has one error a line and is freed with ts_message_free(). On success
 * *message is set to NULL. `message` itself may be NULL.
 *
 * Nothing is global: scenarios and results may be used in any number of
 * threads, each of them in one thread at a time.
 */
#ifndef TIMESLICE_TIMESLICE_H
#define TIMESLICE_TIMESLICE_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#include <timeslice/records.h>

#ifdef __cplusplus
extern "C" {
#endif

#if defined(__GNUC__)
#define TS_API __attribute__((visibility("default")))
#else
#define TS_API
#endif

/* "0.1.0": of the library that runs, not of the header. Static. */
TS_API const char *ts_version(void);

/* Frees a message; NULL is fine. */
TS_API void ts_message_free(char *message);

/* The JSON Schema of scenarios, made from the tables that read them. Freed
 * with ts_message_free(); NULL: out of memory. */
TS_API char *ts_schema(void);

/* --- scenarios --- */

typedef struct ts_scenario ts_scenario;

/* Reads a scenario from a file ("-": standard input). `profiles` is the
 * directory of machine profiles; NULL: scenarios that name one are refused.
 * Owned by the caller: ts_scenario_free(). */
TS_API ts_scenario *ts_scenario_open(const char *file, const char *profiles,
                                     char **message);

/* Reads a scenario from `length` bytes of JSON. `name` stands for the file in
 * messages and in the database. The text and the name are copied. */
TS_API ts_scenario *ts_scenario_parse(const char *name, const char *text,
                                      size_t length, const char *profiles,
                                      char **message);

/* Sets what a JSON Pointer (RFC 6901) names to `value`: JSON text, or
 * failing that a string ("5ms" needs no quotes). Objects on the way are made.
 * Whether the value makes sense is found when the scenario is run. What is set
 * is not varied any more, so that a sweep may have fewer runs then. */
TS_API bool ts_scenario_set(ts_scenario *scenario, const char *pointer,
                            const char *value, char **message);

/* How many runs the scenario asks for: the points of its sweep times their
 * replications; 1 without a sweep. -1 with a message when it is wrong. */
TS_API int64_t ts_scenario_runs(const ts_scenario *scenario, char **message);

/* Reads every run's values without playing: the errors that ts_scenario_run()
 * would meet in them, up to the first hundred runs. false with a message. */
TS_API bool ts_scenario_check(const ts_scenario *scenario, char **message);

/* The JSON text of what a JSON Pointer names, profiles merged and values set;
 * "" is the whole. Freed with ts_message_free(); NULL: there is no such value. */
TS_API char *ts_scenario_get(const ts_scenario *scenario, const char *pointer);

TS_API void ts_scenario_free(ts_scenario *scenario);

/* --- runs --- */

typedef struct ts_result ts_result;

typedef struct ts_run_options {
    bool trace;    /* keep who was where from when to when */
    bool has_seed; /* use `seed` instead of the scenario's */
    uint64_t seed;
    bool reasons;   /* keep the reason for every decision too; implies trace */
    int64_t memory; /* bytes: no more than this, whatever the scenario's limits
                       allow; 0: as they say */
    /* Called now and then with the simulated time and the events so far; false
     * gives the run up, with a message. NULL: not called. */
    bool (*progress)(void *context, int64_t now, uint64_t events);
    void *context;
} ts_run_options;

/* Plays run number `index` (0 .. ts_scenario_runs() - 1) to its end.
 * `options` may be NULL. The result is the caller's, and it does not need the
 * scenario any more. NULL with a message when the scenario is wrong or the
 * run ends with an error. */
TS_API ts_result *ts_scenario_run(const ts_scenario *scenario, int64_t index,
                                  const ts_run_options *options,
                                  char **message);
TS_API void ts_result_free(ts_result *result);

/* The digest over everything that happened, in order. A new metric does not
 * change it. */
TS_API uint64_t ts_result_digest(const ts_result *result);
/* The digest over every metric: what is said of it. */
TS_API uint64_t ts_result_reported_digest(const ts_result *result);
/* Simulated time at the end, in picoseconds. */
TS_API int64_t ts_result_end(const ts_result *result);
/* Simulated events. */
TS_API uint64_t ts_result_events(const ts_result *result);

/* The metric of that name. Times are in picoseconds, shares between 0 and 1,
 * sizes in bytes, rates per second. false: there is none. */
TS_API bool ts_result_metric(const ts_result *result, const char *name,
                             double *value);
TS_API size_t ts_result_metric_count(const ts_result *result);
/* Metric number `index`, in the order of their names; *name is valid as long
 * as the result. false: there are not so many. */
TS_API bool ts_result_metric_at(const ts_result *result, size_t index,
                                const char **name, double *value);

/* The same for a metric that is a whole number (of picoseconds, of things):
 * exactly. false: there is none, or it is not whole. */
TS_API bool ts_result_metric_exact(const ts_result *result, const char *name,
                                   int64_t *value);

/* One thread, or one job of a task: times in picoseconds since the start of
 * the run, -1 where a thing has not happened. Text is valid as long as the
 * result. */
typedef struct ts_thread_times {
    const char *name; /* "program.2" */
    const char *task; /* "program" */
    int64_t job;      /* its number in the task, from 0 */
    int32_t id;       /* its number in the run, as spans have it */
    int64_t arrival, first_run, finish, deadline;
    int64_t processor, ready, blocked; /* time spent so */
    int64_t dispatches, preemptions, migrations;
} ts_thread_times;

/* Thread number `index` of those that have a row of their own (the first
 * ten thousand to end). false: there are not so many. */
TS_API bool ts_result_thread_at(const ts_result *result, size_t index,
                                ts_thread_times *thread);

/* A stretch of time in which something was somewhere; kept when
 * ts_run_options.trace was set. */
typedef struct ts_stretch {
    int64_t from, to;
    const char *place; /* "processor 0", or the name of a lock or device */
    const char *kind;  /* "run", "switch", "hold" ... */
    int32_t thread;    /* id, or -1 */
    int32_t detail;    /* the kind's own number */
} ts_stretch;

/* Stretch number `index` in the order in which they ended. */
TS_API bool ts_result_stretch_at(const ts_result *result, size_t index,
                                 ts_stretch *stretch);
/* The instants kept with a trace: from == to. */
TS_API bool ts_result_instant_at(const ts_result *result, size_t index,
                                 ts_stretch *instant);
/* How many records of the trace (stretches, instants, reasons ...) were left
 * out: of each sort the first 1048576 are kept. 0: the trace is whole, or there
 * is none. */
TS_API uint64_t ts_result_dropped(const ts_result *result);

/* Why something was decided; kept when ts_run_options.reasons was set. */
typedef struct ts_reason {
    int64_t at;
    const char *place; /* "processor 0" */
    int32_t thread;    /* id of the one it is about, or -1 */
    const char *text;  /* "dispatches b.0 (level 1 of 3): ..." */
} ts_reason;

/* Reason number `index` in the order in which they were taken. Text is valid
 * as long as the result. */
TS_API bool ts_result_reason_at(const ts_result *result, size_t index,
                                ts_reason *reason);

/* --- everything at once --- */

/* All of a run's records, where they lie: for callers to whom a call for each
 * would be dear, such as a page in a browser or a notebook. What was not asked
 * for (ts_run_options) has no records. Everything is valid as long as the
 * result. */
typedef struct ts_records {
    const ts_span *spans; /* in the order in which they ended */
    size_t span_count;
    const ts_instant *instants; /* in their order */
    size_t instant_count;
    const ts_sample *samples; /* in their order */
    size_t sample_count;
    const ts_note *reasons; /* in the order of the decisions */
    size_t reason_count;
    const ts_turn *turns; /* of all threads, in their order */
    size_t turn_count;
    const ts_metric *metrics; /* in the order of their names */
    size_t metric_count;
    const char *const *places; /* names, by the records' numbers */
    size_t place_count;
    const char *const *kinds;
    size_t kind_count;
    const char *const *series;
    size_t series_count;
    const char *const *causes; /* of turns; servers and outcomes of attempts */
    size_t cause_count;
    const ts_attempt *attempts; /* in the order in which they were sent */
    size_t attempt_count;
} ts_records;

TS_API void ts_result_records(const ts_result *result, ts_records *records);

/* Writes the first `room` threads, as ts_result_thread_at() gives them, to
 * `threads` (NULL with a room of 0). How many there are. */
TS_API size_t ts_result_threads(const ts_result *result,
                                ts_thread_times *threads, size_t room);

/* --- what the run is, and what was expected of it --- */

/* What the sweep sets in this run: the value's JSON Pointer and JSON text,
 * valid as long as the result. false: there are not so many. */
TS_API bool ts_result_parameter_at(const ts_result *result, size_t index,
                                   const char **pointer, const char **value);

typedef struct ts_expectation_outcome {
    const char *metric;
    const char *about; /* what the scenario says of it, or NULL */
    const char *whose; /* whose value it is: "talk", "textbook", "measured" ...;
                          "expected": the scenario's own */
    const char *text;  /* "processor.useful is 83.3 % within 0.5 %: 83.33 %" */
    bool holds;
    bool has_expected; /* the scenario gives one value that should come out */
    double expected;   /* that value, in the metric's unit */
} ts_expectation_outcome;

/* Expectation number `index` of those that were judged. Text is valid as long
 * as the result. false: there are not so many. */
TS_API bool ts_result_expectation_at(const ts_result *result, size_t index,
                                     ts_expectation_outcome *outcome);

/* Checks the trace and the threads' rows against each other and against what
 * the policy promises: nobody on two processors or before its arrival, time
 * accounted for, no processor idle while a thread is ready ... false with a
 * message when something contradicts, or when there is no complete trace. */
TS_API bool ts_result_validate(const ts_result *result, char **message);

/* How many of the scenario's expectations were judged, and how many failed. */
TS_API int ts_result_expectations(const ts_result *result, int *failed);

/* Adds the run to an SQLite database, which is made when it is missing. The
 * id of the new row, or -1 with a message and nothing written. */
TS_API int64_t ts_result_store(const ts_result *result, const char *database,
                               char **message);

/* --- exercises --- */

/* A question about a schedule, with its answers. */
typedef struct ts_exercise ts_exercise;

/* The kinds of exercises by number ("rr"); NULL: there are not so many. */
TS_API const char *ts_exercise_kind_at(size_t index);
/* One line about it ("round robin"). */
TS_API const char *ts_exercise_kind_about(size_t index);
/* The seed that a student has for an exercise of a kind: the same every time. */
TS_API uint64_t ts_exercise_seed(const char *kind, const char *student);
/* An exercise of a kind: level 1 to 3, seed at most 999999999. The caller's:
 * ts_exercise_free(). */
TS_API ts_exercise *ts_exercise_of_kind(const char *kind, uint64_t seed,
                                        int level, char **message);
/* A scenario with "ask" in it as an exercise; `profiles` as in
 * ts_scenario_open(). */
TS_API ts_exercise *ts_exercise_of_scenario(const char *name, const char *text,
                                            size_t length, const char *profiles,
                                            char **message);
TS_API void ts_exercise_free(ts_exercise *exercise);

/* The exercise in a format of one file ("text", "json", "html", "moodle" ...,
 * see `timeslice exercise`); freed with ts_message_free(). Those that hold the
 * answers are the key, html-key, scenario, gift, moodle and qti12. */
TS_API char *ts_exercise_told(const ts_exercise *exercise, const char *format,
                              char **message);
/* Marks a sheet, as text, CSV or JSON, and tells points and what went wrong,
 * without the solution: "text", "json", "gradescope", "autolab",
 * "prairielearn". NULL with a message that has a line for each thing that
 * cannot be read. */
TS_API char *ts_exercise_marked(const ts_exercise *exercise, const char *sheet,
                                size_t length, const char *format,
                                char **message);
/* The solution, with the reason for each decision. */
TS_API char *ts_exercise_revealed(const ts_exercise *exercise, char **message);

#ifdef __cplusplus
}
#endif

#endif
