/*
 * reference_multi.c - cases of OSTEP's multiprocessor with caches, tick by
 * tick; see reference.h.
 */
#include "making.h"
#include "reference.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#define JOBS 12
#define CPUS 5
#define TICKS 4000

typedef struct job {
    int run, size, left, finish, last, moves;
    bool allowed[CPUS], any; /* any: no affinity */
} job;

typedef struct cpu {
    int now; /* the job it runs; -1: none */
    int line[JOBS], waiting;
    int warm[JOBS], warm_count; /* newest first */
    bool warming[JOBS];
    int counter[JOBS]; /* ticks until they are warm */
    int busy, warm_ticks;
    int used[TICKS];
} cpu;

static struct {
    int cpus, jobs, quantum, cache, warmup, rate, peek;
    bool central;
    job job[JOBS];
    cpu cpu[CPUS];
    cJSON *picks; /* NULL: no choice */
} m;

static cpu *line_of(int c)
{
    return &m.cpu[m.central ? 0 : c];
}

static int take(cpu *from, int at)
{
    int who = from->line[at];

    from->waiting--;
    memmove(from->line + at, from->line + at + 1,
            (size_t)(from->waiting - at) * sizeof *from->line);
    return who;
}

static void put(cpu *to, int who)
{
    to->line[to->waiting++] = who;
}

static bool is_warm(const cpu *c, int who)
{
    for (int i = 0; i < c->warm_count; i++)
        if (c->warm[i] == who)
            return true;
    return false;
}

static void start_warming(cpu *c, int who)
{
    c->warming[who] = true;
    c->counter[who] = m.warmup;
}

/* Those that no longer fit warm up anew. */
static void become_warm(cpu *c, int who)
{
    int sum;

    memmove(c->warm + 1, c->warm, (size_t)c->warm_count * sizeof *c->warm);
    c->warm[0] = who;
    c->warm_count++;
    c->warming[who] = false;
    do {
        sum = 0;
        for (int i = 0; i < c->warm_count; i++)
            sum += m.job[c->warm[i]].size;
        if (sum > m.cache)
            start_warming(c, c->warm[--c->warm_count]);
    } while (sum > m.cache);
}

static void assign(void)
{
    bool given[JOBS] = {false};
    int left = m.jobs;

    for (int c = 0; left > 0; c = (c + 1) % m.cpus)
        for (int i = 0; i < m.jobs; i++)
            if (!given[i] && (m.central || m.job[i].allowed[c])) {
                put(line_of(c), i);
                given[i] = true;
                left--;
                break;
            }
}

static void end_quanta(void)
{
    for (int c = 0; c < m.cpus; c++)
        if (m.cpu[c].now >= 0) {
            put(line_of(c), m.cpu[c].now);
            m.cpu[c].now = -1;
        }
}

static void steal(chance *chances)
{
    for (int c = 0; c < m.cpus; c++) {
        int other;

        if (m.cpu[c].waiting > 0 || m.cpus < 2)
            continue;
        other = between(chances, 0, m.cpus - 2);
        other += other >= c;
        if (m.picks != NULL)
            push(m.picks, other);
        for (int i = 0; i < m.cpu[other].waiting; i++)
            if (m.job[m.cpu[other].line[i]].any) {
                put(&m.cpu[c], take(&m.cpu[other], i));
                break;
            }
    }
}

static void pick(int c)
{
    cpu *line = line_of(c), *me = &m.cpu[c];

    for (int i = 0; i < line->waiting && me->now < 0; i++)
        if (m.job[line->line[i]].allowed[c])
            me->now = take(line, i);
    if (me->now < 0)
        return;
    m.job[me->now].moves +=
        m.job[me->now].last >= 0 && m.job[me->now].last != c;
    m.job[me->now].last = c;
    if (is_warm(me, me->now) || me->warming[me->now])
        return;
    start_warming(me, me->now);
    if (m.warmup == 0)
        become_warm(me, me->now);
}

static void run(int c, int t)
{
    cpu *me = &m.cpu[c];
    int who = me->now;
    bool warm;

    me->used[t] = who;
    if (who < 0)
        return;
    warm = is_warm(me, who);
    me->busy++;
    me->warm_ticks += warm;
    m.job[who].left -= warm ? m.rate : 1;
    if (me->warming[who] && --me->counter[who] <= 0)
        become_warm(me, who);
    if (m.job[who].left > 0)
        return;
    m.job[who].finish = t + 1;
    me->now = -1;
}

static bool all_over(void)
{
    for (int i = 0; i < m.jobs; i++)
        if (m.job[i].finish < 0)
            return false;
    return true;
}

static int play(chance *chances)
{
    int t = 0;

    assign();
    for (; !all_over() && t < TICKS; t++) {
        if (t > 0 && t % m.quantum == 0)
            end_quanta();
        if (!m.central && m.peek > 0 && t > 0 && t % m.peek == 0)
            steal(chances);
        for (int c = 0; c < m.cpus; c++)
            if (m.cpu[c].now < 0)
                pick(c);
        for (int c = 0; c < m.cpus; c++)
            run(c, t);
    }
    return t;
}

/* --- cases --- */

static void draw(chance *c)
{
    memset(&m, 0, sizeof m);
    m.cpus = between(c, 1, CPUS);
    m.jobs = between(c, 1, JOBS);
    m.quantum = between(c, 1, 20);
    m.cache = between(c, 3, 30) * 10;
    m.warmup = between(c, 0, 12);
    m.rate = between(c, 1, 4);
    m.central = between(c, 0, 1);
    m.peek = between(c, 0, 30);
    for (int i = 0; i < m.cpus; i++)
        m.cpu[i].now = -1;
    for (int i = 0; i < m.jobs; i++) {
        job *j = &m.job[i];
        int sure = between(c, 0, m.cpus - 1);

        j->run = j->left = between(c, 0, 9) ? between(c, 1, 80) : 0;
        j->size = between(c, 0, 18) * 10;
        j->finish = j->last = -1;
        j->any = between(c, 0, 2) > 0;
        for (int k = 0; k < m.cpus; k++)
            j->allowed[k] = j->any || k == sure || between(c, 0, 2) == 0;
    }
}

static void write_inputs(cJSON *inputs)
{
    cJSON *list;
    char name[16];

    add_text(inputs, "policy", "MULTI_RR");
    add(inputs, "cpus", m.cpus);
    add_text(inputs, "queues", m.central ? "central" : "per_cpu");
    add(inputs, "quantum", m.quantum);
    add(inputs, "cache_size", m.cache);
    add(inputs, "warmup", m.warmup);
    add(inputs, "warm_rate", m.rate);
    if (!m.central)
        add(inputs, "peek", m.peek);
    list = cJSON_AddArrayToObject(inputs, "jobs");
    for (int i = 0; i < m.jobs; i++) {
        cJSON *row = add_row(list), *where;

        snprintf(name, sizeof name, "%d", i);
        add_text(row, "id", name);
        add(row, "arrival", 0);
        add(row, "run", m.job[i].run);
        add(row, "working_set", m.job[i].size);
        if (m.job[i].any)
            continue;
        where = cJSON_AddArrayToObject(row, "affinity");
        for (int k = 0; k < m.cpus; k++)
            if (m.job[i].allowed[k])
                push(where, k);
    }
    if (m.cpus > 2 && !m.central)
        m.picks = cJSON_AddArrayToObject(inputs, "victim_picks");
}

static void write_lane(cJSON *lane, const int *used, int ticks)
{
    char name[16];

    for (int t = 0, end; t < ticks; t = end) {
        cJSON *row = add_list(lane);

        for (end = t; end < ticks && used[end] == used[t];)
            end++;
        snprintf(name, sizeof name, "%d", used[t]);
        cJSON_AddItemToArray(row, used[t] < 0 ? cJSON_CreateNull()
                                              : cJSON_CreateString(name));
        push(row, t);
        push(row, end);
    }
}

static void add_percent(cJSON *row, const char *key, int part, int all)
{
    char text[32];

    snprintf(text, sizeof text, "%.2f", 100.0 * part / all);
    add_text(row, key, text);
}

void reference_multi(cJSON *inputs, cJSON *expected, int number)
{
    chance c = chance_of(2, number);
    cJSON *ends, *moves, *cpus, *lanes;
    char name[16];
    int ticks;

    draw(&c);
    write_inputs(inputs);
    ticks = play(&c);
    add(expected, "finish_time", ticks);
    ends = cJSON_AddObjectToObject(expected, "per_job_finish");
    moves = cJSON_AddObjectToObject(expected, "migrations");
    for (int i = 0; i < m.jobs; i++) {
        snprintf(name, sizeof name, "%d", i);
        add(ends, name, m.job[i].finish);
        add(moves, name, m.job[i].moves);
    }
    cpus = cJSON_AddArrayToObject(expected, "per_cpu");
    lanes = cJSON_AddArrayToObject(expected, "timeline");
    for (int i = 0; i < m.cpus; i++) {
        cJSON *row = add_row(cpus);

        add(row, "cpu", i);
        add(row, "busy", m.cpu[i].busy);
        add(row, "warm", m.cpu[i].warm_ticks);
        add_percent(row, "utilization_pct", m.cpu[i].busy, ticks);
        add_percent(row, "warm_pct", m.cpu[i].warm_ticks, ticks);
        write_lane(add_list(lanes), m.cpu[i].used, ticks);
    }
}
