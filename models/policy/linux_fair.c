/*
 * linux_fair.c - the fair class, SCHED_BATCH and SCHED_IDLE in it: one of the
 * fair policies, whole, with a run queue of its own inside the stack's.
 */
#include "models/policy/linux.h"

static const ts_policy *policy_of(const ts_linux_queue *state)
{
    return state->fair.policy;
}

/* Which policy it is, and its options: the scenario's, or the kernel's. */
static const ts_policy *choose(const ts_linux_queue *state,
                               const void **options)
{
    const ts_linux_record *record = state->queue->options;
    ts_arena *arena = state->queue->machine->arena;
    ts_kernel kernel = (ts_kernel)record->kernel;

    *options = record->fair.fields;
    if (record->fair.entry != NULL)
        return record->fair.entry->model;
    if (kernel >= TS_KERNEL_6_6) {
        *options = ts_eevdf_options(arena, kernel, record->hz);
        return ts_policy_eevdf.model;
    }
    *options = ts_cfs_options(arena, kernel, record->hz);
    return ts_policy_cfs.model;
}

size_t ts_linux_fair_add(ts_linux_queue *state, size_t size)
{
    size_t align = sizeof(max_align_t);
    size_t at = (state->queue->entity_size + align - 1) / align * align;

    state->queue->entity_size = at + size;
    return at;
}

static bool init(ts_linux_queue *state, ts_error *error)
{
    ts_runqueue *queue = state->queue;
    const void *options;
    const ts_policy *fair = choose(state, &options);

    if (options == NULL)
        return ts_fail(error, "out of memory for run queues");
    state->fair = (ts_runqueue){
        .machine = queue->machine,
        .policy = fair,
        .options = options,
        .id = queue->id,
        .first = queue->first,
        .count = queue->count,
    };
    state->fair.state = ts_arena_alloc(queue->machine->arena, fair->queue_size);
    if (state->fair.state == NULL)
        return ts_fail(error, "out of memory for run queues");
    if (fair->entity_size > queue->entity_size)
        queue->entity_size = fair->entity_size;
    ts_linux_domain_init(state);
    if (!ts_linux_groups_init(state, error))
        return false;
    return fair->init(&state->fair, error);
}

static void join(ts_linux_queue *state, ts_thread *thread)
{
    policy_of(state)->join(&state->fair, thread);
}

/* The last fair thread has gone: the server goes, too. */
static void went(ts_linux_queue *state, const ts_thread *thread)
{
    const ts_cpu *cpu = &state->queue->machine->cpus[state->queue->first];

    if (state->fair_ready == 0 &&
        (cpu->current == NULL || cpu->current == thread ||
         cpu->current->class_of != thread->class_of))
        ts_linux_server_stop(state);
}

static void leave(ts_linux_queue *state, ts_thread *thread)
{
    went(state, thread);
    ts_linux_load_leave(state, thread);
    policy_of(state)->leave(&state->fair, thread);
    ts_linux_group_gone(state, thread);
}

static void order_in(ts_linux_queue *state, ts_thread *thread, ts_why why)
{
    state->fair_ready++;
    ts_linux_server_start(state);
    ts_linux_load_put(state, thread);
    policy_of(state)->put(&state->fair, thread, why);
}

void ts_linux_fair_put_on(ts_linux_queue *state, ts_thread *thread, ts_why why)
{
    state->parked--;
    order_in(state, thread, why);
}

static void put(ts_linux_queue *state, ts_thread *thread, ts_why why)
{
    if (ts_linux_group_put(state, thread, &why)) {
        state->parked++;
        return;
    }
    order_in(state, thread, why);
    ts_linux_group_back(state, thread);
}

static void order_out(ts_linux_queue *state, ts_thread *thread)
{
    state->fair_ready--;
    went(state, thread);
    ts_linux_load_leave(state, thread);
    policy_of(state)->remove(&state->fair, thread);
}

void ts_linux_fair_put_off(ts_linux_queue *state, ts_thread *thread)
{
    state->parked++;
    order_out(state, thread);
}

static void take_out(ts_linux_queue *state, ts_thread *thread)
{
    if (ts_linux_group_remove(state, thread))
        state->parked--;
    else
        order_out(state, thread);
    ts_linux_group_gone(state, thread);
}

/* It is the last of the stack: who asks it finds out. */
static bool has(const ts_linux_queue *state)
{
    (void)state;
    return true;
}

static ts_thread *challenging(ts_linux_queue *state)
{
    return policy_of(state)->challenger(&state->fair);
}

static ts_thread *pick(ts_linux_queue *state, ts_cpu *cpu)
{
    ts_thread *thread = policy_of(state)->pick(&state->fair, cpu);

    if (thread == NULL)
        return NULL;
    state->fair_ready--;
    ts_linux_load_pick(state, thread);
    return thread;
}

static bool before(const ts_linux_queue *state, const ts_thread *challenger,
                   const ts_thread *running)
{
    return policy_of(state)->before(&state->fair, challenger, running);
}

static void weighed(ts_linux_queue *state, ts_thread *challenger,
                    const ts_thread *running, bool wins)
{
    if (policy_of(state)->weighed != NULL)
        policy_of(state)->weighed(&state->fair, challenger, running, wins);
}

static ts_fine slice(ts_linux_queue *state, ts_cpu *cpu, ts_thread *thread)
{
    ts_fine slice = policy_of(state)->slice(&state->fair, cpu, thread);
    ts_fine served = ts_linux_server_slice(state);
    ts_fine quota = ts_linux_group_slice(state, thread);

    slice = served < slice ? served : slice;
    return quota < slice ? quota : slice;
}

static bool expired(ts_linux_queue *state, ts_thread *thread)
{
    bool over = policy_of(state)->expired(&state->fair, thread);

    return ts_linux_group_expired(state, thread) || over;
}

static void charge(ts_linux_queue *state, ts_thread *thread, ts_time ran)
{
    policy_of(state)->charge(&state->fair, thread, ran);
    ts_linux_group_charge(state, thread, ran);
    ts_linux_server_charge(state, ran);
}

static void changed(ts_linux_queue *state, ts_thread *thread)
{
    bool attached = ts_linux_load_detach(state, thread);

    policy_of(state)->changed(&state->fair, thread);
    if (attached)
        ts_linux_load_attach(state, thread);
    ts_linux_group_changed(state, thread);
}

static void blocked(ts_linux_queue *state, ts_thread *thread)
{
    went(state, thread);
    ts_linux_load_block(state, thread);
    policy_of(state)->blocked(&state->fair, thread);
    ts_linux_group_gone(state, thread);
}

static ts_thread *spare(ts_linux_queue *state, const ts_cpu *cpu)
{
    return policy_of(state)->spare(&state->fair, cpu);
}

static void move(ts_linux_queue *from, ts_linux_queue *to, ts_thread *thread)
{
    ts_linux_load_leave(from, thread);
    policy_of(from)->move(&from->fair, &to->fair, thread);
}

int64_t ts_linux_fair_weight(const ts_thread *thread)
{
    const ts_linux_queue *state = thread->queue->state;

    return policy_of(state)->weight(thread);
}

int64_t ts_linux_fair_load(const ts_linux_queue *state)
{
    return policy_of(state)->load(&state->fair);
}

static const char *stands(const ts_linux_queue *state, const ts_thread *thread,
                          int64_t *value)
{
    return policy_of(state)->stands(thread, value);
}

static void key(const ts_linux_queue *state, const ts_thread *thread,
                char *buffer, size_t size)
{
    policy_of(state)->key(&state->fair, thread, buffer, size);
}

const ts_linux_class ts_linux_fair = {
    .init = init,
    .join = join,
    .leave = leave,
    .put = put,
    .remove = take_out,
    .has = has,
    .challenger = challenging,
    .pick = pick,
    .before = before,
    .weighed = weighed,
    .slice = slice,
    .expired = expired,
    .charge = charge,
    .changed = changed,
    .blocked = blocked,
    .spare = spare,
    .move = move,
    .stands = stands,
    .key = key,
};
