/*
 * schema.c - the tables of the results database.
 *
 * Made to be read with `sqlite3 results.db .schema`, so the statements carry
 * their comments with them. Times are whole picoseconds in columns that end in
 * _ps; the views turn them into seconds. The unit of a metric is one of ps,
 * ratio, count, rate (per second), bytes and number.
 *
 * Indexes only where a question is asked by them: a live one makes a bulk
 * insert several times slower. The small tables are keyed by (run, number) and
 * need no other; spans and samples, which are great in number and are always
 * asked for by run, get an index on the run alone, whose keys only ever grow
 * (a million spans took 3.2 s to write with it and 1.9 s without).
 */
#include <stddef.h>

#include "sim/results/schema.h"

const char *const ts_schema_sql[] = {
    "CREATE TABLE scenarios ( -- the files, each once\n"
    "    id INTEGER PRIMARY KEY,\n"
    "    sha256 TEXT NOT NULL UNIQUE, -- of name, title and text\n"
    "    name TEXT NOT NULL,          -- file name without directory\n"
    "    title TEXT,\n"
    "    text TEXT NOT NULL           -- the file as it was read\n"
    ") STRICT",

    "CREATE TABLE documents ( -- what was run: profiles merged, values set\n"
    "    id INTEGER PRIMARY KEY,\n"
    "    sha256 TEXT NOT NULL UNIQUE, -- of text: the identity of a scenario\n"
    "    text TEXT NOT NULL\n"
    ") STRICT",

    "CREATE TABLE runs (\n"
    "    id INTEGER PRIMARY KEY,\n"
    "    scenario INTEGER NOT NULL REFERENCES scenarios,\n"
    "    document INTEGER NOT NULL REFERENCES documents,\n"
    "    seed TEXT NOT NULL,          -- 64 bits without a sign, in decimal\n"
    "    point INTEGER NOT NULL,      -- of the sweep, from 0\n"
    "    replication INTEGER NOT NULL,\n"
    "    version TEXT NOT NULL,       -- of timeslice\n"
    "    digest TEXT NOT NULL,        -- of the trace and metrics, in hex\n"
    "    end_ps INTEGER NOT NULL,\n"
    "    events INTEGER NOT NULL,\n"
    "    reason TEXT NOT NULL,        -- why it ended\n"
    "    failed INTEGER NOT NULL,     -- 1: by the error that reason tells\n"
    "    trace TEXT NOT NULL,         -- what was kept: off, spans or why\n"
    "    dropped INTEGER NOT NULL     -- records past the limit of the trace\n"
    ") STRICT",
    "CREATE INDEX runs_by_document ON runs (document, point, replication)",

    "CREATE TABLE parameters ( -- what the sweep or --set varied\n"
    "    run INTEGER NOT NULL REFERENCES runs ON DELETE CASCADE,\n"
    "    number INTEGER NOT NULL,     -- their order\n"
    "    pointer TEXT NOT NULL,       -- JSON Pointer\n"
    "    value TEXT NOT NULL,         -- JSON text\n"
    "    unit TEXT,                   -- NULL: not a quantity\n"
    "    quantity REAL,               -- in that unit\n"
    "    PRIMARY KEY (run, number)\n"
    ") STRICT, WITHOUT ROWID",

    "CREATE TABLE metrics (\n"
    "    run INTEGER NOT NULL REFERENCES runs ON DELETE CASCADE,\n"
    "    name TEXT NOT NULL,\n"
    "    unit TEXT NOT NULL,\n"
    "    whole INTEGER,               -- when it is exact\n"
    "    value REAL NOT NULL,         -- always\n"
    "    PRIMARY KEY (run, name)\n"
    ") STRICT, WITHOUT ROWID",

    "CREATE TABLE threads (\n"
    "    run INTEGER NOT NULL REFERENCES runs ON DELETE CASCADE,\n"
    "    id INTEGER NOT NULL,         -- spans.who\n"
    "    name TEXT NOT NULL,\n"
    "    task TEXT,\n"
    "    job INTEGER NOT NULL,\n"
    "    arrival_ps INTEGER,          -- NULL: did not come to that\n"
    "    first_run_ps INTEGER,\n"
    "    finish_ps INTEGER,\n"
    "    deadline_ps INTEGER,\n"
    "    processor_ps INTEGER NOT NULL,\n"
    "    ready_ps INTEGER NOT NULL,\n"
    "    blocked_ps INTEGER NOT NULL,\n"
    "    dispatches INTEGER NOT NULL,\n"
    "    preemptions INTEGER NOT NULL,\n"
    "    migrations INTEGER NOT NULL,\n"
    "    PRIMARY KEY (run, id)\n"
    ") STRICT, WITHOUT ROWID",

    "CREATE TABLE places ( -- where something can be\n"
    "    run INTEGER NOT NULL REFERENCES runs ON DELETE CASCADE,\n"
    "    number INTEGER NOT NULL,\n"
    "    name TEXT NOT NULL,\n"
    "    PRIMARY KEY (run, number)\n"
    ") STRICT, WITHOUT ROWID",
    "CREATE TABLE kinds ( -- what it does there\n"
    "    run INTEGER NOT NULL REFERENCES runs ON DELETE CASCADE,\n"
    "    number INTEGER NOT NULL,\n"
    "    name TEXT NOT NULL,\n"
    "    PRIMARY KEY (run, number)\n"
    ") STRICT, WITHOUT ROWID",
    "CREATE TABLE series_names ( -- what is sampled\n"
    "    run INTEGER NOT NULL REFERENCES runs ON DELETE CASCADE,\n"
    "    number INTEGER NOT NULL,\n"
    "    name TEXT NOT NULL,\n"
    "    PRIMARY KEY (run, number)\n"
    ") STRICT, WITHOUT ROWID",

    "CREATE TABLE spans ( -- who was where, from when to when\n"
    "    run INTEGER NOT NULL REFERENCES runs ON DELETE CASCADE,\n"
    "    from_ps INTEGER NOT NULL,\n"
    "    to_ps INTEGER NOT NULL,\n"
    "    place INTEGER NOT NULL,\n"
    "    kind INTEGER NOT NULL,\n"
    "    who INTEGER,                 -- threads.id; NULL: nobody\n"
    "    detail INTEGER NOT NULL\n"
    ") STRICT",
    "CREATE INDEX spans_by_run ON spans (run)",

    "CREATE TABLE instants (\n"
    "    run INTEGER NOT NULL REFERENCES runs ON DELETE CASCADE,\n"
    "    at_ps INTEGER NOT NULL,\n"
    "    place INTEGER NOT NULL,\n"
    "    kind INTEGER NOT NULL,\n"
    "    who INTEGER,\n"
    "    detail INTEGER NOT NULL\n"
    ") STRICT",
    "CREATE INDEX instants_by_run ON instants (run)",

    "CREATE TABLE samples ( -- levels, each until the next\n"
    "    run INTEGER NOT NULL REFERENCES runs ON DELETE CASCADE,\n"
    "    at_ps INTEGER NOT NULL,\n"
    "    series INTEGER NOT NULL,\n"
    "    value INTEGER NOT NULL\n"
    ") STRICT",
    "CREATE INDEX samples_by_run ON samples (run)",

    "CREATE TABLE notes ( -- the reason for every decision\n"
    "    run INTEGER NOT NULL REFERENCES runs ON DELETE CASCADE,\n"
    "    at_ps INTEGER NOT NULL,\n"
    "    place INTEGER,               -- NULL: nowhere\n"
    "    who INTEGER,\n"
    "    text TEXT NOT NULL\n"
    ") STRICT",
    "CREATE INDEX notes_by_run ON notes (run)",

    "CREATE TABLE histograms (\n"
    "    run INTEGER NOT NULL REFERENCES runs ON DELETE CASCADE,\n"
    "    number INTEGER NOT NULL,\n"
    "    name TEXT NOT NULL,          -- of the metric it stands behind\n"
    "    unit TEXT NOT NULL,\n"
    "    PRIMARY KEY (run, number)\n"
    ") STRICT, WITHOUT ROWID",
    "CREATE TABLE buckets (\n"
    "    run INTEGER NOT NULL REFERENCES runs ON DELETE CASCADE,\n"
    "    histogram INTEGER NOT NULL,\n"
    "    upper INTEGER NOT NULL,      -- the largest value that falls in it\n"
    "    count INTEGER NOT NULL,\n"
    "    PRIMARY KEY (run, histogram, upper)\n"
    ") STRICT, WITHOUT ROWID",

    "CREATE TABLE conventions ( -- what the run took for granted\n"
    "    run INTEGER NOT NULL REFERENCES runs ON DELETE CASCADE,\n"
    "    number INTEGER NOT NULL,\n"
    "    name TEXT NOT NULL,\n"
    "    value TEXT NOT NULL,\n"
    "    PRIMARY KEY (run, number)\n"
    ") STRICT, WITHOUT ROWID",
    "CREATE TABLE verdicts (\n"
    "    run INTEGER NOT NULL REFERENCES runs ON DELETE CASCADE,\n"
    "    number INTEGER NOT NULL,\n"
    "    metric TEXT NOT NULL,\n"
    "    about TEXT,\n"
    "    text TEXT NOT NULL,\n"
    "    holds INTEGER NOT NULL,\n"
    "    expected REAL,               -- in the metric's unit; NULL: no one\n"
    "    PRIMARY KEY (run, number)\n"
    ") STRICT, WITHOUT ROWID",

    "CREATE TABLE wall ( -- the only table that knows what time it was\n"
    "    run INTEGER PRIMARY KEY REFERENCES runs ON DELETE CASCADE,\n"
    "    started_us INTEGER NOT NULL, -- since 1970\n"
    "    took_us INTEGER NOT NULL\n"
    ") STRICT",

    /* Views are named after the pictures they feed. */
    "CREATE VIEW gantt AS\n"
    "SELECT s.run, p.name AS place, k.name AS kind, s.who, t.name AS thread,\n"
    "       s.from_ps / 1e12 AS from_s, s.to_ps / 1e12 AS to_s,\n"
    "       s.from_ps, s.to_ps, s.place AS place_number, s.detail\n"
    "FROM spans s\n"
    "JOIN places p ON p.run = s.run AND p.number = s.place\n"
    "JOIN kinds k ON k.run = s.run AND k.number = s.kind\n"
    "LEFT JOIN threads t ON t.run = s.run AND t.id = s.who",

    "CREATE VIEW curve AS\n"
    "SELECT r.id AS run, r.scenario, r.point, r.replication, p.pointer,\n"
    "       p.value AS parameter, p.quantity, p.unit AS parameter_unit,\n"
    "       m.name AS metric, m.unit,\n"
    "       CASE m.unit WHEN 'ps' THEN m.value / 1e12 ELSE m.value END\n"
    "           AS value -- seconds where the unit is ps\n"
    "FROM runs r\n"
    "JOIN parameters p ON p.run = r.id\n"
    "JOIN metrics m ON m.run = r.id",

    "CREATE VIEW series AS\n"
    "SELECT s.run, n.name AS series, s.at_ps / 1e12 AS at_s, s.value, s.at_ps\n"
    "FROM samples s\n"
    "JOIN series_names n ON n.run = s.run AND n.number = s.series",

    NULL,
};

const char *const ts_schema_run_tables[] = {
    "parameters", "metrics",    "threads",  "places",      "kinds",
    "series_names", "spans",    "instants", "samples",     "notes",
    "histograms", "buckets",    "conventions", "verdicts", "wall",
    NULL,
};
