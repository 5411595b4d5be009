/*
 * format.c - quantities as text for people: four significant digits, the unit
 * that keeps the number between 1 and 1000.
 */
#include <stdio.h>
#include <string.h>

#include "sim/scenario/reader.h"

typedef struct scale {
    double size;
    const char *name;
} scale;

static const scale times[] = {
    {1e12, "s"}, {1e9, "ms"}, {1e6, "us"}, {1e3, "ns"}, {1, "ps"},
};
static const scale sizes[] = {
    {1099511627776.0, "TiB"},
    {1073741824.0, "GiB"},
    {1048576.0, "MiB"},
    {1024.0, "KiB"},
    {1, "B"},
};

/* The number in fixed notation with four significant digits, or all digits
 * before the point, without zeros at the end. */
static void format_number(char *buffer, size_t size, double value)
{
    double amount = value < 0 ? -value : value;
    int places = amount >= 999.95   ? 0
                 : amount >= 99.995 ? 1
                 : amount >= 9.9995 ? 2
                                    : 3;
    char *end;

    if (!(amount < 1e15) || (amount > 0 && amount < 0.01)) {
        (void)snprintf(buffer, size, "%.4g", value);
        return;
    }
    if (amount < 0.1)
        places = 5;
    else if (amount < 1)
        places = 4;
    (void)snprintf(buffer, size, "%.*f", places, value);
    if (strchr(buffer, '.') == NULL)
        return;
    for (end = buffer + strlen(buffer); end[-1] == '0';)
        *--end = '\0';
    if (end[-1] == '.')
        end[-1] = '\0';
}

static void format_scaled(char *buffer, size_t size, double value,
                          const scale *scales, int count)
{
    double amount = value < 0 ? -value : value;
    char number[40];
    int i = 0;

    while (i < count - 1 && amount < scales[i].size)
        i++;
    if (amount <= 0)
        i = scales == times ? 0 : count - 1; /* "0 s", "0 B" */
    format_number(number, sizeof number, value / scales[i].size);
    (void)snprintf(buffer, size, "%s %s", number, scales[i].name);
}

char *ts_format(char *buffer, size_t size, ts_unit unit, double value)
{
    char number[40];

    switch (unit) {
    case TS_UNIT_TIME:
        format_scaled(buffer, size, value, times, (int)TS_COUNT_OF(times));
        return buffer;
    case TS_UNIT_BYTES:
        format_scaled(buffer, size, value, sizes, (int)TS_COUNT_OF(sizes));
        return buffer;
    case TS_UNIT_RATIO:
        format_number(number, sizeof number, value * 100);
        (void)snprintf(buffer, size, "%s %%", number);
        return buffer;
    case TS_UNIT_RATE:
        format_number(number, sizeof number, value);
        (void)snprintf(buffer, size, "%s/s", number);
        return buffer;
    case TS_UNIT_COUNT:
    case TS_UNIT_NUMBER:
        break;
    }
    format_number(buffer, size, value);
    return buffer;
}
