/*
 * teller.h - what the parts of a report share; nobody else looks in.
 *
 * Whoever tells a part goes on with what there is, and keeps what went wrong
 * first: the report answers for it in the end.
 */
#ifndef TS_PAPER_TELLER_H
#define TS_PAPER_TELLER_H

#include "models/world/root.h"
#include "sim/paper/report.h"
#include "sim/results/scenarios.h"
#include "sim/scenario/buffer.h"

#define TS_TELLER_PARAMETERS 16
#define TS_TELLER_METRICS 64

typedef struct ts_teller {
    const ts_paper_order *order;
    ts_store *store;
    ts_paper paper;
    ts_error error;
    /* The scenario at hand. */
    ts_family family;
    ts_family_counts counts;
    char *name, *title, *text;              /* owned */
    const ts_root *root;                    /* NULL: it is read no more */
    int entry;                              /* of the contents, the last */
    int64_t run;                            /* the latest */
    char *document;                         /* owned: of that run */
    char *parameters[TS_TELLER_PARAMETERS]; /* owned: pointers */
    int parameter_count;
    char *metrics[TS_TELLER_METRICS]; /* owned */
    int metric_count;
} ts_teller;

/* The question, and the answer where all that it needs came out. */
void ts_tell_answer(ts_teller *teller);
/* What was expected, beside what came out. */
void ts_tell_expectations(ts_teller *teller);
/* The metrics that it is about, point by point. */
void ts_tell_numbers(ts_teller *teller);
/* One run: its threads, the reasons of its decisions, what it took for
 * granted. */
void ts_tell_run(ts_teller *teller);
/* All runs, by what they are known by, and the scenario that was played. */
void ts_tell_runs(ts_teller *teller);
/* The runs of the database, where they are two that can be compared. */
bool ts_teller_pair(ts_teller *teller, int64_t runs[2]);
#define TS_TELLER_PARTING "Where the two runs part"
/* Where these two part; nothing where there are none. */
void ts_tell_parting(ts_teller *teller);

/* A cell for each of the parameters: what it is, in words; the value that it
 * has in a run. */
void ts_teller_name_parameters(ts_teller *teller, ts_grid *grid);
void ts_teller_add_parameters(ts_teller *teller, ts_grid *grid, int64_t run);
/* " at slice = 5 ms, 3 threads" of a run; "": nothing was varied. */
void ts_teller_point(ts_teller *teller, int64_t run, ts_buffer *out);
/* A table of `rows` rows, of which the grid has no more than rows_max. On a
 * page, one of many rows is folded away under "44 NOUN"; NULL: never. */
void ts_teller_table(ts_teller *teller, const char *about, const char *noun,
                     ts_grid *grid, int64_t rows);
/* Draws a picture of a run, or, where that is 0, of the scenario at hand; on a
 * page only. What cannot be drawn is warned of. */
void ts_teller_picture(ts_teller *teller, int64_t run,
                       const ts_picture_record *picture);
/* Texts of a query's first column, owned by the caller; how many. */
int ts_teller_collect(ts_teller *teller, ts_query query, char **texts,
                      int room);
void ts_teller_forget(char **texts, int *count);

static inline const char *ts_plural(int64_t count)
{
    return count == 1 ? "" : "s";
}

#endif
