/*
 * markov.c - queues with Poisson arrivals and exponential service: M/M/1,
 * M/M/c, M/M/c/c (Erlang B), M/M/1/K, and what sharing a queue is worth.
 *
 * Source: any text on queueing, e.g. Kleinrock, Queueing Systems I; the
 * asymptotic variance of the mean wait is Daley's (1968).
 */
#include <string.h>

#include "models/analysis/analysis.h"
#include "models/analysis/service.h"
#include "models/machine/system.h"

extern const ts_entry ts_policy_fifo;

typedef struct markov_record {
    ts_rational arrivals, service;
    int64_t servers, places;
    ts_list percentiles; /* of double, percent */
    ts_list states;      /* of int64_t */
} markov_record;

#define ARRIVALS                                                               \
    {                                                                          \
        .name = "arrivals", .kind = TS_FIELD_RATE,                             \
        .goes_with = TS_NAMES("service"),                                      \
        .offset = TS_AT(markov_record, arrivals),                              \
        .help = "Poisson arrivals; the threads' when not given"                \
    }
#define SERVICE                                                                \
    {                                                                          \
        .name = "service", .kind = TS_FIELD_RATE, .positive = true,            \
        .goes_with = TS_NAMES("arrivals"),                                     \
        .offset = TS_AT(markov_record, service),                               \
        .help = "jobs a busy server finishes; the threads' when not given"     \
    }
#define SERVERS                                                                \
    {                                                                          \
        .name = "servers", .kind = TS_FIELD_INT, .fallback = "1", .min = 1,    \
        .max = 1e6, .offset = TS_AT(markov_record, servers),                   \
        .help = "how many serve one queue"                                     \
    }

static const ts_field percentile_item = {.name = "percent",
                                         .kind = TS_FIELD_REAL,
                                         .max = 100,
                                         .help = "between 0 and 100"};
static const ts_field state_item = {.name = "jobs",
                                    .kind = TS_FIELD_INT,
                                    .max = 1e6,
                                    .help = "jobs in the system"};

#define PERCENTILES                                                            \
    {                                                                          \
        .name = "percentiles", .kind = TS_FIELD_LIST,                          \
        .item = &percentile_item, .limit = 100,                                \
        .offset = TS_AT(markov_record, percentiles),                           \
        .help = "of the times in the system and in the queue, as figures "     \
                "w_p999 and wq_p999 for 99.9 percent; [50, 90, 95, 99] when "  \
                "not given"                                                    \
    }
#define STATES                                                                 \
    {                                                                          \
        .name = "states", .kind = TS_FIELD_LIST, .item = &state_item,          \
        .limit = 1000, .offset = TS_AT(markov_record, states),                 \
        .help = "numbers of jobs in the system, each with the part of the "    \
                "time that there are so many, as figure p_2; [0, 1, 2, 5, "    \
                "10] when not given"                                           \
    }

static const ts_field mm1_fields[] = {ARRIVALS, SERVICE, PERCENTILES, STATES};
static const ts_field mmc_fields[] = {ARRIVALS, SERVICE, SERVERS, PERCENTILES,
                                      STATES};
static const ts_field loss_fields[] = {ARRIVALS, SERVICE, SERVERS, STATES};
static const ts_field sharing_fields[] = {ARRIVALS, SERVICE, SERVERS};
static const ts_field mm1k_fields[] = {
    ARRIVALS,
    SERVICE,
    {.name = "places",
     .kind = TS_FIELD_INT,
     .required = true,
     .min = 1,
     .max = 1e6,
     .offset = TS_AT(markov_record, places),
     .help = "jobs that fit, with the one in service (K)"},
    STATES};

#define MILLIONTHS 1000000 /* of a percent */

static int64_t millionths_of(const ts_list *percentiles, int i)
{
    const double *percents = percentiles->items;

    return (int64_t)(percents[i] * MILLIONTHS + 0.5);
}

static void check_percentiles(ts_check *check, const ts_list *list)
{
    for (int i = 0; i < list->count; i++) {
        int64_t one = millionths_of(list, i);

        if (one == 0 || one >= 100 * MILLIONTHS)
            ts_check_error(check, "percentiles",
                           "must be above 0 and below 100 percent, with six "
                           "decimals at most");
        for (int k = 0; k < i; k++)
            if (one == millionths_of(list, k))
                ts_check_error(check, "percentiles",
                               "has one of them twice: leave one out");
    }
}

static void check_states(ts_check *check, const ts_list *list)
{
    const int64_t *states = list->items;

    for (int i = 0; i < list->count; i++)
        for (int k = 0; k < i; k++)
            if (states[i] == states[k])
                ts_check_error(check, "states", "has %lld twice: leave one out",
                               (long long)states[i]);
}

static void check(ts_check *check, const void *record)
{
    const markov_record *m = record;

    check_percentiles(check, &m->percentiles);
    check_states(check, &m->states);
}

#define SHAPE(which)                                                           \
    static const ts_shape which##_shape = {.name = #which,                     \
                                           .help = "A queue",                  \
                                           .size = sizeof(markov_record),      \
                                           TS_FIELDS(which##_fields),          \
                                           .check = check}

SHAPE(mm1);
SHAPE(mmc);
SHAPE(loss);
SHAPE(sharing);
SHAPE(mm1k);

typedef struct queue {
    double lambda, mu; /* per picosecond */
    int64_t servers, places;
    const char *task; /* NULL: given */
    ts_list percentiles, states;
} queue;

static bool from_threads(const ts_machine_record *root, queue *q)
{
    ts_load load;

    if (!ts_load_from_threads(root, &load) ||
        load.service->kind != TS_DIST_EXPONENTIAL)
        return false;
    *q = (queue){.lambda = load.rate,
                 .mu = 1 / load.m1,
                 .servers = ts_computer_processors(root->computer),
                 .task = load.task};
    return true;
}

static const double usual_percentiles[] = {50, 90, 95, 99};
static const int64_t usual_states[] = {0, 1, 2, 5, 10};

/* What of a distribution is wanted. */
static void read_wishes(const markov_record *record, queue *q)
{
    q->percentiles = (ts_list){(void *)usual_percentiles,
                               (int)TS_COUNT_OF(usual_percentiles)};
    q->states = (ts_list){(void *)usual_states, (int)TS_COUNT_OF(usual_states)};
    if (record != NULL && record->percentiles.count > 0)
        q->percentiles = record->percentiles;
    if (record != NULL && record->states.count > 0)
        q->states = record->states;
}

static bool read_queue(const ts_machine_record *root,
                       const markov_record *record, queue *q, ts_findings *out)
{
    bool found = true;

    if (record != NULL && record->arrivals.den > 0)
        *q = (queue){.lambda = (double)record->arrivals.num /
                               (double)record->arrivals.den / 1e12,
                     .mu = (double)record->service.num /
                           (double)record->service.den / 1e12,
                     .servers = record->servers,
                     .places = record->places};
    else
        found = from_threads(root, q);
    read_wishes(record, q);
    if (found)
        return true;
    ts_find_text(out, "the scenario's threads are not one Poisson stream of "
                      "exponential runs: give arrivals and service");
    return false;
}

static const char *metric(const queue *q, ts_findings *out, const char *what)
{
    return q->task != NULL
               ? ts_arena_format(out->arena, "threads.%s.%s", q->task, what)
               : NULL;
}

static void find_times(const queue *q, double w, double wq, ts_findings *out)
{
    assert(w >= wq && wq >= 0);
    ts_find_value(out, TS_UNIT_NUMBER, q->lambda * w,
                  metric(q, out, "in_system"), "l");
    ts_find_value(out, TS_UNIT_NUMBER, q->lambda * wq, NULL, "lq");
    ts_find_value(out, TS_UNIT_TIME, w, metric(q, out, "turnaround.mean"), "w");
    ts_find_value(out, TS_UNIT_TIME, wq, metric(q, out, "wait.mean"), "wq");
}

static bool is_stable(double rho, ts_findings *out)
{
    ts_find_value(out, TS_UNIT_RATIO, rho, NULL, "rho");
    ts_find_verdict(out, rho < 1,
                    rho < 1 ? NULL
                            : "the queue grows without "
                              "end",
                    "stable");
    return rho < 1;
}

/* --- distributions --- */

/* `full`: how often there are as many jobs as servers. */
static double state_of(const queue *q, double full, int64_t k)
{
    double load = q->lambda / q->mu, p = full;

    assert(k >= 0 && q->servers >= 1 && full >= 0);
    if (load == 0)
        return k == 0;
    for (int64_t n = q->servers; n > k; n--)
        p *= (double)n / load;
    for (int64_t n = q->servers; n < k; n++)
        p *= load / (double)q->servers;
    return p;
}

/* `most`: more jobs than these find no room. */
static void find_states(const queue *q, double full, int64_t most,
                        ts_findings *out)
{
    const int64_t *states = q->states.items;

    for (int i = 0; i < q->states.count; i++)
        ts_find_value(out, TS_UNIT_RATIO,
                      states[i] > most ? 0 : state_of(q, full, states[i]), NULL,
                      "p_%lld", (long long)states[i]);
}

/* As percentiles of a run are named: "p50", "p999", "p05". */
static const char *percentile_name(ts_findings *out, int64_t millionths)
{
    char digits[16], name[24];
    int n = 8;

    assert(millionths > 0 && millionths < 100 * MILLIONTHS); /* checked */
    for (int i = 7; i >= 0; i--) {
        digits[i] = (char)('0' + millionths % 10);
        millionths /= 10;
    }
    while (n > 2 && digits[n - 1] == '0')
        n--;
    digits[n] = '\0';
    name[0] = 'p';
    for (int i = 0; i <= n; i++)
        name[i + 1] = digits[i];
    return ts_arena_text(out->arena, name);
}

/* What a run has for it: report.h says which percentiles. */
static const char *measured(const queue *q, ts_findings *out, const char *name)
{
    static const char *const known[] = {"p50", "p95", "p99", "p999"};

    for (size_t i = 0; i < TS_COUNT_OF(known); i++)
        if (strcmp(name, known[i]) == 0)
            return metric(q, out,
                          ts_arena_format(out->arena, "turnaround.%s", name));
    return NULL;
}

/* (1 - e^-x) / x, near 0 too. */
static double falling(double x)
{
    double term = 1, sum = 0;

    if (x < -0.1 || x > 0.1)
        return (1 - ts_exp(-x)) / x;
    for (int i = 1; i < 16; i++) {
        sum += term / i;
        term *= -x / i;
    }
    return sum;
}

/* P(W > t): a wait with probability `p_wait`, exponential at the rate at which
 * the queue gets shorter, and a service after it. */
static double stays_longer(const queue *q, double p_wait, double t)
{
    double slow = (double)q->servers * q->mu - q->lambda, fast = q->mu;

    assert(slow > 0); /* the queue is stable */
    if (slow > fast) {
        slow = q->mu;
        fast = (double)q->servers * q->mu - q->lambda;
    }
    return ts_exp(-q->mu * t) +
           p_wait * q->mu * t * ts_exp(-slow * t) * falling((fast - slow) * t);
}

/* The time that is exceeded with probability `left`, to the last digit. */
static double stay_of(const queue *q, double p_wait, double left)
{
    double low = 0, high = 1 / q->mu;

    assert(left > 0 && left < 1);
    while (stays_longer(q, p_wait, high) > left)
        high *= 2;
    for (int i = 0; i < 100; i++) {
        double middle = (low + high) / 2;

        if (stays_longer(q, p_wait, middle) > left)
            low = middle;
        else
            high = middle;
    }
    return high;
}

static void find_percentiles(const queue *q, double p_wait, ts_findings *out)
{
    double drain = (double)q->servers * q->mu - q->lambda;

    assert(drain > 0 && p_wait >= 0 && p_wait <= 1);
    for (int i = 0; i < q->percentiles.count; i++) {
        int64_t millionths = millionths_of(&q->percentiles, i);
        double left = (double)(100 * MILLIONTHS - millionths) / 1e8;
        const char *name = percentile_name(out, millionths);

        ts_find_value(out, TS_UNIT_TIME,
                      q->servers == 1 ? -ts_log(left) / drain
                                      : stay_of(q, p_wait, left),
                      measured(q, out, name), "w_%s", name);
        ts_find_value(out, TS_UNIT_TIME,
                      p_wait > left ? ts_log(p_wait / left) / drain : 0, NULL,
                      "wq_%s", name);
    }
}

/* --- M/M/1 --- */

static void mm1(const ts_machine_record *root, const void *fields,
                ts_findings *out)
{
    double rho, w;
    queue q;

    if (!read_queue(root, fields, &q, out))
        return;
    q.servers = 1;
    rho = q.lambda / q.mu;
    if (!is_stable(rho, out))
        return;
    w = 1 / (q.mu - q.lambda);
    find_times(&q, w, rho * w, out);
    ts_find_value(out, TS_UNIT_NUMBER, w * w / 1e24, NULL, "var_w");
    find_percentiles(&q, rho, out);
    find_states(&q, (1 - rho) * rho, INT64_MAX, out);
    ts_find_value(out, TS_UNIT_NUMBER,
                  rho * (2 + 5 * rho - 4 * rho * rho + rho * rho * rho) /
                      (q.mu * q.mu * (1 - rho) * (1 - rho) * (1 - rho) *
                       (1 - rho)) /
                      1e24,
                  NULL, "asymptotic_variance");
}

static const ts_analysis mm1_analysis = {.evaluate = mm1};
const ts_entry ts_analysis_mm1 = {
    .name = "mm1",
    .help = "one exponential server, first come first served",
    .about = "Variances are in s^2. asymptotic_variance / n is the variance "
             "of the mean wait of n jobs in a row: choose run lengths by it.",
    .shape = &mm1_shape,
    .model = &mm1_analysis};

/* --- M/M/c and Erlang's formulas --- */

/* The recursion loses no digits: B(0) = 1, B(n) = aB / (n + aB). */
static double erlang_b(double a, int64_t servers)
{
    double b = 1;

    for (int64_t n = 1; n <= servers; n++)
        b = a * b / ((double)n + a * b);
    assert(b >= 0 && b <= 1); /* it is a probability */
    return b;
}

/* The mean time in system of M/M/c. */
static double mmc_wait(double lambda, double mu, int64_t c, double *p_wait)
{
    double a = lambda / mu, rho = a / (double)c, b = erlang_b(a, c);

    *p_wait = b / (1 - rho * (1 - b));
    assert(*p_wait >= b); /* who may wait is not lost: more find no server */
    return *p_wait / ((double)c * mu - lambda);
}

static void mmc(const ts_machine_record *root, const void *fields,
                ts_findings *out)
{
    double a, rho, wq, p_wait;
    queue q;

    if (!read_queue(root, fields, &q, out))
        return;
    a = q.lambda / q.mu;
    rho = a / (double)q.servers;
    ts_find_value(out, TS_UNIT_NUMBER, a, NULL, "offered_load");
    if (!is_stable(rho, out))
        return;
    wq = mmc_wait(q.lambda, q.mu, q.servers, &p_wait);
    ts_find_value(out, TS_UNIT_RATIO, p_wait, NULL, "p_wait");
    find_times(&q, wq + 1 / q.mu, wq, out);
    ts_find_value(out, TS_UNIT_TIME, 1 / ((double)q.servers * q.mu - q.lambda),
                  NULL, "wq_given_wait");
    ts_find_value(out, TS_UNIT_RATIO,
                  p_wait *
                      ts_exp(-((double)q.servers * q.mu - q.lambda) / q.mu),
                  NULL, "p_wq_above_service");
    find_percentiles(&q, p_wait, out);
    find_states(&q, p_wait * (1 - rho), INT64_MAX, out);
}

/* What applies to a scenario: one Poisson stream of exponential runs, served
 * in order of coming. */
static bool mmc_applies(const ts_machine_record *root)
{
    queue q;

    return root->system->policy.entry == &ts_policy_fifo &&
           root->system->queues != TS_QUEUES_EACH && from_threads(root, &q);
}

static const ts_analysis mmc_analysis = {.evaluate = mmc,
                                         .applies = mmc_applies};
const ts_entry ts_analysis_mmc = {
    .name = "mmc",
    .help = "several exponential servers, one queue (Erlang C)",
    .shape = &mmc_shape,
    .model = &mmc_analysis};

static void loss(const ts_machine_record *root, const void *fields,
                 ts_findings *out)
{
    double b, carried;
    queue q;

    if (!read_queue(root, fields, &q, out))
        return;
    b = erlang_b(q.lambda / q.mu, q.servers);
    carried = q.lambda * (1 - b);
    ts_find_value(out, TS_UNIT_RATIO, b, NULL, "p_block");
    ts_find_value(out, TS_UNIT_NUMBER, carried / q.mu, NULL, "busy");
    ts_find_value(out, TS_UNIT_RATE, carried * 1e12, NULL, "throughput");
    find_states(&q, b, q.servers, out);
}

static const ts_analysis loss_analysis = {.evaluate = loss};
const ts_entry ts_analysis_erlang_b = {
    .name = "erlang-b",
    .help = "several servers and no queue: who finds none free is lost",
    .shape = &loss_shape,
    .model = &loss_analysis};

/* --- M/M/1/K --- */

static void mm1k(const ts_machine_record *root, const void *fields,
                 ts_findings *out)
{
    double rho, p = 1, sum = 0, length = 0, empty, carried;
    queue q;

    if (!read_queue(root, fields, &q, out))
        return;
    rho = q.lambda / q.mu;
    for (int64_t n = 0; n <= q.places; n++) {
        sum += p;
        length += (double)n * p;
        if (n < q.places)
            p *= rho;
    }
    empty = 1 / sum;
    assert(sum >= p && length >= 0); /* p is one of those summed */
    length /= sum;
    carried = q.lambda * (1 - p / sum);
    ts_find_value(out, TS_UNIT_RATIO, p / sum, NULL, "p_block");
    ts_find_value(out, TS_UNIT_RATIO, empty, NULL, "p_empty");
    ts_find_value(out, TS_UNIT_NUMBER, length, NULL, "l");
    ts_find_value(out, TS_UNIT_RATE, carried * 1e12, NULL, "throughput");
    ts_find_value(out, TS_UNIT_TIME, length / carried, NULL, "w_accepted");
    ts_find_value(out, TS_UNIT_RATIO, 1 - empty, NULL, "utilization");
    q.servers = 1;
    find_states(&q, empty * rho, q.places, out);
}

static const ts_analysis mm1k_analysis = {.evaluate = mm1k};
const ts_entry ts_analysis_mm1k = {
    .name = "mm1k",
    .help = "one exponential server with room for K jobs",
    .shape = &mm1k_shape,
    .model = &mm1k_analysis};

/* --- sharing --- */

static void sharing(const ts_machine_record *root, const void *fields,
                    ts_findings *out)
{
    double p_wait, c;
    queue q;

    if (!read_queue(root, fields, &q, out))
        return;
    c = (double)q.servers;
    if (!is_stable(q.lambda / q.mu / c, out))
        return;
    ts_find_value(out, TS_UNIT_TIME,
                  mmc_wait(q.lambda, q.mu, q.servers, &p_wait) + 1 / q.mu,
                  metric(&q, out, "turnaround.mean"), "w_central");
    ts_find_value(out, TS_UNIT_TIME, 1 / (q.mu - q.lambda / c), NULL,
                  "w_split");
    ts_find_value(out, TS_UNIT_TIME, 1 / (c * q.mu - q.lambda), NULL, "w_fast");
}

static const ts_analysis sharing_analysis = {.evaluate = sharing};
const ts_entry ts_analysis_sharing = {
    .name = "sharing",
    .help = "one queue for all servers, a queue each, or one fast server",
    .shape = &sharing_shape,
    .model = &sharing_analysis};
