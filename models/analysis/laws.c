/*
 * laws.c - formulas about no machine in particular: Amdahl, Gustafson, the
 * prediction of bursts, what a slice is worth.
 */
#include "models/analysis/analysis.h"

/* --- Amdahl and Gustafson --- */

typedef struct speedup_record {
    double parallel;
    int64_t processors;
} speedup_record;

static const ts_field speedup_fields[] = {
    {.name = "parallel",
     .kind = TS_FIELD_RATIO,
     .required = true,
     .max = 1,
     .offset = TS_AT(speedup_record, parallel),
     .help = "the share of the work that any number of processors can do"},
    {.name = "processors",
     .kind = TS_FIELD_INT,
     .required = true,
     .min = 1,
     .max = 1e9,
     .offset = TS_AT(speedup_record, processors),
     .help = "how many"},
};
static const ts_shape speedup_shape = {.name = "speedup",
                                       .help = "Work and processors",
                                       .size = sizeof(speedup_record),
                                       TS_FIELDS(speedup_fields)};

static void amdahl(const ts_machine_record *root, const void *fields,
                   ts_findings *out)
{
    const speedup_record *record = fields;
    double p, n, speedup;

    (void)root;
    if (record == NULL)
        return;
    p = record->parallel;
    n = (double)record->processors;
    assert(p >= 0 && p <= 1 && n >= 1);
    speedup = 1 / ((1 - p) + p / n);
    ts_find_value(out, TS_UNIT_NUMBER, speedup, NULL, "speedup");
    ts_find_value(out, TS_UNIT_RATIO, speedup / n, NULL, "efficiency");
    if (p < 1)
        ts_find_value(out, TS_UNIT_NUMBER, 1 / (1 - p), NULL, "limit");
}

static const ts_analysis amdahl_analysis = {.evaluate = amdahl};
const ts_entry ts_analysis_amdahl = {
    .name = "amdahl",
    .help = "how much faster the same work gets: 1 / ((1-p) + p/n)",
    .about = "Amdahl (1967).",
    .shape = &speedup_shape,
    .model = &amdahl_analysis};

static void gustafson(const ts_machine_record *root, const void *fields,
                      ts_findings *out)
{
    const speedup_record *record = fields;

    (void)root;
    if (record != NULL)
        ts_find_value(out, TS_UNIT_NUMBER,
                      (1 - record->parallel) +
                          record->parallel * (double)record->processors,
                      NULL, "speedup");
}

static const ts_analysis gustafson_analysis = {.evaluate = gustafson};
const ts_entry ts_analysis_gustafson = {
    .name = "gustafson",
    .help = "how much more work gets done in the same time: (1-p) + p n",
    .about = "Gustafson (1988).",
    .shape = &speedup_shape,
    .model = &gustafson_analysis};

/* --- bursts --- */

typedef struct burst_record {
    double first, alpha;
    ts_list bursts; /* of double */
} burst_record;

static const ts_field burst_item = {.name = "burst",
                                    .kind = TS_FIELD_REAL,
                                    .help = "how long it was"};
static const ts_field burst_fields[] = {
    {.name = "first",
     .kind = TS_FIELD_REAL,
     .required = true,
     .offset = TS_AT(burst_record, first),
     .help = "the first guess"},
    {.name = "alpha",
     .kind = TS_FIELD_REAL,
     .fallback = "0.5",
     .max = 1,
     .offset = TS_AT(burst_record, alpha),
     .help = "the weight of the last burst"},
    {.name = "bursts",
     .kind = TS_FIELD_LIST,
     .item = &burst_item,
     .required = true,
     .limit = 4096,
     .offset = TS_AT(burst_record, bursts),
     .help = "how long the bursts were"},
};
static const ts_shape burst_shape = {.name = "burst prediction",
                                     .help = "Bursts and a guess",
                                     .size = sizeof(burst_record),
                                     TS_FIELDS(burst_fields)};

static void prediction(const ts_machine_record *root, const void *fields,
                       ts_findings *out)
{
    const burst_record *record = fields;
    const double *bursts;
    double guess;

    (void)root;
    if (record == NULL)
        return;
    bursts = record->bursts.items;
    guess = record->first;
    assert(record->alpha >= 0 && record->alpha <= 1);
    ts_find_value(out, TS_UNIT_NUMBER, guess, NULL, "guess.0");
    for (int i = 0; i < record->bursts.count; i++) {
        guess = record->alpha * bursts[i] + (1 - record->alpha) * guess;
        ts_find_value(out, TS_UNIT_NUMBER, guess, NULL, "guess.%d", i + 1);
    }
}

static const ts_analysis prediction_analysis = {.evaluate = prediction};
const ts_entry ts_analysis_prediction = {
    .name = "burst-prediction",
    .help = "exponential averaging of bursts, for shortest job first",
    .about = "guess = alpha x last burst + (1 - alpha) x last guess "
             "(Silberschatz, Galvin and Gagne).",
    .shape = &burst_shape,
    .model = &prediction_analysis};

/* --- slices --- */

typedef struct slice_record {
    ts_time slice, cost, run;
    int64_t jobs;
} slice_record;

static const ts_field slice_fields[] = {
    {.name = "slice",
     .kind = TS_FIELD_TIME,
     .required = true,
     .min = 1,
     .offset = TS_AT(slice_record, slice),
     .help = "the slice (quantum)"},
    {.name = "switch",
     .kind = TS_FIELD_TIME,
     .required = true,
     .offset = TS_AT(slice_record, cost),
     .help = "what a switch costs"},
    {.name = "io-bound",
     .kind = TS_FIELD_INT,
     .fallback = "0",
     .offset = TS_AT(slice_record, jobs),
     .help = "jobs that run for \"run\" and then block, beside one that never "
             "does"},
    {.name = "run",
     .kind = TS_FIELD_TIME,
     .fallback = "0s",
     .offset = TS_AT(slice_record, run),
     .help = "how long those run"},
};
static const ts_shape slice_shape = {.name = "slice efficiency",
                                     .help = "Slices and switches",
                                     .size = sizeof(slice_record),
                                     TS_FIELDS(slice_fields)};

static void efficiency(const ts_machine_record *root, const void *fields,
                       ts_findings *out)
{
    const slice_record *record = fields;
    ts_i128 used, all;

    (void)root;
    if (record == NULL)
        return;
    used = (ts_i128)record->jobs *
               (record->run < record->slice ? record->run : record->slice) +
           record->slice;
    all = used + (ts_i128)(record->jobs + 1) * record->cost;
    assert(used > 0 && all >= used);
    ts_find_value(out, TS_UNIT_RATIO, (double)used / (double)all,
                  "processor.useful", "useful");
}

static const ts_analysis efficiency_analysis = {.evaluate = efficiency};
const ts_entry ts_analysis_efficiency = {
    .name = "slice-efficiency",
    .help = "what round robin leaves of the processor: slices over slices and "
            "switches",
    .shape = &slice_shape,
    .model = &efficiency_analysis};
