/*
 * bits.h - sets of small numbers, a bit each: processors, run queues.
 */
#ifndef TS_ENGINE_BITS_H
#define TS_ENGINE_BITS_H

#include "sim/engine/base.h"

#define TS_BITS_WORDS(count) (((size_t)(count) + 63) / 64)

static inline void ts_bits_add(uint64_t *bits, int i)
{
    assert(i >= 0);
    bits[(unsigned)i / 64] |= UINT64_C(1) << (unsigned)i % 64;
}

static inline void ts_bits_take(uint64_t *bits, int i)
{
    assert(i >= 0);
    bits[(unsigned)i / 64] &= ~(UINT64_C(1) << (unsigned)i % 64);
}

static inline bool ts_bits_has(const uint64_t *bits, int i)
{
    assert(i >= 0);
    return bits[(unsigned)i / 64] >> (unsigned)i % 64 & 1;
}

/* The least member from `from` on and below `end`; -1: there is none. */
static inline int ts_bits_next(const uint64_t *bits, int from, int end)
{
    assert(from >= 0);
    for (unsigned i = (unsigned)from; i < (unsigned)end; i = (i | 63) + 1) {
        uint64_t word = bits[i / 64] >> i % 64;

        if (word != 0) {
            i += (unsigned)__builtin_ctzll(word);
            return i < (unsigned)end ? (int)i : -1;
        }
    }
    return -1;
}

#endif
