/*
 * coalesce.c - interrupts that wait for more: for a time after the first event
 * of a batch, or until there are so many, whichever comes first.
 */
#include "models/device/handler.h"

typedef struct coalesce_record {
    ts_handler_record handler;
    ts_time timer;
    int64_t count;
} coalesce_record;

typedef struct coalesce {
    ts_handler handler;
    const coalesce_record *record;
    ts_input *input;
    ts_event event;
} coalesce;

static const ts_field coalesce_fields[] = {
    {.name = "timer",
     .kind = TS_FIELD_TIME,
     .fallback = "2400h",
     .offset = TS_AT(coalesce_record, timer),
     .help = "the longest that the first event of a batch waits"},
    {.name = "count",
     .kind = TS_FIELD_INT,
     .fallback = "0",
     .max = 1e9,
     .offset = TS_AT(coalesce_record, count),
     .help = "a batch of so many waits no longer; 0 is no limit"},
    TS_HANDLER_FIELDS(coalesce_record, "processor time of each interrupt"),
};

static void check(ts_check *check, const void *record)
{
    const coalesce_record *options = record;

    if (options->timer >= TS_TIME_LIMIT && options->count == 0)
        ts_check_error(check, NULL, "needs a timer or a count");
}

static const ts_shape coalesce_shape = {
    .name = "coalesce",
    .help = "Interrupts that wait for more events",
    .size = sizeof(coalesce_record),
    TS_FIELDS(coalesce_fields),
    .check = check};

static void fire(ts_input *input)
{
    coalesce *state = input->state;
    int64_t events = input->claimed + input->ring.count;

    ts_event_cancel(input->machine->engine, &state->event);
    input->interrupts += !ts_input_is_raised(input);
    ts_input_raise(input, events,
                   state->handler.cost + events * state->handler.each);
}

/* A batch that is ready while the handler runs is taken when it is over. */
static void expired(ts_engine *engine, ts_event *event)
{
    coalesce *state = TS_CONTAINER(event, coalesce, event);

    (void)engine;
    if (!ts_input_is_served(state->input))
        fire(state->input);
}

static void reached(ts_input *input, int64_t events)
{
    coalesce *state = input->state;
    ts_engine *engine = input->machine->engine;

    if (input->ring.count == events) /* the first ones */
        ts_event_at(engine, &state->event,
                    ts_time_add(ts_engine_now(engine), state->record->timer));
    if (state->record->count > 0 && input->ring.count >= state->record->count &&
        !ts_input_is_served(input))
        fire(input);
}

static void done(ts_input *input)
{
    const coalesce *state = input->state;
    bool full =
        state->record->count > 0 && input->ring.count >= state->record->count;

    if (input->ring.count > 0 && (full || !state->event.pending))
        fire(input);
}

static bool init(ts_input *input, const void *record, ts_error *error)
{
    coalesce *state = input->state;

    state->record = record;
    state->input = input;
    ts_event_init_slot(input->machine->engine, &state->event, TS_CLASS_TIMER,
                       expired, input->record->name);
    (void)error;
    ts_handler_init(&state->handler, input, &state->record->handler);
    return true;
}

static const ts_delivery delivery = {.state_size = sizeof(coalesce),
                                     .init = init,
                                     .reached = reached,
                                     .done = done};

const ts_entry ts_delivery_coalesce = {
    .name = "coalesce",
    .help = "an interrupt for a batch: after a time, or when there are enough",
    .shape = &coalesce_shape,
    .model = &delivery};
