/*
 * merge.c - `timeslice merge`: the shards of a sweep become one database.
 */
#include <stdlib.h>
#include <string.h>
#include <sys/resource.h>
#include <sys/stat.h>

#include "sim/cli/command.h"
#include "sim/cli/whole.h"
#include "sim/results/merge.h"

enum { QUIET, OPTIONS };

static const ts_option options[OPTIONS] = {
    [QUIET] = {.name = "quiet",
               .letter = 'q',
               .help = "print only what is wrong"},
};

/* Each database is a file that is open all the time. */
static void allow_files(void)
{
    struct rlimit limit;

    if (getrlimit(RLIMIT_NOFILE, &limit) == 0) {
        limit.rlim_cur = limit.rlim_max;
        setrlimit(RLIMIT_NOFILE, &limit);
    }
}

static int merge_to(const char *target, const char *const *paths, int count,
                    bool quiet)
{
    ts_whole whole;
    ts_error error = {.text = ""};
    ts_merge_result result;
    ts_store *store = NULL;
    bool fine = ts_whole_begin(&whole, target, true, false, &error);

    if (!fine)
        return ts_cli_fail(TS_EXIT_IO, "%s", error.text);
    store = ts_store_open(whole.path, TS_STORE_CREATE, &error);
    fine = store != NULL && ts_merge(store, paths, count, &result, &error);
    ts_store_close(store);
    if (!fine) {
        ts_whole_abandon(&whole);
        return ts_cli_fail(strstr(error.text, "different digests") != NULL
                               ? TS_EXIT_DIFFERENT
                               : TS_EXIT_IO,
                           "%s", error.text);
    }
    if (!ts_whole_end(&whole, &error))
        return ts_cli_fail(TS_EXIT_IO, "%s", error.text);
    if (!quiet)
        printf("%lld runs in %s%s", (long long)result.runs, target,
               result.copies > 0 ? "" : "\n");
    if (!quiet && result.copies > 0)
        printf("; %lld were there more than once\n", (long long)result.copies);
    return TS_EXIT_OK;
}

static int merge(int argc, char **argv, const char *const *values)
{
    const char **paths;
    struct stat info;
    int count = 0, status;

    if (argc < 3)
        return ts_cli_fail(TS_EXIT_USAGE,
                           "merge what? `timeslice merge OUT DB...`");
    paths = calloc((size_t)argc, sizeof *paths);
    if (paths == NULL)
        return ts_cli_fail(TS_EXIT_IO, "out of memory");
    allow_files();
    /* What is in the target already is one of the parts. */
    if (stat(argv[1], &info) == 0 && info.st_size > 0)
        paths[count++] = argv[1];
    for (int i = 2; i < argc; i++)
        if (strcmp(argv[i], argv[1]) != 0)
            paths[count++] = argv[i];
    status = merge_to(argv[1], paths, count, values[QUIET] != NULL);
    free(paths);
    return status;
}

const ts_command ts_command_merge = {
    .name = "merge",
    .arguments = "OUT DB...",
    .summary = "put the shards of a sweep together",
    .about =
        "Writes the runs of all databases to OUT, in the order of the plan, "
        "whatever the order in which they are named: the content is that of "
        "the sweep played by one process. What is in OUT already stays. A run "
        "that several databases hold is written once; when they do not agree "
        "on it, both are named and OUT is left as it was.\n\n"
        "Ends with 0 when all is well, 3 when a database cannot be read or "
        "written, 4 when two of them contradict each other.",
    .example = "timeslice sweep --shard 1/2 --db 1.db "
               "scenarios/switch-cost.json\n"
               "timeslice sweep --shard 2/2 --db 2.db "
               "scenarios/switch-cost.json\n"
               "timeslice merge all.db 1.db 2.db",
    .options = options,
    .option_count = OPTIONS,
    .complete = "database",
    .run = merge,
};
