/*
 * cold.c - what a pause costs those who come after it, by two measured points.
 *
 * While nobody of a task (the threads of a server, say) runs, others fill the
 * caches, and the processor sleeps deeper. Its next turn takes longer then: not
 * at all right after the last one, so much after such a pause, in proportion
 * between the two, and no more beyond. Both numbers are measured: processor
 * time a request when there is no pause, and with one. It is counted as
 * switching.
 *
 * It is for who has numbers and no footprints: memory.c computes the same from
 * how much of the caches is left. Threads of a task keep it warm for each
 * other wherever they run, also in several processes, which share their code.
 */
#include "models/machine/part.h"

typedef struct ts_cold_record {
    ts_duration cost;
    ts_time after;
} ts_cold_record;

static const ts_field cold_fields[] = {
    {.name = "cost",
     .kind = TS_FIELD_DURATION,
     .required = true,
     .offset = TS_AT(ts_cold_record, cost),
     .help = "what the next turn takes besides"},
    {.name = "after",
     .kind = TS_FIELD_TIME,
     .required = true,
     .positive = true,
     .offset = TS_AT(ts_cold_record, after),
     .help = "a pause of that length or a longer one; in proportion after a "
             "shorter one"},
};

static const ts_shape cold_shape = {.name = "cold",
                                    .help = "What a pause costs",
                                    .size = sizeof(ts_cold_record),
                                    TS_FIELDS(cold_fields)};

typedef struct cold_thread {
    ts_cold_record *cold;
} cold_thread;

static const ts_field thread_fields[] = {
    {.name = "cold",
     .kind = TS_FIELD_OBJECT,
     .shape = &cold_shape,
     .offset = TS_AT(cold_thread, cold),
     .help = "what a turn costs besides after a pause in which none of them "
             "ran: cold caches; nothing when not given"},
};

static const ts_shape thread_table = {.name = "thread",
                                      .help = "What pauses cost threads",
                                      .size = sizeof(cold_thread),
                                      TS_FIELDS(thread_fields)};

extern const int ts_slot_cold;

/* --- the part --- */

/* Of all threads of a task. */
typedef struct warmth {
    const ts_task *task;
    ts_fine cost;
    ts_time after;
    int running;  /* so many of them */
    bool has_run; /* one of them has left a processor ... */
    ts_time left; /* ... for the last time then */
    struct warmth *next;
} warmth;

typedef struct cold {
    warmth *tasks;
    ts_fine paid;
} cold;

static const ts_cold_record *said(const ts_task_record *task)
{
    const cold_thread *thread = ts_task_part(task, ts_slot_cold);

    return thread->cold;
}

static bool asked(const ts_machine *machine)
{
    const ts_task_record *task;
    const char *name;

    for (int i = 0; (task = ts_task_said(machine->record, i, &name)) != NULL;
         i++)
        if (said(task) != NULL)
            return true;
    return false;
}

static bool add_task(void *state, ts_task *task, ts_error *error)
{
    const ts_cold_record *record = said(task->record);
    cold *mine = state;
    warmth *w;

    if (record == NULL)
        return true;
    w = ts_arena_alloc(task->machine->arena, sizeof *w);
    if (w == NULL)
        return ts_fail_memory(error);
    *w = (warmth){.task = task,
                  .cost = ts_machine_fine(task->machine, &record->cost),
                  .after = record->after,
                  .next = mine->tasks};
    mine->tasks = w;
    return true;
}

static warmth **own(const ts_thread *thread)
{
    return ts_part_own(thread, ts_slot_cold);
}

static void begins(void *state, ts_thread *thread, int64_t number)
{
    cold *mine = state;
    warmth *w = mine->tasks;

    (void)number;
    while (w != NULL && w->task != thread->task)
        w = w->next;
    *own(thread) = w;
}

/* The part of the cost that a pause of `time` makes. */
static ts_fine cost_of(const warmth *w, ts_time time)
{
    const int whole = 4096;
    int part = whole;

    assert(time >= 0);
    if (time < w->after)
        part = (int)((ts_i128)time * whole / w->after);
    return w->cost / whole * part;
}

static ts_fine enter(void *state, ts_cpu *cpu, ts_thread *thread)
{
    cold *mine = state;
    warmth *w = *own(thread);
    ts_time now = ts_engine_now(cpu->machine->engine);
    ts_fine cost = 0;

    if (w == NULL)
        return 0;
    if (w->running++ == 0)
        cost = cost_of(w, w->has_run ? now - w->left : w->after);
    mine->paid += cost;
    return cost;
}

static void leave(void *state, ts_cpu *cpu, ts_thread *thread)
{
    warmth *w = *own(thread);

    (void)state;
    if (w == NULL)
        return;
    assert(w->running > 0);
    w->running--;
    w->has_run = true;
    w->left = ts_engine_now(cpu->machine->engine);
}

static void report(ts_machine *machine, void *state, ts_report *report)
{
    const cold *mine = state;

    ts_report_ratio(report, mine->paid >> TS_FINE_BITS,
                    (ts_i128)ts_engine_now(machine->engine) *
                        machine->cpu_count,
                    "cold.share");
}

static const ts_metric_kind metrics[] = {
    {"cold.share", TS_UNIT_RATIO, false,
     "the part of the processors' time that pauses cost"},
};

const ts_part ts_part_cold = {.name = "cold",
                              .thread = &thread_table,
                              .state = sizeof(cold),
                              .own = sizeof(warmth *),
                              .asked = asked,
                              .task = add_task,
                              .begins = begins,
                              .enter = enter,
                              .leave = leave,
                              .report = report,
                              TS_METRICS(metrics)};
