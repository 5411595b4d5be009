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

/* --- what threads and phases ask of the scheduler --- */

/* "FIFO", "OTHER" ...; `otherwise` where the object says none. */
static const char *policy_of(const cJSON *object, const char *key,
                             const char *otherwise)
{
    const char *policy = ts_rt_text_of(object, key);

    if (policy == NULL)
        return otherwise;
    return strncmp(policy, "SCHED_", 6) == 0 ? policy + 6 : policy;
}

static bool is_fair(const char *policy)
{
    return strcmp(policy, "FIFO") != 0 && strcmp(policy, "RR") != 0 &&
           strcmp(policy, "DEADLINE") != 0;
}

static const char *class_of(const char *policy)
{
    static const char *const classes[][2] = {{"FIFO", "fifo"},
                                             {"RR", "rr"},
                                             {"DEADLINE", "deadline"},
                                             {"BATCH", "batch"},
                                             {"IDLE", "idle"}};

    for (size_t i = 0; i < TS_COUNT_OF(classes); i++)
        if (strcmp(policy, classes[i][0]) == 0)
            return classes[i][1];
    return "fair";
}

static void write_affinity(ts_rt_app *w, const cJSON *cpus)
{
    const cJSON *cpu;
    bool first = true;

    ts_buffer_text(w->out, "\"affinity\": [");
    cJSON_ArrayForEach(cpu, cpus) if (cJSON_IsNumber(cpu))
    {
        ts_buffer_format(w->out, "%s%d", first ? "" : ", ", cpu->valueint);
        first = false;
    }
    ts_buffer_char(w->out, ']');
}

static void write_all_processors(ts_rt_app *w)
{
    ts_buffer_text(w->out, "\"affinity\": [");
    for (int64_t i = 0; i < w->processors; i++)
        ts_buffer_format(w->out, "%s%" PRId64, i > 0 ? ", " : "", i);
    ts_buffer_char(w->out, ']');
}

static void check_left_out(ts_rt_app *w, const cJSON *object)
{
    static const char *const without[] = {"util_min", "util_max", "taskgroup",
                                          "nodes_membind"};

    for (size_t i = 0; i < TS_COUNT_OF(without); i++)
        if (cJSON_HasObjectItem(object, without[i]))
            ts_rt_remark(w, without[i], "has no counterpart, and is left out");
}

/* Class, priority or nice value, slice, processors: what the object says of them,
 * keys of an object of which w->first says whether it has any yet. */
static void write_asked(ts_rt_app *w, const cJSON *object, const char *policy,
                        bool says_class, const cJSON *cpus)
{
    int64_t priority = ts_rt_whole(object, "priority", 0);
    int64_t runtime = ts_rt_whole(object, "dl-runtime", 0);
    bool fair = is_fair(policy), deadline = strcmp(policy, "DEADLINE") == 0;

    w->classes |= strcmp(class_of(policy), "fair") != 0;
    if (says_class) {
        ts_rt_comma(w);
        ts_buffer_format(w->out, "\"class\": \"%s\"", class_of(policy));
    }
    if (!deadline && cJSON_HasObjectItem(object, "priority")) {
        ts_rt_comma(w);
        ts_buffer_format(w->out, "\"%s\": %" PRId64, fair ? "nice" : "priority",
                         priority);
    }
    if (fair && runtime > 0) {
        ts_rt_comma(w);
        ts_buffer_format(w->out, "\"slice\": \"%" PRId64 "us\"", runtime);
    }
    if (cJSON_GetArraySize(cpus) > 0) {
        ts_rt_comma(w);
        write_affinity(w, cpus);
    }
}

/* What a phase asks for itself: the processors are its own, else the task's, else
 * all; a nice value or priority stays until another phase says one. */
static void write_phase(ts_rt_app *w, const cJSON *task, const cJSON *phase)
{
    const cJSON *cpus = cJSON_GetObjectItemCaseSensitive(phase, "cpus");
    const char *policy = policy_of(phase, "policy", w->policy);
    bool same = strcmp(policy, w->policy) == 0, first = w->first;
    size_t before = w->out->length;

    if (cJSON_GetArraySize(cpus) == 0)
        cpus = cJSON_GetObjectItemCaseSensitive(task, "cpus");
    ts_rt_comma(w);
    ts_buffer_text(w->out, "{\"change\": {");
    w->first = true;
    write_asked(w, same ? phase : NULL, w->policy, false,
                w->bound ? cpus : NULL);
    if (w->bound && cJSON_GetArraySize(cpus) == 0) {
        ts_rt_comma(w);
        write_all_processors(w);
    }
    ts_buffer_text(w->out, "}}");
    if (w->first)
        w->out->length = before;
    w->first = w->first && first;
    if (!same)
        ts_rt_remark(w, "policy",
                     "of a phase is left out with its priority: a thread does "
                     "not change its class itself here");
    check_left_out(w, phase);
}

/* Whether a phase has processors of its own. */
static bool is_bound(const cJSON *phases)
{
    const cJSON *phase;

    cJSON_ArrayForEach(phase, phases)
    {
        if (cJSON_HasObjectItem(phase, "cpus"))
            return true;
    }
    return false;
}

/* --- phases --- */

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

static void write_phases(ts_rt_app *w, const cJSON *task, const cJSON *phases)
{
    const cJSON *phase;

    w->bound = is_bound(phases);

    cJSON_ArrayForEach(phase, phases)
    {
        int64_t times = ts_rt_whole(phase, "loop", 1);

        write_phase(w, task, phase);
        if (times != 1)
            open_loop(w, times);
        write_events(w, phase);
        if (times != 1)
            close_loop(w);
    }
}

/* --- tasks --- */

/* Its class and what else the scheduler is told of it, in its own keys. */
static void write_scheduling(ts_rt_app *w, const cJSON *task)
{
    int64_t runtime = ts_rt_whole(task, "dl-runtime", 0);

    w->policy = policy_of(task, "policy",
                          policy_of(w->global, "default_policy", "OTHER"));
    w->first = false;
    write_asked(w, task, w->policy, strcmp(class_of(w->policy), "fair") != 0,
                cJSON_GetObjectItemCaseSensitive(task, "cpus"));
    if (strcmp(w->policy, "DEADLINE") == 0) {
        int64_t period = ts_rt_whole(task, "dl-period", runtime);

        ts_buffer_format(w->out,
                         ", \"estimate\": \"%" PRId64
                         "us\", \"period\": \"%" PRId64
                         "us\", \"deadline\": \"%" PRId64 "us\"",
                         runtime, period,
                         ts_rt_whole(task, "dl-deadline", period));
    }
    check_left_out(w, task);
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
    write_scheduling(w, task);
    ts_buffer_text(w->out, ", \"program\": [");
    w->first = true;
    if (times != 1)
        open_loop(w, times);
    if (cJSON_IsObject(phases))
        write_phases(w, task, phases);
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

static int64_t highest(const cJSON *object, int64_t count)
{
    const cJSON *cpu, *cpus = cJSON_GetObjectItemCaseSensitive(object, "cpus");

    cJSON_ArrayForEach(cpu, cpus) if (cJSON_IsNumber(cpu) &&
                                      cpu->valueint >= count &&
                                      cpu->valueint < 4096) count =
        cpu->valueint + 1;
    return count;
}

/* The highest processor that a task or phase is bound to, and one at least. */
static int64_t count_processors(const ts_rt_app *w)
{
    const cJSON *task, *phase;
    int64_t count = w->options->processors;

    cJSON_ArrayForEach(task, w->tasks)
    {
        count = highest(task, count);
        cJSON_ArrayForEach(phase,
                           cJSON_GetObjectItemCaseSensitive(task, "phases"))
            count = highest(phase, count);
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
                     w->processors);
    if (duration > 0)
        ts_buffer_format(w->out, ",\n \"stop\": \"%" PRId64 "s\"", duration);
    ts_buffer_text(w->out, ",\n");
}

static bool write_all(ts_rt_app *w, ts_error *error)
{
    int64_t duration = ts_rt_whole(w->global, "duration", -1);

    w->processors = count_processors(w);
    write_head(w);
    write_tasks(w);
    write_locks(w);
    ts_buffer_text(w->out, ",\n ");
    ts_import_system(w->out, w->options, w->classes);
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
