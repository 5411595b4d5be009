/*
 * rt_app_events.c - the events of a workload for rt-app as operations. Each is
 * told by how its key begins: "run", "run0", "runtime1".
 */
#include "sim/exchange/rt_app.h"

#include <stdlib.h>
#include <string.h>

#include "sim/exchange/fit.h"
#include "sim/scenario/escape.h"

void ts_rt_remark(ts_rt_app *w, const char *key, const char *text)
{
    ts_buffer_format(&w->import->remarks, "task %s, %s: %s\n", w->task, key,
                     text);
}

/* --- values --- */

int64_t ts_rt_whole(const cJSON *object, const char *key, int64_t otherwise)
{
    const cJSON *item = cJSON_GetObjectItemCaseSensitive(object, key);

    return cJSON_IsNumber(item) && item->valuedouble > -1e15 &&
                   item->valuedouble < 1e15
               ? (int64_t)item->valuedouble
               : otherwise;
}

const char *ts_rt_text_of(const cJSON *object, const char *key)
{
    return cJSON_GetStringValue(cJSON_GetObjectItemCaseSensitive(object, key));
}

/* Microseconds, as all times are there. -1: it is no time. */
static int64_t time_of(const cJSON *item)
{
    return cJSON_IsNumber(item) && item->valuedouble >= 0 &&
                   item->valuedouble < 1e12
               ? (int64_t)(item->valuedouble * (double)TS_US)
               : -1;
}

/* What an event names: a text, or {"ref": text}. */
static const char *ref_of(const cJSON *item)
{
    return cJSON_IsObject(item) ? ts_rt_text_of(item, "ref")
                                : cJSON_GetStringValue(item);
}

/* --- resources --- */

/* Twice the room, where there is none left. */
static bool has_room(ts_rt_app *w)
{
    size_t room = w->resource_room == 0 ? 16 : 2 * w->resource_room;
    ts_rt_resource *grown;

    if (w->resource_count < w->resource_room)
        return true;
    grown = realloc(w->resources, room * sizeof *grown);
    if (grown == NULL)
        return false;
    w->resources = grown;
    w->resource_room = room;
    return true;
}

/* The lock's name, which lives as long as the workload; NULL: no memory. */
static const char *find_resource(ts_rt_app *w, const char *kind,
                                 const char *prefix, const char *name)
{
    ts_buffer full = TS_BUFFER_EMPTY;
    ts_rt_resource *r = NULL;

    ts_buffer_format(&full, "%s %.80s", prefix, name);
    w->failed |= full.failed || !has_room(w);
    for (size_t i = 0; !w->failed && i < w->resource_count; i++)
        if (strcmp(w->resources[i].name, full.data) == 0)
            r = &w->resources[i];
    if (r == NULL && !w->failed) {
        r = &w->resources[w->resource_count++];
        *r = (ts_rt_resource){.name = ts_buffer_take(&full),
                              .kind = kind,
                              .last = -1};
    }
    ts_buffer_fini(&full);
    if (r == NULL)
        return NULL;
    if (r->last != w->number)
        r->users += w->instances;
    r->last = w->number;
    return r->name;
}

/* --- operations --- */

void ts_rt_comma(ts_rt_app *w)
{
    if (!w->first)
        ts_buffer_text(w->out, ", ");
    w->first = false;
}

static void write_time(ts_rt_app *w, const char *operation, const cJSON *item,
                       const char *key)
{
    int64_t time = time_of(item);

    if (time < 0) {
        ts_rt_remark(w, key, "is no time in microseconds");
        return;
    }
    ts_rt_comma(w);
    ts_buffer_format(w->out, "{\"%s\": ", operation);
    ts_fit_time(w->out, time);
    ts_buffer_char(w->out, '}');
}

/* {"lock": "mutex m"} */
static void write_named(ts_rt_app *w, const char *operation, const char *kind,
                        const char *prefix, const char *name)
{
    name = find_resource(w, kind, prefix, name);
    if (name == NULL)
        return;
    ts_rt_comma(w);
    ts_buffer_format(w->out, "{\"%s\": ", operation);
    ts_escape(w->out, TS_ESCAPE_JSON, name);
    ts_buffer_char(w->out, '}');
}

static void write_use(ts_rt_app *w, const char *operation, const char *kind,
                      const char *prefix, const char *name, const char *key)
{
    if (name == NULL)
        ts_rt_remark(w, key, "names nothing");
    else
        write_named(w, operation, kind, prefix, name);
}

static void do_run(ts_rt_app *w, const cJSON *item, const char *key)
{
    write_time(w, "run", item, key);
}

/* It goes by the clock there: until so much time has passed, whoever had the
 * processor meanwhile. */
static void do_runtime(ts_rt_app *w, const cJSON *item, const char *key)
{
    do_run(w, item, key);
    ts_rt_remark(w, key,
                 "counts the time that passes, also while others have the "
                 "processor; here it is processor time");
}

static void do_sleep(ts_rt_app *w, const cJSON *item, const char *key)
{
    write_time(w, "sleep", item, key);
}

static void do_timer(ts_rt_app *w, const cJSON *item, const char *key)
{
    const char *mode = ts_rt_text_of(item, "mode");

    write_time(w, "timer", cJSON_GetObjectItemCaseSensitive(item, "period"),
               key);
    if (mode != NULL && strcmp(mode, "absolute") == 0)
        ts_rt_remark(w, key,
                     "an absolute timer makes up for a period that it "
                     "missed; here it is skipped");
}

static void do_lock(ts_rt_app *w, const cJSON *item, const char *key)
{
    write_use(w, "lock", "mutex", "mutex", ref_of(item), key);
}

static void do_unlock(ts_rt_app *w, const cJSON *item, const char *key)
{
    write_use(w, "unlock", "mutex", "mutex", ref_of(item), key);
}

static void do_wait(ts_rt_app *w, const cJSON *item, const char *key)
{
    const char *condition = ref_of(item), *mutex = ts_rt_text_of(item, "mutex");

    if (condition == NULL || mutex == NULL) {
        ts_rt_remark(w, key, "needs \"ref\" and \"mutex\"");
        return;
    }
    mutex = find_resource(w, "mutex", "mutex", mutex);
    condition = find_resource(w, "condition", "condition", condition);
    if (mutex == NULL || condition == NULL)
        return;
    ts_rt_comma(w);
    ts_buffer_text(w->out, "{\"wait\": {\"name\": ");
    ts_escape(w->out, TS_ESCAPE_JSON, condition);
    ts_buffer_text(w->out, ", \"with\": ");
    ts_escape(w->out, TS_ESCAPE_JSON, mutex);
    ts_buffer_text(w->out, "}}");
}

static void do_signal(ts_rt_app *w, const cJSON *item, const char *key)
{
    write_use(w, "signal", "condition", "condition", ref_of(item), key);
}

static void do_broadcast(ts_rt_app *w, const cJSON *item, const char *key)
{
    write_use(w, "broadcast", "condition", "condition", ref_of(item), key);
}

static void do_sync(ts_rt_app *w, const cJSON *item, const char *key)
{
    do_signal(w, item, key);
    do_wait(w, item, key);
}

/* Who is suspended waits until somebody resumes it. */
static void do_suspend(ts_rt_app *w, const cJSON *item, const char *key)
{
    const char *name = ref_of(item);

    (void)key;
    write_named(w, "wait", "semaphore", "suspended",
                name != NULL ? name : w->task);
}

static void do_resume(ts_rt_app *w, const cJSON *item, const char *key)
{
    write_use(w, "post", "semaphore", "suspended", ref_of(item), key);
}

static void do_barrier(ts_rt_app *w, const cJSON *item, const char *key)
{
    write_use(w, "barrier", "barrier", "barrier", ref_of(item), key);
}

static void do_sem_wait(ts_rt_app *w, const cJSON *item, const char *key)
{
    write_use(w, "wait", "semaphore", "semaphore", ref_of(item), key);
}

static void do_sem_post(ts_rt_app *w, const cJSON *item, const char *key)
{
    write_use(w, "post", "semaphore", "semaphore", ref_of(item), key);
}

static void do_yield(ts_rt_app *w, const cJSON *item, const char *key)
{
    (void)item;
    (void)key;
    ts_rt_comma(w);
    ts_buffer_text(w->out, "{\"yield\": {}}");
}

static void do_memory(ts_rt_app *w, const cJSON *item, const char *key)
{
    (void)item;
    ts_rt_remark(w, key,
                 "is left out: what it does to memory takes no time here "
                 "(say \"stream\", \"chase\" or \"dram\")");
}

static void do_file(ts_rt_app *w, const cJSON *item, const char *key)
{
    (void)item;
    ts_rt_remark(w, key,
                 "is left out: how long a device takes for it is not in the "
                 "workload (say \"io\")");
}

static void do_fork(ts_rt_app *w, const cJSON *item, const char *key)
{
    (void)item;
    ts_rt_remark(w, key,
                 "is left out: the task that it starts is there from the "
                 "beginning");
}

/* In the order in which rt-app tries them. */
static const struct {
    const char *prefix;
    void (*write)(ts_rt_app *w, const cJSON *item, const char *key);
} events[] = {
    {"lock", do_lock},         {"unlock", do_unlock},     {"wait", do_wait},
    {"signal", do_signal},     {"broad", do_broadcast},   {"sync", do_sync},
    {"sleep", do_sleep},       {"runtime", do_runtime},   {"run", do_run},
    {"timer", do_timer},       {"suspend", do_suspend},   {"resume", do_resume},
    {"memrun", do_memory},     {"mem", do_memory},        {"iorun", do_file},
    {"yield", do_yield},       {"barrier", do_barrier},   {"fork", do_fork},
    {"sem_post", do_sem_post}, {"sem_wait", do_sem_wait},
};

void ts_rt_event(ts_rt_app *w, const cJSON *item)
{
    for (size_t i = 0; i < TS_COUNT_OF(events); i++)
        if (strncmp(item->string, events[i].prefix, strlen(events[i].prefix)) ==
            0) {
            events[i].write(w, item, item->string);
            return;
        }
    ts_rt_remark(w, item->string, "is neither an event nor a setting");
}
