/*
 * scan.c - the strict JSON scanner.
 *
 * A tokenizer with one byte of state a level of nesting. It is faster than the
 * parser behind it, and the only place that knows positions: the tree cJSON
 * builds has none, and needs none until there is something to report.
 */
#include "sim/scenario/scan.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/scenario/buffer.h"
#include "sim/scenario/reader.h"

/* cJSON copies a number into 64 bytes and cuts what is longer. */
#define NUMBER_LENGTH_MAX 60
/* Any decimal of so many digits survives a double (DBL_DIG). */
#define NUMBER_DIGITS_SAFE 15

typedef enum token {
    TOKEN_END,
    TOKEN_ERROR,
    TOKEN_STRING,
    TOKEN_NUMBER,
    TOKEN_WORD, /* true, false, null */
    TOKEN_OPEN_OBJECT,
    TOKEN_CLOSE_OBJECT,
    TOKEN_OPEN_LIST,
    TOKEN_CLOSE_LIST,
    TOKEN_COMMA,
    TOKEN_COLON
} token;

typedef struct scanner {
    const char *text;
    size_t length, at; /* `at` is behind the current token */
    size_t start;      /* of the current token */
    size_t wrong;      /* where the error is */
    int digits;        /* significant, of a number */
    char message[160];
} scanner;

static token fail(scanner *s, size_t at, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

static token fail(scanner *s, size_t at, const char *format, ...)
{
    va_list list;

    va_start(list, format);
    (void)vsnprintf(s->message, sizeof s->message, format, list);
    va_end(list);
    s->wrong = at;
    return TOKEN_ERROR;
}

static int byte_at(const scanner *s, size_t at)
{
    return at < s->length ? (unsigned char)s->text[at] : -1;
}

static bool is_digit(int c)
{
    return c >= '0' && c <= '9';
}

size_t ts_utf8_length(const char *text, size_t left)
{
    unsigned char a, b;
    size_t n, i;

    if (left == 0)
        return 0;
    a = (unsigned char)text[0];
    if (a < 0x80)
        return 1;
    n = a >= 0xC2 && a <= 0xDF   ? 2
        : a >= 0xE0 && a <= 0xEF ? 3
        : a >= 0xF0 && a <= 0xF4 ? 4
                                 : 0;
    if (n == 0 || left < n)
        return 0;
    b = (unsigned char)text[1];
    /* Overlong forms, surrogates and what lies beyond U+10FFFF. */
    if ((a == 0xE0 && b < 0xA0) || (a == 0xED && b > 0x9F) ||
        (a == 0xF0 && b < 0x90) || (a == 0xF4 && b > 0x8F))
        return 0;
    for (i = 1; i < n; i++)
        if (((unsigned char)text[i] & 0xC0) != 0x80)
            return 0;
    return n;
}

bool ts_utf8_valid(const char *text, size_t length)
{
    for (size_t i = 0, n; i < length; i += n) {
        n = ts_utf8_length(text + i, length - i);
        if (n == 0)
            return false;
    }
    return true;
}

/* Four hexadecimal digits at `at`, or -1. */
static int hex4(const scanner *s, size_t at)
{
    int value = 0;

    for (int i = 0; i < 4; i++) {
        int c = byte_at(s, at + (size_t)i);

        if (is_digit(c))
            value = value * 16 + (c - '0');
        else if (c >= 'a' && c <= 'f')
            value = value * 16 + (c - 'a' + 10);
        else if (c >= 'A' && c <= 'F')
            value = value * 16 + (c - 'A' + 10);
        else
            return -1;
    }
    return value;
}

/* An escape at s->at (the backslash); moves behind it. */
static token scan_escape(scanner *s)
{
    size_t at = s->at;
    int c = byte_at(s, at + 1);
    int code;

    if (c != 'u') {
        if (c < 0 || strchr("\"\\/bfnrt", c) == NULL || c == 0)
            return fail(s, at,
                        "a backslash must be followed by one of "
                        "\" \\ / b f n r t u");
        s->at += 2;
        return TOKEN_STRING;
    }
    code = hex4(s, at + 2);
    if (code < 0)
        return fail(s, at, "\\u must be followed by four hexadecimal digits");
    if (code == 0)
        return fail(s, at, "\\u0000 cannot be part of a text");
    s->at += 6;
    if (code >= 0xD800 && code <= 0xDFFF) {
        int low = byte_at(s, at + 6) == '\\' && byte_at(s, at + 7) == 'u'
                      ? hex4(s, at + 8)
                      : -1;

        if (code > 0xDBFF || low < 0xDC00 || low > 0xDFFF)
            return fail(s, at, "half of a surrogate pair is no character");
        s->at += 6;
    }
    return TOKEN_STRING;
}

static token scan_string(scanner *s)
{
    s->at++;
    for (;;) {
        int c = byte_at(s, s->at);

        if (c == '"') {
            s->at++;
            return TOKEN_STRING;
        }
        if (c < 0 || c == '\n' || c == '\r')
            return fail(s, s->start, "this text has no closing quote");
        if (c < 0x20)
            return fail(s, s->at,
                        "a control character in a text is written as an "
                        "escape: \\u%04x",
                        (unsigned)c);
        if (c == '\\') {
            if (scan_escape(s) == TOKEN_ERROR)
                return TOKEN_ERROR;
        } else if (c < 0x80) {
            s->at++;
        } else {
            size_t n = ts_utf8_length(s->text + s->at, s->length - s->at);

            if (n == 0)
                return fail(s, s->at, "byte 0x%02x is not UTF-8", (unsigned)c);
            s->at += n;
        }
    }
}

/* Takes digits; counts the significant ones (leading zeros are none, and
 * trailing ones are given back by the caller's look at `zeros`). */
static size_t scan_digits(scanner *s, int *significant, int *zeros)
{
    size_t from = s->at;

    for (; is_digit(byte_at(s, s->at)); s->at++) {
        if (s->text[s->at] != '0') {
            *significant += *zeros + 1;
            *zeros = 0;
        } else if (*significant > 0) {
            (*zeros)++;
        }
    }
    return s->at - from;
}

/* Out of a double's range, above or below? Only an exponent can do that to so
 * short a number. */
static token check_exponent(scanner *s)
{
    char copy[NUMBER_LENGTH_MAX + 1];
    size_t n = s->at - s->start;
    double value;

    memcpy(copy, s->text + s->start, n);
    copy[n] = '\0';
    value = strtod(copy, NULL);
    if (value > 1e300 || value < -1e300)
        return fail(s, s->start, "the number %s is too large", copy);
    if (s->digits > 0 && value < 1e-300 && value > -1e-300)
        return fail(s, s->start, "the number %s is too small", copy);
    return TOKEN_NUMBER;
}

static token scan_number(scanner *s)
{
    int significant = 0, zeros = 0, none = 0;
    bool exponent = false;

    if (byte_at(s, s->at) == '-')
        s->at++;
    if (byte_at(s, s->at) == '0' && is_digit(byte_at(s, s->at + 1)))
        return fail(s, s->start, "a number must not begin with 0");
    if (scan_digits(s, &significant, &zeros) == 0)
        return fail(s, s->start, "a minus must be followed by a digit");
    if (byte_at(s, s->at) == '.') {
        s->at++;
        if (scan_digits(s, &significant, &zeros) == 0)
            return fail(s, s->start,
                        "a point must be followed by a digit in a number");
    }
    if (byte_at(s, s->at) == 'e' || byte_at(s, s->at) == 'E') {
        exponent = true;
        s->at++;
        if (byte_at(s, s->at) == '+' || byte_at(s, s->at) == '-')
            s->at++;
        if (scan_digits(s, &none, &none) == 0)
            return fail(s, s->start, "an exponent needs a digit");
    }
    if (s->at - s->start > NUMBER_LENGTH_MAX)
        return fail(s, s->start, "a number has at most %d characters",
                    NUMBER_LENGTH_MAX);
    s->digits = significant;
    return exponent ? check_exponent(s) : TOKEN_NUMBER;
}

static token scan_word(scanner *s)
{
    static const char *const words[] = {"true", "false", "null"};
    size_t end = s->at;
    int c = byte_at(s, end);

    while ((c >= 'a' && c <= 'z') || (c >= 'A' && c <= 'Z') || is_digit(c) ||
           c == '_' || c == '-')
        c = byte_at(s, ++end);
    for (size_t i = 0; i < 3; i++) {
        size_t n = strlen(words[i]);

        if (end - s->at == n && memcmp(s->text + s->at, words[i], n) == 0) {
            s->at = end;
            return TOKEN_WORD;
        }
    }
    if (end > s->at) {
        int shown = end - s->at > 40 ? 40 : (int)(end - s->at);

        return fail(s, s->at,
                    "%.*s is no JSON value; texts stand in double "
                    "quotes",
                    shown, s->text + s->at);
    }
    c = byte_at(s, s->at);
    if (c == '\'')
        return fail(s, s->at, "texts stand in double quotes, not in single");
    if (c == '/' || c == '#')
        return fail(s, s->at,
                    "JSON has no comments; write them under a "
                    "\"comment\" key");
    if (c > 0x20 && c < 0x7F)
        return fail(s, s->at, "unexpected character %c", c);
    return fail(s, s->at, "unexpected byte 0x%02x", (unsigned)c);
}

static token next(scanner *s)
{
    int c = byte_at(s, s->at);

    while (c == ' ' || c == '\n' || c == '\t' || c == '\r')
        c = byte_at(s, ++s->at);
    s->start = s->at;
    switch (c) {
    case -1:
        return TOKEN_END;
    case '{':
        s->at++;
        return TOKEN_OPEN_OBJECT;
    case '}':
        s->at++;
        return TOKEN_CLOSE_OBJECT;
    case '[':
        s->at++;
        return TOKEN_OPEN_LIST;
    case ']':
        s->at++;
        return TOKEN_CLOSE_LIST;
    case ',':
        s->at++;
        return TOKEN_COMMA;
    case ':':
        s->at++;
        return TOKEN_COLON;
    case '"':
        return scan_string(s);
    default:
        if (c == '-' || is_digit(c))
            return scan_number(s);
        return scan_word(s);
    }
}

/* --- the check --- */

/* What may come next. */
typedef enum state {
    WANT_VALUE,
    WANT_VALUE_OR_CLOSE, /* behind [ */
    WANT_KEY,
    WANT_KEY_OR_CLOSE, /* behind { */
    WANT_COLON,
    WANT_COMMA_OR_CLOSE,
    WANT_END
} state;

static void note_number(const scanner *s, ts_scan_result *result, int ordinal)
{
    if (s->digits <= NUMBER_DIGITS_SAFE)
        return;
    if (result->number_count == result->number_room) {
        int room = result->number_room == 0 ? 8 : 2 * result->number_room;
        ts_long_number *more =
            realloc(result->numbers, (size_t)room * sizeof *result->numbers);

        if (more == NULL) {
            result->memory = true;
            return;
        }
        result->numbers = more;
        result->number_room = room;
    }
    result->numbers[result->number_count++] =
        (ts_long_number){ordinal, s->start, s->at - s->start};
}

static const char *wanted(state want, bool object)
{
    switch (want) {
    case WANT_VALUE:
    case WANT_VALUE_OR_CLOSE:
        return "a value";
    case WANT_KEY:
    case WANT_KEY_OR_CLOSE:
        return "a key in double quotes";
    case WANT_COLON:
        return "a colon";
    case WANT_COMMA_OR_CLOSE:
        return object ? "a comma or }" : "a comma or ]";
    case WANT_END:
        break;
    }
    return "the end of the text";
}

static token unexpected(scanner *s, token t, state want, const char *levels,
                        int depth)
{
    bool object = depth > 0 && levels[depth - 1] == '{';
    bool close = t == TOKEN_CLOSE_OBJECT || t == TOKEN_CLOSE_LIST;

    if (t == TOKEN_END && depth > 0)
        return fail(s, s->start, "the text ends before %c is closed",
                    levels[depth - 1]);
    if (t == TOKEN_END)
        return fail(s, s->start, "there is nothing to read");
    if (want == WANT_END)
        return fail(s, s->start, "nothing may follow the end of the document");
    if (close && (want == WANT_KEY || want == WANT_VALUE) && depth > 0)
        return fail(s, s->start, "a comma must not stand before %c",
                    s->text[s->start]);
    return fail(s, s->start, "%s should stand here", wanted(want, object));
}

bool ts_scan_check(const char *text, size_t length, ts_scan_result *result)
{
    char levels[TS_LIMIT_NESTING];
    scanner s = {.text = text, .length = length};
    state want = WANT_VALUE;
    int depth = 0, numbers = 0;
    token t;

    memset(result, 0, sizeof *result);
    if (length >= 3 && memcmp(text, "\xEF\xBB\xBF", 3) == 0)
        fail(&s, 0,
             "the text begins with a byte order mark; save it as UTF-8 "
             "without one");
    while (s.message[0] == '\0') {
        bool value = want == WANT_VALUE || want == WANT_VALUE_OR_CLOSE;

        t = next(&s);
        if (t == TOKEN_ERROR)
            break;
        if (t == TOKEN_END && want == WANT_END)
            break;
        if (value &&
            (t == TOKEN_STRING || t == TOKEN_NUMBER || t == TOKEN_WORD)) {
            result->values++;
            if (t == TOKEN_NUMBER)
                note_number(&s, result, numbers++);
            want = depth > 0 ? WANT_COMMA_OR_CLOSE : WANT_END;
        } else if (value && (t == TOKEN_OPEN_OBJECT || t == TOKEN_OPEN_LIST)) {
            if (depth == TS_LIMIT_NESTING) {
                fail(&s, s.start, "more than %d levels of nesting",
                     TS_LIMIT_NESTING);
                break;
            }
            if (depth == 0)
                result->object = t == TOKEN_OPEN_OBJECT;
            levels[depth++] = text[s.start];
            if (depth > result->depth)
                result->depth = depth;
            result->values++;
            want = t == TOKEN_OPEN_OBJECT ? WANT_KEY_OR_CLOSE
                                          : WANT_VALUE_OR_CLOSE;
        } else if ((t == TOKEN_CLOSE_OBJECT && depth > 0 &&
                    levels[depth - 1] == '{' &&
                    (want == WANT_COMMA_OR_CLOSE ||
                     want == WANT_KEY_OR_CLOSE)) ||
                   (t == TOKEN_CLOSE_LIST && depth > 0 &&
                    levels[depth - 1] == '[' &&
                    (want == WANT_COMMA_OR_CLOSE ||
                     want == WANT_VALUE_OR_CLOSE))) {
            depth--;
            want = depth > 0 ? WANT_COMMA_OR_CLOSE : WANT_END;
        } else if (t == TOKEN_STRING &&
                   (want == WANT_KEY || want == WANT_KEY_OR_CLOSE)) {
            want = WANT_COLON;
        } else if (t == TOKEN_COLON && want == WANT_COLON) {
            want = WANT_VALUE;
        } else if (t == TOKEN_COMMA && want == WANT_COMMA_OR_CLOSE) {
            want = levels[depth - 1] == '{' ? WANT_KEY : WANT_VALUE;
        } else {
            unexpected(&s, t, want, levels, depth);
        }
        if (result->values > TS_LIMIT_VALUES)
            fail(&s, s.start, "more than %d values", TS_LIMIT_VALUES);
    }
    result->ok = s.message[0] == '\0';
    result->at = s.wrong;
    memcpy(result->message, s.message, sizeof result->message);
    return result->ok;
}

void ts_scan_fini(ts_scan_result *result)
{
    free(result->numbers);
    result->numbers = NULL;
    result->number_count = result->number_room = 0;
}

/* --- positions --- */

static void put_utf8(ts_buffer *out, unsigned code)
{
    char c[4];

    if (code < 0x80) {
        ts_buffer_char(out, (char)code);
    } else if (code < 0x800) {
        c[0] = (char)(0xC0 | (code >> 6));
        c[1] = (char)(0x80 | (code & 0x3F));
        ts_buffer_add(out, c, 2);
    } else if (code < 0x10000) {
        c[0] = (char)(0xE0 | (code >> 12));
        c[1] = (char)(0x80 | ((code >> 6) & 0x3F));
        c[2] = (char)(0x80 | (code & 0x3F));
        ts_buffer_add(out, c, 3);
    } else {
        c[0] = (char)(0xF0 | (code >> 18));
        c[1] = (char)(0x80 | ((code >> 12) & 0x3F));
        c[2] = (char)(0x80 | ((code >> 6) & 0x3F));
        c[3] = (char)(0x80 | (code & 0x3F));
        ts_buffer_add(out, c, 4);
    }
}

/* The current token, a checked string, without its quotes and escapes. */
static void unescape(const scanner *s, ts_buffer *out)
{
    size_t end = s->at - 1;

    out->length = 0;
    ts_buffer_add(out, "", 0);
    for (size_t at = s->start + 1; at < end; at++) {
        static const char from[] = "bfnrt", to[] = "\b\f\n\r\t";
        const char *plain;
        unsigned code;

        if (s->text[at] != '\\') {
            ts_buffer_char(out, s->text[at]);
            continue;
        }
        at++;
        plain = strchr(from, s->text[at]);
        if (s->text[at] != 'u') {
            ts_buffer_char(out, plain != NULL ? to[plain - from] : s->text[at]);
            continue;
        }
        code = (unsigned)hex4(s, at + 1);
        at += 4;
        if (code >= 0xD800 && code <= 0xDBFF) {
            unsigned low = (unsigned)hex4(s, at + 3);

            code = 0x10000 + ((code - 0xD800) << 10) + (low - 0xDC00);
            at += 6;
        }
        put_utf8(out, code);
    }
}

/* --- the index --- */

#define MARK_BYTES 4096

/* A container that is not closed yet. */
typedef struct level {
    uint32_t node;
    uint32_t last; /* its last child so far; 0: none, the root is no child */
    bool object;
} level;

static bool add_node(ts_scan_index *index, level *up, size_t start, size_t key)
{
    uint32_t at = index->node_count;

    if (at == index->node_room) {
        uint32_t room = at == 0 ? 64 : 2 * at;
        ts_scan_node *more = realloc(index->nodes, (size_t)room * sizeof *more);

        if (more == NULL)
            return false;
        index->nodes = more;
        index->node_room = room;
    }
    index->nodes[at] = (ts_scan_node){(uint32_t)start, (uint32_t)key,
                                      up != NULL ? up->node : 0, 0};
    index->node_count++;
    if (up == NULL)
        return true;
    if (up->last != 0)
        index->nodes[up->last].next = at;
    up->last = at;
    return true;
}

/* All values of a checked text; none of them without memory. */
static void make_nodes(ts_scan_index *index, const char *text, size_t length)
{
    scanner s = {.text = text, .length = length};
    level levels[TS_LIMIT_NESTING];
    int depth = 0;

    for (token t = next(&s); t != TOKEN_END && t != TOKEN_ERROR; t = next(&s)) {
        level *up = depth > 0 ? &levels[depth - 1] : NULL;
        size_t key = s.start;

        if (t == TOKEN_CLOSE_OBJECT || t == TOKEN_CLOSE_LIST)
            depth--;
        if (t == TOKEN_CLOSE_OBJECT || t == TOKEN_CLOSE_LIST ||
            t == TOKEN_COMMA)
            continue;
        if (up != NULL && up->object) {
            (void)next(&s); /* the colon */
            t = next(&s);
        }
        if (!add_node(index, up, s.start, key)) {
            index->node_count = 0;
            return;
        }
        if (t == TOKEN_OPEN_OBJECT || t == TOKEN_OPEN_LIST)
            levels[depth++] =
                (level){index->node_count - 1, 0, t == TOKEN_OPEN_OBJECT};
    }
}

/* Moves the mark over the byte at `i`. */
static void pass(ts_scan_mark *mark, const char *text, size_t i)
{
    if (text[i] == '\n')
        *mark = (ts_scan_mark){i + 1, mark->line + 1, 1};
    else if (((unsigned char)text[i] & 0xC0) != 0x80)
        mark->column++;
}

static void make_marks(ts_scan_index *index, const char *text, size_t length)
{
    ts_scan_mark mark = {0, 1, 1};

    index->marks = malloc((length / MARK_BYTES + 1) * sizeof *index->marks);
    for (size_t i = 0; index->marks != NULL && i <= length; i++) {
        if (i % MARK_BYTES == 0)
            index->marks[index->mark_count++] = mark;
        if (i < length)
            pass(&mark, text, i);
    }
}

void ts_scan_index_fini(ts_scan_index *index)
{
    free(index->nodes);
    free(index->marks);
    *index = (ts_scan_index){NULL, 0, 0, NULL, 0};
}

/* Is the key that begins at `at` this one? */
static bool key_is(const char *text, size_t length, size_t at, const char *name,
                   ts_buffer *room)
{
    scanner s = {.text = text, .length = length, .at = at};
    size_t n = strlen(name);

    (void)next(&s);
    if (memchr(text + at, '\\', s.at - at) == NULL)
        return s.at - at == n + 2 && memcmp(text + at + 1, name, n) == 0;
    unescape(&s, room);
    return room->data != NULL && strcmp(room->data, name) == 0;
}

/* The member or item of `node` that `name` is, or 0: the root is none. */
static uint32_t child_of(const ts_scan_index *index, const char *text,
                         size_t length, uint32_t node, const char *name,
                         int occurrence, ts_buffer *room)
{
    bool object = text[index->nodes[node].start] == '{';
    int nth = object ? occurrence : ts_pointer_number(name);
    uint32_t child = node + 1;

    if (nth < 0 || child >= index->node_count || index->nodes[child].up != node)
        return 0;
    for (; child != 0; child = index->nodes[child].next)
        if ((!object ||
             key_is(text, length, index->nodes[child].key, name, room)) &&
            nth-- == 0)
            return child;
    return 0;
}

size_t ts_scan_find(ts_scan_index *index, const char *text, size_t length,
                    const char *pointer, bool key, int occurrence,
                    size_t *matched)
{
    ts_buffer name = TS_BUFFER_EMPTY, word = TS_BUFFER_EMPTY;
    const char *at = pointer;
    uint32_t node = 0;
    size_t found;

    *matched = 0;
    if (index->node_count == 0)
        make_nodes(index, text, length);
    if (index->node_count == 0)
        return 0;
    found = index->nodes[0].start;
    while (*at == '/' && ts_pointer_next(&at, &name)) {
        node = child_of(index, text, length, node, name.data,
                        *at == '\0' ? occurrence : 0, &word);
        if (node == 0)
            break;
        found = *at == '\0' && key ? index->nodes[node].key
                                   : index->nodes[node].start;
        *matched = (size_t)(at - pointer);
    }
    ts_buffer_fini(&name);
    ts_buffer_fini(&word);
    return found;
}

void ts_scan_place(ts_scan_index *index, const char *text, size_t length,
                   size_t at, int *line, int *column, size_t *from)
{
    ts_scan_mark mark = {0, 1, 1};
    size_t i = 0;

    if (at > length)
        at = length;
    if (index->marks == NULL)
        make_marks(index, text, length);
    if (index->marks != NULL) {
        i = at / MARK_BYTES * MARK_BYTES;
        mark = index->marks[at / MARK_BYTES];
    }
    for (; i < at; i++)
        pass(&mark, text, i);
    *line = mark.line;
    *column = mark.column;
    *from = mark.from;
}
