/*
 * picture_data.c - from a picture's head and a database to the script that
 * draws: the queries are answered, and stand before it as variables and data.
 */
#include "sim/pictures/picture.h"

#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>
#include <unistd.h>

#include "sim/results/runs.h"
#include "sim/scenario/buffer.h"
#include "sim/scenario/escape.h"

#define POINT_MAX 80 /* characters of it: one line of a picture */

/* --- queries --- */

/* Binds :run and every other parameter that the query names. */
static bool bind_all(ts_picture *p, sqlite3_stmt *statement, int64_t run,
                     ts_error *error)
{
    for (int i = 1; i <= sqlite3_bind_parameter_count(statement); i++) {
        const char *name = sqlite3_bind_parameter_name(statement, i);
        const ts_variable *v;

        if (name == NULL || strcmp(name, ":run") == 0) {
            sqlite3_bind_int64(statement, i, run);
            continue;
        }
        v = ts_picture_find(p, name + 1);
        if (v == NULL)
            return ts_fail(error,
                           "%s.gp: %s is neither a setting nor an "
                           "answer that stands before it",
                           p->name, name);
        if (v->text == NULL)
            sqlite3_bind_null(statement, i);
        else if (!v->is_number)
            sqlite3_bind_text(statement, i, v->text, -1, SQLITE_STATIC);
        else if (v->number == nearbyint(v->number) && fabs(v->number) < 9e18)
            sqlite3_bind_int64(statement, i, (int64_t)v->number);
        else
            sqlite3_bind_double(statement, i, v->number);
    }
    return true;
}

static sqlite3_stmt *prepare(ts_picture *p, const ts_line *l, ts_store *store,
                             int64_t run, ts_error *error)
{
    sqlite3_stmt *statement = NULL;

    if (sqlite3_prepare_v2(ts_store_handle(store), l->value, -1, &statement,
                           NULL) != SQLITE_OK)
        ts_fail(error, "%s.gp: the query of \"%s\" is wrong: %s", p->name,
                l->name, sqlite3_errmsg(ts_store_handle(store)));
    else if (bind_all(p, statement, run, error))
        return statement;
    sqlite3_finalize(statement);
    return NULL;
}

/* The advice of the "else" line that follows `l`. */
static bool fail_empty(const ts_picture *p, const ts_line *l, ts_error *error)
{
    const ts_line *next = l + 1;

    if (next < p->lines + p->line_count && next->kind == TS_LINE_ELSE)
        return ts_fail(error, "nothing to draw: %s", next->value);
    return ts_fail(error,
                   "nothing to draw: the query of \"%s\" in %s.gp has "
                   "no rows",
                   l->name, p->name);
}

static bool answer_variable(ts_picture *p, const ts_line *l,
                            sqlite3_stmt *statement, ts_store *store,
                            ts_error *error)
{
    int code = sqlite3_step(statement);
    const char *text = NULL;

    if (code != SQLITE_ROW && code != SQLITE_DONE)
        return ts_store_fail(store, "reading", error);
    if (code == SQLITE_ROW)
        text = (const char *)sqlite3_column_text(statement, 0);
    if (text == NULL && l + 1 < p->lines + p->line_count &&
        l[1].kind == TS_LINE_ELSE)
        return fail_empty(p, l, error);
    return ts_picture_set(p, l->name, text, l->kind == TS_LINE_NUMBER,
                          text == NULL ? NAN
                                       : sqlite3_column_double(statement, 0),
                          error);
}

/* Text of other people between quotes of the script, where gnuplot expands
 * nothing: neither can hold the quote itself, for which `quote` stands. What
 * no SVG may hold goes as well, for gnuplot would write it there. */
static void write_text(FILE *out, const char *text, char end, const char *quote)
{
    size_t length;

    for (; *text != '\0'; text += length) {
        uint32_t c;

        length = ts_utf8_next(text, &c);
        if (strncmp(text, "]]>", 3) == 0)
            length = (size_t)fprintf(out, "]] >") - 1;
        else if (c == (uint32_t)end)
            fputs(quote, out);
        else if (c < ' ' || (c >= 0x7f && c < 0xa0))
            fputc(' ', out);
        else if (c == 0xfffd || c == 0xfffe || c == 0xffff)
            fputs("\xef\xbf\xbd", out); /* what cannot be read */
        else
            fwrite(text, 1, length, out);
    }
}

/* In a datablock nothing can be escaped. */
static void write_field(FILE *out, const char *text)
{
    fputc('"', out);
    write_text(out, text, '"', "'");
    fputc('"', out);
}

static bool write_data(const ts_picture *p, const ts_line *l,
                       sqlite3_stmt *statement, ts_store *store, FILE *out,
                       ts_error *error)
{
    int columns = sqlite3_column_count(statement), code;
    int64_t rows = 0;

    fprintf(out, "$%s << END_OF_DATA\n", l->name);
    while ((code = sqlite3_step(statement)) == SQLITE_ROW) {
        rows++;
        for (int i = 0; i < columns; i++) {
            if (i > 0)
                fputc('\t', out);
            switch (sqlite3_column_type(statement, i)) {
            case SQLITE_NULL:
                fputs("NaN", out);
                break;
            case SQLITE_INTEGER:
                fprintf(out, "%" PRId64,
                        (int64_t)sqlite3_column_int64(statement, i));
                break;
            case SQLITE_FLOAT:
                fprintf(out, "%.17g", sqlite3_column_double(statement, i));
                break;
            default:
                write_field(out,
                            (const char *)sqlite3_column_text(statement, i));
            }
        }
        fputc('\n', out);
    }
    fputs("END_OF_DATA\n", out);
    if (code != SQLITE_DONE)
        return ts_store_fail(store, "reading", error);
    return rows > 0 || l->kind == TS_LINE_MAYBE || fail_empty(p, l, error);
}

/* --- the run --- */

/* What is said when the table is empty: of a run that was not traced, and of
 * one that was. */
static const struct {
    const char *table, *untraced, *traced;
} needs[] = {
    {"spans", "kept no spans: run the scenario with --trace",
     "has no spans: nothing ever ran"},
    {"samples", "kept no samples: run the scenario with --trace",
     "has no samples: nothing in its scenario is sampled"},
    {"instants", "kept no instants: run the scenario with --trace",
     "has no instants: nothing of that sort happened"},
    {"notes", "kept no reasons: run the scenario with --why",
     "kept no reasons: run the scenario with --why"},
    {"varied", "is not one of a sweep: the scenario needs a \"sweep\"",
     "is not one of a sweep: the scenario needs a \"sweep\""},
    {"histograms", "has no histograms: none of its metrics is a distribution",
     "has no histograms: none of its metrics is a distribution"},
    {"threads", "kept no threads: there were too many of them",
     "kept no threads: there were too many of them"},
};

/* Why `run` cannot be drawn: it has no rows in what needs[which] names. */
static bool fail_need(ts_store *store, size_t which, int64_t run,
                      ts_error *error)
{
    bool traced;

    return ts_run_traced(store, run, &traced, error) &&
           ts_fail(error, "%s: run %" PRId64 " %s", ts_store_path(store), run,
                   traced ? needs[which].traced : needs[which].untraced);
}

/* Finds the run to be drawn and makes sure that it has what is needed. */
static bool choose_run(ts_picture *p, ts_store *store,
                       const ts_picture_order *order, int64_t *run,
                       ts_error *error)
{
    const char *table = ts_picture_head(p, TS_LINE_NEEDS);
    size_t which = 0;
    int64_t any;

    while (table != NULL && which < TS_COUNT_OF(needs) &&
           strcmp(table, needs[which].table) != 0)
        which++;
    if (which == TS_COUNT_OF(needs))
        return ts_fail(error, "%s.gp: cannot need \"%s\"", p->name, table);
    if (!ts_run_latest(store, order->family, order->run, table, run, &any,
                       error))
        return false;
    if (*run != 0)
        return true;
    if (any != 0)
        return fail_need(store, which, any, error);
    if (order->run != 0)
        return ts_fail(error,
                       "%s: has no run %" PRId64 "; `timeslice show %s` "
                       "lists them",
                       ts_store_path(store), order->run, ts_store_path(store));
    return ts_fail(error, "%s: holds no runs yet", ts_store_path(store));
}

/* --- the script --- */

/* Sizes are pixels of a screen; a point is 4/3 of one on paper and with cairo,
 * and one in gnuplot's SVG. */
static const struct {
    const char *ending, *end; /* of the name, of the file */
    const char *terminal, *headline, *remark, *label;
} forms[] = {
    {"svg", "</svg>",
     "sprintf(\"set terminal svg size %d,%d fixed noenhanced font "
     "'sans-serif,12' background '#ffffff'; set output OUTPUT\", w, h)",
     "sans-serif,16", "sans-serif,11.5", "sans-serif,10.5"},
    {"png", "IEND",
     "sprintf(\"set terminal pngcairo size %d,%d noenhanced font "
     "'sans-serif,9' background '#ffffff'; set output OUTPUT\", w, h)",
     "sans-serif,12", "sans-serif,8.5", "sans-serif,8"},
    {"pdf", "%%EOF",
     "sprintf(\"set terminal pdfcairo size %.3fin,%.3fin noenhanced "
     "font 'sans-serif,9' background '#ffffff'; set output OUTPUT\", "
     "w / 96.0, h / 96.0)",
     "sans-serif,12", "sans-serif,8.5", "sans-serif,8"},
};

/* The number of the form that the ending of `output` names, or -1. */
int ts_picture_form(const char *output, ts_error *error)
{
    const char *dot = strrchr(output, '.');

    for (size_t i = 0; dot != NULL && i < TS_COUNT_OF(forms); i++)
        if (strcmp(dot + 1, forms[i].ending) == 0)
            return (int)i;
    ts_fail(error, "%s: the name of a picture ends in .svg, .png or .pdf",
            output);
    return -1;
}

/* Single quotes, in which nothing is expanded; a quote itself stands between
 * double ones: gnuplot does not take '' at the beginning or the end. */
static void write_string(FILE *out, const char *name, const char *text)
{
    fprintf(out, "%s = '", name);
    write_text(out, text, '\'', "' . \"'\" . '");
    fputs("'\n", out);
}

static void write_variable(FILE *out, const ts_variable *v)
{
    if (v->is_number && isnan(v->number))
        fprintf(out, "%s = NaN\n", v->name);
    else if (v->is_number) /* with a point: gnuplot's integers are narrow */
        fprintf(out, "%s = %.17g * 1.0\n", v->name, v->number);
    else
        write_string(out, v->name, v->text != NULL ? v->text : "");
}

static bool write_style(const char *plots, FILE *out, ts_error *error)
{
    char path[TS_PICTURE_PATH], *style;

    snprintf(path, sizeof path, "%s/style.gp", plots);
    style = ts_picture_file(path);
    if (style == NULL)
        return ts_fail(error, "%s: cannot be read: %s", path, strerror(errno));
    fputs(style, out);
    free(style);
    return true;
}

/* Which point of a sweep the run is: no picture of one leaves it unsaid. */
static bool tell_point(ts_picture *p, ts_store *store, int64_t run,
                       ts_error *error)
{
    ts_query q = ts_run_varied(store, run);
    const char *point = ts_query_next(&q) ? ts_query_text(&q, 0) : "";
    ts_buffer text = TS_BUFFER_EMPTY;
    size_t length = 0;
    uint32_t character;
    bool fine;

    for (int i = 0; i < POINT_MAX && point[length] != '\0'; i++)
        length += ts_utf8_next(point + length, &character);
    ts_buffer_text(&text, length > 0 ? " at " : "");
    ts_buffer_add(&text, point, length);
    ts_buffer_text(&text, point[length] != '\0' ? "…" : "");
    fine = ts_query_end(&q, error) && (!text.failed || ts_fail_memory(error)) &&
           ts_picture_set(p, "point", text.data, false, 0, error);
    ts_buffer_fini(&text);
    return fine;
}

/* Writes the script that draws `output`: what it may use, its data, itself. */
static bool picture_write(ts_picture *p, ts_store *store,
                          const ts_picture_order *order, int form, FILE *out,
                          ts_error *error)
{
    char path[TS_PICTURE_PATH + 2];
    int64_t run;

    if (!choose_run(p, store, order, &run, error) ||
        !tell_point(p, store, run, error))
        return false;
    fputs("# Made by timeslice: gnuplot draws it.\n", out);
    /* gnuplot would start what follows a "|". */
    snprintf(path, sizeof path, "%s%s", order->output[0] == '|' ? "./" : "",
             order->output);
    write_string(out, "OUTPUT", path);
    fprintf(out, "terminal(w, h) = %s\n", forms[form].terminal);
    write_string(out, "HEADLINE", forms[form].headline);
    write_string(out, "REMARK", forms[form].remark);
    write_string(out, "LABEL", forms[form].label);
    fputs("set datafile separator '\\t'\n", out);
    if (!write_style(order->plots, out, error))
        return false;
    for (int i = 0; i < p->line_count; i++) {
        const ts_line *l = &p->lines[i];
        sqlite3_stmt *statement;
        bool fine;

        if (l->kind < TS_LINE_TEXT || l->kind > TS_LINE_MAYBE)
            continue;
        statement = prepare(p, l, store, run, error);
        fine = statement != NULL &&
               (l->kind == TS_LINE_TEXT || l->kind == TS_LINE_NUMBER
                    ? answer_variable(p, l, statement, store, error)
                    : write_data(p, l, statement, store, out, error));
        sqlite3_finalize(statement);
        if (!fine)
            return false;
    }
    for (int i = 0; i < p->variable_count; i++)
        write_variable(out, &p->variables[i]);
    fputs(p->source, out);
    return !ferror(out) ||
           ts_fail(error, "%s: cannot write the script: the disk may be full",
                   order->output);
}

/* --- public --- */

bool ts_picture_check(const ts_picture_order *order, ts_error *error)
{
    bool formed =
        order->output == NULL || ts_picture_form(order->output, error) >= 0;
    ts_picture *p = formed ? ts_picture_open(order, error) : NULL;
    bool fine = p != NULL && ts_picture_settle(p, order->settings,
                                               order->setting_count, error);

    ts_picture_close(p);
    return fine;
}

/* What is read out of a picture: its headline, and what such pictures show. */
static void take_words(ts_picture *p, ts_buffer *words)
{
    const ts_variable *title = ts_picture_find(p, "title");
    const char *sort = ts_picture_head(p, TS_LINE_TITLE);

    ts_buffer_text(words, "<title>");
    ts_escape(words, TS_ESCAPE_XML,
              title != NULL && title->text != NULL ? title->text : sort);
    ts_buffer_text(words, "</title>\n<desc>");
    ts_escape(words, TS_ESCAPE_XML, sort);
    ts_buffer_text(words, "</desc>");
}

/* `words` (NULL: not wanted) gets what an SVG says of itself. */
static bool write_script(ts_store *store, const ts_picture_order *order,
                         FILE *out, ts_buffer *words, ts_error *error)
{
    int form = ts_picture_form(order->output, error);
    ts_picture *p = form >= 0 ? ts_picture_open(order, error) : NULL;
    bool fine =
        p != NULL &&
        ts_picture_settle(p, order->settings, order->setting_count, error) &&
        picture_write(p, store, order, form, out, error);

    if (fine && words != NULL)
        take_words(p, words);
    ts_picture_close(p);
    return fine;
}

bool ts_picture_script(ts_store *store, const ts_picture_order *order,
                       FILE *out, ts_error *error)
{
    return write_script(store, order, out, NULL, error);
}

/* --- the file --- */

/* gnuplot draws on its standard output where it cannot open a file. */
static bool can_write(const char *file, const char *output, ts_error *error)
{
    FILE *try = fopen(file, "wb");

    if (try == NULL)
        return ts_fail(error, "%s: cannot be written: %s", output,
                       strerror(errno));
    fclose(try);
    return true;
}

/* gnuplot does not tell of a disk that is full: the end of the picture is
 * missing then. */
static bool is_whole(const char *file, int form)
{
    char tail[65] = "";
    FILE *in = fopen(file, "rb");
    size_t length = 0;
    bool found = false;

    if (in == NULL)
        return false;
    if (fseek(in, -(long)(sizeof tail - 1), SEEK_END) != 0)
        rewind(in);
    length = fread(tail, 1, sizeof tail - 1, in);
    fclose(in);
    for (size_t i = 0; i < length && !found; i++)
        found =
            strncmp(tail + i, forms[form].end, strlen(forms[form].end)) == 0;
    return found;
}

static bool keep(const char *unfinished, const char *output, int form,
                 ts_error *error)
{
    if (!is_whole(unfinished, form))
        return ts_fail(error,
                       "%s: gnuplot could not write it whole; check the "
                       "directory and the room on the disk",
                       output);
    return rename(unfinished, output) == 0 ||
           ts_fail(error, "%s: cannot be written: %s", output, strerror(errno));
}

static bool read_all(const char *file, ts_buffer *text)
{
    char chunk[16384];
    FILE *in = fopen(file, "rb");
    size_t length;

    if (in == NULL)
        return false;
    while ((length = fread(chunk, 1, sizeof chunk, in)) > 0)
        ts_buffer_add(text, chunk, length);
    fclose(in);
    return !text->failed && text->data != NULL;
}

/* gnuplot calls every SVG "Gnuplot": who hears pictures hears what it is of. */
static bool name_picture(const char *file, const ts_buffer *words,
                         ts_error *error)
{
    ts_buffer text = TS_BUFFER_EMPTY;
    const char *begin = NULL, *end = NULL;
    FILE *out = NULL;
    bool fine = read_all(file, &text) && !words->failed;

    if (fine)
        begin = strstr(text.data, "<title>");
    if (begin != NULL)
        end = strstr(begin, "</desc>");
    if (end != NULL)
        out = fopen(file, "wb");
    if (out != NULL) {
        fwrite(text.data, 1, (size_t)(begin - text.data), out);
        fputs(words->data, out);
        fputs(end + strlen("</desc>"), out);
        fine = !ferror(out);
        fine &= fclose(out) == 0;
    }
    ts_buffer_fini(&text);
    return fine ||
           ts_fail(error, "%s: cannot be written: %s", file, strerror(errno));
}

/* Lets gnuplot draw to order->output, without more ado. */
static bool draw_there(ts_store *store, const ts_picture_order *order,
                       ts_buffer *words, ts_error *error)
{
    FILE *script = tmpfile();
    bool fine;

    if (script == NULL)
        return ts_fail(error, "cannot make a temporary file: %s",
                       strerror(errno));
    fine = write_script(store, order, script, words, error) &&
           ts_gnuplot_run(script, error);
    fclose(script);
    return fine;
}

ts_picture_result
ts_picture_draw(ts_store *store, const ts_picture_order *order, ts_error *error)
{
    const char *output = order->output, *dot = strrchr(output, '.');
    char unfinished[TS_PICTURE_PATH];
    ts_picture_order there = *order;
    ts_picture_result result = TS_PICTURE_DRAWN;
    ts_buffer words = TS_BUFFER_EMPTY;
    int form = ts_picture_form(output, error);

    if (form < 0)
        return TS_PICTURE_NONE;
    if ((size_t)snprintf(unfinished, sizeof unfinished, "%s.%ld%s", output,
                         (long)getpid(), dot) >= sizeof unfinished) {
        ts_fail(error, "%s: the name is too long", output);
        return TS_PICTURE_UNKEPT;
    }
    if (!can_write(unfinished, output, error))
        return TS_PICTURE_UNKEPT;
    there.output = unfinished;
    if (!draw_there(store, &there, &words, error))
        result = TS_PICTURE_NONE;
    else if (strcmp(forms[form].ending, "svg") == 0 &&
             is_whole(unfinished, form) &&
             !name_picture(unfinished, &words, error))
        result = TS_PICTURE_UNKEPT;
    else if (!keep(unfinished, output, form, error))
        result = TS_PICTURE_UNKEPT;
    if (result != TS_PICTURE_DRAWN)
        unlink(unfinished);
    ts_buffer_fini(&words);
    return result;
}
