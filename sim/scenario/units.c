/*
 * units.c - decimals, units and what goes wrong with them.
 *
 * KiB is 1024 bytes and kB is 1000 (IEC 80000-13), always. Units are written
 * as the SI and the IEC write them, so case counts: ms is not Ms.
 */
#include "sim/scenario/units.h"

#include <stdio.h>
#include <string.h>
#include <strings.h>

#define DIGITS_MAX 30   /* significant digits of a decimal: below 2^100 */
#define EXPONENT_MAX 40 /* of ten */

typedef struct unit {
    const char *name;
    ts_quantity_kind kind;
    int64_t numerator, denominator; /* base units in one */
    bool alias;                     /* not listed in messages */
} unit;

static const unit units[] = {
    {"ps", TS_QUANTITY_TIME, 1, 1, false},
    {"ns", TS_QUANTITY_TIME, 1000, 1, false},
    {"us", TS_QUANTITY_TIME, 1000000, 1, false},
    {"\xC2\xB5s", TS_QUANTITY_TIME, 1000000, 1, true}, /* micro sign */
    {"\xCE\xBCs", TS_QUANTITY_TIME, 1000000, 1, true}, /* Greek mu */
    {"ms", TS_QUANTITY_TIME, 1000000000, 1, false},
    {"s", TS_QUANTITY_TIME, 1000000000000, 1, false},
    {"min", TS_QUANTITY_TIME, 60000000000000, 1, false},
    {"h", TS_QUANTITY_TIME, 3600000000000000, 1, false},
    {"cycles", TS_QUANTITY_CYCLES, 1, 1, false},
    {"cycle", TS_QUANTITY_CYCLES, 1, 1, true},
    {"B", TS_QUANTITY_SIZE, 1, 1, false},
    {"kB", TS_QUANTITY_SIZE, 1000, 1, false},
    {"MB", TS_QUANTITY_SIZE, 1000000, 1, false},
    {"GB", TS_QUANTITY_SIZE, 1000000000, 1, false},
    {"TB", TS_QUANTITY_SIZE, 1000000000000, 1, false},
    {"KiB", TS_QUANTITY_SIZE, 1024, 1, false},
    {"MiB", TS_QUANTITY_SIZE, 1048576, 1, false},
    {"GiB", TS_QUANTITY_SIZE, 1073741824, 1, false},
    {"TiB", TS_QUANTITY_SIZE, 1099511627776, 1, false},
    {"%", TS_QUANTITY_RATIO, 1, 100, false},
    {"Hz", TS_QUANTITY_FREQUENCY, 1, 1, false},
    {"kHz", TS_QUANTITY_FREQUENCY, 1000, 1, false},
    {"MHz", TS_QUANTITY_FREQUENCY, 1000000, 1, false},
    {"GHz", TS_QUANTITY_FREQUENCY, 1000000000, 1, false},
    {"THz", TS_QUANTITY_FREQUENCY, 1000000000000, 1, true},
    {"/us", TS_QUANTITY_RATE, 1000000, 1, false},
    {"/ms", TS_QUANTITY_RATE, 1000, 1, false},
    {"/s", TS_QUANTITY_RATE, 1, 1, false},
    {"/min", TS_QUANTITY_RATE, 1, 60, false},
    {"/h", TS_QUANTITY_RATE, 1, 3600, false},
    {"B/s", TS_QUANTITY_BYTE_RATE, 1, 1, false},
    {"kB/s", TS_QUANTITY_BYTE_RATE, 1000, 1, false},
    {"MB/s", TS_QUANTITY_BYTE_RATE, 1000000, 1, false},
    {"GB/s", TS_QUANTITY_BYTE_RATE, 1000000000, 1, false},
    {"KiB/s", TS_QUANTITY_BYTE_RATE, 1024, 1, false},
    {"MiB/s", TS_QUANTITY_BYTE_RATE, 1048576, 1, false},
    {"GiB/s", TS_QUANTITY_BYTE_RATE, 1073741824, 1, false},
    {"bit/s", TS_QUANTITY_BYTE_RATE, 1, 8, false},
    {"kbit/s", TS_QUANTITY_BYTE_RATE, 125, 1, false},
    {"Mbit/s", TS_QUANTITY_BYTE_RATE, 125000, 1, false},
    {"Gbit/s", TS_QUANTITY_BYTE_RATE, 125000000, 1, false},
    {"mW", TS_QUANTITY_POWER, 1, 1000, false},
    {"W", TS_QUANTITY_POWER, 1, 1, false},
    {"kW", TS_QUANTITY_POWER, 1000, 1, false},
};

static const struct {
    ts_quantity_kind kind;
    const char *name, *example;
    const char *grain; /* what a whole one is counted in */
} kinds[] = {
    {TS_QUANTITY_NUMBER, "a number", "42", "whole"},
    {TS_QUANTITY_TIME, "a time", "\"5ms\"", "picoseconds"},
    {TS_QUANTITY_CYCLES, "cycles", "\"300 cycles\"", "cycles"},
    {TS_QUANTITY_SIZE, "a size", "\"16MiB\"", "bytes"},
    {TS_QUANTITY_RATIO, "a ratio", "\"85%\"", "whole"},
    {TS_QUANTITY_FREQUENCY, "a frequency", "\"3.6GHz\"", "hertz"},
    {TS_QUANTITY_RATE, "a rate", "\"12800/s\"", "events a second"},
    {TS_QUANTITY_BYTE_RATE, "a rate of bytes", "\"100MB/s\"", "bytes a second"},
    {TS_QUANTITY_POWER, "a power", "\"65W\"", "watts"},
};

static const char *kind_name(ts_quantity_kind kind)
{
    for (size_t i = 0; i < TS_COUNT_OF(kinds); i++)
        if (kinds[i].kind == kind)
            return kinds[i].name;
    return "a value";
}

/* Appends to a buffer of fixed size; what does not fit is cut. */
static void append(char *buffer, size_t size, const char *text)
{
    size_t used = strlen(buffer);

    (void)snprintf(buffer + used, size - used, "%s", text);
}

void ts_quantity_describe(unsigned allowed, char *buffer, size_t size)
{
    bool first = true;

    buffer[0] = '\0';
    for (size_t i = 0; i < TS_COUNT_OF(kinds); i++) {
        if ((allowed & (unsigned)kinds[i].kind) == 0)
            continue;
        if (!first) {
            append(buffer, size, " or ");
        } else {
            append(buffer, size, kinds[i].name);
            append(buffer, size, " such as ");
        }
        append(buffer, size, kinds[i].example);
        first = false;
    }
}

static bool unit_listed(size_t i, unsigned allowed)
{
    return (allowed & (unsigned)units[i].kind) != 0 && !units[i].alias;
}

/* "ps, ns, us, ms, s, min or h" */
static void list_units(unsigned allowed, char *buffer, size_t size)
{
    size_t last = 0;
    bool first = true;

    buffer[0] = '\0';
    for (size_t i = 0; i < TS_COUNT_OF(units); i++)
        if (unit_listed(i, allowed))
            last = i;
    for (size_t i = 0; i < TS_COUNT_OF(units); i++) {
        if (!unit_listed(i, allowed))
            continue;
        if (!first)
            append(buffer, size, i == last ? " or " : ", ");
        append(buffer, size, units[i].name);
        first = false;
    }
}

void ts_quantity_pattern(unsigned allowed, char *buffer, size_t size)
{
    bool first = true;

    buffer[0] = '\0';
    append(buffer, size, "^");
    if (allowed == TS_QUANTITY_FREQUENCY) /* never zero */
        append(buffer, size, "(?=[0-9.]*[1-9])");
    append(buffer, size, "[0-9]+([.][0-9]+)?([eE][-+]?[0-9]+)?");
    if ((allowed & (TS_QUANTITY_TIME | TS_QUANTITY_FREQUENCY |
                    TS_QUANTITY_RATE | TS_QUANTITY_BYTE_RATE)) != 0)
        append(buffer, size, "(/[0-9]+)?");
    append(buffer, size, " *(");
    for (size_t i = 0; i < TS_COUNT_OF(units); i++) {
        if ((allowed & (unsigned)units[i].kind) == 0)
            continue;
        append(buffer, size, first ? "" : "|");
        append(buffer, size, units[i].name);
        first = false;
    }
    append(buffer, size, ")$");
}

/* --- numbers --- */

static bool is_digit(char c)
{
    return c >= '0' && c <= '9';
}

static bool multiply(ts_u128 *a, ts_u128 b)
{
    return !__builtin_mul_overflow(*a, b, a);
}

static bool raise_ten(ts_u128 *a, int power)
{
    for (; power > 0; power--)
        if (!multiply(a, 10))
            return false;
    return true;
}

/* Takes [-+]digits[.digits][e[-+]digits] off the front of *text. */
static bool take_decimal(const char **text, ts_quantity *q, const char *whole,
                         ts_error *error)
{
    const char *at = *text;
    int exponent = 0, digits = 0, power = 0, zeros = 0;
    bool point = false, any = false;
    ts_u128 mantissa = 0;

    q->negative = *at == '-';
    if (*at == '-' || *at == '+')
        at++;
    for (; is_digit(*at) || (*at == '.' && !point && is_digit(at[1])); at++) {
        if (*at == '.') {
            point = true;
            continue;
        }
        any = true;
        exponent -= point;
        /* Zeros count only once another digit follows them. */
        if (*at == '0') {
            zeros++;
            continue;
        }
        digits += digits > 0 ? zeros + 1 : 1;
        if (digits > DIGITS_MAX)
            return ts_fail(error, "\"%.80s\" has more than %d digits", whole,
                           DIGITS_MAX);
        for (; zeros > 0; zeros--)
            if (mantissa > 0)
                mantissa *= 10;
        mantissa = mantissa * 10 + (unsigned)(*at - '0');
    }
    exponent += zeros;
    if (!any)
        return false; /* the caller knows what was expected */
    if ((*at == 'e' || *at == 'E') &&
        (is_digit(at[1]) ||
         ((at[1] == '-' || at[1] == '+') && is_digit(at[2])))) {
        bool down = at[1] == '-';

        for (at += is_digit(at[1]) ? 1 : 2; is_digit(*at); at++)
            power = power > 1000 ? power : power * 10 + (*at - '0');
        exponent += down ? -power : power;
    }
    if (mantissa == 0)
        exponent = 0;
    q->numerator = mantissa;
    q->denominator = 1;
    *text = at;
    if (exponent < -EXPONENT_MAX || exponent > EXPONENT_MAX ||
        !raise_ten(exponent < 0 ? &q->denominator : &q->numerator,
                   exponent < 0 ? -exponent : exponent))
        return ts_fail(error, "\"%.80s\" is too %s", whole,
                       exponent < 0 ? "fine" : "large");
    return true;
}

/* Takes "/digits" off the front, as in 4000000000/3 Hz. */
static bool take_divisor(const char **text, ts_quantity *q, const char *whole,
                         ts_error *error)
{
    int64_t divisor = 0;
    const char *at = *text;

    if (at[0] != '/' || !is_digit(at[1]))
        return true;
    for (at++; is_digit(*at); at++) {
        if (divisor > (int64_t)1 << 53)
            return ts_fail(error, "the divisor of \"%.80s\" is too large",
                           whole);
        divisor = divisor * 10 + (*at - '0');
    }
    if (divisor == 0)
        return ts_fail(error, "\"%.80s\" divides by zero", whole);
    *text = at;
    return multiply(&q->denominator, (ts_u128)divisor) ||
           ts_fail(error, "\"%.80s\" is too fine", whole);
}

bool ts_number_read(const char *text, ts_quantity *quantity, ts_error *error)
{
    const char *at = text;

    quantity->kind = TS_QUANTITY_NUMBER;
    if (take_decimal(&at, quantity, text, error) && *at == '\0')
        return true;
    return ts_fail(error, "expected a number, not \"%.80s\"", text);
}

static bool fail_expected(unsigned allowed, const char *text, ts_error *error)
{
    char expected[160];

    ts_quantity_describe(allowed, expected, sizeof expected);
    return ts_fail(error, "expected %s, not \"%.80s\"", expected, text);
}

static bool fail_unit(const char *name, unsigned allowed, const char *text,
                      ts_error *error)
{
    char list[200];

    list_units(allowed, list, sizeof list);
    for (size_t i = 0; i < TS_COUNT_OF(units); i++)
        if (strcmp(units[i].name, name) == 0) {
            char expected[160];

            ts_quantity_describe(allowed, expected, sizeof expected);
            return ts_fail(error, "expected %s, not %s (\"%.80s\")", expected,
                           kind_name(units[i].kind), text);
        }
    if (name[0] == ',' && name[1] >= '0' && name[1] <= '9')
        return ts_fail(error,
                       "\"%.80s\" has a comma; write a point before decimals",
                       text);
    for (size_t i = 0; i < TS_COUNT_OF(units); i++)
        if ((units[i].kind & allowed) != 0 &&
            strcasecmp(units[i].name, name) == 0)
            return ts_fail(error,
                           "unknown unit \"%.40s\"; did you mean \"%s\"?", name,
                           units[i].name);
    return ts_fail(error, "unknown unit \"%.40s\"; use %s", name, list);
}

bool ts_quantity_read(const char *text, unsigned allowed, ts_quantity *quantity,
                      ts_error *error)
{
    const char *at = text;
    char list[200];

    while (*at == ' ')
        at++;
    if (!take_decimal(&at, quantity, text, error))
        return fail_expected(allowed, text, error);
    if (!take_divisor(&at, quantity, text, error))
        return false;
    while (*at == ' ')
        at++;
    if (*at == '\0') {
        quantity->kind = TS_QUANTITY_NUMBER;
        if ((allowed & TS_QUANTITY_NUMBER) != 0)
            return true;
        list_units(allowed, list, sizeof list);
        return ts_fail(error, "\"%.80s\" has no unit; use %s", text, list);
    }
    for (size_t i = 0; i < TS_COUNT_OF(units); i++) {
        const unit *u = &units[i];

        if ((allowed & (unsigned)u->kind) == 0 || strcmp(u->name, at) != 0)
            continue;
        quantity->kind = u->kind;
        if (multiply(&quantity->numerator, (ts_u128)u->numerator) &&
            multiply(&quantity->denominator, (ts_u128)u->denominator))
            return true;
        return ts_fail(error, "\"%.80s\" is too large or too fine", text);
    }
    return fail_unit(at, allowed, text, error);
}

bool ts_quantity_scale(ts_quantity *a, const ts_quantity *b)
{
    a->kind = b->kind;
    return multiply(&a->numerator, b->numerator) &&
           multiply(&a->denominator, b->denominator);
}

/* The nearest whole number; of two, the even one. */
static ts_u128 round_even(ts_u128 numerator, ts_u128 denominator)
{
    ts_u128 whole = numerator / denominator, rest = numerator % denominator;
    bool more = rest > denominator - rest;
    bool half = rest == denominator - rest;

    return whole + (more || (half && whole % 2 == 1));
}

bool ts_quantity_whole(const ts_quantity *quantity, const char *text,
                       int64_t *whole, ts_error *error)
{
    ts_u128 value = quantity->numerator;
    const char *grain = "";

    for (size_t i = 0; i < TS_COUNT_OF(kinds); i++)
        if (kinds[i].kind == quantity->kind)
            grain = kinds[i].grain;
    if (quantity->denominator != 1) {
        if (quantity->kind == TS_QUANTITY_TIME) {
            value = round_even(value, quantity->denominator);
            if (value == 0 && quantity->numerator != 0)
                return ts_fail(error,
                               "\"%.80s\" is nearer to nothing than to a "
                               "picosecond, the shortest time",
                               text);
        } else if (value % quantity->denominator != 0) {
            if (quantity->kind == TS_QUANTITY_NUMBER)
                return ts_fail(error, "expected a whole number, not %.80s",
                               text);
            return ts_fail(error, "\"%.80s\" is not a whole number of %s", text,
                           grain);
        } else {
            value /= quantity->denominator;
        }
    }
    if (quantity->kind == TS_QUANTITY_TIME && value > (ts_u128)TS_TIME_LIMIT)
        return ts_fail(error,
                       "\"%.80s\" is longer than 100 days, the longest time "
                       "there can be",
                       text);
    if (value > (ts_u128)INT64_MAX)
        return ts_fail(error, "\"%.80s\" is too large", text);
    *whole = quantity->negative ? -(int64_t)value : (int64_t)value;
    return true;
}

bool ts_quantity_rational(const ts_quantity *quantity, const char *text,
                          ts_rational *rational, ts_error *error)
{
    ts_u128 n = quantity->numerator, d = quantity->denominator;
    ts_u128 a = n, b = d;

    while (b != 0) {
        ts_u128 rest = a % b;

        a = b;
        b = rest;
    }
    n /= a;
    d /= a;
    if (n > (ts_u128)INT64_MAX || d > (ts_u128)INT64_MAX)
        return ts_fail(error, "\"%.80s\" is too large or too fine", text);
    rational->num = quantity->negative ? -(int64_t)n : (int64_t)n;
    rational->den = (int64_t)d;
    return true;
}

double ts_quantity_double(const ts_quantity *quantity)
{
    double value = (double)quantity->numerator / (double)quantity->denominator;

    return quantity->negative ? -value : value;
}
