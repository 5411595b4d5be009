/*
 * record.c - the rows of a run, written down.
 */
#include "sim/results/record.h"

#include <inttypes.h>
#include <math.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#include <sha256.h>

#include "sim/results/quantity.h"
#include "sim/results/recorder.h"
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
    [TS_ROW_STANDING] = {"standings", 5},
    [TS_ROW_ATTEMPT] = {"attempts", 12},
    [TS_ROW_HISTOGRAM] = {"histograms", 5},
    [TS_ROW_VERDICT] = {"verdicts", 7},
    [TS_ROW_WALL] = {"wall", 3},
};

static const char *const trace_names[] = {
    [TS_TRACE_OFF] = "off", [TS_TRACE_SPANS] = "spans", [TS_TRACE_WHY] = "why"};

static_assert(TS_ROWS <= 128, "a char tells them");
static_assert(TS_COUNT_OF(trace_names) == TS_TRACE_WHY + 1, "each has a name");

/* --- what a run is made of --- */

static void put_run(ts_buffer *out, const ts_run_facts *facts,
                    const ts_report *report)
{
    char seed[24], digest[20], reported[20];

    snprintf(seed, sizeof seed, "%" PRIu64, facts->seed);
    snprintf(digest, sizeof digest, "%016" PRIx64, report->digest);
    snprintf(reported, sizeof reported, "%016" PRIx64, report->reported);
    ts_put_row(out, TS_ROW_RUN);
    ts_put_slot(out, TS_SLOT_SCENARIO);
    ts_put_slot(out, TS_SLOT_DOCUMENT);
    ts_put_text(out, seed);
    ts_put_int(out, facts->point);
    ts_put_int(out, facts->replication);
    ts_put_int(out, facts->round);
    ts_put_text(out, ts_version());
    ts_put_text(out, digest);
    ts_put_text(out, reported);
    ts_put_int(out, report->end);
    ts_put_int(out, (int64_t)report->events);
    ts_put_text(out, ts_or_empty(report->reason));
    ts_put_int(out, report->failed);
    ts_put_text(out, trace_names[report->trace != NULL ? report->trace->level
                                                       : TS_TRACE_OFF]);
    ts_put_int(out,
               report->trace != NULL ? (int64_t)report->trace->dropped : 0);
    ts_put_slot(out, TS_SLOT_CONVENTIONS);
}

static void put_parameter(ts_buffer *out, int number, const char *kind,
                          const ts_parameter *p)
{
    const char *unit = NULL;
    double value = 0;
    bool quantity = ts_quantity(p->value, &unit, &value);

    assert(!quantity || (unit != NULL && isfinite(value)));
    ts_put_row(out, TS_ROW_PARAMETER);
    ts_put_slot(out, TS_SLOT_RUN);
    ts_put_int(out, number);
    ts_put_text(out, kind);
    ts_put_text(out, p->pointer);
    ts_put_text(out, p->value);
    ts_put_text(out, quantity ? unit : NULL);
    if (quantity)
        ts_put_real(out, value);
    else
        ts_put_null(out);
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
            ts_put_json_whole(list, m->whole);
        else
            ts_put_json_real(list, m->value);
    }
    ts_buffer_char(list, ']');
    out->failed |= list->failed;
    if (out->failed)
        return true; /* found out at the end */
    ts_put_row(out, TS_ROW_AMOUNTS);
    ts_put_slot(out, TS_SLOT_RUN);
    ts_put_slot(out, TS_SLOT_METRICS);
    ts_put_bytes(out, list->data, list->length);
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

        ts_put_row(out, TS_ROW_THREAD);
        ts_put_slot(out, TS_SLOT_RUN);
        ts_put_int(out, t->id);
        ts_put_text(out, ts_or_empty(t->name));
        ts_put_text(out, t->task);
        ts_put_int(out, t->job);
        ts_put_time(out, t->arrival);
        ts_put_time(out, t->first_run);
        ts_put_time(out, t->finish);
        ts_put_time(out, t->deadline);
        ts_put_int(out, t->processor);
        ts_put_int(out, t->ready);
        ts_put_int(out, t->blocked);
        ts_put_int(out, t->dispatches);
        ts_put_int(out, t->preemptions);
        ts_put_int(out, t->migrations);
    }
}

static bool put_bucket(void *context, int64_t upper, uint64_t count)
{
    ts_buffer *list = context;

    if (list->length > 1)
        ts_buffer_char(list, ',');
    ts_buffer_char(list, '[');
    ts_put_json_whole(list, upper);
    ts_buffer_char(list, ',');
    ts_put_json_whole(list, (int64_t)count);
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
        ts_put_row(out, TS_ROW_HISTOGRAM);
        ts_put_slot(out, TS_SLOT_RUN);
        ts_put_int(out, (int64_t)i);
        ts_put_text(out, h->name);
        ts_put_text(out, ts_row_units[h->unit]);
        ts_put_bytes(out, list->data, list->length);
    }
}

static bool put_verdicts(ts_buffer *out, const ts_run_facts *facts,
                         ts_error *error)
{
    for (int i = 0; i < facts->verdict_count; i++) {
        const ts_verdict *v = &facts->verdicts[i];

        if (v->has_expected &&
            !check_finite(v->expected, ts_or_empty(v->metric), error))
            return false;
        assert(i == 0 || v[-1].number < v->number); /* as in the scenario */
        ts_put_row(out, TS_ROW_VERDICT);
        ts_put_slot(out, TS_SLOT_RUN);
        ts_put_int(out, v->number);
        ts_put_text(out, ts_or_empty(v->metric));
        ts_put_text(out, v->about);
        ts_put_text(out, v->text);
        ts_put_int(out, v->holds);
        if (v->has_expected)
            ts_put_real(out, v->expected);
        else
            ts_put_null(out);
    }
    return true;
}

static void put_wall(ts_buffer *out, const ts_run_facts *facts)
{
    ts_put_row(out, TS_ROW_WALL);
    ts_put_slot(out, TS_SLOT_RUN);
    ts_put_int(out, facts->wall_started_us);
    ts_put_int(out, facts->wall_us);
}

bool ts_record_end(ts_buffer *out, ts_error *error)
{
    return !out->failed ||
           ts_fail(error, "out of memory; nothing of this run was written");
}

bool ts_recorder_run(ts_recorder *recorder, const ts_run_facts *facts,
                     const ts_report *report, ts_buffer *bytes, ts_error *error)
{
    const char *document = ts_shared_document(facts);

    assert(facts->point >= 0 && facts->replication >= 0);
    /* A run that never began has nothing to seal. */
    if (!TS_ENSURE(error, report->sealed || report->metric_count == 0) ||
        !check_threads(report, error))
        return false;
    ts_shared_scenario(recorder, bytes, facts);
    ts_shared_put(recorder, bytes, TS_SLOT_DOCUMENT, &document, 1);
    ts_shared_metrics(recorder, bytes, report);
    ts_shared_conventions(recorder, bytes, report);
    put_run(bytes, facts, report);
    put_parameters(bytes, facts);
    if (!put_amounts(recorder, bytes, report, error) ||
        !put_verdicts(bytes, facts, error))
        return false;
    put_threads(bytes, report);
    if (report->trace != NULL && report->trace->level != TS_TRACE_OFF) {
        if (!ts_trace_check(report->trace, error))
            return false;
        ts_trace_put(bytes, report->trace);
    }
    put_histograms(recorder, bytes, report);
    put_wall(bytes, facts);
    return ts_record_end(bytes, error);
}

bool ts_recorder_adopt(ts_recorder *recorder, const ts_run_facts *facts,
                       int64_t run, ts_buffer *bytes, ts_error *error)
{
    assert(run > 0);
    ts_shared_scenario(recorder, bytes, facts);
    ts_put_row(bytes, TS_ROW_ADOPT);
    ts_put_slot(bytes, TS_SLOT_SCENARIO);
    ts_put_int(bytes, facts->point);
    ts_put_int(bytes, facts->round);
    ts_put_int(bytes, run);
    put_parameters(bytes, facts);
    return ts_record_end(bytes, error);
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
    ts_fetch_forget(recorder);
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
    const char *document = ts_shared_document(facts);
    char hash[TS_HASH_TEXT], seed[24];

    ts_shared_hash(hash, document, strlen(document) + 1);
    snprintf(seed, sizeof seed, "%" PRIu64, facts->seed);
    ts_identity_of(hash, seed, facts->replication, ts_version(), identity);
}
