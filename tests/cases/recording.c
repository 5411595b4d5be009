/*
 * recording.c - see recording.h. How one becomes a scenario:
 * recording_scenario.c.
 */
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "recording_inside.h"

#define SHORT_US 12 /* a look for a lock in vain takes less */

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

    recording_say(f, r);
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
