/*
 * radar.c - why the counters counted.
 *
 * The rendezvous radar's resolvers were excited by one 800 Hz supply and the
 * coupling data units compared them with another. The two were locked in
 * frequency, but not in phase: the angle between them was whatever the last
 * power-up had left.
 *
 * Both supplies are clocks here, and a coupling unit is what they drive. It
 * steps its counter towards a null, up or down by the sign of the error as it
 * stands against its own supply, as fast as the counter counts. While the two
 * have opposite signs that is away from the null, and while they have equal
 * ones it is back, until the null is reached again. Half a turn further is the
 * next null, the one of a unit whose signs are always wrong. So a unit that is
 * on its way between the two counts without a pause, each step is a counter
 * increment, and each increment takes a cycle.
 *
 * What follows from it: locked at an angle, the signs are opposite for a share
 * w of every half cycle, and of the steps that it could take the unit takes
 * 2 min(w, 1 - w): none at 0 and 180 degrees, all of them at 90 and 270. Where
 * the frequencies differ the angle goes round, and with it the unit from null
 * to null. Assumed: square supplies, and a unit that has one speed.
 */
#include "models/apollo/apollo.h"

/* The counters' rate is told anew so often while it changes. */
#define WINDOW (TS_S / 10)

/* --- a coupling unit between two supplies --- */

static ts_supply supply_make(ts_rational frequency, ts_time phase)
{
    return (ts_supply){
        .clock = ts_clock_make(2 * frequency.num, frequency.den, phase)};
}

static void supply_seek(ts_supply *supply, ts_time at)
{
    supply->edge = ts_clock_last(&supply->clock, at);
    supply->until = ts_clock_edge(&supply->clock, supply->edge + 1);
}

static void supply_turn(ts_supply *supply)
{
    supply->edge++;
    supply->until = ts_clock_edge(&supply->clock, supply->edge + 1);
}

/* Goes to the time `end`, and returns how long it has stepped until there. Its
 * position is a time, too: of stepping, from the one null. */
static ts_time follow(ts_coupling *unit, ts_time at, ts_time end)
{
    ts_time stepped = 0;

    supply_seek(&unit->reference, at);
    supply_seek(&unit->excitation, at);
    while (at < end) {
        bool away = (unit->reference.edge ^ unit->excitation.edge) & 1;
        ts_time next = unit->reference.until < unit->excitation.until
                           ? unit->reference.until
                           : unit->excitation.until;
        ts_time room = away ? unit->turn - unit->position : unit->position;
        ts_time step = (next < end ? next : end) - at;

        at += step;
        step = step < room ? step : room;
        unit->position += away ? step : -step;
        stepped += step;
        if (unit->reference.until <= at)
            supply_turn(&unit->reference);
        if (unit->excitation.until <= at)
            supply_turn(&unit->excitation);
    }
    assert(unit->position >= 0 && unit->position <= unit->turn);
    return stepped;
}

/* As it stands after a long time at this angle: at the null that has it, in
 * step with the supplies. */
static ts_coupling coupling_make(const ts_apollo_radar *radar, double degrees)
{
    double period = (double)TS_S * (double)radar->excitation.den /
                    (double)radar->excitation.num;
    double full = (double)radar->full.num / (double)radar->full.den;
    ts_coupling unit = {
        .reference = supply_make(radar->reference, 0),
        .excitation = supply_make(radar->excitation,
                                  (ts_time)(degrees / 360 * period + 0.5)),
        .turn = full > 0 ? (ts_time)((double)radar->nulls / full * (double)TS_S)
                         : 0,
    };

    unit.position = degrees > 90 && degrees < 270 ? unit.turn : 0;
    (void)follow(&unit, radar->from, radar->from + WINDOW);
    return unit;
}

/* --- the counters --- */

/* Pulses of each counter in the next window, in 1/1000 a second. `steady`: and
 * in all that follow. */
static int64_t pulses_ahead(ts_apollo *apollo, bool *steady)
{
    const ts_apollo_radar *radar = apollo->record->radar;
    ts_time now = ts_engine_now(apollo->machine->engine);
    ts_time from = apollo->coupling.position, stepped;

    *steady = radar->rate.den > 0;
    if (*steady)
        return (int64_t)((double)radar->rate.num * 1000 /
                             (double)radar->rate.den +
                         0.5);
    stepped = follow(&apollo->coupling, now, now + WINDOW);
    *steady = apollo->coupling.position == from &&
              radar->reference.num * radar->excitation.den ==
                  radar->excitation.num * radar->reference.den;
    return (int64_t)((double)radar->full.num / (double)radar->full.den *
                         (double)stepped / (double)WINDOW * 1000 +
                     0.5);
}

static void look(ts_engine *engine, ts_event *event)
{
    ts_apollo *apollo = TS_CONTAINER(event, ts_apollo, radar_event);
    const ts_apollo_radar *radar = apollo->record->radar;
    ts_time now = ts_engine_now(engine), next = radar->until;
    int64_t before = apollo->pulses;
    bool steady = true;

    apollo->pulses = now < radar->until ? pulses_ahead(apollo, &steady) : 0;
    if (apollo->pulses != before)
        ts_apollo_steal(apollo);
    if (!steady && now + WINDOW < next)
        next = now + WINDOW;
    if (now < radar->until && next < TS_TIME_LIMIT)
        ts_event_at(engine, event, next);
}

bool ts_apollo_radar_create(ts_apollo *apollo, ts_error *error)
{
    const ts_apollo_radar *radar = apollo->record->radar;
    ts_engine *engine = apollo->machine->engine;
    ts_random random;

    if (radar == NULL)
        return true;
    if (radar->from >= radar->until)
        return ts_fail(error, "apollo.radar: until must be after from");
    ts_random_init(&random, ts_engine_seed(engine), "apollo/radar");
    apollo->coupling =
        coupling_make(radar, ts_distribution_draw(&radar->phase, &random));
    ts_event_init_slot(engine, &apollo->radar_event, TS_CLASS_FAULT, look,
                       "the rendezvous radar");
    if (radar->from > 0)
        ts_event_at(engine, &apollo->radar_event, radar->from);
    else
        look(engine, &apollo->radar_event);
    return true;
}
