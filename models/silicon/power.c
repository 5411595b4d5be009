/*
 * power.c - what a core draws, and how much its package may: the arithmetic
 * of frequency.c, without a machine.
 */
#include "models/silicon/frequency.h"

#define ANY_POWER 1e300

double ts_power_volts(const ts_power_record *power, double position)
{
    const double *ends = power->volts.items;

    return power->volts.count == 0 ? 1
                                   : ends[0] + (ends[1] - ends[0]) * position;
}

double ts_power_core(const ts_power_record *power, bool works, double speed,
                     double volts)
{
    double part = works ? 1 : power->stalled;

    return volts * volts * (power->leak + power->core * part * speed);
}

double ts_approach(double of, double to, ts_time dt, ts_time constant)
{
    assert(dt >= 0 && constant > 0);
    return to + (of - to) * ts_exp(-(double)dt / (double)constant);
}

/* Which value `of` has to go to in order to be `limit` after `every`: the
 * approach, turned round. */
static double up_to(double of, double limit, ts_time every, ts_time constant)
{
    double keep = ts_exp(-(double)every / (double)constant);

    return (limit - of * keep) / (1 - keep);
}

double ts_power_allowed(const ts_power_record *power, double average,
                        double degrees, ts_time every, ts_held *by)
{
    const ts_heat_record *heat = power->heat;
    double most = power->burst > 0 ? power->burst : ANY_POWER, mean, cool;

    *by = TS_HELD_BY_BURST;
    if (power->limit > 0) {
        mean = up_to(average, power->limit, every, power->tau);
        *by = mean < most ? TS_HELD_BY_LIMIT : *by;
        most = mean < most ? mean : most;
    }
    if (heat != NULL) {
        cool = up_to(degrees - heat->ambient, heat->limit - heat->ambient,
                     every, heat->time) /
               heat->resistance;
        *by = cool < most ? TS_HELD_BY_HEAT : *by;
        most = cool < most ? cool : most;
    }
    return most;
}
