/*
 * reveal.c - see reveal.h.
 */
#include "sim/exercise/reveal.h"

#include <string.h>

#include "sim/scenario/escape.h"

#define REASONS_MAX 100

/* --- the chart --- */

static void say_axis(ts_buffer *out, int length)
{
    ts_buffer_format(out, "%14s", "");
    for (int at = 0; at <= length; at += 5)
        ts_buffer_format(out, "%-5d", at);
    ts_buffer_char(out, '\n');
}

static void say_chart(const ts_exercise *exercise, ts_buffer *out)
{
    const ts_schedule *s = exercise->schedule;

    for (int i = 0; i < s->lane_count; i++)
        ts_buffer_format(out, "  processor %d %s\n", i, s->lanes[i]);
    ts_buffer_format(out, "%14s", "");
    for (int at = 0; at <= s->length; at++)
        ts_buffer_char(out, at % 5 == 0 ? '|' : ' ');
    ts_buffer_char(out, '\n');
    say_axis(out, s->length);
}

/* --- the reasons --- */

static void say_reasons(const ts_exercise *exercise, ts_buffer *out)
{
    ts_played played;
    const ts_trace *trace;

    if (!ts_played_init(&played, exercise->kind, exercise->scenario, NULL,
                        TS_TRACE_WHY, NULL))
        return;
    trace = played.run.report->trace;
    ts_buffer_text(out, "\nWhy:\n");
    for (size_t i = 0; i < trace->note_count && i < REASONS_MAX; i++) {
        const ts_note *note = &trace->notes[i];

        if (note->at > exercise->jobs->until)
            break;
        ts_buffer_format(out, "  %5g %-3s ",
                         (double)note->at / (double)exercise->jobs->slot,
                         exercise->question.unit);
        ts_escape(out, TS_ESCAPE_LINE, note->text);
        ts_buffer_char(out, '\n');
    }
    ts_played_fini(&played);
}

static void say_parts(const ts_exercise *exercise, ts_buffer *out)
{
    const ts_question *q = &exercise->question;

    for (int i = 0; i < q->part_count; i++)
        if (q->parts[i].kind != TS_PART_CHART)
            ts_buffer_format(out, "  %-22s %s%s%s\n", q->parts[i].name,
                             q->parts[i].answer,
                             q->parts[i].unit[0] != '\0' ? " " : "",
                             q->parts[i].unit);
}

void ts_reveal(const ts_exercise *exercise, ts_buffer *out)
{
    ts_buffer_text(out, "The solution:\n\n");
    if (exercise->schedule != NULL)
        say_chart(exercise, out);
    say_parts(exercise, out);
    if (exercise->schedule != NULL)
        say_reasons(exercise, out);
}
