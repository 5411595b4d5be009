/*
 * reply.h - where the answer to a request ends (RFC 9112).
 *
 *   ts_http_reply reply = TS_REPLY_BEGIN;
 *   while (!ts_reply_over(&reply))
 *       ts_reply_feed(&reply, bytes, count) ...
 */
#ifndef TS_OBSERVE_REPLY_H
#define TS_OBSERVE_REPLY_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef enum ts_reply_state {
    TS_REPLY_STATUS, /* its first line, and those of 100 (Continue) */
    TS_REPLY_HEADER,
    TS_REPLY_BODY,  /* `left` bytes of it */
    TS_REPLY_CHUNK, /* the line before one */
    TS_REPLY_CHUNK_END,
    TS_REPLY_TRAILER,
    TS_REPLY_TO_END, /* until the connection is closed */
    TS_REPLY_DONE,
    TS_REPLY_BROKEN /* that is no HTTP */
} ts_reply_state;

/* Of longer lines nothing matters but where they end. */
#define TS_REPLY_LINE 128

typedef struct ts_http_reply {
    ts_reply_state state;
    int status;   /* 200; 0: not known yet */
    bool chunked; /* by "Transfer-Encoding" */
    bool counted; /* by "Content-Length" */
    bool closes;  /* the connection ends with it */
    int64_t left; /* bytes of the body, or of the chunk */
    int length;   /* of the line that is being read */
    char line[TS_REPLY_LINE + 1];
} ts_http_reply;

#define TS_REPLY_BEGIN                                                         \
    {                                                                          \
        .state = TS_REPLY_STATUS                                               \
    }

void ts_reply_feed(ts_http_reply *reply, const char *bytes, size_t count);
/* The connection was closed: false when that was too early. */
bool ts_reply_end(ts_http_reply *reply);

static inline bool ts_reply_over(const ts_http_reply *reply)
{
    return reply->state >= TS_REPLY_DONE;
}

#endif
