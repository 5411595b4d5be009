/*
 * plan.c - the points of a sweep.
 */
#include "sim/sweep/plan.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/scenario/buffer.h"
#include "sim/results/judge.h"
#include "sim/scenario/document.h"
#include "sim/sweep/split.h"

static bool has_axis(const ts_points *points, const char *pointer, int count)
{
    for (int i = 0; i < count; i++)
        if (strcmp(points->axes[i].pointer, pointer) == 0)
            return true;
    return false;
}

/* What was set from outside to one value is not varied any more. */
static bool is_pinned(const ts_points *points, const char *pointer)
{
    const ts_document *document = points->document;

    for (int i = 0; i < document->setting_count; i++)
        if (strcmp(document->settings[i].pointer, pointer) == 0)
            return true;
    return false;
}

/* An axis on its way, with its place for complaints. */
typedef struct reading {
    ts_points *points;
    ts_diagnostics *diagnostics;
    ts_buffer place;
    bool drawn;
} reading;

static void complain(reading *r, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

static void complain(reading *r, const char *format, ...)
{
    va_list list;

    va_start(list, format);
    ts_document_vcomplain(r->points->document, r->diagnostics,
                          r->place.failed ? "/sweep" : r->place.data,
                          TS_PLACE_VALUE, format, list);
    va_end(list);
}

static void complain_memory(const ts_points *points,
                            ts_diagnostics *diagnostics)
{
    ts_diagnostics_memory(diagnostics, ts_document_file(points->document),
                          "/sweep", "read it");
}

static void read_values(reading *r, struct ts_axis *axis, const char *text)
{
    ts_arena *arena = &r->points->arena;
    ts_error error = {.text = ""};

    if (text[strspn(text, " \t\r\n")] == '{') {
        axis->range = ts_range_read(arena, text, &error);
        axis->count = axis->range != NULL ? ts_range_count(axis->range) : -1;
        if (axis->range == NULL)
            complain(r, "%s", error.text);
        else if (axis->count < 0 && !r->drawn)
            complain(r, "the range needs a `step` or a `count`");
        return;
    }
    axis->count = ts_split_list(arena, text, &axis->values);
}

/* Reads what stands in `list` ("vary", "zip", "sample/of") at `key`. */
static void read_axis(reading *r, const char *const *list, const char *key,
                      const char *text, int group)
{
    ts_points *points = r->points;
    struct ts_axis *axis = &points->axes[points->axis_count];

    assert(group == points->group_count); /* groups come one after another */
    r->place.length = 0;
    ts_pointer_key(&r->place, "sweep");
    for (int i = 0; list[i] != NULL; i++)
        ts_pointer_key(&r->place, list[i]);
    ts_pointer_key(&r->place, key);
    *axis = (struct ts_axis){.pointer = key, .group = group};
    if (strncmp(key, "/sweep", 6) == 0 && (key[6] == '/' || key[6] == '\0'))
        complain(r, "\"%s\": a sweep cannot vary itself", key);
    else if (has_axis(points, key, points->axis_count))
        complain(r, "\"%s\" stands in two of vary, zip and sample", key);
    read_values(r, axis, text);
    if (is_pinned(points, key))
        points->narrowed = true;
    else
        points->axis_count++;
}

/* Those that go in step have one length. */
static void read_zip(reading *r, const ts_plan *plan)
{
    static const char *const list[] = {"zip", NULL};
    ts_points *points = r->points;
    const ts_map_item *zip = plan->zip.items;
    int from = points->axis_count;
    const struct ts_axis *first = &points->axes[from];

    for (int i = 0; i < plan->zip.count; i++)
        read_axis(r, list, zip[i].key, *(const char *const *)zip[i].value,
                  points->group_count);
    for (int i = from + 1; i < points->axis_count; i++) {
        const struct ts_axis *axis = &points->axes[i];

        if (axis->count >= 0 && axis->count != first->count)
            ts_document_complain(
                points->document, r->diagnostics, "/sweep/zip", TS_PLACE_VALUE,
                "\"%s\" has %lld values and \"%s\" has %lld: those that "
                "go in step have the same number",
                axis->pointer, (long long)axis->count, first->pointer,
                (long long)first->count);
    }
    if (points->axis_count > from)
        points->steps[points->group_count++] = first->count;
}

/* Where point i of n falls: anywhere, or somewhere in a stratum of its own. */
static bool draw(ts_points *points, struct ts_axis *axis,
                 const ts_plan_sample *sample)
{
    uint64_t n = (uint64_t)sample->points;
    ts_random random;
    uint32_t *order = ts_arena_array(&points->arena, n, sizeof *order);

    axis->drawn = ts_arena_array(&points->arena, n, sizeof *axis->drawn);
    if (order == NULL || axis->drawn == NULL)
        return false;
    ts_random_init(&random, (uint64_t)sample->seed, axis->pointer);
    for (uint64_t i = 0; i < n; i++) {
        uint64_t j = ts_random_below(&random, i + 1);

        order[i] = order[j];
        order[j] = (uint32_t)i;
    }
    for (uint64_t i = 0; i < n; i++) {
        /* A stream each: more points later leave these as they are. */
        ts_random_select(&random, i + 1);
        axis->drawn[i] = (uint32_t)(ts_random_u64(&random) >> 32);
        assert(order[i] < n); /* a permutation of the strata */
        if (sample->method == TS_SAMPLE_LATIN)
            axis->drawn[i] =
                (uint32_t)((((uint64_t)order[i] << 32) + axis->drawn[i]) / n);
    }
    return true;
}

static void read_sample(reading *r, const ts_plan *plan)
{
    static const char *const list[] = {"sample", "of", NULL};
    ts_points *points = r->points;
    const ts_map_item *of = plan->sample->of.items;
    int from = points->axis_count;

    r->drawn = true;
    for (int i = 0; i < plan->sample->of.count; i++)
        read_axis(r, list, of[i].key, *(const char *const *)of[i].value,
                  points->group_count);
    for (int i = from; i < points->axis_count; i++)
        if (!draw(points, &points->axes[i], plan->sample))
            complain_memory(points, r->diagnostics);
    if (points->axis_count > from)
        points->steps[points->group_count++] = plan->sample->points;
}

static void read_axes(ts_points *points, const ts_plan *plan,
                      ts_diagnostics *diagnostics)
{
    static const char *const list[] = {"vary", NULL};
    const ts_map_item *vary = plan->vary.items;
    reading r = {.points = points, .diagnostics = diagnostics};

    for (int i = 0; i < plan->vary.count; i++) {
        int from = points->axis_count;

        read_axis(&r, list, vary[i].key, *(const char *const *)vary[i].value,
                  points->group_count);
        if (points->axis_count > from)
            points->steps[points->group_count++] = points->axes[from].count;
    }
    read_zip(&r, plan);
    if (plan->sample != NULL)
        read_sample(&r, plan);
    ts_buffer_fini(&r.place);
}

static void read_plan(ts_points *points, ts_diagnostics *diagnostics)
{
    const ts_plan *plan = points->root->sweep;
    int before = diagnostics->count;
    size_t room = (size_t)(plan->vary.count + plan->zip.count) + 1 +
                  (plan->sample != NULL ? (size_t)plan->sample->of.count : 0);

    points->replications = plan->replications;
    points->axes = ts_arena_array(&points->arena, room, sizeof *points->axes);
    points->steps =
        ts_arena_array(&points->arena, room + 1, sizeof *points->steps);
    if (points->axes == NULL || points->steps == NULL) {
        complain_memory(points, diagnostics);
        return;
    }
    read_axes(points, plan, diagnostics);
    if (diagnostics->count > before)
        return;
    assert((size_t)points->axis_count < room && points->group_count >= 0);
    assert(points->replications >= 1);
    for (int i = 0; i <= points->group_count; i++) {
        /* Divided: a product might wrap. */
        if (points->points > TS_LIMIT_RUNS / points->replications) {
            ts_document_complain(
                points->document, diagnostics, "/sweep", TS_PLACE_VALUE,
                "more than %d runs: fewer values, or fewer replications",
                TS_LIMIT_RUNS);
            return;
        }
        if (i < points->group_count)
            points->points *= points->steps[i];
    }
}

/* Remembers what `pointer` names in all points; nothing where there is none.
 * What finds no memory leaves the arena exhausted. */
static void add_parameter(ts_points *points, ts_parameter **all, int *count,
                          const char *pointer)
{
    ts_arena *arena = &points->arena;
    ts_parameter *more, one = {.pointer = ts_arena_text(arena, pointer)};
    char *value;

    for (int i = 0; i < *count; i++)
        if (strcmp((*all)[i].pointer, pointer) == 0)
            return;
    if (!ts_document_get(points->base, pointer, &value))
        arena->exhausted = true;
    if (value == NULL)
        return;
    one.value = ts_arena_text(arena, value);
    free(value);
    more = ts_arena_array(arena, (size_t)*count + 1, sizeof *more);
    if (more == NULL || one.pointer == NULL || one.value == NULL)
        return;
    if (*count > 0)
        memcpy(more, *all, (size_t)*count * sizeof *more);
    more[(*count)++] = one;
    *all = more;
}

static bool is_under(const char *pointer, const char *top)
{
    size_t n = strlen(top);

    return strncmp(pointer, top, n) == 0 &&
           (pointer[n] == '\0' || pointer[n] == '/');
}

/* What stands within something that is varied would not be there any more. */
static void check_setting(const ts_points *points, const char *pointer,
                          ts_diagnostics *diagnostics)
{
    for (int i = 0; i < points->axis_count; i++)
        if (is_under(pointer, points->axes[i].pointer))
            ts_document_complain(
                points->document, diagnostics, pointer, TS_PLACE_VALUE,
                "the sweep has a whole %s for each of its points, which would "
                "undo this: set it there, in /sweep, or set all of %s",
                points->axes[i].pointer, points->axes[i].pointer);
}

/* What was set from outside tells runs apart, where it is in them; what was
 * set in the sweep narrows it. */
static void read_settings(ts_points *points, ts_diagnostics *diagnostics)
{
    const ts_document *document = points->document;

    for (int i = 0; i < document->setting_count; i++) {
        const char *pointer = document->settings[i].pointer;

        check_setting(points, pointer, diagnostics);
        if (is_under(pointer, "/sweep"))
            points->narrowed = true;
        else
            add_parameter(points, &points->settings, &points->setting_count,
                          pointer);
    }
}

/* What only the plan knows about expectations: a `where` that names no
 * parameter would never be judged, and a test that tests nothing is worse
 * than none. Of a plan that was narrowed from outside that is no fault of the
 * scenario's: what is fixed now is held against the value that it has. */
static void check_expectation(ts_points *points, int index,
                              const ts_expectation *e,
                              ts_diagnostics *diagnostics)
{
    const ts_map_item *where = e->where.items;
    char path[64];

    if (points->narrowed) {
        for (int i = 0; i < e->where.count; i++)
            if (!has_axis(points, where[i].key, points->axis_count))
                add_parameter(points, &points->fixed, &points->fixed_count,
                              where[i].key);
        return;
    }
    snprintf(path, sizeof path, "/expect/%d", index);
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

/* What a run is does not depend on the plan it is part of, nor on its pictures:
 * a plan that grows finds its earlier runs again. */
static bool make_base(ts_points *points, ts_diagnostics *diagnostics)
{
    points->base = ts_document_copy(points->document);
    points->text = ts_document_told(points->document);
    if (points->base == NULL || points->text == NULL) {
        complain_memory(points, diagnostics);
        return false;
    }
    return ts_document_set(points->base, "/sweep", "null", diagnostics) &&
           ts_document_set(points->base, "/pictures", "null", diagnostics);
}

ts_points *ts_points_create(const ts_document *document,
                            ts_diagnostics *diagnostics)
{
    ts_points *points = calloc(1, sizeof *points);
    int before = diagnostics->count;
    const ts_expectation *expect;
    bool plain;

    if (points == NULL) {
        ts_diagnostics_memory(diagnostics, ts_document_file(document), "",
                              "read it");
        return NULL;
    }
    points->document = document;
    points->points = points->replications = 1;
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
    plain = diagnostics->count == before && make_base(points, diagnostics);
    if (plain)
        read_settings(points, diagnostics);
    for (int i = 0; plain && i < points->root->expect.count; i++)
        check_expectation(points, i, &expect[i], diagnostics);
    if (points->arena.exhausted)
        complain_memory(points, diagnostics);
    if (diagnostics->count == before && !diagnostics->memory)
        return points;
    ts_points_destroy(points);
    return NULL;
}

void ts_points_destroy(ts_points *points)
{
    if (points == NULL)
        return;
    ts_document_free(points->base);
    free(points->text);
    ts_arena_fini(&points->arena);
    free(points);
}

/* The value that all points have there, or NULL. */
static const char *fixed_value(const ts_points *points, const char *pointer)
{
    for (int i = 0; i < points->fixed_count; i++)
        if (strcmp(points->fixed[i].pointer, pointer) == 0)
            return points->fixed[i].value;
    return NULL;
}

/* Has any point `wanted` there? Of a range that is found out when it is played. */
static bool can_be(const ts_points *points, const char *pointer,
                   const char *wanted)
{
    const char *value = fixed_value(points, pointer);

    for (int i = 0; i < points->axis_count; i++) {
        const struct ts_axis *axis = &points->axes[i];

        if (strcmp(axis->pointer, pointer) != 0)
            continue;
        for (int64_t k = 0; axis->range == NULL && k < axis->count; k++)
            if (ts_json_equal(axis->values[k], wanted))
                return true;
        return axis->range != NULL;
    }
    return value != NULL && ts_json_equal(value, wanted);
}

bool ts_points_skips(const ts_points *points, int index, char *why, size_t size)
{
    const ts_expectation *expect = points->root->expect.items;
    const ts_expectation *e = &expect[index];
    const ts_map_item *where = e->where.items;

    assert(index >= 0 && index < points->root->expect.count);
    if (e->reference.count > 0 && e->reference.count != points->points) {
        snprintf(why, size,
                 "`reference` has %d values, and %lld points are left",
                 e->reference.count, (long long)points->points);
        return true;
    }
    for (int i = 0; i < e->where.count; i++) {
        const char *wanted = *(const char *const *)where[i].value;

        if (can_be(points, where[i].key, wanted))
            continue;
        snprintf(why, size, "at no point that is left %.80s is %.60s",
                 where[i].key, wanted);
        return true;
    }
    return false;
}

bool ts_points_narrowed(const ts_points *points)
{
    return points->narrowed;
}

int64_t ts_points_count(const ts_points *points)
{
    return points->points * points->replications;
}

const ts_root *ts_points_root(const ts_points *points)
{
    return points->root;
}

/* The text of an axis at a step of its group. Copied: a run outlives its
 * plan. */
static char *value_at(const struct ts_axis *axis, int64_t step, ts_arena *arena)
{
    int64_t at = step;

    assert(step >= 0 && axis->count != 0);
    if (axis->drawn != NULL && axis->range != NULL)
        return ts_range_value(axis->range, axis->drawn[step], (int64_t)1 << 32,
                              true, arena);
    if (axis->range != NULL)
        return ts_range_value(axis->range, step, axis->count, false, arena);
    if (axis->drawn != NULL)
        at = (int64_t)((uint64_t)axis->drawn[step] * (uint64_t)axis->count >>
                       32);
    assert(at >= 0 && at < axis->count);
    return ts_arena_text(arena, axis->values[at]);
}

/* The last group is the fastest. */
const ts_parameter *ts_points_choose(const ts_points *points, int64_t point,
                                     ts_arena *arena)
{
    int group = points->group_count;
    int64_t step = 0;
    ts_parameter *chosen =
        ts_arena_array(arena, (size_t)points->axis_count + 1, sizeof *chosen);

    assert(point >= 0 && point < points->points);
    if (chosen == NULL)
        return NULL;
    for (int i = points->axis_count - 1; i >= 0; i--) {
        const struct ts_axis *axis = &points->axes[i];

        while (group > axis->group) {
            group--;
            step = point % points->steps[group];
            point /= points->steps[group];
        }
        chosen[i].pointer = ts_arena_text(arena, axis->pointer);
        chosen[i].value = value_at(axis, step, arena);
        if (chosen[i].pointer == NULL || chosen[i].value == NULL)
            return NULL;
    }
    return chosen;
}

int ts_points_axes(const ts_points *points)
{
    return points->axis_count;
}
