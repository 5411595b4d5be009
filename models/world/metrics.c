/*
 * metrics.c - see metrics.h.
 */
#include <stdio.h>
#include <string.h>

#include "models/apollo/apollo.h"
#include "models/runtime/runtime.h"
#include "models/world/metrics.h"
#include "sim/scenario/reader.h"

#define TIME TS_UNIT_TIME
#define RATIO TS_UNIT_RATIO
#define COUNT TS_UNIT_COUNT
#define RATE TS_UNIT_RATE
#define NUMBER TS_UNIT_NUMBER

/* The specific before the general: the first that fits is it. */
static const ts_metric_kind kinds[] = {
    {"run.time", TIME, false, "when the run ended"},
    {"run.makespan", TIME, false, "when the last job ended"},
    {"turnaround", TIME, true, "of all jobs that ended: from arrival to end"},
    {"response", TIME, true,
     "of all jobs: from arrival to the first instant on a processor (or what "
     "conventions.response says)"},
    {"wait", TIME, true, "of all jobs that ended: time in run queues"},
    {"turnaround.fairness", RATIO, false,
     "the shortest turnaround as a part of the longest; 1 is fair"},

    {"processor.<n>.useful", RATIO, false,
     "the time that one processor spent on threads' own work"},
    {"processor.useful", RATIO, false,
     "the time that processors spent on threads' own work"},
    {"processor.kernel", RATIO, false, "the time in the kernel"},
    {"processor.spinning", RATIO, false,
     "the time spent on waiting for a lock in a loop"},
    {"processor.stalled", RATIO, false, "the time spent on waiting for memory"},
    {"processor.switching", RATIO, false,
     "the time spent on saving, restoring and reloading"},
    {"processor.interrupts", RATIO, false, "the time in interrupts"},
    {"processor.idle", RATIO, false, "the time with nothing to run"},
    {"processor.busy", RATIO, false, "the time that was not idle"},
    {"processor.dispatches", COUNT, false, "how often a thread was given one"},
    {"processor.preemptions", COUNT, false,
     "how often one was taken from a thread that wanted to go on"},
    {"processor.switches", COUNT, false,
     "dispatches of another thread than the last"},
    {"processor.migrations", COUNT, false,
     "dispatches on another processor than the last"},
    {"processor.wakeups", COUNT, false, "how often a thread became ready"},

    {"threads.<thread>.arrived", COUNT, false, "jobs that came"},
    {"threads.<thread>.finished", COUNT, false, "jobs that ended"},
    {"threads.<thread>.lost", COUNT, false, "jobs that found no room"},
    {"threads.<thread>.left", COUNT, false, "jobs that were there at the end"},
    {"threads.<thread>.killed", COUNT, false,
     "jobs that were ended by a fault"},
    {"threads.<thread>.in_system", NUMBER, false, "jobs there, on average"},
    {"threads.<thread>.missed", COUNT, false, "deadlines missed"},
    {"threads.<thread>.lateness_max", TIME, false,
     "how long after its deadline the latest job ended; negative: before"},
    {"threads.<thread>.dispatches", COUNT, false,
     "how often it was given a processor"},
    {"threads.<thread>.preemptions", COUNT, false,
     "how often a processor was taken from it"},
    {"threads.<thread>.used", TIME, false,
     "time on processors, of all jobs together"},
    {"threads.<thread>.lock_wait", TIME, true, "waiting for a lock"},
    {"threads.<thread>.wakeup", TIME, true, "from becoming ready to running"},
    {"threads.<thread>.turnaround", TIME, true, "from arrival to end"},
    {"threads.<thread>.response", TIME, true,
     "from arrival to the first instant on a processor (or what "
     "conventions.response says)"},
    {"threads.<thread>.wait", TIME, true, "time in a run queue"},
    {"threads.<thread>.processor", TIME, true, "time on a processor, by job"},

    {"locks.deadlocks", COUNT, false, "1: the run ended in one"},
    {"locks.<lock>.acquisitions", COUNT, false, "how often it was taken"},
    {"locks.<lock>.contended", COUNT, false, "how often it was not free"},
    {"locks.<lock>.held", RATIO, false, "the time that somebody held it"},
    {"locks.<lock>.wait", TIME, true, "waiting for it"},
    {"locks.<lock>.hold", TIME, true, "holding it"},
    {"locks.<lock>.inversions", COUNT, false,
     "how often a thread waited for one of lower priority that could not run"},
    {"locks.<lock>.inversion", TIME, true, "how long it did so"},

    {"devices.<device>.served", COUNT, false, "requests done"},
    {"devices.<device>.busy", RATIO, false, "the time with a request"},
    {"devices.<device>.in_system", NUMBER, false, "requests there, on average"},
    {"devices.<device>.queue", NUMBER, false, "requests waiting, on average"},
    {"devices.<device>.wait", TIME, true, "from a request to its beginning"},
    {"devices.<device>.service", TIME, true, "from its beginning to its end"},
    {"devices.<device>.stay", TIME, true, "from a request to its end"},

    {"inputs.<input>.occurred", COUNT, false, "events from outside"},
    {"inputs.<input>.handled", COUNT, false, "events the kernel has handled"},
    {"inputs.<input>.received", COUNT, false, "events a thread has received"},
    {"inputs.<input>.lost_in_ring", COUNT, false,
     "events that found the device's ring full"},
    {"inputs.<input>.lost_in_queue", COUNT, false,
     "events that found the thread's queue full"},
    {"inputs.<input>.interrupts", COUNT, false, "interrupts of its device"},
    {"inputs.<input>.polls", COUNT, false, "looks at its device"},
    {"inputs.<input>.goodput", RATE, false,
     "events that reached their end, a second"},
    {"inputs.<input>.wait", TIME, true, "from an event to its handling"},
    {"inputs.<input>.latency", TIME, true,
     "from an event to a thread's receiving it"},
    {"inputs.<input>.stay", TIME, true, "from an event to its end"},

    {"interpreters.<interpreter>.acquisitions", COUNT, false,
     "how often its lock was taken"},
    {"interpreters.<interpreter>.contended", COUNT, false,
     "how often its lock was not free"},
    {"interpreters.<interpreter>.switches", COUNT, false,
     "how often another thread took it"},
    {"interpreters.<interpreter>.requests", COUNT, false,
     "how often its holder was asked to let go"},
    {"interpreters.<interpreter>.timeouts", COUNT, false,
     "how often a waiting thread's interval ran out"},
    {"interpreters.<interpreter>.signals", COUNT, false,
     "how often a waiting thread was woken"},
    {"interpreters.<interpreter>.vain", COUNT, false,
     "how often it was woken and found the lock taken again"},
    {"interpreters.<interpreter>.held", RATIO, false,
     "the time that somebody held its lock"},
    {"interpreters.<interpreter>.wait", TIME, true, "waiting for its lock"},

    {"servers.<server>.arrived", COUNT, false, "requests that came"},
    {"servers.<server>.served", COUNT, false, "requests answered"},
    {"servers.<server>.refused", COUNT, false, "requests that found no room"},
    {"servers.<server>.failed", COUNT, false, "requests that failed"},
    {"servers.<server>.lost", COUNT, false, "requests that a crash took along"},
    {"servers.<server>.dropped", COUNT, false,
     "requests not begun, since nobody waited for them any more"},
    {"servers.<server>.inside", COUNT, false, "requests there at the end"},
    {"servers.<server>.abandoned", COUNT, false,
     "requests that their client gave up"},
    {"servers.<server>.wasted", COUNT, false,
     "requests served although their client had given up"},
    {"servers.<server>.redelivered", COUNT, false,
     "requests given out again after a crash"},
    {"servers.<server>.crashes", COUNT, false, "crashes"},
    {"servers.<server>.waited", RATIO, false,
     "the part of the requests that had to wait"},
    {"servers.<server>.queued", COUNT, false, "requests waiting at the end"},
    {"servers.<server>.inside_max", COUNT, false, "most requests at once"},
    {"servers.<server>.queue", NUMBER, false, "requests waiting, on average"},
    {"servers.<server>.serving", NUMBER, false,
     "requests being served, on average"},
    {"servers.<server>.turns", COUNT, false, "turns of its event loop"},
    {"servers.<server>.lag", TIME, true, "how late its event loop is"},
    {"servers.<server>.wait", TIME, true,
     "from a request's arrival to its beginning"},
    {"servers.<server>.service", TIME, true, "from its beginning to its end"},

    {"clients.<clients>.sent", COUNT, false, "requests"},
    {"clients.<clients>.attempts", COUNT, false, "requests and retries"},
    {"clients.<clients>.under_way", COUNT, false, "requests out at the end"},
    {"clients.<clients>.waiting", COUNT, false,
     "requests that waited for a connection at the end"},
    {"clients.<clients>.answered", COUNT, false, "requests answered"},
    {"clients.<clients>.failed", COUNT, false, "requests that failed"},
    {"clients.<clients>.refused", COUNT, false, "requests refused"},
    {"clients.<clients>.broken", COUNT, false,
     "requests whose connection broke"},
    {"clients.<clients>.timed_out", COUNT, false,
     "requests not answered in time"},
    {"clients.<clients>.throughput", RATE, false, "answers a second"},
    {"clients.<clients>.failures", RATIO, false,
     "the part of the requests without an answer"},
    {"clients.<clients>.inside", NUMBER, false, "requests out, on average"},
    {"clients.<clients>.done_once", COUNT, false,
     "intentions carried out once"},
    {"clients.<clients>.done_twice", COUNT, false,
     "intentions carried out more than once"},
    {"clients.<clients>.done_unknown", COUNT, false,
     "intentions of which the client does not know"},
    {"clients.<clients>.done_never", COUNT, false,
     "intentions not carried out"},
    {"clients.<clients>.latency", TIME, true,
     "from sending a request to its answer"},
    {"clients.<clients>.intended", TIME, true,
     "from when a request was to be sent to its answer"},

    {"links.<link>.rtt", TIME, false, "its round trip, without a load"},
    {"links.<link>.messages", COUNT, false, "messages sent"},
    {"links.<link>.lost", COUNT, false, "messages lost"},
    {"links.<link>.handshakes", COUNT, false, "connections made"},
    {"links.<link>.promotions", COUNT, false,
     "how often a radio had to be woken"},

    {"cores.<n>.work_rate", NUMBER, false,
     "work of one core, in those of a thread alone on it"},
    {"cores.work_rate", NUMBER, false,
     "work of a core, in those of a thread alone on it, on average"},
    {"cores.busy", RATIO, false, "the time with a thread on a core"},
    {"cores.swapping", RATIO, false,
     "the time that cores lost on changing between threads"},
    {"balance.wake_moves", COUNT, false,
     "threads that woke on another processor than they slept on"},
    {"balance.pulls", COUNT, false, "how often an idle processor looked"},
    {"balance.pulled", COUNT, false, "threads that it took"},
    {"balance.periods", COUNT, false, "how often queues were evened out"},
    {"balance.pushed", COUNT, false, "threads that this moved"},
    {"balance.wasted", NUMBER, false,
     "processors that idled while threads waited, on average"},
    {"clocks.<clock>.edges", COUNT, false, "edges in the run"},
    {"clocks.<clock>.wait", TIME, true, "waiting for an edge"},
    {"lines.<line>.updates", COUNT, false, "changes of it"},
    {"lines.<line>.moves", COUNT, false, "how often a core fetched it"},
    {"lines.<line>.update", TIME, true, "how long a change took"},
    {"memory.<name>.cold_lines", COUNT, true,
     "lines that a thread found nowhere, by dispatch"},
    {"memory.<name>.reload_lines", COUNT, true,
     "lines that others had driven out, by dispatch"},
    {"memory.<name>.reload", TIME, true, "how long fetching them took"},
    {"memory.<name>.moved_lines", COUNT, false,
     "lines fetched after moving to another processor"},
    {"memory.<name>.latency", TIME, false, "of an access, on average"},
    {"memory.<name>.gigabytes_per_second", NUMBER, false,
     "how fast it read in a row"},
    {"dram.hit", TIME, true, "reads of an open row"},
    {"dram.closed", TIME, true, "reads with no row open"},
    {"dram.conflict", TIME, true, "reads with another row open"},
    {"dram.access", TIME, true, "all reads"},
    {"dram.cas", TIME, true, "from a column's command to its data"},
    {"ostep.<n>.busy", COUNT, false, "ticks that a processor ran"},
    {"ostep.<n>.warm", COUNT, false, "ticks with a warm cache"},

    {"apollo.alarms", COUNT, false, "program alarms"},
    {"apollo.alarms.<n>", COUNT, false, "alarms of one code"},
    {"apollo.alarm.<n>.at", TIME, false, "when the n-th alarm came"},
    {"apollo.alarm.<n>.code", COUNT, false, "its code"},
    {"apollo.alarm.<n>.core_sets", COUNT, false, "core sets in use then"},
    {"apollo.alarm.<n>.vac_areas", COUNT, false, "VAC areas in use then"},
    {"apollo.share.task.<name>", RATIO, false, "the time of a Waitlist task"},
    {"apollo.share.interrupt.<name>", RATIO, false, "the time of an interrupt"},
    {"apollo.share.<name>", RATIO, false, "the time of a job"},
    {"apollo.idle.<name>", RATIO, false, "the idle time of a phase"},
    {"apollo.idle", RATIO, false, "the time with no job to run"},
    {"apollo.busy", RATIO, false, "the time with something to do"},
    {"apollo.stolen", RATIO, false, "the time that counters took"},
    {"apollo.restarts", COUNT, false, "restarts"},
    {"apollo.restart.jobs_lost", COUNT, false, "jobs that restarts dropped"},
    {"apollo.restart.back_after_max", TIME, false,
     "the longest time until all was back after a restart"},
    {"apollo.fresh_starts", COUNT, false, "starts from the beginning"},
    {"apollo.core_sets.max", COUNT, false, "most core sets in use"},
    {"apollo.vac_areas.max", COUNT, false, "most VAC areas in use"},
    {"apollo.waitlist.max", COUNT, false, "most tasks in the Waitlist"},
    {"apollo.radar.pulses", RATE, false,
     "pulses into each counter of the rendezvous radar, a second"},
    {"apollo.gojam.<name>", COUNT, false, "hardware restarts by one watchdog"},
    {"analysis.<name>", NUMBER, false,
     "a figure computed without playing; see `timeslice list analyses`"},
};

/* What is told of observations; COUNT and the like where that is their unit,
 * TIME where it is the observations' own. */
static const struct {
    const char *ending;
    ts_unit unit;
} endings[] = {
    {".mean", TIME},
    {".count", COUNT},
    {".min", TIME},
    {".max", TIME},
    {".sd", TIME},
    {".p50", TIME},
    {".p95", TIME},
    {".p99", TIME},
    {".p999", TIME},
    {".steady.mean", TIME},
    {".steady.half_width", TIME},
    {".steady.warm_up", COUNT},
    {".steady.count", COUNT},
    {".steady.settled", COUNT},
    {".steady.batches", COUNT},
    {".steady.confidence", RATIO},
    {".steady.correlation", NUMBER},
};

const ts_metric_kind *ts_metric_kind_at(int i)
{
    if (i < (int)TS_COUNT_OF(kinds))
        return &kinds[i];
    i -= (int)TS_COUNT_OF(kinds);
    for (int slot = 0; slot < ts_part_count; slot++) {
        if (i < ts_parts[slot]->metric_count)
            return &ts_parts[slot]->metrics[i];
        i -= ts_parts[slot]->metric_count;
    }
    return NULL;
}

/* The part of a name that a kind leaves open. */
typedef struct open_part {
    const char *text;
    size_t length;
} open_part;

static bool is_number(open_part part)
{
    for (size_t i = 0; i < part.length; i++)
        if (part.text[i] < '0' || part.text[i] > '9')
            return false;
    return part.length > 0;
}

/* Does `name`, `length` bytes of it, have the form of `form`? */
static bool fits(const char *form, const char *name, size_t length,
                 open_part *open)
{
    const char *bracket = strchr(form, '<'), *rest;
    size_t before, after;

    *open = (open_part){NULL, 0};
    if (bracket == NULL)
        return strlen(form) == length && memcmp(form, name, length) == 0;
    before = (size_t)(bracket - form);
    rest = strchr(bracket, '>') + 1;
    after = strlen(rest);
    if (length <= before + after || memcmp(form, name, before) != 0 ||
        memcmp(rest, name + length - after, after) != 0)
        return false;
    *open = (open_part){name + before, length - before - after};
    return strncmp(bracket, "<n>", 3) != 0 || is_number(*open);
}

static const ts_metric_kind *find(const char *name, ts_unit *unit,
                                  open_part *open)
{
    size_t length = strlen(name);
    const ts_metric_kind *kind;

    for (int i = 0; (kind = ts_metric_kind_at(i)) != NULL; i++) {
        *unit = kind->unit;
        if (!kind->tally && fits(kind->name, name, length, open))
            return kind;
        for (size_t e = 0; kind->tally && e < TS_COUNT_OF(endings); e++) {
            size_t n = strlen(endings[e].ending);

            if (length <= n ||
                strcmp(name + length - n, endings[e].ending) != 0 ||
                !fits(kind->name, name, length - n, open))
                continue;
            if (endings[e].unit != TIME)
                *unit = endings[e].unit;
            return kind;
        }
    }
    return NULL;
}

const ts_metric_kind *ts_metric_kind_of(const char *name, ts_unit *unit)
{
    open_part open;

    return find(name, unit, &open);
}

/* --- names of the scenario's own --- */

/* The list at the top of the scenario whose items are named in `collection`,
 * where their name is, and the record in which the list is. */
static const ts_field *list_of(const ts_root *root, const char *collection,
                               size_t length, const ts_field **name,
                               const void **record)
{
    const ts_shape *table;

    for (int t = 0; (table = ts_shape_table(&ts_root_shape, t)) != NULL; t++)
        for (int i = 0; i < table->field_count; i++) {
            const ts_field *field = &table->fields[i];
            const ts_shape *shape =
                field->kind == TS_FIELD_LIST ? field->item->shape : NULL;

            *record = t == 0 ? root : root->machine.parts[t - 1];
            for (int k = 0; shape != NULL && k < shape->field_count; k++) {
                *name = &shape->fields[k];
                if ((*name)->kind == TS_FIELD_NAME &&
                    (*name)->collection != NULL &&
                    strlen((*name)->collection) == length &&
                    memcmp((*name)->collection, collection, length) == 0)
                    return field;
            }
        }
    return NULL;
}

/* Does the sweep change which items the list has, or their names? */
static bool varies_items(const ts_list *axes, const char *list)
{
    const ts_map_item *items = axes->items;
    size_t n = strlen(list);

    for (int i = 0; i < axes->count; i++) {
        const char *rest = items[i].key + 1, *last = strrchr(items[i].key, '/');

        if (items[i].key[0] != '/' || strncmp(rest, list, n) != 0)
            continue;
        rest += n; /* "", "/0", "/0/name" */
        if (rest[0] == '\0' || (rest[0] == '/' && last == rest) ||
            strcmp(last, "/name") == 0 || strcmp(last, "/profile") == 0)
            return true;
    }
    return false;
}

static bool sweeps_items(const ts_root *root, const char *list)
{
    const ts_plan *plan = root->sweep;

    return plan != NULL &&
           (varies_items(&plan->vary, list) || varies_items(&plan->zip, list) ||
            (plan->sample != NULL && varies_items(&plan->sample->of, list)));
}

/* The name of item `i` of the list that <...> stands for; NULL: no more. */
static const char *name_at(const ts_root *root, const ts_metric_kind *kind,
                           int i, bool *any)
{
    const char *bracket = strchr(kind->name, '<');
    const ts_field *name, *field;
    const ts_list *list;
    const void *record;
    const char *item;

    *any = true;
    if (bracket == NULL)
        return NULL;
    field =
        list_of(root, bracket + 1, strcspn(bracket, ">") - 1, &name, &record);
    if (field == NULL)
        return NULL;
    /* Servers and the Executive make threads of their own. */
    *any = sweeps_items(root, field->name) ||
           (strcmp(name->collection, "thread") == 0 &&
            (ts_servers_said(&root->machine)->count > 0 ||
             ts_apollo_is_said(&root->machine)));
    list = (const void *)((const char *)record + field->offset);
    if (i >= list->count)
        return NULL;
    item = (const char *)list->items + (size_t)i * field->item->shape->size;
    item = *(const char *const *)(const void *)(item + name->offset);
    *any |= item == NULL;
    return item;
}

static bool names_item(const ts_root *root, const ts_metric_kind *kind,
                       open_part open)
{
    const char *name;
    bool any;

    for (int i = 0; (name = name_at(root, kind, i, &any)) != NULL; i++)
        if (strlen(name) == open.length &&
            memcmp(name, open.text, open.length) == 0)
            return true;
    return any;
}

/* The kind's metric of one item, of its mean where it has one. */
static void example(const ts_metric_kind *kind, const char *item,
                    const char *ending, char *out)
{
    const char *bracket = strchr(kind->name, '<');

    if (bracket == NULL)
        (void)snprintf(out, 256, "%s%s", kind->name, ending);
    else
        (void)snprintf(out, 256, "%.*s%s%s%s", (int)(bracket - kind->name),
                       kind->name, item, strchr(bracket, '>') + 1, ending);
}

/* Keeps what is nearer to `wanted` than `near`, the best so far, is. */
static void try(const char *wanted, const ts_metric_kind *kind,
                const char *item, char *near)
{
    char name[256];
    const char *const both[] = {near, name};

    for (size_t e = 0; e < (kind->tally ? TS_COUNT_OF(endings) : 1); e++) {
        example(kind, item, kind->tally ? endings[e].ending : "", name);
        if (ts_nearest(wanted, both, 2) == name)
            memcpy(near, name, sizeof name);
    }
}

/* The first kind of which a part is a word of the name: avg_wait, wait.mean. */
static void find_word(const char *name, char *near)
{
    static const char ends[] = "._- ";
    const ts_metric_kind *kind;

    for (int i = 0; (kind = ts_metric_kind_at(i)) != NULL; i++) {
        size_t length = strlen(kind->name);
        const char *at =
            strchr(kind->name, '.') == NULL ? strstr(name, kind->name) : NULL;

        if (at != NULL && (at == name || strchr(ends, at[-1]) != NULL) &&
            strchr(ends, at[length]) != NULL) {
            example(kind, "", kind->tally ? ".mean" : "", near);
            return;
        }
    }
}

static void find_near(const ts_root *root, const char *name, char *near)
{
    const ts_metric_kind *kind;
    open_part open;
    ts_unit unit;

    /* The observations themselves: their mean is meant. */
    (void)snprintf(near, 256, "%.200s.mean", name);
    if (find(near, &unit, &open) != NULL)
        return;
    near[0] = '\0';
    for (int i = 0; (kind = ts_metric_kind_at(i)) != NULL; i++) {
        const char *item;
        bool any;

        if (strchr(kind->name, '<') == NULL)
            try(name, kind, "", near);
        for (int k = 0; k < 64 && (item = name_at(root, kind, k, &any)) != NULL;
             k++)
            try(name, kind, item, near);
    }
    if (near[0] == '\0')
        find_word(name, near);
}

bool ts_metric_possible(const ts_root *root, const char *name, char *near)
{
    open_part open;
    ts_unit unit;
    const ts_metric_kind *kind = find(name, &unit, &open);

    near[0] = '\0';
    if (kind != NULL && (open.text == NULL || names_item(root, kind, open)))
        return true;
    find_near(root, name, near);
    return false;
}
