/*
 * fields.c - the tables of the computer's memory and of a working set.
 */
#include "models/memory/dram.h"
#include "models/memory/memory.h"

static const ts_field transfer_fields[] = {
    {.name = "core",
     .kind = TS_FIELD_DURATION,
     .offset = TS_AT(ts_transfer_record, core),
     .help = "between hardware threads of one core"},
    {.name = "complex",
     .kind = TS_FIELD_DURATION,
     .offset = TS_AT(ts_transfer_record, complex),
     .help = "between cores of one complex"},
    {.name = "chiplet",
     .kind = TS_FIELD_DURATION,
     .offset = TS_AT(ts_transfer_record, chiplet),
     .help = "between complexes of one chiplet"},
    {.name = "node",
     .kind = TS_FIELD_DURATION,
     .offset = TS_AT(ts_transfer_record, node),
     .help = "between chiplets of one memory node"},
    {.name = "socket",
     .kind = TS_FIELD_DURATION,
     .offset = TS_AT(ts_transfer_record, socket),
     .help = "between memory nodes of one socket"},
    {.name = "machine",
     .kind = TS_FIELD_DURATION,
     .offset = TS_AT(ts_transfer_record, machine),
     .help = "between sockets"},
    {.name = "away",
     .kind = TS_FIELD_DURATION,
     .offset = TS_AT(ts_transfer_record, away),
     .help = "between complexes of one socket, of a line whose home is another "
             "socket; as between sockets when not given"},
};

static const ts_shape transfer_shape = {
    .name = "transfer",
    .help = "How long a line takes from core to core, one way; what is not "
            "given is as far as the next larger one that is, or as RAM",
    .size = sizeof(ts_transfer_record),
    TS_FIELDS(transfer_fields)};

static const ts_field way_fields[] = {
    {.name = "cycles",
     .kind = TS_FIELD_INT,
     .required = true,
     .max = 1e9,
     .offset = TS_AT(ts_way_record, cycles),
     .help = "how many"},
    {.name = "clock",
     .kind = TS_FIELD_REF,
     .collection = "clock",
     .required = true,
     .offset = TS_AT(ts_way_record, clock),
     .help = "of which of the scenario's clocks"},
};

static const ts_shape way_shape = {.name = "way",
                                   .help = "A part of a line's way",
                                   .size = sizeof(ts_way_record),
                                   TS_FIELDS(way_fields)};

static const ts_field way_item = {.name = "part",
                                  .kind = TS_FIELD_OBJECT,
                                  .shape = &way_shape,
                                  .help = "cycles of a clock"};

#define WAY(member, text)                                                      \
    {                                                                          \
        .name = #member, .kind = TS_FIELD_LIST, .item = &way_item,             \
        .limit = 64, .offset = TS_AT(ts_path_record, member), .help = text     \
    }

static const ts_field path_fields[] = {
    WAY(latency, "from load to use of a line in memory of the same node"),
    WAY(remote_node, "of a line in another node of the socket"),
    WAY(remote_socket, "of a line in another socket"),
    WAY(complex, "from core to core of one complex"),
    WAY(chiplet, "between complexes of one chiplet"),
    WAY(node, "between chiplets of one memory node"),
    WAY(socket, "between memory nodes of one socket"),
    WAY(machine, "between sockets"),
};

static const ts_shape path_shape = {
    .name = "path",
    .help = "What lines go through, each part so many cycles of a clock: "
            "caches, a fabric, a controller, the chips. What is given here "
            "counts instead of the time of that name, of the memory or of its "
            "transfer",
    .size = sizeof(ts_path_record),
    TS_FIELDS(path_fields)};

static const ts_field memory_fields[] = {
    {.name = "latency",
     .kind = TS_FIELD_DURATION,
     .fallback = "0ns",
     .offset = TS_AT(ts_memory_record, latency),
     .help = "from load to use of a line in memory of the same node"},
    {.name = "remote_node",
     .kind = TS_FIELD_DURATION,
     .offset = TS_AT(ts_memory_record, remote_node),
     .help = "of a line in another node of the socket; as near as the own "
             "when not given"},
    {.name = "remote_socket",
     .kind = TS_FIELD_DURATION,
     .offset = TS_AT(ts_memory_record, remote_socket),
     .help = "of a line in another socket; as remote_node when not given"},
    {.name = "line",
     .kind = TS_FIELD_SIZE,
     .fallback = "64B",
     .min = 1,
     .max = 65536,
     .offset = TS_AT(ts_memory_record, line),
     .help = "what is fetched at a time"},
    {.name = "mlp",
     .kind = TS_FIELD_REAL,
     .fallback = "4",
     .min = 1,
     .max = 1000,
     .offset = TS_AT(ts_memory_record, mlp),
     .help = "misses under way at a time when a working set is fetched again, "
             "to a thousandth",
     .source = "4 to 10 on today's cores"},
    {.name = "capacity",
     .kind = TS_FIELD_RATE,
     .positive = true,
     .bytes = true,
     .offset = TS_AT(ts_memory_record, capacity),
     .help = "bytes a second that a node's memory can deliver"},
    {.name = "remote_capacity",
     .kind = TS_FIELD_RATE,
     .positive = true,
     .bytes = true,
     .offset = TS_AT(ts_memory_record, remote_capacity),
     .help = "of these, to processors of other nodes"},
    {.name = "slope",
     .kind = TS_FIELD_DURATION,
     .fallback = "0ns",
     .goes_with = TS_NAMES("capacity"),
     .offset = TS_AT(ts_memory_record, slope),
     .help = "s in latency + s u / (2 (1 - u)) at load u: the wait of a queue "
             "with a constant service of s"},
    {.name = "transfer",
     .kind = TS_FIELD_OBJECT,
     .shape = &transfer_shape,
     .offset = TS_AT(ts_memory_record, transfer),
     .help = "from core to core"},
    {.name = "path",
     .kind = TS_FIELD_OBJECT,
     .shape = &path_shape,
     .offset = TS_AT(ts_memory_record, path),
     .help = "what lines go through, in place of times: they follow their "
             "clocks"},
    {.name = "dram",
     .kind = TS_FIELD_OBJECT,
     .shape = &ts_dram_shape,
     .offset = TS_AT(ts_memory_record, dram),
     .help = "the timing of the memory chips, for the operation dram"},
};

const ts_shape ts_memory_shape = {.name = "RAM",
                                  .help = "Memory beyond the caches",
                                  .size = sizeof(ts_memory_record),
                                  TS_FIELDS(memory_fields),
                                  .shorthand = "latency"};

static const char *const placements[] = {"first-touch", "interleave",
                                         "anywhere", "node", NULL};

static const ts_field footprint_fields[] = {
    {.name = "size",
     .kind = TS_FIELD_SIZE,
     .required = true,
     .max = 1e15,
     .offset = TS_AT(ts_footprint_record, size),
     .help = "the working set, touched all over whenever the thread runs"},
    {.name = "mlp",
     .kind = TS_FIELD_REAL,
     .min = 1,
     .max = 1000,
     .offset = TS_AT(ts_footprint_record, mlp),
     .help = "misses under way at a time; the computer's when not given"},
    {.name = "placement",
     .kind = TS_FIELD_CHOICE,
     .choices = placements,
     .fallback = "first-touch",
     .offset = TS_AT(ts_footprint_record, placement),
     .help = "on which memory nodes it lies: where the thread runs first, on "
             "all in turn, on any one, or on a given one"},
    {.name = "node",
     .kind = TS_FIELD_INT,
     .fallback = "0",
     .max = 4095,
     .offset = TS_AT(ts_footprint_record, node),
     .help = "with placement node: which"},
    {.name = "remote",
     .kind = TS_FIELD_RATIO,
     .fallback = "0",
     .max = 1,
     .offset = TS_AT(ts_footprint_record, remote),
     .help = "the part of it that lies on the other nodes all the same"},
};

static void check_footprint(ts_check *check, const void *record)
{
    const ts_footprint_record *footprint = record;

    if (footprint->remote > 0 && footprint->placement == TS_PLACE_INTERLEAVE)
        ts_check_error(check, "remote",
                       "does not go with placement interleave");
}

const ts_shape ts_footprint_shape = {.name = "working set",
                                     .help = "The memory a thread works on",
                                     .size = sizeof(ts_footprint_record),
                                     TS_FIELDS(footprint_fields),
                                     .shorthand = "size",
                                     .check = check_footprint};

static const ts_field follow_fields[] = {
    {.name = "every",
     .kind = TS_FIELD_TIME,
     .fallback = "1s",
     .min = 1,
     .offset = TS_AT(ts_follow_record, every),
     .help = "processor time of a thread between two looks at its memory",
     .source = "Linux, numa_balancing_scan_period_min_ms"},
    {.name = "most",
     .kind = TS_FIELD_SIZE,
     .fallback = "256MiB",
     .min = 1,
     .max = 1e15,
     .offset = TS_AT(ts_follow_record, most),
     .help = "how much is moved each time, of what lies on other nodes",
     .source = "Linux, numa_balancing_scan_size_mb"},
    {.name = "page",
     .kind = TS_FIELD_SIZE,
     .fallback = "4KiB",
     .min = 1,
     .max = 1e15,
     .offset = TS_AT(ts_follow_record, page),
     .help = "what is moved at a time"},
    {.name = "cost",
     .kind = TS_FIELD_DURATION,
     .fallback = "2us",
     .offset = TS_AT(ts_follow_record, cost),
     .help =
         "of each page: the fault that asks for it and its copy, unverified; "
         "paid by the thread before it goes on"},
};

const ts_shape ts_follow_shape = {
    .name = "NUMA balancing",
    .help = "Memory that goes to the node where its thread runs (Linux's "
            "automatic NUMA balancing). Looked at when the thread gets a "
            "processor or begins an operation on memory. Interleaved memory "
            "and that of a given node stay, as under a policy of the program. "
            "Left out: pages that must be asked for twice, and the time "
            "between two looks that grows and shrinks",
    .size = sizeof(ts_follow_record),
    TS_FIELDS(follow_fields)};

/* --- what stands beside the tables of others --- */

static const ts_field cache_item = {.name = "cache",
                                    .kind = TS_FIELD_OBJECT,
                                    .shape = &ts_cache_shape,
                                    .help = "one level of cache"};

static const ts_field computer_fields[] = {
    {.name = "caches",
     .kind = TS_FIELD_LIST,
     .item = &cache_item,
     .limit = TS_CACHE_LEVELS,
     .offset = TS_AT(ts_memory_computer, caches),
     .help = "the levels of cache, the innermost first"},
    {.name = "memory",
     .kind = TS_FIELD_OBJECT,
     .shape = &ts_memory_shape,
     .offset = TS_AT(ts_memory_computer, memory),
     .help = "RAM: latencies by distance, what it can deliver"},
};

const ts_shape ts_memory_in_computer = {.name = "computer",
                                        .help = "Its memory",
                                        .size = sizeof(ts_memory_computer),
                                        TS_FIELDS(computer_fields)};

static const ts_field system_fields[] = {
    {.name = "numa_balancing",
     .kind = TS_FIELD_OBJECT,
     .shape = &ts_follow_shape,
     .offset = TS_AT(ts_memory_system, numa_balancing),
     .help = "how memory follows threads to other nodes; it stays where it is "
             "when not given"},
};

const ts_shape ts_memory_in_system = {.name = "system",
                                      .help = "What it does about memory",
                                      .size = sizeof(ts_memory_system),
                                      TS_FIELDS(system_fields)};

static const ts_field thread_fields[] = {
    {.name = "memory",
     .kind = TS_FIELD_OBJECT,
     .shape = &ts_footprint_shape,
     .offset = TS_AT(ts_memory_thread, memory),
     .help = "each thread's working set: whatever its program does, what its "
             "caches have lost of it is fetched again at each dispatch; none "
             "when not given"},
};

const ts_shape ts_memory_in_thread = {.name = "thread",
                                      .help = "Its memory",
                                      .size = sizeof(ts_memory_thread),
                                      TS_FIELDS(thread_fields)};
