/*
 * page.c - `timeslice page`: the laboratory in a browser, with scenarios in it.
 *
 * The page is a file that was built (plots/page); in it stands a block of JSON
 * that says "null", and this puts what it is given in its place.
 */
#include <stdlib.h>
#include <string.h>

#include "sim/cli/compare_databases.h"
#include "sim/cli/options.h"
#include "sim/cli/output.h"
#include "sim/cli/scenario.h"
#include "sim/results/runs.h"
#include "sim/results/scenarios.h"
#include "sim/scenario/document.h"
#include "sim/scenario/escape.h"

#define PAGE_MAX ((size_t)4 << 20) /* bytes of the page that was built */

enum { OUT, RUN, STORY, OPTIONS };

static const ts_option options[OPTIONS] = {
    [OUT] = {.name = "out",
             .letter = 'o',
             .written = true,
             .argument = "FILE",
             .help = "the page, which appears when it is whole; - is the "
                     "standard output"},
    [RUN] = {.name = "run",
             .letter = 'r',
             .argument = "NUMBER",
             .help = "the run of a database, as it was played; the latest one "
                     "when not given"},
    [STORY] = {.name = "story",
               .argument = "NAME",
               .help = "the story that it opens with: turns, slowdown, 1202, "
                       "mars, convoy, deadlock, ladder, switch, gil, select, "
                       "sharding or retry"},
};

/* Where a page says what it was given. */
static const char opening[] = "<script type=\"application/json\" id=\"given\">";
static const char absent[] = "null</script>";

/* --- what is put in --- */

/* JSON that no reader of HTML takes for a tag. */
static void add_text(ts_buffer *out, const char *text)
{
    ts_buffer quoted = TS_BUFFER_EMPTY;

    ts_escape(&quoted, TS_ESCAPE_JSON, text);
    for (size_t i = 0; i < quoted.length; i++) {
        char c = quoted.data[i];

        if (c == '<' || c == '>' || c == '&')
            ts_buffer_text(out, c == '<'   ? "\\u003c"
                                : c == '>' ? "\\u003e"
                                           : "\\u0026");
        else
            ts_buffer_add(out, &c, 1);
    }
    out->failed = out->failed || quoted.failed;
    ts_buffer_fini(&quoted);
}

/* A scenario of the list, without the end of its object. */
static void add_scenario(ts_buffer *out, const char *name, const char *text)
{
    const char *slash = strrchr(name, '/');

    if (out->length > 0)
        ts_buffer_text(out, ",\n");
    ts_buffer_text(out, "{\"name\":");
    add_text(out, slash != NULL ? slash + 1 : name);
    ts_buffer_text(out, ",\"text\":");
    add_text(out, text);
}

/* Reads its values: a page is for those that cannot ask what is wrong. */
static int check(const char *file, const ts_document *document)
{
    ts_diagnostics diagnostics;
    ts_error error = {.text = ""};
    ts_points *points;

    ts_diagnostics_init(&diagnostics);
    points = ts_points_create(document, &diagnostics);
    if (points == NULL)
        return ts_cli_complain(file, &diagnostics, &error);
    ts_points_destroy(points);
    ts_diagnostics_fini(&diagnostics);
    return TS_EXIT_OK;
}

/* A scenario file: it has to be one that can be played. */
static int add_file(ts_buffer *out, const char *file)
{
    int status = TS_EXIT_OK;
    ts_document *document = ts_cli_open(file, NULL, &status);
    char *text;

    if (document == NULL)
        return status;
    status = check(file, document);
    if (status != TS_EXIT_OK) {
        ts_document_free(document);
        return status;
    }
    text = ts_document_told(document);
    if (text != NULL) {
        add_scenario(out, file, text);
        ts_buffer_char(out, '}');
    }
    free(text);
    ts_document_free(document);
    return text != NULL ? TS_EXIT_OK
                        : ts_cli_fail(TS_EXIT_IO, "%s: out of memory", file);
}

/* The scenario that a run is of; false: it is not there. */
static bool add_told(ts_buffer *out, ts_store *store, const ts_family *family,
                     ts_error *error)
{
    ts_query q = ts_scenarios(store);
    bool found = false;

    while (!found && ts_query_next(&q)) {
        found = ts_query_int(&q, TS_SCENARIO_ID) == family->scenario;
        if (found)
            add_scenario(out, ts_query_text(&q, TS_SCENARIO_NAME),
                         ts_query_text(&q, TS_SCENARIO_TEXT));
    }
    return ts_query_end(&q, error) && found;
}

/* What the sweep set in it: pointers with their JSON, which is a text here. */
static bool add_sets(ts_buffer *out, ts_store *store, int64_t run,
                     ts_error *error)
{
    enum { POINTER, SHOWN, JSON };
    ts_query q = ts_run_parameters(store, run);
    bool any = false;

    ts_buffer_text(out, ",\"sets\":{");
    while (ts_query_next(&q)) {
        ts_buffer_text(out, any ? "," : "");
        add_text(out, ts_query_text(&q, POINTER));
        ts_buffer_char(out, ':');
        add_text(out, ts_query_text(&q, JSON));
        any = true;
    }
    ts_buffer_char(out, '}');
    return ts_query_end(&q, error);
}

static bool add_seed(ts_buffer *out, ts_store *store, int64_t run,
                     ts_error *error)
{
    ts_query q = ts_run_head(store, run);

    if (ts_query_next(&q))
        ts_buffer_format(out, ",\"seed\":%s}", ts_query_text(&q, TS_HEAD_SEED));
    return ts_query_end(&q, error);
}

/* A run as it was played: its scenario, what the sweep set, its seed. */
static bool add_run(ts_buffer *out, ts_store *store, int64_t asked,
                    ts_error *error)
{
    ts_family family = {.scenario = 0};
    int64_t run = asked, having;

    if (asked == 0 &&
        !ts_run_latest(store, NULL, 0, "metrics", &having, &run, error))
        return false;
    if (run == 0 || !ts_family_of(store, run, &family, error) ||
        !add_told(out, store, &family, error))
        return ts_fail(error, "there is no run %lld", (long long)run);
    return add_sets(out, store, run, error) && add_seed(out, store, run, error);
}

static int add_database(ts_buffer *out, const char *file, const char *asked)
{
    ts_error error = {.text = ""};
    uint64_t run = 0;
    ts_store *store;
    bool added;

    if (asked != NULL && !ts_option_whole(asked, 1, INT64_MAX, &run))
        return ts_cli_fail(TS_EXIT_USAGE, "--run %s: is no number of a run",
                           asked);
    store = ts_store_open(file, TS_STORE_READ, &error);
    if (store == NULL)
        return ts_cli_fail(TS_EXIT_IO, "%s", error.text);
    added = add_run(out, store, (int64_t)run, &error);
    ts_store_close(store);
    return added ? TS_EXIT_OK
                 : ts_cli_fail(TS_EXIT_USAGE, "%s: %s", file, error.text);
}

/* --- the page --- */

/* The whole page on the heap, and where what is given stands; NULL after a
 * message. */
static char *read_page(char **place)
{
    const char *file = ts_cli_page();
    ts_error error = {.text = ""};
    size_t length;
    char *page;

    *place = NULL;
    if (file == NULL) {
        ts_cli_fail(TS_EXIT_IO,
                    "the page was not built: `cmake --build BUILD --target "
                    "page` makes it, with Node, clang, lld and wasi-libc");
        return NULL;
    }
    page = ts_file_read(file, false, PAGE_MAX, &length, &error);
    if (page != NULL)
        *place = strstr(page, opening);
    if (*place != NULL &&
        strncmp(*place + strlen(opening), absent, strlen(absent)) == 0)
        return page;
    ts_cli_fail(TS_EXIT_IO, "%s: %s", file,
                page == NULL ? error.text : "is no page of timeslice");
    free(page);
    return NULL;
}

static void write_page(FILE *out, const char *page, const char *place,
                       const ts_buffer *scenarios, const char *story)
{
    const char *rest = place + strlen(opening) + strlen("null");
    ts_buffer name = TS_BUFFER_EMPTY;

    fwrite(page, 1, (size_t)(place - page) + strlen(opening), out);
    fprintf(out, "{\"scenarios\":[%s]",
            scenarios->length > 0 ? scenarios->data : "");
    if (story != NULL) {
        add_text(&name, story);
        fprintf(out, ",\"story\":%s", name.data);
    }
    fprintf(out, "}%s", rest);
    ts_buffer_fini(&name);
}

static int write_out(const char *path, const ts_buffer *scenarios,
                     const char *story)
{
    ts_error error = {.text = ""};
    ts_output output;
    char *place;
    char *page = read_page(&place);
    int status = TS_EXIT_OK;

    if (page == NULL)
        return TS_EXIT_IO;
    if (ts_output_open(&output, path, &error)) {
        write_page(output.file, page, place, scenarios, story);
        ts_output_close(&output, &error);
    }
    if (error.text[0] != '\0')
        status = ts_cli_fail(TS_EXIT_IO, "%s", error.text);
    free(page);
    return status;
}

static int run(int argc, char **argv, const char *const *values)
{
    ts_buffer scenarios = TS_BUFFER_EMPTY;
    int status = TS_EXIT_OK;

    if (values[OUT] == NULL)
        return ts_cli_fail(TS_EXIT_USAGE,
                           "where to? `timeslice page [FILE...] -o page.html`");
    for (int i = 1; i < argc && status == TS_EXIT_OK; i++)
        status = ts_is_database(argv[i])
                     ? add_database(&scenarios, argv[i], values[RUN])
                     : add_file(&scenarios, argv[i]);
    if (status == TS_EXIT_OK && scenarios.failed)
        status = ts_cli_fail(TS_EXIT_IO, "out of memory");
    if (status == TS_EXIT_OK)
        status = write_out(values[OUT], &scenarios, values[STORY]);
    ts_buffer_fini(&scenarios);
    return status;
}

const ts_command ts_command_page = {
    .name = "page",
    .arguments = "[FILE|DB...]",
    .summary = "write the laboratory as one HTML file for a browser",
    .about =
        "Writes a page that plays scenarios in a browser: the same library, "
        "with the same digests, in one file that needs no network and works "
        "from a disk. It has the Gantt chart of a run, every decision with its "
        "reason, who is ready at any instant, the numbers; sliders for slices, "
        "threads, processors, policy and seed; two settings above each other; "
        "curves; an editor; a dozen stories.\n\n"
        "Scenarios that are named are in it and the first is open; of a "
        "database it is a run as it was played, with its seed. Without any the "
        "page opens with its first story. All that is shipped is in it "
        "anyway.\n\n"
        "The page has to be built once, since that needs more than the program "
        "does: `cmake --build BUILD --target page` (see "
        "plots/page/README.md).\n\n"
        "Ends with 0 when all is well, 2 when a scenario is wrong, 3 when a "
        "file "
        "cannot be read or written, or the page was not built.",
    .example = "timeslice page scenarios/convoy.json -o convoy.html\n"
               "timeslice page --story mars -o mars.html",
    .options = options,
    .option_count = OPTIONS,
    .complete = "scenario database",
    .reads_words = true,
    .run = run,
};
