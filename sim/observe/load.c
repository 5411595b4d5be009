/*
 * load.c - see load.h.
 */
#define _GNU_SOURCE
#include "sim/observe/load.h"

#include <errno.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "sim/host/host.h"

double ts_load_now(void)
{
    return ts_host_now() * 1e-9;
}

/* --- connections --- */

static void hang_up(ts_client *client)
{
    if (client->socket >= 0)
        close(client->socket);
    client->socket = -1;
    client->connecting = client->used = false;
}

/* Begins to connect; -1 with errno. */
static int call(const ts_target *target, int flags)
{
    int one = 1, s = socket(target->address.any.sa_family,
                            SOCK_STREAM | SOCK_CLOEXEC | flags, 0);

    if (s < 0)
        return -1;
    (void)setsockopt(s, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    if (connect(s, &target->address.any, target->size) == 0 ||
        errno == EINPROGRESS)
        return s;
    one = errno;
    close(s);
    errno = one;
    return -1;
}

bool ts_load_listens(const ts_target *target)
{
    int s = call(target, 0);

    if (s >= 0)
        close(s);
    return s >= 0;
}

static bool refused(const ts_observe_load *load, int code, ts_error *error)
{
    if (code == ECONNREFUSED)
        return ts_fail(error, "nobody listens at %s: is the server running?",
                       load->target->url);
    return ts_fail(error, "no connection to %s: %s", load->target->url,
                   strerror(code));
}

/* --- requests --- */

static bool send_request(const ts_observe_load *load, ts_client *client)
{
    const ts_target *t = load->target;

    return send(client->socket, t->request, t->length, MSG_NOSIGNAL) ==
           (ssize_t)t->length;
}

static bool begin(ts_observe_load *load, ts_client *client, ts_error *error)
{
    client->reply = (ts_http_reply)TS_REPLY_BEGIN;
    client->heard = false;
    if (client->socket >= 0) {
        if (send_request(load, client))
            return true;
        hang_up(client); /* it was closed meanwhile */
    }
    client->socket = call(load->target, SOCK_NONBLOCK);
    client->connecting = true;
    return client->socket >= 0 || refused(load, errno, error);
}

static bool connected(ts_observe_load *load, ts_client *client, ts_error *error)
{
    int code = 0;
    socklen_t size = sizeof code;

    client->connecting = false;
    (void)getsockopt(client->socket, SOL_SOCKET, SO_ERROR, &code, &size);
    if (code != 0)
        return refused(load, code, error);
    return send_request(load, client) || refused(load, errno, error);
}

static bool answered(ts_observe_load *load, ts_client *client, bool counts,
                     ts_error *error)
{
    double now = ts_load_now();

    if (counts && load->count < load->requests) {
        load->latencies[load->count++] = now - client->began;
        load->errors += client->reply.status >= 400;
    }
    client->used = true;
    if (client->reply.closes) {
        load->closes = true;
        hang_up(client);
    }
    client->began = now;
    return begin(load, client, error);
}

/* The server closed it: that is an answer's end, a connection kept too long, or
 * a fault. */
static bool closed(ts_observe_load *load, ts_client *client, bool counts,
                   ts_error *error)
{
    bool kept = client->used && !client->heard;

    hang_up(client);
    if (ts_reply_end(&client->reply))
        return answered(load, client, counts, error);
    if (!kept)
        return ts_fail(error,
                       "%s closed a connection before it had answered (after "
                       "%lld answers)",
                       load->target->url, (long long)load->count);
    load->closes = true;
    return begin(load, client, error);
}

static bool listen_to(ts_observe_load *load, ts_client *client, bool counts,
                      ts_error *error)
{
    char bytes[16384];
    ssize_t count = recv(client->socket, bytes, sizeof bytes, 0);

    if (count < 0 && (errno == EAGAIN || errno == EINTR))
        return true;
    if (count <= 0)
        return closed(load, client, counts, error);
    client->heard = true;
    ts_reply_feed(&client->reply, bytes, (size_t)count);
    if (client->reply.state == TS_REPLY_BROKEN)
        return ts_fail(error, "what %s answers is no HTTP/1",
                       load->target->url);
    if (!ts_reply_over(&client->reply))
        return true;
    return answered(load, client, counts, error);
}

/* --- all of them --- */

bool ts_load_open(ts_observe_load *load, ts_error *error)
{
    load->client = calloc((size_t)load->clients, sizeof *load->client);
    load->polled = calloc((size_t)load->clients, sizeof *load->polled);
    load->latencies = calloc((size_t)load->requests, sizeof *load->latencies);
    if (load->client == NULL || load->polled == NULL || load->latencies == NULL)
        return ts_fail_memory(error);
    for (int i = 0; i < load->clients; i++)
        load->client[i].socket = -1;
    for (int i = 0; i < load->clients; i++) {
        load->client[i].began = ts_load_now();
        if (!begin(load, &load->client[i], error))
            return false;
    }
    return true;
}

void ts_load_close(ts_observe_load *load)
{
    for (int i = 0; load->client != NULL && i < load->clients; i++)
        hang_up(&load->client[i]);
    free(load->client);
    free(load->polled);
    free(load->latencies);
    load->client = NULL;
    load->polled = NULL;
    load->latencies = NULL;
}

static bool attend(ts_observe_load *load, bool counts, ts_error *error)
{
    double now = ts_load_now();

    for (int i = 0; i < load->clients; i++) {
        ts_client *client = &load->client[i];
        bool fine = true;

        if (load->polled[i].revents != 0)
            fine = client->connecting ? connected(load, client, error)
                                      : listen_to(load, client, counts, error);
        else if (now - client->began > load->patience)
            fine = ts_fail(error, "%s has not answered within %.0f s",
                           load->target->url, load->patience);
        if (!fine)
            return false;
    }
    return true;
}

static bool wait_for(ts_observe_load *load, double until)
{
    double left = until - ts_load_now();

    for (int i = 0; i < load->clients; i++)
        load->polled[i] =
            (struct pollfd){.fd = load->client[i].socket,
                            .events =
                                load->client[i].connecting ? POLLOUT : POLLIN};
    if (left < 0.001)
        left = 0.001;
    if (left > load->often)
        left = load->often;
    return poll(load->polled, (nfds_t)load->clients, (int)(left * 1000)) >= 0 ||
           errno == EINTR;
}

static int compare(const void *a, const void *b)
{
    double x = *(const double *)a, y = *(const double *)b;

    return (x > y) - (x < y);
}

static bool interrupted(const ts_observe_load *load)
{
    return load->interrupted != NULL && *load->interrupted != 0;
}

bool ts_load_play(ts_observe_load *load, double seconds, bool counts,
                  ts_error *error)
{
    double from = ts_load_now(), until = from + seconds, next = from;

    while (ts_load_now() < until && load->count < load->requests) {
        if (interrupted(load))
            return ts_fail(error, "interrupted");
        if (!wait_for(load, until))
            return ts_fail(error, "poll: %s", strerror(errno));
        if (!attend(load, counts, error))
            return false;
        if (counts && ts_load_now() >= next) {
            load->look(load->context);
            next = ts_load_now() + load->often;
        }
    }
    if (!counts)
        return true;
    load->seconds = ts_load_now() - from;
    qsort(load->latencies, (size_t)load->count, sizeof *load->latencies,
          compare);
    return true;
}

double ts_load_percentile(const ts_observe_load *load, double p)
{
    int64_t rank = (int64_t)(p * (double)load->count + 0.999999);

    return load->latencies[rank < 1 ? 0 : rank - 1];
}
