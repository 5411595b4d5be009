/* nearest.h - "did you mean": see nearest.c. */
#ifndef TS_SCENARIO_NEAREST_H
#define TS_SCENARIO_NEAREST_H

/* The word of `words` nearest to `word`, or NULL when none is near. */
const char *ts_nearest(const char *word, const char *const *words, int count);

#endif
