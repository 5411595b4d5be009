/*
 * dram.c - single accesses at the memory chips.
 *
 * Commands on the memory's clock: precharge closes a bank's row (tRP),
 * activate opens another (tRCD), read brings its first data (CL), and the
 * burst takes half a clock a beat. Which of them an access needs is the bank's
 * state. This is the device's time; a load by a core also goes through the
 * caches, the fabric and the controller. Nothing here is about many accesses
 * at once: for them RAM has a load.
 */
#include "models/memory/dram.h"
#include "models/machine/part.h"
#include "models/machine/task.h"
#include "models/memory/memory.h"
#include "models/machine/program.h"

static const ts_field dram_fields[] = {
    {.name = "clock",
     .kind = TS_FIELD_FREQUENCY,
     .required = true,
     .min = 1,
     .max = 1e11,
     .offset = TS_AT(ts_dram_record, clock),
     .help = "of the commands: 4000/3MHz for DDR4-2666"},
    {.name = "cl",
     .kind = TS_FIELD_INT,
     .required = true,
     .max = 1000,
     .offset = TS_AT(ts_dram_record, cl),
     .help = "clocks from read to the first data"},
    {.name = "trcd",
     .kind = TS_FIELD_INT,
     .required = true,
     .max = 1000,
     .offset = TS_AT(ts_dram_record, trcd),
     .help = "clocks from activate to read"},
    {.name = "trp",
     .kind = TS_FIELD_INT,
     .required = true,
     .max = 1000,
     .offset = TS_AT(ts_dram_record, trp),
     .help = "clocks from precharge to activate"},
    {.name = "burst",
     .kind = TS_FIELD_INT,
     .fallback = "8",
     .min = 2,
     .max = 64,
     .offset = TS_AT(ts_dram_record, burst),
     .help = "beats of an access, two a clock"},
    {.name = "banks",
     .kind = TS_FIELD_INT,
     .fallback = "1",
     .min = 1,
     .max = 1024,
     .offset = TS_AT(ts_dram_record, banks),
     .help = "banks, each with a row of its own open; row r is in bank r mod "
             "banks"},
};

const ts_shape ts_dram_shape = {.name = "dram",
                                .help = "The timing of memory chips",
                                .size = sizeof(ts_dram_record),
                                TS_FIELDS(dram_fields)};

typedef enum outcome { HIT, CLOSED, CONFLICT, OUTCOMES } outcome;

struct ts_dram {
    const ts_dram_record *record;
    ts_clock clock;
    int64_t *open;                      /* row + 1 of each bank; 0: none */
    ts_tally tally[OUTCOMES], all, cas; /* ps */
};

extern const int ts_slot_dram;

static struct ts_dram *dram_of(const ts_machine *machine)
{
    return machine->part[ts_slot_dram].state;
}

/* It is a part of the computer's memory; NULL: not given. */
static const ts_dram_record *said(const ts_machine *machine)
{
    const ts_memory_computer *computer =
        ts_part_computer(machine->record, ts_slot_memory);

    return computer->memory != NULL ? computer->memory->dram : NULL;
}

static bool asked(const ts_machine *machine)
{
    return said(machine) != NULL;
}

static bool create(ts_machine *machine, void *state, ts_error *error)
{
    struct ts_dram *dram = state;

    dram->record = said(machine);
    dram->open = ts_arena_array(machine->arena, (size_t)dram->record->banks,
                                sizeof(int64_t));
    if (dram->open == NULL)
        return ts_fail(error, "out of memory for DRAM");
    dram->clock =
        ts_clock_make(dram->record->clock.num, dram->record->clock.den, 0);
    return true;
}

/* --- the operation --- */

typedef struct access_record {
    int64_t row;
} access_record;

enum { BEGIN, PRECHARGE, ACTIVATE, READ, BURST };

/* The command after `phase`, and in *clocks how long it takes. */
static int next_command(const struct ts_dram *dram, int phase, outcome kind,
                        int64_t *clocks)
{
    const ts_dram_record *r = dram->record;

    assert(phase < BURST && kind < OUTCOMES);
    if (phase == BEGIN && kind == CONFLICT) {
        *clocks = r->trp;
        return PRECHARGE;
    }
    if (phase < ACTIVATE && kind != HIT) {
        *clocks = r->trcd;
        return ACTIVATE;
    }
    *clocks = phase < READ ? r->cl : r->burst / 2;
    return phase < READ ? READ : BURST;
}

/* frame->phase: the command under way; frame->count: processor time used
 * before the first one; frame->pointer: where it is tallied. */
static ts_step access_step(ts_machine *machine, ts_thread *thread,
                           ts_frame *frame)
{
    const access_record *record = frame->fields;
    struct ts_dram *dram = dram_of(machine);
    int64_t *open = &dram->open[record->row % dram->record->banks];
    ts_time took = thread->used - frame->count;
    int64_t clocks;

    if (frame->phase == BEGIN) {
        outcome kind = *open == 0                 ? CLOSED
                       : *open == record->row + 1 ? HIT
                                                  : CONFLICT;

        frame->count = thread->used;
        frame->pointer = &dram->tally[kind];
    } else if (frame->phase == BURST) {
        ts_tally_add(frame->pointer, took);
        ts_tally_add(&dram->all, took);
        return TS_STEP_DONE;
    } else if (frame->phase == READ && frame->pointer == &dram->tally[HIT]) {
        ts_tally_add(&dram->cas, took);
    }
    assert(took >= 0 || frame->phase == BEGIN);
    *open = record->row + 1;
    frame->phase =
        next_command(dram, frame->phase,
                     (outcome)((ts_tally *)frame->pointer - dram->tally),
                     &clocks);
    ts_thread_work(thread, ts_clock_fine(&dram->clock, clocks), TS_MODE_STALL);
    return TS_STEP_RUN;
}

static int access_prepare(ts_machine *machine, ts_task *task, void *fields,
                          ts_error *error)
{
    (void)fields;
    if (dram_of(machine) == NULL) {
        ts_fail(error,
                "%s reads memory chips; give computer.memory a "
                "\"dram\"",
                ts_task_name(task));
        return -1;
    }
    return 0;
}

static const ts_field access_fields[] = {
    {.name = "row",
     .kind = TS_FIELD_INT,
     .required = true,
     .max = 1e15,
     .offset = TS_AT(access_record, row),
     .help = "the row that is read"},
};

static const ts_shape access_shape = {
    .name = "access",
    .help = "One access to a row of the memory chips",
    .size = sizeof(access_record),
    TS_FIELDS(access_fields),
    .shorthand = "row"};

static const ts_operation access_operation = {.step = access_step,
                                              .prepare = access_prepare};

const ts_entry ts_operation_dram = {
    .name = "dram",
    .help = "read a row of the memory chips, device time only",
    .shape = &access_shape,
    .model = &access_operation};

static void report(ts_machine *machine, void *state, ts_report *report)
{
    static const char *const names[OUTCOMES] = {"hit", "closed", "conflict"};
    const struct ts_dram *dram = state;

    (void)machine;
    for (int i = 0; i < OUTCOMES; i++)
        ts_report_tally(report, TS_UNIT_TIME, &dram->tally[i], NULL, "dram.%s",
                        names[i]);
    ts_report_tally(report, TS_UNIT_TIME, &dram->all, NULL, "dram.access");
    ts_report_tally(report, TS_UNIT_TIME, &dram->cas, NULL, "dram.cas");
}

static const ts_metric_kind metrics[] = {
    {"dram.hit", TS_UNIT_TIME, true, "reads of an open row"},
    {"dram.closed", TS_UNIT_TIME, true, "reads with no row open"},
    {"dram.conflict", TS_UNIT_TIME, true, "reads with another row open"},
    {"dram.access", TS_UNIT_TIME, true, "all reads"},
    {"dram.cas", TS_UNIT_TIME, true, "from a column's command to its data"},
};

const ts_part ts_part_dram = {.name = "dram",
                              .state = sizeof(struct ts_dram),
                              .asked = asked,
                              .create = create,
                              .report = report,
                              TS_METRICS(metrics)};
