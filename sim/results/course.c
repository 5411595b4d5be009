/*
 * course.c - what a job's time went to.
 *
 * A thread's turns cut its life into stretches. One in which it waited for what
 * another thread did is replaced by that one's stretches of the same time, and
 * so on, up to a depth: chains are short, and two threads may wait for each other
 * in turn.
 */
#include "sim/results/course.h"

#include <stdlib.h>
#include <string.h>

#define DEPTH 16

typedef struct walk {
    const ts_history *h;
    ts_course *course;
} walk;

/* --- legs --- */

static void add(walk *w, const ts_leg *leg)
{
    ts_course *p = w->course;

    if (leg->time <= 0)
        return;
    for (size_t i = 0; i < p->count; i++) {
        ts_leg *l = &p->legs[i];

        if (l->kind == leg->kind && l->who == leg->who &&
            l->behind == leg->behind && strcmp(l->cause, leg->cause) == 0) {
            l->time += leg->time;
            return;
        }
    }
    if (p->count == p->room) {
        size_t room = p->room == 0 ? 16 : 2 * p->room;
        ts_leg *grown = realloc(p->legs, room * sizeof *grown);

        if (grown == NULL) {
            p->failed = true;
            return;
        }
        p->legs = grown;
        p->room = room;
    }
    p->legs[p->count++] = *leg;
}

/* It was ready, and others had the processor that it got in the end. */
static void add_ready(walk *w, int32_t who, int place, ts_time from, ts_time to)
{
    const ts_run_spans *is = &w->h->is;
    ts_time left = to - from;

    for (size_t i = 0; place >= 0 && i < is->span_count; i++) {
        const ts_span *s = &is->spans[i];
        ts_time begins = s->from > from ? s->from : from;
        ts_time ends = s->to < to ? s->to : to;

        if (s->place != place || begins >= ends || s->who < 0 || s->who == who)
            continue;
        add(w, &(ts_leg){TS_LEG_READY, who, s->who, "", ends - begins});
        left -= ends - begins;
    }
    add(w, &(ts_leg){TS_LEG_READY, who, -1, "", left});
}

/* --- stretches --- */

/* A stretch of a thread's life: from one turn to its next. */
typedef struct stretch {
    const ts_turn *turn, *next; /* next NULL: none */
} stretch;

/* The last turn of the thread at or before `at`, and the one after it. */
static stretch find_stretch(const ts_history *h, int32_t who, ts_time at)
{
    stretch s = {NULL, NULL};

    for (size_t i = 0; i < h->turn_count; i++) {
        const ts_turn *t = &h->turns[i];

        if (t->who != who)
            continue;
        if (t->at > at) {
            s.next = t;
            break;
        }
        s.turn = t;
    }
    return s;
}

/* Where what a thread does from `from` to `to` is to be told. */
typedef struct piece {
    int32_t who;
    ts_time from, to;
    int depth;
} piece;

#define PIECES 64 /* at a time: one a depth, and what is left of it */

/* The first stretch of a piece becomes legs, or a piece of who ended it; the rest
 * of the piece stays. Returns how many pieces there are then. */
static int take(walk *w, piece *pieces, int count)
{
    piece *p = &pieces[count - 1];
    const piece whole = *p;
    stretch s = find_stretch(w->h, p->who, p->from);
    ts_time to = s.next != NULL && s.next->at < p->to ? s.next->at : p->to;
    ts_time time = to - p->from;
    const ts_turn *t = s.turn;
    int32_t waker = s.next != NULL ? s.next->waker : -1;

    p->from = to;
    count -= to >= whole.to;
    if (t == NULL || t->to == TS_TURN_ENDS)
        add(w, &(ts_leg){TS_LEG_BLOCKED, whole.who, -1, "it to arrive", time});
    else if (t->to == TS_TURN_RUNS)
        add(w, &(ts_leg){TS_LEG_RUNS, whole.who, -1, "", time});
    else if (t->to == TS_TURN_READY)
        add_ready(w, whole.who, s.next != NULL ? s.next->place : -1, whole.from,
                  to);
    else if (waker >= 0 && waker != whole.who && whole.depth < DEPTH &&
             count < PIECES)
        pieces[count++] = (piece){waker, whole.from, to, whole.depth + 1};
    else
        add(w, &(ts_leg){TS_LEG_BLOCKED, whole.who, -1,
                         ts_history_cause(w->h, t), time});
    return count;
}

static int by_time(const void *a, const void *b)
{
    const ts_leg *x = a, *y = b;

    if (x->time != y->time)
        return x->time > y->time ? -1 : 1;
    if (x->kind != y->kind)
        return x->kind < y->kind ? -1 : 1;
    if (x->who != y->who)
        return x->who < y->who ? -1 : 1;
    return (x->behind > y->behind) - (x->behind < y->behind);
}

bool ts_course_find(ts_course *course, const ts_history *history,
                    int32_t thread, ts_error *error)
{
    const ts_history_thread *t = &history->threads[thread];
    walk w = {.h = history, .course = course};
    piece pieces[PIECES];
    int count = 0;

    *course = (ts_course){.thread = thread};
    if (t->finish != TS_NEVER && t->arrival != TS_NEVER &&
        t->finish > t->arrival) {
        course->whole = t->finish - t->arrival;
        pieces[count++] = (piece){thread, t->arrival, t->finish, 0};
    }
    while (count > 0 && !course->failed)
        count = take(&w, pieces, count);
    if (course->failed) {
        ts_course_fini(course);
        return ts_fail(error, "out of memory");
    }
    if (course->count > 0)
        qsort(course->legs, course->count, sizeof *course->legs, by_time);
    return true;
}

void ts_course_fini(ts_course *course)
{
    free(course->legs);
    *course = (ts_course){.thread = course->thread};
}

/* --- whose --- */

int32_t ts_course_worst(const ts_history *history, const char *task, bool late)
{
    int32_t worst = -1;
    ts_time most = 0;

    for (int32_t i = 0; i < history->thread_count; i++) {
        const ts_history_thread *t = &history->threads[i];
        bool asked =
            task == NULL ||
            (t->task >= 0 && strcmp(history->tasks[t->task].name, task) == 0);
        ts_time from = late ? t->deadline : t->arrival;

        if (!asked || t->finish == TS_NEVER || from == TS_NEVER)
            continue;
        if (worst < 0 || t->finish - from > most) {
            worst = i;
            most = t->finish - from;
        }
    }
    return worst;
}
