/*
 * rows.h - the statements a record is made of; between record.c, which writes
 * them down, and playing.c, which plays them.
 *
 * A record is a list of rows, each a byte that says which and its values, each
 * of these with a tag before it. The statement says how many there are.
 */
#ifndef TS_RESULTS_ROWS_H
#define TS_RESULTS_ROWS_H

enum ts_row {
    TS_ROW_SHARED, /* slot, hash, texts: see playing.c */
    TS_ROW_RUN,    /* the run itself: sets the slot of the same name */
    TS_ROW_ADOPT,  /* a run that is there */
    TS_ROW_PARAMETER,
    TS_ROW_AMOUNTS,
    TS_ROW_THREAD,
    TS_ROW_PLACE,
    TS_ROW_KIND,
    TS_ROW_SERIES,
    TS_ROW_SPAN,
    TS_ROW_INSTANT,
    TS_ROW_SAMPLE,
    TS_ROW_NOTE,
    TS_ROW_TURN,
    TS_ROW_STANDING,
    TS_ROW_ATTEMPT,
    TS_ROW_HISTOGRAM,
    TS_ROW_VERDICT,
    TS_ROW_WALL,
    TS_ROWS
};

/* Ids that are only known where the rows are written. */
enum ts_slot {
    TS_SLOT_SCENARIO,
    TS_SLOT_DOCUMENT,
    TS_SLOT_METRICS,
    TS_SLOT_CONVENTIONS,
    TS_SLOT_RUN,
    TS_SLOTS
};

enum ts_tag {
    TS_TAG_NULL,
    TS_TAG_INT,  /* 8 bytes */
    TS_TAG_REAL, /* 8 bytes */
    TS_TAG_TEXT, /* 8 bytes of length, the text, a NUL */
    TS_TAG_SLOT, /* 1 byte: which */
};

/* The table of a row, and how many columns it has; NULL: no table of a run's
 * own. Columns come in the order of the schema, and the first one is the run. */
extern const struct ts_row_table {
    const char *name;
    int columns;
} ts_row_tables[TS_ROWS];

/* Hexadecimal, with a NUL. */
#define TS_HASH_TEXT 65

#endif
