/*
 * supervise.c - what a process is killed for: more memory than it may have, as
 * the kernel does it, and a request that it does not get done with, as a
 * supervisor does it that has not heard of it (Gunicorn's --timeout).
 */
#include "models/runtime/runtime.h"

/* --- memory --- */

int64_t ts_process_memory(const ts_process *process)
{
    const ts_server *server = process->server;

    return server->threads * server->stack +
           process->serving * server->record->memory;
}

/* Whoever has asked for more than there is dies at once, but not within its
 * own step. */
static void fill_memory(ts_process *process)
{
    ts_server *server = process->server;
    int64_t limit = server->record->limit, memory = ts_process_memory(process);

    if (memory > server->memory_most)
        server->memory_most = memory;
    if (limit > 0 && memory > limit)
        ts_process_doom(process);
}

/* --- patience --- */

/* When the oldest of what is being served was begun; TS_NEVER: nothing is. */
static ts_time oldest(const ts_process *process)
{
    ts_time begun = TS_NEVER;

    for (const ts_visit *v = process->inside; v != NULL; v = v->in_next)
        if (v->begun && v->started < begun)
            begun = v->started;
    return begun;
}

static void look(ts_engine *engine, ts_event *event)
{
    ts_process *process = TS_CONTAINER(event, ts_process, watch);
    ts_time patience = process->server->record->patience;
    ts_time begun = oldest(process);

    if (!process->alive || process->serving == 0)
        return;
    if (begun == TS_NEVER)
        begun = ts_engine_now(engine);
    if (ts_time_add(begun, patience) <= ts_engine_now(engine))
        ts_process_kill(process);
    else
        ts_event_at(engine, event, ts_time_add(begun, patience));
}

/* --- both --- */

void ts_process_watch(ts_process *process)
{
    ts_engine *engine = process->server->machine->engine;
    ts_time patience = process->server->record->patience;

    fill_memory(process);
    if (patience < TS_TIME_LIMIT && !process->watch.pending)
        ts_event_at(engine, &process->watch,
                    ts_time_add(ts_engine_now(engine), patience));
}

void ts_process_watched(ts_process *process)
{
    ts_event_init_loose(&process->watch, TS_CLASS_FAULT, look,
                        process->server->record->name);
}
