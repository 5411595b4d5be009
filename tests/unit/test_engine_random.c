/*
 * test_engine_random.c - streams, samplers and distributions: known answers,
 * the tables derived anew, moments, Kolmogorov-Smirnov against the exact
 * distribution functions, and golden bits that every compiler and processor
 * must reproduce. libm serves here as the judge; the engine never calls it.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>

#include <cmocka.h>

#include "sim/engine/hash.h"
#include "sim/engine/random.h"
#include "sim/engine/ziggurat.h"

#include <Random123/philox.h>

#include <float.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static uint64_t bits_of(double x)
{
    uint64_t bits;

    memcpy(&bits, &x, sizeof bits);
    return bits;
}

static void assert_close(double value, double expected, double relative)
{
    if (!(fabs(value - expected) <= relative * fabs(expected))) {
        print_error("%.17g is not %.17g within %g\n", value, expected,
                    relative);
        fail();
    }
}

/* --- streams --- */

/* Random123's published known answers for philox4x64, 10 rounds. */
static void test_philox_known_answers(void **state)
{
    static const struct {
        uint64_t counter[4], key[2], output[4];
    } answers[] = {
        {{0, 0, 0, 0},
         {0, 0},
         {UINT64_C(0x16554d9eca36314c), UINT64_C(0xdb20fe9d672d0fdc),
          UINT64_C(0xd7e772cee186176b), UINT64_C(0x7e68b68aec7ba23b)}},
        {{UINT64_MAX, UINT64_MAX, UINT64_MAX, UINT64_MAX},
         {UINT64_MAX, UINT64_MAX},
         {UINT64_C(0x87b092c3013fe90b), UINT64_C(0x438c3c67be8d0224),
          UINT64_C(0x9cc7d7c69cd777b6), UINT64_C(0xa09caebf594f0ba0)}},
        {{UINT64_C(0x243f6a8885a308d3), UINT64_C(0x13198a2e03707344),
          UINT64_C(0xa4093822299f31d0), UINT64_C(0x082efa98ec4e6c89)},
         {UINT64_C(0x452821e638d01377), UINT64_C(0xbe5466cf34e90c6c)},
         {UINT64_C(0xa528f45403e61d95), UINT64_C(0x38c72dbd566e9788),
          UINT64_C(0xa5a1610e72fd18b5), UINT64_C(0x57bd43b5e52b7fe6)}}};
    ts_random random = {.key = {0, 0}};

    (void)state;
    for (size_t i = 0; i < TS_COUNT_OF(answers); i++) {
        philox4x64_ctr_t counter;
        philox4x64_key_t key;

        memcpy(counter.v, answers[i].counter, sizeof counter.v);
        memcpy(key.v, answers[i].key, sizeof key.v);
        counter = philox4x64(counter, key);
        assert_memory_equal(counter.v, answers[i].output, sizeof counter.v);
    }
    for (int i = 0; i < 4; i++) /* the first answer is a stream of ours */
        assert_int_equal(ts_random_u64(&random), answers[0].output[i]);
}

static void test_stream_is_philox_of_its_counter(void **state)
{
    ts_random random;

    (void)state;
    ts_random_init(&random, 42, "arrivals");
    ts_random_select(&random, 17);
    for (uint64_t block = 0; block < 1000; block++) {
        philox4x64_ctr_t counter = {{block, 17, 0, 0}};
        philox4x64_key_t key = {{42, ts_hash_text("arrivals")}};

        counter = philox4x64(counter, key);
        for (int i = 0; i < 4; i++)
            assert_int_equal(ts_random_u64(&random), counter.v[i]);
    }
}

static void test_streams_are_independent(void **state)
{
    ts_random a, b, alone;

    (void)state;
    ts_random_init(&alone, 7, "disk");
    ts_random_init(&a, 7, "disk");
    ts_random_init(&b, 7, "network");
    for (int i = 0; i < 1000; i++) {
        uint64_t expected = ts_random_u64(&alone);

        assert_int_not_equal(ts_random_u64(&b), expected);
        assert_int_equal(ts_random_u64(&a), expected);
    }
}

/* Job 17 draws the same whenever its turn comes. */
static void test_split_by_index(void **state)
{
    ts_random one, other;
    double early[5];

    (void)state;
    ts_random_init(&one, 3, "task");
    ts_random_init(&other, 3, "task");
    ts_random_select(&one, 17);
    for (int i = 0; i < 5; i++)
        early[i] = ts_random_exponential(&one);
    for (uint64_t job = 0; job < 30; job++) {
        ts_random_select(&other, job);
        for (int i = 0; i < 5; i++) {
            double value = ts_random_exponential(&other);

            assert_true((job == 17) == (bits_of(value) == bits_of(early[i])));
        }
    }
}

static void test_name_hash(void **state)
{
    (void)state;
    /* FNV-1a's own test vectors ("", "a", "foobar"), finished. */
    assert_int_equal(ts_hash_text(""),
                     ts_hash_finish(UINT64_C(0xcbf29ce484222325)));
    assert_int_equal(ts_hash_text("a"),
                     ts_hash_finish(UINT64_C(0xaf63dc4c8601ec8c)));
    assert_int_equal(ts_hash_text("foobar"),
                     ts_hash_finish(UINT64_C(0x85944171f73967e8)));
}

static void test_below_is_uniform(void **state)
{
    enum { N = 7, EACH = 100000 };
    uint64_t seen[N] = {0};
    ts_random random;
    double chi = 0;

    (void)state;
    ts_random_init(&random, 1, "below");
    for (int i = 0; i < N * EACH; i++) {
        uint64_t value = ts_random_below(&random, N);

        assert_true(value < N);
        seen[value]++;
    }
    for (int i = 0; i < N; i++) {
        double off = (double)seen[i] - EACH;

        chi += off * off / (EACH);
    }
    assert_true(chi < 22.46);        /* 6 degrees of freedom, 0.1 % */
    for (int i = 0; i < 1000; i++) { /* where rejection is frequent */
        uint64_t n = (UINT64_C(1) << 63) + 1 + (uint64_t)i;

        assert_true(ts_random_below(&random, n) < n);
        assert_int_equal(ts_random_below(&random, 1), 0);
    }
}

/* --- functions --- */

static double random_double(ts_random *random, double from, double to)
{
    return from + (to - from) * ts_random_unit(random);
}

static void test_log_exp_pow(void **state)
{
    double worst_log = 0, worst_exp = 0, worst_pow = 0;
    ts_random random;

    (void)state;
    ts_random_init(&random, 5, "functions");
    for (int i = 0; i < 2000000; i++) {
        double x = i % 2 == 0
                       ? random_double(&random, 0.5, 2)
                       : ldexp(random_double(&random, 1, 2),
                               (int)ts_random_below(&random, 2090) - 1070);
        double y = random_double(&random, -700, 700);
        long double right = logl((long double)x);
        long double off = ((long double)ts_log(x) - right) / right;
        long double value;

        if (x != 1)
            worst_log = fmax(worst_log, fabs((double)off));
        right = expl((long double)y);
        off = ((long double)ts_exp(y) - right) / right;
        worst_exp = fmax(worst_exp, fabs((double)off));

        x = random_double(&random, 0, 100);
        y = random_double(&random, -150, 150);
        right = powl((long double)x, (long double)y);
        value = (long double)ts_pow(x, y);
        if (right > (long double)DBL_MIN && right < (long double)DBL_MAX) {
            worst_pow =
                fmax(worst_pow, fabs((double)((value - right) / right)));
        }
    }
    assert_true(worst_log < 1e-15);
    assert_true(worst_exp < 1e-15);
    assert_true(worst_pow < 1e-15); /* better than the header promises */
}

static void test_function_edges(void **state)
{
    (void)state;
    assert_true(ts_log(1) == 0);
    assert_true(isinf(ts_log(0)) && ts_log(0) < 0);
    assert_true(isnan(ts_log(-1)) && isnan(ts_log(NAN)));
    assert_true(isinf(ts_log(INFINITY)));
    assert_true(ts_exp(0) == 1);
    assert_true(ts_exp(-800) == 0 && ts_exp(-INFINITY) == 0);
    assert_true(isinf(ts_exp(710)) && isinf(ts_exp(INFINITY)));
    assert_true(isnan(ts_exp(NAN)));
    assert_close(ts_exp(-740), exp(-740), 1e-3); /* subnormal */
    assert_true(ts_pow(2, 10) == 1024 && ts_pow(5, 0) == 1);
    assert_true(ts_pow(1, 1e300) == 1 && ts_pow(0, 2) == 0);
    assert_true(isinf(ts_pow(0, -1)) && isnan(ts_pow(-2, 2)));
    assert_true(isinf(ts_pow(10, 400)) && ts_pow(10, -400) == 0);
    assert_true(isinf(ts_pow(1e300, 1e300)) && ts_pow(1e300, -1e300) == 0);
    assert_true(isinf(ts_pow(INFINITY, 2)) && ts_pow(INFINITY, -2) == 0);
}

static void test_sqrt_is_correctly_rounded(void **state)
{
    ts_random random;

    (void)state;
    ts_random_init(&random, 6, "sqrt");
    for (int i = 0; i < 1000000; i++) {
        uint64_t bits = ts_random_u64(&random) >> 1;
        double x;

        if (i % 16 == 0)
            bits &= UINT64_C(0x001fffffffffffff); /* subnormal, or nearly */
        memcpy(&x, &bits, sizeof x);
        if (isfinite(x))
            assert_int_equal(bits_of(ts_sqrt(x)), bits_of(sqrt(x)));
    }
    assert_true(ts_sqrt(0) == 0 && isinf(ts_sqrt(INFINITY)));
    assert_true(isnan(ts_sqrt(-1)) && isnan(ts_sqrt(NAN)));
    for (int i = 1; i < 100000; i++)
        assert_true(ts_sqrt((double)i * i) == i);
}

/* The tables again, from the recurrence in ziggurat.c. Each entry is derived
 * from its neighbour in the table, so that errors do not build up. */
static void test_ziggurat_tables(void **state)
{
    const double *x = ts_ziggurat_exponential_x;
    const double *y = ts_ziggurat_exponential_y;
    double area = (x[1] + 1) * ts_exp(-x[1]);

    (void)state;
    assert_close(x[0], area / ts_exp(-x[1]), 1e-14);
    for (int i = 1; i < TS_ZIGGURAT; i++) {
        assert_close(y[i], ts_exp(-x[i]), 2e-14);
        assert_close(y[i + 1], y[i] + area / x[i], 2e-14);
        assert_true(x[i + 1] < x[i]);
    }
    assert_true(x[TS_ZIGGURAT] == 0 && y[TS_ZIGGURAT] == 1);

    x = ts_ziggurat_normal_x;
    y = ts_ziggurat_normal_y;
    area = x[1] * ts_exp(-x[1] * x[1] / 2) +
           sqrt(acos(-1) / 2) * erfc(x[1] / sqrt(2));
    assert_close(x[0], area / ts_exp(-x[1] * x[1] / 2), 1e-13);
    for (int i = 1; i < TS_ZIGGURAT; i++) {
        assert_close(y[i], ts_exp(-x[i] * x[i] / 2), 2e-14);
        assert_close(y[i + 1], y[i] + area / x[i], 2e-14);
        assert_true(x[i + 1] < x[i]);
    }
    assert_true(x[TS_ZIGGURAT] == 0 && y[TS_ZIGGURAT] == 1);
}

/* --- distributions --- */

static int compare_doubles(const void *a, const void *b)
{
    double left = *(const double *)a, right = *(const double *)b;

    return (left > right) - (left < right);
}

/* The distribution function of d at x, by libm. */
static double cdf(const ts_distribution *d, double x)
{
    double sum = 0, previous = 0, sigma;

    switch (d->kind) {
    case TS_DIST_UNIFORM:
        return (x - d->a) / (d->b - d->a);
    case TS_DIST_EXPONENTIAL:
        return 1 - exp(-x / d->a);
    case TS_DIST_NORMAL: {
        double below = erfc(d->a / d->b / sqrt(2)) / 2;

        return (erfc((d->a - x) / d->b / sqrt(2)) / 2 - below) / (1 - below);
    }
    case TS_DIST_LOGNORMAL:
        sigma = sqrt(log1p(d->b * d->b / d->a / d->a));
        return erfc(-(log(x / d->a) + sigma * sigma / 2) / sigma / sqrt(2)) / 2;
    case TS_DIST_PARETO:
        return (1 - pow(d->a / x, d->b)) /
               (d->c > 0 ? 1 - pow(d->a / d->c, d->b) : 1);
    case TS_DIST_ERLANG: {
        double rate = d->b / d->a, term = 1;

        for (int i = 0; i < (int)d->b; i++) {
            sum += term;
            term *= rate * x / (i + 1);
        }
        return 1 - exp(-rate * x) * sum;
    }
    case TS_DIST_HYPER:
    case TS_DIST_MIXTURE:
        for (int i = 0; i < d->count; i++) {
            ts_distribution part = d->parts[i];

            if (d->kind == TS_DIST_HYPER)
                part.kind = TS_DIST_EXPONENTIAL;
            sum +=
                (d->cumulative[i] - previous) * fmin(1, fmax(0, cdf(&part, x)));
            previous = d->cumulative[i];
        }
        return sum;
    default:
        fail();
        return 0;
    }
}

#define DRAWS 200000

static double draws[DRAWS];

/* Kolmogorov-Smirnov: sqrt(n) times the largest distance between what was
 * drawn and what should be. Above 1.95 once in a thousand (and the draws are
 * fixed, so never by chance once it has passed). */
static double distance(const ts_distribution *d)
{
    double worst = 0;

    qsort(draws, DRAWS, sizeof *draws, compare_doubles);
    for (int i = 0; i < DRAWS; i++) {
        double p = cdf(d, draws[i]);

        worst = fmax(worst,
                     fmax(p - (double)i / DRAWS, (double)(i + 1) / DRAWS - p));
    }
    return worst * sqrt(DRAWS);
}

static const double thirds[] = {0.25, 1};
static const ts_distribution hyper_parts[] = {{.kind = TS_DIST_EXPONENTIAL,
                                               .a = 10},
                                              {.kind = TS_DIST_EXPONENTIAL,
                                               .a = 1}};
static const ts_distribution inner_parts[] = {
    {.kind = TS_DIST_UNIFORM, .a = 1, .b = 3},
    {.kind = TS_DIST_LOGNORMAL, .a = 5, .b = 2}};
static const ts_distribution mixture_parts[] = {{.kind = TS_DIST_MIXTURE,
                                                 .count = 2,
                                                 .parts = inner_parts,
                                                 .cumulative = thirds},
                                                {.kind = TS_DIST_NORMAL,
                                                 .a = 9,
                                                 .b = 1}};

static const struct {
    const char *name;
    ts_distribution d;
    double mean, variance;
} shapes[] = {
    {"uniform", {.kind = TS_DIST_UNIFORM, .a = 3, .b = 9}, 6, 3},
    {"exponential", {.kind = TS_DIST_EXPONENTIAL, .a = 7}, 7, 49},
    {"normal", {.kind = TS_DIST_NORMAL, .a = 100, .b = 10}, 100, 100},
    /* by numerical integration */
    {"truncated",
     {.kind = TS_DIST_NORMAL, .a = 1, .b = 1},
     1.2875999709391784,
     0.62968628577660540},
    {"far",
     {.kind = TS_DIST_NORMAL, .a = -2, .b = 1},
     0.37321553282284087,
     0.11427910041408126}, /* below 0 */
    {"lognormal", {.kind = TS_DIST_LOGNORMAL, .a = 5, .b = 2}, 5, 4},
    {"pareto", {.kind = TS_DIST_PARETO, .a = 2, .b = 3}, 3, 3},
    {"bounded",
     {.kind = TS_DIST_PARETO, .a = 1, .b = 1.5, .c = 100},
     2.7027027027027026,
     19.722425127830533},
    {"bounded1",
     {.kind = TS_DIST_PARETO, .a = 1, .b = 1, .c = 100},
     4.651687057563325,
     78.361807527891448},
    {"erlang", {.kind = TS_DIST_ERLANG, .a = 12, .b = 4}, 12, 36},
    {"hyper",
     {.kind = TS_DIST_HYPER,
      .count = 2,
      .parts = hyper_parts,
      .cumulative = thirds},
     3.25,
     40.9375},
    {"mixture",
     {.kind = TS_DIST_MIXTURE,
      .count = 2,
      .parts = mixture_parts,
      .cumulative = thirds},
     7.8125,
     6.1731770833333335},
};

static void test_distributions(void **state)
{
    (void)state;
    for (size_t s = 0; s < TS_COUNT_OF(shapes); s++) {
        const ts_distribution *d = &shapes[s].d;
        double sum = 0, squares = 0, mean, variance, ks;
        ts_random random;

        ts_random_init(&random, 11, shapes[s].name);
        for (int i = 0; i < DRAWS; i++) {
            draws[i] = ts_distribution_draw(d, &random);
            sum += draws[i];
        }
        mean = sum / DRAWS;
        for (int i = 0; i < DRAWS; i++)
            squares += (draws[i] - mean) * (draws[i] - mean);
        variance = squares / DRAWS;
        assert_close(ts_distribution_mean(d), shapes[s].mean, 1e-9);
        assert_close(ts_distribution_variance(d), shapes[s].variance, 1e-4);
        /* four standard errors of the mean */
        assert_true(fabs(mean - shapes[s].mean) <
                    4 * sqrt(shapes[s].variance / DRAWS));
        if (d->kind != TS_DIST_PARETO) /* fourth moments are wild there */
            assert_close(variance, shapes[s].variance, 0.04);
        ks = distance(d);
        if (ks > 1.95) {
            print_error("%s: Kolmogorov-Smirnov %g\n", shapes[s].name, ks);
            fail();
        }
    }
}

static void test_infinite_moments(void **state)
{
    ts_distribution d = {.kind = TS_DIST_PARETO, .a = 1, .b = 1.5};

    (void)state;
    assert_close(ts_distribution_mean(&d), 3, 1e-12);
    assert_true(isinf(ts_distribution_variance(&d)));
    d.b = 1;
    assert_true(isinf(ts_distribution_mean(&d)));
}

static void test_whole_draws(void **state)
{
    ts_distribution d = {.kind = TS_DIST_CONSTANT,
                         .whole = INT64_C(9007199254740993), /* 2^53 + 1 */
                         .a = 9007199254740992.0};
    static const double values[] = {0.5, 2.5, 1e30, 0.49999999999999994};
    static const double weights[] = {0.25, 0.5, 0.75, 1};
    static const int64_t rounded[] = {1, 3, TS_TIME_LIMIT, 0};
    int seen[4] = {0};
    ts_random random;

    (void)state;
    ts_random_init(&random, 1, "whole");
    assert_int_equal(ts_distribution_whole(&d, &random), d.whole);
    assert_int_equal(random.counter, 0); /* nothing was drawn */
    d = (ts_distribution){.kind = TS_DIST_EMPIRICAL,
                          .count = 4,
                          .values = values,
                          .cumulative = weights};
    for (int i = 0; i < 1000; i++) {
        int64_t value = ts_distribution_whole(&d, &random);
        int at = 0;

        while (at < 4 && rounded[at] != value)
            at++;
        assert_true(at < 4);
        seen[at]++;
    }
    for (int i = 0; i < 4; i++)
        assert_in_range(seen[i], 200, 300);
    /* A weight that rounding left short of 1 must not select a part that is
     * not there. */
    d.cumulative = (const double[]){0, 0, 0, 0};
    assert_int_equal(ts_distribution_whole(&d, &random), 0);
}

/* --- golden bits --- */

#define GOLDEN 8

typedef struct golden {
    const char *name;
    uint64_t bits[GOLDEN];
} golden;

#include "test_engine_random_golden.h"

static void golden_draw(size_t which, uint64_t bits[GOLDEN])
{
    ts_random random;

    ts_random_init(&random, 2024, "golden");
    for (int i = 0; i < GOLDEN; i++) {
        switch (which) {
        case 0:
            bits[i] = ts_random_u64(&random);
            break;
        case 1:
            bits[i] = bits_of(ts_random_unit(&random));
            break;
        case 2:
            bits[i] = ts_random_below(&random, 1000);
            break;
        case 3:
            bits[i] = bits_of(ts_random_exponential(&random));
            break;
        case 4:
            bits[i] = bits_of(ts_random_normal(&random));
            break;
        default:
            bits[i] =
                bits_of(ts_distribution_draw(&shapes[which - 5].d, &random));
            break;
        }
    }
}

/* With an argument the program prints the table instead of testing it. */
static void golden_print(void)
{
    static const char *const names[] = {"u64", "unit", "below 1000",
                                        "standard exponential",
                                        "standard normal"};

    for (size_t i = 0; i < 5 + TS_COUNT_OF(shapes); i++) {
        uint64_t bits[GOLDEN];

        golden_draw(i, bits);
        (void)printf("    {\"%s\",\n     {",
                     i < 5 ? names[i] : shapes[i - 5].name);
        for (int k = 0; k < GOLDEN; k++) {
            (void)printf("UINT64_C(0x%016llx)%s", (unsigned long long)bits[k],
                         k == GOLDEN - 1 ? "}},\n"
                         : k % 2 == 1    ? ",\n      "
                                         : ", ");
        }
    }
}

static void test_golden_bits(void **state)
{
    (void)state;
    assert_int_equal(TS_COUNT_OF(goldens), 5 + TS_COUNT_OF(shapes));
    for (size_t i = 0; i < TS_COUNT_OF(goldens); i++) {
        uint64_t bits[GOLDEN];

        golden_draw(i, bits);
        assert_memory_equal(bits, goldens[i].bits, sizeof bits);
    }
}

/* A million draws of each sampler folded into one number: the rare branches
 * (wedges, tails) too. */
static void test_golden_digests(void **state)
{
    uint64_t exponential = 0, normal = 0, functions = 0;
    ts_random random;

    (void)state;
    ts_random_init(&random, 2024, "digest");
    for (int i = 0; i < 1000000; i++) {
        double x = ts_random_exponential(&random);

        exponential = ts_hash_fold(exponential, bits_of(x));
        normal = ts_hash_fold(normal, bits_of(ts_random_normal(&random)));
        functions = ts_hash_fold(functions, bits_of(ts_log(x)));
        functions = ts_hash_fold(functions, bits_of(ts_exp(x)));
        functions = ts_hash_fold(functions, bits_of(ts_pow(x, 1.7)));
        functions = ts_hash_fold(functions, bits_of(ts_sqrt(x)));
    }
    if (getenv("TS_GOLDEN") != NULL) {
        (void)printf("%016llx %016llx %016llx\n",
                     (unsigned long long)exponential,
                     (unsigned long long)normal, (unsigned long long)functions);
    }
    assert_int_equal(exponential, GOLDEN_EXPONENTIAL);
    assert_int_equal(normal, GOLDEN_NORMAL);
    assert_int_equal(functions, GOLDEN_FUNCTIONS);
}

int main(int argc, char **argv)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_philox_known_answers),
        cmocka_unit_test(test_stream_is_philox_of_its_counter),
        cmocka_unit_test(test_streams_are_independent),
        cmocka_unit_test(test_split_by_index),
        cmocka_unit_test(test_name_hash),
        cmocka_unit_test(test_below_is_uniform),
        cmocka_unit_test(test_log_exp_pow),
        cmocka_unit_test(test_function_edges),
        cmocka_unit_test(test_sqrt_is_correctly_rounded),
        cmocka_unit_test(test_ziggurat_tables),
        cmocka_unit_test(test_distributions),
        cmocka_unit_test(test_infinite_moments),
        cmocka_unit_test(test_whole_draws),
        cmocka_unit_test(test_golden_bits),
        cmocka_unit_test(test_golden_digests),
    };

    (void)argv;
    if (argc > 1) {
        golden_print();
        return 0;
    }
    return cmocka_run_group_tests(tests, NULL, NULL);
}
