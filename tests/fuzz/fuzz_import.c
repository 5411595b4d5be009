/*
 * fuzz_import.c - any bytes as a trace or as a workload for rt-app. Nothing may
 * crash, hang or leak; what is refused is refused with a word, and what is made
 * of the rest is JSON that the reader takes for a scenario, or says why not.
 */
#include "sim/exchange/import.h"
#include "sim/scenario/document.h"

#include <stdlib.h>

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size);

static void import(const uint8_t *data, size_t size, bool fit)
{
    const ts_import_options options = {.name = "fuzz", .fit = fit};
    FILE *in = fmemopen((void *)(uintptr_t)data, size, "rb");
    ts_error error = {.text = ""};
    ts_diagnostics diagnostics;
    ts_document *document;
    ts_import made;

    if (in == NULL)
        return;
    ts_diagnostics_init(&diagnostics);
    if (ts_import_read(&made, in, &options, &error)) {
        document = ts_document_parse("made.json", made.scenario.data,
                                     made.scenario.length, NULL, &diagnostics);
        if (document == NULL)
            abort(); /* no JSON */
        ts_document_free(document);
    } else if (error.text[0] == '\0') {
        abort(); /* refused without a word */
    }
    ts_import_fini(&made);
    ts_diagnostics_fini(&diagnostics);
    fclose(in);
}

int LLVMFuzzerTestOneInput(const uint8_t *data, size_t size)
{
    if (size > 0) {
        import(data, size, false);
        import(data, size, true);
    }
    return 0;
}
