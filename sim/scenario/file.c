/*
 * file.c - whole files, of regular ones and of pipes.
 */
#include <errno.h>
#include <fcntl.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "sim/scenario/document.h"

static const char *why_not_open(int code)
{
    return code == ENOENT   ? "there is no such file"
           : code == EACCES ? "reading it is not permitted"
                            : "it cannot be opened";
}

/* A pipe without a writer is not waited for where a regular file must be. */
static FILE *open_file(const char *file, bool regular, ts_error *error)
{
    int handle = open(file, O_RDONLY | O_CLOEXEC | (regular ? O_NONBLOCK : 0));
    struct stat info;
    FILE *in = NULL;

    if (handle < 0) {
        ts_fail(error, "%s", why_not_open(errno));
        return NULL;
    }
    if (regular && (fstat(handle, &info) != 0 || !S_ISREG(info.st_mode)))
        ts_fail(error, "it is no regular file");
    else if ((in = fdopen(handle, "rb")) == NULL)
        ts_fail(error, "%s", why_not_open(errno));
    if (in == NULL)
        close(handle);
    return in;
}

char *ts_file_read(const char *file, bool named, size_t limit, size_t *length,
                   ts_error *error)
{
    bool standard = !named && strcmp(file, "-") == 0, fine = true;
    FILE *in = standard ? stdin : open_file(file, named, error);
    size_t room = 0, used = 0;
    char *text = NULL;

    assert(limit % (1 << 20) == 0);
    if (in == NULL)
        return NULL;
    /* In steps, since standard input and pipes do not tell their length. */
    do {
        char *more;

        room = room == 0 ? 16384 : 2 * room;
        more = realloc(text, room);
        if (more == NULL) {
            fine = ts_fail_memory(error);
            break;
        }
        text = more;
        used += fread(text + used, 1, room - used, in);
    } while (used == room && used <= limit);
    if (fine && ferror(in))
        fine = ts_fail(error, "it cannot be read");
    if (fine && used > limit)
        fine =
            ts_fail(error, "it is too large: more than %zu MiB", limit >> 20);
    if (!standard)
        fclose(in);
    if (!fine) {
        free(text);
        return NULL;
    }
    *length = used;
    text[used] = '\0'; /* the last step left room */
    return text;
}
