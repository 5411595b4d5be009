/*
 * models.c - the list of server models. To add one: a file with a ts_entry, and
 * a line here.
 */
#include "models/runtime/runtime.h"

extern const ts_entry ts_server_pool, ts_server_loop, ts_server_remote;

static const ts_entry *const entries[] = {
    &ts_server_pool,
    &ts_server_loop,
    &ts_server_remote,
};

const ts_registry ts_server_models = {.name = "server model",
                                      .plural = "servers",
                                      .help = "With what a server serves",
                                      .entries = entries,
                                      .count = (int)TS_COUNT_OF(entries)};
