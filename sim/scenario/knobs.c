/*
 * knobs.c - the durations of a scenario that are work.
 *
 * Found by walking the document, iteratively: its depth is bounded by the
 * reader. A value is a duration when it is a text that is a number with a unit of
 * time or cycles, or a bare number at a key that takes one (where the scenario
 * has a "unit"). Distributions are their times: all of them together.
 */
#include "sim/scenario/knobs.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/scenario/document.h"

#define LOCKS_MAX 16 /* that a program holds at once, here */

/* What is walked: the value, and how its pointer and label end. */
typedef struct walk {
    ts_knobs *knobs;
    const cJSON *stack[TS_LIMIT_NESTING + 1]; /* from the root down */
    size_t lengths[TS_LIMIT_NESTING + 1];     /* of the pointer before each */
    int depth;
    ts_buffer pointer;
    const char *thread;           /* whose program it is in; NULL: nobody's */
    const char *locks[LOCKS_MAX]; /* that it holds */
    int lock_count;
    bool failed;
} walk;

/* --- values --- */

static const char *const faster[] = {"Hz", "kHz", "MHz", "GHz"};
static const char *const shorter[] = {"ps",  "ns", "us",     "ms",   "s",
                                      "min", "h",  "cycles", "cycle"};

static bool is_one_of(const char *word, const char *const *list, size_t count)
{
    for (size_t i = 0; i < count; i++)
        if (strcmp(word, list[i]) == 0)
            return true;
    return false;
}

/* A number and where its unit begins; NULL: it is none. */
static const char *unit_of(const char *text, double *number)
{
    char *end;

    *number = strtod(text, &end);
    if (end == text || *number <= 0)
        return NULL;
    while (*end == ' ')
        end++;
    return end;
}

static bool is_duration(const cJSON *item)
{
    static const char *const bare[] = {"run",  "sleep",   "io",
                                       "for",  "time",    "slice",
                                       "save", "restore", "cost"};
    const char *unit;
    double number;

    if (cJSON_IsNumber(item))
        return item->string != NULL && item->valuedouble > 0 &&
               is_one_of(item->string, bare, TS_COUNT_OF(bare));
    if (!cJSON_IsString(item))
        return false;
    unit = unit_of(item->valuestring, &number);
    return unit != NULL &&
           (is_one_of(unit, shorter, TS_COUNT_OF(shorter)) ||
            (item->string != NULL && strcmp(item->string, "clock") == 0 &&
             is_one_of(unit, faster, TS_COUNT_OF(faster))));
}

/* --- knobs --- */

static ts_knob *find_knob(walk *w, const char *label)
{
    ts_knobs *k = w->knobs;

    for (size_t i = 0; i < k->count; i++)
        if (strcmp(k->list[i].label, label) == 0)
            return &k->list[i];
    if (k->count == k->room) {
        size_t room = k->room == 0 ? 32 : 2 * k->room;
        ts_knob *grown = realloc(k->list, room * sizeof *grown);

        if (grown == NULL)
            return NULL;
        k->list = grown;
        k->room = room;
    }
    k->list[k->count] = (ts_knob){.label = ts_text_copy(label, strlen(label))};
    return k->list[k->count].label != NULL ? &k->list[k->count++] : NULL;
}

static void add(walk *w, const char *label)
{
    ts_knob *knob = find_knob(w, label);

    if (knob != NULL && knob->count == knob->room) {
        size_t room = knob->room == 0 ? 4 : 2 * knob->room;
        char **grown = realloc(knob->pointers, room * sizeof *grown);

        if (grown != NULL) {
            knob->pointers = grown;
            knob->room = room;
        }
    }
    if (knob == NULL || knob->count == knob->room || w->pointer.failed ||
        (knob->pointers[knob->count] =
             ts_text_copy(w->pointer.data, w->pointer.length)) == NULL)
        w->failed = true;
    else
        knob->count++;
}

/* The nearest key above that is an operation's or a field's, and no index. */
static bool is_run(const walk *w)
{
    for (int i = w->depth; i > 0; i--)
        if (w->stack[i]->string != NULL &&
            strcmp(w->stack[i]->string, "run") == 0)
            return true;
    return false;
}

/* How much of the pointer names it: of a distribution's times the place where it
 * stands. */
static size_t named_length(const walk *w)
{
    static const char *const forms[] = {"constant",    "uniform",
                                        "exponential", "normal",
                                        "lognormal",   "pareto",
                                        "erlang",      "hyperexponential",
                                        "empirical",   "mixture"};

    for (int i = 1; i <= w->depth; i++)
        if (w->stack[i]->string != NULL &&
            is_one_of(w->stack[i]->string, forms, TS_COUNT_OF(forms)))
            return w->lengths[i];
    return w->pointer.length;
}

/* By itself, as a part of all that its thread runs, and of what is run under
 * each lock. */
static void add_value(walk *w)
{
    ts_buffer label = TS_BUFFER_EMPTY;

    if (w->thread != NULL)
        ts_buffer_format(&label, "%s: ", w->thread);
    if (!w->pointer.failed)
        ts_buffer_add(&label, w->pointer.data, named_length(w));
    w->failed |= label.failed;
    if (!w->failed)
        add(w, label.data);
    label.length = 0;
    if (w->thread != NULL && is_run(w)) {
        ts_buffer_format(&label, "all that %s runs", w->thread);
        if (!label.failed)
            add(w, label.data);
        for (int i = 0; i < w->lock_count; i++) {
            label.length = 0;
            ts_buffer_format(&label, "all that is run under %s", w->locks[i]);
            if (!label.failed)
                add(w, label.data);
        }
    }
    w->failed |= label.failed;
    ts_buffer_fini(&label);
}

/* --- the walk --- */

/* When, and not how long. */
static bool is_left_out(const walk *w, const cJSON *item)
{
    static const char *const outside[] = {"arrive", "deadline", "period",
                                          "sweep",  "expect",   "pictures",
                                          "stop",   "limits",   "measure",
                                          "warmup", "phases",   "faults",
                                          "timer",  "unit",     "estimate",
                                          "seed",   "hz",       "analyze",
                                          "timeout"};
    static const char *const inside[] = {"computer", "system",  "threads",
                                         "devices",  "servers", "links",
                                         "clients",  "inputs",  "apollo"};

    if (item->string == NULL)
        return false;
    if (w->depth == 0)
        return !is_one_of(item->string, inside, TS_COUNT_OF(inside));
    return ts_is_remark(item->string) ||
           is_one_of(item->string, outside, TS_COUNT_OF(outside));
}

static const char *lock_name(const cJSON *item)
{
    return cJSON_IsObject(item)
               ? cJSON_GetStringValue(
                     cJSON_GetObjectItemCaseSensitive(item, "name"))
               : cJSON_GetStringValue(item);
}

/* What is held from here on, in the order of the program. */
static void note_lock(walk *w, const cJSON *item)
{
    bool takes = item->string != NULL && strcmp(item->string, "lock") == 0;
    bool gives = item->string != NULL && strcmp(item->string, "unlock") == 0;
    const char *name = takes || gives ? lock_name(item) : NULL;

    if (name == NULL || w->thread == NULL)
        return;
    if (takes && w->lock_count < LOCKS_MAX)
        w->locks[w->lock_count++] = name;
    for (int i = w->lock_count - 1; gives && i >= 0; i--)
        if (strcmp(w->locks[i], name) == 0) {
            w->locks[i] = w->locks[--w->lock_count];
            break;
        }
}

/* An item of the list of threads. */
static void note_thread(walk *w, const cJSON *item)
{
    if (w->depth != 2 || w->stack[1]->string == NULL ||
        strcmp(w->stack[1]->string, "threads") != 0)
        return;
    w->thread =
        cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(item, "name"));
    w->lock_count = 0;
}

static int place_in(const cJSON *list, const cJSON *item)
{
    int index = 0;

    for (const cJSON *c = list->child; c != item; c = c->next)
        index++;
    return index;
}

/* Goes to a value below the one at hand. */
static void enter(walk *w, const cJSON *item)
{
    const cJSON *above = w->stack[w->depth];

    w->depth++;
    w->lengths[w->depth] = w->pointer.length;
    w->stack[w->depth] = item;
    if (cJSON_IsArray(above))
        ts_pointer_index(&w->pointer, place_in(above, item));
    else
        ts_pointer_key(&w->pointer, item->string);
    note_thread(w, item);
    note_lock(w, item);
}

static const cJSON *leave(walk *w)
{
    const cJSON *item = w->stack[w->depth];

    w->pointer.length = w->lengths[w->depth];
    if (!w->pointer.failed)
        w->pointer.data[w->pointer.length] = '\0';
    w->depth--;
    if (w->depth <= 1)
        w->thread = NULL;
    return item->next;
}

static const cJSON *next_inside(const walk *w, const cJSON *item)
{
    while (item != NULL && is_left_out(w, item))
        item = item->next;
    return item;
}

static void walk_all(walk *w)
{
    const cJSON *item = next_inside(w, w->stack[0]->child);

    while (!w->failed && !w->pointer.failed) {
        while (item == NULL && w->depth > 0)
            item = next_inside(w, leave(w));
        if (item == NULL)
            return;
        enter(w, item);
        if (is_duration(item))
            add_value(w);
        item = w->depth < TS_LIMIT_NESTING ? next_inside(w, item->child) : NULL;
    }
}

/* Two that turn the same values are one: the one with a name is left. */
static void drop_doubles(ts_knobs *k)
{
    size_t kept = 0;

    for (size_t i = 0; i < k->count; i++) {
        ts_knob *knob = &k->list[i];
        bool alone = knob->count == 1 && strncmp(knob->label, "all ", 4) == 0;

        if (!alone) {
            k->list[kept++] = *knob;
            continue;
        }
        free(knob->label);
        free(knob->pointers[0]);
        free(knob->pointers);
    }
    k->count = kept;
}

bool ts_knobs_find(ts_knobs *knobs, const ts_document *document,
                   ts_error *error)
{
    walk w = {.knobs = knobs, .pointer = TS_BUFFER_EMPTY};

    *knobs = (ts_knobs){.list = NULL};
    w.stack[0] = document->root;
    walk_all(&w);
    w.failed |= w.pointer.failed;
    ts_buffer_fini(&w.pointer);
    drop_doubles(knobs);
    return !w.failed || ts_fail(error, "out of memory");
}

void ts_knobs_fini(ts_knobs *knobs)
{
    for (size_t i = 0; i < knobs->count; i++) {
        for (size_t j = 0; j < knobs->list[i].count; j++)
            free(knobs->list[i].pointers[j]);
        free(knobs->list[i].pointers);
        free(knobs->list[i].label);
    }
    free(knobs->list);
    *knobs = (ts_knobs){.list = NULL};
}

/* --- turning --- */

/* "5ms" as "4.75ms"; a clock gets faster. Cycles stay whole, and are one at
 * least. */
static bool turned(const char *json, double factor, char *text, size_t size)
{
    char plain[128];
    const char *unit;
    double number;
    size_t length = strlen(json);

    if (length + 1 > sizeof plain)
        return false;
    snprintf(plain, sizeof plain, "%s", json + (json[0] == '"'));
    plain[strcspn(plain, "\"")] = '\0';
    unit = unit_of(plain, &number);
    if (unit == NULL)
        return false;
    if (is_one_of(unit, faster, TS_COUNT_OF(faster)))
        number /= factor;
    else
        number *= factor;
    if (strncmp(unit, "cycle", 5) == 0)
        number = number < 1 ? 1 : (double)(int64_t)(number + 0.5);
    snprintf(text, size, json[0] == '"' ? "\"%.12g%s\"" : "%.12g%s", number,
             unit);
    return true;
}

bool ts_knob_turn(const ts_knob *knob, ts_document *document, double factor,
                  ts_diagnostics *diagnostics)
{
    for (size_t i = 0; i < knob->count; i++) {
        char *json = NULL, text[128];
        bool fine =
            ts_document_get(document, knob->pointers[i], &json) &&
            json != NULL && turned(json, factor, text, sizeof text) &&
            ts_document_set(document, knob->pointers[i], text, diagnostics);

        free(json);
        if (!fine)
            return false;
    }
    return true;
}
