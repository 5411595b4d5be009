/*
 * tester_oha.c - oha's JSON. It does not say how many clients there were.
 */
#include "sim/exchange/tester.h"

#include <stdlib.h>

static double count_of(const cJSON *object, double least)
{
    const cJSON *item;
    double count = 0;

    cJSON_ArrayForEach(item, object) if (cJSON_IsNumber(item) &&
                                         strtod(item->string, NULL) >= least)
        count += item->valuedouble;
    return count;
}

static bool read_summary(const ts_tester_text *t, const cJSON *root,
                         ts_tested *tested)
{
    const cJSON *summary = cJSON_GetObjectItemCaseSensitive(root, "summary");
    const cJSON *parts =
        cJSON_GetObjectItemCaseSensitive(root, "latencyPercentiles");

    tested->errors =
        count_of(cJSON_GetObjectItemCaseSensitive(root,
                                                  "statusCodeDistribution"),
                 400) +
        count_of(cJSON_GetObjectItemCaseSensitive(root, "errorDistribution"),
                 0);
    return ts_tester_item(t, summary, "requestsPerSec", true, 1,
                          &tested->rate) &&
           ts_tester_item(t, summary, "average", true, 1, &tested->mean) &&
           ts_tester_item(t, parts, "p50", true, 1, &tested->p50) &&
           ts_tester_item(t, parts, "p90", true, 1, &tested->p90) &&
           ts_tester_item(t, parts, "p95", true, 1, &tested->p95) &&
           ts_tester_item(t, parts, "p99", true, 1, &tested->p99);
}

static bool read_oha(const ts_tester_text *t, ts_tested *tested)
{
    cJSON *root = ts_tester_json(t, t->text);
    bool fine = root != NULL && read_summary(t, root, tested);

    cJSON_Delete(root);
    return fine;
}

const ts_load_tester ts_tester_oha = {.name = "oha --output-format json",
                                      .mark = "\"latencyPercentiles\"",
                                      .read = read_oha};
