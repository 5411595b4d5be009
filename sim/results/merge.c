/*
 * merge.c - many databases become one.
 */
#include "sim/results/merge.h"

#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/results/query.h"
#include "sim/results/record.h"

#define BATCH 1000 /* runs of a transaction */

/* A run on its way, and what it is sorted by. */
typedef struct entry {
    int source;
    int64_t id;
    int group; /* of scenario and version, in their order */
    int64_t round, point, replication;
    ts_identity identity;
    uint64_t digest, reported;
    bool failed;
} entry;

/* A scenario in a version. */
typedef struct group {
    char *name; /* owned: file name, hash, version */
    int rank;
} group;

typedef struct merger {
    ts_store **stores;       /* owned */
    ts_recorder **recorders; /* owned, one each */
    int count;
    entry *entries; /* owned */
    int64_t entry_count, entry_room;
    group *groups; /* owned */
    int group_count, group_room;
} merger;

static bool grow(void **items, int64_t count, int64_t *room, size_t size)
{
    int64_t more = *room == 0 ? 256 : 2 * *room;
    void *moved;

    if (count < *room)
        return true;
    moved = realloc(*items, (size_t)more * size);
    if (moved == NULL)
        return false;
    *items = moved;
    *room = more;
    return true;
}

/* The number of a group; -1: out of memory. */
static int group_of(merger *m, const char *name)
{
    int64_t room = m->group_room;
    void *groups = m->groups;

    for (int i = 0; i < m->group_count; i++)
        if (strcmp(m->groups[i].name, name) == 0)
            return i;
    if (!grow(&groups, m->group_count, &room, sizeof(group)))
        return -1;
    m->groups = groups;
    m->group_room = (int)room;
    m->groups[m->group_count] = (group){.name = malloc(strlen(name) + 1)};
    if (m->groups[m->group_count].name == NULL)
        return -1;
    assert(m->group_count < m->group_room);
    strcpy(m->groups[m->group_count].name, name);
    return m->group_count++;
}

static void rank_groups(merger *m)
{
    for (int i = 0; i < m->group_count; i++)
        for (int j = 0; j < m->group_count; j++)
            m->groups[i].rank +=
                strcmp(m->groups[j].name, m->groups[i].name) < 0;
    for (int64_t i = 0; i < m->entry_count; i++)
        m->entries[i].group = m->groups[m->entries[i].group].rank;
}

static bool add_run(merger *m, int source, ts_query *q)
{
    entry e = {
        .source = source,
        .id = ts_query_int(q, 0),
        .round = ts_query_int(q, 1),
        .point = ts_query_int(q, 2),
        .replication = ts_query_int(q, 3),
        .digest = strtoull(ts_query_text(q, 5), NULL, 16),
        .failed = ts_query_int(q, 8) != 0,
        .reported = strtoull(ts_query_text(q, 10), NULL, 16),
    };
    char seed[32], version[64], hash[80], name[512];
    void *entries = m->entries;

    snprintf(seed, sizeof seed, "%s", ts_query_text(q, 4));
    snprintf(version, sizeof version, "%s", ts_query_text(q, 6));
    snprintf(hash, sizeof hash, "%s", ts_query_text(q, 7));
    snprintf(name, sizeof name, "%s\x1f%s", ts_query_text(q, 9), version);
    ts_identity_of(hash, seed, e.replication, version, &e.identity);
    e.group = group_of(m, name);
    if (e.group < 0 ||
        !grow(&entries, m->entry_count, &m->entry_room, sizeof(entry)))
        return false;
    assert(source >= 0 && source < m->count && e.group < m->group_count);
    m->entries = entries;
    m->entries[m->entry_count++] = e;
    return true;
}

static bool read_runs(merger *m, int source, ts_error *error)
{
    ts_query q = ts_query_start(
        m->stores[source],
        "SELECT r.id, r.round, r.point, r.replication, r.seed, r.digest, "
        "r.version, d.sha256, r.failed, s.name || char(31) || s.sha256, "
        "r.reported FROM runs r JOIN documents d ON d.id = r.document JOIN "
        "scenarios s ON "
        "s.id = r.scenario",
        0, NULL);
    bool fine = true;

    while (fine && ts_query_next(&q))
        fine = add_run(m, source, &q);
    return ts_query_end(&q, error) && (fine || ts_fail_memory(error));
}

#define ORDER(a, b) (((a) > (b)) - ((a) < (b)))

static int compare(const void *left, const void *right)
{
    const entry *a = left, *b = right;
    int order = ORDER(a->group, b->group);

    order = order != 0 ? order : ORDER(a->round, b->round);
    order = order != 0 ? order : ORDER(a->point, b->point);
    order = order != 0 ? order : ORDER(a->replication, b->replication);
    order = order != 0 ? order
                       : memcmp(&a->identity, &b->identity, sizeof a->identity);
    /* Among copies one that came to its end stands for all. */
    order = order != 0 ? order : ORDER(a->failed, b->failed);
    order = order != 0 ? order : ORDER(a->source, b->source);
    return order != 0 ? order : ORDER(a->id, b->id);
}

static bool same_run(const entry *a, const entry *b)
{
    return a->group == b->group && a->round == b->round &&
           a->point == b->point && a->replication == b->replication &&
           memcmp(&a->identity, &b->identity, sizeof a->identity) == 0;
}

/* A run that never began (its worker was killed) contradicts no other. */
static bool check_copy(const merger *m, const entry *kept, const entry *copy,
                       ts_error *error)
{
    bool behaves = kept->digest == copy->digest;
    uint64_t a = behaves ? kept->reported : kept->digest;
    uint64_t b = behaves ? copy->reported : copy->digest;

    if (a == b || (copy->failed && copy->digest == 0))
        return true;
    return ts_fail(error,
                   "%s (run %" PRId64 ") and %s (run %" PRId64
                   ") hold the same run, point %" PRId64 " replication %" PRId64
                   ", with different digests of %s %016" PRIx64
                   " and %016" PRIx64
                   ": one of them is wrong; `timeslice digest` plays it again",
                   ts_store_path(m->stores[kept->source]), kept->id,
                   ts_store_path(m->stores[copy->source]), copy->id,
                   kept->point, kept->replication,
                   behaves ? "the metrics" : "behaviour", a, b);
}

static bool copy_run(merger *m, ts_store *target, const entry *e,
                     ts_buffer *record, ts_error *error)
{
    record->length = 0;
    return ts_recorder_fetch(m->recorders[e->source], m->stores[e->source],
                             e->id, record, error) &&
           ts_store_play(target, record->data, record->length, error) >= 0;
}

static bool write_runs(merger *m, ts_store *target, ts_merge_result *result,
                       ts_error *error)
{
    ts_buffer record = TS_BUFFER_EMPTY;
    const entry *kept = NULL;
    bool fine = true, open = false;

    for (int64_t i = 0; fine && i < m->entry_count; i++) {
        const entry *e = &m->entries[i];

        if (kept != NULL && same_run(kept, e)) {
            result->copies++;
            fine = check_copy(m, kept, e, error);
            continue;
        }
        assert(kept == NULL || compare(kept, e) < 0); /* sorted, no two alike */
        kept = e;
        if (!open)
            fine = open = ts_store_begin(target, error);
        fine = fine && copy_run(m, target, e, &record, error);
        if (fine && ++result->runs % BATCH == 0) {
            fine = ts_store_commit(target, error);
            open = false;
        }
    }
    if (open)
        fine = ts_store_commit(target, fine ? error : NULL) && fine;
    ts_buffer_fini(&record);
    return fine;
}

static bool open_all(merger *m, const char *const *paths, int count,
                     ts_error *error)
{
    m->stores = calloc((size_t)count + 1, sizeof *m->stores);
    m->recorders = calloc((size_t)count + 1, sizeof *m->recorders);
    if (m->stores == NULL || m->recorders == NULL)
        return ts_fail_memory(error);
    for (int i = 0; i < count; i++) {
        m->count = i + 1;
        m->stores[i] = ts_store_open(paths[i], TS_STORE_READ, error);
        m->recorders[i] = ts_recorder_create(true);
        if (m->stores[i] == NULL || m->recorders[i] == NULL)
            return ts_fail_memory(error);
    }
    return true;
}

static void finish(merger *m)
{
    for (int i = 0; i < m->count; i++) {
        ts_recorder_destroy(m->recorders[i]);
        ts_store_close(m->stores[i]);
    }
    for (int i = 0; i < m->group_count; i++)
        free(m->groups[i].name);
    free(m->groups);
    free(m->stores);
    free(m->recorders);
    free(m->entries);
}

bool ts_merge(ts_store *target, const char *const *paths, int count,
              ts_merge_result *result, ts_error *error)
{
    merger m = {.count = 0};
    bool fine = open_all(&m, paths, count, error);

    *result = (ts_merge_result){.runs = 0};
    for (int i = 0; fine && i < count; i++)
        fine = read_runs(&m, i, error);
    if (fine && m.entry_count > 0) {
        rank_groups(&m);
        qsort(m.entries, (size_t)m.entry_count, sizeof *m.entries, compare);
    }
    fine = fine && write_runs(&m, target, result, error);
    finish(&m);
    return fine;
}
