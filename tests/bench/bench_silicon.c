/*
 * bench_silicon.c - dispatches a second on 256 hardware threads, without and
 * with the hardware: the same 1 024 threads in round robin on plain
 * processors, and on two EPYC 7742 with SMT, three levels of cache, two memory
 * nodes and working sets of 200 KiB.
 *
 *   bench_silicon [MILLISECONDS]     simulated; default 100
 *
 * CPU seconds, least of nine interleaved rounds; the aim is a ratio below 2.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "timeslice/timeslice.h"

#define ROUNDS 9

static const char *const machines[] = {
    "\"processors\": 256",
    "\"profile\": \"epyc-7742-2s\"",
};
static const char *const memory[] = {"", "\"memory\": \"200KiB\", "};
static const char *const names[] = {"plain processors", "hardware on"};

/* CPU seconds of a run; *dispatches: how many there were. */
static double play(int which, int ms, double *dispatches)
{
    char text[1024], *message = NULL;
    ts_scenario *scenario;
    ts_result *result;
    clock_t before;

    snprintf(text, sizeof text,
             "{\"title\": \"bench\", \"stop\": \"%dms\", \"computer\": {%s}, "
             "\"system\": {\"policy\": \"round-robin\", \"slice\": \"100us\", "
             "\"switch\": \"1us\", \"queues\": \"per-processor\"}, "
             "\"threads\": [{\"name\": \"t\", \"count\": 1024, "
             "\"background\": true, %s\"program\": [{\"forever\": [{\"run\": "
             "{\"exponential\": \"150us\"}}, {\"stall\": \"20us\"}]}]}]}",
             ms, machines[which], memory[which]);
    scenario = ts_scenario_parse("bench", text, strlen(text),
                                 TS_TREE "/scenarios/profiles", &message);
    before = clock();
    result =
        scenario != NULL ? ts_scenario_run(scenario, 0, NULL, &message) : NULL;
    if (result == NULL ||
        !ts_result_metric(result, "processor.dispatches", dispatches)) {
        fprintf(stderr, "%s\n", message != NULL ? message : "?");
        exit(3);
    }
    ts_result_free(result);
    ts_scenario_free(scenario);
    return (double)(clock() - before) / CLOCKS_PER_SEC;
}

int main(int argc, char **argv)
{
    int ms = argc > 1 ? atoi(argv[1]) : 100;
    double best[2] = {1e30, 1e30}, dispatches[2] = {0};

    for (int round = 0; round < ROUNDS; round++)
        for (int which = 0; which < 2; which++) {
            double took = play(which, ms, &dispatches[which]);

            best[which] = took < best[which] ? took : best[which];
        }
    for (int which = 0; which < 2; which++)
        printf("%-18s %8.0f dispatches %8.3f s %8.2f M/s\n", names[which],
               dispatches[which], best[which],
               dispatches[which] / best[which] / 1e6);
    printf("ratio %.2f\n",
           (best[1] / dispatches[1]) / (best[0] / dispatches[0]));
    return 0;
}
