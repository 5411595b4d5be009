/*
 * csv.c - the scheduler's events as rows, for spreadsheets and scripts.
 */
#include "sim/exchange/exchange.h"

#include <inttypes.h>

#include "sim/exchange/switches.h"
#include "sim/scenario/escape.h"

static const char *const events[] = {
    [TS_EVENT_NEW] = "arrives",     [TS_EVENT_WAKING] = "woken",
    [TS_EVENT_SWITCH] = "switch",   [TS_EVENT_MIGRATE] = "migrates",
    [TS_EVENT_EXIT] = "ends",       [TS_EVENT_IRQ_ENTRY] = "interrupt",
    [TS_EVENT_IRQ_EXIT] = "resumes"};

static void thread_field(const ts_history *h, int32_t thread, FILE *out)
{
    fputc(',', out);
    if (thread >= 0)
        ts_escape_print(out, TS_ESCAPE_CSV, ts_history_name(h, thread));
    fputc(',', out);
    if (thread >= 0)
        fprintf(out, "%" PRId32, thread);
}

/* For whom, or which handler. */
static void write_event(const ts_history *h, const ts_switched *e, FILE *out)
{
    bool handler =
        e->event == TS_EVENT_IRQ_ENTRY || e->event == TS_EVENT_IRQ_EXIT;

    fprintf(out, "%" PRId64 ",%" PRId64 ",%d,%s", h->run, e->at, e->cpu,
            events[e->event]);
    if (handler) {
        fputc(',', out);
        ts_escape_print(out, TS_ESCAPE_CSV, h->is.kinds[e->thread]);
        fputc(',', out);
    } else {
        thread_field(h, e->thread, out);
    }
    fprintf(out, ",%s,",
            e->event == TS_EVENT_SWITCH && e->thread >= 0
                ? ts_switch_state_text(e->state)
                : "");
    if (e->turn != NULL)
        ts_escape_print(out, TS_ESCAPE_CSV, ts_history_cause(h, e->turn));
    thread_field(h, e->next, out);
    thread_field(h, e->turn != NULL ? e->turn->waker : -1, out);
    fputc(',', out);
    if (e->event == TS_EVENT_MIGRATE)
        fprintf(out, "%d", e->other);
    fputc('\n', out);
}

static bool write_runs(const ts_history *const *runs, int count, FILE *out,
                       ts_error *error)
{
    bool fine = true;

    fputs("run,at_ps,processor,event,thread,thread_id,state,cause,next,next_id,"
          "waker,waker_id,from_processor\n",
          out);
    for (int i = 0; fine && i < count; i++) {
        ts_switches switches;
        const ts_switched *e;

        if (!ts_switches_begin(&switches, runs[i], error))
            return false;
        while ((e = ts_switches_next(&switches)) != NULL)
            write_event(runs[i], e, out);
        ts_switches_end(&switches);
        fine = !switches.failed || ts_fail(error, "out of memory");
    }
    return fine;
}

const ts_export ts_export_csv = {
    .name = "csv",
    .help = "a row an event: who was switched to, woken, moved, and why",
    .runs_min = 1,
    .write = write_runs,
};
