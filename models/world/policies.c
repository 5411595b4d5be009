/*
 * policies.c - the list of policies. To add one: a file with a ts_entry, and a
 * line here.
 */
#include <stdio.h>
#include <string.h>

#include "models/machine/policy.h"
#include "sim/scenario/reader.h"

extern const ts_entry ts_policy_fifo;
extern const ts_entry ts_policy_round_robin;
extern const ts_entry ts_policy_sjf;
extern const ts_entry ts_policy_srtf;
extern const ts_entry ts_policy_psjf;
extern const ts_entry ts_policy_hrrn;
extern const ts_entry ts_policy_sharing;
extern const ts_entry ts_policy_foreground;
extern const ts_entry ts_policy_priority;
extern const ts_entry ts_policy_rate_monotonic;
extern const ts_entry ts_policy_deadline_monotonic;
extern const ts_entry ts_policy_edf;
extern const ts_entry ts_policy_llf;
extern const ts_entry ts_policy_boxcar;
extern const ts_entry ts_policy_feedback;
extern const ts_entry ts_policy_multilevel;
extern const ts_entry ts_policy_mlfq;
extern const ts_entry ts_policy_lottery;
extern const ts_entry ts_policy_stride;
extern const ts_entry ts_policy_list;
extern const ts_entry ts_policy_run_to_block;
extern const ts_entry ts_policy_cfs;
extern const ts_entry ts_policy_eevdf;
extern const ts_entry ts_policy_eevdf_ideal;
extern const ts_entry ts_policy_linux;
extern const ts_entry ts_policy_o1;
extern const ts_entry ts_policy_ule;
extern const ts_entry ts_policy_bsd44;
extern const ts_entry ts_policy_windows;
extern const ts_entry ts_policy_ostep_multi;
extern const ts_entry ts_policy_executive;

static const ts_entry *const entries[] = {
    &ts_policy_fifo,
    &ts_policy_round_robin,
    &ts_policy_sjf,
    &ts_policy_srtf,
    &ts_policy_psjf,
    &ts_policy_hrrn,
    &ts_policy_sharing,
    &ts_policy_foreground,
    &ts_policy_priority,
    &ts_policy_rate_monotonic,
    &ts_policy_deadline_monotonic,
    &ts_policy_edf,
    &ts_policy_llf,
    &ts_policy_boxcar,
    &ts_policy_feedback,
    &ts_policy_multilevel,
    &ts_policy_mlfq,
    &ts_policy_lottery,
    &ts_policy_stride,
    &ts_policy_list,
    &ts_policy_run_to_block,
    &ts_policy_cfs,
    &ts_policy_eevdf,
    &ts_policy_eevdf_ideal,
    &ts_policy_linux,
    &ts_policy_o1,
    &ts_policy_ule,
    &ts_policy_bsd44,
    &ts_policy_windows,
    &ts_policy_ostep_multi,
    &ts_policy_executive,
};

const ts_registry ts_policies = {
    .name = "policy",
    .plural = "policies",
    .help = "How the next thread to run is chosen",
    .entries = entries,
    .count = (int)TS_COUNT_OF(entries),
};

void ts_key_time(char *buffer, size_t size, const char *what, ts_time time)
{
    /* A moment of a long run is told from its neighbours by microseconds. */
    static const struct {
        ts_time in;
        int decimals;
        const char *name;
    } units[] = {{TS_S, 6, "s"},
                 {TS_MS, 3, "ms"},
                 {TS_US, 3, "us"},
                 {TS_NS, 3, "ns"}};
    char text[40];
    size_t end;
    int i = 0;

    while (i < 3 && (time < 0 ? -time : time) < units[i].in)
        i++;
    snprintf(text, sizeof text, "%.*f", units[i].decimals,
             (double)time / (double)units[i].in);
    end = strlen(text);
    while (text[end - 1] == '0')
        end--;
    if (text[end - 1] == '.')
        end--;
    text[end] = '\0';
    snprintf(buffer, size, "%s%s%s %s", what, *what ? " " : "", text,
             time == 0 ? "s" : units[i].name);
}
