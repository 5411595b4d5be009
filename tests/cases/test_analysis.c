/*
 * What `timeslice analyze` computes, against published and exactly computed
 * figures: real-time analysis, queueing, laws, the arithmetic of Linux's fair
 * schedulers. Each case becomes a scenario that asks for the figures; they come
 * back as metrics of its run. Equality is 1e-12 relative.
 */
#include "distributions.h"
#include "reference.h"
#include "schedules.h"

#include <math.h>
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

#define PRECISION 1e-12
#define SECOND INT64_C(1000000000000)

/* Asks for one analysis; its fields are said between the two. */
static void ask(family *f, const char *analysis)
{
    fresh(f);
    say(f, "{\"title\": \"case\", \"analyze\": [{\"%s\": {", analysis);
}

static bool answered(family *f)
{
    say(f, "}}]}");
    return play(f);
}

/* "key": time */
static void say_field(family *f, const char *key, double units)
{
    say(f, "\"%s\": ", key);
    say_time(f, units);
}

/* Of times that are compared to the twelfth digit, some of which follow from
 * the case's numbers by a root: a unit is ten seconds at least. */
static void scale_finely(family *f)
{
    scale(f);
    while (f->unit < 10 * SECOND)
        f->unit *= 10;
}

static double a_time(const family *f)
{
    return (double)f->unit;
}

static double a_square(const family *f)
{
    return a_time(f) * a_time(f) / 1e24; /* in seconds */
}

/* The figure of the last analysis, over `unit`, is the expected value `key`
 * of `object`; null: there is no such figure. */
static void same(family *f, const cJSON *object, const char *key,
                 const char *figure, double unit)
{
    const cJSON *expected = part(object, key);
    double found;

    if (expected == NULL) {
        wrong(f, "the case expects no %s", key);
    } else if (cJSON_IsNull(expected)) {
        understood(expected);
        if (ts_result_metric(f->result, figure, &found))
            wrong(f, "%s: %g, expected none", key, found / unit);
    } else {
        double want =
            cJSON_IsBool(expected) ? flag(f, object, key) : value(f, expected);

        found = metric(f, "%s", figure) / unit;
        if (!(fabs(found - want) <= PRECISION * fabs(want)))
            wrong(f, "%s: expected %.17g, got %.17g (off by %.2g)", key, want,
                  found, fabs(found - want) / fabs(want));
    }
}

/* Where the case has it. */
static void maybe(family *f, const cJSON *object, const char *key,
                  const char *figure, double unit)
{
    if (part(object, key) != NULL)
        same(f, object, key, figure, unit);
}

/* A list of the case, each element a figure that `format` makes of its place;
 * and there is no figure more. */
static void same_list(family *f, const cJSON *object, const char *key,
                      const char *format, double unit)
    __attribute__((format(printf, 4, 0)));

static void same_list(family *f, const cJSON *object, const char *key,
                      const char *format, double unit)
{
    const cJSON *row;
    char name[128];
    double more;
    int n = 0;

    cJSON_ArrayForEach(row, part(object, key))
    {
        snprintf(name, sizeof name, format, n++);
        expect_near(f, key, value(f, row), metric(f, "%s", name) / unit,
                    PRECISION, 0);
    }
    snprintf(name, sizeof name, format, n);
    if (ts_result_metric(f->result, name, &more))
        wrong(f, "%s: one more than expected, %g", key, more / unit);
}

/* --- real time --- */

static void say_tasks(family *f)
{
    static const char *const maybes[][2] = {{"D", "deadline"},
                                            {"J", "jitter"},
                                            {"B", "blocking"}};
    const cJSON *task;
    int n = 0;

    scale(f);
    say(f, "\"tasks\": [");
    cJSON_ArrayForEach(task, part(f->inputs, "tasks"))
    {
        say(f, n++ ? ", {" : "{");
        say_field(f, "cost", number(f, task, "C"));
        say(f, ", ");
        say_field(f, "period", number(f, task, "T"));
        for (int i = 0; i < 3; i++)
            if (has(task, maybes[i][0])) {
                say(f, ", ");
                say_field(f, maybes[i][1], number(f, task, maybes[i][0]));
            }
        say(f, "}");
    }
    say(f, "]");
}

static void play_bounds(family *f)
{
    static const char *const pairs[][2] = {
        {"U", "load"},
        {"U_exact", "load"},
        {"rm_bound", "bound"},
        {"ll_test_passes", "liu_layland"},
        {"hyperbolic_product", "product"},
        {"hyperbolic_product_exact", "product"},
        {"hyperbolic_test_passes", "hyperbolic"},
        {"rta_schedulable_rm", "rate_monotonic"},
        {"edf_schedulable", "edf"}};
    char name[64];

    ask(f, "utilization");
    if (has(f->inputs, "n")) {
        bool all = is(f->inputs, "n", "infinity") ||
                   cJSON_IsString(part(f->inputs, "n"));

        say(f, "\"n\": %lld", all ? 0 : (long long)whole(f, f->inputs, "n"));
        understood(part(f->inputs, "n"));
        if (answered(f))
            same(f, f->expected, "rm_utilization_bound",
                 "analysis.utilization.bound", 1);
        return;
    }
    say_tasks(f);
    if (!answered(f))
        return;
    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) {
        snprintf(name, sizeof name, "analysis.utilization.%s", pairs[i][1]);
        maybe(f, f->expected, pairs[i][0], name, 1);
    }
}

static void play_response(family *f, const cJSON *row, int n)
{
    static const char *const figures[][2] = {{"R", "response"},
                                             {"ok", "meets"},
                                             {"jobs_in_busy_window", "jobs"}};
    char name[80];

    for (int i = 0; i < 3; i++) {
        snprintf(name, sizeof name, "analysis.response-time.%d.%s", n,
                 figures[i][1]);
        maybe(f, row, figures[i][0], name, i ? 1 : a_time(f));
    }
    if (part(row, "iterations") == NULL)
        return;
    snprintf(name, sizeof name, "analysis.response-time.%d.step.%%d", n);
    same_list(f, row, "iterations", name, a_time(f));
    expect_count(f, "iterations", length(row, "iterations"),
                 (int64_t)metric(f, "analysis.response-time.%d.steps", n));
}

static void play_responses(family *f)
{
    const cJSON *row;
    int n = 0;

    if (strstr(word(f, f->inputs, "scheduling"), "fixed-priority preemptive") ==
        NULL)
        wrong(f, "another scheduling than fixed priorities");
    ask(f, "response-time");
    say_tasks(f);
    if (!answered(f))
        return;
    expect_count(f, "tasks", length(f->inputs, "tasks"),
                 length(f->expected, "tasks"));
    cJSON_ArrayForEach(row, part(f->expected, "tasks"))
        play_response(f, row, ++n);
    same(f, f->expected, "schedulable", "analysis.response-time.schedulable",
         1);
}

#define DEADLINES_SHOWN 60

static void play_demand(family *f)
{
    const cJSON *row, *rows = part(f->expected, "demand_at_deadlines");
    double extra;
    char name[64];
    int n = 0;

    if (strstr(word(f, f->inputs, "scheduling"), "EDF preemptive") == NULL)
        wrong(f, "another scheduling than EDF");
    ask(f, "demand");
    say_tasks(f);
    if (!answered(f))
        return;
    maybe(f, f->expected, "U", "analysis.demand.load", 1);
    maybe(f, f->expected, "U_exact", "analysis.demand.load", 1);
    maybe(f, f->expected, "synchronous_busy_period",
          "analysis.demand.busy_period", a_time(f));
    maybe(f, f->expected, "analysis_bound_La", "analysis.demand.la", a_time(f));
    maybe(f, f->expected, "first_violated_deadline", "analysis.demand.violated",
          a_time(f));
    same(f, f->expected, "schedulable", "analysis.demand.schedulable", 1);
    cJSON_ArrayForEach(row, rows)
    {
        expect_near(f, "deadline", column(f, row, 0),
                    metric(f, "analysis.demand.deadline.%d", n) / a_time(f),
                    PRECISION, 0);
        expect_near(f, "demand", column(f, row, 1),
                    metric(f, "analysis.demand.demand.%d", n) / a_time(f),
                    PRECISION, 0);
        n++;
    }
    snprintf(name, sizeof name, "analysis.demand.deadline.%d", n);
    if (rows != NULL && n < DEADLINES_SHOWN &&
        ts_result_metric(f->result, name, &extra))
        wrong(f, "a deadline too many: %g", extra / a_time(f));
}

/* --- laws --- */

static void play_speedup(family *f, const char *law)
{
    static const char *const keys[][2] = {{"speedup", "speedup"},
                                          {"speedup_exact", "speedup"},
                                          {"efficiency", "efficiency"},
                                          {"limit", "limit"}};
    char name[64];

    ask(f, law);
    say(f, "\"parallel\": %.17g, \"processors\": %lld",
        number(f, f->inputs, "parallel_fraction"),
        (long long)whole(f, f->inputs, "cpus"));
    if (!answered(f))
        return;
    for (int i = 0; i < 4; i++) {
        snprintf(name, sizeof name, "analysis.%s.%s", law, keys[i][1]);
        maybe(f, f->expected, keys[i][0], name, 1);
    }
}

static void play_prediction(family *f)
{
    const cJSON *burst;
    int n = 0;

    ask(f, "burst-prediction");
    say(f, "\"first\": %.17g, \"alpha\": %.17g, \"bursts\": [",
        number(f, f->inputs, "tau0"), number(f, f->inputs, "alpha"));
    cJSON_ArrayForEach(burst, part(f->inputs, "bursts"))
        say(f, "%s%.17g", n++ ? ", " : "", value(f, burst));
    say(f, "]");
    if (answered(f))
        same_list(f, f->expected, "tau", "analysis.burst-prediction.guess.%d",
                  1);
}

static void play_efficiency(family *f)
{
    static const char *const keys[] = {"efficiency", "cpu_utilization",
                                       "exact"};
    bool cycle = has(f->inputs, "io_bound_jobs");

    scale(f);
    ask(f, "slice-efficiency");
    say_field(f, "slice", number(f, f->inputs, "quantum"));
    say(f, ", ");
    say_field(f, "switch", number(f, f->inputs, "switch_cost"));
    say(f, ", \"io-bound\": %lld, ",
        cycle ? (long long)whole(f, f->inputs, "io_bound_jobs") : 0);
    say_field(f, "run", cycle ? number(f, f->inputs, "io_run") : 0);
    if (!answered(f))
        return;
    for (int i = 0; i < 3; i++)
        maybe(f, f->expected, keys[i], "analysis.slice-efficiency.useful", 1);
}

static void play_formula(family *f)
{
    const char *formula = word(f, f->inputs, "formula");

    if (strncmp(formula, "Amdahl", 6) == 0)
        play_speedup(f, "amdahl");
    else if (strncmp(formula, "Gustafson", 9) == 0)
        play_speedup(f, "gustafson");
    else if (strncmp(formula, "exponential", 11) == 0)
        play_prediction(f);
    else if (strstr(formula, "round robin") != NULL ||
             strstr(formula, "round-robin") != NULL)
        play_efficiency(f);
    else
        wrong(f, "unknown formula %s", formula);
}

/* --- Linux --- */

static void play_weights(family *f)
{
    const cJSON *nice = part(f->expected, "nice");

    fresh(f);
    say(f, "{\"title\": \"case\", \"analyze\": [\"nice-weights\"]}");
    if (!play(f))
        return;
    for (int i = 0; i < cJSON_GetArraySize(nice); i++) {
        int level = (int)column(f, nice, i);

        expect_count(f, "weight", (int64_t)element(f, f->expected, "weight", i),
                     (int64_t)metric(f, "analysis.nice-weights.%d.weight",
                                     level));
        expect_count(f, "inverse",
                     (int64_t)element(f, f->expected, "inverse_weight", i),
                     (int64_t)metric(f, "analysis.nice-weights.%d.inverse",
                                     level));
    }
    same(f, part(f->expected, "SCHED_IDLE"), "weight",
         "analysis.nice-weights.idle.weight", 1);
    same(f, part(f->expected, "SCHED_IDLE"), "inverse_weight",
         "analysis.nice-weights.idle.inverse", 1);
}

static void say_nice(family *f)
{
    const cJSON *nice;
    int n = 0;

    say(f, ", \"nice\": [");
    cJSON_ArrayForEach(nice, part(f->inputs, "runnable_nice"))
        say(f, "%s%lld", n++ ? ", " : "", (long long)whole_of(f, nice));
    say(f, "]");
}

static void play_textbook_slices(family *f)
{
    ask(f, "cfs");
    say(f,
        "\"latency\": \"%.17gms\", \"granularity\": \"%.17gms\", "
        "\"at-least\": true",
        number(f, f->inputs, "sched_latency_ms"),
        number(f, f->inputs, "min_granularity_ms"));
    say_nice(f);
    if (!answered(f))
        return;
    same_list(f, f->expected, "slice_ms", "analysis.cfs.%d.slice", 1e9);
    same_list(f, f->expected, "slice_exact", "analysis.cfs.%d.slice", 1e9);
    same_list(f, f->expected, "vruntime_growth_per_ms",
              "analysis.cfs.%d.virtual_rate", 1);
}

static void play_cfs_task(family *f, const cJSON *row, int n)
{
    static const struct {
        const char *key, *figure;
        double unit;
    } figures[] = {{"nice", "nice", 1},
                   {"weight", "weight", 1},
                   {"share_pct", "share", 0.01},
                   {"share_exact", "share", 1},
                   {"ideal_slice_ns", "slice", 1000},
                   {"kernel_slice_ns", "kernel_slice_ns", 1},
                   {"kernel_vruntime_delta_for_1ms", "kernel_virtual_ns_of_1ms",
                    1},
                   {"vruntime_per_ms_exact", "virtual_rate", 1e-6}};
    char name[80];

    for (size_t i = 0; i < sizeof figures / sizeof *figures; i++) {
        snprintf(name, sizeof name, "analysis.cfs.%d.%s", n, figures[i].figure);
        if (i > 0)
            maybe(f, row, figures[i].key, name, figures[i].unit);
        else
            expect_count(f, "nice", whole(f, row, "nice"),
                         (int64_t)element(f, f->inputs, "runnable_nice", n));
    }
}

static void play_cfs(family *f)
{
    const cJSON *row;
    int n = 0;

    understood(part(f->inputs, "model")); /* the other keys tell which it is */
    if (!has(f->inputs, "runnable_nice")) {
        play_weights(f);
        return;
    }
    if (has(f->inputs, "sched_latency_ms")) {
        play_textbook_slices(f);
        return;
    }
    ask(f, "cfs");
    say(f,
        "\"processors\": %lld, \"latency\": \"%lldns\", "
        "\"granularity\": \"%lldns\", \"threads\": %lld",
        (long long)whole(f, f->inputs, "online_cpus_for_scaling"),
        (long long)whole(f, f->inputs, "sched_latency_ns"),
        (long long)whole(f, f->inputs, "sched_min_granularity_ns"),
        (long long)whole(f, f->inputs, "sched_nr_latency"));
    say_nice(f);
    if (!answered(f))
        return;
    same(f, f->expected, "scaling_factor", "analysis.cfs.scaling", 1);
    same(f, f->expected, "period_ns", "analysis.cfs.period", 1000);
    same(f, f->expected, "total_weight", "analysis.cfs.weight", 1);
    expect_count(f, "tasks", length(f->inputs, "runnable_nice"),
                 length(f->expected, "tasks"));
    cJSON_ArrayForEach(row, part(f->expected, "tasks"))
        play_cfs_task(f, row, n++);
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
    char name[64];

    ask(f, "eevdf");
    say(f,
        "\"kernel\": \"%s\", \"processors\": %lld, \"hz\": %.17g, "
        "\"nice\": %lld",
        word(f, f->inputs, "kernel"),
        (long long)whole(f, f->inputs, "online_cpus"),
        number(f, f->inputs, "HZ"), (long long)whole(f, f->inputs, "nice"));
    if (has(f->inputs, "custom_slice_ns"))
        say(f, ", \"slice\": \"%lldns\"",
            (long long)whole(f, f->inputs, "custom_slice_ns"));
    if (!answered(f))
        return;
    for (size_t i = 0; i < sizeof pairs / sizeof *pairs; i++) {
        snprintf(name, sizeof name, "analysis.eevdf.%s", pairs[i][1]);
        maybe(f, f->expected, pairs[i][0], name, 1);
    }
}

/* --- queues --- */

typedef struct pair {
    const char *key, *figure;
    double (*unit)(const family *f); /* NULL: none */
} pair;

static void same_all(family *f, const cJSON *object, const char *analysis,
                     const pair *pairs, size_t count)
{
    char name[160];

    for (size_t i = 0; i < count; i++) {
        snprintf(name, sizeof name, "analysis.%s.%s", analysis,
                 pairs[i].figure);
        maybe(f, object, pairs[i].key, name,
              pairs[i].unit != NULL ? pairs[i].unit(f) : 1);
    }
}

#define SAME(f, object, analysis, pairs)                                       \
    same_all(f, object, analysis, pairs, sizeof(pairs) / sizeof(pairs)[0])

/* Of throughputs: the case counts its own units, the figure seconds. */
static double a_rate(const family *f)
{
    return 1e12 / a_time(f);
}

/* W_p90 and Wq_p90 ask for one percentile. */
static bool is_said_before(const cJSON *item, const wish *w)
{
    const cJSON *other;
    wish before;

    for (other = item->prev; other != NULL && other->next != NULL;
         other = other->prev)
        if (read_wish(other->string, &before) && before.number == w->number &&
            (before.kind == WISH_STATE) == (w->kind == WISH_STATE))
            return true;
    return false;
}

/* The states or the percentiles that the case names. */
static void say_wishes(family *f, const char *field, bool states)
{
    const cJSON *item;
    int n = 0;
    wish w;

    cJSON_ArrayForEach(item, f->expected)
    {
        if (!read_wish(item->string, &w) || (w.kind == WISH_STATE) != states ||
            is_said_before(item, &w))
            continue;
        if (n++ == 0)
            say(f, ", \"%s\": [%.9g", field, w.number);
        else
            say(f, ", %.9g", w.number);
    }
    say(f, n ? "]" : "");
}

/* 99.9 as figures have it: "999", and 5 as "05". */
static void write_percent(char *text, size_t size, double percent)
{
    char digits[32];
    size_t n = 0;

    snprintf(digits, sizeof digits, "%09.6f", percent);
    for (const char *at = digits; *at && n + 1 < size; at++)
        if (*at != '.')
            text[n++] = *at;
    while (n > 2 && text[n - 1] == '0')
        n--;
    text[n] = '\0';
}

static void same_wishes(family *f, const char *analysis)
{
    static const char *const figures[] = {"p_", "w_p", "wq_p"};
    const cJSON *item;
    char name[80], number[32];
    wish w;

    cJSON_ArrayForEach(item, f->expected)
    {
        if (!read_wish(item->string, &w))
            continue;
        if (w.kind == WISH_STATE)
            snprintf(number, sizeof number, "%.0f", w.number);
        else
            write_percent(number, sizeof number, w.number);
        snprintf(name, sizeof name, "analysis.%s.%s%s", analysis,
                 figures[w.kind], number);
        same(f, f->expected, item->string, name,
             w.kind == WISH_STATE ? 1 : a_time(f));
    }
}

static void play_markovian(family *f)
{
    static const pair pairs[] = {{"rho", "rho", NULL},
                                 {"offered_load", "offered_load", NULL},
                                 {"L", "l", NULL},
                                 {"Lq", "lq", NULL},
                                 {"W", "w", a_time},
                                 {"Wq", "wq", a_time},
                                 {"var_W", "var_w", a_square},
                                 {"asym_var_mean_Wq_per_sample",
                                  "asymptotic_variance", a_square},
                                 {"P_wait_ErlangC", "p_wait", NULL},
                                 {"Wq_given_wait", "wq_given_wait", a_time},
                                 {"P_Wq_gt_mean_service", "p_wq_above_service",
                                  NULL},
                                 {"P_block_ErlangB", "p_block", NULL},
                                 {"P_block", "p_block", NULL},
                                 {"P_empty", "p_empty", NULL},
                                 {"mean_busy", "busy", NULL},
                                 {"throughput", "throughput", a_rate},
                                 {"W_accepted", "w_accepted", a_time},
                                 {"utilization", "utilization", NULL},
                                 {"W_central_queue", "w_central", a_time},
                                 {"W_random_split", "w_split", a_time},
                                 {"W_one_fast_server", "w_fast", a_time}};
    static const char *const models[][2] = {{"M/M/1/K", "mm1k"},
                                            {"M/M/1", "mm1"},
                                            {"M/M/c/c", "erlang-b"},
                                            {"same", "sharing"},
                                            {"M/M/c", "mmc"}};
    const char *model = word(f, f->inputs, "model"), *name = NULL;

    for (size_t i = 0; i < sizeof models / sizeof *models && name == NULL; i++)
        if (strncmp(model, models[i][0], strlen(models[i][0])) == 0)
            name = models[i][1];
    if (name == NULL) {
        wrong(f, "unknown model %s", model);
        return;
    }
    scale_finely(f);
    ask(f, name);
    say_rate(f, "arrivals", number(f, f->inputs, "lambda"));
    say(f, ", ");
    say_rate(f, "service", number(f, f->inputs, "mu"));
    if (strcmp(name, "mm1k") == 0)
        say(f, ", \"places\": %lld", (long long)whole(f, f->inputs, "K"));
    else if (strcmp(name, "mm1") != 0)
        say(f, ", \"servers\": %lld", (long long)whole(f, f->inputs, "c"));
    say_wishes(f, "states", true);
    say_wishes(f, "percentiles", false);
    if (!answered(f))
        return;
    SAME(f, f->expected, name, pairs);
    same_wishes(f, name);
}

/* Not exact where a rate is no whole number of requests a second. */
static void play_mg1(family *f)
{
    static const pair pairs[] = {{"rho", "rho", NULL},
                                 {"lambda", "rate", a_rate},
                                 {"mean_service", "service", a_time},
                                 {"Wq", "wq", a_time},
                                 {"W", "w", a_time},
                                 {"Lq", "lq", NULL},
                                 {"L", "l", NULL},
                                 {"P_wait", "p_wait", NULL},
                                 {"var_Wq", "var_wq", a_square},
                                 {"mean_busy_period", "busy_period", a_time},
                                 {"W_processor_sharing", "w_ps", a_time},
                                 {"mean_slowdown_processor_sharing",
                                  "slowdown_ps", NULL}};

    understood(part(f->inputs, "model"));
    scale_finely(f);
    ask(f, "mg1");
    say_rate(f, "arrivals",
             number(f, f->inputs, "rho") /
                 service_mean(f, part(f->inputs, "service")));
    say(f, ", \"service\": ");
    say_service(f, part(f->inputs, "service"));
    if (!answered(f))
        return;
    SAME(f, f->expected, "mg1", pairs);
    /* 0 for deterministic service: an absolute tolerance. */
    expect_near(f, "scv", number(f, f->expected, "service_scv"),
                metric(f, "analysis.mg1.scv"), PRECISION, PRECISION);
}

static void play_priorities(family *f)
{
    static const pair pairs[] = {{"nonpreemptive_Wq", "wq", a_time},
                                 {"nonpreemptive_W", "w", a_time},
                                 {"preemptive_resume_W", "w_preemptive",
                                  a_time}};
    const cJSON *row;
    char name[80];
    int n = 0;

    understood(part(f->inputs, "model"));
    scale_finely(f);
    ask(f, "priorities");
    say(f, "\"classes\": [");
    cJSON_ArrayForEach(row, part(f->inputs, "classes"))
    {
        say(f, n++ ? ", {" : "{");
        say_rate(f, "arrivals", number(f, row, "lambda"));
        say(f, ", \"service\": ");
        say_service(f, part(row, "service"));
        say(f, "}");
    }
    say(f, "]");
    if (!answered(f))
        return;
    same(f, f->expected, "rho", "analysis.priorities.rho", 1);
    maybe(f, f->expected, "conservation_sum_rho_i_Wq_i",
          "analysis.priorities.conservation", a_time(f));
    expect_count(f, "classes", n, length(f->expected, "per_class"));
    cJSON_ArrayForEach(row, part(f->expected, "per_class"))
    {
        snprintf(name, sizeof name, "priorities.%lld",
                 (long long)whole(f, row, "class"));
        SAME(f, row, name, pairs);
    }
}

static void play_setup(family *f)
{
    static const pair pairs[] = {{"rho", "rho", NULL},
                                 {"W", "w", a_time},
                                 {"W_without_setup", "w_without", a_time},
                                 {"P_server_sleeping", "p_sleeping", NULL}};

    understood(part(f->inputs, "model"));
    scale_finely(f);
    ask(f, "setup");
    say_rate(f, "arrivals", number(f, f->inputs, "lambda"));
    say(f, ", \"service\": ");
    say_service(f, part(f->inputs, "service"));
    say(f, ", \"setup\": ");
    say_service(f, part(f->inputs, "setup"));
    if (answered(f))
        SAME(f, f->expected, "setup", pairs);
}

static void play_sizes(family *f)
{
    static const pair pairs[] = {{"FCFS", "fcfs", a_time},
                                 {"PS", "ps", a_time},
                                 {"SRPT", "srpt", a_time},
                                 {"PSJF", "psjf", a_time},
                                 {"SJF_nonpreemptive", "sjf", a_time},
                                 {"FB_least_attained_service", "fb", a_time}};

    understood(part(f->inputs, "model"));
    scale_finely(f);
    expect_near(f, "rho", number(f, f->inputs, "rho"),
                number(f, f->inputs, "lambda") *
                    service_mean(f, part(f->inputs, "service")),
                1e-9, 0);
    ask(f, "by-size");
    say_rate(f, "arrivals", number(f, f->inputs, "lambda"));
    say(f, ", \"service\": ");
    say_service(f, part(f->inputs, "service"));
    if (!answered(f))
        return;
    SAME(f, part(f->expected, "mean_response_time"), "by-size", pairs);
    maybe(f, f->expected, "SRPT_T_of_mean_size_job",
          "analysis.by-size.srpt_of_mean", a_time(f));
}

/* Centres are c0, c1 ... in the order of the list. */
static void say_centres(family *f)
{
    const cJSON *centre;
    int n = 0;

    say(f, "\"centres\": [");
    cJSON_ArrayForEach(centre, part(f->inputs, "centres"))
    {
        understood(part(centre, "id"));
        say(f, "%s{\"name\": \"c%d\", ", n ? ", " : "", n);
        n++;
        if (has(centre, "demand"))
            say(f, "\"demand\": %.17g}", number(f, centre, "demand"));
        else
            say(f, "\"visits\": %.17g, \"rate\": %.17g}",
                number(f, centre, "visits"), number(f, centre, "mu"));
    }
    say(f, "]");
}

static void play_population(family *f, const cJSON *row)
{
    static const pair pairs[] = {{"X", "throughput", a_rate},
                                 {"R", "response", a_time},
                                 {"upper_bound_X", "throughput_bound", a_rate}};

    ask(f, "closed-network");
    say(f, "\"think\": %.17g, \"customers\": %lld, ",
        number(f, f->inputs, "think_time"), (long long)whole(f, row, "N"));
    say_centres(f);
    if (!answered(f))
        return;
    maybe(f, f->expected, "saturation_N_star",
          "analysis.closed-network.saturation", 1);
    SAME(f, row, "closed-network", pairs);
    same_list(f, row, "Q", "analysis.closed-network.c%d.customers", 1);
    same_list(f, row, "U", "analysis.closed-network.c%d.utilization", 1);
}

static void play_closed(family *f)
{
    static const pair pairs[] = {{"utilization", "utilization", NULL},
                                 {"throughput", "throughput", a_rate},
                                 {"response_time", "response", a_time},
                                 {"mean_at_cpu", "customers", NULL},
                                 {"P_cpu_idle", "idle", NULL}};
    const cJSON *row;

    understood(part(f->inputs, "model"));
    f->unit = SECOND; /* these are asked in numbers, of seconds */
    if (has(f->inputs, "centres")) {
        cJSON_ArrayForEach(row, part(f->expected, "results"))
            play_population(f, row);
        return;
    }
    ask(f, "repairman");
    say(f, "\"think\": %.17g, \"customers\": %lld, \"service\": %.17g",
        number(f, f->inputs, "Z"), (long long)whole(f, f->inputs, "N"),
        number(f, f->inputs, "S"));
    if (answered(f))
        SAME(f, f->expected, "repairman", pairs);
}

static void play_jackson(family *f)
{
    static const pair pairs[] = {{"arrival_rate", "arrivals", a_rate},
                                 {"rho", "rho", NULL},
                                 {"L", "l", NULL},
                                 {"W_per_visit", "w", a_time}};
    const cJSON *row;
    char name[80];
    int n = 0;

    understood(part(f->inputs, "model"));
    f->unit = SECOND; /* these are asked in numbers, of seconds */
    ask(f, "jackson");
    say(f, "\"arrivals\": %.17g, ", number(f, f->inputs, "lambda"));
    say_centres(f);
    if (!answered(f))
        return;
    maybe(f, f->expected, "system_response", "analysis.jackson.response",
          a_time(f));
    maybe(f, f->expected, "L_total", "analysis.jackson.l", 1);
    expect_count(f, "centres", length(f->inputs, "centres"),
                 length(f->expected, "per_centre"));
    cJSON_ArrayForEach(row, part(f->expected, "per_centre"))
    {
        snprintf(name, sizeof name, "jackson.c%d",
                 job_number(f, part(f->inputs, "centres"), part(row, "id")));
        SAME(f, row, name, pairs);
        if (job_number(f, part(f->inputs, "centres"), part(row, "id")) != n++)
            wrong(f, "centres are in another order");
    }
}

static void test_families(void **state)
{
    int failed = 0;

    (void)state;
    failed += family_play("scheduling/rt_bounds", play_bounds, NULL);
    failed += family_play("scheduling/rt_response_time", play_responses, NULL);
    failed += family_play("scheduling/rt_edf_demand", play_demand, NULL);
    failed += family_play("scheduling/formulas", play_formula, NULL);
    failed += family_play("scheduling/prop_cfs_arithmetic", play_cfs, NULL);
    failed += family_play("scheduling/prop_eevdf_arithmetic", play_eevdf, NULL);
    failed += family_play("scheduling/queue_markovian", play_markovian, NULL);
    failed += family_play("scheduling/queue_mg1", play_mg1, NULL);
    failed += family_play("scheduling/queue_priority", play_priorities, NULL);
    failed += family_play("scheduling/queue_setup", play_setup, NULL);
    failed += family_play("scheduling/queue_size_based", play_sizes, NULL);
    failed += family_play("scheduling/queue_closed", play_closed, NULL);
    failed += family_play("scheduling/queue_jackson", play_jackson, NULL);
    assert_int_equal(failed, 0);
}

static void test_made(void **state)
{
    int failed = 0;

    (void)state;
    failed += family_made("scheduling/queue_markovian", 80, reference_markovian,
                          play_markovian, NULL);
    failed += family_made("scheduling/queue_mg1", 70, reference_general,
                          play_mg1, NULL);
    failed += family_made("scheduling/queue_priority", 40, reference_classes,
                          play_priorities, NULL);
    failed += family_made("scheduling/queue_jackson", 30, reference_jackson,
                          play_jackson, NULL);
    failed += family_made("scheduling/queue_closed", 30, reference_closed,
                          play_closed, NULL);
    failed += family_made("scheduling/queue_closed", 40, reference_repairman,
                          play_closed, NULL);
    failed += family_made("scheduling/rt_bounds", 60, reference_bounds,
                          play_bounds, NULL);
    failed += family_made("scheduling/rt_edf_demand", 80, reference_demand,
                          play_demand, NULL);
    failed += family_made("scheduling/formulas", 60, reference_laws,
                          play_formula, NULL);
    failed += family_made("scheduling/rt_response_time", 80,
                          reference_responses, play_responses, NULL);
    failed += family_made("scheduling/queue_setup", 60, reference_setup,
                          play_setup, NULL);
    failed += family_made("scheduling/queue_size_based", 40, reference_sizes,
                          play_sizes, NULL);
    failed += family_made("scheduling/prop_cfs_arithmetic", 90, reference_cfs,
                          play_cfs, NULL);
    failed += family_made("scheduling/prop_eevdf_arithmetic", 80,
                          reference_eevdf, play_eevdf, NULL);
    assert_int_equal(failed, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_families),
                                       cmocka_unit_test(test_made)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
