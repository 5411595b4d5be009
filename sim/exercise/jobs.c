/*
 * jobs.c - who there is in a scenario, read from its text; see schedule.h.
 */
#include "sim/exercise/schedule.h"

#include <cjson/cJSON.h>
#include <string.h>

#include "sim/scenario/units.h"

typedef struct reading {
    ts_time unit, slot;
    bool whole; /* so far, every time was */
} reading;

static ts_time time_of(const char *text)
{
    ts_quantity quantity;
    int64_t time;

    if (!ts_quantity_read(text, TS_QUANTITY_TIME, &quantity, NULL) ||
        !ts_quantity_whole(&quantity, text, &time, NULL))
        return -1;
    return time;
}

/* A time as slots; what is no constant, or no whole slots, is marked. */
static int slots_of(reading *r, const cJSON *value)
{
    ts_time time = -1;

    if (cJSON_IsObject(value)) {
        const cJSON *inner = cJSON_GetObjectItemCaseSensitive(value, "time");

        inner = inner != NULL ? inner
                              : cJSON_GetObjectItemCaseSensitive(value, "for");
        value = inner != NULL ? inner : value;
    }
    if (cJSON_IsNumber(value))
        time = (ts_time)(value->valuedouble * (double)r->unit);
    else if (cJSON_IsString(value))
        time = time_of(value->valuestring);
    if (time < 0 || time % r->slot != 0 || time / r->slot > 1000000) {
        r->whole = false;
        return 0;
    }
    return (int)(time / r->slot);
}

static bool is_wait(const char *key)
{
    return strcmp(key, "io") == 0 || strcmp(key, "sleep") == 0;
}

/* An operation: more work, a wait after it, or what a chart says nothing of. */
static bool add_operation(reading *r, ts_job *job, const cJSON *operation)
{
    const cJSON *what = operation->child;
    ts_burst *last =
        job->bursts + (job->burst_count > 0 ? job->burst_count - 1 : 0);

    if (what == NULL || what->string == NULL)
        return false;
    if (strcmp(what->string, "run") == 0) {
        int slots = slots_of(r, what);

        job->work += slots;
        if (job->burst_count > 0 && last->away == 0)
            last->run += slots;
        else
            job->bursts[job->burst_count++] = (ts_burst){slots, 0};
        return true;
    }
    if (!is_wait(what->string))
        return false;
    if (job->burst_count == 0) {
        job->bursts[job->burst_count++] = (ts_burst){0, 0};
        last = job->bursts;
    }
    last->away += slots_of(r, what);
    return true;
}

static bool read_program(reading *r, ts_job *job, const cJSON *program,
                         ts_arena *arena)
{
    int count = cJSON_GetArraySize(program);
    const cJSON *operation;
    bool plain = true;

    job->bursts = ts_arena_array(arena, (size_t)count + 1, sizeof *job->bursts);
    if (job->bursts == NULL)
        return false;
    cJSON_ArrayForEach(operation, program)
    {
        plain = add_operation(r, job, operation) && plain;
    }
    if (!plain)
        job->burst_count = 0;
    return true;
}

static void read_arrival(reading *r, ts_job *job, const cJSON *arrive)
{
    const cJSON *every = cJSON_GetObjectItemCaseSensitive(arrive, "every");
    const cJSON *at = arrive;

    if (cJSON_IsObject(arrive)) {
        at = cJSON_GetObjectItemCaseSensitive(arrive, "at");
        if (every != NULL) {
            job->every = slots_of(r, every);
            at = cJSON_GetObjectItemCaseSensitive(arrive, "first");
        }
    }
    if (cJSON_IsArray(at))
        at = at->child;
    job->arrival = at != NULL ? slots_of(r, at) : 0;
}

/* Names of one letter keep it; others get theirs in order. */
static char letter_for(const char *name, int index)
{
    return name[0] >= 'A' && name[0] <= 'Z' && name[1] == '\0'
               ? name[0]
               : (char)('A' + index);
}

static bool read_job(reading *r, ts_jobs *jobs, const cJSON *thread,
                     ts_arena *arena, ts_error *error)
{
    const cJSON *name = cJSON_GetObjectItemCaseSensitive(thread, "name");
    const cJSON *count = cJSON_GetObjectItemCaseSensitive(thread, "count");
    ts_job *job = &jobs->items[jobs->count];

    if (!cJSON_IsString(name))
        return ts_fail(error, "a thread without a name");
    if (jobs->count == TS_JOBS_MAX)
        return ts_fail(error,
                       "more than %d threads, and a chart has no more "
                       "letters",
                       TS_JOBS_MAX);
    if (cJSON_IsNumber(count) && count->valuedouble > 1)
        return ts_fail(error,
                       "%s has a count: in an exercise each thread has a name "
                       "of its own",
                       name->valuestring);
    r->whole = true;
    job->name = ts_arena_text(arena, name->valuestring);
    job->letter = letter_for(name->valuestring, jobs->count);
    for (int i = 0; i < jobs->count; i++)
        if (jobs->items[i].letter == job->letter)
            return ts_fail(error, "%s and %s have the same letter in a chart",
                           jobs->items[i].name, job->name);
    read_arrival(r, job, cJSON_GetObjectItemCaseSensitive(thread, "arrive"));
    if (!read_program(r, job,
                      cJSON_GetObjectItemCaseSensitive(thread, "program"),
                      arena))
        return ts_fail_memory(error);
    job->whole = r->whole;
    jobs->count++;
    return true;
}

static bool read_all(ts_jobs *jobs, const cJSON *root, ts_arena *arena,
                     ts_error *error)
{
    const cJSON *threads = cJSON_GetObjectItemCaseSensitive(root, "threads");
    const cJSON *unit = cJSON_GetObjectItemCaseSensitive(root, "unit");
    const cJSON *computer = cJSON_GetObjectItemCaseSensitive(root, "computer");
    const cJSON *processors =
        cJSON_GetObjectItemCaseSensitive(computer, "processors");
    reading r = {.unit =
                     cJSON_IsString(unit) ? time_of(unit->valuestring) : TS_MS,
                 .slot = jobs->slot};
    const cJSON *thread;

    jobs->processors =
        cJSON_IsNumber(processors) ? (int)processors->valuedouble : 1;
    if (jobs->of != NULL)
        jobs->processors = 1;
    if (jobs->processors > TS_LANES_MAX)
        return ts_fail(error, "%d processors, and a chart has lanes for %d",
                       jobs->processors, TS_LANES_MAX);
    cJSON_ArrayForEach(thread, threads)
    {
        if (!read_job(&r, jobs, thread, arena, error))
            return false;
    }
    return true;
}

const ts_jobs *ts_jobs_read(const char *scenario, const ts_ask *ask,
                            ts_arena *arena, ts_error *error)
{
    cJSON *root = cJSON_Parse(scenario);
    ts_jobs *jobs = ts_arena_alloc(arena, sizeof *jobs);
    bool good;

    if (root == NULL || jobs == NULL) {
        cJSON_Delete(root);
        ts_fail_memory(error);
        return NULL;
    }
    *jobs =
        (ts_jobs){.slot = ask->slot,
                  .until = ask->until,
                  .of = ask->of != NULL ? ts_arena_text(arena, ask->of) : NULL,
                  .items =
                      ts_arena_array(arena, TS_JOBS_MAX, sizeof *jobs->items)};
    good = jobs->items != NULL ? read_all(jobs, root, arena, error)
                               : ts_fail_memory(error);
    cJSON_Delete(root);
    return good ? jobs : NULL;
}
