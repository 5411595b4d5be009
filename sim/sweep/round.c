/*
 * round.c - a sweep's rounds: one, or as many as the points need until their
 * means are known well enough.
 */
#include <stdlib.h>

#include "sim/sweep/state.h"

static int64_t share(int64_t count, int64_t shard, int64_t shards)
{
    assert(shards >= 1 && shard >= 0 && shard < shards);
    return count <= shard ? 0 : (count - shard - 1) / shards + 1;
}

const ts_plan_until *ts_until_of(const ts_points *points)
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

    if (ts_until_of(points) != NULL)
        return share(runs / each, shard, shards) * each;
    return share(runs, shard, shards);
}

ts_place ts_round_place(const ts_round *round, int64_t task)
{
    int64_t number = round->shard + task * round->shards;
    int64_t point = number / round->replications;

    assert(task >= 0 && point < round->point_count);
    return (ts_place){
        .point = round->points != NULL ? round->points[point] : point,
        .replication = round->first + number % round->replications,
        .round = round->number,
    };
}

bool ts_round_first(ts_sweep_state *s, ts_error *error)
{
    int64_t points =
        ts_points_count(s->points) / ts_points_replications(s->points);
    int64_t mine = share(points, s->options->shard, s->options->shards);

    s->round = (ts_round){.point_count = points,
                          .replications = ts_points_replications(s->points),
                          .shards = 1};
    if (s->until == NULL) {
        s->round.shard = s->options->shard;
        s->round.shards = s->options->shards;
    } else {
        s->round.points = calloc((size_t)mine + 1, sizeof *s->round.points);
        s->moments = calloc((size_t)points, sizeof *s->moments);
        s->broken = calloc((size_t)points, sizeof *s->broken);
        if (s->round.points == NULL || s->moments == NULL || s->broken == NULL)
            return ts_fail_memory(error);
        for (int64_t i = 0; i < mine; i++)
            s->round.points[i] = s->options->shard + i * s->options->shards;
        s->round.point_count = mine;
    }
    s->round.count =
        ts_sweep_count(s->points, s->options->shard, s->options->shards);
    return true;
}

static bool settled(const ts_sweep_state *s, int64_t point)
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
bool ts_round_next(ts_sweep_state *s)
{
    ts_round *r = &s->round;
    int64_t next = r->first + r->replications, left = 0;

    if (s->until == NULL)
        return false;
    for (int64_t i = 0; i < r->point_count; i++)
        if (s->broken[r->points[i]])
            s->result->unsettled++;
        else if (!settled(s, r->points[i]))
            r->points[left++] = r->points[i];
    assert(left <= r->point_count);
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
    assert(r->first + r->replications <= s->until->at_most);
    return true;
}
