/*
 * schedules.c - see schedules.h.
 */
#include "schedules.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

void say_head(family *f)
{
    scale(f);
    say(f, "{\"title\": \"case\", ");
}

const char *comma(int n)
{
    return n > 0 ? ", " : "";
}

void say_times(family *f, const char *name, const cJSON *list)
{
    const cJSON *item;
    int n = 0;

    say(f, "\"%s\": [", name);
    cJSON_ArrayForEach(item, list)
    {
        say(f, "%s", comma(n++));
        say_time(f, value(f, item));
    }
    say(f, "]");
}

void say_wholes(family *f, const char *name, const cJSON *list)
{
    const cJSON *item;
    int n = 0;

    say(f, "\"%s\": [", name);
    cJSON_ArrayForEach(item, list)
        say(f, "%s%lld", comma(n++), (long long)whole_of(f, item));
    say(f, "]");
}

double whole_weights(family *f, const cJSON *rows)
{
    const cJSON *row;

    for (double times = 1; times <= 100000; times++) {
        bool all = true;

        cJSON_ArrayForEach(row, rows)
        {
            double weight = number(f, row, "weight") * times;

            all = all && fabs(weight - round(weight)) <= 1e-9 * weight;
        }
        if (all)
            return times;
    }
    wrong(f, "no proportions of whole numbers for the weights");
    return 1;
}

void say_jobs(family *f, const cJSON *jobs)
{
    static const char *const wholes[] = {"priority", "tickets"};
    double times =
        has(cJSON_GetArrayItem(jobs, 0), "weight") ? whole_weights(f, jobs) : 1;
    const cJSON *job;
    int n = 0;

    say(f, "\"threads\": [");
    cJSON_ArrayForEach(job, jobs)
    {
        job_number(f, jobs, part(job, "id"));
        say(f, "%s{\"name\": \"j%d\", \"arrive\": {\"at\": ", comma(n), n);
        say_time(f, number(f, job, "arrival"));
        say(f, "}");
        for (int i = 0; i < 2; i++)
            if (has(job, wholes[i]))
                say(f, ", \"%s\": %lld", wholes[i],
                    (long long)whole(f, job, wholes[i]));
        if (has(job, "weight"))
            say(f, ", \"weight\": %.0f",
                round(number(f, job, "weight") * times));
        say(f, ", \"program\": [{\"run\": ");
        say_time(f, number(f, job, "run"));
        say(f, "}]}");
        n++;
    }
    say(f, "]");
}

/* --- jobs --- */

static void id_text(family *f, const cJSON *id, char *text, size_t room)
{
    if (cJSON_IsString(id))
        snprintf(text, room, "%s", word_of(f, id));
    else
        snprintf(text, room, "%.15g", value(f, id));
}

int job_called(family *f, const cJSON *jobs, const char *id)
{
    const cJSON *job;
    char other[128];
    int n = 0;

    cJSON_ArrayForEach(job, jobs)
    {
        id_text(f, part(job, "id"), other, sizeof other);
        if (strcmp(other, id) == 0)
            return n;
        n++;
    }
    wrong(f, "no job is called %s", id);
    return -1;
}

int job_number(family *f, const cJSON *jobs, const cJSON *id)
{
    char text[128];

    id_text(f, id, text, sizeof text);
    return job_called(f, jobs, text);
}

bool job_times(family *f, int n, ts_thread_times *t)
{
    char name[32];

    snprintf(name, sizeof name, "j%d", n);
    return thread_of(f, name, 0, t);
}

int owner(family *f, const ts_stretch *stretch)
{
    return atoi(task_of(f, stretch->thread, NULL) + 1);
}

/* --- timelines --- */

typedef struct row {
    int who; /* -1: nobody */
    double from, to;
} row;

/* Neighbours of one job are one. Owned by the caller. */
static row *read_rows(family *f, const cJSON *jobs, const cJSON *expected,
                      int at, double shift, int *count)
{
    row *rows = calloc((size_t)cJSON_GetArraySize(expected) + 1, sizeof *rows);
    const cJSON *item;
    int n = 0;

    if (rows == NULL)
        exit(1);
    cJSON_ArrayForEach(item, expected)
    {
        const cJSON *id = cJSON_GetArrayItem(item, 0);
        row next = {.who = -1,
                    .from = column(f, item, at) + shift,
                    .to = column(f, item, at + 1)};

        if (cJSON_IsNull(id))
            understood(id);
        else
            next.who =
                jobs != NULL ? job_number(f, jobs, id) : (int)whole_of(f, id);
        if (n > 0 && rows[n - 1].who == next.who && rows[n - 1].to == next.from)
            rows[n - 1].to = next.to;
        else
            rows[n++] = next;
    }
    *count = n;
    return rows;
}

/* An idle row fills what is between the others, or ends with the run. */
static void expect_idle(family *f, const char *place, const row *rows, int n,
                        int count)
{
    double from = n > 0 ? rows[n - 1].to : 0;

    if (rows[n].from != from)
        wrong(f, "%s: idle from %g, expected %g", place, rows[n].from, from);
    if (n + 1 == count)
        expect_units(f, "end of idle time", rows[n].to,
                     ts_result_end(f->result));
    else if (rows[n].to != rows[n + 1].from)
        wrong(f, "%s: idle to %g, expected %g", place, rows[n].to,
              rows[n + 1].from);
}

void expect_rows(family *f, const char *place, const cJSON *jobs,
                 const cJSON *expected, int at, double shift)
{
    int count, rows_count, n = 0;
    row *rows = read_rows(f, jobs, expected, at, shift, &rows_count);
    const ts_stretch *s = lane(f, place, "run", &count);

    for (int i = 0; i < rows_count; i++) {
        if (rows[i].who < 0) {
            expect_idle(f, place, rows, i, rows_count);
            continue;
        }
        if (n < count) {
            if (owner(f, &s[n]) != rows[i].who)
                wrong(f, "%s, stretch %d: job %d, expected %d", place, n,
                      owner(f, &s[n]), rows[i].who);
            expect_units(f, "start of a stretch", rows[i].from, s[n].from);
            expect_units(f, "end of a stretch", rows[i].to, s[n].to);
        }
        n++;
    }
    if (n != count)
        wrong(f, "%s: %d stretches, expected %d", place, count, n);
    free(rows);
}

/* --- what became of the jobs --- */

typedef enum measure {
    RESPONSE,
    TURNAROUND,
    WAIT,
    FINISH,
    READY,
    MEASURES
} measure;

static const char *const names[MEASURES] = {"response", "turnaround", "wait",
                                            "finish", "ready_wait"};

static int64_t measured(const ts_thread_times *t, measure what)
{
    switch (what) {
    case RESPONSE:
        return t->first_run - t->arrival;
    case TURNAROUND:
        return t->finish - t->arrival;
    case WAIT:
        return t->finish - t->arrival - t->processor;
    case FINISH:
        return t->finish;
    default:
        return t->ready;
    }
}

static void expect_double(family *f, const char *what, const cJSON *item,
                          double actual)
{
    expect_near(f, what, value(f, item), actual, 1e-9, 0);
}

/* Of numbers that are no times: "769/300" is compared as a number too. */
static void expect_mean_number(family *f, const char *name, double mean)
{
    static const char *const groups[] = {"avg", "avg_exact"};

    for (int i = 0; i < 2; i++)
        if (has(part(f->expected, groups[i]), name))
            expect_double(f, name, part(part(f->expected, groups[i]), name),
                          mean);
}

void expect_mean(family *f, const char *name, int64_t sum_ps, int64_t n)
{
    const cJSON *exact = part(f->expected, "avg_exact");
    const cJSON *printed = part(f->expected, "printed_avg");
    double mean = (double)sum_ps / ((double)f->unit * (double)n);
    char key[64];

    if (has(part(f->expected, "avg"), name))
        expect_double(f, name, part(part(f->expected, "avg"), name), mean);
    if (has(exact, name))
        expect_rational(f, name, word(f, exact, name), sum_ps, n);
    if (has(printed, name))
        expect_printed(f, name, printed, mean);
    snprintf(key, sizeof key, "avg_%s", name);
    if (has(f->expected, key))
        expect_double(f, key, part(f->expected, key), mean);
    snprintf(key, sizeof key, "avg_%s_exact", name);
    if (has(f->expected, key))
        expect_rational(f, key, word(f, f->expected, key), sum_ps, n);
}

void expect_jobs(family *f, const cJSON *jobs, const cJSON *expected)
{
    const cJSON *job;
    int64_t sum[MEASURES] = {0}, n = 0;
    double normalized = 0;

    cJSON_ArrayForEach(job, expected)
    {
        const cJSON *other;
        ts_thread_times t;

        if (!job_times(f, job_number(f, jobs, part(job, "id")), &t))
            return;
        for (other = job->next; other != NULL; other = other->next)
            if (cJSON_Compare(part(job, "id"), part(other, "id"), true))
                wrong(f, "a job is expected twice");
        for (int i = 0; i < MEASURES; i++) {
            if (has(job, names[i]))
                expect_units(f, names[i], number(f, job, names[i]),
                             measured(&t, (measure)i));
            sum[i] += measured(&t, (measure)i);
        }
        normalized += (double)measured(&t, TURNAROUND) / (double)t.processor;
        if (has(job, "normalized_turnaround"))
            expect_double(f, "normalized turnaround",
                          part(job, "normalized_turnaround"),
                          (double)measured(&t, TURNAROUND) /
                              (double)t.processor);
        n++;
    }
    expect_count(f, "jobs", cJSON_GetArraySize(jobs), n);
    for (int i = 0; i < MEASURES; i++)
        expect_mean(f, names[i], sum[i], n);
    expect_mean_number(f, "normalized_turnaround", normalized / (double)n);
    expect_end(f, "makespan", "run.makespan");
}

void expect_busy(family *f, const char *what, double units, const char *share)
{
    expect_near(f, what, units,
                metric(f, "%s", share) * in_units(f, ts_result_end(f->result)),
                1e-9, 1e-9);
}

void expect_end(family *f, const char *key, const char *name)
{
    if (has(f->expected, key))
        expect_units(f, key, number(f, f->expected, key),
                     (int64_t)metric(f, "%s", name));
}
