/*
 * inputs.c - the part `inputs`: events from outside, one input a section.
 */
#include "models/device/input.h"

static const ts_field section_item = {.name = "input",
                                      .kind = TS_FIELD_OBJECT,
                                      .shape = &ts_input_shape,
                                      .help = "events from outside"};

static const ts_field section_fields[] = {
    {.name = "inputs",
     .kind = TS_FIELD_LIST,
     .item = &section_item,
     .limit = 4096,
     .offset = 0,
     .help = "events from outside, and how a processor learns of them"},
};

static const ts_shape section = {.name = "scenario",
                                 .help = "inputs",
                                 .size = sizeof(ts_list),
                                 TS_FIELDS(section_fields)};

const ts_list *ts_inputs_said(const ts_machine_record *record)
{
    return ts_part_scenario(record, ts_slot_inputs);
}

static const ts_list *said(const ts_machine *machine)
{
    return ts_inputs_said(machine->record);
}

static bool asked(const ts_machine *machine)
{
    return said(machine)->count > 0;
}

static bool create(ts_machine *machine, void *state, ts_error *error)
{
    const ts_input_record *records = said(machine)->items;
    int count = said(machine)->count;
    ts_inputs *inputs = state;

    inputs->input =
        ts_arena_array(machine->arena, (size_t)count, sizeof *inputs->input);
    if (inputs->input == NULL)
        return ts_fail(error, "out of memory for inputs");
    inputs->count = count;
    for (int i = 0; i < count; i++)
        if (!ts_input_create(machine, &inputs->input[i], &records[i], error))
            return false;
    return true;
}

static void report(ts_machine *machine, void *state, ts_report *report)
{
    const ts_inputs *inputs = state;

    (void)machine;
    for (int i = 0; i < inputs->count; i++)
        ts_input_report(&inputs->input[i], report);
}

static const ts_metric_kind metrics[] = {
    {"inputs.<input>.occurred", TS_UNIT_COUNT, false, "events from outside"},
    {"inputs.<input>.handled", TS_UNIT_COUNT, false,
     "events the kernel has handled"},
    {"inputs.<input>.received", TS_UNIT_COUNT, false,
     "events a thread has received"},
    {"inputs.<input>.lost_in_ring", TS_UNIT_COUNT, false,
     "events that found the device's ring full"},
    {"inputs.<input>.lost_in_queue", TS_UNIT_COUNT, false,
     "events that found the thread's queue full"},
    {"inputs.<input>.interrupts", TS_UNIT_COUNT, false,
     "interrupts of its device"},
    {"inputs.<input>.polls", TS_UNIT_COUNT, false, "looks at its device"},
    {"inputs.<input>.goodput", TS_UNIT_RATE, false,
     "events that reached their end, a second"},
    {"inputs.<input>.wait", TS_UNIT_TIME, true,
     "from an event to its handling"},
    {"inputs.<input>.latency", TS_UNIT_TIME, true,
     "from an event to a thread's receiving it"},
    {"inputs.<input>.stay", TS_UNIT_TIME, true, "from an event to its end"},
};

const ts_part ts_part_inputs = {.name = "inputs",
                                .scenario = &section,
                                .state = sizeof(ts_inputs),
                                .asked = asked,
                                .create = create,
                                .report = report,
                                TS_METRICS(metrics)};
