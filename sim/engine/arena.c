/*
 * arena.c - the memory of one run; see arena.h.
 *
 * Blocks come zeroed from calloc() and are carved from the front. The newest
 * block is the one being carved; a request too big for it that would waste
 * most of what is left gets a block of its own, put behind the newest.
 */
#define _DEFAULT_SOURCE /* madvise() */
#include "sim/engine/arena.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#define ALIGNMENT _Alignof(max_align_t)
#define LINE ((size_t)64) /* of the cache, on the processors of today */
#define BLOCK_MIN ((size_t)16 * 1024)
#define BLOCK_MAX ((size_t)16 * 1024 * 1024)
#define HUGE_PAGE ((size_t)2 * 1024 * 1024)

struct ts_arena_block {
    struct ts_arena_block *older;
    size_t size; /* bytes at data */
    size_t used;
    unsigned char *data; /* behind this, from the first line on: where things
                            lie in lines is the same wherever the block is */
};

static_assert(LINE % ALIGNMENT == 0, "a line suits any type");

void ts_arena_init(ts_arena *arena, size_t limit)
{
    *arena = (ts_arena){.limit = limit};
}

void ts_arena_fini(ts_arena *arena)
{
    struct ts_arena_block *block = arena->blocks;

    while (block != NULL) {
        struct ts_arena_block *older = block->older;

        free(block);
        block = older;
    }
    *arena = (ts_arena){.limit = arena->limit};
}

static void *arena_exhausted(ts_arena *arena)
{
    arena->exhausted = true;
    return NULL;
}

/* Asks for huge pages in the middle of a large block: a million events visited
 * in the order of their times miss the TLB at nearly every step otherwise. A
 * system that has none says no, and nothing else changes. */
static void advise(void *block, size_t size)
{
#ifdef MADV_HUGEPAGE
    size_t skip = (HUGE_PAGE - (uintptr_t)block % HUGE_PAGE) % HUGE_PAGE;

    if (size >= skip + HUGE_PAGE) {
        (void)madvise((unsigned char *)block + skip,
                      (size - skip) / HUGE_PAGE * HUGE_PAGE, MADV_HUGEPAGE);
    }
#else
    (void)block;
    (void)size;
#endif
}

/* A block with room for `size` bytes, already linked in; NULL: no memory. */
static struct ts_arena_block *arena_grow(ts_arena *arena, size_t size)
{
    struct ts_arena_block *newest = arena->blocks;
    size_t want = newest == NULL ? BLOCK_MIN : newest->size * 2, whole;
    struct ts_arena_block *block;

    if (want > BLOCK_MAX)
        want = BLOCK_MAX;
    if (arena->limit != 0 && want > arena->limit - arena->used)
        want = arena->limit - arena->used;
    if (want < size)
        want = size;
    whole = sizeof *block + LINE + want;
    block = calloc(1, whole);
    if (block == NULL)
        return NULL;
    advise(block, whole);
    block->size = want;
    block->data = (unsigned char *)(block + 1);
    block->data += (0 - (uintptr_t)block->data) % LINE;
    arena->held += whole;
    if (newest != NULL && newest->size - newest->used > want - size) {
        block->older = newest->older; /* the newest has more left */
        newest->older = block;
    } else {
        block->older = newest;
        arena->blocks = block;
    }
    assert(block->size >= size && block->used == 0);
    return block;
}

/* `boundary`: a power of two, a line at most. */
static void *take(ts_arena *arena, size_t size, size_t boundary)
{
    struct ts_arena_block *block = arena->blocks;
    size_t skip = block == NULL ? 0 : (0 - block->used) % boundary;
    void *memory;

    if (size > SIZE_MAX / 2)
        return arena_exhausted(arena);
    /* Nothing still takes a place, so that pointers stay distinct. */
    size = size == 0 ? ALIGNMENT : (size + ALIGNMENT - 1) & ~(ALIGNMENT - 1);
    if (arena->exhausted)
        return NULL; /* the system is not asked again and again */
    if (arena->limit != 0 && size + skip > arena->limit - arena->used) {
        arena->limited = true;
        return arena_exhausted(arena);
    }
    if (block == NULL || block->size - block->used < size + skip) {
        block = arena_grow(arena, size);
        if (block == NULL)
            return arena_exhausted(arena);
        skip = 0;
    }
    memory = block->data + block->used + skip;
    block->used += size + skip;
    arena->used += size + skip;
    assert((uintptr_t)memory % boundary == 0);
    assert(block->used <= block->size && arena->used <= arena->held);
    assert(arena->limit == 0 || arena->used <= arena->limit);
    return memory;
}

void *ts_arena_alloc(ts_arena *arena, size_t size)
{
    return take(arena, size, ALIGNMENT);
}

void *ts_arena_lines(ts_arena *arena, size_t size)
{
    return take(arena, size, LINE);
}

void ts_arena_extend(ts_arena *arena, size_t more)
{
    if (arena->limit > 0)
        arena->limit =
            arena->limit < SIZE_MAX - more ? arena->limit + more : SIZE_MAX;
    if (arena->limited) {
        arena->limited = false;
        arena->exhausted = false;
    }
}

void *ts_arena_array(ts_arena *arena, size_t count, size_t size)
{
    size_t bytes;

    if (__builtin_mul_overflow(count, size, &bytes))
        return arena_exhausted(arena);
    return ts_arena_alloc(arena, bytes);
}

char *ts_arena_text(ts_arena *arena, const char *text)
{
    size_t size = strlen(text) + 1;
    char *copy = ts_arena_alloc(arena, size);

    if (copy != NULL)
        memcpy(copy, text, size);
    return copy;
}

/* Most texts are short, and then they are formatted once. */
char *ts_arena_format(ts_arena *arena, const char *format, ...)
{
    char brief[256];
    va_list arguments;
    char *text = NULL;
    int length;

    va_start(arguments, format);
    length = vsnprintf(brief, sizeof brief, format, arguments);
    va_end(arguments);
    if (length >= 0)
        text = ts_arena_alloc(arena, (size_t)length + 1);
    if (text != NULL && (size_t)length < sizeof brief) {
        memcpy(text, brief, (size_t)length + 1);
    } else if (text != NULL) {
        va_start(arguments, format);
        (void)vsnprintf(text, (size_t)length + 1, format, arguments);
        va_end(arguments);
    }
    return text;
}
