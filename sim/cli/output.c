/*
 * output.c - a file that appears when it is whole.
 */
#include "sim/cli/output.h"

#include <errno.h>
#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

/* Behind a link is what is meant. */
static bool find_target(ts_output *o, const char *path)
{
    char resolved[PATH_MAX];
    const char *target = realpath(path, resolved) != NULL ? resolved : path;

    return snprintf(o->target, sizeof o->target, "%s", target) <
           (int)sizeof o->target;
}

/* With the rights of the file that is there, or those of a new one. */
static mode_t rights(const char *path)
{
    struct stat info;
    mode_t mask;

    if (stat(path, &info) == 0)
        return info.st_mode & 0777;
    mask = umask(0);
    umask(mask);
    return 0666 & ~mask;
}

/* false: there can be no other file beside it. */
static bool open_beside(ts_output *o)
{
    int file;

    if (snprintf(o->made, sizeof o->made, "%s.XXXXXX", o->target) >=
        (int)sizeof o->made)
        o->made[0] = '\0';
    file = o->made[0] != '\0' ? mkstemp(o->made) : -1;
    if (file < 0) {
        o->made[0] = '\0';
        return false;
    }
    if (fchmod(file, rights(o->target)) == 0)
        o->file = fdopen(file, "w");
    if (o->file == NULL) {
        close(file);
        unlink(o->made);
        o->made[0] = '\0';
    }
    return o->file != NULL;
}

bool ts_output_open(ts_output *output, const char *path, ts_error *error)
{
    struct stat info;
    bool there = stat(path, &info) == 0;

    *output = (ts_output){.path = path};
    if (strcmp(path, "-") == 0) {
        output->file = stdout;
        return true;
    }
    /* A file that may not be written is not replaced either. */
    if ((!there || (S_ISREG(info.st_mode) && access(path, W_OK) == 0)) &&
        find_target(output, path) && open_beside(output))
        return true;
    output->file = fopen(path, "w");
    return output->file != NULL ||
           ts_fail(error, "cannot write %s: %s", path, strerror(errno));
}

void ts_output_abandon(ts_output *output)
{
    if (output->file == NULL)
        return;
    if (output->file != stdout)
        fclose(output->file);
    output->file = NULL;
    if (output->made[0] != '\0')
        unlink(output->made);
}

bool ts_output_close(ts_output *output, ts_error *error)
{
    bool bad = ferror(output->file) != 0;

    errno = bad ? EIO : 0;
    bad |= (output->file == stdout ? fflush(output->file)
                                   : fclose(output->file)) != 0;
    output->file = NULL;
    if (!bad &&
        (output->made[0] == '\0' || rename(output->made, output->target) == 0))
        return true;
    ts_fail(error, "cannot write %s: %s", output->path, strerror(errno));
    if (output->made[0] != '\0')
        unlink(output->made);
    return false;
}
