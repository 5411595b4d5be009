/*
 * napi.c - interrupts while idle, polling while busy.
 *
 * The first event interrupts, and interrupts of the input are switched off;
 * then events are taken one after the other until none is left, and they are
 * switched on again (Linux's NAPI; Mogul and Ramakrishnan, TOCS 1997). The
 * polling goes before threads like the interrupts it replaces; the budget
 * after which Linux moves it to a thread is left out: give the events to a
 * thread with the delivery `ring` for that.
 */
#include "models/device/handler.h"

typedef struct napi_record {
    ts_handler_record handler;
} napi_record;

static const ts_field napi_fields[] = {
    TS_HANDLER_FIELDS(napi_record, "processor time of the interrupt that "
                                   "begins to poll"),
};

static const ts_shape napi_shape = {
    .name = "napi",
    .help = "Interrupts when idle, polling when busy",
    .size = sizeof(napi_record),
    TS_FIELDS(napi_fields),
    .shorthand = "cost"};

static bool init(ts_input *input, const void *record, ts_error *error)
{
    const napi_record *options = record;

    return ts_handler_init(input->state, input, &options->handler, error);
}

static void reached(ts_input *input, int64_t events)
{
    const ts_handler *handler = input->state;

    (void)events;
    if (ts_input_is_raised(input))
        return; /* polled */
    input->interrupts++;
    ts_input_raise(input, 0, handler->cost);
}

static void done(ts_input *input)
{
    const ts_handler *handler = input->state;

    if (input->ring.count > 0)
        ts_input_raise(input, 1, handler->each);
}

static const ts_delivery delivery = {.state_size = sizeof(ts_handler),
                                     .init = init,
                                     .reached = reached,
                                     .done = done};

const ts_entry ts_delivery_napi = {
    .name = "napi",
    .help = "an interrupt when idle, then polled until nothing is left",
    .shape = &napi_shape,
    .model = &delivery};
