/*
 * tables.c - the fields of the "apollo" section.
 */
#include "models/apollo/apollo.h"

const char *const ts_apollo_conditions[] = {"always",   "monitor", "no-monitor",
                                            "flashing", "steady",  NULL};

const ts_field ts_apollo_phase_item = {.name = "phase",
                                       .kind = TS_FIELD_TEXT,
                                       .help = "a phase of the flight"};

#define ONLY_FIELDS(type)                                                      \
    {.name = "in",                                                             \
     .kind = TS_FIELD_LIST,                                                    \
     .item = &ts_apollo_phase_item,                                            \
     .one = true,                                                              \
     .limit = TS_APOLLO_PHASES,                                                \
     .offset = TS_AT(type, only.in),                                           \
     .help = "the phases in which it is done; all when not given"},            \
    {                                                                          \
        .name = "when", .kind = TS_FIELD_CHOICE,                               \
        .choices = ts_apollo_conditions, .fallback = "always",                 \
        .offset = TS_AT(type, only.when),                                      \
        .help =                                                                \
            "and only then: while a monitor verb is up or is not, while the "  \
            "display flashes for an answer or is steady"                       \
    }

/* --- costs --------------------------------------------------------------- */

static const ts_field mct_item = {.name = "mct",
                                  .kind = TS_FIELD_INT,
                                  .max = 1e9,
                                  .help = "a cost in MCT"};

static const ts_field cost_fields[] = {
    {.name = "mct",
     .kind = TS_FIELD_INT,
     .fallback = "0",
     .max = 1e9,
     .offset = TS_AT(ts_apollo_cost, mct),
     .help = "memory cycle times of 11.71875 us, in phases not named in `in`"},
    {.name = "in",
     .kind = TS_FIELD_MAP,
     .item = &mct_item,
     .limit = TS_APOLLO_PHASES,
     .offset = TS_AT(ts_apollo_cost, in),
     .help = "phase: MCT, where they differ"},
};

const ts_shape ts_apollo_cost_shape = {
    .name = "MCT",
    .help = "A cost in memory cycle times, by phase",
    .size = sizeof(ts_apollo_cost),
    TS_FIELDS(cost_fields),
    .shorthand = "mct"};

/* --- calls --------------------------------------------------------------- */

static bool is_octal(const char *text)
{
    return !text || ts_apollo_octal(text) >= 0;
}

static void check_job_call(ts_check *check, const void *record)
{
    const ts_apollo_call *call = record;

    if (!is_octal(call->priority))
        ts_check_error(check, "priority",
                       "must be octal, \"00\" to \"37\", as in the listings");
}

static const ts_field job_call_fields[] = {
    {.name = "job",
     .kind = TS_FIELD_REF,
     .collection = "thread",
     .required = true,
     .offset = TS_AT(ts_apollo_call, job),
     .help = "the thread that is released: one with arrive.called"},
    {.name = "priority",
     .kind = TS_FIELD_TEXT,
     .offset = TS_AT(ts_apollo_call, priority),
     .help = "octal, 00 to 37; the calling job's when not given"},
    ONLY_FIELDS(ts_apollo_call),
};

const ts_shape ts_apollo_job_call_shape = {.name = "job request",
                                           .help =
                                               "Asks the Executive for a job",
                                           .size = sizeof(ts_apollo_call),
                                           TS_FIELDS(job_call_fields),
                                           .shorthand = "job",
                                           .check = check_job_call};

static void check_delay(ts_check *check, const void *record)
{
    const ts_apollo_delay *delay = record;

    if (delay->after <= 0 || delay->after % TS_APOLLO_CS != 0)
        ts_check_error(check, "after", "must be whole centiseconds above 0");
}

static const ts_field delay_fields[] = {
    {.name = "task",
     .kind = TS_FIELD_REF,
     .collection = "apollo task",
     .required = true,
     .offset = TS_AT(ts_apollo_delay, task),
     .help = "the task"},
    {.name = "after",
     .kind = TS_FIELD_TIME,
     .required = true,
     .offset = TS_AT(ts_apollo_delay, after),
     .help = "in whole centiseconds; WAITLIST takes at most 162.5 s"},
    ONLY_FIELDS(ts_apollo_delay),
};

const ts_shape ts_apollo_delay_shape = {.name = "task request",
                                        .help = "Asks the Waitlist for a task",
                                        .size = sizeof(ts_apollo_delay),
                                        TS_FIELDS(delay_fields),
                                        .check = check_delay};

static const ts_field wake_fields[] = {
    {.name = "name",
     .kind = TS_FIELD_TEXT,
     .required = true,
     .offset = TS_AT(ts_apollo_wake, name),
     .help = "what the job sleeps on"},
    {.name = "ends",
     .kind = TS_FIELD_BOOL,
     .fallback = "false",
     .offset = TS_AT(ts_apollo_wake, ends),
     .help = "it is woken only to end"},
    ONLY_FIELDS(ts_apollo_wake),
};

const ts_shape ts_apollo_wake_shape = {
    .name = "waking",
    .help = "Wakes the job that sleeps on a name",
    .size = sizeof(ts_apollo_wake),
    TS_FIELDS(wake_fields),
    .shorthand = "name"};

/* --- phases -------------------------------------------------------------- */

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

/* --- interrupts ---------------------------------------------------------- */

static const char *const rupts[] = {"T6RUPT",   "T5RUPT",   "T3RUPT",
                                    "T4RUPT",   "KEYRUPT1", "KEYRUPT2",
                                    "UPRUPT",   "DOWNRUPT", "RADARUPT",
                                    "HANDRUPT", NULL};

static const ts_field source_fields[] = {
    {.name = "name",
     .kind = TS_FIELD_TEXT,
     .required = true,
     .offset = TS_AT(ts_apollo_source, name),
     .help = "for the report"},
    {.name = "rupt",
     .kind = TS_FIELD_CHOICE,
     .choices = rupts,
     .required = true,
     .offset = TS_AT(ts_apollo_source, rupt),
     .help = "which of the ten, in the order of their priority"},
    {.name = "every",
     .kind = TS_FIELD_TIME,
     .required = true,
     .min = 1e6,
     .max = 1e18,
     .offset = TS_AT(ts_apollo_source, every),
     .help = "its period"},
    {.name = "first",
     .kind = TS_FIELD_TIME,
     .fallback = "0s",
     .offset = TS_AT(ts_apollo_source, first),
     .help = "when it comes first"},
    {.name = "cost",
     .kind = TS_FIELD_OBJECT,
     .shape = &ts_apollo_cost_shape,
     .required = true,
     .offset = TS_AT(ts_apollo_source, cost),
     .help = "of its handler; none comes in phases where it costs 0"},
};

static const ts_shape source_shape = {.name = "interrupt",
                                      .help =
                                          "An interrupt that comes by itself",
                                      .size = sizeof(ts_apollo_source),
                                      TS_FIELDS(source_fields)};

static const ts_field pilot_fields[] = {
    {.name = "every",
     .kind = TS_FIELD_TIME,
     .fallback = "100ms",
     .min = 1e9,
     .max = 1e15,
     .offset = TS_AT(ts_apollo_pilot, every),
     .help = "the period of T5RUPT"},
    {.name = "first",
     .kind = TS_FIELD_TIME,
     .fallback = "5ms",
     .offset = TS_AT(ts_apollo_pilot, first),
     .help = "when it comes first",
     .source = "TIME5 is incremented 5 ms after TIME3"},
    {.name = "interrupt",
     .kind = TS_FIELD_INT,
     .fallback = "270",
     .max = 1e6,
     .offset = TS_AT(ts_apollo_pilot, interrupt),
     .help = "MCT of T5RUPT itself",
     .source = "measured by executing Luminary 099"},
    {.name = "job",
     .kind = TS_FIELD_OBJECT,
     .shape = &ts_apollo_cost_shape,
     .required = true,
     .offset = TS_AT(ts_apollo_pilot, job),
     .help = "the JASK: above every job, below every interrupt. Alarm 2000 "
             "when it is not done by the next T5RUPT"},
};

static const ts_shape pilot_shape = {.name = "autopilot",
                                     .help = "The digital autopilot",
                                     .size = sizeof(ts_apollo_pilot),
                                     TS_FIELDS(pilot_fields)};

/* --- tasks --------------------------------------------------------------- */

static const ts_field call_item = {.name = "call",
                                   .kind = TS_FIELD_VARIANT,
                                   .registry = &ts_apollo_calls,
                                   .help = "one call"};

static void check_task(ts_check *check, const void *record)
{
    const ts_apollo_task *task = record;

    if (task->every % TS_APOLLO_CS != 0 ||
        task->every > TS_APOLLO_LONGEST * TS_APOLLO_CS)
        ts_check_error(check, "every",
                       "must be whole centiseconds, at most 162.5 s");
    if (task->first < TS_TIME_LIMIT && task->first % TS_APOLLO_CS != 0)
        ts_check_error(check, "first", "must be whole centiseconds");
}

static const ts_field task_fields[] = {
    {.name = "name",
     .kind = TS_FIELD_NAME,
     .collection = "apollo task",
     .required = true,
     .offset = TS_AT(ts_apollo_task, name),
     .help = "what calls refer to"},
    {.name = "cost",
     .kind = TS_FIELD_OBJECT,
     .shape = &ts_apollo_cost_shape,
     .fallback = "0",
     .offset = TS_AT(ts_apollo_task, cost),
     .help = "besides T3RUPT's own for each task"},
    {.name = "first",
     .kind = TS_FIELD_TIME,
     .fallback = "2400h",
     .offset = TS_AT(ts_apollo_task, first),
     .help = "when it is on the Waitlist for the first time; only when it is "
             "called when not given"},
    {.name = "every",
     .kind = TS_FIELD_TIME,
     .fallback = "0s",
     .offset = TS_AT(ts_apollo_task, every),
     .help = "each time it runs it calls itself for so much later"},
    {.name = "while",
     .kind = TS_FIELD_CHOICE,
     .choices = ts_apollo_conditions,
     .fallback = "always",
     .offset = TS_AT(ts_apollo_task, keep),
     .help = "it runs, and calls itself again, only then"},
    {.name = "group",
     .kind = TS_FIELD_INT,
     .fallback = "0",
     .max = TS_APOLLO_GROUPS,
     .offset = TS_AT(ts_apollo_task, group),
     .help = "the restart group that brings it back on its lattice; 0: a "
             "restart loses it"},
    {.name = "calls",
     .kind = TS_FIELD_LIST,
     .item = &call_item,
     .limit = 64,
     .offset = TS_AT(ts_apollo_task, calls),
     .help = "what it asks for when it is done"},
};

static const ts_shape task_shape = {.name = "task",
                                    .help = "A Waitlist task",
                                    .size = sizeof(ts_apollo_task),
                                    TS_FIELDS(task_fields),
                                    .check = check_task};

/* --- the Executive, restarts, radar, crew -------------------------------- */

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
     .max = 5,
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
    {.name = "phase",
     .kind = TS_FIELD_NUMBER_DRAW,
     .fallback = "0",
     .min = 0,
     .max = 360,
     .offset = TS_AT(ts_apollo_radar, phase),
     .help = "degrees between the two 800 Hz supplies, as power-up left them; "
             "a distribution is drawn from once"},
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

static void check_key(ts_check *check, const void *record)
{
    const ts_apollo_key *key = record;

    if ((key->keys != NULL) == (key->corrupt > 0))
        ts_check_error(check, NULL, "needs keys, or corrupt");
}

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
     .fallback = "0",
     .max = TS_APOLLO_GROUPS,
     .offset = TS_AT(ts_apollo_key, corrupt),
     .help = "a fault instead of a key: spoils the phase table of a group"},
};

static const ts_shape key_shape = {.name = "action",
                                   .help = "What somebody does, and when",
                                   .size = sizeof(ts_apollo_key),
                                   TS_FIELDS(key_fields),
                                   .check = check_key};

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

/* --- the section --------------------------------------------------------- */

static const ts_field phase_item = {.name = "phase",
                                    .kind = TS_FIELD_OBJECT,
                                    .shape = &phase_shape,
                                    .help = "a phase of the flight"};
static const ts_field source_item = {.name = "interrupt",
                                     .kind = TS_FIELD_OBJECT,
                                     .shape = &source_shape,
                                     .help =
                                         "an interrupt that comes by itself"};
static const ts_field task_item = {.name = "task",
                                   .kind = TS_FIELD_OBJECT,
                                   .shape = &task_shape,
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
    {.name = "interrupts",
     .kind = TS_FIELD_LIST,
     .item = &source_item,
     .limit = 64,
     .offset = TS_AT(ts_apollo_record, interrupts),
     .help = "interrupts that come by themselves"},
    {.name = "autopilot",
     .kind = TS_FIELD_OBJECT,
     .shape = &pilot_shape,
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
