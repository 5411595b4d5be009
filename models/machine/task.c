/*
 * task.c - arrivals, jobs and their statistics.
 */
#include <string.h>

#include "models/machine/measure.h"
#include "models/machine/balance.h"
#include "models/machine/conventions.h"
#include "models/machine/inside.h"
#include "models/machine/system.h"
#include "models/machine/program.h"

/* How many jobs of one arrival are made before somebody looks up. */
#define LOOK_EVERY 1024

ts_task_added *ts_task_add(ts_machine *machine, const char *name,
                           const ts_task_record *worker)
{
    ts_task_added *added = ts_arena_alloc(machine->arena, sizeof *added);
    ts_task_added **last = &machine->added;

    if (added == NULL)
        return NULL;
    added->record = *worker;
    added->record.name = name;
    added->record.background = true;
    while (*last != NULL)
        last = &(*last)->next;
    *last = added;
    return added;
}

const char *ts_task_name(const ts_task *task)
{
    return task->record->name;
}

/* --- arrivals --- */

/* When the arrival after the last one is; TS_NEVER: none. */
static ts_time next_arrival(ts_task *task)
{
    const ts_arrive_record *arrive = task->record->arrive;

    if (task->exhausted)
        return TS_NEVER;
    if (arrive == NULL)
        return task->arrivals == 0 ? ts_engine_now(task->machine->engine)
                                   : TS_NEVER;
    if (arrive->called)
        return TS_NEVER;
    return ts_arrive_next(arrive, task->at, task->arrivals, task->next,
                          &task->random);
}

/* What a new thread has for good; the thread is used again with it. */
static bool equip(const ts_task *task, ts_thread *thread)
{
    ts_machine *machine = task->machine;
    ts_arena *arena = machine->arena;
    size_t entity = machine->queues[0].entity_size;

    thread->frames =
        ts_arena_array(arena, (size_t)task->depth, sizeof *thread->frames);
    if (entity > 0)
        thread->entity = ts_arena_alloc(arena, entity);
    if (task->checks)
        thread->calls = ts_arena_alloc(arena, sizeof *thread->calls);
    if (machine->own_size > 0)
        thread->own = ts_arena_alloc(arena, machine->own_size);
    return thread->frames != NULL &&
           (machine->own_size == 0 || thread->own != NULL) &&
           (entity == 0 || thread->entity != NULL) &&
           (!task->checks || thread->calls != NULL);
}

static ts_thread *make_thread(ts_task *task)
{
    ts_machine *machine = task->machine;
    size_t entity = machine->queues[0].entity_size;
    ts_thread *thread = task->spare;

    if (thread == NULL) {
        thread = ts_arena_lines(machine->arena, sizeof *thread);
        if (thread != NULL && equip(task, thread))
            return thread;
        ts_machine_memory(machine);
        return NULL;
    }
    assert(thread->state == TS_THREAD_EXITED && thread->cpu == NULL);
    task->spare = thread->next;
    *thread = (ts_thread){
        .frames = thread->frames,
        .entity = thread->entity,
        .calls = thread->calls,
        .own = thread->own,
        .timer = thread->timer,
    };
    if (entity > 0)
        memset(thread->entity, 0, entity);
    if (thread->calls != NULL)
        *thread->calls = (ts_calls){0};
    if (machine->own_size > 0)
        memset(thread->own, 0, machine->own_size);
    return thread;
}

static ts_thread *release_job(ts_task *task, ts_time release)
{
    ts_machine *machine = task->machine;
    ts_time now = ts_engine_now(machine->engine);
    ts_thread *thread = make_thread(task);
    int64_t number;

    if (thread == NULL)
        return NULL;
    thread->machine = machine;
    thread->task = task;
    thread->id = machine->next_id++;
    thread->job = task->jobs++;
    thread->dice = (ts_dice){.key = task->key, .index = (uint64_t)thread->job};
    thread->priority = task->record->priority;
    thread->urgency = thread->own_urgency = task->urgency;
    thread->inherited = INT64_MIN;
    thread->arrival = release;
    assert(release <= now);
    thread->ready = now - release; /* behind the job before it */
    thread->deadline = ts_time_add(release, task->record->deadline);
    if (task->record->deadline >= TS_TIME_LIMIT)
        thread->deadline = TS_NEVER;
    thread->first_run = TS_NEVER;
    thread->since = now;
    thread->slice_left = TS_FINE_NEVER;
    thread->place = -1;
    thread->allowed = task->allowed;
    thread->queue =
        task->home != NULL ? task->home : ts_balance_place(machine, thread);
    thread->live_next = machine->live;
    if (machine->live != NULL)
        machine->live->live_prev = thread;
    machine->live = thread;
    machine->live_count++;
    number = task->added != NULL && task->added->seat != NULL
                 ? task->added->seat(task->added->context, thread)
                 : thread->job;
    ts_parts_begins(thread, number);
    ts_thread_push(thread,
                   task->life != NULL ? task->life : &ts_sequence_operation,
                   &task->record->program);
    ts_policy_join(thread);
    ts_thread_ready(thread, TS_WHY_ARRIVED);
    return thread;
}

TS_COLD static void sample(const ts_task *task)
{
    const ts_machine *machine = task->machine;

    ts_trace_sample(machine->trace, ts_engine_now(machine->engine),
                    task->series, task->population.value);
}

/* A job has come (1) or gone (-1). */
static void count(ts_task *task, int change)
{
    ts_level_add(&task->population, ts_engine_now(task->machine->engine),
                 change);
    if (task->record->watch)
        sample(task);
}

/* Jobs that must wait for the one before them keep their release here. */
static bool remember(ts_task *task, ts_time release)
{
    if (task->waiting == task->releases_room) {
        int64_t room = task->releases_room ? task->releases_room * 2 : 16;
        ts_time *ring =
            ts_arena_array(task->machine->arena, (size_t)room, sizeof *ring);

        if (ring == NULL)
            return ts_machine_memory(task->machine);
        for (int64_t i = 0; i < task->waiting; i++)
            ring[i] = task->releases[(task->releases_first + i) %
                                     task->releases_room];
        task->releases = ring;
        task->releases_first = 0;
        task->releases_room = room;
    }
    task->releases[(task->releases_first + task->waiting) %
                   task->releases_room] = release;
    task->waiting++;
    return true;
}

ts_thread *ts_task_release(ts_task *task)
{
    ts_machine *machine = task->machine;
    ts_time now = ts_engine_now(machine->engine);

    if (machine->room > 0 && machine->live_count >= machine->room) {
        task->lost++;
        return NULL;
    }
    if (!task->record->background)
        machine->foreground_left++;
    count(task, 1);
    if (!task->record->overlap) {
        if (task->current != NULL) {
            remember(task, now);
            return NULL;
        }
        task->current = release_job(task, now);
        return task->current;
    }
    return release_job(task, now);
}

/* The end of the last foreground thread ends the run; where all threads are
 * in the background, the scenario says when. */
static void check_done(ts_machine *machine)
{
    if (machine->has_foreground && ts_tasks_done(machine))
        ts_engine_stop(machine->engine, "every foreground thread has ended");
}

void ts_machine_hold(ts_machine *machine, int change)
{
    machine->foreground_left += change;
    check_done(machine);
}

static void schedule(ts_task *task)
{
    task->next = next_arrival(task);
    if (task->next == TS_NEVER) {
        if (!task->exhausted && !task->record->background)
            task->machine->sources_left--;
        task->exhausted = true;
        ts_precede_ended(task);
    } else {
        ts_event_at(task->machine->engine, &task->event, task->next);
    }
}

void ts_task_start(ts_task *task)
{
    schedule(task);
}

static void arrive(ts_engine *engine, ts_event *event)
{
    ts_task *task = TS_CONTAINER(event, ts_task, event);

    (void)engine;
    task->arrivals++;
    for (int64_t i = 0; i < task->record->count; i++) {
        if (i % LOOK_EVERY == LOOK_EVERY - 1 &&
            !ts_engine_look(engine, (uint64_t)i))
            return;
        ts_task_release(task);
    }
    schedule(task);
    check_done(task->machine);
}

/* --- the end of a job --- */

static void tally(ts_task *task, const ts_thread *thread, ts_time now)
{
    ts_machine *machine = task->machine;
    ts_time turnaround = now - thread->arrival;
    ts_time response = thread->first_run == TS_NEVER
                           ? turnaround
                           : thread->first_run - thread->arrival;
    ts_time wait = turnaround - thread->used - thread->blocked;

    if (machine->conventions->response == TS_RESPONSE_FINISH)
        response = turnaround;
    ts_tally_add(&task->turnaround, turnaround);
    ts_tally_add(&task->response, response);
    ts_tally_add(&task->wait, wait);
    ts_tally_add(&task->used, thread->used);
    ts_histogram_add(&task->turnaround_histogram, turnaround);
    ts_histogram_add(&task->response_histogram, response);
    if (!task->record->background) {
        ts_tally_show(&machine->turnaround, turnaround);
        ts_tally_show(&machine->response, response);
        ts_tally_show(&machine->wait, wait);
    }
    task->dispatches += thread->dispatches;
    task->preemptions += thread->preemptions;
    task->migrations += thread->migrations;
    if (thread->deadline != TS_NEVER) {
        ts_time late = now - thread->deadline;

        task->missed += late > 0;
        if (task->finished == 1 || late > task->lateness_max)
            task->lateness_max = late;
    }
}

void ts_task_woken(ts_thread *thread, ts_time waited)
{
    thread->awoken = false;
    ts_tally_add(&thread->task->wakeup, waited);
    ts_histogram_add(&thread->task->wakeup_histogram, waited);
}

static void next_job(ts_task *task)
{
    task->current = NULL;
    if (task->waiting == 0)
        return;
    ts_time release = task->releases[task->releases_first];

    task->releases_first = (task->releases_first + 1) % task->releases_room;
    task->waiting--;
    task->current = release_job(task, release);
}

/* The thread goes to the spare ones, however it ended. */
static void retire(ts_task *task, ts_thread *thread)
{
    ts_machine *machine = task->machine;
    ts_time now = ts_engine_now(machine->engine);

    assert(thread->state == TS_THREAD_EXITED && thread->cpu == NULL);
    assert(thread->standing == TS_STANDS_NOWHERE && machine->live_count > 0);
    count(task, -1);
    thread->since = now;
    if (machine->report != NULL &&
        machine->report->thread_count < machine->row_limit)
        ts_thread_report(thread, machine->report);
    if (thread->live_prev != NULL)
        thread->live_prev->live_next = thread->live_next;
    else
        machine->live = thread->live_next;
    if (thread->live_next != NULL)
        thread->live_next->live_prev = thread->live_prev;
    machine->live_count--;
    thread->next = task->spare;
    task->spare = thread;
    if (!task->record->overlap)
        next_job(task);
    ts_precede_ended(task);
    if (!task->record->background) {
        machine->foreground_left--;
        check_done(machine);
    }
}

void ts_task_finished(ts_task *task, ts_thread *thread)
{
    ts_machine *machine = task->machine;
    ts_time now = ts_engine_now(machine->engine);

    task->finished++;
    machine->last_finish = now;
    tally(task, thread, now);
    retire(task, thread);
}

void ts_task_killed(ts_task *task, ts_thread *thread)
{
    task->killed++;
    task->cut_short += ts_engine_now(task->machine->engine) - thread->arrival;
    task->dispatches += thread->dispatches;
    task->preemptions += thread->preemptions;
    task->migrations += thread->migrations;
    retire(task, thread);
}

bool ts_tasks_done(const ts_machine *machine)
{
    return machine->sources_left == 0 && machine->foreground_left == 0;
}

/* --- making --- */

bool ts_task_affinity(const ts_task *task, const ts_list *affinity,
                      uint64_t **allowed, ts_error *error)
{
    ts_machine *machine = task->machine;
    const int64_t *processors = affinity->items;

    if (affinity->count == 0)
        return true;
    *allowed = ts_arena_array(machine->arena, TS_BITS_WORDS(machine->cpu_count),
                              sizeof **allowed);
    if (*allowed == NULL)
        return ts_fail(error, "out of memory for affinities");
    for (int i = 0; i < affinity->count; i++) {
        if (processors[i] >= machine->cpu_count)
            return ts_fail(error,
                           "the affinity of %s names processor %lld, "
                           "and the computer has %d, from 0",
                           task->record->name, (long long)processors[i],
                           machine->cpu_count);
        ts_bits_add(*allowed, (int)processors[i]);
    }
    return ts_queue_bind(machine, error);
}

const void *ts_task_says(const ts_task *task, const ts_shape *table)
{
    const ts_shape *const *tables = task->machine->queues[0].policy->thread;

    for (int i = 0; tables != NULL && tables[i] != NULL; i++)
        if (tables[i] == table)
            return task->tables[i];
    return ts_task_table(task->record, table);
}

static void find_tables(ts_task *task)
{
    const ts_shape *const *tables = task->machine->queues[0].policy->thread;

    for (int i = 0; tables != NULL && tables[i] != NULL; i++) {
        assert(i < TS_TABLES_MAX);
        task->tables[i] = ts_task_table(task->record, tables[i]);
    }
}

void ts_task_need(ts_task *task, int depth)
{
    int frames = depth + 1 + task->life_depth;

    if (task->depth < frames)
        task->depth = frames;
}

static void offer(ts_task *task)
{
    ts_machine *machine = task->machine;
    const char *name = task->record->name;

    ts_measure_offer(machine, &task->turnaround, "threads.%s.turnaround", name);
    ts_measure_offer(machine, &task->response, "threads.%s.response", name);
    ts_measure_offer(machine, &task->wait, "threads.%s.wait", name);
    ts_measure_offer(machine, &task->used, "threads.%s.processor", name);
    ts_measure_offer(machine, &task->wakeup, "threads.%s.wakeup", name);
}

/*
 * A task from its record. The order is not free:
 *
 *   - Random streams are keyed by the name and not by the number, so that a task
 *     more or less, or in another place, leaves the draws of all others alone.
 *     Arrivals have a stream of their own: two policies see the same ones,
 *     however much the programs draw.
 *   - The policy's tables of the thread are looked up before it is asked for the
 *     urgency, which reads them; and that is known before the program is
 *     prepared, since a lock that the program names makes its ceiling of it.
 *   - Parts may put a life around the program (an interpreter takes its lock
 *     first and gives it back last), so how deep the frames go is only known
 *     when they have heard of the task.
 *   - Arrivals of the same instant come in the order of the scenario's list: the
 *     event's lane is the task's number.
 */
static bool create_task(ts_machine *machine, ts_task *task,
                        const ts_task_record *record, int index,
                        ts_error *error)
{
    uint64_t seed = ts_engine_seed(machine->engine);
    ts_random key;
    int depth;

    task->machine = machine;
    task->record = record;
    task->index = index;
    ts_random_init(&key, seed,
                   ts_arena_format(machine->arena, "threads/%s", record->name));
    task->key = key.key[1];
    ts_random_init(&task->random, seed,
                   ts_arena_format(machine->arena, "threads/%s/arrive",
                                   record->name));
    ts_level_init(&task->population, 0, 0);
    offer(task);
    if (record->watch)
        task->series =
            ts_trace_name(machine->trace, TS_SERIES,
                          ts_arena_format(machine->arena, "%s in the system",
                                          record->name));
    ts_histogram_init(&task->turnaround_histogram, machine->arena);
    ts_histogram_init(&task->response_histogram, machine->arena);
    ts_histogram_init(&task->wakeup_histogram, machine->arena);
    find_tables(task);
    task->urgency = machine->queues[0].policy->urgency != NULL
                        ? machine->queues[0].policy->urgency(machine, task)
                        : ts_machine_urgency(machine, record->priority);
    depth = ts_program_prepare(machine, task, &record->program, error);
    if (depth < 0)
        return false;
    if (!ts_parts_task(task, error))
        return false;
    ts_task_need(task, depth);
    if (record->check.given)
        task->check = ts_machine_fine(machine, &record->check);
    if (!ts_task_affinity(task, &record->affinity, &task->allowed, error))
        return false;
    if (record->arrive != NULL && record->arrive->at.count > 0)
        task->at = ts_arrive_sorted(record->arrive, machine->arena);
    if (record->arrive != NULL && record->arrive->at.count > 0 &&
        task->at == NULL)
        return ts_fail(error, "out of memory for the arrivals of %s",
                       record->name);
    ts_event_init_slot(machine->engine, &task->event, TS_CLASS_ARRIVAL, arrive,
                       record->name);
    ts_event_set_lane(&task->event, index);
    return true;
}

static bool create(ts_machine *machine, void *state, ts_error *error)
{
    const ts_task_record *records = machine->record->threads.items;
    int count = machine->record->threads.count;

    (void)state;
    machine->task_count = count;
    for (ts_task_added *added = machine->added; added != NULL;
         added = added->next)
        machine->task_count++;
    machine->tasks = ts_arena_array(machine->arena, (size_t)machine->task_count,
                                    sizeof *machine->tasks);
    if (machine->tasks == NULL && machine->task_count > 0)
        return ts_fail(error, "out of memory for %d tasks",
                       machine->task_count);
    for (int i = 0; i < count; i++)
        if (!create_task(machine, &machine->tasks[i], &records[i], i, error))
            return false;
    for (ts_task_added *added = machine->added; added != NULL;
         added = added->next) {
        added->task = &machine->tasks[count];
        added->task->added = added;
        if (!create_task(machine, added->task, &added->record, count++, error))
            return false;
    }
    for (int i = 0; i < machine->task_count; i++) {
        ts_task *task = &machine->tasks[i];

        if (!task->record->background) {
            machine->has_foreground = true;
            machine->sources_left++;
        }
    }
    if (machine->queues[0].policy->place != NULL &&
        !machine->queues[0].policy->place(machine, error))
        return false;
    if (!ts_precede_create(machine, error))
        return false;
    for (int i = 0; i < machine->task_count; i++)
        if (machine->tasks[i].waits_for == 0)
            schedule(&machine->tasks[i]);
    return true;
}

static void report(ts_machine *machine, void *state, ts_report *report)
{
    (void)state;
    ts_tasks_report(machine, report);
}

const ts_part ts_part_tasks = {.name = "threads",
                               .create = create,
                               .report = report};
