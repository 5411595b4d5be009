/*
 * part.h - the subsystems a machine is assembled from.
 *
 * A part is a file (or a folder) with one ts_part and one line in
 * models/world/parts.c. It is created with the machine, may take part in every
 * dispatch, and reports when the run is over. What it keeps hangs on the
 * machine.
 */
#ifndef TS_MODELS_PART_H
#define TS_MODELS_PART_H

#include "models/machine/machine.h"

typedef struct ts_part {
    const char *name;
    /* Where in the machine its pointer is. While that is NULL the part is left
     * out of all that happens often. 0: it always takes part. */
    size_t keeps;
    /* Makes what the scenario asks for. Leaves the machine's pointer NULL when
     * it asks for nothing. */
    bool (*create)(ts_machine *machine, ts_error *error);
    /* `thread` gets the processor: returns what that costs besides the direct
     * switch (reloading caches, say). May be NULL. */
    ts_fine (*enter)(ts_machine *machine, ts_cpu *cpu, ts_thread *thread);
    /* `thread` leaves the processor, for whatever reason. May be NULL. */
    void (*leave)(ts_machine *machine, ts_cpu *cpu, ts_thread *thread);
    /* `thread` has ended and will not run any more. May be NULL. */
    void (*ended)(ts_machine *machine, ts_thread *thread);
    void (*report)(ts_machine *machine, ts_report *report); /* may be NULL */
} ts_part;

bool ts_parts_create(ts_machine *machine, ts_error *error);
ts_fine ts_parts_enter(ts_machine *machine, ts_cpu *cpu, ts_thread *thread);
void ts_parts_leave(ts_machine *machine, ts_cpu *cpu, ts_thread *thread);
void ts_parts_ended(ts_machine *machine, ts_thread *thread);
void ts_parts_report(ts_machine *machine, ts_report *report);

#endif
