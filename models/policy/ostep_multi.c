/*
 * ostep_multi.c - OSTEP's multiprocessor scheduler with warm and cold caches.
 *
 * The toy of the homework to "Multiprocessor Scheduling" (R. and A. Arpaci-
 * Dusseau, Operating Systems: Three Easy Pieces), which counts in whole ticks.
 * A policy: one queue or one a processor (system.queues); at every multiple of
 * the quantum all running jobs go to the tail of their processor's queue, and
 * at every multiple of `peek` processors whose queue is empty steal the first
 * job without affinity of another's. And an operation, "ostep-job": a job with a
 * working set, which goes on at one unit a tick in a cold cache and at warm_rate
 * when it has warmed the processor's cache for some ticks.
 */
#include <stdio.h>

#include "models/machine/part.h"
#include "models/policy/list.h"
#include "models/machine/policy.h"
#include "models/machine/task.h"
#include "models/machine/program.h"

typedef struct multi_record {
    ts_time tick;
    int64_t quantum, peek, cache, warmup, warm_rate;
    ts_list victims; /* of int64_t */
} multi_record;

static const ts_field victim_item = {.name = "processor",
                                     .kind = TS_FIELD_INT,
                                     .max = 4095,
                                     .help = "whom to steal from"};

static const ts_field fields[] = {
    {.name = "tick",
     .kind = TS_FIELD_TIME,
     .fallback = "1ms",
     .min = 1,
     .offset = TS_AT(multi_record, tick),
     .max = 1e15,
     .help = "everything else is counted in ticks"},
    {.name = "quantum",
     .kind = TS_FIELD_INT,
     .fallback = "10",
     .min = 1,
     .max = 1e9,
     .offset = TS_AT(multi_record, quantum),
     .source = "multi.py",
     .help = "ticks between turns"},
    {.name = "peek",
     .kind = TS_FIELD_INT,
     .fallback = "30",
     .max = 1e9,
     .source = "multi.py",
     .offset = TS_AT(multi_record, peek),
     .help = "with a queue each: ticks between looks for jobs to steal; 0: "
             "never"},
    {.name = "victims",
     .kind = TS_FIELD_LIST,
     .item = &victim_item,
     .offset = TS_AT(multi_record, victims),
     .help = "from whom each thief takes, in order of the thefts; drawn at "
             "random when used up"},
    {.name = "cache",
     .kind = TS_FIELD_INT,
     .fallback = "100",
     .max = 1e12,
     .source = "multi.py",
     .offset = TS_AT(multi_record, cache),
     .help = "size of each processor's cache"},
    {.name = "warmup",
     .kind = TS_FIELD_INT,
     .fallback = "10",
     .max = 1e9,
     .source = "multi.py",
     .offset = TS_AT(multi_record, warmup),
     .help = "ticks until a job has warmed a cache"},
    {.name = "warm_rate",
     .kind = TS_FIELD_INT,
     .fallback = "2",
     .min = 1,
     .max = 1e6,
     .source = "multi.py",
     .offset = TS_AT(multi_record, warm_rate),
     .help = "units of work done in a tick with a warm cache"},
};

static const ts_shape shape = {.name = "ostep-multi",
                               .help = "Options of OSTEP's multiprocessor toy",
                               .size = sizeof(multi_record),
                               TS_FIELDS(fields)};

/* A job in a processor's cache. */
typedef struct multi_line {
    bool known, warm;
    int64_t left;     /* ticks until it is warm */
    int newer, older; /* neighbours among the warm ones; -1: none */
} multi_line;

typedef struct multi_cache {
    multi_line *lines; /* one a task */
    int newest, oldest;
    int64_t used;       /* sum of the warm ones' working sets */
    int64_t busy, warm; /* ticks */
} multi_cache;

/* What all run queues share. */
typedef struct multi_toy {
    ts_machine *machine;
    const multi_record *options;
    multi_cache *caches;  /* one a processor */
    int64_t *working_set; /* of each task */
    ts_event turn;
    ts_random random;
    int stolen; /* entries of `victims` used */
} multi_toy;

typedef struct multi {
    ts_threads ready;
    multi_toy *toy;
} multi;

/* --- the policy --- */

static ts_runqueue *victim_of(multi_toy *toy, const ts_runqueue *thief)
{
    ts_machine *machine = toy->machine;
    const int64_t *victims = toy->options->victims.items;
    int other;

    if (machine->queue_count == 2)
        return &machine->queues[1 - thief->id];
    if (toy->stolen < toy->options->victims.count) {
        other = (int)victims[toy->stolen++];
        return other < machine->queue_count ? &machine->queues[other] : NULL;
    }
    other =
        (int)ts_random_below(&toy->random, (uint64_t)machine->queue_count - 1);
    return &machine->queues[other < thief->id ? other : other + 1];
}

/* The first job without affinity. (One whose affinity would let the thief have
 * it stays where it is: the original tests it so.) */
static void steal(multi_toy *toy, ts_runqueue *thief)
{
    ts_runqueue *victim = victim_of(toy, thief);
    multi *theirs = victim != NULL ? victim->state : NULL;
    ts_thread *thread = theirs != NULL ? theirs->ready.first : NULL;

    while (thread != NULL && thread->allowed != NULL)
        thread = thread->next;
    if (thread != NULL && victim != thief)
        ts_thread_move(thread, thief);
}

/* The next multiple of the quantum or of peek. */
static void wind(multi_toy *toy)
{
    const multi_record *options = toy->options;
    ts_time now = ts_engine_now(toy->machine->engine);
    int64_t tick = now / options->tick;
    int64_t next = ts_time_next(tick, options->quantum), at;

    if (options->peek > 0 && toy->machine->queue_count > 1 &&
        ts_time_next(tick, options->peek) < next)
        next = ts_time_next(tick, options->peek);
    if (__builtin_mul_overflow(next, options->tick, &at))
        at = TS_NEVER;
    ts_event_at(toy->machine->engine, &toy->turn, at);
}

static void turn(ts_engine *engine, ts_event *event)
{
    multi_toy *toy = TS_CONTAINER(event, multi_toy, turn);
    ts_machine *machine = toy->machine;
    int64_t tick = ts_engine_now(engine) / toy->options->tick;

    if (tick % toy->options->quantum == 0)
        for (int i = 0; i < machine->cpu_count; i++)
            if (machine->cpus[i].current != NULL)
                ts_cpu_preempt(&machine->cpus[i], TS_WHY_EXPIRED);
    if (toy->options->peek > 0 && tick % toy->options->peek == 0 &&
        machine->queue_count > 1)
        for (int i = 0; i < machine->queue_count; i++)
            if (machine->queues[i].ready == 0)
                steal(toy, &machine->queues[i]);
    if (machine->live_count > 0)
        wind(toy);
}

/* With a queue each: processors in turn take the first task that is left and
 * that they may have. */
static bool place(ts_machine *machine, ts_error *error)
{
    int left = machine->task_count;

    (void)error;
    while (machine->queue_count > 1 && left > 0)
        for (int cpu = 0; cpu < machine->cpu_count; cpu++)
            for (int i = 0; i < machine->task_count; i++) {
                ts_task *task = &machine->tasks[i];

                if (task->home != NULL ||
                    (task->allowed != NULL && !ts_bits_has(task->allowed, cpu)))
                    continue;
                task->home = machine->cpus[cpu].queue;
                left--;
                break;
            }
    return true;
}

static void put(ts_runqueue *queue, ts_thread *thread, ts_why why)
{
    multi *state = queue->state;

    (void)why;
    ts_threads_put(&state->ready, thread);
    if (!state->toy->turn.pending)
        wind(state->toy);
}

static void take_out(ts_runqueue *queue, ts_thread *thread)
{
    multi *state = queue->state;

    ts_threads_remove(&state->ready, thread);
}

static ts_thread *pick(ts_runqueue *queue, ts_cpu *cpu)
{
    multi *state = queue->state;

    (void)cpu;
    return ts_threads_shift(&state->ready);
}

static const ts_policy policy = {
    .queue_size = sizeof(multi),
    .rule = "it is at the head of the queue",
    .place = place,
    .put = put,
    .remove = take_out,
    .pick = pick,
};

const ts_entry ts_policy_ostep_multi = {
    .name = "ostep-multi",
    .help = "OSTEP's multiprocessor toy: turns in ticks, stealing, warm caches",
    .about = "multi.py of the OSTEP homeworks, with its quirk that jobs with "
             "an affinity are never stolen. Its jobs are \"ostep-job\".",
    .shape = &shape,
    .model = &policy,
};

/* --- caches --- */

static void make_cold(multi_cache *cache, int job, int64_t warmup, int64_t size)
{
    multi_line *line = &cache->lines[job];

    if (line->newer >= 0)
        cache->lines[line->newer].older = line->older;
    else
        cache->newest = line->older;
    if (line->older >= 0)
        cache->lines[line->older].newer = line->newer;
    else
        cache->oldest = line->newer;
    line->warm = false;
    line->left = warmup;
    cache->used -= size;
}

/* The newest of the warm ones; the oldest go until all fit, itself too if it
 * is too large. */
static void make_warm(multi_toy *toy, multi_cache *cache, int job)
{
    multi_line *line = &cache->lines[job];

    line->warm = true;
    line->newer = -1;
    line->older = cache->newest;
    if (cache->newest >= 0)
        cache->lines[cache->newest].newer = job;
    else
        cache->oldest = job;
    cache->newest = job;
    cache->used += toy->working_set[job];
    while (cache->oldest >= 0 && cache->used > toy->options->cache)
        make_cold(cache, cache->oldest, toy->options->warmup,
                  toy->working_set[cache->oldest]);
}

/* The job has run a tick there; whether it was a warm one. */
static bool run_tick(multi_toy *toy, multi_cache *cache, int job)
{
    multi_line *line = &cache->lines[job];
    bool warm;

    if (!line->known) {
        line->known = true;
        line->left = toy->options->warmup;
        if (line->left == 0)
            make_warm(toy, cache, job);
    }
    warm = line->warm;
    cache->busy++;
    cache->warm += warm;
    if (!line->warm && --line->left <= 0)
        make_warm(toy, cache, job);
    return warm;
}

/* --- the job --- */

typedef struct job_record {
    int64_t run, working_set;
} job_record;

static const ts_field job_fields[] = {
    {.name = "run",
     .kind = TS_FIELD_INT,
     .required = true,
     .max = 1e12,
     .offset = TS_AT(job_record, run),
     .help = "units of work, one a tick in a cold cache; at least a tick"},
    {.name = "working_set",
     .kind = TS_FIELD_INT,
     .fallback = "0",
     .max = 1e12,
     .offset = TS_AT(job_record, working_set),
     .help = "how much of a cache it fills"},
};
static const ts_shape job_shape = {.name = "ostep-job",
                                   .help =
                                       "A job of OSTEP's multiprocessor toy",
                                   .size = sizeof(job_record),
                                   TS_FIELDS(job_fields),
                                   .shorthand = "run"};

static multi_toy *toy_of(const ts_machine *machine)
{
    return ((multi *)machine->queues[0].state)->toy;
}

static int job_prepare(ts_machine *machine, ts_task *task, void *record,
                       ts_error *error)
{
    const job_record *job = record;

    if (machine->queues[0].policy != &policy) {
        ts_fail(error, "%s: ostep-job goes with the policy ostep-multi",
                ts_task_name(task));
        return -1;
    }
    if (task->record->count > 1 ||
        task->index >= machine->record->threads.count) {
        ts_fail(error,
                "%s: an ostep-job has its place in the caches; give "
                "each its own entry instead of a count",
                ts_task_name(task));
        return -1;
    }
    toy_of(machine)->working_set[task->index] = job->working_set;
    return 0;
}

/* frame->count is the work that is left. */
static ts_step job_step(ts_machine *machine, ts_thread *thread, ts_frame *frame)
{
    const job_record *job = frame->fields;
    multi_toy *toy = toy_of(machine);

    if (frame->phase++ == 0) {
        frame->count = job->run;
    } else {
        bool warm =
            run_tick(toy, &toy->caches[thread->cpu->id], thread->task->index);

        frame->count -= warm ? toy->options->warm_rate : 1;
        if (frame->count <= 0)
            return TS_STEP_DONE;
    }
    ts_thread_work(thread, ts_fine_make(toy->options->tick), TS_MODE_USER);
    return TS_STEP_RUN;
}

static const ts_operation job_operation = {.step = job_step,
                                           .prepare = job_prepare};
const ts_entry ts_operation_ostep_job = {
    .name = "ostep-job",
    .help = "a job of OSTEP's multiprocessor toy",
    .shape = &job_shape,
    .model = &job_operation};

/* --- the part --- */

static bool asked(const ts_machine *machine)
{
    return machine->queues[0].policy == &policy;
}

static bool create(ts_machine *machine, void *state, ts_error *error)
{
    size_t tasks = (size_t)machine->record->threads.count;
    ts_arena *arena = machine->arena;
    multi_toy *toy = state;

    toy->machine = machine;
    toy->options = machine->queues[0].options;
    toy->working_set = ts_arena_array(arena, tasks, sizeof(int64_t));
    toy->caches =
        ts_arena_array(arena, (size_t)machine->cpu_count, sizeof *toy->caches);
    if (toy->working_set == NULL || toy->caches == NULL)
        return ts_fail(error, "out of memory for caches");
    for (int i = 0; i < machine->cpu_count; i++) {
        toy->caches[i].newest = toy->caches[i].oldest = -1;
        toy->caches[i].lines = ts_arena_array(arena, tasks, sizeof(multi_line));
        if (toy->caches[i].lines == NULL)
            return ts_fail(error, "out of memory for caches");
    }
    ts_random_init(&toy->random, ts_engine_seed(machine->engine),
                   "system/steal");
    ts_event_init_slot(machine->engine, &toy->turn, TS_CLASS_TIMER, turn,
                       "turn");
    for (int i = 0; i < machine->queue_count; i++)
        ((multi *)machine->queues[i].state)->toy = toy;
    return true;
}

static void report(ts_machine *machine, void *state, ts_report *report)
{
    const multi_toy *toy = state;

    for (int i = 0; i < machine->cpu_count; i++) {
        ts_report_count(report, toy->caches[i].busy, "ostep.%d.busy", i);
        ts_report_count(report, toy->caches[i].warm, "ostep.%d.warm", i);
    }
}

static const ts_metric_kind metrics[] = {
    {"ostep.<n>.busy", TS_UNIT_COUNT, false, "ticks that a processor ran"},
    {"ostep.<n>.warm", TS_UNIT_COUNT, false, "ticks with a warm cache"},
};

const ts_part ts_part_ostep_multi = {.name = "ostep-multi",
                                     .state = sizeof(multi_toy),
                                     .asked = asked,
                                     .create = create,
                                     .report = report,
                                     TS_METRICS(metrics)};
