/*
 * range.c - values between two ends, as texts.
 */
#include "sim/sweep/range.h"

#include <inttypes.h>
#include <string.h>

#include "sim/scenario/buffer.h"
#include "sim/scenario/expect.h"
#include "sim/scenario/reader.h"

#define DIGITS 6 /* significant ones of a value that is not exact */

/* A decimal with its unit: mantissa x 10^-places. */
typedef struct decimal {
    int64_t mantissa;
    int places;
    bool quoted;
    char unit[16];
} decimal;

struct ts_range {
    decimal from, to; /* of the same places and unit */
    int64_t step;     /* in units of the last place; 0: not given */
    int64_t count;    /* 0: not given */
    bool whole;       /* only whole values */
    bool logarithmic;
    int places_max; /* as many as the unit takes */
};

/* How many decimal places of a unit make sense: times are whole picoseconds,
 * sizes whole bytes, cycles whole. */
static int places_of(const char *unit)
{
    static const struct {
        const char *unit;
        int places;
    } known[] = {{"s", 12},     {"ms", 9},  {"us", 6},  {"µs", 6},
                 {"ns", 3},     {"ps", 0},  {"min", 9}, {"h", 9},
                 {"cycles", 0}, {"B", 0},   {"kB", 3},  {"MB", 6},
                 {"GB", 9},     {"KiB", 0}, {"MiB", 0}, {"GiB", 0}};

    for (size_t i = 0; i < TS_COUNT_OF(known); i++)
        if (strcmp(unit, known[i].unit) == 0)
            return known[i].places;
    return 9;
}

/* "1.5ms", 30, -2: no exponents. */
static bool read_decimal(const char *json, decimal *d, ts_error *error)
{
    const char *at = json + (json[0] == '"');
    size_t left;
    int digits = 0;
    bool negative = *at == '-', point = false;

    *d = (decimal){.quoted = json[0] == '"'};
    for (at += negative; (*at >= '0' && *at <= '9') || *at == '.'; at++) {
        if (*at == '.' && point)
            break;
        point |= *at == '.';
        if (*at == '.')
            continue;
        if (++digits > 17)
            return ts_fail(error, "%s has too many digits for a range", json);
        d->mantissa = 10 * d->mantissa + (*at - '0');
        d->places += point;
    }
    d->mantissa = negative ? -d->mantissa : d->mantissa;
    at += strspn(at, " ");
    left = strcspn(at, "\"");
    if (digits == 0 || left >= sizeof d->unit || *at == 'e' || *at == 'E')
        return ts_fail(error,
                       "%.40s is no end of a range: a number, or a "
                       "number with a unit as in \"5ms\"",
                       json);
    memcpy(d->unit, at, left);
    return true;
}

static int64_t power_of_ten(int exponent)
{
    int64_t power = 1;

    assert(exponent >= 0 && exponent <= 18); /* 10^18 is the last that fits */
    while (exponent-- > 0)
        power *= 10;
    return power;
}

/* Brings a decimal to `places`; false: too many digits. */
static bool widen(decimal *d, int places)
{
    for (; d->places < places; d->places++)
        if (__builtin_mul_overflow(d->mantissa, 10, &d->mantissa))
            return false;
    return d->mantissa < INT64_MAX / 4 && d->mantissa > -(INT64_MAX / 4);
}

static bool set_step(ts_range *r, const char *text, ts_error *error)
{
    decimal step;
    int places = r->from.places;

    if (!read_decimal(text, &step, error))
        return false;
    if (strcmp(step.unit, r->from.unit) != 0)
        return ts_fail(error, "`from` and `step` have different units");
    if (step.places > places)
        places = step.places;
    if (!widen(&step, places) || !widen(&r->from, places) ||
        !widen(&r->to, places))
        return ts_fail(error, "the range has too many digits");
    r->step = step.mantissa;
    if (r->step < 0)
        r->step = -r->step;
    if (r->step == 0)
        return ts_fail(error, "a step of zero leads nowhere");
    if (r->to.mantissa < r->from.mantissa)
        r->step = -r->step;
    r->count = (r->to.mantissa - r->from.mantissa) / r->step + 1;
    assert(r->count >= 1); /* the step leads to the other end */
    return true;
}

int64_t ts_range_count(const ts_range *range)
{
    return range->count > 0 ? range->count : -1;
}

/* a / b to the nearest, halves away from zero. */
static int64_t divide(ts_i128 a, ts_i128 b)
{
    assert(b > 0);
    return (int64_t)(a < 0 ? -((-a + b / 2) / b) : (a + b / 2) / b);
}

static decimal between(const ts_range *r, int64_t index, int64_t last,
                       bool drawn)
{
    decimal d = r->from;
    int more = r->places_max - d.places;
    ts_i128 way = (ts_i128)r->to.mantissa - d.mantissa;

    if (r->whole && drawn) { /* each whole number has the same share */
        way += way < 0 ? -1 : 1;
        d.mantissa += (int64_t)(way * index / last);
        return d;
    }
    more = r->whole || more < 0 ? 0 : more > DIGITS ? DIGITS : more;
    while (more > 0 && __builtin_llabs(d.mantissa) < INT64_MAX / 40 &&
           way < INT64_MAX / 40 && way > -(INT64_MAX / 40)) {
        d.mantissa *= 10;
        way *= 10;
        d.places++;
        more--;
    }
    d.mantissa += divide(way * index, last);
    return d;
}

/* ts_log() and ts_exp() give the same bits everywhere. */
static decimal between_logs(const ts_range *r, int64_t index, int64_t last)
{
    decimal d = index == last ? r->to : r->from;
    double low = ts_log((double)r->from.mantissa);
    double high = ts_log((double)r->to.mantissa), value;
    int places = d.places;

    assert(r->from.mantissa > 0 && r->to.mantissa > 0);
    if (index == 0 || index == last)
        return d;
    value = ts_exp(low + (high - low) * (double)index / (double)last);
    while (!r->whole && value < (double)power_of_ten(DIGITS - 1) &&
           places < r->places_max) {
        value *= 10;
        places++;
    }
    for (int64_t unit = 1;; unit *= 10) {
        d.mantissa = (int64_t)(value / (double)unit + 0.5) * unit;
        if (r->whole || value / (double)unit < (double)power_of_ten(DIGITS))
            break;
    }
    d.places = places;
    return d;
}

/* Steps that multiply begin close together: whole numbers among them, or
 * numbers that are rounded to some digits, may be the same. The values grow or
 * fall, so neighbours tell. */
static bool check_repeats(const ts_range *r, ts_error *error)
{
    decimal last = between_logs(r, 0, r->count - 1);

    for (int64_t i = 1; i < r->count; i++) {
        decimal d = between_logs(r, i, r->count - 1);
        int places = d.places > last.places ? d.places : last.places;
        decimal a = last, b = d;

        if (widen(&a, places) && widen(&b, places) && a.mantissa == b.mantissa)
            return ts_fail(error,
                           "values %" PRId64 " and %" PRId64 " of the range "
                           "are the same when rounded: fewer values, or ends "
                           "farther apart",
                           i, i + 1);
        last = d;
    }
    return true;
}

static bool check_range(ts_range *r, const ts_plan_range *record,
                        ts_error *error)
{
    int places;

    if (!read_decimal(record->from, &r->from, error) ||
        !read_decimal(record->to, &r->to, error))
        return false;
    if (strcmp(r->from.unit, r->to.unit) != 0)
        return ts_fail(error,
                       "`from` is in \"%s\" and `to` in \"%s\": write "
                       "both ends in one unit",
                       r->from.unit, r->to.unit);
    places = r->from.places > r->to.places ? r->from.places : r->to.places;
    if (!widen(&r->from, places) || !widen(&r->to, places))
        return ts_fail(error, "the range has too many digits");
    r->places_max = places_of(r->from.unit);
    r->whole = record->whole || (places == 0 && r->places_max == 0);
    if (record->whole && places > 0)
        return ts_fail(error, "the ends of a range of whole numbers are whole");
    r->logarithmic = record->scale == TS_SCALE_LOG;
    r->count = record->count;
    if (r->logarithmic && (r->from.mantissa <= 0 || r->to.mantissa <= 0))
        return ts_fail(error, "a logarithmic range lies above zero");
    if (record->step != NULL && r->logarithmic)
        return ts_fail(error, "`step` does not go with a logarithmic scale");
    if (record->step != NULL)
        return set_step(r, record->step, error);
    if (r->whole && r->count > 1 &&
        __builtin_llabs(r->to.mantissa - r->from.mantissa) < r->count - 1)
        return ts_fail(error,
                       "there are not %" PRId64 " different whole "
                       "numbers in the range",
                       r->count);
    if (r->logarithmic && r->count > 1)
        return check_repeats(r, error);
    return true;
}

ts_range *ts_range_read(ts_arena *arena, const char *text, ts_error *error)
{
    ts_range *range = ts_arena_alloc(arena, sizeof *range);
    ts_diagnostics diagnostics;
    ts_document *document;
    const ts_plan_range *record = NULL;
    bool fine = false;

    ts_diagnostics_init(&diagnostics);
    document =
        ts_document_parse("range", text, strlen(text), NULL, &diagnostics);
    if (document != NULL)
        record =
            ts_document_read(document, &ts_range_shape, arena, &diagnostics);
    if (diagnostics.count > 0)
        ts_fail(error, "%s", diagnostics.items[0].message);
    else if (range == NULL || record == NULL)
        ts_fail_memory(error);
    else
        fine = check_range(range, record, error);
    ts_document_free(document);
    ts_diagnostics_fini(&diagnostics);
    return fine ? range : NULL;
}

static char *write_decimal(decimal d, ts_arena *arena)
{
    ts_buffer out = TS_BUFFER_EMPTY;
    const char *gap = strcmp(d.unit, "cycles") == 0 ? " " : "";
    int64_t power, size;
    char *text;

    while (d.places > 0 && d.mantissa % 10 == 0) {
        d.mantissa /= 10;
        d.places--;
    }
    power = power_of_ten(d.places);
    size = __builtin_llabs(d.mantissa);
    ts_buffer_format(&out, "%s%s%" PRId64, d.quoted ? "\"" : "",
                     d.mantissa < 0 ? "-" : "", size / power);
    if (d.places > 0)
        ts_buffer_format(&out, ".%0*" PRId64, d.places, size % power);
    if (d.quoted)
        ts_buffer_format(&out, "%s%s\"", gap, d.unit);
    text = out.failed ? NULL : ts_arena_text(arena, out.data);
    ts_buffer_fini(&out);
    return text;
}

char *ts_range_value(const ts_range *range, int64_t index, int64_t count,
                     bool drawn, ts_arena *arena)
{
    int64_t last = drawn ? count : count - 1;
    decimal d = range->from;

    assert(index >= 0 && index < count);
    assert(range->from.places == range->to.places);
    if (range->step != 0)
        d.mantissa += index * range->step;
    else if (last > 0 && range->logarithmic)
        d = between_logs(range, index, last);
    else if (last > 0)
        d = between(range, index, last, drawn);
    return write_decimal(d, arena);
}
