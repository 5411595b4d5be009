/*
 * hash.h - two fixed 64-bit hashes: of names, and of sequences of numbers.
 *
 * Both are part of what a result means (a stream's key, a run's digest) and
 * must never change without a new version of the results. They work on
 * numbers, not on memory, so that byte order makes no difference.
 */
#ifndef TS_ENGINE_HASH_H
#define TS_ENGINE_HASH_H

#include "sim/engine/base.h"

/* FNV-1a over the bytes of `text` (offset basis 0xcbf29ce484222325, prime
 * 0x100000001b3), then ts_hash_finish(), because FNV alone leaves the last
 * characters in the low bits. */
uint64_t ts_hash_text(const char *text);

/* The 64-bit finaliser of MurmurHash3: every bit of the input reaches every
 * bit of the output. A bijection. */
uint64_t ts_hash_finish(uint64_t value);

/*
 * Folds `value` into `digest`: exclusive or, multiplication by an odd
 * constant (the golden ratio's fraction), and the high half brought down.
 * For a given digest it is a bijection of the value and the other way round,
 * so a single changed record always changes the digest.
 */
static inline uint64_t ts_hash_fold(uint64_t digest, uint64_t value)
{
    digest = (digest ^ value) * UINT64_C(0x9e3779b97f4a7c15);
    return digest ^ digest >> 32;
}

/*
 * A record of up to three words as one, to be folded: a sum of products with
 * odd constants (the fractions of the square roots of 3, 5 and 7), which the
 * processor forms side by side, where three folds would wait for each other.
 * A record that differs in one word always gives another sum.
 */
static inline uint64_t ts_hash_record(uint64_t a, uint64_t b, uint64_t c)
{
    return a * UINT64_C(0xbb67ae8584caa73b) + b * UINT64_C(0x3c6ef372fe94f82b) +
           c * UINT64_C(0xa54ff53a5f1d36f1);
}

#endif
