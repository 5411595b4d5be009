/*
 * Linux's control groups against their arithmetic: shares by weights of groups
 * and, in a group, of threads; quotas by their part of the period.
 */
#include "texts.h"

#include <math.h>

#define SECONDS 20
static const char *const releases[] = {"6.1", "6.12"};

static char text[4096];

static ts_result *play(const char *release, int processors, const char *groups,
                       const char *threads)
{
    snprintf(text, sizeof text,
             "{\"title\": \"t\", \"stop\": \"%ds\", \"computer\": "
             "{\"processors\": %d}, \"system\": {\"policy\": \"linux\", "
             "\"release\": \"%s\", \"groups\": [%s]}, \"threads\": [%s]}",
             SECONDS, processors, release, groups, threads);
    return play_text(text, NULL);
}

/* Of the processor time that there was, within half a point. */
static void has(const ts_result *result, const char *name, double share)
{
    double got = metric_in(result, name) / 1e12 / SECONDS;

    if (fabs(got - share) > 0.005)
        fail_msg("%s: expected %g, got %g\n%s", name, share, got, text);
}

/* A group's part is its weight's, however many threads are in it; 100 is a
 * thread of nice 0 in no group. */
static void test_weights(void **state)
{
    static const int weights[] = {50, 100, 200};
    char groups[256];

    (void)state;
    for (int r = 0; r < 2; r++)
        for (int i = 0; i < 3; i++) {
            double w = weights[i], all = w + 300 + 100;
            ts_result *result;

            snprintf(groups, sizeof groups,
                     "{\"name\": \"x\", \"weight\": %d}, {\"name\": \"y\", "
                     "\"weight\": 300}",
                     weights[i]);
            result =
                play(releases[r], 1, groups,
                     HOG("a", "\"group\": \"x\", ") ", " HOG(
                         "b", "\"count\": 3, \"group\": \"y\", ") ", " HOG("c",
                                                                           ""));
            has(result, "groups.x.used", w / all);
            has(result, "threads.a.used", w / all);
            has(result, "groups.y.used", 300 / all);
            has(result, "threads.c.used", 100 / all);
            ts_result_free(result);
        }
}

/* Within a group nice values say who gets what, and one that ends leaves its
 * part to the group: 10 s of 2/3 beside 1 024 to 335, 10 s alone. */
static void test_within(void **state)
{
    (void)state;
    for (int r = 0; r < 2; r++) {
        ts_result *result =
            play(releases[r], 1, "{\"name\": \"x\", \"weight\": 200}",
                 HOG("a", "\"group\": \"x\", ") ", " HOG(
                     "b", "\"nice\": 5, \"group\": \"x\", ") ", " HOG("c", ""));

        has(result, "threads.a.used", 2.0 / 3 * 1024 / 1359);
        has(result, "threads.b.used", 2.0 / 3 * 335 / 1359);
        has(result, "threads.c.used", 1.0 / 3);
        ts_result_free(result);
        result =
            play(releases[r], 1, "{\"name\": \"x\"}",
                 HOG("a",
                     "\"group\": \"x\", ") ", {\"name\": \"b\", "
                                           "\"background\": true, \"group\": "
                                           "\"x\", \"program\": "
                                           "[{\"run\": \"2s\"}]}, " HOG("c",
                                                                        ""));
        has(result, "groups.x.used", 0.5);
        has(result, "threads.a.used", 0.5 - 0.1);
        has(result, "threads.c.used", 0.5);
        ts_result_free(result);
    }
}

/* The quota by the period, on one processor and on two; half and double. What is
 * left goes to others. */
static void test_quota(void **state)
{
    static const int quotas[] = {15, 30, 60};
    char groups[256];

    (void)state;
    for (int r = 0; r < 2; r++)
        for (int n = 1; n <= 2; n++)
            for (int i = 0; i < 3; i++) {
                ts_result *result;
                double part = quotas[i] / 100.0;

                snprintf(groups, sizeof groups,
                         "{\"name\": \"x\", \"weight\": 10000, \"quota\": "
                         "\"%dms\"}",
                         quotas[i]);
                result =
                    play(releases[r], n, groups,
                         HOG("a", "\"count\": 2, \"group\": \"x\", ") ", " HOG(
                             "c", "\"count\": 2, "));
                has(result, "groups.x.used", part);
                has(result, "threads.c.used", n - part);
                assert_in_range((int64_t)metric_in(result,
                                                   "groups.x.throttled"),
                                SECONDS * 10 - 2, SECONDS * 10);
                ts_result_free(result);
            }
}

/* No quota is no limit, and one that is never used up throttles nobody. */
static void test_enough(void **state)
{
    (void)state;
    for (int r = 0; r < 2; r++) {
        ts_result *result =
            play(releases[r], 1,
                 "{\"name\": \"x\", \"quota\": \"20ms\", \"period\": \"50ms\"}",
                 "{\"name\": \"a\", \"background\": true, \"group\": \"x\", "
                 "\"program\": [{\"forever\": [{\"run\": \"2ms\"}, {\"sleep\": "
                 "\"8ms\"}]}]}");

        has(result, "groups.x.used", 0.2);
        assert_int_equal((int64_t)metric_in(result, "groups.x.throttled"), 0);
        ts_result_free(result);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_weights),
        cmocka_unit_test(test_within),
        cmocka_unit_test(test_quota),
        cmocka_unit_test(test_enough),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
