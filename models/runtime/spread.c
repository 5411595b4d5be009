/*
 * spread.c - which of several places a visit goes to.
 *
 * Ties go to the first place, except for two choices, where they go to the
 * first one drawn, as in Mitzenmacher's model (2001).
 */
#include "models/runtime/runtime.h"

const char *const ts_spreads[] = {"round-robin", "random", "least-connections",
                                  "two-choices", "hash",   NULL};

typedef struct places {
    int count;
    int64_t (*load)(const void *context, int i);
    const void *context;
} places;

/* The first open place from `from` on, around. */
static int open_from(const places *p, int from)
{
    for (int i = 0; i < p->count; i++) {
        int place = (from + i) % p->count;

        if (p->load(p->context, place) >= 0)
            return place;
    }
    return -1;
}

static int least(const places *p)
{
    int best = -1;
    int64_t best_load = INT64_MAX;

    for (int i = 0; i < p->count; i++) {
        int64_t load = p->load(p->context, i);

        if (load >= 0 && load < best_load) {
            best = i;
            best_load = load;
        }
    }
    return best;
}

static int drawn(const places *p, ts_random *random)
{
    return open_from(p, (int)ts_random_below(random, (uint64_t)p->count));
}

static int two(const places *p, ts_random *random)
{
    int a = drawn(p, random), b = drawn(p, random);

    if (a < 0 || b < 0)
        return a < 0 ? b : a;
    return p->load(p->context, b) < p->load(p->context, a) ? b : a;
}

/* Neighbouring numbers have nothing in common afterwards (the finalizer of
 * SplitMix64: Steele, Lea, Flood 2014). */
static int hashed(const places *p, uint64_t hash)
{
    uint64_t mixed = hash + UINT64_C(0x9e3779b97f4a7c15);

    mixed = (mixed ^ mixed >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    mixed = (mixed ^ mixed >> 27) * UINT64_C(0x94d049bb133111eb);
    return open_from(p, (int)((mixed ^ mixed >> 31) % (uint64_t)p->count));
}

int ts_spread_choose(ts_spread spread, int count, int64_t *turn,
                     ts_random *random, uint64_t hash,
                     int64_t (*load)(const void *context, int i),
                     const void *context)
{
    places p = {count, load, context};
    int chosen;

    switch (spread) {
    case TS_SPREAD_RANDOM:
        return drawn(&p, random);
    case TS_SPREAD_LEAST:
        return least(&p);
    case TS_SPREAD_TWO:
        return two(&p, random);
    case TS_SPREAD_HASH:
        return hashed(&p, hash);
    case TS_SPREAD_TURNS:
        break;
    }
    chosen = open_from(&p, (int)(*turn % count));
    if (chosen >= 0)
        *turn = chosen + 1;
    return chosen;
}
