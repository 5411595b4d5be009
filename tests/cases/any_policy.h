/*
 * any_policy.h - a policy of the list in a scenario, whatever it is: what it
 * cannot do without is made up from its table (a time is `made_up`, a
 * variant the first of its list), so that whoever adds a policy has it tested.
 */
#ifndef TS_TESTS_ANY_POLICY_H
#define TS_TESTS_ANY_POLICY_H

#include "models/machine/policy.h"

#include <stdarg.h>
#include <stdint.h>
#include <stdio.h>
#include <string.h>

#define ROOM 16384
#define PRIORITIES 20 /* threads have one below it */

static char text[ROOM];     /* the scenario so far */
static uint64_t seed;       /* of draw() */
static const char *made_up; /* a time */

static inline void say(const char *format, ...)
    __attribute__((format(printf, 1, 2)));

static inline void say(const char *format, ...)
{
    size_t used = strlen(text);
    va_list list;

    va_start(list, format);
    vsnprintf(text + used, sizeof text - used, format, list);
    va_end(list);
}

/* splitmix64 (Steele, Lea, Flood 2014): 0 .. n - 1. */
static inline int draw(int n)
{
    uint64_t z = (seed += UINT64_C(0x9e3779b97f4a7c15));

    z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
    return (int)((z ^ z >> 31) % (uint64_t)n);
}

/* One time, or something empty for each priority that a thread may have. */
static inline void say_list(const ts_field *field)
{
    bool times = field->item->kind == TS_FIELD_TIME ||
                 field->item->kind == TS_FIELD_DURATION;

    say(", \"%s\": [", field->name);
    if (times)
        say("\"%s\"", made_up);
    for (int i = 0; i < PRIORITIES && !times; i++)
        say("%s{}", i ? ", " : "");
    say("]");
}

/* The key of a policy that its table makes up. false: it cannot. */
static inline bool say_option(const ts_field *field)
{
    switch (field->kind) {
    case TS_FIELD_TIME:
    case TS_FIELD_DURATION:
        say(", \"%s\": \"%s\"", field->name, made_up);
        return true;
    case TS_FIELD_LIST:
        say_list(field);
        return true;
    case TS_FIELD_VARIANT:
        say(", \"%s\": {\"%s\": {}}", field->name,
            field->registry->entries[0]->name);
        return true;
    default:
        return false;
    }
}

/* `slices`: a slice is said even where the table can do without. false: the
 * policy cannot be played so. */
static inline bool say_policy(const ts_entry *entry, bool slices)
{
    bool good = true;

    say("\"policy\": \"%s\"", entry->name);
    for (int i = 0; entry->shape != NULL && i < entry->shape->field_count;
         i++) {
        const ts_field *field = &entry->shape->fields[i];

        if (field->required)
            good = say_option(field) && good;
        else if (slices && strcmp(field->name, "slice") == 0)
            say_option(field);
    }
    return good;
}

/* The policy says that its options or this machine are not for it. */
static inline bool is_refusal(const char *message)
{
    return strstr(message, "error: /system") != NULL ||
           strstr(message, "\"per-processor\"") != NULL;
}

#endif
