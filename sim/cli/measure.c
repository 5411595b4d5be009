/*
 * measure.c - `timeslice measure`: a profile of the machine that it runs on.
 */
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>
#include <unistd.h>

#include <cjson/cJSON.h>

#include "sim/cli/command.h"
#include "sim/cli/ink.h"
#include "sim/cli/options.h"
#include "sim/cli/output.h"
#include "sim/cli/signals.h"
#include "sim/host/host.h"
#include "sim/scenario/escape.h"

enum { OUTPUT, QUICK, OPTIONS };

static const ts_option options[OPTIONS] = {
    [OUTPUT] = {.name = "output",
                .letter = 'o',
                .argument = "FILE",
                .written = true,
                .help = "write a profile that scenarios can name"},
    [QUICK] = {.name = "quick",
               .help = "three short rounds instead of seven: a look, with wide "
                       "intervals"},
};

/* Beyond it, what is measured is the neighbours' doing. */
#define TAKEN_MOST 0.02

/* --- what is printed --- */

typedef struct measurement {
    const ts_host *host;
    struct utsname system;
    char *processor; /* its model, as the kernel calls it; NULL: unknown */
} measurement;

static void progress(void *context, const char *probe, int round)
{
    (void)context;
    if (ts_cli_terminal(stderr))
        fprintf(stderr, "\rround %d: %-12s", round + 1, probe);
}

/* As many digits as the interval leaves meaning to, three at least. */
static void say_value(FILE *out, const ts_reading *reading)
{
    fprintf(out, "%*.*f", 12, reading->value < 100 ? 2 : 0, reading->value);
    fprintf(out, " +- %-9.*f %-6s", reading->half < 10 ? 2 : 0, reading->half,
            reading->unit);
}

static void print(const measurement *m)
{
    const ts_reading *reading;

    ts_escape_print(stdout, TS_ESCAPE_LINE,
                    m->processor != NULL ? m->processor : m->system.machine);
    printf(", %ld processors, Linux %s\n\n", sysconf(_SC_NPROCESSORS_ONLN),
           m->system.release);
    for (size_t i = 0; (reading = ts_host_reading(m->host, i)) != NULL; i++) {
        printf("  %-14s", reading->name);
        say_value(stdout, reading);
        printf("%s%s%s%s\n", reading->what,
               reading->sure ? "" : ts_ink_of(stdout, TS_INK_BAD),
               reading->sure ? "" : " (unsure)",
               reading->sure ? "" : ts_ink_of(stdout, TS_INK_NONE));
    }
    printf("\n+-: where another measurement as long as this falls, 19 times of "
           "20.\n");
}

static void print_neighbours(const ts_host *host)
{
    double stolen = ts_host_stolen(host), others = ts_host_others(host);

    printf("Meanwhile the hypervisor took %.1f %% of the processors, other "
           "programs %.1f %%.\n",
           100 * stolen, 100 * others);
    if (stolen > TAKEN_MOST || others > TAKEN_MOST)
        printf("%sThis machine is too noisy to trust what is marked as "
               "unsure%s: measure again when it is quiet.\n",
               ts_ink_of(stdout, TS_INK_BAD), ts_ink_of(stdout, TS_INK_NONE));
}

/* --- the profile --- */

/* The object at a pointer without its last part, made where it is not there;
 * NULL: out of memory. */
static cJSON *object_of(cJSON *root, char *pointer, char **last)
{
    char *part = pointer + 1, *slash;

    while ((slash = strchr(part, '/')) != NULL && root != NULL) {
        cJSON *child;

        *slash = '\0';
        child = cJSON_GetObjectItemCaseSensitive(root, part);
        root = child != NULL ? child : cJSON_AddObjectToObject(root, part);
        part = slash + 1;
    }
    *last = part;
    return root;
}

static bool put(cJSON *root, const char *pointer, size_t length,
                const char *value)
{
    char *copy = ts_text_copy(pointer, length), *last = NULL;
    cJSON *object = copy != NULL ? object_of(root, copy, &last) : NULL;
    bool done =
        object != NULL && cJSON_AddStringToObject(object, last, value) != NULL;

    free(copy);
    return done;
}

/* What the reading says, in each of the fields that take it. */
static bool put_reading(cJSON *root, const ts_reading *reading)
{
    ts_buffer value = TS_BUFFER_EMPTY;
    const char *field = reading->field;
    bool done = true;

    if (field == NULL)
        return true;
    if (strcmp(reading->name, "tick") == 0)
        ts_buffer_format(&value, "%.0fHz", 1e9 / reading->value);
    else
        ts_buffer_format(&value, "%.4g%s", reading->value, reading->unit);
    while (done && !value.failed && *field != '\0') {
        size_t length = strcspn(field, " ");

        done = put(root, field, length, value.data);
        field += length;
        field += strspn(field, " ");
    }
    done = done && !value.failed;
    ts_buffer_fini(&value);
    return done;
}

/* The levels of cache that were found, the innermost first. */
static bool put_caches(cJSON *root, const ts_host *host)
{
    cJSON *list = NULL;
    char name[] = "cache.L1.size";

    for (; name[7] <= '4'; name[7]++) {
        const ts_reading *size = ts_host_find(host, name), *latency;
        ts_buffer text = TS_BUFFER_EMPTY;
        cJSON *level;

        name[8] = '\0';
        latency = ts_host_find(host, name);
        name[8] = '.';
        if (size == NULL || latency == NULL)
            continue;
        if (list == NULL)
            list = cJSON_AddArrayToObject(
                cJSON_GetObjectItemCaseSensitive(root, "computer"), "caches");
        level = cJSON_CreateObject();
        if (!cJSON_AddItemToArray(list, level)) {
            cJSON_Delete(level);
            return false;
        }
        ts_buffer_format(&text, "L%c", name[7]);
        cJSON_AddStringToObject(level, "name", text.data);
        text.length = 0;
        ts_buffer_format(&text, "%.0fKiB", size->value / 1024);
        cJSON_AddStringToObject(level, "size", text.data);
        text.length = 0;
        ts_buffer_format(&text, "%.4gns", latency->value);
        cJSON_AddStringToObject(level, "latency", text.data);
        ts_buffer_fini(&text);
    }
    return true;
}

/* One line a reading, so that it can be seen what a number is worth. */
static bool put_sources(cJSON *root, const ts_host *host)
{
    cJSON *list = cJSON_AddArrayToObject(root, "sources");
    const ts_reading *reading;
    ts_buffer text = TS_BUFFER_EMPTY;

    for (size_t i = 0; (reading = ts_host_reading(host, i)) != NULL; i++) {
        text.length = 0;
        ts_buffer_format(&text, "%s: %.4g %s, +- %.2g: %s%s", reading->name,
                         reading->value, reading->unit, reading->half,
                         reading->what, reading->sure ? "" : " (unsure)");
        if (text.failed ||
            !cJSON_AddItemToArray(list, cJSON_CreateString(text.data)))
            break;
    }
    ts_buffer_fini(&text);
    return reading == NULL;
}

static cJSON *make_profile(const measurement *m)
{
    cJSON *root = cJSON_CreateObject();
    cJSON *computer = cJSON_CreateObject(), *system = cJSON_CreateObject();
    ts_buffer title = TS_BUFFER_EMPTY;
    const ts_reading *reading;
    bool done;

    ts_buffer_format(&title, "%s, %ld processors, Linux %s",
                     m->processor != NULL ? m->processor : m->system.machine,
                     sysconf(_SC_NPROCESSORS_ONLN), m->system.release);
    done = !title.failed && root != NULL &&
           cJSON_AddStringToObject(root, "title", title.data) != NULL;
    ts_buffer_fini(&title);
    done = done && put_sources(root, m->host);
    if (!done || !cJSON_AddItemToObject(root, "computer", computer) ||
        !cJSON_AddItemToObject(root, "system", system)) {
        cJSON_Delete(root);
        return NULL;
    }
    cJSON_AddNumberToObject(computer, "processors",
                            (double)sysconf(_SC_NPROCESSORS_ONLN));
    cJSON_AddStringToObject(system, "policy",
                            ts_host_policy(m->system.release));
    for (size_t i = 0; (reading = ts_host_reading(m->host, i)) != NULL; i++)
        done = done && put_reading(root, reading);
    if (done && put_caches(root, m->host))
        return root;
    cJSON_Delete(root);
    return NULL;
}

static int write_profile(const measurement *m, const char *path)
{
    cJSON *root = make_profile(m);
    char *text = root != NULL ? cJSON_Print(root) : NULL;
    ts_error error = {.text = ""};
    ts_output output;
    bool done;

    cJSON_Delete(root);
    if (text == NULL)
        return ts_cli_fail(TS_EXIT_IO, "out of memory for the profile");
    done = ts_output_open(&output, path, &error);
    if (done) {
        fprintf(output.file, "%s\n", text);
        done = ts_output_close(&output, &error);
    }
    free(text);
    if (!done)
        return ts_cli_fail(TS_EXIT_IO, "%s", error.text);
    if (strcmp(path, "-") != 0)
        printf("\nprofile: %s; a scenario beside it takes it with "
               "\"profile\": \"%s\"\n",
               path,
               strrchr(path, '/') != NULL ? strrchr(path, '/') + 1 : path);
    return TS_EXIT_OK;
}

/* --- the command --- */

/* The model of the first processor; NULL: nobody says. Caller frees. */
static char *find_model(void)
{
    FILE *file = fopen("/proc/cpuinfo", "r");
    char *line = NULL, *model = NULL;
    size_t room = 0;

    while (file != NULL && model == NULL && getline(&line, &room, file) > 0) {
        char *text = strstr(line, ": ");

        if (strncmp(line, "model name", 10) == 0 && text != NULL)
            model = ts_text_copy(text + 2, strcspn(text + 2, "\n"));
    }
    free(line);
    if (file != NULL)
        fclose(file);
    return model;
}

static int report(const measurement *m, const char *path)
{
    if (path == NULL || strcmp(path, "-") != 0) {
        print(m);
        print_neighbours(m->host);
    }
    return path != NULL ? write_profile(m, path) : TS_EXIT_OK;
}

static int measure(int argc, char **argv, const char *const *values)
{
    bool quick = values[QUICK] != NULL;
    ts_host_options asked = {.rounds = quick ? 3 : 7,
                             .samples = quick ? 5 : 21,
                             .progress = progress,
                             .interrupted = ts_signals_catch()};
    ts_host *host = ts_host_create(&asked);
    measurement m = {.host = host};
    ts_error error = {.text = ""};
    int status;

    (void)argv;
    if (argc > 1) {
        ts_host_destroy(host);
        return ts_cli_fail(TS_EXIT_USAGE, "measure takes no words: it is this "
                                          "machine that is measured");
    }
    if (host == NULL)
        return ts_cli_fail(TS_EXIT_IO, "out of memory");
    if (ts_host_measure(host, &error)) {
        if (ts_cli_terminal(stderr))
            fprintf(stderr, "\r%24s\r", "");
        (void)uname(&m.system);
        m.processor = find_model();
        status = report(&m, values[OUTPUT]);
        free(m.processor);
    } else {
        status =
            ts_signals_raised() != 0 ? 128 + ts_signals_raised() : TS_EXIT_IO;
        ts_cli_fail(status, "%s", error.text);
    }
    ts_host_destroy(host);
    return status;
}

const ts_command ts_command_measure = {
    .name = "measure",
    .arguments = "",
    .summary = "measure this machine and write a profile of it",
    .about =
        "Takes what scenarios have numbers for from the machine that it runs "
        "on: the clock, system calls, switches, locks, hand-overs, ticks and "
        "slices, caches and memory, loopback, select, poll and epoll. Each "
        "number has the interval in which another measurement as long as this "
        "falls 19 times of 20; one whose half is over a tenth of the number "
        "is marked as unsure. What neighbours took meanwhile is said: quiet "
        "machines give good numbers. Under a minute, without privileges, "
        "Linux only.\n\n"
        "With -o it writes a profile: a scenario in the same folder takes it "
        "with \"profile\": \"NAME.json\", and overrides what it likes.",
    .example = "timeslice measure --quick\n"
               "timeslice measure --quick -o host.json",
    .options = options,
    .option_count = OPTIONS,
    .run = measure,
};
