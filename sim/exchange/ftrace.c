/*
 * ftrace.c - the kernel's own text: what /sys/kernel/tracing/trace shows and
 * what trace-cmd report, perf script and their readers take.
 *
 * Times have nine digits, as `trace-cmd report -t` prints them. Names are cut
 * to the 15 bytes that a kernel keeps, and a first line says when they were;
 * the pid tells them apart.
 */
#include "sim/exchange/exchange.h"

#include <inttypes.h>
#include <string.h>

#include "sim/exchange/switches.h"

typedef struct writer {
    const ts_history *h;
    FILE *out;
} writer;

/* "a.0" and 1; the idle thread of a processor is swapper/N and 0. */
static const char *comm(const writer *w, int32_t thread, int cpu, char text[16])
{
    if (thread < 0)
        snprintf(text, 16, "swapper/%d", cpu);
    else
        ts_export_comm(ts_history_name(w->h, thread), text);
    return text;
}

static long long pid(int32_t thread)
{
    return thread < 0 ? 0 : (long long)ts_export_pid(thread);
}

static int priority(const writer *w, int32_t thread)
{
    return thread < 0 ? 120 : ts_switch_priority(w->h, thread);
}

/* Who is on the processor, in what context, and when. */
static void line_head(const writer *w, const ts_switched *e, const char *name)
{
    char text[16];
    bool irq = e->interrupts || e->event == TS_EVENT_IRQ_ENTRY ||
               e->event == TS_EVENT_IRQ_EXIT;
    int64_t ns = ts_export_ns(e->at);

    fprintf(w->out, "%16s-%-7lld [%03d] d.%s. %5" PRId64 ".%09" PRId64 ": %s: ",
            e->current < 0 ? "<idle>" : comm(w, e->current, e->cpu, text),
            pid(e->current), e->cpu, irq ? "h1" : ".2", ns / 1000000000,
            ns % 1000000000, name);
}

static void switch_line(const writer *w, const ts_switched *e)
{
    char a[16], b[16];

    line_head(w, e, "sched_switch");
    fprintf(w->out,
            "prev_comm=%s prev_pid=%lld prev_prio=%d prev_state=%s ==> "
            "next_comm=%s next_pid=%lld next_prio=%d\n",
            comm(w, e->thread, e->cpu, a), pid(e->thread),
            priority(w, e->thread),
            e->thread < 0 ? "R" : ts_switch_state_text(e->state),
            comm(w, e->next, e->cpu, b), pid(e->next), priority(w, e->next));
}

/* R alone does not tell: a kernel that preempts on the way out of it has it, too.
 */
static void yield_line(const writer *w, const ts_switched *e)
{
    line_head(w, e, "sys_enter_sched_yield");
    fputc('\n', w->out);
}

static void wake_line(const writer *w, const ts_switched *e, const char *name)
{
    char text[16];

    line_head(w, e, name);
    fprintf(w->out, "comm=%s pid=%lld prio=%d target_cpu=%03d\n",
            comm(w, e->thread, e->cpu, text), pid(e->thread),
            priority(w, e->thread), e->other);
}

static void move_line(const writer *w, const ts_switched *e)
{
    char text[16];

    line_head(w, e, "sched_migrate_task");
    fprintf(w->out, "comm=%s pid=%lld prio=%d orig_cpu=%d dest_cpu=%d\n",
            comm(w, e->thread, e->cpu, text), pid(e->thread),
            priority(w, e->thread), e->other, e->cpu);
}

static void exit_line(const writer *w, const ts_switched *e)
{
    char text[16];

    line_head(w, e, "sched_process_exit");
    fprintf(w->out, "comm=%s pid=%lld prio=%d\n",
            comm(w, e->thread, e->cpu, text), pid(e->thread),
            priority(w, e->thread));
}

static void handler_line(const writer *w, const ts_switched *e)
{
    bool entry = e->event == TS_EVENT_IRQ_ENTRY;
    char text[16];

    line_head(w, e, entry ? "irq_handler_entry" : "irq_handler_exit");
    if (entry) {
        ts_export_comm(w->h->is.kinds[e->thread], text);
        fprintf(w->out, "irq=%d name=%s\n", (int)e->thread, text);
    } else {
        fprintf(w->out, "irq=%d ret=handled\n", (int)e->thread);
    }
}

static void write_event(const writer *w, const ts_switched *e)
{
    switch (e->event) {
    case TS_EVENT_NEW:
        wake_line(w, e, "sched_wakeup_new");
        break;
    case TS_EVENT_WAKING:
        wake_line(w, e, "sched_waking");
        wake_line(w, e, "sched_wakeup");
        break;
    case TS_EVENT_SWITCH:
        if (e->thread >= 0 && e->state == TS_SWITCH_READY)
            yield_line(w, e);
        switch_line(w, e);
        break;
    case TS_EVENT_MIGRATE:
        move_line(w, e);
        break;
    case TS_EVENT_EXIT:
        exit_line(w, e);
        break;
    case TS_EVENT_IRQ_ENTRY:
    case TS_EVENT_IRQ_EXIT:
        handler_line(w, e);
        break;
    }
}

static void write_head(const writer *w)
{
    int cut = 0;

    for (int32_t i = 0; i < w->h->thread_count; i++) {
        char text[16];

        cut += !ts_export_comm(ts_history_name(w->h, i), text);
    }
    fprintf(w->out, "# tracer: nop\n#\n");
    fprintf(w->out, "# timeslice %s, run %" PRId64 ", seed %s, digest %s\n",
            w->h->version, w->h->run, w->h->seed, w->h->digest);
    if (cut > 0)
        fprintf(w->out,
                "# %d names are longer than a kernel's, or have signs that it "
                "has not, and were cut\n",
                cut);
    if (w->h->dropped > 0)
        fprintf(w->out,
                "# %" PRId64 " records past the limit of the trace are "
                "missing\n",
                w->h->dropped);
    fprintf(w->out, "#\n# entries-in-buffer/entries-written: %zu/%zu   #P:%d\n",
            w->h->turn_count, w->h->turn_count, w->h->processors);
    fputs("#\n"
          "#           TASK-PID     CPU#  |||||  TIMESTAMP  FUNCTION\n"
          "#              | |         |   |||||     |         |\n",
          w->out);
}

static bool write_runs(const ts_history *const *runs, int count, FILE *out,
                       ts_error *error)
{
    writer w = {.h = runs[0], .out = out};
    ts_switches switches;
    const ts_switched *e;

    (void)count; /* formats of a single run are given one */
    assert(count == 1);
    if (!ts_switches_begin(&switches, w.h, error))
        return false;
    write_head(&w);
    while ((e = ts_switches_next(&switches)) != NULL)
        write_event(&w, e);
    ts_switches_end(&switches);
    return !switches.failed || ts_fail(error, "out of memory");
}

const ts_export ts_export_ftrace = {
    .name = "ftrace",
    .help = "text as tracefs, trace-cmd report and perf script print it",
    .runs_min = 1,
    .runs_max = 1,
    .write = write_runs,
};
