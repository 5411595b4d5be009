/*
 * proto.c - Protocol Buffers' wire format: https://protobuf.dev, "Encoding".
 */
#include "sim/exchange/proto.h"

#include <string.h>

#include "sim/scenario/escape.h"

enum { VARINT = 0, FIXED64 = 1, DELIMITED = 2 };

#define VARINT_MAX 10 /* bytes: seven bits each */

static size_t encode(char *bytes, uint64_t value)
{
    size_t n = 0;

    for (; value >= 0x80; value >>= 7)
        bytes[n++] = (char)(value | 0x80);
    bytes[n++] = (char)value;
    return n;
}

static void varint(ts_buffer *out, uint64_t value)
{
    char bytes[VARINT_MAX];

    ts_buffer_add(out, bytes, encode(bytes, value));
}

static void tag(ts_buffer *out, int field, int type)
{
    varint(out, (uint64_t)field << 3 | (uint64_t)type);
}

void ts_proto_number(ts_buffer *out, int field, int64_t value)
{
    tag(out, field, VARINT);
    varint(out, (uint64_t)value);
}

void ts_proto_fixed64(ts_buffer *out, int field, uint64_t value)
{
    char bytes[8];

    for (int i = 0; i < 8; i++)
        bytes[i] = (char)(value >> 8 * i);
    tag(out, field, FIXED64);
    ts_buffer_add(out, bytes, sizeof bytes);
}

void ts_proto_text(ts_buffer *out, int field, const char *text)
{
    size_t at = ts_proto_open(out, field);

    while (*text != '\0') {
        uint32_t character;
        size_t n = ts_utf8_next(text, &character);

        if (n == 1 && (unsigned char)*text >= 0x80)
            ts_buffer_text(out, "\xef\xbf\xbd");
        else
            ts_buffer_add(out, text, n);
        text += n;
    }
    ts_proto_close(out, at);
}

size_t ts_proto_open(ts_buffer *out, int field)
{
    tag(out, field, DELIMITED);
    return out->length;
}

void ts_proto_close(ts_buffer *out, size_t at)
{
    char bytes[VARINT_MAX];
    size_t length = out->length - at, n = encode(bytes, length);

    ts_buffer_add(out, bytes, n); /* room for it */
    if (out->failed)
        return;
    memmove(out->data + at + n, out->data + at, length);
    memcpy(out->data + at, bytes, n);
}
