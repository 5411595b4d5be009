/*
 * measure.c - means of one long run, and when they are known well enough.
 */
#include "models/machine/measure.h"

#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "models/machine/part.h"
#include "models/world/root.h"
#include "sim/scenario/reader.h"

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
     .offset = TS_AT(ts_measure_record, half_width),
     .help = "ends the run when the interval is as narrow as this: a share of "
             "the mean (\"2%\") or an amount (\"1ms\"); with several, when all "
             "are"},
};

static void check(ts_check *check, const void *record)
{
    const ts_measure_record *measure = record;

    if (measure->half_width.given && measure->half_width.value <= 0)
        ts_check_error(check, "half_width", "is above zero");
    if (measure->half_width.given &&
        measure->half_width.unit != TS_UNIT_RATIO &&
        measure->half_width.unit != TS_UNIT_TIME &&
        measure->half_width.unit != TS_UNIT_NUMBER)
        ts_check_error(check, "half_width",
                       "is a share of the mean or an amount of what is "
                       "measured, as in \"2%%\" or \"1ms\"");
    if (measure->warm_up.given && measure->warm_up.cycles)
        ts_check_error(check, "warm_up", "must be a time, not cycles");
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

struct ts_measures {
    int count, name_count;
    const char *names[NAMES_MAX];
    bool out_of_memory;
    measured item[];
};

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
    struct ts_measures *all = m->machine->measures;
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
    m->machine->measures->out_of_memory |= !m->steady;
    tally->steady = m->steady;
}

void ts_measure_offer(ts_machine *machine, ts_tally *tally, const char *name,
                      ...)
{
    struct ts_measures *all = machine->measures;
    char full[256];
    va_list list;

    if (!all)
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
    const struct ts_measures *all = machine->measures;

    if (all && all->out_of_memory)
        return ts_fail(error, "out of memory for what is measured");
    for (int i = 0; all && i < all->count; i++) {
        const char *of = all->item[i].record->of;
        const char *near = ts_nearest(of, all->names, all->name_count);

        if (all->item[i].steady)
            continue;
        if (near)
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

static bool create(ts_machine *machine, ts_error *error)
{
    const ts_measure_record *records = machine->root->measure.items;
    int count = machine->root->measure.count;
    struct ts_measures *all;

    if (count == 0)
        return true;
    all = ts_arena_alloc(machine->arena,
                         sizeof *all + (size_t)count * sizeof(measured));
    if (!all)
        return ts_fail(error, "out of memory for what is measured");
    all->count = count;
    for (int i = 0; i < count; i++)
        all->item[i] = (measured){.machine = machine, .record = &records[i]};
    machine->measures = all;
    ts_measure_offer(machine, &machine->turnaround, "turnaround");
    ts_measure_offer(machine, &machine->response, "response");
    ts_measure_offer(machine, &machine->wait, "wait");
    return true;
}

const ts_part ts_part_measure = {.name = "measure", .create = create};
