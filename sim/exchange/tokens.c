/*
 * tokens.c - what two threads that answer each other did unseen.
 *
 * A trace tells of a wait only where somebody had to: who reads a pipe in which
 * there is something already goes on, and who writes into one at which nobody
 * waits wakes nobody. Which of the two it was is the scheduler's doing. Where two
 * threads wake each other about as often, and hardly anybody else wakes them,
 * they take turns: between two messages of one comes an answer of the other. An
 * answer that was not seen is put in where the seen ones are: the post so much
 * work before its thread waits again, the wait so much work after the message. In
 * the order of what was recorded nobody has to wait for it, but in another one
 * neither runs away from the other.
 */
#include "sim/exchange/lives.h"

#include <stdlib.h>

#define SEEN_MIN 8 /* messages either way, to go by */

/* --- who talks to whom --- */

typedef struct talk {
    int32_t other;      /* who woke it most; -1: nobody */
    size_t heard, said; /* waits that it ended; posts to it */
    size_t waits;       /* all */
    ts_time listens;    /* work from a message to the wait for its answer:
                               the usual one */
} talk;

static int32_t main_partner(const ts_life *life, size_t *counts)
{
    int32_t best = -1;

    for (size_t i = 0; i < life->count; i++) {
        const ts_deed *d = &life->deeds[i];

        if (d->kind == TS_DEED_WAIT && d->who >= 0 &&
            (++counts[d->who], best < 0 || counts[d->who] > counts[best]))
            best = d->who;
    }
    for (size_t i = 0; i < life->count; i++)
        if (life->deeds[i].kind == TS_DEED_WAIT && life->deeds[i].who >= 0)
            counts[life->deeds[i].who] = 0;
    return best;
}

static int by_size(const void *a, const void *b)
{
    ts_time x = *(const ts_time *)a, y = *(const ts_time *)b;

    return x < y ? -1 : x > y;
}

/* The usual work between a post to the other and the wait for it that follows. */
static ts_time usual_work(const ts_life *life, int32_t other, ts_time *sample)
{
    size_t count = 0;
    ts_time work = TS_NEVER;

    for (size_t i = 0; i < life->count; i++) {
        const ts_deed *d = &life->deeds[i];

        if (d->kind == TS_DEED_POST && d->who == other)
            work = 0;
        else if (d->kind == TS_DEED_RUN && work != TS_NEVER)
            work += d->value;
        else if (d->kind == TS_DEED_WAIT && work != TS_NEVER) {
            sample[count++] = work;
            work = TS_NEVER;
        }
    }
    if (count == 0)
        return 0;
    qsort(sample, count, sizeof *sample, by_size);
    return sample[count / 2];
}

static bool examine(const ts_life *life, talk *t, size_t *counts)
{
    ts_time *sample;

    *t = (talk){.other = main_partner(life, counts)};
    for (size_t i = 0; t->other >= 0 && i < life->count; i++) {
        const ts_deed *d = &life->deeds[i];

        t->waits += d->kind == TS_DEED_WAIT;
        t->heard += d->kind == TS_DEED_WAIT && d->who == t->other;
        t->said += d->kind == TS_DEED_POST && d->who == t->other;
    }
    if (t->heard < SEEN_MIN)
        return true;
    sample = malloc((t->said + 1) * sizeof *sample);
    if (sample == NULL)
        return false;
    t->listens = usual_work(life, t->other, sample);
    free(sample);
    return true;
}

/* Each is woken by the other about as often, and by hardly anybody else. */
static bool converse(const talk *list, int32_t a)
{
    int32_t b = list[a].other;
    const talk *x = &list[a], *y;

    if (b < 0 || list[b].other != a)
        return false;
    y = &list[b];
    return x->heard >= SEEN_MIN && y->heard >= SEEN_MIN &&
           x->heard <= 2 * y->heard && y->heard <= 2 * x->heard &&
           10 * x->heard >= 9 * x->waits && 10 * y->heard >= 9 * y->waits;
}

/* --- putting it in --- */

/* A life that is written anew. */
typedef struct rewriting {
    ts_lives *lives;
    ts_life fresh;
    const talk *talk;
} rewriting;

static void put(rewriting *r, ts_deed deed)
{
    ts_lives_add(r->lives, &r->fresh, deed);
}

/* Work of which the first part is over at `at`: `between` comes there. */
static void put_split(rewriting *r, ts_time work, ts_time at, ts_deed between)
{
    at = at < 0 ? 0 : at > work ? work : at;
    if (at > 0)
        put(r, (ts_deed){at, -1, TS_DEED_RUN});
    put(r, between);
    if (work > at)
        put(r, (ts_deed){work - at, -1, TS_DEED_RUN});
    r->lives->hidden++;
}

/* Whether the deed is a message to the other, or the wait for one. */
static bool is_to(const rewriting *r, const ts_deed *d, ts_deed_kind kind)
{
    return d->kind == kind && d->who == r->talk->other;
}

/* Work between two messages that it sent had a wait in it, and work between two
 * that it waited for an answer. */
static void put_work(rewriting *r, const ts_deed *work, const ts_deed *before,
                     const ts_deed *after)
{
    ts_time listens = r->talk->listens;
    const ts_deed wait = {0, r->talk->other, TS_DEED_WAIT};
    const ts_deed post = {0, r->talk->other, TS_DEED_POST};

    if (is_to(r, before, TS_DEED_POST) && is_to(r, after, TS_DEED_POST))
        put_split(r, work->value, listens, wait);
    else if (is_to(r, before, TS_DEED_WAIT) && is_to(r, after, TS_DEED_WAIT))
        put_split(r, work->value, work->value - listens, post);
    else
        put(r, *work);
}

static void rewrite(ts_lives *lives, ts_life *life, const talk *t)
{
    static const ts_deed none = {0, -1, TS_DEED_SLEEP};
    rewriting r = {.lives = lives, .talk = t};

    for (size_t i = 0; i < life->count; i++) {
        const ts_deed *d = &life->deeds[i];

        if (d->kind == TS_DEED_RUN)
            put_work(&r, d, i > 0 ? d - 1 : &none,
                     i + 1 < life->count ? d + 1 : &none);
        else
            put(&r, *d);
    }
    free(life->deeds);
    life->deeds = r.fresh.deeds;
    life->count = r.fresh.count;
    life->room = r.fresh.room;
}

void ts_lives_converse(ts_lives *lives)
{
    size_t count = (size_t)lives->count;
    talk *list = malloc((count + 1) * sizeof *list);
    size_t *counts = calloc(count + 1, sizeof *counts);

    lives->failed |= list == NULL || counts == NULL;
    for (size_t i = 0; !lives->failed && i < count; i++)
        lives->failed |= !examine(&lives->list[i], &list[i], counts);
    for (int32_t i = 0; !lives->failed && i < lives->count; i++)
        if (converse(list, i))
            rewrite(lives, &lives->list[i], &list[i]);
    free(list);
    free(counts);
}
