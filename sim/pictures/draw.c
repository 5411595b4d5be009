/*
 * draw.c - the pictures that a scenario names.
 */
#include "sim/pictures/draw.h"

#include <cjson/cJSON.h>
#include <inttypes.h>
#include <string.h>

#include "sim/pictures/plot.h"

enum { SETTINGS_MAX = 32 };

bool ts_draw_needs_trace(const char *plots, const ts_picture_record *picture)
{
    char path[4300], line[512], table[32];
    bool needed = false;
    FILE *in;

    if (strchr(picture->picture, '/') != NULL)
        return false; /* no picture: see ts_picture_order */
    snprintf(path, sizeof path, "%s/%s.gp", plots, picture->picture);
    in = fopen(path, "r");
    /* Only the head speaks of it; a script that cannot be read will be
     * complained of when it is drawn. */
    while (in != NULL && !needed && fgets(line, sizeof line, in) != NULL)
        needed =
            sscanf(line, "#! needs: %31s", table) == 1 &&
            (strcmp(table, "spans") == 0 || strcmp(table, "instants") == 0 ||
             strcmp(table, "samples") == 0 || strcmp(table, "notes") == 0);
    if (in != NULL)
        fclose(in);
    return needed;
}

/* "slices" of "scenarios/slices.json". */
static void bare_name(const char *file, char *name, size_t size)
{
    const char *slash = strrchr(file, '/');
    const char *base = slash != NULL ? slash + 1 : file;
    const char *dot = strrchr(base, '.');
    size_t length = dot != NULL ? (size_t)(dot - base) : strlen(base);

    if (strcmp(file, "-") == 0)
        snprintf(name, size, "scenario");
    else
        snprintf(name, size, "%.*s", (int)length, base);
}

static bool is_taken(const ts_drawing *d, const char *path)
{
    const ts_buffer *taken = d->taken;

    for (size_t at = 0; taken != NULL && at < taken->length;
         at += strlen(taken->data + at) + 1)
        if (strcmp(taken->data + at, path) == 0)
            return true;
    return false;
}

/* "slices-gantt.svg", "slices-gantt-2.svg" ...: whichever is not taken. */
static bool name_file(const ts_drawing *d, const char *file, char *path,
                      size_t size, ts_error *error)
{
    const char *dot = strrchr(file, '.');
    int stem = dot != NULL ? (int)(dot - file) : (int)strlen(file);
    int n = snprintf(path, size, "%s/%s", d->directory, file);

    for (int i = 2; n > 0 && (size_t)n < size && is_taken(d, path); i++)
        n = snprintf(path, size, "%s/%.*s-%d%s", d->directory, stem, file, i,
                     file + stem);
    if (n <= 0 || (size_t)n >= size)
        return ts_fail(error, "%s: the name is too long", d->directory);
    if (d->taken != NULL)
        ts_buffer_add(d->taken, path, strlen(path) + 1);
    return true;
}

static bool is_plain(const char *file, ts_error *error)
{
    return strchr(file, '/') == NULL ||
           ts_fail(error, "%.200s: \"file\" is a name without a directory",
                   file);
}

static bool place(const ts_drawing *d, const ts_picture_record *picture,
                  char *path, size_t size, ts_error *error)
{
    char name[256], file[640];

    if (picture->file != NULL && !is_plain(picture->file, error))
        return false;
    bare_name(d->scenario, name, sizeof name);
    snprintf(file, sizeof file, "%s-%.255s.svg", name, picture->picture);
    return name_file(d, picture->file != NULL ? picture->file : file, path,
                     size, error);
}

typedef struct settings {
    ts_picture_setting items[SETTINGS_MAX];
    cJSON *owned[SETTINGS_MAX]; /* texts of the items */
    int count;
} settings;

static void settings_free(settings *s)
{
    for (int i = 0; i < s->count; i++)
        cJSON_Delete(s->owned[i]);
}

/* A setting is a text; numbers and truth values are what they are written
 * as. */
static bool settings_read(settings *s, const ts_picture_record *picture,
                          ts_error *error)
{
    const ts_map_item *with = picture->with.items;

    if (picture->with.count > SETTINGS_MAX)
        return ts_fail(error, "more than %d settings", SETTINGS_MAX);
    for (int i = 0; i < picture->with.count; i++) {
        const char *text = *(const char *const *)with[i].value;
        cJSON *value = cJSON_Parse(text);

        s->owned[s->count] = value;
        s->items[s->count++] = (ts_picture_setting){
            .name = with[i].key,
            .value = cJSON_IsString(value) ? value->valuestring : text,
        };
    }
    return true;
}

/* "/pictures/1/with/y": what is wrong stands there. */
static void complain(const ts_document *document, ts_diagnostics *diagnostics,
                     int picture, const char *field, const char *setting,
                     const char *words)
{
    ts_buffer pointer = TS_BUFFER_EMPTY;

    ts_pointer_key(&pointer, "pictures");
    ts_pointer_index(&pointer, picture);
    ts_pointer_key(&pointer, field);
    if (setting != NULL)
        ts_pointer_key(&pointer, setting);
    ts_document_complain(document, diagnostics,
                         pointer.failed ? "/pictures" : pointer.data,
                         TS_PLACE_VALUE, "%s", words);
    ts_buffer_fini(&pointer);
}

/* One setting after the other, so that all that is wrong is said. */
static void check_settings(const ts_picture_order *all, const settings *s,
                           int picture, const ts_document *document,
                           ts_diagnostics *diagnostics)
{
    for (int i = 0; i < s->count; i++) {
        ts_picture_order order = *all;
        ts_error error = {.text = ""};

        order.settings = &s->items[i];
        order.setting_count = 1;
        if (cJSON_IsObject(s->owned[i]) || cJSON_IsArray(s->owned[i]))
            ts_fail(&error, "a setting is a text or a number");
        if (error.text[0] != '\0' || !ts_picture_check(&order, &error))
            complain(document, diagnostics, picture, "with", s->items[i].name,
                     error.text);
    }
}

void ts_draw_check(const char *plots, const ts_document *document,
                   const ts_root *root, ts_diagnostics *diagnostics)
{
    const ts_picture_record *pictures = root->pictures.items;

    for (int i = 0; i < root->pictures.count; i++) {
        settings s = {.count = 0};
        ts_picture_order order = {.plots = plots,
                                  .picture = pictures[i].picture};
        ts_error error = {.text = ""};

        if (!ts_picture_check(&order, &error))
            complain(document, diagnostics, i, "picture", NULL, error.text);
        else if (!settings_read(&s, &pictures[i], &error))
            complain(document, diagnostics, i, "with", NULL, error.text);
        else
            check_settings(&order, &s, i, document, diagnostics);
        settings_free(&s);
        order.output = pictures[i].file;
        error.text[0] = '\0';
        if (order.output != NULL && (!is_plain(order.output, &error) ||
                                     !ts_picture_check(&order, &error)))
            complain(document, diagnostics, i, "file", NULL, error.text);
    }
}

ts_picture_result ts_draw_picture(const ts_drawing *d,
                                  const ts_picture_record *picture, char *path,
                                  size_t size, ts_error *error)
{
    settings s = {.count = 0};
    ts_picture_order order = {.plots = d->plots,
                              .picture = picture->picture,
                              .run = d->run,
                              .family = d->family,
                              .settings = s.items};
    ts_picture_result result = TS_PICTURE_NONE;
    bool known = settings_read(&s, picture, error);

    order.setting_count = s.count;
    if (known && ts_picture_check(&order, error)) {
        order.output = path;
        result = place(d, picture, path, size, error)
                     ? ts_picture_draw(d->store, &order, error)
                     : TS_PICTURE_UNKEPT;
    }
    settings_free(&s);
    return result;
}

/* --- two runs that part --- */

#define TURNS_AROUND 60 /* that are drawn before they part, and after it */

void ts_parting_chart_init(ts_parting_chart *chart, const ts_parting *parting)
{
    static const char *const keys[] = {"from", "to", "mark", "against"};
    ts_time times[3] = {[2] = parting->at};

    ts_parting_window(parting, TURNS_AROUND, &times[0], &times[1]);
    for (int i = 0; i < 3; i++)
        snprintf(chart->texts[i], sizeof chart->texts[i], "\"%" PRId64 "ps\"",
                 times[i]);
    snprintf(chart->texts[3], sizeof chart->texts[3], "%" PRId64,
             parting->runs[1]->run);
    for (int i = 0; i < 4; i++) {
        chart->values[i] = chart->texts[i];
        chart->with[i] =
            (ts_map_item){.key = keys[i], .value = &chart->values[i]};
    }
    chart->picture =
        (ts_picture_record){.picture = "gantt",
                            .with = {.items = chart->with, .count = 4}};
}
