/*
 * expect.c - the field tables of `expect` and `sweep`.
 */
#include "sim/scenario/expect.h"

static const ts_field scalar_item = {.name = "value",
                                     .kind = TS_FIELD_SCALAR,
                                     .is_signed = true,
                                     .help = "a value with its unit"};
static const ts_field raw_item = {
    .name = "value", .kind = TS_FIELD_RAW, .help = "any JSON value"};

static const ts_field expectation_fields[] = {
    {.name = "metric", .kind = TS_FIELD_TEXT, .required = true,
     .offset = TS_AT(ts_expectation, metric),
     .help = "the metric that is judged, as `timeslice show` names it"},
    {.name = "about", .kind = TS_FIELD_TEXT,
     .offset = TS_AT(ts_expectation, about),
     .help = "what the expectation says, for the report"},
    {.name = "is", .kind = TS_FIELD_SCALAR, .is_signed = true,
     .offset = TS_AT(ts_expectation, is),
     .help = "the expected value: exactly, or with `within`"},
    {.name = "within", .kind = TS_FIELD_SCALAR,
     .offset = TS_AT(ts_expectation, within),
     .help = "the tolerance: a share of the expected value (\"0.5%\") or an "
             "amount (\"2ms\")"},
    {.name = "at_least", .kind = TS_FIELD_SCALAR, .is_signed = true,
     .offset = TS_AT(ts_expectation, at_least), .help = "a lower limit"},
    {.name = "at_most", .kind = TS_FIELD_SCALAR, .is_signed = true,
     .offset = TS_AT(ts_expectation, at_most), .help = "an upper limit"},
    {.name = "between", .kind = TS_FIELD_LIST, .item = &scalar_item, .limit = 2,
     .offset = TS_AT(ts_expectation, between),
     .help = "a lower and an upper limit, both allowed"},
    {.name = "reference", .kind = TS_FIELD_LIST, .item = &scalar_item,
     .offset = TS_AT(ts_expectation, reference),
     .help = "one expected value for each point of the sweep, in order"},
    {.name = "where", .kind = TS_FIELD_MAP, .item = &raw_item,
     .offset = TS_AT(ts_expectation, where),
     .help = "only where these parameters have these values: JSON Pointer to "
             "value"},
};

static void check_expectation(ts_check *check, const void *record)
{
    const ts_expectation *e = record;
    int ways = e->is.given + e->at_least.given + e->at_most.given +
               (e->between.count > 0) + (e->reference.count > 0);

    if (ways != 1)
        ts_check_error(check, NULL,
                       "an expectation has exactly one of is, at_least, "
                       "at_most, between and reference, not %d", ways);
    if (e->between.count == 1)
        ts_check_error(check, "between", "takes two values, low and high");
    if (e->within.given && !e->is.given && e->reference.count == 0)
        ts_check_error(check, "within",
                       "goes with `is` or `reference` and with nothing else");
}

const ts_shape ts_expectation_shape = {
    .name = "expectation",
    .help = "A statement about a metric that the run must bear out",
    .size = sizeof(ts_expectation),
    TS_FIELDS(expectation_fields),
    .check = check_expectation,
};

static const ts_field plan_fields[] = {
    {.name = "vary", .kind = TS_FIELD_MAP, .item = &raw_item, .limit = 16,
     .offset = TS_AT(ts_plan, vary),
     .help = "parameters that go through every combination: JSON Pointer to a "
             "list of values"},
    {.name = "zip", .kind = TS_FIELD_MAP, .item = &raw_item, .limit = 16,
     .offset = TS_AT(ts_plan, zip),
     .help = "parameters that go in step: JSON Pointer to a list of values, "
             "all lists of one length"},
    {.name = "replications", .kind = TS_FIELD_INT, .fallback = "1", .min = 1,
     .max = 1000000, .offset = TS_AT(ts_plan, replications),
     .help = "runs of each point, each with its own random streams"},
};

const ts_shape ts_plan_shape = {
    .name = "sweep",
    .help = "Many runs of one scenario with parameters varied",
    .size = sizeof(ts_plan),
    TS_FIELDS(plan_fields),
};
