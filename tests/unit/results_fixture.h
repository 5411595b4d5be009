/*
 * results_fixture.h - reports made by hand, for the tests of the results.
 */
#ifndef TESTS_UNIT_RESULTS_FIXTURE_H
#define TESTS_UNIT_RESULTS_FIXTURE_H

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include <cmocka.h>

#include "sim/results/store.h"

typedef struct fixture {
    ts_arena arena;
    ts_trace trace;
    ts_report report;
    ts_tally tally;
    ts_histogram histogram;
} fixture;

static inline void fixture_begin(fixture *f, ts_trace_level level)
{
    *f = (fixture){.report.reason = NULL};
    ts_arena_init(&f->arena, 0);
    ts_trace_init(&f->trace, level);
    ts_report_init(&f->report, &f->arena, &f->trace);
}

static inline void fixture_end(fixture *f)
{
    ts_trace_fini(&f->trace);
    ts_arena_fini(&f->arena);
}

/* Three threads take turns of 10 us on one processor, 1 us apart; the third is
 * shorter, and one of them never finishes. */
static inline void fixture_slices(fixture *f, ts_trace_level level)
{
    static const char *const names[] = {"program.0", "program.1", "program.2"};
    int place, run, change, series;
    ts_time now = 0;

    fixture_begin(f, level);
    place = ts_trace_name(&f->trace, TS_PLACES, "processor 0");
    run = ts_trace_name(&f->trace, TS_KINDS, "run");
    change = ts_trace_name(&f->trace, TS_KINDS, "switch");
    series = ts_trace_name(&f->trace, TS_SERIES, "ready");
    for (int i = 0; i < 6; i++) {
        ts_time slice = i == 5 ? 5 * TS_US : 10 * TS_US;

        if (i > 0)
            ts_trace_span(&f->trace, now - TS_US, now, place, change, i % 3, 0);
        ts_trace_note(&f->trace, now, place, i % 3, "%s is first in the queue",
                      names[i % 3]);
        ts_trace_span(&f->trace, now, now + slice, place, run, i % 3, 0);
        ts_trace_sample(&f->trace, now, series, 6 - i);
        ts_trace_instant(&f->trace, now, place, run, -1, 7);
        now += slice + TS_US;
    }
    ts_histogram_init(&f->histogram, &f->arena);
    for (int i = 0; i < 3; i++) {
        ts_thread_row row = {.id = i,
                             .name = names[i],
                             .task = "program",
                             .job = i,
                             .arrival = 0,
                             .first_run = i * 11 * TS_US,
                             .finish = i == 1 ? TS_NEVER : (43 + 9 * i) * TS_US,
                             .deadline = TS_NEVER,
                             .processor = 20 * TS_US,
                             .ready = 23 * TS_US,
                             .dispatches = 2,
                             .preemptions = 1};

        ts_report_thread(&f->report, &row);
        ts_tally_add(&f->tally, (43 + 9 * i) * TS_US);
        ts_histogram_add(&f->histogram, (43 + 9 * i) * TS_US);
    }
    ts_report_ratio(&f->report, 55, 60, "processor.useful");
    ts_report_count(&f->report, 5, "processor.switches");
    ts_report_value(&f->report, TS_UNIT_RATE, 100000, "throughput");
    ts_report_tally(&f->report, TS_UNIT_TIME, &f->tally, &f->histogram,
                    "threads.program.turnaround");
    ts_report_convention(&f->report, "ties", "first come, first served");
    f->report.end = 60 * TS_US;
    f->report.events = 17;
    f->report.reason = "all threads finished";
    ts_report_seal(&f->report);
}

static const ts_run_facts fixture_facts = {
    .scenario_name = "slices.json",
    .title = "Three threads, three slices",
    .text = "{ \"title\": \"Three threads, three slices\" }\n",
    .canonical = "{\"title\":\"Three threads, three slices\"}",
    .seed = UINT64_MAX,
    .wall_started_us = 1700000000000000,
    .wall_us = 1234,
};

/* A new directory, and a path in it; the caller removes both. */
static inline char *fixture_path(char *buffer, size_t size, const char *name)
{
    char directory[] = "/tmp/timeslice-test-XXXXXX";

    assert_non_null(mkdtemp(directory));
    snprintf(buffer, size, "%s/%s", directory, name);
    return buffer;
}

static inline void fixture_remove(const char *path)
{
    char directory[256];

    unlink(path);
    snprintf(directory, sizeof directory, "%.*s",
             (int)(strrchr(path, '/') - path), path);
    rmdir(directory);
}

#endif
