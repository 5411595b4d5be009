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
 * Beside decisions a second: events a second, bytes of the run a thread, and for
 * "turns" how many times the time of a bare loop in C a decision takes.
 */
#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>

#include "sim/cli/benching.h"
#include "sim/host/bare.h"

static long resident(void)
{
    struct rusage usage;

    getrusage(RUSAGE_SELF, &usage);
    return usage.ru_maxrss;
}

/* Round robin has a bare loop: how many times its time a decision takes. */
static void beside(int threads, int processors, const ts_bench_play *play)
{
    ts_bare bare;

    if (!ts_bare_turns(threads, processors, (uint64_t)play->done, &bare))
        exit(3);
    printf(" %8.1f", play->seconds / bare.seconds);
}

static void row(const char *name, int threads, int processors, double least,
                const char *text)
{
    long before = resident();
    char *message = NULL;
    ts_scenario *scenario =
        ts_scenario_parse(name, text, strlen(text), NULL, &message);
    ts_bench_play play;

    if (scenario == NULL ||
        !ts_bench_rate(scenario, TS_BENCH_DECISIONS, least, &play, &message)) {
        fprintf(stderr, "%s: %s\n%s\n", name, message, text);
        exit(1);
    }
    ts_scenario_free(scenario);
    printf("%-8s %8d %6d %10.2f %10.2f %9.0f", name, threads, processors,
           play.events / play.seconds / 1e6, play.done / play.seconds / 1e6,
           (double)(resident() - before) * 1024 / threads);
    if (strcmp(name, "turns") == 0)
        beside(threads, processors, &play);
    putchar('\n');
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

int main(int argc, char **argv)
{
    static const int threads[] = {10, 1000, 100000};
    static const int processors[] = {1, 16, 256};
    double least = argc > 1 ? strtod(argv[1], NULL) : 0.5;

    printf("%-8s %8s %6s %10s %10s %9s %8s\n", "what", "threads", "cpus",
           "Mevents/s", "Mdecis/s", "B/thread", "x bare");
    for (int t = 0; t < 3; t++)
        for (int p = 0; p < 3; p++) {
            if (threads[t] < processors[p])
                continue;
            row("turns", threads[t], processors[p], least,
                format("{\"title\": \"b\", \"system\": {\"policy\": "
                       "\"round-robin\", \"slice\": \"1ms\"}, " TS_BENCH_HOGS
                       "}",
                       processors[p], threads[t]));
            row("each", threads[t], processors[p], least,
                format("{\"title\": \"b\", \"system\": {\"policy\": "
                       "\"round-robin\", \"slice\": \"1ms\", \"queues\": "
                       "\"per-processor\"}, " TS_BENCH_HOGS "}",
                       processors[p], threads[t]));
            row("cfs", threads[t], processors[p], least,
                format("{\"title\": \"b\", \"system\": {\"policy\": \"cfs\", "
                       "\"hz\": \"1kHz\"}, " TS_BENCH_HOGS "}",
                       processors[p], threads[t]));
            row("eevdf", threads[t], processors[p], least,
                format("{\"title\": \"b\", \"system\": {\"policy\": \"eevdf\","
                       " \"hz\": \"1kHz\"}, " TS_BENCH_HOGS "}",
                       processors[p], threads[t]));
        }
    for (int p = 0; p < 3; p++)
        row("preempt", 10, processors[p], least,
            format("{\"title\": \"b\", \"system\": {\"policy\": \"priority\"},"
                   " \"computer\": {\"processors\": "
                   "%d}, \"threads\": [{\"name\": \"low\", \"count\": %d, "
                   "\"priority\": 9, \"background\": true, \"program\": "
                   "[{\"forever\": [{\"run\": \"1000s\"}]}]}, "
                   "{\"name\": \"high\", \"background\": true, \"arrive\": "
                   "{\"rate\": \"%d/s\"}, \"program\": "
                   "[{\"run\": {\"exponential\": \"5us\"}}]}]}",
                   processors[p], processors[p], 100000 * processors[p]));
    row("mm1", 10, 1, least,
        format("{\"title\": \"b\", \"threads\": "
               "[{\"name\": \"job\", \"background\": true, \"arrive\": "
               "{\"rate\": \"900000/s\"}, \"program\": "
               "[{\"run\": {\"exponential\": \"1us\"}}]}]}"));
    return 0;
}
