/*
 * test_engine_steady.c - batch means and MSER-5 on series whose truth is known.
 *
 * x(i) = 0.9 x(i-1) + noise has the mean 0 whatever its correlation; it is a
 * queue's memory without the queue. Tolerances are four standard deviations of
 * the number of intervals that hold the mean when each does with 95 %.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include "sim/engine/engine.h"
#include "sim/engine/random.h"
#include "sim/engine/stats.h"

#define SERIES 400
#define LENGTH 10000
#define UNIT 1000000.0
#define HELD_LEAST 362 /* 380 - 4 sqrt(400 x 0.95 x 0.05) */

static const ts_steady_options automatic = {.automatic = true,
                                            .batches = 20,
                                            .confidence = 0.95};

static ts_engine *make_engine(void)
{
    ts_engine_options options = {.seed = 1};
    ts_error error = {.text = ""};
    ts_engine *engine = ts_engine_create(&options, &error);

    assert_non_null(engine);
    return engine;
}

/* `away`: what the first value is off by; it decays with the memory. */
static void observe(ts_tally *tally, uint64_t seed, double away)
{
    ts_random random;
    double x = away;

    ts_random_init(&random, seed, "steady");
    for (int i = 0; i < LENGTH; i++) {
        x = 0.9 * x + ts_random_normal(&random);
        ts_tally_add(tally, (int64_t)(UNIT * x));
    }
}

static void test_intervals_of_dependent_observations_cover(void **state)
{
    ts_engine *engine = make_engine();
    int held = 0, naive = 0;

    (void)state;
    for (uint64_t i = 0; i < SERIES; i++) {
        ts_tally tally = {.count = 0};
        ts_steady_mean mean;
        double size, plain;

        tally.steady =
            ts_steady_create(engine, &automatic, ts_engine_arena(engine));
        assert_non_null(tally.steady);
        observe(&tally, i, 0);
        ts_steady_compute(tally.steady, &mean);
        assert_true(mean.known && mean.batches == 20);
        assert_true(mean.warm_up + mean.kept <= LENGTH);
        size = mean.mean < 0 ? -mean.mean : mean.mean;
        held += size <= mean.half_width;
        /* As if each observation were news. */
        plain = ts_tally_mean(&tally) < 0 ? -ts_tally_mean(&tally)
                                          : ts_tally_mean(&tally);
        naive += plain <= 1.96 * ts_tally_deviation(&tally) / 100;
    }
    assert_in_range(held, HELD_LEAST, SERIES);
    /* The truth is 1.96 / sqrt(19) standard errors: 35 % would hold. */
    assert_in_range(naive, 140 - 40, 140 + 40);
    ts_engine_destroy(engine);
}

/* 10 000 standard deviations away at first: 190 observations later the rest
 * of it is below one of the noise's. */
static void test_the_warm_up_is_found(void **state)
{
    ts_engine *engine = make_engine();
    int held = 0;

    (void)state;
    for (uint64_t i = 0; i < SERIES; i++) {
        ts_tally tally = {.count = 0};
        ts_steady_mean mean;

        tally.steady =
            ts_steady_create(engine, &automatic, ts_engine_arena(engine));
        observe(&tally, i, 10000);
        ts_steady_compute(tally.steady, &mean);
        assert_true(mean.settled);
        assert_true(mean.warm_up >= 50);
        assert_true(ts_tally_mean(&tally) > 7 * UNIT);
        held += mean.mean <= mean.half_width && -mean.mean <= mean.half_width;
    }
    assert_in_range(held, HELD_LEAST, SERIES);
    ts_engine_destroy(engine);
}

/* A series that never settles says so. */
static void test_a_drift_is_not_settled(void **state)
{
    ts_engine *engine = make_engine();
    ts_steady *steady =
        ts_steady_create(engine, &automatic, ts_engine_arena(engine));
    ts_steady_mean mean;

    (void)state;
    for (int i = 0; i < 5000; i++)
        ts_steady_add(steady, i);
    ts_steady_compute(steady, &mean);
    assert_false(mean.settled);
    assert_false(mean.independent);
    ts_engine_destroy(engine);
}

/* However often cells were joined, nothing is lost: the mean of the batches
 * is that of the last observations, to the last one. */
static void test_cells_are_joined(void **state)
{
    static const int lengths[] = {99, 100, 20479, 20480, 100000, 1000003};
    static const ts_steady_options plain = {.batches = 20, .confidence = 0.95};
    ts_engine *engine = make_engine();

    (void)state;
    for (size_t k = 0; k < TS_COUNT_OF(lengths); k++) {
        ts_steady *steady =
            ts_steady_create(engine, &plain, ts_engine_arena(engine));
        ts_steady_mean mean;
        uint64_t cell = 5, end;

        for (int i = 0; i < lengths[k]; i++)
            ts_steady_add(steady, i);
        ts_steady_compute(steady, &mean);
        if (lengths[k] < 100) {
            assert_false(mean.known);
            continue;
        }
        while ((uint64_t)lengths[k] >= cell * 4096)
            cell *= 2;
        end = (uint64_t)lengths[k] / cell * cell;
        assert_true(mean.known);
        assert_true(mean.warm_up + mean.kept == end);
        assert_true(mean.kept % (20 * cell) == 0);
        assert_true(mean.mean == (double)(mean.warm_up + end - 1) / 2);
    }
    ts_engine_destroy(engine);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_intervals_of_dependent_observations_cover),
        cmocka_unit_test(test_the_warm_up_is_found),
        cmocka_unit_test(test_a_drift_is_not_settled),
        cmocka_unit_test(test_cells_are_joined),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
