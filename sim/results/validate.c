/*
 * validate.c - see validate.h. What is checked:
 *
 *   a processor does one thing at a time
 *   a thread is on one processor at a time, after its arrival and before its
 *     end
 *   a thread's processor time is the sum of its stretches, its first run is
 *     where the first of them begins, and a finished one was running, ready or
 *     blocked all its life
 *   where the policy claims it: no processor idles while a thread is ready; no
 *     thread that does not give its processor up is interrupted by another
 *
 * Where all ready threads get on at once (processor sharing) a stretch does not
 * say whose it is, and is in no thread's sum. The last two look only at threads
 * that never block: when others are ready cannot be told from their stretches.
 */
#include "sim/results/validate.h"

#include <stdlib.h>
#include <string.h>

typedef struct piece {
    ts_time from, to;
    int32_t place, who; /* who -1: nobody, or many */
    bool works;         /* not a switch: counts as processor time */
} piece;

typedef struct checker {
    const ts_report *report;
    piece *recorded, *pieces; /* as they were recorded; sorted somehow */
    size_t count;
    const ts_thread_row **rows; /* by id; NULL: none */
    int32_t ids;
    ts_validation found;
} checker;

/* --- reading --- */

static bool is_processor(const ts_trace *trace, int place)
{
    return strncmp(trace->names[TS_PLACES][place], "processor ", 10) == 0;
}

static bool read_pieces(checker *c, ts_error *error)
{
    const ts_trace *trace = c->report->trace;

    c->recorded = malloc((trace->span_count + 1) * sizeof *c->recorded);
    c->pieces = malloc((trace->span_count + 1) * sizeof *c->pieces);
    if (c->recorded == NULL || c->pieces == NULL)
        return ts_fail_memory(error);
    for (size_t i = 0; i < trace->span_count; i++) {
        const ts_span *s = &trace->spans[i];

        assert(s->place >= 0 && s->place < trace->name_count[TS_PLACES]);
        assert(s->kind >= 0 && s->kind < trace->name_count[TS_KINDS]);
        if (!is_processor(trace, s->place))
            continue;
        c->found.shared |=
            strcmp(trace->names[TS_KINDS][s->kind], "share") == 0;
        c->recorded[c->count++] =
            (piece){s->from, s->to, s->place, s->who,
                    strcmp(trace->names[TS_KINDS][s->kind], "switch") != 0};
    }
    assert(c->count <= trace->span_count);
    c->found.spans = (int64_t)c->count;
    return true;
}

static bool read_rows(checker *c, ts_error *error)
{
    for (size_t i = 0; i < c->report->thread_count; i++)
        if (c->report->threads[i].id >= c->ids)
            c->ids = c->report->threads[i].id + 1;
    c->rows = calloc((size_t)c->ids + 1, sizeof *c->rows);
    if (c->rows == NULL)
        return ts_fail_memory(error);
    for (size_t i = 0; i < c->report->thread_count; i++) {
        assert(c->report->threads[i].id >= 0);
        assert(c->rows[c->report->threads[i].id] == NULL); /* ids are unique */
        c->rows[c->report->threads[i].id] = &c->report->threads[i];
    }
    return true;
}

static const ts_thread_row *row_of(const checker *c, int32_t who)
{
    return who >= 0 && who < c->ids ? c->rows[who] : NULL;
}

static int order(ts_time a, ts_time b)
{
    return (a > b) - (a < b);
}

static int by_place(const void *a, const void *b)
{
    const piece *x = a, *y = b;

    return x->place != y->place ? order(x->place, y->place)
                                : order(x->from, y->from);
}

static int by_who(const void *a, const void *b)
{
    const piece *x = a, *y = b;

    return x->who != y->who ? order(x->who, y->who) : order(x->from, y->from);
}

static int32_t key_of(const piece *p, bool who)
{
    return who ? p->who + 1 : p->place;
}

/* Deals the pieces out by key; those of one stay in their order. */
static void deal(const piece *from, size_t count, bool who, size_t *first,
                 piece *to)
{
    size_t sum = 0, n;

    for (size_t i = 0; i < count; i++)
        first[key_of(&from[i], who)]++;
    for (int32_t key = 0; sum < count; key++) {
        n = first[key];
        first[key] = sum;
        sum += n;
    }
    for (size_t i = 0; i < count; i++)
        to[first[key_of(&from[i], who)]++] = from[i];
}

/* By place or by thread, then by time. A trace has the pieces of each in the
 * order of time as a rule, so that dealing them out is all there is to do. */
static bool sort_pieces(checker *c, bool who, ts_error *error)
{
    int (*compare)(const void *, const void *) = who ? by_who : by_place;
    int32_t most = 0;
    size_t *first;

    for (size_t i = 0; i < c->count; i++)
        if (key_of(&c->recorded[i], who) > most)
            most = key_of(&c->recorded[i], who);
    first = calloc((size_t)most + 1, sizeof *first);
    if (first == NULL)
        return ts_fail_memory(error);
    deal(c->recorded, c->count, who, first, c->pieces);
    free(first);
    for (size_t i = 1; i < c->count; i++)
        if (compare(&c->pieces[i - 1], &c->pieces[i]) > 0) {
            qsort(c->pieces, c->count, sizeof *c->pieces, compare);
            break;
        }
    return true;
}

/* --- places and threads --- */

static bool check_places(checker *c, ts_error *error)
{
    if (!sort_pieces(c, false, error))
        return false;
    for (size_t i = 1; i < c->count; i++) {
        const piece *a = &c->pieces[i - 1], *b = &c->pieces[i];

        if (a->place == b->place && b->from < a->to)
            return ts_fail(error, "%s does two things at %lld ps",
                           c->report->trace->names[TS_PLACES][a->place],
                           (long long)b->from);
    }
    return true;
}

static bool check_row(const ts_thread_row *row, const piece *p, size_t count,
                      bool shared, ts_error *error)
{
    ts_time worked = 0, first = TS_NEVER;

    for (size_t i = 0; i < count; i++) {
        if (i > 0 && p[i].from < p[i - 1].to)
            return ts_fail(error, "thread %s is on two processors at %lld ps",
                           row->name, (long long)p[i].from);
        if (p[i].from < row->arrival)
            return ts_fail(error,
                           "thread %s is on a processor at %lld ps, "
                           "before its arrival",
                           row->name, (long long)p[i].from);
        if (row->finish != TS_NEVER && p[i].to > row->finish)
            return ts_fail(error, "thread %s is on a processor after its end",
                           row->name);
        worked += p[i].works ? p[i].to - p[i].from : 0;
        if (p[i].works && first == TS_NEVER)
            first = p[i].from;
    }
    if (!shared && worked != row->processor)
        return ts_fail(error,
                       "thread %s has %lld ps of processor time, and "
                       "its stretches are %lld ps long",
                       row->name, (long long)row->processor, (long long)worked);
    if (first != TS_NEVER && row->first_run != TS_NEVER &&
        row->first_run > first)
        return ts_fail(error, "thread %s runs before its first run", row->name);
    return true;
}

/* Nobody's time is lost: switches to a thread, which it neither waits for nor
 * works in, are what may be left over. */
static bool check_life(const ts_thread_row *row, ts_time switched,
                       ts_error *error)
{
    ts_time life = row->finish - row->arrival;

    if (row->finish == TS_NEVER ||
        row->processor + row->ready + row->blocked + switched == life)
        return true;
    return ts_fail(error,
                   "thread %s lived %lld ps: %lld on a processor, %lld "
                   "ready, %lld blocked, %lld being switched to",
                   row->name, (long long)life, (long long)row->processor,
                   (long long)row->ready, (long long)row->blocked,
                   (long long)switched);
}

static bool check_threads(checker *c, bool suspends, ts_error *error)
{
    size_t from = 0;

    if (!sort_pieces(c, true, error))
        return false;
    while (from < c->count && c->pieces[from].who < 0)
        from++;
    while (from < c->count) {
        const piece *p = &c->pieces[from];
        const ts_thread_row *row = row_of(c, p->who);
        ts_time switched = 0;
        size_t n = 0;

        for (; from < c->count && c->pieces[from].who == p->who; from++, n++)
            if (!c->pieces[from].works)
                switched += c->pieces[from].to - c->pieces[from].from;
        if (row == NULL)
            continue; /* more threads than rows */
        if (!check_row(row, p, n, c->found.shared, error) ||
            (!suspends && !check_life(row, switched, error)))
            return false;
        c->found.threads++;
    }
    return true;
}

/* --- what policies claim --- */

/* No thread that never gives up its processor is broken up. The pieces are by
 * thread. */
static bool check_cooperative(checker *c, ts_error *error)
{
    for (size_t i = 1; i < c->count; i++) {
        const piece *a = &c->pieces[i - 1], *b = &c->pieces[i];
        const ts_thread_row *row = row_of(c, a->who);

        if (row != NULL && a->who == b->who && row->given_up == 0 &&
            a->to != b->from)
            return ts_fail(error,
                           "thread %s is taken off its processor at "
                           "%lld ps, and the policy never does that",
                           row->name, (long long)a->to);
    }
    c->found.cooperative = true;
    return true;
}

/* A change of how many threads are ready, or of how many processors idle. */
typedef struct change {
    ts_time at;
    int ready, idle;
} change;

/* The end of the stretch in the order of time that begins at `from`. */
static size_t stretch_end(const change *list, size_t from, size_t n)
{
    while (from < n && (from + 1 == n || list[from].at <= list[from + 1].at))
        from++;
    return from < n ? from + 1 : n;
}

static void merge(const change *list, size_t from, size_t middle, size_t end,
                  change *to)
{
    size_t a = from, b = middle;

    for (size_t i = from; i < end; i++)
        to[i] = b == end || (a < middle && list[a].at <= list[b].at)
                    ? list[a++]
                    : list[b++];
}

/* In the order of time, in `list` or in `spare`: whichever is returned. Changes
 * come in a few stretches that are in order, about one a processor; two and two
 * are merged until one is left. */
static change *sort_changes(change *list, change *spare, size_t n)
{
    size_t stretches;

    do {
        change *other = list;

        stretches = 0;
        for (size_t from = 0, end; from < n; from = end) {
            size_t middle = stretch_end(list, from, n);

            end = stretch_end(list, middle, n);
            merge(list, from, middle, end, spare);
            stretches++;
        }
        list = spare;
        spare = other;
    } while (stretches > 1);
    return list;
}

static int counts_as_ready(const checker *c, const piece *p)
{
    const ts_thread_row *row = row_of(c, p->who);

    return row != NULL && row->blocked == 0;
}

/* Threads that never block are ready whenever they are on no processor. The
 * pieces are by place. */
static size_t list_changes(const checker *c, change *changes)
{
    ts_time end = c->report->end;
    size_t n = 0;

    for (size_t i = 0; i < c->report->thread_count; i++) {
        const ts_thread_row *row = &c->report->threads[i];

        if (row->blocked > 0)
            continue;
        changes[n++] = (change){row->arrival, 1, 0};
        changes[n++] =
            (change){row->finish == TS_NEVER ? end : row->finish, -1, 0};
    }
    for (size_t i = 0; i < c->count; i++) {
        const piece *p = &c->pieces[i];

        changes[n++] = (change){p->from, -counts_as_ready(c, p), -1};
        changes[n++] = (change){p->to, counts_as_ready(c, p), 1};
    }
    return n;
}

static bool check_changes(const checker *c, const change *changes, size_t n,
                          ts_error *error)
{
    int ready = 0, idle = 0;
    bool good = true;

    for (int i = 0; i < c->report->trace->name_count[TS_PLACES]; i++)
        idle += is_processor(c->report->trace, i);
    for (size_t i = 0; i < n && good; i++) {
        assert(i == 0 || changes[i - 1].at <= changes[i].at);
        ready += changes[i].ready;
        idle += changes[i].idle;
        if (i + 1 < n && changes[i + 1].at == changes[i].at)
            continue;
        if (ready > 0 && idle > 0 && changes[i].at < c->report->end)
            good = ts_fail(error,
                           "%d threads are ready at %lld ps while %d "
                           "processors idle",
                           ready, (long long)changes[i].at, idle);
    }
    return good;
}

static bool check_conserving(checker *c, ts_error *error)
{
    size_t room = 2 * (c->count + c->report->thread_count) + 1, n;
    change *changes = malloc(2 * room * sizeof *changes);

    if (changes == NULL)
        return ts_fail_memory(error);
    if (!sort_pieces(c, false, error)) {
        free(changes);
        return false;
    }
    n = list_changes(c, changes);
    assert(n < room);
    c->found.conserving =
        check_changes(c, sort_changes(changes, changes + room, n), n, error);
    free(changes);
    return c->found.conserving;
}

static bool check(checker *c, ts_error *error)
{
    const ts_report *report = c->report;

    if (!read_pieces(c, error) || !read_rows(c, error) ||
        !check_places(c, error) || !check_threads(c, report->suspends, error))
        return false;
    if (report->cooperative && !report->suspends &&
        !check_cooperative(c, error))
        return false;
    return !report->conserving || check_conserving(c, error);
}

bool ts_validate(const ts_report *report, ts_validation *found, ts_error *error)
{
    checker c = {.report = report};
    bool good;

    if (report->trace->level < TS_TRACE_SPANS)
        return ts_fail(error, "the run kept no spans: play it with a trace");
    if (report->trace->dropped_spans > 0)
        return ts_fail(error,
                       "the trace is not complete: %llu stretches were "
                       "left out",
                       (unsigned long long)report->trace->dropped_spans);
    good = check(&c, error);
    free(c.recorded);
    free(c.pieces);
    free(c.rows);
    if (found != NULL)
        *found = c.found;
    return good;
}
