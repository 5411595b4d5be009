/*
 * How work scales with processors, and two laws of queues: against closed forms
 * that the machine is not told.
 */
#include "hardware.h"

/* --- scaling --- */

/* One thread does `serial` seconds, then the dispatcher spreads `parallel`
 * seconds in equal pieces, some for each of the `most` processors, of which
 * there are n. */
static double fork_join(family *f, int n, int most, double serial,
                        double parallel)
{
    int pieces = most * (most < 100 ? 4 : 1);

    fresh(f);
    say(f,
        "{\"title\": \"case\", \"computer\": {\"processors\": %d}, "
        "\"locks\": [{\"name\": \"fork\", \"kind\": \"barrier\", "
        "\"parties\": %d}], \"threads\": [{\"name\": \"first\", "
        "\"program\": [",
        n, pieces + 1);
    if (serial > 0)
        say(f, "{\"run\": \"%.0fps\"}, ", serial * 1e12);
    say(f,
        "{\"barrier\": \"fork\"}]}, {\"name\": \"piece\", \"count\": %d, "
        "\"program\": [{\"barrier\": \"fork\"}",
        pieces);
    if (parallel > 0)
        say(f, ", {\"run\": \"%.0fps\"}", parallel * 1e12 / pieces);
    say(f, "]}]}");
    return play(f) ? metric(f, "run.makespan") : 1;
}

/* Of the work, 1 - p can only be done by one. Fixed work on more processors
 * is Amdahl's speed-up; more work for more of them Gustafson's. */
static void play_amdahl(family *f)
{
    double p = input(f, "p"), work = 1000;

    for (int i = 0; i < input_length(f, "n"); i++) {
        int n = (int)input_at(f, "n", i);
        double serial = work * (1 - p), parallel = work * p;

        compare_at(f, "amdahl", i,
                   fork_join(f, 1, n, serial, parallel) /
                       fork_join(f, n, n, serial, parallel));
        compare_at(f, "gustafson", i,
                   fork_join(f, 1, n, serial, n * parallel) /
                       fork_join(f, n, n, serial, n * parallel));
    }
}

#define WORK 1e15 /* picoseconds of a thread's work in a round */

/* n threads work a round: in parallel, then one after the other a part
 * alpha, in which each also gets a line from every other one (beta each).
 * Returns the time of the round, in units of one's work. */
static double round_of(family *f, int n, double alpha, double beta)
{
    fresh(f);
    say(f,
        "{\"title\": \"case\", \"computer\": {\"processors\": %d}, "
        "\"locks\": [{\"name\": \"state\"}, "
        "{\"name\": \"together\", \"kind\": "
        "\"barrier\", \"parties\": %d}], \"threads\": [{\"name\": \"t\", "
        "\"count\": %d, \"program\": [",
        n, n, n);
    if (alpha < 1)
        say(f, "{\"run\": \"%.0fps\"}, ", WORK * (1 - alpha));
    say(f, "{\"barrier\": \"together\"}, {\"lock\": \"state\"}");
    if (alpha > 0)
        say(f, ", {\"run\": \"%.0fps\"}", WORK * alpha);
    if (beta > 0 && n > 1)
        say(f, ", {\"stall\": \"%.0fps\"}", WORK * beta * (n - 1));
    say(f, ", {\"unlock\": \"state\"}]}]}");
    return play(f) ? metric(f, "run.makespan") / WORK : 1;
}

static double capacity_of(family *f, int n)
{
    double alpha = input(f, "alpha"), beta = input(f, "beta");

    return n * round_of(f, 1, alpha, beta) / round_of(f, n, alpha, beta);
}

/* Capacity rises to its best and falls from there: the interval in which that
 * is gets shorter from both sides. */
static int best_number(family *f)
{
    int low = 1, high = 2;

    while (!f->wrong && high < 4096 &&
           capacity_of(f, high) > capacity_of(f, high / 2))
        high *= 2;
    high = high > 4096 ? 4096 : high;
    while (low < high && !f->wrong) {
        int middle = low + (high - low) / 2;

        if (capacity_of(f, middle) < capacity_of(f, middle + 1))
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* A round takes t = c + b n + a n^2; capacity n / t is highest where
 * n = sqrt(c / a). */
static double best_fraction(family *f)
{
    double alpha = input(f, "alpha"), beta = input(f, "beta"), t[3], curve;

    for (int i = 0; i < 3; i++)
        t[i] = round_of(f, 1 + i * 20, alpha, beta);
    curve = (t[2] - 2 * t[1] + t[0]) / 2 / 400;
    return sqrt((t[0] - (t[1] - t[0]) / 20 + 21 * curve) / curve);
}

static void play_usl(family *f)
{
    int best;

    for (int i = 0; i < input_length(f, "n"); i++)
        compare_at(f, "capacity", i, capacity_of(f, (int)input_at(f, "n", i)));
    best = best_number(f);
    compare(f, "best_integer_n", best);
    compare(f, "best_capacity", capacity_of(f, best));
    compare(f, "n_star", best_fraction(f));
    /* Without exchanges the capacity ends where rounds only get longer. */
    compare(f, "amdahl_limit",
            63 * round_of(f, 1, input(f, "alpha"), 0) /
                (round_of(f, 64, input(f, "alpha"), 0) -
                 round_of(f, 1, input(f, "alpha"), 0)));
}

static void play_scaling(family *f)
{
    if (has(f->inputs, "alpha"))
        play_usl(f);
    else
        play_amdahl(f);
}

/* --- queues --- */

/* Times are in thousandths of a service. */
#define SERVICE 1e9

/* As many customers as the case's tolerance asks for: the variance of M/M/1's
 * mean wait over n of them, relative to the mean's square, is this over n
 * (Whitt 1989); its 95th percentile has about twice that. */
static double customers(family *f, double rho)
{
    double room = allowed(f, "mm1_mean_sojourn_s", 1) / ERRORS;
    double spread = rho * (2 + 5 * rho - 4 * rho * rho + rho * rho * rho) /
                    (1 - rho) / (1 - rho);

    return fmin(fmax(2 * spread / room / room, 1e5), 2e7);
}

static void say_queue(family *f, double rho, bool random)
{
    fresh(f);
    say(f,
        "{\"title\": \"case\", \"threads\": [{\"name\": \"customer\", "
        "\"arrive\": {\"every\": {\"exponential\": \"%.0fps\"}, \"limit\": "
        "%.0f}, \"program\": [{\"run\": ",
        SERVICE / rho, ceil(customers(f, rho)));
    say(f, random ? "{\"exponential\": \"%.0fps\"}" : "\"%.0fps\"", SERVICE);
    say(f, "}]}]}");
}

static void play_queue(family *f)
{
    double mu = input(f, "mu_per_s"), rho = input(f, "lambda_per_s") / mu;

    say_queue(f, rho, true);
    if (!play_seed(f, 4))
        return;
    compare(f, "mm1_mean_sojourn_s",
            metric(f, "threads.customer.turnaround.mean") / SERVICE / mu);
    compare(f, "mm1_p95_sojourn_s",
            metric(f, "threads.customer.turnaround.p95") / SERVICE / mu);
    compare(f, "utilisation", metric(f, "processor.busy"));
    say_queue(f, rho, false);
    if (play_seed(f, 4))
        compare(f, "md1_mean_wait_s",
                metric(f, "threads.customer.wait.mean") / SERVICE / mu);
}

/* The number in the system is followed by the model as it changes; the stays
 * are the threads' rows. Both are whole picoseconds. (The model itself checks
 * the same at every station at the end of every run.) */
static void play_little(family *f)
{
    double area;
    bool any = flag(f, f->inputs, "any_trace");
    int64_t stays = 0, n = 0, end;
    ts_thread_times t;

    say(f, "{\"title\": \"case\", \"seed\": 11, \"computer\": {\"processors\": "
           "2, \"caches\": [{\"name\": \"L2\", \"size\": \"512KiB\", "
           "\"latency\": \"4ns\"}], \"memory\": \"80ns\"}, \"system\": "
           "{\"policy\": \"round-robin\", \"slice\": \"70us\", \"switch\": "
           "\"2us\"}, \"devices\": [{\"name\": \"disk\"}], \"inputs\": "
           "[{\"name\": \"nic\", \"arrive\": {\"rate\": \"4000/s\", "
           "\"until\": \"1s\"}, \"delivery\": {\"napi\": {\"cost\": \"5us\", "
           "\"each\": \"9us\"}}}], \"threads\": [{\"name\": \"job\", "
           "\"memory\": \"300KiB\", \"arrive\": {\"rate\": \"1500/s\", "
           "\"until\": \"1s\"}, \"program\": [{\"run\": {\"exponential\": "
           "\"400us\"}}, {\"io\": {\"device\": \"disk\", \"time\": "
           "{\"exponential\": \"300us\"}}}, {\"run\": \"100us\"}]}]}");
    if (!play(f))
        return;
    for (size_t i = 0; ts_result_thread_at(f->result, i, &t); i++, n++)
        stays += t.finish - t.arrival;
    end = ts_result_end(f->result);
    area = metric(f, "threads.job.in_system") * (double)end;
    expect_count(f, "threads seen", (int64_t)metric(f, "threads.job.finished"),
                 n);
    compare(f, "residual_ns", nearbyint((area - (double)stays) / 1000));
    if (!any)
        wrong(f, "of which trace?");
    if (n < 1000)
        wrong(f, "only %lld jobs", (long long)n);
}

/* --- cases that are made --- */

static void make_amdahl(cJSON *inputs, cJSON *expected, int number)
{
    double p = any(number, 0, 0, 1000) / 1000.0;

    put(inputs, "p", p);
    for (int i = 0; i < 3; i++) {
        int n = any(number, 1 + i, 1, 200);

        append(inputs, "n", n);
        append(expected, "amdahl", 1 / (1 - p + p / n));
        append(expected, "gustafson", 1 - p + p * n);
    }
}

static double usl(double n, double alpha, double beta)
{
    return n / (1 + alpha * (n - 1) + beta * n * (n - 1));
}

static void make_usl(cJSON *inputs, cJSON *expected, int number)
{
    double alpha = any(number, 0, 10, 500) / 1000.0;
    double beta = any(number, 1, 5, 900) / 10000.0;
    int best = 1, n = any(number, 2, 2, 100);

    while (usl(best + 1, alpha, beta) > usl(best, alpha, beta))
        best++;
    put(inputs, "alpha", alpha);
    put(inputs, "beta", beta);
    append(inputs, "n", n);
    append(expected, "capacity", usl(n, alpha, beta));
    put(expected, "n_star", sqrt((1 - alpha) / beta));
    put(expected, "best_integer_n", best);
    put(expected, "best_capacity", usl(best, alpha, beta));
    put(expected, "amdahl_limit", 1 / alpha);
}

static void make_queue(cJSON *inputs, cJSON *expected, int number)
{
    double mu = any(number, 0, 1, 9000), rho = any(number, 1, 20, 70) / 100.0;

    put(inputs, "lambda_per_s", rho * mu);
    put(inputs, "mu_per_s", mu);
    put(expected, "mm1_mean_sojourn_s", 1 / (mu - rho * mu));
    put(expected, "mm1_p95_sojourn_s", log(20) / (mu - rho * mu));
    put(expected, "utilisation", rho);
    put(expected, "md1_mean_wait_s", rho / (2 * mu * (1 - rho)));
}

static void test_families(void **state)
{
    int failed = 0;

    (void)state;
    failed += family_play("hardware/scaling", play_scaling, NULL);
    failed += family_play("hardware/queue", play_queue, NULL);
    failed += family_play("hardware/invariant", play_little, NULL);
    assert_int_equal(failed, 0);
}

static void test_made(void **state)
{
    static const family_rules chance = {.tolerance =
                                            "{\"*\": {\"rel\": 0.05}}"};
    int failed = 0;

    (void)state;
    failed +=
        family_made("hardware/scaling", 5, make_amdahl, play_scaling, &exactly);
    failed +=
        family_made("hardware/scaling", 5, make_usl, play_scaling, &exactly);
    failed += family_made("hardware/queue", 2, make_queue, play_queue, &chance);
    assert_int_equal(failed, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_families),
                                       cmocka_unit_test(test_made)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
