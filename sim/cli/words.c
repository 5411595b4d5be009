/*
 * words.c - see words.h.
 *
 * A list is made when it is first asked for, and kept: a sweep reads its
 * scenario thousands of times.
 */
#include "sim/cli/words.h"

#include <dirent.h>
#include <stdlib.h>
#include <string.h>

#include "models/world/metrics.h"
#include "sim/cli/command.h"
#include "sim/pictures/plot.h"

#define WORDS_MAX 1024

typedef struct word_list {
    const char *items[WORDS_MAX];
    int count;
    bool made;
} word_list;

static void add(word_list *list, const char *word)
{
    char *copy = list->count < WORDS_MAX ? strdup(word) : NULL;

    if (copy != NULL)
        list->items[list->count++] = copy;
}

/* --- folders --- */

static int is_json(const struct dirent *entry)
{
    size_t length = strlen(entry->d_name);

    return entry->d_name[0] != '.' && length > 5 &&
           strcmp(entry->d_name + length - 5, ".json") == 0;
}

bool ts_cli_files(const char *folder,
                  void (*visit)(void *context, const char *name,
                                const char *path),
                  void *context)
{
    char path[4300], name[256];
    struct dirent **entries;
    int count;

    snprintf(path, sizeof path, "%s/%s", ts_cli_data(), folder);
    count = scandir(path, &entries, is_json, alphasort);
    for (int i = 0; i < count; i++) {
        const char *own = entries[i]->d_name;

        snprintf(path, sizeof path, "%s/%s/%s", ts_cli_data(), folder, own);
        snprintf(name, sizeof name, "%.*s", (int)strlen(own) - 5, own);
        if (strcmp(name, "schema") != 0)
            visit(context, name, path);
        free(entries[i]);
    }
    if (count >= 0)
        free(entries);
    return count >= 0;
}

/* --- lists --- */

static void add_file(void *context, const char *name, const char *path)
{
    (void)path;
    add(context, name);
}

static void add_picture(void *context, const char *name, const char *title,
                        const char *about)
{
    (void)title, (void)about;
    add(context, name);
}

static void add_profiles(word_list *list)
{
    (void)ts_cli_files("scenarios/profiles", add_file, list);
}

static void add_scenarios(word_list *list)
{
    (void)ts_cli_files("scenarios", add_file, list);
}

static void add_pictures(word_list *list)
{
    ts_pictures_each(ts_cli_plots(), add_picture, list);
}

static void add_metrics(word_list *list)
{
    const ts_metric_kind *kind;

    for (int i = 0; (kind = ts_metric_kind_at(i)) != NULL; i++) {
        char name[128];

        snprintf(name, sizeof name, "%s%s", kind->name,
                 kind->tally ? ".mean" : "");
        add(list, name);
    }
}

static const char *const *words(void *context, const char *name, int *count)
{
    static const struct {
        const char *name;
        void (*fill)(word_list *list);
    } sorts[] = {{"profiles", add_profiles},
                 {"scenarios", add_scenarios},
                 {"plots", add_pictures},
                 {"metrics", add_metrics}};
    static word_list lists[TS_COUNT_OF(sorts)];

    (void)context;
    for (size_t i = 0; i < TS_COUNT_OF(sorts); i++) {
        if (strcmp(sorts[i].name, name) != 0)
            continue;
        if (!lists[i].made)
            sorts[i].fill(&lists[i]);
        lists[i].made = true;
        *count = lists[i].count;
        return lists[i].items;
    }
    *count = 0;
    return NULL;
}

const ts_words ts_cli_words = {words, NULL};
