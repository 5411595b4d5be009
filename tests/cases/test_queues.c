/*
 * Queueing theory's closed forms against simulated machines.
 *
 * Every value is estimated from REPLICATIONS independent runs (other seeds, so
 * other arrivals and other work), and the published one must lie inside the
 * estimate's confidence interval at 99.99 %, which of a hundred true values a
 * thousand such tests would miss once. Seeds are fixed, so the answer is always
 * the same.
 *
 * Where a case gives the asymptotic variance of its mean, the interval is the
 * case's own, and the runs are as long as it takes for that to be HALF_WIDTH
 * wide on either side: n = z^2 var / half^2. Where it gives none, the runs have
 * JOBS jobs each and the interval is Student's, of the runs' means. Means of
 * jobs are without the WARM first ones of a run.
 *
 * A stationary variance (var_W, var_Wq) is of one job, and those that follow
 * one another are not independent; it is a value to arrive at, not a length.
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
/* 99.99 %, two-sided: Student and chi-square with 19 degrees of freedom, the
 * latter over them, and the normal distribution. */
#define STUDENT 4.8974
#define SPREAD_LOW 0.19113
#define SPREAD_HIGH 2.77948
#define NORMAL 3.8906
/* Of a mean: the 1.6 % that the cases speak of, theirs as a standard error. */
#define HALF_WIDTH 0.016

#define SECOND 1e12
#define WARM 2000.0  /* jobs left out at the beginning of a run */
#define JOBS 52000.0 /* of a run, where nothing says how many it takes */

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

static double variance_of(const estimate *e)
{
    double mean = mean_of(e), squares = 0;

    for (int i = 0; i < REPLICATIONS; i++)
        squares += (e->value[i] - mean) * (e->value[i] - mean);
    return squares / (REPLICATIONS - 1);
}

static double half_width(const estimate *e)
{
    return STUDENT * sqrt(variance_of(e) / REPLICATIONS);
}

/* What the family's values were like, for its line of the output. */
static struct {
    int count;
    double farthest; /* from what was expected, in half widths */
    double widest;   /* half width, as a part of the value */
    char far[80], wide[80];
} seen;

static void note(const family *f, const char *what, double off, double width)
{
    seen.count++;
    if (off > seen.farthest) {
        seen.farthest = off;
        snprintf(seen.far, sizeof seen.far, "%s of %s", what, f->label);
    }
    if (width > seen.widest) {
        seen.widest = width;
        snprintf(seen.wide, sizeof seen.wide, "%s of %s", what, f->label);
    }
}

static void expect_within(family *f, const char *what, double expected,
                          double mean, double half)
{
    if (fabs(mean - expected) > half + 1e-12 * fabs(expected))
        wrong(f, "%s: expected %.6g, got %.6g +- %.2g", what, expected, mean,
              half);
    /* An interval with room for no effect at all would let anything pass. */
    if (half > fabs(expected))
        wrong(f, "%s: %.6g +- %.2g says too little", what, mean, half);
    if (half > 0)
        note(f, what, fabs(mean - expected) / half, half / fabs(expected));
}

static void expect_inside(family *f, const char *what, double expected,
                          const estimate *e)
{
    expect_within(f, what, expected, mean_of(e), half_width(e));
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

/* Means of jobs leave out the first WARM of all streams together, which bring
 * `lambda` jobs a unit of the case (a microsecond here). Fewer batches, less that
 * fits in none; their own interval is not used. */
static void say_measure(family *f, const char *name, double lambda)
{
    static const char *const what[] = {"turnaround", "response"};

    for (int i = 0; i < 2; i++)
        say(f,
            "%s{\"of\": \"threads.%s.%s\", \"warm_up\": \"%.6f us\", "
            "\"batches\": 2}",
            i ? ", " : "", name, what[i], WARM / lambda);
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
    estimate jobs; /* whose mean is taken */
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
    for (int k = (int)WARM; k < r.n; k++) {
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
        count_states(&r, (int)WARM, share);
        for (int k = 0; k < 16; k++)
            v->exactly[k].value[i] = share[k];
    }
}

static void view_queue(family *f, int i, void *context)
{
    queue_view *v = context;
    double time = metric(f, "run.time") / SECOND * FASTER, sd;
    double idle = metric(f, "processor.idle");

    v->w.value[i] =
        metric(f, "threads.j.turnaround.steady.mean") / SECOND * FASTER;
    v->wq.value[i] =
        metric(f, "threads.j.response.steady.mean") / SECOND * FASTER;
    v->jobs.value[i] = metric(f, "threads.j.response.steady.count");
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

static void check_if(family *f, const char *key, const estimate *e)
{
    /* What is too rare for the rows that are looked at is not judged. */
    if (has(f->expected, key) && number(f, f->expected, key) > 1e-4)
        expect_inside(f, key, number(f, f->expected, key), e);
}

static void say_markov(family *f, int servers, int room, double lambda,
                       double mu, double jobs)
{
    say_head(f);
    say(f,
        "\"computer\": {\"processors\": %d}, \"system\": {\"room\": %d}, "
        "\"measure\": [",
        servers, room);
    say_measure(f, "j", lambda);
    say(f, "], \"threads\": [");
    say_stream(f, "j", lambda * FASTER, jobs, "");
    say(f, "{\"run\": {\"exponential\": \"%.9f us\"}}]}]}", 1 / mu);
}

static void play_split(family *f, double lambda, double mu, int c)
{
    static queue_view v;

    v.servers = c;
    say_markov(f, c, 0, lambda, mu, JOBS);
    if (replicate(f, view_queue, &v))
        check_if(f, "W_central_queue", &v.w);
    /* A random split of a Poisson stream is c independent ones. */
    v.servers = 1;
    say_markov(f, 1, 0, lambda / c, mu, JOBS);
    if (replicate(f, view_queue, &v))
        check_if(f, "W_random_split", &v.w);
    say_markov(f, 1, 0, lambda, mu * c, JOBS);
    if (replicate(f, view_queue, &v))
        check_if(f, "W_one_fast_server", &v.w);
}

#define VARIANCE "asym_var_mean_Wq_per_sample"

/* Of each run: as many as the case's own variance asks for, where it has one. */
static double jobs_of(family *f)
{
    double half;

    if (!has(f->expected, VARIANCE))
        return JOBS;
    half = HALF_WIDTH * number(f, f->expected, "Wq");
    return WARM + ceil(NORMAL * NORMAL * number(f, f->expected, VARIANCE) /
                       (half * half) / REPLICATIONS);
}

/* The mean in the interval of the case's own variance; and that variance among
 * the runs' means, each of which is long against the time that waits depend on
 * one another for. */
static void check_wait(family *f, const queue_view *v)
{
    double expected, variance, jobs = 0, found;

    if (!has(f->expected, VARIANCE)) {
        check_if(f, "Wq", &v->wq);
        return;
    }
    expected = number(f, f->expected, "Wq");
    variance = number(f, f->expected, VARIANCE);
    for (int i = 0; i < REPLICATIONS; i++)
        jobs += v->jobs.value[i];
    expect_within(f, "Wq", expected, mean_of(&v->wq),
                  NORMAL * sqrt(variance / jobs));
    found = variance_of(&v->wq) * jobs / REPLICATIONS;
    if (found < SPREAD_LOW * variance || found > SPREAD_HIGH * variance)
        wrong(f, "the variance of the mean: expected %.6g, got %.6g", variance,
              found);
    printf("%s: Wq %.6g, simulated %.6g +- %.2g (%.2f standard errors off) of "
           "%.0f jobs; variance of the mean %.6g, simulated %.6g\n",
           f->label, expected, mean_of(&v->wq), NORMAL * sqrt(variance / jobs),
           (mean_of(&v->wq) - expected) / sqrt(variance / jobs), jobs, variance,
           found);
}

static void play_markovian(family *f)
{
    static queue_view v;
    const char *model = cJSON_GetStringValue(get(f->inputs, "model"));
    double lambda = number(f, f->inputs, "lambda");
    double mu = number(f, f->inputs, "mu");
    int c = has(f->inputs, "c") ? get(f->inputs, "c")->valueint : 1;
    int room = has(f->inputs, "K") ? get(f->inputs, "K")->valueint : 0;

    if (strncmp(model, "same Poisson", 12) == 0) {
        play_split(f, lambda, mu, c);
        return;
    }
    if (strstr(model, "loss"))
        room = c;
    v.servers = c;
    v.mean_service = 1 / mu;
    say_markov(f, c, room, lambda, mu, jobs_of(f));
    if (!replicate(f, room ? view_loss : view_queue, &v))
        return;
    check_if(f, "W", &v.w);
    check_wait(f, &v);
    check_if(f, "L", &v.l);
    check_if(f, "Lq", &v.lq);
    check_if(f, "var_W", &v.variance);
    check_if(f, "W_p50", &v.p50);
    check_if(f, "W_p90", &v.p90);
    check_if(f, "W_p95", &v.p95);
    check_if(f, "W_p99", &v.p99);
    check_if(f, "Wq_p90", &v.wq90);
    check_if(f, "Wq_p99", &v.wq99);
    check_if(f, "P_N_eq_0", &v.exactly[0]);
    check_if(f, "P_N_eq_1", &v.exactly[1]);
    check_if(f, "P_N_eq_2", &v.exactly[2]);
    check_if(f, "P_N_eq_5", &v.exactly[5]);
    check_if(f, "P_N_eq_10", &v.exactly[10]);
    check_if(f, "P_wait_ErlangC", &v.waits);
    check_if(f, "Wq_given_wait", &v.given);
    check_if(f, "P_Wq_gt_mean_service", &v.above);
    check_if(f, "P_block_ErlangB", &v.lost);
    check_if(f, "P_block", &v.lost);
    check_if(f, "P_empty", &v.idle);
    check_if(f, "mean_busy", &v.busy);
    check_if(f, "utilization", &v.busy);
    check_if(f, "throughput", &v.carried);
    check_if(f, "W_accepted", &v.w);
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
        "\"%s\"}, \"measure\": [",
        policy);
    say_measure(f, "j", lambda);
    say(f, "], \"threads\": [");
    say_stream(f, "j", lambda * FASTER, jobs, "");
    say(f, "{\"run\": ");
    say_service(f, service);
    say(f, "}]}]}");
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

    v.servers = 1;
    v.mean_service = number(f, f->expected, "mean_service");
    say_general(f, "fifo", lambda, service, JOBS);
    if (!replicate(f, view_general, &v))
        return;
    check_if(f, "W", &v.w);
    check_if(f, "Wq", &v.wq);
    check_if(f, "L", &v.l);
    check_if(f, "Lq", &v.lq);
    check_if(f, "P_wait", &v.waits);
    check_if(f, "var_Wq", &v.wqvar);
    check_if(f, "mean_busy_period", &v.busy);
    say_general(f, "processor-sharing", lambda, service, JOBS);
    if (!replicate(f, view_queue, &v))
        return;
    check_if(f, "W_processor_sharing", &v.w);
    check_if(f, "mean_slowdown_processor_sharing", &v.slowdown);
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
        expect_inside(f, names[i][0], number(f, means, names[i][0]), &v.w);
        if (strcmp(names[i][0], "SRPT") == 0)
            check_if(f, "SRPT_T_of_mean_size_job", &v.middle);
    }
}

/* --- set-up, priorities ------------------------------------------------------ */

static void play_setup(family *f)
{
    static queue_view v;
    double lambda = number(f, f->inputs, "lambda");

    v.servers = 1;
    v.mean_service = 1;
    fresh(f);
    say(f,
        "{\"title\": \"case\", \"unit\": \"1us\", \"computer\": {\"wake\": ");
    say_service(f, get(f->inputs, "setup"));
    say(f, "}, \"measure\": [");
    say_measure(f, "j", lambda);
    say(f, "], \"threads\": [");
    say_stream(f, "j", lambda * FASTER, JOBS, "");
    say(f, "{\"run\": ");
    say_service(f, get(f->inputs, "service"));
    say(f, "}]}]}");
    if (!replicate(f, view_queue, &v))
        return;
    check_if(f, "W", &v.w);
    check_if(f, "P_server_sleeping", &v.idle);
    say_general(f, "fifo", lambda, get(f->inputs, "service"), JOBS);
    if (replicate(f, view_queue, &v))
        check_if(f, "W_without_setup", &v.w);
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
        v->w[k].value[i] = metric(f, "threads.c%d.turnaround.steady.mean", k) /
                           SECOND * FASTER;
        v->wq[k].value[i] =
            metric(f, "threads.c%d.response.steady.mean", k) / SECOND * FASTER;
        v->sum.value[i] += v->rho[k] * v->wq[k].value[i];
    }
}

static void say_classes(family *f, bool preempt, class_view *v)
{
    const cJSON *class;
    double all = 0;
    int n = 0;

    fresh(f);
    say(f,
        "{\"title\": \"case\", \"unit\": \"1us\", \"system\": {\"policy\": "
        "\"priority\", \"preempt\": %s}, \"measure\": [",
        preempt ? "true" : "false");
    cJSON_ArrayForEach(class, get(f->inputs, "classes")) all +=
        number(f, class, "lambda");
    cJSON_ArrayForEach(class, get(f->inputs, "classes"))
    {
        char name[16];

        snprintf(name, sizeof name, "c%d", n);
        say(f, n++ ? ", " : "");
        say_measure(f, name, all);
    }
    n = 0;
    say(f, "], \"threads\": [");
    cJSON_ArrayForEach(class, get(f->inputs, "classes"))
    {
        char name[8], attributes[32];
        double lambda = number(f, class, "lambda");

        snprintf(name, sizeof name, "c%d", n);
        snprintf(attributes, sizeof attributes, "\"priority\": %d, ", n);
        say(f, n ? ", " : "");
        say_stream(f, name, lambda * FASTER, JOBS * lambda / all, attributes);
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
                      number(f, class, "nonpreemptive_Wq"), &v.wq[k]);
        expect_inside(f, "non-preemptive W",
                      number(f, class, "nonpreemptive_W"), &v.w[k]);
    }
    check_if(f, "conservation_sum_rho_i_Wq_i", &v.sum);
    say_classes(f, true, &v);
    if (!replicate(f, view_classes, &v))
        return;
    cJSON_ArrayForEach(class, get(f->expected, "per_class"))
        expect_inside(f, "preemptive W",
                      number(f, class, "preemptive_resume_W"),
                      &v.w[get(class, "class")->valueint - 1]);
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
    check_if(f, "utilization", &v.u[0]);
    check_if(f, "throughput", &v.x);
    check_if(f, "response_time", &v.r);
    check_if(f, "mean_at_cpu", &v.q[0]);
    check_if(f, "P_cpu_idle", &v.idle);
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
        expect_inside(f, "X", number(f, result, "X"), &v.x);
        expect_inside(f, "R", number(f, result, "R"), &v.r);
        for (int k = 0; k < v.centres; k++) {
            expect_inside(f, "Q",
                          cJSON_GetArrayItem(get(result, "Q"), k)->valuedouble,
                          &v.q[k]);
            expect_inside(f, "U",
                          cJSON_GetArrayItem(get(result, "U"), k)->valuedouble,
                          &v.u[k]);
        }
    }
}

static void view_open(family *f, int i, void *context)
{
    net_view *v = context;
    double time = metric(f, "run.time") / SECOND * FASTER;
    double jobs = metric(f, "threads.j.finished");

    v->r.value[i] =
        metric(f, "threads.j.turnaround.steady.mean") / SECOND * FASTER;
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
    double lambda = number(f, f->inputs, "lambda");
    double visits = number(f, cpu, "visits");
    double more = number(f, disk, "visits");
    int k = 0;

    say_head(f);
    say(f, "\"devices\": [{\"name\": \"d1\", \"kind\": \"fifo\"}], "
           "\"measure\": [");
    say_measure(f, "j", lambda);
    say(f, "], \"threads\": [");
    say_stream(f, "j", lambda * FASTER, JOBS, "");
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
                      &v.rate[k]);
        expect_inside(f, "rho", number(f, centre, "rho"), &v.u[k]);
        expect_inside(f, "L", number(f, centre, "L"), &v.q[k]);
        expect_inside(f, "W a visit", number(f, centre, "W_per_visit"),
                      &v.w[k]);
        k++;
    }
    check_if(f, "system_response", &v.r);
    check_if(f, "L_total", &v.total);
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

static void say_seen(void)
{
    if (seen.count > 0)
        printf("  %d values; farthest from what is expected: %.2f of its half "
               "width (%s); widest: +- %.2g %% (%s)\n",
               seen.count, seen.farthest, seen.far, 100 * seen.widest,
               seen.wide);
}

#define FAMILY(name, play)                                                     \
    static void test_##name(void **state)                                      \
    {                                                                          \
        int failed;                                                            \
                                                                               \
        (void)state;                                                           \
        memset(&seen, 0, sizeof seen);                                         \
        failed = family_run("scheduling/" #name, play);                        \
        say_seen();                                                            \
        assert_int_equal(failed, 0);                                           \
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
