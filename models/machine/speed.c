/*
 * speed.c - how fast a processor is, and how long work takes at that.
 *
 * A speed is a ratio of whole numbers against the nominal one: the product of
 * factors, each of which somebody else owns. Times of work are multiplied by
 * it and never added up from rounded pieces.
 */
#include "models/machine/timeline.h"

#define RATE_BITS 40 /* of a rate's numerator and denominator at most */

/* Products of a time below it and a rate fit into 128 bits; beyond, after 140 s,
 * whole times and rest are multiplied each by itself. */
#define SHORT_TIME ((ts_fine)1 << (127 - RATE_BITS))

/* floor(time num / den) */
ts_fine ts_work_at(ts_fine time, int64_t num, int64_t den)
{
    if (time < SHORT_TIME)
        return time * num / den;
    return time / den * num + time % den * num / den;
}

/* ceil(work den / num), or TS_FINE_NEVER - 1 where that is longer */
static ts_fine over_rate(ts_fine work, int64_t num, int64_t den)
{
    if (work < SHORT_TIME / 2)
        return (work * den + num - 1) / num;
    if (work / num >= TS_FINE_NEVER / den - 1)
        return TS_FINE_NEVER - 1;
    return work / num * den + (work % num * den + num - 1) / num;
}

ts_fine ts_time_at(ts_fine work, int64_t num, int64_t den)
{
    return num == 0 ? TS_FINE_NEVER : over_rate(work, num, den);
}

/* --- factors --- */

int ts_machine_claim_factor(ts_machine *machine, ts_felt felt)
{
    (void)TS_ENSURE(machine->engine, machine->factor_count < TS_FACTORS_MOST);
    machine->felt[machine->factor_count] = (uint8_t)felt;
    return machine->factor_count++;
}

/* Whether it makes the speed of what the processor does now. */
static bool is_felt(const ts_cpu *cpu, int factor)
{
    ts_felt now =
        cpu->mode == TS_MODE_STALL ? TS_FELT_IN_STALLS : TS_FELT_AT_WORK;

    return (cpu->machine->felt[factor] & now) != 0;
}

/* In lowest terms and, where those are still long, to RATE_BITS binary digits:
 * times of work at this rate have room then. */
static void shorten(ts_i128 *num, ts_i128 *den)
{
    ts_i128 a = *num, b = *den;

    while (b != 0) {
        ts_i128 rest = a % b;

        a = b;
        b = rest;
    }
    *num /= a;
    *den /= a;
    while (*num >> RATE_BITS != 0 || *den >> RATE_BITS != 0) {
        *num = *num > 1 ? *num >> 1 : *num;
        *den = *den > 1 ? *den >> 1 : *den;
    }
}

/* The product of the factors that are felt then. */
static void multiply(const ts_cpu *cpu, ts_felt then, int64_t *rate_num,
                     int64_t *rate_den)
{
    const ts_machine *machine = cpu->machine;
    ts_i128 num = 1, den = 1;

    for (int i = 0; i < machine->factor_count; i++) {
        if ((machine->felt[i] & then) == 0)
            continue;
        num *= cpu->factor_num[i];
        den *= cpu->factor_den[i];
        shorten(&num, &den);
    }
    assert(num >= 0 && den > 0);
    *rate_num = (int64_t)num;
    *rate_den = (int64_t)den;
}

/* What was done until now was done at the old speed: the stretch is settled
 * before the factor changes, and its end planned anew afterwards. Only where
 * the processor feels the factor in what it does, for each settling costs an
 * event; one between two operations has nothing planned and takes the new
 * speed with its next stretch. */
void ts_cpu_set_factor(ts_cpu *cpu, int factor, int64_t num, int64_t den)
{
    bool busy = cpu->mode == TS_MODE_SWITCH || cpu->serving != NULL ||
                (ts_cpu_runs(cpu) && cpu->current->working);

    assert(num >= 0 && den > 0);
    assert(factor >= 0 && factor < cpu->machine->factor_count);
    if (cpu->factor_num[factor] == num && cpu->factor_den[factor] == den)
        return;
    busy = busy && is_felt(cpu, factor);
    if (busy)
        ts_cpu_settle(cpu, ts_cpu_now(cpu)); /* its end is planned anew below */
    cpu->factor_num[factor] = num;
    cpu->factor_den[factor] = den;
    multiply(cpu, TS_FELT_AT_WORK, &cpu->rate_num, &cpu->rate_den);
    multiply(cpu, TS_FELT_IN_STALLS, &cpu->stall_num, &cpu->stall_den);
    if (!busy)
        return;
    if (cpu->serving != NULL)
        ts_cpu_serve(cpu, cpu->serving);
    else if (cpu->mode == TS_MODE_SWITCH)
        ts_cpu_switch(cpu);
    else
        ts_cpu_run(cpu);
}

ts_fine ts_cpu_work_of(const ts_cpu *cpu, ts_fine time)
{
    return ts_cpu_work_in(cpu, time);
}
