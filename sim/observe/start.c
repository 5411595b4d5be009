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

/* How long it may take to end, in looks of 20 ms: as a rule, and after a signal
 * to us, whose own patience is 800 ms (sim/cli/signals.c). */
#define LOOKS 150
#define LOOKS_HURRIED 20

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
    siginfo_t how = {.si_pid = 0};
    char line[200];

    if (waitid(P_PID, (id_t)started->pid, &how, WEXITED | WNOHANG | WNOWAIT) !=
            0 ||
        how.si_pid == 0)
        return true;
    last_words(started, line, sizeof line);
    if (how.si_code != CLD_EXITED)
        ts_fail(error,
                "the command was ended by signal %d before it listened%s",
                how.si_status, line);
    else if (how.si_status == 0)
        ts_fail(error,
                "the command ended before it listened: start the server in "
                "the foreground%s",
                line);
    else
        ts_fail(error, "the command ended with %d before it listened%s",
                how.si_status, line);
    return false;
}

/* Until it has ended, or its time is over. It is not taken away yet: so long
 * its group's number is nobody else's. */
static void await_end(pid_t pid, const volatile int *interrupted)
{
    const struct timespec moment = {0, 20000000};

    for (int looks = 0; looks < LOOKS; looks++) {
        siginfo_t how = {.si_pid = 0};
        bool hurried = interrupted != NULL && *interrupted != 0;

        if ((hurried && looks >= LOOKS_HURRIED) ||
            waitid(P_PID, (id_t)pid, &how, WEXITED | WNOHANG | WNOWAIT) != 0 ||
            how.si_pid != 0)
            return;
        nanosleep(&moment, NULL);
    }
}

void ts_stop(ts_started *started, const volatile int *interrupted)
{
    pid_t group = started->pid;

    if (group > 0) {
        (void)kill(-group, SIGTERM);
        await_end(group, interrupted);
        /* Whoever of its group has not listened to that. */
        (void)kill(-group, SIGKILL);
        while (waitpid(group, NULL, 0) < 0 && errno == EINTR)
            ;
    }
    if (started->said != NULL)
        fclose(started->said);
    *started = (ts_started){.pid = 0};
}
