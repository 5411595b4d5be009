/*
 * io.c - the operation io: blocks until a device has served a request.
 */
#include "models/device/device.h"
#include "models/machine/task.h"
#include "models/machine/program.h"

typedef struct io_record {
    ts_duration time;
    ts_ref device;
    int64_t block, bytes;
} io_record;

static const ts_field fields[] = {
    {.name = "time",
     .kind = TS_FIELD_DURATION,
     .random = true,
     .no_cycles = true,
     .offset = TS_AT(io_record, time),
     .help = "how long the device works for it"},
    {.name = "device",
     .kind = TS_FIELD_REF,
     .collection = "device",
     .offset = TS_AT(io_record, device),
     .help = "the device; without one it is a delay of its own"},
    {.name = "block",
     .kind = TS_FIELD_INT,
     .is_signed = true,
     .min = -1,
     .max = 1e12,
     .fallback = "-1",
     .goes_with = TS_NAMES("device"),
     .offset = TS_AT(io_record, block),
     .help = "the block, on a disk"},
    {.name = "bytes",
     .kind = TS_FIELD_SIZE,
     .fallback = "0B",
     .max = 1e15,
     .offset = TS_AT(io_record, bytes),
     .help = "how much, over a link"},
};

static const ts_shape shape = {.name = "io",
                               .help = "Waits for a device",
                               .size = sizeof(io_record),
                               TS_FIELDS(fields),
                               .shorthand = "time",
                               .some_of = TS_NAMES("time", "block", "bytes")};

static int prepare(ts_machine *machine, ts_task *task, void *record,
                   ts_error *error)
{
    const io_record *io = record;
    const ts_device *device;

    if (io->device.name == NULL)
        return 0;
    device = &ts_devices_of(machine)->device[io->device.index];
    if (device->model->blocks  ? io->block < 0
        : device->model->sizes ? io->bytes == 0
                               : !io->time.given) {
        ts_fail(error, "%s does io with %s and says no %s", ts_task_name(task),
                io->device.name,
                device->model->blocks  ? "block"
                : device->model->sizes ? "bytes"
                                       : "time");
        return -1;
    }
    if (device->model->accepts != NULL &&
        !device->model->accepts(device, io->block, error))
        return -1;
    return 0;
}

static ts_step step(ts_machine *machine, ts_thread *thread, ts_frame *frame)
{
    const io_record *io = frame->fields;
    ts_request *request = NULL;
    ts_time time =
        io->time.given ? ts_fine_floor(ts_thread_span(thread, &io->time)) : 0;

    if (io->device.name == NULL)
        ts_thread_wake_at(thread,
                          ts_time_add(ts_engine_now(machine->engine), time));
    else
        request =
            ts_device_submit(&ts_devices_of(machine)->device[io->device.index],
                             thread, time, io->block);
    if (request != NULL)
        request->bytes = io->bytes;
    return TS_STEP_WAIT;
}

static const ts_operation operation = {.step = step,
                                       .waits = true,
                                       .prepare = prepare};
const ts_entry ts_operation_io = {.name = "io",
                                  .help = "wait for a device",
                                  .shape = &shape,
                                  .model = &operation};
