/*
 * test_plots.c - pictures: the scripts, their errors, and, where gnuplot is
 * installed, the files it makes.
 */
#include "tests/unit/results_fixture.h"

#include <sys/stat.h>

#include "sim/cli/command.h"
#include "sim/pictures/plot.h"

#define PLOTS ts_cli_plots()

static bool has_gnuplot(void)
{
    return system("gnuplot --version > /dev/null 2>&1") == 0;
}

static void add_run(ts_store *store, fixture *f, const ts_run_facts *facts)
{
    ts_error error = {.text = ""};

    assert_true(ts_store_write(store, facts, &f->report, &error) > 0);
    fixture_end(f);
}

/* Run 1 has spans and samples; runs 2 to 9 are a sweep of two parameters. */
static ts_store *make_store(void)
{
    static const char *const slices[] = {"\"1ms\"", "\"2ms\"", "\"5ms\"",
                                         "\"10ms\""};
    ts_error error = {.text = ""};
    ts_store *store = ts_store_open(NULL, TS_STORE_CREATE, &error);
    ts_run_facts facts = fixture_facts;
    fixture f;

    /* what gnuplot could take for commands, quotes and markup */
    facts.title = "It's <3 & \"quoted\" `touch x` @y {/Bold z}_1\\n";
    fixture_slices(&f, TS_TRACE_SPANS);
    add_run(store, &f, &facts);
    facts.text = facts.title = "A sweep";
    for (int i = 0; i < 8; i++) {
        ts_parameter parameters[] = {{"/system/slice", slices[i / 2]},
                                     {"/system/policy",
                                      i % 2 ? "\"fifo\"" : "\"cfs\""}};
        ts_verdict verdict = {.metric = "processor.useful",
                              .text = "x",
                              .holds = true,
                              .has_expected = true,
                              .expected = 0.5};

        facts.parameters = parameters;
        facts.parameter_count = 2;
        facts.point = i;
        facts.verdicts = &verdict;
        facts.verdict_count = 1;
        fixture_begin(&f, TS_TRACE_OFF);
        ts_report_ratio(&f.report, i + 1, 10, "processor.useful");
        ts_report_time(&f.report, (i + 1) * TS_MS, "latency");
        ts_report_seal(&f.report);
        add_run(store, &f, &facts);
    }
    return store;
}

static void count_picture(void *context, const char *name, const char *title,
                          const char *about)
{
    int *count = context;

    assert_true(strcmp(name, "style") != 0);
    assert_true(strlen(title) > 0);
    assert_true(strlen(about) > 0);
    (*count)++;
}

static void lists_pictures(void **state)
{
    int count = 0;

    (void)state;
    ts_pictures_each(PLOTS, count_picture, &count);
    assert_true(count >= 3);
}

static void assert_fails(ts_store *store, const char *picture, int64_t run,
                         const char *output, const char *name,
                         const char *value, const char *words)
{
    ts_picture_setting setting = {name, value};
    ts_picture_order order = {.plots = PLOTS,
                              .picture = picture,
                              .run = run,
                              .output = output,
                              .settings = &setting,
                              .setting_count = name != NULL,
                              .own = true};
    ts_error error = {.text = ""};

    assert_int_not_equal(ts_picture_draw(store, &order, &error),
                         TS_PICTURE_DRAWN);
    if (strstr(error.text, words) == NULL)
        fail_msg("\"%s\" does not say \"%s\"", error.text, words);
}

static void says_what_is_wrong(void **state)
{
    ts_store *store = make_store();
    ts_error error = {.text = ""};
    ts_store *empty = ts_store_open(NULL, TS_STORE_CREATE, &error);

    (void)state;
    assert_fails(store, "nix", 0, "x.svg", NULL, NULL, "no picture \"nix\"");
    assert_fails(store, "style", 0, "x.svg", NULL, NULL, "is no picture");
    assert_fails(store, "gantt", 0, "x.gif", NULL, NULL, ".svg, .png or .pdf");
    assert_fails(store, "gantt", 0, "x", NULL, NULL, ".svg, .png or .pdf");
    assert_fails(store, "gantt", 99, "x.svg", NULL, NULL, "has no run 99");
    assert_fails(store, "gantt", 2, "x.svg", NULL, NULL, "with --trace");
    assert_fails(store, "series", 2, "x.svg", NULL, NULL, "with --trace");
    assert_fails(store, "curve", 1, "x.svg", NULL, NULL, "not one of a sweep");
    assert_fails(empty, "gantt", 0, "x.svg", NULL, NULL, "holds no runs yet");
    assert_fails(store, "gantt", 0, "x.svg", "nix", "1",
                 "no setting \"nix\"; it has title, lanes");
    assert_fails(store, "gantt", 0, "x.svg", "from", "soon", "is a time");
    assert_fails(store, "gantt", 0, "x.svg", "only", "disk*",
                 "no spans in this time and at these places");
    assert_fails(store, "curve", 0, "x.svg", "y", "nix", "setting y");
    assert_fails(store, "curve", 0, "x.svg", "x", "/nix", "setting x");
    assert_int_equal(access("x.svg", F_OK), -1);
    ts_store_close(store);
    ts_store_close(empty);
}

static void scripts_quote_their_text(void **state)
{
    ts_store *store = make_store();
    ts_picture_order order = {.plots = PLOTS,
                              .picture = "gantt",
                              .output = "it's.svg"};
    ts_error error = {.text = ""};
    char *text = NULL;
    size_t length;
    FILE *out = open_memstream(&text, &length);

    (void)state;
    assert_true(ts_picture_script(store, &order, out, &error));
    fclose(out);
    assert_non_null(strstr(text, "OUTPUT = 'it' . \"'\" . 's.svg'\n"));
    assert_non_null(
        strstr(text, "title = 'It' . \"'\" . 's <3 & \"quoted\" `touch x` @y "
                     "{/Bold z}_1\\n'\n"));
    free(text);
    ts_store_close(store);
}

static void missing_gnuplot_is_named(void **state)
{
    ts_store *store = make_store();
    char *path = getenv("PATH"), saved[4096];

    (void)state;
    snprintf(saved, sizeof saved, "%s", path != NULL ? path : "");
    setenv("PATH", "/nowhere", 1);
    assert_fails(store, "gantt", 0, "x.svg", NULL, NULL, "gnuplot-nox");
    setenv("PATH", saved, 1);
    ts_store_close(store);
}

static char *read_text(const char *path)
{
    FILE *file = fopen(path, "rb");
    char *text = calloc(1, 1 << 20);

    assert_non_null(file);
    assert_non_null(text);
    assert_true(fread(text, 1, (1 << 20) - 1, file) > 0);
    fclose(file);
    return text;
}

/* Well-formed as far as it goes without a parser of XML: every element that
 * is opened is closed, in the right order. */
static void assert_balanced(const char *text)
{
    const char *open[64];
    size_t lengths[64];
    int depth = 0;

    for (const char *at = strchr(text, '<'); at != NULL;
         at = strchr(at + 1, '<')) {
        const char *end = strchr(at, '>');
        size_t length = strcspn(at + 1, " \t\n/>");

        assert_non_null(end);
        if (at[1] == '?' || at[1] == '!' || end[-1] == '/')
            continue;
        if (at[1] == '/') {
            length = strcspn(at + 2, " \t\n>");
            assert_true(depth > 0);
            depth--;
            assert_int_equal(length, lengths[depth]);
            assert_memory_equal(at + 2, open[depth], length);
            continue;
        }
        assert_true(depth < 64);
        open[depth] = at + 1;
        lengths[depth++] = length;
    }
    assert_int_equal(depth, 0);
}

static void draw(ts_store *store, const char *picture, const char *path,
                 const char *name, const char *value)
{
    ts_picture_setting setting = {name, value};
    ts_picture_order order = {.plots = PLOTS,
                              .picture = picture,
                              .output = path,
                              .settings = &setting,
                              .setting_count = name != NULL};
    ts_error error = {.text = ""};
    bool fine = ts_picture_draw(store, &order, &error) == TS_PICTURE_DRAWN;

    assert_string_equal(error.text, "");
    assert_true(fine);
}

static void draws_svg(void **state)
{
    static const struct {
        const char *picture, *name, *value, *words[4];
    } cases[] = {
        {"gantt",
         NULL,
         NULL,
         {"It's &lt;3 &amp; \"quoted\" `touch x`", "processor 0", "program.2",
          "time (µs)"}},
        {"gantt", "lanes", "threads", {"program.0", "program.1", "switch"}},
        {"gantt", "to", "20us", {"only 0 to 20 µs of 60 µs"}},
        {"series", NULL, NULL, {"ready", "time (µs)"}},
        {"curve",
         NULL,
         NULL,
         {"A sweep", "/system/slice (ms)", "policy fifo", "own claim"}},
        {"curve", "x", "/system/policy", {"cfs", "fifo", "slice 10ms"}},
        {"curve", "log", "xy", {"processor.useful (%)"}},
        {"curve", "y", "latency", {"latency (ms)"}},
        {"curve", "names", "old one,new one", {"old one", "new one"}},
        {"curve", "reference", "0.1,0.2,0.3", {"known"}},
    };
    ts_store *store = make_store();
    char path[256];

    (void)state;
    if (!has_gnuplot())
        skip();
    fixture_path(path, sizeof path, "a'b.svg");
    for (size_t i = 0; i < TS_COUNT_OF(cases); i++) {
        char *text;

        draw(store, cases[i].picture, path, cases[i].name, cases[i].value);
        text = read_text(path);
        assert_balanced(text);
        for (size_t j = 0; j < 4 && cases[i].words[j] != NULL; j++)
            if (strstr(text, cases[i].words[j]) == NULL)
                fail_msg("%s: no \"%s\" in it", cases[i].picture,
                         cases[i].words[j]);
        free(text);
        unlink(path);
    }
    fixture_remove(path); /* which fails if anything else were left there */
    assert_int_equal(access(path, F_OK), -1);
    ts_store_close(store);
}

static void draws_the_other_forms(void **state)
{
    ts_store *store = make_store();
    char path[256], *text;

    (void)state;
    if (!has_gnuplot())
        skip();
    draw(store, "gantt", fixture_path(path, sizeof path, "a.png"), NULL, NULL);
    text = read_text(path);
    assert_memory_equal(text, "\x89PNG", 4);
    free(text);
    fixture_remove(path);
    draw(store, "curve", fixture_path(path, sizeof path, "a.pdf"), NULL, NULL);
    text = read_text(path);
    assert_memory_equal(text, "%PDF", 4);
    free(text);
    fixture_remove(path);
    ts_store_close(store);
}

/* A picture of one's own, by its path; gnuplot's complaint is passed on. */
static void passes_gnuplots_words_on(void **state)
{
    static const char script[] = "#! title: Mine\n"
                                 "#! number n: SELECT count(*) FROM runs\n"
                                 "eval terminal(300, 200)\n"
                                 "plot nonsense_here\n";
    ts_store *store = make_store();
    char path[256], output[300];
    FILE *file = fopen(fixture_path(path, sizeof path, "mine.gp"), "wb");

    (void)state;
    fputs(script, file);
    fclose(file);
    snprintf(output, sizeof output, "%s.svg", path);
    if (has_gnuplot())
        assert_fails(store, path, 0, output, NULL, NULL, "nonsense_here");
    assert_int_equal(access(output, F_OK), -1);
    fixture_remove(path);
    ts_store_close(store);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(lists_pictures),
        cmocka_unit_test(says_what_is_wrong),
        cmocka_unit_test(scripts_quote_their_text),
        cmocka_unit_test(missing_gnuplot_is_named),
        cmocka_unit_test(draws_svg),
        cmocka_unit_test(draws_the_other_forms),
        cmocka_unit_test(passes_gnuplots_words_on),
    };

    setenv("TIMESLICE_DATA", TS_TREE, 1);
    return cmocka_run_group_tests(tests, NULL, NULL);
}
