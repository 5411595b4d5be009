/*
 * tester_k6.c - k6's summary as JSON, of --summary-export or of a script's
 * handleSummary(), which has the numbers one level deeper, in "values".
 */
#include "sim/exchange/tester.h"

static const cJSON *metric(const cJSON *metrics, const char *name)
{
    const cJSON *found = cJSON_GetObjectItemCaseSensitive(metrics, name);
    const cJSON *values = cJSON_GetObjectItemCaseSensitive(found, "values");

    return values != NULL ? values : found;
}

/* Of http_req_failed "fails" are those that did not fail; "passes" did. */
static bool read_metrics(const ts_tester_text *t, const cJSON *metrics,
                         ts_tested *tested)
{
    const double ms = 1e-3;
    const cJSON *took = metric(metrics, "http_req_duration");

    return ts_tester_item(t, metric(metrics, "http_reqs"), "rate", true, 1,
                          &tested->rate) &&
           ts_tester_item(t, metric(metrics, "vus"), "max", false, 1,
                          &tested->users) &&
           ts_tester_item(t, metric(metrics, "http_req_failed"), "passes",
                          false, 1, &tested->errors) &&
           ts_tester_item(t, took, "avg", true, ms, &tested->mean) &&
           ts_tester_item(t, took, "med", false, ms, &tested->p50) &&
           ts_tester_item(t, took, "p(90)", false, ms, &tested->p90) &&
           ts_tester_item(t, took, "p(95)", false, ms, &tested->p95) &&
           ts_tester_item(t, took, "p(99)", false, ms, &tested->p99);
}

static bool read_k6(const ts_tester_text *t, ts_tested *tested)
{
    cJSON *root = ts_tester_json(t, t->text);
    bool fine =
        root != NULL &&
        read_metrics(t, cJSON_GetObjectItemCaseSensitive(root, "metrics"),
                     tested);

    cJSON_Delete(root);
    return fine;
}

const ts_load_tester ts_tester_k6 = {.name = "k6 (its summary as JSON)",
                                     .mark = "\"http_req_duration\"",
                                     .read = read_k6};
