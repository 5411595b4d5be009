/*
 * kind_disk.c - in which order an arm serves requests, and how far it goes.
 *
 * Arms are drawn so that no two requests are ever equally near.
 */
#include "sim/exercise/kinds.h"

#include <stdlib.h>

#include "sim/scenario/field.h"

#define REQUESTS_MAX 10

typedef struct requests {
    int head, count, tracks[REQUESTS_MAX];
} requests;

static int distance(int a, int b)
{
    return a > b ? a - b : b - a;
}

/* The track of the next one under each rule; `up` is where the arm goes. */
static int next_fcfs(const requests *r, const bool *done, int at, bool *up)
{
    (void)at;
    (void)up;
    for (int i = 0; i < r->count; i++)
        if (!done[i])
            return i;
    return -1;
}

static int next_sstf(const requests *r, const bool *done, int at, bool *up)
{
    int best = -1;

    (void)up;
    for (int i = 0; i < r->count; i++)
        if (!done[i] && (best < 0 || distance(r->tracks[i], at) <
                                         distance(r->tracks[best], at)))
            best = i;
    return best;
}

/* The nearest one on the way. */
static int on_the_way(const requests *r, const bool *done, int at, bool up)
{
    int best = -1;

    for (int i = 0; i < r->count; i++) {
        if (done[i] || (up ? r->tracks[i] < at : r->tracks[i] > at))
            continue;
        if (best < 0 ||
            distance(r->tracks[i], at) < distance(r->tracks[best], at))
            best = i;
    }
    return best;
}

static int next_look(const requests *r, const bool *done, int at, bool *up)
{
    int best = on_the_way(r, done, at, *up);

    if (best < 0) {
        *up = !*up;
        best = on_the_way(r, done, at, *up);
    }
    return best;
}

static int next_clook(const requests *r, const bool *done, int at, bool *up)
{
    int best = on_the_way(r, done, at, true);

    (void)up;
    return best >= 0 ? best : on_the_way(r, done, -1, true);
}

static const struct {
    const char *name, *text;
    int (*next)(const requests *r, const bool *done, int at, bool *up);
} rules[] = {
    {"FCFS", "first come, first served", next_fcfs},
    {"SSTF", "shortest seek first", next_sstf},
    {"LOOK", "LOOK: upwards first, and turning round at the last request",
     next_look},
    {"C-LOOK",
     "C-LOOK: upwards only, and from the highest request back to the lowest",
     next_clook},
};

/* The order, in words, and how far the arm goes. */
static const char *serve(ts_draft *draft, const requests *r, int rule,
                         int *moved)
{
    bool done[REQUESTS_MAX] = {false}, up = true;
    const char *order = "";
    int at = r->head;

    *moved = 0;
    for (int n = 0; n < r->count; n++) {
        int next = rules[rule].next(r, done, at, &up);

        done[next] = true;
        *moved += distance(r->tracks[next], at);
        at = r->tracks[next];
        order = ts_arena_format(draft->arena, "%s%s%d", order, n > 0 ? " " : "",
                                at);
    }
    return order;
}

static void draw_requests(ts_draft *draft, requests *r)
{
    int all[200];

    for (int i = 0; i < 200; i++)
        all[i] = i;
    ts_draw_order(draft, all, 200);
    r->count = draft->level + 4;
    r->head = all[199];
    for (int i = 0; i < r->count; i++)
        r->tracks[i] = all[i];
}

static const char *list(ts_draft *draft, const requests *r)
{
    const char *text = "";

    for (int i = 0; i < r->count; i++)
        text = ts_arena_format(draft->arena, "%s%s%d", text, i > 0 ? ", " : "",
                               r->tracks[i]);
    return text;
}

/* Two requests as near as each other, or an arm that is on one: a tie. */
static bool has_tie(const requests *r)
{
    for (int i = 0; i < r->count; i++)
        for (int k = 0; k < r->count; k++)
            for (int m = 0; m <= r->count; m++) {
                int at = m < r->count ? r->tracks[m] : r->head;

                if (i != k &&
                    distance(r->tracks[i], at) == distance(r->tracks[k], at))
                    return true;
            }
    return false;
}

static void draw(ts_draft *draft)
{
    requests r;
    int rule = ts_draw(draft, 0, 3), moved, other;
    const char *order;

    do
        draw_requests(draft, &r);
    while (has_tie(&r));
    order = serve(draft, &r, rule, &moved);
    ts_say(draft,
           "{`title`: `A disk's arm: %s`, `unit`: `1ms`, `system`: {`policy`: "
           "`fifo`}, `threads`: [{`name`: `x`, `program`: [{`run`: 1}]}], ",
           rules[rule].name);
    ts_want_begin(draft,
                  ts_arena_format(
                      draft->arena,
                      "A disk has tracks 0 to 199. Its arm stands on track %d, "
                      "and these requests wait, in the order in which they "
                      "came: %s. It serves them %s. Nothing else comes.",
                      r.head, list(draft, &r), rules[rule].text));
    ts_want_value(draft, "order", "the tracks in the order of their service",
                  NULL, order);
    for (int i = 0; i < 4; i++)
        ts_want_wrong(draft, serve(draft, &r, i, &other),
                      ts_arena_format(draft->arena, "this is %s.",
                                      rules[i].name));
    ts_want_value(draft, "tracks moved",
                  "how many tracks does the arm move over, all together?", NULL,
                  ts_say_quotient(draft, moved, 1));
    for (int i = 0; i < 4; i++) {
        (void)serve(draft, &r, i, &other);
        ts_want_wrong(draft, ts_say_quotient(draft, other, 1),
                      ts_arena_format(draft->arena, "this is %s.",
                                      rules[i].name));
    }
    ts_want_wrong(draft,
                  ts_say_quotient(draft, moved - distance(r.head, r.tracks[0]),
                                  1),
                  "the way from where the arm stands is missing.");
    ts_want_end(draft);
    ts_say(draft, "}");
}

const ts_kind ts_kind_disk = {
    .name = "disk",
    .help = "a disk's arm: FCFS, SSTF, LOOK, C-LOOK",
    .draw = draw,
};
