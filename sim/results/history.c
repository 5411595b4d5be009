/*
 * history.c - all that was kept of one run, in memory.
 *
 * Each table is a line of `tables`: its query, and how a row becomes an item.
 */
#include "sim/results/history.h"

#include <inttypes.h>
#include <limits.h>
#include <string.h>

#include "sim/results/runs.h"

typedef struct loader {
    ts_history *h;
    ts_store *store;
    ts_arena *arena;
    ts_error *error;
    int32_t ids; /* of threads, that anything speaks of */
} loader;

static bool end(loader *l, ts_query *q)
{
    if (!ts_query_end(q, l->error))
        return false;
    return !l->arena->exhausted || ts_fail(l->error, "out of memory");
}

static int32_t number(ts_query *q, int column)
{
    return ts_query_null(q, column) ? -1 : (int32_t)ts_query_int(q, column);
}

/* Whom a record speaks of. */
static int32_t who(loader *l, ts_query *q, int column)
{
    int32_t id = number(q, column);

    if (id >= l->ids && id < INT32_MAX - 1)
        l->ids = id + 1;
    return id;
}

/* --- the run --- */

static bool load_head(loader *l)
{
    ts_query q = ts_query_start(
        l->store,
        "SELECT coalesce(s.title, s.name), s.name, r.version, r.seed, "
        "r.digest, d.text, r.end_ps, r.dropped, r.trace, json_extract(d.text, "
        "'$.conventions.priority') FROM runs r JOIN scenarios s ON s.id = "
        "r.scenario JOIN documents d ON d.id = r.document WHERE r.id = ?1",
        l->h->run, NULL);
    const char **texts[] = {&l->h->title, &l->h->scenario, &l->h->version,
                            &l->h->seed,  &l->h->digest,   &l->h->document};

    if (ts_query_next(&q)) {
        for (int i = 0; i < (int)TS_COUNT_OF(texts); i++)
            *texts[i] = ts_arena_text(l->arena, ts_query_text(&q, i));
        l->h->end = ts_query_int(&q, 6);
        l->h->dropped = ts_query_int(&q, 7);
        l->h->traced = strcmp(ts_query_text(&q, 8), "off") != 0;
        l->h->why = strcmp(ts_query_text(&q, 8), "why") == 0;
        l->h->larger = strcmp(ts_query_text(&q, 9), "larger-is-higher") == 0;
    }
    if (!end(l, &q))
        return false;
    return l->h->traced ||
           ts_fail(l->error,
                   "run %" PRId64 " kept no trace: play it again with --trace, "
                   "or with --why",
                   l->h->run);
}

/* --- records --- */

static void take_instant(void *context, ts_query *q, void *item)
{
    *(ts_instant *)item = (ts_instant){.at = ts_query_int(q, 0),
                                       .place = number(q, 1),
                                       .kind = number(q, 2),
                                       .who = who(context, q, 3),
                                       .detail = number(q, 4)};
}

/* A name of a series, or a cause. */
static void take_text(void *context, ts_query *q, void *item)
{
    const loader *l = context;

    *(const char **)item = ts_arena_text(l->arena, ts_query_text(q, 0));
}

static void take_sample(void *context, ts_query *q, void *item)
{
    (void)context;
    *(ts_sample *)item = (ts_sample){.at = ts_query_int(q, 0),
                                     .series = number(q, 1),
                                     .value = ts_query_int(q, 2)};
}

static void take_note(void *context, ts_query *q, void *item)
{
    loader *l = context;

    *(ts_note *)item =
        (ts_note){.at = ts_query_int(q, 0),
                  .place = number(q, 1),
                  .who = who(l, q, 2),
                  .text = ts_arena_text(l->arena, ts_query_text(q, 3))};
}

static int16_t cause_number(const ts_history *h, const char *text)
{
    size_t low = 0, high = h->cause_count;

    while (low < high) {
        size_t middle = (low + high) / 2;
        int order = strcmp(h->causes[middle], text);

        if (order == 0)
            return (int16_t)middle;
        if (order < 0)
            low = middle + 1;
        else
            high = middle;
    }
    return -1;
}

static void take_turn(void *context, ts_query *q, void *item)
{
    loader *l = context;

    *(ts_turn *)item = (ts_turn){
        .at = ts_query_int(q, 0),
        .who = who(l, q, 1),
        .place = number(q, 3),
        .waker = who(l, q, 4),
        .to = (int16_t)ts_query_turn_to(ts_query_text(q, 2)),
        .cause = cause_number(l->h, ts_query_text(q, 5)),
    };
}

static void take_attempt(void *context, ts_query *q, void *item)
{
    loader *l = context;

    *(ts_attempt *)item = (ts_attempt){
        .sent = ts_query_int(q, 0),
        .arrived = ts_query_time(q, 1),
        .begun = ts_query_time(q, 2),
        .left = ts_query_time(q, 3),
        .over = ts_query_time(q, 4),
        .parent = ts_query_int(q, 5),
        .sender = who(l, q, 6),
        .server = who(l, q, 7),
        .to = cause_number(l->h, ts_query_text(q, 8)),
        .outcome = cause_number(l->h, ts_query_text(q, 9)),
    };
}

static void take_task(void *context, ts_query *q, void *item)
{
    const loader *l = context;

    *(ts_history_task *)item = (ts_history_task){
        .name = ts_arena_text(l->arena, ts_query_text(q, 0)),
        .fair = !ts_query_null(q, 1) || ts_query_null(q, 2),
        .realtime = strcmp(ts_query_text(q, 3), "fifo") == 0 ||
                    strcmp(ts_query_text(q, 3), "rr") == 0,
        .nice = ts_query_int(q, 1),
        .priority = ts_query_int(q, 2),
        .first = number(q, 4),
    };
}

enum { INSTANTS, SERIES, SAMPLES, NOTES, CAUSES, TURNS, ATTEMPTS, TASKS };

static const ts_query_rows tables[] = {
    [INSTANTS] = {"SELECT at_ps, place, kind, who, detail, count(*) OVER () "
                  "FROM instants WHERE run = ?1 ORDER BY rowid",
                  sizeof(ts_instant), take_instant},
    [SERIES] = {"SELECT name, count(*) OVER () FROM series_names WHERE run = "
                "?1 ORDER BY number",
                sizeof(const char *), take_text},
    [SAMPLES] = {"SELECT at_ps, series, value, count(*) OVER () FROM samples "
                 "WHERE run = ?1 ORDER BY rowid",
                 sizeof(ts_sample), take_sample},
    [NOTES] = {"SELECT at_ps, place, who, text, count(*) OVER () FROM notes "
               "WHERE run = ?1 ORDER BY rowid",
               sizeof(ts_note), take_note},
    [CAUSES] = {"SELECT cause, count(*) OVER () FROM (SELECT cause FROM turns "
                "WHERE run = ?1 UNION SELECT server FROM attempts WHERE run = "
                "?1 UNION SELECT outcome FROM attempts WHERE run = ?1 ORDER BY "
                "1) WHERE cause IS NOT NULL",
                sizeof(const char *), take_text},
    [TURNS] = {"SELECT at_ps, who, turn, place, waker, cause, count(*) OVER () "
               "FROM turns WHERE run = ?1 ORDER BY rowid",
               sizeof(ts_turn), take_turn},
    [ATTEMPTS] = {"SELECT sent_ps, arrived_ps, begun_ps, left_ps, over_ps, "
                  "parent, sender, who, server, outcome, count(*) OVER () FROM "
                  "attempts WHERE run = ?1 ORDER BY number",
                  sizeof(ts_attempt), take_attempt},
    [TASKS] = {"SELECT t.task, json_extract(s.value, '$.nice'), json_extract("
               "s.value, '$.priority'), json_extract(s.value, '$.class'), "
               "first, count(*) OVER () FROM (SELECT task, min(id) AS first "
               "FROM threads WHERE run = ?1 AND task IS NOT NULL GROUP BY "
               "task) t LEFT JOIN json_each((SELECT d.text FROM documents d "
               "JOIN runs r ON r.document = d.id WHERE r.id = ?1), "
               "'$.threads') s ON json_extract(s.value, '$.name') = t.task "
               "ORDER BY first",
               sizeof(ts_history_task), take_task},
};

static void *load(loader *l, int table, size_t *count)
{
    return ts_query_list(l->store, &tables[table], l->h->run, l->arena, l,
                         count, l->error);
}

/* The causes come before the turns that name them. */
static bool load_tables(loader *l)
{
    ts_history *h = l->h;

    return (h->instants = load(l, INSTANTS, &h->instant_count)) != NULL &&
           (h->series = load(l, SERIES, &h->series_count)) != NULL &&
           (h->samples = load(l, SAMPLES, &h->sample_count)) != NULL &&
           (h->notes = load(l, NOTES, &h->note_count)) != NULL &&
           (h->causes = load(l, CAUSES, &h->cause_count)) != NULL &&
           (h->turns = load(l, TURNS, &h->turn_count)) != NULL &&
           (h->attempts = load(l, ATTEMPTS, &h->attempt_count)) != NULL &&
           (h->tasks = load(l, TASKS, &h->task_count)) != NULL;
}

/* --- threads --- */

static int find_task(const ts_history *h, const char *name)
{
    for (size_t i = 0; i < h->task_count; i++)
        if (h->tasks[i].name != NULL && strcmp(h->tasks[i].name, name) == 0)
            return (int)i;
    return -1;
}

static bool load_threads(loader *l)
{
    ts_query q = ts_run_threads(l->store, l->h->run);
    ts_history_thread *list =
        ts_arena_array(l->arena, (size_t)l->ids + 1, sizeof *list);

    for (int32_t i = 0; list != NULL && i < l->ids; i++)
        list[i] = (ts_history_thread){.task = -1,
                                      .arrival = TS_NEVER,
                                      .finish = TS_NEVER,
                                      .deadline = TS_NEVER};
    while (list != NULL && ts_query_next(&q)) {
        int64_t id = ts_query_int(&q, TS_THREAD_ID);

        if (id < 0 || id >= l->ids)
            continue; /* nothing speaks of it */
        list[id] = (ts_history_thread){
            .name = ts_arena_text(l->arena, ts_query_text(&q, TS_THREAD_NAME)),
            .task = find_task(l->h, ts_query_text(&q, TS_THREAD_TASK)),
            .job = ts_query_int(&q, TS_THREAD_JOB),
            .arrival = ts_query_time(&q, TS_THREAD_ARRIVAL),
            .finish = ts_query_time(&q, TS_THREAD_FINISH),
            .deadline = ts_query_time(&q, TS_THREAD_DEADLINE),
            .processor = ts_query_int(&q, TS_THREAD_PROCESSOR),
            .ready = ts_query_int(&q, TS_THREAD_READY),
            .blocked = ts_query_int(&q, TS_THREAD_BLOCKED),
        };
    }
    l->h->threads = list;
    l->h->thread_count = l->ids;
    return end(l, &q);
}

/* "processor 3" is processor 3. */
static bool find_processors(loader *l)
{
    int *list = ts_arena_array(l->arena, (size_t)l->h->is.place_count + 1,
                               sizeof *list);

    if (list == NULL)
        return ts_fail(l->error, "out of memory");
    for (int i = 0; i < l->h->is.place_count; i++) {
        const char *name = l->h->is.places[i];
        bool is = name != NULL && strncmp(name, "processor ", 10) == 0;

        list[i] = is ? l->h->processors++ : -1;
    }
    l->h->processor = list;
    return true;
}

/* Whoever stretches speak of is somebody, too. */
static void count_ids(loader *l)
{
    for (size_t i = 0; i < l->h->is.span_count; i++)
        if (l->h->is.spans[i].who >= l->ids)
            l->ids = l->h->is.spans[i].who + 1;
}

bool ts_history_load(ts_history *history, ts_store *store, int64_t run,
                     ts_arena *arena, ts_error *error)
{
    loader l = {.h = history, .store = store, .arena = arena, .error = error};

    *history = (ts_history){.run = run};
    if (!ts_query_run_exists(store, run, error) || !load_head(&l) ||
        !ts_query_spans(store, run, arena, &history->is, error))
        return false;
    count_ids(&l);
    if (!load_tables(&l) || !load_threads(&l) || !find_processors(&l))
        return false;
    history->is.turns = history->turns;
    history->is.turn_count = history->turn_count;
    history->is.preempted = cause_number(history, "preempted");
    return true;
}

const char *ts_history_name(const ts_history *history, int32_t thread)
{
    const char *name = thread >= 0 && thread < history->thread_count
                           ? history->threads[thread].name
                           : NULL;

    return name != NULL ? name : "thread";
}

const char *ts_history_word(const ts_history *history, int16_t cause)
{
    return cause >= 0 && (size_t)cause < history->cause_count
               ? history->causes[cause]
               : "";
}

const char *ts_history_cause(const ts_history *history, const ts_turn *turn)
{
    return turn->cause >= 0 && (size_t)turn->cause < history->cause_count
               ? history->causes[turn->cause]
               : "";
}
