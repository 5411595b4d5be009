/*
 * Cores and their hardware threads: SMT by processor sharing, by slots and by
 * turns, and the direct cost of switches, against closed forms. The machine is
 * only told how long threads run and stall; work rates come out.
 */
#include "harness.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* A core of `width` hardware threads, shared as `smt` says, with a thread on
 * each that does `program` for ever, until `stop_ns`. */
static void say_core(family *f, int width, const char *smt, double stop_ns,
                     const char *format, ...)
{
    char program[512];
    va_list list;

    va_start(list, format);
    vsnprintf(program, sizeof program, format, list);
    va_end(list);
    fresh(f);
    say(f,
        "{\"title\": \"case\", \"stop\": \"%.3fns\", \"seed\": 7, "
        "\"computer\": {\"clock\": \"1GHz\", "
        "\"topology\": {\"cores\": {\"count\": 1, \"threads\": %d}}, "
        "\"smt\": %s}, "
        "\"threads\": [{\"name\": \"t\", \"count\": %d, "
        "\"background\": true, \"program\": [{\"forever\": [%s]}]}]}",
        stop_ns, width, smt, width, program);
}

/* The work rate of the only core; a core of one hardware thread is not shared
 * and works while its processor runs. */
static double work_rate(family *f, int width)
{
    return width == 1 ? metric(f, "processor.useful")
                      : metric(f, "cores.work_rate");
}

static void play_iid(family *f)
{
    double p = number(f, f->inputs, "p"), slots = number(f, f->inputs, "slots");
    double alone = 0;

    for (int n = 1; n <= (int)number(f, f->inputs, "threads"); n++) {
        double rate;

        say_core(f, n, "{\"sharing\": \"slots\"}", slots,
                 "{\"choose\": [{\"weight\": %.9f, \"program\": "
                 "[{\"run\": \"1 cycle\"}]}, {\"weight\": %.9f, \"program\": "
                 "[{\"stall\": \"1 cycle\"}]}]}",
                 1 - p, p);
        if (!play(f))
            return;
        rate = work_rate(f, n);
        if (n == 1)
            alone = rate;
        expect_case(f, "utilisation", "utilisation",
                    element(f, f->expected, "utilisation", n - 1), rate);
        expect_case(f, "speedup_vs_1", "speed-up",
                    element(f, f->expected, "speedup_vs_1", n - 1),
                    rate / alone);
    }
}

/* Alternating run and stall. */
static void play_sharing(family *f)
{
    double run = number(f, f->inputs, "run_mean_ns"), alone = 0;
    double stall = number(f, f->inputs, "stall_mean_ns");
    double ns = number(f, f->inputs, "sim_ns");
    char smt[64];

    snprintf(smt, sizeof smt, "{\"gain\": %.3f}",
             number(f, f->inputs, "sigma"));
    for (int n = 1; n <= (int)number(f, f->inputs, "threads"); n++) {
        double rate;

        say_core(f, n, smt, ns,
                 "{\"run\": {\"exponential\": \"%.3fns\"}}, "
                 "{\"stall\": {\"exponential\": \"%.3fns\"}}",
                 run, stall);
        if (!play(f))
            return;
        rate = work_rate(f, n);
        if (n == 1) {
            alone = rate;
            expect_case(f, "stall_fraction_alone", "stall fraction alone",
                        number(f, f->expected, "stall_fraction_alone"),
                        metric(f, "processor.stalled"));
        }
        expect_case(f, "work_rate", "work rate",
                    element(f, f->expected, "work_rate", n - 1), rate);
        expect_case(f, "speedup_vs_1", "speed-up",
                    element(f, f->expected, "speedup_vs_1", n - 1),
                    rate / alone);
    }
}

static void play_phase(family *f)
{
    double run = number(f, f->inputs, "run_ns");
    double stall = number(f, f->inputs, "stall_ns");
    int n = (int)number(f, f->inputs, "threads");

    say_core(f, n, "{}", 3000,
             "{\"run\": \"%.3fns\"}, "
             "{\"stall\": \"%.3fns\"}",
             run, stall);
    if (play(f))
        expect_case(f, "ps_same_phase_utilisation", "equal shares",
                    number(f, f->expected, "ps_same_phase_utilisation"),
                    work_rate(f, n));
    say_core(f, n, "{\"sharing\": \"first-come\"}", 3000,
             "{\"run\": \"%.3fns\"}, {\"stall\": \"%.3fns\"}", run, stall);
    if (play(f))
        expect_case(f, "fcfs_utilisation", "first come",
                    number(f, f->expected, "fcfs_utilisation"),
                    work_rate(f, n));
}

/* Twelve jobs: two on each SMT core, or two in each core's round robin. */
static void play_twelve(family *f)
{
    double smt, rr;
    const cJSON *in = f->inputs;

    say(f,
        "{\"title\": \"case\", \"computer\": {\"topology\": {\"cores\": "
        "{\"count\": %.0f, \"threads\": 2}}, \"smt\": %.3f}, "
        "\"threads\": [{\"name\": \"t\", \"count\": %.0f, "
        "\"program\": [{\"run\": \"%.0fns\"}]}]}",
        number(f, in, "cores"), number(f, in, "sigma"), number(f, in, "jobs"),
        number(f, in, "work_ns"));
    if (!play(f))
        return;
    smt = metric(f, "run.makespan") / 1000;
    fresh(f);
    say(f,
        "{\"title\": \"case\", \"computer\": {\"topology\": %.0f}, "
        "\"system\": {\"policy\": \"round-robin\", \"slice\": \"%.0fns\", "
        "\"queues\": \"per-processor\", "
        "\"switch\": {\"cost\": \"%.0fns\", \"first\": false}}, "
        "\"threads\": [{\"name\": \"t\", \"count\": %.0f, "
        "\"program\": [{\"run\": \"%.0fns\"}]}]}",
        number(f, in, "cores"), number(f, in, "quantum_ns"),
        number(f, in, "switch_ns"), number(f, in, "jobs"),
        number(f, in, "work_ns"));
    if (!play(f))
        return;
    rr = metric(f, "run.makespan") / 1000;
    expect_case(f, "smt_makespan_ns", "SMT makespan",
                number(f, f->expected, "smt_makespan_ns"), smt);
    expect_case(f, "rr_makespan_ns", "round-robin makespan",
                number(f, f->expected, "rr_makespan_ns"), rr);
    expect_case(f, "gain", "gain", number(f, f->expected, "gain"), rr / smt);
}

static void play_smt_ps(family *f)
{
    if (has(f->inputs, "work_ns"))
        play_twelve(f);
    else if (has(f->inputs, "run_ns"))
        play_phase(f);
    else
        play_sharing(f);
}

/* Switch on stall. The first turns of the threads are not the steady state:
 * the run is long enough for them to be less than the tolerance. */
static void play_turns(family *f)
{
    const cJSON *in = f->inputs;
    double best = 0;
    int saturation = 0, points = length(in, "threads");
    char smt[96];

    snprintf(smt, sizeof smt,
             "{\"sharing\": \"first-come\", "
             "\"swap\": \"%.3fns\"}",
             number(f, in, "switch_ns"));
    for (int i = 0; i < points; i++) {
        int n = (int)element(f, in, "threads", i);
        double rate;

        say_core(f, n, smt, 1e6,
                 "{\"run\": \"%.3fns\"}, "
                 "{\"stall\": \"%.3fns\"}",
                 number(f, in, "run_ns"), number(f, in, "latency_ns"));
        if (!play(f))
            return;
        rate = work_rate(f, n);
        expect_case(f, "utilisation", "utilisation",
                    element(f, f->expected, "utilisation", i), rate);
        if (rate > best * 1.01) {
            best = rate;
            saturation = n;
        }
    }
    expect_count(f, "saturation",
                 (int64_t)number(f, f->expected, "saturation_threads"),
                 saturation);
}

static void play_direct(family *f)
{
    const cJSON *in = f->inputs;
    int jobs = (int)number(f, in, "jobs");
    int64_t first = INT64_MAX;
    ts_thread_times t;

    say(f,
        "{\"title\": \"case\", \"system\": {\"policy\": \"round-robin\", "
        "\"slice\": \"%.0fns\", "
        "\"switch\": {\"cost\": \"%.0fns\", \"first\": false}}, "
        "\"threads\": [{\"name\": \"t\", \"count\": %d, "
        "\"program\": [{\"run\": \"%.0fns\"}]}]}",
        number(f, in, "quantum_ns"), number(f, in, "switch_ns"), jobs,
        number(f, in, "work_ns"));
    if (!play(f))
        return;
    for (int i = 0; i < jobs; i++)
        if (thread_of(f, "t", i, &t) && t.finish < first)
            first = t.finish;
    expect_case(f, "makespan_ns", "makespan",
                number(f, f->expected, "makespan_ns"),
                metric(f, "run.makespan") / 1000);
    expect_case(f, "switches", "switches", number(f, f->expected, "switches"),
                metric(f, "processor.switches"));
    expect_case(f, "first_completion_ns", "first completion",
                number(f, f->expected, "first_completion_ns"),
                (double)first / 1000);
    expect_case(f, "efficiency", "efficiency",
                number(f, f->expected, "efficiency"),
                metric(f, "processor.useful"));
}

static void test_families(void **state)
{
    int failed = 0;

    (void)state;
    failed += family_run("hardware/smt-iid", play_iid);
    failed += family_run("hardware/smt-ps", play_smt_ps);
    failed += family_run("hardware/multithread-det", play_turns);
    failed += family_run("hardware/ctx-direct", play_direct);
    assert_int_equal(failed, 0);
}

/* Parameters that no case has: the machine-repair form for sharing with any
 * gain, N threads and a constant stall (the stall's distribution does not
 * matter), within 1 % (standard errors are below 0.3 %). */
static void test_other_sharing(void **state)
{
    static const double gains[] = {1.0, 1.3, 0.9};
    family *f = family_begin("other sharing");

    (void)state;
    for (int g = 0; g < 3; g++)
        for (int n = 2; n <= 8; n += 3) {
            double term = 1, sum = 1, work = 0, run = 70, stall = 210;
            char smt[64];

            for (int k = 1; k <= n; k++) {
                double r = k == 1 ? 1 : gains[g];

                term *= (n - k + 1) * run / stall / r;
                sum += term;
                work += term * r;
            }
            snprintf(smt, sizeof smt, "%.1f", gains[g]);
            say_core(f, n, smt, 5e7,
                     "{\"run\": {\"exponential\": "
                     "\"%.1fns\"}}, {\"stall\": \"%.1fns\"}",
                     run, stall);
            assert_true(play(f));
            expect_near(f, "work rate", work / sum, work_rate(f, n), 0.01, 0);
        }
    assert_true(family_end(f));
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_families),
                                       cmocka_unit_test(test_other_sharing)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
