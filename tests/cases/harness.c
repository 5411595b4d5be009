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

static char *read_file(const char *path)
{
    FILE *file = fopen(path, "rb");
    char *text;
    long size;

    if (!file) {
        fprintf(stderr, "%s: cannot be opened\n", path);
        exit(1);
    }
    fseek(file, 0, SEEK_END);
    size = ftell(file);
    rewind(file);
    text = malloc((size_t)size + 1);
    if (!text || fread(text, 1, (size_t)size, file) != (size_t)size)
        exit(1);
    text[size] = '\0';
    fclose(file);
    return text;
}

static family *open_family(const char *name)
{
    family *f = calloc(1, sizeof *f);
    char path[512], *text;

    if (!f)
        exit(1);
    snprintf(path, sizeof path, "%s/tests/cases/%s.json", TS_TREE, name);
    text = read_file(path);
    f->name = name;
    f->root = cJSON_Parse(text);
    free(text);
    f->count =
        cJSON_GetArraySize(cJSON_GetObjectItemCaseSensitive(f->root, "cases"));
    if (f->count == 0) {
        fprintf(stderr, "%s: no cases\n", path);
        exit(1);
    }
    return f;
}

void fresh(family *f)
{
    f->length = 0;
    ts_result_free(f->result);
    f->result = NULL;
}

static void begin(family *f, int index)
{
    fresh(f);
    f->index = index;
    f->wrong = false;
    f->item =
        cJSON_GetArrayItem(cJSON_GetObjectItemCaseSensitive(f->root, "cases"),
                           index);
    f->inputs = cJSON_GetObjectItemCaseSensitive(f->item, "inputs");
    f->expected = cJSON_GetObjectItemCaseSensitive(f->item, "expected");
    f->label =
        cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(f->item, "name"));
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
        if (!f->text)
            exit(1);
    }
    vsnprintf(f->text + f->length, f->room - f->length, format, again);
    va_end(again);
    f->length += (size_t)need;
}

void wrong(family *f, const char *format, ...)
{
    va_list list;

    va_start(list, format);
    fprintf(stderr, "%s %s: ", f->name, f->label);
    vfprintf(stderr, format, list);
    fputc('\n', stderr);
    va_end(list);
    f->wrong = true;
}

static bool play_with(family *f, const ts_run_options *options)
{
    ts_scenario *scenario;
    char *message = NULL;

    ts_result_free(f->result);
    f->result = NULL;
    scenario = ts_scenario_parse(f->label, f->text, f->length,
                                 TS_TREE "/scenarios/profiles", &message);
    if (scenario)
        f->result = ts_scenario_run(scenario, 0, options, &message);
    if (!f->result)
        wrong(f, "refused: %s\n%s", message ? message : "?", f->text);
    ts_message_free(message);
    ts_scenario_free(scenario);
    return f->result != NULL;
}

bool play(family *f)
{
    ts_run_options options = {.trace = true};
    ts_stretch any;
    char *message = NULL;

    if (!play_with(f, &options))
        return false;
    /* Every played case is also held against its own trace, unless that was
     * too long to be kept. */
    if (ts_result_stretch_at(f->result, 0, &any) &&
        !ts_result_validate(f->result, &message) &&
        !strstr(message, "not complete"))
        wrong(f, "not valid: %s", message ? message : "?");
    ts_message_free(message);
    return true;
}

bool play_seed(family *f, uint64_t seed)
{
    ts_run_options options = {.has_seed = true, .seed = seed};

    return play_with(f, &options);
}

bool has(const cJSON *object, const char *key)
{
    const cJSON *item = cJSON_GetObjectItemCaseSensitive(object, key);

    return item && !cJSON_IsNull(item);
}

double number(family *f, const cJSON *object, const char *key)
{
    const cJSON *item = cJSON_GetObjectItemCaseSensitive(object, key);

    if (!cJSON_IsNumber(item)) {
        wrong(f, "the case has no number \"%s\"", key);
        return 0;
    }
    return item->valuedouble;
}

/* --- comparing ----------------------------------------------------------- */

void expect_units(family *f, const char *what, double units, int64_t actual)
{
    double exact = units * (double)UNIT;
    double off = fabs((double)actual - exact);

    if (off > 0.5 && off > 1e-9 * fabs(exact))
        wrong(f, "%s: expected %.9g, got %.9g", what, units,
              (double)actual / (double)UNIT);
}

void expect_rational(family *f, const char *what, const char *exact,
                     int64_t sum_ps, int64_t n)
{
    long long p = 0, q = 1;

    if (sscanf(exact, "%lld/%lld", &p, &q) < 1) {
        wrong(f, "%s: \"%s\" is no p/q", what, exact);
        return;
    }
    /* sum / n == p / q units */
    if ((wide)sum_ps * q != (wide)p * UNIT * n)
        wrong(f, "%s: expected %s, got %.12g", what, exact,
              (double)sum_ps / (double)UNIT / (double)n);
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

void expect_case(family *f, const char *key, const char *what, double expected,
                 double actual)
{
    const cJSON *all = cJSON_GetObjectItemCaseSensitive(f->item, "tolerance");
    const cJSON *own = cJSON_GetObjectItemCaseSensitive(all, key);
    const cJSON *rel, *abs;

    if (!own)
        own = cJSON_GetObjectItemCaseSensitive(all, "*");
    rel = cJSON_GetObjectItemCaseSensitive(own, "rel");
    abs = cJSON_GetObjectItemCaseSensitive(own, "abs");
    if (!rel && !abs)
        wrong(f, "the case has no tolerance for %s", key);
    expect_near(f, what, expected, actual, rel ? rel->valuedouble : 0,
                abs ? abs->valuedouble : 0);
}

double element(family *f, const cJSON *object, const char *key, int i)
{
    const cJSON *item =
        cJSON_GetArrayItem(cJSON_GetObjectItemCaseSensitive(object, key), i);

    if (!cJSON_IsNumber(item)) {
        wrong(f, "the case has no number %d in \"%s\"", i, key);
        return 0;
    }
    return item->valuedouble;
}

int length(const cJSON *object, const char *key)
{
    return cJSON_GetArraySize(cJSON_GetObjectItemCaseSensitive(object, key));
}

/* --- the run ------------------------------------------------------------- */

double metric(family *f, const char *name, ...)
{
    char full[256];
    double value = 0;
    va_list list;

    va_start(list, name);
    vsnprintf(full, sizeof full, name, list);
    va_end(list);
    if (!f->result || !ts_result_metric(f->result, full, &value))
        wrong(f, "no metric %s", full);
    return value;
}

bool thread_of(family *f, const char *task, int64_t job, ts_thread_times *t)
{
    for (size_t i = 0; f->result && ts_result_thread_at(f->result, i, t); i++)
        if (t->job == job && strcmp(t->task, task) == 0)
            return true;
    wrong(f, "no thread %s, job %lld", task, (long long)job);
    return false;
}

const char *task_of(family *f, int32_t id, int64_t *job)
{
    ts_thread_times t;

    for (size_t i = 0; f->result && ts_result_thread_at(f->result, i, &t); i++)
        if (t.id == id) {
            if (job)
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

    for (size_t i = 0; f->result && ts_result_stretch_at(f->result, i, &s);
         i++) {
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

/* --- families ------------------------------------------------------------ */

static void close_family(family *f)
{
    ts_result_free(f->result);
    cJSON_Delete(f->root);
    free(f->text);
    free(f);
}

int family_run(const char *name, void (*play_case)(family *f))
{
    family *f = open_family(name);
    int failed;

    for (int i = 0; i < f->count; i++) {
        begin(f, i);
        play_case(f);
        if (f->wrong)
            f->failed++;
        else
            f->passed++;
    }
    failed = f->failed;
    printf("%-36s %4d cases %4d passed %4d failed\n", f->name, f->count,
           f->passed, f->failed);
    close_family(f);
    return failed;
}

family *family_begin(const char *label)
{
    family *f = calloc(1, sizeof *f);

    if (!f)
        exit(1);
    f->name = f->label = label;
    return f;
}

bool family_end(family *f)
{
    bool right = !f->wrong;

    close_family(f);
    return right;
}
