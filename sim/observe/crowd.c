/*
 * crowd.c - see crowd.h.
 */
#define _GNU_SOURCE
#include "sim/observe/crowd.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include "sim/observe/proc.h"

/* Who did less than this part of an even share of the work only looked on. */
#define WORKED 0.25
#define STRANDS_MAX 8192

void ts_crowd_fini(ts_crowd *crowd)
{
    free(crowd->members);
    free(crowd->strands);
    *crowd = (ts_crowd){.members = NULL};
}

/* Room for one more; NULL: there is none. */
static void *more(ts_crowd *crowd, void *items, size_t count, size_t *room,
                  size_t size)
{
    void *grown;

    if (count < *room)
        return items;
    *room = *room > 0 ? *room * 2 : 64;
    grown = realloc(items, *room * size);
    if (grown == NULL) {
        *room = count;
        crowd->failed = true;
        return items;
    }
    return grown;
}

/* --- who it is --- */

static void add_member(void *context, int number)
{
    ts_crowd *crowd = context;

    crowd->members = more(crowd, crowd->members, crowd->count, &crowd->room,
                          sizeof *crowd->members);
    if (crowd->failed)
        return;
    crowd->members[crowd->count++] =
        (ts_member){.pid = number, .parent = ts_proc_parent(number)};
}

typedef struct listening {
    ts_crowd *crowd;
    const ts_member *member; /* whose descriptors are gone through */
    int port;                /* that is asked for */
    int wanted;              /* no other will do; 0: any */
    uint64_t socket;         /* listening there */
    int found;               /* the port of a socket that it has; 0: none */
    int most;                /* processes at one socket of the port */
} listening;

static void compare(void *context, int number)
{
    listening *l = context;

    if (l->found == 0 && ts_proc_socket(l->member->pid, number) == l->socket)
        l->found = l->port;
}

/* Does the member have that socket? */
static bool has(listening *l)
{
    char path[64];

    l->found = 0;
    snprintf(path, sizeof path, "/proc/%d/fd", (int)l->member->pid);
    (void)ts_proc_numbers(path, compare, l);
    return l->found != 0;
}

static void add_listeners(void *context, int port, uint64_t socket)
{
    listening *l = context;

    if (port != l->port)
        return;
    l->socket = socket;
    for (size_t i = 0; i < l->crowd->count; i++) {
        l->member = &l->crowd->members[i];
        if (!l->member->in && has(l))
            l->crowd->members[i].in = true;
    }
}

static bool is_in(const ts_crowd *crowd, pid_t pid)
{
    for (size_t i = 0; i < crowd->count; i++)
        if (crowd->members[i].pid == pid)
            return crowd->members[i].in;
    return false;
}

/* Whose parent belongs to it does so as well. */
static void add_children(ts_crowd *crowd)
{
    bool again = true;

    while (again) {
        again = false;
        for (size_t i = 0; i < crowd->count; i++) {
            ts_member *m = &crowd->members[i];

            if (m->in || !is_in(crowd, m->parent))
                continue;
            m->in = true;
            again = true;
        }
    }
}

void ts_crowd_find(ts_crowd *crowd, pid_t root, int port)
{
    listening l = {.crowd = crowd, .port = port};
    size_t kept = 0;

    crowd->count = 0;
    (void)ts_proc_numbers("/proc", add_member, crowd);
    for (size_t i = 0; i < crowd->count; i++)
        crowd->members[i].in = root > 0 && crowd->members[i].pid == root;
    if (port > 0)
        ts_proc_listeners(add_listeners, &l);
    add_children(crowd);
    for (size_t i = 0; i < crowd->count; i++)
        if (crowd->members[i].in &&
            clock_getcpuclockid(crowd->members[i].pid,
                                &crowd->members[i].clock) == 0)
            crowd->members[kept++] = crowd->members[i];
    crowd->count = kept;
}

int ts_crowd_count(const ts_crowd *crowd)
{
    return (int)crowd->count;
}

pid_t ts_crowd_first(const ts_crowd *crowd)
{
    return crowd->count > 0 ? crowd->members[0].pid : 0;
}

static void find_port(void *context, int port, uint64_t socket)
{
    listening *l = context;
    int found = l->found;

    if (l->wanted > 0 && port != l->wanted)
        return;
    for (size_t i = 0; found == 0 && i < l->crowd->count; i++) {
        l->member = &l->crowd->members[i];
        l->port = port;
        l->socket = socket;
        if (has(l))
            found = port;
    }
    l->found = found;
}

int ts_crowd_port(ts_crowd *crowd, int wanted)
{
    listening l = {.crowd = crowd, .wanted = wanted};

    ts_proc_listeners(find_port, &l);
    return l.found;
}

static bool made_one(const ts_crowd *crowd, pid_t pid)
{
    for (size_t i = 0; i < crowd->count; i++)
        if (crowd->members[i].at_door && crowd->members[i].parent == pid)
            return true;
    return false;
}

static void count_at_door(void *context, int port, uint64_t socket)
{
    listening *l = context;
    ts_crowd *crowd = l->crowd;
    int count = 0;

    if (port != l->port)
        return;
    l->socket = socket;
    for (size_t i = 0; i < crowd->count; i++) {
        l->member = &crowd->members[i];
        crowd->members[i].at_door = has(l);
    }
    for (size_t i = 0; i < crowd->count; i++)
        count += crowd->members[i].at_door &&
                 !made_one(crowd, crowd->members[i].pid);
    l->most = count > l->most ? count : l->most;
}

int ts_crowd_doors(ts_crowd *crowd, int port)
{
    listening l = {.crowd = crowd, .port = port};

    ts_proc_listeners(count_at_door, &l);
    return l.most;
}

/* --- what it takes --- */

static double read_clock(clockid_t clock, double last)
{
    struct timespec now;

    if (clock_gettime(clock, &now) != 0)
        return last; /* it has ended */
    return (double)now.tv_sec + (double)now.tv_nsec * 1e-9;
}

static ts_strand *find_strand(ts_crowd *crowd, pid_t id)
{
    for (size_t i = 0; i < crowd->strand_count; i++)
        if (crowd->strands[i].id == id)
            return &crowd->strands[i];
    crowd->strands = more(crowd, crowd->strands, crowd->strand_count,
                          &crowd->strand_room, sizeof *crowd->strands);
    if (crowd->failed || crowd->strand_count == STRANDS_MAX)
        return NULL;
    crowd->strands[crowd->strand_count] = (ts_strand){.id = id, .fresh = true};
    return &crowd->strands[crowd->strand_count++];
}

static bool read_of(const ts_strand *s, const char *file, char *text,
                    size_t room)
{
    char path[96];

    snprintf(path, sizeof path, "/proc/%d/task/%d/%s", (int)s->pid, (int)s->id,
             file);
    return ts_proc_read(path, text, room);
}

static int64_t number_after(const char *text, const char *word)
{
    const char *at = strstr(text, word);

    return at != NULL ? strtoll(at + strlen(word), NULL, 10) : 0;
}

static void read_strand(ts_strand *s)
{
    char text[4096];

    if (read_of(s, "schedstat", text, sizeof text)) {
        char *rest;

        s->ran = strtod(text, &rest) * 1e-9;
        s->waited[1] = strtod(rest, NULL) * 1e-9;
    }
    if (!read_of(s, "status", text, sizeof text))
        return;
    s->voluntary[1] = number_after(text, "\nvoluntary_ctxt_switches:");
    s->involuntary[1] = number_after(text, "\nnonvoluntary_ctxt_switches:");
}

typedef struct looking {
    ts_crowd *crowd;
    ts_member *member;
    bool all; /* read what all did; else of those that are new */
    int count;
} looking;

static void look_at(void *context, int number)
{
    looking *l = context;
    ts_strand *s = find_strand(l->crowd, number);
    char text[64];

    l->count++;
    if (s == NULL)
        return;
    s->pid = l->member->pid;
    if (s->fresh || l->all)
        read_strand(s);
    if (!s->polls && read_of(s, "wchan", text, sizeof text))
        s->polls = strncmp(text, "ep_poll", 7) == 0 ||
                   strncmp(text, "do_epoll", 8) == 0;
}

static void look(ts_crowd *crowd, bool all)
{
    looking l = {.crowd = crowd, .all = all};
    char path[64];

    for (size_t i = 0; i < crowd->count; i++) {
        l.member = &crowd->members[i];
        l.count = 0;
        snprintf(path, sizeof path, "/proc/%d/task", (int)l.member->pid);
        (void)ts_proc_numbers(path, look_at, &l);
        if (l.count > l.member->most)
            l.member->most = l.count;
    }
}

void ts_crowd_mark(ts_crowd *crowd)
{
    for (size_t i = 0; i < crowd->count; i++) {
        ts_member *m = &crowd->members[i];

        m->most = 0;
        m->began = m->took = read_clock(m->clock, 0);
    }
    look(crowd, true);
    for (size_t i = 0; i < crowd->strand_count; i++) {
        ts_strand *s = &crowd->strands[i];

        s->fresh = false;
        s->began = s->ran;
        s->waited[0] = s->waited[1];
        s->voluntary[0] = s->voluntary[1];
        s->involuntary[0] = s->involuntary[1];
    }
}

void ts_crowd_look(ts_crowd *crowd)
{
    look(crowd, false);
}

/* How many threads of the member worked. */
static int workers(const ts_crowd *crowd, const ts_member *m)
{
    double least = WORKED * (m->took - m->began) / (m->most > 0 ? m->most : 1);
    int worked = 0, polled = 0;

    for (size_t i = 0; i < crowd->strand_count; i++) {
        const ts_strand *s = &crowd->strands[i];

        if (s->pid != m->pid || s->ran - s->began <= least)
            continue;
        worked++;
        polled += s->polls;
    }
    if (worked > m->most)
        worked = m->most; /* one took the place of another */
    return polled > 0 && worked > polled ? worked - polled : worked;
}

void ts_crowd_sum_up(ts_crowd *crowd, ts_crowd_sum *sum)
{
    *sum = (ts_crowd_sum){.took = 0};
    for (size_t i = 0; i < crowd->count; i++) {
        ts_member *m = &crowd->members[i];

        m->took = read_clock(m->clock, m->took);
        sum->took += m->took - m->began;
        if (m->took - m->began > sum->most)
            sum->most = m->took - m->began;
    }
    look(crowd, true);
    for (size_t i = 0; i < crowd->count; i++) {
        const ts_member *m = &crowd->members[i];
        int threads = workers(crowd, m);

        if (m->took - m->began <= WORKED * sum->took / (double)crowd->count)
            continue;
        sum->processes++;
        if (threads > sum->threads)
            sum->threads = threads;
    }
    for (size_t i = 0; i < crowd->strand_count; i++) {
        const ts_strand *s = &crowd->strands[i];

        sum->waited += s->waited[1] - s->waited[0];
        sum->voluntary += s->voluntary[1] - s->voluntary[0];
        sum->involuntary += s->involuntary[1] - s->involuntary[0];
    }
}

bool ts_crowd_polls(const ts_crowd *crowd)
{
    for (size_t i = 0; i < crowd->strand_count; i++)
        if (crowd->strands[i].polls)
            return true;
    return false;
}
