/*
 * api.h - what the sources of the public interface share.
 */
#ifndef TS_API_API_H
#define TS_API_API_H

#include "sim/sweep/point.h"

struct ts_result {
    ts_point_run run; /* owned */
};

/* Hands diagnostics (and an error, if there is one) out as text and ends
 * them. Always returns NULL. */
void *ts_api_tell(char **message, ts_diagnostics *diagnostics,
                  const ts_error *error);

#endif
