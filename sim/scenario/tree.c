/*
 * tree.c - a text becomes a tree, and a tree a text.
 *
 * The scanner goes first and lets nothing through that cJSON would take
 * silently; then cJSON builds the tree; then keys are compared.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/scenario/document.h"
#include "sim/scenario/escape.h"

/* --- walking a tree without recursion --- */

typedef struct step {
    const cJSON *node;
    int index;
} step;

typedef struct walk {
    step stack[TS_LIMIT_NESTING + 2];
    int depth;
} walk;

static void walk_init(walk *w, const cJSON *root)
{
    w->stack[0] = (step){root, 0};
    w->depth = 1;
}

/* The next node in the order of the text, or NULL. */
static const cJSON *walk_next(walk *w)
{
    const cJSON *node = w->stack[w->depth - 1].node;

    if (node->child != NULL && w->depth < TS_LIMIT_NESTING + 2) {
        w->stack[w->depth++] = (step){node->child, 0};
        return node->child;
    }
    while (w->depth > 1) {
        step *top = &w->stack[w->depth - 1];

        if (top->node->next != NULL) {
            top->node = top->node->next;
            top->index++;
            return top->node;
        }
        w->depth--;
    }
    return NULL;
}

/* The pointer of the current node. */
static void walk_pointer(const walk *w, ts_buffer *out)
{
    for (int i = 1; i < w->depth; i++)
        if (cJSON_IsObject(w->stack[i - 1].node))
            ts_pointer_key(out, w->stack[i].node->string);
        else
            ts_pointer_index(out, w->stack[i].index);
}

/* --- parsing --- */

typedef struct member {
    const char *key;
    int order;
} member;

static int compare_members(const void *a, const void *b)
{
    const member *x = a, *y = b;
    int keys = strcmp(x->key, y->key);

    return keys != 0 ? keys : x->order - y->order;
}

/* A key that stands twice in `object`, or NULL. */
static const char *find_twin(const cJSON *object)
{
    const cJSON *a, *b;
    const char *twin = NULL;
    member *members;
    int count = 0;

    for (a = object->child; a != NULL; a = a->next)
        count++;
    if (count <= 16) {
        for (a = object->child; a != NULL; a = a->next)
            for (b = object->child; b != a; b = b->next)
                if (a->string[0] == b->string[0] &&
                    strcmp(a->string, b->string) == 0)
                    return a->string;
        return NULL;
    }
    members = malloc((size_t)count * sizeof *members);
    if (members == NULL)
        return NULL;
    count = 0;
    for (a = object->child; a != NULL; a = a->next) {
        members[count] = (member){a->string, count};
        count++;
    }
    qsort(members, (size_t)count, sizeof *members, compare_members);
    for (int i = 1; i < count && twin == NULL; i++)
        if (strcmp(members[i - 1].key, members[i].key) == 0)
            twin = members[i].key;
    free(members);
    return twin;
}

static void complain_twin(ts_source *source, const walk *w, const char *twin,
                          ts_diagnostics *diagnostics)
{
    ts_buffer pointer = TS_BUFFER_EMPTY;
    int line, column;
    size_t first, second, from, matched;

    if (ts_diagnostics_spare(diagnostics))
        return;
    walk_pointer(w, &pointer);
    ts_pointer_key(&pointer, twin);
    if (!pointer.failed) {
        first = ts_scan_find(&source->index, source->text, source->length,
                             pointer.data, true, 0, &matched);
        second = ts_scan_find(&source->index, source->text, source->length,
                              pointer.data, true, 1, &matched);
        ts_scan_place(&source->index, source->text, source->length, first,
                      &line, &column, &from);
        ts_complain_at(diagnostics, source, second, pointer.data,
                       "\"%s\" stands twice in this object, first on line %d",
                       twin, line);
    }
    ts_buffer_fini(&pointer);
}

/* Gives long numbers their text; cJSON kept only a double of them. */
static bool keep_digits(cJSON *root, const ts_source *source,
                        const ts_scan_result *scan)
{
    int next = 0, ordinal = 0;
    const cJSON *node;
    walk w;

    walk_init(&w, root);
    for (node = root; node != NULL && next < scan->number_count;
         node = walk_next(&w)) {
        const ts_long_number *number = &scan->numbers[next];
        cJSON *item;

        if (!cJSON_IsNumber(node) || ordinal++ != number->ordinal)
            continue;
        item = (cJSON *)(uintptr_t)node; /* the walk is const, the tree ours */
        item->valuestring =
            ts_text_copy(source->text + number->at, number->length);
        if (item->valuestring == NULL)
            return false;
        next++;
    }
    return true;
}

cJSON *ts_tree_parse(ts_source *source, int *values,
                     ts_diagnostics *diagnostics)
{
    int before = diagnostics->count + diagnostics->dropped;
    ts_scan_result scan;
    cJSON *root = NULL;
    const cJSON *node;
    walk w;

    if (!ts_scan_check(source->text, source->length, &scan)) {
        ts_complain_at(diagnostics, source, scan.at, "", "%s", scan.message);
        ts_scan_fini(&scan);
        return NULL;
    }
    *values = scan.values;
    root = cJSON_ParseWithLength(source->text, source->length);
    if (root == NULL || scan.memory || !keep_digits(root, source, &scan))
        ts_diagnostics_memory(diagnostics, source->file, "", "read it");
    ts_scan_fini(&scan);
    if (root == NULL)
        return NULL;
    walk_init(&w, root);
    for (node = root; node != NULL; node = walk_next(&w)) {
        const char *twin = cJSON_IsObject(node) ? find_twin(node) : NULL;

        if (twin != NULL)
            complain_twin(source, &w, twin, diagnostics);
    }
    if (diagnostics->count + diagnostics->dropped == before)
        return root;
    cJSON_Delete(root);
    return NULL;
}

/* --- printing --- */

void ts_number_text(const cJSON *value, char *buffer, size_t size)
{
    double d = value->valuedouble;

    if (value->valuestring != NULL) {
        (void)snprintf(buffer, size, "%s", value->valuestring);
    } else if (d > -1e15 && d < 1e15 && d == (double)(int64_t)d) {
        (void)snprintf(buffer, size, "%lld", (long long)d);
    } else {
        /* Fifteen digits give back what was written; more are there only
         * when a program made the number. */
        (void)snprintf(buffer, size, "%.15g", d);
        if (strtod(buffer, NULL) < d || strtod(buffer, NULL) > d)
            (void)snprintf(buffer, size, "%.17g", d);
    }
}

static void print_scalar(const cJSON *value, ts_buffer *out)
{
    char number[80];

    if (cJSON_IsString(value)) {
        ts_escape(out, TS_ESCAPE_JSON, value->valuestring);
    } else if (cJSON_IsNumber(value)) {
        ts_number_text(value, number, sizeof number);
        ts_buffer_text(out, number);
    } else {
        ts_buffer_text(out, cJSON_IsTrue(value)    ? "true"
                            : cJSON_IsFalse(value) ? "false"
                                                   : "null");
    }
}

static void tree_print(const cJSON *value, bool drop_profiles, int depth,
                       ts_buffer *out)
{
    bool object = cJSON_IsObject(value), first = true;

    if (!object && !cJSON_IsArray(value)) {
        print_scalar(value, out);
        return;
    }
    ts_buffer_char(out, object ? '{' : '[');
    for (const cJSON *c = value->child; c != NULL; c = c->next) {
        if (object && drop_profiles && cJSON_IsString(c) &&
            strcmp(c->string, "profile") == 0)
            continue;
        if (!first)
            ts_buffer_char(out, ',');
        first = false;
        if (object) {
            ts_escape(out, TS_ESCAPE_JSON, c->string);
            ts_buffer_char(out, ':');
        }
        if (depth < TS_LIMIT_NESTING + 2)
            tree_print(c, drop_profiles, depth + 1, out);
    }
    ts_buffer_char(out, object ? '}' : ']');
}

void ts_tree_print(const cJSON *value, bool drop_profiles, ts_buffer *out)
{
    tree_print(value, drop_profiles, 0, out);
}

bool ts_is_remark(const char *key)
{
    return strcmp(key, "comment") == 0 || strcmp(key, "note") == 0 ||
           strcmp(key, "source") == 0;
}
