/*
 * token.c - the tokens of a JSON text, one after the other, and what may be in
 * each of them.
 */
#include "sim/scenario/token.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#include "sim/scenario/scan.h"

/* cJSON copies a number into 64 bytes and cuts what is longer. */
#define NUMBER_LENGTH_MAX 60

ts_token ts_token_fail(ts_scanner *s, size_t at, const char *format, ...)
{
    va_list list;

    va_start(list, format);
    (void)vsnprintf(s->message, sizeof s->message, format, list);
    va_end(list);
    s->wrong = at;
    return TOKEN_ERROR;
}

static int byte_at(const ts_scanner *s, size_t at)
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
static int hex4(const ts_scanner *s, size_t at)
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
static ts_token scan_escape(ts_scanner *s)
{
    size_t at = s->at;
    int c = byte_at(s, at + 1);
    int code;

    if (c != 'u') {
        if (c < 0 || strchr("\"\\/bfnrt", c) == NULL || c == 0)
            return ts_token_fail(s, at,
                                 "a backslash must be followed by one of "
                                 "\" \\ / b f n r t u");
        s->at += 2;
        return TOKEN_STRING;
    }
    code = hex4(s, at + 2);
    if (code < 0)
        return ts_token_fail(s, at,
                             "\\u must be followed by four hexadecimal digits");
    if (code == 0)
        return ts_token_fail(s, at, "\\u0000 cannot be part of a text");
    s->at += 6;
    if (code >= 0xD800 && code <= 0xDFFF) {
        int low = byte_at(s, at + 6) == '\\' && byte_at(s, at + 7) == 'u'
                      ? hex4(s, at + 8)
                      : -1;

        if (code > 0xDBFF || low < 0xDC00 || low > 0xDFFF)
            return ts_token_fail(s, at,
                                 "half of a surrogate pair is no character");
        s->at += 6;
    }
    return TOKEN_STRING;
}

static ts_token scan_string(ts_scanner *s)
{
    s->at++;
    for (;;) {
        int c = byte_at(s, s->at);

        if (c == '"') {
            s->at++;
            return TOKEN_STRING;
        }
        if (c < 0 || c == '\n' || c == '\r')
            return ts_token_fail(s, s->start, "this text has no closing quote");
        if (c < 0x20)
            return ts_token_fail(
                s, s->at,
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
                return ts_token_fail(s, s->at, "byte 0x%02x is not UTF-8",
                                     (unsigned)c);
            s->at += n;
        }
    }
}

/* Takes digits; counts the significant ones (leading zeros are none, and
 * trailing ones are given back by the caller's look at `zeros`). */
static size_t scan_digits(ts_scanner *s, int *significant, int *zeros)
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
static ts_token check_exponent(ts_scanner *s)
{
    char copy[NUMBER_LENGTH_MAX + 1];
    size_t n = s->at - s->start;
    double value;

    memcpy(copy, s->text + s->start, n);
    copy[n] = '\0';
    value = strtod(copy, NULL);
    if (value > 1e300 || value < -1e300)
        return ts_token_fail(s, s->start, "the number %s is too large", copy);
    if (s->digits > 0 && value < 1e-300 && value > -1e-300)
        return ts_token_fail(s, s->start, "the number %s is too small", copy);
    return TOKEN_NUMBER;
}

static ts_token scan_number(ts_scanner *s)
{
    int significant = 0, zeros = 0, none = 0;
    bool exponent = false;

    if (byte_at(s, s->at) == '-')
        s->at++;
    if (byte_at(s, s->at) == '0' && is_digit(byte_at(s, s->at + 1)))
        return ts_token_fail(s, s->start, "a number must not begin with 0");
    if (scan_digits(s, &significant, &zeros) == 0)
        return ts_token_fail(s, s->start,
                             "a minus must be followed by a digit");
    if (byte_at(s, s->at) == '.') {
        s->at++;
        if (scan_digits(s, &significant, &zeros) == 0)
            return ts_token_fail(
                s, s->start, "a point must be followed by a digit in a number");
    }
    if (byte_at(s, s->at) == 'e' || byte_at(s, s->at) == 'E') {
        exponent = true;
        s->at++;
        if (byte_at(s, s->at) == '+' || byte_at(s, s->at) == '-')
            s->at++;
        if (scan_digits(s, &none, &none) == 0)
            return ts_token_fail(s, s->start, "an exponent needs a digit");
    }
    if (s->at - s->start > NUMBER_LENGTH_MAX)
        return ts_token_fail(s, s->start, "a number has at most %d characters",
                             NUMBER_LENGTH_MAX);
    s->digits = significant;
    return exponent ? check_exponent(s) : TOKEN_NUMBER;
}

/* What is no word of JSON, as those write it who think of another language. */
static ts_token fail_word(ts_scanner *s, const char *const *words,
                          size_t length)
{
    const char *word = s->text + s->at;
    int shown = length > 40 ? 40 : (int)length;

    for (size_t i = 0; i < 3; i++)
        if (length == strlen(words[i]) &&
            strncasecmp(word, words[i], length) == 0)
            return ts_token_fail(s, s->at,
                                 "%.*s is no JSON value; write %s, in small "
                                 "letters",
                                 shown, word, words[i]);
    if (s->at > 0 && word[-1] == '0' && (word[0] == 'x' || word[0] == 'X'))
        return ts_token_fail(s, s->at - 1,
                             "0%.*s is no JSON value; numbers are decimal",
                             shown, word);
    return ts_token_fail(s, s->at,
                         "%.*s is no JSON value; texts stand in double quotes",
                         shown, word);
}

/* Whether "“" or one of its kind, as word processors write them, is next. */
static bool is_curly(const ts_scanner *s)
{
    return s->length - s->at >= 3 &&
           memcmp(s->text + s->at, "\xE2\x80", 2) == 0 &&
           byte_at(s, s->at + 2) >= 0x98 && byte_at(s, s->at + 2) <= 0x9F;
}

static ts_token scan_word(ts_scanner *s)
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
    if (end > s->at)
        return fail_word(s, words, end - s->at);
    c = byte_at(s, s->at);
    if (is_curly(s))
        return ts_token_fail(s, s->at,
                             "texts stand in straight double quotes (\"), not "
                             "in curly ones");
    if (c == '\'')
        return ts_token_fail(s, s->at,
                             "texts stand in double quotes, not in single");
    if (c == '/' || c == '#')
        return ts_token_fail(s, s->at,
                             "JSON has no comments; write them under a "
                             "\"comment\" key");
    if (c > 0x20 && c < 0x7F)
        return ts_token_fail(s, s->at, "unexpected character %c", c);
    return ts_token_fail(s, s->at, "unexpected byte 0x%02x", (unsigned)c);
}

ts_token ts_token_next(ts_scanner *s)
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
void ts_token_unescape(const ts_scanner *s, ts_buffer *out)
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
