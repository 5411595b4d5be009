/*
 * host.c - rounds of probes, and what they come to.
 */
#define _GNU_SOURCE
#include "sim/host/host.h"

#include <sched.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>
#include <unistd.h>

#define READINGS_MAX 128
#define ROUNDS_MAX 20
#define SAMPLES_MAX 1000

typedef struct kept {
    ts_reading reading;
    double rounds[ROUNDS_MAX];
    int count;
} kept;

struct ts_host {
    ts_host_options options;
    kept readings[READINGS_MAX];
    size_t count;
    ts_arena texts;
    double total, idle, steal; /* of all processors, in ticks, at the start */
    double begun, used;        /* wall and own processor time, ns, then */
};

/* --- clocks and processors --- */

static double read_clock(clockid_t clock)
{
    struct timespec now;

    clock_gettime(clock, &now);
    return (double)now.tv_sec * 1e9 + (double)now.tv_nsec;
}

double ts_host_now(void)
{
    return read_clock(CLOCK_MONOTONIC);
}

bool ts_host_pin(int i)
{
    cpu_set_t all, one;

    ts_host_unpin();
    if (sched_getaffinity(0, sizeof all, &all) != 0)
        return false;
    for (size_t id = 0; id < CPU_SETSIZE; id++) {
        if (!CPU_ISSET(id, &all) || i-- > 0)
            continue;
        CPU_ZERO(&one);
        CPU_SET(id, &one);
        return sched_setaffinity(0, sizeof one, &one) == 0;
    }
    return false;
}

void ts_host_unpin(void)
{
    cpu_set_t all;

    /* The kernel takes out of it what this process may not have. */
    CPU_ZERO(&all);
    for (size_t id = 0; id < CPU_SETSIZE; id++)
        CPU_SET(id, &all);
    (void)sched_setaffinity(0, sizeof all, &all);
}

/* --- what others took --- */

/* The first line of /proc/stat, which counts ticks. */
bool ts_host_spent(double *total, double *idle, double *steal)
{
    double ticks[8] = {0}, tick = 1 / (double)sysconf(_SC_CLK_TCK);
    FILE *file = fopen("/proc/stat", "r");
    int n = file == NULL ? 0
                         : fscanf(file, "cpu %lf %lf %lf %lf %lf %lf %lf %lf",
                                  ticks, ticks + 1, ticks + 2, ticks + 3,
                                  ticks + 4, ticks + 5, ticks + 6, ticks + 7);

    if (file != NULL)
        fclose(file);
    *total = 0;
    for (int i = 0; i < 8; i++)
        *total += ticks[i] * tick;
    *idle = (ticks[3] + ticks[4]) * tick;
    *steal = ticks[7] * tick;
    return n == 8;
}

double ts_host_stolen(const ts_host *host)
{
    double total, idle, steal;

    if (!ts_host_spent(&total, &idle, &steal) || total <= host->total)
        return 0;
    return (steal - host->steal) / (total - host->total);
}

double ts_host_others(const ts_host *host)
{
    double total, idle, steal, own, all, busy;

    if (!ts_host_spent(&total, &idle, &steal) || total <= host->total)
        return 0;
    all = (ts_host_now() - host->begun) * (double)sysconf(_SC_NPROCESSORS_ONLN);
    own = (read_clock(CLOCK_PROCESS_CPUTIME_ID) - host->used) / all;
    busy =
        1 - (idle - host->idle + steal - host->steal) / (total - host->total);
    return busy > own ? busy - own : 0;
}

/* --- readings --- */

ts_host *ts_host_create(const ts_host_options *options)
{
    ts_host *host = calloc(1, sizeof *host);

    if (host == NULL)
        return NULL;
    assert(options->rounds >= 2 && options->rounds <= ROUNDS_MAX);
    assert(options->samples >= 3 && options->samples <= SAMPLES_MAX);
    host->options = *options;
    ts_arena_init(&host->texts, 0);
    return host;
}

void ts_host_destroy(ts_host *host)
{
    if (host == NULL)
        return;
    ts_arena_fini(&host->texts);
    free(host);
}

ts_arena *ts_host_arena(ts_host *host)
{
    return &host->texts;
}

static kept *find(const ts_host *host, const char *name)
{
    for (size_t i = 0; i < host->count; i++)
        if (strcmp(host->readings[i].reading.name, name) == 0)
            return (kept *)&host->readings[i];
    return NULL;
}

void ts_host_note(ts_host *host, const ts_reading *reading, double value)
{
    kept *k = find(host, reading->name);

    if (k == NULL && host->count < READINGS_MAX) {
        k = &host->readings[host->count++];
        k->reading = *reading;
    }
    if (k != NULL && k->count < ROUNDS_MAX)
        k->rounds[k->count++] = value;
}

static int compare(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;

    return (x > y) - (x < y);
}

double ts_host_median(double *values, int count)
{
    qsort(values, (size_t)count, sizeof *values, compare);
    return count % 2 == 1 ? values[count / 2]
                          : (values[count / 2 - 1] + values[count / 2]) / 2;
}

static bool is_interrupted(const ts_host *host)
{
    return host->options.interrupted != NULL && *host->options.interrupted;
}

void ts_host_sample(ts_host *host, const ts_reading *reading,
                    ts_sample_fn *sample, void *context)
{
    double values[SAMPLES_MAX];
    int count = 0;

    for (int i = 0; i < host->options.samples && !is_interrupted(host); i++) {
        double value = sample(context);

        if (value >= 0)
            values[count++] = value;
    }
    if (count > 0 && count == host->options.samples)
        ts_host_note(host, reading, ts_host_median(values, count));
}

/* Student's t at 97.5 % with so many degrees of freedom. */
static double student(int freedom)
{
    static const double t[] = {12.706, 4.303, 3.182, 2.776, 2.571, 2.447, 2.365,
                               2.306,  2.262, 2.228, 2.201, 2.179, 2.160, 2.145,
                               2.131,  2.120, 2.110, 2.101, 2.093};

    assert(freedom >= 1 && freedom < ROUNDS_MAX);
    return t[freedom - 1];
}

static double root(double x)
{
    double r = x > 1 ? x : 1;

    for (int i = 0; i < 100 && x > 0; i++)
        r = (r + x / r) / 2;
    return x > 0 ? r : 0;
}

/* What the rounds come to. The mean of as many rounds of another measurement
 * differs from this one's by t s sqrt(2 / n) in one of twenty at most. */
static void conclude(kept *k)
{
    double mean = 0, squares = 0;

    for (int i = 0; i < k->count; i++)
        mean += k->rounds[i] / k->count;
    for (int i = 0; i < k->count; i++)
        squares += (k->rounds[i] - mean) * (k->rounds[i] - mean);
    k->reading.value = ts_host_median(k->rounds, k->count);
    if (k->count > 1)
        k->reading.half = student(k->count - 1) *
                          root(squares / (k->count - 1) * 2 / k->count);
    k->reading.sure = k->count > 1 && k->reading.half <= k->reading.value / 10;
}

bool ts_host_measure(ts_host *host, ts_error *error)
{
    if (!ts_host_spent(&host->total, &host->idle, &host->steal))
        return ts_fail(error, "/proc/stat cannot be read: this is no Linux, or "
                              "one without /proc");
    host->begun = ts_host_now();
    host->used = read_clock(CLOCK_PROCESS_CPUTIME_ID);
    for (int round = 0; round < host->options.rounds; round++)
        for (int i = 0; i < ts_probe_count; i++) {
            if (is_interrupted(host))
                return ts_fail(error, "interrupted");
            if (host->options.progress != NULL)
                host->options.progress(host->options.context,
                                       ts_probes[i]->name, round);
            ts_probes[i]->run(host);
            ts_host_unpin();
        }
    for (size_t i = 0; i < host->count; i++)
        conclude(&host->readings[i]);
    return true;
}

const ts_reading *ts_host_reading(const ts_host *host, size_t i)
{
    return i < host->count ? &host->readings[i].reading : NULL;
}

const ts_reading *ts_host_find(const ts_host *host, const char *name)
{
    const kept *k = find(host, name);

    return k != NULL ? &k->reading : NULL;
}

/* EEVDF since 6.6, CFS since 2.6.23. */
const char *ts_host_policy(const char *release)
{
    char *end;
    long major = strtol(release, &end, 10);
    long minor = *end == '.' ? strtol(end + 1, NULL, 10) : 0;

    return major > 6 || (major == 6 && minor >= 6) ? "eevdf" : "cfs";
}
