/*
 * station.c - the two devices that know nothing but time: a queue in front of
 * so many servers, and a pure delay.
 */
#include "models/device/device.h"

typedef struct fifo_record {
    int64_t servers;
} fifo_record;

static const ts_field fifo_fields[] = {
    {.name = "servers",
     .kind = TS_FIELD_INT,
     .fallback = "1",
     .min = 1,
     .max = 1e9,
     .offset = TS_AT(fifo_record, servers),
     .help = "how many requests are served at once"},
};
static const ts_shape fifo_shape = {.name = "fifo-device",
                                    .help = "Options of a device with a queue",
                                    .size = sizeof(fifo_record),
                                    TS_FIELDS(fifo_fields)};

static bool fifo_init(ts_device *device, const void *record, ts_error *error)
{
    const fifo_record *options = record;

    (void)error;
    device->servers = options->servers;
    return true;
}

static const ts_device_model fifo = {.init = fifo_init};
const ts_entry ts_device_fifo = {
    .name = "fifo",
    .help = "requests are served one after the other, first come first served",
    .shape = &fifo_shape,
    .model = &fifo,
};

static bool delay_init(ts_device *device, const void *record, ts_error *error)
{
    (void)record;
    (void)error;
    device->servers = 0;
    return true;
}

static const ts_device_model delay = {.init = delay_init};
const ts_entry ts_device_delay = {
    .name = "delay",
    .help = "any number of requests at once, nobody waits for another",
    .model = &delay,
};
