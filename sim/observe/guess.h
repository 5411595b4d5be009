/*
 * guess.h - what kind of server would do what was seen.
 *
 * Little's law is most of it: clients that get their answers in the time that
 * one alone gets them were all served at once; a rate that stands still while
 * the processors have time says how many were. What cannot be told is said to
 * be unknown, not guessed in silence.
 */
#ifndef TS_OBSERVE_GUESS_H
#define TS_OBSERVE_GUESS_H

#include "sim/observe/observe.h"

typedef enum ts_guess_model {
    TS_GUESS_THREADS, /* each with one request at a time */
    TS_GUESS_LOOP     /* one thread, many requests at once */
} ts_guess_model;

/* What the numbers do not tell. */
typedef enum ts_unknown {
    TS_UNKNOWN_ALONE,   /* nobody came alone: what they wait for each other */
    TS_UNKNOWN_MODEL,   /* one thread that never waits: one at a time or not */
    TS_UNKNOWN_THREADS, /* no number of clients was too many for them */
    TS_UNKNOWN_WAIT,    /* what it waits for, and whether that has limits */
    TS_UNKNOWN_ORDER,   /* where in a request it waits */
    TS_UNKNOWN_LOAD,    /* the processor was never busy: cold caches */
    TS_UNKNOWN_CLIENTS, /* a request is as much to the clients as to it */
    TS_UNKNOWN_SHARED,  /* the clients ran on the server's processors */
    TS_UNKNOWN_NOISE,   /* neighbours or a hypervisor took a part */
    TS_UNKNOWNS
} ts_unknown;

typedef struct ts_guess {
    ts_guess_model model;
    int processes, threads; /* threads: of a process */
    double work;            /* processor time a request, seconds, when busy */
    double cold;   /* ... of the fewest clients, who come after a pause */
    double pause;  /* ... of so many seconds */
    double spread; /* standard deviation of the work; of the wait, if any */
    double wait;   /* of a request for something else; 0: none */
    double rtt;    /* clients, loopback and what is left, both ways */
    double stolen; /* of its processors, by the hypervisor, 0..1 */
    double others; /* so many processors' worth of what it has is wanted by
                      other programs */
    bool lock;     /* one thread of a process computes at a time */
    bool accepts;  /* who accepts a connection keeps it: its requests go to no
                      other process */
    bool unknown[TS_UNKNOWNS];
} ts_guess;

/* At least one step, the first with the fewest clients. */
void ts_guess_make(ts_guess *guess, const ts_observed_server *server,
                   const ts_observed *steps, int count);
/* One sentence each. */
const char *ts_unknown_text(ts_unknown unknown);

#endif
