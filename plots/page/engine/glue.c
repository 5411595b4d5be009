/*
 * glue.c - what a host of the WebAssembly module cannot do by itself: fill in a
 * struct with a function in it.
 */
#include <timeslice/timeslice.h>

/* The host's: how far a run is; 0 gives it up. Times as doubles, since a host
 * shows them and computes nothing with them. */
__attribute__((import_module("host"), import_name("progress"))) int
host_progress(double now, double events);

static bool on_progress(void *context, int64_t now, uint64_t events)
{
    (void)context;
    return host_progress((double)now, (double)events) != 0;
}

/* Plays run number `index`. `kept`: 0 nothing of the trace, 1 who was where, 2
 * reasons too. The other options as ts_run_options has them. */
ts_result *wasm_run(const ts_scenario *scenario, int64_t index, int kept,
                    bool has_seed, uint64_t seed, double memory,
                    char **message);
ts_result *wasm_run(const ts_scenario *scenario, int64_t index, int kept,
                    bool has_seed, uint64_t seed, double memory, char **message)
{
    ts_run_options options = {
        .trace = kept >= 1,
        .reasons = kept >= 2,
        .has_seed = has_seed,
        .seed = seed,
        .memory = (int64_t)memory,
        .progress = on_progress,
    };

    return ts_scenario_run(scenario, index, &options, message);
}
