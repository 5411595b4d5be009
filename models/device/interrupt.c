/*
 * interrupt.c - an interrupt for an event, or for as many as have come until
 * its handler begins.
 */
#include "models/device/handler.h"

typedef struct interrupt_record {
    ts_handler_record handler;
    int64_t batch;
} interrupt_record;

typedef struct interrupt {
    ts_handler handler;
    int64_t batch;
} interrupt;

static const ts_field interrupt_fields[] = {
    TS_HANDLER_FIELDS(interrupt_record, "processor time of each interrupt"),
    {.name = "batch",
     .kind = TS_FIELD_INT,
     .fallback = "1",
     .min = 1,
     .max = 1e9,
     .offset = TS_AT(interrupt_record, batch),
     .help = "the most events that one interrupt takes"},
};

static const ts_shape interrupt_shape = {.name = "event interrupt",
                                         .help = "An interrupt for an event",
                                         .size = sizeof(interrupt_record),
                                         TS_FIELDS(interrupt_fields),
                                         .shorthand = "cost"};

static bool init(ts_input *input, const void *record, ts_error *error)
{
    const interrupt_record *options = record;
    interrupt *state = input->state;

    state->batch = options->batch;
    (void)error;
    ts_handler_init(&state->handler, input, &options->handler);
    return true;
}

/* Takes what there is, up to a batch, together with what was claimed while
 * the interrupt was latched. */
static void claim(ts_input *input)
{
    const interrupt *state = input->state;
    int64_t events = input->claimed + input->ring.count;

    if (events > state->batch)
        events = state->batch;
    input->interrupts += !ts_input_is_raised(input);
    ts_input_raise(input, events,
                   state->handler.cost + events * state->handler.each);
}

static void reached(ts_input *input, int64_t events)
{
    const interrupt *state = input->state;

    (void)events;
    if (!ts_input_is_served(input) && input->claimed < state->batch)
        claim(input);
}

static void done(ts_input *input)
{
    if (input->ring.count > 0)
        claim(input);
}

static const ts_delivery delivery = {.state_size = sizeof(interrupt),
                                     .init = init,
                                     .reached = reached,
                                     .done = done};

const ts_entry ts_delivery_interrupt = {
    .name = "interrupt",
    .help = "an interrupt each, or one for all that have come until it begins",
    .shape = &interrupt_shape,
    .model = &delivery};
