/*
 * point.c - one run, from a document to a report and its verdicts.
 *
 * A plan is a grid: every value of every parameter with every value of the
 * others; parameters in step count as one. It is never written down; a run's
 * number says which values it has, and the document is copied and set when
 * its turn comes.
 */
#include "sim/sweep/point.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "sim/sweep/split.h"

struct axis {
    const char *pointer;
    char **values; /* JSON texts */
    int64_t count;
};

struct ts_points {
    const ts_document *document; /* borrowed */
    ts_arena arena;              /* owned: everything below */
    const ts_root *root;
    struct axis *axes;           /* of `vary`, then of `zip` */
    int vary_count, axis_count;
    int64_t steps;               /* values of each axis of `zip`; 1: none */
    int64_t points, replications;
};

/* Complaints about the plan as a whole have a path and no line of their own. */
#define COMPLAIN(points, diagnostics, path, ...)                               \
    ts_diagnostics_add(diagnostics, ts_document_file((points)->document), 0,   \
                       0, path, __VA_ARGS__)

static bool has_axis(const ts_points *points, const char *pointer, int count)
{
    for (int i = 0; i < count; i++)
        if (strcmp(points->axes[i].pointer, pointer) == 0)
            return true;
    return false;
}

/* Reads what stands in `list` ("vary" or "zip") at `key`. */
static void read_axis(ts_points *points, const char *list, const char *key,
                      const char *text, ts_diagnostics *diagnostics)
{
    struct axis *axis = &points->axes[points->axis_count];
    char path[64];

    snprintf(path, sizeof(path), "/sweep/%s", list);
    axis->pointer = key;
    axis->count = ts_split_list(&points->arena, text, &axis->values);
    if (key[0] != '/')
        COMPLAIN(points, diagnostics, path,
                 "\"%s\" is no JSON Pointer: it begins with a slash, as in "
                 "\"/threads/0/count\"",
                 key);
    else if (strncmp(key, "/sweep", 6) == 0 &&
             (key[6] == '/' || key[6] == '\0'))
        COMPLAIN(points, diagnostics, path,
                 "\"%s\": a sweep cannot vary itself", key);
    else if (has_axis(points, key, points->axis_count))
        COMPLAIN(points, diagnostics, path,
                 "\"%s\" stands in both vary and zip", key);
    if (axis->count < 0)
        COMPLAIN(points, diagnostics, path,
                 "\"%s\" needs a list of values, as in [1, 2, 5]", key);
    if (axis->count == 0)
        COMPLAIN(points, diagnostics, path,
                 "\"%s\" has no values, so there is no point to run", key);
    points->axis_count++;
}

static void read_axes(ts_points *points, const ts_plan *plan,
                      ts_diagnostics *diagnostics)
{
    const ts_map_item *vary = plan->vary.items, *zip = plan->zip.items;

    for (int i = 0; i < plan->vary.count; i++)
        read_axis(points, "vary", vary[i].key,
                  *(const char *const *)vary[i].value, diagnostics);
    points->vary_count = points->axis_count;
    for (int i = 0; i < plan->zip.count; i++)
        read_axis(points, "zip", zip[i].key,
                  *(const char *const *)zip[i].value, diagnostics);
    if (points->axis_count > points->vary_count)
        points->steps = points->axes[points->vary_count].count;
    for (int i = points->vary_count; i < points->axis_count; i++)
        if (points->axes[i].count >= 0 &&
            points->axes[i].count != points->steps)
            COMPLAIN(points, diagnostics, "/sweep/zip",
                     "\"%s\" has %lld values and \"%s\" has %lld: those that "
                     "go in step have the same number",
                     points->axes[i].pointer, (long long)points->axes[i].count,
                     points->axes[points->vary_count].pointer,
                     (long long)points->steps);
}

static void read_plan(ts_points *points, ts_diagnostics *diagnostics)
{
    const ts_plan *plan = points->root->sweep;
    int before = diagnostics->count;

    points->replications = plan->replications;
    points->axes = ts_arena_array(
        &points->arena, (size_t)(plan->vary.count + plan->zip.count) + 1,
        sizeof(*points->axes));
    if (points->axes == NULL) {
        COMPLAIN(points, diagnostics, "/sweep", "out of memory");
        return;
    }
    read_axes(points, plan, diagnostics);
    if (diagnostics->count > before)
        return;
    points->points = points->steps;
    for (int i = 0; i <= points->vary_count; i++) {
        if (points->points * points->replications > TS_LIMIT_RUNS) {
            COMPLAIN(points, diagnostics, "/sweep",
                     "more than %d runs: fewer values, or fewer replications",
                     TS_LIMIT_RUNS);
            return;
        }
        if (i < points->vary_count)
            points->points *= points->axes[i].count;
    }
}

/* What only the plan knows about expectations: a `where` that names no
 * parameter would never be judged, and a test that tests nothing is worse
 * than none. */
static void check_expectation(const ts_points *points, int index,
                              const ts_expectation *e,
                              ts_diagnostics *diagnostics)
{
    const ts_map_item *where = e->where.items;
    char path[64];

    snprintf(path, sizeof(path), "/expect/%d", index);
    if (e->reference.count > 0 && e->reference.count != points->points)
        COMPLAIN(points, diagnostics, path,
                 "`reference` has %d values, and there are %lld points",
                 e->reference.count, (long long)points->points);
    for (int i = 0; i < e->where.count; i++)
        if (!has_axis(points, where[i].key, points->axis_count))
            COMPLAIN(points, diagnostics, path,
                     "`where` names \"%s\", which the sweep does not vary",
                     where[i].key);
}

ts_points *ts_points_create(const ts_document *document,
                            ts_diagnostics *diagnostics)
{
    ts_points *points = calloc(1, sizeof(*points));
    int before = diagnostics->count;
    const ts_expectation *expect;
    bool plain;

    if (points == NULL) {
        ts_diagnostics_add(diagnostics, ts_document_file(document), 0, 0, "",
                           "out of memory");
        return NULL;
    }
    points->document = document;
    points->points = points->steps = points->replications = 1;
    ts_arena_init(&points->arena, 0);
    points->root = ts_document_read(document, &ts_root_shape, &points->arena,
                                    diagnostics);
    if (points->root == NULL || diagnostics->count > before) {
        ts_points_destroy(points);
        return NULL;
    }
    if (points->root->sweep != NULL)
        read_plan(points, diagnostics);
    expect = points->root->expect.items;
    plain = diagnostics->count == before;
    for (int i = 0; plain && i < points->root->expect.count; i++)
        check_expectation(points, i, &expect[i], diagnostics);
    if (diagnostics->count == before)
        return points;
    ts_points_destroy(points);
    return NULL;
}

void ts_points_destroy(ts_points *points)
{
    if (points == NULL)
        return;
    ts_arena_fini(&points->arena);
    free(points);
}

int64_t ts_points_count(const ts_points *points)
{
    return points->points * points->replications;
}

const ts_root *ts_points_root(const ts_points *points)
{
    return points->root;
}

uint64_t ts_replication_seed(uint64_t seed, int64_t replication)
{
    ts_random random;

    if (replication == 0)
        return seed;
    ts_random_init(&random, seed, "replication");
    ts_random_select(&random, (uint64_t)replication);
    return ts_random_u64(&random);
}

/* --- one point --- */

/* Takes the values of point number `point`. Those in step are the fastest, as
 * if they were one last parameter. */
static bool choose(const ts_points *points, int64_t point, ts_point_run *run)
{
    int64_t rest = point / points->steps;
    ts_parameter *chosen =
        ts_arena_array(&run->arena, (size_t)points->axis_count + 1,
                       sizeof(*chosen));

    if (chosen == NULL)
        return false;
    for (int i = points->axis_count - 1; i >= 0; i--) {
        const struct axis *axis = &points->axes[i];
        int64_t value = point % points->steps;

        if (i < points->vary_count) {
            value = rest % axis->count;
            rest /= axis->count;
        }
        /* Copied: a run outlives its plan. */
        chosen[i].pointer = ts_arena_text(&run->arena, axis->pointer);
        chosen[i].value = ts_arena_text(&run->arena, axis->values[value]);
        if (chosen[i].pointer == NULL || chosen[i].value == NULL)
            return false;
    }
    run->facts.parameters = chosen;
    run->facts.parameter_count = points->axis_count;
    return true;
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
        COMPLAIN(points, diagnostics, "/sweep",
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
    if (run->document == NULL || !choose(points, run->facts.point, run))
        return ts_fail(error, "out of memory");
    if (set_values(run, diagnostics))
        run->root = ts_document_read(run->document, &ts_root_shape,
                                     &run->arena, diagnostics);
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
