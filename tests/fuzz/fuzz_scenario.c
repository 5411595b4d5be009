/*
 * fuzz_scenario.c - any bytes as a scenario: read, checked, built, and run for
 * a moment. Nothing may crash, hang or leak; what is wrong must be said.
 */
#include "sim/sweep/point.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void play(const ts_document *document)
{
    /* Raised from the start, it ends a run where it is first looked at, after
     * some thousand events: enough to reach every operation, few enough for
     * hundreds of runs a second. */
    volatile sig_atomic_t stop = 1;
    ts_point_options options = {.trace = TS_TRACE_SPANS,
                                .limits.memory = 256 << 20,
                                .interrupt = &stop};
    ts_diagnostics diagnostics;
    ts_error error = {.text = ""};
    ts_points *points;
    ts_point_run run;

    ts_diagnostics_init(&diagnostics);
    points = ts_points_create(document, &diagnostics);
    if (points == NULL && diagnostics.count == 0)
        abort(); /* refused without a word */
    if (points != NULL &&
        ts_point_play(points, 0, &options, &run, &diagnostics, &error))
        ts_point_fini(&run);
    else if (points != NULL && diagnostics.count == 0 && error.text[0] == '\0')
        abort();
    ts_points_destroy(points);
    ts_diagnostics_fini(&diagnostics);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    ts_diagnostics diagnostics;
    ts_document *document;

    ts_diagnostics_init(&diagnostics);
    document = ts_document_parse("fuzz.json", (const char *)data, size, NULL,
                                 &diagnostics);
    if (document == NULL && diagnostics.count == 0)
        abort();
    ts_diagnostics_fini(&diagnostics);
    if (document != NULL)
        play(document);
    ts_document_free(document);
    return 0;
}
