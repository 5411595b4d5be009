/*
 * escape.c - text of other people, made safe for where it goes.
 */
#include "sim/scenario/escape.h"

#include <assert.h>
#include <stdlib.h>
#include <string.h>

#define UNREADABLE 0xfffd

/* Where it goes: one of the two. */
typedef struct sink {
    ts_buffer *buffer;
    FILE *file;
} sink;

static void put(const sink *s, const char *bytes, size_t length)
{
    if (s->buffer != NULL)
        ts_buffer_add(s->buffer, bytes, length);
    else
        fwrite(bytes, 1, length, s->file);
}

static void put_text(const sink *s, const char *text)
{
    put(s, text, strlen(text));
}

static void put_hex(const sink *s, const char *format, uint32_t character)
{
    char text[16];

    snprintf(text, sizeof text, format, (unsigned)character);
    put_text(s, text);
}

/* --- characters --- */

size_t ts_utf8_next(const char *text, uint32_t *character)
{
    /* The least number that needs so many bytes: a longer form is none. */
    static const uint32_t least[] = {0, 0, 0x80, 0x800, 0x10000};
    unsigned char first = (unsigned char)text[0];
    size_t length = first < 0x80           ? 1
                    : (first >> 5) == 0x6  ? 2
                    : (first >> 4) == 0xe  ? 3
                    : (first >> 3) == 0x1e ? 4
                                           : 0;
    uint32_t number = length > 1 ? first & (0x7fu >> length) : first;

    for (size_t i = 1; i < length; i++) {
        unsigned char more = (unsigned char)text[i];

        if ((more & 0xc0) != 0x80) { /* the end of the text is none, too */
            length = 0;
            break;
        }
        number = number << 6 | (more & 0x3f);
    }
    if (length == 0 || (length > 1 && number < least[length]) ||
        number > 0x10ffff || (number >= 0xd800 && number <= 0xdfff)) {
        *character = UNREADABLE;
        return 1;
    }
    *character = number;
    return length;
}

static bool is_control(uint32_t c)
{
    return c < 0x20 || (c >= 0x7f && c < 0xa0);
}

/* Those that turn the direction of what follows: a terminal would show
 * another text than the one that is there. */
static bool turns_direction(uint32_t c)
{
    return (c >= 0x202a && c <= 0x202e) || (c >= 0x2066 && c <= 0x2069);
}

static bool is_space(uint32_t c)
{
    return c == ' ' || c == '\t' || c == '\n' || c == '\r' || c == '\v' ||
           c == '\f';
}

/* Writes the character as it stands; `text` are its bytes. */
static void put_plain(const sink *s, uint32_t c, const char *text,
                      size_t length)
{
    if (c == UNREADABLE)
        put_text(s, "\xef\xbf\xbd");
    else
        put(s, text, length);
}

/* --- forms --- */

static void put_json(const sink *s, uint32_t c, const char *text, size_t length)
{
    static const char from[] = "\"\\\b\f\n\r\t", to[] = "\"\\bfnrt";
    const char *escape = c < 0x80 ? strchr(from, (int)c) : NULL;

    if (escape != NULL)
        put(s, (char[]){'\\', to[escape - from]}, 2);
    else if (c < 0x20)
        put_hex(s, "\\u%04x", c);
    else
        put_plain(s, c, text, length);
}

static void put_xml(const sink *s, uint32_t c, const char *text, size_t length)
{
    static const struct {
        uint32_t character;
        const char *entity;
    } entities[] = {{'<', "&lt;"},
                    {'>', "&gt;"},
                    {'&', "&amp;"},
                    {'"', "&quot;"},
                    {'\'', "&#39;"}};

    for (size_t i = 0; i < sizeof entities / sizeof entities[0]; i++) {
        if (entities[i].character == c) {
            put_text(s, entities[i].entity);
            return;
        }
    }
    if (is_control(c) && c != '\n' && c != '\t')
        put_text(s, " ");
    else
        put_plain(s, c == 0xfffe || c == 0xffff ? UNREADABLE : c, text, length);
}

static void put_line(const sink *s, uint32_t c, const char *text, size_t length)
{
    if (is_space(c))
        put_text(s, " ");
    else if (is_control(c))
        put_hex(s, "\\x%02x", c);
    else if (turns_direction(c))
        put_hex(s, "\\u%04x", c);
    else
        put_plain(s, c, text, length);
}

static void put_markdown(const sink *s, uint32_t c, const char *text,
                         size_t length)
{
    if (c < 0x80 && strchr("\\`*_[]<>|~&", (int)c) != NULL)
        put_text(s, "\\");
    put_line(s, c, text, length);
}

static void put_csv(const sink *s, uint32_t c, const char *text, size_t length)
{
    if (c == '"')
        put_text(s, "\"");
    put_plain(s, c, text, length);
}

/* --- what a whole text is --- */

static bool is_number(const char *text)
{
    char *end;

    (void)strtod(text, &end);
    return end != text && *end == '\0';
}

static bool is_formula(const char *text)
{
    return *text != '\0' && strchr("=+-@\t\r", *text) != NULL &&
           !is_number(text);
}

/* Characters that have a meaning only where they stand first. */
static const char *put_first(const sink *s, ts_escape_form form,
                             const char *text)
{
    const char *at = text + strspn(text, " \t\n\r\v\f");

    if (form != TS_ESCAPE_MARKDOWN || *at == '\0' ||
        strchr("#+-=", *at) == NULL)
        return text;
    put_text(s, "\\");
    put(s, at, 1);
    return at + 1;
}

/* What GitHub's runner would take for a command, in a line or where one may be
 * broken. */
static bool is_command(const char *text, bool after_blank)
{
    return (after_blank && strncmp(text, "::", 2) == 0) ||
           strncmp(text, "##[", 3) == 0;
}

static void put_all(const sink *s, ts_escape_form form, const char *text,
                    const char *end)
{
    static void (*const writers[])(const sink *, uint32_t, const char *,
                                   size_t) = {
        [TS_ESCAPE_JSON] = put_json,         [TS_ESCAPE_XML] = put_xml,
        [TS_ESCAPE_LINE] = put_line,         [TS_ESCAPE_CSV] = put_csv,
        [TS_ESCAPE_MARKDOWN] = put_markdown,
    };
    bool blank = true;
    size_t length;

    for (text = put_first(s, form, text); text < end; text += length) {
        uint32_t c;

        length = ts_utf8_next(text, &c);
        if (form == TS_ESCAPE_LINE && is_command(text, blank))
            put_hex(s, "\\x%02x", c);
        else
            writers[form](s, c, text, length);
        blank = is_space(c);
    }
}

static void write_text(const sink *s, ts_escape_form form, const char *text)
{
    bool formula = form == TS_ESCAPE_CSV && is_formula(text);
    bool quoted = form == TS_ESCAPE_JSON ||
                  (form == TS_ESCAPE_CSV &&
                   (formula || text[strcspn(text, "\",\n\r")] != '\0'));

    put_text(s, quoted ? "\"" : "");
    put_text(s, formula ? "'" : "");
    put_all(s, form, text, text + strlen(text));
    put_text(s, quoted ? "\"" : "");
}

void ts_escape(ts_buffer *out, ts_escape_form form, const char *text)
{
    write_text(&(sink){.buffer = out}, form, text);
}

void ts_escape_print(FILE *out, ts_escape_form form, const char *text)
{
    write_text(&(sink){.file = out}, form, text);
}

void ts_escape_part(FILE *out, ts_escape_form form, const char *text,
                    size_t length)
{
    sink s = {.file = out};

    assert(form != TS_ESCAPE_CSV);
    put_text(&s, form == TS_ESCAPE_JSON ? "\"" : "");
    put_all(&s, form, text, text + length);
    put_text(&s, form == TS_ESCAPE_JSON ? "\"" : "");
}
