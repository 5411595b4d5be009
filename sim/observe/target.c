/*
 * target.c - see target.h. Names are not looked up: they could be anybody's.
 */
#include "sim/observe/target.h"

#include <arpa/inet.h>
#include <stdlib.h>
#include <string.h>

typedef struct parts {
    const char *host, *path; /* path: from '/' on, or "/" */
    long port;
} parts;

static bool cut(parts *p, ts_arena *arena, const char *url, ts_error *error)
{
    const char *rest, *end, *colon;
    size_t length;

    if (strncmp(url, "https://", 8) == 0)
        return ts_fail(error,
                       "%s: only http is spoken here; name the port behind "
                       "what ends TLS",
                       url);
    if (strncmp(url, "http://", 7) != 0)
        return ts_fail(error,
                       "%s is no address of a server: "
                       "http://127.0.0.1:8000/ is one",
                       url);
    rest = url + 7;
    length = strcspn(rest, "/?#");
    end = rest + length;
    p->path = *end == '/' ? end : ts_arena_format(arena, "/%s", end);
    colon = memchr(rest, ']', length);
    colon = memchr(colon != NULL ? colon : rest, ':',
                   (size_t)(end - (colon != NULL ? colon : rest)));
    p->port = colon != NULL ? strtol(colon + 1, NULL, 10) : 80;
    if (colon != NULL)
        length = (size_t)(colon - rest);
    p->host = ts_arena_format(arena, "%.*s", (int)length, rest);
    if (p->path == NULL || p->host == NULL)
        return ts_fail_memory(error);
    if (p->port < 1 || p->port > 65535)
        return ts_fail(error, "%s: a port is 1 to 65535", url);
    if (strpbrk(p->path, " \r\n\t") != NULL)
        return ts_fail(error, "%s: a path has no spaces; %%20 is one", url);
    return true;
}

static bool resolve(ts_target *target, const parts *p, ts_error *error)
{
    bool local = strcmp(p->host, "localhost") == 0;

    target->address.four =
        (struct sockaddr_in){.sin_family = AF_INET,
                             .sin_port = htons((uint16_t)p->port)};
    target->size = sizeof target->address.four;
    if (inet_pton(AF_INET, local ? "127.0.0.1" : p->host,
                  &target->address.four.sin_addr) == 1 &&
        ntohl(target->address.four.sin_addr.s_addr) >> 24 == 127)
        return true;
    if (strcmp(p->host, "[::1]") != 0)
        return ts_fail(error,
                       "%s is not loopback: only a server on this machine is "
                       "loaded, as 127.0.0.1, [::1] or localhost",
                       p->host);
    target->address.six =
        (struct sockaddr_in6){.sin6_family = AF_INET6,
                              .sin6_port = htons((uint16_t)p->port),
                              .sin6_addr = IN6ADDR_LOOPBACK_INIT};
    target->size = sizeof target->address.six;
    return true;
}

bool ts_target_parse(ts_target *target, ts_arena *arena, const char *url,
                     ts_error *error)
{
    parts p = {.port = 0};

    if (!cut(&p, arena, url, error) || !resolve(target, &p, error))
        return false;
    target->url =
        ts_arena_format(arena, "http://%s:%ld%s", p.host, p.port, p.path);
    target->request = ts_arena_format(arena,
                                      "GET %s HTTP/1.1\r\n"
                                      "Host: %s:%ld\r\n"
                                      "User-Agent: timeslice\r\n"
                                      "Accept: */*\r\n\r\n",
                                      p.path, p.host, p.port);
    if (target->url == NULL || target->request == NULL)
        return ts_fail_memory(error);
    target->length = strlen(target->request);
    return true;
}

int ts_target_port(const ts_target *target)
{
    return ntohs(target->address.any.sa_family == AF_INET
                     ? target->address.four.sin_port
                     : target->address.six.sin6_port);
}
