/* nearest.h - "did you mean": see nearest.c. */
#ifndef TS_SCENARIO_NEAREST_H
#define TS_SCENARIO_NEAREST_H

/* What a textbook calls `word`, where that is one of `words`; NULL: it is none. */
const char *ts_meant(const char *word, const char *const *words, int count);
/* The word of `words` nearest to `word`, or NULL when none is near. */
const char *ts_nearest(const char *word, const char *const *words, int count);

#endif
