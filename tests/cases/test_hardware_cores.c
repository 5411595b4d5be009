/*
 * Cores and their hardware threads: SMT by processor sharing, by slots and by
 * turns, and the direct cost of switches, against closed forms. The machine is
 * only told how long threads run and stall; work rates come out.
 */
#include "hardware.h"

/* A core of `width` hardware threads, shared as `smt` says, with a thread on
 * each that does `program` for ever, until `stop_ps`. */
static void say_core(family *f, int width, const char *smt, double stop_ps,
                     const char *format, ...)
{
    char program[512];
    va_list list;

    va_start(list, format);
    vsnprintf(program, sizeof program, format, list);
    va_end(list);
    fresh(f);
    say(f,
        "{\"title\": \"case\", \"stop\": \"%.0fps\", \"seed\": 7, "
        "\"computer\": {\"clock\": \"1GHz\", "
        "\"topology\": {\"cores\": {\"count\": 1, \"threads\": %d}}, "
        "\"smt\": %s}, "
        "\"threads\": [{\"name\": \"t\", \"count\": %d, "
        "\"background\": true, \"program\": [{\"forever\": [%s]}]}]}",
        stop_ps, width, smt, width, program);
}

/* The work rate of the only core; a core of one hardware thread is not shared
 * and works while its processor runs. */
static double work_rate(family *f, int width)
{
    return width == 1 ? metric(f, "processor.useful")
                      : metric(f, "cores.work_rate");
}

/* --- slots --- */

/* How many independent slots it takes for the share of n threads, and for what
 * it is of the share of one, to be known as well as the case's tolerance asks
 * for; within reason. */
static double slots_for(family *f, double p, int n)
{
    double share = 1 - pow(p, n), best = 1 - pow(p, input(f, "threads"));
    double share_room = allowed(f, "utilisation", share) / ERRORS;
    double ratio_room = allowed(f, "speedup_vs_1", share / (1 - p)) / ERRORS;
    double spread = share * (1 - share), given = input(f, "slots");
    double slots = spread / share_room / share_room;
    double scale = n == 1 ? best / (1 - p) / (1 - p) : 1 / (1 - p);

    slots = fmax(slots, spread * pow(scale / ratio_room, 2));
    return fmin(fmax(slots, given / 10), given * 10);
}

/* In each cycle each thread is stalled with the probability p. */
static void say_slots(family *f, double p, int n)
{
    char program[256];
    static const char run[] = "{\"run\": \"1 cycle\"}";
    static const char stall[] = "{\"stall\": \"1 cycle\"}";

    if (p <= 0 || p >= 1)
        snprintf(program, sizeof program, "%s", p <= 0 ? run : stall);
    else
        snprintf(program, sizeof program,
                 "{\"choose\": [{\"weight\": %.12f, \"program\": [%s]}, "
                 "{\"weight\": %.12f, \"program\": [%s]}]}",
                 1 - p, run, p, stall);
    say_core(f, n, "{\"sharing\": \"slots\"}", ceil(slots_for(f, p, n)) * 1000,
             "%s", program);
}

static void play_iid(family *f)
{
    double p = input(f, "p"), alone = 0;

    for (int n = 1; n <= (int)input(f, "threads"); n++) {
        double rate;

        say_slots(f, p, n);
        if (!play(f))
            return;
        rate = work_rate(f, n);
        if (n == 1)
            alone = rate;
        compare_at(f, "utilisation", n - 1, rate);
        compare_at(f, "speedup_vs_1", n - 1, rate / alone);
    }
}

/* --- sharing --- */

/* How long it takes to know the work rates as well as the case asks for. Of a
 * thread alone that runs for R and stalls for L, u = R / (R + L), the squared
 * relative error after a time t is 2 (1 - u)^2 (R + L) / t; two errors meet in
 * a speed-up, and several threads vary less than one. */
static double time_for(family *f, double run, double stall)
{
    double room = allowed(f, "speedup_vs_1", 1) / ERRORS;
    double part = stall / (run + stall), given = input(f, "sim_ns");
    double time = 4 * part * part * (run + stall) / room / room;

    return fmin(fmax(time, given / 10), given * 10);
}

/* Alternating run and stall. */
static void play_sharing(family *f)
{
    double run = input(f, "run_mean_ns"), alone = 0;
    double stall = input(f, "stall_mean_ns");
    double ns = time_for(f, run, stall);
    char smt[64];

    snprintf(smt, sizeof smt, "{\"gain\": %.6f}", input(f, "sigma"));
    for (int n = 1; n <= (int)input(f, "threads"); n++) {
        double rate;

        say_core(f, n, smt, ns * 1000,
                 "{\"run\": {\"exponential\": \"%.0fps\"}}, "
                 "{\"stall\": {\"exponential\": \"%.0fps\"}}",
                 run * 1000, stall * 1000);
        if (!play(f))
            return;
        rate = work_rate(f, n);
        if (n == 1) {
            alone = rate;
            compare(f, "stall_fraction_alone", metric(f, "processor.stalled"));
        }
        compare_at(f, "work_rate", n - 1, rate);
        compare_at(f, "speedup_vs_1", n - 1, rate / alone);
    }
}

/* The share of the time between the first 200 and the first 5 200 `period`s
 * in which a core of n threads works: the start of its turns is over. */
static double steady_rate(family *f, int n, const char *smt, double period,
                          double run, double stall)
{
    double until[2] = {200, 5200}, worked[2] = {0, 0};

    for (int i = 0; i < 2; i++) {
        say_core(f, n, smt, until[i] * period * FINE,
                 "{\"run\": \"%.0fps\"}, {\"stall\": \"%.0fps\"}", run * FINE,
                 stall * FINE);
        if (!play(f))
            return 0;
        worked[i] = work_rate(f, n) * until[i];
    }
    return (worked[1] - worked[0]) / (until[1] - until[0]);
}

static void play_phase(family *f)
{
    double run = input(f, "run_ns"), stall = input(f, "stall_ns");
    int n = (int)input(f, "threads");

    compare(f, "ps_same_phase_utilisation",
            steady_rate(f, n, "{}", n * run + stall, run, stall));
    compare(f, "fcfs_utilisation",
            steady_rate(f, n, "{\"sharing\": \"first-come\"}",
                        fmax(n * run, run + stall), run, stall));
}

/* Jobs on SMT cores, or in each core's round robin. */
static void play_twelve(family *f)
{
    double smt, rr;

    say(f,
        "{\"title\": \"case\", \"computer\": {\"topology\": {\"cores\": "
        "{\"count\": %.0f, \"threads\": 2}}, \"smt\": %.6f}, "
        "\"threads\": [{\"name\": \"t\", \"count\": %.0f, "
        "\"program\": [{\"run\": \"%.0fps\"}]}]}",
        input(f, "cores"), input(f, "sigma"), input(f, "jobs"),
        input(f, "work_ns") * FINE);
    if (!play(f))
        return;
    smt = metric(f, "run.makespan") / FINE;
    fresh(f);
    say(f,
        "{\"title\": \"case\", \"computer\": {\"topology\": %.0f}, "
        "\"system\": {\"policy\": \"round-robin\", \"slice\": \"%.0fps\", "
        "\"queues\": \"per-processor\", "
        "\"switch\": {\"cost\": \"%.0fps\", \"first\": false}}, "
        "\"threads\": [{\"name\": \"t\", \"count\": %.0f, "
        "\"program\": [{\"run\": \"%.0fps\"}]}]}",
        input(f, "cores"), input(f, "quantum_ns") * FINE,
        input(f, "switch_ns") * FINE, input(f, "jobs"),
        input(f, "work_ns") * FINE);
    if (!play(f))
        return;
    rr = metric(f, "run.makespan") / FINE;
    compare(f, "smt_makespan_ns", smt);
    compare(f, "rr_makespan_ns", rr);
    compare(f, "gain", rr / smt);
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

/* --- turns --- */

/* Switch on stall with n threads. */
static double turns(family *f, int n)
{
    double run = input(f, "run_ns"), stall = input(f, "latency_ns");
    double swap = input(f, "switch_ns");
    char smt[96];

    snprintf(smt, sizeof smt,
             "{\"sharing\": \"first-come\", \"swap\": \"%.0fps\"}",
             swap * FINE);
    return steady_rate(f, n, smt, run + stall + swap, run, stall);
}

/* Saturated is the core when a further thread brings nothing. */
static void play_turns(family *f)
{
    double rate, more;
    int n = 0;

    for (int i = 0; i < input_length(f, "threads"); i++)
        compare_at(f, "utilisation", i,
                   turns(f, (int)input_at(f, "threads", i)));
    more = turns(f, 1);
    do {
        rate = more;
        more = turns(f, ++n + 1);
    } while (!f->wrong && more > rate * 1.0005);
    if (!f->wrong)
        compare(f, "saturation_threads", n);
}

/* --- the direct cost --- */

static void play_direct(family *f)
{
    int64_t first = INT64_MAX;
    ts_thread_times t;

    say(f,
        "{\"title\": \"case\", \"system\": {\"policy\": \"round-robin\", "
        "\"slice\": \"%.0fps\", "
        "\"switch\": {\"cost\": \"%.0fps\", \"first\": false}}, "
        "\"threads\": [{\"name\": \"t\", \"count\": %.0f, "
        "\"program\": [{\"run\": \"%.0fps\"}]}]}",
        input(f, "quantum_ns") * FINE, input(f, "switch_ns") * FINE,
        input(f, "jobs"), input(f, "work_ns") * FINE);
    if (!play(f))
        return;
    for (size_t i = 0; ts_result_thread_at(f->result, i, &t); i++)
        first = t.finish < first ? t.finish : first;
    compare(f, "makespan_ns", metric(f, "run.makespan") / FINE);
    compare(f, "switches", metric(f, "processor.switches"));
    compare(f, "first_completion_ns", (double)first / FINE);
    compare(f, "efficiency", metric(f, "processor.useful"));
}

/* --- cases that are made --- */

static void make_iid(cJSON *inputs, cJSON *expected, int number)
{
    double p = any(number, 0, 10, 70) / 100.0;
    int threads = any(number, 1, 2, 5);

    put(inputs, "p", p);
    put(inputs, "threads", threads);
    put(inputs, "slots", 60000);
    for (int n = 1; n <= threads; n++) {
        append(expected, "utilisation", 1 - pow(p, n));
        append(expected, "speedup_vs_1", (1 - pow(p, n)) / (1 - p));
    }
}

/* The work rate of n threads that share: the machine-repair form. */
static double repaired(int n, double run, double stall, double gain)
{
    double term = 1, sum = 1, work = 0;

    for (int k = 1; k <= n; k++) {
        double rate = k == 1 ? 1 : gain;

        term *= (n - k + 1) * run / stall / rate;
        sum += term;
        work += term * rate;
    }
    return work / sum;
}

static void make_sharing(cJSON *inputs, cJSON *expected, int number)
{
    double run = any(number, 0, 20, 400), stall = any(number, 1, 20, 400);
    double gain = any(number, 2, 900, 1600) / 1000.0;
    int threads = any(number, 3, 2, 5);

    put(inputs, "run_mean_ns", run);
    put(inputs, "stall_mean_ns", stall);
    put(inputs, "sigma", gain);
    put(inputs, "threads", threads);
    put(inputs, "sim_ns", 4e4 * (run + stall));
    put(expected, "stall_fraction_alone", stall / (run + stall));
    for (int n = 1; n <= threads; n++) {
        double rate = repaired(n, run, stall, gain);

        append(expected, "work_rate", rate);
        append(expected, "speedup_vs_1", rate / repaired(1, run, stall, gain));
    }
}

/* n threads in step run n R together and stall; one after the other they fill
 * each other's stalls. */
static void make_phase(cJSON *inputs, cJSON *expected, int number)
{
    double run = any(number, 0, 10, 900) / 7.0, stall = any(number, 1, 1, 300);
    int n = any(number, 2, 2, 8);

    put(inputs, "run_ns", run);
    put(inputs, "stall_ns", stall);
    put(inputs, "threads", n);
    put(expected, "ps_same_phase_utilisation", n * run / (n * run + stall));
    put(expected, "fcfs_utilisation", fmin(1, n * run / (run + stall)));
}

static void make_jobs(cJSON *inputs, cJSON *expected, int number)
{
    int cores = any(number, 0, 1, 16), slices = any(number, 1, 1, 90);
    double quantum = any(number, 2, 1000, 9000000);
    double work = slices * quantum - any(number, 3, 0, 999);
    double cost = any(number, 4, 0, 90000);
    double gain = any(number, 5, 90000, 190000) / 100000.0;
    double turns = 2 * work + (2 * slices - 1) * cost;

    put(inputs, "work_ns", work);
    put(inputs, "jobs", 2 * cores);
    put(inputs, "cores", cores);
    put(inputs, "sigma", gain);
    put(inputs, "quantum_ns", quantum);
    put(inputs, "switch_ns", cost);
    put(expected, "smt_makespan_ns", 2 * work / gain);
    put(expected, "rr_makespan_ns", turns);
    put(expected, "gain", turns * gain / (2 * work));
}

/* Saavedra-Barrera: N R/(R + L + C) until R/(R + C). */
static void make_turns(cJSON *inputs, cJSON *expected, int number)
{
    double run = any(number, 0, 5, 60), swap = any(number, 1, 0, 9);
    double latency = any(number, 2, 10, 4 * (int)(run + swap));

    put(inputs, "run_ns", run);
    put(inputs, "latency_ns", latency);
    put(inputs, "switch_ns", swap);
    for (int n = 1; n <= 8; n += any(number, 3, 1, 3)) {
        append(inputs, "threads", n);
        append(expected, "utilisation",
               n == 1 ? run / (run + latency)
                      : fmin(n * run / (run + latency + swap),
                             run / (run + swap)));
    }
    put(expected, "saturation_threads", ceil(1 + latency / (run + swap)));
}

/* n jobs of k slices each: n k - 1 changes, the first job done after k - 1
 * rounds and its last slice. */
static void make_direct(cJSON *inputs, cJSON *expected, int number)
{
    int jobs = any(number, 0, 2, 20), slices = any(number, 1, 1, 60);
    double quantum = any(number, 2, 10, 5000000),
           cost = any(number, 3, 0, 9000);
    double last = quantum - any(number, 4, 0, 9), work, rounds;

    work = (slices - 1) * quantum + last;
    rounds = (slices - 1) * jobs * (quantum + cost);
    put(inputs, "jobs", jobs);
    put(inputs, "work_ns", work);
    put(inputs, "quantum_ns", quantum);
    put(inputs, "switch_ns", cost);
    put(expected, "makespan_ns", jobs * work + (jobs * slices - 1) * cost);
    put(expected, "switches", jobs * slices - 1);
    put(expected, "first_completion_ns", rounds + last);
    put(expected, "efficiency",
        jobs * work / (jobs * work + (jobs * slices - 1) * cost));
}

static void test_families(void **state)
{
    int failed = 0;

    (void)state;
    failed += family_play("hardware/smt-iid", play_iid, NULL);
    failed += family_play("hardware/smt-ps", play_smt_ps, NULL);
    failed += family_play("hardware/multithread-det", play_turns, NULL);
    failed += family_play("hardware/ctx-direct", play_direct, NULL);
    assert_int_equal(failed, 0);
}

static void test_made(void **state)
{
    static const family_rules slots = {.tolerance = "{\"*\": {\"abs\": 0.01}}"};
    static const family_rules sharing = {.tolerance =
                                             "{\"*\": {\"rel\": 0.02}}"};
    static const family_rules steady = {.tolerance =
                                            "{\"*\": {\"rel\": 0.001}}"};
    int failed = 0;

    (void)state;
    failed += family_made("hardware/smt-iid", 3, make_iid, play_iid, &slots);
    failed +=
        family_made("hardware/smt-ps", 5, make_sharing, play_smt_ps, &sharing);
    failed +=
        family_made("hardware/smt-ps", 5, make_phase, play_smt_ps, &steady);
    failed +=
        family_made("hardware/smt-ps", 10, make_jobs, play_smt_ps, &exactly);
    failed += family_made("hardware/multithread-det", 5, make_turns, play_turns,
                          &steady);
    failed += family_made("hardware/ctx-direct", 10, make_direct, play_direct,
                          &exactly);
    assert_int_equal(failed, 0);
}

/* Under equal sharing it does not matter how stalls are distributed: constant
 * ones, of which no case can tell. Standard errors are below 0.3 %. */
static void test_constant_stalls(void **state)
{
    static const double gains[] = {1.0, 1.3, 0.9};
    family *f = family_begin("constant stalls");

    (void)state;
    for (int g = 0; g < 3; g++)
        for (int n = 2; n <= 8; n += 3) {
            char smt[64];

            snprintf(smt, sizeof smt, "%.1f", gains[g]);
            say_core(f, n, smt, 3e10,
                     "{\"run\": {\"exponential\": \"70ns\"}}, "
                     "{\"stall\": \"210ns\"}");
            assert_true(play_seed(f, 7));
            expect_near(f, "work rate", repaired(n, 70, 210, gains[g]),
                        work_rate(f, n), 0.012, 0);
        }
    assert_true(family_end(f));
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_families),
                                       cmocka_unit_test(test_made),
                                       cmocka_unit_test(test_constant_stalls)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
