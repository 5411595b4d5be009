/*
 * metrics.c - see metrics.h.
 */
#include <stdio.h>
#include <string.h>

#include "models/apollo/apollo.h"
#include "models/machine/policy.h"
#include "models/runtime/runtime.h"
#include "models/world/metrics.h"
#include "sim/scenario/reader.h"

#define TIME TS_UNIT_TIME
#define RATIO TS_UNIT_RATIO
#define COUNT TS_UNIT_COUNT
#define NUMBER TS_UNIT_NUMBER

/* What is told of observations; COUNT and the like where that is their unit,
 * TIME where it is the observations' own. */
static const struct {
    const char *ending;
    ts_unit unit;
} endings[] = {
    {".mean", TIME},
    {".count", COUNT},
    {".min", TIME},
    {".max", TIME},
    {".sd", TIME},
    {".p50", TIME},
    {".p95", TIME},
    {".p99", TIME},
    {".p999", TIME},
    {".steady.mean", TIME},
    {".steady.half_width", TIME},
    {".steady.warm_up", COUNT},
    {".steady.count", COUNT},
    {".steady.settled", COUNT},
    {".steady.batches", COUNT},
    {".steady.confidence", RATIO},
    {".steady.correlation", NUMBER},
};

/* Whoever reports metrics says which: set number `i` of their kinds, which may
 * be empty. False past the last. */
static bool kinds_of(int i, const ts_metric_kind **kinds, int *count)
{
    const ts_policy *policy;
    const ts_server_model *model;

    assert(i >= 0);
    if (i == 0) {
        *kinds = ts_core_metrics;
        *count = ts_core_metric_count;
        return true;
    }
    if (--i < ts_part_count) {
        *kinds = ts_parts[i]->metrics;
        *count = ts_parts[i]->metric_count;
        return true;
    }
    i -= ts_part_count;
    if (i < ts_policies.count) {
        policy = ts_policies.entries[i]->model;
        *kinds = policy->metrics;
        *count = policy->metric_count;
        return true;
    }
    i -= ts_policies.count;
    if (i >= ts_server_models.count)
        return false;
    model = ts_server_models.entries[i]->model;
    *kinds = model->metrics;
    *count = model->metric_count;
    return true;
}

const ts_metric_kind *ts_metric_kind_at(int i)
{
    const ts_metric_kind *kinds;
    int count;

    for (int set = 0; kinds_of(set, &kinds, &count); set++) {
        if (i < count)
            return &kinds[i];
        i -= count;
    }
    return NULL;
}

/* The part of a name that a kind leaves open. */
typedef struct open_part {
    const char *text;
    size_t length;
} open_part;

static bool is_number(open_part part)
{
    for (size_t i = 0; i < part.length; i++)
        if (part.text[i] < '0' || part.text[i] > '9')
            return false;
    return part.length > 0;
}

/* Does `name`, `length` bytes of it, have the form of `form`? */
static bool fits(const char *form, const char *name, size_t length,
                 open_part *open)
{
    const char *bracket = strchr(form, '<'), *rest;
    size_t before, after;

    *open = (open_part){NULL, 0};
    if (bracket == NULL)
        return strlen(form) == length && memcmp(form, name, length) == 0;
    before = (size_t)(bracket - form);
    assert(strchr(bracket, '>') != NULL); /* a kind's own form */
    rest = strchr(bracket, '>') + 1;
    after = strlen(rest);
    if (length <= before + after || memcmp(form, name, before) != 0 ||
        memcmp(rest, name + length - after, after) != 0)
        return false;
    *open = (open_part){name + before, length - before - after};
    return strncmp(bracket, "<n>", 3) != 0 || is_number(*open);
}

static const ts_metric_kind *find(const char *name, ts_unit *unit,
                                  open_part *open)
{
    size_t length = strlen(name);
    const ts_metric_kind *kind;

    for (int i = 0; (kind = ts_metric_kind_at(i)) != NULL; i++) {
        *unit = kind->unit;
        if (!kind->tally && fits(kind->name, name, length, open))
            return kind;
        for (size_t e = 0; kind->tally && e < TS_COUNT_OF(endings); e++) {
            size_t n = strlen(endings[e].ending);

            if (length <= n ||
                strcmp(name + length - n, endings[e].ending) != 0 ||
                !fits(kind->name, name, length - n, open))
                continue;
            if (endings[e].unit != TIME)
                *unit = endings[e].unit;
            return kind;
        }
    }
    return NULL;
}

const ts_metric_kind *ts_metric_kind_of(const char *name, ts_unit *unit)
{
    open_part open;

    return find(name, unit, &open);
}

/* --- names of the scenario's own --- */

/* The list at the top of the scenario whose items are named in `collection`,
 * where their name is, and the record in which the list is. */
static const ts_field *list_of(const ts_root *root, const char *collection,
                               size_t length, const ts_field **name,
                               const void **record)
{
    const ts_shape *table;

    for (int t = 0; (table = ts_shape_table(&ts_root_shape, t)) != NULL; t++)
        for (int i = 0; i < table->field_count; i++) {
            const ts_field *field = &table->fields[i];
            const ts_shape *shape =
                field->kind == TS_FIELD_LIST ? field->item->shape : NULL;

            *record = t == 0 ? root : root->machine.parts[t - 1];
            for (int k = 0; shape != NULL && k < shape->field_count; k++) {
                *name = &shape->fields[k];
                if ((*name)->kind == TS_FIELD_NAME &&
                    (*name)->collection != NULL &&
                    strlen((*name)->collection) == length &&
                    memcmp((*name)->collection, collection, length) == 0)
                    return field;
            }
        }
    return NULL;
}

/* Does the sweep change which items the list has, or their names? */
static bool varies_items(const ts_list *axes, const char *list)
{
    const ts_map_item *items = axes->items;
    size_t n = strlen(list);

    for (int i = 0; i < axes->count; i++) {
        const char *rest = items[i].key + 1, *last = strrchr(items[i].key, '/');

        if (items[i].key[0] != '/' || strncmp(rest, list, n) != 0)
            continue;
        rest += n; /* "", "/0", "/0/name" */
        if (rest[0] == '\0' || (rest[0] == '/' && last == rest) ||
            strcmp(last, "/name") == 0 || strcmp(last, "/profile") == 0)
            return true;
    }
    return false;
}

static bool sweeps_items(const ts_root *root, const char *list)
{
    const ts_plan *plan = root->sweep;

    return plan != NULL &&
           (varies_items(&plan->vary, list) || varies_items(&plan->zip, list) ||
            (plan->sample != NULL && varies_items(&plan->sample->of, list)));
}

/* The name of item `i` of the list that <...> stands for; NULL: no more. */
static const char *name_at(const ts_root *root, const ts_metric_kind *kind,
                           int i, bool *any)
{
    const char *bracket = strchr(kind->name, '<');
    const ts_field *name, *field;
    const ts_list *list;
    const void *record;
    const char *item;

    *any = true;
    if (bracket == NULL)
        return NULL;
    field =
        list_of(root, bracket + 1, strcspn(bracket, ">") - 1, &name, &record);
    if (field == NULL)
        return NULL;
    /* Servers and the Executive make threads of their own. */
    *any = sweeps_items(root, field->name) ||
           (strcmp(name->collection, "thread") == 0 &&
            (ts_servers_said(&root->machine)->count > 0 ||
             ts_apollo_is_said(&root->machine)));
    list = (const void *)((const char *)record + field->offset);
    if (i >= list->count)
        return NULL;
    assert(name->offset + sizeof(char *) <= field->item->shape->size);
    item = (const char *)list->items + (size_t)i * field->item->shape->size;
    item = *(const char *const *)(const void *)(item + name->offset);
    *any |= item == NULL;
    return item;
}

static bool names_item(const ts_root *root, const ts_metric_kind *kind,
                       open_part open)
{
    const char *name;
    bool any;

    for (int i = 0; (name = name_at(root, kind, i, &any)) != NULL; i++)
        if (strlen(name) == open.length &&
            memcmp(name, open.text, open.length) == 0)
            return true;
    return any;
}

/* The kind's metric of one item, of its mean where it has one. */
static void example(const ts_metric_kind *kind, const char *item,
                    const char *ending, char *out)
{
    const char *bracket = strchr(kind->name, '<');

    if (bracket == NULL)
        (void)snprintf(out, 256, "%s%s", kind->name, ending);
    else
        (void)snprintf(out, 256, "%.*s%s%s%s", (int)(bracket - kind->name),
                       kind->name, item, strchr(bracket, '>') + 1, ending);
}

/* Keeps what is nearer to `wanted` than `near`, the best so far, is. */
static void try(const char *wanted, const ts_metric_kind *kind,
                const char *item, char *near)
{
    char name[256];
    const char *const both[] = {near, name};

    for (size_t e = 0; e < (kind->tally ? TS_COUNT_OF(endings) : 1); e++) {
        example(kind, item, kind->tally ? endings[e].ending : "", name);
        if (ts_nearest(wanted, both, 2) == name)
            memcpy(near, name, sizeof name);
    }
}

/* The first kind of which a part is a word of the name: avg_wait, wait.mean. */
static void find_word(const char *name, char *near)
{
    static const char ends[] = "._- ";
    const ts_metric_kind *kind;

    for (int i = 0; (kind = ts_metric_kind_at(i)) != NULL; i++) {
        size_t length = strlen(kind->name);
        const char *at =
            strchr(kind->name, '.') == NULL ? strstr(name, kind->name) : NULL;

        if (at != NULL && (at == name || strchr(ends, at[-1]) != NULL) &&
            strchr(ends, at[length]) != NULL) {
            example(kind, "", kind->tally ? ".mean" : "", near);
            return;
        }
    }
}

static void find_near(const ts_root *root, const char *name, char *near)
{
    const ts_metric_kind *kind;
    open_part open;
    ts_unit unit;

    /* The observations themselves: their mean is meant. */
    (void)snprintf(near, 256, "%.200s.mean", name);
    if (find(near, &unit, &open) != NULL)
        return;
    near[0] = '\0';
    for (int i = 0; (kind = ts_metric_kind_at(i)) != NULL; i++) {
        const char *item;
        bool any;

        if (strchr(kind->name, '<') == NULL)
            try(name, kind, "", near);
        for (int k = 0; k < 64 && (item = name_at(root, kind, k, &any)) != NULL;
             k++)
            try(name, kind, item, near);
    }
    if (near[0] == '\0')
        find_word(name, near);
}

bool ts_metric_possible(const ts_root *root, const char *name, char *near)
{
    open_part open;
    ts_unit unit;
    const ts_metric_kind *kind = find(name, &unit, &open);

    near[0] = '\0';
    if (kind != NULL && (open.text == NULL || names_item(root, kind, open)))
        return true;
    find_near(root, name, near);
    return false;
}
