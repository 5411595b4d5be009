/*
 * distribution.c - drawing from a distribution, and its moments; declared in
 * random.h.
 *
 * A mixture's parts may be mixtures. Drawing walks down one branch; moments
 * visit all of them with a stack of fixed height, MIXTURE_DEPTH.
 */
#include "sim/engine/random.h"

#define REDRAWS_MAX 1000
#define MIXTURE_DEPTH 64

static double infinite(void)
{
    return 0x1p1023 * 2;
}

/* --- drawing --- */

/* The first part whose cumulative weight is above a uniform draw; the last
 * one if rounding left its weight below 1. */
static int pick(const ts_distribution *d, ts_random *random)
{
    double u = ts_random_unit(random);
    int low = 0, high = d->count - 1;

    assert(d->count > 0 && d->cumulative != NULL);
    while (low < high) {
        int middle = low + (high - low) / 2;

        if (u < d->cumulative[middle])
            high = middle;
        else
            low = middle + 1;
    }
    assert(low >= 0 && low < d->count);
    return low;
}

/* A value that is negative a thousand times in a row has no sensible
 * truncation; 0 is the nearest allowed. */
static double draw_normal(const ts_distribution *d, ts_random *random)
{
    for (int i = 0; i < REDRAWS_MAX; i++) {
        double value = d->a + d->b * ts_random_normal(random);

        if (value >= 0)
            return value;
    }
    return 0;
}

/* The variance of the logarithm of a lognormal of mean a and sd b. */
static double log_variance(const ts_distribution *d)
{
    double ratio = d->b / d->a;

    return ts_log(1 + ratio * ratio);
}

static double draw_lognormal(const ts_distribution *d, ts_random *random)
{
    double variance, z = ts_random_normal(random);

    if (!(d->a > 0))
        return 0;
    variance = log_variance(d);
    return d->a * ts_exp(ts_sqrt(variance) * z - variance / 2);
}

/* The inverse of 1 - (a/x)^b, with what lies beyond c cut off. 1 - u is in
 * (0, 1]. */
static double draw_pareto(const ts_distribution *d, ts_random *random)
{
    double u = ts_random_unit(random);
    double value;

    assert(d->a >= 0 && d->b > 0);
    if (d->c > 0) {
        if (d->c <= d->a)
            return d->a;
        u *= 1 - ts_pow(d->a / d->c, d->b);
    }
    value = d->a * ts_pow(1 - u, -1 / d->b);
    return d->c > 0 && value > d->c ? d->c : value;
}

static double draw_erlang(const ts_distribution *d, ts_random *random)
{
    int64_t stages = (int64_t)d->b;
    double sum = 0;

    for (int64_t i = 0; i < stages; i++)
        sum += ts_random_exponential(random);
    return stages > 0 ? sum * (d->a / (double)stages) : d->a;
}

double ts_distribution_draw(const ts_distribution *d, ts_random *random)
{
    while (d->kind == TS_DIST_MIXTURE)
        d = &d->parts[pick(d, random)];
    switch (d->kind) {
    case TS_DIST_CONSTANT:
        return d->a;
    case TS_DIST_UNIFORM:
        return d->a + (d->b - d->a) * ts_random_unit(random);
    case TS_DIST_EXPONENTIAL:
        return d->a * ts_random_exponential(random);
    case TS_DIST_NORMAL:
        return draw_normal(d, random);
    case TS_DIST_LOGNORMAL:
        return draw_lognormal(d, random);
    case TS_DIST_PARETO:
        return draw_pareto(d, random);
    case TS_DIST_ERLANG:
        return draw_erlang(d, random);
    case TS_DIST_HYPER:
        d = &d->parts[pick(d, random)];
        return d->a * ts_random_exponential(random);
    case TS_DIST_EMPIRICAL:
        return d->values[pick(d, random)];
    case TS_DIST_MIXTURE:
        break;
    }
    assert(false); /* no such kind */
    return 0;
}

/* A mixture may hold constants too large for a double's 53 bits; they are
 * exact here because the part is found before it is drawn from. */
int64_t ts_distribution_whole(const ts_distribution *d, ts_random *random)
{
    double value;
    int64_t whole;

    while (d->kind == TS_DIST_MIXTURE)
        d = &d->parts[pick(d, random)];
    if (d->kind == TS_DIST_CONSTANT) {
        whole = d->whole;
    } else {
        value = ts_distribution_draw(d, random);
        if (!(value > 0))
            return 0;
        if (value >= (double)TS_TIME_LIMIT)
            return TS_TIME_LIMIT;
        whole = (int64_t)value;
        whole += value - (double)whole >= 0.5;
    }
    whole = whole < 0 ? 0 : whole;
    return whole > TS_TIME_LIMIT ? TS_TIME_LIMIT : whole;
}

/* --- moments --- */

typedef struct ts_moments {
    double first, second; /* of the value and of its square */
} ts_moments;

/* The normal density over its upper tail at x, phi(x) / Q(x). Q is summed as
 * 1/2 - phi(x) (x + x^3/3 + x^5/15 + ...) near the middle and taken from
 * Laplace's continued fraction Q = phi / (x + 1/(x + 2/(x + ...))) far out. */
static double normal_hazard(double x)
{
    double density = ts_exp(-0.5 * x * x) * 0x1.9884533d43651p-2;
    double term = x, sum = x;

    if (x > 3) {
        double fraction = x;

        for (int i = 200; i > 0; i--)
            fraction = x + i / fraction;
        return fraction;
    }
    if (x < -38)
        return 0;
    if (x < -6) /* Q is 1 to the last bit but a few */
        return density;
    for (int i = 3; i < 200; i += 2) {
        term = term * x * x / i;
        sum += term;
    }
    return density / (0.5 - density * sum);
}

/* Truncated below at 0: with h the hazard at -a/b the mean is a + b h and the
 * second moment a (mean) + b^2. */
static ts_moments normal_moments(const ts_distribution *d)
{
    double mean;

    if (!(d->b > 0)) {
        mean = d->a > 0 ? d->a : 0;
        return (ts_moments){mean, mean * mean};
    }
    mean = d->a + d->b * normal_hazard(-d->a / d->b);
    return (ts_moments){mean, d->a * mean + d->b * d->b};
}

/* E[X^j] of a Pareto from a, of shape b, bounded at c when c > 0. */
static double pareto_moment(const ts_distribution *d, int j)
{
    double a = d->a, b = d->b, c = d->c, power = j, kept;
    double base = j == 1 ? a : a * a;

    if (c <= 0)
        return b > power ? base * b / (b - power) : infinite();
    if (c <= a)
        return base;
    kept = 1 - ts_pow(a / c, b);
    if (b == power)
        return base * b * ts_log(c / a) / kept;
    return base * b * (1 - ts_pow(a / c, b - power)) / (b - power) / kept;
}

static double weight(const ts_distribution *d, int i)
{
    return i == 0 ? d->cumulative[0] : d->cumulative[i] - d->cumulative[i - 1];
}

static ts_moments empirical_moments(const ts_distribution *d)
{
    ts_moments m = {0, 0};

    for (int i = 0; i < d->count; i++) {
        m.first += weight(d, i) * d->values[i];
        m.second += weight(d, i) * d->values[i] * d->values[i];
    }
    return m;
}

static ts_moments hyper_moments(const ts_distribution *d)
{
    ts_moments m = {0, 0};

    for (int i = 0; i < d->count; i++) {
        m.first += weight(d, i) * d->parts[i].a;
        m.second += 2 * weight(d, i) * d->parts[i].a * d->parts[i].a;
    }
    return m;
}

/* Of anything but a mixture. */
static ts_moments simple_moments(const ts_distribution *d)
{
    double a = d->a, b = d->b;

    switch (d->kind) {
    case TS_DIST_CONSTANT:
        return (ts_moments){a, a * a};
    case TS_DIST_UNIFORM:
        return (ts_moments){(a + b) / 2, (a * a + a * b + b * b) / 3};
    case TS_DIST_EXPONENTIAL:
        return (ts_moments){a, 2 * a * a};
    case TS_DIST_NORMAL:
        return normal_moments(d);
    case TS_DIST_LOGNORMAL:
        return a > 0 ? (ts_moments){a, a * a + b * b} : (ts_moments){0, 0};
    case TS_DIST_PARETO:
        return (ts_moments){pareto_moment(d, 1), pareto_moment(d, 2)};
    case TS_DIST_ERLANG:
        b = b >= 1 ? (double)(int64_t)b : infinite();
        return (ts_moments){a, a * a + a * a / b};
    case TS_DIST_HYPER:
        return hyper_moments(d);
    case TS_DIST_EMPIRICAL:
        return empirical_moments(d);
    case TS_DIST_MIXTURE:
        break;
    }
    assert(false); /* no such kind */
    return (ts_moments){0, 0};
}

static ts_moments moments(const ts_distribution *d)
{
    struct {
        const ts_distribution *d;
        double share; /* of the whole */
        int next;     /* part to visit */
    } stack[MIXTURE_DEPTH];
    ts_moments sum = {0, 0};
    int height = 1;

    if (d->kind != TS_DIST_MIXTURE)
        return simple_moments(d);
    stack[0].d = d;
    stack[0].share = 1;
    stack[0].next = 0;
    while (height > 0) {
        const ts_distribution *mixture = stack[height - 1].d;
        int i = stack[height - 1].next++;
        const ts_distribution *part;
        double share;
        ts_moments m;

        if (i == mixture->count) {
            height--;
            continue;
        }
        part = &mixture->parts[i];
        share = stack[height - 1].share * weight(mixture, i);
        if (part->kind == TS_DIST_MIXTURE) {
            assert(height < MIXTURE_DEPTH);
            if (height == MIXTURE_DEPTH)
                continue;
            stack[height].d = part;
            stack[height].share = share;
            stack[height++].next = 0;
        } else if (share > 0) {
            m = simple_moments(part);
            sum.first += share * m.first;
            sum.second += share * m.second;
        }
    }
    return sum;
}

double ts_distribution_mean(const ts_distribution *d)
{
    return moments(d).first;
}

double ts_distribution_variance(const ts_distribution *d)
{
    ts_moments m = moments(d);
    double variance;

    switch (d->kind) { /* without the cancellation where that is easy */
    case TS_DIST_CONSTANT:
        return 0;
    case TS_DIST_UNIFORM:
        return (d->b - d->a) * (d->b - d->a) / 12;
    case TS_DIST_LOGNORMAL:
        return d->a > 0 ? d->b * d->b : 0;
    default:
        break;
    }
    if (m.second > 0x1.fffffffffffffp1023)
        return m.second;
    variance = m.second - m.first * m.first;
    return variance > 0 ? variance : 0;
}
