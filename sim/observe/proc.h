/*
 * proc.h - what /proc tells.
 */
#ifndef TS_OBSERVE_PROC_H
#define TS_OBSERVE_PROC_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>

/* Reads the start of a file; false: it cannot be read. NUL-ended. */
bool ts_proc_read(const char *path, char *text, size_t room);
/* Visits the numbers that a directory of /proc has for names, in its order;
 * false: it cannot be read. */
bool ts_proc_numbers(const char *path, void (*visit)(void *context, int number),
                     void *context);
/* The parent of a process; 0: it is gone. */
pid_t ts_proc_parent(pid_t pid);
/* The number of the socket behind a descriptor; 0: it is none. */
uint64_t ts_proc_socket(pid_t pid, int descriptor);
/* Visits the listening sockets over TCP: their port and number. */
void ts_proc_listeners(void (*visit)(void *context, int port, uint64_t socket),
                       void *context);
/* The last part of what the process runs; "": unknown. */
void ts_proc_program(pid_t pid, char *name, size_t room);

#endif
