/*
 * values.c - the values of a record, as bytes.
 */
#include <inttypes.h>
#include <math.h>
#include <string.h>

#include "sim/results/recorder.h"

void ts_put_row(ts_buffer *out, enum ts_row row)
{
    assert(row > TS_ROW_SHARED && row < TS_ROWS);
    ts_buffer_char(out, (char)row);
}

void ts_put_null(ts_buffer *out)
{
    ts_buffer_char(out, TS_TAG_NULL);
}

void ts_put_slot(ts_buffer *out, enum ts_slot slot)
{
    const char bytes[2] = {TS_TAG_SLOT, (char)slot};

    assert(slot < TS_SLOTS);
    ts_buffer_add(out, bytes, sizeof bytes);
}

void ts_put_int(ts_buffer *out, int64_t value)
{
    char bytes[9] = {TS_TAG_INT};

    memcpy(bytes + 1, &value, sizeof value);
    ts_buffer_add(out, bytes, sizeof bytes);
}

void ts_put_real(ts_buffer *out, double value)
{
    char bytes[9] = {TS_TAG_REAL};

    memcpy(bytes + 1, &value, sizeof value);
    ts_buffer_add(out, bytes, sizeof bytes);
}

void ts_put_bytes(ts_buffer *out, const char *text, size_t length)
{
    char head[9] = {TS_TAG_TEXT};
    int64_t size = (int64_t)length;

    memcpy(head + 1, &size, sizeof size);
    ts_buffer_add(out, head, sizeof head);
    ts_buffer_add(out, text, length);
    ts_buffer_char(out, '\0');
}

void ts_put_text(ts_buffer *out, const char *text)
{
    if (text == NULL)
        ts_put_null(out);
    else
        ts_put_bytes(out, text, strlen(text));
}

/* A time that may not have come. */
void ts_put_time(ts_buffer *out, ts_time value)
{
    if (value == TS_NEVER)
        ts_put_null(out);
    else
        ts_put_int(out, value);
}

/* A number of a place or a thread that may be nowhere or nobody. */
void ts_put_number(ts_buffer *out, int32_t value)
{
    if (value < 0)
        ts_put_null(out);
    else
        ts_put_int(out, value);
}

/* --- JSON --- */

/* printf() is slow, and most amounts are whole. */
void ts_put_json_whole(ts_buffer *out, int64_t value)
{
    char digits[24];
    size_t at = sizeof digits;
    uint64_t rest = value < 0 ? 0 - (uint64_t)value : (uint64_t)value;

    do
        digits[--at] = (char)('0' + rest % 10);
    while ((rest /= 10) != 0);
    if (value < 0)
        digits[--at] = '-';
    assert(at > 0); /* no number has more digits than there is room */
    ts_buffer_add(out, digits + at, sizeof digits - at);
}

/* 17 digits hold every double. A whole one gets a point, so that it is not
 * taken for an exact number. Thousandths are common and need no printf():
 * division is rounded as reading the digits is. */
void ts_put_json_real(ts_buffer *out, double value)
{
    size_t start = out->length;
    double scaled = value * 1000;
    int64_t whole = fabs(scaled) < 9e15 ? (int64_t)scaled : 0;

    if (whole >= 0 && value >= 0 && scaled == (double)whole &&
        (double)whole / 1000 == value) {
        const char tail[4] = {'.', (char)('0' + whole / 100 % 10),
                              (char)('0' + whole / 10 % 10),
                              (char)('0' + whole % 10)};

        ts_put_json_whole(out, whole / 1000);
        ts_buffer_add(out, tail, whole % 1000 == 0 ? 2 : 4);
        return;
    }
    ts_buffer_format(out, "%.17g", value);
    if (!out->failed && strpbrk(out->data + start, ".e") == NULL)
        ts_buffer_text(out, ".0");
}
