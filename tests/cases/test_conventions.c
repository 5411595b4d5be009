/*
 * Every policy of the list obeys every convention that it prints: random
 * workloads of few small times, so that ties are many, under random
 * conventions. The reference here knows no policy; it knows the conventions.
 * Keys are what --why prints: two threads whose keys read the same are equal,
 * and the convention must have decided.
 *
 *   ties       of the ready threads with the picked one's key, it is the first
 *   order      threads that became ready at one instant stand in that order
 *   gives way  of running threads with equal keys, the one that was taken off
 *              had to be
 *   priority   where threads differ in nothing else, they run in its order
 *   response   ends where it says
 */
#include "any_policy.h"
#include "sim/scenario/reader.h"
#include "sim/sweep/point.h"

#include <setjmp.h>
#include <stdarg.h>
#include <stddef.h>
#include <stdlib.h>

#include <cmocka.h>

#define SEEDS 60
#define THREADS 8
#define US TS_US

/* --- a run --- */

typedef struct job {
    ts_time arrival, work, sleep; /* sleeps when it has done `work` */
    int priority;
} job;

typedef struct played {
    job jobs[THREADS];
    int count;
    ts_point_run run;
    const ts_report *report;
    int32_t ids[THREADS]; /* in the trace */
} played;

/* false: the policy refuses its options or this machine. */
static bool play(played *p)
{
    ts_diagnostics diagnostics;
    ts_error error = {.text = ""};
    ts_point_options options = {.trace = TS_TRACE_WHY};
    ts_document *document;
    ts_points *points;
    bool good;

    ts_diagnostics_init(&diagnostics);
    document =
        ts_document_parse("test", text, strlen(text), NULL, &diagnostics);
    points = document != NULL ? ts_points_create(document, &diagnostics) : NULL;
    good = points != NULL &&
           ts_point_play(points, 0, &options, &p->run, &diagnostics, &error);
    if (points != NULL)
        ts_points_destroy(points);
    ts_document_free(document);
    ts_diagnostics_fini(&diagnostics);
    if (!good)
        return false;
    p->report = p->run.report;
    if (p->report->failed)
        fail_msg("%s\n%s", p->report->reason, text);
    for (size_t i = 0; i < p->report->thread_count; i++)
        p->ids[atoi(p->report->threads[i].task + 1)] = p->report->threads[i].id;
    return true;
}

/* What the run prints of a convention; NULL: nothing. */
static const char *printed(const played *p, const char *name)
{
    for (size_t i = 0; i < p->report->convention_count; i++)
        if (strcmp(p->report->conventions[i].name, name) == 0)
            return p->report->conventions[i].value;
    return NULL;
}

static int by_id(const played *p, int32_t id)
{
    for (int i = 0; i < p->count; i++)
        if (p->ids[i] == id)
            return i;
    return -1;
}

/* --- when threads became ready --- */

/* The classes in which a thread becomes ready, and the decisions that follow
 * them all. */
typedef struct moment {
    ts_time at;
    const char *class; /* "arrival", "wake", "slice"; NULL: a decision */
} moment;

static bool was_taken_off(const played *p, int thread, ts_time at)
{
    const ts_trace *trace = p->report->trace;

    for (size_t i = 0; i < trace->note_count; i++)
        if (trace->notes[i].at == at && trace->notes[i].who == p->ids[thread] &&
            strncmp(trace->notes[i].text, "takes", 5) == 0)
            return true;
    return false;
}

/* When the thread, ready at `now` or picked before it, became so last. */
static moment ready_since(const played *p, int thread, ts_time now)
{
    const job *j = &p->jobs[thread];
    const ts_trace *trace = p->report->trace;
    ts_time ran = 0, last = -1;

    for (size_t i = 0; i < trace->span_count; i++) {
        const ts_span *s = &trace->spans[i];
        ts_time to = s->to < now ? s->to : now;

        if (s->who != p->ids[thread] || s->from >= now)
            continue;
        ran += to - s->from;
        last = to > last ? to : last;
    }
    if (last < 0)
        return (moment){j->arrival, "arrival"};
    if (ran == j->work)
        return (moment){last + j->sleep, "wake"};
    return (moment){last, was_taken_off(p, thread, last) ? NULL : "slice"};
}

/* Its place in the printed order; decisions come last. */
static int rank_of(const played *p, const char *class)
{
    const char *order = printed(p, "order at one instant");

    return class != NULL ? (int)(strstr(order, class) - order) : 1000;
}

/* Negative: a first; 0: that cannot be told. */
static int by_moment(const played *p, int a, moment x, int b, moment y)
{
    int first = rank_of(p, x.class), second = rank_of(p, y.class);

    if (x.at != y.at)
        return x.at < y.at ? -1 : 1;
    if (first != second)
        return first - second;
    return x.class != NULL && strcmp(x.class, "arrival") == 0 ? a - b : 0;
}

/* The same by the convention `ties`; 0 also where there is none. */
static int by_ties(const played *p, const char *ties, int a, moment x, int b,
                   moment y)
{
    const job *first = &p->jobs[a], *second = &p->jobs[b];

    if (strcmp(ties, "listed") == 0)
        return a - b;
    if (strcmp(ties, "arrival") == 0 && first->arrival != second->arrival)
        return first->arrival < second->arrival ? -1 : 1;
    if (strcmp(ties, "arrival") == 0)
        return a - b;
    if (strcmp(ties, "ready") == 0)
        return by_moment(p, a, x, b, y);
    return strcmp(ties, "newest") == 0 ? -by_moment(p, a, x, b, y) : 0;
}

/* --- decisions --- */

typedef struct choice {
    int thread;
    char key[128];
} choice;

/* Reads "NAME.JOB (KEY)"; returns what follows. */
static const char *read_choice(const char *at, choice *c)
{
    const char *key = strchr(at, '('), *end = strpbrk(at, ":,");

    c->thread = atoi(at + 1);
    c->key[0] = '\0';
    if (key == NULL || (end != NULL && end < key))
        return end != NULL ? end : at + strlen(at);
    end = strchr(key, ')');
    snprintf(c->key, sizeof c->key, "%.*s", (int)(end - key - 1), key + 1);
    return end + 1;
}

/* The picked one first, then those that are ready, too. */
static int read_choices(const char *note, choice *choices)
{
    const char *at = read_choice(note + strlen("dispatches "), choices);
    int count = 1;

    at = strstr(at, "also ready: ");
    if (at == NULL)
        return count;
    for (at += strlen("also ready: "); *at == 't' && count < THREADS; count++) {
        at = read_choice(at, &choices[count]);
        if (*at == ',')
            at += 2;
    }
    return count;
}

static void complain(const played *p, const ts_note *note, const char *what)
{
    for (size_t i = 0; i < p->report->trace->note_count; i++)
        printf("%lld us: %s\n", (long long)(p->report->trace->notes[i].at / US),
               p->report->trace->notes[i].text);
    for (int i = 0; i < p->count; i++) {
        moment m = ready_since(p, i, note->at);

        printf("t%d (%d): ready since %lld ps, %s\n", i, (int)p->ids[i],
               (long long)m.at, m.class != NULL ? m.class : "a decision");
    }
    printf("%s\n", text);
    fail_msg("%s, at %lld us: %s\n%.400s", what, (long long)(note->at / US),
             note->text, text);
}

/* Overtakings are at the picosecond; keys do not read as exactly. */
static bool is_between(const played *p, ts_time now)
{
    const ts_trace *trace = p->report->trace;

    for (size_t i = 0; i < trace->span_count; i++)
        if (trace->spans[i].from <= now && trace->spans[i].from % US != 0)
            return true;
    return now % US != 0;
}

static int check_dispatch(const played *p, const ts_note *note, bool shared)
{
    const char *ties = printed(p, "ties");
    choice choices[THREADS];
    int count = read_choices(note->text, choices), looked = 0;
    moment mine = ready_since(p, choices[0].thread, note->at);
    bool times = strcmp(ties, "ready") == 0 || strcmp(ties, "newest") == 0;

    for (int i = 1; i < count; i++) {
        int other = choices[i].thread, order;
        moment theirs = ready_since(p, other, note->at);

        if (!shared && i > 1 &&
            by_moment(p, choices[i - 1].thread,
                      ready_since(p, choices[i - 1].thread, note->at), other,
                      theirs) > 0)
            complain(p, note, "not in order of becoming ready");
        if (strcmp(choices[i].key, choices[0].key) != 0 ||
            (shared ? times : is_between(p, note->at)))
            continue;
        order = by_ties(p, ties, choices[0].thread, mine, other, theirs);
        looked += order != 0;
        if (order > 0)
            complain(p, note, "not the first of equals");
    }
    return looked;
}

/* The dispatch that `id` runs on at `now`; NULL: none. */
static const ts_note *dispatched(const played *p, int32_t id, ts_time now)
{
    const ts_trace *trace = p->report->trace;
    const ts_note *found = NULL;

    for (size_t i = 0; i < trace->note_count; i++)
        if (trace->notes[i].who == id && trace->notes[i].at < now &&
            strncmp(trace->notes[i].text, "dispatches", 10) == 0)
            found = &trace->notes[i];
    return found;
}

/* Those that run on are equal to the one that was taken off where the keys that
 * they were picked by are; of keys that change while a thread runs nothing can
 * be said. */
static int check_victim(const played *p, const ts_note *note)
{
    const ts_trace *trace = p->report->trace;
    const char *ties = printed(p, "ties"), *way = printed(p, "gives way");
    const ts_note *picked = dispatched(p, note->who, note->at);
    int thread = by_id(p, note->who), looked = 0;
    choice mine, was, other;

    read_choice(note->text + strlen("takes "), &mine);
    if (picked == NULL)
        return 0;
    read_choice(picked->text + strlen("dispatches "), &was);
    if (strcmp(mine.key, was.key) != 0)
        return 0;
    for (size_t i = 0; i < trace->span_count; i++) {
        const ts_span *s = &trace->spans[i];
        const ts_note *theirs = s->from < note->at && s->to > note->at
                                    ? dispatched(p, s->who, note->at)
                                    : NULL;

        if (theirs == NULL)
            continue;
        read_choice(theirs->text + strlen("dispatches "), &other);
        if (strcmp(other.key, mine.key) != 0)
            continue;
        looked++;
        if (strcmp(way, "lowest-processor") == 0 && note->place > s->place)
            complain(p, note, "not on the lowest processor");
        if (strcmp(way, "last-in-ties") == 0 &&
            by_ties(p, ties, thread, ready_since(p, thread, picked->at),
                    other.thread, ready_since(p, other.thread, theirs->at)) < 0)
            complain(p, note, "not the last of equals");
    }
    return looked;
}

/* --- workloads --- */

static void say_conventions(void)
{
    static const char *const classes[] = {"completion", "arrival", "wake",
                                          "slice", "timer"};
    static const char *const ties[] = {"usual", "ready", "arrival", "newest",
                                       "listed"};
    const char *order[5];
    int left = 5;

    memcpy(order, classes, sizeof order);
    say("\"conventions\": {\"order\": [");
    for (; left > 0; left--) {
        int at = draw(left);

        say("%s\"%s\"", left < 5 ? ", " : "", order[at]);
        order[at] = order[left - 1];
    }
    say("], \"priority\": \"%s\", \"response\": \"%s\", \"ties\": \"%s\", "
        "\"gives_way\": \"%s\"}, ",
        draw(2) ? "smaller-is-higher" : "larger-is-higher",
        draw(2) ? "first-run" : "finish", ties[draw(5)],
        draw(2) ? "lowest-processor" : "last-in-ties");
}

static void say_threads(played *p, bool shared)
{
    static const char *const classes[] = {"fair", "fifo", "rr"};

    p->count = 3 + draw(THREADS - 2);
    say("\"threads\": [");
    for (int i = 0; i < p->count; i++) {
        job *j = &p->jobs[i];
        int rest = 1 + draw(3), deadline = 10 * (1 + draw(3));

        *j = (job){.arrival = draw(8) * US,
                   .work = (1 + draw(3)) * US,
                   .sleep = (1 + draw(4)) * US,
                   .priority = draw(3)};
        say("%s{\"name\": \"t%d\", \"arrive\": %lld, \"priority\": %d, "
            "\"deadline\": %d, \"estimate\": 9, \"class\": \"%s\", "
            "\"program\": [{\"run\": %lld}",
            i ? ", " : "", i, (long long)(j->arrival / US), j->priority,
            deadline, classes[draw(3)], (long long)(j->work / US));
        if (!shared)
            say(", {\"sleep\": %lld}, {\"run\": %d}",
                (long long)(j->sleep / US), rest);
        say("]}");
    }
    say("]}");
}

/* false: it cannot be said. */
static bool say_scenario(played *p, const ts_entry *entry, bool slices)
{
    const ts_policy *policy = entry->model;
    int processors =
        policy->per_processor || policy->rate != NULL ? 1 : 1 + draw(3);

    text[0] = '\0';
    say("{\"title\": \"t\", \"unit\": \"1us\", ");
    say_conventions();
    say("\"computer\": {\"processors\": %d}, \"system\": {", processors);
    if (!say_policy(entry, slices))
        return false;
    say("}, ");
    say_threads(p, policy->rate != NULL);
    return true;
}

static void check_response(const played *p)
{
    bool finish = strcmp(printed(p, "response"), "finish") == 0;

    for (size_t i = 0; i < p->report->thread_count; i++) {
        const ts_thread_row *row = &p->report->threads[i];
        const ts_metric *metric;
        char name[64];

        snprintf(name, sizeof name, "threads.%s.response.mean", row->task);
        metric = ts_report_find(p->report, name);
        assert_non_null(metric);
        assert_true(
            metric->value ==
            (double)((finish ? row->finish : row->first_run) - row->arrival));
    }
}

/* Returns how many decisions the convention took; -1: refused. */
static int check_policy(const ts_entry *entry, bool slices)
{
    const ts_policy *policy = entry->model;
    played p = {0};
    int looked = 0;

    if (!say_scenario(&p, entry, slices) || !play(&p))
        return -1;
    for (size_t i = 0; i < p.report->trace->note_count; i++) {
        const ts_note *note = &p.report->trace->notes[i];

        if (strncmp(note->text, "dispatches", 10) == 0)
            looked += check_dispatch(&p, note, policy->rate != NULL);
        else if (printed(&p, "gives way") != NULL)
            looked += check_victim(&p, note);
    }
    check_response(&p);
    ts_point_fini(&p.run);
    return looked;
}

static void test_ties_and_order(void **state)
{
    int refused = 0;

    (void)state;
    made_up = "2us";
    for (int i = 0; i < ts_policies.count; i++) {
        const ts_entry *entry = ts_policies.entries[i];
        int looked = 0, runs = 0;

        for (int s = 0; s < SEEDS; s++) {
            int decisions;

            seed = (uint64_t)s;
            decisions = check_policy(entry, s % 2);
            runs += decisions >= 0;
            looked += decisions > 0 ? decisions : 0;
        }
        printf("%-20s %3d runs, %5d decisions by convention\n", entry->name,
               runs, looked);
        if (((const ts_policy *)entry->model)->ties != TS_TIES_USUAL)
            assert_true(looked > SEEDS / 4);
        refused += runs == 0;
    }
    assert_true(refused <= 5);
}

/* --- the direction of priorities --- */

/* Threads that differ in their priority only, all there from the start. */
static void say_ranked(const ts_entry *entry, bool larger)
{
    text[0] = '\0';
    say("{\"title\": \"t\", \"unit\": \"1us\", \"conventions\": {\"priority\": "
        "\"%s\"}, \"system\": {",
        larger ? "larger-is-higher" : "smaller-is-higher");
    say_policy(entry, false);
    say("}, \"threads\": [");
    for (int i = 0; i < THREADS; i++)
        say("%s{\"name\": \"t%d\", \"priority\": %d, \"class\": \"fifo\", "
            "\"deadline\": 99, \"program\": [{\"run\": 1}]}",
            i ? ", " : "", i, (i * 5 + 3) % THREADS);
    say("]}");
}

static void test_priorities(void **state)
{
    int directed = 0;

    (void)state;
    made_up = "2us";
    for (int i = 0; i < 2 * ts_policies.count; i++) {
        const ts_entry *entry = ts_policies.entries[i / 2];
        bool larger = i % 2;
        played p = {.count = THREADS};

        say_ranked(entry, larger);
        if (!play(&p))
            continue;
        for (int t = 0; printed(&p, "priority") != NULL && t < THREADS; t++) {
            const ts_thread_row *row = &p.report->threads[t];
            int rank = (atoi(row->task + 1) * 5 + 3) % THREADS;
            int place = (int)(row->finish / US) - 1;

            if (place != (larger ? THREADS - 1 - rank : rank))
                fail_msg("%s: %s is number %d to finish\n%s", entry->name,
                         row->task, place, text);
        }
        directed += printed(&p, "priority") != NULL;
        ts_point_fini(&p.run);
    }
    assert_true(directed >= 2);
}

/* --- several processors --- */

/* A newcomer takes the processor of the thread that deserves it least, although
 * it would not get that of the other one. */
static void test_least_deserving(void **state)
{
    played p = {.count = 3};

    (void)state;
    text[0] = '\0';
    say("{\"title\": \"t\", \"unit\": \"1us\", \"computer\": "
        "{\"processors\": 2}, \"system\": {\"policy\": \"llf\", \"slice\": "
        "100}, \"threads\": ["
        "{\"name\": \"t0\", \"deadline\": 15, \"program\": [{\"run\": 10}]}, "
        "{\"name\": \"t1\", \"deadline\": 60, \"program\": [{\"run\": 10}]}, "
        "{\"name\": \"t2\", \"arrive\": 5, \"deadline\": 30, "
        "\"program\": [{\"run\": 10}]}]}");
    assert_true(play(&p));
    for (size_t i = 0; i < p.report->thread_count; i++) {
        static const ts_time finish[] = {10, 15, 15};
        const ts_thread_row *row = &p.report->threads[i];

        assert_int_equal(row->finish / US, finish[atoi(row->task + 1)]);
    }
    ts_point_fini(&p.run);
}

int main(void)
{
    const struct CMUnitTest tests[] = {
        cmocka_unit_test(test_ties_and_order),
        cmocka_unit_test(test_priorities),
        cmocka_unit_test(test_least_deserving),
    };

    return cmocka_run_group_tests(tests, NULL, NULL);
}
