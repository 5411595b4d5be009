/*
 * linux_load.c - how much threads and processors were used, as Linux goes by it
 * where threads go from one processor to another.
 *
 * Time is cut into periods of 1 024 units of 1 024 ns, and one that is 32
 * periods back counts half (per-entity load tracking). A thread has three such
 * averages: of the time in which it wanted a processor, times its weight (load)
 * and plain (runnable), and of the time in which it had one (util). A run queue
 * has the same of its threads together, asleep or not: who goes takes its own
 * along. Of threads above the fair class only the processor time counts, which
 * is not there for others.
 *
 * Source: kernel/sched/pelt.c and fair.c of Linux 5.x and 6.x: decay_load(),
 * accumulate_sum(), post_init_entity_util_avg(), attach_entity_load_avg(),
 * update_rt_rq_load_avg(). Left out: the estimate of a sleeper's use
 * (util_est), time that interrupts take.
 */
#include "models/policy/linux.h"

/* What a sum comes to where it was always so: the sum of 1 024 y^n (LOAD_AVG_MAX),
 * y^32 = 1/2. */
#define PERIOD 1024
#define HALF_LIFE 32
#define SUM_MOST 47742

/* 2^32 y^n, rounded down (runnable_avg_yN_inv). */
static const uint32_t decays[HALF_LIFE] = {
    0xffffffff, 0xfa83b2da, 0xf5257d14, 0xefe4b99a, 0xeac0c6e6, 0xe5b906e6,
    0xe0ccdeeb, 0xdbfbb796, 0xd744fcc9, 0xd2a81d91, 0xce248c14, 0xc9b9bd85,
    0xc5672a10, 0xc12c4cc9, 0xbd08a39e, 0xb8fbaf46, 0xb504f333, 0xb123f581,
    0xad583ee9, 0xa9a15ab4, 0xa5fed6a9, 0xa2704302, 0x9ef5325f, 0x9b8d39b9,
    0x9837f050, 0x94f4efa8, 0x91c3d373, 0x8ea4398a, 0x8b95c1e3, 0x88980e80,
    0x85aac367, 0x82cd8698};

static uint64_t decay(uint64_t sum, int64_t periods)
{
    if (periods >= HALF_LIFE * 63)
        return 0;
    sum >>= periods / HALF_LIFE;
    return (uint64_t)((ts_u128)sum * decays[periods % HALF_LIFE] >> 32);
}

void ts_linux_sums_count(ts_linux_sums *sums, ts_time now, int64_t load,
                         int64_t runnable, bool running)
{
    ts_time at = now / TS_NS / 1024, since = sums->at;
    int64_t periods = at / PERIOD - since / PERIOD;
    uint64_t time = (uint64_t)(at - since);

    assert(at >= since && load >= 0 && runnable >= 0);
    sums->at = at;
    if (periods > 0) {
        sums->load = decay(sums->load, periods);
        sums->runnable = decay(sums->runnable, periods);
        sums->util = decay(sums->util, periods);
        time = decay((uint64_t)(PERIOD - since % PERIOD), periods) + SUM_MOST -
               decay(SUM_MOST, periods) - PERIOD + (uint64_t)(at % PERIOD);
    }
    sums->load += (uint64_t)load * time;
    sums->runnable += (uint64_t)runnable * time;
    sums->util += running ? time : 0;
}

/* What a sum would be had it always been so. */
static int64_t most(const ts_linux_sums *sums)
{
    return SUM_MOST - PERIOD + sums->at % PERIOD;
}

int64_t ts_linux_sums_average(const ts_linux_sums *sums, uint64_t sum,
                              int64_t full)
{
    return (int64_t)((ts_u128)sum * (uint64_t)full / (uint64_t)most(sums));
}

/* --- of a thread --- */

ts_linux_load *ts_linux_load_of(const ts_linux_queue *state,
                                const ts_thread *thread)
{
    return (void *)((char *)thread->entity + state->load_at);
}

static int64_t weight_of(const ts_linux_queue *state, const ts_thread *thread)
{
    return state->fair.policy->weight(thread);
}

/* Its sums join those of the queue, or leave them. Both are counted until
 * now. */
static void attach(ts_linux_queue *state, const ts_thread *thread, bool on)
{
    ts_linux_load *load = ts_linux_load_of(state, thread);
    ts_linux_sums *all = &state->loads.fair;
    uint64_t weighted = load->sums.load * (uint64_t)weight_of(state, thread);

    if (load->attached == on)
        return;
    load->attached = on;
    assert(all->at == load->sums.at);
    if (on) {
        all->load += weighted;
        all->runnable += load->sums.runnable;
        all->util += load->sums.util;
    } else { /* rounding may have left less (lsub_positive()) */
        all->load -= weighted < all->load ? weighted : all->load;
        all->runnable -= load->sums.runnable < all->runnable
                             ? load->sums.runnable
                             : all->runnable;
        all->util -= load->sums.util < all->util ? load->sums.util : all->util;
    }
}

/* A new one has its full weight, and uses as much as those here do for theirs,
 * but no more than half of what is left
 * (post_init_entity_util_avg()). */
static void begin(ts_linux_queue *state, const ts_thread *thread)
{
    ts_linux_load *load = ts_linux_load_of(state, thread);
    const ts_linux_sums *all = &state->loads.fair;
    int64_t used = ts_linux_sums_average(all, all->util, TS_CAPACITY);
    int64_t room = (TS_CAPACITY - used) / 2;
    int64_t util = room;

    if (used > 0 && room > 0) {
        util = used * weight_of(state, thread) /
               (ts_linux_sums_average(all, all->load, 1) + 1);
        util = util < room ? util : room;
    }
    load->known = true;
    load->ran = TS_NEVER;
    load->sums.at = all->at;
    load->sums.load = (uint64_t)most(all);
    load->sums.util =
        (uint64_t)((util > 0 ? util : 0) * most(all) / TS_CAPACITY);
    load->sums.runnable = load->sums.util;
}

/* --- of a queue --- */

/* Everything about the queue is about to change: counts it until now. */
static ts_time count(ts_linux_queue *state)
{
    ts_linux_loads *loads = &state->loads;
    ts_time now = ts_engine_now(state->queue->machine->engine);

    ts_linux_sums_count(&loads->fair, now, ts_linux_fair_load(state),
                        loads->count, loads->running != NULL);
    return now;
}

void ts_linux_load_count(ts_linux_queue *state)
{
    ts_time now = count(state);

    ts_linux_sums_count(&state->loads.above, now, 0, 0,
                        state->loads.over != NULL);
}

/* The same of one of its threads. */
ts_linux_load *ts_linux_load_count_thread(ts_linux_queue *state,
                                          const ts_thread *thread)
{
    ts_linux_load *load = ts_linux_load_of(state, thread);

    if (load->known)
        ts_linux_sums_count(&load->sums, count(state), load->queued,
                            load->queued, state->loads.running == thread);
    return load;
}

static void enter(ts_linux_loads *loads, ts_linux_load *load, ts_thread *thread)
{
    ts_threads_prepend(&loads->threads, thread);
    load->queued = true;
    loads->count++;
}

static void go(ts_linux_loads *loads, ts_linux_load *load, ts_thread *thread)
{
    if (!load->queued)
        return;
    ts_threads_remove(&loads->threads, thread);
    load->queued = false;
    loads->count--;
}

void ts_linux_load_put(ts_linux_queue *state, ts_thread *thread)
{
    ts_linux_loads *loads = &state->loads;
    ts_linux_load *load;

    if (!loads->kept)
        return;
    load = ts_linux_load_count_thread(state, thread);
    if (loads->running == thread) {
        loads->running = NULL;
        load->ran = ts_engine_now(thread->machine->engine);
        return;
    }
    count(state);
    if (!load->known)
        begin(state, thread);
    attach(state, thread, true);
    enter(loads, load, thread);
}

void ts_linux_load_pick(ts_linux_queue *state, ts_thread *thread)
{
    ts_linux_loads *loads = &state->loads;

    if (!loads->kept)
        return;
    (void)ts_linux_load_count_thread(state, thread);
    assert(ts_linux_load_of(state, thread)->queued && loads->running == NULL);
    loads->running = thread;
    ts_threads_remove(&loads->threads, thread);
    ts_threads_prepend(&loads->threads, thread);
}

void ts_linux_load_block(ts_linux_queue *state, ts_thread *thread)
{
    ts_linux_loads *loads = &state->loads;
    ts_linux_load *load;

    if (!loads->kept)
        return;
    load = ts_linux_load_count_thread(state, thread);
    load->ran = ts_engine_now(thread->machine->engine);
    if (loads->running == thread)
        loads->running = NULL;
    go(loads, load, thread);
}

void ts_linux_load_leave(ts_linux_queue *state, ts_thread *thread)
{
    ts_linux_load *load;

    if (!state->loads.kept)
        return;
    load = ts_linux_load_count_thread(state, thread);
    if (state->loads.running == thread)
        state->loads.running = NULL;
    go(&state->loads, load, thread);
    attach(state, thread, false);
}

bool ts_linux_load_detach(ts_linux_queue *state, ts_thread *thread)
{
    const ts_linux_load *load = ts_linux_load_of(state, thread);

    if (!state->loads.kept || !load->attached)
        return false;
    ts_linux_load_count_thread(state, thread);
    attach(state, thread, false);
    return true;
}

void ts_linux_load_attach(ts_linux_queue *state, ts_thread *thread)
{
    attach(state, thread, true);
}

void ts_linux_load_over(ts_linux_queue *state, const ts_thread *thread)
{
    if (!state->loads.kept || state->loads.over == thread)
        return;
    ts_linux_load_count(state);
    state->loads.over = thread;
}
