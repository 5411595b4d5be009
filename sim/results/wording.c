/*
 * wording.c - see wording.h.
 */
#include "sim/results/wording.h"

#include <cjson/cJSON.h>
#include <math.h>
#include <stdio.h>
#include <string.h>

#include "sim/engine/base.h"
#include "sim/scenario/escape.h"

/* --- values --- */

enum { DEPTH_MAX = 4 }; /* deeper values stand as JSON */

static void add_value(ts_buffer *out, const cJSON *value, int depth);

/* What such a key holds says by itself what it is. */
static bool is_telling(const char *key)
{
    static const char *const keys[] = {"policy", "name", "protocol", "lock",
                                       "model"};

    for (size_t i = 0; i < TS_COUNT_OF(keys); i++)
        if (strcmp(key, keys[i]) == 0)
            return true;
    return false;
}

static void add_key(ts_buffer *out, const char *key)
{
    for (; *key != '\0'; key++)
        ts_buffer_char(out, *key == '_' ? ' ' : *key);
}

static void add_member(ts_buffer *out, const cJSON *member, int depth)
{
    if (cJSON_IsBool(member)) {
        ts_buffer_text(out, cJSON_IsTrue(member) ? "" : "no ");
        add_key(out, member->string);
        return;
    }
    if (!is_telling(member->string) || !cJSON_IsString(member)) {
        add_key(out, member->string);
        ts_buffer_char(out, ' ');
    }
    if (cJSON_IsObject(member) && cJSON_GetArraySize(member) > 1) {
        ts_buffer_char(out, '(');
        add_value(out, member, depth + 1);
        ts_buffer_char(out, ')');
    } else {
        add_value(out, member, depth + 1);
    }
}

static void add_items(ts_buffer *out, const cJSON *value, int depth)
{
    const cJSON *item;
    int count = 0;

    cJSON_ArrayForEach(item, value)
    {
        ts_buffer_text(out, count++ > 0 ? ", " : "");
        if (cJSON_IsObject(value))
            add_member(out, item, depth);
        else
            add_value(out, item, depth + 1);
    }
    if (count == 0)
        ts_buffer_text(out, "none");
}

static void add_value(ts_buffer *out, const cJSON *value, int depth)
{
    char *text;

    if (cJSON_IsString(value)) {
        ts_buffer_text(out, value->valuestring);
    } else if (depth < DEPTH_MAX &&
               (cJSON_IsObject(value) || cJSON_IsArray(value))) {
        add_items(out, value, depth);
    } else {
        text = cJSON_PrintUnformatted(value);
        ts_buffer_text(out, text != NULL ? text : "");
        out->failed |= text == NULL;
        cJSON_free(text);
    }
}

void ts_word_value(ts_buffer *out, const char *json)
{
    cJSON *value = cJSON_ParseWithOpts(json, NULL, true);

    /* A number keeps the figures it was written with. */
    if (value == NULL || cJSON_IsNumber(value))
        ts_buffer_text(out, json);
    else
        add_value(out, value, 0);
    cJSON_Delete(value);
}

void ts_word_value_briefly(ts_buffer *out, const char *json, int most)
{
    ts_buffer words = TS_BUFFER_EMPTY;
    size_t length = 0;
    uint32_t character;

    ts_word_value(&words, json);
    for (int i = 0; i < most && length < words.length; i++)
        length += ts_utf8_next(words.data + length, &character);
    ts_buffer_add(out, words.length > 0 ? words.data : "", length);
    ts_buffer_text(out, length < words.length ? "…" : "");
    out->failed |= words.failed;
    ts_buffer_fini(&words);
}

/* --- places --- */

static const cJSON *step(const cJSON *at, const char *token)
{
    int index = ts_pointer_number(token);

    if (cJSON_IsObject(at))
        return cJSON_GetObjectItemCaseSensitive(at, token);
    return cJSON_IsArray(at) && index >= 0 ? cJSON_GetArrayItem(at, index)
                                           : NULL;
}

/* The name of a thing, where it has one and stands in a list. */
static const char *name_of(const cJSON *at, const cJSON *parent)
{
    const cJSON *name = cJSON_GetObjectItemCaseSensitive(at, "name");

    return cJSON_IsArray(parent) && cJSON_IsString(name) ? name->valuestring
                                                         : NULL;
}

void ts_word_pointer(ts_buffer *out, const char *pointer, const char *document)
{
    cJSON *root = document != NULL ? cJSON_Parse(document) : NULL;
    const cJSON *at = root;
    const char *name = NULL, *rest = pointer;
    ts_buffer token = TS_BUFFER_EMPTY, last = TS_BUFFER_EMPTY;

    while (*rest != '\0' && ts_pointer_next(&rest, &token) && !token.failed) {
        const cJSON *parent = at;

        at = step(at, token.data);
        if (name_of(at, parent) != NULL)
            name = name_of(at, parent);
        if (ts_pointer_number(token.data) >= 0)
            continue;
        last.length = 0;
        add_key(&last, token.data);
    }
    if (name != NULL)
        ts_buffer_format(out, "%s%s", name, last.length > 0 ? ": " : "");
    ts_buffer_text(out, last.length > 0 ? last.data : pointer);
    out->failed |= token.failed || last.failed;
    ts_buffer_fini(&token);
    ts_buffer_fini(&last);
    cJSON_Delete(root);
}

/* --- distances --- */

const char *ts_word_off(char *text, size_t size, double ours, double theirs)
{
    double share = 100 * (ours / theirs - 1);

    if (fabs(ours - theirs) <= 1e-12 * fabs(theirs))
        snprintf(text, size, "0");
    else if (fabs(share) < 0.05)
        snprintf(text, size, "0.0 %%");
    else if (!isfinite(share) || fabs(share) > 1e4)
        text[0] = '\0';
    else
        snprintf(text, size, "%+.*f %%", fabs(share) < 10 ? 1 : 0, share);
    return text;
}

/* --- in SQL --- */

static void give(sqlite3_context *context, ts_buffer *text)
{
    if (text->failed)
        sqlite3_result_error_nomem(context);
    else
        sqlite3_result_text(context, text->data != NULL ? text->data : "", -1,
                            SQLITE_TRANSIENT);
    ts_buffer_fini(text);
}

static void sql_value(sqlite3_context *context, int count,
                      sqlite3_value **values)
{
    const char *json = (const char *)sqlite3_value_text(values[0]);
    ts_buffer text = TS_BUFFER_EMPTY;

    (void)count;
    if (json == NULL)
        return; /* NULL of NULL */
    ts_word_value(&text, json);
    give(context, &text);
}

static void sql_pointer(sqlite3_context *context, int count,
                        sqlite3_value **values)
{
    const char *pointer = (const char *)sqlite3_value_text(values[0]);
    ts_buffer text = TS_BUFFER_EMPTY;

    (void)count;
    if (pointer == NULL)
        return;
    ts_word_pointer(&text, pointer,
                    (const char *)sqlite3_value_text(values[1]));
    give(context, &text);
}

bool ts_wording_register(sqlite3 *db)
{
    const int how = SQLITE_UTF8 | SQLITE_DETERMINISTIC | SQLITE_DIRECTONLY;

    return sqlite3_create_function(db, "word_value", 1, how, NULL, sql_value,
                                   NULL, NULL) == SQLITE_OK &&
           sqlite3_create_function(db, "word_pointer", 2, how, NULL,
                                   sql_pointer, NULL, NULL) == SQLITE_OK;
}
