/*
 * compare_databases.c - two databases of a scenario, side by side.
 *
 * Scenarios are matched by the names of their files, points by the values of
 * their parameters: both may have been changed in between. Runs with the same
 * seeds are compared pair by pair, others as independent samples (Welch 1947).
 * A single run is compared as it is: it is deterministic, so any difference is
 * a change and no noise; but the mean of a long run that was measured for
 * itself (NAME.steady.mean) is compared by its batches.
 *
 * Of a hundred means that did not change five would seem to have at 95 %. So
 * all that are compared are judged together, by Holm's method (1979): with 95 %
 * not even one of those called changed has not.
 */
#include "sim/cli/compare_databases.h"

#include <stdlib.h>
#include <string.h>

#include "sim/cli/command.h"
#include "sim/paper/grid.h"
#include "sim/results/aggregate.h"
#include "sim/results/scenarios.h"
#include "sim/scenario/escape.h"
#include "sim/scenario/reader.h"

#define CONFIDENCE 0.95
#define ROWS_MAX 60
#define METRICS_MAX 64

typedef struct side {
    ts_store *store;
    ts_latest latest; /* of the scenario at hand */
} side;

/* A mean that is not the same to the last digits. */
typedef struct change {
    char *metric, *point; /* owned */
    ts_unit unit;
    double before, after;
    ts_difference difference;
    double chance; /* Holm's, over all of them */
    /* One run each with other random numbers: may be anything. */
    bool unknown;
} change;

typedef struct comparison {
    side sides[2];
    const char *pattern;
    change *changes; /* owned, of one scenario */
    int64_t count, room;
    int64_t compared; /* means, of one scenario */
    int64_t only[2];  /* points that only one has */
    int64_t pairs[2]; /* a run of each, of the first point of both */
    int64_t changed;  /* means, of all scenarios */
    bool met;         /* a scenario has runs in both */
    ts_error error;
} comparison;

bool ts_is_database(const char *path)
{
    char head[16] = "";
    FILE *in = fopen(path, "rb");
    size_t n = in != NULL ? fread(head, 1, sizeof head, in) : 0;

    if (in != NULL)
        fclose(in);
    return n == sizeof head && memcmp(head, "SQLite format 3", 16) == 0;
}

static bool add_change(comparison *c, const char *metric, const char *point,
                       const ts_aggregate *a, const ts_group *x,
                       const ts_group *y, const ts_difference *d, bool unknown)
{
    if (c->count == c->room) {
        int64_t room = c->room == 0 ? 64 : 2 * c->room;
        change *grown = realloc(c->changes, (size_t)room * sizeof *c->changes);

        if (grown == NULL)
            return ts_fail_memory(&c->error);
        c->changes = grown;
        c->room = room;
    }
    c->changes[c->count++] = (change){.metric = strdup(metric),
                                      .point = strdup(point),
                                      .unit = a->unit,
                                      .before = x->moments.mean,
                                      .after = y->moments.mean,
                                      .difference = *d,
                                      .unknown = unknown};
    return (c->changes[c->count - 1].metric != NULL &&
            c->changes[c->count - 1].point != NULL) ||
           ts_fail_memory(&c->error);
}

static bool compare_groups(comparison *c, const char *metric,
                           const char *parameters, const ts_aggregate *a,
                           const ts_group *x, const ts_aggregate *b,
                           const ts_group *y)
{
    ts_difference d = ts_aggregate_difference(a, x, b, y, CONFIDENCE);
    double size = d.mean < 0 ? -d.mean : d.mean;

    c->compared++;
    if (c->pairs[0] == 0) {
        c->pairs[0] = x->run;
        c->pairs[1] = y->run;
    }
    /* Rounding in the last digits is neither change nor noise. */
    if (size <=
        1e-12 * (x->moments.mean < 0 ? -x->moments.mean : x->moments.mean))
        return true;
    return add_change(c, metric, parameters, a, x, y, &d,
                      !d.known && a->observations[x->first].seed !=
                                      b->observations[y->first].seed);
}

/* Points of b in the order of a; matched by their parameters. */
static bool compare_metric(comparison *c, const char *metric)
{
    ts_aggregate all[2] = {{.count = 0}, {.count = 0}};
    char **texts = NULL;
    int64_t matched = 0;
    bool fine = true;

    for (int i = 0; fine && i < 2; i++)
        fine = ts_aggregate_load(&all[i], c->sides[i].store,
                                 c->sides[i].latest.family.scenario,
                                 c->sides[i].latest.family.version, metric,
                                 &c->error);
    if (fine)
        texts = calloc((size_t)all[1].group_count + 1, sizeof *texts);
    fine = fine && (texts != NULL || ts_fail_memory(&c->error));
    for (int64_t j = 0; fine && j < all[1].group_count; j++)
        fine = (texts[j] = ts_run_point(c->sides[1].store, all[1].groups[j].run,
                                        &c->error)) != NULL;
    for (int64_t i = 0; fine && i < all[0].group_count; i++) {
        const ts_group *x = &all[0].groups[i];
        char *text = ts_run_point(c->sides[0].store, x->run, &c->error);
        bool found = false;

        fine = text != NULL;
        for (int64_t k = 0; fine && k < all[1].group_count; k++) {
            /* Most often the same point is at the same place. */
            int64_t j = (i + k) % all[1].group_count;

            if (strcmp(texts[j], text) == 0) {
                fine = compare_groups(c, metric, text, &all[0], x, &all[1],
                                      &all[1].groups[j]);
                found = true;
                break;
            }
        }
        matched += found;
        free(text);
    }
    if (all[0].group_count - matched > c->only[0])
        c->only[0] = all[0].group_count - matched;
    if (all[1].group_count - matched > c->only[1])
        c->only[1] = all[1].group_count - matched;
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
    const side *first = &c->sides[0];
    ts_query q =
        pattern != NULL
            ? ts_family_metrics(first->store, &first->latest.family, pattern)
            : ts_family_metrics_telling(first->store, &first->latest.family);
    int count = 0;

    while (count < METRICS_MAX && ts_query_next(&q)) {
        metrics[count] = strdup(ts_query_text(&q, 0));
        if (metrics[count] == NULL) {
            ts_fail_memory(&c->error);
            break;
        }
        count++;
    }
    ts_query_end(&q, &c->error);
    return count;
}

/* --- what was changed in the scenario --- */

/* "$.threads[0].count" as the pointer "/threads/0/count". */
static void print_pointer(const char *key, FILE *out)
{
    ts_buffer pointer = TS_BUFFER_EMPTY;
    char *text;

    for (const char *at = key + 1; *at != '\0'; at++)
        if (*at == '.' || *at == '[')
            ts_buffer_char(&pointer, '/');
        else if (*at != ']' && *at != '"')
            ts_buffer_char(&pointer, *at);
    text = ts_buffer_take(&pointer);
    ts_escape_print(out, TS_ESCAPE_LINE, text != NULL ? text : key);
    free(text);
}

/* The beginning of a long one will do. */
static void print_value(const char *json, FILE *out)
{
    char text[61];

    snprintf(text, sizeof text, "%s", json[0] != '\0' ? json : "(none)");
    ts_escape_print(out, TS_ESCAPE_LINE, text);
}

bool ts_compare_documents(ts_store *store, int64_t run, const char *before,
                          ts_error *error)
{
    ts_query q = ts_run_changes(store, run, before);
    int64_t shown = 0;

    while (ts_query_next(&q)) {
        if (shown++ >= ROWS_MAX)
            continue;
        fputs(shown == 1 ? "  changed in the scenario:\n    " : "    ", stdout);
        print_pointer(ts_query_text(&q, 0), stdout);
        fputs(": ", stdout);
        print_value(ts_query_text(&q, 1), stdout);
        fputs(" -> ", stdout);
        print_value(ts_query_text(&q, 2), stdout);
        putchar('\n');
    }
    if (shown > ROWS_MAX)
        printf("    (%lld more)\n", (long long)(shown - ROWS_MAX));
    return ts_query_end(&q, error);
}

/* Of the documents that a run of each played: with what --set and profiles made
 * of them, and without the plan, of which the points tell. */
static void say_scenario(comparison *c)
{
    ts_query old = ts_run_document(c->sides[0].store, c->pairs[0]);

    if (c->pairs[0] != 0 && ts_query_next(&old))
        ts_compare_documents(c->sides[1].store, c->pairs[1],
                             ts_query_text(&old, 0), &c->error);
    ts_query_end(&old, &c->error);
}

static void say_heads(const comparison *c, const char *name)
{
    const side *a = &c->sides[0], *b = &c->sides[1];

    ts_escape_print(stdout, TS_ESCAPE_LINE, name);
    printf(": %lld runs with timeslice %s, %lld with %s\n",
           (long long)a->latest.runs, a->latest.family.version,
           (long long)b->latest.runs, b->latest.family.version);
    if (c->only[0] + c->only[1] > 0)
        printf("  points only in the first: %lld, only in the second: %lld\n",
               (long long)c->only[0], (long long)c->only[1]);
}

/* --- the verdict --- */

static bool is_real(const change *x)
{
    return x->difference.known ? x->chance < 1 - CONFIDENCE : !x->unknown;
}

/* Those that were the same count as well: they were looked at, too. */
static bool adjust(comparison *c)
{
    double *chances = malloc(((size_t)c->compared + 1) * sizeof *chances);

    if (chances == NULL)
        return ts_fail_memory(&c->error);
    for (int64_t i = 0; i < c->compared; i++)
        chances[i] = i < c->count && !c->changes[i].unknown
                         ? c->changes[i].difference.chance
                         : 1;
    if (!ts_holm(chances, c->compared)) {
        free(chances);
        return ts_fail_memory(&c->error);
    }
    for (int64_t i = 0; i < c->count; i++)
        c->changes[i].chance = chances[i];
    free(chances);
    return true;
}

static void add_row(ts_grid *grid, const change *x)
{
    const ts_difference *d = &x->difference;
    double base = x->before < 0 ? -x->before : x->before;
    char text[64];

    ts_grid_add(grid, "%s", x->metric);
    ts_grid_add(grid, "%.70s", x->point);
    ts_grid_add(grid, "%s", ts_format(text, sizeof text, x->unit, x->before));
    ts_grid_add(grid, "%s", ts_format(text, sizeof text, x->unit, x->after));
    ts_grid_add(grid, "%s%s", d->mean > 0 ? "+" : "",
                ts_format(text, sizeof text, x->unit, d->mean));
    if (d->known)
        ts_grid_add(grid, "± %s",
                    ts_format(text, sizeof text, x->unit, d->half_width));
    else
        ts_grid_add(grid, "-");
    if (base > 0)
        ts_grid_add(grid, "%+.3g %%", 100 * d->mean / base);
    else
        ts_grid_add(grid, "-");
    if (d->known)
        ts_grid_add(grid, x->chance < 1e-4 ? "< 0.0001" : "%.4f", x->chance);
    else
        ts_grid_add(grid, "-");
    ts_grid_add(grid, "%s",
                x->unknown   ? "one run each: unknown"
                : is_real(x) ? "changed"
                             : "within the noise");
}

static bool print_changes(comparison *c)
{
    static const char *const heads[] = {"metric", "point",    "before",
                                        "after",  "change",   "95 %",
                                        "",       "p (Holm)", ""};
    ts_grid grid;
    bool fine = true;

    ts_grid_init(&grid, 9);
    for (int i = 0; i < 9; i++) {
        grid.right[i] = i >= 2 && i <= 7;
        ts_grid_add(&grid, "%s", heads[i]);
    }
    for (int64_t i = 0; i < c->count && i < ROWS_MAX; i++)
        add_row(&grid, &c->changes[i]);
    if (c->count > 0)
        fine = ts_grid_print(&grid, 2, stdout, &c->error);
    ts_grid_fini(&grid);
    if (c->count > ROWS_MAX)
        printf("  (%lld more that differ)\n", (long long)(c->count - ROWS_MAX));
    return fine;
}

static void conclude(comparison *c)
{
    int64_t real = 0, unknown = 0, pairs = 0;

    for (int64_t i = 0; i < c->count; i++) {
        real += is_real(&c->changes[i]);
        unknown += c->changes[i].unknown;
        pairs += c->changes[i].difference.pairs > 0;
    }
    printf("  %lld means compared: %lld changed, %lld within the noise, %lld "
           "the same\n",
           (long long)c->compared, (long long)real,
           (long long)(c->count - real - unknown),
           (long long)(c->compared - c->count));
    if (pairs > 0)
        printf("  %lld pair by pair: both drew the same random numbers\n",
               (long long)pairs);
    if (unknown > 0)
        printf("  %lld of one run each with other random numbers: only "
               "replications, or `measure`, can tell\n",
               (long long)unknown);
    c->changed += real;
}

static void forget(comparison *c)
{
    for (int64_t i = 0; i < c->count; i++) {
        free(c->changes[i].metric);
        free(c->changes[i].point);
    }
    c->count = c->compared = 0;
    memset(c->only, 0, sizeof c->only);
    memset(c->pairs, 0, sizeof c->pairs);
}

static bool compare_scenario(comparison *c, const char *name)
{
    char *metrics[METRICS_MAX];
    bool fine = true, found = true;
    int count;

    for (int i = 0; found && i < 2; i++)
        if (!ts_scenario_latest(c->sides[i].store, name, &c->sides[i].latest,
                                &found, &c->error))
            return false;
    if (!found) {
        ts_escape_print(stdout, TS_ESCAPE_LINE, name);
        puts(": only in the first");
        return true;
    }
    c->met = true;
    count = choose_metrics(c, c->pattern, metrics);
    for (int i = 0; i < count; i++) {
        fine = fine && compare_metric(c, metrics[i]);
        free(metrics[i]);
    }
    if (fine && adjust(c)) {
        say_heads(c, name);
        say_scenario(c);
        fine = print_changes(c);
        conclude(c);
    }
    forget(c);
    return fine && c->error.text[0] == '\0';
}

/* Whether the first has runs of it. */
static bool is_in_first(comparison *c, const char *name, bool *found)
{
    ts_latest latest;

    return ts_scenario_latest(c->sides[0].store, name, &latest, found,
                              &c->error);
}

static bool say_of_second(comparison *c)
{
    ts_query q = ts_scenario_names(c->sides[1].store);
    bool fine = true;

    while (fine && ts_query_next(&q)) {
        const char *name = ts_query_text(&q, 0);
        bool found = false;

        fine = is_in_first(c, name, &found);
        if (found || !fine)
            continue;
        ts_escape_print(stdout, TS_ESCAPE_LINE, name);
        puts(": only in the second");
    }
    return ts_query_end(&q, &c->error) && fine;
}

static bool compare_all(comparison *c)
{
    ts_query q = ts_scenario_names(c->sides[0].store);
    bool fine = true;

    while (fine && ts_query_next(&q)) {
        char name[256];

        snprintf(name, sizeof name, "%s", ts_query_text(&q, 0));
        fine = compare_scenario(c, name);
    }
    fine = ts_query_end(&q, &c->error) && fine && say_of_second(c);
    if (fine && !c->met)
        puts("no scenario has runs in both; two runs of different scenarios "
             "are compared in one database: timeslice compare DB RUN RUN");
    return fine;
}

int ts_compare_databases(const char *before, const char *after,
                         const char *pattern)
{
    comparison c = {.pattern = pattern};
    const char *paths[] = {before, after};
    bool fine = true;

    for (int i = 0; fine && i < 2; i++) {
        c.sides[i].store = ts_store_open(paths[i], TS_STORE_READ, &c.error);
        fine = c.sides[i].store != NULL;
    }
    fine = fine && compare_all(&c);
    free(c.changes);
    for (int i = 0; i < 2; i++)
        ts_store_close(c.sides[i].store);
    if (!fine)
        return ts_cli_fail(TS_EXIT_IO, "%s", c.error.text);
    return c.changed > 0 ? TS_EXIT_EXPECTATION : TS_EXIT_OK;
}
