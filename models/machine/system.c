/*
 * system.c - the tables of "computer" and "system", and the assembly of a
 * machine from them.
 */
#include "models/machine/measure.h"
#include "models/machine/balance.h"
#include "models/machine/conventions.h"
#include "models/machine/inside.h"
#include "models/machine/system.h"

/* --- fields --- */

static const ts_field computer_fields[] = {
    {.name = "clock",
     .kind = TS_FIELD_FREQUENCY,
     .min = 1,
     .max = 1e12,
     .clock = "the computer has no clock; say \"computer\": {\"clock\": "
              "\"3.6GHz\"}",
     .offset = TS_AT(ts_computer, clock),
     .help = "the processors' clock; needed where anything is in cycles"},
    {.name = "processors",
     .kind = TS_FIELD_INT,
     .min = 1,
     .max = 4096,
     .offset = TS_AT(ts_computer, processors),
     .help = "hardware threads, as the operating system counts them; as many "
             "as the topology has when not given, and 1 without one"},
};

/* The processors that the tables of parts describe; 0: none does. */
static int64_t described(const ts_computer *computer)
{
    int64_t count = 0;

    for (int slot = 0; slot < ts_part_count && count == 0; slot++)
        if (ts_parts[slot]->processors != NULL)
            count = ts_parts[slot]->processors(computer->parts[slot]);
    return count;
}

static void check_computer(ts_check *check, const void *record)
{
    const ts_computer *computer = record;
    int64_t threads = described(computer);

    if (threads > 0 && computer->processors > 0 &&
        computer->processors != threads)
        ts_check_error(check, "processors",
                       "the topology has %lld hardware threads; leave the "
                       "number out, or null the topology of the profile",
                       (long long)threads);
}

const ts_shape ts_computer_shape = {.name = "computer",
                                    .help = "The hardware",
                                    .size = sizeof(ts_computer),
                                    TS_FIELDS(computer_fields),
                                    .beside = ts_tables_computer,
                                    .records = TS_AT(ts_computer, parts),
                                    .profiles = true,
                                    .check = check_computer};

static const char *const charges[] = {"change", "every", NULL};

static const ts_field switch_fields[] = {
    {.name = "cost",
     .kind = TS_FIELD_DURATION,
     .instead_of = TS_NAMES("save", "restore"),
     .offset = TS_AT(ts_switch_record, cost),
     .help = "of a whole switch, in one"},
    {.name = "save",
     .kind = TS_FIELD_DURATION,
     .fallback = "0ns",
     .offset = TS_AT(ts_switch_record, save),
     .help = "to put the outgoing thread away; not paid when it has ended"},
    {.name = "restore",
     .kind = TS_FIELD_DURATION,
     .fallback = "0ns",
     .offset = TS_AT(ts_switch_record, restore),
     .help = "to bring the incoming thread in"},
    {.name = "charge",
     .kind = TS_FIELD_CHOICE,
     .choices = charges,
     .fallback = "change",
     .offset = TS_AT(ts_switch_record, charge),
     .help = "when it is paid: when another thread than the last one comes, or "
             "at every dispatch"},
    {.name = "first",
     .kind = TS_FIELD_BOOL,
     .fallback = "true",
     .offset = TS_AT(ts_switch_record, first),
     .help = "whether the first dispatch on a processor is charged"},
};

static const ts_shape switch_shape = {
    .name = "switch",
    .help = "What a context switch costs directly",
    .size = sizeof(ts_switch_record),
    TS_FIELDS(switch_fields),
    .shorthand = "cost"};

static const char *const queue_choices[] = {"usual", "central", "per-processor",
                                            NULL};

static const ts_field system_fields[] = {
    {.name = "policy",
     .kind = TS_FIELD_TAG,
     .registry = &ts_policies,
     .fallback = "fifo",
     .offset = TS_AT(ts_system, policy),
     .help = "the scheduling policy; its own fields stand beside it"},
    {.name = "switch",
     .kind = TS_FIELD_OBJECT,
     .shape = &switch_shape,
     .fallback = "{}",
     .offset = TS_AT(ts_system, switching),
     .help = "what a context switch costs"},
    {.name = "timer_slack",
     .kind = TS_FIELD_TIME,
     .fallback = "0s",
     .source = "Linux: 50 us, prctl(PR_SET_TIMERSLACK)",
     .offset = TS_AT(ts_system, timer_slack),
     .help = "sleeps and time-outs end late, by a time drawn anew each time "
             "from zero to this (timers that go off together save wake-ups)"},
    {.name = "jitter",
     .kind = TS_FIELD_RATIO,
     .fallback = "0",
     .max = 1,
     .offset = TS_AT(ts_system, jitter),
     .help = "times that programs say as a constant are drawn anew each time, "
             "within this share to either side of it: nothing real is exactly "
             "as long as the last, and threads that are fall into step"},
    {.name = "queues",
     .kind = TS_FIELD_CHOICE,
     .choices = queue_choices,
     .fallback = "usual",
     .offset = TS_AT(ts_system, queues),
     .help = "one run queue for all processors, or one each; usual: one each "
             "for policies that follow a kernel with one each, else central"},
    {.name = "room",
     .kind = TS_FIELD_INT,
     .fallback = "0",
     .max = 2e7,
     .offset = TS_AT(ts_system, room),
     .help = "most threads at once; one that arrives when it is full is turned "
             "away and counted as lost; 0: any number"},
    {.name = "balance",
     .kind = TS_FIELD_OBJECT,
     .shape = &ts_balance_shape,
     .fallback = "{}",
     .offset = TS_AT(ts_system, balance),
     .help = "with a run queue each: how threads go from one to another"},
};

const ts_shape ts_system_shape = {.name = "system",
                                  .help = "The operating system",
                                  .size = sizeof(ts_system),
                                  TS_FIELDS(system_fields),
                                  .beside = ts_tables_system,
                                  .records = TS_AT(ts_system, parts),
                                  .profiles = true};

/* --- assembly --- */

bool ts_machine_memory(ts_machine *machine)
{
    ts_engine_fail(machine->engine, "out of memory with %lld threads alive",
                   (long long)machine->live_count);
    return false;
}

ts_fine ts_machine_fine(const ts_machine *machine, const ts_duration *duration)
{
    int64_t amount = duration->amount.whole;

    return duration->cycles ? ts_clock_fine(&machine->cpus[0].clock, amount)
                            : ts_fine_make(amount);
}

int64_t ts_machine_urgency(const ts_machine *machine, int64_t priority)
{
    return machine->conventions->priority == TS_LARGER_IS_HIGHER ? priority
                                                                 : -priority;
}

int ts_computer_processors(const ts_computer *computer)
{
    int64_t count = described(computer);

    if (count == 0)
        count = computer->processors;
    return count > 0 ? (int)count : 1;
}

static bool create_processors(ts_machine *machine, const ts_computer *computer)
{
    int count = ts_computer_processors(computer);

    machine->cpu_count = count;
    machine->cpus =
        ts_arena_array(machine->arena, (size_t)count, sizeof *machine->cpus);
    machine->vacant = ts_arena_array(machine->arena, TS_BITS_WORDS(count),
                                     sizeof *machine->vacant);
    if (machine->cpus == NULL || machine->vacant == NULL)
        return false;
    for (int i = 0; i < count; i++) {
        ts_cpu *cpu = &machine->cpus[i];

        ts_cpu_init(machine, cpu, i);
        if (computer->clock.den > 0)
            cpu->clock =
                ts_clock_make(computer->clock.num, computer->clock.den, 0);
        cpu->place =
            ts_trace_name(machine->trace, TS_PLACES,
                          ts_arena_format(machine->arena, "processor %d", i));
    }
    return true;
}

static bool create_queues(ts_machine *machine, const ts_system *system)
{
    const ts_policy *policy = system->policy.entry->model;
    bool each = system->queues == TS_QUEUES_EACH ||
                (system->queues == TS_QUEUES_USUAL && policy->per_processor);
    int count = each ? machine->cpu_count : 1;

    if (policy->rate != NULL)
        machine->share_kind = ts_trace_name(machine->trace, TS_KINDS, "share");
    machine->policy_entry = system->policy.entry;
    machine->ties = ts_conventions_ties(machine->conventions, policy,
                                        system->policy.fields);
    machine->queue_count = count;
    machine->queues =
        ts_arena_array(machine->arena, (size_t)count, sizeof *machine->queues);
    if (machine->queues == NULL)
        return false;
    for (int i = 0; i < count; i++)
        machine->queues[i] = (ts_runqueue){
            .machine = machine,
            .policy = policy,
            .options = system->policy.fields,
            .id = i,
            .first = count == 1 ? 0 : i,
            .count = count == 1 ? machine->cpu_count : 1,
        };
    for (int i = 0; i < machine->cpu_count; i++)
        machine->cpus[i].queue = &machine->queues[count == 1 ? 0 : i];
    return true;
}

static void set_switch(ts_machine *machine, const ts_switch_record *record)
{
    machine->switch_charge = (ts_switch_charge)record->charge;
    machine->switch_first = record->first;
    if (record->cost.given) {
        machine->switch_restore = ts_machine_fine(machine, &record->cost);
        return;
    }
    machine->switch_save = ts_machine_fine(machine, &record->save);
    machine->switch_restore = ts_machine_fine(machine, &record->restore);
}

bool ts_machine_create(ts_machine *machine, ts_error *error)
{
    static const char *const kinds[TS_MODES] = {"run",   "kernel", "spin",
                                                "stall", "switch", "interrupt",
                                                "idle"};
    const ts_machine_record *record = machine->record;

    for (int i = 0; i < TS_MODES; i++)
        machine->kinds[i] = ts_trace_name(machine->trace, TS_KINDS, kinds[i]);
    machine->conventions = record->conventions;
    machine->room = record->system->room;
    if (!create_processors(machine, record->computer) ||
        !create_queues(machine, record->system))
        return ts_fail(error, "out of memory for %d processors",
                       machine->cpu_count);
    if (machine->queues[0].policy->per_processor &&
        machine->queues[0].count > 1)
        return ts_fail(error,
                       "policy %s follows a kernel with a run queue "
                       "for each processor; leave out \"queues\": "
                       "\"central\"",
                       machine->policy_entry->name);
    set_switch(machine, record->system->switching);
    machine->timer_slack = record->system->timer_slack;
    machine->jitter = (int64_t)(record->system->jitter * 1e6 + 0.5);
    return ts_dispatch_create(machine, error) &&
           ts_parts_create(machine, error) && ts_measure_check(machine, error);
}
