/*
 * sheet.c - from text to entries; see sheet.h.
 */
#include "sim/exercise/sheet.h"

#include <cjson/cJSON.h>
#include <ctype.h>
#include <stdlib.h>
#include <string.h>

#define ENTRIES_MAX 1000
#define COLUMNS_MAX 12

typedef struct reading {
    ts_sheet *sheet;
    ts_arena *arena;
    ts_diagnostics *diagnostics;
    int line;
} reading;

static void complain(reading *r, const char *what, const char *which)
{
    ts_diagnostics_add(r->diagnostics, r->sheet->file, r->line, 0, "", what,
                       which);
}

/* A copy without white space at its ends, inside of it one space for any. */
static const char *tidy(reading *r, const char *text, size_t length)
{
    char *copy = ts_arena_alloc(r->arena, length + 1);
    size_t used = 0;

    for (size_t i = 0; copy != NULL && i < length; i++) {
        bool space = isspace((unsigned char)text[i]) != 0;

        if (!space)
            copy[used++] = text[i];
        else if (used > 0 && copy[used - 1] != ' ')
            copy[used++] = ' ';
    }
    if (copy != NULL && used > 0 && copy[used - 1] == ' ')
        copy[used - 1] = '\0';
    return copy != NULL ? copy : "";
}

/* --- entries --- */

static void read_number(reading *r, const char *name, const char *value,
                        uint64_t most, uint64_t *number)
{
    char *end;
    unsigned long long read = strtoull(value, &end, 10);

    if (!isdigit((unsigned char)value[0]) || *end != '\0' || read > most)
        ts_diagnostics_add(r->diagnostics, r->sheet->file, r->line, 0, "",
                           "%s: \"%.40s\" is no number up to %llu", name, value,
                           (unsigned long long)most);
    else
        *number = read;
}

/* What the sheet says of itself; false: it is an answer. */
static bool enter_head(reading *r, const char *name, const char *value)
{
    ts_sheet *sheet = r->sheet;
    uint64_t level = 0;

    if (strcmp(name, "exercise") == 0) {
        sheet->kind = value;
    } else if (strcmp(name, "seed") == 0) {
        sheet->has_seed = true;
        read_number(r, name, value, TS_SEED_MAX, &sheet->seed);
    } else if (strcmp(name, "level") == 0) {
        read_number(r, name, value, TS_LEVELS, &level);
        sheet->level = (int)level;
    } else if (strcmp(name, "student") == 0) {
        sheet->student = value;
    } else if (strcmp(name, "check") == 0) {
        sheet->check = value;
    } else {
        return false;
    }
    return true;
}

static bool make_room(reading *r)
{
    ts_sheet *sheet = r->sheet;
    ts_entry_line *more;

    if (sheet->count < sheet->room)
        return true;
    if (sheet->count >= ENTRIES_MAX)
        return false;
    sheet->room = sheet->room > 0 ? sheet->room * 2 : 32;
    more = ts_arena_array(r->arena, (size_t)sheet->room, sizeof *more);
    if (more == NULL)
        return false;
    for (int i = 0; i < sheet->count; i++)
        more[i] = sheet->entries[i];
    sheet->entries = more;
    return true;
}

static void enter(reading *r, const char *name, const char *value)
{
    ts_sheet *sheet = r->sheet;

    if (enter_head(r, name, value))
        return;
    if (!make_room(r)) {
        complain(r, "more than can be an answer%s", "");
        return;
    }
    for (int i = 0; i < sheet->count; i++)
        if (strcmp(sheet->entries[i].name, name) == 0) {
            complain(r, "\"%.60s\" is answered twice", name);
            return;
        }
    sheet->entries[sheet->count++] = (ts_entry_line){name, value, r->line};
}

/* --- text --- */

typedef struct table {
    const char *headings[COLUMNS_MAX];
    int columns;
} table;

/* Cells between bars; how many. */
static int split_row(reading *r, const char *text, size_t length,
                     const char *cells[COLUMNS_MAX])
{
    int count = 0;

    while (length > 0 && count < COLUMNS_MAX) {
        const char *bar;

        text++; /* the bar before it */
        length--;
        bar = memchr(text, '|', length);
        if (bar == NULL)
            break;
        cells[count++] = tidy(r, text, (size_t)(bar - text));
        length -= (size_t)(bar - text);
        text = bar;
    }
    return count;
}

/* "|---|---|", as Markdown has it below its headings. */
static bool is_rule(const char *const *cells, int count)
{
    for (int i = 0; i < count; i++)
        if (strspn(cells[i], "-: ") != strlen(cells[i]) || *cells[i] == '\0')
            return false;
    return count > 0;
}

static void read_row(reading *r, table *t, const char *text, size_t length)
{
    const char *cells[COLUMNS_MAX];
    int count = split_row(r, text, length, cells);

    if (count == 0 || is_rule(cells, count))
        return;
    if (strcmp(cells[0], "name") == 0) {
        memcpy(t->headings, cells, sizeof cells);
        t->columns = count;
        return;
    }
    if (count != t->columns) {
        ts_diagnostics_add(r->diagnostics, r->sheet->file, r->line, 0, "",
                           "%d cells in a row, and the table has %d columns",
                           count, t->columns);
        return;
    }
    for (int i = 1; i < count; i++)
        enter(r, ts_arena_format(r->arena, "%s %s", t->headings[i], cells[0]),
              cells[i]);
}

static void read_line(reading *r, table *t, const char *text, size_t length)
{
    const char *colon;

    while (length > 0 && isspace((unsigned char)*text)) {
        text++;
        length--;
    }
    if (length == 0 || *text == '#')
        return;
    if (*text == '|') {
        read_row(r, t, text, length);
        return;
    }
    colon = memchr(text, ':', length);
    if (colon == NULL) {
        complain(r, "\"%.60s\" is no answer: NAME: VALUE",
                 tidy(r, text, length));
        return;
    }
    enter(r, tidy(r, text, (size_t)(colon - text)),
          tidy(r, colon + 1, length - (size_t)(colon + 1 - text)));
}

static void read_text(reading *r, const char *text, size_t length)
{
    table t = {.columns = 0};
    const char *end = text + length;

    for (r->line = 1; text < end; r->line++) {
        const char *next = memchr(text, '\n', (size_t)(end - text));
        const char *stop = next != NULL ? next : end;

        read_line(r, &t, text, (size_t)(stop - text));
        text = next != NULL ? next + 1 : end;
    }
}

/* --- CSV --- */

/* A field, quoted or not; *text stands on what ends it. */
static const char *read_field(reading *r, const char **text, const char *end)
{
    ts_buffer field = TS_BUFFER_EMPTY;
    bool quoted = *text < end && **text == '"';
    const char *copy;
    char *made;

    *text += quoted;
    for (; *text < end; ++*text) {
        if (quoted && **text == '"') {
            if (*text + 1 >= end || (*text)[1] != '"') {
                ++*text;
                break;
            }
            ++*text;
        } else if (!quoted && (strchr(",;\r\n", **text) != NULL)) {
            break;
        }
        ts_buffer_char(&field, **text);
    }
    made = ts_buffer_take(&field);
    copy = made != NULL ? tidy(r, made, strlen(made)) : "";
    free(made);
    ts_buffer_fini(&field);
    return copy;
}

static void read_csv(reading *r, const char *text, size_t length)
{
    const char *end = text + length;

    for (r->line = 1; text < end; r->line++) {
        const char *name = read_field(r, &text, end), *value = "";

        if (text < end && (*text == ',' || *text == ';')) {
            text++;
            value = read_field(r, &text, end);
        } else if (*name != '\0') {
            complain(r, "\"%.60s\" is no answer: NAME,VALUE", name);
        }
        while (text < end && *text != '\n')
            text++;
        text += text < end;
        if (*name != '\0' && *name != '#' && strcmp(name, "name") != 0)
            enter(r, name, value);
    }
}

/* --- JSON --- */

/* A chart as a list of [name, from, to] or {"name", "from", "to"}. */
static const char *intervals(reading *r, const cJSON *list)
{
    const char *text = "";
    const cJSON *item;

    cJSON_ArrayForEach(item, list)
    {
        const cJSON *name = cJSON_IsArray(item)
                                ? cJSON_GetArrayItem(item, 0)
                                : cJSON_GetObjectItem(item, "name");
        const cJSON *from = cJSON_IsArray(item)
                                ? cJSON_GetArrayItem(item, 1)
                                : cJSON_GetObjectItem(item, "from");
        const cJSON *to = cJSON_IsArray(item) ? cJSON_GetArrayItem(item, 2)
                                              : cJSON_GetObjectItem(item, "to");

        if (!cJSON_IsString(name) || !cJSON_IsNumber(from) ||
            !cJSON_IsNumber(to)) {
            complain(r, "a chart is a list of [name, from, to]%s", "");
            return text;
        }
        text = ts_arena_format(r->arena, "%s%s%s %.15g-%.15g", text,
                               *text != '\0' ? ", " : "", name->valuestring,
                               from->valuedouble, to->valuedouble);
    }
    return text;
}

static void enter_json(reading *r, const char *key, const cJSON *value)
{
    const char *name = tidy(r, key, strlen(key)); /* the tree goes */

    if (cJSON_IsString(value))
        enter(r, name, tidy(r, value->valuestring, strlen(value->valuestring)));
    else if (cJSON_IsNumber(value))
        enter(r, name, ts_arena_format(r->arena, "%.15g", value->valuedouble));
    else if (cJSON_IsArray(value))
        enter(r, name, intervals(r, value));
    else if (cJSON_IsBool(value))
        enter(r, name, cJSON_IsTrue(value) ? "yes" : "no");
    else if (cJSON_IsNull(value))
        enter(r, name, "");
    else
        complain(r, "\"%.60s\" is an object, and no answer is one", name);
}

static void read_answers(reading *r, const cJSON *answers)
{
    const cJSON *value, *inner;

    cJSON_ArrayForEach(value, answers)
    {
        if (!cJSON_IsObject(value)) {
            enter_json(r, value->string, value);
            continue;
        }
        cJSON_ArrayForEach(inner, value)
        {
            enter_json(r,
                       ts_arena_format(r->arena, "%s %s", value->string,
                                       inner->string),
                       inner);
        }
    }
}

static int line_at(const char *text, const char *at)
{
    int line = 1;

    for (; text < at; text++)
        line += *text == '\n';
    return line;
}

static void read_json(reading *r, const char *text, size_t length)
{
    const char *end = NULL;
    cJSON *root = cJSON_ParseWithLengthOpts(text, length, &end, false);
    const cJSON *value;

    if (root == NULL) {
        r->line = line_at(text, end != NULL ? end : text);
        complain(r, "this is no JSON%s", "");
        return;
    }
    r->line = 0; /* JSON keeps no lines */
    cJSON_ArrayForEach(value, root)
    {
        if (strcmp(value->string, "answers") == 0)
            read_answers(r, value);
        else if (cJSON_IsString(value) || cJSON_IsNumber(value))
            enter_json(r, value->string, value);
        else
            complain(r,
                     "\"%.60s\" is nothing that a sheet says: answers stand "
                     "in \"answers\"",
                     value->string);
    }
    cJSON_Delete(root);
}

/* --- which of them --- */

/* Does the first line with something on it name the exercise, with a comma? */
static bool is_csv(const char *text, size_t length)
{
    static const char *const begins[] = {"exercise,", "\"exercise\",", "name,",
                                         "\"name\",", "exercise;",     "name;"};
    size_t skip = 0;

    while (skip < length && isspace((unsigned char)text[skip]))
        skip++;
    for (size_t i = 0; i < TS_COUNT_OF(begins); i++)
        if (length - skip >= strlen(begins[i]) &&
            strncmp(text + skip, begins[i], strlen(begins[i])) == 0)
            return true;
    return false;
}

bool ts_sheet_read(ts_sheet *sheet, const char *file, const char *text,
                   size_t length, ts_arena *arena, ts_diagnostics *diagnostics)
{
    reading r = {sheet, arena, diagnostics, 0};
    size_t skip = 0;

    *sheet = (ts_sheet){.file = file, .level = 2};
    if (length >= 3 && memcmp(text, "\xef\xbb\xbf", 3) == 0) {
        text += 3; /* a spreadsheet's mark */
        length -= 3;
    }
    if (memchr(text, '\0', length) != NULL) {
        complain(&r, "this is no text%s", "");
        return false;
    }
    while (skip < length && isspace((unsigned char)text[skip]))
        skip++;
    if (skip < length && text[skip] == '{')
        read_json(&r, text, length);
    else if (is_csv(text, length))
        read_csv(&r, text, length);
    else
        read_text(&r, text, length);
    return diagnostics->count == 0;
}
