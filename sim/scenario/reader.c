/*
 * reader.c - one reading of a document, from its beginning to its end.
 *
 * What cannot be decided while a tree is walked is noted and done at the end,
 * in the order of definition: names are sorted, so that twins are neighbours;
 * references find theirs; then records are checked, inner ones first, and
 * only those with no error in them.
 */
#include <stdlib.h>
#include <string.h>

#include "sim/scenario/decode.h"

/* --- reporting --- */

void ts_path_write(const ts_path *path, ts_buffer *out)
{
    const ts_path *chain[2 * TS_LIMIT_NESTING + 4];
    int depth = 0;

    for (; path != NULL && path->up != NULL && depth < (int)TS_COUNT_OF(chain);
         path = path->up)
        chain[depth++] = path;
    ts_buffer_text(out, "");
    while (depth-- > 0)
        if (chain[depth]->key != NULL)
            ts_pointer_key(out, chain[depth]->key);
        else
            ts_pointer_index(out, chain[depth]->index);
}

/* Where a message goes: to the diagnostics, or to the error of a trial. */
static void report(ts_reader *reader, const char *pointer, ts_place_kind kind,
                   const char *format, va_list list)
    __attribute__((format(printf, 4, 0)));

static void report(ts_reader *reader, const char *pointer, ts_place_kind kind,
                   const char *format, va_list list)
{
    ts_buffer text = TS_BUFFER_EMPTY;

    reader->errors++;
    if (reader->document != NULL) {
        ts_document_vcomplain(reader->document, reader->diagnostics, pointer,
                              kind, format, list);
        return;
    }
    ts_buffer_vformat(&text, format, list);
    ts_fail(reader->failure, "%s", text.failed ? "out of memory" : text.data);
    ts_buffer_fini(&text);
}

bool ts_reader_fail(ts_reader *reader, const ts_path *path, ts_place_kind kind,
                    const char *format, ...)
{
    ts_buffer pointer = TS_BUFFER_EMPTY;
    va_list list;

    ts_path_write(path, &pointer);
    va_start(list, format);
    report(reader, pointer.failed ? "" : pointer.data, kind, format, list);
    va_end(list);
    ts_buffer_fini(&pointer);
    return false;
}

bool ts_reader_spare(ts_reader *reader)
{
    if (reader->document == NULL || !ts_diagnostics_spare(reader->diagnostics))
        return false;
    reader->errors++;
    return true;
}

/* ts_reader_fail() for a pointer that was remembered. */
static bool fail_at(ts_reader *reader, const char *pointer, const char *format,
                    ...) __attribute__((format(printf, 3, 4)));

static bool fail_at(ts_reader *reader, const char *pointer, const char *format,
                    ...)
{
    va_list list;

    va_start(list, format);
    report(reader, pointer, TS_PLACE_VALUE, format, list);
    va_end(list);
    return false;
}

void *ts_reader_alloc(ts_reader *reader, size_t count, size_t size)
{
    void *memory = ts_arena_array(reader->arena, count, size);

    if (memory == NULL)
        reader->exhausted = true;
    return memory;
}

/* --- growing arrays --- */

/* Room for one more item; NULL: out of memory, which is reported at the end.*/
static void *grow(ts_reader *reader, void *items, int count, int *room,
                  size_t size)
{
    int more = *room == 0 ? 16 : 2 * *room;
    void *grown;

    if (count < *room)
        return items;
    grown = realloc(items, (size_t)more * size);
    if (grown == NULL)
        reader->exhausted = true;
    else
        *room = more;
    return grown;
}

static size_t remember_path(ts_reader *reader, const ts_path *path)
{
    size_t at = reader->paths.length;

    ts_path_write(path, &reader->paths);
    ts_buffer_char(&reader->paths, '\0');
    return at;
}

void ts_reader_name(ts_reader *reader, const ts_path *path,
                    const char *collection, const char *name)
{
    ts_named *more = grow(reader, reader->named, reader->named_count,
                          &reader->named_room, sizeof *more);
    int index = 0;

    if (more == NULL)
        return;
    reader->named = more;
    /* Most scenarios have few names; the last of the same collection is
     * near. */
    for (int i = reader->named_count - 1; i >= 0; i--)
        if (strcmp(more[i].collection, collection) == 0) {
            index = more[i].index + 1;
            break;
        }
    more[reader->named_count] =
        (ts_named){collection, name, remember_path(reader, path), index,
                   reader->named_count};
    reader->named_count++;
}

void ts_reader_ref(ts_reader *reader, const ts_path *path,
                   const char *collection, ts_ref *ref)
{
    ts_pending_ref *more = grow(reader, reader->refs, reader->ref_count,
                                &reader->ref_room, sizeof *more);

    if (more == NULL)
        return;
    reader->refs = more;
    more[reader->ref_count++] =
        (ts_pending_ref){collection, ref, remember_path(reader, path), false};
}

void ts_reader_check(ts_reader *reader, const ts_path *path,
                     const ts_shape *shape, const void *record, int ref_from)
{
    ts_pending_check *more = grow(reader, reader->checks, reader->check_count,
                                  &reader->check_room, sizeof *more);

    if (more == NULL)
        return;
    reader->checks = more;
    more[reader->check_count++] =
        (ts_pending_check){shape, record, remember_path(reader, path), ref_from,
                           reader->ref_count};
}

void ts_reader_cycles(ts_reader *reader, const ts_path *path)
{
    size_t *more = grow(reader, reader->cycles, reader->cycles_count,
                        &reader->cycles_room, sizeof *more);

    if (more == NULL)
        return;
    reader->cycles = more;
    more[reader->cycles_count++] = remember_path(reader, path);
}

/* --- names, references, cycles, checks --- */

static int compare_named(const void *a, const void *b)
{
    const ts_named *x = a, *y = b;
    int order = strcmp(x->collection, y->collection);

    if (order == 0 && (x->name == NULL || y->name == NULL))
        order = (x->name != NULL) - (y->name != NULL);
    else if (order == 0)
        order = strcmp(x->name, y->name);
    return order != 0 ? order : x->order - y->order;
}

static void complain_twins(ts_reader *reader)
{
    for (int i = 1; i < reader->named_count; i++) {
        const ts_named *a = &reader->named[i - 1], *b = &reader->named[i];
        const char *file;
        int line;

        if (a->name == NULL || b->name == NULL ||
            strcmp(a->collection, b->collection) != 0 ||
            strcmp(a->name, b->name) != 0 || ts_reader_spare(reader))
            continue;
        if (reader->document == NULL) {
            fail_at(reader, "", "the name \"%s\" is taken", b->name);
            continue;
        }
        line = ts_document_line(reader->document, reader->paths.data + a->path,
                                &file);
        fail_at(reader, reader->paths.data + b->path,
                "the %s \"%s\" is there already, on line %d%s%s", b->collection,
                b->name, line, file != NULL ? " of " : "",
                file != NULL ? file : "");
    }
}

static const ts_named *find_named(const ts_reader *reader,
                                  const char *collection, const char *name)
{
    int low = 0, high = reader->named_count;
    ts_named key = {collection, name, 0, 0, -1};

    while (low < high) {
        int middle = low + (high - low) / 2;

        if (compare_named(&reader->named[middle], &key) < 0)
            low = middle + 1;
        else
            high = middle;
    }
    if (low == reader->named_count ||
        strcmp(reader->named[low].collection, collection) != 0 ||
        reader->named[low].name == NULL ||
        strcmp(reader->named[low].name, name) != 0)
        return NULL;
    return &reader->named[low];
}

static void complain_ref(ts_reader *reader, const ts_pending_ref *ref)
{
    const char *names[256];
    const char *near;
    ts_buffer list = TS_BUFFER_EMPTY;
    const char *path = reader->paths.data + ref->path;
    int count = 0;

    if (ts_reader_spare(reader))
        return;
    for (int i = 0; i < reader->named_count && count < 256; i++)
        if (strcmp(reader->named[i].collection, ref->collection) == 0 &&
            reader->named[i].name != NULL &&
            (count == 0 || strcmp(names[count - 1], reader->named[i].name)))
            names[count++] = reader->named[i].name;
    near = ts_nearest(ref->ref->name, names, count);
    ts_list_words(&list, names, count, " and ");
    if (near != NULL)
        fail_at(reader, path, "no %s is named \"%.100s\"; did you mean \"%s\"?",
                ref->collection, ref->ref->name, near);
    else if (count > 0)
        fail_at(reader, path, "no %s is named \"%.100s\"; there are %s",
                ref->collection, ref->ref->name, list.failed ? "" : list.data);
    else
        fail_at(reader, path, "no %s is named \"%.100s\"; there are none",
                ref->collection, ref->ref->name);
    ts_buffer_fini(&list);
}

static void resolve(ts_reader *reader)
{
    if (reader->named_count > 1)
        qsort(reader->named, (size_t)reader->named_count, sizeof *reader->named,
              compare_named);
    complain_twins(reader);
    for (int i = 0; i < reader->ref_count; i++) {
        ts_pending_ref *ref = &reader->refs[i];
        const ts_named *named =
            find_named(reader, ref->collection, ref->ref->name);

        if (named != NULL) {
            ref->ref->index = named->index;
        } else {
            ref->failed = true;
            complain_ref(reader, ref);
        }
    }
}

/* No model need ask whether there is a clock for what it reads: none is
 * handed a span in cycles without one. */
static void complain_cycles(ts_reader *reader)
{
    for (int i = 0; reader->clockless != NULL && i < reader->cycles_count; i++)
        fail_at(reader, reader->paths.data + reader->cycles[i],
                "counts in cycles, and %s", reader->clockless);
}

struct ts_check {
    ts_reader *reader;
    const char *path;
};

void ts_check_error(ts_check *check, const char *field, const char *format, ...)
{
    ts_buffer pointer = TS_BUFFER_EMPTY;
    va_list list;

    ts_buffer_text(&pointer, check->path);
    if (field != NULL) {
        ts_buffer_char(&pointer, '/');
        ts_buffer_text(&pointer, field);
    }
    va_start(list, format);
    report(check->reader, pointer.failed ? "" : pointer.data, TS_PLACE_VALUE,
           format, list);
    va_end(list);
    ts_buffer_fini(&pointer);
}

static void run_checks(ts_reader *reader)
{
    for (int i = 0; i < reader->check_count; i++) {
        const ts_pending_check *pending = &reader->checks[i];
        ts_check check = {reader, reader->paths.data + pending->path};
        bool whole = true;

        for (int r = pending->ref_from; r < pending->ref_to; r++)
            whole = whole && !reader->refs[r].failed;
        if (whole)
            pending->shape->check(&check, pending->record);
    }
}

/* --- the whole --- */

void ts_reader_init(ts_reader *reader, const ts_document *document,
                    ts_arena *arena, ts_diagnostics *diagnostics)
{
    memset(reader, 0, sizeof *reader);
    reader->document = document;
    reader->arena = arena;
    reader->diagnostics = diagnostics;
}

void ts_reader_fini(ts_reader *reader)
{
    ts_buffer_fini(&reader->paths);
    free(reader->named);
    free(reader->refs);
    free(reader->checks);
    free(reader->cycles);
}

/* The top-level "unit": "ms" or "10us". */
static void read_unit(ts_reader *reader, const ts_path *root)
{
    const cJSON *value =
        cJSON_GetObjectItemCaseSensitive(reader->document->root, "unit");
    ts_path at = {root, "unit", 0};
    ts_buffer text = TS_BUFFER_EMPTY;
    ts_error error = {.text = ""};
    size_t n;

    if (value == NULL)
        return;
    if (!cJSON_IsString(value)) {
        ts_reader_fail(reader, &at, TS_PLACE_VALUE,
                       "the unit of bare numbers is a text such as \"ms\" or "
                       "\"10us\"");
        reader->has_unit = true; /* one error is enough */
        reader->unit = (ts_quantity){TS_QUANTITY_TIME, false, 1, 1};
        return;
    }
    if (value->valuestring[0] < '0' || value->valuestring[0] > '9')
        ts_buffer_char(&text, '1');
    ts_buffer_text(&text, value->valuestring);
    reader->has_unit = true;
    if (text.failed) {
        reader->exhausted = true;
    } else if (!ts_quantity_read(text.data, TS_QUANTITY_TIME, &reader->unit,
                                 &error)) {
        ts_reader_fail(reader, &at, TS_PLACE_VALUE, "%s", error.text);
        reader->unit = (ts_quantity){TS_QUANTITY_TIME, false, 1, 1};
    } else if (reader->unit.numerator == 0 || reader->unit.negative) {
        ts_reader_fail(reader, &at, TS_PLACE_VALUE,
                       "the unit of bare numbers must be more than 0");
    }
    n = strlen(value->valuestring);
    if (n >= sizeof reader->unit_text)
        n = 0;
    memcpy(reader->unit_text, value->valuestring, n);
    reader->unit_text[n] = '\0';
    ts_buffer_fini(&text);
}

void *ts_document_read(const ts_document *document, const ts_shape *shape,
                       ts_arena *arena, ts_diagnostics *diagnostics)
{
    const ts_path root = {NULL, NULL, 0};
    int from = diagnostics->count;
    ts_reader reader;
    void *record;
    bool good;

    ts_reader_init(&reader, document, arena, diagnostics);
    record = ts_reader_alloc(&reader, 1, shape->size);
    read_unit(&reader, &root);
    if (record != NULL)
        (void)ts_decode_object(&reader, &root, shape, document->root, record);
    if (!reader.exhausted && !reader.paths.failed) {
        resolve(&reader);
        complain_cycles(&reader);
        run_checks(&reader);
    }
    if (reader.exhausted || reader.paths.failed) {
        reader.errors++;
        ts_diagnostics_memory(diagnostics, document->sources[0].file, "",
                              "read it");
    }
    good = reader.errors == 0;
    ts_diagnostics_sort(diagnostics, from, document->sources[0].file);
    ts_reader_fini(&reader);
    return good ? record : NULL;
}
