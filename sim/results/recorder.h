/*
 * recorder.h - a record while it is written (private to sim/results).
 *
 *   record.c  the rows of a run        values.c  bytes, numbers, texts
 *   shared.c  what runs share          fetch.c   a run out of a database
 *   trace_rows.c  where who was, and when
 */
#ifndef TS_RESULTS_RECORDER_H
#define TS_RESULTS_RECORDER_H

#include <sqlite3.h>

#include "sim/results/record.h"
#include "sim/results/rows.h"

/* What was last shared in a slot: hashing it once is enough for all the runs
 * of a sweep that have it in common. */
struct ts_shared {
    ts_buffer text; /* its parts, each with its NUL */
    char hash[TS_HASH_TEXT];
    bool told;
    int64_t id; /* in the database it was last fetched from; 0: none */
    const ts_store *from;
};

struct ts_recorder {
    bool brief;
    struct ts_shared shared[TS_SLOTS];
    ts_buffer scratch;
    sqlite3_stmt *fetch[TS_ROWS]; /* owned: of `from` */
    ts_store *from;
};

/* --- values.c --- */

void ts_put_row(ts_buffer *out, enum ts_row row);
void ts_put_null(ts_buffer *out);
void ts_put_slot(ts_buffer *out, enum ts_slot slot);
void ts_put_int(ts_buffer *out, int64_t value);
void ts_put_real(ts_buffer *out, double value);
void ts_put_bytes(ts_buffer *out, const char *text, size_t length);
void ts_put_text(ts_buffer *out, const char *text); /* NULL: nothing */
/* A time that may not have come. */
void ts_put_time(ts_buffer *out, ts_time value);
/* A number of a place or a thread that may be nowhere or nobody. */
void ts_put_number(ts_buffer *out, int32_t value);
/* Numbers in a list of JSON. */
void ts_put_json_whole(ts_buffer *out, int64_t value);
void ts_put_json_real(ts_buffer *out, double value);

static inline const char *ts_or_empty(const char *text)
{
    return text != NULL ? text : "";
}

/* --- shared.c --- */

/* "ps", "ratio" ... */
extern const char *const ts_row_units[TS_UNIT_NUMBER + 1];

/* Of `length` bytes of texts, each with its NUL. */
void ts_shared_hash(char hash[TS_HASH_TEXT], const char *parts, size_t length);
/* Each tells what is shared, or refers to it where that was told. */
void ts_shared_put(ts_recorder *r, ts_buffer *out, enum ts_slot slot,
                   const char *const *parts, int count);
void ts_shared_scenario(ts_recorder *r, ts_buffer *out,
                        const ts_run_facts *facts);
void ts_shared_metrics(ts_recorder *r, ts_buffer *out, const ts_report *report);
void ts_shared_conventions(ts_recorder *r, ts_buffer *out,
                           const ts_report *report);
/* The text that a run is known by. */
const char *ts_shared_document(const ts_run_facts *facts);

/* --- trace_rows.c --- */

/* A stretch has a length, and is at a place and of a kind with a name. */
bool ts_trace_check(const ts_trace *trace, ts_error *error);
void ts_trace_put(ts_buffer *out, const ts_trace *trace);

/* --- fetch.c --- */

/* The statements of the database that was fetched from last. */
void ts_fetch_forget(ts_recorder *r);

/* --- record.c --- */

/* Whether memory sufficed. */
bool ts_record_end(ts_buffer *out, ts_error *error);

#endif
