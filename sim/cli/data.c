/*
 * data.c - where scenarios, profiles and plot scripts are, and what a stream
 * is connected to.
 */
#include "sim/cli/command.h"

#include <stdarg.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include "sim/scenario/escape.h"

#define PATH_ROOM 4096

static bool holds_data(const char *directory)
{
    char path[PATH_ROOM + 64];
    struct stat status;

    snprintf(path, sizeof path, "%s/plots", directory);
    if (stat(path, &status) != 0 || !S_ISDIR(status.st_mode))
        return false;
    snprintf(path, sizeof path, "%s/scenarios", directory);
    return stat(path, &status) == 0 && S_ISDIR(status.st_mode);
}

/* The installed tree may have been moved, and a build may be anywhere, so both
 * are sought from where the program is. */
static bool beside_program(char *buffer, size_t size)
{
    char place[PATH_ROOM];
    ssize_t length = readlink("/proc/self/exe", place, sizeof place - 1);

    if (length <= 0)
        return false;
    place[length] = '\0';
    for (char *slash = strrchr(place, '/'); slash != NULL && slash != place;
         slash = strrchr(place, '/')) {
        *slash = '\0';
        snprintf(buffer, size, "%s/share/timeslice", place);
        if (holds_data(buffer))
            return true;
        snprintf(buffer, size, "%s", place);
        if (holds_data(buffer))
            return true;
    }
    return false;
}

const char *ts_cli_data(void)
{
    /* The program asks from one thread, and the answer never changes. */
    static char place[PATH_ROOM + 32];
    const char *given = getenv("TIMESLICE_DATA");

    if (given != NULL && given[0] != '\0')
        return given;
    if (place[0] == '\0' && !beside_program(place, sizeof(place)))
        snprintf(place, sizeof(place), "%s", TS_DATA_DIRECTORY);
    return place;
}

const char *ts_cli_plots(void)
{
    static char place[PATH_ROOM + 64]; /* as above */

    snprintf(place, sizeof place, "%s/plots", ts_cli_data());
    return place;
}

const char *ts_cli_profiles(void)
{
    static char place[PATH_ROOM + 64]; /* as above */

    snprintf(place, sizeof place, "%s/scenarios/profiles", ts_cli_data());
    return place;
}

/* The folder of the program; false: it is not known. */
static bool program_folder(char *buffer, size_t size)
{
    ssize_t length = readlink("/proc/self/exe", buffer, size - 1);
    char *slash;

    if (length <= 0)
        return false;
    buffer[length] = '\0';
    slash = strrchr(buffer, '/');
    if (slash != NULL)
        *slash = '\0';
    return slash != NULL;
}

const char *ts_cli_page(void)
{
    static char place[PATH_ROOM + 64]; /* as above */
    char folder[PATH_ROOM];

    snprintf(place, sizeof place, "%s/page.html", ts_cli_data());
    if (access(place, R_OK) == 0)
        return place;
    if (!program_folder(folder, sizeof folder))
        return NULL;
    snprintf(place, sizeof place, "%s/page/page.html", folder);
    return access(place, R_OK) == 0 ? place : NULL;
}

bool ts_cli_terminal(FILE *stream)
{
    const char *term = getenv("TERM");

    return isatty(fileno(stream)) != 0 && term != NULL &&
           strcmp(term, "dumb") != 0;
}

bool ts_cli_colour(FILE *stream)
{
    const char *refused = getenv("NO_COLOR");
    const char *forced = getenv("CLICOLOR_FORCE");

    if (refused != NULL && refused[0] != '\0')
        return false;
    return (forced != NULL && forced[0] != '\0' && strcmp(forced, "0") != 0) ||
           ts_cli_terminal(stream);
}

int ts_cli_fail(int status, const char *format, ...)
{
    ts_buffer text = TS_BUFFER_EMPTY;
    va_list arguments;

    fflush(stdout);
    va_start(arguments, format);
    ts_buffer_vformat(&text, format, arguments);
    va_end(arguments);
    fputs("timeslice: ", stderr);
    /* Somebody else's names may be in it. */
    ts_escape_print(stderr, TS_ESCAPE_LINE,
                    text.failed ? "out of memory" : text.data);
    fputc('\n', stderr);
    ts_buffer_fini(&text);
    return status;
}
