/*
 * switches.c - turns of threads as events of a kernel's scheduler.
 *
 * A trace says of each thread when it becomes ready, runs, blocks and ends. A
 * switch has two sides, which are two turns: one that leaves a processor is
 * remembered there until another one comes at the same instant; if none does,
 * the processor went idle.
 */
#include "sim/exchange/switches.h"

#include <stdlib.h>
#include <string.h>

struct ts_switch_cpu {
    int32_t thread; /* who has it; -1: nobody */
    bool leaves;    /* it has left, at `now`, as what `state` says */
    ts_switch_state state;
    const ts_turn *turn; /* by which it left */
};

struct ts_switch_irq {
    ts_time at;
    int cpu, kind;
    bool entry;
};

/* --- interrupts --- */

static int by_time(const void *a, const void *b)
{
    const struct ts_switch_irq *x = a, *y = b;

    if (x->at != y->at)
        return x->at < y->at ? -1 : 1;
    if (x->cpu != y->cpu)
        return x->cpu - y->cpu;
    return (int)x->entry - (int)y->entry; /* one ends before the next begins */
}

/* What a processor does for nobody is an interrupt, but for the policies that
 * let all ready threads on at once. */
static bool is_handler(const ts_history *h, const ts_span *span)
{
    return h->processor[span->place] >= 0 && span->who < 0 &&
           strcmp(h->is.kinds[span->kind], "share") != 0;
}

static bool list_interrupts(ts_switches *s)
{
    const ts_history *h = s->history;
    size_t count = 0;

    for (size_t i = 0; i < h->is.span_count; i++)
        count += 2 * is_handler(h, &h->is.spans[i]);
    s->irqs = malloc((count + 1) * sizeof *s->irqs);
    if (s->irqs == NULL)
        return false;
    for (size_t i = 0; i < h->is.span_count; i++) {
        const ts_span *span = &h->is.spans[i];
        int cpu = h->processor[span->place];

        if (!is_handler(h, span))
            continue;
        s->irqs[s->irq_count++] =
            (struct ts_switch_irq){span->from, cpu, span->kind, true};
        s->irqs[s->irq_count++] =
            (struct ts_switch_irq){span->to, cpu, span->kind, false};
    }
    qsort(s->irqs, s->irq_count, sizeof *s->irqs, by_time);
    return true;
}

/* --- events --- */

static ts_switched *add(ts_switches *s, ts_switch_event event, int cpu,
                        int32_t thread)
{
    ts_switched *e;

    if (s->due_count == s->due_room) {
        int room = s->due_room == 0 ? 64 : 2 * s->due_room;
        ts_switched *grown = realloc(s->due, (size_t)room * sizeof *grown);

        if (grown == NULL) {
            s->failed = true;
            s->due_count--; /* there is always one */
        } else {
            s->due = grown;
            s->due_room = room;
        }
    }
    e = &s->due[s->due_count++];
    *e = (ts_switched){.at = s->now,
                       .event = event,
                       .cpu = cpu,
                       .thread = thread,
                       .next = -1,
                       .current = s->cpus[cpu].thread,
                       .other = -1};
    return e;
}

/* The processor's thread goes, and `next` comes; -1: nobody does. */
static void change(ts_switches *s, int cpu, int32_t next)
{
    struct ts_switch_cpu *c = &s->cpus[cpu];
    int32_t before = c->leaves || c->thread < 0 ? c->thread : -1;
    bool stays =
        c->leaves && before == next &&
        (c->state == TS_SWITCH_PREEMPTED || c->state == TS_SWITCH_READY);
    ts_switched *e;

    if (!stays && before == next && next >= 0)
        change(s, cpu, -1); /* it slept no time at all */
    if (!stays && c->thread != next) {
        e = add(s, TS_EVENT_SWITCH, cpu, c->thread);
        e->next = next;
        e->state = c->state;
        e->turn = c->turn;
    }
    c->thread = next;
    c->leaves = false;
    c->turn = NULL;
}

/* Those that left and were followed by nobody left their processors idle. */
static void settle(ts_switches *s)
{
    for (int i = 0; i < s->history->processors; i++)
        if (s->cpus[i].leaves)
            change(s, i, -1);
}

static void leave(ts_switches *s, const ts_turn *turn, ts_switch_state state)
{
    int cpu = s->last[turn->who];

    if (cpu < 0 || s->cpus[cpu].thread != turn->who || s->cpus[cpu].leaves)
        return;
    s->cpus[cpu].leaves = true;
    s->cpus[cpu].state = state;
    s->cpus[cpu].turn = turn;
}

static bool has_processor(const ts_switches *s, int32_t thread)
{
    int cpu = thread >= 0 ? s->last[thread] : -1;

    return cpu >= 0 && s->cpus[cpu].thread == thread && !s->cpus[cpu].leaves;
}

/* --- turns --- */

/* It is woken where its waker runs. */
static void wake(ts_switches *s, const ts_turn *turn, ts_switch_event event)
{
    bool told = has_processor(s, turn->waker);
    int last = s->last[turn->who];
    int cpu = told ? s->last[turn->waker] : last >= 0 ? last : 0;
    ts_switched *e = add(s, event, cpu, turn->who);

    e->other = last >= 0 ? last : cpu;
    e->interrupts = !told;
    e->turn = turn;
}

static void ready(ts_switches *s, const ts_turn *turn)
{
    const char *why = ts_history_cause(s->history, turn);

    if (strcmp(why, "arrived") == 0)
        wake(s, turn, TS_EVENT_NEW);
    else if (strcmp(why, "woken") == 0)
        wake(s, turn, TS_EVENT_WAKING);
    else
        leave(s, turn,
              strcmp(why, "yielded") == 0 ? TS_SWITCH_READY
                                          : TS_SWITCH_PREEMPTED);
}

static void run(ts_switches *s, const ts_turn *turn)
{
    int cpu = turn->place >= 0 ? s->history->processor[turn->place] : -1;
    int *last = &s->last[turn->who];

    if (cpu < 0)
        return;
    if (*last >= 0 && *last != cpu) {
        if (s->cpus[*last].thread == turn->who) /* it left at this instant */
            change(s, *last, -1);
        add(s, TS_EVENT_MIGRATE, cpu, turn->who)->other = *last;
    }
    change(s, cpu, turn->who);
    *last = cpu;
}

static void block(ts_switches *s, const ts_turn *turn)
{
    bool device = strncmp(ts_history_cause(s->history, turn), "io", 2) == 0;

    leave(s, turn, device ? TS_SWITCH_DEVICE : TS_SWITCH_ASLEEP);
}

static void ends(ts_switches *s, const ts_turn *turn)
{
    int last = s->last[turn->who];

    add(s, TS_EVENT_EXIT, last >= 0 ? last : 0, turn->who)->turn = turn;
    leave(s, turn, TS_SWITCH_GONE);
}

static void take(ts_switches *s, const ts_turn *turn)
{
    static void (*const doing[])(ts_switches *,
                                 const ts_turn *) = {[TS_TURN_READY] = ready,
                                                     [TS_TURN_RUNS] = run,
                                                     [TS_TURN_BLOCKS] = block,
                                                     [TS_TURN_ENDS] = ends};

    doing[turn->to](s, turn);
}

/* --- for callers --- */

bool ts_switches_begin(ts_switches *s, const ts_history *history,
                       ts_error *error)
{
    *s = (ts_switches){.history = history};
    s->cpus = malloc(((size_t)history->processors + 1) * sizeof *s->cpus);
    s->last = malloc(((size_t)history->thread_count + 1) * sizeof *s->last);
    if (s->cpus == NULL || s->last == NULL || !list_interrupts(s)) {
        ts_switches_end(s);
        return ts_fail(error, "out of memory");
    }
    for (int i = 0; i <= history->processors; i++)
        s->cpus[i] = (struct ts_switch_cpu){.thread = -1};
    for (int32_t i = 0; i <= history->thread_count; i++)
        s->last[i] = -1;
    return true;
}

void ts_switches_end(ts_switches *s)
{
    free(s->cpus);
    free(s->last);
    free(s->irqs);
    free(s->due);
    *s = (ts_switches){.failed = s->failed};
}

/* The next instant at which anything happens; TS_NEVER: none. */
static ts_time next_time(const ts_switches *s)
{
    ts_time turn = s->turn < s->history->turn_count
                       ? s->history->turns[s->turn].at
                       : TS_NEVER;
    ts_time irq = s->irq < s->irq_count ? s->irqs[s->irq].at : TS_NEVER;

    return turn < irq ? turn : irq;
}

/* All of an instant: handlers that end, turns, handlers that begin. */
static void gather(ts_switches *s)
{
    const ts_history *h = s->history;

    for (; s->irq < s->irq_count && s->irqs[s->irq].at == s->now &&
           !s->irqs[s->irq].entry;
         s->irq++)
        add(s, TS_EVENT_IRQ_EXIT, s->irqs[s->irq].cpu, s->irqs[s->irq].kind);
    for (; s->turn < h->turn_count && h->turns[s->turn].at == s->now; s->turn++)
        take(s, &h->turns[s->turn]);
    settle(s);
    for (; s->irq < s->irq_count && s->irqs[s->irq].at == s->now; s->irq++)
        add(s, s->irqs[s->irq].entry ? TS_EVENT_IRQ_ENTRY : TS_EVENT_IRQ_EXIT,
            s->irqs[s->irq].cpu, s->irqs[s->irq].kind);
}

const ts_switched *ts_switches_next(ts_switches *s)
{
    while (s->due_next == s->due_count && !s->failed) {
        s->due_next = s->due_count = 0;
        s->now = next_time(s);
        if (s->now == TS_NEVER)
            return NULL;
        gather(s);
    }
    return s->failed ? NULL : &s->due[s->due_next++];
}

const char *ts_switch_state_text(ts_switch_state state)
{
    static const char *const texts[] = {[TS_SWITCH_PREEMPTED] = "R+",
                                        [TS_SWITCH_READY] = "R",
                                        [TS_SWITCH_ASLEEP] = "S",
                                        [TS_SWITCH_DEVICE] = "D",
                                        [TS_SWITCH_GONE] = "X"};

    return texts[state];
}

int ts_switch_priority(const ts_history *history, int32_t thread)
{
    const ts_history_task *task = NULL;
    int64_t priority;

    if (thread >= 0 && thread < history->thread_count &&
        history->threads[thread].task >= 0)
        task = &history->tasks[history->threads[thread].task];
    if (task == NULL || task->fair)
        return 120 + (task != NULL ? (int)task->nice : 0);
    priority = history->larger || task->realtime ? 99 - task->priority
                                                 : task->priority;
    return priority < 0 ? 0 : priority > 99 ? 99 : (int)priority;
}
