/*
 * exercise.c - exercises through the public interface (timeslice/timeslice.h):
 * texts in, texts out.
 */
#include <stdlib.h>
#include <string.h>

#include "sim/api/api.h"
#include "sim/exercise/kinds.h"
#include "sim/exercise/mark.h"
#include "sim/exercise/reveal.h"
#include "timeslice/timeslice.h"

/* NULL, with the error as the message. */
static void *refuse(char **message, const ts_error *error)
{
    ts_diagnostics none;

    ts_diagnostics_init(&none);
    return ts_api_tell(message, &none, error);
}

static char *hand_out(ts_buffer *out, char **message)
{
    char *text = ts_buffer_take(out);

    ts_buffer_fini(out);
    return text != NULL ? text
                        : refuse(message, &(ts_error){.text = "out of memory"});
}

static void clear(char **message)
{
    if (message != NULL)
        *message = NULL;
}

const char *ts_exercise_kind_at(size_t index)
{
    return index < (size_t)ts_kind_count ? ts_kinds[index]->name : NULL;
}

const char *ts_exercise_kind_about(size_t index)
{
    return index < (size_t)ts_kind_count ? ts_kinds[index]->help : NULL;
}

ts_exercise *ts_exercise_of_kind(const char *kind, uint64_t seed, int level,
                                 char **message)
{
    ts_error error = {.text = ""};
    ts_exercise *exercise = NULL;

    clear(message);
    if (level < 1 || level > TS_LEVELS || seed > TS_SEED_MAX)
        ts_fail(&error, "levels are 1 to %d, and seeds at most %llu", TS_LEVELS,
                (unsigned long long)TS_SEED_MAX);
    else
        exercise = ts_exercise_draw(kind, seed, level, &error);
    return exercise != NULL ? exercise : refuse(message, &error);
}

ts_exercise *ts_exercise_of_scenario(const char *name, const char *text,
                                     size_t length, const char *profiles,
                                     char **message)
{
    ts_error error = {.text = ""};
    ts_exercise *exercise = NULL;
    char *copy = ts_text_copy(text, length);

    clear(message);
    if (copy == NULL || strlen(copy) != length)
        ts_fail(&error, "the scenario is no text");
    else
        exercise = ts_exercise_read(name, copy, profiles, &error);
    free(copy);
    return exercise != NULL ? exercise : refuse(message, &error);
}

/* --- told --- */

static bool keep(void *context, const char *path, const char *bytes,
                 size_t length)
{
    (void)path;
    ts_buffer_add(context, bytes, length);
    return true;
}

char *ts_exercise_told(const ts_exercise *exercise, const char *format,
                       char **message)
{
    const ts_writer *writer = ts_writer_find(format);
    ts_buffer out = TS_BUFFER_EMPTY;
    ts_error error = {.text = ""};

    clear(message);
    if (writer == NULL || writer->many) {
        ts_fail(&error, "\"%.60s\" is no format of one file", format);
        return refuse(message, &error);
    }
    writer->write(&(ts_variants){&(ts_variant_of){exercise, NULL}, 1}, keep,
                  &out);
    return hand_out(&out, message);
}

char *ts_exercise_revealed(const ts_exercise *exercise, char **message)
{
    ts_buffer out = TS_BUFFER_EMPTY;

    clear(message);
    ts_reveal(exercise, &out);
    return hand_out(&out, message);
}

/* --- marked --- */

static void mark(const ts_exercise *exercise, const char *text, size_t length,
                 const ts_result_writer *writer, ts_arena *arena,
                 ts_diagnostics *diagnostics, ts_buffer *out)
{
    ts_sheet sheet;
    ts_marking marking;
    ts_reply *replies;

    if (!ts_sheet_read(&sheet, "sheet", text, length, arena, diagnostics))
        return;
    replies = ts_replies_read(&sheet, exercise, arena, diagnostics);
    if (replies != NULL && ts_mark(exercise, replies, arena, &marking))
        writer->write(exercise, replies, &marking, out);
}

char *ts_exercise_marked(const ts_exercise *exercise, const char *sheet,
                         size_t length, const char *format, char **message)
{
    const ts_result_writer *writer = ts_result_writer_find(format);
    ts_buffer out = TS_BUFFER_EMPTY;
    ts_diagnostics diagnostics;
    ts_error error = {.text = ""};
    ts_arena arena;

    clear(message);
    if (writer == NULL) {
        ts_fail(&error, "\"%.60s\" is no format of marks", format);
        return refuse(message, &error);
    }
    ts_arena_init(&arena, 0);
    ts_diagnostics_init(&diagnostics);
    mark(exercise, sheet, length, writer, &arena, &diagnostics, &out);
    ts_arena_fini(&arena);
    if (diagnostics.count > 0) {
        ts_buffer_fini(&out);
        return ts_api_tell(message, &diagnostics, NULL);
    }
    ts_diagnostics_fini(&diagnostics);
    return hand_out(&out, message);
}
