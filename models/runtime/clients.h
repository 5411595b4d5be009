/*
 * clients.h - who sends requests.
 */
#ifndef TS_MODELS_CLIENTS_H
#define TS_MODELS_CLIENTS_H

#include "models/machine/part.h"
#include "models/runtime/runtime.h"

typedef struct ts_clients ts_clients;

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

/* One who sends: for good in a closed load, for one request in an open one. */
typedef struct ts_user {
    ts_event event; /* the end of its thinking */
    ts_clients *clients;
    ts_connection *connection; /* its own; NULL: open load */
    ts_time intended;          /* start of its present request */
    struct ts_user *next;
} ts_user;

struct ts_clients {
    ts_machine *machine;
    const ts_clients_record *record;
    ts_caller *caller;
    ts_event event; /* the next arrival */
    ts_event sampler;
    ts_random random; /* arrivals and thinking */
    ts_time next;
    int64_t sent;              /* requests begun */
    int64_t under_way, queued; /* queued: open load, for a connection */
    int64_t active;            /* users who will send again */
    bool exhausted, held;
    ts_user *spare;
    ts_user *waiting, *waiting_last; /* for a connection */
    /* account; after the warm-up */
    int64_t counted[TS_OUTCOMES], attempts, sampled;
    ts_tally latency, intended;
    ts_histogram latency_histogram, intended_histogram;
    ts_level inside;
    ts_unison waves; /* closed load: when requests are sent */
    int64_t once, twice, lost, unknown; /* intents that commit */
    int answers_series, inside_series;
    int place, kinds[TS_OUTCOMES];
    ts_time counting; /* since when */
};

typedef struct ts_groups {
    int count;
    ts_clients *group;
} ts_groups;

/* What the scenario says of them: of ts_clients_record. */
const ts_list *ts_clients_said(const ts_machine_record *record);

/* load.c: the users of a closed load, or the first arrival of an open one. */
bool ts_load_begin(ts_clients *clients, ts_error *error);
/* intent.c: one that nobody refers to but the caller; NULL: out of memory. */
ts_intent *ts_intent_make(ts_clients *clients);

#endif
