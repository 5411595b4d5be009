/*
 * caches.c - from load to use, by how much memory is gone through.
 *
 * Lines are chained into one circle in random order, so that each load waits
 * for the one before it and no prefetcher knows the next. What the kernel says
 * of the caches' sizes says where to look: half of a cache for its own
 * latency, four times the last one for memory's. Beyond what the translation
 * look-aside buffer holds its misses are a part of the figure.
 */
#define _GNU_SOURCE
#include "sim/host/host.h"

#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/mman.h>

#define LINE 64
#define LEVELS_MAX 4
#define MEMORY_MAX ((size_t)256 << 20)

typedef struct chase {
    void **at;
    int loads;
} chase;

static double go_round(void *context)
{
    chase *c = context;
    void **at = c->at;
    double from = ts_host_now(), took;

    for (int i = 0; i < c->loads; i++) {
        at = *at;
        __asm__ volatile("" : "+r"(at));
    }
    took = ts_host_now() - from;
    c->at = at;
    return took / c->loads;
}

/* Sattolo's algorithm: one circle through all lines. The order is the same each
 * time. */
static void link_lines(char *memory, size_t lines)
{
    uint64_t seed = 88172645463325252;

    for (size_t i = 0; i < lines; i++)
        *(void **)(memory + i * LINE) = memory + i * LINE;
    for (size_t i = lines - 1; i > 0; i--) {
        void **a = (void **)(memory + i * LINE), **b, *keep;

        seed ^= seed << 13;
        seed ^= seed >> 7;
        seed ^= seed << 17;
        b = (void **)(memory + seed % i * LINE);
        keep = *a;
        *a = *b;
        *b = keep;
    }
}

static void measure(ts_host *host, const ts_reading *reading, size_t size)
{
    char *memory = mmap(NULL, size, PROT_READ | PROT_WRITE,
                        MAP_PRIVATE | MAP_ANONYMOUS, -1, 0);
    chase c;

    if (memory == MAP_FAILED)
        return;
    (void)madvise(memory, size, MADV_HUGEPAGE);
    link_lines(memory, size / LINE);
    c = (chase){.at = (void **)memory, .loads = 20000};
    for (size_t i = 0; i < size / LINE / 20000 + 2 && i < 10; i++)
        (void)go_round(&c);
    ts_host_sample(host, reading, go_round, &c);
    munmap(memory, size);
}

/* A number from a file of the first processor's i-th cache, which may end with
 * K or M. */
static long read_cache(int i, const char *name, char *text, size_t size)
{
    char path[128];
    FILE *file;
    char *end;
    long value;

    snprintf(path, sizeof path, "/sys/devices/system/cpu/cpu0/cache/index%d/%s",
             i, name);
    file = fopen(path, "r");
    text[0] = '\0';
    if (file != NULL) {
        if (fgets(text, (int)size, file) == NULL)
            text[0] = '\0';
        fclose(file);
    }
    value = strtol(text, &end, 10);
    return *end == 'K' ? value << 10 : *end == 'M' ? value << 20 : value;
}

static void caches(ts_host *host)
{
    size_t last = 0;

    ts_host_pin(0);
    for (int i = 0; i < 2 * LEVELS_MAX; i++) {
        char text[64];
        long level = read_cache(i, "level", text, sizeof text);
        long size = read_cache(i, "size", text, sizeof text);

        (void)read_cache(i, "type", text, sizeof text);
        if (level < 1 || level > LEVELS_MAX || size < 4096 ||
            strncmp(text, "Instruction", 11) == 0)
            continue;
        last = (size_t)size;
        ts_host_note(host,
                     &(ts_reading){.name = ts_arena_format(ts_host_arena(host),
                                                           "cache.L%ld.size",
                                                           level),
                                   .what = "what the kernel says",
                                   .unit = "bytes"},
                     (double)size);
        measure(host,
                &(ts_reading){.name = ts_arena_format(ts_host_arena(host),
                                                      "cache.L%ld", level),
                              .what = "from load to use in half of it",
                              .unit = "ns"},
                last / 2);
    }
    if (last == 0)
        last = (size_t)8 << 20;
    measure(host,
            &(ts_reading){.name = "memory",
                          .field = "/computer/memory/latency",
                          .what = "from load to use beyond the caches",
                          .unit = "ns"},
            4 * last < MEMORY_MAX ? 4 * last : MEMORY_MAX);
}

const ts_probe ts_probe_caches = {"caches", caches};
