/*
 * compare_databases.c - two databases of a scenario, side by side.
 *
 * Scenarios are matched by the names of their files, points by the values of
 * their parameters: both may have been changed in between. Runs with the same
 * seeds are compared pair by pair. A run without replications is compared as
 * it is: it is deterministic, so any difference is a change and no noise.
 */
#include "sim/cli/compare_databases.h"

#include <stdlib.h>
#include <string.h>

#include "sim/cli/command.h"
#include "sim/cli/grid.h"
#include "sim/results/aggregate.h"
#include "sim/scenario/reader.h"

#define CONFIDENCE 0.95
#define ROWS_MAX 60
#define METRICS_MAX 64

typedef struct side {
    ts_store *store;
    int64_t scenario;
    char version[64], hash[80];
    int64_t runs;
} side;

typedef struct comparison {
    side sides[2];
    ts_grid grid;
    int64_t rows, changed, alike, left_out;
    ts_error error;
} comparison;

bool ts_is_database(const char *path)
{
    char head[16] = "";
    FILE *in = fopen(path, "rb");
    size_t n = in != NULL ? fread(head, 1, sizeof(head), in) : 0;

    if (in != NULL)
        fclose(in);
    return n == sizeof(head) && memcmp(head, "SQLite format 3", 16) == 0;
}

/* The latest scenario of that name; false: there is none. */
static bool find_scenario(side *s, const char *name, ts_error *error)
{
    ts_query q = ts_query_start(
        s->store,
        "SELECT r.scenario, r.version, s.sha256, (SELECT count(*) FROM runs o "
        "WHERE o.scenario = r.scenario AND o.version = r.version) FROM runs r "
        "JOIN scenarios s ON s.id = r.scenario WHERE s.name = ?2 ORDER BY r.id "
        "DESC LIMIT 1",
        0, name);
    bool found = ts_query_next(&q);

    if (found) {
        s->scenario = ts_query_int(&q, 0);
        snprintf(s->version, sizeof(s->version), "%s", ts_query_text(&q, 1));
        snprintf(s->hash, sizeof(s->hash), "%s", ts_query_text(&q, 2));
        s->runs = ts_query_int(&q, 3);
    }
    return ts_query_end(&q, error) && found;
}

/* "/threads/0/count = 5, ..." of a run; caller frees. */
static char *parameters_of(const side *s, int64_t run, ts_error *error)
{
    ts_query q = ts_query_start(
        s->store,
        "SELECT coalesce(group_concat(pointer || ' = ' || trim(value, '\"'), "
        "', '), '') FROM (SELECT pointer, value FROM parameters WHERE run = ?1 "
        "ORDER BY pointer)",
        run, NULL);
    char *text = ts_query_next(&q) ? strdup(ts_query_text(&q, 0)) : NULL;

    if (!ts_query_end(&q, error) || text == NULL) {
        free(text);
        ts_fail(error, "out of memory");
        return NULL;
    }
    return text;
}

static void compare_groups(comparison *c, const char *metric,
                           const char *parameters, const ts_aggregate *a,
                           const ts_group *x, const ts_aggregate *b,
                           const ts_group *y)
{
    ts_difference d = ts_aggregate_difference(a, x, b, y, CONFIDENCE);
    double size = d.mean < 0 ? -d.mean : d.mean;
    /* Rounding in the last digits is neither change nor noise. */
    bool same = size <= 1e-12 * (x->moments.mean < 0 ? -x->moments.mean
                                                     : x->moments.mean);
    bool real = !same && (!d.known || size > d.half_width);
    char before[64], after[64], change[64], half[64];

    c->alike += same;
    c->changed += real;
    if (same)
        return;
    if (c->rows >= ROWS_MAX) {
        c->left_out++;
        return;
    }
    c->rows++;
    ts_format(before, sizeof(before), a->unit, x->moments.mean);
    ts_format(after, sizeof(after), b->unit, y->moments.mean);
    ts_format(change, sizeof(change), a->unit, d.mean);
    ts_format(half, sizeof(half), a->unit, d.half_width);
    ts_grid_add(&c->grid, "%s", metric);
    ts_grid_add(&c->grid, "%.70s", parameters);
    ts_grid_add(&c->grid, "%s", before);
    ts_grid_add(&c->grid, "%s", after);
    ts_grid_add(&c->grid, "%s%s", d.mean > 0 ? "+" : "", change);
    ts_grid_add(&c->grid, "%s%s", d.known ? "± " : "", d.known ? half : "-");
    ts_grid_add(&c->grid, "%s",
                !d.known ? "changed"
                : real   ? "changed"
                         : "within the noise");
}

/* Points of b in the order of a; matched by their parameters. */
static bool compare_metric(comparison *c, const char *metric)
{
    ts_aggregate all[2] = {{.count = 0}, {.count = 0}};
    char **texts = NULL;
    bool fine = true;

    for (int i = 0; fine && i < 2; i++)
        fine =
            ts_aggregate_load(&all[i], c->sides[i].store, c->sides[i].scenario,
                              c->sides[i].version, metric, &c->error);
    if (fine)
        texts = calloc((size_t)all[1].group_count + 1, sizeof(*texts));
    for (int64_t j = 0; fine && texts != NULL && j < all[1].group_count; j++)
        fine = (texts[j] = parameters_of(&c->sides[1], all[1].groups[j].run,
                                         &c->error)) != NULL;
    for (int64_t i = 0; fine && texts != NULL && i < all[0].group_count; i++) {
        const ts_group *x = &all[0].groups[i];
        char *text = parameters_of(&c->sides[0], x->run, &c->error);

        fine = text != NULL;
        for (int64_t k = 0; fine && k < all[1].group_count; k++) {
            /* Most often the same point is at the same place. */
            int64_t j = (i + k) % all[1].group_count;

            if (strcmp(texts[j], text) == 0) {
                compare_groups(c, metric, text, &all[0], x, &all[1],
                               &all[1].groups[j]);
                break;
            }
        }
        free(text);
    }
    for (int64_t j = 0; texts != NULL && j < all[1].group_count; j++)
        free(texts[j]);
    free(texts);
    ts_aggregate_fini(&all[0]);
    ts_aggregate_fini(&all[1]);
    return fine;
}

/* Those that are expected of, or a handful that matter. */
static int choose_metrics(comparison *c, const char *pattern,
                          char *metrics[METRICS_MAX])
{
    static const char all[] =
        "SELECT DISTINCT n.name FROM metric_names n WHERE n.name GLOB ?2 ORDER "
        "BY n.name";
    static const char some[] =
        "SELECT DISTINCT n.name FROM metric_names n WHERE n.name IN (SELECT "
        "v.metric FROM verdicts v JOIN runs r ON r.id = v.run WHERE r.scenario "
        "= ?1) OR n.name IN ('processor.useful', 'turnaround.mean', "
        "'response.mean', 'run.makespan') ORDER BY n.name";
    ts_query q = ts_query_start(c->sides[0].store, pattern != NULL ? all : some,
                                c->sides[0].scenario, pattern);
    int count = 0;

    while (count < METRICS_MAX && ts_query_next(&q)) {
        metrics[count] = strdup(ts_query_text(&q, 0));
        count += metrics[count] != NULL;
    }
    ts_query_end(&q, &c->error);
    return count;
}

/* Runs with the same digest came out the same to the last bit. */
static void say_heads(const comparison *c, const char *name)
{
    const side *a = &c->sides[0], *b = &c->sides[1];

    printf(
        "%s: %lld runs with timeslice %s, %lld with %s; the scenario is %s\n",
        name, (long long)a->runs, a->version, (long long)b->runs, b->version,
        strcmp(a->hash, b->hash) == 0 ? "the same" : "another one");
}

static bool compare_scenario(comparison *c, const char *name,
                             const char *pattern)
{
    static const char *const heads[] = {"metric", "point", "before", "after",
                                        "change", "95 %",  ""};
    char *metrics[METRICS_MAX];
    bool fine = true;
    int count;

    if (!find_scenario(&c->sides[0], name, &c->error) ||
        !find_scenario(&c->sides[1], name, &c->error)) {
        if (c->error.text[0] == '\0')
            printf("%s: only in one of them\n", name);
        return c->error.text[0] == '\0';
    }
    say_heads(c, name);
    ts_grid_init(&c->grid, 7);
    for (int i = 0; i < 7; i++) {
        c->grid.right[i] = i >= 2 && i <= 5;
        ts_grid_add(&c->grid, "%s", heads[i]);
    }
    c->rows = 0;
    count = choose_metrics(c, pattern, metrics);
    for (int i = 0; i < count; i++) {
        fine = fine && compare_metric(c, metrics[i]);
        free(metrics[i]);
    }
    if (c->rows > 0)
        ts_grid_print(&c->grid, 2, stdout);
    ts_grid_fini(&c->grid);
    return fine && c->error.text[0] == '\0';
}

static bool compare_all(comparison *c, const char *pattern)
{
    ts_query q = ts_query_start(c->sides[0].store,
                                "SELECT DISTINCT s.name FROM scenarios s JOIN "
                                "runs r ON r.scenario = s.id ORDER BY s.name",
                                0, NULL);
    bool fine = true;

    while (fine && ts_query_next(&q)) {
        char name[256];

        snprintf(name, sizeof(name), "%s", ts_query_text(&q, 0));
        fine = compare_scenario(c, name, pattern);
    }
    return ts_query_end(&q, &c->error) && fine;
}

int ts_compare_databases(const char *before, const char *after,
                         const char *pattern)
{
    comparison c = {.rows = 0};
    const char *paths[] = {before, after};
    bool fine = true;

    for (int i = 0; fine && i < 2; i++) {
        c.sides[i].store = ts_store_open(paths[i], TS_STORE_READ, &c.error);
        fine = c.sides[i].store != NULL;
    }
    fine = fine && compare_all(&c, pattern);
    for (int i = 0; i < 2; i++)
        ts_store_close(c.sides[i].store);
    if (!fine)
        return ts_cli_fail(TS_EXIT_IO, "%s", c.error.text);
    if (c.left_out > 0)
        printf("  (%lld more that differ)\n", (long long)c.left_out);
    printf("%lld means changed, %lld are the same\n", (long long)c.changed,
           (long long)c.alike);
    return c.changed > 0 ? TS_EXIT_EXPECTATION : TS_EXIT_OK;
}
