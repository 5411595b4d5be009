/*
 * observe.c - `timeslice observe`: a server of the user's under a few clients,
 * and the scenario of one that would do the same.
 */
#include <stdlib.h>
#include <string.h>
#include <sys/utsname.h>

#include "sim/cli/ink.h"
#include "sim/cli/observed.h"
#include "sim/cli/options.h"
#include "sim/cli/output.h"
#include "sim/cli/signals.h"
#include "sim/scenario/escape.h"

enum { URL, CLIENTS, SECONDS, REQUESTS, OUTPUT, ROWS, OPTIONS };

static const ts_option options[OPTIONS] = {
    [URL] = {.name = "url",
             .letter = 'u',
             .argument = "URL",
             .help = "what is asked, on loopback: http://127.0.0.1:8000/ (with "
                     "a command: / where it listens)"},
    [CLIENTS] = {.name = "clients",
                 .letter = 'c',
                 .argument = "N,N...",
                 .help = "how many at once, a step each, 64 at most (1,4,16)"},
    [SECONDS] = {.name = "seconds",
                 .argument = "N",
                 .help = "of a step, 1 to 30 (3); a quarter more to warm up"},
    [REQUESTS] = {.name = "requests",
                  .argument = "N",
                  .help = "of a step at most, 10 to 100000 (20000)"},
    [OUTPUT] = {.name = "output",
                .letter = 'o',
                .argument = "FILE",
                .written = true,
                .help = "write the scenario"},
    [ROWS] = {.name = "rows",
              .argument = "FILE",
              .written = true,
              .help = "write what was measured, for `timeslice calibrate`"},
};

#define PATIENCE 30.0 /* seconds to begin to listen, and for an answer */

static void progress(void *context, int clients)
{
    (void)context;
    if (ts_cli_terminal(stderr))
        fprintf(stderr, "\r%d client%s ...   ", clients,
                clients == 1 ? "" : "s");
}

/* --- what is printed --- */

static void print_steps(const ts_observing *seen)
{
    const ts_observed *s;

    printf("  clients  answers/s     p50      p95      p99 computes    ready"
           "  yields  taken\n"
           "                          ms       ms       ms  ms each  ms each"
           "  a request\n");
    for (int i = 0; (s = ts_observed_step(seen, i)) != NULL; i++)
        printf("  %7d %10.4g %7.4g %8.4g %8.4g %8.3f %8.3f %7.2f %6.2f\n",
               s->clients, s->rate, s->p50 * 1e3, s->p95 * 1e3, s->p99 * 1e3,
               s->cpu * 1e3, s->ready * 1e3, s->voluntary, s->involuntary);
}

static void print_errors(const ts_observing *seen)
{
    const ts_observed *s;

    for (int i = 0; (s = ts_observed_step(seen, i)) != NULL; i++)
        if (s->errors > 0)
            printf("%s%lld of %lld answers to %d clients were errors (4xx, "
                   "5xx)%s.\n",
                   ts_ink_of(stdout, TS_INK_BAD), (long long)s->errors,
                   (long long)s->requests, s->clients,
                   ts_ink_of(stdout, TS_INK_NONE));
}

/* That one process did all is news where there are others. */
static void print_processes(const ts_observing *seen)
{
    const ts_observed_server *server = ts_observed_server_of(seen);
    const ts_observed *s;

    printf("\nThe server: ");
    ts_escape_print(stdout, TS_ESCAPE_LINE,
                    server->program[0] != '\0' ? server->program : "unknown");
    printf(", %d process%s, %d processor%s for it%s; %s.\n", server->processes,
           server->processes == 1 ? "" : "es", server->processors,
           server->processors == 1 ? "" : "s",
           server->apart ? "" : ", shared with the clients",
           server->keeps ? "connections stay open"
                         : "it closes connections after an answer");
    for (int i = 0; (s = ts_observed_step(seen, i)) != NULL; i++)
        printf("  %d clients: %d process%s worked, the busiest did %.0f %%; "
               "%d thread%s of one; %.0f %% of its processors\n",
               s->clients, s->processes, s->processes == 1 ? "" : "es",
               100 * s->most, s->threads, s->threads == 1 ? "" : "s",
               100 * s->busy);
}

static void print_guess(const ts_guess *guess)
{
    printf("\nA server that would do this: %d process%s", guess->processes,
           guess->processes == 1 ? "" : "es");
    if (guess->model == TS_GUESS_LOOP)
        printf(" with an event loop");
    else
        printf(" of %d thread%s", guess->threads,
               guess->threads == 1 ? "" : "s");
    printf("%s; a request takes %.3f ms of a processor (%.3f after a pause)",
           guess->lock ? ", one of which computes at a time" : "",
           guess->work * 1e3, guess->cold * 1e3);
    if (guess->accepts)
        printf("; who accepts a connection keeps it");
    if (guess->wait > 0)
        printf(" and waits %.4g ms for something else", guess->wait * 1e3);
    if (guess->stolen > 0)
        printf("; the hypervisor takes %.0f %%", 100 * guess->stolen);
    if (guess->others > 0)
        printf("; other programs want %.2g of its processors", guess->others);
    printf(".\n\nNot known, and marked in the scenario:\n");
    for (int i = 0; i < TS_UNKNOWNS; i++)
        if (guess->unknown[i])
            printf("  - %s\n", ts_unknown_text((ts_unknown)i));
}

/* --- what is written --- */

static int write_scenario(const ts_observed_text *text, const char *path)
{
    char *printed = ts_observed_scenario(text);
    ts_error error = {.text = ""};
    ts_output output;
    bool done;

    if (printed == NULL)
        return ts_cli_fail(TS_EXIT_IO, "out of memory for the scenario");
    done = ts_output_open(&output, path, &error);
    if (done) {
        fprintf(output.file, "%s\n", printed);
        done = ts_output_close(&output, &error);
    }
    free(printed);
    if (!done)
        return ts_cli_fail(TS_EXIT_IO, "%s", error.text);
    if (strcmp(path, "-") != 0)
        printf("\nscenario: %s; `timeslice run --no-db %s` plays it\n", path,
               path);
    return TS_EXIT_OK;
}

static int write_rows(const ts_observing *seen, const char *path)
{
    ts_error error = {.text = ""};
    ts_output output;
    bool done = ts_output_open(&output, path, &error);

    if (done) {
        ts_observed_rows(output.file, seen);
        done = ts_output_close(&output, &error);
    }
    return done ? TS_EXIT_OK : ts_cli_fail(TS_EXIT_IO, "%s", error.text);
}

static int report(const ts_observing *seen, const char *const *values)
{
    const char *path = values[OUTPUT];
    struct utsname system = {.release = ""};
    int count = 0, status = TS_EXIT_OK;
    ts_guess guess;
    ts_observed_text text = {.seen = seen,
                             .guess = &guess,
                             .release = system.release};

    (void)uname(&system);
    while (ts_observed_step(seen, count) != NULL)
        count++;
    ts_guess_make(&guess, ts_observed_server_of(seen),
                  ts_observed_step(seen, 0), count);
    if (path == NULL || strcmp(path, "-") != 0) {
        print_steps(seen);
        print_errors(seen);
        print_processes(seen);
        print_guess(&guess);
    }
    if (values[ROWS] != NULL)
        status = write_rows(seen, values[ROWS]);
    if (status == TS_EXIT_OK && path != NULL)
        status = write_scenario(&text, path);
    return status;
}

/* --- the command --- */

/* "1,4,16", growing. */
static bool read_clients(const char *text, ts_observe_options *asked)
{
    asked->steps = 0;
    for (;;) {
        size_t length = strcspn(text, ",");
        char *part = ts_text_copy(text, length);
        uint64_t clients = 0;
        bool fine = part != NULL && asked->steps < TS_OBSERVED_STEPS &&
                    ts_option_whole(part, 1, TS_OBSERVED_CLIENTS, &clients);

        free(part);
        if (!fine || (asked->steps > 0 &&
                      (int)clients <= asked->clients[asked->steps - 1]))
            return false;
        asked->clients[asked->steps++] = (int)clients;
        if (text[length] == '\0')
            return true;
        text += length + 1;
    }
}

static int read_options(ts_observe_options *asked, const char *const *values)
{
    uint64_t seconds = 3, requests = 20000;

    if (!read_clients(values[CLIENTS] != NULL ? values[CLIENTS] : "1,4,16",
                      asked))
        return ts_cli_fail(TS_EXIT_USAGE,
                           "--clients takes up to %d numbers from 1 to %d that "
                           "grow, with commas: 1,4,16",
                           TS_OBSERVED_STEPS, TS_OBSERVED_CLIENTS);
    if (values[SECONDS] != NULL &&
        !ts_option_whole(values[SECONDS], 1, 30, &seconds))
        return ts_cli_fail(TS_EXIT_USAGE,
                           "--seconds takes a whole number from 1 to 30");
    if (values[REQUESTS] != NULL &&
        !ts_option_whole(values[REQUESTS], 10, 100000, &requests))
        return ts_cli_fail(TS_EXIT_USAGE,
                           "--requests takes a whole number from 10 to 100000");
    asked->seconds = (double)seconds;
    asked->requests = (int)requests;
    return TS_EXIT_OK;
}

static int play(const ts_observe_options *asked, const char *const *values)
{
    ts_observing *seen = ts_observation_create(asked);
    ts_error error = {.text = ""};
    bool fine;
    int status;

    if (seen == NULL)
        return ts_cli_fail(TS_EXIT_IO, "out of memory");
    fine = ts_observe(seen, &error);
    if (ts_cli_terminal(stderr))
        fprintf(stderr, "\r%24s\r", "");
    if (fine)
        status = report(seen, values);
    else if (ts_signals_raised() != 0)
        status = 128 + ts_signals_raised();
    else
        status = ts_cli_fail(TS_EXIT_IO, "%s", error.text);
    ts_observation_destroy(seen);
    return status;
}

static int observe(int argc, char **argv, const char *const *values)
{
    ts_observe_options asked = {.url = values[URL],
                                .command = argc > 1 ? argv + 1 : NULL,
                                .patience = PATIENCE,
                                .progress = progress,
                                .interrupted = ts_signals_catch()};
    int status = read_options(&asked, values);

    if (status != TS_EXIT_OK)
        return status;
    if (asked.url == NULL && asked.command == NULL)
        return ts_cli_fail(TS_EXIT_USAGE,
                           "observe what? --url http://127.0.0.1:8000/ is a "
                           "server that runs, -- COMMAND... starts one");
    return play(&asked, values);
}

const ts_command ts_command_observe = {
    .name = "observe",
    .arguments = "[-- COMMAND...]",
    .summary = "try a server of yours with a few clients, and model it",
    .about =
        "Asks a server on this machine as one client, then as a few, each with "
        "one request at a time over a connection of its own, and tells what "
        "that was: answers a second, latencies, processor time and changes of "
        "thread a request, processes and threads that worked. From that it "
        "concludes what kind of server would do the same: threads or an event "
        "loop, how many, the work of a request, how long it waits for "
        "something else. With -o it writes the scenario, with what could not "
        "be known marked in it and what was measured as expectations.\n\n"
        "A server that runs is named by --url; or a command starts one, gets "
        "all processors but the last, which the clients have, and is ended "
        "afterwards. Only loopback is asked, over HTTP/1, by 64 clients and "
        "for 30 seconds a step at most; its processes must be yours. What "
        "switches and system calls cost is in the processor time that is "
        "measured. Linux only.",
    .example = "timeslice observe -c 1,4 --seconds 1 -o mine.json \\\n"
               "    -- python3 -m http.server 0",
    .options = options,
    .option_count = OPTIONS,
    .reads_words = true, /* a server of its own */
    .run = observe,
};
