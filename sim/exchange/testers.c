/*
 * testers.c - the one list of load testers whose output is read, and what they
 * share. To add one, write a file that defines it and name it twice here.
 */
#include "sim/exchange/tester.h"

#include <math.h>
#include <stdlib.h>
#include <string.h>

extern const ts_load_tester ts_tester_wrk, ts_tester_hey, ts_tester_hey_csv,
    ts_tester_oha, ts_tester_k6, ts_tester_ab, ts_tester_siege;

const ts_load_tester *const ts_load_testers[] = {
    &ts_tester_wrk, &ts_tester_hey, &ts_tester_hey_csv, &ts_tester_oha,
    &ts_tester_k6,  &ts_tester_ab,  &ts_tester_siege,
};

const int ts_tester_count = (int)TS_COUNT_OF(ts_load_testers);

/* --- for the testers --- */

bool ts_tester_fail(const ts_tester_text *t, const char *at, const char *what)
{
    long line = 1;

    for (const char *c = t->text; c < at; c++)
        line += *c == '\n';
    return ts_fail(t->error, "%s:%ld: %s", t->name, line, what);
}

static const char *after_blanks(const char *at)
{
    return at + strspn(at, " \t");
}

const char *ts_tester_after(const ts_tester_text *t, const char *label)
{
    const size_t length = strlen(label);
    const char *line = t->text;

    while (line != NULL) {
        const char *begin = after_blanks(line);

        if (strncmp(begin, label, length) == 0)
            return after_blanks(begin + length);
        line = strchr(line, '\n');
        line += line != NULL;
    }
    return NULL;
}

/* What the label needs is not there. */
static bool lacks(const ts_tester_text *t, const char *label)
{
    ts_error what = {.text = ""};

    (void)ts_fail(&what, "it ends without a line \"%s\": was it cut off?",
                  label);
    return ts_tester_fail(t, t->text + strlen(t->text), what.text);
}

/* The number at `at`; `end` is behind it. */
static bool read_number(const ts_tester_text *t, const char *at, double *value,
                        char **end)
{
    double read = strtod(at, end);

    if (*end == at || !isfinite(read) || read < 0)
        return ts_tester_fail(t, at, "a number is expected here");
    *value = read;
    return true;
}

bool ts_tester_number(const ts_tester_text *t, const char *label, bool needed,
                      double *value)
{
    const char *at = ts_tester_after(t, label);
    char *end;

    if (at == NULL)
        return !needed || lacks(t, label);
    return read_number(t, at, value, &end);
}

bool ts_tester_time(const ts_tester_text *t, const char *label, bool needed,
                    double *seconds)
{
    static const struct {
        const char *name;
        double seconds;
    } units[] = {{"us", 1e-6}, {"ms", 1e-3}, {"s", 1}, {"m", 60}, {"h", 3600}};
    const char *at = ts_tester_after(t, label);
    double value = 0;
    char *end;

    if (at == NULL)
        return !needed || lacks(t, label);
    if (!read_number(t, at, &value, &end))
        return false;
    for (size_t i = 0; i < TS_COUNT_OF(units); i++)
        if (strncmp(end, units[i].name, strlen(units[i].name)) == 0) {
            *seconds = value * units[i].seconds;
            return true;
        }
    return ts_tester_fail(t, end,
                          "a unit of time is expected after the number");
}

cJSON *ts_tester_json(const ts_tester_text *t, const char *from)
{
    const char *wrong = NULL;
    cJSON *root = cJSON_ParseWithOpts(from, &wrong, false);

    if (root == NULL)
        ts_tester_fail(t, wrong != NULL ? wrong : from,
                       "is no JSON from here on");
    return root;
}

bool ts_tester_item(const ts_tester_text *t, const cJSON *object,
                    const char *name, bool needed, double scale, double *value)
{
    const cJSON *item = cJSON_GetObjectItemCaseSensitive(object, name);

    if (item == NULL && !needed)
        return true;
    if (!cJSON_IsNumber(item))
        return ts_fail(t->error, "%s: \"%s\" is %s", t->name, name,
                       item == NULL ? "missing" : "no number");
    *value = item->valuedouble * scale;
    return true;
}

/* --- rows --- */

/* siege says something before its JSON, and others are redirected with what
 * came on the error output: the mark may be anywhere. */
static const ts_load_tester *find(const char *text)
{
    for (int i = 0; i < ts_tester_count; i++)
        if (strstr(text, ts_load_testers[i]->mark) != NULL)
            return ts_load_testers[i];
    return NULL;
}

static bool nobodys(const ts_tester_text *t)
{
    ts_error what = {.text = ""};

    (void)ts_fail(&what, "is no output of ");
    for (int i = 0; i < ts_tester_count; i++) {
        size_t used = strlen(what.text);
        const char *between = i == 0                    ? ""
                              : i < ts_tester_count - 1 ? ", "
                                                        : " or ";

        snprintf(what.text + used, sizeof what.text - used, "%s%s", between,
                 ts_load_testers[i]->name);
    }
    return ts_tester_fail(t, t->text, what.text);
}

static bool complete(ts_tested *row, const char *name, double users,
                     ts_error *error)
{
    if (isnan(row->users))
        row->users = users;
    if (isnan(row->users))
        return ts_fail(error,
                       "%s: does not say how many clients there were: "
                       "say it with --users",
                       name);
    if (row->users < 1 || row->users != floor(row->users))
        return ts_fail(error, "%s: %g clients are none", name, row->users);
    return row->rate > 0 || ts_fail(error, "%s: nobody was answered", name);
}

bool ts_tester_rows_add(ts_tester_rows *rows, const char *name,
                        const char *text, double users, ts_error *error)
{
    const ts_tester_text t = {.name = name, .text = text, .error = error};
    const ts_load_tester *tester = find(text);
    ts_tested *row = &rows->rows[rows->count];

    if (tester == NULL)
        return nobodys(&t);
    if (rows->count == TS_TESTER_ROWS)
        return ts_fail(error, "%s: more than %d at a time", name,
                       TS_TESTER_ROWS);
    *row = (ts_tested){.users = NAN,
                       .rate = NAN,
                       .mean = NAN,
                       .p50 = NAN,
                       .p90 = NAN,
                       .p95 = NAN,
                       .p99 = NAN};
    if (!tester->read(&t, row) || !complete(row, name, users, error))
        return false;
    rows->count++;
    return true;
}

typedef struct latency {
    const char *name;
    size_t offset; /* in ts_tested */
} latency;

static const latency latencies[] = {{"mean", offsetof(ts_tested, mean)},
                                    {"p50", offsetof(ts_tested, p50)},
                                    {"p90", offsetof(ts_tested, p90)},
                                    {"p95", offsetof(ts_tested, p95)},
                                    {"p99", offsetof(ts_tested, p99)}};

static double latency_of(const ts_tested *row, const latency *which)
{
    return *(const double *)((const char *)row + which->offset);
}

static bool anybody_has(const ts_tester_rows *rows, const latency *which)
{
    for (int i = 0; i < rows->count; i++)
        if (!isnan(latency_of(&rows->rows[i], which)))
            return true;
    return false;
}

static void write_row(const ts_tester_rows *rows, const ts_tested *row,
                      FILE *out)
{
    fprintf(out, "%.0f,%.6g/s", row->users, row->rate);
    for (size_t i = 0; i < TS_COUNT_OF(latencies); i++) {
        double seconds = latency_of(row, &latencies[i]);

        if (!anybody_has(rows, &latencies[i]))
            continue;
        if (isnan(seconds))
            fputc(',', out);
        else
            fprintf(out, ",%.6gms", seconds * 1e3);
    }
    fputc('\n', out);
}

void ts_tester_rows_write(const ts_tester_rows *rows, FILE *out)
{
    fprintf(out, "/clients/0/users,clients.load.throughput");
    for (size_t i = 0; i < TS_COUNT_OF(latencies); i++)
        if (anybody_has(rows, &latencies[i]))
            fprintf(out, ",clients.load.latency.%s", latencies[i].name);
    fputc('\n', out);
    for (int i = 0; i < rows->count; i++)
        write_row(rows, &rows->rows[i], out);
}
