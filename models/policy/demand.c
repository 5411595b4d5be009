/*
 * demand.c - see demand.h.
 */
#include "models/policy/demand.h"
#include "models/machine/program.h"

typedef struct demand {
    ts_time period;   /* TS_TIME_LIMIT: that of the arrivals */
    ts_time estimate; /* TS_TIME_LIMIT: what the program says */
} demand;

static const ts_field fields[] = {
    {.name = "period",
     .kind = TS_FIELD_TIME,
     .fallback = "2400h",
     .offset = TS_AT(demand, period),
     .help = "for rate-monotonic priorities and analysis, where arrivals are "
             "not periodic: the least time between two"},
    {.name = "estimate",
     .kind = TS_FIELD_TIME,
     .fallback = "2400h",
     .offset = TS_AT(demand, estimate),
     .help = "a job's processor time at worst, for policies and analyses that "
             "must know it; what its program says when not given"},
};

const ts_shape ts_demand_table = {.name = "thread",
                                  .help = "How often jobs come, and how long "
                                          "one takes at worst",
                                  .size = sizeof(demand),
                                  TS_FIELDS(fields)};

static const demand *said(const ts_task_record *record)
{
    return ts_task_table(record, &ts_demand_table);
}

static ts_time period_of(const ts_task_record *record, const demand *mine)
{
    const ts_arrive_record *arrive = record->arrive;

    if (mine->period < TS_TIME_LIMIT || arrive == NULL || !arrive->every.given)
        return mine->period;
    return arrive->every.amount.kind == TS_DIST_CONSTANT
               ? arrive->every.amount.whole
               : TS_TIME_LIMIT;
}

void ts_demand_of(const ts_task *task, ts_time *period, ts_time *estimate)
{
    const demand *mine = ts_task_says(task, &ts_demand_table);

    *period = period_of(task->record, mine);
    *estimate = mine->estimate;
}

ts_time ts_demand_period(const ts_task_record *record)
{
    return period_of(record, said(record));
}

ts_time ts_demand_estimate(const ts_task_record *record)
{
    return said(record)->estimate;
}

bool ts_demand_cost(const ts_task *task, ts_time *cost)
{
    ts_outline outline = {.clock = task->machine->record->computer->clock,
                          .bounded = true};

    *cost = ts_demand_estimate(task->record);
    if (*cost < TS_TIME_LIMIT)
        return true;
    ts_program_outline(&task->record->program, &outline);
    *cost = outline.work;
    return outline.bounded && !outline.opaque;
}
