/*
 * test_student.c - quantiles of Student's t against published tables, and
 * intervals that hold what they promise.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "sim/engine/random.h"
#include "sim/engine/student.h"

/* NIST/SEMATECH e-Handbook, 1.3.6.7.2; more digits from Abramowitz and Stegun,
 * table 26.10. */
static void test_quantiles_are_those_of_tables(void **state)
{
    static const struct {
        double confidence;
        int64_t degrees;
        double t;
    } table[] = {
        {0.90, 1, 6.314},       {0.95, 1, 12.706},      {0.99, 1, 63.657},
        {0.998, 1, 318.309},    {0.95, 2, 4.303},       {0.95, 3, 3.182},
        {0.90, 5, 2.015},       {0.95, 9, 2.262},       {0.95, 10, 2.228},
        {0.99, 19, 2.861},      {0.95, 30, 2.042},      {0.98, 60, 2.390},
        {0.95, 100, 1.984},     {0.95, 200, 1.972},     {0.95, 201, 1.972},
        {0.95, 1000000, 1.960}, {0.99, 1000000, 2.576},
    };

    (void)state;
    for (size_t i = 0; i < TS_COUNT_OF(table); i++) {
        double t = ts_student(table[i].confidence, table[i].degrees);

        assert_true(t > table[i].t - 0.00051 && t < table[i].t + 0.00051);
    }
    assert_true(ts_student(0.95, 0) == 0);
}

/* The exact sum and the series meet where one takes over from the other. */
static void test_many_degrees_join_few(void **state)
{
    double step = ts_student(0.95, 199) - ts_student(0.95, 200);
    double next = ts_student(0.95, 200) - ts_student(0.95, 201);

    (void)state;
    assert_true(next > 0 && next < step && next > 0.9 * step);
}

/* Of 4000 intervals from 5 normal values each, 95 % hold the true mean; the
 * count's standard deviation is 13.8, and four of them are allowed. */
static void test_intervals_cover(void **state)
{
    ts_random random;
    int held = 0;

    (void)state;
    ts_random_init(&random, 1, "coverage");
    for (int i = 0; i < 4000; i++) {
        ts_moments m = {.count = 0};
        double half;

        for (int j = 0; j < 5; j++)
            ts_moments_add(&m, 7 + 3 * ts_random_normal(&random));
        half = ts_moments_half_width(&m, 0.95);
        held += m.mean - half <= 7 && 7 <= m.mean + half;
    }
    assert_in_range(held, 3800 - 55, 3800 + 55);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_quantiles_are_those_of_tables),
        cmocka_unit_test(test_many_degrees_join_few),
        cmocka_unit_test(test_intervals_cover),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
