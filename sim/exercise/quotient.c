/*
 * quotient.c - see quotient.h.
 */
#include "sim/exercise/quotient.h"

#include <ctype.h>
#include <stdlib.h>
#include <string.h>
#include <strings.h>

#define MOST INT64_C(1000000000000)
#define DECIMALS 9 /* more digits behind the point than this are none */

ts_quotient ts_quotient_of(int64_t over, int64_t under)
{
    int64_t a = over < 0 ? -over : over, b = under < 0 ? -under : under;

    while (b != 0) {
        int64_t rest = a % b;

        a = b;
        b = rest;
    }
    if (a == 0)
        a = 1;
    if (under < 0)
        a = -a;
    return (ts_quotient){over / a, under / a};
}

/* Continued fractions: the first convergent that is near enough. */
ts_quotient ts_quotient_near(double value)
{
    double left = value < 0 ? -value : value, whole = left;
    int64_t over[2] = {1, 0}, under[2] = {0, 1};

    for (int i = 0; i < 20; i++) {
        int64_t digit = (int64_t)left;
        int64_t o = digit * over[0] + over[1];
        int64_t u = digit * under[0] + under[1];
        double off = (double)o / (double)u - whole;

        if (u > 1000000)
            break;
        over[1] = over[0];
        under[1] = under[0];
        over[0] = o;
        under[0] = u;
        if ((off < 0 ? -off : off) < 1e-6 || left - (double)digit < 1e-9)
            break;
        left = 1 / (left - (double)digit);
    }
    return ts_quotient_of(value < 0 ? -over[0] : over[0], under[0]);
}

int ts_quotient_compare(ts_quotient a, ts_quotient b)
{
    ts_i128 x = (ts_i128)a.over * b.under, y = (ts_i128)b.over * a.under;

    return (x > y) - (x < y);
}

bool ts_quotient_close(ts_quotient a, ts_quotient b, ts_quotient within)
{
    ts_i128 off = (ts_i128)a.over * b.under - (ts_i128)b.over * a.under;
    double scale = (double)a.under * (double)b.under;

    if (within.over == 0)
        return off == 0;
    return (double)(off < 0 ? -off : off) / scale <=
           ts_quotient_double(within) * (1 + 1e-12);
}

double ts_quotient_double(ts_quotient a)
{
    return (double)a.over / (double)a.under;
}

/* --- reading --- */

static void skip_space(const char **at)
{
    while (isspace((unsigned char)**at))
        ++*at;
}

/* Digits, and decimals behind a point or a comma. */
static bool read_decimal(const char **at, ts_quotient *value)
{
    int64_t over = 0, under = 1;
    int digits = 0, decimals = -1;

    for (;; ++*at) {
        if (isdigit((unsigned char)**at)) {
            digits++;
            if (decimals >= DECIMALS)
                continue;
            over = over * 10 + (**at - '0');
            under *= decimals >= 0 ? 10 : 1;
            decimals += decimals >= 0;
            if (over > MOST * (decimals > 0 ? 1000 : 1))
                return false;
        } else if ((**at == '.' || **at == ',') && decimals < 0) {
            decimals = 0;
        } else {
            break;
        }
    }
    *value = ts_quotient_of(over, under);
    return digits > 0;
}

/* "/5" behind a number; none is fine. */
static bool read_under(const char **at, ts_quotient *value)
{
    ts_quotient under;

    skip_space(at);
    if (**at != '/')
        return true;
    ++*at;
    skip_space(at);
    if (!read_decimal(at, &under) || under.over == 0 || under.under != 1 ||
        under.over > 1000000000 || value->under > 1000000000)
        return false;
    *value = ts_quotient_of(value->over, value->under * under.over);
    return true;
}

/* A unit, or a percent sign, and nothing more. */
static bool read_unit(const char *at, const char *unit, ts_quotient *value)
{
    size_t length = strlen(at);

    while (length > 0 && isspace((unsigned char)at[length - 1]))
        length--;
    if (length == 1 && *at == '%' && value->under < INT64_MAX / 100) {
        if (strcmp(unit, "%") != 0)
            *value = ts_quotient_of(value->over, value->under * 100);
        return true;
    }
    return length == 0 ||
           (length == strlen(unit) && strncasecmp(at, unit, length) == 0);
}

bool ts_quotient_read(const char *text, const char *unit, ts_quotient *value)
{
    bool negative;
    ts_quotient part = {0, 1};

    skip_space(&text);
    negative = *text == '-';
    text += negative || *text == '+';
    if (!read_decimal(&text, value))
        return false;
    skip_space(&text);
    if (isdigit((unsigned char)*text)) { /* 5 3/5 */
        if (value->under != 1 || !read_decimal(&text, &part) ||
            !read_under(&text, &part) || part.under == 1 ||
            value->over > INT64_MAX / part.under / 2)
            return false;
        *value =
            ts_quotient_of(value->over * part.under + part.over, part.under);
    } else if (!read_under(&text, value)) {
        return false;
    }
    skip_space(&text);
    if (negative)
        value->over = -value->over;
    return read_unit(text, unit, value);
}

/* --- writing --- */

const char *ts_quotient_text(ts_quotient value, ts_arena *arena)
{
    int64_t scale = 1, over, whole;
    int decimals = 0;

    if (value.under == 1)
        return ts_arena_format(arena, "%lld", (long long)value.over);
    while (decimals < 3 && scale % value.under != 0) {
        scale *= 10;
        decimals++;
    }
    if (scale % value.under != 0)
        return ts_arena_format(arena, "%lld/%lld", (long long)value.over,
                               (long long)value.under);
    over = value.over * (scale / value.under);
    whole = over < 0 ? -over : over;
    return ts_arena_format(arena, "%s%lld.%0*lld", over < 0 ? "-" : "",
                           (long long)(whole / scale), decimals,
                           (long long)(whole % scale));
}

const char *ts_quotient_decimal(ts_quotient value, ts_arena *arena)
{
    if (value.under == 1)
        return ts_arena_format(arena, "%lld", (long long)value.over);
    return ts_arena_format(arena, "%.6f", ts_quotient_double(value));
}
