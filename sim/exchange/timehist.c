/*
 * timehist.c - what `perf sched timehist` prints: a line each time a thread
 * leaves a processor, with how long it had been away before (wait time), how
 * long it stood ready after it was woken (sch delay), and how long it ran.
 *
 * As there, a thread that was pre-empted has no sch delay: nobody woke it.
 */
#include "sim/exchange/exchange.h"

#include <inttypes.h>
#include <stdlib.h>

#include "sim/exchange/switches.h"

typedef struct past {
    ts_time in, out, woken; /* TS_NEVER: not since */
} past;

static void milliseconds(FILE *out, ts_time time)
{
    int64_t us = time / TS_US;

    fprintf(out, "  %5" PRId64 ".%03" PRId64, us / 1000, us % 1000);
}

static ts_time between(ts_time from, ts_time to)
{
    return from == TS_NEVER ? 0 : to - from;
}

static void write_name(const ts_history *h, int32_t thread, FILE *out)
{
    int64_t tid = ts_export_pid(thread), pid = ts_export_process(h, thread);
    char comm[16], text[64];

    ts_export_comm(ts_history_name(h, thread), comm);
    if (tid == pid)
        snprintf(text, sizeof text, "%s[%" PRId64 "]", comm, tid);
    else
        snprintf(text, sizeof text, "%s[%" PRId64 "/%" PRId64 "]", comm, tid,
                 pid);
    fprintf(out, "%-30s", text);
}

static void leaves(const ts_history *h, past *p, const ts_switched *e,
                   FILE *out)
{
    ts_time us = e->at / TS_US;

    fprintf(out, "%8" PRId64 ".%06" PRId64 " [%04d]  ", us / 1000000,
            us % 1000000, e->cpu);
    write_name(h, e->thread, out);
    milliseconds(out, between(p->out, p->in));
    milliseconds(out, between(p->woken, p->in));
    milliseconds(out, between(p->in, e->at));
    fputc('\n', out);
    p->out = e->at;
    p->woken = TS_NEVER;
}

static void write_head(FILE *out)
{
    fputs("           time    cpu  task name                       wait time  "
          "sch delay   run time\n"
          "                        [tid/pid]                          (msec)  "
          "   (msec)     (msec)\n"
          "--------------- ------  ------------------------------  ---------  "
          "---------  ---------\n",
          out);
}

static bool write_runs(const ts_history *const *runs, int count, FILE *out,
                       ts_error *error)
{
    const ts_history *h = runs[0];
    past *pasts = malloc(((size_t)h->thread_count + 1) * sizeof *pasts);
    ts_switches switches;
    const ts_switched *e;

    (void)count; /* formats of a single run are given one */
    assert(count == 1);
    if (pasts == NULL)
        return ts_fail(error, "out of memory");
    for (int32_t i = 0; i <= h->thread_count; i++)
        pasts[i] = (past){TS_NEVER, TS_NEVER, TS_NEVER};
    if (!ts_switches_begin(&switches, h, error)) {
        free(pasts);
        return false;
    }
    write_head(out);
    while ((e = ts_switches_next(&switches)) != NULL) {
        if (e->event == TS_EVENT_NEW || e->event == TS_EVENT_WAKING)
            pasts[e->thread].woken = e->at;
        if (e->event != TS_EVENT_SWITCH)
            continue;
        if (e->thread >= 0)
            leaves(h, &pasts[e->thread], e, out);
        if (e->next >= 0)
            pasts[e->next].in = e->at;
    }
    ts_switches_end(&switches);
    free(pasts);
    return !switches.failed || ts_fail(error, "out of memory");
}

const ts_export ts_export_timehist = {
    .name = "timehist",
    .help = "a line a stretch, as perf sched timehist prints it",
    .runs_min = 1,
    .runs_max = 1,
    .write = write_runs,
};
