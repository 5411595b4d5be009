/*
 * urgent.h - what the real-time policies share: a heap by urgency.
 *
 * Who is most urgent runs. Ties: a running job is kept; among waiting ones the
 * convention decides: usually the task that stands first in the scenario comes
 * first, and of one task the job that was released first.
 */
#ifndef TS_MODELS_POLICY_URGENT_H
#define TS_MODELS_POLICY_URGENT_H

#include "models/policy/heap.h"
#include "models/policy/placement.h"
#include "models/machine/policy.h"

typedef struct ts_urgent_record {
    bool preemptive;
    ts_placement_record *placement;
} ts_urgent_record;

typedef struct ts_urgent {
    ts_heap ready;
    bool preemptive;
} ts_urgent;

extern const ts_shape ts_urgent_shape;

bool ts_urgent_place(ts_machine *machine, ts_error *error);
bool ts_urgent_init(ts_runqueue *queue, ts_error *error);
void ts_urgent_put(ts_runqueue *queue, ts_thread *thread, ts_why why);
void ts_urgent_remove(ts_runqueue *queue, ts_thread *thread);
ts_thread *ts_urgent_challenger(ts_runqueue *queue);
ts_thread *ts_urgent_pick(ts_runqueue *queue, ts_cpu *cpu);
bool ts_urgent_before(const ts_runqueue *queue, const ts_thread *challenger,
                      const ts_thread *running);
/* Whether a policy of that entry and these options takes processors away. */
bool ts_urgent_preempts(const ts_entry *entry, const void *options);
/* Order of two waiting threads, as ts_heap_compare has it. */
int ts_urgent_compare(const ts_thread *a, const ts_thread *b);
/* For policies that go by deadlines, as their report(): a remark where several
 * threads have none at all, so that nothing but ties decided. */
void ts_urgent_deadlines(const ts_runqueue *queue, ts_report *report);

#endif
