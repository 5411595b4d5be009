/*
 * executive.c - the Executive of the Apollo Guidance Computer.
 *
 * The job with the highest PRIORITY word runs, to its end or until it sleeps.
 * A higher one is noticed when the running job looks at NEWJOB: between two
 * pairs of interpretive instructions, or where basic code has a check (the
 * `check` of threads and of their runs). There are no slices.
 *
 * The comparison takes the whole word, not only the five bits of priority in
 * it: at equal priority a job with a VAC area beats one without, and a later
 * area beats an earlier one. `compare` chooses.
 */
#include <stdio.h>

#include "models/apollo/word.h"
#include "models/policy/list.h"
#include "models/machine/policy.h"

typedef enum compare_by { WHOLE_WORD, FIVE_BITS } compare_by;

typedef struct executive_record {
    int compare; /* compare_by */
} executive_record;

static const char *const comparisons[] = {"whole-word", "priority", NULL};

static const ts_field fields[] = {
    {.name = "compare",
     .kind = TS_FIELD_CHOICE,
     .choices = comparisons,
     .fallback = "whole-word",
     .offset = TS_AT(executive_record, compare),
     .help = "what two jobs are compared by: the whole PRIORITY word with the "
             "VAC area's address in it, or its five bits of priority",
     .source = "Luminary 099, EXECUTIVE: SETLOC and EJSCAN"},
};

static const ts_shape shape = {.name = "executive",
                               .help = "Options of the Executive",
                               .size = sizeof(executive_record),
                               TS_FIELDS(fields)};

static int64_t rank(const ts_runqueue *queue, const ts_thread *thread)
{
    const executive_record *options = queue->options;
    int64_t word = ts_apollo_word(thread);

    return options->compare == WHOLE_WORD ? word : word / TS_WORD_PRIORITY;
}

/* EJSCAN: looks through all that wait; the first of the highest. */
static ts_thread *peek(ts_runqueue *queue)
{
    const ts_threads *ready = queue->state;
    ts_thread *best = ready->first;

    for (ts_thread *t = best; t != NULL; t = t->next)
        if (rank(queue, t) > rank(queue, best))
            best = t;
    return best;
}

/* Who gives way, whether asked to or by itself, does so to higher ones only. */
static void put(ts_runqueue *queue, ts_thread *thread, ts_why why)
{
    if (why == TS_WHY_PREEMPTED || why == TS_WHY_YIELDED)
        ts_threads_prepend(queue->state, thread);
    else
        ts_threads_append(queue->state, thread);
}

static void take_out(ts_runqueue *queue, ts_thread *thread)
{
    ts_threads_remove(queue->state, thread);
}

static ts_thread *pick(ts_runqueue *queue, ts_cpu *cpu)
{
    ts_thread *best = peek(queue);

    (void)cpu;
    if (best != NULL)
        ts_threads_remove(queue->state, best);
    return best;
}

/* SETLOC: NEWJOB is set when the new word is higher than the highest one. */
static bool before(const ts_runqueue *queue, const ts_thread *challenger,
                   const ts_thread *running)
{
    return rank(queue, challenger) > rank(queue, running);
}

static void key(const ts_runqueue *queue, const ts_thread *thread, char *buffer,
                size_t size)
{
    int64_t word = ts_apollo_word(thread);

    (void)queue;
    /* Of threads that are no jobs, a priority may be a negative number. */
    if (word >= 0)
        snprintf(buffer, size, "PRIORITY %05llo", (unsigned long long)word);
    else
        snprintf(buffer, size, "PRIORITY -%05llo", (unsigned long long)-word);
}

static const ts_policy policy = {
    .queue_size = sizeof(ts_threads),
    .conserving = true,
    .priorities = true,
    .rule = "its PRIORITY word is the highest",
    .put = put,
    .remove = take_out,
    .challenger = peek,
    .pick = pick,
    .before = before,
    .key = key,
};

const ts_entry ts_policy_executive = {
    .name = "executive",
    .help = "Apollo's Executive: the highest PRIORITY word, at NEWJOB checks",
    .about = "Follows Luminary 099. Pre-emption is cooperative: give threads "
             "or runs a `check`. Jobs made by FINDVAC and NOVAC have the word "
             "of the call; other threads their priority and no VAC area.",
    .shape = &shape,
    .model = &policy,
};
