/*
 * reference_disk.c - cases of OSTEP's disk; see reference.h. Times are whole
 * numbers of a part of a unit in which every angle and every seek is whole.
 */
#include "making.h"
#include "reference.h"

#include <stdbool.h>

#define REQUESTS 60
#define TRACKS 3
#define TURN 2880 /* angles are eighths of a degree */

typedef enum policy { FIFO, SSTF, SATF, BSATF } policy;

typedef struct fraction {
    int num, den;
} fraction;

static struct {
    int sector[TRACKS]; /* eighths of a degree */
    int skew, window;
    fraction spin, arm; /* the two speeds */
    int request[REQUESTS], count, late[REQUESTS], late_count;
    bool done[REQUESTS];
    int served, reach; /* requests done; those that BSATF looks at */
    int track, last;
    int64_t now;
} d;

/* A unit of the case has so many parts. */
static int64_t parts(void)
{
    return (int64_t)8 * d.spin.num * d.arm.num;
}

static int64_t time_of_angle(int64_t eighths)
{
    return eighths * d.spin.den * d.arm.num;
}

static int blocks_of(int track)
{
    return TURN / d.sector[track];
}

static int track_of(int block)
{
    int track = 0;

    while (block >= blocks_of(track))
        block -= blocks_of(track++);
    return track;
}

static int place_of(int block)
{
    for (int track = 0; block >= blocks_of(track); track++)
        block -= blocks_of(track);
    return block;
}

static int64_t seek_to(int block)
{
    int way = track_of(block) - d.track;

    return (int64_t)(way < 0 ? -way : way) * 40 * 8 * d.spin.num * d.arm.den;
}

/* From an instant to the one at which the block begins to pass. */
static int64_t wait_for(int block, int64_t from)
{
    int deg = d.sector[track_of(block)];
    int64_t centre = (int64_t)place_of(block) * deg +
                     (int64_t)d.skew * track_of(block) * deg + TURN / 2;
    int64_t turn = time_of_angle(TURN);

    /* Twice, for half a sector may be no whole number. */
    return (time_of_angle(2 * centre - deg) / 2 % turn + turn - from % turn) %
           turn;
}

static int64_t transfer_of(int block)
{
    return time_of_angle(d.sector[track_of(block)]);
}

static bool follows(int block)
{
    int track = track_of(block);

    if (d.last < 0 || track_of(d.last) != track)
        return false;
    return (place_of(d.last) + 1) % blocks_of(track) == place_of(block);
}

/* --- who is next --- */

static int limit_of(policy p)
{
    if (d.window < 0 || p == FIFO)
        return d.count;
    if (p != BSATF)
        return d.window + d.served;
    if (d.served > 0 && d.served % d.window == 0)
        d.reach += d.window;
    return d.reach;
}

static int next_request(policy p)
{
    int limit = limit_of(p), best = -1;
    int64_t least = 0, nearest = 0;

    for (int i = 0; i < d.count && i < limit; i++) {
        int64_t way = seek_to(d.request[i]), all;

        if (d.done[i])
            continue;
        if (p == FIFO)
            return i;
        all = way + wait_for(d.request[i], d.now + way) +
              transfer_of(d.request[i]);
        if (p == SSTF && best >= 0 && way != nearest) {
            if (way > nearest)
                continue;
            best = -1;
        }
        if (best >= 0 && all >= least)
            continue;
        best = i;
        least = all;
        nearest = way;
    }
    return best;
}

static void serve(int block, cJSON *row, int64_t *sums)
{
    double unit = (double)parts();
    int64_t seek = seek_to(block), wait = wait_for(block, d.now + seek);

    if (seek == 0 && wait == 0 && !follows(block))
        wait = time_of_angle(TURN);
    add(row, "block", block);
    add(row, "seek", (double)seek / unit);
    add(row, "rotate", (double)wait / unit);
    add(row, "transfer", (double)transfer_of(block) / unit);
    add(row, "total", (double)(seek + wait + transfer_of(block)) / unit);
    sums[0] += seek;
    sums[1] += wait;
    sums[2] += transfer_of(block);
    d.now += seek + wait + transfer_of(block);
    d.track = track_of(block);
    d.last = block;
}

/* --- cases --- */

static void draw(chance *c)
{
    static const int sectors[] = {40, 60, 80, 120, 160, 240, 288, 320, 480};
    static const fraction speeds[] = {{1, 1}, {2, 1}, {1, 2}, {3, 1},
                                      {4, 1}, {1, 4}, {3, 2}, {40, 1}};
    int blocks = 0;

    d.skew = between(c, 0, 2) ? 0 : between(c, 1, 5);
    d.spin = speeds[between(c, 0, 6)];
    d.arm = speeds[between(c, 0, 7)];
    for (int i = 0; i < TRACKS; i++) {
        d.sector[i] = sectors[between(c, 0, 8)];
        blocks += blocks_of(i);
    }
    d.count = between(c, 1, 20);
    d.late_count = between(c, 0, 2) ? 0 : between(c, 1, REQUESTS - 20);
    for (int i = 0; i < d.count; i++)
        d.request[i] = between(c, 0, blocks - 1);
    for (int i = 0; i < d.late_count; i++)
        d.late[i] = between(c, 0, blocks - 1);
    d.window = between(c, 0, 1) ? between(c, 1, 6) : -1;
    d.served = d.track = 0;
    d.last = -1;
    d.now = 0;
    d.reach = d.window;
    for (int i = 0; i < REQUESTS; i++)
        d.done[i] = false;
}

static void write_inputs(cJSON *inputs, const char *name)
{
    cJSON *list;

    add_text(inputs, "policy", name);
    list = cJSON_AddArrayToObject(inputs, "requests");
    for (int i = 0; i < d.count; i++)
        push(list, d.request[i]);
    if (d.late_count > 0) {
        list = cJSON_AddArrayToObject(inputs, "late_requests");
        for (int i = 0; i < d.late_count; i++)
            push(list, d.late[i]);
    }
    add(inputs, "seek_speed", (double)d.arm.num / d.arm.den);
    add(inputs, "rot_speed", (double)d.spin.num / d.spin.den);
    add(inputs, "skew_blocks", d.skew);
    add(inputs, "window", d.window);
    list = cJSON_AddArrayToObject(inputs, "sector_deg");
    for (int i = 0; i < TRACKS; i++)
        push(list, d.sector[i] / 8.0);
}

void reference_disk(cJSON *inputs, cJSON *expected, int number)
{
    static const char *const policies[] = {"FIFO", "SSTF", "SATF", "BSATF"};
    static const char *const stages[] = {"seek", "rotate", "transfer"};
    policy p = (policy)(number % 4);
    chance c = chance_of(1, number);
    cJSON *order, *rows, *totals;
    int64_t sums[3] = {0};
    int came = 0, who;

    draw(&c);
    write_inputs(inputs, policies[p]);
    order = cJSON_AddArrayToObject(expected, "order");
    rows = cJSON_AddArrayToObject(expected, "per_request");
    while ((who = next_request(p)) >= 0) {
        d.done[who] = true;
        if (came < d.late_count)
            d.request[d.count++] = d.late[came++];
        push(order, d.request[who]);
        serve(d.request[who], add_row(rows), sums);
        d.served++;
    }
    totals = cJSON_AddObjectToObject(expected, "totals");
    for (int i = 0; i < 3; i++)
        add(totals, stages[i], (double)sums[i] / (double)parts());
    add(totals, "total", (double)d.now / (double)parts());
}
