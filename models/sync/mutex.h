/*
 * mutex.h - what analyses must know of a mutex.
 */
#ifndef TS_MODELS_MUTEX_H
#define TS_MODELS_MUTEX_H

#include "models/sync/lock.h"

typedef enum ts_protocol {
    TS_PROTOCOL_NONE,
    TS_PROTOCOL_INHERIT,
    TS_PROTOCOL_CEILING,
    TS_PROTOCOL_IMMEDIATE
} ts_protocol;

/* The protocol of a lock of the scenario; NONE when it is no mutex. */
ts_protocol ts_mutex_protocol(const ts_lock_record *record);

#endif
