/*
 * sweep.c - a plan played out by a crew, written in the plan's order.
 */
#include "sim/sweep/sweep.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "sim/results/query.h"
#include "sim/sweep/state.h"

#define WINDOW 8192                   /* runs that may be ahead of their turn */
#define AHEAD_MAX ((size_t)128 << 20) /* and the bytes of their records */
#define LOOK_MS 100

static int64_t now_ms(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* --- writing --- */

/* What is there so far is there to stay; workers have something to do as long
 * as the disk takes. */
static bool commit(ts_sweep_state *s, bool at_once, ts_error *error)
{
    bool ended = at_once;
    bool fine = at_once ? ts_batch_end(&s->batch, error)
                        : ts_batch_settle(&s->batch, &ended, error);
    int64_t took = s->batch.commit_ms;

    if (ended && s->crew != NULL)
        ts_crew_expect_pause(s->crew, took < 1000 ? (int)took : 1000);
    return fine;
}

/* Whether a run that somebody else has written is one of this sweep's: of its
 * document, seed and version, at its place. */
static bool is_ours(ts_sweep_state *s, ts_query *q, bool *ours, ts_error *error)
{
    ts_place place = {.point = ts_query_int(q, 1),
                      .replication = ts_query_int(q, 2)};
    ts_identity here, there;
    char hash[80], seed[32], version[64];

    *ours = false;
    if (place.point >=
        ts_points_count(s->points) / ts_points_replications(s->points))
        return true;
    snprintf(hash, sizeof hash, "%s", ts_query_text(q, 3));
    snprintf(seed, sizeof seed, "%s", ts_query_text(q, 4));
    snprintf(version, sizeof version, "%s", ts_query_text(q, 5));
    ts_identity_of(hash, seed, place.replication, version, &there);
    if (!ts_past_identify(s, &place, &here, error))
        return false;
    *ours =
        memcmp(&here, &there, sizeof here) == 0 &&
        (s->until != NULL ? place.point
                          : place.point * ts_points_replications(s->points) +
                                place.replication) %
                s->options->shards ==
            s->options->shard;
    return true;
}

/* Two sweeps that begin together both find nothing. Whoever writes second,
 * finds the runs of the first in a database that is now locked, and stops. */
static bool check_alone(ts_sweep_state *s, ts_error *error)
{
    ts_query q = ts_query_start(
        s->store,
        "SELECT r.id, r.point, r.replication, d.sha256, r.seed, r.version FROM "
        "runs r JOIN documents d ON d.id = r.document WHERE r.id > ?1 ORDER BY "
        "r.id LIMIT 64",
        s->seen, NULL);
    bool fine = true, ours = false;

    while (fine && !ours && ts_query_next(&q)) {
        s->seen = ts_query_int(&q, 0);
        fine = is_ours(s, &q, &ours, error);
    }
    return ts_query_end(&q, error) && fine &&
           (!ours ||
            ts_fail(error,
                    "%s: another process is writing runs of this sweep to it; "
                    "let it end, then go on with --resume",
                    ts_store_path(s->store)));
}

static bool begin(ts_sweep_state *s, ts_error *error)
{
    return s->batch.open ||
           (ts_batch_open(&s->batch, error) && check_alone(s, error));
}

static void count_moments(ts_sweep_state *s, int64_t point, bool has_value,
                          double value, bool failed)
{
    if (s->until == NULL)
        return;
    assert(point >= 0 && point < ts_points_count(s->points) /
                                     ts_points_replications(s->points));
    s->broken[point] |= failed || !has_value;
    if (has_value && !failed)
        ts_moments_add(&s->moments[point], value);
}

/* A run that is there stays, or moves to where the plan has it now. */
static bool write_known(ts_sweep_state *s, const ts_place *place,
                        const ts_known_run *known, ts_error *error)
{
    ts_buffer record = TS_BUFFER_EMPTY;
    ts_diagnostics diagnostics;
    ts_error ignored = {.text = ""};
    ts_point_run run;
    bool fine;

    s->result->kept++;
    s->result->failed += known->failed;
    count_moments(s, place->point, known->has_value, known->value,
                  known->failed);
    if (known->here && known->point == place->point)
        return true;
    s->result->moved++;
    ts_diagnostics_init(&diagnostics);
    fine =
        (ts_point_read(s->points, place, &s->options->point, &run, &diagnostics,
                       &ignored) ||
         ts_point_break(s->points, place, &s->options->point, "", &run) ||
         ts_fail_memory(error)) &&
        ts_recorder_adopt(s->recorder, &run.facts, known->id, &record, error) &&
        begin(s, error) &&
        ts_store_play(s->store, record.data, record.length, error) >= 0;
    ts_buffer_fini(&record);
    ts_diagnostics_fini(&diagnostics);
    ts_point_fini(&run);
    return fine;
}

static bool write_run(ts_sweep_state *s, const char *record, size_t length,
                      const ts_waiting *w, ts_error *error)
{
    ts_place place = ts_round_place(&s->round, s->written);
    int64_t run =
        begin(s, error) ? ts_store_play(s->store, record, length, error) : -1;

    if (run < 0)
        return false;
    s->seen = run;
    count_moments(s, place.point, w->has_value, w->value, w->failed);
    s->result->failed += w->failed;
    s->result->done++;
    s->written++;
    return true;
}

static bool is_kept(const ts_sweep_state *s, int64_t task)
{
    const ts_known_run *known;

    if (s->have == NULL || s->have[task] == 0)
        return false;
    known = &s->known.runs[s->have[task] - 1];
    return !known->failed || !s->options->retry;
}

/* Writes all whose turn it is. */
static bool advance(ts_sweep_state *s, ts_error *error)
{
    bool fine = true;

    while (fine && s->written < s->round.count) {
        ts_waiting *w = &s->window[s->written % WINDOW];

        assert(s->given - s->written <= WINDOW);
        if (is_kept(s, s->written)) {
            ts_place place = ts_round_place(&s->round, s->written);

            fine = write_known(s, &place,
                               &s->known.runs[s->have[s->written] - 1], error);
            s->written++;
            s->result->done++;
            continue;
        }
        if (s->written >= s->given || w->record == NULL)
            break;
        fine = write_run(s, w->record, w->length, w, error);
        assert(s->ahead >= w->length);
        s->ahead -= w->length;
        free(w->record);
        w->record = NULL;
    }
    return fine;
}

static const char *copy_text(const char *bytes, size_t length, char *text,
                             size_t size)
{
    snprintf(text, size, "%.*s", (int)(length < size ? length : size), bytes);
    return text;
}

/* Tells who listens what is to be said of a run at once. */
static void tell(const ts_sweep_state *s, const ts_place *place,
                 const ts_crew_result *result)
{
    const ts_sweep_options *o = s->options;
    char text[512];

    if ((result->failed || result->missed > 0) && o->trouble != NULL)
        o->trouble(o->context, place, result->failed,
                   copy_text(result->words, result->words_length, text,
                             sizeof text));
    if (result->warning_length > 0 && o->warning != NULL)
        o->warning(o->context, place,
                   copy_text(result->warning, result->warning_length, text,
                             sizeof text));
}

static bool take(void *context, const ts_crew_result *result, ts_error *error)
{
    ts_sweep_state *s = context;
    ts_waiting *w = &s->window[result->sequence % WINDOW];
    ts_place place = ts_round_place(&s->round, result->sequence);

    /* In the window, not written yet, and at a place that is free. */
    if (!TS_ENSURE(error, result->sequence >= s->written &&
                              result->sequence < s->given) ||
        !TS_ENSURE(error, w->record == NULL))
        return false;
    s->result->events += result->events;
    s->result->judged += result->judged;
    s->result->missed += result->missed;
    tell(s, &place, result);
    *w = (ts_waiting){.value = result->value,
                      .has_value = result->has_value,
                      .failed = result->failed};
    if (result->sequence == s->written)
        return write_run(s, result->record, result->length, w, error) &&
               advance(s, error);
    w->record = malloc(result->length + 1);
    if (w->record == NULL)
        return ts_fail_memory(error);
    memcpy(w->record, result->record, result->length);
    w->length = result->length;
    s->ahead += result->length;
    return true;
}

/* --- playing --- */

static bool give(ts_sweep_state *s, ts_error *error)
{
    while (s->given < s->round.count && s->given < s->written + WINDOW) {
        ts_task_item task = {.sequence = s->given};

        if (is_kept(s, s->given)) {
            s->given++;
            continue;
        }
        if (!ts_crew_has_room(s->crew))
            break;
        task.place = ts_round_place(&s->round, s->given++);
        if (!ts_crew_give(s->crew, &task, error))
            return false;
    }
    return true;
}

static void look(ts_sweep_state *s, bool at_once)
{
    int64_t now = now_ms();

    if (s->options->progress == NULL ||
        (!at_once && now < s->looked_ms + LOOK_MS))
        return;
    s->looked_ms = now;
    s->options->progress(s->options->context, s->result->done,
                         s->result->planned, s->result->events);
}

static bool interrupted(const ts_sweep_state *s)
{
    return s->options->interrupt != NULL && *s->options->interrupt != 0;
}

static bool play_round(ts_sweep_state *s, ts_error *error)
{
    bool fine = true;

    s->given = s->written = 0;
    while (fine && s->written < s->round.count && !interrupted(s)) {
        int64_t head = s->ahead > AHEAD_MAX ? s->written : -1;

        fine = advance(s, error) && give(s, error);
        if (fine && s->written < s->round.count && !ts_crew_idle(s->crew))
            fine = ts_crew_wait(s->crew, LOOK_MS, head, take, s, error);
        fine = fine && commit(s, false, error);
        look(s, false);
    }
    assert(!fine || s->written <= s->round.count);
    s->result->rounds++;
    return fine;
}

static bool play_rounds(ts_sweep_state *s, ts_error *error)
{
    bool fine = true, more = true;

    while (fine && more && !interrupted(s)) {
        s->result->planned += s->round.count;
        fine = (s->round.number == 0 || ts_past_look(s, error)) &&
               play_round(s, error);
        more = fine && !interrupted(s) && ts_round_next(s);
    }
    return fine;
}

/* Runs that failed and are to be run again make room for it. */
static bool drop_failed(ts_sweep_state *s, ts_error *error)
{
    if (!s->options->retry)
        return true;
    for (int64_t i = 0; i < s->known.count; i++) {
        ts_known_run *run = &s->known.runs[i];

        if (run->failed && run->claimed &&
            !(begin(s, error) && ts_store_drop(s->store, run->id, error)))
            return false;
    }
    return commit(s, true, error);
}

static void finish(ts_sweep_state *s)
{
    for (int64_t i = 0; s->window != NULL && i < WINDOW; i++)
        free(s->window[i].record);
    free(s->window);
    free(s->round.points);
    free(s->have);
    free(s->moments);
    free(s->broken);
    ts_known_fini(&s->known);
    ts_recorder_destroy(s->recorder);
    ts_crew_destroy(s->crew);
}

bool ts_sweep_run(const ts_points *points, ts_store *store,
                  const ts_sweep_options *options, ts_sweep_result *result,
                  ts_error *error)
{
    ts_sweep_state s = {.points = points,
                        .options = options,
                        .result = result,
                        .store = store,
                        .batch = {.store = store},
                        .until = ts_until_of(points)};
    ts_error second = {.text = ""};
    bool fine;

    *result = (ts_sweep_result){.planned = 0};
    s.window = calloc(WINDOW, sizeof *s.window);
    s.recorder = ts_recorder_create(false);
    fine = (s.window != NULL && s.recorder != NULL) || ts_fail_memory(error);
    fine = fine && ts_round_first(&s, error) && ts_past_load(&s, error) &&
           ts_past_look(&s, error) &&
           (options->resume || ts_past_refuse(&s, error)) &&
           drop_failed(&s, error);
    if (fine && !interrupted(&s)) {
        s.crew = ts_crew_create(points, &options->point,
                                s.until != NULL ? s.until->metric : NULL,
                                options->workers, error);
        fine = s.crew != NULL && play_rounds(&s, error);
    }
    /* What is whole is kept, whatever else went wrong. */
    fine = commit(&s, true, fine ? error : &second) && fine;
    result->interrupted = interrupted(&s);
    look(&s, true);
    finish(&s);
    return fine;
}
