/*
 * operation.h - what programs are made of.
 *
 * A thread runs a program, a list of operations, and is a state machine over
 * it: a stack of frames, one an operation that has begun. Each step of the
 * topmost one says what it needs next. An operation is a file with one
 * ts_entry and one line in models/world/operations.c.
 */
#ifndef TS_MODELS_OPERATION_H
#define TS_MODELS_OPERATION_H

#include "sim/engine/bits.h"
#include "sim/engine/clock.h"
#include "sim/engine/engine.h"
#include "sim/scenario/field.h"

typedef struct ts_machine ts_machine;
typedef struct ts_cpu ts_cpu;
typedef struct ts_thread ts_thread;
typedef struct ts_task ts_task;
typedef struct ts_runqueue ts_runqueue;
typedef struct ts_frame ts_frame;
typedef struct ts_operation ts_operation;
struct ts_outline;

/* What a step of an operation asks for. */
typedef enum ts_step {
    TS_STEP_DONE,  /* over; the next operation */
    TS_STEP_AGAIN, /* it pushed a frame, or wants to be called again */
    TS_STEP_RUN,   /* processor time: ts_thread_work() was called; step again
                      when it is used up */
    TS_STEP_WAIT,  /* block; the operation is over when the thread is woken */
    TS_STEP_BLOCK, /* block; step again on a processor after the wake-up */
    TS_STEP_YIELD, /* over; back to the run queue */
    TS_STEP_PAUSE, /* step again when the decisions of this instant have been
                      taken, if it still has the processor then */
    TS_STEP_EXIT   /* the thread ends */
} ts_step;

/* What processor time is spent on; also the kinds of spans. */
typedef enum ts_mode {
    TS_MODE_USER,   /* the program's own work: "run" */
    TS_MODE_KERNEL, /* system calls, wake-ups, lock handling: "kernel" */
    TS_MODE_SPIN,   /* busy waiting: "spin" */
    TS_MODE_STALL, /* occupies the hardware thread, waits for memory: "stall" */
    TS_MODE_SWITCH,    /* context switch: "switch" */
    TS_MODE_INTERRUPT, /* "interrupt" */
    TS_MODE_IDLE,
    TS_MODES
} ts_mode;

/*
 * An operation of a program, behind an entry of ts_operations. step() is
 * called with the thread on its processor, except that operations marked
 * `control` may also be stepped when the thread becomes ready: they need no
 * processor and touch nothing but the thread.
 */
struct ts_operation {
    ts_step (*step)(ts_machine *machine, ts_thread *thread, ts_frame *frame);
    bool control;
    bool waits; /* it may wait off the processor: an interpreter gives its lock
                   back around it */
    /* Checks and resolves the operation's fields once, when the machine is
     * built; calls ts_program_prepare() for programs inside it. Returns how
     * deep its frames may nest below it, or -1 with a message. May be NULL. */
    int (*prepare)(ts_machine *machine, ts_task *task, void *fields,
                   ts_error *error);
    /* Adds what it will do to an outline of the program (program.h). NULL: an
     * outline cannot say. */
    void (*outline)(const void *fields, struct ts_outline *outline);
};

/* A random stream of something small: what it draws depends on its number
 * only, never on when it was let draw. */
typedef struct ts_dice {
    uint64_t key, index;
    uint64_t draws; /* random blocks used so far */
} ts_dice;

struct ts_frame {
    const ts_operation *op;
    const void *fields; /* the operation's record */
    int64_t count;      /* the operation's own state ... */
    void *pointer;      /* ... */
    int32_t phase;      /* ... 0 at first */
};

/*
 * Calls: an operation that a thread is made to do in the middle of its own
 * work, at its next check, and goes on afterwards: what an interpreter does
 * when it looks between two instructions, or a signal handler. Checks come
 * after every `tick` of the thread's own work (TS_MODE_USER) while it is
 * `open`; they cost no event as long as nothing is asked for.
 */
typedef struct ts_calls {
    ts_fine tick;   /* work from one check to the next */
    ts_fine ticked; /* since the last one, before the work in hand */
    bool open;
    const ts_operation *asked; /* what to do at the next check; NULL */
    const void *fields;
    /* the work that is interrupted by the call that is on */
    ts_fine left, amount, check;
    int depth;     /* of the call's frame; 0: none is on */
    ts_time since; /* the caller's own ... */
    bool wants;    /* ... and this */
} ts_calls;

#endif
