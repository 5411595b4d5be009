/*
 * timeline.h - what the files of a processor's timeline call of each other;
 * which they are is said in processor.c.
 *
 * One stretch follows another in one of two ways. Its event fires, or somebody
 * closes it before its end (ts_cpu_close()); then exactly one of ts_cpu_run(),
 * ts_cpu_switch(), ts_cpu_serve() and ts_cpu_idle() begins the next, directly
 * or by ts_cpu_go_on(), which asks what there is to go on with.
 */
#ifndef TS_MODELS_TIMELINE_H
#define TS_MODELS_TIMELINE_H

#include "models/machine/inside.h"

/* --- what it is at --- */

/* It runs its current thread. */
static inline bool ts_cpu_runs(const ts_cpu *cpu)
{
    return cpu->current != NULL && cpu->mode != TS_MODE_SWITCH &&
           cpu->mode != TS_MODE_INTERRUPT && cpu->mode != TS_MODE_IDLE;
}

static inline ts_fine ts_cpu_now(const ts_cpu *cpu)
{
    return ts_fine_make(ts_engine_now(cpu->machine->engine));
}

/* --- speed.c --- */

/* The speed of what it is doing. */
static inline void ts_cpu_speed(const ts_cpu *cpu, int64_t *num, int64_t *den)
{
    *num = cpu->mode == TS_MODE_STALL ? cpu->stall_num : cpu->rate_num;
    *den = cpu->mode == TS_MODE_STALL ? cpu->stall_den : cpu->rate_den;
}

/* The same at another speed than the nominal one. */
ts_fine ts_time_at(ts_fine work, int64_t num, int64_t den);
ts_fine ts_work_at(ts_fine time, int64_t num, int64_t den);

/* How long `work` takes at the present speed; TS_FINE_NEVER: it is halted.
 * Rounded up, so that no work is left when the stretch is over. */
static inline ts_fine ts_cpu_time_of(const ts_cpu *cpu, ts_fine work)
{
    int64_t num, den;

    ts_cpu_speed(cpu, &num, &den);
    return num == den ? work : ts_time_at(work, num, den);
}

/* What is worked in `time`, rounded down. */
static inline ts_fine ts_cpu_work_in(const ts_cpu *cpu, ts_fine time)
{
    int64_t num, den;

    ts_cpu_speed(cpu, &num, &den);
    return num == den ? time : ts_work_at(time, num, den);
}

/* --- stretch.c --- */

/* Settles what the stretch did up to `until`, in work, accounts and trace; its
 * end stays planned. */
void ts_cpu_settle(ts_cpu *cpu, ts_fine until);
/* The same, and its end is planned no more. */
void ts_cpu_close(ts_cpu *cpu, ts_fine until);
/* What it does from here on. */
void ts_cpu_mode(ts_cpu *cpu, ts_mode mode);
/* The stretch ends `time` after its beginning; TS_FINE_NEVER: not by itself. */
void ts_cpu_end_after(ts_cpu *cpu, ts_fine time, ts_class kind);

/* Begin a stretch where the one before it ended: of the current thread, of the
 * switch to it, of nothing. */
void ts_cpu_run(ts_cpu *cpu);
void ts_cpu_switch(ts_cpu *cpu);
void ts_cpu_idle(ts_cpu *cpu);

/* The work until the running thread looks whether it should make room. */
ts_fine ts_cpu_until_check(const ts_thread *thread);

/* --- step.c --- */

/* The work in hand is done. */
void ts_thread_end_work(ts_thread *thread);
/* The work in hand waits while the thread does what it was asked for. */
void ts_thread_begin_call(ts_thread *thread);
/* Runs operations of the current thread until one takes time or gives the
 * processor up; begins the stretch that follows. */
void ts_cpu_advance(ts_cpu *cpu);
/* The thread that paused is not waiting for decisions any more. */
static inline void ts_cpu_end_pause(ts_cpu *cpu)
{
    if (cpu->paused)
        cpu->machine->paused--;
    cpu->paused = false;
}

/* --- interrupts.c --- */

/* Serves the first of the pending interrupts, if it may come now. */
void ts_cpu_take_interrupt(ts_cpu *cpu);
/* Goes on with what there is: an interrupt, what interrupts suspended, the
 * switch, the thread, nothing. */
void ts_cpu_go_on(ts_cpu *cpu);
/* Begins a stretch of the handler, whose interrupt is to be served. */
void ts_cpu_serve(ts_cpu *cpu, ts_interrupt *interrupt);

/* --- processor.c --- */

/* The switch, if there was one, is over: the thread itself begins. */
void ts_cpu_begin(ts_cpu *cpu);
/* The current thread leaves, and nobody follows yet. */
ts_thread *ts_cpu_release(ts_cpu *cpu);

#endif
