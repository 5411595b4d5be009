/*
 * Everything goes wrong at once: processes are killed, jammed, drained and run
 * out of memory, links and servers slow down and disappear, requests time out,
 * are retried, cancelled, dropped and given out again. What must hold whatever
 * happens: every request a client sent came out in one way or is under way,
 * and every request that came to a server is accounted for.
 */
#include "texts.h"

#include <math.h>

static const char scenario_text[] =
    "{\"title\": \"kill loops\",\"stop\": \"60s\","
    "\"computer\": {\"processors\": 4},\"system\": {\"policy\": \"eevdf\"},"
    "\"interpreters\": [{\"name\": \"py\",\"copies\": 2}],"
    "\"links\": [{\"name\": \"net\",\"rtt\": \"20ms\","
    "\"jitter\": {\"exponential\": \"2ms\"},\"loss\": \"1%\","
    "\"handshake\": \"tls1.3\",\"slow_start\": true,"
    "\"bandwidth\": \"100Mbit/s\",\"promotion\": \"50ms\"}],"
    "\"servers\": [{\"name\": \"web\",\"model\": \"event-loop\","
    "\"processes\": 2,\"share\": \"hash\",\"writes\": \"deferred\","
    "\"poll\": \"select\",\"restart\": \"200ms\",\"queue\": 50,"
    "\"drops\": true,\"memory\": \"1MiB\",\"limit\": \"40MiB\","
    "\"accept\": \"30us\",\"thread\": {\"interpreter\": \"py\"},"
    "\"handler\": [{\"run\": {\"exponential\": \"2ms\"}},"
    "{\"together\": [{\"to\": \"db\",\"timeout\": \"100ms\",\"retries\": 2,"
    "\"backoff\": \"10ms\",\"over\": \"net\",\"connection\": \"kept\"},"
    "{\"to\": \"pool\"}]},{\"pause\": \"3ms\"},"
    "{\"call\": {\"to\": \"pool\",\"program\": [{\"run\": \"1ms\"},"
    "{\"call\": \"db\"},\"commit\"],\"timeout\": \"50ms\",\"cancel\": true,"
    "\"on_failure\": \"go-on\"}},{\"call\": {\"to\": \"q\","
    "\"await\": false}}]},{\"name\": \"pool\",\"threads\": 3,"
    "\"restart\": \"100ms\",\"crash\": \"redelivers\","
    "\"thread\": {\"interpreter\": \"py\"},"
    "\"handler\": [{\"run\": \"500us\"}]},{\"name\": \"q\",\"threads\": 2,"
    "\"processes\": 2,\"share\": \"two-choices\",\"restart\": \"1s\","
    "\"crash\": \"redelivers\",\"handler\": [{\"run\": \"3ms\"},\"commit\","
    "{\"run\": \"1ms\"}]},{\"name\": \"db\",\"model\": \"remote\","
    "\"time\": {\"exponential\": \"10ms\"},\"slots\": 8}],"
    "\"faults\": [{\"at\": [\"5s\",\"9s\"],\"for\": \"300ms\","
    "\"what\": {\"kill\": {\"server\": \"web\",\"process\": 0}}},"
    "{\"at\": [\"7s\",\"12s\",\"20s\"],\"for\": \"10ms\","
    "\"what\": {\"kill\": {\"server\": \"pool\"}}},{\"at\": \"15s\","
    "\"for\": \"2s\",\"what\": {\"gone\": {\"server\": \"db\"}}},"
    "{\"at\": \"25s\",\"for\": \"1s\","
    "\"what\": {\"gone\": {\"link\": \"net\"}}},{\"at\": \"30s\","
    "\"for\": \"1s\",\"what\": {\"jam\": {\"server\": \"web\"}}},"
    "{\"at\": \"33s\",\"for\": \"1s\","
    "\"what\": {\"jam\": {\"server\": \"pool\"}}},{\"at\": \"36s\","
    "\"what\": {\"drain\": {\"server\": \"web\",\"process\": 1}}},"
    "{\"at\": \"40s\",\"for\": \"1s\","
    "\"what\": {\"drain\": {\"server\": \"q\"}}},{\"at\": \"44s\","
    "\"for\": \"2s\",\"what\": {\"throttle\": {\"factor\": 3}}},"
    "{\"at\": \"50s\",\"for\": \"2s\","
    "\"what\": {\"slow\": {\"link\": \"net\",\"factor\": 5}}}],"
    "\"clients\": [{\"name\": \"a\",\"to\": \"web\",\"over\": \"net\","
    "\"connection\": \"kept\",\"users\": 40,"
    "\"think\": {\"exponential\": \"300ms\"},\"timeout\": \"400ms\","
    "\"retries\": 2,\"backoff\": {\"exponential\": \"50ms\"},\"factor\": 2,"
    "\"cancel\": true,\"sends\": \"2kB\",\"receives\": \"100kB\"},"
    "{\"name\": \"b\",\"to\": [\"web\",\"q\"],"
    "\"spread\": \"least-connections\",\"over\": \"net\","
    "\"connection\": \"new\",\"rate\": \"50/s\",\"timeout\": \"1s\","
    "\"connections\": 20}]}";

static int64_t count(const ts_result *result, const char *who, const char *what)
{
    char name[96];
    int64_t value = 0;

    snprintf(name, sizeof name, "%s.%s", who, what);
    if (!ts_result_metric_exact(result, name, &value))
        fail_msg("no metric %s", name);
    return value;
}

static void check_clients(const ts_result *result, const char *who)
{
    int64_t came_out =
        count(result, who, "answered") + count(result, who, "failed") +
        count(result, who, "refused") + count(result, who, "broken") +
        count(result, who, "timed_out");

    assert_true(came_out > 0);
    assert_int_equal(count(result, who, "sent"),
                     came_out + count(result, who, "under_way") +
                         count(result, who, "waiting"));
}

static void check_server(const ts_result *result, const char *who)
{
    assert_true(count(result, who, "served") > 0);
    assert_int_equal(count(result, who, "arrived"),
                     count(result, who, "served") +
                         count(result, who, "refused") +
                         count(result, who, "lost") +
                         count(result, who, "dropped") +
                         count(result, who, "inside"));
}

/* With `share` for that of the event loops and of the queue's threads; NULL: as
 * it stands. */
static ts_scenario *with_share(const char *share)
{
    static const char *const said[] = {"\"hash\"", "\"two-choices\""};
    char text[sizeof scenario_text + 64], *message = NULL;
    ts_scenario *scenario;

    strcpy(text, scenario_text);
    for (int i = 0; share != NULL && i < 2; i++) {
        char *at = strstr(text, said[i]), *rest = at + strlen(said[i]);
        size_t length = strlen(share);

        assert_non_null(at);
        memmove(at + length, rest, strlen(rest) + 1);
        memcpy(at, share, length);
    }
    scenario = ts_scenario_parse("faults", text, strlen(text), NULL, &message);
    if (scenario == NULL)
        fail_msg("%s", message);
    return scenario;
}

static void check_conserved(const char *share)
{
    ts_scenario *scenario = with_share(share);
    char *message = NULL;

    for (uint64_t seed = 1; seed <= 5; seed++) {
        ts_run_options options = {.has_seed = true, .seed = seed};
        ts_result *result = ts_scenario_run(scenario, 0, &options, &message);

        if (result == NULL)
            fail_msg("seed %d: %s", (int)seed, message);
        check_clients(result, "clients.a");
        check_clients(result, "clients.b");
        check_server(result, "servers.web");
        check_server(result, "servers.pool");
        check_server(result, "servers.q");
        check_server(result, "servers.db");
        assert_true(count(result, "servers.pool", "crashes") > 0);
        assert_true(count(result, "servers.web", "lost") > 0);
        ts_result_free(result);
    }
    ts_scenario_free(scenario);
}

static void test_conservation(void **state)
{
    (void)state;
    check_conserved(NULL);
    check_conserved("\"accept\"");
}

/* A request each 100 ms to a server of 1 ms, under faults that touch and
 * overlap: from 1 to 2 s it takes 2 ms, then 3 until 3 s, then 5 until 5 s (the
 * last of the list counts), then 2 until 5.5 s, by the one that began at 4.5. */
static void test_overlap(void **state)
{
    static const char text[] =
        "{\"title\": \"overlap\", \"stop\": \"7s\","
        "\"servers\": [{\"name\": \"s\", \"model\": \"remote\", "
        "\"time\": \"1ms\"}],"
        "\"faults\": ["
        "{\"at\": [\"1s\", \"4500ms\"], \"for\": \"1s\", \"what\": "
        "{\"slow\": {\"server\": \"s\", \"factor\": 2}}},"
        "{\"at\": \"2s\", \"for\": \"2s\", \"what\": "
        "{\"slow\": {\"server\": \"s\", \"factor\": 3}}},"
        "{\"at\": \"3s\", \"for\": \"2s\", \"what\": "
        "{\"slow\": {\"server\": \"s\", \"factor\": 5}}}],"
        "\"clients\": [{\"name\": \"c\", \"to\": \"s\", \"first\": "
        "\"50ms\", \"every\": \"100ms\", \"until\": \"7s\"}]}";
    char *message = NULL;
    ts_scenario *scenario =
        ts_scenario_parse("overlap", text, strlen(text), NULL, &message);
    ts_result *result =
        scenario != NULL ? ts_scenario_run(scenario, 0, NULL, &message) : NULL;
    double mean = 0;

    (void)state;
    if (result == NULL)
        fail_msg("%s", message);
    assert_true(ts_result_metric(result, "clients.c.latency.mean", &mean));
    /* 10 of 2, 10 of 3, 20 of 5, 5 of 2 ms, and 25 of 1. */
    assert_true(fabs(mean / 1e9 - (20 + 30 + 100 + 10 + 25) / 70.0) < 1e-6);
    ts_result_free(result);
    ts_scenario_free(scenario);
}

/* What a run of `servers`, with a request every 100 ms for 10 s, comes to. */
static double after(const char *servers, const char *metric)
{
    char text[2048];

    snprintf(text, sizeof text,
             "{\"title\": \"t\", \"stop\": \"60s\", \"servers\": [%s],"
             "\"clients\": [{\"name\": \"c\", \"to\": \"s\", "
             "\"every\": \"100ms\", \"until\": \"10s\"}]}",
             servers);
    return metric_of(text, metric);
}

/* Sixteen clients come to two processes of four threads at once, `more` said
 * of their server and their connections, on so many processors: `metric`. */
static double at_the_door(const char *server, const char *clients,
                          int processors, const char *metric)
{
    char text[2048];

    snprintf(text, sizeof text,
             "{\"title\": \"t\", \"stop\": \"4s\", \"computer\": "
             "{\"processors\": %d}, \"system\": {\"policy\": \"eevdf\"}, "
             "\"servers\": [{\"name\": \"s\", \"processes\": 2, "
             "\"share\": \"accept\", \"accept\": \"50us\", %s, "
             "\"handler\": [{\"run\": \"1ms\"}, {\"call\": \"db\"}]}, "
             "{\"name\": \"db\", \"model\": \"remote\", \"time\": "
             "\"99ms\"}], \"clients\": [{\"name\": \"c\", \"to\": \"s\", "
             "\"users\": 16, \"warmup\": \"1s\"%s}]}",
             processors, server, clients);
    return metric_of(text, metric);
}

/* On one processor who runs first takes all that wait, and has them for good:
 * four threads do 40 a second. On two both take some. Whoever comes one after
 * the other, and who comes anew each time, is another matter. */
static void test_doors(void **state)
{
    static const char pool[] = "\"threads\": 4";
    static const char loop[] = "\"model\": \"event-loop\"";
    static const char kept[] = ", \"connection\": \"kept\"";

    (void)state;
    assert_true(at_the_door(pool, kept, 1, "servers.s.most") == 1);
    assert_true(at_the_door(pool, kept, 1, "servers.s.accepted") == 16);
    assert_float_equal(at_the_door(pool, kept, 1, "clients.c.throughput"), 40,
                       0.5);
    assert_true(at_the_door(pool, kept, 2, "servers.s.most") < 0.6);
    assert_float_equal(at_the_door(pool, kept, 2, "clients.c.throughput"), 80,
                       1);
    assert_true(at_the_door(loop, kept, 1, "servers.s.most") == 1);
    assert_true(at_the_door(loop, kept, 2, "servers.s.accepted") == 16);
    /* Nobody stays with a connection that is new each time. */
    assert_float_equal(at_the_door(pool, ", \"connection\": \"new\"", 1,
                                   "servers.s.accepted"),
                       at_the_door(pool, ", \"connection\": \"new\"", 1,
                                   "servers.s.arrived"),
                       16);
    /* A thread that stays with a connection for a while is one of the four. */
    assert_float_equal(at_the_door("\"threads\": 4, \"keep_alive\": \"10s\"",
                                   kept, 2, "clients.c.throughput"),
                       80, 1);
}

/* Whoever takes a request dies of it, each time: a hundred requests are three
 * hundred crashes, and each is put aside at its third. Where its handler
 * draws whether it is one of those, it draws the same again. */
static void test_put_aside(void **state)
{
    static const char all[] =
        "{\"name\": \"s\", \"restart\": \"10ms\", \"crash\": "
        "\"redelivers\", \"deliveries\": 3, \"handler\": [{\"run\": "
        "\"1ms\"}, \"crash\"]}";
    static const char some[] =
        "{\"name\": \"s\", \"model\": \"event-loop\", \"restart\": "
        "\"10ms\", \"crash\": \"redelivers\", \"deliveries\": 3, "
        "\"handler\": [{\"choose\": [{\"weight\": 1, \"program\": "
        "[{\"pause\": \"1ms\"}]}, {\"weight\": 1, \"program\": "
        "[{\"pause\": \"1ms\"}, {\"choose\": [{\"weight\": 1, "
        "\"program\": [\"crash\"]}, {\"weight\": 1, \"program\": []}]}]}]}]}";

    (void)state;
    assert_true(after(all, "servers.s.put_aside") == 100);
    assert_true(after(all, "servers.s.crashes") == 300);
    assert_true(after(all, "clients.c.failed") == 100);
    assert_true(after(some, "servers.s.put_aside") * 3 ==
                after(some, "servers.s.crashes"));
    assert_true(after(some, "servers.s.put_aside") > 10);
}

/* One that never ends is ended after 2 s and what it had is lost; the process
 * is back 0.5 s later, so that 4 are killed in 10 s. */
static void test_patience(void **state)
{
    static const char slow[] =
        "{\"name\": \"s\", \"restart\": \"500ms\", \"patience\": \"2s\", "
        "\"handler\": [{\"sleep\": \"1h\"}]}";
    static const char quick[] =
        "{\"name\": \"s\", \"restart\": \"500ms\", \"patience\": \"2s\", "
        "\"threads\": 30, \"handler\": [{\"sleep\": \"1.9s\"}]}";

    (void)state;
    assert_true(after(slow, "servers.s.served") == 0);
    assert_true(after(slow, "servers.s.crashes") >= 4);
    assert_true(after(quick, "servers.s.crashes") == 0);
    assert_true(after(quick, "servers.s.served") == 100);
}

/* News is published at 1.0, 1.1, ... s; a reader has it after its time on the
 * line and half a round trip, and what does not fit into the buffer waits, is
 * dropped, or cuts the reader off. */
static double told(const char *push, double kbit, const char *metric)
{
    char text[2048];

    snprintf(text, sizeof text,
             "{\"title\": \"t\", \"stop\": \"5.99s\", \"channels\": "
             "[{\"name\": \"n\"}], \"links\": [{\"name\": \"l\", \"rtt\": "
             "\"100ms\", \"bandwidth\": \"%.0fkbit/s\"}], \"servers\": "
             "[{\"name\": \"s\", \"model\": \"event-loop\", \"handler\": "
             "[{\"forever\": [{\"news\": \"n\"}, {\"push\": {\"channel\": "
             "\"n\", \"bytes\": \"1000B\"%s}}]}]}], \"threads\": "
             "[{\"name\": \"p\", \"background\": true, \"program\": "
             "[{\"sleep\": \"900ms\"}, {\"forever\": [{\"sleep\": "
             "\"100ms\"}, {\"publish\": \"n\"}]}]}], \"clients\": "
             "[{\"name\": \"c\", \"to\": \"s\", \"over\": \"l\", "
             "\"connection\": \"kept\", \"users\": 1}]}",
             kbit, push);
    return metric_of(text, metric);
}

static void test_channels(void **state)
{
    const char *wait = ", \"buffer\": \"1kB\"";
    const char *drop = ", \"buffer\": \"1kB\", \"full\": \"drop\"";
    const char *cut = ", \"buffer\": \"1kB\", \"full\": \"cut\"";

    (void)state;
    /* 8 ms on the line, 50 ms on the way. */
    assert_true(told("", 1000, "channels.n.staleness.max") == 58e9);
    assert_true(told("", 1000, "channels.n.delivered") == 50);
    assert_true(told(wait, 1000, "channels.n.staleness.max") == 58e9);
    /* 160 ms on the line: one in 210 ms, with all that is new by then, which
     * has waited for as long at most. */
    assert_true(told(wait, 50, "channels.n.staleness.min") == 210e9);
    assert_true(told(wait, 50, "channels.n.staleness.max") > 310e9);
    assert_true(told(wait, 50, "channels.n.staleness.max") <= 420e9);
    assert_true(told(wait, 50, "channels.n.buffered") == 1000);
    assert_true(told(drop, 50, "channels.n.dropped") > 20);
    assert_true(told(drop, 50, "channels.n.staleness.max") > 310e9);
    assert_true(told(cut, 50, "servers.s.failed") ==
                told(cut, 50, "channels.n.cut"));
    assert_true(told("", 50, "channels.n.staleness.max") > 1500e9);
}

/* Stacks count whether their threads work or not, requests while they are
 * inside; with more than the limit the process is killed. */
static void test_memory(void **state)
{
    static const char fits[] =
        "{\"name\": \"s\", \"threads\": 8, \"stack\": \"1MiB\", "
        "\"memory\": \"2MiB\", \"limit\": \"12MiB\", "
        "\"handler\": [{\"sleep\": \"150ms\"}]}";
    static const char bursts[] =
        "{\"name\": \"s\", \"threads\": 8, \"stack\": \"1MiB\", "
        "\"memory\": \"2MiB\", \"limit\": \"11MiB\", \"restart\": \"1s\", "
        "\"handler\": [{\"sleep\": \"150ms\"}]}";

    (void)state;
    assert_true(after(fits, "servers.s.memory") == 12 * 1024.0 * 1024);
    assert_true(after(fits, "servers.s.crashes") == 0);
    assert_true(after(bursts, "servers.s.crashes") > 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_conservation),
                                       cmocka_unit_test(test_overlap),
                                       cmocka_unit_test(test_doors),
                                       cmocka_unit_test(test_put_aside),
                                       cmocka_unit_test(test_patience),
                                       cmocka_unit_test(test_memory),
                                       cmocka_unit_test(test_channels)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
