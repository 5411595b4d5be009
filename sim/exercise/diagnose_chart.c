/*
 * diagnose_chart.c - what went wrong in a chart.
 *
 * First what no policy does (too much time, before an arrival, two at once,
 * idle beside somebody who is ready); then where the chart leaves the rule; then
 * whose chart it is: that of another policy, of another convention, or of a
 * mistake that can be played.
 */
#include "sim/exercise/mark.h"

#include <stdlib.h>
#include <string.h>

#include "sim/exercise/rivals.h"

#define RIVALS_NAMED 6

/* How far a job is, slot by slot. */
typedef struct walk {
    int ran;         /* slots so far */
    int burst, done; /* the burst it is in, and how much of that it has had */
    int back;        /* when it comes back from I/O */
} walk;

typedef struct chart {
    const ts_exercise *exercise;
    const ts_reply *answers;
    ts_marking *marking;
    char *lanes[TS_LANES_MAX];
    int lane_count, length;
    walk *walks;
} chart;

static char at(const chart *c, const char *lane, int slot)
{
    (void)c;
    return slot >= 0 && slot < (int)strlen(lane) ? lane[slot] : TS_IDLE;
}

static const char *unit(const chart *c)
{
    return c->exercise->question.unit;
}

/* --- what no policy does --- */

static void say_overlaps(chart *c)
{
    for (int i = 0; i < c->exercise->question.part_count; i++) {
        const ts_reply *a = &c->answers[i];

        if (a->given && a->lane != NULL && a->overlap >= 0)
            ts_marking_say(c->marking,
                           "At %d %s a processor has two at once, %c and %c.",
                           a->overlap, unit(c), a->twice[0], a->twice[1]);
    }
    for (int slot = 0; slot < c->length; slot++)
        for (int a = 0; a < c->lane_count; a++)
            for (int b = a + 1; b < c->lane_count; b++) {
                char who = at(c, c->lanes[a], slot);

                if (who == TS_IDLE || who == TS_CHANGE ||
                    at(c, c->lanes[b], slot) != who)
                    continue;
                ts_marking_say(c->marking,
                               "At %d %s %c is on two processors at once.",
                               slot, unit(c), who);
                return;
            }
}

static int count(const chart *c, char letter)
{
    int slots = 0;

    for (int i = 0; i < c->lane_count; i++)
        for (const char *s = c->lanes[i]; *s != '\0'; s++)
            slots += *s == letter;
    return slots;
}

static void say_amounts(chart *c)
{
    const ts_jobs *jobs = c->exercise->jobs;

    for (int i = 0; i < jobs->count; i++) {
        const ts_job *job = &jobs->items[i];
        int had = count(c, job->letter);

        if (job->every > 0 || !job->whole || had == job->work)
            continue;
        if (had > job->work)
            ts_marking_say(c->marking,
                           "%s has the processor for %d %s, too much: it needs "
                           "%d.",
                           job->name, had, unit(c), job->work);
        else if (c->exercise->schedule->outcomes[i].ran == job->work)
            ts_marking_say(c->marking,
                           "%s has the processor for %d %s, too little: it "
                           "needs %d.",
                           job->name, had, unit(c), job->work);
    }
}

static int released(const ts_job *job, int slot)
{
    if (slot < job->arrival)
        return 0;
    return job->every > 0 ? (slot - job->arrival) / job->every + 1 : 1;
}

/* Whether its work may go on in this slot. */
static bool is_ready(const ts_job *job, const walk *w, int slot)
{
    return w->ran < released(job, slot) * job->work && slot >= w->back;
}

static void run(const ts_job *job, walk *w, int slot)
{
    w->ran++;
    if (job->burst_count == 0 || job->every > 0 || w->burst >= job->burst_count)
        return;
    if (++w->done < job->bursts[w->burst].run)
        return;
    w->back = slot + 1 + job->bursts[w->burst].away;
    w->burst++;
    w->done = 0;
}

/* Who runs although it cannot; true: something is said, once is enough. */
static bool say_unready(chart *c, int job, int slot)
{
    const ts_job *j = &c->exercise->jobs->items[job];
    const walk *w = &c->walks[job];

    if (w->ran >= released(j, slot) * j->work) {
        if (slot >= j->arrival && j->every == 0)
            return false; /* too much: that is told */
        ts_marking_say(c->marking, "%s runs at %d %s, before %s.", j->name,
                       slot, unit(c),
                       slot < j->arrival ? "its arrival"
                                         : "its next job arrives");
        return true;
    }
    if (slot >= w->back)
        return false;
    ts_marking_say(c->marking, "%s runs at %d %s, while it is in I/O.", j->name,
                   slot, unit(c));
    return true;
}

/* An idle processor beside somebody who could run on any. */
static bool say_idle(chart *c, int slot)
{
    const ts_jobs *jobs = c->exercise->jobs;
    int running = 0, ready = 0;

    for (int i = 0; i < c->lane_count; i++)
        running += at(c, c->lanes[i], slot) != TS_IDLE;
    for (int i = 0; i < jobs->count; i++) {
        const ts_job *job = &jobs->items[i];

        if (job->burst_count == 0 || !job->whole)
            return false;
        ready += is_ready(job, &c->walks[i], slot);
    }
    if (running >= c->lane_count || ready <= running || c->lane_count > 1)
        return false;
    ts_marking_say(c->marking,
                   "The processor is idle at %d %s although somebody is ready.",
                   slot, unit(c));
    return true;
}

/* Somebody loses its processor where the policy never takes one. */
static bool say_preempted(chart *c, int slot)
{
    if (!c->exercise->cooperative || slot == 0)
        return false;
    for (int i = 0; i < c->exercise->jobs->count; i++) {
        const ts_job *job = &c->exercise->jobs->items[i];
        bool was = false, is = false;

        for (int lane = 0; lane < c->lane_count; lane++) {
            was |= at(c, c->lanes[lane], slot - 1) == job->letter;
            is |= at(c, c->lanes[lane], slot) == job->letter;
        }
        if (!was || is || job->every > 0 || job->burst_count == 0 ||
            !is_ready(job, &c->walks[i], slot))
            continue;
        ts_marking_say(c->marking,
                       "%s loses the processor at %d %s before it is done, and "
                       "this policy takes it from nobody.",
                       job->name, slot, unit(c));
        return true;
    }
    return false;
}

static void say_impossible(chart *c)
{
    const ts_jobs *jobs = c->exercise->jobs;
    bool unready = false, idle = false, preempted = false;

    for (int slot = 0; slot < c->length; slot++) {
        idle = idle || say_idle(c, slot);
        preempted = preempted || say_preempted(c, slot);
        for (int i = 0; i < jobs->count; i++)
            for (int lane = 0; lane < c->lane_count; lane++) {
                if (at(c, c->lanes[lane], slot) != jobs->items[i].letter)
                    continue;
                unready = unready || say_unready(c, i, slot);
                run(&jobs->items[i], &c->walks[i], slot);
            }
    }
}

/* --- where it leaves the rule --- */

static const char *const lane_words[TS_LANES_MAX] = {
    " on processor 0", " on processor 1", " on processor 2", " on processor 3",
    " on processor 4", " on processor 5", " on processor 6", " on processor 7"};

static void say_first(chart *c)
{
    const ts_schedule *s = c->exercise->schedule;
    int longest = c->length > s->length ? c->length : s->length;

    for (int slot = 0; slot < longest; slot++)
        for (int lane = 0; lane < c->lane_count; lane++) {
            char is = at(c, c->lanes[lane], slot);
            const char *who = "nobody";

            if (is == at(c, s->lanes[lane], slot))
                continue;
            for (int i = 0; i < c->exercise->jobs->count; i++)
                if (c->exercise->jobs->items[i].letter == is)
                    who = c->exercise->jobs->items[i].name;
            if (is == TS_CHANGE)
                who = "a switch";
            ts_marking_say(c->marking,
                           "The chart is right until %d %s. What stands next, "
                           "%s%s, breaks the rule: %s.",
                           slot, unit(c), who,
                           c->lane_count > 1 ? lane_words[lane] : "",
                           c->exercise->question.rule);
            return;
        }
}

/* --- whose chart it is --- */

static bool is_chart(const chart *c, const ts_schedule *schedule)
{
    ts_schedule own = {.lane_count = c->lane_count};

    if (schedule == NULL || schedule->lane_count != c->lane_count ||
        ts_schedule_equal(schedule, c->exercise->schedule))
        return false;
    memcpy(own.lanes, c->lanes, sizeof own.lanes);
    return ts_schedule_equal(&own, schedule);
}

/* The chart of another convention: one choice made otherwise. */
static int say_conventions(chart *c)
{
    cJSON *scenario = cJSON_Parse(c->exercise->scenario);
    ts_choices base = ts_choices_of(scenario);
    int said = 0;

    for (int axis = 0; scenario != NULL && axis < TS_AXES; axis++)
        for (int i = 0; i < ts_axis_count(c->exercise, (ts_axis)axis); i++) {
            ts_choices tried = base;

            tried.at[axis] = i;
            if (i == base.at[axis] || said == RIVALS_NAMED ||
                !ts_choices_put(scenario, &tried) ||
                !is_chart(c, ts_variant_play(c->exercise, scenario,
                                             c->marking->arena)))
                continue;
            ts_marking_say(c->marking,
                           "Your chart is right %s; the question has it "
                           "otherwise.",
                           ts_axis_mistake((ts_axis)axis, i));
            said++;
        }
    cJSON_Delete(scenario);
    return said;
}

/* Those of the rivals that are for tasks, or the others. */
static int say_rivals_of(chart *c, bool tasks, int said)
{
    for (int i = 0; i < ts_rival_count && said < RIVALS_NAMED; i++) {
        if (ts_rivals[i].of_tasks != tasks ||
            !is_chart(c, ts_rival_play(c->exercise, &ts_rivals[i],
                                       c->marking->arena)))
            continue;
        ts_marking_say(c->marking,
                       "Your chart is a right answer to another "
                       "question: %s.",
                       ts_rivals[i].says);
        said++;
    }
    return said;
}

/* First those that are taught beside what is asked. */
static void say_rivals(chart *c)
{
    const ts_jobs *jobs = c->exercise->jobs;
    bool tasks = jobs->count > 0 && jobs->items[0].every > 0;
    int said = say_conventions(c);

    said = say_rivals_of(c, tasks, said);
    say_rivals_of(c, !tasks, said);
}

/* The same without its idle times. */
static void say_filled(chart *c)
{
    char *filled;
    size_t used = 0;

    if (c->lane_count != 1 ||
        strchr(c->exercise->schedule->lanes[0], TS_IDLE) == NULL)
        return;
    filled = ts_arena_text(c->marking->arena, c->exercise->schedule->lanes[0]);
    for (const char *s = filled; s != NULL && *s != '\0'; s++)
        if (*s != TS_IDLE)
            filled[used++] = *s;
    if (filled == NULL)
        return;
    filled[used] = '\0';
    if (strcmp(filled, c->lanes[0]) == 0)
        ts_marking_say(c->marking, "The times at which nobody is there to run "
                                   "are left out of the chart.");
}

void ts_diagnose_chart(const ts_exercise *exercise, const ts_reply *answers,
                       ts_marking *marking)
{
    chart c = {.exercise = exercise,
               .answers = answers,
               .marking = marking,
               .lane_count = exercise->schedule->lane_count};

    if (!ts_reply_lanes(exercise, answers, c.lanes))
        return;
    for (int i = 0; i < c.lane_count; i++)
        if ((int)strlen(c.lanes[i]) > c.length)
            c.length = (int)strlen(c.lanes[i]);
    c.walks = ts_arena_array(marking->arena, (size_t)exercise->jobs->count + 1,
                             sizeof(walk));
    if (c.walks == NULL)
        return;
    say_overlaps(&c);
    say_rivals(&c);
    say_filled(&c);
    say_amounts(&c);
    say_impossible(&c);
    say_first(&c);
}
