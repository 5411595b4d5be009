/*
 * reveal.h - the solution, for people: the solved sheet, and why who ran when.
 */
#ifndef TS_EXERCISE_REVEAL_H
#define TS_EXERCISE_REVEAL_H

#include "sim/exercise/formats.h"

void ts_reveal(const ts_exercise *exercise, ts_buffer *out);

#endif
