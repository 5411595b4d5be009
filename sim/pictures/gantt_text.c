/*
 * gantt_text.c - a Gantt chart in letters.
 *
 * Time is cut into as many equal pieces as there are letters in a lane. Of
 * each piece the longest stay is shown; of two equally long ones the earlier.
 * A stay (or a time without one) that is the longest of no piece leaves a mark
 * where it was: a lane never looks busy, or idle, without a break that was one.
 * A chart whose spans are mostly shorter than a piece would show an accident
 * of rounding, so none is made.
 */
#include "sim/pictures/gantt_text.h"

#include <stdlib.h>
#include <string.h>

#define LANES_MAX 24
#define THREADS_MAX 52
#define NAME_MAX_WIDTH 20
#define CELLS_MIN 30
#define CELLS_MAX 400

static const char letters[] =
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";

typedef struct chart {
    const ts_run_spans *data;
    FILE *out;
    int indent;     /* of every line */
    int width;      /* of the terminal, without it */
    int name_width; /* of the lanes' names */
    int cells;      /* letters in a lane */
    ts_time end;
    int lanes[LANES_MAX]; /* places, by number */
    int lane_count;
    int32_t threads[THREADS_MAX]; /* ids, ascending: their letters */
    int thread_count;
    bool switches, others, nobody, marks;
} chart;

static const char *place_name(const chart *c, int place)
{
    return place < c->data->place_count ? c->data->places[place] : "?";
}

static const char *kind_name(const chart *c, int kind)
{
    return kind >= 0 && kind < c->data->kind_count ? c->data->kinds[kind] : "";
}

static const char *thread_name(const chart *c, int32_t id)
{
    for (size_t i = 0; i < c->data->thread_count; i++)
        if (c->data->threads[i].id == id)
            return c->data->threads[i].name;
    return "a thread";
}

static int compare_ints(const void *a, const void *b)
{
    int x = *(const int *)a, y = *(const int *)b;

    return (x > y) - (x < y);
}

/* Enters `value` in a list without repetition; false when it is full. */
static bool enter(int32_t *list, int *count, int limit, int32_t value)
{
    for (int i = 0; i < *count; i++)
        if (list[i] == value)
            return true;
    if (*count == limit)
        return false;
    list[(*count)++] = value;
    return true;
}

/* Lanes, letters and the end of time; false when there are too many. */
static bool survey(chart *c)
{
    for (size_t i = 0; i < c->data->span_count; i++) {
        const ts_span *s = &c->data->spans[i];

        if (!enter(c->lanes, &c->lane_count, LANES_MAX, s->place) ||
            (s->who >= 0 &&
             !enter(c->threads, &c->thread_count, THREADS_MAX, s->who)))
            return false;
        if (s->to > c->end)
            c->end = s->to;
    }
    qsort(c->lanes, (size_t)c->lane_count, sizeof c->lanes[0], compare_ints);
    qsort(c->threads, (size_t)c->thread_count, sizeof c->threads[0],
          compare_ints);
    for (int i = 0; i < c->lane_count; i++) {
        int length = (int)strlen(place_name(c, c->lanes[i]));

        if (length > c->name_width)
            c->name_width = length;
    }
    if (c->name_width > NAME_MAX_WIDTH)
        c->name_width = NAME_MAX_WIDTH;
    c->cells = c->width - c->name_width - 2;
    if (c->cells > CELLS_MAX)
        c->cells = CELLS_MAX;
    return c->lane_count > 0 && c->cells >= CELLS_MIN;
}

/* More spans than letters cannot be read. */
static bool readable(const chart *c)
{
    int counts[LANES_MAX] = {0};

    for (size_t i = 0; i < c->data->span_count; i++)
        for (int lane = 0; lane < c->lane_count; lane++)
            if (c->lanes[lane] == c->data->spans[i].place)
                counts[lane]++;
    for (int lane = 0; lane < c->lane_count; lane++)
        if (counts[lane] > c->cells)
            return false;
    return true;
}

/* Where piece `i` begins. */
static ts_time edge(const chart *c, int i)
{
    return (ts_time)((ts_i128)c->end * i / c->cells);
}

static char letter_of(chart *c, const ts_span *span)
{
    const char *kind = kind_name(c, span->kind);

    if (strcmp(kind, "switch") == 0) {
        c->switches = true;
        return '/';
    }
    if (strcmp(kind, "stall") == 0 || strcmp(kind, "interrupt") == 0) {
        c->others = true;
        return '!';
    }
    for (int i = 0; i < c->thread_count; i++)
        if (c->threads[i] == span->who)
            return letters[i];
    c->nobody = true;
    return '#';
}

typedef struct lane {
    char cells[CELLS_MAX + 1];
    ts_time longest[CELLS_MAX]; /* of the stays in a piece */
    ts_time covered[CELLS_MAX]; /* by all of them */
} lane;

/* The first piece in which a stay from then on may be. */
static int first_cell(const chart *c, ts_time from)
{
    int at = (int)((ts_i128)from * c->cells / c->end);

    return at > 0 ? at - 1 : 0; /* the division rounds, and so did edge() */
}

/* How much of the time is in piece `at`; not above 0: nothing. */
static ts_time overlap(const chart *c, int at, ts_time from, ts_time to)
{
    ts_time begin = from > edge(c, at) ? from : edge(c, at);
    ts_time end = to < edge(c, at + 1) ? to : edge(c, at + 1);

    return end - begin;
}

static void enter_stay(chart *c, lane *l, const ts_span *s)
{
    for (int at = first_cell(c, s->from); at < c->cells && edge(c, at) < s->to;
         at++) {
        ts_time part = overlap(c, at, s->from, s->to);

        l->covered[at] += part > 0 ? part : 0;
        if (part > l->longest[at]) {
            l->longest[at] = part;
            l->cells[at] = letter_of(c, s);
        }
    }
}

/* Puts a mark where the time is shown by no letter of its own. */
static void mark_hidden(chart *c, lane *l, ts_time from, ts_time to,
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

static void print_lane(chart *c, int place)
{
    lane l = {.cells = ""};
    ts_time reached = 0;

    for (int i = 0; i < c->cells; i++) {
        l.cells[i] = '.';
        l.longest[i] = (edge(c, i + 1) - edge(c, i)) / 2; /* of idleness */
    }
    for (size_t i = 0; i < c->data->span_count; i++)
        if (c->data->spans[i].place == place)
            enter_stay(c, &l, &c->data->spans[i]);
    for (size_t i = 0; i < c->data->span_count; i++) {
        const ts_span *s = &c->data->spans[i];

        if (s->place != place)
            continue;
        if (s->from > reached)
            mark_hidden(c, &l, reached, s->from, '.');
        mark_hidden(c, &l, s->from, s->to, letter_of(c, s));
        reached = s->to > reached ? s->to : reached;
    }
    mark_hidden(c, &l, reached, c->end, '.');
    fprintf(c->out, "%*s%-*.*s  %s\n", c->indent, "", c->name_width,
            c->name_width, place_name(c, place), l.cells);
}

/* --- the axis --- */

static const struct {
    ts_time size;
    const char *name;
} units[] = {
    {TS_S, "s"}, {TS_MS, "ms"}, {TS_US, "us"}, {TS_NS, "ns"}, {TS_PS, "ps"}};

/* A step of 1, 2 or 5 times a power of ten that leaves twelve letters or more
 * between two marks. */
static ts_time choose_step(const chart *c)
{
    ts_time least = (ts_time)((ts_i128)c->end * 12 / c->cells), step = 1;
    static const int factors[] = {2, 5, 10};

    for (ts_time power = 1;; power *= 10) {
        step = power;
        for (int i = 0; step < least && i < 3; i++)
            step = power * factors[i];
        if (step >= least || power > TS_TIME_LIMIT / 100)
            return step > 0 ? step : 1;
    }
}

static void print_axis(const chart *c)
{
    char marks[CELLS_MAX + 32], words[CELLS_MAX + 32], word[32];
    ts_time step = choose_step(c);
    size_t unit = 0, last = 0, width = 0;

    while (unit + 1 < TS_COUNT_OF(units) && units[unit].size > step)
        unit++;
    memset(marks, ' ', sizeof marks);
    memset(words, ' ', sizeof words);
    for (ts_time at = 0; at < c->end; at += step) {
        size_t column = (size_t)((ts_i128)at * c->cells / c->end);
        size_t length = (size_t)snprintf(word, sizeof word, "%lld",
                                         (long long)(at / units[unit].size));

        if (at + step >= c->end) /* the last mark carries the unit */
            length = (size_t)snprintf(word, sizeof word, "%lld %s",
                                      (long long)(at / units[unit].size),
                                      units[unit].name);
        marks[column] = '|';
        width = column + 1;
        /* The last word may have to begin before its mark. */
        if (column + length > (size_t)c->cells)
            column = (size_t)c->cells - length;
        memcpy(words + column, word, length);
        last = column + length;
    }
    marks[width] = '\0';
    words[last] = '\0';
    fprintf(c->out, "%*s  %s\n%*s  %s\n", c->indent + c->name_width, "", marks,
            c->indent + c->name_width, "", words);
}

/* --- the legend --- */

static void print_entry(const chart *c, int *column, char letter,
                        const char *name)
{
    int length = (int)strlen(name) + 2;

    if (*column > 0 && *column + 2 + length > c->width) {
        fputc('\n', c->out);
        *column = 0;
    }
    if (*column == 0)
        fprintf(c->out, "%*s", c->indent, "");
    *column +=
        fprintf(c->out, "%s%c %s", *column > 0 ? "  " : "", letter, name);
}

static void print_legend(const chart *c)
{
    int column = 0;

    for (int i = 0; i < c->thread_count; i++)
        print_entry(c, &column, letters[i], thread_name(c, c->threads[i]));
    if (c->nobody)
        print_entry(c, &column, '#', "no thread's");
    if (c->switches)
        print_entry(c, &column, '/', "switch");
    if (c->others)
        print_entry(c, &column, '!', "stall or interrupt");
    print_entry(c, &column, '.', "idle");
    if (c->marks)
        print_entry(c, &column, '+', "more than there is room for");
    fputc('\n', c->out);
}

bool ts_gantt_text(const ts_run_spans *spans, const char *heading, int indent,
                   int width, FILE *out)
{
    chart c = {.data = spans,
               .out = out,
               .indent = indent,
               .width = width - indent};

    if (!survey(&c) || !readable(&c))
        return false;
    fputs(heading, out);
    for (int i = 0; i < c.lane_count; i++)
        print_lane(&c, c.lanes[i]);
    print_axis(&c);
    print_legend(&c);
    return true;
}
