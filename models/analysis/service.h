/*
 * service.h - what queueing formulas must know of a distribution of service
 * times: moments, and how much of it lies below a size.
 */
#ifndef TS_MODELS_ANALYSIS_SERVICE_H
#define TS_MODELS_ANALYSIS_SERVICE_H

#include "models/machine/scenario.h"
#include "sim/engine/random.h"

/* Poisson arrivals and independent service times, as an analysis is given
 * them, or as the scenario's threads have them. Times in picoseconds, rates
 * per picosecond. */
typedef struct ts_load {
    double rate;
    const ts_distribution *service;
    double m1, m2, m3; /* moments of the service time */
    double rho;        /* of one server */
    const char *task;  /* the thread it is taken from; NULL: given */
} ts_load;

/* The moment of order 1 to 3. */
double ts_service_moment(const ts_distribution *d, int order);
/* Whether size distributions are known for it: density and partial moments. */
bool ts_service_sized(const ts_distribution *d);
double ts_service_density(const ts_distribution *d, double x);
double ts_service_tail(const ts_distribution *d, double x);
/* The integral of t^order f(t) from 0 to x, order 1 or 2. */
double ts_service_partial(const ts_distribution *d, int order, double x);
/* The sizes that matter: beyond `high` less than 10^-17 of the work is left. */
void ts_service_range(const ts_distribution *d, double *low, double *high);

/* `what` integrated from low to high, in panels that grow with the distance
 * from `low`; `scale` is where most of it happens. */
double ts_integral(double (*what)(void *context, double x), void *context,
                   double low, double high, double scale);

/* Fills in the moments. */
ts_load ts_load_of(double rate, const ts_distribution *service);
/* The one stream of Poisson arrivals whose threads do nothing but run once;
 * false: there is no such, or not only that. */
bool ts_load_from_threads(const ts_machine_record *root, ts_load *load);

#endif
