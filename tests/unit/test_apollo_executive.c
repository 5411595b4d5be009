/*
 * test_apollo_executive.c - the rules of the Executive and the Waitlist:
 * core sets, VAC areas, the calls on jobs, keys. The numbers are those of
 * Luminary 099 (scenarios/profiles/apollo-lm.json says how they were found).
 */
#include "tests/unit/apollo_fixture.h"

/* --- facts of the Executive --- */

/* A computer with nothing on it but one task, which makes `calls`; each job
 * sleeps for ever. Returns the first alarm, 0: none. */
static int alarm_of(const char *calls, const char *executive)
{
    char text[4096];
    ts_scenario *scenario;
    ts_result *result;
    int code = 0;

    snprintf(text, sizeof text,
             "{\"title\": \"t\", \"stop\": \"1s\", \"computer\": {\"clock\": "
             "\"1.024MHz\"}, \"system\": {\"policy\": \"executive\"}, "
             "\"apollo\": {\"executive\": {%s}, \"tasks\": [{\"name\": "
             "\"later\"}, {\"name\": \"caller\", \"first\": \"100ms\", "
             "\"calls\": [%s]}]}, \"threads\": [{\"name\": \"job\", "
             "\"background\": true, \"arrive\": {\"called\": true}, "
             "\"program\": [{\"mct\": 10}, {\"jobsleep\": \"x\"}]}]}",
             executive, calls);
    scenario = parse(text);
    result = play(scenario);
    if (get(result, "apollo.alarms") > 0)
        code = (int)get(result, "apollo.alarm.1.code");
    ts_result_free(result);
    ts_scenario_free(scenario);
    return code;
}

/* `count` times the call, with commas between. */
static const char *times(char *buffer, size_t size, int count, const char *call)
{
    size_t used = 0;

    buffer[0] = '\0';
    for (int i = 0; i < count; i++)
        used += (size_t)snprintf(buffer + used, size - used, "%s%s",
                                 i > 0 ? ", " : "", call);
    return buffer;
}

#define NOVAC "{\"novac\": {\"job\": \"job\", \"priority\": \"10\"}}"
#define FINDVAC "{\"findvac\": {\"job\": \"job\", \"priority\": \"10\"}}"
#define WAITLIST "{\"waitlist\": {\"task\": \"later\", \"after\": \"500ms\"}}"

static void test_resources(void **state)
{
    char calls[2048];

    (void)state;
    assert_int_equal(alarm_of(times(calls, sizeof calls, 8, NOVAC), ""), 0);
    assert_int_equal(alarm_of(times(calls, sizeof calls, 9, NOVAC), ""), 1202);
    assert_int_equal(alarm_of(times(calls, sizeof calls, 5, FINDVAC), ""), 0);
    assert_int_equal(alarm_of(times(calls, sizeof calls, 6, FINDVAC), ""),
                     1201);
    /* A VAC area is free, and no core set. */
    times(calls, sizeof calls, 8, NOVAC);
    strcat(calls, ", " FINDVAC);
    assert_int_equal(alarm_of(calls, ""), 1202);
    /* Neither is free: the VAC area is asked for first. */
    times(calls, sizeof calls, 5, FINDVAC);
    strcat(calls, ", " NOVAC ", " NOVAC ", " NOVAC ", " FINDVAC);
    assert_int_equal(alarm_of(calls, ""), 1201);
    /* The command module has seven core sets. */
    assert_int_equal(alarm_of(times(calls, sizeof calls, 8, NOVAC),
                              "\"core-sets\": 7"),
                     1202);
    assert_int_equal(alarm_of(times(calls, sizeof calls, 20, NOVAC),
                              "\"limits\": false"),
                     0);
}

static void test_waitlist(void **state)
{
    char calls[2048];

    (void)state;
    assert_int_equal(alarm_of(times(calls, sizeof calls, 9, WAITLIST), ""), 0);
    assert_int_equal(alarm_of(times(calls, sizeof calls, 10, WAITLIST), ""),
                     1203);
}

/* Two tasks are due together, at 100 ms and at 200: T3RUPT runs both at 100 ms,
 * and at 150 neither has come again, before its time. */
static void test_due_together(void **state)
{
    ts_scenario *scenario = parse(
        "{\"title\": \"t\", \"stop\": \"150ms\", \"computer\": {\"clock\": "
        "\"1.024MHz\"}, \"system\": {\"policy\": \"executive\"}, \"apollo\": "
        "{\"tasks\": [{\"name\": \"a\", \"first\": \"100ms\", \"every\": "
        "\"100ms\", \"cost\": 128}, {\"name\": \"b\", \"first\": \"100ms\", "
        "\"every\": \"100ms\", \"cost\": 128}]}, \"threads\": [{\"name\": "
        "\"job\", \"background\": true, \"program\": [{\"mct\": 100}]}]}");
    ts_result *result = play(scenario);
    double once = 128 / 12800.0;

    (void)state;
    assert_true(get(result, "apollo.share.task.a") == once);
    assert_true(get(result, "apollo.share.task.b") == once);
    ts_result_free(result);
    ts_scenario_free(scenario);
}

/* LONGCALL waits longer than the Waitlist can, and to the centisecond. */
static void test_longcall(void **state)
{
    static const char *const stops[] = {"200.090s", "200.095s"};

    (void)state;
    for (int i = 0; i < 2; i++) {
        ts_scenario *scenario = parse(
            "{\"title\": \"t\", \"computer\": {\"clock\": \"1.024MHz\"}, "
            "\"system\": {\"policy\": \"executive\"}, \"stop\": \"1s\", "
            "\"apollo\": {\"tasks\": [{\"name\": \"later\", \"cost\": 1}, "
            "{\"name\": \"caller\", \"first\": \"90ms\", \"calls\": "
            "[{\"longcall\": {\"task\": \"later\", \"after\": "
            "\"200s\"}}]}]}, \"threads\": [{\"name\": \"a\", "
            "\"background\": true, \"program\": [{\"mct\": 100}]}]}");
        ts_result *result;
        double share;

        set(scenario, "/stop", "%s", stops[i]);
        result = play(scenario);
        /* Called at 90 ms; T3RUPT and the task take 110 MCT, 1.3 ms. */
        assert_int_equal(ts_result_metric(result, "apollo.share.task.later",
                                          &share),
                         i);
        ts_result_free(result);
        ts_scenario_free(scenario);
    }
}

/* --- what becomes of jobs --- */

/* A computer with `tasks` and `jobs`: members of a list, without interrupts
 * besides T3RUPT. `more` goes into the section "system". */
static ts_result *play_jobs(const char *tasks, const char *jobs,
                            const char *more)
{
    char text[4096];
    ts_scenario *scenario;
    ts_result *result;

    snprintf(text, sizeof text,
             "{\"title\": \"t\", \"stop\": \"10s\", \"computer\": {\"clock\": "
             "\"1.024MHz\"}, \"system\": {\"policy\": \"executive\"%s}, "
             "\"apollo\": {\"tasks\": [%s]}, \"threads\": [%s]}",
             more, tasks, jobs);
    scenario = parse(text);
    result = play(scenario);
    ts_scenario_free(scenario);
    return result;
}

#define TASK(name, at, calls)                                                  \
    "{\"name\": \"" name "\", \"first\": \"" at "\", \"calls\": [" calls "]}"
#define JOB(name, program)                                                     \
    "{\"name\": \"" name "\", \"background\": true, \"arrive\": {\"called\": " \
    "true}, \"program\": [" program "]}"
#define CALL(kind, job, priority)                                              \
    "{\"" kind "\": {\"job\": \"" job "\", \"priority\": \"" priority "\"}}"

/* When the only job of that name ended, in ms; -1: it has not. */
static double end_of(const ts_result *result, const char *name)
{
    ts_thread_times thread;

    for (size_t i = 0; ts_result_thread_at(result, i, &thread); i++)
        if (strcmp(thread.task, name) == 0 && thread.finish >= 0)
            return (double)thread.finish / 1e9;
    return -1;
}

#define MCT_MS (12 / 1024.0) /* a memory cycle time in ms */

static void assert_ends(const ts_result *result, const char *name, double ms)
{
    double end = end_of(result, name);

    if (end < ms - 0.01 || end > ms + 0.01)
        fail_msg("%s ends at %.3f ms, not at %.3f ms", name, end, ms);
}

#define SLEEPER(name) JOB(name, "{\"mct\": 100}, {\"jobsleep\": \"x\"}")
#define TWO_SLEEP                                                              \
    TASK("1", "100ms", CALL("novac", "a", "20"))                               \
    ", " TASK("2", "200ms", CALL("novac", "b", "20"))

/* JOBWAKE wakes the first sleeper in the order of the core sets. The first job
 * slept in set 0; the second was made in set 1 and took set 0 to run, so it
 * is found first. Nobody asleep: nothing. */
static void test_jobwake_order(void **state)
{
    ts_result *result =
        play_jobs(TWO_SLEEP
                  ", " TASK("3", "300ms", "{\"jobwake\": \"x\"}") ", " TASK(
                      "4", "500ms",
                      "{\"jobwake\": \"x\"}") ", " TASK("5", "600ms",
                                                        "{\"jobwake\": \"x\"}"),
                  SLEEPER("a") ", " SLEEPER("b"), "");

    (void)state;
    /* T3RUPT takes 109 MCT; b is in set 0 already, a is swapped with 98. */
    assert_ends(result, "b", 300 + 109 * MCT_MS);
    assert_ends(result, "a", 500 + (109 + 98) * MCT_MS);
    ts_result_free(result);
}

/* A job may wake another; one that is woken only to end does nothing more;
 * one that sleeps for a time wakes by itself. */
static void test_jobwake_kinds(void **state)
{
    ts_result *result =
        play_jobs(TASK("1", "100ms", CALL("findvac", "sleeps", "20")) ", " TASK(
                      "2", "200ms",
                      CALL("novac", "wakes",
                           "10")) ", " TASK("3", "300ms",
                                            CALL("novac", "for a while", "10")),
                  JOB("sleeps",
                      "{\"mct\": 100}, {\"jobsleep\": \"x\"}, {\"mct\": "
                      "8000}") ", " JOB("wakes",
                                        "{\"mct\": 50}, {\"jobwake\": "
                                        "{\"name\": \"x\", "
                                        "\"ends\": true}}, {\"mct\": "
                                        "50}") ", " JOB("for a while",
                                                        "{\"jobsleep\": "
                                                        "{\"name\": "
                                                        "\"y\", "
                                                        "\"for\": "
                                                        "\"1s\"}}, "
                                                        "{\"mct\": "
                                                        "100}"),
                  "");

    (void)state;
    /* 109 of T3RUPT, 98 for "wakes" to get set 0, its first 50; then the
     * woken job is higher, but basic... the interpreter looks every 100. */
    assert_true(end_of(result, "sleeps") > 200 + (109 + 50) * MCT_MS);
    assert_true(end_of(result, "sleeps") < 210);
    assert_true(end_of(result, "for a while") > 1300);
    assert_true(end_of(result, "for a while") < 1310);
    ts_result_free(result);
}

/* A sleeping job keeps what it has, and gives it back when it ends. */
static void test_sleepers_keep(void **state)
{
    char calls[2048], tasks[4096];

    (void)state;
    for (int woken = 0; woken < 2; woken++) {
        ts_result *result;

        times(calls, sizeof calls, 5, CALL("findvac", "a", "20"));
        snprintf(tasks, sizeof tasks,
                 "{\"name\": \"1\", \"first\": \"100ms\", \"calls\": [%s]}, %s"
                 "{\"name\": \"3\", \"first\": \"300ms\", \"calls\": ["
                 "%s]}",
                 calls,
                 woken ? TASK("2", "200ms", "{\"jobwake\": \"x\"}") ", " : "",
                 CALL("findvac", "a", "20"));
        result = play_jobs(tasks, SLEEPER("a"), "");
        assert_int_equal((int)get(result, "apollo.alarms.1201"), !woken);
        ts_result_free(result);
    }
}

/* PRIOCHNG looks at once who is the highest now. 8533 MCT are 100 ms; every
 * change of jobs into another core set takes 98. */
static void test_priochng(void **state)
{
#define CHANGES(to)                                                            \
    JOB("a", "{\"mct\": {\"cost\": 8533, \"basic\": true}}, {\"priochng\": "   \
             "\"" to "\"}, {\"mct\": {\"cost\": 8533, \"basic\": true}}")
#define OTHER JOB("b", "{\"mct\": {\"cost\": 8533, \"basic\": true}}")
    const char *tasks =
        TASK("1", "100ms",
             CALL("novac", "a", "20")) ", " TASK("2", "150ms",
                                                 CALL("novac", "b", "15"));
    const double start = 100 + 2 * 109 * MCT_MS, run = 8533 * MCT_MS,
                 swap = 98 * MCT_MS;
    ts_result *result;

    (void)state;
    /* It goes below the other one, which runs between its halves. */
    result = play_jobs(tasks, CHANGES("10") ", " OTHER, "");
    assert_ends(result, "b", start + 2 * run + swap);
    assert_ends(result, "a", start + 3 * run + 2 * swap);
    ts_result_free(result);
    /* It stays above. */
    result = play_jobs(tasks, CHANGES("16") ", " OTHER, "");
    assert_ends(result, "a", start + 2 * run);
    assert_ends(result, "b", start + 3 * run + swap);
    ts_result_free(result);
    /* Equal, and the other one has a VAC area: 15401 beats 15110. */
    result = play_jobs(TASK("1", "100ms", CALL("novac", "a", "20")) ", " TASK(
                           "2", "150ms", CALL("findvac", "b", "15")),
                       CHANGES("15") ", " OTHER, "");
    assert_ends(result, "b", start + 2 * run + swap);
    ts_result_free(result);
}

/* --- the PRIORITY word --- */

/* At equal priority: with whole words a job with a VAC area comes before one
 * without, and a later area before an earlier one; with five bits, whoever
 * was asked for first. */
static void test_word(void **state)
{
    const char *tasks =
        TASK("0", "100ms", CALL("novac", "holds", "30")) ", " TASK(
            "1", "110ms",
            CALL("novac", "plain",
                 "20")) ", " TASK("2", "120ms",
                                  CALL("findvac", "0401",
                                       "20")) ", " TASK("3", "130ms",
                                                        CALL("findvac", "0455",
                                                             "20"));
    const char *jobs = JOB(
        "holds",
        "{\"mct\": {\"cost\": 8533, \"basic\": "
        "true}}") ", " JOB("plain",
                           "{\"mct\": 853}") ", " JOB("0401",
                                                      "{\"mct\": 853}") ","
                                                                        " " JOB(
                                                                            "04"
                                                                            "5"
                                                                            "5",
                                                                            "{"
                                                                            "\""
                                                                            "mc"
                                                                            "t"
                                                                            "\""
                                                                            ": "
                                                                            "85"
                                                                            "3"
                                                                            "}");
    ts_result *result = play_jobs(tasks, jobs, "");

    (void)state;
    assert_true(end_of(result, "0455") < end_of(result, "0401"));
    assert_true(end_of(result, "0401") < end_of(result, "plain"));
    ts_result_free(result);
    result = play_jobs(tasks, jobs, ", \"compare\": \"priority\"");
    assert_true(end_of(result, "plain") < end_of(result, "0401"));
    assert_true(end_of(result, "0401") < end_of(result, "0455"));
    ts_result_free(result);
}

/* --- keys --- */

/* Each key raises KEYRUPT1 (204 MCT), which asks for CHARIN (385). */
static void test_keys(void **state)
{
    ts_scenario *scenario = parse(
        "{\"title\": \"t\", \"profile\": \"apollo-lm\", \"stop\": \"12s\", "
        "\"apollo\": {\"crew\": [{\"at\": \"5s\", \"keys\": \"V16N68E\"}, "
        "{\"at\": \"9s\", \"keys\": \"KEY REL\"}, {\"at\": \"10s\", "
        "\"keys\": \"PRO\"}]}}");
    ts_result *result = play(scenario);
    const double all = 12 * 1024000.0 / 12;
    double key = get(result, "apollo.share.KEYRUPT1") * all;
    double job = get(result, "apollo.share.CHARIN") * all;

    (void)state;
    /* Seven and one; PRO is no key of the keyboard's. */
    assert_true(key > 8 * 204 - 1 && key < 8 * 204 + 1);
    assert_true(job > 8 * 385 - 1 && job < 8 * 385 + 1);
    /* The monitor runs each second from the entry to KEY REL. */
    assert_int_equal((int)get(result, "threads.MONDO.finished"), 4);
    ts_result_free(result);
    ts_scenario_free(scenario);
}

/* Keys that nobody reads: the ninth CHARIN finds no core set. */
static void test_keys_pile_up(void **state)
{
    (void)state;
    for (int keys = 7; keys <= 8; keys++) {
        char text[1024];
        ts_scenario *scenario;
        ts_result *result;

        snprintf(
            text, sizeof text,
            "{\"title\": \"t\", \"stop\": \"10s\", \"computer\": "
            "{\"clock\": \"1.024MHz\"}, \"system\": {\"policy\": "
            "\"executive\"}, \"apollo\": {\"tasks\": [" TASK(
                "1", "100ms",
                CALL("novac", "long",
                     "37")) "], "
                            "\"dsky\": {\"job\": \"CHARIN\"}, \"crew\": "
                            "[{\"at\": "
                            "\"4s\", \"keys\": \"V16N68E%s\"}]}, \"threads\": "
                            "[" JOB("long", "{\"mct\": 400000}") ", " JOB(
                                "CHARIN", "{\"mct\": 385}") "]}",
            keys == 8 ? "E" : "");
        scenario = parse(text);
        result = play(scenario);
        /* The long job has one core set, the keys the seven others. */
        assert_int_equal((int)get(result, "apollo.alarms.1202"), keys == 8);
        ts_result_free(result);
        ts_scenario_free(scenario);
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_resources),
        cmocka_unit_test(test_waitlist),
        cmocka_unit_test(test_due_together),
        cmocka_unit_test(test_longcall),
        cmocka_unit_test(test_jobwake_order),
        cmocka_unit_test(test_jobwake_kinds),
        cmocka_unit_test(test_sleepers_keep),
        cmocka_unit_test(test_priochng),
        cmocka_unit_test(test_word),
        cmocka_unit_test(test_keys),
        cmocka_unit_test(test_keys_pile_up),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
