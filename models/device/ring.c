/*
 * ring.c - no interrupts at all: threads take events out of the controller's
 * ring when they get to it, and what finds the ring full costs nothing.
 */
#include "models/device/input.h"

static const ts_delivery delivery = {.direct = true};

const ts_entry ts_delivery_ring = {
    .name = "ring",
    .help = "fetched by threads that receive from the input",
    .model = &delivery};
