/*
 * picture.c - a script with SQL at its head: read and taken apart, its
 * settings given their values.
 */
#include "sim/pictures/picture.h"

#include <ctype.h>
#include <dirent.h>
#include <math.h>
#include <stdint.h>
#include <stdlib.h>
#include <string.h>

#include "sim/results/quantity.h"
#include "sim/scenario/buffer.h"
#include "sim/scenario/nearest.h"

#define SCRIPT_MAX (256 * 1024) /* bytes */
#define PICTURES_MAX 256

static const char *const line_words[TS_LINE_KINDS] = {
    "title", "about",  "needs", "with",  "time", "numbers",
    "text",  "number", "data",  "maybe", "else"};

/* --- reading --- */

static char *copy_text(const char *text)
{
    char *copy = malloc(strlen(text) + 1);

    if (copy != NULL)
        strcpy(copy, text);
    return copy;
}

/* The whole file, or NULL. */
char *ts_picture_file(const char *path)
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

static bool is_setting(const ts_line *l)
{
    return l->kind >= TS_LINE_WITH && l->kind <= TS_LINE_NUMBERS;
}

/* "with lanes = places: help" */
static bool parse_line(ts_picture *p, char *text, ts_error *error)
{
    char *colon = strchr(text, ':'), *space, *equal;
    ts_line *l = &p->lines[p->line_count];

    if (colon == NULL)
        return ts_fail(error, "%s.gp: \"#! %s\" has no colon", p->name, text);
    if (p->line_count == TS_PICTURE_LINES)
        return ts_fail(error, "%s.gp: has more than %d lines of \"#!\"",
                       p->name, TS_PICTURE_LINES);
    *colon = '\0';
    *l = (ts_line){.kind = TS_LINE_KINDS, .value = trim(colon + 1)};
    space = strchr(text, ' ');
    if (space != NULL) {
        *space = '\0';
        l->name = trim(space + 1);
    }
    for (int i = 0; i < TS_LINE_KINDS; i++)
        if (strcmp(text, line_words[i]) == 0)
            l->kind = (ts_line_kind)i;
    if (l->kind == TS_LINE_KINDS)
        return ts_fail(error, "%s.gp: knows no \"#! %s\"", p->name, text);
    if ((l->name != NULL) !=
        (l->kind >= TS_LINE_WITH && l->kind <= TS_LINE_MAYBE))
        return ts_fail(error, "%s.gp: \"#! %s\" %s a name", p->name, text,
                       l->name != NULL ? "takes no" : "needs");
    if (is_setting(l)) {
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
static bool parse_head(ts_picture *p, ts_error *error)
{
    const char *from = p->source;
    char *to;
    bool fine = true;

    p->head = malloc(strlen(p->source) + 1);
    if (p->head == NULL)
        return ts_fail_memory(error);
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

const char *ts_picture_head(const ts_picture *p, ts_line_kind kind)
{
    for (int i = 0; i < p->line_count; i++)
        if (p->lines[i].kind == kind)
            return p->lines[i].value;
    return NULL;
}

void ts_picture_close(ts_picture *p)
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

/* A name stands for a file of the folder, and is no path out of it. */
static bool find_script(const ts_picture_order *order, char *path, size_t size,
                        ts_error *error)
{
    bool is_path = strchr(order->picture, '/') != NULL;
    int n;

    if (is_path && !order->own)
        return ts_fail(error,
                       "there is no picture \"%s\"; `timeslice list plots` "
                       "names them, and a script of your own is drawn by "
                       "`timeslice plot` alone",
                       order->picture);
    n = is_path
            ? snprintf(path, size, "%s", order->picture)
            : snprintf(path, size, "%s/%s.gp", order->plots, order->picture);
    return (n > 0 && (size_t)n < size) ||
           ts_fail(error, "%s: the name is too long", order->picture);
}

ts_picture *ts_picture_open(const ts_picture_order *order, ts_error *error)
{
    const char *name = order->picture;
    char path[TS_PICTURE_PATH];
    ts_picture *p;

    if (!find_script(order, path, sizeof path, error))
        return NULL;
    p = calloc(1, sizeof *p);

    if (p == NULL || (p->name = copy_text(name)) == NULL) {
        free(p);
        ts_fail_memory(error);
        return NULL;
    }
    p->source = ts_picture_file(path);
    if (p->source == NULL)
        ts_fail(error,
                "there is no picture \"%s\"; `timeslice list plots` "
                "names them",
                name);
    else if (parse_head(p, error) && ts_picture_head(p, TS_LINE_TITLE) == NULL)
        ts_fail(error, "%s: is no picture: it has no line \"#! title:\"", path);
    else if (error->text[0] == '\0')
        return p;
    ts_picture_close(p);
    return NULL;
}

/* --- settings and variables --- */

ts_variable *ts_picture_find(ts_picture *p, const char *name)
{
    for (int i = 0; i < p->variable_count; i++)
        if (strcmp(p->variables[i].name, name) == 0)
            return &p->variables[i];
    return NULL;
}

/* Sets a variable, which may be there already. */
bool ts_picture_set(ts_picture *p, const char *name, const char *text,
                    bool is_number, double number, ts_error *error)
{
    ts_variable *v = ts_picture_find(p, name);
    char *copy;

    if (v == NULL) {
        v = &p->variables[p->variable_count];
        *v = (ts_variable){.name = copy_text(name)};
        if (v->name == NULL)
            return ts_fail_memory(error);
        p->variable_count++;
    }
    /* `text` may be the old one, which a query has handed through. */
    copy = text != NULL ? copy_text(text) : NULL;
    free(v->text);
    v->text = copy;
    v->is_number = is_number;
    v->number = number;
    return text == NULL || copy != NULL || ts_fail_memory(error);
}

static bool set_time(ts_picture *p, const char *name, const char *value,
                     ts_error *error)
{
    const char *unit;
    double ps;

    if (value[0] == '\0')
        return ts_picture_set(p, name, NULL, true, NAN, error);
    if (!ts_quantity(value, &unit, &ps) || (strcmp(unit, "ps") != 0 && ps != 0))
        return ts_fail(error,
                       "the setting %s is a time, as \"5ms\"; \"%s\" "
                       "is none",
                       name, value);
    return ts_picture_set(p, name, value, true, ps, error);
}

/* "0.83, null, 1.5", where null is a place without a number; nothing is an
 * empty list. */
static bool are_numbers(const char *text)
{
    char *end;

    if (text[0] == '\0')
        return true;
    for (;; text = end + 1) {
        double number = strtod(text, &end);
        const char *word = text + strspn(text, " ");

        if (strncmp(word, "null", 4) == 0)
            end = (char *)(uintptr_t)word + 4;
        else if (end == text || !isfinite(number))
            return false;
        end += strspn(end, " ");
        if (*end != ',')
            return *end == '\0';
    }
}

static bool set_setting(ts_picture *p, const ts_line *l, const char *value,
                        ts_error *error)
{
    if (l->kind == TS_LINE_TIME)
        return set_time(p, l->name, value, error);
    if (l->kind == TS_LINE_NUMBERS && !are_numbers(value))
        return ts_fail(error,
                       "the setting %s is numbers with commas between, as "
                       "\"0.83, 1.5\"; \"%s\" is none",
                       l->name, value);
    return ts_picture_set(p, l->name, value, false, 0, error);
}

static bool fail_setting(const ts_picture *p, const char *name, ts_error *error)
{
    const char *names[TS_PICTURE_LINES] = {NULL};
    ts_buffer known = TS_BUFFER_EMPTY;
    const char *near;
    int count = 0;

    for (int i = 0; i < p->line_count; i++)
        if (is_setting(&p->lines[i]))
            names[count++] = p->lines[i].name;
    near = ts_nearest(name, names, count);
    for (int i = 0; i < count; i++)
        ts_buffer_format(&known, "%s%s", i > 0 ? ", " : "", names[i]);
    if (near != NULL)
        ts_fail(error,
                "the picture %s has no setting \"%.60s\"; did you mean "
                "\"%s\"?",
                p->name, name, near);
    else
        ts_fail(error, "the picture %s has no setting \"%.60s\"; it has %s",
                p->name, name,
                count > 0 && !known.failed ? known.data : "none");
    ts_buffer_fini(&known);
    return false;
}

bool ts_picture_settle(ts_picture *p, const ts_picture_setting *settings,
                       int count, ts_error *error)
{
    for (int i = 0; i < p->line_count; i++) {
        const ts_line *l = &p->lines[i];
        const char *value = l->value;

        if (!is_setting(l))
            continue;
        for (int j = 0; j < count; j++)
            if (strcmp(settings[j].name, l->name) == 0)
                value = settings[j].value;
        if (!set_setting(p, l, value, error))
            return false;
    }
    for (int j = 0; j < count; j++)
        if (ts_picture_find(p, settings[j].name) == NULL)
            return fail_setting(p, settings[j].name, error);
    return true;
}

/* --- public --- */

static int by_name(const void *a, const void *b)
{
    return strcmp(*(char *const *)a, *(char *const *)b);
}

void ts_pictures_each(const char *plots,
                      void (*visit)(void *context, const char *name,
                                    const char *title, const char *about),
                      void *context)
{
    char *names[PICTURES_MAX];
    const struct dirent *entry;
    int count = 0;
    DIR *directory;

    directory = opendir(plots);
    if (directory == NULL)
        return;
    while (count < PICTURES_MAX && (entry = readdir(directory)) != NULL) {
        size_t length = strlen(entry->d_name);

        if (length > 3 && strcmp(entry->d_name + length - 3, ".gp") == 0 &&
            (names[count] = copy_text(entry->d_name)) != NULL)
            names[count++][length - 3] = '\0';
    }
    closedir(directory);
    qsort(names, (size_t)count, sizeof names[0], by_name);
    for (int i = 0; i < count; i++) {
        ts_error error = {.text = ""};
        ts_picture_order order = {.plots = plots, .picture = names[i]};
        ts_picture *p = ts_picture_open(&order, &error);
        const char *about;

        if (p != NULL) { /* style.gp is none */
            about = ts_picture_head(p, TS_LINE_ABOUT);
            visit(context, p->name, ts_picture_head(p, TS_LINE_TITLE),
                  about != NULL ? about : "");
        }
        ts_picture_close(p);
        free(names[i]);
    }
}

bool ts_picture_explain(const ts_picture_order *order, FILE *out,
                        ts_error *error)
{
    ts_picture *p = ts_picture_open(order, error);

    if (p == NULL)
        return false;
    fprintf(out, "%s: %s\n", p->name, ts_picture_head(p, TS_LINE_TITLE));
    if (ts_picture_head(p, TS_LINE_ABOUT) != NULL)
        fprintf(out, "%s\n", ts_picture_head(p, TS_LINE_ABOUT));
    for (int i = 0; i < p->line_count; i++) {
        const ts_line *l = &p->lines[i];

        if (is_setting(l))
            fprintf(out, "  --with %s=%s\n      %s\n", l->name,
                    l->value[0] != '\0'          ? l->value
                    : l->kind == TS_LINE_TIME    ? "TIME"
                    : l->kind == TS_LINE_NUMBERS ? "NUMBERS"
                                                 : "TEXT",
                    l->help);
    }
    ts_picture_close(p);
    return true;
}
