/*
 * policies.c - the list of policies. To add one: a file with a ts_entry, and a
 * line here.
 */
#include "models/policy/policy.h"

extern const ts_entry ts_policy_fifo, ts_policy_round_robin,
    ts_policy_priority, ts_policy_rate_monotonic,
    ts_policy_deadline_monotonic, ts_policy_edf;

static const ts_entry *const entries[] = {
    &ts_policy_fifo,
    &ts_policy_round_robin,
    &ts_policy_priority,
    &ts_policy_rate_monotonic,
    &ts_policy_deadline_monotonic,
    &ts_policy_edf,
};

const ts_registry ts_policies = {
    .name = "policy",
    .plural = "policies",
    .help = "How the next thread to run is chosen",
    .entries = entries,
    .count = (int)TS_COUNT_OF(entries),
};
