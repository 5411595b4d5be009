/*
 * trace.c - records and the digest; see trace.h.
 *
 * Folding a record into the digest is in the header, because it happens for
 * every record of every run; keeping one is here.
 */
#include "sim/engine/trace.h"

#include "sim/engine/hash.h"

#include <stdarg.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

/* Beside the tags in trace.h. */
#define TAG_NAME UINT64_C(0xa000000000000001)
#define TAG_VALUE UINT64_C(0xa000000000000005)

/* A stretch on a processor goes with three turns at most: ready, runs, blocks. */
#define TURNS 4

/* The digest of an empty trace: the first digits of pi. */
#define EMPTY UINT64_C(0x243f6a8885a308d3)

void ts_trace_init(ts_trace *trace, ts_trace_level level)
{
    *trace =
        (ts_trace){.level = level, .digest = EMPTY, .limit = TS_TRACE_LIMIT};
}

void ts_trace_fini(ts_trace *trace)
{
    for (size_t i = 0; i < trace->note_count; i++)
        free(trace->notes[i].text);
    for (int table = 0; table < TS_TRACE_TABLES; table++) {
        for (int i = 0; i < trace->name_count[table]; i++)
            free(trace->names[table][i]);
        free(trace->names[table]);
        free(trace->name_index[table]);
    }
    free(trace->spans);
    free(trace->instants);
    free(trace->samples);
    free(trace->notes);
    free(trace->turns);
    free(trace->standings);
    free(trace->attempts);
    *trace = (ts_trace){.digest = trace->digest};
}

/* --- names --- */

static char *text_copy(const char *text)
{
    size_t size = strlen(text) + 1;
    char *copy = malloc(size);

    if (copy != NULL)
        memcpy(copy, text, size);
    return copy;
}

/* Where `name` is in the index, or the free place where it belongs. */
static uint32_t name_place(const ts_trace *trace, ts_trace_table table,
                           const char *name, uint64_t hash)
{
    const uint32_t *index = trace->name_index[table];
    uint32_t mask = trace->name_room[table] - 1;
    uint32_t at = (uint32_t)hash & mask;

    assert((trace->name_room[table] & mask) == 0); /* a power of two */
    while (index[at] != 0 &&
           strcmp(trace->names[table][index[at] - 1], name) != 0)
        at = (at + 1) & mask;
    return at;
}

/* Twice the room, for names and their index, which stays half empty. */
static bool names_grow(ts_trace *trace, ts_trace_table table)
{
    uint32_t room = trace->name_room[table] * 2;
    uint32_t *index;
    char **names;

    room = room == 0 ? 16 : room;
    names = realloc(trace->names[table], room / 2 * sizeof *names);
    if (names == NULL)
        return false;
    trace->names[table] = names;
    index = calloc(room, sizeof *index);
    if (index == NULL)
        return false;
    free(trace->name_index[table]);
    trace->name_index[table] = index;
    trace->name_room[table] = room;
    for (int i = 0; i < trace->name_count[table]; i++) {
        index[name_place(trace, table, names[i], ts_hash_text(names[i]))] =
            (uint32_t)i + 1;
    }
    return true;
}

static int names_exhausted(ts_trace *trace)
{
    trace->exhausted = true;
    return -1;
}

int ts_trace_name(ts_trace *trace, ts_trace_table table, const char *name)
{
    uint64_t hash = name == NULL ? 0 : ts_hash_text(name);
    uint32_t at;
    int number = trace->name_count[table];
    char *copy;

    if (name == NULL || ((uint32_t)number >= trace->name_room[table] / 2 &&
                         !names_grow(trace, table)))
        return names_exhausted(trace);
    at = name_place(trace, table, name, hash);
    if (trace->name_index[table][at] != 0)
        return (int)trace->name_index[table][at] - 1;
    copy = text_copy(name);
    if (copy == NULL)
        return names_exhausted(trace);
    assert((uint32_t)number < trace->name_room[table] / 2);
    trace->names[table][number] = copy;
    trace->name_index[table][at] = (uint32_t)number + 1;
    trace->name_count[table]++;
    if (table == TS_CAUSES)
        return number;
    trace->digest = ts_hash_fold(trace->digest, TAG_NAME + (uint64_t)table * 8);
    trace->digest = ts_hash_fold(trace->digest, hash);
    return number;
}

/* --- records --- */

/* Room for one more record of `size` bytes in *items, of which `limit` may be
 * kept. False, and counted as
 * dropped, at the limit; where memory is out the run ends, too: a trace with a
 * hole in it looks like another one. */
static bool room_below(ts_trace *trace, size_t limit, void **items,
                       size_t count, size_t *room, size_t size)
{
    size_t more = *room < 512 ? 1024 : *room * 2;
    void *grown;

    assert(count <= *room && *room <= limit);
    if (count < *room)
        return true;
    more = more > limit ? limit : more;
    grown = more > count ? realloc(*items, more * size) : NULL;
    if (grown == NULL) {
        trace->exhausted |= more > count;
        trace->dropped++;
        return false;
    }
    trace->held += (more - *room) * size;
    *items = grown;
    *room = more;
    return true;
}

static bool room_for(ts_trace *trace, void **items, size_t count, size_t *room,
                     size_t size)
{
    return room_below(trace, trace->limit, items, count, room, size);
}

void ts_trace_keep_span(ts_trace *trace, const ts_span *span)
{
    void *items = trace->spans;

    if (room_for(trace, &items, trace->span_count, &trace->span_room,
                 sizeof *span)) {
        trace->spans = items;
        trace->spans[trace->span_count++] = *span;
    } else {
        trace->dropped_spans++;
    }
}

void ts_trace_keep_instant(ts_trace *trace, const ts_instant *instant)
{
    void *items = trace->instants;

    if (room_for(trace, &items, trace->instant_count, &trace->instant_room,
                 sizeof *instant)) {
        trace->instants = items;
        trace->instants[trace->instant_count++] = *instant;
    }
}

void ts_trace_keep_sample(ts_trace *trace, const ts_sample *sample)
{
    void *items = trace->samples;

    if (room_for(trace, &items, trace->sample_count, &trace->sample_room,
                 sizeof *sample)) {
        trace->samples = items;
        trace->samples[trace->sample_count++] = *sample;
    }
}

void ts_trace_turn(ts_trace *trace, const ts_turn *turn)
{
    void *items = trace->turns;

    if (trace->level >= TS_TRACE_SPANS &&
        room_below(trace, TURNS * trace->limit, &items, trace->turn_count,
                   &trace->turn_room, sizeof *turn)) {
        trace->turns = items;
        trace->turns[trace->turn_count++] = *turn;
    }
}

void ts_trace_standing(ts_trace *trace, const ts_stand *standing)
{
    void *items = trace->standings;

    if (trace->level >= TS_TRACE_SPANS &&
        room_below(trace, TURNS * trace->limit, &items, trace->standing_count,
                   &trace->standing_room, sizeof *standing)) {
        trace->standings = items;
        trace->standings[trace->standing_count++] = *standing;
    }
}

int64_t ts_trace_attempt(ts_trace *trace, const ts_attempt *attempt)
{
    void *items = trace->attempts;

    if (trace->level < TS_TRACE_SPANS ||
        !room_for(trace, &items, trace->attempt_count, &trace->attempt_room,
                  sizeof *attempt))
        return 0;
    trace->attempts = items;
    trace->attempts[trace->attempt_count++] = *attempt;
    return (int64_t)trace->attempt_count;
}

void ts_trace_note(ts_trace *trace, ts_time at, int place, int who,
                   const char *format, ...)
{
    void *items = trace->notes;
    va_list arguments;
    char text[512];
    char *copy;

    if (trace->level < TS_TRACE_WHY ||
        !room_for(trace, &items, trace->note_count, &trace->note_room,
                  sizeof *trace->notes))
        return;
    trace->notes = items;
    va_start(arguments, format);
    (void)vsnprintf(text, sizeof text, format, arguments);
    va_end(arguments);
    copy = text_copy(text);
    if (copy == NULL) {
        trace->exhausted = true;
        trace->dropped++;
        return;
    }
    trace->held += strlen(copy) + 1;
    trace->notes[trace->note_count++] = (ts_note){at, place, who, copy};
}

void ts_trace_fold(ts_trace *trace, uint64_t value)
{
    trace->digest = ts_hash_fold(trace->digest, TAG_VALUE);
    trace->digest = ts_hash_fold(trace->digest, value);
}
