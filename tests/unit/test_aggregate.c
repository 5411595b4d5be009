/*
 * test_aggregate.c - quantiles and differences against published examples.
 *
 * Student's sleep data (The probable error of a mean, 1908) are what R prints
 * in its help of t.test: ten patients, two drugs.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "sim/engine/random.h"
#include "sim/results/aggregate.h"

#define N 10

static const double drugs[2][N] = {{0.7, -1.6, -0.2, -1.2, -0.1, 3.4, 3.7, 0.8,
                                    0.0, 2.0},
                                   {1.9, 0.8, 1.1, 0.1, -0.1, 4.4, 5.5, 1.6,
                                    4.6, 3.4}};

typedef struct sample {
    ts_observation observations[N];
    ts_group group;
    ts_aggregate aggregate;
} sample;

static void fill(sample *s, const double *values, int count, uint64_t seed)
{
    s->group = (ts_group){.count = count};
    for (int i = 0; i < count; i++) {
        s->observations[i] = (ts_observation){.replication = i,
                                              .seed = seed + (uint64_t)i,
                                              .value = values[i]};
        ts_moments_add(&s->group.moments, values[i]);
    }
    s->group.degrees = count - 1;
    s->group.error = ts_moments_error(&s->group.moments);
    s->aggregate = (ts_aggregate){.observations = s->observations,
                                  .groups = &s->group,
                                  .count = count,
                                  .group_count = 1};
}

static void assert_near(double actual, double expected, double within)
{
    double away = actual - expected;

    if (away > within || -away > within)
        fail_msg("%.9g is not %.9g", actual, expected);
}

/* R: t = 4.0621, df = 9, p-value = 0.002833, from 0.7001142 to 2.4598858. */
static void test_pairs(void **state)
{
    sample a, b;
    ts_difference d;

    (void)state;
    fill(&a, drugs[0], N, 1);
    fill(&b, drugs[1], N, 1);
    d = ts_aggregate_difference(&a.aggregate, &a.group, &b.aggregate, &b.group,
                                0.95);
    assert_true(d.known && d.pairs == N);
    assert_near(d.mean - d.half_width, 0.7001142, 5e-8);
    assert_near(d.mean + d.half_width, 2.4598858, 5e-8);
    assert_near(d.chance, 0.002833, 5e-7);
}

/* R: t = 1.8608, df = 17.776, p-value = 0.07939, from -0.2054832 to 3.3654832.
 * Degrees are rounded down here, so the interval is a little wider: that of
 * 17 degrees, 2.109816 (table) standard errors of 0.849091. */
static void test_independent_samples(void **state)
{
    sample a, b;
    ts_difference d;

    (void)state;
    fill(&a, drugs[0], N, 1);
    fill(&b, drugs[1], N, 1000);
    d = ts_aggregate_difference(&a.aggregate, &a.group, &b.aggregate, &b.group,
                                0.95);
    assert_true(d.known && d.pairs == 0);
    assert_near(d.mean, 1.58, 1e-12);
    assert_near(d.half_width, 2.109816 * 0.849091, 2e-6);
    assert_true(d.chance > 0.07939 && d.chance < 0.0805);
}

static void test_one_run_says_nothing_of_chance(void **state)
{
    sample a, b;
    ts_difference d;

    (void)state;
    fill(&a, drugs[0], 1, 1);
    fill(&b, drugs[1], 1, 1);
    d = ts_aggregate_difference(&a.aggregate, &a.group, &b.aggregate, &b.group,
                                0.95);
    assert_false(d.known);
    assert_near(d.mean, 1.2, 1e-12);
    /* A single run that knows its own error: batch means, say. */
    a.group.degrees = b.group.degrees = 19;
    a.group.error = 0.3;
    b.group.error = 0.4;
    d = ts_aggregate_difference(&a.aggregate, &a.group, &b.aggregate, &b.group,
                                0.95);
    assert_true(d.known);
    /* Welch: 0.25^2 / (0.09^2 / 19 + 0.16^2 / 19) = 35.2; t = 2.0301. */
    assert_near(d.half_width, 0.5 * 2.0301, 5e-5);
}

/* Hyndman and Fan 1996, type 7. */
static void test_quantiles(void **state)
{
    double sorted[N];
    ts_aggregate a = {.sorted = sorted};
    ts_group g = {.count = N};

    (void)state;
    for (int i = 0; i < N; i++)
        sorted[i] = i + 1;
    assert_near(ts_aggregate_quantile(&a, &g, 0), 1, 0);
    assert_near(ts_aggregate_quantile(&a, &g, 0.25), 3.25, 1e-12);
    assert_near(ts_aggregate_quantile(&a, &g, 0.5), 5.5, 1e-12);
    assert_near(ts_aggregate_quantile(&a, &g, 0.95), 9.55, 1e-12);
    assert_near(ts_aggregate_quantile(&a, &g, 1), 10, 0);
}

/* R: p.adjust(c(0.01, 0.04, 0.03, 0.005, 0.5), "holm"). */
static void test_holm(void **state)
{
    double p[] = {0.01, 0.04, 0.03, 0.005, 0.5};
    const double adjusted[] = {0.04, 0.09, 0.09, 0.025, 0.5};

    (void)state;
    assert_true(ts_holm(p, 5));
    for (int i = 0; i < 5; i++)
        assert_near(p[i], adjusted[i], 1e-12);
}

/* Of 1000 families of twenty means that did not change, at most 5 % call even
 * one of them changed: 50 + 4 x 6.9. One by one, 64 % would. */
static void test_a_family_is_judged_together(void **state)
{
    ts_random random;
    int wrong = 0, alone = 0;

    (void)state;
    ts_random_init(&random, 1, "family");
    for (int i = 0; i < 1000; i++) {
        double p[20], least = 1, first = 1;

        for (int k = 0; k < 20; k++) {
            sample s;
            double values[N];

            for (int j = 0; j < N; j++)
                values[j] = ts_random_normal(&random);
            fill(&s, values, N, 1);
            p[k] = ts_student_beyond(s.group.moments.mean / s.group.error, 9);
            first = p[k] < first ? p[k] : first;
        }
        assert_true(ts_holm(p, 20));
        for (int k = 0; k < 20; k++)
            least = p[k] < least ? p[k] : least;
        wrong += least < 0.05;
        alone += first < 0.05;
    }
    assert_in_range(wrong, 22, 78);
    assert_in_range(alone, 580, 705);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_pairs),
        cmocka_unit_test(test_independent_samples),
        cmocka_unit_test(test_one_run_says_nothing_of_chance),
        cmocka_unit_test(test_quantiles),
        cmocka_unit_test(test_holm),
        cmocka_unit_test(test_a_family_is_judged_together),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
