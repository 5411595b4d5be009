/*
 * compose.c - see compose.h.
 */
#include "compose.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "models/world/root.h"
#include "models/machine/program.h"

#define DEPTH_MAX 7   /* programs inside programs */
#define NAMES_MAX 256 /* in one scenario */
#define EXTREME 4     /* one scenario in so many is at its limits */
#define LONGEST ((double)TS_TIME_LIMIT)

typedef struct composer {
    uint64_t state;
    int depth;
    int processors;
    bool apollo, memory; /* the scenario has them */
    bool extreme;        /* numbers are often the least or the most allowed */
    struct name {
        const char *collection, *kind;
        char text[24];
    } names[NAMES_MAX];
    int count;
} composer;

uint64_t ts_draw(uint64_t *state, uint64_t n)
{
    uint64_t z = (*state += UINT64_C(0x9e3779b97f4a7c15));

    z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
    return (z ^ z >> 31) % n;
}

static int draw(composer *c, int n)
{
    return (int)ts_draw(&c->state, (uint64_t)n);
}

static bool chance(composer *c, int percent)
{
    return draw(c, 100) < percent;
}

/* From low to high, each factor of two as likely as the others. */
static double spread(composer *c, double low, double high)
{
    double value = low;

    while (value * 2 < high && !chance(c, 9))
        value *= 1 + draw(c, 1000) / 1000.0;
    return value < high ? value : high;
}

/* --- values --- */

static cJSON *words(const char *format, double value)
{
    char text[64];

    snprintf(text, sizeof text, format, value);
    return cJSON_CreateString(text);
}

static double bounded(const ts_field *field, double value)
{
    if (value < field->min)
        value = field->min;
    if (field->max > field->min && value > field->max)
        value = field->max;
    return value;
}

/* Times that a run of some milliseconds has room for. */
static cJSON *compose_time(composer *c, const ts_field *field)
{
    double ps = chance(c, 4) ? 0 : spread(c, 1e5, 5e9);

    return words("%.0fps", bounded(field, ps));
}

/* Numbers of processors and of nodes. */
static int most_of(const composer *c, const ts_field *field)
{
    if (field->max == 4095)
        return c->processors;
    return strcmp(field->name, "home") == 0 || strcmp(field->name, "node") == 0;
}

static cJSON *compose_int(composer *c, const ts_field *field)
{
    double most = chance(c, 80) ? 4 : chance(c, 80) ? 20 : 200;
    double value = field->min + draw(c, (int)most);

    if (most_of(c, field) > 0 && chance(c, 95))
        value = draw(c, most_of(c, field));
    else if (field->is_signed && field->min < 0 && field->min > -100)
        value = field->min + draw(c, (int)(field->max - field->min) + 1);
    else if (field->is_signed && field->min <= 0)
        value = draw(c, 20) - 5;
    return cJSON_CreateNumber(bounded(field, value));
}

static cJSON *compose_real(composer *c, const ts_field *field)
{
    double most = field->max > field->min ? field->max : field->min + 10;
    double value = field->min + (most - field->min) * draw(c, 1001) / 1000;

    if (chance(c, 70))
        value = field->min + draw(c, 40) / 10.0;
    return cJSON_CreateNumber(bounded(field, value));
}

/* Two values of a kind, the smaller one first. */
static cJSON *compose_uniform(cJSON *one, cJSON *other, double a, double b)
{
    cJSON *pair = cJSON_CreateArray(), *object = cJSON_CreateObject();

    cJSON_AddItemToArray(pair, a < b ? one : other);
    cJSON_AddItemToArray(pair, a < b ? other : one);
    cJSON_AddItemToObject(object, "uniform", pair);
    return object;
}

static cJSON *compose_duration(composer *c, const ts_field *field)
{
    double a = bounded(field, spread(c, 1e5, 5e9));
    double b = bounded(field, spread(c, 1e5, 5e9));
    cJSON *object;

    if (chance(c, 10))
        return words("%.0f cycles", spread(c, 1, 1e6));
    if (!field->random || chance(c, 60))
        return compose_time(c, field);
    if (chance(c, 40))
        return compose_uniform(words("%.0fps", a), words("%.0fps", b), a, b);
    object = cJSON_CreateObject();
    cJSON_AddItemToObject(object, "exponential", words("%.0fps", a));
    return object;
}

static cJSON *compose_draw(composer *c, const ts_field *field,
                           const char *format, double low, double high)
{
    double a = bounded(field, spread(c, low, high));
    double b = bounded(field, spread(c, low, high));

    if (chance(c, 60))
        return *format == '#' ? cJSON_CreateNumber((double)(int64_t)a)
                              : words(format, a);
    if (*format == '#')
        return compose_uniform(cJSON_CreateNumber((double)(int64_t)a),
                               cJSON_CreateNumber((double)(int64_t)b), a, b);
    return compose_uniform(words(format, a), words(format, b), a, b);
}

static cJSON *compose_frequency(composer *c, const ts_field *field)
{
    if (chance(c, 20))
        return cJSON_CreateString("10/3GHz");
    return words("%.0fHz", bounded(field, spread(c, 1e6, 5e9)));
}

static cJSON *compose_rate(composer *c, const ts_field *field)
{
    if (field->bytes)
        return words("%.0fB/s", bounded(field, spread(c, 1e6, 1e10)));
    return words("%.0f/s", bounded(field, spread(c, 10, 50000)));
}

static cJSON *compose_choice(composer *c, const ts_field *field)
{
    int count = 0;

    while (field->choices[count] != NULL)
        count++;
    return cJSON_CreateString(field->choices[draw(c, count)]);
}

/* --- names --- */

static cJSON *give_name(composer *c, const char *collection, const char *kind)
{
    struct name *name = &c->names[c->count % NAMES_MAX];

    if (collection == NULL && c->count > 0 &&
        chance(c, 5)) /* somebody else's */
        return cJSON_CreateString(c->names[draw(c, c->count) % NAMES_MAX].text);
    collection = collection != NULL ? collection : "own";
    name->collection = collection;
    name->kind = kind;
    snprintf(name->text, sizeof name->text, "%.8s%d", collection, c->count++);
    return cJSON_CreateString(name->text);
}

/* Resolved when everything has its name: "?7 lock mutex" is the seventh, going
 * round, of the mutexes. */
static cJSON *refer(composer *c, const char *collection, const char *kind,
                    int number)
{
    char text[80];

    (void)c;
    snprintf(text, sizeof text, "?%d %s/%s", number, collection, kind);
    return cJSON_CreateString(text);
}

static const char *resolve(const composer *c, const char *reference)
{
    int number = atoi(reference + 1), found = 0;
    const char *collection = strchr(reference, ' ') + 1;
    const char *kind = strchr(collection, '/') + 1;
    size_t length = (size_t)(kind - collection) - 1;

    for (int pass = 0; pass < 2; pass++) {
        for (int i = 0; i < c->count && i < NAMES_MAX; i++) {
            const struct name *name = &c->names[i];

            if (strncmp(name->collection, collection, length) != 0 ||
                name->collection[length] != '\0' ||
                (*kind &&
                 (name->kind == NULL || strcmp(name->kind, kind) != 0)))
                continue;
            if (pass == 1 && found-- == 0)
                return name->text;
            found += pass == 0;
        }
        if (pass == 0 && found == 0)
            return NULL;
        if (pass == 0)
            found = number % found;
    }
    return NULL;
}

/* What refers to nothing goes. */
static void resolve_all(const composer *c, cJSON *item)
{
    cJSON *child = item->child;

    while (child != NULL) {
        cJSON *next = child->next;
        bool refers = cJSON_IsString(child) && child->valuestring[0] == '?';
        const char *name = refers ? resolve(c, child->valuestring) : NULL;

        if (name != NULL)
            cJSON_SetValuestring(child, name);
        else if (refers)
            cJSON_Delete(cJSON_DetachItemViaPointer(item, child));
        else
            resolve_all(c, child);
        child = next;
    }
}

/* --- objects --- */

static cJSON *compose_field(composer *c, const ts_field *field);

static void compose_shape(composer *c, const ts_shape *shape, cJSON *object,
                          const char *kind);

static void compose_member(composer *c, const ts_field *field, cJSON *object,
                           const char *kind)
{
    const ts_entry *entry;

    if (field->kind == TS_FIELD_NAME) {
        cJSON_AddItemToObject(object, field->name,
                              give_name(c, field->collection, kind));
        return;
    }
    if (field->kind == TS_FIELD_TAG) {
        entry = field->registry->entries[draw(c, field->registry->count)];
        cJSON_AddStringToObject(object, field->name, entry->name);
        if (entry->shape != NULL)
            compose_shape(c, entry->shape, object, kind);
        return;
    }
    cJSON_AddItemToObject(object, field->name, compose_field(c, field));
}

/* The entry of the tag that an object has got: what sort of lock it is. */
static const char *kind_of(const ts_shape *shape, const cJSON *object)
{
    for (int i = 0; i < shape->field_count; i++)
        if (shape->fields[i].kind == TS_FIELD_TAG)
            return cJSON_GetStringValue(
                cJSON_GetObjectItemCaseSensitive(object,
                                                 shape->fields[i].name));
    return NULL;
}

/* Names last: they tell of what they are the names of. */
static void compose_shape(composer *c, const ts_shape *shape, cJSON *object,
                          const char *kind)
{
    for (int i = 0; i < shape->field_count; i++) {
        const ts_field *field = &shape->fields[i];

        if (field->kind == TS_FIELD_NAME || field->kind == TS_FIELD_RAW)
            continue;
        if (field->required || field->kind == TS_FIELD_TAG || chance(c, 30))
            compose_member(c, field, object, kind);
    }
    for (int i = 0; i < shape->field_count; i++)
        if (shape->fields[i].kind == TS_FIELD_NAME)
            compose_member(c, &shape->fields[i], object,
                           kind_of(shape, object));
}

static cJSON *compose_object(composer *c, const ts_shape *shape)
{
    cJSON *object = cJSON_CreateObject();

    compose_shape(c, shape, object, NULL);
    return object;
}

static cJSON *compose_entry(composer *c, const ts_entry *entry)
{
    cJSON *object;

    if (entry->shape == NULL)
        return cJSON_CreateString(entry->name);
    object = cJSON_CreateObject();
    cJSON_AddItemToObject(object, entry->name, compose_object(c, entry->shape));
    return object;
}

/* --- programs --- */

static void add_run(composer *c, cJSON *list)
{
    cJSON *run = cJSON_CreateObject();

    cJSON_AddItemToObject(run, "run", words("%.0fps", spread(c, 1e6, 1e9)));
    cJSON_AddItemToArray(list, run);
}

static void add_use(cJSON *list, const char *what, cJSON *lock)
{
    cJSON *use = cJSON_CreateObject();

    cJSON_AddItemToObject(use, what, lock);
    cJSON_AddItemToArray(list, use);
}

/* Locks are used as locks are: what is taken is given back. */
static void add_locking(composer *c, cJSON *list)
{
    static const char *const uses[][3] = {
        {"lock", "mutex", "unlock"},   {"lock", "read-write", "unlock"},
        {"wait", "semaphore", "post"}, {"post", "semaphore", NULL},
        {"signal", "condition", NULL}, {"broadcast", "condition", NULL},
        {"barrier", "barrier", NULL},
    };
    int which = draw(c, (int)TS_COUNT_OF(uses)), number = draw(c, 100);

    add_use(list, uses[which][0], refer(c, "lock", uses[which][1], number));
    add_run(c, list);
    if (which == 0 && chance(c, 30)) {
        cJSON *wait = cJSON_CreateObject();

        cJSON_AddItemToObject(wait, "name",
                              refer(c, "lock", "condition", draw(c, 100)));
        cJSON_AddItemToObject(wait, "with", refer(c, "lock", "mutex", number));
        add_use(list, "wait", wait);
    }
    if (uses[which][2] != NULL)
        add_use(list, uses[which][2], refer(c, "lock", uses[which][1], number));
}

static bool is_among(const char *name, const char *const *names)
{
    while (*names != NULL && strcmp(*names, name) != 0)
        names++;
    return *names != NULL;
}

static bool is_locking(const char *name)
{
    static const char *const names[] = {"lock",    "unlock", "wait",
                                        "post",    "signal", "broadcast",
                                        "barrier", NULL};

    return is_among(name, names);
}

/* Operations of Apollo's computer need one, those that load and stream a
 * memory. */
static bool has_place(const composer *c, const char *name)
{
    static const char *const apollo[] = {"findvac",  "novac",    "waitlist",
                                         "longcall", "jobsleep", "jobwake",
                                         "priochng", "phaschng", "when",
                                         NULL};
    static const char *const memory[] = {"dram", "update", "stream", NULL};

    return (c->apollo || !is_among(name, apollo)) &&
           (c->memory || !is_among(name, memory));
}

/* A program begins with work, so that no circle takes no time. */
static cJSON *compose_program(composer *c)
{
    const ts_registry *registry = ts_program_item.registry;
    cJSON *list = cJSON_CreateArray();
    int count = 1 + draw(c, 4);

    add_run(c, list);
    for (int i = 0; i < count && c->depth < DEPTH_MAX; i++) {
        const ts_entry *entry =
            registry->entries[draw(c, chance(c, 30) ? 8 : registry->count)];

        if (!has_place(c, entry->name))
            continue;
        c->depth++;
        if (is_locking(entry->name))
            add_locking(c, list);
        else
            cJSON_AddItemToArray(list, compose_entry(c, entry));
        c->depth--;
    }
    return list;
}

/* --- fields --- */

static cJSON *compose_list(composer *c, const ts_field *field)
{
    int least = field->min > 1 ? (int)field->min : 1;
    int count = least + (chance(c, 50) ? draw(c, 3) : 0);
    cJSON *list;

    if (field->item == &ts_program_item)
        return compose_program(c);
    if (field->one && chance(c, 40))
        return compose_field(c, field->item);
    list = cJSON_CreateArray();
    for (int i = 0; i < count; i++)
        cJSON_AddItemToArray(list, compose_field(c, field->item));
    return list;
}

static cJSON *compose_map(composer *c, const ts_field *field)
{
    cJSON *map = cJSON_CreateObject();

    cJSON_AddItemToObject(map, "a", compose_field(c, field->item));
    return map;
}

/* The least or the most that a field takes; NULL: it is no number. What the
 * table does not limit, the language does. */
static cJSON *compose_extreme(composer *c, const ts_field *field)
{
    bool most = chance(c, 50);
    double low = field->min, high = field->max;
    bool bounded_above = high > low;

    switch (field->kind) {
    case TS_FIELD_INT:
        return cJSON_CreateNumber(most && bounded_above ? high : low);
    case TS_FIELD_REAL:
    case TS_FIELD_SCALAR:
    case TS_FIELD_RATIO:
        return cJSON_CreateNumber(most ? (bounded_above ? high : 1) : low);
    case TS_FIELD_TIME:
    case TS_FIELD_DURATION:
        low = low > 1 ? low : 1;
        return words("%.0fps", most ? (bounded_above ? high : LONGEST) : low);
    case TS_FIELD_FREQUENCY:
        return cJSON_CreateString(most ? "1000GHz" : "1Hz");
    case TS_FIELD_RATE:
        if (field->bytes)
            return cJSON_CreateString(most ? "1e15B/s" : "1B/s");
        return cJSON_CreateString(most ? "1e12/s" : "0.001/s");
    case TS_FIELD_POWER:
        return words("%.3fW", most ? (bounded_above ? high : 1000) : low);
    case TS_FIELD_SIZE:
        return words("%.0fB", most ? (bounded_above ? high : 1e15) : low);
    default:
        return NULL;
    }
}

static cJSON *compose_field(composer *c, const ts_field *field)
{
    cJSON *extreme =
        c->extreme && chance(c, 30) ? compose_extreme(c, field) : NULL;

    if (extreme != NULL)
        return extreme;
    switch (field->kind) {
    case TS_FIELD_BOOL:
        return cJSON_CreateBool(chance(c, 50));
    case TS_FIELD_INT:
        return compose_int(c, field);
    case TS_FIELD_REAL:
    case TS_FIELD_SCALAR:
        return compose_real(c, field);
    case TS_FIELD_RATIO:
        return cJSON_CreateNumber(bounded(field, draw(c, 101) / 100.0));
    case TS_FIELD_TIME:
        return compose_time(c, field);
    case TS_FIELD_DURATION:
        return compose_duration(c, field);
    case TS_FIELD_NUMBER_DRAW:
        return compose_draw(c, field, "#", 1, 1000);
    case TS_FIELD_SIZE_DRAW:
        return compose_draw(c, field, "%.0fB", 1, 1e6);
    case TS_FIELD_FREQUENCY:
        return compose_frequency(c, field);
    case TS_FIELD_RATE:
        return compose_rate(c, field);
    case TS_FIELD_POWER:
        return words("%.3fW", bounded(field, draw(c, 100000) / 1000.0));
    case TS_FIELD_SIZE:
        return words("%.0fB", bounded(field, spread(c, 64, 6e7)));
    case TS_FIELD_REF:
        return refer(c, field->collection, "", draw(c, 100));
    case TS_FIELD_CHOICE:
        return compose_choice(c, field);
    case TS_FIELD_OBJECT:
        return compose_object(c, field->shape);
    case TS_FIELD_VARIANT:
        return compose_entry(
            c, field->registry->entries[draw(c, field->registry->count)]);
    case TS_FIELD_LIST:
        return compose_list(c, field);
    case TS_FIELD_MAP:
        return compose_map(c, field);
    case TS_FIELD_TEXT:
        return words("text%.0f", draw(c, 1000000));
    case TS_FIELD_NAME:
    case TS_FIELD_TAG:
    case TS_FIELD_RAW:
        break;
    }
    return cJSON_CreateString("text");
}

/* --- the whole --- */

/* What is not about how a machine behaves, and what is said by hand. */
static bool is_left_out(const char *name)
{
    static const char *const names[] = {"title",  "question", "measure",
                                        "expect", "sweep",    "pictures",
                                        "stop",   "limits",   NULL};

    return is_among(name, names);
}

static void set_member(cJSON *object, const char *name, cJSON *value)
{
    cJSON_DeleteItemFromObjectCaseSensitive(object, name);
    if (value != NULL)
        cJSON_AddItemToObject(object, name, value);
}

/* How many processors there are, and what else others count on. */
static void settle_computer(composer *c, cJSON *computer)
{
    const char *clock = c->apollo ? "1.024MHz" : "3.2GHz";

    if (chance(c, 70))
        set_member(computer, "topology", NULL);
    c->processors = c->apollo || chance(c, 40) ? 1 : 1 + draw(c, 5);
    if (!cJSON_HasObjectItem(computer, "topology"))
        set_member(computer, "processors", cJSON_CreateNumber(c->processors));
    if (c->apollo || chance(c, 70))
        set_member(computer, "clock", cJSON_CreateString(clock));
    if (!c->memory)
        set_member(computer, "memory", NULL);
    else if (!cJSON_HasObjectItem(computer, "memory"))
        set_member(computer, "memory", cJSON_CreateObject());
}

static bool has_member(composer *c, const char *name)
{
    if (strcmp(name, "threads") == 0 || strcmp(name, "computer") == 0)
        return true;
    if (strcmp(name, "apollo") == 0)
        return c->apollo;
    return chance(c, 35) && (c->memory || strcmp(name, "lines") != 0);
}

static void compose_root(composer *c, cJSON *root)
{
    c->processors = 1;
    c->apollo = chance(c, 8);
    c->memory = chance(c, 40);
    cJSON_AddStringToObject(root, "title", "composed");
    cJSON_AddItemToObject(root, "stop",
                          words("%.0fps", c->extreme && chance(c, 50)
                                              ? LONGEST
                                              : spread(c, 1e9, 5e10)));
    for (int i = 0; i < ts_root_shape.field_count; i++) {
        const ts_field *field = &ts_root_shape.fields[i];

        if (is_left_out(field->name) || !has_member(c, field->name))
            continue;
        compose_member(c, field, root, NULL);
        if (strcmp(field->name, "computer") == 0)
            settle_computer(c, cJSON_GetObjectItemCaseSensitive(root,
                                                                field->name));
    }
    resolve_all(c, root);
}

cJSON *ts_compose(uint64_t seed)
{
    composer *c = calloc(1, sizeof *c);
    cJSON *root = cJSON_CreateObject();

    if (c == NULL || root == NULL) {
        free(c);
        cJSON_Delete(root);
        return NULL;
    }
    c->state = seed;
    c->extreme = seed % EXTREME == 0;
    compose_root(c, root);
    free(c);
    return root;
}
