/*
 * harness.c - see harness.h.
 */
#include "harness.h"

#include <math.h>
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

__extension__ typedef __int128 wide;

/* Results are kept while values are changed: a scenario that was played is
 * not played again. */
typedef struct kept {
    struct kept *next;
    char *text;
    uint64_t seed;
    bool trace;
    ts_result *result;
} kept;

static void drop_result(family *f)
{
    if (!f->keep)
        ts_result_free(f->result);
    f->result = NULL;
}

static void forget_all(family *f)
{
    drop_result(f);
    while (f->kept != NULL) {
        kept *next = f->kept->next;

        ts_result_free(f->kept->result);
        free(f->kept->text);
        free(f->kept);
        f->kept = next;
    }
}

static ts_result *recall(const family *f, const ts_run_options *options)
{
    for (const kept *k = f->kept; k != NULL; k = k->next)
        if (k->seed == options->seed && k->trace == options->trace &&
            strcmp(k->text, f->text) == 0)
            return k->result;
    return NULL;
}

static void remember(family *f, const ts_run_options *options)
{
    kept *k = malloc(sizeof *k);

    if (k == NULL)
        exit(1);
    *k = (kept){.next = f->kept,
                .text = strdup(f->text),
                .seed = options->seed,
                .trace = options->trace,
                .result = f->result};
    f->kept = k;
}

bool is_long(void)
{
    const char *asked = getenv("TS_LONG");

    return asked != NULL && *asked && strcmp(asked, "0") != 0;
}

void fresh(family *f)
{
    f->length = 0;
    if (f->text != NULL)
        f->text[0] = '\0';
    drop_result(f);
}

void family_case(family *f, const cJSON *item, int index)
{
    fresh(f);
    forget_all(f);
    free(f->stretches);
    f->stretches = NULL;
    f->index = index;
    f->wrong = false;
    f->why[0] = f->but[0] = '\0';
    f->unit = UNIT;
    f->parts = 1;
    f->rounded = false;
    f->reasons = false;
    f->item = item;
    f->inputs = part(item, "inputs");
    f->expected = part(item, "expected");
    f->label = cJSON_GetStringValue(part(item, "name"));
    if (f->label == NULL)
        f->label = "(no name)";
    if (!cJSON_IsObject(f->inputs) || !cJSON_IsObject(f->expected))
        wrong(f, "case %d has no \"%s\"", index,
              cJSON_IsObject(f->inputs) ? "expected" : "inputs");
}

void say(family *f, const char *format, ...)
{
    va_list list, again;
    int need;

    va_start(list, format);
    va_copy(again, list);
    need = vsnprintf(NULL, 0, format, list);
    va_end(list);
    if (f->length + (size_t)need + 1 > f->room) {
        f->room = (f->length + (size_t)need + 1) * 2;
        f->text = realloc(f->text, f->room);
        if (f->text == NULL)
            exit(1);
    }
    vsnprintf(f->text + f->length, f->room - f->length, format, again);
    va_end(again);
    f->length += (size_t)need;
}

void wrong(family *f, const char *format, ...)
{
    va_list list, again;

    va_start(list, format);
    va_copy(again, list);
    if (!f->wrong)
        vsnprintf(f->why, sizeof f->why, format, again);
    va_end(again);
    if (!f->quiet) {
        fprintf(stderr, "%s %s: ", f->name, f->label);
        vfprintf(stderr, format, list);
        fputc('\n', stderr);
    }
    va_end(list);
    f->wrong = true;
}

void remark(family *f, const char *format, ...)
{
    size_t used = strlen(f->but);
    va_list list;

    if (f->quiet)
        return;
    if (used > 0 && used + 2 < sizeof f->but) {
        strcat(f->but, "; ");
        used += 2;
    }
    va_start(list, format);
    vsnprintf(f->but + used, sizeof f->but - used, format, list);
    va_end(list);
}

static bool play_with(family *f, const ts_run_options *options)
{
    ts_scenario *scenario;
    char *message = NULL;

    drop_result(f);
    f->result = recall(f, options);
    if (f->result != NULL)
        return true;
    scenario = ts_scenario_parse(f->label, f->text, f->length,
                                 TS_TREE "/scenarios/profiles", &message);
    if (scenario != NULL)
        f->result = ts_scenario_run(scenario, 0, options, &message);
    if (f->result == NULL)
        wrong(f, "refused: %s\n%s", message != NULL ? message : "?", f->text);
    else if (f->keep)
        remember(f, options);
    ts_message_free(message);
    ts_scenario_free(scenario);
    return f->result != NULL;
}

bool play(family *f)
{
    ts_run_options options = {.trace = true, .reasons = f->reasons};
    bool known = recall(f, &options) != NULL;
    ts_stretch any;
    char *message = NULL;

    if (!play_with(f, &options))
        return false;
    if (known)
        return true;
    /* Every played case is also held against its own trace, unless that was
     * too long to be kept. */
    if (ts_result_stretch_at(f->result, 0, &any) &&
        !ts_result_validate(f->result, &message) &&
        strstr(message, "not complete") == NULL)
        wrong(f, "not valid: %s", message != NULL ? message : "?");
    ts_message_free(message);
    return true;
}

bool play_traced(family *f, uint64_t seed)
{
    ts_run_options options = {.trace = true, .has_seed = true, .seed = seed};

    return play_with(f, &options);
}

bool play_seed(family *f, uint64_t seed)
{
    ts_run_options options = {.has_seed = true, .seed = seed};

    return play_with(f, &options);
}

/* --- comparing --- */

void expect_units(family *f, const char *what, double units, int64_t actual)
{
    double exact = units * (double)f->unit;
    double off = fabs((double)actual - exact);

    if (!(off <= 0.5 || off <= 1e-9 * fabs(exact)))
        wrong(f, "%s: expected %.12g, got %.12g", what, units,
              in_units(f, actual));
}

void expect_rational(family *f, const char *what, const char *exact,
                     int64_t sum_ps, int64_t n)
{
    long long p = 0, q = 1;

    int read = 0, used = 0;
    double mean = n > 0 ? (double)sum_ps / (double)f->unit / (double)n : NAN;

    read = sscanf(exact, "%lld%n/%lld%n", &p, &used, &q, &used);
    if (read < 1 || exact[used] != '\0' || q <= 0) {
        wrong(f, "%s: \"%s\" is no p/q", what, exact);
        return;
    }
    if (f->rounded && fabs(mean * (double)q - (double)p) <= 1e-9 * fabs(mean))
        return;
    /* sum / n == p / q units */
    if (n <= 0 || (wide)sum_ps * q != (wide)p * f->unit * n)
        wrong(f, "%s: expected %s, got %.12g", what, exact, mean);
}

void expect_count(family *f, const char *what, int64_t expected, int64_t actual)
{
    if (expected != actual)
        wrong(f, "%s: expected %lld, got %lld", what, (long long)expected,
              (long long)actual);
}

void expect_near(family *f, const char *what, double expected, double actual,
                 double rel, double abs)
{
    double room = fmax(rel * fabs(expected), abs);

    if (!(fabs(actual - expected) <= room))
        wrong(f, "%s: expected %.9g within %.3g, got %.9g (%+.2f %%)", what,
              expected, room, actual,
              expected != 0 ? 100 * (actual - expected) / expected : 0);
}

double allowed(const family *f, const char *key, double expected)
{
    const cJSON *all = part(f->item, "tolerance");
    const cJSON *own = part(all, key) != NULL ? part(all, key) : part(all, "*");
    const cJSON *rel = part(own, "rel"), *abs = part(own, "abs");

    if (!cJSON_IsNumber(rel) && !cJSON_IsNumber(abs))
        return -1;
    return fmax(cJSON_IsNumber(rel) ? rel->valuedouble * fabs(expected) : 0,
                cJSON_IsNumber(abs) ? abs->valuedouble : 0);
}

void expect_case(family *f, const char *key, const char *what, double expected,
                 double actual)
{
    double room = allowed(f, key, expected);

    if (room < 0)
        wrong(f, "the case has no tolerance for %s", key);
    expect_near(f, what, expected, actual, 0, fmax(room, 0));
}

void expect_printed(family *f, const char *key, const cJSON *expected,
                    double actual)
{
    const char *text = word(f, expected, key), *point = strchr(text, '.');
    char got[64];

    snprintf(got, sizeof got, "%.*f",
             point != NULL ? (int)strlen(point + 1) : 0, actual);
    if (strcmp(text, got) != 0)
        wrong(f, "%s: expected \"%s\", got \"%s\"", key, text, got);
}

/* --- the run --- */

double metric(family *f, const char *name, ...)
{
    char full[256];
    double value = 0;
    va_list list;

    va_start(list, name);
    vsnprintf(full, sizeof full, name, list);
    va_end(list);
    if (f->result == NULL || !ts_result_metric(f->result, full, &value))
        wrong(f, "no metric %s", full);
    return value;
}

bool thread_of(family *f, const char *task, int64_t job, ts_thread_times *t)
{
    for (size_t i = 0;
         f->result != NULL && ts_result_thread_at(f->result, i, t); i++)
        if (t->job == job && strcmp(t->task, task) == 0)
            return true;
    wrong(f, "no thread %s, job %lld", task, (long long)job);
    return false;
}

const char *task_of(family *f, int32_t id, int64_t *job)
{
    ts_thread_times t;

    for (size_t i = 0;
         f->result != NULL && ts_result_thread_at(f->result, i, &t); i++)
        if (t.id == id) {
            if (job != NULL)
                *job = t.job;
            return t.task;
        }
    return "?";
}

int timeline(family *f, const char *place, const char *kind,
             ts_stretch *stretches, int room)
{
    ts_stretch s;
    int count = 0;

    for (size_t i = 0;
         f->result != NULL && ts_result_stretch_at(f->result, i, &s); i++) {
        if (strcmp(s.place, place) != 0 || strcmp(s.kind, kind) != 0)
            continue;
        if (count > 0 && count <= room &&
            stretches[count - 1].thread == s.thread &&
            stretches[count - 1].to == s.from) {
            stretches[count - 1].to = s.to;
            continue;
        }
        if (count < room)
            stretches[count] = s;
        count++;
    }
    return count;
}

const ts_stretch *lane(family *f, const char *place, const char *kind,
                       int *count)
{
    int n = timeline(f, place, kind, NULL, 0);

    free(f->stretches);
    f->stretches = malloc(((size_t)n + 1) * sizeof *f->stretches);
    if (f->stretches == NULL)
        exit(1);
    /* Counted without a merge, so that there is room. */
    *count = timeline(f, place, kind, f->stretches, n);
    return f->stretches;
}

/* --- the rest of a family --- */

family *family_begin(const char *label)
{
    family *f = calloc(1, sizeof *f);

    if (f == NULL)
        exit(1);
    f->name = f->label = label;
    f->unit = UNIT;
    f->parts = 1;
    return f;
}

bool family_end(family *f)
{
    bool right = !f->wrong;

    forget_all(f);
    cJSON_Delete(f->root);
    free(f->stretches);
    free(f->text);
    free(f);
    return right;
}
