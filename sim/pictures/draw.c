/*
 * draw.c - the pictures that a scenario names.
 */
#include "sim/pictures/draw.h"

#include <cjson/cJSON.h>
#include <string.h>

#include "sim/pictures/plot.h"

enum { SETTINGS_MAX = 32 };

bool ts_draw_needs_trace(const char *plots, const ts_picture_record *picture)
{
    char path[4300], line[512], table[32];
    bool needed = false;
    FILE *in;

    snprintf(path, sizeof(path), "%s/%s.gp", plots, picture->picture);
    in = fopen(path, "r");
    /* Only the head speaks of it; a script that cannot be read will be
     * complained of when it is drawn. */
    while (in != NULL && !needed && fgets(line, sizeof(line), in) != NULL)
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

static bool place(const ts_drawing *d, const ts_picture_record *picture,
                  char *path, size_t size, ts_error *error)
{
    char name[256];
    int n;

    if (picture->file != NULL && strchr(picture->file, '/') != NULL)
        return ts_fail(error, "%s: \"file\" is a name without a directory",
                       picture->file);
    bare_name(d->scenario, name, sizeof(name));
    if (picture->file != NULL)
        n = snprintf(path, size, "%s/%s", d->directory, picture->file);
    else
        n = snprintf(path, size, "%s/%s-%s.svg", d->directory, name,
                     picture->picture);
    return (n > 0 && (size_t)n < size) ||
           ts_fail(error, "%s: the name is too long", d->directory);
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

bool ts_draw_picture(const ts_drawing *d, const ts_picture_record *picture,
                     char *path, size_t size, ts_error *error)
{
    settings s = {.count = 0};
    ts_picture_order order = {.plots = d->plots,
                              .picture = picture->picture,
                              .run = d->run,
                              .output = path,
                              .settings = s.items};
    bool drawn = place(d, picture, path, size, error) &&
                 settings_read(&s, picture, error);

    order.setting_count = s.count;
    drawn = drawn && ts_picture_draw(d->store, &order, error);
    settings_free(&s);
    return drawn;
}
