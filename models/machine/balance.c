/*
 * balance.c - threads between run queues, where each processor has its own.
 *
 * Four occasions, each with a rule of its own: a new thread is placed, a woken
 * one is placed again, a processor that runs out of work pulls a thread from
 * another queue, and at fixed times the longest queue gives to the shortest
 * until they differ by one. A processor that found nothing to pull looks again
 * while threads wait elsewhere: what it may not have now (it ran a moment ago,
 * say) it may have then. Where that goes wrong again and again it takes what it
 * can: threads that ran a moment ago, and in the end the one that runs, so that
 * no lockstep of slices and looks, and no thread bound to that processor, keeps
 * it idle for ever. Threads go only where their affinity lets them. A
 * queue's load is the number of its threads, running or ready: kernels weigh
 * them, which is left out.
 *
 * The processor time that a move costs (its caches are cold) is paid by the
 * thread, before it goes on. Nothing ticks: the periodic balancing looks at
 * its own times, and only while something is ready.
 */
#include "models/machine/inside.h"
#include "models/machine/balance.h"
#include "models/machine/system.h"

typedef enum place_rule { PLACE_LEAST, PLACE_NEXT } place_rule;
typedef enum wake_rule { WAKE_IDLE, WAKE_LAST, WAKE_LEAST } wake_rule;
typedef enum pull_rule { PULL_IDLE, PULL_NEVER } pull_rule;
typedef enum victim_rule {
    VICTIM_BUSIEST,
    VICTIM_RANDOM,
    VICTIM_NEXT
} victim_rule;

static const char *const places[] = {"least-loaded", "next", NULL};
static const char *const wakes[] = {"idle", "last", "least-loaded", NULL};
static const char *const pulls[] = {"idle", "never", NULL};
static const char *const victims[] = {"busiest", "random", "next", NULL};

static const ts_field fields[] = {
    {.name = "place",
     .kind = TS_FIELD_CHOICE,
     .choices = places,
     .fallback = "least-loaded",
     .offset = TS_AT(ts_balance_record, place),
     .source = "Linux, find_idlest_cpu()",
     .help = "where new threads go: to the queue with the fewest threads, or "
             "to each in turn"},
    {.name = "wake",
     .kind = TS_FIELD_CHOICE,
     .choices = wakes,
     .fallback = "idle",
     .offset = TS_AT(ts_balance_record, wake),
     .source = "Linux, select_idle_sibling()",
     .help = "where woken threads go: to the last processor if it is idle, "
             "else to an idle one, else to the last; always to the last; or "
             "to the queue with the fewest threads"},
    {.name = "pull",
     .kind = TS_FIELD_CHOICE,
     .choices = pulls,
     .fallback = "idle",
     .offset = TS_AT(ts_balance_record, pull),
     .source = "Linux, newidle_balance()",
     .help = "whether a processor that becomes idle takes threads from other "
             "queues (work stealing)"},
    {.name = "victim",
     .kind = TS_FIELD_CHOICE,
     .choices = victims,
     .fallback = "busiest",
     .offset = TS_AT(ts_balance_record, victim),
     .help = "from whom it takes: the longest queue; one drawn at random (if "
             "that has nothing, it stays idle until its next look, though a "
             "thread may wait elsewhere); or the next with something"},
    {.name = "period",
     .kind = TS_FIELD_TIME,
     .fallback = "0s",
     .offset = TS_AT(ts_balance_record, period),
     .help = "how often the longest queue gives to the shortest; 0: never"},
    {.name = "odd",
     .kind = TS_FIELD_BOOL,
     .fallback = "false",
     .offset = TS_AT(ts_balance_record, odd),
     .source = "Linux, load_balance(): half the difference is less than a "
               "thread's load, and no longer once it has failed",
     .help = "a longest queue that has one more than the shortest gives it at "
             "every second period, so that an odd thread goes round"},
    {.name = "look",
     .kind = TS_FIELD_TIME,
     .fallback = "100ms",
     .max = 1e15,
     .offset = TS_AT(ts_balance_record, look),
     .source = "100 ms are a choice; Linux looks at its ticks, 4 ms: "
               "nohz_idle_balance(), need_active_balance()",
     .help = "at its multiples idle processors look again for something to "
             "pull while threads wait; 0: never. What is hot is taken after "
             "two looks in vain, and a thread that runs, if it may, after "
             "four"},
    {.name = "batch",
     .kind = TS_FIELD_INT,
     .fallback = "32",
     .min = 1,
     .max = 1e6,
     .offset = TS_AT(ts_balance_record, batch),
     .source = "Linux, sched_nr_migrate",
     .help = "threads moved at one period at most"},
    {.name = "hot",
     .kind = TS_FIELD_TIME,
     .fallback = "0s",
     .offset = TS_AT(ts_balance_record, hot),
     .help = "threads that ran less than this ago are not taken; Linux: 0.5 ms "
             "(sched_migration_cost)"},
    {.name = "cost",
     .kind = TS_FIELD_DURATION,
     .fallback = "0ns",
     .offset = TS_AT(ts_balance_record, cost),
     .help = "processor time that a thread needs besides when it comes to "
             "another processor than its last"},
};

const ts_shape ts_balance_shape = {
    .name = "balance",
    .help = "How threads go from one run queue to another",
    .size = sizeof(ts_balance_record),
    TS_FIELDS(fields)};

/* So many looks must have failed (nr_balance_failed) before it takes threads
 * that ran a moment ago (more than sd->cache_nice_tries, which is 1 where the
 * processors share a cache), and the running one (need_active_balance()). */
#define FAILED_FOR_HOT 2
#define FAILED_FOR_RUNNING 4

/* What the processor of a queue has found when it looked. */
typedef struct looker {
    int failed; /* looks without success, since the last with */
    bool looks; /* it is about to, not just out of work */
} looker;

struct ts_balance {
    ts_machine *machine;
    const ts_balance_record *rules;
    ts_random random;
    ts_event event;  /* the next balancing; pending only with work */
    ts_event look;   /* the next one of idle processors */
    looker *lookers; /* by queue */
    bool refused;    /* there is something that could not be had yet */
    uint64_t looked; /* order of the newest ready thread at the last look */
    int failed;      /* periods that moved nothing, since the last that did */
    int turn;        /* PLACE_NEXT: the next queue */
    ts_level wasted; /* processors that idle while threads wait */
    int64_t wakes;   /* woken in another queue than the last */
    int64_t pulls, pulled;
    int64_t periods, pushed;
};

/* --- loads --- */

/* Queues feed one processor each here. */
static int64_t load_of(const ts_machine *machine, const ts_runqueue *queue)
{
    return queue->ready + (machine->cpus[queue->first].current != NULL);
}

static bool is_idle(const ts_machine *machine, int processor)
{
    return (machine->vacant[processor / 64] >> (processor % 64) & 1) &&
           machine->cpus[processor].queue->ready == 0;
}

/* The lowest idle processor that the thread may have; -1: none. */
static int find_idle(const ts_machine *machine, const ts_thread *thread)
{
    for (int word = 0; word < (machine->cpu_count + 63) / 64; word++) {
        uint64_t left = machine->vacant[word];

        if (thread->allowed != NULL)
            left &= thread->allowed[word];
        for (; left != 0; left &= left - 1) {
            int id = word * 64 + __builtin_ctzll(left);

            if (is_idle(machine, id))
                return id;
        }
    }
    return -1;
}

static ts_runqueue *least_loaded(ts_machine *machine, const ts_thread *thread)
{
    int idle = find_idle(machine, thread);
    ts_runqueue *best = NULL;
    int64_t best_load = 0;

    if (idle >= 0)
        return machine->cpus[idle].queue;
    for (int i = 0; i < machine->queue_count; i++) {
        ts_runqueue *queue = &machine->queues[i];
        int64_t load = load_of(machine, queue);

        if (ts_thread_allowed(thread, i) &&
            (best == NULL || load < best_load)) {
            best = queue;
            best_load = load;
        }
    }
    return best;
}

/* --- placing --- */

ts_runqueue *ts_balance_place(ts_machine *machine, const ts_thread *thread)
{
    struct ts_balance *balance = machine->balance;

    if (machine->queue_count == 1)
        return &machine->queues[0];
    if (balance->rules->place == PLACE_LEAST)
        return least_loaded(machine, thread);
    for (;;) {
        int at = balance->turn++;

        balance->turn %= machine->queue_count;
        if (ts_thread_allowed(thread, at))
            return &machine->queues[at];
    }
}

void ts_balance_wake(ts_thread *thread)
{
    ts_machine *machine = thread->machine;
    struct ts_balance *balance = machine->balance;
    ts_runqueue *from = thread->queue, *to = from;

    if (thread->task->home != NULL)
        return;
    if (balance->rules->wake == WAKE_LEAST ||
        !ts_thread_allowed(thread, from->first)) {
        to = least_loaded(machine, thread);
    } else if (balance->rules->wake == WAKE_IDLE &&
               !is_idle(machine, from->first)) {
        int idle = find_idle(machine, thread);

        to = idle >= 0 ? machine->cpus[idle].queue : from;
    }
    if (to == from)
        return;
    assert(thread->standing == TS_STANDS_PICKED); /* it was blocked */
    balance->wakes++;
    if (from->policy->move != NULL)
        from->policy->move(from, to, thread);
    thread->queue = to;
}

/* --- pulling --- */

bool ts_balance_is_hot(const ts_thread *thread)
{
    const ts_machine *machine = thread->machine;
    ts_time hot = machine->balance != NULL ? machine->balance->rules->hot : 0;

    return hot > 0 && thread->last != NULL &&
           ts_engine_now(machine->engine) - thread->since < hot;
}

/* The thread that has been ready longest of those that `cpu` may have. */
static ts_thread *longest_ready(ts_runqueue *queue, const ts_cpu *cpu)
{
    ts_thread *best = NULL;

    for (ts_thread *t = queue->machine->live; t != NULL; t = t->live_next)
        if (t->state == TS_THREAD_READY && t->queue == queue &&
            ts_thread_allowed(t, cpu->id) && t->task->home == NULL &&
            (best == NULL || t->order < best->order))
            best = t;
    return best;
}

/* A thread of the queue that `cpu` may have, after so many failures; NULL:
 * none. */
static ts_thread *spare_of(ts_runqueue *queue, const ts_cpu *cpu, int failed)
{
    ts_machine *machine = queue->machine;
    ts_thread *best = queue->policy->spare != NULL
                          ? queue->policy->spare(queue, cpu)
                          : longest_ready(queue, cpu);

    if (best != NULL &&
        !TS_ENSURE(machine->engine,
                   best->standing == TS_STANDS_QUEUED && best->queue == queue))
        return NULL;
    if (best != NULL && best->task->home != NULL)
        return NULL;
    if (best != NULL && failed < FAILED_FOR_HOT && ts_balance_is_hot(best)) {
        machine->balance->refused = true;
        return NULL;
    }
    return best;
}

/* Something to give: threads besides the one that has, or is about to get,
 * the processor. */
static bool can_give(const ts_machine *machine, const ts_runqueue *queue)
{
    return queue->ready > 0 && load_of(machine, queue) > 1;
}

/* The thread that runs there, if it could come here; NULL: it could not. */
static ts_thread *runner_of(const ts_runqueue *queue, const ts_cpu *cpu)
{
    ts_thread *thread = queue->machine->cpus[queue->first].current;

    return !queue->policy->cooperative && queue->policy->rate == NULL &&
                   thread != NULL && ts_thread_allowed(thread, cpu->id) &&
                   thread->task->home == NULL
               ? thread
               : NULL;
}

/* What the queue gives to `cpu`, ready or, after enough failures, running;
 * NULL: nothing, or nothing yet. */
static ts_thread *gift(ts_runqueue *queue, const ts_cpu *cpu, int failed)
{
    ts_thread *thread;

    if (!can_give(queue->machine, queue))
        return NULL;
    thread = spare_of(queue, cpu, failed);
    if (thread != NULL)
        return thread;
    thread = runner_of(queue, cpu);
    if (thread == NULL || failed >= FAILED_FOR_RUNNING)
        return thread;
    queue->machine->balance->refused = true;
    return NULL;
}

static ts_thread *from_busiest(ts_runqueue *queue, const ts_cpu *cpu,
                               int failed)
{
    ts_machine *machine = queue->machine;
    ts_thread *best = NULL;
    int64_t most = 0;

    for (int i = 0; i < machine->queue_count; i++) {
        ts_runqueue *other = &machine->queues[i];
        ts_thread *thread =
            other->ready > most ? gift(other, cpu, failed) : NULL;

        if (thread != NULL) {
            best = thread;
            most = other->ready;
        }
    }
    return best;
}

static ts_thread *from_next(ts_runqueue *queue, const ts_cpu *cpu, int failed)
{
    ts_machine *machine = queue->machine;
    ts_thread *thread = NULL;

    for (int i = 1; i < machine->queue_count && thread == NULL; i++)
        thread = gift(&machine->queues[(queue->id + i) % machine->queue_count],
                      cpu, failed);
    return thread;
}

static ts_thread *from_random(ts_runqueue *queue, const ts_cpu *cpu, int failed)
{
    ts_machine *machine = queue->machine;
    int at = (int)ts_random_below(&machine->balance->random,
                                  (uint64_t)machine->queue_count - 1);

    return gift(&machine->queues[at < queue->id ? at : at + 1], cpu, failed);
}

static ts_thread *find_gift(ts_runqueue *queue, int failed)
{
    const ts_cpu *cpu = &queue->machine->cpus[queue->first];

    switch ((victim_rule)queue->machine->balance->rules->victim) {
    case VICTIM_RANDOM:
        return from_random(queue, cpu, failed);
    case VICTIM_NEXT:
        return from_next(queue, cpu, failed);
    case VICTIM_BUSIEST:
        break;
    }
    return from_busiest(queue, cpu, failed);
}

/* Takes the thread off its processor (active_load_balance_cpu_stop()). false:
 * not possible now, or it has ended by that. */
static bool take_off(ts_thread *thread)
{
    if (ts_cpu_preempt(thread->cpu, TS_WHY_PREEMPTED))
        return thread->state == TS_THREAD_READY;
    thread->machine->balance->refused = true;
    return false;
}

/* What a search found counts as a failure only where there was something to
 * have, later. */
static void count_failure(struct ts_balance *balance, looker *own)
{
    own->failed = balance->refused ? own->failed + own->looks : 0;
}

bool ts_balance_pull(ts_runqueue *queue)
{
    ts_machine *machine = queue->machine;
    struct ts_balance *balance = machine->balance;
    looker *own = &balance->lookers[queue->id];
    bool refused = balance->refused;
    ts_thread *thread;

    if (balance->rules->pull == PULL_NEVER || machine->ready == 0)
        return false;
    balance->pulls++;
    balance->refused = false;
    thread = find_gift(queue, own->failed);
    if (thread != NULL && thread->state == TS_THREAD_RUNNING &&
        !take_off(thread))
        thread = NULL;
    if (thread == NULL) {
        count_failure(balance, own);
    } else {
        own->failed = 0;
        balance->pulled++;
        ts_thread_move(thread, queue);
    }
    own->looks = false;
    balance->refused |= refused;
    return thread != NULL;
}

/* --- at fixed times --- */

typedef struct extremes {
    ts_runqueue *longest, *shortest;
    int64_t difference; /* of their loads */
} extremes;

static extremes find_extremes(ts_machine *machine)
{
    extremes found = {&machine->queues[0], &machine->queues[0], 0};

    for (int i = 1; i < machine->queue_count; i++) {
        ts_runqueue *queue = &machine->queues[i];

        if (load_of(machine, queue) > load_of(machine, found.longest))
            found.longest = queue;
        if (load_of(machine, queue) < load_of(machine, found.shortest))
            found.shortest = queue;
    }
    found.difference =
        load_of(machine, found.longest) - load_of(machine, found.shortest);
    return found;
}

/* Moves one thread from the longest queue to the shortest, if they differ by so
 * many; whether it did. */
static bool even_out(struct ts_balance *balance, int64_t least)
{
    ts_machine *machine = balance->machine;
    extremes found = find_extremes(machine);
    ts_thread *thread;

    if (found.difference < least)
        return false;
    thread = spare_of(found.longest, &machine->cpus[found.shortest->first],
                      balance->failed);
    if (thread == NULL)
        return false;
    ts_thread_move(thread, found.shortest);
    return true;
}

static void even_out_all(ts_engine *engine, ts_event *event)
{
    struct ts_balance *balance = TS_CONTAINER(event, struct ts_balance, event);
    int64_t moved = 0;

    (void)engine;
    balance->periods++;
    while (moved < balance->rules->batch && even_out(balance, 2))
        moved++;
    if (moved == 0 && balance->rules->odd && balance->failed > 0)
        moved += even_out(balance, 1);
    balance->failed =
        moved > 0 || find_extremes(balance->machine).difference == 0
            ? 0
            : balance->failed + 1;
    balance->pushed += moved;
    ts_queue_dirty(&balance->machine->queues[0]);
}

/* Threads wait beside idle processors: those are to look again, unless all they
 * could find is what they did not find at the last look either. One that draws
 * whom it asks has not asked all. */
static void plan_look(struct ts_balance *balance, ts_time now)
{
    ts_machine *machine = balance->machine;
    ts_time look = balance->rules->look;

    if (look > 0 && balance->rules->pull != PULL_NEVER && machine->ready > 0 &&
        !balance->look.pending &&
        (balance->refused || balance->rules->victim == VICTIM_RANDOM ||
         balance->looked != machine->next_order))
        ts_event_at(machine->engine, &balance->look, (now / look + 1) * look);
}

/* Idle processors look again: those that could not have something yet, and those
 * that have been idle for as long as that. The others do at the next look. */
static void look_again(ts_engine *engine, ts_event *event)
{
    struct ts_balance *balance = TS_CONTAINER(event, struct ts_balance, look);
    ts_machine *machine = balance->machine;
    ts_time now = ts_engine_now(engine);

    for (int word = 0; word < (machine->cpu_count + 63) / 64; word++)
        for (uint64_t left = machine->vacant[word]; left; left &= left - 1) {
            ts_cpu *cpu = &machine->cpus[word * 64 + __builtin_ctzll(left)];

            if (!balance->refused &&
                cpu->released > now - balance->rules->look) {
                plan_look(balance, now);
                continue;
            }
            balance->looked = machine->next_order;
            balance->lookers[cpu->queue->id].looks = true;
            ts_queue_dirty(cpu->queue);
        }
    balance->refused = false;
}

void ts_balance_settled(ts_machine *machine)
{
    struct ts_balance *balance = machine->balance;
    ts_time now = ts_engine_now(machine->engine);
    ts_time period = balance->rules->period;
    int64_t idle = 0;

    for (int word = 0; word < (machine->cpu_count + 63) / 64; word++)
        idle += __builtin_popcountll(machine->vacant[word]);
    ts_level_set(&balance->wasted, now,
                 idle < machine->ready ? idle : machine->ready);
    if (idle > 0)
        plan_look(balance, now);
    if (period > 0 && machine->ready > 0 && !balance->event.pending)
        ts_event_at(machine->engine, &balance->event,
                    (now / period + 1) * period);
}

/* --- the part --- */

static bool create(ts_machine *machine, void *state, ts_error *error)
{
    const ts_balance_record *rules = machine->record->system->balance;
    struct ts_balance *balance;

    (void)state;
    machine->migration_cost = ts_machine_fine(machine, &rules->cost);
    if (machine->queue_count == 1)
        return true;
    balance = ts_arena_alloc(machine->arena, sizeof *balance);
    if (balance != NULL)
        balance->lookers =
            ts_arena_array(machine->arena, (size_t)machine->queue_count,
                           sizeof *balance->lookers);
    if (balance == NULL || balance->lookers == NULL)
        return ts_fail(error, "out of memory for balancing");
    balance->machine = machine;
    balance->rules = rules;
    ts_random_init(&balance->random, ts_engine_seed(machine->engine),
                   "system/balance");
    ts_level_init(&balance->wasted, 0, 0);
    ts_event_init_slot(machine->engine, &balance->event, TS_CLASS_TIMER,
                       even_out_all, "balance");
    ts_event_init_slot(machine->engine, &balance->look, TS_CLASS_TIMER,
                       look_again, "balance look");
    machine->balance = balance;
    return true;
}

static void report(ts_machine *machine, void *state, ts_report *report)
{
    const struct ts_balance *balance = machine->balance;
    ts_time now = ts_engine_now(machine->engine);

    (void)state;
    if (balance == NULL)
        return;
    ts_report_count(report, balance->wakes, "balance.wake_moves");
    ts_report_count(report, balance->pulls, "balance.pulls");
    ts_report_count(report, balance->pulled, "balance.pulled");
    ts_report_count(report, balance->periods, "balance.periods");
    ts_report_count(report, balance->pushed, "balance.pushed");
    ts_report_value(report, TS_UNIT_NUMBER,
                    ts_level_mean(&balance->wasted, now), "balance.wasted");
}

static const ts_metric_kind metrics[] = {
    {"balance.wake_moves", TS_UNIT_COUNT, false,
     "threads that woke on another processor than they slept on"},
    {"balance.pulls", TS_UNIT_COUNT, false,
     "how often an idle processor looked"},
    {"balance.pulled", TS_UNIT_COUNT, false, "threads that it took"},
    {"balance.periods", TS_UNIT_COUNT, false,
     "how often queues were evened out"},
    {"balance.pushed", TS_UNIT_COUNT, false, "threads that this moved"},
    {"balance.wasted", TS_UNIT_NUMBER, false,
     "processors that idled while threads waited, on average"},
};

const ts_part ts_part_balance = {.name = "balance",
                                 .create = create,
                                 .report = report,
                                 TS_METRICS(metrics)};
