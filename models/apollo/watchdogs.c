/*
 * watchdogs.c - the hardware's alarms, each of which ends in GOJAM.
 *
 * Night watchman  nobody has looked at NEWJOB
 * RUPT LOCK       no interrupt has been finished, though one was on or waited:
 *                 a handler without end, or interrupts inhibited for too long
 * TC TRAP         nothing but branches was executed: a loop around itself
 *
 * All three are made alike: a counter opens a window at the end of each of its
 * periods, whatever is wanted must happen while it is open, and so a fault is
 * seen after one window at the earliest and after a window and a period at the
 * latest. 0.64 s in 1.28 s, 140 ms in 160 ms, and 5 ms in 10 ms: faults of
 * 0.64 to 1.92 s, 140 to 300 ms and 5 to 15 ms (Block II, the restart
 * monitor's alarms; the counters' phase is assumed, windows end at multiples of
 * the period).
 */
#include "models/apollo/apollo.h"

typedef struct watch_kind {
    const char *name;
    ts_time period, window;
    bool (*is_stuck)(const ts_apollo *apollo); /* as things stand now */
} watch_kind;

/* The idle loop looks at NEWJOB all the time, and so does a job that has
 * checks. */
static bool nobody_looks(const ts_apollo *apollo)
{
    const ts_thread *thread = apollo->cpu->current;

    return thread != NULL && thread->check == TS_FINE_NEVER;
}

/* The autopilot's JASK is no interrupt in this sense: others come through. */
static bool interrupt_hangs(const ts_apollo *apollo)
{
    const ts_cpu *cpu = apollo->cpu;

    return (cpu->serving != NULL && !cpu->serving->open) ||
           (cpu->pending != NULL && !cpu->pending->open);
}

static bool only_branches(const ts_apollo *apollo)
{
    return apollo->looping && apollo->cpu->serving == NULL;
}

static const watch_kind kinds[TS_APOLLO_WATCHDOGS] = {
    [TS_APOLLO_WATCHMAN] = {"the night watchman", 1280 * TS_MS, 640 * TS_MS,
                            nobody_looks},
    [TS_APOLLO_RUPT_LOCK] = {"RUPT LOCK", 160 * TS_MS, 140 * TS_MS,
                             interrupt_hangs},
    [TS_APOLLO_TC_TRAP] = {"TC TRAP", 10 * TS_MS, 5 * TS_MS, only_branches},
};

static const watch_kind *kind_of(const ts_apollo_watchdog *dog)
{
    ptrdiff_t which = dog - dog->apollo->watchdogs;

    assert(which >= 0 && which < TS_APOLLO_WATCHDOGS);
    return &kinds[which];
}

static void look(ts_engine *engine, ts_event *event)
{
    ts_apollo_watchdog *dog = TS_CONTAINER(event, ts_apollo_watchdog, event);
    ts_apollo *apollo = dog->apollo;
    const watch_kind *kind = kind_of(dog);
    ts_time now = ts_engine_now(engine);
    bool stuck = kind->is_stuck(apollo) && !apollo->restarting;

    dog->open = !dog->open;
    if (dog->open) {
        dog->suspects = stuck;
        ts_event_at(engine, event, ts_time_add(now, kind->window));
        return;
    }
    if (dog->suspects && stuck) {
        dog->barks++;
        ts_apollo_restart_now(apollo, true);
    }
    dog->suspects = false;
    if (dog->rests && !stuck)
        return;
    ts_event_at(engine, event, ts_time_add(now, kind->period - kind->window));
}

void ts_apollo_calm(ts_apollo *apollo, ts_apollo_watch which)
{
    apollo->watchdogs[which].suspects = false;
}

void ts_apollo_loop(ts_apollo *apollo, bool on)
{
    ts_apollo_watchdog *dog = &apollo->watchdogs[TS_APOLLO_TC_TRAP];
    const watch_kind *kind = &kinds[TS_APOLLO_TC_TRAP];
    ts_time now = ts_engine_now(apollo->machine->engine);
    ts_time opens =
        now / kind->period * kind->period + kind->period - kind->window;

    apollo->looping = on;
    if (!on || !apollo->record->executive->watchdogs)
        return;
    dog->open = false;
    ts_event_at(apollo->machine->engine, &dog->event,
                opens >= now ? opens : opens + kind->period);
}

void ts_apollo_watchdogs_create(ts_apollo *apollo)
{
    const ts_apollo_executive *executive = apollo->record->executive;

    for (int i = 0; i < TS_APOLLO_WATCHDOGS; i++) {
        ts_apollo_watchdog *dog = &apollo->watchdogs[i];

        dog->apollo = apollo;
        dog->rests = i == TS_APOLLO_TC_TRAP;
        ts_event_init_slot(apollo->machine->engine, &dog->event, TS_CLASS_LATE,
                           look, kinds[i].name);
        if (!executive->watchdogs || dog->rests)
            continue;
        ts_event_at(apollo->machine->engine, &dog->event,
                    kinds[i].period - kinds[i].window);
    }
}

void ts_apollo_watchdogs_report(const ts_apollo *apollo, ts_report *report)
{
    static const char *const names[TS_APOLLO_WATCHDOGS] = {
        [TS_APOLLO_WATCHMAN] = "apollo.gojam.night_watchman",
        [TS_APOLLO_RUPT_LOCK] = "apollo.gojam.rupt_lock",
        [TS_APOLLO_TC_TRAP] = "apollo.gojam.tc_trap"};

    for (int i = 0; i < TS_APOLLO_WATCHDOGS; i++)
        ts_report_count(report, apollo->watchdogs[i].barks, "%s", names[i]);
}
