/*
 * benching.c - scenarios played for the time that they take.
 */
#include "sim/cli/benching.h"

#include <stdio.h>

#include "sim/host/bare.h"

bool ts_bench_play_all(const ts_scenario *scenario, const char *what,
                       ts_bench_play *play, char **message)
{
    double began = ts_bare_clock();
    int64_t runs = ts_scenario_runs(scenario, message);

    *play = (ts_bench_play){.seconds = 0};
    for (int64_t i = 0; i < runs; i++) {
        ts_result *result = ts_scenario_run(scenario, i, NULL, message);
        double value = 0;

        if (result == NULL)
            return false;
        play->events += (double)ts_result_events(result);
        if (ts_result_metric(result, what, &value))
            play->done += value;
        ts_result_free(result);
    }
    play->seconds = ts_bare_clock() - began;
    return runs >= 0;
}

static bool play_until(ts_scenario *scenario, double stop_us, const char *what,
                       ts_bench_play *play, char **message)
{
    char stop[64];

    snprintf(stop, sizeof stop, "\"%.0fus\"", stop_us);
    return ts_scenario_set(scenario, "/stop", stop, message) &&
           ts_bench_play_all(scenario, what, play, message);
}

bool ts_bench_rate(ts_scenario *scenario, const char *what, double least,
                   ts_bench_play *play, char **message)
{
    ts_bench_play none, all;

    if (!play_until(scenario, 1, what, &none, message))
        return false;
    /* What is taken off is known no better than to a part of itself. */
    least = least > 2 * none.seconds ? least : 2 * none.seconds;
    all = none;
    for (double stop_us = 1000; all.seconds - none.seconds < least;
         stop_us *= all.seconds - none.seconds < least / 20 ? 10 : 2)
        if (!play_until(scenario, stop_us, what, &all, message))
            return false;
    *play = (ts_bench_play){.seconds = all.seconds - none.seconds,
                            .events = all.events - none.events,
                            .done = all.done - none.done};
    return true;
}
