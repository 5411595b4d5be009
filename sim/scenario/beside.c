/*
 * beside.c - files that a scenario or a profile names.
 *
 * Their names are relative to the file that says them and never lead above it,
 * not by a link either: who plays a stranger's scenario would see other files'
 * lines in messages.
 */
#include <stdlib.h>
#include <string.h>

#include "sim/scenario/document.h"

/* A path below the directory it starts from; nothing hidden. */
static bool path_is_safe(const char *path)
{
    const char *part = path;

    if (strlen(path) > 255 || strchr(path, '\\') != NULL)
        return false;
    for (;;) {
        const char *slash = strchr(part, '/');

        if (part[0] == '\0' || part[0] == '/' || part[0] == '.' ||
            part[0] == '-')
            return false;
        if (slash == NULL)
            return true;
        part = slash + 1;
    }
}

/* Does what `path` is, links followed, lie below the directory of `file`? What is
 * not there is found out when it is read. */
static bool stays_below(const char *file, const char *path, ts_error *why)
{
    const char *slash = strrchr(file, '/');
    char *name = slash != NULL ? ts_text_copy(file, (size_t)(slash + 1 - file))
                               : ts_text_copy(".", 1);
    char *directory = name != NULL ? realpath(name, NULL) : NULL;
    char *real = realpath(path, NULL);
    size_t n = directory != NULL ? strlen(directory) : 0;
    bool below = real == NULL || directory == NULL || n <= 1 ||
                 (strncmp(real, directory, n) == 0 && real[n] == '/');

    free(name);
    free(directory);
    free(real);
    return below || ts_fail(why, "a link leads out of the scenario's folder");
}

char *ts_file_beside(const ts_source *by, const char *name, size_t limit,
                     ts_buffer *path, size_t *length, ts_error *why)
{
    const char *slash = strrchr(by->file, '/');

    if (!path_is_safe(name)) {
        ts_fail(why, "it is no file beside this one: a relative path, nothing "
                     "hidden, never upward");
        return NULL;
    }
    if (slash != NULL)
        ts_buffer_add(path, by->file, (size_t)(slash + 1 - by->file));
    ts_buffer_text(path, name);
    if (path->failed || !stays_below(by->file, path->data, why))
        return NULL;
    return ts_file_read(path->data, true, limit, length, why);
}
