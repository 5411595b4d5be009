/*
 * compare.c - `timeslice compare`: one workload, policies side by side; or two
 * databases of it (compare_databases.c).
 *
 * Arrivals and the work of jobs do not depend on the policy (their streams are
 * keyed by their own names), so the policies meet exactly the same load and a
 * difference is the policy's doing.
 */
#include <stdlib.h>
#include <string.h>

#include "models/machine/policy.h"
#include "sim/cli/compare_databases.h"
#include "sim/cli/compare_runs.h"
#include "sim/pictures/draw.h"
#include "sim/paper/grid.h"
#include "sim/cli/options.h"
#include "sim/cli/scenario.h"
#include "sim/sweep/point.h"

#define POLICIES_MAX 64

enum { POLICIES, SLICE, SET, SEED, DB, OUT, METRIC, OPTIONS };

static const ts_option options[OPTIONS] = {
    [POLICIES] = {.name = "policies",
                  .letter = 'p',
                  .argument = "NAME,...",
                  .help = "the policies; all that need no more than a slice "
                          "when not given"},
    [SLICE] = {.name = "slice",
               .argument = "TIME",
               .help = "the slice of those that need one and whose scenario "
                       "has none (10ms)"},
    [SET] = {.name = "set",
             .letter = 's',
             .argument = "/POINTER=VALUE",
             .repeat = true,
             .help = "set what a JSON Pointer names; may be repeated"},
    [SEED] = {.name = "seed", .argument = "N", .help = "another seed"},
    [DB] = {.name = "db",
            .letter = 'd',
            .written = true,
            .argument = "FILE",
            .help = "keep the runs in this database, as a sweep over the "
                    "policies, and draw them as bars"},
    [OUT] = {.name = "out",
             .letter = 'o',
             .written = true,
             .argument = "DIR",
             .help = "where the picture is left (the current directory); of "
                     "two runs none is drawn without it"},
    [METRIC] = {.name = "metric",
                .letter = 'm',
                .argument = "PATTERN",
                .help = "of two databases: the metrics that are compared, as "
                        "in '*.turnaround.mean' (those that are expected of, "
                        "and a handful)"},
};

/* What is compared: for all but the last less is better. */
static const struct {
    const char *metric, *heading;
    bool more;
} columns[] = {
    {"turnaround.mean", "turnaround", false},
    {"turnaround.max", "longest", false},
    {"response.mean", "response", false},
    {"wait.mean", "wait", false},
    {"processor.switches", "switches", false},
    {"processor.useful", "useful", true},
};
#define COLUMNS ((int)(sizeof(columns) / sizeof(columns[0])))

typedef struct result {
    const char *policy;
    bool has[COLUMNS];
    double value[COLUMNS];
    ts_unit unit[COLUMNS];
    char why_not[600]; /* it could not be played; "": it was */
    char *system;      /* owned: what it was played with */
} result;

typedef struct comparison {
    const char *file, *settings, *slice;
    bool has_seed;
    uint64_t seed;
    result results[POLICIES_MAX];
    int count;
    int status;
} comparison;

static bool has_field(const ts_entry *entry, const char *name)
{
    for (int i = 0; entry->shape != NULL && i < entry->shape->field_count; i++)
        if (strcmp(entry->shape->fields[i].name, name) == 0)
            return true;
    return false;
}

static bool set(comparison *c, ts_document *document, const char *pointer,
                const char *value)
{
    ts_diagnostics diagnostics;
    bool done;

    ts_diagnostics_init(&diagnostics);
    done = ts_document_set(document, pointer, value, &diagnostics);
    if (!done)
        c->status = ts_cli_complain(c->file, &diagnostics, NULL);
    ts_diagnostics_fini(&diagnostics);
    return done;
}

/* What stands there now, or NULL; it is the caller's. */
static bool get(comparison *c, const ts_document *document, const char *pointer,
                char **value)
{
    if (ts_document_get(document, pointer, value))
        return true;
    c->status = ts_cli_fail(TS_EXIT_IO, "%s: out of memory", c->file);
    return false;
}

/* Takes a field of "system" out, where it is set. */
static bool drop_field(comparison *c, ts_document *document, const char *name)
{
    char pointer[200], *given;
    bool good;

    snprintf(pointer, sizeof pointer, "/system/%s", name);
    if (!get(c, document, pointer, &given))
        return false;
    good = given == NULL || set(c, document, pointer, "null");
    free(given);
    return good;
}

/* Takes out what only other policies know. */
static bool drop_foreign(comparison *c, ts_document *document,
                         const ts_entry *entry)
{
    for (int k = 0; k < ts_policies.count; k++) {
        const ts_shape *shape = ts_policies.entries[k]->shape;

        for (int i = 0; shape != NULL && i < shape->field_count; i++)
            if (!has_field(entry, shape->fields[i].name) &&
                !drop_field(c, document, shape->fields[i].name))
                return false;
    }
    return true;
}

/* Has to have a slice, or means none without one. */
static bool wants_slice(const ts_entry *entry)
{
    for (int i = 0; entry->shape != NULL && i < entry->shape->field_count; i++)
        if (strcmp(entry->shape->fields[i].name, "slice") == 0)
            return entry->shape->fields[i].required ||
                   strcmp(entry->name, "round-robin") == 0;
    return false;
}

/* The policy, with what it knows of the system's fields and with a slice where
 * it has to have one. */
static bool change_policy(comparison *c, ts_document *document,
                          const ts_entry *entry)
{
    char *given;
    bool good;

    if (!drop_foreign(c, document, entry) ||
        !set(c, document, "/system/policy", entry->name) ||
        !get(c, document, "/system/slice", &given))
        return false;
    good = given != NULL || !wants_slice(entry) ||
           set(c, document, "/system/slice", c->slice);
    free(given);
    return good;
}

/* true: it is of no account which policy it was. */
static bool lacked_memory(const ts_report *report)
{
    return report->failed && !report->limited &&
           (report->arena->exhausted || report->trace->exhausted);
}

static void note(result *r, const ts_report *report)
{
    for (int i = 0; i < COLUMNS; i++) {
        const ts_metric *metric = ts_report_find(report, columns[i].metric);

        r->has[i] = metric != NULL;
        if (metric != NULL) {
            r->value[i] = metric->value;
            r->unit[i] = metric->unit;
        }
    }
    if (report->failed)
        snprintf(r->why_not, sizeof r->why_not, "%s", report->reason);
}

/* false: the machine failed, and not the policy. */
static bool play(comparison *c, const ts_document *document, result *r)
{
    ts_diagnostics diagnostics;
    ts_error error = {.text = ""};
    ts_point_options asked = {.has_seed = c->has_seed, .seed = c->seed};
    ts_points *points;
    ts_point_run run;
    bool memory = false;

    ts_diagnostics_init(&diagnostics);
    points = ts_points_create(document, &diagnostics);
    if (points != NULL &&
        ts_point_play(points, 0, &asked, &run, &diagnostics, &error)) {
        note(r, run.report);
        memory = lacked_memory(run.report);
        ts_point_fini(&run);
    } else if (error.text[0] != '\0') {
        snprintf(r->why_not, sizeof r->why_not, "%s", error.text);
    } else {
        snprintf(r->why_not, sizeof r->why_not, "%s",
                 diagnostics.count > 0 ? diagnostics.items[0].message
                                       : "out of memory");
    }
    memory |= error.memory || diagnostics.memory;
    if (memory)
        c->status = ts_cli_fail(TS_EXIT_IO, "%s: %s: %s", c->file, r->policy,
                                r->why_not);
    ts_points_destroy(points);
    ts_diagnostics_fini(&diagnostics);
    return !memory;
}

static bool compare_one(comparison *c, const ts_entry *entry)
{
    result *r = &c->results[c->count];
    ts_document *document = ts_cli_open(c->file, c->settings, &c->status);
    bool good;

    if (document == NULL)
        return false;
    r->policy = entry->name;
    c->count++;
    good = set(c, document, "/sweep", "null") &&
           set(c, document, "/expect", "null") &&
           change_policy(c, document, entry) &&
           get(c, document, "/system", &r->system) && play(c, document, r);
    ts_document_free(document);
    return good;
}

/* --- the table --- */

static bool is_best(const comparison *c, int column, const result *r)
{
    bool differs = false;

    for (int i = 0; i < c->count; i++) {
        const result *other = &c->results[i];

        if (other->why_not[0] != '\0' || !other->has[column])
            continue;
        if (columns[column].more ? other->value[column] > r->value[column]
                                 : other->value[column] < r->value[column])
            return false;
        differs |= other->value[column] > r->value[column] ||
                   other->value[column] < r->value[column];
    }
    return differs;
}

static void print_table(comparison *c)
{
    ts_error error = {.text = ""};
    ts_grid grid;

    ts_grid_init(&grid, COLUMNS + 1);
    ts_grid_add(&grid, "policy");
    for (int i = 0; i < COLUMNS; i++) {
        grid.right[i + 1] = true;
        ts_grid_add(&grid, "%s ", columns[i].heading);
    }
    for (int k = 0; k < c->count; k++) {
        const result *r = &c->results[k];

        if (r->why_not[0] != '\0')
            continue;
        ts_grid_add(&grid, "%s", r->policy);
        for (int i = 0; i < COLUMNS; i++) {
            char text[40];

            if (!r->has[i])
                ts_grid_add(&grid, "- ");
            else
                ts_grid_add(&grid, "%s%c",
                            ts_format(text, sizeof text, r->unit[i],
                                      r->value[i]),
                            is_best(c, i, r) ? '*' : ' ');
        }
    }
    if (!ts_grid_print(&grid, 2, stdout, &error))
        c->status = ts_cli_fail(TS_EXIT_IO, "%s", error.text);
    ts_grid_fini(&grid);
    puts("\n  * best of its column; means over all threads that ended");
    for (int k = 0; k < c->count; k++)
        if (c->results[k].why_not[0] != '\0')
            printf("  %s is left out: %s\n", c->results[k].policy,
                   c->results[k].why_not);
}

/* --- the picture --- */

/* {"vary": {"/system": [...]}} over what could be played, and the policies'
 * names for the picture. Both are the caller's. */
static bool write_sweep(const comparison *c, char **sweep, char **labels,
                        ts_error *error)
{
    size_t lengths[2];
    FILE *plan = open_memstream(sweep, &lengths[0]);
    FILE *names = open_memstream(labels, &lengths[1]);
    int n = 0;

    if (plan == NULL || names == NULL) {
        ts_fail_memory(error);
        if (plan != NULL)
            fclose(plan);
        return false;
    }
    fprintf(plan, "{\"vary\": {\"/system\": [");
    fprintf(names, "\"");
    for (int k = 0; k < c->count; k++) {
        const result *r = &c->results[k];

        if (r->why_not[0] != '\0')
            continue;
        fprintf(plan, "%s%s", n > 0 ? ", " : "", r->system);
        fprintf(names, "%s%s", n > 0 ? "," : "", r->policy);
        n++;
    }
    fprintf(plan, "]}}");
    fprintf(names, "\"");
    if ((fclose(plan) | fclose(names)) != 0)
        return ts_fail_memory(error);
    return n > 0;
}

/* Plays the sweep into the store; the last run's id, or -1. */
static int64_t store_sweep(comparison *c, const ts_document *document,
                           ts_store *store, ts_error *error)
{
    ts_point_options asked = {.has_seed = c->has_seed, .seed = c->seed};
    ts_diagnostics diagnostics;
    ts_points *points;
    int64_t id = 0;

    ts_diagnostics_init(&diagnostics);
    points = ts_points_create(document, &diagnostics);
    for (int64_t i = 0;
         points != NULL && id >= 0 && i < ts_points_count(points); i++) {
        ts_point_run point;

        id = -1;
        if (!ts_point_play(points, i, &asked, &point, &diagnostics, error))
            break;
        id = ts_store_write(store, &point.facts, point.report, error);
        ts_point_fini(&point);
    }
    if (points == NULL || diagnostics.count > 0)
        c->status = ts_cli_complain(c->file, &diagnostics, NULL);
    ts_points_destroy(points);
    ts_diagnostics_fini(&diagnostics);
    return points != NULL ? id : -1;
}

static void draw(const comparison *c, ts_store *store, int64_t id,
                 const char *labels, const char *directory, ts_error *error)
{
    const char *texts[] = {"\"turnaround.mean, response.mean\"",
                           "\"turnaround, response\"", labels, "\"mean time\""};
    ts_map_item with[] = {{"y", &texts[0]},
                          {"names", &texts[1]},
                          {"labels", &texts[2]},
                          {"xlabel", &texts[3]}};
    ts_picture_record picture = {.picture = "bars", .with = {with, 4}};
    ts_drawing drawing = {.plots = ts_cli_plots(),
                          .store = store,
                          .run = id,
                          .scenario = c->file,
                          .directory = directory};
    char path[4096];

    if (ts_draw_picture(&drawing, &picture, path, sizeof path, error) ==
        TS_PICTURE_DRAWN)
        printf("  picture: %s\n", path);
}

static void keep(comparison *c, const char *database, const char *directory)
{
    ts_error error = {.text = ""};
    ts_store *store = ts_store_open(database, TS_STORE_CREATE, &error);
    ts_document *document = ts_cli_open(c->file, c->settings, &c->status);
    char *sweep = NULL, *labels = NULL;
    int64_t id = -1;

    if (store != NULL && document != NULL &&
        write_sweep(c, &sweep, &labels, &error) &&
        set(c, document, "/expect", "null") &&
        set(c, document, "/sweep", sweep))
        id = store_sweep(c, document, store, &error);
    if (id > 0)
        draw(c, store, id, labels, directory, &error);
    if (error.text[0] != '\0')
        c->status = ts_cli_fail(TS_EXIT_IO, "%s", error.text);
    free(sweep);
    free(labels);
    ts_document_free(document);
    ts_store_close(store);
}

/* --- the command --- */

/* Ideals and those that need a table of their own are left to be named. */
static bool is_usual(const ts_entry *entry)
{
    for (int i = 0; entry->shape != NULL && i < entry->shape->field_count; i++)
        if (entry->shape->fields[i].required &&
            strcmp(entry->shape->fields[i].name, "slice") != 0)
            return false;
    return strcmp(entry->name, "run-to-block") != 0;
}

static bool compare_named(comparison *c, const char *names)
{
    char name[80];

    while (*names != '\0') {
        size_t length = strcspn(names, ", ");
        const ts_entry *entry;

        snprintf(name, sizeof name, "%.*s", (int)(length < 79 ? length : 79),
                 names);
        names += length;
        names += strspn(names, ", ");
        if (length == 0)
            continue;
        entry = ts_cli_policy(name);
        if (entry == NULL) {
            c->status = TS_EXIT_USAGE;
            return false;
        }
        if (c->count < POLICIES_MAX && !compare_one(c, entry))
            return false;
    }
    return true;
}

static bool compare_all(comparison *c)
{
    for (int i = 0; i < ts_policies.count && c->count < POLICIES_MAX; i++)
        if (is_usual(ts_policies.entries[i]) &&
            !compare_one(c, ts_policies.entries[i]))
            return false;
    return true;
}

static int compare_stored(char **argv, const char *const *values)
{
    for (int i = 0; i < OPTIONS; i++)
        if (i != METRIC && values[i] != NULL)
            return ts_cli_fail(TS_EXIT_USAGE,
                               "--%s is for playing a scenario; what the "
                               "databases hold was played already",
                               options[i].name);
    return ts_compare_databases(argv[1], argv[2], values[METRIC]);
}

/* DB RUN RUN, or DB RUN DB RUN. */
static int compare_two(int argc, char **argv, const char *const *values)
{
    const char *const databases[] = {argv[1], argc == 5 ? argv[3] : argv[1]};
    const char *const numbers[] = {argv[2], argv[argc - 1]};

    for (int i = 0; i < OPTIONS; i++)
        if (values[i] != NULL && i != OUT)
            return ts_cli_fail(TS_EXIT_USAGE, "--%s does not go with two runs",
                               options[i].name);
    if (values[OUT] != NULL && argc == 5)
        return ts_cli_fail(TS_EXIT_USAGE,
                           "--out: a picture is drawn of two runs of one "
                           "database; `timeslice merge` makes one of two");
    return ts_compare_runs(databases, numbers, values[OUT]);
}

static int run(int argc, char **argv, const char *const *values)
{
    comparison c = {
        .settings = values[SET],
        .has_seed = values[SEED] != NULL,
        .slice = values[SLICE] != NULL ? values[SLICE] : "10ms",
    };
    bool good;

    if (argc == 3 && ts_is_database(argv[1]) && ts_is_database(argv[2]))
        return compare_stored(argv, values);
    if ((argc == 4 || argc == 5) && ts_is_database(argv[1]))
        return compare_two(argc, argv, values);
    if (argc != 2 || ts_is_database(argv[1]))
        return ts_cli_fail(TS_EXIT_USAGE,
                           "compare needs one scenario, two databases, or a "
                           "database and the numbers of two runs");
    if (values[METRIC] != NULL)
        return ts_cli_fail(TS_EXIT_USAGE, "--metric goes with two databases");
    if (c.has_seed && !ts_option_whole(values[SEED], 0, UINT64_MAX, &c.seed))
        return ts_cli_fail(TS_EXIT_USAGE,
                           "--seed %s: takes a whole number from 0 to 2^64-1",
                           values[SEED]);
    c.file = argv[1];
    good = values[POLICIES] != NULL ? compare_named(&c, values[POLICIES])
                                    : compare_all(&c);
    if (good && c.count > 0)
        print_table(&c);
    if (good && c.count > 0 && values[DB] != NULL)
        keep(&c, values[DB], values[OUT] != NULL ? values[OUT] : ".");
    for (int i = 0; i < c.count; i++)
        free(c.results[i].system);
    return c.status;
}

const ts_command ts_command_compare = {
    .name = "compare",
    .arguments = "FILE | BEFORE.db AFTER.db | DB RUN RUN",
    .summary = "policies on one workload, two databases, or two runs",
    .about =
        "Plays the scenario once under each policy and prints a table, the "
        "best of each column marked. All policies meet the same arrivals and "
        "the same work, so what differs is their doing.\n\n"
        "Fields of \"system\" that a policy does not know are left out for "
        "it; one that must have a slice and is given none gets --slice. What "
        "cannot be played is named below the table.\n\n"
        "Of two databases it tells what was changed in the scenario, value by "
        "value, and which means changed by more than noise: pair by pair "
        "where both drew the same random numbers, else as independent samples "
        "(Welch), all judged together at 95 % (Holm). Single runs are "
        "deterministic, so any difference is a change.\n\n"
        "Of two runs (DB RUN RUN, or DB RUN DB RUN) that were played with "
        "--trace, better with --why, it finds the first decision that differs "
        "and says both reasons, follows what came of it from thread to thread, "
        "and ends with who gained and who lost, behind whom they waited, and "
        "both charts on one axis, as letters and, with --out, as a picture. "
        "What differs because other jobs came, or had other things to do, is "
        "told from what the scheduler decided.\n\n"
        "Ends with 0; of two databases, 1 when something changed by more than "
        "noise, of two runs when anything differs; 2 for wrong words or a "
        "scenario that cannot be read, 3 for a "
        "database that cannot.",
    .example = "timeslice compare --policies fifo,rr,srtf --slice 1s "
               "scenarios/stallings.json\n"
               "timeslice sweep -q --db before.db scenarios/slices.json\n"
               "timeslice sweep -q --db after.db scenarios/slices.json\n"
               "timeslice compare before.db after.db\n"
               "timeslice run -q --why --no-pictures -d two.db slices\n"
               "timeslice run -q --why --no-pictures -d two.db \\\n"
               "    -s /system/slice=1us -s /expect=null slices\n"
               "timeslice compare two.db 1 2 --out . || [ $? = 1 ]",
    .options = options,
    .option_count = OPTIONS,
    .complete = "scenario",
    .reads_words = true,
    .run = run,
};
