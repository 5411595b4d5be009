/*
 * shard.h - which part of a sweep this process plays.
 */
#ifndef TS_CLI_SHARD_H
#define TS_CLI_SHARD_H

#include <stdbool.h>
#include <stdint.h>

/* "2/7": *shard is 1 (from 0) of *shards; "auto": from the environment of
 * Slurm (array tasks, steps), of an MPI launcher or of GitLab's `parallel`.
 * false: it has been complained of. NULL is all of it. */
bool ts_cli_shard(const char *text, int64_t *shard, int64_t *shards);

#endif
