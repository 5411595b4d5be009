/*
 * find.h - the scenarios that a test is about: files, and what is below
 * directories.
 */
#ifndef TS_CLI_FIND_H
#define TS_CLI_FIND_H

#include "sim/cli/command.h"

typedef struct ts_found {
    char **files; /* owned, as are their names; in order */
    size_t count, room;
} ts_found;

/* Adds a file as it is named, or the scenarios in a directory and below it, in
 * order of their names. TS_EXIT_OK, or what to end with after a message. */
int ts_find(ts_found *found, const char *path);
/* Keeps those whose path holds one of the texts of a repeated option, whatever
 * the case, or fits it where it has * or ?. */
void ts_find_keep(ts_found *found, const char *texts);
void ts_find_fini(ts_found *found);

#endif
