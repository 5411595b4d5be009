/*
 * test_escape.c - text of other people, in every form it goes to.
 */
#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <string.h>

#include <cmocka.h>

#include "sim/scenario/escape.h"

typedef struct escape_case {
    const char *text, *expected;
} escape_case;

static void assert_escapes(ts_escape_form form, const escape_case *cases)
{
    for (; cases->text != NULL; cases++) {
        ts_buffer out = TS_BUFFER_EMPTY;
        char printed[256];
        FILE *file = tmpfile();

        ts_escape(&out, form, cases->text);
        ts_buffer_add(&out, "", 0);
        assert_string_equal(out.data, cases->expected);
        assert_non_null(file);
        ts_escape_print(file, form, cases->text);
        rewind(file);
        printed[fread(printed, 1, sizeof printed - 1, file)] = '\0';
        assert_string_equal(printed, cases->expected);
        fclose(file);
        ts_buffer_fini(&out);
    }
}

static void json(void **state)
{
    static const escape_case cases[] = {
        {"", "\"\""},
        {"a\"b\\c\n\t\x01", "\"a\\\"b\\\\c\\n\\t\\u0001\""},
        {"\xc3\xa9 \xe2\x82\xac \xf0\x9f\x98\x80",
         "\"\xc3\xa9 \xe2\x82\xac \xf0\x9f\x98\x80\""},
        /* a byte that begins nothing, one cut off, a form too long, half of
         * a pair of surrogates, and past the last character */
        {"a\xff", "\"a\xef\xbf\xbd\""},
        {"a\xc3", "\"a\xef\xbf\xbd\""},
        {"\xc0\x80", "\"\xef\xbf\xbd\xef\xbf\xbd\""},
        {"\xed\xa0\x80", "\"\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\""},
        {"\xf4\x90\x80\x80",
         "\"\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\xef\xbf\xbd\""},
        {NULL, NULL}};

    (void)state;
    assert_escapes(TS_ESCAPE_JSON, cases);
}

static void xml(void **state)
{
    static const escape_case cases[] = {
        {"]]> <a b=\"c\" d='e'> &", "]]&gt; &lt;a b=&quot;c&quot; d=&#39;e&#39;"
                                    "&gt; &amp;"},
        {"a\x1b\nb\x7f", "a \nb "},
        {"\xef\xbf\xbe\xef\xbf\xbf", "\xef\xbf\xbd\xef\xbf\xbd"},
        {"caf\xe9", "caf\xef\xbf\xbd"},
        {NULL, NULL}};

    (void)state;
    assert_escapes(TS_ESCAPE_XML, cases);
}

static void line(void **state)
{
    static const escape_case cases[] = {
        {"plain: text, 5 \xc2\xb5s", "plain: text, 5 \xc2\xb5s"},
        {"\x1b]0;gone\x07\x1b[2J", "\\x1b]0;gone\\x07\\x1b[2J"},
        {"\xc2\x9b"
         "31m",
         "\\x9b31m"}, /* the same in one character */
        {"one\r\ntwo\tthree", "one  two three"},
        {"\xe2\x80\xae"
         "abc",
         "\\u202eabc"},
        {"::add-mask::x", "\\x3a:add-mask::x"},
        {"\n  ::error::x", "   \\x3a:error::x"},
        {"wide ::error::x", "wide \\x3a:error::x"},
        {"a::b", "a::b"},
        {"a ##[add-path]b", "a \\x23#[add-path]b"},
        {"# of runs", "# of runs"},
        {NULL, NULL}};

    (void)state;
    assert_escapes(TS_ESCAPE_LINE, cases);
}

static void markdown(void **state)
{
    static const escape_case cases[] = {
        {"a\n# b", "a # b"},
        {"# a", "\\# a"},
        {"- a", "\\- a"},
        {"a|b <img> [x](y) `z` *w*",
         "a\\|b \\<img\\> \\[x\\](y) \\`z\\` \\*w\\*"},
        {"\x1b[1m", "\\x1b\\[1m"},
        {NULL, NULL}};

    (void)state;
    assert_escapes(TS_ESCAPE_MARKDOWN, cases);
}

static void csv(void **state)
{
    static const escape_case cases[] = {{"a", "a"},
                                        {"a,b", "\"a,b\""},
                                        {"say \"a\"", "\"say \"\"a\"\"\""},
                                        {"=cmd|' /C calc'!A0",
                                         "\"'=cmd|' /C calc'!A0\""},
                                        {"@SUM(1)", "\"'@SUM(1)\""},
                                        {"-5", "-5"},
                                        {"+1.5e3", "+1.5e3"},
                                        {"-5 apples", "\"'-5 apples\""},
                                        {NULL, NULL}};

    (void)state;
    assert_escapes(TS_ESCAPE_CSV, cases);
}

int main(void)
{
    const struct CMUnitTest tests[] = {cmocka_unit_test(json),
                                       cmocka_unit_test(xml),
                                       cmocka_unit_test(line),
                                       cmocka_unit_test(markdown),
                                       cmocka_unit_test(csv)};

    return cmocka_run_group_tests(tests, NULL, NULL);
}
