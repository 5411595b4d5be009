/*
 * html.h - a question as pieces of HTML, and its chart as SVG: what the formats
 * for browsers and schools are made of.
 */
#ifndef TS_EXERCISE_HTML_H
#define TS_EXERCISE_HTML_H

#include "sim/exercise/formats.h"

/* Paragraphs and the table of what is given; `picture` stands between them
 * (HTML; NULL: none). */
void ts_html_question(const ts_exercise *exercise, const char *picture,
                      ts_buffer *out);
/* The chart: a lane a processor, arrivals marked; empty, or solved. Nothing
 * where there is no chart. A whole document, for a file of its own too. */
void ts_svg_chart(const ts_exercise *exercise, bool solved, ts_buffer *out);
/* The table of answers and those that stand alone, as HTML: what stands in a
 * field is `field(context, part)`'s to write. */
void ts_html_answers(const ts_exercise *exercise,
                     void (*field)(void *context, int part, ts_buffer *out),
                     void *context, ts_buffer *out);

#endif
