/*
 * eevdf.h - what EEVDF knows of its threads and of a run queue, and its
 * arithmetic of virtual times: see eevdf_time.c. The policy is eevdf.c.
 */
#ifndef TS_MODELS_POLICY_EEVDF_H
#define TS_MODELS_POLICY_EEVDF_H

#include "models/policy/eligible.h"
#include "models/policy/fair.h"

typedef struct ts_eevdf_entity {
    int64_t vruntime, deadline; /* ns, weighted */
    int64_t lag;                /* while it is away: V - vruntime */
    int64_t slice;              /* ns */
    int64_t picked;             /* its deadline when it was picked */
    uint64_t woke;              /* see eevdf.woken */
    ts_fair_load load;
    ts_time rest; /* ps that are no whole ns yet */
    ts_time seen; /* when its deadline was held against its vruntime */
    ts_class_of_thread class_of;
    bool on;      /* counts: running, ready or delayed */
    bool delayed; /* asleep, and still counts */
    bool side;    /* see eligible.h */
    bool was;     /* has been here before */
    bool kept;    /* its deadline counts from its vruntime: it was moved */
} ts_eevdf_entity;

typedef struct ts_eevdf {
    ts_eligible ready;
    ts_machine *machine;
    ts_thread *current; /* running */
    ts_thread *left;    /* it gave the processor up, ready, at left_at */
    ts_time left_at;
    bool woken; /* some woke, and are to be weighed against the running
                        one: those whose `woke` is ... */
    uint64_t wakes;
    bool due;       /* its deadline is reached: choose anew */
    int64_t weight; /* of all that count */
    ts_i128 moment; /* sum of weight x vruntime over them */
    int64_t count;
    int64_t base_slice;
    ts_time tick;
    bool hrtick, parity, keep_lag, initial, delay;
    bool later; /* 6.12: own slices, and what came with them */
} ts_eevdf;

/* Its options; version and delay: see eevdf_fields.c. */
typedef struct ts_eevdf_record {
    int version;
    ts_time base_slice;
    ts_rational hz;
    bool scaling, hrtick, parity, lag, initial;
    int delay;
} ts_eevdf_record;

extern const ts_shape ts_eevdf_shape;
/* Whether by those options it has the rules of 6.12, and whether one that blocks
 * while it owes time goes on competing. */
bool ts_eevdf_is_later(const ts_eevdf_record *record);
bool ts_eevdf_delays(const ts_eevdf_record *record);

/* V, rounded down as the kernel does (avg_vruntime()). */
int64_t ts_eevdf_average(const ts_eevdf *state);
/* vruntime <= V, without dividing (entity_eligible()); of a ts_eevdf. */
bool ts_eevdf_is_eligible(const void *context, const ts_thread *thread);
/* It counts in V from now on, or no longer. */
void ts_eevdf_count(ts_eevdf *state, ts_eevdf_entity *e, bool on);
/* What it is owed, at most two slices or a tick (update_entity_lag()). */
int64_t ts_eevdf_lag(const ts_eevdf *state, const ts_eevdf_entity *e);
/* Enters at V less its lag, enlarged so that the lag is still the same when V
 * has moved because of it (place_entity()). From 6.12 on, one that was moved
 * keeps what it had until its deadline (PLACE_REL_DEADLINE). */
void ts_eevdf_place(ts_eevdf *state, ts_eevdf_entity *e);
/* From 6.12 on, one that has lost the right to the rest of its slice, because a
 * shorter one woke or because it went over a deadline while it was alone, goes
 * as soon as it is seen to owe (did_preempt_short()). */
bool ts_eevdf_is_open(const ts_eevdf *state, const ts_eevdf_entity *e);
/* The virtual time of the running thread that the kernel has not looked at yet:
 * since the last tick, or since it looked after that. */
int64_t ts_eevdf_unseen(const ts_eevdf *state);
/* The running thread's virtual time grows by so much. */
void ts_eevdf_run(ts_eevdf *state, int64_t grown);
/* The kernel looks at the running thread: at a tick, and when a thread comes or
 * goes (update_curr() and update_deadline()). */
void ts_eevdf_look(ts_eevdf *state);
/* Its lag and its deadline, for --why (ts_policy.key). */
void ts_eevdf_key(const ts_runqueue *queue, const ts_thread *thread,
                  char *buffer, size_t size);

#endif
