/*
 * rt_app.h - between the files that read workloads for rt-app.
 */
#ifndef TS_EXCHANGE_RT_APP_H
#define TS_EXCHANGE_RT_APP_H

#include <cjson/cJSON.h>

#include "sim/exchange/import.h"

typedef struct ts_rt_resource {
    char *name;       /* owned: "mutex m" */
    const char *kind; /* of locks */
    int64_t users;    /* threads that speak of it: a barrier's parties */
    int64_t last;     /* the last of the tasks that did */
} ts_rt_resource;

typedef struct ts_rt_app {
    ts_import *import;
    ts_buffer *out;
    const ts_import_options *options;
    const cJSON *tasks, *global;
    ts_rt_resource *resources; /* owned */
    size_t resource_count, resource_room;
    const char *task;          /* at hand */
    int64_t number, instances; /* of it */
    int64_t processors;
    const char *policy; /* of the task at hand: "OTHER" */
    bool bound;         /* a phase of it has processors of its own */
    bool classes;       /* some are of another class than the ordinary one */
    bool forever;
    bool first; /* nothing in the list yet */
    bool failed;
} ts_rt_app;

/* What is left out or changed: a line. */
void ts_rt_remark(ts_rt_app *w, const char *key, const char *text);
int64_t ts_rt_whole(const cJSON *object, const char *key, int64_t otherwise);
/* NULL: there is none. */
const char *ts_rt_text_of(const cJSON *object, const char *key);
/* Between two items of a list. */
void ts_rt_comma(ts_rt_app *w);
/* An event of a task as an operation, or two. */
void ts_rt_event(ts_rt_app *w, const cJSON *item);

#endif
