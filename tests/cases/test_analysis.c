/*
 * What `timeslice analyze` computes, against published and exactly computed
 * figures: real-time analysis, queueing, laws, the arithmetic of Linux's fair
 * schedulers. Each case becomes a scenario that asks for the figures; they come
 * back as metrics of its run. Equality is 1e-12 relative.
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

#define PRECISION 1e-12
#define SECOND 1e12

static const cJSON *item(const cJSON *object, const char *key)
{
    return cJSON_GetObjectItemCaseSensitive(object, key);
}

static const char *text(const cJSON *object, const char *key)
{
    const char *value = cJSON_GetStringValue(item(object, key));

    return value ? value : "";
}

/* Asks for one analysis with the fields that `format` says. */
static bool ask(family *f, const char *analysis, const char *format, ...)
{
    char fields[16384];
    va_list list;

    va_start(list, format);
    vsnprintf(fields, sizeof fields, format, list);
    va_end(list);
    fresh(f);
    say(f,
        "{\"title\": \"case\", \"unit\": \"1us\", \"analyze\": "
        "[{\"%s\": {%s}}]}",
        analysis, fields);
    return play(f);
}

/* The figure of the last analysis, over `unit`, is the expected value `key`
 * of `object`; null: there is no such figure. */
static void same(family *f, const cJSON *object, const char *key,
                 const char *figure, double unit)
{
    const cJSON *expected = item(object, key);
    double value;

    if (!expected) {
        wrong(f, "the case expects no %s", key);
    } else if (cJSON_IsNull(expected)) {
        if (ts_result_metric(f->result, figure, &value))
            wrong(f, "%s: %g, expected none", key, value / unit);
    } else {
        double want = cJSON_IsBool(expected) ? cJSON_IsTrue(expected)
                                             : expected->valuedouble;

        value = metric(f, "%s", figure) / unit;
        if (!(fabs(value - want) <= PRECISION * fabs(want)))
            wrong(f, "%s: expected %.17g, got %.17g (off by %.2g)", key, want,
                  value, fabs(value - want) / fabs(want));
    }
}

/* --- real time ----------------------------------------------------------- */

static const char *tasks_of(family *f)
{
    static char out[4096];
    size_t used = 0;
    const cJSON *task;

    used += (size_t)snprintf(out, sizeof out, "\"tasks\": [");
    cJSON_ArrayForEach(task, item(f->inputs, "tasks"))
    {
        used += (size_t)snprintf(out + used, sizeof out - used,
                                 "%s{\"cost\": %.6f, \"period\": %.6f",
                                 task->prev && used > 12 ? ", " : "",
                                 number(f, task, "C"), number(f, task, "T"));
        if (has(task, "D"))
            used +=
                (size_t)snprintf(out + used, sizeof out - used,
                                 ", \"deadline\": %.6f", number(f, task, "D"));
        if (has(task, "J"))
            used +=
                (size_t)snprintf(out + used, sizeof out - used,
                                 ", \"jitter\": %.6f", number(f, task, "J"));
        if (has(task, "B"))
            used +=
                (size_t)snprintf(out + used, sizeof out - used,
                                 ", \"blocking\": %.6f", number(f, task, "B"));
        used += (size_t)snprintf(out + used, sizeof out - used, "}");
    }
    snprintf(out + used, sizeof out - used, "]");
    return out;
}

static void play_bounds(family *f)
{
    const char *u = "analysis.utilization.";
    char name[64];

    if (has(f->inputs, "n")) {
        if (ask(f, "utilization", "\"n\": %d",
                cJSON_IsNumber(item(f->inputs, "n"))
                    ? item(f->inputs, "n")->valueint
                    : 0))
            same(f, f->expected, "rm_utilization_bound",
                 "analysis.utilization.bound", 1);
        return;
    }
    if (!ask(f, "utilization", "%s", tasks_of(f)))
        return;
    static const char *const pairs[][2] = {{"U", "load"},
                                           {"rm_bound", "bound"},
                                           {"ll_test_passes", "liu_layland"},
                                           {"hyperbolic_product", "product"},
                                           {"hyperbolic_test_passes",
                                            "hyperbolic"},
                                           {"rta_schedulable_rm",
                                            "rate_monotonic"},
                                           {"edf_schedulable", "edf"}};

    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) {
        snprintf(name, sizeof name, "%s%s", u, pairs[i][1]);
        same(f, f->expected, pairs[i][0], name, 1);
    }
}

static void play_responses(family *f)
{
    const cJSON *row, *step;
    char name[80];
    int n = 0;

    if (!ask(f, "response-time", "%s", tasks_of(f)))
        return;
    cJSON_ArrayForEach(row, item(f->expected, "tasks"))
    {
        int k = 0;

        n++;
        snprintf(name, sizeof name, "analysis.response-time.%d.response", n);
        same(f, row, "R", name, UNIT);
        snprintf(name, sizeof name, "analysis.response-time.%d.meets", n);
        same(f, row, "ok", name, 1);
        snprintf(name, sizeof name, "analysis.response-time.%d.jobs", n);
        same(f, row, "jobs_in_busy_window", name, 1);
        cJSON_ArrayForEach(step, item(row, "iterations"))
            expect_near(f, "iteration", step->valuedouble,
                        metric(f, "analysis.response-time.%d.step.%d", n, k++) /
                            UNIT,
                        PRECISION, 0);
        if (k > 0)
            expect_count(f, "iterations", k,
                         (int64_t)metric(f, "analysis.response-time.%d.steps",
                                         n));
    }
    same(f, f->expected, "schedulable", "analysis.response-time.schedulable",
         1);
}

static void play_demand(family *f)
{
    const cJSON *row;
    double extra;
    int n = 0;

    if (!ask(f, "demand", "%s", tasks_of(f)))
        return;
    same(f, f->expected, "U", "analysis.demand.load", 1);
    same(f, f->expected, "synchronous_busy_period",
         "analysis.demand.busy_period", UNIT);
    same(f, f->expected, "analysis_bound_La", "analysis.demand.la", UNIT);
    same(f, f->expected, "first_violated_deadline", "analysis.demand.violated",
         UNIT);
    same(f, f->expected, "schedulable", "analysis.demand.schedulable", 1);
    cJSON_ArrayForEach(row, item(f->expected, "demand_at_deadlines"))
    {
        expect_near(f, "deadline", cJSON_GetArrayItem(row, 0)->valuedouble,
                    metric(f, "analysis.demand.deadline.%d", n) / UNIT,
                    PRECISION, 0);
        expect_near(f, "demand", cJSON_GetArrayItem(row, 1)->valuedouble,
                    metric(f, "analysis.demand.demand.%d", n) / UNIT, PRECISION,
                    0);
        n++;
    }
    char name[64];

    snprintf(name, sizeof name, "analysis.demand.deadline.%d", n);
    if (n < 60 && ts_result_metric(f->result, name, &extra))
        wrong(f, "a deadline too many: %g", extra / UNIT);
}

/* --- laws ---------------------------------------------------------------- */

static void play_formula(family *f)
{
    const char *formula = text(f->inputs, "formula");
    const cJSON *row;
    int n = 0;

    if (strncmp(formula, "Amdahl", 6) == 0) {
        if (!ask(f, "amdahl", "\"parallel\": %.17g, \"processors\": %d",
                 number(f, f->inputs, "parallel_fraction"),
                 (int)number(f, f->inputs, "cpus")))
            return;
        same(f, f->expected, "speedup", "analysis.amdahl.speedup", 1);
        same(f, f->expected, "efficiency", "analysis.amdahl.efficiency", 1);
        same(f, f->expected, "limit", "analysis.amdahl.limit", 1);
    } else if (strncmp(formula, "Gustafson", 9) == 0) {
        if (ask(f, "gustafson", "\"parallel\": %.17g, \"processors\": %d",
                number(f, f->inputs, "parallel_fraction"),
                (int)number(f, f->inputs, "cpus")))
            same(f, f->expected, "speedup", "analysis.gustafson.speedup", 1);
    } else if (strncmp(formula, "exponential", 11) == 0) {
        char *bursts = cJSON_PrintUnformatted(item(f->inputs, "bursts"));

        if (ask(f, "burst-prediction",
                "\"first\": %.17g, \"alpha\": %.17g, \"bursts\": %s",
                number(f, f->inputs, "tau0"), number(f, f->inputs, "alpha"),
                bursts))
            cJSON_ArrayForEach(row, item(f->expected, "tau"))
                expect_near(f, "tau", row->valuedouble,
                            metric(f, "analysis.burst-prediction.guess.%d",
                                   n++),
                            PRECISION, 0);
        free(bursts);
    } else {
        bool cycle = has(f->inputs, "io_bound_jobs");

        if (ask(f, "slice-efficiency",
                "\"slice\": %.6f, \"switch\": %.6f, \"io-bound\": %d, "
                "\"run\": %.6f",
                number(f, f->inputs, "quantum"),
                number(f, f->inputs, "switch_cost"),
                cycle ? (int)number(f, f->inputs, "io_bound_jobs") : 0,
                cycle ? number(f, f->inputs, "io_run") : 0))
            same(f, f->expected, cycle ? "cpu_utilization" : "efficiency",
                 "analysis.slice-efficiency.useful", 1);
    }
}

/* --- Linux --------------------------------------------------------------- */

static void play_weights(family *f)
{
    const cJSON *nice = item(f->expected, "nice");

    fresh(f);
    say(f, "{\"title\": \"case\", \"analyze\": [\"nice-weights\"]}");
    if (!play(f))
        return;
    for (int i = 0; i < cJSON_GetArraySize(nice); i++) {
        int value = cJSON_GetArrayItem(nice, i)->valueint;

        expect_count(
            f, "weight",
            cJSON_GetArrayItem(item(f->expected, "weight"), i)->valueint,
            (int64_t)metric(f, "analysis.nice-weights.%d.weight", value));
        expect_count(f, "inverse",
                     cJSON_GetArrayItem(item(f->expected, "inverse_weight"), i)
                         ->valueint,
                     (int64_t)metric(f, "analysis.nice-weights.%d.inverse",
                                     value));
    }
    same(f, item(f->expected, "SCHED_IDLE"), "weight",
         "analysis.nice-weights.idle.weight", 1);
    same(f, item(f->expected, "SCHED_IDLE"), "inverse_weight",
         "analysis.nice-weights.idle.inverse", 1);
}

/* "p/q" as a double. */
static double fraction(const char *exact)
{
    double p = 0, q = 1;

    if (sscanf(exact, "%lf/%lf", &p, &q) < 1)
        return NAN;
    return p / q;
}

static void play_textbook_slices(family *f, const char *nice)
{
    int n = cJSON_GetArraySize(item(f->expected, "slice_ms"));

    if (!ask(f, "cfs",
             "\"latency\": \"%gms\", \"granularity\": \"%gms\", "
             "\"at-least\": true, \"nice\": %s",
             number(f, f->inputs, "sched_latency_ms"),
             number(f, f->inputs, "min_granularity_ms"), nice))
        return;
    for (int i = 0; i < n; i++) {
        expect_near(
            f, "slice",
            cJSON_GetArrayItem(item(f->expected, "slice_ms"), i)->valuedouble,
            metric(f, "analysis.cfs.%d.slice", i) / 1e9, PRECISION, 0);
        expect_near(f, "virtual rate",
                    fraction(cJSON_GetArrayItem(
                                 item(f->expected, "vruntime_growth_per_ms"), i)
                                 ->valuestring),
                    metric(f, "analysis.cfs.%d.virtual_rate", i), PRECISION, 0);
    }
}

static void play_cfs(family *f)
{
    char *nice = cJSON_PrintUnformatted(item(f->inputs, "runnable_nice"));
    const cJSON *row;
    int n = 0;

    if (!nice) {
        play_weights(f);
        return;
    }
    if (has(f->inputs, "sched_latency_ms")) {
        play_textbook_slices(f, nice);
        free(nice);
        return;
    }
    if (ask(f, "cfs",
            "\"processors\": %d, \"latency\": \"%.0fns\", "
            "\"granularity\": \"%.0fns\", \"threads\": %d, "
            "\"nice\": %s",
            (int)number(f, f->inputs, "online_cpus_for_scaling"),
            number(f, f->inputs, "sched_latency_ns"),
            number(f, f->inputs, "sched_min_granularity_ns"),
            (int)number(f, f->inputs, "sched_nr_latency"), nice)) {
        same(f, f->expected, "scaling_factor", "analysis.cfs.scaling", 1);
        same(f, f->expected, "period_ns", "analysis.cfs.period", 1000);
        same(f, f->expected, "total_weight", "analysis.cfs.weight", 1);
        cJSON_ArrayForEach(row, item(f->expected, "tasks"))
        {
            char base[40], name[80];

            snprintf(base, sizeof base, "analysis.cfs.%d", n++);
            snprintf(name, sizeof name, "%s.weight", base);
            same(f, row, "weight", name, 1);
            snprintf(name, sizeof name, "%s.share", base);
            same(f, row, "share_pct", name, 0.01);
            snprintf(name, sizeof name, "%s.slice", base);
            same(f, row, "ideal_slice_ns", name, 1000);
            snprintf(name, sizeof name, "%s.kernel_slice_ns", base);
            same(f, row, "kernel_slice_ns", name, 1);
            snprintf(name, sizeof name, "%s.kernel_virtual_ns_of_1ms", base);
            same(f, row, "kernel_vruntime_delta_for_1ms", name, 1);
            expect_near(f, "virtual rate",
                        fraction(text(row, "vruntime_per_ms_exact")) / 1e6,
                        metric(f, "%s.virtual_rate", base), PRECISION, 0);
        }
    }
    free(nice);
}

static void play_eevdf(family *f)
{
    static const char *const pairs[][2] = {{"scaling_factor", "scaling"},
                                           {"base_slice_ns", "base_slice_ns"},
                                           {"slice_ns", "slice_ns"},
                                           {"weight", "weight"},
                                           {"vslice_ns", "vslice_ns"},
                                           {"first_deadline_vslice_ns",
                                            "first_vslice_ns"},
                                           {"lag_limit_vns", "lag_limit_vns"},
                                           {"tick_ns", "tick_ns"},
                                           {"run_per_turn_tick_rounded_ns",
                                            "turn_by_ticks_ns"}};
    char slice[64] = "", name[64];

    if (has(f->inputs, "custom_slice_ns"))
        snprintf(slice, sizeof slice, ", \"slice\": \"%.0fns\"",
                 number(f, f->inputs, "custom_slice_ns"));
    if (!ask(f, "eevdf",
             "\"kernel\": \"%s\", \"processors\": %d, "
             "\"hz\": %d, \"nice\": %d%s",
             text(f->inputs, "kernel"),
             (int)number(f, f->inputs, "online_cpus"),
             (int)number(f, f->inputs, "HZ"), (int)number(f, f->inputs, "nice"),
             slice))
        return;
    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) {
        snprintf(name, sizeof name, "analysis.eevdf.%s", pairs[i][1]);
        same(f, f->expected, pairs[i][0], name, 1);
    }
}

/* --- queues -------------------------------------------------------------- */

/* A distribution of the case, one unit a second. */
static const char *service_of(family *f, const cJSON *service)
{
    static char out[2][1024];
    static int turn;
    char *text_of = out[turn ^= 1];
    size_t room = sizeof out[0], used;
    const char *kind = text(service, "dist");
    const cJSON *row;

    if (strcmp(kind, "deterministic") == 0) {
        snprintf(text_of, room, "\"%.15gs\"", number(f, service, "mean"));
    } else if (strcmp(kind, "exponential") == 0) {
        snprintf(text_of, room, "{\"exponential\": \"%.15gs\"}",
                 number(f, service, "mean"));
    } else if (strcmp(kind, "erlang") == 0) {
        snprintf(text_of, room,
                 "{\"erlang\": {\"mean\": \"%.15gs\", \"stages\": %d}}",
                 number(f, service, "mean"), (int)number(f, service, "k"));
    } else if (strcmp(kind, "uniform") == 0) {
        snprintf(text_of, room, "{\"uniform\": [\"%.15gs\", \"%.15gs\"]}",
                 number(f, service, "low"), number(f, service, "high"));
    } else if (strcmp(kind, "hyperexponential") == 0) {
        double p = number(f, service, "p");

        snprintf(text_of, room,
                 "{\"hyperexponential\": [{\"weight\": %.17g, \"mean\": "
                 "\"%.15gs\"}, {\"weight\": %.15g, \"mean\": \"%.15gs\"}]}",
                 p, number(f, service, "mean1"), 1 - p,
                 number(f, service, "mean2"));
    } else if (strcmp(kind, "bounded_pareto") == 0) {
        snprintf(text_of, room,
                 "{\"pareto\": {\"min\": \"%.15gs\", \"shape\": %.17g, "
                 "\"max\": \"%.15gs\"}}",
                 number(f, service, "low"), number(f, service, "alpha"),
                 number(f, service, "high"));
    } else if (strcmp(kind, "lognormal") == 0) {
        snprintf(text_of, room,
                 "{\"lognormal\": {\"mean\": \"%.15gs\", \"sd\": \"%.15gs\"}}",
                 number(f, service, "mean"),
                 number(f, service, "mean") * sqrt(number(f, service, "scv")));
    } else {
        used = (size_t)snprintf(text_of, room, "{\"empirical\": [");
        cJSON_ArrayForEach(row, item(service, "values")) used +=
            (size_t)snprintf(text_of + used, room - used,
                             "%s{\"weight\": %.17g, \"value\": \"%.15gs\"}",
                             row == item(service, "values")->child ? "" : ", ",
                             cJSON_GetArrayItem(row, 0)->valuedouble,
                             cJSON_GetArrayItem(row, 1)->valuedouble);
        snprintf(text_of + used, room - used, "]}");
    }
    return text_of;
}

typedef struct pair {
    const char *key, *figure;
    double unit;
} pair;

static void same_all(family *f, const char *analysis, const pair *pairs,
                     size_t count)
{
    char name[100];

    for (size_t i = 0; i < count; i++) {
        snprintf(name, sizeof name, "analysis.%s.%s", analysis,
                 pairs[i].figure);
        same(f, f->expected, pairs[i].key, name, pairs[i].unit);
    }
}

#define SAME(f, analysis, pairs)                                               \
    same_all(f, analysis, pairs, sizeof(pairs) / sizeof(pairs)[0])

static void play_markovian(family *f)
{
    static const pair mm1[] = {{"rho", "rho", 1},
                               {"L", "l", 1},
                               {"Lq", "lq", 1},
                               {"W", "w", SECOND},
                               {"Wq", "wq", SECOND},
                               {"var_W", "var_w", 1},
                               {"W_p50", "w_p50", SECOND},
                               {"W_p90", "w_p90", SECOND},
                               {"W_p95", "w_p95", SECOND},
                               {"W_p99", "w_p99", SECOND},
                               {"Wq_p90", "wq_p90", SECOND},
                               {"Wq_p99", "wq_p99", SECOND},
                               {"P_N_eq_0", "p_0", 1},
                               {"P_N_eq_1", "p_1", 1},
                               {"P_N_eq_2", "p_2", 1},
                               {"P_N_eq_5", "p_5", 1},
                               {"P_N_eq_10", "p_10", 1},
                               {"asym_var_mean_Wq_per_sample",
                                "asymptotic_variance", 1}};
    static const pair mmc[] = {{"rho", "rho", 1},
                               {"offered_load", "offered_load", 1},
                               {"P_wait_ErlangC", "p_wait", 1},
                               {"Wq", "wq", SECOND},
                               {"W", "w", SECOND},
                               {"Lq", "lq", 1},
                               {"L", "l", 1},
                               {"Wq_given_wait", "wq_given_wait", SECOND},
                               {"P_Wq_gt_mean_service", "p_wq_above_service",
                                1}};
    static const pair loss[] = {{"P_block_ErlangB", "p_block", 1},
                                {"mean_busy", "busy", 1},
                                {"throughput", "throughput", 1}};
    static const pair mm1k[] = {{"P_block", "p_block", 1},
                                {"P_empty", "p_empty", 1},
                                {"L", "l", 1},
                                {"throughput", "throughput", 1},
                                {"W_accepted", "w_accepted", SECOND},
                                {"utilization", "utilization", 1}};
    static const pair sharing[] = {{"W_central_queue", "w_central", SECOND},
                                   {"W_random_split", "w_split", SECOND},
                                   {"W_one_fast_server", "w_fast", SECOND}};
    const char *model = text(f->inputs, "model");
    char rates[120];

    snprintf(rates, sizeof rates,
             "\"arrivals\": \"%.17g/s\", \"service\": \"%.17g/s\"",
             number(f, f->inputs, "lambda"), number(f, f->inputs, "mu"));
    if (strncmp(model, "M/M/1/K", 7) == 0) {
        if (ask(f, "mm1k", "%s, \"places\": %d", rates,
                (int)number(f, f->inputs, "K")))
            SAME(f, "mm1k", mm1k);
    } else if (strncmp(model, "M/M/1", 5) == 0) {
        if (ask(f, "mm1", "%s", rates))
            SAME(f, "mm1", mm1);
    } else {
        bool lossy = strncmp(model, "M/M/c/c", 7) == 0;
        bool shared = strncmp(model, "same", 4) == 0;
        const char *name = lossy ? "erlang-b" : shared ? "sharing" : "mmc";

        if (!ask(f, name, "%s, \"servers\": %d", rates,
                 (int)number(f, f->inputs, "c")))
            return;
        if (lossy)
            SAME(f, name, loss);
        else if (shared)
            SAME(f, name, sharing);
        else
            SAME(f, name, mmc);
    }
}

static void play_mg1(family *f)
{
    static const pair pairs[] = {{"rho", "rho", 1},
                                 {"lambda", "rate", 1},
                                 {"mean_service", "service", SECOND},
                                 {"Wq", "wq", SECOND},
                                 {"W", "w", SECOND},
                                 {"Lq", "lq", 1},
                                 {"L", "l", 1},
                                 {"P_wait", "p_wait", 1},
                                 {"var_Wq", "var_wq", 1},
                                 {"mean_busy_period", "busy_period", SECOND},
                                 {"W_processor_sharing", "w_ps", SECOND},
                                 {"mean_slowdown_processor_sharing",
                                  "slowdown_ps", 1}};

    if (!ask(f, "mg1", "\"arrivals\": \"%.17g/s\", \"service\": %s",
             number(f, f->expected, "lambda"),
             service_of(f, item(f->inputs, "service"))))
        return;
    SAME(f, "mg1", pairs);
    /* 0 for deterministic service: an absolute tolerance. */
    expect_near(f, "scv", number(f, f->expected, "service_scv"),
                metric(f, "analysis.mg1.scv"), PRECISION, PRECISION);
}

static void play_priorities(family *f)
{
    char classes[2048];
    size_t used = 0;
    const cJSON *row;
    int n = 0;

    cJSON_ArrayForEach(row, item(f->inputs, "classes")) used +=
        (size_t)snprintf(classes + used, sizeof classes - used,
                         "%s{\"arrivals\": \"%.17g/s\", "
                         "\"service\": %s}",
                         n++ ? ", " : "", number(f, row, "lambda"),
                         service_of(f, item(row, "service")));
    if (!ask(f, "priorities", "\"classes\": [%s]", classes))
        return;
    same(f, f->expected, "rho", "analysis.priorities.rho", 1);
    same(f, f->expected, "conservation_sum_rho_i_Wq_i",
         "analysis.priorities.conservation", SECOND);
    n = 0;
    cJSON_ArrayForEach(row, item(f->expected, "per_class"))
    {
        char name[80];

        n++;
        snprintf(name, sizeof name, "analysis.priorities.%d.wq", n);
        same(f, row, "nonpreemptive_Wq", name, SECOND);
        snprintf(name, sizeof name, "analysis.priorities.%d.w", n);
        same(f, row, "nonpreemptive_W", name, SECOND);
        snprintf(name, sizeof name, "analysis.priorities.%d.w_preemptive", n);
        same(f, row, "preemptive_resume_W", name, SECOND);
    }
}

static void play_setup(family *f)
{
    static const pair pairs[] = {{"rho", "rho", 1},
                                 {"W", "w", SECOND},
                                 {"W_without_setup", "w_without", SECOND},
                                 {"P_server_sleeping", "p_sleeping", 1}};

    if (ask(f, "setup",
            "\"arrivals\": \"%.17g/s\", \"service\": %s, \"setup\": %s",
            number(f, f->inputs, "lambda"),
            service_of(f, item(f->inputs, "service")),
            service_of(f, item(f->inputs, "setup"))))
        SAME(f, "setup", pairs);
}

static void play_sizes(family *f)
{
    static const char *const names[][2] = {{"FCFS", "fcfs"},
                                           {"PS", "ps"},
                                           {"SRPT", "srpt"},
                                           {"PSJF", "psjf"},
                                           {"SJF_nonpreemptive", "sjf"},
                                           {"FB_least_attained_service", "fb"}};
    char name[64];

    if (!ask(f, "by-size", "\"arrivals\": \"%.17g/s\", \"service\": %s",
             number(f, f->inputs, "lambda"),
             service_of(f, item(f->inputs, "service"))))
        return;
    for (size_t i = 0; i < sizeof names / sizeof *names; i++) {
        snprintf(name, sizeof name, "analysis.by-size.%s", names[i][1]);
        same(f, item(f->expected, "mean_response_time"), names[i][0], name,
             SECOND);
    }
    same(f, f->expected, "SRPT_T_of_mean_size_job",
         "analysis.by-size.srpt_of_mean", SECOND);
}

static void play_network(family *f)
{
    char centres[1024];
    size_t used = 0;
    const cJSON *row, *centre;
    int n = 0;

    cJSON_ArrayForEach(centre, item(f->inputs, "centres")) used +=
        (size_t)snprintf(centres + used, sizeof centres - used,
                         "%s{\"name\": \"%s\", \"demand\": %.17g}",
                         n++ ? ", " : "", text(centre, "id"),
                         number(f, centre, "demand"));
    cJSON_ArrayForEach(row, item(f->expected, "results"))
    {
        if (!ask(f, "closed-network",
                 "\"think\": %.17g, \"customers\": %d, \"centres\": [%s]",
                 number(f, f->inputs, "think_time"), (int)number(f, row, "N"),
                 centres))
            return;
        same(f, f->expected, "saturation_N_star",
             "analysis.closed-network.saturation", 1);
        same(f, row, "X", "analysis.closed-network.throughput", 1);
        same(f, row, "R", "analysis.closed-network.response", SECOND);
        same(f, row, "upper_bound_X",
             "analysis.closed-network.throughput_bound", 1);
        n = 0;
        cJSON_ArrayForEach(centre, item(f->inputs, "centres"))
        {
            expect_near(f, "customers",
                        cJSON_GetArrayItem(item(row, "Q"), n)->valuedouble,
                        metric(f, "analysis.closed-network.%s.customers",
                               text(centre, "id")),
                        PRECISION, 0);
            expect_near(f, "utilization",
                        cJSON_GetArrayItem(item(row, "U"), n)->valuedouble,
                        metric(f, "analysis.closed-network.%s.utilization",
                               text(centre, "id")),
                        PRECISION, 0);
            n++;
        }
    }
}

static void play_closed(family *f)
{
    static const pair pairs[] = {{"utilization", "utilization", 1},
                                 {"throughput", "throughput", 1},
                                 {"response_time", "response", SECOND},
                                 {"mean_at_cpu", "customers", 1},
                                 {"P_cpu_idle", "idle", 1}};

    if (has(f->inputs, "centres"))
        play_network(f);
    else if (ask(f, "repairman",
                 "\"think\": %.17g, \"customers\": %d, \"service\": %.17g",
                 number(f, f->inputs, "Z"), (int)number(f, f->inputs, "N"),
                 number(f, f->inputs, "S")))
        SAME(f, "repairman", pairs);
}

static void play_jackson(family *f)
{
    char centres[1024];
    size_t used = 0;
    const cJSON *row;
    int n = 0;

    cJSON_ArrayForEach(row, item(f->inputs, "centres")) used += (size_t)
        snprintf(centres + used, sizeof centres - used,
                 "%s{\"name\": \"%s\", \"visits\": %.17g, \"rate\": %.17g}",
                 n++ ? ", " : "", text(row, "id"), number(f, row, "visits"),
                 number(f, row, "mu"));
    if (!ask(f, "jackson", "\"arrivals\": %.17g, \"centres\": [%s]",
             number(f, f->inputs, "lambda"), centres))
        return;
    same(f, f->expected, "system_response", "analysis.jackson.response",
         SECOND);
    same(f, f->expected, "L_total", "analysis.jackson.l", 1);
    cJSON_ArrayForEach(row, item(f->expected, "per_centre"))
    {
        static const pair pairs[] = {{"arrival_rate", "arrivals", 1},
                                     {"rho", "rho", 1},
                                     {"L", "l", 1},
                                     {"W_per_visit", "w", SECOND}};
        char name[80];

        for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) {
            snprintf(name, sizeof name, "analysis.jackson.%s.%s",
                     text(row, "id"), pairs[i].figure);
            same(f, row, pairs[i].key, name, pairs[i].unit);
        }
    }
}

/* ------------------------------------------------------------------------- */

static void test_families(void **state)
{
    int failed = 0;

    (void)state;
    failed += family_run("scheduling/rt_bounds", play_bounds);
    failed += family_run("scheduling/rt_response_time", play_responses);
    failed += family_run("scheduling/rt_edf_demand", play_demand);
    failed += family_run("scheduling/formulas", play_formula);
    failed += family_run("scheduling/prop_cfs_arithmetic", play_cfs);
    failed += family_run("scheduling/prop_eevdf_arithmetic", play_eevdf);
    failed += family_run("scheduling/queue_markovian", play_markovian);
    failed += family_run("scheduling/queue_mg1", play_mg1);
    failed += family_run("scheduling/queue_priority", play_priorities);
    failed += family_run("scheduling/queue_setup", play_setup);
    failed += family_run("scheduling/queue_size_based", play_sizes);
    failed += family_run("scheduling/queue_closed", play_closed);
    failed += family_run("scheduling/queue_jackson", play_jackson);
    assert_int_equal(failed, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_families)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
