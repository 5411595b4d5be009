/*
 * findings.c - collecting what analyses find; see analysis.h.
 */
#include <stdarg.h>
#include <stdio.h>
#include <string.h>

#include "models/analysis/analysis.h"

static ts_finding *add(ts_findings *findings, ts_finding_kind kind)
{
    ts_finding *finding;

    if (findings->count == findings->room) {
        int room = findings->room ? findings->room * 2 : 64;
        ts_finding *items =
            ts_arena_array(findings->arena, (size_t)room, sizeof *items);

        if (items == NULL)
            return NULL; /* the arena says so, too, and ends the run */
        if (findings->count > 0)
            memcpy(items, findings->items,
                   (size_t)findings->count * sizeof *items);
        findings->items = items;
        findings->room = room;
    }
    assert(findings->count < findings->room);
    finding = &findings->items[findings->count++];
    *finding = (ts_finding){.analysis = findings->analysis, .kind = kind};
    return finding;
}

static const char *format(ts_findings *findings, const char *form, va_list list)
{
    char text[512];

    vsnprintf(text, sizeof text, form, list);
    return ts_arena_text(findings->arena, text);
}

#define NAME(finding)                                                          \
    do {                                                                       \
        va_list list;                                                          \
                                                                               \
        va_start(list, name);                                                  \
        (finding)->name = format(findings, name, list);                        \
        va_end(list);                                                          \
    } while (0)

void ts_find_time(ts_findings *findings, int64_t ps, const char *metric,
                  const char *name, ...)
{
    ts_finding *finding = add(findings, TS_FINDING_VALUE);

    assert(ps != TS_NEVER); /* what never comes is no figure */
    if (finding == NULL)
        return;
    finding->unit = TS_UNIT_TIME;
    finding->exact = true;
    finding->whole = ps;
    finding->value = (double)ps;
    finding->metric = metric;
    NAME(finding);
}

void ts_find_count(ts_findings *findings, int64_t count, const char *metric,
                   const char *name, ...)
{
    ts_finding *finding = add(findings, TS_FINDING_VALUE);

    if (finding == NULL)
        return;
    finding->unit = TS_UNIT_COUNT;
    finding->exact = true;
    finding->whole = count;
    finding->value = (double)count;
    finding->metric = metric;
    NAME(finding);
}

void ts_find_value(ts_findings *findings, ts_unit unit, double value,
                   const char *metric, const char *name, ...)
{
    ts_finding *finding = add(findings, TS_FINDING_VALUE);
    bool finite = value - value == 0;

    if (finding == NULL)
        return;
    finding->unit = unit;
    finding->value = value;
    finding->metric = metric;
    NAME(finding);
    if (finite)
        return;
    assert(finding == &findings->items[findings->count - 1]);
    findings->count--;
    ts_find_text(findings, "%s %s",
                 finding->name != NULL ? finding->name : "a value",
                 value > 0   ? "is beyond all bounds"
                 : value < 0 ? "is below all bounds"
                             : "says nothing here: it is 0/0, or infinity "
                               "times 0");
}

void ts_find_verdict(ts_findings *findings, bool holds, const char *why,
                     const char *name, ...)
{
    ts_finding *finding = add(findings, TS_FINDING_VERDICT);

    if (finding == NULL)
        return;
    finding->unit = TS_UNIT_COUNT;
    finding->exact = true;
    finding->whole = holds;
    finding->value = holds;
    finding->text = why != NULL ? ts_arena_text(findings->arena, why) : NULL;
    NAME(finding);
}

void ts_find_text(ts_findings *findings, const char *form, ...)
{
    ts_finding *finding = add(findings, TS_FINDING_TEXT);
    va_list list;

    if (finding == NULL)
        return;
    va_start(list, form);
    finding->text = format(findings, form, list);
    va_end(list);
}

/* What the item is called; `number` is room for its number. */
static const char *name_in(const ts_list *list, int i, size_t size,
                           size_t offset, char number[24])
{
    const char *item = (const char *)list->items + (size_t)i * size;
    const char *name;

    memcpy(&name, item + offset, sizeof name);
    if (name != NULL)
        return name;
    snprintf(number, 24, "%d", i + 1);
    return number;
}

void ts_check_names(ts_check *check, const char *field, const ts_list *list,
                    size_t size, size_t offset)
{
    char one[24], other[24], place[64];

    assert(offset + sizeof(const char *) <= size);
    for (int i = 1; i < list->count; i++) {
        const char *name = name_in(list, i, size, offset, one);

        for (int k = 0; k < i; k++) {
            if (strcmp(name, name_in(list, k, size, offset, other)) != 0)
                continue;
            snprintf(place, sizeof place, "%s/%d", field, i);
            ts_check_error(check, place,
                           "is called \"%s\", as number %d is: figures go by "
                           "these names, so each needs its own",
                           name, k + 1);
            return;
        }
    }
}

static int write_whole(char *out, size_t size, ts_i128 value)
{
    char digits[48]; /* 2^127 has 39 */
    int n = 0, used = 0;

    assert(value >= 0);
    do {
        digits[n++] = (char)('0' + (int)(value % 10));
        value /= 10;
    } while (value > 0);
    while (n > 0 && (size_t)used + 1 < size)
        out[used++] = digits[--n];
    out[used] = '\0';
    return used;
}

void ts_find_fraction(ts_findings *findings, ts_i128 num, ts_i128 den)
{
    char text[100];
    int used;

    if (findings->count == 0 || den <= 0 || num < 0)
        return;
    /* Of a figure, unless memory for that ended. */
    assert(findings->items[findings->count - 1].kind == TS_FINDING_VALUE ||
           findings->arena->exhausted);
    used = write_whole(text, sizeof text / 2, num);
    if (den > 1) {
        text[used++] = '/';
        write_whole(text + used, sizeof text / 2, den);
    }
    findings->items[findings->count - 1].text =
        ts_arena_text(findings->arena, text);
}
