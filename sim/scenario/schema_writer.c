/*
 * schema_writer.c - brackets, commas, keys.
 */
#include "sim/scenario/schema_writer.h"

#include "sim/scenario/escape.h"

void ts_schema_line(ts_schema_writer *w)
{
    if (!w->first)
        ts_buffer_char(&w->out, ',');
    w->first = false;
    if (w->depth > 0)
        ts_buffer_char(&w->out, '\n');
    for (int i = 0; i < w->depth; i++)
        ts_buffer_text(&w->out, "  ");
}

void ts_schema_key(ts_schema_writer *w, const char *name)
{
    ts_schema_line(w);
    ts_escape(&w->out, TS_ESCAPE_JSON, name);
    ts_buffer_text(&w->out, ": ");
}

void ts_schema_begin(ts_schema_writer *w, char bracket)
{
    ts_buffer_char(&w->out, bracket);
    w->depth++;
    w->first = true;
}

void ts_schema_end(ts_schema_writer *w, char bracket)
{
    w->depth--;
    if (!w->first) {
        w->first = true;
        ts_schema_line(w);
    }
    ts_buffer_char(&w->out, bracket);
    w->first = false;
}

void ts_schema_pair(ts_schema_writer *w, const char *name, const char *value)
{
    ts_schema_key(w, name);
    ts_escape(&w->out, TS_ESCAPE_JSON, value);
}

void ts_schema_number(ts_schema_writer *w, const char *name, double value)
{
    cJSON node = {.type = cJSON_Number, .valuedouble = value};
    char digits[80];

    ts_schema_key(w, name);
    ts_number_text(&node, digits, sizeof digits);
    ts_buffer_text(&w->out, digits);
}

void ts_schema_literal(ts_schema_writer *w, const char *name, const char *value)
{
    ts_schema_key(w, name);
    ts_buffer_text(&w->out, value);
}

void ts_schema_reference(ts_schema_writer *w, const char *name,
                         const char *ending)
{
    ts_schema_key(w, "$ref");
    ts_buffer_format(&w->out, "\"#/$defs/%s%s\"", name, ending);
}
