/*
 * clock.h - clock domains: exact rational frequencies with a phase.
 *
 * Edge k stands at floor(k * 10^12 * den / num) + phase picoseconds and is
 * always computed from k. Adding a rounded period would drift: at 3.6 GHz,
 * 278 ps a cycle is 0.8 ms late after one second.
 */
#ifndef TS_ENGINE_CLOCK_H
#define TS_ENGINE_CLOCK_H

#include "sim/engine/base.h"

typedef struct ts_clock {
    int64_t num; /* frequency is num/den hertz, in lowest terms, both > 0 */
    int64_t den;
    ts_time phase; /* when edge 0 stands, ps */
    /* The period 10^12 * den / num in lowest terms (2500/9 ps at 3.6 GHz),
     * which makes most edges one 64-bit division. period_num is 0 where it
     * does not fit; then the general, slower way is taken. Set by
     * ts_clock_make(). */
    uint64_t period_num, period_den;
} ts_clock;

/* A clock of num/den Hz; reduced. num and den must be positive. */
ts_clock ts_clock_make(int64_t num, int64_t den, ts_time phase);
/* When edge k stands; saturates at TS_NEVER. */
ts_time ts_clock_edge(const ts_clock *clock, int64_t k);
/* The first edge at or after `t`, as its number. Above 1 THz several edges
 * share a picosecond: this is the first of them, ts_clock_last() the last.
 * Numbers saturate at the ends of int64_t. */
int64_t ts_clock_next(const ts_clock *clock, ts_time t);
/* The last edge at or before `t`, as its number (may be negative). */
int64_t ts_clock_last(const ts_clock *clock, ts_time t);

/*
 * Fine time: picoseconds with 40 binary digits after the point, for the
 * position of a processor inside a chain of operations that are not whole
 * picoseconds long. One cycle at 3.6 GHz is 2500/9 ps; its fine value is off
 * by less than 2^-40 ps, so that even a chain of 10^9 operations lands on the
 * right picosecond. Events stand at whole picoseconds: ts_fine_floor().
 */
typedef ts_i128 ts_fine;

#define TS_FINE_BITS 40
#define TS_FINE_NEVER ((ts_fine)TS_NEVER << TS_FINE_BITS)
/* Differences up to 2^-10 ps are the rounding of fine amounts, not time. */
#define TS_FINE_GUARD ((ts_fine)1 << (TS_FINE_BITS - 10))

static inline ts_fine ts_fine_make(ts_time t)
{
    return (ts_fine)t << TS_FINE_BITS;
}

/* The picosecond a fine time falls in. The guard of 2^-10 ps takes up the
 * rounding of the operations before it, so that a sum that should be whole
 * is not seen one picosecond early. */
static inline ts_time ts_fine_floor(ts_fine f)
{
    return (ts_time)((f + TS_FINE_GUARD) >> TS_FINE_BITS);
}

/* `cycles` of the clock as fine time, rounded to nearest. */
ts_fine ts_clock_fine(const ts_clock *clock, int64_t cycles);
/* How long `amount` takes at num / den of them a second, to 2^-40 ps, and no
 * longer than TS_TIME_LIMIT. */
ts_fine ts_fine_at_rate(int64_t amount, int64_t num, int64_t den);

#endif
