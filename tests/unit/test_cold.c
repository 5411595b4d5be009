/*
 * What a pause costs: nothing right after, all after the one that was measured,
 * half after half of it, and no more beyond.
 */
#include "tests/cases/texts.h"

static double played(const char *threads, const char *metric)
{
    char text[1024];

    snprintf(text, sizeof text,
             "{\"title\": \"t\", \"stop\": \"60s\", \"computer\": "
             "{\"processors\": 2}, \"threads\": [%s]}",
             threads);
    return metric_of(text, metric);
}

/* A hundred turns of 1 ms with a pause before each but the first, which is
 * cold: ms that one takes besides. 1 ms cold after 20 ms. */
static double cost_ms(int pause_ms)
{
    char threads[256];
    double turnaround;

    snprintf(threads, sizeof threads,
             "{\"name\": \"a\", \"cold\": {\"cost\": \"1ms\", \"after\": "
             "\"20ms\"}, \"program\": [{\"repeat\": {\"times\": 100, "
             "\"program\": [{\"run\": \"1ms\"}, {\"sleep\": \"%dms\"}]}}]}",
             pause_ms);
    turnaround = played(threads, "turnaround.max") / 1e9;
    return (turnaround - 1 - 100.0 * (1 + pause_ms)) / 99;
}

static void near(double a, double b)
{
    if (a - b > 1e-3 || b - a > 1e-3)
        fail_msg("%.6f is not %.6f", a, b);
}

static void test_points(void **state)
{
    (void)state;
    near(cost_ms(20), 1);
    near(cost_ms(10), 0.5);
    near(cost_ms(5), 0.25);
    near(cost_ms(40), 1);
}

/* One that runs keeps the others of its task warm; another task does not. */
static void test_company(void **state)
{
    static const char alone[] =
        "{\"name\": \"a\", \"cold\": {\"cost\": \"1ms\", \"after\": \"20ms\"}, "
        "\"program\": [{\"run\": \"100ms\"}]}, {\"name\": \"b\", \"arrive\": "
        "\"50ms\", \"cold\": {\"cost\": \"1ms\", \"after\": \"20ms\"}, "
        "\"program\": [{\"run\": \"1ms\"}]}";
    static const char both[] =
        "{\"name\": \"a\", \"arrive\": {\"at\": [\"0s\", "
        "\"50ms\"]}, \"overlap\": true, \"cold\": {\"cost\": \"1ms\", "
        "\"after\": \"20ms\"}, \"program\": [{\"run\": \"100ms\"}]}";

    (void)state;
    near(played(alone, "threads.b.turnaround.max") / 1e9, 2);
    near(played(both, "turnaround.max") / 1e9, 101);
    near(played(both, "turnaround.min") / 1e9, 100);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_points),
                                       cmocka_unit_test(test_company)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
