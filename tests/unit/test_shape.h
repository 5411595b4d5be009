/*
 * test_shape.h - a scenario language of no use, with every kind of field.
 *
 * Defines ts_test_shape; include it in one file of a program.
 */
#ifndef TS_TESTS_UNIT_TEST_SHAPE_H
#define TS_TESTS_UNIT_TEST_SHAPE_H

#include "sim/scenario/reader.h"

extern const ts_shape ts_test_shape;

typedef struct test_cache {
    int64_t size;
    ts_time latency;
} test_cache;

typedef struct test_computer {
    ts_rational clock;
    int64_t cores;
    test_cache *cache;
} test_computer;

typedef struct test_round_robin {
    ts_duration slice;
} test_round_robin;

typedef struct test_levels {
    ts_list slices; /* of ts_duration */
    ts_variant boost;
} test_levels;

typedef struct test_boost {
    ts_time every;
} test_boost;

typedef struct test_system {
    ts_variant policy;
    ts_duration save;
} test_system;

typedef struct test_run {
    ts_duration time;
} test_run;

typedef struct test_lock {
    ts_ref lock;
} test_lock;

typedef struct test_repeat {
    int64_t count;
    ts_list body; /* of ts_variant */
} test_repeat;

typedef struct test_thread {
    const char *name;
    int64_t count;
    ts_time at;
    ts_list program; /* of ts_variant */
    int priority;
    ts_duration think;
    ts_rational rate;
    double share;
    ts_ref follows;
} test_thread;

typedef struct test_mutex {
    const char *name;
} test_mutex;

typedef struct test_link {
    ts_rational speed;
    ts_distribution packet;
    ts_distribution burst;
    double weight;
    bool duplex;
} test_link;

typedef struct test_root {
    const char *title;
    int64_t seed;
    test_computer *computer;
    test_system *system;
    ts_list threads; /* of test_thread */
    ts_list locks;   /* of test_mutex */
    ts_list links;   /* of ts_map_item, test_link */
    ts_list limits;  /* of ts_map_item, ts_scalar */
    ts_scalar goal;
    const char *sweep;
    int64_t offset;
} test_root;

static const ts_field test_cache_fields[] = {
    {.name = "size",
     .kind = TS_FIELD_SIZE,
     .offset = TS_AT(test_cache, size),
     .help = "how much it holds",
     .required = true,
     .min = 64,
     .max = 1073741824.0},
    {.name = "latency",
     .kind = TS_FIELD_TIME,
     .offset = TS_AT(test_cache, latency),
     .help = "time of a hit",
     .fallback = "1ns"},
};
static const ts_shape test_cache_shape = {.name = "cache",
                                          .help = "a cache",
                                          .size = sizeof(test_cache),
                                          TS_FIELDS(test_cache_fields),
                                          .shorthand = "size"};

static const ts_field test_computer_fields[] = {
    {.name = "clock",
     .kind = TS_FIELD_FREQUENCY,
     .offset = TS_AT(test_computer, clock),
     .help = "of every core",
     .fallback = "1GHz",
     .source = "convention",
     .min = 1,
     .max = 1e12},
    {.name = "cores",
     .kind = TS_FIELD_INT,
     .offset = TS_AT(test_computer, cores),
     .help = "how many there are",
     .fallback = "1",
     .min = 1,
     .max = 1024},
    {.name = "cache",
     .kind = TS_FIELD_OBJECT,
     .offset = TS_AT(test_computer, cache),
     .help = "the last level",
     .shape = &test_cache_shape},
};
static const ts_shape test_computer_shape = {.name = "computer",
                                             .help = "the machine",
                                             .size = sizeof(test_computer),
                                             TS_FIELDS(test_computer_fields),
                                             .profiles = true};

static const ts_field test_round_robin_fields[] = {
    {.name = "slice",
     .kind = TS_FIELD_DURATION,
     .offset = TS_AT(test_round_robin, slice),
     .help = "the longest turn",
     .fallback = "10ms",
     .min = 1},
};
static const ts_shape test_round_robin_shape = {.name = "round-robin",
                                                .help = "turns",
                                                .size =
                                                    sizeof(test_round_robin),
                                                TS_FIELDS(
                                                    test_round_robin_fields)};
static const ts_entry test_round_robin_entry = {.name = "round-robin",
                                                .help = "everyone in turn",
                                                .about =
                                                    "Leaves priorities out.",
                                                .shape =
                                                    &test_round_robin_shape};
static const ts_entry test_fifo = {.name = "fifo", .help = "first come"};

static const ts_field test_boost_fields[] = {
    {.name = "every",
     .kind = TS_FIELD_TIME,
     .offset = TS_AT(test_boost, every),
     .help = "the period",
     .fallback = "1s"},
};
static const ts_shape test_boost_shape = {.name = "boost",
                                          .help = "lifts all",
                                          .size = sizeof(test_boost),
                                          TS_FIELDS(test_boost_fields),
                                          .shorthand = "every"};
static const ts_entry test_boost_all = {.name = "all",
                                        .help = "everyone at once",
                                        .shape = &test_boost_shape};
static const ts_entry test_boost_none = {.name = "none", .help = "no one"};
static const ts_entry *const test_boost_entries[] = {&test_boost_none,
                                                     &test_boost_all};
static const ts_registry test_boosts = {.name = "boost",
                                        .plural = "boosts",
                                        .help = "how the starved are lifted",
                                        .entries = test_boost_entries,
                                        .count = 2};

static const ts_field test_slice_item = {.name = "slice",
                                         .kind = TS_FIELD_DURATION,
                                         .help = "of a level"};
static const ts_field test_levels_fields[] = {
    {.name = "slices",
     .kind = TS_FIELD_LIST,
     .offset = TS_AT(test_levels, slices),
     .help = "one a level",
     .required = true,
     .min = 1,
     .limit = 4,
     .one = true,
     .item = &test_slice_item},
    {.name = "boost",
     .kind = TS_FIELD_TAG,
     .offset = TS_AT(test_levels, boost),
     .help = "how the starved are lifted",
     .fallback = "none",
     .registry = &test_boosts},
};
static const ts_shape test_levels_shape = {.name = "levels",
                                           .help = "queues",
                                           .size = sizeof(test_levels),
                                           TS_FIELDS(test_levels_fields)};
static const ts_entry test_levels_entry = {.name = "levels",
                                           .help = "several queues",
                                           .shape = &test_levels_shape};

static const ts_entry *const test_policy_entries[] = {&test_fifo,
                                                      &test_round_robin_entry,
                                                      &test_levels_entry};
static const ts_registry test_policies = {.name = "policy",
                                          .plural = "policies",
                                          .help = "who runs next",
                                          .entries = test_policy_entries,
                                          .count = 3};

static const ts_field test_system_fields[] = {
    {.name = "policy",
     .kind = TS_FIELD_TAG,
     .offset = TS_AT(test_system, policy),
     .help = "who runs next",
     .fallback = "fifo",
     .registry = &test_policies},
    {.name = "save",
     .kind = TS_FIELD_DURATION,
     .offset = TS_AT(test_system, save),
     .help = "cost of a switch",
     .fallback = "0 cycles"},
};
static const ts_shape test_system_shape = {.name = "system",
                                           .help = "the scheduler",
                                           .size = sizeof(test_system),
                                           TS_FIELDS(test_system_fields)};

static const ts_field test_run_fields[] = {
    {.name = "time",
     .kind = TS_FIELD_DURATION,
     .offset = TS_AT(test_run, time),
     .help = "how long",
     .required = true,
     .random = true},
};
static const ts_shape test_run_shape = {.name = "run",
                                        .help = "computes",
                                        .size = sizeof(test_run),
                                        TS_FIELDS(test_run_fields),
                                        .shorthand = "time"};
static const ts_entry test_run_entry = {.name = "run",
                                        .help = "computes",
                                        .shape = &test_run_shape};

static const ts_field test_lock_fields[] = {
    {.name = "lock",
     .kind = TS_FIELD_REF,
     .offset = TS_AT(test_lock, lock),
     .help = "which",
     .required = true,
     .collection = "lock"},
};
static const ts_shape test_lock_shape = {.name = "acquire",
                                         .help = "takes a lock",
                                         .size = sizeof(test_lock),
                                         TS_FIELDS(test_lock_fields),
                                         .shorthand = "lock"};
static const ts_entry test_lock_entry = {.name = "lock",
                                         .help = "takes a lock",
                                         .shape = &test_lock_shape};
static const ts_entry test_yield_entry = {.name = "yield", .help = "gives up"};

extern const ts_registry ts_test_operations;
static const ts_field test_operation_item = {.name = "operation",
                                             .kind = TS_FIELD_VARIANT,
                                             .help = "a step",
                                             .registry = &ts_test_operations};
static const ts_field test_repeat_fields[] = {
    {.name = "count",
     .kind = TS_FIELD_INT,
     .offset = TS_AT(test_repeat, count),
     .help = "how often",
     .fallback = "2",
     .min = 1},
    {.name = "body",
     .kind = TS_FIELD_LIST,
     .offset = TS_AT(test_repeat, body),
     .help = "what",
     .required = true,
     .one = true,
     .item = &test_operation_item},
};
static const ts_shape test_repeat_shape = {.name = "repeat",
                                           .help = "again and again",
                                           .size = sizeof(test_repeat),
                                           TS_FIELDS(test_repeat_fields),
                                           .shorthand = "body"};
static const ts_entry test_repeat_entry = {.name = "repeat",
                                           .help = "again and again",
                                           .shape = &test_repeat_shape};

static const ts_entry *const test_operation_entries[] = {&test_run_entry,
                                                         &test_lock_entry,
                                                         &test_yield_entry,
                                                         &test_repeat_entry};
const ts_registry ts_test_operations = {.name = "operation",
                                        .plural = "operations",
                                        .help = "steps of a program",
                                        .entries = test_operation_entries,
                                        .count = 4};

static void test_thread_check(ts_check *check, const void *record)
{
    const test_thread *thread = record;

    if (thread->count == 13)
        ts_check_error(check, "count", "thirteen threads bring bad luck");
    if (thread->count == 14)
        ts_check_error(check, "rate", "fourteen need a rate");
    if (thread->count == 15)
        ts_check_error(check, NULL, "fifteen are out of the question");
}

static const char *const test_priorities[] = {"low", "normal", "high", NULL};
static const ts_field test_thread_fields[] = {
    {.name = "name",
     .kind = TS_FIELD_NAME,
     .offset = TS_AT(test_thread, name),
     .help = "what it is called",
     .collection = "thread"},
    {.name = "count",
     .kind = TS_FIELD_INT,
     .offset = TS_AT(test_thread, count),
     .help = "how many",
     .fallback = "1",
     .max = 1000000},
    {.name = "at",
     .kind = TS_FIELD_TIME,
     .offset = TS_AT(test_thread, at),
     .help = "when it arrives",
     .fallback = "0s"},
    {.name = "program",
     .kind = TS_FIELD_LIST,
     .offset = TS_AT(test_thread, program),
     .help = "what it does",
     .required = true,
     .item = &test_operation_item},
    {.name = "priority",
     .kind = TS_FIELD_CHOICE,
     .offset = TS_AT(test_thread, priority),
     .help = "how urgent",
     .fallback = "normal",
     .choices = test_priorities},
    {.name = "think",
     .kind = TS_FIELD_DURATION,
     .offset = TS_AT(test_thread, think),
     .help = "time between jobs",
     .random = true},
    {.name = "rate",
     .kind = TS_FIELD_RATE,
     .offset = TS_AT(test_thread, rate),
     .help = "jobs a second"},
    {.name = "share",
     .kind = TS_FIELD_RATIO,
     .offset = TS_AT(test_thread, share),
     .help = "of the processor",
     .fallback = "100%",
     .max = 1},
    {.name = "follows",
     .kind = TS_FIELD_REF,
     .offset = TS_AT(test_thread, follows),
     .help = "whose end it waits for",
     .collection = "thread"},
};
static const ts_shape test_thread_shape = {.name = "thread",
                                           .help = "what runs",
                                           .size = sizeof(test_thread),
                                           TS_FIELDS(test_thread_fields),
                                           .check = test_thread_check};

static const ts_field test_mutex_fields[] = {
    {.name = "name",
     .kind = TS_FIELD_NAME,
     .offset = TS_AT(test_mutex, name),
     .help = "what it is called",
     .required = true,
     .collection = "lock"},
};
static const ts_shape test_mutex_shape = {.name = "mutex",
                                          .help = "a lock",
                                          .size = sizeof(test_mutex),
                                          TS_FIELDS(test_mutex_fields),
                                          .shorthand = "name"};

static const ts_field test_link_fields[] = {
    {.name = "speed",
     .kind = TS_FIELD_RATE,
     .offset = TS_AT(test_link, speed),
     .help = "how fast",
     .required = true,
     .bytes = true},
    {.name = "packet",
     .kind = TS_FIELD_SIZE_DRAW,
     .offset = TS_AT(test_link, packet),
     .help = "how large",
     .fallback = "1500B"},
    {.name = "burst",
     .kind = TS_FIELD_NUMBER_DRAW,
     .offset = TS_AT(test_link, burst),
     .help = "how many together",
     .fallback = "{\"uniform\": [1, 4]}"},
    {.name = "weight",
     .kind = TS_FIELD_REAL,
     .offset = TS_AT(test_link, weight),
     .help = "its part",
     .fallback = "1.5"},
    {.name = "duplex",
     .kind = TS_FIELD_BOOL,
     .offset = TS_AT(test_link, duplex),
     .help = "both ways at once",
     .fallback = "true"},
};
static const ts_shape test_link_shape = {.name = "link",
                                         .help = "a wire",
                                         .size = sizeof(test_link),
                                         TS_FIELDS(test_link_fields)};

static const ts_field test_thread_item = {.name = "thread",
                                          .kind = TS_FIELD_OBJECT,
                                          .help = "one task",
                                          .shape = &test_thread_shape};
static const ts_field test_mutex_item = {.name = "lock",
                                         .kind = TS_FIELD_OBJECT,
                                         .help = "one lock",
                                         .shape = &test_mutex_shape};
static const ts_field test_link_item = {.name = "link",
                                        .kind = TS_FIELD_OBJECT,
                                        .help = "one link",
                                        .shape = &test_link_shape};
static const ts_field test_scalar_item = {.name = "limit",
                                          .kind = TS_FIELD_SCALAR,
                                          .help = "any value"};

static const ts_field test_root_fields[] = {
    {.name = "title",
     .kind = TS_FIELD_TEXT,
     .offset = TS_AT(test_root, title),
     .help = "a headline"},
    {.name = "seed",
     .kind = TS_FIELD_INT,
     .offset = TS_AT(test_root, seed),
     .help = "of all random streams",
     .fallback = "1"},
    {.name = "computer",
     .kind = TS_FIELD_OBJECT,
     .offset = TS_AT(test_root, computer),
     .help = "the machine",
     .fallback = "{}",
     .shape = &test_computer_shape},
    {.name = "system",
     .kind = TS_FIELD_OBJECT,
     .offset = TS_AT(test_root, system),
     .help = "the scheduler",
     .fallback = "{}",
     .shape = &test_system_shape},
    {.name = "threads",
     .kind = TS_FIELD_LIST,
     .offset = TS_AT(test_root, threads),
     .help = "what runs",
     .item = &test_thread_item},
    {.name = "locks",
     .kind = TS_FIELD_LIST,
     .offset = TS_AT(test_root, locks),
     .help = "what threads wait for",
     .item = &test_mutex_item},
    {.name = "links",
     .kind = TS_FIELD_MAP,
     .offset = TS_AT(test_root, links),
     .help = "wires by name",
     .item = &test_link_item},
    {.name = "limits",
     .kind = TS_FIELD_MAP,
     .offset = TS_AT(test_root, limits),
     .help = "values by name",
     .limit = 8,
     .item = &test_scalar_item},
    {.name = "goal",
     .kind = TS_FIELD_SCALAR,
     .offset = TS_AT(test_root, goal),
     .help = "what is expected"},
    {.name = "sweep",
     .kind = TS_FIELD_RAW,
     .offset = TS_AT(test_root, sweep),
     .help = "kept as it is"},
    {.name = "offset",
     .kind = TS_FIELD_INT,
     .offset = TS_AT(test_root, offset),
     .help = "may be negative",
     .fallback = "-3",
     .is_signed = true},
};
const ts_shape ts_test_shape = {.name = "scenario",
                                .help = "everything",
                                .size = sizeof(test_root),
                                TS_FIELDS(test_root_fields)};

#endif
