/*
 * submit.c - `timeslice submit`: hands a sweep to a cluster's own scheduler.
 *
 * Nothing here schedules anything: an array job plays the shards, a job that
 * depends on it merges them. Both are scripts that stay beside the results and
 * can be read, changed and submitted by hand.
 */
#include <errno.h>
#include <limits.h>
#include <spawn.h>
#include <stdlib.h>
#include <string.h>
#include <sys/stat.h>
#include <sys/wait.h>
#include <unistd.h>

#include "sim/cli/options.h"
#include "sim/cli/scenario.h"
#include "sim/sweep/sweep.h"

extern char **environ; /* POSIX wants it declared by whoever uses it */

#define SHARDS_MAX 1000 /* Slurm's MaxArraySize is 1001 unless it is changed */

enum { SLURM, SHARDS, JOBS, DB, SET, SEED, SBATCH, WAIT, DRY_RUN, OPTIONS };

static const ts_option options[OPTIONS] = {
    [SLURM] = {.name = "slurm", .help = "the scheduler: Slurm"},
    [SHARDS] = {.name = "shards",
                .letter = 'n',
                .argument = "N",
                .help = "tasks of the array (16, or one a run)"},
    [JOBS] = {.name = "jobs",
              .letter = 'j',
              .argument = "N",
              .help = "processors, and workers, of each task (1)"},
    [DB] = {.name = "db",
            .letter = 'd',
            .written = true,
            .argument = "FILE",
            .help = "the database that is made; scripts, shards and their "
                    "output go to FILE.jobs (results.db)"},
    [SET] = {.name = "set",
             .letter = 's',
             .argument = "/POINTER=VALUE",
             .repeat = true,
             .help = "set what a JSON Pointer names; may be repeated"},
    [SEED] = {.name = "seed",
              .argument = "N",
              .help = "seed of the random streams, instead of the scenario's"},
    [SBATCH] = {.name = "sbatch",
                .argument = "OPTION",
                .repeat = true,
                .help = "handed to sbatch for both jobs, as in "
                        "--sbatch=--partition=long; may be repeated"},
    [WAIT] = {.name = "wait",
              .letter = 'w',
              .help = "until the merge is done, and end with its status"},
    [DRY_RUN] = {.name = "dry-run",
                 .help = "write the scripts and submit nothing"},
};

typedef struct submission {
    const char *const *values;
    char program[PATH_MAX], scenario[PATH_MAX], database[PATH_MAX];
    char folder[PATH_MAX + 8];
    int64_t shards, jobs;
    FILE *script; /* being written */
} submission;

/* --- scripts --- */

/* One word of the shell, whatever is in it. */
static void quote(FILE *out, const char *text)
{
    fputc('\'', out);
    for (; *text != '\0'; text++)
        if (*text == '\'')
            fputs("'\\''", out);
        else
            fputc(*text, out);
    fputc('\'', out);
}

static bool write_setting(void *context, const char *text)
{
    FILE *out = context;

    fputs(" \\\n    --set ", out);
    quote(out, text);
    return true;
}

static FILE *begin_script(const submission *s, const char *name)
{
    char path[PATH_MAX + 64];
    const char *data = getenv("TIMESLICE_DATA");
    FILE *out;

    snprintf(path, sizeof path, "%s/%s.sh", s->folder, name);
    out = fopen(path, "w");
    if (out == NULL) {
        ts_cli_fail(TS_EXIT_IO, "cannot write %s: %s", path, strerror(errno));
        return NULL;
    }
    fprintf(out, "#!/bin/sh\n#SBATCH --job-name=timeslice-%s\n", name);
    fprintf(out, "#SBATCH --ntasks=1\n");
    if (data != NULL) {
        fputs("TIMESLICE_DATA=", out);
        quote(out, data);
        fputs("\nexport TIMESLICE_DATA\n", out);
    }
    return out;
}

static bool end_script(FILE *out)
{
    if ((ferror(out) | fclose(out)) != 0) {
        ts_cli_fail(TS_EXIT_IO, "cannot write a script: %s", strerror(errno));
        return false;
    }
    return true;
}

/* A task whose node is lost is given to another while it may still be running:
 * --whole makes either copy good. An expectation that fails is told by the
 * report, after the merge. */
static bool write_array(const submission *s)
{
    FILE *out = begin_script(s, "shard");

    if (out == NULL)
        return false;
    fputs("# One shard of the sweep; the array's index says which.\n", out);
    quote(out, s->program);
    fputs(" sweep --quiet --whole --resume \\\n    --jobs "
          "\"${SLURM_CPUS_PER_TASK:-1}\" \\\n    --shard ",
          out);
    fprintf(out, "\"$SLURM_ARRAY_TASK_ID/%lld\" \\\n    --db ",
            (long long)s->shards);
    quote(out, s->folder);
    fputs("/\"shard.$SLURM_ARRAY_TASK_ID.db\"", out);
    ts_option_each(s->values[SET], write_setting, out);
    if (s->values[SEED] != NULL)
        fprintf(out, " \\\n    --seed %s", s->values[SEED]);
    fputs(" \\\n    ", out);
    quote(out, s->scenario);
    fputs(" ||\n    [ $? -eq 1 ]\n", out);
    return end_script(out);
}

static bool write_merge(const submission *s)
{
    FILE *out = begin_script(s, "merge");

    if (out == NULL)
        return false;
    fputs("# The shards become one database, which is then judged.\nset -e\n",
          out);
    quote(out, s->program);
    fputs(" merge ", out);
    quote(out, s->database);
    fputs(" ", out);
    quote(out, s->folder);
    fputs("/shard.*.db\n", out);
    quote(out, s->program);
    fputs(" report --gate ", out);
    quote(out, s->database);
    fputc('\n', out);
    return end_script(out);
}

/* --- sbatch --- */

#define WORDS_MAX 64

typedef struct words {
    char *list[WORDS_MAX]; /* owned; NULL-ended */
    int count;
} words;

static bool add_word(void *context, const char *text)
{
    words *w = context;

    if (w->count + 1 >= WORDS_MAX)
        return false;
    w->list[w->count] = strdup(text);
    return w->list[w->count++] != NULL;
}

static void drop_words(words *w)
{
    for (int i = 0; i < w->count; i++)
        free(w->list[i]);
}

/* The first line of what a program says, and all the rest of it, so that it is
 * not kept waiting. */
static void read_line(int from, char *line, size_t size)
{
    char room[4096];
    size_t used = 0;
    ssize_t n;

    while ((n = read(from, room, sizeof room)) > 0 ||
           (n < 0 && errno == EINTR)) {
        size_t more = n > 0 ? (size_t)n : 0;

        more = more < size - 1 - used ? more : size - 1 - used;
        memcpy(line + used, room, more);
        used += more;
    }
    line[used] = '\0';
    line[strcspn(line, "\n")] = '\0';
}

/* Runs sbatch and reads the number of the job; its messages go where ours do.
 * Returns its status; -1: it is not there. */
static int sbatch(words *w, char *job, size_t size)
{
    posix_spawn_file_actions_t actions;
    int pipes[2], status = 0, failed;
    pid_t pid;

    if (pipe(pipes) != 0)
        return -1;
    posix_spawn_file_actions_init(&actions);
    posix_spawn_file_actions_adddup2(&actions, pipes[1], STDOUT_FILENO);
    posix_spawn_file_actions_addclose(&actions, pipes[0]);
    failed = posix_spawnp(&pid, w->list[0], &actions, NULL, w->list, environ);
    posix_spawn_file_actions_destroy(&actions);
    close(pipes[1]);
    job[0] = '\0';
    if (failed == 0) {
        read_line(pipes[0], job, size);
        job[strcspn(job, ";")] = '\0'; /* "12;cluster" */
        waitpid(pid, &status, 0);
    }
    close(pipes[0]);
    if (failed != 0)
        return -1;
    return WIFEXITED(status) ? WEXITSTATUS(status) : 128;
}

static bool common_words(const submission *s, words *w, const char *name)
{
    char text[PATH_MAX + 64];
    bool fine = add_word(w, "sbatch") && add_word(w, "--parsable");

    snprintf(text, sizeof text, "--output=%s/%s", s->folder, name);
    return fine && add_word(w, text) && add_word(w, "--open-mode=append") &&
           ts_option_each(s->values[SBATCH], add_word, w);
}

static int submit_script(const submission *s, words *w, const char *name,
                         char *job, size_t size)
{
    char path[PATH_MAX + 64];
    int status;

    snprintf(path, sizeof path, "%s/%s.sh", s->folder, name);
    if (!add_word(w, path))
        return ts_cli_fail(TS_EXIT_IO, "out of memory");
    status = sbatch(w, job, size);
    if (status < 0)
        return ts_cli_fail(TS_EXIT_IO,
                           "there is no sbatch here; the scripts are in %s",
                           s->folder);
    if (job[0] == '\0')
        return ts_cli_fail(TS_EXIT_IO,
                           "sbatch took no job (status %d); the "
                           "scripts are in %s",
                           status, s->folder);
    return status;
}

static int submit_both(const submission *s)
{
    words array = {.count = 0}, merge = {.count = 0};
    char job[64] = "", last[64] = "", text[128];
    int status;

    snprintf(text, sizeof text, "--array=1-%lld", (long long)s->shards);
    if (!common_words(s, &array, "shard.%a.out") || !add_word(&array, text))
        return ts_cli_fail(TS_EXIT_IO, "out of memory");
    snprintf(text, sizeof text, "--cpus-per-task=%lld", (long long)s->jobs);
    if (!add_word(&array, text) || !add_word(&array, "--requeue"))
        return ts_cli_fail(TS_EXIT_IO, "out of memory");
    status = submit_script(s, &array, "shard", job, sizeof job);
    drop_words(&array);
    if (status != 0)
        return status;
    printf("array job %s: %lld shards\n", job, (long long)s->shards);
    fflush(stdout);
    snprintf(text, sizeof text, "--dependency=afterok:%s", job);
    if (!common_words(s, &merge, "merge.out") || !add_word(&merge, text) ||
        !add_word(&merge, "--kill-on-invalid-dep=yes") ||
        (s->values[WAIT] != NULL && !add_word(&merge, "--wait")))
        return ts_cli_fail(TS_EXIT_IO, "out of memory");
    status = submit_script(s, &merge, "merge", last, sizeof last);
    drop_words(&merge);
    if (last[0] != '\0')
        printf("merge job %s: %s\n", last, s->database);
    return status;
}

/* --- the command --- */

static bool absolute(const char *path, char *result)
{
    char folder[PATH_MAX], resolved[PATH_MAX];
    const char *slash = strrchr(path, '/');
    int n;

    snprintf(folder, sizeof folder, "%.*s",
             slash == NULL   ? 1
             : slash == path ? 1
                             : (int)(slash - path),
             slash == NULL ? "." : path);
    if (realpath(folder, resolved) == NULL)
        return false;
    n = snprintf(result, PATH_MAX, "%s/%s", resolved,
                 slash != NULL ? slash + 1 : path);
    return n > 0 && n < PATH_MAX;
}

static int find_places(submission *s, const char *file)
{
    const char *database = s->values[DB] != NULL ? s->values[DB] : "results.db";
    ssize_t n = readlink("/proc/self/exe", s->program, sizeof s->program - 1);

    snprintf(s->program + (n > 0 ? n : 0),
             sizeof s->program - (size_t)(n > 0 ? n : 0), "%s",
             n > 0 ? "" : "timeslice");
    if (strcmp(file, "-") == 0 || !absolute(file, s->scenario))
        return ts_cli_fail(TS_EXIT_USAGE,
                           "%s: the nodes of a cluster need a file", file);
    if (!absolute(database, s->database))
        return ts_cli_fail(TS_EXIT_IO, "%s: %s", database, strerror(errno));
    snprintf(s->folder, sizeof s->folder, "%s.jobs", s->database);
    if (mkdir(s->folder, 0777) != 0 && errno != EEXIST)
        return ts_cli_fail(TS_EXIT_IO, "cannot make %s: %s", s->folder,
                           strerror(errno));
    return TS_EXIT_OK;
}

/* What would fail on every node fails here. */
static int check_plan(submission *s, const char *file)
{
    ts_diagnostics diagnostics;
    ts_document *document;
    ts_points *points;
    int status;

    document = ts_cli_open(file, s->values[SET], &status);
    if (document == NULL)
        return status;
    ts_diagnostics_init(&diagnostics);
    points = ts_points_create(document, &diagnostics);
    if (points == NULL) {
        status = ts_cli_complain(file, &diagnostics, NULL);
    } else {
        int64_t runs = ts_points_count(points);

        if (ts_points_root(points)->sweep != NULL &&
            ts_points_root(points)->sweep->until != NULL)
            runs /= ts_points_replications(points);
        s->shards = s->shards < runs ? s->shards : runs;
        ts_diagnostics_fini(&diagnostics);
    }
    ts_points_destroy(points);
    ts_document_free(document);
    return status;
}

static int submit(int argc, char **argv, const char *const *values)
{
    submission s = {.values = values};
    uint64_t shards = 16, jobs = 1, seed;
    int status;

    if (argc != 2)
        return ts_cli_fail(TS_EXIT_USAGE,
                           "submit what? `timeslice submit FILE --slurm`");
    if (values[SLURM] == NULL)
        return ts_cli_fail(TS_EXIT_USAGE, "submit to whom? --slurm");
    if ((values[SHARDS] != NULL &&
         !ts_option_whole(values[SHARDS], 1, SHARDS_MAX, &shards)) ||
        (values[JOBS] != NULL &&
         !ts_option_whole(values[JOBS], 1, 256, &jobs)) ||
        (values[SEED] != NULL &&
         !ts_option_whole(values[SEED], 0, UINT64_MAX, &seed)))
        return ts_cli_fail(TS_EXIT_USAGE,
                           "--shards takes 1 to %d, --jobs 1 to 256, --seed a "
                           "whole number",
                           SHARDS_MAX);
    s.shards = (int64_t)shards;
    s.jobs = (int64_t)jobs;
    status = check_plan(&s, argv[1]);
    if (status == TS_EXIT_OK)
        status = find_places(&s, argv[1]);
    if (status != TS_EXIT_OK)
        return status;
    if (!write_array(&s) || !write_merge(&s))
        return TS_EXIT_IO;
    if (values[DRY_RUN] != NULL) {
        printf("%lld shards; the scripts are in %s\n", (long long)s.shards,
               s.folder);
        return TS_EXIT_OK;
    }
    return submit_both(&s);
}

const ts_command ts_command_submit = {
    .name = "submit",
    .arguments = "FILE",
    .summary = "hand a sweep to a cluster",
    .about =
        "Writes two scripts beside the database, an array job that plays the "
        "shards of the sweep and a job that merges them and judges what came "
        "out, and submits both to Slurm (sbatch). The folder of the database "
        "must be one that all nodes share.\n\n"
        "A task whose node is lost may be played twice: each copy writes to a "
        "name of its own, and either is good. Submitting again plays only "
        "what is missing.\n\n"
        "Ends with 0 when the jobs were taken, 2 when the plan cannot be read, "
        "3 when they cannot be submitted; with --wait, with the status of the "
        "merge: 1 when an expectation failed, 4 when shards contradict each "
        "other.",
    .example = "timeslice submit --slurm --dry-run "
               "scenarios/thread-slowdown.json",
    .options = options,
    .option_count = OPTIONS,
    .complete = "scenario",
    .reads_words = true,
    .run = submit,
};
