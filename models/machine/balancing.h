/*
 * balancing.h - inside the balancer: balance.c has its rules and what it does at
 * fixed times, balance_place.c where new and woken threads go, balance_pull.c
 * what processors out of work take.
 */
#ifndef TS_MODELS_BALANCING_H
#define TS_MODELS_BALANCING_H

#include "models/machine/balance.h"
#include "models/machine/inside.h"

typedef enum place_rule { PLACE_POLICY, PLACE_LEAST, PLACE_NEXT } place_rule;
typedef enum wake_rule {
    WAKE_POLICY,
    WAKE_IDLE,
    WAKE_LAST,
    WAKE_LEAST
} wake_rule;
typedef enum pull_rule { PULL_POLICY, PULL_IDLE, PULL_NEVER } pull_rule;
typedef enum victim_rule {
    VICTIM_BUSIEST,
    VICTIM_RANDOM,
    VICTIM_NEXT
} victim_rule;

/* What the processor of a queue has found when it looked. */
typedef struct ts_looker {
    int failed; /* looks without success, since the last with */
    bool looks; /* it is about to, not just out of work */
} ts_looker;

struct ts_balance {
    ts_machine *machine;
    const ts_balance_record *rules;
    ts_random random;
    ts_event event;     /* the next balancing; pending only with work */
    ts_event look;      /* the next one of idle processors */
    ts_looker *lookers; /* by queue */
    bool attracts;      /* the policy says what is pulled, and when */
    bool refused;       /* there is something that could not be had yet */
    uint64_t looked;    /* order of the newest ready thread at the last look */
    int failed;      /* periods that moved nothing, since the last that did */
    int turn;        /* PLACE_NEXT: the next queue */
    ts_level wasted; /* processors that idle while threads wait */
    int64_t wakes;   /* woken in another queue than the last */
    int64_t pulls, pulled;
    int64_t periods, pushed;
};

/* How many threads it has, running or ready. Queues feed one processor each
 * here. */
static inline int64_t ts_balance_load(const ts_machine *machine,
                                      const ts_runqueue *queue)
{
    return queue->ready + (machine->cpus[queue->first].current != NULL);
}

/* ... and how much they weigh together. */
static inline int64_t ts_balance_weight(const ts_runqueue *queue)
{
    return queue->policy->load != NULL
               ? queue->policy->load(queue)
               : TS_WEIGHT * ts_balance_load(queue->machine, queue);
}

/* The queue's processor takes the thread of another queue, off its processor if
 * it runs. Whether it could. */
bool ts_balance_take(ts_thread *thread, ts_runqueue *queue);
/* A thread of the queue that `cpu` may have, after so many failures; NULL:
 * none. */
ts_thread *ts_balance_spare(ts_runqueue *queue, const ts_cpu *cpu, int failed);

#endif
