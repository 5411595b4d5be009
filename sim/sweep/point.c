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

#include "sim/scenario/document.h"
#include "sim/sweep/plan.h"

uint64_t ts_replication_seed(uint64_t seed, int64_t replication)
{
    ts_random random;

    if (replication == 0)
        return seed;
    ts_random_init(&random, seed, "replication");
    ts_random_select(&random, (uint64_t)replication);
    return ts_random_u64(&random);
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

    for (int i = 0; i < run->facts.parameter_count && used < sizeof(text);
         i++) {
        int n = snprintf(text + used, sizeof(text) - used, "%s%s = %s",
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

static bool fill_facts(const ts_points *points, int64_t index,
                       const ts_point_options *options, ts_point_run *run)
{
    ts_run_facts *facts = &run->facts;
    uint64_t seed =
        options->has_seed ? options->seed : (uint64_t)run->root->seed;
    const char *file = ts_document_file(run->document);
    const char *slash = strrchr(file, '/');
    char *canonical = ts_document_canonical(run->document);

    facts->scenario_name = slash != NULL ? slash + 1 : file;
    facts->title = run->root->title;
    facts->text = ts_document_text(run->document);
    facts->replication = index % points->replications;
    facts->seed = ts_replication_seed(seed, facts->replication);
    if (canonical == NULL)
        return false;
    facts->canonical = ts_arena_text(&run->arena, canonical);
    free(canonical);
    return facts->canonical != NULL;
}

static bool read_point(const ts_points *points, int64_t index,
                       const ts_point_options *options, ts_point_run *run,
                       ts_diagnostics *diagnostics, ts_error *error)
{
    int before = diagnostics->count;

    run->facts.point = index / points->replications;
    run->document = ts_document_copy(points->document);
    run->facts.parameters =
        ts_points_choose(points, run->facts.point, &run->arena);
    run->facts.parameter_count = points->axis_count;
    if (run->document == NULL || run->facts.parameters == NULL)
        return ts_fail(error, "out of memory");
    if (set_values(run, diagnostics))
        run->root = ts_document_read(run->document, &ts_root_shape, &run->arena,
                                     diagnostics);
    if (run->root == NULL || diagnostics->count > before) {
        name_point(points, run, diagnostics);
        return false;
    }
    return fill_facts(points, index, options, run) ||
           ts_fail(error, "out of memory");
}

bool ts_point_build(const ts_points *points, int64_t index,
                    const ts_point_options *options, ts_point_run *run,
                    ts_diagnostics *diagnostics, ts_error *error)
{
    ts_engine_options engine = {
        .trace = options->trace,
        .memory_limit = options->memory_limit,
        .interrupt = options->interrupt,
        .progress = options->progress,
        .progress_context = options->progress_context,
    };

    assert(index >= 0 && index < ts_points_count(points));
    *run = (ts_point_run){.root = NULL};
    ts_arena_init(&run->arena, 0);
    if (read_point(points, index, options, run, diagnostics, error)) {
        engine.seed = run->facts.seed;
        run->simulation = ts_simulation_create(run->root, &engine, error);
    }
    if (run->simulation != NULL)
        return true;
    ts_point_fini(run);
    return false;
}

static bool judge(ts_point_run *run)
{
    const ts_expectation *expect = run->root->expect.items;
    int count = run->root->expect.count;
    ts_verdict *verdicts =
        ts_arena_array(&run->arena, (size_t)count + 1, sizeof(*verdicts));

    if (verdicts == NULL)
        return false;
    for (int i = 0; i < count; i++)
        if (ts_judge(&expect[i], &run->facts, run->report,
                     &verdicts[run->facts.verdict_count]))
            run->facts.verdict_count++;
    run->facts.verdicts = verdicts;
    return true;
}

static int64_t microseconds(clockid_t clock)
{
    struct timespec now;

    clock_gettime(clock, &now);
    return (int64_t)now.tv_sec * 1000000 + now.tv_nsec / 1000;
}

bool ts_point_play(const ts_points *points, int64_t index,
                   const ts_point_options *options, ts_point_run *run,
                   ts_diagnostics *diagnostics, ts_error *error)
{
    int64_t started = microseconds(CLOCK_MONOTONIC);

    if (!ts_point_build(points, index, options, run, diagnostics, error))
        return false;
    run->facts.wall_started_us = microseconds(CLOCK_REALTIME);
    run->report = ts_simulation_run(run->simulation);
    run->facts.wall_us = microseconds(CLOCK_MONOTONIC) - started;
    run->interrupted = options->interrupt != NULL && *options->interrupt != 0;
    if (run->interrupted || judge(run))
        return true;
    ts_point_fini(run);
    return ts_fail(error, "out of memory");
}

void ts_point_fini(ts_point_run *run)
{
    if (run->simulation != NULL)
        ts_simulation_destroy(run->simulation);
    ts_arena_fini(&run->arena);
    ts_document_free(run->document);
    *run = (ts_point_run){.root = NULL};
}
