/*
 * plan.c - the points of a sweep.
 */
#include "sim/sweep/plan.h"

#include <stdlib.h>
#include <string.h>

#include "sim/scenario/buffer.h"
#include "sim/scenario/document.h"
#include "sim/sweep/split.h"

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
    struct ts_axis *axis = &points->axes[points->axis_count];
    ts_buffer place = TS_BUFFER_EMPTY;
    const char *path;

    ts_pointer_key(&place, "sweep");
    ts_pointer_key(&place, list);
    ts_pointer_key(&place, key);
    path = place.failed ? "/sweep" : place.data;
    axis->pointer = key;
    axis->count = ts_split_list(&points->arena, text, &axis->values);
    if (key[0] != '/')
        ts_document_complain(
            points->document, diagnostics, path, TS_PLACE_VALUE,
            "\"%s\" is no JSON Pointer: it begins with a slash, as in "
            "\"/threads/0/count\"",
            key);
    else if (strncmp(key, "/sweep", 6) == 0 &&
             (key[6] == '/' || key[6] == '\0'))
        ts_document_complain(points->document, diagnostics, path,
                             TS_PLACE_VALUE,
                             "\"%s\": a sweep cannot vary itself", key);
    else if (has_axis(points, key, points->axis_count))
        ts_document_complain(points->document, diagnostics, path,
                             TS_PLACE_VALUE,
                             "\"%s\" stands in both vary and zip", key);
    if (axis->count < 0)
        ts_document_complain(points->document, diagnostics, path,
                             TS_PLACE_VALUE,
                             "\"%s\" needs a list of values, as in [1, 2, 5]",
                             key);
    if (axis->count == 0)
        ts_document_complain(
            points->document, diagnostics, path, TS_PLACE_VALUE,
            "\"%s\" has no values, so there is no point to run", key);
    points->axis_count++;
    ts_buffer_fini(&place);
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
        read_axis(points, "zip", zip[i].key, *(const char *const *)zip[i].value,
                  diagnostics);
    if (points->axis_count > points->vary_count)
        points->steps = points->axes[points->vary_count].count;
    for (int i = points->vary_count; i < points->axis_count; i++)
        if (points->axes[i].count >= 0 &&
            points->axes[i].count != points->steps)
            ts_document_complain(
                points->document, diagnostics, "/sweep/zip", TS_PLACE_VALUE,
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
    points->axes =
        ts_arena_array(&points->arena,
                       (size_t)(plan->vary.count + plan->zip.count) + 1,
                       sizeof(*points->axes));
    if (points->axes == NULL) {
        ts_document_complain(points->document, diagnostics, "/sweep",
                             TS_PLACE_VALUE, "out of memory");
        return;
    }
    read_axes(points, plan, diagnostics);
    if (diagnostics->count > before)
        return;
    points->points = points->steps;
    for (int i = 0; i <= points->vary_count; i++) {
        /* Divided: a product might wrap. */
        if (points->points > TS_LIMIT_RUNS / points->replications) {
            ts_document_complain(
                points->document, diagnostics, "/sweep", TS_PLACE_VALUE,
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
        ts_document_complain(
            points->document, diagnostics, path, TS_PLACE_VALUE,
            "`reference` has %d values, and there are %lld points",
            e->reference.count, (long long)points->points);
    for (int i = 0; i < e->where.count; i++)
        if (!has_axis(points, where[i].key, points->axis_count))
            ts_document_complain(
                points->document, diagnostics, path, TS_PLACE_VALUE,
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
    points->root =
        ts_document_read(document, &ts_root_shape, &points->arena, diagnostics);
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

/* Those in step are the fastest, as if they were one last parameter. */
const ts_parameter *ts_points_choose(const ts_points *points, int64_t point,
                                     ts_arena *arena)
{
    int64_t rest = point / points->steps;
    ts_parameter *chosen =
        ts_arena_array(arena, (size_t)points->axis_count + 1, sizeof(*chosen));

    if (chosen == NULL)
        return NULL;
    for (int i = points->axis_count - 1; i >= 0; i--) {
        const struct ts_axis *axis = &points->axes[i];
        int64_t value = point % points->steps;

        if (i < points->vary_count) {
            value = rest % axis->count;
            rest /= axis->count;
        }
        /* Copied: a run outlives its plan. */
        chosen[i].pointer = ts_arena_text(arena, axis->pointer);
        chosen[i].value = ts_arena_text(arena, axis->values[value]);
        if (chosen[i].pointer == NULL || chosen[i].value == NULL)
            return NULL;
    }
    return chosen;
}
