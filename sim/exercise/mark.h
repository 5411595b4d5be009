/*
 * mark.h - points for an answer, and what went wrong in it.
 *
 * Nothing that is said holds the solution: neither who runs when, nor a number
 * that was asked for.
 */
#ifndef TS_EXERCISE_MARK_H
#define TS_EXERCISE_MARK_H

#include "sim/exercise/sheet.h"

typedef enum ts_judgement {
    TS_MARK_RIGHT,
    TS_MARK_PARTLY, /* some of it, or it follows from a mistake before it */
    TS_MARK_WRONG,
    TS_MARK_EMPTY
} ts_judgement;

typedef struct ts_part_mark {
    ts_judgement verdict;
    int earned; /* hundredths of a point */
} ts_part_mark;

typedef struct ts_marking {
    ts_part_mark *marks; /* one a part */
    int earned, most;    /* hundredths of points */
    const char **says;   /* sentences, the most telling ones first */
    int says_count, says_room;
    ts_arena *arena;
} ts_marking;

/* false: out of memory. */
bool ts_mark(const ts_exercise *exercise, const ts_reply *answers,
             ts_arena *arena, ts_marking *marking);
/* Adds a sentence; diagnosis is made of these. One that is there already is
 * not said twice. */
void ts_marking_say(ts_marking *marking, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

/* diagnose_chart.c: what went wrong in a chart that is not right. */
void ts_diagnose_chart(const ts_exercise *exercise, const ts_reply *answers,
                       ts_marking *marking);
/* diagnose_table.c: what went wrong in the cells and averages. `own` is what
 * the answered chart comes to, NULL without one. Gives half of the points for
 * what follows from a mistake before it. */
void ts_diagnose_table(const ts_exercise *exercise, const ts_reply *answers,
                       const ts_figures *own, ts_marking *marking);

/* The lanes of the answered chart in the order of the processors, NULL where
 * there is none. */
bool ts_reply_lanes(const ts_exercise *exercise, const ts_reply *answers,
                    char *lanes[TS_LANES_MAX]);

/* --- marks written down --- */

/* For people, programs, and the graders of schools; `reveal` adds the solved
 * sheet where there is room for it. */
typedef struct ts_result_writer {
    const char *name; /* "text", "json", "gradescope" ... */
    const char *help;
    void (*write)(const ts_exercise *exercise, const ts_reply *answers,
                  const ts_marking *marking, ts_buffer *out);
    /* An answer that cannot be read. NULL: it is told as an error. */
    void (*refuse)(const char *message, ts_buffer *out);
} ts_result_writer;

extern const ts_result_writer ts_result_writers[];
extern const int ts_result_writer_count;
const ts_result_writer *ts_result_writer_find(const char *name);

#endif
