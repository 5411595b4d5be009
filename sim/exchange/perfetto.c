/*
 * perfetto.c - Perfetto's native format, for ui.perfetto.dev.
 *
 * The scheduler goes as the kernel's own events, in bundles a processor: of
 * them the reader makes its tables of thread states, with who woke whom. The
 * rest are track events (perfetto_tracks.c, perfetto_flows.c). Several runs are
 * files of a TAR with a manifest, which makes several machines on one timeline
 * of them; of two, each has a mark where they part.
 */
#include "sim/exchange/perfetto.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "sim/exchange/switches.h"
#include "sim/exchange/tar.h"
#include "sim/scenario/escape.h"

enum {
    SYSTEM_UTSNAME = 1,
    SYSTEM_CPUS = 8,
    SYSTEM_NAME = 17,
    UTSNAME_SYSNAME = 1,
    UTSNAME_RELEASE = 3,

    CLOCKS_CLOCK = 1,
    CLOCKS_PRIMARY = 2,
    CLOCK_ID = 1,
    CLOCK_TIME = 2,
    CLOCK_BOOTTIME = 6,

    TREE_PROCESS = 1,
    TREE_THREAD = 2,
    PROCESS_PID = 1,
    PROCESS_PARENT = 2,
    PROCESS_COMMAND = 3,
    TREE_THREAD_TID = 1,
    TREE_THREAD_NAME = 2,
    TREE_THREAD_TGID = 3,

    BUNDLE_CPU = 1,
    BUNDLE_EVENT = 2,

    FTRACE_TIME = 1,
    FTRACE_PID = 2,
    FTRACE_SWITCH = 4,
    FTRACE_FLAGS = 5,
    FTRACE_WAKEUP = 17,
    FTRACE_WAKING = 20,
    FTRACE_IRQ_ENTRY = 36,
    FTRACE_IRQ_EXIT = 37,
    FTRACE_WAKEUP_NEW = 114,
    FTRACE_EXIT = 238,
    FTRACE_MIGRATE = 491,

    FLAG_HARDIRQ = 8
};

#define BUNDLE_BYTES 32768 /* of events, before it is closed */

/* --- packets --- */

ts_buffer *ts_perfetto_open(ts_perfetto *p, ts_time at)
{
    ts_buffer *b = &p->packet;

    assert(b->length == 0);
    p->open = ts_proto_open(b, TRACE_PACKET);
    ts_proto_number(b, PACKET_TIMESTAMP, ts_export_ns(at));
    ts_proto_number(b, PACKET_SEQUENCE, 1);
    return b;
}

void ts_perfetto_close(ts_perfetto *p)
{
    ts_proto_close(&p->packet, p->open);
    if (!p->packet.failed)
        fwrite(p->packet.data, 1, p->packet.length, p->out);
    p->packet.length = 0;
}

/* --- what stands first --- */

/* The numbers of a thread's states are those of the kernel that it says. */
static void write_system(ts_perfetto *p)
{
    ts_buffer *b = ts_perfetto_open(p, 0);
    size_t system = ts_proto_open(b, PACKET_SYSTEM), name;

    name = ts_proto_open(b, SYSTEM_UTSNAME);
    ts_proto_text(b, UTSNAME_SYSNAME, "timeslice");
    ts_proto_text(b, UTSNAME_RELEASE, "6.12.0");
    ts_proto_close(b, name);
    ts_proto_number(b, SYSTEM_CPUS, p->h->processors);
    ts_proto_text(b, SYSTEM_NAME, p->h->title);
    ts_proto_close(b, system);
    ts_perfetto_close(p);
}

static void write_clock(ts_perfetto *p)
{
    ts_buffer *b = ts_perfetto_open(p, 0);
    size_t clocks = ts_proto_open(b, PACKET_CLOCKS);
    size_t clock = ts_proto_open(b, CLOCKS_CLOCK);

    ts_proto_number(b, CLOCK_ID, CLOCK_BOOTTIME);
    ts_proto_number(b, CLOCK_TIME, 0);
    ts_proto_close(b, clock);
    ts_proto_number(b, CLOCKS_PRIMARY, CLOCK_BOOTTIME);
    ts_proto_close(b, clocks);
    ts_perfetto_close(p);
}

static void write_process(ts_perfetto *p, ts_buffer *b, int task)
{
    size_t process = ts_proto_open(b, TREE_PROCESS);

    ts_proto_number(b, PROCESS_PID, ts_export_pid(p->h->tasks[task].first));
    ts_proto_number(b, PROCESS_PARENT, 0);
    ts_proto_text(b, PROCESS_COMMAND, p->h->tasks[task].name);
    ts_proto_close(b, process);
}

static void write_threads(ts_perfetto *p)
{
    ts_buffer *b = ts_perfetto_open(p, 0);
    size_t tree = ts_proto_open(b, PACKET_PROCESSES);

    for (int i = 0; i < (int)p->h->task_count; i++)
        write_process(p, b, i);
    for (int32_t i = 0; i < p->h->thread_count; i++) {
        size_t thread = ts_proto_open(b, TREE_THREAD);

        ts_proto_number(b, TREE_THREAD_TID, ts_export_pid(i));
        ts_proto_text(b, TREE_THREAD_NAME, ts_history_name(p->h, i));
        ts_proto_number(b, TREE_THREAD_TGID, ts_export_process(p->h, i));
        ts_proto_close(b, thread);
    }
    ts_proto_close(b, tree);
    ts_perfetto_close(p);
}

/* --- the scheduler --- */

static int64_t pid(int32_t thread)
{
    return thread < 0 ? 0 : ts_export_pid(thread);
}

static const char *name(const ts_history *h, int32_t thread)
{
    return thread < 0 ? "swapper" : ts_history_name(h, thread);
}

static int priority(const ts_history *h, int32_t thread)
{
    return thread < 0 ? 120 : ts_switch_priority(h, thread);
}

/* prev_state of Linux 4.14 and later. */
static int64_t state_number(const ts_switched *e)
{
    static const int numbers[] = {[TS_SWITCH_PREEMPTED] = 0x100,
                                  [TS_SWITCH_READY] = 0,
                                  [TS_SWITCH_ASLEEP] = 1,
                                  [TS_SWITCH_DEVICE] = 2,
                                  [TS_SWITCH_GONE] = 0x10};

    return e->thread < 0 ? 0 : numbers[e->state];
}

static void write_switch(const ts_history *h, ts_buffer *b,
                         const ts_switched *e)
{
    size_t at = ts_proto_open(b, FTRACE_SWITCH);

    ts_proto_text(b, 1, name(h, e->thread));
    ts_proto_number(b, 2, pid(e->thread));
    ts_proto_number(b, 3, priority(h, e->thread));
    ts_proto_number(b, 4, state_number(e));
    ts_proto_text(b, 5, name(h, e->next));
    ts_proto_number(b, 6, pid(e->next));
    ts_proto_number(b, 7, priority(h, e->next));
    ts_proto_close(b, at);
}

/* sched_waking, sched_wakeup and sched_wakeup_new are alike, and the first
 * three fields of the others are the same. */
static void write_thread(const ts_history *h, ts_buffer *b,
                         const ts_switched *e, int event)
{
    size_t at = ts_proto_open(b, event);

    ts_proto_text(b, 1, name(h, e->thread));
    ts_proto_number(b, 2, pid(e->thread));
    if (event == FTRACE_EXIT) {
        ts_proto_number(b, 3, pid(e->thread));
        ts_proto_number(b, 4, priority(h, e->thread));
    } else {
        ts_proto_number(b, 3, priority(h, e->thread));
    }
    if (event == FTRACE_MIGRATE) {
        ts_proto_number(b, 4, e->other);
        ts_proto_number(b, 5, e->cpu);
    } else if (event != FTRACE_EXIT) {
        ts_proto_number(b, 4, 1);
        ts_proto_number(b, 5, e->other);
    }
    ts_proto_close(b, at);
}

static void write_handler(const ts_history *h, ts_buffer *b,
                          const ts_switched *e)
{
    bool entry = e->event == TS_EVENT_IRQ_ENTRY;
    size_t at = ts_proto_open(b, entry ? FTRACE_IRQ_ENTRY : FTRACE_IRQ_EXIT);

    ts_proto_number(b, 1, e->thread);
    if (entry)
        ts_proto_text(b, 2, h->is.kinds[e->thread]);
    else
        ts_proto_number(b, 2, 1); /* handled */
    ts_proto_close(b, at);
}

/* One event of the kernel's; a wake-up is two. */
static void write_one(const ts_history *h, ts_buffer *b, const ts_switched *e,
                      int event)
{
    size_t at = ts_proto_open(b, BUNDLE_EVENT);

    ts_proto_number(b, FTRACE_TIME, ts_export_ns(e->at));
    ts_proto_number(b, FTRACE_PID, pid(e->current));
    if (e->interrupts)
        ts_proto_number(b, FTRACE_FLAGS, FLAG_HARDIRQ);
    if (event == FTRACE_SWITCH)
        write_switch(h, b, e);
    else if (event == FTRACE_IRQ_ENTRY)
        write_handler(h, b, e);
    else
        write_thread(h, b, e, event);
    ts_proto_close(b, at);
}

static void write_event(const ts_history *h, ts_buffer *b, const ts_switched *e)
{
    static const int events[] = {[TS_EVENT_NEW] = FTRACE_WAKEUP_NEW,
                                 [TS_EVENT_WAKING] = FTRACE_WAKING,
                                 [TS_EVENT_SWITCH] = FTRACE_SWITCH,
                                 [TS_EVENT_MIGRATE] = FTRACE_MIGRATE,
                                 [TS_EVENT_EXIT] = FTRACE_EXIT,
                                 [TS_EVENT_IRQ_ENTRY] = FTRACE_IRQ_ENTRY,
                                 [TS_EVENT_IRQ_EXIT] = FTRACE_IRQ_ENTRY};

    write_one(h, b, e, events[e->event]);
    if (e->event == TS_EVENT_WAKING)
        write_one(h, b, e, FTRACE_WAKEUP);
}

/* The events of one processor, which stand in the order of time. */
static bool write_processor(ts_perfetto *p, int cpu, ts_error *error)
{
    ts_switches switches;
    const ts_switched *e;
    ts_buffer *b = NULL;
    size_t bundle = 0;

    if (!ts_switches_begin(&switches, p->h, error))
        return false;
    while ((e = ts_switches_next(&switches)) != NULL) {
        if (e->cpu != cpu)
            continue;
        if (b == NULL) {
            b = ts_perfetto_open(p, e->at);
            bundle = ts_proto_open(b, PACKET_FTRACE);
            ts_proto_number(b, BUNDLE_CPU, cpu);
        }
        write_event(p->h, b, e);
        if (b->length >= BUNDLE_BYTES) {
            ts_proto_close(b, bundle);
            ts_perfetto_close(p);
            b = NULL;
        }
    }
    if (b != NULL) {
        ts_proto_close(b, bundle);
        ts_perfetto_close(p);
    }
    ts_switches_end(&switches);
    return !switches.failed || ts_fail(error, "out of memory");
}

/* --- runs --- */

static bool write_run(const ts_history *run, const ts_parting *parting,
                      int side, FILE *out, ts_error *error)
{
    ts_perfetto p = {.h = run, .parting = parting, .side = side, .out = out};
    bool fine = true;

    write_clock(&p);
    write_system(&p);
    write_threads(&p);
    for (int i = 0; fine && i < p.h->processors; i++)
        fine = write_processor(&p, i, error);
    fine = fine && ts_perfetto_tracks(&p, error) &&
           (!p.packet.failed || ts_fail(error, "out of memory"));
    ts_buffer_fini(&p.packet);
    return fine;
}

/* "run 2: " and its title: runs of one scenario are told apart. */
static void write_manifest(const ts_history *const *runs, int count, FILE *out)
{
    ts_buffer text = TS_BUFFER_EMPTY, name = TS_BUFFER_EMPTY;

    ts_buffer_text(&text, "{\"perfetto_manifest\": {\"version\": 1, "
                          "\"files\": [");
    for (int i = 0; i < count; i++) {
        name.length = 0;
        ts_buffer_format(&name, "run %" PRId64 ": %s", runs[i]->run,
                         runs[i]->title);
        ts_buffer_format(&text,
                         "%s\n {\"path\": \"run-%d.pftrace\", \"machine\": "
                         "{\"name\": ",
                         i > 0 ? "," : "", i + 1);
        ts_escape(&text, TS_ESCAPE_JSON, name.failed ? "" : name.data);
        ts_buffer_text(&text, "}}");
    }
    ts_buffer_text(&text, "]}}\n");
    if (!text.failed)
        ts_tar_write(out, "perfetto_manifest.json", text.data, text.length);
    ts_buffer_fini(&name);
    ts_buffer_fini(&text);
}

/* A TAR needs to know how long a file is before it comes. */
static bool write_member(const ts_history *run, int number,
                         const ts_parting *parting, FILE *out, ts_error *error)
{
    char *bytes = NULL, path[32];
    size_t length = 0;
    FILE *memory = open_memstream(&bytes, &length);
    bool fine = memory != NULL || ts_fail(error, "out of memory");

    fine = fine && write_run(run, parting, number, memory, error);
    if (memory != NULL && fclose(memory) != 0)
        fine = ts_fail(error, "out of memory");
    snprintf(path, sizeof path, "run-%d.pftrace", number + 1);
    if (fine)
        ts_tar_write(out, path, bytes, length);
    free(bytes);
    return fine;
}

static bool write_runs(const ts_history *const *runs, int count, FILE *out,
                       ts_error *error)
{
    ts_parting parting = {.count = 0};
    bool two = count == 2, fine = true;

    if (count == 1)
        return write_run(runs[0], NULL, 0, out, error);
    if (two && !ts_parting_find(&parting, runs[0], runs[1], error))
        return false;
    write_manifest(runs, count, out);
    for (int i = 0; fine && i < count; i++)
        fine = write_member(runs[i], i, two ? &parting : NULL, out, error);
    ts_tar_end(out);
    ts_parting_fini(&parting);
    return fine;
}

const ts_export ts_export_perfetto = {
    .name = "perfetto",
    .help = "Perfetto's protobuf for ui.perfetto.dev; several runs are several "
            "machines on one timeline, in a TAR",
    .runs_min = 1,
    .write = write_runs,
};
