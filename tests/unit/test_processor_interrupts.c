/*
 * test_processor_interrupts.c - what interrupts do to a processor's timeline,
 * worked out by hand.
 */
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <setjmp.h>
#include <cmocka.h>
#include <stdio.h>
#include <string.h>

#include "timeslice/timeslice.h"

/* Shares of the processor's time, in hundredths of a percent. */
typedef struct shares {
    int interrupts, useful, idle;
} shares;

static int share(const ts_result *result, const char *name)
{
    double value;

    if (!ts_result_metric(result, name, &value))
        fail_msg("no %s", name);
    return (int)(value * 10000 + 0.5);
}

static shares play(const char *text)
{
    char *message = NULL;
    ts_run_options options = {.trace = true};
    ts_scenario *scenario =
        ts_scenario_parse("t", text, strlen(text), NULL, &message);
    ts_result *result = scenario != NULL
                            ? ts_scenario_run(scenario, 0, &options, &message)
                            : NULL;
    shares found;

    if (result == NULL || !ts_result_validate(result, &message))
        fail_msg("%s", message);
    found = (shares){.interrupts = share(result, "processor.interrupts"),
                     .useful = share(result, "processor.useful"),
                     .idle = share(result, "processor.idle")};
    ts_result_free(result);
    ts_scenario_free(scenario);
    return found;
}

#define NIC(COST)                                                              \
    "\"inputs\": [{\"name\": \"nic\", \"arrive\": \"1ms\", \"delivery\": "     \
    "{\"interrupt\": {\"cost\": \"" COST "\"}}}]"

/* A thread runs for 2 ms; the handler comes between, for 2 ms. */
static void test_between(void **state)
{
    shares found = play("{\"title\": \"t\", " NIC(
        "2ms") ", \"threads\": [{\"name\": \"a\", \"program\": [{\"run\": "
               "\"2ms\"}]}]}");

    (void)state;
    assert_int_equal(found.interrupts, 5000);
    assert_int_equal(found.useful, 5000);
    assert_int_equal(found.idle, 0);
}

/* The thread below the handler is killed at 2 ms: the handler goes on to 3, and
 * its time stays its own. */
static void test_killed_below(void **state)
{
    shares found = play("{\"title\": \"t\", " NIC(
        "2ms") ", \"servers\": [{\"name\": \"web\", \"handler\": [{\"run\": "
               "\"5ms\"}]}], \"clients\": [{\"name\": \"c\", \"to\": \"web\", "
               "\"at\": [\"0ms\"]}], \"faults\": [{\"at\": \"2ms\", \"what\": "
               "{\"kill\": {\"server\": \"web\"}}}], \"threads\": [{\"name\": "
               "\"until 4 ms\", \"program\": [{\"sleep\": \"4ms\"}]}]}");

    (void)state;
    assert_int_equal(found.useful, 2500);
    assert_int_equal(found.interrupts, 5000);
    assert_int_equal(found.idle, 2500);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_between),
                                       cmocka_unit_test(test_killed_below)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
