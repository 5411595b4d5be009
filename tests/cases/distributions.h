/*
 * distributions.h - the distributions of the families of queues.
 */
#ifndef TESTS_CASES_DISTRIBUTIONS_H
#define TESTS_CASES_DISTRIBUTIONS_H

#include "harness.h"

/* {"dist": "erlang", "mean": 1, "k": 2} as the scenario has it, in times. */
void say_service(family *f, const cJSON *service);
/* Its mean and its second moment, in units of the case. */
double service_mean(family *f, const cJSON *service);
double service_square(family *f, const cJSON *service);
/* "key": a number of things a unit of the case, to sixteen digits. */
void say_rate(family *f, const char *key, double rate);

#endif
