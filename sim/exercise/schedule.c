/*
 * schedule.c - see schedule.h.
 */
#include "sim/exercise/schedule.h"

#include <stdlib.h>
#include <string.h>

/* --- playing --- */

/* The first complaint, as one error. */
static bool complain(ts_diagnostics *diagnostics, const char *otherwise,
                     ts_error *error)
{
    if (diagnostics->count > 0) {
        const ts_diagnostic *d = &diagnostics->items[0];

        ts_fail(error, "%s:%d:%d: %s: %s", d->file, d->line, d->column, d->path,
                d->message);
    } else {
        ts_fail(error, "%s", otherwise);
    }
    ts_diagnostics_fini(diagnostics);
    return false;
}

static bool play(ts_played *played, const char *name, const char *scenario,
                 const char *profiles, ts_trace_level level,
                 ts_diagnostics *diagnostics, ts_error *error)
{
    ts_point_options options = {.trace = level};

    played->document =
        ts_document_parse(name, scenario, strlen(scenario),
                          &(ts_profiles){.directory = profiles}, diagnostics);
    if (played->document == NULL)
        return false;
    played->points = ts_points_create(played->document, diagnostics);
    return played->points != NULL &&
           ts_point_play(played->points, 0, &options, &played->run, diagnostics,
                         error);
}

static void drop(ts_played *played)
{
    if (played->points != NULL)
        ts_points_destroy(played->points);
    ts_document_free(played->document);
}

bool ts_played_init(ts_played *played, const char *name, const char *scenario,
                    const char *profiles, ts_trace_level level, ts_error *error)
{
    ts_diagnostics diagnostics;
    ts_error own = {.text = ""};

    *played = (ts_played){.document = NULL};
    ts_diagnostics_init(&diagnostics);
    if (!play(played, name, scenario, profiles, level, &diagnostics, &own)) {
        drop(played);
        return complain(&diagnostics, own.text, error);
    }
    ts_diagnostics_fini(&diagnostics);
    if (played->run.report->failed) {
        ts_fail(error, "%s", played->run.report->reason);
        ts_played_fini(played);
        return false;
    }
    return true;
}

void ts_played_fini(ts_played *played)
{
    ts_point_fini(&played->run);
    drop(played);
}

/* --- from a trace to lanes --- */

typedef struct drawing {
    const ts_report *report;
    const ts_jobs *jobs;
    ts_schedule *schedule;
    ts_error *error;
} drawing;

/* Number of the lane; -1: what happened there is not charted. */
static int lane_of(const drawing *d, const ts_span *span)
{
    const ts_trace *trace = d->report->trace;
    int place = span->place;
    static const char processor[] = "processor ";
    const char *name = place >= 0 && place < trace->name_count[TS_PLACES]
                           ? trace->names[TS_PLACES][place]
                           : "";

    if (d->jobs->of != NULL)
        return strcmp(name, d->jobs->of) == 0 &&
                       strcmp(trace->names[TS_KINDS][span->kind], "hold") == 0
                   ? 0
                   : -1;
    if (strncmp(name, processor, sizeof processor - 1) != 0)
        return -1;
    return atoi(name + sizeof processor - 1);
}

static char letter_of(const drawing *d, const ts_span *span)
{
    const char *kind = d->report->trace->names[TS_KINDS][span->kind];

    if (strcmp(kind, "switch") == 0)
        return TS_CHANGE;
    for (size_t i = 0; i < d->report->thread_count; i++)
        for (int k = 0;
             d->report->threads[i].id == span->who && k < d->jobs->count; k++)
            if (strcmp(d->jobs->items[k].name, d->report->threads[i].task) == 0)
                return d->jobs->items[k].letter;
    return '?';
}

static bool enter(drawing *d, const ts_span *span)
{
    int lane = lane_of(d, span);
    ts_time slot = d->jobs->slot;
    ts_time to = span->to < d->jobs->until ? span->to : d->jobs->until;

    if (lane < 0 || lane >= d->schedule->lane_count || span->from >= to)
        return true;
    if (span->from % slot != 0 || to % slot != 0)
        return ts_fail(d->error, "the schedule does not come out in whole "
                                 "slots; give \"ask\" a smaller \"slot\"");
    if (to / slot > TS_SLOTS_MAX)
        return ts_fail(d->error,
                       "the chart has more than %d slots; give "
                       "\"ask\" an \"until\" or a larger \"slot\"",
                       TS_SLOTS_MAX);
    for (ts_time at = span->from / slot; at < to / slot; at++)
        d->schedule->lanes[lane][at] = letter_of(d, span);
    if (to / slot > d->schedule->length)
        d->schedule->length = (int)(to / slot);
    return true;
}

/* The chart and the run's rows must tell of the same. */
static bool agree(drawing *d)
{
    for (size_t i = 0; d->jobs->of == NULL && i < d->report->thread_count;
         i++) {
        const ts_thread_row *row = &d->report->threads[i];

        for (int k = 0; k < d->jobs->count; k++) {
            const ts_figures *o = &d->schedule->outcomes[k];

            if (d->jobs->items[k].every > 0 || row->finish == TS_NEVER ||
                row->finish > d->jobs->until || row->processor == 0 ||
                strcmp(d->jobs->items[k].name, row->task) != 0)
                continue;
            if (!TS_ENSURE(d->error,
                           o->first * d->jobs->slot >= row->first_run &&
                               o->ran * d->jobs->slot >= row->processor &&
                               o->finish * d->jobs->slot <= row->finish))
                return false;
        }
    }
    return true;
}

static bool make_lanes(ts_schedule *schedule, const ts_jobs *jobs,
                       ts_arena *arena)
{
    schedule->lane_count = jobs->processors;
    for (int i = 0; i < jobs->processors; i++) {
        schedule->lanes[i] = ts_arena_alloc(arena, TS_SLOTS_MAX + 1);
        if (schedule->lanes[i] == NULL)
            return false;
        memset(schedule->lanes[i], TS_IDLE, TS_SLOTS_MAX);
    }
    return true;
}

/* The last processors need no lane where nobody ever comes to them. */
static void drop_idle(ts_schedule *schedule)
{
    while (schedule->lane_count > 1 &&
           strspn(schedule->lanes[schedule->lane_count - 1], ".") ==
               (size_t)schedule->length)
        schedule->lane_count--;
}

const ts_schedule *ts_schedule_read(const ts_report *report,
                                    const ts_jobs *jobs, ts_arena *arena,
                                    ts_error *error)
{
    ts_schedule *schedule = ts_arena_alloc(arena, sizeof *schedule);
    drawing d = {report, jobs, schedule, error};

    if (schedule == NULL || !make_lanes(schedule, jobs, arena)) {
        ts_fail_memory(error);
        return NULL;
    }
    for (size_t i = 0; i < report->trace->span_count; i++)
        if (!enter(&d, &report->trace->spans[i]))
            return NULL;
    for (int i = 0; i < schedule->lane_count; i++)
        schedule->lanes[i][schedule->length] = '\0';
    drop_idle(schedule);
    schedule->outcomes =
        ts_schedule_outcomes(schedule->lanes, schedule->lane_count, jobs,
                             arena);
    if (schedule->outcomes == NULL) {
        ts_fail_memory(error);
        return NULL;
    }
    return agree(&d) ? schedule : NULL;
}

const ts_schedule *ts_schedule_play(const char *scenario, const ts_jobs *jobs,
                                    ts_arena *arena, ts_error *error)
{
    ts_played played;
    const ts_schedule *schedule;

    if (!ts_played_init(&played, "exercise", scenario, NULL, TS_TRACE_SPANS,
                        error))
        return NULL;
    schedule = ts_schedule_read(played.run.report, jobs, arena, error);
    ts_played_fini(&played);
    return schedule;
}

/* --- what a chart says of jobs --- */

static void look(const char *lane, const ts_job *job, ts_figures *outcome)
{
    for (int at = 0; lane[at] != '\0'; at++) {
        if (lane[at] != job->letter)
            continue;
        if (outcome->first < 0 || at < outcome->first)
            outcome->first = at;
        if (at + 1 > outcome->finish)
            outcome->finish = at + 1;
        outcome->ran++;
    }
}

ts_figures *ts_schedule_outcomes(char *const *lanes, int lane_count,
                                 const ts_jobs *jobs, ts_arena *arena)
{
    ts_figures *outcomes =
        ts_arena_array(arena, (size_t)jobs->count + 1, sizeof *outcomes);

    for (int i = 0; outcomes != NULL && i < jobs->count; i++) {
        const ts_job *job = &jobs->items[i];

        outcomes[i] =
            (ts_figures){.arrival = job->arrival, .first = -1, .finish = -1};
        for (int lane = 0; lane < lane_count; lane++)
            look(lanes[lane], job, &outcomes[i]);
        for (int k = 0; k < job->burst_count; k++)
            outcomes[i].away += job->bursts[k].away;
    }
    return outcomes;
}

int ts_figure_of(const ts_figures *outcome, int figure)
{
    if (outcome->finish < 0)
        return -1;
    switch ((ts_ask_figure)figure) {
    case TS_ASK_FINISH:
        return outcome->finish;
    case TS_ASK_TURNAROUND:
        return outcome->finish - outcome->arrival;
    case TS_ASK_WAITING:
        return outcome->finish - outcome->arrival - outcome->ran -
               outcome->away;
    case TS_ASK_RESPONSE:
        return outcome->first - outcome->arrival;
    case TS_ASK_FIGURES:
        break;
    }
    return -1;
}

static size_t busy_length(const char *lane)
{
    size_t length = strlen(lane);

    while (length > 0 && lane[length - 1] == TS_IDLE)
        length--;
    return length;
}

bool ts_schedule_equal(const ts_schedule *a, const ts_schedule *b)
{
    if (a->lane_count != b->lane_count)
        return false;
    for (int i = 0; i < a->lane_count; i++) {
        size_t length = busy_length(a->lanes[i]);

        if (length != busy_length(b->lanes[i]) ||
            memcmp(a->lanes[i], b->lanes[i], length) != 0)
            return false;
    }
    return true;
}

bool ts_schedule_changes(const ts_schedule *schedule)
{
    for (int i = 0; i < schedule->lane_count; i++)
        if (strchr(schedule->lanes[i], TS_CHANGE) != NULL)
            return true;
    return false;
}

int ts_schedule_room(const ts_schedule *schedule)
{
    return (schedule->length / 10 + 1) * 10;
}
