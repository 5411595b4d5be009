/*
 * networks.c - several service centres: closed networks by mean value analysis
 * (Reiser and Lavenberg 1980), the machine repairman, open Jackson networks.
 */
#include "models/analysis/analysis.h"

typedef struct centre_record {
    const char *name;
    double demand; /* closed: seconds a visit to the system takes in all */
    double visits; /* open */
    double rate;   /* open: jobs a second */
} centre_record;

typedef struct network_record {
    double think;
    int64_t customers;
    double arrivals;
    double service;
    ts_list centres;
} network_record;

static const ts_field closed_centre_fields[] = {
    {.name = "name",
     .kind = TS_FIELD_NAME,
     .required = true,
     .offset = TS_AT(centre_record, name),
     .help = "what it is called"},
    {.name = "demand",
     .kind = TS_FIELD_REAL,
     .required = true,
     .offset = TS_AT(centre_record, demand),
     .help = "service a customer needs there in one round, in seconds"},
};
static const ts_shape closed_centre_shape = {.name = "centre",
                                             .help = "A service centre",
                                             .size = sizeof(centre_record),
                                             TS_FIELDS(closed_centre_fields)};
static const ts_field closed_centre_item = {.name = "centre",
                                            .kind = TS_FIELD_OBJECT,
                                            .shape = &closed_centre_shape,
                                            .help = "a service centre"};

#define THINK                                                                  \
    {                                                                          \
        .name = "think", .kind = TS_FIELD_REAL, .fallback = "0",               \
        .offset = TS_AT(network_record, think),                                \
        .help = "time between two rounds of a customer, in seconds (Z)"        \
    }
#define CUSTOMERS                                                              \
    {                                                                          \
        .name = "customers", .kind = TS_FIELD_INT, .required = true, .min = 1, \
        .max = 1e6, .offset = TS_AT(network_record, customers),                \
        .help = "how many go round (N)"                                        \
    }

static const ts_field closed_fields[] = {
    THINK,
    CUSTOMERS,
    {.name = "centres",
     .kind = TS_FIELD_LIST,
     .item = &closed_centre_item,
     .required = true,
     .min = 1,
     .limit = 256,
     .offset = TS_AT(network_record, centres),
     .help = "the centres"},
};
static void check_centres(ts_check *check, const void *record)
{
    const network_record *network = record;

    ts_check_names(check, "centres", &network->centres, sizeof(centre_record),
                   TS_AT(centre_record, name));
}

static void check_closed(ts_check *check, const void *record)
{
    const network_record *network = record;
    const centre_record *centres = network->centres.items;
    double sum = 0;

    check_centres(check, record);
    for (int i = 0; i < network->centres.count; i++)
        sum += centres[i].demand;
    if (!(sum > 0))
        ts_check_error(check, "centres", "some centre needs a demand above 0");
}

static const ts_shape closed_shape = {.name = "closed network",
                                      .help = "Customers that go round",
                                      .size = sizeof(network_record),
                                      TS_FIELDS(closed_fields),
                                      .check = check_closed};

static void closed(const ts_machine_record *root, const void *fields,
                   ts_findings *out)
{
    const network_record *record = fields;
    const centre_record *centres;
    double queue[256] = {0}, x = 0, r = 0, sum = 0, most = 0, bound;
    int count;

    (void)root;
    if (record == NULL)
        return;
    centres = record->centres.items;
    count = record->centres.count;
    for (int k = 0; k < count; k++) {
        sum += centres[k].demand;
        most = centres[k].demand > most ? centres[k].demand : most;
    }
    assert(most > 0 && sum >= most); /* checked when it was read */
    for (int64_t n = 1; n <= record->customers; n++) {
        r = 0;
        for (int k = 0; k < count; k++)
            r += centres[k].demand * (1 + queue[k]);
        x = (double)n / (record->think + r);
        for (int k = 0; k < count; k++)
            queue[k] = x * centres[k].demand * (1 + queue[k]);
    }
    assert(count <= (int)TS_COUNT_OF(queue));
    bound = (double)record->customers / (sum + record->think);
    ts_find_value(out, TS_UNIT_NUMBER, (sum + record->think) / most, NULL,
                  "saturation");
    ts_find_value(out, TS_UNIT_RATE, x, NULL, "throughput");
    ts_find_value(out, TS_UNIT_TIME, r * 1e12, NULL, "response");
    ts_find_value(out, TS_UNIT_RATE, bound < 1 / most ? bound : 1 / most, NULL,
                  "throughput_bound");
    for (int k = 0; k < count; k++) {
        ts_find_value(out, TS_UNIT_NUMBER, queue[k], NULL, "%s.customers",
                      centres[k].name);
        ts_find_value(out, TS_UNIT_RATIO, x * centres[k].demand, NULL,
                      "%s.utilization", centres[k].name);
    }
}

static const ts_analysis closed_analysis = {.evaluate = closed};
const ts_entry ts_analysis_closed = {
    .name = "closed-network",
    .help = "customers that go round service centres (mean value analysis)",
    .about = "Reiser and Lavenberg (1980): exact for exponential centres, "
             "first come first served or shared.",
    .shape = &closed_shape,
    .model = &closed_analysis};

/* --- the machine repairman --- */

static const ts_field repairman_fields[] = {
    THINK,
    CUSTOMERS,
    {.name = "service",
     .kind = TS_FIELD_REAL,
     .required = true,
     .positive = true,
     .offset = TS_AT(network_record, service),
     .help = "mean service, in seconds (S)"},
};
static const ts_shape repairman_shape = {.name = "repairman",
                                         .help = "Terminals and one processor",
                                         .size = sizeof(network_record),
                                         TS_FIELDS(repairman_fields)};

static void repairman(const ts_machine_record *root, const void *fields,
                      ts_findings *out)
{
    const network_record *record = fields;
    double queue = 0, r = 0, x = 0, idle = 1;

    (void)root;
    if (record == NULL)
        return;
    /* That nobody is at the processor is (think^n / n!) / G(n), with G(n-1) /
     * G(n) = x; 1 - utilization would be nothing but rounding where it is
     * seldom. */
    for (int64_t n = 1; n <= record->customers; n++) {
        r = record->service * (1 + queue);
        x = (double)n / (record->think + r);
        queue = x * r;
        idle *= record->think * x / (double)n;
    }
    /* Little's law: all are at the processor or think. */
    assert(queue + x * record->think > (double)record->customers * (1 - 1e-9));
    assert(queue + x * record->think < (double)record->customers * (1 + 1e-9));
    ts_find_value(out, TS_UNIT_RATIO, x * record->service, NULL, "utilization");
    ts_find_value(out, TS_UNIT_RATE, x, NULL, "throughput");
    ts_find_value(out, TS_UNIT_TIME, r * 1e12, NULL, "response");
    ts_find_value(out, TS_UNIT_NUMBER, queue, NULL, "customers");
    ts_find_value(out, TS_UNIT_RATIO, idle, NULL, "idle");
}

static const ts_analysis repairman_analysis = {.evaluate = repairman};
const ts_entry ts_analysis_repairman = {
    .name = "repairman",
    .help = "terminals that think, and one processor (M/M/1//N)",
    .about = "Scherr (1967).",
    .shape = &repairman_shape,
    .model = &repairman_analysis};

/* --- open networks --- */

static const ts_field open_centre_fields[] = {
    {.name = "name",
     .kind = TS_FIELD_NAME,
     .required = true,
     .offset = TS_AT(centre_record, name),
     .help = "what it is called"},
    {.name = "visits",
     .kind = TS_FIELD_REAL,
     .fallback = "1",
     .offset = TS_AT(centre_record, visits),
     .help = "how often a job comes by, on average"},
    {.name = "rate",
     .kind = TS_FIELD_REAL,
     .required = true,
     .positive = true,
     .offset = TS_AT(centre_record, rate),
     .help = "visits it serves a second when busy"},
};
static const ts_shape open_centre_shape = {.name = "open centre",
                                           .help = "A service centre",
                                           .size = sizeof(centre_record),
                                           TS_FIELDS(open_centre_fields)};
static const ts_field open_centre_item = {.name = "centre",
                                          .kind = TS_FIELD_OBJECT,
                                          .shape = &open_centre_shape,
                                          .help = "a service centre"};
static const ts_field open_fields[] = {
    {.name = "arrivals",
     .kind = TS_FIELD_REAL,
     .required = true,
     .min = 1e-6,
     .offset = TS_AT(network_record, arrivals),
     .help = "jobs that come from outside, a second (Poisson)"},
    {.name = "centres",
     .kind = TS_FIELD_LIST,
     .item = &open_centre_item,
     .required = true,
     .min = 1,
     .limit = 256,
     .offset = TS_AT(network_record, centres),
     .help = "the centres"},
};
static const ts_shape open_shape = {.name = "jackson network",
                                    .help =
                                        "Jobs that come, go round, and leave",
                                    .size = sizeof(network_record),
                                    TS_FIELDS(open_fields),
                                    .check = check_centres};

static void jackson(const ts_machine_record *root, const void *fields,
                    ts_findings *out)
{
    const network_record *record = fields;
    const centre_record *centres;
    double length = 0;

    (void)root;
    if (record == NULL)
        return;
    centres = record->centres.items;
    for (int k = 0; k < record->centres.count; k++) {
        double rate = record->arrivals * centres[k].visits;
        double rho = rate / centres[k].rate;

        ts_find_value(out, TS_UNIT_RATE, rate, NULL, "%s.arrivals",
                      centres[k].name);
        ts_find_value(out, TS_UNIT_RATIO, rho, NULL, "%s.rho", centres[k].name);
        if (rho >= 1) {
            ts_find_text(out, "%s is given more than it can do",
                         centres[k].name);
            return;
        }
        length += rho / (1 - rho);
        assert(rho >= 0 && centres[k].rate > rate);
        ts_find_value(out, TS_UNIT_NUMBER, rho / (1 - rho), NULL, "%s.l",
                      centres[k].name);
        ts_find_value(out, TS_UNIT_TIME, 1e12 / (centres[k].rate - rate), NULL,
                      "%s.w", centres[k].name);
    }
    ts_find_value(out, TS_UNIT_TIME, length / record->arrivals * 1e12, NULL,
                  "response");
    ts_find_value(out, TS_UNIT_NUMBER, length, NULL, "l");
}

static const ts_analysis jackson_analysis = {.evaluate = jackson};
const ts_entry ts_analysis_jackson = {
    .name = "jackson",
    .help = "an open network of exponential centres, in product form",
    .about = "Jackson (1957).",
    .shape = &open_shape,
    .model = &jackson_analysis};
