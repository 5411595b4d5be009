/*
 * reference_formulas.c - cases of the families that have closed forms, and of
 * those whose rules are a page of arithmetic; see reference.h.
 */
#include "making.h"
#include "reference.h"

#include <math.h>
#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static chance luck;

static void start(int number)
{
    luck = chance_of(11, number);
}

/* --- queues --- */

static void add_state(cJSON *expected, double p, int state)
{
    char key[32];

    snprintf(key, sizeof key, "P_N_eq_%d", state);
    add(expected, key, p);
}

/* Any three, with decimals or without: an exponential stay, and a wait that is
 * one with probability rho. */
static void add_percentiles(cJSON *expected, double rho, double w)
{
    static const char *const points[][3] = {{"50", "75", "99.9"},
                                            {"25", "90", "999"},
                                            {"5", "80", "97.5"}};
    static const double left[][3] = {{0.5, 0.25, 0.001},
                                     {0.75, 0.1, 0.001},
                                     {0.95, 0.2, 0.025}};
    int set = between(&luck, 0, 2);
    char key[32];

    for (int i = 0; i < 3; i++) {
        snprintf(key, sizeof key, "W_p%s", points[set][i]);
        add(expected, key, -w * log(left[set][i]));
        snprintf(key, sizeof key, "Wq_p%s", points[set][i]);
        add(expected, key, fmax(w * log(rho / left[set][i]), 0));
    }
}

static void add_one_server(cJSON *expected, double lambda, double mu)
{
    double rho = lambda / mu, w = 1 / (mu - lambda);

    add(expected, "rho", rho);
    add(expected, "L", rho / (1 - rho));
    add(expected, "Lq", rho * rho / (1 - rho));
    add(expected, "W", w);
    add(expected, "Wq", rho * w);
    add(expected, "var_W", w * w);
    add_percentiles(expected, rho, w);
    add(expected, "P_N_eq_0", 1 - rho);
    add_state(expected, (1 - rho) * pow(rho, 3), 3);
    /* Daley 1968. */
    add(expected, "asym_var_mean_Wq_per_sample",
        rho * (2 + 5 * rho - 4 * rho * rho + rho * rho * rho) /
            pow(1 - rho, 4) / (mu * mu));
}

/* The sum of a service and, with probability `wait`, of an exponential that
 * drains at `drain`: the time which it exceeds with probability `left`. */
static double stay(double mu, double drain, double wait, double left)
{
    long double low = 0, high = 1000 / fmin(mu, drain);

    for (int i = 0; i < 200; i++) {
        long double t = (low + high) / 2, a = expl(-mu * t);
        long double both = (drain * a - mu * expl(-drain * t)) / (drain - mu);

        if ((1 - wait) * a + wait * both > left)
            low = t;
        else
            high = t;
    }
    return (double)low;
}

static void add_servers(cJSON *inputs, cJSON *expected, double lambda,
                        double mu, int c)
{
    double load = lambda / mu, rho = load / c, term = 1, sum = 0, wait;

    for (int k = 0; k < c; k++) {
        sum += term;
        term *= load / (k + 1);
    }
    wait = term / (1 - rho) / (sum + term / (1 - rho));
    add(inputs, "c", c);
    add(expected, "rho", rho);
    add(expected, "offered_load", load);
    add(expected, "P_wait_ErlangC", wait);
    add(expected, "Wq", wait / (c * mu - lambda));
    add(expected, "W", wait / (c * mu - lambda) + 1 / mu);
    add(expected, "Lq", lambda * wait / (c * mu - lambda));
    add(expected, "L", lambda * wait / (c * mu - lambda) + load);
    add(expected, "Wq_given_wait", 1 / (c * mu - lambda));
    add(expected, "P_Wq_gt_mean_service", wait * exp(-(c * mu - lambda) / mu));
    add(expected, "W_p99.9", stay(mu, c * mu - lambda, wait, 0.001));
    add(expected, "W_p20", stay(mu, c * mu - lambda, wait, 0.8));
    add(expected, "Wq_p75", fmax(log(wait / 0.25) / (c * mu - lambda), 0));
    add_state(expected, wait * (1 - rho), c);
    add_state(expected, wait * (1 - rho) * c * mu / lambda, c - 1);
}

static void add_loss(cJSON *inputs, cJSON *expected, double lambda, double mu,
                     int c)
{
    double load = lambda / mu, block = 1;

    for (int k = 1; k <= c; k++)
        block = load * block / (k + load * block);
    add(inputs, "c", c);
    add(expected, "P_block_ErlangB", block);
    add_state(expected, block * c / load, c - 1);
    add(expected, "mean_busy", load * (1 - block));
    add(expected, "throughput", lambda * (1 - block));
}

static void add_places(cJSON *inputs, cJSON *expected, double lambda, double mu,
                       int places)
{
    double term = 1, sum = 0, weighted = 0, last = 0, through;

    for (int k = 0; k <= places; k++) {
        sum += term;
        weighted += k * term;
        last = term;
        term *= lambda / mu;
    }
    through = lambda * (1 - last / sum);
    add(inputs, "K", places);
    add(expected, "P_block", last / sum);
    add(expected, "P_empty", 1 / sum);
    add_state(expected, lambda / mu / sum, 1);
    add(expected, "L", weighted / sum);
    add(expected, "throughput", through);
    add(expected, "W_accepted", weighted / sum / through);
    add(expected, "utilization", 1 - 1 / sum);
}

void reference_markovian(cJSON *inputs, cJSON *expected, int number)
{
    static const char *const models[] = {
        "M/M/1 FCFS", "M/M/c FCFS, one central queue",
        "M/M/c/c loss (Erlang B; also M/G/c/c)",
        "M/M/1/K (K = jobs in system incl. the one in service)"};
    double mu, lambda;
    int c, kind = number % 4;

    start(number);
    mu = decimal(&luck, 0.2, 5);
    c = kind == 1 || kind == 2 ? between(&luck, 2, 20) : 1;
    lambda = round(decimal(&luck, 0.2, 0.9) * mu * c * 1000) / 1000;
    cJSON_AddStringToObject(inputs, "model", models[kind]);
    add(inputs, "lambda", lambda);
    add(inputs, "mu", mu);
    if (kind == 0)
        add_one_server(expected, lambda, mu);
    else if (kind == 1)
        add_servers(inputs, expected, lambda, mu, c);
    else if (kind == 2)
        add_loss(inputs, expected, lambda, mu, c);
    else
        add_places(inputs, expected, lambda, mu, between(&luck, 1, 12));
}

/* A distribution; its first three moments. */
static void draw_service(cJSON *s, int kind, double *e)
{
    static const char *const names[] = {"deterministic", "exponential",
                                        "erlang",        "uniform",
                                        "lognormal",     "hyperexponential",
                                        "discrete"};
    double m = decimal(&luck, 0.3, 4), a = decimal(&luck, 0.1, 1),
           b = decimal(&luck, 1.1, 4);
    double p = decimal(&luck, 0.2, 0.8), scv = decimal(&luck, 0.3, 1.5), q;
    int k = between(&luck, 2, 6);
    cJSON *values, *row;

    cJSON_AddStringToObject(s, "dist", names[kind]);
    if (kind <= 2 || kind == 4)
        add(s, "mean", m);
    e[1] = m;
    switch (kind) {
    case 0:
        e[2] = m * m;
        e[3] = m * m * m;
        break;
    case 1:
        e[2] = 2 * m * m;
        e[3] = 6 * m * m * m;
        break;
    case 2:
        add(s, "k", k);
        e[2] = m * m * (1 + 1.0 / k);
        e[3] = e[2] * m * (1 + 2.0 / k);
        break;
    case 3:
        add(s, "low", a);
        add(s, "high", b);
        e[1] = (a + b) / 2;
        e[2] = (a * a + a * b + b * b) / 3;
        e[3] = (pow(b, 4) - pow(a, 4)) / 4 / (b - a);
        break;
    case 4:
        add(s, "scv", scv);
        e[2] = m * m * (1 + scv);
        e[3] = m * m * m * pow(1 + scv, 3);
        break;
    case 5:
        add(s, "p", p);
        add(s, "mean1", a);
        add(s, "mean2", b);
        e[1] = p * a + (1 - p) * b;
        e[2] = 2 * (p * a * a + (1 - p) * b * b);
        e[3] = 6 * (p * a * a * a + (1 - p) * b * b * b);
        break;
    default:
        values = cJSON_AddArrayToObject(s, "values");
        q = round((1 - p) * 1000) / 1000;
        for (int i = 0; i < 2; i++) {
            row = cJSON_CreateArray();
            push(row, i ? q : p);
            push(row, i ? b : a);
            cJSON_AddItemToArray(values, row);
        }
        e[1] = p * a + q * b;
        e[2] = p * a * a + q * b * b;
        e[3] = p * a * a * a + q * b * b * b;
    }
}

/* Pollaczek and Khinchine. */
void reference_general(cJSON *inputs, cJSON *expected, int number)
{
    double rho, lambda, wq, e[4] = {0};

    start(number);
    cJSON_AddStringToObject(inputs, "model",
                            "M/G/1 FCFS (Pollaczek-Khinchine) and PS");
    rho = decimal(&luck, 0.2, 0.85);
    add(inputs, "rho", rho);
    draw_service(cJSON_AddObjectToObject(inputs, "service"), number % 7, e);
    lambda = rho / e[1];
    wq = lambda * e[2] / (2 * (1 - rho));
    add(expected, "rho", rho);
    add(expected, "lambda", lambda);
    add(expected, "mean_service", e[1]);
    add(expected, "service_scv", e[2] / (e[1] * e[1]) - 1);
    add(expected, "Wq", wq);
    add(expected, "W", wq + e[1]);
    add(expected, "Lq", lambda * wq);
    add(expected, "L", lambda * wq + rho);
    add(expected, "P_wait", rho);
    add(expected, "var_Wq", wq * wq + lambda * e[3] / (3 * (1 - rho)));
    add(expected, "mean_busy_period", e[1] / (1 - rho));
    add(expected, "W_processor_sharing", e[1] / (1 - rho));
    add(expected, "mean_slowdown_processor_sharing", 1 / (1 - rho));
}

/* Cobham; preemptive resume. */
void reference_classes(cJSON *inputs, cJSON *expected, int number)
{
    double lambda[6], e[6][4] = {{0}}, load, rest = 0, sum = 0, before = 0;
    int n;
    cJSON *list, *row;

    start(number);
    n = between(&luck, 2, 6);
    load = decimal(&luck, 0.3, 0.85) / n;
    cJSON_AddStringToObject(
        inputs, "model",
        "M/G/1 priority classes, class 1 highest, FCFS inside a class");
    list = cJSON_AddArrayToObject(inputs, "classes");
    for (int i = 0; i < n; i++) {
        row = add_row(list);
        draw_service(cJSON_AddObjectToObject(row, "service"),
                     between(&luck, 0, 6), e[i]);
        lambda[i] = fmax(round(load / e[i][1] * 1000) / 1000, 0.001);
        add(row, "lambda", lambda[i]);
        rest += lambda[i] * e[i][2] / 2;
    }
    list = cJSON_AddArrayToObject(expected, "per_class");
    load = 0;
    for (int i = 0; i < n; i++) {
        double rho = lambda[i] * e[i][1], after = load + rho;
        double wq = rest / ((1 - load) * (1 - after));

        before += lambda[i] * e[i][2] / 2;
        row = add_row(list);
        add(row, "class", i + 1);
        add(row, "nonpreemptive_Wq", wq);
        add(row, "nonpreemptive_W", wq + e[i][1]);
        add(row, "preemptive_resume_W",
            e[i][1] / (1 - load) + before / ((1 - load) * (1 - after)));
        sum += rho * wq;
        load = after;
    }
    add(expected, "rho", load);
    add(expected, "conservation_sum_rho_i_Wq_i", sum);
}

/* Any number of centres, visits that are no whole numbers. */
void reference_jackson(cJSON *inputs, cJSON *expected, int number)
{
    double lambda, total = 0;
    int n;
    cJSON *centres, *list;

    start(number);
    n = between(&luck, 1, 6);
    lambda = decimal(&luck, 0.2, 2);
    cJSON_AddStringToObject(inputs, "model", "open Jackson network");
    add(inputs, "lambda", lambda);
    centres = cJSON_AddArrayToObject(inputs, "centres");
    list = cJSON_AddArrayToObject(expected, "per_centre");
    for (int i = 0; i < n; i++) {
        double visits = decimal(&luck, 0.3, 3), rho, mu;
        cJSON *row = add_row(centres), *result = add_row(list);
        char id[16];

        mu = round(lambda * visits / decimal(&luck, 0.2, 0.8) * 1000) / 1000;
        rho = lambda * visits / mu;
        snprintf(id, sizeof id, "k%d", i);
        cJSON_AddStringToObject(row, "id", id);
        add(row, "visits", visits);
        add(row, "mu", mu);
        cJSON_AddStringToObject(result, "id", id);
        add(result, "arrival_rate", lambda * visits);
        add(result, "rho", rho);
        add(result, "L", rho / (1 - rho));
        add(result, "W_per_visit", 1 / (mu - lambda * visits));
        total += rho / (1 - rho);
    }
    add(expected, "system_response", total / lambda);
    add(expected, "L_total", total);
}

/* Mean value analysis. */
void reference_closed(cJSON *inputs, cJSON *expected, int number)
{
    double demand[6], q[6] = {0}, think;
    int n, most;
    cJSON *centres, *results;

    start(number);
    n = between(&luck, 1, 6);
    most = between(&luck, 1, 12);
    think = number % 3 ? decimal(&luck, 0, 10) : 0;
    cJSON_AddStringToObject(inputs, "model", "closed network");
    add(inputs, "think_time", think);
    centres = cJSON_AddArrayToObject(inputs, "centres");
    for (int i = 0; i < n; i++) {
        cJSON *row = add_row(centres);

        demand[i] = decimal(&luck, 0.2, 3);
        cJSON_AddStringToObject(row, "id", i ? "disk" : "cpu");
        add(row, "demand", demand[i]);
    }
    results = cJSON_AddArrayToObject(expected, "results");
    for (int k = 1; k <= most; k++) {
        double r = 0, x;
        cJSON *row, *qs, *us;

        for (int i = 0; i < n; i++)
            r += demand[i] * (1 + q[i]);
        x = k / (think + r);
        for (int i = 0; i < n; i++)
            q[i] = x * demand[i] * (1 + q[i]);
        if (k != most && k != 1)
            continue;
        row = add_row(results);
        add(row, "N", k);
        add(row, "X", x);
        add(row, "R", r);
        qs = cJSON_AddArrayToObject(row, "Q");
        us = cJSON_AddArrayToObject(row, "U");
        for (int i = 0; i < n; i++) {
            push(qs, q[i]);
            push(us, x * demand[i]);
        }
    }
}

/* --- a processor that all share --- */

#define SHARERS 30

void reference_sharing(cJSON *inputs, cJSON *expected, int number)
{
    double arrival[SHARERS], run[SHARERS], left[SHARERS], finish[SHARERS];
    double t = 0, sum = 0;
    int weight[SHARERS], n, over = 0;
    cJSON *list, *finishes, *slow;

    start(number);
    n = number % 5 == 0 ? between(&luck, 10, SHARERS) : between(&luck, 1, 6);
    cJSON_AddStringToObject(inputs, "model", "processor sharing");
    list = cJSON_AddArrayToObject(inputs, "jobs");
    for (int i = 0; i < n; i++) {
        cJSON *row = add_row(list);

        arrival[i] = between(&luck, 0, 20);
        run[i] = left[i] = between(&luck, 1, 20) / 4.0;
        weight[i] = between(&luck, 1, 5);
        finish[i] = -1;
        add(row, "id", i);
        add(row, "arrival", arrival[i]);
        add(row, "run", run[i]);
        add(row, "weight", number % 3 ? weight[i] : weight[i] / 4.0);
    }
    while (over < n) {
        double step = 1e9, weights = 0;

        for (int i = 0; i < n; i++)
            weights += arrival[i] <= t && finish[i] < 0 ? weight[i] : 0;
        for (int i = 0; i < n; i++)
            if (arrival[i] > t)
                step = fmin(step, arrival[i] - t);
            else if (finish[i] < 0)
                step = fmin(step, left[i] * weights / weight[i]);
        for (int i = 0; i < n; i++) {
            if (arrival[i] > t || finish[i] >= 0)
                continue;
            left[i] -= step * weight[i] / weights;
            if (left[i] < 1e-12) {
                finish[i] = t + step;
                over++;
            }
        }
        t += step;
        if (fabs(t - round(t)) < 1e-12)
            t = round(t); /* arrivals are whole */
    }
    finishes = cJSON_AddArrayToObject(expected, "finish");
    slow = cJSON_AddArrayToObject(expected, "slowdown");
    for (int i = 0; i < n; i++) {
        push(finishes, finish[i]);
        push(slow, (finish[i] - arrival[i]) / run[i]);
        sum += finish[i] - arrival[i];
    }
    add(expected, "avg_turnaround", sum / n);
}

/* --- fair shares --- */

#define TASKS 12

/* Virtual times as whole numbers of 1/27720. */
void reference_ideal(cJSON *inputs, cJSON *expected, int number)
{
    static const int divisors[] = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12};
    int64_t v[TASKS] = {0}, weight[TASKS], slice[TASKS], total = 0;
    int n, choices, t = 0, had[TASKS] = {0};
    cJSON *list, *picks, *lags;

    start(number);
    n = between(&luck, 1, TASKS);
    choices = between(&luck, 1, 60);
    cJSON_AddStringToObject(inputs, "policy", "EEVDF (ideal, exact)");
    add(inputs, "picks", choices);
    list = cJSON_AddArrayToObject(inputs, "tasks");
    for (int i = 0; i < n; i++) {
        cJSON *row = add_row(list);

        weight[i] = divisors[between(&luck, 0, 11)];
        slice[i] = between(&luck, 1, 20);
        total += weight[i];
        add(row, "id", i);
        add(row, "weight", (double)weight[i] / (number % 2 + 1));
        add(row, "slice", (double)slice[i]);
    }
    picks = cJSON_AddArrayToObject(expected, "picks");
    for (int p = 0; p <= choices; p++) {
        int64_t sum = 0, deadline = INT64_MAX;
        cJSON *row = cJSON_CreateArray();
        int who = -1;

        lags = cJSON_CreateArray();
        for (int i = 0; i < n; i++)
            sum += weight[i] * v[i];
        for (int i = 0; i < n; i++) {
            int64_t due = v[i] + slice[i] * 27720 / weight[i];

            push(lags, (double)weight[i] *
                           ((double)sum / (double)total - (double)v[i]) /
                           27720);
            if (v[i] * total <= sum && due < deadline) {
                deadline = due;
                who = i;
            }
        }
        if (p == choices) {
            cJSON_Delete(row);
            cJSON_AddItemToObject(expected, "final_lag", lags);
            break;
        }
        push(row, who);
        push(row, t);
        cJSON_AddItemToArray(row, lags);
        cJSON_AddItemToArray(picks, row);
        v[who] += slice[who] * 27720 / weight[who];
        had[who] += (int)slice[who];
        t += (int)slice[who];
    }
    list = cJSON_AddArrayToObject(expected, "service_received");
    for (int i = 0; i < n; i++)
        push(list, had[i]);
    add(expected, "final_time", t);
}
