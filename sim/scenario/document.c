/*
 * document.c - strict parsing, copying, printing of documents.
 *
 * The scanner goes first and lets nothing through that cJSON would take
 * silently; then cJSON builds the tree; then keys are compared. See document.h
 * for how the origin of a value is known.
 */
#include "sim/scenario/document.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "sim/scenario/escape.h"
#include "sim/scenario/scan.h"

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

static const char *why_not_open(int code)
{
    return code == ENOENT   ? "there is no such file"
           : code == EACCES ? "reading it is not permitted"
                            : "it cannot be opened";
}

/* A pipe without a writer is not waited for where a regular file must be. */
static FILE *open_file(const char *file, bool regular, ts_error *error)
{
    int handle = open(file, O_RDONLY | O_CLOEXEC | (regular ? O_NONBLOCK : 0));
    struct stat info;
    FILE *in = NULL;

    if (handle < 0) {
        ts_fail(error, "%s", why_not_open(errno));
        return NULL;
    }
    if (regular && (fstat(handle, &info) != 0 || !S_ISREG(info.st_mode)))
        ts_fail(error, "it is no regular file");
    else if ((in = fdopen(handle, "rb")) == NULL)
        ts_fail(error, "%s", why_not_open(errno));
    if (in == NULL)
        close(handle);
    return in;
}

char *ts_file_read(const char *file, bool named, size_t limit, size_t *length,
                   ts_error *error)
{
    bool standard = !named && strcmp(file, "-") == 0, fine = true;
    FILE *in = standard ? stdin : open_file(file, named, error);
    size_t room = 0, used = 0;
    char *text = NULL;

    assert(limit % (1 << 20) == 0);
    if (in == NULL)
        return NULL;
    /* In steps, since standard input and pipes do not tell their length. */
    do {
        char *more;

        room = room == 0 ? 16384 : 2 * room;
        more = realloc(text, room);
        if (more == NULL) {
            fine = ts_fail_memory(error);
            break;
        }
        text = more;
        used += fread(text + used, 1, room - used, in);
    } while (used == room && used <= limit);
    if (fine && ferror(in))
        fine = ts_fail(error, "it cannot be read");
    if (fine && used > limit)
        fine =
            ts_fail(error, "it is too large: more than %zu MiB", limit >> 20);
    if (!standard)
        fclose(in);
    if (!fine) {
        free(text);
        return NULL;
    }
    *length = used;
    text[used] = '\0'; /* the last step left room */
    return text;
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

/* --- memory --- */

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

/* --- printing --- */

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

bool ts_is_remark(const char *key)
{
    return strcmp(key, "comment") == 0 || strcmp(key, "note") == 0 ||
           strcmp(key, "source") == 0;
}
