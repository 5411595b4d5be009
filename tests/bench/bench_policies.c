/*
 * bench_policies.c - what a decision costs under every policy of the list, by
 * the number of ready threads.
 *
 *   bench_policies [POLICY]     default: all of them
 *
 * So many threads run a microsecond each and yield, without end, on one
 * processor. Each yield is a put and a pick. A run is played to two points of
 * simulated time, and the difference of CPU seconds is what the decisions
 * between them cost, with the threads already made. Bytes are those of the run's
 * memory, over the threads. 0 decisions: the policy cannot play this.
 */
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "models/policy/policy.h"
#include "sim/sweep/point.h"

#define DECISIONS 200000

static double cpu_seconds(void)
{
    return (double)clock() / CLOCKS_PER_SEC;
}

typedef struct outcome {
    double seconds, decisions, bytes;
} outcome;

static bool has_required(const ts_entry *entry, const char *name)
{
    for (int i = 0; entry->shape && i < entry->shape->field_count; i++)
        if (strcmp(entry->shape->fields[i].name, name) == 0)
            return entry->shape->fields[i].required ||
                   strcmp(entry->name, "round-robin") == 0;
    return false;
}

static bool play(const ts_entry *entry, int threads, int64_t stop_us,
                 outcome *o)
{
    char text[1024];
    ts_diagnostics diagnostics;
    ts_error error = {.text = ""};
    ts_point_options options = {.trace = TS_TRACE_OFF};
    ts_document *document;
    ts_points *points = NULL;
    ts_point_run run;
    double start;
    bool good = false;

    snprintf(text, sizeof text,
             "{\"title\": \"bench\", \"unit\": \"1us\", \"stop\": %lld, "
             "\"system\": {\"policy\": \"%s\"%s}, \"threads\": [{\"name\": "
             "\"t\", \"count\": %d, \"program\": [{\"forever\": [{\"run\": 1}, "
             "\"yield\"]}]}]}",
             (long long)stop_us, entry->name,
             has_required(entry, "slice") ? ", \"slice\": 10" : "", threads);
    ts_diagnostics_init(&diagnostics);
    document =
        ts_document_parse("bench", text, strlen(text), NULL, &diagnostics);
    if (document)
        points = ts_points_create(document, &diagnostics);
    start = cpu_seconds();
    if (points &&
        ts_point_play(points, 0, &options, &run, &diagnostics, &error)) {
        const ts_metric *dispatches =
            ts_report_find(run.report, "processor.useful");

        o->seconds = cpu_seconds() - start;
        o->decisions = (double)stop_us * (dispatches ? dispatches->value : 0);
        o->bytes = (double)run.report->arena->used;
        good = !run.report->failed;
        ts_point_fini(&run);
    }
    ts_points_destroy(points);
    ts_document_free(document);
    ts_diagnostics_fini(&diagnostics);
    return good;
}

static void measure(const ts_entry *entry)
{
    static const int sizes[] = {10, 1000, 100000};

    printf("%-20s", entry->name);
    for (int i = 0; i < 3; i++) {
        outcome none, few, many;
        double took;

        if (!play(entry, 1, 10, &none) || !play(entry, sizes[i], 10, &few) ||
            !play(entry, sizes[i], 10 + DECISIONS, &many)) {
            printf("%14s", "-");
            continue;
        }
        took = many.seconds - few.seconds;
        printf("%9.2f M/s",
               took > 0 ? (many.decisions - few.decisions) / took / 1e6 : 0);
        if (i == 2)
            printf("%9.0f B", (few.bytes - none.bytes) / sizes[i]);
    }
    printf("\n");
    fflush(stdout);
}

int main(int argc, char **argv)
{
    printf("%-20s%13s%13s%13s%11s\n", "decisions a second", "10 threads",
           "1000", "100000", "a thread");
    for (int i = 0; i < ts_policies.count; i++)
        if (argc < 2 || strcmp(argv[1], ts_policies.entries[i]->name) == 0)
            measure(ts_policies.entries[i]);
    return 0;
}
