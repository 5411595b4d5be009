/*
 * fuzz_reader.c - any bytes at all into the reader.
 *
 * The bytes are a document; behind a zero byte, should there be one, follow a
 * JSON Pointer and, behind another, a value to set. What was read is printed,
 * and what was printed must read again as the same.
 */
#include <stdlib.h>
#include <string.h>

#include "tests/unit/test_shape.h"

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

/* The canonical text is a document whose canonical text is itself. */
static void check_canonical(const ts_document *document)
{
    char *text = ts_document_canonical(document), *again;
    ts_diagnostics diagnostics;
    ts_document *copy;

    if (text == NULL)
        return;
    ts_diagnostics_init(&diagnostics);
    copy = ts_document_parse("c", text, strlen(text), NULL, &diagnostics);
    if (copy != NULL) {
        again = ts_document_canonical(copy);
        if (again == NULL || strcmp(text, again) != 0)
            abort();
        free(again);
    } else if (strlen(text) <= TS_LIMIT_FILE) {
        abort();
    }
    ts_document_free(copy);
    ts_diagnostics_fini(&diagnostics);
    free(text);
}

static void read_once(const ts_document *document, ts_diagnostics *diagnostics)
{
    int before = diagnostics->count + diagnostics->dropped;
    ts_arena arena;
    void *record;

    ts_arena_init(&arena, 64 << 20);
    record = ts_document_read(document, &ts_test_shape, &arena, diagnostics);
    if ((record == NULL) !=
        (diagnostics->count + diagnostics->dropped > before))
        abort();
    ts_arena_fini(&arena);
}

static void set_and_read(const ts_document *document, const char *rest,
                         const char *end, ts_diagnostics *diagnostics)
{
    ts_document *copy = ts_document_copy(document);
    const char *value = memchr(rest, '\0', (size_t)(end - rest));

    if (copy != NULL && value != NULL &&
        ts_document_set(copy, rest, value + 1, diagnostics)) {
        check_canonical(copy);
        read_once(copy, diagnostics);
    }
    ts_document_free(copy);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    const ts_profiles profiles = {.directory = NULL};
    char *text = malloc(size + 1);
    ts_diagnostics diagnostics;
    ts_document *document;
    size_t length;
    FILE *null;

    if (text == NULL)
        return 0;
    if (size > 0)
        memcpy(text, data, size);
    text[size] = '\0';
    length = strlen(text);
    ts_diagnostics_init(&diagnostics);
    document = ts_document_parse("f", text, length, &profiles, &diagnostics);
    if (document != NULL) {
        check_canonical(document);
        read_once(document, &diagnostics);
        if (length < size)
            set_and_read(document, text + length + 1, text + size,
                         &diagnostics);
    }
    for (int i = 0; i < diagnostics.count; i++)
        if (diagnostics.items[i].line < 0 || diagnostics.items[i].column < 0)
            abort();
    null = fopen("/dev/null", "w");
    if (null != NULL) {
        ts_diagnostics_print(&diagnostics, null, true);
        fclose(null);
    }
    ts_document_free(document);
    ts_diagnostics_fini(&diagnostics);
    free(text);
    return 0;
}
