/*
 * setting.c - ts_document_set(): changing a document through JSON Pointers.
 *
 * What is set goes into the tree and is remembered in order. When a setting
 * decides which profile is merged, the text is read again: first what names
 * profiles is set, then profiles are merged, then the rest is set over them.
 */
#include <stdlib.h>
#include <string.h>

#include "sim/scenario/document.h"
#include "sim/scenario/scan.h"

/* The value that `text` means: JSON, or failing that the text itself. */
static cJSON *value_parse(ts_document *document, const char *pointer,
                          const char *text, int *depth,
                          ts_diagnostics *diagnostics)
{
    ts_source source = {.file = document->sources[0].file,
                        .length = strlen(text)};
    ts_diagnostics inner;
    ts_scan_result scan;
    int values = 1;
    cJSON *value = NULL;

    ts_scan_check(text, source.length, &scan);
    ts_scan_fini(&scan);
    *depth = scan.depth;
    if (!scan.ok && strchr("{[\"", text[0]) != NULL && text[0] != '\0') {
        ts_diagnostics_add(diagnostics, source.file, 0, 0, pointer,
                           "this is no JSON value: %.100s (%s)", text,
                           scan.message);
        return NULL;
    }
    if (!scan.ok) {
        if (!ts_utf8_valid(text, source.length)) {
            ts_diagnostics_add(diagnostics, source.file, 0, 0, pointer,
                               "what is set is not UTF-8");
            return NULL;
        }
        value = cJSON_CreateString(text);
    } else {
        source.text = ts_text_copy(text, source.length);
        ts_diagnostics_init(&inner);
        if (source.text != NULL)
            value = ts_tree_parse(&source, &values, &inner);
        for (int i = 0; i < inner.count; i++)
            ts_diagnostics_add(diagnostics, source.file, 0, 0, pointer, "%s",
                               inner.items[i].message);
        diagnostics->memory |= inner.memory;
        if (inner.count > 0) {
            ts_diagnostics_fini(&inner);
            ts_scan_index_fini(&source.index);
            free(source.text);
            return NULL;
        }
        ts_diagnostics_fini(&inner);
        ts_scan_index_fini(&source.index);
        free(source.text);
    }
    if (value == NULL) {
        ts_diagnostics_memory(diagnostics, source.file, pointer, "set it");
        return NULL;
    }
    document->values += values;
    if (document->values > TS_LIMIT_VALUES) {
        ts_diagnostics_add(diagnostics, source.file, 0, 0, pointer,
                           "there is not enough room to set it");
        cJSON_Delete(value);
        return NULL;
    }
    return value;
}

static bool object_put(cJSON *object, const char *key, cJSON *value)
{
    cJSON *old = cJSON_GetObjectItemCaseSensitive(object, key);

    if (cJSON_IsNull(value)) {
        if (old != NULL)
            cJSON_Delete(cJSON_DetachItemViaPointer(object, old));
        cJSON_Delete(value);
        return true;
    }
    if (old == NULL)
        return cJSON_AddItemToObject(object, key, value) != 0;
    /* ...ViaPointer leaves the key to us. */
    value->string = ts_text_copy(key, strlen(key));
    return value->string != NULL &&
           cJSON_ReplaceItemViaPointer(object, old, value) != 0;
}

/* Puts `value` at `token` of `parent`; takes it over when it succeeds. Writes
 * the real index of "-" to `token`. */
static bool value_put(cJSON *parent, ts_buffer *token, cJSON *value,
                      ts_error *why)
{
    int count, index;

    if (cJSON_IsObject(parent))
        return object_put(parent, token->data, value) || ts_fail_memory(why);
    if (!cJSON_IsArray(parent))
        return ts_fail(why,
                       "\"%.60s\" cannot be set in a value that is no "
                       "object and no list",
                       token->data);
    count = cJSON_GetArraySize(parent);
    index = ts_pointer_number(token->data);
    if (strcmp(token->data, "-") == 0) {
        if (count >= TS_LIMIT_VALUES)
            return ts_fail(why, "the list is full");
        token->length = 0;
        ts_buffer_format(token, "%d", count);
        return cJSON_AddItemToArray(parent, value) != 0;
    }
    if (index < 0 || index >= count)
        return ts_fail(why,
                       "the list has %d item%s, so \"%.60s\" is none of "
                       "them; \"-\" appends",
                       count, count == 1 ? "" : "s", token->data);
    if (cJSON_IsNull(value))
        return ts_fail(why, "null takes nothing out of a list");
    return cJSON_ReplaceItemInArray(parent, index, value) != 0;
}

/* The child that `token` names; made as an object when it is missing from an
 * object or is "-" of a list. */
static cJSON *child_enter(cJSON *parent, const char *token, ts_error *why)
{
    cJSON *child = NULL;
    int index;

    if (cJSON_IsObject(parent)) {
        child = cJSON_GetObjectItemCaseSensitive(parent, token);
        if (child == NULL)
            child = cJSON_AddObjectToObject(parent, token);
        return child;
    }
    if (!cJSON_IsArray(parent)) {
        ts_fail(why,
                "\"%.60s\" cannot be set in a value that is no object "
                "and no list",
                token);
        return NULL;
    }
    if (strcmp(token, "-") == 0) {
        child = cJSON_CreateObject();
        if (child != NULL && !cJSON_AddItemToArray(parent, child)) {
            cJSON_Delete(child);
            child = NULL;
        }
        return child;
    }
    index = ts_pointer_number(token);
    child = index < 0 ? NULL : cJSON_GetArrayItem(parent, index);
    if (child == NULL) {
        int count = cJSON_GetArraySize(parent);

        ts_fail(why, "the list has %d item%s, so \"%.60s\" is none of them",
                count, count == 1 ? "" : "s", token);
    }
    return child;
}

/* Sets the value in the tree; `real` receives the pointer with "-" resolved.
 * Whether the tree has taken the value over, even if not all is well: `why`. */
static bool tree_set(cJSON *root, const char *pointer, cJSON *value, int depth,
                     ts_buffer *real, ts_error *why)
{
    ts_buffer token = TS_BUFFER_EMPTY;
    const char *at = pointer;
    cJSON *node = root;
    bool done = false;
    int level = 0;

    while (!done) {
        if (!ts_pointer_next(&at, &token)) {
            if (token.failed)
                ts_fail_memory(why);
            ts_fail(why,
                    "\"%.100s\" is no JSON Pointer such as "
                    "\"/threads/0/count\"",
                    pointer);
            break;
        }
        if (++level + depth > TS_LIMIT_NESTING) {
            ts_fail(why, "more than %d levels of nesting", TS_LIMIT_NESTING);
            break;
        }
        if (*at == '\0') {
            done = value_put(node, &token, value, why);
        } else {
            bool append = cJSON_IsArray(node) && strcmp(token.data, "-") == 0;
            int count = append ? cJSON_GetArraySize(node) : 0;

            node = child_enter(node, token.data, why);
            if (append) {
                token.length = 0;
                ts_buffer_format(&token, "%d", count);
            }
        }
        if (node == NULL || token.failed) {
            ts_fail_memory(why);
            break;
        }
        ts_pointer_key(real, token.data);
        if (*at == '\0')
            break;
    }
    if (real->failed)
        ts_fail_memory(why);
    ts_buffer_fini(&token);
    return done;
}

static bool document_apply(ts_document *document, const char *pointer,
                           const char *text, ts_diagnostics *diagnostics)
{
    const char *file = document->sources[0].file;
    ts_buffer real = TS_BUFFER_EMPTY;
    ts_error why = {.text = ""};
    int depth;
    cJSON *value = value_parse(document, pointer, text, &depth, diagnostics);
    bool done;

    if (value == NULL)
        return false;
    if (!tree_set(document->root, pointer, value, depth, &real, &why))
        cJSON_Delete(value);
    done = why.text[0] == '\0';
    if (done) {
        ts_origins_forget(document, real.data);
        done = ts_origin_add(document, real.data, -1, text);
        if (!done)
            ts_fail_memory(&why);
    }
    diagnostics->memory |= why.memory;
    if (!done)
        ts_diagnostics_add(diagnostics, file, 0, 0, pointer, "%s", why.text);
    ts_buffer_fini(&real);
    return done && ts_list_files_read(document, diagnostics);
}

/* Does this setting decide which profile is merged? */
static bool sets_profile(const ts_setting *setting)
{
    const char *last = strrchr(setting->pointer, '/');

    return (last != NULL && strcmp(last, "/profile") == 0) ||
           (setting->value[0] == '{' &&
            strstr(setting->value, "\"profile\"") != NULL);
}

/* Reads the text again, sets what names profiles, merges, sets the rest. */
static bool document_rebuild(ts_document *document, ts_diagnostics *diagnostics)
{
    cJSON *root =
        ts_tree_parse(&document->sources[0], &document->values, diagnostics);
    bool done = root != NULL;

    if (root == NULL)
        return false;
    cJSON_Delete(document->root);
    document->root = root;
    ts_origins_clear(document);
    while (document->source_count > 1) {
        document->source_count--;
        ts_source_fini(&document->sources[document->source_count]);
    }
    for (int pass = 0; pass < 2 && done; pass++) {
        for (int i = 0; i < document->setting_count && done; i++) {
            const ts_setting *setting = &document->settings[i];

            if (sets_profile(setting) == (pass == 0))
                done = document_apply(document, setting->pointer,
                                      setting->value, diagnostics);
        }
        if (pass == 0 && done)
            done = ts_profiles_merge(document, diagnostics) &&
                   ts_list_files_read(document, diagnostics);
    }
    return done;
}

bool ts_document_set(ts_document *document, const char *pointer,
                     const char *value, ts_diagnostics *diagnostics)
{
    bool done;

    if (!ts_utf8_valid(pointer, strlen(pointer))) {
        ts_diagnostics_add(diagnostics, document->sources[0].file, 0, 0,
                           pointer, "the pointer is not UTF-8");
        return false;
    }
    if (!ts_setting_add(document, pointer, value)) {
        ts_diagnostics_memory(diagnostics, document->sources[0].file, pointer,
                              "set it");
        return false;
    }
    if (sets_profile(&document->settings[document->setting_count - 1]))
        done = document_rebuild(document, diagnostics);
    else
        done = document_apply(document, pointer, value, diagnostics);
    if (!done) {
        ts_setting *last = &document->settings[--document->setting_count];

        free(last->pointer);
        free(last->value);
    }
    return done;
}
