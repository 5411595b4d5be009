/*
 * cache.c - see cache.h.
 *
 * A touch costs a handful of list operations, however large the footprint.
 * The two variants for reference cases cost more: random replacement draws
 * victims in handfuls of a thousandth of the cache, and a set-associative
 * cache goes through its sets.
 */
#include "models/memory/cache.h"
#include "models/memory/memory.h"

#include <string.h>

/* --- fields --- */

static const char *const replacements[] = {"lru", "random", NULL};
static const char *const mappings[] = {"independent", "spread", NULL};

static const ts_field cache_fields[] = {
    {.name = "name",
     .kind = TS_FIELD_TEXT,
     .required = true,
     .offset = TS_AT(ts_cache_record, name),
     .help = "\"L2\""},
    {.name = "size",
     .kind = TS_FIELD_SIZE,
     .required = true,
     .min = 64,
     .offset = TS_AT(ts_cache_record, size),
     .help = "its capacity"},
    {.name = "per",
     .kind = TS_FIELD_CHOICE,
     .choices = ts_scope_names,
     .fallback = "core",
     .offset = TS_AT(ts_cache_record, per),
     .help = "what has one each"},
    {.name = "latency",
     .kind = TS_FIELD_DURATION,
     .required = true,
     .offset = TS_AT(ts_cache_record, latency),
     .help = "from load to use of a line that is found here"},
    {.name = "replacement",
     .kind = TS_FIELD_CHOICE,
     .choices = replacements,
     .fallback = "lru",
     .offset = TS_AT(ts_cache_record, replacement),
     .help = "which lines make room: those unused the longest, or any"},
    {.name = "ways",
     .kind = TS_FIELD_INT,
     .fallback = "0",
     .max = 64,
     .offset = TS_AT(ts_cache_record, ways),
     .help = "lines of a set; 0: fully associative, which is much quicker to "
             "simulate"},
    {.name = "mapping",
     .kind = TS_FIELD_CHOICE,
     .choices = mappings,
     .fallback = "independent",
     .offset = TS_AT(ts_cache_record, mapping),
     .help = "with ways: each line of a working set falls on any set, or all "
             "are spread over different sets while there are any"},
};

static void check_cache(ts_check *check, const void *record)
{
    const ts_cache_record *cache = record;

    if (cache->ways > 0 && cache->replacement != TS_REPLACE_LRU)
        ts_check_error(check, "replacement",
                       "a set-associative cache replaces by lru");
}

const ts_shape ts_cache_shape = {.name = "cache",
                                 .help = "One level of cache",
                                 .size = sizeof(ts_cache_record),
                                 TS_FIELDS(cache_fields),
                                 .check = check_cache};

/* --- lists --- */

static void list_take(ts_line_group *group)
{
    assert(group->prev->next == group && group->next->prev == group);
    group->prev->next = group->next;
    group->next->prev = group->prev;
}

/* As the first of the list, behind its head. */
static void list_put(ts_line_group *head, ts_line_group *group)
{
    assert(head->next->prev == head);
    group->next = head->next;
    group->prev = head;
    head->next->prev = group;
    head->next = group;
}

static ts_line_group *find(const ts_cache *cache, const ts_footprint *footprint)
{
    ts_line_group *group = footprint->groups;

    while (group != NULL && group->cache != cache)
        group = group->other;
    return group;
}

static void disown(ts_line_group *group)
{
    ts_footprint *owner = group->owner;

    if (owner == NULL)
        return;
    if (group->before != NULL)
        group->before->other = group->other;
    else
        owner->groups = group->other;
    if (group->other != NULL)
        group->other->before = group->before;
    group->owner = NULL;
}

static ts_line_group *make_group(ts_caches *caches, ts_cache *cache,
                                 ts_footprint *owner)
{
    ts_line_group *group = caches->spare;

    if (group != NULL)
        caches->spare = group->next;
    else
        group = ts_arena_alloc(caches->machine->arena, sizeof *group);
    if (group == NULL) {
        ts_machine_memory(caches->machine);
        return NULL;
    }
    *group = (ts_line_group){.cache = cache, .owner = owner};
    if (owner != NULL) {
        group->other = owner->groups;
        if (group->other != NULL)
            group->other->before = group;
        owner->groups = group;
    }
    list_put(&cache->idle, group);
    return group;
}

static void drop_group(ts_caches *caches, ts_line_group *group)
{
    assert(group->lines == 0); /* else lines are lost */
    disown(group);
    list_take(group);
    group->next = caches->spare;
    caches->spare = group;
}

/* --- making room --- */

/* What a running footprint may have: all of it, or its part by size. */
static int64_t share(const ts_cache *cache, const ts_footprint *footprint)
{
    assert(footprint->lines <= cache->wanted);
    if (cache->wanted <= cache->capacity)
        return footprint->lines;
    if (cache->capacity <= INT32_MAX && footprint->lines <= INT32_MAX)
        return cache->capacity * footprint->lines / cache->wanted;
    return (int64_t)((ts_i128)cache->capacity * footprint->lines /
                     cache->wanted);
}

static int64_t take_lines(ts_cache *cache, ts_line_group *group, int64_t most)
{
    int64_t taken = group->lines < most ? group->lines : most;

    assert(taken >= 0 && taken <= cache->used);
    group->lines -= taken;
    cache->used -= taken;
    return taken;
}

/* Frees up to `need` lines: of threads that do not run, the longest unused
 * first, then what running ones have beyond their share. */
static void evict_lru(ts_caches *caches, ts_cache *cache, int64_t need)
{
    while (need > 0 && cache->idle.prev != &cache->idle) {
        ts_line_group *victim = cache->idle.prev;

        need -= take_lines(cache, victim, need);
        if (victim->lines == 0)
            drop_group(caches, victim);
    }
    for (ts_line_group *g = cache->running.next;
         need > 0 && g != &cache->running; g = g->next) {
        int64_t over = g->lines - share(cache, g->owner);

        if (over > 0)
            need -= take_lines(cache, g, over < need ? over : need);
    }
}

/* The group that holds line number `line` of the cache. */
static ts_line_group *holder(ts_cache *cache, int64_t line)
{
    for (ts_line_group *g = cache->running.next; g != &cache->running;
         g = g->next)
        if ((line -= g->lines) < 0)
            return g;
    for (ts_line_group *g = cache->idle.next; g != &cache->idle; g = g->next)
        if ((line -= g->lines) < 0)
            return g;
    return NULL;
}

/* `misses` lines for `group` (NULL: for nobody), each in the place of any
 * line of the full cache. Victims are drawn in handfuls of a thousandth of
 * the cache, which shifts what survives m misses by a relative m / 2048C;
 * misses beyond 16 times the cache change nothing any more. */
static void replace_random(ts_caches *caches, ts_cache *cache,
                           ts_line_group *group, int64_t misses)
{
    int64_t handful = cache->capacity / 1024 > 1 ? cache->capacity / 1024 : 1;

    assert(cache->used == cache->capacity); /* each takes another's place */
    if (misses > 16 * cache->capacity)
        misses = 16 * cache->capacity;
    while (misses > 0) {
        int64_t lines = handful < misses ? handful : misses;
        ts_line_group *victim =
            holder(cache, (int64_t)ts_random_below(&caches->random,
                                                   (uint64_t)cache->used));

        assert(victim != NULL); /* the cache is full */
        lines = take_lines(cache, victim, lines);
        misses -= lines;
        cache->used += lines;
        group->lines += lines;
        if (victim->lines == 0 && victim != group && !victim->active)
            drop_group(caches, victim);
    }
}

static void insert(ts_caches *caches, ts_cache *cache, ts_line_group *group,
                   int64_t lines)
{
    int64_t room = cache->capacity - cache->used;
    int64_t direct = lines < room ? lines : room;

    assert(lines > 0 && room >= 0);
    if (cache->level_of->record->replacement == TS_REPLACE_LRU) {
        if (lines > room) {
            evict_lru(caches, cache, lines - room);
            room = cache->capacity - cache->used;
            direct = lines < room ? lines : room;
        }
        group->lines += direct;
        cache->used += direct;
        assert(cache->used <= cache->capacity);
        return;
    }
    group->lines += direct;
    cache->used += direct;
    if (lines > direct)
        replace_random(caches, cache, group, lines - direct);
    assert(cache->used <= cache->capacity);
}

/* --- set-associative --- */

/* Where the lines of the footprint fall. At most 255 of them in a set: more
 * do not fit anyway. */
static bool draw_sets(ts_caches *caches, ts_footprint *footprint, int level)
{
    const ts_cache_level *at = &caches->level[level];
    uint64_t sets = (uint64_t)at->sets, left = (uint64_t)footprint->lines;
    uint8_t *count = footprint->sets[level];
    ts_random random = caches->random;

    assert(level < caches->levels && sets > 0 && footprint->lines >= 0);
    if (count == NULL)
        count = ts_arena_alloc(caches->machine->arena, (size_t)sets);
    if (count == NULL)
        return ts_machine_memory(caches->machine);
    memset(count, 0, (size_t)sets);
    footprint->sets[level] = count;
    footprint->drawn[level] = true;
    ts_random_select(&random, (uint64_t)footprint->id + 1);
    if (at->record->mapping == TS_MAPPING_SPREAD) {
        uint64_t each = left / sets < 255 ? left / sets : 255;

        memset(count, (int)each, (size_t)sets);
        left %= sets;
        /* Selection sampling: each set gets one of the rest or not, so that
         * every choice of sets is as likely (Knuth, 3.4.2, S). */
        for (uint64_t s = 0; s < sets && left > 0; s++)
            if (ts_random_below(&random, sets - s) < left) {
                count[s] = (uint8_t)(count[s] + (count[s] < 255));
                left--;
            }
        return true;
    }
    for (; left > 0; left--) {
        uint64_t s = ts_random_below(&random, sets);

        count[s] = (uint8_t)(count[s] + (count[s] < 255));
    }
    return true;
}

/* Lines of one set that are the footprint's. */
static int of_set(const int32_t *way, int ways, int32_t who)
{
    int count = 0;

    for (int w = 0; w < ways; w++)
        count += way[w] == who;
    return count;
}

static int64_t touch_sets(ts_caches *caches, ts_cache *cache,
                          ts_footprint *footprint, int level)
{
    ts_cache_level *at = &caches->level[level];
    int32_t who = footprint->id + 1;
    int64_t fetched = 0;

    if (!footprint->drawn[level] && !draw_sets(caches, footprint, level))
        return 0;
    for (int s = 0; s < at->sets; s++) {
        int32_t *way = cache->way + (size_t)s * (size_t)at->ways;
        int want = footprint->sets[level][s], kept = 0;

        if (want > at->ways)
            want = at->ways;
        fetched += want - of_set(way, at->ways, who);
        while (kept < want)
            at->spare_ways[kept++] = who;
        for (int w = 0; kept < at->ways && w < at->ways; w++)
            if (way[w] != who)
                at->spare_ways[kept++] = way[w];
        assert(kept <= at->ways);
        memcpy(way, at->spare_ways, (size_t)at->ways * sizeof *way);
    }
    return fetched;
}

static int64_t sets_hold(const ts_cache *cache, const ts_footprint *footprint)
{
    const ts_cache_level *at = cache->level_of;
    int64_t lines = 0;

    for (int s = 0; s < at->sets; s++)
        lines += of_set(cache->way + (size_t)s * (size_t)at->ways, at->ways,
                        footprint->id + 1);
    return lines;
}

/* --- for memory.c --- */

int64_t ts_cache_holds(const ts_cache *cache, const ts_footprint *footprint)
{
    const ts_line_group *group;

    if (cache->way != NULL)
        return sets_hold(cache, footprint);
    group = find(cache, footprint);
    return group != NULL ? group->lines : 0;
}

/* The running `group` gets what it is short of; returns how much. */
static int64_t fetch(ts_caches *caches, ts_cache *cache, ts_line_group *group)
{
    int64_t want = share(cache, group->owner);

    if (want > cache->capacity)
        want = cache->capacity;
    want -= group->lines;
    if (want <= 0)
        return 0;
    insert(caches, cache, group, want);
    return want;
}

int64_t ts_cache_touch(ts_caches *caches, ts_cache *cache,
                       ts_footprint *footprint)
{
    ts_line_group *group;

    if (cache->way != NULL)
        return touch_sets(caches, cache, footprint,
                          (int)(cache->level_of - caches->level));
    group = find(cache, footprint);
    return group != NULL ? fetch(caches, cache, group) : 0;
}

int64_t ts_cache_enter(ts_caches *caches, ts_cache *cache,
                       ts_footprint *footprint, int64_t *held)
{
    ts_line_group *group;

    if (cache->way != NULL) {
        *held = sets_hold(cache, footprint);
        return ts_cache_touch(caches, cache, footprint);
    }
    group = find(cache, footprint);
    if (group == NULL)
        group = make_group(caches, cache, footprint);
    *held = group != NULL ? group->lines : 0;
    if (group == NULL)
        return 0;
    assert(!group->active);
    cache->wanted += footprint->lines;
    group->active = true;
    list_take(group);
    list_put(&cache->running, group);
    return *held < footprint->lines ? fetch(caches, cache, group) : 0;
}

void ts_cache_leave(ts_caches *caches, ts_cache *cache, ts_footprint *footprint)
{
    ts_line_group *group;

    if (cache->way != NULL)
        return;
    group = find(cache, footprint);
    if (group == NULL)
        return;
    assert(group->active);
    cache->wanted -= footprint->lines;
    assert(cache->wanted >= 0);
    group->active = false;
    list_take(group);
    list_put(&cache->idle, group);
    if (group->lines == 0)
        drop_group(caches, group);
}

void ts_cache_stream(ts_caches *caches, ts_cache *cache, int64_t lines)
{
    ts_line_group *group;

    if (cache->way != NULL || lines <= 0)
        return;
    group = make_group(caches, cache, NULL);
    if (group == NULL)
        return;
    /* The newcomer must not be its own first victim. */
    list_take(group);
    if (cache->level_of->record->replacement == TS_REPLACE_LRU &&
        lines > cache->capacity)
        lines = cache->capacity;
    group->active = true;
    if (cache->level_of->record->replacement == TS_REPLACE_LRU) {
        insert(caches, cache, group, lines);
        list_put(&cache->idle, group);
    } else {
        list_put(&cache->idle, group);
        insert(caches, cache, group, lines);
    }
    group->active = false;
    if (group->lines == 0)
        drop_group(caches, group);
}

void ts_caches_abandon(ts_caches *caches, ts_footprint *footprint)
{
    (void)caches;
    while (footprint->groups != NULL)
        disown(footprint->groups);
}

/* --- making --- */

static bool create_level(ts_caches *caches, int index,
                         const ts_cache_record *record, int64_t line,
                         ts_error *error)
{
    ts_machine *machine = caches->machine;
    ts_cache_level *level = &caches->level[index];
    int64_t lines = record->size / line;

    level->record = record;
    level->latency = ts_machine_fine(machine, &record->latency);
    level->count = ts_topology_of(machine)->count[record->per];
    level->cache = ts_arena_array(machine->arena, (size_t)level->count,
                                  sizeof *level->cache);
    if (lines < 1 || (record->ways > 0 && lines % record->ways != 0))
        return ts_fail(error,
                       "cache %s has %lld lines, which is no multiple "
                       "of its ways",
                       record->name, (long long)lines);
    if (record->ways > 0 && lines > 1 << 20)
        return ts_fail(error,
                       "cache %s is too large to follow its sets; "
                       "leave ways out",
                       record->name);
    level->ways = (int)record->ways;
    level->sets = level->ways > 0 ? (int)(lines / record->ways) : 0;
    level->spare_ways = ts_arena_array(machine->arena, 64, sizeof(int32_t));
    if (level->cache == NULL || level->spare_ways == NULL)
        return ts_fail(error, "out of memory for caches");
    for (int i = 0; i < level->count; i++) {
        ts_cache *cache = &level->cache[i];

        cache->level_of = level;
        cache->capacity = lines;
        cache->first = -1;
        cache->running.next = cache->running.prev = &cache->running;
        cache->idle.next = cache->idle.prev = &cache->idle;
        if (level->sets == 0)
            continue;
        cache->way =
            ts_arena_array(machine->arena, (size_t)lines, sizeof(int32_t));
        if (cache->way == NULL)
            return ts_fail(error, "out of memory for caches");
    }
    return true;
}

bool ts_caches_create(ts_caches *caches, ts_machine *machine,
                      const ts_list *records, int64_t line, ts_error *error)
{
    const ts_cache_record *record = records->items;
    int n = records->count;

    caches->machine = machine;
    caches->levels = n;
    ts_random_init(&caches->random, ts_engine_seed(machine->engine),
                   "memory/caches");
    caches->path = ts_arena_array(machine->arena,
                                  (size_t)machine->cpu_count * (size_t)n + 1,
                                  sizeof(ts_cache *));
    if (caches->path == NULL)
        return ts_fail(error, "out of memory for caches");
    for (int l = 0; l < n; l++) {
        if (!create_level(caches, l, &record[l], line, error))
            return false;
        for (int c = 0; c < machine->cpu_count; c++) {
            int unit = ts_topology_of(machine)->unit[record[l].per][c];
            ts_cache *cache = &caches->level[l].cache[unit];

            assert(unit >= 0 && unit < caches->level[l].count);
            caches->path[c * n + l] = cache;
            if (cache->first < 0)
                cache->first = c;
        }
    }
    return true;
}
