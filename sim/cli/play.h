/*
 * play.h - a scenario as `timeslice run` plays it: all its runs, what is said
 * of them, and their pictures.
 */
#ifndef TS_CLI_PLAY_H
#define TS_CLI_PLAY_H

#include "sim/cli/command.h"
#include "sim/scenario/buffer.h"
#include "sim/results/batch.h"
#include "sim/sweep/point.h"

/* What the options ask for, and what became of it. */
typedef struct ts_session {
    const volatile sig_atomic_t *interrupt;
    ts_point_options point;
    const char *settings; /* of --set; NULL: none */
    const char *database, *out;
    bool quiet, json; /* with --json the terminal is the document's */
    bool kept, drawn; /* in a file; as pictures */
    bool trace, why, conventions, validated;
    uint64_t only; /* point of a sweep, from 1; 0: all */
    bool dsky;
    double speed;    /* of the display */
    bool several;    /* a file with a sweep, or several files */
    ts_store *store; /* NULL: nothing is kept */
    ts_batch batch;  /* of the runs in it */
    bool lost;       /* the database failed: no more runs */
    bool listed;     /* what was played is wanted: `runs` */
    int64_t *runs;   /* owned: their ids */
    size_t run_count, run_room;
    ts_buffer pictures; /* that were drawn: see draw.h */
} ts_session;

/* Plays a file, or a document that has its name, and returns the exit
 * status. */
int ts_play_file(ts_session *session, const char *file);
int ts_play_document(ts_session *session, const char *file,
                     const ts_document *document);
/* Keeps what is finished: now, or when it is time. */
void ts_play_settle(ts_session *session, bool at_once);

#endif
