/*
 * network.c - bytes and connections over loopback, and waiting for many
 * descriptors.
 */
#define _GNU_SOURCE
#include "sim/host/host.h"

#include <arpa/inet.h>
#include <netinet/tcp.h>
#include <poll.h>
#include <pthread.h>
#include <stdint.h>
#include <stdlib.h>
#include <sys/epoll.h>
#include <sys/eventfd.h>
#include <sys/resource.h>
#include <sys/select.h>
#include <sys/socket.h>
#include <unistd.h>

/* --- loopback --- */

typedef struct loop {
    int listener, socket;
    struct sockaddr_in address;
} loop;

static bool listen_here(loop *l)
{
    socklen_t size = sizeof l->address;

    l->address = (struct sockaddr_in){.sin_family = AF_INET};
    l->address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    l->listener = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    if (l->listener < 0)
        return false;
    if (bind(l->listener, (struct sockaddr *)&l->address, size) == 0 &&
        listen(l->listener, 16) == 0 &&
        getsockname(l->listener, (struct sockaddr *)&l->address, &size) == 0)
        return true;
    close(l->listener);
    return false;
}

static int connect_to(const loop *l)
{
    int one = 1, s = socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);

    if (s >= 0 && connect(s, (const struct sockaddr *)&l->address,
                          sizeof l->address) != 0) {
        close(s);
        return -1;
    }
    setsockopt(s, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    return s;
}

static void *echo(void *context)
{
    int s = accept4(*(int *)context, NULL, NULL, SOCK_CLOEXEC), one = 1;
    char byte;

    ts_host_pin(0);
    setsockopt(s, IPPROTO_TCP, TCP_NODELAY, &one, sizeof one);
    while (recv(s, &byte, 1, 0) == 1 && send(s, &byte, 1, MSG_NOSIGNAL) == 1)
        ;
    close(s);
    return NULL;
}

static double there_and_back(void *context)
{
    const int many = 200;
    const loop *l = context;
    char byte = 0;
    double from = ts_host_now();

    for (int i = 0; i < many; i++)
        if (send(l->socket, &byte, 1, MSG_NOSIGNAL) != 1 ||
            recv(l->socket, &byte, 1, 0) != 1)
            return -1;
    return (ts_host_now() - from) / many;
}

static double connection(void *context)
{
    const int many = 20;
    const loop *l = context;
    double from = ts_host_now();

    for (int i = 0; i < many; i++) {
        int here = connect_to(l);
        int there =
            here >= 0 ? accept4(l->listener, NULL, NULL, SOCK_CLOEXEC) : -1;

        if (there < 0) {
            if (here >= 0)
                close(here);
            return -1;
        }
        close(here);
        close(there);
    }
    return (ts_host_now() - from) / many;
}

static void network(ts_host *host)
{
    pthread_t other;
    loop l;

    if (!ts_host_pin(0) || !listen_here(&l))
        return;
    ts_host_sample(host,
                   &(ts_reading){.name = "tcp.connection",
                                 .what =
                                     "connect, accept and close over loopback",
                                 .unit = "ns"},
                   connection, &l);
    l.socket = connect_to(&l);
    if (l.socket >= 0) {
        if (pthread_create(&other, NULL, echo, &l.listener) == 0) {
            (void)there_and_back(&l);
            ts_host_sample(
                host,
                &(ts_reading){.name = "tcp.byte",
                              .what =
                                  "a byte there and back over loopback, on one "
                                  "processor",
                              .unit = "ns"},
                there_and_back, &l);
            close(l.socket);
            pthread_join(other, NULL);
        } else {
            close(l.socket);
        }
    }
    close(l.listener);
}

const ts_probe ts_probe_network = {"network", network};

/* --- waiting for many --- */

#define MANY_MAX 1000

typedef struct many {
    int count, top, poll_set;
    int events[MANY_MAX];
    struct pollfd polled[MANY_MAX];
} many;

static double by_select(void *context)
{
    const int times = 100;
    const many *m = context;
    double from = ts_host_now();

    for (int k = 0; k < times; k++) {
        struct timeval now = {0, 0};
        fd_set set;

        FD_ZERO(&set);
        for (int i = 0; i < m->count; i++)
            FD_SET(m->events[i], &set);
        if (select(m->top + 1, &set, NULL, NULL, &now) != 1)
            return -1;
    }
    return (ts_host_now() - from) / times;
}

static double by_poll(void *context)
{
    const int times = 100;
    many *m = context;
    double from = ts_host_now();

    for (int k = 0; k < times; k++)
        if (poll(m->polled, (nfds_t)m->count, 0) != 1)
            return -1;
    return (ts_host_now() - from) / times;
}

static double by_epoll(void *context)
{
    const int times = 100;
    const many *m = context;
    struct epoll_event event;
    double from = ts_host_now();

    for (int k = 0; k < times; k++)
        if (epoll_wait(m->poll_set, &event, 1, 0) != 1)
            return -1;
    return (ts_host_now() - from) / times;
}

static bool add_event(many *m)
{
    struct epoll_event event = {.events = EPOLLIN};
    int i = m->count;

    m->events[i] = eventfd(0, EFD_CLOEXEC);
    if (m->events[i] < 0)
        return false;
    m->count++;
    m->top = m->events[i] > m->top ? m->events[i] : m->top;
    m->polled[i] = (struct pollfd){.fd = m->events[i], .events = POLLIN};
    return epoll_ctl(m->poll_set, EPOLL_CTL_ADD, m->events[i], &event) == 0;
}

static void sample_many(ts_host *host, many *m)
{
    ts_sample_fn *const samples[] = {by_select, by_poll, by_epoll};
    const char *const names[] = {"select", "poll", "epoll"};

    for (int i = m->top < FD_SETSIZE ? 0 : 1; i < 3; i++)
        ts_host_sample(
            host,
            &(ts_reading){.name = ts_arena_format(ts_host_arena(host), "%s.%d",
                                                  names[i], m->count),
                          .what = ts_arena_format(ts_host_arena(host),
                                                  "%s of %d, one of them ready",
                                                  names[i], m->count),
                          .unit = "ns"},
            samples[i], m);
}

static void waiting(ts_host *host)
{
    many *m = calloc(1, sizeof *m);
    uint64_t one = 1;
    int want = 10;

    if (m == NULL)
        return;
    ts_host_pin(0);
    m->poll_set = epoll_create1(EPOLL_CLOEXEC);
    while (m->poll_set >= 0 && want <= MANY_MAX) {
        while (m->count < want && add_event(m))
            ;
        if (m->count < want ||
            write(m->events[0], &one, sizeof one) != sizeof one)
            break; /* no more descriptors for us */
        sample_many(host, m);
        if (read(m->events[0], &one, sizeof one) != sizeof one)
            break;
        want *= 10;
    }
    for (int i = 0; i < m->count; i++)
        close(m->events[i]);
    if (m->poll_set >= 0)
        close(m->poll_set);
    free(m);
}

const ts_probe ts_probe_waiting = {"waiting", waiting};
