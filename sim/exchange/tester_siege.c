/*
 * tester_siege.c - siege's JSON, as Debian 12's 4.0.7 prints it: a mean, in
 * hundredths of a second, and no percentile. Its "concurrency" is how many were
 * under way on average, not how many clients there were.
 */
#include "sim/exchange/tester.h"

#include <string.h>

static bool read_numbers(const ts_tester_text *t, const cJSON *root,
                         ts_tested *tested)
{
    return ts_tester_item(t, root, "transaction_rate", true, 1,
                          &tested->rate) &&
           ts_tester_item(t, root, "response_time", true, 1, &tested->mean) &&
           ts_tester_item(t, root, "failed_transactions", false, 1,
                          &tested->errors);
}

/* What it says before is no JSON. */
static bool read_siege(const ts_tester_text *t, ts_tested *tested)
{
    const char *from = strchr(t->text, '{');
    cJSON *root;
    bool fine;

    if (from == NULL)
        return ts_tester_fail(t, t->text, "has no \"{\"");
    root = ts_tester_json(t, from);
    fine = root != NULL && read_numbers(t, root, tested);
    cJSON_Delete(root);
    return fine;
}

const ts_load_tester ts_tester_siege = {.name = "siege",
                                        .mark = "\"transaction_rate\"",
                                        .read = read_siege};
