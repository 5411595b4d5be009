/*
 * picture.c - from a script with SQL at its head to a finished picture.
 *
 *   picture_open()      reads plots/NAME.gp and takes its head apart
 *   picture_settle()    defaults, then what the caller has set
 *   picture_write()     runs the queries; writes the script that draws
 *   gnuplot_run()       hands it to gnuplot
 *
 * gnuplot reads from an unlinked temporary file, and what it has to say goes
 * to another: with pipes, each side could wait for the other for ever. No
 * shell is involved.
 */
#include "sim/cli/plot.h"

#include <ctype.h>
#include <dirent.h>
#include <errno.h>
#include <inttypes.h>
#include <math.h>
#include <spawn.h>
#include <sqlite3.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "sim/cli/command.h"
#include "sim/results/quantity.h"

#define PATH_ROOM 4096
#define LINES_MAX 64            /* lines "#!" of one picture */
#define SCRIPT_MAX (256 * 1024) /* bytes */
#define PICTURES_MAX 256

extern char **environ; /* POSIX wants it declared by whoever uses it */

typedef enum line_kind {
    LINE_TITLE,
    LINE_ABOUT,
    LINE_NEEDS,
    LINE_WITH,
    LINE_TIME,
    LINE_TEXT,
    LINE_NUMBER,
    LINE_DATA,
    LINE_MAYBE,
    LINE_ELSE,
    LINE_KINDS
} line_kind;

static const char *const line_words[LINE_KINDS] = {"title",  "about", "needs",
                                                   "with",   "time",  "text",
                                                   "number", "data",  "maybe",
                                                   "else"};

typedef struct line {
    line_kind kind;
    char *name;  /* NULL: the kind has none */
    char *value; /* WITH, TIME: the default; else the text or the query */
    char *help;  /* WITH, TIME */
} line;

/* A setting, or what a text or number query has answered. */
typedef struct variable {
    char *name;
    char *text; /* NULL: SQL's NULL */
    bool is_number;
    double number; /* NaN with text == NULL */
} variable;

typedef struct picture {
    char *name;
    char *source; /* the file; lines point into `head` */
    char *head;
    line lines[LINES_MAX];
    int line_count;
    variable variables[LINES_MAX * 2];
    int variable_count;
} picture;

/* --- reading --- */

static char *copy_text(const char *text)
{
    char *copy = malloc(strlen(text) + 1);

    if (copy != NULL)
        strcpy(copy, text);
    return copy;
}

/* The whole file, or NULL. */
static char *read_whole(const char *path)
{
    FILE *file = fopen(path, "rb");
    char *text = NULL;
    size_t length;

    if (file == NULL)
        return NULL;
    text = malloc(SCRIPT_MAX + 1);
    if (text != NULL) {
        length = fread(text, 1, SCRIPT_MAX, file);
        text[length] = '\0';
    }
    fclose(file);
    return text;
}

static char *trim(char *text)
{
    char *end;

    while (*text == ' ')
        text++;
    end = text + strlen(text);
    while (end > text && isspace((unsigned char)end[-1]))
        end--;
    *end = '\0';
    return text;
}

/* "with lanes = places: help" */
static bool parse_line(picture *p, char *text, ts_error *error)
{
    char *colon = strchr(text, ':'), *space, *equal;
    line *l = &p->lines[p->line_count];

    if (colon == NULL)
        return ts_fail(error, "%s.gp: \"#! %s\" has no colon", p->name, text);
    if (p->line_count == LINES_MAX)
        return ts_fail(error, "%s.gp: has more than %d lines of \"#!\"",
                       p->name, LINES_MAX);
    *colon = '\0';
    *l = (line){.kind = LINE_KINDS, .value = trim(colon + 1)};
    space = strchr(text, ' ');
    if (space != NULL) {
        *space = '\0';
        l->name = trim(space + 1);
    }
    for (int i = 0; i < LINE_KINDS; i++)
        if (strcmp(text, line_words[i]) == 0)
            l->kind = (line_kind)i;
    if (l->kind == LINE_KINDS)
        return ts_fail(error, "%s.gp: knows no \"#! %s\"", p->name, text);
    if ((l->name != NULL) != (l->kind >= LINE_WITH && l->kind <= LINE_MAYBE))
        return ts_fail(error, "%s.gp: \"#! %s\" %s a name", p->name, text,
                       l->name != NULL ? "takes no" : "needs");
    if (l->kind == LINE_WITH || l->kind == LINE_TIME) {
        equal = strchr(l->name, '=');
        l->help = l->value;
        l->value = equal != NULL ? trim(equal + 1) : colon;
        if (equal != NULL)
            *equal = '\0';
        l->name = trim(l->name);
    }
    p->line_count++;
    return true;
}

/* Joins continued lines, then takes each apart. */
static bool parse_head(picture *p, ts_error *error)
{
    const char *from = p->source;
    char *to;
    bool fine = true;

    p->head = malloc(strlen(p->source) + 1);
    if (p->head == NULL)
        return ts_fail(error, "out of memory");
    to = p->head;
    while (*from != '\0') {
        size_t length = strcspn(from, "\n");

        if (strncmp(from, "#!  ", 4) == 0 && to > p->head) {
            size_t skip = 2 + strspn(from + 2, " ");

            to[-1] = ' '; /* instead of the end of the line before */
            memcpy(to, from + skip, length - skip);
            to += length - skip;
            *to++ = '\0';
        } else if (strncmp(from, "#! ", 3) == 0) {
            memcpy(to, from + 3, length - 3);
            to += length - 3;
            *to++ = '\0';
        }
        from += length + (from[length] == '\n');
    }
    for (char *text = p->head, *next; fine && text < to; text = next) {
        next = text + strlen(text) + 1;
        fine = parse_line(p, text, error);
    }
    return fine;
}

static const char *head_text(const picture *p, line_kind kind)
{
    for (int i = 0; i < p->line_count; i++)
        if (p->lines[i].kind == kind)
            return p->lines[i].value;
    return NULL;
}

static void picture_close(picture *p)
{
    if (p == NULL)
        return;
    for (int i = 0; i < p->variable_count; i++) {
        free(p->variables[i].name);
        free(p->variables[i].text);
    }
    free(p->name);
    free(p->source);
    free(p->head);
    free(p);
}

static picture *picture_open(const char *name, ts_error *error)
{
    char path[PATH_ROOM];
    picture *p = calloc(1, sizeof(*p));

    if (p == NULL || (p->name = copy_text(name)) == NULL) {
        free(p);
        ts_fail(error, "out of memory");
        return NULL;
    }
    if (strchr(name, '/') != NULL)
        snprintf(path, sizeof(path), "%s", name);
    else
        snprintf(path, sizeof(path), "%s/plots/%s.gp", ts_cli_data(), name);
    p->source = read_whole(path);
    if (p->source == NULL)
        ts_fail(error,
                "there is no picture \"%s\"; `timeslice list plots` "
                "names them",
                name);
    else if (parse_head(p, error) && head_text(p, LINE_TITLE) == NULL)
        ts_fail(error, "%s: is no picture: it has no line \"#! title:\"", path);
    else if (error->text[0] == '\0')
        return p;
    picture_close(p);
    return NULL;
}

/* --- settings and variables --- */

static variable *find_variable(picture *p, const char *name)
{
    for (int i = 0; i < p->variable_count; i++)
        if (strcmp(p->variables[i].name, name) == 0)
            return &p->variables[i];
    return NULL;
}

/* Sets a variable, which may be there already. */
static bool set_variable(picture *p, const char *name, const char *text,
                         bool is_number, double number, ts_error *error)
{
    variable *v = find_variable(p, name);
    char *copy;

    if (v == NULL) {
        v = &p->variables[p->variable_count];
        *v = (variable){.name = copy_text(name)};
        if (v->name == NULL)
            return ts_fail(error, "out of memory");
        p->variable_count++;
    }
    /* `text` may be the old one, which a query has handed through. */
    copy = text != NULL ? copy_text(text) : NULL;
    free(v->text);
    v->text = copy;
    v->is_number = is_number;
    v->number = number;
    return text == NULL || copy != NULL || ts_fail(error, "out of memory");
}

static bool set_time(picture *p, const char *name, const char *value,
                     ts_error *error)
{
    const char *unit;
    double ps;

    if (value[0] == '\0')
        return set_variable(p, name, NULL, true, NAN, error);
    if (!ts_quantity(value, &unit, &ps) || (strcmp(unit, "ps") != 0 && ps != 0))
        return ts_fail(error,
                       "the setting %s is a time, as \"5ms\"; \"%s\" "
                       "is none",
                       name, value);
    return set_variable(p, name, value, true, ps, error);
}

static bool picture_settle(picture *p, const ts_setting *settings, int count,
                           ts_error *error)
{
    char known[256] = "";
    size_t used = 0;
    bool found;

    for (int i = 0; i < p->line_count; i++) {
        const line *l = &p->lines[i];
        const char *value = l->value;

        if (l->kind != LINE_WITH && l->kind != LINE_TIME)
            continue;
        for (int j = 0; j < count; j++)
            if (strcmp(settings[j].name, l->name) == 0)
                value = settings[j].value;
        if (l->kind == LINE_TIME
                ? !set_time(p, l->name, value, error)
                : !set_variable(p, l->name, value, false, 0, error))
            return false;
        if (used < sizeof(known))
            used += (size_t)snprintf(known + used, sizeof(known) - used, "%s%s",
                                     used > 0 ? ", " : "", l->name);
    }
    for (int j = 0; j < count; j++) {
        found = find_variable(p, settings[j].name) != NULL;
        if (!found)
            return ts_fail(error,
                           "the picture %s has no setting \"%s\"; it "
                           "has %s",
                           p->name, settings[j].name,
                           used > 0 ? known : "none");
    }
    return true;
}

/* --- queries --- */

/* Binds :run and every other parameter that the query names. */
static bool bind_all(picture *p, sqlite3_stmt *statement, int64_t run,
                     ts_error *error)
{
    for (int i = 1; i <= sqlite3_bind_parameter_count(statement); i++) {
        const char *name = sqlite3_bind_parameter_name(statement, i);
        const variable *v;

        if (name == NULL || strcmp(name, ":run") == 0) {
            sqlite3_bind_int64(statement, i, run);
            continue;
        }
        v = find_variable(p, name + 1);
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

static sqlite3_stmt *prepare(picture *p, const line *l, ts_store *store,
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
static bool fail_empty(const picture *p, const line *l, ts_error *error)
{
    const line *next = l + 1;

    if (next < p->lines + p->line_count && next->kind == LINE_ELSE)
        return ts_fail(error, "nothing to draw: %s", next->value);
    return ts_fail(error,
                   "nothing to draw: the query of \"%s\" in %s.gp has "
                   "no rows",
                   l->name, p->name);
}

static bool answer_variable(picture *p, const line *l, sqlite3_stmt *statement,
                            ts_store *store, ts_error *error)
{
    int code = sqlite3_step(statement);
    const char *text = NULL;

    if (code != SQLITE_ROW && code != SQLITE_DONE)
        return ts_store_fail(store, "reading", error);
    if (code == SQLITE_ROW)
        text = (const char *)sqlite3_column_text(statement, 0);
    if (text == NULL && l + 1 < p->lines + p->line_count &&
        l[1].kind == LINE_ELSE)
        return fail_empty(p, l, error);
    return set_variable(p, l->name, text, l->kind == LINE_NUMBER,
                        text == NULL ? NAN
                                     : sqlite3_column_double(statement, 0),
                        error);
}

/* Text within quotes in a datablock, where nothing can be escaped. */
static void write_field(FILE *out, const char *text)
{
    fputc('"', out);
    for (; *text != '\0'; text++) {
        if (*text == '"')
            fputc('\'', out);
        else
            fputc((unsigned char)*text < ' ' ? ' ' : *text, out);
    }
    fputc('"', out);
}

static bool write_data(const picture *p, const line *l, sqlite3_stmt *statement,
                       ts_store *store, FILE *out, ts_error *error)
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
    return rows > 0 || l->kind == LINE_MAYBE || fail_empty(p, l, error);
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
    {"parameters", "is not one of a sweep: the scenario needs a \"sweep\"",
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
    sqlite3_stmt *statement = NULL;
    bool traced = false;

    if (sqlite3_prepare_v2(ts_store_handle(store),
                           "SELECT trace <> 'off' FROM runs WHERE id = ?", -1,
                           &statement, NULL) == SQLITE_OK &&
        sqlite3_bind_int64(statement, 1, run) == SQLITE_OK &&
        sqlite3_step(statement) == SQLITE_ROW)
        traced = sqlite3_column_int(statement, 0) != 0;
    sqlite3_finalize(statement);
    return ts_fail(error, "%s: run %" PRId64 " %s", ts_store_path(store), run,
                   traced ? needs[which].traced : needs[which].untraced);
}

/* Finds the run to be drawn and makes sure that it has what is needed. */
static bool choose_run(picture *p, ts_store *store, int64_t *run,
                       ts_error *error)
{
    const char *table = head_text(p, LINE_NEEDS);
    sqlite3_stmt *statement = NULL;
    int64_t asked = *run;
    char sql[256];
    size_t which = 0;

    while (table != NULL && which < TS_COUNT_OF(needs) &&
           strcmp(table, needs[which].table) != 0)
        which++;
    if (which == TS_COUNT_OF(needs))
        return ts_fail(error, "%s.gp: cannot need \"%s\"", p->name, table);
    snprintf(sql, sizeof(sql),
             "SELECT max(id), (SELECT max(id) FROM runs WHERE ?1 IN (0, id)) "
             "FROM runs WHERE ?1 IN (0, id)%s%s%s",
             table != NULL ? " AND EXISTS (SELECT 1 FROM " : "",
             table != NULL ? table : "",
             table != NULL ? " WHERE run = runs.id)" : "");
    if (sqlite3_prepare_v2(ts_store_handle(store), sql, -1, &statement, NULL) !=
            SQLITE_OK ||
        sqlite3_bind_int64(statement, 1, asked) != SQLITE_OK ||
        sqlite3_step(statement) != SQLITE_ROW)
        ts_store_fail(store, "reading", error);
    else if (sqlite3_column_type(statement, 0) != SQLITE_NULL)
        *run = sqlite3_column_int64(statement, 0);
    else if (sqlite3_column_type(statement, 1) != SQLITE_NULL)
        fail_need(store, which, sqlite3_column_int64(statement, 1), error);
    else if (asked != 0)
        ts_fail(error,
                "%s: has no run %" PRId64 "; `timeslice show %s` "
                "lists them",
                ts_store_path(store), asked, ts_store_path(store));
    else
        ts_fail(error, "%s: holds no runs yet", ts_store_path(store));
    sqlite3_finalize(statement);
    return error->text[0] == '\0';
}

/* --- the script --- */

/* Sizes are pixels of a screen; a point is 4/3 of one on paper and with cairo,
 * and one in gnuplot's SVG. */
static const struct {
    const char *ending, *terminal, *headline, *remark, *label;
} forms[] = {
    {"svg",
     "sprintf(\"set terminal svg size %d,%d fixed noenhanced font "
     "'sans-serif,12' background '#ffffff'; set output OUTPUT\", w, h)",
     "sans-serif,16", "sans-serif,11.5", "sans-serif,10.5"},
    {"png",
     "sprintf(\"set terminal pngcairo size %d,%d noenhanced font "
     "'sans-serif,9' background '#ffffff'; set output OUTPUT\", w, h)",
     "sans-serif,12", "sans-serif,8.5", "sans-serif,8"},
    {"pdf",
     "sprintf(\"set terminal pdfcairo size %.3fin,%.3fin noenhanced "
     "font 'sans-serif,9' background '#ffffff'; set output OUTPUT\", "
     "w / 96.0, h / 96.0)",
     "sans-serif,12", "sans-serif,8.5", "sans-serif,8"},
};

/* The number of the form that the ending of `output` names, or -1. */
static int find_form(const char *output, ts_error *error)
{
    const char *dot = strrchr(output, '.');

    for (size_t i = 0; dot != NULL && i < TS_COUNT_OF(forms); i++)
        if (strcmp(dot + 1, forms[i].ending) == 0)
            return (int)i;
    ts_fail(error, "%s: the name of a picture ends in .svg, .png or .pdf",
            output);
    return -1;
}

/* A string in gnuplot's single quotes, in which nothing is expanded. */
static void write_string(FILE *out, const char *name, const char *text)
{
    fprintf(out, "%s = '", name);
    for (; *text != '\0'; text++) {
        if (*text == '\'')
            fputc('\'', out);
        fputc((unsigned char)*text < ' ' ? ' ' : *text, out);
    }
    fputs("'\n", out);
}

static void write_variable(FILE *out, const variable *v)
{
    if (v->is_number && isnan(v->number))
        fprintf(out, "%s = NaN\n", v->name);
    else if (v->is_number) /* with a point: gnuplot's integers are narrow */
        fprintf(out, "%s = %.17g * 1.0\n", v->name, v->number);
    else
        write_string(out, v->name, v->text != NULL ? v->text : "");
}

static bool write_style(FILE *out, ts_error *error)
{
    char path[PATH_ROOM], *style;

    snprintf(path, sizeof(path), "%s/plots/style.gp", ts_cli_data());
    style = read_whole(path);
    if (style == NULL)
        return ts_fail(error, "%s: cannot be read: %s", path, strerror(errno));
    fputs(style, out);
    free(style);
    return true;
}

/* Writes the script that draws `output`: what it may use, its data, itself. */
static bool picture_write(picture *p, ts_store *store, int64_t run,
                          const char *output, int form, FILE *out,
                          ts_error *error)
{
    fputs("# Made by timeslice: gnuplot draws it.\n", out);
    write_string(out, "OUTPUT", output);
    fprintf(out, "terminal(w, h) = %s\n", forms[form].terminal);
    write_string(out, "HEADLINE", forms[form].headline);
    write_string(out, "REMARK", forms[form].remark);
    write_string(out, "LABEL", forms[form].label);
    fputs("set datafile separator '\\t'\n", out);
    if (!write_style(out, error))
        return false;
    for (int i = 0; i < p->line_count; i++) {
        const line *l = &p->lines[i];
        sqlite3_stmt *statement;
        bool fine;

        if (l->kind < LINE_TEXT || l->kind > LINE_MAYBE)
            continue;
        statement = prepare(p, l, store, run, error);
        fine = statement != NULL &&
               (l->kind == LINE_TEXT || l->kind == LINE_NUMBER
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
                   output);
}

/* --- gnuplot --- */

/* The end of what gnuplot said: its message comes last. */
static void gnuplot_words(FILE *said, char *buffer, size_t size)
{
    long length;
    size_t got, to = 0;

    fseek(said, 0, SEEK_END);
    length = ftell(said);
    fseek(said, length > (long)size - 1 ? length - (long)size + 1 : 0,
          SEEK_SET);
    got = fread(buffer, 1, size - 1, said);
    for (size_t i = 0; i < got; i++) { /* one line, single spaces */
        char c = isspace((unsigned char)buffer[i]) ? ' ' : buffer[i];

        if (c != ' ' || (to > 0 && buffer[to - 1] != ' '))
            buffer[to++] = c;
    }
    buffer[to] = '\0';
}

static bool gnuplot_spawn(FILE *script, FILE *said, pid_t *child,
                          ts_error *error)
{
    /* -d: the user's own gnuplot settings must not change the picture. */
    char program[] = "gnuplot", plain[] = "-d", input[] = "-";
    char *arguments[] = {program, plain, input, NULL};
    posix_spawn_file_actions_t actions;
    int code;

    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, fileno(script), 0);
    posix_spawn_file_actions_adddup2(&actions, fileno(said), 1);
    posix_spawn_file_actions_adddup2(&actions, fileno(said), 2);
    code = posix_spawnp(child, program, &actions, NULL, arguments, environ);
    posix_spawn_file_actions_destroy(&actions);
    if (code == ENOENT)
        return ts_fail(error, "gnuplot is missing; it draws the pictures. "
                              "Install it (Debian's package is gnuplot-nox)");
    return code == 0 ||
           ts_fail(error, "gnuplot cannot be started: %s", strerror(code));
}

static bool gnuplot_run(FILE *script, ts_error *error)
{
    FILE *said = tmpfile();
    char words[400];
    pid_t child;
    int status = 0;
    bool fine;

    if (said == NULL)
        return ts_fail(error, "cannot make a temporary file: %s",
                       strerror(errno));
    fflush(script);
    lseek(fileno(script), 0, SEEK_SET);
    fine = gnuplot_spawn(script, said, &child, error);
    if (fine) {
        while (waitpid(child, &status, 0) < 0 && errno == EINTR)
            continue;
        if (!WIFEXITED(status) || WEXITSTATUS(status) != 0) {
            gnuplot_words(said, words, sizeof(words));
            fine = ts_fail(error, "gnuplot failed: %s",
                           words[0] != '\0' ? words : "without a word");
        }
    }
    fclose(said);
    return fine;
}

/* --- public --- */

bool ts_picture_check(const char *name, const ts_setting *settings,
                      int setting_count, ts_error *error)
{
    picture *p = picture_open(name, error);
    bool fine = p != NULL && picture_settle(p, settings, setting_count, error);

    picture_close(p);
    return fine;
}

bool ts_picture_script(ts_store *store, const char *name, int64_t run,
                       const char *output, const ts_setting *settings,
                       int setting_count, FILE *out, ts_error *error)
{
    int form = find_form(output, error);
    picture *p = form >= 0 ? picture_open(name, error) : NULL;
    bool fine = p != NULL &&
                picture_settle(p, settings, setting_count, error) &&
                choose_run(p, store, &run, error) &&
                picture_write(p, store, run, output, form, out, error);

    picture_close(p);
    return fine;
}

bool ts_picture_draw(ts_store *store, const char *name, int64_t run,
                     const char *output, const ts_setting *settings,
                     int setting_count, ts_error *error)
{
    const char *dot = strrchr(output, '.');
    char unfinished[PATH_ROOM];
    struct stat status;
    FILE *script;
    bool fine;

    if (dot == NULL)
        dot = "";
    if ((size_t)snprintf(unfinished, sizeof(unfinished), "%s.%ld%s", output,
                         (long)getpid(), dot) >= sizeof(unfinished))
        return ts_fail(error, "%s: the name is too long", output);
    script = tmpfile();
    if (script == NULL)
        return ts_fail(error, "cannot make a temporary file: %s",
                       strerror(errno));
    fine = ts_picture_script(store, name, run, unfinished, settings,
                             setting_count, script, error) &&
           gnuplot_run(script, error);
    fclose(script);
    if (fine && (stat(unfinished, &status) != 0 || status.st_size == 0))
        fine = ts_fail(error,
                       "%s: gnuplot wrote nothing there; check the "
                       "directory and the room on the disk",
                       output);
    if (fine && rename(unfinished, output) != 0)
        fine = ts_fail(error, "%s: cannot be written: %s", output,
                       strerror(errno));
    if (!fine)
        unlink(unfinished);
    return fine;
}

static int by_name(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

void ts_pictures_each(void (*visit)(void *context, const char *name,
                                    const char *title, const char *about),
                      void *context)
{
    char path[PATH_ROOM], *names[PICTURES_MAX];
    const struct dirent *entry;
    int count = 0;
    DIR *directory;

    snprintf(path, sizeof(path), "%s/plots", ts_cli_data());
    directory = opendir(path);
    if (directory == NULL)
        return;
    while (count < PICTURES_MAX && (entry = readdir(directory)) != NULL) {
        size_t length = strlen(entry->d_name);

        if (length > 3 && strcmp(entry->d_name + length - 3, ".gp") == 0 &&
            (names[count] = copy_text(entry->d_name)) != NULL)
            names[count++][length - 3] = '\0';
    }
    closedir(directory);
    qsort(names, (size_t)count, sizeof(names[0]), by_name);
    for (int i = 0; i < count; i++) {
        ts_error error = {""};
        picture *p = picture_open(names[i], &error);
        const char *about;

        if (p != NULL) { /* style.gp is none */
            about = head_text(p, LINE_ABOUT);
            visit(context, p->name, head_text(p, LINE_TITLE),
                  about != NULL ? about : "");
        }
        picture_close(p);
        free(names[i]);
    }
}

bool ts_picture_explain(const char *name, FILE *out, ts_error *error)
{
    picture *p = picture_open(name, error);

    if (p == NULL)
        return false;
    fprintf(out, "%s: %s\n", p->name, head_text(p, LINE_TITLE));
    if (head_text(p, LINE_ABOUT) != NULL)
        fprintf(out, "%s\n", head_text(p, LINE_ABOUT));
    for (int i = 0; i < p->line_count; i++) {
        const line *l = &p->lines[i];

        if (l->kind == LINE_WITH || l->kind == LINE_TIME)
            fprintf(out, "  --with %s=%s\n      %s\n", l->name,
                    l->value[0] != '\0'    ? l->value
                    : l->kind == LINE_TIME ? "TIME"
                                           : "TEXT",
                    l->help);
    }
    picture_close(p);
    return true;
}
