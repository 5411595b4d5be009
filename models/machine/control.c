/*
 * control.c - repeat, forever and choose.
 */
#include "models/machine/task.h"
#include "models/machine/program.h"

/* --- repeat and forever --- */

typedef struct repeat_record {
    ts_list program;
    int64_t times; /* -1: for ever */
} repeat_record;

static int repeat_prepare(ts_machine *machine, ts_task *task, void *fields,
                          ts_error *error)
{
    const repeat_record *record = fields;
    int depth = ts_program_prepare(machine, task, &record->program, error);

    return depth < 0 ? -1 : depth + 1;
}

static ts_step repeat_step(ts_machine *machine, ts_thread *thread,
                           ts_frame *frame)
{
    const repeat_record *record = frame->fields;

    (void)machine;
    if (record->times >= 0 && frame->count >= record->times)
        return TS_STEP_DONE;
    frame->count++;
    ts_thread_push(thread, &ts_sequence_operation, &record->program);
    return TS_STEP_AGAIN;
}

static void repeat_outline(const void *fields, ts_outline *outline)
{
    const repeat_record *record = fields;
    ts_time before = outline->work;
    ts_i128 all;

    if (record->times < 0) { /* for ever */
        outline->opaque = true;
        return;
    }
    if (record->times == 0)
        return;
    /* Its critical sections are met once; repeating makes none longer. */
    ts_program_outline(&record->program, outline);
    all = before + (ts_i128)(outline->work - before) * record->times;
    outline->work = all < TS_TIME_LIMIT ? (ts_time)all : TS_TIME_LIMIT;
}

static const ts_operation repeat_operation = {.step = repeat_step,
                                              .control = true,
                                              .prepare = repeat_prepare,
                                              .outline = repeat_outline};

static const ts_field repeat_fields[] = {
    {.name = "times",
     .kind = TS_FIELD_INT,
     .required = true,
     .max = 1e15,
     .offset = TS_AT(repeat_record, times),
     .help = "how often"},
    {.name = "program",
     .kind = TS_FIELD_LIST,
     .item = &ts_program_item,
     .required = true,
     .limit = 4096,
     .offset = TS_AT(repeat_record, program),
     .help = "the operations that are repeated"},
};
static const ts_shape repeat_shape = {.name = "repeat",
                                      .help = "A program, a number of times",
                                      .size = sizeof(repeat_record),
                                      TS_FIELDS(repeat_fields)};
const ts_entry ts_operation_repeat = {.name = "repeat",
                                      .help = "do a program a number of times",
                                      .shape = &repeat_shape,
                                      .model = &repeat_operation};

static ts_step forever_step(ts_machine *machine, ts_thread *thread,
                            ts_frame *frame)
{
    const repeat_record *record = frame->fields;

    (void)machine;
    ts_thread_push(thread, &ts_sequence_operation, &record->program);
    return TS_STEP_AGAIN;
}

static const ts_operation forever_operation = {.step = forever_step,
                                               .control = true,
                                               .prepare = repeat_prepare};
static const ts_shape forever_shape = {.name = "forever",
                                       .help = "A program without end",
                                       .size = sizeof(repeat_record),
                                       .fields = repeat_fields + 1,
                                       .field_count = 1,
                                       .shorthand = "program"};
const ts_entry ts_operation_forever = {.name = "forever",
                                       .help = "do a program again and again",
                                       .shape = &forever_shape,
                                       .model = &forever_operation};

/* --- choose --- */

typedef struct branch_record {
    double weight;
    ts_list program;
} branch_record;

typedef struct choose_record {
    ts_list branches;
} choose_record;

static int choose_prepare(ts_machine *machine, ts_task *task, void *fields,
                          ts_error *error)
{
    const choose_record *record = fields;
    const branch_record *branches = record->branches.items;
    int deepest = 0;

    for (int i = 0; i < record->branches.count; i++) {
        int depth =
            ts_program_prepare(machine, task, &branches[i].program, error);

        if (depth < 0)
            return -1;
        if (depth > deepest)
            deepest = depth;
    }
    return deepest + 1;
}

static ts_step choose_step(ts_machine *machine, ts_thread *thread,
                           ts_frame *frame)
{
    const choose_record *record = frame->fields;
    const branch_record *branches = record->branches.items;
    double total = 0, drawn;
    ts_random random;
    int chosen = 0;

    (void)machine;
    if (frame->phase++ > 0)
        return TS_STEP_DONE;
    for (int i = 0; i < record->branches.count; i++)
        total += branches[i].weight;
    ts_thread_draw(thread, &random);
    drawn = ts_random_unit(&random) * total;
    ts_thread_drawn(thread, &random);
    /* The last branch takes what rounding leaves over. */
    while (chosen < record->branches.count - 1 &&
           drawn >= branches[chosen].weight)
        drawn -= branches[chosen++].weight;
    ts_thread_push(thread, &ts_sequence_operation, &branches[chosen].program);
    return TS_STEP_AGAIN;
}

/* The longest branch counts. */
static void choose_outline(const void *fields, ts_outline *outline)
{
    const choose_record *record = fields;
    const branch_record *branches = record->branches.items;
    ts_time before = outline->work, longest = before;

    for (int i = 0; i < record->branches.count; i++) {
        outline->work = before;
        ts_program_outline(&branches[i].program, outline);
        if (outline->work > longest)
            longest = outline->work;
    }
    outline->work = longest;
}

static const ts_operation choose_operation = {.step = choose_step,
                                              .control = true,
                                              .prepare = choose_prepare,
                                              .outline = choose_outline};

static const ts_field branch_fields[] = {
    {.name = "weight",
     .kind = TS_FIELD_REAL,
     .fallback = "1",
     .max = 1e12,
     .offset = TS_AT(branch_record, weight),
     .help = "how often, in proportion to the other weights"},
    {.name = "program",
     .kind = TS_FIELD_LIST,
     .item = &ts_program_item,
     .required = true,
     .limit = 4096,
     .offset = TS_AT(branch_record, program),
     .help = "the operations of this branch"},
};
static const ts_shape branch_shape = {.name = "branch",
                                      .help =
                                          "One of the programs to choose from",
                                      .size = sizeof(branch_record),
                                      TS_FIELDS(branch_fields)};
static const ts_field branch_item = {.name = "branch",
                                     .kind = TS_FIELD_OBJECT,
                                     .shape = &branch_shape,
                                     .help =
                                         "one of the programs to choose from"};
static const ts_field choose_fields[] = {
    {.name = "branches",
     .kind = TS_FIELD_LIST,
     .item = &branch_item,
     .required = true,
     .limit = 4096,
     .offset = TS_AT(choose_record, branches),
     .help = "the programs, each with a weight"},
};

static void check_choose(ts_check *check, const void *record)
{
    const choose_record *choose = record;
    const branch_record *branches = choose->branches.items;
    double total = 0;

    for (int i = 0; i < choose->branches.count; i++)
        total += branches[i].weight;
    if (!(total > 0))
        ts_check_error(check, "branches",
                       "at least one branch needs a weight above 0");
}

static const ts_shape choose_shape = {.name = "choose",
                                      .help =
                                          "One of several programs, by weight",
                                      .size = sizeof(choose_record),
                                      TS_FIELDS(choose_fields),
                                      .shorthand = "branches",
                                      .check = check_choose};
const ts_entry ts_operation_choose = {
    .name = "choose",
    .help = "do one of several programs, drawn by weight",
    .shape = &choose_shape,
    .model = &choose_operation};
