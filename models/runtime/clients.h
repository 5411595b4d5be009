/*
 * clients.h - who sends requests.
 */
#ifndef TS_MODELS_CLIENTS_H
#define TS_MODELS_CLIENTS_H

#include "models/runtime/runtime.h"

typedef struct ts_clients_record {
    const char *name;
    ts_terms terms;
    int64_t users; /* closed load; 0: open */
    ts_duration think;
    ts_time pace;      /* between intended starts; TS_TIME_LIMIT: none */
    ts_rational rate;  /* open load: Poisson ... */
    ts_duration every; /* ... or so often ... */
    ts_list at;        /* ... or then, of ts_time */
    ts_time first, until;
    int64_t connections; /* open load: so many at once; 0: no limit */
    int64_t limit;       /* requests; 0: none */
    ts_time stagger;     /* closed load: between the first starts */
    ts_time warmup;
    ts_time sample; /* TS_TIME_LIMIT: no series */
} ts_clients_record;

/* Whether its requests come to an end by themselves. */
bool ts_clients_end(const ts_clients_record *record);

#endif
