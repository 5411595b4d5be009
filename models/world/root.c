/*
 * root.c - the top of the scenario language.
 */
#include <stdio.h>
#include <string.h>

#include "models/analysis/analysis.h"
#include "models/device/input.h"
#include "models/machine/measure.h"
#include "models/world/metrics.h"
#include "models/machine/conventions.h"
#include "models/machine/stop.h"
#include "models/machine/task.h"
#include "models/runtime/clients.h"
#include "models/world/root.h"
#include "sim/scenario/answer.h"

/* --- pictures --- */

static const ts_field text_item = {.name = "value",
                                   .kind = TS_FIELD_RAW,
                                   .help = "a text or a number"};

static const ts_field picture_fields[] = {
    {.name = "picture",
     .kind = TS_FIELD_TEXT,
     .required = true,
     .words = "plots",
     .closed = true,
     .offset = TS_AT(ts_picture_record, picture),
     .help = "one of `timeslice list plots`"},
    {.name = "file",
     .kind = TS_FIELD_TEXT,
     .offset = TS_AT(ts_picture_record, file),
     .help = "the file's name; made from the scenario's and the picture's when "
             "not given"},
    {.name = "with",
     .kind = TS_FIELD_MAP,
     .item = &text_item,
     .limit = 64,
     .offset = TS_AT(ts_picture_record, with),
     .help = "settings of the picture: which metric on which axis, labels"},
};

static const ts_shape picture_shape = {
    .name = "picture",
    .help = "A picture to draw when the run is done",
    .size = sizeof(ts_picture_record),
    TS_FIELDS(picture_fields),
    .shorthand = "picture"};

/* --- stop --- */

static const ts_field stop_fields[] = {
    {.name = "at",
     .kind = TS_FIELD_TIME,
     .fallback = "2400h",
     .offset = TS_AT(ts_stop_record, at),
     .help = "when the run ends, if nothing ends it before"},
    {.name = "starved",
     .kind = TS_FIELD_TIME,
     .fallback = "2400h",
     .min = 1,
     .offset = TS_AT(ts_stop_record, starved),
     .help = "how long a thread that the run waits for may wait for a "
             "processor or a lock; the run ends then, and says who starves"},
};

static const ts_shape stop_shape = {
    .name = "stop",
    .help = "What ends a run besides the end of its threads",
    .size = sizeof(ts_stop_record),
    TS_FIELDS(stop_fields),
    .shorthand = "at"};

/* --- limits --- */

static const ts_field limit_fields[] = {
    {.name = "events",
     .kind = TS_FIELD_INT,
     .fallback = "1000000000000",
     .min = 1,
     .max = 9e15,
     .offset = TS_AT(ts_limits, events),
     .help = "simulated events"},
    {.name = "time",
     .kind = TS_FIELD_TIME,
     .fallback = "2400h",
     .offset = TS_AT(ts_limits, time),
     .help = "simulated time; a run that should end then says so with stop.at"},
    {.name = "wall",
     .kind = TS_FIELD_TIME,
     .fallback = "168h",
     .offset = TS_AT(ts_limits, wall),
     .help = "time on the wall: how long somebody waits for one run"},
    {.name = "memory",
     .kind = TS_FIELD_SIZE,
     .fallback = "16GiB",
     .min = 1048576,
     .offset = TS_AT(ts_limits, memory),
     .help = "memory of one run, with its trace; never more than the machine "
             "has that plays it"},
};

static const ts_shape limits_shape = {
    .name = "limits",
    .help = "What a run may cost; one that comes to a limit is given up with "
            "what it has measured so far",
    .size = sizeof(ts_limits),
    TS_FIELDS(limit_fields)};

/* --- the root --- */

static const ts_field thread_item = {.name = "thread",
                                     .kind = TS_FIELD_OBJECT,
                                     .shape = &ts_task_shape,
                                     .help =
                                         "threads that run the same program"};
static const ts_field expectation_item = {.name = "expectation",
                                          .kind = TS_FIELD_OBJECT,
                                          .shape = &ts_expectation_shape,
                                          .help = "what must come out"};
static const ts_field picture_item = {.name = "picture",
                                      .kind = TS_FIELD_OBJECT,
                                      .shape = &picture_shape,
                                      .help = "a picture to draw"};

static const ts_field fields[] = {
    {.name = "title",
     .kind = TS_FIELD_TEXT,
     .required = true,
     .offset = TS_AT(ts_root, title),
     .help = "what the scenario is, in a line"},
    {.name = "question",
     .kind = TS_FIELD_TEXT,
     .offset = TS_AT(ts_root, question),
     .help = "what the scenario asks"},
    {.name = "answer",
     .kind = TS_FIELD_TEXT,
     .offset = TS_AT(ts_root, answer),
     .help = "what comes out, in a sentence: {turnaround.mean} stands for the "
             "number that the run has, {turnaround.mean@3} for that of the "
             "sweep's third point; shown where all that is expected holds"},
    {.name = "fitted",
     .kind = TS_FIELD_TEXT,
     .offset = TS_AT(ts_root, fitted),
     .help = "what was chosen so that the numbers agree, and what is "
             "conjecture; shown with the answer"},
    {.name = "seed",
     .kind = TS_FIELD_INT,
     .fallback = "1",
     .max = 9e15,
     .offset = TS_AT(ts_root, seed),
     .help = "of all random streams; the same seed gives the same run"},
    {.name = "stop",
     .kind = TS_FIELD_OBJECT,
     .shape = &stop_shape,
     .fallback = "{}",
     .offset = TS_AT(ts_root, stop),
     .help = "when the run ends although threads are left"},
    {.name = "limits",
     .kind = TS_FIELD_OBJECT,
     .shape = &limits_shape,
     .fallback = "{}",
     .offset = TS_AT(ts_root, limits),
     .help = "what a run may cost before it is given up; --max-events and the "
             "like replace them"},
    {.name = "conventions",
     .kind = TS_FIELD_OBJECT,
     .shape = &ts_conventions_shape,
     .fallback = "{}",
     .offset = TS_AT(ts_root, machine.conventions),
     .help = "the rules at ties and the meaning of numbers"},
    {.name = "computer",
     .kind = TS_FIELD_OBJECT,
     .shape = &ts_computer_shape,
     .fallback = "{}",
     .offset = TS_AT(ts_root, machine.computer),
     .help = "the hardware"},
    {.name = "system",
     .kind = TS_FIELD_OBJECT,
     .shape = &ts_system_shape,
     .fallback = "{}",
     .offset = TS_AT(ts_root, machine.system),
     .help = "the operating system"},
    {.name = "threads",
     .kind = TS_FIELD_LIST,
     .item = &thread_item,
     .limit = 4096,
     .offset = TS_AT(ts_root, machine.threads),
     .help = "what runs; may be left out only where something is analysed"},
    {.name = "expect",
     .kind = TS_FIELD_LIST,
     .item = &expectation_item,
     .offset = TS_AT(ts_root, expect),
     .help = "what must come out: makes the scenario a test"},
    {.name = "ask",
     .kind = TS_FIELD_OBJECT,
     .shape = &ts_ask_shape,
     .offset = TS_AT(ts_root, ask),
     .help = "what `timeslice exercise FILE` leaves for somebody to find out"},
    {.name = "sweep",
     .kind = TS_FIELD_OBJECT,
     .shape = &ts_plan_shape,
     .offset = TS_AT(ts_root, sweep),
     .help = "many runs with parameters varied"},
    {.name = "pictures",
     .kind = TS_FIELD_LIST,
     .item = &picture_item,
     .limit = 64,
     .offset = TS_AT(ts_root, pictures),
     .help = "what `timeslice run` draws"},
};

static bool endless(const ts_task_record *task)
{
    const ts_arrive_record *arrive = task->arrive;

    return !task->background && arrive != NULL && arrive->at.count == 0 &&
           arrive->limit == 0 && arrive->until >= TS_TIME_LIMIT &&
           !arrive->called;
}

/* `field` names a metric that there can be none of. */
static void check_metric(ts_check *check, const ts_root *root,
                         const char *field, const char *metric)
{
    char near[256];

    if (ts_metric_possible(root, metric, near))
        return;
    if (near[0] != '\0')
        ts_check_error(check, field,
                       "nothing is measured as \"%.100s\"; did you mean "
                       "\"%s\"?",
                       metric, near);
    else
        ts_check_error(check, field,
                       "nothing is measured as \"%.100s\"; `timeslice list "
                       "metrics` tells what is",
                       metric);
}

/* Numbers that an answer speaks of; at some points only there may be what only
 * they have. */
static void check_answer(ts_check *check, const ts_root *root)
{
    const char *rest = root->answer;
    ts_answer_piece piece;
    int count = 0;

    while (rest != NULL && ts_answer_next(&rest, &piece)) {
        ts_unit unit;

        if (count++ == TS_ANSWER_NUMBERS)
            ts_check_error(check, "answer", "more than %d numbers",
                           TS_ANSWER_NUMBERS - 1);
        if (piece.metric[0] != '\0' &&
            (piece.point == 0 ||
             ts_metric_kind_of(piece.metric, &unit) == NULL))
            check_metric(check, root, "answer", piece.metric);
    }
}

static void check_metrics(ts_check *check, const ts_root *root)
{
    const ts_expectation *expectations = root->expect.items;
    char field[40];

    check_answer(check, root);

    for (int i = 0; i < root->expect.count; i++) {
        ts_unit unit;

        /* What is expected at some points only may name what only they have. */
        if (expectations[i].where.count > 0 &&
            ts_metric_kind_of(expectations[i].metric, &unit) != NULL)
            continue;
        (void)snprintf(field, sizeof field, "expect/%d/metric", i);
        check_metric(check, root, field, expectations[i].metric);
    }
    if (root->sweep != NULL && root->sweep->until != NULL)
        check_metric(check, root, "sweep/until/metric",
                     root->sweep->until->metric);
}

static void check(ts_check *check, const void *record)
{
    const ts_root *root = record;
    const ts_machine_record *machine = &root->machine;
    const ts_task_record *tasks = machine->threads.items;
    const ts_list *all_clients = ts_clients_said(machine);
    const ts_clients_record *clients = all_clients->items;
    bool nobody = machine->threads.count + all_clients->count == 0;
    bool inputs = ts_inputs_said(machine)->count > 0;
    bool foreground = nobody;

    if (nobody && inputs && root->stop->at >= TS_TIME_LIMIT)
        ts_check_error(check, "inputs",
                       "nothing but inputs, which do not end "
                       "a run: give stop.at");
    check_metrics(check, root);
    for (int i = 0; i < all_clients->count; i++)
        foreground |= ts_clients_end(&clients[i]);
    for (int i = 0; i < machine->threads.count; i++) {
        foreground |= !tasks[i].background;
        if (endless(&tasks[i]) && root->stop->at >= TS_TIME_LIMIT)
            ts_check_error(check, "threads",
                           "%s arrives without end: give stop.at, or the "
                           "arrivals a limit or an end (until), or make it "
                           "a background thread",
                           tasks[i].name);
    }
    if (!foreground && root->stop->at >= TS_TIME_LIMIT)
        ts_check_error(
            check, all_clients->count > 0 ? "clients" : "threads",
            all_clients->count > 0
                ? "no clients have a limit or an end (until), so nothing "
                  "ends the run: give stop.at"
                : "all threads are in the background, so nothing ends "
                  "the run: give stop.at");
}

const ts_shape ts_root_shape = {
    .name = "scenario",
    .help = "A machine, what runs on it, and what is expected to come out",
    .size = sizeof(ts_root),
    TS_FIELDS(fields),
    .beside = ts_tables_scenario,
    .records = TS_AT(ts_root, machine.parts),
    .some_of = TS_NAMES("threads", "clients", "inputs", "analyze"),
    .check = check,
    .profiles = true,
};
