/*
 * bench_policies.c - what a decision costs under every policy of the list, by
 * the number of ready threads and of processors.
 *
 *   bench_policies [POLICY]     default: all of them
 *
 * So many threads run a microsecond each and yield, without end; 1 000 of them
 * also on 4, 64 and 256 processors, whose decisions fall at the same instants.
 * What grows as the logarithm of the ready threads costs 1.7 times as much with
 * 100 000 as with 1 000, and what touches memory that no cache holds a few times
 * more: `growth` is that ratio. Each yield is a put and a pick. A run is played to two points of
 * simulated time, and the difference of CPU seconds is what the decisions
 * between them cost, with the threads already made. Bytes are those of the run's
 * memory, over the threads. 0 decisions: the policy cannot play this.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "models/machine/policy.h"
#include "sim/sweep/point.h"

#define DECISIONS 600000
#define TIMES 3

static double cpu_seconds(void)
{
    return (double)clock() / CLOCKS_PER_SEC;
}

typedef struct outcome {
    double seconds, decisions, bytes;
} outcome;

/* What the policy cannot do without: a time is 10 us, a list has one element,
 * a variant is the first there is. Round robin's slice is said, too. */
static void say_options(const ts_entry *entry, char *text, size_t size)
{
    text[0] = '\0';
    for (int i = 0; entry->shape != NULL && i < entry->shape->field_count;
         i++) {
        const ts_field *field = &entry->shape->fields[i];
        size_t used = strlen(text);
        bool slice = strcmp(field->name, "slice") == 0 &&
                     strcmp(entry->name, "round-robin") == 0;

        if (!field->required && !slice)
            continue;
        if (field->kind == TS_FIELD_VARIANT)
            snprintf(text + used, size - used, ", \"%s\": {\"%s\": {}}",
                     field->name, field->registry->entries[0]->name);
        else
            snprintf(text + used, size - used, ", \"%s\": %s", field->name,
                     field->kind == TS_FIELD_LIST ? "[{}]" : "10");
    }
}

static bool play(const ts_entry *entry, int threads, int processors,
                 int64_t stop_us, outcome *o)
{
    char text[1024], extra[256];
    ts_diagnostics diagnostics;
    ts_error error = {.text = ""};
    ts_point_options options = {.trace = TS_TRACE_OFF};
    ts_document *document;
    ts_points *points = NULL;
    ts_point_run run;
    double start;
    bool good = false;

    say_options(entry, extra, sizeof extra);
    snprintf(text, sizeof text,
             "{\"title\": \"bench\", \"unit\": \"1us\", \"stop\": %lld, "
             "\"computer\": {\"processors\": %d}, \"system\": {\"policy\": "
             "\"%s\"%s}, \"threads\": [{\"name\": "
             "\"t\", \"count\": %d, \"program\": [{\"forever\": [{\"run\": 1}, "
             "\"yield\"]}]}]}",
             (long long)stop_us, processors, entry->name, extra, threads);
    ts_diagnostics_init(&diagnostics);
    document =
        ts_document_parse("bench", text, strlen(text), NULL, &diagnostics);
    if (document != NULL)
        points = ts_points_create(document, &diagnostics);
    start = cpu_seconds();
    if (points != NULL &&
        ts_point_play(points, 0, &options, &run, &diagnostics, &error)) {
        const ts_metric *dispatches =
            ts_report_find(run.report, "processor.useful");

        o->seconds = cpu_seconds() - start;
        o->decisions = (double)stop_us * processors *
                       (dispatches != NULL ? dispatches->value : 0);
        o->bytes = (double)run.report->arena->used;
        good = !run.report->failed;
        ts_point_fini(&run);
    }
    ts_points_destroy(points);
    ts_document_free(document);
    ts_diagnostics_fini(&diagnostics);
    return good;
}

/* The quickest of a few: what is slower was disturbed. */
static bool play_best(const ts_entry *entry, int threads, int processors,
                      int64_t stop_us, outcome *best)
{
    outcome o;

    for (int i = 0; i < TIMES; i++) {
        if (!play(entry, threads, processors, stop_us, &o))
            return false;
        if (i == 0 || o.seconds < best->seconds)
            *best = o;
    }
    return true;
}

/* Seconds a decision; negative: the policy cannot play this. By the first of
 * the two points all threads have run once. */
static double cost(const ts_entry *entry, int threads, int processors)
{
    int64_t start = 10 + threads / processors;
    int64_t stop = start + DECISIONS / processors;
    outcome few, many;

    if (!play_best(entry, threads, processors, start, &few) ||
        !play_best(entry, threads, processors, stop, &many) ||
        many.decisions <= few.decisions || many.seconds <= few.seconds)
        return -1;
    return (many.seconds - few.seconds) / (many.decisions - few.decisions);
}

static void show(double seconds)
{
    if (seconds > 0)
        printf("%10.2f", 1e-6 / seconds);
    else
        printf("%10s", "-");
}

static void measure(const ts_entry *entry)
{
    static const int sizes[] = {10, 1000, 100000};
    static const int processors[] = {4, 64, 256};
    double of[3];
    outcome none, many;

    printf("%-20s", entry->name);
    for (int i = 0; i < 3; i++) {
        of[i] = cost(entry, sizes[i], 1);
        show(of[i]);
    }
    if (of[1] > 0 && of[2] > 0)
        printf("%8.1f", of[2] / of[1]);
    else
        printf("%8s", "-");
    for (int i = 0; i < 3; i++)
        show(cost(entry, 1000, processors[i]));
    if (play(entry, 1, 1, 10, &none) && play(entry, 100000, 1, 10, &many))
        printf("%8.0f", (many.bytes - none.bytes) / 100000);
    printf("\n");
    fflush(stdout);
}

int main(int argc, char **argv)
{
    printf("%-20s%30s%8s%30s%8s\n%-20s%10s%10s%10s%8s%10s%10s%10s%8s\n",
           "million decisions/s", "ready threads, 1 processor", "",
           "processors, 1000 threads", "bytes a", "", "10", "1000", "100000",
           "growth", "4", "64", "256", "thread");
    for (int i = 0; i < ts_policies.count; i++)
        if (argc < 2 || strcmp(argv[1], ts_policies.entries[i]->name) == 0)
            measure(ts_policies.entries[i]);
    return 0;
}
