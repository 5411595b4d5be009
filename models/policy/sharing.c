/*
 * sharing.c - processor sharing: all ready threads run at once.
 *
 * Each gets on at its weight's part of the processor, w / sum of w. With equal
 * weights it is what round robin becomes as its slice goes to nothing, and
 * with others the ideal (generalised processor sharing) that fair schedulers
 * are measured against. L. Kleinrock, "Time-shared Systems: A Theoretical
 * Treatment", JACM 14 (1967); A. Parekh and R. Gallager, 1993.
 *
 * It is exact and does not tick: virtual time runs at 1 / sum of w, a thread
 * is done when virtual time has grown by its work over its weight, so the
 * order in which they will be done never changes while they share. The first
 * of them stands for all on the processor.
 */
#include "models/policy/heap.h"
#include "models/machine/policy.h"
#include "models/machine/task.h"
#include "models/policy/shares.h"

#define SCALE 16 /* more binary digits of virtual time than fine time has */

typedef struct share {
    ts_i128 finish; /* virtual time at which its burst is done */
    ts_fine burst;
    int64_t weight;
    bool moves; /* on its way to another queue */
    bool in;
} share;

typedef struct sharing {
    ts_heap ready;
    ts_i128 now;    /* virtual */
    int64_t weight; /* of all that share */
} sharing;

static int compare(const ts_thread *a, const ts_thread *b)
{
    const share *x = a->entity, *y = b->entity;

    return (x->finish > y->finish) - (x->finish < y->finish);
}

static bool init(ts_runqueue *queue, ts_error *error)
{
    if (queue->count > 1)
        return ts_fail(error, "processor sharing shares one processor: with "
                              "several, say \"queues\": \"per-processor\"");
    ts_heap_queue_init(queue, compare);
    return true;
}

/* What is left of the picked thread tells the virtual time. */
static void catch_up(sharing *state, const ts_thread *thread)
{
    const share *mine = thread->entity;

    state->now = mine->finish - (thread->left << SCALE) / mine->weight;
}

static void quit(sharing *state, ts_thread *thread)
{
    share *mine = thread->entity;

    if (!mine->in && !mine->moves)
        return;
    if (mine->in) {
        catch_up(state, thread);
        state->weight -= mine->weight;
    }
    thread->used += ts_fine_floor(mine->burst - thread->left);
    mine->in = mine->moves = false;
}

/* A ready thread that is taken out takes what is left of its burst along. */
static void take_out(ts_runqueue *queue, ts_thread *thread)
{
    sharing *state = queue->state;
    share *mine = thread->entity;

    ts_heap_queue_remove(queue, thread);
    thread->left = (mine->finish - state->now) * mine->weight >> SCALE;
    if (thread->left < 0)
        thread->left = 0;
    state->weight -= mine->weight;
    mine->in = false;
    mine->moves = true;
}

static const ts_shape *const thread_tables[] = {&ts_weight_table, NULL};

static void put(ts_runqueue *queue, ts_thread *thread, ts_why why)
{
    sharing *state = queue->state;
    share *mine = thread->entity;

    if (why == TS_WHY_YIELDED && mine->in) {
        /* Its last burst is done, and thread->left is the next one's. */
        state->now = mine->finish;
        thread->used += ts_fine_floor(mine->burst);
        state->weight -= mine->weight;
        mine->in = false;
    }
    if (!mine->in) {
        mine->in = true;
        mine->weight = ts_weight_of(thread);
        if (!mine->moves)
            mine->burst = thread->left;
        mine->moves = false;
        mine->finish = state->now + (thread->left << SCALE) / mine->weight;
        state->weight += mine->weight;
        if (thread->first_run == TS_NEVER)
            thread->first_run = ts_engine_now(queue->machine->engine);
    }
    ts_heap_push(&state->ready, queue->machine, thread);
}

static ts_thread *pick(ts_runqueue *queue, ts_cpu *cpu)
{
    sharing *state = queue->state;
    ts_thread *thread = ts_heap_pop(&state->ready);
    const share *mine;

    (void)cpu;
    if (thread == NULL)
        return NULL;
    mine = thread->entity;
    thread->left = (mine->finish - state->now) * mine->weight >> SCALE;
    if (thread->left < 0)
        thread->left = 0;
    return thread;
}

static bool before(const ts_runqueue *queue, const ts_thread *challenger,
                   const ts_thread *running)
{
    (void)queue;
    return compare(challenger, running) < 0;
}

static void charge(ts_runqueue *queue, ts_thread *thread, ts_time ran)
{
    (void)ran;
    catch_up(queue->state, thread);
}

static void blocked(ts_runqueue *queue, ts_thread *thread)
{
    quit(queue->state, thread);
}

static void rate(const ts_runqueue *queue, const ts_thread *thread,
                 int64_t *num, int64_t *den)
{
    const sharing *state = queue->state;
    const share *mine = thread->entity;

    *num = mine->weight;
    *den = state->weight;
}

static void settle(ts_runqueue *queue, ts_thread *thread)
{
    const sharing *state = queue->state;
    share *mine = thread->entity;

    if (mine->in && thread->state == TS_THREAD_READY)
        thread->left = (mine->finish - state->now) * mine->weight >> SCALE;
    if (thread->left < 0)
        thread->left = 0;
    if (mine->in || mine->moves)
        thread->used += ts_fine_floor(mine->burst - thread->left);
    mine->in = mine->moves = false;
}

static void key(const ts_runqueue *queue, const ts_thread *thread, char *buffer,
                size_t size)
{
    const sharing *state = queue->state;
    const share *mine = thread->entity;

    ts_key_time(buffer, size, "needs",
                ts_fine_floor((mine->finish - state->now) * mine->weight >>
                              SCALE));
}

static const ts_policy policy = {
    .thread = thread_tables,
    .entity_size = sizeof(share),
    .queue_size = sizeof(sharing),
    .conserving = true,
    .ties = TS_TIES_ARRIVAL,
    .rule = "of those that share the processor it will be done first",
    .init = init,
    .leave = blocked,
    .put = put,
    .remove = take_out,
    .challenger = ts_heap_queue_challenger,
    .pick = pick,
    .before = before,
    .charge = charge,
    .blocked = blocked,
    .rate = rate,
    .settle = settle,
    .key = key,
};

const ts_entry ts_policy_sharing = {
    .name = "processor-sharing",
    .help = "all ready threads at once, each with its weight's part",
    .about = "An ideal: no machine can do it, and it is what round robin comes "
             "near with a short slice. One processor a run queue; switches "
             "should cost nothing.",
    .model = &policy,
};
