/*
 * intent.c - what a client wants once, however often it is attempted: done
 * once, twice, never, or nobody knows.
 */
#include "models/machine/part.h"
#include "models/runtime/clients.h"

ts_intent *ts_intent_make(ts_clients *clients)
{
    ts_servers *servers = ts_servers_of(clients->machine);
    ts_intent *intent = servers->intents;

    if (intent != NULL)
        servers->intents = intent->next;
    else
        intent = ts_arena_alloc(clients->machine->arena, sizeof *intent);
    if (intent == NULL) {
        ts_machine_memory(clients->machine);
        return NULL;
    }
    *intent = (ts_intent){.refs = 1, .clients = clients};
    return intent;
}

void ts_intent_hold(ts_intent *intent)
{
    if (intent != NULL)
        intent->refs++;
}

void ts_intent_drop(ts_machine *machine, ts_intent *intent)
{
    ts_clients *clients;

    if (intent == NULL || --intent->refs > 0)
        return;
    clients = intent->clients;
    clients->once += intent->acknowledged && intent->commits == 1;
    clients->twice += intent->commits > 1;
    clients->lost += intent->acknowledged && intent->commits == 0;
    clients->unknown += !intent->acknowledged && intent->commits > 0;
    intent->next = ts_servers_of(machine)->intents;
    ts_servers_of(machine)->intents = intent;
}
