/*
 * reference_ostep.c - OSTEP's feedback queue and its processes, tick by tick in
 * the order that the families' rules have; see reference.h.
 */
#include "making.h"
#include "reference.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define JOBS 24
#define LEVELS 4

static chance luck;

/* --- levels --- */

typedef struct job {
    int arrival, run, every;
    int had, first, finish, ios;
    int level, quantum, allotment; /* level: 0 is the lowest */
    int back, issued;              /* when its I/O is over, its number; or 0 */
} job;

static struct {
    int levels, quanta[LEVELS], allotments[LEVELS]; /* highest first */
    int boost, io_time, count, issued, idle, boosts;
    bool stay, iobump;
    job jobs[JOBS];
    int line[LEVELS][JOBS], waiting[LEVELS];
} m;

static void renew(job *j, int level)
{
    j->level = level;
    j->quantum = m.quanta[m.levels - 1 - level];
    j->allotment = m.allotments[m.levels - 1 - level];
}

static void to_tail(int level, int who)
{
    m.line[level][m.waiting[level]++] = who;
}

static void to_head(int level, int who)
{
    memmove(m.line[level] + 1, m.line[level],
            (size_t)m.waiting[level] * sizeof(int));
    m.line[level][0] = who;
    m.waiting[level]++;
}

static void leave(int level)
{
    m.waiting[level]--;
    memmove(m.line[level], m.line[level] + 1,
            (size_t)m.waiting[level] * sizeof(int));
}

/* The lowest first, behind those that are at the top. */
static void boost_all(void)
{
    int top = m.levels - 1;

    for (int level = 0; level < top; level++) {
        for (int i = 0; i < m.waiting[level]; i++)
            to_tail(top, m.line[level][i]);
        m.waiting[level] = 0;
    }
    for (int i = 0; i < m.count; i++)
        if (m.jobs[i].finish < 0)
            renew(&m.jobs[i], top);
    m.boosts++;
}

static void bring_back(int t)
{
    for (int n = 1; n <= m.issued; n++)
        for (int i = 0; i < m.count; i++) {
            job *j = &m.jobs[i];

            if (j->issued != n || j->back != t)
                continue;
            j->issued = 0;
            if (m.iobump)
                to_head(j->level, i);
            else
                to_tail(j->level, i);
        }
}

/* After its tick: the end, an I/O, the end of a quantum. */
static void account(int who, int t)
{
    job *j = &m.jobs[who];
    int level = j->level;
    bool used_up = --j->quantum == 0, blocks;

    if (++j->had == j->run) {
        j->finish = t + 1;
        leave(level);
        return;
    }
    blocks = j->every > 0 && j->had % j->every == 0;
    if (blocks) {
        leave(level);
        j->ios++;
        j->issued = ++m.issued;
        j->back = t + 1 + m.io_time;
        if (m.stay)
            renew(j, level);
    }
    if (!used_up)
        return;
    if (--j->allotment == 0)
        renew(j, level > 0 ? level - 1 : 0);
    else
        j->quantum = m.quanta[m.levels - 1 - level];
    if (!blocks) {
        leave(level);
        to_tail(j->level, who);
    }
}

/* false: all are over. */
static bool tick(int t)
{
    int level = m.levels - 1;
    bool left = false;

    for (int i = 0; i < m.count; i++)
        left = left || m.jobs[i].finish < 0;
    if (!left)
        return false;
    if (m.boost > 0 && t > 0 && t % m.boost == 0)
        boost_all();
    for (int i = 0; i < m.count; i++)
        if (m.jobs[i].arrival == t)
            to_tail(m.levels - 1, i);
    bring_back(t);
    while (level >= 0 && m.waiting[level] == 0)
        level--;
    if (level < 0) {
        m.idle++;
        return true;
    }
    if (m.jobs[m.line[level][0]].first < 0)
        m.jobs[m.line[level][0]].first = t;
    account(m.line[level][0], t);
    return true;
}

static void draw_levels(int number)
{
    memset(&m, 0, sizeof m);
    luck = chance_of(12, number);
    m.levels = between(&luck, 1, LEVELS);
    for (int i = 0; i < m.levels; i++) {
        m.quanta[i] = between(&luck, 1, 8);
        m.allotments[i] = between(&luck, 1, 3);
    }
    m.boost = number % 3 ? between(&luck, 5, 60) : 0;
    m.io_time = between(&luck, 1, 10);
    m.stay = between(&luck, 0, 1) == 1;
    m.iobump = between(&luck, 0, 1) == 1;
    m.count = number % 5 == 0 ? between(&luck, 10, JOBS) : between(&luck, 1, 5);
    for (int i = 0; i < m.count; i++) {
        job *j = &m.jobs[i];

        *j = (job){.arrival = between(&luck, 0, 2) ? between(&luck, 0, 40) : 0,
                   .run = between(&luck, 1, 40),
                   .every = between(&luck, 0, 1) * between(&luck, 1, 9),
                   .first = -1,
                   .finish = -1};
        renew(j, m.levels - 1);
    }
}

static void write_levels(cJSON *inputs)
{
    cJSON *quanta, *allotments, *list;

    cJSON_AddStringToObject(inputs, "policy", "MLFQ");
    add(inputs, "queues", m.levels);
    quanta = cJSON_AddArrayToObject(inputs, "quantum_high_to_low");
    allotments = cJSON_AddArrayToObject(inputs, "allotment_high_to_low");
    for (int i = 0; i < m.levels; i++) {
        push(quanta, m.quanta[i]);
        push(allotments, m.allotments[i]);
    }
    add(inputs, "boost", m.boost);
    add(inputs, "io_time", m.io_time);
    cJSON_AddBoolToObject(inputs, "stay", m.stay);
    cJSON_AddBoolToObject(inputs, "iobump", m.iobump);
    list = cJSON_AddArrayToObject(inputs, "jobs");
    for (int i = 0; i < m.count; i++) {
        cJSON *row = add_row(list);

        add(row, "id", i);
        add(row, "arrival", m.jobs[i].arrival);
        add(row, "run", m.jobs[i].run);
        add(row, "io_every", m.jobs[i].every);
    }
}

void reference_mlfq(cJSON *inputs, cJSON *expected, int number)
{
    cJSON *list;
    int t = 0;

    draw_levels(number);
    write_levels(inputs);
    while (tick(t))
        t++;
    list = cJSON_AddArrayToObject(expected, "per_job");
    for (int i = 0; i < m.count; i++) {
        const job *j = &m.jobs[i];
        cJSON *row = add_row(list);

        add(row, "id", i);
        add(row, "response", j->first - j->arrival);
        add(row, "turnaround", j->finish - j->arrival);
        add(row, "finish", j->finish);
        add(row, "io_count", j->ios);
    }
    add(expected, "makespan", t);
    add(expected, "idle_ticks", m.idle);
    add(expected, "boosts", m.boosts);
}

/* --- processes and their I/O --- */

#define OPERATIONS 12

typedef struct process {
    bool io[OPERATIONS]; /* or a tick of the processor */
    int count, at;
    int back;  /* the tick at whose start its I/O is over; 0: none */
    bool done; /* the I/O is over, its tick of that still to come */
    int last;
} process;

static process ps[JOBS];
static int ps_count;

static bool is_ready(const process *p)
{
    return p->at < p->count && p->back == 0;
}

/* From the one after `from` on, all around, itself last. */
static int next_ready(int from)
{
    for (int i = 1; i <= ps_count; i++)
        if (is_ready(&ps[(from + i) % ps_count]))
            return (from + i) % ps_count;
    return -1;
}

/* One tick of process p; whether it keeps the processor. */
static bool run_tick(process *p, int t, int io_length)
{
    p->last = t;
    if (p->done) {
        p->done = false;
        p->at++;
    } else if (p->io[p->at]) {
        p->back = t + io_length + 1;
        return false;
    } else {
        p->at++;
    }
    return p->at < p->count;
}

static void draw_processes(cJSON *inputs, int number)
{
    cJSON *list = cJSON_AddArrayToObject(inputs, "processes");

    luck = chance_of(13, number);
    memset(ps, 0, sizeof ps);
    ps_count =
        number % 5 == 0 ? between(&luck, 10, JOBS) : between(&luck, 1, 5);
    for (int i = 0; i < ps_count; i++) {
        cJSON *row = add_row(list), *ops;

        add(row, "id", i);
        add(row, "arrival", 0);
        ops = cJSON_AddArrayToObject(row, "ops");
        ps[i].count = between(&luck, 1, OPERATIONS);
        for (int k = 0; k < ps[i].count; k++) {
            ps[i].io[k] = between(&luck, 0, 2) == 0;
            cJSON_AddItemToArray(ops, cJSON_CreateString(ps[i].io[k] ? "io"
                                                                     : "cpu"));
        }
    }
}

/* Those whose I/O is over at the start of tick t; returns who takes the
 * processor for it: the last one, or nobody new. */
static int end_ios(int t, bool now, int running)
{
    for (int i = 0; i < ps_count; i++)
        if (ps[i].back == t) {
            ps[i].back = 0;
            ps[i].done = true;
            running = now ? i : running;
        }
    return running;
}

/* SWITCH_ON_IO: to the next ready one at once. */
void reference_process_run(cJSON *inputs, cJSON *expected, int number)
{
    bool now = number % 2 != 0;
    int io_length, running = 0, last = 0, total = 0, busy = 0, io_busy = 0;
    cJSON *ends;

    draw_processes(inputs, number);
    io_length = between(&luck, 1, 9);
    cJSON_AddStringToObject(inputs, "policy", "RUN_TO_BLOCK");
    cJSON_AddStringToObject(inputs, "switch", "SWITCH_ON_IO");
    cJSON_AddStringToObject(inputs, "iodone",
                            now ? "IO_RUN_IMMEDIATE" : "IO_RUN_LATER");
    add(inputs, "io_length", io_length);
    for (int t = 1;; t++) {
        bool left = false, flying = false;

        for (int i = 0; i < ps_count; i++) {
            left = left || ps[i].at < ps[i].count;
            flying = flying || ps[i].back > t;
        }
        if (!left)
            break;
        total = t;
        io_busy += flying;
        running = end_ios(t, now, running);
        if (running < 0)
            running = next_ready(last);
        if (running < 0)
            continue;
        busy++;
        last = running;
        if (!run_tick(&ps[running], t, io_length))
            running = next_ready(running);
    }
    add(expected, "total", total);
    add(expected, "cpu_busy", busy);
    add(expected, "io_busy", io_busy);
    ends = cJSON_AddArrayToObject(expected, "last_cpu_tick");
    for (int i = 0; i < ps_count; i++)
        push(ends, ps[i].last);
}
