/*
 * tables.c - the fields of the "apollo" section, its Executive, phases, radar,
 * restarts and crew. What the computer does is in tables_work.c.
 */
#include "models/apollo/apollo.h"

/* --- phases --- */

static const ts_field phase_fields[] = {
    {.name = "name",
     .kind = TS_FIELD_TEXT,
     .required = true,
     .offset = TS_AT(ts_apollo_phase, name),
     .help = "what costs refer to"},
    {.name = "at",
     .kind = TS_FIELD_TIME,
     .fallback = "0s",
     .offset = TS_AT(ts_apollo_phase, at),
     .help = "when it begins"},
    {.name = "program",
     .kind = TS_FIELD_INT,
     .fallback = "0",
     .max = 99,
     .offset = TS_AT(ts_apollo_phase, program),
     .help = "the major mode: what PROG shows"},
    {.name = "display",
     .kind = TS_FIELD_TEXT,
     .offset = TS_AT(ts_apollo_phase, display),
     .help = "the verb and noun that the program shows, as V06N63"},
    {.name = "flashing",
     .kind = TS_FIELD_BOOL,
     .fallback = "false",
     .offset = TS_AT(ts_apollo_phase, flashing),
     .help = "the display flashes until the crew answers with PRO"},
    {.name = "counters",
     .kind = TS_FIELD_RATIO,
     .fallback = "0",
     .max = 0.99,
     .offset = TS_AT(ts_apollo_phase, counters),
     .help = "share of all cycles that the ordinary counters take"},
};

static const ts_shape phase_shape = {.name = "phase",
                                     .help = "A phase of the flight",
                                     .size = sizeof(ts_apollo_phase),
                                     TS_FIELDS(phase_fields)};

/* --- the Executive, restarts, radar, crew --- */

static const ts_field executive_fields[] = {
    {.name = "core-sets",
     .kind = TS_FIELD_INT,
     .fallback = "8",
     .min = 1,
     .max = TS_APOLLO_SETS,
     .offset = TS_AT(ts_apollo_executive, core_sets),
     .help = "areas of 12 words, one a job; without one: alarm 1202",
     .source = "Luminary 099; Comanche 055 in the command module has 7"},
    {.name = "vac-areas",
     .kind = TS_FIELD_INT,
     .fallback = "5",
     .min = 0,
     .max = TS_APOLLO_SETS,
     .offset = TS_AT(ts_apollo_executive, vac_areas),
     .help = "areas of 44 words, one an interpretive job; without one: alarm "
             "1201",
     .source = "Luminary 099"},
    {.name = "tasks",
     .kind = TS_FIELD_INT,
     .fallback = "9",
     .min = 1,
     .max = 1000,
     .offset = TS_AT(ts_apollo_executive, tasks),
     .help = "places on the Waitlist; without one: alarm 1203",
     .source = "Luminary 099"},
    {.name = "limits",
     .kind = TS_FIELD_BOOL,
     .fallback = "true",
     .offset = TS_AT(ts_apollo_executive, limits),
     .help = "false: as many core sets, VAC areas and places as are asked "
             "for, and no alarms: for other policies"},
    {.name = "check",
     .kind = TS_FIELD_INT,
     .fallback = "100",
     .min = 1,
     .max = 1e6,
     .offset = TS_AT(ts_apollo_executive, check),
     .help = "MCT between two looks at NEWJOB in interpretive code: a pair "
             "of instructions",
     .source = "assumed; a pair takes some 50 to 400 MCT"},
    {.name = "swap",
     .kind = TS_FIELD_INT,
     .fallback = "98",
     .max = 1e6,
     .offset = TS_AT(ts_apollo_executive, swap),
     .help = "MCT of a change of jobs: 12 words of a core set, when the job "
             "that is to run is not in core set 0 already",
     .source = "measured by executing Luminary 099"},
    {.name = "apart",
     .kind = TS_FIELD_BOOL,
     .fallback = "false",
     .offset = TS_AT(ts_apollo_executive, apart),
     .help = "true: calls cost what stands below besides what their callers "
             "cost; false: it is in the callers' costs"},
    {.name = "novac",
     .kind = TS_FIELD_INT,
     .fallback = "82",
     .max = 1e6,
     .offset = TS_AT(ts_apollo_executive, novac),
     .help = "MCT of NOVAC",
     .source = "measured by executing Luminary 099: 68 to 82 on average"},
    {.name = "findvac",
     .kind = TS_FIELD_INT,
     .fallback = "104",
     .max = 1e6,
     .offset = TS_AT(ts_apollo_executive, findvac),
     .help = "MCT of FINDVAC",
     .source = "measured by executing Luminary 099: 79 to 104 on average"},
    {.name = "end-of-job",
     .kind = TS_FIELD_INT,
     .fallback = "68",
     .max = 1e6,
     .offset = TS_AT(ts_apollo_executive, end_of_job),
     .help = "MCT of ENDOFJOB",
     .source = "measured"},
    {.name = "waitlist",
     .kind = TS_FIELD_INT,
     .fallback = "111",
     .max = 1e6,
     .offset = TS_AT(ts_apollo_executive, waitlist),
     .help = "MCT of a WAITLIST call",
     .source = "measured by executing Luminary 099: 108 to 111 on average"},
    {.name = "dispatch",
     .kind = TS_FIELD_INT,
     .fallback = "109",
     .max = 1e6,
     .offset = TS_AT(ts_apollo_executive, dispatch),
     .help = "MCT of T3RUPT for each task it dispatches",
     .source = "measured by executing Luminary 099"},
    {.name = "watchdogs",
     .kind = TS_FIELD_BOOL,
     .fallback = "true",
     .offset = TS_AT(ts_apollo_executive, watchdogs),
     .help = "GOJAM when nobody has looked at NEWJOB for 0.64 to 1.92 s, when "
             "an interrupt lasts or waits for 140 to 300 ms, and when nothing "
             "but branches is executed for 5 to 15 ms"},
};

static const ts_shape executive_shape = {
    .name = "Executive",
    .help = "Resources and costs of the Executive",
    .size = sizeof(ts_apollo_executive),
    TS_FIELDS(executive_fields)};

static bool is_octal(const char *text)
{
    return text == NULL || ts_apollo_octal(text) >= 0;
}

static void check_restart(ts_check *check, const void *record)
{
    const ts_apollo_restart *restart = record;

    if (!is_octal(restart->priority))
        ts_check_error(check, "priority", "must be octal, \"00\" to \"37\"");
}

static const ts_field time_item = {.name = "time",
                                   .kind = TS_FIELD_TIME,
                                   .help = "a time from the start"};

static const ts_field restart_fields[] = {
    {.name = "cost",
     .kind = TS_FIELD_INT,
     .fallback = "1571",
     .max = 1e6,
     .offset = TS_AT(ts_apollo_restart, cost),
     .help = "MCT from the alarm to the end of the restart",
     .source = "measured by executing Luminary 099: 1212 to 1763"},
    {.name = "job",
     .kind = TS_FIELD_REF,
     .collection = "thread",
     .offset = TS_AT(ts_apollo_restart, job),
     .help = "a job that it leaves behind"},
    {.name = "priority",
     .kind = TS_FIELD_TEXT,
     .fallback = "10",
     .offset = TS_AT(ts_apollo_restart, priority),
     .help = "that job's, octal"},
    {.name = "button",
     .kind = TS_FIELD_LIST,
     .item = &time_item,
     .one = true,
     .offset = TS_AT(ts_apollo_restart, button),
     .help = "when somebody pushes the button: GOJAM"},
    {.name = "rate",
     .kind = TS_FIELD_RATE,
     .offset = TS_AT(ts_apollo_restart, rate),
     .help = "random pushes at this rate"},
    {.name = "protection",
     .kind = TS_FIELD_BOOL,
     .fallback = "true",
     .offset = TS_AT(ts_apollo_restart, protection),
     .help = "false: phase tables are not looked at, and a restart brings "
             "nothing back: a program that did not save where it was"},
};

static const ts_shape restart_shape = {.name = "restart",
                                       .help = "Restarts",
                                       .size = sizeof(ts_apollo_restart),
                                       TS_FIELDS(restart_fields),
                                       .check = check_restart};

static const ts_field radar_fields[] = {
    {.name = "rate",
     .kind = TS_FIELD_RATE,
     .offset = TS_AT(ts_apollo_radar, rate),
     .help = "pulses of each counter, whatever the phase"},
    {.name = "full",
     .kind = TS_FIELD_RATE,
     .fallback = "6400/s",
     .offset = TS_AT(ts_apollo_radar, full),
     .help = "the greatest rate of a counter",
     .source = "the coupling data units count at most 6400 pulses a second"},
    {.name = "counters",
     .kind = TS_FIELD_INT,
     .fallback = "2",
     .max = 5,
     .offset = TS_AT(ts_apollo_radar, counters),
     .help = "how many count: trunnion and shaft"},
    {.name = "reference",
     .kind = TS_FIELD_FREQUENCY,
     .fallback = "800Hz",
     .max = 1e5,
     .positive = true,
     .offset = TS_AT(ts_apollo_radar, reference),
     .help = "the supply that the coupling data units compare with"},
    {.name = "excitation",
     .kind = TS_FIELD_FREQUENCY,
     .fallback = "800Hz",
     .max = 1e5,
     .positive = true,
     .offset = TS_AT(ts_apollo_radar, excitation),
     .help = "the supply of the radar's resolvers; in flight it was locked to "
             "the other one"},
    {.name = "phase",
     .kind = TS_FIELD_NUMBER_DRAW,
     .fallback = "0",
     .min = 0,
     .max = 360,
     .offset = TS_AT(ts_apollo_radar, phase),
     .help = "degrees between the two 800 Hz supplies, as power-up left them; "
             "a distribution is drawn from once"},
    {.name = "nulls",
     .kind = TS_FIELD_INT,
     .fallback = "16384",
     .max = 1e9,
     .offset = TS_AT(ts_apollo_radar, nulls),
     .help = "pulses from one null of a coupling unit to the next",
     .source = "assumed: half a turn of 32768 pulses"},
    {.name = "from",
     .kind = TS_FIELD_TIME,
     .fallback = "0s",
     .offset = TS_AT(ts_apollo_radar, from),
     .help = "when the switch stands so that the counters see the radar"},
    {.name = "until",
     .kind = TS_FIELD_TIME,
     .fallback = "2400h",
     .offset = TS_AT(ts_apollo_radar, until),
     .help = "and until when"},
};

static const ts_shape radar_shape = {
    .name = "radar",
    .help = "The rendezvous radar's resolvers and counters",
    .size = sizeof(ts_apollo_radar),
    TS_FIELDS(radar_fields)};

static const ts_field key_fields[] = {
    {.name = "at",
     .kind = TS_FIELD_TIME,
     .required = true,
     .offset = TS_AT(ts_apollo_key, at),
     .help = "when the last key is down"},
    {.name = "keys",
     .kind = TS_FIELD_TEXT,
     .offset = TS_AT(ts_apollo_key, keys),
     .help = "V16N68E is seven keys; PRO, KEY REL, RSET and ENTR are one"},
    {.name = "corrupt",
     .kind = TS_FIELD_INT,
     .min = 1,
     .max = TS_APOLLO_GROUPS,
     .offset = TS_AT(ts_apollo_key, corrupt),
     .help = "a fault instead of a key: spoils the phase table of a group"},
};

static const ts_shape key_shape = {.name = "action",
                                   .help = "What somebody does, and when",
                                   .size = sizeof(ts_apollo_key),
                                   TS_FIELDS(key_fields),
                                   .one_of = TS_NAMES("keys", "corrupt")};

static const ts_field dsky_fields[] = {
    {.name = "job",
     .kind = TS_FIELD_REF,
     .collection = "thread",
     .offset = TS_AT(ts_apollo_dsky, job),
     .help = "the job that each key asks for: CHARIN"},
    {.name = "priority",
     .kind = TS_FIELD_TEXT,
     .fallback = "30",
     .offset = TS_AT(ts_apollo_dsky, priority),
     .help = "its, octal",
     .source = "Luminary 099, KEYRUPT"},
    {.name = "interrupt",
     .kind = TS_FIELD_INT,
     .fallback = "204",
     .max = 1e6,
     .offset = TS_AT(ts_apollo_dsky, interrupt),
     .help = "MCT of KEYRUPT1",
     .source = "measured by executing Luminary 099"},
    {.name = "gap",
     .kind = TS_FIELD_TIME,
     .fallback = "300ms",
     .offset = TS_AT(ts_apollo_dsky, gap),
     .help = "between two keys of one entry"},
    {.name = "monitor",
     .kind = TS_FIELD_REF,
     .collection = "apollo task",
     .offset = TS_AT(ts_apollo_dsky, monitor),
     .help = "the task that a monitor verb starts"},
};

static void check_dsky(ts_check *check, const void *record)
{
    const ts_apollo_dsky *dsky = record;

    if (!is_octal(dsky->priority))
        ts_check_error(check, "priority", "must be octal, \"00\" to \"37\"");
}

static const ts_shape dsky_shape = {.name = "DSKY",
                                    .help = "Display and keyboard",
                                    .size = sizeof(ts_apollo_dsky),
                                    TS_FIELDS(dsky_fields),
                                    .check = check_dsky};

/* --- the section --- */

static const ts_field phase_item = {.name = "phase",
                                    .kind = TS_FIELD_OBJECT,
                                    .shape = &phase_shape,
                                    .help = "a phase of the flight"};
static const ts_field source_item = {.name = "interrupt",
                                     .kind = TS_FIELD_OBJECT,
                                     .shape = &ts_apollo_source_shape,
                                     .help =
                                         "an interrupt that comes by itself"};
static const ts_field task_item = {.name = "task",
                                   .kind = TS_FIELD_OBJECT,
                                   .shape = &ts_apollo_task_shape,
                                   .help = "a Waitlist task"};
static const ts_field key_item = {.name = "action",
                                  .kind = TS_FIELD_OBJECT,
                                  .shape = &key_shape,
                                  .help = "what somebody does"};

static const ts_field fields[] = {
    {.name = "executive",
     .kind = TS_FIELD_OBJECT,
     .shape = &executive_shape,
     .fallback = "{}",
     .offset = TS_AT(ts_apollo_record, executive),
     .help = "resources and costs"},
    {.name = "phases",
     .kind = TS_FIELD_LIST,
     .item = &phase_item,
     .limit = TS_APOLLO_PHASES,
     .offset = TS_AT(ts_apollo_record, phases),
     .help = "phases of the flight, in the order of time; one without a name "
             "when not given"},
    {.name = "phase",
     .kind = TS_FIELD_TEXT,
     .offset = TS_AT(ts_apollo_record, phase),
     .help = "the one phase that is played, from the start to the end; all of "
             "them in turn when not given"},
    {.name = "interrupts",
     .kind = TS_FIELD_LIST,
     .item = &source_item,
     .limit = 64,
     .offset = TS_AT(ts_apollo_record, interrupts),
     .help = "interrupts that come by themselves"},
    {.name = "autopilot",
     .kind = TS_FIELD_OBJECT,
     .shape = &ts_apollo_pilot_shape,
     .offset = TS_AT(ts_apollo_record, pilot),
     .help = "the digital autopilot; none when not given"},
    {.name = "tasks",
     .kind = TS_FIELD_LIST,
     .item = &task_item,
     .limit = 256,
     .offset = TS_AT(ts_apollo_record, tasks),
     .help = "Waitlist tasks"},
    {.name = "radar",
     .kind = TS_FIELD_OBJECT,
     .shape = &radar_shape,
     .offset = TS_AT(ts_apollo_record, radar),
     .help = "the rendezvous radar; its counters are quiet when not given"},
    {.name = "crew",
     .kind = TS_FIELD_LIST,
     .item = &key_item,
     .limit = 4096,
     .offset = TS_AT(ts_apollo_record, crew),
     .help = "what the crew does"},
    {.name = "dsky",
     .kind = TS_FIELD_OBJECT,
     .shape = &dsky_shape,
     .fallback = "{}",
     .offset = TS_AT(ts_apollo_record, dsky),
     .help = "display and keyboard"},
    {.name = "restart",
     .kind = TS_FIELD_OBJECT,
     .shape = &restart_shape,
     .fallback = "{}",
     .offset = TS_AT(ts_apollo_record, restart),
     .help = "restarts, and the button"},
};

static void check(ts_check *check, const void *record)
{
    const ts_apollo_record *apollo = record;
    const ts_apollo_phase *phases = apollo->phases.items;

    for (int i = 1; i < apollo->phases.count; i++)
        if (phases[i].at <= phases[i - 1].at)
            ts_check_error(check, "phases", "%s must begin after %s",
                           phases[i].name, phases[i - 1].name);
    if (apollo->phases.count > 0 && phases[0].at != 0)
        ts_check_error(check, "phases", "the first one must begin at 0");
}

const ts_shape ts_apollo_shape = {
    .name = "Apollo Guidance Computer",
    .help = "Executive, Waitlist, interrupts and crew of an Apollo Guidance "
            "Computer; its jobs are threads",
    .size = sizeof(ts_apollo_record),
    TS_FIELDS(fields),
    .check = check,
    .profiles = true};
