/*
 * reference_periodic.c - periodic tasks: their worst response times, and their
 * schedules unit after unit; see reference.h.
 */
#include "making.h"
#include "reference.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#define TASKS 12

static chance luck;

static void start(int number)
{
    luck = chance_of(11, number);
}

/* --- response times --- */

/* Response times, of tasks in falling priority with D = T. */
void reference_responses(cJSON *inputs, cJSON *expected, int number)
{
    int cost[TASKS], period[TASKS], n;
    bool all = true;
    double load = 0;
    cJSON *list;

    start(number);
    n = between(&luck, 1, TASKS);
    cJSON_AddStringToObject(
        inputs, "scheduling",
        "fixed-priority preemptive, list order = decreasing priority");
    list = cJSON_AddArrayToObject(inputs, "tasks");
    for (int i = 0; i < n; i++) {
        cJSON *row = add_row(list);

        period[i] = between(&luck, 5, 60);
        cost[i] = 1 + period[i] * between(&luck, 0, 8) / (10 * n);
        load += (double)cost[i] / period[i];
        add(row, "C", cost[i]);
        add(row, "T", period[i]);
        add(row, "D", period[i]);
    }
    list = cJSON_AddArrayToObject(expected, "tasks");
    load = 0;
    for (int i = 0; i < n; i++) {
        cJSON *row = add_row(list);
        int worst = 0, w = cost[i], q = 0;

        load += (double)cost[i] / period[i];
        if (load > 1 + 1e-12) {
            cJSON_AddNullToObject(row, "R");
            cJSON_AddBoolToObject(row, "ok", false);
            all = false;
            continue;
        }
        for (;; q++) {
            int before = -1;

            while (w != before) {
                before = w;
                w = (q + 1) * cost[i];
                for (int k = 0; k < i; k++)
                    w += (before + period[k] - 1) / period[k] * cost[k];
            }
            worst = w - q * period[i] > worst ? w - q * period[i] : worst;
            if (w <= (q + 1) * period[i])
                break;
            w += cost[i];
        }
        add(row, "R", worst);
        cJSON_AddBoolToObject(row, "ok", worst <= period[i]);
        add(row, "jobs_in_busy_window", q + 1);
        all = all && worst <= period[i];
    }
    cJSON_AddBoolToObject(expected, "schedulable", all);
}

/* --- schedules --- */

typedef struct release {
    int task, number, at, deadline, left, first, finish, on, stopped;
    bool running;
} release;

static struct {
    const char *policy;
    int cpus, n, cost[TASKS], period[TASKS], due[TASKS], offset[TASKS], until;
    release jobs[2000];
    int count;
} rt;

/* Before: an earlier deadline, a shorter period; a running job, the list. */
static bool comes_before(const release *a, const release *b)
{
    const char *p = strrchr(rt.policy, '-');
    int x, y;

    p = p != NULL ? p + 1 : rt.policy;
    if (strcmp(p, "EDF") == 0) {
        x = a->deadline;
        y = b->deadline;
    } else if (strcmp(p, "RM") == 0) {
        x = rt.period[a->task];
        y = rt.period[b->task];
    } else if (strcmp(p, "DM") == 0) {
        x = rt.due[a->task];
        y = rt.due[b->task];
    } else {
        x = a->task;
        y = b->task;
    }
    if (x != y)
        return x < y;
    if (a->running != b->running)
        return a->running;
    return a->task < b->task;
}

/* Jobs of a task run in order: only its first that is not over counts. */
static bool may_run(const release *j, int t)
{
    if (j->at > t || j->finish >= 0)
        return false;
    for (const release *k = rt.jobs; k < j; k++)
        if (k->task == j->task && k->finish < 0)
            return false;
    return true;
}

static void step_schedule(int t)
{
    release *chosen[8];
    bool keeps = strncmp(rt.policy, "NP-", 3) == 0;
    int n = 0;

    for (int c = 0; c < rt.cpus; c++) {
        release *best = NULL;

        for (int i = 0; i < rt.count; i++) {
            release *j = &rt.jobs[i];
            bool taken = false;

            for (int k = 0; k < n; k++)
                taken = taken || chosen[k] == j;
            if (taken || !may_run(j, t))
                continue;
            if (best == NULL || (keeps && j->running) ||
                (!(keeps && best->running) && comes_before(j, best)))
                best = j;
        }
        if (best != NULL)
            chosen[n++] = best;
    }
    for (int i = 0; i < rt.count; i++) {
        release *j = &rt.jobs[i];
        bool runs = false;

        for (int k = 0; k < n; k++)
            runs = runs || chosen[k] == j;
        j->stopped += j->running && !runs && j->finish < 0;
        j->running = runs;
        if (runs && --j->left == 0) {
            j->finish = t + 1;
            j->running = false;
        }
    }
}

static void draw_schedule(cJSON *inputs, int number)
{
    static const char *const policies[] = {"RM",    "EDF",  "FP",    "DM",
                                           "G-EDF", "G-RM", "NP-RM", "NP-EDF"};
    cJSON *tasks;

    memset(&rt, 0, sizeof rt);
    rt.policy = policies[number % 8];
    rt.cpus = rt.policy[0] == 'G' ? between(&luck, 2, 4) : 1;
    rt.n = between(&luck, 1, 6);
    rt.until = between(&luck, 20, 80);
    cJSON_AddStringToObject(inputs, "policy", rt.policy);
    add(inputs, "cpus", rt.cpus);
    add(inputs, "release_until", rt.until);
    tasks = cJSON_AddArrayToObject(inputs, "tasks");
    for (int i = 0; i < rt.n; i++) {
        cJSON *row = add_row(tasks);
        char name[16];

        snprintf(name, sizeof name, "t%d", i + 1);
        rt.period[i] = between(&luck, 4, 20);
        rt.cost[i] = between(&luck, 1, 1 + rt.period[i] / 3);
        rt.due[i] = between(&luck, rt.cost[i], rt.period[i]);
        rt.offset[i] = between(&luck, 0, 1) * between(&luck, 0, 9);
        cJSON_AddStringToObject(row, "name", name);
        add(row, "C", rt.cost[i]);
        add(row, "T", rt.period[i]);
        add(row, "D", rt.due[i]);
        add(row, "offset", rt.offset[i]);
        for (int at = rt.offset[i], k = 0; at < rt.until;
             at += rt.period[i], k++)
            rt.jobs[rt.count++] = (release){.task = i,
                                            .number = k,
                                            .at = at,
                                            .deadline = at + rt.due[i],
                                            .left = rt.cost[i],
                                            .finish = -1};
    }
}

static void write_task(cJSON *list, int task, int *preemptions)
{
    cJSON *row = add_row(list), *times;
    char text[64];
    int jobs = 0, sum = 0, max = 0, min = INT32_MAX;

    snprintf(text, sizeof text, "t%d", task + 1);
    cJSON_AddStringToObject(row, "task", text);
    times = cJSON_AddArrayToObject(row, "response_times");
    for (int i = 0; i < rt.count; i++) {
        const release *j = &rt.jobs[i];
        int took = j->finish - j->at;

        if (j->task != task)
            continue;
        push(times, took);
        sum += took;
        max = took > max ? took : max;
        min = took < min ? took : min;
        *preemptions += j->stopped;
        jobs++;
    }
    add(row, "jobs", jobs);
    add(row, "max_response", max);
    add(row, "min_response", min);
    snprintf(text, sizeof text, "%d/%d", sum, jobs);
    cJSON_AddStringToObject(row, "avg_response_exact", text);
}

static void write_misses(cJSON *expected)
{
    cJSON *misses = cJSON_AddArrayToObject(expected, "misses");
    int first = INT32_MAX;

    for (int i = 0; i < rt.count; i++) {
        const release *j = &rt.jobs[i];
        cJSON *row;
        char name[16];

        if (j->finish <= j->deadline)
            continue;
        row = cJSON_CreateArray();
        snprintf(name, sizeof name, "t%d", j->task + 1);
        cJSON_AddItemToArray(row, cJSON_CreateString(name));
        push(row, j->number);
        push(row, j->deadline);
        push(row, j->finish);
        cJSON_AddItemToArray(misses, row);
        first = j->deadline < first ? j->deadline : first;
    }
    if (first < INT32_MAX)
        add(expected, "first_miss_deadline", first);
    else
        cJSON_AddNullToObject(expected, "first_miss_deadline");
}

void reference_schedules(cJSON *inputs, cJSON *expected, int number)
{
    int preemptions = 0, left = 1;
    cJSON *list;

    start(number);
    draw_schedule(inputs, number);
    for (int t = 0; left > 0; t++) {
        step_schedule(t);
        left = 0;
        for (int i = 0; i < rt.count; i++)
            left += rt.jobs[i].finish < 0;
    }
    list = cJSON_AddArrayToObject(expected, "per_task");
    for (int i = 0; i < rt.n; i++)
        write_task(list, i, &preemptions);
    write_misses(expected);
    add(expected, "preemptions", preemptions);
}
