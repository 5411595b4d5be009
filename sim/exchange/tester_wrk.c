/*
 * tester_wrk.c - wrk, and wrk2: percentiles with --latency (wrk2: "50.000%").
 */
#include "sim/exchange/tester.h"

#include <stdlib.h>
#include <string.h>

/* "  1 threads and 8 connections" */
static bool read_connections(const ts_tester_text *t, ts_tested *tested)
{
    const char *at = strstr(t->text, " threads and ");
    char *end;

    if (at == NULL)
        return ts_tester_fail(
            t, t->text, "it does not say \"threads and ... connections\"");
    at += strlen(" threads and ");
    tested->users = strtod(at, &end);
    return end != at || ts_tester_fail(t, at, "a number is expected here");
}

/* Under "Socket errors:" and "Non-2xx or 3xx responses:". */
static bool read_errors(const ts_tester_text *t, ts_tested *tested)
{
    const char *at = ts_tester_after(t, "Socket errors:");

    if (!ts_tester_number(t, "Non-2xx or 3xx responses:", false,
                          &tested->errors))
        return false;
    while (at != NULL && *at != '\n' && *at != '\0') {
        char *end = NULL;

        if (*at >= '0' && *at <= '9')
            tested->errors += strtod(at, &end);
        at = end != NULL ? end : at + 1;
    }
    return true;
}

static bool read_wrk(const ts_tester_text *t, ts_tested *tested)
{
    return read_connections(t, tested) &&
           ts_tester_number(t, "Requests/sec:", true, &tested->rate) &&
           ts_tester_time(t, "Latency  ", false, &tested->mean) &&
           ts_tester_time(t, "50%", false, &tested->p50) &&
           ts_tester_time(t, "90%", false, &tested->p90) &&
           ts_tester_time(t, "99%", false, &tested->p99) &&
           ts_tester_time(t, "50.000%", false, &tested->p50) &&
           ts_tester_time(t, "90.000%", false, &tested->p90) &&
           ts_tester_time(t, "99.000%", false, &tested->p99) &&
           read_errors(t, tested);
}

const ts_load_tester ts_tester_wrk = {.name = "wrk",
                                      .mark = "Thread Stats",
                                      .read = read_wrk};
