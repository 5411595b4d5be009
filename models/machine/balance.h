/*
 * balance.h - threads between run queues; see balance.c.
 */
#ifndef TS_MODELS_BALANCE_H
#define TS_MODELS_BALANCE_H

#include "models/machine/machine.h"

typedef struct ts_balance_record {
    int place, wake, pull, victim; /* see balance.c */
    ts_time period;                /* 0: none */
    bool odd;
    ts_time look; /* 0: never again */
    int64_t batch;
    ts_time hot;
    ts_duration cost;
} ts_balance_record;

extern const ts_shape ts_balance_shape;

/* The run queue of a new thread. */
ts_runqueue *ts_balance_place(ts_machine *machine, const ts_thread *thread);
/* A blocked thread is about to become ready: may change its queue. */
void ts_balance_wake(ts_thread *thread);
/* The queue has a free processor and nothing ready: may bring something from
 * another. Whether it did. */
bool ts_balance_pull(ts_runqueue *queue);
/* Whether a ready thread ran so short a time ago that it is not taken. */
bool ts_balance_is_hot(const ts_thread *thread);
/* The instant has settled. */
void ts_balance_settled(ts_machine *machine);

#endif
