/*
 * record.c - the rows of a run, written down.
 */
#include "sim/results/record.h"

#include <inttypes.h>
#include <math.h>
#include <sqlite3.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <sha256.h>

#include "sim/results/quantity.h"
#include "sim/results/rows.h"
#include "sim/scenario/escape.h"
#include "timeslice/timeslice.h"

const struct ts_row_table ts_row_tables[TS_ROWS] = {
    [TS_ROW_PARAMETER] = {"parameters", 7},
    [TS_ROW_AMOUNTS] = {"amounts", 3},
    [TS_ROW_THREAD] = {"threads", 15},
    [TS_ROW_PLACE] = {"places", 3},
    [TS_ROW_KIND] = {"kinds", 3},
    [TS_ROW_SERIES] = {"series_names", 3},
    [TS_ROW_SPAN] = {"spans", 7},
    [TS_ROW_INSTANT] = {"instants", 6},
    [TS_ROW_SAMPLE] = {"samples", 4},
    [TS_ROW_NOTE] = {"notes", 5},
    [TS_ROW_TURN] = {"turns", 7},
    [TS_ROW_HISTOGRAM] = {"histograms", 5},
    [TS_ROW_VERDICT] = {"verdicts", 7},
    [TS_ROW_WALL] = {"wall", 3},
};

static const char *const unit_names[] = {
    [TS_UNIT_TIME] = "ps",     [TS_UNIT_RATIO] = "ratio",
    [TS_UNIT_COUNT] = "count", [TS_UNIT_RATE] = "rate",
    [TS_UNIT_BYTES] = "bytes", [TS_UNIT_NUMBER] = "number",
};

static const char *const trace_names[] = {
    [TS_TRACE_OFF] = "off", [TS_TRACE_SPANS] = "spans", [TS_TRACE_WHY] = "why"};

/* What was last shared in a slot: hashing it once is enough for all the runs
 * of a sweep that have it in common. */
struct shared {
    ts_buffer text; /* its parts, each with its NUL */
    char hash[TS_HASH_TEXT];
    bool told;
    int64_t id; /* in the database it was last fetched from; 0: none */
    const ts_store *from;
};

struct ts_recorder {
    bool brief;
    struct shared shared[TS_SLOTS];
    ts_buffer scratch;
    sqlite3_stmt *fetch[TS_ROWS]; /* owned: of `from` */
    ts_store *from;
};

static_assert(TS_ROWS <= 128 && TS_SLOTS <= 128, "a char tells them");
static_assert(TS_COUNT_OF(unit_names) == TS_UNIT_NUMBER + 1, "each has a name");
static_assert(TS_COUNT_OF(trace_names) == TS_TRACE_WHY + 1, "each has a name");
static_assert(TS_HASH_TEXT == SHA256_DIGEST_STRING_LENGTH, "with its NUL");

/* --- values --- */

static void put_row(ts_buffer *out, enum ts_row row)
{
    assert(row > TS_ROW_SHARED && row < TS_ROWS);
    ts_buffer_char(out, (char)row);
}

static void put_null(ts_buffer *out)
{
    ts_buffer_char(out, TS_TAG_NULL);
}

static void put_slot(ts_buffer *out, enum ts_slot slot)
{
    const char bytes[2] = {TS_TAG_SLOT, (char)slot};

    assert(slot < TS_SLOTS);
    ts_buffer_add(out, bytes, sizeof bytes);
}

static void put_int(ts_buffer *out, int64_t value)
{
    char bytes[9] = {TS_TAG_INT};

    memcpy(bytes + 1, &value, sizeof value);
    ts_buffer_add(out, bytes, sizeof bytes);
}

static void put_real(ts_buffer *out, double value)
{
    char bytes[9] = {TS_TAG_REAL};

    memcpy(bytes + 1, &value, sizeof value);
    ts_buffer_add(out, bytes, sizeof bytes);
}

static void put_bytes(ts_buffer *out, const char *text, size_t length)
{
    char head[9] = {TS_TAG_TEXT};
    int64_t size = (int64_t)length;

    memcpy(head + 1, &size, sizeof size);
    ts_buffer_add(out, head, sizeof head);
    ts_buffer_add(out, text, length);
    ts_buffer_char(out, '\0');
}

static void put_text(ts_buffer *out, const char *text)
{
    if (text == NULL)
        put_null(out);
    else
        put_bytes(out, text, strlen(text));
}

/* A time that may not have come. */
static void put_time(ts_buffer *out, ts_time value)
{
    if (value == TS_NEVER)
        put_null(out);
    else
        put_int(out, value);
}

/* A number of a place or a thread that may be nowhere or nobody. */
static void put_number(ts_buffer *out, int32_t value)
{
    if (value < 0)
        put_null(out);
    else
        put_int(out, value);
}

static const char *or_empty(const char *text)
{
    return text != NULL ? text : "";
}

/* --- JSON --- */

/* printf() is slow, and most amounts are whole. */
static void json_whole(ts_buffer *out, int64_t value)
{
    char digits[24];
    size_t at = sizeof digits;
    uint64_t rest = value < 0 ? 0 - (uint64_t)value : (uint64_t)value;

    do
        digits[--at] = (char)('0' + rest % 10);
    while ((rest /= 10) != 0);
    if (value < 0)
        digits[--at] = '-';
    assert(at > 0); /* no number has more digits than there is room */
    ts_buffer_add(out, digits + at, sizeof digits - at);
}

/* 17 digits hold every double. A whole one gets a point, so that it is not
 * taken for an exact number. Thousandths are common and need no printf():
 * division is rounded as reading the digits is. */
static void json_real(ts_buffer *out, double value)
{
    size_t start = out->length;
    double scaled = value * 1000;
    int64_t whole = fabs(scaled) < 9e15 ? (int64_t)scaled : 0;

    if (whole >= 0 && value >= 0 && scaled == (double)whole &&
        (double)whole / 1000 == value) {
        const char tail[4] = {'.', (char)('0' + whole / 100 % 10),
                              (char)('0' + whole / 10 % 10),
                              (char)('0' + whole % 10)};

        json_whole(out, whole / 1000);
        ts_buffer_add(out, tail, whole % 1000 == 0 ? 2 : 4);
        return;
    }
    ts_buffer_format(out, "%.17g", value);
    if (!out->failed && strpbrk(out->data + start, ".e") == NULL)
        ts_buffer_text(out, ".0");
}

/* --- what runs share --- */

static void hash_parts(char hash[TS_HASH_TEXT], const char *parts,
                       size_t length)
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
    struct shared *s = &r->shared[slot];
    const ts_buffer *text = &r->scratch;

    assert(slot < TS_SLOT_RUN); /* a run is shared with nobody */
    if (s->text.length == text->length && !text->failed &&
        memcmp(s->text.data, text->data, text->length) == 0)
        return true;
    s->text.length = 0;
    s->told = false;
    ts_buffer_add(&s->text, text->data, text->length);
    if (!s->text.failed && !text->failed)
        hash_parts(s->hash, text->data, text->length);
    return false;
}

/* Refers to what is shared; `count` texts follow where it is to be told. */
static bool refer_shared(ts_recorder *r, ts_buffer *out, enum ts_slot slot,
                         int count)
{
    struct shared *s = &r->shared[slot];
    bool tell = !(s->told && r->brief);
    const char head[3] = {TS_ROW_SHARED, (char)slot, (char)(tell ? count : 0)};

    assert(count >= 0 && count <= INT8_MAX);
    out->failed |= s->text.failed || r->scratch.failed;
    ts_buffer_add(out, head, sizeof head);
    ts_buffer_add(out, s->hash, TS_HASH_TEXT);
    s->told = true;
    return tell && !out->failed;
}

static void put_shared(ts_recorder *r, ts_buffer *out, enum ts_slot slot,
                       const char *const *parts, int count)
{
    r->scratch.length = 0;
    for (int i = 0; i < count; i++)
        ts_buffer_add(&r->scratch, or_empty(parts[i]),
                      strlen(or_empty(parts[i])) + 1);
    keep_shared(r, slot);
    if (refer_shared(r, out, slot, count))
        for (int i = 0; i < count; i++)
            put_text(out, parts[i]);
}

static void put_scenario(ts_recorder *r, ts_buffer *out,
                         const ts_run_facts *facts)
{
    const char *parts[] = {or_empty(facts->scenario_name), facts->title,
                           or_empty(facts->text)};

    put_shared(r, out, TS_SLOT_SCENARIO, parts, 3);
}

static const char *document_of(const ts_run_facts *facts)
{
    return or_empty(facts->canonical != NULL ? facts->canonical : facts->text);
}

/* A list of pairs, each two texts of r->scratch, as JSON: the statements that
 * add it unfold it. */
static void tell_pairs(ts_recorder *r, ts_buffer *out, enum ts_slot slot)
{
    const struct shared *s = &r->shared[slot];
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
        put_bytes(out, list->data, list->length);
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

static void put_names(ts_recorder *r, ts_buffer *out, const ts_report *report)
{
    r->scratch.length = 0;
    for (size_t i = 0; i < report->metric_count; i++)
        add_pair(r, report->metrics[i].name,
                 unit_names[report->metrics[i].unit]);
    put_pairs(r, out, TS_SLOT_METRICS);
}

static void put_conventions(ts_recorder *r, ts_buffer *out,
                            const ts_report *report)
{
    r->scratch.length = 0;
    for (size_t i = 0; i < report->convention_count; i++)
        add_pair(r, or_empty(report->conventions[i].name),
                 or_empty(report->conventions[i].value));
    put_pairs(r, out, TS_SLOT_CONVENTIONS);
}

/* --- what a run is made of --- */

static void put_run(ts_buffer *out, const ts_run_facts *facts,
                    const ts_report *report)
{
    char seed[24], digest[20], reported[20];

    snprintf(seed, sizeof seed, "%" PRIu64, facts->seed);
    snprintf(digest, sizeof digest, "%016" PRIx64, report->digest);
    snprintf(reported, sizeof reported, "%016" PRIx64, report->reported);
    put_row(out, TS_ROW_RUN);
    put_slot(out, TS_SLOT_SCENARIO);
    put_slot(out, TS_SLOT_DOCUMENT);
    put_text(out, seed);
    put_int(out, facts->point);
    put_int(out, facts->replication);
    put_int(out, facts->round);
    put_text(out, ts_version());
    put_text(out, digest);
    put_text(out, reported);
    put_int(out, report->end);
    put_int(out, (int64_t)report->events);
    put_text(out, or_empty(report->reason));
    put_int(out, report->failed);
    put_text(out, trace_names[report->trace != NULL ? report->trace->level
                                                    : TS_TRACE_OFF]);
    put_int(out, report->trace != NULL ? (int64_t)report->trace->dropped : 0);
    put_slot(out, TS_SLOT_CONVENTIONS);
}

static void put_parameter(ts_buffer *out, int number, const char *kind,
                          const ts_parameter *p)
{
    const char *unit = NULL;
    double value = 0;
    bool quantity = ts_quantity(p->value, &unit, &value);

    assert(!quantity || (unit != NULL && isfinite(value)));
    put_row(out, TS_ROW_PARAMETER);
    put_slot(out, TS_SLOT_RUN);
    put_int(out, number);
    put_text(out, kind);
    put_text(out, p->pointer);
    put_text(out, p->value);
    put_text(out, quantity ? unit : NULL);
    if (quantity)
        put_real(out, value);
    else
        put_null(out);
}

static void put_parameters(ts_buffer *out, const ts_run_facts *facts)
{
    int number = 0;

    for (int i = 0; i < facts->parameter_count; i++)
        put_parameter(out, number++, "vary", &facts->parameters[i]);
    for (int i = 0; i < facts->setting_count; i++)
        put_parameter(out, number++, "set", &facts->settings[i]);
}

/* Not finite: SQLite would make it a NULL, and JSON has no word for it. */
static bool check_finite(double value, const char *name, ts_error *error)
{
    return isfinite(value) ||
           ts_fail(error,
                   "the metric \"%s\" is no finite number; this is an "
                   "error in a model. Nothing of this run was written",
                   name);
}

static bool put_amounts(ts_recorder *r, ts_buffer *out, const ts_report *report,
                        ts_error *error)
{
    ts_buffer *list = &r->scratch;

    list->length = 0;
    ts_buffer_char(list, '[');
    for (size_t i = 0; i < report->metric_count; i++) {
        const ts_metric *m = &report->metrics[i];

        if (!check_finite(m->value, m->name, error))
            return false;
        assert(i == 0 || strcmp(m[-1].name, m->name) < 0); /* sealed */
        assert(!m->exact || m->value == (double)m->whole);
        if (i > 0)
            ts_buffer_char(list, ',');
        if (m->exact)
            json_whole(list, m->whole);
        else
            json_real(list, m->value);
    }
    ts_buffer_char(list, ']');
    out->failed |= list->failed;
    if (out->failed)
        return true; /* found out at the end */
    put_row(out, TS_ROW_AMOUNTS);
    put_slot(out, TS_SLOT_RUN);
    put_slot(out, TS_SLOT_METRICS);
    put_bytes(out, list->data, list->length);
    return true;
}

/* What is written of a thread fits together: nothing before its time, and no
 * time is less than none. */
static bool check_thread(const ts_thread_row *t, ts_error *error)
{
    return TS_ENSURE(error, t->arrival >= 0 && t->finish >= t->arrival) &&
           TS_ENSURE(error, t->first_run >= t->arrival) &&
           TS_ENSURE(error, t->processor >= 0 && t->blocked >= 0) &&
           TS_ENSURE(error, t->dispatches >= 0 && t->preemptions >= 0);
}

static bool check_threads(const ts_report *report, ts_error *error)
{
    for (size_t i = 0; i < report->thread_count; i++)
        if (!check_thread(&report->threads[i], error))
            return false;
    return true;
}

static void put_threads(ts_buffer *out, const ts_report *report)
{
    for (size_t i = 0; i < report->thread_count; i++) {
        const ts_thread_row *t = &report->threads[i];

        put_row(out, TS_ROW_THREAD);
        put_slot(out, TS_SLOT_RUN);
        put_int(out, t->id);
        put_text(out, or_empty(t->name));
        put_text(out, t->task);
        put_int(out, t->job);
        put_time(out, t->arrival);
        put_time(out, t->first_run);
        put_time(out, t->finish);
        put_time(out, t->deadline);
        put_int(out, t->processor);
        put_int(out, t->ready);
        put_int(out, t->blocked);
        put_int(out, t->dispatches);
        put_int(out, t->preemptions);
        put_int(out, t->migrations);
    }
}

/* Names of places and kinds are of use where something refers to them. */
static void put_trace_names(ts_buffer *out, const ts_trace *trace)
{
    static const enum ts_row rows[] = {[TS_PLACES] = TS_ROW_PLACE,
                                       [TS_KINDS] = TS_ROW_KIND,
                                       [TS_SERIES] = TS_ROW_SERIES};

    for (int table = 0; table < 3; table++) {
        for (int i = 0; i < trace->name_count[table]; i++) {
            put_row(out, rows[table]);
            put_slot(out, TS_SLOT_RUN);
            put_int(out, i);
            put_text(out, trace->names[table][i]);
        }
    }
}

/* A stretch has a length, and is at a place and of a kind with a name. */
static bool check_spans(const ts_trace *trace, ts_error *error)
{
    for (size_t i = 0; i < trace->span_count; i++) {
        const ts_span *s = &trace->spans[i];

        if (!TS_ENSURE(error, s->from < s->to) ||
            !TS_ENSURE(error, s->place < trace->name_count[TS_PLACES]) ||
            !TS_ENSURE(error, s->kind < trace->name_count[TS_KINDS]))
            return false;
    }
    return true;
}

static void put_spans(ts_buffer *out, const ts_trace *trace)
{
    for (size_t i = 0; i < trace->span_count; i++) {
        const ts_span *s = &trace->spans[i];

        put_row(out, TS_ROW_SPAN);
        put_slot(out, TS_SLOT_RUN);
        put_int(out, s->from);
        put_int(out, s->to);
        put_int(out, s->place);
        put_int(out, s->kind);
        put_number(out, s->who);
        put_int(out, s->detail);
    }
    for (size_t i = 0; i < trace->instant_count; i++) {
        const ts_instant *at = &trace->instants[i];

        put_row(out, TS_ROW_INSTANT);
        put_slot(out, TS_SLOT_RUN);
        put_int(out, at->at);
        put_int(out, at->place);
        put_int(out, at->kind);
        put_number(out, at->who);
        put_int(out, at->detail);
    }
}

static void put_samples(ts_buffer *out, const ts_trace *trace)
{
    for (size_t i = 0; i < trace->sample_count; i++) {
        const ts_sample *s = &trace->samples[i];

        put_row(out, TS_ROW_SAMPLE);
        put_slot(out, TS_SLOT_RUN);
        put_int(out, s->at);
        put_int(out, s->series);
        put_int(out, s->value);
    }
    for (size_t i = 0; i < trace->note_count; i++) {
        const ts_note *n = &trace->notes[i];

        put_row(out, TS_ROW_NOTE);
        put_slot(out, TS_SLOT_RUN);
        put_int(out, n->at);
        put_number(out, n->place);
        put_number(out, n->who);
        put_text(out, or_empty(n->text));
    }
}

static void put_turns(ts_buffer *out, const ts_trace *trace)
{
    static const char *const words[] = {[TS_TURN_READY] = "ready",
                                        [TS_TURN_RUNS] = "runs",
                                        [TS_TURN_BLOCKS] = "blocks",
                                        [TS_TURN_ENDS] = "ends"};

    for (size_t i = 0; i < trace->turn_count; i++) {
        const ts_turn *t = &trace->turns[i];

        put_row(out, TS_ROW_TURN);
        put_slot(out, TS_SLOT_RUN);
        put_int(out, t->at);
        put_int(out, t->who);
        put_text(out, words[t->to]);
        put_number(out, t->place);
        put_number(out, t->waker);
        put_text(out, t->cause < 0 ? NULL : trace->names[TS_CAUSES][t->cause]);
    }
}

static bool put_bucket(void *context, int64_t upper, uint64_t count)
{
    ts_buffer *list = context;

    if (list->length > 1)
        ts_buffer_char(list, ',');
    ts_buffer_char(list, '[');
    json_whole(list, upper);
    ts_buffer_char(list, ',');
    json_whole(list, (int64_t)count);
    ts_buffer_char(list, ']');
    return true;
}

static void put_histograms(ts_recorder *r, ts_buffer *out,
                           const ts_report *report)
{
    ts_buffer *list = &r->scratch;

    for (size_t i = 0; i < report->histogram_count; i++) {
        const ts_report_histogram *h = &report->histograms[i];

        list->length = 0;
        ts_buffer_char(list, '[');
        ts_histogram_each(h->histogram, put_bucket, list);
        ts_buffer_char(list, ']');
        out->failed |= list->failed;
        if (out->failed)
            return;
        put_row(out, TS_ROW_HISTOGRAM);
        put_slot(out, TS_SLOT_RUN);
        put_int(out, (int64_t)i);
        put_text(out, h->name);
        put_text(out, unit_names[h->unit]);
        put_bytes(out, list->data, list->length);
    }
}

static bool put_verdicts(ts_buffer *out, const ts_run_facts *facts,
                         ts_error *error)
{
    for (int i = 0; i < facts->verdict_count; i++) {
        const ts_verdict *v = &facts->verdicts[i];

        if (v->has_expected &&
            !check_finite(v->expected, or_empty(v->metric), error))
            return false;
        assert(i == 0 || v[-1].number < v->number); /* as in the scenario */
        put_row(out, TS_ROW_VERDICT);
        put_slot(out, TS_SLOT_RUN);
        put_int(out, v->number);
        put_text(out, or_empty(v->metric));
        put_text(out, v->about);
        put_text(out, v->text);
        put_int(out, v->holds);
        if (v->has_expected)
            put_real(out, v->expected);
        else
            put_null(out);
    }
    return true;
}

static void put_wall(ts_buffer *out, const ts_run_facts *facts)
{
    put_row(out, TS_ROW_WALL);
    put_slot(out, TS_SLOT_RUN);
    put_int(out, facts->wall_started_us);
    put_int(out, facts->wall_us);
}

static bool finish(ts_buffer *out, ts_error *error)
{
    return !out->failed ||
           ts_fail(error, "out of memory; nothing of this run was written");
}

bool ts_recorder_run(ts_recorder *recorder, const ts_run_facts *facts,
                     const ts_report *report, ts_buffer *bytes, ts_error *error)
{
    const char *document = document_of(facts);

    assert(facts->point >= 0 && facts->replication >= 0);
    /* A run that never began has nothing to seal. */
    if (!TS_ENSURE(error, report->sealed || report->metric_count == 0) ||
        !check_threads(report, error))
        return false;
    put_scenario(recorder, bytes, facts);
    put_shared(recorder, bytes, TS_SLOT_DOCUMENT, &document, 1);
    put_names(recorder, bytes, report);
    put_conventions(recorder, bytes, report);
    put_run(bytes, facts, report);
    put_parameters(bytes, facts);
    if (!put_amounts(recorder, bytes, report, error) ||
        !put_verdicts(bytes, facts, error))
        return false;
    put_threads(bytes, report);
    if (report->trace != NULL && report->trace->level != TS_TRACE_OFF) {
        if (!check_spans(report->trace, error))
            return false;
        put_trace_names(bytes, report->trace);
        put_spans(bytes, report->trace);
        put_samples(bytes, report->trace);
        put_turns(bytes, report->trace);
    }
    put_histograms(recorder, bytes, report);
    put_wall(bytes, facts);
    return finish(bytes, error);
}

bool ts_recorder_adopt(ts_recorder *recorder, const ts_run_facts *facts,
                       int64_t run, ts_buffer *bytes, ts_error *error)
{
    assert(run > 0);
    put_scenario(recorder, bytes, facts);
    put_row(bytes, TS_ROW_ADOPT);
    put_slot(bytes, TS_SLOT_SCENARIO);
    put_int(bytes, facts->point);
    put_int(bytes, facts->round);
    put_int(bytes, run);
    put_parameters(bytes, facts);
    return finish(bytes, error);
}

/* --- from a database --- */

static void put_column(ts_buffer *out, sqlite3_stmt *in, int column)
{
    switch (sqlite3_column_type(in, column)) {
    case SQLITE_NULL:
        put_null(out);
        break;
    case SQLITE_INTEGER:
        put_int(out, sqlite3_column_int64(in, column));
        break;
    case SQLITE_FLOAT:
        put_real(out, sqlite3_column_double(in, column));
        break;
    default:
        put_bytes(out, (const char *)sqlite3_column_text(in, column),
                  (size_t)sqlite3_column_bytes(in, column));
    }
}

/* The hash and the texts of what is shared, by its id. */
static const char *const shared_sql[TS_SLOTS] = {
    [TS_SLOT_SCENARIO] =
        "SELECT sha256, name, title, text FROM scenarios WHERE id = ?",
    [TS_SLOT_DOCUMENT] = "SELECT sha256, text FROM documents WHERE id = ?",
    [TS_SLOT_METRICS] =
        "SELECT sha256, (SELECT json_group_array(json_array(name, unit)) FROM "
        "(SELECT name, unit FROM metric_names WHERE metric_set = ?1 ORDER BY "
        "number)) FROM metric_sets WHERE id = ?1",
    [TS_SLOT_CONVENTIONS] =
        "SELECT sha256, (SELECT json_group_array(json_array(name, value)) "
        "FROM (SELECT name, value FROM convention_texts WHERE convention_set "
        "= ?1 ORDER BY number)) FROM convention_sets WHERE id = ?1",
};

static bool fetch_shared(ts_recorder *r, ts_store *from, enum ts_slot slot,
                         int64_t id, ts_buffer *out, ts_error *error)
{
    struct shared *s = &r->shared[slot];
    char head[3] = {TS_ROW_SHARED, (char)slot, 0};
    sqlite3_stmt *in = NULL;
    bool fine = true;

    if (s->id == id && s->from == from) {
        ts_buffer_add(out, head, sizeof head);
        ts_buffer_add(out, s->hash, TS_HASH_TEXT);
        return true;
    }
    if (sqlite3_prepare_v2(ts_store_handle(from), shared_sql[slot], -1, &in,
                           NULL) != SQLITE_OK ||
        sqlite3_bind_int64(in, 1, id) != SQLITE_OK ||
        sqlite3_step(in) != SQLITE_ROW) {
        fine = ts_store_fail(from, "reading", error);
    } else {
        head[2] = (char)(sqlite3_column_count(in) - 1);
        snprintf(s->hash, sizeof s->hash, "%s",
                 (const char *)sqlite3_column_text(in, 0));
        ts_buffer_add(out, head, sizeof head);
        ts_buffer_add(out, s->hash, TS_HASH_TEXT);
        for (int i = 1; i < sqlite3_column_count(in); i++)
            put_column(out, in, i);
        s->id = r->brief ? id : 0;
        s->from = from;
    }
    sqlite3_finalize(in);
    return fine;
}

static void forget_statements(ts_recorder *r)
{
    for (int i = 0; i < TS_ROWS; i++) {
        sqlite3_finalize(r->fetch[i]);
        r->fetch[i] = NULL;
    }
}

static sqlite3_stmt *fetch_statement(ts_recorder *r, enum ts_row row,
                                     const char *sql, int64_t run,
                                     ts_error *error)
{
    sqlite3_stmt **in = &r->fetch[row];

    assert(row < TS_ROWS && r->from != NULL);
    if (*in == NULL &&
        sqlite3_prepare_v3(ts_store_handle(r->from), sql, -1,
                           SQLITE_PREPARE_PERSISTENT, in, NULL) != SQLITE_OK) {
        ts_store_fail(r->from, "reading", error);
        return NULL;
    }
    sqlite3_bind_int64(*in, 1, run);
    return *in;
}

/* The run's own row: ids of what it shares, then what it has by itself. */
static bool fetch_run(ts_recorder *r, int64_t run, ts_buffer *out,
                      ts_error *error)
{
    static const enum ts_slot slots[] = {TS_SLOT_SCENARIO, TS_SLOT_DOCUMENT,
                                         TS_SLOT_CONVENTIONS, TS_SLOT_METRICS};
    sqlite3_stmt *in = fetch_statement(
        r, TS_ROW_RUN,
        "SELECT scenario, document, convention_set, metric_set, seed, point, "
        "replication, round, version, digest, reported, end_ps, events, "
        "reason, "
        "failed, trace, dropped FROM runs LEFT JOIN amounts ON amounts.run = "
        "runs.id "
        "WHERE id = ?",
        run, error);
    bool fine = in != NULL;
    int code = fine ? sqlite3_step(in) : SQLITE_ERROR;

    if (fine && code != SQLITE_ROW)
        fine = code == SQLITE_DONE ? ts_fail(error, "%s: has no run %" PRId64,
                                             ts_store_path(r->from), run)
                                   : ts_store_fail(r->from, "reading", error);
    for (int i = 0; fine && i < 4; i++)
        if (sqlite3_column_type(in, i) != SQLITE_NULL)
            fine = fetch_shared(r, r->from, slots[i],
                                sqlite3_column_int64(in, i), out, error);
    if (fine) {
        put_row(out, TS_ROW_RUN);
        put_slot(out, TS_SLOT_SCENARIO);
        put_slot(out, TS_SLOT_DOCUMENT);
        for (int i = 4; i < sqlite3_column_count(in); i++)
            put_column(out, in, i);
        put_slot(out, TS_SLOT_CONVENTIONS);
    }
    sqlite3_reset(in);
    return fine;
}

static bool fetch_rows(ts_recorder *r, enum ts_row row, int64_t run,
                       ts_buffer *out, ts_error *error)
{
    char sql[96];
    sqlite3_stmt *in;
    int code;

    assert(ts_row_tables[row].name != NULL); /* it has a table of its own */
    /* A table without a key of its own is read in the order of its writing. */
    snprintf(sql, sizeof sql, "SELECT * FROM %s WHERE run = ?",
             ts_row_tables[row].name);
    in = fetch_statement(r, row, sql, run, error);
    if (in == NULL)
        return false;
    while ((code = sqlite3_step(in)) == SQLITE_ROW) {
        put_row(out, row);
        put_slot(out, TS_SLOT_RUN);
        for (int i = 1; i < ts_row_tables[row].columns; i++)
            if (row == TS_ROW_AMOUNTS && i == 1)
                put_slot(out, TS_SLOT_METRICS);
            else
                put_column(out, in, i);
    }
    sqlite3_reset(in);
    return code == SQLITE_DONE || ts_store_fail(r->from, "reading", error);
}

bool ts_recorder_fetch(ts_recorder *recorder, ts_store *from, int64_t run,
                       ts_buffer *bytes, ts_error *error)
{
    bool fine;

    if (recorder->from != from)
        forget_statements(recorder);
    recorder->from = from;
    fine = fetch_run(recorder, run, bytes, error);
    for (int row = TS_ROW_PARAMETER; fine && row < TS_ROWS; row++)
        fine = fetch_rows(recorder, (enum ts_row)row, run, bytes, error);
    return fine && finish(bytes, error);
}

/* --- recorders --- */

ts_recorder *ts_recorder_create(bool brief)
{
    ts_recorder *recorder = calloc(1, sizeof *recorder);

    if (recorder != NULL)
        recorder->brief = brief;
    return recorder;
}

void ts_recorder_destroy(ts_recorder *recorder)
{
    if (recorder == NULL)
        return;
    forget_statements(recorder);
    for (int i = 0; i < TS_SLOTS; i++)
        ts_buffer_fini(&recorder->shared[i].text);
    ts_buffer_fini(&recorder->scratch);
    free(recorder);
}

void ts_identity_of(const char *document_hash, const char *seed,
                    int64_t replication, const char *version,
                    ts_identity *identity)
{
    char text[256];
    SHA2_CTX context;
    int length = snprintf(text, sizeof text, "%s %s %" PRId64 " %s",
                          document_hash, seed, replication, version);

    assert(length > 0);
    SHA256Init(&context);
    SHA256Update(&context, (const uint8_t *)text,
                 (size_t)length < sizeof text ? (size_t)length
                                              : sizeof text - 1);
    SHA256Final(identity->hash, &context);
}

void ts_run_identity(const ts_run_facts *facts, ts_identity *identity)
{
    const char *document = document_of(facts);
    char hash[TS_HASH_TEXT], seed[24];

    hash_parts(hash, document, strlen(document) + 1);
    snprintf(seed, sizeof seed, "%" PRIu64, facts->seed);
    ts_identity_of(hash, seed, facts->replication, ts_version(), identity);
}
