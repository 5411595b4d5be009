/*
 * Where answers end, and what is concluded from what was seen.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <string.h>

#include <cmocka.h>

#include "sim/observe/guess.h"
#include "sim/observe/reply.h"
#include "sim/observe/target.h"

/* Fed whole, and byte by byte: the same. */
static ts_reply_state feed(const char *text, ts_http_reply *reply)
{
    ts_http_reply whole = TS_REPLY_BEGIN, bytes = TS_REPLY_BEGIN;

    ts_reply_feed(&whole, text, strlen(text));
    for (const char *c = text; *c != '\0'; c++)
        ts_reply_feed(&bytes, c, 1);
    assert_int_equal(whole.state, bytes.state);
    assert_int_equal(whole.status, bytes.status);
    assert_int_equal(whole.closes, bytes.closes);
    *reply = whole;
    return whole.state;
}

static void test_replies(void **state)
{
    ts_http_reply r;

    (void)state;
    assert_int_equal(feed("HTTP/1.1 200 OK\r\nContent-Length: 5\r\n\r\nhello",
                          &r),
                     TS_REPLY_DONE);
    assert_int_equal(r.status, 200);
    assert_false(r.closes);
    assert_int_equal(feed("HTTP/1.1 200 OK\r\ncontent-length:5\r\n\r\nhell",
                          &r),
                     TS_REPLY_BODY);
    assert_false(ts_reply_end(&r));
    assert_int_equal(feed("HTTP/1.0 404 no\r\n\r\nanything", &r),
                     TS_REPLY_TO_END);
    assert_true(r.closes);
    assert_true(ts_reply_end(&r));
    assert_int_equal(feed("HTTP/1.0 200 OK\r\nConnection: keep-alive\r\n"
                          "Content-Length: 0\r\n\r\n",
                          &r),
                     TS_REPLY_DONE);
    assert_false(r.closes);
    assert_int_equal(feed("HTTP/1.1 200 OK\r\nConnection: close\r\n"
                          "Content-Length: 1\r\n\r\nx",
                          &r),
                     TS_REPLY_DONE);
    assert_true(r.closes);
    assert_int_equal(
        feed("HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 204 none\r\n\r\n", &r),
        TS_REPLY_DONE);
    assert_int_equal(r.status, 204);
    assert_int_equal(
        feed("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
             "5;x=y\r\nhello\r\n10\r\n0123456789abcdef\r\n0\r\n"
             "Trailer: t\r\n\r\n",
             &r),
        TS_REPLY_DONE);
    assert_int_equal(
        feed("HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n"
             "5\r\nhello!\r\n",
             &r),
        TS_REPLY_BROKEN);
    assert_int_equal(feed("SSH-2.0-OpenSSH_9.2\r\n", &r), TS_REPLY_BROKEN);
    assert_int_equal(feed("HTTP/1.1 200 OK\r\nContent-Length: -5\r\n", &r),
                     TS_REPLY_BROKEN);
    assert_int_equal(feed("HTTP/1.1 200 OK\r\nContent-Length: 1\r\n\r\nxy", &r),
                     TS_REPLY_BROKEN);
}

/* A line is as long as it likes; only its end matters. */
static void test_long_header(void **state)
{
    ts_http_reply r = TS_REPLY_BEGIN;
    const char *head = "HTTP/1.1 200 OK\r\nX: ";
    const char *rest = "\r\nContent-Length: 0\r\n\r\n";

    (void)state;
    ts_reply_feed(&r, head, strlen(head));
    for (int i = 0; i < 10000; i++)
        ts_reply_feed(&r, "x", 1);
    ts_reply_feed(&r, rest, strlen(rest));
    assert_int_equal(r.state, TS_REPLY_DONE);
}

static bool is_target(const char *url, ts_arena *arena, ts_target *target)
{
    ts_error error = {.text = ""};

    *target = (ts_target){.size = 0};
    return ts_target_parse(target, arena, url, &error);
}

static void test_targets(void **state)
{
    ts_arena arena;
    ts_target t;

    (void)state;
    ts_arena_init(&arena, 0);
    assert_true(is_target("http://127.0.0.1:8000/a?b=c", &arena, &t));
    assert_int_equal(ts_target_port(&t), 8000);
    assert_string_equal(t.url, "http://127.0.0.1:8000/a?b=c");
    assert_non_null(strstr(t.request, "GET /a?b=c HTTP/1.1\r\n"));
    assert_true(is_target("http://localhost", &arena, &t));
    assert_int_equal(ts_target_port(&t), 80);
    assert_non_null(strstr(t.request, "GET / HTTP/1.1\r\n"));
    assert_true(is_target("http://[::1]:81?x", &arena, &t));
    assert_int_equal(ts_target_port(&t), 81);
    assert_non_null(strstr(t.request, "GET /?x HTTP/1.1\r\n"));
    assert_true(is_target("http://127.8.8.8:9", &arena, &t));
    assert_false(is_target("http://10.0.0.1/", &arena, &t));
    assert_false(is_target("http://example.org/", &arena, &t));
    assert_false(is_target("http://127.0.0.1.example.org/", &arena, &t));
    assert_false(is_target("http://[::2]/", &arena, &t));
    assert_false(is_target("https://127.0.0.1/", &arena, &t));
    assert_false(is_target("127.0.0.1:80", &arena, &t));
    assert_false(is_target("http://127.0.0.1:0/", &arena, &t));
    assert_false(is_target("http://127.0.0.1:65536/", &arena, &t));
    assert_false(is_target("http://127.0.0.1/a b", &arena, &t));
    ts_arena_fini(&arena);
}

/* A quiet step: nobody waited for a processor. */
static ts_observed step(int clients, double rate, double latency, double cpu,
                        int threads)
{
    return (ts_observed){.clients = clients,
                         .requests = 1000,
                         .rate = rate,
                         .p50 = latency,
                         .p95 = latency * 1.1,
                         .p99 = latency * 1.2,
                         .cpu = cpu,
                         .busy = rate * cpu,
                         .processes = 1,
                         .threads = threads,
                         .most = 1};
}

static const ts_observed_server python = {.program = "python3.11",
                                          .processors = 1,
                                          .apart = true};

/* 2 ms of work and 100 ms of waiting, four at a time: 39 a second. */
static void test_pool(void **state)
{
    ts_observed steps[] = {step(1, 9.8, 0.102, 0.002, 2),
                           step(16, 39, 0.410, 0.002, 4)};
    ts_guess g;

    (void)state;
    ts_guess_make(&g, &python, steps, 2);
    assert_int_equal(g.model, TS_GUESS_THREADS);
    assert_int_equal(g.threads, 4);
    assert_true(g.lock);
    assert_false(g.unknown[TS_UNKNOWN_THREADS]);
    assert_true(g.unknown[TS_UNKNOWN_WAIT] && g.unknown[TS_UNKNOWN_LOAD]);
    assert_float_equal(g.wait, 0.1, 1e-3);
    assert_float_equal(g.work, 0.002, 1e-6);

    /* Twice as many: nobody had to wait, and the number is not known. */
    steps[1] = step(4, 39, 0.102, 0.002, 4);
    ts_guess_make(&g, &python, steps, 2);
    assert_int_equal(g.threads, 4);
    assert_true(g.unknown[TS_UNKNOWN_THREADS]);
}

/* Who did not come alone may have waited for the others. */
static void test_alone(void **state)
{
    ts_observed steps[] = {step(1, 9.8, 0.102, 0.002, 1),
                           step(4, 9.8, 0.408, 0.002, 1)};
    ts_guess g;

    (void)state;
    ts_guess_make(&g, &python, steps, 2);
    assert_false(g.unknown[TS_UNKNOWN_ALONE]);
    ts_guess_make(&g, &python, steps + 1, 1);
    assert_true(g.unknown[TS_UNKNOWN_ALONE]);
}

/* Two processes at one door, of which one took all connections: there are two,
 * and the threads are those of the one. */
static void test_door(void **state)
{
    ts_observed steps[] = {step(1, 9.8, 0.102, 0.002, 1),
                           step(16, 39, 0.410, 0.002, 4)};
    ts_observed_server server = python;
    ts_guess g;

    (void)state;
    steps[0].processes = steps[1].processes = 1;
    server.doors = 2;
    server.keeps = true;
    ts_guess_make(&g, &server, steps, 2);
    assert_true(g.accepts);
    assert_int_equal(g.processes, 2);
    assert_int_equal(g.threads, 4);

    /* Without kept connections whoever is free takes the next. */
    server.keeps = false;
    ts_guess_make(&g, &server, steps, 2);
    assert_false(g.accepts);
    assert_int_equal(g.processes, 1);
    server.keeps = true;
    server.doors = 1;
    ts_guess_make(&g, &server, steps, 2);
    assert_false(g.accepts);
}

/* Which programs let one thread compute at a time. */
static void test_lock(void **state)
{
    static const struct {
        const char *program;
        bool lock;
    } programs[] = {{"python3.11", true}, {"python3.13t", false},
                    {"pypy3", true},      {"node", false},
                    {"nginx", false},     {"", false}};
    ts_observed alone = step(1, 9.8, 0.102, 0.002, 1);

    (void)state;
    for (size_t i = 0; i < TS_COUNT_OF(programs); i++) {
        ts_observed_server server = python;
        ts_guess g;

        server.program = programs[i].program;
        ts_guess_make(&g, &server, &alone, 1);
        assert_int_equal(g.lock, programs[i].lock);
    }
}

/* One thread: an event loop if others go on while one waits. */
static void test_single(void **state)
{
    ts_observed steps[] = {step(1, 9.8, 0.102, 0.002, 1),
                           step(16, 156, 0.102, 0.002, 1)};
    ts_guess g;

    (void)state;
    ts_guess_make(&g, &python, steps, 2);
    assert_int_equal(g.model, TS_GUESS_LOOP);
    assert_false(g.unknown[TS_UNKNOWN_MODEL]);
    steps[1] = step(16, 9.8, 1.6, 0.002, 1);
    ts_guess_make(&g, &python, steps, 2);
    assert_int_equal(g.model, TS_GUESS_THREADS);
    assert_int_equal(g.threads, 1);
    assert_false(g.unknown[TS_UNKNOWN_MODEL]);
    /* It never waits: nobody can tell. */
    steps[0] = step(1, 480, 0.00208, 0.002, 1);
    steps[1] = step(16, 500, 0.032, 0.002, 1);
    ts_guess_make(&g, &python, steps, 2);
    assert_true(g.unknown[TS_UNKNOWN_MODEL]);
    assert_float_equal(g.wait, 0, 0);
    assert_float_equal(g.rtt, 80e-6, 1e-6);
    assert_false(g.unknown[TS_UNKNOWN_LOAD]);
}

/* What neighbours took is no waiting of the server's. */
static void test_neighbours(void **state)
{
    ts_observed alone = step(1, 250, 0.004, 0.002, 1);
    ts_guess g;

    (void)state;
    ts_guess_make(&g, &python, &alone, 1);
    assert_float_equal(g.wait, 0.002, 1e-6);
    alone.ready = 0.00195;
    ts_guess_make(&g, &python, &alone, 1);
    assert_float_equal(g.wait, 0, 0);
    assert_float_equal(g.others, 0, 0);
    alone.others = 0.5;
    alone.stolen = 0.04;
    ts_guess_make(&g, &python, &alone, 1);
    assert_float_equal(g.others, 0.5, 0);
    assert_float_equal(g.stolen, 0, 0);
    alone.stolen = 0.1;
    ts_guess_make(&g, &python, &alone, 1);
    assert_float_equal(g.stolen, 0.1, 0);
    assert_true(g.unknown[TS_UNKNOWN_NOISE]);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_replies),   cmocka_unit_test(test_long_header),
        cmocka_unit_test(test_targets),   cmocka_unit_test(test_pool),
        cmocka_unit_test(test_alone),     cmocka_unit_test(test_door),
        cmocka_unit_test(test_lock),      cmocka_unit_test(test_single),
        cmocka_unit_test(test_neighbours)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
