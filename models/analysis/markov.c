/*
 * markov.c - queues with Poisson arrivals and exponential service: M/M/1,
 * M/M/c, M/M/c/c (Erlang B), M/M/1/K, and what sharing a queue is worth.
 *
 * Source: any text on queueing, e.g. Kleinrock, Queueing Systems I; the
 * asymptotic variance of the mean wait is Daley's (1968).
 */
#include "models/analysis/analysis.h"
#include "models/analysis/service.h"
#include "models/machine/system.h"

extern const ts_entry ts_policy_fifo;

typedef struct markov_record {
    ts_rational arrivals, service;
    int64_t servers, places;
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

static const ts_field mm1_fields[] = {ARRIVALS, SERVICE};
static const ts_field mmc_fields[] = {ARRIVALS, SERVICE, SERVERS};
static const ts_field mm1k_fields[] = {
    ARRIVALS,
    SERVICE,
    {.name = "places",
     .kind = TS_FIELD_INT,
     .required = true,
     .min = 1,
     .max = 1e6,
     .offset = TS_AT(markov_record, places),
     .help = "jobs that fit, with the one in service (K)"}};

#define SHAPE(which)                                                           \
    static const ts_shape which##_shape = {.name = #which,                     \
                                           .help = "A queue",                  \
                                           .size = sizeof(markov_record),      \
                                           TS_FIELDS(which##_fields)}

SHAPE(mm1);
SHAPE(mmc);
SHAPE(mm1k);

typedef struct queue {
    double lambda, mu; /* per picosecond */
    int64_t servers, places;
    const char *task; /* NULL: given */
} queue;

static bool from_threads(const ts_machine_record *root, queue *q)
{
    ts_load load;

    if (!ts_load_from_threads(root, &load) ||
        load.service->kind != TS_DIST_EXPONENTIAL)
        return false;
    *q = (queue){load.rate, 1 / load.m1, ts_computer_processors(root->computer),
                 0, load.task};
    return true;
}

static bool read_queue(const ts_machine_record *root,
                       const markov_record *record, queue *q, ts_findings *out)
{
    if (record && record->arrivals.den > 0) {
        *q = (queue){(double)record->arrivals.num /
                         (double)record->arrivals.den / 1e12,
                     (double)record->service.num / (double)record->service.den /
                         1e12,
                     record->servers, record->places, NULL};
        return true;
    }
    if (from_threads(root, q))
        return true;
    ts_find_text(out, "the scenario's threads are not one Poisson stream of "
                      "exponential runs: give arrivals and service");
    return false;
}

static const char *metric(const queue *q, ts_findings *out, const char *what)
{
    return q->task ? ts_arena_format(out->arena, "threads.%s.%s", q->task, what)
                   : NULL;
}

static void find_times(const queue *q, double w, double wq, ts_findings *out)
{
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

/* --- M/M/1 --------------------------------------------------------------- */

static void mm1(const ts_machine_record *root, const void *fields,
                ts_findings *out)
{
    static const int percents[4] = {50, 90, 95, 99};
    static const int lengths[5] = {0, 1, 2, 5, 10};
    double rho, w, wq;
    queue q;

    if (!read_queue(root, fields, &q, out))
        return;
    rho = q.lambda / q.mu;
    if (!is_stable(rho, out))
        return;
    w = 1 / (q.mu - q.lambda);
    wq = rho * w;
    find_times(&q, w, wq, out);
    ts_find_value(out, TS_UNIT_NUMBER, w * w / 1e24, NULL, "var_w");
    for (int i = 0; i < 4; i++) {
        double left = 1 - percents[i] / 100.0, at;
        char what[32] = "turnaround.p00";

        what[12] = (char)('0' + percents[i] / 10);
        what[13] = (char)('0' + percents[i] % 10);
        ts_find_value(out, TS_UNIT_TIME, -ts_log(left) * w,
                      percents[i] == 90 ? NULL : metric(&q, out, what), "w_p%d",
                      percents[i]);
        at = rho > left ? ts_log(rho / left) * w : 0;
        ts_find_value(out, TS_UNIT_TIME, at, NULL, "wq_p%d", percents[i]);
    }
    for (int i = 0; i < 5; i++) {
        double p = 1 - rho;

        for (int k = 0; k < lengths[i]; k++)
            p *= rho;
        ts_find_value(out, TS_UNIT_RATIO, p, NULL, "p_%d", lengths[i]);
    }
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

/* --- M/M/c and Erlang's formulas ----------------------------------------- */

/* The recursion loses no digits: B(0) = 1, B(n) = aB / (n + aB). */
static double erlang_b(double a, int64_t servers)
{
    double b = 1;

    for (int64_t n = 1; n <= servers; n++)
        b = a * b / ((double)n + a * b);
    return b;
}

/* The mean time in system of M/M/c. */
static double mmc_wait(double lambda, double mu, int64_t c, double *p_wait)
{
    double a = lambda / mu, rho = a / (double)c, b = erlang_b(a, c);

    *p_wait = b / (1 - rho * (1 - b));
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
}

static const ts_analysis loss_analysis = {.evaluate = loss};
const ts_entry ts_analysis_erlang_b = {
    .name = "erlang-b",
    .help = "several servers and no queue: who finds none free is lost",
    .shape = &mmc_shape,
    .model = &loss_analysis};

/* --- M/M/1/K ------------------------------------------------------------- */

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
    length /= sum;
    carried = q.lambda * (1 - p / sum);
    ts_find_value(out, TS_UNIT_RATIO, p / sum, NULL, "p_block");
    ts_find_value(out, TS_UNIT_RATIO, empty, NULL, "p_empty");
    ts_find_value(out, TS_UNIT_NUMBER, length, NULL, "l");
    ts_find_value(out, TS_UNIT_RATE, carried * 1e12, NULL, "throughput");
    ts_find_value(out, TS_UNIT_TIME, length / carried, NULL, "w_accepted");
    ts_find_value(out, TS_UNIT_RATIO, 1 - empty, NULL, "utilization");
}

static const ts_analysis mm1k_analysis = {.evaluate = mm1k};
const ts_entry ts_analysis_mm1k = {
    .name = "mm1k",
    .help = "one exponential server with room for K jobs",
    .shape = &mm1k_shape,
    .model = &mm1k_analysis};

/* --- sharing ------------------------------------------------------------- */

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
    .shape = &mmc_shape,
    .model = &sharing_analysis};
