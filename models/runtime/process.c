/*
 * process.c - a visit's way through a server: to a process, into its queue, out
 * of it, to its end.
 */
#include "models/runtime/runtime.h"

/* An event loop cannot share: its connections are its own. */
bool ts_server_shares(const ts_server *server)
{
    return server->record->share <= TS_SHARE_HERD && !server->model->loops;
}

bool ts_server_accepts(const ts_server *server)
{
    return server->record->share == TS_SHARE_ACCEPT;
}

ts_process *ts_process_queue(ts_process *process)
{
    return ts_server_shares(process->server) ? &process->server->processes[0]
                                             : process;
}

/* A supervisor keeps the socket while its processes restart. */
bool ts_server_listens(const ts_server *server)
{
    if (server->record->restart < TS_TIME_LIMIT)
        return true;
    for (int i = 0; i < server->process_count; i++)
        if (server->processes[i].alive)
            return true;
    return false;
}

/* --- the queue --- */

/* One that comes in waits, behind the others or, where a process that had taken
 * it is gone, before them. */
void ts_queue_put(ts_process *queue, ts_visit *visit, bool first)
{
    ts_server *server = queue->server;
    ts_visit *behind = first ? queue->first : NULL;

    assert(ts_process_queue(queue) == queue);
    assert(visit->server == server && visit->state != TS_VISIT_QUEUED);
    assert((queue->first == NULL) == (queue->last == NULL));
    visit->next = behind;
    if (first || queue->first == NULL)
        queue->first = visit;
    else
        queue->last->next = visit;
    if (behind == NULL)
        queue->last = visit;
    queue->queued++;
    visit->process = queue;
    visit->state = TS_VISIT_QUEUED;
    ts_level_add(&server->inside, ts_server_now(server), 1);
    ts_level_add(&server->waiting, ts_server_now(server), 1);
}

/* One that waited leaves unserved. */
void ts_queue_left(ts_server *server, ts_visit *visit)
{
    assert(visit->state == TS_VISIT_QUEUED);
    ts_level_add(&server->waiting, ts_server_now(server), -1);
    ts_level_add(&server->inside, ts_server_now(server), -1);
    visit->state = TS_VISIT_AWAY;
}

/* It waits still, or begins at once: the levels are the caller's. */
ts_visit *ts_queue_take(ts_process *queue)
{
    ts_visit *visit = queue->first;

    if (visit == NULL)
        return NULL;
    queue->first = visit->next;
    if (queue->first == NULL)
        queue->last = NULL;
    assert(visit->state == TS_VISIT_QUEUED && queue->queued > 0);
    queue->queued--;
    assert((queue->queued == 0) == (queue->first == NULL));
    visit->next = NULL;
    return visit;
}

static int64_t process_load(const void *context, int i)
{
    const ts_server *server = context;
    const ts_process *process = &server->processes[i];

    if (!process->alive || process->draining)
        return -1;
    return process->queued + process->serving;
}

/* Its connection stays with the process from now on. */
static void bind(ts_process *process, const ts_visit *visit)
{
    ts_connection *connection = visit->wanted ? visit->call->connection : NULL;

    if (connection == NULL || connection->process == process)
        return; /* one for many requests is there once */
    connection->process = process;
    process->connections++;
}

ts_visit *ts_process_accept(ts_process *process)
{
    ts_server *server = process->server;
    ts_visit *visit = ts_queue_take(&server->door);

    assert(ts_server_accepts(server) && process->alive);
    if (visit == NULL)
        return NULL;
    ts_queue_left(server, visit);
    bind(process, visit);
    process->accepted++;
    ts_queue_put(process, visit, false);
    return visit;
}

/* All who wait at the door learn that somebody is there. Who came to wait there
 * last is told first: the kernel puts them at the head of the list. */
static void knock(ts_server *server)
{
    for (int i = server->process_count; i-- > 0;)
        if (server->processes[i].alive)
            server->model->knocked(&server->processes[i]);
}

/* Which process a visit goes to, or the door; NULL: nobody listens. */
static ts_process *choose(ts_server *server, ts_visit *visit)
{
    ts_connection *connection = visit->wanted ? visit->call->connection : NULL;
    int spread = server->record->share < TS_SHARE_SPREAD
                     ? TS_SPREAD_LEAST
                     : server->record->share - TS_SHARE_SPREAD;
    int chosen;

    if (connection != NULL && connection->process != NULL &&
        connection->process->alive && connection->process->server == server &&
        !connection->process->draining)
        return connection->process;
    if (ts_server_accepts(server))
        return ts_server_listens(server) ? &server->door : NULL;
    if (ts_server_shares(server))
        chosen = ts_server_listens(server) ? 0 : -1;
    else
        chosen = ts_spread_choose((ts_spread)spread, server->process_count,
                                  &server->turn, &server->random,
                                  visit->call->caller->key ^ visit->serial,
                                  process_load, server);
    assert(chosen < server->process_count);
    if (chosen < 0)
        return NULL;
    if (server->model->loops)
        bind(&server->processes[chosen], visit);
    return &server->processes[chosen];
}

/* The thread that stays with the visit's connection; NULL: none does. */
static ts_worker *holder_of(const ts_server *server, const ts_visit *visit)
{
    ts_worker *holder = visit->wanted ? visit->call->connection->holder : NULL;

    return holder != NULL && holder->process->server == server ? holder : NULL;
}

/* It has waited for this one, so that no queue is between them. */
static void meet(ts_worker *holder, ts_visit *visit)
{
    ts_server *server = visit->server;

    ts_level_add(&server->inside, visit->arrived, 1);
    ts_level_add(&server->waiting, visit->arrived, 1);
    ts_process_admit(holder->process, visit);
    ts_worker_meet(holder, visit);
}

void ts_server_arrive(ts_visit *visit)
{
    ts_server *server = visit->server;
    ts_worker *holder = holder_of(server, visit);
    ts_process *process =
        holder != NULL ? holder->process : choose(server, visit);
    int64_t limit = server->record->queue;

    assert(visit->state < TS_VISIT_QUEUED && visit->process == NULL);
    visit->arrived = ts_server_now(server);
    ts_kept_arrived(visit);
    visit->dice =
        (ts_dice){.key = server->key, .index = (uint64_t)server->arrived++};
    if (holder != NULL) {
        meet(holder, visit);
        return;
    }
    if (process == NULL ||
        (limit > 0 && process->queued >= limit && process->idle == NULL)) {
        server->refused++;
        ts_visit_end(visit, TS_OUTCOME_REFUSED);
        return;
    }
    ts_queue_put(process, visit, false);
    if (process == &server->door)
        knock(server);
    else
        server->model->arrived(process, visit);
}

ts_visit *ts_process_take(ts_process *process)
{
    ts_server *server = process->server;
    ts_visit *visit = ts_queue_take(ts_process_queue(process));

    while (visit != NULL && server->record->drops && !visit->wanted) {
        server->dropped++;
        ts_queue_left(server, visit);
        ts_visit_end(visit, TS_OUTCOME_FAILED);
        visit = ts_queue_take(ts_process_queue(process));
    }
    if (visit != NULL)
        ts_process_admit(process, visit);
    return visit;
}

/* Inside from now on, though its service begins with its handler
 * (ts_visit_begin()): until then it counts as waiting. */
void ts_process_admit(ts_process *process, ts_visit *visit)
{
    assert(process->alive && visit->server == process->server);
    assert(visit->state != TS_VISIT_SERVED && visit->state != TS_VISIT_AWAY);
    visit->state = TS_VISIT_SERVED;
    visit->process = process;
    visit->begun = false;
    visit->in_prev = NULL;
    visit->in_next = process->inside;
    if (process->inside != NULL)
        process->inside->in_prev = visit;
    process->inside = visit;
    process->serving++;
    ts_process_watch(process);
}

void ts_visit_begin(ts_visit *visit)
{
    ts_server *server = visit->server;
    ts_time now = ts_server_now(server);

    assert(visit->state == TS_VISIT_SERVED && !visit->begun);
    assert(now >= visit->arrived);
    visit->begun = true;
    visit->started = now;
    ts_kept_begun(visit);
    ts_level_add(&server->waiting, now, -1);
    ts_level_add(&server->busy, now, 1);
    server->waited += now > visit->arrived;
    ts_tally_add(&server->wait, now - visit->arrived);
    ts_histogram_add(&server->wait_histogram, now - visit->arrived);
}

void ts_process_leave(ts_visit *visit)
{
    ts_process *process = visit->process;
    ts_server *server = process->server;

    assert(visit->state == TS_VISIT_SERVED && process->serving > 0);
    assert((process->inside == visit) == (visit->in_prev == NULL));
    if (visit->in_prev != NULL)
        visit->in_prev->in_next = visit->in_next;
    else
        process->inside = visit->in_next;
    if (visit->in_next != NULL)
        visit->in_next->in_prev = visit->in_prev;
    process->serving--;
    assert((process->serving == 0) == (process->inside == NULL));
    ts_level_add(visit->begun ? &server->busy : &server->waiting,
                 ts_server_now(server), -1);
    ts_level_add(&server->inside, ts_server_now(server), -1);
    visit->depth = 0; /* its handler is gone: nothing waits any more */
    ts_visit_free_frames(visit);
}

void ts_process_done(ts_visit *visit)
{
    ts_process *process = visit->process;
    ts_server *server = process->server;

    ts_process_leave(visit);
    server->served++;
    server->wasted += !visit->wanted;
    server->failed += visit->failed;
    if (visit->begun)
        ts_tally_add(&server->service, ts_server_now(server) - visit->started);
    if (process->draining && process->serving == 0)
        ts_process_doom(process);
    else if (server->model->left != NULL)
        server->model->left(process);
}

void ts_process_forget(ts_visit *visit)
{
    ts_process *queue = visit->process;
    ts_visit **at = &queue->first, *before = NULL;

    assert(visit->state == TS_VISIT_QUEUED && queue->queued > 0);
    queue->server->dropped++;
    while (*at != visit) {
        before = *at;
        at = &before->next;
    }
    *at = visit->next;
    if (queue->last == visit)
        queue->last = before;
    queue->queued--;
    ts_queue_left(queue->server, visit);
}
