/*
 * task_fields.c - what a scenario says of threads: their fields, and what
 * makes no sense together.
 */
#include "models/machine/part.h"
#include "models/machine/task.h"
#include "models/machine/program.h"

static const ts_field time_item = {.name = "time",
                                   .kind = TS_FIELD_TIME,
                                   .help = "a time from the start"};

static const ts_field arrive_fields[] = {
    {.name = "at",
     .kind = TS_FIELD_LIST,
     .item = &time_item,
     .one = true,
     .offset = TS_AT(ts_arrive_record, at),
     .help = "one time, or a list of times"},
    {.name = "every",
     .kind = TS_FIELD_DURATION,
     .positive = true,
     .random = true,
     .no_cycles = true,
     .offset = TS_AT(ts_arrive_record, every),
     .help = "time from one arrival to the next: a period, or a distribution"},
    {.name = "rate",
     .kind = TS_FIELD_RATE,
     .positive = true,
     .offset = TS_AT(ts_arrive_record, rate),
     .help = "Poisson arrivals at this rate"},
    {.name = "first",
     .kind = TS_FIELD_TIME,
     .fallback = "0s",
     .offset = TS_AT(ts_arrive_record, first),
     .help = "when a constant period starts; random arrivals start one "
             "interval after it"},
    {.name = "until",
     .kind = TS_FIELD_TIME,
     .fallback = "2400h",
     .offset = TS_AT(ts_arrive_record, until),
     .help = "no arrivals at this time or later"},
    {.name = "limit",
     .kind = TS_FIELD_INT,
     .fallback = "0",
     .offset = TS_AT(ts_arrive_record, limit),
     .help = "at most so many arrivals; 0 is no limit"},
    {.name = "called",
     .kind = TS_FIELD_BOOL,
     .fallback = "false",
     .offset = TS_AT(ts_arrive_record, called),
     .help = "true: never by themselves; operations of other threads, or "
             "models, make them"},
};

const ts_shape ts_arrive_shape = {
    .name = "arrivals",
    .help = "When threads of this kind arrive",
    .size = sizeof(ts_arrive_record),
    TS_FIELDS(arrive_fields),
    .one_of = TS_NAMES("at", "every", "rate", "called"),
    .shorthand = "at",
};

static const ts_field processor_item = {.name = "processor",
                                        .kind = TS_FIELD_INT,
                                        .max = 4095,
                                        .help = "a processor's number, from 0"};

static const ts_field after_item = {.name = "thread",
                                    .kind = TS_FIELD_REF,
                                    .collection = "thread",
                                    .help = "the name of other threads"};

static const ts_field task_fields[] = {
    {.name = "name",
     .kind = TS_FIELD_NAME,
     .collection = "thread",
     .required = true,
     .offset = TS_AT(ts_task_record, name),
     .help = "what the threads are called"},
    {.name = "count",
     .kind = TS_FIELD_INT,
     .fallback = "1",
     .max = 2e7,
     .offset = TS_AT(ts_task_record, count),
     .help = "how many arrive together each time"},
    {.name = "background",
     .kind = TS_FIELD_BOOL,
     .fallback = "false",
     .offset = TS_AT(ts_task_record, background),
     .help = "the run does not wait for background threads to end"},
    {.name = "arrive",
     .kind = TS_FIELD_OBJECT,
     .shape = &ts_arrive_shape,
     .offset = TS_AT(ts_task_record, arrive),
     .help = "when they arrive; all at the start when not given"},
    {.name = "after",
     .kind = TS_FIELD_LIST,
     .item = &after_item,
     .one = true,
     .limit = 4096,
     .instead_of = TS_NAMES("arrive"),
     .offset = TS_AT(ts_task_record, after),
     .help = "they arrive when all threads of these names have ended"},
    {.name = "priority",
     .kind = TS_FIELD_INT,
     .fallback = "0",
     .is_signed = true,
     .min = -1e9,
     .max = 1e9,
     .offset = TS_AT(ts_task_record, priority),
     .help = "for policies that go by priority; which direction is higher is "
             "a convention"},
    {.name = "affinity",
     .kind = TS_FIELD_LIST,
     .item = &processor_item,
     .one = true,
     .limit = 4096,
     .offset = TS_AT(ts_task_record, affinity),
     .help = "the processors they may run on; any when not given"},
    {.name = "deadline",
     .kind = TS_FIELD_TIME,
     .fallback = "2400h",
     .offset = TS_AT(ts_task_record, deadline),
     .help = "time after its arrival by which a job should be done; later is "
             "counted as missed"},
    {.name = "overlap",
     .kind = TS_FIELD_BOOL,
     .fallback = "true",
     .offset = TS_AT(ts_task_record, overlap),
     .help = "false: a job starts only when the one before it has ended"},
    {.name = "check",
     .kind = TS_FIELD_DURATION,
     .offset = TS_AT(ts_task_record, check),
     .help = "cooperative pre-emption: how much of its own processor time "
             "passes between two looks whether another should run; it can be "
             "pre-empted anywhere when not given"},
    {.name = "watch",
     .kind = TS_FIELD_BOOL,
     .fallback = "false",
     .offset = TS_AT(ts_task_record, watch),
     .help = "keep how many are in the system over time, for a picture"},
    {.name = "program",
     .kind = TS_FIELD_LIST,
     .item = &ts_program_item,
     .required = true,
     .limit = 4096,
     .offset = TS_AT(ts_task_record, program),
     .help = "the operations each thread performs, in order"},
};

/* The first field is the name and the last the program; ts_worker_shape is
 * what stands between them. */
static void check_worker(ts_check *check, const void *record)
{
    const ts_task_record *task = record;

    if (task->after.count > 0 || task->arrive != NULL || task->count != 1)
        ts_check_error(check, NULL,
                       "a server says how many threads there are "
                       "and when; leave out count, arrive and "
                       "after");
}

const ts_shape ts_task_shape = {
    .name = "thread",
    .help = "Threads that run the same program",
    .size = sizeof(ts_task_record),
    TS_FIELDS(task_fields),
    .beside = ts_tables_thread,
    .records = TS_AT(ts_task_record, parts),
};

const ts_task_record *ts_task_said(const ts_machine_record *record, int i,
                                   const char **name)
{
    const ts_task_record *tasks = record->threads.items, *task;

    if (i < record->threads.count) {
        *name = tasks[i].name;
        return &tasks[i];
    }
    i -= record->threads.count;
    for (int slot = 0; slot < ts_part_count; slot++)
        for (int k = 0; ts_parts[slot]->workers != NULL; k++) {
            task = ts_parts[slot]->workers(record, k, name);
            if (task == NULL)
                break;
            if (i-- == 0)
                return task;
        }
    return NULL;
}

const void *ts_task_table(const ts_task_record *record, const ts_shape *table)
{
    const ts_shape *other;

    for (int i = 0; (other = ts_tables_thread(i)) != NULL; i++)
        if (other == table)
            return record->parts[i];
    return NULL;
}

/* What a part may leave to the scenario about the threads it makes: all but
 * their name and program. */
const ts_shape ts_worker_shape = {
    .name = "worker",
    .help = "What the threads of a server are to the operating system",
    .size = sizeof(ts_task_record),
    .fields = task_fields + 1,
    .field_count = (int)TS_COUNT_OF(task_fields) - 2,
    .beside = ts_tables_thread,
    .records = TS_AT(ts_task_record, parts),
    .check = check_worker,
};
