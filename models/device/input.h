/*
 * input.h - what reaches a processor from outside: keys, packets, completions.
 *
 * Events of an input occur by themselves, cross a wire, and stand in the ring
 * of a controller. How the processor learns of them is the input's delivery:
 * an interrupt each, a poll at a period, interrupts that wait for more, or
 * polling while there is something (NAPI). The processor pays for each. When
 * the handler is done the event is handled, and, if some thread receives from
 * the input, waits for that in a queue of its own.
 *
 * A delivery is a file with a ts_entry whose model is a ts_delivery, and a line
 * in deliveries.c.
 */
#ifndef TS_MODELS_INPUT_H
#define TS_MODELS_INPUT_H

#include "models/machine/part.h"
#include "models/machine/task.h"

typedef struct ts_input ts_input;

typedef struct ts_delivery {
    size_t state_size; /* input->state, zeroed */
    bool direct;       /* threads take from the ring; nothing is handled */
    /* The record is the entry's. May be NULL. */
    bool (*init)(ts_input *input, const void *record, ts_error *error);
    /* So many events have come into the ring together. May be NULL. */
    void (*reached)(ts_input *input, int64_t events);
    /* A handler that was raised by ts_input_raise() is over, and its events
     * are handled. May be NULL. */
    void (*done)(ts_input *input);
} ts_delivery;

typedef struct ts_wire_record {
    int64_t bits;
    ts_rational clock;
} ts_wire_record;

typedef struct ts_input_record {
    const char *name;
    ts_arrive_record *arrive;
    int64_t count;
    ts_wire_record *wire; /* NULL: none */
    int64_t ring, queue;  /* room; 0: no limit */
    int64_t processor;
    int64_t level;
    ts_variant delivery;
} ts_input_record;

/* Times of events, in order. */
typedef struct ts_fifo {
    ts_time *time;
    int64_t first, count, room;
} ts_fifo;

struct ts_input {
    ts_obstacle obstacle; /* what its receivers wait for */
    ts_machine *machine;
    const ts_input_record *record;
    const ts_delivery *delivery;
    void *state;
    ts_cpu *cpu;
    ts_interrupt interrupt;
    int64_t claimed; /* events that the handler under way takes */
    ts_event event;  /* the next one occurs */
    ts_time *at, next;
    int64_t arrivals;
    ts_random random;
    ts_event arrived; /* the first one on the wire reaches the ring */
    ts_time wire_free;
    ts_clock wire;
    ts_fifo on_wire, ring, taken, queue; /* when their events occurred */
    bool received;                       /* threads take them */
    bool holds;                          /* the run waits for its events */
    ts_thread *first, *last;             /* threads that wait for one */
    int place, kind;                     /* in the trace */
    int64_t occurred, dropped_ring, dropped_queue, handled, taken_count;
    int64_t interrupts, polls;
    ts_level inside; /* Little's law: its area is ... */
    ts_i128 stays;   /* ... the sum of all stays */
    ts_tally wait, latency, stay;
    ts_histogram wait_histogram, latency_histogram;
};

typedef struct ts_inputs {
    int count;
    ts_input *input;
} ts_inputs;

extern const int ts_slot_inputs;

static inline ts_inputs *ts_inputs_of(const ts_machine *machine)
{
    return machine->part[ts_slot_inputs].state;
}
/* What the scenario says of them: of ts_input_record. */
const ts_list *ts_inputs_said(const ts_machine_record *record);

extern const ts_shape ts_input_shape;
extern const ts_registry ts_deliveries;

/* Makes one of `inputs`, zeroed, and begins with its arrivals. */
bool ts_input_create(ts_machine *machine, ts_input *input,
                     const ts_input_record *record, ts_error *error);
void ts_input_report(const ts_input *input, ts_report *report);

/* A thread takes the first event that waits for one. false: there is none. */
bool ts_input_receive(ts_input *input);
/* The thread stands in line for the next; it is woken or cut short. */
void ts_input_await(ts_input *input, ts_thread *thread);

/* The processor handles the first `events` of the ring, for `cost` in all.
 * While the interrupt is only latched this may be said again, of more. */
void ts_input_raise(ts_input *input, int64_t events, ts_fine cost);
/* Outside a handler: the first of the ring is taken, and handled once whoever
 * took it has worked for it. */
void ts_input_take(ts_input *input);
void ts_input_handled(ts_input *input);
/* The handler is running or latched. */
bool ts_input_is_raised(const ts_input *input);
/* It runs: what it takes is fixed. */
bool ts_input_is_served(const ts_input *input);

#endif
