/*
 * frequency_fields.c - the tables of frequencies, power and heat.
 */
#include "models/silicon/frequency.h"

static const ts_field turbo_item = {.name = "turbo",
                                    .kind = TS_FIELD_FREQUENCY,
                                    .max = 1e12,
                                    .help = "the highest frequency"};

static const ts_field frequency_fields[] = {
    {.name = "turbo",
     .kind = TS_FIELD_LIST,
     .item = &turbo_item,
     .one = true,
     .limit = 256,
     .offset = TS_AT(ts_frequency_record, turbo),
     .help = "the highest frequency while one core of the socket is at work, "
             "while two are ...; the last one stands for all that follow; the "
             "computer's clock when not given"},
    {.name = "lowest",
     .kind = TS_FIELD_FREQUENCY,
     .max = 1e12,
     .offset = TS_AT(ts_frequency_record, lowest),
     .help = "no core at work is slower; the computer's clock, or the highest "
             "where that is lower, when not given"},
    {.name = "step",
     .kind = TS_FIELD_FREQUENCY,
     .fallback = "25MHz",
     .source = "Zen; 100 MHz on Intel's",
     .offset = TS_AT(ts_frequency_record, step),
     .help = "frequencies between are so far apart"},
    {.name = "every",
     .kind = TS_FIELD_TIME,
     .fallback = "1ms",
     .min = 1e6,
     .source = "firmware of today",
     .offset = TS_AT(ts_frequency_record, every),
     .help = "how often firmware and governor look, while anything runs"},
};

static bool is_above(ts_rational a, ts_rational b)
{
    return (ts_i128)a.num * b.den > (ts_i128)b.num * a.den;
}

static void check_frequency(ts_check *check, const void *record)
{
    const ts_frequency_record *frequency = record;
    const ts_rational *turbo = frequency->turbo.items;
    int count = frequency->turbo.count;

    for (int i = 1; i < count; i++)
        if (is_above(turbo[i], turbo[i - 1]))
            ts_check_error(check, "turbo",
                           "allows more with %d cores at work than with %d",
                           i + 1, i);
    if (count > 0 && frequency->lowest.den > 0 &&
        is_above(frequency->lowest, turbo[count - 1]))
        ts_check_error(check, "lowest",
                       "is above what turbo allows with all cores at work");
}

static const ts_shape frequency_shape = {
    .name = "frequency",
    .help = "The frequencies that cores may have. All times in cycles count at "
            "the computer's clock and take less at a higher one; waiting for "
            "memory takes as long at any",
    .size = sizeof(ts_frequency_record),
    TS_FIELDS(frequency_fields),
    .shorthand = "turbo",
    .check = check_frequency};

static const ts_field heat_fields[] = {
    {.name = "resistance",
     .kind = TS_FIELD_REAL,
     .required = true,
     .min = 0.001,
     .max = 1000,
     .offset = TS_AT(ts_heat_record, resistance),
     .help = "degrees that it gets warmer than the air for each watt"},
    {.name = "time",
     .kind = TS_FIELD_TIME,
     .required = true,
     .min = 1e9,
     .offset = TS_AT(ts_heat_record, time),
     .help = "in which it comes nearer to its final temperature by 63 %: "
             "resistance times heat capacity"},
    {.name = "ambient",
     .kind = TS_FIELD_REAL,
     .fallback = "25",
     .min = -273,
     .max = 1000,
     .is_signed = true,
     .offset = TS_AT(ts_heat_record, ambient),
     .help = "degrees of the air, and of the package at the beginning"},
    {.name = "limit",
     .kind = TS_FIELD_REAL,
     .fallback = "95",
     .min = -273,
     .max = 10000,
     .is_signed = true,
     .source = "Zen 2",
     .offset = TS_AT(ts_heat_record, limit),
     .help = "degrees at which firmware slows the cores down; where the "
             "lowest frequency is still too much it gets warmer (heat.max)"},
};

static void check_heat(ts_check *check, const void *record)
{
    const ts_heat_record *heat = record;

    if (heat->limit <= heat->ambient)
        ts_check_error(check, "limit", "must be above the ambient temperature");
}

static const ts_shape heat_shape = {.name = "heat",
                                    .help = "How warm a package gets",
                                    .size = sizeof(ts_heat_record),
                                    TS_FIELDS(heat_fields),
                                    .check = check_heat};

static const ts_field volts_item = {.name = "volts",
                                    .kind = TS_FIELD_REAL,
                                    .min = 0.01,
                                    .max = 100,
                                    .help = "volts"};

static const ts_field power_fields[] = {
    {.name = "core",
     .kind = TS_FIELD_POWER,
     .required = true,
     .max = 1e5,
     .offset = TS_AT(ts_power_record, core),
     .help = "of a core at work at the computer's clock; goes with f V^2"},
    {.name = "volts",
     .kind = TS_FIELD_LIST,
     .item = &volts_item,
     .min = 2,
     .limit = 2,
     .offset = TS_AT(ts_power_record, volts),
     .help = "at the lowest and at the highest frequency, a straight line "
             "between; the same at all when not given"},
    {.name = "leak",
     .kind = TS_FIELD_POWER,
     .fallback = "0W",
     .max = 1e5,
     .offset = TS_AT(ts_power_record, leak),
     .help = "of a core besides, as long as it is not idle, at the computer's "
             "clock; goes with V^2"},
    {.name = "idle",
     .kind = TS_FIELD_POWER,
     .fallback = "0W",
     .max = 1e5,
     .offset = TS_AT(ts_power_record, idle),
     .help = "of a core that has nothing to run"},
    {.name = "rest",
     .kind = TS_FIELD_POWER,
     .fallback = "0W",
     .max = 1e5,
     .offset = TS_AT(ts_power_record, rest),
     .help = "of all else in the package, always"},
    {.name = "stalled",
     .kind = TS_FIELD_RATIO,
     .fallback = "100%",
     .max = 1,
     .offset = TS_AT(ts_power_record, stalled),
     .help = "the part of \"core\" that one draws while it waits for memory"},
    {.name = "limit",
     .kind = TS_FIELD_POWER,
     .positive = true,
     .offset = TS_AT(ts_power_record, limit),
     .help = "what a package may draw in the long run, averaged over tau "
             "(PL1); any power when not given"},
    {.name = "burst",
     .kind = TS_FIELD_POWER,
     .positive = true,
     .offset = TS_AT(ts_power_record, burst),
     .help = "what it may draw for a short time (PL2); any when not given"},
    {.name = "tau",
     .kind = TS_FIELD_TIME,
     .fallback = "28s",
     .min = 1e9,
     .source = "Intel's usual one",
     .offset = TS_AT(ts_power_record, tau),
     .help = "time constant of that average, which begins at idle"},
    {.name = "heat",
     .kind = TS_FIELD_OBJECT,
     .shape = &heat_shape,
     .offset = TS_AT(ts_power_record, heat),
     .help = "how warm that makes it; cool when not given"},
};

static void check_power(ts_check *check, const void *record)
{
    const ts_power_record *power = record;
    const double *volts = power->volts.items;

    if (power->volts.count == 2 && volts[1] < volts[0])
        ts_check_error(check, "volts", "are not less at the highest frequency");
    if (power->limit > 0 && power->burst > 0 && power->burst < power->limit)
        ts_check_error(check, "burst", "is less than the limit");
}

static const ts_shape power_shape = {
    .name = "power",
    .help = "What cores draw, and how much they may",
    .size = sizeof(ts_power_record),
    TS_FIELDS(power_fields),
    .shorthand = "core",
    .check = check_power};

static const ts_field computer_fields[] = {
    {.name = "frequency",
     .kind = TS_FIELD_OBJECT,
     .shape = &frequency_shape,
     .offset = TS_AT(ts_frequency_computer, frequency),
     .help = "the frequencies that cores may have; always the computer's clock "
             "when not given"},
    {.name = "power",
     .kind = TS_FIELD_OBJECT,
     .shape = &power_shape,
     .offset = TS_AT(ts_frequency_computer, power),
     .help = "what cores draw and may draw, and how warm that makes them; not "
             "counted when not given"},
};

const ts_shape ts_frequency_in_computer = {.name = "computer",
                                           .help =
                                               "Its frequencies and its power",
                                           .size =
                                               sizeof(ts_frequency_computer),
                                           TS_FIELDS(computer_fields)};
