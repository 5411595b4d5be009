/*
 * observed.c - see observed.h.
 *
 * What switches and system calls cost is in the processor time a request, so
 * the scenario charges nothing for them.
 */
#include "sim/cli/observed.h"

#include <stdlib.h>
#include <string.h>

#include <cjson/cJSON.h>

#include "sim/cli/command.h"
#include "sim/host/host.h"
#include "sim/scenario/buffer.h"

/* From so much on a request after a pause takes more than one without. */
#define COLD 1.02

/* What is asked besides what was tried. */
static const int more_clients[] = {64, 200};

/* --- JSON --- */

/* All of these put nothing where they were given NULL; memory that ends shows
 * in the scenario as a whole, which is read again before it is given out. */
static cJSON *object(cJSON *parent, const char *name)
{
    cJSON *child = cJSON_CreateObject();

    if (name != NULL ? cJSON_AddItemToObject(parent, name, child)
                     : cJSON_AddItemToArray(parent, child))
        return child;
    cJSON_Delete(child);
    return NULL;
}

static void put(cJSON *parent, const char *name, const char *value)
{
    (void)cJSON_AddStringToObject(parent, name, value);
}

static void put_format(cJSON *parent, const char *name, const char *format, ...)
    __attribute__((format(printf, 3, 4)));

static void put_format(cJSON *parent, const char *name, const char *format, ...)
{
    ts_buffer text = TS_BUFFER_EMPTY;
    va_list list;

    va_start(list, format);
    ts_buffer_vformat(&text, format, list);
    va_end(list);
    if (!text.failed)
        put(parent, name, text.data);
    ts_buffer_fini(&text);
}

static void put_time(cJSON *parent, const char *name, double seconds)
{
    put_format(parent, name, "%.4gus", seconds * 1e6);
}

/* A time with a spread, where it has any that matters. */
static void put_spread(cJSON *parent, const char *name, double mean, double sd)
{
    cJSON *normal;

    if (sd < mean / 100) {
        put_time(parent, name, mean);
        return;
    }
    normal = object(object(parent, name), "normal");
    put_time(normal, "mean", mean);
    put_time(normal, "sd", sd);
}

/* --- parts of the scenario --- */

static void put_source(cJSON *root, const ts_observed_text *t)
{
    const ts_observed_server *server = ts_observed_server_of(t->seen);
    cJSON *unknown;

    put_format(root, "title", "%s at %s, as it was observed",
               server->program[0] != '\0' ? server->program : "A server",
               server->url);
    put(root, "question",
        "What does it do with more clients than were tried, and with another "
        "number of threads or processes?");
    put_format(root, "source",
               "timeslice observe: %s at %s, Linux %s, %d processors for it, "
               "%s",
               server->program, server->url, t->release, server->processors,
               server->apart ? "another for the clients"
                             : "shared with the clients");
    unknown =
        cJSON_AddArrayToObject(object(root, "comment"), "what was not known");
    for (int i = 0; i < TS_UNKNOWNS; i++)
        if (t->guess->unknown[i])
            (void)cJSON_AddItemToArray(unknown,
                                       cJSON_CreateString(
                                           ts_unknown_text((ts_unknown)i)));
}

static void put_computer(cJSON *computer, const ts_observed_server *server,
                         const ts_guess *guess)
{
    (void)cJSON_AddNumberToObject(computer, "processors", server->processors);
    if (guess->stolen > 0)
        put_format(object(computer, "stolen"), "share", "%.3g%%",
                   100 * guess->stolen);
}

/* Other programs want so many processors, for as long as it is observed: as
 * many threads, or one more, each of which wants its part of the time. */
static void put_neighbours(cJSON *root, const ts_guess *guess)
{
    const double turn = 10e-3;
    int count = (int)guess->others + 1;
    double busy = turn * guess->others / count;
    cJSON *threads, *program;

    if (guess->others == 0)
        return;
    threads = object(cJSON_AddArrayToObject(root, "threads"), NULL);
    put(threads, "name", "neighbours");
    (void)cJSON_AddNumberToObject(threads, "count", count);
    (void)cJSON_AddTrueToObject(threads, "background");
    program = cJSON_AddArrayToObject(
        object(cJSON_AddArrayToObject(threads, "program"), NULL), "forever");
    put_time(object(program, NULL), "run", busy);
    put_time(object(program, NULL), "sleep", turn - busy);
}

static void put_machine(cJSON *root, const ts_observed_text *t)
{
    const ts_observed_server *server = ts_observed_server_of(t->seen);
    const ts_guess *guess = t->guess;
    cJSON *links;

    put_computer(object(root, "computer"), server, guess);
    put(object(root, "system"), "policy", ts_host_policy(t->release));
    if (guess->lock)
        put(object(cJSON_AddArrayToObject(root, "interpreters"), NULL), "name",
            "python");
    links = cJSON_AddArrayToObject(root, "links");
    root = object(links, NULL);
    put(root, "name", "loopback");
    /* A new connection goes over it once more. */
    put_time(root, "rtt", server->keeps ? guess->rtt : guess->rtt / 2);
}

static void put_run(cJSON *handler, double mean, double sd)
{
    put_spread(object(handler, NULL), "run", mean, sd);
}

/* Half of the work before it waits, and half after; the spread is that of what
 * is longer. */
static void put_handler(cJSON *web, const ts_guess *guess)
{
    cJSON *handler = cJSON_AddArrayToObject(web, "handler");

    if (guess->wait == 0) {
        put_run(handler, guess->work, guess->spread);
        return;
    }
    put_run(handler, guess->work / 2, 0);
    put(object(object(handler, NULL), "call"), "to", "upstream");
    put_run(handler, guess->work / 2, 0);
}

/* One client's requests come after a pause, which is the only one in each. */
static void put_thread(cJSON *thread, const ts_guess *guess)
{
    cJSON *cold;

    if (guess->lock)
        put(thread, "interpreter", "python");
    if (guess->cold < COLD * guess->work || guess->pause < 1e-6)
        return;
    cold = object(thread, "cold");
    put_time(cold, "cost", guess->cold - guess->work);
    put_time(cold, "after", guess->pause);
}

static void put_servers(cJSON *root, const ts_guess *guess)
{
    cJSON *servers = cJSON_AddArrayToObject(root, "servers");
    cJSON *web = object(servers, NULL), *upstream;

    put(web, "name", "web");
    put(web, "model", guess->model == TS_GUESS_LOOP ? "event-loop" : "threads");
    (void)cJSON_AddNumberToObject(web, "processes", guess->processes);
    if (guess->accepts)
        put(web, "share", "accept");
    if (guess->model == TS_GUESS_THREADS)
        (void)cJSON_AddNumberToObject(web, "threads", guess->threads);
    put_thread(object(web, "thread"), guess);
    put_handler(web, guess);
    if (guess->wait == 0)
        return;
    upstream = object(servers, NULL);
    put(upstream, "name", "upstream");
    put(upstream, "model", "remote");
    put_spread(upstream, "time", guess->wait, guess->spread);
}

/* Long enough for what is slowest, in whole seconds. */
static void put_clients(cJSON *root, const ts_observed_text *t)
{
    const ts_guess *guess = t->guess;
    cJSON *load = object(cJSON_AddArrayToObject(root, "clients"), NULL);
    double once = guess->cold + guess->wait;
    int warmup = 1 + (int)(10 * once), stop = 4 + (int)(40 * once);

    put(load, "name", "load");
    put(load, "to", "web");
    put(load, "over", "loopback");
    if (!ts_observed_server_of(t->seen)->keeps)
        put(load, "connection", "new");
    else if (guess->accepts)
        put(load, "connection", "kept");
    (void)cJSON_AddNumberToObject(load, "users", 1);
    put_format(load, "warmup", "%ds", warmup);
    put_format(root, "stop", "%ds", warmup + stop);
}

static void put_sweep(cJSON *root, const ts_observing *seen)
{
    cJSON *users = cJSON_AddArrayToObject(object(object(root, "sweep"), "vary"),
                                          "/clients/0/users");
    const ts_observed *step;
    int most = 0;

    for (int i = 0; (step = ts_observed_step(seen, i)) != NULL; i++) {
        (void)cJSON_AddItemToArray(users, cJSON_CreateNumber(step->clients));
        most = step->clients > most ? step->clients : most;
    }
    for (size_t i = 0; i < TS_COUNT_OF(more_clients); i++)
        if (more_clients[i] > most)
            (void)cJSON_AddItemToArray(users,
                                       cJSON_CreateNumber(more_clients[i]));
}

static cJSON *expectation(cJSON *list, const ts_observed *step,
                          const char *metric, const char *within)
{
    cJSON *expect = object(list, NULL);

    put(expect, "metric", metric);
    put(expect, "whose", "measured");
    put(expect, "within", within);
    (void)cJSON_AddNumberToObject(object(expect, "where"), "/clients/0/users",
                                  step->clients);
    return expect;
}

static void put_expectations(cJSON *root, const ts_observing *seen)
{
    cJSON *list = cJSON_AddArrayToObject(root, "expect");
    const ts_observed *step;

    for (int i = 0; (step = ts_observed_step(seen, i)) != NULL; i++) {
        put_format(expectation(list, step, "clients.load.throughput", "15%"),
                   "is", "%.4g/s", step->rate);
        put_time(expectation(list, step, "clients.load.latency.p95", "25%"),
                 "is", step->p95);
    }
}

char *ts_observed_scenario(const ts_observed_text *text)
{
    cJSON *root = cJSON_CreateObject();
    char *printed;

    put_source(root, text);
    put_machine(root, text);
    put_neighbours(root, text->guess);
    put_servers(root, text->guess);
    put_clients(root, text);
    put_sweep(root, text->seen);
    put_expectations(root, text->seen);
    printed = cJSON_Print(root);
    cJSON_Delete(root);
    return printed;
}

void ts_observed_rows(FILE *out, const ts_observing *seen)
{
    const ts_observed *step;

    fprintf(out, "/clients/0/users,clients.load.throughput,"
                 "clients.load.latency.p50,clients.load.latency.p95\n");
    for (int i = 0; (step = ts_observed_step(seen, i)) != NULL; i++)
        fprintf(out, "%d,%.4g/s,%.4gms,%.4gms\n", step->clients, step->rate,
                step->p50 * 1e3, step->p95 * 1e3);
}
