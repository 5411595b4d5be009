/*
 * schedstat.c - what `perf sched stats diff` prints of two recordings: the
 * kernel's counts of each processor, beside each other, and the change.
 */
#include "sim/exchange/exchange.h"

#include <inttypes.h>
#include <stdlib.h>

#include "sim/exchange/switches.h"

enum { YIELDS, SWITCHES, IDLE, WAKES, LOCAL, RUN, DELAY, SLICES, COUNTS };

/* The kernel's names (Documentation/scheduler/sched-stats). */
static const char *const names[COUNTS] = {
    [YIELDS] = "yld_count", [SWITCHES] = "sched_count", [IDLE] = "sched_goidle",
    [WAKES] = "ttwu_count", [LOCAL] = "ttwu_local",     [RUN] = "run_cpu_time",
    [DELAY] = "run_delay",  [SLICES] = "pcount",
};

typedef struct counts {
    int64_t of[COUNTS];
} counts;

typedef struct side {
    counts *cpus;   /* owned */
    ts_time *since; /* by thread: ready since, or on its processor; owned */
} side;

static void count_switch(side *s, const ts_switched *e)
{
    int64_t *of = s->cpus[e->cpu].of;

    of[SWITCHES]++;
    of[IDLE] += e->next < 0;
    if (e->thread >= 0) {
        of[RUN] += ts_export_ns(e->at) - ts_export_ns(s->since[e->thread]);
        of[YIELDS] += e->state == TS_SWITCH_READY;
        s->since[e->thread] = e->at;
    }
    if (e->next >= 0) {
        of[DELAY] += ts_export_ns(e->at) - ts_export_ns(s->since[e->next]);
        of[SLICES]++;
        s->since[e->next] = e->at;
    }
}

static void count_event(side *s, const ts_switched *e)
{
    if (e->event == TS_EVENT_SWITCH)
        count_switch(s, e);
    if (e->event == TS_EVENT_NEW || e->event == TS_EVENT_WAKING)
        s->since[e->thread] = e->at;
    if (e->event == TS_EVENT_WAKING) {
        s->cpus[e->cpu].of[WAKES]++;
        s->cpus[e->cpu].of[LOCAL] += e->cpu == e->other;
    }
}

static bool count_run(side *s, const ts_history *h, ts_error *error)
{
    ts_switches switches;
    const ts_switched *e;

    s->cpus = calloc((size_t)h->processors + 1, sizeof *s->cpus);
    s->since = calloc((size_t)h->thread_count + 1, sizeof *s->since);
    if (s->cpus == NULL || s->since == NULL)
        return ts_fail(error, "out of memory");
    if (!ts_switches_begin(&switches, h, error))
        return false;
    while ((e = ts_switches_next(&switches)) != NULL)
        count_event(s, e);
    ts_switches_end(&switches);
    return !switches.failed || ts_fail(error, "out of memory");
}

static void write_counts(const counts *a, const counts *b, FILE *out)
{
    for (int i = 0; i < COUNTS; i++) {
        int64_t x = a->of[i], y = b->of[i];

        fprintf(out, "%-42s : %16" PRId64 ", %16" PRId64 "  |", names[i], x, y);
        if (x != 0)
            fprintf(out, " %9.2f%% |\n", 100.0 * (double)(y - x) / (double)x);
        else
            fprintf(out, " %10s |\n", y == 0 ? "0.00%" : "-");
    }
}

static counts sum(const side *s, int cpus)
{
    counts all = {{0}};

    for (int i = 0; i < cpus; i++)
        for (int k = 0; k < COUNTS; k++)
            all.of[k] += s->cpus[i].of[k];
    return all;
}

static void write_sides(const side *s, const ts_history *const *runs, FILE *out)
{
    counts a = sum(&s[0], runs[0]->processors);
    counts b = sum(&s[1], runs[1]->processors);
    int both = runs[0]->processors < runs[1]->processors ? runs[0]->processors
                                                         : runs[1]->processors;

    fprintf(out, "%-42s : %16s, %16s  |  PCT_CHANGE |\n", "DESC", "COUNT1",
            "COUNT2");
    fputs("CPU <ALL CPUS SUMMARY>\n", out);
    write_counts(&a, &b, out);
    for (int i = 0; i < both; i++) {
        fprintf(out, "CPU %d\n", i);
        write_counts(&s[0].cpus[i], &s[1].cpus[i], out);
    }
}

static bool write_runs(const ts_history *const *runs, int count, FILE *out,
                       ts_error *error)
{
    side sides[2] = {{NULL, NULL}, {NULL, NULL}};
    bool fine;

    (void)count; /* two runs, as the format asks for */
    assert(count == 2);
    fine = count_run(&sides[0], runs[0], error) &&
           count_run(&sides[1], runs[1], error);
    if (fine)
        write_sides(sides, runs, out);
    for (int i = 0; i < 2; i++) {
        free(sides[i].cpus);
        free(sides[i].since);
    }
    return fine;
}

const ts_export ts_export_schedstat = {
    .name = "schedstat",
    .help = "two runs' counts beside each other, as perf sched stats diff",
    .runs_min = 2,
    .runs_max = 2,
    .write = write_runs,
};
