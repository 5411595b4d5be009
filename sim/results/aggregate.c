/*
 * aggregate.c - a metric over the replications of each point.
 */
#include "sim/results/aggregate.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/engine/random.h"

static bool grow(void **items, int64_t count, int64_t *room, size_t size)
{
    int64_t more = *room == 0 ? 256 : 2 * *room;
    void *moved;

    if (count < *room)
        return true;
    moved = realloc(*items, (size_t)more * size);
    if (moved == NULL)
        return false;
    *items = moved;
    *room = more;
    return true;
}

static bool add(ts_aggregate *a, int64_t rooms[2], ts_query *q)
{
    int64_t point = ts_query_int(q, 0);
    void *observations = a->observations, *groups = a->groups;
    ts_group *group;
    bool fine;

    fine = grow(&observations, a->count, &rooms[0], sizeof(ts_observation));
    a->observations = observations;
    fine = fine && grow(&groups, a->group_count, &rooms[1], sizeof(ts_group));
    a->groups = groups;
    if (!fine)
        return false;
    if (a->group_count == 0 || a->groups[a->group_count - 1].point != point)
        a->groups[a->group_count++] = (ts_group){.point = point,
                                                 .run = ts_query_int(q, 5),
                                                 .first = a->count};
    group = &a->groups[a->group_count - 1];
    a->unit = ts_query_unit(ts_query_text(q, 4));
    a->observations[a->count++] =
        (ts_observation){.replication = ts_query_int(q, 1),
                         .seed = strtoull(ts_query_text(q, 2), NULL, 10),
                         .value = ts_query_real(q, 3)};
    group->count++;
    assert(group->first + group->count == a->count); /* no point comes twice */
    assert(a->group_count == 1 || group[-1].point < group->point);
    ts_moments_add(&group->moments, ts_query_real(q, 3));
    return true;
}

static int compare(const void *left, const void *right)
{
    double a = *(const double *)left, b = *(const double *)right;

    return (a > b) - (a < b);
}

static bool sort(ts_aggregate *a)
{
    a->sorted = malloc(((size_t)a->count + 1) * sizeof *a->sorted);
    if (a->sorted == NULL)
        return false;
    for (int64_t i = 0; i < a->count; i++)
        a->sorted[i] = a->observations[i].value;
    for (int64_t i = 0; i < a->group_count; i++)
        qsort(a->sorted + a->groups[i].first, (size_t)a->groups[i].count,
              sizeof *a->sorted, compare);
    assert(a->group_count == 0 || a->groups[a->group_count - 1].first +
                                          a->groups[a->group_count - 1].count ==
                                      a->count);
    return true;
}

/* What a single run says of its own mean, beside NAME.steady.mean. */
static double beside(ts_store *store, int64_t run, const char *metric,
                     const char *part, ts_error *error)
{
    size_t stem = strlen(metric) - strlen("mean");
    char name[300];
    double value = 0;
    ts_query q;

    assert(strcmp(metric + stem, "mean") == 0);
    snprintf(name, sizeof name, "%.*s%s", (int)stem, metric, part);
    q = ts_query_start(store,
                       "SELECT value FROM metrics WHERE run = ?1 AND name = ?2",
                       run, name);
    if (ts_query_next(&q))
        value = ts_query_real(&q, 0);
    ts_query_end(&q, error);
    return value;
}

static void know(ts_aggregate *a, ts_store *store, const char *metric,
                 ts_error *error)
{
    static const char ending[] = ".steady.mean";
    size_t length = strlen(metric);
    bool steady = length > sizeof ending &&
                  strcmp(metric + length + 1 - sizeof ending, ending) == 0;

    for (int64_t i = 0; i < a->group_count; i++) {
        ts_group *g = &a->groups[i];

        g->degrees = g->count - 1;
        g->error = ts_moments_error(&g->moments);
        if (g->count > 1 || !steady)
            continue;
        g->degrees =
            (int64_t)beside(store, g->run, metric, "batches", error) - 1;
        if (g->degrees < 1)
            g->degrees = 0;
        else
            g->error =
                beside(store, g->run, metric, "half_width", error) /
                ts_student(beside(store, g->run, metric, "confidence", error),
                           g->degrees);
    }
}

bool ts_aggregate_load(ts_aggregate *aggregate, ts_store *store,
                       int64_t scenario, const char *version,
                       const char *metric, ts_error *error)
{
    static const char format[] =
        "SELECT r.point, r.replication, r.seed, m.value, m.unit, r.id FROM "
        "runs r JOIN metrics m ON m.run = r.id WHERE r.scenario = %lld AND "
        "r.version = '%.40s' AND NOT r.failed AND m.name = ?2 AND NOT EXISTS "
        "(SELECT 1 FROM runs o WHERE o.document = r.document AND o.point = "
        "r.point AND o.replication = r.replication AND o.seed = r.seed AND "
        "o.scenario = r.scenario AND o.version = r.version AND o.id < r.id) "
        "ORDER BY r.point, r.replication, r.id";
    char sql[800];
    int64_t rooms[2] = {0, 0};
    bool fine = true;
    ts_query q;

    *aggregate = (ts_aggregate){.unit = TS_UNIT_NUMBER};
    snprintf(sql, sizeof sql, format, (long long)scenario, version);
    q = ts_query_start(store, sql, 0, metric);
    while (fine && ts_query_next(&q))
        fine = add(aggregate, rooms, &q);
    if (ts_query_end(&q, error) &&
        ((fine && sort(aggregate)) || ts_fail_memory(error))) {
        know(aggregate, store, metric, error);
        return true;
    }
    ts_aggregate_fini(aggregate);
    return false;
}

double ts_group_half_width(const ts_group *group, double confidence)
{
    return ts_student(confidence, group->degrees) * group->error;
}

void ts_aggregate_fini(ts_aggregate *aggregate)
{
    free(aggregate->observations);
    free(aggregate->sorted);
    free(aggregate->groups);
    *aggregate = (ts_aggregate){.unit = TS_UNIT_NUMBER};
}

double ts_aggregate_quantile(const ts_aggregate *aggregate,
                             const ts_group *group, double q)
{
    const double *sorted = aggregate->sorted + group->first;
    double place = q * (double)(group->count - 1);
    int64_t below = (int64_t)place;

    assert(q >= 0 && q <= 1);
    if (group->count == 0)
        return 0;
    if (below >= group->count - 1)
        return sorted[group->count - 1];
    assert(below >= 0 && sorted[below] <= sorted[below + 1]);
    return sorted[below] +
           (place - (double)below) * (sorted[below + 1] - sorted[below]);
}

/* Every replication of one has a partner of the same seed in the other. */
static bool paired(const ts_observation *a, const ts_observation *b,
                   int64_t count)
{
    for (int64_t i = 0; i < count; i++)
        if (a[i].replication != b[i].replication || a[i].seed != b[i].seed)
            return false;
    return true;
}

static ts_difference difference(double mean, double error, int64_t degrees,
                                int64_t pairs, double confidence)
{
    ts_difference d = {.mean = mean, .pairs = pairs, .known = degrees > 0};
    bool away = mean > 0 || mean < 0;

    assert(error >= 0);
    if (!d.known)
        return d;
    d.half_width = ts_student(confidence, degrees) * error;
    if (error > 0)
        d.chance = ts_student_beyond(mean / error, degrees);
    else
        d.chance = away ? 0 : 1;
    assert(d.chance >= 0 && d.chance <= 1);
    return d;
}

static ts_difference pairs(const ts_observation *a, const ts_observation *b,
                           int64_t count, double confidence)
{
    ts_moments moments = {.count = 0};

    for (int64_t i = 0; i < count; i++)
        ts_moments_add(&moments, b[i].value - a[i].value);
    return difference(moments.mean, ts_moments_error(&moments), count - 1,
                      count, confidence);
}

/* Welch's degrees of freedom (Satterthwaite's), rounded down. */
static ts_difference independent(const ts_group *a, const ts_group *b,
                                 double confidence)
{
    double mean = b->moments.mean - a->moments.mean;
    double u = a->error * a->error, v = b->error * b->error;
    double degrees = 1;

    if (a->degrees < 1 || b->degrees < 1)
        return difference(mean, 0, 0, 0, confidence);
    if (u + v > 0)
        degrees = (u + v) * (u + v) /
                  (u * u / (double)a->degrees + v * v / (double)b->degrees);
    return difference(mean, ts_sqrt(u + v), degrees < 1 ? 1 : (int64_t)degrees,
                      0, confidence);
}

ts_difference ts_aggregate_difference(const ts_aggregate *a,
                                      const ts_group *of_a,
                                      const ts_aggregate *b,
                                      const ts_group *of_b, double confidence)
{
    const ts_observation *x = a->observations + of_a->first;
    const ts_observation *y = b->observations + of_b->first;

    if (of_a->count > 1 && of_a->count == of_b->count &&
        paired(x, y, of_a->count))
        return pairs(x, y, of_a->count, confidence);
    return independent(of_a, of_b, confidence);
}

typedef struct ranked {
    double chance;
    int64_t place;
} ranked;

static int by_chance(const void *left, const void *right)
{
    const ranked *a = left, *b = right;

    if (a->chance < b->chance || a->chance > b->chance)
        return a->chance < b->chance ? -1 : 1;
    return (a->place > b->place) - (a->place < b->place);
}

bool ts_holm(double *chances, int64_t count)
{
    ranked *all = malloc(((size_t)count + 1) * sizeof *all);
    double least = 0;

    if (all == NULL)
        return false;
    for (int64_t i = 0; i < count; i++)
        all[i] = (ranked){chances[i], i};
    qsort(all, (size_t)count, sizeof *all, by_chance);
    for (int64_t i = 0; i < count; i++) {
        double raised = (double)(count - i) * all[i].chance;

        assert(i == 0 || all[i - 1].chance <= all[i].chance);
        least = raised > least ? raised : least;
        chances[all[i].place] = least < 1 ? least : 1;
    }
    free(all);
    return true;
}
