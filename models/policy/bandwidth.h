/*
 * bandwidth.h - constant bandwidth servers (CBS).
 *
 * A server makes jobs that come when they like look like a periodic task: of
 * every period they get the budget, and no more than that at the expense of
 * others. It has a budget left and a deadline; its jobs are served in order of
 * coming, the first one under the server's deadline.
 *
 *   arrival at a server without work, at t:
 *       if the budget left is at least (deadline - t) x budget / period,
 *       it starts anew: deadline = t + period, the whole budget; else it keeps
 *       both
 *   budget used up, work left:
 *       soft: at once the whole budget again, the deadline a period later
 *       hard: the same, but only when the old deadline has come; until then
 *             it waits
 *
 * Sources: Abeni and Buttazzo, RTSS 1998 (soft); Linux's SCHED_DEADLINE with
 * deadline = period (hard).
 */
#ifndef TS_MODELS_POLICY_BANDWIDTH_H
#define TS_MODELS_POLICY_BANDWIDTH_H

#include "models/policy/list.h"
#include "models/machine/machine.h"

typedef struct ts_reservation_record {
    const char *name;
    ts_time budget, period;
    int kind; /* 0 soft, 1 hard */
} ts_reservation_record;

typedef struct ts_reservation {
    const ts_reservation_record *record;
    ts_runqueue *queue;
    /* Called when the first job may be put among the ready ones. */
    void (*eligible)(ts_runqueue *queue, ts_thread *thread);
    ts_time budget; /* left */
    ts_time deadline;
    bool throttled;  /* hard: waits for its deadline */
    ts_threads jobs; /* in order of coming; the first is served */
    ts_event timer;
    int place, kinds[5];
} ts_reservation;

extern const ts_shape ts_reservation_shape;

void ts_reservation_init(ts_reservation *server,
                         const ts_reservation_record *record,
                         ts_runqueue *queue,
                         void (*eligible)(ts_runqueue *, ts_thread *));
/* A job of the server is ready. */
void ts_reservation_put(ts_reservation *server, ts_thread *thread, ts_why why);
/* A job ended. */
void ts_reservation_leave(ts_reservation *server, ts_thread *thread);
void ts_reservation_charge(ts_reservation *server, ts_time ran);
/* The budget is used up. */
void ts_reservation_exhaust(ts_reservation *server);

#endif
