/*
 * formats.c - the list of formats.
 */
#include "sim/exercise/formats.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>

extern const ts_writer ts_writer_text, ts_writer_csv, ts_writer_json,
    ts_writer_key, ts_writer_scenario, ts_writer_html, ts_writer_html_key,
    ts_writer_gift, ts_writer_moodle, ts_writer_qti, ts_writer_qti12,
    ts_writer_prairielearn, ts_writer_gradescope, ts_writer_autolab;

const ts_writer *const ts_writers[] = {
    &ts_writer_text,       &ts_writer_csv,      &ts_writer_json,
    &ts_writer_key,        &ts_writer_scenario, &ts_writer_html,
    &ts_writer_html_key,   &ts_writer_gift,     &ts_writer_moodle,
    &ts_writer_qti,        &ts_writer_qti12,    &ts_writer_prairielearn,
    &ts_writer_gradescope, &ts_writer_autolab,
};

const int ts_writer_count = (int)TS_COUNT_OF(ts_writers);

const ts_writer *ts_writer_find(const char *name)
{
    for (int i = 0; i < ts_writer_count; i++)
        if (strcmp(ts_writers[i]->name, name) == 0)
            return ts_writers[i];
    return NULL;
}

bool ts_keep_buffer(ts_keep *keep, void *context, const char *path,
                    ts_buffer *buffer)
{
    size_t length = buffer->length;
    char *text = ts_buffer_take(buffer);
    bool good =
        text != NULL && path != NULL && keep(context, path, text, length);

    free(text);
    ts_buffer_fini(buffer);
    return good;
}

char *ts_variant_name(const ts_variant_of *variant)
{
    const ts_exercise *exercise = variant->exercise;
    const char *kind = strrchr(exercise->kind, '/');
    ts_buffer out = TS_BUFFER_EMPTY;
    char *name;

    ts_buffer_text(&out, kind != NULL ? kind + 1 : exercise->kind);
    if (variant->student != NULL)
        ts_buffer_format(&out, "-%s", variant->student);
    else if (!exercise->own)
        ts_buffer_format(&out, "-%llu", (unsigned long long)exercise->seed);
    name = ts_buffer_take(&out);
    for (char *c = name; c != NULL && *c != '\0'; c++)
        if (!isalnum((unsigned char)*c) && *c != '-' && *c != '_')
            *c = '-';
    return name;
}
