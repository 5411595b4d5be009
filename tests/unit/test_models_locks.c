/*
 * Semaphores, conditions, barriers, read-write locks, what locks cost, cyclic
 * executives: small machines whose schedule can be worked out by hand.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#include <cmocka.h>

#include "timeslice/timeslice.h"

#define US INT64_C(1000000)

/* Plays a scenario whose unit is a microsecond; NULL and a message when it is
 * refused. `body` is what follows the unit. */
static ts_result *play_or(const char *body, char **message)
{
    char text[4096];
    ts_scenario *scenario;
    ts_result *result = NULL;

    snprintf(text, sizeof text, "{\"title\": \"t\", \"unit\": \"1us\", %s}",
             body);
    scenario = ts_scenario_parse("t", text, strlen(text), NULL, message);
    if (scenario != NULL)
        result = ts_scenario_run(scenario, 0, NULL, message);
    ts_scenario_free(scenario);
    return result;
}

static ts_result *play(const char *body)
{
    char *message = NULL;
    ts_result *result = play_or(body, &message);

    if (result == NULL)
        fprintf(stderr, "%s\n", message);
    assert_non_null(result);
    return result;
}

static void refused(const char *body, const char *why)
{
    char *message = NULL;

    assert_null(play_or(body, &message));
    assert_non_null(message);
    if (strstr(message, why) == NULL)
        fprintf(stderr, "%s\ndoes not say: %s\n", message, why);
    assert_non_null(strstr(message, why));
    ts_message_free(message);
}

static int64_t finish(const ts_result *result, const char *task, int64_t job)
{
    ts_thread_times t;

    for (size_t i = 0; ts_result_thread_at(result, i, &t); i++)
        if (strcmp(t.task, task) == 0 && t.job == job)
            return t.finish < 0 ? -1 : t.finish / US;
    return -2;
}

static double metric(const ts_result *result, const char *name)
{
    double value = -1;

    return ts_result_metric(result, name, &value) ? value : -1;
}

static void test_semaphore(void **state)
{
    ts_result *r = play(
        "\"locks\": [{\"name\": \"s\", \"kind\": \"semaphore\", \"count\": 1}],"
        "\"computer\": {\"processors\": 3}, \"threads\": ["
        "{\"name\": \"w\", \"count\": 3, \"program\": [{\"wait\": \"s\"}, "
        "{\"run\": 2}]},"
        "{\"name\": \"p\", \"arrive\": 5, \"program\": [{\"run\": 1}, "
        "{\"post\": \"s\"}, {\"run\": 2}, {\"post\": \"s\"}]}]");

    (void)state;
    assert_int_equal(finish(r, "w", 0), 2);  /* took the one that was there */
    assert_int_equal(finish(r, "w", 1), 8);  /* posted at 6 */
    assert_int_equal(finish(r, "w", 2), 10); /* posted at 8 */
    assert_int_equal(metric(r, "locks.s.contended"), 2);
    assert_true(metric(r, "locks.s.wait.max") == 8e6);
    ts_result_free(r);
}

static void test_condition(void **state)
{
    ts_result *r = play(
        "\"locks\": [{\"name\": \"m\"}, "
        "{\"name\": \"c\", \"kind\": \"condition\"}],"
        "\"computer\": {\"processors\": 3}, \"threads\": ["
        "{\"name\": \"w\", \"count\": 2, \"program\": [{\"lock\": \"m\"}, "
        "{\"wait\": {\"name\": \"c\", \"with\": \"m\"}}, {\"run\": 3}, "
        "{\"unlock\": \"m\"}]},"
        "{\"name\": \"s\", \"arrive\": 4, \"program\": [{\"lock\": \"m\"}, "
        "{\"broadcast\": \"c\"}, {\"run\": 2}, {\"unlock\": \"m\"}]}]");

    (void)state;
    /* Told at 4, but the mutex is free at 6 only, and for one at a time. */
    assert_int_equal(finish(r, "s", 0), 6);
    assert_int_equal(finish(r, "w", 0), 9);
    assert_int_equal(finish(r, "w", 1), 12);
    ts_result_free(r);
    /* A signal that nobody waits for is lost. */
    r = play("\"stop\": 100, \"locks\": [{\"name\": \"m\"}, "
             "{\"name\": \"c\", \"kind\": \"condition\"}], \"threads\": ["
             "{\"name\": \"s\", \"program\": [{\"signal\": \"c\"}]},"
             "{\"name\": \"w\", \"arrive\": 1, \"program\": [{\"lock\": \"m\"},"
             "{\"wait\": {\"name\": \"c\", \"with\": \"m\"}}, "
             "{\"unlock\": \"m\"}]}]");
    assert_int_equal(finish(r, "w", 0), -1);
    ts_result_free(r);
}

static void test_barrier(void **state)
{
    ts_result *r = play(
        "\"locks\": [{\"name\": \"b\", \"kind\": \"barrier\", \"parties\": 3}],"
        "\"computer\": {\"processors\": 3}, \"threads\": ["
        "{\"name\": \"a\", \"program\": [{\"run\": 1}, {\"barrier\": \"b\"}, "
        "{\"run\": 1}, {\"barrier\": \"b\"}, {\"run\": 1}]},"
        "{\"name\": \"b\", \"program\": [{\"run\": 5}, {\"barrier\": \"b\"}, "
        "{\"run\": 2}, {\"barrier\": \"b\"}, {\"run\": 2}]},"
        "{\"name\": \"c\", \"program\": [{\"run\": 3}, {\"barrier\": \"b\"}, "
        "{\"run\": 4}, {\"barrier\": \"b\"}, {\"run\": 3}]}]");

    (void)state;
    /* All are there at 5, and again at 9. */
    assert_int_equal(finish(r, "a", 0), 10);
    assert_int_equal(finish(r, "b", 0), 11);
    assert_int_equal(finish(r, "c", 0), 12);
    ts_result_free(r);
}

/* Two readers, a writer, a reader: who overtakes is a field. */
static void readers(const char *prefer, int64_t writer, int64_t reader)
{
    char body[2048];
    ts_result *r;

    snprintf(body, sizeof body,
             "\"locks\": [{\"name\": \"d\", \"kind\": \"read-write\", "
             "\"prefer\": \"%s\"}], \"computer\": {\"processors\": 4}, "
             "\"threads\": ["
             "{\"name\": \"r\", \"count\": 2, \"program\": [{\"lock\": "
             "{\"name\": \"d\", \"shared\": true}}, {\"run\": 10}, "
             "{\"unlock\": \"d\"}]},"
             "{\"name\": \"w\", \"arrive\": 2, \"program\": ["
             "{\"lock\": \"d\"}, {\"run\": 5}, {\"unlock\": \"d\"}]},"
             "{\"name\": \"late\", \"arrive\": 4, \"program\": [{\"lock\": "
             "{\"name\": \"d\", \"shared\": true}}, {\"run\": 10}, "
             "{\"unlock\": \"d\"}]}]",
             prefer);
    r = play(body);
    assert_int_equal(finish(r, "r", 0), 10);
    assert_int_equal(finish(r, "r", 1), 10);
    assert_int_equal(finish(r, "w", 0), writer);
    assert_int_equal(finish(r, "late", 0), reader);
    ts_result_free(r);
}

static void test_read_write(void **state)
{
    (void)state;
    readers("nobody", 15, 25);
    readers("writers", 15, 25);
    readers("readers", 19, 14);
}

/* A run that ends while readers have it: 8 of 10. */
static void test_readers_at_the_end(void **state)
{
    ts_result *r =
        play("\"stop\": 10, \"locks\": [{\"name\": \"d\", \"kind\": "
             "\"read-write\"}], \"threads\": [{\"name\": \"r\", "
             "\"arrive\": 2, \"program\": [{\"lock\": {\"name\": \"d\", "
             "\"shared\": true}}, {\"run\": 30}, {\"unlock\": \"d\"}]}]");

    (void)state;
    assert_true(metric(r, "locks.d.held") > 0.799);
    assert_true(metric(r, "locks.d.held") < 0.801);
    ts_result_free(r);
}

/* One request comes at 1 and is served by `handler`, until its process is killed
 * at `kill`; `lock` and `threads` stand beside it. */
static ts_result *killed(int kill, const char *lock, const char *handler,
                         const char *threads)
{
    char body[2048];

    snprintf(body, sizeof body,
             "\"stop\": 200, \"computer\": {\"processors\": 1}, \"locks\": "
             "[{\"name\": \"l\", %s}], \"servers\": [{\"name\": \"web\", "
             "\"handler\": [%s, {\"unlock\": \"l\"}]}], \"clients\": "
             "[{\"name\": \"c\", \"to\": \"web\", \"at\": [1]}], "
             "\"faults\": [{\"at\": %d, \"what\": {\"kill\": {\"server\": "
             "\"web\"}}}], \"threads\": [%s]",
             lock, handler, kill, threads);
    return play(body);
}

/* A killed reader gives its share back: the writer need not wait for ever. */
static void test_killed_reader(void **state)
{
    ts_result *r =
        killed(9, "\"kind\": \"read-write\"",
               "{\"lock\": {\"name\": \"l\", \"shared\": true}}, "
               "{\"sleep\": 500}",
               "{\"name\": \"w\", \"arrive\": 2, \"program\": "
               "[{\"lock\": \"l\"}, {\"run\": 3}, {\"unlock\": \"l\"}]}");

    (void)state;
    assert_int_equal(finish(r, "w", 0), 12);
    ts_result_free(r);
}

/* Readers that came after a writer wait for it no longer when it is killed. */
static void test_killed_writer(void **state)
{
    static const char *const prefer[] = {"nobody", "writers"};

    (void)state;
    for (int i = 0; i < 2; i++) {
        char lock[128];
        ts_result *r;

        snprintf(lock, sizeof lock,
                 "\"kind\": \"read-write\", \"prefer\": \"%s\"", prefer[i]);
        r = killed(9, lock, "{\"lock\": \"l\"}",
                   "{\"name\": \"r\", \"program\": [{\"lock\": {\"name\": "
                   "\"l\", \"shared\": true}}, {\"sleep\": 100}, "
                   "{\"unlock\": \"l\"}]}, {\"name\": \"late\", "
                   "\"arrive\": 2, \"program\": [{\"lock\": {\"name\": "
                   "\"l\", \"shared\": true}}, {\"run\": 3}, "
                   "{\"unlock\": \"l\"}]}");
        assert_int_equal(finish(r, "late", 0), 12);
        ts_result_free(r);
    }
}

/* Unlocked at 10, the mutex is free and one is woken to take it. That one is
 * killed at 12, before it runs: the next one takes it when it can, at 30. */
static void test_killed_when_woken(void **state)
{
    ts_result *r =
        killed(12, "\"grant\": \"futex\"", "{\"lock\": \"l\"}, {\"run\": 1}",
               "{\"name\": \"h\", \"program\": [{\"lock\": \"l\"}, {\"sleep\": "
               "5}, {\"run\": 5}, {\"unlock\": \"l\"}, {\"run\": 20}]}, "
               "{\"name\": \"next\", \"arrive\": 2, \"program\": [{\"lock\": "
               "\"l\"}, {\"run\": 1}, {\"unlock\": \"l\"}]}");

    (void)state;
    assert_int_equal(finish(r, "h", 0), 30);
    assert_int_equal(finish(r, "next", 0), 31);
    ts_result_free(r);
}

static void test_costs(void **state)
{
    ts_result *r = play(
        "\"system\": {\"locking\": {\"take\": 1, \"give\": 2, \"wait\": 4}}, "
        "\"computer\": {\"processors\": 2}, \"locks\": [{\"name\": \"l\"}], "
        "\"threads\": [{\"name\": \"t\", \"count\": 2, \"program\": ["
        "{\"lock\": \"l\"}, {\"run\": 10}, {\"unlock\": \"l\"}]}]");

    (void)state;
    /* The first: 1 + 10 + 2. The second has it at 13, and pays 4 for that. */
    assert_int_equal(finish(r, "t", 0), 13);
    assert_int_equal(finish(r, "t", 1), 29);
    ts_result_free(r);
}

static void test_deadlock_is_told(void **state)
{
    ts_result *r = play(
        "\"computer\": {\"processors\": 2}, "
        "\"locks\": [{\"name\": \"x\"}, {\"name\": \"y\"}], \"threads\": ["
        "{\"name\": \"a\", \"program\": [{\"lock\": \"x\"}, {\"run\": 2}, "
        "{\"lock\": \"y\"}, {\"unlock\": \"y\"}, {\"unlock\": \"x\"}]},"
        "{\"name\": \"b\", \"program\": [{\"lock\": \"y\"}, {\"run\": 3}, "
        "{\"lock\": \"x\"}, {\"unlock\": \"x\"}, {\"unlock\": \"y\"}]},"
        "{\"name\": \"c\", \"program\": [{\"sleep\": 20}, {\"run\": 5}]}]");

    (void)state;
    /* Whoever is not part of it goes on to the end. */
    assert_int_equal(finish(r, "a", 0), -1);
    assert_int_equal(finish(r, "b", 0), -1);
    assert_int_equal(finish(r, "c", 0), 27); /* from 2 on */
    assert_int_equal(metric(r, "locks.deadlocks"), 1);
    ts_result_free(r);
}

static void test_mistakes(void **state)
{
    (void)state;
    refused("\"locks\": [{\"name\": \"b\", \"kind\": \"barrier\", \"parties\": "
            "2}], \"threads\": [{\"name\": \"a\", \"program\": "
            "[{\"lock\": \"b\"}]}]",
            "\"lock\" does nothing with b, which is a barrier");
    refused(
        "\"locks\": [{\"name\": \"c\", \"kind\": \"condition\"}], "
        "\"threads\": [{\"name\": \"a\", \"program\": [{\"wait\": \"c\"}]}]",
        "a mutex is needed");
    refused("\"locks\": [{\"name\": \"l\", \"protocol\": \"inherit\"}], "
            "\"threads\": [{\"name\": \"a\", \"program\": []}]",
            "the policy fifo does not go by them");
    refused("\"system\": {\"policy\": \"edf\"}, \"locks\": [{\"name\": \"l\", "
            "\"protocol\": \"ceiling\"}], "
            "\"threads\": [{\"name\": \"a\", \"program\": []}]",
            "a ceiling is made of priorities that tasks keep");
    refused("\"locks\": [{\"name\": \"l\"}], \"threads\": [{\"name\": \"a\", "
            "\"program\": [{\"lock\": \"l\"}, {\"run\": 1}]}]",
            "thread a ends and still holds l");
    refused("\"locks\": [{\"name\": \"l\"}], \"threads\": [{\"name\": \"a\", "
            "\"program\": [{\"unlock\": \"l\"}]}]",
            "thread a unlocks l, which it does not hold, at 0 s");
    refused("\"locks\": [{\"name\": \"l\", \"kind\": \"read-write\"}], "
            "\"threads\": [{\"name\": \"a\", \"program\": [{\"lock\": "
            "{\"name\": \"l\", \"shared\": true}}, {\"run\": 1}]}]",
            "thread a ends and still holds l");
    refused("\"locks\": [{\"name\": \"l\", \"kind\": \"read-write\"}], "
            "\"threads\": [{\"name\": \"a\", \"program\": [{\"lock\": "
            "{\"name\": \"l\", \"shared\": true}}, {\"sleep\": 9}, "
            "{\"unlock\": \"l\"}]}, {\"name\": \"b\", \"arrive\": 1, "
            "\"program\": [{\"unlock\": \"l\"}]}]",
            "thread b unlocks l, which it does not hold");
    refused("\"system\": {\"policy\": \"llf\"}, \"threads\": [{\"name\": "
            "\"a\", \"deadline\": 9, \"program\": [{\"run\": "
            "{\"exponential\": 1}}]}]",
            "give an estimate");
    refused("\"system\": {\"policy\": \"boxcar\", \"frame\": 10, \"slots\": "
            "[{\"thread\": \"a\", \"at\": 0, \"length\": 5}]}, \"threads\": "
            "[{\"name\": \"a\", \"program\": []}, "
            "{\"name\": \"b\", \"program\": []}]",
            "b has no slot");
}

/* One job of 7 in slots of 5, beside one of 3 in the slot after it. */
static void boxcar(const char *overrun, int64_t a, int64_t b)
{
    char body[1024];
    ts_result *r;

    snprintf(body, sizeof body,
             "\"system\": {\"policy\": \"boxcar\", \"frame\": 20, "
             "\"overrun\": \"%s\", \"slots\": ["
             "{\"thread\": \"a\", \"at\": 0, \"length\": 5}, "
             "{\"thread\": \"b\", \"at\": 5, \"length\": 5}]}, \"threads\": ["
             "{\"name\": \"a\", \"program\": [{\"run\": 7}]}, "
             "{\"name\": \"b\", \"program\": [{\"run\": 3}]}]",
             overrun);
    r = play(body);
    assert_int_equal(finish(r, "a", 0), a);
    assert_int_equal(finish(r, "b", 0), b);
    ts_result_free(r);
}

static void test_boxcar(void **state)
{
    (void)state;
    boxcar("cut", 22, 8);   /* 2 of it in the next frame */
    boxcar("over", 7, 10);  /* b begins late */
    boxcar("skip", 7, 28);  /* b waits for its next slot */
    boxcar("stop", -1, -1); /* the end at 5 */
}

/* Laxities 4 and 6: t1 runs; t2 overtakes when t1's is the larger, at 2. */
static void test_least_laxity(void **state)
{
    ts_result *r = play(
        "\"system\": {\"policy\": \"llf\", \"slice\": 1}, \"threads\": ["
        "{\"name\": \"a\", \"deadline\": 14, \"program\": [{\"run\": 10}]}, "
        "{\"name\": \"b\", \"deadline\": 8, \"program\": [{\"run\": 2}]}]");

    (void)state;
    assert_true(finish(r, "a", 0) <= 14 && finish(r, "b", 0) <= 8);
    assert_int_equal(metric(r, "threads.a.missed"), 0);
    assert_int_equal(metric(r, "threads.b.missed"), 0);
    /* b has overtaken a, or it would have ended at 12. */
    assert_true(metric(r, "threads.a.preemptions") >= 1);
    ts_result_free(r);
}

/* The same on paper: at 2 the laxities are equal, at 3 it is seen that b's is
 * the smaller one; looked at in steps of 2, it is at 4. */
static void test_least_laxity_at_ticks(void **state)
{
    (void)state;
    for (int every = 1; every <= 2; every++) {
        char body[400];
        ts_result *r;

        snprintf(body, sizeof body,
                 "\"system\": {\"policy\": \"llf\", \"slice\": 1, "
                 "\"every\": %d}, \"threads\": [{\"name\": \"a\", "
                 "\"deadline\": 14, \"program\": [{\"run\": 10}]}, "
                 "{\"name\": \"b\", \"deadline\": 8, "
                 "\"program\": [{\"run\": 2}]}]",
                 every);
        r = play(body);
        assert_int_equal(finish(r, "b", 0), every + 4);
        assert_int_equal(finish(r, "a", 0), 12);
        ts_result_free(r);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_semaphore),
        cmocka_unit_test(test_condition),
        cmocka_unit_test(test_barrier),
        cmocka_unit_test(test_read_write),
        cmocka_unit_test(test_readers_at_the_end),
        cmocka_unit_test(test_killed_reader),
        cmocka_unit_test(test_killed_writer),
        cmocka_unit_test(test_killed_when_woken),
        cmocka_unit_test(test_costs),
        cmocka_unit_test(test_deadlock_is_told),
        cmocka_unit_test(test_mistakes),
        cmocka_unit_test(test_boxcar),
        cmocka_unit_test(test_least_laxity),
        cmocka_unit_test(test_least_laxity_at_ticks),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
