/*
 * reference_sizes.c - cases of queues whose server wakes up slowly (Welch
 * 1964), and of those that go by size (Schrage and Miller 1966, Kleinrock);
 * see reference.h. Integrals in long double, by Gauss and Legendre's rule of
 * ten points in panels that are short against everything.
 */
#include "making.h"
#include "reference.h"

#include <math.h>
#include <stdbool.h>

/* --- setup --- */

/* A distribution; its first two moments. */
static void draw_moments(cJSON *s, chance *c, double *m1, double *m2)
{
    static const char *const names[] = {"deterministic", "exponential",
                                        "erlang",        "uniform",
                                        "lognormal",     "hyperexponential"};
    int kind = between(c, 0, 5), k = between(c, 2, 6);
    double mean = decimal(c, 0.1, 3), scv = decimal(c, 0.3, 1.5);
    double low = decimal(c, 0, 1), high = decimal(c, 1.1, 4);
    double p = between(c, 1, 9) / 10.0;

    add_text(s, "dist", names[kind]);
    *m1 = mean;
    if (kind == 3) {
        add(s, "low", low);
        add(s, "high", high);
        *m1 = (low + high) / 2;
        *m2 = (low * low + low * high + high * high) / 3;
    } else if (kind == 5) {
        add(s, "p", p);
        add(s, "mean1", low + 0.1);
        add(s, "mean2", high);
        *m1 = p * (low + 0.1) + (1 - p) * high;
        *m2 = 2 * (p * (low + 0.1) * (low + 0.1) + (1 - p) * high * high);
    } else {
        add(s, "mean", mean);
        if (kind == 2)
            add(s, "k", k);
        if (kind == 4)
            add(s, "scv", scv);
        *m2 = mean * mean *
              (1 + (kind == 0   ? 0
                    : kind == 1 ? 1
                    : kind == 2 ? 1.0 / k
                                : scv));
    }
}

void reference_setup(cJSON *inputs, cJSON *expected, int number)
{
    chance c = chance_of(7, number);
    double lambda, rho = decimal(&c, 0.1, 0.9), m1, m2, s1, s2, w;
    cJSON *service = cJSON_CreateObject();

    add_text(inputs, "model", "M/G/1 FCFS with a setup");
    draw_moments(service, &c, &m1, &m2);
    lambda = ceil(rho / m1 * 1000) / 1000;
    rho = lambda * m1;
    add(inputs, "lambda", lambda);
    cJSON_AddItemToObject(inputs, "service", service);
    draw_moments(cJSON_AddObjectToObject(inputs, "setup"), &c, &s1, &s2);
    w = m1 + lambda * m2 / (2 * (1 - rho));
    add(expected, "rho", rho);
    add(expected, "W", w + (2 * s1 + lambda * s2) / (2 * (1 + lambda * s1)));
    add(expected, "W_without_setup", w);
    add(expected, "P_server_sleeping", (1 - rho) / (1 + lambda * s1));
}

/* --- sizes --- */

typedef long double real;

typedef enum kind { EXPONENTIAL, UNIFORM, HYPER, PARETO, KINDS } kind;

/* Where most of it is, and its first two moments. */
typedef struct sizes {
    kind kind;
    real a, b, p; /* means, ends, the Pareto's two sizes ... */
    real alpha, least, most, m1, m2, lambda;
} sizes;

/* Of t^k f(t) from 0 to x, exponential of mean m. */
static real of_exponential(real m, int k, real x)
{
    real u = x / m, tail = expl(-u);

    if (k == 0)
        return -expm1l(-u);
    if (k == 1)
        return m * (-expm1l(-u) - u * tail);
    return m * m * (2 * (-expm1l(-u) - u * tail) - u * u * tail);
}

static real of_power(real e, real from, real to)
{
    return e == 0 ? logl(to / from) : (powl(to, e) - powl(from, e)) / e;
}

static real below(const sizes *s, int k, real x)
{
    switch (s->kind) {
    case EXPONENTIAL:
        return of_exponential(s->a, k, x);
    case HYPER:
        return s->p * of_exponential(s->a, k, x) +
               (1 - s->p) * of_exponential(s->b, k, x);
    case UNIFORM:
        return (powl(x, k + 1) - powl(s->a, k + 1)) / (k + 1) / (s->b - s->a);
    default:
        return s->alpha * powl(s->a, s->alpha) /
               (1 - powl(s->a / s->b, s->alpha)) *
               of_power(k - s->alpha, s->a, x);
    }
}

static real density(const sizes *s, real x)
{
    switch (s->kind) {
    case EXPONENTIAL:
        return expl(-x / s->a) / s->a;
    case HYPER:
        return s->p * expl(-x / s->a) / s->a +
               (1 - s->p) * expl(-x / s->b) / s->b;
    case UNIFORM:
        return 1 / (s->b - s->a);
    default:
        return s->alpha * powl(s->a, s->alpha) /
               (1 - powl(s->a / s->b, s->alpha)) * powl(x, -s->alpha - 1);
    }
}

static real above(const sizes *s, real x)
{
    if (s->kind == EXPONENTIAL)
        return expl(-x / s->a);
    if (s->kind == HYPER)
        return s->p * expl(-x / s->a) + (1 - s->p) * expl(-x / s->b);
    return 1 - below(s, 0, x);
}

static real spare(const sizes *s, real x)
{
    return 1 - s->lambda * below(s, 1, x);
}

/* Of sizes cut off at x, squared. */
static real cut(const sizes *s, real x)
{
    return below(s, 2, x) + x * x * above(s, x);
}

enum { SRPT, PSJF, SJF, FB, RESIDENCE, RULES };

static real srpt_wait(const sizes *s, real x)
{
    return s->lambda / 2 * cut(s, x) / (spare(s, x) * spare(s, x));
}

static void look(const sizes *s, real x, real weight, real *sum)
{
    real f = density(s, x) * weight, free = spare(s, x);
    real least = free - s->lambda * x * above(s, x);

    sum[SRPT] += f * srpt_wait(s, x) + weight * above(s, x) / free;
    sum[PSJF] += f * (x / free + s->lambda / 2 * below(s, 2, x) / free / free);
    sum[SJF] += f * s->lambda / 2 * s->m2 / free / free;
    sum[FB] += f * (x / least + s->lambda / 2 * cut(s, x) / least / least);
    sum[RESIDENCE] += weight / free;
}

#define PANELS 1200

static void integrate(const sizes *s, real from, real to, real *sum)
{
    static const real at[] = {0.148874338981631210884826001129719985L,
                              0.433395394129247190799265943165784162L,
                              0.679409568299024406234327365114873576L,
                              0.865063366688984510732096688423493049L,
                              0.973906528517171720077964012084452053L};
    static const real weight[] = {0.295524224714752870173815619188769250L,
                                  0.269266719309996355091226921569469353L,
                                  0.219086362515982043995534934228163192L,
                                  0.149451349150580593145863396957697627L,
                                  0.066671344308688137593568809893331793L};
    bool logs = s->kind == PARETO; /* panels grow with the size */
    real low = logs ? logl(from) : from, high = logs ? logl(to) : to;
    real half = (high - low) / PANELS / 2;

    for (int i = 0; i < PANELS; i++)
        for (int k = -5; k < 5; k++) {
            int n = k < 0 ? -k - 1 : k;
            real x = low + half * (2 * i + 1 + (k < 0 ? -at[n] : at[n]));
            real size = logs ? expl(x) : x;

            look(s, size, weight[n] * half * (logs ? size : 1), sum);
        }
}

static sizes draw_sizes(cJSON *service, chance *c, kind which)
{
    static const char *const names[] = {"exponential", "uniform",
                                        "hyperexponential", "bounded_pareto"};
    sizes s = {.kind = which};
    double a = decimal(c, 0.2, 2), b = decimal(c, 2.1, 9);
    double p = between(c, 1, 9) / 10.0, alpha = decimal(c, 1.05, 2.8);

    add_text(service, "dist", names[which]);
    if (which == EXPONENTIAL)
        add(service, "mean", a);
    if (which == UNIFORM)
        a = between(c, 0, 1) ? a : 0;
    if (which == HYPER)
        add(service, "p", p);
    if (which == PARETO) {
        b = (double)between(c, 20, 2000);
        add(service, "alpha", alpha);
    }
    if (which != EXPONENTIAL) {
        add(service, which == HYPER ? "mean1" : "low", a);
        add(service, which == HYPER ? "mean2" : "high", b);
    }
    s.a = a;
    s.b = b;
    s.p = p;
    s.alpha = alpha;
    s.least = which == UNIFORM || which == PARETO ? s.a : 0;
    s.most = which == EXPONENTIAL ? 60 * s.a : which == HYPER ? 60 * s.b : s.b;
    s.m1 = below(&s, 1, s.most);
    s.m2 = below(&s, 2, s.most);
    return s;
}

void reference_sizes(cJSON *inputs, cJSON *expected, int number)
{
    chance c = chance_of(8, number);
    double rho = decimal(&c, 0.1, 0.95);
    cJSON *service = cJSON_CreateObject(), *means;
    sizes s = draw_sizes(service, &c, (kind)(number % KINDS));
    real sum[RULES] = {0}, mean[RULES] = {0};

    s.lambda = (real)(double)(rho / s.m1);
    rho = (double)(s.lambda * s.m1);
    add_text(inputs, "model", "M/G/1, job sizes known on arrival");
    add(inputs, "rho", rho);
    add(inputs, "lambda", (double)s.lambda);
    cJSON_AddItemToObject(inputs, "service", service);
    integrate(&s, s.least, s.most, sum);
    integrate(&s, s.least, s.m1, mean);
    means = cJSON_AddObjectToObject(expected, "mean_response_time");
    add(means, "FCFS",
        (double)(s.m1 + s.lambda * s.m2 / (2 * (1 - s.lambda * s.m1))));
    add(means, "PS", (double)(s.m1 / (1 - s.lambda * s.m1)));
    add(means, "SRPT", (double)(s.least + sum[SRPT]));
    add(means, "PSJF", (double)sum[PSJF]);
    add(means, "SJF_nonpreemptive", (double)(s.m1 + sum[SJF]));
    add(means, "FB_least_attained_service", (double)sum[FB]);
    add(expected, "SRPT_T_of_mean_size_job",
        (double)(s.least + srpt_wait(&s, s.m1) + mean[RESIDENCE]));
}
