/*
 * The schedules of the textbooks and of OSTEP's programs, number by number:
 * one processor, several with a central queue, precedence, tickets, levels.
 */
#include "reference.h"
#include "schedules.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void say_policy(family *f)
{
    static const char *const names[][2] = {
        {"FCFS", "\"fifo\""},
        {"FIFO", "\"fifo\""},
        {"SJF", "\"sjf\""},
        {"SRTF", "\"srtf\""},
        {"HRRN", "\"hrrn\""},
        {"RR", "\"round-robin\""},
        {"FB", "\"feedback\""},
        {"FB2", "\"feedback\", \"doubling\": true"},
        {"PRIO_NP", "\"priority\", \"preempt\": false"},
        {"PRIO_P", "\"priority\""},
        {"PRIO_RR", "\"priority\""},
        {"LIST", "\"list\""},
    };
    const char *policy = word(f, f->inputs, "policy");

    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        if (strcmp(names[i][0], policy) == 0) {
            say(f, "\"system\": {\"policy\": %s", names[i][1]);
            if (has(f->inputs, "quantum")) {
                say(f, ", \"slice\": ");
                say_time(f, number(f, f->inputs, "quantum"));
            } else if (strcmp(policy, "FB2") == 0) {
                say(f, ", \"slice\": ");
                say_time(f, 1);
            }
            say(f, "}, ");
            return;
        }
    wrong(f, "unknown policy %s", policy);
}

/* What a family of one policy has to say of it. */
static void expect_policy(family *f, const char *policy)
{
    if (!is(f->inputs, "policy", policy))
        wrong(f, "policy %s, expected %s", word(f, f->inputs, "policy"),
              policy);
}

/* --- one processor, and several --- */

/* From one job to another without an idle time between, whatever the name the
 * case gives to it. */
static int64_t changes(family *f)
{
    int count;
    const ts_stretch *s = lane(f, "processor 0", "run", &count);
    int64_t n = 0;

    for (int i = 1; i < count; i++)
        n += s[i].from == s[i - 1].to;
    return n;
}

static void play_uniproc(family *f)
{
    const cJSON *jobs = part(f->inputs, "jobs");

    say_head(f);
    if (flag(f, f->inputs, "larger_number_is_higher_priority"))
        say(f, "\"conventions\": {\"priority\": \"larger-is-higher\"}, ");
    say_policy(f);
    say_jobs(f, jobs);
    say(f, "}");
    if (!play(f))
        return;
    expect_jobs(f, jobs, part(f->expected, "per_job"));
    expect_rows(f, "processor 0", jobs, part(f->expected, "timeline"), 1, 0);
    if (has(f->expected, "preemptive_switches"))
        expect_count(f, "switches",
                     whole(f, f->expected, "preemptive_switches"), changes(f));
}

static void play_multicore(family *f)
{
    const cJSON *jobs = part(f->inputs, "jobs"), *busy, *item;
    const cJSON *timeline_of = part(f->expected, "timeline");
    int cpus = (int)whole(f, f->inputs, "cpus"), n = 0;
    char place[32];

    say_head(f);
    say(f,
        "\"conventions\": {\"ties\": \"ready\"}, "
        "\"computer\": {\"processors\": %d}, ",
        cpus);
    say_policy(f);
    say_jobs(f, jobs);
    say(f, "}");
    if (!play(f))
        return;
    expect_jobs(f, jobs, part(f->expected, "per_job"));
    busy = part(f->expected, "busy");
    cJSON_ArrayForEach(item, busy)
    {
        snprintf(place, sizeof place, "processor.%d.useful", n++);
        expect_busy(f, "busy", value(f, item),
                    cpus > 1 ? place : "processor.useful");
    }
    if (has(f->expected, "busy"))
        expect_count(f, "processors", cpus, n);
    if (has(f->expected, "timeline"))
        expect_count(f, "processors", cpus, cJSON_GetArraySize(timeline_of));
    n = 0;
    cJSON_ArrayForEach(item, timeline_of)
    {
        snprintf(place, sizeof place, "processor %d", n++);
        expect_rows(f, place, jobs, item, 1, 0);
    }
}

/* --- precedence --- */

static void say_task(family *f, const cJSON *tasks, int n)
{
    const cJSON *task = cJSON_GetArrayItem(tasks, n), *item;
    int k = 0;

    say(f, "{\"name\": \"j%d\", \"after\": [", n);
    cJSON_ArrayForEach(item, part(task, "after"))
        say(f, "%s\"j%d\"", comma(k++), job_number(f, tasks, item));
    say(f, "], \"program\": [{\"run\": ");
    say_time(f, number(f, task, "run"));
    say(f, "}]}");
}

static void play_list(family *f)
{
    const cJSON *tasks = part(f->inputs, "tasks"), *item;
    int n = 0;

    say_head(f);
    say(f, "\"computer\": {\"processors\": %lld}, ",
        (long long)whole(f, f->inputs, "cpus"));
    say_policy(f);
    say(f, "\"threads\": [");
    cJSON_ArrayForEach(item, part(f->inputs, "list"))
    {
        say(f, "%s", comma(n++));
        say_task(f, tasks, job_number(f, tasks, item));
    }
    say(f, "]}");
    if (!play(f))
        return;
    expect_end(f, "makespan", "run.makespan");
    cJSON_ArrayForEach(item, part(f->expected, "start"))
    {
        ts_thread_times t;

        if (!job_times(f, job_called(f, tasks, item->string), &t))
            return;
        expect_units(f, "start", value(f, item), t.first_run);
    }
    cJSON_ArrayForEach(item, part(f->expected, "finish"))
    {
        ts_thread_times t;

        if (!job_times(f, job_called(f, tasks, item->string), &t))
            return;
        expect_units(f, "finish", value(f, item), t.finish);
    }
}

/* --- tickets --- */

/* The winner of each slice of processor 0, from its stretches. Owned by the
 * caller. */
static int *slices(family *f, double quantum, int *count)
{
    int stretches, n = 0;
    const ts_stretch *s = lane(f, "processor 0", "run", &stretches);
    int64_t slice = llround(quantum * (double)f->unit);
    int *winners;

    for (int i = 0; i < stretches; i++)
        n += (int)((s[i].to - s[i].from + slice - 1) / slice);
    winners = calloc((size_t)n + 1, sizeof *winners);
    if (winners == NULL)
        exit(1);
    n = 0;
    for (int i = 0; i < stretches; i++)
        for (int64_t at = s[i].from; at < s[i].to; at += slice)
            winners[n++] = owner(f, &s[i]);
    *count = n;
    return winners;
}

static void expect_sequence(family *f, const cJSON *jobs, const cJSON *expected,
                            const int *winners, int count)
{
    const cJSON *item;
    int n = 0;

    expect_count(f, "slices", cJSON_GetArraySize(expected), count);
    cJSON_ArrayForEach(item, expected)
    {
        int who =
            jobs != NULL ? job_number(f, jobs, item) : (int)whole_of(f, item);

        if (n < count && who != winners[n])
            wrong(f, "slice %d goes to %d, expected %d", n, winners[n], who);
        n++;
    }
}

static int won(const int *winners, int count, int who)
{
    int n = 0;

    for (int i = 0; i < count; i++)
        n += winners[i] == who;
    return n;
}

/* The clock of the published program goes on by whole slices, also when a job
 * needs only a part of its last one: the jobs are whole numbers of slices. */
static void say_tickets(family *f)
{
    double quantum = number(f, f->inputs, "quantum");
    const cJSON *job, *jobs = part(f->inputs, "jobs");
    int n = 0;

    say_head(f);
    say(f, "\"system\": {\"policy\": \"lottery\", \"slice\": ");
    say_time(f, quantum);
    say(f, ", ");
    say_wholes(f, "draws", part(f->inputs, "draws"));
    say(f, "}, \"threads\": [");
    cJSON_ArrayForEach(job, jobs)
    {
        double run = number(f, job, "run");

        if (number(f, job, "arrival") != 0)
            wrong(f, "job %d does not arrive at 0", n);
        say(f,
            "%s{\"name\": \"j%d\", \"tickets\": %lld, \"program\": "
            "[{\"run\": ",
            comma(n), n, (long long)whole(f, job, "tickets"));
        say_time(f, fmax(1, ceil(run / quantum - 1e-12)) * quantum);
        say(f, "}]}");
        n++;
    }
    say(f, "]}");
}

/* Waldspurger's fairness as OSTEP has it: who finishes first over who last. */
static void expect_fairness(family *f)
{
    int64_t first = INT64_MAX, last = 1;
    ts_thread_times t;

    for (size_t i = 0; ts_result_thread_at(f->result, i, &t); i++) {
        first = t.finish < first ? t.finish : first;
        last = t.finish > last ? t.finish : last;
    }
    if (has(f->expected, "fairness_first_over_last_finish"))
        expect_near(f, "fairness",
                    number(f, f->expected, "fairness_first_over_last_finish"),
                    (double)first / (double)last, 1e-9, 0);
    if (has(f->expected, "fairness_exact"))
        expect_near(f, "exact fairness",
                    number(f, f->expected, "fairness_exact"),
                    (double)first / (double)last, 1e-12, 0);
}

static void play_lottery(family *f)
{
    const cJSON *jobs = part(f->inputs, "jobs"), *job;
    int count, *winners;

    expect_policy(f, "LOTTERY");
    say_tickets(f);
    if (!play(f))
        return;
    winners = slices(f, number(f, f->inputs, "quantum"), &count);
    expect_sequence(f, jobs, part(f->expected, "winners"), winners, count);
    expect_jobs(f, jobs, part(f->expected, "per_job"));
    cJSON_ArrayForEach(job, part(f->expected, "per_job"))
        expect_count(f, "slices won", whole(f, job, "dispatches"),
                     won(winners, count, job_number(f, jobs, part(job, "id"))));
    expect_fairness(f);
    free(winners);
}

/* A job's pass is that at which it began and a stride for each slice that it
 * has had in the run. */
static void expect_passes(family *f, const int *winners, int count)
{
    const cJSON *passes = part(f->expected, "passes_before_each_choice");
    double constant = number(f, f->inputs, "stride_constant");
    bool ahead = is(f->inputs, "initial_pass", "stride");
    const cJSON *row, *item;
    int n = 0;

    if (passes != NULL)
        expect_count(f, "choices", cJSON_GetArraySize(passes), count);
    cJSON_ArrayForEach(row, passes)
    {
        int who = 0;

        cJSON_ArrayForEach(item, row)
        {
            double stride = constant / element(f, f->inputs, "tickets", who);

            expect_near(f, "pass", value(f, item),
                        stride *
                            (won(winners, n < count ? n : count, who) + ahead),
                        1e-9, 1e-9);
            who++;
        }
        n++;
    }
}

static void say_strides(family *f)
{
    const cJSON *item, *run = part(f->inputs, "run_quanta");
    int n = 0;

    say(f,
        "{\"title\": \"case\", \"unit\": \"1us\", \"stop\": %lld, "
        "\"system\": {\"policy\": \"stride\", \"slice\": 1, "
        "\"initial_pass\": \"%s\"}, \"threads\": [",
        (long long)whole(f, f->inputs, "quanta"),
        word(f, f->inputs, "initial_pass"));
    cJSON_ArrayForEach(item, part(f->inputs, "tickets"))
    {
        say(f, "%s{\"name\": \"j%d\", \"tickets\": %lld, ", comma(n), n,
            (long long)whole_of(f, item));
        if (run != NULL)
            say(f, "\"program\": [{\"run\": %lld}]}",
                (long long)whole_of(f, cJSON_GetArrayItem(run, n)));
        else
            say(f, "\"background\": true, "
                   "\"program\": [{\"forever\": [{\"run\": 1000000}]}]}");
        n++;
    }
    say(f, "]}");
}

static void play_stride(family *f)
{
    const cJSON *item;
    int n = 0, count, *winners;
    ts_thread_times t;

    expect_policy(f, "STRIDE");
    say_strides(f);
    if (!play(f))
        return;
    winners = slices(f, 1, &count);
    expect_sequence(f, NULL, part(f->expected, "sequence"), winners, count);
    expect_passes(f, winners, count);
    cJSON_ArrayForEach(item, part(f->expected, "quanta_received"))
        expect_count(f, "quanta received", whole_of(f, item),
                     won(winners, count, n++));
    n = 0;
    cJSON_ArrayForEach(item, part(f->expected, "finish_quantum"))
    {
        if (!job_times(f, n++, &t))
            break;
        expect_units(f, "finish", value(f, item), t.finish);
    }
    free(winners);
}

/* --- all at once --- */

/* Within a picosecond for each event of the run, which is what times are made
 * of; a unit has a thousand times as many as its numbers need. */
static void expect_shared(family *f, int n)
{
    const cJSON *jobs = part(f->inputs, "jobs");
    double near = (2 * n + 1) / (double)f->unit;
    double run = number(f, cJSON_GetArrayItem(jobs, n), "run");
    ts_thread_times t;

    if (!job_times(f, n, &t))
        return;
    near = (2.0 * cJSON_GetArraySize(jobs) + 1) / (double)f->unit;
    expect_near(f, "finish", element(f, f->expected, "finish", n),
                in_units(f, t.finish), 1e-12, near);
    if (has(f->expected, "finish_exact"))
        expect_near(f, "exact finish",
                    element(f, f->expected, "finish_exact", n),
                    in_units(f, t.finish), 1e-12, near);
    if (has(f->expected, "slowdown"))
        expect_near(f, "slowdown", element(f, f->expected, "slowdown", n),
                    in_units(f, t.finish - t.arrival) / run, 1e-12, near / run);
    expect_near(f, "service", run, in_units(f, t.processor), 1e-12, near);
}

static void play_sharing(family *f)
{
    const cJSON *jobs = part(f->inputs, "jobs");
    static const char *const means[] = {"avg_turnaround",
                                        "avg_turnaround_exact"};
    int n = cJSON_GetArraySize(jobs);
    int64_t sum = 0;
    ts_thread_times t;

    if (strstr(word(f, f->inputs, "model"), "processor sharing") == NULL)
        wrong(f, "another model than processor sharing");
    scale(f);
    f->unit *= f->unit < 1000000000 ? 1000 : 1;
    say(f, "{\"title\": \"case\", \"system\": {\"policy\": "
           "\"processor-sharing\"}, ");
    say_jobs(f, jobs);
    say(f, "}");
    if (!play(f))
        return;
    expect_count(f, "jobs", n, length(f->expected, "finish"));
    for (int i = 0; i < n; i++) {
        expect_shared(f, i);
        if (job_times(f, i, &t))
            sum += t.finish - t.arrival;
    }
    for (int i = 0; i < 2; i++)
        if (has(f->expected, means[i]))
            expect_near(f, means[i], number(f, f->expected, means[i]),
                        in_units(f, sum) / n, 1e-12,
                        (2.0 * n + 1) / (double)f->unit);
}

/* --- bursts --- */

static void say_bursts(family *f, const cJSON *processes)
{
    const cJSON *process, *burst;
    int n = 0;

    say(f, "\"threads\": [");
    cJSON_ArrayForEach(process, processes)
    {
        int k = 0;

        job_number(f, processes, part(process, "id"));
        say(f, "%s{\"name\": \"j%d\", \"arrive\": {\"at\": ", comma(n), n);
        say_time(f, number(f, process, "arrival"));
        say(f, "}, ");
        if (has(process, "priority"))
            say(f, "\"priority\": %lld, ",
                (long long)whole(f, process, "priority"));
        say(f, "\"program\": [");
        cJSON_ArrayForEach(burst, part(process, "bursts"))
        {
            say(f, "%s%s", comma(k),
                k % 2 ? "{\"io\": {\"device\": \"disk\", \"time\": "
                      : "{\"run\": ");
            say_time(f, value(f, burst));
            say(f, k++ % 2 ? "}}" : "}");
        }
        say(f, "]}");
        n++;
    }
    say(f, "]");
}

static double io_of(family *f, const cJSON *process)
{
    const cJSON *burst;
    double sum = 0;
    int k = 0;

    cJSON_ArrayForEach(burst, part(process, "bursts")) sum +=
        k++ % 2 ? value(f, burst) : 0;
    return sum;
}

/* A pre-empted process goes to the tail here. */
static void say_burst_policy(family *f)
{
    if (is(f->inputs, "policy", "PRIO"))
        say(f, "\"system\": {\"policy\": \"priority\", \"preempted\": "
               "\"tail\"");
    else if (is(f->inputs, "policy", "RR"))
        say(f, "\"system\": {\"policy\": \"round-robin\"");
    else if (is(f->inputs, "policy", "SRTF"))
        say(f, "\"system\": {\"policy\": \"srtf\"");
    else if (is(f->inputs, "policy", "FCFS"))
        say(f, "\"system\": {\"policy\": \"fifo\"");
    else
        wrong(f, "unknown policy %s", word(f, f->inputs, "policy"));
    if (has(f->inputs, "quantum")) {
        say(f, ", \"slice\": ");
        say_time(f, number(f, f->inputs, "quantum"));
    }
    say(f, "}, ");
}

static int compare_stretches(const void *a, const void *b)
{
    const ts_stretch *x = a, *y = b;

    if (x->from != y->from)
        return x->from < y->from ? -1 : 1;
    return (x->thread > y->thread) - (x->thread < y->thread);
}

static int compare_times(const void *a, const void *b)
{
    const double *x = a, *y = b;

    for (int i = 0; i < 3; i++)
        if (x[i] != y[i])
            return x[i] < y[i] ? -1 : 1;
    return 0;
}

/* [process, from, to] of each I/O. Those that begin at one instant stand in no
 * order of their own. */
static void expect_device(family *f, const cJSON *processes,
                          const cJSON *expected)
{
    typedef double io[3]; /* from, who, to */
    int count, n = 0, rows = cJSON_GetArraySize(expected);
    const ts_stretch *found = lane(f, "disk", "serve", &count);
    ts_stretch *s = calloc((size_t)count + 1, sizeof *s);
    io *wanted = calloc((size_t)rows + 1, sizeof *wanted);
    const cJSON *row;

    if (s == NULL || wanted == NULL)
        exit(1);
    memcpy(s, found, (size_t)count * sizeof *s);
    qsort(s, (size_t)count, sizeof *s, compare_stretches);
    cJSON_ArrayForEach(row, expected)
    {
        wanted[n][0] = column(f, row, 1);
        wanted[n][1] = job_number(f, processes, cJSON_GetArrayItem(row, 0));
        wanted[n++][2] = column(f, row, 2);
    }
    qsort(wanted, (size_t)n, sizeof *wanted, compare_times);
    expect_count(f, "I/Os", n, count);
    for (int i = 0; i < n && i < count; i++) {
        expect_count(f, "whose I/O", (int64_t)wanted[i][1], owner(f, &s[i]));
        expect_units(f, "start of an I/O", wanted[i][0], s[i].from);
        expect_units(f, "end of an I/O", wanted[i][2], s[i].to);
    }
    free(s);
    free(wanted);
}

static void expect_waits(family *f, const cJSON *processes)
{
    const cJSON *item;
    ts_thread_times t;

    cJSON_ArrayForEach(item, part(f->expected, "per_process"))
    {
        int n = job_number(f, processes, part(item, "id"));

        if (!job_times(f, n, &t) || !has(item, "device_queue_wait"))
            continue;
        expect_units(f, "device queue wait",
                     number(f, item, "device_queue_wait") +
                         io_of(f, cJSON_GetArrayItem(processes, n)),
                     t.blocked);
    }
}

static void play_bursts(family *f)
{
    const cJSON *processes = part(f->inputs, "processes");

    say_head(f);
    if (!is(f->inputs, "io_device", "fifo") &&
        !is(f->inputs, "io_device", "parallel"))
        wrong(f, "unknown device %s", word(f, f->inputs, "io_device"));
    say(f,
        "\"conventions\": {\"ties\": \"ready\"}, \"devices\": [{\"name\": "
        "\"disk\", \"kind\": \"%s\"}], ",
        is(f->inputs, "io_device", "fifo") ? "fifo" : "delay");
    say_burst_policy(f);
    say_bursts(f, processes);
    say(f, "}");
    if (!play(f))
        return;
    expect_jobs(f, processes, part(f->expected, "per_process"));
    expect_waits(f, processes);
    if (has(f->expected, "cpu_busy"))
        expect_busy(f, "processor busy", number(f, f->expected, "cpu_busy"),
                    "processor.useful");
    if (has(f->expected, "device_busy"))
        expect_busy(f, "device busy", number(f, f->expected, "device_busy"),
                    "devices.disk.busy");
    if (has(f->expected, "cpu_timeline"))
        expect_rows(f, "processor 0", processes,
                    part(f->expected, "cpu_timeline"), 1, 0);
    if (has(f->expected, "device_timeline"))
        expect_device(f, processes, part(f->expected, "device_timeline"));
}

static void test_families(void **state)
{
    int failed = 0;

    (void)state;
    failed += family_play("scheduling/ostep_sjf", play_uniproc, NULL);
    failed += family_play("scheduling/textbook_uniproc", play_uniproc, NULL);
    failed += family_play("scheduling/multicore_central", play_multicore, NULL);
    failed += family_play("scheduling/list_scheduling", play_list, NULL);
    failed += family_play("scheduling/prop_stride", play_stride, NULL);
    failed += family_play("scheduling/processor_sharing", play_sharing, NULL);
    failed += family_play("scheduling/io_bursts", play_bursts, NULL);
    assert_int_equal(failed, 0);
}

static void test_made(void **state)
{
    int failed = 0;

    (void)state;
    failed += family_made("scheduling/ostep_sjf", 30, reference_sjf,
                          play_uniproc, NULL);
    failed += family_made("scheduling/textbook_uniproc", 200, reference_uniproc,
                          play_uniproc, NULL);
    failed += family_made("scheduling/multicore_central", 80,
                          reference_multicore, play_multicore, NULL);
    failed += family_made("scheduling/list_scheduling", 40, reference_list,
                          play_list, NULL);
    failed += family_made("scheduling/prop_stride", 40, reference_stride,
                          play_stride, NULL);
    failed += family_made("scheduling/io_bursts", 120, reference_bursts,
                          play_bursts, NULL);
    failed += family_made("scheduling/processor_sharing", 40, reference_sharing,
                          play_sharing, NULL);
    failed += family_made("scheduling/ostep_lottery", 40, reference_lottery,
                          play_lottery, NULL);
    assert_int_equal(failed, 0);
}

/* The seed is of the program that the draws are from. */
static void test_lottery(void **state)
{
    static const char *const aside[] = {"inputs.seed", NULL};
    static const family_rules rules = {.aside = aside};

    (void)state;
    assert_int_equal(family_play("scheduling/ostep_lottery", play_lottery,
                                 &rules),
                     0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_families),
                                       cmocka_unit_test(test_lottery),
                                       cmocka_unit_test(test_made)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
