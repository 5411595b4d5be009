/*
 * limits.c - what a run may cost.
 */
#include "sim/cli/limits.h"

#include <inttypes.h>
#include <unistd.h>

#include "sim/cli/options.h"
#include "sim/scenario/units.h"

/* What the control group of this process may have, 0: as much as there is. */
static int64_t group_memory(void)
{
    FILE *in = fopen("/sys/fs/cgroup/memory.max", "r");
    int64_t bytes = 0;

    if (in == NULL)
        return 0;
    if (fscanf(in, "%" SCNd64, &bytes) != 1)
        bytes = 0; /* "max" */
    fclose(in);
    return bytes;
}

/* Of the machine, 0: unknown. */
static int64_t machine_memory(void)
{
    int64_t pages = sysconf(_SC_PHYS_PAGES), page = sysconf(_SC_PAGESIZE);
    int64_t all = pages > 0 && page > 0 ? pages * page : 0;
    int64_t group = group_memory();

    return group > 0 && (all == 0 || group < all) ? group : all;
}

/* A quantity of one kind, above 0. */
static bool read_amount(const char *option, const char *text,
                        ts_quantity_kind kind, int64_t *amount)
{
    ts_error error = {.text = ""};
    ts_quantity quantity;

    if (text == NULL)
        return true;
    if (ts_quantity_read(text, kind, &quantity, &error) &&
        ts_quantity_whole(&quantity, text, amount, &error) && *amount > 0)
        return true;
    ts_cli_fail(TS_EXIT_USAGE, "--%s %s: %s", option, text,
                error.text[0] != '\0' ? error.text : "is no limit");
    return false;
}

int ts_cli_limits(const char *const *values, int workers,
                  ts_point_options *options)
{
    ts_limits *limits = &options->limits;
    uint64_t events = 0;

    if (values[0] != NULL && !ts_option_whole(values[0], 1, INT64_MAX, &events))
        return ts_cli_fail(TS_EXIT_USAGE,
                           "--max-events %s: takes a whole number from 1",
                           values[0]);
    limits->events = (int64_t)events;
    options->memory_most = machine_memory() / 8 * 7 / workers;
    return read_amount("max-time", values[1], TS_QUANTITY_TIME,
                       &limits->time) &&
                   read_amount("max-wall", values[2], TS_QUANTITY_TIME,
                               &limits->wall) &&
                   read_amount("max-memory", values[3], TS_QUANTITY_SIZE,
                               &limits->memory)
               ? TS_EXIT_OK
               : TS_EXIT_USAGE;
}
