/*
 * exercise.h - a question with its answers, from a seed or from a scenario.
 *
 *   exercise = ts_exercise_draw("rr", 7, 2, &error)     a kind of the list, or
 *   exercise = ts_exercise_read("own.json", text, ...)  a scenario with "ask"
 *   ts_format_find("text")->write(exercise, ...)        formats.h
 *   ts_sheet_read(), ts_mark()                          sheet.h, mark.h
 *   ts_exercise_free(exercise)                          timeslice.h
 *
 * Everything is a scenario with "ask" in it: a kind (kinds.h) writes one, a
 * teacher has one. It is played, and what is asked for is read from the run.
 * It is played under every convention besides that a textbook may follow
 * (conventions.c): either all give the same answer, or the question states the
 * conventions that decide, and then those give one.
 *
 * No file is opened here and nothing is printed: texts go in and come out.
 */
#ifndef TS_EXERCISE_EXERCISE_H
#define TS_EXERCISE_EXERCISE_H

#include "sim/exercise/quotient.h"
#include "sim/exercise/schedule.h"
#include "timeslice/timeslice.h"

typedef enum ts_part_kind {
    TS_PART_CHART,  /* a lane: letters */
    TS_PART_NUMBER, /* whole, or a fraction */
    TS_PART_CHOICE, /* one of a few words */
    TS_PART_ORDER   /* words in their order */
} ts_part_kind;

/* An answer that a mistake leads to, and what is said of it. */
typedef struct ts_wrong {
    const char *answer, *says;
} ts_wrong;

typedef struct ts_asked {
    const char *name; /* on the sheet: "chart", "finish A", "misses" */
    const char *about;
    ts_part_kind kind;
    int lane;         /* CHART */
    int job, figure;  /* a cell of the table of answers; -1: none */
    const char *unit; /* "ms", "%" or "" */
    int points;
    const char *answer;         /* as somebody would write it */
    ts_quotient value, within;  /* NUMBER */
    const char *const *choices; /* CHOICE */
    int choice_count;
    const ts_wrong *wrong;
    int wrong_count;
} ts_asked;

/* Row 0 has the headings. */
typedef struct ts_given {
    int rows, columns;
    const char **cells;
} ts_given;

typedef struct ts_question {
    const char *title;
    const char **paragraphs;
    int paragraph_count;
    ts_given given; /* without columns: there is no table */
    const char *unit;
    ts_asked *parts; /* lanes of the chart first, then the table, row by row */
    int part_count;
    int points;
    const char *rule; /* who runs, as a clause */
} ts_question;

/* A convention that decides, as the question states it. */
#define TS_STATED_MAX 8

struct ts_exercise {
    ts_arena arena;
    const char *kind; /* "rr", or the name of a scenario */
    bool own;         /* a scenario of somebody's own */
    uint64_t seed;
    int level;
    const char *scenario; /* with profiles merged */
    const ts_ask *ask;
    const ts_jobs *jobs;
    const ts_schedule *schedule; /* NULL: there is no chart to be */
    bool cooperative;            /* nobody is taken off a processor */
    const char *stated[TS_STATED_MAX];
    int stated_count;
    ts_question question;
};

#define TS_LEVELS 3
/* Seeds are numbers that every reader of JSON keeps. */
#define TS_SEED_MAX UINT64_C(999999999)

/* NULL with an error. */
ts_exercise *ts_exercise_draw(const char *kind, uint64_t seed, int level,
                              ts_error *error);
ts_exercise *ts_exercise_read(const char *name, const char *scenario,
                              const char *profiles, ts_error *error);
/* A number for what is asked: sheets carry it, so that an answer to another
 * version's exercise is not marked by this one's. */
uint32_t ts_exercise_check(const ts_exercise *exercise);

/* question.c: fills exercise->question. `played` has what is asked for. */
bool ts_question_make(ts_exercise *exercise, const ts_root *root,
                      const ts_report *report, ts_error *error);
/* given.c: the table of what is given, and the paragraphs about the machine
 * for a scenario that has no text of its own. */
bool ts_given_make(ts_exercise *exercise, ts_error *error);
/* A list of texts that grows in the exercise's arena. */
bool ts_question_say(ts_exercise *exercise, const char *text);

/* conventions.c: plays the others. Fills exercise->stated; false with an error
 * when the answer still is not one. `free_of` is set when nothing had to be
 * stated. */
bool ts_conventions_prove(ts_exercise *exercise, bool *free_of,
                          ts_error *error);

#endif
