/*
 * test_scenario_tables.c - what is made from tables: their check, the schema,
 * explanations; and the small tools: nearest words, formatted quantities.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <cjson/cJSON.h>
#include <cmocka.h>

#include "tests/unit/test_shape.h"

static void test_check(void **state)
{
    ts_error error = {.text = ""};

    (void)state;
    if (!ts_shape_check(&ts_test_shape, &error))
        fail_msg("%s", error.text);
}

typedef struct wrong_record {
    int64_t a, b;
} wrong_record;

static void check_wrong(const ts_field *fields, int count,
                        const char *shorthand, const char *message)
{
    const ts_shape shape = {.name = "wrong",
                            .help = "a mistake",
                            .size = sizeof(wrong_record),
                            .fields = fields,
                            .field_count = count,
                            .shorthand = shorthand};
    ts_error error = {.text = ""};

    assert_false(ts_shape_check(&shape, &error));
    assert_string_equal(error.text, message);
}

static void test_check_fails(void **state)
{
    const ts_field twice[] = {
        {.name = "a", .kind = TS_FIELD_INT, .help = "x"},
        {.name = "a", .kind = TS_FIELD_INT, .offset = 8, .help = "x"}};
    const ts_field mute[] = {{.name = "a", .kind = TS_FIELD_INT}};
    const ts_field fallback[] = {{.name = "a",
                                  .kind = TS_FIELD_TIME,
                                  .help = "x",
                                  .fallback = "5 hours"}};
    const ts_field bare[] = {
        {.name = "a", .kind = TS_FIELD_TIME, .help = "x", .fallback = "5"}};
    const ts_field low[] = {{.name = "a",
                             .kind = TS_FIELD_INT,
                             .help = "x",
                             .fallback = "0",
                             .min = 1}};
    const ts_field outside[] = {
        {.name = "a", .kind = TS_FIELD_INT, .offset = 12, .help = "x"}};
    const ts_field both[] = {{.name = "a",
                              .kind = TS_FIELD_INT,
                              .help = "x",
                              .fallback = "1",
                              .required = true}};
    const ts_field list[] = {{.name = "a", .kind = TS_FIELD_LIST, .help = "x"}};
    const ts_field plain[] = {{.name = "a", .kind = TS_FIELD_INT, .help = "x"}};

    (void)state;
    check_wrong(twice, 2, NULL, "wrong has \"a\" twice");
    check_wrong(mute, 1, NULL, "wrong.a has no help of one line");
    check_wrong(fallback, 1, NULL,
                "wrong.a: the default 5 hours: unknown unit \"hours\"; use ps, "
                "ns, us, ms, s, min or h");
    check_wrong(bare, 1, NULL,
                "wrong.a: the default 5: the bare number 5 is no time: write "
                "its unit, as in \"5ms\", or declare \"unit\": \"ms\" at the "
                "top of the scenario");
    check_wrong(low, 1, NULL,
                "wrong.a: the default 0: must be at least 1, not 0");
    check_wrong(outside, 1, NULL, "wrong.a lies outside its record");
    check_wrong(both, 1, NULL, "wrong.a is required and has a default");
    check_wrong(list, 1, NULL, "wrong.a has no item");
    check_wrong(plain, 1, "b", "wrong has no field for its shorthand b");
}

/* --- tables beside another (ts_shape.beside) --- */

typedef struct beside_own {
    int64_t count;
    void **others;
} beside_own;

typedef struct beside_one {
    int64_t weight;
    ts_time slice;
} beside_one;

typedef struct beside_two {
    bool loud;
} beside_two;

static void check_one(ts_check *check, const void *record)
{
    const beside_one *one = record;

    if (one->weight == 13)
        ts_check_error(check, "weight", "is unlucky");
}

static const ts_field fields_own[] = {{.name = "count",
                                       .kind = TS_FIELD_INT,
                                       .fallback = "1",
                                       .offset = TS_AT(beside_own, count),
                                       .help = "how many"}};
static const ts_field fields_one[] = {{.name = "weight",
                                       .kind = TS_FIELD_INT,
                                       .fallback = "7",
                                       .offset = TS_AT(beside_one, weight),
                                       .help = "how heavy"},
                                      {.name = "slice",
                                       .kind = TS_FIELD_TIME,
                                       .fallback = "5ms",
                                       .offset = TS_AT(beside_one, slice),
                                       .help = "how long"}};
static const ts_field fields_two[] = {{.name = "loud",
                                       .kind = TS_FIELD_BOOL,
                                       .fallback = "false",
                                       .offset = TS_AT(beside_two, loud),
                                       .help = "how loud"}};

static const ts_shape table_one = {.name = "thing",
                                   .help = "weights",
                                   .size = sizeof(beside_one),
                                   TS_FIELDS(fields_one),
                                   .check = check_one};
static const ts_shape table_none = {.name = "thing", .help = "nothing"};
static const ts_shape table_two = {.name = "thing",
                                   .help = "noise",
                                   .size = sizeof(beside_two),
                                   TS_FIELDS(fields_two)};

static const ts_shape *beside(int i)
{
    static const ts_shape *const tables[] = {&table_one, &table_none,
                                             &table_two, NULL};

    return tables[i];
}

static const ts_shape *beside_twice(int i)
{
    static const ts_shape *const tables[] = {&table_one, &table_two, &table_one,
                                             NULL};

    return tables[i];
}

static const ts_shape shape_beside = {.name = "thing",
                                      .help = "A thing that others say more of",
                                      .size = sizeof(beside_own),
                                      TS_FIELDS(fields_own),
                                      .beside = beside,
                                      .records = TS_AT(beside_own, others)};

/* Its record as read from `text`, NULL with what was said in `said`. */
static const beside_own *read_beside(const char *text, ts_arena *arena,
                                     char **said)
{
    ts_diagnostics diagnostics;
    const beside_own *record = NULL;
    ts_document *document;
    size_t size = 0;
    FILE *out = open_memstream(said, &size);

    ts_diagnostics_init(&diagnostics);
    document =
        ts_document_parse("a.json", text, strlen(text), NULL, &diagnostics);
    if (document != NULL)
        record = ts_document_read(document, &shape_beside, arena, &diagnostics);
    ts_diagnostics_print(&diagnostics, out, false);
    fclose(out);
    ts_document_free(document);
    ts_diagnostics_fini(&diagnostics);
    return record;
}

/* Each table has its record at its place, with its defaults, whichever of them
 * are named. */
static void test_beside(void **state)
{
    ts_arena arena;
    char *said = NULL;
    const beside_own *own;
    const beside_one *one;
    const beside_two *two;

    (void)state;
    ts_arena_init(&arena, 0);
    own = read_beside("{\"loud\": true, \"count\": 3, \"slice\": \"1ms\"}",
                      &arena, &said);
    if (own == NULL)
        fail_msg("%s", said);
    free(said);
    one = own->others[0];
    two = own->others[2];
    assert_int_equal(own->count, 3);
    assert_int_equal(one->weight, 7);
    assert_int_equal(one->slice, TS_MS);
    assert_null(own->others[1]);
    assert_true(two->loud);
    own = read_beside("{}", &arena, &said);
    free(said);
    assert_non_null(own);
    two = own->others[2];
    assert_int_equal(((const beside_one *)own->others[0])->slice, 5 * TS_MS);
    assert_false(two->loud);
    ts_arena_fini(&arena);
}

static void test_beside_wrong(void **state)
{
    ts_arena arena;
    char *said = NULL;

    (void)state;
    ts_arena_init(&arena, 0);
    assert_null(read_beside("{\"lout\": true}", &arena, &said));
    assert_non_null(strstr(said, "did you mean \"loud\"?"));
    free(said);
    assert_null(read_beside("{\"weight\": 13}", &arena, &said));
    assert_non_null(strstr(said, "/weight: is unlucky"));
    free(said);
    ts_arena_fini(&arena);
}

/* As one row of fields, and a name in it but once. */
static void test_beside_table(void **state)
{
    ts_shape twice = shape_beside;
    ts_error error = {.text = ""};

    (void)state;
    assert_int_equal(ts_shape_count(&shape_beside), 4);
    assert_string_equal(ts_shape_nth(&shape_beside, 0)->name, "count");
    assert_string_equal(ts_shape_nth(&shape_beside, 3)->name, "loud");
    assert_null(ts_shape_nth(&shape_beside, 4));
    assert_ptr_equal(ts_shape_field(&shape_beside, "loud"), &fields_two[0]);
    assert_ptr_equal(ts_shape_table(&shape_beside, 0), &shape_beside);
    assert_ptr_equal(ts_shape_table(&shape_beside, 2), &table_none);
    assert_null(ts_shape_table(&shape_beside, 4));
    if (!ts_shape_check(&shape_beside, &error))
        fail_msg("%s", error.text);
    twice.beside = beside_twice;
    assert_false(ts_shape_check(&twice, &error));
    assert_non_null(strstr(error.text, "weight"));
}

static void test_schema(void **state)
{
    char *text = ts_schema_text(&ts_test_shape, NULL);
    char *again = ts_schema_text(&ts_test_shape, NULL);
    cJSON *schema;
    const cJSON *defs;

    (void)state;
    assert_non_null(text);
    assert_string_equal(text, again);
    schema = cJSON_Parse(text);
    assert_non_null(schema);
    defs = cJSON_GetObjectItemCaseSensitive(schema, "$defs");
    for (const char *const *name =
             (const char *const[]){"scenario", "thread", "round-robin",
                                   "operations", "distribution",
                                   "quantity.time", NULL};
         *name != NULL; name++)
        assert_non_null(cJSON_GetObjectItemCaseSensitive(defs, *name));
    cJSON_Delete(schema);
    free(text);
    free(again);
}

static void check_explain(const char *what, bool known, const char *part)
{
    char *text = NULL;
    size_t size = 0;
    FILE *out = open_memstream(&text, &size);

    assert_non_null(out);
    assert_int_equal(ts_explain(&ts_test_shape, what, out, out), known);
    fclose(out);
    if (strstr(text, part) == NULL)
        fail_msg("\"%s\" is not in:\n%s", part, text);
    free(text);
}

static void test_explain(void **state)
{
    (void)state;
    check_explain("slice", true,
                  "system.slice  (with policy round-robin)\n"
                  "  the longest turn\n"
                  "  takes    a time such as \"5ms\" or \"300 cycles\"\n"
                  "  range    at least 1 ps\n"
                  "  default  10ms\n"
                  "  example  \"slice\": \"10ms\"\n");
    check_explain("round-robin", true, "Leaves priorities out.");
    check_explain("policies", true, "everyone in turn");
    check_explain("threads.count", true, "range    from 0 to 1000000");
    check_explain("thread.count", true, "threads.count");
    check_explain("computer", true, "how many there are [1]");
    check_explain("exponential", true, "memoryless");
    check_explain("distributions", true, "lognormal");
    check_explain("slise", false, "did you mean \"slice\"");
    check_explain("qqqqqqqq", false, "nothing is known of \"qqqqqqqq\"");
}

static void count_registry(void *context, const ts_registry *registry)
{
    (void)registry;
    ++*(int *)context;
}

static void test_registries(void **state)
{
    int count = 0;

    (void)state;
    ts_registries_each(&ts_test_shape, count_registry, &count);
    assert_int_equal(count, 3);
}

static void test_nearest(void **state)
{
    static const char *const words[] = {"slice", "round-robin", "fifo", "run"};

    (void)state;
    assert_string_equal(ts_nearest("slise", words, 4), "slice");
    assert_string_equal(ts_nearest("Round_Robin", words, 4), "round-robin");
    assert_string_equal(ts_nearest("fiof", words, 4), "fifo");
    assert_string_equal(ts_nearest("rum", words, 4), "run");
    assert_null(ts_nearest("x", words, 4));
    assert_null(ts_nearest("", words, 4));
    assert_null(ts_nearest("completely", words, 4));
}

static void test_format(void **state)
{
    static const struct {
        ts_unit unit;
        double value;
        const char *text;
    } rows[] = {
        {TS_UNIT_RATIO, 0.833, "83.3 %"},
        {TS_UNIT_RATIO, 1, "100 %"},
        {TS_UNIT_TIME, 5.25e9, "5.25 ms"},
        {TS_UNIT_TIME, 0, "0 s"},
        {TS_UNIT_TIME, 1, "1 ps"},
        {TS_UNIT_TIME, -2e6, "-2 us"},
        {TS_UNIT_TIME, 9e13, "90 s"},
        {TS_UNIT_BYTES, 16777216, "16 MiB"},
        {TS_UNIT_BYTES, 0, "0 B"},
        {TS_UNIT_RATE, 12800, "12800/s"},
        {TS_UNIT_COUNT, 42, "42"},
        {TS_UNIT_NUMBER, 0.125, "0.125"},
        {TS_UNIT_NUMBER, 1e20, "1e+20"},
        {TS_UNIT_NUMBER, 0.0001, "0.0001"},
        {TS_UNIT_NUMBER, 1234567, "1234567"},
    };
    char buffer[48];

    (void)state;
    for (size_t i = 0; i < TS_COUNT_OF(rows); i++)
        assert_string_equal(ts_format(buffer, sizeof buffer, rows[i].unit,
                                      rows[i].value),
                            rows[i].text);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_check),
        cmocka_unit_test(test_check_fails),
        cmocka_unit_test(test_beside),
        cmocka_unit_test(test_beside_wrong),
        cmocka_unit_test(test_beside_table),
        cmocka_unit_test(test_schema),
        cmocka_unit_test(test_explain),
        cmocka_unit_test(test_registries),
        cmocka_unit_test(test_nearest),
        cmocka_unit_test(test_format),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
