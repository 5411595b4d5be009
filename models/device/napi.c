/*
 * napi.c - interrupts while idle, polling while busy.
 *
 * The first event interrupts, and interrupts of the input are switched off;
 * then events are taken one after the other until none is left, and they are
 * switched on again (Linux's NAPI; Mogul and Ramakrishnan, TOCS 1997). The
 * polling goes before threads like the interrupts it replaces.
 *
 * With a budget it ends after so many events, and what is left goes to threads
 * that do the operation poll, until they find nothing: Linux's ksoftirqd,
 * which competes for the processor like any thread. Of Linux's two limits,
 * 300 packets and 2 ms (net.core.netdev_budget, netdev_budget_usecs), the
 * number is here, and the time is left out.
 */
#include "models/device/handler.h"
#include "models/machine/program.h"

typedef struct napi_record {
    ts_handler_record handler;
    int64_t budget;
} napi_record;

typedef struct napi {
    ts_handler handler;
    int64_t budget, left; /* events, in all and of the polling under way */
    bool polled;          /* there are threads that do `poll` ... */
    bool deferred;        /* ... and what comes is left to them */
    ts_thread *waiting;   /* for that, by wait_next, the last to come first */
} napi;

static const ts_field napi_fields[] = {
    {.name = "budget",
     .kind = TS_FIELD_INT,
     .fallback = "0",
     .max = 1e9,
     .offset = TS_AT(napi_record, budget),
     .help = "events after which polling is left to threads that do `poll`; 0 "
             "is no limit",
     .source = "Linux: 300, net.core.netdev_budget"},
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
    napi *state = input->state;

    state->budget = options->budget;
    (void)error;
    ts_handler_init(&state->handler, input, &options->handler);
    return true;
}

static void reached(ts_input *input, int64_t events)
{
    napi *state = input->state;

    (void)events;
    if (state->deferred || ts_input_is_raised(input))
        return; /* polled */
    input->interrupts++;
    state->left = state->budget;
    ts_input_raise(input, 0, state->handler.cost);
}

static void defer(ts_input *input)
{
    napi *state = input->state;
    ts_thread *thread;

    if (!state->polled) {
        ts_engine_fail(input->machine->engine,
                       "the budget of input %s is spent, and no program "
                       "polls it",
                       input->record->name);
        return;
    }
    state->deferred = true;
    while ((thread = state->waiting) != NULL) {
        state->waiting = thread->wait_next;
        thread->wait_next = NULL;
        ts_thread_wake(thread);
    }
}

static void done(ts_input *input)
{
    napi *state = input->state;

    if (input->ring.count == 0)
        return;
    if (state->budget > 0 && state->left == 0) {
        defer(input);
        return;
    }
    assert(state->budget == 0 || state->left > 0);
    state->left--;
    ts_input_raise(input, 1, state->handler.each);
}

static const ts_delivery delivery = {.state_size = sizeof(napi),
                                     .init = init,
                                     .reached = reached,
                                     .done = done};

const ts_entry ts_delivery_napi = {
    .name = "napi",
    .help = "an interrupt when idle, then polled until nothing is left",
    .shape = &napi_shape,
    .model = &delivery};

/* --- poll --- */

typedef struct poll_record {
    ts_ref input;
} poll_record;

/* One event; blocks while polling is not left to threads. */
static ts_step poll_step(ts_machine *machine, ts_thread *thread,
                         ts_frame *frame)
{
    const poll_record *record = frame->fields;
    ts_input *input = &ts_inputs_of(machine)->input[record->input.index];
    napi *state = input->state;

    if (frame->phase > 0) {
        ts_input_handled(input);
        return TS_STEP_DONE;
    }
    if (!state->deferred || input->ring.count == 0) {
        assert(thread->waiting_for == NULL);
        state->deferred = false; /* interrupts are on again */
        thread->waiting_for = &input->obstacle;
        thread->wait_next = state->waiting;
        state->waiting = thread;
        return TS_STEP_BLOCK;
    }
    frame->phase = 1;
    input->polls++;
    ts_input_take(input);
    ts_thread_work(thread, state->handler.each, TS_MODE_KERNEL);
    return TS_STEP_RUN;
}

static int poll_prepare(ts_machine *machine, ts_task *task, void *fields,
                        ts_error *error)
{
    const poll_record *record = fields;
    ts_input *input = &ts_inputs_of(machine)->input[record->input.index];

    if (input->delivery == &delivery) {
        ((napi *)input->state)->polled = true;
        return 0;
    }
    ts_fail(error,
            "%s polls input %s, whose delivery leaves nothing to threads; "
            "only napi with a budget does",
            ts_task_name(task), input->record->name);
    return -1;
}

static const ts_field poll_fields[] = {
    {.name = "input",
     .kind = TS_FIELD_REF,
     .collection = "input",
     .required = true,
     .offset = TS_AT(poll_record, input),
     .help = "what is polled"},
};

static const ts_shape poll_shape = {.name = "deferred poll",
                                    .help = "Handles one event of an input",
                                    .size = sizeof(poll_record),
                                    TS_FIELDS(poll_fields),
                                    .shorthand = "input"};

static const ts_operation poll_operation = {.step = poll_step,
                                            .prepare = poll_prepare};

const ts_entry ts_operation_poll = {
    .name = "poll",
    .help = "handle an event that napi left to threads, waiting for one",
    .shape = &poll_shape,
    .model = &poll_operation};
