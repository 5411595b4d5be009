/*
 * takes.h - a field's table in words (private to sim/scenario): what it
 * takes, from where to where, and an example.
 */
#ifndef TS_SCENARIO_TAKES_H
#define TS_SCENARIO_TAKES_H

#include "sim/scenario/decode.h"

/* "a time such as "5ms" or "300 cycles"" */
void ts_takes_text(const ts_field *field, ts_buffer *out);
/* "from 1 to 64"; nothing where everything is allowed. */
void ts_takes_range(const ts_field *field, ts_buffer *out);
/* A value that may stand there, as JSON. */
void ts_takes_example(const ts_field *field, ts_buffer *out);

#endif
