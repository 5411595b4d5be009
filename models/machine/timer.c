/*
 * timer.c - the operation timer: until the next multiple of a period since the
 * thread arrived, as periodic threads wait for their next turn. How long the
 * work between took makes no difference; a period that was missed is skipped.
 */
#include "models/machine/task.h"
#include "models/machine/program.h"

typedef struct timer_record {
    ts_time period;
} timer_record;

static const ts_field fields[] = {
    {.name = "period",
     .kind = TS_FIELD_TIME,
     .positive = true,
     .required = true,
     .offset = TS_AT(timer_record, period),
     .help = "from one to the next, counted from the thread's arrival"},
};
static const ts_shape shape = {
    .name = "timer",
    .help = "Leaves the processor until the next multiple of a period",
    .size = sizeof(timer_record),
    TS_FIELDS(fields),
    .shorthand = "period"};

static ts_step step(ts_machine *machine, ts_thread *thread, ts_frame *frame)
{
    const timer_record *record = frame->fields;
    ts_time past = ts_engine_now(machine->engine) - thread->arrival;

    assert(past >= 0 && record->period > 0);
    ts_thread_wake_at(thread,
                      ts_time_add(thread->arrival,
                                  ts_time_add(past - past % record->period,
                                              record->period)));
    return TS_STEP_WAIT;
}

static void outline(const void *record, ts_outline *outline)
{
    (void)record;
    outline->suspends = true;
}

static const ts_operation operation = {.step = step,
                                       .waits = true,
                                       .outline = outline};
const ts_entry ts_operation_timer = {
    .name = "timer",
    .help = "leave the processor until the next multiple of a period",
    .shape = &shape,
    .model = &operation};
