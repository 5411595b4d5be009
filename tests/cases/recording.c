/*
 * recording.c - see recording.h.
 */
#include "recording.h"

#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define CONTROLLER "ctl"
#define OTHER "other " /* name of those that are no part of the workload */
#define SWITCH_US 3.2  /* the profiles' */
#define SETS_US 110    /* the controller's clock begins so long after a tick */
#define SHORT_US 12    /* a look for a lock in vain takes less */

/* Who had a processor from when to when, us. */
typedef struct stretch {
    double from, to;
    int processor;
    const char *thread;
} stretch;

typedef struct schedule {
    stretch *all;
    int count;
} schedule;

static const char *text_of(const cJSON *object, const char *key)
{
    const char *text = cJSON_GetStringValue(part(object, key));

    return text != NULL ? text : "";
}

static double real_of(const cJSON *object, const char *key, double fallback)
{
    const cJSON *item = part(object, key);

    return cJSON_IsNumber(item) ? item->valuedouble : fallback;
}

static double at(const cJSON *row, int i)
{
    return cJSON_GetNumberValue(cJSON_GetArrayItem(row, i));
}

static const char *name_at(const cJSON *row, int i)
{
    const char *name = cJSON_GetStringValue(cJSON_GetArrayItem(row, i));

    return name != NULL ? name : "";
}

/* --- a file --- */

char *read_text(const char *path)
{
    FILE *file = fopen(path, "rb");
    char *text = NULL;
    long size;

    if (file != NULL && fseek(file, 0, SEEK_END) == 0 &&
        (size = ftell(file)) >= 0 && fseek(file, 0, SEEK_SET) == 0) {
        text = calloc(1, (size_t)size + 1);
        if (text == NULL)
            exit(1);
        if (fread(text, 1, (size_t)size, file) != (size_t)size) {
            free(text);
            text = NULL;
        }
    }
    if (file != NULL)
        fclose(file);
    return text;
}

cJSON *read_json(const char *path)
{
    char *text = read_text(path);
    cJSON *root = text != NULL ? cJSON_Parse(text) : NULL;

    if (root == NULL)
        fprintf(stderr, "%s: %s\n", path,
                text != NULL ? "no JSON" : "cannot be read");
    free(text);
    return root;
}

bool recording_open(recording *r, const char *folder, const char *file,
                    const cJSON *spread)
{
    const cJSON *summary;
    char path[4096];

    *r = (recording){0};
    snprintf(path, sizeof path, "%s/%s", folder, file);
    r->root = read_json(path);
    if (r->root == NULL)
        return false;
    snprintf(r->label, sizeof r->label, "%.*s",
             (int)(strlen(file) - strlen(".json")), file);
    summary = part(r->root, "summary");
    r->boots = part(spread, r->label);
    r->kernel = text_of(r->root, "kernel");
    r->name = text_of(r->root, "name");
    r->processors = (int)real_of(r->root, "processors", 1);
    r->begin = real_of(summary, "from_us", 0);
    r->end = real_of(summary, "to_us", 0);
    if (!cJSON_IsArray(part(r->root, "runs")) || r->end <= r->begin) {
        fprintf(stderr, "%s: no recording\n", path);
        recording_close(r);
        return false;
    }
    return true;
}

void recording_close(recording *r)
{
    cJSON_Delete(r->root);
    r->root = NULL;
}

/* --- the scenario --- */

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
 * the same in all recordings, medians over them. Negative: it does not enter the kernel; a lock that nobody holds is taken
 * without it, and those who wait for one are few. */
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
    say(f, ", \"migration_cost\": \"%.0fns\"}",
        parameter(r, "migration_cost_ns"));
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

static void say_scenario(family *f, const recording *r)
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

/* --- both schedules --- */

static schedule recorded(const recording *r)
{
    const cJSON *run, *runs = part(r->root, "runs");
    schedule s = {
        .all = calloc((size_t)cJSON_GetArraySize(runs) + 1, sizeof *s.all)};

    if (s.all == NULL)
        exit(1);
    cJSON_ArrayForEach(run, runs) s.all[s.count++] =
        (stretch){at(run, 0), at(run, 1), (int)at(run, 2), name_at(run, 3)};
    return s;
}

/* The kernel says who has the processor from switch to switch, so that the cost
 * of a switch is one of the two threads'. Here the one that comes has it. */
static schedule played(family *f)
{
    schedule s = {0};
    ts_stretch x;
    int room = 0;

    for (size_t i = 0; ts_result_stretch_at(f->result, i, &x); i++) {
        const char *who = x.thread < 0 ? OTHER : task_of(f, x.thread, NULL);
        int processor;

        if (!strncmp(who, OTHER, strlen(OTHER)) ||
            sscanf(x.place, "processor %d", &processor) != 1)
            continue;
        if (s.count == room) {
            room = 2 * room + 1024;
            s.all = realloc(s.all, (size_t)room * sizeof *s.all);
            if (s.all == NULL)
                exit(1);
        }
        s.all[s.count++] = (stretch){(double)x.from / UNIT, (double)x.to / UNIT,
                                     processor, who};
    }
    return s;
}

/* Who was on one processor, in order; nobody twice in a row. Returns how
 * many. */
static int order_on(const schedule *s, int processor, double least,
                    const char **order)
{
    int n = 0;

    for (int i = 0; i < s->count;) {
        const stretch *first = &s->all[i];
        double to = first->to;

        /* A switch and the run after it are one. */
        for (i++;
             i < s->count && s->all[i].processor == first->processor &&
             s->all[i].from <= to && !strcmp(s->all[i].thread, first->thread);
             i++)
            to = s->all[i].to;
        if (first->processor == processor && to - first->from >= least &&
            (n == 0 || strcmp(order[n - 1], first->thread) != 0))
            order[n++] = first->thread;
    }
    return n;
}

static int distance(const char **a, int n, const char **b, int m)
{
    int *row = calloc((size_t)m + 1, sizeof *row), last;

    if (row == NULL)
        exit(1);
    for (int j = 0; j <= m; j++)
        row[j] = j;
    for (int i = 1; i <= n; i++) {
        int before = row[0];

        row[0] = i;
        for (int j = 1; j <= m; j++) {
            int change = before + (strcmp(a[i - 1], b[j - 1]) != 0);

            before = row[j];
            row[j] = row[j] < row[j - 1] ? row[j] + 1 : row[j - 1] + 1;
            row[j] = change < row[j] ? change : row[j];
        }
    }
    last = row[m];
    free(row);
    return last;
}

static double had(const schedule *s, const char *thread)
{
    double sum = 0;

    for (int i = 0; i < s->count; i++)
        if (!strcmp(s->all[i].thread, thread))
            sum += s->all[i].to - s->all[i].from;
    return sum;
}

/* --- the kernel's latencies --- */

typedef struct latency {
    double mean, p95, most;
    int count;
} latency;

static int by_size(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;

    return (x > y) - (x < y);
}

static latency latency_of(const recording *r, const schedule *s,
                          const char *thread)
{
    const cJSON *wake, *wakes = part(r->root, "wakeups");
    double *all = calloc((size_t)cJSON_GetArraySize(wakes) + 1, sizeof *all);
    latency l = {0};
    int i = 0;

    if (all == NULL)
        exit(1);
    cJSON_ArrayForEach(wake, wakes)
    {
        if (strcmp(name_at(wake, 1), thread) != 0)
            continue;
        while (i < s->count && (s->all[i].from < at(wake, 0) ||
                                strcmp(s->all[i].thread, thread) != 0))
            i++;
        if (i < s->count)
            all[l.count++] = s->all[i].from - at(wake, 0);
    }
    qsort(all, (size_t)l.count, sizeof *all, by_size);
    for (int k = 0; k < l.count; k++)
        l.mean += all[k] / l.count;
    if (l.count > 0) {
        l.p95 = all[(int)ceil(0.95 * l.count) - 1];
        l.most = all[l.count - 1];
    }
    free(all);
    return l;
}

/* --- the kernel against itself --- */

/* The largest |x - kernel| over the boots, of what `of` says of each. */
static double spread_of(const recording *r, double kernel, const char *thread,
                        double (*of)(const cJSON *boot, const char *thread))
{
    const cJSON *boot;
    double most = -1;

    cJSON_ArrayForEach(boot, r->boots)
    {
        double x = of(boot, thread);

        if (!isnan(x))
            most = fmax(most, fabs(x - kernel));
    }
    return most;
}

static double boot_edit(const cJSON *boot, const char *thread)
{
    (void)thread;
    return real_of(boot, "edit", NAN);
}

static double boot_changes(const cJSON *boot, const char *thread)
{
    (void)thread;
    return real_of(boot, "changes", NAN);
}

/* Known of the boots that were made by tests/kernel. */
static double boot_migrations(const cJSON *boot, const char *thread)
{
    (void)thread;
    return real_of(boot, "migrations", NAN);
}

static double boot_share(const cJSON *boot, const char *thread)
{
    return real_of(part(boot, "shares"), thread, NAN);
}

static double boot_mean(const cJSON *boot, const char *thread)
{
    const cJSON *pair = part(part(boot, "latencies"), thread);

    return pair != NULL ? at(pair, 0) : NAN;
}

static double boot_most(const cJSON *boot, const char *thread)
{
    const cJSON *pair = part(part(boot, "latencies"), thread);

    return pair != NULL ? at(pair, 1) : NAN;
}

/* --- comparing --- */

/* Keeps the figure that is the furthest off. */
static void keep_worst(figure *worst, figure f, const char *who)
{
    if (worst->known &&
        fabs(f.ours - f.kernel) <= fabs(worst->ours - worst->kernel))
        return;
    *worst = f;
    worst->known = true;
    snprintf(worst->who, sizeof worst->who, "%s", who);
}

/* Of a thread's wake-ups, us; 0 where it had none. */
static double wakeup(const family *f, const char *thread, const char *what)
{
    char name[96];
    double x = 0;

    snprintf(name, sizeof name, "threads.%s.wakeup.%s", thread, what);
    ts_result_metric(f->result, name, &x);
    return x / UNIT;
}

static void compare_latencies(comparison *c, const family *f,
                              const recording *r, const schedule *kernel,
                              const char *who)
{
    latency l = latency_of(r, kernel, who);

    if (l.count == 0)
        return;
    keep_worst(&c->mean,
               (figure){.kernel = l.mean,
                        .ours = wakeup(f, who, "mean"),
                        .self = spread_of(r, l.mean, who, boot_mean)},
               who);
    keep_worst(&c->p95,
               (figure){.kernel = l.p95,
                        .ours = wakeup(f, who, "p95"),
                        .self = -1},
               who);
    keep_worst(&c->most,
               (figure){.kernel = l.most,
                        .ours = wakeup(f, who, "max"),
                        .self = spread_of(r, l.most, who, boot_most)},
               who);
}

static void compare_threads(comparison *c, family *f, const recording *r,
                            const schedule *kernel, const schedule *ours)
{
    const cJSON *thread;

    cJSON_ArrayForEach(thread, part(r->root, "threads"))
    {
        const char *who = text_of(thread, "name");
        double length = r->end - r->begin;
        double share = had(kernel, who) / length;

        keep_worst(&c->share,
                   (figure){.kernel = share,
                            .ours = had(ours, who) / length,
                            .self = spread_of(r, share, who, boot_share)},
                   who);
        compare_latencies(c, f, r, kernel, who);
    }
}

/* Over all processors: how often another thread came, and in what order. */
static void compare_orders(comparison *c, const recording *r,
                           const schedule *kernel, const schedule *ours)
{
    size_t room = (size_t)(kernel->count + ours->count) + 1;
    const char **a = calloc(room, sizeof *a), **b = calloc(room, sizeof *b);

    if (a == NULL || b == NULL)
        exit(1);
    for (int cpu = 0; cpu < r->processors; cpu++) {
        c->changes.kernel += order_on(kernel, cpu, 0, a);
        c->changes.ours += order_on(ours, cpu, 0, b);
        c->order.ours += distance(a, order_on(kernel, cpu, SHORT_US, a), b,
                                  order_on(ours, cpu, SHORT_US, b));
    }
    free(a);
    free(b);
    c->order.self = spread_of(r, 0, "", boot_edit);
    c->changes.self = spread_of(r, c->changes.kernel, "", boot_changes);
    c->order.known = c->changes.known = true;
}

static int by_time(const void *a, const void *b)
{
    const stretch *x = a, *y = b;

    return (x->from > y->from) - (x->from < y->from);
}

/* How often a thread went on on another processor than its last, from when the
 * controller let go on. */
static int migrations_of(const schedule *s, const char *thread, double begin)
{
    const stretch *last = NULL;
    int n = 0;

    for (int i = 0; i < s->count; i++) {
        if (strcmp(s->all[i].thread, thread) != 0)
            continue;
        n += last != NULL && last->to > begin &&
             last->processor != s->all[i].processor;
        last = &s->all[i];
    }
    return n;
}

/* Ours are put into the order of their times. */
static void compare_migrations(comparison *c, const recording *r,
                               schedule *ours)
{
    const cJSON *move, *thread;

    qsort(ours->all, (size_t)ours->count, sizeof *ours->all, by_time);
    cJSON_ArrayForEach(move, part(r->root, "migrations"))
        c->migrations.kernel += at(move, 0) >= r->begin;
    cJSON_ArrayForEach(thread, part(r->root, "threads")) c->migrations.ours +=
        migrations_of(ours, text_of(thread, "name"), r->begin);
    c->migrations.self =
        spread_of(r, c->migrations.kernel, "", boot_migrations);
    c->migrations.known = true;
}

/* With TS_MADE the scenario is written to that folder, to be looked at. */
static void write_scenario(const family *f, const recording *r)
{
    const char *folder = getenv("TS_MADE");
    char path[4096];
    FILE *file;

    if (folder == NULL || !*folder)
        return;
    snprintf(path, sizeof path, "%s/%s.json", folder, r->label);
    file = fopen(path, "w");
    if (file == NULL || fputs(f->text, file) < 0 || fclose(file) != 0)
        fprintf(stderr, "%s: cannot be written\n", path);
}

comparison recording_compare(const recording *r)
{
    family *f = family_begin(r->label);
    comparison c = {0};

    say_scenario(f, r);
    write_scenario(f, r);
    c.played = play_traced(f, 1);
    if (c.played) {
        schedule kernel = recorded(r), ours = played(f);

        compare_orders(&c, r, &kernel, &ours);
        compare_threads(&c, f, r, &kernel, &ours);
        if (r->processors > 1)
            compare_migrations(&c, r, &ours);
        free(kernel.all);
        free(ours.all);
    }
    family_end(f);
    return c;
}

/* --- near enough --- */

static double off(const figure *f)
{
    return fabs(f->ours - f->kernel);
}

static double own(const figure *f)
{
    return f->self > 0 ? f->self : 0;
}

static bool is_within(const figure *f, double room)
{
    return off(f) <= own(f) + room;
}

bool order_is_near(const recording *r, const figure *f)
{
    return r->processors > 1 || is_within(f, 0);
}

bool changes_are_near(const recording *r, const figure *f)
{
    return is_within(f, (r->processors > 1 ? 0.2 : 0.02) * f->kernel);
}

bool share_is_near(const recording *r, const figure *f)
{
    return is_within(f, r->processors > 1 ? 0.05 : 0.005);
}

bool latency_is_near(const recording *r, const figure *f)
{
    double room = (r->processors > 1 ? 0.2 : 0.1) * f->kernel;

    return !f->known || is_within(f, fmax(room, 20));
}

bool migrations_are_near(const recording *r, const figure *f)
{
    return r->processors == 1 || is_within(f, 0.2 * f->kernel);
}
