/*
 * split.c - the items of a JSON list, as they are written.
 */
#include "sim/sweep/split.h"

#include <string.h>

static const char *skip_space(const char *p)
{
    return p + strspn(p, " \t\r\n");
}

/* The end of the string that begins at `p`: behind its closing quote. */
static const char *string_end(const char *p)
{
    for (p++; *p != '"' && *p != '\0'; p++)
        if (*p == '\\' && p[1] != '\0')
            p++;
    return *p == '"' ? p + 1 : p;
}

/* The end of the value that begins at `p`: the comma or bracket behind it. */
static const char *value_end(const char *p)
{
    int depth = 0;

    while (*p != '\0') {
        if (*p == '"') {
            p = string_end(p);
            continue;
        }
        assert(depth >= 0); /* the text was read before: it is JSON */
        if (depth == 0 && (*p == ',' || *p == ']'))
            return p;
        depth += (*p == '[' || *p == '{') - (*p == ']' || *p == '}');
        p++;
    }
    return p;
}

static int64_t count_items(const char *p)
{
    int64_t count = 0;

    p = skip_space(p);
    while (*p != ']' && *p != '\0') {
        count++;
        p = value_end(p);
        p += *p == ',';
    }
    return count;
}

static char *copy_trimmed(ts_arena *arena, const char *from, const char *to)
{
    char *text;

    while (to > from && strchr(" \t\r\n", to[-1]) != NULL)
        to--;
    text = ts_arena_alloc(arena, (size_t)(to - from) + 1);
    if (text != NULL)
        memcpy(text, from, (size_t)(to - from));
    return text;
}

int64_t ts_split_list(ts_arena *arena, const char *list, char ***items)
{
    const char *p = skip_space(list);
    int64_t count;

    if (*p != '[')
        return -1;
    count = count_items(++p);
    *items = ts_arena_array(arena, (size_t)count + 1, sizeof(**items));
    if (*items == NULL)
        return -1;
    for (int64_t i = 0; i < count; i++) {
        const char *end;

        p = skip_space(p);
        end = value_end(p);
        assert(end > p); /* as many as were counted */
        (*items)[i] = copy_trimmed(arena, p, end);
        if ((*items)[i] == NULL)
            return -1;
        p = end + (*end == ',');
    }
    return count;
}
