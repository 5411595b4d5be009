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
 * it idle for ever. Threads go only where their affinity lets them. Where new
 * threads go and how queues are evened out goes by what threads weigh, if the
 * policy weighs them; what idle processors take, by their number. A policy may
 * have rules of its own for all of it, which then go before these unless the
 * scenario says otherwise (select(), next_look() and attract() in policy.h).
 *
 * The processor time that a move costs (its caches are cold) is paid by the
 * thread, before it goes on. Nothing ticks: the periodic balancing looks at
 * its own times, and only while something is ready.
 */
#include "models/machine/balancing.h"
#include "models/machine/system.h"

static const char *const places[] = {"by-policy", "least-loaded", "next", NULL};
static const char *const wakes[] = {"by-policy", "idle", "last", "least-loaded",
                                    NULL};
static const char *const pulls[] = {"by-policy", "idle", "never", NULL};
static const char *const victims[] = {"busiest", "random", "next", NULL};

static const ts_field fields[] = {
    {.name = "place",
     .kind = TS_FIELD_CHOICE,
     .choices = places,
     .fallback = "by-policy",
     .offset = TS_AT(ts_balance_record, place),
     .help = "where new threads go: to the lightest queue; to each in turn; or "
             "where the policy has rules of its own (linux), by those, else to "
             "the lightest"},
    {.name = "wake",
     .kind = TS_FIELD_CHOICE,
     .choices = wakes,
     .fallback = "by-policy",
     .offset = TS_AT(ts_balance_record, wake),
     .help = "where woken threads go: to the last processor if it is idle, "
             "else to an idle one, else to the last (idle); always to the "
             "last; to the lightest queue; or by the policy's own rules, else "
             "as with idle"},
    {.name = "pull",
     .kind = TS_FIELD_CHOICE,
     .choices = pulls,
     .fallback = "by-policy",
     .offset = TS_AT(ts_balance_record, pull),
     .help = "whether a processor that becomes idle takes threads from other "
             "queues (work stealing); by-policy: where the policy has rules of "
             "its own, who takes what and when goes by those, and look, hot "
             "and victim say nothing; else as with idle"},
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

/* --- at fixed times --- */

typedef struct extremes {
    ts_runqueue *from, *to;
    int64_t difference; /* of their weights; 0: nobody has anything to give */
} extremes;

/* The heaviest queue that has something to give, and the lightest
 * (find_busiest_group()). */
static extremes find_extremes(ts_machine *machine)
{
    extremes found = {NULL, &machine->queues[0], 0};
    int64_t most = 0, least = INT64_MAX;

    for (int i = 0; i < machine->queue_count; i++) {
        ts_runqueue *queue = &machine->queues[i];
        int64_t weight = ts_balance_weight(queue);

        if (queue->ready > 0 && weight > most) {
            found.from = queue;
            most = weight;
        }
        if (weight < least) {
            found.to = queue;
            least = weight;
        }
    }
    if (most > least)
        found.difference = most - least;
    return found;
}

static int64_t weight_of(const ts_thread *thread)
{
    const ts_policy *policy = thread->queue->policy;

    return policy->weight != NULL ? policy->weight(thread) : TS_WEIGHT;
}

/* Moves one thread from the heaviest queue to the lightest, if it weighs no more
 * than half of what they differ by; less after so many failures
 * (calculate_imbalance(), detach_tasks()). Whether it did. */
static bool even_out(struct ts_balance *balance, int failed)
{
    ts_machine *machine = balance->machine;
    extremes found = find_extremes(machine);
    ts_thread *thread;

    if (found.difference == 0)
        return false;
    thread = ts_balance_spare(found.from, &machine->cpus[found.to->first],
                              balance->failed);
    if (thread == NULL || (weight_of(thread) >> failed) * 2 > found.difference)
        return false;
    ts_thread_move(thread, found.to);
    return true;
}

#define FAILED_MOST 16 /* a weight is nothing after so many */

static void even_out_all(ts_engine *engine, ts_event *event)
{
    struct ts_balance *balance = TS_CONTAINER(event, struct ts_balance, event);
    int64_t moved = 0;

    (void)engine;
    balance->periods++;
    while (moved < balance->rules->batch && even_out(balance, 0))
        moved++;
    if (moved == 0 && balance->rules->odd && balance->failed > 0)
        moved += even_out(balance, balance->failed);
    if (moved > 0 || find_extremes(balance->machine).difference == 0)
        balance->failed = 0;
    else if (balance->failed < FAILED_MOST)
        balance->failed++;
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
        ts_event_at(machine->engine, &balance->look, ts_time_next(now, look));
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

/* --- by the policy's rules --- */

/* Its rules say what is pulled. */
static bool attracts(const ts_machine *machine, const ts_balance_record *rules)
{
    return rules->pull == PULL_POLICY &&
           machine->queues[0].policy->attract != NULL;
}

/* Each processor in turn looks for what it should have of others. */
static void look_by_policy(ts_engine *engine, ts_event *event)
{
    struct ts_balance *balance = TS_CONTAINER(event, struct ts_balance, look);
    ts_machine *machine = balance->machine;

    (void)engine;
    for (int i = 0; i < machine->queue_count; i++) {
        ts_runqueue *queue = &machine->queues[i];
        ts_thread *thread = queue->policy->attract(queue, TS_LOOK_TIMED);
        int64_t moved = 0;

        balance->pulls++;
        while (thread != NULL && ts_balance_take(thread, queue) &&
               ++moved < balance->rules->batch)
            thread = queue->policy->attract(queue, TS_LOOK_ON);
    }
    ts_queue_dirty(&machine->queues[0]);
}

static void plan_by_policy(struct ts_balance *balance)
{
    const ts_runqueue *queue = &balance->machine->queues[0];

    if (balance->machine->ready > 0 && !balance->look.pending)
        ts_event_at(balance->machine->engine, &balance->look,
                    queue->policy->next_look(queue));
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
    if (balance->attracts)
        plan_by_policy(balance);
    else if (idle > 0)
        plan_look(balance, now);
    if (period > 0 && machine->ready > 0 && !balance->event.pending)
        ts_event_at(machine->engine, &balance->event,
                    ts_time_next(now, period));
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
    balance->attracts = attracts(machine, rules);
    ts_event_init_slot(machine->engine, &balance->look, TS_CLASS_TIMER,
                       balance->attracts ? look_by_policy : look_again,
                       "balance look");
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
