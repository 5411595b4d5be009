/*
 * schema.h - the tables of the results database, as SQL.
 */
#ifndef TS_RESULTS_SCHEMA_H
#define TS_RESULTS_SCHEMA_H

/* Statements in the order in which they must be run; NULL ends them. */
extern const char *const ts_schema_sql[];

/* The tables whose rows belong to one run by their column `run`, in an order
 * that satisfies the foreign keys; NULL ends them. */
extern const char *const ts_schema_run_tables[];

#endif
