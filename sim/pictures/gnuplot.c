/*
 * gnuplot.c - hands a script to gnuplot.
 *
 * gnuplot reads from an unlinked temporary file, and what it has to say goes
 * to another: with pipes, each side could wait for the other for ever. No
 * shell is involved.
 */
#include "sim/pictures/picture.h"

#include <ctype.h>
#include <errno.h>
#include <signal.h>
#include <spawn.h>
#include <string.h>
#include <sys/wait.h>
#include <unistd.h>

extern char **environ; /* POSIX wants it declared by whoever uses it */

/* The end of what gnuplot said: its message comes last. */
static void gnuplot_words(FILE *said, char *buffer, size_t size)
{
    long length;
    size_t got, to = 0;

    fseek(said, 0, SEEK_END);
    length = ftell(said);
    fseek(said, length > (long)size - 1 ? length - (long)size + 1 : 0,
          SEEK_SET);
    got = fread(buffer, 1, size - 1, said);
    for (size_t i = 0; i < got; i++) { /* one line, single spaces */
        char c = isspace((unsigned char)buffer[i]) ? ' ' : buffer[i];

        if (c != ' ' || (to > 0 && buffer[to - 1] != ' '))
            buffer[to++] = c;
    }
    buffer[to] = '\0';
}

static bool gnuplot_spawn(FILE *script, FILE *said, pid_t *child,
                          ts_error *error)
{
    /* -d: the user's own gnuplot settings must not change the picture. */
    char program[] = "gnuplot", plain[] = "-d", input[] = "-";
    char *arguments[] = {program, plain, input, NULL};
    posix_spawn_file_actions_t actions;
    int code;

    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, fileno(script), 0);
    posix_spawn_file_actions_adddup2(&actions, fileno(said), 1);
    posix_spawn_file_actions_adddup2(&actions, fileno(said), 2);
    code = posix_spawnp(child, program, &actions, NULL, arguments, environ);
    posix_spawn_file_actions_destroy(&actions);
    if (code == ENOENT)
        return ts_fail(error, "gnuplot is missing; it draws the pictures. "
                              "Install it (Debian's package is gnuplot-nox)");
    return code == 0 ||
           ts_fail(error, "gnuplot cannot be started: %s", strerror(code));
}

bool ts_gnuplot_run(FILE *script, ts_error *error)
{
    FILE *said = tmpfile();
    char words[400];
    pid_t child;
    int status = 0;
    bool fine;

    if (said == NULL)
        return ts_fail(error, "cannot make a temporary file: %s",
                       strerror(errno));
    fflush(script);
    lseek(fileno(script), 0, SEEK_SET);
    fine = gnuplot_spawn(script, said, &child, error);
    if (fine) {
        /* Who listens to a signal is asked by it to end, and not to wait. */
        while (waitpid(child, &status, 0) < 0 && errno == EINTR)
            kill(child, SIGKILL);
        if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) {
            gnuplot_words(said, words, sizeof words);
            fine = ts_fail(error, "gnuplot failed: %s",
                           words[0] != '\0' ? words : "without a word");
        }
    }
    fclose(said);
    return fine;
}
