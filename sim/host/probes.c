/*
 * probes.c - the list of probes, in the order in which they are played.
 */
#include "sim/host/host.h"

extern const ts_probe ts_probe_processor, ts_probe_kernel, ts_probe_hand_over,
    ts_probe_slices, ts_probe_caches, ts_probe_network, ts_probe_waiting;

const ts_probe *const ts_probes[] = {
    &ts_probe_processor, &ts_probe_kernel, &ts_probe_hand_over,
    &ts_probe_slices,    &ts_probe_caches, &ts_probe_network,
    &ts_probe_waiting,
};

const int ts_probe_count = (int)(sizeof ts_probes / sizeof *ts_probes);
