/*
 * poll.c - looking at the controller at a period.
 *
 * An event is noticed at the first poll at or after it. Every poll has its
 * price, whether or not there is something; polls that cost nothing and find
 * nothing are not played, because nothing happens in them. A USB mouse is
 * polled by the host controller, at no cost, and the processor still takes an
 * interrupt (`each`) for what it finds.
 */
#include "models/device/handler.h"

typedef struct poll_record {
    ts_handler_record handler;
    ts_time every, first;
} poll_record;

typedef struct poll {
    ts_handler handler;
    const poll_record *record;
    ts_input *input;
    ts_event event;
} poll;

static const ts_field poll_fields[] = {
    {.name = "every",
     .kind = TS_FIELD_TIME,
     .required = true,
     .min = 1,
     .offset = TS_AT(poll_record, every),
     .help = "from one poll to the next"},
    {.name = "first",
     .kind = TS_FIELD_TIME,
     .fallback = "0s",
     .offset = TS_AT(poll_record, first),
     .help = "when the first poll is"},
    TS_HANDLER_FIELDS(poll_record, "processor time of a poll, whether or not "
                                   "there is something"),
};

static const ts_shape poll_shape = {.name = "periodic poll",
                                    .help = "Looking for events at a period",
                                    .size = sizeof(poll_record),
                                    TS_FIELDS(poll_fields),
                                    .shorthand = "every"};

/* A poll that comes while the handler of the one before is not over finds
 * what it finds and adds to nothing: the next one will. */
static void look(ts_engine *engine, ts_event *event)
{
    poll *state = TS_CONTAINER(event, poll, event);
    ts_input *input = state->input;
    int64_t events = input->ring.count;

    if (state->handler.cost > 0 || ts_input_is_raised(input))
        ts_event_at(engine, event,
                    ts_time_add(ts_engine_now(engine), state->record->every));
    if (ts_input_is_raised(input))
        return;
    input->polls++;
    if (events > 0 || state->handler.cost > 0)
        ts_input_raise(input, events,
                       state->handler.cost + events * state->handler.each);
}

static void reached(ts_input *input, int64_t events)
{
    poll *state = input->state;
    ts_time now = ts_engine_now(input->machine->engine);
    ts_time every = state->record->every, since = now - state->record->first;
    int64_t k = since <= 0 ? 0 : (since + every - 1) / every;

    (void)events;
    if (!state->event.pending)
        ts_event_at(input->machine->engine, &state->event,
                    ts_time_add(state->record->first, k * every));
}

static bool init(ts_input *input, const void *record, ts_error *error)
{
    poll *state = input->state;

    state->record = record;
    state->input = input;
    ts_event_init_slot(input->machine->engine, &state->event, TS_CLASS_TIMER,
                       look, input->record->name);
    (void)error;
    ts_handler_init(&state->handler, input, &state->record->handler);
    if (state->handler.cost > 0)
        ts_event_at(input->machine->engine, &state->event,
                    state->record->first);
    return true;
}

static const ts_delivery delivery = {.state_size = sizeof(poll),
                                     .init = init,
                                     .reached = reached};

const ts_entry ts_delivery_poll = {
    .name = "poll",
    .help = "found by a look at the controller at a period",
    .shape = &poll_shape,
    .model = &delivery};
