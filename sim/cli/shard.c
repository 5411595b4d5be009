/*
 * shard.c - which part of a sweep this process plays.
 */
#include "sim/cli/shard.h"

#include <stdlib.h>
#include <string.h>

#include "sim/cli/options.h"

#define SHARDS_MAX 1000000

/* Who says which one of how many: a number, the number of the first (a name,
 * or NULL for `base`), and how many there are. */
static const struct {
    const char *index, *first, *step, *count;
    uint64_t base;
} launchers[] = {
    {"SLURM_ARRAY_TASK_ID", "SLURM_ARRAY_TASK_MIN", "SLURM_ARRAY_TASK_STEP",
     "SLURM_ARRAY_TASK_COUNT", 0},
    {"OMPI_COMM_WORLD_RANK", NULL, NULL, "OMPI_COMM_WORLD_SIZE", 0},
    {"PMI_RANK", NULL, NULL, "PMI_SIZE", 0},
    {"SLURM_PROCID", NULL, NULL, "SLURM_NTASKS", 0},
    {"CI_NODE_INDEX", NULL, NULL, "CI_NODE_TOTAL", 1},
};

static bool number_of(const char *name, uint64_t otherwise, uint64_t *number)
{
    const char *text = name != NULL ? getenv(name) : NULL;

    *number = otherwise;
    return text == NULL || ts_option_whole(text, 0, INT32_MAX, number);
}

static bool from_environment(int64_t *shard, int64_t *shards)
{
    for (size_t i = 0; i < sizeof launchers / sizeof *launchers; i++) {
        uint64_t index, first, step, count;

        if (getenv(launchers[i].index) == NULL ||
            getenv(launchers[i].count) == NULL)
            continue;
        if (!number_of(launchers[i].index, 0, &index) ||
            !number_of(launchers[i].first, launchers[i].base, &first) ||
            !number_of(launchers[i].step, 1, &step) ||
            !number_of(launchers[i].count, 0, &count) || step == 0 ||
            index < first || (index - first) % step != 0 ||
            (index - first) / step >= count) {
            ts_cli_fail(TS_EXIT_USAGE,
                        "--shard auto: %s=%s is none of %s=%s; only arrays "
                        "without gaps can be divided like this, others say "
                        "--shard I/N",
                        launchers[i].index, getenv(launchers[i].index),
                        launchers[i].count, getenv(launchers[i].count));
            return false;
        }
        *shard = (int64_t)((index - first) / step);
        *shards = (int64_t)count;
        return true;
    }
    ts_cli_fail(TS_EXIT_USAGE,
                "--shard auto: nobody says which one: neither Slurm "
                "(SLURM_ARRAY_TASK_ID) nor an MPI launcher "
                "(OMPI_COMM_WORLD_RANK, PMI_RANK) nor GitLab (CI_NODE_INDEX)");
    return false;
}

bool ts_cli_shard(const char *text, int64_t *shard, int64_t *shards)
{
    const char *slash = text != NULL ? strchr(text, '/') : NULL;
    uint64_t index = 1, count = 1;
    char *left;
    bool fine;

    *shard = 0;
    *shards = 1;
    if (text == NULL)
        return true;
    if (strcmp(text, "auto") == 0)
        return from_environment(shard, shards);
    left = slash != NULL ? strndup(text, (size_t)(slash - text)) : NULL;
    fine = left != NULL && ts_option_whole(slash + 1, 1, SHARDS_MAX, &count) &&
           ts_option_whole(left, 1, count, &index);
    free(left);
    if (!fine)
        ts_cli_fail(TS_EXIT_USAGE,
                    "--shard %s: is I/N, as in 2/7 for the second of seven, or "
                    "auto",
                    text);
    *shard = (int64_t)index - 1;
    *shards = (int64_t)count;
    return fine;
}
