/*
 * mark.c - `timeslice answer`: marks filled-in sheets.
 */
#include <stdlib.h>
#include <string.h>

#include "sim/cli/command.h"
#include "sim/cli/exercising.h"
#include "sim/cli/scenario.h"
#include "sim/exercise/kinds.h"
#include "sim/exercise/reveal.h"

enum { REVEAL, FORMAT, SCENARIO, STUDENT, ONLY, OPTIONS };

static const ts_option options[OPTIONS] = {
    [REVEAL] = {.name = "reveal",
                .help = "tell the solution, with its chart and the reason for "
                        "each decision"},
    [FORMAT] = {.name = "format",
                .letter = 'f',
                .argument = "FORMAT",
                .help = "text, json, gradescope, autolab or prairielearn "
                        "[text]"},
    [SCENARIO] = {.name = "scenario",
                  .argument = "FILE",
                  .help =
                      "the scenario with \"ask\" that the sheet answers, if "
                      "it is not where the sheet says"},
    [STUDENT] = {.name = "student",
                 .argument = "ID",
                 .help = "whose exercise it has to be"},
    [ONLY] = {.name = "only",
              .argument = "FILE",
              .help = "mark no sheet but those whose \"check\" is in this "
                      "file, a line each"},
};

/* --- one sheet --- */

typedef struct asked_for {
    const char *const *values;
    const ts_result_writer *writer;
    const char *only; /* NULL: every sheet */
} asked_for;

typedef struct marked {
    ts_arena arena;
    ts_diagnostics diagnostics;
    ts_error error;
    ts_sheet sheet;
    ts_exercise *exercise; /* owned */
    ts_reply *answers;
    ts_marking marking;
    int status;
} marked;

/* The seed that the sheet has, or that its student has. */
static bool find_seed(marked *m, const char *student, uint64_t *seed)
{
    const ts_sheet *sheet = &m->sheet;
    const char *whose = student != NULL ? student : sheet->student;

    *seed = sheet->seed;
    if (student != NULL && sheet->student != NULL &&
        strcmp(student, sheet->student) != 0)
        return ts_fail(&m->error, "the sheet is %s's, not %s's", sheet->student,
                       student);
    if (whose == NULL)
        return sheet->has_seed ||
               ts_fail(&m->error, "the sheet has no seed and no student");
    *seed = ts_exercise_seed(sheet->kind, whose);
    return !sheet->has_seed || sheet->seed == *seed ||
           ts_fail(&m->error, "the sheet has seed %llu, which is not %s's",
                   (unsigned long long)sheet->seed, whose);
}

static bool draw(marked *m, const char *const *values)
{
    const ts_sheet *sheet = &m->sheet;
    uint64_t seed;

    if (values[SCENARIO] == NULL && sheet->kind == NULL)
        return ts_fail(&m->error, "the sheet does not say which exercise it "
                                  "answers: \"exercise: rr\"");
    if (values[SCENARIO] != NULL || ts_kind_find(sheet->kind) == NULL) {
        m->exercise =
            ts_cli_exercise(values[SCENARIO] != NULL ? values[SCENARIO]
                                                     : sheet->kind,
                            &m->status);
        return m->exercise != NULL;
    }
    if (!find_seed(m, values[STUDENT], &seed))
        return false;
    m->exercise = ts_exercise_draw(sheet->kind, seed, sheet->level, &m->error);
    return m->exercise != NULL;
}

/* A sheet that was made by another version may answer another question. What
 * the exercise is counts, not what the sheet says of it. */
static bool is_wanted(marked *m, const char *only)
{
    char check[16];

    snprintf(check, sizeof check, "%08x", ts_exercise_check(m->exercise));
    if (m->sheet.check != NULL && strcmp(m->sheet.check, check) != 0)
        return ts_fail(&m->error, "the sheet answers another exercise than "
                                  "this version of timeslice draws");
    return only == NULL || strstr(only, check) != NULL ||
           ts_fail(&m->error, "the sheet is none of those that were given out");
}

static bool mark(marked *m, const char *file, const char *text, size_t length,
                 const asked_for *how)
{
    if (!ts_sheet_read(&m->sheet, file, text, length, &m->arena,
                       &m->diagnostics) ||
        !draw(m, how->values) || !is_wanted(m, how->only))
        return false;
    m->answers =
        ts_replies_read(&m->sheet, m->exercise, &m->arena, &m->diagnostics);
    return m->answers != NULL &&
           (ts_mark(m->exercise, m->answers, &m->arena, &m->marking) ||
            ts_fail_memory(&m->error));
}

/* --- what is said of it --- */

static void print_buffer(ts_buffer *out)
{
    fputs(out->data != NULL ? out->data : "", stdout);
    ts_buffer_fini(out);
}

/* For a grader an answer that cannot be read is a result, too: the last thing
 * that is printed, since some read no more than the last line. */
static int refuse(marked *m, const char *file, const ts_result_writer *writer)
{
    ts_buffer out = TS_BUFFER_EMPTY;
    int status = m->status;

    if (writer->refuse != NULL)
        writer->refuse(m->diagnostics.count > 0
                           ? ts_arena_format(&m->arena, "line %d: %s",
                                             m->diagnostics.items[0].line,
                                             m->diagnostics.items[0].message)
                           : m->error.text,
                       &out);
    if (m->diagnostics.count > 0 || m->error.text[0] != '\0')
        status = ts_cli_complain(file, &m->diagnostics, &m->error);
    print_buffer(&out);
    return status;
}

static int say(const marked *m, const ts_result_writer *writer, bool reveal)
{
    ts_buffer out = TS_BUFFER_EMPTY;

    writer->write(m->exercise, m->answers, &m->marking, &out);
    print_buffer(&out);
    if (reveal) {
        ts_buffer solution = TS_BUFFER_EMPTY;

        ts_reveal(m->exercise, &solution);
        putchar('\n');
        print_buffer(&solution);
    }
    return m->marking.earned == m->marking.most ? TS_EXIT_OK
                                                : TS_EXIT_EXPECTATION;
}

static int answer_file(const char *file, const asked_for *how)
{
    marked m = {.status = TS_EXIT_USAGE};
    char *text;
    size_t length;
    int status = ts_cli_text(file, &text, &length);

    if (status != TS_EXIT_OK)
        return status;
    ts_arena_init(&m.arena, 0);
    ts_diagnostics_init(&m.diagnostics);
    if (mark(&m, file, text, length, how)) {
        status = say(&m, how->writer, how->values[REVEAL] != NULL);
        ts_diagnostics_fini(&m.diagnostics);
    } else {
        status = refuse(&m, file, how->writer);
    }
    ts_exercise_free(m.exercise);
    ts_arena_fini(&m.arena);
    free(text);
    return status;
}

static int answer(int argc, char **argv, const char *const *values)
{
    const ts_result_writer *writer =
        ts_result_writer_find(values[FORMAT] != NULL ? values[FORMAT] : "text");
    asked_for how = {.values = values, .writer = writer};
    char *only = NULL;
    size_t length;
    int status = TS_EXIT_OK;

    if (argc < 2)
        return ts_cli_fail(TS_EXIT_USAGE,
                           "which answers? `timeslice answer FILE...`");
    if (writer == NULL)
        return ts_cli_fail(TS_EXIT_USAGE,
                           "--format %s: text, json, gradescope, autolab or "
                           "prairielearn",
                           values[FORMAT]);
    if (values[ONLY] != NULL)
        status = ts_cli_text(values[ONLY], &only, &length);
    how.only = only;
    for (int i = 1; i < argc && (values[ONLY] == NULL || only != NULL); i++) {
        if (argc > 2)
            printf("%s%s\n", i > 1 ? "\n" : "", argv[i]);
        status = ts_cli_worse(status, answer_file(argv[i], &how));
    }
    free(only);
    return status;
}

const ts_command ts_command_answer = {
    .name = "answer",
    .arguments = "FILE...",
    .summary = "mark a filled-in sheet, and say what went wrong",
    .about =
        "Reads sheets of `timeslice exercise`, as text, CSV or JSON, draws "
        "their exercises anew and marks them, part by part. What went wrong is "
        "said without the solution: which rule was broken when, and whose "
        "answer it would be, another policy's or another convention's. A "
        "figure that follows from a mistake before it gets half of its "
        "points. What cannot be read is refused with its line.\n\n"
        "Ends with 0 when everything is right, 1 when something is not, 2 when "
        "a sheet cannot be read.",
    .example = "timeslice exercise rr --seed 7 --format key > sheet.txt\n"
               "timeslice answer sheet.txt\n"
               "timeslice answer --reveal sheet.txt",
    .options = options,
    .option_count = OPTIONS,
    .reads_words = true,
    .run = answer,
};
