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

#include "sim/scenario/buffer.h"

#define TS_ANSWER_NUMBERS 32 /* places for numbers in one sentence, at most */
#define TS_ANSWER_NUMBER 64  /* bytes of one, as text */

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
/* Adds the sentence with its numbers, each at the place of its piece. false: a
 * number is empty, there are more than TS_ANSWER_NUMBERS, or memory is out. */
bool ts_answer_compose(const char *answer,
                       const char numbers[][TS_ANSWER_NUMBER], ts_buffer *out);

#endif
