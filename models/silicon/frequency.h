/*
 * frequency.h - how fast cores are clocked, what they draw and how warm that
 * makes them; see frequency.c.
 */
#ifndef TS_MODELS_FREQUENCY_H
#define TS_MODELS_FREQUENCY_H

#include "models/machine/part.h"

/* What firmware lets cores run at. */
typedef struct ts_frequency_record {
    ts_rational lowest;
    ts_list turbo; /* of ts_rational: with 1, 2 ... cores at work */
    ts_rational step;
    ts_time every; /* between two looks */
} ts_frequency_record;

/* How warm a package gets. */
typedef struct ts_heat_record {
    double resistance; /* degrees a watt, from the package to the air */
    ts_time time;      /* resistance x capacity */
    double ambient, limit;
} ts_heat_record;

typedef struct ts_power_record {
    double core;   /* W of a core at work at the computer's clock */
    ts_list volts; /* of double: at the lowest and at the highest frequency */
    double leak;   /* W of a core that is not idle, at the computer's clock */
    double idle, rest;
    double stalled;      /* share of `core` while it waits for memory */
    double limit, burst; /* W of a package; 0: none */
    ts_time tau;
    ts_heat_record *heat;
} ts_power_record;

typedef struct ts_frequency_computer {
    ts_frequency_record *frequency;
    ts_power_record *power;
} ts_frequency_computer;

typedef enum ts_governor {
    TS_GOVERNOR_PERFORMANCE,
    TS_GOVERNOR_POWERSAVE,
    TS_GOVERNOR_SCHEDUTIL
} ts_governor;

typedef struct ts_frequency_system {
    int governor; /* ts_governor */
} ts_frequency_system;

/* --- power.c --- */

/* What holds a package's frequency back. */
typedef enum ts_held {
    TS_HELD_NOT,
    TS_HELD_BY_BURST,
    TS_HELD_BY_LIMIT, /* of the long run */
    TS_HELD_BY_HEAT,
    TS_HELD
} ts_held;

/* The volts at a frequency: `position` 0 is the lowest, 1 the highest. */
double ts_power_volts(const ts_power_record *power, double position);
/* W of a core that is not idle; `speed` and `volts` are ratios to those at the
 * computer's clock. works: false while all on it wait for memory. */
double ts_power_core(const ts_power_record *power, bool works, double speed,
                     double volts);
/* What `of` becomes in `dt` when it goes to `to` with a time constant. */
double ts_approach(double of, double to, ts_time dt, ts_time constant);
/* The most watts that a package may draw for `every`, and what says so, when it
 * drew `average` over tau and has `degrees` now. */
double ts_power_allowed(const ts_power_record *power, double average,
                        double degrees, ts_time every, ts_held *by);

/* --- frequency_steps.c --- */

/* The frequencies that cores may have, in units of which a hertz has a whole
 * number, so that the computer's clock is exact. */
typedef struct ts_steps {
    int64_t units;   /* of a hertz; all others are in these */
    int64_t nominal; /* the computer's clock */
    int64_t lowest, step;
    int64_t *turbo; /* with 1, 2 ... cores at work; the arena's */
    int turbos;
} ts_steps;

/* false: what the record says does not go with that clock (den 0: none). */
bool ts_steps_init(ts_steps *steps, ts_arena *arena, ts_rational clock,
                   const ts_frequency_record *record, ts_error *error);
/* The highest with so many cores at work; with one or none that of all. */
int64_t ts_steps_top(const ts_steps *steps, int active);
/* Where f is between the lowest and the highest of all, from 0 to 1. */
double ts_steps_position(const ts_steps *steps, int64_t f);

/* --- governor.c --- */

/* The frequency that it asks for, between the lowest and the highest; `used` is
 * what was used of the highest one, with a memory. */
int64_t ts_governor_wants(ts_governor governor, double used, int64_t lowest,
                          int64_t step, int64_t highest);
/* That memory, `dt` later, of which `used` was used. */
double ts_governor_use(double before, double used, ts_time dt);

/* --- tables --- */

extern const ts_shape ts_frequency_in_computer, ts_frequency_in_system;

#endif
