/*
 * exercising.c - see exercising.h.
 */
#include "sim/cli/exercising.h"

#include <stdlib.h>
#include <string.h>

#include "sim/cli/scenario.h"
#include "sim/scenario/document.h"
#include "sim/scenario/escape.h"

#define SHEET_MAX ((size_t)1 << 20)
#define ATTEMPTS 3

int ts_cli_text(const char *file, char **text, size_t *length)
{
    ts_error error = {.text = ""};

    *text = ts_file_read(file, false, SHEET_MAX, length, &error);
    return *text != NULL ? TS_EXIT_OK
                         : ts_cli_fail(TS_EXIT_IO, "%s: %s", file, error.text);
}

ts_exercise *ts_cli_exercise(const char *file, int *status)
{
    ts_document *document = ts_cli_open(file, NULL, status);
    char *text = document != NULL ? ts_document_canonical(document) : NULL;
    ts_exercise *exercise = NULL;
    ts_error error = {.text = ""};

    if (document != NULL && text != NULL) {
        exercise = ts_exercise_read(file, text, NULL, &error);
        *status = exercise != NULL
                      ? TS_EXIT_OK
                      : ts_cli_fail(TS_EXIT_USAGE, "%s: %s", file, error.text);
    }
    free(text);
    ts_document_free(document);
    return exercise;
}

/* --- in the terminal --- */

static void print_question(const ts_exercise *exercise)
{
    ts_buffer out = TS_BUFFER_EMPTY;
    char *text;

    ts_sheet_write(&(ts_variant_of){exercise, NULL}, false, &out);
    text = ts_buffer_take(&out);
    /* Everything above what is filled in, without the marks of remarks. */
    for (const char *line = text; line != NULL && *line == '#';) {
        const char *end = strchr(line, '\n');

        if (strncmp(line, "# Fill in", 9) == 0)
            break;
        line += 1 + (line[1] == ' ');
        printf("%.*s\n", (int)(end - line), line);
        line = end + 1;
    }
    free(text);
    ts_buffer_fini(&out);
}

/* One answer in a line; false: there is no more input. */
static bool ask_part(const ts_exercise *exercise, int part, ts_buffer *sheet)
{
    const ts_asked *p = &exercise->question.parts[part];
    char *line = NULL;
    size_t room = 0;
    bool more;

    printf("%s%s%s%s: ", p->name, p->unit[0] != '\0' ? " (" : "", p->unit,
           p->unit[0] != '\0' ? ")" : "");
    fflush(stdout);
    more = getline(&line, &room, stdin) >= 0;
    if (more)
        ts_buffer_format(sheet, "%s: %s%s", p->name, line,
                         strchr(line, '\n') != NULL ? "" : "\n");
    else
        putchar('\n');
    free(line);
    return more;
}

/* One part's sheet must be readable before the next part is asked for. */
static bool is_readable(const ts_exercise *exercise, const char *text)
{
    ts_diagnostics diagnostics;
    ts_sheet sheet;
    ts_arena arena;
    bool good;

    ts_diagnostics_init(&diagnostics);
    ts_arena_init(&arena, 0);
    good = ts_sheet_read(&sheet, "answer", text, strlen(text), &arena,
                         &diagnostics) &&
           ts_replies_read(&sheet, exercise, &arena, &diagnostics) != NULL;
    for (int i = 0; i < diagnostics.count; i++)
        printf("  %s\n", diagnostics.items[i].message);
    ts_diagnostics_fini(&diagnostics);
    ts_arena_fini(&arena);
    return good;
}

/* Asks until it can be read; false: no more input. */
static bool ask_until_read(const ts_exercise *exercise, int part,
                           ts_buffer *sheet)
{
    for (;;) {
        ts_buffer one = TS_BUFFER_EMPTY;
        bool more = ask_part(exercise, part, &one);
        bool good = more && one.data != NULL && is_readable(exercise, one.data);

        if (good)
            ts_buffer_add(sheet, one.data, one.length);
        ts_buffer_fini(&one);
        if (good || !more)
            return more;
    }
}

static bool mark_and_say(const ts_exercise *exercise, const char *text)
{
    ts_diagnostics diagnostics;
    ts_marking marking = {.most = 0};
    ts_buffer out = TS_BUFFER_EMPTY;
    ts_sheet sheet;
    ts_arena arena;
    ts_reply *answers;
    bool right = false;

    ts_diagnostics_init(&diagnostics);
    ts_arena_init(&arena, 0);
    ts_sheet_read(&sheet, "answer", text, strlen(text), &arena, &diagnostics);
    answers = ts_replies_read(&sheet, exercise, &arena, &diagnostics);
    if (answers != NULL && ts_mark(exercise, answers, &arena, &marking)) {
        ts_result_writer_find("text")->write(exercise, answers, &marking, &out);
        printf("\n%s\n", out.data != NULL ? out.data : "");
        right = marking.earned == marking.most;
    }
    ts_buffer_fini(&out);
    ts_diagnostics_fini(&diagnostics);
    ts_arena_fini(&arena);
    return right;
}

int ts_cli_ask(const ts_exercise *exercise)
{
    bool right = false, more = true;

    print_question(exercise);
    for (int attempt = 0; attempt < ATTEMPTS && more && !right; attempt++) {
        ts_buffer sheet = TS_BUFFER_EMPTY;

        if (attempt > 0)
            puts("Once more, or Ctrl-D.\n");
        for (int i = 0; more && i < exercise->question.part_count; i++)
            more = ask_until_read(exercise, i, &sheet);
        if (sheet.length > 0)
            right = mark_and_say(exercise, sheet.data);
        ts_buffer_fini(&sheet);
    }
    return right ? TS_EXIT_OK : TS_EXIT_EXPECTATION;
}
