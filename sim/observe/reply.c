/*
 * reply.c - see reply.h.
 */
#include "sim/observe/reply.h"

#include <stdlib.h>
#include <string.h>
#include <strings.h>

/* The value of the header that the line is, if it is that one; NULL. */
static const char *value_of(const ts_http_reply *reply, const char *name)
{
    size_t length = strlen(name);

    if (strncasecmp(reply->line, name, length) != 0 ||
        reply->line[length] != ':')
        return NULL;
    return reply->line + length + 1 + strspn(reply->line + length + 1, " \t");
}

static void read_status(ts_http_reply *reply)
{
    if (strncmp(reply->line, "HTTP/1.", 7) != 0 || reply->line[7] == '\0' ||
        reply->line[8] != ' ') {
        reply->state = TS_REPLY_BROKEN;
        return;
    }
    reply->status = atoi(reply->line + 9);
    reply->closes = reply->line[7] == '0';
    reply->state = TS_REPLY_HEADER;
}

static void read_header(ts_http_reply *reply)
{
    const char *value;

    if ((value = value_of(reply, "content-length")) != NULL) {
        reply->counted = true;
        reply->left = strtoll(value, NULL, 10);
        if (reply->left < 0)
            reply->state = TS_REPLY_BROKEN;
    } else if ((value = value_of(reply, "transfer-encoding")) != NULL) {
        reply->chunked = strcasecmp(value, "chunked") == 0;
    } else if ((value = value_of(reply, "connection")) != NULL) {
        reply->closes = strcasecmp(value, "close") == 0 ||
                        (reply->closes && strcasecmp(value, "keep-alive") != 0);
    }
}

/* All headers are there: what the body is. */
static void begin_body(ts_http_reply *reply)
{
    if (reply->status < 200)
        reply->state = TS_REPLY_STATUS;
    else if (reply->status == 204 || reply->status == 304)
        reply->state = TS_REPLY_DONE;
    else if (reply->chunked)
        reply->state = TS_REPLY_CHUNK;
    else if (!reply->counted)
        reply->state = TS_REPLY_TO_END;
    else
        reply->state = reply->left > 0 ? TS_REPLY_BODY : TS_REPLY_DONE;
    reply->closes = reply->closes || reply->state == TS_REPLY_TO_END;
}

static void read_chunk(ts_http_reply *reply)
{
    char *end;

    reply->left = strtoll(reply->line, &end, 16);
    if (end == reply->line || reply->left < 0)
        reply->state = TS_REPLY_BROKEN;
    else
        reply->state = reply->left > 0 ? TS_REPLY_BODY : TS_REPLY_TRAILER;
}

static void read_line(ts_http_reply *reply)
{
    bool empty = reply->length == 0;

    reply->line[reply->length] = '\0';
    reply->length = 0;
    switch (reply->state) {
    case TS_REPLY_STATUS:
        read_status(reply);
        break;
    case TS_REPLY_HEADER:
        if (empty)
            begin_body(reply);
        else
            read_header(reply);
        break;
    case TS_REPLY_CHUNK:
        read_chunk(reply);
        break;
    case TS_REPLY_CHUNK_END:
        reply->state = empty ? TS_REPLY_CHUNK : TS_REPLY_BROKEN;
        break;
    default:
        if (empty)
            reply->state = TS_REPLY_DONE;
        break;
    }
}

static size_t skip(ts_http_reply *reply, size_t count)
{
    size_t part = (int64_t)count < reply->left ? count : (size_t)reply->left;

    reply->left -= (int64_t)part;
    if (reply->left == 0)
        reply->state = reply->chunked ? TS_REPLY_CHUNK_END : TS_REPLY_DONE;
    return part;
}

void ts_reply_feed(ts_http_reply *reply, const char *bytes, size_t count)
{
    size_t i = 0;

    while (i < count && !ts_reply_over(reply)) {
        char c = bytes[i];

        if (reply->state == TS_REPLY_BODY) {
            i += skip(reply, count - i);
            continue;
        }
        i++;
        if (reply->state == TS_REPLY_TO_END)
            return;
        if (c == '\n')
            read_line(reply);
        else if (c != '\r' && reply->length < TS_REPLY_LINE)
            reply->line[reply->length++] = c;
    }
    if (i < count)
        reply->state = TS_REPLY_BROKEN; /* more than an answer */
}

bool ts_reply_end(ts_http_reply *reply)
{
    if (reply->state == TS_REPLY_TO_END)
        reply->state = TS_REPLY_DONE;
    return reply->state == TS_REPLY_DONE;
}
