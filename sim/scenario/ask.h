/*
 * ask.h - what a scenario leaves for somebody to find out: `ask`.
 *
 * Only the words are here; sim/exercise plays the scenario, tells everything
 * but what is asked, and marks answers.
 */
#ifndef TS_SCENARIO_ASK_H
#define TS_SCENARIO_ASK_H

#include "sim/scenario/field.h"

/* A column of the table of answers, a row a thread. */
typedef enum ts_ask_figure {
    TS_ASK_FINISH,     /* when its last job ended */
    TS_ASK_TURNAROUND, /* from its arrival to there */
    TS_ASK_WAITING,    /* of that, neither on a processor nor asleep */
    TS_ASK_RESPONSE, /* from its arrival to its first instant on a processor */
    TS_ASK_FIGURES
} ts_ask_figure;

/* One answer that stands by itself. Exactly one of is and metric is given, or
 * both, and then they must agree. */
typedef struct ts_ask_value {
    const char *name;   /* what it is called on the sheet */
    const char *about;  /* the question */
    const char *metric; /* NULL: `is` says it */
    const char *is;     /* JSON: a number, "28/5", a word, "53 65 67"; NULL */
    ts_time unit;       /* in which a metric that is a time is asked for */
    const char *within; /* JSON: how far beside still counts; NULL: see below */
    ts_list choices;    /* of const char *; empty: not chosen from a list */
    int64_t points;
    ts_list wrong; /* of ts_map_item (TEXT): answers that a mistake leads to,
                      and what is said of them */
} ts_ask_value;

typedef struct ts_ask {
    const char *text; /* NULL: made from the scenario */
    const char *rule; /* who runs, in a clause; NULL: the policy's */
    bool given;       /* threads and their figures are told in a table */
    bool chart;
    const char *of;   /* whose holders are charted; NULL: the processors */
    ts_time slot;     /* what a letter of the chart stands for */
    ts_time until;    /* TS_TIME_LIMIT: the end of the run */
    ts_list table;    /* of int: ts_ask_figure */
    ts_list averages; /* the same, as averages over the threads */
    ts_list values;   /* of ts_ask_value */
} ts_ask;

extern const ts_shape ts_ask_shape;
/* "finish", "turnaround", "waiting", "response". */
extern const char *const ts_ask_figures[];

#endif
