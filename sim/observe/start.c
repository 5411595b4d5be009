/*
 * start.c - see start.h.
 */
#define _GNU_SOURCE
#include "sim/observe/start.h"

#include <errno.h>
#include <fcntl.h>
#include <signal.h>
#include <spawn.h>
#include <string.h>
#include <sys/wait.h>
#include <time.h>
#include <unistd.h>

extern char **environ;

static int spawn(ts_started *started, char *const *words)
{
    posix_spawn_file_actions_t files;
    posix_spawnattr_t how;
    int said = fileno(started->said), code;

    if ((code = posix_spawn_file_actions_init(&files)) != 0)
        return code;
    if ((code = posix_spawnattr_init(&how)) != 0) {
        posix_spawn_file_actions_destroy(&files);
        return code;
    }
    (void)posix_spawnattr_setflags(&how, POSIX_SPAWN_SETPGROUP);
    (void)posix_spawnattr_setpgroup(&how, 0);
    code = posix_spawn_file_actions_addopen(&files, STDIN_FILENO, "/dev/null",
                                            O_RDONLY, 0);
    if (code == 0)
        code = posix_spawn_file_actions_adddup2(&files, said, STDOUT_FILENO);
    if (code == 0)
        code = posix_spawn_file_actions_adddup2(&files, said, STDERR_FILENO);
    if (code == 0)
        code =
            posix_spawnp(&started->pid, words[0], &files, &how, words, environ);
    posix_spawnattr_destroy(&how);
    posix_spawn_file_actions_destroy(&files);
    return code;
}

bool ts_start(ts_started *started, char *const *words, ts_error *error)
{
    int code;

    *started = (ts_started){.said = tmpfile()};
    if (started->said == NULL)
        return ts_fail(error, "no file for what %s prints: %s", words[0],
                       strerror(errno));
    (void)fcntl(fileno(started->said), F_SETFD, FD_CLOEXEC);
    code = spawn(started, words);
    if (code == 0)
        return true;
    fclose(started->said);
    *started = (ts_started){.pid = 0};
    return ts_fail(error, "cannot start %s: %s", words[0], strerror(code));
}

/* The last line that it printed, without its end. */
static void last_words(const ts_started *started, char *line, size_t room)
{
    char text[1024];
    off_t end = lseek(fileno(started->said), 0, SEEK_END);
    off_t from =
        end > (off_t)sizeof text - 1 ? end - (off_t)sizeof text + 1 : 0;
    ssize_t count =
        pread(fileno(started->said), text, (size_t)(end - from), from);
    const char *last;

    line[0] = '\0';
    while (count > 0 && text[count - 1] == '\n')
        count--;
    if (count <= 0)
        return;
    text[count] = '\0';
    last = strrchr(text, '\n');
    snprintf(line, room, ": %.180s", last != NULL ? last + 1 : text);
}

bool ts_started_runs(ts_started *started, ts_error *error)
{
    char line[200];
    int status;

    if (waitpid(started->pid, &status, WNOHANG) != started->pid)
        return true;
    started->pid = 0;
    last_words(started, line, sizeof line);
    if (WIFSIGNALED(status))
        ts_fail(error,
                "the command was ended by signal %d before it listened%s",
                WTERMSIG(status), line);
    else
        ts_fail(error, "the command ended with %d before it listened%s",
                WEXITSTATUS(status), line);
    return false;
}

void ts_stop(ts_started *started)
{
    const struct timespec moment = {0, 20000000};
    pid_t group = started->pid;
    int tries = 150;

    if (group > 0) {
        (void)kill(-group, SIGTERM);
        while (tries-- > 0 && waitpid(group, NULL, WNOHANG) == 0)
            nanosleep(&moment, NULL);
        /* Whoever of its group has not listened to that. */
        (void)kill(-group, SIGKILL);
        if (tries < 0)
            (void)waitpid(group, NULL, 0);
    }
    if (started->said != NULL)
        fclose(started->said);
    *started = (ts_started){.pid = 0};
}
