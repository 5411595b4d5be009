/*
 * record.h - a run on its way to a database: the rows it will be.
 *
 *   recorder = ts_recorder_create()
 *   ts_recorder_run(recorder, &facts, report, &bytes, &error)  in any process
 *   id = ts_store_play(store, bytes.data, bytes.length, &error)  the writer
 *
 * A record knows nothing of ids: what runs share (the scenario, the document,
 * the names of the metrics, the conventions) is named by its hash, and the
 * store finds or adds it. So many processes can make records, one writes them,
 * and what is written depends on the records and their order alone. Bytes are
 * those of this machine: a record goes through a pipe, never to a file.
 */
#ifndef TS_RESULTS_RECORD_H
#define TS_RESULTS_RECORD_H

#include "sim/results/store.h"
#include "sim/scenario/buffer.h"

typedef struct ts_recorder ts_recorder;

/* `brief`: what is shared is told in full once, in the first of its records;
 * they must be played in the order in which they were made. NULL: out of
 * memory. */
ts_recorder *ts_recorder_create(bool brief);
void ts_recorder_destroy(ts_recorder *recorder); /* NULL is allowed */

/* Appends the rows of a run to `bytes`. false: a metric is no finite number,
 * or memory is out. */
TS_MUST_USE
bool ts_recorder_run(ts_recorder *recorder, const ts_run_facts *facts,
                     const ts_report *report, ts_buffer *bytes,
                     ts_error *error);
/* The same of a run that is already in a database. */
TS_MUST_USE
bool ts_recorder_fetch(ts_recorder *recorder, ts_store *from, int64_t run,
                       ts_buffer *bytes, ts_error *error);
/* A run that is stored already and belongs to this plan from now on: its
 * scenario is told, and which point of it the run is. */
TS_MUST_USE
bool ts_recorder_adopt(ts_recorder *recorder, const ts_run_facts *facts,
                       int64_t run, ts_buffer *bytes, ts_error *error);

/* What a run is known by: the hash of its document, its seed and its
 * replication, and the version of the program; where it stands in a plan is
 * not part of it. */
typedef struct ts_identity {
    uint8_t hash[32];
} ts_identity;

void ts_run_identity(const ts_run_facts *facts, ts_identity *identity);
/* The same from what a database holds of it. */
void ts_identity_of(const char *document_hash, const char *seed,
                    int64_t replication, const char *version,
                    ts_identity *identity);

#endif
