/*
 * device.h - what threads do I/O with.
 *
 * A device is a station: requests come, wait in a queue, are served by one of
 * its servers and wake their threads. The sorts of device differ in how many
 * servers there are, which request is next and how long it takes; each is a
 * file with a ts_entry whose model is a ts_device_model, and a line in
 * devices.c. A free server chooses when the instant has settled, so that it
 * sees every request of that instant.
 */
#ifndef TS_MODELS_DEVICE_H
#define TS_MODELS_DEVICE_H

#include "models/machine/part.h"

typedef struct ts_device ts_device;

typedef struct ts_request {
    ts_device *device;
    ts_thread *thread; /* who waits for it; NULL: nobody */
    int64_t number;    /* in the order in which they came, from 0 */
    ts_time time;      /* service that the thread asks for */
    int64_t bytes;     /* how much; 0: it does not matter */
    int64_t block;     /* where on the device; -1: nowhere in particular */
    ts_time submitted, started;
    ts_event done;
    struct ts_request *next, *prev;
} ts_request;

typedef struct ts_device_model {
    size_t state_size; /* device->state, zeroed */
    bool blocks;       /* requests say a block, and no time */
    bool sizes;        /* requests say a size, and no time */
    /* The record is the entry's; device->servers is 1 before. May be NULL. */
    bool (*init)(ts_device *device, const void *record, ts_error *error);
    /* Which of those waiting is next; it stays in the queue. NULL: the first. */
    ts_request *(*choose)(ts_device *device);
    /* It begins now: when it will be done. NULL: after request->time. */
    ts_time (*serve)(ts_device *device, ts_request *request);
    /* Checks what a program asks for; false with a message. May be NULL. */
    bool (*accepts)(const ts_device *device, int64_t block, ts_error *error);
} ts_device_model;

typedef struct ts_device_record {
    const char *name;
    ts_variant kind; /* of ts_devices */
} ts_device_record;

struct ts_device {
    ts_machine *machine;
    const ts_device_record *record;
    const ts_device_model *model;
    void *state;
    int64_t servers;          /* 0: as many as there are requests */
    int place;                /* in the trace */
    ts_obstacle obstacle;     /* what its requests' threads wait for */
    ts_request *first, *last; /* waiting, in the order of their numbers */
    int64_t waiting, serving;
    bool dirty; /* a choice is due */
    ts_request *spare;
    int64_t submitted, served;
    /* Little's law at the station is checked at the end of the run: the area
     * below `inside` is the sum of all stays. */
    ts_level inside, busy, working;
    ts_i128 stays; /* times of leaving less times of entering */
    ts_tally wait, service, stay;
    ts_histogram stay_histogram;
};

typedef struct ts_all_devices {
    int count;
    int settle;
    int kind; /* "serve" */
    bool dirty;
    ts_device *device;
} ts_all_devices;

extern const int ts_slot_devices;

static inline ts_all_devices *ts_devices_of(const ts_machine *machine)
{
    return machine->part[ts_slot_devices].state;
}

extern const ts_shape ts_device_shape;
extern const ts_registry ts_devices;

/* A request of `thread`, which is about to block; it is woken when it is
 * done. NULL when memory ends. A request without a thread keeps the run going
 * until it is done. */
ts_request *ts_device_submit(ts_device *device, ts_thread *thread, ts_time time,
                             int64_t block);

#endif
