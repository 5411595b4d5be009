/*
 * scan.c - the strict check of a JSON text.
 *
 * A tokenizer with one byte of state a level of nesting. It is faster than the
 * parser behind it, and the only place that knows positions: the tree cJSON
 * builds has none, and needs none until there is something to report.
 */
#include "sim/scenario/scan.h"

#include <stdlib.h>
#include <string.h>

#include "sim/scenario/reader.h"
#include "sim/scenario/token.h"

/* Any decimal of so many digits survives a double (DBL_DIG). */
#define NUMBER_DIGITS_SAFE 15

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

static void note_number(const ts_scanner *s, ts_scan_result *result,
                        int ordinal)
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

static ts_token unexpected(ts_scanner *s, ts_token t, state want,
                           const char *levels, int depth)
{
    bool object = depth > 0 && levels[depth - 1] == '{';
    bool close = t == TOKEN_CLOSE_OBJECT || t == TOKEN_CLOSE_LIST;

    if (t == TOKEN_END && depth > 0)
        return ts_token_fail(s, s->start, "the text ends before %c is closed",
                             levels[depth - 1]);
    if (t == TOKEN_END)
        return ts_token_fail(s, s->start, "there is nothing to read");
    if (want == WANT_END)
        return ts_token_fail(s, s->start,
                             "nothing may follow the end of the document");
    if (close && (want == WANT_KEY || want == WANT_VALUE) && depth > 0)
        return ts_token_fail(s, s->start, "a comma must not stand before %c",
                             s->text[s->start]);
    return ts_token_fail(s, s->start, "%s should stand here",
                         wanted(want, object));
}

bool ts_scan_check(const char *text, size_t length, ts_scan_result *result)
{
    char levels[TS_LIMIT_NESTING];
    ts_scanner s = {.text = text, .length = length};
    state want = WANT_VALUE;
    int depth = 0, numbers = 0;
    ts_token t;

    memset(result, 0, sizeof *result);
    if (length >= 3 && memcmp(text, "\xEF\xBB\xBF", 3) == 0)
        ts_token_fail(
            &s, 0,
            "the text begins with a byte order mark; save it as UTF-8 "
            "without one");
    if (length >= 2 &&
        (memcmp(text, "\xFF\xFE", 2) == 0 || memcmp(text, "\xFE\xFF", 2) == 0))
        ts_token_fail(&s, 0, "the text is UTF-16; save it as UTF-8");
    while (s.message[0] == '\0') {
        bool value = want == WANT_VALUE || want == WANT_VALUE_OR_CLOSE;

        t = ts_token_next(&s);
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
                ts_token_fail(&s, s.start, "more than %d levels of nesting",
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
            ts_token_fail(&s, s.start, "more than %d values", TS_LIMIT_VALUES);
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
