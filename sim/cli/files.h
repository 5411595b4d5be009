/*
 * files.h - the files of one command are not one another.
 *
 *   const ts_cli_file files[] = {{"the database", argv[1], false},
 *                                {"--output", values[OUTPUT], true}};
 *   if (!ts_files_apart(files, 2))
 *       return TS_EXIT_USAGE;
 */
#ifndef TS_CLI_FILES_H
#define TS_CLI_FILES_H

#include <stdbool.h>

typedef struct ts_cli_file {
    const char *what; /* "--junit", "the scenario" */
    const char *path; /* NULL: not given; "-": a standard stream */
    bool written;
} ts_cli_file;

/* Whether two names lead to one plain file, by whatever path or link; one that
 * is not there yet is the same where it would be the same. */
bool ts_same_file(const char *one, const char *other);

/* false, with a complaint: one of them would be written over another that is
 * read or written as well. */
bool ts_files_apart(const ts_cli_file *files, int count);

#endif
