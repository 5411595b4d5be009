/*
 * OSTEP's FIFO and round robin, and the cost of switches, against their
 * published numbers: the three families that need nothing but the first
 * processor.
 */
#include "reference.h"
#include "schedules.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

static void say_policy(family *f)
{
    bool turns = is(f->inputs, "policy", "RR");

    if (!turns && !is(f->inputs, "policy", "FIFO") &&
        !is(f->inputs, "policy", "FCFS"))
        wrong(f, "unknown policy %s", word(f, f->inputs, "policy"));
    if (turns != has(f->inputs, "quantum"))
        wrong(f, "the policy and the quantum do not go together");
    say(f, "\"system\": {\"policy\": \"%s\"", turns ? "round-robin" : "fifo");
    if (turns) {
        say(f, ", \"slice\": ");
        say_time(f, number(f, f->inputs, "quantum"));
    }
}

static void play_ostep(family *f)
{
    const cJSON *jobs = part(f->inputs, "jobs");

    say_head(f);
    say_policy(f);
    say(f, "}, ");
    say_jobs(f, jobs);
    say(f, "}");
    if (!play(f))
        return;
    expect_jobs(f, jobs, part(f->expected, "per_job"));
    expect_rows(f, "processor 0", jobs, part(f->expected, "timeline"), 1, 0);
}

static void say_switches(family *f)
{
    const char *charge = word(f, f->inputs, "charge");

    if (strcmp(charge, "every") != 0 && strcmp(charge, "change") != 0)
        wrong(f, "unknown charge %s", charge);
    say_head(f);
    say_policy(f);
    say(f, ", \"switch\": {\"charge\": \"%s\", \"cost\": ", charge);
    say_time(f, number(f, f->inputs, "switch_cost"));
    say(f, "}}, ");
    say_jobs(f, part(f->inputs, "jobs"));
    say(f, "}");
}

static void play_switches(family *f)
{
    int jobs = length(f->inputs, "jobs");
    int64_t turnarounds = 0;
    ts_thread_times t;

    say_switches(f);
    if (!play(f))
        return;
    expect_count(f, "jobs", jobs, length(f->expected, "finish"));
    expect_count(f, "jobs", jobs, length(f->expected, "first_run"));
    for (int i = 0; i < jobs; i++) {
        if (!job_times(f, i, &t))
            return;
        expect_units(f, "finish", element(f, f->expected, "finish", i),
                     t.finish);
        expect_units(f, "first run", element(f, f->expected, "first_run", i),
                     t.first_run);
        turnarounds += t.finish - t.arrival;
    }
    expect_mean(f, "turnaround", turnarounds, jobs);
    expect_end(f, "makespan", "run.makespan");
    expect_count(f, "switches", whole(f, f->expected, "switches_charged"),
                 (int64_t)metric(f, "processor.switches"));
    expect_busy(f, "overhead", number(f, f->expected, "overhead"),
                "processor.switching");
    expect_busy(f, "useful", number(f, f->expected, "useful"),
                "processor.useful");
    expect_rows(f, "processor 0", part(f->inputs, "jobs"),
                part(f->expected, "timeline"), 1, 0);
}

static void test_families(void **state)
{
    int failed = 0;

    (void)state;
    failed += family_play("scheduling/ostep_fifo", play_ostep, NULL);
    failed += family_play("scheduling/ostep_rr", play_ostep, NULL);
    failed += family_made("scheduling/ostep_fifo", 30, reference_fifo,
                          play_ostep, NULL);
    failed += family_made("scheduling/ostep_rr", 60, reference_turns,
                          play_ostep, NULL);
    failed +=
        family_play("scheduling/context_switch_cost", play_switches, NULL);
    failed += family_made("scheduling/context_switch_cost", 80,
                          reference_switches, play_switches, NULL);
    assert_int_equal(failed, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_families)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
