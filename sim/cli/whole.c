/*
 * whole.c - a database that appears when it is whole.
 */
#include "sim/cli/whole.h"

#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

static bool copy_file(const char *from, int to, ts_error *error)
{
    static const size_t size = 1 << 16;
    int in = open(from, O_RDONLY);
    char *room = malloc(size);
    bool fine = room != NULL && (in >= 0 || errno == ENOENT);
    ssize_t n = 0;

    while (fine && in >= 0 && (n = read(in, room, size)) > 0)
        fine = write(to, room, (size_t)n) == n;
    if (in >= 0)
        close(in);
    free(room);
    return (fine && n == 0) ||
           ts_fail(error, "%s: cannot be copied: %s", from, strerror(errno));
}

bool ts_whole_begin(ts_whole *whole, const char *target, bool wanted, bool copy,
                    ts_error *error)
{
    int file, n;

    *whole = (ts_whole){.target = target, .apart = wanted};
    n = snprintf(whole->path, sizeof whole->path, "%s%s", target,
                 wanted ? ".XXXXXX" : "");
    if (n < 0 || (size_t)n >= sizeof whole->path)
        return ts_fail(error, "%s: the name is too long", target);
    if (!wanted)
        return true;
    file = mkstemp(whole->path);
    if (file < 0)
        return ts_fail(error,
                       "%s: cannot be made: %s; check that its "
                       "directory exists and that you may write there",
                       target, strerror(errno));
    if (fchmod(file, 0644) != 0 || (copy && !copy_file(target, file, error))) {
        close(file);
        ts_whole_abandon(whole);
        return ts_fail(error, "%s: %s", target, strerror(errno));
    }
    close(file);
    return true;
}

static bool sync_path(const char *path, int flags)
{
    int file = open(path, flags);
    bool fine = file >= 0 && fsync(file) == 0;

    if (file >= 0)
        close(file);
    return fine;
}

bool ts_whole_end(ts_whole *whole, ts_error *error)
{
    char directory[4096];
    char *slash;

    if (!whole->apart)
        return true;
    if (!sync_path(whole->path, O_RDWR) ||
        rename(whole->path, whole->target) != 0) {
        ts_fail(error, "%s: cannot be given its name: %s", whole->target,
                strerror(errno));
        ts_whole_abandon(whole);
        return false;
    }
    snprintf(directory, sizeof directory, "%s", whole->target);
    slash = strrchr(directory, '/');
    if (slash != NULL)
        slash[slash == directory] = '\0';
    else
        strcpy(directory, ".");
    sync_path(directory, O_RDONLY); /* not every file system can */
    return true;
}

void ts_whole_abandon(ts_whole *whole)
{
    char journal[4200];

    if (!whole->apart)
        return;
    unlink(whole->path);
    snprintf(journal, sizeof journal, "%s-journal", whole->path);
    unlink(journal);
}
