/*
 * shape.c - what is asked of tables: a field by its name or its number, an
 * alternative by its name, the bytes that a value takes.
 */
#include <string.h>

#include "sim/scenario/decode.h"

const ts_entry *ts_registry_find(const ts_registry *registry, const char *name)
{
    for (int i = 0; i < registry->count; i++)
        if (strcmp(registry->entries[i]->name, name) == 0)
            return registry->entries[i];
    return NULL;
}

const ts_shape *ts_shape_table(const ts_shape *shape, int i)
{
    if (i == 0)
        return shape;
    return shape->beside != NULL ? shape->beside(i - 1) : NULL;
}

const ts_field *ts_shape_field(const ts_shape *shape, const char *name)
{
    const ts_shape *table;

    for (int t = 0; (table = ts_shape_table(shape, t)) != NULL; t++)
        for (int i = 0; i < table->field_count; i++)
            if (strcmp(table->fields[i].name, name) == 0)
                return &table->fields[i];
    return NULL;
}

int ts_shape_count(const ts_shape *shape)
{
    const ts_shape *table;
    int count = 0;

    for (int t = 0; (table = ts_shape_table(shape, t)) != NULL; t++)
        count += table->field_count;
    return count;
}

const ts_field *ts_shape_nth(const ts_shape *shape, int n)
{
    const ts_shape *table;

    for (int t = 0; (table = ts_shape_table(shape, t)) != NULL; t++) {
        if (n < table->field_count)
            return &table->fields[n];
        n -= table->field_count;
    }
    return NULL;
}

size_t ts_field_size(const ts_field *field)
{
    switch (field->kind) {
    case TS_FIELD_BOOL:
        return sizeof(bool);
    case TS_FIELD_INT:
    case TS_FIELD_SIZE:
        return sizeof(int64_t);
    case TS_FIELD_REAL:
    case TS_FIELD_RATIO:
    case TS_FIELD_POWER:
        return sizeof(double);
    case TS_FIELD_TIME:
        return sizeof(ts_time);
    case TS_FIELD_DURATION:
        return sizeof(ts_duration);
    case TS_FIELD_NUMBER_DRAW:
    case TS_FIELD_SIZE_DRAW:
        return sizeof(ts_distribution);
    case TS_FIELD_FREQUENCY:
    case TS_FIELD_RATE:
        return sizeof(ts_rational);
    case TS_FIELD_TEXT:
    case TS_FIELD_NAME:
    case TS_FIELD_RAW:
        return sizeof(const char *);
    case TS_FIELD_REF:
        return sizeof(ts_ref);
    case TS_FIELD_CHOICE:
        return sizeof(int);
    case TS_FIELD_SCALAR:
        return sizeof(ts_scalar);
    case TS_FIELD_OBJECT:
        return sizeof(void *);
    case TS_FIELD_VARIANT:
    case TS_FIELD_TAG:
        return sizeof(ts_variant);
    case TS_FIELD_LIST:
    case TS_FIELD_MAP:
        return sizeof(ts_list);
    }
    return sizeof(int64_t);
}
