/*
 * What servers pay for what they wait with, against numbers that are computed
 * here: questions of an event loop (per call, per descriptor, per ready one,
 * per change), handlers begun and resumed (callbacks, coroutines, greenlets),
 * wake-ups of a herd, threads that stay with their connections.
 */
#include "played.h"

/* --- what a question costs --- */

/* One busy client beside `quiet` connections that are open and do nothing. */
static const char *quiet_ones(char *text, size_t size, const char *poll,
                              int quiet, double run)
{
    snprintf(text, size,
             "{\"title\": \"t\", \"stop\": \"300ms\","
             "\"servers\": [{\"name\": \"s\", \"model\": \"event-loop\","
             "\"poll\": %s, \"handler\": [{\"run\": \"%.3fus\"}]}],"
             "\"clients\": [{\"name\": \"c\", \"to\": \"s\", \"users\": 1,"
             "\"first\": \"150ms\", \"warmup\": \"200ms\"},"
             "{\"name\": \"q\", \"to\": \"s\", \"users\": %d,"
             "\"think\": \"1h\"}]}",
             poll, run, quiet);
    return text;
}

/* Whatever the method, a question costs what its four numbers say. Watched
 * are the listening socket, the quiet ones and the busy one. */
static void test_questions(void **state)
{
    static const char *const methods[] = {"select", "poll", "epoll", "kqueue",
                                          "completion"};
    static const int quiet[] = {3, 500, 4000};
    char text[1024], poll[160], what[64];

    (void)state;
    for (size_t i = 0; i < 5; i++) {
        int n = quiet[i % 3];
        double call = 0.7 + 0.31 * (double)i, descriptor = 0.013,
               ready = 0.09 + 0.05 * (double)i, run = 5;
        double time = run + call + ready + descriptor * (n + 2);

        snprintf(poll, sizeof poll,
                 "{\"%s\": {\"call\": \"%.3fus\", \"descriptor\": \"%.3fus\", "
                 "\"ready\": \"%.3fus\", \"change\": \"9us\"}}",
                 methods[i], call, descriptor, ready);
        snprintf(what, sizeof what, "%s, %d quiet: requests/s", methods[i], n);
        comes_to(what, quiet_ones(text, sizeof text, poll, n, run),
                 "clients.c.throughput", 1, 1e6 / time, 0.001);
    }
}

/* The defaults against what was measured on Linux 6.18, in ns. */
static void test_defaults(void **state)
{
    static const struct {
        const char *method;
        int watched;
        double ns;
    } cases[] = {
        {"\"select\"", 10, 552},     {"\"select\"", 100, 1961},
        {"\"select\"", 1000, 16485}, {"\"select\"", 5000, 85315},
        {"\"poll\"", 10, 394},       {"\"poll\"", 100, 1736},
        {"\"poll\"", 1000, 14076},   {"\"poll\"", 5000, 82729},
        {"\"epoll\"", 10, 406},      {"\"epoll\"", 5000, 406},
    };
    char text[1024];

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        double run = 20, rate, ns;

        quiet_ones(text, sizeof text, cases[i].method, cases[i].watched - 2,
                   run);
        rate = play_once(text, 1, "clients.c.throughput");
        ns = 1e9 / rate - 1000 * run;
        printf("%-8s %5d watched: measured %6.0f ns, simulated %6.0f (%+.0f "
               "%%)\n",
               cases[i].method, cases[i].watched, cases[i].ns, ns,
               100 * (ns / cases[i].ns - 1));
        assert_true(fabs(ns / cases[i].ns - 1) < 0.1);
    }
}

/* A connection for each request is accepted and watched each time. */
static void test_changes(void **state)
{
    char text[1024];

    (void)state;
    snprintf(text, sizeof text,
             "{\"title\": \"t\", \"stop\": \"300ms\","
             "\"servers\": [{\"name\": \"s\", \"model\": \"event-loop\","
             "\"accept\": \"26.7us\", \"poll\": {\"epoll\": {\"call\": "
             "\"0.4us\", \"change\": \"1.41us\"}},"
             "\"handler\": [{\"run\": \"10us\"}]}],"
             "\"clients\": [{\"name\": \"c\", \"to\": \"s\", \"users\": 1,"
             "\"connection\": \"new\", \"warmup\": \"100ms\"}]}");
    comes_to("a connection each: requests/s", text, "clients.c.throughput", 1,
             1e6 / (26.7 + 0.4 + 1.41 + 10), 0.001);
}

/* --- handlers --- */

/* A handler that waits k times is begun once and resumed k times; a question
 * is shared by all that are ready. */
static void test_resumes(void **state)
{
    static const struct {
        const char *what;
        double resume; /* us */
        int waits, users;
    } cases[] = {{"callbacks", 0.1, 1, 1},
                 {"coroutines", 0.9, 3, 1},
                 {"greenlets", 2.3, 5, 7},
                 {"coroutines, a crowd", 0.9, 2, 100}};
    char text[2048], handler[1024], what[64];

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        double call = 1.7, run = 3, n = cases[i].users;
        double turn = call + n * (cases[i].resume + run);
        int at = snprintf(handler, sizeof handler, "{\"run\": \"3us\"}");

        for (int k = 0; k < cases[i].waits; k++)
            at += snprintf(handler + at, sizeof handler - (size_t)at,
                           ", {\"call\": \"up\"}, {\"run\": \"3us\"}");
        snprintf(text, sizeof text,
                 "{\"title\": \"t\", \"stop\": \"1100ms\","
                 "\"servers\": [{\"name\": \"s\", \"model\": \"event-loop\","
                 "\"writes\": \"deferred\", \"resume\": \"%.3fus\","
                 "\"poll\": {\"epoll\": \"%.3fus\"}, \"handler\": [%s]},"
                 "{\"name\": \"up\", \"model\": \"remote\"}],"
                 "\"clients\": [{\"name\": \"c\", \"to\": \"s\", "
                 "\"users\": %d, \"warmup\": \"100ms\"}]}",
                 cases[i].resume, call, handler, cases[i].users);
        snprintf(what, sizeof what, "%s, %d waits: requests/s", cases[i].what,
                 cases[i].waits);
        comes_to(what, text, "clients.c.throughput", 1,
                 1e6 * n / (turn * (cases[i].waits + 1)), 0.002);
    }
}

/* --- who wakes up --- */

static const char *idle_processes(char *text, size_t size, const char *share,
                                  int processes, int requests)
{
    snprintf(text, size,
             "{\"title\": \"t\", \"computer\": {\"processors\": %d},"
             "\"system\": {\"switch\": {\"cost\": \"2us\", "
             "\"charge\": \"every\"}},"
             "\"servers\": [{\"name\": \"s\", \"processes\": %d,"
             "\"share\": \"%s\", \"handler\": [{\"run\": \"50us\"}]}],"
             "\"clients\": [{\"name\": \"c\", \"to\": \"s\", "
             "\"first\": \"1ms\", \"every\": \"1ms\", \"limit\": %d}]}",
             processes, processes, share, requests);
    return text;
}

/* All processes sleep at one listening socket: every request wakes one of
 * them, or all of them, of whom one finds it. With sockets of their own
 * (SO_REUSEPORT) it is always one. */
static void test_herd(void **state)
{
    static const int processes[] = {2, 7, 24};
    char text[1024], what[64];

    (void)state;
    for (size_t i = 0; i < 3; i++) {
        int p = processes[i], n = 500;

        snprintf(what, sizeof what, "%d processes, herd: wake-ups", p);
        comes_to(what, idle_processes(text, sizeof text, "herd", p, n),
                 "processor.wakeups", 1, (double)n * p, 0);
        snprintf(what, sizeof what, "%d processes, one queue: wake-ups", p);
        comes_to(what, idle_processes(text, sizeof text, "queue", p, n),
                 "processor.wakeups", 1, n, 0);
        snprintf(what, sizeof what, "%d processes, own sockets: wake-ups", p);
        comes_to(what, idle_processes(text, sizeof text, "hash", p, n),
                 "processor.wakeups", 1, n, 0);
    }
}

/* Each of p processes with a socket of its own is a queue of its own: M/M/1,
 * however idle the others are; at one socket they are M/M/p. */
static void test_sockets(void **state)
{
    char text[1024];
    double mu = 100, rate = 5 * 70;

    (void)state;
    snprintf(text, sizeof text,
             "{\"title\": \"t\", \"stop\": \"120s\","
             "\"computer\": {\"processors\": 5},"
             "\"servers\": [{\"name\": \"s\", \"processes\": 5,"
             "\"share\": \"hash\","
             "\"handler\": [{\"run\": {\"exponential\": \"10ms\"}}]}],"
             "\"clients\": [{\"name\": \"c\", \"to\": \"s\","
             "\"connection\": \"new\", \"rate\": \"%.0f/s\","
             "\"warmup\": \"20s\"}]}",
             rate);
    agrees("own sockets, 5 x M/M/1: stay, ms", text, "clients.c.latency.mean",
           1e9, 1000 / (mu - rate / 5), 0.02);
}

/* --- threads that stay --- */

static const char *staying(char *text, size_t size, int threads, int users,
                           double run, double think, double keep)
{
    snprintf(text, size,
             "{\"title\": \"t\", \"unit\": \"1ms\", \"stop\": 100000,"
             "\"computer\": {\"processors\": %d},"
             "\"servers\": [{\"name\": \"s\", \"threads\": %d,"
             "\"keep_alive\": %.3f, \"handler\": [{\"run\": %.3f}]}],"
             "\"clients\": [{\"name\": \"c\", \"to\": \"s\", "
             "\"users\": %d, \"think\": %.3f, \"warmup\": 20000}]}",
             threads, threads, keep, run, users, think);
    return text;
}

/* K threads, N > K clients who think for Z between requests of c. A thread
 * that stays longer than Z never leaves its client: K clients are served, the
 * others never. One that stays for T < Z is taken for c + T by each request. */
static void test_staying(void **state)
{
    static const struct {
        int threads, users;
        double run, think, keep;
    } cases[] = {{4, 60, 10, 90, 5000}, {4, 60, 10, 90, 20},
                 {3, 90, 7, 130, 31},   {8, 9, 5, 400, 401},
                 {8, 9, 5, 400, 399},   {16, 10, 5, 50, 1000}};
    char text[1024], what[64];

    (void)state;
    for (size_t i = 0; i < sizeof cases / sizeof *cases; i++) {
        double c = cases[i].run, z = cases[i].think, t = cases[i].keep;
        double k = cases[i].threads, n = cases[i].users;
        double served = t >= z && n > k ? k : n;
        double x = 1000 * served / (z + c);

        if (t < z)
            x = fmin(x, 1000 * k / (c + t));
        snprintf(what, sizeof what, "%d threads stay %.0f of %.0f ms: 1/s",
                 cases[i].threads, t, z);
        staying(text, sizeof text, cases[i].threads, cases[i].users, c, z, t);
        comes_to(what, text, "clients.c.throughput", 1, x, 0.005);
        if (t >= z && n > k)
            assert_true(play_once(text, 1, "clients.c.under_way") >= n - k);
    }
}

/* Without another request it closes the connection, and the next one costs a
 * handshake and an acceptance again. */
static void test_closing(void **state)
{
    static const double think[] = {40, 60};
    char text[1024];

    (void)state;
    for (int i = 0; i < 2; i++) {
        bool again = think[i] > 50;

        snprintf(text, sizeof text,
                 "{\"title\": \"t\", \"unit\": \"1ms\", \"stop\": 100000,"
                 "\"links\": [{\"name\": \"l\", \"rtt\": 8, "
                 "\"handshake\": \"tcp\"}],"
                 "\"servers\": [{\"name\": \"s\", \"threads\": 2,"
                 "\"keep_alive\": 50, \"accept\": 3,"
                 "\"handler\": [{\"run\": 2}]}],"
                 "\"clients\": [{\"name\": \"c\", \"to\": \"s\", "
                 "\"over\": \"l\", \"connection\": \"kept\", \"users\": 1, "
                 "\"think\": %.0f, \"warmup\": 1000}]}",
                 think[i]);
        comes_to(again ? "closed meanwhile: ms" : "still open: ms", text,
                 "clients.c.latency.mean", 1e9, 8 + 2 + (again ? 8 + 3 : 0),
                 1e-9);
    }
}

/* A post costs 1 us, waking somebody 2 us besides, and 5 us more where that one
 * ran on another processor. */
static void test_across(void **state)
{
    char text[1024];

    (void)state;
    for (int processor = 0; processor < 2; processor++) {
        snprintf(text, sizeof text,
                 "{\"title\": \"t\", \"stop\": \"1s\", \"computer\": "
                 "{\"processors\": 2}, \"system\": {\"policy\": "
                 "\"round-robin\", \"slice\": \"1ms\", \"locking\": "
                 "{\"give\": \"1us\", \"wake\": \"2us\", \"across\": "
                 "\"5us\"}}, \"locks\": [{\"name\": \"s\", \"kind\": "
                 "\"semaphore\", \"count\": 0}], \"threads\": [{\"name\": "
                 "\"waits\", \"affinity\": [0], \"background\": true, "
                 "\"program\": [{\"forever\": [{\"wait\": \"s\"}]}]}, "
                 "{\"name\": \"posts\", \"affinity\": [%d], \"program\": "
                 "[{\"repeat\": {\"times\": 100, \"program\": [{\"sleep\": "
                 "\"1ms\"}, {\"post\": \"s\"}]}}]}]}",
                 processor);
        comes_to("100 posts, us", text, "threads.posts.used", 1e6,
                 processor == 0 ? 300 : 800, 0.001);
    }
}

static void streams(char *text, size_t size, const char *connection,
                    const char *more)
{
    snprintf(text, size,
             "{\"title\": \"t\", \"unit\": \"1ms\", \"stop\": 1000,"
             "\"links\": [{\"name\": \"l\", \"rtt\": 8, "
             "\"handshake\": \"tls1.3\"}],"
             "\"servers\": [{\"name\": \"s\", \"threads\": 2, "
             "\"keep_alive\": 500, \"handler\": [{\"pause\": 3}]}],"
             "\"clients\": [{\"name\": \"c\", \"to\": \"s\", \"over\": "
             "\"l\", \"connection\": \"%s\", %s}]}",
             connection, more);
}

/* Streams of one connection: a handshake of two round trips for all, which all
 * wait for; a thread answers and does not stay; and a stream that is given up
 * leaves the connection as it is. */
static void test_streams(void **state)
{
    char text[1024];

    (void)state;
    streams(text, sizeof text, "one", "\"users\": 4, \"limit\": 4");
    comes_to("handshakes for four streams", text, "links.l.handshakes", 1, 1,
             0);
    comes_to("the first two, ms", text, "clients.c.latency.min", 1e9,
             16 + 8 + 3, 1e-9);
    comes_to("the other two, ms", text, "clients.c.latency.max", 1e9,
             16 + 8 + 3 + 3, 1e-9);
    streams(text, sizeof text, "one",
            "\"users\": 4, \"timeout\": 10, \"limit\": 400");
    comes_to("handshakes with streams given up", text, "links.l.handshakes", 1,
             1, 0);
    assert_true(play_once(text, 1, "clients.c.timed_out") > 4);
}

/* A message of three segments is sent in two rounds of slow start, or a second
 * time when it is lost. It has the line for 3 ms, and who comes 1 ms later for
 * 0.1 ms has it after that, and not after the rounds. */
static void test_line(void **state)
{
    (void)state;
    comes_to("behind a slow start, ms",
             "{\"title\": \"t\", \"unit\": \"1ms\", \"links\": "
             "[{\"name\": \"l\", \"rtt\": 100, \"bandwidth\": \"1MB/s\", "
             "\"slow_start\": true, \"segment\": \"1kB\", \"window\": 1}], "
             "\"servers\": [{\"name\": \"s\", \"model\": \"remote\"}], "
             "\"clients\": [{\"name\": \"a\", \"to\": \"s\", \"over\": "
             "\"l\", \"at\": [0], \"sends\": \"3kB\"}, {\"name\": \"c\", "
             "\"to\": \"s\", \"over\": \"l\", \"at\": [1], \"sends\": "
             "\"100B\"}]}",
             "clients.c.latency.mean", 1e9, 100 + 2 + 0.1, 1e-9);
}

/* In order, a message waits for the slowest of all before it over the same
 * connection: with n under way at once, the longest of n jitters. Over
 * connections of their own nothing changes. */
static void test_order(void **state)
{
    static const char *const connections[] = {"one", "kept"};
    char text[1024];
    double mean[2][2];

    (void)state;
    for (int c = 0; c < 2; c++)
        for (int ordered = 0; ordered < 2; ordered++) {
            snprintf(text, sizeof text,
                     "{\"title\": \"t\", \"unit\": \"1ms\", \"links\": "
                     "[{\"name\": \"l\", \"rtt\": 10, \"jitter\": "
                     "{\"uniform\": [0, 100]}, \"ordered\": %s}], "
                     "\"servers\": [{\"name\": \"s\", \"model\": "
                     "\"remote\"}], \"clients\": [{\"name\": \"c\", "
                     "\"to\": \"s\", \"over\": \"l\", \"connection\": "
                     "\"%s\", \"every\": 1, \"limit\": 20000}]}",
                     ordered ? "true" : "false", connections[c]);
            mean[c][ordered] =
                play_once(text, 1, "clients.c.latency.mean") / 1e9;
        }
    print_message("one connection %.1f, in order %.1f ms; many %.1f, %.1f\n",
                  mean[0][0], mean[0][1], mean[1][0], mean[1][1]);
    assert_true(mean[1][0] == mean[1][1]);
    assert_true(mean[0][0] > 109 && mean[0][0] < 111);
    /* Outward within 1 ms x sqrt(100 pi / 2) of the longest there is. */
    assert_true(mean[0][1] > 10 + 100 - 12.6 + 50 && mean[0][1] < 210);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_line),      cmocka_unit_test(test_streams),
        cmocka_unit_test(test_order),     cmocka_unit_test(test_across),
        cmocka_unit_test(test_questions), cmocka_unit_test(test_defaults),
        cmocka_unit_test(test_changes),   cmocka_unit_test(test_resumes),
        cmocka_unit_test(test_herd),      cmocka_unit_test(test_sockets),
        cmocka_unit_test(test_staying),   cmocka_unit_test(test_closing),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
