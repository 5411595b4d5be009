/*
 * reading.h - what the families ask of reading.c beside what harness.h says.
 */
#ifndef TESTS_CASES_READING_H
#define TESTS_CASES_READING_H

#include <cjson/cJSON.h>
#include <stdbool.h>

/* The leaf has been read. */
bool reading_marked(const cJSON *item);

#endif
