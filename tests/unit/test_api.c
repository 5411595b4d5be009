/*
 * test_api.c - the public interface, as an outside program uses it.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <cmocka.h>

#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "timeslice/timeslice.h"

static const char scenario_text[] =
    "{\"title\": \"t\", \"threads\": [{\"name\": \"a\", \"count\": 2, "
    "\"program\": [{\"run\": {\"exponential\": \"1ms\"}}]}], "
    "\"expect\": [{\"metric\": \"processor.useful\", \"is\": \"100%\"}, "
    "{\"metric\": \"run.time\", \"is\": \"0s\"}]}";

static ts_scenario *open_text(const char *text)
{
    char *message = NULL;
    ts_scenario *scenario =
        ts_scenario_parse("t.json", text, strlen(text), NULL, &message);

    assert_null(message);
    assert_non_null(scenario);
    return scenario;
}

static ts_result *run(const ts_scenario *scenario,
                      const ts_run_options *options)
{
    char *message = NULL;
    ts_result *result = ts_scenario_run(scenario, 0, options, &message);

    assert_null(message);
    assert_non_null(result);
    return result;
}

static void test_a_run_from_text_to_metrics(void **state)
{
    ts_scenario *scenario = open_text(scenario_text);
    ts_result *result = run(scenario, NULL);
    const char *name, *before = "";
    double value = 0, found;
    int failed = 0;

    (void)state;
    assert_int_equal(ts_scenario_runs(scenario, NULL), 1);
    ts_scenario_free(scenario); /* a result needs it no more */
    assert_true(ts_result_metric(result, "processor.useful", &value));
    assert_true(value == 1.0);
    assert_false(ts_result_metric(result, "no.such", &value));
    assert_true(ts_result_metric_count(result) > 10);
    for (size_t i = 0; ts_result_metric_at(result, i, &name, &value); i++) {
        assert_true(strcmp(before, name) < 0);
        assert_true(ts_result_metric(result, name, &found));
        assert_true(found == value);
        before = name;
    }
    assert_true(ts_result_end(result) > 0);
    assert_true(ts_result_events(result) > 0);
    assert_int_equal(ts_result_expectations(result, &failed), 2);
    assert_int_equal(failed, 1);
    ts_result_free(result);
}

static void test_the_digest_follows_seed_and_values_only(void **state)
{
    ts_scenario *scenario = open_text(scenario_text);
    ts_result *plain = run(scenario, NULL);
    ts_result *traced = run(scenario, &(ts_run_options){.trace = true});
    ts_result *seeded =
        run(scenario, &(ts_run_options){.has_seed = true, .seed = 99});
    ts_result *more;

    (void)state;
    assert_true(ts_scenario_set(scenario, "/threads/0/count", "3", NULL));
    more = run(scenario, NULL);
    assert_int_equal(ts_result_digest(plain), ts_result_digest(traced));
    assert_int_not_equal(ts_result_digest(plain), ts_result_digest(seeded));
    assert_int_not_equal(ts_result_digest(plain), ts_result_digest(more));
    assert_int_equal(ts_result_reported_digest(plain),
                     ts_result_reported_digest(traced));
    assert_int_not_equal(ts_result_reported_digest(plain),
                         ts_result_reported_digest(more));
    ts_result_free(plain);
    ts_result_free(traced);
    ts_result_free(seeded);
    ts_result_free(more);
    ts_scenario_free(scenario);
}

static void test_reasons_are_kept_where_they_are_asked_for(void **state)
{
    ts_scenario *scenario = open_text(scenario_text);
    ts_result *plain = run(scenario, &(ts_run_options){.trace = true});
    ts_result *told = run(scenario, &(ts_run_options){.reasons = true});
    ts_reason reason;
    ts_stretch any;

    (void)state;
    assert_false(ts_result_reason_at(plain, 0, &reason));
    assert_true(ts_result_reason_at(told, 0, &reason));
    assert_string_equal(reason.place, "processor 0");
    assert_int_equal(reason.at, 0);
    assert_non_null(strstr(reason.text, "dispatches "));
    assert_false(ts_result_reason_at(told, SIZE_MAX / 1024, &reason));
    assert_true(ts_result_stretch_at(told, 0, &any));
    assert_int_equal(ts_result_digest(plain), ts_result_digest(told));
    ts_result_free(plain);
    ts_result_free(told);
    ts_scenario_free(scenario);
}

/* What is handed out at once is what the calls for one at a time give. */
static void assert_same_records(const ts_result *result)
{
    ts_records all;
    ts_stretch one;
    ts_reason reason;
    const char *name;
    double value;
    size_t i;

    ts_result_records(result, &all);
    for (i = 0; ts_result_stretch_at(result, i, &one); i++) {
        assert_int_equal(all.spans[i].from, one.from);
        assert_int_equal(all.spans[i].to, one.to);
        assert_int_equal(all.spans[i].who, one.thread);
        assert_int_equal(all.spans[i].detail, one.detail);
        assert_string_equal(all.places[all.spans[i].place], one.place);
        assert_string_equal(all.kinds[all.spans[i].kind], one.kind);
    }
    assert_int_equal(all.span_count, i);
    for (i = 0; ts_result_instant_at(result, i, &one); i++) {
        assert_int_equal(all.instants[i].at, one.from);
        assert_string_equal(all.kinds[all.instants[i].kind], one.kind);
    }
    assert_int_equal(all.instant_count, i);
    for (i = 0; ts_result_reason_at(result, i, &reason); i++) {
        assert_int_equal(all.reasons[i].at, reason.at);
        assert_int_equal(all.reasons[i].who, reason.thread);
        assert_ptr_equal(all.reasons[i].text, reason.text);
    }
    assert_int_equal(all.reason_count, i);
    for (i = 0; ts_result_metric_at(result, i, &name, &value); i++) {
        assert_string_equal(all.metrics[i].name, name);
        assert_true(all.metrics[i].value == value);
    }
    assert_int_equal(all.metric_count, i);
}

static void test_records_come_all_at_once(void **state)
{
    static const char marks[] =
        "{\"title\": \"marks\", \"threads\": [{\"name\": \"t\", "
        "\"count\": 3, \"program\": [{\"run\": \"1 ms\"}, "
        "{\"mark\": \"half\"}, {\"run\": \"1 ms\"}]}]}";
    ts_scenario *scenario = open_text(marks);
    ts_result *bare = run(scenario, NULL);
    ts_result *told = run(scenario, &(ts_run_options){.reasons = true});
    ts_thread_times rows[2], row;
    ts_records all;

    (void)state;
    assert_same_records(bare);
    assert_same_records(told);
    ts_result_records(bare, &all);
    assert_int_equal(all.span_count + all.reason_count, 0);
    ts_result_records(told, &all);
    assert_true(all.span_count >= 3 && all.reason_count >= 3);
    assert_int_equal(all.instant_count, 3);
    /* Each arrives, runs (once or more) and ends, in this order. */
    assert_true(all.turn_count >= 9);
    for (size_t i = 0; i < all.turn_count; i++) {
        const ts_turn *turn = &all.turns[i];

        assert_true(i == 0 || all.turns[i - 1].at <= turn->at);
        assert_true(turn->who >= 0 && turn->who < 3);
        assert_true(turn->cause < (int)all.cause_count);
    }
    assert_string_equal(all.causes[all.turns[0].cause], "arrived");
    assert_int_equal(all.turns[all.turn_count - 1].to, TS_TURN_ENDS);
    assert_int_equal(ts_result_threads(told, NULL, 0), 3);
    assert_int_equal(ts_result_threads(told, rows, 2), 3);
    for (size_t i = 0; i < 2; i++) {
        assert_true(ts_result_thread_at(told, i, &row));
        assert_memory_equal(&row.arrival, &rows[i].arrival,
                            sizeof row - offsetof(ts_thread_times, arrival));
        assert_string_equal(row.name, rows[i].name);
    }
    ts_result_free(bare);
    ts_result_free(told);
    ts_scenario_free(scenario);
}

/* A request of 1 ms, for which another server is asked for 2 ms: 3 ms. */
static void test_attempts_say_who_asked_whom(void **state)
{
    static const char text[] =
        "{\"title\": \"requests\", \"stop\": \"10ms\", \"servers\": "
        "[{\"name\": \"web\", \"handler\": [{\"run\": \"1ms\"}, {\"call\": "
        "\"far\"}]}, {\"name\": \"far\", \"model\": \"remote\", \"time\": "
        "\"2ms\"}], \"clients\": [{\"name\": \"c\", \"to\": \"web\", "
        "\"users\": 1, \"limit\": 1}]}";
    ts_scenario *scenario = open_text(text);
    ts_result *result = run(scenario, &(ts_run_options){.reasons = true});
    const ts_attempt *web, *far;
    ts_records all;

    (void)state;
    ts_result_records(result, &all);
    assert_int_equal(all.attempt_count, 2);
    web = &all.attempts[0];
    far = &all.attempts[1];
    assert_string_equal(all.causes[web->to], "web");
    assert_string_equal(all.causes[far->to], "far");
    assert_string_equal(all.causes[web->outcome], "answered");
    assert_true(web->parent == 0 && web->sender == -1 && web->server == 0);
    assert_true(far->parent == 1 && far->sender == 0 && far->server == -1);
    assert_int_equal(far->sent - web->begun, INT64_C(1000000000));
    assert_int_equal(far->over - far->sent, INT64_C(2000000000));
    assert_true(web->left == far->over && web->over == web->left);
    ts_result_free(result);
    ts_scenario_free(scenario);
}

static void test_a_run_says_what_it_is_and_what_was_expected(void **state)
{
    static const char sweep[] =
        "{\"title\": \"s\", \"threads\": [{\"name\": \"a\", "
        "\"program\": [{\"run\": \"1ms\"}]}], \"sweep\": {\"vary\": "
        "{\"/threads/0/count\": [1, 2]}}, \"expect\": [{\"metric\": "
        "\"run.time\", \"is\": \"1ms\", \"about\": \"one alone\", \"whose\": "
        "\"textbook\"}]}";
    ts_scenario *scenario = open_text(sweep);
    ts_result *second;
    ts_expectation_outcome outcome;
    const char *pointer, *value;
    char *text;

    (void)state;
    second = ts_scenario_run(scenario, 1, NULL, NULL);
    assert_non_null(second);
    assert_true(ts_result_parameter_at(second, 0, &pointer, &value));
    assert_string_equal(pointer, "/threads/0/count");
    assert_string_equal(value, "2");
    assert_false(ts_result_parameter_at(second, 1, &pointer, &value));
    assert_true(ts_result_expectation_at(second, 0, &outcome));
    assert_string_equal(outcome.metric, "run.time");
    assert_string_equal(outcome.about, "one alone");
    assert_string_equal(outcome.whose, "textbook");
    assert_non_null(strstr(outcome.text, "2 ms"));
    assert_true(!outcome.holds && outcome.has_expected);
    assert_true(outcome.expected == 1e9);
    assert_false(ts_result_expectation_at(second, 1, &outcome));
    text = ts_scenario_get(scenario, "/threads/0/program/0");
    assert_string_equal(text, "{\"run\":\"1ms\"}");
    ts_message_free(text);
    assert_null(ts_scenario_get(scenario, "/threads/7"));
    ts_result_free(second);
    ts_scenario_free(scenario);
}

static void test_values_are_checked_without_playing(void **state)
{
    ts_scenario *scenario = open_text(scenario_text);
    char *message = NULL;
    char *schema = ts_schema();

    (void)state;
    assert_non_null(strstr(schema, "\"threads\""));
    ts_message_free(schema);
    assert_true(ts_scenario_check(scenario, &message));
    assert_null(message);
    assert_true(ts_scenario_set(scenario, "/threads/0/cuont", "3", NULL));
    assert_false(ts_scenario_check(scenario, &message));
    assert_non_null(strstr(message, "did you mean \"count\"?"));
    ts_message_free(message);
    ts_scenario_free(scenario);
}

/* Counts calls; gives up at the number it is told. */
typedef struct patience {
    int calls, most;
    uint64_t events;
} patience;

static bool be_patient(void *context, int64_t now, uint64_t events)
{
    patience *p = context;

    assert_true(now >= 0 && events > p->events);
    p->events = events;
    return ++p->calls < p->most;
}

static void test_a_run_tells_its_progress_and_can_be_given_up(void **state)
{
    static const char turns[] =
        "{\"title\": \"turns\", \"system\": {\"policy\": \"round-robin\","
        " \"slice\": \"1 us\"}, \"threads\": [{\"name\": \"t\", \"count\":"
        " 2, \"program\": [{\"run\": \"2 s\"}]}]}";
    ts_scenario *scenario = open_text(turns);
    patience endless = {.most = 1000}, short_one = {.most = 2};
    ts_run_options options = {.progress = be_patient, .context = &endless};
    ts_result *whole = run(scenario, &options);
    char *message = NULL;

    (void)state;
    assert_true(endless.calls > 2);
    assert_true(endless.events <= ts_result_events(whole));
    options.context = &short_one;
    assert_null(ts_scenario_run(scenario, 0, &options, &message));
    assert_string_equal(message, "the run was given up");
    assert_int_equal(short_one.calls, 2);
    ts_message_free(message);
    options = (ts_run_options){.memory = 1};
    assert_null(ts_scenario_run(scenario, 0, &options, &message));
    assert_non_null(strstr(message, "memory"));
    ts_message_free(message);
    ts_result_free(whole);
    ts_scenario_free(scenario);
}

/* Two threads take turns of a microsecond: a stretch each. */
static void test_it_says_how_much_of_a_trace_was_dropped(void **state)
{
    static const char turns[] =
        "{\"title\": \"turns\", \"system\": {\"policy\": \"round-robin\","
        " \"slice\": \"1 us\"}, \"threads\": [{\"name\": \"t\", \"count\":"
        " 2, \"program\": [{\"run\": \"300 ms\"}]}]}";
    ts_scenario *scenario = open_text(turns);
    ts_result *half = run(scenario, &(ts_run_options){.trace = true});
    ts_result *whole, *bare;
    ts_stretch any;

    (void)state;
    assert_true(
        ts_scenario_set(scenario, "/threads/0/program/0/run", "600 ms", NULL));
    whole = run(scenario, &(ts_run_options){.trace = true});
    bare = run(scenario, NULL);
    assert_true(ts_result_stretch_at(half, 600000 - 1, &any));
    assert_false(ts_result_stretch_at(half, 600000, &any));
    assert_int_equal(ts_result_dropped(half), 0);
    assert_true(ts_result_stretch_at(whole, (1 << 20) - 1, &any));
    assert_false(ts_result_stretch_at(whole, 1 << 20, &any));
    assert_int_equal(ts_result_dropped(whole), 1200000 - (1 << 20));
    assert_int_equal(ts_result_dropped(bare), 0);
    ts_result_free(half);
    ts_result_free(whole);
    ts_result_free(bare);
    ts_scenario_free(scenario);
}

static void test_errors_are_texts(void **state)
{
    ts_scenario *scenario;
    char *message = NULL;

    (void)state;
    assert_null(ts_scenario_parse("x.json", "{,", 2, NULL, &message));
    assert_non_null(strstr(message, "x.json:1:2: error: "));
    ts_message_free(message);
    assert_null(ts_scenario_open("/no/such.json", NULL, &message));
    assert_non_null(strstr(message, "/no/such.json"));
    ts_message_free(message);
    assert_null(ts_scenario_parse("x.json", "{,", 2, NULL, NULL));

    scenario = open_text(scenario_text);
    assert_null(ts_scenario_run(scenario, 1, NULL, &message));
    assert_non_null(strstr(message, "run 1"));
    ts_message_free(message);
    assert_false(ts_scenario_set(scenario, "no-slash", "3", &message));
    assert_non_null(message);
    ts_message_free(message);
    /* What a value means is found when it is run. */
    assert_true(ts_scenario_set(scenario, "/threads/0/cuont", "3", &message));
    assert_null(message);
    assert_null(ts_scenario_run(scenario, 0, NULL, &message));
    assert_non_null(strstr(message, "did you mean \"count\"?"));
    ts_message_free(message);
    ts_scenario_free(scenario);
    ts_scenario_free(NULL);
    ts_result_free(NULL);
    ts_message_free(NULL);
}

static void test_storing(void **state)
{
    char path[] = "test_api_XXXXXX";
    ts_scenario *scenario = open_text(scenario_text);
    ts_result *result = run(scenario, NULL);
    char *message = NULL;
    int file = mkstemp(path);

    (void)state;
    assert_true(file >= 0);
    close(file);
    unlink(path);
    assert_int_equal(ts_result_store(result, path, &message), 1);
    assert_int_equal(ts_result_store(result, path, &message), 2);
    assert_null(message);
    assert_int_equal(ts_result_store(result, "/no/such/x.db", &message), -1);
    assert_non_null(strstr(message, "/no/such/x.db"));
    ts_message_free(message);
    unlink(path);
    ts_result_free(result);
    ts_scenario_free(scenario);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_a_run_from_text_to_metrics),
        cmocka_unit_test(test_the_digest_follows_seed_and_values_only),
        cmocka_unit_test(test_reasons_are_kept_where_they_are_asked_for),
        cmocka_unit_test(test_records_come_all_at_once),
        cmocka_unit_test(test_attempts_say_who_asked_whom),
        cmocka_unit_test(test_a_run_says_what_it_is_and_what_was_expected),
        cmocka_unit_test(test_values_are_checked_without_playing),
        cmocka_unit_test(test_a_run_tells_its_progress_and_can_be_given_up),
        cmocka_unit_test(test_it_says_how_much_of_a_trace_was_dropped),
        cmocka_unit_test(test_errors_are_texts),
        cmocka_unit_test(test_storing),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
