/*
 * What neighbours take: as much as was said, whatever a burst is, and with it
 * the time of those who come while they are there.
 */
#include "tests/cases/texts.h"

#define MS 1e9 /* ps */

/* What `metric` comes to where `computer` says how much is stolen. */
static double played(const char *computer, const char *threads,
                     const char *metric)
{
    char text[1024];

    snprintf(text, sizeof text,
             "{\"title\": \"t\", \"computer\": {%s}, \"threads\": [%s]}",
             computer, threads);
    return metric_of(text, metric);
}

static const char hog[] =
    "{\"name\": \"hog\", \"program\": [{\"run\": \"10s\"}]}";

/* Ten seconds of work: there come as many bursts as gaps of the mean fit into
 * it, three standard deviations of a Poisson number more or less. */
static void check_share(double share, double burst_ms, int processors)
{
    double gap = burst_ms * (1 - share) / share, bursts = 10000 / gap, root = 1;
    char computer[128];
    double took;

    for (int i = 0; i < 30; i++) /* Newton: a square root without libm */
        root = (root + bursts / root) / 2;
    snprintf(computer, sizeof computer,
             "\"processors\": %d, \"stolen\": {\"share\": \"%.4f%%\", "
             "\"burst\": \"%.0fus\"}",
             processors, 100 * share, 1000 * burst_ms);
    took = played(computer, hog, "turnaround.max") / MS;
    if (took < 10000 + (bursts - 3 * root - 1) * burst_ms ||
        took > 10000 + (bursts + 3 * root + 1) * burst_ms)
        fail_msg("%.4f by %.1f ms: %.1f ms", share, burst_ms, took);
}

static void test_share(void **state)
{
    (void)state;
    check_share(0.25, 10, 1);
    check_share(0.125, 10, 1);
    check_share(0.5, 10, 1);
    check_share(0.25, 5, 1);
    check_share(0.25, 20, 1);
    check_share(0.25, 10, 3);
    check_share(0.9, 1, 1);
}

/* Some short work every 10.7 ms finds a burst of 10 ms there in a quarter of
 * the cases, half over on average: 1.25 ms. Of 2 500 bursts, three standard
 * deviations are 10 %. */
static void test_waits(void **state)
{
    static const char blinker[] =
        "{\"name\": \"b\", \"arrive\": {\"every\": \"10.7ms\", \"limit\": "
        "10000}, \"program\": [{\"run\": \"1us\"}]}";
    double alone = played("\"processors\": 1", blinker, "turnaround.mean");
    double wait = played("\"stolen\": \"25%\"", blinker, "turnaround.mean");
    double half = played("\"stolen\": {\"share\": \"25%\", \"burst\": \"5ms\"}",
                         blinker, "turnaround.mean");

    (void)state;
    assert_true(alone < 2e6);
    assert_float_equal(((wait - alone) / MS), 1.25, 0.125);
    assert_float_equal(((half - alone) / MS), 0.625, 0.0625);
}

/* No kernel is entered for what it does not hear of; and what is stolen is
 * counted as such. */
static void test_accounts(void **state)
{
    static const char kernel[] =
        "\"stolen\": {\"share\": \"20%\", \"burst\": {\"exponential\": "
        "\"3ms\"}}";
    double share = played(kernel, hog, "stolen.share");

    (void)state;
    assert_float_equal(share, 0.2, 0.02);
    assert_float_equal(played(kernel, hog, "processor.interrupts"), share,
                       0.001);
    assert_float_equal(played(kernel, hog, "processor.useful"), (1 - share),
                       0.001);
    assert_float_equal(played(kernel, hog, "processor.preemptions"), 0, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_share),
                                       cmocka_unit_test(test_waits),
                                       cmocka_unit_test(test_accounts)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
