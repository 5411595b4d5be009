/*
 * proc.c - see proc.h and proc(5).
 */
#include "sim/observe/proc.h"

#include <dirent.h>
#include <inttypes.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

bool ts_proc_read(const char *path, char *text, size_t room)
{
    FILE *file = fopen(path, "r");
    size_t length;

    if (file == NULL)
        return false;
    length = fread(text, 1, room - 1, file);
    text[length] = '\0';
    fclose(file);
    return length > 0;
}

bool ts_proc_numbers(const char *path, void (*visit)(void *context, int number),
                     void *context)
{
    DIR *folder = opendir(path);
    struct dirent *entry;

    if (folder == NULL)
        return false;
    while ((entry = readdir(folder)) != NULL)
        if (entry->d_name[0] >= '0' && entry->d_name[0] <= '9')
            visit(context, atoi(entry->d_name));
    closedir(folder);
    return true;
}

pid_t ts_proc_parent(pid_t pid)
{
    char path[64], text[512];
    const char *end; /* of its name, which may hold anything */
    int parent = 0;

    snprintf(path, sizeof path, "/proc/%d/stat", (int)pid);
    if (!ts_proc_read(path, text, sizeof text) ||
        (end = strrchr(text, ')')) == NULL ||
        sscanf(end + 1, " %*c %d", &parent) != 1)
        return 0;
    return parent;
}

uint64_t ts_proc_socket(pid_t pid, int descriptor)
{
    char path[64], text[64];
    uint64_t number = 0;
    ssize_t length;

    snprintf(path, sizeof path, "/proc/%d/fd/%d", (int)pid, descriptor);
    length = readlink(path, text, sizeof text - 1);
    if (length <= 0)
        return 0;
    text[length] = '\0';
    return sscanf(text, "socket:[%" SCNu64 "]", &number) == 1 ? number : 0;
}

void ts_proc_listeners(void (*visit)(void *context, int port, uint64_t socket),
                       void *context)
{
    static const char *const paths[] = {"/proc/net/tcp", "/proc/net/tcp6"};
    char *line = NULL;
    size_t room = 0;

    for (int i = 0; i < 2; i++) {
        FILE *file = fopen(paths[i], "r");
        unsigned port, state;
        uint64_t socket;

        while (file != NULL && getline(&line, &room, file) > 0)
            if (sscanf(line,
                       " %*d: %*[0-9A-F]:%x %*[0-9A-F]:%*x %x %*s %*s %*s "
                       "%*u %*u %" SCNu64,
                       &port, &state, &socket) == 3 &&
                state == 0x0a)
                visit(context, (int)port, socket);
        if (file != NULL)
            fclose(file);
    }
    free(line);
}

void ts_proc_program(pid_t pid, char *name, size_t room)
{
    char path[64], text[4096];
    ssize_t length;
    const char *last;

    name[0] = '\0';
    snprintf(path, sizeof path, "/proc/%d/exe", (int)pid);
    length = readlink(path, text, sizeof text - 1);
    if (length <= 0)
        return;
    text[length] = '\0';
    last = strrchr(text, '/');
    snprintf(name, room, "%s", last != NULL ? last + 1 : text);
}
