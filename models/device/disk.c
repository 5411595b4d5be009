/*
 * disk.c - a disk with one arm: seek, rotate, transfer, and who is next.
 *
 * The platter turns all the time, whatever the arm does, so where the head is
 * follows from the clock alone. Tracks are numbered from the outside; blocks
 * run along track 0, then 1 ... and a track may have fewer of them than the one
 * outside it. The model and the arm's rules of thumb are those of OSTEP's
 * chapter on hard disks and its program: block k of a track is centred k blocks
 * (and the skew of all tracks before) after half a turn; the arm starts on track
 * 0 at angle 0.
 *
 * Every instant of a disk is a whole number of parts of a picosecond, 1/D,
 * where D is twice the least common multiple of the tracks' blocks: all angles
 * are whole in it, so that nothing drifts and a head that is exactly at the
 * edge of a block is seen to be.
 */
#include "models/device/device.h"
#include "models/machine/task.h"

#define TRACKS_MAX 4096

typedef enum arm {
    ARM_FIFO,
    ARM_SSTF,
    ARM_SATF,
    ARM_BSATF,
    ARM_SCAN,
    ARM_C_SCAN
} arm;
static const char *const arms[] = {"fifo", "sstf",   "satf", "bsatf",
                                   "scan", "c-scan", NULL};

typedef struct disk_record {
    ts_list sectors; /* of int64_t, by track */
    ts_time rotation, seek;
    int64_t skew;
    int arm;
    int64_t window;
    ts_list late; /* of int64_t */
} disk_record;

static const ts_field sectors_item = {.name = "blocks",
                                      .kind = TS_FIELD_INT,
                                      .min = 1,
                                      .max = 100000,
                                      .help = "blocks of a track"};
static const ts_field late_item = {.name = "block",
                                   .kind = TS_FIELD_INT,
                                   .max = 1e12,
                                   .help = "a block"};

static const ts_field fields[] = {
    {.name = "tracks",
     .kind = TS_FIELD_LIST,
     .item = &sectors_item,
     .required = true,
     .min = 1,
     .limit = TRACKS_MAX,
     .offset = TS_AT(disk_record, sectors),
     .help = "how many blocks each track has, from the outside"},
    {.name = "rotation",
     .kind = TS_FIELD_TIME,
     .required = true,
     .offset = TS_AT(disk_record, rotation),
     .min = 1,
     .max = 1e15,
     .help = "time of a full turn (6000/min: 10 ms)"},
    {.name = "seek",
     .kind = TS_FIELD_TIME,
     .required = true,
     .max = 1e15,
     .offset = TS_AT(disk_record, seek),
     .help = "time of the arm from one track to the next"},
    {.name = "skew",
     .kind = TS_FIELD_INT,
     .fallback = "0",
     .max = 100000,
     .offset = TS_AT(disk_record, skew),
     .help = "blocks by which each track begins later than the one outside"},
    {.name = "arm",
     .kind = TS_FIELD_CHOICE,
     .choices = arms,
     .fallback = "fifo",
     .offset = TS_AT(disk_record, arm),
     .help = "who is next: first come, shortest seek (sstf), shortest access "
             "(satf), the same in batches (bsatf), sweeps there and back "
             "(scan), sweeps one way (c-scan); both turn at the last request, "
             "not at the last track"},
    {.name = "window",
     .kind = TS_FIELD_INT,
     .fallback = "0",
     .max = 1e9,
     .offset = TS_AT(disk_record, window),
     .help = "how many requests the arm looks at: a window that moves on by "
             "one with each done, for bsatf by a whole window; 0: all"},
    {.name = "late",
     .kind = TS_FIELD_LIST,
     .item = &late_item,
     .offset = TS_AT(disk_record, late),
     .help = "blocks that nobody's program asks for: one is added each time "
             "the arm has chosen"},
};

static void check(ts_check *check, const void *record)
{
    const disk_record *options = record;

    if (options->arm == ARM_BSATF && options->window == 0)
        ts_check_error(check, "window", "must be given for bsatf");
}

static const ts_shape shape = {.name = "disk",
                               .help = "Options of a disk",
                               .size = sizeof(disk_record),
                               TS_FIELDS(fields),
                               .check = check};

typedef struct disk {
    const disk_record *record;
    int64_t parts;        /* D */
    int64_t *first_block; /* of each track; one more: all blocks */
    int track;            /* where the arm is ... */
    ts_i128 at;           /* ... exactly since when, in 1/D ps */
    int64_t last_block;   /* done last; -1: none */
    bool up;              /* scan: the way it goes */
    int64_t window, done;
    int late; /* blocks of `late` that have come */
    int seek_kind, rotate_kind, transfer_kind;
} disk;

static int64_t greatest_divisor(int64_t a, int64_t b)
{
    while (b != 0) {
        int64_t rest = a % b;

        a = b;
        b = rest;
    }
    return a;
}

static bool init(ts_device *device, const void *record, ts_error *error)
{
    disk *state = device->state;
    ts_machine *machine = device->machine;
    const disk_record *options = record;
    const int64_t *sectors = options->sectors.items;
    int tracks = options->sectors.count;
    int64_t common = 1;

    state->record = options;
    state->first_block = ts_arena_array(machine->arena, (size_t)tracks + 1,
                                        sizeof *state->first_block);
    if (state->first_block == NULL)
        return ts_fail(error, "out of memory for a disk");
    for (int i = 0; i < tracks; i++) {
        assert(sectors[i] > 0); /* the field's least */
        common *= sectors[i] / greatest_divisor(common, sectors[i]);
        if (common > INT64_C(1) << 40)
            return ts_fail(error,
                           "the tracks of disk %s have no common "
                           "measure that is small enough",
                           device->record->name);
        state->first_block[i + 1] = state->first_block[i] + sectors[i];
    }
    state->parts = 2 * common;
    state->last_block = -1;
    state->window = options->window;
    state->up = true;
    state->seek_kind = ts_trace_name(machine->trace, TS_KINDS, "seek");
    state->rotate_kind = ts_trace_name(machine->trace, TS_KINDS, "rotate");
    state->transfer_kind = ts_trace_name(machine->trace, TS_KINDS, "transfer");
    return true;
}

static bool accepts(const ts_device *device, int64_t block, ts_error *error)
{
    const disk *state = device->state;
    int64_t blocks = state->first_block[state->record->sectors.count];

    if (block < blocks)
        return true;
    return ts_fail(error,
                   "disk %s has blocks 0 to %lld, and %lld is asked "
                   "for",
                   device->record->name, (long long)blocks - 1,
                   (long long)block);
}

/* --- geometry --- */

static int track_of(const disk *state, int64_t block)
{
    int low = 0, high = state->record->sectors.count - 1;

    assert(block >= 0 && block < state->first_block[high + 1]);
    while (low < high) {
        int middle = (low + high + 1) / 2;

        if (state->first_block[middle] <= block)
            low = middle;
        else
            high = middle - 1;
    }
    return low;
}

static int64_t sectors_of(const disk *state, int track)
{
    const int64_t *sectors = state->record->sectors.items;

    assert(track >= 0 && track < state->record->sectors.count);
    return sectors[track];
}

/* A full turn and the time under the head of one block, in 1/D ps. */
static ts_i128 turn(const disk *state)
{
    return (ts_i128)state->record->rotation * state->parts;
}

static ts_i128 transfer(const disk *state, int64_t block)
{
    return turn(state) / sectors_of(state, track_of(state, block));
}

static ts_i128 seek(const disk *state, int64_t block)
{
    int far = track_of(state, block) - state->track;

    return (ts_i128)(far < 0 ? -far : far) * state->record->seek * state->parts;
}

/* From `when` until the edge of the block comes under the head: 0 .. a turn. */
static ts_i128 rotation(const disk *state, int64_t block, ts_i128 when)
{
    int track = track_of(state, block);
    int64_t sectors = sectors_of(state, track);
    int64_t k = block - state->first_block[track] + state->record->skew * track;
    ts_i128 edge = turn(state) / (2 * sectors) * (2 * k + sectors - 1);
    ts_i128 wait = (edge - when) % turn(state);

    return wait < 0 ? wait + turn(state) : wait;
}

static bool follows(const disk *state, int64_t block)
{
    int track = track_of(state, block);
    int64_t next = state->last_block + 1;

    if (next == state->first_block[track + 1])
        next = state->first_block[track];
    return state->last_block >= state->first_block[track] &&
           state->last_block < state->first_block[track + 1] && next == block;
}

/* --- who is next --- */

static ts_i128 access_time(const disk *state, const ts_request *request)
{
    ts_i128 moved = seek(state, request->block);

    return moved + rotation(state, request->block, state->at + moved) +
           transfer(state, request->block);
}

/* How far a sweep has to go to it; there and back is two disks long. */
static int64_t sweep(const disk *state, const ts_request *request)
{
    int tracks = state->record->sectors.count;
    int track = track_of(state, request->block);
    bool up = state->record->arm == ARM_C_SCAN || state->up;
    int way = up ? track - state->track : state->track - track;

    if (way >= 0)
        return way;
    return state->record->arm == ARM_C_SCAN ? tracks + track : 2 * tracks - way;
}

/* What the arm minimises first; then the access time, except first come. */
static int64_t distance(const disk *state, const ts_request *request)
{
    int far = track_of(state, request->block) - state->track;

    switch ((arm)state->record->arm) {
    case ARM_SSTF:
        return far < 0 ? -far : far;
    case ARM_SCAN:
    case ARM_C_SCAN:
        return sweep(state, request);
    case ARM_FIFO:
        return request->number;
    case ARM_SATF:
    case ARM_BSATF:
        break;
    }
    return 0;
}

/* The first of the requests that the arm does not look at yet. */
static int64_t window_end(disk *state)
{
    int64_t w = state->record->window;

    if (w == 0)
        return INT64_MAX;
    if (state->record->arm != ARM_BSATF)
        return w + state->done;
    if (state->done > 0 && state->done % w == 0)
        state->window += w;
    return state->window;
}

static ts_request *choose(ts_device *device)
{
    disk *state = device->state;
    ts_request *best = NULL;
    ts_i128 best_access = 0;
    int64_t end = window_end(state), nearest = 0;

    if (state->at / state->parts != ts_engine_now(device->machine->engine))
        state->at =
            (ts_i128)ts_engine_now(device->machine->engine) * state->parts;
    for (ts_request *r = device->first;
         r != NULL && (r->number < end || best == NULL); r = r->next) {
        int64_t far = distance(state, r);
        ts_i128 access = access_time(state, r);

        if (best == NULL || far < nearest ||
            (far == nearest && access < best_access)) {
            best = r;
            nearest = far;
            best_access = access;
        }
    }
    assert(best != NULL); /* it is only asked where one waits */
    return best;
}

/* --- service --- */

static void trace(ts_device *device, const ts_request *request, int kind,
                  ts_i128 from, ts_i128 to)
{
    const disk *state = device->state;

    ts_trace_span(device->machine->trace, (ts_time)(from / state->parts),
                  (ts_time)(to / state->parts), device->place, kind,
                  request->thread != NULL ? request->thread->id : -1,
                  (int32_t)request->block);
}

static ts_time serve(ts_device *device, ts_request *request)
{
    disk *state = device->state;
    const int64_t *late = state->record->late.items;
    ts_i128 from = state->at, there = from + seek(state, request->block);
    ts_i128 wait = rotation(state, request->block, there);
    int track = track_of(state, request->block);

    /* Found out too late that the edge is just here: a turn is lost, unless the
     * head came here reading. */
    if (wait == 0 && there == from && track == state->track &&
        !follows(state, request->block))
        wait = turn(state);
    assert(wait >= 0 && wait <= turn(state));
    state->at = there + wait + transfer(state, request->block);
    trace(device, request, state->seek_kind, from, there);
    trace(device, request, state->rotate_kind, there, there + wait);
    trace(device, request, state->transfer_kind, there + wait, state->at);
    if (track != state->track)
        state->up = track > state->track;
    state->track = track;
    state->last_block = request->block;
    state->done++;
    if (state->late < state->record->late.count)
        ts_device_submit(device, NULL, 0, late[state->late++]);
    return (ts_time)(state->at / state->parts);
}

static const ts_device_model model = {
    .state_size = sizeof(disk),
    .blocks = true,
    .init = init,
    .choose = choose,
    .serve = serve,
    .accepts = accepts,
};

const ts_entry ts_device_disk = {
    .name = "disk",
    .help = "one arm, tracks that turn: seek, rotate, transfer",
    .about = "OSTEP's disk. No cache, no zones of the controller's own, reads "
             "and writes alike.",
    .shape = &shape,
    .model = &model,
};
