/*
 * load.h - clients who send a request, wait for its answer, and send the next.
 *
 *   ts_observe_load load = {.target = ..., .clients = 4, ...};
 *   ts_load_open(&load, &error)
 *   ts_load_play(&load, 0.5, false, &error)    to warm up
 *   ts_load_play(&load, 2, true, &error)       counts
 *   ts_load_close(&load)
 *
 * One thread and poll(): a few clients want no more. Each keeps its connection
 * as long as the server does.
 */
#ifndef TS_OBSERVE_LOAD_H
#define TS_OBSERVE_LOAD_H

#include "sim/observe/reply.h"
#include "sim/observe/target.h"

typedef struct ts_client {
    int socket; /* -1: none */
    bool connecting;
    bool heard; /* a byte of the answer has come */
    bool used;  /* an answer has come over this connection */
    double began;
    ts_http_reply reply;
} ts_client;

typedef struct ts_observe_load {
    const ts_target *target;
    int clients;
    int requests; /* at most; room for so many latencies */
    double patience;
    /* Called so often, in seconds. */
    void (*look)(void *context);
    void *context;
    double often;
    const volatile int *interrupted; /* NULL: never */
    ts_client *client;               /* owned from open to close */
    struct pollfd *polled;
    /* what came of it, of the plays that count */
    double *latencies; /* owned, seconds, in order once it was played */
    int64_t count, errors;
    double seconds;
    bool closes; /* the server ends connections */
} ts_observe_load;

bool ts_load_open(ts_observe_load *load, ts_error *error);
/* false with an error, also when it was interrupted. */
bool ts_load_play(ts_observe_load *load, double seconds, bool counts,
                  ts_error *error);
void ts_load_close(ts_observe_load *load);
/* The p-th part of the latencies, 0..1; there is one. */
double ts_load_percentile(const ts_observe_load *load, double p);
/* Tries once: true, somebody listens there. */
bool ts_load_listens(const ts_target *target);
/* Seconds of the monotonic clock. */
double ts_load_now(void);

#endif
