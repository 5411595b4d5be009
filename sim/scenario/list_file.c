/*
 * list_file.c - lists that stand in files of their own.
 *
 * Where the document has an object { "file": NAME } and nothing else, the list
 * in that file takes its place: what is run, kept and hashed is the list
 * itself. NAME is relative to the scenario or profile that says it, and never
 * leads above it, not by a link either. The file holds a JSON list or, as programs write them, a
 * value a line; there # begins a remark. The pictures' files are none of ours,
 * and what a sweep varies is read when it is set.
 */
#include <stdlib.h>
#include <string.h>

#include "sim/scenario/document.h"
#include "sim/scenario/units.h"

#define LIST_FILES_MAX 64 /* of one scenario */

typedef struct lister {
    ts_document *document;
    ts_diagnostics *diagnostics;
    ts_buffer pointer; /* of the value the walk is at */
    int files;
} lister;

/* NAME of { "file": NAME }; NULL: it is something else. */
static const char *file_of(const cJSON *value)
{
    const cJSON *only = cJSON_IsObject(value) ? value->child : NULL;

    return only != NULL && only->next == NULL && cJSON_IsString(only) &&
                   strcmp(only->string, "file") == 0
               ? only->valuestring
               : NULL;
}

static void complain(lister *l, const char *format, const char *name,
                     const char *why)
{
    ts_document_complain(l->document, l->diagnostics, l->pointer.data,
                         TS_PLACE_VALUE, format, name, why);
}

/* --- a value a line --- */

static bool is_blank(char c)
{
    return c == ' ' || c == '\t' || c == '\r';
}

static void add_value(ts_buffer *out, const char *text, size_t length)
{
    char *copy = ts_text_copy(text, length);
    ts_quantity quantity;
    bool number = copy != NULL && ts_number_read(copy, &quantity, NULL);

    if (!number)
        ts_buffer_char(out, '"');
    for (size_t i = 0; i < length; i++) {
        if (text[i] == '"' || text[i] == '\\')
            ts_buffer_char(out, '\\');
        ts_buffer_char(out, text[i]);
    }
    if (!number)
        ts_buffer_char(out, '"');
    free(copy);
}

/* The same as a JSON list, each value in its line. */
static char *list_of_lines(const char *text, size_t length)
{
    ts_buffer out = TS_BUFFER_EMPTY;
    size_t comma = 0;

    ts_buffer_char(&out, '[');
    for (size_t at = 0; at < length; at++) {
        size_t end = at, to;

        while (end < length && text[end] != '\n')
            end++;
        while (at < end && is_blank(text[at]))
            at++;
        for (to = at; to < end && text[to] != '#';)
            to++;
        while (to > at && is_blank(text[to - 1]))
            to--;
        if (to > at) {
            add_value(&out, text + at, to - at);
            comma = out.length;
            ts_buffer_char(&out, ',');
        }
        ts_buffer_char(&out, '\n');
        at = end;
    }
    if (comma > 0 && !out.failed)
        out.data[comma] = ' ';
    ts_buffer_char(&out, ']');
    return ts_buffer_take(&out);
}

static bool is_json(const char *text, size_t length)
{
    size_t i = 0;

    while (i < length && (is_blank(text[i]) || text[i] == '\n'))
        i++;
    return i < length && (text[i] == '[' || text[i] == '{');
}

/* --- files --- */

/* The list in the file, with its source; NULL with a diagnostic. */
static cJSON *load(lister *l, const char *name, int *number)
{
    const ts_source *by = ts_document_source(l->document, l->pointer.data);
    ts_error why = {.text = ""};
    ts_buffer path = TS_BUFFER_EMPTY;
    cJSON *list = NULL;
    char *text = NULL;
    size_t length = 0;
    int values = 0;

    text = ts_file_beside(by, name, TS_LIMIT_FILE, &path, &length, &why);
    if (text != NULL && !is_json(text, length)) {
        char *lines = list_of_lines(text, length);

        free(text);
        text = lines;
        length = lines != NULL ? strlen(lines) : 0;
    }
    *number =
        text != NULL ? ts_source_add(l->document, path.data, text, length) : -1;
    if (*number < 0 && why.text[0] == '\0')
        (void)ts_fail_memory(&why);
    l->diagnostics->memory |= why.memory;
    if (*number < 0)
        complain(l, "the file \"%.100s\" cannot be used: %s", name, why.text);
    else
        list = ts_tree_parse(&l->document->sources[*number], &values,
                             l->diagnostics);
    if (list != NULL && !cJSON_IsArray(list)) {
        ts_complain_at(l->diagnostics, &l->document->sources[*number], 0, "",
                       "a list is expected: [ ... ]");
        cJSON_Delete(list);
        list = NULL;
    }
    l->document->values += values;
    ts_buffer_fini(&path);
    return list;
}

/* Puts the file's list in the place of `value`. */
static bool replace(lister *l, cJSON *parent, cJSON *value, const char *name)
{
    cJSON *list;
    int source;

    if (++l->files > LIST_FILES_MAX) {
        complain(l, "\"%.100s\" is one file too many%s", name, "");
        return false;
    }
    list = load(l, name, &source);
    if (list == NULL)
        return false;
    list->string = value->string != NULL
                       ? ts_text_copy(value->string, strlen(value->string))
                       : NULL;
    if (l->document->values > TS_LIMIT_VALUES ||
        (value->string != NULL && list->string == NULL) ||
        !ts_origin_add(l->document, l->pointer.data, source, "")) {
        complain(l, "the file \"%.100s\" makes the scenario too large%s", name,
                 "");
        cJSON_Delete(list);
        return false;
    }
    l->document->has_lists = true;
    return cJSON_ReplaceItemViaPointer(parent, value, list) != 0;
}

static bool is_left_alone(const char *key, int depth)
{
    return depth == 0 &&
           (strcmp(key, "sweep") == 0 || strcmp(key, "pictures") == 0);
}

static bool walk(lister *l, cJSON *node, int depth)
{
    size_t length = l->pointer.length;
    bool object = cJSON_IsObject(node), done = true;
    cJSON *c = node->child;

    for (int index = 0; c != NULL && done; index++) {
        cJSON *following = c->next;
        const char *name = file_of(c);

        if (c->child == NULL) {
            c = following;
            continue;
        }
        if (object)
            ts_pointer_key(&l->pointer, c->string);
        else
            ts_pointer_index(&l->pointer, index);
        if (l->pointer.failed)
            return false;
        if (object && is_left_alone(c->string, depth))
            done = true;
        else if (name != NULL)
            done = replace(l, node, c, name);
        else if (depth <= TS_LIMIT_NESTING)
            done = walk(l, c, depth + 1);
        l->pointer.length = length;
        l->pointer.data[length] = '\0';
        c = following;
    }
    return done;
}

/* Most scenarios name no file: then nothing is walked. */
static bool names_file(const ts_document *document)
{
    for (int i = 0; i < document->source_count; i++)
        if (strstr(document->sources[i].text, "\"file\"") != NULL ||
            strstr(document->sources[i].text, "\\u") != NULL)
            return true;
    for (int i = 0; i < document->setting_count; i++)
        if (strstr(document->settings[i].value, "\"file\"") != NULL)
            return true;
    return false;
}

bool ts_list_files_read(ts_document *document, ts_diagnostics *diagnostics)
{
    lister l = {.document = document, .diagnostics = diagnostics};
    int before = diagnostics->count + diagnostics->dropped;
    bool done;

    if (!names_file(document))
        return true;
    ts_buffer_text(&l.pointer, "");
    done = !l.pointer.failed && walk(&l, document->root, 0);
    if (!done && diagnostics->count + diagnostics->dropped == before)
        ts_diagnostics_memory(diagnostics, document->sources[0].file, "",
                              "read its files");
    ts_buffer_fini(&l.pointer);
    return done;
}
