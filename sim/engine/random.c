/*
 * random.c - streams and the two samplers everything else is made of; see
 * random.h. Philox4x64-10 is Random123's (Salmon, Moraes, Dror, Shaw 2011):
 * a keyed bijection of a 256-bit counter, of which (block, sub-stream) are the
 * first two words and the others 0.
 */
#include "sim/engine/random.h"

#include "sim/engine/hash.h"
#include "sim/engine/ziggurat.h"

/* Random123 turns 128-bit products on for the processors it knows; every
 * compiler that builds this project has them. */
#ifndef R123_USE_GNU_UINT128
#define R123_USE_GNU_UINT128 1
#endif
#include <Random123/philox.h>

void ts_random_init(ts_random *random, uint64_t seed, const char *name)
{
    *random = (ts_random){.key = {seed, ts_hash_text(name)}};
}

void ts_random_select(ts_random *random, uint64_t index)
{
    random->index = index;
    random->counter = 0;
    random->left = 0;
}

static void next_block(ts_random *random)
{
    philox4x64_ctr_t counter = {{random->counter, random->index, 0, 0}};
    philox4x64_key_t key = {{random->key[0], random->key[1]}};

    counter = philox4x64(counter, key);
    for (int i = 0; i < 4; i++)
        random->block[i] = counter.v[i];
    random->counter++;
    random->left = 4;
}

static inline uint64_t draw(ts_random *random)
{
    if (random->left == 0)
        next_block(random);
    assert(random->left <= 4);
    return random->block[4 - random->left--];
}

uint64_t ts_random_u64(ts_random *random)
{
    return draw(random);
}

/* The upper 53 bits as a fraction. */
static inline double unit(uint64_t bits)
{
    return (double)(bits >> 11) * 0x1p-53;
}

double ts_random_unit(ts_random *random)
{
    return unit(draw(random));
}

/* The high word of draw * n is uniform except for the first 2^64 mod n values
 * of the low word, which are drawn again (Lemire 2019). */
uint64_t ts_random_below(ts_random *random, uint64_t n)
{
    ts_u128 product = (ts_u128)draw(random) * n;

    assert(n > 0); /* there is no number below none */
    if ((uint64_t)product < n) {
        uint64_t uneven = (0 - n) % n;

        while ((uint64_t)product < uneven)
            product = (ts_u128)draw(random) * n;
    }
    assert(product >> 64 < n);
    return (uint64_t)(product >> 64);
}

/* The layer is in the low 8 bits of a draw, the place in it in the upper 53.
 * The tail of an exponential is an exponential further right. */
double ts_random_exponential(ts_random *random)
{
    const double *x = ts_ziggurat_exponential_x;
    const double *y = ts_ziggurat_exponential_y;
    double offset = 0;

    for (;;) {
        uint64_t bits = draw(random);
        unsigned layer = bits & (TS_ZIGGURAT - 1);
        double value = unit(bits) * x[layer];

        if (__builtin_expect(value < x[layer + 1], 1))
            return offset + value;
        if (layer == 0)
            offset += x[1];
        else if (y[layer] + ts_random_unit(random) * (y[layer + 1] - y[layer]) <
                 ts_exp(-value))
            return offset + value;
    }
}

/* Beyond r (Marsaglia 1964): r + a / r for exponential a, b with 2 b > a'^2,
 * where a' = a / r. */
static double normal_tail(ts_random *random)
{
    double r = ts_ziggurat_normal_x[1];
    double a, b;

    do {
        a = ts_random_exponential(random) / r;
        b = ts_random_exponential(random);
    } while (b + b < a * a);
    return r + a;
}

/* As the exponential, with the sign in bit 8. */
double ts_random_normal(ts_random *random)
{
    const double *x = ts_ziggurat_normal_x;
    const double *y = ts_ziggurat_normal_y;

    for (;;) {
        uint64_t bits = draw(random);
        unsigned layer = bits & (TS_ZIGGURAT - 1);
        double sign = (bits & TS_ZIGGURAT) != 0 ? -1 : 1;
        double value = unit(bits) * x[layer];

        if (__builtin_expect(value < x[layer + 1], 1))
            return sign * value;
        if (layer == 0)
            return sign * normal_tail(random);
        if (y[layer] + ts_random_unit(random) * (y[layer + 1] - y[layer]) <
            ts_exp(-0.5 * value * value))
            return sign * value;
    }
}
