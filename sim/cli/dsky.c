/*
 * dsky.c - `timeslice run --dsky`: the display and keyboard in the terminal.
 *
 * The run is over when this begins; its trace is played back. What the model
 * leaves at the place "dsky" is text: "PROG 63", "V16N68", "V06N64 flashing",
 * "steady", "ALARM 01202", "GOJAM", "RSET", "KEY REL", "monitor off".
 */
#include <inttypes.h>
#include <math.h>
#include <stdlib.h>
#include <string.h>
#include <time.h>

#include "sim/cli/command.h"
#include "sim/cli/dsky.h"

#define LAST 6 /* alarms that are listed */

/* Core sets or VAC areas in use. */
typedef struct gauge {
    const char *name;
    int series; /* -1: the run has none */
    int64_t level;
    int64_t shown; /* the most in the second that is shown */
    int64_t most;  /* in the run: as wide as it gets */
} gauge;

typedef struct dsky {
    FILE *out;
    bool terminal, colour;
    int program, verb, noun;
    int shown_verb, shown_noun; /* the program's own display */
    bool flashing, alarm, key_release, active, restart;
    int codes[3], code_count; /* the last alarms, newest first */
    int lines;                /* of the panel on the terminal */
    gauge gauges[2];
    struct {
        int code;
        ts_time at;
    } alarms[LAST]; /* the last ones, newest last */
    int alarm_count;
} dsky;

static int find_name(const ts_trace *trace, ts_trace_table table,
                     const char *name)
{
    for (int i = 0; i < trace->name_count[table]; i++)
        if (strcmp(trace->names[table][i], name) == 0)
            return i;
    return -1;
}

/* --- what is shown --- */

static void two(char *text, int number)
{
    if (number < 0)
        memcpy(text, "  ", 3);
    else
        snprintf(text, 3, "%d%d", number / 10 % 10, number % 10);
}

static const char *lamp(const dsky *d, bool on, const char *name)
{
    static const char *const names[][3] = {
        {"PROG", "\033[30;43m  PROG   \033[0m", "  PROG   "},
        {"KEY REL", "\033[30;47m KEY REL \033[0m", " KEY REL "},
        {"RESTART", "\033[30;43m RESTART \033[0m", " RESTART "},
        {"COMP ACTY", "\033[30;42mCOMP ACTY\033[0m", "COMP ACTY"}};

    for (size_t i = 0; i < sizeof names / sizeof names[0]; i++)
        if (strcmp(names[i][0], name) == 0)
            return !on ? "    .    " : names[i][d->colour ? 1 : 2];
    return "         ";
}

static void registers(const dsky *d, char text[3][8])
{
    for (int i = 0; i < 3; i++)
        if (d->verb == 5 && d->noun == 9 && i < d->code_count)
            snprintf(text[i], 8, " %05d", d->codes[i]);
        else
            snprintf(text[i], 8, "      ");
}

static void draw_gauge(const dsky *d, const gauge *g)
{
    if (g->series < 0)
        return;
    fprintf(d->out, "  %-9s  ", g->name);
    for (int64_t i = 0; i < g->most; i++)
        fputc(i < g->shown ? '#' : '.', d->out);
    fprintf(d->out, "  %" PRId64 "\n", g->shown);
}

/* On one line, which is written over with each. */
static void draw_alarms(const dsky *d)
{
    fputs("  alarms   ", d->out);
    for (int i = 0; i < d->alarm_count; i++)
        fprintf(d->out, "  %d +%lld s", d->alarms[i].code,
                (long long)(d->alarms[i].at / TS_S));
    fputs("\033[K\n", d->out);
}

static void draw(dsky *d, ts_time at)
{
    char program[4], verb[4], noun[4], rows[3][8];
    bool dark = d->flashing && at / TS_S % 2 == 1;

    two(program, d->program);
    two(verb, dark ? -1 : d->verb);
    two(noun, dark ? -1 : d->noun);
    registers(d, rows);
    if (d->lines > 0)
        fprintf(d->out, "\033[%dA", d->lines);
    fprintf(d->out,
            "  +%5lld s\n"
            "  +-----------+  +------------------+\n"
            "  | %s |  |%s   PROG  |\n"
            "  | %s |  |             %s   |\n"
            "  | %s |  |  VERB      NOUN  |\n"
            "  +-----------+  |   %s        %s   |\n"
            "                 |------------------|\n"
            "                 |      %s      |\n"
            "                 |      %s      |\n"
            "                 |      %s      |\n"
            "                 +------------------+\n",
            (long long)(at / TS_S), lamp(d, d->alarm, "PROG"),
            lamp(d, d->active, "COMP ACTY"), lamp(d, d->key_release, "KEY REL"),
            program, lamp(d, d->restart, "RESTART"), verb, noun, rows[0],
            rows[1], rows[2]);
    d->lines = 12;
    for (size_t i = 0; i < TS_COUNT_OF(d->gauges); i++) {
        draw_gauge(d, &d->gauges[i]);
        d->lines += d->gauges[i].series >= 0;
    }
    draw_alarms(d);
    fflush(d->out);
}

static void print_line(const dsky *d, ts_time at, const char *what)
{
    char program[4], verb[4], noun[4];

    two(program, d->program);
    two(verb, d->verb);
    two(noun, d->noun);
    fprintf(d->out, "%9.2f s  PROG %s  VERB %s  NOUN %s  %-7s %-10s%s %s\n",
            (double)at / (double)TS_S, program, verb, noun,
            d->flashing ? "flashes" : "", d->alarm ? "PROG ALARM" : "",
            d->restart ? " RESTART" : "", what);
}

/* --- what happens --- */

static void show(dsky *d, int verb, int noun)
{
    d->verb = verb;
    d->noun = noun;
}

static void back_to_program(dsky *d)
{
    show(d, d->shown_verb, d->shown_noun);
    d->key_release = false;
}

static void take_alarm(dsky *d, int code, ts_time at)
{
    if (d->alarm_count == LAST)
        memmove(&d->alarms[0], &d->alarms[1],
                (size_t)--d->alarm_count * sizeof d->alarms[0]);
    d->alarms[d->alarm_count].code = code;
    d->alarms[d->alarm_count++].at = at;
    d->codes[2] = d->codes[1];
    d->codes[1] = d->codes[0];
    d->codes[0] = code;
    d->code_count += d->code_count < 3;
    d->alarm = true;
    back_to_program(d);
}

/* A phase says first which program it is, and then what that shows. */
static void take(dsky *d, const char *text, ts_time at, bool *named)
{
    int verb = -1, noun = -1, number;

    if (sscanf(text, "PROG %d", &number) == 1) {
        d->program = number;
        d->flashing = false;
        *named = true;
        return;
    }
    if (sscanf(text, "ALARM %d", &number) == 1) {
        take_alarm(d, number, at);
    } else if (sscanf(text, "V%2dN%2d", &verb, &noun) == 2) {
        if (*named) {
            d->shown_verb = verb;
            d->shown_noun = noun;
            d->flashing = strstr(text, "flashing") != NULL;
        } else {
            d->key_release = true;
        }
        show(d, verb, noun);
    } else if (sscanf(text, "V%2d", &verb) == 1) {
        show(d, verb, -1);
        d->key_release = true;
    } else if (strcmp(text, "GOJAM") == 0) {
        d->restart = true;
        back_to_program(d);
    } else if (strcmp(text, "steady") == 0) {
        d->flashing = false;
    } else if (strcmp(text, "RSET") == 0) {
        d->alarm = false;
        d->restart = false;
    } else if (strcmp(text, "KEY REL") == 0 ||
               strcmp(text, "monitor off") == 0) {
        back_to_program(d);
    }
    *named = false;
}

/* The most in use in the second up to `until`, from sample `i` on; which one is
 * the next. */
static size_t read_gauges(dsky *d, const ts_trace *trace, size_t i,
                          ts_time until)
{
    for (size_t k = 0; k < TS_COUNT_OF(d->gauges); k++)
        d->gauges[k].shown = d->gauges[k].level;
    for (; i < trace->sample_count && trace->samples[i].at < until; i++)
        for (size_t k = 0; k < TS_COUNT_OF(d->gauges); k++) {
            gauge *g = &d->gauges[k];

            if (trace->samples[i].series != g->series)
                continue;
            g->level = trace->samples[i].value;
            g->shown = g->level > g->shown ? g->level : g->shown;
        }
    return i;
}

static void find_gauge(gauge *g, const ts_trace *trace, const char *name)
{
    *g = (gauge){.name = name, .series = find_name(trace, TS_SERIES, name)};
    for (size_t i = 0; i < trace->sample_count; i++)
        if (trace->samples[i].series == g->series &&
            trace->samples[i].value > g->most)
            g->most = trace->samples[i].value;
}

static void wait_until(const dsky *d, struct timespec *next, double seconds)
{
    double whole = floor(seconds);

    (void)d;
    next->tv_sec += (time_t)whole;
    next->tv_nsec += (long)((seconds - whole) * 1e9);
    if (next->tv_nsec >= 1000000000L) {
        next->tv_nsec -= 1000000000L;
        next->tv_sec++;
    }
    clock_nanosleep(CLOCK_MONOTONIC, TIMER_ABSTIME, next, NULL);
}

bool ts_dsky_play(const ts_report *report, double speed,
                  const volatile sig_atomic_t *interrupt, FILE *out)
{
    const ts_trace *trace = report->trace;
    int place = find_name(trace, TS_PLACES, "dsky");
    dsky d = {.out = out,
              .terminal = ts_cli_terminal(out),
              .colour = ts_cli_colour(out),
              .program = -1,
              .verb = -1,
              .noun = -1,
              .shown_verb = -1,
              .shown_noun = -1,
              .active = true};
    struct timespec next;
    size_t i = 0, sample = 0;
    bool named = false;

    if (place < 0)
        return false;
    find_gauge(&d.gauges[0], trace, "core sets");
    find_gauge(&d.gauges[1], trace, "VAC areas");
    clock_gettime(CLOCK_MONOTONIC, &next);
    for (ts_time at = 0; at <= report->end && *interrupt == 0; at += TS_S) {
        for (; i < trace->instant_count && trace->instants[i].at < at + TS_S;
             i++) {
            const ts_instant *instant = &trace->instants[i];

            if (instant->place != place)
                continue;
            take(&d, trace->names[TS_KINDS][instant->kind], instant->at,
                 &named);
            if (!d.terminal)
                print_line(&d, instant->at,
                           trace->names[TS_KINDS][instant->kind]);
        }
        sample = read_gauges(&d, trace, sample, at + TS_S);
        if (d.terminal)
            draw(&d, at);
        if (speed > 0)
            wait_until(&d, &next, 1 / speed);
    }
    return true;
}
