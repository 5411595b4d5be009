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

#include "sim/scenario/escape.h"

#include <stdlib.h>
#include <string.h>

#define LANES_MAX 24
#define THREADS_MAX 52
#define JOBS_MAX 500    /* more are not looked through */
#define SPANS_MAX 20000 /* more are never readable */
#define NAME_MAX_WIDTH 20
#define CELLS_MIN 30
#define CELLS_MAX 400

static const char letters[] =
    "abcdefghijklmnopqrstuvwxyzABCDEFGHIJKLMNOPQRSTUVWXYZ";

typedef struct chart {
    const ts_run_spans *data;
    int32_t *owners; /* of the spans: whose letter each has */
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
    bool colour;
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

static const ts_thread_row *row_of(const chart *c, int32_t id)
{
    for (size_t i = 0; i < c->data->thread_count; i++)
        if (c->data->threads[i].id == id)
            return &c->data->threads[i];
    return NULL;
}

static bool is_same_task(const ts_thread_row *a, const ts_thread_row *b)
{
    return a->task != NULL && b->task != NULL && strcmp(a->task, b->task) == 0;
}

/* Threads of a task that came together are told apart; jobs of one, which
 * follow each other, are not. */
static bool is_apart(const chart *c, const ts_thread_row *row)
{
    const ts_thread_row *rows = c->data->threads;

    for (size_t i = 0; i < c->data->thread_count; i++)
        if (rows[i].id != row->id && rows[i].arrival == row->arrival &&
            is_same_task(&rows[i], row))
            return true;
    return row->task == NULL;
}

static const char *thread_name(const chart *c, int32_t id)
{
    const ts_thread_row *row = row_of(c, id);

    if (row == NULL)
        return "a thread";
    return is_apart(c, row) ? row->name : row->task;
}

/* The id whose letter a stay has: the first of its task's jobs. */
static int32_t owner_of(const chart *c, int32_t id)
{
    const ts_thread_row *row =
        c->data->thread_count > JOBS_MAX ? NULL : row_of(c, id);
    int32_t first = id;

    if (row == NULL || is_apart(c, row))
        return id;
    for (size_t i = 0; i < c->data->thread_count; i++)
        if (c->data->threads[i].id < first &&
            is_same_task(&c->data->threads[i], row))
            first = c->data->threads[i].id;
    return first;
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
             !enter(c->threads, &c->thread_count, THREADS_MAX, c->owners[i])))
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
        if (c->threads[i] == c->owners[span - c->data->spans])
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

static void print_cell(const chart *c, char cell, char before)
{
    if (c->colour && cell != before)
        fputs(colour_of(cell), c->out);
    fputc(cell, c->out);
}

/* Names are somebody's own words; as much of one as there is room for. */
static void print_place(const chart *c, const char *name)
{
    size_t room = (size_t)c->name_width, length = strlen(name);

    length = length < room ? length : room;
    fprintf(c->out, "%*s", c->indent, "");
    ts_escape_part(c->out, TS_ESCAPE_LINE, name, length);
    fprintf(c->out, "%*s  ", (int)(room - length), "");
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
    print_place(c, place_name(c, place));
    for (int i = 0; i < c->cells; i++)
        print_cell(c, l.cells[i], i > 0 ? l.cells[i - 1] : '\0');
    fputs(c->colour ? "\x1b[0m\n" : "\n", c->out);
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

/* The first time after `at` at which a stay begins or ends. */
static ts_time next_bound(const chart *c, ts_time at)
{
    ts_time next = TS_NEVER;

    for (size_t i = 0; i < c->data->span_count; i++) {
        const ts_span *s = &c->data->spans[i];

        if (s->from > at && s->from < next)
            next = s->from;
        if (s->to > at && s->to < next)
            next = s->to;
    }
    return next;
}

/* The times at which something changes in the only lane, as in a textbook;
 * false: they have no room, or there is more than one lane. */
static bool print_bounds(const chart *c)
{
    char words[CELLS_MAX + 64];
    size_t unit = 0, used = 0;
    ts_time at = 0;
    int more = 1;

    while (unit + 1 < TS_COUNT_OF(units) && units[unit].size > c->end)
        unit++;
    if (c->lane_count != 1)
        return false;
    memset(words, ' ', sizeof words);
    while (more > 0) {
        size_t column = (size_t)((ts_i128)at * c->cells / c->end);
        char word[40];
        int length = snprintf(word, sizeof word, "%.6g%s%s",
                              (double)at / (double)units[unit].size,
                              at == c->end ? " " : "",
                              at == c->end ? units[unit].name : "");

        if (at == c->end)
            column = (size_t)(c->cells - length); /* the last ends the line */
        if ((used > 0 && column < used + 1) || length <= 0)
            return false;
        memcpy(words + column, word, (size_t)length);
        used = column + (size_t)length;
        at = next_bound(c, at);
        more = at != TS_NEVER;
    }
    words[used] = '\0';
    fprintf(c->out, "%*s  %s\n", c->indent + c->name_width, "", words);
    return true;
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
    fputs(*column > 0 ? "  " : "", c->out);
    print_cell(c, letter, '\0');
    *column += (*column > 0 ? 2 : 0) + length;
    fputs(c->colour ? "\x1b[0m " : " ", c->out);
    ts_escape_print(c->out, TS_ESCAPE_LINE, name);
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

ts_gantt_end ts_gantt_text(const ts_run_spans *spans, const char *heading,
                           int indent, int width, bool colour, FILE *out)
{
    chart c = {.data = spans,
               .out = out,
               .indent = indent,
               .width = width - indent,
               .colour = colour};
    bool made;

    if (spans->span_count > SPANS_MAX || spans->span_count == 0)
        return TS_GANTT_NO_ROOM;
    c.owners = malloc(spans->span_count * sizeof *c.owners);
    if (c.owners == NULL)
        return TS_GANTT_NO_MEMORY;
    for (size_t i = 0; i < spans->span_count; i++)
        c.owners[i] = owner_of(&c, spans->spans[i].who);
    made = survey(&c) && readable(&c);
    if (made) {
        fputs(heading, out);
        for (int i = 0; i < c.lane_count; i++)
            print_lane(&c, c.lanes[i]);
        if (!print_bounds(&c))
            print_axis(&c);
        print_legend(&c);
    }
    free(c.owners);
    return made ? TS_GANTT_DRAWN : TS_GANTT_NO_ROOM;
}
