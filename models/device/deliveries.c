/*
 * deliveries.c - the list of deliveries. To add one: a file with a ts_entry,
 * and a line here.
 */
#include "models/device/input.h"

extern const ts_entry ts_delivery_interrupt, ts_delivery_poll,
    ts_delivery_coalesce, ts_delivery_napi, ts_delivery_ring;

static const ts_entry *const entries[] = {
    &ts_delivery_interrupt, &ts_delivery_poll, &ts_delivery_coalesce,
    &ts_delivery_napi,      &ts_delivery_ring,
};

const ts_registry ts_deliveries = {
    .name = "delivery",
    .plural = "deliveries",
    .help = "How a processor learns of events from outside",
    .entries = entries,
    .count = (int)TS_COUNT_OF(entries),
};
