/*
 * watch.c - see watch.h.
 *
 * It looks five times a second: editors that save by renaming, and files on
 * other machines, are seen as well as any.
 */
#include "sim/cli/watch.h"

#include <sys/stat.h>
#include <time.h>

#include "sim/cli/scenario.h"
#include "sim/engine/base.h"

uint64_t ts_watch_look(char *const *words, int count)
{
    uint64_t sum = 0;
    char path[4300];

    for (int i = 0; i < count; i++) {
        struct stat info;

        if (stat(ts_cli_locate(words[i], path, sizeof path), &info) != 0)
            continue;
        sum = sum * 31 + (uint64_t)info.st_mtim.tv_sec;
        sum = sum * 31 + (uint64_t)info.st_mtim.tv_nsec;
        sum = sum * 31 + (uint64_t)info.st_size;
        sum = sum * 31 + (uint64_t)info.st_ino;
    }
    return sum;
}

void ts_watch_wait(char *const *words, int count, uint64_t before,
                   const volatile sig_atomic_t *interrupt)
{
    const struct timespec pause = {.tv_sec = 0, .tv_nsec = 200000000};

    while (*interrupt == 0 && ts_watch_look(words, count) == before)
        nanosleep(&pause, NULL);
}
