/*
 * reference_real_time.c - cases of locks and of bandwidth servers, tick by
 * tick; see reference.h. Where the rules leave open what happens, another case
 * is drawn.
 */
#include "making.h"
#include "reference.h"

#include <stdbool.h>
#include <stdio.h>
#include <string.h>

#define TASKS 8
#define LOCKS 5
#define OPERATIONS 24
#define TICKS 400

/* [name, from, to] of what each tick was used for; idle is -1. */
static void write_ticks(cJSON *list, const int *used, int ticks,
                        const char *const *names)
{
    for (int t = 0, end; t < ticks; t = end) {
        for (end = t; end < ticks && used[end] == used[t];)
            end++;
        if (used[t] >= 0) {
            cJSON *row = add_list(list);

            cJSON_AddItemToArray(row, cJSON_CreateString(names[used[t]]));
            push(row, t);
            push(row, end);
        }
    }
}

/* --- locks --- */

static const char *const task_names[TASKS] = {"a", "b", "c", "d",
                                              "e", "f", "g", "h"};
static const char *const lock_names[LOCKS] = {"A", "B", "C", "D", "E"};

typedef enum kind { RUN, LOCK, UNLOCK } kind;
typedef enum protocol { NONE, PIP, PCP, ICPP } protocol;

typedef struct task {
    int priority, release, count;
    kind kind[OPERATIONS];
    int of[OPERATIONS]; /* ticks, or a lock */
    /* as it is played */
    int at, left, finish;
    int waits; /* for the holder of this lock; -1: for none */
} task;

static struct {
    task task[TASKS];
    int tasks, locks;
    int ceiling[LOCKS], holder[LOCKS];
    int used[TICKS], ticks, running;
    bool open; /* the rules say nothing about what came */
} s;

/* Its own; that of the locks it holds; that of those who wait for it. */
static int priority_of(int who, protocol p, int depth)
{
    int priority = s.task[who].priority;

    for (int k = 0; k < s.locks; k++) {
        if (s.holder[k] != who)
            continue;
        if (p == ICPP && s.ceiling[k] > priority)
            priority = s.ceiling[k];
        for (int i = 0; i < s.tasks && p != NONE && depth < TASKS; i++)
            if (s.task[i].waits == k && s.task[i].finish < 0) {
                int inherited = priority_of(i, p, depth + 1);

                priority = inherited > priority ? inherited : priority;
            }
    }
    return priority;
}

/* The lock that is in the way; -1: none. */
static int obstacle(int who, int lock, protocol p)
{
    int worst = -1;

    if (p != PCP)
        return s.holder[lock] >= 0 ? lock : -1;
    for (int k = 0; k < s.locks; k++)
        if (s.holder[k] >= 0 && s.holder[k] != who &&
            (worst < 0 || s.ceiling[k] > s.ceiling[worst]))
            worst = k;
    return worst >= 0 && priority_of(who, p, 0) > s.ceiling[worst] ? -1 : worst;
}

static int choose(int t, protocol p)
{
    int best = -1, most = 0;
    bool tie = false;

    for (int i = 0; i < s.tasks; i++) {
        const task *k = &s.task[i];
        int priority;

        if (k->release > t || k->finish >= 0 || k->waits >= 0)
            continue;
        priority = priority_of(i, p, 0);
        if (best >= 0 && priority < most)
            continue;
        if (best >= 0 && priority == most) {
            if (i == s.running)
                best = i;
            else
                tie = tie || best != s.running;
            continue;
        }
        best = i;
        most = priority;
        tie = false;
    }
    s.open = s.open || (tie && best != s.running);
    return best;
}

/* Whether it has the processor still. */
static bool take_locks(int who, protocol p)
{
    task *k = &s.task[who];

    while (k->at < k->count && k->kind[k->at] == LOCK) {
        int way = obstacle(who, k->of[k->at], p);

        if (way >= 0) {
            k->waits = way;
            return false;
        }
        s.holder[k->of[k->at++]] = who;
    }
    return true;
}

static void run_tick(int who, int t)
{
    task *k = &s.task[who];

    s.used[t] = who;
    if (k->left == 0)
        k->left = k->of[k->at];
    if (--k->left > 0)
        return;
    for (k->at++; k->at < k->count && k->kind[k->at] == UNLOCK; k->at++) {
        s.holder[k->of[k->at]] = -1;
        for (int i = 0; i < s.tasks; i++)
            s.task[i].waits = -1;
    }
    if (k->at == k->count)
        k->finish = t + 1;
}

/* How many could go on if time went on. */
static int unblocked(void)
{
    int n = 0;

    for (int i = 0; i < s.tasks; i++)
        n += s.task[i].finish < 0 && s.task[i].waits < 0;
    return n;
}

static void play_locks(protocol p)
{
    s.running = -1;
    for (int k = 0; k < s.locks; k++)
        s.holder[k] = -1;
    for (int i = 0; i < s.tasks; i++) {
        s.task[i].at = s.task[i].left = 0;
        s.task[i].finish = s.task[i].waits = -1;
    }
    for (s.ticks = 0; unblocked() > 0 && s.ticks < TICKS;) {
        int who;

        do
            who = choose(s.ticks, p);
        while (who >= 0 && !take_locks(who, p));
        if (unblocked() == 0)
            break;
        s.used[s.ticks] = -1;
        if (who >= 0)
            run_tick(who, s.ticks);
        s.running = who >= 0 && s.task[who].finish < 0 ? who : -1;
        s.ticks++;
    }
}

/* Locks are nested: the last taken is the first given back, and between the
 * two something is done. */
static void draw_operations(chance *c, task *k)
{
    int held[LOCKS], depth = 0;
    bool mine[LOCKS] = {false};

    k->count = 0;
    while (k->count < OPERATIONS - 2 * LOCKS - 1 && between(c, 0, 5) > 0) {
        int lock = between(c, 0, s.locks - 1);

        if (depth > 0 && between(c, 0, 2) == 0) {
            k->kind[k->count] = UNLOCK;
            mine[held[--depth]] = false;
            k->of[k->count++] = held[depth];
        } else if (!mine[lock] && between(c, 0, 1)) {
            k->kind[k->count] = LOCK;
            k->of[k->count++] = lock;
            mine[lock] = true;
            held[depth++] = lock;
            k->kind[k->count] = RUN;
            k->of[k->count++] = between(c, 1, 4);
        } else {
            k->kind[k->count] = RUN;
            k->of[k->count++] = between(c, 1, 5);
        }
    }
    if (k->count == 0) {
        k->kind[0] = RUN;
        k->of[k->count++] = between(c, 1, 5);
    }
    while (depth > 0) {
        k->kind[k->count] = UNLOCK;
        k->of[k->count++] = held[--depth];
    }
}

static void draw_tasks(chance *c)
{
    int order[TASKS] = {0};

    memset(&s, 0, sizeof s);
    s.tasks = between(c, 1, TASKS);
    s.locks = between(c, 1, LOCKS);
    for (int i = 0; i < s.tasks; i++) {
        int k = between(c, 0, i);

        order[i] = order[k];
        order[k] = i + 1;
    }
    for (int i = 0; i < s.tasks; i++) {
        task *k = &s.task[i];

        k->priority = order[i];
        k->release = between(c, 0, 3 * (s.tasks - 1) + 1);
        draw_operations(c, k);
        for (int n = 0; n < k->count; n++)
            if (k->kind[n] == LOCK && k->priority > s.ceiling[k->of[n]])
                s.ceiling[k->of[n]] = k->priority;
    }
}

static void write_tasks(cJSON *inputs)
{
    static const char *const kinds[] = {"run", "lock", "unlock"};
    cJSON *list;

    add_text(inputs, "policy", "FIXED_PRIORITY");
    cJSON_AddBoolToObject(inputs, "larger_number_is_higher_priority", true);
    list = cJSON_AddArrayToObject(inputs, "tasks");
    for (int i = 0; i < s.tasks; i++) {
        const task *k = &s.task[i];
        cJSON *row = add_row(list), *ops;

        add_text(row, "id", task_names[i]);
        add(row, "priority", k->priority);
        add(row, "release", k->release);
        ops = cJSON_AddArrayToObject(row, "ops");
        for (int n = 0; n < k->count; n++) {
            cJSON *op = add_list(ops);

            cJSON_AddItemToArray(op, cJSON_CreateString(kinds[k->kind[n]]));
            if (k->kind[n] == RUN)
                push(op, k->of[n]);
            else
                cJSON_AddItemToArray(op,
                                     cJSON_CreateString(lock_names[k->of[n]]));
        }
    }
}

static void add_end(cJSON *object, const char *key, int since, int finish)
{
    if (finish < 0)
        cJSON_AddNullToObject(object, key);
    else
        add(object, key, finish - since);
}

static void write_protocol(cJSON *row)
{
    cJSON *finish, *response;
    bool stuck = false;

    for (int i = 0; i < s.tasks; i++)
        stuck = stuck || s.task[i].finish < 0;
    cJSON_AddBoolToObject(row, "deadlock", stuck);
    finish = cJSON_AddObjectToObject(row, "finish");
    response = cJSON_AddObjectToObject(row, "response");
    for (int i = 0; i < s.tasks; i++) {
        add_end(finish, task_names[i], 0, s.task[i].finish);
        add_end(response, task_names[i], s.task[i].release, s.task[i].finish);
    }
    write_ticks(cJSON_AddArrayToObject(row, "timeline"), s.used, s.ticks,
                task_names);
}

void reference_locks(cJSON *inputs, cJSON *expected, int number)
{
    static const char *const names[] = {"none", "PIP", "PCP", "ICPP"};
    chance c = chance_of(3, number);

    do {
        draw_tasks(&c);
        for (int p = 0; p < 4 && !s.open; p++)
            play_locks((protocol)p);
    } while (s.open);
    write_tasks(inputs);
    for (int p = 0; p < 4; p++) {
        play_locks((protocol)p);
        write_protocol(cJSON_AddObjectToObject(expected, names[p]));
    }
}

/* --- bandwidth servers --- */

#define REQUESTS 8

static const char *const edf_names[] = {"t1", "t2", "t3", "cbs"};

static struct {
    int tasks, cost[3], period[3], until;
    int budget, window; /* Q and P */
    int requests, arrival[REQUESTS], run[REQUESTS];
    /* as it is played */
    int job[3], left[3], next; /* of each task; the request served */
    int done[REQUESTS], rest[REQUESTS];
    int c, d, used[TICKS], ticks;
    bool hard, waits, open;
    cJSON *events, *misses;
} b;

static void note(int t, const char *what, int budget, int deadline)
{
    cJSON *row;

    if (b.events == NULL)
        return;
    row = add_list(b.events);
    push(row, t);
    cJSON_AddItemToArray(row, cJSON_CreateString(what));
    push(row, budget);
    push(row, deadline);
}

static bool has_work(int t)
{
    return b.next < b.requests && b.arrival[b.next] <= t;
}

/* Those that come to an idle server at this instant: the first decides. */
static void admit(int t)
{
    if (!has_work(t) || b.arrival[b.next] != t)
        return;
    if (b.c * b.window >= (b.d - t) * b.budget) {
        b.d = t + b.window;
        b.c = b.budget;
        note(t, "new_deadline", b.c, b.d);
    } else {
        note(t, "keep", b.c, b.d);
    }
}

static void check_budget(int t)
{
    if (b.waits && t == b.d) {
        b.waits = false;
        b.c = b.budget;
        b.d += b.window;
        note(t, "replenish", b.c, b.d);
    }
    if (b.c > 0 || b.waits || !has_work(t))
        return;
    if (b.hard) {
        b.open = b.open || t >= b.d;
        b.waits = true;
        note(t, "throttle", 0, b.d);
    } else {
        b.c = b.budget;
        b.d += b.window;
        note(t, "postpone", b.c, b.d);
    }
}

/* The jobs of task i that were released before t + 1. */
static int released(int i, int t)
{
    int last = t < b.until ? t : b.until - 1;

    return last / b.period[i] + 1;
}

static int earliest(int t)
{
    int best = has_work(t) && !b.waits ? b.tasks : -1, when = b.d;

    for (int i = 0; i < b.tasks; i++) {
        int deadline = (b.job[i] + 1) * b.period[i];

        if (b.job[i] < released(i, t) && (best < 0 || deadline < when)) {
            best = i;
            when = deadline;
        }
    }
    return best;
}

static void run_job(int i, int t)
{
    int deadline = (b.job[i] + 1) * b.period[i];

    if (--b.left[i] > 0)
        return;
    if (t + 1 > deadline && b.misses != NULL) {
        cJSON *row = add_list(b.misses);

        cJSON_AddItemToArray(row, cJSON_CreateString(edf_names[i]));
        push(row, b.job[i]);
        push(row, deadline);
        push(row, t + 1);
    }
    b.job[i]++;
    b.left[i] = b.cost[i];
}

static void run_request(int t)
{
    b.c--;
    if (--b.rest[b.next] == 0)
        b.done[b.next++] = t + 1;
}

static bool over(void)
{
    bool all = b.next == b.requests;

    for (int i = 0; i < b.tasks; i++)
        all = all && b.job[i] == released(i, b.until);
    return all;
}

static void play_server(bool hard)
{
    int t;

    b.hard = hard;
    b.waits = false;
    b.c = b.d = b.next = 0;
    memcpy(b.rest, b.run, sizeof b.rest);
    memset(b.done, 0, sizeof b.done);
    for (int i = 0; i < b.tasks; i++) {
        b.job[i] = 0;
        b.left[i] = b.cost[i];
    }
    for (t = 0; !over() && t < TICKS; t++) {
        int who;

        admit(t);
        check_budget(t);
        who = earliest(t);
        b.used[t] = who == b.tasks ? 3 : who;
        if (who == b.tasks)
            run_request(t);
        else if (who >= 0)
            run_job(who, t);
    }
    b.ticks = t;
    b.open = b.open || t == TICKS;
}

static void draw_server(chance *c)
{
    memset(&b, 0, sizeof b);
    b.tasks = between(c, 1, 3);
    b.until = between(c, 10, 120);
    for (int i = 0; i < b.tasks; i++) {
        b.period[i] = between(c, 3, 20);
        b.cost[i] = between(c, 1, 1 + b.period[i] / (1 + b.tasks));
    }
    b.window = between(c, 2, 16);
    b.budget = between(c, 1, 1 + b.window / 2);
    b.requests = between(c, 1, REQUESTS);
    for (int i = 0; i < b.requests; i++) {
        b.arrival[i] = (i > 0 ? b.arrival[i - 1] : 0) + between(c, 0, 12);
        b.run[i] = between(c, 1, 9);
    }
}

static void write_server(cJSON *inputs)
{
    cJSON *list = cJSON_AddArrayToObject(inputs, "periodic"), *row;

    add_text(inputs, "policy", "EDF+CBS");
    for (int i = 0; i < b.tasks; i++) {
        row = add_row(list);
        add_text(row, "id", edf_names[i]);
        add(row, "C", b.cost[i]);
        add(row, "T", b.period[i]);
    }
    row = cJSON_AddObjectToObject(inputs, "server");
    add(row, "Q", b.budget);
    add(row, "P", b.window);
    list = cJSON_AddArrayToObject(inputs, "aperiodic");
    for (int i = 0; i < b.requests; i++) {
        row = add_row(list);
        add(row, "arrival", b.arrival[i]);
        add(row, "run", b.run[i]);
    }
    add(inputs, "release_until", b.until);
}

static void write_kind(cJSON *row, bool hard)
{
    cJSON *finish = cJSON_AddArrayToObject(row, "aperiodic_finish");
    cJSON *response = cJSON_AddArrayToObject(row, "aperiodic_response");

    b.misses = cJSON_AddArrayToObject(row, "periodic_misses");
    b.events = cJSON_AddArrayToObject(row, "server_events");
    play_server(hard);
    for (int i = 0; i < b.requests; i++) {
        push(finish, b.done[i]);
        push(response, b.done[i] - b.arrival[i]);
    }
    write_ticks(cJSON_AddArrayToObject(row, "timeline"), b.used, b.ticks,
                edf_names);
}

void reference_servers(cJSON *inputs, cJSON *expected, int number)
{
    chance c = chance_of(4, number);

    do {
        draw_server(&c);
        play_server(false);
        play_server(true);
    } while (b.open);
    write_server(inputs);
    write_kind(cJSON_AddObjectToObject(expected, "soft"), false);
    write_kind(cJSON_AddObjectToObject(expected, "hard"), true);
}
