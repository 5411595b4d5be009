/*
 * parts.c - the list of parts, in the order of their creation: what comes later
 * may rely on what stands above it. A line a part; all else follows from it.
 */
#include "models/machine/part.h"
#include "models/machine/policy.h"

/* A test has one more (tests/parts). */
#ifndef TS_PARTS_MORE
#define TS_PARTS_MORE(PART)
#endif

#define PARTS(PART)                                                            \
    PART(measure) /* the others offer it what they tally */                    \
    PART(topology)                                                             \
    PART(balance)                                                              \
    PART(ostep_multi)                                                          \
    PART(smt)                                                                  \
    PART(frequency)                                                            \
    PART(kernel)                                                               \
    PART(ticks)                                                                \
    PART(clocks)                                                               \
    PART(memory)                                                               \
    PART(dram)                                                                 \
    PART(cold)                                                                 \
    PART(wake)                                                                 \
    PART(stolen)                                                               \
    PART(lines)                                                                \
    PART(locks)                                                                \
    PART(devices)                                                              \
    PART(interpreters)                                                         \
    PART(network)                                                              \
    PART(channels)                                                             \
    PART(servers) /* makes tasks */                                            \
    PART(inputs)                                                               \
    PART(tasks) /* programs refer to everything above */                       \
    PART(change)                                                               \
    PART(clients)                                                              \
    PART(faults)                                                               \
    PART(analysis)                                                             \
    PART(apollo) /* its jobs are threads */                                    \
    TS_PARTS_MORE(PART)

#define DECLARE(name) extern const ts_part ts_part_##name;
#define ADDRESS(name) &ts_part_##name,
#define SLOT(name) SLOT_##name,
#define DECLARE_SLOT(name) extern const int ts_slot_##name;
#define DEFINE_SLOT(name) const int ts_slot_##name = SLOT_##name;

PARTS(DECLARE)
PARTS(DECLARE_SLOT)

enum { PARTS(SLOT) PART_COUNT };

PARTS(DEFINE_SLOT)

const ts_part *const ts_parts[] = {PARTS(ADDRESS)};
const int ts_part_count = PART_COUNT;

/* --- the tables that they add --- */

static const ts_shape none = {.name = "none"};

static const ts_shape *or_none(const ts_shape *table)
{
    return table != NULL ? table : &none;
}

const ts_shape *ts_tables_scenario(int i)
{
    return i < PART_COUNT ? or_none(ts_parts[i]->scenario) : NULL;
}

const ts_shape *ts_tables_computer(int i)
{
    return i < PART_COUNT ? or_none(ts_parts[i]->computer) : NULL;
}

const ts_shape *ts_tables_system(int i)
{
    return i < PART_COUNT ? or_none(ts_parts[i]->system) : NULL;
}

/* Whether one of the policies before number `end` names the table. */
static bool is_named_before(const ts_shape *table, int end)
{
    for (int p = 0; p < end; p++) {
        const ts_policy *policy = ts_policies.entries[p]->model;

        for (int k = 0; policy->thread != NULL && policy->thread[k] != NULL;
             k++)
            if (policy->thread[k] == table)
                return true;
    }
    return false;
}

/* The i-th table of policies, each once; NULL past the last. */
static const ts_shape *table_of_policies(int i)
{
    for (int p = 0; p < ts_policies.count; p++) {
        const ts_policy *policy = ts_policies.entries[p]->model;

        for (int k = 0; policy->thread != NULL && policy->thread[k] != NULL;
             k++)
            if (!is_named_before(policy->thread[k], p) && i-- == 0)
                return policy->thread[k];
    }
    return NULL;
}

const ts_shape *ts_tables_thread(int i)
{
    return i < PART_COUNT ? or_none(ts_parts[i]->thread)
                          : table_of_policies(i - PART_COUNT);
}
