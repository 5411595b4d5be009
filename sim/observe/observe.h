/*
 * observe.h - what a server of somebody's does with a few clients.
 *
 *   ts_observing *seen = ts_observation_create(&options);
 *   ts_observe(seen, &error);
 *   for (i = 0; (step = ts_observed_step(seen, i)) != NULL; i++) ...
 *   ts_observation_destroy(seen);
 *
 * A step is a number of clients, each with one request at a time and a
 * connection of its own, for some seconds; before it they warm up for a quarter
 * of that. What the server's processes take meanwhile is read from /proc and
 * from their clocks, which needs no privilege for processes of one's own.
 *
 * Only loopback is loaded, with so many clients, requests and seconds at most;
 * only what was started here is ended here. Linux only, HTTP/1 only. Nothing of
 * it is in the library: simulations see no clock of the host's.
 */
#ifndef TS_OBSERVE_OBSERVE_H
#define TS_OBSERVE_OBSERVE_H

#include "sim/engine/arena.h"

#define TS_OBSERVED_STEPS 8
#define TS_OBSERVED_CLIENTS 64

typedef struct ts_observing ts_observing;

typedef struct ts_observe_options {
    const char *url;      /* NULL: where the command listens */
    char *const *command; /* ended by NULL; NULL: the server runs already */
    int clients[TS_OBSERVED_STEPS]; /* of each step, 1 .. TS_OBSERVED_CLIENTS */
    int steps;                      /* 1 .. TS_OBSERVED_STEPS */
    double seconds;                 /* of a step, without its warm-up */
    int requests;                   /* of a step at most */
    double patience; /* seconds for the command to listen, for an answer */
    /* Called as a step begins; NULL: nobody asks. */
    void (*progress)(void *context, int clients);
    void *context;
    const volatile int *interrupted; /* not 0: give up; NULL: never */
} ts_observe_options;

typedef struct ts_observed {
    int clients;
    int64_t requests;
    int64_t errors;       /* answers of them that were no 2xx or 3xx */
    double seconds;       /* that they took */
    double rate;          /* answers a second */
    double p50, p95, p99; /* latency in seconds */
    double cpu;           /* processor time a request, in seconds */
    double ready;         /* ... and what its threads waited for one */
    double client;        /* ... and of the client who sent it */
    double voluntary;     /* changes of thread a request */
    double involuntary;
    double busy;   /* of the processors that the server may use, 0..1 */
    int processes; /* that worked */
    int threads;   /* that worked, of the process with most of them */
    double most;   /* part of the work that the busiest process did, 0..1 */
    double stolen; /* of all processors, by the hypervisor */
    double others; /* of all processors, by neither of us */
} ts_observed;

/* What is known of the server whatever the load is. Texts are the
 * observation's. */
typedef struct ts_observed_server {
    const char *url;     /* that was asked */
    const char *program; /* what runs it, "python3.11"; NULL: unknown */
    int processors;      /* that it may use */
    int processes;       /* that there are */
    int doors;           /* of them that wait at one socket for connections */
    bool apart;          /* the clients had a processor of their own */
    bool keeps;          /* connections stay open after an answer */
    bool polls;          /* a thread of it waits in epoll */
} ts_observed_server;

/* NULL: out of memory. */
ts_observing *ts_observation_create(const ts_observe_options *options);
/* Ends what was started. */
void ts_observation_destroy(ts_observing *seen);
/* Plays all steps. */
bool ts_observe(ts_observing *seen, ts_error *error);
/* The i-th; NULL: there are no more. */
const ts_observed *ts_observed_step(const ts_observing *seen, int i);
const ts_observed_server *ts_observed_server_of(const ts_observing *seen);

#endif
