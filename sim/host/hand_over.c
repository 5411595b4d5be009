/*
 * hand_over.c - from one thread to another: by yielding, by a pipe, by a
 * futex, on one processor and on two, and a cache line between two cores.
 */
#define _GNU_SOURCE
#include "sim/host/host.h"

#include <linux/futex.h>
#include <pthread.h>
#include <sched.h>
#include <stdatomic.h>
#include <sys/syscall.h>
#include <unistd.h>

/* Two threads: this one, and a partner on a processor of its own choice. */
typedef struct pair {
    pthread_t partner;
    int processor; /* of the partner */
    int to[2], back[2];
    atomic_int turn; /* 0: this one's, 1: the partner's, 2: the end */
    bool waits;      /* at the futex; else it spins */
} pair;

static void futex_wait(atomic_int *word, int value)
{
    syscall(SYS_futex, word, FUTEX_WAIT_PRIVATE, value, NULL, NULL, 0);
}

static void futex_wake(atomic_int *word)
{
    syscall(SYS_futex, word, FUTEX_WAKE_PRIVATE, 1, NULL, NULL, 0);
}

/* Waits until it is `mine`, or the end: false. */
static bool await(pair *p, int mine)
{
    int now;

    while ((now = atomic_load(&p->turn)) != mine && now != 2)
        if (p->waits)
            futex_wait(&p->turn, now);
    return now == mine;
}

static void give(pair *p, int to)
{
    atomic_store(&p->turn, to);
    if (p->waits)
        futex_wake(&p->turn);
}

static void *answer(void *context)
{
    pair *p = context;

    ts_host_pin(p->processor);
    while (await(p, 1))
        give(p, 0);
    return NULL;
}

static void *answer_bytes(void *context)
{
    pair *p = context;
    char byte;

    ts_host_pin(p->processor);
    while (read(p->to[0], &byte, 1) == 1 && write(p->back[1], &byte, 1) == 1)
        ;
    return NULL;
}

static void *yield(void *context)
{
    pair *p = context;

    ts_host_pin(p->processor);
    while (atomic_load(&p->turn) != 2)
        sched_yield();
    return NULL;
}

/* --- samples: a hand-over is half of there and back --- */

static double by_turn(void *context)
{
    const int many = 1000;
    pair *p = context;
    double from = ts_host_now();

    for (int i = 0; i < many; i++) {
        give(p, 1);
        if (!await(p, 0))
            return -1;
    }
    return (ts_host_now() - from) / many / 2;
}

static double by_bytes(void *context)
{
    const int many = 500;
    pair *p = context;
    char byte = 0;
    double from = ts_host_now();

    for (int i = 0; i < many; i++)
        if (write(p->to[1], &byte, 1) != 1 || read(p->back[0], &byte, 1) != 1)
            return -1;
    return (ts_host_now() - from) / many / 2;
}

/* Each yield lets the partner run, who yields back: two switches and two system
 * calls. What a call takes by itself is taken off. */
static double by_yield(void *context)
{
    const int many = 1000;
    double from = ts_host_now(), calls;

    (void)context;
    for (int i = 0; i < many; i++)
        (void)syscall(SYS_getppid);
    calls = ts_host_now() - from;
    from = ts_host_now();
    for (int i = 0; i < many; i++)
        sched_yield();
    from = (ts_host_now() - from) / 2 - calls;
    return from > 0 ? from / many : 0;
}

/* --- pairs --- */

static void measure(ts_host *host, const ts_reading *reading, int processor,
                    bool waits, void *(*partner)(void *), ts_sample_fn *sample)
{
    pair p = {.processor = processor, .waits = waits};
    bool pipes = partner == answer_bytes;

    if (pipes && pipe(p.to) != 0)
        return;
    if (pipes && pipe(p.back) != 0) {
        close(p.to[0]);
        close(p.to[1]);
        return;
    }
    atomic_init(&p.turn, 0);
    if (ts_host_pin(0) && pthread_create(&p.partner, NULL, partner, &p) == 0) {
        (void)sample(&p); /* until both are where they belong */
        ts_host_sample(host, reading, sample, &p);
        atomic_store(&p.turn, 2);
        futex_wake(&p.turn);
        if (pipes)
            close(p.to[1]);
        pthread_join(p.partner, NULL);
    } else {
        if (pipes)
            close(p.to[1]);
    }
    if (pipes) {
        close(p.to[0]);
        close(p.back[0]);
        close(p.back[1]);
    }
}

static void hand_over(ts_host *host)
{
    measure(host,
            &(ts_reading){
                .name = "switch",
                .field = "/system/switch/cost",
                .what =
                    "sched_yield between two threads, without the system call",
                .unit = "ns"},
            0, false, yield, by_yield);
    measure(host,
            &(ts_reading){.name = "switch.futex",
                          .what = "a hand-over by futex on one processor",
                          .unit = "ns"},
            0, true, answer, by_turn);
    measure(host,
            &(ts_reading){.name = "switch.pipe",
                          .what = "a hand-over by pipe on one processor",
                          .unit = "ns"},
            0, false, answer_bytes, by_bytes);
    if (!ts_host_pin(1))
        return; /* there is no other processor */
    measure(host,
            &(ts_reading){.name = "wake.other",
                          .what = "a hand-over by futex to another processor",
                          .unit = "ns"},
            1, true, answer, by_turn);
    measure(host,
            &(ts_reading){.name = "line",
                          .field = "/computer/memory/transfer/core",
                          .what = "a cache line between two processors",
                          .unit = "ns"},
            1, false, answer, by_turn);
}

const ts_probe ts_probe_hand_over = {"hand-over", hand_over};
