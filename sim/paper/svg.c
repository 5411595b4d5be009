/*
 * svg.c - see svg.h.
 *
 * The drawings are gnuplot's, written by this program: of XML no more is
 * understood than they have.
 */
#include "sim/paper/svg.h"

#include <errno.h>
#include <string.h>

#include "sim/scenario/buffer.h"

/* Where a name is given, or another one meant. */
static const char *const names[] = {" id='", " id=\"", "url(#", "href='#",
                                    "href=\"#"};

static bool read_file(const char *path, ts_buffer *text, ts_error *error)
{
    FILE *in = fopen(path, "r");
    char chunk[16384];
    size_t length;

    if (in == NULL)
        return ts_fail(error, "cannot read %s: %s", path, strerror(errno));
    while ((length = fread(chunk, 1, sizeof chunk, in)) > 0)
        ts_buffer_add(text, chunk, length);
    fclose(in);
    if (text->failed)
        return ts_fail_memory(error);
    return (text->data != NULL && strstr(text->data, "<svg") != NULL) ||
           ts_fail(error, "%s: is no drawing", path);
}

/* "fill:none; stroke:red" -> fill="none" stroke="red"; where it ends. */
static const char *put_style(FILE *out, const char *style, char quote)
{
    const char *end = strchr(style, quote);

    while (end != NULL && style < end) {
        size_t key = strcspn(style, ":"), value;

        style += strspn(style, " ;");
        key = strcspn(style, ":");
        value = strcspn(style + key + 1, ";'\"");
        if (style + key >= end)
            break;
        fprintf(out, " %.*s=\"%.*s\"", (int)key, style, (int)value,
                style + key + 1);
        style += key + 1 + value;
    }
    return end != NULL ? end + 1 : style;
}

/* gnuplot numbers its plots, for nobody, and gives a number twice: where the
 * text goes on behind such a name. */
static const char *skip_plot(const char *text)
{
    static const struct {
        const char *begin, *end;
    } plots[] = {{" id=\"gnuplot_plot_", "\""},
                 {"<title>gnuplot_plot_", "</title>"}};

    for (size_t i = 0; i < TS_COUNT_OF(plots); i++) {
        size_t length = strlen(plots[i].begin);
        const char *end = strncmp(text, plots[i].begin, length) == 0
                              ? strstr(text + length, plots[i].end)
                              : NULL;

        if (end != NULL)
            return end + strlen(plots[i].end);
    }
    return text;
}

/* What a tag has at `text`, changed; where it goes on. */
static const char *put_attribute(FILE *out, const char *text, int number)
{
    static const char style[] = " style=";
    size_t length = strlen(style);

    if (skip_plot(text) != text)
        return skip_plot(text);
    if (strncmp(text, style, length) == 0)
        return put_style(out, text + length + 1, text[length]);
    for (size_t i = 0; i < TS_COUNT_OF(names); i++) {
        length = strlen(names[i]);
        if (strncmp(text, names[i], length) == 0) {
            fprintf(out, "%sp%d-", names[i], number);
            return text + length;
        }
    }
    fputc(*text, out);
    return text + 1;
}

/* The tag `name` at `text` gets an attribute; where it goes on. */
static const char *put_named(FILE *out, const char *text, int number)
{
    static const struct {
        const char *tag, *attributes;
    } tags[] = {
        {"<svg", " role=\"img\" aria-labelledby=\"p%d-title p%d-desc\""},
        {"<title", " id=\"p%d-title\""},
        {"<desc", " id=\"p%d-desc\""},
    };

    if (skip_plot(text) != text)
        return skip_plot(text);
    for (size_t i = 0; i < TS_COUNT_OF(tags); i++) {
        size_t length = strlen(tags[i].tag);

        if (strncmp(text, tags[i].tag, length) != 0)
            continue;
        fputs(tags[i].tag, out);
        for (const char *a = tags[i].attributes; *a != '\0'; a++)
            if (strncmp(a, "%d", 2) == 0)
                a += fprintf(out, "%d", number) > 0;
            else
                fputc(*a, out);
        return text + length;
    }
    fputc(*text, out);
    return text + 1;
}

bool ts_svg_embed(FILE *out, const char *path, int number, ts_error *error)
{
    ts_buffer text = TS_BUFFER_EMPTY;
    bool fine = read_file(path, &text, error), tag = false;
    const char *at = fine ? strstr(text.data, "<svg") : "";

    while (*at != '\0') {
        if (*at == '<') {
            at = put_named(out, at, number);
            tag = at[-1] != '>';
        } else if (tag) {
            tag = *at != '>';
            at = put_attribute(out, at, number);
        } else {
            fputc(*at++, out);
        }
    }
    ts_buffer_fini(&text);
    return fine;
}

bool ts_svg_describe(FILE *out, const char *path, ts_error *error)
{
    static const char begin[] = "<desc>";
    ts_buffer text = TS_BUFFER_EMPTY;
    bool fine = read_file(path, &text, error);
    const char *from = fine ? strstr(text.data, begin) : NULL;
    const char *to = from != NULL ? strstr(from, "</desc>") : NULL;

    if (to != NULL)
        fwrite(from + strlen(begin), 1, (size_t)(to - from) - strlen(begin),
               out);
    ts_buffer_fini(&text);
    return fine;
}
