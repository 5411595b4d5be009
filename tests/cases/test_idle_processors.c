/*
 * No policy leaves a processor idle for ever beside a thread that could run
 * there: threads that only work, some of them for a while, on processors with
 * a queue each, in a row or in a topology, some threads not allowed everywhere.
 * In the last 300 ms each processor works, or every thread that it may have
 * runs elsewhere all the time.
 *
 * Some idle by their own rule, and "explain" says so of each: threads that are
 * placed for good are not drawn here, and a victim that is drawn at random may
 * have nothing, which is given many looks to come right.
 *
 * TS_SEEDS=N plays so many scenarios a policy.
 */
#include "any_policy.h"
#include "timeslice/timeslice.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

#define SEEDS 12
#define MOST 8
#define END INT64_C(2000000000000)
#define LAST INT64_C(300000000000)

static unsigned allowed[MOST]; /* bit set of processors, by task */
static int tasks, processors;

static void say_thread(int i)
{
    int one = draw(processors);
    bool affine = draw(3) == 0;
    bool endless = draw(3) != 0;
    int work = 20 + draw(300);

    allowed[i] = affine ? 1U << one : (1U << processors) - 1;
    say("%s{\"name\": \"t%d\", \"background\": true, ", i ? ", " : "", i);
    if (affine)
        say("\"affinity\": [%d], ", one);
    say("\"program\": [{\"run\": \"%dms\"}]}", endless ? 1000000 : work);
}

/* 2 to 4 in a row, or 4 as two cores of two threads, two sockets of two cores,
 * or three cores of unlike speeds. */
static void say_computer(void)
{
    static const char *const topologies[] = {
        "{\"cores\": [{\"count\": 2, \"threads\": 2}]}",
        "{\"sockets\": 2, \"cores\": [{\"count\": 2}]}",
        "{\"cores\": [{\"count\": 2}, {\"count\": 2, \"speed\": 0.5}]}",
    };
    int which = draw(2 * (int)TS_COUNT_OF(topologies));

    processors = 4;
    if (which < (int)TS_COUNT_OF(topologies)) {
        say("\"computer\": {\"topology\": %s}", topologies[which]);
        return;
    }
    processors = 2 + draw(3);
    say("\"computer\": {\"processors\": %d}", processors);
}

/* One drawn at random is one try a look: it needs more of them. */
static void say_balance(void)
{
    static const char *const victims[] = {"busiest", "next", "random"};
    const char *hot = draw(2) ? "0.5ms" : "0s";
    int victim = draw((int)TS_COUNT_OF(victims));

    say("\"balance\": {\"hot\": \"%s\", \"victim\": \"%s\"%s}", hot,
        victims[victim], victim == 2 ? ", \"look\": \"4ms\"" : "");
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
    say("{\"title\": \"t\", \"stop\": \"2s\", ");
    say_computer();
    say(", \"system\": {\"queues\": \"per-processor\", ");
    say_balance();
    say(", ");
    good = say_policy(entry, true);
    say("}, \"threads\": [");
    tasks = processors + 1;
    tasks += draw(3);
    for (int i = 0; i < tasks; i++)
        say_thread(i);
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

/* Whether nobody waits whom an idle processor could have. */
static void hold(const ts_entry *entry, const ts_result *result)
{
    for (int p = 0; p < processors; p++)
        for (int t = 0; ran(result, p, -1) == 0 && t < tasks; t++)
            if (allowed[t] >> p & 1 && ran(result, -1, t) < LAST - LAST / 100)
                fail_msg("%s: processor %d idles and t%d waits\n%s",
                         entry->name, p, t, text);
}

static void test_nobody_idles(void **state)
{
    const char *wish = getenv("TS_SEEDS");
    uint64_t seeds = wish != NULL ? strtoull(wish, NULL, 10) : SEEDS;

    (void)state;
    for (int i = 0; i < ts_policies.count; i++) {
        const ts_entry *entry = ts_policies.entries[i];

        /* An ideal in which all get on at once has nobody who waits. */
        if (((const ts_policy *)entry->model)->rate != NULL)
            continue;
        made_up = "4ms";
        for (uint64_t s = 0; s < seeds; s++) {
            ts_result *result;

            seed = s;
            result = play(entry);
            if (result != NULL)
                hold(entry, result);
            ts_result_free(result);
        }
    }
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_nobody_idles)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
