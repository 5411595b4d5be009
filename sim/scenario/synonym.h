/*
 * synonym.h - what textbooks call things that the language calls otherwise:
 * "FCFS", "quantum", "burst".
 */
#ifndef TS_SCENARIO_SYNONYM_H
#define TS_SCENARIO_SYNONYM_H

/* The n-th word of the language for `word`, from 0; NULL: no more. Case, blanks,
 * - and _ do not count. */
const char *ts_synonym(const char *word, int n);

#endif
