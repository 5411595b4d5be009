/*
 * answer.c - see answer.h.
 */
#include "sim/scenario/answer.h"

#include <stdlib.h>
#include <string.h>

/* What stands between the braces: "response.mean@2". */
static bool take_number(const char *text, size_t length, ts_answer_piece *piece)
{
    const char *at = memchr(text, '@', length);
    size_t name = at != NULL ? (size_t)(at - text) : length;
    char *end;

    if (name == 0 || name >= sizeof piece->metric)
        return false;
    if (at != NULL) {
        piece->point = strtoll(at + 1, &end, 10);
        if (piece->point < 1 || end != text + length)
            return false;
    }
    memcpy(piece->metric, text, name);
    piece->metric[name] = '\0';
    return true;
}

bool ts_answer_next(const char **rest, ts_answer_piece *piece)
{
    const char *text = *rest, *open = text;

    *piece = (ts_answer_piece){.words = text, .metric = ""};
    if (*text == '\0')
        return false;
    while ((open = strchr(open, '{')) != NULL) {
        const char *close = strchr(open, '}');

        if (close != NULL &&
            take_number(open + 1, (size_t)(close - open) - 1, piece)) {
            piece->length = (size_t)(open - text);
            *rest = close + 1;
            return true;
        }
        piece->point = 0;
        open++;
    }
    piece->length = strlen(text);
    *rest = text + piece->length;
    return true;
}

bool ts_answer_compose(const char *answer,
                       const char numbers[][TS_ANSWER_NUMBER], ts_buffer *out)
{
    ts_answer_piece piece;
    bool whole = true;

    for (int i = 0; i < TS_ANSWER_NUMBERS && ts_answer_next(&answer, &piece);
         i++) {
        ts_buffer_add(out, piece.words, piece.length);
        ts_buffer_text(out, numbers[i]);
        whole &= piece.metric[0] == '\0' || numbers[i][0] != '\0';
    }
    return whole && *answer == '\0' && !out->failed;
}
