/*
 * device.c - stations: queues, servers and their statistics. See device.h.
 */
#include "models/device/device.h"
#include "models/machine/measure.h"
#include "models/machine/part.h"
#include "models/machine/task.h"

/* --- fields --- */

static const ts_field device_fields[] = {
    {.name = "name",
     .kind = TS_FIELD_NAME,
     .collection = "device",
     .required = true,
     .offset = TS_AT(ts_device_record, name),
     .help = "what programs call it"},
    {.name = "kind",
     .kind = TS_FIELD_TAG,
     .registry = &ts_devices,
     .fallback = "fifo",
     .offset = TS_AT(ts_device_record, kind),
     .help = "what sort it is; its own fields stand beside it"},
};

const ts_shape ts_device_shape = {.name = "device",
                                  .help = "What threads do I/O with",
                                  .size = sizeof(ts_device_record),
                                  TS_FIELDS(device_fields)};

/* --- requests --- */

static ts_time now_of(const ts_device *device)
{
    return ts_engine_now(device->machine->engine);
}

static void unlink_request(ts_device *device, ts_request *request)
{
    if (request->prev != NULL)
        request->prev->next = request->next;
    else
        device->first = request->next;
    if (request->next != NULL)
        request->next->prev = request->prev;
    else
        device->last = request->prev;
    request->next = request->prev = NULL;
    device->waiting--;
    assert(device->waiting >= 0);
    assert((device->waiting == 0) == (device->first == NULL));
}

static void want_choice(ts_device *device)
{
    ts_all_devices *devices = ts_devices_of(device->machine);

    device->dirty = true;
    devices->dirty = true;
    ts_engine_settle(device->machine->engine, devices->settle);
}

static void done(ts_engine *engine, ts_event *event)
{
    ts_request *request = TS_CONTAINER(event, ts_request, done);
    ts_device *device = request->device;
    ts_thread *thread = request->thread;
    ts_time now = ts_engine_now(engine);

    assert(device->serving > 0 && now >= request->started);
    assert(request->started >= request->submitted);
    device->serving--;
    device->served++;
    device->stays += now;
    ts_level_add(&device->inside, now, -1);
    ts_level_set(&device->working, now, device->serving);
    ts_level_set(&device->busy, now, device->serving > 0);
    ts_tally_add(&device->wait, request->started - request->submitted);
    ts_tally_add(&device->service, now - request->started);
    ts_tally_add(&device->stay, now - request->submitted);
    ts_histogram_add(&device->stay_histogram, now - request->submitted);
    if (device->model->serve == NULL)
        ts_trace_span(device->machine->trace, request->started, now,
                      device->place, ts_devices_of(device->machine)->kind,
                      thread != NULL ? thread->id : -1, 0);
    request->next = device->spare;
    device->spare = request;
    if (device->waiting > 0)
        want_choice(device);
    if (thread != NULL)
        ts_thread_wake(thread);
    else
        ts_machine_hold(device->machine, -1);
}

ts_request *ts_device_submit(ts_device *device, ts_thread *thread, ts_time time,
                             int64_t block)
{
    ts_request *request = device->spare;

    if (request != NULL)
        device->spare = request->next;
    else
        request = ts_arena_alloc(device->machine->arena, sizeof *request);
    if (request == NULL) {
        ts_machine_memory(device->machine);
        return NULL;
    }
    assert((device->first == NULL) == (device->last == NULL) && time >= 0);
    if (thread != NULL)
        thread->waiting_for = &device->obstacle;
    *request = (ts_request){
        .device = device,
        .thread = thread,
        .number = device->submitted++,
        .time = time,
        .block = block,
        .submitted = now_of(device),
        .prev = device->last,
    };
    ts_event_init_loose(&request->done, TS_CLASS_WAKE, done,
                        device->record->name);
    if (device->last != NULL)
        device->last->next = request;
    else
        device->first = request;
    device->last = request;
    device->waiting++;
    device->stays -= now_of(device);
    ts_level_add(&device->inside, now_of(device), 1);
    if (thread == NULL)
        ts_machine_hold(device->machine, 1);
    want_choice(device);
    return request;
}

/* --- servers --- */

static void start(ts_device *device)
{
    ts_request *request = device->model->choose != NULL
                              ? device->model->choose(device)
                              : device->first;
    ts_time now = now_of(device), end;

    assert(device->waiting > 0 && request->device == device);
    unlink_request(device, request);
    request->started = now;
    device->serving++;
    assert(device->servers == 0 || device->serving <= device->servers);
    ts_level_set(&device->working, now, device->serving);
    ts_level_set(&device->busy, now, 1);
    end = device->model->serve != NULL ? device->model->serve(device, request)
                                       : ts_time_add(now, request->time);
    assert(end >= now);
    ts_event_at(device->machine->engine, &request->done, end);
}

static void settle(ts_engine *engine, void *context)
{
    ts_machine *machine = context;
    ts_all_devices *devices = ts_devices_of(machine);

    (void)engine;
    while (devices->dirty) {
        devices->dirty = false;
        for (int i = 0; i < devices->count; i++) {
            ts_device *device = &devices->device[i];

            if (!device->dirty)
                continue;
            device->dirty = false;
            while (device->first != NULL &&
                   (device->servers == 0 || device->serving < device->servers))
                start(device);
        }
    }
}

/* --- the part --- */

static const ts_obstacle_kind device_obstacle = {.name = "device"};

static bool create_device(ts_machine *machine, ts_device *device,
                          const ts_device_record *record, ts_error *error)
{
    device->machine = machine;
    device->record = record;
    device->model = record->kind.entry->model;
    device->servers = 1;
    device->place = ts_trace_name(machine->trace, TS_PLACES, record->name);
    device->obstacle = (ts_obstacle){&device_obstacle, device->place};
    ts_level_init(&device->inside, 0, 0);
    ts_level_init(&device->busy, 0, 0);
    ts_level_init(&device->working, 0, 0);
    ts_histogram_init(&device->stay_histogram, machine->arena);
    ts_measure_offer(machine, &device->wait, "devices.%s.wait", record->name);
    ts_measure_offer(machine, &device->service, "devices.%s.service",
                     record->name);
    ts_measure_offer(machine, &device->stay, "devices.%s.stay", record->name);
    if (device->model->state_size > 0) {
        device->state =
            ts_arena_alloc(machine->arena, device->model->state_size);
        if (device->state == NULL)
            return ts_fail(error, "out of memory for device %s", record->name);
    }
    return device->model->init == NULL ||
           device->model->init(device, record->kind.fields, error);
}

/* --- the part --- */

static const ts_field section_item = {.name = "device",
                                      .kind = TS_FIELD_OBJECT,
                                      .shape = &ts_device_shape,
                                      .help = "a device"};

static const ts_field section_fields[] = {
    {.name = "devices",
     .kind = TS_FIELD_LIST,
     .item = &section_item,
     .limit = 4096,
     .offset = 0,
     .help = "what threads do I/O with"},
};

static const ts_shape section = {.name = "scenario",
                                 .help = "devices",
                                 .size = sizeof(ts_list),
                                 TS_FIELDS(section_fields)};

static const ts_list *said(const ts_machine *machine)
{
    return ts_part_scenario(machine->record, ts_slot_devices);
}

static bool asked(const ts_machine *machine)
{
    return said(machine)->count > 0;
}

static bool create(ts_machine *machine, void *state, ts_error *error)
{
    const ts_device_record *records = said(machine)->items;
    int count = said(machine)->count;
    ts_all_devices *devices = state;

    devices->device =
        ts_arena_array(machine->arena, (size_t)count, sizeof *devices->device);
    if (devices->device == NULL)
        return ts_fail(error, "out of memory for devices");
    devices->count = count;
    devices->kind = ts_trace_name(machine->trace, TS_KINDS, "serve");
    devices->settle = ts_engine_add_settle(machine->engine, settle, machine);
    for (int i = 0; i < count; i++)
        if (!create_device(machine, &devices->device[i], &records[i], error))
            return false;
    return true;
}

/* Those still inside have stayed until now. */
static void check_little(ts_engine *engine, const ts_device *device,
                         ts_time end)
{
    ts_i128 inside = device->waiting + device->serving;

    (void)TS_ENSURE(engine,
                    device->submitted == device->served + (int64_t)inside);
    (void)TS_ENSURE(engine, device->stays + inside * end ==
                                ts_level_area(&device->inside, end));
}

static void report(ts_machine *machine, void *state, ts_report *report)
{
    ts_time end = ts_engine_now(machine->engine);
    ts_all_devices *devices = state;

    for (int i = 0; i < devices->count; i++) {
        ts_device *device = &devices->device[i];
        const char *name = device->record->name;

        check_little(machine->engine, device, end);
        ts_report_count(report, device->served, "devices.%s.served", name);
        ts_report_ratio(report, (int64_t)ts_level_area(&device->busy, end), end,
                        "devices.%s.busy", name);
        ts_report_value(report, TS_UNIT_NUMBER,
                        ts_level_mean(&device->inside, end),
                        "devices.%s.in_system", name);
        ts_report_value(report, TS_UNIT_NUMBER,
                        ts_level_mean(&device->inside, end) -
                            ts_level_mean(&device->working, end),
                        "devices.%s.queue", name);
        if (device->served == 0)
            continue;
        ts_report_tally(report, TS_UNIT_TIME, &device->wait, NULL,
                        "devices.%s.wait", name);
        ts_report_tally(report, TS_UNIT_TIME, &device->service, NULL,
                        "devices.%s.service", name);
        ts_report_tally(report, TS_UNIT_TIME, &device->stay,
                        &device->stay_histogram, "devices.%s.stay", name);
    }
}

static const ts_metric_kind metrics[] = {
    {"devices.<device>.served", TS_UNIT_COUNT, false, "requests done"},
    {"devices.<device>.busy", TS_UNIT_RATIO, false, "the time with a request"},
    {"devices.<device>.in_system", TS_UNIT_NUMBER, false,
     "requests there, on average"},
    {"devices.<device>.queue", TS_UNIT_NUMBER, false,
     "requests waiting, on average"},
    {"devices.<device>.wait", TS_UNIT_TIME, true,
     "from a request to its beginning"},
    {"devices.<device>.service", TS_UNIT_TIME, true,
     "from its beginning to its end"},
    {"devices.<device>.stay", TS_UNIT_TIME, true, "from a request to its end"},
};

const ts_part ts_part_devices = {.name = "devices",
                                 .scenario = &section,
                                 .state = sizeof(ts_all_devices),
                                 .asked = asked,
                                 .create = create,
                                 .report = report,
                                 TS_METRICS(metrics)};
