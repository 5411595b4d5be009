/*
 * html.c - see html.h.
 */
#include "sim/exercise/html.h"

#include <string.h>

#include "sim/scenario/escape.h"

/* QTI has no rows but in a body. */
#define TABLE "<table border=\"1\" cellpadding=\"4\"><tbody>"
#define TABLE_END "</tbody></table>"

/* --- the question --- */

static void say_given(const ts_given *given, ts_buffer *out)
{
    ts_buffer_text(out, TABLE "\n");
    for (int row = 0; row < given->rows; row++) {
        ts_buffer_text(out, "<tr>");
        for (int i = 0; i < given->columns; i++) {
            ts_buffer_text(out, row == 0 ? "<th>" : "<td>");
            ts_escape(out, TS_ESCAPE_XML,
                      given->cells[row * given->columns + i]);
            ts_buffer_text(out, row == 0 ? "</th>" : "</td>");
        }
        ts_buffer_text(out, "</tr>\n");
    }
    ts_buffer_text(out, TABLE_END "\n");
}

void ts_html_question(const ts_exercise *exercise, const char *picture,
                      ts_buffer *out)
{
    const ts_question *q = &exercise->question;

    for (int i = 0; i < q->paragraph_count; i++) {
        ts_buffer_text(out, "<p>");
        ts_escape(out, TS_ESCAPE_XML, q->paragraphs[i]);
        ts_buffer_text(out, "</p>\n");
        if (i == 0 && q->given.columns > 0)
            say_given(&q->given, out);
        if (i == 0 && picture != NULL && exercise->schedule != NULL)
            ts_buffer_format(out, "<p>%s</p>\n", picture);
    }
    ts_buffer_text(out,
                   "<p>Numbers are whole, or rounded to two decimals, below 1 "
                   "to three.</p>\n");
}

/* --- the answers --- */

static void say_headings(const ts_question *q, int at, ts_buffer *out)
{
    int job = q->parts[at].job;

    ts_buffer_text(out, TABLE "\n<tr><th>name</th>");
    for (; at < q->part_count && q->parts[at].job == job; at++)
        ts_buffer_format(out, "<th>%s</th>",
                         ts_ask_figures[q->parts[at].figure]);
    ts_buffer_text(out, "</tr>\n");
}

void ts_html_answers(const ts_exercise *exercise,
                     void (*field)(void *context, int part, ts_buffer *out),
                     void *context, ts_buffer *out)
{
    const ts_question *q = &exercise->question;
    int job = -1;

    for (int i = 0; i < q->part_count; i++) {
        const ts_asked *part = &q->parts[i];

        if (part->job >= 0 && job < 0)
            say_headings(q, i, out);
        if (part->job != job && job >= 0)
            ts_buffer_text(out, "</tr>\n");
        if (part->job < 0 && job >= 0)
            ts_buffer_text(out, TABLE_END "\n");
        if (part->job >= 0 && part->job != job) {
            ts_buffer_text(out, "<tr><th>");
            ts_escape(out, TS_ESCAPE_XML,
                      exercise->jobs->items[part->job].name);
            ts_buffer_text(out, "</th>");
        }
        job = part->job;
        ts_buffer_text(out, job >= 0 ? "<td>" : "<p>");
        if (job < 0) {
            ts_escape(out, TS_ESCAPE_XML, part->name);
            ts_buffer_text(out, " (");
            ts_escape(out, TS_ESCAPE_XML, part->about);
            ts_buffer_text(out, part->unit[0] != '\0' ? ", " : "");
            ts_buffer_format(out, "%s): ", part->unit);
        }
        field(context, i, out);
        ts_buffer_text(out, job >= 0 ? "</td>" : "</p>\n");
    }
    if (job >= 0)
        ts_buffer_text(out, "</tr>\n" TABLE_END "\n");
}

/* --- the chart --- */

#define SLOT 18 /* pixels */
#define LANE 30
#define LEFT 40
#define TOP 34

static const char *const colours[] = {"#4e79a7", "#f28e2b", "#59a14f",
                                      "#e15759", "#76b7b2", "#edc948",
                                      "#b07aa1", "#9c755f"};

static void say_slots(const ts_exercise *exercise, int lane, ts_buffer *out)
{
    const char *letters = exercise->schedule->lanes[lane];

    for (int at = 0; letters[at] != '\0'; at++) {
        bool busy = letters[at] != TS_IDLE && letters[at] != TS_CHANGE;
        const char *fill = busy ? colours[(letters[at] - 'A') % 8] : "#ffffff";

        if (letters[at] == TS_IDLE)
            continue;
        ts_buffer_format(out,
                         "<rect x=\"%d\" y=\"%d\" width=\"%d\" height=\"%d\" "
                         "fill=\"%s\"/><text x=\"%d\" y=\"%d\" "
                         "text-anchor=\"middle\">%c</text>\n",
                         LEFT + at * SLOT, TOP + lane * LANE, SLOT, LANE, fill,
                         LEFT + at * SLOT + SLOT / 2,
                         TOP + lane * LANE + LANE / 2 + 4, letters[at]);
    }
}

static void say_arrivals(const ts_exercise *exercise, int slots, ts_buffer *out)
{
    for (int i = 0; i < exercise->jobs->count; i++) {
        const ts_job *job = &exercise->jobs->items[i];
        int before = 0;

        for (int k = 0; k < i; k++)
            before += exercise->jobs->items[k].arrival == job->arrival;
        if (job->every == 0 && job->arrival <= slots)
            ts_buffer_format(out, "<text x=\"%d\" y=\"%d\">%c&#8595;</text>\n",
                             LEFT + job->arrival * SLOT - 4 + before * 17,
                             TOP - 6, job->letter);
    }
}

static void say_grid(int lanes, int slots, ts_buffer *out)
{
    int bottom = TOP + lanes * LANE;

    for (int at = 0; at <= slots; at++) {
        ts_buffer_format(out,
                         "<line x1=\"%d\" y1=\"%d\" x2=\"%d\" y2=\"%d\" "
                         "stroke=\"#888888\"/>\n",
                         LEFT + at * SLOT, TOP, LEFT + at * SLOT, bottom);
        if (at % 5 == 0)
            ts_buffer_format(out,
                             "<text x=\"%d\" y=\"%d\" text-anchor=\"middle\">"
                             "%d</text>\n",
                             LEFT + at * SLOT, bottom + 14, at);
    }
    for (int lane = 0; lane <= lanes; lane++)
        ts_buffer_format(out,
                         "<line x1=\"%d\" y1=\"%d\" x2=\"%d\" y2=\"%d\" "
                         "stroke=\"#888888\"/>\n",
                         LEFT, TOP + lane * LANE, LEFT + slots * SLOT,
                         TOP + lane * LANE);
}

void ts_svg_chart(const ts_exercise *exercise, bool solved, ts_buffer *out)
{
    const ts_schedule *s = exercise->schedule;
    int slots;

    if (s == NULL)
        return;
    slots = ts_schedule_room(s);
    ts_buffer_format(out,
                     "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"%d\" "
                     "height=\"%d\" font-family=\"sans-serif\" "
                     "font-size=\"11\">\n",
                     LEFT + slots * SLOT + 20, TOP + s->lane_count * LANE + 22);
    for (int lane = 0; lane < s->lane_count; lane++) {
        ts_buffer_format(out, "<text x=\"4\" y=\"%d\">%d</text>\n",
                         TOP + lane * LANE + LANE / 2 + 4, lane);
        if (solved)
            say_slots(exercise, lane, out);
    }
    say_grid(s->lane_count, slots, out);
    say_arrivals(exercise, slots, out);
    ts_buffer_text(out, "</svg>\n");
}
