/*
 * service.c - see service.h.
 */
#include "models/analysis/service.h"

#include "models/machine/task.h"
#include "models/machine/program.h"

static double weight(const ts_distribution *d, int i)
{
    return d->cumulative[i] - (i > 0 ? d->cumulative[i - 1] : 0);
}

static double power(double x, int order)
{
    double product = 1;

    while (order-- > 0)
        product *= x;
    return product;
}

static const double factorial[4] = {1, 1, 2, 6};

/* --- moments --- */

/* The integral of t^k f(t) of a Pareto with minimum a and shape b, cut off at
 * c (0: not at all), from a to x. */
static double pareto_partial(const ts_distribution *d, int k, double x)
{
    double norm = d->c > 0 ? 1 - ts_pow(d->a / d->c, d->b) : 1;
    double e = k - d->b;

    if (x <= d->a)
        return 0;
    if (d->c > 0 && x > d->c)
        x = d->c;
    if (e < 1e-12 && e > -1e-12)
        return d->b * ts_pow(d->a, d->b) / norm * ts_log(x / d->a);
    return d->b * ts_pow(d->a, d->b) / norm * (ts_pow(x, e) - ts_pow(d->a, e)) /
           e;
}

double ts_service_moment(const ts_distribution *d, int k)
{
    double sum = 0, ratio;

    switch (d->kind) {
    case TS_DIST_CONSTANT:
        return power((double)d->whole, k);
    case TS_DIST_UNIFORM:
        return (power(d->b, k + 1) - power(d->a, k + 1)) /
               ((d->b - d->a) * (k + 1));
    case TS_DIST_EXPONENTIAL:
        return factorial[k] * power(d->a, k);
    case TS_DIST_ERLANG:
        sum = 1;
        for (int i = 0; i < k; i++)
            sum *= d->a * (d->b + i) / d->b;
        return sum;
    case TS_DIST_LOGNORMAL:
        ratio = 1 + d->b / d->a * (d->b / d->a);
        return power(d->a, k) * power(ratio, k * (k - 1) / 2);
    case TS_DIST_PARETO:
        if (d->c <= 0)
            return d->b > k ? d->b * power(d->a, k) / (d->b - k) : 0x1p1023 * 2;
        return pareto_partial(d, k, d->c);
    case TS_DIST_HYPER:
        for (int i = 0; i < d->count; i++)
            sum += weight(d, i) * factorial[k] * power(d->parts[i].a, k);
        return sum;
    case TS_DIST_EMPIRICAL:
        for (int i = 0; i < d->count; i++)
            sum += weight(d, i) * power(d->values[i], k);
        return sum;
    case TS_DIST_NORMAL:
    case TS_DIST_MIXTURE:
        break;
    }
    /* Two moments are known of any; the third is left open. */
    if (k == 1)
        return ts_distribution_mean(d);
    return k == 2
               ? ts_distribution_variance(d) + power(ts_distribution_mean(d), 2)
               : 0x1p1023 * 2;
}

/* --- sizes --- */

bool ts_service_sized(const ts_distribution *d)
{
    return d->kind == TS_DIST_EXPONENTIAL || d->kind == TS_DIST_UNIFORM ||
           d->kind == TS_DIST_HYPER || (d->kind == TS_DIST_PARETO && d->c > 0);
}

/* The integral of t^k f(t), exponential of mean m, from 0 to x. */
static double exponential_partial(double m, int k, double x)
{
    double u = x / m, tail = ts_exp(-u);

    assert(m > 0 && x >= 0 && (k == 1 || k == 2));
    if (k == 1 && u < 0.5) {
        /* u^2/2 - u^3/3 + ...: the closed form would lose its digits */
        double term = u * u, sum = 0;

        for (int i = 2; i < 30; i++) {
            sum += term / (double)i;
            term *= -u / (double)(i - 1);
        }
        return m * sum;
    }
    if (k == 2 && u < 0.5) {
        double term = u * u * u, sum = 0;

        for (int i = 3; i < 30; i++) {
            sum += term / (double)i;
            term *= -u / (double)(i - 2);
        }
        return m * m * sum;
    }
    if (k == 1)
        return m * (1 - tail * (1 + u));
    return m * m * (2 - tail * (2 + 2 * u + u * u));
}

double ts_service_density(const ts_distribution *d, double x)
{
    double sum = 0;

    switch (d->kind) {
    case TS_DIST_EXPONENTIAL:
        return ts_exp(-x / d->a) / d->a;
    case TS_DIST_UNIFORM:
        return x < d->a || x > d->b ? 0 : 1 / (d->b - d->a);
    case TS_DIST_HYPER:
        for (int i = 0; i < d->count; i++)
            sum += weight(d, i) * ts_exp(-x / d->parts[i].a) / d->parts[i].a;
        return sum;
    default:
        if (x < d->a || x > d->c)
            return 0;
        return d->b * ts_pow(d->a, d->b) * ts_pow(x, -d->b - 1) /
               (1 - ts_pow(d->a / d->c, d->b));
    }
}

double ts_service_tail(const ts_distribution *d, double x)
{
    double sum = 0;

    switch (d->kind) {
    case TS_DIST_EXPONENTIAL:
        return ts_exp(-x / d->a);
    case TS_DIST_UNIFORM:
        return x < d->a ? 1 : x > d->b ? 0 : (d->b - x) / (d->b - d->a);
    case TS_DIST_HYPER:
        for (int i = 0; i < d->count; i++)
            sum += weight(d, i) * ts_exp(-x / d->parts[i].a);
        return sum;
    default:
        if (x <= d->a)
            return 1;
        if (x >= d->c)
            return 0;
        return (ts_pow(d->a / x, d->b) - ts_pow(d->a / d->c, d->b)) /
               (1 - ts_pow(d->a / d->c, d->b));
    }
}

double ts_service_partial(const ts_distribution *d, int k, double x)
{
    double sum = 0;

    switch (d->kind) {
    case TS_DIST_EXPONENTIAL:
        return exponential_partial(d->a, k, x);
    case TS_DIST_UNIFORM:
        if (x <= d->a)
            return 0;
        if (x > d->b)
            x = d->b;
        return (power(x, k + 1) - power(d->a, k + 1)) /
               ((d->b - d->a) * (k + 1));
    case TS_DIST_HYPER:
        for (int i = 0; i < d->count; i++)
            sum += weight(d, i) * exponential_partial(d->parts[i].a, k, x);
        return sum;
    default:
        return pareto_partial(d, k, x);
    }
}

void ts_service_range(const ts_distribution *d, double *low, double *high)
{
    *low = 0;
    switch (d->kind) {
    case TS_DIST_EXPONENTIAL:
        *high = d->a * 60;
        return;
    case TS_DIST_HYPER:
        *high = 0;
        for (int i = 0; i < d->count; i++)
            if (d->parts[i].a * 60 > *high)
                *high = d->parts[i].a * 60;
        return;
    case TS_DIST_UNIFORM:
        *low = d->a;
        *high = d->b;
        return;
    default:
        *low = d->a;
        *high = d->c;
    }
}

/* --- integration --- */

/* Gauss and Legendre, 20 points: node and weight of one half. */
static const double gauss[10][2] = {
    {0x1.fc7b5a0c71ce0p-1, 0x1.209680274e8afp-6},
    {0x1.ed8dba7bd769fp-1, 0x1.4c9b5ea53b67fp-5},
    {0x1.d31064173fd92p-1, 0x1.00b467df7e475p-4},
    {0x1.ada0bd5efd6e7p-1, 0x1.5519fe196e24ap-4},
    {0x1.7e1f37346a54ep-1, 0x1.a1817a317a821p-4},
    {0x1.45a8d3fa710dbp-1, 0x1.e41ff31573b48p-4},
    {0x1.05905c13f7ff7p-1, 0x1.0db2c5db26dffp-3},
    {0x1.7eaccf15652c4p-2, 0x1.230348f34a535p-3},
    {0x1.d281636928bc0p-3, 0x1.31819b52c5992p-3},
    {0x1.3973df98b86b0p-4, 0x1.38d6c490a3370p-3},
};

static double panel(double (*what)(void *, double), void *context, double from,
                    double to)
{
    double middle = (from + to) / 2, half = (to - from) / 2, sum = 0;

    for (int i = 0; i < 10; i++)
        sum += gauss[i][1] * (what(context, middle - half * gauss[i][0]) +
                              what(context, middle + half * gauss[i][0]));
    return sum * half;
}

double ts_integral(double (*what)(void *context, double x), void *context,
                   double low, double high, double scale)
{
    double from = low, width = scale / 64, sum = 0;

    assert(scale > 0);
    while (from < high) {
        double to = from + width < high ? from + width : high;

        assert(to > from); /* it comes to an end */
        sum += panel(what, context, from, to);
        from = to;
        if (from - low > scale / 4)
            width = (from - low) / 4;
    }
    return sum;
}

/* --- loads --- */

ts_load ts_load_of(double rate, const ts_distribution *service)
{
    ts_load load = {.rate = rate, .service = service};

    load.m1 = ts_service_moment(service, 1);
    load.m2 = ts_service_moment(service, 2);
    load.m3 = ts_service_moment(service, 3);
    load.rho = rate * load.m1;
    assert(rate >= 0);
    return load;
}

bool ts_load_from_threads(const ts_machine_record *root, ts_load *load)
{
    const ts_task_record *task = root->threads.items;
    const ts_duration *span;
    const ts_variant *operation;

    if (root->threads.count != 1 || task->arrive == NULL ||
        task->arrive->rate.den == 0 || task->count != 1 ||
        task->program.count != 1)
        return false;
    operation = task->program.items;
    span = ts_program_run_span(operation);
    if (span == NULL || span->cycles)
        return false;
    *load = ts_load_of((double)task->arrive->rate.num /
                           (double)task->arrive->rate.den / 1e12,
                       &span->amount);
    load->task = task->name;
    return true;
}
