/*
 * stolen.c - what a hypervisor, or programs that the scenario does not have,
 * take of the processors.
 *
 * A neighbour holds a processor for a burst, whatever runs there, and stays
 * away for a time that is exponential: it comes at random. Its mean follows
 * from the burst that was, so that in the long run the part of the time that is
 * said is gone, however long bursts are. Each processor has neighbours of its
 * own. Whoever is interrupted goes on where he was; an idle processor is taken
 * as well, and who wakes then waits: that is most of what stolen time does to
 * latencies.
 *
 * Left out: neighbours that come because of what runs here (a hypervisor's
 * quota, a fair share); caches that they leave cold.
 */
#include "models/machine/cpu.h"
#include "models/machine/part.h"

typedef struct ts_stolen_record {
    double share;
    ts_duration burst;
} ts_stolen_record;

static const ts_field stolen_fields[] = {
    {.name = "share",
     .kind = TS_FIELD_RATIO,
     .required = true,
     .positive = true,
     .max = 0.99,
     .offset = TS_AT(ts_stolen_record, share),
     .help = "the part of each processor's time that is gone"},
    {.name = "burst",
     .kind = TS_FIELD_DURATION,
     .random = true,
     .no_cycles = true,
     .positive = true,
     .fallback = "10ms",
     .offset = TS_AT(ts_stolen_record, burst),
     .help = "how long a neighbour has a processor each time"},
};

static const ts_shape stolen_shape = {.name = "stolen",
                                      .help =
                                          "What others take of the processors",
                                      .size = sizeof(ts_stolen_record),
                                      TS_FIELDS(stolen_fields),
                                      .shorthand = "share"};

typedef struct stolen_computer {
    ts_stolen_record *stolen;
} stolen_computer;

static const ts_field computer_fields[] = {
    {.name = "stolen",
     .kind = TS_FIELD_OBJECT,
     .shape = &stolen_shape,
     .offset = TS_AT(stolen_computer, stolen),
     .help = "what a hypervisor or other programs take of its processors; "
             "nothing when not given"},
};

static const ts_shape computer_table = {.name = "computer",
                                        .help = "What its neighbours take",
                                        .size = sizeof(stolen_computer),
                                        TS_FIELDS(computer_fields)};

/* --- the part --- */

extern const int ts_slot_stolen;

typedef struct neighbour {
    const ts_stolen_record *record;
    ts_cpu *cpu;
    ts_random random;
    ts_event event; /* it comes */
    ts_interrupt interrupt;
    ts_time burst; /* the one that is, or will be */
    ts_time took;  /* bursts that are over */
} neighbour;

typedef struct stolen {
    neighbour *neighbours; /* by processor */
} stolen;

static const ts_stolen_record *said(const ts_machine *machine)
{
    const stolen_computer *computer =
        ts_part_computer(machine->record, ts_slot_stolen);

    return computer->stolen;
}

static bool asked(const ts_machine *machine)
{
    return said(machine) != NULL;
}

/* Draws the next burst, and when it comes. */
static void plan(neighbour *n)
{
    ts_engine *engine = n->cpu->machine->engine;
    double away, mean;

    n->burst = ts_distribution_whole(&n->record->burst.amount, &n->random);
    mean = (double)n->burst * (1 - n->record->share) / n->record->share;
    away = ts_random_exponential(&n->random) * mean;
    if (away < (double)TS_TIME_LIMIT)
        ts_event_at(engine, &n->event,
                    ts_time_add(ts_engine_now(engine), (ts_time)(away + 0.5)));
}

/* A burst is a time, however fast the processor is. */
static void come(ts_engine *engine, ts_event *event)
{
    neighbour *n = TS_CONTAINER(event, neighbour, event);

    (void)engine;
    n->interrupt.cost = ts_cpu_work_of(n->cpu, ts_fine_make(n->burst));
    ts_cpu_interrupt(n->cpu, &n->interrupt);
}

static void gone(ts_machine *machine, ts_cpu *cpu, ts_interrupt *interrupt)
{
    neighbour *n = interrupt->context;

    (void)machine;
    (void)cpu;
    n->took += n->burst;
    plan(n);
}

static bool create(ts_machine *machine, void *state, ts_error *error)
{
    stolen *mine = state;
    int kind = ts_trace_name(machine->trace, TS_KINDS, "stolen");

    mine->neighbours =
        ts_arena_array(machine->arena, (size_t)machine->cpu_count,
                       sizeof *mine->neighbours);
    if (mine->neighbours == NULL)
        return ts_fail(error,
                       "out of memory for the neighbours of %d "
                       "processors",
                       machine->cpu_count);
    for (int i = 0; i < machine->cpu_count; i++) {
        neighbour *n = &mine->neighbours[i];

        n->record = said(machine);
        n->cpu = &machine->cpus[i];
        n->interrupt = (ts_interrupt){.level = -1, /* before all of ours */
                                      .beneath = true,
                                      .done = gone,
                                      .context = n,
                                      .name = "stolen",
                                      .kind = kind};
        ts_event_init_loose(&n->event, TS_CLASS_INTERRUPT, come, "stolen");
        ts_random_init(&n->random, ts_engine_seed(machine->engine),
                       ts_arena_format(machine->arena, "processor/%d/stolen",
                                       i));
        plan(n);
    }
    return true;
}

static void report(ts_machine *machine, void *state, ts_report *report)
{
    const stolen *mine = state;
    ts_i128 took = 0;
    int64_t bursts = 0;

    for (int i = 0; i < machine->cpu_count; i++) {
        took += mine->neighbours[i].took;
        bursts += mine->neighbours[i].interrupt.served;
    }
    ts_report_ratio(report, took,
                    (ts_i128)ts_engine_now(machine->engine) *
                        machine->cpu_count,
                    "stolen.share");
    ts_report_count(report, bursts, "stolen.bursts");
}

static const ts_metric_kind metrics[] = {
    {"stolen.share", TS_UNIT_RATIO, false,
     "the part of the processors' time that others took, in bursts that were "
     "over"},
    {"stolen.bursts", TS_UNIT_COUNT, false,
     "how often others took a processor"},
};

const ts_part ts_part_stolen = {.name = "stolen",
                                .computer = &computer_table,
                                .state = sizeof(stolen),
                                .asked = asked,
                                .create = create,
                                .report = report,
                                TS_METRICS(metrics)};
