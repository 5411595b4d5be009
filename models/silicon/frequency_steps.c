/*
 * frequency_steps.c - the frequencies that cores may have: from the lowest in
 * steps up to what turbo allows for so many cores at work.
 */
#include "models/silicon/frequency.h"

#define UNITS_MAX 1000 /* parts of a hertz that frequencies are counted in */

/* In units, rounded down: the computer's clock itself is exact. */
static int64_t in_units(const ts_steps *steps, ts_rational f)
{
    return (int64_t)((ts_i128)f.num * steps->units / f.den);
}

static bool set_turbo(ts_steps *steps, ts_arena *arena,
                      const ts_rational *turbo, int count)
{
    steps->turbos = count;
    steps->turbo = ts_arena_array(arena, (size_t)count, sizeof *steps->turbo);
    if (steps->turbo == NULL)
        return false;
    for (int i = 0; i < count; i++)
        steps->turbo[i] = in_units(steps, turbo[i]);
    return true;
}

bool ts_steps_init(ts_steps *steps, ts_arena *arena, ts_rational clock,
                   const ts_frequency_record *record, ts_error *error)
{
    bool has_turbo = record->turbo.count > 0;
    int64_t least;

    if (clock.den == 0)
        return ts_fail(error, "frequencies and power are measured by the "
                              "computer's clock; say \"computer\": {\"clock\": "
                              "\"3.6GHz\"}");
    steps->units = clock.den <= UNITS_MAX ? clock.den : 1;
    steps->nominal = in_units(steps, clock);
    steps->step = in_units(steps, record->step);
    if (!set_turbo(steps, arena, has_turbo ? record->turbo.items : &clock,
                   has_turbo ? record->turbo.count : 1))
        return ts_fail(error, "out of memory for frequencies");
    least = steps->turbo[steps->turbos - 1];
    least = steps->nominal < least ? steps->nominal : least;
    steps->lowest =
        record->lowest.den > 0 ? in_units(steps, record->lowest) : least;
    if (steps->nominal < steps->lowest)
        return ts_fail(error, "the computer's clock is below the lowest of its "
                              "frequencies; powers are said at that clock");
    if (steps->lowest < 1 || steps->step < 1)
        return ts_fail(error, "no frequency or step is below a hertz");
    return true;
}

int64_t ts_steps_top(const ts_steps *steps, int active)
{
    return steps->turbo[active <= 1               ? 0
                        : active <= steps->turbos ? active - 1
                                                  : steps->turbos - 1];
}

double ts_steps_position(const ts_steps *steps, int64_t f)
{
    int64_t span = ts_steps_top(steps, 1) - steps->lowest;

    return span > 0 ? (double)(f - steps->lowest) / (double)span : 1;
}
