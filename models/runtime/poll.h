/*
 * poll.h - how an event loop learns what is ready, and what that costs.
 */
#ifndef TS_MODELS_POLL_H
#define TS_MODELS_POLL_H

#include "models/machine/machine.h"

typedef struct ts_poll_record {
    ts_duration call;       /* one question */
    ts_duration descriptor; /* for each one that is watched */
    ts_duration ready;      /* for each one that is ready */
    ts_duration change;     /* to watch one more, and to stop doing so */
} ts_poll_record;

/* select, poll, epoll ...: all have a ts_poll_record. */
extern const ts_registry ts_polls;

#endif
