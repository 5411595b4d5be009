/*
 * reference.c - jobs on processors, played tick after tick, or job after job
 * where nothing interrupts them; see reference.h.
 */
#include "making.h"
#include "reference.h"

#include <stdbool.h>
#include <stdint.h>
#include <stdio.h>
#include <stdlib.h>
#include <string.h>

#define JOBS 40
#define TICKS 20000

/* --- chance: --- */

static chance luck;

static void start(int number)
{
    luck = chance_of(10, number);
}

/* Few or many: the sizes that nobody thought of are large ones. */
static int some_jobs(int number)
{
    return number % 5 == 0 ? between(&luck, 20, JOBS) : between(&luck, 1, 8);
}

/* --- writing cases --- */

/* [who, from, to] of what each tick was used for; -1 is idle and left out. */
static void add_timeline(cJSON *list, const int *who, int ticks)
{
    for (int t = 0; t < ticks;) {
        int end = t;

        while (end < ticks && who[end] == who[t])
            end++;
        if (who[t] >= 0) {
            cJSON *row = add_list(list);

            push(row, who[t]);
            push(row, t);
            push(row, end);
        }
        t = end;
    }
}

/* --- jobs --- */

typedef struct job {
    int arrival, run, priority, left, first, finish, level, slice;
} job;

static job jobs[JOBS];
static int count;
static int used[TICKS]; /* by whom each tick is */

static void draw_jobs(int number, bool together)
{
    count = some_jobs(number);
    for (int i = 0; i < count; i++) {
        jobs[i] = (job){.arrival = together ? 0 : between(&luck, 0, 3 * count),
                        .run = between(&luck, 1, 12),
                        .priority = between(&luck, 1, 5),
                        .first = -1,
                        .finish = -1};
        jobs[i].left = jobs[i].run;
    }
}

static cJSON *write_jobs(cJSON *inputs)
{
    cJSON *list = cJSON_AddArrayToObject(inputs, "jobs");

    for (int i = 0; i < count; i++) {
        cJSON *row = add_row(list);

        add(row, "id", i);
        add(row, "arrival", jobs[i].arrival);
        add(row, "run", jobs[i].run);
    }
    return list;
}

static void write_ends(cJSON *expected)
{
    cJSON *list = cJSON_AddArrayToObject(expected, "per_job");
    cJSON *exact = cJSON_AddObjectToObject(expected, "avg_exact");
    int64_t response = 0, turnaround = 0, wait = 0;

    for (int i = 0; i < count; i++) {
        const job *j = &jobs[i];
        cJSON *row = add_row(list);

        add(row, "id", i);
        add(row, "finish", j->finish);
        add(row, "response", j->first - j->arrival);
        add(row, "turnaround", j->finish - j->arrival);
        add(row, "wait", j->finish - j->arrival - j->run);
        response += j->first - j->arrival;
        turnaround += j->finish - j->arrival;
        wait += j->finish - j->arrival - j->run;
    }
    add_exact(exact, "response", response, count);
    add_exact(exact, "turnaround", turnaround, count);
    add_exact(exact, "wait", wait, count);
}

/* --- a list that jobs wait in --- */

static int line[JOBS], waiting;

static void to_tail(int who)
{
    line[waiting++] = who;
}

static void to_head(int who)
{
    memmove(line + 1, line, (size_t)waiting * sizeof *line);
    line[0] = who;
    waiting++;
}

static int take(int at)
{
    int who = line[at];

    waiting--;
    memmove(line + at, line + at + 1, (size_t)(waiting - at) * sizeof *line);
    return who;
}

static void admit(int t)
{
    for (int i = 0; i < count; i++)
        if (jobs[i].arrival == t)
            to_tail(i);
}

/* --- one processor --- */

typedef enum rule {
    FCFS,
    SJF,
    SRTF,
    HRRN,
    RR,
    FB,
    FB2,
    PRIO_NP,
    PRIO_P,
    PRIO_RR,
    RULES
} rule;

static const char *const rules[RULES] = {"FCFS",   "SJF",    "SRTF", "HRRN",
                                         "RR",     "FB",     "FB2",  "PRIO_NP",
                                         "PRIO_P", "PRIO_RR"};

/* Smaller is sooner. */
static double key(rule r, const job *j, int t)
{
    switch (r) {
    case SJF:
        return j->run;
    case SRTF:
        return j->left;
    case HRRN:
        return -(double)(t - j->arrival) / j->run;
    case FB:
    case FB2:
        return j->level;
    case PRIO_NP:
    case PRIO_P:
    case PRIO_RR:
        return j->priority;
    default:
        return 0;
    }
}

static bool in_turns(rule r)
{
    return r == RR || r == FB || r == FB2 || r == PRIO_RR;
}

/* Equal keys: whoever stands first where there are turns, else the earlier
 * arrival, then the place in the list. */
static int best(rule r, int t)
{
    int at = 0;

    for (int i = 1; i < waiting; i++) {
        const job *a = &jobs[line[i]], *b = &jobs[line[at]];
        double x = key(r, a, t), y = key(r, b, t);
        bool sooner = a->arrival != b->arrival ? a->arrival < b->arrival
                                               : line[i] < line[at];

        if (x < y || (x == y && !in_turns(r) && sooner))
            at = i;
    }
    return at;
}

static void begin_slice(rule r, job *j, int quantum)
{
    if (j->slice == 0)
        j->slice = r == FB2 ? 1 << j->level : quantum;
}

/* Who has tick t, after `running` had the one before. */
static int decide(rule r, int running, int t, int quantum)
{
    bool preempts = r == SRTF || r == PRIO_P || r == PRIO_RR;

    if (running >= 0 && in_turns(r) && jobs[running].slice == 0) {
        if ((r == FB || r == FB2) && waiting > 0)
            jobs[running].level++;
        to_tail(running);
        running = -1;
    }
    if (running >= 0 && preempts && waiting > 0 &&
        key(r, &jobs[line[best(r, t)]], t) < key(r, &jobs[running], t)) {
        to_head(running);
        running = -1;
    }
    if (running < 0 && waiting > 0) {
        running = take(best(r, t));
        begin_slice(r, &jobs[running], quantum);
    }
    return running;
}

static int play_one_processor(rule r, int quantum)
{
    int left = count, running = -1, t;

    waiting = 0;
    for (t = 0; left > 0; t++) {
        admit(t);
        running = decide(r, running, t, quantum);
        used[t] = running;
        if (running < 0)
            continue;
        if (jobs[running].first < 0)
            jobs[running].first = t;
        jobs[running].slice -= in_turns(r);
        if (--jobs[running].left > 0)
            continue;
        jobs[running].finish = t + 1;
        running = -1;
        left--;
    }
    return t;
}

void reference_uniproc(cJSON *inputs, cJSON *expected, int number)
{
    rule r = (rule)(number % RULES);
    cJSON *list;
    int quantum, ticks;

    start(number);
    draw_jobs(number, false);
    quantum = between(&luck, 1, 5);
    cJSON_AddStringToObject(inputs, "policy", rules[r]);
    if (in_turns(r) && r != FB2)
        add(inputs, "quantum", quantum);
    list = write_jobs(inputs);
    if (r >= PRIO_NP)
        for (int i = 0; i < count; i++)
            add(cJSON_GetArrayItem(list, i), "priority", jobs[i].priority);
    ticks = play_one_processor(r, quantum);
    write_ends(expected);
    add_timeline(cJSON_AddArrayToObject(expected, "timeline"), used, ticks);
}

/* --- the cost of switches --- */

typedef struct switches {
    int cost, charged, last, t;
    bool every;
} switches;

static void admit_upto(int from, int to)
{
    for (int t = from; t <= to; t++)
        admit(t);
}

/* The slice of the head of the line, and the switch to it. */
static void give_turn(switches *s, int quantum)
{
    int who = take(0), began;
    job *j = &jobs[who];
    int slice = quantum > 0 && quantum < j->left ? quantum : j->left;
    bool charged = s->every || s->last != who;

    began = s->t + (charged ? s->cost : 0);
    s->charged += charged;
    for (int t = s->t; t < began; t++)
        used[t] = -1;
    for (int t = began; t < began + slice; t++)
        used[t] = who;
    if (j->first < 0)
        j->first = began;
    admit_upto(s->t + 1, began + slice);
    s->t = began + slice;
    s->last = who;
    j->left -= slice;
    if (j->left > 0)
        to_tail(who);
    else
        j->finish = s->t;
}

static void write_switches(cJSON *expected, const switches *s)
{
    cJSON *finish = cJSON_AddArrayToObject(expected, "finish");
    cJSON *first = cJSON_AddArrayToObject(expected, "first_run");
    int64_t turnaround = 0, useful = 0;

    for (int i = 0; i < count; i++) {
        push(finish, jobs[i].finish);
        push(first, jobs[i].first);
        turnaround += jobs[i].finish - jobs[i].arrival;
        useful += jobs[i].run;
    }
    add_exact(expected, "avg_turnaround_exact", turnaround, count);
    add(expected, "makespan", s->t);
    add(expected, "switches_charged", s->charged);
    add(expected, "overhead", s->charged * s->cost);
    add(expected, "useful", (double)useful);
    add_timeline(cJSON_AddArrayToObject(expected, "timeline"), used, s->t);
}

void reference_switches(cJSON *inputs, cJSON *expected, int number)
{
    switches s = {.last = -1, .every = number % 2 == 0};
    bool turns = number % 7 != 0;
    int left, quantum;

    start(number);
    draw_jobs(number, false);
    quantum = turns ? between(&luck, 1, 5) : 0;
    s.cost = between(&luck, 1, 3);
    cJSON_AddStringToObject(inputs, "policy", turns ? "RR" : "FCFS");
    if (turns)
        add(inputs, "quantum", quantum);
    add(inputs, "switch_cost", s.cost);
    cJSON_AddStringToObject(inputs, "charge", s.every ? "every" : "change");
    write_jobs(inputs);
    waiting = 0;
    admit(0);
    do {
        if (waiting > 0) {
            give_turn(&s, quantum);
        } else {
            used[s.t++] = -1;
            admit(s.t);
        }
        left = 0;
        for (int i = 0; i < count; i++)
            left += jobs[i].finish < 0;
    } while (left > 0);
    write_switches(expected, &s);
}

/* --- several processors --- */

#define CPUS 4

static int lanes[CPUS][TICKS], on[CPUS];

/* Rule (3): the shortest that waits against the longest that runs. */
static void swap_shortest(int cpus)
{
    for (;;) {
        int at = 0, longest = 0;

        for (int c = 0; c < cpus; c++) {
            if (on[c] < 0)
                return;
            if (jobs[on[c]].left > jobs[on[longest]].left)
                longest = c;
        }
        if (waiting == 0)
            return;
        for (int i = 1; i < waiting; i++)
            if (jobs[line[i]].left < jobs[line[at]].left)
                at = i;
        if (jobs[line[at]].left >= jobs[on[longest]].left)
            return;
        at = take(at);
        to_tail(on[longest]);
        on[longest] = at;
    }
}

static int shortest(rule r)
{
    int at = 0;

    for (int i = 1; i < waiting && (r == SJF || r == SRTF); i++)
        if (jobs[line[i]].left < jobs[line[at]].left)
            at = i;
    return at;
}

static void step_processors(rule r, int cpus, int t, int quantum)
{
    admit(t);
    for (int c = 0; c < cpus; c++)
        if (on[c] >= 0 && jobs[on[c]].left == 0) {
            jobs[on[c]].finish = t;
            on[c] = -1;
        } else if (on[c] >= 0 && r == RR && jobs[on[c]].slice == 0) {
            to_tail(on[c]);
            on[c] = -1;
        }
    if (r == SRTF)
        swap_shortest(cpus);
    for (int c = 0; c < cpus && waiting > 0; c++)
        if (on[c] < 0) {
            on[c] = take(shortest(r));
            jobs[on[c]].slice = quantum;
        }
    if (r == SRTF) /* which may be all busy only now */
        swap_shortest(cpus);
    for (int c = 0; c < cpus; c++) {
        lanes[c][t] = on[c];
        if (on[c] < 0)
            continue;
        if (jobs[on[c]].first < 0)
            jobs[on[c]].first = t;
        jobs[on[c]].left--;
        jobs[on[c]].slice--;
    }
}

static bool all_over(int cpus)
{
    bool over = waiting == 0;

    for (int i = 0; i < count; i++)
        over = over && jobs[i].finish >= 0;
    for (int c = 0; c < cpus; c++)
        over = over && on[c] < 0;
    return over;
}

void reference_multicore(cJSON *inputs, cJSON *expected, int number)
{
    static const rule of[] = {FCFS, RR, SJF, SRTF};
    rule r = of[number % 4];
    int cpus, quantum, ticks = 0;
    cJSON *timeline, *busy;

    start(number);
    draw_jobs(number, false);
    cpus = between(&luck, 1, CPUS);
    quantum = between(&luck, 1, 5);
    cJSON_AddStringToObject(inputs, "policy", rules[r]);
    if (r == RR)
        add(inputs, "quantum", quantum);
    add(inputs, "cpus", cpus);
    write_jobs(inputs);
    waiting = 0;
    for (int c = 0; c < cpus; c++)
        on[c] = -1;
    do
        step_processors(r, cpus, ticks++, quantum);
    while (!all_over(cpus));
    write_ends(expected);
    add(expected, "makespan", ticks - 1);
    timeline = cJSON_AddArrayToObject(expected, "timeline");
    busy = cJSON_AddArrayToObject(expected, "busy");
    for (int c = 0; c < cpus; c++) {
        cJSON *rows = cJSON_CreateArray();
        int sum = 0;

        add_timeline(rows, lanes[c], ticks - 1);
        cJSON_AddItemToArray(timeline, rows);
        for (int t = 0; t < ticks - 1; t++)
            sum += lanes[c][t] >= 0;
        push(busy, sum);
    }
}

/* --- bursts and a device --- */

#define BURSTS 9

typedef struct process {
    int bursts[BURSTS], bursts_count, at; /* the burst in hand */
    int left, slice, priority, arrival;
    int back; /* when its I/O is over; 0: it does none */
    int first, finish, ready, queued;
} process;

static process all[JOBS];
static int device[JOBS], device_count; /* waiting for it; the first has it */
static cJSON *served;

static double burst_key(rule r, const process *p)
{
    return r == SRTF ? p->left : r == PRIO_P ? p->priority : 0;
}

static int best_burst(rule r)
{
    int at = 0;

    for (int i = 1; i < waiting; i++)
        if (burst_key(r, &all[line[i]]) < burst_key(r, &all[line[at]]))
            at = i;
    return at;
}

static void serve(int who, int t)
{
    process *p = &all[who];
    cJSON *row = cJSON_CreateArray();

    p->back = t + p->bursts[p->at];
    push(row, who);
    push(row, t);
    push(row, p->back);
    cJSON_AddItemToArray(served, row);
}

/* (1) arrivals, (2) I/Os that are over, in the order of their start. */
static void make_ready(int t, bool fifo)
{
    const cJSON *row;

    for (int i = 0; i < count; i++)
        if (all[i].arrival == t)
            to_tail(i);
    cJSON_ArrayForEach(row, served)
    {
        int who = cJSON_GetArrayItem(row, 0)->valueint;

        if (cJSON_GetArrayItem(row, 2)->valueint != t)
            continue;
        all[who].at++;
        all[who].left = all[who].bursts[all[who].at];
        all[who].back = 0;
        to_tail(who);
        if (fifo)
            memmove(device, device + 1,
                    (size_t)(--device_count) * sizeof *device);
    }
}

/* (3) the running one's burst or slice is over. */
static int end_burst(int running, int t, rule r, bool fifo)
{
    process *p = &all[running];

    if (p->left > 0) {
        if (r != RR || p->slice > 0)
            return running;
        to_tail(running);
        return -1;
    }
    if (p->at == p->bursts_count - 1) {
        p->finish = t;
        return -1;
    }
    p->at++;
    if (fifo)
        device[device_count++] = running;
    else
        serve(running, t);
    return -1;
}

static int step_bursts(int running, int t, rule r, int quantum, bool fifo)
{
    make_ready(t, fifo);
    if (running >= 0)
        running = end_burst(running, t, r, fifo);
    if (fifo && device_count > 0 && all[device[0]].back == 0)
        serve(device[0], t);
    if (running >= 0 && waiting > 0 &&
        burst_key(r, &all[line[best_burst(r)]]) < burst_key(r, &all[running])) {
        to_tail(running);
        running = -1;
    }
    if (running < 0 && waiting > 0) {
        running = take(best_burst(r));
        all[running].slice = quantum;
        if (all[running].first < 0)
            all[running].first = t;
    }
    for (int i = 0; i < waiting; i++)
        all[line[i]].ready++;
    for (int i = 1; i < device_count; i++)
        all[device[i]].queued++;
    used[t] = running;
    if (running >= 0) {
        all[running].left--;
        all[running].slice--;
    }
    return running;
}

static void draw_processes(int number)
{
    count = number % 5 == 0 ? between(&luck, 10, 20) : between(&luck, 1, 6);
    for (int i = 0; i < count; i++) {
        process *p = &all[i];

        *p = (process){.bursts_count = 2 * between(&luck, 0, 4) + 1,
                       .priority = between(&luck, 1, 4),
                       .arrival = between(&luck, 0, 2 * count),
                       .first = -1,
                       .finish = -1};
        for (int k = 0; k < p->bursts_count; k++)
            p->bursts[k] = between(&luck, 1, 8);
        p->left = p->bursts[0];
    }
}

static void write_processes(cJSON *inputs, rule r)
{
    cJSON *list = cJSON_AddArrayToObject(inputs, "processes");

    for (int i = 0; i < count; i++) {
        cJSON *row = add_row(list), *bursts;

        add(row, "id", i);
        add(row, "arrival", all[i].arrival);
        if (r == PRIO_P)
            add(row, "priority", all[i].priority);
        bursts = cJSON_AddArrayToObject(row, "bursts");
        for (int k = 0; k < all[i].bursts_count; k++)
            push(bursts, all[i].bursts[k]);
    }
}

static void write_process_ends(cJSON *expected)
{
    cJSON *list = cJSON_AddArrayToObject(expected, "per_process");
    int64_t turnaround = 0, ready = 0;

    for (int i = 0; i < count; i++) {
        const process *p = &all[i];
        cJSON *row = add_row(list);

        add(row, "id", i);
        add(row, "finish", p->finish);
        add(row, "turnaround", p->finish - p->arrival);
        add(row, "response", p->first - p->arrival);
        add(row, "ready_wait", p->ready);
        add(row, "device_queue_wait", p->queued);
        turnaround += p->finish - p->arrival;
        ready += p->ready;
    }
    add_exact(expected, "avg_turnaround_exact", turnaround, count);
    add_exact(expected, "avg_ready_wait_exact", ready, count);
}

void reference_bursts(cJSON *inputs, cJSON *expected, int number)
{
    static const rule of[] = {FCFS, RR, SRTF, PRIO_P};
    static const char *const names[] = {"FCFS", "RR", "SRTF", "PRIO"};
    rule r = of[number % 4];
    bool fifo = number % 3 != 0;
    int quantum, running = -1, t = 0, left;

    start(number);
    draw_processes(number);
    quantum = between(&luck, 1, 4);
    cJSON_AddStringToObject(inputs, "policy", names[number % 4]);
    if (r == RR)
        add(inputs, "quantum", quantum);
    cJSON_AddStringToObject(inputs, "io_device", fifo ? "fifo" : "parallel");
    write_processes(inputs, r);
    served = cJSON_CreateArray();
    waiting = device_count = 0;
    do {
        running = step_bursts(running, t++, r, quantum, fifo);
        left = 0;
        for (int i = 0; i < count; i++)
            left += all[i].finish < 0;
    } while (left > 0);
    write_process_ends(expected);
    add(expected, "makespan", t - 1);
    add_timeline(cJSON_AddArrayToObject(expected, "cpu_timeline"), used, t - 1);
    cJSON_AddItemToObject(expected, "device_timeline", served);
}

/* --- precedence --- */

/* Tasks wait for some of those before them; the list is in another order. */
static void draw_tasks(cJSON *inputs, int after[JOBS][JOBS], int *order)
{
    cJSON *list = cJSON_AddArrayToObject(inputs, "list");
    cJSON *tasks = cJSON_AddArrayToObject(inputs, "tasks");
    char name[16];

    for (int i = 0; i < count; i++) {
        cJSON *row = add_row(tasks), *before;

        snprintf(name, sizeof name, "T%d", i);
        cJSON_AddStringToObject(row, "id", name);
        add(row, "run", jobs[i].run);
        before = cJSON_AddArrayToObject(row, "after");
        for (int k = 0; k < i; k++) {
            after[i][k] = between(&luck, 1, 4) == 1;
            snprintf(name, sizeof name, "T%d", k);
            if (after[i][k])
                cJSON_AddItemToArray(before, cJSON_CreateString(name));
        }
        order[i] = i;
    }
    for (int i = count - 1; i > 0; i--) {
        int k = between(&luck, 0, i), kept = order[i];

        order[i] = order[k];
        order[k] = kept;
    }
    for (int i = 0; i < count; i++) {
        snprintf(name, sizeof name, "T%d", order[i]);
        cJSON_AddItemToArray(list, cJSON_CreateString(name));
    }
}

static bool may_start(int who, int after[JOBS][JOBS], int t)
{
    for (int k = 0; k < count; k++)
        if (after[who][k] && (jobs[k].finish < 0 || jobs[k].finish > t))
            return false;
    return jobs[who].first < 0;
}

void reference_list(cJSON *inputs, cJSON *expected, int number)
{
    static int after[JOBS][JOBS], order[JOBS], until[CPUS];
    int cpus, left, makespan = 0;
    cJSON *starts, *ends;

    start(number);
    draw_jobs(number, true);
    memset(after, 0, sizeof after);
    memset(until, 0, sizeof until);
    cpus = between(&luck, 2, CPUS);
    cJSON_AddStringToObject(inputs, "policy", "LIST");
    add(inputs, "cpus", cpus);
    draw_tasks(inputs, after, order);
    left = count;
    for (int t = 0; left > 0; t++)
        for (int c = 0; c < cpus; c++)
            for (int i = 0; i < count && until[c] <= t; i++) {
                job *j = &jobs[order[i]];

                if (!may_start(order[i], after, t))
                    continue;
                j->first = t;
                j->finish = until[c] = t + j->run;
                makespan = j->finish > makespan ? j->finish : makespan;
                left--;
            }
    add(expected, "makespan", makespan);
    starts = cJSON_AddObjectToObject(expected, "start");
    ends = cJSON_AddObjectToObject(expected, "finish");
    for (int i = 0; i < count; i++) {
        char name[16];

        snprintf(name, sizeof name, "T%d", i);
        add(starts, name, jobs[i].first);
        add(ends, name, jobs[i].finish);
    }
}

/* --- tickets --- */

static int draw_winner(const int *tickets, uint64_t number)
{
    int64_t all_of_them = 0, winner;
    int i = 0;

    for (int k = 0; k < count; k++)
        all_of_them += jobs[k].left > 0 ? tickets[k] : 0;
    winner = (int64_t)(number % (uint64_t)all_of_them);
    for (i = 0; i < count; i++) {
        if (jobs[i].left <= 0)
            continue;
        winner -= tickets[i];
        if (winner < 0)
            break;
    }
    return i;
}

static void write_lottery(cJSON *expected, const int *dispatches, int quantum,
                          int slices)
{
    cJSON *list = cJSON_AddArrayToObject(expected, "per_job");
    int first = INT32_MAX;

    for (int i = 0; i < count; i++) {
        cJSON *row = add_row(list);

        add(row, "id", i);
        add(row, "finish", jobs[i].finish);
        add(row, "response", jobs[i].first);
        add(row, "dispatches", dispatches[i]);
        first = jobs[i].finish < first ? jobs[i].finish : first;
    }
    add(expected, "makespan", slices * quantum);
    add(expected, "fairness_first_over_last_finish",
        (double)first / (slices * quantum));
}

void reference_lottery(cJSON *inputs, cJSON *expected, int number)
{
    static int tickets[JOBS], dispatches[JOBS];
    int quantum, left, slices = 0;
    cJSON *list, *draws, *winners;

    start(number);
    draw_jobs(number, true);
    memset(dispatches, 0, sizeof dispatches);
    quantum = between(&luck, 1, 4);
    cJSON_AddStringToObject(inputs, "policy", "LOTTERY");
    add(inputs, "quantum", quantum);
    list = write_jobs(inputs);
    for (int i = 0; i < count; i++) {
        tickets[i] = between(&luck, 1, 200);
        add(cJSON_GetArrayItem(list, i), "tickets", tickets[i]);
    }
    draws = cJSON_AddArrayToObject(inputs, "draws");
    winners = cJSON_AddArrayToObject(expected, "winners");
    left = count;
    while (left > 0) {
        uint64_t r = (uint64_t)between(&luck, 0, 1000000);
        int who = draw_winner(tickets, r);
        job *j = &jobs[who];

        push(draws, (double)r);
        push(winners, who);
        dispatches[who]++;
        if (j->first < 0)
            j->first = slices * quantum;
        slices++;
        j->left -= quantum;
        if (j->left > 0)
            continue;
        j->finish = slices * quantum;
        left--;
    }
    write_lottery(expected, dispatches, quantum, slices);
}

/* Passes as fractions with one denominator: tickets divide 27720. */
void reference_stride(cJSON *inputs, cJSON *expected, int number)
{
    static const int divisors[] = {1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 12};
    int64_t pass[12], had[12] = {0};
    int tickets[12], n, quanta;
    bool ahead = number % 2 != 0;
    cJSON *list, *sequence, *passes;

    start(number);
    n = between(&luck, 1, 12);
    quanta = between(&luck, 5, 60);
    cJSON_AddStringToObject(inputs, "policy", "STRIDE");
    add(inputs, "stride_constant", 27720);
    add(inputs, "quanta", quanta);
    cJSON_AddStringToObject(inputs, "initial_pass", ahead ? "stride" : "zero");
    list = cJSON_AddArrayToObject(inputs, "tickets");
    for (int i = 0; i < n; i++) {
        tickets[i] = divisors[between(&luck, 0, 11)];
        push(list, tickets[i]);
        pass[i] = ahead ? 27720 / tickets[i] : 0;
    }
    sequence = cJSON_AddArrayToObject(expected, "sequence");
    passes = cJSON_AddArrayToObject(expected, "passes_before_each_choice");
    for (int q = 0; q < quanta; q++) {
        cJSON *row = cJSON_CreateArray();
        int who = 0;

        for (int i = 0; i < n; i++) {
            push(row, (double)pass[i]);
            who = pass[i] < pass[who] ? i : who;
        }
        cJSON_AddItemToArray(passes, row);
        push(sequence, who);
        pass[who] += 27720 / tickets[who];
        had[who]++;
    }
    list = cJSON_AddArrayToObject(expected, "quanta_received");
    for (int i = 0; i < n; i++)
        push(list, (double)had[i]);
}
