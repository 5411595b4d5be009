/*
 * rivals.c - see rivals.h.
 */
#include "sim/exercise/rivals.h"

#include <string.h>

static cJSON *member(const cJSON *object, const char *key)
{
    return cJSON_GetObjectItemCaseSensitive(object, key);
}

/* --- other policies --- */

/* The slice that the scenario's policy has; of several the first. */
static const cJSON *slice_of(const cJSON *system)
{
    const cJSON *slice = member(system, "slice");
    const cJSON *ranks = member(system, "ranks");

    if (slice == NULL && ranks != NULL)
        slice = member(ranks->child, "slice");
    return cJSON_IsArray(slice) ? slice->child : slice;
}

static bool copy_member(cJSON *to, const char *key, const cJSON *value)
{
    return value != NULL &&
           cJSON_AddItemToObject(to, key, cJSON_Duplicate(value, true));
}

/* `detail` is another "system"; a null in it is the scenario's own slice. What a
 * switch costs stays. */
static bool change_policy(const ts_exercise *exercise, cJSON *scenario,
                          const ts_rival *rival)
{
    cJSON *system = cJSON_Parse(rival->detail);
    const cJSON *was = member(scenario, "system");
    bool good = system != NULL;

    (void)exercise;
    if (good && cJSON_IsNull(member(system, "slice"))) {
        cJSON_DeleteItemFromObject(system, "slice");
        good = copy_member(system, "slice", slice_of(was));
    }
    if (good && member(was, "switch") != NULL)
        good = copy_member(system, "switch", member(was, "switch"));
    if (!good) {
        cJSON_Delete(system);
        return false;
    }
    return cJSON_ReplaceItemInObjectCaseSensitive(scenario, "system", system);
}

/* --- other fields --- */

/* "/system/boost": takes it out. false: it is not there. */
static bool change_without(const ts_exercise *exercise, cJSON *scenario,
                           const ts_rival *rival)
{
    cJSON *system = member(scenario, "system");

    (void)exercise;
    if (member(system, rival->detail) == NULL)
        return false;
    cJSON_DeleteItemFromObjectCaseSensitive(system, rival->detail);
    return true;
}

/* "KEY" of the system, a switch with the default false (or "+KEY": true), is
 * turned over. */
static bool change_switch(const ts_exercise *exercise, cJSON *scenario,
                          const ts_rival *rival)
{
    cJSON *system = member(scenario, "system");
    bool otherwise = rival->detail[0] == '+';
    const char *key = rival->detail + otherwise;
    const cJSON *value = member(system, key);
    bool is = value != NULL ? cJSON_IsTrue(value) : otherwise;

    (void)exercise;
    cJSON_DeleteItemFromObjectCaseSensitive(system, key);
    return cJSON_AddBoolToObject(system, key, !is) != NULL;
}

static bool change_priority(const ts_exercise *exercise, cJSON *scenario,
                            const ts_rival *rival)
{
    cJSON *conventions = member(scenario, "conventions");
    const char *is = cJSON_GetStringValue(member(conventions, "priority"));
    bool larger = is != NULL && strcmp(is, "larger-is-higher") == 0;

    (void)exercise;
    (void)rival;
    if (conventions == NULL)
        conventions = cJSON_AddObjectToObject(scenario, "conventions");
    cJSON_DeleteItemFromObjectCaseSensitive(conventions, "priority");
    return cJSON_AddStringToObject(conventions, "priority",
                                   larger ? "smaller-is-higher"
                                          : "larger-is-higher") != NULL;
}

/* A pre-empted thread's place among its equals. */
static bool change_preempted(const ts_exercise *exercise, cJSON *scenario,
                             const ts_rival *rival)
{
    cJSON *system = member(scenario, "system");
    const char *is = cJSON_GetStringValue(member(system, "preempted"));
    bool tail = is != NULL && strcmp(is, "tail") == 0;

    (void)exercise;
    (void)rival;
    cJSON_DeleteItemFromObjectCaseSensitive(system, "preempted");
    return cJSON_AddStringToObject(system, "preempted",
                                   tail ? "head" : "tail") != NULL;
}

/* "+1", "-1", "*2": the slice, which is one number. */
static bool change_slice(const ts_exercise *exercise, cJSON *scenario,
                         const ts_rival *rival)
{
    cJSON *slice = member(member(scenario, "system"), "slice");
    double is = cJSON_IsNumber(slice) ? slice->valuedouble : 0;
    double by = rival->detail[1] - '0';
    double to = rival->detail[0] == '+'   ? is + by
                : rival->detail[0] == '-' ? is - by
                                          : is * by;

    (void)exercise;
    if (is <= 0 || to <= 0)
        return false;
    cJSON_SetNumberValue(slice, to);
    return true;
}

/* All levels have the first one's slice. */
static bool change_slices(const ts_exercise *exercise, cJSON *scenario,
                          const ts_rival *rival)
{
    cJSON *slice = member(member(scenario, "system"), "slice");
    cJSON *level;

    (void)exercise;
    (void)rival;
    if (!cJSON_IsArray(slice) || slice->child == NULL)
        return false;
    cJSON_ArrayForEach(level, slice)
    {
        cJSON_SetNumberValue(level, slice->child->valuedouble);
    }
    return true;
}

/* --- other threads --- */

/* A key of each thread taken away. */
static bool change_threads(const ts_exercise *exercise, cJSON *scenario,
                           const ts_rival *rival)
{
    cJSON *thread;
    bool any = false;

    (void)exercise;
    cJSON_ArrayForEach(thread, member(scenario, "threads"))
    {
        const cJSON *value = member(thread, rival->detail);

        if (cJSON_IsObject(value) && member(value, "every") != NULL)
            return false;
        any |= value != NULL;
        cJSON_DeleteItemFromObjectCaseSensitive(thread, rival->detail);
    }
    return any;
}

static bool is_wait(const cJSON *operation)
{
    return member(operation, "io") != NULL ||
           member(operation, "sleep") != NULL;
}

/* One program without its waits, or with work in place of them. */
static bool fill_waits(cJSON *program, bool busy)
{
    cJSON *operation = program != NULL ? program->child : NULL;
    bool any = false;

    while (operation != NULL) {
        cJSON *next = operation->next;

        if (is_wait(operation)) {
            cJSON *run = cJSON_CreateObject();

            any = true;
            if (busy && run != NULL) {
                copy_member(run, "run", operation->child);
                cJSON_ReplaceItemViaPointer(program, operation, run);
            } else {
                cJSON_Delete(run);
                cJSON_Delete(cJSON_DetachItemViaPointer(program, operation));
            }
        }
        operation = next;
    }
    return any;
}

static bool change_waits(const ts_exercise *exercise, cJSON *scenario,
                         const ts_rival *rival)
{
    cJSON *thread;
    bool any = false;

    (void)exercise;
    cJSON_ArrayForEach(thread, member(scenario, "threads"))
    {
        any |= fill_waits(member(thread, "program"),
                          strcmp(rival->detail, "busy") == 0);
    }
    return any;
}

static void drop_locks(cJSON *program)
{
    cJSON *operation = program != NULL ? program->child : NULL;

    while (operation != NULL) {
        cJSON *next = operation->next;

        if (member(operation, "lock") != NULL ||
            member(operation, "unlock") != NULL)
            cJSON_Delete(cJSON_DetachItemViaPointer(program, operation));
        operation = next;
    }
}

static bool change_no_locks(const ts_exercise *exercise, cJSON *scenario,
                            const ts_rival *rival)
{
    cJSON *thread;

    (void)exercise;
    (void)rival;
    if (member(scenario, "locks") == NULL)
        return false;
    cJSON_ArrayForEach(thread, member(scenario, "threads"))
    {
        drop_locks(member(thread, "program"));
    }
    return true;
}

static bool change_protocol(const ts_exercise *exercise, cJSON *scenario,
                            const ts_rival *rival)
{
    cJSON *locks = member(scenario, "locks"), *lock;

    (void)exercise;
    cJSON_ArrayForEach(lock, locks)
    {
        cJSON_DeleteItemFromObjectCaseSensitive(lock, "protocol");
        cJSON_AddStringToObject(lock, "protocol", rival->detail);
    }
    return locks != NULL;
}

/* --- the list --- */

#define POLICY(name, says, system)                                             \
    {                                                                          \
        name, says, change_policy, system, false                               \
    }
#define TASKS(name, says, system)                                              \
    {                                                                          \
        name, says, change_policy, system, true                                \
    }

const ts_rival ts_rivals[] = {
    {"no-switch", "the switches cost nothing here", change_without, "switch",
     false},
    {"no-boost", "there is no boost here", change_without, "boost", false},
    {"busy-io", "I/O is done on the processor here", change_waits, "busy",
     false},
    {"no-io", "there is no I/O here: each job runs in one go", change_waits,
     "none", false},
    {"all-at-zero", "all are there from the beginning here", change_threads,
     "arrive", false},
    {"no-affinity", "the processors that each may run on are forgotten here",
     change_threads, "affinity", false},
    {"equal-tickets", "all have the same tickets here", change_threads,
     "tickets", false},
    {"slice+1", "the slice is one too long here", change_slice, "+1", false},
    {"slice-1", "the slice is one too short here", change_slice, "-1", false},
    {"slice*2", "the slice is twice as long here", change_slice, "*2", false},
    {"equal-slices", "all levels have the same slice here", change_slices, NULL,
     false},
    {"slice-kept",
     "who comes back from I/O goes on with what was left of its slice here; it "
     "gets a new one",
     change_policy,
     "{\"policy\":\"mlfq\",\"levels\":1,\"slice\":null,\"stay\":false}", false},
    {"stay",
     "the slice after I/O is renewed where the rule does not say so, or "
     "not renewed where it does",
     change_switch, "stay", false},
    {"iobump",
     "who comes back from I/O goes to the other end of its queue here",
     change_switch, "iobump", false},
    {"no-preemption", "nobody is pre-empted here", change_switch, "+preempt",
     false},
    {"no-preemption-deadline", "nobody is pre-empted here", change_switch,
     "+preemptive", false},
    {"preempted", "who is pre-empted goes to the other end of its equals here",
     change_preempted, NULL, false},
    {"reversed", "the priorities are read the wrong way round here",
     change_priority, NULL, false},
    {"no-locks", "the locks are ignored here", change_no_locks, NULL, false},
    {"protocol-none", "the locks have no protocol here", change_protocol,
     "none", false},
    {"protocol-inherit", "this is priority inheritance", change_protocol,
     "inherit", false},
    {"protocol-ceiling", "this is the original priority ceiling protocol",
     change_protocol, "ceiling", false},
    {"protocol-immediate", "this is the immediate priority ceiling",
     change_protocol, "immediate", false},
    POLICY("fcfs", "this is first come, first served", "{\"policy\":\"fifo\"}"),
    POLICY("sjf", "this is shortest job first, without pre-emption",
           "{\"policy\":\"sjf\"}"),
    POLICY("srtf", "this is shortest remaining time first",
           "{\"policy\":\"srtf\"}"),
    POLICY("psjf",
           "the jobs are compared by their whole length here, not by what is "
           "left",
           "{\"policy\":\"psjf\"}"),
    POLICY("hrrn", "this is highest response ratio next",
           "{\"policy\":\"hrrn\"}"),
    POLICY("rr", "this is round robin",
           "{\"policy\":\"round-robin\",\"slice\":null}"),
    POLICY("priority", "this is fixed priorities, with pre-emption",
           "{\"policy\":\"priority\"}"),
    POLICY("priority-np", "this is fixed priorities, without pre-emption",
           "{\"policy\":\"priority\",\"preempt\":false}"),
    TASKS("rm", "this is rate monotonic", "{\"policy\":\"rate-monotonic\"}"),
    TASKS("dm", "this is deadline monotonic",
          "{\"policy\":\"deadline-monotonic\"}"),
    TASKS("edf", "this is earliest deadline first", "{\"policy\":\"edf\"}"),
    TASKS("llf", "this is least laxity first",
          "{\"policy\":\"llf\",\"slice\":1,\"every\":1}"),
    POLICY("list", "this is the order of the list, whoever is there",
           "{\"policy\":\"list\"}"),
};

const int ts_rival_count = (int)TS_COUNT_OF(ts_rivals);

const ts_schedule *ts_rival_play(const ts_exercise *exercise,
                                 const ts_rival *rival, ts_arena *arena)
{
    cJSON *scenario = cJSON_Parse(exercise->scenario);
    const ts_schedule *schedule = NULL;

    if (scenario != NULL && rival->change(exercise, scenario, rival))
        schedule = ts_variant_play(exercise, scenario, arena);
    cJSON_Delete(scenario);
    return schedule;
}

bool ts_rival_same(const ts_exercise *exercise, const char *name)
{
    bool same = false;

    for (int i = 0; i < ts_rival_count; i++) {
        ts_arena arena;
        const ts_schedule *schedule;

        if (strcmp(ts_rivals[i].name, name) != 0)
            continue;
        ts_arena_init(&arena, 0);
        schedule = ts_rival_play(exercise, &ts_rivals[i], &arena);
        same =
            schedule != NULL && ts_schedule_equal(schedule, exercise->schedule);
        ts_arena_fini(&arena);
    }
    return same;
}
