/*
 * ask.c - the field tables of `ask`.
 */
#include "sim/scenario/ask.h"

const char *const ts_ask_figures[] = {"finish", "turnaround", "waiting",
                                      "response", NULL};

static const char *const figure_help[] = {
    "when it ended",
    "from its arrival to its end",
    "of the turnaround, what it spent neither on a processor nor asleep",
    "from its arrival to its first instant on a processor",
};

static const ts_field figure_item = {.name = "figure",
                                     .kind = TS_FIELD_CHOICE,
                                     .choices = ts_ask_figures,
                                     .choice_help = figure_help,
                                     .help = "a figure of a thread"};
static const ts_field choice_item = {.name = "choice",
                                     .kind = TS_FIELD_TEXT,
                                     .help = "an answer"};
static const ts_field sentence_item = {.name = "sentence",
                                       .kind = TS_FIELD_TEXT,
                                       .help = "what is said of that answer"};

static const ts_field value_fields[] = {
    {.name = "name",
     .kind = TS_FIELD_TEXT,
     .required = true,
     .offset = TS_AT(ts_ask_value, name),
     .help = "what it is called on the answer sheet"},
    {.name = "about",
     .kind = TS_FIELD_TEXT,
     .required = true,
     .offset = TS_AT(ts_ask_value, about),
     .help = "the question"},
    {.name = "metric",
     .kind = TS_FIELD_TEXT,
     .words = "metrics",
     .offset = TS_AT(ts_ask_value, metric),
     .help = "the metric that is the answer"},
    {.name = "is",
     .kind = TS_FIELD_RAW,
     .offset = TS_AT(ts_ask_value, is),
     .help =
         "the answer: a number, a fraction (\"28/5\"), one of `choices`, or "
         "names or numbers in their order (\"B A C\"). Beside `metric` the "
         "run must bear it out"},
    {.name = "unit",
     .kind = TS_FIELD_TIME,
     .positive = true,
     .fallback = "1ms",
     .offset = TS_AT(ts_ask_value, unit),
     .help = "in which a metric that is a time is asked for"},
    {.name = "within",
     .kind = TS_FIELD_RAW,
     .offset = TS_AT(ts_ask_value, within),
     .help = "how far from the answer another number may be; not given: whole "
             "numbers exactly, others by a hundredth, and below 1 by half of "
             "one"},
    {.name = "choices",
     .kind = TS_FIELD_LIST,
     .item = &choice_item,
     .limit = 26,
     .distinct = true,
     .offset = TS_AT(ts_ask_value, choices),
     .help = "the answers to choose from"},
    {.name = "points",
     .kind = TS_FIELD_INT,
     .fallback = "2",
     .min = 1,
     .max = 1000,
     .offset = TS_AT(ts_ask_value, points),
     .help = "for the right answer"},
    {.name = "wrong",
     .kind = TS_FIELD_MAP,
     .item = &sentence_item,
     .limit = 26,
     .offset = TS_AT(ts_ask_value, wrong),
     .help = "answers that a mistake leads to, and what is said of them"},
};

static const ts_shape value_shape = {
    .name = "asked value",
    .help = "One answer that is asked for",
    .size = sizeof(ts_ask_value),
    TS_FIELDS(value_fields),
    .some_of = TS_NAMES("metric", "is"),
};

static const ts_field value_item = {.name = "value",
                                    .kind = TS_FIELD_OBJECT,
                                    .shape = &value_shape,
                                    .help = "a single answer"};

static const ts_field ask_fields[] = {
    {.name = "text",
     .kind = TS_FIELD_TEXT,
     .offset = TS_AT(ts_ask, text),
     .help = "what is told, in words; an empty line begins a paragraph. Made "
             "from the scenario when not given"},
    {.name = "rule",
     .kind = TS_FIELD_TEXT,
     .offset = TS_AT(ts_ask, rule),
     .help = "who runs, as a clause (\"the shortest job runs\"): named when a "
             "chart breaks it"},
    {.name = "given",
     .kind = TS_FIELD_BOOL,
     .fallback = "true",
     .offset = TS_AT(ts_ask, given),
     .help = "whether the threads stand in a table of the question"},
    {.name = "chart",
     .kind = TS_FIELD_BOOL,
     .fallback = "false",
     .offset = TS_AT(ts_ask, chart),
     .help = "a chart of who has the processors when, a letter a slot"},
    {.name = "of",
     .kind = TS_FIELD_TEXT,
     .goes_with = TS_NAMES("chart"),
     .offset = TS_AT(ts_ask, of),
     .help = "a lock or an interpreter: the chart is of who has that, and not "
             "of who has a processor"},
    {.name = "slot",
     .kind = TS_FIELD_TIME,
     .positive = true,
     .fallback = "1ms",
     .offset = TS_AT(ts_ask, slot),
     .help =
         "what a letter of the chart stands for, and the unit of the table"},
    {.name = "until",
     .kind = TS_FIELD_TIME,
     .positive = true,
     .fallback = "2400h",
     .offset = TS_AT(ts_ask, until),
     .help = "where the chart ends, if not with the run"},
    {.name = "table",
     .kind = TS_FIELD_LIST,
     .item = &figure_item,
     .distinct = true,
     .limit = TS_ASK_FIGURES,
     .offset = TS_AT(ts_ask, table),
     .help = "what is asked of each thread"},
    {.name = "averages",
     .kind = TS_FIELD_LIST,
     .item = &figure_item,
     .distinct = true,
     .limit = TS_ASK_FIGURES,
     .offset = TS_AT(ts_ask, averages),
     .help = "what is asked as an average over the threads"},
    {.name = "values",
     .kind = TS_FIELD_LIST,
     .item = &value_item,
     .limit = 40,
     .offset = TS_AT(ts_ask, values),
     .help = "single answers"},
};

const ts_shape ts_ask_shape = {
    .name = "ask",
    .help = "What `timeslice exercise` leaves for somebody to find out",
    .size = sizeof(ts_ask),
    TS_FIELDS(ask_fields),
    .some_of = TS_NAMES("chart", "table", "averages", "values"),
};
