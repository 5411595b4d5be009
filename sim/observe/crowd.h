/*
 * crowd.h - the processes of a server: which they are, and what they take.
 *
 *   ts_crowd_find(&crowd, root, port)
 *   ts_crowd_mark(&crowd)             from here on
 *   ts_crowd_look(&crowd)             now and then
 *   ts_crowd_sum_up(&crowd, &sum)     until here
 *
 * They are those who listen at the port, the root, and their descendants. What
 * they take in all comes from their clocks, which count threads that have ended
 * as well; changes of thread and who worked come from the threads that were
 * seen. Processes that come and go within a step are not seen.
 */
#ifndef TS_OBSERVE_CROWD_H
#define TS_OBSERVE_CROWD_H

#include <stdbool.h>
#include <stddef.h>
#include <stdint.h>
#include <sys/types.h>
#include <time.h>

typedef struct ts_member {
    pid_t pid, parent;
    bool in;      /* belongs to it; all others are looked through */
    bool at_door; /* has the socket that was asked about */
    clockid_t clock;
    double began, took; /* processor time, seconds */
    int most;           /* of its threads at once */
} ts_member;

typedef struct ts_strand {
    pid_t pid, id;
    bool fresh;       /* came after the mark: all that it did counts */
    bool polls;       /* was seen to wait in epoll */
    double began;     /* processor time at the mark, seconds */
    double ran;       /* the newest */
    double waited[2]; /* ready, for a processor: at the mark, the newest */
    int64_t voluntary[2], involuntary[2]; /* at the mark, the newest */
} ts_strand;

typedef struct ts_crowd {
    ts_member *members; /* owned, as are the strands */
    size_t count, room;
    ts_strand *strands;
    size_t strand_count, strand_room;
    bool failed; /* out of memory */
} ts_crowd;

typedef struct ts_crowd_sum {
    double took, most; /* seconds of all, and of who took most */
    double waited;     /* seconds for a processor, of all threads */
    int processes;     /* that worked */
    int threads;       /* that worked, of the process with most of them; who
                          waits in epoll beside others that work is none */
    int64_t voluntary, involuntary;
} ts_crowd_sum;

void ts_crowd_fini(ts_crowd *crowd);
/* Who it is now. `port` 0: nobody listens yet; `root` 0: there is none. */
void ts_crowd_find(ts_crowd *crowd, pid_t root, int port);
/* How many there are. */
int ts_crowd_count(const ts_crowd *crowd);
/* The first that is in; 0: nobody. */
pid_t ts_crowd_first(const ts_crowd *crowd);
/* A port at which somebody of it listens, or `wanted` if it is one of them; 0:
 * none. `wanted` 0: any. */
int ts_crowd_port(ts_crowd *crowd, int wanted);
/* So many processes wait for connections at one socket of the port. Who only
 * made others that do is none of them. */
int ts_crowd_doors(ts_crowd *crowd, int port);
void ts_crowd_mark(ts_crowd *crowd);
void ts_crowd_look(ts_crowd *crowd);
void ts_crowd_sum_up(ts_crowd *crowd, ts_crowd_sum *sum);
/* Somebody of it was seen to wait in epoll. */
bool ts_crowd_polls(const ts_crowd *crowd);

#endif
