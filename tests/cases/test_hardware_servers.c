/*
 * Servers, networks and load against the published families: thread pools
 * beside event loops, round trips, coordinated omission.
 */
#include "hardware.h"

/* --- thread-pool --- */

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

/* How long a request takes that waits for nobody, in seconds. */
static double alone(family *f)
{
    return input(f, "wait_s") + input(f, "cpu_s");
}

/* Requests a second when there is always more to do than can be done: twice
 * as many users as threads, and as requests that the processor can begin while
 * one waits. The first of them start together and answers may come in waves
 * ever after: of these so many are counted that one more or less is nothing. */
static double saturated(family *f, const char *model)
{
    double users = 2 * fmax(input(f, "threads"), alone(f) / input(f, "cpu_s"));
    double wave = users * input(f, "cpu_s"), warm = 20 * alone(f) + wave;
    char load[96];

    snprintf(load, sizeof load, "\"users\": %.0f, \"warmup\": %.6f",
             ceil(users), warm);
    say_pool(f, model, load, warm + fmax(200 * alone(f), 100 * wave));
    return play(f) ? metric(f, "clients.c.throughput") : 0;
}

static double left_at(family *f, const char *model, const char *load,
                      double stop, const char *name)
{
    say_pool(f, model, load, stop);
    return play(f) ? metric(f, "%s", name) : 0;
}

/* The growth between half of the time and all of it; at either look there may
 * be a request more or less that has just come. */
static void compare_growth(family *f, const char *load, double time)
{
    static const char *const key = "async_backlog_growth_per_s";
    static const char loop[] = "\"model\": \"event-loop\"";
    double half = left_at(f, loop, load, time / 2, "servers.web.queued");
    double whole = left_at(f, loop, load, time, "servers.web.queued");
    double want = number(f, f->expected, key);

    expect_near(f, key, want, (whole - half) / (time / 2), 0,
                fmax(allowed(f, key, want), 2 / (time / 2)));
}

static void play_loop(family *f, const char *load, double time)
{
    static const char loop[] = "\"model\": \"event-loop\"";

    compare(f, "async_max_per_s", saturated(f, loop));
    left_at(f, loop, load, time, "servers.web.queued");
    compare(f, "async_cpu_utilisation", metric(f, "processor.useful"));
    compare_growth(f, load, time);
    /* It takes a request's time until as many are there as always are. */
    if (has(f->expected, "async_mean_in_flight"))
        compare(f, "async_mean_in_flight",
                left_at(f, loop, load, fmax(time, 100 * alone(f)),
                        "clients.c.inside"));
}

static void play_pool(family *f)
{
    double time = input(f, "duration_s"), rate = input(f, "arrivals_per_s");
    char pool[64], load[96], all[128];

    snprintf(pool, sizeof pool, "\"model\": \"threads\", \"threads\": %.0f",
             input(f, "threads"));
    snprintf(load, sizeof load, "\"every\": %.12f", 1 / rate);
    snprintf(all, sizeof all, "%s, \"limit\": %.0f", load, floor(rate * time));
    play_loop(f, load, time);
    compare(f, "sync_max_per_s", saturated(f, pool));
    compare(f, "sync_backlog_end",
            left_at(f, pool, load, time, "servers.web.queued"));
    /* Until all are served, however long one after the other takes. */
    say_pool(f, pool, all, time + rate * time * alone(f) + alone(f));
    if (play(f))
        compare(f, "sync_last_arrival_wait_s",
                metric(f, "servers.web.wait.max") / 1e12);
}

/* --- net --- */

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
    char link[256];
    double rtt;

    snprintf(link, sizeof link,
             "\"distance\": {\"from\": [%.9f, %.9f], \"to\": [%.9f, %.9f], "
             "\"speed\": %.9f}",
             input_at(f, "a", 0), input_at(f, "a", 1), input_at(f, "b", 0),
             input_at(f, "b", 1), input(f, "km_per_ms"));
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
    bool dns = flag(f, f->inputs, "dns_one_rtt");

    for (size_t i = 0; i < sizeof ways / sizeof *ways; i++) {
        char link[256], server[64], clients[64];

        snprintf(link, sizeof link,
                 "\"rtt\": %.9f, \"promotion\": %.9f, \"lookup\": %d, "
                 "\"handshake\": \"%s\"",
                 input(f, "rtt_ms"), input(f, "radio_promotion_ms"), dns,
                 ways[i].handshake);
        snprintf(server, sizeof server, ", \"time\": %.9f",
                 input(f, "server_ms"));
        snprintf(clients, sizeof clients, ", \"connection\": \"%s\"",
                 ways[i].connection);
        say_net(f, link, server, clients);
        compare(f, ways[i].key, latency_ms(f));
    }
}

/* How long the message takes from an initial window of so many segments. */
static double slow_start_ms(family *f, int64_t window)
{
    char link[256], clients[64];

    snprintf(link, sizeof link,
             "\"rtt\": %.9f, \"slow_start\": true, \"segment\": \"%.0f B\", "
             "\"window\": %lld",
             input(f, "rtt_ms"), input(f, "mss"), (long long)window);
    snprintf(clients, sizeof clients, ", \"receives\": \"%.0f B\"",
             input(f, "bytes"));
    say_net(f, link, "", clients);
    return latency_ms(f);
}

#define WIDEST 1000000 /* the language's largest window */

/* A message has as many segments as the smallest window that lets it through
 * in one round. */
static double segments(family *f)
{
    int64_t low = 0, high = 1;

    while (slow_start_ms(f, high) > 1.5 * input(f, "rtt_ms") && !f->wrong) {
        low = high;
        high = high * 2 < WIDEST || high == WIDEST ? high * 2 : WIDEST;
    }
    while (high - low > 1 && !f->wrong) {
        int64_t middle = low + (high - low) / 2;

        if (slow_start_ms(f, middle) > 1.5 * input(f, "rtt_ms"))
            low = middle;
        else
            high = middle;
    }
    return (double)high;
}

static void play_slow_start(family *f)
{
    double time = slow_start_ms(f, (int64_t)input(f, "iw"));

    compare(f, "transfer_ms", time);
    compare(f, "rounds", time / input(f, "rtt_ms"));
    compare(f, "segments", segments(f));
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

/* --- coordinated omission --- */

static int compare_times(const void *a, const void *b)
{
    int64_t x = *(const int64_t *)a, y = *(const int64_t *)b;

    return (x > y) - (x < y);
}

/* The requests' times in order, from what the trace kept; the caller frees
 * them. */
static int64_t *times_of(family *f, int *count)
{
    int64_t *times;
    ts_stretch s;
    int room = 0;

    for (size_t i = 0; ts_result_stretch_at(f->result, i, &s); i++)
        room += strcmp(s.kind, "request") == 0;
    times = calloc((size_t)room + 1, sizeof *times);
    if (times == NULL)
        exit(1);
    *count = 0;
    for (size_t i = 0; ts_result_stretch_at(f->result, i, &s); i++)
        if (strcmp(s.kind, "request") == 0)
            times[(*count)++] = s.to - s.from;
    qsort(times, (size_t)*count, sizeof *times, compare_times);
    return times;
}

static void compare_ranks(family *f, const char *key, const int64_t *times,
                          int count)
{
    const cJSON *rank;

    if (length(f->expected, key) == 0)
        wrong(f, "the case expects no \"%s\"", key);
    cJSON_ArrayForEach(rank, part(f->expected, key))
    {
        int place = (int)ceil(atof(rank->string) * count - 1e-9);

        if (place < 1 || place > count)
            wrong(f, "there is no percentile %s", rank->string);
        else
            expect_case(f, key, rank->string, value(f, rank),
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

/* Requests that were to come during the stall, the first one included. */
static double missed(family *f)
{
    return ceil(input(f, "stall_us") / input(f, "interval_us") - 1e-9);
}

/* A user waits for an answer before the next request. */
static void play_naive(family *f)
{
    int64_t *times;
    int count;
    char load[128];

    snprintf(load, sizeof load, "\"users\": 1, \"pace\": %.6f, \"limit\": %.0f",
             input(f, "interval_us"), input(f, "requests_before") + 1);
    say_stall(f, load, input(f, "requests_before"));
    if (!play(f))
        return;
    compare(f, "naive_mean_us", metric(f, "clients.c.latency.mean") / 1e6);
    times = times_of(f, &count);
    compare_ranks(f, "naive_pct_us", times, count);
    free(times);
}

/* Requests come when they were to come. */
static void play_corrected(family *f)
{
    int64_t *times;
    int count;
    char load[128];

    snprintf(load, sizeof load, "\"every\": %.6f, \"limit\": %.0f",
             input(f, "interval_us"), input(f, "requests_before") + missed(f));
    say_stall(f, load, input(f, "requests_before"));
    if (!play(f))
        return;
    compare(f, "corrected_mean_us", metric(f, "clients.c.intended.mean") / 1e6);
    times = times_of(f, &count);
    compare(f, "corrected_count", count);
    compare_ranks(f, "corrected_pct_us", times, count);
    free(times);
}

static void play_omission(family *f)
{
    play_naive(f);
    play_corrected(f);
}

/* --- cases that are made --- */

/* So far from the knee that a fluid is a good likeness. */
static void make_pool(cJSON *inputs, cJSON *expected, int number)
{
    int threads = any(number, 0, 4, 40);
    double wait = any(number, 1, 100, 900) / 1000.0;
    double cpu = any(number, 2, 5, 20) / 10.0 * wait / 1000;
    double rate = threads / (wait + cpu) * any(number, 3, 120, 200) / 100;
    double most = threads / (wait + cpu), seconds = 60;

    put(inputs, "threads", threads);
    put(inputs, "wait_s", wait);
    put(inputs, "cpu_s", cpu);
    put(inputs, "arrivals_per_s", rate);
    put(inputs, "duration_s", seconds);
    put(expected, "sync_max_per_s", most);
    put(expected, "async_max_per_s", 1 / cpu);
    put(expected, "async_cpu_utilisation", rate * cpu);
    put(expected, "sync_backlog_end", (rate - most) * seconds);
    put(expected, "sync_last_arrival_wait_s", (rate - most) * seconds / most);
    put(expected, "async_backlog_growth_per_s", 0);
    put(expected, "async_mean_in_flight", rate * (wait + cpu));
}

/* Haversine on a globe of 6 371.0088 km. */
static void make_floor(cJSON *inputs, cJSON *expected, int number)
{
    double degree = acos(-1) / 180, from[2], to[2], half, distance;
    double speed = any(number, 4, 100, 290), rtt = any(number, 5, 100, 900);

    for (int i = 0; i < 2; i++) {
        from[i] = any(number, i, -8900, 8900) / 100.0 * (i + 1);
        to[i] = any(number, 2 + i, -8900, 8900) / 100.0 * (i + 1);
        append(inputs, "a", from[i]);
        append(inputs, "b", to[i]);
    }
    half = pow(sin((to[0] - from[0]) * degree / 2), 2) +
           cos(from[0] * degree) * cos(to[0] * degree) *
               pow(sin((to[1] - from[1]) * degree / 2), 2);
    distance = 2 * 6371.0088 * asin(sqrt(half));
    put(inputs, "km_per_ms", speed);
    put(inputs, "talk_rtt_ms", rtt);
    put(expected, "distance_km", distance);
    put(expected, "floor_rtt_ms", 2 * distance / speed);
    put(expected, "stretch", rtt * speed / 2 / distance);
}

static void make_handshake(cJSON *inputs, cJSON *expected, int number)
{
    static const struct {
        const char *key;
        int trips;
    } ways[] = {{"http_new_tcp_ms", 2},    {"https_tls12_new_ms", 4},
                {"https_tls13_new_ms", 3}, {"https_tls13_0rtt_resume_ms", 2},
                {"quic_1rtt_new_ms", 2},   {"quic_0rtt_ms", 1}};
    double rtt = any(number, 0, 1, 9000) / 16.0;
    double server = any(number, 1, 0, 900) / 8.0;
    double radio = any(number, 2, 0, 1) * any(number, 3, 1, 900);
    bool dns = number % 2;

    put(inputs, "rtt_ms", rtt);
    put(inputs, "server_ms", server);
    put(inputs, "radio_promotion_ms", radio);
    cJSON_AddBoolToObject(inputs, "dns_one_rtt", dns);
    for (size_t i = 0; i < sizeof ways / sizeof *ways; i++)
        put(expected, ways[i].key,
            (ways[i].trips + dns) * rtt + server + radio);
    put(expected, "persistent_connection_ms", rtt + server + radio);
}

static void make_slow_start(cJSON *inputs, cJSON *expected, int number)
{
    int bytes = any(number, 0, 1, 90000000), mss = any(number, 1, 200, 9000);
    int window = any(number, 2, 1, 40), rounds = 0;
    int64_t sent = 0, segments = (bytes + mss - 1) / mss;
    double rtt = any(number, 3, 1, 9000) / 16.0;

    for (int64_t next = window; sent < segments; next *= 2, rounds++)
        sent += next;
    put(inputs, "bytes", bytes);
    put(inputs, "mss", mss);
    put(inputs, "iw", window);
    put(inputs, "rtt_ms", rtt);
    put(expected, "segments", (double)segments);
    put(expected, "rounds", rounds);
    put(expected, "transfer_ms", rounds * rtt);
}

/* In order: `before` quick ones, then those that wait, the last one least. */
static double omitted(int rank, int before, int many, double service,
                      double stall, double interval)
{
    return rank <= before ? service : stall - (before + many - rank) * interval;
}

static void make_omission(cJSON *inputs, cJSON *expected, int number)
{
    static const char *const ranks[] = {"0.5", "0.9", "0.99", "0.999"};
    double interval = any(number, 0, 100, 9000);
    double service = floor(interval * any(number, 1, 10, 80) / 100);
    int many = any(number, 2, 2, 900), before = any(number, 3, 10, 5000);
    double stall = many * interval, waits = interval * many * (many + 1) / 2;
    cJSON *naive = cJSON_AddObjectToObject(expected, "naive_pct_us");
    cJSON *all = cJSON_AddObjectToObject(expected, "corrected_pct_us");

    put(inputs, "service_us", service);
    put(inputs, "interval_us", interval);
    put(inputs, "requests_before", before);
    put(inputs, "stall_us", stall);
    put(expected, "naive_mean_us", (before * service + stall) / (before + 1));
    put(expected, "corrected_mean_us",
        (before * service + waits) / (before + many));
    put(expected, "corrected_count", before + many);
    for (int i = 0; i < 4; i++) {
        double part = atof(ranks[i]);

        put(naive, ranks[i],
            omitted((int)ceil(part * (before + 1) - 1e-9), before, 1, service,
                    stall, interval));
        put(all, ranks[i],
            omitted((int)ceil(part * (before + many) - 1e-9), before, many,
                    service, stall, interval));
    }
}

static void test_families(void **state)
{
    int failed = 0;

    (void)state;
    failed += family_play("hardware/thread-pool", play_pool, NULL);
    failed += family_play("hardware/net", play_net, NULL);
    failed += family_play("hardware/coordinated-omission", play_omission, NULL);
    assert_int_equal(failed, 0);
}

static void test_made(void **state)
{
    static const family_rules fluid = {.tolerance = "{\"*\": {\"rel\": 0.05}}"};
    static const family_rules globe = {.tolerance = "{\"*\": {\"rel\": 1e-6}}"};
    int failed = 0;

    (void)state;
    failed +=
        family_made("hardware/thread-pool", 3, make_pool, play_pool, &fluid);
    failed += family_made("hardware/net", 10, make_floor, play_net, &globe);
    failed +=
        family_made("hardware/net", 10, make_handshake, play_net, &exactly);
    failed +=
        family_made("hardware/net", 10, make_slow_start, play_net, &exactly);
    failed += family_made("hardware/coordinated-omission", 5, make_omission,
                          play_omission, &exactly);
    assert_int_equal(failed, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_families),
                                       cmocka_unit_test(test_made)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
