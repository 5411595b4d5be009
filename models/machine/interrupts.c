/*
 * interrupts.c - handlers between and inside a processor's other stretches.
 *
 * Pending ones stand in one list by level. A handler is closed (nothing
 * interrupts it) or open: closed ones suspend it, once and no deeper, and it
 * goes on when none is pending. While an operation of the thread is stepped,
 * interrupts wait: they find the thread between two operations.
 */
#include "models/machine/timeline.h"

void ts_cpu_serve(ts_cpu *cpu, ts_interrupt *interrupt)
{
    cpu->serving = interrupt;
    ts_cpu_mode(cpu, TS_MODE_INTERRUPT);
    cpu->vacant = false;
    ts_bits_take(cpu->machine->vacant, cpu->id);
    ts_cpu_end_after(cpu, ts_cpu_time_of(cpu, interrupt->left),
                     TS_CLASS_INTERRUPT);
}

/* Whether it runs a program's own code: an interrupt enters the kernel. */
static bool is_outside(const ts_cpu *cpu)
{
    return cpu->suspended == NULL && ts_cpu_runs(cpu) &&
           cpu->mode != TS_MODE_KERNEL;
}

static void serve_next(ts_cpu *cpu)
{
    ts_interrupt *interrupt = cpu->pending;
    bool outside = is_outside(cpu) && !cpu->pending->beneath;

    assert(interrupt->pending && cpu->masked == 0);
    assert(interrupt->next == NULL ||
           interrupt->next->level >= interrupt->level);
    cpu->pending = interrupt->next;
    interrupt->next = NULL;
    interrupt->pending = false;
    interrupt->served++;
    assert(interrupt->served <= interrupt->raised);
    interrupt->left =
        interrupt->cost + (outside ? ts_machine_enter(cpu->machine) : 0);
    ts_cpu_serve(cpu, interrupt);
}

/* Whether the first of the pending ones may be served now. */
static bool is_open(const ts_cpu *cpu)
{
    if (cpu->pending == NULL || cpu->masked > 0 || cpu->stepping)
        return false;
    if (cpu->serving != NULL)
        return cpu->serving->open && !cpu->pending->open;
    return cpu->suspended == NULL || !cpu->pending->open;
}

void ts_cpu_go_on(ts_cpu *cpu)
{
    if (is_open(cpu)) {
        serve_next(cpu);
    } else if (cpu->suspended != NULL) {
        ts_interrupt *suspended = cpu->suspended;

        cpu->suspended = NULL;
        ts_cpu_serve(cpu, suspended);
    } else if (cpu->current == NULL) {
        ts_cpu_idle(cpu);
    } else if (cpu->switch_left > 0) {
        ts_cpu_switch(cpu);
    } else {
        ts_cpu_begin(cpu);
    }
}

void ts_cpu_take_interrupt(ts_cpu *cpu)
{
    if (!is_open(cpu))
        return;
    ts_cpu_close(cpu, ts_cpu_now(cpu));
    assert(cpu->serving == NULL ||
           cpu->suspended == NULL); /* handlers nest once */
    if (cpu->serving != NULL)
        cpu->suspended = cpu->serving;
    serve_next(cpu);
}

void ts_cpu_interrupt(ts_cpu *cpu, ts_interrupt *interrupt)
{
    ts_interrupt **at = &cpu->pending;

    interrupt->raised++;
    if (interrupt->pending)
        return;
    while (*at != NULL && (*at)->level <= interrupt->level)
        at = &(*at)->next;
    interrupt->next = *at;
    *at = interrupt;
    interrupt->pending = true;
    ts_cpu_take_interrupt(cpu);
}

void ts_cpu_mask(ts_cpu *cpu, int change)
{
    cpu->masked += change;
    assert(cpu->masked >= 0);
    ts_cpu_take_interrupt(cpu);
}

void ts_cpu_reset_interrupts(ts_cpu *cpu)
{
    while (cpu->pending != NULL) {
        ts_interrupt *interrupt = cpu->pending;

        cpu->pending = interrupt->next;
        interrupt->next = NULL;
        interrupt->pending = false;
    }
    cpu->masked = 0;
    cpu->suspended = NULL;
    if (cpu->serving != NULL) {
        ts_cpu_close(cpu, ts_cpu_now(cpu));
        cpu->serving = NULL;
        cpu->mode = TS_MODE_IDLE;
        ts_cpu_go_on(cpu);
    }
}
