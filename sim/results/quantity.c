/*
 * quantity.c - a parameter's value as a number.
 */
#include "sim/results/quantity.h"

#include <math.h>
#include <stddef.h>
#include <stdlib.h>
#include <string.h>

#include "sim/engine/base.h"

static const struct {
    const char *suffix, *unit;
    double factor;
} suffixes[] = {
    {"", "number", 1},
    {"%", "ratio", 0.01},
    {"ps", "ps", 1},
    {"ns", "ps", 1e3},
    {"us", "ps", 1e6},
    {"µs", "ps", 1e6},
    {"ms", "ps", 1e9},
    {"s", "ps", 1e12},
    {"/s", "rate", 1},
    {"/ms", "rate", 1e3},
    {"/us", "rate", 1e6},
    {"Hz", "Hz", 1},
    {"kHz", "Hz", 1e3},
    {"MHz", "Hz", 1e6},
    {"GHz", "Hz", 1e9},
    {"B", "bytes", 1},
    {"kB", "bytes", 1e3},
    {"MB", "bytes", 1e6},
    {"GB", "bytes", 1e9},
    {"TB", "bytes", 1e12},
    {"KiB", "bytes", 1024},
    {"MiB", "bytes", 1048576},
    {"GiB", "bytes", 1073741824.0},
    {"cycles", "cycles", 1},
    {"cycle", "cycles", 1},
};

bool ts_quantity(const char *json, const char **unit, double *value)
{
    char text[64];
    size_t length = strlen(json);
    char *end;

    if (length >= 2 && json[0] == '"' && json[length - 1] == '"') {
        json++;
        length -= 2;
    }
    if (length == 0 || length >= sizeof text)
        return false;
    memcpy(text, json, length);
    text[length] = '\0';
    /* strtod() would take "nan", "inf" and "0x10" as well. */
    if (strchr("+-.0123456789", text[0]) == NULL || strchr(text, 'x') != NULL)
        return false;
    *value = strtod(text, &end);
    if (end == text || !isfinite(*value))
        return false;
    if (end[0] == '/' && end[1] >= '1' && end[1] <= '9') /* "4/3GHz" */
        *value /= strtod(end + 1, &end);
    assert(end <= text + length);
    while (*end == ' ')
        end++;
    for (size_t i = 0; i < TS_COUNT_OF(suffixes); i++) {
        if (strcmp(end, suffixes[i].suffix) == 0) {
            *unit = suffixes[i].unit;
            *value *= suffixes[i].factor;
            return true;
        }
    }
    return false;
}
