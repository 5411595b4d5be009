/*
 * target.h - where the server is, and the words it is asked with.
 */
#ifndef TS_OBSERVE_TARGET_H
#define TS_OBSERVE_TARGET_H

#include <netinet/in.h>

#include "sim/engine/arena.h"

typedef struct ts_target {
    union {
        struct sockaddr any;
        struct sockaddr_in four;
        struct sockaddr_in6 six;
    } address;
    socklen_t size;
    const char *url;     /* with its port */
    const char *request; /* all of it */
    size_t length;
} ts_target;

/* "http://127.0.0.1:8000/path", of loopback only. */
bool ts_target_parse(ts_target *target, ts_arena *arena, const char *url,
                     ts_error *error);
/* The port, in the host's order. */
int ts_target_port(const ts_target *target);

#endif
