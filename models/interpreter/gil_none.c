/*
 * gil_none.c - no lock: threads of the interpreter run at the same time.
 *
 * What they share they still take turns at: a part of each thread's work is
 * done on objects that others use, too, and each object has a lock of its own
 * (PEP 703, "Locking and atomic operations"). The thread comes to an object
 * after every so much of its own work, chooses one of them by chance, waits
 * for it, works on it, and goes on.
 */
#include "models/machine/task.h"
#include "models/interpreter/gil.h"

typedef struct none_record {
    double shared;
    int64_t objects;
    ts_duration every;
} none_record;

static const ts_field fields[] = {
    {.name = "shared",
     .kind = TS_FIELD_RATIO,
     .fallback = "0%",
     .max = 0.99,
     .offset = TS_AT(none_record, shared),
     .help = "part of the work that is done on objects which all threads "
             "share"},
    {.name = "objects",
     .kind = TS_FIELD_INT,
     .fallback = "1",
     .min = 1,
     .max = 4096,
     .offset = TS_AT(none_record, objects),
     .help = "how many such objects there are"},
    {.name = "every",
     .kind = TS_FIELD_DURATION,
     .fallback = "10us",
     .min = 1,
     .offset = TS_AT(none_record, every),
     .help = "work from one use of such an object to the next"},
};

static const ts_shape shape = {.name = "none",
                               .help = "An interpreter without a lock",
                               .size = sizeof(none_record),
                               TS_FIELDS(fields)};

/* An object's lock: first come, first served. */
typedef struct ts_object {
    ts_thread *holder, *first, *last;
} ts_object;

typedef struct none_state {
    ts_fine use; /* work on an object each time; 0: nothing is shared */
    ts_object *object;
} none_state;

static ts_step use_step(ts_machine *machine, ts_thread *thread,
                        ts_frame *frame);
static const ts_operation use_operation = {.step = use_step};

static bool init(ts_gil *gil, ts_error *error)
{
    const none_record *options = gil->options;
    none_state *state = gil->state;
    int64_t shared = (int64_t)(options->shared * 1000000 + 0.5);
    ts_fine every = ts_machine_fine(gil->machine, &options->every);

    if (shared == 0)
        return true;
    state->use = every * shared / 1000000;
    gil->tick = every - state->use;
    gil->portion = 1000000 - shared;
    state->object =
        ts_arena_array(gil->machine->arena, (size_t)options->objects,
                       sizeof *state->object);
    if (state->object == NULL)
        return ts_fail(error, "out of memory for shared objects");
    return true;
}

/* Which object it comes to. */
static void choose(const ts_gil *gil, ts_thread *thread, ts_frame *frame)
{
    const none_record *options = gil->options;
    none_state *state = gil->state;
    uint64_t which = 0;

    if (options->objects > 1) {
        ts_random random;

        ts_thread_draw(thread, &random);
        which = ts_random_below(&random, (uint64_t)options->objects);
        ts_thread_drawn(thread, &random);
    }
    frame->pointer = &state->object[which];
}

static void leave(ts_gil *gil, ts_object *object)
{
    ts_thread *next = object->first;

    object->holder = next;
    if (next == NULL)
        return;
    object->first = next->wait_next;
    if (object->first == NULL)
        object->last = NULL;
    ts_gil_waited(gil, next,
                  ts_engine_now(gil->machine->engine) - next->calls->since);
    ts_thread_wake(next);
}

static void enqueue(ts_gil *gil, ts_object *object, ts_thread *thread)
{
    gil->contended++;
    thread->calls->since = ts_engine_now(gil->machine->engine);
    thread->wait_next = NULL;
    if (object->last != NULL)
        object->last->wait_next = thread;
    else
        object->first = thread;
    object->last = thread;
}

enum { CHOOSE, TRY, ASLEEP, USE, GIVE, OVER };

static ts_step use_step(ts_machine *machine, ts_thread *thread, ts_frame *frame)
{
    ts_gil *gil = ts_interpreted_own(thread)->gil;
    const none_state *state = gil->state;
    ts_object *object = frame->pointer;

    (void)machine;
    switch (frame->phase++) {
    case CHOOSE:
        choose(gil, thread, frame);
        return ts_gil_pay(thread, gil->take_cost);
    case TRY:
        gil->acquisitions++;
        if (object->holder != NULL) {
            enqueue(gil, object, thread);
            return ts_gil_pay(thread, gil->wait_cost);
        }
        object->holder = thread;
        ts_gil_waited(gil, thread, 0);
        frame->phase = USE;
        return TS_STEP_AGAIN;
    case ASLEEP: /* the object is handed over, perhaps before it sleeps */
        return object->holder == thread ? TS_STEP_AGAIN : TS_STEP_BLOCK;
    case USE:
        ts_thread_work(thread, state->use, TS_MODE_USER);
        return TS_STEP_RUN;
    case GIVE: {
        ts_fine cost =
            gil->give_cost + (object->first != NULL
                                  ? ts_gil_wake_cost(gil, thread, object->first)
                                  : 0);

        leave(gil, object);
        return ts_gil_pay(thread, cost);
    }
    default:
        ts_thread_call(thread, &use_operation, gil);
        return TS_STEP_DONE;
    }
}

static ts_step take(ts_gil *gil, ts_thread *thread, ts_frame *frame)
{
    const none_state *state = gil->state;

    (void)frame;
    thread->calls->open = true;
    if (state->use > 0)
        ts_thread_call(thread, &use_operation, gil);
    return TS_STEP_DONE;
}

static ts_step drop(ts_gil *gil, ts_thread *thread, ts_frame *frame)
{
    (void)gil;
    (void)frame;
    thread->calls->open = false;
    thread->calls->asked = NULL;
    return TS_STEP_DONE;
}

static void unqueue(ts_object *object, const ts_thread *thread)
{
    ts_thread *before = NULL, *t = object->first;

    for (; t != NULL && t != thread; t = t->wait_next)
        before = t;
    if (t == NULL)
        return;
    if (before != NULL)
        before->wait_next = t->wait_next;
    else
        object->first = t->wait_next;
    if (object->last == t)
        object->last = before;
}

static void abandon(ts_gil *gil, ts_thread *thread)
{
    const none_record *options = gil->options;
    const none_state *state = gil->state;

    for (int64_t i = 0; state->object != NULL && i < options->objects; i++) {
        unqueue(&state->object[i], thread);
        if (state->object[i].holder == thread)
            leave(gil, &state->object[i]);
    }
}

static const ts_gil_kind kind = {
    .state_size = sizeof(none_state),
    .init = init,
    .take = take,
    .drop = drop,
    .abandon = abandon,
};

const ts_entry ts_gil_none = {
    .name = "none",
    .help = "free threads: no lock, but perhaps objects that they share",
    .about = "The free-threaded build of CPython 3.13 (PEP 703).",
    .shape = &shape,
    .model = &kind};
