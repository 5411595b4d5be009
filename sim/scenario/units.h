/*
 * units.h - quantities as people write them, read exactly.
 *
 * "1.5us" is the decimal 1.5 and the unit us; the decimal is kept as a ratio
 * of 128-bit integers, so that nothing passes through a double on the way to
 * picoseconds or bytes.
 */
#ifndef TS_SCENARIO_UNITS_H
#define TS_SCENARIO_UNITS_H

#include "sim/scenario/field.h"

/* What a text may be; a set of these is what a field takes. */
typedef enum ts_quantity_kind {
    TS_QUANTITY_NUMBER = 1, /* "42": no unit */
    TS_QUANTITY_TIME = 2,   /* in ps */
    TS_QUANTITY_CYCLES = 4,
    TS_QUANTITY_SIZE = 8,        /* in bytes */
    TS_QUANTITY_RATIO = 16,      /* "85%", as 0.85 */
    TS_QUANTITY_FREQUENCY = 32,  /* in Hz */
    TS_QUANTITY_RATE = 64,       /* per second */
    TS_QUANTITY_BYTE_RATE = 128, /* bytes per second */
    TS_QUANTITY_POWER = 256      /* in watts */
} ts_quantity_kind;

/* The value in base units: numerator / denominator, both >= 0. */
typedef struct ts_quantity {
    ts_quantity_kind kind;
    bool negative;
    ts_u128 numerator, denominator;
} ts_quantity;

/* Reads `text` as one of the kinds in `allowed`. */
bool ts_quantity_read(const char *text, unsigned allowed, ts_quantity *quantity,
                      ts_error *error);
/* A number without unit, as JSON or a bare text writes it. */
bool ts_number_read(const char *text, ts_quantity *quantity, ts_error *error);
/* a x b, for bare numbers of a declared unit; false when it is too large. */
bool ts_quantity_scale(ts_quantity *a, const ts_quantity *b);

/* The value where it is whole and fits; `text` is what the message shows. A time
 * that is no whole picosecond is the nearest one, of two the even one: people
 * write 1/3 s. */
bool ts_quantity_whole(const ts_quantity *quantity, const char *text,
                       int64_t *whole, ts_error *error);
/* Lowest terms in 64 bits. */
bool ts_quantity_rational(const ts_quantity *quantity, const char *text,
                          ts_rational *rational, ts_error *error);
double ts_quantity_double(const ts_quantity *quantity);

/* "a time such as \"5ms\"": what the kinds in `allowed` look like. */
void ts_quantity_describe(unsigned allowed, char *buffer, size_t size);
/* A regular expression (ECMA 262) for the JSON Schema. */
void ts_quantity_pattern(unsigned allowed, char *buffer, size_t size);

#endif
