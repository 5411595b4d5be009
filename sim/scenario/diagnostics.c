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
#include "sim/scenario/scan.h"

#define EXCERPT_MAX 100 /* characters of a source line that are shown */

void ts_diagnostics_init(ts_diagnostics *diagnostics)
{
    *diagnostics = (ts_diagnostics){NULL, 0, 0, 0};
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

/* A long name that was cut for a message may end in half a character; other
 * tools read what is printed, so it has to stay UTF-8. */
static void mend_utf8(char *text)
{
    size_t left = strlen(text);

    while (left > 0) {
        size_t n = ts_utf8_length(text, left);

        if (n == 0)
            *text = '?';
        n = n == 0 ? 1 : n;
        text += n;
        left -= n;
    }
}

/* Takes `message` and `excerpt` over. */
static void append(ts_diagnostics *diagnostics, const char *file, int line,
                   int column, const char *path, char *message, char *excerpt)
{
    ts_diagnostic d = {NULL, line, column, NULL, message, excerpt};

    if (diagnostics->count >= TS_LIMIT_ERRORS)
        goto drop;
    if (diagnostics->count == diagnostics->room) {
        int room = diagnostics->room == 0 ? 8 : 2 * diagnostics->room;
        ts_diagnostic *more =
            realloc(diagnostics->items, (size_t)room * sizeof *more);

        if (more == NULL)
            goto drop;
        diagnostics->items = more;
        diagnostics->room = room;
    }
    d.file = ts_text_copy(file, strlen(file));
    d.path = ts_text_copy(path, strlen(path));
    if (d.file == NULL || d.path == NULL || message == NULL) {
        free(d.file);
        free(d.path);
        goto drop;
    }
    mend_utf8(d.message);
    mend_utf8(d.path);
    diagnostics->items[diagnostics->count++] = d;
    return;

drop:
    free(message);
    free(excerpt);
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
    append(diagnostics, file, line, column, path, format_message(format, list),
           NULL);
    va_end(list);
}

static void complain_at(ts_diagnostics *diagnostics, const ts_source *source,
                        size_t at, const char *pointer, char *message)
{
    int line, column;
    size_t from, to;

    ts_scan_place(source->text, source->length, at, &line, &column, &from, &to);
    append(diagnostics, source->file, line, column, pointer, message,
           ts_text_copy(source->text + from, to - from));
}

void ts_complain_at(ts_diagnostics *diagnostics, const ts_source *source,
                    size_t at, const char *pointer, const char *format, ...)
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

const ts_source *ts_document_source(const ts_document *document,
                                    const char *pointer)
{
    size_t length;
    const ts_origin *origin = origin_of(document, pointer, &length);

    return &document
                ->sources[origin != NULL && origin->source > 0 ? origin->source
                                                               : 0];
}

/* Finds `pointer` in the source it came from. */
static const ts_source *locate(const ts_document *document, const char *pointer,
                               ts_place_kind kind, size_t *at, size_t *matched)
{
    const ts_source *source = &document->sources[0];
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
    *at = ts_scan_find(source->text, source->length,
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
    char *message = format_message(format, list);
    size_t at = 0, matched, length;
    const ts_source *source;
    ts_buffer text = TS_BUFFER_EMPTY;

    if (diagnostics->count >= TS_LIMIT_ERRORS) { /* spare the search */
        free(message);
        diagnostics->dropped++;
        return;
    }
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
    append(diagnostics, document->sources[0].file, 0, 0, pointer,
           ts_buffer_take(&text), NULL);
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
    size_t at = 0, matched, from, to;
    const ts_source *source =
        locate(document, pointer, TS_PLACE_VALUE, &at, &matched);
    int line, column;

    *file = NULL;
    if (source == NULL)
        return 0;
    if (source != &document->sources[0])
        *file = source->file;
    ts_scan_place(source->text, source->length, at, &line, &column, &from, &to);
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

/* Bytes of the character at `text`; 1 for what is no UTF-8. */
static size_t step(const char *text)
{
    size_t n = ts_utf8_length(text, strlen(text));

    return n == 0 ? 1 : n;
}

/* The line around `column`, and a caret under it. A tab stays a tab in both
 * lines; other control characters are shown as '?'. */
static void print_excerpt(const ts_diagnostic *d, FILE *out, bool colour)
{
    int first = 1;
    ts_buffer line = TS_BUFFER_EMPTY, under = TS_BUFFER_EMPTY;
    const char *at = d->excerpt;
    int column = 1, length = 0;

    for (const char *c = d->excerpt; *c != '\0'; c += step(c))
        length++;
    if (length > EXCERPT_MAX && d->column > EXCERPT_MAX * 3 / 4)
        first = d->column - EXCERPT_MAX / 2;
    if (first > 1) {
        ts_buffer_text(&line, "...");
        ts_buffer_text(&under, "   ");
    }
    for (; *at != '\0' && column < first + EXCERPT_MAX; column++) {
        size_t n = step(at);
        unsigned char c = (unsigned char)*at;

        if (column >= first) {
            if ((c < 0x20 && c != '\t') || c == 0x7F || (c >= 0x80 && n == 1))
                ts_buffer_char(&line, '?');
            else
                ts_buffer_add(&line, at, n);
            if (column < d->column)
                ts_buffer_char(&under, c == '\t' ? '\t' : ' ');
        }
        at += n;
    }
    if (*at != '\0')
        ts_buffer_text(&line, "...");
    fprintf(out, "%5d | %s\n", d->line, line.data != NULL ? line.data : "");
    fprintf(out, "      | %s%s^%s\n", under.data != NULL ? under.data : "",
            colour ? "\033[1;32m" : "", colour ? "\033[0m" : "");
    ts_buffer_fini(&line);
    ts_buffer_fini(&under);
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
