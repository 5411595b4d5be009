/*
 * Queueing theory's closed forms against simulated machines.
 *
 * Every value is estimated from REPLICATIONS independent runs (other seeds, so
 * other arrivals and other work): the mean of the runs' estimates with Student's
 * confidence interval. A published value must lie inside the interval at
 * 99.99 %, which of a hundred true values a thousand such tests would miss
 * once; and the interval must not be wider than the case allows, or it would
 * say nothing. Seeds are fixed, so the answer is always the same.
 */
#include "harness.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define REPLICATIONS 20
#define STUDENT 4.8974 /* 99.99 %, two-sided, 19 degrees of freedom */
#define SECOND 1e12
#define WARM 2000 /* rows left out at the beginning of a run */

static const cJSON *get(const cJSON *object, const char *key)
{
    return cJSON_GetObjectItemCaseSensitive(object, key);
}

/* --- estimates ------------------------------------------------------------ */

typedef struct estimate {
    double value[REPLICATIONS];
} estimate;

static double mean_of(const estimate *e)
{
    double sum = 0;

    for (int i = 0; i < REPLICATIONS; i++)
        sum += e->value[i];
    return sum / REPLICATIONS;
}

static double half_width(const estimate *e)
{
    double mean = mean_of(e), squares = 0;

    for (int i = 0; i < REPLICATIONS; i++)
        squares += (e->value[i] - mean) * (e->value[i] - mean);
    return STUDENT * sqrt(squares / (REPLICATIONS - 1) / REPLICATIONS);
}

/* `widest`: of the interval, as a part of the value. */
static void expect_inside(family *f, const char *what, double expected,
                          const estimate *e, double widest)
{
    double mean = mean_of(e), half = half_width(e);

    if (fabs(mean - expected) > half + 1e-12 * fabs(expected))
        wrong(f, "%s: expected %.6g, got %.6g +- %.2g", what, expected, mean,
              half);
    if (half > widest * fabs(expected))
        wrong(f, "%s: %.6g +- %.2g says too little", what, mean, half);
}

/* --- runs --------------------------------------------------------------------- */

/* What the rows of a run's jobs say, without the first of them. */
typedef struct rows {
    int n;
    double *arrival, *start, *finish, *service;
} rows;

static void read_rows(family *f, rows *r)
{
    static double room[4][16384];
    ts_thread_times t;

    *r = (rows){0, room[0], room[1], room[2], room[3]};
    for (size_t i = 0; ts_result_thread_at(f->result, i, &t); i++) {
        if (t.finish < 0 || i >= 16384)
            continue;
        r->arrival[r->n] = (double)t.arrival / SECOND;
        r->start[r->n] = (double)t.first_run / SECOND;
        r->finish[r->n] = (double)t.finish / SECOND;
        r->service[r->n] = (double)t.processor / SECOND;
        r->n++;
    }
}

/* Plays the scenario that was said with other seeds; `look` notes what it
 * wants to know of each. */
static bool replicate(family *f, void (*look)(family *, int, void *),
                      void *context)
{
    for (int i = 0; i < REPLICATIONS; i++) {
        if (!play_seed(f, (uint64_t)i + 1))
            return false;
        look(f, i, context);
    }
    return true;
}

static void say_head(family *f)
{
    fresh(f);
    say(f, "{\"title\": \"case\", \"unit\": \"1s\", ");
}

static void say_service(family *f, const cJSON *service)
{
    const char *dist = cJSON_GetStringValue(get(service, "dist"));

    if (strcmp(dist, "deterministic") == 0) {
        say(f, "%.15g", number(f, service, "mean"));
    } else if (strcmp(dist, "exponential") == 0) {
        say(f, "{\"exponential\": %.15g}", number(f, service, "mean"));
    } else if (strcmp(dist, "erlang") == 0) {
        say(f, "{\"erlang\": {\"mean\": %.15g, \"stages\": %d}}",
            number(f, service, "mean"), get(service, "k")->valueint);
    } else if (strcmp(dist, "hyperexponential") == 0) {
        double p = number(f, service, "p");

        say(f,
            "{\"hyperexponential\": [{\"weight\": %.15g, \"mean\": %.15g}, "
            "{\"weight\": %.15g, \"mean\": %.15g}]}",
            p, number(f, service, "mean1"), 1 - p, number(f, service, "mean2"));
    } else if (strcmp(dist, "uniform") == 0) {
        say(f, "{\"uniform\": [%.15g, %.15g]}", number(f, service, "low"),
            number(f, service, "high"));
    } else if (strcmp(dist, "discrete") == 0) {
        const cJSON *value;
        int n = 0;

        say(f, "{\"empirical\": [");
        cJSON_ArrayForEach(value, get(service, "values"))
            say(f, "%s{\"weight\": %.15g, \"value\": %.15g}", n++ ? ", " : "",
                cJSON_GetArrayItem(value, 0)->valuedouble,
                cJSON_GetArrayItem(value, 1)->valuedouble);
        say(f, "]}");
    } else if (strcmp(dist, "bounded_pareto") == 0) {
        say(f,
            "{\"pareto\": {\"min\": %.15g, \"shape\": %.15g, \"max\": "
            "%.15g}}",
            number(f, service, "low"), number(f, service, "alpha"),
            number(f, service, "high"));
    } else if (strcmp(dist, "lognormal") == 0) {
        double mean = number(f, service, "mean");

        say(f, "{\"lognormal\": {\"mean\": %.15g, \"sd\": %.15g}}", mean,
            mean * sqrt(number(f, service, "scv")));
    } else {
        wrong(f, "unknown distribution %s", dist);
    }
}

/* A stream of `jobs` jobs at a rate, as thread `name`. */
static void say_stream(family *f, const char *name, double rate, double jobs,
                       const char *attributes)
{
    say(f,
        "{\"name\": \"%s\", %s\"arrive\": {\"rate\": \"%.0f/s\", \"limit\": "
        "%.0f}, \"program\": [",
        name, attributes, rate, jobs);
}

/* Rates must be written exactly: time runs MICRO times slower in scenarios, a
 * unit of the case is a microsecond. */
#define FASTER 1e6

/* --- one queue ---------------------------------------------------------------- */

typedef struct queue_view {
    estimate w, wq, l, lq, p50, p90, p95, p99, wq90, wq99, variance, wqvar;
    estimate idle, lost, carried, waits, given, above, slowdown, busy;
    estimate middle; /* W of jobs within 5 % of the mean size */
    estimate exactly[16];
    double mean_service;
    int servers;
} queue_view;

static int compare_doubles(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;

    return (x > y) - (x < y);
}

static double quantile(double *values, int n, double q)
{
    int at = (int)ceil(q * n) - 1;

    return values[at < 0 ? 0 : at];
}

/* The parts of time with exactly k jobs in the system, from rows. */
static void count_states(const rows *r, int from, double *share)
{
    static double ends[16384];
    double at = r->arrival[from], until = r->arrival[r->n - 1], total = 0;
    int in = 0, next = from, gone = 0;

    /* Those that came before `from` and are still there. */
    memcpy(ends, r->finish, (size_t)r->n * sizeof *ends);
    qsort(ends, (size_t)r->n, sizeof *ends, compare_doubles);
    while (gone < r->n && ends[gone] <= at)
        gone++;
    in = from - gone;
    for (int k = 0; k < 16; k++)
        share[k] = 0;
    while (next < r->n) {
        bool arrival = r->arrival[next] <= ends[gone];
        double then = arrival ? r->arrival[next] : ends[gone];

        if (then > until)
            break;
        if (in >= 0 && in < 16)
            share[in] += then - at;
        total += then - at;
        at = then;
        in += arrival ? 1 : -1;
        next += arrival;
        gone += !arrival;
    }
    for (int k = 0; k < 16; k++)
        share[k] /= total;
}

static void view_rows(family *f, int i, queue_view *v)
{
    static double stay[16384], wait[16384];
    double share[16], service = v->mean_service / FASTER;
    double waits = 0, waited = 0, above = 0, slow = 0, middle = 0;
    int middles = 0;
    rows r;
    int n = 0;

    read_rows(f, &r);
    for (int k = WARM; k < r.n; k++) {
        stay[n] = r.finish[k] - r.arrival[k];
        wait[n] = r.start[k] - r.arrival[k];
        waits += wait[n] > 0;
        waited += wait[n];
        above += wait[n] > service;
        slow += stay[n] / r.service[k];
        if (fabs(r.service[k] / service - 1) < 0.05) {
            middle += stay[n];
            middles++;
        }
        n++;
    }
    qsort(stay, (size_t)n, sizeof *stay, compare_doubles);
    qsort(wait, (size_t)n, sizeof *wait, compare_doubles);
    v->p50.value[i] = quantile(stay, n, 0.5) * FASTER;
    v->p90.value[i] = quantile(stay, n, 0.9) * FASTER;
    v->p95.value[i] = quantile(stay, n, 0.95) * FASTER;
    v->p99.value[i] = quantile(stay, n, 0.99) * FASTER;
    v->wq90.value[i] = quantile(wait, n, 0.9) * FASTER;
    v->wq99.value[i] = quantile(wait, n, 0.99) * FASTER;
    v->waits.value[i] = waits / n;
    v->given.value[i] = waits > 0 ? waited / waits * FASTER : 0;
    v->above.value[i] = above / n;
    v->slowdown.value[i] = slow / n;
    v->middle.value[i] = middles > 0 ? middle / middles * FASTER : 0;
    if (v->servers == 1) {
        count_states(&r, WARM, share);
        for (int k = 0; k < 16; k++)
            v->exactly[k].value[i] = share[k];
    }
}

static void view_queue(family *f, int i, void *context)
{
    queue_view *v = context;
    double time = metric(f, "run.time") / SECOND * FASTER, sd;
    double idle = metric(f, "processor.idle");

    v->w.value[i] = metric(f, "threads.j.turnaround.mean") / SECOND * FASTER;
    v->wq.value[i] = metric(f, "threads.j.response.mean") / SECOND * FASTER;
    v->l.value[i] = metric(f, "threads.j.in_system");
    v->lq.value[i] = v->l.value[i] - (1 - idle) * v->servers;
    sd = metric(f, "threads.j.turnaround.sd") / SECOND * FASTER;
    v->variance.value[i] = sd * sd;
    sd = metric(f, "threads.j.response.sd") / SECOND * FASTER;
    v->wqvar.value[i] = sd * sd;
    v->idle.value[i] = idle;
    v->busy.value[i] = (1 - idle) * v->servers;
    v->carried.value[i] = metric(f, "threads.j.finished") / time;
    view_rows(f, i, v);
}

static void view_loss(family *f, int i, void *context)
{
    queue_view *v = context;
    double lost = metric(f, "threads.j.lost");

    view_queue(f, i, context);
    v->lost.value[i] = lost / (lost + metric(f, "threads.j.arrived"));
}

static void check_if(family *f, const char *key, const estimate *e,
                     double widest)
{
    /* What is too rare for the rows that are looked at is not judged. */
    if (has(f->expected, key) && number(f, f->expected, key) > 1e-4)
        expect_inside(f, key, number(f, f->expected, key), e, widest);
}

static void say_markov(family *f, int servers, int room, double lambda,
                       double mu, double jobs)
{
    say_head(f);
    say(f,
        "\"computer\": {\"processors\": %d}, \"system\": {\"room\": %d}, "
        "\"threads\": [",
        servers, room);
    say_stream(f, "j", lambda * FASTER, jobs, "");
    say(f, "{\"run\": {\"exponential\": \"%.9f us\"}}]}]}", 1 / mu);
}

static void play_split(family *f, double lambda, double mu, int c)
{
    static queue_view v;

    v.servers = c;
    say_markov(f, c, 0, lambda, mu, 40000);
    if (replicate(f, view_queue, &v))
        check_if(f, "W_central_queue", &v.w, 0.1);
    /* A random split of a Poisson stream is c independent ones. */
    v.servers = 1;
    say_markov(f, 1, 0, lambda / c, mu, 40000);
    if (replicate(f, view_queue, &v))
        check_if(f, "W_random_split", &v.w, 0.1);
    say_markov(f, 1, 0, lambda, mu * c, 40000);
    if (replicate(f, view_queue, &v))
        check_if(f, "W_one_fast_server", &v.w, 0.1);
}

static void play_markovian(family *f)
{
    static queue_view v;
    const char *model = cJSON_GetStringValue(get(f->inputs, "model"));
    double lambda = number(f, f->inputs, "lambda");
    double mu = number(f, f->inputs, "mu");
    int c = has(f->inputs, "c") ? get(f->inputs, "c")->valueint : 1;
    int room = has(f->inputs, "K") ? get(f->inputs, "K")->valueint : 0;
    double rho = lambda / mu / c;

    if (strncmp(model, "same Poisson", 12) == 0) {
        play_split(f, lambda, mu, c);
        return;
    }
    if (strstr(model, "loss"))
        room = c;
    v.servers = c;
    v.mean_service = 1 / mu;
    say_markov(f, c, room, lambda, mu, rho > 0.85 && !room ? 120000 : 30000);
    if (!replicate(f, room ? view_loss : view_queue, &v))
        return;
    check_if(f, "W", &v.w, 0.1);
    check_if(f, "Wq", &v.wq, 0.12);
    check_if(f, "L", &v.l, 0.1);
    check_if(f, "Lq", &v.lq, 0.12);
    check_if(f, "var_W", &v.variance, 0.4);
    check_if(f, "W_p50", &v.p50, 0.3);
    check_if(f, "W_p90", &v.p90, 0.4);
    check_if(f, "W_p95", &v.p95, 0.4);
    check_if(f, "W_p99", &v.p99, 0.5);
    check_if(f, "Wq_p90", &v.wq90, 0.4);
    check_if(f, "Wq_p99", &v.wq99, 0.5);
    check_if(f, "P_N_eq_0", &v.exactly[0], 0.3);
    check_if(f, "P_N_eq_1", &v.exactly[1], 0.3);
    check_if(f, "P_N_eq_2", &v.exactly[2], 0.3);
    check_if(f, "P_N_eq_5", &v.exactly[5], 0.6);
    check_if(f, "P_N_eq_10", &v.exactly[10], 2);
    check_if(f, "P_wait_ErlangC", &v.waits, 0.1);
    check_if(f, "Wq_given_wait", &v.given, 0.3);
    check_if(f, "P_Wq_gt_mean_service", &v.above, 0.2);
    check_if(f, "P_block_ErlangB", &v.lost, 0.05);
    check_if(f, "P_block", &v.lost, 0.08);
    check_if(f, "P_empty", &v.idle, 0.05);
    check_if(f, "mean_busy", &v.busy, 0.05);
    check_if(f, "utilization", &v.busy, 0.05);
    check_if(f, "throughput", &v.carried, 0.05);
    check_if(f, "W_accepted", &v.w, 0.05);
}

/* --- any service ------------------------------------------------------------ */

/* Times of service are given in units of the case; here they are microseconds,
 * which the scenario's unit makes of them. */
static void say_general(family *f, const char *policy, double lambda,
                        const cJSON *service, double jobs)
{
    fresh(f);
    say(f,
        "{\"title\": \"case\", \"unit\": \"1us\", \"system\": {\"policy\": "
        "\"%s\"}, \"threads\": [",
        policy);
    say_stream(f, "j", lambda * FASTER, jobs, "");
    say(f, "{\"run\": ");
    say_service(f, service);
    say(f, "}]}]}");
}

/* Heavy tails need more jobs and allow wider intervals. */
static double allowance(const cJSON *service)
{
    const char *dist = cJSON_GetStringValue(get(service, "dist"));

    if (strcmp(dist, "bounded_pareto") == 0 || strcmp(dist, "lognormal") == 0)
        return 0.5;
    return 0.2;
}

/* The mean length of a busy period: the time busy over the times it became
 * so, which is how often an arrival found nobody. */
static void view_general(family *f, int i, void *context)
{
    queue_view *v = context;

    view_queue(f, i, context);
    v->busy.value[i] =
        (1 - v->idle.value[i]) * metric(f, "run.time") / SECOND * FASTER /
        (metric(f, "threads.j.finished") * (1 - v->waits.value[i]));
}

static void play_general(family *f)
{
    static queue_view v;
    const cJSON *service = get(f->inputs, "service");
    double lambda = number(f, f->expected, "lambda");
    double widest = allowance(service);

    v.servers = 1;
    v.mean_service = number(f, f->expected, "mean_service");
    say_general(f, "fifo", lambda, service, 30000);
    if (!replicate(f, view_general, &v))
        return;
    check_if(f, "W", &v.w, widest);
    check_if(f, "Wq", &v.wq, widest);
    check_if(f, "L", &v.l, widest);
    check_if(f, "Lq", &v.lq, widest);
    check_if(f, "P_wait", &v.waits, 0.1);
    check_if(f, "var_Wq", &v.wqvar, 3 * widest);
    check_if(f, "mean_busy_period", &v.busy, 0.3);
    say_general(f, "processor-sharing", lambda, service, 30000);
    if (!replicate(f, view_queue, &v))
        return;
    check_if(f, "W_processor_sharing", &v.w, widest);
    check_if(f, "mean_slowdown_processor_sharing", &v.slowdown, 0.2);
}

static void play_sizes(family *f)
{
    static const char *const names[][2] = {
        {"FCFS", "fifo"},
        {"PS", "processor-sharing"},
        {"SRPT", "srtf"},
        {"PSJF", "psjf"},
        {"SJF_nonpreemptive", "sjf"},
        {"FB_least_attained_service", "least-attained"},
    };
    static queue_view v;
    const cJSON *service = get(f->inputs, "service");
    const cJSON *means = get(f->expected, "mean_response_time");

    v.servers = 1;
    v.mean_service =
        number(f, f->inputs, "rho") / number(f, f->inputs, "lambda");
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        if (!has(means, names[i][0]))
            continue;
        say_general(f, names[i][1], number(f, f->inputs, "lambda"), service,
                    25000);
        if (!replicate(f, view_queue, &v))
            return;
        expect_inside(f, names[i][0], number(f, means, names[i][0]), &v.w,
                      allowance(service));
        if (strcmp(names[i][0], "SRPT") == 0)
            check_if(f, "SRPT_T_of_mean_size_job", &v.middle,
                     allowance(service));
    }
}

/* --- set-up, priorities ------------------------------------------------------ */

static void play_setup(family *f)
{
    static queue_view v;

    v.servers = 1;
    v.mean_service = 1;
    fresh(f);
    say(f,
        "{\"title\": \"case\", \"unit\": \"1us\", \"computer\": {\"wake\": ");
    say_service(f, get(f->inputs, "setup"));
    say(f, "}, \"threads\": [");
    say_stream(f, "j", number(f, f->inputs, "lambda") * FASTER, 60000, "");
    say(f, "{\"run\": ");
    say_service(f, get(f->inputs, "service"));
    say(f, "}]}]}");
    if (!replicate(f, view_queue, &v))
        return;
    check_if(f, "W", &v.w, 0.05);
    check_if(f, "P_server_sleeping", &v.idle, 0.05);
    say_general(f, "fifo", number(f, f->inputs, "lambda"),
                get(f->inputs, "service"), 60000);
    if (replicate(f, view_queue, &v))
        check_if(f, "W_without_setup", &v.w, 0.05);
}

typedef struct class_view {
    int classes;
    estimate w[4], wq[4], sum;
    double rho[4];
} class_view;

static void view_classes(family *f, int i, void *context)
{
    class_view *v = context;

    v->sum.value[i] = 0;
    for (int k = 0; k < v->classes; k++) {
        v->w[k].value[i] =
            metric(f, "threads.c%d.turnaround.mean", k) / SECOND * FASTER;
        v->wq[k].value[i] =
            metric(f, "threads.c%d.response.mean", k) / SECOND * FASTER;
        v->sum.value[i] += v->rho[k] * v->wq[k].value[i];
    }
}

static void say_classes(family *f, bool preempt, class_view *v)
{
    const cJSON *class;
    int n = 0;

    fresh(f);
    say(f,
        "{\"title\": \"case\", \"unit\": \"1us\", \"system\": {\"policy\": "
        "\"priority\", \"preempt\": %s}, \"threads\": [",
        preempt ? "true" : "false");
    cJSON_ArrayForEach(class, get(f->inputs, "classes"))
    {
        char name[8], attributes[32];
        double lambda = number(f, class, "lambda");

        snprintf(name, sizeof name, "c%d", n);
        snprintf(attributes, sizeof attributes, "\"priority\": %d, ", n);
        say(f, n ? ", " : "");
        say_stream(f, name, lambda * FASTER, 60000 * lambda, attributes);
        say(f, "{\"run\": ");
        say_service(f, get(class, "service"));
        say(f, "}]}");
        v->rho[n++] = lambda * number(f, get(class, "service"), "mean");
    }
    say(f, "]}");
    v->classes = n;
}

static void play_priorities(family *f)
{
    static class_view v;
    const cJSON *class;

    say_classes(f, false, &v);
    if (!replicate(f, view_classes, &v))
        return;
    cJSON_ArrayForEach(class, get(f->expected, "per_class"))
    {
        int k = get(class, "class")->valueint - 1;

        expect_inside(f, "non-preemptive Wq",
                      number(f, class, "nonpreemptive_Wq"), &v.wq[k], 0.1);
        expect_inside(f, "non-preemptive W",
                      number(f, class, "nonpreemptive_W"), &v.w[k], 0.1);
    }
    check_if(f, "conservation_sum_rho_i_Wq_i", &v.sum, 0.1);
    say_classes(f, true, &v);
    if (!replicate(f, view_classes, &v))
        return;
    cJSON_ArrayForEach(class, get(f->expected, "per_class"))
        expect_inside(f, "preemptive W",
                      number(f, class, "preemptive_resume_W"),
                      &v.w[get(class, "class")->valueint - 1], 0.1);
}

/* --- networks --------------------------------------------------------------- */

typedef struct net_view {
    int centres; /* processor 0 and devices d1, d2 ... */
    double customers, think;
    estimate x, r, q[4], u[4], idle, w[4], rate[4], total;
} net_view;

static void view_net(family *f, int i, void *context)
{
    net_view *v = context;
    double time = metric(f, "run.time") / SECOND * FASTER, rest;

    v->u[0].value[i] = metric(f, "processor.useful");
    v->idle.value[i] = metric(f, "processor.idle");
    for (int k = 1; k < v->centres; k++) {
        v->u[k].value[i] = metric(f, "devices.d%d.busy", k);
        v->q[k].value[i] = metric(f, "devices.d%d.in_system", k);
    }
    /* One that thinks does so between two marks. */
    v->x.value[i] = metric(f, "devices.think.served") / time;
    v->r.value[i] = v->customers / v->x.value[i] - v->think;
    rest = v->customers - metric(f, "devices.think.in_system");
    for (int k = 1; k < v->centres; k++)
        rest -= v->q[k].value[i];
    v->q[0].value[i] = rest;
}

/* Every customer thinks, then uses each device once, and the processor before
 * and after each: a thread needs it to start its next I/O, so two of them
 * cannot follow each other without. The processor's demand is split evenly
 * over the visits, which leaves the results what they are. */
static void say_closed(family *f, net_view *v, const double *demands)
{
    say_head(f);
    say(f, "\"stop\": \"50000 us\", \"devices\": [{\"name\": \"think\", "
           "\"kind\": \"delay\"}");
    for (int k = 1; k < v->centres; k++)
        say(f, ", {\"name\": \"d%d\", \"kind\": \"fifo\"}", k);
    say(f,
        "], \"threads\": [{\"name\": \"c\", \"count\": %.0f, \"program\": "
        "[{\"forever\": [",
        v->customers);
    say(f,
        "{\"io\": {\"device\": \"think\", \"time\": {\"exponential\": "
        "\"%.9f us\"}}}",
        v->think);
    for (int k = 0; k < v->centres; k++) {
        if (k > 0)
            say(f,
                ", {\"io\": {\"device\": \"d%d\", \"time\": {\"exponential\": "
                "\"%.9f us\"}}}",
                k, demands[k]);
        say(f, ", {\"run\": {\"exponential\": \"%.6f us\"}}",
            demands[0] / v->centres); /* whole picoseconds */
    }
    say(f, "]}]}]}");
}

static void play_repairman(family *f)
{
    static net_view v;
    double demand = number(f, f->inputs, "S");

    v.centres = 1;
    v.customers = number(f, f->inputs, "N");
    v.think = number(f, f->inputs, "Z");
    say_closed(f, &v, &demand);
    if (!replicate(f, view_net, &v))
        return;
    check_if(f, "utilization", &v.u[0], 0.05);
    check_if(f, "throughput", &v.x, 0.05);
    check_if(f, "response_time", &v.r, 0.1);
    check_if(f, "mean_at_cpu", &v.q[0], 0.1);
    check_if(f, "P_cpu_idle", &v.idle, 0.3);
}

static void play_closed(family *f)
{
    static net_view v;
    const cJSON *result, *centre;
    double demands[4];

    if (has(f->inputs, "N")) {
        play_repairman(f);
        return;
    }
    v.centres = 0;
    cJSON_ArrayForEach(centre, get(f->inputs, "centres")) demands[v.centres++] =
        number(f, centre, "demand");
    v.think = number(f, f->inputs, "think_time");
    cJSON_ArrayForEach(result, get(f->expected, "results"))
    {
        v.customers = number(f, result, "N");
        say_closed(f, &v, demands);
        if (!replicate(f, view_net, &v))
            return;
        expect_inside(f, "X", number(f, result, "X"), &v.x, 0.1);
        expect_inside(f, "R", number(f, result, "R"), &v.r, 0.15);
        for (int k = 0; k < v.centres; k++) {
            expect_inside(f, "Q",
                          cJSON_GetArrayItem(get(result, "Q"), k)->valuedouble,
                          &v.q[k], 0.3);
            expect_inside(f, "U",
                          cJSON_GetArrayItem(get(result, "U"), k)->valuedouble,
                          &v.u[k], 0.1);
        }
    }
}

static void view_open(family *f, int i, void *context)
{
    net_view *v = context;
    double time = metric(f, "run.time") / SECOND * FASTER;
    double jobs = metric(f, "threads.j.finished");

    v->r.value[i] = metric(f, "threads.j.turnaround.mean") / SECOND * FASTER;
    v->total.value[i] = metric(f, "threads.j.in_system");
    v->u[0].value[i] = metric(f, "processor.useful");
    v->u[1].value[i] = metric(f, "devices.d1.busy");
    v->q[1].value[i] = metric(f, "devices.d1.in_system");
    v->q[0].value[i] = v->total.value[i] - v->q[1].value[i];
    v->rate[1].value[i] = metric(f, "devices.d1.served") / time;
    v->w[1].value[i] = metric(f, "devices.d1.stay.mean") / SECOND * FASTER;
    /* A job is at the processor once more than at the disk, or as often. */
    v->rate[0].value[i] =
        v->rate[1].value[i] + (v->think > 0 ? jobs / time : 0);
    v->w[0].value[i] = v->q[0].value[i] / v->rate[0].value[i];
}

static void play_jackson(family *f)
{
    static net_view v;
    const cJSON *centres = get(f->inputs, "centres"), *centre;
    const cJSON *cpu = cJSON_GetArrayItem(centres, 0);
    const cJSON *disk = cJSON_GetArrayItem(centres, 1);
    double visits = number(f, cpu, "visits");
    double more = number(f, disk, "visits");
    int k = 0;

    say_head(f);
    say(f, "\"devices\": [{\"name\": \"d1\", \"kind\": \"fifo\"}], "
           "\"threads\": [");
    say_stream(f, "j", number(f, f->inputs, "lambda") * FASTER, 60000, "");
    v.think = visits - more; /* > 0: from the processor it leaves or goes on */
    say(f, v.think > 0 ? "{\"forever\": [" : "");
    say(f, "{\"run\": {\"exponential\": \"%.9f us\"}}, ",
        1 / number(f, cpu, "mu"));
    if (v.think > 0)
        say(f,
            "{\"choose\": [{\"weight\": 1, \"program\": [\"exit\"]}, "
            "{\"weight\": %.9f, \"program\": [",
            more);
    say(f,
        "{\"io\": {\"device\": \"d1\", \"time\": {\"exponential\": \"%.9f "
        "us\"}}}",
        1 / number(f, disk, "mu"));
    say(f, v.think > 0 ? "]}]}]}]}]}" : "]}]}");
    if (!replicate(f, view_open, &v))
        return;
    cJSON_ArrayForEach(centre, get(f->expected, "per_centre"))
    {
        expect_inside(f, "arrival rate", number(f, centre, "arrival_rate"),
                      &v.rate[k], 0.05);
        expect_inside(f, "rho", number(f, centre, "rho"), &v.u[k], 0.05);
        expect_inside(f, "L", number(f, centre, "L"), &v.q[k], 0.1);
        expect_inside(f, "W a visit", number(f, centre, "W_per_visit"), &v.w[k],
                      0.1);
        k++;
    }
    check_if(f, "system_response", &v.r, 0.1);
    check_if(f, "L_total", &v.total, 0.1);
}

/* --- tickets ------------------------------------------------------------------ */

/* The band of four sigma that the case gives, for each of the seeds. */
static void play_lottery(family *f)
{
    const cJSON *band = get(f->expected, "four_sigma_interval");
    const char *share = cJSON_GetStringValue(get(f->inputs, "share"));
    int quanta = get(f->inputs, "quanta")->valueint, num, den;

    if (sscanf(share, "%d/%d", &num, &den) != 2) {
        wrong(f, "share %s", share);
        return;
    }
    say_head(f);
    say(f,
        "\"stop\": %d, \"system\": {\"policy\": \"lottery\", \"slice\": 1}, "
        "\"threads\": [{\"name\": \"a\", \"tickets\": %d, \"program\": "
        "[{\"run\": 1000000}]}, {\"name\": \"b\", \"tickets\": %d, "
        "\"program\": [{\"run\": 1000000}]}]}",
        quanta, num, den - num);
    for (uint64_t seed = 1; seed <= REPLICATIONS; seed++) {
        ts_thread_times t;
        double won;

        if (!play_seed(f, seed) || !thread_of(f, "a", 0, &t))
            return;
        won = (double)t.processor / SECOND;
        if (won < cJSON_GetArrayItem(band, 0)->valuedouble ||
            won > cJSON_GetArrayItem(band, 1)->valuedouble)
            wrong(f, "seed %d: %g slices won", (int)seed, won);
    }
}

/* --- */

#define FAMILY(name, play)                                                     \
    static void test_##name(void **state)                                      \
    {                                                                          \
        (void)state;                                                           \
        assert_int_equal(family_run("scheduling/" #name, play), 0);            \
    }

FAMILY(queue_markovian, play_markovian)
FAMILY(queue_mg1, play_general)
FAMILY(queue_size_based, play_sizes)
FAMILY(queue_setup, play_setup)
FAMILY(queue_priority, play_priorities)
FAMILY(queue_closed, play_closed)
FAMILY(queue_jackson, play_jackson)
FAMILY(prop_lottery_stats, play_lottery)

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_queue_markovian),
        cmocka_unit_test(test_queue_mg1),
        cmocka_unit_test(test_queue_size_based),
        cmocka_unit_test(test_queue_setup),
        cmocka_unit_test(test_queue_priority),
        cmocka_unit_test(test_queue_closed),
        cmocka_unit_test(test_queue_jackson),
        cmocka_unit_test(test_prop_lottery_stats),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
