/*
 * topology.c - see topology.h.
 *
 * Processors are numbered as Linux numbers them on x86: by default the first
 * hardware thread of every core, then the second ones ("siblings": "last"), so
 * that a dispatcher that fills the lowest free processor first uses every core
 * before it doubles up.
 */
#include "models/silicon/topology.h"

#include "models/machine/part.h"

#define THREADS_MAX 4096

static const ts_field cores_fields[] = {
    {.name = "count",
     .kind = TS_FIELD_INT,
     .required = true,
     .min = 1,
     .max = THREADS_MAX,
     .offset = TS_AT(ts_cores_record, count),
     .help = "how many such cores are in each core complex"},
    {.name = "threads",
     .kind = TS_FIELD_INT,
     .fallback = "1",
     .min = 1,
     .max = TS_SIBLINGS_MAX,
     .offset = TS_AT(ts_cores_record, threads),
     .help = "hardware threads of each core"},
    {.name = "speed",
     .kind = TS_FIELD_RATIO,
     .fallback = "1",
     .min = 0.001,
     .max = 1000,
     .offset = TS_AT(ts_cores_record, speed),
     .help = "speed against the nominal core, to a thousandth"},
    {.name = "name",
     .kind = TS_FIELD_TEXT,
     .offset = TS_AT(ts_cores_record, name),
     .help = "what such cores are called: \"P\", \"E\""},
};

static const ts_shape cores_shape = {.name = "cores",
                                     .help = "Equal cores of a core complex",
                                     .size = sizeof(ts_cores_record),
                                     TS_FIELDS(cores_fields),
                                     .shorthand = "count"};

static const ts_field cores_item = {.name = "cores",
                                    .kind = TS_FIELD_OBJECT,
                                    .shape = &cores_shape,
                                    .help = "equal cores"};

static const char *const sibling_choices[] = {"last", "adjacent", NULL};
const char *const ts_scope_names[] = {"thread", "core",   "complex", "chiplet",
                                      "node",   "socket", "machine", NULL};

static const ts_field topology_fields[] = {
    {.name = "sockets",
     .kind = TS_FIELD_INT,
     .fallback = "1",
     .min = 1,
     .max = 64,
     .offset = TS_AT(ts_topology_record, sockets),
     .help = "processor packages"},
    {.name = "nodes",
     .kind = TS_FIELD_INT,
     .fallback = "1",
     .min = 1,
     .max = 64,
     .offset = TS_AT(ts_topology_record, nodes),
     .help = "memory nodes of each socket (NPS on EPYC)"},
    {.name = "chiplets",
     .kind = TS_FIELD_INT,
     .fallback = "1",
     .min = 1,
     .max = 64,
     .offset = TS_AT(ts_topology_record, chiplets),
     .help = "chiplets with cores on each socket"},
    {.name = "complexes",
     .kind = TS_FIELD_INT,
     .fallback = "1",
     .min = 1,
     .max = 64,
     .offset = TS_AT(ts_topology_record, complexes),
     .help = "core complexes on each chiplet"},
    {.name = "cores",
     .kind = TS_FIELD_LIST,
     .item = &cores_item,
     .one = true,
     .required = true,
     .min = 1,
     .limit = 16,
     .offset = TS_AT(ts_topology_record, cores),
     .help = "the cores of each complex: a number, or groups of equal ones"},
    {.name = "siblings",
     .kind = TS_FIELD_CHOICE,
     .choices = sibling_choices,
     .fallback = "last",
     .offset = TS_AT(ts_topology_record, siblings),
     .help = "whether a core's further hardware threads are numbered after "
             "all first ones, or beside them",
     .source = "Linux on x86 numbers them last"},
};

int64_t ts_topology_threads(const ts_topology_record *record)
{
    const ts_cores_record *groups = record->cores.items;
    int64_t threads = 0;

    for (int i = 0; i < record->cores.count; i++)
        threads += groups[i].count * groups[i].threads;
    return threads * record->sockets * record->chiplets * record->complexes;
}

static void check_topology(ts_check *check, const void *record)
{
    const ts_topology_record *topology = record;
    int64_t threads = ts_topology_threads(topology);
    int64_t complexes = topology->chiplets * topology->complexes;

    if (threads > THREADS_MAX)
        ts_check_error(check, NULL, "has %lld hardware threads; at most %d",
                       (long long)threads, THREADS_MAX);
    if (complexes % topology->nodes != 0)
        ts_check_error(check, "nodes",
                       "must divide the %lld core complexes of a socket",
                       (long long)complexes);
}

const ts_shape ts_topology_shape = {
    .name = "topology",
    .help = "Sockets of chiplets of core complexes of cores",
    .size = sizeof(ts_topology_record),
    TS_FIELDS(topology_fields),
    .shorthand = "cores",
    .check = check_topology};

/* What the part says in "computer". */
typedef struct topology_computer {
    ts_topology_record *topology; /* NULL: a core each, in a row */
} topology_computer;

static const ts_field computer_fields[] = {
    {.name = "topology",
     .kind = TS_FIELD_OBJECT,
     .shape = &ts_topology_shape,
     .offset = TS_AT(topology_computer, topology),
     .help = "where the hardware threads stand; each a core of its own when "
             "not given"},
};

static const ts_shape computer_table = {.name = "computer",
                                        .help = "Its hardware threads",
                                        .size = sizeof(topology_computer),
                                        TS_FIELDS(computer_fields)};

static int64_t processors(const void *fields)
{
    const topology_computer *computer = fields;

    return computer->topology != NULL ? ts_topology_threads(computer->topology)
                                      : 0;
}

/* --- making --- */

/* Where one core stands. */
typedef struct spot {
    int core, complex, chiplet, node, socket;
    const ts_cores_record *group;
} spot;

static void put(ts_machine *machine, int cpu, int sibling, const spot *at)
{
    ts_topology *topology = ts_topology_of(machine);
    const int unit[TS_SCOPES] = {
        cpu, at->core, at->complex, at->chiplet, at->node, at->socket, 0};

    assert(cpu < machine->cpu_count && at->core < machine->cpu_count);
    for (int scope = 0; scope < TS_SCOPES; scope++) {
        topology->unit[scope][cpu] = unit[scope];
        if (unit[scope] >= topology->count[scope])
            topology->count[scope] = unit[scope] + 1;
    }
    topology->width[at->core] = sibling + 1;
    if (at->group != NULL && at->group->speed != 1)
        ts_cpu_set_factor(&machine->cpus[cpu], topology->factor,
                          (int64_t)(at->group->speed * 1000 + 0.5), 1000);
}

/* Calls put() for sibling number `sibling` of every core that has one (-1: for
 * all of them), numbering from *cpu. */
static void place_all(ts_machine *machine, const ts_topology_record *record,
                      int sibling, int *cpu)
{
    const ts_cores_record *groups = record->cores.items;
    int complexes = (int)(record->chiplets * record->complexes);
    int all = (int)record->sockets * complexes;
    spot at = {.core = 0};

    for (at.complex = 0; at.complex < all; at.complex++) {
        int within = at.complex % complexes;

        at.chiplet = at.complex / (int)record->complexes;
        at.socket = at.complex / complexes;
        at.node = at.socket * (int)record->nodes +
                  within * (int)record->nodes / complexes;
        for (int g = 0; g < record->cores.count; g++) {
            at.group = &groups[g];
            for (int64_t c = 0; c < groups[g].count; c++, at.core++)
                for (int s = 0; s < groups[g].threads; s++)
                    if (sibling < 0 || s == sibling)
                        put(machine, (*cpu)++, s, &at);
        }
    }
}

/* Without a record each processor is a core of its own in one socket. */
static bool create(ts_machine *machine, void *state, ts_error *error)
{
    const topology_computer *computer =
        ts_part_computer(machine->record, ts_slot_topology);
    const ts_topology_record *record = computer->topology;
    size_t cpus = (size_t)machine->cpu_count;
    ts_topology *topology = state;
    int next = 0;

    topology->factor = ts_machine_claim_factor(machine, TS_FELT_AT_WORK);
    for (int scope = 0; scope < TS_SCOPES; scope++) {
        topology->unit[scope] =
            ts_arena_array(machine->arena, cpus, sizeof(int32_t));
        if (topology->unit[scope] == NULL)
            return ts_fail(error, "out of memory for the topology");
    }
    topology->width = ts_arena_array(machine->arena, cpus, sizeof(int));
    if (topology->width == NULL)
        return ts_fail(error, "out of memory for the topology");
    if (record == NULL) {
        for (int i = 0; i < machine->cpu_count; i++)
            put(machine, i, 0, &(spot){.core = i});
        return true;
    }
    for (int s = 0; s < TS_SIBLINGS_MAX && next < machine->cpu_count; s++)
        place_all(machine, record,
                  record->siblings == TS_SIBLINGS_ADJACENT ? -1 : s, &next);
    assert(next == machine->cpu_count); /* each stands somewhere */
    return true;
}

ts_scope ts_topology_common(const ts_topology *topology, int a, int b)
{
    int scope = TS_SCOPE_THREAD;

    while (topology->unit[scope][a] != topology->unit[scope][b])
        scope++;
    assert(scope < TS_SCOPES); /* the machine is common to all */
    return (ts_scope)scope;
}

const ts_part ts_part_topology = {.name = "topology",
                                  .computer = &computer_table,
                                  .state = sizeof(ts_topology),
                                  .create = create,
                                  .processors = processors};
