/*
 * expect.c - the field tables of `expect` and `sweep`.
 */
#include "sim/scenario/expect.h"

static const ts_field scalar_item = {.name = "value",
                                     .kind = TS_FIELD_SCALAR,
                                     .is_signed = true,
                                     .help = "a value with its unit"};
static const ts_field raw_item = {.name = "value",
                                  .kind = TS_FIELD_RAW,
                                  .help = "any JSON value"};

static const char *const whose_words[] = {"expected", "talk",     "textbook",
                                          "paper",    "measured", "executed",
                                          "flown",    "formula",  NULL};
static const char *const whose_help[] = {
    "a claim of the scenario's own",
    "told in a talk",
    "in a textbook",
    "in a paper",
    "measured on a real machine",
    "the original program says so, executed on an emulator",
    "recorded in flight",
    "computed from a formula",
    NULL};

const char *ts_whose_word(int whose)
{
    assert(whose >= 0 && whose < (int)TS_COUNT_OF(whose_words) - 1);
    return whose_words[whose];
}

static const char *const scales[] = {"linear", "log", NULL};

static const ts_field range_fields[] = {
    {.name = "from",
     .kind = TS_FIELD_RAW,
     .required = true,
     .offset = TS_AT(ts_plan_range, from),
     .help = "the first value"},
    {.name = "to",
     .kind = TS_FIELD_RAW,
     .required = true,
     .offset = TS_AT(ts_plan_range, to),
     .help = "the last value, in the same unit"},
    {.name = "step",
     .kind = TS_FIELD_RAW,
     .offset = TS_AT(ts_plan_range, step),
     .instead_of = TS_NAMES("count"),
     .help = "from one value to the next"},
    {.name = "count",
     .kind = TS_FIELD_INT,
     .min = 1,
     .max = 1000000,
     .offset = TS_AT(ts_plan_range, count),
     .help = "how many values, with both ends"},
    {.name = "scale",
     .kind = TS_FIELD_CHOICE,
     .choices = scales,
     .fallback = "linear",
     .offset = TS_AT(ts_plan_range, scale),
     .help = "steps that add, or steps that multiply"},
    {.name = "whole",
     .kind = TS_FIELD_BOOL,
     .fallback = "false",
     .offset = TS_AT(ts_plan_range, whole),
     .help = "only whole numbers, each to the nearest"},
};

const ts_shape ts_range_shape = {
    .name = "range",
    .help = "values between two ends, as {\"from\": 1, \"to\": 9, \"step\": 2}",
    .size = sizeof(ts_plan_range),
    TS_FIELDS(range_fields),
};

static const ts_field values_item = {.name = "values",
                                     .kind = TS_FIELD_RAW,
                                     .shape = &ts_range_shape,
                                     .help = "the values of a parameter"};

static const ts_field expectation_fields[] = {
    {.name = "metric",
     .kind = TS_FIELD_TEXT,
     .required = true,
     .words = "metrics",
     .offset = TS_AT(ts_expectation, metric),
     .help = "the metric that is judged, as `timeslice show` names it"},
    {.name = "about",
     .kind = TS_FIELD_TEXT,
     .offset = TS_AT(ts_expectation, about),
     .help = "what the expectation says, for the report"},
    {.name = "whose",
     .kind = TS_FIELD_CHOICE,
     .choices = whose_words,
     .choice_help = whose_help,
     .fallback = "expected",
     .offset = TS_AT(ts_expectation, whose),
     .help = "where the value comes from: it names the column beside what is "
             "simulated, and the marks in pictures"},
    {.name = "is",
     .kind = TS_FIELD_SCALAR,
     .is_signed = true,
     .offset = TS_AT(ts_expectation, is),
     .help = "the expected value: exactly, or with `within`"},
    {.name = "within",
     .kind = TS_FIELD_SCALAR,
     .goes_with = TS_NAMES("is", "reference"),
     .offset = TS_AT(ts_expectation, within),
     .help = "the tolerance: a share of the expected value (\"0.5%\") or an "
             "amount (\"2ms\")"},
    {.name = "at_least",
     .kind = TS_FIELD_SCALAR,
     .is_signed = true,
     .offset = TS_AT(ts_expectation, at_least),
     .help = "a lower limit"},
    {.name = "at_most",
     .kind = TS_FIELD_SCALAR,
     .is_signed = true,
     .offset = TS_AT(ts_expectation, at_most),
     .help = "an upper limit"},
    {.name = "between",
     .kind = TS_FIELD_LIST,
     .item = &scalar_item,
     .min = 2,
     .limit = 2,
     .offset = TS_AT(ts_expectation, between),
     .help = "a lower and an upper limit, both allowed"},
    {.name = "reference",
     .kind = TS_FIELD_LIST,
     .item = &scalar_item,
     .min = 1,
     .offset = TS_AT(ts_expectation, reference),
     .help = "one expected value for each point of the sweep, in order"},
    {.name = "where",
     .kind = TS_FIELD_MAP,
     .item = &raw_item,
     .pointers = true,
     .offset = TS_AT(ts_expectation, where),
     .help = "only where these parameters have these values: JSON Pointer to "
             "value"},
};

const ts_shape ts_expectation_shape = {
    .name = "expectation",
    .help = "A statement about a metric that the run must bear out",
    .size = sizeof(ts_expectation),
    TS_FIELDS(expectation_fields),
    .one_of = TS_NAMES("is", "at_least", "at_most", "between", "reference"),
};

static const char *const sample_methods[] = {"random", "latin-hypercube", NULL};
static const char *const plan_streams[] = {"common", "independent", NULL};

static const ts_field sample_fields[] = {
    {.name = "points",
     .kind = TS_FIELD_INT,
     .required = true,
     .min = 1,
     .max = 1000000,
     .offset = TS_AT(ts_plan_sample, points),
     .help = "how many points are drawn"},
    {.name = "method",
     .kind = TS_FIELD_CHOICE,
     .choices = sample_methods,
     .fallback = "latin-hypercube",
     .offset = TS_AT(ts_plan_sample, method),
     .source = "McKay, Beckman, Conover 1979",
     .help = "each point by itself, so that more can be added later, or every "
             "parameter spread evenly over its range"},
    {.name = "seed",
     .kind = TS_FIELD_INT,
     .fallback = "1",
     .max = 9e15,
     .offset = TS_AT(ts_plan_sample, seed),
     .help = "of the drawing of points"},
    {.name = "of",
     .kind = TS_FIELD_MAP,
     .item = &values_item,
     .pointers = true,
     .required = true,
     .min = 1,
     .limit = 16,
     .offset = TS_AT(ts_plan_sample, of),
     .help = "JSON Pointer to a range {from, to, scale} or to a list of values "
             "to choose from"},
};

static const ts_shape sample_shape = {
    .name = "sample",
    .help = "Points drawn at random, for more parameters than a grid can hold",
    .size = sizeof(ts_plan_sample),
    TS_FIELDS(sample_fields),
};

static const ts_field until_fields[] = {
    {.name = "metric",
     .kind = TS_FIELD_TEXT,
     .required = true,
     .words = "metrics",
     .offset = TS_AT(ts_plan_until, metric),
     .help = "whose mean is to be known"},
    {.name = "half_width",
     .kind = TS_FIELD_SCALAR,
     .required = true,
     .positive = true,
     .offset = TS_AT(ts_plan_until, half_width),
     .help = "of its confidence interval: a share of the mean (\"2%\") or an "
             "amount (\"1ms\")"},
    {.name = "confidence",
     .kind = TS_FIELD_RATIO,
     .fallback = "95%",
     .min = 0.5,
     .max = 0.9999,
     .offset = TS_AT(ts_plan_until, confidence),
     .help = "of the interval (Student)"},
    {.name = "at_most",
     .kind = TS_FIELD_INT,
     .fallback = "1000",
     .min = 2,
     .max = 1000000,
     .offset = TS_AT(ts_plan_until, at_most),
     .help = "replications, whatever the width"},
};

static const ts_shape until_shape = {
    .name = "until",
    .help = "When a point has been run often enough",
    .size = sizeof(ts_plan_until),
    TS_FIELDS(until_fields),
};

static const ts_field plan_fields[] = {
    {.name = "vary",
     .kind = TS_FIELD_MAP,
     .item = &values_item,
     .pointers = true,
     .limit = 16,
     .offset = TS_AT(ts_plan, vary),
     .help = "parameters that go through every combination: JSON Pointer to a "
             "list of values or a range {from, to, step or count, scale}"},
    {.name = "zip",
     .kind = TS_FIELD_MAP,
     .item = &values_item,
     .pointers = true,
     .limit = 16,
     .offset = TS_AT(ts_plan, zip),
     .help = "parameters that go in step: JSON Pointer to a list of values or "
             "a range, all of one length"},
    {.name = "sample",
     .kind = TS_FIELD_OBJECT,
     .shape = &sample_shape,
     .offset = TS_AT(ts_plan, sample),
     .help = "points drawn at random, each with every combination of `vary`"},
    {.name = "replications",
     .kind = TS_FIELD_INT,
     .fallback = "1",
     .min = 1,
     .max = 1000000,
     .offset = TS_AT(ts_plan, replications),
     .help = "runs of each point, each with its own random streams; with "
             "`until`, runs of each round"},
    {.name = "until",
     .kind = TS_FIELD_OBJECT,
     .shape = &until_shape,
     .offset = TS_AT(ts_plan, until),
     .help = "go on with rounds of replications until a mean is known well "
             "enough"},
    {.name = "streams",
     .kind = TS_FIELD_CHOICE,
     .choices = plan_streams,
     .fallback = "common",
     .offset = TS_AT(ts_plan, streams),
     .help = "whether a replication draws the same numbers at every point, so "
             "that differences between points are not noise, or its own"},
};

static void check_plan(ts_check *check, const void *record)
{
    const ts_plan *plan = record;

    if (plan->until != NULL && plan->replications < 2)
        ts_check_error(check, "until",
                       "needs rounds of at least two `replications`");
    if (plan->until != NULL && plan->until->at_most < plan->replications)
        ts_check_error(check, "until",
                       "at_most is less than a round of %lld replications",
                       (long long)plan->replications);
}

const ts_shape ts_plan_shape = {
    .name = "sweep",
    .help = "Many runs of one scenario with parameters varied",
    .size = sizeof(ts_plan),
    TS_FIELDS(plan_fields),
    .check = check_plan,
};
