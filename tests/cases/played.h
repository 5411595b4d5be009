/*
 * played.h - a scenario in a text, played; and whether its mean over
 * independent replications is what a formula says.
 *
 * The mean over seeds 1, 2, ... must lie within 4.07 standard errors of the
 * formula's number, the 99.9 % point of Student's t with 15 degrees of freedom,
 * and the standard error itself must be below the share that each test names,
 * so that the interval is narrow enough to miss. Every day half as long is played
 * as in the long tests, so that the error may be larger by the root of two.
 */
#ifndef TS_TESTS_PLAYED_H
#define TS_TESTS_PLAYED_H

#include <math.h>
#include <stdlib.h>

#include "harness.h"
#include "texts.h"

#define REPLICATIONS 16
#define T_POINT 4.07

/* Seconds of a run that is played for so many in the long tests, the warm-up
 * with them. */
static inline int played_for(int seconds, int warm_up)
{
    return is_long() ? seconds : warm_up + (seconds - warm_up) / 2;
}

static inline ts_result *result_of_seed(const char *text, uint64_t seed)
{
    ts_run_options options = {.has_seed = true, .seed = seed};

    return play_text(text, &options);
}

/* Several metrics are asked of one scenario after another: what was played of
 * the last one is kept until another comes. */
static inline double play_once(const char *text, uint64_t seed,
                               const char *metric)
{
    static char *last;
    static ts_result *results[REPLICATIONS + 1];

    assert_true(seed <= REPLICATIONS);
    if (last == NULL || strcmp(last, text) != 0) {
        for (int i = 0; i <= REPLICATIONS; i++) {
            ts_result_free(results[i]);
            results[i] = NULL;
        }
        free(last);
        last = strdup(text);
    }
    if (results[seed] == NULL)
        results[seed] = result_of_seed(text, seed);
    return metric_in(results[seed], metric);
}

/* `narrow`: the share of the expected value the standard error stays below;
 * `bias`: a share by which the formula itself is off, where it is a limit. */
static inline void agrees_but(const char *what, const char *text,
                              const char *metric, double unit, double expected,
                              double narrow, double bias)
{
    double sum = 0, squares = 0, mean, error;

    for (int i = 0; i < REPLICATIONS; i++) {
        double x = play_once(text, (uint64_t)i + 1, metric) / unit;

        sum += x;
        squares += x * x;
    }
    mean = sum / REPLICATIONS;
    error = sqrt((squares - sum * mean) / (REPLICATIONS - 1) / REPLICATIONS);
    printf("%-34s expected %10.5f simulated %10.5f +- %.5f (%+.2f se)\n", what,
           expected, mean, error, (mean - expected) / error);
    assert_true(error <= narrow * expected * (is_long() ? 1 : sqrt(2)));
    assert_true(fabs(mean - expected) <= T_POINT * error + bias * expected);
}

static inline void agrees(const char *what, const char *text,
                          const char *metric, double unit, double expected,
                          double narrow)
{
    agrees_but(what, text, metric, unit, expected, narrow, 0);
}

/* Nothing is random: within `share` of what is computed. */
static inline void comes_to(const char *what, const char *text,
                            const char *metric, double unit, double expected,
                            double share)
{
    double simulated = play_once(text, 1, metric) / unit;

    printf("%-34s expected %10.5f simulated %10.5f\n", what, expected,
           simulated);
    assert_true(fabs(simulated - expected) <= share * fabs(expected));
}

#endif
