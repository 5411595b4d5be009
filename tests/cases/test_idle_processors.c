/*
 * No policy leaves a processor idle for ever beside a thread that could run
 * there: threads that only work, some of them for a while, on processors with
 * a queue each, some threads not allowed everywhere. In the last 300 ms each
 * processor works, or every thread that it may have runs elsewhere all the
 * time.
 */
#include "any_policy.h"
#include "timeslice/timeslice.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

#define SEEDS 8
#define MOST 8
#define END INT64_C(2000000000000)
#define LAST INT64_C(300000000000)

static unsigned allowed[MOST]; /* bit set of processors, by task */
static int tasks, processors;

static void say_threads(void)
{
    tasks = processors + 1 + draw(3);
    for (int i = 0; i < tasks; i++) {
        int one = draw(processors);
        bool affine = draw(3) == 0;

        allowed[i] = affine ? 1U << one : (1U << processors) - 1;
        say("%s{\"name\": \"t%d\", \"background\": true, ", i ? ", " : "", i);
        if (affine)
            say("\"affinity\": [%d], ", one);
        say("\"program\": [{\"run\": \"%dms\"}]}",
            draw(3) ? 1000000 : 20 + draw(300));
    }
}

/* NULL: such a policy cannot be played so. */
static ts_result *play(const ts_entry *entry)
{
    ts_run_options options = {.trace = true};
    ts_scenario *scenario;
    ts_result *result = NULL;
    char *message = NULL;
    bool good;

    text[0] = '\0';
    processors = 2 + draw(3);
    say("{\"title\": \"t\", \"stop\": \"2s\", \"computer\": {\"processors\": "
        "%d}, \"system\": {\"queues\": \"per-processor\", \"balance\": "
        "{\"hot\": \"%s\", \"victim\": \"%s\"}, ",
        processors, draw(2) ? "0.5ms" : "0s", draw(2) ? "busiest" : "random");
    good = say_policy(entry, true);
    say("}, \"threads\": [");
    say_threads();
    say("]}");
    scenario = ts_scenario_parse("any", text, strlen(text), NULL, &message);
    if (good && scenario != NULL)
        result = ts_scenario_run(scenario, 0, &options, &message);
    if (good && result == NULL && !is_refusal(message))
        fail_msg("%s: %s\n%s", entry->name, message, text);
    ts_message_free(message);
    ts_scenario_free(scenario);
    return result;
}

/* Of one processor, and of one task, in the last LAST: how long it ran. */
static int64_t ran(const ts_result *result, int processor, int task)
{
    ts_stretch s;
    ts_thread_times t;
    char place[32], name[16];
    int32_t id = -1;
    int64_t sum = 0;

    snprintf(place, sizeof place, "processor %d", processor);
    snprintf(name, sizeof name, "t%d", task);
    for (size_t i = 0; ts_result_thread_at(result, i, &t); i++)
        if (!strcmp(t.task, name))
            id = t.finish >= 0 ? -1 : t.id;
    for (size_t i = 0; ts_result_stretch_at(result, i, &s); i++)
        if (s.to > END - LAST && s.thread >= 0 &&
            (processor < 0 ? s.thread == id : !strcmp(s.place, place)))
            sum += s.to - (s.from > END - LAST ? s.from : END - LAST);
    return task >= 0 && id < 0 ? LAST : sum;
}

static void test_nobody_idles(void **state)
{
    (void)state;
    for (int i = 0; i < ts_policies.count; i++) {
        const ts_entry *entry = ts_policies.entries[i];

        /* An ideal in which all get on at once has nobody who waits. */
        if (((const ts_policy *)entry->model)->rate != NULL)
            continue;
        made_up = "4ms";
        for (uint64_t s = 0; s < SEEDS; s++) {
            ts_result *result;

            seed = s;
            result = play(entry);

            for (int p = 0; result != NULL && p < processors; p++)
                for (int t = 0; ran(result, p, -1) == 0 && t < tasks; t++)
                    if (allowed[t] >> p & 1 &&
                        ran(result, -1, t) < LAST - LAST / 100)
                        fail_msg("%s: processor %d idles and t%d waits\n%s",
                                 entry->name, p, t, text);
            ts_result_free(result);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_nobody_idles)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
