/*
 * clock.c - exact clock domains; see clock.h.
 *
 * With P = 10^12 * den and Q = num, edge k stands at floor(k P / Q). All of
 * it is integer arithmetic in 128 bits: a time is below 2^63 and Q below
 * 2^63, so k P = t Q stays below 2^126 for every edge that has a time; a
 * product that overflows belongs to an edge past the end of time.
 *
 * For integers T and real y, floor(y) >= T says y >= T, and floor(y) <= T says
 * y < T + 1; hence the edges next to a time T (counted from the phase):
 *   first at or after:  ceil(T Q / P)
 *   last at or before:  ceil((T + 1) Q / P) - 1
 */
#include "sim/engine/clock.h"

static uint64_t common_divisor(uint64_t a, uint64_t b)
{
    while (b != 0) {
        uint64_t rest = a % b;

        a = b;
        b = rest;
    }
    return a;
}

static ts_i128 floor_divide(ts_i128 a, ts_i128 b)
{
    assert(b > 0);
    return a / b - (a % b < 0);
}

static ts_i128 ceil_divide(ts_i128 a, ts_i128 b)
{
    assert(b > 0);
    return a / b + (a % b > 0);
}

static int64_t saturate(ts_i128 value)
{
    if (value > INT64_MAX)
        return INT64_MAX;
    return value < INT64_MIN ? INT64_MIN : (int64_t)value;
}

ts_clock ts_clock_make(int64_t num, int64_t den, ts_time phase)
{
    uint64_t shared, scale;
    ts_clock clock = {.phase = phase};

    assert(num > 0 && den > 0);
    shared = common_divisor((uint64_t)num, (uint64_t)den);
    clock.num = num / (int64_t)shared;
    clock.den = den / (int64_t)shared;
    /* num and den have nothing in common any more, so 10^12 and num are all
     * there is to reduce in the period. */
    scale = common_divisor((uint64_t)TS_S, (uint64_t)clock.num);
    clock.period_den = (uint64_t)clock.num / scale;
    if (__builtin_mul_overflow((uint64_t)TS_S / scale, (uint64_t)clock.den,
                               &clock.period_num))
        clock.period_num = 0;
    assert(common_divisor((uint64_t)clock.num, (uint64_t)clock.den) == 1);
    assert(clock.period_den > 0 && clock.num % (int64_t)clock.period_den == 0);
    return clock;
}

/* 10^12 * den, at most 2^103. */
static ts_i128 scaled_den(const ts_clock *clock)
{
    assert(clock->num > 0 && clock->den > 0); /* ts_clock_make() was called */
    return (ts_i128)TS_S * clock->den;
}

ts_time ts_clock_edge(const ts_clock *clock, int64_t k)
{
    uint64_t small;
    ts_i128 product;

    if (clock->period_num != 0 && k >= 0 &&
        !__builtin_mul_overflow((uint64_t)k, clock->period_num, &small)) {
        small /= clock->period_den;
        if (small <= INT64_MAX)
            return ts_time_add((ts_time)small, clock->phase);
    }
    if (__builtin_mul_overflow((ts_i128)k, scaled_den(clock), &product))
        return k > 0 ? TS_NEVER : INT64_MIN;
    return saturate(floor_divide(product, clock->num) + clock->phase);
}

int64_t ts_clock_next(const ts_clock *clock, ts_time t)
{
    ts_i128 since = (ts_i128)t - clock->phase;
    uint64_t small;

    if (clock->period_num != 0 && since >= 0 && since <= INT64_MAX &&
        !__builtin_mul_overflow((uint64_t)since, clock->period_den, &small)) {
        small = small / clock->period_num + (small % clock->period_num != 0);
        return saturate((ts_i128)small);
    }
    return saturate(ceil_divide(since * clock->num, scaled_den(clock)));
}

int64_t ts_clock_last(const ts_clock *clock, ts_time t)
{
    ts_i128 after = (ts_i128)t - clock->phase + 1;
    uint64_t small;

    if (clock->period_num != 0 && after >= 0 && after <= INT64_MAX &&
        !__builtin_mul_overflow((uint64_t)after, clock->period_den, &small)) {
        small = small / clock->period_num + (small % clock->period_num != 0);
        return saturate((ts_i128)small - 1);
    }
    return saturate(ceil_divide(after * clock->num, scaled_den(clock)) - 1);
}

ts_fine ts_clock_fine(const ts_clock *clock, int64_t cycles)
{
    ts_i128 product, whole, rest, divisor = clock->num;
    uint64_t small;

    /* One 64-bit division each for the whole picoseconds and the fraction:
     * the rest is below period_den, so it may be shifted by 40 bits when
     * that has at most 23. */
    if (clock->period_num != 0 && cycles >= 0 &&
        clock->period_den < (UINT64_C(1) << (63 - TS_FINE_BITS)) &&
        !__builtin_mul_overflow((uint64_t)cycles, clock->period_num, &small)) {
        uint64_t part = small % clock->period_den << TS_FINE_BITS;

        part = (part + clock->period_den / 2) / clock->period_den;
        small /= clock->period_den;
        if (small < INT64_MAX)
            return ((ts_fine)small << TS_FINE_BITS) + (ts_fine)part;
    }
    if (__builtin_mul_overflow((ts_i128)cycles, scaled_den(clock), &product))
        return cycles > 0 ? TS_FINE_NEVER : -TS_FINE_NEVER;
    whole = floor_divide(product, divisor);
    if (whole >= TS_NEVER || whole <= -TS_NEVER)
        return whole > 0 ? TS_FINE_NEVER : -TS_FINE_NEVER;
    rest = product - whole * divisor;
    assert(rest >= 0 && rest < divisor);
    return whole * ((ts_i128)1 << TS_FINE_BITS) +
           (rest * ((ts_i128)1 << TS_FINE_BITS) + divisor / 2) / divisor;
}

ts_fine ts_fine_at_rate(int64_t amount, int64_t num, int64_t den)
{
    ts_i128 product = (ts_i128)amount * den, ps;

    assert(amount >= 0 && num > 0 && den > 0);
    if (product / num >= TS_TIME_LIMIT / TS_S)
        return ts_fine_make(TS_TIME_LIMIT);
    ps = product % num * TS_S;
    return product / num * ts_fine_make(TS_S) + (ps / num << TS_FINE_BITS) +
           (ps % num << TS_FINE_BITS) / num;
}
