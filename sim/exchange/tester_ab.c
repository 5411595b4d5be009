/*
 * tester_ab.c - ApacheBench, whose times are whole milliseconds.
 */
#include "sim/exchange/tester.h"

/* "  50%     13" */
static bool read_part(const ts_tester_text *t, const char *label,
                      double *seconds)
{
    double ms = 0;

    if (ts_tester_after(t, label) == NULL)
        return true;
    if (!ts_tester_number(t, label, true, &ms))
        return false;
    *seconds = ms * 1e-3;
    return true;
}

/* The first of two lines is a request's time, the second the time between two
 * answers. */
static bool read_ab(const ts_tester_text *t, ts_tested *tested)
{
    double failed = 0, status = 0;
    bool fine =
        ts_tester_number(t, "Concurrency Level:", true, &tested->users) &&
        ts_tester_number(t, "Requests per second:", true, &tested->rate) &&
        read_part(t, "Time per request:", &tested->mean) &&
        ts_tester_number(t, "Failed requests:", true, &failed) &&
        ts_tester_number(t, "Non-2xx responses:", false, &status) &&
        read_part(t, "50%", &tested->p50) &&
        read_part(t, "90%", &tested->p90) &&
        read_part(t, "95%", &tested->p95) && read_part(t, "99%", &tested->p99);

    tested->errors = failed + status;
    return fine;
}

const ts_load_tester ts_tester_ab = {.name = "ab",
                                     .mark = "This is ApacheBench",
                                     .read = read_ab};
