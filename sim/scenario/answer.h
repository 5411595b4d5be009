/*
 * answer.h - a scenario's answer: a sentence with places for numbers.
 *
 *   "RR answers in {response.mean@2}, FIFO in {response.mean@1}."
 */
#ifndef TS_SCENARIO_ANSWER_H
#define TS_SCENARIO_ANSWER_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>

#define TS_ANSWER_NUMBERS 32 /* places for numbers in one sentence, at most */

/* Words, and the number that follows them. */
typedef struct ts_answer_piece {
    const char *words; /* borrowed, not ended by a NUL */
    size_t length;
    char metric[256]; /* "": no number follows */
    int64_t point;    /* of the sweep, from 1; 0: not said */
} ts_answer_piece;

/* Takes the next piece and moves on; false at the end. Braces that hold no
 * metric are words. */
bool ts_answer_next(const char **rest, ts_answer_piece *piece);

#endif
