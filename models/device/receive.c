/*
 * receive.c - the operation `receive`: a thread takes an event of an input.
 */
#include "models/device/input.h"
#include "models/machine/program.h"

typedef struct receive_record {
    ts_ref input;
    bool spin;
} receive_record;

static ts_step receive_step(ts_machine *machine, ts_thread *thread,
                            ts_frame *frame)
{
    const receive_record *record = frame->fields;
    ts_input *input = &ts_inputs_of(machine)->input[record->input.index];

    if (ts_input_receive(input))
        return TS_STEP_DONE;
    ts_input_await(input, thread);
    if (!record->spin)
        return TS_STEP_BLOCK;
    ts_thread_work(thread, TS_FINE_NEVER / 2, TS_MODE_SPIN);
    return TS_STEP_RUN;
}

static int receive_prepare(ts_machine *machine, ts_task *task, void *fields,
                           ts_error *error)
{
    const receive_record *record = fields;

    (void)task;
    (void)error;
    ts_inputs_of(machine)->input[record->input.index].received = true;
    return 0;
}

static const ts_field receive_fields[] = {
    {.name = "input",
     .kind = TS_FIELD_REF,
     .collection = "input",
     .required = true,
     .offset = TS_AT(receive_record, input),
     .help = "where the event comes from"},
    {.name = "spin",
     .kind = TS_FIELD_BOOL,
     .fallback = "false",
     .offset = TS_AT(receive_record, spin),
     .help = "look for it without end, on the processor, instead of blocking"},
};

static const ts_shape receive_shape = {.name = "receive",
                                       .help = "Takes one event of an input",
                                       .size = sizeof(receive_record),
                                       TS_FIELDS(receive_fields),
                                       .shorthand = "input"};

static const ts_operation receive_operation = {.step = receive_step,
                                               .prepare = receive_prepare};

const ts_entry ts_operation_receive = {
    .name = "receive",
    .help = "take an event of an input, waiting for one",
    .shape = &receive_shape,
    .model = &receive_operation};
