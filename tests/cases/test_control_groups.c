/*
 * Linux's control groups against their arithmetic: shares by weights of groups
 * and, in a group, of threads and groups; quotas by their part of the period;
 * sessions.
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

/* Groups in groups: what is in one shares what that has, threads of its own
 * with it; and a quota is for all that is inside. */
static void test_nested(void **state)
{
    static const int weights[] = {150, 300, 600};
    char groups[256];

    (void)state;
    for (int r = 0; r < 2; r++)
        for (int i = 0; i < 3; i++) {
            double w = weights[i], top = 2.0 / 3;
            ts_result *result;

            snprintf(groups, sizeof groups,
                     "{\"name\": \"a\", \"parent\": \"top\"}, {\"name\": "
                     "\"top\", \"weight\": 200}, {\"name\": \"b\", "
                     "\"weight\": %d, \"parent\": \"top\"}",
                     weights[i]);
            result = play(
                releases[r], 1, groups,
                HOG("a", "\"group\": \"a\", \"count\": 2, ") ", " HOG(
                    "b",
                    "\"group\": \"b\", ") ", " HOG("c",
                                                   "\"group\": "
                                                   "\"top\", ") ", "
                                                                "" HOG("d",
                                                                       ""));
            has(result, "groups.top.used", top);
            has(result, "groups.a.used", top * 100 / (w + 200));
            has(result, "groups.b.used", top * w / (w + 200));
            has(result, "threads.c.used", top * 100 / (w + 200));
            has(result, "threads.d.used", 1.0 / 3);
            ts_result_free(result);
        }
}

static void test_nested_quota(void **state)
{
    static const char groups[] =
        "{\"name\": \"top\", \"quota\": \"40ms\"}, {\"name\": \"a\", "
        "\"parent\": \"top\", \"quota\": \"10ms\"}, {\"name\": \"b\", "
        "\"parent\": \"top\"}";

    (void)state;
    for (int r = 0; r < 2; r++) {
        ts_result *result =
            play(releases[r], 1, groups,
                 HOG("a", "\"group\": \"a\", ") ", " HOG(
                     "b", "\"count\": 2, \"group\": \"b\", ") ", " HOG("c",
                                                                       ""));

        has(result, "groups.a.used", 0.1);
        has(result, "groups.b.used", 0.3);
        has(result, "groups.top.used", 0.4);
        has(result, "threads.c.used", 0.6);
        ts_result_free(result);
    }
}

/* However many threads share however little. */
static void test_light(void **state)
{
    static const int counts[] = {1, 20, 50};
    char threads[512];

    (void)state;
    for (int r = 0; r < 2; r++)
        for (int i = 0; i < 3; i++) {
            ts_result *result;

            snprintf(threads, sizeof threads,
                     HOG("a", "\"group\": \"x\", \"count\": %d, ") ", " HOG("c",
                                                                            ""),
                     counts[i]);
            result = play(releases[r], 1, "{\"name\": \"x\", \"weight\": 4}",
                          threads);
            has(result, "groups.x.used", 4.0 / 104);
            ts_result_free(result);
        }
}

/* An idle group has 3 of 1 027 beside a thread, whatever its weight, and makes
 * room for one that wakes: under CFS at once, under EEVDF, which protects the
 * slice of an idle one as well, at the next tick. */
static void test_idle_group(void **state)
{
    (void)state;
    for (int r = 0; r < 2; r++) {
        static const char group[] =
            "{\"name\": \"x\", \"weight\": 10000, \"idle\": true}, "
            "{\"name\": \"y\", \"parent\": \"x\"}";
        ts_result *result =
            play(releases[r], 1, group,
                 HOG("a", "\"group\": \"y\", \"count\": 3, ") ", " HOG("c",
                                                                       ""));

        has(result, "groups.x.used", 3.0 / 1027);
        ts_result_free(result);
        result =
            play(releases[r], 1, group,
                 HOG("a",
                     "\"group\": \"y\", \"count\": 3, ") ", {\"name\": \"s\", "
                                                         "\"background\": "
                                                         "true, \"program\": "
                                                         "[{\"forever\": "
                                                         "[{\"run\": "
                                                         "\"1ms\"}, {"
                                                         "\"sleep\": "
                                                         "\"7.3ms\"}]}]}");
        assert_true(metric_in(result, "threads.s.wakeup.max") <=
                    (r == 0 ? 0 : 4e9));
        ts_result_free(result);
    }
}

/* A session has what a thread would have that is alone in one; without
 * autogroup each thread has its part. */
static void test_autogroup(void **state)
{
    static const char threads[] =
        HOG("make", "\"count\": 9, ") ", " HOG("player", "");

    (void)state;
    for (int on = 0; on < 2; on++) {
        ts_result *result;

        snprintf(text, sizeof text,
                 "{\"title\": \"t\", \"stop\": \"%ds\", \"system\": "
                 "{\"policy\": \"linux\", \"autogroup\": %s}, \"threads\": "
                 "[%s]}",
                 SECONDS, on ? "true" : "false", threads);
        result = play_text(text, NULL);
        has(result, "threads.player.used", on ? 0.5 : 0.1);
        ts_result_free(result);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_weights),   cmocka_unit_test(test_within),
        cmocka_unit_test(test_quota),     cmocka_unit_test(test_enough),
        cmocka_unit_test(test_nested),    cmocka_unit_test(test_nested_quota),
        cmocka_unit_test(test_light),     cmocka_unit_test(test_idle_group),
        cmocka_unit_test(test_autogroup),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
