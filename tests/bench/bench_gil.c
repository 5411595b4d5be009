/*
 * bench_gil.c - interpreters' locks: operations on the lock a second, and how
 * long fifteen simulated minutes of a hundred threads take.
 *
 *   poll      two threads on one processor that let go of the lock at each
 *             system call
 *   battle    the old lock, two threads on two processors: a wake-up in vain
 *             at each check
 *   minutes   thread-slowdown.json with a hundred idle threads: 15 minutes
 *   spin      the new lock, a hundred threads that compute, for 15 minutes:
 *             each wakes at each interval
 */
#include "timeslice/timeslice.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#define COSTS                                                                  \
    "\"switch\": \"2.3us\", \"locking\": {\"take\": \"10ns\", \"give\": "      \
    "\"10ns\", \"wait\": \"0.75us\", \"wake\": \"0.75us\"}"

static void row(const char *name, const char *text)
{
    char *message = NULL;
    double acquisitions = 0, end = 0, seconds = (double)clock();
    ts_scenario *scenario;
    ts_result *result = NULL;

    scenario = ts_scenario_parse(name, text, strlen(text), NULL, &message);
    if (scenario != NULL)
        result = ts_scenario_run(scenario, 0, NULL, &message);
    if (result == NULL) {
        fprintf(stderr, "%s: %s\n", name, message);
        exit(1);
    }
    seconds = ((double)clock() - seconds) / CLOCKS_PER_SEC;
    ts_result_metric(result, "interpreters.p.acquisitions", &acquisitions);
    ts_result_metric(result, "run.time", &end);
    printf("%-8s %8.1f simulated s in %6.3f s, %6.2f million lock operations "
           "a second, %6.2f million events a second\n",
           name, end / 1e12, seconds, acquisitions / seconds / 1e6,
           (double)ts_result_events(result) / seconds / 1e6);
    ts_result_free(result);
    ts_scenario_free(scenario);
}

int main(void)
{
    row("poll",
        "{\"title\": \"poll\", \"stop\": \"5s\", \"system\": {\"policy\": "
        "\"round-robin\", \"slice\": \"1ms\", " COSTS "}, \"interpreters\": "
        "[{\"name\": \"p\"}], \"threads\": [{\"name\": \"a\", \"count\": 2, "
        "\"background\": true, \"interpreter\": \"p\", \"program\": "
        "[{\"forever\": [{\"run\": \"1us\"}, {\"outside\": [{\"run\": "
        "\"500ns\"}]}]}]}]}");
    row("battle",
        "{\"title\": \"battle\", \"stop\": \"5s\", \"computer\": "
        "{\"processors\": 2}, \"system\": {\"policy\": \"round-robin\", "
        "\"slice\": \"1ms\", " COSTS "}, \"interpreters\": [{\"name\": \"p\", "
        "\"lock\": \"ticks\"}], \"threads\": [{\"name\": \"a\", \"count\": 2, "
        "\"background\": true, \"interpreter\": \"p\", \"program\": [{\"run\": "
        "\"1h\"}]}]}");
    row("minutes",
        "{\"title\": \"minutes\", \"conventions\": {\"priority\": "
        "\"smaller-is-higher\"}, \"stop\": \"24h\", \"system\": {\"policy\": "
        "\"priority\", \"slice\": \"1ms\", " COSTS "}, \"interpreters\": "
        "[{\"name\": \"p\", \"lock\": \"ticks\", \"ticks\": 100, \"tick\": "
        "\"50us\", \"handover\": true}], \"threads\": [{\"name\": \"active\", "
        "\"priority\": 2, \"interpreter\": \"p\", \"program\": [{\"run\": "
        "\"1.3s\"}]}, {\"name\": \"idle\", \"count\": 100, \"priority\": 2, "
        "\"background\": true, \"interpreter\": \"p\", \"program\": "
        "[{\"forever\": [{\"run\": \"3.31ms\"}, \"yield\"]}]}, {\"name\": "
        "\"wake-ups\", \"count\": 100, \"priority\": 1, \"background\": true, "
        "\"arrive\": {\"every\": \"100ms\"}, \"program\": [{\"run\": "
        "\"0.903ms\"}]}]}");
    row("spin",
        "{\"title\": \"spin\", \"stop\": \"15min\", \"system\": {\"policy\": "
        "\"round-robin\", \"slice\": \"1ms\", " COSTS "}, \"interpreters\": "
        "[{\"name\": \"p\"}], \"threads\": [{\"name\": \"a\", \"count\": 100, "
        "\"background\": true, \"interpreter\": \"p\", \"program\": "
        "[{\"forever\": [{\"run\": \"1ms\"}]}]}]}");
    return 0;
}
