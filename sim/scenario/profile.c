/*
 * profile.c - merging machine profiles under the objects that name them.
 *
 * The tree is walked from the root. At an object with "profile": NAME, the
 * file directory/NAME.json, or with a NAME that ends in .json the file of that
 * name beside the scenario, is read and merged under the object, then the
 * profile that one names, and so on; then the walk goes on into the children,
 * merged ones included. A null hides a key from all profiles of the chain and
 * disappears at its end. Each value that came from a profile gets an origin.
 */
#include <dirent.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/scenario/document.h"

#define PROFILE_FILE_MAX (1 << 20) /* bytes */
#define PROFILES_LISTED_MAX 256    /* names read from the directory */

typedef struct merger {
    ts_document *document;
    ts_diagnostics *diagnostics;
    int merged;       /* profiles so far, see TS_LIMIT_PROFILES */
    ts_buffer target; /* pointer of the object that is merged into */
    ts_buffer within; /* pointer in the profile */
    int source;       /* of the profile */
} merger;

/* A name becomes a file name, so it may not leave the directory. */
static bool name_is_safe(const char *name)
{
    size_t n = strlen(name);

    if (n == 0 || n > TS_LIMIT_NAME || name[0] == '.')
        return false;
    for (; *name != '\0'; name++) {
        char c = *name;

        if (!((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') ||
              (c >= '0' && c <= '9') || c == '-' || c == '_' || c == '.'))
            return false;
    }
    return true;
}

static int compare_names(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

/* The profiles of the directory, sorted: no order of a file system shows. */
static int list_profiles(const char *directory, char **names, int room)
{
    DIR *dir = opendir(directory);
    struct dirent *entry;
    int count = 0;

    if (dir == NULL)
        return 0;
    while (count < room && (entry = readdir(dir)) != NULL) {
        size_t n = strlen(entry->d_name);

        if (n <= 5 || strcmp(entry->d_name + n - 5, ".json") != 0)
            continue;
        names[count] = ts_text_copy(entry->d_name, n - 5);
        if (names[count] != NULL)
            count++;
    }
    closedir(dir);
    qsort(names, (size_t)count, sizeof names[0], compare_names);
    return count;
}

static void complain_unknown(const merger *m, const char *pointer,
                             const char *name, const char *why)
{
    char *names[PROFILES_LISTED_MAX] = {NULL};
    const char *directory = m->document->directory;
    int count = directory == NULL
                    ? 0
                    : list_profiles(directory, names, PROFILES_LISTED_MAX);
    const char *near = ts_nearest(name, (const char *const *)names, count);
    ts_buffer text = TS_BUFFER_EMPTY;

    ts_buffer_format(&text, "no profile is named \"%.100s\"", name);
    if (why != NULL)
        ts_buffer_format(&text, " (%s)", why);
    if (count > 0)
        ts_buffer_text(&text, "; there are ");
    if (near != NULL)
        ts_buffer_text(&text, near);
    for (int i = 0, shown = near != NULL; i < count && shown < 24; i++)
        if (names[i] != near)
            ts_buffer_format(&text, "%s%s", shown++ > 0 ? ", " : "", names[i]);
    if (count == 0)
        ts_buffer_text(&text, directory == NULL
                                  ? "; no directory of profiles is given"
                                  : "; there are none");
    if (!text.failed)
        ts_document_complain(m->document, m->diagnostics, pointer,
                             TS_PLACE_VALUE, "%s", text.data);
    ts_buffer_fini(&text);
    for (int i = 0; i < count; i++)
        free(names[i]);
}

/* A profile of one's own is a file beside the one that names it. */
static bool is_file(const char *name)
{
    size_t n = strlen(name);

    return n > 5 && strcmp(name + n - 5, ".json") == 0;
}

/* The text of the profile, and its path; NULL: there is none, for a reason that
 * may be given in `why`. */
static char *read_profile(merger *m, const ts_source *by, const char *name,
                          ts_buffer *path, size_t *length, ts_error *why)
{
    const char *directory = m->document->directory;

    if (is_file(name))
        return ts_file_beside(by, name, PROFILE_FILE_MAX, path, length, why);
    if (directory == NULL || !name_is_safe(name))
        return NULL;
    ts_buffer_format(path, "%s/%s.json", directory, name);
    return path->failed
               ? NULL
               : ts_file_read(path->data, true, PROFILE_FILE_MAX, length, why);
}

/* The profile's tree, with its source in m->source; NULL with diagnostics. */
static cJSON *load(merger *m, const ts_source *by, const char *pointer,
                   const char *name)
{
    ts_buffer path = TS_BUFFER_EMPTY;
    ts_error why = {.text = ""};
    char *text = NULL;
    size_t length = 0;
    cJSON *root = NULL;
    int values = 0;

    text = read_profile(m, by, name, &path, &length, &why);
    if (text == NULL && is_file(name)) {
        ts_document_complain(m->document, m->diagnostics, pointer,
                             TS_PLACE_VALUE,
                             "the profile \"%.100s\" cannot be used: %s", name,
                             why.text[0] != '\0'
                                 ? why.text
                                 : "not enough memory to read it");
    } else if (text == NULL) {
        complain_unknown(m, pointer, name,
                         why.text[0] != '\0' ? why.text : NULL);
    } else {
        m->source = ts_source_add(m->document, path.data, text, length);
        if (m->source >= 0)
            root = ts_tree_parse(&m->document->sources[m->source], &values,
                                 m->diagnostics);
    }
    if (root != NULL && !cJSON_IsObject(root)) {
        ts_complain_at(m->diagnostics, &m->document->sources[m->source], 0, "",
                       "a profile is one object: { ... }");
        cJSON_Delete(root);
        root = NULL;
    }
    ts_buffer_fini(&path);
    return root;
}

static bool is_documentation(const char *key)
{
    return strcmp(key, "title") == 0 || strcmp(key, "about") == 0 ||
           strcmp(key, "sources") == 0 || strcmp(key, "$schema") == 0 ||
           ts_is_remark(key);
}

/* Counts the values of a subtree; bounded by the nesting of parsed texts. */
static int count_values(const cJSON *value, int depth)
{
    int count = 1;

    if (depth <= TS_LIMIT_NESTING)
        for (const cJSON *c = value->child; c != NULL; c = c->next)
            count += count_values(c, depth + 1);
    return count;
}

/* Merges `profile` under `object`, whose pointers stand in m->target and
 * m->within. The nesting of both bounds the depth. */
static bool merge(merger *m, cJSON *object, const cJSON *profile, int depth)
{
    size_t target = m->target.length, within = m->within.length;
    bool done = depth <= TS_LIMIT_NESTING;

    for (const cJSON *c = profile->child; c != NULL && done; c = c->next) {
        cJSON *own = cJSON_GetObjectItemCaseSensitive(object, c->string);

        if (depth == 0 && is_documentation(c->string))
            continue;
        ts_pointer_key(&m->target, c->string);
        ts_pointer_key(&m->within, c->string);
        if (m->target.failed || m->within.failed) {
            done = false;
        } else if (own == NULL) {
            cJSON *copy = cJSON_Duplicate(c, true);

            m->document->values += count_values(c, 0);
            done = m->document->values <= TS_LIMIT_VALUES && copy != NULL &&
                   cJSON_AddItemToObject(object, c->string, copy) &&
                   ts_origin_add(m->document, m->target.data, m->source,
                                 m->within.data);
        } else if (cJSON_IsObject(own) && cJSON_IsObject(c)) {
            done = merge(m, own, c, depth + 1);
        }
        m->target.length = target;
        m->within.length = within;
        m->target.data[target] = '\0';
        m->within.data[within] = '\0';
    }
    return done;
}

/* Takes the nulls out of `object` and of the objects in it. */
static void strip_nulls(cJSON *object, int depth)
{
    cJSON *c = object->child;

    while (c != NULL) {
        cJSON *following = c->next;

        if (cJSON_IsNull(c))
            cJSON_Delete(cJSON_DetachItemViaPointer(object, c));
        else if (cJSON_IsObject(c) && depth < TS_LIMIT_NESTING)
            strip_nulls(c, depth + 1);
        c = following;
    }
}

/* Merges the chain of profiles that begins with object's "profile". */
static bool merge_chain(merger *m, cJSON *object)
{
    char *names[TS_LIMIT_PROFILE_CHAIN];
    const cJSON *next = cJSON_GetObjectItemCaseSensitive(object, "profile");
    ts_buffer where = TS_BUFFER_EMPTY;
    bool done = true;
    int depth = 0;

    ts_buffer_text(&where, m->target.data);
    ts_buffer_text(&where, "/profile");
    if (where.failed)
        return false;
    for (char *name =
             ts_text_copy(next->valuestring, strlen(next->valuestring));
         name != NULL && done;) {
        cJSON *profile = NULL;
        bool again = false;

        for (int i = 0; i < depth; i++)
            again = again || strcmp(names[i], name) == 0;
        if (again || depth == TS_LIMIT_PROFILE_CHAIN ||
            ++m->merged > TS_LIMIT_PROFILES) {
            ts_document_complain(m->document, m->diagnostics, where.data,
                                 TS_PLACE_VALUE,
                                 again ? "profile \"%.100s\" is part of itself"
                                       : "profile \"%.100s\" is one too many",
                                 name);
            done = false;
        } else {
            profile =
                load(m,
                     depth == 0 ? ts_document_source(m->document, where.data)
                                : &m->document->sources[m->source],
                     where.data, name);
            m->within.length = 0;
            ts_buffer_text(&m->within, "");
            done = profile != NULL;
        }
        if (done && !merge(m, object, profile, 0)) {
            ts_document_complain(m->document, m->diagnostics, where.data,
                                 TS_PLACE_VALUE,
                                 "profile \"%.100s\" makes the scenario too "
                                 "large",
                                 name);
            done = false;
        }
        if (depth < TS_LIMIT_PROFILE_CHAIN)
            names[depth++] = name;
        else
            free(name);
        next = cJSON_GetObjectItemCaseSensitive(profile, "profile");
        name = done && cJSON_IsString(next)
                   ? ts_text_copy(next->valuestring, strlen(next->valuestring))
                   : NULL;
        cJSON_Delete(profile);
    }
    while (depth > 0)
        free(names[--depth]);
    ts_buffer_fini(&where);
    if (done)
        strip_nulls(object, 0);
    return done;
}

/* Merges in `node` and everything under it. */
static bool merge_under(merger *m, cJSON *node, int depth)
{
    size_t length = m->target.length;
    bool object = cJSON_IsObject(node), done = true;
    int index = 0;

    if (depth > TS_LIMIT_NESTING) {
        ts_document_complain(m->document, m->diagnostics, m->target.data,
                             TS_PLACE_VALUE,
                             "profiles are nested more than %d levels deep",
                             TS_LIMIT_NESTING);
        return false;
    }
    if (object &&
        cJSON_IsString(cJSON_GetObjectItemCaseSensitive(node, "profile")))
        done = merge_chain(m, node);
    for (cJSON *c = node->child; c != NULL && done; c = c->next, index++) {
        if (c->child == NULL || (object && ts_is_remark(c->string)))
            continue;
        if (object)
            ts_pointer_key(&m->target, c->string);
        else
            ts_pointer_index(&m->target, index);
        done = !m->target.failed && merge_under(m, c, depth + 1);
        if (m->target.failed)
            return false;
        m->target.length = length;
        m->target.data[length] = '\0';
    }
    return done;
}

/* Most scenarios name no profile: then nothing is walked. */
static bool names_profile(const ts_document *document)
{
    const ts_source *source = &document->sources[0];

    /* A key may hide behind an escape; texts are NUL-ended and hold none. */
    if (strstr(source->text, "\"profile\"") != NULL ||
        strstr(source->text, "\\u") != NULL)
        return true;
    for (int i = 0; i < document->setting_count; i++)
        if (strstr(document->settings[i].pointer, "profile") != NULL ||
            strstr(document->settings[i].value, "profile") != NULL)
            return true;
    return false;
}

bool ts_profiles_merge(ts_document *document, ts_diagnostics *diagnostics)
{
    merger m = {.document = document, .diagnostics = diagnostics, .source = -1};
    int before = diagnostics->count + diagnostics->dropped;
    bool done;

    if (!names_profile(document))
        return true;
    ts_buffer_text(&m.target, "");
    ts_buffer_text(&m.within, "");
    done = !m.target.failed && !m.within.failed &&
           merge_under(&m, document->root, 0);
    if (!done && diagnostics->count + diagnostics->dropped == before)
        ts_diagnostics_memory(diagnostics, document->sources[0].file, "",
                              "merge profiles");
    ts_buffer_fini(&m.target);
    ts_buffer_fini(&m.within);
    return done;
}
