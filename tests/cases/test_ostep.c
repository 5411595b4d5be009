/*
 * OSTEP's programs that have machines of their own: levels with boosts,
 * processes and their I/O, a disk.
 */
#include "reference.h"
#include "schedules.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cmocka.h>

/* --- levels --- */

/* A job does I/O after every so much, but not after its last. */
static int64_t times_of_io(family *f, const cJSON *job)
{
    int64_t run = whole(f, job, "run"), every = whole(f, job, "io_every");

    return every > 0 ? (run - 1) / every : 0;
}

static void say_level_job(family *f, const cJSON *job)
{
    int64_t times = times_of_io(f, job), every = whole(f, job, "io_every");
    double run = number(f, job, "run");

    say(f, "\"arrive\": {\"at\": ");
    say_time(f, number(f, job, "arrival"));
    say(f, "}, \"program\": [");
    if (times > 0) {
        say(f, "{\"repeat\": {\"times\": %lld, \"program\": [{\"run\": ",
            (long long)times);
        say_time(f, (double)every);
        say(f, "}, {\"io\": {\"device\": \"disk\", \"time\": ");
        say_time(f, number(f, f->inputs, "io_time"));
        say(f, "}}]}}, ");
    }
    say(f, "{\"run\": ");
    say_time(f, run - (double)(times * every));
    say(f, "}]}");
}

static void say_levels(family *f)
{
    const cJSON *job, *jobs = part(f->inputs, "jobs");
    double boost = number(f, f->inputs, "boost");
    int n = 0;

    understood(part(f->inputs, "io_time")); /* of jobs without I/O too */
    say_head(f);
    say(f,
        "\"conventions\": {\"order\": [\"completion\", \"slice\", "
        "\"timer\", \"arrival\", \"wake\"]}, \"devices\": [{\"name\": "
        "\"disk\", \"kind\": \"delay\"}], \"system\": {\"policy\": "
        "\"mlfq\", \"levels\": %lld, ",
        (long long)whole(f, f->inputs, "queues"));
    say_times(f, "slice", part(f->inputs, "quantum_high_to_low"));
    say(f, ", ");
    say_wholes(f, "allotment", part(f->inputs, "allotment_high_to_low"));
    if (boost > 0) {
        say(f, ", \"boost\": ");
        say_time(f, boost);
    }
    say(f, ", \"stay\": %s, \"iobump\": %s}, \"threads\": [",
        flag(f, f->inputs, "stay") ? "true" : "false",
        flag(f, f->inputs, "iobump") ? "true" : "false");
    cJSON_ArrayForEach(job, jobs)
    {
        job_number(f, jobs, part(job, "id"));
        say(f, "%s{\"name\": \"j%d\", ", comma(n), n);
        say_level_job(f, job);
        n++;
    }
    say(f, "]}");
}

static bool is_dispatch(const ts_reason *reason)
{
    return strncmp(reason->text, "dispatches", 10) == 0;
}

/* The level of each row of the timeline is that with which its job was
 * dispatched when it began: the run says so where it gives its reasons. */
static void expect_levels(family *f)
{
    const cJSON *jobs = part(f->inputs, "jobs"), *row;
    int64_t last = whole(f, f->inputs, "queues");
    ts_reason reason;
    size_t i = 0;

    cJSON_ArrayForEach(row, part(f->expected, "timeline"))
    {
        const cJSON *id = cJSON_GetArrayItem(row, 0);
        double from = column(f, row, 1);
        char wanted[64];

        if (cJSON_IsNull(id)) {
            if (!cJSON_IsNull(cJSON_GetArrayItem(row, 3)))
                wrong(f, "idle time has no level");
            understood(row);
            continue;
        }
        snprintf(wanted, sizeof wanted, "dispatches j%d.0 (level %.0f of %lld)",
                 job_number(f, jobs, id), (double)last - column(f, row, 3),
                 (long long)last);
        while (ts_result_reason_at(f->result, i, &reason) &&
               ((double)reason.at < from * (double)f->unit - 0.5 ||
                !is_dispatch(&reason)))
            i++;
        if (!ts_result_reason_at(f->result, i, &reason) ||
            strncmp(reason.text, wanted, strlen(wanted)) != 0) {
            wrong(f, "at %g: expected \"%s\", got \"%s\"", from, wanted,
                  reason.text);
            return;
        }
    }
}

/* Another job, or the same on another level, is dispatched at the instant of
 * reason `i` after it. */
static bool is_overruled(family *f, size_t i, int64_t at)
{
    ts_reason reason;

    while (ts_result_reason_at(f->result, ++i, &reason) && reason.at == at)
        if (is_dispatch(&reason))
            return true;
    return false;
}

/* Stretches of one job on one level, and of idle time, for a case that has no
 * timeline. */
static int64_t segments_of(family *f)
{
    int count, at = 0;
    const ts_stretch *s = lane(f, "processor 0", "run", &count);
    const char *last = "";
    ts_reason reason;
    int64_t n = 0;

    for (size_t i = 0; ts_result_reason_at(f->result, i, &reason); i++) {
        size_t length = strcspn(reason.text, ")");
        bool idle;

        if (!is_dispatch(&reason) || is_overruled(f, i, reason.at))
            continue;
        while (at < count && s[at].from < reason.at)
            at++;
        idle = at < count && s[at].from == reason.at &&
               reason.at > (at > 0 ? s[at - 1].to : 0);
        n += idle;
        n += idle || strncmp(last, reason.text, length + 1) != 0;
        last = reason.text;
    }
    return n;
}

/* --- what happened, in OSTEP's order --- */

/* Of one instant: what ends a tick, boosts, arrivals, I/Os that are over. */
typedef struct happening {
    int64_t at, issued;
    int class, job; /* job -1: of nobody */
    const char *kind;
} happening;

static int compare_happenings(const void *a, const void *b)
{
    const happening *x = a, *y = b;

    if (x->at != y->at)
        return x->at < y->at ? -1 : 1;
    if (x->class != y->class)
        return x->class - y->class;
    if (x->issued != y->issued)
        return x->issued < y->issued ? -1 : 1;
    return x->job - y->job;
}

/* I/Os that take no time leave no stretch of their own: they are where a job
 * has run for another io_every, and is not over. */
static int instant_ios(family *f, happening *all)
{
    int count, n = 0;
    const ts_stretch *s = lane(f, "processor 0", "run", &count);
    int jobs = length(f->inputs, "jobs");

    for (int job = 0; job < jobs; job++) {
        const cJSON *item = cJSON_GetArrayItem(part(f->inputs, "jobs"), job);
        int64_t every = whole(f, item, "io_every") * f->unit, ran = 0;
        int64_t last = every > 0 ? times_of_io(f, item) * every : 0;

        for (int i = 0; i < count && every > 0; i++) {
            if (owner(f, &s[i]) != job)
                continue;
            for (int64_t at = s[i].from + every - ran % every; at <= s[i].to;
                 at += every) {
                if (ran + at - s[i].from > last)
                    break;
                all[n++] = (happening){at, 0, 0, job, "io_start"};
                all[n++] = (happening){at, at, 3, job, "io_done"};
            }
            ran += s[i].to - s[i].from;
        }
    }
    return n;
}

static int timed_ios(family *f, happening *all)
{
    int count, n = 0;
    const ts_stretch *io = lane(f, "disk", "serve", &count);

    for (int i = 0; i < count; i++) {
        int who = owner(f, &io[i]);

        all[n++] = (happening){io[i].from, 0, 0, who, "io_start"};
        all[n++] = (happening){io[i].to, io[i].from, 3, who, "io_done"};
    }
    return n;
}

/* Room for all that can happen. */
static happening *make_room(family *f, int boosts)
{
    const cJSON *job;
    size_t room = (size_t)boosts + 1;
    happening *all;

    cJSON_ArrayForEach(job, part(f->inputs, "jobs")) room +=
        2 + 2 * (size_t)times_of_io(f, job);
    all = calloc(room, sizeof *all);
    if (all == NULL)
        exit(1);
    return all;
}

/* All that happened in the run; owned by the caller. Boosts are at the
 * multiples of their period before the end. */
static happening *happenings(family *f, int *count, int *boosts)
{
    int64_t period = (int64_t)(number(f, f->inputs, "boost") * (double)f->unit);
    int64_t end = ts_result_end(f->result);
    int jobs = length(f->inputs, "jobs"), n;
    happening *all;

    *boosts = period > 0 ? (int)((end - 1) / period) : 0;
    all = make_room(f, *boosts);
    n = number(f, f->inputs, "io_time") > 0 ? timed_ios(f, all)
                                            : instant_ios(f, all);
    for (int i = 0; i < *boosts; i++)
        all[n++] = (happening){(i + 1) * period, 0, 1, -1, "boost"};
    for (int i = 0; i < jobs; i++) {
        ts_thread_times t;

        if (!job_times(f, i, &t))
            break;
        all[n++] = (happening){t.arrival, 0, 2, i, "arrive"};
        all[n++] = (happening){t.finish, 0, 0, i, "finish"};
    }
    qsort(all, (size_t)n, sizeof *all, compare_happenings);
    *count = n;
    return all;
}

static void expect_events(family *f, const happening *all, int count)
{
    const cJSON *row, *jobs = part(f->inputs, "jobs");
    int n = 0;

    if (!has(f->expected, "events"))
        return;
    expect_count(f, "events", length(f->expected, "events"), count);
    cJSON_ArrayForEach(row, part(f->expected, "events"))
    {
        const cJSON *id = cJSON_GetArrayItem(row, 2);
        const char *kind = word_of(f, cJSON_GetArrayItem(row, 1));
        int job = cJSON_IsNull(id) ? -1 : job_number(f, jobs, id);

        understood(id);
        if (n >= count)
            break;
        expect_units(f, "time of an event", column(f, row, 0), all[n].at);
        if (strcmp(kind, all[n].kind) != 0 || job != all[n].job)
            wrong(f, "event %d: %s of job %d, expected %s of %d", n,
                  all[n].kind, all[n].job, kind, job);
        n++;
    }
}

static int64_t ios_of(const happening *all, int count, int job)
{
    int64_t n = 0;

    for (int i = 0; i < count; i++)
        n += all[i].job == job && strcmp(all[i].kind, "io_start") == 0;
    return n;
}

static void play_mlfq(family *f)
{
    const cJSON *jobs = part(f->inputs, "jobs"), *job;
    happening *all;
    int count, boosts;

    if (!is(f->inputs, "policy", "MLFQ"))
        wrong(f, "unknown policy");
    say_levels(f);
    f->reasons = true;
    if (!play(f))
        return;
    expect_jobs(f, jobs, part(f->expected, "per_job"));
    if (has(f->expected, "idle_ticks"))
        expect_busy(f, "idle", number(f, f->expected, "idle_ticks"),
                    "processor.idle");
    all = happenings(f, &count, &boosts);
    cJSON_ArrayForEach(job, part(f->expected, "per_job"))
        expect_count(f, "I/Os", whole(f, job, "io_count"),
                     ios_of(all, count, job_number(f, jobs, part(job, "id"))));
    if (has(f->expected, "boosts"))
        expect_count(f, "boosts", whole(f, f->expected, "boosts"), boosts);
    expect_events(f, all, count);
    free(all);
    if (has(f->expected, "segments"))
        expect_count(f, "segments", whole(f, f->expected, "segments"),
                     segments_of(f));
    if (!has(f->expected, "timeline"))
        return;
    expect_rows(f, "processor 0", jobs, part(f->expected, "timeline"), 1, 0);
    expect_levels(f);
}

/* --- processes and their I/O --- */

/* Ticks are numbered from 1: tick t is from t - 1 to t. An I/O takes a tick to
 * issue and one when it is over. */
static void say_operations(family *f, const cJSON *operations)
{
    const cJSON *op;
    int k = 0;

    cJSON_ArrayForEach(op, operations)
    {
        const char *name = word_of(f, op);

        say(f, "%s{\"run\": 1}", comma(k++));
        if (strcmp(name, "io") == 0)
            say(f,
                ", {\"io\": {\"device\": \"disk\", \"time\": %lld}}, "
                "{\"run\": 1}",
                (long long)whole(f, f->inputs, "io_length"));
        else if (strcmp(name, "cpu") != 0)
            wrong(f, "unknown operation %s", name);
    }
}

static void say_processes(family *f)
{
    const cJSON *process, *processes = part(f->inputs, "processes");
    bool now = is(f->inputs, "iodone", "IO_RUN_IMMEDIATE");
    bool hold = is(f->inputs, "switch", "SWITCH_ON_END");
    int n = 0;

    understood(part(f->inputs, "io_length")); /* of processes without, too */
    if (!now && !is(f->inputs, "iodone", "IO_RUN_LATER"))
        wrong(f, "unknown iodone");
    if (!hold && !is(f->inputs, "switch", "SWITCH_ON_IO"))
        wrong(f, "unknown switch");
    say(f,
        "{\"title\": \"case\", \"unit\": \"1us\", "
        "\"devices\": [{\"name\": \"disk\", \"kind\": \"delay\"}], "
        "\"system\": {\"policy\": \"run-to-block\", \"hold\": %s, "
        "\"woken\": \"%s\"}, \"threads\": [",
        hold ? "true" : "false", now ? "now" : "later");
    cJSON_ArrayForEach(process, processes)
    {
        job_number(f, processes, part(process, "id"));
        say(f,
            "%s{\"name\": \"j%d\", \"arrive\": {\"at\": %lld}, \"program\": [",
            comma(n), n, (long long)whole(f, process, "arrival"));
        say_operations(f, part(process, "ops"));
        say(f, "]}");
        n++;
    }
    say(f, "]}");
}

/* What a process does in its tick number `tick`. */
static const char *operation(const cJSON *process, int tick)
{
    const cJSON *op;
    int at = 0;

    cJSON_ArrayForEach(op, part(process, "ops"))
    {
        bool io = strcmp(op->valuestring, "io") == 0;

        if (tick == at)
            return op->valuestring;
        if (io && tick == at + 1)
            return "io_done";
        at += io ? 2 : 1;
    }
    return "?";
}

typedef struct tick {
    int who;
    const char *operation;
} tick;

/* What the processor did in each tick, -1 and NULL in idle ones. Owned by the
 * caller. */
static tick *ticks_of(family *f, int ticks)
{
    const cJSON *processes = part(f->inputs, "processes");
    int *done = calloc((size_t)cJSON_GetArraySize(processes) + 1, sizeof *done);
    tick *list = calloc((size_t)ticks + 1, sizeof *list);
    int count;
    const ts_stretch *s = lane(f, "processor 0", "run", &count);

    if (list == NULL || done == NULL)
        exit(1);
    for (int i = 0; i < ticks; i++)
        list[i].who = -1;
    for (int i = 0; i < count; i++)
        for (int64_t at = s[i].from / UNIT; at < s[i].to / UNIT; at++) {
            int who = owner(f, &s[i]);

            if (at < ticks)
                list[at] =
                    (tick){who, operation(cJSON_GetArrayItem(processes, who),
                                          done[who]++)};
        }
    free(done);
    return list;
}

/* Rows [pid, operation, first tick, last tick], without gaps. */
static void expect_ticks(family *f, const cJSON *expected, int ticks)
{
    const cJSON *row, *processes = part(f->inputs, "processes");
    tick *list = ticks_of(f, ticks);
    int64_t at = 0;

    cJSON_ArrayForEach(row, expected)
    {
        const cJSON *id = cJSON_GetArrayItem(row, 0);
        const cJSON *op = cJSON_GetArrayItem(row, 1);
        int who = cJSON_IsNull(id) ? -1 : job_number(f, processes, id);
        const char *does = cJSON_IsNull(op) ? NULL : word_of(f, op);
        int64_t last = whole_of(f, cJSON_GetArrayItem(row, 3));

        understood(row);
        expect_count(f, "first tick of a row", at + 1,
                     whole_of(f, cJSON_GetArrayItem(row, 2)));
        for (; at < last && at < ticks; at++)
            if (list[at].who != who ||
                (does == NULL) != (list[at].operation == NULL) ||
                (does != NULL && strcmp(does, list[at].operation) != 0))
                wrong(f, "tick %lld: process %d, %s", (long long)at + 1,
                      list[at].who,
                      list[at].operation != NULL ? list[at].operation : "idle");
        expect_count(f, "last tick of a row", last, at);
    }
    expect_count(f, "ticks", ticks, at);
    free(list);
}

static void expect_percent(family *f, const char *key, const char *share)
{
    if (has(f->expected, key))
        expect_printed(f, key, f->expected, 100 * metric(f, "%s", share));
}

static void play_process_run(family *f)
{
    const cJSON *item;
    ts_thread_times t;
    int n = 0;

    if (!is(f->inputs, "policy", "RUN_TO_BLOCK"))
        wrong(f, "unknown policy");
    say_processes(f);
    if (!play(f))
        return;
    expect_end(f, "total", "run.makespan");
    expect_busy(f, "busy", number(f, f->expected, "cpu_busy"),
                "processor.useful");
    expect_busy(f, "I/O busy", number(f, f->expected, "io_busy"),
                "devices.disk.busy");
    expect_percent(f, "cpu_pct", "processor.useful");
    expect_percent(f, "io_pct", "devices.disk.busy");
    expect_count(f, "processes", length(f->inputs, "processes"),
                 length(f->expected, "last_cpu_tick"));
    cJSON_ArrayForEach(item, part(f->expected, "last_cpu_tick"))
    {
        if (!job_times(f, n++, &t))
            return;
        expect_units(f, "last tick", value(f, item), t.finish);
    }
    if (has(f->expected, "cpu_timeline"))
        expect_ticks(f, part(f->expected, "cpu_timeline"),
                     (int)(ts_result_end(f->result) / UNIT));
}

/* --- a disk --- */

/* Degrees and distances become times: a turn is 360 degrees at the speed of
 * rotation, and tracks are 40 apart. */
static void say_disk(family *f)
{
    static const char *const arms[][2] = {{"FIFO", "fifo"},
                                          {"SSTF", "sstf"},
                                          {"SATF", "satf"},
                                          {"BSATF", "bsatf"}};
    const char *policy = word(f, f->inputs, "policy"), *arm = NULL;
    int64_t window = whole(f, f->inputs, "window");
    const cJSON *item;
    int n = 0;

    for (size_t i = 0; i < sizeof arms / sizeof *arms; i++)
        if (strcmp(policy, arms[i][0]) == 0)
            arm = arms[i][1];
    if (arm == NULL)
        wrong(f, "unknown policy %s", policy);
    else if (window <= 0 && strcmp(arm, "bsatf") == 0)
        arm = "satf"; /* one batch of all */
    say(f,
        "\"devices\": [{\"name\": \"disk\", \"kind\": \"disk\", "
        "\"arm\": \"%s\", \"skew\": %lld, \"rotation\": ",
        arm != NULL ? arm : "fifo",
        (long long)whole(f, f->inputs, "skew_blocks"));
    say_time(f, 360 / number(f, f->inputs, "rot_speed"));
    say(f, ", \"seek\": ");
    say_time(f, 40 / number(f, f->inputs, "seek_speed"));
    say(f, ", \"tracks\": [");
    cJSON_ArrayForEach(item, part(f->inputs, "sector_deg"))
        say(f, "%s%.0f", comma(n++), 360 / value(f, item));
    say(f, "]");
    if (window > 0)
        say(f, ", \"window\": %lld", (long long)window);
    if (has(f->inputs, "late_requests")) {
        say(f, ", ");
        say_wholes(f, "late", part(f->inputs, "late_requests"));
    }
    say(f, "}], ");
}

typedef struct access {
    int64_t spent[3]; /* seek, rotate, transfer */
    int32_t block;
} access;

static const char *const stages[3] = {"seek", "rotate", "transfer"};

/* The stage of the disk that the stretch is; 3: of something else. */
static int stage_of(const ts_stretch *s)
{
    int k = 0;

    if (strcmp(s->place, "disk") != 0)
        return 3;
    while (k < 3 && strcmp(s->kind, stages[k]) != 0)
        k++;
    return k;
}

/* All that were served, in order; each ends with its transfer. Owned by the
 * caller. */
static access *accesses(family *f, int *count)
{
    access *list;
    ts_stretch s;
    size_t room = 1;
    int n = 0;

    for (size_t i = 0; ts_result_stretch_at(f->result, i, &s); i++)
        room += stage_of(&s) == 2;
    list = calloc(room, sizeof *list);
    if (list == NULL)
        exit(1);
    for (size_t i = 0; ts_result_stretch_at(f->result, i, &s); i++) {
        int k = stage_of(&s);

        if (k == 3)
            continue;
        list[n].spent[k] = s.to - s.from;
        list[n].block = s.detail;
        n += k == 2;
    }
    *count = n;
    return list;
}

static void say_requests(family *f, const cJSON *requests)
{
    const cJSON *item;
    int n = 0;

    say(f, "\"threads\": [");
    cJSON_ArrayForEach(item, requests)
    {
        say(f,
            "%s{\"name\": \"r%d\", \"program\": [{\"io\": {\"device\": "
            "\"disk\", \"block\": %lld}}]}",
            comma(n), n, (long long)whole_of(f, item));
        n++;
    }
    say(f, "]}");
}

static void expect_accesses(family *f, const access *list, int count)
{
    const cJSON *row, *item, *totals = part(f->expected, "totals");
    int64_t sum[3] = {0};
    int n = 0;

    expect_count(f, "requests", length(f->expected, "order"), count);
    expect_count(f, "requests", length(f->expected, "per_request"), count);
    cJSON_ArrayForEach(item, part(f->expected, "order"))
    {
        if (n < count)
            expect_count(f, "order", whole_of(f, item), list[n].block);
        n++;
    }
    n = 0;
    cJSON_ArrayForEach(row, part(f->expected, "per_request"))
    {
        int64_t total = 0;

        if (n >= count)
            break;
        expect_count(f, "block", whole(f, row, "block"), list[n].block);
        for (int k = 0; k < 3; k++) {
            expect_units(f, stages[k], number(f, row, stages[k]),
                         list[n].spent[k]);
            sum[k] += list[n].spent[k];
            total += list[n].spent[k];
        }
        expect_units(f, "total", number(f, row, "total"), total);
        n++;
    }
    for (int k = 0; k < 3; k++)
        expect_units(f, stages[k], number(f, totals, stages[k]), sum[k]);
    expect_units(f, "total", number(f, totals, "total"),
                 ts_result_end(f->result));
}

static void play_disk(family *f)
{
    access *list;
    int count;

    scale(f);
    scale_for(f, 0.5 / number(f, f->inputs, "rot_speed")); /* half a degree */
    scale_for(f, 40 / number(f, f->inputs, "seek_speed"));
    say(f, "{\"title\": \"case\", ");
    say_disk(f);
    say_requests(f, part(f->inputs, "requests"));
    if (!play(f))
        return;
    list = accesses(f, &count);
    expect_accesses(f, list, count);
    free(list);
}

/* The head's way over all requests, the first of which it stands at: what
 * textbooks ask for. Cylinders hold one block each, and a seek takes a unit a
 * cylinder. */
static int64_t head_movement(family *f, const char *arm, const int *blocks,
                             int count)
{
    access *list;
    int64_t way = 0;
    int found;

    fresh(f);
    say(f,
        "{\"title\": \"case\", \"unit\": \"1us\", "
        "\"devices\": [{\"name\": \"disk\", \"kind\": \"disk\", \"arm\": "
        "\"%s\", \"rotation\": 2, \"seek\": 1, \"tracks\": [1",
        arm);
    for (int i = 1; i < 1800; i++)
        say(f, ", 1");
    say(f, "]}], \"threads\": [");
    for (int i = 0; i < count; i++)
        say(f,
            "%s{\"name\": \"r%d\", \"arrive\": %d, \"program\": [{\"io\": "
            "{\"device\": \"disk\", \"block\": %d}}]}",
            comma(i), i, i > 0, blocks[i]);
    say(f, "]}");
    if (!play(f))
        return -1;
    list = accesses(f, &found);
    expect_count(f, "requests", count, found);
    for (int i = 1; i < found; i++)
        way += list[i].spent[0];
    free(list);
    return way / UNIT;
}

/* Silberschatz, Galvin, Gagne, Operating System Concepts: the queue of the
 * chapter on disks (FCFS 640, SSTF 236), and of its exercise with 5 000
 * cylinders (FCFS 7081, SSTF 1745, LOOK 3319, C-LOOK 3363). The arm's sweeps
 * turn at the last request (the book's LOOK); from 53 upwards that is, by hand,
 * 183 - 53 + 183 - 14 = 299, and one way 130 + 169 + 37 - 14 = 322. */
static void test_head_movement(void **state)
{
    static const int chapter[] = {53, 98, 183, 37, 122, 14, 124, 65, 67};
    static const int exercise[] = {143, 86,   1470, 913,  1774,
                                   948, 1509, 1022, 1750, 130};
    static const struct {
        const char *arm;
        int chapter, exercise;
    } known[] = {{"fifo", 640, 7081},
                 {"sstf", 236, 1745},
                 {"scan", 299, 3319},
                 {"c-scan", 322, 3363}};
    family *f;

    (void)state;
    if (family_elsewhere())
        skip();
    f = family_begin("disk arms");

    for (size_t i = 0; i < sizeof known / sizeof known[0]; i++) {
        expect_count(f, known[i].arm, known[i].chapter,
                     head_movement(f, known[i].arm, chapter, 9));
        expect_count(f, known[i].arm, known[i].exercise,
                     head_movement(f, known[i].arm, exercise, 10));
    }
    assert_true(family_end(f));
}

static void test_families(void **state)
{
    int failed = 0;

    (void)state;
    failed += family_play("scheduling/ostep_mlfq", play_mlfq, NULL);
    failed +=
        family_play("scheduling/ostep_process_run", play_process_run, NULL);
    failed += family_play("scheduling/ostep_disk", play_disk, NULL);
    assert_int_equal(failed, 0);
}

static void test_made(void **state)
{
    int failed = 0;

    (void)state;
    failed += family_made("scheduling/ostep_mlfq", 150, reference_mlfq,
                          play_mlfq, NULL);
    failed += family_made("scheduling/ostep_process_run", 80,
                          reference_process_run, play_process_run, NULL);
    failed += family_made("scheduling/ostep_disk", 160, reference_disk,
                          play_disk, NULL);
    assert_int_equal(failed, 0);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(test_families),
                                       cmocka_unit_test(test_head_movement),
                                       cmocka_unit_test(test_made)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
