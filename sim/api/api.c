/*
 * api.c - the public interface (timeslice/timeslice.h), over documents, points
 * and the store.
 */
#include "timeslice/timeslice.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/api/api.h"
#include "sim/results/validate.h"

struct ts_scenario {
    ts_document *document; /* owned */
};

void ts_message_free(char *message)
{
    free(message);
}

char *ts_schema(void)
{
    return ts_schema_text(&ts_root_shape, NULL);
}

void *ts_api_tell(char **message, ts_diagnostics *diagnostics,
                  const ts_error *error)
{
    char *text = NULL;
    size_t length = 0;
    FILE *out = message != NULL ? open_memstream(&text, &length) : NULL;

    if (out != NULL) {
        ts_diagnostics_print(diagnostics, out, false);
        if (error != NULL && error->text[0] != '\0')
            fprintf(out, "%s\n", error->text);
        if (fclose(out) == 0 && length > 0)
            text[length - 1] = '\0'; /* the last line's end */
        *message = text;
    }
    ts_diagnostics_fini(diagnostics);
    return NULL;
}

static ts_scenario *wrap(ts_document *document, ts_diagnostics *diagnostics,
                         char **message)
{
    ts_scenario *scenario;

    if (document == NULL || diagnostics->count > 0) {
        ts_document_free(document);
        return ts_api_tell(message, diagnostics, NULL);
    }
    scenario = calloc(1, sizeof *scenario);
    if (scenario == NULL) {
        ts_document_free(document);
        return ts_api_tell(message, diagnostics,
                           &(ts_error){.text = "out of memory"});
    }
    scenario->document = document;
    ts_diagnostics_fini(diagnostics);
    return scenario;
}

ts_scenario *ts_scenario_open(const char *file, const char *profiles,
                              char **message)
{
    ts_diagnostics diagnostics;

    if (message != NULL)
        *message = NULL;
    ts_diagnostics_init(&diagnostics);
    return wrap(ts_document_open(file, &(ts_profiles){.directory = profiles},
                                 &diagnostics),
                &diagnostics, message);
}

ts_scenario *ts_scenario_parse(const char *name, const char *text,
                               size_t length, const char *profiles,
                               char **message)
{
    ts_diagnostics diagnostics;

    if (message != NULL)
        *message = NULL;
    ts_diagnostics_init(&diagnostics);
    return wrap(ts_document_parse(name, text, length,
                                  &(ts_profiles){.directory = profiles},
                                  &diagnostics),
                &diagnostics, message);
}

bool ts_scenario_set(ts_scenario *scenario, const char *pointer,
                     const char *value, char **message)
{
    ts_diagnostics diagnostics;

    if (message != NULL)
        *message = NULL;
    ts_diagnostics_init(&diagnostics);
    if (!ts_document_set(scenario->document, pointer, value, &diagnostics)) {
        ts_api_tell(message, &diagnostics, NULL);
        return false;
    }
    ts_diagnostics_fini(&diagnostics);
    return true;
}

int64_t ts_scenario_runs(const ts_scenario *scenario, char **message)
{
    ts_diagnostics diagnostics;
    ts_points *points;
    int64_t count;

    if (message != NULL)
        *message = NULL;
    ts_diagnostics_init(&diagnostics);
    points = ts_points_create(scenario->document, &diagnostics);
    if (points == NULL) {
        ts_api_tell(message, &diagnostics, NULL);
        return -1;
    }
    count = ts_points_count(points);
    ts_points_destroy(points);
    ts_diagnostics_fini(&diagnostics);
    return count;
}

/* Runs whose values are read before they are played. */
#define CHECKED_RUNS 100

bool ts_scenario_check(const ts_scenario *scenario, char **message)
{
    ts_diagnostics diagnostics;
    ts_error error = {.text = ""};
    ts_points *points;
    bool fine;

    if (message != NULL)
        *message = NULL;
    ts_diagnostics_init(&diagnostics);
    points = ts_points_create(scenario->document, &diagnostics);
    fine = points != NULL;
    for (int64_t i = 0; fine && i < ts_points_count(points) && i < CHECKED_RUNS;
         i++) {
        ts_point_options asked = {.trace = TS_TRACE_OFF};
        ts_point_run run;

        fine = ts_point_build(points, i, &asked, &run, &diagnostics, &error);
        if (fine)
            ts_point_fini(&run);
    }
    ts_points_destroy(points);
    if (fine)
        ts_diagnostics_fini(&diagnostics);
    else
        ts_api_tell(message, &diagnostics, &error);
    return fine;
}

char *ts_scenario_get(const ts_scenario *scenario, const char *pointer)
{
    char *value;

    return ts_document_get(scenario->document, pointer, &value) ? value : NULL;
}

void ts_scenario_free(ts_scenario *scenario)
{
    if (scenario == NULL)
        return;
    ts_document_free(scenario->document);
    free(scenario);
}

/* How a caller's `progress` ends a run: by the flag that a signal would set. */
typedef struct watch {
    const ts_run_options *options;
    volatile sig_atomic_t given_up;
} watch;

static void on_progress(void *context, ts_time now, uint64_t events,
                        uint64_t made)
{
    watch *w = context;

    (void)made;
    if (!w->options->progress(w->options->context, now, events))
        w->given_up = 1;
}

static ts_point_options point_options(const ts_run_options *options, watch *w)
{
    ts_point_options asked = {.trace = TS_TRACE_OFF};

    if (options == NULL)
        return asked;
    asked.trace = options->reasons ? TS_TRACE_WHY
                  : options->trace ? TS_TRACE_SPANS
                                   : TS_TRACE_OFF;
    asked.has_seed = options->has_seed;
    asked.seed = options->seed;
    asked.memory_most = options->memory;
    if (options->progress != NULL) {
        asked.interrupt = &w->given_up;
        asked.progress = on_progress;
        asked.progress_context = w;
    }
    return asked;
}

/* Fills the result; false with diagnostics or an error. */
static bool play(const ts_scenario *scenario, int64_t index,
                 const ts_run_options *options, ts_result *result,
                 ts_diagnostics *diagnostics, ts_error *error)
{
    ts_points *points = ts_points_create(scenario->document, diagnostics);
    watch w = {.options = options};
    ts_point_options asked = point_options(options, &w);
    bool played;

    if (points == NULL)
        return false;
    if (index < 0 || index >= ts_points_count(points)) {
        played =
            ts_fail(error, "run %lld: the scenario has runs 0 to %lld",
                    (long long)index, (long long)ts_points_count(points) - 1);
    } else {
        played = ts_point_play(points, index, &asked, &result->run, diagnostics,
                               error);
    }
    ts_points_destroy(points);
    if (played && (result->run.report->failed || result->run.interrupted)) {
        played = ts_fail(error, "%s",
                         result->run.interrupted ? "the run was given up"
                                                 : result->run.report->reason);
        ts_point_fini(&result->run);
    }
    return played;
}

ts_result *ts_scenario_run(const ts_scenario *scenario, int64_t index,
                           const ts_run_options *options, char **message)
{
    ts_diagnostics diagnostics;
    ts_error error = {.text = ""};
    ts_result *result = calloc(1, sizeof *result);

    if (message != NULL)
        *message = NULL;
    ts_diagnostics_init(&diagnostics);
    if (result == NULL) {
        ts_fail_memory(&error);
        return ts_api_tell(message, &diagnostics, &error);
    }
    if (!play(scenario, index, options, result, &diagnostics, &error)) {
        free(result);
        return ts_api_tell(message, &diagnostics, &error);
    }
    ts_diagnostics_fini(&diagnostics);
    return result;
}

void ts_result_free(ts_result *result)
{
    if (result == NULL)
        return;
    ts_point_fini(&result->run);
    free(result);
}

uint64_t ts_result_digest(const ts_result *result)
{
    return result->run.report->digest;
}

uint64_t ts_result_reported_digest(const ts_result *result)
{
    return result->run.report->reported;
}

int64_t ts_result_end(const ts_result *result)
{
    return result->run.report->end;
}

uint64_t ts_result_events(const ts_result *result)
{
    return result->run.report->events;
}

bool ts_result_metric(const ts_result *result, const char *name, double *value)
{
    const ts_metric *metric = ts_report_find(result->run.report, name);

    if (metric == NULL)
        return false;
    *value = metric->value;
    return true;
}

size_t ts_result_metric_count(const ts_result *result)
{
    return result->run.report->metric_count;
}

bool ts_result_metric_at(const ts_result *result, size_t index,
                         const char **name, double *value)
{
    const ts_report *report = result->run.report;

    if (index >= report->metric_count)
        return false;
    *name = report->metrics[index].name;
    *value = report->metrics[index].value;
    return true;
}

bool ts_result_metric_exact(const ts_result *result, const char *name,
                            int64_t *value)
{
    const ts_metric *metric = ts_report_find(result->run.report, name);

    if (metric == NULL || !metric->exact)
        return false;
    *value = metric->whole;
    return true;
}

/* Outside, what has not happened is -1. */
static int64_t happened(ts_time time)
{
    return time == TS_NEVER ? -1 : time;
}

bool ts_result_thread_at(const ts_result *result, size_t index,
                         ts_thread_times *thread)
{
    const ts_report *report = result->run.report;
    const ts_thread_row *row = report->threads + index;

    if (index >= report->thread_count)
        return false;
    *thread = (ts_thread_times){
        .name = row->name,
        .task = row->task,
        .job = row->job,
        .id = row->id,
        .arrival = row->arrival,
        .first_run = happened(row->first_run),
        .finish = happened(row->finish),
        .deadline = happened(row->deadline),
        .processor = row->processor,
        .ready = row->ready,
        .blocked = row->blocked,
        .dispatches = row->dispatches,
        .preemptions = row->preemptions,
        .migrations = row->migrations,
    };
    return true;
}

static const char *name_of(const ts_trace *trace, ts_trace_table table,
                           int number)
{
    return number >= 0 && number < trace->name_count[table]
               ? trace->names[table][number]
               : "";
}

bool ts_result_stretch_at(const ts_result *result, size_t index,
                          ts_stretch *stretch)
{
    const ts_trace *trace = result->run.report->trace;
    const ts_span *span = trace->spans + index;

    if (index >= trace->span_count)
        return false;
    *stretch = (ts_stretch){
        .from = span->from,
        .to = span->to,
        .place = name_of(trace, TS_PLACES, span->place),
        .kind = name_of(trace, TS_KINDS, span->kind),
        .thread = span->who,
        .detail = span->detail,
    };
    return true;
}

bool ts_result_instant_at(const ts_result *result, size_t index,
                          ts_stretch *instant)
{
    const ts_trace *trace = result->run.report->trace;
    const ts_instant *found = trace->instants + index;

    if (index >= trace->instant_count)
        return false;
    *instant = (ts_stretch){
        .from = found->at,
        .to = found->at,
        .place = name_of(trace, TS_PLACES, found->place),
        .kind = name_of(trace, TS_KINDS, found->kind),
        .thread = found->who,
        .detail = found->detail,
    };
    return true;
}

uint64_t ts_result_dropped(const ts_result *result)
{
    return result->run.report->trace->dropped;
}

bool ts_result_reason_at(const ts_result *result, size_t index,
                         ts_reason *reason)
{
    const ts_trace *trace = result->run.report->trace;
    const ts_note *note = trace->notes + index;

    if (index >= trace->note_count)
        return false;
    *reason = (ts_reason){
        .at = note->at,
        .place = name_of(trace, TS_PLACES, note->place),
        .thread = note->who,
        .text = note->text,
    };
    return true;
}

void ts_result_records(const ts_result *result, ts_records *records)
{
    const ts_report *report = result->run.report;
    const ts_trace *trace = report->trace;

    *records = (ts_records){
        .spans = trace->spans,
        .span_count = trace->span_count,
        .instants = trace->instants,
        .instant_count = trace->instant_count,
        .samples = trace->samples,
        .sample_count = trace->sample_count,
        .reasons = trace->notes,
        .reason_count = trace->note_count,
        .turns = trace->turns,
        .turn_count = trace->turn_count,
        .metrics = report->metrics,
        .metric_count = report->metric_count,
        .places = (const char *const *)trace->names[TS_PLACES],
        .place_count = (size_t)trace->name_count[TS_PLACES],
        .kinds = (const char *const *)trace->names[TS_KINDS],
        .kind_count = (size_t)trace->name_count[TS_KINDS],
        .series = (const char *const *)trace->names[TS_SERIES],
        .series_count = (size_t)trace->name_count[TS_SERIES],
        .causes = (const char *const *)trace->names[TS_CAUSES],
        .cause_count = (size_t)trace->name_count[TS_CAUSES],
        .attempts = trace->attempts,
        .attempt_count = trace->attempt_count,
    };
}

size_t ts_result_threads(const ts_result *result, ts_thread_times *threads,
                         size_t room)
{
    size_t count = result->run.report->thread_count;

    for (size_t i = 0; i < count && i < room; i++)
        ts_result_thread_at(result, i, threads + i);
    return count;
}

bool ts_result_parameter_at(const ts_result *result, size_t index,
                            const char **pointer, const char **value)
{
    const ts_run_facts *facts = &result->run.facts;

    if (index >= (size_t)facts->parameter_count)
        return false;
    *pointer = facts->parameters[index].pointer;
    *value = facts->parameters[index].value;
    return true;
}

bool ts_result_expectation_at(const ts_result *result, size_t index,
                              ts_expectation_outcome *outcome)
{
    const ts_run_facts *facts = &result->run.facts;
    const ts_verdict *verdict = facts->verdicts + index;
    const ts_expectation *expect = result->run.root->expect.items;

    if (index >= (size_t)facts->verdict_count)
        return false;
    *outcome = (ts_expectation_outcome){
        .metric = verdict->metric,
        .about = verdict->about,
        .whose = ts_whose_word(expect[verdict->number].whose),
        .text = verdict->text,
        .holds = verdict->holds,
        .has_expected = verdict->has_expected,
        .expected = verdict->expected,
    };
    return true;
}

bool ts_result_validate(const ts_result *result, char **message)
{
    ts_error error = {.text = ""};
    bool good = ts_validate(result->run.report, NULL, &error);

    if (message != NULL)
        *message = good ? NULL : strdup(error.text);
    return good;
}

int ts_result_expectations(const ts_result *result, int *failed)
{
    const ts_run_facts *facts = &result->run.facts;

    *failed = 0;
    for (int i = 0; i < facts->verdict_count; i++)
        *failed += !facts->verdicts[i].holds;
    return facts->verdict_count;
}
