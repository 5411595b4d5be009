/*
 * account.c - what a run reports: processors, tasks, threads.
 */
#include "models/machine/inside.h"
#include "models/machine/conventions.h"
#include "models/machine/system.h"
#include "models/machine/metric.h"

/* --- what the core reports --- */

const ts_metric_kind ts_core_metrics[] = {
    {"run.time", TS_UNIT_TIME, false, "when the run ended"},
    {"run.makespan", TS_UNIT_TIME, false, "when the last job ended"},
    {"turnaround", TS_UNIT_TIME, true,
     "of all jobs that ended: from arrival to end"},
    {"response", TS_UNIT_TIME, true,
     "of all jobs: from arrival to the first instant on a processor (or what "
     "conventions.response says)"},
    {"wait", TS_UNIT_TIME, true, "of all jobs that ended: time in run queues"},
    {"processor.<n>.useful", TS_UNIT_RATIO, false,
     "the time that one processor spent on threads' own work"},
    {"processor.useful", TS_UNIT_RATIO, false,
     "the time that processors spent on threads' own work"},
    {"processor.kernel", TS_UNIT_RATIO, false, "the time in the kernel"},
    {"processor.spinning", TS_UNIT_RATIO, false,
     "the time spent on waiting for a lock in a loop"},
    {"processor.stalled", TS_UNIT_RATIO, false,
     "the time spent on waiting for memory"},
    {"processor.switching", TS_UNIT_RATIO, false,
     "the time spent on saving, restoring and reloading"},
    {"processor.interrupts", TS_UNIT_RATIO, false, "the time in interrupts"},
    {"processor.idle", TS_UNIT_RATIO, false, "the time with nothing to run"},
    {"processor.busy", TS_UNIT_RATIO, false, "the time that was not idle"},
    {"processor.dispatches", TS_UNIT_COUNT, false,
     "how often a thread was given one"},
    {"processor.preemptions", TS_UNIT_COUNT, false,
     "how often one was taken from a thread that wanted to go on"},
    {"processor.switches", TS_UNIT_COUNT, false,
     "dispatches of another thread than the last"},
    {"processor.migrations", TS_UNIT_COUNT, false,
     "dispatches on another processor than the last"},
    {"processor.wakeups", TS_UNIT_COUNT, false,
     "how often a thread became ready"},
    {"threads.<thread>.arrived", TS_UNIT_COUNT, false, "jobs that came"},
    {"threads.<thread>.finished", TS_UNIT_COUNT, false, "jobs that ended"},
    {"threads.<thread>.lost", TS_UNIT_COUNT, false, "jobs that found no room"},
    {"threads.<thread>.left", TS_UNIT_COUNT, false,
     "jobs that were there at the end"},
    {"threads.<thread>.killed", TS_UNIT_COUNT, false,
     "jobs that were ended by a fault"},
    {"threads.<thread>.in_system", TS_UNIT_NUMBER, false,
     "jobs there, on average"},
    {"threads.<thread>.missed", TS_UNIT_COUNT, false, "deadlines missed"},
    {"threads.<thread>.lateness_max", TS_UNIT_TIME, false,
     "how long after its deadline the latest job ended; negative: before"},
    {"threads.<thread>.dispatches", TS_UNIT_COUNT, false,
     "how often it was given a processor"},
    {"threads.<thread>.preemptions", TS_UNIT_COUNT, false,
     "how often a processor was taken from it"},
    {"threads.<thread>.used", TS_UNIT_TIME, false,
     "time on processors, of all jobs together"},
    {"threads.<thread>.wakeup", TS_UNIT_TIME, true,
     "from becoming ready to running"},
    {"threads.<thread>.turnaround", TS_UNIT_TIME, true, "from arrival to end"},
    {"threads.<thread>.response", TS_UNIT_TIME, true,
     "from arrival to the first instant on a processor (or what "
     "conventions.response says)"},
    {"threads.<thread>.wait", TS_UNIT_TIME, true, "time in a run queue"},
    {"threads.<thread>.processor", TS_UNIT_TIME, true,
     "time on a processor, by job"},
};
const int ts_core_metric_count = (int)TS_COUNT_OF(ts_core_metrics);

const char *const ts_mode_shares[TS_MODES] = {"useful",    "kernel",
                                              "spinning",  "stalled",
                                              "switching", "interrupts",
                                              "idle"};

/* Metrics of single processors are reported up to so many. */
#define EACH_PROCESSOR_LIMIT 64

/* What it is at, for those who wait for it in vain. Where all share a processor
 * nobody waits for one. */
static void report_end(const ts_thread *thread, ts_thread_row *row)
{
    bool shares = thread->queue->policy->rate != NULL;
    ts_thread_end ready = shares ? TS_END_RUNNING : TS_END_READY;

    row->at_end = thread->state == TS_THREAD_EXITED    ? TS_END_FINISHED
                  : thread->state == TS_THREAD_READY   ? ready
                  : thread->state == TS_THREAD_BLOCKED ? TS_END_BLOCKED
                                                       : TS_END_RUNNING;
    row->foreground = !thread->task->record->background;
    row->since = thread->since;
    if (row->at_end == TS_END_READY && thread->working &&
        thread->mode == TS_MODE_USER)
        row->left = ts_fine_floor(thread->left);
}

void ts_thread_report(const ts_thread *thread, ts_report *report)
{
    const ts_task *task = thread->task;
    ts_time now = ts_engine_now(thread->machine->engine);
    ts_thread_row row = {
        .id = thread->id,
        .task = task->record->name,
        .job = thread->job,
        .arrival = thread->arrival,
        .first_run = thread->first_run,
        .finish = thread->state == TS_THREAD_EXITED ? now : TS_NEVER,
        .deadline = thread->deadline,
        .processor = thread->used,
        .ready = thread->ready,
        .blocked = thread->blocked,
        .dispatches = thread->dispatches,
        .preemptions = thread->preemptions,
        .migrations = thread->migrations,
        .given_up = thread->given_up,
    };

    row.name = task->record->count > 1 || task->record->arrive != NULL
                   ? ts_arena_format(report->arena, "%s.%lld", row.task,
                                     (long long)thread->job)
                   : row.task;
    if (thread->state == TS_THREAD_READY)
        row.ready += now - thread->since;
    if (thread->state == TS_THREAD_BLOCKED)
        row.blocked += now - thread->since;
    if (thread->queue->policy->rate != NULL)
        row.ready = now - row.arrival - row.processor - row.blocked;
    report_end(thread, &row);
    ts_report_thread(report, &row);
}

static void report_task(ts_task *task, ts_report *report, ts_time end)
{
    const char *name = task->record->name;

    ts_report_count(report, task->jobs + task->waiting, "threads.%s.arrived",
                    name);
    ts_report_count(report, task->finished, "threads.%s.finished", name);
    if (task->machine->room > 0)
        ts_report_count(report, task->lost, "threads.%s.lost", name);
    ts_report_count(report, task->population.value, "threads.%s.left", name);
    if (task->killed > 0)
        ts_report_count(report, task->killed, "threads.%s.killed", name);
    ts_report_value(report, TS_UNIT_NUMBER,
                    ts_level_mean(&task->population, end),
                    "threads.%s.in_system", name);
    if (task->record->deadline < TS_TIME_LIMIT)
        ts_report_count(report, task->missed, "threads.%s.missed", name);
    if (task->record->deadline < TS_TIME_LIMIT && task->finished > 0)
        ts_report_time(report, task->lateness_max, "threads.%s.lateness_max",
                       name);
    ts_report_count(report, task->dispatches, "threads.%s.dispatches", name);
    ts_report_count(report, task->preemptions, "threads.%s.preemptions", name);
    ts_parts_report_task(task, report);
    ts_report_time(report, task->used.sum + task->using, "threads.%s.used",
                   name);
    if (task->wakeup.count > 0)
        ts_report_tally(report, TS_UNIT_TIME, &task->wakeup,
                        &task->wakeup_histogram, "threads.%s.wakeup", name);
    if (task->finished == 0)
        return;
    ts_report_tally(report, TS_UNIT_TIME, &task->turnaround,
                    &task->turnaround_histogram, "threads.%s.turnaround", name);
    ts_report_tally(report, TS_UNIT_TIME, &task->response,
                    &task->response_histogram, "threads.%s.response", name);
    ts_report_tally(report, TS_UNIT_TIME, &task->wait, NULL, "threads.%s.wait",
                    name);
    ts_report_tally(report, TS_UNIT_TIME, &task->used, NULL,
                    "threads.%s.processor", name);
}

/* Little's law, to the picosecond: the area below the number in the system is
 * the sum of all stays, of those who left and of those who are still here. */
static void check_little(const ts_machine *machine, ts_time end)
{
    ts_i128 area = 0, stays = 0;

    for (int i = 0; i < machine->task_count; i++) {
        const ts_task *task = &machine->tasks[i];

        area += ts_level_area(&task->population, end);
        stays += task->turnaround.sum + task->cut_short;
        for (int64_t w = 0; w < task->waiting; w++)
            stays += end - task->releases[(task->releases_first + w) %
                                          task->releases_room];
    }
    for (const ts_thread *t = machine->live; t != NULL; t = t->live_next)
        stays += end - t->arrival;
    (void)TS_ENSURE(machine->engine, area == stays);
}

/* Adds the jobs that are still there to the counts of their tasks. */
static void report_living(ts_machine *machine, ts_report *report)
{
    ts_thread *last = machine->live;

    while (last != NULL && last->live_next != NULL)
        last = last->live_next;
    for (ts_thread *thread = last; thread != NULL; thread = thread->live_prev) {
        thread->task->dispatches += thread->dispatches;
        thread->task->preemptions += thread->preemptions;
        thread->task->using += thread->used;
        if (report->thread_count < machine->row_limit)
            ts_thread_report(thread, report);
    }
}

static void merge_tallies(ts_machine *machine)
{
    for (int i = 0; i < machine->task_count; i++) {
        const ts_task *task = &machine->tasks[i];

        if (task->record->background)
            continue;
        ts_tally_merge(&machine->turnaround, &task->turnaround);
        ts_tally_merge(&machine->response, &task->response);
        ts_tally_merge(&machine->wait, &task->wait);
    }
}

void ts_tasks_report(ts_machine *machine, ts_report *report)
{
    ts_time end = ts_engine_now(machine->engine);

    check_little(machine, end);
    report_living(machine, report);
    for (int i = 0; i < machine->task_count; i++)
        report_task(&machine->tasks[i], report, end);
    if (machine->turnaround.count == 0)
        return;
    ts_report_tally(report, TS_UNIT_TIME, &machine->turnaround, NULL,
                    "turnaround");
    ts_report_tally(report, TS_UNIT_TIME, &machine->response, NULL, "response");
    ts_report_tally(report, TS_UNIT_TIME, &machine->wait, NULL, "wait");
}

static void report_processors(ts_machine *machine, ts_report *report)
{
    ts_i128 spent[TS_MODES] = {0};
    ts_i128 elapsed =
        (ts_i128)ts_engine_now(machine->engine) * machine->cpu_count;
    int64_t dispatches = 0, preemptions = 0, switches = 0, migrations = 0;

    for (int i = 0; i < machine->cpu_count; i++) {
        ts_cpu *cpu = &machine->cpus[i];
        ts_time sum = 0;

        for (int mode = 0; mode < TS_MODES; mode++) {
            spent[mode] += cpu->spent[mode];
            sum += cpu->spent[mode];
        }
        /* Time is conserved, to the picosecond. */
        (void)TS_ENSURE(machine->engine, sum == ts_engine_now(machine->engine));
        dispatches += cpu->dispatches;
        preemptions += cpu->preemptions;
        switches += cpu->switches;
        migrations += cpu->migrations;
        if (machine->cpu_count > 1 && i < EACH_PROCESSOR_LIMIT)
            ts_report_ratio(report, cpu->spent[TS_MODE_USER],
                            ts_engine_now(machine->engine),
                            "processor.%d.useful", i);
    }
    for (int mode = 0; mode < TS_MODES; mode++)
        ts_report_ratio(report, spent[mode], elapsed, "processor.%s",
                        ts_mode_shares[mode]);
    ts_report_ratio(report, elapsed - spent[TS_MODE_IDLE], elapsed,
                    "processor.busy");
    ts_report_count(report, dispatches, "processor.dispatches");
    ts_report_count(report, preemptions, "processor.preemptions");
    ts_report_count(report, switches, "processor.switches");
    if (machine->cpu_count > 1)
        ts_report_count(report, migrations, "processor.migrations");
    ts_report_count(report, machine->wakeups, "processor.wakeups");
}

static void report_conventions(const ts_machine *machine, ts_report *report)
{
    ts_report_convention(report, "policy", machine->policy_entry->name);
    ts_conventions_report(machine, report);
    ts_report_convention(report, "switch is charged",
                         machine->switch_charge == TS_CHARGE_EVERY
                             ? "at every dispatch"
                             : "when another thread than the last one comes");
    ts_report_convention(report, "first dispatch",
                         machine->switch_first ? "is charged" : "is free");
}

/* Where threads may run anywhere, nothing is held back and nothing but threads
 * takes their time, the policy's promises can be held against the trace. */
static void report_claims(const ts_machine *machine, ts_report *report)
{
    const ts_policy *policy = machine->queues[0].policy;
    bool central = machine->queue_count == 1 && !machine->affine;
    bool overlap = true;

    for (int i = 0; i < machine->task_count; i++) {
        const ts_task_record *record = machine->tasks[i].record;

        central &= !machine->tasks[i].budget &&
                   (record->overlap || machine->cpu_count == 1);
        overlap &= record->overlap; /* else jobs wait and are not ready */
    }
    for (int i = 0; i < machine->cpu_count; i++)
        report->suspends |= machine->cpus[i].spent[TS_MODE_INTERRUPT] > 0;
    report->conserving = central && overlap && policy->conserving &&
                         policy->rate == NULL && !machine->holds &&
                         !report->suspends;
    report->cooperative = central && policy->cooperative;
    report->suspends |= policy->rate != NULL;
}

void ts_machine_report(ts_machine *machine, ts_report *report)
{
    for (int i = 0; i < machine->cpu_count; i++)
        ts_cpu_finish(&machine->cpus[i]);
    merge_tallies(machine);
    for (ts_thread *thread = machine->live; thread != NULL;
         thread = thread->live_next)
        if (thread->queue->policy->settle != NULL)
            thread->queue->policy->settle(thread->queue, thread);
    ts_report_time(report, ts_engine_now(machine->engine), "run.time");
    ts_report_time(report, machine->last_finish, "run.makespan");
    report_processors(machine, report);
    report_claims(machine, report);
    for (int i = 0; i < machine->queue_count; i++)
        if (machine->queues[i].policy->report != NULL)
            machine->queues[i].policy->report(&machine->queues[i], report);
    ts_parts_report(machine, report);
    report_conventions(machine, report);
}
