/*
 * handler.h - what deliveries have in common: a handler with a fixed cost and
 * one for each event.
 */
#ifndef TS_MODELS_HANDLER_H
#define TS_MODELS_HANDLER_H

#include "models/device/input.h"

typedef struct ts_handler_record {
    ts_duration cost, each;
} ts_handler_record;

typedef struct ts_handler {
    ts_fine cost, each;
} ts_handler;

#define TS_HANDLER_FIELDS(type, cost_help)                                     \
    {.name = "cost",                                                           \
     .kind = TS_FIELD_DURATION,                                                \
     .fallback = "0ns",                                                        \
     .offset = TS_AT(type, handler.cost),                                      \
     .help = cost_help},                                                       \
    {                                                                          \
        .name = "each", .kind = TS_FIELD_DURATION, .fallback = "0ns",          \
        .offset = TS_AT(type, handler.each),                                   \
        .help = "processor time of the handler for each event it takes"        \
    }

/* The costs on the machine's clock. */
static inline void ts_handler_init(ts_handler *handler, const ts_input *input,
                                   const ts_handler_record *record)
{
    handler->cost = ts_machine_fine(input->machine, &record->cost);
    handler->each = ts_machine_fine(input->machine, &record->each);
}

#endif
