/*
 * value.c - single values: truths, numbers, texts, names, choices, quantities.
 */
#include <stdio.h>
#include <string.h>

#include "sim/scenario/decode.h"

#define WHOLE_SAFE 9007199254740992.0 /* 2^53 */

void ts_show(const cJSON *value, char *buffer, size_t size)
{
    if (cJSON_IsString(value))
        (void)snprintf(buffer, size, "\"%.60s\"", value->valuestring);
    else if (cJSON_IsNumber(value))
        ts_number_text(value, buffer, size);
    else
        (void)snprintf(buffer, size, "%s",
                       cJSON_IsArray(value)    ? "a list"
                       : cJSON_IsObject(value) ? "an object"
                       : cJSON_IsTrue(value)   ? "true"
                       : cJSON_IsFalse(value)  ? "false"
                                               : "null");
}

/* A number that was written as a text. */
static bool is_quoted(const cJSON *value)
{
    const char *text = cJSON_IsString(value) ? value->valuestring : "";

    text += *text == '-';
    return *text != '\0' && text[strspn(text, "0123456789.")] == '\0';
}

static bool fail_kind(ts_reader *reader, const ts_path *path,
                      const char *expected, const cJSON *value)
{
    char shown[80];

    ts_show(value, shown, sizeof shown);
    return ts_reader_fail(reader, path, TS_PLACE_VALUE, "expected %s, not %s%s",
                          expected, shown,
                          strstr(expected, "number") != NULL && is_quoted(value)
                              ? "; write it without quotes"
                              : "");
}

/* --- ranges --- */

static void show_limit(ts_quantity_kind kind, double limit, char *buffer,
                       size_t size)
{
    ts_unit unit = kind == TS_QUANTITY_TIME    ? TS_UNIT_TIME
                   : kind == TS_QUANTITY_SIZE  ? TS_UNIT_BYTES
                   : kind == TS_QUANTITY_RATIO ? TS_UNIT_RATIO
                                               : TS_UNIT_NUMBER;

    ts_format(buffer, size, unit, limit);
}

bool ts_range_check(ts_reader *reader, const ts_path *path,
                    const ts_field *field, ts_quantity_kind kind, double value,
                    const cJSON *node)
{
    bool limits =
        field->min < 0 || field->min > 0 || field->max < 0 || field->max > 0;
    bool upper =
        limits && field->max > field->min && kind != TS_QUANTITY_CYCLES;
    bool below = limits ? value < field->min : value < 0 && !field->is_signed;
    char low[48], high[48], shown[80];

    if (field->positive && !(value > 0))
        return ts_reader_fail(reader, path, TS_PLACE_VALUE, "must be above 0");
    if (!below && !(upper && value > field->max))
        return true;
    ts_show(node, shown, sizeof shown);
    if (!limits || (!upper && !(field->min > 0) && !(field->min < 0)))
        return ts_reader_fail(reader, path, TS_PLACE_VALUE,
                              "must not be negative, as %s is", shown);
    show_limit(kind, field->min, low, sizeof low);
    show_limit(kind, field->max, high, sizeof high);
    if (upper)
        return ts_reader_fail(reader, path, TS_PLACE_VALUE,
                              "must be from %s to %s, not %s", low, high,
                              shown);
    return ts_reader_fail(reader, path, TS_PLACE_VALUE,
                          "must be at least %s, not %s", low, shown);
}

/* --- quantities --- */

static bool read_bare(ts_reader *reader, const ts_path *path, unsigned allowed,
                      const cJSON *value, ts_quantity *quantity)
{
    char text[80], expected[160];
    ts_error error = {.text = ""};

    ts_number_text(value, text, sizeof text);
    if (!ts_number_read(text, quantity, &error))
        return ts_reader_fail(reader, path, TS_PLACE_VALUE, "%s", error.text);
    if ((allowed & TS_QUANTITY_NUMBER) != 0)
        return true;
    if ((allowed & TS_QUANTITY_RATIO) != 0) {
        quantity->kind = TS_QUANTITY_RATIO;
        return true;
    }
    if ((allowed & TS_QUANTITY_TIME) == 0) {
        ts_quantity_describe(allowed, expected, sizeof expected);
        return ts_reader_fail(reader, path, TS_PLACE_VALUE,
                              "expected %s, not the bare number %s", expected,
                              text);
    }
    if (!reader->has_unit)
        return ts_reader_fail(reader, path, TS_PLACE_VALUE,
                              "the bare number %s is no time: write its unit, "
                              "as in \"%sms\", or declare \"unit\": \"ms\" at "
                              "the top of the scenario",
                              text, text);
    if (!ts_quantity_scale(quantity, &reader->unit))
        return ts_reader_fail(reader, path, TS_PLACE_VALUE,
                              "%s times the unit %s is too large", text,
                              reader->unit_text);
    return true;
}

/* A quantity from a text or a bare number. */
static bool read_quantity(ts_reader *reader, const ts_path *path,
                          unsigned allowed, const cJSON *value,
                          ts_quantity *quantity)
{
    ts_error error = {.text = ""};
    char expected[160];

    if (cJSON_IsNumber(value))
        return read_bare(reader, path, allowed, value, quantity);
    if (!cJSON_IsString(value)) {
        ts_quantity_describe(allowed, expected, sizeof expected);
        return fail_kind(reader, path, expected, value);
    }
    if (!ts_quantity_read(value->valuestring, allowed, quantity, &error))
        return ts_reader_fail(reader, path, TS_PLACE_VALUE, "%s", error.text);
    return true;
}

/* The whole value of a quantity. A bare number of the unit says so when it is
 * not whole. */
static bool read_whole(ts_reader *reader, const ts_path *path,
                       const cJSON *value, const ts_quantity *quantity,
                       int64_t *whole)
{
    char text[128], number[80];
    ts_error error = {.text = ""};

    if (cJSON_IsString(value))
        return ts_quantity_whole(quantity, value->valuestring, whole, &error) ||
               ts_reader_fail(reader, path, TS_PLACE_VALUE, "%s", error.text);
    if (ts_quantity_whole(quantity, "", whole, NULL))
        return true;
    ts_number_text(value, number, sizeof number);
    (void)snprintf(text, sizeof text, "%s%s%s", number,
                   quantity->kind == TS_QUANTITY_TIME ? " x " : "",
                   quantity->kind == TS_QUANTITY_TIME ? reader->unit_text : "");
    (void)ts_quantity_whole(quantity, text, whole, &error);
    return ts_reader_fail(reader, path, TS_PLACE_VALUE, "%s", error.text);
}

bool ts_measure_read(ts_reader *reader, const ts_path *path,
                     ts_measure *measure, const cJSON *value, int64_t *whole,
                     double *amount)
{
    ts_quantity quantity;
    char shown[80];

    if (!read_quantity(reader, path, measure->allowed, value, &quantity))
        return false;
    if (measure->seen != 0 && measure->seen != (unsigned)quantity.kind) {
        ts_show(value, shown, sizeof shown);
        return ts_reader_fail(reader, path, TS_PLACE_VALUE,
                              "%s mixes cycles and time in one distribution",
                              shown);
    }
    measure->seen = quantity.kind;
    *amount = ts_quantity_double(&quantity);
    *whole = 0;
    if (quantity.kind != TS_QUANTITY_NUMBER) {
        if (!read_whole(reader, path, value, &quantity, whole))
            return false;
    } else if (*amount < 9.2e18 && *amount > -9.2e18) {
        if (!ts_quantity_whole(&quantity, "", whole, NULL))
            *whole = (int64_t)(*amount + (*amount < 0 ? -0.5 : 0.5));
    }
    return true;
}

static bool decode_whole_quantity(ts_reader *reader, const ts_path *path,
                                  const ts_field *field, unsigned allowed,
                                  const cJSON *value, int64_t *slot)
{
    ts_quantity quantity;

    return read_quantity(reader, path, allowed, value, &quantity) &&
           read_whole(reader, path, value, &quantity, slot) &&
           ts_range_check(reader, path, field, quantity.kind, (double)*slot,
                          value);
}

static bool decode_rational(ts_reader *reader, const ts_path *path,
                            const ts_field *field, unsigned allowed,
                            const cJSON *value, ts_rational *slot)
{
    ts_error error = {.text = ""};
    ts_quantity quantity;
    char shown[80];

    if (!read_quantity(reader, path, allowed, value, &quantity))
        return false;
    ts_show(value, shown, sizeof shown);
    if (!ts_quantity_rational(&quantity, shown, slot, &error))
        return ts_reader_fail(reader, path, TS_PLACE_VALUE, "%s", error.text);
    if (slot->num == 0 && field->kind == TS_FIELD_FREQUENCY)
        return ts_reader_fail(reader, path, TS_PLACE_VALUE,
                              "a frequency must be more than 0");
    return ts_range_check(reader, path, field, quantity.kind,
                          ts_quantity_double(&quantity), value);
}

static bool decode_scalar(ts_reader *reader, const ts_path *path,
                          const cJSON *value, ts_scalar *slot)
{
    const unsigned all = TS_QUANTITY_NUMBER | TS_QUANTITY_TIME |
                         TS_QUANTITY_CYCLES | TS_QUANTITY_SIZE |
                         TS_QUANTITY_RATIO | TS_QUANTITY_FREQUENCY |
                         TS_QUANTITY_RATE | TS_QUANTITY_POWER;
    ts_quantity quantity;

    if (!read_quantity(reader, path, all, value, &quantity))
        return false;
    switch (quantity.kind) {
    case TS_QUANTITY_TIME:
        slot->unit = TS_UNIT_TIME;
        break;
    case TS_QUANTITY_CYCLES:
        slot->unit = TS_UNIT_COUNT;
        break;
    case TS_QUANTITY_SIZE:
        slot->unit = TS_UNIT_BYTES;
        break;
    case TS_QUANTITY_RATIO:
        slot->unit = TS_UNIT_RATIO;
        break;
    case TS_QUANTITY_FREQUENCY:
    case TS_QUANTITY_RATE:
    case TS_QUANTITY_BYTE_RATE:
        slot->unit = TS_UNIT_RATE;
        break;
    case TS_QUANTITY_NUMBER:
    case TS_QUANTITY_POWER:
        slot->unit = TS_UNIT_NUMBER;
        break;
    }
    slot->value = ts_quantity_double(&quantity);
    slot->exact = ts_quantity_whole(&quantity, "", &slot->whole, NULL);
    slot->given = true;
    slot->timed = reader->has_unit && quantity.kind == TS_QUANTITY_NUMBER &&
                  ts_quantity_scale(&quantity, &reader->unit) &&
                  ts_quantity_whole(&quantity, "", &slot->time, NULL);
    return true;
}

/* --- numbers --- */

static bool decode_int(ts_reader *reader, const ts_path *path,
                       const ts_field *field, const cJSON *value, int64_t *slot)
{
    double d = value->valuedouble;
    ts_error error = {.text = ""};
    ts_quantity quantity;
    char text[80];

    if (!cJSON_IsNumber(value))
        return fail_kind(reader, path, "a whole number", value);
    if (value->valuestring == NULL && d >= -WHOLE_SAFE && d <= WHOLE_SAFE &&
        (double)(int64_t)d >= d && (double)(int64_t)d <= d) {
        *slot = (int64_t)d;
    } else {
        ts_number_text(value, text, sizeof text);
        if (!ts_number_read(text, &quantity, &error) ||
            !ts_quantity_whole(&quantity, text, slot, &error))
            return ts_reader_fail(reader, path, TS_PLACE_VALUE, "%s",
                                  error.text);
    }
    return ts_range_check(reader, path, field, TS_QUANTITY_NUMBER,
                          (double)*slot, value);
}

static bool decode_real(ts_reader *reader, const ts_path *path,
                        const ts_field *field, const cJSON *value, double *slot)
{
    if (!cJSON_IsNumber(value))
        return fail_kind(reader, path, "a number", value);
    *slot = value->valuedouble;
    return ts_range_check(reader, path, field, TS_QUANTITY_NUMBER, *slot,
                          value);
}

/* A quantity that is kept as the nearest double. */
static bool decode_double(ts_reader *reader, const ts_path *path,
                          const ts_field *field, ts_quantity_kind kind,
                          const cJSON *value, double *slot)
{
    ts_quantity quantity;

    if (!read_quantity(reader, path, kind, value, &quantity))
        return false;
    *slot = ts_quantity_double(&quantity);
    return ts_range_check(reader, path, field, kind, *slot, value);
}

static bool fail_distribution(ts_reader *reader, const ts_path *path,
                              unsigned allowed)
{
    char expected[160];

    ts_quantity_describe(allowed, expected, sizeof expected);
    return ts_reader_fail(reader, path, TS_PLACE_VALUE,
                          "expected %s; no distribution may stand here",
                          expected);
}

static bool decode_measure(ts_reader *reader, const ts_path *path,
                           const ts_field *field, unsigned allowed,
                           const cJSON *value, ts_distribution *slot,
                           bool *cycles)
{
    ts_measure measure = {field, allowed, 0};

    if (cJSON_IsObject(value) && field->kind == TS_FIELD_DURATION &&
        !field->random)
        return fail_distribution(reader, path, allowed);
    if (!ts_distribution_read(reader, path, &measure, value, slot))
        return false;
    if (field->positive && slot->kind == TS_DIST_CONSTANT && slot->whole == 0)
        return ts_reader_fail(reader, path, TS_PLACE_VALUE, "must be above 0");
    if (cycles != NULL)
        *cycles = measure.seen == TS_QUANTITY_CYCLES;
    return true;
}

/* --- texts --- */

static const char *copy_text(ts_reader *reader, const char *text)
{
    size_t n = strlen(text) + 1;
    char *copy = ts_reader_alloc(reader, n, 1);

    if (copy != NULL)
        memcpy(copy, text, n);
    return copy;
}

static bool decode_text(ts_reader *reader, const ts_path *path,
                        const cJSON *value, const char **slot)
{
    if (!cJSON_IsString(value))
        return fail_kind(reader, path, "a text", value);
    *slot = copy_text(reader, value->valuestring);
    return *slot != NULL;
}

/* Is it a word of the list that the field names, as far as that is known? */
static bool check_word(ts_reader *reader, const ts_path *path,
                       const ts_field *field, const char *word)
{
    const ts_words *all =
        reader->document != NULL ? reader->document->words : NULL;
    const char *const *words = NULL;
    const char *near;
    int count = 0;

    if (all != NULL && field->closed)
        words = all->list(all->context, field->words, &count);
    for (int i = 0; i < count; i++)
        if (strcmp(words[i], word) == 0)
            return true;
    if (count == 0 || ts_reader_spare(reader))
        return count == 0;
    near = ts_nearest(word, words, count);
    return ts_reader_fail(reader, path, TS_PLACE_VALUE,
                          "\"%.100s\" is none of `timeslice list %s`%s%s%s",
                          word, field->words,
                          near != NULL ? "; did you mean \"" : "",
                          near != NULL ? near : "", near != NULL ? "\"?" : "");
}

static bool decode_name(ts_reader *reader, const ts_path *path,
                        const cJSON *value, const char **slot)
{
    if (!cJSON_IsString(value))
        return fail_kind(reader, path, "a name", value);
    if (value->valuestring[0] == '\0')
        return ts_reader_fail(reader, path, TS_PLACE_VALUE,
                              "a name must not be empty");
    if (strlen(value->valuestring) > TS_LIMIT_NAME)
        return ts_reader_fail(reader, path, TS_PLACE_VALUE,
                              "a name has at most %d bytes", TS_LIMIT_NAME);
    for (const char *c = value->valuestring; *c != '\0'; c++)
        if ((unsigned char)*c < 0x20 || *c == 0x7F)
            return ts_reader_fail(reader, path, TS_PLACE_VALUE,
                                  "a name holds no control characters");
    return decode_text(reader, path, value, slot);
}

void ts_list_words(ts_buffer *out, const char *const *words, int count,
                   const char *last)
{
    for (int i = 0; i < count; i++) {
        if (i == 40) {
            ts_buffer_text(out, " ...");
            return;
        }
        if (i > 0)
            ts_buffer_text(out, i == count - 1 ? last : ", ");
        ts_buffer_text(out, words[i]);
    }
}

static bool decode_choice(ts_reader *reader, const ts_path *path,
                          const ts_field *field, const cJSON *value, int *slot)
{
    ts_buffer text = TS_BUFFER_EMPTY;
    const char *near = NULL;
    char shown[80];
    int count = 0;

    for (; field->choices[count] != NULL; count++)
        if (cJSON_IsString(value) &&
            strcmp(field->choices[count], value->valuestring) == 0) {
            *slot = count;
            return true;
        }
    if (ts_reader_spare(reader))
        return false;
    ts_show(value, shown, sizeof shown);
    ts_list_words(&text, field->choices, count, " or ");
    if (cJSON_IsString(value))
        near = ts_nearest(value->valuestring, field->choices, count);
    if (near != NULL)
        ts_reader_fail(reader, path, TS_PLACE_VALUE,
                       "expected %s, not %s; did you mean \"%s\"?",
                       text.failed ? "" : text.data, shown, near);
    else
        ts_reader_fail(reader, path, TS_PLACE_VALUE, "expected %s, not %s",
                       text.failed ? "" : text.data, shown);
    ts_buffer_fini(&text);
    return false;
}

static bool decode_raw(ts_reader *reader, const cJSON *value, const char **slot)
{
    ts_buffer text = TS_BUFFER_EMPTY;

    ts_tree_print(value, false, &text);
    if (text.failed)
        reader->exhausted = true;
    *slot = text.failed ? NULL : copy_text(reader, text.data);
    ts_buffer_fini(&text);
    return *slot != NULL;
}

bool ts_decode_value(ts_reader *reader, const ts_path *path,
                     const ts_field *field, const cJSON *value, void *slot)
{
    switch (field->kind) {
    case TS_FIELD_BOOL:
        *(bool *)slot = cJSON_IsTrue(value);
        return cJSON_IsBool(value) ||
               fail_kind(reader, path, "true or false", value);
    case TS_FIELD_INT:
        return decode_int(reader, path, field, value, slot);
    case TS_FIELD_REAL:
        return decode_real(reader, path, field, value, slot);
    case TS_FIELD_RATIO:
        return decode_double(reader, path, field, TS_QUANTITY_RATIO, value,
                             slot);
    case TS_FIELD_POWER:
        return decode_double(reader, path, field, TS_QUANTITY_POWER, value,
                             slot);
    case TS_FIELD_TIME:
        return decode_whole_quantity(reader, path, field, TS_QUANTITY_TIME,
                                     value, slot);
    case TS_FIELD_SIZE:
        return decode_whole_quantity(reader, path, field, TS_QUANTITY_SIZE,
                                     value, slot);
    case TS_FIELD_DURATION: {
        ts_duration *duration = slot;

        duration->given = true;
        if (!decode_measure(reader, path, field, ts_field_quantities(field),
                            value, &duration->amount, &duration->cycles))
            return false;
        if (duration->cycles)
            ts_reader_cycles(reader, path);
        return true;
    }
    case TS_FIELD_NUMBER_DRAW:
        return decode_measure(reader, path, field, TS_QUANTITY_NUMBER, value,
                              slot, NULL);
    case TS_FIELD_SIZE_DRAW:
        return decode_measure(reader, path, field, TS_QUANTITY_SIZE, value,
                              slot, NULL);
    case TS_FIELD_FREQUENCY:
        return decode_rational(reader, path, field, TS_QUANTITY_FREQUENCY,
                               value, slot);
    case TS_FIELD_RATE:
        return decode_rational(reader, path, field,
                               field->bytes ? TS_QUANTITY_BYTE_RATE
                                            : TS_QUANTITY_RATE,
                               value, slot);
    case TS_FIELD_TEXT:
        return decode_text(reader, path, value, slot) &&
               check_word(reader, path, field, *(const char **)slot);
    case TS_FIELD_NAME:
        return decode_name(reader, path, value, slot);
    case TS_FIELD_CHOICE:
        return decode_choice(reader, path, field, value, slot);
    case TS_FIELD_SCALAR:
        return decode_scalar(reader, path, value, slot) &&
               (!field->positive || ((ts_scalar *)slot)->value > 0 ||
                ts_reader_fail(reader, path, TS_PLACE_VALUE,
                               "must be above 0"));
    case TS_FIELD_RAW:
        return decode_raw(reader, value, slot);
    default:
        return ts_reader_fail(reader, path, TS_PLACE_VALUE,
                              "internal error: kind %d", (int)field->kind);
    }
}
