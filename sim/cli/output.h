/*
 * output.h - a file that appears when it is whole.
 *
 *   if (ts_output_open(&output, path, &error)) {
 *       fprintf(output.file, ...);
 *       fine = ts_output_close(&output, &error);
 *   }
 *
 * What is written goes to a file of another name in the same directory, which
 * takes the name at the end: whoever looks finds the old file or the new one,
 * and neither empty nor half of it, whatever ends the program or fills the
 * disk. What is no plain file (a pipe, a terminal, /dev/null) is written as it
 * stands, and so is a file in a directory where none may be made.
 */
#ifndef TS_CLI_OUTPUT_H
#define TS_CLI_OUTPUT_H

#include <stdio.h>

#include "sim/engine/base.h"

typedef struct ts_output {
    FILE *file;
    const char *path;              /* borrowed; "-": the standard output */
    char target[4096], made[4096]; /* what `made` will be; "": it is already */
} ts_output;

bool ts_output_open(ts_output *output, const char *path, ts_error *error);
/* false, and the file is as it was: it could not be written. */
bool ts_output_close(ts_output *output, ts_error *error);
/* Gives it up: the file is as it was. */
void ts_output_abandon(ts_output *output);

#endif
