/*
 * sweep.c - a plan played out by a crew, written in the plan's order.
 */
#include "sim/sweep/sweep.h"

#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "sim/results/known.h"
#include "sim/results/record.h"
#include "sim/engine/student.h"
#include "sim/sweep/crew.h"

#define WINDOW 8192                   /* runs that may be ahead of their turn */
#define AHEAD_MAX ((size_t)128 << 20) /* and the bytes of their records */
#define COMMIT_MS 100   /* a transaction lasts so long at least, ... */
#define COMMIT_SHARE 20 /* and so many times what its end took */
#define LOOK_MS 100

/* A run that is done before its turn. */
typedef struct waiting {
    char *record; /* owned; NULL: not there yet */
    size_t length;
    double value;
    bool has_value, failed;
} waiting;

/* Some runs of each of some points. */
typedef struct round_plan {
    int64_t number;
    int64_t *points; /* owned; NULL: all */
    int64_t point_count;
    int64_t first, replications;
    int64_t shard, shards; /* of the runs */
    int64_t count;         /* runs of this shard */
} round_plan;

typedef struct sweep {
    const ts_points *points;
    const ts_sweep_options *options;
    ts_sweep_result *result;
    const ts_plan_until *until; /* NULL: one round */
    ts_store *store;
    ts_crew *crew;
    ts_recorder *recorder; /* of runs that move */
    ts_known known;
    round_plan round;
    int64_t *have;   /* owned: run ids by task; NULL: nothing is there */
    waiting *window; /* owned: by sequence */
    size_t ahead;    /* bytes in it */
    int64_t given, written;
    ts_moments *moments;          /* owned: of each point, with `until` */
    bool *broken;                 /* owned: points where a run failed */
    bool open;                    /* a transaction */
    int64_t opened_ms, commit_ms; /* and what the last one took */
    int64_t looked_ms;
} sweep;

static int64_t now_ms(void)
{
    struct timespec now;

    clock_gettime(CLOCK_MONOTONIC, &now);
    return (int64_t)now.tv_sec * 1000 + now.tv_nsec / 1000000;
}

/* --- the plan --- */

static int64_t share(int64_t count, int64_t shard, int64_t shards)
{
    return count <= shard ? 0 : (count - shard - 1) / shards + 1;
}

static const ts_plan_until *until_of(const ts_points *points)
{
    const ts_plan *plan = ts_points_root(points)->sweep;

    return plan != NULL ? plan->until : NULL;
}

/* A shard has every so manieth run; with `until`, every so manieth point, all
 * of whose runs it needs to decide. */
int64_t ts_sweep_count(const ts_points *points, int64_t shard, int64_t shards)
{
    int64_t runs = ts_points_count(points);
    int64_t each = ts_points_replications(points);

    if (until_of(points) != NULL)
        return share(runs / each, shard, shards) * each;
    return share(runs, shard, shards);
}

static ts_place place_of(const round_plan *round, int64_t task)
{
    int64_t number = round->shard + task * round->shards;
    int64_t point = number / round->replications;

    return (ts_place){
        .point = round->points != NULL ? round->points[point] : point,
        .replication = round->first + number % round->replications,
        .round = round->number,
    };
}

static bool first_round(sweep *s, ts_error *error)
{
    int64_t points =
        ts_points_count(s->points) / ts_points_replications(s->points);
    int64_t mine = share(points, s->options->shard, s->options->shards);

    s->round = (round_plan){.point_count = points,
                            .replications = ts_points_replications(s->points),
                            .shards = 1};
    if (s->until == NULL) {
        s->round.shard = s->options->shard;
        s->round.shards = s->options->shards;
    } else {
        s->round.points = calloc((size_t)mine + 1, sizeof(*s->round.points));
        s->moments = calloc((size_t)points, sizeof(*s->moments));
        s->broken = calloc((size_t)points, sizeof(*s->broken));
        if (s->round.points == NULL || s->moments == NULL || s->broken == NULL)
            return ts_fail(error, "out of memory");
        for (int64_t i = 0; i < mine; i++)
            s->round.points[i] = s->options->shard + i * s->options->shards;
        s->round.point_count = mine;
    }
    s->round.count =
        ts_sweep_count(s->points, s->options->shard, s->options->shards);
    return true;
}

static bool settled(const sweep *s, int64_t point)
{
    const ts_moments *m = &s->moments[point];
    const ts_scalar *width = &s->until->half_width;
    double mean = m->mean < 0 ? -m->mean : m->mean;
    double limit =
        width->unit == TS_UNIT_RATIO ? width->value * mean : width->value;

    return m->count >= 2 &&
           ts_moments_half_width(m, s->until->confidence) <= limit;
}

/* false: there is no other round. */
static bool next_round(sweep *s)
{
    round_plan *r = &s->round;
    int64_t next = r->first + r->replications, left = 0;

    if (s->until == NULL)
        return false;
    for (int64_t i = 0; i < r->point_count; i++)
        if (s->broken[r->points[i]])
            s->result->unsettled++;
        else if (!settled(s, r->points[i]))
            r->points[left++] = r->points[i];
    r->point_count = left;
    r->first = next;
    if (next + r->replications > s->until->at_most)
        r->replications = s->until->at_most - next;
    if (r->replications <= 0)
        s->result->unsettled += left;
    if (left == 0 || r->replications <= 0)
        return false;
    r->number++;
    r->count = left * r->replications;
    return true;
}

/* --- what is there --- */

static bool identify(sweep *s, const ts_place *place, ts_identity *identity,
                     ts_error *error)
{
    ts_diagnostics diagnostics;
    ts_error ignored = {.text = ""};
    ts_point_run run;
    bool fine;

    ts_diagnostics_init(&diagnostics);
    fine = ts_point_read(s->points, place, &s->options->point, &run,
                         &diagnostics, &ignored) ||
           ts_point_break(s->points, place, &s->options->point, "", &run);
    if (fine)
        ts_run_identity(&run.facts, identity);
    else
        ts_fail(error, "out of memory");
    ts_diagnostics_fini(&diagnostics);
    ts_point_fini(&run);
    return fine;
}

/* Claims runs for the tasks of a round: first those in their places. */
static bool claim(sweep *s, bool moved, ts_error *error)
{
    for (int64_t i = 0; i < s->round.count && s->known.unclaimed > 0; i++) {
        ts_place place = place_of(&s->round, i);
        const ts_known_run *run;
        ts_identity identity;

        if (s->have[i] != 0)
            continue;
        if (s->options->interrupt != NULL && *s->options->interrupt != 0)
            return true;
        if (!identify(s, &place, &identity, error))
            return false;
        run = ts_known_claim(&s->known, &identity, place.point, moved);
        if (run != NULL)
            s->have[i] = run - s->known.runs + 1;
    }
    return true;
}

static bool look_back(sweep *s, ts_error *error)
{
    free(s->have);
    s->have = NULL;
    if (s->known.count == 0 || s->round.count == 0)
        return true;
    s->have = calloc((size_t)s->round.count, sizeof(*s->have));
    if (s->have == NULL)
        return ts_fail(error, "out of memory");
    return claim(s, false, error) && claim(s, true, error);
}

/* What is known when a sweep begins; without --resume there must be nothing
 * that would be done twice. */
static bool load_known(sweep *s, ts_error *error)
{
    ts_place first = place_of(&s->round, 0);
    ts_diagnostics diagnostics;
    ts_error ignored = {.text = ""};
    ts_point_run run;
    bool fine;

    ts_diagnostics_init(&diagnostics);
    fine = ts_point_read(s->points, &first, &s->options->point, &run,
                         &diagnostics, &ignored) ||
           ts_point_break(s->points, &first, &s->options->point, "", &run) ||
           ts_fail(error, "out of memory");
    fine = fine &&
           ts_known_load(&s->known, s->store, &run.facts,
                         s->until != NULL ? s->until->metric : NULL, error);
    ts_diagnostics_fini(&diagnostics);
    ts_point_fini(&run);
    return fine;
}

static bool refuse_to_repeat(sweep *s, ts_error *error)
{
    int64_t there = 0;

    for (int64_t i = 0; s->have != NULL && i < s->round.count; i++)
        there += s->have[i] != 0;
    if (there == 0)
        return true;
    return ts_fail(error,
                   "%s: holds %lld of the %lld runs of this sweep; go "
                   "on with --resume, or name another database",
                   ts_store_path(s->store), (long long)there,
                   (long long)s->round.count);
}

/* --- writing --- */

static bool commit(sweep *s, ts_error *error)
{
    int64_t start = now_ms();
    bool fine;

    if (!s->open)
        return true;
    s->open = false;
    fine = ts_store_commit(s->store, error);
    s->commit_ms = now_ms() - start;
    if (s->crew != NULL)
        ts_crew_expect_pause(s->crew,
                             s->commit_ms < 1000 ? (int)s->commit_ms : 1000);
    return fine;
}

static bool open_batch(sweep *s, ts_error *error)
{
    if (s->open)
        return true;
    s->opened_ms = now_ms();
    s->open = ts_store_begin(s->store, error);
    return s->open;
}

static void count_moments(sweep *s, int64_t point, bool has_value, double value,
                          bool failed)
{
    if (s->until == NULL)
        return;
    s->broken[point] |= failed || !has_value;
    if (has_value && !failed)
        ts_moments_add(&s->moments[point], value);
}

/* A run that is there stays, or moves to where the plan has it now. */
static bool write_known(sweep *s, const ts_place *place,
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
         ts_fail(error, "out of memory")) &&
        ts_recorder_adopt(s->recorder, &run.facts, known->id, &record, error) &&
        open_batch(s, error) &&
        ts_store_play(s->store, record.data, record.length, error) >= 0;
    ts_buffer_fini(&record);
    ts_diagnostics_fini(&diagnostics);
    ts_point_fini(&run);
    return fine;
}

static bool write_run(sweep *s, const char *record, size_t length,
                      const waiting *w, ts_error *error)
{
    ts_place place = place_of(&s->round, s->written);

    if (!open_batch(s, error) ||
        ts_store_play(s->store, record, length, error) < 0)
        return false;
    count_moments(s, place.point, w->has_value, w->value, w->failed);
    s->result->failed += w->failed;
    s->result->done++;
    s->written++;
    return true;
}

static bool is_kept(const sweep *s, int64_t task)
{
    const ts_known_run *known;

    if (s->have == NULL || s->have[task] == 0)
        return false;
    known = &s->known.runs[s->have[task] - 1];
    return !known->failed || !s->options->retry;
}

/* Writes all whose turn it is. */
static bool advance(sweep *s, ts_error *error)
{
    bool fine = true;

    while (fine && s->written < s->round.count) {
        waiting *w = &s->window[s->written % WINDOW];

        if (is_kept(s, s->written)) {
            ts_place place = place_of(&s->round, s->written);

            fine = write_known(s, &place,
                               &s->known.runs[s->have[s->written] - 1], error);
            s->written++;
            s->result->done++;
            continue;
        }
        if (s->written >= s->given || w->record == NULL)
            break;
        fine = write_run(s, w->record, w->length, w, error);
        s->ahead -= w->length;
        free(w->record);
        w->record = NULL;
    }
    return fine;
}

static bool take(void *context, const ts_crew_result *result, ts_error *error)
{
    sweep *s = context;
    waiting *w = &s->window[result->sequence % WINDOW];
    ts_place place = place_of(&s->round, result->sequence);
    char words[512];

    s->result->events += result->events;
    s->result->judged += result->judged;
    s->result->missed += result->missed;
    if ((result->failed || result->missed > 0) && s->options->trouble != NULL) {
        size_t length = result->words_length < sizeof(words) - 1
                            ? result->words_length
                            : sizeof(words) - 1;

        memcpy(words, result->words, length);
        words[length] = '\0';
        s->options->trouble(s->options->context, &place, result->failed, words);
    }
    *w = (waiting){.value = result->value,
                   .has_value = result->has_value,
                   .failed = result->failed};
    if (result->sequence == s->written)
        return write_run(s, result->record, result->length, w, error) &&
               advance(s, error);
    w->record = malloc(result->length + 1);
    if (w->record == NULL)
        return ts_fail(error, "out of memory");
    memcpy(w->record, result->record, result->length);
    w->length = result->length;
    s->ahead += result->length;
    return true;
}

/* --- playing --- */

static bool give(sweep *s, ts_error *error)
{
    while (s->given < s->round.count && s->given < s->written + WINDOW) {
        ts_task_item task = {.sequence = s->given};

        if (is_kept(s, s->given)) {
            s->given++;
            continue;
        }
        if (!ts_crew_has_room(s->crew))
            break;
        task.place = place_of(&s->round, s->given++);
        if (!ts_crew_give(s->crew, &task, error))
            return false;
    }
    return true;
}

static void look(sweep *s, bool at_once)
{
    int64_t now = now_ms();

    if (s->options->progress == NULL ||
        (!at_once && now < s->looked_ms + LOOK_MS))
        return;
    s->looked_ms = now;
    s->options->progress(s->options->context, s->result->done,
                         s->result->planned, s->result->events);
}

static bool interrupted(const sweep *s)
{
    return s->options->interrupt != NULL && *s->options->interrupt != 0;
}

/* The disk is waited for often enough to lose little and seldom enough to cost
 * little. */
static bool is_time(const sweep *s)
{
    int64_t lasts = COMMIT_SHARE * s->commit_ms;

    return s->open &&
           now_ms() - s->opened_ms >= (lasts > COMMIT_MS ? lasts : COMMIT_MS);
}

static bool play_round(sweep *s, ts_error *error)
{
    bool fine = true;

    s->given = s->written = 0;
    while (fine && s->written < s->round.count && !interrupted(s)) {
        int64_t head = s->ahead > AHEAD_MAX ? s->written : -1;

        fine = advance(s, error) && give(s, error);
        if (fine && s->written < s->round.count && !ts_crew_idle(s->crew))
            fine = ts_crew_wait(s->crew, LOOK_MS, head, take, s, error);
        if (fine && is_time(s))
            fine = commit(s, error);
        look(s, false);
    }
    s->result->rounds++;
    return fine;
}

static bool play_rounds(sweep *s, ts_error *error)
{
    bool fine = true, more = true;

    while (fine && more && !interrupted(s)) {
        s->result->planned += s->round.count;
        fine = (s->round.number == 0 || look_back(s, error)) &&
               play_round(s, error);
        more = fine && !interrupted(s) && next_round(s);
    }
    return fine;
}

/* Runs that failed and are to be run again make room for it. */
static bool drop_failed(sweep *s, ts_error *error)
{
    if (!s->options->retry)
        return true;
    for (int64_t i = 0; i < s->known.count; i++) {
        ts_known_run *run = &s->known.runs[i];

        if (run->failed && run->claimed &&
            !(open_batch(s, error) && ts_store_drop(s->store, run->id, error)))
            return false;
    }
    return commit(s, error);
}

static void finish(sweep *s)
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
    sweep s = {.points = points,
               .options = options,
               .result = result,
               .store = store,
               .until = until_of(points)};
    ts_error second = {.text = ""};
    bool fine;

    *result = (ts_sweep_result){.planned = 0};
    s.window = calloc(WINDOW, sizeof(*s.window));
    s.recorder = ts_recorder_create(false);
    fine = (s.window != NULL && s.recorder != NULL) ||
           ts_fail(error, "out of memory");
    fine = fine && first_round(&s, error) && load_known(&s, error) &&
           look_back(&s, error) &&
           (options->resume || refuse_to_repeat(&s, error)) &&
           drop_failed(&s, error);
    if (fine && !interrupted(&s)) {
        s.crew = ts_crew_create(points, &options->point,
                                s.until != NULL ? s.until->metric : NULL,
                                options->workers, error);
        fine = s.crew != NULL && play_rounds(&s, error);
    }
    /* What is whole is kept, whatever else went wrong. */
    fine = commit(&s, fine ? error : &second) && fine;
    result->interrupted = interrupted(&s);
    look(&s, true);
    finish(&s);
    return fine;
}
