/*
 * Servers, networks and load against the published families: thread pools
 * beside event loops, round trips, coordinated omission.
 */
#include "harness.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static double input(family *f, const char *key)
{
    return number(f, f->inputs, key);
}

static double expected(family *f, const char *key)
{
    return number(f, f->expected, key);
}

static void compare(family *f, const char *key, double actual)
{
    expect_case(f, key, key, expected(f, key), actual);
}

/* --- thread-pool --------------------------------------------------------- */

static void say_pool(family *f, const char *model, const char *load,
                     double stop)
{
    fresh(f);
    say(f,
        "{\"title\": \"case\", \"unit\": \"1s\", \"stop\": %.6f,"
        "\"servers\": [{\"name\": \"web\", %s, \"handler\": ["
        "{\"run\": %.9f}, {\"call\": \"down\"}]},"
        "{\"name\": \"down\", \"model\": \"remote\", \"time\": %.9f}],"
        "\"clients\": [{\"name\": \"c\", \"to\": \"web\", %s}]}",
        stop, model, input(f, "cpu_s"), input(f, "wait_s"), load);
}

/* Requests a second when there is always more to do than can be done. */
static double saturated(family *f, const char *model)
{
    say_pool(f, model, "\"users\": 1000, \"warmup\": 20", 120);
    return play(f) ? metric(f, "clients.c.throughput") : 0;
}

static double left_at(family *f, const char *model, const char *load,
                      double stop, const char *name)
{
    say_pool(f, model, load, stop);
    return play(f) ? metric(f, "%s", name) : 0;
}

static void play_pool(family *f)
{
    double time = input(f, "duration_s"), rate = input(f, "arrivals_per_s");
    static const char loop[] = "\"model\": \"event-loop\"";
    char pool[64], load[96], all[128];
    double half, whole;

    snprintf(pool, sizeof pool, "\"model\": \"threads\", \"threads\": %d",
             (int)input(f, "threads"));
    snprintf(load, sizeof load, "\"every\": %.12f", 1 / rate);
    snprintf(all, sizeof all, "\"every\": %.12f, \"limit\": %d", 1 / rate,
             (int)(rate * time));
    compare(f, "sync_max_per_s", saturated(f, pool));
    compare(f, "async_max_per_s", saturated(f, loop));
    whole = left_at(f, loop, load, time, "servers.web.queued");
    compare(f, "async_cpu_utilisation", metric(f, "processor.useful"));
    if (!cJSON_IsNull(cJSON_GetObjectItemCaseSensitive(f->expected,
                                                       "async_mean_in_flight")))
        compare(f, "async_mean_in_flight", metric(f, "clients.c.inside"));
    half = left_at(f, loop, load, time / 2, "servers.web.queued");
    expect_near(f, "async_backlog_growth_per_s",
                expected(f, "async_backlog_growth_per_s"),
                (whole - half) / (time / 2), 0.03, 0.5);
    compare(f, "sync_backlog_end",
            left_at(f, pool, load, time, "servers.web.queued"));
    say_pool(f, pool, all, 10000);
    if (play(f))
        compare(f, "sync_last_arrival_wait_s",
                metric(f, "servers.web.wait.max") / 1e12);
}

/* --- net ----------------------------------------------------------------- */

static void say_net(family *f, const char *link, const char *server,
                    const char *clients)
{
    fresh(f);
    say(f,
        "{\"title\": \"case\", \"unit\": \"1ms\","
        "\"links\": [{\"name\": \"l\", %s}],"
        "\"servers\": [{\"name\": \"s\", \"model\": \"remote\"%s}],"
        "\"clients\": [{\"name\": \"c\", \"to\": \"s\", \"over\": \"l\","
        "\"users\": 1, \"limit\": 1%s}]}",
        link, server, clients);
}

static double latency_ms(family *f)
{
    return play(f) ? metric(f, "clients.c.latency.max") / 1e9 : 0;
}

static void play_floor(family *f)
{
    const cJSON *a = cJSON_GetObjectItemCaseSensitive(f->inputs, "a");
    const cJSON *b = cJSON_GetObjectItemCaseSensitive(f->inputs, "b");
    char link[256];
    double rtt;

    snprintf(link, sizeof link,
             "\"distance\": {\"from\": [%.6f, %.6f], \"to\": [%.6f, %.6f], "
             "\"speed\": %.6f}",
             cJSON_GetArrayItem(a, 0)->valuedouble,
             cJSON_GetArrayItem(a, 1)->valuedouble,
             cJSON_GetArrayItem(b, 0)->valuedouble,
             cJSON_GetArrayItem(b, 1)->valuedouble, input(f, "km_per_ms"));
    say_net(f, link, "", "");
    rtt = latency_ms(f);
    compare(f, "floor_rtt_ms", rtt);
    compare(f, "distance_km", rtt * input(f, "km_per_ms") / 2);
    compare(f, "stretch", input(f, "talk_rtt_ms") / rtt);
}

static void play_handshakes(family *f)
{
    static const struct {
        const char *key, *handshake, *connection;
    } ways[] = {
        {"http_new_tcp_ms", "tcp", "new"},
        {"https_tls12_new_ms", "tls1.2", "new"},
        {"https_tls13_new_ms", "tls1.3", "new"},
        {"https_tls13_0rtt_resume_ms", "tls1.3-early", "new"},
        {"quic_1rtt_new_ms", "quic", "new"},
        {"quic_0rtt_ms", "quic-early", "new"},
        {"persistent_connection_ms", "tls1.3", "warm"},
    };
    bool dns = cJSON_IsTrue(
        cJSON_GetObjectItemCaseSensitive(f->inputs, "dns_one_rtt"));

    for (size_t i = 0; i < sizeof ways / sizeof *ways; i++) {
        char link[256], server[64], clients[64];

        snprintf(link, sizeof link,
                 "\"rtt\": %.6f, \"promotion\": %.6f, \"lookup\": %d, "
                 "\"handshake\": \"%s\"",
                 input(f, "rtt_ms"), input(f, "radio_promotion_ms"), dns,
                 ways[i].handshake);
        snprintf(server, sizeof server, ", \"time\": %.6f",
                 input(f, "server_ms"));
        snprintf(clients, sizeof clients, ", \"connection\": \"%s\"",
                 ways[i].connection);
        say_net(f, link, server, clients);
        compare(f, ways[i].key, latency_ms(f));
    }
}

static void play_slow_start(family *f)
{
    char link[256], clients[64];
    double time;

    snprintf(link, sizeof link,
             "\"rtt\": %.6f, \"slow_start\": true, \"segment\": \"%d B\", "
             "\"window\": %d",
             input(f, "rtt_ms"), (int)input(f, "mss"), (int)input(f, "iw"));
    snprintf(clients, sizeof clients, ", \"receives\": \"%d B\"",
             (int)input(f, "bytes"));
    say_net(f, link, "", clients);
    time = latency_ms(f);
    compare(f, "transfer_ms", time);
    compare(f, "rounds", time / input(f, "rtt_ms"));
}

static void play_net(family *f)
{
    if (has(f->inputs, "a"))
        play_floor(f);
    else if (has(f->inputs, "mss"))
        play_slow_start(f);
    else
        play_handshakes(f);
}

/* --- coordinated omission ------------------------------------------------ */

static int compare_times(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

    return (x > y) - (x < y);
}

/* The requests' times in order, from what the trace kept. */
static int times_of(family *f, int64_t *times, int room)
{
    ts_stretch s;
    int count = 0;

    for (size_t i = 0; ts_result_stretch_at(f->result, i, &s); i++)
        if (strcmp(s.kind, "request") == 0 && count < room)
            times[count++] = s.to - s.from;
    qsort(times, (size_t)count, sizeof *times, compare_times);
    return count;
}

static void compare_ranks(family *f, const char *key, const int64_t *times,
                          int count)
{
    const cJSON *ranks = cJSON_GetObjectItemCaseSensitive(f->expected, key);
    const cJSON *rank;

    cJSON_ArrayForEach(rank, ranks)
    {
        int place = (int)ceil(atof(rank->string) * count - 1e-9);

        expect_case(f, key, rank->string, rank->valuedouble,
                    (double)times[place - 1] / 1e6);
    }
}

/* The stall begins with request number `before`. */
static void say_stall(family *f, const char *load, double before)
{
    double interval = input(f, "interval_us");

    fresh(f);
    say(f,
        "{\"title\": \"case\", \"unit\": \"1us\","
        "\"servers\": [{\"name\": \"s\", \"model\": \"remote\", "
        "\"time\": %.6f}],"
        "\"faults\": [{\"at\": %.6f, \"for\": %.6f, "
        "\"what\": {\"gone\": {\"server\": \"s\"}}}],"
        "\"clients\": [{\"name\": \"c\", \"to\": \"s\", %s}]}",
        input(f, "service_us"), before * interval,
        input(f, "stall_us") - input(f, "service_us"), load);
}

static void play_omission(family *f)
{
    static int64_t times[100000];
    double before = input(f, "requests_before");
    double interval = input(f, "interval_us");
    int missed = (int)(input(f, "stall_us") / interval), count;
    char load[128];

    snprintf(load, sizeof load,
             "\"users\": 1, \"pace\": %.6f, "
             "\"limit\": %d",
             interval, (int)before + 1);
    say_stall(f, load, before);
    if (!play(f))
        return;
    compare(f, "naive_mean_us", metric(f, "clients.c.latency.mean") / 1e6);
    count = times_of(f, times, 100000);
    compare_ranks(f, "naive_pct_us", times, count);

    snprintf(load, sizeof load, "\"every\": %.6f, \"limit\": %d", interval,
             (int)before + missed);
    say_stall(f, load, before);
    if (!play(f))
        return;
    compare(f, "corrected_mean_us", metric(f, "clients.c.intended.mean") / 1e6);
    count = times_of(f, times, 100000);
    expect_count(f, "corrected_count", (int64_t)expected(f, "corrected_count"),
                 count);
    compare_ranks(f, "corrected_pct_us", times, count);
}

static void test_families(void **state)
{
    int failed = 0;

    (void)state;
    failed += family_run("hardware/thread-pool", play_pool);
    failed += family_run("hardware/net", play_net);
    failed += family_run("hardware/coordinated-omission", play_omission);
    assert_int_equal(failed, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_families)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
