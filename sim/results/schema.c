/*
 * schema.c - the tables of the results database.
 *
 * Made to be read with `sqlite3 results.db .schema`, so the statements carry
 * their comments with them. Times are whole picoseconds in columns that end in
 * _ps; the views turn them into seconds. The unit of a metric is one of ps,
 * ratio, count, rate (per second), bytes and number.
 *
 * What many runs have in common stands once: the files, the documents, the
 * names of the metrics, the conventions. The metrics of a run are one row with
 * a JSON list of their amounts, and the view `metrics` makes a row each of
 * them: a sweep of tiny runs writes a tenth of the rows and a quarter of the
 * bytes (0.1 ms and 3.7 kB a run were spent on them before).
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
    "    text TEXT NOT NULL           -- the file as it was read; with lists\n"
    "                                 -- of other files and values set from\n"
    "                                 -- outside: what came of it\n"
    ") STRICT",

    "CREATE TABLE documents ( -- what was run: profiles merged, values set\n"
    "    id INTEGER PRIMARY KEY,\n"
    "    sha256 TEXT NOT NULL UNIQUE, -- of text: the identity of a scenario\n"
    "    text TEXT NOT NULL\n"
    ") STRICT",

    "CREATE TABLE metric_sets ( -- lists of names that runs share\n"
    "    id INTEGER PRIMARY KEY,\n"
    "    sha256 TEXT NOT NULL UNIQUE  -- of the list\n"
    ") STRICT",
    "CREATE TABLE metric_names (\n"
    "    metric_set INTEGER NOT NULL REFERENCES metric_sets,\n"
    "    number INTEGER NOT NULL,     -- place in amounts\n"
    "    name TEXT NOT NULL,\n"
    "    unit TEXT NOT NULL,\n"
    "    PRIMARY KEY (metric_set, number)\n"
    ") STRICT, WITHOUT ROWID",
    "CREATE INDEX metric_names_by_name ON metric_names (metric_set, name)",

    "CREATE TABLE convention_sets ( -- what runs took for granted\n"
    "    id INTEGER PRIMARY KEY,\n"
    "    sha256 TEXT NOT NULL UNIQUE\n"
    ") STRICT",
    "CREATE TABLE convention_texts (\n"
    "    convention_set INTEGER NOT NULL REFERENCES convention_sets,\n"
    "    number INTEGER NOT NULL,\n"
    "    name TEXT NOT NULL,\n"
    "    value TEXT NOT NULL,\n"
    "    PRIMARY KEY (convention_set, number)\n"
    ") STRICT, WITHOUT ROWID",

    "CREATE TABLE runs (\n"
    "    id INTEGER PRIMARY KEY,\n"
    "    scenario INTEGER NOT NULL REFERENCES scenarios,\n"
    "    document INTEGER NOT NULL REFERENCES documents,\n"
    "    seed TEXT NOT NULL,          -- 64 bits without a sign, in decimal\n"
    "    point INTEGER NOT NULL,      -- of the sweep, from 0\n"
    "    replication INTEGER NOT NULL,\n"
    "    round INTEGER NOT NULL,      -- of a sweep with `until`, else 0\n"
    "    version TEXT NOT NULL,       -- of timeslice\n"
    "    digest TEXT NOT NULL,        -- of the ordered trace, in hex\n"
    "    reported TEXT NOT NULL,      -- of the metrics, in hex\n"
    "    end_ps INTEGER NOT NULL,\n"
    "    events INTEGER NOT NULL,\n"
    "    reason TEXT NOT NULL,        -- why it ended\n"
    "    failed INTEGER NOT NULL,     -- 1: by the error that reason tells\n"
    "    trace TEXT NOT NULL,         -- what was kept: off, spans or why\n"
    "    dropped INTEGER NOT NULL,    -- records past the limit of the trace\n"
    "    convention_set INTEGER NOT NULL REFERENCES convention_sets\n"
    ") STRICT",
    "CREATE INDEX runs_by_document ON runs (document, point, replication)",

    "CREATE TABLE parameters ( -- what the sweep or --set varied\n"
    "    run INTEGER NOT NULL REFERENCES runs ON DELETE CASCADE,\n"
    "    number INTEGER NOT NULL,     -- their order\n"
    "    kind TEXT NOT NULL,          -- vary: the sweep; set: --set\n"
    "    pointer TEXT NOT NULL,       -- JSON Pointer\n"
    "    value TEXT NOT NULL,         -- JSON text\n"
    "    unit TEXT,                   -- NULL: not a quantity\n"
    "    quantity REAL,               -- in that unit\n"
    "    PRIMARY KEY (run, number)\n"
    ") STRICT, WITHOUT ROWID",

    "CREATE TABLE amounts ( -- of the metrics, in the order of metric_names\n"
    "    run INTEGER PRIMARY KEY REFERENCES runs ON DELETE CASCADE,\n"
    "    metric_set INTEGER NOT NULL REFERENCES metric_sets,\n"
    "    amounts TEXT NOT NULL        -- JSON list; whole numbers are exact\n"
    ") STRICT",

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

    "CREATE TABLE turns ( -- in the lives of threads, in their order\n"
    "    run INTEGER NOT NULL REFERENCES runs ON DELETE CASCADE,\n"
    "    at_ps INTEGER NOT NULL,\n"
    "    who INTEGER NOT NULL,        -- threads.id\n"
    "    turn TEXT NOT NULL,          -- ready, runs, blocks, ends\n"
    "    place INTEGER,               -- processor; NULL: had none yet\n"
    "    waker INTEGER,               -- thread that did it; NULL: none\n"
    "    cause TEXT                   -- ready: why; blocks: what for\n"
    ") STRICT",
    "CREATE INDEX turns_by_run ON turns (run)",

    "CREATE TABLE standings ( -- with the policy, each until the next\n"
    "    run INTEGER NOT NULL REFERENCES runs ON DELETE CASCADE,\n"
    "    at_ps INTEGER NOT NULL,\n"
    "    who INTEGER NOT NULL,        -- threads.id\n"
    "    what TEXT,                   -- level; virtual time in ns ...\n"
    "    value INTEGER NOT NULL\n"
    ") STRICT",
    "CREATE INDEX standings_by_run ON standings (run)",

    "CREATE TABLE attempts ( -- to have a request served; NULL: not yet\n"
    "    run INTEGER NOT NULL REFERENCES runs ON DELETE CASCADE,\n"
    "    number INTEGER NOT NULL,     -- in the order in which they were sent\n"
    "    parent INTEGER,              -- that in whose service it was sent\n"
    "    sender INTEGER,              -- thread that sent it; NULL: clients\n"
    "    server TEXT NOT NULL,\n"
    "    sent_ps INTEGER NOT NULL,\n"
    "    arrived_ps INTEGER,          -- at the server\n"
    "    begun_ps INTEGER,            -- its service\n"
    "    who INTEGER,                 -- thread that began it\n"
    "    left_ps INTEGER,             -- its answer goes home\n"
    "    over_ps INTEGER,             -- it came home, or was given up\n"
    "    outcome TEXT,                -- answered, failed, refused ...\n"
    "    PRIMARY KEY (run, number)\n"
    ") STRICT, WITHOUT ROWID",

    "CREATE TABLE histograms (\n"
    "    run INTEGER NOT NULL REFERENCES runs ON DELETE CASCADE,\n"
    "    number INTEGER NOT NULL,\n"
    "    name TEXT NOT NULL,          -- of the metric it stands behind\n"
    "    unit TEXT NOT NULL,\n"
    "    counts TEXT NOT NULL,        -- JSON list of [largest value, count]\n"
    "    PRIMARY KEY (run, number)\n"
    ") STRICT, WITHOUT ROWID",

    "CREATE TABLE verdicts (\n"
    "    run INTEGER NOT NULL REFERENCES runs ON DELETE CASCADE,\n"
    "    number INTEGER NOT NULL,     -- place in the scenario's `expect`\n"
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

    "CREATE VIEW metrics AS -- unit: ps, ratio, count, rate, bytes, number\n"
    "SELECT a.run, n.name, n.unit,\n"
    "       iif(json_type(a.amounts, '$[' || n.number || ']') = 'integer',\n"
    "           json_extract(a.amounts, '$[' || n.number || ']'), NULL)\n"
    "           AS whole, -- when it is exact\n"
    "       CAST(json_extract(a.amounts, '$[' || n.number || ']') AS REAL)\n"
    "           AS value -- always\n"
    "FROM amounts a JOIN metric_names n ON n.metric_set = a.metric_set",

    "CREATE VIEW buckets AS -- upper: the largest value that falls in it\n"
    "SELECT h.run, h.number AS histogram,\n"
    "       json_extract(b.value, '$[0]') AS upper,\n"
    "       json_extract(b.value, '$[1]') AS count\n"
    "FROM histograms h, json_each(h.counts) b",

    "CREATE VIEW conventions AS -- what a run took for granted\n"
    "SELECT r.id AS run, c.number, c.name, c.value\n"
    "FROM runs r JOIN convention_texts c ON c.convention_set = "
    "r.convention_set",

    /* These are named after the pictures they feed. */
    "CREATE VIEW gantt AS\n"
    "SELECT s.run, p.name AS place, k.name AS kind, s.who, t.name AS thread,\n"
    "       s.from_ps / 1e12 AS from_s, s.to_ps / 1e12 AS to_s,\n"
    "       s.from_ps, s.to_ps, s.place AS place_number, s.detail\n"
    "FROM spans s\n"
    "JOIN places p ON p.run = s.run AND p.number = s.place\n"
    "JOIN kinds k ON k.run = s.run AND k.number = s.kind\n"
    "LEFT JOIN threads t ON t.run = s.run AND t.id = s.who",

    "CREATE VIEW varied AS -- what tells the points of a sweep apart\n"
    "SELECT run, number, pointer, value, unit, quantity FROM parameters\n"
    "WHERE kind = 'vary'",

    "CREATE VIEW curve AS\n"
    "SELECT r.id AS run, r.scenario, r.point, r.replication, p.pointer,\n"
    "       p.value AS parameter, p.quantity, p.unit AS parameter_unit,\n"
    "       m.name AS metric, m.unit,\n"
    "       CASE m.unit WHEN 'ps' THEN m.value / 1e12 ELSE m.value END\n"
    "           AS value -- seconds where the unit is ps\n"
    "FROM runs r\n"
    "JOIN varied p ON p.run = r.id\n"
    "JOIN metrics m ON m.run = r.id",

    "CREATE VIEW series AS\n"
    "SELECT s.run, n.name AS series, s.at_ps / 1e12 AS at_s, s.value, s.at_ps\n"
    "FROM samples s\n"
    "JOIN series_names n ON n.run = s.run AND n.number = s.series",

    NULL,
};
