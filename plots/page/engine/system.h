/*
 * system.h - what POSIX has and wasi-libc has not, put before every source.
 */
#ifndef TS_WASM_SYSTEM_H
#define TS_WASM_SYSTEM_H

/* The host's files have one name each: a copy of `path`. */
char *realpath(const char *path, char *resolved);

#endif
