/*
 * buffer.c - growing texts and JSON Pointers.
 */
#include "sim/scenario/buffer.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void ts_buffer_fini(ts_buffer *buffer)
{
    free(buffer->data);
    *buffer = (ts_buffer)TS_BUFFER_EMPTY;
}

/* Room for `more` bytes and a NUL. */
static bool buffer_reserve(ts_buffer *buffer, size_t more)
{
    size_t need = buffer->length + more + 1;
    size_t room = buffer->room;
    char *data;

    if (buffer->failed)
        return false;
    if (need <= room)
        return true;
    room = room < 64 ? 64 : room;
    while (room < need)
        room *= 2;
    data = realloc(buffer->data, room);
    if (data == NULL) {
        buffer->failed = true;
        return false;
    }
    buffer->data = data;
    buffer->room = room;
    return true;
}

void ts_buffer_add(ts_buffer *buffer, const char *bytes, size_t length)
{
    if (!buffer_reserve(buffer, length))
        return;
    if (length > 0)
        memcpy(buffer->data + buffer->length, bytes, length);
    buffer->length += length;
    buffer->data[buffer->length] = '\0';
}

void ts_buffer_text(ts_buffer *buffer, const char *text)
{
    ts_buffer_add(buffer, text, strlen(text));
}

void ts_buffer_char(ts_buffer *buffer, char c)
{
    ts_buffer_add(buffer, &c, 1);
}

/* Most texts fit where there is room, and then they are formatted once. */
void ts_buffer_vformat(ts_buffer *buffer, const char *format, va_list list)
{
    va_list again;
    size_t room;
    int length;

    if (!buffer_reserve(buffer, 64))
        return;
    room = buffer->room - buffer->length;
    va_copy(again, list);
    length = vsnprintf(buffer->data + buffer->length, room, format, again);
    va_end(again);
    if (length >= 0 && (size_t)length >= room &&
        buffer_reserve(buffer, (size_t)length))
        (void)vsnprintf(buffer->data + buffer->length, (size_t)length + 1,
                        format, list);
    if (length < 0)
        buffer->failed = true;
    buffer->length += buffer->failed ? 0 : (size_t)length;
    buffer->data[buffer->length] = '\0';
}

void ts_buffer_format(ts_buffer *buffer, const char *format, ...)
{
    va_list list;

    va_start(list, format);
    ts_buffer_vformat(buffer, format, list);
    va_end(list);
}

void ts_buffer_base64(ts_buffer *buffer, const void *bytes, size_t length)
{
    static const char signs[] = "ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrs"
                                "tuvwxyz0123456789+/";
    const unsigned char *all = bytes;

    for (size_t i = 0; i < length; i += 3) {
        unsigned three = 0;

        for (size_t k = 0; k < 3; k++)
            three = three << 8 | (i + k < length ? all[i + k] : 0u);
        for (size_t k = 0; k < 4; k++)
            ts_buffer_char(buffer, i + k > length
                                       ? '='
                                       : signs[three >> (18 - 6 * k) & 63]);
    }
}

char *ts_buffer_take(ts_buffer *buffer)
{
    char *data;

    ts_buffer_add(buffer, "", 0);
    data = buffer->data;
    if (buffer->failed) {
        free(data);
        data = NULL;
    }
    *buffer = (ts_buffer)TS_BUFFER_EMPTY;
    return data;
}

char *ts_text_copy(const char *text, size_t length)
{
    char *copy = malloc(length + 1);

    if (copy == NULL)
        return NULL;
    if (length > 0)
        memcpy(copy, text, length);
    copy[length] = '\0';
    return copy;
}

void ts_pointer_key(ts_buffer *buffer, const char *key)
{
    ts_buffer_char(buffer, '/');
    for (; *key != '\0'; key++)
        if (*key == '~')
            ts_buffer_text(buffer, "~0");
        else if (*key == '/')
            ts_buffer_text(buffer, "~1");
        else
            ts_buffer_char(buffer, *key);
}

void ts_pointer_index(ts_buffer *buffer, int index)
{
    ts_buffer_format(buffer, "/%d", index);
}

bool ts_pointer_next(const char **pointer, ts_buffer *token)
{
    const char *at = *pointer;

    token->length = 0;
    ts_buffer_add(token, "", 0);
    if (*at != '/')
        return false;
    for (at++; *at != '\0' && *at != '/'; at++) {
        if (*at != '~') {
            ts_buffer_char(token, *at);
        } else if (at[1] == '0' || at[1] == '1') {
            at++;
            ts_buffer_char(token, *at == '0' ? '~' : '/');
        } else {
            return false;
        }
    }
    *pointer = at;
    return !token->failed;
}

int ts_pointer_number(const char *token)
{
    int number = 0;

    if (*token == '\0' || (token[0] == '0' && token[1] != '\0'))
        return -1;
    for (; *token != '\0'; token++) {
        if (*token < '0' || *token > '9' || number > 100000000)
            return -1;
        number = number * 10 + (*token - '0');
    }
    return number;
}
