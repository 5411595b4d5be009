/*
 * quotient.h - numbers as students write them: 7, 5.6, 28/5, 5 3/5, 62.5 %.
 */
#ifndef TS_EXERCISE_QUOTIENT_H
#define TS_EXERCISE_QUOTIENT_H

#include "sim/engine/arena.h"

/* In lowest terms, under > 0. */
typedef struct ts_quotient {
    int64_t over, under;
} ts_quotient;

/* over/under in lowest terms; under != 0. */
ts_quotient ts_quotient_of(int64_t over, int64_t under);
/* The simplest fraction within a millionth of `value`. */
ts_quotient ts_quotient_near(double value);
/* Negative, 0, positive: a below, at, above b. */
int ts_quotient_compare(ts_quotient a, ts_quotient b);
/* Whether a is at most `within` from b. */
bool ts_quotient_close(ts_quotient a, ts_quotient b, ts_quotient within);
double ts_quotient_double(ts_quotient a);
/* Reads all of `text`; a unit behind the number (`unit`, may be "") is taken
 * for what it is. false: no number, or one beyond 10^12. */
bool ts_quotient_read(const char *text, const char *unit, ts_quotient *value);
/* "7", "5.6" where three decimals say it, else "7/3". */
const char *ts_quotient_text(ts_quotient value, ts_arena *arena);
/* With decimals, for readers that know no fractions: "2.333333". */
const char *ts_quotient_decimal(ts_quotient value, ts_arena *arena);

#endif
