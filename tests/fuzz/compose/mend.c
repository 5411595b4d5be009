/*
 * mend.c - what a scenario is refused for, or can do without, taken out; see
 * compose.h.
 */
#include "compose.h"

#include <stdio.h>
#include <stdlib.h>
#include <string.h>

static cJSON *child_of(cJSON *item, const char *key, size_t length)
{
    char text[128];

    snprintf(text, sizeof text, "%.*s", (int)length, key);
    return cJSON_IsArray(item) ? cJSON_GetArrayItem(item, atoi(text))
                               : cJSON_GetObjectItemCaseSensitive(item, text);
}

/* What a JSON Pointer names, with what it stands in; NULL: nothing. */
static cJSON *find(cJSON *root, const char *pointer, cJSON **parent)
{
    cJSON *item = root;

    *parent = NULL;
    while (item != NULL && *pointer == '/') {
        size_t length = strcspn(pointer + 1, "/");

        *parent = item;
        item = child_of(item, pointer + 1, length);
        pointer += 1 + length;
    }
    return *pointer ? NULL : item;
}

static bool take_out(cJSON *root, const char *pointer)
{
    cJSON *parent, *item = find(root, pointer, &parent);

    if (item == NULL || parent == NULL)
        return false;
    cJSON_Delete(cJSON_DetachItemViaPointer(parent, item));
    return true;
}

typedef struct cut {
    cJSON *parent, *item;
} cut;

/* Goes through everything that may be taken out; *n counts down. */
static bool nth(cJSON *item, int *n, cut *found)
{
    for (cJSON *child = item->child; child != NULL; child = child->next) {
        bool kept =
            child->string != NULL && (strcmp(child->string, "title") == 0 ||
                                      strcmp(child->string, "name") == 0);

        if (!kept && (*n)-- == 0) {
            *found = (cut){.parent = item, .item = child};
            return true;
        }
        if (nth(child, n, found))
            return true;
    }
    return false;
}

bool ts_compose_cut(cJSON *scenario, int n)
{
    cut found;

    if (!nth(scenario, &n, &found))
        return false;
    cJSON_Delete(cJSON_DetachItemViaPointer(found.parent, found.item));
    return true;
}

/* Whether the error may be about it: it names its key or its word. */
static bool is_meant(const cJSON *item, const char *error)
{
    if (item->string != NULL && strlen(item->string) > 3 &&
        strstr(error, item->string) != NULL)
        return true;
    return cJSON_IsString(item) && strlen(item->valuestring) > 3 &&
           strstr(error, item->valuestring) != NULL;
}

/* An error without a place names what it is about: something of that goes. */
static bool take_out_any(cJSON *scenario, const char *error, uint64_t *state)
{
    int chosen = -1, meant = 0, count = 0, left;
    cut found;

    for (left = 0; nth(scenario, &left, &found); left = ++count)
        if (found.parent != scenario && is_meant(found.item, error) &&
            ts_draw(state, (uint64_t)++meant) == 0)
            chosen = count;
    if (chosen < 0 && count > 0)
        chosen = (int)ts_draw(state, (uint64_t)count);
    return chosen >= 0 && ts_compose_cut(scenario, chosen);
}

bool ts_compose_mend(cJSON *scenario, const ts_diagnostics *diagnostics,
                     const char *error, uint64_t *state)
{
    bool any = false;

    for (int i = diagnostics->count; i-- > 0;)
        any |= take_out(scenario, diagnostics->items[i].path);
    return any || take_out_any(scenario, error, state);
}
