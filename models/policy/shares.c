/*
 * shares.c - see shares.h.
 */
#include "models/policy/change.h"
#include "models/policy/shares.h"

typedef struct tickets {
    int64_t tickets;
} tickets;

static const ts_field tickets_fields[] = {
    {.name = "tickets",
     .kind = TS_FIELD_INT,
     .fallback = "100",
     .min = 1,
     .max = 1000000000,
     .offset = TS_AT(tickets, tickets),
     .help = "for lottery and stride"},
};

const ts_shape ts_tickets_table = {.name = "thread",
                                   .help = "Shares by tickets",
                                   .size = sizeof(tickets),
                                   TS_FIELDS(tickets_fields)};

int64_t ts_tickets_of(const ts_thread *thread)
{
    const tickets *mine = ts_task_says(thread->task, &ts_tickets_table);

    return mine->tickets;
}

typedef struct weighted {
    int64_t weight;
} weighted;

static const ts_field weight_fields[] = {
    {.name = "weight",
     .kind = TS_FIELD_INT,
     .fallback = "1",
     .min = 1,
     .max = 1000000,
     .offset = TS_AT(weighted, weight),
     .help = "for proportional-share policies: the share against the others"},
};

const ts_shape ts_weight_table = {.name = "thread",
                                  .help = "Shares by weight",
                                  .size = sizeof(weighted),
                                  TS_FIELDS(weight_fields)};

int64_t ts_weight_of(const ts_thread *thread)
{
    const weighted *mine = ts_task_says(thread->task, &ts_weight_table);

    return mine->weight;
}

typedef struct sliced {
    ts_time slice;
} sliced;

static const ts_field slice_fields[] = {
    {.name = "slice",
     .kind = TS_FIELD_TIME,
     .fallback = "0s",
     .max = 1e13,
     .offset = TS_AT(sliced, slice),
     .help = "for EEVDF: the slice they ask for; the policy's when 0"},
};

const ts_shape ts_slice_table = {.name = "thread",
                                 .help = "Slices that threads ask for",
                                 .size = sizeof(sliced),
                                 TS_FIELDS(slice_fields)};

ts_time ts_slice_said(const ts_task *task)
{
    const sliced *mine = ts_task_says(task, &ts_slice_table);

    return mine->slice;
}

ts_time ts_slice_of(const ts_thread *thread)
{
    const ts_changed *changed = thread->changed;

    return changed != NULL ? changed->slice : ts_slice_said(thread->task);
}
