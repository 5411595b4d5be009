/*
 * trace_rows.c - the rows of a trace: who was where from when to when, what
 * happened, and why.
 */
#include "sim/results/recorder.h"

/* Names of places and kinds are of use where something refers to them. */
static void put_trace_names(ts_buffer *out, const ts_trace *trace)
{
    static const enum ts_row rows[] = {[TS_PLACES] = TS_ROW_PLACE,
                                       [TS_KINDS] = TS_ROW_KIND,
                                       [TS_SERIES] = TS_ROW_SERIES};

    for (int table = 0; table < 3; table++) {
        for (int i = 0; i < trace->name_count[table]; i++) {
            ts_put_row(out, rows[table]);
            ts_put_slot(out, TS_SLOT_RUN);
            ts_put_int(out, i);
            ts_put_text(out, trace->names[table][i]);
        }
    }
}

/* A stretch has a length, and is at a place and of a kind with a name. */
bool ts_trace_check(const ts_trace *trace, ts_error *error)
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

        ts_put_row(out, TS_ROW_SPAN);
        ts_put_slot(out, TS_SLOT_RUN);
        ts_put_int(out, s->from);
        ts_put_int(out, s->to);
        ts_put_int(out, s->place);
        ts_put_int(out, s->kind);
        ts_put_number(out, s->who);
        ts_put_int(out, s->detail);
    }
    for (size_t i = 0; i < trace->instant_count; i++) {
        const ts_instant *at = &trace->instants[i];

        ts_put_row(out, TS_ROW_INSTANT);
        ts_put_slot(out, TS_SLOT_RUN);
        ts_put_int(out, at->at);
        ts_put_int(out, at->place);
        ts_put_int(out, at->kind);
        ts_put_number(out, at->who);
        ts_put_int(out, at->detail);
    }
}

static void put_samples(ts_buffer *out, const ts_trace *trace)
{
    for (size_t i = 0; i < trace->sample_count; i++) {
        const ts_sample *s = &trace->samples[i];

        ts_put_row(out, TS_ROW_SAMPLE);
        ts_put_slot(out, TS_SLOT_RUN);
        ts_put_int(out, s->at);
        ts_put_int(out, s->series);
        ts_put_int(out, s->value);
    }
    for (size_t i = 0; i < trace->note_count; i++) {
        const ts_note *n = &trace->notes[i];

        ts_put_row(out, TS_ROW_NOTE);
        ts_put_slot(out, TS_SLOT_RUN);
        ts_put_int(out, n->at);
        ts_put_number(out, n->place);
        ts_put_number(out, n->who);
        ts_put_text(out, ts_or_empty(n->text));
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

        ts_put_row(out, TS_ROW_TURN);
        ts_put_slot(out, TS_SLOT_RUN);
        ts_put_int(out, t->at);
        ts_put_int(out, t->who);
        ts_put_text(out, words[t->to]);
        ts_put_number(out, t->place);
        ts_put_number(out, t->waker);
        ts_put_text(out,
                    t->cause < 0 ? NULL : trace->names[TS_CAUSES][t->cause]);
    }
}

static void put_standings(ts_buffer *out, const ts_trace *trace)
{
    for (size_t i = 0; i < trace->standing_count; i++) {
        const ts_stand *s = &trace->standings[i];

        ts_put_row(out, TS_ROW_STANDING);
        ts_put_slot(out, TS_SLOT_RUN);
        ts_put_int(out, s->at);
        ts_put_int(out, s->who);
        ts_put_text(out, s->what < 0 ? NULL : trace->names[TS_CAUSES][s->what]);
        ts_put_int(out, s->value);
    }
}

static void put_attempts(ts_buffer *out, const ts_trace *trace)
{
    for (size_t i = 0; i < trace->attempt_count; i++) {
        const ts_attempt *a = &trace->attempts[i];
        char *const *causes = trace->names[TS_CAUSES];

        ts_put_row(out, TS_ROW_ATTEMPT);
        ts_put_slot(out, TS_SLOT_RUN);
        ts_put_int(out, (int64_t)i + 1);
        ts_put_time(out, a->parent > 0 ? a->parent : TS_NEVER);
        ts_put_number(out, a->sender);
        ts_put_text(out, a->to < 0 ? NULL : causes[a->to]);
        ts_put_time(out, a->sent);
        ts_put_time(out, a->arrived);
        ts_put_time(out, a->begun);
        ts_put_number(out, a->server);
        ts_put_time(out, a->left);
        ts_put_time(out, a->over);
        ts_put_text(out, a->outcome < 0 ? NULL : causes[a->outcome]);
    }
}

void ts_trace_put(ts_buffer *out, const ts_trace *trace)
{
    put_trace_names(out, trace);
    put_spans(out, trace);
    put_samples(out, trace);
    put_turns(out, trace);
    put_standings(out, trace);
    put_attempts(out, trace);
}
