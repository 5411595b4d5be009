/*
 * shared.c - what runs share: told once, referred to by its hash.
 */
#include <string.h>

#include <sha256.h>

#include "sim/results/recorder.h"
#include "sim/scenario/escape.h"

const char *const ts_row_units[TS_UNIT_NUMBER + 1] = {
    [TS_UNIT_TIME] = "ps",     [TS_UNIT_RATIO] = "ratio",
    [TS_UNIT_COUNT] = "count", [TS_UNIT_RATE] = "rate",
    [TS_UNIT_BYTES] = "bytes", [TS_UNIT_NUMBER] = "number",
};

static_assert(TS_SLOTS <= 128, "a char tells them");
static_assert(TS_HASH_TEXT == SHA256_DIGEST_STRING_LENGTH, "with its NUL");

void ts_shared_hash(char hash[TS_HASH_TEXT], const char *parts, size_t length)
{
    SHA2_CTX context;

    assert(length > 0 && parts[length - 1] == '\0');
    /* Without the last NUL: those between keep two lists apart. */
    SHA256Init(&context);
    SHA256Update(&context, (const uint8_t *)parts, length - 1);
    SHA256End(&context, hash);
}

/* Whether the slot still holds what r->scratch says; if not, it does now. */
static bool keep_shared(ts_recorder *r, enum ts_slot slot)
{
    struct ts_shared *s = &r->shared[slot];
    const ts_buffer *text = &r->scratch;

    assert(slot < TS_SLOT_RUN); /* a run is shared with nobody */
    if (s->text.length == text->length && !text->failed &&
        memcmp(s->text.data, text->data, text->length) == 0)
        return true;
    s->text.length = 0;
    s->told = false;
    ts_buffer_add(&s->text, text->data, text->length);
    if (!s->text.failed && !text->failed)
        ts_shared_hash(s->hash, text->data, text->length);
    return false;
}

/* Refers to what is shared; `count` texts follow where it is to be told. */
static bool refer_shared(ts_recorder *r, ts_buffer *out, enum ts_slot slot,
                         int count)
{
    struct ts_shared *s = &r->shared[slot];
    bool tell = !(s->told && r->brief);
    const char head[3] = {TS_ROW_SHARED, (char)slot, (char)(tell ? count : 0)};

    assert(count >= 0 && count <= INT8_MAX);
    out->failed |= s->text.failed || r->scratch.failed;
    ts_buffer_add(out, head, sizeof head);
    ts_buffer_add(out, s->hash, TS_HASH_TEXT);
    s->told = true;
    return tell && !out->failed;
}

void ts_shared_put(ts_recorder *r, ts_buffer *out, enum ts_slot slot,
                   const char *const *parts, int count)
{
    r->scratch.length = 0;
    for (int i = 0; i < count; i++)
        ts_buffer_add(&r->scratch, ts_or_empty(parts[i]),
                      strlen(ts_or_empty(parts[i])) + 1);
    keep_shared(r, slot);
    if (refer_shared(r, out, slot, count))
        for (int i = 0; i < count; i++)
            ts_put_text(out, parts[i]);
}

void ts_shared_scenario(ts_recorder *r, ts_buffer *out,
                        const ts_run_facts *facts)
{
    const char *parts[] = {ts_or_empty(facts->scenario_name), facts->title,
                           ts_or_empty(facts->text)};

    ts_shared_put(r, out, TS_SLOT_SCENARIO, parts, 3);
}

const char *ts_shared_document(const ts_run_facts *facts)
{
    return ts_or_empty(facts->canonical != NULL ? facts->canonical
                                                : facts->text);
}

/* A list of pairs, each two texts of r->scratch, as JSON: the statements that
 * add it unfold it. */
static void tell_pairs(ts_recorder *r, ts_buffer *out, enum ts_slot slot)
{
    const struct ts_shared *s = &r->shared[slot];
    const char *at = s->text.data, *end = at + s->text.length;
    ts_buffer *list = &r->scratch;

    list->length = 0;
    ts_buffer_char(list, '[');
    while (at + 1 < end) {
        ts_buffer_text(list, list->length > 1 ? ",[" : "[");
        ts_escape(list, TS_ESCAPE_JSON, at);
        at += strlen(at) + 1;
        ts_buffer_char(list, ',');
        ts_escape(list, TS_ESCAPE_JSON, at);
        at += strlen(at) + 1;
        ts_buffer_char(list, ']');
    }
    ts_buffer_char(list, ']');
    out->failed |= list->failed;
    if (!out->failed)
        ts_put_bytes(out, list->data, list->length);
}

static void add_pair(ts_recorder *r, const char *name, const char *value)
{
    ts_buffer_add(&r->scratch, name, strlen(name) + 1);
    ts_buffer_add(&r->scratch, value, strlen(value) + 1);
}

static void put_pairs(ts_recorder *r, ts_buffer *out, enum ts_slot slot)
{
    if (r->scratch.length == 0) /* an empty list still has a hash */
        ts_buffer_char(&r->scratch, '\0');
    keep_shared(r, slot);
    if (refer_shared(r, out, slot, 1))
        tell_pairs(r, out, slot);
}

void ts_shared_metrics(ts_recorder *r, ts_buffer *out, const ts_report *report)
{
    r->scratch.length = 0;
    for (size_t i = 0; i < report->metric_count; i++)
        add_pair(r, report->metrics[i].name,
                 ts_row_units[report->metrics[i].unit]);
    put_pairs(r, out, TS_SLOT_METRICS);
}

void ts_shared_conventions(ts_recorder *r, ts_buffer *out,
                           const ts_report *report)
{
    r->scratch.length = 0;
    for (size_t i = 0; i < report->convention_count; i++)
        add_pair(r, ts_or_empty(report->conventions[i].name),
                 ts_or_empty(report->conventions[i].value));
    put_pairs(r, out, TS_SLOT_CONVENTIONS);
}
