/*
 * topics.c - the list of topics.
 */
#include <stddef.h>
#include <string.h>

#include "models/machine/topic.h"

extern const ts_topic ts_topic_apollo_alarms, ts_topic_profiles,
    ts_topic_slowdown, ts_topic_inversion, ts_topic_convoy, ts_topic_deadlock,
    ts_topic_overload, ts_topic_omission, ts_topic_graham, ts_topic_dhall,
    ts_topic_ladder, ts_topic_turbo, ts_topic_meltdown, ts_topic_siblings,
    ts_topic_dies, ts_topic_python;

static const ts_topic *const topics[] = {
    &ts_topic_apollo_alarms, &ts_topic_profiles, &ts_topic_slowdown,
    &ts_topic_inversion,     &ts_topic_convoy,   &ts_topic_deadlock,
    &ts_topic_overload,      &ts_topic_omission, &ts_topic_graham,
    &ts_topic_dhall,         &ts_topic_ladder,   &ts_topic_turbo,
    &ts_topic_meltdown,      &ts_topic_siblings, &ts_topic_dies,
    &ts_topic_python,
};

static int has_word(const char *words, const char *word)
{
    size_t length = strlen(word);

    if (length == 0)
        return 0;
    for (const char *at = strstr(words, word); at != NULL;
         at = strstr(at + 1, word))
        if ((at == words || at[-1] == ' ') &&
            (at[length] == ' ' || at[length] == '\0'))
            return 1;
    return 0;
}

const ts_topic *ts_topic_find(const char *word)
{
    for (size_t i = 0; i < sizeof topics / sizeof topics[0]; i++)
        if (has_word(topics[i]->words, word))
            return topics[i];
    return NULL;
}
