/*
 * radar.c - why the counters counted.
 *
 * The rendezvous radar's resolvers were excited by one 800 Hz supply and the
 * coupling data units compared them with another. The two were locked in
 * frequency, but not in phase: the angle between them was whatever the last
 * power-up had left.
 *
 * A coupling unit steps its counter towards a null, up or down by the sign of
 * the error as it stands against its own supply. Out of phase by an angle, the
 * two supplies have opposite signs for that share of every half cycle: w =
 * (angle mod 180) / 180. In those parts the unit steps away from the null, and
 * in the others it steps back; every step away must be taken back, so that of
 * the steps it could take, 2 min(w, 1 - w) are taken: none at 0 and 180
 * degrees, where the sign is always right (or always wrong, which has a null
 * of its own), and all of them at 90 and 270, where it chases a null that is
 * not there. Each step is a counter increment, and each takes a cycle.
 */
#include "models/apollo/apollo.h"

int64_t ts_apollo_radar_rate(const ts_apollo_radar *radar, double degrees)
{
    double full = (double)radar->full.num / (double)radar->full.den;
    double angle = degrees;
    double share;

    while (angle >= 180)
        angle -= 180;
    share = angle / 180;
    share = share <= 0.5 ? 2 * share : 2 * (1 - share);
    return (int64_t)(full * share * 1000 + 0.5);
}

/* The rate that the scenario gives, or the one that power-up left. */
static int64_t pulses_of(const ts_apollo *apollo)
{
    const ts_apollo_radar *radar = apollo->record->radar;
    ts_random random;
    double degrees;

    if (radar->rate.den > 0)
        return (int64_t)((double)radar->rate.num * 1000 /
                             (double)radar->rate.den +
                         0.5);
    ts_random_init(&random, ts_engine_seed(apollo->machine->engine),
                   "apollo/radar");
    degrees = ts_distribution_draw(&radar->phase, &random);
    return ts_apollo_radar_rate(radar, degrees);
}

static void change(ts_engine *engine, ts_event *event)
{
    ts_apollo *apollo = TS_CONTAINER(event, ts_apollo, radar_event);
    const ts_apollo_radar *radar = apollo->record->radar;
    ts_time now = ts_engine_now(engine);

    apollo->pulses = now < radar->until ? pulses_of(apollo) : 0;
    ts_apollo_steal(apollo);
    if (now < radar->until && radar->until < TS_TIME_LIMIT)
        ts_event_at(engine, event, radar->until);
}

bool ts_apollo_radar_create(ts_apollo *apollo, ts_error *error)
{
    const ts_apollo_radar *radar = apollo->record->radar;

    if (radar == NULL)
        return true;
    if (radar->from >= radar->until)
        return ts_fail(error, "apollo.radar: until must be after from");
    ts_event_init_slot(apollo->machine->engine, &apollo->radar_event,
                       TS_CLASS_FAULT, change, "the rendezvous radar");
    if (radar->from == 0) {
        apollo->pulses = pulses_of(apollo);
        ts_event_at(apollo->machine->engine, &apollo->radar_event,
                    radar->until < TS_TIME_LIMIT ? radar->until : TS_NEVER);
    } else {
        ts_event_at(apollo->machine->engine, &apollo->radar_event, radar->from);
    }
    return true;
}
