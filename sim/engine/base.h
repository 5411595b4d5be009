/*
 * base.h - what every file of timeslice may assume.
 *
 * Time is a signed 64-bit count of picoseconds since the start of the run.
 * 2^63 ps are 106 days; the scenario reader refuses what could pass that.
 */
#ifndef TS_ENGINE_BASE_H
#define TS_ENGINE_BASE_H

#include <assert.h>
#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

typedef int64_t ts_time; /* picoseconds */

#define TS_NEVER INT64_MAX
#define TS_PS ((ts_time)1)
#define TS_NS ((ts_time)1000)
#define TS_US ((ts_time)1000000)
#define TS_MS ((ts_time)1000000000)
#define TS_S ((ts_time)1000000000000)
/* The longest time a scenario may name: 100 days, so that sums of two
 * times, checked at the places where they are formed, cannot wrap. */
#define TS_TIME_LIMIT (100 * 86400 * TS_S)

/* 128-bit integers: products of a time and a frequency need them. */
__extension__ typedef __int128 ts_i128;
__extension__ typedef unsigned __int128 ts_u128;

/*
 * Errors are values. A function that can fail returns false (or NULL) and
 * fills the error it was handed; nobody prints, exits or sets errno.
 */
typedef struct ts_error {
    char text[512]; /* one sentence, names the place; empty: no error */
    bool memory; /* there was none left: the fault is not in what was asked */
} ts_error;

/* Formats a message into `error` (which may be NULL); returns false, so that
 * `return ts_fail(error, "...")` reads well. Keeps the first message. */
bool ts_fail(ts_error *error, const char *format, ...)
    __attribute__((format(printf, 2, 3)));
/* "out of memory"; likewise. */
bool ts_fail_memory(ts_error *error);

/* In front of a function that can fail and that leaves no trace of it but its
 * result: somebody has to look at that. */
#if defined(__GNUC__)
#define TS_MUST_USE __attribute__((warn_unused_result))
#else
#define TS_MUST_USE
#endif

/*
 * Assertions. They stand where something is relied on and say what it is: a
 * state and its changes, an order of calls, what a function needs and what it
 * promises, what is conserved. There are two grades.
 *
 *   assert(condition)             ends the process. A release has none of them,
 *                                 so they may cost what they like: a walk over
 *                                 a small array is fine. They guard what tests
 *                                 can reach.
 *   TS_ENSURE(whom, condition)    is in every build, for what would otherwise
 *                                 be stored or reported and be wrong: the run
 *                                 ends with an "internal error" that names the
 *                                 place, and the program goes on. It costs one
 *                                 branch that is never taken.
 *
 * `whom` is a ts_engine *, whose run then ends, or the ts_error * of a function
 * that can fail. TS_ENSURE is true when the condition holds, so that
 *
 *   if (!TS_ENSURE(error, row < TS_ROWS))
 *       return false;
 *
 * reads well. Neither is for the input: what a scenario, a file or the machine
 * can bring about has a message of its own.
 */
#define TS_ENSURE(whom, condition)                                             \
    (__builtin_expect(!!(condition), 1) ||                                     \
     _Generic((whom), struct ts_engine *                                       \
              : ts_engine_broken, ts_error *                                   \
              : ts_broken)((whom), #condition, __FILE__, __LINE__))

/* What is off the path of every event: explanations, samples. Kept out of
 * line, so that its texts take no room in the frames of those who call it. */
#define TS_COLD __attribute__((cold, noinline))

struct ts_engine;
/* What TS_ENSURE() calls; both return false. */
bool ts_broken(ts_error *error, const char *condition, const char *file,
               int line) __attribute__((cold));
bool ts_engine_broken(struct ts_engine *engine, const char *condition,
                      const char *file, int line) __attribute__((cold));

/* The sum of two times, saturating at TS_NEVER. */
static inline ts_time ts_time_add(ts_time a, ts_time b)
{
    ts_time sum;

    return __builtin_add_overflow(a, b, &sum) ? TS_NEVER : sum;
}

/* The first multiple of a period (above 0) after a time that is none below 0. */
static inline ts_time ts_time_next(ts_time now, ts_time period)
{
    return ts_time_add(now - now % period, period);
}

#define TS_COUNT_OF(array) (sizeof(array) / sizeof((array)[0]))

/* The structure that holds `member` at `pointer`: for intrusive nodes. */
#define TS_CONTAINER(pointer, type, member)                                    \
    ((type *)(void *)((char *)(pointer)-offsetof(type, member)))

#endif
