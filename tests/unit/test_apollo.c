/*
 * test_apollo.c - the Apollo Guidance Computer: predictions from the costs of
 * the flown program. Nothing is scaled: the figures that are compared with
 * were measured by executing Luminary 099, and stand in
 * scenarios/profiles/apollo-lm.json's sources.
 */
#include "tests/unit/apollo_fixture.h"

/* A phase of the profile that lasts for the whole run. */
static ts_scenario *steady(const char *phase, const char *counters)
{
    static const char *const names[] = {
        "P63",      "P63-altitude", "P63-throttled", "P63-velocity", "P64",
        "P64-hold", "P66"};
    char phases[1024];
    size_t used;
    ts_scenario *scenario = parse("{\"title\": \"t\", \"profile\": "
                                  "\"apollo-lm\", \"stop\": \"100s\"}");

    used = (size_t)snprintf(phases, sizeof phases,
                            "[{\"name\": \"%s\", \"counters\": \"%s\"}", phase,
                            counters);
    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        if (strcmp(names[i], phase) != 0)
            used += (size_t)snprintf(phases + used, sizeof phases - used,
                                     ", {\"name\": \"%s\", \"at\": \"%zuh\"}",
                                     names[i], i + 1);
    snprintf(phases + used, sizeof phases - used, "]");
    set(scenario, "/apollo/phases", "%s", phases);
    return scenario;
}

static double idle_at(ts_scenario *scenario, int pulses)
{
    ts_result *result;
    double idle;

    set(scenario, "/apollo/radar", "{\"rate\": \"%d/s\"}", pulses);
    result = play(scenario);
    idle = get(result, "apollo.idle");
    ts_result_free(result);
    return idle;
}

/* Measured: idle in P63 without radar, at five rates of theft. */
static void test_idle(void **state)
{
    static const struct {
        int pulses;
        double idle;
    } measured[] = {{0, 0.1998},
                    {1600, 0.1624},
                    {3200, 0.1258},
                    {4800, 0.0895},
                    {6400, 0.0517}};
    ts_scenario *scenario = steady("P63", "3.1%");
    double quiet = idle_at(scenario, 0);

    (void)state;
    for (size_t i = 0; i < sizeof measured / sizeof measured[0]; i++) {
        double idle = idle_at(scenario, measured[i].pulses);
        double fall = 2 * measured[i].pulses / (1024000.0 / 12);

        print_message("P63, %d pulses/s: idle %.2f %%, measured %.2f %%\n",
                      measured[i].pulses, idle * 100, measured[i].idle * 100);
        assert_true(idle > measured[i].idle - 0.01 &&
                    idle < measured[i].idle + 0.01);
        /* and it falls by exactly what is stolen, to 0.1 points */
        assert_true(idle > quiet - fall - 0.001 && idle < quiet - fall + 0.001);
    }
    ts_scenario_free(scenario);
}

/* Measured: 85.6 % busy with radar altitude and velocity. */
static void test_busy_with_radar(void **state)
{
    ts_scenario *scenario = steady("P63-velocity", "3.1%");
    double idle = idle_at(scenario, 0);

    (void)state;
    print_message("P63 with altitude and velocity: busy %.2f %%, measured "
                  "85.6 %%\n",
                  100 - idle * 100);
    assert_true(idle > 0.134 && idle < 0.154);
    ts_scenario_free(scenario);
}

/* The first alarm comes 10 to 14 s after the monitor is keyed, wherever in the
 * second that happens. How many VAC areas are used then depends on it. */
static void test_first_alarm(void **state)
{
    (void)state;
    for (int tenth = 0; tenth < 10; tenth++) {
        ts_scenario *scenario = open_file("apollo11-descent");
        ts_result *result;
        double after, vacs;

        set(scenario, "/apollo/crew/0/at", "304.%d3s", tenth);
        result = play(scenario);
        after = get(result, "apollo.alarm.1.at") / 1e12 - 304.03 - tenth * 0.1;
        vacs = get(result, "apollo.alarm.1.vac_areas");
        print_message("keyed at 304.%d3 s: 1202 after %.1f s, %.0f VAC areas "
                      "in use\n",
                      tenth, after, vacs);
        assert_true(get(result, "apollo.alarm.1.code") == 1202);
        assert_true(after >= 10 && after <= 14);
        ts_result_free(result);
        ts_scenario_free(scenario);
    }
}

/* As flown: at the full second, with two or three VAC areas used, and again
 * after the second time; in P64, with the flashing display, VAC areas go
 * first. */
static void test_descent(void **state)
{
    ts_scenario *scenario = open_file("apollo11-descent");
    ts_result *result = play(scenario);
    double vacs = get(result, "apollo.alarm.1.vac_areas");
    double second = get(result, "apollo.alarm.2.at") / 1e12;
    double third = get(result, "apollo.alarm.3.at") / 1e12;

    (void)state;
    assert_true(vacs == 2 || vacs == 3);
    assert_true(get(result, "apollo.alarm.1.core_sets") == 8);
    assert_true(get(result, "apollo.alarm.2.code") == 1202);
    assert_true(second >= 356 && second <= 360);
    assert_true(get(result, "apollo.alarm.3.code") == 1201);
    assert_true(third > 506 && third < 568);
    ts_result_free(result);
    ts_scenario_free(scenario);
}

static void test_quiet_without_theft(void **state)
{
    ts_scenario *scenario = open_file("apollo11-descent");
    ts_result *result;

    (void)state;
    set(scenario, "/apollo/radar/rate", "0/s");
    result = play(scenario);
    assert_true(get(result, "apollo.alarms") == 0);
    ts_result_free(result);
    ts_scenario_free(scenario);
}

/* P66 begins at 615 s: nothing for 30 s at least. */
static void test_quiet_in_p66(void **state)
{
    ts_scenario *scenario = open_file("apollo11-descent");
    ts_result *result = play(scenario);
    int64_t count = (int64_t)get(result, "apollo.alarms");

    (void)state;
    for (int64_t i = 1; i <= count; i++) {
        char name[64];
        double at;

        snprintf(name, sizeof name, "apollo.alarm.%lld.at", (long long)i);
        at = get(result, name) / 1e12;
        assert_true(at < 615 || at > 645);
    }
    ts_result_free(result);
    ts_scenario_free(scenario);
}

/* With five bits of priority instead of the whole word, the next SERVICER
 * does not come before the display of the last one, and no alarm comes. */
static void test_whole_word(void **state)
{
    ts_scenario *scenario = open_file("apollo11-descent");
    ts_result *result;

    (void)state;
    set(scenario, "/system/compare", "priority");
    result = play(scenario);
    assert_true(get(result, "apollo.alarms") == 0);
    ts_result_free(result);
    ts_scenario_free(scenario);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_idle),
        cmocka_unit_test(test_busy_with_radar),
        cmocka_unit_test(test_first_alarm),
        cmocka_unit_test(test_descent),
        cmocka_unit_test(test_quiet_without_theft),
        cmocka_unit_test(test_quiet_in_p66),
        cmocka_unit_test(test_whole_word),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
