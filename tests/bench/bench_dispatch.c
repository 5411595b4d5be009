/*
 * bench_dispatch.c - decisions a second of the processor model.
 *
 *   turns     round robin of N threads on P processors from one queue: each
 *             slice end is a decision
 *   each      the same with a queue a processor
 *   preempt   fixed priorities: every arrival takes a processor from the least
 *             of P busy ones
 *   fair      CFS, EEVDF with a queue a processor, N hogs, ticks of 1 ms
 *   mm1       Poisson arrivals, exponential service, first come first served
 *
 *   bench_dispatch [SECONDS]     of processor time a row at least, default 0.5
 *
 * Beside decisions a second: events a second, bytes of the run a thread.
 */
#include "timeslice/timeslice.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <time.h>

static double cpu_seconds(void)
{
    return (double)clock() / CLOCKS_PER_SEC;
}

static long resident(void)
{
    struct rusage usage;

    getrusage(RUSAGE_SELF, &usage);
    return usage.ru_maxrss;
}

typedef struct measure {
    double seconds, events, decisions;
} measure;

static measure play(const char *name, const char *text, double stop_us)
{
    char scenario[2048], *message = NULL;
    ts_run_options options = {.trace = false};
    ts_scenario *parsed;
    ts_result *result = NULL;
    measure m;

    snprintf(scenario, sizeof scenario, text, stop_us);
    parsed =
        ts_scenario_parse(name, scenario, strlen(scenario), NULL, &message);
    m.seconds = cpu_seconds();
    if (parsed != NULL)
        result = ts_scenario_run(parsed, 0, &options, &message);
    m.seconds = cpu_seconds() - m.seconds;
    if (result == NULL) {
        fprintf(stderr, "%s: %s\n%s\n", name, message, scenario);
        exit(1);
    }
    m.events = (double)ts_result_events(result);
    ts_result_metric(result, "processor.dispatches", &m.decisions);
    ts_result_free(result);
    ts_scenario_free(parsed);
    return m;
}

/* Plays the scenario, whose only %-directive left is the time to stop in us,
 * for longer and longer until it takes long enough. What a run of no length
 * takes, which makes the threads, is taken off. */
static void row(const char *name, int threads, int processors, double least,
                const char *text)
{
    long before = resident();
    measure none = play(name, text, 1), all = none;

    for (double stop_us = 1000; all.seconds - none.seconds < least;
         stop_us *= all.seconds - none.seconds < least / 20 ? 10 : 2)
        all = play(name, text, stop_us);
    all.seconds -= none.seconds;
    printf("%-8s %8d %6d %10.2f %10.2f %9.0f\n", name, threads, processors,
           (all.events - none.events) / all.seconds / 1e6,
           (all.decisions - none.decisions) / all.seconds / 1e6,
           (double)(resident() - before) * 1024 / threads);
    fflush(stdout);
}

static const char *format(const char *pattern, ...)
    __attribute__((format(printf, 1, 2)));

static const char *format(const char *pattern, ...)
{
    static char text[2048];
    va_list list;

    va_start(list, pattern);
    vsnprintf(text, sizeof text, pattern, list);
    va_end(list);
    return text;
}

#define HOGS                                                                   \
    "\"stop\": \"%%.0fus\", \"computer\": {\"processors\": %d}, "              \
    "\"threads\": [{\"name\": \"t\", \"count\": %d, \"background\": true, "    \
    "\"program\": [{\"forever\": [{\"run\": \"1000s\"}]}]}]}"

int main(int argc, char **argv)
{
    static const int threads[] = {10, 1000, 100000};
    static const int processors[] = {1, 16, 256};
    double least = argc > 1 ? strtod(argv[1], NULL) : 0.5;

    printf("%-8s %8s %6s %10s %10s %9s\n", "what", "threads", "cpus",
           "Mevents/s", "Mdecis/s", "B/thread");
    for (int t = 0; t < 3; t++)
        for (int p = 0; p < 3; p++) {
            if (threads[t] < processors[p])
                continue;
            row("turns", threads[t], processors[p], least,
                format("{\"title\": \"b\", \"system\": {\"policy\": "
                       "\"round-robin\", \"slice\": \"1ms\"}, " HOGS,
                       processors[p], threads[t]));
            row("each", threads[t], processors[p], least,
                format("{\"title\": \"b\", \"system\": {\"policy\": "
                       "\"round-robin\", \"slice\": \"1ms\", \"queues\": "
                       "\"per-processor\"}, " HOGS,
                       processors[p], threads[t]));
            row("cfs", threads[t], processors[p], least,
                format("{\"title\": \"b\", \"system\": {\"policy\": \"cfs\", "
                       "\"hz\": \"1kHz\"}, " HOGS,
                       processors[p], threads[t]));
            row("eevdf", threads[t], processors[p], least,
                format("{\"title\": \"b\", \"system\": {\"policy\": \"eevdf\","
                       " \"hz\": \"1kHz\"}, " HOGS,
                       processors[p], threads[t]));
        }
    for (int p = 0; p < 3; p++)
        row("preempt", 10, processors[p], least,
            format("{\"title\": \"b\", \"system\": {\"policy\": \"priority\"},"
                   " \"stop\": \"%%.0fus\", \"computer\": {\"processors\": "
                   "%d}, \"threads\": [{\"name\": \"low\", \"count\": %d, "
                   "\"priority\": 9, \"background\": true, \"program\": "
                   "[{\"forever\": [{\"run\": \"1000s\"}]}]}, "
                   "{\"name\": \"high\", \"background\": true, \"arrive\": "
                   "{\"rate\": \"%d/s\"}, \"program\": "
                   "[{\"run\": {\"exponential\": \"5us\"}}]}]}",
                   processors[p], processors[p], 100000 * processors[p]));
    row("mm1", 10, 1, least,
        format("{\"title\": \"b\", \"stop\": \"%%.0fus\", \"threads\": "
               "[{\"name\": \"job\", \"background\": true, \"arrive\": "
               "{\"rate\": \"900000/s\"}, \"program\": "
               "[{\"run\": {\"exponential\": \"1us\"}}]}]}"));
    return 0;
}
