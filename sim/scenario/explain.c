/*
 * explain.c - all the tables know of a word.
 *
 *   $ timeslice explain slice
 *   system.slice  (with policy round-robin)
 *     the longest turn
 *     takes    a time such as "5ms" or "300 cycles"
 *     default  10ms (convention)
 *     example  "slice": "10ms"
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/scenario/decode.h"
#include "sim/scenario/walk.h"

typedef struct explainer {
    ts_walk walk;
    const char *what;
    FILE *out;
    int found;
} explainer;

static void print_text(FILE *out, const ts_buffer *text)
{
    fputs(text->data != NULL && !text->failed ? text->data : "", out);
}

/* --- what a field takes --- */

static unsigned quantity_kinds(const ts_field *field)
{
    switch (field->kind) {
    case TS_FIELD_TIME:
        return TS_QUANTITY_TIME;
    case TS_FIELD_DURATION:
        return TS_QUANTITY_TIME | TS_QUANTITY_CYCLES;
    case TS_FIELD_SIZE:
    case TS_FIELD_SIZE_DRAW:
        return TS_QUANTITY_SIZE;
    case TS_FIELD_RATIO:
        return TS_QUANTITY_RATIO;
    case TS_FIELD_FREQUENCY:
        return TS_QUANTITY_FREQUENCY;
    case TS_FIELD_RATE:
        return field->bytes ? TS_QUANTITY_BYTE_RATE : TS_QUANTITY_RATE;
    case TS_FIELD_NUMBER_DRAW:
        return TS_QUANTITY_NUMBER;
    default:
        return 0;
    }
}

static void takes_entries(const ts_registry *registry, ts_buffer *out)
{
    ts_buffer_format(out, "a %s: ", registry->name);
    for (int i = 0; i < registry->count; i++)
        ts_buffer_format(out, "%s%s", i > 0 ? ", " : "",
                         registry->entries[i]->name);
}

static void takes(const ts_field *field, ts_buffer *out)
{
    unsigned allowed = quantity_kinds(field);
    char words[160];
    int count = 0;

    if (allowed != 0) {
        ts_quantity_describe(allowed, words, sizeof words);
        ts_buffer_text(out, words);
        if (field->random || field->kind == TS_FIELD_SIZE_DRAW ||
            field->kind == TS_FIELD_NUMBER_DRAW)
            ts_buffer_text(out, ", or a distribution");
        return;
    }
    switch (field->kind) {
    case TS_FIELD_BOOL:
        ts_buffer_text(out, "true or false");
        return;
    case TS_FIELD_INT:
        ts_buffer_text(out, "a whole number");
        return;
    case TS_FIELD_REAL:
        ts_buffer_text(out, "a number");
        return;
    case TS_FIELD_TEXT:
        ts_buffer_text(out, "a text");
        return;
    case TS_FIELD_NAME:
        ts_buffer_text(out, "a name of its own");
        return;
    case TS_FIELD_REF:
        ts_buffer_format(out, "the name of a %s", field->collection);
        return;
    case TS_FIELD_CHOICE:
        while (field->choices[count] != NULL)
            count++;
        ts_list_words(out, field->choices, count, " or ");
        return;
    case TS_FIELD_SCALAR:
        ts_buffer_text(out, "any value with its unit: 42, \"85%\", \"5ms\"");
        return;
    case TS_FIELD_OBJECT:
        ts_buffer_format(out, "an object: %s", field->shape->help);
        return;
    case TS_FIELD_VARIANT:
        takes_entries(field->registry, out);
        ts_buffer_text(out, ", as {NAME: ...}");
        return;
    case TS_FIELD_TAG:
        takes_entries(field->registry, out);
        ts_buffer_text(out, "; its fields stand beside it");
        return;
    case TS_FIELD_LIST:
        ts_buffer_text(out, field->one ? "one or a list of: " : "a list of: ");
        takes(field->item, out);
        return;
    case TS_FIELD_MAP:
        ts_buffer_text(out, "an object of any keys, each with: ");
        takes(field->item, out);
        return;
    default:
        ts_buffer_text(out, "any JSON");
    }
}

static void format_limit(const ts_field *field, double limit, ts_buffer *out)
{
    char text[48];
    ts_unit unit = TS_UNIT_NUMBER;

    if (field->kind == TS_FIELD_TIME || field->kind == TS_FIELD_DURATION)
        unit = TS_UNIT_TIME;
    else if (field->kind == TS_FIELD_SIZE || field->kind == TS_FIELD_SIZE_DRAW)
        unit = TS_UNIT_BYTES;
    else if (field->kind == TS_FIELD_RATIO)
        unit = TS_UNIT_RATIO;
    ts_buffer_text(out, ts_format(text, sizeof text, unit, limit));
    if (field->kind == TS_FIELD_LIST || field->kind == TS_FIELD_MAP)
        ts_buffer_text(out, " items");
}

static void range_text(const ts_field *field, ts_buffer *out)
{
    bool limits =
        field->min < 0 || field->min > 0 || field->max < 0 || field->max > 0;

    if (!limits) {
        if (field->is_signed)
            ts_buffer_text(out, "negative values too");
        return;
    }
    ts_buffer_text(out, field->max > field->min ? "from " : "at least ");
    format_limit(field, field->min, out);
    if (field->max > field->min) {
        ts_buffer_text(out, " to ");
        format_limit(field, field->max, out);
    }
}

/* A value that may stand there, as JSON. */
static void example_value(const ts_field *field, int depth, ts_buffer *out)
{
    static const char *const plain[] = {
        [TS_FIELD_BOOL] = "true",
        [TS_FIELD_INT] = "3",
        [TS_FIELD_REAL] = "1.5",
        [TS_FIELD_RATIO] = "\"85%\"",
        [TS_FIELD_TIME] = "\"5ms\"",
        [TS_FIELD_DURATION] = "\"5ms\"",
        [TS_FIELD_NUMBER_DRAW] = "{\"uniform\": [1, 6]}",
        [TS_FIELD_SIZE_DRAW] = "{\"exponential\": \"4KiB\"}",
        [TS_FIELD_FREQUENCY] = "\"3.6GHz\"",
        [TS_FIELD_RATE] = "\"12800/s\"",
        [TS_FIELD_SIZE] = "\"16MiB\"",
        [TS_FIELD_TEXT] = "\"...\"",
        [TS_FIELD_NAME] = "\"a\"",
        [TS_FIELD_REF] = "\"a\"",
        [TS_FIELD_SCALAR] = "\"85%\"",
        [TS_FIELD_RAW] = "{}",
    };

    if (field->fallback != NULL) {
        const char *text = field->fallback;
        ts_quantity quantity;
        bool bare = strchr("{[", text[0]) != NULL ||
                    field->kind == TS_FIELD_BOOL ||
                    (field->kind != TS_FIELD_TEXT &&
                     ts_number_read(text, &quantity, NULL));

        ts_buffer_format(out, bare ? "%s" : "\"%s\"", text);
    } else if (field->kind == TS_FIELD_CHOICE) {
        ts_buffer_format(out, "\"%s\"", field->choices[0]);
    } else if (field->kind == TS_FIELD_TAG && field->registry->count > 0) {
        ts_buffer_format(out, "\"%s\"", field->registry->entries[0]->name);
    } else if (field->kind == TS_FIELD_VARIANT && field->registry->count > 0) {
        ts_buffer_format(out, "{\"%s\": ...}",
                         field->registry->entries[0]->name);
    } else if (field->kind == TS_FIELD_LIST && depth < 4) {
        ts_buffer_text(out, "[");
        example_value(field->item, depth + 1, out);
        ts_buffer_text(out, "]");
    } else if (field->kind == TS_FIELD_MAP && depth < 4) {
        ts_buffer_text(out, "{\"a\": ");
        example_value(field->item, depth + 1, out);
        ts_buffer_text(out, "}");
    } else if (field->kind == TS_FIELD_RATE && field->bytes) {
        ts_buffer_text(out, "\"100MB/s\"");
    } else if (field->kind == TS_FIELD_DURATION && field->random) {
        ts_buffer_text(out, "{\"exponential\": \"5ms\"}");
    } else if ((size_t)field->kind < TS_COUNT_OF(plain) &&
               plain[field->kind] != NULL) {
        ts_buffer_text(out, plain[field->kind]);
    } else {
        ts_buffer_text(out, "{ ... }");
    }
}

/* --- printing --- */

/* Keeps explanations apart. */
static void heading(explainer *e, const char *name)
{
    if (e->found++ > 0)
        fputc('\n', e->out);
    fputs(name, e->out);
}

static void print_field(explainer *e, int visit, const ts_field *field)
{
    const ts_visit *at = &e->walk.visits[visit];
    ts_buffer path = TS_BUFFER_EMPTY, text = TS_BUFFER_EMPTY;

    ts_walk_path(&e->walk, visit, &path);
    if (path.length > 0)
        ts_buffer_char(&path, '.');
    ts_buffer_text(&path, field->name);
    heading(e, path.failed ? field->name : path.data);
    if (at->beside)
        fprintf(e->out, "  (with %s %s)", at->via->name, at->entry->name);
    fprintf(e->out, "\n  %s\n  takes    ", field->help);
    takes(field, &text);
    print_text(e->out, &text);
    text.length = 0;
    range_text(field, &text);
    if (text.length > 0) {
        fputs("\n  range    ", e->out);
        print_text(e->out, &text);
    }
    if (field->fallback != NULL)
        fprintf(e->out, "\n  default  %s", field->fallback);
    else
        fprintf(e->out, "\n  default  none%s",
                field->required ? "; it must be given" : "");
    if (field->source != NULL)
        fprintf(e->out, " (%s)", field->source);
    text.length = 0;
    example_value(field, 0, &text);
    fprintf(e->out, "\n  example  \"%s\": ", field->name);
    print_text(e->out, &text);
    fputc('\n', e->out);
    ts_buffer_fini(&path);
    ts_buffer_fini(&text);
}

static void print_fields(explainer *e, const ts_shape *shape)
{
    int width = 0;

    for (int i = 0; i < shape->field_count; i++) {
        int n = (int)strlen(shape->fields[i].name);

        width = n > width ? n : width;
    }
    for (int i = 0; i < shape->field_count; i++) {
        const ts_field *field = &shape->fields[i];

        fprintf(e->out, "    %-*s  %s", width, field->name, field->help);
        if (field->fallback != NULL)
            fprintf(e->out, " [%s]", field->fallback);
        else if (field->required)
            fputs(" [required]", e->out);
        fputc('\n', e->out);
    }
}

static void print_entry(explainer *e, const ts_registry *registry,
                        const ts_entry *entry)
{
    char name[160];

    (void)snprintf(name, sizeof name, "%s %s", registry->name, entry->name);
    heading(e, name);
    fprintf(e->out, "\n  %s\n", entry->help);
    if (entry->about != NULL)
        fprintf(e->out, "  %s\n", entry->about);
    if (entry->shape == NULL || entry->shape->field_count == 0) {
        fputs("  It has no fields.\n", e->out);
        return;
    }
    fputs("  fields\n", e->out);
    print_fields(e, entry->shape);
    if (entry->shape->shorthand != NULL)
        fprintf(e->out, "  a bare value means \"%s\"\n",
                entry->shape->shorthand);
}

static void print_registry(explainer *e, const ts_registry *registry)
{
    heading(e, registry->plural);
    fprintf(e->out, "\n  %s\n", registry->help);
    for (int i = 0; i < registry->count; i++)
        fprintf(e->out, "    %-18s  %s\n", registry->entries[i]->name,
                registry->entries[i]->help);
}

static void print_shape(explainer *e, const ts_shape *shape)
{
    heading(e, shape->name);
    fprintf(e->out, "\n  %s\n  fields\n", shape->help);
    print_fields(e, shape);
    if (shape->profiles)
        fputs("  a \"profile\" may be named, and overridden\n", e->out);
    if (shape->shorthand != NULL)
        fprintf(e->out, "  a bare value means \"%s\"\n", shape->shorthand);
}

static void print_form(explainer *e, const ts_distribution_form *form)
{
    char name[64];

    (void)snprintf(name, sizeof name, "distribution %s", form->name);
    heading(e, name);
    fprintf(e->out, "\n  %s\n  takes    %s\n  example  %s\n", form->help,
            form->parameters, form->example);
}

/* --- searching --- */

/* Does `path` end with the word, at a key's beginning? */
static bool ends_with(const char *path, const char *what)
{
    size_t n = strlen(path), m = strlen(what);

    return m > 0 && n >= m && strcmp(path + n - m, what) == 0 &&
           (n == m || path[n - m - 1] == '.');
}

static void search_fields(explainer *e)
{
    for (int v = 0; v < e->walk.visit_count; v++) {
        const ts_shape *shape = e->walk.visits[v].shape;
        ts_buffer path = TS_BUFFER_EMPTY;
        size_t length;

        ts_walk_path(&e->walk, v, &path);
        if (path.length > 0)
            ts_buffer_char(&path, '.');
        length = path.length;
        for (int i = 0; i < shape->field_count && !path.failed; i++) {
            char own[200];

            path.length = length;
            ts_buffer_text(&path, shape->fields[i].name);
            (void)snprintf(own, sizeof own, "%s.%s", shape->name,
                           shape->fields[i].name);
            if (!path.failed &&
                (ends_with(path.data, e->what) || strcmp(own, e->what) == 0))
                print_field(e, v, &shape->fields[i]);
        }
        ts_buffer_fini(&path);
    }
}

static void search_names(explainer *e)
{
    const ts_distribution_form *forms;
    int count;

    for (int i = 0; i < e->walk.registry_count; i++) {
        const ts_registry *registry = e->walk.registries[i];

        if (strcmp(registry->plural, e->what) == 0 ||
            strcmp(registry->name, e->what) == 0)
            print_registry(e, registry);
        for (int k = 0; k < registry->count; k++) {
            const ts_entry *entry = registry->entries[k];
            char both[160];

            (void)snprintf(both, sizeof both, "%s.%s", registry->name,
                           entry->name);
            if (strcmp(entry->name, e->what) == 0 || strcmp(both, e->what) == 0)
                print_entry(e, registry, entry);
        }
    }
    for (int v = 0; v < e->walk.visit_count; v++)
        if (e->walk.visits[v].entry == NULL &&
            strcmp(e->walk.visits[v].shape->name, e->what) == 0)
            print_shape(e, e->walk.visits[v].shape);
    forms = ts_distribution_forms(&count);
    for (int i = 0; i < count; i++)
        if (strcmp(forms[i].name, e->what) == 0 ||
            strcmp(e->what, "distributions") == 0 ||
            strcmp(e->what, "distribution") == 0)
            print_form(e, &forms[i]);
}

/* --- suggestions --- */

typedef struct words {
    const char **items;
    int count, room;
} words;

static void add_word(words *w, const char *word)
{
    if (w->count < w->room)
        w->items[w->count++] = word;
}

static void suggest(const explainer *e, FILE *out)
{
    const ts_distribution_form *forms;
    const char *last = strrchr(e->what, '.');
    const char *word = last != NULL ? last + 1 : e->what;
    words w = {malloc(4096 * sizeof *w.items), 0, 4096};
    const char *near;
    int count;

    if (w.items == NULL)
        return;
    for (int v = 0; v < e->walk.visit_count; v++)
        for (int i = 0; i < e->walk.visits[v].shape->field_count; i++)
            add_word(&w, e->walk.visits[v].shape->fields[i].name);
    for (int i = 0; i < e->walk.registry_count; i++) {
        add_word(&w, e->walk.registries[i]->plural);
        for (int k = 0; k < e->walk.registries[i]->count; k++)
            add_word(&w, e->walk.registries[i]->entries[k]->name);
    }
    forms = ts_distribution_forms(&count);
    for (int i = 0; i < count; i++)
        add_word(&w, forms[i].name);
    fprintf(out, "nothing is known of \"%.100s\"", e->what);
    /* The three nearest, each once. */
    for (int shown = 0;
         shown < 3 && (near = ts_nearest(word, w.items, w.count)) != NULL;
         shown++) {
        int kept = 0;

        fprintf(out, "%s\"%s\"", shown == 0 ? "; did you mean " : ", ", near);
        for (int i = 0; i < w.count; i++)
            if (strcmp(w.items[i], near) != 0)
                w.items[kept++] = w.items[i];
        w.count = kept;
        if (shown == 2 || ts_nearest(word, w.items, w.count) == NULL)
            fputc('?', out);
    }
    fputc('\n', out);
    free(w.items);
}

bool ts_explain(const ts_shape *shape, const char *what, FILE *out,
                FILE *trouble)
{
    explainer e = {.what = what, .out = out, .found = 0};

    ts_walk_init(&e.walk, shape);
    search_fields(&e);
    search_names(&e);
    if (e.found == 0)
        suggest(&e, trouble);
    ts_walk_fini(&e.walk);
    return e.found > 0;
}
