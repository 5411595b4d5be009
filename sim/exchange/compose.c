/*
 * compose.c - threads as they were seen, as a scenario.
 *
 * A program that goes in a circle is written as one: where the same deeds come
 * again and again they become a `repeat`. Taken literally, their durations must
 * be the same; fitted, only what they are, and each place of the circle gets
 * the distribution of its durations.
 *
 * The kernel's priorities become what they are made of: 100 to 139 are nice -20
 * to 19, below are those of fifo and rr.
 */
#include "sim/exchange/compose.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "sim/exchange/fit.h"
#include "sim/scenario/escape.h"
#include "sim/scenario/reader.h"

#define CIRCLE_MAX 32   /* deeds of a circle */
#define ITEMS_MAX 60000 /* of a list in a scenario */
#define PERIODIC 0.02   /* from the mean, of what a clock started */

typedef struct composer {
    const ts_lives *lives;
    const ts_import_options *options;
    ts_buffer *out, *remarks;
    const ts_life *life;   /* at hand */
    int32_t *named;        /* owned: how many before it have its name */
    double worst;          /* distance of a fit, of the thread at hand */
    int64_t fitted, loose; /* its deeds: in circles, and not */
    bool first;            /* nothing in the list yet */
    bool failed;
} composer;

/* --- names --- */

/* Threads of one name are told apart by their pids. */
static void write_name(composer *c, const ts_life *life, const char *before)
{
    int32_t i = (int32_t)(life - c->lives->list);
    char text[64];

    if (life->name[0] == '\0')
        snprintf(text, sizeof text, "%spid-%" PRId32, before, life->pid);
    else if (c->named[i] != 0)
        snprintf(text, sizeof text, "%s%s-%" PRId32 "%s", before, life->name,
                 life->pid, c->named[i] > 1 ? "'" : "");
    else
        snprintf(text, sizeof text, "%s%s", before, life->name);
    ts_escape(c->out, TS_ESCAPE_JSON, text);
}

static bool same_name(const ts_life *a, const ts_life *b)
{
    return strcmp(a->name, b->name) == 0;
}

static int by_name(const void *a, const void *b)
{
    const ts_life *x = *(const ts_life *const *)a;
    const ts_life *y = *(const ts_life *const *)b;
    int order = strcmp(x->name, y->name);

    if (order == 0)
        order = x->pid < y->pid ? -1 : x->pid > y->pid;
    return order != 0 ? order : x < y ? -1 : x > y;
}

/* 0: its name is its own; 1: its name and pid are; 2 and more: a pid that was
 * used again under the same name. */
static bool count_names(composer *c)
{
    size_t count = (size_t)c->lives->count;
    const ts_life **sorted = malloc((count + 1) * sizeof *sorted);

    c->named = calloc(count + 1, sizeof *c->named);
    if (sorted == NULL || c->named == NULL) {
        free(sorted);
        return false;
    }
    for (size_t i = 0; i < count; i++)
        sorted[i] = &c->lives->list[i];
    qsort(sorted, count, sizeof *sorted, by_name);
    for (size_t i = 1; i < count; i++) {
        int32_t *before = &c->named[sorted[i - 1] - c->lives->list];
        int32_t *here = &c->named[sorted[i] - c->lives->list];

        if (!same_name(sorted[i - 1], sorted[i]))
            continue;
        *before = *before == 0 ? 1 : *before;
        *here = sorted[i - 1]->pid == sorted[i]->pid ? *before + 1 : 1;
    }
    free(sorted);
    return true;
}

/* --- circles --- */

static bool same_deed(const composer *c, const ts_deed *a, const ts_deed *b)
{
    if (a->kind != b->kind)
        return false;
    if (a->kind == TS_DEED_WAIT || a->kind == TS_DEED_YIELD)
        return true;
    if (a->kind == TS_DEED_POST || a->kind == TS_DEED_LOCK ||
        a->kind == TS_DEED_UNLOCK)
        return a->who == b->who;
    return a->value == b->value || c->options->fit;
}

/* How often the `length` deeds at `at` come one after the other. */
static size_t count_circle(const composer *c, size_t at, size_t length)
{
    const ts_deed *deeds = c->life->deeds;
    size_t i = at + length;

    while (i < c->life->count && same_deed(c, &deeds[i], &deeds[i - length]))
        i++;
    return (i - at) / length;
}

/* The circle at `at` that covers most; of these the shortest. 1: none. */
static size_t find_circle(const composer *c, size_t at, size_t *length)
{
    size_t best = 1, covered = 0;

    *length = 1;
    for (size_t n = 1; n <= CIRCLE_MAX && at + 2 * n <= c->life->count; n++) {
        size_t times = count_circle(c, at, n);

        if (times >= 2 && times * n > covered) {
            covered = times * n;
            best = times;
            *length = n;
        }
    }
    return best;
}

/* --- deeds --- */

static void comma(composer *c)
{
    if (!c->first)
        ts_buffer_text(c->out, ", ");
    c->first = false;
}

/* The durations of one place of a circle. */
static void write_fitted(composer *c, size_t at, size_t length, size_t times)
{
    int64_t *sample = malloc(times * sizeof *sample);
    double far;

    if (sample == NULL) {
        c->failed = true;
        return;
    }
    for (size_t i = 0; i < times; i++)
        sample[i] = c->life->deeds[at + i * length].value;
    far = ts_fit(c->out, sample, times);
    c->worst = far > c->worst ? far : c->worst;
    free(sample);
}

static void write_deed(composer *c, size_t at, size_t length, size_t times)
{
    static const char *const names[] = {
        [TS_DEED_RUN] = "run",      [TS_DEED_SLEEP] = "sleep",
        [TS_DEED_DEVICE] = "io",    [TS_DEED_WAIT] = "wait",
        [TS_DEED_POST] = "post",    [TS_DEED_LOCK] = "lock",
        [TS_DEED_UNLOCK] = "unlock"};
    const ts_deed *deed = &c->life->deeds[at];

    comma(c);
    if (deed->kind == TS_DEED_YIELD) {
        ts_buffer_text(c->out, "\"yield\"");
        return;
    }
    ts_buffer_format(c->out, "{\"%s\": ", names[deed->kind]);
    if (deed->kind == TS_DEED_WAIT)
        write_name(c, c->life, "wake ");
    else if (deed->kind == TS_DEED_POST)
        write_name(c, &c->lives->list[deed->who], "wake ");
    else if (deed->kind == TS_DEED_LOCK || deed->kind == TS_DEED_UNLOCK)
        write_name(c, &c->lives->list[deed->who], "lock ");
    else if (times > 1 && c->options->fit)
        write_fitted(c, at, length, times);
    else
        ts_fit_time(c->out, deed->value);
    ts_buffer_char(c->out, '}');
}

static void write_circle(composer *c, size_t at, size_t length, size_t times)
{
    comma(c);
    ts_buffer_format(c->out, "{\"repeat\": {\"times\": %zu, \"program\": [",
                     times);
    c->first = true;
    for (size_t i = 0; i < length; i++)
        write_deed(c, at + i, length, times);
    ts_buffer_text(c->out, "]}}");
    c->first = false;
    c->fitted += (int64_t)(length * times);
}

/* The deeds from `at` on, up to what a list may hold. */
static size_t write_part(composer *c, size_t at)
{
    c->first = true;
    for (int items = 0; at < c->life->count && items < ITEMS_MAX; items++) {
        size_t length, times = find_circle(c, at, &length);

        if (times > 1) {
            write_circle(c, at, length, times);
        } else {
            write_deed(c, at, 1, 1);
            c->loose++;
        }
        at += times * length;
    }
    return at;
}

/* What is too long for one list becomes a list of lists. */
static void write_program(composer *c)
{
    bool parts = c->life->count > ITEMS_MAX;
    size_t at = 0;

    ts_buffer_text(c->out, "\"program\": [");
    while (at < c->life->count) {
        if (parts)
            ts_buffer_format(c->out,
                             "%s{\"repeat\": {\"times\": 1, \"program\": [",
                             at > 0 ? ", " : "");
        at = write_part(c, at);
        if (parts)
            ts_buffer_text(c->out, "]}}");
    }
    ts_buffer_char(c->out, ']');
}

/* --- threads --- */

static int count_processors(const composer *c)
{
    int count = c->options->processors > 0 ? c->options->processors
                                           : c->lives->processors;

    return count > 0 ? count : 1;
}

/* Whether its maker, or it itself, made it another nice value than it came
 * with: new threads are placed by that one. */
static bool is_told(const ts_life *life)
{
    return life->made >= 100 && life->priority >= 100 &&
           life->made != life->priority;
}

static void write_told(composer *c)
{
    ts_buffer_format(c->out, "\"nice\": %" PRId32 ", \"changes\": [{\"at\": ",
                     c->life->made - 120);
    ts_fit_time(c->out, c->life->arrival);
    ts_buffer_format(c->out, ", \"nice\": %" PRId32 "}], ",
                     c->life->priority - 120);
}

static void write_priority(composer *c)
{
    int32_t priority = c->life->priority;

    if (is_told(c->life))
        write_told(c);
    else if (priority >= 100 && priority != 120)
        ts_buffer_format(c->out, "\"nice\": %" PRId32 ", ", priority - 120);
    else if (priority >= -1 && priority < 100)
        ts_buffer_format(c->out, "\"class\": \"%s\", \"priority\": %d, ",
                         c->life->round ? "rr" : "fifo",
                         priority < 0 ? 99 : 99 - priority);
}

/* "kworker/3:1", "ksoftirqd/3": the kernel's own for one processor. -1: none
 * that there is. */
static int processor_of(const composer *c)
{
    const char *slash = strchr(c->life->name, '/');
    char *end;
    long number;

    if (slash == NULL || slash[1] < '0' || slash[1] > '9')
        return -1;
    number = strtol(slash + 1, &end, 10);
    return (*end == '\0' || *end == ':') && number < count_processors(c)
               ? (int)number
               : -1;
}

static void write_affinity(composer *c)
{
    int processor = processor_of(c);

    if (processor >= 0 && count_processors(c) > 1)
        ts_buffer_format(c->out, "\"affinity\": [%d], ", processor);
}

static void say_fit(composer *c)
{
    if (!c->options->fit || c->fitted + c->loose == 0)
        return;
    ts_buffer_format(c->remarks,
                     "%s: %" PRId64 " of %" PRId64 " operations "
                     "are in circles; the farthest distribution "
                     "is %.3f from its sample\n",
                     c->life->name, c->fitted, c->fitted + c->loose, c->worst);
}

static void write_thread(composer *c)
{
    ts_buffer_text(c->out, "  {\"name\": ");
    write_name(c, c->life, "");
    ts_buffer_text(c->out, ", ");
    write_priority(c);
    write_affinity(c);
    if (c->life->arrival > 0) {
        ts_buffer_text(c->out, "\"arrive\": {\"at\": ");
        ts_fit_time(c->out, c->life->arrival);
        ts_buffer_text(c->out, "}, ");
    }
    c->worst = 0;
    c->fitted = c->loose = 0;
    write_program(c);
    ts_buffer_char(c->out, '}');
    say_fit(c);
}

/* --- the scenario --- */

static bool is_real_time(const composer *c)
{
    for (int32_t i = 0; i < c->lives->count; i++)
        if (c->lives->list[i].priority >= -1 &&
            c->lives->list[i].priority < 100)
            return true;
    return false;
}

/* Nobody is left out for doing nothing: others may post to it. */
static bool does_something(const ts_life *life)
{
    return life->count > 0;
}

static void write_lock(composer *c, const ts_life *life, const char *before,
                       const char *what)
{
    ts_buffer_text(c->out, c->first ? " \"locks\": [\n  " : ",\n  ");
    ts_buffer_text(c->out, "{\"name\": ");
    write_name(c, life, before);
    ts_buffer_format(c->out, ", %s}", what);
    c->first = false;
}

static void write_locks(composer *c)
{
    c->first = true;
    for (int32_t i = 0; i < c->lives->count; i++) {
        const ts_life *life = &c->lives->list[i];

        if (life->waits > 0)
            write_lock(c, life, "wake ", "\"kind\": \"semaphore\"");
        if (life->locks)
            write_lock(c, life, "lock ", "\"protocol\": \"inherit\"");
    }
    ts_buffer_text(c->out, c->first ? "" : "],\n");
}

static void write_machine(composer *c)
{
    char title[128];

    snprintf(title, sizeof title, "%.80s, imported", c->options->name);
    ts_buffer_text(c->out, "{\"title\": ");
    ts_escape(c->out, TS_ESCAPE_JSON, title);
    ts_buffer_format(c->out, ",\n \"computer\": {\"processors\": %d},\n ",
                     count_processors(c));
    ts_import_system(c->out, c->options, is_real_time(c));
    ts_buffer_text(c->out, ",\n");
}

bool ts_compose(ts_import *import, const ts_lives *lives,
                const ts_import_options *options, ts_error *error)
{
    composer c = {.lives = lives,
                  .options = options,
                  .out = &import->scenario,
                  .remarks = &import->remarks};
    int32_t written = 0;

    if (!count_names(&c))
        return ts_fail(error, "out of memory");
    write_machine(&c);
    write_locks(&c);
    ts_buffer_text(c.out, " \"threads\": [\n");
    for (int32_t i = 0; i < lives->count; i++) {
        if (!does_something(&lives->list[i]))
            continue;
        c.life = &lives->list[i];
        ts_buffer_text(c.out, written++ > 0 ? ",\n" : "");
        write_thread(&c);
    }
    ts_buffer_text(c.out, "]}\n");
    free(c.named);
    if (c.out->failed || c.remarks->failed)
        return ts_fail(error, "out of memory");
    if (written == 0)
        return ts_fail(error,
                       "%s: no thread did anything in it: it needs "
                       "sched_switch, and sched_waking or sched_wakeup",
                       options->name);
    if (c.failed || c.out->length > TS_LIMIT_FILE)
        return ts_fail(error,
                       "%s: the programs of its threads are longer than a "
                       "scenario may be: fit their durations (--fit), or "
                       "import a shorter piece",
                       options->name);
    return true;
}
