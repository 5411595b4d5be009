/*
 * linux.h - the scheduling classes that linux.c stacks: deadline, real time,
 * fair. The kernel's stop class is what models/machine/balance.c does when it
 * takes a running thread off; its idle class is a processor without a thread.
 *
 * A class is a table of operations, called as those of policy.h are, for the
 * threads that belong to it and nobody else's. Each keeps its threads of a
 * queue in a part of ts_linux_queue of its own.
 */
#ifndef TS_MODELS_POLICY_LINUX_H
#define TS_MODELS_POLICY_LINUX_H

#include "models/machine/policy.h"
#include "models/machine/task.h"
#include "models/policy/fair.h"
#include "models/policy/heap.h"
#include "models/policy/linux_group.h"
#include "models/policy/linux_load.h"

typedef struct ts_linux_record {
    int kernel; /* ts_kernel */
    ts_variant fair;
    ts_rational hz;
    ts_time rt_period, rt_runtime, rr_slice;
    ts_time fair_period, fair_runtime;
    ts_time migration_cost;
    ts_list groups; /* of ts_linux_group_record */
    bool autogroup;
} ts_linux_record;

/* SCHED_FIFO and SCHED_RR of one queue. */
typedef struct ts_linux_rt {
    ts_heap ready;
    int64_t turn;   /* RR_TIMESLICE, ticks */
    ts_time used;   /* in this period */
    bool throttled; /* until the next one */
    ts_event period;
} ts_linux_rt;

/* The fair server of one queue: see linux_server.c. */
typedef struct ts_linux_server {
    bool started; /* there are fair threads */
    bool active;  /* they come before others now */
    ts_time left, deadline;
    ts_event event; /* zero laxity */
} ts_linux_server;

/* What the processor of a queue knows of when and how it looks at others: see
 * linux_balance.c. */
typedef struct ts_linux_domain {
    int64_t last;      /* look, in ticks */
    int64_t interval;  /* ms (balance_interval) */
    int failed;        /* looks in vain (nr_balance_failed) */
    int64_t capacity;  /* what threads above the fair class leave of it */
    bool aside;        /* nothing of it may come to who looks just now */
    ts_runqueue *from; /* what it is looking at, and ... */
    int64_t imbalance; /* ... what is to come from there: threads, or ... */
    bool by_load;      /* ... their load */
} ts_linux_domain;

typedef struct ts_linux_queue {
    ts_runqueue *queue;
    ts_time tick;
    ts_heap dl; /* by deadline */
    ts_linux_rt rt;
    ts_linux_server server;
    uint64_t *urgent;   /* the machine's: queues in which threads above the fair
                           class wait */
    int64_t fair_ready; /* threads in the queue of ... */
    ts_runqueue fair;   /* the fair policy's view of this queue */
    ts_linux_loads loads;
    ts_linux_domain domain;
    size_t load_at; /* where a thread's ts_linux_load is in its entity */
    ts_linux_group *groups; /* the machine's; NULL: there are none */
    size_t member_at;       /* ... and its ts_linux_member */
    int64_t parked;         /* ready threads of throttled groups */
} ts_linux_queue;

/* Threads that are ready and may run. */
static inline int64_t ts_linux_waiting(const ts_linux_queue *state)
{
    return state->queue->ready - state->parked;
}

/* Whether a reservation that has `left` of `runtime` would have more than its
 * share of `period` in the time `until` its deadline (dl_entity_overflow()). */
static inline bool ts_linux_overflows(ts_time left, ts_time runtime,
                                      ts_time period, ts_time until)
{
    return (ts_i128)left * period > (ts_i128)runtime * until;
}

/* A thread above the fair class came to wait in the queue, or left it. */
void ts_linux_note_urgent(ts_linux_queue *state);

/* Those that may be NULL are marked *. */
typedef struct ts_linux_class {
    /* Makes its part of the queue, when tick and the record are known. */
    bool (*init)(ts_linux_queue *state, ts_error *error);
    void (*join)(ts_linux_queue *state, ts_thread *thread);  /* * */
    void (*leave)(ts_linux_queue *state, ts_thread *thread); /* * */
    void (*put)(ts_linux_queue *state, ts_thread *thread, ts_why why);
    void (*remove)(ts_linux_queue *state, ts_thread *thread);
    /* Whether it has a thread that may run now, ready. */
    bool (*has)(const ts_linux_queue *state);
    ts_thread *(*challenger)(ts_linux_queue *state);
    ts_thread *(*pick)(ts_linux_queue *state, ts_cpu *cpu);
    /* Of two of the class. */
    bool (*before)(const ts_linux_queue *state, const ts_thread *challenger,
                   const ts_thread *running);
    void (*weighed)(ts_linux_queue *state, ts_thread *challenger,
                    const ts_thread *running, bool wins); /* * */
    ts_fine (*slice)(ts_linux_queue *state, ts_cpu *cpu, ts_thread *thread);
    bool (*expired)(ts_linux_queue *state, ts_thread *thread);
    void (*charge)(ts_linux_queue *state, ts_thread *thread, ts_time ran);
    void (*changed)(ts_linux_queue *state, ts_thread *thread); /* * */
    void (*blocked)(ts_linux_queue *state, ts_thread *thread); /* * */
    /* A thread that `cpu` may have; NULL: none. * */
    ts_thread *(*spare)(ts_linux_queue *state, const ts_cpu *cpu);
    void (*move)(ts_linux_queue *from, ts_linux_queue *to,
                 ts_thread *thread); /* * */
    const char *(*stands)(const ts_linux_queue *state, const ts_thread *thread,
                          int64_t *value); /* * */
    void (*key)(const ts_linux_queue *state, const ts_thread *thread,
                char *buffer, size_t size);
    size_t entity_size; /* bytes a thread; the fair policy says its own */
    bool pushes;        /* its threads are pushed and pulled */
} ts_linux_class;

extern const ts_linux_class ts_linux_deadline, ts_linux_real_time,
    ts_linux_fair;

extern const ts_entry ts_policy_cfs, ts_policy_eevdf;

/* So many bytes more for a fair thread's entity: where in it they are. */
size_t ts_linux_fair_add(ts_linux_queue *state, size_t size);
/* What the fair policy says a thread of its weighs, and all that it has. */
int64_t ts_linux_fair_weight(const ts_thread *thread);
int64_t ts_linux_fair_load(const ts_linux_queue *state);

/* The averages: a fair thread is ready (or gives its processor up, ready), is
 * picked, blocks, and leaves the queue. Before its weight changes it is
 * detached, and attached again if it was. */
void ts_linux_load_put(ts_linux_queue *state, ts_thread *thread);
void ts_linux_load_pick(ts_linux_queue *state, ts_thread *thread);
void ts_linux_load_block(ts_linux_queue *state, ts_thread *thread);
void ts_linux_load_leave(ts_linux_queue *state, ts_thread *thread);
bool ts_linux_load_detach(ts_linux_queue *state, ts_thread *thread);
void ts_linux_load_attach(ts_linux_queue *state, ts_thread *thread);
/* A thread above the fair class runs now; NULL: none. */
void ts_linux_load_over(ts_linux_queue *state, const ts_thread *thread);
/* Counts a queue's until now, and a thread's. */
void ts_linux_load_count(ts_linux_queue *state);
ts_linux_load *ts_linux_load_count_thread(ts_linux_queue *state,
                                          const ts_thread *thread);
ts_linux_load *ts_linux_load_of(const ts_linux_queue *state,
                                const ts_thread *thread);

/* Where threads go: see linux_place.c and linux_balance.c, and select(),
 * next_look() and attract() in policy.h. */
void ts_linux_domain_init(ts_linux_queue *state);
ts_runqueue *ts_linux_select(ts_machine *machine, const ts_thread *thread,
                             bool is_new);
ts_time ts_linux_next_look(const ts_runqueue *queue);
ts_thread *ts_linux_attract(ts_runqueue *queue, ts_look look);
/* How processors are held against each other: imbalance_pct of a domain that
 * shares a cache. */
#define TS_IMBALANCE 117

/* How full a processor is (group_type). */
typedef enum ts_linux_room {
    TS_ROOM_SPARE,
    TS_ROOM_FULL,
    TS_ROOM_MISFIT, /* its only thread would have more elsewhere */
    TS_ROOM_OVER    /* threads wait, and it cannot do more */
} ts_linux_room;

/* What is going on at a processor, by its queue's averages until now. */
typedef struct ts_linux_use {
    ts_linux_queue *state;
    ts_linux_room room;
    int64_t threads, fair; /* running or ready */
    int64_t load, util, runnable, capacity;
    int64_t mean; /* load by capacity */
} ts_linux_use;
ts_linux_use ts_linux_use_of(ts_linux_queue *state);

/* Control groups. A fair thread comes: where it is to be parked nothing else is
 * to be done about it; *why: how it comes. It is back from its processor and in
 * the queue. It is taken out: whether it was parked. It is not runnable any
 * more. */
bool ts_linux_groups_init(ts_linux_queue *state, ts_error *error);
bool ts_linux_groups_place(ts_machine *machine, ts_error *error);
bool ts_linux_group_put(ts_linux_queue *state, ts_thread *thread, ts_why *why);
/* Its own weight may be another. */
void ts_linux_group_changed(ts_linux_queue *state, ts_thread *thread);
void ts_linux_group_back(ts_linux_queue *state, ts_thread *thread);
bool ts_linux_group_remove(ts_linux_queue *state, ts_thread *thread);
void ts_linux_group_gone(ts_linux_queue *state, ts_thread *thread);
/* It ran for so long; until the tick at which its group's quota is seen to be
 * used up, and whether it is. */
void ts_linux_group_charge(ts_linux_queue *state, const ts_thread *thread,
                           ts_time ran);
ts_fine ts_linux_group_slice(const ts_linux_queue *state,
                             const ts_thread *thread);
bool ts_linux_group_expired(ts_linux_queue *state, const ts_thread *thread);
void ts_linux_groups_report(const ts_runqueue *queue, ts_report *report);
/* A ready thread leaves the fair policy's queue, parked, and comes back. */
void ts_linux_fair_put_off(ts_linux_queue *state, ts_thread *thread);
void ts_linux_fair_put_on(ts_linux_queue *state, ts_thread *thread, ts_why why);

/* Which class a thread of that class of the scenario is in: 0 the highest, and
 * the fair one. */
int ts_linux_rank(ts_class_of_thread which);
#define TS_LINUX_FAIR 2

/* Whether a deadline thread's deadline is no later than that. */
bool ts_linux_deadline_by(const ts_thread *thread, ts_time deadline);

/* Whether there is a fair server, instead of the throttle. */
bool ts_linux_has_server(const ts_linux_record *options);
void ts_linux_server_init(ts_linux_queue *state);
/* There are fair threads, and there are none. */
void ts_linux_server_start(ts_linux_queue *state);
void ts_linux_server_stop(ts_linux_queue *state);
/* A fair thread ran for so long. */
void ts_linux_server_charge(ts_linux_queue *state, ts_time ran);
/* Until the tick at which an active server is seen to have used its runtime up;
 * TS_FINE_NEVER: it is not active. */
ts_fine ts_linux_server_slice(const ts_linux_queue *state);

/* What the deadline class asks of a task. */
bool ts_linux_deadline_check(const ts_task *task, ts_error *error);

#endif
