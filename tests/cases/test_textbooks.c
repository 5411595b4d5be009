/*
 * The schedules of the textbooks and of OSTEP's programs, number by number:
 * one processor, several with a central queue, precedence, tickets, levels.
 */
#include "harness.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define ROOM 8192

static const cJSON *get(const cJSON *object, const char *key)
{
    return cJSON_GetObjectItemCaseSensitive(object, key);
}

/* Jobs are called j0, j1 ... in the order of the list. */
static int number_of(family *f, const cJSON *jobs, const cJSON *id)
{
    const cJSON *job;
    int n = 0;

    cJSON_ArrayForEach(job, jobs)
    {
        if (cJSON_Compare(get(job, "id"), id, true))
            return n;
        n++;
    }
    wrong(f, "no such job");
    return -1;
}

static void say_head(family *f)
{
    say(f, "{\"title\": \"case\", \"unit\": \"1us\", ");
}

static void say_jobs(family *f, const cJSON *jobs)
{
    const cJSON *job;
    int n = 0;

    say(f, "\"threads\": [");
    cJSON_ArrayForEach(job, jobs)
    {
        say(f, "%s{\"name\": \"j%d\", \"arrive\": {\"at\": %.6f}, ",
            n ? ", " : "", n, number(f, job, "arrival"));
        if (has(job, "priority"))
            say(f, "\"priority\": %d, ", get(job, "priority")->valueint);
        if (has(job, "tickets"))
            say(f, "\"tickets\": %d, ", get(job, "tickets")->valueint);
        say(f, "\"program\": [{\"run\": %.6f}]}", number(f, job, "run"));
        n++;
    }
    say(f, "]");
}

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
        {"FB2", "\"feedback\", \"slice\": 1, \"doubling\": true"},
        {"PRIO_NP", "\"priority\", \"preempt\": false"},
        {"PRIO_P", "\"priority\""},
        {"PRIO_RR", "\"priority\""},
        {"LIST", "\"list\""},
    };
    const char *policy = cJSON_GetStringValue(get(f->inputs, "policy"));
    const cJSON *quantum = get(f->inputs, "quantum");

    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        if (strcmp(names[i][0], policy) == 0) {
            say(f, "\"system\": {\"policy\": %s", names[i][1]);
            if (cJSON_IsNumber(quantum))
                say(f, ", \"slice\": %.6f", quantum->valuedouble);
            say(f, "}, ");
            return;
        }
    wrong(f, "unknown policy %s", policy);
}

/* A timeline [id, start, end ...] of the case, neighbours of one job merged,
 * is what `place` did. start and end stand at `at`, and `shift` is added to the
 * start. */
static void expect_rows(family *f, const char *place, const cJSON *jobs,
                        const cJSON *expected, int at, double shift)
{
    static ts_stretch s[ROOM];
    int count = timeline(f, place, "run", s, ROOM), n = -1, who = -1;
    double end = -1;
    const cJSON *row;

    cJSON_ArrayForEach(row, expected)
    {
        const cJSON *id = cJSON_GetArrayItem(row, 0);
        double from = cJSON_GetArrayItem(row, at)->valuedouble + shift;
        int job;

        if (cJSON_IsNull(id))
            continue;
        job = jobs ? number_of(f, jobs, id) : id->valueint;
        if (n < 0 || job != who || from != end) {
            if (n >= 0 && n < count)
                expect_units(f, "end of a stretch", end, s[n].to);
            if (++n >= count)
                break;
            if (atoi(task_of(f, s[n].thread, NULL) + 1) != job)
                wrong(f, "%s, stretch %d: expected job %d", place, n, job);
            expect_units(f, "start of a stretch", from, s[n].from);
            who = job;
        }
        end = cJSON_GetArrayItem(row, at + 1)->valuedouble;
    }
    if (n + 1 != count)
        wrong(f, "%s: %d stretches, expected %d", place, count, n + 1);
    else if (n >= 0)
        expect_units(f, "end of the last stretch", end, s[n].to);
}

static void expect_timeline(family *f, const char *place, const cJSON *jobs,
                            const cJSON *expected)
{
    expect_rows(f, place, jobs, expected, 1, 0);
}

/* --- one processor, and several ------------------------------------------- */

static int64_t measure(const ts_thread_times *t, const char *what)
{
    if (strcmp(what, "finish") == 0)
        return t->finish;
    if (strcmp(what, "response") == 0)
        return t->first_run - t->arrival;
    if (strcmp(what, "turnaround") == 0)
        return t->finish - t->arrival;
    return t->finish - t->arrival - t->processor;
}

static void expect_jobs(family *f, const cJSON *jobs)
{
    static const char *const names[] = {"response", "turnaround", "wait",
                                        "finish"};
    const cJSON *job, *exact = get(f->expected, "avg_exact");
    int64_t sum[4] = {0}, n = 0;

    cJSON_ArrayForEach(job, get(f->expected, "per_job"))
    {
        ts_thread_times t;
        char name[32];

        snprintf(name, sizeof name, "j%d", number_of(f, jobs, get(job, "id")));
        if (!thread_of(f, name, 0, &t))
            return;
        for (int i = 0; i < 4; i++) {
            if (has(job, names[i]))
                expect_units(f, names[i], number(f, job, names[i]),
                             measure(&t, names[i]));
            sum[i] += measure(&t, names[i]);
        }
        if (has(job, "normalized_turnaround"))
            expect_near(f, "normalized turnaround",
                        number(f, job, "normalized_turnaround"),
                        (double)measure(&t, "turnaround") / (double)t.processor,
                        1e-12, 0);
        n++;
    }
    for (int i = 0; i < 3; i++)
        if (has(exact, names[i]))
            expect_rational(f, names[i],
                            cJSON_GetStringValue(get(exact, names[i])), sum[i],
                            n);
}

/* From one job to another without an idle time between, whatever the name the
 * case gives to it. */
static int64_t changes(family *f)
{
    static ts_stretch s[ROOM];
    int count = timeline(f, "processor 0", "run", s, ROOM);
    int64_t n = 0;

    for (int i = 1; i < count; i++)
        n += s[i].from == s[i - 1].to;
    return n;
}

static void play_uniproc(family *f)
{
    const cJSON *jobs = get(f->inputs, "jobs");

    say_head(f);
    if (cJSON_IsTrue(get(f->inputs, "larger_number_is_higher_priority")))
        say(f, "\"conventions\": {\"priority\": \"larger-is-higher\"}, ");
    say_policy(f);
    say_jobs(f, jobs);
    say(f, "}");
    if (!play(f))
        return;
    expect_jobs(f, jobs);
    expect_timeline(f, "processor 0", jobs, get(f->expected, "timeline"));
    if (has(f->expected, "preemptive_switches"))
        expect_count(f, "switches",
                     (int64_t)get(f->expected, "preemptive_switches")->valueint,
                     changes(f));
}

static void play_multicore(family *f)
{
    const cJSON *jobs = get(f->inputs, "jobs"), *row, *busy;
    int cpus = (int)number(f, f->inputs, "cpus"), n = 0;

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
    expect_jobs(f, jobs);
    busy = get(f->expected, "busy");
    cJSON_ArrayForEach(row, get(f->expected, "timeline"))
    {
        char place[32];

        snprintf(place, sizeof place, "processor %d", n);
        expect_timeline(f, place, jobs, row);
        expect_near(f, "busy", cJSON_GetArrayItem(busy, n)->valuedouble,
                    metric(f, "processor.%d.useful", n) *
                        metric(f, "run.time") / (double)UNIT,
                    1e-12, 0);
        n++;
    }
    expect_units(f, "makespan", number(f, f->expected, "makespan"),
                 (int64_t)metric(f, "run.makespan"));
}

/* --- precedence ----------------------------------------------------------- */

static void play_list(family *f)
{
    const cJSON *id, *task, *tasks = get(f->inputs, "tasks"), *item;
    int n = 0;

    say_head(f);
    say(f, "\"computer\": {\"processors\": %d}, ",
        get(f->inputs, "cpus")->valueint);
    say_policy(f);
    say(f, "\"threads\": [");
    cJSON_ArrayForEach(id, get(f->inputs, "list"))
    {
        int k = 0;

        task = cJSON_GetArrayItem(tasks, number_of(f, tasks, id));
        say(f, "%s{\"name\": \"%s\", \"after\": [", n++ ? ", " : "",
            id->valuestring);
        cJSON_ArrayForEach(item, get(task, "after"))
            say(f, "%s\"%s\"", k++ ? ", " : "", item->valuestring);
        say(f, "], \"program\": [{\"run\": %.6f}]}", number(f, task, "run"));
    }
    say(f, "]}");
    if (!play(f))
        return;
    expect_units(f, "makespan", number(f, f->expected, "makespan"),
                 (int64_t)metric(f, "run.makespan"));
    cJSON_ArrayForEach(item, get(f->expected, "start"))
    {
        ts_thread_times t;

        if (!thread_of(f, item->string, 0, &t))
            return;
        expect_units(f, "start", item->valuedouble, t.first_run);
        expect_units(f, "finish",
                     number(f, get(f->expected, "finish"), item->string),
                     t.finish);
    }
}

/* --- tickets --------------------------------------------------------------- */

/* The winner of each slice of processor 0, from its stretches. */
static int slices(family *f, double quantum, int *winners, int room)
{
    static ts_stretch s[ROOM];
    int count = timeline(f, "processor 0", "run", s, ROOM), n = 0;
    int64_t slice = (int64_t)(quantum * (double)UNIT);

    for (int i = 0; i < count; i++)
        for (int64_t at = s[i].from; at < s[i].to && n < room; at += slice)
            winners[n++] = atoi(task_of(f, s[i].thread, NULL) + 1);
    return n;
}

static void expect_sequence(family *f, const cJSON *expected,
                            const int *winners, int count)
{
    const cJSON *item;
    int n = 0;

    expect_count(f, "slices", cJSON_GetArraySize(expected), count);
    cJSON_ArrayForEach(item, expected)
    {
        if (n < count && item->valueint != winners[n]) {
            wrong(f, "slice %d goes to %d, expected %d", n, winners[n],
                  item->valueint);
            return;
        }
        n++;
    }
}

/* The clock of the published program goes on by whole slices, also when a job
 * needs only a part of its last one: the jobs are whole numbers of slices. */
static void play_lottery(family *f)
{
    static int winners[ROOM];
    const cJSON *jobs = get(f->inputs, "jobs"), *job, *item;
    int quantum = get(f->inputs, "quantum")->valueint, n = 0, count;

    say_head(f);
    say(f, "\"system\": {\"policy\": \"lottery\", \"slice\": %d, \"draws\": [",
        quantum);
    cJSON_ArrayForEach(item, get(f->inputs, "draws"))
        say(f, "%s%.0f", n++ ? ", " : "", item->valuedouble);
    say(f, "]}, \"threads\": [");
    n = 0;
    cJSON_ArrayForEach(job, jobs)
    {
        int run = get(job, "run")->valueint;

        say(f,
            "%s{\"name\": \"j%d\", \"tickets\": %d, \"program\": "
            "[{\"run\": %d}]}",
            n ? ", " : "", n, get(job, "tickets")->valueint,
            (run + quantum - 1) / quantum * quantum);
        n++;
    }
    say(f, "]}");
    if (!play(f))
        return;
    count = slices(f, quantum, winners, ROOM);
    expect_sequence(f, get(f->expected, "winners"), winners, count);
    expect_jobs(f, jobs);
    cJSON_ArrayForEach(job, get(f->expected, "per_job"))
    {
        int won = 0;

        for (int i = 0; i < count; i++)
            won += winners[i] == get(job, "id")->valueint;
        expect_count(f, "slices won", get(job, "dispatches")->valueint, won);
    }
    expect_units(f, "makespan", number(f, f->expected, "makespan"),
                 (int64_t)metric(f, "run.makespan"));
}

static void play_stride(family *f)
{
    static int winners[ROOM];
    const cJSON *tickets = get(f->inputs, "tickets"), *item;
    const cJSON *run = get(f->inputs, "run_quanta");
    int quanta = get(f->inputs, "quanta")->valueint, n = 0, count;

    say_head(f);
    say(f,
        "\"stop\": %d, \"system\": {\"policy\": \"stride\", \"slice\": 1, "
        "\"initial_pass\": \"%s\"}, \"threads\": [",
        quanta, cJSON_GetStringValue(get(f->inputs, "initial_pass")));
    cJSON_ArrayForEach(item, tickets)
    {
        say(f,
            "%s{\"name\": \"j%d\", \"tickets\": %d, \"program\": "
            "[{\"run\": %d}]}",
            n ? ", " : "", n, item->valueint,
            run ? cJSON_GetArrayItem(run, n)->valueint : 1000000);
        n++;
    }
    say(f, "]}");
    if (!play(f))
        return;
    count = slices(f, 1, winners, ROOM);
    expect_sequence(f, get(f->expected, "sequence"), winners, count);
    n = 0;
    cJSON_ArrayForEach(item, get(f->expected, "quanta_received"))
    {
        int won = 0;

        for (int i = 0; i < count; i++)
            won += winners[i] == n;
        expect_count(f, "quanta received", item->valueint, won);
        n++;
    }
    n = 0;
    cJSON_ArrayForEach(item, get(f->expected, "finish_quantum"))
    {
        ts_thread_times t;
        char name[16];

        snprintf(name, sizeof name, "j%d", n++);
        if (thread_of(f, name, 0, &t))
            expect_units(f, "finish", item->valuedouble, t.finish);
    }
}

/* --- levels ------------------------------------------------------------------ */

static void say_list(family *f, const char *name, const cJSON *list)
{
    const cJSON *item;
    int n = 0;

    say(f, "\"%s\": [", name);
    cJSON_ArrayForEach(item, list)
        say(f, "%s%d", n++ ? ", " : "", item->valueint);
    say(f, "], ");
}

/* A job does I/O after every so many ticks, but not after its last. */
static void say_mlfq_jobs(family *f)
{
    const cJSON *job;
    int n = 0;

    say(f, "\"threads\": [");
    cJSON_ArrayForEach(job, get(f->inputs, "jobs"))
    {
        int run = get(job, "run")->valueint;
        int every = get(job, "io_every")->valueint;
        int times = every > 0 ? (run - 1) / every : 0;

        say(f,
            "%s{\"name\": \"j%d\", \"arrive\": {\"at\": %d}, "
            "\"program\": [",
            n ? ", " : "", n, get(job, "arrival")->valueint);
        if (times > 0)
            say(f,
                "{\"repeat\": {\"times\": %d, \"program\": [{\"run\": %d}, "
                "{\"sleep\": %d}]}}, ",
                times, every, get(f->inputs, "io_time")->valueint);
        say(f, "{\"run\": %d}]}", run - times * every);
        n++;
    }
    say(f, "]}");
}

static void play_mlfq(family *f)
{
    const cJSON *jobs = get(f->inputs, "jobs"), *job;
    int boost = get(f->inputs, "boost")->valueint;

    say_head(f);
    say(f,
        "\"conventions\": {\"order\": [\"completion\", \"slice\", "
        "\"timer\", \"arrival\", \"wake\"]}, \"system\": {\"policy\": "
        "\"mlfq\", \"levels\": %d, ",
        get(f->inputs, "queues")->valueint);
    say_list(f, "slice", get(f->inputs, "quantum_high_to_low"));
    say_list(f, "allotment", get(f->inputs, "allotment_high_to_low"));
    if (boost > 0)
        say(f, "\"boost\": %d, ", boost);
    say(f, "\"stay\": %s, \"iobump\": %s}, ",
        cJSON_IsTrue(get(f->inputs, "stay")) ? "true" : "false",
        cJSON_IsTrue(get(f->inputs, "iobump")) ? "true" : "false");
    say_mlfq_jobs(f);
    if (!play(f))
        return;
    expect_jobs(f, jobs);
    cJSON_ArrayForEach(job, get(f->expected, "per_job"))
    {
        const cJSON *input = cJSON_GetArrayItem(jobs, get(job, "id")->valueint);
        int every = get(input, "io_every")->valueint;

        expect_count(f, "I/Os", get(job, "io_count")->valueint,
                     every ? (get(input, "run")->valueint - 1) / every : 0);
    }
    expect_units(f, "makespan", number(f, f->expected, "makespan"),
                 (int64_t)metric(f, "run.makespan"));
    expect_near(f, "idle", number(f, f->expected, "idle_ticks"),
                metric(f, "processor.idle") * metric(f, "run.makespan") /
                    (double)UNIT,
                1e-9, 1e-9);
    if (has(f->expected, "timeline"))
        expect_timeline(f, "processor 0", jobs, get(f->expected, "timeline"));
}

/* --- all at once ------------------------------------------------------------ */

static void play_sharing(family *f)
{
    const cJSON *jobs = get(f->inputs, "jobs"), *job;
    int n = 0;
    int64_t sum = 0;

    say_head(f);
    say(f, "\"system\": {\"policy\": \"processor-sharing\"}, \"threads\": [");
    cJSON_ArrayForEach(job, jobs)
    {
        say(f,
            "%s{\"name\": \"j%d\", \"arrive\": {\"at\": %.6f}, \"weight\": "
            "%d, \"program\": [{\"run\": %.6f}]}",
            n ? ", " : "", n, number(f, job, "arrival"),
            get(job, "weight")->valueint, number(f, job, "run"));
        n++;
    }
    say(f, "]}");
    if (!play(f))
        return;
    for (int i = 0; i < n; i++) {
        const cJSON *finishes = get(f->expected, "finish");
        double run = number(f, cJSON_GetArrayItem(jobs, i), "run");
        ts_thread_times t;
        char name[16];

        snprintf(name, sizeof name, "j%d", i);
        if (!thread_of(f, name, 0, &t))
            return;
        /* Within the picosecond at which events stand: 10^-6 of a unit. */
        expect_near(f, "finish", cJSON_GetArrayItem(finishes, i)->valuedouble,
                    (double)t.finish / (double)UNIT, 0, 1.5e-6);
        expect_near(
            f, "slowdown",
            cJSON_GetArrayItem(get(f->expected, "slowdown"), i)->valuedouble,
            (double)(t.finish - t.arrival) / (run * (double)UNIT), 0,
            1.5e-6 / run);
        expect_near(f, "service", run, (double)t.processor / (double)UNIT, 0,
                    1.5e-6);
        sum += t.finish - t.arrival;
    }
    expect_near(f, "mean turnaround", number(f, f->expected, "avg_turnaround"),
                (double)sum / n / (double)UNIT, 0, 1.5e-6);
}

/* --- bursts ----------------------------------------------------------------- */

static void say_bursts(family *f, const cJSON *processes)
{
    const cJSON *process, *burst;
    int n = 0;

    say(f, "\"threads\": [");
    cJSON_ArrayForEach(process, processes)
    {
        int k = 0;

        say(f, "%s{\"name\": \"j%d\", \"arrive\": {\"at\": %d}, ",
            n ? ", " : "", n, get(process, "arrival")->valueint);
        if (has(process, "priority"))
            say(f, "\"priority\": %d, ", get(process, "priority")->valueint);
        say(f, "\"program\": [");
        cJSON_ArrayForEach(burst, get(process, "bursts"))
        {
            if (k % 2 == 0)
                say(f, "%s{\"run\": %d}", k ? ", " : "", burst->valueint);
            else
                say(f, ", {\"io\": {\"device\": \"disk\", \"time\": %d}}",
                    burst->valueint);
            k++;
        }
        say(f, "]}");
        n++;
    }
    say(f, "]");
}

static int64_t io_of(const cJSON *process)
{
    const cJSON *burst;
    int64_t sum = 0, k = 0;

    cJSON_ArrayForEach(burst, get(process, "bursts")) sum +=
        k++ % 2 ? burst->valueint : 0;
    return sum * UNIT;
}

/* A pre-empted process goes to the tail here. */
static void play_bursts(family *f)
{
    const cJSON *processes = get(f->inputs, "processes"), *item;
    const cJSON *quantum = get(f->inputs, "quantum");
    const char *policy = cJSON_GetStringValue(get(f->inputs, "policy"));
    int64_t turnarounds = 0, waits = 0, n = 0;

    say_head(f);
    say(f,
        "\"conventions\": {\"ties\": \"ready\"}, \"devices\": [{\"name\": "
        "\"disk\", \"kind\": \"%s\"}], ",
        is(f->inputs, "io_device", "fifo") ? "fifo" : "delay");
    if (strcmp(policy, "PRIO") == 0)
        say(f, "\"system\": {\"policy\": \"priority\", \"preempted\": "
               "\"tail\"}, ");
    else if (cJSON_IsNumber(quantum))
        say(f, "\"system\": {\"policy\": \"round-robin\", \"slice\": %d}, ",
            quantum->valueint);
    else
        say(f, "\"system\": {\"policy\": \"%s\"}, ",
            strcmp(policy, "SRTF") == 0 ? "srtf" : "fifo");
    say_bursts(f, processes);
    say(f, "}");
    if (!play(f))
        return;
    cJSON_ArrayForEach(item, get(f->expected, "per_process"))
    {
        ts_thread_times t;
        char name[16];
        int64_t io = io_of(cJSON_GetArrayItem(processes, (int)n));

        snprintf(name, sizeof name, "j%d", get(item, "id")->valueint);
        if (!thread_of(f, name, 0, &t))
            return;
        expect_units(f, "finish", number(f, item, "finish"), t.finish);
        expect_units(f, "turnaround", number(f, item, "turnaround"),
                     t.finish - t.arrival);
        expect_units(f, "response", number(f, item, "response"),
                     t.first_run - t.arrival);
        expect_units(f, "ready wait", number(f, item, "ready_wait"), t.ready);
        expect_units(f, "device queue wait",
                     number(f, item, "device_queue_wait"), t.blocked - io);
        turnarounds += t.finish - t.arrival;
        waits += t.ready;
        n++;
    }
    expect_rational(f, "mean turnaround",
                    cJSON_GetStringValue(
                        get(f->expected, "avg_turnaround_exact")),
                    turnarounds, n);
    expect_rational(f, "mean ready wait",
                    cJSON_GetStringValue(
                        get(f->expected, "avg_ready_wait_exact")),
                    waits, n);
    expect_units(f, "makespan", number(f, f->expected, "makespan"),
                 (int64_t)metric(f, "run.makespan"));
    expect_near(f, "processor busy", number(f, f->expected, "cpu_busy"),
                metric(f, "processor.useful") * metric(f, "run.time") /
                    (double)UNIT,
                1e-12, 0);
    expect_near(f, "device busy", number(f, f->expected, "device_busy"),
                metric(f, "devices.disk.busy") * metric(f, "run.time") /
                    (double)UNIT,
                1e-12, 0);
    expect_timeline(f, "processor 0", NULL, get(f->expected, "cpu_timeline"));
}

/* --- a disk ------------------------------------------------------------------ */

/* Degrees and distances become times: a turn is 360 degrees at the speed of
 * rotation, and tracks are 40 apart. */
static void say_disk(family *f)
{
    const char *policy = cJSON_GetStringValue(get(f->inputs, "policy"));
    const cJSON *item;
    int window = get(f->inputs, "window")->valueint, n = 0;

    say(f,
        "\"devices\": [{\"name\": \"disk\", \"kind\": \"disk\", "
        "\"arm\": \"%s\", \"skew\": %d, ",
        strcmp(policy, "FIFO") == 0   ? "fifo"
        : strcmp(policy, "SSTF") == 0 ? "sstf"
        : strcmp(policy, "SATF") == 0 ? "satf"
                                      : "bsatf",
        get(f->inputs, "skew_blocks")->valueint);
    say(f, "\"rotation\": %.6f, \"seek\": %.6f, \"tracks\": [",
        360 / number(f, f->inputs, "rot_speed"),
        40 / number(f, f->inputs, "seek_speed"));
    cJSON_ArrayForEach(item, get(f->inputs, "sector_deg"))
        say(f, "%s%d", n++ ? ", " : "", 360 / item->valueint);
    say(f, "]");
    if (window > 0)
        say(f, ", \"window\": %d", window);
    if (has(f->inputs, "late_requests")) {
        n = 0;
        say(f, ", \"late\": [");
        cJSON_ArrayForEach(item, get(f->inputs, "late_requests"))
            say(f, "%s%d", n++ ? ", " : "", item->valueint);
        say(f, "]");
    }
    say(f, "}], ");
}

typedef struct access {
    int64_t spent[3]; /* seek, rotate, transfer */
    int32_t block;
} access;

static int accesses(family *f, access *list, int room)
{
    static const char *const stages[3] = {"seek", "rotate", "transfer"};
    ts_stretch s;
    int n = 0;

    memset(list, 0, (size_t)room * sizeof *list);
    for (size_t i = 0; ts_result_stretch_at(f->result, i, &s); i++)
        for (int k = 0; k < 3; k++)
            if (strcmp(s.place, "disk") == 0 &&
                strcmp(s.kind, stages[k]) == 0 && n < room) {
                list[n].spent[k] = s.to - s.from;
                list[n].block = s.detail;
                n += k == 2;
            }
    return n;
}

static void play_disk(family *f)
{
    static const char *const stages[3] = {"seek", "rotate", "transfer"};
    static access list[256];
    const cJSON *item, *row;
    int n = 0, count;
    int64_t sum[3] = {0};

    say_head(f);
    say_disk(f);
    say(f, "\"threads\": [");
    cJSON_ArrayForEach(item, get(f->inputs, "requests"))
    {
        say(f,
            "%s{\"name\": \"r%d\", \"program\": [{\"io\": {\"device\": "
            "\"disk\", \"block\": %d}}]}",
            n ? ", " : "", n, item->valueint);
        n++;
    }
    say(f, "]}");
    if (!play(f))
        return;
    count = accesses(f, list, 256);
    expect_count(f, "requests", cJSON_GetArraySize(get(f->expected, "order")),
                 count);
    n = 0;
    cJSON_ArrayForEach(row, get(f->expected, "per_request"))
    {
        expect_count(f, "block", get(row, "block")->valueint, list[n].block);
        for (int k = 0; k < 3; k++) {
            expect_units(f, stages[k], number(f, row, stages[k]),
                         list[n].spent[k]);
            sum[k] += list[n].spent[k];
        }
        n++;
    }
    for (int k = 0; k < 3; k++)
        expect_units(f, stages[k],
                     number(f, get(f->expected, "totals"), stages[k]), sum[k]);
    expect_units(f, "total", number(f, get(f->expected, "totals"), "total"),
                 (int64_t)metric(f, "run.time"));
}

/* The head's way over all requests, the first of which it stands at: what
 * textbooks ask for. Cylinders hold one block each, and a seek takes a unit a
 * cylinder. */
static int64_t head_movement(family *f, const char *arm, const int *blocks,
                             int count)
{
    static access list[32];
    int64_t way = 0;

    fresh(f);
    say_head(f);
    say(f,
        "\"devices\": [{\"name\": \"disk\", \"kind\": \"disk\", \"arm\": "
        "\"%s\", \"rotation\": 2, \"seek\": 1, \"tracks\": [1",
        arm);
    for (int i = 1; i < 1800; i++)
        say(f, ", 1");
    say(f, "]}], \"threads\": [");
    for (int i = 0; i < count; i++)
        say(f,
            "%s{\"name\": \"r%d\", \"arrive\": %d, \"program\": [{\"io\": "
            "{\"device\": \"disk\", \"block\": %d}}]}",
            i ? ", " : "", i, i > 0, blocks[i]);
    say(f, "]}");
    if (!play(f))
        return -1;
    expect_count(f, "requests", count, accesses(f, list, 32));
    for (int i = 1; i < count; i++)
        way += list[i].spent[0];
    return way / UNIT;
}

/* Silberschatz, Galvin, Gagne, Operating System Concepts: the queue of the
 * chapter on disks (FCFS 640, SSTF 236), and of its exercise with 5 000
 * cylinders (FCFS 7081, SSTF 1745, LOOK 3319, C-LOOK 3363). The arm's sweeps
 * turn at the last request (the book's LOOK); from 53 upwards that is, by hand,
 * 183 - 53 + 183 - 14 = 299, and one way 130 + 169 + 37 - 14 = 322. */
static int test_head_movement(void)
{
    static const int chapter[] = {53, 98, 183, 37, 122, 14, 124, 65, 67};
    static const int exercise[] = {143, 86,   1470, 913,  1774,
                                   948, 1509, 1022, 1750, 130};
    static const struct {
        const char *arm;
        int chapter, exercise;
    } known[] = {{"fifo", 640, 7081},
                 {"sstf", 236, 1745},
                 {"scan", 299, 3319},
                 {"c-scan", 322, 3363}};
    family *f = family_begin("disk arms");

    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
        expect_count(f, known[i].arm, known[i].chapter,
                     head_movement(f, known[i].arm, chapter, 9));
        expect_count(f, known[i].arm, known[i].exercise,
                     head_movement(f, known[i].arm, exercise, 10));
    }
    return family_end(f) ? 0 : 1;
}

/* --- processes and their I/O ---------------------------------------------- */

/* Ticks are numbered from 1: tick t is from t - 1 to t. An I/O takes a tick to
 * issue and one when it is over. */
static void play_process_run(family *f)
{
    const cJSON *process, *op, *item;
    int length = get(f->inputs, "io_length")->valueint, n = 0, ticks = 0;

    say_head(f);
    say(f, "\"devices\": [{\"name\": \"disk\", \"kind\": \"delay\"}], ");
    say(f,
        "\"system\": {\"policy\": \"run-to-block\", \"hold\": %s, "
        "\"woken\": \"%s\"}, \"threads\": [",
        is(f->inputs, "switch", "SWITCH_ON_END") ? "true" : "false",
        is(f->inputs, "iodone", "IO_RUN_IMMEDIATE") ? "now" : "later");
    cJSON_ArrayForEach(process, get(f->inputs, "processes"))
    {
        int k = 0;

        say(f, "%s{\"name\": \"j%d\", \"program\": [", n ? ", " : "", n);
        cJSON_ArrayForEach(op, get(process, "ops"))
        {
            say(f, k++ ? ", " : "");
            if (strcmp(op->valuestring, "io") == 0)
                say(f,
                    "{\"run\": 1}, {\"io\": {\"device\": "
                    "\"disk\", \"time\": %d}}, {\"run\": 1}",
                    length);
            else
                say(f, "{\"run\": 1}");
            ticks += strcmp(op->valuestring, "io") == 0 ? 2 : 1;
        }
        say(f, "]}");
        n++;
    }
    say(f, "]}");
    if (!play(f))
        return;
    expect_units(f, "total", number(f, f->expected, "total"),
                 (int64_t)metric(f, "run.makespan"));
    expect_count(f, "busy ticks", get(f->expected, "cpu_busy")->valueint,
                 ticks);
    expect_near(f, "busy", number(f, f->expected, "cpu_busy"),
                metric(f, "processor.useful") * metric(f, "run.time") /
                    (double)UNIT,
                1e-9, 0);
    n = 0;
    cJSON_ArrayForEach(item, get(f->expected, "last_cpu_tick"))
    {
        ts_thread_times t;
        char name[16];

        snprintf(name, sizeof name, "j%d", n++);
        if (thread_of(f, name, 0, &t))
            expect_units(f, "last tick", item->valuedouble, t.finish);
    }
    expect_rows(f, "processor 0", NULL, get(f->expected, "cpu_timeline"), 2,
                -1);
    expect_near(f, "I/O busy", number(f, f->expected, "io_busy"),
                metric(f, "devices.disk.busy") * metric(f, "run.time") /
                    (double)UNIT,
                1e-9, 1e-9);
}

static void test_families(void **state)
{
    int failed = 0;

    (void)state;
    failed += family_run("scheduling/ostep_sjf", play_uniproc);
    failed += family_run("scheduling/textbook_uniproc", play_uniproc);
    failed += family_run("scheduling/multicore_central", play_multicore);
    failed += family_run("scheduling/list_scheduling", play_list);
    failed += family_run("scheduling/ostep_lottery", play_lottery);
    failed += family_run("scheduling/prop_stride", play_stride);
    failed += family_run("scheduling/ostep_mlfq", play_mlfq);
    failed += family_run("scheduling/ostep_process_run", play_process_run);
    failed += family_run("scheduling/processor_sharing", play_sharing);
    failed += family_run("scheduling/io_bursts", play_bursts);
    failed += family_run("scheduling/ostep_disk", play_disk);
    failed += test_head_movement();
    assert_int_equal(failed, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_families)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
