/*
 * Real-time schedules, protocols of locks and bandwidth servers, against
 * published and exactly computed numbers.
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

/* Tasks are j0, j1 ... too; what names them in the case is `key`. */
static int task_called(family *f, const cJSON *tasks, const char *key,
                       const char *name)
{
    const cJSON *task;
    int n = 0;

    cJSON_ArrayForEach(task, tasks)
    {
        if (is(task, key, name))
            return n;
        n++;
    }
    wrong(f, "no task is called %s", name);
    return -1;
}

/* --- schedules --- */

/* "G-RM": global, rate-monotonic; "NP-RM": not pre-emptive. */
static void say_schedule_policy(family *f)
{
    static const char *const names[][2] = {{"EDF", "edf"},
                                           {"RM", "rate-monotonic"},
                                           {"DM", "deadline-monotonic"},
                                           {"FP", "priority"}};
    const char *policy = word(f, f->inputs, "policy"), *name = NULL;
    bool never = strncmp(policy, "NP-", 3) == 0;
    bool global = strncmp(policy, "G-", 2) == 0;

    policy += never ? 3 : global ? 2 : 0;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++)
        if (strcmp(policy, names[i][0]) == 0)
            name = names[i][1];
    if (name == NULL) {
        wrong(f, "unknown policy %s", policy);
        return;
    }
    say(f,
        "\"system\": {\"policy\": \"%s\", \"%s\": %s}, \"computer\": "
        "{\"processors\": %lld}, ",
        name, strcmp(name, "priority") == 0 ? "preempt" : "preemptive",
        never ? "false" : "true", (long long)whole(f, f->inputs, "cpus"));
}

static void say_periodic(family *f)
{
    static const char *const times[][2] = {{"T", "}, \"deadline\": "},
                                           {"D", ", \"program\": [{\"run\": "},
                                           {"C", "}]}"}};
    const cJSON *task;
    int n = 0;

    say(f, "\"threads\": [");
    cJSON_ArrayForEach(task, part(f->inputs, "tasks"))
    {
        say(f,
            "%s{\"name\": \"j%d\", \"priority\": %d, \"overlap\": false, "
            "\"arrive\": {\"until\": ",
            comma(n), n, n);
        say_time(f, number(f, f->inputs, "release_until"));
        say(f, ", \"first\": ");
        say_time(f, has(task, "offset") ? number(f, task, "offset") : 0);
        say(f, ", \"every\": ");
        for (int i = 0; i < 3; i++) {
            say_time(f, number(f, task, times[i][0]));
            say(f, "%s", times[i][1]);
        }
        n++;
    }
    say(f, "]");
}

/* The jobs of a task: what of each response is given, and all together. */
static void expect_responses(family *f, const cJSON *row, int64_t *preemptions)
{
    const char *task = word(f, row, "task");
    int64_t jobs = whole(f, row, "jobs"), sum = 0, max = 0, min = INT64_MAX;
    int given = length(row, "response_times");
    char name[32];
    ts_thread_times t;

    snprintf(name, sizeof name, "j%d",
             task_called(f, part(f->inputs, "tasks"), "name", task));
    expect_count(f, "jobs", jobs,
                 (int64_t)metric(f, "threads.%s.finished", name));
    if (given > jobs)
        wrong(f, "more responses than jobs");
    for (int job = 0; job < jobs; job++) {
        int64_t took;

        if (!thread_of(f, name, job, &t))
            return;
        took = t.finish - t.arrival;
        if (job < given)
            expect_units(f, "response", element(f, row, "response_times", job),
                         took);
        sum += took;
        max = took > max ? took : max;
        min = took < min ? took : min;
        *preemptions += t.preemptions;
    }
    expect_units(f, "max response", number(f, row, "max_response"), max);
    expect_units(f, "min response", number(f, row, "min_response"), min);
    if (has(row, "avg_response_exact"))
        expect_rational(f, "mean response", word(f, row, "avg_response_exact"),
                        sum, jobs);
}

static void expect_misses(family *f)
{
    const cJSON *row, *misses = part(f->expected, "misses");
    int64_t missed = 0, first = INT64_MAX;
    ts_thread_times t;

    for (size_t i = 0; ts_result_thread_at(f->result, i, &t); i++)
        if (t.finish > t.deadline) {
            missed++;
            first = t.deadline < first ? t.deadline : first;
        }
    expect_count(f, "misses", cJSON_GetArraySize(misses), missed);
    if (has(f->expected, "first_miss_deadline"))
        expect_units(f, "first miss",
                     number(f, f->expected, "first_miss_deadline"), first);
    else if (missed > 0)
        wrong(f, "a deadline is missed, expected none");
    cJSON_ArrayForEach(row, misses)
    {
        const char *task = word_of(f, cJSON_GetArrayItem(row, 0));
        char name[32];

        snprintf(name, sizeof name, "j%d",
                 task_called(f, part(f->inputs, "tasks"), "name", task));
        if (!thread_of(f, name, whole_of(f, cJSON_GetArrayItem(row, 1)), &t))
            return;
        expect_units(f, "deadline", column(f, row, 2), t.deadline);
        expect_units(f, "finish", column(f, row, 3), t.finish);
        if (t.finish <= t.deadline)
            wrong(f, "%s does not miss its deadline", task);
    }
}

/* Whether the processor has the job's stretch [from, to]. */
static bool has_stretch(family *f, const ts_stretch *s, int count, int task,
                        int64_t job, double from, double to)
{
    int64_t number_of;

    for (int i = 0; i < count; i++)
        if (fabs((double)s[i].from - from * (double)f->unit) <= 0.5 &&
            fabs((double)s[i].to - to * (double)f->unit) <= 0.5 &&
            atoi(task_of(f, s[i].thread, &number_of) + 1) == task &&
            number_of == job)
            return true;
    return false;
}

/* Those that begin together take the lowest processors of those that are free
 * then, in whatever order among them: numbers change nothing else. */
static void expect_placing(family *f, const cJSON *rows, const cJSON *row)
{
    double from = column(f, row, 3), cpu = column(f, row, 2);
    int beside = 0, taken = 0;
    const cJSON *other;

    cJSON_ArrayForEach(other, rows)
    {
        double theirs = column(f, other, 2), since = column(f, other, 3);
        bool same = theirs == cpu && other != row;

        if (since == from)
            beside++;
        else if (since < from && column(f, other, 4) > from)
            taken += theirs < cpu;
        else
            continue;
        if (same)
            wrong(f, "two jobs on processor %g at %g", cpu, from);
    }
    if (cpu < 0 || cpu - taken >= beside)
        wrong(f, "at %g processor %g is not the lowest that is free", from,
              cpu);
}

/* Rows [task, job, processor, from, to] are all that the processors did. */
static void expect_schedule(family *f, const cJSON *rows)
{
    int64_t cpus = whole(f, f->inputs, "cpus"), stretches = 0, found = 0;
    const cJSON *row, *tasks = part(f->inputs, "tasks");
    char place[32];

    for (int cpu = 0; cpu < cpus; cpu++) {
        int count;
        const ts_stretch *s;

        snprintf(place, sizeof place, "processor %d", cpu);
        s = lane(f, place, "run", &count);
        stretches += count;
        cJSON_ArrayForEach(row, rows) found +=
            has_stretch(f, s, count,
                        task_called(f, tasks, "name",
                                    word_of(f, cJSON_GetArrayItem(row, 0))),
                        whole_of(f, cJSON_GetArrayItem(row, 1)),
                        column(f, row, 3), column(f, row, 4));
    }
    expect_count(f, "stretches", cJSON_GetArraySize(rows), stretches);
    expect_count(f, "stretches that are those of the run", stretches, found);
    cJSON_ArrayForEach(row, rows) expect_placing(f, rows, row);
}

static void play_schedule(family *f)
{
    const cJSON *row;
    int64_t preemptions = 0;

    say_head(f);
    say_schedule_policy(f);
    say_periodic(f);
    say(f, "}");
    if (!play(f))
        return;
    expect_count(f, "tasks", length(f->inputs, "tasks"),
                 length(f->expected, "per_task"));
    cJSON_ArrayForEach(row, part(f->expected, "per_task"))
        expect_responses(f, row, &preemptions);
    expect_misses(f);
    expect_count(f, "preemptions", whole(f, f->expected, "preemptions"),
                 preemptions);
    if (length(f->expected, "timeline") > 0)
        expect_schedule(f, part(f->expected, "timeline"));
}

/* --- timelines of one processor: [task, from, to] --- */

/* `who` numbers what a stretch belongs to, and reads what a row is of. */
typedef struct naming {
    int (*of_stretch)(family *f, const ts_stretch *s);
    int (*of_row)(family *f, const char *name);
} naming;

static void expect_whole_timeline(family *f, const char *what,
                                  const cJSON *expected, const naming *who)
{
    int raw, count = 0, i = 0;
    const ts_stretch *all = lane(f, "processor 0", "run", &raw);
    ts_stretch *s = calloc((size_t)raw + 1, sizeof *s);
    const cJSON *row;

    if (s == NULL)
        exit(1);
    /* Stretches of one task that touch are one, whatever its jobs. */
    for (int k = 0; k < raw; k++)
        if (count > 0 && s[count - 1].to == all[k].from &&
            who->of_stretch(f, &s[count - 1]) == who->of_stretch(f, &all[k]))
            s[count - 1].to = all[k].to;
        else
            s[count++] = all[k];
    expect_count(f, what, cJSON_GetArraySize(expected), count);
    cJSON_ArrayForEach(row, expected)
    {
        const char *task = word_of(f, cJSON_GetArrayItem(row, 0));

        if (i >= count)
            break;
        if (who->of_stretch(f, &s[i]) != who->of_row(f, task))
            wrong(f, "%s: stretch %d is not %s's", what, i, task);
        expect_units(f, what, column(f, row, 1), s[i].from);
        expect_units(f, what, column(f, row, 2), s[i].to);
        i++;
    }
    free(s);
}

/* --- locks --- */

static void say_operations(family *f, const cJSON *operations)
{
    const cJSON *op;
    int n = 0;

    cJSON_ArrayForEach(op, operations)
    {
        const char *name = word_of(f, cJSON_GetArrayItem(op, 0));
        const cJSON *value_of = cJSON_GetArrayItem(op, 1);

        say(f, "%s{\"%s\": ", comma(n++), name);
        if (strcmp(name, "run") == 0)
            say_time(f, value(f, value_of));
        else
            say(f, "\"%s\"", word_of(f, value_of));
        say(f, "}");
    }
}

/* A lock is named by the first operation on it, of all tasks. */
static bool is_first_lock(const cJSON *tasks, const cJSON *operation)
{
    const char *name = cJSON_GetStringValue(cJSON_GetArrayItem(operation, 1));
    const cJSON *task, *op;

    cJSON_ArrayForEach(task, tasks)
    {
        cJSON_ArrayForEach(op, part(task, "ops"))
        {
            const char *other = cJSON_GetStringValue(cJSON_GetArrayItem(op, 1));

            if (op == operation)
                return true;
            if (name != NULL && other != NULL && strcmp(name, other) == 0)
                return false;
        }
    }
    return true;
}

static void say_locks(family *f, const char *protocol)
{
    const cJSON *task, *op, *tasks = part(f->inputs, "tasks");
    int n = 0;

    say(f, "\"locks\": [");
    cJSON_ArrayForEach(task, tasks)
    {
        cJSON_ArrayForEach(op, part(task, "ops"))
        {
            if (!cJSON_IsString(cJSON_GetArrayItem(op, 1)) ||
                !is_first_lock(tasks, op))
                continue;
            say(f,
                "%s{\"name\": \"%s\", \"protocol\": \"%s\", "
                "\"grant\": \"compete\"}",
                comma(n++), word_of(f, cJSON_GetArrayItem(op, 1)), protocol);
        }
    }
    say(f, "], ");
}

static void say_protocol(family *f, const char *protocol)
{
    const cJSON *task;
    int n = 0;

    say_head(f);
    say(f,
        "\"conventions\": {\"priority\": \"%s-is-higher\"}, "
        "\"system\": {\"policy\": \"priority\"}, ",
        flag(f, f->inputs, "larger_number_is_higher_priority") ? "larger"
                                                               : "smaller");
    say_locks(f, protocol);
    say(f, "\"threads\": [");
    cJSON_ArrayForEach(task, part(f->inputs, "tasks"))
    {
        say(f,
            "%s{\"name\": \"j%d\", \"priority\": %lld, \"arrive\": "
            "{\"at\": ",
            comma(n), n, (long long)whole(f, task, "priority"));
        say_time(f, number(f, task, "release"));
        say(f, "}, \"program\": [");
        say_operations(f, part(task, "ops"));
        say(f, "]}");
        n++;
    }
    say(f, "]}");
}

static int by_task(family *f, const ts_stretch *s)
{
    return owner(f, s);
}

static int task_named(family *f, const char *name)
{
    return task_called(f, part(f->inputs, "tasks"), "id", name);
}

static const naming tasks_by_name = {by_task, task_named};

/* null: it never finishes. */
static void expect_when(family *f, const char *what, const cJSON *item,
                        int64_t actual, bool over)
{
    if (!cJSON_IsNull(item))
        expect_units(f, what, value(f, item), over ? actual : -f->unit);
    else if (over)
        wrong(f, "%s: expected none, got %g", what, in_units(f, actual));
    understood(item);
}

/* Tasks may be without any lock. */
static bool is_stuck(const family *f)
{
    double deadlocks = 0;

    return ts_result_metric(f->result, "locks.deadlocks", &deadlocks) &&
           deadlocks > 0;
}

static void play_protocol(family *f, const char *protocol,
                          const cJSON *expected, const char *what)
{
    const cJSON *item;
    ts_thread_times t;

    fresh(f);
    say_protocol(f, protocol);
    if (!play(f))
        return;
    cJSON_ArrayForEach(
        item, part(expected,
                   "finish")) if (job_times(f, task_named(f, item->string), &t))
        expect_when(f, what, item, t.finish, t.finish >= 0);
    cJSON_ArrayForEach(
        item,
        part(expected,
             "response")) if (job_times(f, task_named(f, item->string), &t))
        expect_when(f, what, item, t.finish - t.arrival, t.finish >= 0);
    expect_count(f, "deadlock", flag(f, expected, "deadlock"), is_stuck(f));
    expect_whole_timeline(f, what, part(expected, "timeline"), &tasks_by_name);
}

static void play_locks(family *f)
{
    static const char *const names[4] = {"none", "PIP", "PCP", "ICPP"};
    static const char *const ours[4] = {"none", "inherit", "ceiling",
                                        "immediate"};

    if (!is(f->inputs, "policy", "FIXED_PRIORITY"))
        wrong(f, "unknown policy");
    for (int i = 0; i < 4; i++)
        if (has(f->expected, names[i]))
            play_protocol(f, ours[i], part(f->expected, names[i]), names[i]);
}

/* --- bandwidth servers --- */

/* Periodic tasks are j0, j1 ..., the requests are r0, r1 ... */
static int by_server(family *f, const ts_stretch *s)
{
    const char *task = task_of(f, s->thread, NULL);

    return task[0] == 'r' ? -2 : atoi(task + 1);
}

static int server_named(family *f, const char *name)
{
    if (strcmp(name, "cbs") == 0)
        return -2;
    return task_called(f, part(f->inputs, "periodic"), "id", name);
}

static const naming servers_by_name = {by_server, server_named};

static void say_periodic_beside(family *f)
{
    const cJSON *row;
    int n = 0;

    cJSON_ArrayForEach(row, part(f->inputs, "periodic"))
    {
        say(f, "{\"name\": \"j%d\", \"overlap\": false, \"deadline\": ", n++);
        say_time(f, number(f, row, "T"));
        say(f, ", \"arrive\": {\"every\": ");
        say_time(f, number(f, row, "T"));
        say(f, ", \"until\": ");
        say_time(f, number(f, f->inputs, "release_until"));
        say(f, "}, \"program\": [{\"run\": ");
        say_time(f, number(f, row, "C"));
        say(f, "}]}, ");
    }
}

static void say_cbs(family *f, const char *kind)
{
    const cJSON *server = part(f->inputs, "server"), *row;
    int n = 0;

    say(f, "{\"title\": \"case\", \"system\": {\"policy\": \"edf\", "
           "\"ties\": \"order\", \"servers\": [{\"name\": \"cbs\", "
           "\"budget\": ");
    say_time(f, number(f, server, "Q"));
    say(f, ", \"period\": ");
    say_time(f, number(f, server, "P"));
    say(f, ", \"kind\": \"%s\"}]}, \"threads\": [", kind);
    say_periodic_beside(f);
    cJSON_ArrayForEach(row, part(f->inputs, "aperiodic"))
    {
        say(f,
            "%s{\"name\": \"r%d\", \"server\": \"cbs\", \"arrive\": "
            "{\"at\": ",
            comma(n), n);
        say_time(f, number(f, row, "arrival"));
        say(f, "}, \"program\": [{\"run\": ");
        say_time(f, number(f, row, "run"));
        say(f, "}]}");
        n++;
    }
    say(f, "]}");
}

/* Until when the deadline holds that the server got at that instant; `before`
 * where it got none. */
static int64_t deadline_of(family *f, const ts_stretch *event, int64_t before)
{
    ts_stretch window;

    for (size_t i = 0; ts_result_stretch_at(f->result, i, &window); i++)
        if (strcmp(window.place, event->place) == 0 &&
            window.from == event->from && strcmp(window.kind, event->kind) == 0)
            return window.to;
    return before;
}

static void expect_event(family *f, const cJSON *row, const ts_stretch *event,
                         int64_t deadline)
{
    const char *wanted = word_of(f, cJSON_GetArrayItem(row, 1));
    double budget = column(f, row, 2) * (double)f->unit / 1e6; /* us */
    char kind[32];
    char *underline;

    snprintf(kind, sizeof kind, "%s", wanted);
    while ((underline = strchr(kind, '_')) != NULL)
        *underline = '-';
    if (strcmp(kind, event->kind) != 0)
        wrong(f, "server event %s, expected %s", event->kind, kind);
    expect_units(f, kind, column(f, row, 0), event->from);
    expect_near(f, "budget", budget, event->detail, 0, 1);
    expect_units(f, "deadline", column(f, row, 3), deadline);
}

/* What the server did, when, with which budget and until which deadline. */
static void expect_events(family *f, const cJSON *expected)
{
    const cJSON *row = expected != NULL ? expected->child : NULL;
    int64_t deadline = 0;
    ts_stretch got;

    for (size_t i = 0; ts_result_instant_at(f->result, i, &got); i++) {
        if (strcmp(got.place, "server cbs") != 0)
            continue;
        if (row == NULL) {
            wrong(f, "an event too many: %s at %g", got.kind,
                  in_units(f, got.from));
            return;
        }
        deadline = deadline_of(f, &got, deadline);
        expect_event(f, row, &got, deadline);
        row = row->next;
    }
    if (row != NULL)
        wrong(f, "server events are missing");
}

/* Rows [task, job, deadline, finish], as in schedules. */
static void expect_server_misses(family *f, const cJSON *misses)
{
    int64_t missed = 0;
    const cJSON *row;
    ts_thread_times t;

    for (size_t i = 0; ts_result_thread_at(f->result, i, &t); i++)
        missed += t.deadline >= 0 && t.finish > t.deadline;
    expect_count(f, "misses", cJSON_GetArraySize(misses), missed);
    cJSON_ArrayForEach(row, misses)
    {
        char name[32];

        snprintf(name, sizeof name, "j%d",
                 server_named(f, word_of(f, cJSON_GetArrayItem(row, 0))));
        if (!thread_of(f, name, whole_of(f, cJSON_GetArrayItem(row, 1)), &t))
            return;
        expect_units(f, "deadline", column(f, row, 2), t.deadline);
        expect_units(f, "finish", column(f, row, 3), t.finish);
    }
}

static void play_server(family *f, const char *kind, const cJSON *expected)
{
    int requests = length(f->inputs, "aperiodic");
    ts_thread_times t;
    char name[32];

    fresh(f);
    say_cbs(f, kind);
    if (!play(f))
        return;
    expect_count(f, "requests", requests, length(expected, "aperiodic_finish"));
    expect_count(f, "requests", requests,
                 length(expected, "aperiodic_response"));
    for (int n = 0; n < requests; n++) {
        snprintf(name, sizeof name, "r%d", n);
        if (!thread_of(f, name, 0, &t))
            return;
        expect_units(f, "finish", element(f, expected, "aperiodic_finish", n),
                     t.finish);
        expect_units(f, "response",
                     element(f, expected, "aperiodic_response", n),
                     t.finish - t.arrival);
    }
    expect_server_misses(f, part(expected, "periodic_misses"));
    expect_whole_timeline(f, kind, part(expected, "timeline"),
                          &servers_by_name);
    expect_events(f, part(expected, "server_events"));
}

static void play_cbs(family *f)
{
    if (!is(f->inputs, "policy", "EDF+CBS"))
        wrong(f, "unknown policy");
    scale(f);
    if (f->unit % 1000000 != 0) /* budgets are told in microseconds */
        f->unit *= 1000000;
    if (has(f->expected, "soft"))
        play_server(f, "soft", part(f->expected, "soft"));
    if (has(f->expected, "hard"))
        play_server(f, "hard", part(f->expected, "hard"));
}

static void test_families(void **state)
{
    int failed = 0;

    (void)state;
    failed += family_play("scheduling/rt_schedules", play_schedule, NULL);
    failed += family_made("scheduling/rt_schedules", 120, reference_schedules,
                          play_schedule, NULL);
    failed += family_play("scheduling/rt_locks", play_locks, NULL);
    failed += family_made("scheduling/rt_locks", 200, reference_locks,
                          play_locks, NULL);
    failed += family_play("scheduling/rt_cbs", play_cbs, NULL);
    failed += family_made("scheduling/rt_cbs", 200, reference_servers, play_cbs,
                          NULL);
    assert_int_equal(failed, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_families)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
