/*
 * document.c - documents: made from a text or a file, copied, freed. See
 * document.h for how the origin of a value is known.
 */
#include "sim/scenario/document.h"

#include <stdlib.h>
#include <string.h>

static ts_document *document_create(const char *file, const char *text,
                                    size_t length, const ts_profiles *profiles)
{
    const char *directory = profiles != NULL ? profiles->directory : NULL;
    ts_document *document = calloc(1, sizeof *document);
    char *copy = ts_text_copy(text, length);

    if (document == NULL || copy == NULL) {
        free(document);
        free(copy);
        return NULL;
    }
    if (ts_source_add(document, file, copy, length) < 0)
        goto fail;
    document->words = profiles != NULL ? profiles->words : NULL;
    if (directory != NULL) {
        document->directory = ts_text_copy(directory, strlen(directory));
        if (document->directory == NULL)
            goto fail;
    }
    return document;

fail:
    ts_document_free(document);
    return NULL;
}

ts_document *ts_document_parse(const char *file, const char *text,
                               size_t length, const ts_profiles *profiles,
                               ts_diagnostics *diagnostics)
{
    ts_document *document;
    int from = diagnostics->count;

    if (length > TS_LIMIT_FILE) {
        ts_diagnostics_add(diagnostics, file, 0, 0, "",
                           "more than %d bytes are too many for a scenario",
                           TS_LIMIT_FILE);
        return NULL;
    }
    document = document_create(file, text, length, profiles);
    if (document == NULL) {
        ts_diagnostics_memory(diagnostics, file, "", "read it");
        return NULL;
    }
    document->root =
        ts_tree_parse(&document->sources[0], &document->values, diagnostics);
    if (document->root != NULL && !cJSON_IsObject(document->root)) {
        ts_document_complain(document, diagnostics, "", TS_PLACE_VALUE,
                             "a scenario is one object: { ... }");
    } else if (document->root != NULL &&
               ts_profiles_merge(document, diagnostics) &&
               ts_list_files_read(document, diagnostics)) {
        return document;
    }
    ts_diagnostics_sort(diagnostics, from, file);
    ts_document_free(document);
    return NULL;
}

ts_document *ts_document_open(const char *file, const ts_profiles *profiles,
                              ts_diagnostics *diagnostics)
{
    const char *shown = strcmp(file, "-") == 0 ? "standard input" : file;
    ts_error why = {.text = ""};
    size_t length;
    char *text = ts_file_read(file, false, TS_LIMIT_FILE, &length, &why);
    ts_document *document;

    if (text == NULL) {
        diagnostics->memory |= why.memory;
        ts_diagnostics_add(diagnostics, shown, 0, 0, "", "%s", why.text);
        return NULL;
    }
    document = ts_document_parse(shown, text, length, profiles, diagnostics);
    free(text);
    return document;
}

/* --- sources and origins --- */

int ts_source_add(ts_document *document, const char *file, char *text,
                  size_t length)
{
    size_t count = (size_t)document->source_count + 1;
    ts_source *more = realloc(document->sources, count * sizeof *more);
    char *name = ts_text_copy(file, strlen(file));

    if (more != NULL)
        document->sources = more;
    if (more == NULL || name == NULL) {
        free(name);
        free(text);
        return -1;
    }
    more[document->source_count] =
        (ts_source){.file = name, .text = text, .length = length};
    return document->source_count++;
}

void ts_source_fini(ts_source *source)
{
    ts_scan_index_fini(&source->index);
    free(source->file);
    free(source->text);
}

bool ts_origin_add(ts_document *document, const char *pointer, int source,
                   const char *within)
{
    ts_origin origin = {NULL, source, NULL};

    if (document->origin_count == document->origin_room) {
        int room = document->origin_room == 0 ? 8 : 2 * document->origin_room;
        ts_origin *more =
            realloc(document->origins, (size_t)room * sizeof *more);

        if (more == NULL)
            return false;
        document->origins = more;
        document->origin_room = room;
    }
    origin.pointer = ts_text_copy(pointer, strlen(pointer));
    origin.within = ts_text_copy(within, strlen(within));
    if (origin.pointer == NULL || origin.within == NULL) {
        free(origin.pointer);
        free(origin.within);
        return false;
    }
    document->origins[document->origin_count++] = origin;
    return true;
}

void ts_origins_clear(ts_document *document)
{
    for (int i = 0; i < document->origin_count; i++) {
        free(document->origins[i].pointer);
        free(document->origins[i].within);
    }
    document->origin_count = 0;
}

/* Forgets where what `pointer` leads to came from: it was replaced. */
void ts_origins_forget(ts_document *document, const char *pointer)
{
    size_t n = strlen(pointer);
    int kept = 0;

    for (int i = 0; i < document->origin_count; i++) {
        ts_origin origin = document->origins[i];

        if (strncmp(origin.pointer, pointer, n) == 0 &&
            (origin.pointer[n] == '\0' || origin.pointer[n] == '/')) {
            free(origin.pointer);
            free(origin.within);
        } else {
            document->origins[kept++] = origin;
        }
    }
    document->origin_count = kept;
}

bool ts_setting_add(ts_document *document, const char *pointer,
                    const char *value)
{
    ts_setting setting;

    if (document->setting_count == document->setting_room) {
        int room = document->setting_room == 0 ? 8 : 2 * document->setting_room;
        ts_setting *more =
            realloc(document->settings, (size_t)room * sizeof *more);

        if (more == NULL)
            return false;
        document->settings = more;
        document->setting_room = room;
    }
    setting.pointer = ts_text_copy(pointer, strlen(pointer));
    setting.value = ts_text_copy(value, strlen(value));
    if (setting.pointer == NULL || setting.value == NULL) {
        free(setting.pointer);
        free(setting.value);
        return false;
    }
    document->settings[document->setting_count++] = setting;
    return true;
}

/* --- the whole --- */

void ts_document_free(ts_document *document)
{
    if (document == NULL)
        return;
    ts_origins_clear(document);
    for (int i = 0; i < document->source_count; i++)
        ts_source_fini(&document->sources[i]);
    for (int i = 0; i < document->setting_count; i++) {
        free(document->settings[i].pointer);
        free(document->settings[i].value);
    }
    cJSON_Delete(document->root);
    free(document->sources);
    free(document->origins);
    free(document->settings);
    free(document->directory);
    free(document);
}

ts_document *ts_document_copy(const ts_document *document)
{
    const ts_source *own = &document->sources[0];
    const ts_profiles profiles = {document->directory, document->words};
    ts_document *copy =
        document_create(own->file, own->text, own->length, &profiles);

    if (copy == NULL)
        return NULL;
    for (int i = 1; i < document->source_count; i++) {
        const ts_source *source = &document->sources[i];
        char *text = ts_text_copy(source->text, source->length);

        if (text == NULL ||
            ts_source_add(copy, source->file, text, source->length) < 0)
            goto fail;
    }
    for (int i = 0; i < document->origin_count; i++)
        if (!ts_origin_add(copy, document->origins[i].pointer,
                           document->origins[i].source,
                           document->origins[i].within))
            goto fail;
    for (int i = 0; i < document->setting_count; i++)
        if (!ts_setting_add(copy, document->settings[i].pointer,
                            document->settings[i].value))
            goto fail;
    copy->values = document->values;
    copy->has_lists = document->has_lists;
    copy->root = cJSON_Duplicate(document->root, true);
    if (copy->root != NULL)
        return copy;

fail:
    ts_document_free(copy);
    return NULL;
}

char *ts_document_told(const ts_document *document)
{
    const ts_source *own = &document->sources[0];

    if (document->has_lists || document->setting_count > 0)
        return ts_document_canonical(document);
    return ts_text_copy(own->text, own->length);
}

const char *ts_document_file(const ts_document *document)
{
    return document->sources[0].file;
}

char *ts_document_canonical(const ts_document *document)
{
    ts_buffer out = TS_BUFFER_EMPTY;

    ts_tree_print(document->root, true, &out);
    return ts_buffer_take(&out);
}

bool ts_document_get(const ts_document *document, const char *pointer,
                     char **value)
{
    ts_buffer token = TS_BUFFER_EMPTY, out = TS_BUFFER_EMPTY;
    const cJSON *node = document->root;
    bool fine;

    while (node != NULL && *pointer != '\0')
        if (!ts_pointer_next(&pointer, &token))
            node = NULL;
        else if (cJSON_IsObject(node))
            node = cJSON_GetObjectItemCaseSensitive(node, token.data);
        else if (cJSON_IsArray(node) && ts_pointer_number(token.data) >= 0)
            node = cJSON_GetArrayItem(node, ts_pointer_number(token.data));
        else
            node = NULL;
    *value = NULL;
    if (node != NULL) {
        ts_tree_print(node, false, &out);
        *value = ts_buffer_take(&out);
    }
    fine = !token.failed && (node == NULL || *value != NULL);
    ts_buffer_fini(&token);
    return fine;
}
