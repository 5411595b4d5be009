/*
 * version.c - `timeslice --version`: what it is made of, for reports of faults.
 */
#include <cjson/cJSON.h>

#include "sim/cli/help.h"
#include "sim/results/store.h"
#include "timeslice/timeslice.h"

#ifndef TS_COMMIT
#define TS_COMMIT ""
#endif

void ts_cli_version(FILE *out)
{
    fprintf(out, "timeslice %s\n", ts_version());
    if (TS_COMMIT[0] != '\0')
        fprintf(out, "commit    %s\n", TS_COMMIT);
#if defined(__clang__)
    fprintf(out, "compiler  clang %s\n", __clang_version__);
#else
    fprintf(out, "compiler  gcc %s\n", __VERSION__);
#endif
    fprintf(out, "libraries SQLite %s, cJSON %s\n", ts_store_library(),
            cJSON_Version());
}
