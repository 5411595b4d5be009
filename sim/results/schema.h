/*
 * schema.h - the tables of the results database, as SQL.
 */
#ifndef TS_RESULTS_SCHEMA_H
#define TS_RESULTS_SCHEMA_H

/* Statements in the order in which they must be run; NULL ends them. */
extern const char *const ts_schema_sql[];

#endif
