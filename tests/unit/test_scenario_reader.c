/*
 * test_scenario_reader.c - what is read from documents that are right:
 * values, defaults, profiles, settings, copies, the canonical text.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <unistd.h>

#include <cmocka.h>

#include "tests/unit/test_shape.h"

typedef struct reading {
    ts_diagnostics diagnostics;
    ts_document *document;
    ts_arena arena;
    test_root *root;
    char directory[64]; /* of profiles; "" for none */
} reading;

static void fail_with(const reading *r)
{
    ts_diagnostics_print(&r->diagnostics, stderr, false);
    fail();
}

static void start(reading *r, const char *text)
{
    ts_profiles profiles = {.directory =
                                r->directory[0] != '\0' ? r->directory : NULL};

    ts_diagnostics_init(&r->diagnostics);
    ts_arena_init(&r->arena, 0);
    r->root = NULL;
    r->document = ts_document_parse("a.json", text, strlen(text), &profiles,
                                    &r->diagnostics);
    if (r->document == NULL)
        fail_with(r);
}

static void read_it(reading *r)
{
    r->root = ts_document_read(r->document, &ts_test_shape, &r->arena,
                               &r->diagnostics);
    if (r->root == NULL)
        fail_with(r);
}

static void finish(reading *r)
{
    ts_document_free(r->document);
    ts_arena_fini(&r->arena);
    ts_diagnostics_fini(&r->diagnostics);
}

static void test_defaults(void **state)
{
    reading r = {.directory = ""};

    (void)state;
    start(&r, "{}");
    read_it(&r);
    assert_null(r.root->title);
    assert_int_equal(r.root->seed, 1);
    assert_int_equal(r.root->offset, -3);
    assert_int_equal(r.root->computer->clock.num, 1000000000);
    assert_int_equal(r.root->computer->clock.den, 1);
    assert_int_equal(r.root->computer->cores, 1);
    assert_null(r.root->computer->cache);
    assert_string_equal(r.root->system->policy.entry->name, "fifo");
    assert_null(r.root->system->policy.fields);
    assert_true(r.root->system->save.cycles);
    assert_true(r.root->system->save.given);
    assert_int_equal(r.root->threads.count, 0);
    assert_false(r.root->goal.given);
    assert_null(r.root->sweep);
    finish(&r);
}

static void test_values(void **state)
{
    static const char text[] =
        "{\"title\":\"a\\u00e9\\\"b\",\"seed\":1234567890123456789,"
        "\"computer\":{\"clock\":\"4/3GHz\",\"cores\":1e2,\"cache\":"
        "{\"size\":\"1.5KiB\",\"latency\":\"1.25 ns\",\"note\":[1]}},"
        "\"system\":{\"policy\":\"levels\",\"slices\":\"300 cycles\","
        "\"boost\":\"all\",\"every\":\"2min\"},"
        "\"links\":{\"comment\":\"x\",\"e\":{\"speed\":\"1Gbit/s\","
        "\"packet\":{\"exponential\":\"4kB\"},\"duplex\":false}},"
        "\"limits\":{\"a\":\"83.3%\",\"b\":4,\"c\":\"5ms\",\"d\":\"-2.5\"},"
        "\"goal\":\"16MiB\",\"sweep\":{\"vary\":[1.50,\"x\"]},"
        "\"offset\":-9007199254740993}";
    const test_levels *levels;
    const test_link *link;
    const ts_map_item *item;
    reading r = {.directory = ""};

    (void)state;
    start(&r, text);
    read_it(&r);
    assert_string_equal(r.root->title, "a\xC3\xA9\"b");
    assert_int_equal(r.root->seed, 1234567890123456789);
    assert_int_equal(r.root->offset, -9007199254740993);
    assert_int_equal(r.root->computer->clock.num, 4000000000);
    assert_int_equal(r.root->computer->clock.den, 3);
    assert_int_equal(r.root->computer->cores, 100);
    assert_int_equal(r.root->computer->cache->size, 1536);
    assert_int_equal(r.root->computer->cache->latency, 1250);
    assert_string_equal(r.root->system->policy.entry->name, "levels");
    levels = r.root->system->policy.fields;
    assert_int_equal(levels->slices.count, 1);
    assert_int_equal(((ts_duration *)levels->slices.items)->amount.whole, 300);
    assert_true(((ts_duration *)levels->slices.items)->cycles);
    assert_int_equal(((test_boost *)levels->boost.fields)->every, 120 * TS_S);
    assert_int_equal(r.root->links.count, 1);
    item = r.root->links.items;
    assert_string_equal(item->key, "e");
    link = item->value;
    assert_int_equal(link->speed.num, 125000000);
    assert_int_equal(link->packet.kind, TS_DIST_EXPONENTIAL);
    assert_true(link->packet.a >= 4000 && link->packet.a <= 4000);
    assert_int_equal(link->burst.kind, TS_DIST_UNIFORM);
    assert_false(link->duplex);
    item = r.root->limits.items;
    assert_int_equal(((ts_scalar *)item[0].value)->unit, TS_UNIT_RATIO);
    assert_true(((ts_scalar *)item[0].value)->value >= 0.833 &&
                ((ts_scalar *)item[0].value)->value <= 0.833);
    assert_int_equal(((ts_scalar *)item[1].value)->unit, TS_UNIT_NUMBER);
    assert_int_equal(((ts_scalar *)item[1].value)->whole, 4);
    assert_int_equal(((ts_scalar *)item[2].value)->whole, 5 * TS_MS);
    assert_false(((ts_scalar *)item[3].value)->exact);
    assert_int_equal(r.root->goal.whole, 16 << 20);
    assert_string_equal(r.root->sweep, "{\"vary\":[1.5,\"x\"]}");
    finish(&r);
}

static void test_times(void **state)
{
    static const struct {
        const char *text;
        ts_time time;
    } rows[] = {
        {"\"1ps\"", 1},
        {"\"1.5us\"", 1500000},
        {"\"1.5 \xC2\xB5s\"", 1500000},
        {"\"1.5\xCE\xBCs\"", 1500000},
        {"\"5 ms\"", 5 * TS_MS},
        {"\"0.000000000001s\"", 1},
        {"\"1e-12s\"", 1},
        {"\"2400h\"", TS_TIME_LIMIT},
        /* the nearest picosecond, of two the even one */
        {"\"1/3us\"", 333333},
        {"\"1/3 s\"", 333333333333},
        {"\"2/3s\"", 666666666667},
        {"\"0.333333333333333 s\"", 333333333333},
        {"\"2.5ps\"", 2},
        {"\"3.5ps\"", 4},
        {"\"0.51ps\"", 1},
        {"\"0.5ps\"", -1},
        {"\"1/4us\"", 250000},
        {"0.1", 1 * TS_US},
        {"0.0000001", 1},
        {"12345.6789012", 123456789012},
        {"12345678.1234567", 123456781234567},
        {"0", 0},
    };

    (void)state;
    for (size_t i = 0; i < TS_COUNT_OF(rows); i++) {
        reading r = {.directory = ""};
        char text[200];

        (void)snprintf(text, sizeof text,
                       "{\"unit\":\"10us\",\"threads\":[{\"program\":[],"
                       "\"at\":%s}]}",
                       rows[i].text);
        start(&r, text);
        if (rows[i].time < 0) {
            assert_null(ts_document_read(r.document, &ts_test_shape, &r.arena,
                                         &r.diagnostics));
        } else {
            read_it(&r);
            assert_int_equal(((test_thread *)r.root->threads.items)->at,
                             rows[i].time);
        }
        finish(&r);
    }
}

static void test_programs(void **state)
{
    static const char text[] =
        "{\"unit\":\"ms\",\"locks\":[\"L\",{\"name\":\"M\"}],\"threads\":["
        "{\"program\":[\"yield\",{\"yield\":{}},{\"lock\":\"M\"},"
        "{\"repeat\":{\"run\":5}},{\"repeat\":{\"count\":7,\"body\":[]}}]},"
        "{\"name\":\"b\",\"program\":[{\"run\":{\"hyperexponential\":["
        "{\"weight\":1,\"mean\":\"1ms\"},{\"weight\":3,\"mean\":2}]}}],"
        "\"follows\":\"b\"}]}";
    const ts_variant *program;
    const test_thread *threads;
    const test_repeat *repeat;
    const ts_distribution *d;
    reading r = {.directory = ""};

    (void)state;
    start(&r, text);
    read_it(&r);
    threads = r.root->threads.items;
    assert_int_equal(r.root->threads.count, 2);
    program = threads[0].program.items;
    assert_string_equal(program[0].entry->name, "yield");
    assert_string_equal(program[1].entry->name, "yield");
    assert_int_equal(((test_lock *)program[2].fields)->lock.index, 1);
    repeat = program[3].fields;
    assert_int_equal(repeat->count, 2);
    assert_int_equal(repeat->body.count, 1);
    program = repeat->body.items;
    assert_int_equal(((test_run *)program->fields)->time.amount.whole,
                     5 * TS_MS);
    assert_null(threads[0].name);
    assert_int_equal(threads[0].follows.index, -1);
    /* The first thread has no name and still counts. */
    assert_int_equal(threads[1].follows.index, 1);
    program = threads[1].program.items;
    d = &((test_run *)program->fields)->time.amount;
    assert_int_equal(d->kind, TS_DIST_HYPER);
    assert_int_equal(d->count, 2);
    assert_true(d->cumulative[0] >= 0.25 && d->cumulative[0] <= 0.25);
    assert_true(d->cumulative[1] >= 1 && d->cumulative[1] <= 1);
    assert_true(d->parts[1].a >= 2e9 && d->parts[1].a <= 2e9);
    finish(&r);
}

/* Every example of the table of distributions reads as what it is. */
static void test_distributions(void **state)
{
    int count;
    const ts_distribution_form *forms = ts_distribution_forms(&count);

    (void)state;
    for (int i = 0; i < count; i++) {
        reading r = {.directory = ""};
        char text[400];

        (void)snprintf(text, sizeof text,
                       "{\"threads\":[{\"program\":[{\"run\":%s},"
                       "{\"run\":{\"time\":%s}}]}]}",
                       forms[i].example, forms[i].example);
        start(&r, text);
        read_it(&r);
        finish(&r);
    }
}

static void test_set(void **state)
{
    static const char text[] = "{\"threads\":[{\"program\":[]}]}";
    reading r = {.directory = ""};
    ts_document *copy;
    char *canonical;

    (void)state;
    start(&r, text);
    copy = ts_document_copy(r.document);
    assert_non_null(copy);
    assert_true(ts_document_set(copy, "/threads/0/count", "5", &r.diagnostics));
    assert_true(ts_document_set(copy, "/threads/0/at", "5ms", &r.diagnostics));
    assert_true(ts_document_set(copy, "/computer/cores", "2", &r.diagnostics));
    assert_true(ts_document_set(copy, "/threads/-", "{\"program\":[]}",
                                &r.diagnostics));
    assert_true(ts_document_set(copy, "/a~1b", "x", &r.diagnostics));
    assert_true(ts_document_set(copy, "/a~1b", "null", &r.diagnostics));
    canonical = ts_document_canonical(copy);
    assert_string_equal(canonical,
                        "{\"threads\":[{\"program\":[],\"count\":5,\"at\":"
                        "\"5ms\"},{\"program\":[]}],\"computer\":"
                        "{\"cores\":2}}");
    free(canonical);
    assert_true(ts_document_get(copy, "/threads/0/at", &canonical));
    assert_string_equal(canonical, "\"5ms\"");
    free(canonical);
    assert_true(ts_document_get(copy, "/threads/7", &canonical));
    assert_null(canonical);
    canonical = ts_document_canonical(r.document);
    assert_string_equal(canonical, text);
    free(canonical);
    r.root = ts_document_read(copy, &ts_test_shape, &r.arena, &r.diagnostics);
    assert_non_null(r.root);
    assert_int_equal(((test_thread *)r.root->threads.items)->count, 5);
    assert_int_equal(((test_thread *)r.root->threads.items)->at, 5 * TS_MS);

    /* What cannot be set, and what is wrong once it is. */
    assert_false(
        ts_document_set(copy, "/threads/7/count", "5", &r.diagnostics));
    assert_string_equal(r.diagnostics.items[0].message,
                        "the list has 2 items, so \"7\" is none of them");
    assert_false(ts_document_set(copy, "threads", "5", &r.diagnostics));
    assert_false(ts_document_set(copy, "/threads/0/at/x", "5", &r.diagnostics));
    assert_false(
        ts_document_set(copy, "/x", "{\"a\":1,\"a\":2}", &r.diagnostics));
    assert_false(ts_document_set(copy, "/x", "{\"a\":", &r.diagnostics));
    assert_false(ts_document_set(copy, "/x\xA9", "5", &r.diagnostics));
    assert_false(ts_document_set(copy, "/x", "\xA9", &r.diagnostics));
    ts_diagnostics_fini(&r.diagnostics);
    assert_true(
        ts_document_set(copy, "/threads/0/count", "-5", &r.diagnostics));
    assert_null(
        ts_document_read(copy, &ts_test_shape, &r.arena, &r.diagnostics));
    assert_int_equal(r.diagnostics.count, 1);
    assert_int_equal(r.diagnostics.items[0].line, 0);
    assert_string_equal(r.diagnostics.items[0].path, "/threads/0/count");
    assert_string_equal(r.diagnostics.items[0].message,
                        "must be from 0 to 1000000, not -5 (set to -5)");
    ts_document_free(copy);
    finish(&r);
}

/* --- profiles --- */

static void write_file(const char *directory, const char *name,
                       const char *text)
{
    char path[128];
    FILE *out;

    (void)snprintf(path, sizeof path, "%s/%s.json", directory, name);
    out = fopen(path, "w");
    assert_non_null(out);
    assert_true(fputs(text, out) >= 0);
    assert_int_equal(fclose(out), 0);
}

static const char *const profiles[][2] = {
    {"fast", "{\n \"title\": \"t\", \"sources\": [1], \"profile\": \"base\",\n"
             " \"cores\": 8,\n \"cache\": {\"size\": \"1MiB\"}\n}"},
    {"base", "{\"clock\": \"2GHz\", \"cores\": 2,\n"
             " \"cache\": {\"latency\": \"3ns\"}}"},
    {"wrong", "{\n  \"cores\": 0,\n  \"cache\": \"x\"\n}"},
    {"loop", "{\"profile\": \"pool\"}"},
    {"pool", "{\"profile\": \"loop\"}"},
    {"broken", "{\n  \"cores\": 01 }"},
    {"nest", "{\"cache\": {\"profile\": \"nest\"}}"},
};

static void profiles_write(reading *r)
{
    (void)snprintf(r->directory, sizeof r->directory, "/tmp/ts-test-XXXXXX");
    assert_non_null(mkdtemp(r->directory));
    for (size_t i = 0; i < TS_COUNT_OF(profiles); i++)
        write_file(r->directory, profiles[i][0], profiles[i][1]);
}

static void profiles_remove(reading *r)
{
    char path[128];

    for (size_t i = 0; i < TS_COUNT_OF(profiles); i++) {
        (void)snprintf(path, sizeof path, "%s/%s.json", r->directory,
                       profiles[i][0]);
        assert_int_equal(unlink(path), 0);
    }
    assert_int_equal(rmdir(r->directory), 0);
}

static void test_profiles(void **state)
{
    reading r;
    char *canonical;

    (void)state;
    profiles_write(&r);
    start(&r, "{\"computer\":{\"profile\":\"fast\",\"cores\":4}}");
    read_it(&r);
    assert_int_equal(r.root->computer->cores, 4);
    assert_int_equal(r.root->computer->clock.num, 2000000000);
    assert_int_equal(r.root->computer->cache->size, 1 << 20);
    assert_int_equal(r.root->computer->cache->latency, 3000);
    canonical = ts_document_canonical(r.document);
    assert_string_equal(canonical,
                        "{\"computer\":{\"cores\":4,\"cache\":{\"size\":"
                        "\"1MiB\",\"latency\":\"3ns\"},\"clock\":\"2GHz\"}}");
    free(canonical);
    /* What is set overrides, another profile may be set, and null deletes. */
    assert_true(ts_document_set(r.document, "/computer/cache/latency", "9ns",
                                &r.diagnostics));
    assert_true(ts_document_set(r.document, "/computer/profile", "base",
                                &r.diagnostics));
    assert_true(ts_document_set(r.document, "/computer/cache/size", "2KiB",
                                &r.diagnostics));
    read_it(&r);
    assert_int_equal(r.root->computer->cache->size, 2048);
    assert_int_equal(r.root->computer->cache->latency, 9000);
    finish(&r);
    start(&r, "{\"computer\":{\"profile\":\"fast\",\"cache\":null}}");
    read_it(&r);
    assert_null(r.root->computer->cache);
    assert_int_equal(r.root->computer->cores, 8);
    finish(&r);
    profiles_remove(&r);
}

static void test_profile_errors(void **state)
{
    static const struct {
        const char *text, *file;
        int line, column;
        const char *message;
    } rows[] = {
        {"{\"computer\":{\"profile\":\"wrong\"}}", "wrong.json", 2, 12,
         "must be from 1 to 1024, not 0"},
        {"{\"computer\":{\"profile\":\"broken\"}}", "broken.json", 2, 12,
         "a number must not begin with 0"},
        {"{\"computer\":{\"profile\":\"fasd\"}}", "a.json", 1, 24,
         "no profile is named \"fasd\" (there is no such file); there are "
         "fast, base, broken, loop, nest, pool, wrong"},
        {"{\"computer\":{\"profile\":\"../fast\"}}", "a.json", 1, 24, NULL},
        {"{\"computer\":{\"profile\":\"loop\"}}", "a.json", 1, 24,
         "profile \"loop\" is part of itself"},
        {"{\"computer\":{\"profile\":\"nest\"}}", "a.json", 1, 24, NULL},
        {"{\"system\":{\"profile\":\"fast\"}}", "a.json", 1, 12,
         "system takes no profile"},
    };
    reading r;

    (void)state;
    profiles_write(&r);
    for (size_t i = 0; i < TS_COUNT_OF(rows); i++) {
        ts_profiles where = {.directory = r.directory};
        const ts_diagnostic *d;
        size_t n, m = strlen(rows[i].file);

        ts_diagnostics_init(&r.diagnostics);
        ts_arena_init(&r.arena, 0);
        r.document =
            ts_document_parse("a.json", rows[i].text, strlen(rows[i].text),
                              &where, &r.diagnostics);
        if (r.document != NULL)
            assert_null(ts_document_read(r.document, &ts_test_shape, &r.arena,
                                         &r.diagnostics));
        assert_true(r.diagnostics.count > 0);
        d = &r.diagnostics.items[0];
        if (rows[i].message != NULL) {
            n = strlen(d->file);
            assert_true(n >= m);
            assert_string_equal(d->file + n - m, rows[i].file);
            assert_int_equal(d->line, rows[i].line);
            assert_int_equal(d->column, rows[i].column);
            assert_string_equal(d->message, rows[i].message);
        }
        finish(&r);
    }
    profiles_remove(&r);
}

static void test_files(void **state)
{
    reading r = {.directory = ""};

    (void)state;
    ts_diagnostics_init(&r.diagnostics);
    assert_null(ts_document_open("/nowhere/at/all.json", NULL, &r.diagnostics));
    assert_int_equal(r.diagnostics.count, 1);
    assert_int_equal(r.diagnostics.items[0].line, 0);
    assert_string_equal(r.diagnostics.items[0].message,
                        "there is no such file");
    ts_diagnostics_fini(&r.diagnostics);
    assert_null(ts_document_open("/tmp", NULL, &r.diagnostics));
    assert_int_equal(r.diagnostics.count, 1);
    ts_diagnostics_fini(&r.diagnostics);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_defaults),
        cmocka_unit_test(test_values),
        cmocka_unit_test(test_times),
        cmocka_unit_test(test_programs),
        cmocka_unit_test(test_distributions),
        cmocka_unit_test(test_set),
        cmocka_unit_test(test_profiles),
        cmocka_unit_test(test_profile_errors),
        cmocka_unit_test(test_files),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
