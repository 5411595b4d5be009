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

/* What a case asks of a distribution, as its key says it: "P_N_eq_3", the part
 * of the time with three jobs; "W_p75", "Wq_p99.9" and, for the same, "Wq_p999":
 * a percentile of the time in the system or in the queue. */
typedef struct wish {
    enum { WISH_STATE, WISH_STAY, WISH_WAIT } kind;
    double number; /* jobs, or percent */
} wish;

bool read_wish(const char *key, wish *w);

#endif
