/*
 * gantt_axis.c - what stands around the lanes of a Gantt chart in letters:
 * marks, the axis, the legend.
 */
#include "sim/pictures/gantt_inside.h"

#include "sim/scenario/escape.h"
#include "sim/scenario/reader.h"

#include <stdlib.h>
#include <string.h>

#define STARVING_MAX 5 /* more are not named */

/* --- the axis --- */

static const struct {
    ts_time size;
    const char *name;
} units[] = {
    {TS_S, "s"}, {TS_MS, "ms"}, {TS_US, "us"}, {TS_NS, "ns"}, {TS_PS, "ps"}};

/* The largest unit in which `time` is not below 1. */
static size_t unit_of(ts_time time)
{
    size_t unit = 0;

    while (unit + 1 < TS_COUNT_OF(units) && units[unit].size > time)
        unit++;
    return unit;
}

static void print_below(const ts_gantt_chart *c, const char *text)
{
    fprintf(c->out, "%*s  %s\n", c->indent + c->name_width, "", text);
}

/* A step of 1, 2 or 5 times a power of ten that leaves twelve letters or more
 * between two marks. */
static ts_time choose_step(const ts_gantt_chart *c)
{
    ts_time least = (ts_time)((ts_i128)(c->to - c->from) * 12 / c->cells);
    static const int factors[] = {2, 5, 10};
    ts_time step = 1;

    for (ts_time power = 1;; power *= 10) {
        step = power;
        for (int i = 0; step < least && i < 3; i++)
            step = power * factors[i];
        if (step >= least || power > TS_TIME_LIMIT / 100)
            return step > 0 ? step : 1;
    }
}

/* The first time after `at` at which a stay begins or ends. */
static ts_time next_bound(const ts_gantt_chart *c, ts_time at)
{
    const ts_run_spans *is = c->order->runs[c->lanes[0].run];
    ts_time next = TS_NEVER;

    for (size_t i = 0; i < is->span_count; i++) {
        const ts_span *s = &is->spans[i];

        if (s->from > at && s->from < next)
            next = s->from;
        if (s->to > at && s->to < next)
            next = s->to;
    }
    return next;
}

/* A line of times; what has no room in it has some in the next. */
typedef struct bounds {
    char words[TS_GANTT_CELLS + 64];
    size_t used;
} bounds;

static bool put_bound(bounds *b, size_t column, const char *word, size_t length)
{
    if (b->used > 0 && column < b->used + 1)
        return false;
    memcpy(b->words + column, word, length);
    b->used = column + length;
    return true;
}

static void begin_bounds(bounds *b)
{
    memset(b->words, ' ', sizeof b->words);
    b->used = 0;
}

/* The times at which something changes in the only lane, as in a textbook;
 * false: they have no room, or there is more than one lane. */
static bool print_bounds(const ts_gantt_chart *c)
{
    bounds first, second;
    size_t unit = unit_of(c->to);
    ts_time at = c->from;

    if (c->lane_count != 1)
        return false;
    begin_bounds(&first);
    begin_bounds(&second);
    for (; at <= c->to; at = next_bound(c, at)) {
        size_t column =
            (size_t)((ts_i128)(at - c->from) * c->cells / (c->to - c->from));
        char word[40];
        int length = snprintf(word, sizeof word, "%.6g%s%s",
                              (double)at / (double)units[unit].size,
                              at == c->to ? " " : "",
                              at == c->to ? units[unit].name : "");

        if (at == c->to)
            column = (size_t)(c->cells - length); /* the last ends the line */
        if (length <= 0 || (!put_bound(&first, column, word, (size_t)length) &&
                            !put_bound(&second, column, word, (size_t)length)))
            return false;
    }
    first.words[first.used] = second.words[second.used] = '\0';
    print_below(c, first.words);
    if (second.used > 0)
        print_below(c, second.words);
    return true;
}

static void print_steps(const ts_gantt_chart *c)
{
    char marks[TS_GANTT_CELLS + 32], words[TS_GANTT_CELLS + 32], word[32];
    ts_time step = choose_step(c), first = (c->from + step - 1) / step * step;
    size_t unit = unit_of(step), last = 0, width = 0;

    memset(marks, ' ', sizeof marks);
    memset(words, ' ', sizeof words);
    for (ts_time at = first; at < c->to; at += step) {
        size_t column = (size_t)ts_gantt_cell(c, at);
        size_t length = (size_t)snprintf(word, sizeof word, "%lld",
                                         (long long)(at / units[unit].size));

        if (at + step >= c->to) /* the last mark carries the unit */
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
    print_below(c, marks);
    print_below(c, words);
}

void ts_gantt_print_axis(const ts_gantt_chart *c)
{
    if (!print_bounds(c))
        print_steps(c);
}

/* --- marks --- */

void ts_gantt_print_mark(const ts_gantt_chart *c)
{
    ts_time at = c->order->mark;
    char text[64];

    if (at <= 0 || at < c->from || at > c->to)
        return;
    fprintf(c->out, "%*sv %s\n",
            c->indent + c->name_width + 2 + ts_gantt_cell(c, at), "",
            ts_format(text, sizeof text, TS_UNIT_TIME, (double)at));
}

/* The marks of a lane, letter by letter. */
typedef struct marks {
    const ts_gantt_lane *lane;
    char cells[TS_GANTT_CELLS + 1];
    int end; /* behind the last */
} marks;

static void put_mark(ts_gantt_chart *c, marks *m, ts_time at, bool taken)
{
    int cell;
    char mark = taken ? '^' : '<';

    if (at < c->from || at > c->to)
        return;
    cell = ts_gantt_cell(c, at);
    if (m->cells[cell] != ' ' && m->cells[cell] != mark)
        mark = '*';
    m->cells[cell] = mark;
    m->end = cell >= m->end ? cell + 1 : m->end;
    c->both |= mark == '*';
    c->taken |= taken;
    c->moved |= !taken;
}

/* Where each thread was last, before the turn that is looked at. */
static void put_marks(ts_gantt_chart *c, marks *m, int32_t *last, int32_t ids)
{
    const ts_run_spans *is = c->order->runs[m->lane->run];

    for (int32_t i = 0; i < ids; i++)
        last[i] = -1;
    for (size_t i = 0; i < is->turn_count; i++) {
        const ts_turn *t = &is->turns[i];

        if (t->place == m->lane->place && t->to == TS_TURN_READY &&
            t->cause >= 0 && t->cause == is->preempted)
            put_mark(c, m, t->at, true);
        if (t->to != TS_TURN_RUNS)
            continue;
        if (t->place == m->lane->place && last[t->who] >= 0 &&
            last[t->who] != t->place)
            put_mark(c, m, t->at, false);
        last[t->who] = t->place;
    }
}

static int32_t count_ids(const ts_run_spans *is)
{
    int32_t ids = 0;

    for (size_t i = 0; i < is->turn_count; i++)
        if (is->turns[i].who >= ids)
            ids = is->turns[i].who + 1;
    return ids;
}

bool ts_gantt_print_marks(ts_gantt_chart *c, const ts_gantt_lane *lane)
{
    int32_t ids = count_ids(c->order->runs[lane->run]);
    int32_t *last = malloc(((size_t)ids + 1) * sizeof *last);
    marks m = {.lane = lane};

    if (last == NULL)
        return false;
    memset(m.cells, ' ', sizeof m.cells);
    put_marks(c, &m, last, ids);
    free(last);
    m.cells[m.end] = '\0';
    if (m.end > 0)
        print_below(c, m.cells);
    return true;
}

/* --- the legend --- */

static void print_entry(const ts_gantt_chart *c, int *column, char letter,
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
    ts_gantt_print_cell(c, letter, '\0');
    *column += (*column > 0 ? 2 : 0) + length;
    fputs(c->colour ? "\x1b[0m " : " ", c->out);
    ts_escape_print(c->out, TS_ESCAPE_LINE, name);
}

void ts_gantt_print_legend(const ts_gantt_chart *c)
{
    const struct {
        bool shown;
        char letter;
        const char *name;
    } others[] = {
        {c->nobody, '#', "no thread's"},
        {c->shared, '=', "shared by all that are ready"},
        {c->switches, '/', "switch"},
        {c->others, '!', "stall or interrupt"},
        {true, '.', "idle"},
        {c->marks, '+', "more than there is room for"},
        {c->taken, '^', "taken off for another"},
        {c->moved, '<', "comes from another processor"},
        {c->both, '*', "both"},
    };
    int column = 0;

    for (int i = 0; i < c->thread_count; i++)
        print_entry(c, &column, ts_gantt_letter(i), c->threads[i].name);
    for (size_t i = 0; i < TS_COUNT_OF(others); i++)
        if (others[i].shown)
            print_entry(c, &column, others[i].letter, others[i].name);
    fputc('\n', c->out);
}

/* --- how it ended --- */

static ts_time end_of(const ts_run_spans *is)
{
    ts_time end = 0;

    for (size_t i = 0; i < is->span_count; i++)
        end = is->spans[i].to > end ? is->spans[i].to : end;
    return end;
}

void ts_gantt_print_deadlock(const ts_gantt_chart *c, int run)
{
    static const char word[] = "deadlock";
    const ts_run_spans *is = c->order->runs[run];
    ts_time end = end_of(is);

    if (is->reason == NULL || strncmp(is->reason, word, strlen(word)) != 0 ||
        end <= c->from || end > c->to)
        return;
    fprintf(c->out, "%*s v\n",
            c->indent + c->name_width + 2 + ts_gantt_cell(c, end) - 1, word);
}

/* What each thread was at last, and since when; what was ready latest of all
 * that was served. */
static ts_time find_last(const ts_run_spans *is, const ts_turn **last)
{
    ts_time served = 0;

    for (size_t i = 0; i < is->turn_count; i++) {
        const ts_turn *t = &is->turns[i], *before = last[t->who];

        if (t->to == TS_TURN_RUNS && before != NULL &&
            before->to == TS_TURN_READY && before->at > served)
            served = before->at;
        last[t->who] = t;
    }
    return served;
}

static void print_starving(const ts_gantt_chart *c, int run,
                           const ts_turn *turn)
{
    char text[64];

    fprintf(c->out, "%*s", c->indent, "");
    if (c->order->names[run] != NULL)
        fprintf(c->out, "%s: ", c->order->names[run]);
    ts_escape_print(c->out, TS_ESCAPE_LINE,
                    ts_gantt_thread_name(c->order->runs[run], turn->who));
    fprintf(c->out, " starves: ready since %s\n",
            ts_format(text, sizeof text, TS_UNIT_TIME, (double)turn->at));
}

/* As the picture has it (plots/gantt.gp): for the last quarter of the run or
 * longer. */
bool ts_gantt_print_starving(const ts_gantt_chart *c, int run)
{
    const ts_run_spans *is = c->order->runs[run];
    ts_time end = end_of(is), served;
    int32_t ids = count_ids(is);
    const ts_turn **last = calloc((size_t)ids + 1, sizeof *last);
    int told = 0;

    if (last == NULL)
        return false;
    served = find_last(is, last);
    for (int32_t i = 0; i < ids && told < STARVING_MAX && c->to >= end; i++) {
        if (last[i] == NULL || last[i]->to != TS_TURN_READY ||
            last[i]->at > end - end / 4 || last[i]->at >= served)
            continue;
        print_starving(c, run, last[i]);
        told++;
    }
    free(last);
    return true;
}
