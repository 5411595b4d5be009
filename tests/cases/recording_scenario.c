/*
 * recording_scenario.c - a recording's workload, and the kernel that it ran on,
 * as a scenario.
 */
#include <math.h>
#include <stdlib.h>
#include <string.h>

#include "recording_inside.h"

#define CONTROLLER "ctl"
#define SWITCH_US 3.2 /* the profiles' */
#define SETS_US 110   /* the controller's clock begins so long after a tick */

static const char *comma(int i)
{
    return i > 0 ? ", " : "";
}

/* What locks a program uses: bit i of mutexes, of those with inheritance, of
 * pipes. */
typedef struct used {
    unsigned mutexes, inheriting, pipes;
} used;

/* What a system call takes besides the profile's entry, us, under 6.1 and 6.12:
 * the same in all recordings, medians over them. Negative: it does not enter the
 * kernel; a lock that nobody holds is taken without it, and those who wait for
 * one are few. */
static double cost_of(const recording *r, const char *what)
{
    static const struct {
        const char *what;
        double cost[2];
    } costs[] = {{"sleep", {1.12, 1.46}},
                 {"yield", {0, 0.35}},
                 {"read", {1.05, 1.05}},
                 {"write", {1.2, 1.2}}};

    for (size_t i = 0; i < sizeof costs / sizeof *costs; i++)
        if (!strcmp(costs[i].what, what))
            return costs[i].cost[strcmp(r->kernel, "6.1") != 0];
    return -1;
}

/* A sleep is counted from so long before the thread is off its processor. */
#define COUNTED_US 0.8

static void say_operation(family *f, const recording *r, const cJSON *op,
                          used *u)
{
    const char *what = name_at(op, 0);
    double arg = at(op, 1), cost = cost_of(r, what);
    unsigned bit = arg >= 0 && arg < 32 ? 1U << (unsigned)arg : 0;

    if (cost >= 0)
        say(f, "{\"syscall\": \"%.0fns\"}, ", cost * 1000);
    if (!strcmp(what, "run") || !strcmp(what, "sleep"))
        say(f, "{\"%s\": \"%.3fus\"}", what,
            what[0] == 's' && arg > COUNTED_US ? arg - COUNTED_US : arg);
    else if (!strcmp(what, "yield"))
        say(f, "\"yield\"");
    else if (!strcmp(what, "read") || !strcmp(what, "write"))
        say(f, "{\"%s\": \"p%.0f\"}", what[0] == 'r' ? "wait" : "post", arg);
    else if (!strncmp(what, "pi", 2))
        say(f, "{\"%s\": \"i%.0f\"}", what + 2, arg);
    else
        say(f, "{\"%s\": \"m%.0f\"}", what, arg);
    if (!strcmp(what, "read") || !strcmp(what, "write"))
        u->pipes |= bit;
    else if (!strncmp(what, "pi", 2))
        u->inheriting |= bit;
    else if (strstr(what, "lock") != NULL)
        u->mutexes |= bit;
}

/* Loops in loops are no deeper than a recorder writes them. */
static void say_program(family *f, const recording *r, const cJSON *program,
                        used *u, int depth)
{
    const cJSON *op;
    int n = 0;

    say(f, "[");
    cJSON_ArrayForEach(op, program)
    {
        say(f, "%s", comma(n++));
        if (strcmp(name_at(op, 0), "loop") != 0) {
            say_operation(f, r, op, u);
        } else if (depth < 8) {
            if (at(op, 1) > 0)
                say(f,
                    "{\"repeat\": {\"times\": %.0f, \"program\": ", at(op, 1));
            else
                say(f, "{\"forever\": ");
            say_program(f, r, cJSON_GetArrayItem(op, 2), u, depth + 1);
            say(f, at(op, 1) > 0 ? "}}" : "}");
        }
    }
    say(f, "]");
}

/* When the thread was made. */
static double made_at(const recording *r, const char *name)
{
    const cJSON *made;

    cJSON_ArrayForEach(made, part(r->root, "made"))
    {
        if (!strcmp(name_at(made, 1), name))
            return at(made, 0);
    }
    return r->begin;
}

/* From clone() to sched_setattr(). */
#define TELLING_US 5.5

/* From then on the thread may have those processors; `n` changes came before. */
static void say_allowed(family *f, double when, const cJSON *cpus, int n)
{
    const cJSON *cpu;
    int k = 0;

    say(f, "%s{\"at\": \"%.3fus\", \"affinity\": [", comma(n), when);
    cJSON_ArrayForEach(cpu, cpus)
        say(f, "%s%.0f", comma(k++), cpu->valuedouble);
    say(f, "]}");
}

/* What the controller tells the thread, which is made as an ordinary one, and
 * when it changes where it may run. */
static void say_changes(family *f, const recording *r, const cJSON *thread)
{
    const char *name = text_of(thread, "name");
    const char *policy = text_of(thread, "policy");
    double runtime = real_of(thread, "runtime", 0);
    const cJSON *set;
    int n = 0;

    say(f, ", \"changes\": [");
    if (part(thread, "cpus") != NULL)
        say_allowed(f, made_at(r, name) + TELLING_US, part(thread, "cpus"),
                    n++);
    if (policy[0] != '\0' || part(thread, "nice") != NULL || runtime > 0) {
        say(f, "%s{\"at\": \"%.3fus\", \"class\": \"%s\", \"nice\": %.0f",
            comma(n), made_at(r, name) + TELLING_US,
            policy[0] != '\0' ? policy : "fair", real_of(thread, "nice", 0));
        if (real_of(thread, "prio", 0) > 0)
            say(f, ", \"priority\": %.0f", real_of(thread, "prio", 0));
        if (runtime > 0 && strcmp(policy, "deadline") != 0)
            say(f, ", \"slice\": \"%.3fus\"", runtime);
        say(f, "}");
        n++;
    }
    cJSON_ArrayForEach(set, part(r->root, "sets"))
    {
        if (!strcmp(name_at(set, 1), name))
            say_allowed(f, at(set, 0) + SETS_US, cJSON_GetArrayItem(set, 2),
                        n++);
    }
    say(f, "]");
}

static void say_class(family *f, const cJSON *thread)
{
    const char *policy = text_of(thread, "policy");
    double runtime = real_of(thread, "runtime", 0);

    if (!strcmp(policy, "deadline"))
        say(f,
            ", \"estimate\": \"%.3fus\", \"deadline\": \"%.3fus\", \"period\": "
            "\"%.3fus\"",
            runtime, real_of(thread, "deadline", 0),
            real_of(thread, "period", 0));
}

static void say_thread(family *f, const recording *r, const cJSON *thread,
                       used *u)
{
    const char *name = text_of(thread, "name");

    say(f, "{\"name\": \"%s\", \"background\": true, \"arrive\": [\"%.3fus\"]",
        name, made_at(r, name));
    if (part(thread, "group") != NULL)
        say(f, ", \"group\": \"%s\"", text_of(thread, "group"));
    say_class(f, thread);
    say_changes(f, r, thread);
    say(f, ", \"program\": ");
    say_program(f, r, part(thread, "program"), u, 0);
    say(f, "}");
}

static double parameter(const recording *r, const char *name)
{
    return atof(text_of(part(r->root, "parameters"), name));
}

/* The kernel's own figures, as it has them for this machine. */
static void say_fair(family *f, const recording *r)
{
    double hz = real_of(r->root, "hz", 250);

    if (part(part(r->root, "parameters"), "base_slice_ns") != NULL)
        say(f,
            "{\"eevdf\": {\"version\": \"6.12\", \"base_slice\": \"%.0fns\", "
            "\"hz\": \"%.0fHz\", \"scaling\": false}}",
            parameter(r, "base_slice_ns"), hz);
    else
        say(f,
            "{\"cfs\": {\"latency\": \"%.0fns\", \"min_granularity\": "
            "\"%.0fns\", \"wakeup_granularity\": \"%.0fns\", \"at_least\": "
            "true, \"hz\": \"%.0fHz\", \"scaling\": false}}",
            parameter(r, "latency_ns"), parameter(r, "min_granularity_ns"),
            parameter(r, "wakeup_granularity_ns"), hz);
}

/* Control groups, as the scenario has them. */
static void say_groups(family *f, const recording *r)
{
    const cJSON *groups = part(r->root, "groups"), *group;
    int n = 0;

    if (groups == NULL)
        return;
    say(f, ", \"groups\": [");
    cJSON_ArrayForEach(group, groups)
    {
        say(f,
            "%s{\"name\": \"%s\", \"weight\": %.0f, \"idle\": %s, \"quota\": "
            "\"%.0fus\", \"period\": \"%.0fus\"",
            comma(n++), text_of(group, "name"), real_of(group, "weight", 100),
            cJSON_IsTrue(part(group, "idle")) ? "true" : "false",
            real_of(group, "quota", 0), real_of(group, "period", 100000));
        if (part(group, "parent") != NULL)
            say(f, ", \"parent\": \"%s\"", text_of(group, "parent"));
        say(f, "}");
    }
    say(f, "]");
}

/* What switches and system calls cost is the same in all recordings: see the
 * profile. */
static void say_system(family *f, const recording *r)
{
    say(f,
        "\"system\": {\"profile\": \"linux-%s-icount\", \"policy\": \"linux\", "
        "\"release\": \"%s\", \"hz\": \"%.0fHz\", \"rt_period\": \"%.0fus\", "
        "\"rt_runtime\": "
        "\"%.0fus\", \"rr_slice\": \"%.0fms\", \"fair\": ",
        r->kernel, r->kernel, real_of(r->root, "hz", 250),
        parameter(r, "sched_rt_period_us"), parameter(r, "sched_rt_runtime_us"),
        parameter(r, "sched_rr_timeslice_ms"));
    say_fair(f, r);
    say(f, ", \"migration_cost\": \"%.0fns\"",
        parameter(r, "migration_cost_ns"));
    say_groups(f, r);
    say(f, "}");
}

static void say_locks(family *f, const used *u)
{
    int n = 0;

    say(f, ", \"locks\": [");
    for (unsigned i = 0; i < 32; i++) {
        if (u->mutexes >> i & 1)
            say(f, "%s{\"name\": \"m%u\", \"grant\": \"futex\"}", comma(n++),
                i);
        if (u->inheriting >> i & 1)
            say(f, "%s{\"name\": \"i%u\", \"protocol\": \"inherit\"}",
                comma(n++), i);
        if (u->pipes >> i & 1)
            say(f, "%s{\"name\": \"p%u\", \"kind\": \"semaphore\"}", comma(n++),
                i);
    }
    say(f, "]");
}

/* When a thread of the kernel's woke that was seen to run from then on: timers of
 * the kernel's go off at ticks, and what is due then comes before it. */
#define AFTER_TICK_US 20
static double woke_at(const recording *r, double from)
{
    double tick = 1e6 / real_of(r->root, "hz", 250);
    double past = fmod(from, tick);

    return from - (past < AFTER_TICK_US ? past : SWITCH_US);
}

/* Whether threads above the fair class may be throttled, and others run then. */
static bool has_real_time(const recording *r)
{
    const cJSON *thread;

    cJSON_ArrayForEach(thread, part(r->root, "threads"))
    {
        const char *policy = text_of(thread, "policy");

        if (!strcmp(policy, "fifo") || !strcmp(policy, "rr"))
            return true;
    }
    return false;
}

/* Who had a processor besides the workload, as the recording has it: the
 * recorder's controller, which makes threads and changes them, and threads of
 * the kernel's, which wake, work for some microseconds and sleep again. What
 * those are owed from long ago lets them in at once; the recording does not
 * say it, so that they come first by their class. */
static void say_others(family *f, const recording *r)
{
    const cJSON *other;
    int n = 0;

    cJSON_ArrayForEach(other, part(r->root, "others"))
    {
        double from = at(other, 0), length = at(other, 1) - from;
        bool controls = !strcmp(name_at(other, 3), CONTROLLER);

        say(f, ", {\"name\": \"" OTHER "%d\", \"background\": true, ", n++);
        if (controls)
            say(f,
                "\"affinity\": [%.0f], \"class\": \"fifo\", \"priority\": "
                "99, \"arrive\": [\"%.3fus\"], \"program\": [{\"run\": "
                "\"%.3fus\"}]}",
                at(other, 2), woke_at(r, from), length);
        else
            say(f,
                "\"affinity\": [%.0f], \"class\": \"%s\", \"arrive\": "
                "[\"%.3fus\"], \"program\": [{\"run\": \"%.3fus\"}, "
                "{\"sleep\": \"1h\"}]}",
                at(other, 2), has_real_time(r) ? "fair" : "fifo",
                woke_at(r, from), length);
    }
}

void recording_say(family *f, const recording *r)
{
    const cJSON *thread;
    used u = {0};
    int n = 0;

    say(f,
        "{\"title\": \"%s\", \"stop\": \"%.3fus\", \"conventions\": "
        "{\"priority\": \"larger-is-higher\"}, \"computer\": {\"processors\": "
        "%d}, ",
        r->label, r->end, r->processors);
    say_system(f, r);
    say(f, ", \"threads\": [");
    cJSON_ArrayForEach(thread, part(r->root, "threads"))
    {
        say(f, "%s", comma(n++));
        say_thread(f, r, thread, &u);
    }
    say_others(f, r);
    say(f, "]");
    if (u.mutexes || u.inheriting || u.pipes)
        say_locks(f, &u);
    say(f, "}");
}
