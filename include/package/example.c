/*
 * example.c - a whole program on top of timeslice.h.
 *
 * It asks one question of a scenario: how does what a job waits depend on the
 * length of a turn? The scenario is read once, one setting of it is changed
 * again and again, each time it is played, and three numbers of the result
 * are printed.
 *
 *   cc example.c -o example $(pkg-config --cflags --libs timeslice)
 *   ./example                 # the jobs below
 *   ./example FILE            # a scenario of your own, under round robin
 */
#include <inttypes.h>
#include <stdio.h>
#include <string.h>

#include <timeslice/timeslice.h>

/* Three jobs that arrive together, and a switch that costs something. */
static const char jobs[] =
    "{ \"title\": \"how long should a turn be?\","
    "  \"system\": { \"policy\": \"round-robin\", \"slice\": \"4ms\","
    "                \"switch\": { \"save\": \"10us\" } },"
    "  \"threads\": ["
    "    { \"name\": \"P1\", \"program\": [ { \"run\": \"24ms\" } ] },"
    "    { \"name\": \"P2\", \"program\": [ { \"run\": \"3ms\" } ] },"
    "    { \"name\": \"P3\", \"program\": [ { \"run\": \"3ms\" } ] } ] }";

/* Says what went wrong, with its place, as the library put it. Owns the
 * message. */
static int failed(char *message)
{
    fprintf(stderr, "%s\n", message != NULL ? message : "out of memory");
    ts_message_free(message);
    return 1;
}

/* A scenario of the caller's, or the jobs above. NULL with a message. */
static ts_scenario *open_scenario(const char *file, char **message)
{
    if (file != NULL)
        return ts_scenario_open(file, NULL, message);
    return ts_scenario_parse("jobs", jobs, strlen(jobs), NULL, message);
}

/* Plays the scenario with turns of that length, and prints a row. */
static int play(ts_scenario *scenario, const char *slice)
{
    char *message;
    double turnaround, wait, switching;
    ts_result *result;

    if (!ts_scenario_set(scenario, "/system/slice", slice, &message))
        return failed(message);
    /* Run 0: without a sweep there is only this one. No options: the
     * scenario's own seed, and no trace. */
    result = ts_scenario_run(scenario, 0, NULL, &message);
    if (result == NULL)
        return failed(message);
    /* Times are picoseconds and shares lie between 0 and 1. A metric that
     * the scenario has no use for does not exist. */
    if (ts_result_metric(result, "turnaround.mean", &turnaround) &&
        ts_result_metric(result, "wait.mean", &wait) &&
        ts_result_metric(result, "processor.switching", &switching))
        printf("%6s %12.3f ms %12.3f ms %9.2f %%   %016" PRIx64 "\n", slice,
               turnaround / 1e9, wait / 1e9, switching * 100,
               ts_result_digest(result));
    ts_result_free(result);
    return 0;
}

int main(int argc, char **argv)
{
    static const char *const slices[] = {"500us", "1ms", "2ms", "4ms", "8ms"};
    char *message;
    ts_scenario *scenario = open_scenario(argc > 1 ? argv[1] : NULL, &message);
    int status = 0;

    if (scenario == NULL)
        return failed(message);
    printf("timeslice %s\n%6s %15s %15s %11s   %s\n", ts_version(), "turn",
           "turnaround", "wait", "switching", "digest");
    for (size_t i = 0; i < sizeof slices / sizeof *slices && status == 0; i++)
        status = play(scenario, slices[i]);
    ts_scenario_free(scenario);
    return status;
}
