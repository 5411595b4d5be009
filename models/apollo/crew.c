/*
 * crew.c - keys, monitors and displays.
 *
 * Every key but PRO raises KEYRUPT1, which asks for the job CHARIN. A monitor
 * verb (11 to 17) shows its noun again every second, until another display
 * verb, KEY REL or a restart ends it. While it is up, the display of the
 * running program waits. PRO answers a display that flashes.
 */
#include <stdlib.h>
#include <string.h>

#include "models/apollo/apollo.h"

#define LEVEL_KEYRUPT 4

void ts_apollo_set_monitor(ts_apollo *apollo, bool on)
{
    const ts_apollo_dsky *dsky = apollo->record->dsky;

    if (apollo->monitor && !on)
        ts_apollo_show(apollo, "monitor off");
    if (!apollo->monitor && on && dsky->monitor.index >= 0)
        ts_waitlist_call(apollo, dsky->monitor.index, 1);
    apollo->monitor = on;
}

static const ts_apollo_key *key_of(const ts_apollo *apollo)
{
    const ts_apollo_key *keys = apollo->record->crew.items;

    assert(apollo->crew_order != NULL &&
           apollo->crew_next < apollo->record->crew.count);
    return &keys[apollo->crew_order[apollo->crew_next]];
}

static bool is_one_key(const char *keys)
{
    return strcmp(keys, "PRO") == 0 || strcmp(keys, "KEY REL") == 0 ||
           strcmp(keys, "RSET") == 0 || strcmp(keys, "ENTR") == 0;
}

static int strokes(const ts_apollo_key *key)
{
    return key->keys == NULL       ? 0
           : is_one_key(key->keys) ? 1
                                   : (int)strlen(key->keys);
}

/* The two digits after `letter`; -1: none. */
static int number_after(const char *keys, char letter)
{
    const char *at = strchr(keys, letter);

    if (at == NULL || at[1] < '0' || at[1] > '9' || at[2] < '0' || at[2] > '9')
        return -1;
    return (at[1] - '0') * 10 + (at[2] - '0');
}

static void answer(ts_apollo *apollo)
{
    if (!apollo->flashing)
        return;
    apollo->flashing = false;
    ts_apollo_show(apollo, "steady");
    ts_apollo_wake_job(apollo, "display", true);
}

static void enter_verb(ts_apollo *apollo, const char *keys)
{
    int verb = number_after(keys, 'V'), noun = number_after(keys, 'N');

    if (verb < 0)
        return;
    if (noun >= 0)
        ts_apollo_show(apollo, "V%02dN%02d", verb, noun);
    else
        ts_apollo_show(apollo, "V%02d", verb);
    if (verb >= 11 && verb <= 17)
        ts_apollo_set_monitor(apollo, true);
    else if (verb < 40)
        ts_apollo_set_monitor(apollo, false);
}

/* What the keys ask for, when the last of them is down. */
static void obey(ts_apollo *apollo, const ts_apollo_key *key)
{
    ts_trace *trace = apollo->machine->trace;

    ts_trace_instant(trace, ts_engine_now(apollo->machine->engine),
                     apollo->place_crew,
                     ts_trace_name(trace, TS_KINDS,
                                   key->keys != NULL ? key->keys : "fault"),
                     -1, 0);
    if (key->keys == NULL) {
        apollo->groups[key->corrupt].complement = 0;
        return;
    }
    if (strcmp(key->keys, "PRO") == 0) {
        answer(apollo);
    } else if (strcmp(key->keys, "RSET") == 0) {
        apollo->alarm_light = false;
        ts_apollo_show(apollo, "RSET");
    } else if (strcmp(key->keys, "KEY REL") == 0) {
        ts_apollo_set_monitor(apollo, false);
        ts_apollo_show(apollo, "KEY REL");
    } else {
        enter_verb(apollo, key->keys);
    }
}

static void key_read(ts_machine *machine, ts_cpu *cpu, ts_interrupt *interrupt)
{
    ts_apollo *apollo = ts_apollo_of(machine);
    const ts_apollo_dsky *dsky = apollo->record->dsky;

    (void)cpu;
    (void)interrupt;
    ts_apollo_rupt_over(apollo);
    apollo->key_mct += dsky->interrupt;
    if (dsky->job.index >= 0 && !apollo->restarting)
        ts_apollo_call_job(apollo, dsky->job.index,
                           ts_apollo_octal(dsky->priority), false, 0);
}

static ts_time stroke_time(const ts_apollo *apollo)
{
    const ts_apollo_key *key = key_of(apollo);
    ts_time before =
        apollo->record->dsky->gap * (strokes(key) - 1 - apollo->key_next);

    return before > 0 && key->at > before ? key->at - before : key->at;
}

static void next_stroke(ts_apollo *apollo)
{
    ts_time now = ts_engine_now(apollo->machine->engine);
    ts_time at;

    if (apollo->crew_next >= apollo->record->crew.count)
        return;
    at = stroke_time(apollo);
    ts_event_at(apollo->machine->engine, &apollo->crew_event,
                at > now ? at : now);
}

static void stroke(ts_engine *engine, ts_event *event)
{
    ts_apollo *apollo = TS_CONTAINER(event, ts_apollo, crew_event);
    const ts_apollo_key *key = key_of(apollo);

    (void)engine;
    if (key->keys != NULL && strcmp(key->keys, "PRO") != 0)
        ts_cpu_interrupt(apollo->cpu, &apollo->keyrupt);
    apollo->key_next++;
    if (apollo->key_next >= strokes(key)) {
        obey(apollo, key);
        apollo->crew_next++;
        apollo->key_next = 0;
    }
    next_stroke(apollo);
}

/* The order of the actions in time: a stable sort by insertion, as they are
 * few and mostly in order. */
static void sort_keys(ts_apollo *apollo)
{
    const ts_apollo_key *keys = apollo->record->crew.items;

    assert(apollo->crew_order != NULL || apollo->record->crew.count == 0);
    for (int i = 0; i < apollo->record->crew.count; i++) {
        int at = i;

        while (at > 0 && keys[apollo->crew_order[at - 1]].at > keys[i].at) {
            apollo->crew_order[at] = apollo->crew_order[at - 1];
            at--;
        }
        apollo->crew_order[at] = i;
    }
}

bool ts_apollo_crew_create(ts_apollo *apollo, ts_error *error)
{
    ts_machine *machine = apollo->machine;
    const ts_apollo_dsky *dsky = apollo->record->dsky;
    int count = apollo->record->crew.count;

    apollo->keyrupt =
        (ts_interrupt){.name = "KEYRUPT1",
                       .level = LEVEL_KEYRUPT,
                       .done = key_read,
                       .cost = ts_apollo_fine(apollo, dsky->interrupt)};
    ts_event_init_slot(machine->engine, &apollo->crew_event, TS_CLASS_INTERRUPT,
                       stroke, "the crew");
    apollo->crew_order = ts_arena_array(machine->arena, (size_t)count,
                                        sizeof *apollo->crew_order);
    if (apollo->crew_order == NULL && count > 0)
        return ts_fail(error, "out of memory for the crew");
    sort_keys(apollo);
    next_stroke(apollo);
    return true;
}
