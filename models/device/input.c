/*
 * input.c - inputs: events from outside and what becomes of them. See input.h.
 */
#include "models/device/input.h"
#include "models/machine/measure.h"
#include "models/machine/part.h"

/* --- fields --- */

static const ts_field wire_fields[] = {
    {.name = "bits",
     .kind = TS_FIELD_INT,
     .required = true,
     .min = 1,
     .max = 1e9,
     .offset = TS_AT(ts_wire_record, bits),
     .help = "clocks that an event takes on the wire"},
    {.name = "clock",
     .kind = TS_FIELD_FREQUENCY,
     .required = true,
     .offset = TS_AT(ts_wire_record, clock),
     .help = "of the wire"},
};

static const ts_shape wire_shape = {
    .name = "wire",
    .help = "A wire that carries one event after another",
    .size = sizeof(ts_wire_record),
    TS_FIELDS(wire_fields)};

static const ts_field input_fields[] = {
    {.name = "name",
     .kind = TS_FIELD_NAME,
     .collection = "input",
     .required = true,
     .offset = TS_AT(ts_input_record, name),
     .help = "what programs and metrics call it"},
    {.name = "arrive",
     .kind = TS_FIELD_OBJECT,
     .shape = &ts_arrive_shape,
     .required = true,
     .offset = TS_AT(ts_input_record, arrive),
     .help = "when its events occur"},
    {.name = "count",
     .kind = TS_FIELD_INT,
     .fallback = "1",
     .min = 1,
     .max = 1e7,
     .offset = TS_AT(ts_input_record, count),
     .help = "how many occur together each time"},
    {.name = "wire",
     .kind = TS_FIELD_OBJECT,
     .shape = &wire_shape,
     .offset = TS_AT(ts_input_record, wire),
     .help = "a serial wire they cross first; none when not given"},
    {.name = "ring",
     .kind = TS_FIELD_INT,
     .fallback = "0",
     .max = 1e7,
     .offset = TS_AT(ts_input_record, ring),
     .help = "room for events that the processor has not taken; what comes "
             "when it is full is lost, at no cost; 0 is no limit"},
    {.name = "queue",
     .kind = TS_FIELD_INT,
     .fallback = "0",
     .max = 1e7,
     .offset = TS_AT(ts_input_record, queue),
     .help = "room for handled events that no thread has received; what comes "
             "when it is full is lost after it was paid for; 0 is no limit"},
    {.name = "processor",
     .kind = TS_FIELD_INT,
     .fallback = "0",
     .max = 4095,
     .offset = TS_AT(ts_input_record, processor),
     .help = "which one is interrupted"},
    {.name = "level",
     .kind = TS_FIELD_INT,
     .fallback = "0",
     .max = 1000,
     .offset = TS_AT(ts_input_record, level),
     .help = "of two interrupts that wait the smaller level goes first"},
    {.name = "delivery",
     .kind = TS_FIELD_VARIANT,
     .registry = &ts_deliveries,
     .required = true,
     .offset = TS_AT(ts_input_record, delivery),
     .help = "how the processor learns of its events"},
};

static void check_input(ts_check *check, const void *record)
{
    const ts_input_record *input = record;

    if (input->arrive->called)
        ts_check_error(check, "arrive",
                       "events of an input come by "
                       "themselves; nobody calls them");
}

const ts_shape ts_input_shape = {
    .name = "input",
    .help = "Events that reach the computer from outside",
    .size = sizeof(ts_input_record),
    TS_FIELDS(input_fields),
    .check = check_input};

/* --- queues of times --- */

/* The one that came last, of those that are there. */
static inline ts_time last_of(const ts_fifo *fifo)
{
    return fifo->time[(fifo->first + fifo->count - 1) % fifo->room];
}

static bool fifo_push(ts_input *input, ts_fifo *fifo, ts_time time)
{
    if (fifo->count == fifo->room) {
        int64_t room = fifo->room ? fifo->room * 2 : 64;
        ts_time *grown =
            ts_arena_array(input->machine->arena, (size_t)room, sizeof *grown);

        if (grown == NULL)
            return ts_machine_memory(input->machine);
        for (int64_t i = 0; i < fifo->count; i++)
            grown[i] = fifo->time[(fifo->first + i) % fifo->room];
        fifo->time = grown;
        fifo->first = 0;
        fifo->room = room;
    }
    assert(fifo->count < fifo->room);
    assert(fifo->count == 0 || last_of(fifo) <= time); /* in order of time */
    fifo->time[(fifo->first + fifo->count++) % fifo->room] = time;
    return true;
}

static ts_time fifo_shift(ts_fifo *fifo)
{
    ts_time time = fifo->time[fifo->first];

    assert(fifo->count > 0);
    fifo->first = fifo->first + 1 == fifo->room ? 0 : fifo->first + 1;
    fifo->count--;
    return time;
}

/* --- an event's way --- */

static ts_time now_of(const ts_input *input)
{
    return ts_engine_now(input->machine->engine);
}

/* It is out of our hands: received, handled or lost. */
static void gone(ts_input *input, ts_time occurred)
{
    assert(occurred <= now_of(input));
    ts_level_add(&input->inside, now_of(input), -1);
    input->stays += now_of(input) - occurred;
    if (input->holds)
        ts_machine_hold(input->machine, -1);
}

static void noticed(ts_input *input, ts_time occurred)
{
    ts_time now = now_of(input);

    ts_tally_add(&input->wait, now - occurred);
    ts_histogram_add(&input->wait_histogram, now - occurred);
    ts_trace_span(input->machine->trace, occurred, now, input->place,
                  input->kind, -1, 0);
}

static void wake_one(ts_input *input)
{
    ts_thread *thread = input->first;

    if (thread == NULL)
        return;
    input->first = thread->wait_next;
    if (input->first == NULL)
        input->last = NULL;
    if (thread->state == TS_THREAD_BLOCKED)
        ts_thread_wake(thread);
    else
        ts_thread_cut(thread); /* it spins */
}

static void handled(ts_input *input, ts_time occurred)
{
    ts_time latency = now_of(input) - occurred;

    input->handled++;
    ts_tally_add(&input->latency, latency);
    ts_histogram_add(&input->latency_histogram, latency);
    if (!input->received) {
        gone(input, occurred);
    } else if (input->record->queue > 0 &&
               input->queue.count >= input->record->queue) {
        input->dropped_queue++;
        gone(input, occurred);
    } else if (fifo_push(input, &input->queue, occurred)) {
        wake_one(input);
    }
}

/* false: there was no room for it. */
static bool reach(ts_input *input, ts_time occurred)
{
    if (input->record->ring > 0 && input->ring.count >= input->record->ring) {
        input->dropped_ring++;
        gone(input, occurred);
        return false;
    }
    return fifo_push(input, &input->ring, occurred);
}

static void reached(ts_input *input, int64_t events)
{
    if (input->delivery->direct)
        while (events-- > 0)
            wake_one(input);
    else if (events > 0 && input->delivery->reached != NULL)
        input->delivery->reached(input, events);
}

static void crossed(ts_engine *engine, ts_event *event)
{
    ts_input *input = TS_CONTAINER(event, ts_input, arrived);
    ts_time occurred = fifo_shift(&input->on_wire);

    if (input->on_wire.count > 0) {
        input->wire_free += ts_fine_floor(
            ts_clock_fine(&input->wire, input->record->wire->bits));
        ts_event_at(engine, event, input->wire_free);
    }
    reached(input, reach(input, occurred));
}

static void start_crossing(ts_input *input, ts_time now)
{
    if (!fifo_push(input, &input->on_wire, now) || input->on_wire.count > 1)
        return;
    input->wire_free =
        now +
        ts_fine_floor(ts_clock_fine(&input->wire, input->record->wire->bits));
    ts_event_at(input->machine->engine, &input->arrived, input->wire_free);
}

static void schedule(ts_input *input)
{
    input->next = ts_arrive_next(input->record->arrive, input->at,
                                 input->arrivals, input->next, &input->random);
    if (input->next != TS_NEVER)
        ts_event_at(input->machine->engine, &input->event, input->next);
}

static void occur(ts_engine *engine, ts_event *event)
{
    ts_input *input = TS_CONTAINER(event, ts_input, event);
    ts_time now = ts_engine_now(engine);
    bool held = input->holds;
    int64_t events = 0;

    input->arrivals++;
    schedule(input);
    for (int64_t i = 0; i < input->record->count; i++) {
        input->occurred++;
        ts_level_add(&input->inside, now, 1);
        if (held)
            ts_machine_hold(input->machine, 1);
        if (input->record->wire != NULL)
            start_crossing(input, now);
        else
            events += reach(input, now);
    }
    reached(input, events);
    if (held && input->next == TS_NEVER)
        ts_machine_hold(input->machine, -1); /* of the stream itself */
}

/* --- handlers --- */

bool ts_input_is_served(const ts_input *input)
{
    return input->cpu->serving == &input->interrupt;
}

bool ts_input_is_raised(const ts_input *input)
{
    return input->interrupt.pending || ts_input_is_served(input);
}

void ts_input_take(ts_input *input)
{
    ts_time occurred = fifo_shift(&input->ring);

    noticed(input, occurred);
    fifo_push(input, &input->taken, occurred);
}

void ts_input_handled(ts_input *input)
{
    handled(input, fifo_shift(&input->taken));
}

void ts_input_raise(ts_input *input, int64_t events, ts_fine cost)
{
    for (; input->claimed < events; input->claimed++)
        ts_input_take(input);
    input->interrupt.cost = cost;
    if (!input->interrupt.pending)
        ts_cpu_interrupt(input->cpu, &input->interrupt);
}

static void handler_done(ts_machine *machine, ts_cpu *cpu,
                         ts_interrupt *interrupt)
{
    ts_input *input = interrupt->context;

    (void)machine;
    (void)cpu;
    assert(input->claimed <= input->taken.count);
    for (; input->claimed > 0; input->claimed--)
        ts_input_handled(input);
    if (input->delivery->done != NULL)
        input->delivery->done(input);
}

/* --- threads --- */

bool ts_input_receive(ts_input *input)
{
    ts_fifo *from = input->delivery->direct ? &input->ring : &input->queue;
    ts_time occurred;

    if (from->count == 0)
        return false;
    occurred = fifo_shift(from);
    if (input->delivery->direct)
        noticed(input, occurred);
    input->taken_count++;
    ts_tally_add(&input->stay, now_of(input) - occurred);
    gone(input, occurred);
    return true;
}

void ts_input_await(ts_input *input, ts_thread *thread)
{
    assert((input->first == NULL) == (input->last == NULL));
    assert(input->last != thread && thread->waiting_for == NULL);
    thread->waiting_for = &input->obstacle;
    thread->wait_next = NULL;
    if (input->last != NULL)
        input->last->wait_next = thread;
    else
        input->first = thread;
    input->last = thread;
}

/* --- its making --- */

/* An input that ends keeps the run going until its last event is dealt with. */
static bool ends(const ts_arrive_record *arrive)
{
    return arrive->at.count > 0 || arrive->limit > 0 ||
           arrive->until < TS_TIME_LIMIT;
}

static const ts_obstacle_kind input_obstacle = {.name = "input"};

bool ts_input_create(ts_machine *machine, ts_input *input,
                     const ts_input_record *record, ts_error *error)
{
    input->obstacle.kind = &input_obstacle;
    input->machine = machine;
    input->record = record;
    input->delivery = record->delivery.entry->model;
    if (record->processor >= machine->cpu_count)
        return ts_fail(error,
                       "input %s interrupts processor %lld, and the "
                       "computer has %d, counted from 0",
                       record->name, (long long)record->processor,
                       machine->cpu_count);
    input->cpu = &machine->cpus[record->processor];
    input->interrupt =
        (ts_interrupt){.level = (int)record->level,
                       .done = handler_done,
                       .context = input,
                       .name = record->name,
                       .kind = ts_trace_name(machine->trace, TS_KINDS,
                                             record->name)};
    input->place = ts_trace_name(machine->trace, TS_PLACES, record->name);
    input->kind = ts_trace_name(machine->trace, TS_KINDS, "wait");
    input->obstacle.place = input->place;
    if (record->wire != NULL)
        input->wire =
            ts_clock_make(record->wire->clock.num, record->wire->clock.den, 0);
    ts_random_init(&input->random, ts_engine_seed(machine->engine),
                   ts_arena_format(machine->arena, "inputs/%s", record->name));
    ts_level_init(&input->inside, 0, 0);
    ts_histogram_init(&input->wait_histogram, machine->arena);
    ts_measure_offer(machine, &input->wait, "inputs.%s.wait", record->name);
    ts_measure_offer(machine, &input->latency, "inputs.%s.latency",
                     record->name);
    ts_measure_offer(machine, &input->stay, "inputs.%s.stay", record->name);
    ts_histogram_init(&input->latency_histogram, machine->arena);
    if (input->delivery->state_size > 0)
        input->state =
            ts_arena_alloc(machine->arena, input->delivery->state_size);
    if (record->arrive->at.count > 0)
        input->at = ts_arrive_sorted(record->arrive, machine->arena);
    if ((input->delivery->state_size > 0 && input->state == NULL) ||
        (record->arrive->at.count > 0 && input->at == NULL))
        return ts_fail(error, "out of memory for input %s", record->name);
    ts_event_init_slot(machine->engine, &input->event, TS_CLASS_ARRIVAL, occur,
                       record->name);
    ts_event_init_slot(machine->engine, &input->arrived, TS_CLASS_ARRIVAL,
                       crossed, record->name);
    if (input->delivery->init != NULL &&
        !input->delivery->init(input, record->delivery.fields, error))
        return false;
    input->holds = ends(record->arrive);
    schedule(input);
    if (input->holds && input->next != TS_NEVER)
        ts_machine_hold(machine, 1);
    return true;
}

/* --- what it measured --- */

static ts_i128 stays_of(const ts_fifo *fifo, ts_time now)
{
    ts_i128 sum = 0;

    for (int64_t i = 0; i < fifo->count; i++)
        sum += now - fifo->time[(fifo->first + i) % fifo->room];
    return sum;
}

/* Little's law, to the picosecond: what is still inside included. */
static bool adds_up(const ts_input *input, ts_time now)
{
    return ts_level_area(&input->inside, now) ==
           input->stays + stays_of(&input->on_wire, now) +
               stays_of(&input->ring, now) + stays_of(&input->taken, now) +
               stays_of(&input->queue, now);
}

/* And by number: each is on its way, dealt with or lost. */
static bool adds_up_by_number(const ts_input *input)
{
    int64_t done = input->received || input->delivery->direct
                       ? input->taken_count
                       : input->handled;

    return input->occurred == done + input->dropped_ring +
                                  input->dropped_queue + input->on_wire.count +
                                  input->ring.count + input->taken.count +
                                  input->queue.count;
}

static void report_times(const ts_input *input, ts_report *report)
{
    const char *name = input->record->name;

    if (input->wait.count > 0)
        ts_report_tally(report, TS_UNIT_TIME, &input->wait,
                        &input->wait_histogram, "inputs.%s.wait", name);
    if (input->latency.count > 0)
        ts_report_tally(report, TS_UNIT_TIME, &input->latency,
                        &input->latency_histogram, "inputs.%s.latency", name);
    if (input->stay.count > 0)
        ts_report_tally(report, TS_UNIT_TIME, &input->stay, NULL,
                        "inputs.%s.stay", name);
}

void ts_input_report(const ts_input *input, ts_report *report)
{
    ts_time now = now_of(input);
    const char *name = input->record->name;
    double second = (double)(now > 0 ? now : 1) / (double)TS_S;

    (void)TS_ENSURE(input->machine->engine, adds_up(input, now));
    (void)TS_ENSURE(input->machine->engine, adds_up_by_number(input));
    ts_report_count(report, input->occurred, "inputs.%s.occurred", name);
    ts_report_count(report, input->handled, "inputs.%s.handled", name);
    ts_report_count(report, input->taken_count, "inputs.%s.received", name);
    ts_report_count(report, input->dropped_ring, "inputs.%s.lost_in_ring",
                    name);
    ts_report_count(report, input->dropped_queue, "inputs.%s.lost_in_queue",
                    name);
    ts_report_count(report, input->interrupts, "inputs.%s.interrupts", name);
    ts_report_count(report, input->polls, "inputs.%s.polls", name);
    ts_report_value(report, TS_UNIT_RATE,
                    (double)(input->received ? input->taken_count
                                             : input->handled) /
                        second,
                    "inputs.%s.goodput", name);
    report_times(input, report);
}
