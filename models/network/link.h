/*
 * link.h - what lies between two ends.
 *
 * A link is a round-trip time with what makes it longer: jitter, losses,
 * bandwidth, handshakes, the slow start of TCP, a radio that sleeps. Messages
 * are not cut into packets: a message has one transit time, made of those
 * parts. See link.c for the rules and their sources.
 */
#ifndef TS_MODELS_LINK_H
#define TS_MODELS_LINK_H

#include "models/machine/part.h"

typedef enum ts_direction { TS_OUTWARD, TS_HOMEWARD } ts_direction;

typedef struct ts_distance_record {
    ts_list from, to; /* of double: latitude, longitude in degrees */
    double speed;     /* km a millisecond */
    double stretch;   /* length of the way against the great circle */
} ts_distance_record;

typedef struct ts_link_record {
    const char *name;
    ts_time rtt;
    ts_distance_record *distance; /* instead of rtt; NULL */
    ts_duration jitter;           /* added to each message */
    double loss;                  /* of a message */
    ts_time retransmit;           /* first time-out; doubles */
    ts_rational bandwidth;
    int handshake;     /* ts_handshake */
    int64_t lookup;    /* round trips before the handshake: DNS */
    ts_time promotion; /* of an idle radio ... */
    ts_time idle;      /* ... which is idle after so long */
    bool slow_start, ordered;
    int64_t segment, window;
} ts_link_record;

/* What is remembered of the way between two ends. All zero: never used. */
typedef struct ts_connection {
    ts_time used;    /* when something last went over it; valid if known */
    ts_time ready;   /* when its handshake is over */
    ts_time last[2]; /* ordered: when what was sent last comes, each way */
    int64_t window;  /* segments that may be under way; 0: the first */
    bool known;      /* something went over it */
    bool open;       /* the handshake is done */
    bool closed;     /* by the other end, which had waited long enough */
    struct ts_process *process; /* the other end; NULL: not yet chosen */
    struct ts_worker *holder;   /* the thread that stays with it; NULL */
    struct ts_reader *reader;   /* what the client has of channels; NULL */
    struct ts_connection *next;
} ts_connection;

typedef struct ts_link {
    ts_machine *machine;
    const ts_link_record *record;
    ts_time rtt;
    ts_time free_at[2]; /* bandwidth: when the last message is through */
    ts_time gone_until; /* nothing goes through before; see faults */
    int64_t slow;       /* its latency counts so many thousandths */
    int64_t messages, bytes, lost, handshakes, promotions;
    ts_level under_way; /* messages */
    ts_i128 stays;      /* of those that came through, from sending to coming */
    ts_i128 due;        /* when those under way come, summed; 0: none is */
} ts_link;

typedef struct ts_network {
    int count;
    ts_link *link;
} ts_network;

extern const int ts_slot_network;

static inline ts_network *ts_network_of(const ts_machine *machine)
{
    return machine->part[ts_slot_network].state;
}

extern const ts_shape ts_link_shape;

/* How long it takes from now until a message of `bytes` has come through.
 * Draws from `dice`. TS_NEVER: it never does. */
ts_time ts_link_transit(ts_link *link, ts_direction direction, int64_t bytes,
                        ts_connection *connection, ts_dice *dice);
/* A message is through: called when the time is over that transit() said, once
 * for each message but those that never come through. */
void ts_link_arrived(ts_link *link);
/* Little's law: whoever was under way was so for as long as was said. */
void ts_link_check(const ts_link *link);
/* How long it takes from now until a connection stands, 0 when it does. */
ts_time ts_link_connect(ts_link *link, ts_connection *connection,
                        ts_dice *dice);
/* The great-circle distance in kilometres of two points in degrees. */
double ts_great_circle(const double from[2], const double to[2]);

#endif
