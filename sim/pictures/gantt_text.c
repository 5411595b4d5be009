/*
 * gantt_text.c - a Gantt chart in letters: its lanes. What stands below them is
 * in gantt_axis.c.
 *
 * Time is cut into as many equal pieces as there are letters in a lane. Of
 * each piece the longest stay is shown; of two equally long ones the earlier.
 * A stay (or a time without one) that is the longest of no piece leaves a mark
 * where it was: a lane never looks busy, or idle, without a break that was one.
 * A chart whose spans are mostly shorter than a piece would show an accident
 * of rounding, so none is made.
 */
#include "sim/pictures/gantt_inside.h"

#include "sim/scenario/escape.h"

#include <stdlib.h>
#include <string.h>

#define JOBS_MAX 500    /* more are not looked through */
#define SPANS_MAX 20000 /* more are never readable */
#define NAME_MAX_WIDTH 28
#define CELLS_MIN 30

static const char letters[] =
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";

static const char *kind_name(const ts_run_spans *is, int kind)
{
    return kind >= 0 && kind < is->kind_count ? is->kinds[kind] : "";
}

/* --- whose letter --- */

static const ts_thread_row *row_of(const ts_run_spans *is, int32_t id)
{
    for (size_t i = 0; i < is->thread_count; i++)
        if (is->threads[i].id == id)
            return &is->threads[i];
    return NULL;
}

static bool is_same_task(const ts_thread_row *a, const ts_thread_row *b)
{
    return a->task != NULL && b->task != NULL && strcmp(a->task, b->task) == 0;
}

/* Threads of a task that came together are told apart; jobs of one, which
 * follow each other, are not. */
static bool is_apart(const ts_run_spans *is, const ts_thread_row *row)
{
    const ts_thread_row *rows = is->threads;

    for (size_t i = 0; i < is->thread_count; i++)
        if (rows[i].id != row->id && rows[i].arrival == row->arrival &&
            is_same_task(&rows[i], row))
            return true;
    return row->task == NULL;
}

const char *ts_gantt_thread_name(const ts_run_spans *is, int32_t id)
{
    const ts_thread_row *row = row_of(is, id);

    if (row == NULL)
        return "a thread";
    return is_apart(is, row) ? row->name : row->task;
}

/* The id whose letter a stay has: the first of its task's jobs. */
static int32_t owner_of(const ts_run_spans *is, int32_t id)
{
    const ts_thread_row *row =
        is->thread_count > JOBS_MAX ? NULL : row_of(is, id);
    int32_t first = id;

    if (row == NULL || is_apart(is, row))
        return id;
    for (size_t i = 0; i < is->thread_count; i++)
        if (is->threads[i].id < first && is_same_task(&is->threads[i], row))
            first = is->threads[i].id;
    return first;
}

/* --- what there is --- */

static bool is_shown(const ts_gantt_chart *c, const ts_span *s)
{
    return s->from < c->to && s->to > c->from;
}

/* Where the chart ends: where it is to, or with the last stay. */
static ts_time find_end(const ts_gantt_order *order)
{
    ts_time end = order->to;

    for (int k = 0; order->to == 0 && k < order->run_count; k++)
        for (size_t i = 0; i < order->runs[k]->span_count; i++)
            if (order->runs[k]->spans[i].to > end)
                end = order->runs[k]->spans[i].to;
    return end;
}

static bool enter_lane(ts_gantt_chart *c, int run, int place)
{
    for (int i = 0; i < c->lane_count; i++)
        if (c->lanes[i].run == run && c->lanes[i].place == place)
            return true;
    if (c->lane_count == TS_GANTT_LANES)
        return false;
    c->lanes[c->lane_count++] = (ts_gantt_lane){run, place};
    return true;
}

/* Whose letter a span of a run has: that of the same name, whatever its number
 * is there; -1: none yet. */
static int find_owner(const ts_gantt_chart *c, int run, int32_t owner)
{
    const char *name = NULL;

    for (int i = 0; i < c->thread_count; i++)
        if (c->threads[i].run == run && c->threads[i].id == owner)
            return i;
    if (run > 0)
        name = ts_gantt_thread_name(c->order->runs[run], owner);
    for (int i = 0; i < c->thread_count && name != NULL; i++)
        if (strcmp(c->threads[i].name, name) == 0)
            return i;
    return -1;
}

static bool enter_owner(ts_gantt_chart *c, int run, int32_t owner)
{
    if (find_owner(c, run, owner) >= 0)
        return true;
    if (c->thread_count == TS_GANTT_THREADS)
        return false;
    c->threads[c->thread_count++] =
        (ts_gantt_owner){ts_gantt_thread_name(c->order->runs[run], owner),
                         owner, run};
    return true;
}

static int by_lane(const void *a, const void *b)
{
    const ts_gantt_lane *x = a, *y = b;

    return x->run != y->run ? (x->run > y->run) - (x->run < y->run)
                            : (x->place > y->place) - (x->place < y->place);
}

/* Numbers of threads tell those of one run apart. */
static int by_owner(const void *a, const void *b)
{
    const ts_gantt_owner *x = a, *y = b;

    return x->run != y->run ? (x->run > y->run) - (x->run < y->run)
                            : (x->id > y->id) - (x->id < y->id);
}

/* "run 2, processor 0", as much of it as there is room for. */
static int print_name(const ts_gantt_chart *c, const ts_gantt_lane *lane,
                      char *text, size_t size)
{
    const ts_run_spans *is = c->order->runs[lane->run];
    const char *run = c->order->names[lane->run];

    return snprintf(text, size, "%s%s%s", run != NULL ? run : "",
                    run != NULL ? ", " : "",
                    lane->place < is->place_count ? is->places[lane->place]
                                                  : "?");
}

static void measure_names(ts_gantt_chart *c)
{
    char text[64];

    for (int i = 0; i < c->lane_count; i++) {
        int length = print_name(c, &c->lanes[i], text, sizeof text);

        if (length > c->name_width)
            c->name_width = length;
    }
    if (c->name_width > NAME_MAX_WIDTH)
        c->name_width = NAME_MAX_WIDTH;
}

static bool survey_run(ts_gantt_chart *c, int run)
{
    const ts_run_spans *is = c->order->runs[run];

    for (size_t i = 0; i < is->span_count; i++) {
        const ts_span *s = &is->spans[i];

        if (is_shown(c, s) &&
            (!enter_lane(c, run, s->place) ||
             (s->who >= 0 && !enter_owner(c, run, c->owners[run][i]))))
            return false;
    }
    return true;
}

/* Lanes and letters; false when there are too many. */
static bool survey(ts_gantt_chart *c)
{
    for (int run = 0; run < c->order->run_count; run++)
        if (!survey_run(c, run))
            return false;
    qsort(c->lanes, (size_t)c->lane_count, sizeof c->lanes[0], by_lane);
    qsort(c->threads, (size_t)c->thread_count, sizeof c->threads[0], by_owner);
    measure_names(c);
    c->cells = c->width - c->name_width - 2;
    if (c->cells > TS_GANTT_CELLS)
        c->cells = TS_GANTT_CELLS;
    return c->lane_count > 0 && c->cells >= CELLS_MIN;
}

/* More spans than letters cannot be read. */
static bool readable(const ts_gantt_chart *c)
{
    for (int i = 0; i < c->lane_count; i++) {
        const ts_run_spans *is = c->order->runs[c->lanes[i].run];
        int count = 0;

        for (size_t k = 0; k < is->span_count; k++)
            count += is->spans[k].place == c->lanes[i].place &&
                     is_shown(c, &is->spans[k]);
        if (count > c->cells)
            return false;
    }
    return true;
}

/* --- a lane --- */

/* Where piece `i` begins. */
static ts_time edge(const ts_gantt_chart *c, int i)
{
    return c->from + (ts_time)((ts_i128)(c->to - c->from) * i / c->cells);
}

static int cell_of(const ts_gantt_chart *c, ts_time at)
{
    return (int)((ts_i128)(at - c->from) * c->cells / (c->to - c->from));
}

int ts_gantt_cell(const ts_gantt_chart *c, ts_time at)
{
    int cell = cell_of(c, at);

    assert(cell >= 0 && cell <= c->cells);
    return cell < c->cells ? cell : c->cells - 1;
}

char ts_gantt_letter(int thread)
{
    assert(thread >= 0 && thread < TS_GANTT_THREADS);
    return letters[thread];
}

static char letter_of(ts_gantt_chart *c, int run, const ts_span *span)
{
    const ts_run_spans *is = c->order->runs[run];
    const char *kind = kind_name(is, span->kind);
    int owner;

    if (strcmp(kind, "switch") == 0) {
        c->switches = true;
        return '/';
    }
    if (strcmp(kind, "share") == 0 && span->who < 0) {
        c->shared = true;
        return '=';
    }
    if (strcmp(kind, "stall") == 0 || strcmp(kind, "interrupt") == 0) {
        c->others = true;
        return '!';
    }
    owner = span->who < 0
                ? -1
                : find_owner(c, run, c->owners[run][span - is->spans]);
    if (owner >= 0)
        return ts_gantt_letter(owner);
    c->nobody = true;
    return '#';
}

typedef struct row {
    const ts_gantt_lane *is;
    char cells[TS_GANTT_CELLS + 1];
    ts_time longest[TS_GANTT_CELLS]; /* of the stays in a piece */
    ts_time covered[TS_GANTT_CELLS]; /* by all of them */
} row;

/* The first piece in which a stay from then on may be. */
static int first_cell(const ts_gantt_chart *c, ts_time from)
{
    int at = from > c->from ? cell_of(c, from) : 0;

    return at > 0 ? at - 1 : 0; /* the division rounds, and so did edge() */
}

/* How much of the time is in piece `at`; not above 0: nothing. */
static ts_time overlap(const ts_gantt_chart *c, int at, ts_time from,
                       ts_time to)
{
    ts_time begin = from > edge(c, at) ? from : edge(c, at);
    ts_time end = to < edge(c, at + 1) ? to : edge(c, at + 1);

    return end - begin;
}

static void enter_stay(ts_gantt_chart *c, row *l, const ts_span *s)
{
    for (int at = first_cell(c, s->from); at < c->cells && edge(c, at) < s->to;
         at++) {
        ts_time part = overlap(c, at, s->from, s->to);

        l->covered[at] += part > 0 ? part : 0;
        if (part > l->longest[at]) {
            l->longest[at] = part;
            l->cells[at] = letter_of(c, l->is->run, s);
        }
    }
}

/* Puts a mark where the time is shown by no letter of its own. */
static void mark_hidden(ts_gantt_chart *c, row *l, ts_time from, ts_time to,
                        char letter)
{
    ts_time most = 0;
    int place = -1;

    for (int at = first_cell(c, from); at < c->cells && edge(c, at) < to;
         at++) {
        ts_time part = overlap(c, at, from, to);

        if (part > 0 && l->cells[at] == letter)
            return;
        if (part > most &&
            (letter != '.' || l->covered[at] < edge(c, at + 1) - edge(c, at))) {
            most = part;
            place = at;
        }
    }
    if (place >= 0) {
        l->cells[place] = '+';
        c->marks = true;
    }
}

/* A colour for each of the first threads, over and over. */
static const char *colour_of(char cell)
{
    static const char *const colours[] = {"\x1b[30;44m", "\x1b[30;43m",
                                          "\x1b[30;42m", "\x1b[30;45m",
                                          "\x1b[30;46m", "\x1b[30;47m"};
    const char *at = strchr(letters, cell);

    return at != NULL ? colours[(size_t)(at - letters) % TS_COUNT_OF(colours)]
                      : "\x1b[0m";
}

void ts_gantt_print_cell(const ts_gantt_chart *c, char cell, char before)
{
    if (c->colour && cell != before)
        fputs(colour_of(cell), c->out);
    fputc(cell, c->out);
}

/* Names are somebody's own words. */
static void print_place(const ts_gantt_chart *c, const ts_gantt_lane *is)
{
    size_t room = (size_t)c->name_width, length;
    char name[64];

    print_name(c, is, name, sizeof name);
    length = strlen(name);
    length = length < room ? length : room;
    fprintf(c->out, "%*s", c->indent, "");
    ts_escape_part(c->out, TS_ESCAPE_LINE, name, length);
    fprintf(c->out, "%*s  ", (int)(room - length), "");
}

static void fill_lane(ts_gantt_chart *c, row *l)
{
    const ts_run_spans *is = c->order->runs[l->is->run];
    ts_time reached = c->from;

    for (int i = 0; i < c->cells; i++) {
        l->cells[i] = '.';
        l->longest[i] = (edge(c, i + 1) - edge(c, i)) / 2; /* of idleness */
    }
    for (size_t i = 0; i < is->span_count; i++)
        if (is->spans[i].place == l->is->place && is_shown(c, &is->spans[i]))
            enter_stay(c, l, &is->spans[i]);
    for (size_t i = 0; i < is->span_count; i++) {
        const ts_span *s = &is->spans[i];

        if (s->place != l->is->place || !is_shown(c, s))
            continue;
        if (s->from > reached)
            mark_hidden(c, l, reached, s->from, '.');
        mark_hidden(c, l, s->from, s->to, letter_of(c, l->is->run, s));
        reached = s->to > reached ? s->to : reached;
    }
    mark_hidden(c, l, reached, c->to, '.');
}

static bool print_lane(ts_gantt_chart *c, const ts_gantt_lane *is)
{
    row l = {.is = is};

    fill_lane(c, &l);
    print_place(c, is);
    for (int i = 0; i < c->cells; i++)
        ts_gantt_print_cell(c, l.cells[i], i > 0 ? l.cells[i - 1] : '\0');
    fputs(c->colour ? "\x1b[0m\n" : "\n", c->out);
    return ts_gantt_print_marks(c, is);
}

/* --- all of it --- */

static bool find_owners(ts_gantt_chart *c)
{
    for (int run = 0; run < c->order->run_count; run++) {
        const ts_run_spans *is = c->order->runs[run];

        c->owners[run] = malloc((is->span_count + 1) * sizeof *c->owners[run]);
        if (c->owners[run] == NULL)
            return false;
        for (size_t i = 0; i < is->span_count; i++)
            c->owners[run][i] = is_shown(c, &is->spans[i])
                                    ? owner_of(is, is->spans[i].who)
                                    : -1;
    }
    return true;
}

static bool is_too_much(const ts_gantt_chart *c)
{
    size_t count = 0;

    for (int run = 0; run < c->order->run_count; run++)
        for (size_t i = 0; i < c->order->runs[run]->span_count; i++)
            count += is_shown(c, &c->order->runs[run]->spans[i]);
    return count == 0 || count > SPANS_MAX;
}

static ts_gantt_end draw(ts_gantt_chart *c)
{
    bool fine = true;

    if (!find_owners(c))
        return TS_GANTT_NO_MEMORY;
    if (!survey(c) || !readable(c))
        return TS_GANTT_NO_ROOM;
    fputs(c->order->heading, c->out);
    ts_gantt_print_mark(c);
    for (int i = 0; i < c->lane_count; i++) {
        if (i == 0 || c->lanes[i].run != c->lanes[i - 1].run)
            ts_gantt_print_deadlock(c, c->lanes[i].run);
        fine = print_lane(c, &c->lanes[i]) && fine;
    }
    ts_gantt_print_axis(c);
    ts_gantt_print_legend(c);
    for (int run = 0; run < c->order->run_count; run++)
        fine = ts_gantt_print_starving(c, run) && fine;
    return fine ? TS_GANTT_DRAWN : TS_GANTT_NO_MEMORY;
}

ts_gantt_end ts_gantt_text(const ts_gantt_order *order, FILE *out)
{
    ts_gantt_chart c = {.order = order,
                        .out = out,
                        .indent = order->indent,
                        .width = order->width - order->indent,
                        .colour = order->colour,
                        .from = order->from};
    ts_gantt_end end = TS_GANTT_NO_ROOM;

    assert(order->run_count > 0 && order->run_count <= TS_GANTT_RUNS);
    c.to = find_end(order);
    if (c.to > c.from && !is_too_much(&c))
        end = draw(&c);
    for (int run = 0; run < order->run_count; run++)
        free(c.owners[run]);
    return end;
}
