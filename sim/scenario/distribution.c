/*
 * distribution.c - reading what is drawn at random.
 *
 * {"exponential": "5ms"}: an object with one key, the distribution's name. The
 * table `forms` is what `explain`, `list` and the schema show.
 */
#include <string.h>

#include "sim/scenario/decode.h"

#define STAGES_MAX 1000000 /* of an Erlang distribution */

static const ts_distribution_form forms[] = {
    {"constant", "VALUE", "always the same; a bare value means it too",
     "{\"constant\": \"5ms\"}"},
    {"uniform", "[FROM, TO]", "every value between two is as likely",
     "{\"uniform\": [\"1ms\", \"3ms\"]}"},
    {"exponential", "MEAN", "memoryless, with this mean",
     "{\"exponential\": \"5ms\"}"},
    {"normal", "{mean, sd}", "bell-shaped; negative draws are drawn again",
     "{\"normal\": {\"mean\": \"5ms\", \"sd\": \"1ms\"}}"},
    {"lognormal", "{mean, sd}",
     "its logarithm is normal; mean and sd are of the value itself",
     "{\"lognormal\": {\"mean\": \"5ms\", \"sd\": \"10ms\"}}"},
    {"pareto", "{min, shape, max}",
     "heavy-tailed; shape is its exponent, max bounds it (may be left out)",
     "{\"pareto\": {\"min\": \"1ms\", \"shape\": 1.5, \"max\": \"1s\"}}"},
    {"erlang", "{mean, stages}", "the sum of so many equal exponentials",
     "{\"erlang\": {\"mean\": \"5ms\", \"stages\": 4}}"},
    {"hyperexponential", "[{weight, mean}, ...]",
     "one of several exponentials, chosen by weight",
     "{\"hyperexponential\": [{\"weight\": 9, \"mean\": \"1ms\"}, "
     "{\"weight\": 1, \"mean\": \"50ms\"}]}"},
    {"empirical", "[VALUE, ...] or [{value, weight}, ...]",
     "one of the values listed, chosen by weight",
     "{\"empirical\": [\"1ms\", \"2ms\", \"2ms\", \"9ms\"]}"},
    {"mixture", "[{weight, of}, ...]",
     "one of several distributions, chosen by weight",
     "{\"mixture\": [{\"weight\": 3, \"of\": \"1ms\"}, {\"weight\": 1, "
     "\"of\": {\"exponential\": \"9ms\"}}]}"},
};

static const ts_shape_kind kinds[] = {
    TS_DIST_CONSTANT,  TS_DIST_UNIFORM, TS_DIST_EXPONENTIAL, TS_DIST_NORMAL,
    TS_DIST_LOGNORMAL, TS_DIST_PARETO,  TS_DIST_ERLANG,      TS_DIST_HYPER,
    TS_DIST_EMPIRICAL, TS_DIST_MIXTURE,
};

const ts_distribution_form *ts_distribution_forms(int *count)
{
    *count = (int)TS_COUNT_OF(forms);
    return forms;
}

static int find_form(const char *name)
{
    for (int i = 0; i < (int)TS_COUNT_OF(forms); i++)
        if (strcmp(forms[i].name, name) == 0)
            return i;
    return -1;
}

bool ts_is_distribution(const char *name)
{
    return find_form(name) >= 0;
}

/* A quantity that is not negative. */
static bool read_amount(ts_reader *reader, const ts_path *path,
                        ts_measure *measure, const cJSON *value, double *amount)
{
    int64_t whole;

    if (!ts_measure_read(reader, path, measure, value, &whole, amount))
        return false;
    return *amount >= 0 ||
           ts_reader_fail(reader, path, TS_PLACE_VALUE, "must not be negative");
}

/* The constant that a bare value means; the field's range holds for it. */
static bool read_constant(ts_reader *reader, const ts_path *path,
                          ts_measure *measure, const cJSON *value,
                          ts_distribution *d)
{
    d->kind = TS_DIST_CONSTANT;
    return ts_measure_read(reader, path, measure, value, &d->whole, &d->a) &&
           ts_range_check(reader, path, measure->field,
                          (ts_quantity_kind)measure->seen, d->a, value);
}

/* Parameters by name. `names` ends with NULL; those from `optional` on may be
 * absent. Fills `found`; every key must be one of them. */
static bool read_parameters(ts_reader *reader, const ts_path *path,
                            const cJSON *value, const char *const *names,
                            int optional, const cJSON **found)
{
    ts_buffer list = TS_BUFFER_EMPTY;
    bool good = true;
    int count = 0;

    while (names[count] != NULL)
        found[count++] = NULL;
    ts_list_words(&list, names, count, " and ");
    if (list.failed) {
        ts_buffer_fini(&list);
        reader->exhausted = true;
        return false;
    }
    if (!cJSON_IsObject(value))
        good = ts_reader_fail(reader, path, TS_PLACE_VALUE,
                              "expected an object with %s", list.data);
    for (const cJSON *c = good ? value->child : NULL; c != NULL; c = c->next) {
        ts_path at = {path, c->string, 0};
        int i = 0;

        while (i < count && strcmp(names[i], c->string) != 0)
            i++;
        if (i < count)
            found[i] = c;
        else if (!ts_is_remark(c->string))
            good = ts_reader_fail(reader, &at, TS_PLACE_KEY,
                                  "\"%.60s\" is no parameter here; there are "
                                  "%s",
                                  c->string, list.data);
    }
    for (int i = 0; i < optional && good; i++)
        if (found[i] == NULL)
            good = ts_reader_fail(reader, path, TS_PLACE_VALUE,
                                  "\"%s\" is missing", names[i]);
    ts_buffer_fini(&list);
    return good;
}

static bool read_pair(ts_reader *reader, const ts_path *path,
                      ts_measure *measure, const cJSON *value,
                      ts_distribution *d)
{
    ts_path at = {path, NULL, 1};
    ts_path first = {path, NULL, 0};

    if (!cJSON_IsArray(value) || cJSON_GetArraySize(value) != 2)
        return ts_reader_fail(reader, path, TS_PLACE_VALUE,
                              "expected a list of two: [from, to]");
    if (!read_amount(reader, &first, measure, value->child, &d->a) ||
        !read_amount(reader, &at, measure, value->child->next, &d->b))
        return false;
    return d->a <= d->b || ts_reader_fail(reader, &at, TS_PLACE_VALUE,
                                          "the end must not be below the "
                                          "beginning");
}

static bool read_mean_sd(ts_reader *reader, const ts_path *path,
                         ts_measure *measure, const cJSON *value,
                         ts_distribution *d)
{
    static const char *const names[] = {"mean", "sd", NULL};
    ts_path mean = {path, "mean", 0}, sd = {path, "sd", 0};
    const cJSON *found[2];

    if (!read_parameters(reader, path, value, names, 2, found) ||
        !read_amount(reader, &mean, measure, found[0], &d->a) ||
        !read_amount(reader, &sd, measure, found[1], &d->b))
        return false;
    /* Redrawing what is negative ends soon only if the mean is not. */
    if (!(d->a > 0))
        return ts_reader_fail(reader, &mean, TS_PLACE_VALUE,
                              "the mean must be more than 0");
    return true;
}

static bool read_plain(ts_reader *reader, const ts_path *path,
                       const cJSON *value, const char *what, double *number)
{
    if (!cJSON_IsNumber(value) || !(value->valuedouble > 0))
        return ts_reader_fail(reader, path, TS_PLACE_VALUE,
                              "the %s is a number above 0", what);
    *number = value->valuedouble;
    return true;
}

static bool read_pareto(ts_reader *reader, const ts_path *path,
                        ts_measure *measure, const cJSON *value,
                        ts_distribution *d)
{
    static const char *const names[] = {"min", "shape", "max", NULL};
    ts_path min = {path, "min", 0}, shape = {path, "shape", 0};
    ts_path max = {path, "max", 0};
    const cJSON *found[3];

    if (!read_parameters(reader, path, value, names, 2, found) ||
        !read_amount(reader, &min, measure, found[0], &d->a) ||
        !read_plain(reader, &shape, found[1], "shape", &d->b))
        return false;
    if (!(d->a > 0))
        return ts_reader_fail(reader, &min, TS_PLACE_VALUE,
                              "the minimum must be more than 0");
    if (found[2] == NULL)
        return true;
    return read_amount(reader, &max, measure, found[2], &d->c) &&
           (d->c > d->a || ts_reader_fail(reader, &max, TS_PLACE_VALUE,
                                          "the maximum must be above the "
                                          "minimum"));
}

static bool read_erlang(ts_reader *reader, const ts_path *path,
                        ts_measure *measure, const cJSON *value,
                        ts_distribution *d)
{
    static const char *const names[] = {"mean", "stages", NULL};
    ts_path mean = {path, "mean", 0}, stages = {path, "stages", 0};
    const cJSON *found[2];

    if (!read_parameters(reader, path, value, names, 2, found) ||
        !read_amount(reader, &mean, measure, found[0], &d->a) ||
        !read_plain(reader, &stages, found[1], "number of stages", &d->b))
        return false;
    if (d->b > STAGES_MAX || (double)(int64_t)d->b < d->b)
        return ts_reader_fail(reader, &stages, TS_PLACE_VALUE,
                              "the number of stages is whole, from 1 to %d",
                              STAGES_MAX);
    return true;
}

static bool read_weight(ts_reader *reader, const ts_path *path,
                        const cJSON *value, double *weight)
{
    if (!cJSON_IsNumber(value) || value->valuedouble < 0 ||
        value->valuedouble > 1e15)
        return ts_reader_fail(reader, path, TS_PLACE_VALUE,
                              "a weight is a number, 0 or more");
    *weight = value->valuedouble;
    return true;
}

/* Weights to their normalised sums; the last is 1 exactly. */
static bool accumulate(ts_reader *reader, const ts_path *path, double *weights,
                       int count)
{
    double total = 0, sum = 0;
    int last = 0;

    for (int i = 0; i < count; i++) {
        total += weights[i];
        if (weights[i] > 0)
            last = i;
    }
    if (!(total > 0))
        return ts_reader_fail(reader, path, TS_PLACE_VALUE,
                              "at least one weight must be more than 0");
    for (int i = 0; i < count; i++) {
        sum += weights[i];
        weights[i] = i >= last ? 1.0 : sum / total;
    }
    return true;
}

/* One item of a weighted list: its value goes to `part` or to `number`. */
static bool read_item(ts_reader *reader, const ts_path *path,
                      ts_measure *measure, const char *const *names,
                      const cJSON *value, double *weight, double *number,
                      ts_distribution *part)
{
    ts_path at_weight = {path, names[0], 0}, at = {path, names[1], 0};
    const cJSON *found[2];

    if (!read_parameters(reader, path, value, names, 2, found) ||
        !read_weight(reader, &at_weight, found[0], weight))
        return false;
    if (number != NULL)
        return read_amount(reader, &at, measure, found[1], number);
    if (strcmp(names[1], "of") == 0)
        return ts_distribution_read(reader, &at, measure, found[1], part);
    part->kind = TS_DIST_EXPONENTIAL;
    return read_amount(reader, &at, measure, found[1], &part->a);
}

/* hyperexponential, empirical, mixture: lists of things with weights. */
static bool read_weighted(ts_reader *reader, const ts_path *path,
                          ts_measure *measure, const cJSON *value,
                          ts_distribution *d)
{
    static const char *const hyper[] = {"weight", "mean", NULL};
    static const char *const empirical[] = {"weight", "value", NULL};
    static const char *const mixture[] = {"weight", "of", NULL};
    const char *const *names = d->kind == TS_DIST_HYPER     ? hyper
                               : d->kind == TS_DIST_MIXTURE ? mixture
                                                            : empirical;
    int count = cJSON_IsArray(value) ? cJSON_GetArraySize(value) : 0;
    ts_distribution *parts = NULL;
    double *weights, *values = NULL;
    bool good = true;
    int i = 0;

    if (count == 0 || count > TS_LIMIT_ITEMS)
        return ts_reader_fail(reader, path, TS_PLACE_VALUE,
                              "expected a list of 1 to %d items with weights",
                              TS_LIMIT_ITEMS);
    weights = ts_reader_alloc(reader, (size_t)count, sizeof *weights);
    if (d->kind == TS_DIST_EMPIRICAL)
        values = ts_reader_alloc(reader, (size_t)count, sizeof *values);
    else
        parts = ts_reader_alloc(reader, (size_t)count, sizeof *parts);
    if (weights == NULL || (values == NULL && parts == NULL))
        return false;
    for (const cJSON *c = value->child; c != NULL; c = c->next, i++) {
        ts_path at = {path, NULL, i};

        if (values != NULL && !cJSON_IsObject(c)) {
            weights[i] = 1;
            good = read_amount(reader, &at, measure, c, &values[i]) && good;
        } else {
            good = read_item(reader, &at, measure, names, c, &weights[i],
                             values != NULL ? &values[i] : NULL,
                             parts != NULL ? &parts[i] : NULL) &&
                   good;
        }
    }
    if (!good || !accumulate(reader, path, weights, count))
        return false;
    d->count = count;
    d->values = values;
    d->cumulative = weights;
    d->parts = parts;
    return true;
}

static bool fail_name(ts_reader *reader, const ts_path *path, const char *name)
{
    const char *names[TS_COUNT_OF(forms)];
    ts_buffer list = TS_BUFFER_EMPTY;
    const char *near;

    for (size_t i = 0; i < TS_COUNT_OF(forms); i++)
        names[i] = forms[i].name;
    near = ts_nearest(name, names, (int)TS_COUNT_OF(forms));
    if (near != NULL)
        return ts_reader_fail(reader, path, TS_PLACE_KEY,
                              "no distribution is named \"%.60s\"; did you "
                              "mean \"%s\"?",
                              name, near);
    ts_list_words(&list, names, (int)TS_COUNT_OF(forms), " and ");
    ts_reader_fail(reader, path, TS_PLACE_KEY,
                   "no distribution is named \"%.60s\"; there are %s", name,
                   list.failed ? "" : list.data);
    ts_buffer_fini(&list);
    return false;
}

bool ts_distribution_read(ts_reader *reader, const ts_path *path,
                          ts_measure *measure, const cJSON *value,
                          ts_distribution *d)
{
    const cJSON *member;
    ts_path at = {path, NULL, 0};
    int count, form;

    memset(d, 0, sizeof *d);
    if (!cJSON_IsObject(value))
        return read_constant(reader, path, measure, value, d);
    member = ts_only_member(value, &count);
    if (count != 1)
        return ts_reader_fail(reader, path, TS_PLACE_VALUE,
                              "a distribution is an object with one key, as "
                              "{\"exponential\": \"5ms\"}");
    at.key = member->string;
    form = find_form(member->string);
    if (form < 0)
        return fail_name(reader, &at, member->string);
    d->kind = kinds[form];
    switch (d->kind) {
    case TS_DIST_CONSTANT:
        return read_constant(reader, &at, measure, member, d);
    case TS_DIST_UNIFORM:
        return read_pair(reader, &at, measure, member, d);
    case TS_DIST_EXPONENTIAL:
        return read_amount(reader, &at, measure, member, &d->a);
    case TS_DIST_NORMAL:
    case TS_DIST_LOGNORMAL:
        return read_mean_sd(reader, &at, measure, member, d);
    case TS_DIST_PARETO:
        return read_pareto(reader, &at, measure, member, d);
    case TS_DIST_ERLANG:
        return read_erlang(reader, &at, measure, member, d);
    case TS_DIST_HYPER:
    case TS_DIST_EMPIRICAL:
    case TS_DIST_MIXTURE:
        break;
    }
    return read_weighted(reader, &at, measure, member, d);
}
