/*
 * measure.c - means of one long run, and when they are known well enough.
 */
#include "models/machine/measure.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "models/machine/part.h"
#include "sim/scenario/nearest.h"

#define NAMES_MAX 256 /* of quantities, to say what else there is */

static const ts_field fields[] = {
    {.name = "of",
     .kind = TS_FIELD_TEXT,
     .required = true,
     .offset = TS_AT(ts_measure_record, of),
     .help = "what is observed, as its metrics are called: "
             "\"threads.job.turnaround\", \"clients.web.latency\""},
    {.name = "warm_up",
     .kind = TS_FIELD_DURATION,
     .no_cycles = true,
     .offset = TS_AT(ts_measure_record, warm_up),
     .source = "MSER-5: White, Cobb and Spratt 2000",
     .help = "observations before this time are left out; found from the "
             "observations (MSER-5) when not given"},
    {.name = "batches",
     .kind = TS_FIELD_INT,
     .fallback = "20",
     .min = 2,
     .max = 100,
     .offset = TS_AT(ts_measure_record, batches),
     .source = "Schmeiser 1982: 10 to 30",
     .help = "the run is cut into so many, whose means are nearly independent"},
    {.name = "confidence",
     .kind = TS_FIELD_RATIO,
     .fallback = "95%",
     .min = 0.5,
     .max = 0.9999,
     .offset = TS_AT(ts_measure_record, confidence),
     .help = "of the interval of the mean (Student)"},
    {.name = "half_width",
     .kind = TS_FIELD_SCALAR,
     .positive = true,
     .offset = TS_AT(ts_measure_record, half_width),
     .help = "ends the run when the interval is as narrow as this: a share of "
             "the mean (\"2%\") or an amount (\"1ms\"); with several, when all "
             "are"},
};

static void check(ts_check *check, const void *record)
{
    const ts_measure_record *measure = record;

    if (measure->half_width.given &&
        measure->half_width.unit != TS_UNIT_RATIO &&
        measure->half_width.unit != TS_UNIT_TIME &&
        measure->half_width.unit != TS_UNIT_NUMBER)
        ts_check_error(check, "half_width",
                       "is a share of the mean or an amount of what is "
                       "measured, as in \"2%%\" or \"1ms\"");
}

const ts_shape ts_measure_shape = {
    .name = "measure",
    .help = "A mean of one long run without its beginning, and its confidence "
            "interval from batch means",
    .size = sizeof(ts_measure_record),
    TS_FIELDS(fields),
    .shorthand = "of",
    .check = check,
};

typedef struct measured {
    ts_machine *machine;
    const ts_measure_record *record;
    ts_steady *steady;
    bool reached; /* its half width, when it was last looked at */
} measured;

typedef struct ts_measures {
    int count, name_count;
    const char *names[NAMES_MAX];
    bool out_of_memory;
    measured *item;
} ts_measures;

extern const int ts_slot_measure;

/* NULL: nothing is to be measured. */
static ts_measures *measures_of(const ts_machine *machine)
{
    return machine->part[ts_slot_measure].state;
}

static bool is_reached(const measured *m)
{
    const ts_scalar *limit = &m->record->half_width;
    ts_steady_mean mean;
    double size;

    ts_steady_compute(m->steady, &mean);
    size = mean.mean < 0 ? -mean.mean : mean.mean;
    return mean.known && mean.settled && mean.independent &&
           mean.half_width <= (limit->unit == TS_UNIT_RATIO
                                   ? limit->value * size
                                   : limit->value);
}

static void look(void *context)
{
    measured *m = context;
    ts_measures *all = measures_of(m->machine);
    bool enough = true;

    m->reached = is_reached(m);
    for (int i = 0; i < all->count; i++)
        enough &=
            all->item[i].reached || !all->item[i].record->half_width.given;
    if (enough)
        ts_engine_stop(m->machine->engine,
                       "the means are known as well as was asked for");
}

static void begin(measured *m, ts_tally *tally)
{
    const ts_measure_record *record = m->record;
    ts_steady_options options = {
        .automatic = !record->warm_up.given,
        .warm_up = record->warm_up.given ? record->warm_up.amount.whole : 0,
        .batches = (int)record->batches,
        .confidence = record->confidence,
        .look = record->half_width.given ? look : NULL,
        .context = m,
    };

    m->steady =
        ts_steady_create(m->machine->engine, &options, m->machine->arena);
    measures_of(m->machine)->out_of_memory |= m->steady == NULL;
    tally->steady = m->steady;
}

void ts_measure_offer(ts_machine *machine, ts_tally *tally, const char *name,
                      ...)
{
    ts_measures *all = measures_of(machine);
    char full[256];
    va_list list;

    if (all == NULL)
        return;
    va_start(list, name);
    vsnprintf(full, sizeof full, name, list);
    va_end(list);
    for (int i = 0; i < all->count; i++)
        if (strcmp(all->item[i].record->of, full) == 0)
            begin(&all->item[i], tally);
    if (all->name_count < NAMES_MAX)
        all->names[all->name_count++] = ts_arena_text(machine->arena, full);
}

bool ts_measure_check(const ts_machine *machine, ts_error *error)
{
    const ts_measures *all = measures_of(machine);

    if (all != NULL && all->out_of_memory)
        return ts_fail(error, "out of memory for what is measured");
    for (int i = 0; all != NULL && i < all->count; i++) {
        const char *of = all->item[i].record->of;
        const char *near = ts_nearest(of, all->names, all->name_count);

        if (all->item[i].steady != NULL)
            continue;
        if (near != NULL)
            return ts_fail(error,
                           "measure: nothing is observed as \"%.80s\"; did you "
                           "mean \"%s\"?",
                           of, near);
        return ts_fail(error,
                       "measure: nothing is observed as \"%.80s\"; \"%s\" is, "
                       "and others of its kind: what metrics have a .mean",
                       of, all->name_count > 0 ? all->names[0] : "turnaround");
    }
    return true;
}

/* --- the part --- */

typedef struct measures_section {
    ts_list measure; /* of ts_measure_record */
} measures_section;

static const ts_field item = {.name = "measure",
                              .kind = TS_FIELD_OBJECT,
                              .shape = &ts_measure_shape,
                              .help = "a mean"};

static const ts_field section_fields[] = {
    {.name = "measure",
     .kind = TS_FIELD_LIST,
     .item = &item,
     .one = true,
     .limit = 64,
     .offset = TS_AT(measures_section, measure),
     .help = "means of one long run, without its warm-up and with their "
             "confidence intervals"},
};

static void check_section(ts_check *check, const void *record)
{
    const measures_section *section = record;
    const ts_measure_record *measures = section->measure.items;

    for (int i = 0; i < section->measure.count; i++)
        for (int k = 0; k < i; k++)
            if (strcmp(measures[i].of, measures[k].of) == 0)
                ts_check_error(check, "measure", "%s is measured twice",
                               measures[i].of);
}

static const ts_shape section_shape = {.name = "scenario",
                                       .help = "What is measured more closely",
                                       .size = sizeof(measures_section),
                                       TS_FIELDS(section_fields),
                                       .check = check_section};

static const ts_list *said(const ts_machine *machine)
{
    const measures_section *section =
        ts_part_scenario(machine->record, ts_slot_measure);

    return &section->measure;
}

static bool asked(const ts_machine *machine)
{
    return said(machine)->count > 0;
}

static bool create(ts_machine *machine, void *state, ts_error *error)
{
    const ts_measure_record *records = said(machine)->items;
    ts_measures *all = state;

    all->count = said(machine)->count;
    all->item =
        ts_arena_array(machine->arena, (size_t)all->count, sizeof *all->item);
    if (all->item == NULL)
        return ts_fail(error, "out of memory for what is measured");
    for (int i = 0; i < all->count; i++)
        all->item[i] = (measured){.machine = machine, .record = &records[i]};
    ts_measure_offer(machine, &machine->turnaround, "turnaround");
    ts_measure_offer(machine, &machine->response, "response");
    ts_measure_offer(machine, &machine->wait, "wait");
    return true;
}

const ts_part ts_part_measure = {.name = "measure",
                                 .scenario = &section_shape,
                                 .state = sizeof(ts_measures),
                                 .asked = asked,
                                 .create = create};
