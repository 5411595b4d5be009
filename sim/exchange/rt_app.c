/*
 * rt_app.c - a workload for rt-app as a scenario.
 *
 * https://github.com/scheduler-tools/rt-app, doc/tutorial.txt and
 * src/rt-app_parse_config.c: tasks with events in order, each told by how its
 * key begins ("run", "run0", "runtime1"); a key may be there more than once.
 * Comments and a comma before a closing bracket are allowed there.
 *
 * What has no counterpart is left out and said, a line each.
 */
#include "sim/exchange/rt_app.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "sim/scenario/escape.h"

/* Keys of a task or phase that are no events. */
static const char *const settings[] = {
    "loop",      "phases",        "priority",  "policy",
    "cpus",      "instance",      "delay",     "dl-runtime",
    "dl-period", "dl-deadline",   "taskgroup", "util_min",
    "util_max",  "nodes_membind", "exclusive", "numa"};

static bool is_setting(const char *key)
{
    for (size_t i = 0; i < TS_COUNT_OF(settings); i++)
        if (strcmp(key, settings[i]) == 0)
            return true;
    return false;
}

static void write_events(ts_rt_app *w, const cJSON *object)
{
    const cJSON *item;

    cJSON_ArrayForEach(item, object) if (!is_setting(item->string))
        ts_rt_event(w, item);
}

/* What a phase asks of the scheduler for itself: threads are what they are. */
static void check_phase(ts_rt_app *w, const cJSON *phase)
{
    static const char *const own[] = {"priority",   "policy",       "cpus",
                                      "dl-runtime", "util_min",     "taskgroup",
                                      "util_max",   "nodes_membind"};

    for (size_t i = 0; i < TS_COUNT_OF(own); i++)
        if (cJSON_HasObjectItem(phase, own[i]))
            ts_rt_remark(w, own[i], "of a phase is left out");
}

/* `times` rounds of what `object` holds; -1: for ever. */
static void open_loop(ts_rt_app *w, int64_t times)
{
    ts_rt_comma(w);
    if (times < 0)
        ts_buffer_text(w->out, "{\"forever\": {\"program\": [");
    else
        ts_buffer_format(w->out,
                         "{\"repeat\": {\"times\": %" PRId64 ", \"program\": [",
                         times);
    w->first = true;
    w->forever |= times < 0;
}

static void close_loop(ts_rt_app *w)
{
    ts_buffer_text(w->out, "]}}");
    w->first = false;
}

static void write_phases(ts_rt_app *w, const cJSON *phases)
{
    const cJSON *phase;

    cJSON_ArrayForEach(phase, phases)
    {
        int64_t times = ts_rt_whole(phase, "loop", 1);

        check_phase(w, phase);
        if (times != 1)
            open_loop(w, times);
        write_events(w, phase);
        if (times != 1)
            close_loop(w);
    }
}

/* --- tasks --- */

static void write_class(ts_rt_app *w, const cJSON *task)
{
    const char *policy = ts_rt_text_of(task, "policy");
    int64_t priority = ts_rt_whole(task, "priority", 0);
    int64_t runtime = ts_rt_whole(task, "dl-runtime", 0);
    bool fair = false;

    if (policy == NULL)
        policy = ts_rt_text_of(w->global, "default_policy");
    policy = policy == NULL                      ? "OTHER"
             : strncmp(policy, "SCHED_", 6) == 0 ? policy + 6
                                                 : policy;
    if (strcmp(policy, "FIFO") == 0 || strcmp(policy, "RR") == 0) {
        ts_buffer_format(w->out, ", \"class\": \"%s\", \"priority\": %" PRId64,
                         policy[0] == 'F' ? "fifo" : "rr", priority);
    } else if (strcmp(policy, "DEADLINE") == 0) {
        int64_t period = ts_rt_whole(task, "dl-period", runtime);

        ts_buffer_format(w->out,
                         ", \"class\": \"deadline\", \"estimate\": \"%" PRId64
                         "us\", \"period\": \"%" PRId64
                         "us\", \"deadline\": \"%" PRId64 "us\"",
                         runtime, period,
                         ts_rt_whole(task, "dl-deadline", period));
    } else {
        fair = true;
    }
    w->real_time |= !fair;
    if (fair && priority != 0)
        ts_buffer_format(w->out, ", \"nice\": %" PRId64, priority);
    if (fair && runtime > 0)
        ts_buffer_format(w->out, ", \"slice\": \"%" PRId64 "us\"", runtime);
    if (strcmp(policy, "BATCH") == 0 || strcmp(policy, "IDLE") == 0)
        ts_rt_remark(w, "policy", "is one of the fair class here");
}

static void write_affinity(ts_rt_app *w, const cJSON *task)
{
    const cJSON *cpus = cJSON_GetObjectItemCaseSensitive(task, "cpus"), *cpu;
    bool first = true;

    if (!cJSON_IsArray(cpus) || cJSON_GetArraySize(cpus) == 0)
        return;
    ts_buffer_text(w->out, ", \"affinity\": [");
    cJSON_ArrayForEach(cpu, cpus) if (cJSON_IsNumber(cpu))
    {
        ts_buffer_format(w->out, "%s%d", first ? "" : ", ", cpu->valueint);
        first = false;
    }
    ts_buffer_char(w->out, ']');
}

static void check_task(ts_rt_app *w, const cJSON *task)
{
    static const char *const without[] = {"util_min", "util_max", "taskgroup",
                                          "nodes_membind"};

    for (size_t i = 0; i < TS_COUNT_OF(without); i++)
        if (cJSON_HasObjectItem(task, without[i]))
            ts_rt_remark(w, without[i], "has no counterpart, and is left out");
}

/* Whether it does anything: one that does not is left out. */
static bool write_task(ts_rt_app *w, const cJSON *task)
{
    size_t before = w->out->length;
    const cJSON *phases = cJSON_GetObjectItemCaseSensitive(task, "phases");
    int64_t times = ts_rt_whole(task, "loop", -1),
            delay = ts_rt_whole(task, "delay", 0);

    ts_buffer_text(w->out,
                   w->number > 0 ? ",\n  {\"name\": " : "  {\"name\": ");
    ts_escape(w->out, TS_ESCAPE_JSON, w->task);
    if (w->instances != 1)
        ts_buffer_format(w->out, ", \"count\": %" PRId64, w->instances);
    if (delay > 0)
        ts_buffer_format(w->out, ", \"arrive\": {\"at\": \"%" PRId64 "us\"}",
                         delay);
    write_class(w, task);
    write_affinity(w, task);
    check_task(w, task);
    ts_buffer_text(w->out, ", \"program\": [");
    w->first = true;
    if (times != 1)
        open_loop(w, times);
    if (cJSON_IsObject(phases))
        write_phases(w, phases);
    else
        write_events(w, task);
    if (w->first) {
        ts_rt_remark(w, "events",
                     "there is none that does anything here, and "
                     "the task is left out");
        w->out->length = before;
        return false;
    }
    if (times != 1)
        close_loop(w);
    ts_buffer_text(w->out, "]}");
    return true;
}

/* --- the scenario --- */

static void write_tasks(ts_rt_app *w)
{
    const cJSON *task;

    ts_buffer_text(w->out, " \"threads\": [\n");
    cJSON_ArrayForEach(task, w->tasks)
    {
        w->task = task->string;
        w->instances = ts_rt_whole(task, "instance", 1);
        if (w->instances >= 1 && write_task(w, task))
            w->number++;
    }
    ts_buffer_text(w->out, "]");
}

static void write_locks(ts_rt_app *w)
{
    bool inherits =
        cJSON_IsTrue(cJSON_GetObjectItemCaseSensitive(w->global, "pi_enabled"));

    for (size_t i = 0; i < w->resource_count; i++) {
        const ts_rt_resource *r = &w->resources[i];

        ts_buffer_text(w->out, i == 0 ? ",\n \"locks\": [\n  {\"name\": "
                                      : ",\n  {\"name\": ");
        ts_escape(w->out, TS_ESCAPE_JSON, r->name);
        if (strcmp(r->kind, "mutex") != 0)
            ts_buffer_format(w->out, ", \"kind\": \"%s\"", r->kind);
        else if (inherits)
            ts_buffer_text(w->out, ", \"protocol\": \"inherit\"");
        if (strcmp(r->kind, "barrier") == 0)
            ts_buffer_format(w->out, ", \"parties\": %" PRId64, r->users);
        ts_buffer_char(w->out, '}');
    }
    ts_buffer_text(w->out, w->resource_count > 0 ? "]" : "");
}

/* The highest processor that a task is bound to, and one at least. */
static int64_t count_processors(const ts_rt_app *w)
{
    const cJSON *task, *cpu;
    int64_t count = w->options->processors;

    cJSON_ArrayForEach(task, w->tasks)
    {
        const cJSON *cpus = cJSON_GetObjectItemCaseSensitive(task, "cpus");

        cJSON_ArrayForEach(cpu, cpus) if (cJSON_IsNumber(cpu) &&
                                          cpu->valueint >= count &&
                                          cpu->valueint < 4096) count =
            cpu->valueint + 1;
    }
    return count > 0 ? count : 1;
}

static void write_head(ts_rt_app *w)
{
    int64_t duration = ts_rt_whole(w->global, "duration", -1);
    char title[128];

    snprintf(title, sizeof title, "%.80s, imported", w->options->name);
    ts_buffer_text(w->out, "{\"title\": ");
    ts_escape(w->out, TS_ESCAPE_JSON, title);
    ts_buffer_format(w->out, ",\n \"computer\": {\"processors\": %" PRId64 "}",
                     count_processors(w));
    if (duration > 0)
        ts_buffer_format(w->out, ",\n \"stop\": \"%" PRId64 "s\"", duration);
    ts_buffer_text(w->out, ",\n");
}

static bool write_all(ts_rt_app *w, ts_error *error)
{
    int64_t duration = ts_rt_whole(w->global, "duration", -1);

    write_head(w);
    write_tasks(w);
    write_locks(w);
    ts_buffer_text(w->out, ",\n ");
    ts_import_system(w->out, w->options, w->real_time);
    if (w->forever && duration <= 0)
        ts_buffer_text(w->out, ",\n \"stop\": \"10s\"");
    ts_buffer_text(w->out, "}\n");
    if (w->forever && duration <= 0)
        ts_buffer_text(&w->import->remarks,
                       "the workload goes on for ever, and is stopped after "
                       "10 s: change \"stop\"\n");
    for (size_t i = 0; i < w->resource_count; i++)
        free(w->resources[i].name);
    free(w->resources);
    if (w->number == 0)
        return ts_fail(error,
                       "%s:1: its \"tasks\" hold none that does anything",
                       w->options->name);
    return !(w->failed || w->out->failed || w->import->remarks.failed) ||
           ts_fail(error, "out of memory");
}

/* --- its JSON --- */

/* The end of a string that begins at `at`. */
static char *skip_string(char *at)
{
    for (at++; *at != '\0' && *at != '"'; at++)
        if (*at == '\\' && at[1] != '\0')
            at++;
    return *at == '"' ? at + 1 : at;
}

/* Comments become blanks; the lines stay. */
static char *blank_comment(char *at)
{
    bool block = at[1] == '*';

    while (*at != '\0' && (block ? strncmp(at, "*/", 2) != 0 : *at != '\n')) {
        if (*at != '\n')
            *at = ' ';
        at++;
    }
    if (block && *at != '\0') {
        at[0] = at[1] = ' ';
        at += 2;
    }
    return at;
}

/* Comments, and commas before a closing bracket. */
static void plain_json(char *at)
{
    char *comma = NULL;

    while (*at != '\0') {
        if (at[0] == '/' && (at[1] == '*' || at[1] == '/')) {
            at = blank_comment(at);
            continue;
        }
        if ((*at == '}' || *at == ']') && comma != NULL)
            *comma = ' ';
        if (strchr(" \t\r\n", *at) == NULL)
            comma = *at == ',' ? at : NULL;
        at = *at == '"' ? skip_string(at) : at + 1;
    }
}

static int64_t line_of(const char *text, const char *at)
{
    int64_t line = 1;

    for (; text < at; text++)
        line += *text == '\n';
    return line;
}

bool ts_import_rt_app(ts_import *import, const char *text,
                      const ts_import_options *options, ts_error *error)
{
    ts_rt_app w = {.import = import,
                   .out = &import->scenario,
                   .options = options};
    char *plain = ts_text_copy(text, strlen(text));
    const char *wrong = NULL;
    cJSON *root;
    bool fine;

    if (plain == NULL)
        return ts_fail(error, "out of memory");
    plain_json(plain);
    root = cJSON_ParseWithOpts(plain, &wrong, true);
    w.tasks = cJSON_GetObjectItemCaseSensitive(root, "tasks");
    w.global = cJSON_GetObjectItemCaseSensitive(root, "global");
    if (root == NULL)
        fine = ts_fail(error,
                       "%s:%" PRId64
                       ": is no JSON from here on, not even as rt-app takes it",
                       options->name,
                       line_of(plain, wrong != NULL ? wrong : plain));
    else if (!cJSON_IsObject(w.tasks))
        fine = ts_fail(error,
                       "%s:1: is no workload for rt-app: it has no "
                       "\"tasks\"",
                       options->name);
    else
        fine = write_all(&w, error);
    cJSON_Delete(root);
    free(plain);
    return fine;
}
