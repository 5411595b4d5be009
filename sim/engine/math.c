/*
 * math.c - logarithm, exponential, power and square root that give the same
 * bits on every machine; declared in random.h.
 *
 * Only IEEE 754 binary64 + - * / and integer operations are used, in a fixed
 * order, and the build forbids contraction to fused operations. Accuracy
 * comes from carrying a rounding error along as a second double where it
 * matters ("double-double": Dekker 1971), not from more terms.
 */
#include "sim/engine/random.h"

#include <string.h>

/* ln 2 in two parts; the high one has 32 significant bits, so that its product
 * with any exponent is exact. */
#define LN2_HIGH 0x1.62e42fefp-1
#define LN2_LOW 0x1.473de6af278edp-34
#define LN2_INVERSE 0x1.71547652b82fep+0

/* 1/n! from n = 13 down to 1, and 1/n for odd n from 23 down to 3. */
static const double factorial_inverse[] = {1.0 / 6227020800,
                                           1.0 / 479001600,
                                           1.0 / 39916800,
                                           1.0 / 3628800,
                                           1.0 / 362880,
                                           1.0 / 40320,
                                           1.0 / 5040,
                                           1.0 / 720,
                                           1.0 / 120,
                                           1.0 / 24,
                                           1.0 / 6,
                                           1.0 / 2,
                                           1.0};
static const double odd_inverse[] = {1.0 / 23, 1.0 / 21, 1.0 / 19, 1.0 / 17,
                                     1.0 / 15, 1.0 / 13, 1.0 / 11, 1.0 / 9,
                                     1.0 / 7,  1.0 / 5,  1.0 / 3};

typedef struct ts_pair {
    double high, low;
} ts_pair;

static uint64_t bits_of(double x)
{
    uint64_t bits;

    memcpy(&bits, &x, sizeof bits);
    return bits;
}

static double double_of(uint64_t bits)
{
    double x;

    memcpy(&x, &bits, sizeof x);
    return x;
}

static double infinity_positive(void)
{
    return double_of(UINT64_C(0x7ff0000000000000));
}

static double not_a_number(void)
{
    return double_of(UINT64_C(0x7ff8000000000000));
}

/* a + b with its rounding error, for |a| >= |b|. */
static ts_pair sum_exact(double a, double b)
{
    assert((a < 0 ? -a : a) >= (b < 0 ? -b : b) || a == 0 || a != a);
    double high = a + b;

    return (ts_pair){high, b - (high - a)};
}

/* a * b with its rounding error. Each factor is cut into 26 high bits and 27
 * low ones, so that all products but that of the two low parts, which is some
 * 2^-52 of the error, are exact. */
static ts_pair product_exact(double a, double b)
{
    const uint64_t mask = ~(uint64_t)0 << 27;
    double ah = double_of(bits_of(a) & mask), al = a - ah;
    double bh = double_of(bits_of(b) & mask), bl = b - bh;
    double high = a * b;

    return (ts_pair){high, ((ah * bh - high) + ah * bl + al * bh) + al * bl};
}

/*
 * ln x for finite x > 0 as a sum of two doubles, good to about 2^-63.
 *
 * x = 2^k m with m in [sqrt 1/2, sqrt 2); s = (m - 1) / (m + 1), |s| < 0.1716;
 * ln m = 2 (s + s^3/3 + s^5/5 + ...). The first term needs s to double the
 * precision; the others together are below 1 % of it.
 */
static ts_pair log_pair(double x)
{
    uint64_t bits = bits_of(x);
    int k = 0;
    double m, top, s, z, rest, series;
    ts_pair bottom, back, result;

    if (bits < UINT64_C(0x0010000000000000)) { /* subnormal */
        bits = bits_of(x * 0x1p54);
        k = -54;
    }
    /* Adding the distance from sqrt 1/2 to 1 carries into the exponent
     * exactly when the fraction is at or above sqrt 2. */
    bits += UINT64_C(0x3ff0000000000000) - UINT64_C(0x3fe6a09e667f3bcd);
    k += (int)(bits >> 52) - 1023;
    bits = (bits & UINT64_C(0x000fffffffffffff)) + UINT64_C(0x3fe6a09e667f3bcd);
    m = double_of(bits);

    top = m - 1; /* exact */
    bottom = m >= 1 ? sum_exact(m, 1) : sum_exact(1, m);
    s = top / bottom.high;
    back = product_exact(s, bottom.high);
    rest = ((top - back.high) - back.low - s * bottom.low) / bottom.high;

    z = s * s;
    series = odd_inverse[0];
    for (size_t i = 1; i < TS_COUNT_OF(odd_inverse); i++)
        series = series * z + odd_inverse[i];
    result = sum_exact(k * LN2_HIGH, 2 * s);
    result.low += k * LN2_LOW + 2 * (rest + s * z * series);
    return sum_exact(result.high, result.low);
}

double ts_log(double x)
{
    if (!(x > 0))
        return x == 0 ? -infinity_positive() : not_a_number();
    return x > 0x1.fffffffffffffp1023 ? x : log_pair(x).high;
}

/* x * 2^k for x in [1/2, 2) and any k that is not absurd, rounded once. */
static double scale(double x, int k)
{
    assert(x >= 0.5 && x <= 2 && k > -1080 && k < 1030);
    if (k > 1000) {
        x *= 0x1p1000;
        k -= 1000;
    } else if (k < -1000) { /* to just above the subnormals, then the rest */
        x *= double_of((uint64_t)(k + 1000 + 60 + 1023) << 52);
        return x * 0x1p-1000 * 0x1p-60;
    }
    return x * double_of((uint64_t)(k + 1023) << 52);
}

/*
 * exp(x + low) for a `low` far below x. x = k ln 2 + r, |r| <= ln 2 / 2, and
 * Taylor's series for exp(r) up to r^13/13!, whose remainder is below 2^-57.
 */
static double exp_pair(double x, double low)
{
    double k, r, tail, series;
    ts_pair reduced;

    if (!(x < 709.79))
        return x > 0 ? infinity_positive() : x; /* NaN stays what it is */
    if (x < -745.2)
        return 0;
    k = (double)(int)(x * LN2_INVERSE + (x < 0 ? -0.5 : 0.5));
    r = x - k * LN2_HIGH; /* exact: both are close */
    tail = low - k * LN2_LOW;
    reduced.high = r + tail;
    reduced.low = r - reduced.high + tail;
    series = factorial_inverse[0];
    for (size_t i = 1; i < TS_COUNT_OF(factorial_inverse); i++)
        series = series * reduced.high + factorial_inverse[i];
    /* exp(r + e) = 1 + (r * series + e (1 + r)), small things first */
    series = reduced.high * series + reduced.low * (1.0 + reduced.high);
    return scale(1.0 + series, (int)k);
}

double ts_exp(double x)
{
    return exp_pair(x, 0);
}

double ts_pow(double x, double y)
{
    ts_pair log, product;

    if (y == 0 || x == 1)
        return 1;
    if (!(x > 0) || y != y) {
        if (x == 0 && y == y)
            return y > 0 ? 0 : infinity_positive();
        return not_a_number();
    }
    if (x > 0x1.fffffffffffffp1023)
        return y > 0 ? x : 0;
    log = log_pair(x);
    product.high = log.high * y;
    if (!(product.high < 800 && product.high > -800))
        return product.high > 0 ? infinity_positive() : 0;
    product = product_exact(log.high, y);
    return exp_pair(product.high, product.low + log.low * y);
}

/*
 * The integer square root of a 126-bit number is the mantissa of the result
 * with bits to spare; what is left over says which way to round.
 */
double ts_sqrt(double x)
{
    uint64_t bits, root;
    int exponent = 0;
    ts_u128 square;

    if (!(x > 0) || x > 0x1.fffffffffffffp1023)
        return x < 0 ? not_a_number() : x;
    if (x < 0x1p-1022) {
        x *= 0x1p108;
        exponent = -54;
    }
    bits = bits_of(x);
    exponent += ((int)(bits >> 52) - 1023) >> 1;
    /* The mantissa in [1, 4), scaled by 2^106: its root has 54 bits, one more
     * than fit, which tells below from above half (a tie cannot be). */
    square = (ts_u128)((bits & UINT64_C(0x000fffffffffffff)) |
                       UINT64_C(0x0010000000000000))
             << ((bits >> 52 & 1) ? 54 : 55);
    root = 0;
    for (int bit = 53; bit >= 0; bit--) {
        uint64_t more = root | UINT64_C(1) << bit;

        if ((ts_u128)more * more <= square)
            root = more;
    }
    assert(root >> 53 == 1 && (ts_u128)root * root <= square);
    root = (root >> 1) + (root & 1);
    return scale((double)root * 0x1p-52, exponent);
}
