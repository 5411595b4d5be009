/*
 * reference_laws.c - cases of the families of laws, bounds and demands, and of
 * the three policies of OSTEP's first program; see reference.h.
 */
#include "making.h"
#include "reference.h"

#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#define MOST 24

static chance luck;

static void start(int number)
{
    luck = chance_of(17, number);
}

/* --- laws --- */

static void make_speedup(cJSON *inputs, cJSON *expected, bool scaled)
{
    int part = between(&luck, 0, 99), n = between(&luck, 1, 300);
    int whole = 100 - part;

    add_text(inputs, "formula",
             scaled ? "Gustafson scaled speedup" : "Amdahl speedup");
    add(inputs, "parallel_fraction", part / 100.0);
    add(inputs, "cpus", n);
    if (scaled) {
        add(expected, "speedup", (whole + part * n) / 100.0);
        return;
    }
    add(expected, "speedup", 100.0 * n / (whole * n + part));
    add_exact(expected, "speedup_exact", 100 * n, whole * n + part);
    add(expected, "efficiency", 100.0 / (whole * n + part));
    add(expected, "limit", 100.0 / whole);
}

static void make_prediction(cJSON *inputs, cJSON *expected)
{
    int alpha = between(&luck, 0, 4), bursts = between(&luck, 1, 10);
    double tau = between(&luck, 0, 30);
    cJSON *list, *taus;

    add_text(inputs, "formula", "exponential averaging");
    add(inputs, "tau0", tau);
    add(inputs, "alpha", alpha / 4.0);
    list = cJSON_AddArrayToObject(inputs, "bursts");
    taus = cJSON_AddArrayToObject(expected, "tau");
    push(taus, tau);
    for (int i = 0; i < bursts; i++) {
        int burst = between(&luck, 1, 40);

        push(list, burst);
        tau = (alpha * burst + (4 - alpha) * tau) / 4;
        push(taus, tau);
    }
}

/* `n` jobs run `run` quarters and block, one does not; every dispatch costs
 * `cost` quarters. */
static void make_cycle(cJSON *inputs, cJSON *expected, bool alone)
{
    int quantum = between(&luck, 4, 80), cost = between(&luck, 0, 12);
    int n = alone ? 0 : between(&luck, 1, 20);
    int run = between(&luck, 1, 4), useful = n * run + quantum;
    int all = useful + (n + 1) * cost;

    add_text(inputs, "formula",
             alone ? "CPU efficiency of round robin" : "round-robin cycle");
    add(inputs, "quantum", quantum / 4.0);
    add(inputs, "switch_cost", cost / 4.0);
    if (!alone) {
        add(inputs, "io_bound_jobs", n);
        add(inputs, "io_run", run / 4.0);
    }
    add(expected, alone ? "efficiency" : "cpu_utilization",
        useful / (double)all);
    add_exact(expected, "exact", useful, all);
}

void reference_laws(cJSON *inputs, cJSON *expected, int number)
{
    start(number);
    if (number % 5 < 2)
        make_speedup(inputs, expected, number % 5 == 1);
    else if (number % 5 == 2)
        make_prediction(inputs, expected);
    else
        make_cycle(inputs, expected, number % 5 == 3);
}

/* --- periodic tasks --- */

typedef struct task {
    int c, t, d;
} task;

static task tasks[MOST];
static int count;

/* With periods that divide 240, so that utilizations are whole 240ths. */
static void draw_tasks(int most, bool implicit)
{
    static const int periods[] = {4, 5, 6, 8, 10, 12, 15, 20, 24, 30, 40, 60};

    count = between(&luck, 1, most);
    for (int i = 0; i < count; i++) {
        int t = periods[between(&luck, 0, 11)];
        int c = between(&luck, 1, 1 + 13 * t / (10 * count));

        c = c < t ? c : t;
        tasks[i] = (task){c, t, implicit ? t : between(&luck, c, t)};
    }
}

static void write_tasks(cJSON *inputs, bool deadlines)
{
    cJSON *list = cJSON_AddArrayToObject(inputs, "tasks");

    for (int i = 0; i < count; i++) {
        cJSON *row = add_row(list);

        add(row, "C", tasks[i].c);
        add(row, "T", tasks[i].t);
        if (deadlines)
            add(row, "D", tasks[i].d);
    }
}

static int in_240ths(void)
{
    int sum = 0;

    for (int i = 0; i < count; i++)
        sum += tasks[i].c * (240 / tasks[i].t);
    return sum;
}

/* All released at 0, the first of the list first, unit after unit: whether
 * every task's first job is done in time. */
static bool all_in_time(void)
{
    int left[MOST] = {0};

    for (int t = 0, done = 0; done < count; t++) {
        int runs = -1;

        for (int i = count - 1; i >= 0; i--) {
            if (t % tasks[i].t == 0 && t > 0 && left[i] > 0)
                return false;
            if (t % tasks[i].t == 0)
                left[i] = tasks[i].c;
            if (left[i] > 0)
                runs = i;
        }
        if (runs >= 0 && --left[runs] == 0 && runs == done)
            done++;
    }
    return true;
}

static void sort_by_period(void)
{
    for (int i = 1; i < count; i++)
        for (int k = i; k > 0 && tasks[k].t < tasks[k - 1].t; k--) {
            task other = tasks[k];

            tasks[k] = tasks[k - 1];
            tasks[k - 1] = other;
        }
}

static double liu_layland(int n)
{
    return n * (pow(2, 1.0 / n) - 1);
}

void reference_bounds(cJSON *inputs, cJSON *expected, int number)
{
    double product = 1, u;

    start(number);
    if (number % 4 == 0) {
        int n = between(&luck, 1, 5000);

        add(inputs, "n", n);
        add(expected, "rm_utilization_bound", liu_layland(n));
        return;
    }
    draw_tasks(8, true);
    sort_by_period();
    write_tasks(inputs, false);
    u = in_240ths() / 240.0;
    for (int i = 0; i < count; i++)
        product *= 1 + tasks[i].c / (double)tasks[i].t;
    add(expected, "U", u);
    add_exact(expected, "U_exact", in_240ths(), 240);
    add(expected, "rm_bound", liu_layland(count));
    cJSON_AddBoolToObject(expected, "ll_test_passes",
                          u <= liu_layland(count) + 1e-12);
    add(expected, "hyperbolic_product", product);
    cJSON_AddBoolToObject(expected, "hyperbolic_test_passes",
                          product <= 2 + 1e-12);
    cJSON_AddBoolToObject(expected, "rta_schedulable_rm", all_in_time());
    cJSON_AddBoolToObject(expected, "edf_schedulable", in_240ths() <= 240);
}

static int demand(int until)
{
    int sum = 0;

    for (int i = 0; i < count; i++)
        if (until >= tasks[i].d)
            sum += ((until - tasks[i].d) / tasks[i].t + 1) * tasks[i].c;
    return sum;
}

static bool is_deadline(int t)
{
    for (int i = 0; i < count; i++)
        if (t >= tasks[i].d && (t - tasks[i].d) % tasks[i].t == 0)
            return true;
    return false;
}

/* Until when there is always something to do, all released at 0. */
static int busy_until(void)
{
    int t = 0, asked;

    for (;;) {
        asked = 0;
        for (int i = 0; i < count; i++)
            asked += (t / tasks[i].t + 1) * tasks[i].c;
        if (asked <= t + 1)
            break;
        t++;
    }
    return t + 1;
}

/* [t, demand until t], at the first sixty of the deadlines. */
static void add_demands(cJSON *expected, int busy)
{
    cJSON *list = cJSON_AddArrayToObject(expected, "demand_at_deadlines");
    int first = 0, n = 0;

    for (int t = 1; t <= busy; t++) {
        cJSON *row;

        if (!is_deadline(t))
            continue;
        if (first == 0 && demand(t) > t)
            first = t;
        if (n++ >= 60)
            continue;
        row = add_list(list);
        push(row, t);
        push(row, demand(t));
    }
    cJSON_AddBoolToObject(expected, "schedulable", busy > 0 && first == 0);
    if (first > 0)
        add(expected, "first_violated_deadline", first);
    else
        cJSON_AddNullToObject(expected, "first_violated_deadline");
}

void reference_demand(cJSON *inputs, cJSON *expected, int number)
{
    double slack = 0, most = 0;
    int busy, u;

    start(number);
    draw_tasks(7, number % 3 == 0);
    add_text(inputs, "scheduling", "EDF preemptive");
    write_tasks(inputs, true);
    u = in_240ths();
    busy = u <= 240 ? busy_until() : 0;
    add(expected, "U", u / 240.0);
    add_exact(expected, "U_exact", u, 240);
    if (busy > 0)
        add(expected, "synchronous_busy_period", busy);
    else
        cJSON_AddNullToObject(expected, "synchronous_busy_period");
    for (int i = 0; i < count; i++) {
        slack += (tasks[i].t - tasks[i].d) * tasks[i].c / (double)tasks[i].t;
        most = fmax(most, tasks[i].d);
    }
    if (u < 240)
        add(expected, "analysis_bound_La", fmax(most, slack / (1 - u / 240.0)));
    else
        cJSON_AddNullToObject(expected, "analysis_bound_La");
    add_demands(expected, busy);
}

/* --- terminals and one processor --- */

/* By the chain of how many are at the processor, seldom states too. */
void reference_repairman(cJSON *inputs, cJSON *expected, int number)
{
    double think, service, p = 1, sum = 0, at = 0, none = 0;
    int n;

    start(number);
    n = between(&luck, 1, 60);
    think = decimal(&luck, 0.5, 20);
    service = decimal(&luck, 0.1, 3);
    add_text(inputs, "model", "machine repairman");
    add(inputs, "N", n);
    add(inputs, "Z", think);
    add(inputs, "S", service);
    /* From the state in which all are there, the likeliest under load. */
    for (int k = n; k >= 0; k--) {
        sum += p;
        at += k * p;
        none = p;
        p *= think / service / (n - k + 1);
    }
    add(expected, "utilization", 1 - none / sum);
    add(expected, "throughput", (1 - none / sum) / service);
    add(expected, "response_time", n * service / (1 - none / sum) - think);
    add(expected, "mean_at_cpu", at / sum);
    add(expected, "P_cpu_idle", none / sum);
}

/* --- OSTEP's first program --- */

static int run[MOST], first[MOST], finish[MOST], order[MOST];

/* Times are quarters. */
static void add_means(cJSON *expected)
{
    static const char *const names[] = {"response", "turnaround", "wait"};
    cJSON *means = cJSON_AddObjectToObject(expected, "avg");
    cJSON *exact = cJSON_AddObjectToObject(expected, "avg_exact");
    cJSON *printed = cJSON_AddObjectToObject(expected, "printed_avg");
    char text[32];

    for (int m = 0; m < 3; m++) {
        int sum = 0;

        for (int i = 0; i < count; i++)
            sum += m == 0 ? first[i] : finish[i] - (m == 2 ? run[i] : 0);
        add(means, names[m], sum / (4.0 * count));
        add_exact(exact, names[m], sum, 4 * count);
        snprintf(text, sizeof text, "%.2f", sum / (4.0 * count));
        add_text(printed, names[m], text);
    }
}

static void add_jobs(cJSON *expected)
{
    cJSON *list = cJSON_AddArrayToObject(expected, "per_job");

    for (int i = 0; i < count; i++) {
        cJSON *row = add_row(list);

        add(row, "id", i);
        add(row, "response", first[i] / 4.0);
        add(row, "turnaround", finish[i] / 4.0);
        add(row, "wait", (finish[i] - run[i]) / 4.0);
        add(row, "finish", finish[i] / 4.0);
    }
}

/* Over and over through the order, a quantum at a time, till none is left. */
static void play_turns(cJSON *timeline, int quantum)
{
    int left[MOST], t = 0, over = 0;

    memcpy(left, run, sizeof left);
    for (int k = 0; over < count; k = (k + 1) % count) {
        int i = order[k], turn = left[i] < quantum ? left[i] : quantum;
        cJSON *row;

        if (turn == 0)
            continue;
        if (left[i] == run[i])
            first[i] = t;
        row = add_list(timeline);
        push(row, i);
        push(row, t / 4.0);
        t += turn;
        push(row, t / 4.0);
        left[i] -= turn;
        if (left[i] == 0) {
            finish[i] = t;
            over++;
        }
    }
}

static void make_toy(cJSON *inputs, cJSON *expected, int number,
                     const char *policy)
{
    int quantum = 1000000, last = 0;
    cJSON *list;

    start(number);
    count = between(&luck, 1, MOST);
    add_text(inputs, "policy", policy);
    list = cJSON_AddArrayToObject(inputs, "jobs");
    for (int i = 0; i < count; i++) {
        cJSON *row = add_row(list);

        run[i] = between(&luck, 1, 60);
        order[i] = i;
        for (int k = i; strcmp(policy, "SJF") == 0 && k > 0 &&
                        run[order[k]] < run[order[k - 1]];
             k--) {
            order[k] = order[k - 1];
            order[k - 1] = i;
        }
        add(row, "id", i);
        add(row, "arrival", 0);
        add(row, "run", run[i] / 4.0);
    }
    if (strcmp(policy, "RR") == 0) {
        quantum = between(&luck, 1, 40);
        add(inputs, "quantum", quantum / 4.0);
    }
    play_turns(cJSON_AddArrayToObject(expected, "timeline"), quantum);
    add_jobs(expected);
    add_means(expected);
    for (int i = 0; i < count; i++)
        last = finish[i] > last ? finish[i] : last;
    add(expected, "makespan", last / 4.0);
}

void reference_fifo(cJSON *inputs, cJSON *expected, int number)
{
    make_toy(inputs, expected, number, "FIFO");
}

void reference_turns(cJSON *inputs, cJSON *expected, int number)
{
    make_toy(inputs, expected, number, "RR");
}

void reference_sjf(cJSON *inputs, cJSON *expected, int number)
{
    make_toy(inputs, expected, number, "SJF");
}
