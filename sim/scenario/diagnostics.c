/*
 * diagnostics.c - errors with a place, and how they are printed.
 *
 *   scenario.json:8:57: error: /threads/0/program/1/run: unknown unit "hour"
 *       8 |   "program": [ { "run": "1 hour" } ]
 *         |                         ^
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/scenario/document.h"
#include "sim/scenario/escape.h"
#include "sim/scenario/scan.h"

#define EXCERPT_MAX 100 /* characters of a source line that are shown */

void ts_diagnostics_init(ts_diagnostics *diagnostics)
{
    *diagnostics = (ts_diagnostics){.items = NULL};
}

void ts_diagnostics_fini(ts_diagnostics *diagnostics)
{
    for (int i = 0; i < diagnostics->count; i++) {
        ts_diagnostic *d = &diagnostics->items[i];

        free(d->file);
        free(d->path);
        free(d->message);
        free(d->excerpt);
    }
    free(diagnostics->items);
    ts_diagnostics_init(diagnostics);
}

/* Names of a scenario and of files are in it, and whoever reads what is printed,
 * a terminal, GitHub, another tool, obeys nothing of them. A long name that was
 * cut may end in half a character. NULL: memory ended. */
static char *safe(const char *text)
{
    ts_buffer buffer = TS_BUFFER_EMPTY;

    ts_escape(&buffer, TS_ESCAPE_LINE, text);
    return ts_buffer_take(&buffer);
}

bool ts_diagnostics_spare(ts_diagnostics *diagnostics)
{
    if (diagnostics->count < TS_LIMIT_ERRORS)
        return false;
    diagnostics->dropped++;
    return true;
}

/* Takes the message and the excerpt of `d` over; copies file and path. */
static void append(ts_diagnostics *diagnostics, ts_diagnostic d,
                   const char *file, const char *path)
{
    char *message;

    if (diagnostics->count >= TS_LIMIT_ERRORS)
        goto drop;
    if (diagnostics->count == diagnostics->room) {
        int room = diagnostics->room == 0 ? 8 : 2 * diagnostics->room;
        ts_diagnostic *more =
            realloc(diagnostics->items, (size_t)room * sizeof *more);

        if (more == NULL)
            goto exhausted;
        diagnostics->items = more;
        diagnostics->room = room;
    }
    message = d.message;
    d.file = safe(file);
    d.path = safe(path);
    d.message = message != NULL ? safe(message) : NULL;
    free(message);
    if (d.file == NULL || d.path == NULL || d.message == NULL) {
        free(d.file);
        free(d.path);
        goto exhausted;
    }
    diagnostics->items[diagnostics->count++] = d;
    return;

exhausted:
    diagnostics->memory = true;
drop:
    free(d.message);
    free(d.excerpt);
    diagnostics->dropped++;
}

static char *format_message(const char *format, va_list list)
    __attribute__((format(printf, 1, 0)));

static char *format_message(const char *format, va_list list)
{
    ts_buffer buffer = TS_BUFFER_EMPTY;

    ts_buffer_vformat(&buffer, format, list);
    return ts_buffer_take(&buffer);
}

void ts_diagnostics_add(ts_diagnostics *diagnostics, const char *file, int line,
                        int column, const char *path, const char *format, ...)
{
    va_list list;

    va_start(list, format);
    append(diagnostics,
           (ts_diagnostic){.line = line,
                           .column = column,
                           .message = format_message(format, list)},
           file, path);
    va_end(list);
}

void ts_diagnostics_memory(ts_diagnostics *diagnostics, const char *file,
                           const char *path, const char *what)
{
    diagnostics->memory = true;
    ts_diagnostics_add(diagnostics, file, 0, 0, path, "not enough memory to %s",
                       what);
}

/* --- the source line --- */

/* Bytes of the character at `at`; 1 for what is no UTF-8. */
static size_t step(const ts_source *source, size_t at)
{
    size_t n = ts_utf8_length(source->text + at, source->length - at);

    return n == 0 ? 1 : n;
}

/* Does the line go on at `i`? */
static bool in_line(const ts_source *source, size_t i, size_t at)
{
    return i < at || (i < source->length && source->text[i] != '\n' &&
                      source->text[i] != '\r');
}

/* Has the line from `from` more than so many characters? */
static bool is_long(const ts_source *source, size_t from, size_t at)
{
    int length = 0;

    for (size_t i = from; in_line(source, i, at) && length <= EXCERPT_MAX;
         i += step(source, i))
        length++;
    return length > EXCERPT_MAX;
}

/* Where half an excerpt before `at` begins. */
static size_t half_before(const ts_source *source, size_t from, size_t at)
{
    int characters = EXCERPT_MAX / 2;
    size_t least =
        at - from > 4 * EXCERPT_MAX / 2 ? at - 4 * EXCERPT_MAX / 2 : from;

    while (at > least && characters > 0) {
        at--;
        characters -= ((unsigned char)source->text[at] & 0xC0) != 0x80;
    }
    return at;
}

/* The line around `at`, of which so much can be read: a tab stays one, other
 * control characters are shown as '?'. */
static char *excerpt_of(const ts_source *source, size_t from, size_t at,
                        int column, int *caret)
{
    ts_buffer line = TS_BUFFER_EMPTY;
    size_t i = from, n;
    int length = 0;

    *caret = 0;
    if (column > EXCERPT_MAX * 3 / 4 && is_long(source, from, at)) {
        i = half_before(source, from, at);
        ts_buffer_text(&line, "...");
        *caret = 3;
    }
    ts_buffer_text(&line, "");
    for (; in_line(source, i, at) && length < EXCERPT_MAX; i += n, length++) {
        unsigned char c = (unsigned char)source->text[i];

        n = step(source, i);
        if ((c < 0x20 && c != '\t') || c == 0x7F || (c >= 0x80 && n == 1))
            ts_buffer_char(&line, '?');
        else
            ts_buffer_add(&line, source->text + i, n);
        *caret += i < at;
    }
    if (in_line(source, i, at))
        ts_buffer_text(&line, "...");
    return ts_buffer_take(&line);
}

static void complain_at(ts_diagnostics *diagnostics, ts_source *source,
                        size_t at, const char *pointer, char *message)
{
    ts_diagnostic d = {.message = message};
    size_t from;

    ts_scan_place(&source->index, source->text, source->length, at, &d.line,
                  &d.column, &from);
    d.excerpt = excerpt_of(source, from, at, d.column, &d.caret);
    append(diagnostics, d, source->file, pointer);
}

void ts_complain_at(ts_diagnostics *diagnostics, ts_source *source, size_t at,
                    const char *pointer, const char *format, ...)
{
    va_list list;

    va_start(list, format);
    complain_at(diagnostics, source, at, pointer, format_message(format, list));
    va_end(list);
}

/* The origin with the longest pointer that leads to `pointer`. */
static const ts_origin *origin_of(const ts_document *document,
                                  const char *pointer, size_t *length)
{
    const ts_origin *best = NULL;

    *length = 0;
    for (int i = 0; i < document->origin_count; i++) {
        const ts_origin *origin = &document->origins[i];
        size_t n = strlen(origin->pointer);

        if (n >= *length && strncmp(origin->pointer, pointer, n) == 0 &&
            (pointer[n] == '\0' || pointer[n] == '/')) {
            best = origin;
            *length = n;
        }
    }
    return best;
}

ts_source *ts_document_source(const ts_document *document, const char *pointer)
{
    size_t length;
    const ts_origin *origin = origin_of(document, pointer, &length);

    return &document
                ->sources[origin != NULL && origin->source > 0 ? origin->source
                                                               : 0];
}

/* Finds `pointer` in the source it came from. */
static ts_source *locate(const ts_document *document, const char *pointer,
                         ts_place_kind kind, size_t *at, size_t *matched)
{
    ts_source *source = &document->sources[0];
    size_t length;
    const ts_origin *origin = origin_of(document, pointer, &length);
    ts_buffer within = TS_BUFFER_EMPTY;
    size_t before;

    if (origin != NULL && origin->source < 0) {
        *matched = strlen(pointer);
        return NULL;
    }
    if (origin != NULL) {
        source = &document->sources[origin->source];
        ts_buffer_text(&within, origin->within);
    }
    ts_buffer_text(&within, pointer + length);
    before = origin != NULL ? strlen(origin->within) : 0;
    *at = ts_scan_find(&source->index, source->text, source->length,
                       within.data != NULL ? within.data : "",
                       kind == TS_PLACE_KEY, 0, matched);
    *matched = *matched > before ? length + (*matched - before) : length;
    ts_buffer_fini(&within);
    return source;
}

void ts_document_vcomplain(const ts_document *document,
                           ts_diagnostics *diagnostics, const char *pointer,
                           ts_place_kind kind, const char *format, va_list list)
{
    size_t at = 0, matched, length;
    ts_source *source;
    ts_buffer text = TS_BUFFER_EMPTY;
    char *message;

    if (ts_diagnostics_spare(diagnostics))
        return;
    message = format_message(format, list);
    source = locate(document, pointer, kind, &at, &matched);
    if (source != NULL) {
        /* What is absent is reported where it should be. */
        char *path = ts_text_copy(pointer, matched);

        complain_at(diagnostics, source, at, path != NULL ? path : "", message);
        free(path);
        return;
    }
    ts_buffer_format(&text, "%s (set to %.60s)", message,
                     origin_of(document, pointer, &length)->within);
    free(message);
    append(diagnostics, (ts_diagnostic){.message = ts_buffer_take(&text)},
           document->sources[0].file, pointer);
}

void ts_document_complain(const ts_document *document,
                          ts_diagnostics *diagnostics, const char *pointer,
                          ts_place_kind kind, const char *format, ...)
{
    va_list list;

    va_start(list, format);
    ts_document_vcomplain(document, diagnostics, pointer, kind, format, list);
    va_end(list);
}

int ts_document_line(const ts_document *document, const char *pointer,
                     const char **file)
{
    size_t at = 0, matched, from;
    ts_source *source =
        locate(document, pointer, TS_PLACE_VALUE, &at, &matched);
    int line, column;

    *file = NULL;
    if (source == NULL)
        return 0;
    if (source != &document->sources[0])
        *file = source->file;
    ts_scan_place(&source->index, source->text, source->length, at, &line,
                  &column, &from);
    return line;
}

/* The scenario before its profiles, then by place. */
static int compare(const ts_diagnostic *a, const ts_diagnostic *b,
                   const char *first_file)
{
    int files = strcmp(a->file, b->file);

    if (files != 0 && strcmp(a->file, first_file) == 0)
        return -1;
    if (files != 0 && strcmp(b->file, first_file) == 0)
        return 1;
    if (files != 0)
        return files;
    if (a->line != b->line)
        return a->line < b->line ? -1 : 1;
    if (a->column != b->column)
        return a->column < b->column ? -1 : 1;
    return 0;
}

void ts_diagnostics_sort(ts_diagnostics *diagnostics, int from,
                         const char *first_file)
{
    /* By insertion: stable, and there are at most TS_LIMIT_ERRORS. */
    for (int i = from + 1; i < diagnostics->count; i++) {
        ts_diagnostic moving = diagnostics->items[i];
        int j = i;

        for (; j > from &&
               compare(&moving, &diagnostics->items[j - 1], first_file) < 0;
             j--)
            diagnostics->items[j] = diagnostics->items[j - 1];
        diagnostics->items[j] = moving;
    }
}

/* --- printing --- */

/* The line, and a caret under it. A tab is one in both lines. */
static void print_excerpt(const ts_diagnostic *d, FILE *out, bool colour)
{
    const char *at = d->excerpt;
    size_t left = strlen(at);

    fprintf(out, "%5d | %s\n      | ", d->line, d->excerpt);
    for (int i = 0; i < d->caret && left > 0; i++) {
        size_t n = ts_utf8_length(at, left);

        fputc(*at == '\t' ? '\t' : ' ', out);
        n = n == 0 ? 1 : n;
        at += n;
        left -= n;
    }
    fprintf(out, "%s^%s\n", colour ? "\033[1;32m" : "",
            colour ? "\033[0m" : "");
}

void ts_diagnostics_print(const ts_diagnostics *diagnostics, FILE *out,
                          bool colour)
{
    const char *bold = colour ? "\033[1m" : "";
    const char *red = colour ? "\033[1;31m" : "";
    const char *plain = colour ? "\033[0m" : "";

    for (int i = 0; i < diagnostics->count; i++) {
        const ts_diagnostic *d = &diagnostics->items[i];

        fprintf(out, "%s%s:", bold, d->file);
        if (d->line > 0)
            fprintf(out, "%d:", d->line);
        if (d->line > 0 && d->column > 0)
            fprintf(out, "%d:", d->column);
        fprintf(out, "%s %serror:%s ", plain, red, plain);
        if (d->path[0] != '\0')
            fprintf(out, "%s: ", d->path);
        fprintf(out, "%s\n", d->message);
        if (d->excerpt != NULL && d->line > 0)
            print_excerpt(d, out, colour);
    }
    if (diagnostics->dropped > 0)
        fprintf(out, "and %d more\n", diagnostics->dropped);
}
