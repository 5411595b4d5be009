/*
 * terms.c - to whom, over what, how often.
 */
#include "models/runtime/runtime.h"

#include <string.h>

const ts_field ts_terms_server = {.name = "server",
                                  .kind = TS_FIELD_REF,
                                  .collection = "server",
                                  .help = "the name of a server"};

const char *const ts_keeps[] = {"warm", "kept", "new", "one", NULL};

static bool enter(ts_servers *servers, ts_caller *caller)
{
    if (servers->caller_count == servers->caller_room) {
        int64_t room = servers->caller_room ? servers->caller_room * 2 : 16;
        ts_caller **more =
            ts_arena_array(servers->machine->arena, (size_t)room, sizeof *more);

        if (more == NULL)
            return false;
        if (servers->caller_count > 0)
            memcpy(more, servers->callers,
                   (size_t)servers->caller_count * sizeof *more);
        servers->callers = more;
        servers->caller_room = room;
    }
    servers->callers[servers->caller_count++] = caller;
    return true;
}

ts_caller *ts_caller_create(ts_machine *machine, ts_terms *terms,
                            const char *name, ts_error *error)
{
    ts_servers *servers = ts_servers_of(machine);
    ts_caller *caller = ts_arena_alloc(machine->arena, sizeof *caller);
    const ts_ref *to = terms->to.items;
    ts_random key;

    terms->caller = servers->caller_count;
    if (caller == NULL || !enter(servers, caller)) {
        ts_fail(error, "out of memory for the calls of %s", name);
        return NULL;
    }
    caller->machine = machine;
    caller->terms = terms;
    caller->link = terms->over.index < 0
                       ? &servers->direct
                       : &ts_network_of(machine)->link[terms->over.index];
    caller->to = ts_arena_array(machine->arena, (size_t)terms->to.count,
                                sizeof(ts_server *));
    if (caller->to == NULL) {
        ts_fail(error, "out of memory for the calls of %s", name);
        return NULL;
    }
    for (int i = 0; i < terms->to.count; i++)
        caller->to[i] = &servers->server[to[i].index];
    ts_random_init(&key, ts_engine_seed(machine->engine),
                   ts_arena_format(machine->arena, "calls/%s/%lld", name,
                                   (long long)terms->caller));
    caller->key = key.key[1];
    caller->random = key;
    caller->random.index = UINT64_MAX; /* its calls count from 0 */
    if (terms->connection == TS_KEEP_ONE)
        caller->shared = ts_connection_make(machine);
    return caller;
}

/* A link or a server that tells connections apart. */
static bool remembers(const ts_caller *caller)
{
    const ts_link_record *link = caller->link->record;

    for (int i = 0; i < caller->terms->to.count; i++)
        if (caller->to[i]->binds)
            return true;
    return caller->terms->connection != TS_KEEP_WARM || link->slow_start ||
           link->promotion > 0 || link->ordered;
}

void ts_caller_share(ts_caller *caller)
{
    if (!remembers(caller))
        caller->shared = ts_connection_make(caller->machine);
}
