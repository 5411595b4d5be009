/*
 * validity.c - what the validation of a trace finds, told; see validity.h.
 */
#include "sim/cli/validity.h"

#include <stdio.h>

#include "sim/results/validate.h"

/* What validation cannot look at under this policy on this machine. */
static void tell_unchecked(const ts_validation *found)
{
    if (!found->conserving)
        printf("          not checked: that no processor idles while a thread "
               "is ready\n          (the policy does not promise it here, or "
               "locks or interrupts are in the way)\n");
    if (!found->cooperative)
        printf("          not checked: that nobody is pre-empted (the policy "
               "may)\n");
    if (found->shared)
        printf("          not checked: whose stretches are (all threads get on "
               "at once)\n");
}

static void tell(const ts_validation *found)
{
    printf("valid:    %lld stretches of %lld threads%s%s\n",
           (long long)found->spans, (long long)found->threads,
           found->conserving ? ", work is conserved" : "",
           found->cooperative ? ", nobody is pre-empted" : "");
    tell_unchecked(found);
}

/* A trace without its end contradicts nothing, and proves nothing. */
static bool is_whole(const char *file, const ts_trace *trace)
{
    if (trace->dropped_spans == 0)
        return true;
    fprintf(stderr,
            "%s: warning: not validated: the trace keeps %llu stretches, and "
            "the run has %llu more; a shorter run (--set "
            "/stop='\"10s\"') can be\n",
            file, (unsigned long long)trace->span_count,
            (unsigned long long)trace->dropped_spans);
    return false;
}

bool ts_cli_validate(const char *file, const ts_report *report, bool shown)
{
    ts_error error = {.text = ""};
    ts_validation found;

    if (!is_whole(file, report->trace))
        return true;
    if (!ts_validate(report, &found, &error)) {
        fprintf(stderr, "%s: error: not valid: %s\n", file, error.text);
        return false;
    }
    if (shown)
        tell(&found);
    return true;
}
