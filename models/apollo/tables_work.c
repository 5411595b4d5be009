/*
 * tables_work.c - the fields of what the computer does: costs, calls, tasks,
 * interrupts, the autopilot.
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

/* --- costs --- */

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

/* --- calls --- */

static void check_job_call(ts_check *check, const void *record)
{
    const ts_apollo_call *call = record;

    if (call->priority != NULL && ts_apollo_octal(call->priority) < 0)
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
    {.name = "group",
     .kind = TS_FIELD_INT,
     .fallback = "0",
     .max = TS_APOLLO_GROUPS,
     .offset = TS_AT(ts_apollo_call, group),
     .help = "the restart group that brings the job back, from before the call "
             "on; 0: a restart loses it until it protects itself",
     .source = "Luminary 099, READACCS: phase 5.5 before FINDVAC, 5.4 after"},
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

/* --- interrupts --- */

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

const ts_shape ts_apollo_source_shape = {
    .name = "interrupt",
    .help = "An interrupt that comes by itself",
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

const ts_shape ts_apollo_pilot_shape = {.name = "autopilot",
                                        .help = "The digital autopilot",
                                        .size = sizeof(ts_apollo_pilot),
                                        TS_FIELDS(pilot_fields)};

/* --- tasks --- */

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

const ts_shape ts_apollo_task_shape = {.name = "task",
                                       .help = "A Waitlist task",
                                       .size = sizeof(ts_apollo_task),
                                       TS_FIELDS(task_fields),
                                       .check = check_task};
