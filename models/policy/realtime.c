/*
 * realtime.c - see realtime.h.
 */
#include "models/policy/realtime.h"

#include "sim/engine/random.h"

/* --- fractions --- */

static ts_i128 divisor(ts_i128 a, ts_i128 b)
{
    while (b != 0) {
        ts_i128 rest = a % b;

        a = b;
        b = rest;
    }
    return a;
}

static ts_fraction reduced(ts_i128 num, ts_i128 den)
{
    ts_i128 by = divisor(num, den);

    if (by > 1) {
        num /= by;
        den /= by;
    }
    return (ts_fraction){num, den, true, (double)num / (double)den};
}

static ts_fraction rounded(double value)
{
    return (ts_fraction){.den = 1, .value = value};
}

ts_fraction ts_fraction_of(int64_t num, int64_t den)
{
    return reduced(num, den);
}

ts_fraction ts_fraction_add(ts_fraction a, ts_fraction b)
{
    ts_i128 by, left, right, num, den;

    if (!a.exact || !b.exact)
        return rounded(a.value + b.value);
    by = divisor(a.den, b.den);
    assert(by > 0); /* no denominator is 0 */
    if (__builtin_mul_overflow(a.num, b.den / by, &left) ||
        __builtin_mul_overflow(b.num, a.den / by, &right) ||
        __builtin_add_overflow(left, right, &num) ||
        __builtin_mul_overflow(a.den, b.den / by, &den))
        return rounded(a.value + b.value);
    return reduced(num, den);
}

ts_fraction ts_fraction_times(ts_fraction a, ts_fraction b)
{
    ts_i128 num, den;

    if (!a.exact || !b.exact || __builtin_mul_overflow(a.num, b.num, &num) ||
        __builtin_mul_overflow(a.den, b.den, &den))
        return rounded(a.value * b.value);
    return reduced(num, den);
}

int ts_fraction_compare(ts_fraction a, ts_fraction b)
{
    ts_i128 left, right;

    if (a.exact && b.exact && !__builtin_mul_overflow(a.num, b.den, &left) &&
        !__builtin_mul_overflow(b.num, a.den, &right))
        return (left > right) - (left < right);
    return (a.value > b.value) - (a.value < b.value);
}

/* --- bounds --- */

ts_fraction ts_rt_utilization(const ts_rt_task *tasks, int count)
{
    ts_fraction sum = ts_fraction_of(0, 1);

    for (int i = 0; i < count; i++)
        sum = ts_fraction_add(sum,
                              ts_fraction_of(tasks[i].cost, tasks[i].period));
    return sum;
}

ts_fraction ts_rt_hyperbolic(const ts_rt_task *tasks, int count)
{
    ts_fraction product = ts_fraction_of(1, 1);

    for (int i = 0; i < count; i++)
        product =
            ts_fraction_times(product,
                              ts_fraction_add(ts_fraction_of(1, 1),
                                              ts_fraction_of(tasks[i].cost,
                                                             tasks[i].period)));
    return product;
}

double ts_rt_bound(int n)
{
    double x = ts_log(2), term, sum;

    if (n == 0)
        return x;
    /* n (e^x - 1) for x = log 2 / n, from its series: no digit is lost. */
    x /= n;
    term = sum = x;
    for (int k = 2; k < 40; k++)
        sum += term *= x / k;
    return sum * n;
}

/* --- fixed priorities --- */

static int64_t ceiling(int64_t a, int64_t b)
{
    return a / b + (a % b > 0);
}

/* The fixed point of w = own + what the tasks above ask for within w, from
 * `w` up; TS_RT_OPEN when it takes too many steps. */
static int64_t settle(const ts_rt_task *tasks, int index, int64_t own,
                      int64_t w, ts_rt_response *trail, int *steps)
{
    while ((*steps)++ < TS_RT_STEPS) {
        ts_i128 next = own;

        if (trail != NULL && trail->trail_count < TS_RT_TRAIL)
            trail->trail[trail->trail_count] = w;
        if (trail != NULL)
            trail->trail_count++;
        for (int j = 0; j < index; j++)
            next += (ts_i128)ceiling(w + tasks[j].jitter, tasks[j].period) *
                    tasks[j].cost;
        if (next == w)
            return w;
        if (next > TS_TIME_LIMIT)
            return TS_RT_OPEN;
        w = (int64_t)next;
    }
    return TS_RT_OPEN;
}

ts_rt_response ts_rt_respond(const ts_rt_task *tasks, int index)
{
    const ts_rt_task *task = &tasks[index];
    ts_rt_response result = {.response = TS_RT_OPEN};
    ts_fraction load = ts_rt_utilization(tasks, index + 1);
    int64_t worst = 0, w = task->blocking + task->cost;
    int steps = 0;

    if (ts_fraction_compare(load, ts_fraction_of(1, 1)) > 0)
        return result;
    /* A task that is held up for ever so long comes late, and its jobs then
     * crowd those below it. */
    for (int j = 0; j <= index; j++)
        if (tasks[j].blocking == TS_RT_OPEN)
            return result;
    for (int64_t q = 0;; q++) {
        int64_t own = task->blocking + (q + 1) * task->cost;
        int64_t response;

        if (w < own)
            w = own;
        w = settle(tasks, index, own, w, q == 0 ? &result : NULL, &steps);
        if (w == TS_RT_OPEN)
            return result;
        response = w - q * task->period + task->jitter;
        if (response > worst) {
            worst = response;
            result.job = q;
        }
        result.jobs = q + 1;
        if (w + task->jitter <= (q + 1) * task->period)
            break;
    }
    result.response = worst;
    return result;
}

/* --- earliest deadline first --- */

static int64_t busy_period(const ts_rt_task *tasks, int count)
{
    int64_t w = 0;

    for (int i = 0; i < count; i++)
        w += tasks[i].cost;
    for (int steps = 0; steps < TS_RT_STEPS; steps++) {
        ts_i128 next = 0;

        for (int i = 0; i < count; i++)
            next += (ts_i128)ceiling(w, tasks[i].period) * tasks[i].cost;
        if (next == w)
            return w;
        if (next > TS_TIME_LIMIT)
            return TS_RT_OPEN;
        w = (int64_t)next;
    }
    return TS_RT_OPEN;
}

static int64_t demand_until(const ts_rt_task *tasks, int count, int64_t t)
{
    ts_i128 sum = 0;

    for (int i = 0; i < count; i++)
        if (t >= tasks[i].deadline)
            sum += (ts_i128)((t - tasks[i].deadline) / tasks[i].period + 1) *
                   tasks[i].cost;
    return sum < TS_NEVER ? (int64_t)sum : TS_NEVER;
}

/* The first absolute deadline after t; TS_NEVER: none. */
static int64_t deadline_after(const ts_rt_task *tasks, int count, int64_t t)
{
    int64_t first = TS_NEVER;

    for (int i = 0; i < count; i++) {
        int64_t next = tasks[i].deadline;

        if (t >= next)
            next = ts_time_add(next, ts_time_next(t - next, tasks[i].period));
        if (next < first)
            first = next;
    }
    return first;
}

/* max(D_max, sum of (T - D) U / (1 - U)). */
static double bound_la(const ts_rt_task *tasks, int count, ts_fraction load)
{
    ts_fraction sum = ts_fraction_of(0, 1);
    double la, longest = 0;

    for (int i = 0; i < count; i++) {
        ts_fraction part = ts_fraction_times(
            ts_fraction_of(tasks[i].cost, tasks[i].period),
            (ts_fraction){tasks[i].period - tasks[i].deadline, 1, true,
                          (double)(tasks[i].period - tasks[i].deadline)});

        sum = ts_fraction_add(sum, part);
        if ((double)tasks[i].deadline > longest)
            longest = (double)tasks[i].deadline;
    }
    la = load.exact
             ? sum.value * (double)load.den / (double)(load.den - load.num)
             : sum.value / (1 - load.value);
    return la > longest ? la : longest;
}

ts_rt_demand ts_rt_demand_test(const ts_rt_task *tasks, int count,
                               void (*visit)(void *, int64_t, int64_t),
                               void *context)
{
    ts_rt_demand result = {.utilization = ts_rt_utilization(tasks, count),
                           .busy_period = TS_RT_OPEN,
                           .la = -1,
                           .violated = TS_RT_OPEN};
    int over = ts_fraction_compare(result.utilization, ts_fraction_of(1, 1));
    int64_t t = 0;

    if (over > 0 || count == 0)
        return result;
    if (over < 0)
        result.la = bound_la(tasks, count, result.utilization);
    result.busy_period = busy_period(tasks, count);
    result.feasible = result.busy_period != TS_RT_OPEN;
    for (int steps = 0; steps < TS_RT_STEPS; steps++) {
        int64_t demand;

        t = deadline_after(tasks, count, t);
        if (t > result.busy_period)
            return result;
        demand = demand_until(tasks, count, t);
        if (visit != NULL)
            visit(context, t, demand);
        if (demand > t && result.violated == TS_RT_OPEN) {
            result.violated = t;
            result.violated_by = demand;
            result.feasible = false;
        }
    }
    result.feasible = false; /* too many deadlines to say */
    return result;
}
