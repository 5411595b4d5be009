/*
 * parting.c - where two runs of the same jobs part.
 *
 * Threads are the same when they have the same name, or where runs have no rows
 * of them the same number. The turns of both are laid beside each other in their
 * order; the first pair that differs is where they part.
 */
#include "sim/results/parting.h"

#include <stdlib.h>
#include <string.h>

#include "sim/scenario/reader.h"

typedef struct pair {
    const ts_history *h[2];
    int32_t *other; /* owned: by id of the second, the id in the first; -1 */
    ts_parting *p;
    ts_error *error;
} pair;

/* --- who is who --- */

typedef struct named {
    const char *name;
    int32_t id;
} named;

static int by_name(const void *a, const void *b)
{
    const named *x = a, *y = b;
    int order = strcmp(x->name, y->name);

    return order != 0 ? order : (x->id > y->id) - (x->id < y->id);
}

static size_t list_names(const ts_history *h, named *list)
{
    size_t count = 0;

    for (int32_t i = 0; i < h->thread_count; i++)
        if (h->threads[i].name != NULL)
            list[count++] = (named){h->threads[i].name, i};
    qsort(list, count, sizeof *list, by_name);
    return count;
}

static void match(pair *p, const named *a, size_t na, const named *b, size_t nb)
{
    size_t i = 0, j = 0;

    while (i < na && j < nb) {
        int order = strcmp(a[i].name, b[j].name);

        if (order == 0)
            p->other[b[j++].id] = a[i++].id;
        else if (order < 0)
            i++;
        else
            j++;
    }
    for (int32_t id = 0; id < p->h[1]->thread_count; id++)
        if (p->h[1]->threads[id].name == NULL && id < p->h[0]->thread_count &&
            p->h[0]->threads[id].name == NULL)
            p->other[id] = id;
}

static bool match_threads(pair *p)
{
    size_t rooms[2] = {(size_t)p->h[0]->thread_count + 1,
                       (size_t)p->h[1]->thread_count + 1};
    named *a = malloc(rooms[0] * sizeof *a), *b = malloc(rooms[1] * sizeof *b);
    bool fine;

    p->other = malloc(rooms[1] * sizeof *p->other);
    fine = a != NULL && b != NULL && p->other != NULL;
    if (fine) {
        for (size_t i = 0; i < rooms[1]; i++)
            p->other[i] = -1;
        match(p, a, list_names(p->h[0], a), b, list_names(p->h[1], b));
    }
    free(a);
    free(b);
    return fine || ts_fail(p->error, "out of memory");
}

/* --- turns --- */

static int processor_of(const ts_history *h, const ts_turn *t)
{
    return t->place >= 0 ? h->processor[t->place] : -1;
}

/* Whose doing a wake-up is follows from what was before; so does the processor
 * of those that have none. */
static bool same_turn(const pair *p, const ts_turn *a, const ts_turn *b)
{
    if (a->at != b->at || a->to != b->to || p->other[b->who] != a->who)
        return false;
    if (a->to == TS_TURN_RUNS)
        return processor_of(p->h[0], a) == processor_of(p->h[1], b);
    return strcmp(ts_history_cause(p->h[0], a), ts_history_cause(p->h[1], b)) ==
           0;
}

/* What the scheduler decides, and not the threads. */
static bool is_decision(const ts_history *h, const ts_turn *t)
{
    const char *why = ts_history_cause(h, t);

    return t->to == TS_TURN_RUNS ||
           (t->to == TS_TURN_READY &&
            (strcmp(why, "preempted") == 0 || strcmp(why, "expired") == 0));
}

static ts_parting_kind kind_of(const ts_history *h, const ts_turn *t)
{
    if (is_decision(h, t))
        return TS_PARTING_DECISION;
    return strcmp(ts_history_cause(h, t), "arrived") == 0 ? TS_PARTING_ARRIVAL
                                                          : TS_PARTING_WORK;
}

/* Whichever comes first is what one did and the other did not; at one time a
 * thing that is no decision is what the decision was taken on. */
static void judge(pair *p)
{
    const ts_turn *a = p->p->turns[0], *b = p->p->turns[1];
    bool first = b == NULL || (a != NULL && a->at < b->at);
    bool second = a == NULL || (b != NULL && b->at < a->at);

    if (first) {
        p->p->at = a->at;
        p->p->kind = kind_of(p->h[0], a);
    } else if (second) {
        p->p->at = b->at;
        p->p->kind = kind_of(p->h[1], b);
    } else {
        p->p->at = a->at;
        p->p->kind = kind_of(p->h[0], a);
        if (kind_of(p->h[1], b) < p->p->kind)
            p->p->kind = kind_of(p->h[1], b);
    }
}

static void find_first(pair *p)
{
    const ts_history *a = p->h[0], *b = p->h[1];
    size_t i = 0;

    while (i < a->turn_count && i < b->turn_count &&
           same_turn(p, &a->turns[i], &b->turns[i]))
        i++;
    p->p->same = i;
    p->p->turns[0] = i < a->turn_count ? &a->turns[i] : NULL;
    p->p->turns[1] = i < b->turn_count ? &b->turns[i] : NULL;
    p->p->at = TS_NEVER;
    if (p->p->turns[0] != NULL || p->p->turns[1] != NULL)
        judge(p);
}

/* --- lives --- */

/* The turns of one run, by thread. */
typedef struct index {
    size_t *next;  /* owned: by turn, the next one of its thread */
    size_t *heads; /* owned: by thread, its first one */
} index;

#define END SIZE_MAX

static bool make_index(index *x, const ts_history *h)
{
    x->next = malloc((h->turn_count + 1) * sizeof *x->next);
    x->heads = malloc(((size_t)h->thread_count + 1) * sizeof *x->heads);
    if (x->next == NULL || x->heads == NULL)
        return false;
    for (int32_t i = 0; i <= h->thread_count; i++)
        x->heads[i] = END;
    for (size_t i = h->turn_count; i-- > 0;) {
        x->next[i] = x->heads[h->turns[i].who];
        x->heads[h->turns[i].who] = i;
    }
    return true;
}

static void follow(const pair *p, const index x[2], ts_parting_life *life)
{
    size_t i = x[0].heads[life->ids[0]], j = x[1].heads[life->ids[1]];
    ts_time times[2];

    while (i != END && j != END &&
           same_turn(p, &p->h[0]->turns[i], &p->h[1]->turns[j])) {
        i = x[0].next[i];
        j = x[1].next[j];
    }
    life->turns[0] = i != END ? &p->h[0]->turns[i] : NULL;
    life->turns[1] = j != END ? &p->h[1]->turns[j] : NULL;
    for (int k = 0; k < 2; k++)
        times[k] = life->turns[k] != NULL ? life->turns[k]->at : TS_NEVER;
    life->parts = times[0] < times[1] ? times[0] : times[1];
}

/* How long each thread had the processor for which `thread` was ready. */
typedef struct stretch {
    ts_time from, to;
    int32_t who;
} stretch;

typedef struct stretches {
    stretch **by_cpu; /* owned lists */
    size_t *count;
} stretches;

static void free_stretches(stretches *s, int processors)
{
    for (int i = 0; s->by_cpu != NULL && i < processors; i++)
        free(s->by_cpu[i]);
    free(s->by_cpu);
    free(s->count);
}

static bool make_stretches(stretches *s, const ts_history *h)
{
    size_t cpus = (size_t)h->processors + 1;

    s->by_cpu = calloc(cpus, sizeof *s->by_cpu);
    s->count = calloc(cpus, sizeof *s->count);
    if (s->by_cpu == NULL || s->count == NULL)
        return false;
    for (size_t i = 0; i < h->is.span_count; i++)
        if (h->processor[h->is.spans[i].place] >= 0)
            s->count[h->processor[h->is.spans[i].place]]++;
    for (size_t i = 0; i < cpus; i++) {
        s->by_cpu[i] = malloc((s->count[i] + 1) * sizeof **s->by_cpu);
        if (s->by_cpu[i] == NULL)
            return false;
        s->count[i] = 0;
    }
    for (size_t i = 0; i < h->is.span_count; i++) {
        const ts_span *span = &h->is.spans[i];
        int cpu = h->processor[span->place];

        if (cpu >= 0)
            s->by_cpu[cpu][s->count[cpu]++] =
                (stretch){span->from, span->to, span->who};
    }
    return true;
}

/* Of one processor they are in the order of time. */
static size_t first_after(const stretch *list, size_t count, ts_time at)
{
    size_t low = 0, high = count;

    while (low < high) {
        size_t middle = (low + high) / 2;

        if (list[middle].to <= at)
            low = middle + 1;
        else
            high = middle;
    }
    return low;
}

/* Adds `sign` times what others had of the processor that the thread got in the
 * end, while it was ready. `ids`: those of the first run; NULL: it is it. */
static void add_waits(const ts_history *h, const index *x, const stretches *s,
                      int32_t thread, const int32_t *ids, int sign,
                      ts_time *behind)
{
    ts_time since = TS_NEVER;

    for (size_t i = x->heads[thread]; i != END; i = x->next[i]) {
        const ts_turn *t = &h->turns[i];
        int cpu = t->to == TS_TURN_RUNS ? processor_of(h, t) : -1;

        if (t->to == TS_TURN_READY && since == TS_NEVER)
            since = t->at;
        if (cpu >= 0 && since != TS_NEVER)
            for (size_t k = first_after(s->by_cpu[cpu], s->count[cpu], since);
                 k < s->count[cpu] && s->by_cpu[cpu][k].from < t->at; k++) {
                const stretch *had = &s->by_cpu[cpu][k];
                ts_time from = had->from > since ? had->from : since;
                ts_time to = had->to < t->at ? had->to : t->at;
                int32_t id = had->who < 0  ? -1
                             : ids != NULL ? ids[had->who]
                                           : had->who;

                if (id >= 0 && to > from)
                    behind[id] += sign * (to - from);
            }
        if (t->to != TS_TURN_READY)
            since = TS_NEVER;
    }
}

static void find_behind(const pair *p, ts_parting_life *life,
                        const ts_time *behind)
{
    life->behind = -1;
    life->longer = 0;
    for (int32_t i = 0; i < p->h[0]->thread_count; i++) {
        ts_time size = behind[i] < 0 ? -behind[i] : behind[i];
        ts_time best = life->longer < 0 ? -life->longer : life->longer;

        if (size > best) {
            life->behind = i;
            life->longer = behind[i];
        }
    }
}

static bool weigh(pair *p, const index x[2])
{
    size_t room = (size_t)p->h[0]->thread_count + 1;
    ts_time *behind = malloc(room * sizeof *behind);
    stretches s[2] = {{NULL, NULL}, {NULL, NULL}};
    bool fine = behind != NULL && make_stretches(&s[0], p->h[0]) &&
                make_stretches(&s[1], p->h[1]);

    for (size_t i = 0; fine && i < p->p->count; i++) {
        ts_parting_life *life = &p->p->lives[i];

        memset(behind, 0, room * sizeof *behind);
        if (life->parts == TS_NEVER)
            continue;
        add_waits(p->h[0], &x[0], &s[0], life->ids[0], NULL, -1, behind);
        add_waits(p->h[1], &x[1], &s[1], life->ids[1], p->other, 1, behind);
        find_behind(p, life, behind);
    }
    for (int k = 0; k < 2; k++)
        free_stretches(&s[k], p->h[k]->processors + 1);
    free(behind);
    return fine;
}

static int by_time(const void *a, const void *b)
{
    const ts_parting_life *x = a, *y = b;

    if (x->parts != y->parts)
        return x->parts < y->parts ? -1 : 1;
    return (x->ids[0] > y->ids[0]) - (x->ids[0] < y->ids[0]);
}

static ts_time spent(const ts_history_thread *t)
{
    return t->finish == TS_NEVER || t->arrival == TS_NEVER
               ? TS_NEVER
               : t->finish - t->arrival;
}

static bool follow_all(pair *p)
{
    index x[2] = {{NULL, NULL}, {NULL, NULL}};
    bool fine = make_index(&x[0], p->h[0]) && make_index(&x[1], p->h[1]);

    p->p->lives =
        calloc((size_t)p->h[1]->thread_count + 1, sizeof *p->p->lives);
    fine = fine && p->p->lives != NULL;
    for (int32_t id = 0; fine && id < p->h[1]->thread_count; id++) {
        ts_parting_life *life = &p->p->lives[p->p->count];

        if (p->other[id] < 0)
            continue;
        *life = (ts_parting_life){.ids = {p->other[id], id}, .behind = -1};
        life->spent[0] = spent(&p->h[0]->threads[life->ids[0]]);
        life->spent[1] = spent(&p->h[1]->threads[id]);
        follow(p, x, life);
        p->p->count++;
    }
    fine = fine && weigh(p, x);
    if (fine)
        qsort(p->p->lives, p->p->count, sizeof *p->p->lives, by_time);
    for (int k = 0; k < 2; k++) {
        free(x[k].next);
        free(x[k].heads);
    }
    return fine || ts_fail(p->error, "out of memory");
}

bool ts_parting_find(ts_parting *parting, const ts_history *a,
                     const ts_history *b, ts_error *error)
{
    pair p = {.h = {a, b}, .p = parting, .error = error};
    bool fine;

    *parting = (ts_parting){.runs = {a, b}, .kind = TS_PARTING_NONE};
    fine = match_threads(&p);
    if (fine) {
        find_first(&p);
        fine = follow_all(&p);
    }
    if (fine) {
        parting->only[0] = (size_t)a->thread_count - parting->count;
        parting->only[1] = (size_t)b->thread_count - parting->count;
    }
    free(p.other);
    return fine;
}

void ts_parting_fini(ts_parting *parting)
{
    free(parting->lives);
    parting->lives = NULL;
}

/* --- for whoever tells it --- */

const char *ts_parting_title(ts_parting_kind kind)
{
    static const char *const titles[] = {
        [TS_PARTING_NONE] = "",
        [TS_PARTING_ARRIVAL] = "what differs first is no decision but an "
                               "arrival",
        [TS_PARTING_WORK] = "what differs first is no decision but how long "
                            "something took",
        [TS_PARTING_DECISION] = "the first decision that differs"};

    return titles[kind];
}

void ts_parting_say_turn(const ts_history *history, const ts_turn *turn,
                         ts_buffer *out)
{
    if (turn == NULL)
        ts_buffer_text(out, "nothing more happens to it");
    else if (turn->to == TS_TURN_RUNS)
        ts_buffer_format(out, "runs on %s",
                         turn->place >= 0 ? history->is.places[turn->place]
                                          : "nothing");
    else if (turn->to == TS_TURN_ENDS)
        ts_buffer_text(out, "ends");
    else
        ts_buffer_format(out, "is %s: %s",
                         turn->to == TS_TURN_READY ? "ready" : "blocked",
                         ts_history_cause(history, turn));
}

/* A run that did nothing where they part went on; its turn is its next one. */
static bool acts(const ts_parting *parting, int side)
{
    const ts_turn *turn = parting->turns[side];

    return turn != NULL && turn->at == parting->at;
}

void ts_parting_say(const ts_parting *parting, int side, ts_buffer *out)
{
    const ts_history *h = parting->runs[side];
    const ts_turn *turn = parting->turns[side];
    char time[64];

    if (turn == NULL) {
        ts_buffer_text(out, "lets everything go on to its end");
        return;
    }
    if (!acts(parting, side))
        ts_buffer_format(out, "lets everything go on; next, at %s, ",
                         ts_format(time, sizeof time, TS_UNIT_TIME,
                                   (double)turn->at));
    ts_buffer_format(out, "%s ", ts_history_name(h, turn->who));
    ts_parting_say_turn(h, turn, out);
}

const char *ts_parting_why(const ts_parting *parting, int side)
{
    const ts_history *h = parting->runs[side];
    const ts_turn *turn = parting->turns[side];
    const char *word;

    if (!acts(parting, side))
        return NULL;
    word = turn->to == TS_TURN_RUNS ? "dispatches " : "takes ";
    for (size_t i = 0; i < h->note_count; i++) {
        const ts_note *n = &h->notes[i];

        if (n->at == turn->at && n->who == turn->who &&
            n->place == turn->place &&
            strncmp(n->text, word, strlen(word)) == 0)
            return n->text;
    }
    return NULL;
}

ts_time ts_parting_change(const ts_parting_life *life)
{
    return life->spent[0] == TS_NEVER || life->spent[1] == TS_NEVER
               ? 0
               : life->spent[1] - life->spent[0];
}

/* The turn that is so many behind where they part; the end: it has fewer. */
static ts_time time_after(const ts_history *h, size_t turn)
{
    return turn < h->turn_count ? h->turns[turn].at : h->end;
}

void ts_parting_window(const ts_parting *parting, size_t turns, ts_time *from,
                       ts_time *to)
{
    const ts_history *const *runs = parting->runs;
    ts_time ends[2];

    for (int k = 0; k < 2; k++)
        ends[k] = time_after(runs[k], parting->same + turns);
    *from =
        parting->same > turns ? runs[0]->turns[parting->same - turns].at : 0;
    *to = ends[0] > ends[1] ? ends[0] : ends[1];
}
