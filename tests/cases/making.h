/*
 * making.h - what the references that make cases have in common: numbers by
 * chance, from a case's number, and writing them into a case. See reference.h.
 */
#ifndef TESTS_CASES_MAKING_H
#define TESTS_CASES_MAKING_H

#include <cjson/cJSON.h>
#include <stdint.h>

/* Chance of its own, not the library's: SplitMix64. */
typedef struct chance {
    uint64_t state;
} chance;

/* `number` of the case; `family` keeps those of families apart. */
chance chance_of(int family, int number);
/* low .. high, both included. */
int between(chance *c, int low, int high);
/* The same with three decimals. */
double decimal(chance *c, double low, double high);

void add(cJSON *object, const char *key, double value);
void add_text(cJSON *object, const char *key, const char *text);
/* "p/q" in its lowest terms, "p" if it is whole. */
void add_exact(cJSON *object, const char *key, int64_t p, int64_t q);
void push(cJSON *list, double value);
void push_exact(cJSON *list, int64_t p, int64_t q);
/* An object, a list, at the end of the list. */
cJSON *add_row(cJSON *list);
cJSON *add_list(cJSON *list);

#endif
