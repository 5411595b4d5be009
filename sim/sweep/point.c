/*
 * point.c - one run, from a document to a report and its verdicts.
 *
 * The document is copied, the values of the point are set in the copy, and
 * what comes out is read like any scenario.
 */
#include "sim/sweep/point.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "sim/results/judge.h"
#include "sim/scenario/document.h"
#include "sim/sweep/plan.h"

uint64_t ts_replication_seed(uint64_t seed, int64_t replication)
{
    ts_random random;

    assert(replication >= 0);
    if (replication == 0)
        return seed;
    ts_random_init(&random, seed, "replication");
    ts_random_select(&random, (uint64_t)replication);
    return ts_random_u64(&random);
}

static int64_t microseconds(clockid_t clock)
{
    struct timespec now;

    clock_gettime(clock, &now);
    return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

static bool set_values(ts_point_run *run, ts_diagnostics *diagnostics)
{
    for (int i = 0; i < run->facts.parameter_count; i++)
        if (!ts_document_set(run->document, run->facts.parameters[i].pointer,
                             run->facts.parameters[i].value, diagnostics))
            return false;
    return true;
}

/* Says which point it was, where there are several. */
static void name_point(const ts_points *points, const ts_point_run *run,
                       ts_diagnostics *diagnostics)
{
    char text[256] = "";
    size_t used = 0;

    for (int i = 0; i < run->facts.parameter_count && used < sizeof text; i++) {
        int n = snprintf(text + used, sizeof text - used, "%s%s = %s",
                         i > 0 ? ", " : "", run->facts.parameters[i].pointer,
                         run->facts.parameters[i].value);

        used += n > 0 ? (size_t)n : 0;
    }
    if (run->facts.parameter_count > 0)
        ts_document_complain(points->document, diagnostics, "/sweep",
                             TS_PLACE_VALUE,
                             "this is point %lld of the sweep: %s",
                             (long long)run->facts.point, text);
}

static uint64_t seed_of(const ts_points *points, const ts_place *place,
                        uint64_t seed)
{
    const ts_plan *plan = points->root->sweep;

    if (plan != NULL && plan->streams == TS_STREAMS_INDEPENDENT)
        seed = ts_replication_seed(seed, place->point);
    return ts_replication_seed(seed, place->replication);
}

/* Into the run's arena: a run outlives its plan. */
static const ts_parameter *copy_parameters(const ts_parameter *all, int count,
                                           ts_arena *arena)
{
    ts_parameter *copy = ts_arena_array(arena, (size_t)count + 1, sizeof *copy);

    for (int i = 0; copy != NULL && i < count; i++) {
        copy[i] = (ts_parameter){ts_arena_text(arena, all[i].pointer),
                                 ts_arena_text(arena, all[i].value)};
        if (copy[i].pointer == NULL || copy[i].value == NULL)
            return NULL;
    }
    return copy;
}

/* What does not need the document to be read. */
static bool start_facts(const ts_points *points, const ts_place *place,
                        ts_point_run *run)
{
    ts_run_facts *facts = &run->facts;

    *run = (ts_point_run){.root = NULL};
    ts_arena_init(&run->arena, 0);
    run->document = ts_document_copy(points->base);
    facts->parameters = ts_points_choose(points, place->point, &run->arena);
    facts->parameter_count = points->axis_count;
    facts->points = points->points;
    facts->setting_count = points->setting_count;
    facts->fixed_count = points->fixed_count;
    facts->point = place->point;
    facts->replication = place->replication;
    facts->round = place->round;
    facts->wall_started_us = microseconds(CLOCK_REALTIME);
    if (run->document == NULL || facts->parameters == NULL)
        return false;
    facts->settings =
        copy_parameters(points->settings, points->setting_count, &run->arena);
    facts->fixed =
        copy_parameters(points->fixed, points->fixed_count, &run->arena);
    facts->text = ts_arena_text(&run->arena, points->text);
    facts->scenario_name = ts_arena_text(&run->arena, ts_points_name(points));
    facts->title = ts_arena_text(&run->arena, points->root->title);
    return facts->settings != NULL && facts->fixed != NULL &&
           facts->text != NULL && facts->scenario_name != NULL &&
           facts->title != NULL;
}

/* The document as it stands after the values were set, and the seed. */
static bool identify(const ts_points *points, const ts_place *place,
                     const ts_point_options *options, ts_point_run *run)
{
    char *canonical = ts_document_canonical(run->document);
    const ts_root *root = run->root != NULL ? run->root : points->root;

    run->facts.seed =
        seed_of(points, place,
                options->has_seed ? options->seed : (uint64_t)root->seed);
    if (canonical == NULL)
        return false;
    run->facts.canonical = ts_arena_text(&run->arena, canonical);
    free(canonical);
    return run->facts.canonical != NULL;
}

bool ts_point_read(const ts_points *points, const ts_place *place,
                   const ts_point_options *options, ts_point_run *run,
                   ts_diagnostics *diagnostics, ts_error *error)
{
    int before = diagnostics->count;

    if (!start_facts(points, place, run))
        return ts_fail_memory(error);
    if (set_values(run, diagnostics))
        run->root = ts_document_read(run->document, &ts_root_shape, &run->arena,
                                     diagnostics);
    if (run->root == NULL || diagnostics->count > before) {
        name_point(points, run, diagnostics);
        run->root = NULL;
        return false;
    }
    return identify(points, place, options, run) || ts_fail_memory(error);
}

/* The options' limits, or else the scenario's. */
static ts_limits limits_of(const ts_point_options *options, const ts_root *root)
{
    const ts_limits *asked = &options->limits;
    ts_limits limits = *root->limits;

    limits.events = asked->events > 0 ? asked->events : limits.events;
    limits.time = asked->time > 0 ? asked->time : limits.time;
    limits.wall = asked->wall > 0 ? asked->wall : limits.wall;
    limits.memory = asked->memory > 0 ? asked->memory : limits.memory;
    if (options->memory_most > 0 && limits.memory > options->memory_most)
        limits.memory = options->memory_most;
    return limits;
}

static bool has_waited_enough(void *context)
{
    const ts_point_run *run = context;

    return microseconds(CLOCK_MONOTONIC) >= run->patience_us;
}

bool ts_point_create(const ts_point_options *options, ts_point_run *run,
                     ts_error *error)
{
    ts_limits limits = limits_of(options, run->root);
    ts_engine_options engine = {
        .seed = run->facts.seed,
        .trace = options->trace,
        .enough = has_waited_enough,
        .enough_context = run,
        .interrupt = options->interrupt,
        .progress = options->progress,
        .progress_context = options->progress_context,
    };

    run->patience_us =
        microseconds(CLOCK_MONOTONIC) + (limits.wall + TS_US - 1) / TS_US;
    run->simulation = ts_simulation_create(run->root, &limits, &engine, error);
    return run->simulation != NULL;
}

bool ts_point_break(const ts_points *points, const ts_place *place,
                    const ts_point_options *options, const char *why,
                    ts_point_run *run)
{
    if (run->facts.canonical == NULL &&
        (run->document == NULL || !identify(points, place, options, run)))
        return false;
    run->broken =
        (ts_report){.failed = true, .reason = ts_arena_text(&run->arena, why)};
    run->report = &run->broken;
    return run->broken.reason != NULL;
}

ts_place ts_points_place(const ts_points *points, int64_t index)
{
    assert(points->replications >= 1);
    return (ts_place){.point = index / points->replications,
                      .replication = index % points->replications};
}

const char *ts_points_name(const ts_points *points)
{
    const char *file = ts_document_file(points->document);
    const char *slash = strrchr(file, '/');

    return slash != NULL ? slash + 1 : file;
}

const char *ts_points_text(const ts_points *points)
{
    return points->text;
}

int64_t ts_points_replications(const ts_points *points)
{
    return points->replications;
}

bool ts_point_build(const ts_points *points, int64_t index,
                    const ts_point_options *options, ts_point_run *run,
                    ts_diagnostics *diagnostics, ts_error *error)
{
    ts_place place = ts_points_place(points, index);

    assert(index >= 0 && index < ts_points_count(points));
    if (ts_point_read(points, &place, options, run, diagnostics, error) &&
        ts_point_create(options, run, error))
        return true;
    ts_point_fini(run);
    return false;
}

static bool judge(ts_point_run *run)
{
    const ts_expectation *expect = run->root->expect.items;
    int count = run->root->expect.count;
    ts_verdict *verdicts =
        ts_arena_array(&run->arena, (size_t)count + 1, sizeof *verdicts);

    if (verdicts == NULL)
        return false;
    for (int i = 0; i < count; i++) {
        ts_verdict *verdict = &verdicts[run->facts.verdict_count];

        if (ts_judge(&expect[i], &run->facts, run->report, verdict)) {
            verdict->number = i;
            run->facts.verdict_count++;
        }
    }
    assert(run->facts.verdict_count <= count);
    run->facts.verdicts = verdicts;
    return true;
}

bool ts_point_finish(const ts_point_options *options, ts_point_run *run,
                     ts_error *error)
{
    int64_t started = microseconds(CLOCK_MONOTONIC);

    assert(run->simulation != NULL && run->report == NULL); /* once */
    run->report = ts_simulation_run(run->simulation);
    assert(run->report->sealed);
    run->facts.wall_us = microseconds(CLOCK_MONOTONIC) - started;
    run->interrupted = options->interrupt != NULL && *options->interrupt != 0;
    return run->interrupted || judge(run) || ts_fail_memory(error);
}

bool ts_point_play(const ts_points *points, int64_t index,
                   const ts_point_options *options, ts_point_run *run,
                   ts_diagnostics *diagnostics, ts_error *error)
{
    if (!ts_point_build(points, index, options, run, diagnostics, error))
        return false;
    if (ts_point_finish(options, run, error))
        return true;
    ts_point_fini(run);
    return false;
}

void ts_point_fini(ts_point_run *run)
{
    if (run->simulation != NULL)
        ts_simulation_destroy(run->simulation);
    ts_arena_fini(&run->arena);
    ts_document_free(run->document);
    *run = (ts_point_run){.root = NULL};
}
