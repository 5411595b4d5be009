/*
 * Queueing theory's closed forms against simulated machines.
 *
 * Every value is estimated from REPLICATIONS independent runs (other seeds, so
 * other arrivals and other work), and the published one must lie inside the
 * estimate's confidence interval at 99.99 %, which of a hundred true values a
 * thousand such tests would miss once. Seeds are fixed, so the answer is always
 * the same.
 *
 * How long the runs are follows from the case. Where it gives the asymptotic
 * variance of its mean, the interval is the case's own, of a standard error of
 * ERROR: n = var / error^2. Where it gives none, n is that of a queue with
 * Poisson arrivals near its limit, where var / Wq^2 is 4.5 (1 + scv) / 2 /
 * (1 - rho)^2, and the interval is Student's, of the runs' means. What comes
 * before a queue has forgotten that it began empty is left out: WARM times the
 * relaxation time of an M/M/1 queue, rho / (1 - sqrt(rho))^2 jobs.
 *
 * TS_LONG=1: a standard error of less than a sixth, runs of up to 45 times the
 * length.
 *
 * A stationary variance (var_W, var_Wq) is of one job, and those that follow
 * one another are not independent; it is a value to arrive at, not a length.
 */
#include "distributions.h"
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

#define REPLICATIONS 20
/* 99.99 %, two-sided: Student and chi-square with 19 degrees of freedom, the
 * latter over them, and the normal distribution. */
#define STUDENT 4.8974
#define SPREAD_LOW 0.19113
#define SPREAD_HIGH 2.77948
#define NORMAL 3.8906
/* Of a mean: 5 %, and 0.53 % of long runs; the cases speak of 1.6 %. */
#define ERROR 0.05
#define WARM 10
#define LEAST_JOBS 3333.0  /* of a run, for what is no mean wait */
#define MOST_JOBS 16667.0  /* where no variance says how many it takes */
#define SIZED_JOBS 16667.0 /* where many disciplines take their turns */
#define ROWS 10000         /* of a run's jobs */
#define LONGER 9.4         /* the error is so much less; and more the jobs */

/* A unit of the case is a millisecond here. */
#define LAPSE INT64_C(1000000000)

static double longer(void)
{
    return is_long() ? LONGER : 1;
}

/* --- estimates --- */

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

/* An interval with room for no effect at all would let anything pass: its half
 * is at most `most` of what is expected. */
static void expect_within(family *f, const char *what, double expected,
                          double mean, double half, double most)
{
    if (!(fabs(mean - expected) <= half + 1e-9 * fabs(expected)))
        wrong(f, "%s: expected %.6g, got %.6g +- %.2g", what, expected, mean,
              half);
    if (half > most * fabs(expected))
        wrong(f, "%s: %.6g +- %.2g says too little", what, mean, half);
    if (half > 0)
        note(f, what, fabs(mean - expected) / half, half / fabs(expected));
}

static void expect_inside(family *f, const char *what, double expected,
                          const estimate *e)
{
    expect_within(f, what, expected, mean_of(e), half_width(e), 1);
}

/* Of what some runs have nothing, the runs' means have no normal spread. */
static bool is_seldom(const estimate *e)
{
    for (int i = 0; i < REPLICATIONS; i++)
        if (e->value[i] == 0)
            return true;
    return false;
}

/* Where the case has it. That which is too rare for the jobs that are looked
 * at is only judged to be rare. */
static void check_if(family *f, const char *key, const estimate *e)
{
    double expected;

    if (!has(f->expected, key))
        return;
    expected = number(f, f->expected, key);
    if (expected > 0.02 || (!is_seldom(e) && half_width(e) <= expected / 2)) {
        expect_inside(f, key, expected, e);
        return;
    }
    if (mean_of(e) > expected + half_width(e) + 2e-3)
        wrong(f, "%s: expected %.6g, got %.6g", key, expected, mean_of(e));
    remark(f, "of %s only that it is at most %.2g", key,
           expected + half_width(e) + 2e-3);
}

/* A mean over some jobs of each run only, of which there may be few: the sums
 * of all runs, with the interval of a ratio. */
static void check_part(family *f, const char *key, const estimate *sum,
                       const estimate *some)
{
    double ratio = mean_of(sum) / mean_of(some), half;
    estimate rest;

    if (!has(f->expected, key))
        return;
    for (int i = 0; i < REPLICATIONS; i++)
        rest.value[i] = sum->value[i] - ratio * some->value[i];
    half = half_width(&rest) / mean_of(some);
    if (!is_seldom(some) && half <= ratio)
        expect_within(f, key, number(f, f->expected, key), ratio, half, 1);
    else if (number(f, f->expected, key) < 0)
        wrong(f, "%s: below 0", key);
    else
        remark(f, "nothing of %s, for which too few jobs waited", key);
}

/* Of a variance, which in the estimate of one is a fourth moment. Where
 * services have heavy tails what is rare makes most of it, and runs of any
 * length that can be waited for have too little of that: only its order. */
static void check_spread(family *f, const char *key, const estimate *e)
{
    const cJSON *service = part(f->inputs, "service");
    bool heavy =
        is(service, "dist", "bounded_pareto") ||
        (is(service, "dist", "lognormal") && number(f, service, "scv") > 2);
    double expected;

    if (!has(f->expected, key))
        return;
    expected = number(f, f->expected, key);
    if (!heavy) {
        expect_within(f, key, expected, mean_of(e), half_width(e), 3);
        return;
    }
    if (mean_of(e) < expected / 20 || mean_of(e) > expected * 1.9)
        wrong(f, "%s: expected %.6g, got %.6g", key, expected, mean_of(e));
    remark(f, "of %s only that it is between %.2g and %.2g", key, expected / 20,
           expected * 1.9);
}

/* --- runs --- */

typedef struct length_of_run {
    double warm; /* jobs left out at the beginning */
    double jobs; /* in all */
} length_of_run;

/* Of a queue at `rho` whose services vary by `scv`. `variance` is that of its
 * mean wait over the wait's square; 0: not known. */
static length_of_run length_for(double rho, double scv, double variance)
{
    double error = ERROR / longer(), gap = 1 - sqrt(fmin(rho, 0.98));
    double least = LEAST_JOBS * longer();
    double limit = 4.5 * (1 + scv) / 2 / ((1 - rho) * (1 - rho));
    length_of_run run;

    run.warm = ceil(WARM * (1 + scv) / 2 * rho / (gap * gap));
    run.warm = fmax(run.warm, 1000);
    run.jobs = (variance > 0 ? variance : limit) / (error * error);
    if (variance == 0)
        run.jobs = fmin(run.jobs, REPLICATIONS * MOST_JOBS * longer());
    run.jobs = run.warm + fmax(ceil(run.jobs / REPLICATIONS), least);
    return run;
}

/* What the rows of a run's jobs say, as many as there are. */
typedef struct rows {
    int n;
    int first; /* of them, that were there when it began */
    double *arrival, *start, *finish, *service;
} rows;

static void read_rows(family *f, rows *r)
{
    static double room[4][ROWS];
    ts_thread_times t;

    *r = (rows){0, 0, room[0], room[1], room[2], room[3]};
    for (size_t i = 0; i < ROWS && ts_result_thread_at(f->result, i, &t); i++) {
        if (t.finish < 0)
            continue;
        r->arrival[r->n] = in_units(f, t.arrival);
        r->start[r->n] = in_units(f, t.first_run);
        r->finish[r->n] = in_units(f, t.finish);
        r->service[r->n] = in_units(f, t.processor);
        r->first += t.task[0] != 'j';
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

/* A metric that is a time, in units. */
static double time_of(family *f, const char *name)
{
    return metric(f, "%s", name) / (double)f->unit;
}

static void say_head_of_queue(family *f)
{
    fresh(f);
    f->unit = LAPSE;
    say(f, "{\"title\": \"case\", ");
}

/* Means of jobs leave out the first of all streams together, which bring
 * `lambda` jobs a unit. Fewer batches, less that fits in none; their own
 * interval is not used. */
static void say_measure(family *f, const char *name, double lambda,
                        const length_of_run *run)
{
    static const char *const what[] = {"turnaround", "response"};

    for (int i = 0; i < 2; i++) {
        say(f, "%s{\"of\": \"threads.%s.%s\", \"warm_up\": ", comma(i), name,
            what[i]);
        say_time(f, run->warm / lambda);
        say(f, ", \"batches\": 2}");
    }
}

/* A stream of `jobs` jobs at a rate, as thread `name`. */
static void say_stream(family *f, const char *name, double rate, double jobs,
                       const char *attributes)
{
    say(f, "{\"name\": \"%s\", %s\"arrive\": {\"limit\": %.0f, ", name,
        attributes, ceil(jobs));
    say_rate(f, "rate", rate);
    say(f, "}, \"program\": [");
}

/* --- one queue --- */

typedef struct queue_view {
    const length_of_run *run;
    const char *key; /* what else of the rows is wanted, or "" */
    estimate asked;  /* the value of it */
    estimate w, wq, l, lq, variance, wqvar;
    estimate jobs; /* whose mean is taken */
    estimate idle, lost, carried, waits, waited, above, slowdown, busy;
    estimate middle; /* W of jobs within 5 % of the mean size */
    double mean_service;
    int servers;
    bool steady; /* from the beginning on */
} queue_view;

static int compare_doubles(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;

    return (x > y) - (x < y);
}

static double quantile(double *values, int n, double q)
{
    int at = (int)ceil(q * n - 1e-9) - 1;

    qsort(values, (size_t)n, sizeof *values, compare_doubles);
    return values[at < 0 ? 0 : at];
}

/* The part of time with exactly k jobs in the system, from rows. */
static double share_of_state(const rows *r, int from, int k)
{
    static double ends[ROWS];
    double at = r->arrival[from], until = r->arrival[r->n - 1];
    double total = 0, share = 0;
    int in, next = from, gone = 0;

    /* Those that came before `from` and are still there. */
    memcpy(ends, r->finish, (size_t)r->n * sizeof *ends);
    qsort(ends, (size_t)r->n, sizeof *ends, compare_doubles);
    while (gone < r->n && ends[gone] <= at)
        gone++;
    in = from - gone;
    while (next < r->n) {
        bool arrival = r->arrival[next] <= ends[gone];
        double then = arrival ? r->arrival[next] : ends[gone];

        if (then > until)
            break;
        share += in == k ? then - at : 0;
        total += then - at;
        at = then;
        in += arrival ? 1 : -1;
        next += arrival;
        gone += !arrival;
    }
    return share / total;
}

/* A percentile, or how often a state is there. */
static double ask_rows(const queue_view *v, const rows *r, int from)
{
    static double values[ROWS];
    int n = 0;
    wish w;

    if (!read_wish(v->key, &w))
        return 0;
    if (w.kind == WISH_STATE)
        return share_of_state(r, from, (int)w.number);
    for (int k = from; k < r->n; k++)
        if (r->arrival[k] > 0)
            values[n++] = (w.kind == WISH_WAIT ? r->start[k] : r->finish[k]) -
                          r->arrival[k];
    return quantile(values, n, w.number / 100);
}

/* The first of the rows that are looked at: warm, and with some after it. Of a
 * queue that was steady when it began, all that came then. */
static int first_row(const queue_view *v, const rows *r)
{
    int warm = (int)fmin(v->run->warm, ROWS);

    if (v->steady)
        return r->first;
    return warm < r->n * 7 / 10 ? warm : r->n * 7 / 10;
}

static void view_rows(family *f, int i, queue_view *v)
{
    double service = v->mean_service, waits = 0, waited = 0, above = 0;
    double slow = 0, middle = 0;
    int middles = 0, from, n;
    rows r;

    read_rows(f, &r);
    from = first_row(v, &r);
    n = 0;
    for (int k = from; k < r.n; k++) {
        double stay = r.finish[k] - r.arrival[k];
        double wait = r.start[k] - r.arrival[k];

        if (r.arrival[k] == 0)
            continue;
        n++;
        waits += wait > 0;
        waited += wait;
        above += wait > service;
        slow += stay / r.service[k];
        if (fabs(r.service[k] / service - 1) < 0.05) {
            middle += stay;
            middles++;
        }
    }
    v->waits.value[i] = waits / n;
    v->waited.value[i] = waited / n;
    v->above.value[i] = above / n;
    v->slowdown.value[i] = slow / n;
    v->middle.value[i] = middles > 0 ? middle / middles : 0;
    v->asked.value[i] = ask_rows(v, &r, from);
}

static void view_queue(family *f, int i, void *context)
{
    queue_view *v = context;
    double time = time_of(f, "run.time"), sd;
    double idle = metric(f, "processor.idle");

    v->w.value[i] = time_of(f, "threads.j.turnaround.steady.mean");
    v->wq.value[i] = time_of(f, "threads.j.response.steady.mean");
    v->jobs.value[i] = metric(f, "threads.j.response.steady.count");
    v->l.value[i] = metric(f, "threads.j.in_system");
    if (v->steady &&
        ts_result_metric(f->result, "threads.first.in_system", &sd))
        v->l.value[i] += sd;
    v->lq.value[i] = v->l.value[i] - (1 - idle) * v->servers;
    sd = time_of(f, "threads.j.turnaround.sd");
    v->variance.value[i] = sd * sd;
    sd = time_of(f, "threads.j.response.sd");
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

static void say_markov(family *f, int servers, int64_t room, double lambda,
                       double mu, const length_of_run *run, int first)
{
    say_head_of_queue(f);
    say(f,
        "\"computer\": {\"processors\": %d}, \"system\": {\"room\": %lld}, "
        "\"measure\": [",
        servers, (long long)room);
    say_measure(f, "j", lambda, run);
    say(f, "], \"threads\": [");
    if (first > 0) {
        say(f,
            "{\"name\": \"first\", \"count\": %d, \"program\": [{\"run\": "
            "{\"exponential\": ",
            first);
        say_time(f, 1 / mu);
        say(f, "}}]}, ");
    }
    say_stream(f, "j", lambda, run->jobs, "");
    say(f, "{\"run\": {\"exponential\": ");
    say_time(f, 1 / mu);
    say(f, "}}]}]}");
}

/* How many are there at some moment, by chance: exponential services remember
 * nothing, so that a run which begins with them is steady at once. */
static int draw_state(int servers, int64_t room, double load, int number)
{
    uint64_t z = (uint64_t)number * UINT64_C(0x9e3779b97f4a7c15);
    double u, weight = 1, sum = 0, rest;
    int k = 0;

    z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    u = (double)((z ^ z >> 27) >> 11) / 9007199254740992.0;
    for (int i = 0; room ? i <= room : i < servers; i++) {
        sum += weight;
        weight *= load / (i + 1 < servers ? i + 1 : servers);
    }
    if (!room)
        sum += weight / (1 - load / servers);
    rest = u * sum;
    for (weight = 1; rest > weight && (!room || k < room); k++) {
        rest -= weight;
        weight *= load / (k + 1 < servers ? k + 1 : servers);
    }
    return k;
}

typedef struct markov {
    int servers;
    int64_t room;
    double lambda, mu;
} markov;

/* Every run begins in a state of its own. */
static bool replicate_steady(family *f, const markov *m, queue_view *v)
{
    for (int i = 0; i < REPLICATIONS; i++) {
        say_markov(f, m->servers, m->room, m->lambda, m->mu, v->run,
                   draw_state(m->servers, m->room, m->lambda / m->mu, i + 1));
        if (!play_seed(f, (uint64_t)i + 1))
            return false;
        if (m->room)
            view_loss(f, i, v);
        else
            view_queue(f, i, v);
    }
    return true;
}

/* A random split of a Poisson stream is c independent ones. */
static void play_split(family *f, double lambda, double mu, int c)
{
    static queue_view v;
    length_of_run run = length_for(lambda / (c * mu), 1, 0);

    v = (queue_view){.run = &run, .key = "", .mean_service = 1 / mu};
    v.servers = c;
    say_markov(f, c, 0, lambda, mu, &run, 0);
    if (replicate(f, view_queue, &v))
        check_if(f, "W_central_queue", &v.w);
    v.servers = 1;
    say_markov(f, 1, 0, lambda / c, mu, &run, 0);
    if (replicate(f, view_queue, &v))
        check_if(f, "W_random_split", &v.w);
    say_markov(f, 1, 0, lambda, mu * c, &run, 0);
    if (replicate(f, view_queue, &v))
        check_if(f, "W_one_fast_server", &v.w);
}

#define VARIANCE "asym_var_mean_Wq_per_sample"

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
                  NORMAL * sqrt(variance / jobs), 1);
    found = variance_of(&v->wq) * jobs / REPLICATIONS;
    if (found < SPREAD_LOW * variance || found > SPREAD_HIGH * variance)
        wrong(f, "the variance of the mean: expected %.6g, got %.6g", variance,
              found);
    if (!f->quiet)
        printf("%s: Wq %.6g, simulated %.6g +- %.2g (%.2f standard errors off) "
               "of %.0f jobs; variance of the mean %.6g, simulated %.6g\n",
               f->label, expected, mean_of(&v->wq),
               NORMAL * sqrt(variance / jobs),
               (mean_of(&v->wq) - expected) / sqrt(variance / jobs), jobs,
               variance, found);
}

/* Whatever percentiles and states the case names, each looked up in the rows
 * of the runs, which are kept. */
static void check_asked(family *f, const markov *m, queue_view *v)
{
    const cJSON *item;
    wish w;

    cJSON_ArrayForEach(item, f->expected)
    {
        if (!read_wish(item->string, &w))
            continue;
        v->key = item->string;
        if (!replicate_steady(f, m, v))
            return;
        check_if(f, v->key, &v->asked);
    }
    v->key = "";
}

/* How long the runs are does not follow from a value that is changed. */
static length_of_run length_of_queue(family *f, double rho, int64_t room)
{
    static length_of_run run;
    double wait;

    if (f->quiet)
        return run;
    wait = has(f->expected, VARIANCE) ? number(f, f->expected, "Wq") : 1;
    run = length_for(room ? fmin(rho, 0.9) : rho, 1,
                     has(f->expected, VARIANCE)
                         ? number(f, f->expected, VARIANCE) / (wait * wait)
                         : 0);
    return run;
}

static void play_queue(family *f, double lambda, double mu, int c, int64_t room)
{
    static queue_view v;
    length_of_run run = length_of_queue(f, lambda / (c * mu), room);
    markov m = {.servers = c, .room = room, .lambda = lambda, .mu = mu};

    v = (queue_view){.run = &run,
                     .key = "",
                     .mean_service = 1 / mu,
                     .servers = c,
                     .steady = true};
    f->keep = true;
    if (!replicate_steady(f, &m, &v))
        return;
    check_wait(f, &v);
    check_if(f, "W", &v.w);
    check_if(f, "W_accepted", &v.w);
    check_if(f, "L", &v.l);
    check_if(f, "Lq", &v.lq);
    check_spread(f, "var_W", &v.variance);
    check_if(f, "P_wait_ErlangC", &v.waits);
    check_part(f, "Wq_given_wait", &v.waited, &v.waits);
    check_if(f, "P_Wq_gt_mean_service", &v.above);
    check_if(f, "P_block_ErlangB", &v.lost);
    check_if(f, "P_block", &v.lost);
    check_if(f, "P_empty", &v.idle);
    check_if(f, "mean_busy", &v.busy);
    check_if(f, "utilization", &v.busy);
    check_if(f, "throughput", &v.carried);
    check_asked(f, &m, &v);
}

static void play_markovian(family *f)
{
    const char *model = word(f, f->inputs, "model");
    double lambda = number(f, f->inputs, "lambda");
    double mu = number(f, f->inputs, "mu");
    int c = has(f->inputs, "c") ? (int)whole(f, f->inputs, "c") : 1;
    int64_t room = has(f->inputs, "K") ? whole(f, f->inputs, "K") : 0;

    if (has(f->expected, "rho"))
        expect_near(f, "rho", number(f, f->expected, "rho"), lambda / c / mu,
                    1e-9, 0);
    if (strncmp(model, "same Poisson", 12) == 0)
        play_split(f, lambda, mu, c);
    else if (strncmp(model, "M/M/", 4) == 0)
        play_queue(f, lambda, mu, c, strstr(model, "loss") != NULL ? c : room);
    else
        wrong(f, "unknown model %s", model);
}

/* --- any service --- */

static void say_general(family *f, const char *policy, double lambda,
                        const length_of_run *run)
{
    say_head_of_queue(f);
    say(f, "\"system\": {\"policy\": \"%s\"}, \"measure\": [", policy);
    say_measure(f, "j", lambda, run);
    say(f, "], \"threads\": [");
    say_stream(f, "j", lambda, run->jobs, "");
    say(f, "{\"run\": ");
    say_service(f, part(f->inputs, "service"));
    say(f, "}]}]}");
}

static void view_general(family *f, int i, void *context)
{
    queue_view *v = context;

    view_queue(f, i, context);
    v->busy.value[i] = (1 - v->idle.value[i]) * time_of(f, "run.time") /
                       metric(f, "threads.j.finished");
}

/* The mean length of a busy period: the time busy over the times it became
 * so, which is how often an arrival found nobody. */
static void check_busy_period(family *f, const queue_view *v)
{
    double found_nobody = 1 - mean_of(&v->waits);
    double length = mean_of(&v->busy) / found_nobody;

    if (has(f->expected, "mean_busy_period"))
        expect_within(f, "mean_busy_period",
                      number(f, f->expected, "mean_busy_period"), length,
                      length * half_width(&v->waits) / found_nobody, 1);
}

static double scv_of(family *f)
{
    double mean = service_mean(f, part(f->inputs, "service"));

    return service_square(f, part(f->inputs, "service")) / (mean * mean) - 1;
}

static void play_general(family *f)
{
    static queue_view v;
    double rho = number(f, f->inputs, "rho");
    double mean = service_mean(f, part(f->inputs, "service"));
    double scv = scv_of(f);
    length_of_run run = length_for(rho, scv, 0);

    understood(part(f->inputs, "model"));
    expect_near(f, "lambda", number(f, f->expected, "lambda"), rho / mean, 1e-9,
                0);
    expect_near(f, "rho", number(f, f->expected, "rho"), rho, 1e-9, 0);
    expect_near(f, "mean service", number(f, f->expected, "mean_service"), mean,
                1e-9, 0);
    expect_near(f, "scv", number(f, f->expected, "service_scv"), scv, 1e-9,
                1e-9);
    v = (queue_view){.run = &run,
                     .key = "",
                     .mean_service = mean,
                     .servers = 1};
    say_general(f, "fifo", rho / mean, &run);
    if (!replicate(f, view_general, &v))
        return;
    check_if(f, "W", &v.w);
    check_if(f, "Wq", &v.wq);
    check_if(f, "L", &v.l);
    check_if(f, "Lq", &v.lq);
    check_if(f, "P_wait", &v.waits);
    check_spread(f, "var_Wq", &v.wqvar);
    check_busy_period(f, &v);
    say_general(f, "processor-sharing", rho / mean, &run);
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
    const cJSON *means = part(f->expected, "mean_response_time");
    double rho = number(f, f->inputs, "rho");
    double lambda = number(f, f->inputs, "lambda");
    length_of_run run = length_for(rho, fmin(scv_of(f), 4), 0);

    understood(part(f->inputs, "model"));
    run.jobs = fmin(run.jobs, run.warm + SIZED_JOBS * longer());
    v = (queue_view){.run = &run, .key = "", .servers = 1};
    v.mean_service = service_mean(f, part(f->inputs, "service"));
    expect_near(f, "rho", rho, lambda * v.mean_service, 1e-9, 0);
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++) {
        if (!has(means, names[i][0]))
            continue;
        say_general(f, names[i][1], lambda, &run);
        if (!replicate(f, view_queue, &v))
            return;
        expect_inside(f, names[i][0], number(f, means, names[i][0]), &v.w);
        if (strcmp(names[i][0], "SRPT") == 0)
            check_if(f, "SRPT_T_of_mean_size_job", &v.middle);
    }
}

/* --- set-up, priorities --- */

static void play_setup(family *f)
{
    static queue_view v;
    const cJSON *service = part(f->inputs, "service");
    double lambda = number(f, f->inputs, "lambda");
    double rho = lambda * service_mean(f, service);
    length_of_run run = length_for(rho, scv_of(f), 0);

    understood(part(f->inputs, "model"));
    expect_near(f, "rho", number(f, f->expected, "rho"), rho, 1e-9, 0);
    v = (queue_view){.run = &run, .key = "", .mean_service = 1, .servers = 1};
    say_head_of_queue(f);
    say(f, "\"computer\": {\"wake\": ");
    say_service(f, part(f->inputs, "setup"));
    say(f, "}, \"measure\": [");
    say_measure(f, "j", lambda, &run);
    say(f, "], \"threads\": [");
    say_stream(f, "j", lambda, run.jobs, "");
    say(f, "{\"run\": ");
    say_service(f, service);
    say(f, "}]}]}");
    if (!replicate(f, view_queue, &v))
        return;
    check_if(f, "W", &v.w);
    check_if(f, "P_server_sleeping", &v.idle);
    say_general(f, "fifo", lambda, &run);
    if (replicate(f, view_queue, &v))
        check_if(f, "W_without_setup", &v.w);
}

typedef struct class_view {
    int classes;
    estimate *w, *wq, sum;
    double *rho, lambda;
    length_of_run run;
} class_view;

static void view_classes(family *f, int i, void *context)
{
    class_view *v = context;
    char name[64];

    v->sum.value[i] = 0;
    for (int k = 0; k < v->classes; k++) {
        snprintf(name, sizeof name, "threads.c%d.turnaround.steady.mean", k);
        v->w[k].value[i] = time_of(f, name);
        snprintf(name, sizeof name, "threads.c%d.response.steady.mean", k);
        v->wq[k].value[i] = time_of(f, name);
        v->sum.value[i] += v->rho[k] * v->wq[k].value[i];
    }
}

static void say_class(family *f, const cJSON *class, int n, const class_view *v)
{
    char name[24], attributes[40];
    double lambda = number(f, class, "lambda");

    snprintf(name, sizeof name, "c%d", n);
    snprintf(attributes, sizeof attributes, "\"priority\": %d, ", n);
    say(f, "%s", comma(n));
    say_stream(f, name, lambda, v->run.jobs * lambda / v->lambda, attributes);
    say(f, "{\"run\": ");
    say_service(f, part(class, "service"));
    say(f, "}]}");
}

static void say_classes(family *f, bool preempt, const class_view *v)
{
    const cJSON *class;
    char name[24];
    int n = 0;

    say_head_of_queue(f);
    say(f,
        "\"system\": {\"policy\": \"priority\", \"preempt\": %s}, "
        "\"measure\": [",
        preempt ? "true" : "false");
    for (int k = 0; k < v->classes; k++) {
        snprintf(name, sizeof name, "c%d", k);
        say(f, "%s", comma(k));
        say_measure(f, name, v->lambda, &v->run);
    }
    say(f, "], \"threads\": [");
    cJSON_ArrayForEach(class, part(f->inputs, "classes"))
        say_class(f, class, n++, v);
    say(f, "]}");
}

/* The classes as one queue: how loaded it is, and how its services vary. */
static class_view survey_classes(family *f)
{
    class_view v = {.classes = length(f->inputs, "classes")};
    size_t room = (size_t)v.classes + 1;
    double rho = 0, square = 0;
    const cJSON *class;
    int n = 0;

    v.w = calloc(room, sizeof *v.w);
    v.wq = calloc(room, sizeof *v.wq);
    v.rho = calloc(room, sizeof *v.rho);
    if (v.w == NULL || v.wq == NULL || v.rho == NULL)
        exit(1);
    cJSON_ArrayForEach(class, part(f->inputs, "classes"))
    {
        double lambda = number(f, class, "lambda");

        v.rho[n] = lambda * service_mean(f, part(class, "service"));
        square += lambda * service_square(f, part(class, "service"));
        v.lambda += lambda;
        rho += v.rho[n++];
    }
    expect_near(f, "rho", number(f, f->expected, "rho"), rho, 1e-9, 0);
    v.run = length_for(rho, square * v.lambda / (rho * rho) - 1, 0);
    /* The least frequent class has its share of jobs too. */
    v.run.jobs *= fmin(4, v.classes);
    return v;
}

static void compare_classes(family *f, class_view *v)
{
    const cJSON *class, *classes = part(f->expected, "per_class");
    int n = 0;

    expect_count(f, "classes", v->classes, cJSON_GetArraySize(classes));
    cJSON_ArrayForEach(class, classes)
        expect_count(f, "class", whole(f, class, "class"), ++n);
    if (f->wrong)
        return;
    n = 0;
    say_classes(f, false, v);
    if (!replicate(f, view_classes, v))
        return;
    cJSON_ArrayForEach(class, classes)
    {
        expect_inside(f, "non-preemptive Wq",
                      number(f, class, "nonpreemptive_Wq"), &v->wq[n]);
        expect_inside(f, "non-preemptive W",
                      number(f, class, "nonpreemptive_W"), &v->w[n++]);
    }
    check_if(f, "conservation_sum_rho_i_Wq_i", &v->sum);
    n = 0;
    say_classes(f, true, v);
    if (!replicate(f, view_classes, v))
        return;
    cJSON_ArrayForEach(class, classes)
        expect_inside(f, "preemptive W",
                      number(f, class, "preemptive_resume_W"), &v->w[n++]);
}

static void play_priorities(family *f)
{
    class_view v = survey_classes(f);

    understood(part(f->inputs, "model"));
    compare_classes(f, &v);
    free(v.w);
    free(v.wq);
    free(v.rho);
}

/* --- networks --- */

#define CYCLES 8000.0 /* of a run of a closed network */

typedef struct centre {
    double demand, visits, mu;
    estimate q, u, w, rate;
} centre;

typedef struct net_view {
    int centres;
    centre *at; /* processor 0 and devices d1, d2 ... */
    double customers, think;
    bool processor; /* centre 0 is the processor, not a device */
    estimate x, r, idle, total;
} net_view;

static net_view make_net(int centres)
{
    net_view v = {.centres = centres};

    v.at = calloc((size_t)centres + 1, sizeof *v.at);
    if (v.at == NULL)
        exit(1);
    return v;
}

static void view_net(family *f, int i, void *context)
{
    net_view *v = context;
    double time = time_of(f, "run.time"), rest;

    v->at[0].u.value[i] = metric(f, "processor.useful");
    v->idle.value[i] = metric(f, "processor.idle");
    /* One that thinks does so between two marks. */
    v->x.value[i] = metric(f, "devices.think.served") / time;
    v->r.value[i] = v->customers / v->x.value[i] - v->think;
    rest = v->customers - metric(f, "devices.think.in_system");
    for (int k = 1; k < v->centres; k++) {
        v->at[k].u.value[i] = metric(f, "devices.d%d.busy", k);
        v->at[k].q.value[i] = metric(f, "devices.d%d.in_system", k);
        rest -= v->at[k].q.value[i];
    }
    v->at[0].q.value[i] = rest;
}

static void say_exponential_io(family *f, int device, double mean)
{
    say(f,
        "{\"io\": {\"device\": \"d%d\", \"time\": {\"exponential\": ", device);
    say_time(f, mean);
    say(f, "}}}");
}

static void say_exponential_run(family *f, double mean)
{
    say(f, "{\"run\": {\"exponential\": ");
    say_time(f, mean);
    say(f, "}}");
}

/* Every customer thinks, then uses each device once, and the processor before
 * and after each: a thread needs it to start its next I/O, so two of them
 * cannot follow each other without. The processor's demand is split evenly
 * over the visits, which leaves the results what they are. */
static void say_closed(family *f, const net_view *v, double time)
{
    say_head_of_queue(f);
    say(f, "\"stop\": ");
    say_time(f, time);
    say(f, ", \"devices\": [{\"name\": \"think\", \"kind\": \"delay\"}");
    for (int k = 1; k < v->centres; k++)
        say(f, ", {\"name\": \"d%d\", \"kind\": \"fifo\"}", k);
    say(f,
        "], \"threads\": [{\"name\": \"c\", \"count\": %.0f, \"program\": "
        "[{\"forever\": [{\"io\": {\"device\": \"think\", \"time\": "
        "{\"exponential\": ",
        v->customers);
    say_time(f, v->think);
    say(f, "}}}");
    for (int k = 0; k < v->centres; k++) {
        if (k > 0) {
            say(f, ", ");
            say_exponential_io(f, k, v->at[k].demand);
        }
        say(f, ", ");
        say_exponential_run(f, v->at[0].demand / v->centres);
    }
    say(f, "]}]}]}");
}

/* Time for so many cycles of the busiest centre, which has part of them. */
static double time_for_cycles(const net_view *v)
{
    double demand = v->think / v->customers, alone = v->think;

    for (int k = 0; k < v->centres; k++) {
        demand = fmax(demand, v->at[k].demand);
        alone += v->at[k].demand;
    }
    return CYCLES * longer() * fmax(demand, alone / v->customers);
}

static void play_repairman(family *f)
{
    net_view v = make_net(1);

    v.at[0].demand = number(f, f->inputs, "S");
    v.customers = (double)whole(f, f->inputs, "N");
    v.think = number(f, f->inputs, "Z");
    say_closed(f, &v, time_for_cycles(&v));
    if (replicate(f, view_net, &v)) {
        check_if(f, "utilization", &v.at[0].u);
        check_if(f, "throughput", &v.x);
        check_if(f, "response_time", &v.r);
        check_if(f, "mean_at_cpu", &v.at[0].q);
        check_if(f, "P_cpu_idle", &v.idle);
    }
    free(v.at);
}

static void play_population(family *f, net_view *v, const cJSON *result)
{
    v->customers = (double)whole(f, result, "N");
    if (v->customers < 1)
        return;
    say_closed(f, v, time_for_cycles(v));
    if (!replicate(f, view_net, v))
        return;
    expect_inside(f, "X", number(f, result, "X"), &v->x);
    expect_inside(f, "R", number(f, result, "R"), &v->r);
    expect_count(f, "centres", v->centres, length(result, "Q"));
    expect_count(f, "centres", v->centres, length(result, "U"));
    for (int k = 0; k < v->centres; k++) {
        expect_inside(f, "Q", element(f, result, "Q", k), &v->at[k].q);
        expect_inside(f, "U", element(f, result, "U", k), &v->at[k].u);
    }
}

static void play_closed(family *f)
{
    net_view v;
    const cJSON *item;
    int n = 0;

    understood(part(f->inputs, "model"));
    if (has(f->inputs, "N")) {
        play_repairman(f);
        return;
    }
    v = make_net(length(f->inputs, "centres"));
    cJSON_ArrayForEach(item, part(f->inputs, "centres"))
    {
        understood(part(item, "id"));
        v.at[n++].demand = number(f, item, "demand");
    }
    v.think = number(f, f->inputs, "think_time");
    cJSON_ArrayForEach(item, part(f->expected, "results"))
        play_population(f, &v, item);
    free(v.at);
}

static void view_open(family *f, int i, void *context)
{
    net_view *v = context;
    double time = time_of(f, "run.time"), rest;
    double rates = metric(f, "threads.j.finished") / time;
    char name[64];

    v->r.value[i] = time_of(f, "threads.j.turnaround.steady.mean");
    v->total.value[i] = rest = metric(f, "threads.j.in_system");
    for (int k = v->processor; k < v->centres; k++) {
        centre *c = &v->at[k];

        c->u.value[i] = metric(f, "devices.d%d.busy", k);
        c->q.value[i] = metric(f, "devices.d%d.in_system", k);
        c->rate.value[i] = metric(f, "devices.d%d.served", k) / time;
        snprintf(name, sizeof name, "devices.d%d.stay.mean", k);
        c->w.value[i] = time_of(f, name);
        rest -= c->q.value[i];
        rates += c->rate.value[i];
    }
    if (!v->processor)
        return;
    /* A job is at the processor once more than at all devices. */
    v->at[0].u.value[i] = metric(f, "processor.useful");
    v->at[0].q.value[i] = rest;
    v->at[0].rate.value[i] = rates;
    v->at[0].w.value[i] = rest / rates;
}

/* From the processor a job leaves or goes on to a device and comes back. */
static void say_central(family *f, const net_view *v)
{
    say(f, "{\"forever\": [");
    say_exponential_run(f, 1 / v->at[0].mu);
    say(f, ", {\"choose\": [{\"weight\": 1, \"program\": [\"exit\"]}");
    for (int k = 1; k < v->centres; k++) {
        say(f, ", {\"weight\": %.12g, \"program\": [", v->at[k].visits);
        say_exponential_io(f, k, 1 / v->at[k].mu);
        say(f, "]}");
    }
    say(f, "]}]}");
}

/* Any visits, to devices one after another: so many whole ones, and one more
 * with the probability of the rest. Which way jobs take does not matter as
 * long as all wait for the same service at a centre (Kelly). */
static void say_visits(family *f, const net_view *v)
{
    int n = 0;

    for (int k = 0; k < v->centres; k++) {
        double rest = v->at[k].visits - floor(v->at[k].visits);

        for (int i = 0; i < (int)v->at[k].visits; i++) {
            say(f, "%s", comma(n++));
            say_exponential_io(f, k, 1 / v->at[k].mu);
        }
        if (rest < 1e-9)
            continue;
        say(f,
            "%s{\"choose\": [{\"weight\": %.12g, \"program\": [{\"run\": 0}]}, "
            "{\"weight\": %.12g, \"program\": [",
            comma(n++), 1 - rest, rest);
        say_exponential_io(f, k, 1 / v->at[k].mu);
        say(f, "]}]}");
    }
}

static void say_open(family *f, const net_view *v, double lambda,
                     const length_of_run *run)
{
    int n = 0;

    say_head_of_queue(f);
    say(f, "\"unit\": \"1ps\", \"devices\": [");
    for (int k = v->processor; k < v->centres; k++)
        say(f, "%s{\"name\": \"d%d\", \"kind\": \"fifo\"}", comma(n++), k);
    say(f, "], \"measure\": [");
    say_measure(f, "j", lambda, run);
    say(f, "], \"threads\": [");
    say_stream(f, "j", lambda, run->jobs, "");
    if (v->processor)
        say_central(f, v);
    else
        say_visits(f, v);
    say(f, "]}]}");
}

/* The centres of the case; returns the load of the busiest. */
static double read_centres(family *f, net_view *v, double lambda)
{
    double busiest = 0, others = 1;
    const cJSON *item;
    int n = 0;

    cJSON_ArrayForEach(item, part(f->inputs, "centres"))
    {
        centre *c = &v->at[n];

        c->visits = number(f, item, "visits");
        c->mu = number(f, item, "mu");
        busiest = fmax(busiest, lambda * c->visits / c->mu);
        others += n++ > 0 ? c->visits : 0;
    }
    v->processor = n > 1 && fabs(v->at[0].visits - others) < 1e-9;
    return busiest;
}

static void compare_centres(family *f, const net_view *v)
{
    const cJSON *item, *centres = part(f->inputs, "centres");
    int n = 0;

    expect_count(f, "centres", v->centres, length(f->expected, "per_centre"));
    cJSON_ArrayForEach(item, part(f->expected, "per_centre"))
    {
        int k = job_number(f, centres, part(item, "id"));

        if (k < 0 || k != n++) {
            wrong(f, "centres are in another order");
            return;
        }
        expect_inside(f, "arrival rate", number(f, item, "arrival_rate"),
                      &v->at[k].rate);
        expect_inside(f, "rho", number(f, item, "rho"), &v->at[k].u);
        expect_inside(f, "L", number(f, item, "L"), &v->at[k].q);
        expect_inside(f, "W a visit", number(f, item, "W_per_visit"),
                      &v->at[k].w);
    }
    check_if(f, "system_response", &v->r);
    check_if(f, "L_total", &v->total);
}

static void play_jackson(family *f)
{
    net_view v = make_net(length(f->inputs, "centres"));
    double lambda = number(f, f->inputs, "lambda");
    length_of_run run = length_for(read_centres(f, &v, lambda), 1, 0);

    understood(part(f->inputs, "model"));
    say_open(f, &v, lambda, &run);
    if (replicate(f, view_open, &v))
        compare_centres(f, &v);
    free(v.at);
}

/* --- tickets --- */

typedef struct draws {
    double n, sum, squares;
} draws;

static void count_draw(draws *d, double x)
{
    d->n++;
    d->sum += x;
    d->squares += x * x;
}

static double sd_of(const draws *d)
{
    return sqrt((d->squares - d->sum * d->sum / d->n) / (d->n - 1));
}

/* How many slices from one that "j0" wins to its next. */
static void count_gaps(family *f, draws *gaps)
{
    int count;
    const ts_stretch *s = lane(f, "processor 0", "run", &count);
    int64_t last = -1;

    for (int i = 0; i < count; i++) {
        if (owner(f, &s[i]) != 0)
            continue;
        for (int64_t at = s[i].from / UNIT; at < s[i].to / UNIT; at++) {
            if (last >= 0)
                count_draw(gaps, (double)(at - last));
            last = at;
        }
    }
}

/* "3/4", 0.75: three tickets and one. */
static void say_lottery(family *f, double share, int64_t quanta)
{
    double all = 1;

    while (all < 1e6 && fabs(share * all - round(share * all)) > 1e-9)
        all++;
    say(f,
        "{\"title\": \"case\", \"unit\": \"1us\", \"stop\": %lld, "
        "\"system\": {\"policy\": \"lottery\", \"slice\": 1}, "
        "\"threads\": [{\"name\": \"j0\", \"tickets\": %.0f, \"background\": "
        "true, \"program\": [{\"run\": \"1000s\"}]}, {\"name\": \"j1\", "
        "\"tickets\": %.0f, \"background\": true, \"program\": [{\"run\": "
        "\"1000s\"}]}]}",
        (long long)quanta, round(share * all), all - round(share * all));
}

/* Moments of so many draws, each within what chance leaves of it. */
static void compare_draws(family *f, const draws *wins, const draws *gaps)
{
    double p = number(f, f->inputs, "share");
    double mean = number(f, f->expected, "mean_quanta");
    double sd = number(f, f->expected, "sd_quanta");
    double between = number(f, f->expected, "mean_quanta_between_wins");
    double spread = number(f, f->expected, "sd_quanta_between_wins");
    double tail = sqrt((8 + p * p / (1 - p)) / (4 * gaps->n));

    expect_within(f, "mean_quanta", mean, wins->sum / wins->n,
                  NORMAL * sd / sqrt(wins->n), 1);
    expect_within(f, "sd_quanta", sd, sd_of(wins), sd * (sqrt(SPREAD_HIGH) - 1),
                  1);
    expect_near(f, "cv_of_share", number(f, f->expected, "cv_of_share"),
                sd / mean, 1e-9, 0);
    expect_within(f, "mean_quanta_between_wins", between, gaps->sum / gaps->n,
                  NORMAL * spread / sqrt(gaps->n), 1);
    expect_within(f, "sd_quanta_between_wins", spread, sd_of(gaps),
                  NORMAL * spread * tail, 1);
    expect_near(f, "low end of four sigma",
                element(f, f->expected, "four_sigma_interval", 0),
                mean - 4 * sd, 1e-9, 1e-9);
    expect_near(f, "high end of four sigma",
                element(f, f->expected, "four_sigma_interval", 1),
                mean + 4 * sd, 1e-9, 1e-9);
}

/* The band of four sigma that the case gives, for each of the seeds. */
static void play_lottery(family *f)
{
    double share = number(f, f->inputs, "share");
    int64_t quanta = whole(f, f->inputs, "quanta");
    draws wins = {0}, gaps = {0};

    if (strstr(word(f, f->inputs, "policy"), "LOTTERY") == NULL || share <= 0 ||
        share >= 1) {
        wrong(f, "no lottery of two");
        return;
    }
    say_lottery(f, share, quanta);
    for (uint64_t seed = 1; seed <= REPLICATIONS; seed++) {
        ts_thread_times t;
        double won;

        if (!play_traced(f, seed) || !thread_of(f, "j0", 0, &t))
            return;
        won = in_units(f, t.processor);
        count_draw(&wins, won);
        count_gaps(f, &gaps);
        if (won < element(f, f->expected, "four_sigma_interval", 0) ||
            won > element(f, f->expected, "four_sigma_interval", 1))
            wrong(f, "seed %d: %g slices won", (int)seed, won);
    }
    compare_draws(f, &wins, &gaps);
}

static void say_seen(void)
{
    if (seen.count > 0)
        printf("  %d values; farthest from what is expected: %.2f of its half "
               "width (%s); widest: +- %.2g %% (%s)\n",
               seen.count, seen.farthest, seen.far, 100 * seen.widest,
               seen.wide);
}

/* What is computed from the inputs and not from a run is test_analysis.c's. */
static const char *const aside[] = {"expected.offered_load",
                                    "expected.saturation_N_star",
                                    "expected.results.upper_bound_X", NULL};
static const family_rules rules = {.aside = aside, .change = 1};

#define FAMILY(name, play)                                                     \
    static void test_##name(void **state)                                      \
    {                                                                          \
        int failed;                                                            \
                                                                               \
        (void)state;                                                           \
        memset(&seen, 0, sizeof seen);                                         \
        failed = family_play("scheduling/" #name, play, &rules);               \
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

/* Few, for each takes as long as its own error asks. */
static void test_made(void **state)
{
    int failed = 0;

    (void)state;
    failed += family_made("scheduling/queue_markovian", 4, reference_markovian,
                          play_markovian, &rules);
    failed += family_made("scheduling/queue_mg1", 7, reference_general,
                          play_general, &rules);
    failed += family_made("scheduling/queue_priority", 2, reference_classes,
                          play_priorities, &rules);
    failed += family_made("scheduling/queue_jackson", 3, reference_jackson,
                          play_jackson, &rules);
    failed += family_made("scheduling/queue_closed", 2, reference_closed,
                          play_closed, &rules);
    failed += family_made("scheduling/queue_setup", 4, reference_setup,
                          play_setup, &rules);
    failed += family_made("scheduling/queue_size_based", is_long() ? 3 : 1,
                          reference_sizes, play_sizes, &rules);
    assert_int_equal(failed, 0);
}

/* Two of these at once take half the time of one after the other: a pattern
 * names the tests to run, or with a minus before it those to leave out. */
int main(int argc, char **argv)
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
        cmocka_unit_test(test_made),
    };

    if (argc > 1 && argv[1][0] == '-')
        cmocka_set_skip_filter(argv[1] + 1);
    else if (argc > 1)
        cmocka_set_test_filter(argv[1]);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
