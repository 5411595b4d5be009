/*
 * import.c - what a file is, and traces of a kernel's scheduler.
 */
#include "sim/exchange/import.h"

#include <inttypes.h>
#include <stdlib.h>
#include <string.h>

#include "sim/exchange/compose.h"
#include "sim/exchange/lines.h"
#include "sim/scenario/escape.h"

#define WORKLOAD_MAX ((size_t)16 << 20) /* bytes of a workload for rt-app */

/* --- traces --- */

typedef struct reading {
    ts_lives lives;
    int64_t lines, broken, lost, other;
    int64_t first_broken; /* line */
} reading;

static void read_line(reading *r, int64_t number, const char *line,
                      size_t length)
{
    ts_seen seen;
    int64_t lost = 0;

    switch (ts_seen_read(line, length, &seen, &lost)) {
    case TS_SEEN_LINE:
        r->lines++;
        r->other += seen.event == TS_SEEN_OTHER;
        ts_lives_take(&r->lives, &seen);
        break;
    case TS_SEEN_LOST:
        r->lost += lost > 0 ? lost : 1;
        break;
    case TS_SEEN_BROKEN:
        r->first_broken = r->broken++ == 0 ? number : r->first_broken;
        break;
    case TS_SEEN_EMPTY:
        break;
    }
}

/* One line a thing that was not as it should be. */
static void remark(ts_buffer *out, int64_t count, const char *text)
{
    if (count > 0)
        ts_buffer_format(out, "%" PRId64 " %s\n", count, text);
}

static int64_t count_deadline(const ts_lives *lives)
{
    int64_t count = 0;

    for (int32_t i = 0; i < lives->count; i++)
        count += lives->list[i].priority == -1;
    return count;
}

static void say_what(const reading *r, ts_buffer *out)
{
    const ts_lives *l = &r->lives;

    ts_buffer_format(out,
                     "%" PRId32 " threads on %d processors, from %" PRId64
                     " events of the scheduler in %" PRId64 " lines\n",
                     l->count, l->processors, l->events, r->lines);
    remark(out, r->other, "lines tell of other things, and were left out");
    if (r->broken > 0)
        ts_buffer_format(out,
                         "%" PRId64 " lines are no lines of a trace, the first "
                         "is line %" PRId64 "\n",
                         r->broken, r->first_broken);
    remark(out, r->lost, "events were lost by the kernel, as the trace says");
    remark(out, l->gaps,
           "times a thread is where no event put it: something "
           "was lost");
    remark(out, l->backward,
           "events are earlier than the one before them, and "
           "were taken to be at its time");
    remark(out, l->guessed,
           "wake-ups say not whether a handler did it: they were taken for the "
           "doing of whoever ran");
    remark(out, l->hidden,
           "messages between threads that answer each other were not "
           "seen, since nobody waited for them: they are put in");
    remark(out, count_deadline(l),
           "threads are of the deadline class, whose budgets no trace tells: "
           "they come before all others, and wait where their budgets ended");
    remark(out, l->handlers,
           "ends and beginnings of handlers of interrupts: "
           "their time is in what they interrupted");
}

bool ts_import_trace(ts_import *import, ts_lines *lines,
                     const ts_import_options *options, ts_error *error)
{
    reading r = {.lines = 0};
    char *line;
    size_t length;
    bool fine;

    ts_lives_init(&r.lives);
    while (ts_lines_next(lines, &line, &length))
        read_line(&r, lines->number, line, length);
    r.broken += lines->long_lines;
    ts_lives_end(&r.lives);
    if (lines->failed || r.lives.failed)
        fine = ts_fail(error, "%s: cannot be read, or memory is out",
                       options->name);
    else if (r.lines == 0)
        fine = ts_fail(error,
                       "%s:%" PRId64 ": is no line of a trace, nor is any "
                       "other; `timeslice import` reads what tracefs, "
                       "trace-cmd report and perf script print, and "
                       "workloads for rt-app",
                       options->name, r.first_broken);
    else
        fine = ts_compose(import, &r.lives, options, error);
    say_what(&r, &import->remarks);
    ts_lives_fini(&r.lives);
    return fine;
}

/* --- what it is --- */

void ts_import_system(ts_buffer *out, const ts_import_options *options,
                      bool real_time)
{
    const char *policy = options->policy != NULL ? options->policy : "eevdf";
    bool fair = strcmp(policy, "cfs") == 0 || strcmp(policy, "eevdf") == 0;

    ts_buffer_text(out, "\"system\": {\"policy\": ");
    if (options->release != NULL) {
        ts_buffer_text(out, "\"linux\", \"release\": ");
        ts_escape(out, TS_ESCAPE_JSON, options->release);
    } else if (strcmp(policy, "linux") == 0 || (fair && real_time)) {
        ts_buffer_text(out, "\"linux\", \"fair\": {");
        ts_escape(out, TS_ESCAPE_JSON, fair ? policy : "eevdf");
        ts_buffer_text(out, ": {}}");
    } else {
        ts_escape(out, TS_ESCAPE_JSON, policy);
    }
    ts_buffer_char(out, '}');
    if (real_time)
        ts_buffer_text(out, ",\n \"conventions\": {\"priority\": "
                            "\"larger-is-higher\"}");
}

/* All that is left, with a NUL; NULL: too long, or no memory. */
static char *read_all(FILE *in, ts_error *error, const char *name)
{
    ts_buffer text = TS_BUFFER_EMPTY;
    char block[65536];
    size_t got;

    while ((got = fread(block, 1, sizeof block, in)) > 0 &&
           text.length <= WORKLOAD_MAX)
        ts_buffer_add(&text, block, got);
    if (text.length > WORKLOAD_MAX || memchr(text.data, 0, text.length)) {
        ts_fail(error,
                "%s: is no workload for rt-app: it is longer than 16 "
                "MiB, or not text",
                name);
        ts_buffer_fini(&text);
        return NULL;
    }
    return ts_buffer_take(&text);
}

/* The first character that is neither a blank nor in a comment; it is back in
 * the file. */
static int peek(FILE *in)
{
    int c = getc(in);

    while (c == ' ' || c == '\n' || c == '\t' || c == '\r')
        c = getc(in);
    if (c != EOF)
        ungetc(c, in);
    return c;
}

bool ts_import_read(ts_import *import, FILE *in,
                    const ts_import_options *options, ts_error *error)
{
    ts_lines lines;
    bool fine;
    int c;

    *import = (ts_import){.scenario = TS_BUFFER_EMPTY};
    c = peek(in);
    if (c == EOF)
        return ts_fail(error, "%s: is empty", options->name);
    if (c == '{' || c == '/') {
        char *text = read_all(in, error, options->name);

        fine = text != NULL && ts_import_rt_app(import, text, options, error);
        free(text);
        return fine;
    }
    ts_lines_begin(&lines, in);
    fine = ts_import_trace(import, &lines, options, error);
    ts_lines_end(&lines);
    return fine;
}

void ts_import_fini(ts_import *import)
{
    ts_buffer_fini(&import->scenario);
    ts_buffer_fini(&import->remarks);
}
