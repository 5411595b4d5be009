/*
 * numbers.c - the metrics that a scenario is about, point by point.
 *
 * One table has a row a point and a column a metric, as many as can be read
 * side by side. What replications add, spread and quantiles, is folded away
 * below it.
 */
#include "sim/paper/teller.h"

#include "models/world/metrics.h"
#include "sim/results/aggregate.h"
#include "sim/results/runs.h"
#include "sim/scenario/reader.h"

enum { BESIDE_MAX = 5 }; /* metrics in one table */

/* --- which --- */

static void choose(ts_teller *t)
{
    const char *pattern = t->order->pattern;

    t->metric_count = ts_teller_collect(
        t,
        pattern != NULL ? ts_family_metrics(t->store, &t->family, pattern)
                        : ts_family_metrics_expected(t->store, &t->family),
        t->metrics, TS_TELLER_METRICS);
    if (t->metric_count == 0 && pattern == NULL)
        t->metric_count =
            ts_teller_collect(t, ts_family_metrics_usual(t->store, &t->family),
                              t->metrics, TS_TELLER_METRICS);
}

/* --- the table --- */

static const ts_group *group_of(const ts_aggregate *a, int64_t point)
{
    int64_t low = 0, high = a->group_count;

    while (low < high) {
        int64_t middle = low + (high - low) / 2;

        if (a->groups[middle].point < point)
            low = middle + 1;
        else
            high = middle;
    }
    return low < a->group_count && a->groups[low].point == point
               ? &a->groups[low]
               : NULL;
}

static void add_mean(ts_teller *t, ts_grid *grid, const ts_aggregate *a,
                     const ts_group *g)
{
    char mean[64], half[64];

    if (g == NULL) {
        ts_grid_add(grid, "%s", "");
        return;
    }
    ts_format(mean, sizeof mean, a->unit, g->moments.mean);
    ts_format(half, sizeof half, a->unit,
              ts_group_half_width(g, t->order->confidence));
    if (g->degrees > 0)
        ts_grid_add(grid, "%s ± %s", mean, half);
    else
        ts_grid_add(grid, "%s", mean);
}

static bool is_sure(const ts_aggregate *a, int count)
{
    for (int m = 0; m < count; m++)
        for (int64_t i = 0; i < a[m].group_count; i++)
            if (a[m].groups[i].degrees > 0)
                return true;
    return false;
}

static void tell_points(ts_teller *t, const ts_aggregate *all, int first,
                        int count)
{
    ts_query q = ts_family_points(t->store, &t->family);
    int64_t rows = 0;
    ts_grid grid;
    char about[120];

    ts_grid_init(&grid, t->parameter_count + count);
    ts_teller_name_parameters(t, &grid);
    for (int m = 0; m < count; m++) {
        grid.right[t->parameter_count + m] = true;
        ts_grid_add(&grid, "%s", t->metrics[first + m]);
    }
    for (; ts_query_next(&q); rows++) {
        if (rows >= t->order->rows_max)
            continue;
        ts_teller_add_parameters(t, &grid, ts_query_int(&q, 1));
        for (int m = 0; m < count; m++)
            add_mean(t, &grid, &all[m], group_of(&all[m], ts_query_int(&q, 0)));
    }
    ts_query_end(&q, &t->error);
    snprintf(about, sizeof about, "A row a point%s",
             is_sure(all, count) ? ": means, and how sure they are" : "");
    ts_teller_table(t, about, "points", &grid, rows);
    ts_grid_fini(&grid);
}

/* --- a single point --- */

static void add_meaning(ts_grid *grid, const char *metric)
{
    ts_unit unit;
    const ts_metric_kind *kind = ts_metric_kind_of(metric, &unit);

    ts_grid_add(grid, "%s",
                kind != NULL && kind->help != NULL ? kind->help : "");
}

static void begin_single(ts_teller *t, ts_grid *grid)
{
    ts_grid_init(grid, 3);
    grid->right[1] = true;
    ts_grid_add(grid, "metric");
    ts_grid_add(grid, "%s", t->counts.runs > 1 ? "mean" : "value");
    ts_grid_add(grid, "what it is");
}

static void add_single(ts_teller *t, ts_grid *grid, const ts_aggregate *a,
                       const char *metric)
{
    ts_grid_add(grid, "%s", metric);
    add_mean(t, grid, a, a->group_count > 0 ? &a->groups[0] : NULL);
    if (t->paper.form == TS_PAPER_TEXT)
        ts_grid_add(grid, "%s", "");
    else
        add_meaning(grid, metric);
}

/* --- spread --- */

static void add_spread(ts_teller *t, ts_grid *grid, const ts_aggregate *a,
                       const ts_group *g)
{
    static const double quantiles[] = {0, 0.5, 0.95, 1};
    char text[64];

    ts_teller_add_parameters(t, grid, g->run);
    ts_grid_add(grid, "%lld", (long long)g->count);
    ts_grid_add(grid, "%s",
                ts_format(text, sizeof text, a->unit,
                          ts_moments_deviation(&g->moments)));
    for (size_t i = 0; i < TS_COUNT_OF(quantiles); i++)
        ts_grid_add(grid, "%s",
                    ts_format(text, sizeof text, a->unit,
                              ts_aggregate_quantile(a, g, quantiles[i])));
}

static void tell_spread(ts_teller *t, const ts_aggregate *a, const char *metric)
{
    static const char *const heads[] = {"n",      "sd",  "least",
                                        "median", "p95", "greatest"};
    int first = t->parameter_count, rows = 0;
    ts_grid grid;

    ts_grid_init(&grid, first + (int)TS_COUNT_OF(heads));
    ts_teller_name_parameters(t, &grid);
    for (int i = 0; i < (int)TS_COUNT_OF(heads); i++) {
        grid.right[first + i] = first + i > 0;
        ts_grid_add(&grid, "%s", heads[i]);
    }
    for (int64_t i = 0; i < a->group_count && rows < t->order->rows_max; i++)
        if (a->groups[i].count > 1) {
            rows++;
            add_spread(t, &grid, a, &a->groups[i]);
        }
    if (rows > 0) {
        ts_buffer title = TS_BUFFER_EMPTY;

        ts_buffer_format(&title, "%s over the replications", metric);
        ts_paper_fold(&t->paper, ts_paper_words(&t->paper, &title));
        ts_paper_table(&t->paper, "A row a point", &grid);
        ts_paper_unfold(&t->paper);
        ts_buffer_fini(&title);
    }
    ts_grid_fini(&grid);
}

/* --- differences --- */

static void add_difference(ts_teller *t, ts_grid *grid, const ts_aggregate *a,
                           const ts_group *g, const ts_difference *d)
{
    double size = d->mean < 0 ? -d->mean : d->mean;
    char text[64], half[64];

    ts_teller_add_parameters(t, grid, g->run);
    ts_format(text, sizeof text, a->unit, d->mean);
    ts_format(half, sizeof half, a->unit, d->half_width);
    ts_grid_add(grid, "%s", text);
    ts_grid_add(grid, "%s%s", d->known ? "± " : "", d->known ? half : "-");
    ts_grid_add(grid, "%s",
                !d->known              ? ""
                : size > d->half_width ? "differs"
                                       : "within the noise");
}

static void tell_differences(ts_teller *t, const ts_aggregate *a,
                             const char *metric)
{
    const ts_group *base = group_of(a, t->order->baseline);
    ts_buffer about = TS_BUFFER_EMPTY;
    bool paired = true;
    ts_grid grid;

    if (base == NULL)
        return;
    ts_grid_init(&grid, t->parameter_count + 3);
    ts_teller_name_parameters(t, &grid);
    ts_grid_add(&grid, "difference from point %lld",
                (long long)t->order->baseline);
    ts_grid_add(&grid, "%g %%", t->order->confidence * 100);
    ts_grid_add(&grid, "%s", "");
    for (int i = 0; i < 2; i++)
        grid.right[t->parameter_count + i] = t->parameter_count + i > 0;
    for (int64_t i = 0; i < a->group_count && i < t->order->rows_max; i++) {
        const ts_group *g = &a->groups[i];
        ts_difference d =
            ts_aggregate_difference(a, base, a, g, t->order->confidence);

        if (g == base)
            continue;
        paired &= d.pairs > 0;
        add_difference(t, &grid, a, g, &d);
    }
    ts_buffer_format(&about, "%s: differences of %s", metric,
                     paired ? "pairs with common random numbers"
                            : "independent samples (Welch)");
    ts_paper_text(&t->paper, "%s:", ts_paper_words(&t->paper, &about));
    ts_paper_table(&t->paper, ts_paper_words(&t->paper, &about), &grid);
    ts_buffer_fini(&about);
    ts_grid_fini(&grid);
}

/* --- all --- */

static bool is_single(const ts_teller *t)
{
    return t->counts.points == 1 && t->parameter_count == 0;
}

/* What replications say of a metric, below its means. */
static void tell_more(ts_teller *t, const ts_aggregate *a, const char *metric)
{
    tell_spread(t, a, metric);
    if (t->order->baseline >= 0)
        tell_differences(t, a, metric);
}

static int load(ts_teller *t, ts_aggregate *all, int first, int count)
{
    int loaded = 0;

    while (loaded < count &&
           ts_aggregate_load(&all[loaded], t->store, t->family.scenario,
                             t->family.version, t->metrics[first + loaded],
                             &t->error))
        loaded++;
    return loaded;
}

static void tell_some(ts_teller *t, int first, int count)
{
    ts_aggregate all[BESIDE_MAX];
    int loaded = load(t, all, first, count);

    if (loaded == count)
        tell_points(t, all, first, count);
    for (int m = 0; m < loaded; m++) {
        tell_more(t, &all[m], t->metrics[first + m]);
        ts_aggregate_fini(&all[m]);
    }
}

static void tell_single(ts_teller *t)
{
    ts_grid grid;
    ts_aggregate a;

    begin_single(t, &grid);
    for (int i = 0; i < t->metric_count && load(t, &a, i, 1) == 1; i++) {
        add_single(t, &grid, &a, t->metrics[i]);
        ts_aggregate_fini(&a);
    }
    ts_grid_prune(&grid);
    ts_teller_table(t, "What came out", "metrics", &grid, t->metric_count);
    ts_grid_fini(&grid);
    for (int i = 0; i < t->metric_count && load(t, &a, i, 1) == 1; i++) {
        tell_more(t, &a, t->metrics[i]);
        ts_aggregate_fini(&a);
    }
}

/* What the columns are; rows of a single point say it themselves. */
static void tell_meanings(ts_teller *t)
{
    ts_grid grid;

    ts_grid_init(&grid, 2);
    ts_grid_add(&grid, "metric");
    ts_grid_add(&grid, "what it is");
    for (int i = 0; i < t->metric_count; i++) {
        ts_grid_add(&grid, "%s", t->metrics[i]);
        add_meaning(&grid, t->metrics[i]);
    }
    ts_paper_fold(&t->paper, "What these numbers are");
    ts_paper_table(&t->paper, "The metrics", &grid);
    ts_paper_unfold(&t->paper);
    ts_grid_fini(&grid);
}

static void tell_all(ts_teller *t)
{
    for (int i = 0; i < t->metric_count; i += BESIDE_MAX)
        tell_some(t, i,
                  t->metric_count - i < BESIDE_MAX ? t->metric_count - i
                                                   : BESIDE_MAX);
    if (t->paper.form != TS_PAPER_TEXT)
        tell_meanings(t);
}

void ts_tell_numbers(ts_teller *t)
{
    choose(t);
    ts_paper_heading(&t->paper, 3, "Numbers");
    if (t->metric_count == 0)
        ts_paper_text(&t->paper, "No metric matches %s.",
                      t->order->pattern != NULL ? t->order->pattern : "");
    else if (is_single(t))
        tell_single(t);
    else
        tell_all(t);
    ts_teller_forget(t->metrics, &t->metric_count);
}
