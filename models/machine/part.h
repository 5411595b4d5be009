/*
 * part.h - the subsystems a machine is assembled from.
 *
 * A part is a file (or a folder) with one ts_part and one line in
 * models/world/parts.c. It brings all that is its own: its fields of the
 * scenario, its state in the machine, its bytes in each thread, its hooks and
 * its metrics. The machine knows none of them by name: it calls the hooks, in
 * the order of the list.
 *
 * A part that the scenario does not ask for has no state, no bytes in threads
 * and no hooks; its fields are there all the same, so that it can look.
 *
 * A part's place in the list is its slot, a constant that the list defines and
 * the part's own file declares: extern const int ts_slot_NAME. By it a part
 * finds what is its own.
 */
#ifndef TS_MODELS_PART_H
#define TS_MODELS_PART_H

#include "models/machine/machine.h"
#include "models/machine/metric.h"
#include "models/machine/scenario.h"
#include "models/machine/task.h"

typedef struct ts_part {
    const char *name;

    /* Tables of its fields, which stand at the top of the scenario, in
     * "computer", in "system" and in each of "threads". Their names are the
     * names of the objects they stand in. NULL: none. */
    const ts_shape *scenario, *computer, *system, *thread;

    size_t state; /* bytes in the machine, zeroed; handed to each hook */
    size_t own;   /* bytes in each thread, zeroed when a job begins */

    /* Whether the scenario asks for it. NULL: always. */
    bool (*asked)(const ts_machine *machine);
    /* Makes what it needs; what stands above it in the list is there. */
    bool (*create)(ts_machine *machine, void *state, ts_error *error);
    /* How many processors the computer has, by the part's fields there; 0:
     * they do not say. */
    int64_t (*processors)(const void *fields);
    /* Number i of the records of threads that the part will make, and what they
     * are called; NULL: there are no more. */
    const ts_task_record *(*workers)(const ts_machine_record *record, int i,
                                     const char **name);

    /* --- hooks; each may be NULL --- */

    /* A task is about to be made ready: what the part says of its threads. */
    bool (*task)(void *state, ts_task *task, ts_error *error);
    /* A new thread has not begun its program yet. `number`: its place among
     * those of its task, from 0. */
    void (*begins)(void *state, ts_thread *thread, int64_t number);
    /* `thread` gets the processor: returns what that costs besides the direct
     * switch (reloading caches, say). */
    ts_fine (*enter)(void *state, ts_cpu *cpu, ts_thread *thread);
    /* `thread` leaves the processor, for whatever reason. */
    void (*leave)(void *state, ts_cpu *cpu, ts_thread *thread);
    /* The processor does something else from here on: cpu->mode. */
    void (*mode)(void *state, ts_cpu *cpu);
    /* The thread's timer goes off, and it is blocked. true: the part wakes it,
     * a little later. */
    bool (*rings)(void *state, ts_thread *thread);
    /* The thread's program is over; its queue still knows it. */
    void (*exits)(void *state, ts_thread *thread);
    /* ... and it will not run any more. */
    void (*ended)(void *state, ts_thread *thread);
    /* The thread is killed where it stands; it has left its processor. */
    void (*killed)(void *state, ts_thread *thread);

    /* Adds metrics of a task, and of the whole, when the run is over. */
    void (*report_task)(void *state, const ts_task *task, ts_report *report);
    void (*report)(ts_machine *machine, void *state, ts_report *report);
    /* What kinds of metrics those are, so that scenarios may expect them:
     * TS_METRICS(). */
    const ts_metric_kind *metrics;
    int metric_count;
} ts_part;

/* All parts, in the order of their creation and of their hooks. */
extern const ts_part *const ts_parts[];
extern const int ts_part_count;

/* What the scenario says of a part: the records of its tables. */
static inline const void *ts_part_scenario(const ts_machine_record *record,
                                           int slot)
{
    return record->parts[slot];
}
static inline const void *ts_part_computer(const ts_machine_record *record,
                                           int slot)
{
    return record->computer->parts[slot];
}
static inline const void *ts_part_system(const ts_machine_record *record,
                                         int slot)
{
    return record->system->parts[slot];
}

/* What is the part's own in a thread; NULL where it is not asked for. */
static inline void *ts_part_own(const ts_thread *thread, int slot)
{
    const ts_part_place *place = &thread->machine->part[slot];

    return place->asked ? (char *)thread->own + place->own : NULL;
}

#endif
