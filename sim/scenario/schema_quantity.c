/*
 * schema_quantity.c - the definitions that fields with a unit refer to.
 */
#include "sim/scenario/escape.h"
#include "sim/scenario/schema_writer.h"

/* A text with a unit; a bare number too, where one may stand. */
static void quantity_schema(ts_schema_writer *w, const char *name,
                            unsigned allowed, bool bare)
{
    char pattern[400];

    ts_quantity_pattern(allowed, pattern, sizeof pattern);
    ts_schema_key(w, name);
    ts_schema_begin(w, '{');
    ts_schema_key(w, "anyOf");
    ts_schema_begin(w, '[');
    ts_schema_line(w);
    ts_schema_begin(w, '{');
    ts_schema_pair(w, "type", "string");
    ts_schema_pair(w, "pattern", pattern);
    ts_schema_end(w, '}');
    if (bare) {
        ts_schema_line(w);
        ts_schema_begin(w, '{');
        ts_schema_pair(w, "type", "number");
        ts_schema_number(w, "minimum", 0);
        ts_schema_end(w, '}');
    }
    ts_schema_end(w, ']');
    ts_schema_end(w, '}');
}

static void random_schema(ts_schema_writer *w, const char *name,
                          const char *plain)
{
    ts_schema_key(w, name);
    ts_schema_begin(w, '{');
    ts_schema_key(w, "anyOf");
    ts_schema_begin(w, '[');
    ts_schema_line(w);
    ts_buffer_text(&w->out, plain);
    ts_schema_line(w);
    ts_buffer_text(&w->out, "{ \"$ref\": \"#/$defs/distribution\" }");
    ts_schema_end(w, ']');
    ts_schema_end(w, '}');
}

static void distribution_schema(ts_schema_writer *w)
{
    const ts_distribution_form *forms;
    int count;

    forms = ts_distribution_forms(&count);
    ts_schema_key(w, "distribution");
    ts_schema_begin(w, '{');
    ts_schema_pair(w, "$comment", "a quantity drawn anew each time");
    ts_schema_pair(w, "type", "object");
    ts_schema_key(w, "oneOf");
    ts_schema_begin(w, '[');
    for (int i = 0; i < count; i++) {
        ts_schema_line(w);
        ts_schema_begin(w, '{');
        ts_schema_key(w, "required");
        ts_schema_begin(w, '[');
        ts_schema_line(w);
        ts_escape(&w->out, TS_ESCAPE_JSON, forms[i].name);
        ts_schema_end(w, ']');
        ts_schema_end(w, '}');
    }
    ts_schema_end(w, ']');
    ts_schema_key(w, "properties");
    ts_schema_begin(w, '{');
    for (int i = 0; i < count; i++) {
        ts_schema_key(w, forms[i].name);
        ts_schema_begin(w, '{');
        ts_schema_pair(w, "description", forms[i].help);
        ts_schema_key(w, "examples");
        ts_buffer_format(&w->out, "[%s]", forms[i].example);
        ts_schema_end(w, '}');
    }
    ts_schema_remarks(w, NULL);
    ts_schema_end(w, '}');
    ts_schema_literal(w, "additionalProperties", "false");
    ts_schema_end(w, '}');
}

void ts_schema_quantities(ts_schema_writer *w)
{
    quantity_schema(w, "quantity.time", TS_QUANTITY_TIME, true);
    quantity_schema(w, "quantity.duration",
                    TS_QUANTITY_TIME | TS_QUANTITY_CYCLES, true);
    quantity_schema(w, "quantity.size", TS_QUANTITY_SIZE, false);
    quantity_schema(w, "quantity.ratio", TS_QUANTITY_RATIO, true);
    quantity_schema(w, "quantity.frequency", TS_QUANTITY_FREQUENCY, false);
    quantity_schema(w, "quantity.rate", TS_QUANTITY_RATE, false);
    quantity_schema(w, "quantity.byte-rate", TS_QUANTITY_BYTE_RATE, false);
    quantity_schema(w, "quantity.power", TS_QUANTITY_POWER, false);
    random_schema(w, "quantity.random-time",
                  "{ \"$ref\": \"#/$defs/quantity.time\" }");
    random_schema(w, "quantity.random-duration",
                  "{ \"$ref\": \"#/$defs/quantity.duration\" }");
    random_schema(w, "quantity.random-size",
                  "{ \"$ref\": \"#/$defs/quantity.size\" }");
    random_schema(w, "quantity.random-number", "{ \"type\": \"number\" }");
    distribution_schema(w);
}
