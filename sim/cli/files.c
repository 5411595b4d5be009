/*
 * files.c - the files of one command are not one another.
 */
#include "sim/cli/files.h"

#include <limits.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "sim/cli/command.h"

/* The directory it would be in, without detours; false: there is none. */
static bool resolve_directory(const char *path, char *place)
{
    const char *slash = strrchr(path, '/');
    char directory[PATH_MAX];

    snprintf(directory, sizeof(directory), "%.*s",
             slash != NULL ? (int)(slash - path) : 0, path);
    if (directory[0] == '\0')
        strcpy(directory, slash != NULL ? "/" : ".");
    return realpath(directory, place) != NULL;
}

static const char *base_name(const char *path)
{
    const char *slash = strrchr(path, '/');

    return slash != NULL ? slash + 1 : path;
}

bool ts_same_file(const char *one, const char *other)
{
    char first[PATH_MAX], second[PATH_MAX];
    struct stat a, b;
    bool there = stat(one, &a) == 0;

    if (strcmp(one, "-") == 0 || strcmp(other, "-") == 0)
        return false;
    if (there != (stat(other, &b) == 0))
        return false;
    if (there)
        return S_ISREG(a.st_mode) && a.st_dev == b.st_dev &&
               a.st_ino == b.st_ino;
    return strcmp(base_name(one), base_name(other)) == 0 &&
           resolve_directory(one, first) && resolve_directory(other, second) &&
           strcmp(first, second) == 0;
}

bool ts_files_apart(const ts_cli_file *files, int count)
{
    for (int i = 0; i < count; i++) {
        for (int j = 0; j < i; j++) {
            if (files[i].path == NULL || files[j].path == NULL ||
                !(files[i].written || files[j].written) ||
                !ts_same_file(files[i].path, files[j].path))
                continue;
            ts_cli_fail(TS_EXIT_USAGE,
                        "%s and %s are one file, %s; it would be written over: "
                        "choose another",
                        files[j].what, files[i].what, files[i].path);
            return false;
        }
    }
    return true;
}
