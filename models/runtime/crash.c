/*
 * crash.c - how a process of a server dies, and how it comes back.
 */
#include "models/runtime/runtime.h"

void ts_process_doom(ts_process *process)
{
    if (process->doomed)
        return;
    process->doomed = true;
    ts_event_at(process->server->machine->engine, &process->doom,
                ts_server_now(process->server));
}

/* It has been given out often enough: nobody is to meet it any more. */
static void put_aside(ts_visit *visit)
{
    visit->server->put_aside++;
    visit->state = TS_VISIT_AWAY;
    ts_visit_end(visit, TS_OUTCOME_FAILED);
}

/* To the front of the queue, as if it had never been taken: what it does is
 * what it did. */
static void give_again(ts_visit *visit)
{
    ts_process *queue = ts_process_queue(visit->process);
    ts_server *server = queue->server;

    if (++visit->given == server->record->deliveries) {
        put_aside(visit);
        return;
    }

    server->redelivered++;
    ts_event_cancel(server->machine->engine, &visit->event);
    visit->depth = 0;
    visit->dice.draws = 0;
    visit->failed = visit->listed = false;
    visit->serial = ++ts_servers_of(server->machine)->serial;
    ts_queue_put(queue, visit, true);
}

static void lose(ts_visit *visit)
{
    visit->server->lost++;
    visit->state = TS_VISIT_AWAY;
    ts_visit_end(visit, TS_OUTCOME_LOST);
}

/* The model hears of it first, while all is in its place: it lets go of what
 * its threads hold. What was inside is taken out one by one, and where it is
 * given out again it goes to the front of the queue, the youngest first, so
 * that the oldest stands before all. Only then is the process dead, and whether
 * its queue goes with it depends on who is left to listen. */
void ts_process_kill(ts_process *process)
{
    ts_server *server = process->server;
    bool keeps = server->record->crash == TS_CRASH_REDELIVERS;
    ts_visit *visit;

    if (!process->alive)
        return;
    if (server->model->killed != NULL)
        server->model->killed(process);
    while ((visit = process->inside) != NULL) {
        ts_process_leave(visit);
        if (keeps)
            give_again(visit);
        else
            lose(visit);
    }
    server->crashes++;
    process->alive = false;
    /* What waits in a queue of its own goes with it. */
    while (!keeps &&
           (!ts_server_shares(server) || !ts_server_listens(server)) &&
           (visit = ts_queue_take(ts_process_queue(process))) != NULL) {
        ts_queue_left(server, visit);
        lose(visit);
    }
    /* Nobody will come to the door. */
    while (!ts_server_listens(server) &&
           (visit = ts_queue_take(&server->door)) != NULL) {
        ts_queue_left(server, visit);
        lose(visit);
    }
    ts_process_restart(process, server->record->restart);
}

static void is_doomed(ts_engine *engine, ts_event *event)
{
    ts_process *process = TS_CONTAINER(event, ts_process, doom);

    (void)engine;
    process->doomed = false;
    if (process->draining && process->serving == 0)
        ts_process_restart(process, process->server->record->restart);
    else
        ts_process_kill(process);
}

static void back_again(ts_engine *engine, ts_event *event)
{
    ts_process *process = TS_CONTAINER(event, ts_process, restart);
    ts_server *server = process->server;

    (void)engine;
    assert(!process->alive && process->serving == 0);
    process->alive = true;
    process->draining = false;
    process->threads = 0;
    for (int i = 0; server->model->local && i < server->threads; i++)
        ts_task_release(server->task->task);
}

void ts_process_restart(ts_process *process, ts_time after)
{
    ts_server *server = process->server;

    assert(process->serving == 0 && process->inside == NULL);
    if (process->draining && server->model->killed != NULL)
        server->model->killed(process);
    process->alive = false;
    process->draining = process->jammed = false;
    process->connections = 0;
    process->died = ts_server_now(server);
    if (after < TS_TIME_LIMIT)
        ts_event_at(server->machine->engine, &process->restart,
                    ts_time_add(ts_server_now(server), after));
}

void ts_process_drain(ts_process *process)
{
    if (!process->alive)
        return;
    process->draining = true;
    ts_process_jam(process, true);
    if (process->serving == 0)
        ts_process_doom(process);
}

void ts_process_mortal(ts_process *process)
{
    const char *name = process->server->record->name;

    ts_process_watched(process);
    ts_event_init_loose(&process->restart, TS_CLASS_FAULT, back_again, name);
    ts_event_init_loose(&process->doom, TS_CLASS_FAULT, is_doomed, name);
}
