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
#include "sim/scenario/takes.h"

typedef struct explainer {
    ts_walk walk;
    const char *what;
    FILE *out;
    int found;
} explainer;

/* --- printing --- */

static void print_text(FILE *out, const ts_buffer *text)
{
    fputs(text->data != NULL && !text->failed ? text->data : "", out);
}

/* Keeps explanations apart. */
static void heading(explainer *e, const char *name)
{
    if (e->found++ > 0)
        fputc('\n', e->out);
    fputs(name, e->out);
}

static void print_fields(explainer *e, const ts_shape *shape)
{
    int width = 0;

    for (int i = 0; i < ts_shape_count(shape); i++) {
        int n = (int)strlen(ts_shape_nth(shape, i)->name);

        width = n > width ? n : width;
    }
    for (int i = 0; i < ts_shape_count(shape); i++) {
        const ts_field *field = ts_shape_nth(shape, i);

        fprintf(e->out, "    %-*s  %s", width, field->name, field->help);
        if (field->fallback != NULL)
            fprintf(e->out, " [%s]", field->fallback);
        else if (field->required)
            fputs(" [required]", e->out);
        fputc('\n', e->out);
    }
}

/* What is in a field: the meaning of its words, the fields of its object. */
static void print_inside(explainer *e, const ts_field *field)
{
    const ts_field *inner = ts_innermost(field);

    for (int i = 0; inner->choice_help != NULL && inner->choices[i] != NULL;
         i++)
        fprintf(e->out, "    %-18s  %s\n", inner->choices[i],
                inner->choice_help[i]);
    /* A word that names the object too has it printed by itself. */
    if (inner->shape != NULL && strcmp(inner->shape->name, e->what) != 0) {
        fputs("  fields\n", e->out);
        print_fields(e, inner->shape);
    }
}

/* "beside   is or reference"; nothing where there is no such rule. */
static void print_names(explainer *e, const char *rule,
                        const char *const *names, const char *joint,
                        const char *end)
{
    ts_buffer words = TS_BUFFER_EMPTY;
    int count = 0;

    while (names != NULL && names[count] != NULL)
        count++;
    if (count == 0)
        return;
    ts_list_words(&words, names, count, joint);
    fprintf(e->out, "%s", rule);
    print_text(e->out, &words);
    fputs(end, e->out);
    ts_buffer_fini(&words);
}

/* Everything of a field that stands at `path`; `entry` of `tag`, when it stands
 * there with that alternative only. */
static void describe(explainer *e, const char *path, const char *tag,
                     const ts_entry *entry, const ts_field *field)
{
    ts_buffer text = TS_BUFFER_EMPTY;

    heading(e, path);
    if (entry != NULL)
        fprintf(e->out, "  (with %s %s)", tag, entry->name);
    fprintf(e->out, "\n  %s\n  takes    ", field->help);
    ts_takes_text(field, &text);
    print_text(e->out, &text);
    text.length = 0;
    ts_takes_range(field, &text);
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
    print_names(e, "\n  beside   ", field->goes_with, " or ", "");
    print_names(e, "\n  instead  of ", field->instead_of, " and ", "");
    text.length = 0;
    ts_takes_example(field, &text);
    fprintf(e->out, "\n  example  \"%s\": ", field->name);
    print_text(e->out, &text);
    fputc('\n', e->out);
    print_inside(e, field);
    ts_buffer_fini(&text);
}

static void print_field(explainer *e, int visit, const ts_field *field)
{
    const ts_walk_visit *at = &e->walk.visits[visit];
    ts_buffer path = TS_BUFFER_EMPTY;

    ts_walk_path(&e->walk, visit, &path);
    if (path.length > 0)
        ts_buffer_char(&path, '.');
    ts_buffer_text(&path, field->name);
    describe(e, path.failed ? field->name : path.data,
             at->entry != NULL && at->beside ? at->via->name : NULL,
             at->beside ? at->entry : NULL, field);
    ts_buffer_fini(&path);
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
    if (entry->shape == NULL || ts_shape_count(entry->shape) == 0) {
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
    print_names(e, "  exactly one is given of ", shape->one_of, " and ", "\n");
    print_names(e, "  at least one is given of ", shape->some_of, " and ",
                "\n");
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

static void search_forms(explainer *e, const char *word)
{
    const ts_distribution_form *forms;
    int count;

    forms = ts_distribution_forms(&count);
    for (int i = 0; i < count; i++)
        if (strcmp(forms[i].name, word) == 0 ||
            strcmp(word, "distributions") == 0 ||
            strcmp(word, "distribution") == 0)
            print_form(e, &forms[i]);
}

static void search_names(explainer *e)
{
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
            !ts_walk_visit_is_part(&e->walk.visits[v]) &&
            strcmp(e->walk.visits[v].shape->name, e->what) == 0)
            print_shape(e, e->walk.visits[v].shape);
    search_forms(e, e->what);
}

/* Words that a field chooses from. */
static void search_choices(explainer *e)
{
    for (int v = 0; v < e->walk.visit_count; v++) {
        const ts_shape *shape = e->walk.visits[v].shape;

        for (int i = 0; i < shape->field_count; i++) {
            const ts_field *field = ts_innermost(&shape->fields[i]);
            char name[160];

            for (int k = 0;
                 field->choice_help != NULL && field->choices[k] != NULL; k++) {
                if (strcmp(field->choices[k], e->what) != 0)
                    continue;
                (void)snprintf(name, sizeof name, "%s.%s: %s", shape->name,
                               shape->fields[i].name, field->choices[k]);
                heading(e, name);
                fprintf(e->out, "\n  %s\n", field->choice_help[k]);
            }
        }
    }
}

/* What stands in every scenario or object, beside the tables. */
static void search_common(explainer *e, const char *key)
{
    static const struct {
        const char *name, *where, *help, *example;
    } keys[] = {
        {"unit", "at the top of a scenario", TS_UNIT_HELP, "\"ms\""},
        {"$schema", "at the top of a scenario",
         "the JSON Schema that editors complete and check with; not read",
         "\"schema.json\""},
        {"profile", "in objects that may name one", TS_PROFILE_HELP,
         "\"ryzen5-3600\""},
        {"comment", "in any object", "for people; not read", "\"...\""},
        {"note", "in any object", "for people; not read", "\"...\""},
        {"source", "in any object", "where figures come from; not read",
         "\"...\""},
    };

    for (size_t i = 0; i < TS_COUNT_OF(keys); i++) {
        if (strcmp(keys[i].name, key) != 0)
            continue;
        heading(e, key);
        fprintf(e->out, "  (%s)\n  %s\n  example  \"%s\": %s\n", keys[i].where,
                keys[i].help, key, keys[i].example);
    }
}

/* --- paths: threads.arrive.every, /threads/0/arrive/every --- */

#define PLACES_MAX 256

/* The tables that a key at some place may belong to. */
typedef struct place {
    const ts_shape *shape;
    const char *tag; /* it stands there with `entry` of this; or NULL */
    const ts_entry *entry;
} place;

typedef struct places {
    place items[PLACES_MAX];
    int count;
} places;

static void add_place(places *all, place at)
{
    for (int i = 0; i < all->count; i++)
        if (all->items[i].shape == at.shape)
            return;
    if (at.shape != NULL && all->count < PLACES_MAX)
        all->items[all->count++] = at;
}

/* The tables of alternatives stand beside that which names them. */
static void add_beside(places *all)
{
    for (int i = 0; i < all->count; i++) {
        const ts_shape *shape = all->items[i].shape;

        for (int k = 0; k < ts_shape_count(shape); k++) {
            const ts_field *tag = ts_shape_nth(shape, k);

            for (int r = 0;
                 tag->kind == TS_FIELD_TAG && r < tag->registry->count; r++)
                add_place(all, (place){tag->registry->entries[r]->shape,
                                       tag->name, tag->registry->entries[r]});
        }
    }
}

/* What the value of `field` may be: `word` can choose among alternatives. */
static bool enter_field(const ts_field *field, const char *word, places *next)
{
    const ts_field *inner = ts_innermost(field);
    const ts_entry *entry = NULL;

    if (inner->kind == TS_FIELD_OBJECT)
        add_place(next, (place){inner->shape, NULL, NULL});
    if (inner->kind != TS_FIELD_VARIANT)
        return false;
    entry = word != NULL ? ts_registry_find(inner->registry, word) : NULL;
    if (entry != NULL)
        add_place(next, (place){entry->shape, NULL, NULL});
    for (int i = 0; entry == NULL && i < inner->registry->count; i++)
        add_place(next,
                  (place){inner->registry->entries[i]->shape, NULL, NULL});
    return entry != NULL;
}

static bool is_index(const char *word)
{
    return strcmp(word, "-") == 0 || strspn(word, "0123456789") == strlen(word);
}

/* Follows the words from the root; prints what the last of them is. */
static void follow(explainer *e, const char *const *words, int count,
                   const char *path)
{
    places here = {.count = 0};

    add_place(&here, (place){e->walk.visits[0].shape, NULL, NULL});
    for (int i = 0; i < count; i++) {
        bool last = i == count - 1, chosen = false;
        places next = {.count = 0};

        add_beside(&here);
        for (int p = 0; p < here.count; p++) {
            const place *at = &here.items[p];

            for (int k = 0; k < ts_shape_count(at->shape); k++) {
                const ts_field *field = ts_shape_nth(at->shape, k);

                if (strcmp(field->name, words[i]) != 0)
                    continue;
                /* Under a map stands a key of the scenario's own. */
                if (last || (field->kind == TS_FIELD_MAP && i + 2 == count))
                    describe(e, path, at->tag, at->entry, field);
                else
                    chosen |= enter_field(field, words[i + 1], &next) ||
                              field->kind == TS_FIELD_MAP;
            }
        }
        if (last && here.count > 0)
            search_common(e, words[i]);
        i += chosen;
        if (chosen && i == count - 1 && next.count > 0)
            print_shape(e, next.items[0].shape);
        here = next;
    }
}

static void search_path(explainer *e)
{
    const char *words[TS_LIMIT_NESTING];
    char *text = ts_text_copy(e->what, strlen(e->what)), *rest = text, *word;
    ts_buffer path = TS_BUFFER_EMPTY;
    int count = 0;

    while (text != NULL && (word = strtok_r(rest, "./", &rest)) != NULL) {
        if (is_index(word) || count == TS_LIMIT_NESTING)
            continue;
        ts_buffer_format(&path, "%s%s", count > 0 ? "." : "", word);
        words[count++] = word;
    }
    if (count > 0 && !path.failed && (count > 1 || e->what[0] == '/'))
        follow(e, words, count, path.data);
    if (count > 1 && e->found == 0)
        search_forms(e, words[count - 1]);
    ts_buffer_fini(&path);
    free(text);
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
    const char *last = strpbrk(e->what, "./");
    const char *word = e->what;
    words w = {malloc(4096 * sizeof *w.items), 0, 4096};
    const char *near;
    int count;

    if (w.items == NULL)
        return;
    for (; last != NULL; last = strpbrk(word, "./"))
        word = last + 1;
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
    search_path(&e);
    if (e.found == 0) {
        search_fields(&e);
        search_names(&e);
        search_choices(&e);
        search_common(&e, what);
    }
    if (e.found == 0)
        suggest(&e, trouble);
    ts_walk_fini(&e.walk);
    return e.found > 0;
}
