/*
 * general.c - one server, Poisson arrivals, any service: Pollaczek and
 * Khinchine, processor sharing, priorities, setups, and disciplines that go by
 * size.
 */
#include "models/analysis/analysis.h"
#include "models/analysis/service.h"
#include "models/machine/system.h"

extern const ts_entry ts_policy_fifo;

/* --- M/G/1 --- */

typedef struct mg1_record {
    ts_rational arrivals;
    ts_duration service, setup;
} mg1_record;

#define ARRIVALS                                                               \
    {                                                                          \
        .name = "arrivals", .kind = TS_FIELD_RATE,                             \
        .goes_with = TS_NAMES("service"),                                      \
        .offset = TS_AT(mg1_record, arrivals),                                 \
        .help = "Poisson arrivals; the threads' when not given"                \
    }
#define SERVICE                                                                \
    {                                                                          \
        .name = "service", .kind = TS_FIELD_DURATION, .random = true,          \
        .no_cycles = true, .goes_with = TS_NAMES("arrivals"),                  \
        .offset = TS_AT(mg1_record, service),                                  \
        .help = "service time; the threads' when not given"                    \
    }

static const ts_field mg1_fields[] = {ARRIVALS, SERVICE};
static const ts_field setup_fields[] = {
    ARRIVALS,
    SERVICE,
    {.name = "setup",
     .kind = TS_FIELD_DURATION,
     .random = true,
     .no_cycles = true,
     .required = true,
     .offset = TS_AT(mg1_record, setup),
     .help = "what the first job of a busy period waits for the server"}};

static const ts_shape mg1_shape = {.name = "mg1",
                                   .help = "A queue",
                                   .size = sizeof(mg1_record),
                                   TS_FIELDS(mg1_fields)};
static const ts_shape setup_shape = {.name = "mg1 with setup",
                                     .help = "A queue",
                                     .size = sizeof(mg1_record),
                                     TS_FIELDS(setup_fields)};

static double rate_of(const ts_rational *rate)
{
    return (double)rate->num / (double)rate->den / 1e12;
}

static bool read_load(const ts_machine_record *root, const mg1_record *record,
                      ts_load *load, ts_findings *out)
{
    if (record != NULL && record->arrivals.den > 0) {
        *load = ts_load_of(rate_of(&record->arrivals), &record->service.amount);
    } else if (!ts_load_from_threads(root, load)) {
        ts_find_text(out, "the scenario's threads are not one Poisson stream "
                          "of runs: give arrivals and service");
        return false;
    }
    ts_find_value(out, TS_UNIT_RATIO, load->rho,
                  load->task != NULL ? "processor.useful" : NULL, "rho");
    ts_find_verdict(out, load->rho < 1,
                    load->rho < 1 ? NULL : "the queue grows without end",
                    "stable");
    return load->rho < 1;
}

static const char *metric(const ts_load *load, ts_findings *out,
                          const char *what)
{
    return load->task != NULL
               ? ts_arena_format(out->arena, "threads.%s.%s", load->task, what)
               : NULL;
}

static void mg1(const ts_machine_record *root, const void *fields,
                ts_findings *out)
{
    double wq, spare;
    ts_load load;

    if (!read_load(root, fields, &load, out))
        return;
    spare = 1 - load.rho;
    wq = load.rate * load.m2 / (2 * spare);
    ts_find_value(out, TS_UNIT_RATE, load.rate * 1e12, NULL, "rate");
    ts_find_value(out, TS_UNIT_TIME, load.m1, NULL, "service");
    ts_find_value(out, TS_UNIT_NUMBER, load.m2 / (load.m1 * load.m1) - 1, NULL,
                  "scv");
    ts_find_value(out, TS_UNIT_TIME, wq, metric(&load, out, "wait.mean"), "wq");
    ts_find_value(out, TS_UNIT_TIME, wq + load.m1,
                  metric(&load, out, "turnaround.mean"), "w");
    ts_find_value(out, TS_UNIT_NUMBER, load.rate * wq, NULL, "lq");
    ts_find_value(out, TS_UNIT_NUMBER, load.rate * (wq + load.m1),
                  metric(&load, out, "in_system"), "l");
    ts_find_value(out, TS_UNIT_RATIO, load.rho, NULL, "p_wait");
    if (load.m3 < 0x1p1000)
        ts_find_value(out, TS_UNIT_NUMBER,
                      (wq * wq + load.rate * load.m3 / (3 * spare)) / 1e24,
                      NULL, "var_wq");
    ts_find_value(out, TS_UNIT_TIME, load.m1 / spare, NULL, "busy_period");
    ts_find_value(out, TS_UNIT_TIME, load.m1 / spare, NULL, "w_ps");
    ts_find_value(out, TS_UNIT_NUMBER, 1 / spare, NULL, "slowdown_ps");
}

static bool mg1_applies(const ts_machine_record *root)
{
    ts_load load;

    return ts_computer_processors(root->computer) == 1 &&
           root->system->policy.entry == &ts_policy_fifo &&
           ts_load_from_threads(root, &load) &&
           load.service->kind != TS_DIST_EXPONENTIAL;
}

static const ts_analysis mg1_analysis = {.evaluate = mg1,
                                         .applies = mg1_applies};
const ts_entry ts_analysis_mg1 = {
    .name = "mg1",
    .help = "one server, any service, in order of coming (Pollaczek and "
            "Khinchine); and processor sharing",
    .about = "var_wq is in s^2. w_ps and slowdown_ps are those of egalitarian "
             "processor sharing, the limit of round robin with short slices "
             "and free switches.",
    .shape = &mg1_shape,
    .model = &mg1_analysis};

/* --- setup --- */

/* Welch 1964: the first job of a busy period also waits for the setup. */
static void setup(const ts_machine_record *root, const void *fields,
                  ts_findings *out)
{
    const mg1_record *record = fields;
    double s1, s2, wq;
    ts_load load;

    if (record == NULL || !read_load(root, record, &load, out))
        return;
    s1 = ts_service_moment(&record->setup.amount, 1);
    s2 = ts_service_moment(&record->setup.amount, 2);
    wq = load.rate * load.m2 / (2 * (1 - load.rho));
    ts_find_value(out, TS_UNIT_TIME, wq + load.m1, NULL, "w_without");
    ts_find_value(out, TS_UNIT_TIME,
                  wq + load.m1 +
                      (2 * s1 + load.rate * s2) / (2 * (1 + load.rate * s1)),
                  metric(&load, out, "turnaround.mean"), "w");
    ts_find_value(out, TS_UNIT_RATIO, (1 - load.rho) / (1 + load.rate * s1),
                  NULL, "p_sleeping");
}

static const ts_analysis setup_analysis = {.evaluate = setup};
const ts_entry ts_analysis_setup = {
    .name = "setup",
    .help = "a server that falls asleep when it is idle and takes time to wake",
    .about = "Welch (1964).",
    .shape = &setup_shape,
    .model = &setup_analysis};

/* --- priorities --- */

typedef struct class_record {
    ts_rational arrivals;
    ts_duration service;
} class_record;

typedef struct classes_record {
    ts_list classes;
} classes_record;

static const ts_field class_fields[] = {
    {.name = "arrivals",
     .kind = TS_FIELD_RATE,
     .required = true,
     .offset = TS_AT(class_record, arrivals),
     .help = "Poisson arrivals"},
    {.name = "service",
     .kind = TS_FIELD_DURATION,
     .random = true,
     .no_cycles = true,
     .required = true,
     .offset = TS_AT(class_record, service),
     .help = "service time"},
};
static const ts_shape class_shape = {.name = "class",
                                     .help = "Jobs of one priority",
                                     .size = sizeof(class_record),
                                     TS_FIELDS(class_fields)};
static const ts_field class_item = {.name = "class",
                                    .kind = TS_FIELD_OBJECT,
                                    .shape = &class_shape,
                                    .help = "jobs of one priority"};
static const ts_field classes_fields[] = {
    {.name = "classes",
     .kind = TS_FIELD_LIST,
     .item = &class_item,
     .required = true,
     .min = 1,
     .limit = 1024,
     .offset = TS_AT(classes_record, classes),
     .help = "the classes, highest priority first"},
};
static const ts_shape classes_shape = {.name = "priorities",
                                       .help = "Classes of jobs",
                                       .size = sizeof(classes_record),
                                       TS_FIELDS(classes_fields),
                                       .shorthand = "classes"};

/* Cobham 1954 without, Kleinrock with pre-emption. */
static void priorities(const ts_machine_record *root, const void *fields,
                       ts_findings *out)
{
    const classes_record *record = fields;
    const class_record *classes;
    double residual = 0, above = 0, residual_above = 0, law = 0;

    (void)root;
    if (record == NULL)
        return;
    classes = record->classes.items;
    for (int i = 0; i < record->classes.count; i++) {
        ts_load l = ts_load_of(rate_of(&classes[i].arrivals),
                               &classes[i].service.amount);

        residual += l.rate * l.m2 / 2;
        above += l.rho;
    }
    ts_find_value(out, TS_UNIT_RATIO, above, NULL, "rho");
    above = 0;
    for (int i = 0; i < record->classes.count; i++) {
        ts_load l = ts_load_of(rate_of(&classes[i].arrivals),
                               &classes[i].service.amount);
        double with = above + l.rho, wq;

        residual_above += l.rate * l.m2 / 2;
        assert(residual_above <= residual); /* summed in the same order */
        if (with >= 1) {
            ts_find_text(out,
                         "class %d and what stands above it ask for more "
                         "than the server has",
                         i + 1);
            return;
        }
        wq = residual / ((1 - above) * (1 - with));
        ts_find_value(out, TS_UNIT_TIME, wq, NULL, "%d.wq", i + 1);
        ts_find_value(out, TS_UNIT_TIME, wq + l.m1, NULL, "%d.w", i + 1);
        ts_find_value(out, TS_UNIT_TIME,
                      l.m1 / (1 - above) +
                          residual_above / ((1 - above) * (1 - with)),
                      NULL, "%d.w_preemptive", i + 1);
        law += l.rho * wq;
        above = with;
    }
    ts_find_value(out, TS_UNIT_TIME, law, NULL, "conservation");
}

static const ts_analysis priorities_analysis = {.evaluate = priorities};
const ts_entry ts_analysis_priorities = {
    .name = "priorities",
    .help = "classes of jobs by priority, with and without pre-emption",
    .about = "Cobham (1954); Kleinrock, Queueing Systems II.",
    .shape = &classes_shape,
    .model = &priorities_analysis};

/* --- by size --- */

static double rho_up_to(const ts_load *load, double x)
{
    return load->rate * ts_service_partial(load->service, 1, x);
}

/* Mean work of jobs cut off at x, squared: m2(x) + x^2 (1 - F(x)). */
static double cut_square(const ts_load *load, double x)
{
    return ts_service_partial(load->service, 2, x) +
           x * x * ts_service_tail(load->service, x);
}

/* Schrage and Miller 1966: what a job of size x waits before it starts ... */
static double srpt_wait(void *context, double x)
{
    const ts_load *load = context;
    double spare = 1 - rho_up_to(load, x);

    return load->rate / 2 * cut_square(load, x) / (spare * spare);
}

static double srpt_waits(void *context, double x)
{
    const ts_load *load = context;

    return srpt_wait(context, x) * ts_service_density(load->service, x);
}

/* ... and how long it takes from there on, a piece of it at a time. */
static double residence(void *context, double t)
{
    return 1 / (1 - rho_up_to(context, t));
}

static double residences(void *context, double t)
{
    const ts_load *load = context;

    return ts_service_tail(load->service, t) * residence(context, t);
}

static double psjf(void *context, double x)
{
    const ts_load *load = context;
    double spare = 1 - rho_up_to(load, x);

    return ts_service_density(load->service, x) *
           (x / spare + load->rate / 2 *
                            ts_service_partial(load->service, 2, x) /
                            (spare * spare));
}

static double sjf(void *context, double x)
{
    const ts_load *load = context;
    double spare = 1 - rho_up_to(load, x);

    return ts_service_density(load->service, x) * load->rate / 2 * load->m2 /
           (spare * spare);
}

static double fb(void *context, double x)
{
    const ts_load *load = context;
    double spare = 1 - rho_up_to(load, x) -
                   load->rate * x * ts_service_tail(load->service, x);

    return ts_service_density(load->service, x) *
           (x / spare + load->rate / 2 * cut_square(load, x) / (spare * spare));
}

static void by_size(const ts_machine_record *root, const void *fields,
                    ts_findings *out)
{
    double low, high, wq, before;
    ts_load load;

    if (!read_load(root, fields, &load, out))
        return;
    if (!ts_service_sized(load.service)) {
        ts_find_text(out, "sizes are known for exponential, hyperexponential, "
                          "uniform and bounded Pareto service only");
        return;
    }
    ts_service_range(load.service, &low, &high);
    assert(low >= 0 && low <= high);
    wq = load.rate * load.m2 / (2 * (1 - load.rho));
    /* Below the smallest size nothing is in a job's way. */
    before = low;
    ts_find_value(out, TS_UNIT_TIME, wq + load.m1, NULL, "fcfs");
    ts_find_value(out, TS_UNIT_TIME, load.m1 / (1 - load.rho), NULL, "ps");
    ts_find_value(out, TS_UNIT_TIME,
                  ts_integral(srpt_waits, &load, low, high, load.m1) + before +
                      ts_integral(residences, &load, low, high, load.m1),
                  NULL, "srpt");
    ts_find_value(out, TS_UNIT_TIME,
                  ts_integral(psjf, &load, low, high, load.m1), NULL, "psjf");
    ts_find_value(out, TS_UNIT_TIME,
                  load.m1 + ts_integral(sjf, &load, low, high, load.m1), NULL,
                  "sjf");
    ts_find_value(out, TS_UNIT_TIME, ts_integral(fb, &load, low, high, load.m1),
                  NULL, "fb");
    ts_find_value(out, TS_UNIT_TIME,
                  srpt_wait(&load, load.m1) + before +
                      ts_integral(residence, &load, low, load.m1, load.m1),
                  NULL, "srpt_of_mean");
}

static const ts_analysis size_analysis = {.evaluate = by_size};
const ts_entry ts_analysis_by_size = {
    .name = "by-size",
    .help = "mean times under SRPT, PSJF, SJF, FB (least attained service), PS "
            "and first come, first served",
    .about = "Schrage and Miller (1966); Kleinrock, Queueing Systems II; "
             "Wierman and Harchol-Balter (2003). Integrated numerically.",
    .shape = &mg1_shape,
    .model = &size_analysis};
