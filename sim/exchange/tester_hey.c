/*
 * tester_hey.c - hey: its summary, and its table of requests (-o csv). Neither
 * says how many clients there were.
 */
#include "sim/exchange/tester.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

/* --- the summary --- */

/* "[200]  6368 responses" under the one heading: of a status below 400 none is
 * an error. "[12]  Get ...: refused" under the other: so many are. */
static bool count_line(const ts_tester_text *t, const char *line, bool codes,
                       ts_tested *tested)
{
    char *end;
    double first = strtod(line + 1, &end);

    if (end == line + 1 || *end != ']')
        return ts_tester_fail(t, line, "\"[NUMBER]\" is expected here");
    if (!codes)
        tested->errors += first;
    else if (first >= 400)
        tested->errors += strtod(end + 1, NULL);
    return true;
}

static bool count_errors(const ts_tester_text *t, ts_tested *tested)
{
    const char *line = strstr(t->text, "Status code distribution:");
    const char *others = strstr(t->text, "Error distribution:");

    if (line == NULL)
        line = others;
    while (line != NULL && (line = strchr(line, '\n')) != NULL) {
        line += 1 + strspn(line + 1, " \t");
        if (*line == '[' &&
            !count_line(t, line, others == NULL || line < others, tested))
            return false;
    }
    return true;
}

static bool read_hey(const ts_tester_text *t, ts_tested *tested)
{
    return ts_tester_number(t, "Requests/sec:", true, &tested->rate) &&
           ts_tester_number(t, "Average:", true, &tested->mean) &&
           ts_tester_number(t, "50% in", false, &tested->p50) &&
           ts_tester_number(t, "90% in", false, &tested->p90) &&
           ts_tester_number(t, "95% in", false, &tested->p95) &&
           ts_tester_number(t, "99% in", false, &tested->p99) &&
           count_errors(t, tested);
}

const ts_load_tester ts_tester_hey = {.name = "hey",
                                      .mark = "Summary:\n  Total:",
                                      .read = read_hey};

/* --- the table --- */

typedef struct answer {
    double took, began, status;
} answer;

static int compare(const void *a, const void *b)
{
    double x = ((const answer *)a)->took, y = ((const answer *)b)->took;

    return (x > y) - (x < y);
}

/* Of eight numbers the first, the seventh and the eighth. */
static bool read_answer(const ts_tester_text *t, const char **at, answer *a)
{
    double value[8];

    for (int i = 0; i < 8; i++) {
        char *end;

        value[i] = strtod(*at, &end);
        if (end == *at || value[i] < 0 || (i < 7 ? *end != ',' : *end != '\n'))
            return ts_tester_fail(t, *at,
                                  "eight numbers with commas between "
                                  "them are expected on this line");
        *at = end + 1;
    }
    *a = (answer){value[0], value[7], value[6]};
    return true;
}

static void sum_up(answer *all, size_t count, ts_tested *tested)
{
    double last = 0, sum = 0;

    for (size_t i = 0; i < count; i++) {
        last = fmax(last, all[i].began + all[i].took);
        sum += all[i].took;
        tested->errors += all[i].status >= 400;
    }
    qsort(all, count, sizeof *all, compare);
    tested->rate = last > 0 ? (double)count / last : 0;
    tested->mean = sum / (double)count;
    tested->p50 = all[count * 50 / 100].took;
    tested->p90 = all[count * 90 / 100].took;
    tested->p95 = all[count * 95 / 100].took;
    tested->p99 = all[count * 99 / 100].took;
}

static bool read_hey_csv(const ts_tester_text *t, ts_tested *tested)
{
    const char *at = strchr(t->text, '\n');
    size_t lines = 0, count = 0;
    bool fine = true;
    answer *all;

    for (const char *c = t->text; *c != '\0'; c++)
        lines += *c == '\n';
    all = calloc(lines + 1, sizeof *all);
    if (all == NULL)
        return ts_fail(t->error, "out of memory");
    for (at += at != NULL; fine && at != NULL && *at != '\0'; count += fine)
        fine = read_answer(t, &at, &all[count]);
    if (fine && count == 0)
        fine = ts_tester_fail(t, t->text, "there is no request below this");
    if (fine)
        sum_up(all, count, tested);
    free(all);
    return fine;
}

const ts_load_tester ts_tester_hey_csv = {.name = "hey -o csv",
                                          .mark = "response-time,DNS+dialup,",
                                          .read = read_hey_csv};
