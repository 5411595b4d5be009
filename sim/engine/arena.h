/*
 * arena.h - the memory of one run.
 *
 * Everything a run allocates comes from one arena and goes with it. Blocks
 * grow geometrically; nothing is ever returned singly. Memory is zeroed.
 *
 *   ts_arena_init(&arena, limit)     limit in bytes, 0: none
 *   p = ts_arena_alloc(&arena, n)    never NULL on success; NULL past the limit
 *   ts_arena_extend(&arena, n)       room for last words beyond it
 *   ts_arena_fini(&arena)
 */
#ifndef TS_ENGINE_ARENA_H
#define TS_ENGINE_ARENA_H

#include "sim/engine/base.h"

typedef struct ts_arena {
    struct ts_arena_block *blocks; /* newest first; owned */
    size_t used;                   /* bytes handed out */
    size_t held;                   /* bytes taken from the system */
    size_t limit;                  /* 0: none */
    bool exhausted; /* an allocation failed, and so does every other; the
                       engine ends the run when it sees this */
    bool limited;   /* it was the limit that it failed at */
} ts_arena;

void ts_arena_init(ts_arena *arena, size_t limit);
void ts_arena_fini(ts_arena *arena);
/* `size` zeroed bytes aligned for any type, or NULL when the limit or the
 * machine's memory is exhausted. */
TS_MUST_USE
void *ts_arena_alloc(ts_arena *arena, size_t size);
/* The same for `count` items of `size` bytes; NULL also when the product
 * would overflow. */
TS_MUST_USE
void *ts_arena_array(ts_arena *arena, size_t count, size_t size);
/* `size` bytes from where a line of the cache begins: for what is laid out in
 * lines because there is much of it and all of it is visited often. */
TS_MUST_USE
void *ts_arena_lines(ts_arena *arena, size_t size);
/* Lets an arena have `more` bytes beyond its limit, whether it came to that or
 * is close to it. */
void ts_arena_extend(ts_arena *arena, size_t more);
/* A copy of `text`, owned by the arena. */
TS_MUST_USE
char *ts_arena_text(ts_arena *arena, const char *text);
TS_MUST_USE
char *ts_arena_format(ts_arena *arena, const char *format, ...)
    __attribute__((format(printf, 2, 3)));

#endif
