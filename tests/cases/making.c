/*
 * making.c - see making.h.
 */
#include "making.h"

#include <math.h>
#include <stdio.h>

chance chance_of(int family, int number)
{
    return (chance){(uint64_t)family * UINT64_C(0xd1342543de82ef95) +
                    (uint64_t)number};
}

static uint64_t next(chance *c)
{
    uint64_t z = c->state += UINT64_C(0x9e3779b97f4a7c15);

    z = (z ^ z >> 30) * UINT64_C(0xbf58476d1ce4e5b9);
    z = (z ^ z >> 27) * UINT64_C(0x94d049bb133111eb);
    return z ^ z >> 31;
}

int between(chance *c, int low, int high)
{
    return low + (int)(next(c) % (uint64_t)(high - low + 1));
}

double decimal(chance *c, double low, double high)
{
    return round((low + (high - low) * between(c, 0, 10000) / 10000.0) * 1000) /
           1000;
}

void add(cJSON *object, const char *key, double value)
{
    cJSON_AddNumberToObject(object, key, value);
}

void add_text(cJSON *object, const char *key, const char *text)
{
    cJSON_AddStringToObject(object, key, text);
}

static void write_exact(char *text, size_t size, int64_t p, int64_t q)
{
    int64_t a = p, b = q;

    while (b != 0) {
        int64_t rest = a % b;

        a = b;
        b = rest;
    }
    if (a == 0)
        a = 1;
    if (q / a == 1)
        snprintf(text, size, "%lld", (long long)(p / a));
    else
        snprintf(text, size, "%lld/%lld", (long long)(p / a),
                 (long long)(q / a));
}

void add_exact(cJSON *object, const char *key, int64_t p, int64_t q)
{
    char text[64];

    write_exact(text, sizeof text, p, q);
    add_text(object, key, text);
}

void push_exact(cJSON *list, int64_t p, int64_t q)
{
    char text[64];

    write_exact(text, sizeof text, p, q);
    cJSON_AddItemToArray(list, cJSON_CreateString(text));
}

void push(cJSON *list, double value)
{
    cJSON_AddItemToArray(list, cJSON_CreateNumber(value));
}

cJSON *add_row(cJSON *list)
{
    cJSON *row = cJSON_CreateObject();

    cJSON_AddItemToArray(list, row);
    return row;
}

cJSON *add_list(cJSON *list)
{
    cJSON *row = cJSON_CreateArray();

    cJSON_AddItemToArray(list, row);
    return row;
}
