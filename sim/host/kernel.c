/*
 * kernel.c - the processor's clock, and what one thread pays for the kernel.
 */
#define _GNU_SOURCE
#include "sim/host/host.h"

#include <pthread.h>
#include <sys/prctl.h>
#include <sys/syscall.h>
#include <time.h>
#include <unistd.h>

/* An addition that waits for the one before it takes one cycle. */
static double gigahertz(void *context)
{
    const int many = 200000;
    unsigned long x = 1;
    double from = ts_host_now();

    (void)context;
    for (int i = 0; i < many; i++) {
        x += 3;
        __asm__ volatile("" : "+r"(x));
        x += 5;
        __asm__ volatile("" : "+r"(x));
        x += 7;
        __asm__ volatile("" : "+r"(x));
        x += 9;
        __asm__ volatile("" : "+r"(x));
    }
    return 4.0 * many / (ts_host_now() - from);
}

static double read_time(void *context)
{
    const int many = 20000;
    double from = ts_host_now();

    (void)context;
    for (int i = 0; i < many; i++)
        (void)ts_host_now();
    return (ts_host_now() - from) / many;
}

static void processor(ts_host *host)
{
    ts_host_pin(0);
    ts_host_sample(host,
                   &(ts_reading){.name = "clock",
                                 .field = "/computer/clock",
                                 .what = "additions that wait for each other",
                                 .unit = "GHz"},
                   gigahertz, NULL);
    ts_host_sample(host,
                   &(ts_reading){.name = "clock.read",
                                 .what = "clock_gettime(CLOCK_MONOTONIC)",
                                 .unit = "ns"},
                   read_time, NULL);
}

const ts_probe ts_probe_processor = {"processor", processor};

/* --- entries --- */

static double system_call(void *context)
{
    const int many = 10000;
    double from = ts_host_now();

    (void)context;
    for (int i = 0; i < many; i++)
        (void)syscall(SYS_getppid);
    return (ts_host_now() - from) / many;
}

static double lock(void *context)
{
    const int many = 20000;
    pthread_mutex_t *mutex = context;
    double from = ts_host_now();

    for (int i = 0; i < many; i++) {
        pthread_mutex_lock(mutex);
        pthread_mutex_unlock(mutex);
    }
    return (ts_host_now() - from) / many / 2;
}

static void *nothing(void *context)
{
    return context;
}

static double make_thread(void *context)
{
    const int many = 50;
    double from = ts_host_now();

    (void)context;
    for (int i = 0; i < many; i++) {
        pthread_t thread;

        if (pthread_create(&thread, NULL, nothing, NULL) != 0)
            return -1;
        pthread_join(thread, NULL);
    }
    return (ts_host_now() - from) / many;
}

/* How late a sleep of 100 us ends. */
static double late(void *context)
{
    const struct timespec time = {0, 100000};
    double from = ts_host_now();

    (void)context;
    clock_nanosleep(CLOCK_MONOTONIC, 0, &time, NULL);
    return ts_host_now() - from - 100000;
}

static void kernel(ts_host *host)
{
    pthread_mutex_t mutex = PTHREAD_MUTEX_INITIALIZER;
    int slack = prctl(PR_GET_TIMERSLACK, 0, 0, 0, 0);

    ts_host_pin(0);
    ts_host_sample(host,
                   &(ts_reading){.name = "kernel.entry",
                                 .field = "/system/kernel/entry",
                                 .what = "a system call that does nothing",
                                 .unit = "ns"},
                   system_call, NULL);
    ts_host_sample(
        host,
        &(ts_reading){.name = "mutex",
                      .field = "/system/locking/take /system/locking/give",
                      .what = "taking or giving a free mutex",
                      .unit = "ns"},
        lock, &mutex);
    ts_host_sample(host,
                   &(ts_reading){.name = "thread",
                                 .what =
                                     "making a thread and waiting for its end",
                                 .unit = "ns"},
                   make_thread, NULL);
    if (slack >= 0)
        ts_host_note(
            host,
            &(ts_reading){.name = "timer.slack",
                          .field = "/system/timer_slack",
                          .what = "what the kernel was told of this process",
                          .unit = "ns"},
            slack);
    ts_host_sample(host,
                   &(ts_reading){.name = "timer.late",
                                 .what = "how late a sleep of 100 us ends",
                                 .unit = "ns"},
                   late, NULL);
}

const ts_probe ts_probe_kernel = {"kernel", kernel};
