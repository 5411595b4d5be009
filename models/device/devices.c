/*
 * devices.c - the list of devices. To add one: a file with a ts_entry, and a
 * line here.
 */
#include "models/device/device.h"

extern const ts_entry ts_device_fifo, ts_device_delay, ts_device_disk;
extern const ts_entry ts_device_pcie;

static const ts_entry *const entries[] = {
    &ts_device_fifo,
    &ts_device_delay,
    &ts_device_disk,
    &ts_device_pcie,
};

const ts_registry ts_devices = {
    .name = "device",
    .plural = "devices",
    .help = "What threads do I/O with",
    .entries = entries,
    .count = (int)TS_COUNT_OF(entries),
};
