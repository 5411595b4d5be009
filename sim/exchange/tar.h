/*
 * tar.h - files one after the other, as POSIX's ustar has them: what a viewer
 * takes for several traces at once. Same contents, same bytes.
 */
#ifndef TS_EXCHANGE_TAR_H
#define TS_EXCHANGE_TAR_H

#include <stddef.h>
#include <stdio.h>

/* `name` has at most 99 bytes. */
void ts_tar_write(FILE *out, const char *name, const char *bytes,
                  size_t length);
void ts_tar_end(FILE *out);

#endif
