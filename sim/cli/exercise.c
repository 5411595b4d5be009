/*
 * exercise.c - `timeslice exercise`: questions, from seeds, students and
 * scenarios, in any format.
 */
#include <errno.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>

#include "sim/cli/command.h"
#include "sim/cli/exercising.h"
#include "sim/cli/options.h"
#include "sim/cli/output.h"
#include "sim/exercise/kinds.h"
#include "sim/scenario/escape.h"

enum { SEED, STUDENT, LEVEL, FORMAT, OUTPUT, VARIANTS, STUDENTS, ASK, OPTIONS };

static const ts_option options[OPTIONS] = {
    [SEED] = {.name = "seed",
              .argument = "N",
              .help = "draw from this seed [1]; the same one is the same "
                      "exercise"},
    [STUDENT] = {.name = "student",
                 .argument = "ID",
                 .help = "instead of a seed: this student's exercise, the same "
                         "every time"},
    [LEVEL] = {.name = "level",
               .letter = 'l',
               .argument = "LEVEL",
               .help = "easy, normal or hard (1, 2, 3) [normal]"},
    [FORMAT] = {.name = "format",
                .letter = 'f',
                .argument = "FORMAT",
                .help = "what to write [text]; see below"},
    [OUTPUT] = {.name = "output",
                .letter = 'o',
                .argument = "FILE",
                .written = true,
                .help = "where to write it; a directory, where there are "
                        "several files"},
    [VARIANTS] = {.name = "variants",
                  .letter = 'n',
                  .argument = "N",
                  .help = "so many exercises, from one seed after another"},
    [STUDENTS] = {.name = "students",
                  .argument = "FILE",
                  .help = "one exercise for each line of FILE, and a table of "
                          "who has which"},
    [ASK] = {.name = "ask",
             .help = "ask here, in the terminal, and mark the answers"},
};

/* --- what is written where --- */

typedef struct keeping {
    const char *output; /* NULL: the standard output */
    bool directory;
    int kept;
    ts_error error;
} keeping;

/* All the folders that lead to a file. */
static bool make_folders(char *path, ts_error *error)
{
    for (char *slash = strchr(path + 1, '/'); slash != NULL;
         slash = strchr(slash + 1, '/')) {
        *slash = '\0';
        if (mkdir(path, 0777) != 0 && errno != EEXIST)
            return ts_fail(error, "%s: %s", path, strerror(errno));
        *slash = '/';
    }
    return true;
}

/* What begins like a script can be run by whoever may read it. */
static bool make_runnable(const char *path, const char *bytes, size_t length,
                          ts_error *error)
{
    struct stat info;

    if (length < 2 || memcmp(bytes, "#!", 2) != 0)
        return true;
    return (stat(path, &info) == 0 &&
            chmod(path, (info.st_mode & 0777) | (info.st_mode & 0444) >> 2) ==
                0) ||
           ts_fail(error, "%s: %s", path, strerror(errno));
}

static bool write_file(const char *path, const char *bytes, size_t length,
                       ts_error *error)
{
    ts_output output;

    if (!ts_output_open(&output, path, error))
        return false;
    fwrite(bytes, 1, length, output.file);
    return ts_output_close(&output, error) &&
           make_runnable(path, bytes, length, error);
}

static bool keep(void *context, const char *path, const char *bytes,
                 size_t length)
{
    keeping *k = context;
    ts_buffer whole = TS_BUFFER_EMPTY;
    bool good;

    if (k->output == NULL)
        return fwrite(bytes, 1, length, stdout) == length;
    if (!k->directory)
        return write_file(k->output, bytes, length, &k->error);
    ts_buffer_format(&whole, "%s/%s", k->output, path);
    good = whole.data != NULL && make_folders(whole.data, &k->error) &&
           write_file(whole.data, bytes, length, &k->error);
    k->kept += good;
    ts_buffer_fini(&whole);
    return good;
}

/* Who has which: a table beside the files. */
static bool keep_table(keeping *k, const ts_variants *variants)
{
    ts_buffer out = TS_BUFFER_EMPTY;

    ts_buffer_text(&out, "student,name,exercise,seed,level\r\n");
    for (int i = 0; i < variants->count; i++) {
        const ts_exercise *exercise = variants->items[i].exercise;
        char *name = ts_variant_name(&variants->items[i]);
        const char *student = variants->items[i].student;

        ts_escape(&out, TS_ESCAPE_CSV, student != NULL ? student : "");
        ts_buffer_format(&out, ",%s,%s,%llu,%d\r\n", name != NULL ? name : "",
                         exercise->kind, (unsigned long long)exercise->seed,
                         exercise->level);
        free(name);
    }
    return ts_keep_buffer(keep, k, "who-has-which.csv", &out);
}

static int write_all(const ts_variants *variants, const ts_writer *writer,
                     const char *output, bool table)
{
    keeping k = {.output = output,
                 .directory = table || writer->many ||
                              (variants->count > 1 && !writer->together)};
    bool good;

    if (k.directory && output == NULL)
        return ts_cli_fail(TS_EXIT_USAGE, "these are several files: say where "
                                          "with --output DIRECTORY");
    good = writer->write(variants, keep, &k) &&
           (!table || keep_table(&k, variants));
    if (!good)
        return ts_cli_fail(TS_EXIT_IO, "%s",
                           k.error.text[0] != '\0' ? k.error.text
                                                   : "out of memory");
    if (k.directory)
        printf("%d files in %s\n", k.kept, output);
    return TS_EXIT_OK;
}

/* --- which exercises --- */

typedef struct order {
    const char *kind;
    int level;
    uint64_t seed, count;
    const char *const *students; /* NULL: by seeds */
} order;

static int draw_one(const order *o, uint64_t i, ts_variant_of *variant)
{
    const char *student = o->students != NULL ? o->students[i] : NULL;
    uint64_t seed =
        student != NULL ? ts_exercise_seed(o->kind, student) : o->seed + i;
    ts_error error = {.text = ""};

    *variant =
        (ts_variant_of){ts_exercise_draw(o->kind, seed, o->level, &error),
                        student};
    return variant->exercise != NULL
               ? TS_EXIT_OK
               : ts_cli_fail(TS_EXIT_USAGE, "%s", error.text);
}

static int draw_all(const order *o, const ts_writer *writer, const char *output)
{
    ts_variant_of *items = calloc(o->count, sizeof *items);
    ts_variants variants = {items, (int)o->count};
    int status =
        items != NULL ? TS_EXIT_OK : ts_cli_fail(TS_EXIT_IO, "out of memory");

    for (uint64_t i = 0; status == TS_EXIT_OK && i < o->count; i++)
        status = draw_one(o, i, &items[i]);
    if (status == TS_EXIT_OK)
        status = write_all(&variants, writer, output, o->count > 1);
    for (uint64_t i = 0; items != NULL && i < o->count; i++)
        ts_exercise_free((ts_exercise *)items[i].exercise);
    free(items);
    return status;
}

/* Lines without white space at their ends; of those with a comma what is
 * before it. What is empty or begins with # is none. */
static int split_students(char *text, const char **students)
{
    int count = 0;

    for (char *line = strtok(text, "\r\n"); line != NULL;
         line = strtok(NULL, "\r\n")) {
        size_t length = strcspn(line, ",;\t");

        while (length > 0 && line[length - 1] == ' ')
            length--;
        line[length] = '\0';
        if (length > 0 && line[0] != '#')
            students[count++] = line;
    }
    return count;
}

static int draw_students(order *o, const char *file, const ts_writer *writer,
                         const char *output)
{
    size_t length;
    char *text;
    const char **students;
    int status = ts_cli_text(file, &text, &length);

    if (status != TS_EXIT_OK)
        return status;
    students = calloc(length + 1, sizeof *students);
    o->count = students != NULL ? (uint64_t)split_students(text, students) : 0;
    o->students = students;
    status = o->count > 0 ? draw_all(o, writer, output)
                          : ts_cli_fail(TS_EXIT_USAGE, "%s: no student", file);
    free(students);
    free(text);
    return status;
}

/* --- the command --- */

static int level_of(const char *text)
{
    static const char *const names[TS_LEVELS][2] = {{"easy", "1"},
                                                    {"normal", "2"},
                                                    {"hard", "3"}};

    for (int i = 0; text != NULL && i < TS_LEVELS; i++)
        if (strcmp(text, names[i][0]) == 0 || strcmp(text, names[i][1]) == 0)
            return i + 1;
    return text == NULL ? 2 : 0;
}

static int list_kinds(void)
{
    puts("There are exercises of these kinds:\n");
    for (int i = 0; i < ts_kind_count; i++)
        printf("  %-14s %s\n", ts_kinds[i]->name, ts_kinds[i]->help);
    puts("\nand of your own: a scenario with \"ask\" (`timeslice explain "
         "ask`). Formats:\n");
    for (int i = 0; i < ts_writer_count; i++)
        printf("  %-14s %s\n", ts_writers[i]->name, ts_writers[i]->help);
    return TS_EXIT_OK;
}

static int read_order(order *o, const char *const *values)
{
    o->level = level_of(values[LEVEL]);
    o->seed = 1;
    o->count = 1;
    if (o->level == 0)
        return ts_cli_fail(TS_EXIT_USAGE, "--level %s: easy, normal or hard",
                           values[LEVEL]);
    if (values[SEED] != NULL &&
        !ts_option_whole(values[SEED], 0, TS_SEED_MAX, &o->seed))
        return ts_cli_fail(TS_EXIT_USAGE,
                           "--seed %s: a whole number up to %llu", values[SEED],
                           (unsigned long long)TS_SEED_MAX);
    if (values[VARIANTS] != NULL &&
        !ts_option_whole(values[VARIANTS], 1, 10000, &o->count))
        return ts_cli_fail(TS_EXIT_USAGE, "--variants %s: 1 to 10000",
                           values[VARIANTS]);
    if ((values[SEED] != NULL) + (values[STUDENT] != NULL) +
            (values[STUDENTS] != NULL) >
        1)
        return ts_cli_fail(TS_EXIT_USAGE, "--seed, --student and --students: "
                                          "one of them says which exercise");
    if (o->count > 1 && (values[STUDENT] != NULL || values[STUDENTS] != NULL))
        return ts_cli_fail(TS_EXIT_USAGE,
                           "--variants: a student has one exercise");
    return TS_EXIT_OK;
}

static int by_kind(const char *kind, const ts_writer *writer,
                   const char *const *values)
{
    order o = {.kind = kind};
    ts_variant_of variant;
    int status = read_order(&o, values);

    if (status != TS_EXIT_OK)
        return status;
    if (values[STUDENTS] != NULL)
        return draw_students(&o, values[STUDENTS], writer, values[OUTPUT]);
    if (values[STUDENT] != NULL)
        o.students = &values[STUDENT];
    if (values[ASK] == NULL)
        return draw_all(&o, writer, values[OUTPUT]);
    status = draw_one(&o, 0, &variant);
    if (status == TS_EXIT_OK)
        status = ts_cli_ask(variant.exercise);
    ts_exercise_free((ts_exercise *)variant.exercise);
    return status;
}

static int by_file(const char *file, const ts_writer *writer,
                   const char *const *values)
{
    ts_variant_of variant = {NULL, values[STUDENT]};
    int status;

    variant.exercise = ts_cli_exercise(file, &status);
    if (variant.exercise == NULL)
        return status;
    status = values[ASK] != NULL ? ts_cli_ask(variant.exercise)
                                 : write_all(&(ts_variants){&variant, 1},
                                             writer, values[OUTPUT], false);
    ts_exercise_free((ts_exercise *)variant.exercise);
    return status;
}

/* A word without a dot is no file. */
static int complain_kind(const char *word)
{
    const char **names = calloc((size_t)ts_kind_count, sizeof *names);
    const char *near = NULL;
    int status;

    for (int i = 0; names != NULL && i < ts_kind_count; i++)
        names[i] = ts_kinds[i]->name;
    if (names != NULL)
        near = ts_nearest(word, names, ts_kind_count);
    status =
        ts_cli_fail(TS_EXIT_USAGE, "no kind of exercise is called \"%s\"%s%s%s",
                    word, near != NULL ? "; did you mean \"" : "",
                    near != NULL ? near
                                 : "; `timeslice exercise` lists "
                                   "them",
                    near != NULL ? "\"?" : "");
    free(names);
    return status;
}

static int exercise(int argc, char **argv, const char *const *values)
{
    const char *format = values[FORMAT] != NULL ? values[FORMAT] : "text";
    const ts_writer *writer = ts_writer_find(format);

    if (argc < 2)
        return list_kinds();
    if (argc > 2)
        return ts_cli_fail(TS_EXIT_USAGE, "one kind or file, not \"%s\" too",
                           argv[2]);
    if (writer == NULL)
        return ts_cli_fail(TS_EXIT_USAGE,
                           "--format %s: none of those that `timeslice "
                           "exercise` lists",
                           format);
    if (ts_kind_find(argv[1]) != NULL)
        return by_kind(argv[1], writer, values);
    return strpbrk(argv[1], "./") == NULL && strcmp(argv[1], "-") != 0
               ? complain_kind(argv[1])
               : by_file(argv[1], writer, values);
}

const ts_command ts_command_exercise = {
    .name = "exercise",
    .arguments = "[KIND | FILE]",
    .summary = "a question about a schedule, without its answers",
    .about =
        "Draws an exercise of a kind, or takes a scenario with \"ask\" in it, "
        "and writes the question and a sheet to be filled in; `timeslice "
        "answer` marks it. Without a word it lists the kinds and the formats. "
        "An exercise is a function of kind, seed and level; a student's seed "
        "is made of the kind and the student's ID, so that marking can draw it "
        "anew. Either there is one right answer under every convention for "
        "ties, or the question states the convention.\n\n"
        "Formats that hold the answers, for teachers and for the systems that "
        "schools use, are listed as such: key, gift, moodle and their like.",
    .example = "timeslice exercise rr --seed 7\n"
               "timeslice exercise srtf --student jane --level easy\n"
               "timeslice exercise scenarios/stallings.json",
    .options = options,
    .option_count = OPTIONS,
    .complete = "exercise scenario",
    .reads_words = true,
    .run = exercise,
};
